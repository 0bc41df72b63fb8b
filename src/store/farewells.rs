//! Letters around absences as they are remembered, and what happened during one.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use crate::model::away::Away;
use crate::model::farewell::{Digest, Farewells, Occasion};
use crate::model::ids::{AwayId, ObligationId, OwnerId};
use crate::store::db::{StoreError, instant};

/// The letters about these absences that were written.
pub fn about(c: &Connection, absences: &[Away]) -> Result<Farewells, StoreError> {
    let mut farewells = Farewells::default();
    if !absences.is_empty() {
        let mut statement = c.prepare_cached("SELECT anew_at FROM instance")?;
        farewells.since = statement.query_row([], |row| row.get(0).map(instant))?;
    }
    for away in absences {
        farewells.leaving.extend(leaving(c, away.id)?);
        farewells.digests.extend(digest(c, away.id)?.map(|digest| (away.id, digest)));
    }
    Ok(farewells)
}

fn digest(c: &Connection, away: AwayId) -> Result<Option<Digest>, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT l.id, l.about, coalesce(l.claimed_at, l.queued_at) FROM letter_item i \
         JOIN letter l ON l.id = i.letter_id WHERE i.key = ?1",
    )?;
    let found = statement.query_row([format!("digest:{away}")], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get(2)?))
    });
    let Some((letter, about, at)) = found.optional()? else { return Ok(None) };
    let mut statement = c.prepare_cached(
        "SELECT obligation_id FROM letter_item WHERE letter_id = ?1 \
         AND obligation_id IS NOT NULL AND recalled_why IS NULL",
    )?;
    let items = statement.query_map([letter], |row| row.get(0).map(ObligationId))?;
    let items: BTreeSet<ObligationId> = items.collect::<Result<_, _>>()?;
    let waiting = serde_json::from_str(&about).map_or(0, |about: Occasion| about.waiting);
    Ok(Some(Digest { at: instant(at), waiting, items }))
}

fn leaving(c: &Connection, away: AwayId) -> Result<Vec<String>, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT key FROM letter_item WHERE key >= ?1 AND key < ?2 \
         AND obligation_id IS NULL AND recalled_why IS NULL",
    )?;
    // What begins with `leaving:<away>:`; a semicolon follows a colon.
    let (from, until) = (format!("leaving:{away}:"), format!("leaving:{away};"));
    let keys = statement.query_map([from, until], |row| row.get(0))?;
    Ok(keys.collect::<Result<_, _>>()?)
}

/// How many senders were answered automatically during an absence, or one that was joined to it.
pub fn answered_automatically(c: &Connection, away: AwayId) -> Result<u32, StoreError> {
    let sql = "SELECT count(DISTINCT r.sender) FROM away a JOIN auto_reply r ON r.away_id = a.id \
               WHERE a.owner_id = (SELECT owner_id FROM away WHERE id = ?1) \
               AND (a.id = ?1 OR a.joined_to = ?1) AND r.rule IS NULL";
    Ok(c.prepare_cached(sql)?.query_row([away.0], |row| row.get(0))?)
}

/// How much of what an owner owed colleagues answered in a time, without holding it.
pub fn answered_by_colleagues(
    c: &Connection,
    owner: OwnerId,
    (from, until): (Timestamp, Timestamp),
) -> Result<u32, StoreError> {
    let sql = "SELECT count(*) FROM obligation WHERE owner_id = ?1 \
               AND closed_at >= ?2 AND closed_at < ?3 \
               AND closed_how = 'answered_by_colleague'";
    Ok(c.prepare_cached(sql)?
        .query_row(params![owner.0, from.as_second(), until.as_second()], |row| row.get(0))?)
}
