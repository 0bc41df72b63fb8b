//! Public holidays from an iCalendar file (RFC 5545): whole-day events to dates with names.
//!
//! Never guesses: an event that cannot be read as whole days is a fault with its line, and all
//! faults of a file are told at once. Repeating events are refused, because holidays move.
//! The dates close the calendar of each owner who names the file (`model/calendar`).

use std::collections::BTreeSet;
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};

use calcard::icalendar::{
    ICalendarComponent, ICalendarComponentType, ICalendarProperty, ICalendarStatus, ICalendarValue,
};
use calcard::{Entry, Parser};
use jiff::ToSpan;
use jiff::civil::Date;

use crate::model::calendar::{Holiday, Holidays};

/// Files that come with the program: name and text.
pub const SHIPPED: &[(&str, &str)] =
    &[("id-2026.ics", include_str!("../../config/holidays/id-2026.ics"))];

/// The largest file that is read; a year of holidays has a few KiB.
const LARGEST: u64 = 1 << 20;
/// The longest holiday; longer ones are mistakes.
const LONGEST: i32 = 366;
/// The longest name that is kept, in characters.
const LONGEST_NAME: usize = 120;

/// What is wrong with a holiday file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub file: PathBuf,
    /// The line, counted from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong and what would be right.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file.display(), self.what),
            None => write!(f, "{}: {}", self.file.display(), self.what),
        }
    }
}

/// Reads a file; all of its faults at once.
pub fn read(file: &Path) -> Result<Holidays, Vec<Fault>> {
    let fault = |what: String| vec![Fault { file: file.to_owned(), line: None, what }];
    let mut bytes = Vec::new();
    std::fs::File::open(file)
        .and_then(|opened| opened.take(LARGEST + 1).read_to_end(&mut bytes))
        .map_err(|error| fault(format!("the holiday file cannot be read: {error}")))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LARGEST) {
        return Err(fault("the holiday file is larger than 1 MiB; keep only the holidays".into()));
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| fault("the holiday file is not UTF-8 text; save it as UTF-8".into()))?;
    parse(file, &text)
}

/// The holidays in a text; `file` names it in the faults.
pub fn parse(file: &Path, text: &str) -> Result<Holidays, Vec<Fault>> {
    let mut reading = Reading {
        file,
        lines: text.lines().collect(),
        begins: Vec::new(),
        holidays: Holidays::new(),
        faults: Vec::new(),
    };
    reading.begins = reading.lines_of("BEGIN:VEVENT");
    if reading.lines_of("BEGIN:VCALENDAR").is_empty() {
        reading.fault(None, "this is no iCalendar file: BEGIN:VCALENDAR is missing");
    } else if reading.lines_of("END:VCALENDAR").is_empty() {
        reading.fault(None, "the file is cut off: END:VCALENDAR is missing");
    } else {
        reading.events(text);
    }
    if reading.faults.is_empty() { Ok(reading.holidays) } else { Err(reading.faults) }
}

/// Several sets as one; where two name a day, both names stay.
pub fn joined(sets: impl IntoIterator<Item = Holidays>) -> Holidays {
    let mut all = Holidays::new();
    for (date, holiday) in sets.into_iter().flatten() {
        insert(&mut all, date, holiday);
    }
    all
}

/// The years for which a set knows any holiday; other years would count every day as working.
pub fn years(holidays: &Holidays) -> BTreeSet<i16> {
    holidays.keys().map(|date| date.year()).collect()
}

struct Reading<'a> {
    file: &'a Path,
    lines: Vec<&'a str>,
    /// Where each event begins, counted from 0.
    begins: Vec<usize>,
    holidays: Holidays,
    faults: Vec<Fault>,
}

impl Reading<'_> {
    fn events(&mut self, text: &str) {
        let mut parser = Parser::new(text);
        let mut events = Vec::new();
        loop {
            match parser.entry() {
                Entry::ICalendar(calendar) => events.extend(calendar.components),
                Entry::Eof => break,
                Entry::VCard(_) => self.fault(None, "there is a VCARD in it; take it out"),
                // The rest of such a file cannot be trusted, and might come again for ever.
                Entry::InvalidLine(_)
                | Entry::UnexpectedComponentEnd { .. }
                | Entry::UnterminatedComponent(_)
                | Entry::TooManyComponents
                | _ => {
                    self.fault(None, "this is no sound iCalendar file; export it again");
                    break;
                }
            }
        }
        events.retain(|event| event.component_type == ICalendarComponentType::VEvent);
        // The parser keeps the order of the file but not its lines.
        let known = events.len() == self.begins.len();
        for (index, event) in events.iter().enumerate() {
            let begin = self.begins.get(index).copied().filter(|_| known);
            if let Err((property, what)) = self.event(event) {
                let line = begin.map(|begin| self.line_in_event(begin, property));
                self.fault(line, &what);
            }
        }
        if events.is_empty() {
            self.fault(None, "there is no holiday in it: each one is a VEVENT");
        }
    }

    /// Takes one event over, or says which property is wrong.
    fn event(&mut self, event: &ICalendarComponent) -> Result<(), (&'static str, String)> {
        if event.status() == Some(&ICalendarStatus::Cancelled) {
            return Ok(());
        }
        if event.is_recurrent_or_override() {
            let what = "a repeating holiday is not read: write one event for each year";
            return Err(("RRULE", what.into()));
        }
        let from = whole_day(event, &ICalendarProperty::Dtstart)
            .map_err(|what| ("DTSTART", what))?
            .ok_or(("BEGIN", "the holiday has no DTSTART;VALUE=DATE".to_owned()))?;
        let end = whole_day(event, &ICalendarProperty::Dtend).map_err(|what| ("DTEND", what))?;
        let days = match end {
            Some(end) if end < from => {
                return Err(("DTEND", format!("the holiday ends on {end}, before {from}")));
            }
            // DTEND is excluded (RFC 5545 §3.6.1); written as the same day it means that day.
            Some(end) => i32::try_from(end.duration_since(from).as_hours() / 24).unwrap_or(0),
            None => duration(event).map_err(|what| ("DURATION", what))?,
        };
        if days > LONGEST {
            return Err(("DTEND", format!("the holiday lasts {days} days; check its end")));
        }
        let (joint_leave, quiet) = (is_joint_leave(event), is_quiet(event));
        let name = name_of(event);
        for day in 0..days.max(1) {
            if let Ok(date) = from.checked_add(day.days()) {
                let holiday = Holiday { name: name.clone(), joint_leave, quiet };
                insert(&mut self.holidays, date, holiday);
            }
        }
        Ok(())
    }

    fn lines_of(&self, start: &str) -> Vec<usize> {
        let plain = |line: &str| line.trim_start_matches('\u{feff}').trim().to_ascii_uppercase();
        let numbered = self.lines.iter().enumerate();
        numbered.filter(|(_, line)| plain(line) == start).map(|(index, _)| index).collect()
    }

    /// The line of a property within an event, counted from 1; else the one where it begins.
    fn line_in_event(&self, begin: usize, property: &str) -> usize {
        let starts = |line: &str| {
            line.get(..property.len()).is_some_and(|head| head.eq_ignore_ascii_case(property))
        };
        let lines = self
            .lines
            .iter()
            .skip(begin)
            .take_while(|line| !line.trim().eq_ignore_ascii_case("END:VEVENT"));
        let within = lines.enumerate().find(|(_, line)| starts(line)).map_or(0, |(index, _)| index);
        begin + within + 1
    }

    fn fault(&mut self, line: Option<usize>, what: &str) {
        self.faults.push(Fault { file: self.file.to_owned(), line, what: what.to_owned() });
    }
}

fn insert(holidays: &mut Holidays, date: Date, holiday: Holiday) {
    match holidays.get_mut(&date) {
        None => {
            holidays.insert(date, holiday);
        }
        Some(known) => {
            let both = format!("{}, {}", known.name, holiday.name);
            if !known.name.contains(&holiday.name) && both.chars().count() <= 2 * LONGEST_NAME {
                known.name = both;
            }
            // A national day stays one, whatever else falls on it.
            known.joint_leave &= holiday.joint_leave;
            known.quiet |= holiday.quiet;
        }
    }
}

/// A property as a whole day; `None`: it is not there.
fn whole_day(
    event: &ICalendarComponent,
    property: &ICalendarProperty,
) -> Result<Option<Date>, String> {
    let Some(entry) = event.property(property) else { return Ok(None) };
    let wrong = || {
        format!(
            "{} is not a whole day; write it as {}",
            property.as_str(),
            format_args!("{};VALUE=DATE:20260817", property.as_str())
        )
    };
    let value = entry.values.first().and_then(ICalendarValue::as_partial_date_time);
    let day = value.filter(|value| value.hour.is_none()).ok_or_else(wrong)?;
    let part = |part: Option<u8>| part.and_then(|part| i8::try_from(part).ok());
    let year = day.year.and_then(|year| i16::try_from(year).ok());
    let (Some(year), Some(month), Some(day)) = (year, part(day.month), part(day.day)) else {
        return Err(wrong());
    };
    Date::new(year, month, day)
        .map(Some)
        .map_err(|_| format!("{year}-{month:02}-{day:02} is not in the calendar"))
}

/// Days of a DURATION; one where there is none.
fn duration(event: &ICalendarComponent) -> Result<i32, String> {
    let Some(entry) = event.property(&ICalendarProperty::Duration) else { return Ok(1) };
    match entry.values.first() {
        Some(ICalendarValue::Duration(long))
            if !long.neg && long.hours == 0 && long.minutes == 0 && long.seconds == 0 =>
        {
            let days = u64::from(long.weeks) * 7 + u64::from(long.days);
            Ok(i32::try_from(days).unwrap_or(i32::MAX))
        }
        Some(_) | None => Err("DURATION is not whole days; write it as DURATION:P1D".into()),
    }
}

fn is_joint_leave(event: &ICalendarComponent) -> bool {
    texts(event, &ICalendarProperty::Categories)
        .any(|category| matches!(category.as_str(), "cuti bersama" | "joint-leave"))
        || texts(event, &ICalendarProperty::Summary).any(|name| name.starts_with("cuti bersama"))
}

fn is_quiet(event: &ICalendarComponent) -> bool {
    texts(event, &ICalendarProperty::Categories)
        .any(|category| matches!(category.as_str(), "tanpa ucapan" | "no-greeting"))
}

fn texts<'a>(
    event: &'a ICalendarComponent,
    property: &'a ICalendarProperty,
) -> impl Iterator<Item = String> + 'a {
    let values = event.properties(property).flat_map(|entry| &entry.values);
    values.filter_map(ICalendarValue::as_text).map(|text| text.trim().to_lowercase())
}

/// The name as one clean line.
fn name_of(event: &ICalendarComponent) -> String {
    let summary = event.property(&ICalendarProperty::Summary);
    let values = summary.into_iter().flat_map(|entry| &entry.values);
    let text: Vec<&str> = values.filter_map(ICalendarValue::as_text).collect();
    let text = text.join(", ");
    let bidi = |c: char| {
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
            || ('\u{202a}'..='\u{202e}').contains(&c)
            || ('\u{2066}'..='\u{2069}').contains(&c)
    };
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let name = words.join(" ");
    let name: String = name.chars().filter(|c| !bidi(*c)).take(LONGEST_NAME).collect();
    if name.is_empty() { "Holiday".into() } else { name }
}
