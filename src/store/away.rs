//! Absences as rows: added, joined, taken back. Nothing is deleted, so that what was counted then
//! can be counted again.
//!
//! A row may consist of what people said and of what stands in a calendar (`engine/agenda`); then
//! it keeps what was said, so that it can be put together anew when the calendar changes. How a
//! change that was said by mail is undone: `store/absence_log`.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::model::address::Address;
use crate::model::away::{Away, Plan, Reason};
use crate::model::ids::{AwayId, OwnerId};
use crate::store::db::{StoreError, instant};

/// No chain of absences that became one is longer.
const LONGEST_CHAIN: usize = 1_000;

const COLUMNS: &str = "id, owner_id, from_at, until_at, cancelled_at, ended_at, reason, delegate";

/// Notes an absence; one that overlaps or touches others of the same owner becomes one with them,
/// under the oldest number. Only what still stands is joined: what was taken back stays as it is.
///
/// The oldest reason that was said stays; of the delegates the one that was named last counts.
pub fn add(
    c: &Connection,
    owner: OwnerId,
    plan: &Plan,
    now: Timestamp,
) -> Result<AwayId, StoreError> {
    join(c, owner, plan, Source::Person, now)
}

/// The same for what nobody said, but stands in a calendar.
pub fn add_found(
    c: &Connection,
    owner: OwnerId,
    plan: &Plan,
    now: Timestamp,
) -> Result<AwayId, StoreError> {
    join(c, owner, plan, Source::Calendar, now)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Person,
    Calendar,
}

fn join(
    c: &Connection,
    owner: OwnerId,
    plan: &Plan,
    source: Source,
    now: Timestamp,
) -> Result<AwayId, StoreError> {
    let (mut from, mut until) = (plan.from, plan.until);
    let mut joined: Vec<&Away> = Vec::new();
    let all = of_owner(c, owner)?;
    // One that grows may reach another one.
    while let Some(other) = all.iter().find(|other| {
        other.cancelled_at.is_none()
            && other.ended_at.is_none()
            && !joined.iter().any(|known| known.id == other.id)
            && other.from <= until
            && from <= other.until
    }) {
        (from, until) = (from.min(other.from), until.max(other.until));
        joined.push(other);
    }
    joined.sort_unstable_by_key(|known| known.id);
    let said = said_of_all(c, &joined, plan, source)?;
    let Some((oldest, others)) = joined.split_first() else {
        return insert(c, owner, plan, said.as_deref(), now);
    };
    let reasons = joined.iter().map(|known| known.reason).chain([plan.reason]);
    let reason = reasons.into_iter().find(|one| *one != Reason::Unsaid).unwrap_or_default();
    let known = || joined.iter().rev().find_map(|known| known.delegate.as_ref());
    let delegate = plan.delegate.as_ref().or_else(known);
    c.prepare_cached(
        "UPDATE away SET from_at = ?2, until_at = ?3, reason = ?4, delegate = ?5, said = ?6 \
         WHERE id = ?1",
    )?
    .execute(params![
        oldest.id.0,
        from.as_second(),
        until.as_second(),
        reason.word(),
        delegate.map(Address::as_str),
        said
    ])?;
    for other in others {
        c.prepare_cached("UPDATE away SET joined_to = ?2 WHERE id = ?1")?
            .execute([other.id.0, oldest.id.0])?;
    }
    Ok(oldest.id)
}

fn insert(
    c: &Connection,
    owner: OwnerId,
    plan: &Plan,
    said: Option<&str>,
    now: Timestamp,
) -> Result<AwayId, StoreError> {
    c.prepare_cached(
        "INSERT INTO away (owner_id, from_at, until_at, said_at, reason, delegate, said) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        owner.0,
        plan.from.as_second(),
        plan.until.as_second(),
        now.as_second(),
        plan.reason.word(),
        plan.delegate.as_ref().map(Address::as_str),
        said
    ])?;
    Ok(AwayId(c.last_insert_rowid()))
}

/// A part of an absence that a person said.
#[derive(Serialize, Deserialize)]
struct Part {
    from: i64,
    until: i64,
    reason: Reason,
    delegate: Option<String>,
}

/// What people said of an absence. Where no calendar has to do with it, it is the absence itself.
pub fn said(c: &Connection, away: &Away) -> Result<Vec<Plan>, StoreError> {
    let known = kept(c, away.id)?;
    let Some(parts) = known.and_then(|text| serde_json::from_str::<Vec<Part>>(&text).ok()) else {
        let Away { from, until, reason, delegate, .. } = away.clone();
        return Ok(vec![Plan { from, until, reason, delegate }]);
    };
    let plan = |part: Part| Plan {
        from: instant(part.from),
        until: instant(part.until),
        reason: part.reason,
        delegate: part.delegate.and_then(|text| Address::parse(&text)),
    };
    Ok(parts.into_iter().map(plan).collect())
}

/// Puts an absence together anew: what it is now, and what of that people said.
pub fn reshape(c: &Connection, id: AwayId, plan: &Plan, said: &[Plan]) -> Result<(), StoreError> {
    c.prepare_cached(
        "UPDATE away SET from_at = ?2, until_at = ?3, reason = ?4, delegate = ?5, said = ?6 \
         WHERE id = ?1",
    )?
    .execute(params![
        id.0,
        plan.from.as_second(),
        plan.until.as_second(),
        plan.reason.word(),
        plan.delegate.as_ref().map(Address::as_str),
        written(said)?
    ])?;
    Ok(())
}

/// What an absence has become: itself, or the one that it was joined to.
pub fn whole(c: &Connection, id: AwayId) -> Result<Option<Away>, StoreError> {
    let mut id = id;
    for _ in 0..LONGEST_CHAIN {
        let sql = "SELECT joined_to FROM away WHERE id = ?1";
        let row = c.prepare_cached(sql)?.query_row([id.0], |row| row.get(0)).optional()?;
        match row {
            Some(Some(next)) => id = AwayId(next),
            Some(None) => return one(c, id),
            None => return Ok(None),
        }
    }
    Ok(None)
}

fn kept(c: &Connection, id: AwayId) -> Result<Option<String>, StoreError> {
    let sql = "SELECT said FROM away WHERE id = ?1";
    Ok(c.prepare_cached(sql)?.query_row([id.0], |row| row.get(0)).optional()?.flatten())
}

/// What people said of several that become one, where a calendar has to do with any of them.
fn said_of_all(
    c: &Connection,
    joined: &[&Away],
    plan: &Plan,
    source: Source,
) -> Result<Option<String>, StoreError> {
    let mut mixed = source == Source::Calendar;
    let mut parts = Vec::new();
    for away in joined {
        mixed |= kept(c, away.id)?.is_some();
        parts.extend(said(c, away)?);
    }
    if source == Source::Person {
        parts.push(plan.clone());
    }
    if mixed { written(&parts).map(Some) } else { Ok(None) }
}

fn written(said: &[Plan]) -> Result<String, StoreError> {
    let part = |plan: &Plan| Part {
        from: plan.from.as_second(),
        until: plan.until.as_second(),
        reason: plan.reason,
        delegate: plan.delegate.as_ref().map(ToString::to_string),
    };
    let parts: Vec<Part> = said.iter().map(part).collect();
    serde_json::to_string(&parts).map_err(|error| StoreError::Odd(error.to_string()))
}

/// Takes an absence back before it began; one that has begun ends now.
pub fn cancel(c: &Connection, id: AwayId, now: Timestamp) -> Result<(), StoreError> {
    c.prepare_cached(
        "UPDATE away SET cancelled_at = iif(from_at > ?2, ?2, NULL), \
         ended_at = iif(from_at > ?2, NULL, ?2) \
         WHERE id = ?1 AND cancelled_at IS NULL AND ended_at IS NULL",
    )?
    .execute(params![id.0, now.as_second()])?;
    Ok(())
}

/// Names who stands in.
pub fn name_delegate(c: &Connection, id: AwayId, delegate: &Address) -> Result<(), StoreError> {
    c.prepare_cached("UPDATE away SET delegate = ?2 WHERE id = ?1")?
        .execute(params![id.0, delegate.as_str()])?;
    Ok(())
}

/// One absence, unless it was joined to another.
pub fn one(c: &Connection, id: AwayId) -> Result<Option<Away>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM away WHERE id = ?1 AND joined_to IS NULL");
    Ok(c.prepare_cached(&sql)?.query_row([id.0], read).optional()?)
}

/// Whether an absence is another one, or was joined to it.
pub fn is_part_of(c: &Connection, part: AwayId, whole: AwayId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM away WHERE id = ?1 AND (id = ?2 OR joined_to = ?2)";
    Ok(c.prepare_cached(sql)?.exists([part.0, whole.0])?)
}

/// Every absence of an owner, by its begin.
pub fn of_owner(c: &Connection, owner: OwnerId) -> Result<Vec<Away>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM away WHERE owner_id = ?1 AND joined_to IS NULL ORDER BY from_at, id"
    );
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map([owner.0], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Every absence, by its begin.
pub fn all(c: &Connection) -> Result<Vec<Away>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM away WHERE joined_to IS NULL ORDER BY from_at, id");
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Changes whenever another connection has written: then what is remembered of the store is to be
/// read again.
pub fn version(c: &Connection) -> Result<i64, StoreError> {
    Ok(c.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Away> {
    let at = |at: Option<i64>| at.map(instant);
    Ok(Away {
        id: AwayId(row.get(0)?),
        owner: OwnerId(row.get(1)?),
        from: instant(row.get(2)?),
        until: instant(row.get(3)?),
        cancelled_at: at(row.get(4)?),
        ended_at: at(row.get(5)?),
        reason: Reason::named(&row.get::<_, String>(6)?).unwrap_or_default(),
        delegate: row.get::<_, Option<String>>(7)?.and_then(|text| Address::parse(&text)),
    })
}
