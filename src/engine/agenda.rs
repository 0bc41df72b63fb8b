//! What an owner's calendar says becomes absences, and what it no longer says is taken back.
//!
//! What a program has marked as an absence counts at once; what only looks like one is asked about
//! (`engine/asking`) and counts once the owner has said yes. An absence may consist of several
//! entries and of what people said; when an entry moves or vanishes, the absence is put together
//! anew from what is left. Time that has passed stays taken out of the clocks. What a person took
//! back is not made again by the same entry, and a calendar that could not be read changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::model::agenda::{Entry, Found, series};
use crate::model::away::{Away, Phase, Plan, Reason};
use crate::model::ids::{AwayId, OwnerId};
use crate::store::agenda::{self, Noted};
use crate::store::away;
use crate::store::db::{Connection, StoreError};

/// What followed from a calendar, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// Entries that are new, that are others than before, that are gone.
    pub(crate) new: usize,
    pub(crate) moved: usize,
    pub(crate) gone: usize,
}

impl Changes {
    pub(crate) fn any(self) -> bool {
        self != Self::default()
    }
}

/// Takes over what a calendar says.
pub(crate) fn take(
    c: &Connection,
    owner: OwnerId,
    found: &Found,
    now: Timestamp,
) -> Result<Changes, StoreError> {
    let before = agenda::of_owner(c, owner)?;
    let off = taken_back(c, &before)?;
    let known: BTreeMap<&str, &Noted> =
        before.iter().map(|noted| (noted.entry.key.as_str(), noted)).collect();
    let (mut after, mut changes) = (Vec::new(), Changes::default());
    for entry in &found.entries {
        match known.get(entry.key.as_str()) {
            Some(noted) if noted.entry == *entry => after.push((*noted).clone()),
            Some(noted) => {
                changes.moved += 1;
                after.push(changed(noted, entry));
            }
            // It was over before anybody knew of it.
            None if entry.until <= now => {}
            None => {
                changes.new += 1;
                after.push(Noted::new(entry.clone()));
            }
        }
    }
    let there: BTreeSet<&str> = found.entries.iter().map(|entry| entry.key.as_str()).collect();
    for noted in before.iter().filter(|noted| !there.contains(noted.entry.key.as_str())) {
        let Entry { key, until, .. } = &noted.entry;
        let stays = found.unread.contains(series(key))
            // A calendar that shows it again would undo what a person did.
            || off.contains(key.as_str())
            || noted.answer == Some(false);
        if *until > now && stays {
            after.push(noted.clone());
        } else if *until > now {
            changes.gone += 1;
        }
    }
    settle(c, owner, &before, after, now)?;
    Ok(changes)
}

/// An entry that says something else than before. What the owner said of it stays true; whom nobody
/// has answered yet is asked again.
fn changed(noted: &Noted, entry: &Entry) -> Noted {
    let moved = (noted.entry.from, noted.entry.until) != (entry.from, entry.until);
    let asked_at = noted.asked_at.filter(|_| !moved || noted.answer.is_some());
    Noted { entry: entry.clone(), asked_at, ..noted.clone() }
}

/// What the owner said of some entries.
pub(crate) fn answer(
    c: &Connection,
    owner: OwnerId,
    keys: &BTreeSet<String>,
    yes: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    let before = agenda::of_owner(c, owner)?;
    let mut after = before.clone();
    for noted in after.iter_mut().filter(|noted| keys.contains(&noted.entry.key)) {
        noted.answer = Some(yes);
    }
    settle(c, owner, &before, after, now)
}

/// Entries whose absence a person took back or ended.
fn taken_back<'a>(c: &Connection, all: &'a [Noted]) -> Result<BTreeSet<&'a str>, StoreError> {
    let mut off = BTreeSet::new();
    for noted in all {
        let Some(id) = noted.away else { continue };
        let whole = away::whole(c, id)?;
        if whole.is_none_or(|away| away.cancelled_at.is_some() || away.ended_at.is_some()) {
            off.insert(noted.entry.key.as_str());
        }
    }
    Ok(off)
}

/// Makes the absences fit what is known now, and writes it down.
fn settle(
    c: &Connection,
    owner: OwnerId,
    before: &[Noted],
    mut after: Vec<Noted>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let off = taken_back(c, before)?;
    for id in concerned(c, before, &after)? {
        // It may have become one with another that was put together before it.
        let Some(away) = away::whole(c, id)? else { continue };
        if away.phase(now) == Phase::Planned || away.phase(now) == Phase::Active {
            rebuild(c, &away, &after, now)?;
        }
    }
    for noted in &mut after {
        let stands =
            noted.counts() && noted.entry.until > now && !off.contains(noted.entry.key.as_str());
        if !stands {
            continue;
        }
        let part = noted.away.map(|id| away::whole(c, id)).transpose()?.flatten();
        let covers = part.is_some_and(|away| {
            away.span()
                .is_some_and(|(from, until)| from <= noted.entry.from && noted.entry.until <= until)
        });
        if !covers {
            noted.away = Some(away::add_found(c, owner, &plan(&noted.entry), now)?);
        }
    }
    write_down(c, owner, before, &after)
}

/// The absences of which an entry has changed.
fn concerned(
    c: &Connection,
    before: &[Noted],
    after: &[Noted],
) -> Result<BTreeSet<AwayId>, StoreError> {
    let now_said: BTreeMap<&str, &Noted> =
        after.iter().map(|noted| (noted.entry.key.as_str(), noted)).collect();
    let mut concerned = BTreeSet::new();
    for noted in before {
        let same = now_said
            .get(noted.entry.key.as_str())
            .is_some_and(|other| other.entry == noted.entry && other.counts() == noted.counts());
        let Some(id) = noted.away.filter(|_| !same) else { continue };
        concerned.extend(away::whole(c, id)?.map(|away| away.id));
    }
    Ok(concerned)
}

/// Puts an absence together anew from what people said of it and from its entries as they are now.
/// What no longer hangs together with the rest becomes an absence of its own.
fn rebuild(c: &Connection, away: &Away, after: &[Noted], now: Timestamp) -> Result<(), StoreError> {
    let mut parts: Vec<(Plan, bool)> =
        away::said(c, away)?.into_iter().map(|plan| (plan, true)).collect();
    for noted in after.iter().filter(|noted| noted.counts()) {
        let Some(id) = noted.away else { continue };
        if away::whole(c, id)?.is_some_and(|whole| whole.id == away.id) {
            parts.push((plan(&noted.entry), false));
        }
    }
    parts.sort_by_key(|(plan, _)| (plan.from, plan.until));
    let mut groups = groups(parts);
    groups.retain(|group| group.until > now);
    let under_way = away.from <= now;
    let kept = groups.iter().position(|group| !under_way || group.from <= now);
    let Some(kept) = kept else {
        away::cancel(c, away.id, now)?;
        return say_again(c, away.owner, groups, now);
    };
    let group = groups.remove(kept);
    let from = if under_way { away.from.min(group.from) } else { group.from };
    let plan = Plan { from, ..group.plan() };
    away::reshape(c, away.id, &plan, &group.said)?;
    // Where it is now it may overlap another one.
    away::add_found(c, away.owner, &plan, now)?;
    say_again(c, away.owner, groups, now)
}

/// What people said stays true where what held it together is gone.
fn say_again(
    c: &Connection,
    owner: OwnerId,
    groups: Vec<Group>,
    now: Timestamp,
) -> Result<(), StoreError> {
    for plan in groups.into_iter().flat_map(|group| group.said) {
        if plan.until > now {
            away::add(c, owner, &plan, now)?;
        }
    }
    Ok(())
}

/// Parts that overlap or touch: one absence.
struct Group {
    from: Timestamp,
    until: Timestamp,
    said: Vec<Plan>,
    reasons: Vec<Reason>,
}

impl Group {
    /// As when they had been said one after the other (`store/away`).
    fn plan(&self) -> Plan {
        let said = self.reasons.iter().find(|reason| **reason != Reason::Unsaid);
        let delegate = self.said.iter().rev().find_map(|plan| plan.delegate.clone());
        let reason = said.copied().unwrap_or_default();
        Plan { from: self.from, until: self.until, reason, delegate }
    }
}

fn groups(parts: Vec<(Plan, bool)>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (plan, said) in parts {
        let open = groups.last_mut().filter(|group| plan.from <= group.until);
        let (from, until, reason) = (plan.from, plan.until, plan.reason);
        let spoken: Vec<Plan> = said.then_some(plan).into_iter().collect();
        match open {
            Some(group) => {
                group.until = group.until.max(until);
                group.said.extend(spoken);
                group.reasons.push(reason);
            }
            None => groups.push(Group { from, until, said: spoken, reasons: vec![reason] }),
        }
    }
    groups
}

fn plan(entry: &Entry) -> Plan {
    Plan { from: entry.from, until: entry.until, reason: entry.reason, delegate: None }
}

fn write_down(
    c: &Connection,
    owner: OwnerId,
    before: &[Noted],
    after: &[Noted],
) -> Result<(), StoreError> {
    let kept: BTreeSet<&str> = after.iter().map(|noted| noted.entry.key.as_str()).collect();
    for noted in before.iter().filter(|noted| !kept.contains(noted.entry.key.as_str())) {
        agenda::forget(c, owner, &noted.entry.key)?;
    }
    for noted in after.iter().filter(|noted| !before.contains(noted)) {
        agenda::keep(c, owner, noted)?;
    }
    Ok(())
}
