//! Working hours: where a span of working time ends, how much of it lies between two instants.
//!
//! A calendar never reads a clock and never fails: what lies outside the range of time saturates.
//! Its two halves agree: `working_time_between(from, add_working_time(from, d)) == d`.
//! The civil boundaries become instants in `model/openings`; the words for hours are in
//! `model/hours`; what a deadline is follows in `rules/deadlines`.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::model::openings::{self, Walk};

/// Opening hours of one local day: `from` included, `to` excluded; `to` may be 24:00 (`None`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// Opens.
    pub from: Time,
    /// Closes; `None`: at midnight.
    pub to: Option<Time>,
}

/// Openings of a week, Monday first; sorted and disjoint within a day.
pub type Week = [Vec<Interval>; 7];

/// A public holiday.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// Its name.
    pub name: String,
    /// Joint leave (cuti bersama) rather than a national day.
    pub joint_leave: bool,
    /// A day of mourning or of quiet: nobody wishes a pleasant one.
    pub quiet: bool,
}

/// Public holidays by date, shared between owners.
pub type Holidays = BTreeMap<Date, Holiday>;

/// Why a span of time was counted or paused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Counted.
    Working,
    /// Outside the hours.
    OutsideHours,
    /// A public holiday, by name.
    Holiday(String),
    /// A one-off exception of the owner.
    Exception,
    /// The owner is away.
    Away,
}

/// One line of a clock receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Begin.
    pub from: Timestamp,
    /// End, excluded.
    pub to: Timestamp,
    /// Counted or paused, and why.
    pub cause: Cause,
}

/// How far a calendar looks ahead: ten years with their leap days.
const HORIZON: SignedDuration = SignedDuration::from_hours(24 * 3653);

/// One person's zone, hours, exceptions, holidays and absences.
#[derive(Clone, Debug)]
pub struct Calendar {
    pub(in crate::model) zone: TimeZone,
    pub(in crate::model) week: Week,
    pub(in crate::model) profiles: Vec<Profile>,
    pub(in crate::model) exceptions: BTreeMap<Date, Vec<Interval>>,
    pub(in crate::model) holidays: Arc<Holidays>,
    /// Sorted and disjoint.
    pub(in crate::model) absences: Vec<(Timestamp, Timestamp)>,
}

/// Other hours for a range of dates, both ends included.
#[derive(Clone, Debug)]
pub(in crate::model) struct Profile {
    pub(in crate::model) from: Date,
    pub(in crate::model) to: Date,
    pub(in crate::model) week: Week,
}

impl Calendar {
    /// A calendar with the same hours every week; days are put in order, overlaps joined.
    pub fn new(zone: TimeZone, week: Week) -> Self {
        Self {
            zone,
            week: week.map(openings::tidy),
            profiles: Vec::new(),
            exceptions: BTreeMap::new(),
            holidays: Arc::default(),
            absences: Vec::new(),
        }
    }

    /// Other hours from `from` to `to`, both included; the last profile that covers a day counts.
    pub fn with_profile(mut self, from: Date, to: Date, week: Week) -> Self {
        self.profiles.push(Profile { from, to, week: week.map(openings::tidy) });
        self
    }

    /// Hours of one day, whatever the week, a profile or a holiday say; none: closed.
    pub fn with_exception(mut self, date: Date, openings: Vec<Interval>) -> Self {
        self.exceptions.insert(date, openings::tidy(openings));
        self
    }

    /// Public holidays: closed, unless an exception says otherwise.
    pub fn with_holidays(mut self, holidays: Arc<Holidays>) -> Self {
        self.holidays = holidays;
        self
    }

    /// Away from `from` until `until`: that time is taken out of the openings.
    pub fn with_absence(mut self, from: Timestamp, until: Timestamp) -> Self {
        if from < until {
            self.absences.push((from, until));
            self.absences = openings::joined(std::mem::take(&mut self.absences));
        }
        self
    }

    /// Away at these times and at no others.
    pub fn away_only(mut self, spans: impl IntoIterator<Item = (Timestamp, Timestamp)>) -> Self {
        self.absences.clear();
        spans.into_iter().fold(self, |calendar, (from, until)| calendar.with_absence(from, until))
    }

    /// Whether the owner is away at a moment.
    pub fn is_away(&self, at: Timestamp) -> bool {
        self.absences.iter().any(|(from, until)| *from <= at && at < *until)
    }

    /// When the owner is away, in order, overlaps joined.
    pub fn absences(&self) -> &[(Timestamp, Timestamp)] {
        &self.absences
    }

    /// The zone.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// How long a usual working day is: the middle one of the weekly hours; zero without any.
    pub fn usual_day(&self) -> SignedDuration {
        let since_midnight = |time: Time| time.duration_since(Time::midnight());
        let length = |interval: &Interval| {
            let close = interval.to.map_or(SignedDuration::from_hours(24), since_midnight);
            close - since_midnight(interval.from)
        };
        let mut days: Vec<SignedDuration> = self
            .week
            .iter()
            .map(|day| day.iter().map(length).sum())
            .filter(|day| *day > SignedDuration::ZERO)
            .collect();
        days.sort_unstable();
        days.get(days.len() / 2).copied().unwrap_or(SignedDuration::ZERO)
    }

    /// The date that a wall calendar shows at that instant.
    pub fn local_date(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }

    /// The public holidays of these days, both included, in their order.
    pub fn holidays_within(&self, first: Date, last: Date) -> impl Iterator<Item = &Holiday> {
        let ends = if first <= last { first..=last } else { last..=last };
        self.holidays.range(ends).map(|(_, holiday)| holiday)
    }

    /// Whether it is working time.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.opening_end(at).is_some()
    }

    /// When the opening that holds `at` ends (at the latest at midnight); `None`: it is closed.
    pub fn opening_end(&self, at: Timestamp) -> Option<Timestamp> {
        // A clock set back over midnight may show yesterday's date in today's hours.
        let last = self.local_date(at).tomorrow().unwrap_or(Date::MAX);
        let mut walk = Walk::new(self, at, last);
        loop {
            if let Some((from, to)) = walk.pieces().next() {
                return (from == at).then_some(to);
            }
            if !walk.advance() {
                return None;
            }
        }
    }

    /// The earliest instant not before `at` at which it is open; `None`: never within ten years.
    pub fn next_opening(&self, at: Timestamp) -> Option<Timestamp> {
        let horizon = at.saturating_add(HORIZON).unwrap_or(Timestamp::MAX);
        let mut walk = Walk::new(self, at, self.local_date(horizon));
        loop {
            if let Some((open, _)) = walk.pieces().next() {
                return (open <= horizon).then_some(open);
            }
            if !walk.advance() {
                return None;
            }
            walk.skip_empty_weeks();
        }
    }

    /// First opening on a local day after the one of `at`.
    pub fn next_working_morning(&self, at: Timestamp) -> Option<Timestamp> {
        let tomorrow = self.local_date(at).tomorrow().ok()?;
        self.next_opening(openings::start_of(&self.zone, tomorrow).max(at))
    }

    /// How much working time lies between two instants; none if `to` is not after `from`.
    pub fn working_time_between(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        let mut total = SignedDuration::ZERO;
        if to <= from {
            return total;
        }
        let last = self.local_date(to);
        let mut walk = Walk::new(self, from, last.tomorrow().unwrap_or(Date::MAX));
        loop {
            for (opened, closed) in walk.pieces() {
                if opened >= to {
                    return total;
                }
                total = total.saturating_add(closed.min(to).duration_since(opened));
            }
            if !walk.advance() {
                return total;
            }
            let (weeks, each) = walk.skip_weeks(openings::weeks_between(walk.date(), last));
            total = total.saturating_add(each.saturating_mul(weeks));
        }
    }

    /// The earliest instant up to which `span` of working time has passed since `from`; `from`
    /// itself for no span. `None`: not within ten years.
    pub fn add_working_time(&self, from: Timestamp, span: SignedDuration) -> Option<Timestamp> {
        if span <= SignedDuration::ZERO {
            return Some(from);
        }
        let horizon = from.saturating_add(HORIZON).unwrap_or(Timestamp::MAX);
        let last = self.local_date(horizon);
        let mut left = span;
        let mut walk = Walk::new(self, from, last);
        loop {
            for (opened, closed) in walk.pieces() {
                let open = closed.duration_since(opened);
                if open >= left {
                    let end = opened.checked_add(left).ok()?;
                    return (end <= horizon).then_some(end);
                }
                left = left.saturating_sub(open);
            }
            if !walk.advance() {
                return None;
            }
            // One whole week's worth stays, so that the end is found inside a day.
            let wanted = openings::times(left, walk.week_total()).saturating_sub(1);
            let near = openings::weeks_between(walk.date(), last);
            let (weeks, each) = walk.skip_weeks(near.min(wanted));
            left = left.saturating_sub(each.saturating_mul(weeks));
        }
    }

    /// Every counted and paused span from `from` to `to` with its cause; no gaps, neighbours of
    /// the same cause joined. Away comes before all other causes; the closed hours of a day carry
    /// that day's cause: its exception, else its holiday, else the hours.
    pub fn receipt(&self, from: Timestamp, to: Timestamp) -> Vec<Span> {
        openings::receipt(self, from, to)
    }
}
