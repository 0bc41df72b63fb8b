//! What stands below the last word of a text: partings with a name, ways to reach somebody, and
//! what programs put under their user's words.
//!
//! Losing a word of the sender's is worse than keeping a line of a signature: whatever reads like
//! a sentence, asks something, or was announced above stays. Wording: `mail/zone_words`.

use crate::mail::blocks::{authored, block};
use crate::mail::introductions::{introduction, separator};
use crate::mail::lines::{HEAD, Heads, Line, name_like, titled};
use crate::mail::zone_words as words;

/// A signature has no more lines than this.
const LINES: usize = 15;
/// A card without a way to reach anybody has no more than a name, a position and a house.
const POSITION_LINES: usize = 4;
/// So far above a card the sender's words end at most.
const NEAR: usize = 8;

const DEVICES: Heads = Heads::of(words::DEVICES);
const DEVICE_VERBS: Heads = Heads::of(words::DEVICE_VERBS);
/// How the footers of lists begin.
pub(in crate::mail) const LIST_FOOTERS: Heads = Heads::of(words::LIST_FOOTERS);

/// A parting and the name below it.
#[derive(Clone, Copy, Debug)]
pub(in crate::mail) struct Parting {
    /// The line behind the signature.
    pub after: usize,
    /// The parting says nothing of its own (`Regards,`), so that it goes too.
    pub empty: bool,
}

/// `Regards,` or `Terima kasih,` with a name below and what belongs to it. `last` is the last line
/// of the sender's above it.
pub(in crate::mail) fn parting(lines: &[Line<'_>], at: usize, last: &str) -> Option<Parting> {
    let line = lines.get(at)?;
    if !line.short(48) {
        return None;
    }
    let bare = line.low.trim_end_matches(|c: char| !c.is_alphanumeric());
    let empty = words::SIGN_OFFS.contains(&bare);
    if !(empty || words::THANKS.contains(&bare)) {
        return None;
    }
    let gap = lines.iter().skip(at + 1).take(3).take_while(|line| line.blank()).count();
    let named = at + 1 + gap;
    if !lines.get(named).is_some_and(|line| line.quoted() || name_like(line.trimmed)) {
        return None;
    }
    let announced = announces(last);
    let mut after = named;
    for line in lines.iter().skip(named).take(LINES) {
        let ends = line.blank() && announced;
        if ends || !belongs(line) || begins_other(lines, after) {
            break;
        }
        after += 1;
    }
    (after > named).then_some(Parting { after, empty })
}

/// A line that may stand in a signature.
fn belongs(line: &Line<'_>) -> bool {
    line.blank()
        || line.short(75)
            && !line.quoted()
            && !line.speaks()
            && (!line.sentence() || line.reaches())
}

/// A name with a telephone number or an address at the very end of the sender's words, without a
/// parting: the line behind it.
pub(in crate::mail) fn card(lines: &[Line<'_>], at: usize, own: &[&str]) -> Option<usize> {
    if !apart(lines, at) {
        return None;
    }
    let first = lines.get(at)?;
    let ruled = first.ruled(3);
    let start = if ruled { at + 1 } else { at };
    let named = lines.iter().skip(start).find(|line| !line.blank())?;
    let below = alone(lines, at);
    let last = own.iter().rev().filter(|line| !line.is_empty()).nth(usize::from(below))?;
    if !heads(named, below) || announces(last) {
        return None;
    }
    // Without a way to reach anybody a position will do, but only below a finished sentence.
    let ended = last.trim_end().ends_with(['.', '!', '?', ')']);
    let (mut after, mut written, mut links) = (start, 0, 0);
    let (mut reaches, mut placed) = (false, false);
    for line in lines.iter().skip(start).take(LINES * 2) {
        if line.blank() {
            // A name without more in its paragraph is the sender's.
            if !ruled && !reaches && !placed {
                return None;
            }
        } else {
            if begins_other(lines, after) || line.quoted() {
                break;
            }
            if !fits(line) || line.has(words::NO_CARD) || written == LINES {
                return None;
            }
            // Titles with a link below each are a list.
            links += usize::from(line.links());
            if links > 2 || links > 0 && written < 2 {
                return None;
            }
            reaches |= line.reaches();
            placed |= line.has(words::POSITIONS) && written > 0;
            written += 1;
        }
        after += 1;
    }
    let found = reaches || placed && ended && written <= POSITION_LINES;
    (found && written > usize::from(!ruled && !below)).then_some(after)
}

/// A line of a card, or an attachment's name below it.
fn fits(line: &Line<'_>) -> bool {
    let file = line.trimmed.starts_with(['-', '<']) && line.trimmed.contains('.');
    line.short(75)
        && !line.speaks()
        && ((titled(line.trimmed) || line.reaches() || line.links()) && labelled(line) || file)
}

/// `Order number: 12` is what the sender wrote; `Phone: 555 0100` is a card's.
fn labelled(line: &Line<'_>) -> bool {
    let Some((label, _)) = line.low.split_once([':', '=']) else { return true };
    let mut parts = label.split(|c: char| !c.is_alphanumeric());
    label.contains("http")
        || !label.contains(char::is_alphabetic)
        || parts.any(|part| {
            words::WAYS.iter().any(|way| part.starts_with(way)) || part.chars().count() == 1
        })
}

/// Whether a line begins a paragraph, or follows a first name that is one. Below a quote a name
/// with a number is an answer.
fn apart(lines: &[Line<'_>], at: usize) -> bool {
    let above = |most: usize| {
        let before = lines.get(..at).unwrap_or_default().iter().rev();
        before.skip_while(|line| most == 2 && !line.blank()).take(NEAR).find(|line| !line.blank())
    };
    let begins = at.checked_sub(1).and_then(|above| lines.get(above)).is_some_and(Line::blank);
    let most = if begins { 1 } else { 2 };
    (begins || alone(lines, at)) && above(most).is_some_and(|line| !line.quoted())
}

/// Below a word that stands alone at the beginning of its paragraph: a first name, which stays.
fn alone(lines: &[Line<'_>], at: usize) -> bool {
    let above = |by: usize| at.checked_sub(by).and_then(|above| lines.get(above));
    above(1).is_some_and(|line| {
        !line.blank() && line.short(20) && line.trimmed.chars().all(char::is_alphabetic)
    }) && above(2).is_some_and(Line::blank)
}

/// A name or a position with which a card may begin; below a first name a number will do.
fn heads(line: &Line<'_>, below: bool) -> bool {
    let stops = line.trimmed.ends_with(['.', '!', ',', ';']) && !line.shortened();
    let word = line.low.split(' ').next().unwrap_or_default();
    let single = line.trimmed.chars().all(char::is_alphabetic);
    let answer = words::ANSWERS.contains(&word);
    line.short(60)
        && !(stops || answer || single)
        && (name_like(line.trimmed) && !line.low.contains('@') || below && line.reaches())
}

/// Whether the last line above says that an address or a number follows.
fn announces(last: &str) -> bool {
    let last = last.trim_end();
    let tail = last.get(last.floor_char_boundary(last.len().saturating_sub(HEAD))..);
    let low = tail.unwrap_or_default().to_lowercase();
    let end = low.rsplit(". ").next().unwrap_or_default();
    low.ends_with([':', '：'])
        || words::HERE.iter().any(|phrase| end.contains(phrase))
        || words::ANNOUNCES.iter().any(|phrase| end.contains(phrase))
            && !words::OF_MYSELF.iter().any(|phrase| end.contains(phrase))
}

/// Where something else begins: a quote, a rule, a footer.
fn begins_other(lines: &[Line<'_>], at: usize) -> bool {
    introduction(lines, at).is_some()
        || block(lines, at).is_some()
        || authored(lines, at)
        || lines.get(at).is_some_and(|line| {
            let standing = line.standing();
            line.trimmed.starts_with("--")
                || line.ruled(4)
                || separator(line).is_some()
                || standing.disclaims
                || line.opens(&LIST_FOOTERS)
                || standing.warns
        })
}

/// A line that a program signed with: `Sent from my phone`.
pub(in crate::mail) fn device(line: &Line<'_>) -> bool {
    let low = line.low.trim_start_matches(['(', '<', '[', '*', '_', ' ']);
    let program = || words::PROGRAMS.iter().any(|word| low.contains(word));
    let signed = DEVICES.begin(low) || DEVICE_VERBS.begin(low) && program();
    let excuse = || words::EXCUSES.iter().any(|word| low.contains(word));
    // A sentence about a telephone is the sender's: these lines have no full stop.
    let stop = line.trimmed.ends_with(['.', '!', '?']) && low.split(' ').count() > 6;
    signed && line.short(110) && (!stop || excuse())
}
