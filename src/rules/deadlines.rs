//! Being written: due, due soon, late by how much.

use jiff::Timestamp;

use crate::model::calendar::Calendar;
use crate::model::obligation::{Clocks, Obligation, Status};
use crate::model::policy::{Policy, Tier};

/// The tier of an obligation by its stored name; the last tier if the name is gone.
pub fn tier<'a>(policy: &'a Policy, obligation: &Obligation) -> Option<&'a Tier> {
    policy.tiers.iter().find(|tier| tier.name == obligation.tier).or(policy.tiers.last())
}

/// Both clocks at `now` (for a closed obligation: at its end).
pub fn clocks(
    policy: &Policy,
    calendar: &Calendar,
    obligation: &Obligation,
    now: Timestamp,
) -> Clocks {
    let end = obligation.closed.as_ref().map_or(now, |closed| closed.at).max(obligation.asked_at);
    let within = tier(policy, obligation).map_or(jiff::SignedDuration::ZERO, |t| t.reply_within);
    let due_at = calendar.add_working_time(obligation.asked_at, within).unwrap_or(Timestamp::MAX);
    let overdue = if end > due_at {
        calendar.working_time_between(due_at, end)
    } else {
        jiff::SignedDuration::ZERO
    };
    let status = if end > due_at {
        Status::Late
    } else if calendar.working_time_between(end, due_at) <= policy.due_soon {
        Status::DueSoon
    } else {
        Status::OnTrack
    };
    Clocks {
        due_at,
        status,
        requester_wait: end.duration_since(obligation.asked_at),
        owner_time: calendar.working_time_between(obligation.asked_at, end),
        overdue,
    }
}
