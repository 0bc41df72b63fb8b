//! Hours as people write them: `Mon-Fri 08:00-12:00, 13:00-17:00` to a week of openings.
//!
//! Every refusal is a sentence that says what is wrong and what would be right. Hours never pass
//! midnight. The week becomes a calendar in `config/settings`.

use jiff::civil::Time;

use crate::model::calendar::{Interval, Week};

/// Days (0 is Monday) and their hours.
pub type Group = (Vec<usize>, Vec<Interval>);

/// Reads one line: days, then hours; several such groups may follow each other.
pub fn parse_hours(line: &str) -> Result<Vec<Group>, String> {
    let plain = line.replace(['–', '—', '−'], "-");
    let mut groups = Vec::new();
    for text in plain.split(';').filter(|text| !text.trim().is_empty()) {
        let mut days: Vec<usize> = Vec::new();
        let mut hours: Vec<Interval> = Vec::new();
        for part in text.split(',').map(str::trim) {
            let (named, timed) =
                part.split_at(part.find(|c: char| c.is_ascii_digit()).unwrap_or(part.len()));
            if !named.trim().is_empty() {
                if !hours.is_empty() {
                    groups.push(group(&mut days, &mut hours)?);
                }
                days.extend(parse_days(named.trim())?);
            }
            if !timed.is_empty() {
                if days.is_empty() {
                    return Err(format!(
                        "{timed:?} has no days; write for example Mon-Fri {timed}"
                    ));
                }
                hours.push(parse_interval(timed)?);
            }
            if part.is_empty() {
                return Err(format!(
                    "{:?} has a comma with nothing behind or before it",
                    line.trim()
                ));
            }
        }
        groups.push(group(&mut days, &mut hours)?);
    }
    if groups.is_empty() {
        return Err("no hours are written; for example Mon-Fri 08:00-12:00, 13:00-17:00".into());
    }
    Ok(groups)
}

/// One week of several lines; all that is wrong with them at once.
pub fn week_of(lines: &[String]) -> Result<Week, Vec<String>> {
    let mut week = Week::default();
    let mut faults = Vec::new();
    for line in lines {
        match parse_hours(line) {
            Ok(groups) => {
                for (days, hours) in groups {
                    days.iter().for_each(|day| add(&mut week, *day, &hours, &mut faults));
                }
            }
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(week) } else { Err(faults) }
}

const DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const SHORT: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

fn add(week: &mut Week, day: usize, hours: &[Interval], faults: &mut Vec<String>) {
    let (Some(own), Some(name)) = (week.get_mut(day), SHORT.get(day)) else { return };
    for hour in hours {
        match own.iter().find(|other| overlap(other, hour)) {
            Some(other) => faults.push(format!(
                "{name} has both {} and {}, which overlap; give each day in one line only",
                shown(other),
                shown(hour)
            )),
            None => own.push(*hour),
        }
    }
    own.sort_by_key(|hour| hour.from);
}

fn group(days: &mut Vec<usize>, hours: &mut Vec<Interval>) -> Result<Group, String> {
    let (mut days, mut hours) = (std::mem::take(days), std::mem::take(hours));
    days.sort_unstable();
    days.dedup();
    hours.sort_by_key(|hour| hour.from);
    if hours.is_empty() {
        let named: Vec<_> = days.iter().filter_map(|day| SHORT.get(*day)).copied().collect();
        let named = named.join(",");
        return Err(format!(
            "{named} has no hours; write for example {named} 08:00-12:00, or leave a closed day out"
        ));
    }
    let pairs = hours.iter().zip(hours.iter().skip(1));
    match pairs.into_iter().find(|(a, b)| overlap(a, b)) {
        Some((a, b)) => Err(format!("{} and {} overlap; join them", shown(a), shown(b))),
        None => Ok((days, hours)),
    }
}

fn parse_days(text: &str) -> Result<Vec<usize>, String> {
    match text.split_once('-') {
        None => parse_day(text).map(|day| vec![day]),
        Some((first, last)) => {
            let (first, last) = (parse_day(first)?, parse_day(last)?);
            // Fri-Mon is Friday, Saturday, Sunday, Monday.
            let length = (last + 7 - first) % 7;
            Ok((0..=length).map(|step| (first + step) % 7).collect())
        }
    }
}

fn parse_day(text: &str) -> Result<usize, String> {
    let word = text.trim().trim_end_matches(['.', ':']).to_lowercase();
    let known = |day: &&str| word.len() >= 3 && day.starts_with(&word);
    DAYS.iter()
        .position(known)
        .ok_or_else(|| format!("{:?} is not a day; days are {}", text.trim(), SHORT.join(", ")))
}

fn parse_interval(text: &str) -> Result<Interval, String> {
    let text = text.trim();
    let Some((from, to)) = text.split_once('-') else {
        return Err(format!("{text:?} has no end; write for example 08:00-12:00"));
    };
    let Some(from) = parse_time(from)? else {
        return Err(format!("{text:?} begins at 24:00; write 00:00 on the next day"));
    };
    let to = parse_time(to)?;
    match to {
        Some(end) if end == from => {
            Err(format!("{text:?} is empty: it ends when it begins; a whole day is 00:00-24:00"))
        }
        Some(end) if end < from => Err(format!(
            "{text:?} ends before it begins; hours do not pass midnight, so write {}-24:00 \
             and 00:00-{} on the next day",
            clock(from),
            clock(end)
        )),
        Some(_) | None => Ok(Interval { from, to }),
    }
}

/// `None` is 24:00.
fn parse_time(text: &str) -> Result<Option<Time>, String> {
    let text = text.trim();
    let wrong = || format!("{text:?} is not a time of day; write it as 08:00, at most 24:00");
    let (hour, minute) = text.split_once(':').ok_or_else(wrong)?;
    let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    if !(digits(hour) && digits(minute) && matches!(hour.len(), 1 | 2) && minute.len() == 2) {
        return Err(wrong());
    }
    match (hour.parse::<i8>(), minute.parse::<i8>()) {
        (Ok(24), Ok(0)) => Ok(None),
        (Ok(hour), Ok(minute)) => Time::new(hour, minute, 0, 0).map(Some).map_err(|_| wrong()),
        (Err(_), _) | (_, Err(_)) => Err(wrong()),
    }
}

fn overlap(a: &Interval, b: &Interval) -> bool {
    a.to.is_none_or(|to| b.from < to) && b.to.is_none_or(|to| a.from < to)
}

fn shown(interval: &Interval) -> String {
    let end = interval.to.map_or_else(|| "24:00".to_owned(), clock);
    format!("{}-{end}", clock(interval.from))
}

fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}
