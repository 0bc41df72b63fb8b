//! The days of an absence as people type them: `24-26 nov sari`, `tomorrow`, `sampai jumat`.
//!
//! Whole days, the day before the month always, both languages always. It never guesses: a begin
//! after the end, a day that two could be meant by, or a word too many is a mistake, and a mistake
//! changes nothing. A year that is missing is that of the next such date, if it is near. Who the
//! word at the end names, the caller finds out (`engine/leaving`). Next station: `mail/command`.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use crate::mail::command::{BREAK, Mistake};
use crate::mail::vocabulary::{DAY_PARTS, FROM_WORDS, UNTIL_WORDS, month, one_of, weekday};
use crate::mail::when::{Reading, Unclear};
use crate::model::away::Reason;

/// Nobody is away for longer, or says so earlier.
const FARTHEST_DAYS: i64 = 366;
/// A date without a year means another year only if that is near.
const NEAR_DAYS: i64 = 180;
/// What was over so lately is rather meant than what is far.
const RECENT_DAYS: i64 = 30;

/// The days that somebody is away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// The first day.
    pub from: Date,
    /// The last day, included; never before the first.
    pub until: Date,
    /// Why.
    pub reason: Reason,
    /// Who stands in, as it was typed: a first name or an address.
    pub delegate: Option<String>,
}

/// A day as it was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    Exact(Date),
    /// Without its year.
    Yearly {
        month: i8,
        day: i8,
    },
    /// `24` of `24-26 nov`.
    Bare(i8),
    Weekday(Weekday),
}

type Tokens<'a> = &'a [String];

/// Reads all of `words` (lower-cased, politeness taken out) on the day when they were said.
pub fn read(words: &[String], reason: Reason, today: Date) -> Result<Absence, Mistake> {
    let tokens: Vec<String> = words.iter().flat_map(|word| pieces(word)).collect();
    let tokens = without_links(&tokens);
    if tokens.is_empty() {
        return Err(Mistake::Days(Unclear::Missing));
    }
    let unknown = || Mistake::Days(Unclear::Unknown);
    let open = tokens.first().is_some_and(|token| one_of(UNTIL_WORDS, token));
    let (first, rest) = match open {
        true => (Named::Exact(today), tokens),
        false => day(tokens, today)?.ok_or_else(unknown)?,
    };
    let (last, rest) = match joined(rest) {
        Some(rest) => {
            let (last, rest) = day(without_links(rest), today)?.ok_or_else(unknown)?;
            (Some(last), rest)
        }
        None => (None, rest),
    };
    let (from, until) = span(first, last, today)?;
    Ok(Absence { from, until, reason, delegate: delegate(rest)? })
}

/// Whether a day follows, as far as its first words tell: what is written to oneself under `Dinas
/// ke Bandung` is a note, and no absence.
pub fn begins(words: &[String]) -> bool {
    let tokens: Vec<String> = words.iter().flat_map(|word| pieces(word)).collect();
    let tokens = match without_links(&tokens) {
        [first, rest @ ..] if one_of(UNTIL_WORDS, first) => without_links(rest),
        all => all,
    };
    match tokens {
        [] => false,
        [first, next, ..] if first == "hari" || first == "next" => next == "ini" || is_day(next),
        [first, ..] => is_day(first),
    }
}

fn without_links(tokens: Tokens<'_>) -> Tokens<'_> {
    let links = tokens.iter().take_while(|token| one_of(FROM_WORDS, token)).count();
    tokens.get(links..).unwrap_or_default()
}

/// What is left behind the days: nobody, or one word that names somebody.
fn delegate(rest: Tokens<'_>) -> Result<Option<String>, Mistake> {
    match rest {
        [] => Ok(None),
        [one] => {
            let plain = one.chars().all(|c| c.is_alphanumeric() || "@._+-'’".contains(c));
            let name = one.starts_with(char::is_alphabetic) && !one_of(DAY_PARTS, one);
            if (plain && name) || one.contains('@') {
                return Ok(Some(one.clone()));
            }
            Err(Mistake::Extra)
        }
        _ => Err(Mistake::Extra),
    }
}

/// What follows where the last day is to be named.
fn joined(tokens: Tokens<'_>) -> Option<Tokens<'_>> {
    let (first, rest) = tokens.split_first()?;
    (first == BREAK || one_of(UNTIL_WORDS, first)).then_some(rest)
}

/// Cuts `24-26`, `nov-26` and `24/11-26/11` apart; leaves `2026-11-24` and `al-amin` whole.
fn pieces(word: &str) -> Vec<String> {
    let word = word.replace(['–', '—'], BREAK);
    let parts: Vec<&str> = word.split('-').collect();
    let number = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    let numbers = parts.iter().filter(|part| number(part)).count();
    let whole = |parts: &[&str]| vec![parts.join("-")];
    match parts.len() {
        1 => whole(&parts),
        3 if numbers == 3 => whole(&parts),
        6 if numbers == 6 => {
            let (first, last) = parts.split_at(3);
            [whole(first), vec![BREAK.to_owned()], whole(last)].concat()
        }
        _ if parts.iter().all(|part| number(part) || is_day(part)) => {
            let mut cut: Vec<String> =
                parts.iter().flat_map(|part| [BREAK.to_owned(), (*part).to_owned()]).collect();
            cut.remove(0);
            cut
        }
        _ => whole(&parts),
    }
}

/// A word that can belong to a date.
fn is_day(word: &str) -> bool {
    let numeric = word.starts_with(|c: char| c.is_ascii_digit())
        && word.contains(['/', '-'])
        && word.chars().all(|c| "/-0123456789".contains(c));
    let near = ["today", "tomorrow", "besok", "bsk", "tmr", "tmrw", "lusa"].contains(&word);
    numeric || near || small(word).is_some() || month(word).is_some() || weekday(word).is_some()
}

/// A day at the front of `tokens`, and what follows it; `None`: there is none.
fn day<'a>(tokens: Tokens<'a>, today: Date) -> Result<Option<(Named, Tokens<'a>)>, Mistake> {
    let Some(first) = tokens.first().map(String::as_str) else { return Ok(None) };
    let second = tokens.get(1).map(String::as_str);
    let after = |taken: usize| tokens.get(taken..).unwrap_or_default();
    let ahead = |days: i64| {
        today.checked_add(days.days()).map(Named::Exact).map_err(|_| Mistake::Days(Unclear::TooFar))
    };
    let found = match (first, second) {
        ("today", _) => (ahead(0)?, after(1)),
        ("hari", Some("ini")) => (ahead(0)?, after(2)),
        ("tomorrow" | "besok" | "bsk" | "tmr" | "tmrw", _) => (ahead(1)?, after(1)),
        ("lusa", _) => (ahead(2)?, after(1)),
        ("hari", Some(name)) if weekday(name).is_some() => return day(after(1), today),
        ("next", Some(name)) | (name, Some("depan")) if weekday(name).is_some() => {
            // `minggu depan` is next week, or Sunday.
            let clear = if name == "minggu" { None } else { weekday(name) };
            let clear = clear.ok_or(Mistake::Days(Unclear::Unknown))?;
            (Named::Exact(next_named(today, clear)?), after(2))
        }
        (name, _) if weekday(name).is_some() => match weekday(name) {
            Some(day) => (Named::Weekday(day), after(1)),
            None => return Ok(None),
        },
        (number, next) if small(number).is_some() => {
            let day = small(number).unwrap_or_default();
            match next.and_then(month) {
                Some(month) => match after(2).first().and_then(|word| year(word)) {
                    Some(year) => (exact(year, month, day)?, after(3)),
                    None => (yearly(month, day)?, after(2)),
                },
                None => (Named::Bare(day), after(1)),
            }
        }
        (word, _) => match numeric(word)? {
            Some(named) => (named, after(1)),
            None => return Ok(None),
        },
    };
    Ok(Some(found))
}

/// `24`, `24th`; the day of a month.
fn small(word: &str) -> Option<i8> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end));
    let digits = digits.unwrap_or(word);
    let plain = digits.len() <= 2 && digits.chars().all(|c| c.is_ascii_digit());
    digits.parse().ok().filter(|day| plain && (1..=31).contains(day))
}

fn year(word: &str) -> Option<i16> {
    let plain = word.len() == 4 && word.chars().all(|c| c.is_ascii_digit());
    word.parse().ok().filter(|year| plain && (2000..2200).contains(year))
}

fn exact(year: i16, month: i8, day: i8) -> Result<Named, Mistake> {
    Date::new(year, month, day).map(Named::Exact).map_err(|_| Mistake::Days(Unclear::Unknown))
}

fn yearly(month: i8, day: i8) -> Result<Named, Mistake> {
    // A leap year has every date there is.
    exact(2000, month, day).map(|_| Named::Yearly { month, day })
}

/// `24/11`, `24/11/2026`, `24-11-2026`, `2026-11-24`: the day first, unless the year is.
fn numeric(word: &str) -> Result<Option<Named>, Mistake> {
    let parts: Vec<&str> = word.split(['/', '-']).collect();
    let digits =
        |part: &&str| (1..=4).contains(&part.len()) && part.chars().all(|c| c.is_ascii_digit());
    if !parts.iter().all(digits) {
        return Ok(None);
    }
    let unknown = || Mistake::Days(Unclear::Unknown);
    let number = |part: &str| small(part).ok_or_else(unknown);
    let full = |part: &str| match part.len() {
        2 => part.parse::<i16>().map(|short| 2000 + short).map_err(|_| unknown()),
        _ => year(part).ok_or_else(unknown),
    };
    match parts.as_slice() {
        [day, month] => {
            let (day, month) = (number(day)?, number(month)?);
            yearly(month, day).map(Some)
        }
        [y, month, day] if y.len() == 4 => exact(full(y)?, number(month)?, number(day)?).map(Some),
        [day, month, y] => exact(full(y)?, number(month)?, number(day)?).map(Some),
        _ => Ok(None),
    }
}

/// `next friday`: clear only where the coming one lies in the next week anyway.
fn next_named(today: Date, day: Weekday) -> Result<Date, Mistake> {
    let far = || Mistake::Days(Unclear::TooFar);
    let near = today.nth_weekday(1, day).map_err(|_| far())?;
    let monday = today.nth_weekday(1, Weekday::Monday).map_err(|_| far())?;
    if near >= monday {
        return Ok(near);
    }
    let later = near.checked_add(7.days()).map_err(|_| far())?;
    Err(Mistake::Days(Unclear::Ambiguous(Reading::On(near), Reading::On(later))))
}

/// The first and the last day, in the years that are meant.
fn span(first: Named, last: Option<Named>, today: Date) -> Result<(Date, Date), Mistake> {
    let unknown = || Mistake::Days(Unclear::Unknown);
    let (from, until) = match (first, last) {
        (Named::Bare(day), Some(Named::Yearly { month, .. })) => {
            return span(Named::Yearly { month, day }, last, today);
        }
        (Named::Bare(day), Some(Named::Exact(until))) => {
            (Date::new(until.year(), until.month(), day).map_err(|_| unknown())?, until)
        }
        (Named::Bare(_), _) | (_, Some(Named::Bare(_))) => return Err(unknown()),
        (Named::Exact(day), None) => (day, day),
        (Named::Yearly { month, day }, None) => {
            let day = yearly_after(month, day, today).ok_or(Mistake::Days(Unclear::Past))?;
            (day, day)
        }
        (Named::Weekday(day), None) => {
            let day = coming(day, today)?;
            (day, day)
        }
        (Named::Exact(from), Some(Named::Exact(until))) => (from, until),
        (Named::Weekday(day), Some(Named::Exact(until))) => (coming(day, today)?, until),
        (Named::Yearly { month, day }, Some(Named::Exact(until))) => {
            (yearly_before(month, day, until).ok_or(Mistake::Backwards)?, until)
        }
        (Named::Exact(from), Some(Named::Weekday(day))) => (from, weekday_from(from, day, today)?),
        (Named::Weekday(day), Some(Named::Weekday(last))) => {
            let from = coming(day, today)?;
            (from, weekday_from(from, last, today)?)
        }
        (Named::Yearly { month, day }, Some(Named::Weekday(last))) => {
            let from = yearly_after(month, day, today).ok_or(Mistake::Days(Unclear::Past))?;
            (from, weekday_from(from, last, today)?)
        }
        (Named::Exact(from), Some(Named::Yearly { month, day })) => {
            (from, yearly_after(month, day, from).ok_or(Mistake::Backwards)?)
        }
        (Named::Weekday(first), Some(Named::Yearly { month, day })) => {
            let from = coming(first, today)?;
            (from, yearly_after(month, day, from).ok_or(Mistake::Backwards)?)
        }
        (Named::Yearly { month, day }, Some(Named::Yearly { month: last, day: end })) => {
            yearly_span((month, day), (last, end), today)?
        }
    };
    within_reach(from, until, today)
}

fn within_reach(from: Date, until: Date, today: Date) -> Result<(Date, Date), Mistake> {
    let far = || Mistake::Days(Unclear::TooFar);
    let last = today.checked_add(FARTHEST_DAYS.days()).map_err(|_| far())?;
    let longest = from.checked_add(FARTHEST_DAYS.days()).map_err(|_| far())?;
    if until < from {
        Err(Mistake::Backwards)
    } else if until < today {
        Err(Mistake::Days(Unclear::Past))
    } else if until > last || until >= longest {
        Err(far())
    } else {
        Ok((from, until))
    }
}

/// The coming one; on that very weekday it could be today as well.
fn coming(day: Weekday, today: Date) -> Result<Date, Mistake> {
    let next = today.nth_weekday(1, day).map_err(|_| Mistake::Days(Unclear::TooFar))?;
    if today.weekday() == day {
        return Err(Mistake::Days(Unclear::Ambiguous(Reading::On(today), Reading::On(next))));
    }
    Ok(next)
}

/// The first one after an absence began; where it began on such a day, a week may be meant.
fn weekday_from(from: Date, day: Weekday, today: Date) -> Result<Date, Mistake> {
    if from <= today {
        return coming(day, today);
    }
    coming(day, from)
}

/// The first span of such dates that is not over, if it has begun, is near, or is of this year.
fn yearly_span(first: (i8, i8), last: (i8, i8), today: Date) -> Result<(Date, Date), Mistake> {
    let near = today.checked_add(NEAR_DAYS.days()).map_err(|_| Mistake::Days(Unclear::TooFar))?;
    let recent = today.checked_sub(RECENT_DAYS.days()).map_err(|_| Mistake::Days(Unclear::Past))?;
    let mut over: Option<Date> = None;
    for year in (-1..=1).filter_map(|years| today.year().checked_add(years)) {
        let Ok(from) = Date::new(year, first.0, first.1) else { continue };
        let Some(until) = yearly_after(last.0, last.1, from) else { continue };
        let missed = over.is_some_and(|over| over >= recent);
        if until >= today && (from <= near || (year <= today.year() && !missed)) {
            return Ok((from, until));
        }
        over = Some(until);
    }
    Err(if over.is_some() { Mistake::Days(Unclear::Past) } else { Mistake::Backwards })
}

/// The first such date from `start` on, if it is near or of the same year.
fn yearly_after(month: i8, day: i8, start: Date) -> Option<Date> {
    let in_year = |year: i16| Date::new(year, month, day).ok();
    let this = in_year(start.year()).filter(|date| *date >= start);
    let near = start.checked_add(NEAR_DAYS.days()).ok()?;
    this.or_else(|| in_year(start.year().checked_add(1)?).filter(|date| *date <= near))
}

/// The last such date up to `end`, if it is near or of the same year.
fn yearly_before(month: i8, day: i8, end: Date) -> Option<Date> {
    let in_year = |year: i16| Date::new(year, month, day).ok();
    let this = in_year(end.year()).filter(|date| *date <= end);
    let near = end.checked_sub(NEAR_DAYS.days()).ok()?;
    this.or_else(|| in_year(end.year().checked_sub(1)?).filter(|date| *date >= near))
}
