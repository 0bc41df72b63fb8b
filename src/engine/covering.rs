//! Who may stand in for an owner, with the hours by which they are reckoned: completes the facts of
//! a decision, which the store alone does not know.
//!
//! Of people who are no owners nothing is known but their address: they work the absent owner's
//! hours, and nobody knows of an absence of theirs.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::engine::office::Office;
use crate::model::address::Address;
use crate::model::calendar::Calendar;
use crate::model::facts::Facts;
use crate::model::handover::StandIn;
use crate::model::obligation::Obligation;
use crate::model::owner::Owner;
use crate::model::policy::Mode;
use crate::store::db::{Connection, StoreError};
use crate::store::facts;

/// All that a decision about an owner may look at.
pub(crate) fn world(
    c: &Connection,
    office: &Office,
    owner: &Arc<Owner>,
    mode: Mode,
    now: Timestamp,
) -> Result<Facts, StoreError> {
    let mut facts = facts::of_owner(c, owner.clone(), office.policy.clone(), mode, now)?;
    let named = facts.absences.iter().filter_map(|away| away.delegate.as_ref());
    let topics = owner.topics.iter().flat_map(|topic| &topic.delegates);
    let all = owner.delegates.iter().chain(topics).chain(named);
    let stand_ins: BTreeMap<Address, StandIn> =
        all.map(|address| (address.clone(), stand_in(office, owner, address))).collect();
    facts.stand_ins = stand_ins;
    Ok(facts)
}

/// Somebody who stands in for an owner, or did.
pub(crate) fn stand_in(office: &Office, owner: &Owner, address: &Address) -> StandIn {
    let calendar = match office.owner_of(address) {
        Some(other) => other.calendar.clone(),
        None => Arc::new(Calendar::clone(&owner.calendar).away_only([])),
    };
    StandIn { calendar }
}

/// The hours on which an obligation counts now: those of whoever holds it.
pub(crate) fn hours(office: &Office, owner: &Owner, obligation: &Obligation) -> Arc<Calendar> {
    match &obligation.holder {
        Some(holder) => stand_in(office, owner, &holder.address).calendar,
        None => owner.calendar.clone(),
    }
}
