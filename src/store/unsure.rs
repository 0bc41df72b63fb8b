//! Messages that might ask: neither obligations nor nothing.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::model::address::Address;
use crate::model::ids::{ConversationId, OwnerId};
use crate::store::db::StoreError;
use crate::store::messages::{COLUMNS, Stored, list};

/// The latest `limit` messages of an owner that might ask, since then, that belong to no ask, and
/// that the owner neither wrote after in their conversation, nor answered elsewhere, nor spoke
/// about.
pub fn of_owner(
    c: &Connection,
    owner: OwnerId,
    since: Timestamp,
    limit: u32,
) -> Result<Vec<Stored>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM message m WHERE m.owner_id = ?1 AND m.class = 'unsure' \
         AND m.arrived_at >= ?2 AND m.answered_at IS NULL \
         AND NOT EXISTS (SELECT 1 FROM ask a WHERE a.message_id = m.id) \
         AND NOT EXISTS (SELECT 1 FROM message s WHERE s.conversation_id = m.conversation_id \
             AND s.arrived_at > m.arrived_at AND s.owner_id = m.owner_id AND s.place = 'sent') \
         AND NOT EXISTS (SELECT 1 FROM correction k WHERE k.message_id = m.id \
             AND k.said IN ('not', 'done') AND k.undone_at IS NULL) \
         ORDER BY m.arrived_at DESC, m.id DESC LIMIT {limit}"
    );
    list(c, &sql, params![owner.0, since.as_second()])
}

/// The conversations in which somebody wrote to an owner after an instant what might ask.
pub fn of_author(
    c: &Connection,
    owner: OwnerId,
    author: &Address,
    after: Timestamp,
) -> Result<BTreeSet<ConversationId>, StoreError> {
    let sql = "SELECT conversation_id FROM message WHERE owner_id = ?1 AND class = 'unsure' \
               AND arrived_at > ?3 AND author = ?2";
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement
        .query_map(params![owner.0, author.as_str(), after.as_second()], |row| {
            row.get(0).map(ConversationId)
        })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
