//! Blocks of header lines inside a text (`From: / Sent: / To: / Subject:`), as Outlook, Notes and
//! others put them above what they quote.
//!
//! A memo or an order of tickets has such labels too and is the sender's own: a block counts only
//! with a subject or an address in it. Labels of many languages: `mail/zone_words`.

use crate::mail::lines::{Line, clock, digits, name_like};
use crate::mail::zone_words as words;

/// So many lines at most, addresses included.
const LINES: usize = 64;
/// So many lines between labels that continue no list of addresses.
const STRAY: usize = 9;

/// What a header line tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Label {
    From,
    Date,
    To,
    Cc,
    Subject,
}

/// A block that was found.
#[derive(Clone, Copy, Debug)]
pub(in crate::mail) struct Block {
    /// Its author stands in it; otherwise above it.
    pub authored: bool,
    /// The line behind it.
    pub after: usize,
    /// An address or a time of day stands in it: it was written by a program.
    pub traced: bool,
}

/// The block of header lines that begins here, perhaps below a rule.
pub(in crate::mail) fn block(lines: &[Line<'_>], at: usize) -> Option<Block> {
    let gap = lines.iter().skip(at + 1).take(3).take_while(|line| line.blank()).count();
    let start = if lines.get(at)?.ruled(1) { at + 1 + gap } else { at };
    let Some(first) = labelled(lines.get(start)?) else { return unknown(lines, start) };
    let (mut seen, mut last, mut blanks, mut stray) = (Vec::new(), start, 0, 0);
    let (mut address, mut timed) = (false, false);
    for (place, line) in lines.iter().enumerate().skip(start).take(LINES) {
        blanks = if line.blank() { blanks + 1 } else { 0 };
        let found = labelled(line);
        match found {
            Some(kind) => {
                last = place;
                address |= line.low.contains('@');
                timed |= clock(&line.low);
                if !seen.contains(&kind) {
                    seen.push(kind);
                }
            }
            None if line.blank() || listed(line) => {}
            None => stray += 1,
        }
        let whole = seen.len() > 3 || seen.len() == 3 && seen.contains(&Label::Subject);
        if blanks > 2 || stray > STRAY || blanks > 0 && whole {
            break;
        }
    }
    let has = |label: Label| seen.contains(&label);
    let telling = has(Label::Subject) || has(Label::Date) && address;
    let begins = first != Label::Cc && (first != Label::Subject || has(Label::From));
    let authored = has(Label::From);
    let found = Block { authored, after: last + 1, traced: address || timed };
    match seen.len() >= 3 && telling && begins {
        true => Some(found),
        false => unknown(lines, start),
    }
}

/// The lines of the block that comes next.
pub(in crate::mail) fn headed<'l, 't>(lines: &'l [Line<'t>], at: usize) -> Option<&'l [Line<'t>]> {
    let gap = lines.iter().skip(at).take(LINES).take_while(|line| line.blank()).count();
    lines.get(at + gap..block(lines, at + gap)?.after)
}

/// Who wrote what is quoted, and when: of a block the author and the time, else the lines as they
/// are.
pub(in crate::mail) fn told(lines: &[Line<'_>]) -> String {
    let of = |kind: Label| lines.iter().find(|line| label(&line.low) == Some(kind));
    let rows = match (of(Label::From), of(Label::Date)) {
        (Some(author), Some(time)) => vec![author.low.as_str(), time.low.as_str()],
        (_, _) => lines.iter().map(|line| line.low.as_str()).collect(),
    };
    rows.join(" ")
}

/// A block in a language whose labels are not known: an author with an address, and a time.
fn unknown(lines: &[Line<'_>], at: usize) -> Option<Block> {
    let author = lines.get(at)?;
    if !author.trimmed.ends_with('>') || !author.low.contains('@') || author.quoted() {
        return None;
    }
    let few = lines.iter().skip(at).take(6);
    let rows: Vec<&Line<'_>> = few.take_while(|line| marked(line)).collect();
    let timed = rows.iter().any(|line| clock(&line.low) && digits(&line.low) >= 8);
    let found = Block { authored: true, after: at + rows.len(), traced: true };
    (rows.len() >= 3 && timed).then_some(found)
}

/// `Label: value`, the label no more than three words.
fn marked(line: &Line<'_>) -> bool {
    line.low.split_once([':', '：', '՝']).is_some_and(|(label, value)| {
        !value.trim().is_empty() && label.split_whitespace().count() <= 3 && label.len() < 64
    })
}

/// A line of a list of addresses that began above it.
fn listed(line: &Line<'_>) -> bool {
    line.low.contains('@') || line.trimmed.ends_with([',', ';'])
}

fn labelled(line: &Line<'_>) -> Option<Label> {
    line.colon().then(|| label(&line.low)).flatten()
}

fn label(low: &str) -> Option<Label> {
    let plain = low.trim_start_matches(['*', '_', ' ', '=', '0', '9', '|']);
    let (word, _) = plain.split_once([':', '：'])?;
    let word = word.trim_end_matches(['*', '_', ' ']);
    let kinds = [
        (words::FROM, Label::From),
        (words::DATE, Label::Date),
        (words::TO, Label::To),
        (words::CC, Label::Cc),
        (words::SUBJECT, Label::Subject),
    ];
    kinds.into_iter().find(|(table, _)| table.contains(&word)).map(|(_, kind)| kind)
}

/// Takes the author, the time and the letterhead that Notes puts on lines of their own above the
/// first label off the end of what was kept.
pub(in crate::mail) fn drop_author(own: &mut Vec<&str>, block: Block) {
    let mut named = false;
    let mut timed = false;
    for _ in 0..8 {
        let Some(raw) = own.last() else { return };
        let line = raw.trim();
        let few = line.split_whitespace().take(12).count() < 12;
        let headed = raw.starts_with('\t') && name_like(line);
        let goes = if line.is_empty() {
            true
        } else if block.authored {
            headed
        } else if stamp(line) {
            timed = true;
            true
        } else {
            let sender = line.contains('@') || line.starts_with("Please respond to");
            let name = timed && name_like(line);
            let first = !std::mem::replace(&mut named, true);
            few && sender || first && (headed || name)
        };
        if !goes {
            return;
        }
        own.pop();
    }
}

/// A time and no more than a name beside it.
fn stamp(line: &str) -> bool {
    let words = line.split_whitespace().take(9).count();
    clock(line) && (words <= 3 || words < 9 && digits(line) >= 8)
}

/// An author with the time below, as Notes puts them above a block.
pub(in crate::mail) fn authored(lines: &[Line<'_>], at: usize) -> bool {
    let stamped = |by: usize| {
        lines.get(at + by).is_some_and(|line| stamp(line.trimmed) && digits(&line.low) >= 8)
    };
    let addressed = |line: &Line<'_>| labelled(line).is_some_and(|label| label == Label::To);
    (stamped(0) || stamped(1)) && lines.iter().skip(at).take(STRAY).any(addressed)
}
