//! What is remembered of a mailbox and its mail: the customs of the server before it, and to whom
//! its owner has written, or a program in their name.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use crate::model::address::Address;
use crate::model::customs::Customs;
use crate::model::ids::{MailboxId, OwnerId};
use crate::store::db::StoreError;

/// What was seen so far of the server.
pub fn of_owner(c: &Connection, owner: OwnerId) -> Result<Customs, StoreError> {
    let seen = c
        .prepare_cached("SELECT seen FROM custom WHERE owner_id = ?1")?
        .query_row([owner.0], |row| row.get::<_, String>(0))
        .optional()?;
    seen.map_or(Ok(Customs::default()), |seen| unjson(&seen))
}

/// What was seen so far of the server before Sigap's own mailbox.
pub fn of_mailbox(c: &Connection, mailbox: MailboxId) -> Result<Customs, StoreError> {
    let seen: String = c
        .prepare_cached("SELECT customs FROM mailbox WHERE id = ?1")?
        .query_row([mailbox.0], |row| row.get(0))?;
    if seen.is_empty() { Ok(Customs::default()) } else { unjson(&seen) }
}

/// Of every owner's.
pub fn all(c: &Connection) -> Result<Vec<Customs>, StoreError> {
    let mut statement = c.prepare_cached("SELECT seen FROM custom ORDER BY owner_id")?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    rows.map(|seen| unjson(&seen?)).collect()
}

/// Keeps it.
pub fn keep(c: &Connection, owner: OwnerId, customs: &Customs) -> Result<(), StoreError> {
    let seen = json(customs)?;
    c.prepare_cached(
        "INSERT INTO custom (owner_id, seen) VALUES (?1, ?2) \
         ON CONFLICT DO UPDATE SET seen = excluded.seen",
    )?
    .execute(params![owner.0, seen])?;
    Ok(())
}

/// Keeps what was seen before Sigap's own mailbox.
pub fn keep_of(c: &Connection, mailbox: MailboxId, customs: &Customs) -> Result<(), StoreError> {
    let sql = "UPDATE mailbox SET customs = ?2 WHERE id = ?1";
    c.prepare_cached(sql)?.execute(params![mailbox.0, json(customs)?])?;
    Ok(())
}

fn json(customs: &Customs) -> Result<String, StoreError> {
    serde_json::to_string(customs).map_err(|error| StoreError::Odd(format!("custom: {error}")))
}

fn unjson(seen: &str) -> Result<Customs, StoreError> {
    serde_json::from_str(seen).map_err(|error| StoreError::Odd(format!("custom: {error}")))
}

/// The owner has written to somebody, then or earlier; true where that is news.
pub fn wrote_to(
    c: &Connection,
    owner: OwnerId,
    address: &Address,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO correspondent (owner_id, address, wrote_at) VALUES (?1, ?2, ?3) \
               ON CONFLICT DO UPDATE SET wrote_at = ?3 WHERE coalesce(wrote_at, ?3 + 1) > ?3";
    let changed =
        c.prepare_cached(sql)?.execute(params![owner.0, address.as_str(), at.as_second()])?;
    Ok(changed > 0)
}

/// Whether the owner had written to somebody before an instant.
pub fn wrote_before(
    c: &Connection,
    owner: OwnerId,
    address: &Address,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM correspondent WHERE owner_id = ?1 AND address = ?2 AND wrote_at < ?3";
    Ok(c.prepare_cached(sql)?.exists(params![owner.0, address.as_str(), at.as_second()])?)
}

/// Whether the owner has ever written to somebody.
pub fn has_written_to(
    c: &Connection,
    owner: OwnerId,
    address: &Address,
) -> Result<bool, StoreError> {
    let sql =
        "SELECT 1 FROM correspondent WHERE owner_id = ?1 AND address = ?2 AND wrote_at NOT NULL";
    Ok(c.prepare_cached(sql)?.exists(params![owner.0, address.as_str()])?)
}

/// A program has answered somebody in the owner's name.
pub fn responded(
    c: &Connection,
    owner: OwnerId,
    address: &Address,
    at: Timestamp,
) -> Result<(), StoreError> {
    c.prepare_cached(
        "INSERT INTO correspondent (owner_id, address, responded_at) VALUES (?1, ?2, ?3) \
         ON CONFLICT DO UPDATE \
         SET responded_at = max(coalesce(responded_at, ?3), excluded.responded_at)",
    )?
    .execute(params![owner.0, address.as_str(), at.as_second()])?;
    Ok(())
}

/// Whom a program has answered in the owner's name since an instant.
pub fn responded_to(
    c: &Connection,
    owner: OwnerId,
    since: Timestamp,
) -> Result<Vec<String>, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT address FROM correspondent WHERE owner_id = ?1 AND responded_at >= ?2",
    )?;
    let rows = statement.query_map([owner.0, since.as_second()], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
