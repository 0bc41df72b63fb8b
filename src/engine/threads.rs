//! The single requests that a report tells of, in words for people: subjects, where somebody
//! belongs, with whom a request lies. What of it may be shown is `rules/privacy`.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::engine::awaited::others;
use crate::engine::beside::Time;
use crate::engine::office::Office;
use crate::model::address::Address;
use crate::model::ids::ObligationId;
use crate::model::obligation::Obligation;
use crate::model::owner::Owner;
use crate::model::report::Scope;
use crate::model::sender::organisation;
use crate::model::threads::{Awaits, MOST, Origin, Threads, Waits, With};
use crate::rules::counting::{Counted, Tally, Target};
use crate::rules::threads::{asked_most, longest};
use crate::store::db::{Connection, StoreError};
use crate::store::{awaiting, messages};

/// Whose requests, and what was counted of them.
pub(crate) struct Source<'a> {
    pub(crate) scope: &'a Scope,
    pub(crate) people: &'a [&'a Arc<Owner>],
    pub(crate) obligations: &'a [Obligation],
    pub(crate) tally: &'a Tally,
}

/// All that there is to tell.
pub(crate) fn threads(
    c: &Connection,
    office: &Office,
    source: &Source<'_>,
    time: Time,
) -> Result<Threads, StoreError> {
    let by_id: BTreeMap<ObligationId, &Obligation> =
        source.obligations.iter().map(|one| (one.id, one)).collect();
    let waits = |one: &Counted| {
        let open: Vec<&Obligation> =
            one.open.iter().filter_map(|id| by_id.get(id).copied()).collect();
        let first = open.first()?;
        let with = open.iter().filter_map(|one| lies_with(office, one, time.at));
        let mut with: Vec<With> = with.collect();
        with.sort();
        with.dedup();
        Some(Waits {
            subject: first.subject.clone(),
            from: asker(office, source.scope, first),
            wait: one.wait,
            late: one.target == Target::Late,
            with,
        })
    };
    Ok(Threads {
        waiting: longest(source.tally).into_iter().filter_map(waits).collect(),
        asked_most: asked_most(source.tally, time.week, |who| origin(office, who)),
        awaited: awaited(c, office, source, time)?,
    })
}

/// A person sees who asks them; a lead sees where they belong.
fn asker(office: &Office, scope: &Scope, one: &Obligation) -> Origin {
    match scope {
        Scope::Own => Origin::Named(one.party().shown().to_owned()),
        Scope::Team(_) => origin(office, &one.requester),
    }
}

/// Whoever held it at a moment, else its owner.
fn lies_with(office: &Office, one: &Obligation, at: Timestamp) -> Option<With> {
    let Some(holder) = one.holder.as_ref().filter(|holder| holder.since <= at) else {
        let owner = office.owners.get(&one.owner)?;
        return Some(With { stands_in: false, name: Some(owner.name.clone()) });
    };
    let owner = office.owner_of(&holder.address).map(|owner| &owner.name);
    let contact = office.contacts.get(&holder.address).map(|contact| &contact.name);
    let name = owner.or(contact).filter(|name| !name.is_empty());
    let name = name.cloned().unwrap_or_else(|| holder.address.to_string());
    Some(With { stands_in: true, name: Some(name) })
}

fn origin(office: &Office, who: &Address) -> Origin {
    if let Some(owner) = office.owner_of(who) {
        return owner.team.clone().map_or(Origin::House, Origin::Team);
    }
    let contact = office.contacts.get(who).map(|contact| contact.card.organisation.clone());
    match contact.filter(|organisation| !organisation.is_empty()) {
        Some(organisation) => Origin::Named(organisation),
        None if office.policy.own_domains.iter().any(|own| own == who.domain()) => Origin::House,
        None => Origin::Named(organisation(who.domain())),
    }
}

fn awaited(
    c: &Connection,
    office: &Office,
    source: &Source<'_>,
    time: Time,
) -> Result<Vec<Awaits>, StoreError> {
    let mut all = Vec::new();
    for owner in source.people {
        let found = awaiting::longest_awaited(c, owner.id, (time.begin, time.at), MOST)?;
        all.extend(found.into_iter().map(|one| (one.asked_at, one.asked_in, *owner)));
    }
    all.sort_by_key(|(asked_at, asked_in, _)| (*asked_at, *asked_in));
    let mut told = Vec::new();
    for (asked_at, asked_in, owner) in all.into_iter().take(MOST) {
        let Some(stored) = messages::one(c, asked_in)? else { continue };
        let first = others(&stored.message, owner).next();
        let from = first.map_or(Origin::House, |party| match source.scope {
            Scope::Own => Origin::Named(party.shown().to_owned()),
            Scope::Team(_) => origin(office, &party.address),
        });
        let wait = time.at.duration_since(asked_at);
        told.push(Awaits { subject: stored.message.subject.clone(), from, wait });
    }
    Ok(told)
}
