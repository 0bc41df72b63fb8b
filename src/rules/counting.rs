//! What a report counts of a request: how long it took, by both clocks, and whether it was in time.
//!
//! The hours and the promise are those that were in force then. The target is the tier's: a
//! promise of the owner's, a snooze or a grace moves reminders, never this. Whoever still waits is
//! counted for as long as they have waited until the report. What becomes of all of them is in
//! `rules/weekly`.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::model::address::Address;
use crate::model::handover::Holder;
use crate::model::ids::ObligationId;
use crate::model::message::MessageKey;
use crate::model::obligation::{Ending, Obligation};
use crate::model::promises::Hours;
use crate::rules::survival::Observed;

/// One request, as a report counts it.
#[derive(Clone, Debug, PartialEq)]
pub struct Counted {
    /// Who asked.
    pub requester: Address,
    /// Those of its obligations that are open.
    pub open: Vec<ObligationId>,
    /// When it arrived.
    pub asked_at: Timestamp,
    /// When somebody answered or handled it; `None`: not until the report.
    pub answered_at: Option<Timestamp>,
    /// Known by a mark only: it was answered then, or before.
    pub at_the_latest: bool,
    /// Working time until then, or until the report.
    pub owner_time: SignedDuration,
    /// All time until then, or until the report.
    pub wait: SignedDuration,
    /// Whether that was in time.
    pub target: Target,
}

/// How a request stands to its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Answered in time.
    InTime,
    /// Answered too late, or late and still open.
    Late,
    /// Open and not due yet.
    NotDue,
}

impl Counted {
    /// By the owner's clock.
    pub fn observed(&self) -> Observed {
        Observed { span: self.owner_time, waiting: self.answered_at.is_none() }
    }

    /// Whether somebody still waits.
    pub fn is_open(&self) -> bool {
        self.answered_at.is_none()
    }
}

/// What became of one obligation.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It counts.
    Counts(Counted),
    /// Its owner said that it was no request.
    NoRequest,
    /// It was taken back.
    Withdrawn,
}

/// What there is to know of an obligation for counting it.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The obligation as it is known now.
    pub obligation: &'a Obligation,
    /// The owner's hours.
    pub hours: &'a Hours,
    /// The hours of whoever holds it; `None`: the owner's.
    pub holder: Option<&'a Hours>,
    /// The promise that was in force when it arrived.
    pub within: SignedDuration,
}

impl Case<'_> {
    /// As it stood at a moment.
    pub fn at(&self, at: Timestamp) -> Outcome {
        let asked_at = self.obligation.asked_at;
        let closed = self.obligation.closed.as_ref();
        let ended = closed.filter(|closed| closed.at <= at).map(|closed| closed.how);
        if closed.is_some_and(|closed| closed.how == Ending::NotARequest) {
            return Outcome::NoRequest;
        }
        if ended == Some(Ending::Withdrawn) {
            return Outcome::Withdrawn;
        }
        let answered_at = self.obligation.answered_at().filter(|answered| *answered <= at);
        let answered_at = answered_at.map(|answered| answered.max(asked_at));
        let end = answered_at.unwrap_or(at).max(asked_at);
        let target = match (self.due_at(end).is_some_and(|due| end > due), answered_at) {
            (true, _) => Target::Late,
            (false, Some(_)) => Target::InTime,
            (false, None) => Target::NotDue,
        };
        Outcome::Counts(Counted {
            requester: self.obligation.requester.clone(),
            open: if answered_at.is_none() { vec![self.obligation.id] } else { Vec::new() },
            asked_at,
            answered_at,
            at_the_latest: ended == Some(Ending::AnsweredByFlag),
            owner_time: self.owner_time(end),
            wait: end.duration_since(asked_at),
            target,
        })
    }

    /// `None`: not within ten years. Of what was handed over by then it was reckoned at that time.
    fn due_at(&self, end: Timestamp) -> Option<Timestamp> {
        match self.holder_by(end) {
            Some(holder) => holder.due_at,
            None => self.hours.add_working_time(self.obligation.asked_at, self.within),
        }
    }

    fn owner_time(&self, end: Timestamp) -> SignedDuration {
        match self.holder_by(end) {
            Some(holder) => {
                let since = self.holder.unwrap_or(self.hours);
                holder.used.saturating_add(since.working_time_between(holder.since, end))
            }
            None => self.hours.working_time_between(self.obligation.asked_at, end),
        }
    }

    fn holder_by(&self, end: Timestamp) -> Option<&Holder> {
        self.obligation.holder.as_ref().filter(|holder| holder.since <= end)
    }
}

/// The requests to a team, and how many of its obligations do not count.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Each request once, however many it was written to; oldest first.
    pub requests: Vec<Counted>,
    /// When those arrived of which it was said that they were no requests.
    pub no_requests: Vec<Timestamp>,
}

/// Counts every request to a team once: a mail to several of its people is one request, whoever of
/// them answers has answered it, and as long as one is expected to, it is open. Of several clocks
/// the one counts that ran longest.
pub fn tally<'a>(cases: impl IntoIterator<Item = Case<'a>>, at: Timestamp) -> Tally {
    let mut groups: BTreeMap<(&Address, &MessageKey), Vec<Outcome>> = BTreeMap::new();
    let mut arrived: BTreeMap<(&Address, &MessageKey), Timestamp> = BTreeMap::new();
    for case in cases {
        let key = (&case.obligation.requester, &case.obligation.asked_key);
        groups.entry(key).or_default().push(case.at(at));
        let first = arrived.entry(key).or_insert(case.obligation.asked_at);
        *first = case.obligation.asked_at.min(*first);
    }
    let mut tally = Tally::default();
    for (key, outcomes) in groups {
        let said_no = outcomes.contains(&Outcome::NoRequest);
        let mut open = Vec::new();
        let counts = outcomes.into_iter().filter_map(|outcome| match outcome {
            Outcome::Counts(counted) => {
                open.extend_from_slice(&counted.open);
                Some(counted)
            }
            Outcome::NoRequest | Outcome::Withdrawn => None,
        });
        // What is open comes before what ended, and what took longer before what took less.
        match counts.max_by_key(|one| (one.is_open(), one.owner_time, one.wait, one.target)) {
            Some(one) => tally.requests.push(Counted { open, ..one }),
            None if said_no => tally.no_requests.extend(arrived.get(&key)),
            None => {}
        }
    }
    tally.requests.sort_by_key(|one| (one.asked_at, one.owner_time, one.is_open()));
    tally.no_requests.sort_unstable();
    tally
}
