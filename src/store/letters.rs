//! Letters as rows: queued once per key, found again by what they are about, by state, by number.
//!
//! Nothing here changes a letter's state: that is `store/outbox`. What should be sent is `rules/`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::model::address::Address;
use crate::model::ids::{LetterId, MessageId, ObligationId, OwnerId};
use crate::model::letter::{Audience, Draft, Item, Kind, Letter, State};
use crate::store::db::{StoreError, instant};

const COLUMNS: &str = "id, kind, audience, to_address, owner_id, about, not_before_at, state, \
                       queued_at, expires_at, next_at, attempts, repeats, message_id, claimed_at, \
                       changed_at, answer";

/// Queues a letter with those items whose keys are new; `None` when no item is.
pub fn queue(
    c: &Connection,
    draft: &Draft,
    message_id: &str,
    now: Timestamp,
) -> Result<Option<LetterId>, StoreError> {
    let mut fresh = Vec::new();
    for item in &draft.items {
        if !has_item(c, &item.key)? {
            fresh.push(item);
        }
    }
    if fresh.is_empty() {
        return Ok(None);
    }
    let expires_at = draft.not_before.max(now).saturating_add(draft.kind.lifetime());
    let expires_at = expires_at.unwrap_or(Timestamp::MAX);
    c.prepare_cached(
        "INSERT INTO letter (kind, audience, to_address, owner_id, about, state, message_id, \
         queued_at, not_before_at, expires_at, next_at, changed_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, 'queued', ?6, ?7, ?8, ?9, ?8, ?7)",
    )?
    .execute(params![
        draft.kind.word(),
        draft.audience.word(),
        draft.to.as_str(),
        draft.owner.map(|owner| owner.0),
        draft.about,
        message_id,
        now.as_second(),
        draft.not_before.as_second(),
        expires_at.as_second(),
    ])?;
    let id = LetterId(c.last_insert_rowid());
    let mut statement = c.prepare_cached(
        "INSERT INTO letter_item (letter_id, no, key, obligation_id, step, asked_in) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (no, item) in (1_i64..).zip(fresh) {
        let (obligation, awaited) = (item.obligation.map(|o| o.0), item.awaited.map(|m| m.0));
        statement.execute(params![id.0, no, item.key, obligation, item.step, awaited])?;
    }
    Ok(Some(id))
}

/// Whether a key was used.
pub fn has_item(c: &Connection, key: &str) -> Result<bool, StoreError> {
    let found = c
        .prepare_cached("SELECT 1 FROM letter_item WHERE key = ?1")?
        .query_row([key], |_| Ok(()))
        .optional()?;
    Ok(found.is_some())
}

/// One letter.
pub fn one(c: &Connection, id: LetterId) -> Result<Option<Letter>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM letter WHERE id = ?1");
    let found = c.prepare_cached(&sql)?.query_row([id.0], read).optional()?.transpose()?;
    found.map(|letter| with_items(c, letter)).transpose()
}

/// Letters in a state whose time has come, oldest first.
pub fn due(
    c: &Connection,
    state: State,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Letter>, StoreError> {
    let ids = due_ids(c, state, now, limit)?;
    ids.into_iter().filter_map(|id| one(c, id).transpose()).collect()
}

/// The same, by number only: most of many that wait need not be read.
pub fn due_ids(
    c: &Connection,
    state: State,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<LetterId>, StoreError> {
    let sql = format!(
        "SELECT id FROM letter WHERE state = ?1 AND next_at <= ?2 ORDER BY next_at, id \
         LIMIT {limit}"
    );
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map(params![state.word(), now.as_second()], |row| row.get(0))?;
    Ok(rows.map(|id| id.map(LetterId)).collect::<Result<_, _>>()?)
}

/// Queued letters of one kind whose time has come, oldest first.
pub fn due_of(c: &Connection, kind: Kind, now: Timestamp) -> Result<Vec<Letter>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM letter WHERE state = 'queued' AND next_at <= ?2 AND kind = ?1 \
         ORDER BY next_at, id LIMIT 10"
    );
    list(c, &sql, params![kind.word(), now.as_second()])
}

/// The next moment, later than `now`, at which a letter is to be looked at.
pub fn next_after(c: &Connection, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let second: Option<i64> = c
        .prepare_cached(
            "SELECT min(at) FROM (\
             SELECT min(next_at) AS at FROM letter WHERE state = 'queued' AND next_at > ?1 \
             UNION ALL \
             SELECT min(next_at) FROM letter WHERE state = 'unknown' AND next_at > ?1)",
        )?
        .query_row([now.as_second()], |row| row.get(0))?;
    Ok(second.map(instant))
}

/// All letters, latest first.
pub fn all(c: &Connection, limit: u32) -> Result<Vec<Letter>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM letter ORDER BY id DESC LIMIT {limit}");
    list(c, &sql, [])
}

/// The obligations of a letter by their numbers in it.
pub fn numbered(c: &Connection, id: LetterId) -> Result<BTreeMap<u32, ObligationId>, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT no, obligation_id FROM letter_item WHERE letter_id = ?1 \
         AND obligation_id IS NOT NULL AND recalled_why IS NULL",
    )?;
    let rows = statement.query_map([id.0], |row| Ok((row.get(0)?, ObligationId(row.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The awaited answers of a letter by their numbers in it: the message that asked first.
pub fn awaited(c: &Connection, id: LetterId) -> Result<BTreeMap<u32, MessageId>, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT no, asked_in FROM letter_item WHERE letter_id = ?1 AND obligation_id IS NULL \
         AND asked_in IS NOT NULL AND recalled_why IS NULL",
    )?;
    let rows = statement.query_map([id.0], |row| Ok((row.get(0)?, MessageId(row.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What stands at a number of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Matter {
    /// A reply that is owed.
    Owed(ObligationId),
    /// An answer that is awaited, by a message of the owner that asks for it.
    Awaited(MessageId),
}

/// What the numbers of a letter mean now: the obligation that holds the ask which stood there. Rows
/// change what they consist of when conversations split or join.
pub fn meant(c: &Connection, id: LetterId) -> Result<BTreeMap<u32, Matter>, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT i.no, coalesce(a.obligation_id, i.obligation_id) FROM letter_item i \
         LEFT JOIN ask a ON a.message_id = i.asked_in WHERE i.letter_id = ?1 \
         AND i.obligation_id IS NOT NULL AND i.recalled_why IS NULL",
    )?;
    let owed = |row: &Row<'_>| Ok((row.get(0)?, Matter::Owed(ObligationId(row.get(1)?))));
    let owed = statement.query_map([id.0], owed)?.collect::<Result<Vec<_>, _>>()?;
    let awaited = awaited(c, id)?.into_iter().map(|(no, asked_in)| (no, Matter::Awaited(asked_in)));
    Ok(owed.into_iter().chain(awaited).collect())
}

/// The letter of a Message-ID.
pub fn with_message_id(c: &Connection, message_id: &str) -> Result<Option<LetterId>, StoreError> {
    let found = c
        .prepare_cached("SELECT id FROM letter WHERE message_id = ?1")?
        .query_row([message_id], |row| row.get(0))
        .optional()?;
    Ok(found.map(LetterId))
}

/// Letters of one owner in a state.
pub fn of_owner(c: &Connection, owner: OwnerId, state: State) -> Result<Vec<Letter>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM letter WHERE state = ?2 AND owner_id = ?1 ORDER BY id LIMIT 1000"
    );
    list(c, &sql, params![owner.0, state.word()])
}

/// Letters that have an item about an obligation, oldest first; recalled ones with their reason.
pub fn about(
    c: &Connection,
    obligation: ObligationId,
) -> Result<Vec<(Letter, Item, String)>, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT letter_id, key, step, coalesce(recalled_why, '') FROM letter_item \
         WHERE obligation_id = ?1 ORDER BY letter_id",
    )?;
    let rows = statement.query_map([obligation.0], |row| {
        let item = Item {
            key: row.get(1)?,
            obligation: Some(obligation),
            awaited: None,
            step: row.get(2)?,
        };
        Ok((LetterId(row.get(0)?), item, row.get::<_, String>(3)?))
    })?;
    let mut found = Vec::new();
    for row in rows {
        let (id, item, why) = row?;
        if let Some(letter) = one(c, id)? {
            found.push((letter, item, why));
        }
    }
    Ok(found)
}

/// Letters that have or had an item about an awaited answer, oldest first.
pub fn about_awaited(c: &Connection, asked_in: MessageId) -> Result<Vec<Letter>, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT DISTINCT letter_id FROM letter_item WHERE asked_in = ?1 AND obligation_id IS NULL \
         ORDER BY letter_id",
    )?;
    let ids = statement.query_map([asked_in.0], |row| Ok(LetterId(row.get(0)?)))?;
    let ids: Vec<LetterId> = ids.collect::<Result<_, _>>()?;
    ids.into_iter().filter_map(|id| one(c, id).transpose()).collect()
}

/// The items of a letter that are still in it, by number.
fn with_items(c: &Connection, mut letter: Letter) -> Result<Letter, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT key, obligation_id, step, asked_in FROM letter_item \
         WHERE letter_id = ?1 AND recalled_why IS NULL ORDER BY no",
    )?;
    let rows = statement.query_map([letter.id.0], |row| {
        let obligation = row.get::<_, Option<i64>>(1)?.map(ObligationId);
        let awaited = row.get::<_, Option<i64>>(3)?.filter(|_| obligation.is_none());
        let (awaited, step) = (awaited.map(MessageId), row.get(2)?);
        Ok(Item { key: row.get(0)?, obligation, awaited, step })
    })?;
    letter.draft.items = rows.collect::<Result<_, _>>()?;
    Ok(letter)
}

fn list(c: &Connection, sql: &str, args: impl rusqlite::Params) -> Result<Vec<Letter>, StoreError> {
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map(args, read)?;
    let letters: Result<Vec<Letter>, StoreError> =
        rows.map(|row| row.map_err(StoreError::from).flatten()).collect();
    letters?.into_iter().map(|letter| with_items(c, letter)).collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Result<Letter, StoreError>> {
    let words: (String, String, String, String) =
        (row.get(1)?, row.get(2)?, row.get(3)?, row.get(7)?);
    let (Some(kind), Some(audience), Some(to), Some(state)) = (
        Kind::parse(&words.0),
        Audience::parse(&words.1),
        Address::parse(&words.2),
        State::parse(&words.3),
    ) else {
        return Ok(Err(StoreError::Odd(format!("letter {words:?}"))));
    };
    Ok(Ok(Letter {
        id: LetterId(row.get(0)?),
        draft: Draft {
            kind,
            audience,
            to,
            owner: row.get::<_, Option<i64>>(4)?.map(OwnerId),
            items: Vec::new(),
            about: row.get(5)?,
            not_before: instant(row.get(6)?),
        },
        state,
        queued_at: instant(row.get(8)?),
        expires_at: instant(row.get(9)?),
        next_at: instant(row.get(10)?),
        attempts: row.get(11)?,
        repeats: row.get(12)?,
        message_id: row.get(13)?,
        claimed_at: row.get::<_, Option<i64>>(14)?.map(instant),
        changed_at: instant(row.get(15)?),
        answer: row.get(16)?,
    }))
}
