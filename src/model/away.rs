//! An absence: when somebody is away, and what has become of that.
//!
//! Whole days are days in the owner's zone; the last one is included. What overlaps is one absence.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::model::address::Address;
use crate::model::ids::{AwayId, OwnerId};

/// Why somebody is away. There is no illness, and no title of a calendar entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Nothing but that it is so.
    #[default]
    Unsaid,
    /// Travelling on duty.
    Travel,
    /// On leave.
    Leave,
}

impl Reason {
    /// The word in the store and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unsaid => "unsaid",
            Self::Travel => "travel",
            Self::Leave => "leave",
        }
    }

    /// The reason of that word.
    pub fn named(word: &str) -> Option<Self> {
        [Self::Unsaid, Self::Travel, Self::Leave].into_iter().find(|one| one.word() == word)
    }
}

/// An absence as it is said, before it has a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// From then on.
    pub from: Timestamp,
    /// Until then, excluded.
    pub until: Timestamp,
    /// Why.
    pub reason: Reason,
    /// Who stands in this time, before the owner's usual delegates.
    pub delegate: Option<Address>,
}

impl Plan {
    /// An absence of which nothing is said but when it is.
    pub fn bare((from, until): (Timestamp, Timestamp)) -> Self {
        Self { from, until, reason: Reason::Unsaid, delegate: None }
    }
}

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
    /// Why.
    pub reason: Reason,
    /// Who stands in this time, before the owner's usual delegates.
    pub delegate: Option<Address>,
    /// Taken back: it never was.
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
        let until = self.end();
        (self.cancelled_at.is_none() && self.from < until).then_some((self.from, until))
    }

    /// Its end, excluded: as it was said, unless a person ended it before.
    pub fn end(&self) -> Timestamp {
        self.ended_at.map_or(self.until, |ended| ended.min(self.until))
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
