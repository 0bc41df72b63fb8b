//! Spans and moments as people type them in a command: `2d`, `dua hari lagi`, `sampai senin`.
//!
//! Both languages always, day before month always. Where a text can mean two things it says so
//! instead of choosing: `2hr` (hours, or short for *hari*), `minggu depan` (week or Sunday),
//! `jam 3` (night or afternoon). Never reads a clock; next station: `mail/command`.

use std::iter::Peekable;
use std::slice::Iter;

use jiff::civil::{Date, Time, Weekday};
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};
use serde::{Deserialize, Serialize};

use crate::mail::dates;
use crate::mail::vocabulary::{CLOCK_WORDS, LINKS};
use crate::mail::vocabulary::{Half, Unit, counted, day_part, month, one_of, unit, weekday};
use crate::model::verdict::Language;

/// Nothing is put off for longer.
const FARTHEST_DAYS: i64 = 366;
/// A date without a year that has gone by means next year only if that is near.
const NEXT_YEAR_DAYS: i64 = 180;

/// The moment that was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// An exact time.
    At(Timestamp),
    /// A whole day: the caller takes the begin of working hours on it.
    Day(Date),
}

/// Why no moment could be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unclear {
    /// Nothing was said.
    Missing,
    /// It can mean two things; both, as they would be written.
    Ambiguous(Reading, Reading),
    /// Not a time.
    Unknown,
    /// It has gone by.
    Past,
    /// Further away than a year.
    TooFar,
}

/// One of two meanings, to be written in the language of the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// So many hours.
    Hours(u32),
    /// So many days.
    Days(u32),
    /// That day.
    On(Date),
    /// That hour of the day.
    Hour(i8),
}

impl Reading {
    /// Written so that it can be typed back.
    pub(in crate::mail) fn typed(&self, to: Language) -> String {
        match (self, to) {
            (Self::Hours(count), Language::Id) => format!("{count} jam"),
            (Self::Hours(count), Language::En) => format!("{count} hours"),
            (Self::Days(count), Language::Id) => format!("{count} hari"),
            (Self::Days(count), Language::En) => format!("{count} days"),
            (Self::On(day), to) => dates::short_date(*day, to),
            (Self::Hour(hour), Language::Id) => format!("pukul {hour:02}.00"),
            (Self::Hour(hour), Language::En) => format!("{hour:02}:00"),
        }
    }
}

type Words<'a> = Peekable<Iter<'a, String>>;

/// Reads all of `words` (lower-cased) as one span or moment after `now`.
pub fn read(words: &[String], now: &Zoned) -> Result<When, Unclear> {
    let words: Vec<String> = words.iter().filter(|w| !one_of(LINKS, w)).cloned().collect();
    if words.is_empty() {
        return Err(Unclear::Missing);
    }
    let when = match span(&words) {
        Some((count, unit)) => after(count, unit, now)?,
        None => moment(&words, now)?,
    };
    within_reach(when, now)
}

/// Whether a number begins a span or a date (`2 hari`, `26 nov`) rather than naming an item
/// (`1 jam 14`, `1 hari senin`, `1 minggu depan`).
pub fn begins_here(number: &str, rest: &[String]) -> bool {
    let (next, third) = (rest.first().map(String::as_str), rest.get(1).map(String::as_str));
    let Some(next) = next else { return false };
    let clock = third.is_some_and(|w| w.starts_with(|c: char| c.is_ascii_digit()));
    let item = match next {
        "jam" => clock,
        "hari" => third.is_some_and(|w| w == "ini" || weekday(w).is_some()),
        "minggu" | "pekan" => third == Some("depan"),
        _ => false,
    };
    counted(number).is_some() && !item && (unit(next).is_some() || month(next).is_some())
}

fn within_reach(when: When, now: &Zoned) -> Result<When, Unclear> {
    let today = now.date();
    let last = today.checked_add(FARTHEST_DAYS.days()).map_err(|_| Unclear::TooFar)?;
    let day = match when {
        When::At(at) => at.to_zoned(now.time_zone().clone()).date(),
        When::Day(day) => day,
    };
    match when {
        When::At(at) if at <= now.timestamp() => Err(Unclear::Past),
        When::Day(day) if day <= today => Err(Unclear::Past),
        When::At(_) | When::Day(_) if day > last => Err(Unclear::TooFar),
        When::At(_) | When::Day(_) => Ok(when),
    }
}

/// `2d`, `2 hari`, `dua hari lagi`, `seminggu`, `an hour`.
fn span(words: &[String]) -> Option<(u32, Unit)> {
    let words: Vec<&str> = words.iter().map(String::as_str).filter(|w| *w != "lagi").collect();
    match words.as_slice() {
        [one] => glued(one).or_else(|| one.strip_prefix("se").and_then(unit).map(|u| (1, u))),
        [count, word] => Some((counted(count)?, unit(word)?)),
        _ => None,
    }
}

fn glued(word: &str) -> Option<(u32, Unit)> {
    let end = word.find(|c: char| !c.is_ascii_digit())?;
    let (digits, rest) = word.split_at_checked(end)?;
    Some((digits.parse().ok()?, unit(rest)?))
}

fn after(count: u32, unit: Unit, now: &Zoned) -> Result<When, Unclear> {
    let count_i = i64::from(count);
    let hours = |hours: i64| SignedDuration::from_secs(hours.saturating_mul(3600));
    let later = |span: SignedDuration| {
        now.timestamp().checked_add(span).map(When::At).map_err(|_| Unclear::TooFar)
    };
    let day = |days: i64| {
        let days = if days > 10 * FARTHEST_DAYS { return Err(Unclear::TooFar) } else { days };
        now.date().checked_add(days.days()).map(When::Day).map_err(|_| Unclear::TooFar)
    };
    match unit {
        Unit::Minute => later(SignedDuration::from_secs(count_i.saturating_mul(60))),
        Unit::Hour => later(hours(count_i)),
        Unit::Day => day(count_i),
        Unit::Week => day(count_i.saturating_mul(7)),
        Unit::HourOrDay => Err(Unclear::Ambiguous(Reading::Days(count), Reading::Hours(count))),
    }
}

/// A day, a time of day, or both.
fn moment(words: &[String], now: &Zoned) -> Result<When, Unclear> {
    let mut rest = words.iter().peekable();
    let time_first = time(&mut rest)?;
    let day = day(&mut rest, now)?;
    // `besok pagi` is the day itself: its working hours begin in the morning.
    rest.next_if(|w| day.is_some() && ["pagi", "morning"].contains(&w.as_str()));
    let time = match time_first {
        Some(time) => Some(time),
        None if day.is_some() && rest.peek().is_some() => {
            Some(bare_hour(&mut rest)?.ok_or(Unclear::Unknown)?)
        }
        None => None,
    };
    if rest.next().is_some() {
        return Err(Unclear::Unknown);
    }
    match (day, time) {
        (Some(day), None) => Ok(When::Day(day)),
        (Some(day), Some(time)) => at(day, time, now),
        (None, Some(time)) => match at(now.date(), time, now)? {
            When::At(moment) if moment <= now.timestamp() => {
                at(now.date().tomorrow().map_err(|_| Unclear::TooFar)?, time, now)
            }
            later @ (When::At(_) | When::Day(_)) => Ok(later),
        },
        (None, None) => Err(Unclear::Unknown),
    }
}

fn at(day: Date, time: Time, now: &Zoned) -> Result<When, Unclear> {
    let moment = day.to_datetime(time).to_zoned(now.time_zone().clone());
    moment.map(|zoned| When::At(zoned.timestamp())).map_err(|_| Unclear::TooFar)
}

/// A day of the calendar at the front of `rest`; nothing is taken where there is none.
fn day(rest: &mut Words<'_>, now: &Zoned) -> Result<Option<Date>, Unclear> {
    let today = now.date();
    let ahead = |days: i64| today.checked_add(days.days()).map_err(|_| Unclear::TooFar);
    let Some(first) = rest.peek().map(|w| w.as_str()) else { return Ok(None) };
    let second = rest.clone().nth(1).map(String::as_str);
    let (date, taken) = match (first, second) {
        ("today", _) => (today, 1),
        ("hari", Some("ini")) => (today, 2),
        ("tomorrow" | "besok" | "bsk" | "tmr" | "tmrw", _) => (ahead(1)?, 1),
        ("lusa", _) => (ahead(2)?, 1),
        ("next", Some("week")) | ("pekan", Some("depan")) => (next_week(today)?, 2),
        ("minggu", Some("depan")) => {
            let (week, sunday) = (next_week(today)?, coming(today, Weekday::Sunday)?);
            return Err(Unclear::Ambiguous(Reading::On(week), Reading::On(sunday)));
        }
        ("hari", Some(name)) if weekday(name).is_some() => {
            rest.next();
            return day(rest, now);
        }
        ("next", Some(name)) if weekday(name).is_some() => (next_named(today, name)?, 2),
        (name, Some("depan")) if weekday(name).is_some() => (next_named(today, name)?, 2),
        (name, _) if weekday(name).is_some() => {
            (coming(today, weekday(name).ok_or(Unclear::Unknown)?)?, 1)
        }
        (number, Some(name)) if number.parse::<i8>().is_ok() && month(name).is_some() => {
            return day_and_month(rest, today).map(Some);
        }
        (word, _) => match numeric_date(word, today)? {
            Some(date) => (date, 1),
            None => return Ok(None),
        },
    };
    rest.by_ref().take(taken).for_each(|_| ());
    Ok(Some(date))
}

fn coming(today: Date, weekday: Weekday) -> Result<Date, Unclear> {
    today.nth_weekday(1, weekday).map_err(|_| Unclear::TooFar)
}

fn next_week(today: Date) -> Result<Date, Unclear> {
    coming(today, Weekday::Monday)
}

/// `next friday`: clear only where the coming one lies in the next week anyway.
fn next_named(today: Date, name: &str) -> Result<Date, Unclear> {
    let near = coming(today, weekday(name).ok_or(Unclear::Unknown)?)?;
    if near >= next_week(today)? {
        return Ok(near);
    }
    let far = near.checked_add(7.days()).map_err(|_| Unclear::TooFar)?;
    Err(Unclear::Ambiguous(Reading::On(near), Reading::On(far)))
}

/// `26 nov`, `26 november 2026`.
fn day_and_month(rest: &mut Words<'_>, today: Date) -> Result<Date, Unclear> {
    let number = rest.next().and_then(|w| w.parse::<i8>().ok()).ok_or(Unclear::Unknown)?;
    let month = rest.next().and_then(|w| month(w)).ok_or(Unclear::Unknown)?;
    let year = rest.peek().and_then(|w| w.parse::<i16>().ok()).filter(|y| (2000..2200).contains(y));
    if year.is_some() {
        rest.next();
    }
    dated(year, month, number, today)
}

/// `26/11`, `26-11-2026`, `2026-11-26`: the day first, always, unless the year is.
fn numeric_date(word: &str, today: Date) -> Result<Option<Date>, Unclear> {
    let parts: Vec<&str> = word.split(['/', '-']).collect();
    if parts.iter().any(|p| p.is_empty() || p.len() > 4 || !p.chars().all(|c| c.is_ascii_digit())) {
        return Ok(None);
    }
    let small = |text: &str| text.parse::<i8>().map_err(|_| Unclear::Unknown);
    let year = |text: &str| match (text.len(), text.parse::<i16>()) {
        (4, Ok(year)) => Ok(Some(year)),
        (2, Ok(year)) => Ok(Some(2000 + year)),
        (_, _) => Err(Unclear::Unknown),
    };
    match parts.as_slice() {
        [day, month] => dated(None, small(month)?, small(day)?, today).map(Some),
        [y, month, day] if y.len() == 4 => {
            dated(year(y)?, small(month)?, small(day)?, today).map(Some)
        }
        [day, month, y] => dated(year(y)?, small(month)?, small(day)?, today).map(Some),
        _ => Ok(None),
    }
}

fn dated(year: Option<i16>, month: i8, day: i8, today: Date) -> Result<Date, Unclear> {
    let make = |year: i16| Date::new(year, month, day).map_err(|_| Unclear::Unknown);
    if let Some(year) = year {
        return make(year);
    }
    // A leap day is no day of most years: then the next year is tried at once.
    let this = make(today.year());
    match this {
        Ok(date) if date > today => Ok(date),
        Ok(_) | Err(_) => {
            let next = make(today.year() + 1)?;
            let near = today.checked_add(NEXT_YEAR_DAYS.days()).map_err(|_| Unclear::TooFar)?;
            if next <= near { Ok(next) } else { this.and(Err(Unclear::Past)) }
        }
    }
}

/// A time of day that is marked as one: `jam 14`, `pukul 14.30`, `at 9`, `14:30`, `3pm`.
fn time(rest: &mut Words<'_>) -> Result<Option<Time>, Unclear> {
    let marked = rest.peek().is_some_and(|w| one_of(CLOCK_WORDS, w));
    if marked {
        rest.next();
        return bare_hour(rest)?.ok_or(Unclear::Unknown).map(Some);
    }
    let plain =
        rest.peek().is_some_and(|w| w.contains(':') || w.ends_with("am") || w.ends_with("pm"));
    if plain { bare_hour(rest) } else { Ok(None) }
}

/// A time of day where only one can stand.
fn bare_hour(rest: &mut Words<'_>) -> Result<Option<Time>, Unclear> {
    if rest.peek().is_some_and(|w| one_of(CLOCK_WORDS, w)) {
        rest.next();
    }
    let Some(word) = rest.next() else { return Ok(None) };
    let word = word.trim_end_matches("wib").trim_end_matches("wita").trim_end_matches("wit");
    let (digits, glued) = match word.find(|c: char| c.is_ascii_alphabetic()) {
        Some(end) => word.split_at_checked(end).unwrap_or((word, "")),
        None => (word, ""),
    };
    let mut parts = digits.split([':', '.']);
    let hour_text = parts.next().unwrap_or("");
    let minute_text = parts.next();
    let (Ok(hour), Ok(minute)) = (hour_text.parse::<i8>(), minute_text.unwrap_or("0").parse())
    else {
        return Ok(None);
    };
    let two_digits = minute_text.is_none_or(|m| m.len() == 2);
    if parts.next().is_some() || !two_digits || hour_text.len() > 2 {
        return Err(Unclear::Unknown);
    }
    let part = match glued {
        "" => rest.next_if(|w| day_part(w).is_some()).map(String::as_str),
        word => Some(word),
    };
    rest.next_if(|w| ["wib", "wita", "wit"].contains(&w.as_str()));
    let exact = minute_text.is_some() && hour_text.len() == 2;
    Time::new(hour_of(hour, part, exact)?, minute, 0, 0).map(Some).map_err(|_| Unclear::Unknown)
}

/// The hour on the 24-hour clock. A small bare hour can be night or afternoon.
fn hour_of(hour: i8, part: Option<&str>, exact: bool) -> Result<i8, Unclear> {
    let part = match part {
        None if (1..=6).contains(&hour) && !exact => {
            return Err(Unclear::Ambiguous(Reading::Hour(hour), Reading::Hour(hour + 12)));
        }
        None => return Ok(hour),
        Some(word) => day_part(word).ok_or(Unclear::Unknown)?,
    };
    match (part, hour) {
        (_, 13..) => Ok(hour),
        (Half::Morning, 12) => Ok(0),
        (Half::Morning, _) | (Half::Noon, 10..=12) | (Half::Afternoon, 12) => Ok(hour),
        (Half::Noon | Half::Afternoon, _) => Ok(hour + 12),
    }
}
