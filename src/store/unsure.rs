//! Messages that might ask: neither obligations nor nothing.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::model::ids::OwnerId;
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
