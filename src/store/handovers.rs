//! Hand-overs as rows: to whom an obligation was given, one after the other, and how each ended.
//!
//! Who holds it now also stands with the obligation itself (`store/obligations`); both are written
//! together, here.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::model::address::Address;
use crate::model::handover::{Cause, Ended, Handover, HeardIn, Holder};
use crate::model::ids::{AwayId, LetterId, ObligationId, OwnerId};
use crate::model::obligation::Obligation;
use crate::store::db::{StoreError, instant};
use crate::store::obligations;

const COLUMNS: &str = "obligation_id, delegate, away_id, cause, offered_at, letter_id, \
                       accepted_at, ended_at, ended_how, due_at, heard_in";

/// Gives an obligation to somebody.
pub fn offer(
    c: &Connection,
    handover: &Handover,
    holder: Option<&Holder>,
) -> Result<(), StoreError> {
    c.prepare_cached(
        "INSERT INTO handover (obligation_id, no, delegate, away_id, cause, offered_at, \
         letter_id, ended_at, ended_how, due_at) SELECT ?1, coalesce(max(no), 0) + 1, ?2, ?3, ?4, \
         ?5, ?6, ?7, ?8, ?9 FROM handover WHERE obligation_id = ?1",
    )?
    .execute(params![
        handover.obligation.0,
        handover.delegate.as_ref().map(Address::as_str),
        handover.away.0,
        handover.cause.word(),
        handover.offered_at.as_second(),
        handover.letter.map(|letter| letter.0),
        handover.ended.map(|(_, at)| at.as_second()),
        handover.ended.map(|(how, _)| how.word()),
        handover.due_at.map(Timestamp::as_second),
    ])?;
    match holder {
        Some(holder) => obligations::hold(c, handover.obligation, Some(holder)),
        None => Ok(()),
    }
}

/// Whoever holds it says something.
pub fn hear(c: &Connection, id: ObligationId, place: HeardIn) -> Result<(), StoreError> {
    let sql = "UPDATE handover SET heard_in = ?2 WHERE obligation_id = ?1 AND ended_at IS NULL";
    c.prepare_cached(sql)?.execute(params![id.0, place.word()])?;
    Ok(())
}

/// Whoever holds it takes it.
pub fn accept(c: &Connection, id: ObligationId, at: Timestamp) -> Result<(), StoreError> {
    for sql in [
        "UPDATE handover SET accepted_at = ?2 WHERE obligation_id = ?1 AND ended_at IS NULL \
         AND accepted_at IS NULL",
        "UPDATE obligation SET accepted_at = ?2 WHERE id = ?1 AND holder IS NOT NULL \
         AND accepted_at IS NULL",
    ] {
        c.prepare_cached(sql)?.execute([id.0, at.as_second()])?;
    }
    Ok(())
}

/// Whoever held it holds it no more: it is the owner's again.
pub fn end(c: &Connection, id: ObligationId, how: Ended, at: Timestamp) -> Result<(), StoreError> {
    c.prepare_cached(
        "UPDATE handover SET ended_at = ?2, ended_how = ?3 WHERE obligation_id = ?1 \
         AND ended_at IS NULL",
    )?
    .execute(params![id.0, at.as_second(), how.word()])?;
    obligations::hold(c, id, None)
}

/// The hand-overs of an obligation, in their order.
pub fn of(c: &Connection, id: ObligationId) -> Result<Vec<Handover>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM handover WHERE obligation_id = ?1 ORDER BY no");
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map([id.0], read)?;
    rows.map(|row| row.map_err(StoreError::from).flatten()).collect()
}

/// The hand-overs of everything that an owner still owes.
pub fn of_open(
    c: &Connection,
    owner: OwnerId,
) -> Result<BTreeMap<ObligationId, Vec<Handover>>, StoreError> {
    let columns = COLUMNS.split(", ").map(|column| format!("h.{column}"));
    let sql = format!(
        "SELECT {} FROM obligation o JOIN handover h ON h.obligation_id = o.id \
         WHERE o.owner_id = ?1 AND o.closed_at IS NULL ORDER BY h.obligation_id, h.no",
        columns.collect::<Vec<_>>().join(", ")
    );
    let mut statement = c.prepare_cached(&sql)?;
    let mut all: BTreeMap<ObligationId, Vec<Handover>> = BTreeMap::new();
    for row in statement.query_map([owner.0], read)? {
        let handover = row??;
        all.entry(handover.obligation).or_default().push(handover);
    }
    Ok(all)
}

/// The hand-overs during an absence, or one joined to it, in their order.
pub fn during(c: &Connection, away: AwayId) -> Result<Vec<Handover>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM handover WHERE away_id IN \
         (SELECT id FROM away WHERE id = ?1 OR joined_to = ?1) ORDER BY offered_at, no"
    );
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map([away.0], read)?;
    rows.map(|row| row.map_err(StoreError::from).flatten()).collect()
}

/// The hand-over that a letter speaks of.
pub fn by_letter(c: &Connection, letter: LetterId) -> Result<Option<Handover>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM handover WHERE letter_id = ?1");
    c.prepare_cached(&sql)?.query_row([letter.0], read).optional()?.transpose()
}

/// Whether somebody was ever given anything of an owner's.
pub fn was_asked(c: &Connection, owner: OwnerId, who: &Address) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM handover h JOIN obligation o ON o.id = h.obligation_id \
               WHERE h.delegate = ?1 AND o.owner_id = ?2 LIMIT 1";
    Ok(c.prepare_cached(sql)?.exists(params![who.as_str(), owner.0])?)
}

/// Everybody who holds or held any of these.
pub fn holders(c: &Connection, some: &[Obligation]) -> Result<Vec<Address>, StoreError> {
    let mut holders = Vec::new();
    for obligation in some {
        holders.extend(of(c, obligation.id)?.into_iter().filter_map(|one| one.delegate));
    }
    holders.sort_unstable();
    holders.dedup();
    Ok(holders)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Result<Handover, StoreError>> {
    let odd = |word: String| StoreError::Odd(format!("a hand-over with {word:?}"));
    let cause: String = row.get(3)?;
    let Some(cause) = Cause::named(&cause) else { return Ok(Err(odd(cause))) };
    let ended = match (row.get::<_, Option<i64>>(7)?, row.get::<_, Option<String>>(8)?) {
        (Some(at), Some(how)) => match Ended::named(&how) {
            Some(how) => Some((how, instant(at))),
            None => return Ok(Err(odd(how))),
        },
        (None, _) | (_, None) => None,
    };
    Ok(Ok(Handover {
        obligation: ObligationId(row.get(0)?),
        delegate: row.get::<_, Option<String>>(1)?.and_then(|text| Address::parse(&text)),
        away: AwayId(row.get(2)?),
        cause,
        offered_at: instant(row.get(4)?),
        letter: row.get::<_, Option<i64>>(5)?.map(LetterId),
        accepted_at: row.get::<_, Option<i64>>(6)?.map(instant),
        ended,
        due_at: row.get::<_, Option<i64>>(9)?.map(instant),
        heard_in: row.get::<_, Option<String>>(10)?.and_then(|word| HeardIn::named(&word)),
    }))
}

/// How much of what an owner owed was given to somebody in a time.
pub fn handed_over(
    c: &Connection,
    owner: OwnerId,
    (from, until): (Timestamp, Timestamp),
) -> Result<u32, StoreError> {
    let sql = "SELECT count(DISTINCT h.obligation_id) FROM away a \
               JOIN handover h ON h.away_id = a.id \
               WHERE a.owner_id = ?1 AND h.delegate IS NOT NULL \
               AND h.offered_at >= ?2 AND h.offered_at < ?3";
    Ok(c.prepare_cached(sql)?
        .query_row(params![owner.0, from.as_second(), until.as_second()], |row| row.get(0))?)
}
