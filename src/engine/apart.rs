//! What lies outside a conversation and may have answered what was asked in it: the owner's mails
//! to its requesters in other conversations, and replies that are on record nowhere.
//!
//! It gathers and does not weigh: that is `rules/answered`. Next station: `engine/ledger`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::engine::ledger::Touched;
use crate::engine::office::Office;
use crate::mail::token;
use crate::model::address::Address;
use crate::model::ids::MessageId;
use crate::model::message::{MessageKey, Role};
use crate::model::owner::Owner;
use crate::rules::answered::REACH;
use crate::rules::settle::Speaker;
use crate::store::db::{Connection, StoreError};
use crate::store::messages::{self, Stored};
use crate::store::{addressees, obligations};

/// What the owner sent to the requesters of a conversation in other conversations, since they began
/// to ask.
pub(crate) fn sent_elsewhere(
    c: &Connection,
    owner: &Owner,
    own: &[Stored],
) -> Result<Vec<(Stored, Speaker)>, StoreError> {
    let asks = || own.iter().filter(|stored| stored.verdict.asks());
    let Some(since) = asks().map(|ask| ask.arrived_at).min() else { return Ok(Vec::new()) };
    let last = asks().map(|ask| ask.arrived_at).max().unwrap_or(since);
    let until = last.saturating_add(REACH).unwrap_or(Timestamp::MAX);
    let requesters: BTreeSet<Address> =
        asks().filter_map(|ask| ask.message.author()).map(Address::untagged).collect();
    let here: BTreeSet<MessageId> = own.iter().map(|stored| stored.id).collect();
    let mut found = BTreeMap::new();
    for requester in &requesters {
        for id in addressees::sent_to(c, owner.id, requester, (since, until))? {
            if here.contains(&id) || found.contains_key(&id) {
                continue;
            }
            let Some(stored) = messages::one(c, id)? else { continue };
            let speaker = match addressees::begins(c, id, stored.conversation)? {
                true => Speaker::Apart,
                false => Speaker::Elsewhere,
            };
            found.insert(id, (stored, speaker));
        }
    }
    Ok(found.into_values().collect())
}

/// The touched conversations, and those whose requesters the owner has written to in them.
pub(crate) fn widened(
    c: &Connection,
    office: &Office,
    touched: &Touched,
) -> Result<Touched, StoreError> {
    let mut wide = touched.clone();
    for (owner, conversation) in touched {
        let mut people = BTreeSet::new();
        for id in addressees::sent_in(c, *conversation)? {
            let Some(stored) = messages::one(c, id)? else { continue };
            let to = stored.message.to.iter().map(|party| &party.address);
            people.extend(to.map(|address| office.requesters.identity(address)));
        }
        for requester in people {
            let waiting = obligations::waiting_in(c, *owner, &requester)?;
            wide.extend(waiting.into_iter().map(|waits| (*owner, waits)));
        }
    }
    Ok(wide)
}

/// Identities that messages of a conversation answer and that nobody here has.
pub(crate) fn missing(
    c: &Connection,
    owner: &Owner,
    own: &[Stored],
) -> Result<BTreeSet<MessageKey>, StoreError> {
    let here: BTreeSet<&MessageKey> = own.iter().map(|stored| &stored.message.key).collect();
    let arrived = own.iter().filter(|stored| stored.place == Role::Inbox);
    let parents = arrived.filter_map(|stored| stored.message.in_reply_to.first());
    // A letter of ours, such as an automatic reply, is no reply of the owner.
    let lost = |key: &&MessageKey| !here.contains(key) && !token::looks_ours(&key.0);
    let unknown: BTreeSet<&MessageKey> = parents.filter(lost).collect();
    let mut missing = BTreeSet::new();
    for key in unknown {
        let known = messages::is_known(c, owner.id, key)?
            || !messages::elsewhere(c, key, owner.id)?.is_empty();
        if !known {
            missing.insert(key.clone());
        }
    }
    Ok(missing)
}
