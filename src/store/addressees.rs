//! To whom an owner has sent what: the way from a requester to mails in other conversations that
//! may have answered them.
//!
//! Addresses are looked up by their hash, as in `store/around`; the address itself stands in the
//! facts of the message. What it means is `rules/answered`.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use crate::model::address::Address;
use crate::model::ids::{ConversationId, MessageId, OwnerId};
use crate::model::message::Role;
use crate::store::around::hashed;
use crate::store::db::StoreError;
use crate::store::messages::Stored;

/// So many mails to one person are looked at.
const MOST: usize = 50;

/// Notes to whom a mail of the Sent folder went, anew.
pub fn note(c: &Connection, id: MessageId, stored: &Stored) -> Result<(), StoreError> {
    if stored.place != Role::Sent {
        return Ok(());
    }
    c.prepare_cached("DELETE FROM addressee WHERE message_id = ?1")?.execute([id.0])?;
    let mut statement = c.prepare_cached(
        "INSERT INTO addressee (owner_id, address_hash, arrived_at, message_id) \
         VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
    )?;
    for party in &stored.message.to {
        let hash = hashed(party.address.untagged().as_str());
        statement.execute([stored.owner.0, hash, stored.arrived_at.as_second(), id.0])?;
    }
    Ok(())
}

/// What an owner sent to an address within a time, oldest first.
pub fn sent_to(
    c: &Connection,
    owner: OwnerId,
    address: &Address,
    (since, until): (Timestamp, Timestamp),
) -> Result<Vec<MessageId>, StoreError> {
    let mut statement = c.prepare_cached(&format!(
        "SELECT message_id FROM addressee WHERE owner_id = ?1 AND address_hash = ?2 \
         AND arrived_at BETWEEN ?3 AND ?4 ORDER BY arrived_at, message_id LIMIT {MOST}"
    ))?;
    let hash = hashed(address.untagged().as_str());
    let args = params![owner.0, hash, since.as_second(), until.as_second()];
    let rows = statement.query_map(args, |row| row.get(0).map(MessageId))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The latest mails of a conversation that its owner has sent.
pub fn sent_in(c: &Connection, conversation: ConversationId) -> Result<Vec<MessageId>, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT id FROM message WHERE conversation_id = ?1 AND place = 'sent' \
         ORDER BY arrived_at DESC, id DESC LIMIT 20",
    )?;
    let rows = statement.query_map([conversation.0], |row| row.get(0).map(MessageId))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether a message is the first of its conversation, by arrival.
pub fn begins(
    c: &Connection,
    id: MessageId,
    conversation: ConversationId,
) -> Result<bool, StoreError> {
    let sql = "SELECT id FROM message WHERE conversation_id = ?1 ORDER BY arrived_at, id LIMIT 1";
    let first = c.prepare_cached(sql)?.query_row([conversation.0], |row| row.get(0)).optional()?;
    Ok(first == Some(id.0))
}
