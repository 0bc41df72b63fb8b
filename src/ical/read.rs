//! Reads an owner's calendar (RFC 5545) for the times when nobody is here.
//!
//! Pure and bounded: bytes, whose they are and the time in, absences out. A calendar that is cut
//! off, too large or none at all is a fault as a whole, because half of it would end absences that
//! stand in the other half. An event that cannot be understood is named, so that what is known of
//! it stays. Next station: `engine/agenda`.

use std::collections::{BTreeMap, BTreeSet};

use calcard::icalendar::{
    ICalendarComponent, ICalendarComponentType, ICalendarProperty, ICalendarRecurrenceRule,
    ICalendarValue,
};
use calcard::{Entry as Parsed, Parser};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ring::digest::{SHA256, digest};

use crate::ical::marks::{Mark, mark};
use crate::ical::series;
use crate::ical::times::{LONGEST, Length, Moment, Zones};
use crate::model::address::Address;
use crate::model::agenda::{Entry, Found};

/// A larger calendar is not read.
pub const LARGEST: usize = 5 << 20;
/// Nor is one with more events, or with more times of absence in the time that is looked at.
const MOST_EVENTS: usize = 20_000;
const MOST_FOUND: usize = 2_000;
/// Series of absences; each one takes some milliseconds.
const MOST_SERIES: usize = 100;
/// What ended longer ago, or begins later, is not looked at.
const BACK: SignedDuration = SignedDuration::from_hours(24);
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 400);
/// What only looks like an absence takes a whole day, or this long.
const SHORTEST: SignedDuration = SignedDuration::from_hours(4);

/// Why nothing follows from a calendar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It has more bytes than are read.
    #[error("the calendar is larger than 5 MB; share one that holds absences only")]
    Large,
    /// It begins in another way.
    #[error("this is no calendar: BEGIN:VCALENDAR is missing")]
    None,
    /// The end is missing.
    #[error("the calendar is cut off: {0} is missing")]
    CutOff(&'static str),
    /// It cannot be read to its end.
    #[error("this is no sound calendar (iCalendar, RFC 5545): {0}")]
    Unsound(String),
    /// It holds more than is read.
    #[error("the calendar holds more than {0}; share one that holds absences only")]
    Many(&'static str),
}

/// Whose calendar it is.
#[derive(Clone, Copy, Debug)]
pub struct Whose<'a> {
    /// Where its days and floating times are.
    pub zone: &'a TimeZone,
    /// Who has declined what the owner has declined.
    pub addresses: &'a [Address],
    /// Words that make an event look like an absence.
    pub words: &'a [String],
}

/// From when until when it is looked at.
pub fn span(now: Timestamp) -> (Timestamp, Timestamp) {
    let from = now.saturating_sub(BACK).unwrap_or(Timestamp::MIN);
    (from, now.saturating_add(AHEAD).unwrap_or(Timestamp::MAX))
}

/// The absences in one calendar, which may come in several parts (CalDAV: one for each event).
pub fn read(parts: &[Vec<u8>], whose: &Whose<'_>, now: Timestamp) -> Result<Found, Fault> {
    if parts.iter().map(Vec::len).sum::<usize>() > LARGEST {
        return Err(Fault::Large);
    }
    let (from, until) = span(now);
    let mut reading = Reading {
        whose,
        from,
        until,
        events: 0,
        series: 0,
        entries: BTreeMap::new(),
        unread: BTreeSet::new(),
    };
    for part in parts {
        reading.part(&String::from_utf8_lossy(part))?;
    }
    Ok(Found { entries: reading.entries.into_values().collect(), unread: reading.unread })
}

struct Reading<'a> {
    whose: &'a Whose<'a>,
    from: Timestamp,
    until: Timestamp,
    events: usize,
    series: usize,
    entries: BTreeMap<String, Entry>,
    unread: BTreeSet<String>,
}

/// An event that says, or some time of which says, that nobody is here.
struct Event<'a> {
    begin: Moment,
    length: Length,
    mark: Option<Mark>,
    rule: Option<&'a ICalendarRecurrenceRule>,
    /// Further times, and times that are left out.
    more: Vec<Moment>,
    without: Vec<Moment>,
}

impl Reading<'_> {
    fn part(&mut self, text: &str) -> Result<(), Fault> {
        let has = |mark: &str| text.lines().any(|line| line.trim().eq_ignore_ascii_case(mark));
        let opening = text.trim_start_matches('\u{feff}').trim_start();
        if !opening.get(..15).is_some_and(|head| head.eq_ignore_ascii_case("BEGIN:VCALENDAR")) {
            return Err(Fault::None);
        }
        if !has("END:VCALENDAR") {
            return Err(Fault::CutOff("END:VCALENDAR"));
        }
        let begun = text.lines().filter(|line| begins(line, "BEGIN:")).count();
        let ended = text.lines().filter(|line| begins(line, "END:")).count();
        if begun > ended {
            return Err(Fault::CutOff("the END of one of its parts"));
        }
        // Each part is a few lines at least, so this bounds what the parser makes of them.
        if begun > 4 * MOST_EVENTS {
            return Err(Fault::Many("20,000 events"));
        }
        let mut parser = Parser::new(text);
        loop {
            match parser.entry() {
                Parsed::ICalendar(calendar) => self.calendar(&calendar.components)?,
                Parsed::Eof => return Ok(()),
                Parsed::VCard(_) => return Err(Fault::Unsound("there is a VCARD in it".into())),
                // The rest of such a file cannot be trusted, and might come again for ever.
                Parsed::InvalidLine(_) => {
                    return Err(Fault::Unsound("a line stands outside of it".to_owned()));
                }
                Parsed::UnterminatedComponent(_) => {
                    return Err(Fault::CutOff("the END of one of its parts"));
                }
                Parsed::UnexpectedComponentEnd { .. } | Parsed::TooManyComponents | _ => {
                    return Err(Fault::Unsound("its parts do not fit together".to_owned()));
                }
            }
        }
    }

    fn calendar(&mut self, components: &[ICalendarComponent]) -> Result<(), Fault> {
        let zones = Zones::of(components);
        let mut groups: BTreeMap<&str, Vec<&ICalendarComponent>> = BTreeMap::new();
        for event in components {
            if event.component_type == ICalendarComponentType::VEvent {
                self.events += 1;
                groups.entry(event.uid().unwrap_or_default()).or_default().push(event);
            }
        }
        if self.events > MOST_EVENTS {
            return Err(Fault::Many("20,000 events"));
        }
        for (uid, group) in groups {
            // Events without a name belong to nobody but themselves.
            let alone = uid.is_empty();
            let groups = if alone { group.chunks(1).collect() } else { vec![group.as_slice()] };
            for group in groups {
                let name = if alone { nameless(group) } else { uid.to_owned() };
                self.group(&hash(&name), group, &zones)?;
            }
        }
        Ok(())
    }

    /// All that one name says: an event or a series, and single times of it that were changed.
    fn group(
        &mut self,
        key: &str,
        group: &[&ICalendarComponent],
        zones: &Zones,
    ) -> Result<(), Fault> {
        let marked =
            |event: &ICalendarComponent| mark(event, self.whose.addresses, self.whose.words);
        if !group.iter().any(|event| marked(event).is_some()) {
            return Ok(());
        }
        if group.iter().any(|event| event.is_recurrent()) {
            self.series += 1;
            if self.series > MOST_SERIES {
                return Err(Fault::Many("100 series of absences"));
            }
        }
        match self.entries_of(key, group, zones) {
            Some(found) => self.entries.extend(found),
            None => {
                self.unread.insert(key.to_owned());
            }
        }
        if self.entries.len() > MOST_FOUND {
            return Err(Fault::Many("2,000 absences"));
        }
        Ok(())
    }

    fn entries_of(
        &self,
        key: &str,
        group: &[&ICalendarComponent],
        zones: &Zones,
    ) -> Option<Vec<(String, Entry)>> {
        let own = self.whose.zone;
        let changed =
            |event: &&&ICalendarComponent| event.has_property(&ICalendarProperty::RecurrenceId);
        let mut times: BTreeMap<Timestamp, Option<Entry>> = BTreeMap::new();
        let first = group.iter().filter(|event| !changed(event)).max_by_key(|event| version(event));
        let mut single = false;
        if let Some(event) = first {
            let event = self.event(event, zones)?;
            single = event.rule.is_none() && event.more.is_empty() && group.len() == 1;
            if event.mark.is_some() {
                times = self.times(key, &event, zones)?;
            }
        }
        let mut later: Vec<&&ICalendarComponent> = group.iter().filter(changed).collect();
        later.sort_by_key(|event| version(event));
        for event in later {
            let id = event.property(&ICalendarProperty::RecurrenceId)?;
            if id.parameters(&calcard::icalendar::ICalendarParameterName::Range).next().is_some() {
                return None;
            }
            let place = zones.only(event, &ICalendarProperty::RecurrenceId, own)??;
            let origin = place.instant(own)?;
            let changed = self.event(event, zones)?;
            let found =
                changed.mark.and_then(|_| self.entry(key, origin, &changed.begin, &changed));
            times.insert(origin, found);
        }
        let wanted = |entry: &Entry| entry.until > self.from && entry.from < self.until;
        let found = times.into_values().flatten().filter(wanted).map(|mut entry| {
            if single {
                entry.key = key.to_owned();
            }
            (entry.key.clone(), entry)
        });
        Some(found.collect())
    }

    fn event<'a>(&self, event: &'a ICalendarComponent, zones: &Zones) -> Option<Event<'a>> {
        let own = self.whose.zone;
        let begin = match zones.only(event, &ICalendarProperty::Dtstart, own)? {
            Some(begin) => begin,
            // A cancelled time of a series may say no more than which one it was.
            None => zones.only(event, &ICalendarProperty::RecurrenceId, own)??,
        };
        let rule = match event.property(&ICalendarProperty::Rrule) {
            None => None,
            Some(entry) => match entry.values.as_slice() {
                [ICalendarValue::RecurrenceRule(rule)] => Some(rule.as_ref()),
                _ => return None,
            },
        };
        let listed = |property| {
            let lists = event.properties(property).map(|entry| zones.moments(entry, own));
            Some(lists.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
        };
        Some(Event {
            length: zones.length(event, &begin, own)?,
            begin,
            mark: mark(event, self.whose.addresses, self.whose.words),
            rule,
            more: listed(&ICalendarProperty::Rdate)?,
            without: listed(&ICalendarProperty::Exdate)?,
        })
    }

    /// The times of an event by when each was meant to begin.
    fn times(
        &self,
        key: &str,
        event: &Event<'_>,
        zones: &Zones,
    ) -> Option<BTreeMap<Timestamp, Option<Entry>>> {
        let own = self.whose.zone;
        let mut begins = event.more.clone();
        match event.rule {
            None => begins.push(event.begin.clone()),
            Some(rule) => {
                // One that began so much earlier may still go on.
                let after = self.from.checked_sub(LONGEST).unwrap_or(Timestamp::MIN);
                let after = TimeZone::UTC.to_datetime(after);
                let starts = series::starts(rule, &event.begin, zones, own, after)?;
                begins.extend(starts.into_iter().map(|clock| event.begin.at(clock)));
            }
        }
        let without: BTreeSet<Timestamp> =
            event.without.iter().filter_map(|moment| moment.instant(own)).collect();
        let mut times = BTreeMap::new();
        for begin in begins {
            let origin = begin.instant(own)?;
            // A whole day may be left out by a time on it, and a time by its day.
            let day = own.to_datetime(origin).date();
            let days = || event.without.iter().any(|out| *out == Moment::Day(day));
            if !without.contains(&origin) && !days() {
                times.insert(origin, self.entry(key, origin, &begin, event));
            }
        }
        Some(times)
    }

    fn entry(
        &self,
        key: &str,
        origin: Timestamp,
        begin: &Moment,
        event: &Event<'_>,
    ) -> Option<Entry> {
        let Mark { certain, reason } = event.mark?;
        let (from, until) = event.length.span(begin, self.whose.zone)?;
        let whole = matches!(begin, Moment::Day(_)) || until.duration_since(from) >= SHORTEST;
        let key = format!("{key}.{}", origin.as_second());
        (certain || whole).then_some(Entry { key, from, until, certain, reason })
    }
}

/// Which of several versions of one event is the last.
fn version(event: &ICalendarComponent) -> i64 {
    let sequence = event.property(&ICalendarProperty::Sequence);
    sequence.and_then(|entry| entry.values.first()?.as_integer()).unwrap_or(0)
}

fn begins(line: &str, mark: &str) -> bool {
    line.get(..mark.len()).is_some_and(|head| head.eq_ignore_ascii_case(mark))
}

/// What stands for a missing UID: when it is, and what it says.
fn nameless(group: &[&ICalendarComponent]) -> String {
    let parts = [ICalendarProperty::Dtstart, ICalendarProperty::Dtend, ICalendarProperty::Summary];
    let values = group.iter().flat_map(|event| parts.iter().map(|part| event.property(part)));
    let values = values.map(|entry| format!("{:?}", entry.map(|entry| &entry.values)));
    values.collect::<Vec<_>>().join("\n")
}

/// Names may tell who meets whom: they are kept as a hash.
fn hash(name: &str) -> String {
    let digest = digest(&SHA256, name.as_bytes());
    digest.as_ref().iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}
