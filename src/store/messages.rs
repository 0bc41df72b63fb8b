//! Messages as facts: inserted once, placed in folders, grouped into conversations.
//!
//! No text of any mail is here (a snippet only where configured). Which messages belong together is
//! `model/conversation`; what they mean is `rules/`.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::de::DeserializeOwned;

use crate::model::address::Address;
use crate::model::ids::{ConversationId, MailboxId, MessageId, OwnerId};
use crate::model::message::{Message, MessageKey, Role};
use crate::model::verdict::{Class, Verdict, Wording};
use crate::store::addressees;
use crate::store::around::hashed;
use crate::store::db::{StoreError, instant};
use crate::store::mailboxes::role_word;

/// A message with what we know of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// Row.
    pub id: MessageId,
    /// Whose.
    pub owner: OwnerId,
    /// Its group: the smallest row in it.
    pub conversation: ConversationId,
    /// Where it was found; Sent proves authorship.
    pub place: Role,
    /// Arrival, sanity-checked.
    pub arrived_at: Timestamp,
    /// When we first read it.
    pub seen_at: Timestamp,
    /// Older than our watch: never nudged about.
    pub backlog: bool,
    /// When `\Answered` was first seen.
    pub answered_at: Option<Timestamp>,
    /// The header facts.
    pub message: Message,
    /// Triage.
    pub verdict: Verdict,
    /// Judgement of the sender's own words, where the text was read.
    pub wording: Option<Wording>,
}

pub(in crate::store) const COLUMNS: &str = "\
    m.id, m.owner_id, m.conversation_id, m.place, m.arrived_at, m.seen_at, \
    m.backlog, m.answered_at, m.facts, m.verdict, m.wording";

/// The row of a message of this identity.
pub fn find(
    c: &Connection,
    owner: OwnerId,
    message: &Message,
) -> Result<Option<MessageId>, StoreError> {
    let found = c
        .prepare_cached(
            "SELECT id FROM message WHERE key_hash = ?1 AND owner_id = ?2 AND fingerprint = ?3 \
             AND key = ?4",
        )?
        .query_row(
            params![hashed(&message.key.0), owner.0, message.fingerprint, message.key.0],
            |row| row.get(0),
        )
        .optional()?;
    Ok(found.map(MessageId))
}

/// Inserts a message (`id` of the argument is not looked at); into conversation 0 means into one of
/// its own.
pub fn insert(c: &Connection, new: &Stored) -> Result<MessageId, StoreError> {
    let author = new.message.author().map_or("", |address| address.as_str());
    let wording = new.wording.as_ref().map(json).transpose()?;
    let id: i64 = c
        .prepare_cached(
            "SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'message'",
        )?
        .query_row([], |row| row.get(0))?;
    let own = new.conversation == ConversationId(0);
    c.prepare_cached(
        "INSERT INTO message (owner_id, key, fingerprint, place, arrived_at, seen_at, backlog, \
         answered_at, author, subject_hash, thread_hash, class, facts, verdict, wording, id, \
         conversation_id, lost, key_hash, provided_hash, quoted_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, \
         ?19, ?20, ?21)",
    )?
    .execute(params![
        new.owner.0,
        new.message.key.0,
        new.message.fingerprint,
        role_word(new.place),
        new.arrived_at.as_second(),
        new.seen_at.as_second(),
        i64::from(new.backlog),
        new.answered_at.map(Timestamp::as_second),
        author,
        hashed(&new.message.base_subject),
        new.message.thread_index.as_deref().map(hashed),
        class_word(new.verdict.class)?,
        json(&new.message)?,
        json(&new.verdict)?,
        wording,
        id,
        if own { id } else { new.conversation.0 },
        new.message.is_lost_reply(),
        hashed(&new.message.key.0),
        new.message.provider_thread.as_deref().map(hashed),
        new.message.quoted_at().map(Timestamp::as_second),
    ])?;
    point(c, MessageId(id), new)?;
    Ok(MessageId(id))
}

fn point(c: &Connection, id: MessageId, stored: &Stored) -> Result<(), StoreError> {
    let mut statement = c.prepare_cached(
        "INSERT INTO reference (key_hash, message_id, owner_id) VALUES (?1, ?2, ?3) \
         ON CONFLICT DO NOTHING",
    )?;
    for key in stored.message.pointers() {
        statement.execute([hashed(&key.0), id.0, stored.owner.0])?;
    }
    addressees::note(c, id, stored)
}

/// Writes anew what a message says: people, subject, what it points to, judgement of its words.
pub fn rewrite(c: &Connection, stored: &Stored) -> Result<(), StoreError> {
    let wording = stored.wording.as_ref().map(json).transpose()?;
    let (id, subject) = (stored.id.0, hashed(&stored.message.base_subject));
    let (facts, quoted) = (json(&stored.message)?, stored.message.quoted_at());
    c.prepare_cached(
        "UPDATE message SET facts = ?2, subject_hash = ?3, wording = ?4, quoted_at = ?5 \
         WHERE id = ?1",
    )?
    .execute(params![id, facts, subject, wording, quoted.map(Timestamp::as_second)])?;
    c.prepare_cached("DELETE FROM reference WHERE message_id = ?1")?.execute([id])?;
    point(c, stored.id, stored)
}

/// Puts a message at a place in a folder.
pub fn place(
    c: &Connection,
    mailbox: MailboxId,
    uid: u64,
    message: MessageId,
) -> Result<(), StoreError> {
    let uid = i64::try_from(uid).map_err(|_| StoreError::Odd(format!("UID {uid}")))?;
    c.prepare_cached(
        "INSERT INTO location (mailbox_id, uid, message_id) VALUES (?1, ?2, ?3) \
         ON CONFLICT DO UPDATE SET message_id = excluded.message_id",
    )?
    .execute([mailbox.0, uid, message.0])?;
    Ok(())
}

/// Something lies at a place, and nothing of it is kept.
pub fn seen(c: &Connection, mailbox: MailboxId, uid: u64) -> Result<(), StoreError> {
    let uid = i64::try_from(uid).map_err(|_| StoreError::Odd(format!("UID {uid}")))?;
    let sql = "INSERT INTO location (mailbox_id, uid) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    c.prepare_cached(sql)?.execute([mailbox.0, uid])?;
    Ok(())
}

/// Whether something was seen at a place.
pub fn is_seen(c: &Connection, mailbox: MailboxId, uid: u64) -> Result<bool, StoreError> {
    let Ok(uid) = i64::try_from(uid) else { return Ok(false) };
    let sql = "SELECT 1 FROM location WHERE mailbox_id = ?1 AND uid = ?2";
    Ok(c.prepare_cached(sql)?.exists([mailbox.0, uid])?)
}

/// The message at a place.
pub fn at(c: &Connection, mailbox: MailboxId, uid: u64) -> Result<Option<MessageId>, StoreError> {
    let Ok(uid) = i64::try_from(uid) else { return Ok(None) };
    let found = c
        .prepare_cached("SELECT message_id FROM location WHERE mailbox_id = ?1 AND uid = ?2")?
        .query_row([mailbox.0, uid], |row| row.get::<_, Option<i64>>(0))
        .optional()?;
    Ok(found.flatten().map(MessageId))
}

/// Takes a place away; the message stays known.
pub fn leave(c: &Connection, mailbox: MailboxId, uid: u64) -> Result<(), StoreError> {
    let Ok(uid) = i64::try_from(uid) else { return Ok(()) };
    c.prepare_cached("DELETE FROM location WHERE mailbox_id = ?1 AND uid = ?2")?
        .execute([mailbox.0, uid])?;
    Ok(())
}

/// A copy was found in Sent: the owner wrote it. True if that was news.
pub fn found_in_sent(c: &Connection, id: MessageId, verdict: &Verdict) -> Result<bool, StoreError> {
    let changed = c
        .prepare_cached(
            "UPDATE message SET place = 'sent', class = ?2, verdict = ?3, untaught = NULL \
             WHERE id = ?1 AND place <> 'sent'",
        )?
        .execute(params![id.0, class_word(verdict.class)?, json(verdict)?])?;
    Ok(changed > 0)
}

/// `\Answered` was seen for the first time. True if that was news.
pub fn flagged(c: &Connection, id: MessageId, now: Timestamp) -> Result<bool, StoreError> {
    let changed = c
        .prepare_cached(
            "UPDATE message SET answered_at = ?2 WHERE id = ?1 AND answered_at IS NULL",
        )?
        .execute([id.0, now.as_second()])?;
    Ok(changed > 0)
}

/// Writes groups.
pub fn regroup(c: &Connection, groups: &[(MessageId, ConversationId)]) -> Result<(), StoreError> {
    let mut statement =
        c.prepare_cached("UPDATE message SET conversation_id = ?2 WHERE id = ?1")?;
    for (message, conversation) in groups {
        statement.execute([message.0, conversation.0])?;
    }
    Ok(())
}

/// One message.
pub fn one(c: &Connection, id: MessageId) -> Result<Option<Stored>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM message m WHERE m.id = ?1");
    let found = c.prepare_cached(&sql)?.query_row([id.0], read).optional()?;
    found.transpose()
}

/// The latest `limit` messages of a conversation, by arrival.
pub fn of_conversation(
    c: &Connection,
    conversation: ConversationId,
    limit: u32,
) -> Result<Vec<Stored>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM message m WHERE m.conversation_id = ?1 \
         ORDER BY m.arrived_at DESC, m.id DESC LIMIT {limit}"
    );
    let mut found = list(c, &sql, [conversation.0])?;
    found.reverse();
    Ok(found)
}

/// How many messages there are of each class, by its word in the store.
pub fn classes(c: &Connection) -> Result<Vec<(String, i64)>, StoreError> {
    let mut statement =
        c.prepare_cached("SELECT class, count(*) FROM message GROUP BY class ORDER BY 2 DESC, 1")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Messages with this Message-ID, of any owner.
pub fn with_key(c: &Connection, key: &MessageKey) -> Result<Vec<Stored>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM message m WHERE m.key_hash = ?1 AND m.key = ?2 \
         ORDER BY m.id LIMIT 100"
    );
    list(c, &sql, params![hashed(&key.0), key.0])
}

/// Messages that other owners sent and that point to this identity.
pub fn sent_pointing_to(
    c: &Connection,
    key: &MessageKey,
    but: OwnerId,
) -> Result<Vec<Stored>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM reference r JOIN message m ON m.id = r.message_id \
         WHERE r.key_hash = ?1 AND r.owner_id <> ?2 AND m.place = 'sent' ORDER BY m.id LIMIT 200"
    );
    list(c, &sql, [hashed(&key.0), but.0])
}

/// Whether the owner asks somebody in a conversation.
pub fn owner_asks(c: &Connection, conversation: ConversationId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM message WHERE conversation_id = ?1 AND class = 'own_ask' LIMIT 1";
    Ok(c.prepare_cached(sql)?.exists([conversation.0])?)
}

/// Whether any message of a conversation asks.
pub fn asks(c: &Connection, conversation: ConversationId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM message WHERE conversation_id = ?1 \
               AND class IN ('ask', 'unsure') LIMIT 1";
    Ok(c.prepare_cached(sql)?.exists([conversation.0])?)
}

/// How many messages of an author reached an owner since an instant.
pub fn from_author(
    c: &Connection,
    owner: OwnerId,
    author: &Address,
    since: Timestamp,
) -> Result<usize, StoreError> {
    let sql = "SELECT count(*) FROM message WHERE arrived_at > ?3 AND owner_id = ?1 \
               AND author = ?2 AND place = 'inbox'";
    let count = c
        .prepare_cached(sql)?
        .query_row(params![owner.0, author.as_str(), since.as_second()], |row| {
            row.get::<_, i64>(0)
        })?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Whether a message lies in an inbox that is watched.
pub fn lies_in_inbox(c: &Connection, id: MessageId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM location l JOIN mailbox b ON b.id = l.mailbox_id \
               WHERE l.message_id = ?1 AND b.role = 'inbox' LIMIT 1";
    Ok(c.prepare_cached(sql)?.exists([id.0])?)
}

/// Where a message lies in an inbox that is watched: folder and number.
pub fn place_in_inbox(
    c: &Connection,
    id: MessageId,
) -> Result<Option<(MailboxId, u64)>, StoreError> {
    let sql = "SELECT l.mailbox_id, l.uid FROM location l JOIN mailbox b ON b.id = l.mailbox_id \
               WHERE l.message_id = ?1 AND b.role = 'inbox' ORDER BY l.mailbox_id, l.uid LIMIT 1";
    let found = c
        .prepare_cached(sql)?
        .query_row([id.0], |row| Ok((MailboxId(row.get(0)?), row.get::<_, i64>(1)?)));
    let found = found.optional()?;
    Ok(found.and_then(|(mailbox, uid)| Some((mailbox, u64::try_from(uid).ok()?))))
}

/// Whether the owner has a message of this identity.
pub fn is_known(c: &Connection, owner: OwnerId, key: &MessageKey) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM message WHERE key_hash = ?1 AND owner_id = ?2 AND key = ?3 LIMIT 1";
    Ok(c.prepare_cached(sql)?.exists(params![hashed(&key.0), owner.0, key.0])?)
}

/// Whether the owner has sent a message of this identity.
pub fn sent(c: &Connection, owner: OwnerId, key: &MessageKey) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM message WHERE key_hash = ?1 AND owner_id = ?2 AND key = ?3 \
               AND place = 'sent' LIMIT 1";
    Ok(c.prepare_cached(sql)?.exists(params![hashed(&key.0), owner.0, key.0])?)
}

/// Where other owners have a message of this identity.
pub fn elsewhere(
    c: &Connection,
    key: &MessageKey,
    but: OwnerId,
) -> Result<Vec<(OwnerId, ConversationId)>, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT owner_id, conversation_id FROM message WHERE key_hash = ?1 AND owner_id <> ?2 \
         AND key = ?3 LIMIT 100",
    )?;
    let rows = statement.query_map(params![hashed(&key.0), but.0, key.0], |row| {
        Ok((OwnerId(row.get(0)?), ConversationId(row.get(1)?)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(in crate::store) fn list(
    c: &Connection,
    sql: &str,
    args: impl rusqlite::Params,
) -> Result<Vec<Stored>, StoreError> {
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map(args, read)?;
    rows.map(|row| row.map_err(StoreError::from).flatten()).collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Result<Stored, StoreError>> {
    let (place, facts, verdict): (String, String, String) = (row.get(3)?, row.get(8)?, row.get(9)?);
    let wording: Option<String> = row.get(10)?;
    let (id, owner, conversation) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let (arrived_at, seen_at) = (instant(row.get(4)?), instant(row.get(5)?));
    let backlog = row.get::<_, i64>(6)? != 0;
    let answered_at = row.get::<_, Option<i64>>(7)?.map(instant);
    let whole = || {
        Ok(Stored {
            id: MessageId(id),
            owner: OwnerId(owner),
            conversation: ConversationId(conversation),
            place: if place == "sent" { Role::Sent } else { Role::Inbox },
            arrived_at,
            seen_at,
            backlog,
            answered_at,
            message: unjson(&facts)?,
            verdict: unjson(&verdict)?,
            wording: wording.as_deref().map(unjson).transpose()?,
        })
    };
    Ok(whole())
}

pub(in crate::store) fn json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Odd(error.to_string()))
}

pub(in crate::store) fn unjson<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Odd(error.to_string()))
}

pub(in crate::store) fn class_word(class: Class) -> Result<String, StoreError> {
    Ok(json(&class)?.trim_matches('"').to_owned())
}
