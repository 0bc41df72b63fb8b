//! What a word about absences changed, kept beside the word so that it can be taken back.
//!
//! One absence may have grown, or swallowed others; so each row is kept as it was and as it became.
//! It is taken back only where all of them still are as they became, and where nothing would
//! overlap afterwards: whatever else was said meanwhile stays true.

use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::model::ids::OwnerId;
use crate::store::db::StoreError;

/// A row of the table, whole but for its owner and when it was first said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    id: i64,
    from: i64,
    until: i64,
    reason: String,
    delegate: Option<String>,
    cancelled: Option<i64>,
    ended: Option<i64>,
    joined: Option<i64>,
    #[serde(default)]
    said: Option<String>,
}

impl Entry {
    /// The time that it takes out of its owner's clock.
    fn span(&self) -> Option<(i64, i64)> {
        let until = self.ended.map_or(self.until, |ended| ended.min(self.until));
        let stands = self.cancelled.is_none() && self.joined.is_none() && self.from < until;
        stands.then_some((self.from, until))
    }
}

/// A row before and after; `before` is missing where it was new.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Change {
    before: Option<Entry>,
    after: Entry,
}

/// An owner's absences as they are, to be compared with what becomes of them.
#[derive(Clone, Debug)]
pub struct Ledger(Vec<Entry>);

/// Reads them.
pub fn of_owner(c: &Connection, owner: OwnerId) -> Result<Ledger, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT id, from_at, until_at, reason, delegate, cancelled_at, ended_at, joined_to, \
         said FROM away WHERE owner_id = ?1 ORDER BY id",
    )?;
    let rows = statement.query_map([owner.0], |row| {
        Ok(Entry {
            id: row.get(0)?,
            from: row.get(1)?,
            until: row.get(2)?,
            reason: row.get(3)?,
            delegate: row.get(4)?,
            cancelled: row.get(5)?,
            ended: row.get(6)?,
            joined: row.get(7)?,
            said: row.get(8)?,
        })
    })?;
    Ok(Ledger(rows.collect::<Result<_, _>>()?))
}

/// Keeps what was changed since as something that the owner said.
pub fn keep(
    c: &Connection,
    owner: OwnerId,
    before: &Ledger,
    via: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let earlier = |id| before.0.iter().find(|entry| entry.id == id).cloned();
    let after = of_owner(c, owner)?.0.into_iter();
    let changes = after.map(|after| Change { before: earlier(after.id), after });
    let changes: Vec<Change> =
        changes.filter(|change| change.before.as_ref() != Some(&change.after)).collect();
    let text = serde_json::to_string(&changes).map_err(|e| StoreError::Odd(e.to_string()))?;
    c.prepare_cached(
        "INSERT INTO correction (owner_id, said, said_at, via, changes) \
         VALUES (?1, 'away', ?2, ?3, ?4)",
    )?
    .execute(params![owner.0, now.as_second(), via, text])?;
    Ok(())
}

/// Takes kept changes back, or changes nothing and says false.
pub(in crate::store) fn restore(
    c: &Connection,
    owner: OwnerId,
    kept: Option<&str>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(changes) = kept.and_then(|text| serde_json::from_str::<Vec<Change>>(text).ok()) else {
        return Ok(false);
    };
    let present = of_owner(c, owner)?.0;
    let changed = |entry: &&Entry| changes.iter().any(|change| change.after.id == entry.id);
    let restored: Vec<Entry> = changes.iter().map(|change| undone(change, now)).collect();
    let others = || present.iter().filter(|entry| !changed(entry)).filter_map(Entry::span);
    let apart = |(from, until): (i64, i64)| others().all(|(f, u)| u < from || until < f);
    let untouched = changes.iter().all(|change| present.contains(&change.after));
    if !untouched || !restored.iter().filter_map(Entry::span).all(apart) {
        return Ok(false);
    }
    let mut statement = c.prepare_cached(
        "UPDATE away SET from_at = ?2, until_at = ?3, reason = ?4, delegate = ?5, \
         cancelled_at = ?6, ended_at = ?7, joined_to = ?8, said = ?9 WHERE id = ?1",
    )?;
    for entry in &restored {
        statement.execute(params![
            entry.id,
            entry.from,
            entry.until,
            entry.reason,
            entry.delegate,
            entry.cancelled,
            entry.ended,
            entry.joined,
            entry.said
        ])?;
    }
    Ok(true)
}

/// A row as it was; what was new never was.
fn undone(change: &Change, now: Timestamp) -> Entry {
    change.before.clone().unwrap_or_else(|| Entry {
        cancelled: Some(now.as_second()),
        ended: None,
        ..change.after.clone()
    })
}
