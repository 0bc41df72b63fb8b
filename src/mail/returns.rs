//! When somebody is back, as their automatic reply says: "back on Monday", "cuti s.d. 30 November".
//!
//! A day that is named behind a word of coming back is the first one there; any other one in a
//! sentence about an absence is taken for the last one away: rather a day too late. What cannot be
//! read says nothing. When a day is meant depends on the reader's zone, which the caller knows
//! (`engine/promising`).

use jiff::civil::Date;
use jiff::{ToSpan, Zoned};

use crate::mail::sentences::sentences;
use crate::mail::vocabulary::month;
use crate::mail::when::{self, When};

/// A day has no more words than this.
const WORDS: usize = 4;
/// So many sentences are looked at, one a line.
const MOST: usize = 4;

/// The sentences of an automatic reply that speak of an absence, in small letters; whether they
/// name a day is seen later.
pub fn absence(own: &str) -> Option<String> {
    let said = sentences(own);
    let told = said.iter().filter(|sentence| sentence.says(BACK) || sentence.says(GONE));
    let told: Vec<&str> = told.take(MOST).map(|sentence| sentence.padded.trim()).collect();
    (!told.is_empty()).then(|| told.join("\n"))
}

/// The first day on which they are there again, as meant on the day of `now`.
pub fn back_on(told: &str, now: &Zoned) -> Option<Date> {
    told.lines().find_map(|sentence| in_sentence(sentence, now))
}

fn in_sentence(sentence: &str, now: &Zoned) -> Option<Date> {
    let words = plain(sentence);
    let back = words.iter().rposition(|word| BACK.contains(&word.as_str()));
    if let Some(at) = back
        && let Some(day) = days(words.get(at + 1..)?, now).into_iter().next()
    {
        return Some(day);
    }
    let gone = words.iter().any(|word| GONE.contains(&word.as_str()));
    let last = days(&words, now).into_iter().max().filter(|_| gone)?;
    last.checked_add(1.days()).ok()
}

/// Every day that is named, in order.
fn days(words: &[String], now: &Zoned) -> Vec<Date> {
    let (mut found, mut from) = (Vec::new(), 0);
    while from < words.len() {
        let longest = WORDS.min(words.len() - from);
        let here = (1..=longest).rev().find_map(|count| {
            let window = words.get(from..from + count)?;
            Some((count, day(window, now)?))
        });
        from += match here {
            Some((count, day)) => {
                found.push(day);
                count
            }
            None => 1,
        };
    }
    found
}

fn day(words: &[String], now: &Zoned) -> Option<Date> {
    // A week, unless it is called a day.
    if words == ["minggu"] {
        return None;
    }
    match when::read(words, now).ok()? {
        When::Day(day) => Some(day),
        // A time of day names none.
        When::At(_) => None,
    }
}

/// The words of a sentence with days as `mail/when` reads them: `30 november`, `30/11/2026`, and of
/// `24-30 november` the last.
fn plain(sentence: &str) -> Vec<String> {
    let mut words: Vec<String> = sentence.split_whitespace().map(in_order).collect();
    for at in 0..words.len() {
        let Some(next) = words.get(at + 1).cloned() else { break };
        let Some(word) = words.get(at).cloned() else { break };
        if let Some(number) = ordinal(&next).filter(|_| month(&word).is_some()) {
            words.splice(at..at + 2, [number, word]);
        } else if let Some(number) = ordinal(last_of(&word)).filter(|_| month(&next).is_some())
            && let Some(slot) = words.get_mut(at)
        {
            *slot = number;
        }
    }
    words
}

/// `30.11.2026` as `30/11/2026`; a month that stands first, where it can only be one, behind.
fn in_order(word: &str) -> String {
    let parts: Vec<&str> = word.split(['.', '/']).collect();
    let digits = parts.iter().all(|part| part.chars().all(|c| c.is_ascii_digit()));
    match parts.as_slice() {
        [first, second, year] if digits && year.len() == 4 && first.len() < 3 => {
            let swapped = second.parse::<u8>().is_ok_and(|second| second > 12);
            let (day, month) = if swapped { (second, first) } else { (first, second) };
            format!("{day}/{month}/{year}")
        }
        _ => word.to_owned(),
    }
}

/// The last number of `24-30`.
fn last_of(word: &str) -> &str {
    word.rsplit(['-', '–']).next().unwrap_or(word)
}

/// `30`, `30th`, `1st`.
fn ordinal(word: &str) -> Option<String> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end));
    let digits = digits.unwrap_or(word);
    digits.parse::<u8>().ok().filter(|day| (1..=31).contains(day)).map(|day| day.to_string())
}

/// Words of coming back.
#[rustfmt::skip]
const BACK: &[&str] = &[
    "back", "return", "returning", "returns", "resume", "kembali", "masuk", "hadir",
];

/// Words of an absence, and those before its last day.
#[rustfmt::skip]
const GONE: &[&str] = &[
    "away", "out", "ooo", "leave", "vacation", "holiday", "travelling", "traveling", "absent",
    "unavailable", "until", "till", "til", "through", "thru", "cuti", "dinas", "libur", "sampai",
    "hingga", "s/d", "s.d", "sd",
];
