//! The single requests that a report tells of, in words for people: subjects, where somebody
//! belongs, with whom a request lies. What of it may be shown is `rules/privacy`.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::engine::awaited::others;
use crate::engine::beside::Time;
use crate::engine::office::Office;
use crate::model::address::Address;
use crate::model::ids::{MessageId, ObligationId};
use crate::model::obligation::Obligation;
use crate::model::owner::Owner;
use crate::model::report::{PEOPLE, Scope};
use crate::model::sender::organisation;
use crate::model::threads::{Awaits, MOST, Origin, Threads, Waits, With};
use crate::rules::counting::{Counted, Tally, Target};
use crate::rules::threads::{asked_most, longest};
use crate::store::db::{Connection, StoreError};
use crate::store::messages;

/// Whose requests, and what was counted of them.
pub(crate) struct Source<'a> {
    pub(crate) scope: &'a Scope,
    /// By name; of a report of somebody's own, theirs.
    pub(crate) team: &'a str,
    pub(crate) obligations: &'a [Obligation],
    pub(crate) tally: &'a Tally,
    /// What is awaited, oldest first: since when, in which message, by whom.
    pub(crate) awaited: &'a [(Timestamp, MessageId, &'a Arc<Owner>)],
}

/// All that there is to tell.
pub(crate) fn threads(
    c: &Connection,
    office: &Office,
    source: &Source<'_>,
    time: Time,
) -> Result<Threads, StoreError> {
    let house = House::of(office);
    let by_id: BTreeMap<ObligationId, &Obligation> =
        source.obligations.iter().map(|one| (one.id, one)).collect();
    let waits = |one: &Counted| {
        let open: Vec<&Obligation> =
            one.open.iter().filter_map(|id| by_id.get(id).copied()).collect();
        let first = open.first()?;
        let with = open.iter().filter_map(|one| lies_with(office, source, one, time.at));
        let mut with: Vec<With> = with.collect();
        with.sort();
        with.dedup();
        Some(Waits {
            subject: first.subject.clone(),
            from: house.asker(source.scope, first),
            wait: one.wait,
            late: one.target == Target::Late,
            with,
        })
    };
    Ok(Threads {
        waiting: longest(source.tally).into_iter().filter_map(waits).collect(),
        asked_most: asked_most(source.tally, time.week, |who| house.origin(who)),
        awaited: awaited(c, &house, source, time.at)?,
    })
}

/// Whoever held it at a moment, else its owner. By name only if they are of the team, which is who
/// agreed to that; a person sees every name.
fn lies_with(
    office: &Office,
    source: &Source<'_>,
    one: &Obligation,
    at: Timestamp,
) -> Option<With> {
    let own = *source.scope == Scope::Own;
    let agreed = |owner: &Owner| own || owner.team.as_deref() == Some(source.team);
    let Some(holder) = one.holder.as_ref().filter(|holder| holder.since <= at) else {
        let owner = office.owners.get(&one.owner)?;
        let name = Some(owner.name.clone()).filter(|_| agreed(owner));
        return Some(With { stands_in: false, name });
    };
    let name = match office.owner_of(&holder.address) {
        Some(owner) => Some(owner.name.clone()).filter(|_| agreed(owner)),
        None if own => {
            let contact = office.contacts.get(&holder.address).map(|contact| contact.name.clone());
            let name = contact.filter(|name| !name.is_empty());
            Some(name.unwrap_or_else(|| holder.address.to_string()))
        }
        None => None,
    };
    Some(With { stands_in: true, name })
}

/// Everybody who is known, and how many each team has.
struct House<'a> {
    office: &'a Office,
    people: BTreeMap<&'a str, u32>,
}

impl<'a> House<'a> {
    fn of(office: &'a Office) -> Self {
        let mut people: BTreeMap<&str, u32> = BTreeMap::new();
        for team in office.owners.values().filter_map(|owner| owner.team.as_deref()) {
            *people.entry(team).or_default() += 1;
        }
        Self { office, people }
    }

    /// A person sees who asks them; a lead sees where they belong.
    fn asker(&self, scope: &Scope, one: &Obligation) -> Origin {
        match scope {
            Scope::Own => Origin::Named(one.party().shown().to_owned()),
            Scope::Team(_) => self.origin(&one.requester),
        }
    }

    /// Of a team so small that one could see a person in it, no more than that it is of the house.
    fn origin(&self, who: &Address) -> Origin {
        if let Some(owner) = self.office.owner_of(who) {
            let large = |team: &&String| {
                self.people.get(team.as_str()).is_some_and(|count| *count >= PEOPLE)
            };
            return owner.team.as_ref().filter(large).cloned().map_or(Origin::House, Origin::Team);
        }
        let contact = self.office.contacts.get(who);
        let named = contact.map(|contact| contact.card.organisation.clone());
        match named.filter(|organisation| !organisation.is_empty()) {
            Some(organisation) => Origin::Named(organisation),
            None if self.office.policy.own_domains.iter().any(|own| own == who.domain()) => {
                Origin::House
            }
            None => Origin::Named(organisation(who.domain())),
        }
    }
}

fn awaited(
    c: &Connection,
    house: &House<'_>,
    source: &Source<'_>,
    at: Timestamp,
) -> Result<Vec<Awaits>, StoreError> {
    let mut told = Vec::new();
    for (asked_at, asked_in, owner) in source.awaited.iter().take(MOST) {
        let Some(stored) = messages::one(c, *asked_in)? else { continue };
        let first = others(&stored.message, owner).next();
        let from = first.map_or(Origin::House, |party| match source.scope {
            Scope::Own => Origin::Named(party.shown().to_owned()),
            Scope::Team(_) => house.origin(&party.address),
        });
        let wait = at.duration_since(*asked_at);
        told.push(Awaits { subject: stored.message.subject.clone(), from, wait });
    }
    Ok(told)
}
