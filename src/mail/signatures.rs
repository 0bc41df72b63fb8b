//! What stands below the last word of a text: partings with a name, ways to reach somebody, and
//! what programs put under their user's words.
//!
//! Losing a word of the sender's is worse than keeping a line of a signature: whatever reads like
//! a sentence, asks something, or was announced above stays. Wording: `mail/zone_words`.

use std::sync::LazyLock;

use crate::mail::blocks::{authored, block};
use crate::mail::introductions::{introduction, next_written, separator};
use crate::mail::lexicon::Lexicon;
use crate::mail::lines::{HEAD, Heads, Line, PHONE, digits, name_like, titled};
use crate::mail::zone_words as words;

/// A signature has no more lines than this.
const LINES: usize = 15;
/// A card without a way to reach anybody has no more than a name, a position or two and a house.
const POSITION_LINES: usize = 5;
/// Below a name, a position and a house the ways to reach somebody may stand apart.
const NAMED_LINES: usize = 2;
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
    let name = |line: &Line<'_>| {
        let (name, number) = line.trimmed.split_once('(').unwrap_or((line.trimmed, ""));
        name_like(line.trimmed) || digits(number) > 3 && name_like(name)
    };
    if !lines.get(named).is_some_and(|line| line.quoted() || name(line)) {
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

/// A card as far as it was read.
struct Card {
    after: usize,
    written: usize,
    links: usize,
    ways: usize,
    placed: bool,
    motto: bool,
    /// It stands below a first name.
    below: bool,
}

impl Card {
    /// Reads one line with words; false if it belongs to no card.
    fn take(&mut self, line: &Line<'_>) -> bool {
        // Below a whole card somebody else may be quoted.
        self.motto |= self.ways > 1 && line.trimmed.starts_with(['"', '“']);
        let said = |line: &Line<'_>| line.short(75) && !line.speaks();
        let belongs = if self.motto { said(line) } else { fits(line) };
        // Titles with a link below each are a list.
        self.links += usize::from(line.links());
        let listed = self.links > 2 || self.links > 0 && self.written < 2;
        let inner = (self.below || self.written > 0) && line.inner();
        self.ways += usize::from(line.reaches() || inner);
        self.placed |= line.has(words::POSITIONS) && self.written > 0;
        self.written += 1;
        belongs && !listed && !line.has(words::NO_CARD) && self.written <= LINES
    }

    /// Whether it may go on behind a blank line.
    fn goes_on(&self, lines: &[Line<'_>]) -> bool {
        let apart = || next_written(lines, self.after).is_some_and(Line::reaches);
        let headed = self.written > NAMED_LINES || self.written == NAMED_LINES && apart();
        self.ways > 0 || self.placed || headed
    }
}

/// A name with a telephone number or an address at the very end of the sender's words, without a
/// parting: the line behind it.
pub(in crate::mail) fn card(lines: &[Line<'_>], at: usize, own: &[&str]) -> Option<usize> {
    if !apart(lines, at) {
        return None;
    }
    let ruled = lines.get(at)?.ruled(3);
    let after = if ruled { at + 1 } else { at };
    let named = lines.iter().skip(after).find(|line| !line.blank())?;
    let below = alone(lines, at);
    let mut above = own.iter().rev().filter(|line| !line.is_empty()).copied();
    // Nothing above it at all: somebody passes on what follows.
    let only = own.iter().all(|line| line.is_empty());
    let last = above.nth(usize::from(below));
    if !heads(named, below) || !only && (announces(last?) || reached(last?)) {
        return None;
    }
    let (links, placed, motto) = (0, false, false);
    let mut card = Card { after, written: 0, links, ways: 0, placed, motto, below };
    for line in lines.iter().skip(after).take(LINES * 2) {
        if line.blank() {
            // A name without more in its paragraph is the sender's. Several cards are a list, and
            // that may be all there is to say.
            if !(ruled || card.goes_on(lines)) || only && card.ways < 2 {
                return None;
            }
        } else if begins_other(lines, card.after) && !(card.written == 1 && line.ruled(3))
            || line.quoted()
        {
            break;
        } else if !line.ruled(3) && !card.take(line) {
            return None;
        }
        card.after += 1;
    }
    // Without a way to reach anybody a position will do, but only below a finished sentence.
    let ended = last.is_some_and(|last| last.trim_end().ends_with(['.', '!', '?', ')']));
    let placed = card.placed && ended && card.written <= POSITION_LINES;
    let found = card.ways > usize::from(only) || placed;
    (found && card.written > usize::from(!ruled && !below)).then_some(card.after)
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
    let begins = at.checked_sub(1).and_then(|above| lines.get(above)).is_none_or(Line::blank)
        || lines.get(at).is_some_and(|line| line.ruled(4));
    let most = if begins { 1 } else { 2 };
    (begins || alone(lines, at)) && above(most).is_none_or(|line| !line.quoted())
}

/// Below a word that stands alone at the beginning of its paragraph, or behind a finished
/// sentence: a first name, which stays.
fn alone(lines: &[Line<'_>], at: usize) -> bool {
    let above = |by: usize| at.checked_sub(by).and_then(|above| lines.get(above));
    above(1).is_some_and(|line| {
        !line.blank() && line.short(20) && line.trimmed.chars().all(char::is_alphabetic)
    }) && above(2).is_some_and(|line| line.blank() || line.sentence() && !line.quoted())
}

/// A name or a position with which a card may begin; below a first name a number will do.
fn heads(line: &Line<'_>, below: bool) -> bool {
    let stops = line.trimmed.ends_with(['.', '!', ',', ';']) && !line.shortened();
    let word = line.low.split(' ').next().unwrap_or_default();
    let single = line.trimmed.chars().all(char::is_alphabetic);
    let answer = words::ANSWERS.contains(&word);
    line.short(60)
        && !(stops || answer || single)
        && (name_like(line.trimmed) && !line.low.contains('@')
            || below && (line.reaches() || line.inner()))
}

/// What a line says of what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tells {
    /// Something stands below.
    Here,
    /// An address or a number does.
    Number,
    /// It is the signature's own.
    Myself,
}

static TELLING: LazyLock<Lexicon<Tells>> = LazyLock::new(|| {
    Lexicon::anywhere([
        (words::HERE, Tells::Here),
        (words::ANNOUNCES, Tells::Number),
        (words::OF_MYSELF, Tells::Myself),
    ])
});

/// Whether the last line above says that an address or a number follows.
fn announces(last: &str) -> bool {
    let last = last.trim_end();
    let tail = last.get(last.floor_char_boundary(last.len().saturating_sub(HEAD))..);
    let low = tail.unwrap_or_default().to_lowercase();
    let end = low.rsplit(". ").next().unwrap_or_default();
    if low.ends_with([':', '：']) {
        return true;
    }
    // `there is` announces nothing.
    let begins = |at: usize| !end.get(..at).unwrap_or_default().ends_with(char::is_alphanumeric);
    let found = TELLING.found(end).into_iter().filter(|found| begins(found.at));
    let told: Vec<Tells> = found.map(|found| found.meaning).collect();
    let number = told.contains(&Tells::Number) && !told.contains(&Tells::Myself);
    // Who has named the number already announces none.
    told.contains(&Tells::Here) || number && digits(end) < PHONE
}

/// Whether a line above a card is the end of another one: together they are a list.
fn reached(last: &str) -> bool {
    let line = Line::new(last);
    line.reaches() && !line.sentence()
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
