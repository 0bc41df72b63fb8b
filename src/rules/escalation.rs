//! The ladder of one owner's late replies: what is reminded of now, recalled, or ended.
//!
//! One friendly letter a day, in the owner's hours, with everything that is due and everything
//! that becomes due before the next working morning (law 13), awaited answers included
//! (`rules/follow_ups`). It never writes to anybody but the owner, and nothing where the mailboxes
//! are not known (law 4). What is written goes through `rules/outbox` into the outbox.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::model::action::{Action, Decision};
use crate::model::awaited::Awaited;
use crate::model::calendar::Calendar;
use crate::model::facts::Facts;
use crate::model::ids::LetterId;
use crate::model::letter::{Audience, Draft, Item, Kind, Letter};
use crate::model::obligation::Obligation;
use crate::model::policy::{Mode, Rung};
use crate::rules::follow_ups::{self, FollowUp, Outlook};
use crate::rules::returns::{Grace, graces};
use crate::rules::standing::{self, Climb, Reason, Standing};

/// A calendar that is open for so long is taken for one that never closes.
const LONGEST_OPENING: SignedDuration = SignedDuration::from_hours(24 * 32);

/// What follows for one owner's ladders: recalls, then ends, then letters; and when to ask again.
///
/// The wake-up holds for these very facts: once the actions are carried out, ask again.
pub fn ladder(facts: &Facts, now: Timestamp) -> Decision {
    let plan = Plan::new(facts, now);
    let actions = plan.actions(now);
    let wake_at = plan.wake_at(&actions);
    Decision { actions, wake_at }
}

/// The same without the moment.
pub fn actions(facts: &Facts, now: Timestamp) -> Vec<Action> {
    Plan::new(facts, now).actions(now)
}

/// Where one obligation stands and, if nothing is sent, why.
pub fn standing(facts: &Facts, obligation: &Obligation, now: Timestamp) -> Standing {
    let standing = Climb::new(facts, &graces(facts), obligation).standing(now);
    match standing {
        Standing::Due { .. } => match Plan::new(facts, now).withheld(now) {
            Some(reason) => Standing::Withheld(reason),
            None => standing,
        },
        Standing::Later { .. } | Standing::Lapses { .. } | Standing::Withheld(_) => standing,
    }
}

/// Whether its owner is reminded of an awaited answer and, if not, why.
pub fn outlook(facts: &Facts, one: &Awaited, now: Timestamp) -> Outlook {
    let outlook = follow_ups::outlook(facts, &graces(facts), one, now);
    match outlook {
        Outlook::Due(_) => match Plan::new(facts, now).withheld(now) {
            Some(reason) => Outlook::Withheld(reason),
            None => outlook,
        },
        Outlook::Later(_) | Outlook::Withheld(_) => outlook,
    }
}

/// The facts as instants: what would be done can be asked for any moment from `now` on.
struct Plan<'a> {
    facts: &'a Facts,
    now: Timestamp,
    kind: Kind,
    climbs: Vec<Climb<'a>>,
    graces: Vec<Grace>,
    follow_ups: Vec<FollowUp<'a>>,
}

impl<'a> Plan<'a> {
    fn new(facts: &'a Facts, now: Timestamp) -> Self {
        let kind = match facts.mode {
            Mode::Observe => Kind::Preview,
            Mode::Nudge | Mode::Full => Kind::Nudge,
        };
        let graces = graces(facts);
        let climb = |obligation| Climb::new(facts, &graces, obligation);
        let mut climbs: Vec<Climb<'a>> = facts.open.iter().map(climb).collect();
        climbs.sort_by_key(|climb| climb.obligation.id);
        let follow_ups = follow_ups::pending(facts, &graces);
        Self { facts, now, kind, climbs, graces, follow_ups }
    }

    fn calendar(&self) -> &'a Calendar {
        &self.facts.owner.calendar
    }

    fn actions(&self, at: Timestamp) -> Vec<Action> {
        let mut actions = self.recalls(at);
        actions.extend(self.climbs.iter().filter_map(|climb| match climb.standing(at) {
            Standing::Lapses { .. } => Some(Action::Lapse(climb.obligation.id)),
            Standing::Due { .. } | Standing::Later { .. } | Standing::Withheld(_) => None,
        }));
        if standing::silence(self.facts, at).is_none() && self.calendar().is_open(at) {
            actions.extend(self.welcome().map(Action::Queue));
            actions.extend(self.reminder(at).map(Action::Queue));
        }
        actions
    }

    /// Items of letters still here that are no longer wanted (law 6).
    fn recalls(&self, at: Timestamp) -> Vec<Action> {
        let mut recalls = Vec::new();
        for letter in &self.facts.queued {
            for item in &letter.draft.items {
                if let Some(why) = self.unwanted(letter, item, at) {
                    recalls.push(Action::Recall { letter: letter.id, key: item.key.clone(), why });
                }
            }
        }
        recalls
    }

    /// Queued letters of this rule.
    fn reminders(&self) -> impl Iterator<Item = &'a Letter> {
        let ours = |kind: Kind| matches!(kind, Kind::Nudge | Kind::Preview);
        self.facts.queued.iter().filter(move |letter| ours(letter.draft.kind))
    }

    fn unwanted(&self, letter: &Letter, item: &Item, at: Timestamp) -> Option<String> {
        if item.obligation.is_none() && item.awaited.is_none() {
            return None;
        }
        let obligation = |climb: &&Climb<'_>| item.obligation == Some(climb.obligation.id);
        let climb = self.climbs.iter().find(obligation);
        match letter.draft.kind {
            Kind::Nudge | Kind::Preview if letter.draft.kind == self.kind => {}
            Kind::Nudge | Kind::Preview => {
                return Some(format!("The mode is {} now.", self.facts.mode.word()));
            }
            // It was asked for: whatever is snoozed or paused, only what is over is left out.
            Kind::List if climb.is_some() => return None,
            Kind::List => {}
            Kind::Welcome | Kind::Mistake | Kind::Alarm | Kind::Question => return None,
            Kind::Escalation | Kind::AutoReply | Kind::Handover | Kind::Passed => return None,
            Kind::Leaving | Kind::Digest | Kind::Report => return None,
        }
        let paused = || standing::paused(self.facts, at);
        let reason = match climb {
            None if item.awaited.is_some() => {
                let morning = self.calendar().next_working_morning(letter.queued_at);
                let moment = (morning, at);
                follow_ups::unwanted(self.facts, &self.graces, item, moment).or_else(paused)
            }
            None => Some(Reason::Closed),
            Some(climb) => match climb.standing(at) {
                Standing::Lapses { .. } => Some(Reason::Lapsed),
                Standing::Due { .. } | Standing::Later { .. } | Standing::Withheld(_) => {
                    climb.off.or_else(paused).or_else(|| climb.quiet(at))
                }
            },
        };
        reason.map(|reason| reason.sentence(self.calendar().zone()))
    }

    /// Why what is due is not written now; `None`: it is.
    fn withheld(&self, at: Timestamp) -> Option<Reason> {
        if let Some(reason) = standing::silence(self.facts, at) {
            return Some(reason);
        }
        if !self.calendar().is_open(at) {
            return Some(Reason::OutsideHours(self.calendar().next_opening(at)));
        }
        let morning = self.calendar().next_working_morning(at);
        (!self.may_write(at, morning)).then_some(Reason::DayFull(morning))
    }

    /// Told once what is watched, before the first reminder.
    fn welcome(&self) -> Option<Draft> {
        if !self.wants_welcome() {
            return None;
        }
        let id = self.facts.owner.id;
        let item = Item::bare(format!("welcome:{id}"));
        self.draft(Kind::Welcome, vec![item])
    }

    fn wants_welcome(&self) -> bool {
        let queued = self.facts.queued.iter().map(|letter| letter.draft.kind);
        let recent = self.facts.recent.iter().map(|(kind, _, _)| *kind);
        self.facts.mode >= Mode::Nudge
            && !self.facts.welcomed
            && !queued.chain(recent).any(|kind| kind == Kind::Welcome)
    }

    /// The one letter with all that is due, and what will be before the next working morning.
    fn reminder(&self, at: Timestamp) -> Option<Draft> {
        let morning = self.calendar().next_working_morning(at);
        if !self.is_due(at) || !self.may_write(at, morning) {
            return None;
        }
        let mut wanted: Vec<(&Climb<'a>, u32)> = self
            .climbs
            .iter()
            .filter_map(|climb| match climb.standing(at) {
                Standing::Due { step, .. } => Some((climb, step)),
                Standing::Later { step, rung: Rung::Nudge, at: next } => {
                    let soon = morning.is_none_or(|morning| next < morning);
                    (soon && climb.quiet(at).is_none()).then_some((climb, step))
                }
                Standing::Later { .. } | Standing::Lapses { .. } | Standing::Withheld(_) => None,
            })
            .collect();
        wanted.sort_by_key(|(climb, _)| (climb.due_at, climb.obligation.id));
        let items = wanted.into_iter().map(|(climb, step)| self.item(climb.obligation, step));
        let along = self.follow_ups.iter().filter(|one| one.goes_along(at, morning));
        let along = along.take(follow_ups::AT_ONCE).map(|one| one.item(self.kind));
        self.draft(self.kind, items.chain(along).collect())
    }

    fn item(&self, obligation: &Obligation, step: u32) -> Item {
        let key = format!("{}:{}:{step}", self.kind.word(), obligation.id);
        Item { key, obligation: Some(obligation.id), awaited: None, step: Some(step) }
    }

    fn draft(&self, kind: Kind, items: Vec<Item>) -> Option<Draft> {
        Some(Draft {
            kind,
            audience: Audience::Owner,
            to: self.facts.owner.main_address()?.clone(),
            owner: Some(self.facts.owner.id),
            items,
            about: "{}".into(),
            not_before: self.now,
        })
    }

    fn is_due(&self, at: Timestamp) -> bool {
        self.due(at).next().is_some() || self.follow_ups.iter().any(|one| one.is_due(at))
    }

    fn due(&self, at: Timestamp) -> impl Iterator<Item = &Climb<'a>> {
        let due = move |climb: &&Climb<'a>| matches!(climb.standing(at), Standing::Due { .. });
        self.climbs.iter().filter(due)
    }

    /// The first letter of a local day; a further one where a promise would break un-nudged.
    fn may_write(&self, at: Timestamp, morning: Option<Timestamp>) -> bool {
        let letters = self.letters_of_the_day(at);
        let urgent = |climb: &Climb<'_>| {
            climb.done.is_none() && morning.is_none_or(|morning| climb.due_at < morning)
        };
        letters == 0
            || (u32::try_from(letters)
                .is_ok_and(|letters| letters <= self.facts.policy.urgent_extra)
                && self.due(at).any(urgent))
    }

    /// Letters written today, and those that still wait to leave, whenever they were written.
    fn letters_of_the_day(&self, at: Timestamp) -> usize {
        let today = self.calendar().local_date(at);
        let recent = self.facts.recent.iter().filter(|(kind, queued_at, _)| {
            *kind == self.kind && self.calendar().local_date(*queued_at) == today
        });
        let mut letters: BTreeSet<LetterId> = recent.map(|(_, _, id)| *id).collect();
        for letter in self.reminders().filter(|letter| letter.draft.kind == self.kind) {
            let wanted = |item: &Item| self.unwanted(letter, item, at).is_none();
            // A letter that is recalled as a whole leaves the day to another one.
            if letter.draft.items.iter().any(wanted) {
                letters.insert(letter.id);
            } else {
                letters.remove(&letter.id);
            }
        }
        letters.len() + self.digests_of(today)
    }

    /// A digest that lists something is a letter of its day.
    fn digests_of(&self, day: Date) -> usize {
        let digests = self.facts.farewells.digests.values();
        let listed = digests.filter(|digest| {
            self.kind == Kind::Nudge
                && !digest.items.is_empty()
                && self.calendar().local_date(digest.at) == day
        });
        listed.count()
    }

    /// The first moment after now at which something else would be done.
    fn wake_at(&self, actions: &[Action]) -> Option<Timestamp> {
        let instants = self.instants();
        let end = self.end(actions, instants.last().copied().unwrap_or(self.now));
        let mut at = self.now;
        loop {
            let step = instants.get(instants.partition_point(|instant| *instant <= at)).copied();
            let border = self.border(at).filter(|border| *border <= end);
            at = match (step, border) {
                (Some(step), Some(border)) => step.min(border),
                (step, border) => step.or(border)?,
            };
            if self.actions(at) != actions {
                return Some(at);
            }
        }
    }

    /// How far the borders of the hours need to be looked at. Behind the last instant only the
    /// letter of the next working day can still come, or a letter that is wanted now can close.
    fn end(&self, actions: &[Action], last: Timestamp) -> Timestamp {
        let unmet = self.climbs.iter().filter(|climb| climb.done.is_none() && climb.off.is_none());
        let due = unmet.map(|climb| climb.due_at).filter(|due_at| *due_at < Timestamp::MAX).max();
        let last = due.map_or(last, |due_at| last.max(due_at));
        let morning = self.calendar().next_working_morning(last).unwrap_or(last);
        if actions.iter().any(|action| matches!(action, Action::Queue(_))) {
            // Only who never closes gets this far.
            return morning.saturating_add(LONGEST_OPENING).unwrap_or(Timestamp::MAX);
        }
        morning
    }

    /// The instants after now at which an obligation or the pause changes by itself, in order.
    fn instants(&self) -> Vec<Timestamp> {
        let mut instants = BTreeSet::new();
        let on = || self.climbs.iter().filter(|climb| climb.off.is_none());
        // Where nothing is written for ever, only the ends of ladders happen.
        let mute = standing::silence(self.facts, Timestamp::MAX).is_some();
        let counts = |rung: Rung| !mute || rung == Rung::Lapse;
        let rungs = on().flat_map(|climb| &climb.rungs);
        instants.extend(rungs.filter(|(_, rung, _)| counts(*rung)).map(|(_, _, at)| *at));
        instants.extend(on().filter_map(|climb| climb.obligation.snoozed_until));
        instants.extend(on().flat_map(|climb| &climb.graces).flat_map(|(from, to)| [*from, *to]));
        instants.extend(self.follow_ups.iter().filter(|_| !mute).map(|one| one.at));
        // Of those in letters that have not left, too.
        if !self.facts.awaited.is_empty() {
            instants.extend(self.facts.awaited.iter().filter_map(|one| one.snoozed_until));
            instants.extend(self.graces.iter().flat_map(|one| [one.from, one.until]));
        }
        instants.extend(self.facts.paused_until);
        instants.into_iter().filter(|at| *at > self.now && *at < Timestamp::MAX).collect()
    }

    /// The next border of the hours (midnight included), if a letter waits for it or ends by it.
    fn border(&self, at: Timestamp) -> Option<Timestamp> {
        let waits = standing::silence(self.facts, at).is_none()
            && (self.wants_welcome() || self.is_due(at));
        if !waits {
            return None;
        }
        self.calendar().opening_end(at).or_else(|| self.calendar().next_opening(at))
    }
}
