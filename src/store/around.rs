//! What lies around a new message: conversations that it may belong to, and those to which it does.
//!
//! Identities, subjects and names of conversations are looked up by a short hash: an index of them
//! is small enough to stay in memory, and many of its entries share a page. The words themselves
//! stand in the facts. Next: `engine/ledger` groups again where it is not sure.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use ring::digest::{SHA256, digest};
use rusqlite::{Connection, ToSql};

use crate::model::conversation::INTRODUCED_REACH;
use crate::model::ids::{ConversationId, OwnerId};
use crate::model::message::Message;
use crate::store::db::StoreError;

/// The first 64 bits of SHA-256: two words of one store do not meet in it by chance, and to meet
/// another's on purpose is out of reach.
pub fn hashed(words: &str) -> i64 {
    let whole = digest(&SHA256, words.as_bytes());
    whole.as_ref().first_chunk().map_or(0, |start| i64::from_be_bytes(*start))
}

/// What lies around a new message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// Conversations that it may belong to.
    pub near: BTreeSet<ConversationId>,
    /// Those to which it surely belongs: what it answers lies there, or something of its subject
    /// that it points to, that points to it, or that points to the same unknown message.
    pub sure: BTreeSet<ConversationId>,
    /// Something known waits for it in a way that may change what belongs together without it: it
    /// points to it under another subject, or is a reply that may be one to it.
    pub unsettling: bool,
}

/// Looks around a new message of this owner: by what it points to, by a ghost that others point to
/// as well, by what points to it, by Thread-Index and the server's name of the conversation, and by
/// base subject where ids are missing: `reach` before and after it.
pub fn around(
    c: &Connection,
    owner: OwnerId,
    message: &Message,
    arrived_at: Timestamp,
    reach: SignedDuration,
) -> Result<Around, StoreError> {
    let (mut around, subject) = (Around::default(), hashed(&message.base_subject));
    let find = |sql: &str, word: &str| neighbours(c, sql, &[&hashed(word), &owner.0, &subject]);
    let by_key = "SELECT conversation_id, subject_hash = ?3 FROM message \
                  WHERE key_hash = ?1 AND owner_id = ?2 LIMIT 50";
    let by_pointer = "SELECT m.conversation_id, m.subject_hash = ?3 FROM reference r \
                      JOIN message m ON m.id = r.message_id \
                      WHERE r.key_hash = ?1 AND r.owner_id = ?2 LIMIT 200";
    for key in message.pointers() {
        let known = find(by_key, &key.0)?;
        let answered = message.in_reply_to.contains(key) && !message.may_be_recycled();
        let unknown = known.is_empty();
        let found = if unknown { find(by_pointer, &key.0)? } else { known };
        for (conversation, same_subject) in found {
            around.found(conversation, same_subject || (answered && !unknown));
        }
    }
    for (conversation, same_subject) in find(by_pointer, &message.key.0)? {
        around.unsettling |= !same_subject;
        around.found(conversation, same_subject);
    }
    let by_thread = "SELECT conversation_id, subject_hash = ?3 FROM message \
                     WHERE thread_hash = ?1 AND owner_id = ?2 LIMIT 200";
    let provided = "SELECT conversation_id, subject_hash = ?3 FROM message \
                    WHERE provided_hash = ?1 AND owner_id = ?2 LIMIT 200";
    let names = [(by_thread, &message.thread_index), (provided, &message.provider_thread)];
    for (sql, name) in names {
        let found = name.as_ref().map(|name| find(sql, name)).transpose()?;
        for (conversation, same_subject) in found.into_iter().flatten() {
            around.found(conversation, same_subject);
        }
    }
    around.given(c, owner, message, arrived_at)?;
    if !message.base_subject.is_empty() {
        let at = arrived_at.as_second();
        let (since, until) = (at - reach.as_secs(), at + reach.as_secs());
        let sql = "SELECT conversation_id, 0 FROM message WHERE lost = 1 AND owner_id = ?1 \
                   AND subject_hash = ?2 AND arrived_at BETWEEN ?3 AND ?4 LIMIT 50";
        let lost = neighbours(c, sql, &[&owner.0, &subject, &at, &until])?;
        around.unsettling |= !lost.is_empty();
        around.near.extend(lost.iter().map(|(conversation, _)| conversation));
        if message.is_lost_reply() {
            let sql = "SELECT conversation_id, 0 FROM message WHERE owner_id = ?1 \
                       AND subject_hash = ?2 AND arrived_at BETWEEN ?3 AND ?4 \
                       ORDER BY arrived_at DESC LIMIT 50";
            let before = neighbours(c, sql, &[&owner.0, &subject, &since, &at])?;
            around.near.extend(before.iter().map(|(conversation, _)| conversation));
        }
    }
    Ok(around)
}

impl Around {
    /// Looks for the mail whose author and minute stand above what a reply without ids quotes, and
    /// for replies that give this one.
    fn given(
        &mut self,
        c: &Connection,
        owner: OwnerId,
        message: &Message,
        arrived_at: Timestamp,
    ) -> Result<(), StoreError> {
        if let Some((told, about)) = message.introduced.as_ref().and_then(|t| Some((t, t.about()?)))
        {
            let sql = "SELECT conversation_id, facts FROM message WHERE owner_id = ?1 \
                       AND arrived_at BETWEEN ?2 AND ?3";
            let written = |other: &Message| match (&other.from, other.dated) {
                (Some(author), Some(dated)) => told.is(author, dated),
                (_, _) => false,
            };
            self.near.extend(within(c, sql, owner, about, INTRODUCED_REACH, written)?);
        }
        if let (Some(author), Some(dated)) = (&message.from, message.dated) {
            let sql = "SELECT conversation_id, facts FROM message WHERE owner_id = ?1 \
                       AND quoted_at BETWEEN ?2 AND ?3";
            let gives = |other: &Message| {
                other.introduced.as_ref().is_some_and(|told| told.is(author, dated))
            };
            let found = within(c, sql, owner, arrived_at, INTRODUCED_REACH, gives)?;
            self.unsettling |= !found.is_empty();
            self.near.extend(found);
        }
        Ok(())
    }

    fn found(&mut self, conversation: ConversationId, surely: bool) {
        self.near.insert(conversation);
        if surely {
            self.sure.insert(conversation);
        }
    }
}

/// Conversations of the messages of some days for which something holds.
fn within(
    c: &Connection,
    sql: &str,
    owner: OwnerId,
    about: Timestamp,
    reach: SignedDuration,
    holds: impl Fn(&Message) -> bool,
) -> Result<BTreeSet<ConversationId>, StoreError> {
    let mut statement = c.prepare_cached(sql)?;
    let (at, reach) = (about.as_second(), reach.as_secs());
    let mut rows = statement.query([owner.0, at - reach, at + reach])?;
    let mut found = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let facts: String = row.get(1)?;
        if serde_json::from_str(&facts).is_ok_and(|message| holds(&message)) {
            found.insert(ConversationId(row.get(0)?));
        }
    }
    Ok(found)
}

fn neighbours(
    c: &Connection,
    sql: &str,
    args: &[&dyn ToSql],
) -> Result<Vec<(ConversationId, bool)>, StoreError> {
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map(args, |row| Ok((ConversationId(row.get(0)?), row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
