//! Where do a quote's introduction (`On … wrote:`) and the line between two messages stand?
//!
//! An introduction may be wrapped over several lines, and what it introduces may bear no mark.
//! The less follows from the mark, the more the line itself must show: a verb of writing, a time,
//! an address. Verbs and openers of many languages: `mail/zone_words`.

use crate::mail::lines::{HEAD, Heads, Line, clock, digits, name_like};
use crate::mail::zone_words as words;

/// An introduction is wrapped over so many lines at most.
const LINES: usize = 4;
/// A quote begins at most so many lines below its introduction.
const NEAR: usize = 8;
/// So many digits are a date with its year or its time.
const STAMP: usize = 4;

const OPENERS: Heads = Heads::of(words::OPENERS);
const FORWARD_LINES: Heads = Heads::of(words::FORWARD_LINES);

/// What kind of message a line between two messages announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::mail) enum Separator {
    Original,
    Forwarded,
}

/// `-----Original Message-----`, `Begin forwarded message:` and their kin.
pub(in crate::mail) fn separator(line: &Line<'_>) -> Option<Separator> {
    let bare = line.trimmed.trim_start_matches(['*', '<']);
    let dashed = ["--", "==", "__", "—", "##"].iter().any(|rule| bare.starts_with(rule));
    let says = |table: &[&str]| table.iter().any(|phrase| line.low.contains(phrase));
    if dashed && line.short(160) {
        if says(words::FORWARDED) {
            return Some(Separator::Forwarded);
        }
        if says(words::ORIGINAL) || says(words::WROTE) && digits(&line.low) >= STAMP {
            return Some(Separator::Original);
        }
    }
    (line.opens(&FORWARD_LINES) && line.short(60)).then_some(Separator::Forwarded)
}

/// The next line with words, if it comes soon.
pub(in crate::mail) fn next_written<'l, 't>(
    lines: &'l [Line<'t>],
    at: usize,
) -> Option<&'l Line<'t>> {
    lines.iter().skip(at).take(NEAR).find(|line| !line.blank())
}

/// The line behind an introduction that begins here.
pub(in crate::mail) fn introduction(lines: &[Line<'_>], at: usize) -> Option<usize> {
    let first = lines.get(at)?;
    if first.trimmed.len() > HEAD || first.blank() {
        return None;
    }
    if first.quoted() {
        return stamped_arrows(first).then_some(at + 1);
    }
    let opened = opens(first);
    // Verbs are looked for where a quote follows: most lines are neither.
    let marked = || lines.iter().skip(at + 1).take(2).any(Line::quoted);
    if !(opened || colon(&first.low) || marked() && closing(&first.low).is_some()) {
        return None;
    }
    let mut text = String::new();
    for offset in 0..LINES {
        let line = lines.get(at + offset)?;
        if offset > 0 && !(opened && goes_on(&text, line)) {
            return None;
        }
        text.push_str(&line.low);
        text.push(' ');
        let next = at + offset + 1;
        if let Some(close) = closing(&text) {
            let quote = next_written(lines, next).is_some_and(Line::quoted);
            let named = offset == 0 && named(first);
            if text.len() <= HEAD + LINES
                && (introduces(&text, close, opened, quote) || quote && named)
            {
                return Some(next);
            }
            if close == Close::Colon {
                return None;
            }
        } else if text.trim_end().ends_with(['.', '?', '!'])
            && !(text.contains('@') && known(&text))
        {
            return None;
        }
    }
    None
}

/// How an introduction may begin where it does not end on the same line.
fn opens(line: &Line<'_>) -> bool {
    line.opens(&OPENERS)
        || line.at_sign()
        || line.low.starts_with(char::is_numeric)
        || line.digits() >= STAMP && (clock(&line.low) || known(&line.low))
}

/// Whether a line may continue what stands before it. A program that wraps lines may leave the
/// closing bracket of an address at a line's beginning, where it looks like a quote's mark.
fn goes_on(text: &str, line: &Line<'_>) -> bool {
    if line.blank() || line.trimmed.len() > HEAD {
        return false;
    }
    let open = text.matches('<').count() > text.matches('>').count();
    !line.quoted() || open && closing(&line.low).is_some() && line.short(40)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Close {
    Colon,
    /// The verb itself: not every language and program puts a colon.
    Verb,
    /// An address and nothing behind it.
    Address,
}

fn closing(text: &str) -> Option<Close> {
    if colon(text) {
        return Some(Close::Colon);
    }
    let end = text.trim_end_matches(['*', ' ', '_']);
    let bare = end.trim_end_matches(['.', '-', ' ']);
    if words::WROTE.iter().any(|verb| bare.ends_with(verb)) {
        return Some(Close::Verb);
    }
    (end.ends_with('>') && text.starts_with(char::is_numeric)).then_some(Close::Address)
}

/// A colon at the end; where one reads from the right it may have come to the beginning.
fn colon(text: &str) -> bool {
    let end = text.trim_end_matches(['*', ' ', '_']);
    end.ends_with([':', '：', '՝', '៖']) || end.starts_with(':') && known(end)
}

fn known(text: &str) -> bool {
    let plain = text.is_ascii();
    words::WROTE.iter().any(|verb| (!plain || verb.is_ascii()) && text.contains(verb))
}

/// Whether a text introduces what follows, which bears a quote's mark or does not.
fn introduces(text: &str, close: Close, opened: bool, quote: bool) -> bool {
    let address = text.contains('@');
    let stamped = digits(text) >= STAMP;
    let dated = address || digits(text) > 2;
    match close {
        Close::Colon if quote => known(text) || dated && (opened || stamped),
        Close::Colon => {
            let doubtful = words::DOUBTFUL.iter().any(|verb| text.contains(verb));
            let said = opened && known(text) && (address || stamped && !doubtful);
            said || address && stamped && clock(text) && text.trim_end().ends_with(">:")
        }
        Close::Verb if quote => dated || text.len() < 60,
        Close::Verb => opened && address && stamped && clock(text),
        Close::Address => quote && address && stamped,
    }
}

/// `Ani Lestari:` or `Ani <ani@example.com>:` above a quote.
fn named(line: &Line<'_>) -> bool {
    let Some(name) = line.trimmed.strip_suffix(':') else { return false };
    let count = name.split_whitespace().count();
    line.short(90)
        && (name.ends_with('>') || (2..=4).contains(&count) && name_like(name) && all_capital(name))
}

fn all_capital(name: &str) -> bool {
    name.split_whitespace().all(|word| word.starts_with(char::is_uppercase))
}

/// `>>> Ani Lestari 23/11/2026 09:12 >>>`, as GroupWise introduces a quote without marks.
fn stamped_arrows(line: &Line<'_>) -> bool {
    let inner = line.trimmed.strip_prefix(">>>").and_then(|rest| rest.strip_suffix(">>>"));
    inner.is_some_and(|text| !text.contains('>') && digits(text) >= STAMP && line.short(160))
}
