//! Automatic answers as rows: what was decided about each message that came during an absence, and
//! what was answered before.
//!
//! Whether one may be answered is `rules/auto_replies`; the letter itself lies in the outbox.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::model::ids::{AwayId, ConversationId, LetterId, MessageId, OwnerId};
use crate::model::letter::{Kind, Letter};
use crate::store::db::{StoreError, instant};

/// What was decided about one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The message.
    pub message: MessageId,
    /// Whose.
    pub owner: OwnerId,
    /// During which absence.
    pub away: AwayId,
    /// When.
    pub decided_at: Timestamp,
    /// Whom it concerns, in one form for all their addresses (`model/sender`); empty: nobody.
    pub sender: String,
    /// Who they are to the owner; empty where nothing is answered.
    pub audience: String,
    /// The rule that forbids it; `None`: it is answered.
    pub rule: Option<String>,
    /// What of the message the rule is about.
    pub about: String,
    /// The letter that answers.
    pub letter: Option<LetterId>,
}

const COLUMNS: &str = "r.message_id, r.owner_id, r.away_id, r.decided_at, r.sender, r.audience, \
                       r.rule, r.about, r.letter_id";

/// Writes down a decision. A message is decided about once.
pub fn decide(c: &Connection, reply: &Reply) -> Result<(), StoreError> {
    c.prepare_cached(
        "INSERT INTO auto_reply (message_id, owner_id, away_id, decided_at, sender, audience, \
         rule, about, letter_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        reply.message.0,
        reply.owner.0,
        reply.away.0,
        reply.decided_at.as_second(),
        reply.sender,
        reply.audience,
        reply.rule,
        reply.about,
        reply.letter.map(|letter| letter.0),
    ])?;
    Ok(())
}

/// A letter that was to answer will surely not leave: by which rule.
pub fn withhold(
    c: &Connection,
    letter: LetterId,
    (rule, about): (&str, &str),
) -> Result<(), StoreError> {
    c.prepare_cached(
        "UPDATE auto_reply SET rule = ?2, about = ?3 WHERE letter_id = ?1 AND rule IS NULL",
    )?
    .execute(params![letter.0, rule, about])?;
    Ok(())
}

/// What was decided about a message.
pub fn one(c: &Connection, message: MessageId) -> Result<Option<Reply>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM auto_reply r WHERE r.message_id = ?1");
    Ok(c.prepare_cached(&sql)?.query_row([message.0], read).optional()?)
}

/// The message that a letter answers.
pub fn by_letter(c: &Connection, letter: LetterId) -> Result<Option<Reply>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM auto_reply r WHERE r.letter_id = ?1");
    Ok(c.prepare_cached(&sql)?.query_row([letter.0], read).optional()?)
}

/// What a sender was answered since an instant, latest first.
pub fn answered(
    c: &Connection,
    owner: OwnerId,
    sender: &str,
    since: Timestamp,
) -> Result<Vec<Reply>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM auto_reply r WHERE r.owner_id = ?1 AND r.sender = ?2 \
         AND r.rule IS NULL AND r.decided_at > ?3 ORDER BY r.decided_at DESC, r.message_id DESC"
    );
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map(params![owner.0, sender, since.as_second()], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What was decided about the messages of a conversation, by their arrival.
pub fn of_conversation(
    c: &Connection,
    conversation: ConversationId,
) -> Result<Vec<Reply>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM message m JOIN auto_reply r ON r.message_id = m.id \
         WHERE m.conversation_id = ?1 ORDER BY m.arrived_at, m.id LIMIT 200"
    );
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map([conversation.0], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether anything in a conversation was answered during an absence, or one joined to it.
pub fn in_conversation(
    c: &Connection,
    conversation: ConversationId,
    away: AwayId,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM message m JOIN auto_reply r ON r.message_id = m.id \
               JOIN away a ON a.id = r.away_id WHERE m.conversation_id = ?1 \
               AND r.rule IS NULL AND (a.id = ?2 OR a.joined_to = ?2) LIMIT 1";
    Ok(c.prepare_cached(sql)?.exists([conversation.0, away.0])?)
}

/// How many answers to a sender were decided on since an instant, in anybody's name.
pub fn to_sender(c: &Connection, sender: &str, since: Timestamp) -> Result<usize, StoreError> {
    let sql = "SELECT count(*) FROM auto_reply WHERE sender = ?1 AND rule IS NULL \
               AND decided_at > ?2";
    let count = c
        .prepare_cached(sql)?
        .query_row(params![sender, since.as_second()], |row| row.get::<_, i64>(0))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// How many automatic replies were claimed since an instant in the name of the same owner as a
/// letter, and to the same domain; none for other letters.
pub fn claimed_since(
    c: &Connection,
    letter: &Letter,
    since: Timestamp,
) -> Result<(u32, u32), StoreError> {
    if letter.draft.kind != Kind::AutoReply {
        return Ok((0, 0));
    }
    let (owner, domain) = (letter.draft.owner.map(|owner| owner.0), letter.draft.to.domain());
    let sql = "SELECT coalesce(sum(owner_id = ?1), 0), \
               coalesce(sum(lower(substr(to_address, -length(?2) - 1)) = '@' || ?2), 0) \
               FROM letter WHERE claimed_at > ?3 AND kind = 'auto_reply'";
    let counts =
        c.prepare_cached(sql)?.query_row(params![owner, domain, since.as_second()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    Ok(counts)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Reply> {
    Ok(Reply {
        message: MessageId(row.get(0)?),
        owner: OwnerId(row.get(1)?),
        away: AwayId(row.get(2)?),
        decided_at: instant(row.get(3)?),
        sender: row.get(4)?,
        audience: row.get(5)?,
        rule: row.get(6)?,
        about: row.get(7)?,
        letter: row.get::<_, Option<i64>>(8)?.map(LetterId),
    })
}

/// How many automatic replies were decided on in a time, in an owner's name.
pub fn replied_automatically(
    c: &Connection,
    owner: OwnerId,
    (from, until): (Timestamp, Timestamp),
) -> Result<u32, StoreError> {
    let sql = "SELECT count(*) FROM away a JOIN auto_reply r ON r.away_id = a.id \
               WHERE a.owner_id = ?1 AND r.rule IS NULL \
               AND r.decided_at >= ?2 AND r.decided_at < ?3";
    Ok(c.prepare_cached(sql)?
        .query_row(params![owner.0, from.as_second(), until.as_second()], |row| row.get(0))?)
}
