//! Messages that ended the process while they were being read: how often, and which are set aside.
//!
//! Never says what such a message is: nobody knows. While one is set aside, that something else is
//! missing in its folder proves nothing (`engine/delivery`).

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::model::ids::MailboxId;
use crate::store::db::{StoreError, instant};

/// A message that ended the process so often is not read again.
pub const MOST_ENDS: u32 = 2;
/// Counted for one on which the line broke again and again: lines break for other reasons too, so
/// it is set aside for a while and not for good.
pub const LINE_ENDS: u32 = 1_000;

/// A message that is set aside because the line broke on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blame {
    /// Its number.
    pub uid: u64,
    /// How often it was set aside.
    pub times: u32,
    /// When it was last.
    pub at: Timestamp,
}

/// Notes that the process ended, or would have, while this was being read. How often by now.
pub fn suspect(
    c: &Connection,
    mailbox: MailboxId,
    uid: u64,
    ends: u32,
    now: Timestamp,
) -> Result<u32, StoreError> {
    Ok(c.prepare_cached(
        "INSERT INTO poison (mailbox_id, uid, ends, ended_at) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT DO UPDATE SET ends = ends + excluded.ends, ended_at = excluded.ended_at \
         RETURNING ends",
    )?
    .query_row(params![mailbox.0, whole(uid), ends, now.as_second()], |row| row.get(0))?)
}

/// The messages of a folder that are not read again.
pub fn set_aside(c: &Connection, mailbox: MailboxId) -> Result<BTreeSet<u64>, StoreError> {
    let mut statement =
        c.prepare_cached("SELECT uid FROM poison WHERE mailbox_id = ?1 AND ends >= ?2")?;
    let rows =
        statement.query_map([mailbox.0, i64::from(MOST_ENDS)], |row| row.get::<_, i64>(0))?;
    let mut uids = BTreeSet::new();
    for row in rows {
        uids.extend(u64::try_from(row?));
    }
    Ok(uids)
}

/// The messages of a folder that are set aside because of the line, and for a while only.
pub fn blamed(c: &Connection, mailbox: MailboxId) -> Result<Vec<Blame>, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT uid, ends / ?2, ended_at FROM poison WHERE mailbox_id = ?1 AND ends >= ?2",
    )?;
    let rows = statement.query_map([mailbox.0, i64::from(LINE_ENDS)], |row| {
        Ok((row.get::<_, i64>(0)?, row.get(1)?, instant(row.get(2)?)))
    })?;
    let mut blamed = Vec::new();
    for row in rows {
        let (uid, times, at) = row?;
        blamed.extend(u64::try_from(uid).map(|uid| Blame { uid, times, at }));
    }
    Ok(blamed)
}

/// What was set aside because of the line, at that time or before, is to be tried again.
pub fn forgive(c: &Connection, until: Timestamp) -> Result<(), StoreError> {
    c.execute(
        "DELETE FROM poison WHERE ends >= ?1 AND ended_at <= ?2",
        params![LINE_ENDS, until.as_second()],
    )?;
    Ok(())
}

/// These were read well: they are not suspected any more.
pub fn acquit(
    c: &Connection,
    mailbox: MailboxId,
    read: impl Iterator<Item = u64>,
) -> Result<(), StoreError> {
    let any = "SELECT 1 FROM poison WHERE mailbox_id = ?1 LIMIT 1";
    if c.prepare_cached(any)?.exists([mailbox.0])? {
        for uid in read {
            leave(c, mailbox, uid)?;
        }
    }
    Ok(())
}

/// A message has left its folder, or was read well.
pub fn leave(c: &Connection, mailbox: MailboxId, uid: u64) -> Result<(), StoreError> {
    c.prepare_cached("DELETE FROM poison WHERE mailbox_id = ?1 AND uid = ?2")?
        .execute([mailbox.0, whole(uid)])?;
    Ok(())
}

/// A folder was numbered anew, or is no longer watched.
pub fn forget(c: &Connection, mailbox: MailboxId) -> Result<(), StoreError> {
    c.execute("DELETE FROM poison WHERE mailbox_id = ?1", [mailbox.0])?;
    Ok(())
}

fn whole(uid: u64) -> i64 {
    i64::try_from(uid).unwrap_or(i64::MAX)
}
