//! The letters around an absence: before it what is open and who stands in, after it what waits.
//!
//! Both come once, in the owner's hours, and never where nothing is reminded of either: in
//! `observe` mode, in a pause, where the mailboxes are not known (law 4). When somebody is back is
//! `rules/returns`.

use std::collections::BTreeSet;
use std::ops::Bound;

use jiff::{Timestamp, ToSpan};

use crate::model::action::{Action, Decision};
use crate::model::away::{begin_of, end_of};
use crate::model::calendar::Calendar;
use crate::model::facts::Facts;
use crate::model::farewell::Occasion;
use crate::model::letter::{Audience, Draft, Item, Kind, Letter};
use crate::model::obligation::Obligation;
use crate::model::policy::Mode;
use crate::rules::deadlines;
use crate::rules::returns::{self, Stretch};
use crate::rules::standing;

/// So much of what waits a digest lists, and a letter before an absence.
const FIRST: usize = 5;
const LISTED: usize = 20;
/// The afternoon begins.
const ONE_O_CLOCK: i8 = 13;
/// A working day before an absence is looked for so far back.
const DAYS_BACK: i64 = 31;

/// What follows around one owner's absences, and when to ask again.
pub fn decide(facts: &Facts, now: Timestamp) -> Decision {
    let plan = Plan::new(facts, now);
    let actions = plan.actions(now);
    let wake_at = plan.wake_at(&actions);
    Decision { actions, wake_at }
}

/// The same without the moment.
pub fn actions(facts: &Facts, now: Timestamp) -> Vec<Action> {
    Plan::new(facts, now).actions(now)
}

/// What waits, the earliest due first.
pub fn waiting(facts: &Facts) -> Vec<&Obligation> {
    let calendar = &facts.owner.calendar;
    let due = |one: &&Obligation| {
        let due_at = deadlines::due_at(&facts.policy, calendar, one);
        (due_at.unwrap_or(Timestamp::MAX), one.id)
    };
    let mut waiting: Vec<&Obligation> = returns::waiting(facts).collect();
    waiting.sort_by_cached_key(due);
    waiting
}

struct Plan<'a> {
    facts: &'a Facts,
    now: Timestamp,
    stretches: Vec<Stretch>,
    /// Of each stretch, when the letter before it is due.
    afternoons: Vec<Option<Timestamp>>,
}

impl<'a> Plan<'a> {
    fn new(facts: &'a Facts, now: Timestamp) -> Self {
        let stretches = returns::stretches(facts);
        // Of those that have begun nobody asks any more.
        let ahead = |one: &Stretch| Some(one.from).filter(|from| *from > now);
        let afternoons = stretches.iter().map(|one| afternoon(&facts.owner.calendar, ahead(one)?));
        Self { facts, now, afternoons: afternoons.collect(), stretches }
    }

    fn calendar(&self) -> &'a Calendar {
        &self.facts.owner.calendar
    }

    fn actions(&self, at: Timestamp) -> Vec<Action> {
        let mut actions = self.recalls(at);
        if self.may_write(at) && self.calendar().is_open(at) {
            let leaving = self.leaves(at).filter_map(|one| self.leaving(one));
            actions.extend(leaving.map(Action::Queue));
            let digests = self.digests(at).filter_map(|one| self.digest(one, at));
            actions.extend(digests.map(Action::Queue));
        }
        actions
    }

    fn may_write(&self, at: Timestamp) -> bool {
        self.facts.mode >= Mode::Nudge && standing::silence(self.facts, at).is_none()
    }

    /// Items of letters still here that are no longer wanted (law 6).
    fn recalls(&self, at: Timestamp) -> Vec<Action> {
        let mut recalls = Vec::new();
        for letter in self.facts.queued.iter().filter(|letter| is_ours(letter.draft.kind)) {
            let whole = self.unwanted(letter, at);
            for item in &letter.draft.items {
                if let Some(why) = whole.clone().or_else(|| self.settled(letter, item, at)) {
                    recalls.push(Action::Recall { letter: letter.id, key: item.key.clone(), why });
                }
            }
        }
        recalls
    }

    /// Why a letter is not wanted any more.
    fn unwanted(&self, letter: &Letter, at: Timestamp) -> Option<String> {
        if self.facts.mode < Mode::Nudge {
            return Some(format!("The mode is {} now.", self.facts.mode.word()));
        }
        if let Some(reason) = standing::paused(self.facts, at) {
            return Some(reason.sentence(self.calendar().zone()));
        }
        let is_its_own = |key: String| letter.draft.items.iter().any(|item| item.key == key);
        let mut stretches = self.stretches.iter();
        if letter.draft.kind == Kind::Leaving {
            let stands = stretches.any(|one| at < one.from && is_its_own(self.leaving_key(one)));
            return (!stands).then(|| "The absence has begun, was moved or taken back.".to_owned());
        }
        let stands = stretches.any(|one| returned(one, at) && is_its_own(digest_key(one)));
        (!stands).then(|| "The owner has not just come back from that absence.".to_owned())
    }

    /// Why one thing in a letter is not to be spoken of any more.
    fn settled(&self, letter: &Letter, item: &Item, at: Timestamp) -> Option<String> {
        let id = item.obligation?;
        let zone = self.calendar().zone();
        let Some(found) = self.facts.open.iter().find(|one| one.id == id) else {
            return Some(standing::Reason::Closed.sentence(zone));
        };
        let snoozed = found.snoozed_until.filter(|until| *until > at);
        let snoozed = snoozed.filter(|_| letter.draft.kind == Kind::Digest);
        let snoozed = snoozed.map(standing::Reason::Snoozed);
        standing::off_the_ladder(self.facts, found).or(snoozed).map(|reason| reason.sentence(zone))
    }

    /// Stretches before which a letter is still to be written.
    fn leaves(&self, at: Timestamp) -> impl Iterator<Item = &Stretch> {
        let farewells = &self.facts.farewells;
        let stretches = self.stretches.iter().zip(&self.afternoons);
        stretches.filter_map(move |(one, afternoon)| {
            let afternoon = (*afternoon).filter(|from| *from >= farewells.since)?;
            let written = farewells.leaving.contains(&self.leaving_key(one));
            (afternoon <= at && at < one.from && !written).then_some(one)
        })
    }

    /// What is open, who stands in.
    fn leaving(&self, stretch: &Stretch) -> Option<Draft> {
        let open = waiting(self.facts).into_iter().take(LISTED);
        self.draft(Kind::Leaving, stretch, self.leaving_key(stretch), open)
    }

    /// One that begins on another day has another letter.
    fn leaving_key(&self, stretch: &Stretch) -> String {
        let first = stretch.aways.first().map_or(0, |away| away.0);
        format!("leaving:{first}:{}", self.calendar().local_date(stretch.from))
    }

    /// Stretches whose digest is still to be written.
    fn digests(&self, at: Timestamp) -> impl Iterator<Item = &Stretch> {
        let farewells = &self.facts.farewells;
        self.stretches.iter().filter(move |one| {
            returned(one, at)
                && one.back >= farewells.since
                && !farewells.digests.contains_key(&one.last)
        })
    }

    /// What to do first, and how much waits besides.
    fn digest(&self, stretch: &Stretch, at: Timestamp) -> Option<Draft> {
        let awake = |one: &&Obligation| one.snoozed_until.is_none_or(|until| until <= at);
        let first = waiting(self.facts).into_iter().filter(awake).take(FIRST);
        self.draft(Kind::Digest, stretch, digest_key(stretch), first)
    }

    /// Numbers belong to what is listed; the letter's own key stands behind them.
    fn draft<'b>(
        &self,
        kind: Kind,
        stretch: &Stretch,
        key: String,
        listed: impl Iterator<Item = &'b Obligation>,
    ) -> Option<Draft> {
        let item = |one: &Obligation| Item {
            key: format!("{key}:{}", one.id),
            obligation: Some(one.id),
            awaited: None,
            step: None,
        };
        let mut items: Vec<Item> = listed.map(item).collect();
        items.push(Item::bare(key));
        let waiting = returns::backlog(self.facts, stretch);
        let about = Occasion { aways: stretch.aways.clone(), waiting };
        Some(Draft {
            kind,
            audience: Audience::Owner,
            to: self.facts.owner.main_address()?.clone(),
            owner: Some(self.facts.owner.id),
            items,
            about: serde_json::to_string(&about).ok()?,
            not_before: self.now,
        })
    }

    /// The first moment after now at which something else would be done.
    fn wake_at(&self, actions: &[Action]) -> Option<Timestamp> {
        let instants = self.instants();
        let mut at = self.now;
        loop {
            let later = (Bound::Excluded(at), Bound::Unbounded);
            let step = instants.range(later).next().copied();
            at = match (step, self.border(at)) {
                (Some(step), Some(border)) => step.min(border),
                (step, border) => step.or(border)?,
            };
            if self.actions(at) != actions {
                return Some(at);
            }
        }
    }

    /// The instants after now at which something changes by itself.
    fn instants(&self) -> BTreeSet<Timestamp> {
        let mut instants = BTreeSet::new();
        for one in &self.stretches {
            instants.extend([one.from, one.back, one.over]);
        }
        instants.extend(self.afternoons.iter().flatten());
        if !instants.is_empty() {
            instants.extend(self.facts.open.iter().filter_map(|one| one.snoozed_until));
            instants.extend(self.facts.paused_until);
        }
        instants.retain(|at| *at > self.now && *at < Timestamp::MAX);
        instants
    }

    /// The next border of the hours, if a letter waits for it or ends by it.
    fn border(&self, at: Timestamp) -> Option<Timestamp> {
        let wanted = self.digests(at).next().is_some() || self.leaves(at).next().is_some();
        let waits = wanted && self.may_write(at);
        let calendar = self.calendar();
        waits.then(|| calendar.opening_end(at).or_else(|| calendar.next_opening(at))).flatten()
    }
}

fn is_ours(kind: Kind) -> bool {
    matches!(kind, Kind::Leaving | Kind::Digest)
}

/// Whether its owner has just come back from it.
fn returned(stretch: &Stretch, at: Timestamp) -> bool {
    stretch.back <= at && at < stretch.over
}

fn digest_key(stretch: &Stretch) -> String {
    format!("digest:{}", stretch.last)
}

/// When the afternoon begins of the last day with working time before `begin`: at one o'clock or at
/// the first opening behind it; where the hours of that day end before, in the middle of them.
pub fn afternoon(calendar: &Calendar, begin: Timestamp) -> Option<Timestamp> {
    let zone = calendar.zone();
    let last = calendar.local_date(begin);
    for back in 0..=DAYS_BACK {
        let day = last.checked_sub(back.days()).ok()?;
        let from = begin_of(day, zone)?;
        let until = end_of(day, zone)?.min(begin);
        let open = calendar.working_time_between(from, until);
        if open.is_zero() {
            continue;
        }
        let noon = day.at(ONE_O_CLOCK, 0, 0, 0).to_zoned(zone.clone()).ok()?.timestamp();
        let opening = calendar.next_opening(noon).filter(|opening| *opening < until);
        return opening.or_else(|| calendar.add_working_time(from, open / 2));
    }
    None
}
