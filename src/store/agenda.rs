//! Absences in owners' calendars as rows: when, whether they count, and which absence they are part
//! of. What follows from them is `engine/agenda`.

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use crate::model::agenda::Entry;
use crate::model::away::Reason;
use crate::model::ids::{AwayId, OwnerId};
use crate::store::db::{StoreError, instant};

/// One entry of an owner's calendar, as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// What stands in the calendar.
    pub entry: Entry,
    /// What the owner said of it; `None`: nothing yet.
    pub answer: Option<bool>,
    /// When the owner was asked.
    pub asked_at: Option<Timestamp>,
    /// The absence that it is part of, or was.
    pub away: Option<AwayId>,
}

impl Noted {
    /// One of which nothing is known yet.
    pub fn new(entry: Entry) -> Self {
        Self { entry, answer: None, asked_at: None, away: None }
    }

    /// Whether it is an absence: it is marked as one, or the owner said so.
    pub fn counts(&self) -> bool {
        self.entry.certain || self.answer == Some(true)
    }
}

/// All of an owner, by key.
pub fn of_owner(c: &Connection, owner: OwnerId) -> Result<Vec<Noted>, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT key, from_at, until_at, reason, certain, answer, asked_at, away_id \
         FROM agenda WHERE owner_id = ?1 ORDER BY key",
    )?;
    let rows = statement.query_map([owner.0], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Writes one down, in place of what was known of it.
pub fn keep(c: &Connection, owner: OwnerId, noted: &Noted) -> Result<(), StoreError> {
    let Noted { entry, answer, asked_at, away } = noted;
    c.prepare_cached(
        "INSERT OR REPLACE INTO agenda (owner_id, key, from_at, until_at, reason, certain, \
         answer, asked_at, away_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        owner.0,
        entry.key,
        entry.from.as_second(),
        entry.until.as_second(),
        entry.reason.word(),
        entry.certain,
        answer.map(|yes| if yes { "yes" } else { "no" }),
        asked_at.map(Timestamp::as_second),
        away.map(|away| away.0),
    ])?;
    Ok(())
}

/// Forgets one; the absence that it was part of is not touched.
pub fn forget(c: &Connection, owner: OwnerId, key: &str) -> Result<(), StoreError> {
    c.prepare_cached("DELETE FROM agenda WHERE owner_id = ?1 AND key = ?2")?
        .execute(params![owner.0, key])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Noted> {
    Ok(Noted {
        entry: Entry {
            key: row.get(0)?,
            from: instant(row.get(1)?),
            until: instant(row.get(2)?),
            reason: Reason::named(&row.get::<_, String>(3)?).unwrap_or_default(),
            certain: row.get(4)?,
        },
        answer: row.get::<_, Option<String>>(5)?.map(|word| word == "yes"),
        asked_at: row.get::<_, Option<i64>>(6)?.map(instant),
        away: row.get::<_, Option<i64>>(7)?.map(AwayId),
    })
}
