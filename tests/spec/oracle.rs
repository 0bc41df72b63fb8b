//! Calendars by chance over zones that set their clocks in every known way, and the naive oracle:
//! it looks at every minute.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::{Date, DateTime, Time, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};
use proptest::prelude::*;

use sigap::model::calendar::{Calendar, Holiday, Holidays, Interval, Week};

/// A zone and a day on which its clock is set (or nothing happens).
pub const ZONES: &[(&str, Date)] = &[
    ("Asia/Jakarta", date(2026, 3, 19)),
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2027, 11, 7)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("America/Sao_Paulo", date(2018, 2, 18)),
    ("Asia/Beirut", date(2025, 3, 30)),
    ("Asia/Beirut", date(2025, 10, 26)),
    ("America/St_Johns", date(2010, 11, 7)),
    ("Pacific/Chatham", date(2026, 9, 27)),
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("Antarctica/Troll", date(2026, 3, 29)),
    ("Pacific/Kwajalein", date(1969, 9, 30)),
    ("Asia/Kathmandu", date(2026, 1, 1)),
    ("America/Nuuk", date(2023, 3, 25)),
];

pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

pub fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

pub fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

pub type Hours = Vec<(u16, u16)>;

/// All that makes a calendar, so that the oracle can look at it too.
#[derive(Clone, Debug)]
pub struct Plan {
    zone: usize,
    week: Vec<Hours>,
    profiles: Vec<(i8, i8, Vec<Hours>)>,
    exceptions: Vec<(i8, Hours)>,
    holidays: Vec<i8>,
    absences: Vec<(i64, i64)>,
    from: i64,
    length: i64,
}

impl Plan {
    pub fn middle(&self) -> Date {
        ZONES[self.zone].1
    }

    pub fn zone(&self) -> TimeZone {
        zone(ZONES[self.zone].0)
    }

    pub fn day(&self, offset: i8) -> Date {
        self.middle().checked_add(Span::new().days(offset)).unwrap()
    }

    pub fn instant(&self, minute: i64) -> Timestamp {
        let middle = self.middle().to_zoned(TimeZone::UTC).unwrap().timestamp();
        middle.checked_add(minutes(minute)).unwrap()
    }

    pub fn from(&self) -> Timestamp {
        self.instant(self.from)
    }

    pub fn to(&self) -> Timestamp {
        self.instant(self.from + self.length)
    }

    pub fn calendar(&self) -> Calendar {
        let holiday = Holiday { name: "Nyepi".into(), joint_leave: false, quiet: false };
        let holidays: Holidays =
            self.holidays.iter().map(|offset| (self.day(*offset), holiday.clone())).collect();
        let mut calendar =
            Calendar::new(self.zone(), to_week(&self.week)).with_holidays(Arc::new(holidays));
        for (from, length, week) in &self.profiles {
            let to = self.day(from.saturating_add(*length));
            calendar = calendar.with_profile(self.day(*from), to, to_week(week));
        }
        for (offset, openings) in &self.exceptions {
            calendar = calendar.with_exception(self.day(*offset), to_intervals(openings));
        }
        for (from, length) in &self.absences {
            calendar = calendar.with_absence(self.instant(*from), self.instant(from + length));
        }
        calendar
    }

    /// The hours of a date, by the words of the product.
    fn hours(&self, date: Date) -> Hours {
        let exceptions: BTreeMap<_, _> =
            self.exceptions.iter().map(|(offset, hours)| (self.day(*offset), hours)).collect();
        if let Some(hours) = exceptions.get(&date) {
            return (*hours).clone();
        }
        if self.holidays.iter().any(|offset| self.day(*offset) == date) {
            return Vec::new();
        }
        let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap();
        let mut week = &self.week;
        for (from, length, other) in &self.profiles {
            if self.day(*from) <= date && date <= self.day(from.saturating_add(*length)) {
                week = other;
            }
        }
        week[weekday].clone()
    }

    /// Open or not, minute by minute: `from` is the first one.
    ///
    /// A boundary is reached when the highest reading of the local clock so far has reached it.
    pub fn minutes(&self, from: Timestamp, to: Timestamp) -> Vec<bool> {
        let zone = self.zone();
        let mut now = from.checked_sub(hours(49)).unwrap();
        let mut highest = DateTime::MIN;
        let mut open = Vec::new();
        let mut day = (Date::MIN, Vec::new());
        while now < to {
            highest = highest.max(zone.to_datetime(now));
            if day.0 != highest.date() {
                day = (highest.date(), self.hours(highest.date()));
            }
            let clock = u16::from(highest.hour() as u8) * 60 + u16::from(highest.minute() as u8);
            let away = self
                .absences
                .iter()
                .any(|(a, l)| self.instant(*a) <= now && now < self.instant(a + l));
            if now >= from {
                open.push(!away && day.1.iter().any(|(a, b)| *a <= clock && clock < *b));
            }
            now = now.checked_add(minutes(1)).unwrap();
        }
        open
    }
}

pub fn to_time(minute: u16) -> Option<Time> {
    (minute < 1440).then(|| Time::new((minute / 60) as i8, (minute % 60) as i8, 0, 0).unwrap())
}

pub fn to_intervals(openings: &[(u16, u16)]) -> Vec<Interval> {
    openings
        .iter()
        .map(|(from, to)| Interval { from: to_time(*from).unwrap(), to: to_time(*to) })
        .collect()
}

pub fn to_week(days: &[Hours]) -> Week {
    std::array::from_fn(|day| to_intervals(&days[day]))
}

pub fn any_hours() -> impl Strategy<Value = Hours> {
    let interval = (0_u16..1440, 1_u16..700).prop_map(|(from, length)| {
        let from = if length % 3 == 0 { from / 30 * 30 } else { from };
        (from, (from + length).min(1440))
    });
    prop::collection::vec(interval, 0..3)
}

pub fn any_week() -> impl Strategy<Value = Vec<Hours>> {
    prop::collection::vec(any_hours(), 7)
}

prop_compose! {
    pub fn any_plan()(
        zone in 0..ZONES.len(),
        week in any_week(),
        profiles in prop::collection::vec((-4_i8..5, 0_i8..4, any_week()), 0..3),
        exceptions in prop::collection::vec((-4_i8..5, any_hours()), 0..3),
        holidays in prop::collection::vec(-4_i8..5, 0..3),
        absences in prop::collection::vec((-5000_i64..5000, 1_i64..2000), 0..3),
        from in -4000_i64..3000,
        length in 0_i64..5000,
    ) -> Plan {
        Plan { zone, week, profiles, exceptions, holidays, absences, from, length }
    }
}
