//! The time that a promise names, as its writer meant it at that moment.
//!
//! `mail/when` reads the commands of a letter, where a whole text is a time; here one is looked for
//! among other words. So a span counts only where a word says that it is one (`in two days`,
//! `2 hari lagi`), and what a thing is from or for (`the figures for Friday`) is not when it comes.
//! When a day is over depends on the writer's hours, which the caller knows (`engine/promising`).

use jiff::civil::{Date, Weekday};
use jiff::{ToSpan, Zoned};

use crate::mail::vocabulary::{LINKS, counted, month, one_of, unit, weekday};
use crate::mail::when::{self, Reading, Unclear, When};

/// A time has no more words than this.
const WORDS: usize = 4;

/// The time named on the first line that names one.
pub fn named(promise: &str, now: &Zoned) -> Option<When> {
    promise.lines().find_map(|line| on_line(line, now))
}

fn on_line(line: &str, now: &Zoned) -> Option<When> {
    let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    (0..words.len()).find_map(|from| {
        let before = from.checked_sub(1).and_then(|at| words.get(at)).map_or("", String::as_str);
        if [before, words.get(from)?.as_str()].iter().any(|word| ELSEWHEN.contains(word)) {
            return None;
        }
        let longest = WORDS.min(words.len() - from);
        (1..=longest).rev().find_map(|count| {
            let behind = words.get(from + count).map_or("", String::as_str);
            time(words.get(from..from + count)?, (before, behind), now)
        })
    })
}

/// Whether a word belongs to a time.
pub(in crate::mail) fn is_time_word(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
        || TIME_WORDS.contains(&word)
        || weekday(word).is_some()
        || month(word).is_some()
}

fn time(words: &[String], around: (&str, &str), now: &Zoned) -> Option<When> {
    let plain: Vec<&str> = words.iter().map(String::as_str).collect();
    let today = now.date();
    let ahead = |days: i64| today.checked_add(days.days()).ok();
    let day = match plain.as_slice() {
        ["today" | "tonight" | "eod" | "cob"]
        | ["hari" | "siang" | "sore" | "malam", "ini"]
        | ["nanti", "siang" | "sore" | "malam"]
        | ["this", "morning" | "afternoon" | "evening"]
        | ["end" | "close", "of", "day" | "business"] => Some(today),
        ["in", "the", "morning"] | ["tomorow" | "tommorow" | "tommorrow" | "tomarrow"] => ahead(1),
        ["this", "week"]
        | ["end", "of", "week"]
        | ["end", "of", "the", "week"]
        | ["before" | "by", "the", "weekend"]
        | ["minggu" | "pekan", "ini"] => friday(today),
        ["this" | "the", "weekend"] | ["akhir", "pekan" | "minggu"] => sunday(today),
        ["next", "week"] | ["minggu" | "pekan", "depan"] => {
            today.nth_weekday(1, Weekday::Monday).ok().and_then(friday)
        }
        [name, month, day] if weekday(name).is_some() => return date(month, day, now),
        [month, day] => match date(month, day, now) {
            Some(when) => return Some(when),
            None => return read(words, &plain, around, now),
        },
        // A week, unless it is called a day.
        ["minggu"] => None,
        _ => return read(words, &plain, around, now),
    };
    day.map(When::Day)
}

fn read(words: &[String], plain: &[&str], around: (&str, &str), now: &Zoned) -> Option<When> {
    // A date may go on behind such a word: it is read from the next one.
    if plain.first().is_some_and(|word| one_of(LINKS, word)) {
        return None;
    }
    if is_span(plain) && !["in", "within", "dalam"].contains(&around.0) && around.1 != "lagi" {
        return None;
    }
    match when::read(words, now) {
        Ok(when) => Some(when),
        // Of two days the later one: rather a reminder too few.
        Err(Unclear::Ambiguous(Reading::On(one), Reading::On(other))) => {
            Some(When::Day(one.max(other)))
        }
        Err(_) => None,
    }
}

/// How long something takes, unless a word says that it is over then.
fn is_span(plain: &[&str]) -> bool {
    match plain {
        [word] => {
            let digits = word.trim_start_matches(|c: char| c.is_ascii_digit());
            let glued = digits.len() < word.len() && unit(digits).is_some();
            glued || word.strip_prefix("se").is_some_and(|word| unit(word).is_some())
        }
        [count, word] => counted(count).is_some() && unit(word).is_some(),
        _ => false,
    }
}

/// `august 8`, `sept 17th`.
fn date(name: &str, day: &str, now: &Zoned) -> Option<When> {
    month(name)?;
    let number = day.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    when::read(&[number.to_owned(), name.to_owned()], now).ok()
}

/// The last working day of most weeks.
fn friday(day: Date) -> Option<Date> {
    let ahead = 5 - i64::from(day.weekday().to_monday_one_offset());
    day.checked_add(ahead.max(0).days()).ok()
}

fn sunday(day: Date) -> Option<Date> {
    day.checked_add((7 - i64::from(day.weekday().to_monday_one_offset())).days()).ok()
}

/// Behind these stands when something was, or what it is about.
#[rustfmt::skip]
const ELSEWHEN: &[&str] = &[
    "for", "from", "of", "since", "last", "every", "each", "times",
    "starting", "beginning", "the", "untuk", "dari", "sejak", "mulai", "tiap", "setiap",
];

#[rustfmt::skip]
const TIME_WORDS: &[&str] = &[
    "today", "tomorrow", "tonight", "tmrw", "tmr", "besok", "bsk", "lusa", "hari",
    "pagi", "siang", "sore", "malam", "ini", "minggu", "depan", "pekan", "tanggal", "tgl", "jam",
    "pukul", "pkl", "akhir", "sebelum", "pada", "dalam", "bulan", "nanti",
];
