//! Answers that owners wait for: rows that `rules/awaiting` opens, changes and ends.
//!
//! Nothing here decides. A row goes with the message that asked.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::model::awaited::{Awaited, Ended, Received};
use crate::model::ids::{AwaitedId, ConversationId, MessageId, OwnerId};
use crate::model::letter::Kind;
use crate::store::db::{StoreError, instant};

const COLUMNS: &str = "id, owner_id, conversation_id, asked_in, asked_at, last_asked_at, asks, \
                       confidence, backlog, away_until, promised_until, snoozed_until, snoozes, \
                       ended_at, ended_how, ended_by";

/// One of them.
pub fn one(c: &Connection, id: AwaitedId) -> Result<Option<Awaited>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM awaited WHERE id = ?1");
    c.prepare_cached(&sql)?.query_row([id.0], read).optional()?.transpose()
}

/// The one that began with a message.
pub fn begun_by(c: &Connection, message: MessageId) -> Result<Option<Awaited>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM awaited WHERE asked_in = ?1");
    c.prepare_cached(&sql)?.query_row([message.0], read).optional()?.transpose()
}

/// The open ones of an owner, oldest ask first.
pub fn open(c: &Connection, owner: OwnerId) -> Result<Vec<Awaited>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM awaited WHERE owner_id = ?1 AND ended_at IS NULL \
         ORDER BY asked_at, id"
    );
    list(c, &sql, [owner.0])
}

/// Of the open ones of an owner, by the message that asked first, the highest step that has an item
/// in a letter of that kind; what was taken out of one does not count.
pub fn followed_up(
    c: &Connection,
    owner: OwnerId,
    kind: Kind,
) -> Result<BTreeMap<MessageId, u32>, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT i.asked_in, max(i.step) FROM awaited w \
         JOIN letter_item i ON i.asked_in = w.asked_in AND i.obligation_id IS NULL \
         JOIN letter l ON l.id = i.letter_id AND l.kind = ?2 \
         WHERE w.owner_id = ?1 AND w.ended_at IS NULL AND i.recalled_why IS NULL \
         GROUP BY i.asked_in",
    )?;
    let rows = statement.query_map(params![owner.0, kind.word()], |row| {
        Ok((MessageId(row.get(0)?), row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// All of an owner, ended ones included, latest first.
pub fn all(c: &Connection, owner: OwnerId, limit: u32) -> Result<Vec<Awaited>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM awaited WHERE owner_id = ?1 ORDER BY asked_at DESC, id DESC \
         LIMIT {limit}"
    );
    list(c, &sql, [owner.0])
}

/// Those of one conversation.
pub fn of_conversation(
    c: &Connection,
    conversation: ConversationId,
) -> Result<Vec<Awaited>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM awaited WHERE conversation_id = ?1 ORDER BY id");
    list(c, &sql, [conversation.0])
}

/// Writes what was found under the message that asked first (`id` of the argument is not looked
/// at).
pub fn keep(c: &Connection, found: &Awaited) -> Result<(), StoreError> {
    c.prepare_cached(
        "INSERT INTO awaited (owner_id, conversation_id, asked_in, asked_at, last_asked_at, asks, \
         confidence, backlog, away_until, promised_until, snoozed_until, snoozes, ended_at, \
         ended_how, ended_by) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) \
         ON CONFLICT (asked_in) DO UPDATE SET conversation_id = ?2, asked_at = ?4, \
         last_asked_at = ?5, asks = ?6, confidence = ?7, backlog = ?8, away_until = ?9, \
         promised_until = ?10, snoozed_until = ?11, snoozes = ?12, ended_at = ?13, \
         ended_how = ?14, ended_by = ?15",
    )?
    .execute(params![
        found.owner.0,
        found.conversation.0,
        found.asked_in.0,
        found.asked_at.as_second(),
        found.last_asked_at.as_second(),
        found.asks,
        found.confidence,
        found.backlog,
        found.away_until.map(Timestamp::as_second),
        found.promised_until.map(Timestamp::as_second),
        found.snoozed_until.map(Timestamp::as_second),
        found.snoozes,
        found.ended.map(|ended| ended.at.as_second()),
        found.ended.map(|ended| ended.how.word()),
        found.ended_by.map(|message| message.0),
    ])?;
    Ok(())
}

/// It is no longer one: what was known has changed.
pub fn drop(c: &Connection, id: AwaitedId) -> Result<(), StoreError> {
    c.prepare_cached("DELETE FROM awaited WHERE id = ?1")?.execute([id.0])?;
    Ok(())
}

fn list(
    c: &Connection,
    sql: &str,
    args: impl rusqlite::Params,
) -> Result<Vec<Awaited>, StoreError> {
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map(args, read)?;
    rows.map(|row| row.map_err(StoreError::from).flatten()).collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Result<Awaited, StoreError>> {
    let at = |column: usize| row.get::<_, Option<i64>>(column).map(|at| at.map(instant));
    let ended: (Option<Timestamp>, Option<String>) = (at(13)?, row.get(14)?);
    let ended = match ended {
        (Some(at), Some(word)) => match Received::parse(&word) {
            Some(how) => Some(Ended { at, how }),
            None => return Ok(Err(StoreError::Odd(format!("ended_how {word:?}")))),
        },
        (None, _) | (_, None) => None,
    };
    Ok(Ok(Awaited {
        id: AwaitedId(row.get(0)?),
        owner: OwnerId(row.get(1)?),
        conversation: ConversationId(row.get(2)?),
        asked_in: MessageId(row.get(3)?),
        asked_at: instant(row.get(4)?),
        last_asked_at: instant(row.get(5)?),
        asks: row.get(6)?,
        confidence: row.get(7)?,
        backlog: row.get(8)?,
        away_until: at(9)?,
        promised_until: at(10)?,
        snoozed_until: at(11)?,
        snoozes: row.get(12)?,
        ended,
        ended_by: row.get::<_, Option<i64>>(15)?.map(MessageId),
    }))
}

/// The answers that an owner asked for in a time and had not got at its end, oldest first: when,
/// and in which message. What asked for no answer, as its owner said later, is none of them.
pub fn still_awaited(
    c: &Connection,
    owner: OwnerId,
    (from, at): (Timestamp, Timestamp),
) -> Result<Vec<(Timestamp, MessageId)>, StoreError> {
    let sql = "SELECT asked_at, asked_in FROM awaited WHERE owner_id = ?1 AND asked_at >= ?2 \
               AND asked_at < ?3 AND (ended_at IS NULL OR ended_at > ?3) \
               AND ended_how IS NOT 'not_asked' ORDER BY asked_at, id";
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map(params![owner.0, from.as_second(), at.as_second()], |row| {
        Ok((instant(row.get(0)?), MessageId(row.get(1)?)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
