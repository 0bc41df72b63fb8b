//! What has happened, for explaining: tries to send, items that were taken out of a letter, all
//! that was ever said about a message.
//!
//! It only reads, and nothing is decided by it. Next: `engine/explain` and `engine/telling`.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::model::address::Address;
use crate::model::ids::{LetterId, MessageId, ObligationId};
use crate::model::letter::Item;
use crate::store::corrections::Word;
use crate::store::db::{StoreError, instant};

/// One try to send a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Try {
    /// When it began.
    pub began_at: Timestamp,
    /// When it ended; `None`: it is under way, or was interrupted.
    pub ended_at: Option<Timestamp>,
    /// The new state and the server's answer.
    pub outcome: String,
}

/// The tries of a letter, in order.
pub fn tries(c: &Connection, letter: LetterId) -> Result<Vec<Try>, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT began_at, ended_at, outcome FROM attempt WHERE letter_id = ?1 ORDER BY no",
    )?;
    let rows = statement.query_map([letter.0], |row| {
        Ok(Try {
            began_at: instant(row.get(0)?),
            ended_at: row.get::<_, Option<i64>>(1)?.map(instant),
            outcome: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Every item that a letter ever had, with the reason where it was taken out. A key that was given
/// free again is shown as it was.
pub fn items(c: &Connection, letter: LetterId) -> Result<Vec<(Item, Option<String>)>, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT key, obligation_id, step, recalled_why, asked_in FROM letter_item \
         WHERE letter_id = ?1 ORDER BY abs(no)",
    )?;
    let rows = statement.query_map([letter.0], |row| {
        let key: String = row.get(0)?;
        let whole = key.split("/unsent:").next().unwrap_or_default().to_owned();
        let obligation = row.get::<_, Option<i64>>(1)?.map(ObligationId);
        let awaited = row.get::<_, Option<i64>>(4)?.filter(|_| obligation.is_none());
        let (awaited, step) = (awaited.map(MessageId), row.get(2)?);
        Ok((Item { key: whole, obligation, awaited, step }, row.get(3)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Something that was said about a message, in force or taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// By whom: an owner by their first address, or a delegate.
    pub by: Option<Address>,
    /// What.
    pub word: Word,
    /// When.
    pub at: Timestamp,
    /// `cli`, or the Message-ID of the answer in which it stood.
    pub via: String,
    /// When it was taken back.
    pub undone_at: Option<Timestamp>,
}

/// All that was ever said about a message, in order.
pub fn said(c: &Connection, message: MessageId) -> Result<Vec<Said>, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT said, said_at, via, undone_at, until_at, coalesce(delegate, o.address) \
         FROM correction JOIN owner o ON o.id = owner_id WHERE message_id = ?1 \
         ORDER BY correction.id",
    )?;
    let rows = statement.query_map(params![message.0], |row| {
        let word: String = row.get(0)?;
        Ok(Said {
            by: Address::parse(&row.get::<_, String>(5)?),
            word: Word::read(&word, row.get(4)?),
            at: instant(row.get(1)?),
            via: row.get(2)?,
            undone_at: row.get::<_, Option<i64>>(3)?.map(instant),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
