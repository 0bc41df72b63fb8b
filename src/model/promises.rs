//! What was promised from a moment on, and an owner's hours as they were at any time.
//!
//! Hours that change count from then on: what had passed before passed by the old ones. It knows no
//! text and no row (`store/promises` reads both); what is counted with it is in `rules/counting`.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::model::address::Address;
use crate::model::calendar::Calendar;
use crate::model::policy::Policy;

/// All promises of one installation, as they were from a moment on.
#[derive(Clone, Debug)]
pub struct Promises {
    /// From then on, until the next ones.
    pub in_force_at: Timestamp,
    /// Tiers and all the rest.
    pub policy: Policy,
    /// Owners by each of their addresses.
    pub owners: BTreeMap<Address, Arc<Promised>>,
}

/// What counts of an owner.
#[derive(Clone, Debug)]
pub struct Promised {
    /// Team by name.
    pub team: Option<String>,
    /// Zone, hours and holidays, no absences.
    pub calendar: Calendar,
}

/// The promises in force at a moment; before the first ones, the first. `None`: there are none.
pub fn in_force(all: &[Promises], at: Timestamp) -> Option<&Promises> {
    all.iter().rev().find(|one| one.in_force_at <= at).or(all.first())
}

/// One owner's calendars, one after the other. The first counts for all that came before it, too.
#[derive(Clone, Debug)]
pub struct Hours {
    first: Calendar,
    later: Vec<(Timestamp, Calendar)>,
}

impl Hours {
    /// Always the same.
    pub fn always(calendar: Calendar) -> Self {
        Self { first: calendar, later: Vec::new() }
    }

    /// Those of an owner with these absences, whatever their hours were. `None`: not an owner then
    /// or ever.
    pub fn of(
        all: &[Promises],
        owner: &Address,
        absences: &[(Timestamp, Timestamp)],
    ) -> Option<Self> {
        let versions = all.iter().filter_map(|promises| {
            let promised = promises.owners.get(owner)?;
            let calendar = promised.calendar.clone().away_only(absences.iter().copied());
            Some((promises.in_force_at, calendar))
        });
        let mut versions = versions.peekable();
        let (_, first) = versions.next()?;
        Some(Self { first, later: versions.collect() })
    }

    /// The calendar at a moment.
    pub fn at(&self, at: Timestamp) -> &Calendar {
        let later = self.later.iter().rev().find(|(from, _)| *from <= at);
        later.map_or(&self.first, |(_, calendar)| calendar)
    }

    /// How much working time lies between two instants, each part by the hours of its time.
    pub fn working_time_between(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        let parts = self.parts(from);
        let times = parts.map(|(start, end, calendar)| {
            calendar.working_time_between(start, end.min(to)) //
        });
        times.fold(SignedDuration::ZERO, SignedDuration::saturating_add)
    }

    /// The earliest instant up to which `span` of working time has passed since `from`; `None`: not
    /// within ten years.
    pub fn add_working_time(&self, from: Timestamp, span: SignedDuration) -> Option<Timestamp> {
        let mut left = span;
        for (start, end, calendar) in self.parts(from) {
            // A span ends soon; the last hours go on to the end of time, which is far to walk where
            // clocks are changed twice a year.
            let at = calendar.add_working_time(start, left);
            if end == Timestamp::MAX || at.is_some_and(|at| at <= end) {
                return at;
            }
            left = left.saturating_sub(calendar.working_time_between(start, end));
        }
        None
    }

    /// From a moment to the end of time, by whose hours.
    fn parts(
        &self,
        from: Timestamp,
    ) -> impl Iterator<Item = (Timestamp, Timestamp, &Calendar)> + '_ {
        let starts = std::iter::once((Timestamp::MIN, &self.first))
            .chain(self.later.iter().map(|(start, calendar)| (*start, calendar)));
        let ends = self.later.iter().map(|(start, _)| *start).chain([Timestamp::MAX]);
        let parts = starts.zip(ends).filter(move |(_, end)| *end > from);
        parts.map(move |((start, calendar), end)| (start.max(from), end, calendar))
    }
}
