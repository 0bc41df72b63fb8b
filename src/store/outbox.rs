//! The outbox: every letter is a row before its first byte leaves, and each move of its state is a
//! guarded update (law 2). What should be sent is `rules/`, the sending itself is `smtp/`.
//!
//! An item's key is unique for ever. Only when a letter was surely not accepted is the key of its
//! items given free again, by renaming it, so that the same intention may be queued anew.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use crate::model::ids::LetterId;
use crate::model::letter::{Kind, Letter, State};
use crate::store::db::{StoreError, instant};
use crate::store::letters::one;

/// Numbers the items that are left from 1 and keeps which ask stands at each; call before the bytes
/// are rendered, never after.
pub fn number_items(c: &Connection, id: LetterId) -> Result<(), StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT no FROM letter_item WHERE letter_id = ?1 AND recalled_why IS NULL ORDER BY no",
    )?;
    let rows = statement.query_map([id.0], |row| row.get::<_, i64>(0))?;
    let old: Vec<i64> = rows.collect::<Result<_, _>>()?;
    let mut statement =
        c.prepare_cached("UPDATE letter_item SET no = ?3 WHERE letter_id = ?1 AND no = ?2")?;
    for (new, old) in (1_i64..).zip(old) {
        if new != old {
            statement.execute([id.0, old, new])?;
        }
    }
    c.prepare_cached(
        "UPDATE letter_item SET asked_in = \
         (SELECT o.asked_in FROM obligation o WHERE o.id = obligation_id) \
         WHERE letter_id = ?1 AND recalled_why IS NULL AND obligation_id IS NOT NULL",
    )?
    .execute([id.0])?;
    Ok(())
}

/// Claims a letter: counts the try, fixes the bytes. False if it was not claimable any more.
pub fn claim(
    c: &Connection,
    id: LetterId,
    bytes: &[u8],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let claimed = c
        .prepare_cached(
            "UPDATE letter SET state = 'sending', attempts = attempts + 1, \
             claimed_at = coalesce(claimed_at, ?3), bytes = coalesce(bytes, ?2), changed_at = ?3 \
             WHERE id = ?1 AND state = 'queued'",
        )?
        .execute(params![id.0, bytes, now.as_second()])?;
    if claimed == 0 {
        return Ok(false);
    }
    c.prepare_cached(
        "INSERT INTO attempt (letter_id, no, began_at) \
         SELECT id, attempts, ?2 FROM letter WHERE id = ?1",
    )?
    .execute([id.0, now.as_second()])?;
    Ok(true)
}

/// The bytes that were fixed at the claim.
pub fn bytes(c: &Connection, id: LetterId) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(c.prepare_cached("SELECT bytes FROM letter WHERE id = ?1")?
        .query_row([id.0], |row| row.get(0))?)
}

/// The durable mark before the final dot. False: it may not be written.
pub fn commit(c: &Connection, id: LetterId, now: Timestamp) -> Result<bool, StoreError> {
    let moved = c
        .prepare_cached(
            "UPDATE letter SET state = 'committing', changed_at = ?2 \
             WHERE id = ?1 AND state = 'sending'",
        )?
        .execute([id.0, now.as_second()])?;
    Ok(moved > 0)
}

/// The end of a try: the new state, the answer, when to try again.
pub fn settle(
    c: &Connection,
    id: LetterId,
    state: State,
    answer: &str,
    next_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    c.prepare_cached(
        "UPDATE letter SET state = ?2, answer = ?3, next_at = ?4, changed_at = ?5, \
         absent_at = NULL WHERE id = ?1",
    )?
    .execute(params![id.0, state.word(), answer, next_at.as_second(), now.as_second()])?;
    c.prepare_cached(
        "UPDATE attempt SET ended_at = ?2, outcome = ?3 \
         WHERE letter_id = ?1 AND no = (SELECT attempts FROM letter WHERE id = ?1)",
    )?
    .execute(params![id.0, now.as_second(), format!("{}: {answer}", state.word())])?;
    Ok(())
}

/// An unknown letter is to be looked for again then.
pub fn look_again(c: &Connection, id: LetterId, at: Timestamp) -> Result<(), StoreError> {
    c.prepare_cached("UPDATE letter SET next_at = ?2 WHERE id = ?1 AND state = 'unknown'")?
        .execute([id.0, at.as_second()])?;
    Ok(())
}

/// When an unknown letter that stays unknown is looked for again.
pub fn never() -> Timestamp {
    instant(253_402_207_200)
}

/// Puts off a queued letter, and why; it was not tried. A repeat cannot be written anew, so its
/// time does not run out meanwhile.
pub fn put_off(
    c: &Connection,
    id: LetterId,
    next_at: Timestamp,
    why: &str,
) -> Result<(), StoreError> {
    c.prepare_cached(
        "UPDATE letter SET next_at = ?2, answer = ?3, expires_at = CASE WHEN repeats > 0 \
         THEN max(expires_at, ?2 + 3600) ELSE expires_at END WHERE id = ?1 AND state = 'queued'",
    )?
    .execute(params![id.0, next_at.as_second(), why])?;
    Ok(())
}

/// Notes why a queued letter waits.
pub fn waits(c: &Connection, id: LetterId, why: &str) -> Result<(), StoreError> {
    c.prepare_cached(
        "UPDATE letter SET answer = ?2 WHERE id = ?1 AND state = 'queued' AND answer <> ?2",
    )?
    .execute(params![id.0, why])?;
    Ok(())
}

/// How many different receivers were refused for now, one after the other, since a try last ended
/// otherwise; of the tries begun since an instant.
pub fn deferred_in_a_row(c: &Connection, since: Timestamp) -> Result<usize, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT l.to_address, a.outcome FROM attempt a JOIN letter l ON l.id = a.letter_id \
         WHERE a.began_at > ?1 AND a.ended_at IS NOT NULL \
         ORDER BY a.ended_at DESC, a.began_at DESC, a.letter_id DESC LIMIT 100",
    )?;
    let mut rows = statement.query([since.as_second()])?;
    let mut receivers = std::collections::BTreeSet::new();
    while let Some(row) = rows.next()? {
        if !row.get::<_, String>(1)?.starts_with(State::Queued.word()) {
            break;
        }
        receivers.insert(row.get::<_, String>(0)?);
    }
    Ok(receivers.len())
}

/// After a crash: what was in dialogue was surely not accepted, what was committing nobody knows.
/// How many of each.
pub fn recover(c: &Connection, now: Timestamp) -> Result<(usize, usize), StoreError> {
    let unknown = c.execute(
        "UPDATE letter SET state = 'unknown', changed_at = ?1, next_at = ?1, absent_at = NULL, \
         answer = 'stopped after the message was handed over, before its answer was read' \
         WHERE state = 'committing'",
        [now.as_second()],
    )?;
    let queued = c.execute(
        "UPDATE letter SET state = 'queued', changed_at = ?1, next_at = ?1, \
         answer = 'stopped before the message was handed over' WHERE state = 'sending'",
        [now.as_second()],
    )?;
    Ok((queued, unknown))
}

/// An unknown letter was not found in the receiver's inbox at `read_at`. Since when that is so.
pub fn absent(c: &Connection, id: LetterId, read_at: Timestamp) -> Result<Timestamp, StoreError> {
    let first: i64 = c
        .prepare_cached(
            "UPDATE letter SET absent_at = coalesce(absent_at, ?2) WHERE id = ?1 \
             RETURNING absent_at",
        )?
        .query_row([id.0, read_at.as_second()], |row| row.get(0))?;
    Ok(instant(first))
}

/// An unknown letter goes once more, with the same bytes.
pub fn repeat(c: &Connection, id: LetterId, now: Timestamp) -> Result<(), StoreError> {
    c.prepare_cached(
        "UPDATE letter SET state = 'queued', repeats = repeats + 1, next_at = ?2, \
         changed_at = ?2, \
         expires_at = max(expires_at, ?2 + 3600), answer = 'not found where it should be' \
         WHERE id = ?1 AND state = 'unknown'",
    )?
    .execute([id.0, now.as_second()])?;
    Ok(())
}

/// Takes items out of a letter that was surely not accepted; their keys are free again. A letter
/// without items, or one whose bytes are fixed, is recalled whole. A repeat is not made: its first
/// copy stays unknown and its keys stay taken.
pub fn recall(
    c: &Connection,
    id: LetterId,
    key: &str,
    why: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(letter) = one(c, id)? else { return Ok(()) };
    if letter.state != State::Queued {
        return Ok(());
    }
    if letter.repeats > 0 {
        return settle(c, id, State::Unknown, why, never(), now);
    }
    for item in &letter.draft.items {
        if item.key == key || letter.claimed_at.is_some() {
            free(c, id, &item.key, why)?;
        }
    }
    let left: i64 = c
        .prepare_cached(
            "SELECT count(*) FROM letter_item WHERE letter_id = ?1 AND recalled_why IS NULL",
        )?
        .query_row([id.0], |row| row.get(0))?;
    if left == 0 {
        settle(c, id, State::Recalled, why, now, now)?;
    }
    Ok(())
}

/// A letter that is no longer worth sending and was surely not accepted. Of a repeat nobody knows:
/// its first copy stays unknown.
pub fn expire(c: &Connection, letter: &Letter, now: Timestamp) -> Result<(), StoreError> {
    if letter.repeats > 0 {
        return settle(c, letter.id, State::Unknown, &letter.answer, never(), now);
    }
    for item in &letter.draft.items {
        free(c, letter.id, &item.key, "expired before it could be sent")?;
    }
    settle(c, letter.id, State::Expired, &letter.answer, now, now)
}

/// Renames an item's key and takes its number away: numbers below zero, never one twice, because
/// those that are left may have been numbered anew in between.
fn free(c: &Connection, letter: LetterId, key: &str, why: &str) -> Result<(), StoreError> {
    c.prepare_cached(
        "UPDATE letter_item SET key = key || '/unsent:' || letter_id, recalled_why = ?3, \
         no = (SELECT min(0, min(no)) - 1 FROM letter_item WHERE letter_id = ?1) \
         WHERE letter_id = ?1 AND key = ?2",
    )?
    .execute(params![letter.0, key, why])?;
    Ok(())
}

/// Tries begun since an instant: those of reports, or of all other kinds together.
pub fn tries_since(c: &Connection, kind: Kind, since: Timestamp) -> Result<u32, StoreError> {
    let sql = "SELECT count(*) FROM attempt a JOIN letter l ON l.id = a.letter_id \
               WHERE a.began_at > ?1 AND (l.kind = 'report') = ?2";
    Ok(c.prepare_cached(sql)?
        .query_row(params![since.as_second(), kind == Kind::Report], |row| row.get(0))?)
}

/// Which try was begun last, as `letter.try`; `none` before the first. What tells the admin is no
/// letter that they are told about.
pub fn latest_try(c: &Connection) -> Result<String, StoreError> {
    let sql = "SELECT a.letter_id || '.' || a.no FROM attempt a \
               JOIN letter l ON l.id = a.letter_id WHERE l.kind <> 'alarm' \
               ORDER BY a.began_at DESC, a.letter_id DESC LIMIT 1";
    let found = c.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?;
    Ok(found.unwrap_or_else(|| "none".to_owned()))
}

/// Letters like this one claimed to its address since an instant: hand-overs, reports, or all
/// others. How many automatic replies somebody gets depends on how many they write to; they have
/// ceilings of their own.
pub fn claimed_to(c: &Connection, letter: &Letter, since: Timestamp) -> Result<u32, StoreError> {
    let to = letter.draft.to.as_str();
    let sql = "SELECT count(*) FROM letter WHERE to_address = ?1 AND claimed_at > ?2 \
               AND kind NOT IN ('auto_reply', 'passed') \
               AND (kind = 'handover') = ?3 AND (kind = 'report') = ?4";
    let kind = letter.draft.kind;
    let (handover, report) = (kind == Kind::Handover, kind == Kind::Report);
    Ok(c.prepare_cached(sql)?
        .query_row(params![to, since.as_second(), handover, report], |row| row.get(0))?)
}

/// Wipes the bytes of letters that were settled before an instant.
pub fn wipe_bytes(c: &Connection, before: Timestamp) -> Result<usize, StoreError> {
    Ok(c.execute(
        "UPDATE letter SET bytes = NULL WHERE bytes IS NOT NULL AND changed_at < ?1 \
         AND state IN ('sent', 'failed', 'recalled', 'expired', 'unknown')",
        [before.as_second()],
    )?)
}
