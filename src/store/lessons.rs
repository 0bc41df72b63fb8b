//! What owners taught by saying `NOT`: a row for each correction in force, what was found alike
//! since, and which verdicts are to be weighed again.
//!
//! Of the words of a corrected message only numbers are kept, of which no text can be made. All of
//! it goes with the message. What follows is `rules/learning`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::model::address::Address;
use crate::model::ids::{MessageId, OwnerId};
use crate::model::lesson::{Gist, Lesson, Words};
use crate::model::message::Role;
use crate::model::verdict::Verdict;
use crate::store::db::{StoreError, instant};
use crate::store::messages::{self, Stored, class_word, json, unjson};

/// So many corrections of an owner are looked at, the latest.
const MOST: u32 = 500;

/// Brings the lesson of a message in step with what its owner says of it now. What arrived since is
/// to be weighed again.
pub(in crate::store) fn note(
    c: &Connection,
    owner: OwnerId,
    message: MessageId,
) -> Result<(), StoreError> {
    let was = "SELECT said_at FROM lesson WHERE owner_id = ?1 AND message_id = ?2";
    let was: Option<i64> =
        c.prepare_cached(was)?.query_row([owner.0, message.0], |row| row.get(0)).optional()?;
    let is = said_at(c, owner, message)?;
    let Some(since) = was.into_iter().chain(is).min().filter(|_| was != is) else {
        return Ok(());
    };
    match is {
        None => {
            c.prepare_cached("DELETE FROM lesson WHERE owner_id = ?1 AND message_id = ?2")?
                .execute([owner.0, message.0])?;
        }
        Some(said_at) => {
            let Some(stored) = messages::one(c, message)? else { return Ok(()) };
            if stored.place != Role::Inbox {
                return Ok(());
            }
            let sender = stored.message.author().map(Address::untagged);
            let sender = sender.as_ref().map_or("", Address::as_str);
            let list = stored.message.marks.list_id.as_deref().unwrap_or("");
            c.prepare_cached(
                "INSERT INTO lesson (owner_id, message_id, said_at, sender, list) \
                 VALUES (?1, ?2, ?3, ?4, ?5) \
                 ON CONFLICT DO UPDATE SET said_at = excluded.said_at",
            )?
            .execute(params![owner.0, message.0, said_at, sender, list])?;
        }
    }
    c.prepare_cached(
        "UPDATE owner SET taught_at = min(coalesce(taught_at, ?2), ?2) WHERE id = ?1",
    )?
    .execute([owner.0, since])?;
    Ok(())
}

/// Since when the owner says, and has not taken back, that a message was no request.
fn said_at(c: &Connection, owner: OwnerId, message: MessageId) -> Result<Option<i64>, StoreError> {
    let last = "SELECT said FROM correction WHERE message_id = ?1 AND undone_at IS NULL \
                AND said IN ('done', 'not') ORDER BY id DESC LIMIT 1";
    let last: Option<String> =
        c.prepare_cached(last)?.query_row([message.0], |row| row.get(0)).optional()?;
    if last.as_deref() != Some("not") {
        return Ok(None);
    }
    let first = "SELECT min(said_at) FROM correction WHERE message_id = ?1 AND owner_id = ?2 \
                 AND delegate IS NULL AND undone_at IS NULL AND said = 'not'";
    Ok(c.prepare_cached(first)?.query_row([message.0, owner.0], |row| row.get(0))?)
}

/// The corrections in force that teach something, latest first.
pub fn of_owner(c: &Connection, owner: OwnerId) -> Result<Vec<Lesson>, StoreError> {
    let sql = format!(
        "SELECT message_id, sender, list, said_at, words FROM lesson WHERE owner_id = ?1 \
         ORDER BY said_at DESC, message_id DESC LIMIT {MOST}"
    );
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map([owner.0], read)?;
    rows.map(|row| row.map_err(StoreError::from).flatten()).collect()
}

/// What the correction of one message teaches.
pub fn of_message(c: &Connection, message: MessageId) -> Result<Option<Lesson>, StoreError> {
    let sql = "SELECT message_id, sender, list, said_at, words FROM lesson WHERE message_id = ?1";
    c.prepare_cached(sql)?.query_row([message.0], read).optional()?.transpose()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Result<Lesson, StoreError>> {
    let (of, said_at) = (row.get(0)?, row.get(3)?);
    let (sender, list): (String, String) = (row.get(1)?, row.get(2)?);
    let words: Option<String> = row.get(4)?;
    let words = match words.as_deref() {
        None => Ok(Words::Awaited),
        Some("") => Ok(Words::Gone),
        Some(numbers) => unjson::<Gist>(numbers).map(Words::Read),
    };
    Ok(words.map(|words| Lesson {
        of: MessageId(of),
        sender: Address::parse(&sender),
        list: Some(list).filter(|list| !list.is_empty()),
        said_at: instant(said_at),
        words,
    }))
}

/// The first corrected message of each owner whose text is still to be read.
pub fn awaited(c: &Connection) -> Result<Vec<(OwnerId, MessageId)>, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT owner_id, min(message_id) FROM lesson WHERE words IS NULL GROUP BY owner_id",
    )?;
    let rows = statement.query_map([], |row| Ok((OwnerId(row.get(0)?), MessageId(row.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The text of a corrected message was read, or is gone; whatever comes after the first time
/// changes nothing.
pub fn learn(c: &Connection, message: MessageId, words: Option<&Gist>) -> Result<(), StoreError> {
    let words = words.map(json).transpose()?.unwrap_or_default();
    c.prepare_cached("UPDATE lesson SET words = ?2 WHERE message_id = ?1 AND words IS NULL")?
        .execute(params![message.0, words])?;
    Ok(())
}

/// Keeps how much a new message has in common with corrected ones, in per cent.
pub fn liken(
    c: &Connection,
    owner: OwnerId,
    message: MessageId,
    alike: &BTreeMap<MessageId, u8>,
) -> Result<(), StoreError> {
    let mut statement = c.prepare_cached(
        "INSERT INTO likeness (owner_id, message_id, lesson_id, percent) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT DO NOTHING",
    )?;
    for (lesson, percent) in alike {
        statement.execute(params![owner.0, message.0, lesson.0, percent])?;
    }
    Ok(())
}

/// What a message was found to have in common with corrected ones when it arrived.
pub fn likeness(
    c: &Connection,
    owner: OwnerId,
    message: MessageId,
) -> Result<BTreeMap<MessageId, u8>, StoreError> {
    let sql = "SELECT lesson_id, percent FROM likeness WHERE owner_id = ?1 AND message_id = ?2";
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement
        .query_map([owner.0, message.0], |row| Ok((MessageId(row.get(0)?), row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What triage said of a message, where lessons have changed it.
pub fn untaught(c: &Connection, message: MessageId) -> Result<Option<Verdict>, StoreError> {
    let found: Option<Option<String>> = c
        .prepare_cached("SELECT untaught FROM message WHERE id = ?1")?
        .query_row([message.0], |row| row.get(0))
        .optional()?;
    found.flatten().as_deref().map(unjson).transpose()
}

/// Writes a verdict with what lessons made of it; `untaught`: what it would be without.
pub fn judge(
    c: &Connection,
    message: MessageId,
    verdict: &Verdict,
    untaught: &Verdict,
) -> Result<(), StoreError> {
    let before = Some(untaught).filter(|before| *before != verdict).map(json).transpose()?;
    c.prepare_cached("UPDATE message SET verdict = ?2, class = ?3, untaught = ?4 WHERE id = ?1")?
        .execute(params![message.0, json(verdict)?, class_word(verdict.class)?, before])?;
    Ok(())
}

/// Since when what arrived for an owner is to be weighed again, asked once.
pub fn due(c: &Connection, owner: OwnerId) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT taught_at FROM owner WHERE id = ?1";
    let since: Option<i64> =
        c.prepare_cached(sql)?.query_row([owner.0], |row| row.get(0)).optional()?.flatten();
    if since.is_some() {
        c.prepare_cached("UPDATE owner SET taught_at = NULL WHERE id = ?1")?.execute([owner.0])?;
    }
    Ok(since.map(instant))
}

/// What arrived for an owner after an instant and is listed, or would be without lessons.
pub fn listed_since(
    c: &Connection,
    owner: OwnerId,
    since: Timestamp,
) -> Result<Vec<Stored>, StoreError> {
    let sql = "SELECT id FROM message WHERE arrived_at > ?2 AND owner_id = ?1 \
               AND place = 'inbox' AND (class IN ('ask', 'unsure') OR untaught IS NOT NULL)";
    let mut statement = c.prepare_cached(sql)?;
    let ids = statement
        .query_map(params![owner.0, since.as_second()], |row| row.get(0).map(MessageId))?;
    let ids: Vec<MessageId> = ids.collect::<Result<_, _>>()?;
    ids.into_iter().filter_map(|id| messages::one(c, id).transpose()).collect()
}
