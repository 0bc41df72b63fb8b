//! When somebody comes back, and how long they are left in peace then.
//!
//! Absences without an opening in between are one stretch: nobody was here. After it the reminders
//! of what came before are held, the longer the more of it there is. Nothing else is moved: due
//! times, lateness and the ends of ladders stay (law 14).

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::model::calendar::Calendar;
use crate::model::facts::Facts;
use crate::model::ids::{AwayId, ObligationId};
use crate::model::obligation::Obligation;
use crate::rules::standing::off_the_ladder;

/// Working time for each thing that waits, and at least.
const EACH: SignedDuration = SignedDuration::from_mins(15);
const AT_LEAST: SignedDuration = SignedDuration::from_hours(1);

/// A time without an opening for its owner, of at least half a usual working day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Its absences, by their begin.
    pub aways: Vec<AwayId>,
    /// The one that ends last.
    pub last: AwayId,
    /// Away from then on.
    pub from: Timestamp,
    /// Until then, excluded.
    pub until: Timestamp,
    /// The first opening behind it.
    pub back: Timestamp,
    /// One usual working day of the owner's time later: nothing around this absence comes after.
    pub over: Timestamp,
}

/// The owner's stretches, by their begin. A shorter absence has no letters and no grace.
pub fn stretches(facts: &Facts) -> Vec<Stretch> {
    let mut spans: Vec<_> = facts
        .absences
        .iter()
        .filter_map(|away| away.span().map(|(from, until)| (from, until, away.id)))
        .collect();
    let calendar = &facts.owner.calendar;
    let day = calendar.usual_day();
    if spans.is_empty() || day.is_zero() {
        return Vec::new();
    }
    spans.sort_unstable();
    let mut runs: Vec<(Timestamp, Timestamp, Vec<AwayId>, AwayId)> = Vec::new();
    for (from, until, id) in spans {
        match runs.last_mut() {
            Some(run) if from <= run.1 || !opens(calendar, run.1, from) => {
                run.2.push(id);
                if until > run.1 {
                    (run.1, run.3) = (until, id);
                }
            }
            Some(_) | None => runs.push((from, until, vec![id], id)),
        }
    }
    let hours = Calendar::clone(calendar).away_only([]);
    let long = |from, until| hours.working_time_between(from, until) * 2 >= day;
    let runs = runs.into_iter().filter(|(from, until, _, _)| long(*from, *until));
    let stretch = |(from, until, aways, last)| {
        let back = calendar.next_opening(until).unwrap_or(Timestamp::MAX);
        let over = calendar.add_working_time(back, day).unwrap_or(back);
        Stretch { aways, last, from, until, back, over }
    };
    runs.map(stretch).collect()
}

fn opens(calendar: &Calendar, from: Timestamp, before: Timestamp) -> bool {
    calendar.next_opening(from).is_some_and(|opening| opening < before)
}

/// What waits for the owner, as far as reminders go: not what others hold, nor what is never
/// reminded of.
pub(in crate::rules) fn waiting(facts: &Facts) -> impl Iterator<Item = &Obligation> {
    facts.open.iter().filter(|obligation| off_the_ladder(facts, obligation).is_none())
}

/// How much of what waits was asked before the return.
pub(in crate::rules) fn backlog(facts: &Facts, stretch: &Stretch) -> usize {
    waiting(facts).filter(|obligation| obligation.asked_at < stretch.back).count()
}

/// How much working time a backlog is given: a quarter of an hour for each thing that waits, at
/// least an hour, at most one usual working day.
pub fn grace(waiting: usize, usual_day: SignedDuration) -> SignedDuration {
    let each = i32::try_from(waiting).map_or(usual_day, |count| EACH.saturating_mul(count));
    each.max(AT_LEAST).min(usual_day)
}

/// When the grace after a stretch ends. A digest that was written has said it.
pub fn grace_ends(facts: &Facts, stretch: &Stretch) -> Timestamp {
    let calendar = &facts.owner.calendar;
    let digest = facts.farewells.digests.get(&stretch.last);
    let count = digest.map_or_else(|| backlog(facts, stretch), |digest| digest.waiting);
    let span = grace(count, calendar.usual_day());
    calendar.add_working_time(stretch.back, span).unwrap_or(Timestamp::MAX)
}

/// A time in which some of what waits is not reminded of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::rules) struct Grace {
    /// What was asked before.
    pub(in crate::rules) before: Timestamp,
    /// Only these; `None`: all of it.
    only: Option<BTreeSet<ObligationId>>,
    /// From then on.
    pub(in crate::rules) from: Timestamp,
    /// Until then, excluded.
    pub(in crate::rules) until: Timestamp,
}

impl Grace {
    /// Whether it is about whatever was asked at that time.
    pub(in crate::rules) fn covers_ask(&self, asked_at: Timestamp) -> bool {
        asked_at < self.before && self.only.is_none()
    }

    /// Whether it is about an obligation.
    pub(in crate::rules) fn covers(&self, obligation: &Obligation) -> bool {
        obligation.asked_at < self.before
            && self.only.as_ref().is_none_or(|only| only.contains(&obligation.id))
    }
}

/// Every grace of this owner: one after each stretch, and what a digest lists until the next
/// working morning, because that was the day's letter about it.
pub(in crate::rules) fn graces(facts: &Facts) -> Vec<Grace> {
    let mut graces = Vec::new();
    for stretch in stretches(facts) {
        let until = grace_ends(facts, &stretch);
        graces.push(Grace { before: stretch.back, only: None, from: stretch.until, until });
        if let Some(digest) = facts.farewells.digests.get(&stretch.last) {
            let morning = facts.owner.calendar.next_working_morning(digest.at);
            graces.push(Grace {
                before: Timestamp::MAX,
                only: Some(digest.items.clone()),
                from: digest.at,
                until: morning.unwrap_or(until),
            });
        }
    }
    graces
}
