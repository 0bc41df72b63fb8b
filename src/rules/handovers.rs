//! When somebody else is asked to answer for an absent owner, whom, and when it is the owner's
//! again.
//!
//! Only what is urgent moves, and what its tier wants covered; to one person at a time, to each of
//! them once. Whoever is away, declines or says nothing is passed over. Nothing is handed over in a
//! mode in which nothing may leave. The letter itself: `engine/handing`.

use jiff::{SignedDuration, Timestamp};

use crate::model::action::{Action, Decision};
use crate::model::address::Address;
use crate::model::away::{Away, Phase};
use crate::model::facts::Facts;
use crate::model::handover::{Cause, Ended, Handover, StandIn};
use crate::model::letter::Kind;
use crate::model::obligation::Obligation;
use crate::model::policy::{Mode, WhileAway};
use crate::rules::deadlines;

/// What follows for one owner's obligations, and when to ask again.
pub fn handovers(facts: &Facts, now: Timestamp) -> Decision {
    Decision { actions: actions(facts, now), wake_at: wake_at(facts, now) }
}

/// The same without the moment.
pub fn actions(facts: &Facts, now: Timestamp) -> Vec<Action> {
    let mut actions = recalls(facts);
    let away = facts.absences.iter().find(|away| away.phase(now) == Phase::Active);
    for obligation in own(facts) {
        let past = facts.handed.get(&obligation.id).map_or(&[][..], Vec::as_slice);
        let ends = past.last().and_then(|last| ending(facts, last, away, now));
        if let Some(how) = ends {
            actions.push(Action::GiveBack { obligation: obligation.id, how });
        }
        let held = past.last().is_some_and(Handover::stands) && ends.is_none();
        let left = past.last().and_then(|last| last.ended).is_some_and(leaves);
        if let Some(away) = away.filter(|_| !held && !left && facts.mode == Mode::Full) {
            actions.extend(offer(facts, obligation, past, away, now));
        }
    }
    actions
}

/// Whether it stays with the owner after that.
fn leaves((how, _): (Ended, Timestamp)) -> bool {
    match how {
        Ended::NotUrgent => true,
        Ended::Declined | Ended::Silent | Ended::Away | Ended::Over | Ended::Nobody => false,
    }
}

fn own(facts: &Facts) -> impl Iterator<Item = &Obligation> {
    facts.open.iter().filter(|obligation| obligation.owner == facts.owner.id)
}

/// Letters still here about what is not with their receiver any more, or is answered (law 6).
fn recalls(facts: &Facts) -> Vec<Action> {
    let mut recalls = Vec::new();
    let ours = |kind| matches!(kind, Kind::Handover | Kind::Passed);
    for letter in facts.queued.iter().filter(|letter| ours(letter.draft.kind)) {
        for item in &letter.draft.items {
            let held = item.obligation.and_then(|id| {
                let open = own(facts).any(|obligation| obligation.id == id);
                facts.handed.get(&id).filter(|_| open)?.last().filter(|last| last.stands())
            });
            let wanted = held.is_some_and(|held| match letter.draft.kind == Kind::Passed {
                true => held.accepted_at.is_some(),
                false => held.delegate.as_ref() == Some(&letter.draft.to),
            });
            if !wanted {
                let why = "It is answered, or with somebody else.".to_owned();
                recalls.push(Action::Recall { letter: letter.id, key: item.key.clone(), why });
            }
        }
    }
    recalls
}

/// Why it is the owner's again.
fn ending(facts: &Facts, last: &Handover, away: Option<&Away>, now: Timestamp) -> Option<Ended> {
    let delegate = last.delegate.as_ref().filter(|_| last.stands())?;
    if away.is_none() {
        return Some(Ended::Over);
    }
    let Some(stand_in) = facts.stand_ins.get(delegate) else { return Some(Ended::Away) };
    if stand_in.is_away(now) {
        return Some(Ended::Away);
    }
    let silent = last.accepted_at.is_none()
        && answer_by(facts, stand_in, last).is_some_and(|answer_by| answer_by <= now);
    silent.then_some(Ended::Silent)
}

/// Until when whoever is asked may say whether they take it.
fn answer_by(facts: &Facts, stand_in: &StandIn, asked: &Handover) -> Option<Timestamp> {
    stand_in.calendar.add_working_time(asked.offered_at, facts.policy.accept_within)
}

/// The next one who is there, if there is a reason to ask anybody.
fn offer(
    facts: &Facts,
    obligation: &Obligation,
    past: &[Handover],
    away: &Away,
    now: Timestamp,
) -> Option<Action> {
    // Nobody writes about the past (law 7), or about what may be answered.
    obligation.ladder_from.filter(|_| obligation.perhaps.is_none())?;
    let cause = urgent(facts, obligation, away);
    let Some((address, stand_in)) = available(facts, obligation, past, away, now).next() else {
        let told = past.iter().any(|one| one.delegate.is_none());
        return cause.filter(|_| !told).map(|cause| Action::HandOver {
            obligation: obligation.id,
            holder: None,
            away: away.id,
            cause,
        });
    };
    let calendars = (facts.owner.calendar.as_ref(), stand_in.calendar.as_ref());
    let free = Obligation { holder: None, ..obligation.clone() };
    let cause = cause.or_else(|| {
        let at = covered_at(facts, &free, stand_in, away)?;
        (at <= now).then_some(Cause::Cover)
    })?;
    let mut holder = deadlines::handed_over(&facts.policy, calendars, &free, address, now);
    // Who was asked before in vain does not make the requester wait longer.
    let before = past.iter().filter(|one| one.away == away.id).filter_map(|one| one.due_at);
    holder.due_at = before.chain(holder.due_at).min();
    let (obligation, away, holder) = (obligation.id, away.id, Some(holder));
    Some(Action::HandOver { obligation, holder, away, cause })
}

/// Who is asked after whoever holds it now, as things stand.
pub fn next_after<'a>(
    facts: &'a Facts,
    obligation: &'a Obligation,
    now: Timestamp,
) -> Option<&'a Address> {
    let away = facts.absences.iter().find(|away| away.phase(now) == Phase::Active)?;
    let past = facts.handed.get(&obligation.id).map_or(&[][..], Vec::as_slice);
    available(facts, obligation, past, away, now).next().map(|(address, _)| address)
}

/// Those of the chain who are there and were not asked yet.
fn available<'a>(
    facts: &'a Facts,
    obligation: &'a Obligation,
    past: &'a [Handover],
    away: &'a Away,
    now: Timestamp,
) -> impl Iterator<Item = (&'a Address, &'a StandIn)> {
    chain(facts, away, obligation).filter(move |(address, stand_in)| {
        let asked = past.iter().any(|one| one.delegate.as_ref() == Some(*address));
        !asked && !stand_in.is_away(now)
    })
}

/// Why it cannot wait for the owner.
fn urgent(facts: &Facts, obligation: &Obligation, away: &Away) -> Option<Cause> {
    let plea = facts.pleas.get(&obligation.id)?;
    let tier = deadlines::tier(&facts.policy, obligation);
    let named = |words: &[String]| {
        let subject = obligation.subject.to_lowercase();
        words.iter().any(|word| subject.contains(word.as_str()))
    };
    let chased = obligation.asks > 1 && plea.latest_at.is_some_and(|latest| latest >= away.from);
    let reasons = [
        plea.urgent.filter(|cause| *cause == Cause::Called),
        tier.filter(|tier| tier.away == WhileAway::Urgent).map(|_| Cause::Tier),
        tier.filter(|tier| named(&tier.priority_words)).map(|_| Cause::Words),
        plea.urgent,
        chased.then_some(Cause::Chased),
    ];
    reasons.into_iter().flatten().next()
}

/// When a covered obligation is handed over: what the owner had left of the promise, spent on the
/// delegate's hours since the absence began, ends soon.
fn covered_at(
    facts: &Facts,
    obligation: &Obligation,
    stand_in: &StandIn,
    away: &Away,
) -> Option<Timestamp> {
    let tier = deadlines::tier(&facts.policy, obligation)?;
    if tier.away != WhileAway::Cover {
        return None;
    }
    let begin = obligation.asked_at.max(away.from);
    let used = facts.owner.calendar.working_time_between(obligation.asked_at, begin);
    let left = tier.reply_within.saturating_sub(used).saturating_sub(facts.policy.due_soon);
    stand_in.calendar.add_working_time(begin, left.max(SignedDuration::ZERO))
}

/// Who stands in, in order: for such matters, named for this absence, as always. Never the owner.
fn chain<'a>(
    facts: &'a Facts,
    away: &'a Away,
    obligation: &'a Obligation,
) -> impl Iterator<Item = (&'a Address, &'a StandIn)> {
    let recipients = facts.pleas.get(&obligation.id).map_or(&[][..], |plea| &plea.recipients);
    let topics = facts
        .owner
        .topics
        .iter()
        .filter(|topic| topic.covers(&obligation.tier, recipients.iter(), &obligation.subject));
    let special = topics.flat_map(|topic| &topic.delegates).filter(|one| !facts.owner.is(one));
    let all = special.chain(facts.owner.stand_ins(away.delegate.as_ref()));
    all.filter_map(|address| facts.stand_ins.get_key_value(address))
}

/// The next moment at which something here can change by itself.
fn wake_at(facts: &Facts, now: Timestamp) -> Option<Timestamp> {
    let mut instants = Vec::new();
    for away in &facts.absences {
        instants.extend(away.span().into_iter().flat_map(|(from, until)| [from, until]));
    }
    let away = facts.absences.iter().find(|away| away.phase(now) == Phase::Active);
    if let Some(away) = away {
        for stand_in in facts.stand_ins.values() {
            let borders = stand_in.calendar.absences().iter();
            instants.extend(borders.flat_map(|(from, until)| [*from, *until]));
        }
        for obligation in own(facts) {
            let last = facts.handed.get(&obligation.id).and_then(|past| past.last());
            match last.filter(|last| last.stands()) {
                Some(asked) => {
                    let delegate = asked.delegate.as_ref();
                    let stand_in = delegate.and_then(|delegate| facts.stand_ins.get(delegate));
                    let by = stand_in.and_then(|stand_in| answer_by(facts, stand_in, asked));
                    instants.extend(by.filter(|_| asked.accepted_at.is_none()));
                }
                None if obligation.perhaps.is_none() => {
                    let chain = chain(facts, away, obligation);
                    instants.extend(
                        chain.filter_map(|(_, stand_in)| {
                            covered_at(facts, obligation, stand_in, away)
                        }),
                    );
                }
                None => {}
            }
        }
    }
    instants.into_iter().filter(|at| *at > now).min()
}
