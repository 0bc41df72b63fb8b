//! When an owner is reminded that somebody has not answered them yet: once for every time that they
//! asked, and once more at the end of each time that they put it off.
//!
//! A follow-up has no ladder and is never urgent. It goes into the letter of the day with what the
//! owner owes; when that is written is `rules/escalation`. Nothing is ever written to the other
//! side.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::model::awaited::Awaited;
use crate::model::facts::Facts;
use crate::model::letter::{Item, Kind};
use crate::model::policy::Mode;
use crate::rules::awaiting::follow_up_at;
use crate::rules::returns::Grace;
use crate::rules::standing::{Reason, shown};

/// So many in one letter; what is left comes with the next.
pub(in crate::rules) const AT_ONCE: usize = 10;

/// Whether its owner is reminded of an awaited answer and, if not, why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outlook {
    /// A reminder is due and may be written now.
    Due(Timestamp),
    /// There will be one.
    Later(Timestamp),
    /// There is none.
    Withheld(Reason),
}

impl Outlook {
    /// In one plain English sentence, times in that zone.
    pub fn sentence(&self, zone: &TimeZone) -> String {
        match self {
            Self::Due(since) => format!("A reminder is due since {}.", shown(*since, zone)),
            Self::Later(at) => Reason::NotBefore(*at).sentence(zone),
            Self::Withheld(reason) => reason.sentence(zone),
        }
    }
}

/// One awaited answer and when its owner is reminded of it.
pub(in crate::rules) struct FollowUp<'a> {
    pub(in crate::rules) one: &'a Awaited,
    /// Not before; `Timestamp::MAX` where that is not within ten years.
    pub(in crate::rules) at: Timestamp,
    /// Times in which the owner is left in peace with it: from, until.
    graces: Vec<(Timestamp, Timestamp)>,
}

impl<'a> FollowUp<'a> {
    fn new(facts: &Facts, graces: &[Grace], one: &'a Awaited) -> Self {
        let at = follow_up_at(&facts.policy, &facts.owner.calendar, one);
        let graces = graces.iter().filter(|grace| grace.covers_ask(one.asked_at));
        let graces = graces.map(|grace| (grace.from, grace.until)).collect();
        Self { one, at: at.unwrap_or(Timestamp::MAX), graces }
    }

    pub(in crate::rules) fn is_due(&self, at: Timestamp) -> bool {
        self.at <= at && self.quiet(at).is_none()
    }

    /// Due at that moment, or to be taken along by the letter that is written then.
    pub(in crate::rules) fn goes_along(&self, at: Timestamp, morning: Option<Timestamp>) -> bool {
        let soon = morning.is_none_or(|morning| self.at < morning);
        (self.at <= at || soon) && self.quiet(at).is_none()
    }

    /// Why there is no reminder of it for a while.
    fn quiet(&self, at: Timestamp) -> Option<Reason> {
        let snoozed = self.one.snoozed_until.filter(|until| *until > at);
        let graces = self.graces.iter().filter(|(from, until)| *from <= at && at < *until);
        let graced = || graces.map(|(_, until)| *until).max().map(Reason::Grace);
        snoozed.map(Reason::Snoozed).or_else(graced)
    }

    fn outlook(&self, now: Timestamp) -> Outlook {
        if self.at == Timestamp::MAX {
            return Outlook::Withheld(Reason::OutsideHours(None));
        }
        match self.quiet(now) {
            Some(reason) => Outlook::Withheld(reason),
            None if self.at <= now => Outlook::Due(self.at),
            None => Outlook::Later(self.at),
        }
    }

    /// Its item in a letter of that kind.
    pub(in crate::rules) fn item(&self, kind: Kind) -> Item {
        let before = if kind == Kind::Preview { "preview:" } else { "" };
        let (asked_in, step) = (self.one.asked_in, step(self.one));
        let key = format!("{before}follow-up:{asked_in}:{step}");
        Item { key, obligation: None, awaited: Some(asked_in), step: Some(step) }
    }
}

/// What its owner may be reminded of, at whatever moment: the oldest ask first.
pub(in crate::rules) fn pending<'a>(facts: &'a Facts, graces: &[Grace]) -> Vec<FollowUp<'a>> {
    let pending = facts.awaited.iter().filter(|one| off(facts, one).is_none());
    let mut pending: Vec<_> = pending.map(|one| FollowUp::new(facts, graces, one)).collect();
    pending.retain(|follow_up| follow_up.at < Timestamp::MAX);
    pending.sort_by_key(|follow_up| (follow_up.one.asked_at, follow_up.one.asked_in));
    pending
}

/// Where it stands at a moment, as far as it itself says.
pub(in crate::rules) fn outlook(
    facts: &Facts,
    graces: &[Grace],
    one: &Awaited,
    now: Timestamp,
) -> Outlook {
    match off(facts, one) {
        Some(reason) => Outlook::Withheld(reason),
        None => FollowUp::new(facts, graces, one).outlook(now),
    }
}

/// Why an item that waits in a letter is not wanted any more, as far as it itself says; `morning`
/// is the one before which that letter took everything along.
pub(in crate::rules) fn unwanted(
    facts: &Facts,
    graces: &[Grace],
    item: &Item,
    (morning, at): (Option<Timestamp>, Timestamp),
) -> Option<Reason> {
    let one = facts.awaited.iter().find(|one| item.awaited == Some(one.asked_in));
    let Some(one) = one else { return Some(Reason::Received) };
    if let Some(reason) = never(facts, one) {
        return Some(reason);
    }
    let follow_up = FollowUp::new(facts, graces, one);
    if morning.is_some_and(|morning| follow_up.at >= morning) {
        return Some(Reason::NotBefore(follow_up.at));
    }
    follow_up.quiet(at)
}

/// Why its owner is not reminded of it again, whatever the moment.
fn off(facts: &Facts, one: &Awaited) -> Option<Reason> {
    let given = facts.followed_up.get(&one.asked_in);
    let given = given.is_some_and(|given| *given >= step(one));
    let told = if facts.mode == Mode::Observe { Reason::Mode } else { Reason::Reminded };
    never(facts, one).or_else(|| given.then_some(told))
}

fn never(facts: &Facts, one: &Awaited) -> Option<Reason> {
    if one.ended.is_some() {
        Some(Reason::Received)
    } else if facts.policy.follow_up_within.is_none() {
        Some(Reason::NoFollowUps)
    } else {
        one.backlog.then_some(Reason::Backlog)
    }
}

/// Asking again and putting off each give reason for one more reminder.
fn step(one: &Awaited) -> u32 {
    one.asks.saturating_add(one.snoozes)
}
