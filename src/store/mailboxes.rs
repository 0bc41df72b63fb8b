//! Owners and their folders, and Sigap's own: rows, cursors, how well each folder is known.
//!
//! Never decides what is backlog or stale: it keeps the instants from which that follows.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::model::address::Address;
use crate::model::facts::{Health, MailboxState};
use crate::model::ids::{MailboxId, OwnerId};
use crate::model::message::{Cursor, Role};
use crate::store::db::{StoreError, instant};
use crate::store::poison;

/// The row of an owner, found or made by the first address.
pub fn owner(c: &Connection, address: &Address) -> Result<OwnerId, StoreError> {
    c.prepare_cached("INSERT INTO owner (address) VALUES (?1) ON CONFLICT DO NOTHING")?
        .execute([address.as_str()])?;
    let id = c
        .prepare_cached("SELECT id FROM owner WHERE address = ?1")?
        .query_row([address.as_str()], |row| row.get(0))?;
    Ok(OwnerId(id))
}

/// The row of an owner whom the daemon has met.
pub fn known_owner(c: &Connection, address: &Address) -> Result<Option<OwnerId>, StoreError> {
    let found = c
        .prepare_cached("SELECT id FROM owner WHERE address = ?1")?
        .query_row([address.as_str()], |row| row.get(0))
        .optional()?;
    Ok(found.map(OwnerId))
}

/// The rows of an owner's folders, found or made. A folder that is not named any more while
/// another one does its duty was renamed, or replaced: the row goes on under the new name, and its
/// numbering tells which. A duty for which no folder is named keeps its rows: a list may be
/// incomplete.
pub fn watched(
    c: &Connection,
    owner: OwnerId,
    named: &[(Role, String)],
) -> Result<Vec<Mailbox>, StoreError> {
    for role in [Role::Sent, Role::Inbox] {
        let names: Vec<&str> =
            named.iter().filter(|(of, _)| *of == role).map(|(_, name)| name.as_str()).collect();
        if names.is_empty() {
            continue;
        }
        let mut rows = of_owner(c, owner)?;
        rows.retain(|row| row.role == role);
        let (kept, unnamed): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|row| names.contains(&row.name.as_str()));
        let fresh = names.into_iter().filter(|name| kept.iter().all(|row| row.name != *name));
        let mut fresh = fresh.collect::<Vec<_>>().into_iter();
        for row in unnamed {
            match fresh.next() {
                Some(name) => rename(c, row.id, name)?,
                None => forget(c, row.id)?,
            }
        }
    }
    let mut found = Vec::new();
    for (role, name) in named {
        found.extend(one(c, mailbox(c, owner, *role, name)?)?);
    }
    Ok(found)
}

/// The row of a folder, found or made.
pub fn mailbox(
    c: &Connection,
    owner: OwnerId,
    role: Role,
    name: &str,
) -> Result<MailboxId, StoreError> {
    c.prepare_cached(
        "INSERT INTO mailbox (owner_id, role, name) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    )?
    .execute(params![owner.0, role_word(role), name])?;
    let id = c
        .prepare_cached("SELECT id FROM mailbox WHERE owner_id = ?1 AND role = ?2 AND name = ?3")?
        .query_row(params![owner.0, role_word(role), name], |row| row.get(0))?;
    Ok(MailboxId(id))
}

/// The row of Sigap's own mailbox, found or made; under another name it goes on, and its numbering
/// tells whether it is another folder.
pub fn answers(c: &Connection, name: &str) -> Result<Mailbox, StoreError> {
    c.prepare_cached(
        "INSERT INTO mailbox (role, name) VALUES ('answers', ?1) ON CONFLICT DO NOTHING",
    )?
    .execute([name])?;
    let odd = || StoreError::Odd("Sigap's own mailbox has no row".to_owned());
    let known = own(c)?.ok_or_else(odd)?;
    rename(c, known.state.id, name)?;
    own(c)?.ok_or_else(odd)
}

/// Sigap's own mailbox, where there is one.
pub fn own(c: &Connection) -> Result<Option<Mailbox>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM mailbox WHERE role = 'answers'");
    c.prepare_cached(&sql)?.query_row([], read).optional()?.transpose()
}

fn rename(c: &Connection, id: MailboxId, name: &str) -> Result<(), StoreError> {
    c.prepare_cached("UPDATE mailbox SET name = ?2 WHERE id = ?1")?.execute(params![id.0, name])?;
    Ok(())
}

/// Forgets all folders of an owner.
pub fn forget_all(c: &Connection, owner: OwnerId) -> Result<(), StoreError> {
    of_owner(c, owner)?.into_iter().try_for_each(|state| forget(c, state.id))
}

fn forget(c: &Connection, id: MailboxId) -> Result<(), StoreError> {
    c.execute("DELETE FROM location WHERE mailbox_id = ?1", [id.0])?;
    poison::forget(c, id)?;
    c.execute("DELETE FROM mailbox WHERE id = ?1", [id.0])?;
    Ok(())
}

/// One folder as the engine sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// Whose; `None`: Sigap's own.
    pub owner: Option<OwnerId>,
    /// Duty, name, instants.
    pub state: MailboxState,
    /// Where the reading stands.
    pub cursor: Cursor,
    /// Unknown mail that arrived before this is backlog.
    pub quiet_until: Timestamp,
    /// When its UIDs were last compared, all of them.
    pub reconciled_at: Timestamp,
    /// What went wrong last, in words; empty: nothing.
    pub fault: String,
}

const COLUMNS: &str = "id, owner_id, role, name, uid_validity, uid_next, mod_seq, activated_at, \
                       quiet_until, last_read_at, health, fault, reconciled_at";

/// One folder.
pub fn one(c: &Connection, id: MailboxId) -> Result<Option<Mailbox>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM mailbox WHERE id = ?1");
    let found = c.prepare_cached(&sql)?.query_row([id.0], read).optional()?;
    found.transpose()
}

/// All folders of all owners.
pub fn all(c: &Connection) -> Result<Vec<Mailbox>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM mailbox ORDER BY owner_id, id");
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map([], read)?;
    rows.map(|row| row.map_err(StoreError::from).flatten()).collect()
}

/// The folders of one owner.
pub fn of_owner(c: &Connection, owner: OwnerId) -> Result<Vec<MailboxState>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM mailbox WHERE owner_id = ?1 ORDER BY id");
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map([owner.0], read)?;
    rows.map(|row| row.map_err(StoreError::from).flatten().map(|found| found.state)).collect()
}

/// Notes when the first reading began: what arrived before it is backlog.
pub fn activate(c: &Connection, id: MailboxId, at: Timestamp) -> Result<(), StoreError> {
    c.prepare_cached(
        "UPDATE mailbox SET activated_at = ?2, quiet_until = ?2 \
         WHERE id = ?1 AND activated_at IS NULL",
    )?
    .execute([id.0, at.as_second()])?;
    Ok(())
}

/// Moves the cursor; goes with the facts in one transaction.
pub fn move_cursor(c: &Connection, id: MailboxId, cursor: &Cursor) -> Result<(), StoreError> {
    let whole = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    c.prepare_cached(
        "UPDATE mailbox SET uid_validity = ?2, uid_next = ?3, mod_seq = ?4 WHERE id = ?1",
    )?
    .execute([
        id.0,
        whole(cursor.uid_validity),
        whole(cursor.uid_next),
        whole(cursor.mod_seq),
    ])?;
    Ok(())
}

/// Forgets the numbers of a folder that was numbered anew. What arrived before the last good
/// reading and is not recognised will be backlog (law 7).
pub fn renumber(c: &Connection, id: MailboxId) -> Result<(), StoreError> {
    c.execute("DELETE FROM location WHERE mailbox_id = ?1", [id.0])?;
    poison::forget(c, id)?;
    c.execute(
        "UPDATE mailbox SET quiet_until = max(quiet_until, coalesce(last_read_at, quiet_until)) \
         WHERE id = ?1",
        [id.0],
    )?;
    Ok(())
}

/// Makes backlog of all unknown mail that has arrived until `now`, in every folder (law 7).
pub fn hush(c: &Connection, now: Timestamp) -> Result<(), StoreError> {
    c.execute("UPDATE mailbox SET quiet_until = max(quiet_until, ?1)", [now.as_second()])?;
    Ok(())
}

/// Notes that a folder is known completely as of then.
pub fn caught_up(c: &Connection, id: MailboxId, at: Timestamp) -> Result<(), StoreError> {
    c.prepare_cached(
        "UPDATE mailbox SET last_read_at = ?2, health = 'live', fault = '' WHERE id = ?1",
    )?
    .execute([id.0, at.as_second()])?;
    Ok(())
}

/// Notes that all UIDs of a folder were compared with the known ones.
pub fn reconciled(c: &Connection, id: MailboxId, at: Timestamp) -> Result<(), StoreError> {
    c.prepare_cached("UPDATE mailbox SET reconciled_at = ?2 WHERE id = ?1")?
        .execute([id.0, at.as_second()])?;
    Ok(())
}

/// Notes that a folder cannot be read.
pub fn unreadable(
    c: &Connection,
    id: MailboxId,
    health: Health,
    fault: &str,
) -> Result<(), StoreError> {
    c.prepare_cached("UPDATE mailbox SET health = ?2, fault = ?3 WHERE id = ?1")?
        .execute(params![id.0, health_word(health), fault])?;
    Ok(())
}

/// The known UIDs of a folder, ascending; what is set aside is among them.
pub fn known(c: &Connection, id: MailboxId) -> Result<BTreeSet<u64>, StoreError> {
    let mut statement = c.prepare_cached("SELECT uid FROM location WHERE mailbox_id = ?1")?;
    let rows = statement.query_map([id.0], |row| row.get::<_, i64>(0))?;
    let mut known = poison::set_aside(c, id)?;
    for row in rows {
        known.extend(u64::try_from(row?));
    }
    Ok(known)
}

/// The latest `limit` known UIDs of a folder, ascending, and what is set aside: those of which is
/// looked whether they are still there.
pub fn latest(c: &Connection, id: MailboxId, limit: u32) -> Result<Vec<u64>, StoreError> {
    let sql =
        format!("SELECT uid FROM location WHERE mailbox_id = ?1 ORDER BY uid DESC LIMIT {limit}");
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map([id.0], |row| row.get::<_, i64>(0))?;
    let mut uids = poison::set_aside(c, id)?;
    for row in rows {
        uids.extend(u64::try_from(row?));
    }
    Ok(uids.into_iter().collect())
}

/// Silence for an owner until then (`PAUSE`, `STOP`); `None` ends it.
pub fn pause(c: &Connection, owner: OwnerId, until: Option<Timestamp>) -> Result<(), StoreError> {
    c.prepare_cached("UPDATE owner SET paused_until = ?2 WHERE id = ?1")?
        .execute(params![owner.0, until.map(Timestamp::as_second)])?;
    Ok(())
}

/// Until when an owner asked for silence.
pub fn paused_until(c: &Connection, owner: OwnerId) -> Result<Option<Timestamp>, StoreError> {
    let second: Option<i64> = c
        .prepare_cached("SELECT paused_until FROM owner WHERE id = ?1")?
        .query_row([owner.0], |row| row.get(0))?;
    Ok(second.map(instant))
}

/// When to decide about an owner again without new facts.
pub fn wake(c: &Connection, owner: OwnerId, at: Option<Timestamp>) -> Result<(), StoreError> {
    c.prepare_cached("UPDATE owner SET wake_at = ?2 WHERE id = ?1")?
        .execute(params![owner.0, at.map(Timestamp::as_second)])?;
    Ok(())
}

/// Owners whose moment has come, the longest waiting first.
pub fn awake(c: &Connection, now: Timestamp) -> Result<Vec<OwnerId>, StoreError> {
    let mut statement =
        c.prepare_cached("SELECT id FROM owner WHERE wake_at <= ?1 ORDER BY wake_at")?;
    let rows = statement.query_map([now.as_second()], |row| row.get(0).map(OwnerId))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The next moment of any owner.
pub fn next_wake(c: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let second: Option<i64> = c
        .prepare_cached("SELECT min(wake_at) FROM owner WHERE wake_at IS NOT NULL")?
        .query_row([], |row| row.get(0))?;
    Ok(second.map(instant))
}

/// The word of a role in the store.
pub fn role_word(role: Role) -> &'static str {
    match role {
        Role::Inbox => "inbox",
        Role::Sent => "sent",
        Role::Answers => "answers",
    }
}

/// The word of a folder's health in store and `--json`.
pub fn health_word(health: Health) -> &'static str {
    match health {
        Health::Live => "live",
        Health::Stale => "stale",
        Health::Blind => "blind",
        Health::Failed => "failed",
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Result<Mailbox, StoreError>> {
    let whole = |n: i64| u64::try_from(n).unwrap_or(0);
    let role: String = row.get(2)?;
    let health: String = row.get(10)?;
    let states = [Health::Live, Health::Stale, Health::Blind, Health::Failed];
    let Some(health) = states.into_iter().find(|state| health_word(*state) == health) else {
        return Ok(Err(StoreError::Odd(format!("mailbox.health {health:?}"))));
    };
    Ok(Ok(Mailbox {
        owner: row.get::<_, Option<i64>>(1)?.map(OwnerId),
        state: MailboxState {
            id: MailboxId(row.get(0)?),
            role: match role.as_str() {
                "sent" => Role::Sent,
                "answers" => Role::Answers,
                _ => Role::Inbox,
            },
            name: row.get(3)?,
            activated_at: row.get::<_, Option<i64>>(7)?.map(instant),
            last_read_at: row.get::<_, Option<i64>>(9)?.map(instant),
            health,
        },
        cursor: Cursor {
            uid_validity: whole(row.get(4)?),
            uid_next: whole(row.get(5)?),
            mod_seq: whole(row.get(6)?),
        },
        quiet_until: instant(row.get(8)?),
        fault: row.get(11)?,
        reconciled_at: instant(row.get(12)?),
    }))
}
