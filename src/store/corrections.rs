//! What owners said: corrections of asks, and which answers to our letters were heard.
//!
//! Corrections are never deleted; an undone one stays on record with the time of its undoing.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use crate::model::ids::{MessageId, OwnerId};
use crate::model::message::MessageKey;
use crate::store::db::{StoreError, instant};

/// What can be said about an ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Nothing more to do.
    Done,
    /// This was no request.
    Not,
}

impl Word {
    fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Not => "not",
        }
    }
}

/// A correction in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Correction {
    /// What was said.
    pub word: Word,
    /// When.
    pub at: Timestamp,
}

/// Writes a correction for every ask of an obligation.
pub fn correct(
    c: &Connection,
    owner: OwnerId,
    asks: &[MessageId],
    word: Word,
    via: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut statement = c.prepare_cached(
        "INSERT INTO correction (owner_id, message_id, said, said_at, via) \
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for message in asks {
        statement.execute(params![owner.0, message.0, word.word(), now.as_second(), via])?;
    }
    Ok(())
}

/// Takes back what an owner said last, within a day: all corrections of that one command. The
/// messages concerned.
pub fn undo(c: &Connection, owner: OwnerId, now: Timestamp) -> Result<Vec<MessageId>, StoreError> {
    let last: Option<(i64, String)> = c
        .query_row(
            "SELECT said_at, via FROM correction WHERE owner_id = ?1 AND undone_at IS NULL \
             AND said_at > ?2 - 86400 ORDER BY id DESC LIMIT 1",
            [owner.0, now.as_second()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((said_at, via)) = last else { return Ok(Vec::new()) };
    let mut statement = c.prepare_cached(
        "UPDATE correction SET undone_at = ?4 WHERE owner_id = ?1 AND said_at = ?2 AND via = ?3 \
         AND undone_at IS NULL RETURNING message_id",
    )?;
    let rows = statement.query_map(params![owner.0, said_at, via, now.as_second()], |row| {
        row.get(0).map(MessageId)
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The correction in force for a message: the latest one.
pub fn of_message(c: &Connection, message: MessageId) -> Result<Option<Correction>, StoreError> {
    let found: Option<(String, i64)> = c
        .prepare_cached(
            "SELECT said, said_at FROM correction WHERE message_id = ?1 AND undone_at IS NULL \
             ORDER BY id DESC LIMIT 1",
        )?
        .query_row([message.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(found.map(|(said, at)| Correction {
        word: if said == "not" { Word::Not } else { Word::Done },
        at: instant(at),
    }))
}

/// Notes that an answer was heard. False if it was heard before.
pub fn hear(
    c: &Connection,
    owner: OwnerId,
    key: &MessageKey,
    words: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let fresh = c
        .prepare_cached(
            "INSERT INTO heard (owner_id, key, heard_at, words) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![owner.0, key.0, now.as_second(), words])?;
    Ok(fresh > 0)
}
