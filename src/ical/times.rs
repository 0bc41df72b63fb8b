//! Times in a calendar (RFC 5545 §3.3.4 and §3.3.5): days, local times with the zone they are meant
//! in, instants.
//!
//! A zone is known by its international name, by the one Windows gives it, or by what its VTIMEZONE
//! says about either. Of an unknown one nothing is guessed.

use std::collections::BTreeMap;
use std::str::FromStr;

use calcard::common::PartialDateTime;
use calcard::common::timezone::Tz;
use calcard::icalendar::{
    ICalendarComponent, ICalendarComponentType, ICalendarDuration, ICalendarEntry,
    ICalendarProperty, ICalendarValue,
};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::model::away::begin_of;

/// Nothing of what is looked for lasts longer.
pub(in crate::ical) const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 1_100);

/// When something is: on a day, or at a time of the clocks of a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ical) enum Moment {
    /// A day where the owner is.
    Day(Date),
    /// A time of some zone's clocks.
    Local(DateTime, TimeZone),
}

impl Moment {
    /// The instant; a day begins when it begins where the owner is. A time that the clocks skip is
    /// as much later; of one that they show twice the first counts.
    pub(in crate::ical) fn instant(&self, own: &TimeZone) -> Option<Timestamp> {
        match self {
            Self::Day(day) => begin_of(*day, own),
            Self::Local(time, zone) => Some(time.to_zoned(zone.clone()).ok()?.timestamp()),
        }
    }

    /// What the clocks show.
    pub(in crate::ical) fn clock(&self) -> DateTime {
        match self {
            Self::Day(day) => day.to_datetime(Time::midnight()),
            Self::Local(time, _) => *time,
        }
    }

    /// The same at another time of the same clocks.
    pub(in crate::ical) fn at(&self, clock: DateTime) -> Self {
        match self {
            Self::Day(_) => Self::Day(clock.date()),
            Self::Local(_, zone) => Self::Local(clock, zone.clone()),
        }
    }
}

/// How long something lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ical) enum Length {
    /// So many days, and then so much longer by the clocks of its zone.
    Clocks(i64, SignedDuration),
    /// Exactly so long.
    Exact(SignedDuration),
    /// So many days, and then exactly so long (RFC 5545 §3.3.6).
    Days(i64, SignedDuration),
}

impl Length {
    /// From when until when something is that begins then; none where that is no time at all.
    pub(in crate::ical) fn span(
        self,
        from: &Moment,
        own: &TimeZone,
    ) -> Option<(Timestamp, Timestamp)> {
        let begin = from.instant(own)?;
        let later = |days: i64| Some(from.at(from.clock().checked_add(days.days()).ok()?));
        let end = match self {
            Self::Clocks(days, rest) => {
                let day = later(days)?;
                day.at(day.clock().checked_add(rest).ok()?).instant(own)?
            }
            Self::Exact(long) => begin.checked_add(long).ok()?,
            Self::Days(days, rest) => later(days)?.instant(own)?.checked_add(rest).ok()?,
        };
        let long = end.duration_since(begin);
        (long > SignedDuration::ZERO && long <= LONGEST).then_some((begin, end))
    }
}

/// The zones that a calendar describes itself.
#[derive(Debug, Default)]
pub(in crate::ical) struct Zones(BTreeMap<String, TimeZone>);

impl Zones {
    pub(in crate::ical) fn of(components: &[ICalendarComponent]) -> Self {
        let described = components
            .iter()
            .filter(|one| one.component_type == ICalendarComponentType::VTimezone)
            .filter_map(ICalendarComponent::timezone);
        Self(described.filter_map(|(name, tz)| Some((name.to_owned(), zone(tz)?))).collect())
    }

    fn named(&self, name: &str) -> Option<TimeZone> {
        let known = || Tz::from_str(name).ok().and_then(zone);
        let listed = || self.0.get(name).cloned().or_else(|| TimeZone::get(name).ok());
        listed().or_else(known).or_else(|| registered(name))
    }

    /// A value of a property that holds times; floating ones are where the owner is.
    pub(in crate::ical) fn moment(
        &self,
        value: &PartialDateTime,
        zone: Option<&str>,
        own: &TimeZone,
    ) -> Option<Moment> {
        let small = |part: Option<u8>| i8::try_from(part.unwrap_or(0)).ok();
        let year = i16::try_from(value.year?).ok()?;
        let day = Date::new(year, small(Some(value.month?))?, small(Some(value.day?))?).ok()?;
        if value.hour.is_none() {
            return Some(Moment::Day(day));
        }
        // A leap second is the last one that clocks of ours have.
        let second = small(value.second)?.min(59);
        let time = Time::new(small(value.hour)?, small(value.minute)?, second, 0).ok()?;
        let zone = match (value.tz_hour, zone) {
            (Some(hours), _) => {
                let east = i32::from(hours) * 3600 + i32::from(value.tz_minute.unwrap_or(0)) * 60;
                let east = if value.tz_minus { -east } else { east };
                TimeZone::fixed(Offset::from_seconds(east).ok()?)
            }
            (None, Some(name)) => self.named(name)?,
            (None, None) => own.clone(),
        };
        Some(Moment::Local(day.to_datetime(time), zone))
    }

    /// All times of a property; none where one of them is none.
    pub(in crate::ical) fn moments(
        &self,
        entry: &ICalendarEntry,
        own: &TimeZone,
    ) -> Option<Vec<Moment>> {
        let times = entry
            .values
            .iter()
            .map(|value| self.moment(value.as_partial_date_time()?, entry.tz_id(), own));
        times.collect()
    }

    /// The one time of a property; `Some(None)` where it is not there.
    pub(in crate::ical) fn only(
        &self,
        event: &ICalendarComponent,
        property: &ICalendarProperty,
        own: &TimeZone,
    ) -> Option<Option<Moment>> {
        let Some(entry) = event.property(property) else { return Some(None) };
        let mut times = self.moments(entry, own)?;
        if times.len() == 1 { Some(times.pop()) } else { None }
    }

    /// How long an event lasts that begins then.
    pub(in crate::ical) fn length(
        &self,
        event: &ICalendarComponent,
        start: &Moment,
        own: &TimeZone,
    ) -> Option<Length> {
        let end = self.only(event, &ICalendarProperty::Dtend, own)?;
        let duration = event.property(&ICalendarProperty::Duration);
        Some(match (start, end, duration.and_then(|entry| entry.values.first())) {
            (Moment::Day(from), Some(Moment::Day(until)), _) => {
                // The end is excluded; written as the same day it means that day.
                let days = until.duration_since(*from).as_hours() / 24;
                if days < 0 {
                    return None;
                }
                Length::Clocks(days.max(1), SignedDuration::ZERO)
            }
            (Moment::Local(from, zone), Some(Moment::Local(until, other)), _) if *zone == other => {
                Length::Clocks(0, until.duration_since(*from))
            }
            (_, Some(end), _) => {
                Length::Exact(end.instant(own)?.duration_since(start.instant(own)?))
            }
            (_, None, Some(ICalendarValue::Duration(long))) => lasting(long)?,
            (_, None, Some(_)) => return None,
            (Moment::Day(_), None, None) => Length::Clocks(1, SignedDuration::ZERO),
            (Moment::Local(..), None, None) => Length::Exact(SignedDuration::ZERO),
        })
    }
}

/// A name in somebody's registry ends in the usual one (RFC 5545 §3.2.19):
/// `/example.org/20260101_1/Europe/Berlin`.
fn registered(name: &str) -> Option<TimeZone> {
    let parts: Vec<&str> = name.strip_prefix('/')?.split('/').collect();
    let ends = [3, 2, 1].into_iter().filter_map(|count| parts.len().checked_sub(count));
    let mut ends = ends.filter_map(|first| parts.get(first..));
    ends.find_map(|end| TimeZone::get(&end.join("/")).ok())
}

fn lasting(long: &ICalendarDuration) -> Option<Length> {
    if long.neg {
        return None;
    }
    let days = i64::from(long.weeks) * 7 + i64::from(long.days);
    let seconds = i64::from(long.hours) * 3600 + i64::from(long.minutes) * 60;
    let seconds = seconds + i64::from(long.seconds);
    // Enough for everything that is not refused for its length.
    (days <= 10_000).then(|| Length::Days(days, SignedDuration::from_secs(seconds)))
}

fn zone(tz: Tz) -> Option<TimeZone> {
    match tz {
        Tz::Tz(_) => TimeZone::get(&tz.name()?).ok(),
        Tz::Fixed(east) => {
            Some(TimeZone::fixed(Offset::from_seconds(east.local_minus_utc()).ok()?))
        }
        Tz::Floating => None,
    }
}
