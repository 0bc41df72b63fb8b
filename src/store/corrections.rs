//! What owners and delegates said: about asks, about silence, and which answers to our letters
//! were heard.
//!
//! Nothing of it is deleted; what was undone stays on record with the time of its undoing.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::model::address::Address;
use crate::model::ids::{MessageId, OwnerId};
use crate::model::message::MessageKey;
use crate::store::db::{StoreError, instant};
use crate::store::{absence_log, lessons, mailboxes};

/// What can be said about an ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Nothing more to do.
    Done,
    /// This was no request.
    Not,
    /// Remind again then.
    Snooze(Timestamp),
}

impl Word {
    /// The word in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Not => "not",
            Self::Snooze(_) => "snooze",
        }
    }

    /// What a row says.
    pub(in crate::store) fn read(word: &str, until: Option<i64>) -> Self {
        match (word, until) {
            ("snooze", Some(until)) => Self::Snooze(instant(until)),
            ("not", _) => Self::Not,
            (_, _) => Self::Done,
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
    /// Whether by mail: then the time is the mail server's.
    pub by_mail: bool,
}

/// Who says something: an owner, or a delegate of theirs who is none.
pub type By<'a> = (OwnerId, Option<&'a Address>);

/// Writes what was said for every ask that it is about.
pub fn correct(
    c: &Connection,
    (owner, delegate): By<'_>,
    asks: &[MessageId],
    word: Word,
    via: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let until = match word {
        Word::Snooze(until) => Some(until.as_second()),
        Word::Done | Word::Not => None,
    };
    let mut statement = c.prepare_cached(
        "INSERT INTO correction (owner_id, delegate, message_id, said, said_at, via, until_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let (delegate, said) = (delegate.map(Address::as_str), word.word());
    for ask in asks {
        let args = params![owner.0, delegate, ask.0, said, now.as_second(), via, until];
        statement.execute(args)?;
        lessons::note(c, owner, *ask)?;
    }
    Ok(())
}

/// Silence until then (`PAUSE`, `STOP`); `None` ends it (`BACK`).
pub fn pause(
    c: &Connection,
    owner: OwnerId,
    until: Option<Timestamp>,
    via: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let second = until.map(Timestamp::as_second);
    c.prepare_cached(
        "INSERT INTO correction (owner_id, said, said_at, via, until_at) \
         VALUES (?1, 'pause', ?2, ?3, ?4)",
    )?
    .execute(params![owner.0, now.as_second(), via, second])?;
    mailboxes::pause(c, owner, until)
}

/// From then on they have a weekly report of their own.
pub fn wish_report(
    c: &Connection,
    owner: OwnerId,
    via: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO correction (owner_id, said, said_at, via) VALUES (?1, 'report', ?2, ?3)";
    c.prepare_cached(sql)?.execute(params![owner.0, now.as_second(), via])?;
    Ok(())
}

/// Whether they wished it.
pub fn wishes_report(c: &Connection, owner: OwnerId) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM correction WHERE owner_id = ?1 AND said = 'report' \
               AND undone_at IS NULL)";
    Ok(c.prepare_cached(sql)?.query_row([owner.0], |row| row.get(0))?)
}

/// Everybody who wished it.
pub fn all_who_wish_reports(c: &Connection) -> Result<Vec<OwnerId>, StoreError> {
    let sql = "SELECT DISTINCT owner_id FROM correction WHERE said = 'report' \
               AND undone_at IS NULL ORDER BY owner_id";
    let mut statement = c.prepare_cached(sql)?;
    let found = statement.query_map([], |row| row.get(0).map(OwnerId))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The answer with that wish, if it is the last of all that an owner said between two moments,
/// within a day.
pub fn just_wished(
    c: &Connection,
    owner: OwnerId,
    (since, now): (Timestamp, Timestamp),
) -> Result<Option<MessageKey>, StoreError> {
    let sql = "SELECT said = 'report', via FROM correction WHERE owner_id = ?1 \
               AND delegate IS NULL AND undone_at IS NULL AND said_at >= ?2 \
               AND said_at > ?3 - 86400 AND said_at <= ?3 ORDER BY said_at DESC, id DESC LIMIT 1";
    let args = params![owner.0, since.as_second(), now.as_second()];
    let read = |row: &Row<'_>| Ok((row.get::<_, bool>(0)?, MessageKey(row.get(1)?)));
    let found = c.prepare_cached(sql)?.query_row(args, read).optional()?;
    Ok(found.filter(|(wished, _)| *wished).map(|(_, via)| via))
}

/// What became of the wish to take back what was said last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undone {
    /// Nothing was said within a day.
    Nothing,
    /// It was about an absence, and that has changed since: nothing was taken back.
    Changed,
    /// Taken back: the messages concerned, none for what was about silence or absence.
    Taken(Vec<MessageId>),
}

/// Takes back what somebody said last, within a day: all that one command did.
pub fn undo(
    c: &Connection,
    (owner, delegate): By<'_>,
    now: Timestamp,
) -> Result<Undone, StoreError> {
    let last: Option<(i64, String)> = c
        .query_row(
            "SELECT said_at, via FROM correction WHERE owner_id = ?1 AND delegate IS ?3 AND \
             undone_at IS NULL AND said_at > ?2 - 86400 AND said_at <= ?2 \
             ORDER BY said_at DESC, id DESC LIMIT 1",
            params![owner.0, now.as_second(), delegate.map(Address::as_str)],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((said_at, via)) = last else { return Ok(Undone::Nothing) };
    if !take_back_absences(c, owner, (said_at, &via), now)? {
        return Ok(Undone::Changed);
    }
    let mut statement = c.prepare_cached(
        "UPDATE correction SET undone_at = ?4 WHERE owner_id = ?1 AND said_at = ?2 AND via = ?3 \
         AND undone_at IS NULL RETURNING message_id, said",
    )?;
    let rows = statement.query_map(params![owner.0, said_at, via, now.as_second()], |row| {
        Ok((row.get::<_, Option<i64>>(0)?.map(MessageId), row.get::<_, String>(1)?))
    })?;
    let rows: Vec<_> = rows.collect::<Result<_, _>>()?;
    for (message, said) in &rows {
        match message {
            Some(message) if said == "snooze" => unsnooze(c, *message)?,
            Some(message) => lessons::note(c, owner, *message)?,
            None if said == "pause" => unpause(c, owner)?,
            None => {}
        }
    }
    Ok(Undone::Taken(rows.into_iter().filter_map(|(message, _)| message).collect()))
}

/// False: an absence that the command was about is not any more as the command left it.
fn take_back_absences(
    c: &Connection,
    owner: OwnerId,
    (said_at, via): (i64, &str),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT changes FROM correction WHERE owner_id = ?1 AND said_at = ?2 AND via = ?3 \
         AND said = 'away' AND undone_at IS NULL ORDER BY id DESC",
    )?;
    let kept = statement.query_map(params![owner.0, said_at, via], |row| row.get(0))?;
    for changes in kept.collect::<Result<Vec<Option<String>>, _>>()? {
        if !absence_log::restore(c, owner, changes.as_deref(), now)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What was said about snoozing before counts again. The number of snoozes stays: each names the
/// reminder at its end.
fn unsnooze(c: &Connection, message: MessageId) -> Result<(), StoreError> {
    c.prepare_cached(
        "UPDATE obligation SET snoozed_until = (SELECT until_at FROM correction \
         WHERE message_id = ?1 AND said = 'snooze' AND undone_at IS NULL \
         ORDER BY id DESC LIMIT 1) \
         WHERE id = (SELECT obligation_id FROM ask WHERE message_id = ?1)",
    )?
    .execute([message.0])?;
    Ok(())
}

/// What was said about silence before counts again.
fn unpause(c: &Connection, owner: OwnerId) -> Result<(), StoreError> {
    c.prepare_cached(
        "UPDATE owner SET paused_until = (SELECT until_at FROM correction \
         WHERE owner_id = ?1 AND said = 'pause' AND undone_at IS NULL ORDER BY id DESC LIMIT 1) \
         WHERE id = ?1",
    )?
    .execute([owner.0])?;
    Ok(())
}

/// The correction in force for a message: the latest one that is not about reminders only.
pub fn of_message(c: &Connection, message: MessageId) -> Result<Option<Correction>, StoreError> {
    let found: Option<(String, i64, bool)> = c
        .prepare_cached(
            "SELECT said, said_at, via <> 'cli' FROM correction \
             WHERE message_id = ?1 AND undone_at IS NULL AND said IN ('done', 'not') \
             ORDER BY id DESC LIMIT 1",
        )?
        .query_row([message.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    Ok(found.map(|(said, at, by_mail)| {
        let word = Word::read(&said, None);
        Correction { word, at: instant(at), by_mail }
    }))
}

/// Until when reminders about a message were put off last, and how often they were.
pub fn snoozed(c: &Connection, message: MessageId) -> Result<(Option<Timestamp>, u32), StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT until_at FROM correction WHERE message_id = ?1 AND undone_at IS NULL \
         AND said = 'snooze' ORDER BY id",
    )?;
    let all = statement.query_map([message.0], |row| row.get(0).map(instant))?;
    let all: Vec<Timestamp> = all.collect::<Result<_, _>>()?;
    Ok((all.last().copied(), u32::try_from(all.len()).unwrap_or(u32::MAX)))
}

/// Whether an answer was heard already.
pub fn is_heard(c: &Connection, owner: OwnerId, key: &MessageKey) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM heard WHERE owner_id = ?1 AND key = ?2)";
    Ok(c.prepare_cached(sql)?.query_row(params![owner.0, key.0], |row| row.get(0))?)
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
