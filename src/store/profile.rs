//! What is remembered of an owner's mailbox and its mail for automatic answers: the customs of the
//! server before it, and to whom the owner has written.

use rusqlite::{Connection, OptionalExtension, params};

use crate::model::address::Address;
use crate::model::customs::Customs;
use crate::model::ids::OwnerId;
use crate::store::db::StoreError;

/// What was seen so far of the server.
pub fn of_owner(c: &Connection, owner: OwnerId) -> Result<Customs, StoreError> {
    let seen = c
        .prepare_cached("SELECT seen FROM custom WHERE owner_id = ?1")?
        .query_row([owner.0], |row| row.get::<_, String>(0))
        .optional()?;
    let Some(seen) = seen else { return Ok(Customs::default()) };
    serde_json::from_str(&seen).map_err(|error| StoreError::Odd(format!("custom: {error}")))
}

/// Keeps it.
pub fn keep(c: &Connection, owner: OwnerId, customs: &Customs) -> Result<(), StoreError> {
    let seen = serde_json::to_string(customs);
    let seen = seen.map_err(|error| StoreError::Odd(format!("custom: {error}")))?;
    c.prepare_cached(
        "INSERT INTO custom (owner_id, seen) VALUES (?1, ?2) \
         ON CONFLICT DO UPDATE SET seen = excluded.seen",
    )?
    .execute(params![owner.0, seen])?;
    Ok(())
}

/// The owner has written to somebody.
pub fn wrote_to(c: &Connection, owner: OwnerId, address: &Address) -> Result<(), StoreError> {
    c.prepare_cached(
        "INSERT INTO correspondent (owner_id, address) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    )?
    .execute(params![owner.0, address.as_str()])?;
    Ok(())
}

/// Whether the owner has ever written to somebody.
pub fn has_written_to(
    c: &Connection,
    owner: OwnerId,
    address: &Address,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM correspondent WHERE owner_id = ?1 AND address = ?2";
    Ok(c.prepare_cached(sql)?.exists(params![owner.0, address.as_str()])?)
}
