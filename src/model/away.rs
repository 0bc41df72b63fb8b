//! An absence: when somebody is away, and what has become of that.
//!
//! Whole days are days in the owner's zone; the last one is included. What overlaps is one absence.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::model::ids::{AwayId, OwnerId};

/// One absence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Away {
    /// Row.
    pub id: AwayId,
    /// Who is away.
    pub owner: OwnerId,
    /// From then on.
    pub from: Timestamp,
    /// Until then, excluded.
    pub until: Timestamp,
    /// Taken back before it began: it never was.
    pub cancelled_at: Option<Timestamp>,
    /// Ended by a person before its time.
    pub ended_at: Option<Timestamp>,
}

/// Where an absence stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It has not begun.
    Planned,
    /// The owner is away.
    Active,
    /// It is over.
    Ended,
    /// It was taken back.
    Cancelled,
}

impl Phase {
    /// The word used on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Active => "active",
            Self::Ended => "ended",
            Self::Cancelled => "cancelled",
        }
    }
}

impl Away {
    /// The time that it covers; none if it was taken back.
    pub fn span(&self) -> Option<(Timestamp, Timestamp)> {
        let until = self.ended_at.map_or(self.until, |ended| ended.min(self.until));
        (self.cancelled_at.is_none() && self.from < until).then_some((self.from, until))
    }

    /// Where it stands.
    pub fn phase(&self, now: Timestamp) -> Phase {
        match self.span() {
            None => Phase::Cancelled,
            Some((from, _)) if now < from => Phase::Planned,
            Some((_, until)) if now < until => Phase::Active,
            Some(_) => Phase::Ended,
        }
    }
}

/// Begin of a day where these clocks are; a day without a midnight begins when it begins.
pub fn begin_of(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    day.to_zoned(zone.clone()).ok()?.start_of_day().ok().map(|begin| begin.timestamp())
}

/// End of a day, which is the begin of the next.
pub fn end_of(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    begin_of(day.checked_add(1.day()).ok()?, zone)
}
