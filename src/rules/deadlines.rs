//! Due, due soon, late by how much: both clocks of an obligation, and the receipt behind them.
//!
//! The requester's wait is wall-clock time and nothing on our side pauses it; the owner's time is
//! working time on the holder's calendar. Snoozing moves neither. What follows from being late is
//! in `rules/escalation`.

use jiff::{SignedDuration, Timestamp};

use crate::model::calendar::{Calendar, Span};
use crate::model::obligation::{Clocks, Obligation, Status};
use crate::model::policy::{Policy, Tier};

/// The tier of an obligation by its stored name; the last tier if the name is gone.
pub fn tier<'a>(policy: &'a Policy, obligation: &Obligation) -> Option<&'a Tier> {
    policy.tiers.iter().find(|tier| tier.name == obligation.tier).or(policy.tiers.last())
}

/// When the promise ends; `None`: not within ten years.
pub fn due_at(policy: &Policy, calendar: &Calendar, obligation: &Obligation) -> Option<Timestamp> {
    let within = tier(policy, obligation).map_or(SignedDuration::ZERO, |tier| tier.reply_within);
    calendar.add_working_time(obligation.asked_at, within)
}

/// Both clocks at `now` (for a closed obligation: at its end).
pub fn clocks(
    policy: &Policy,
    calendar: &Calendar,
    obligation: &Obligation,
    now: Timestamp,
) -> Clocks {
    let end = end(obligation, now);
    let due_at = due_at(policy, calendar, obligation);
    let (status, overdue) = match due_at {
        Some(due_at) if end > due_at => (Status::Late, calendar.working_time_between(due_at, end)),
        Some(due_at) if calendar.working_time_between(end, due_at) <= policy.due_soon => {
            (Status::DueSoon, SignedDuration::ZERO)
        }
        Some(_) | None => (Status::OnTrack, SignedDuration::ZERO),
    };
    Clocks {
        due_at: due_at.unwrap_or(Timestamp::MAX),
        status,
        requester_wait: end.duration_since(obligation.asked_at),
        owner_time: calendar.working_time_between(obligation.asked_at, end),
        overdue,
    }
}

/// Every counted and paused span of the owner's time, from the ask to `now` (or to the end).
pub fn receipt(calendar: &Calendar, obligation: &Obligation, now: Timestamp) -> Vec<Span> {
    calendar.receipt(obligation.asked_at, end(obligation, now))
}

/// Where the clocks stop; never before the ask, however the times of its mails are mixed up.
fn end(obligation: &Obligation, now: Timestamp) -> Timestamp {
    obligation.closed.as_ref().map_or(now, |closed| closed.at).max(obligation.asked_at)
}
