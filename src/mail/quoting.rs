//! Which mail is quoted: what an introduction (`On Mon, 23 Nov 2026 at 09:12, Ani wrote:`) or a
//! header block tells of its author and its minute.
//!
//! Tells a moment only where day, month, year and time of day are all there. The words beside them
//! are compared with names, never shown. Next: `model/conversation`.

use jiff::civil::{Date, DateTime};

use crate::mail::zones::Zones;
use crate::model::message::{Introduced, Message};

/// Longer introductions are cut.
const LONGEST: usize = 400;
/// So many words of one are kept.
const WORDS: usize = 24;

/// How the names of months begin in many languages, full or short.
const MONTHS: [&[&str]; 12] = [
    &["jan", "ene", "gen", "янв", "led", "sty"],
    &["feb", "fev", "fév", "фев", "lut"],
    &["mar", "mär", "mrt", "maa", "мар"],
    &["apr", "avr", "abr", "апр", "kwi"],
    &["may", "mei", "mai", "maj", "mag", "май", "мая"],
    &["jun", "juin", "giu", "июн", "cze"],
    &["jul", "juil", "lug", "июл", "lip"],
    &["aug", "agu", "agt", "ags", "ago", "aoû", "aou", "авг", "sie"],
    &["sep", "set", "сен", "wrz"],
    &["oct", "okt", "out", "ott", "окт", "paź"],
    &["nov", "noi", "ноя", "lis"],
    &["dec", "des", "dez", "dic", "déc", "дек", "gru"],
];

/// What a reply that points to nothing tells of the mail that it quotes.
pub fn introduced(message: &Message, zones: &Zones) -> Option<Introduced> {
    message.is_lost_reply().then(|| read(&zones.introduction)).flatten()
}

/// Reads an introduction.
pub fn read(introduction: &str) -> Option<Introduced> {
    let text = introduction.get(..introduction.floor_char_boundary(LONGEST))?.to_lowercase();
    let text = text.replace(['年', '月'], "-").replace('日', " ");
    let parts = |c: char| c.is_whitespace() || "<>()[]{},;?\"*_|'`".contains(c);
    let words = text.split(parts).map(|word| word.trim_end_matches([':', '.', '-']));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).take(WORDS * 2).collect();
    let by = names(&words);
    (!by.is_empty()).then(|| Introduced { at: moment(&words), by })
}

fn moment(words: &[&str]) -> Option<DateTime> {
    let (hour, minute, half) = (0..words.len()).find_map(|at| clock(words, at))?;
    // Where the day comes first, the half of the day has its full stops.
    let american = words.iter().any(|word| word.ends_with("am") || word.ends_with("pm"));
    let date = (0..words.len()).find_map(|at| date(words, at, american))?;
    Some(date.at(on_the_day(hour, half)?, minute, 0, 0))
}

/// The words that may be a name or an address.
fn names(words: &[&str]) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for word in words.iter().filter(|word| !word.starts_with(|c: char| c.is_ascii_digit())) {
        let whole = word.trim_start_matches("mailto:");
        if whole.contains('@') {
            kept.push(whole);
        } else {
            kept.extend(whole.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()));
        }
    }
    kept.truncate(WORDS);
    kept.join(" ")
}

/// Before or after noon.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Before,
    After,
}

/// `9:12`, `09.12.33`, `1:20pm`, `1:20 PM`.
fn clock(words: &[&str], at: usize) -> Option<(i8, i8, Option<Half>)> {
    let word = words.get(at)?;
    let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
    let glued = word.get(digits.len()..).filter(|rest| !rest.is_empty());
    let mut parts = digits.split([':', '.', 'h']);
    let (hour, minute) = (parts.next()?, parts.next()?);
    if hour.len() > 2 || minute.len() != 2 || parts.next().is_some_and(|second| second.len() != 2) {
        return None;
    }
    // `23.11.26` is a day; only colons stand between three numbers of a clock.
    if digits.matches('.').count() > 1 && !marked(words, at) {
        return None;
    }
    let half = match glued.or_else(|| words.get(at + 1).copied()) {
        Some("am" | "a.m") => Some(Half::Before),
        Some("pm" | "p.m") => Some(Half::After),
        Some(_) | None => None,
    };
    let (hour, minute) = (hour.parse::<i8>().ok()?, minute.parse::<i8>().ok()?);
    ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some((hour, minute, half))
}

/// Whether a word says that a time of day follows.
fn marked(words: &[&str], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| words.get(before));
    before.is_some_and(|word| ["at", "um", "pukul", "jam", "om", "kl"].contains(word))
}

fn on_the_day(hour: i8, half: Option<Half>) -> Option<i8> {
    match (half, hour) {
        (Some(Half::Before), 12) => Some(0),
        (Some(Half::After), 1..12) => Some(hour + 12),
        (_, _) => (0..24).contains(&hour).then_some(hour),
    }
}

/// `23 Nov 2026`, `Nov 23, 2026`, `23.11.2026`, `2026-11-23`, `11/23/2026`.
fn date(words: &[&str], at: usize, american: bool) -> Option<Date> {
    let word = words.get(at)?;
    if let Some(month) = month(word) {
        let near = |by: usize| words.get(at + by).copied().unwrap_or_default();
        let joined = |word: &str| ["de", "of", "del"].contains(&word);
        let before: Vec<&str> =
            words.iter().take(at).rev().copied().filter(|word| !joined(word)).take(1).collect();
        let next = if joined(near(1)) { near(2) } else { near(1) };
        let day_first = || Some((day(before.first()?)?, year(next)?));
        let day_next = || Some((day(near(1))?, year(near(2))?));
        let (day, year) = day_first().or_else(day_next)?;
        return Date::new(year, month, day).ok();
    }
    let parts: Vec<&str> = word.split(['/', '-', '.']).collect();
    let [a, b, c] = parts.as_slice() else { return None };
    let small = |text: &str| text.parse::<i8>().ok().filter(|_| text.len() <= 2);
    if let (Some(day), Some(month), Some(year)) = (day(a), month(b), year(c)) {
        return Date::new(year, month, day).ok();
    }
    if let Some(year) = year(a) {
        return Date::new(year, small(b)?, small(c)?).ok();
    }
    let (a, b, year) = (small(a)?, small(b)?, year(c).or_else(|| short_year(c))?);
    let month_first = a <= 12 && (b > 12 || american && word.contains('/'));
    let (day, month) = if month_first { (b, a) } else { (a, b) };
    Date::new(year, month, day).ok()
}

fn month(word: &str) -> Option<i8> {
    let begins = |names: &&[&str]| names.iter().any(|name| word.starts_with(name));
    let place = MONTHS.iter().position(begins)?;
    i8::try_from(place + 1).ok()
}

/// `23`, `1st`.
fn day(word: &str) -> Option<i8> {
    let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
    digits.parse().ok().filter(|day| (1..=31).contains(day) && word.len() <= digits.len() + 2)
}

fn year(word: &str) -> Option<i16> {
    word.parse().ok().filter(|year| word.len() == 4 && (1990..2100).contains(year))
}

fn short_year(word: &str) -> Option<i16> {
    word.parse::<i16>().ok().filter(|_| word.len() == 2).map(|year| 2000 + year)
}
