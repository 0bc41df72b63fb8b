//! Due, due soon, late by how much: both clocks of an obligation, and the receipt behind them.
//!
//! The requester's wait is wall-clock time and nothing on our side pauses it; the owner's time is
//! working time on the holder's calendar. Snoozing moves neither. What follows from being late is
//! in `rules/escalation`.

use jiff::{SignedDuration, Timestamp};

use crate::model::address::Address;
use crate::model::calendar::{Calendar, Span};
use crate::model::handover::Holder;
use crate::model::obligation::{Clocks, Obligation, Status};
use crate::model::policy::{Policy, Tier};

/// The tier of an obligation by its stored name; the last tier if the name is gone.
pub fn tier<'a>(policy: &'a Policy, obligation: &Obligation) -> Option<&'a Tier> {
    policy.tiers.iter().find(|tier| tier.name == obligation.tier).or(policy.tiers.last())
}

/// When the promise ends; `None`: not within ten years. Of what was handed over it was reckoned
/// then; what the owner promised in an answer stands for the tier's.
pub fn due_at(policy: &Policy, calendar: &Calendar, obligation: &Obligation) -> Option<Timestamp> {
    if let Some(holder) = &obligation.holder {
        return holder.due_at;
    }
    if let Some(promise) = obligation.promise {
        return Some(promise.until);
    }
    let within = tier(policy, obligation).map_or(SignedDuration::ZERO, |tier| tier.reply_within);
    calendar.add_working_time(obligation.asked_at, within)
}

/// When a step of the ladder is reached. Of what was handed over, on the holder's hours; of what
/// the owner has promised for a later day, on the morning of that day, and as long after it as the
/// tier says that it comes after the due time.
pub fn reached(
    policy: &Policy,
    calendar: &Calendar,
    obligation: &Obligation,
    from: Timestamp,
    after: SignedDuration,
) -> Option<Timestamp> {
    if let Some(holder) = &obligation.holder {
        // What lay before the hand-over is behind it.
        let left = after.checked_sub(holder.used).filter(SignedDuration::is_positive)?;
        return calendar.add_working_time(holder.since, left);
    }
    let Some(promise) = obligation.promise else {
        return calendar.add_working_time(from, after);
    };
    let within = tier(policy, obligation).map_or(SignedDuration::ZERO, |tier| tier.reply_within);
    match after.checked_sub(within).filter(SignedDuration::is_positive) {
        Some(later) => calendar.add_working_time(promise.until, later),
        None => {
            let day = calendar.local_date(promise.until).to_zoned(calendar.zone().clone()).ok()?;
            let morning = calendar.next_opening(day.timestamp())?;
            Some(if morning > promise.made_at { morning.min(promise.until) } else { promise.until })
        }
    }
}

/// Both clocks at `now` (for a closed obligation: at its end), on the calendar of whoever holds it.
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
        owner_time: owner_time(calendar, obligation, end),
        overdue,
    }
}

fn owner_time(calendar: &Calendar, obligation: &Obligation, end: Timestamp) -> SignedDuration {
    match &obligation.holder {
        None => calendar.working_time_between(obligation.asked_at, end),
        Some(holder) => {
            let since = calendar.working_time_between(holder.since, end.max(holder.since));
            holder.used.saturating_add(since)
        }
    }
}

/// What it means for an obligation to be given to somebody with these hours at `now`: what of the
/// promise is left counts on, on their calendar. One that is late stays late since the same moment.
pub fn handed_over(
    policy: &Policy,
    (owner, delegate): (&Calendar, &Calendar),
    obligation: &Obligation,
    to: &Address,
    now: Timestamp,
) -> Holder {
    let used = owner_time(owner, obligation, now.max(obligation.asked_at));
    let within = tier(policy, obligation).map_or(SignedDuration::ZERO, |tier| tier.reply_within);
    let due_at = due_at(policy, owner, obligation).filter(|due| *due <= now).or_else(|| {
        delegate.add_working_time(now, within.saturating_sub(used).max(SignedDuration::ZERO))
    });
    Holder { address: to.clone(), since: now, used, due_at, accepted_at: None }
}

/// Every counted and paused span of the owner's time, from the ask to `now` (or to the end): on the
/// owner's calendar until a hand-over, on the holder's from then on.
pub fn receipt(
    (owner, holder): (&Calendar, &Calendar),
    obligation: &Obligation,
    now: Timestamp,
) -> Vec<Span> {
    let (asked_at, end) = (obligation.asked_at, end(obligation, now));
    let Some(held) = &obligation.holder else { return owner.receipt(asked_at, end) };
    let mut spans = owner.receipt(asked_at, held.since.min(end).max(asked_at));
    spans.extend(holder.receipt(held.since, end.max(held.since)));
    spans
}

/// Where the clocks stop; never before the ask, however the times of its mails are mixed up.
fn end(obligation: &Obligation, now: Timestamp) -> Timestamp {
    obligation.closed.as_ref().map_or(now, |closed| closed.at).max(obligation.asked_at)
}
