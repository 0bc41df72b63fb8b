//! Working hours: where a span of working time ends, how much of it lies between two instants.
//! Being written: these are the signatures that others rely on.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

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

/// One person's zone, hours, exceptions, holidays and absences.
#[derive(Clone, Debug)]
pub struct Calendar {
    zone: TimeZone,
}

#[allow(unused_variables, missing_docs, clippy::unimplemented)]
impl Calendar {
    pub fn new(zone: TimeZone, week: Week) -> Self {
        Self { zone }
    }
    pub fn with_profile(self, from: Date, to: Date, week: Week) -> Self {
        self
    }
    pub fn with_exception(self, date: Date, openings: Vec<Interval>) -> Self {
        self
    }
    pub fn with_holidays(self, holidays: Arc<Holidays>) -> Self {
        self
    }
    pub fn with_absence(self, from: Timestamp, until: Timestamp) -> Self {
        self
    }
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }
    pub fn local_date(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }
    pub fn is_open(&self, at: Timestamp) -> bool {
        true
    }
    /// The earliest instant not before `at` at which it is open; `None`: never within ten years.
    pub fn next_opening(&self, at: Timestamp) -> Option<Timestamp> {
        Some(at)
    }
    /// First opening on a local day after the one of `at`.
    pub fn next_working_morning(&self, at: Timestamp) -> Option<Timestamp> {
        Some(at)
    }
    pub fn working_time_between(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        to.duration_since(from)
    }
    /// `None`: not within ten years.
    pub fn add_working_time(&self, from: Timestamp, span: SignedDuration) -> Option<Timestamp> {
        from.checked_add(span).ok()
    }
    pub fn receipt(&self, from: Timestamp, to: Timestamp) -> Vec<Span> {
        Vec::new()
    }
}
