//! Obligations: rows that `rules/settle` opens, changes and closes.
//!
//! Nothing here decides; nothing is deleted. Computed things (due, late) have no column.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::model::address::Address;
use crate::model::evidence::{Evidence, Perhaps, Promise};
use crate::model::handover::Holder;
use crate::model::ids::{ConversationId, LetterId, MessageId, ObligationId, OwnerId};
use crate::model::message::MessageKey;
use crate::model::obligation::{Closed, Ending, Obligation};
use crate::store::db::{StoreError, instant};

const COLUMNS: &str = "id, owner_id, conversation_id, requester, requester_name, asked_in, \
                       asked_key, subject, asked_at, asks, tier, confidence, ladder_from, holder, \
                       snoozed_until, lapsed_at, closed_at, closed_how, snoozes, held_at, \
                       held_used_s, held_due_at, accepted_at, evidence, perhaps_at, \
                       promise_made_at, promised_at";

/// One obligation.
pub fn one(c: &Connection, id: ObligationId) -> Result<Option<Obligation>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM obligation WHERE id = ?1");
    c.prepare_cached(&sql)?.query_row([id.0], read).optional()?.transpose()
}

/// The open ones of an owner, oldest ask first.
pub fn open(c: &Connection, owner: OwnerId) -> Result<Vec<Obligation>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM obligation WHERE owner_id = ?1 AND closed_at IS NULL \
         ORDER BY asked_at, id"
    );
    list(c, &sql, [owner.0])
}

/// The open ones that somebody holds for an absent owner, oldest ask first.
pub fn held_by(c: &Connection, holder: &Address) -> Result<Vec<Obligation>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM obligation WHERE holder = ?1 AND closed_at IS NULL \
         ORDER BY asked_at, id"
    );
    list(c, &sql, [holder.as_str()])
}

/// Gives an open obligation to somebody, or back to its owner.
pub fn hold(c: &Connection, id: ObligationId, holder: Option<&Holder>) -> Result<(), StoreError> {
    c.prepare_cached(
        "UPDATE obligation SET holder = ?2, held_at = ?3, held_used_s = ?4, held_due_at = ?5, \
         accepted_at = ?6 WHERE id = ?1",
    )?
    .execute(params![
        id.0,
        holder.map(|holder| holder.address.as_str()),
        holder.map(|holder| holder.since.as_second()),
        holder.map(|holder| holder.used.as_secs()),
        holder.and_then(|holder| holder.due_at).map(Timestamp::as_second),
        holder.and_then(|holder| holder.accepted_at).map(Timestamp::as_second),
    ])?;
    Ok(())
}

/// All of an owner, closed ones included, latest first.
pub fn all(c: &Connection, owner: OwnerId, limit: u32) -> Result<Vec<Obligation>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM obligation WHERE owner_id = ?1 ORDER BY asked_at DESC, id DESC \
         LIMIT {limit}"
    );
    list(c, &sql, [owner.0])
}

/// What a report at a moment counts of an owner: all that was asked from `begin` on, and what was
/// asked before and was not closed by then.
pub fn counted(
    c: &Connection,
    owner: OwnerId,
    begin: Timestamp,
    at: Timestamp,
) -> Result<Vec<Obligation>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM obligation WHERE owner_id = ?1 AND asked_at < ?3 \
         AND (asked_at >= ?2 OR closed_at IS NULL OR closed_at > ?3) ORDER BY asked_at, id"
    );
    list(c, &sql, params![owner.0, begin.as_second(), at.as_second()])
}

/// Those of one conversation.
pub fn of_conversation(
    c: &Connection,
    conversation: ConversationId,
) -> Result<Vec<Obligation>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM obligation WHERE conversation_id = ?1 ORDER BY id");
    list(c, &sql, [conversation.0])
}

/// Which obligation a message belongs to.
pub fn asked_by(c: &Connection, message: MessageId) -> Result<Option<ObligationId>, StoreError> {
    let found = c
        .prepare_cached("SELECT obligation_id FROM ask WHERE message_id = ?1")?
        .query_row([message.0], |row| row.get(0))
        .optional()?;
    Ok(found.map(ObligationId))
}

/// The messages an obligation consists of, oldest first.
pub fn asks(c: &Connection, id: ObligationId) -> Result<Vec<MessageId>, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT a.message_id FROM ask a JOIN message m ON m.id = a.message_id \
         WHERE a.obligation_id = ?1 ORDER BY m.arrived_at, m.id",
    )?;
    let rows = statement.query_map([id.0], |row| row.get(0).map(MessageId))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Those of its messages that had arrived by then; all of them where the clock says none had.
pub fn asks_until(
    c: &Connection,
    id: ObligationId,
    until: Timestamp,
) -> Result<Vec<MessageId>, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT a.message_id FROM ask a JOIN message m ON m.id = a.message_id \
         WHERE a.obligation_id = ?1 AND m.arrived_at <= ?2 ORDER BY m.arrived_at, m.id",
    )?;
    let rows = statement.query_map([id.0, until.as_second()], |row| row.get(0).map(MessageId))?;
    let found: Vec<MessageId> = rows.collect::<Result<_, _>>()?;
    if found.is_empty() { asks(c, id) } else { Ok(found) }
}

/// The first ask of the obligation that a letter to a requester was about.
pub fn passed_by(
    c: &Connection,
    letter: LetterId,
    owner: OwnerId,
) -> Result<Option<MessageId>, StoreError> {
    let sql = "SELECT o.asked_in FROM letter l JOIN letter_item i ON i.letter_id = l.id \
               JOIN obligation o ON o.id = i.obligation_id WHERE l.id = ?1 \
               AND l.kind = 'passed' AND o.owner_id = ?2";
    let found = c.prepare_cached(sql)?.query_row([letter.0, owner.0], |row| row.get(0));
    Ok(found.optional()?.map(MessageId))
}

/// Opens an obligation (`id` of the argument is not looked at).
pub fn insert(c: &Connection, new: &Obligation) -> Result<ObligationId, StoreError> {
    c.prepare_cached(
        "INSERT INTO obligation (owner_id, conversation_id, requester, requester_name, asked_in, \
         asked_key, subject, asked_at, asks, tier, confidence, ladder_from, closed_at, closed_how, \
         evidence, perhaps_at, promise_made_at, promised_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, \
         ?18)",
    )?
    .execute(params![
        new.owner.0,
        new.conversation.0,
        new.requester.as_str(),
        new.requester_name,
        new.asked_in.0,
        new.asked_key.0,
        new.subject,
        new.asked_at.as_second(),
        new.asks,
        new.tier,
        new.confidence,
        new.ladder_from.map(Timestamp::as_second),
        new.closed.as_ref().map(|closed| closed.at.as_second()),
        new.closed.as_ref().map(|closed| closed.how.word()),
        evidence(new).map(Evidence::word),
        new.perhaps.map(|perhaps| perhaps.at.as_second()),
        new.promise.map(|promise| promise.made_at.as_second()),
        new.promise.map(|promise| promise.until.as_second()),
    ])?;
    Ok(ObligationId(c.last_insert_rowid()))
}

/// Writes what settling found; snooze, lapse and holder are left as they are.
pub fn update(c: &Connection, o: &Obligation) -> Result<(), StoreError> {
    c.prepare_cached(
        "UPDATE obligation SET conversation_id = ?2, requester_name = ?3, asked_in = ?4, \
         asked_key = ?5, subject = ?6, asked_at = ?7, asks = ?8, tier = ?9, confidence = ?10, \
         ladder_from = ?11, closed_at = ?12, closed_how = ?13, evidence = ?14, perhaps_at = ?15, \
         promise_made_at = ?16, promised_at = ?17 WHERE id = ?1",
    )?
    .execute(params![
        o.id.0,
        o.conversation.0,
        o.requester_name,
        o.asked_in.0,
        o.asked_key.0,
        o.subject,
        o.asked_at.as_second(),
        o.asks,
        o.tier,
        o.confidence,
        o.ladder_from.map(Timestamp::as_second),
        o.closed.as_ref().map(|closed| closed.at.as_second()),
        o.closed.as_ref().map(|closed| closed.how.word()),
        evidence(o).map(Evidence::word),
        o.perhaps.map(|perhaps| perhaps.at.as_second()),
        o.promise.map(|promise| promise.made_at.as_second()),
        o.promise.map(|promise| promise.until.as_second()),
    ])?;
    Ok(())
}

/// The rung that decided.
fn evidence(o: &Obligation) -> Option<Evidence> {
    let closed = o.closed.as_ref().and_then(|closed| closed.evidence);
    closed.or(o.perhaps.map(|perhaps| perhaps.evidence))
}

/// Notes which messages an obligation consists of.
pub fn set_asks(c: &Connection, id: ObligationId, asks: &[MessageId]) -> Result<(), StoreError> {
    c.prepare_cached("DELETE FROM ask WHERE obligation_id = ?1")?.execute([id.0])?;
    let mut statement = c.prepare_cached(
        "INSERT INTO ask (message_id, obligation_id) VALUES (?1, ?2) \
         ON CONFLICT DO UPDATE SET obligation_id = excluded.obligation_id",
    )?;
    for message in asks {
        statement.execute([message.0, id.0])?;
    }
    Ok(())
}

/// Notes which message answered, or perhaps did.
pub fn answered_by(
    c: &Connection,
    id: ObligationId,
    message: Option<MessageId>,
) -> Result<(), StoreError> {
    c.prepare_cached("UPDATE obligation SET closed_by = ?2 WHERE id = ?1")?
        .execute(params![id.0, message.map(|m| m.0)])?;
    Ok(())
}

/// The message that answered, or perhaps did.
pub fn answer_of(c: &Connection, id: ObligationId) -> Result<Option<MessageId>, StoreError> {
    let found: Option<i64> = c
        .prepare_cached("SELECT closed_by FROM obligation WHERE id = ?1")?
        .query_row([id.0], |row| row.get(0))?;
    Ok(found.map(MessageId))
}

/// Those that a message has answered, or perhaps has.
pub fn answered_in(c: &Connection, message: MessageId) -> Result<Vec<Obligation>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM obligation WHERE closed_by = ?1 ORDER BY id");
    list(c, &sql, [message.0])
}

/// Conversations in which this requester waits for the owner, or is thought to be answered by what
/// was found in another one.
pub fn waiting_in(
    c: &Connection,
    owner: OwnerId,
    requester: &Address,
) -> Result<Vec<ConversationId>, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT DISTINCT conversation_id FROM obligation WHERE requester = ?2 AND owner_id = ?1 \
         AND (closed_at IS NULL OR evidence = 'without_ids') ORDER BY conversation_id LIMIT 200",
    )?;
    let rows = statement
        .query_map(params![owner.0, requester.as_str()], |row| Ok(ConversationId(row.get(0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Moves the nudges; clock, due time and status stay.
pub fn snooze(
    c: &Connection,
    id: ObligationId,
    until: Option<Timestamp>,
) -> Result<(), StoreError> {
    c.prepare_cached(
        "UPDATE obligation SET snoozed_until = ?2, \
         snoozes = snoozes + (?2 IS NOT NULL) WHERE id = ?1",
    )?
    .execute(params![id.0, until.map(Timestamp::as_second)])?;
    Ok(())
}

/// Ends the nudging.
pub fn lapse(c: &Connection, id: ObligationId, now: Timestamp) -> Result<(), StoreError> {
    c.prepare_cached("UPDATE obligation SET lapsed_at = ?2 WHERE id = ?1 AND lapsed_at IS NULL")?
        .execute([id.0, now.as_second()])?;
    Ok(())
}

fn list(
    c: &Connection,
    sql: &str,
    args: impl rusqlite::Params,
) -> Result<Vec<Obligation>, StoreError> {
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map(args, read)?;
    rows.map(|row| row.map_err(StoreError::from).flatten()).collect()
}

fn address(text: &str) -> Result<Address, StoreError> {
    Address::parse(text).ok_or_else(|| StoreError::Odd(format!("address {text:?}")))
}

fn read(row: &Row<'_>) -> rusqlite::Result<Result<Obligation, StoreError>> {
    let requester: String = row.get(3)?;
    let holder = holder(row)?;
    let closed: (Option<i64>, Option<String>) = (row.get(16)?, row.get(17)?);
    let at = |column: usize| row.get::<_, Option<i64>>(column).map(|s| s.map(instant));
    let (ladder_from, snoozed_until, lapsed_at) = (at(12)?, at(14)?, at(15)?);
    let (evidence, perhaps_at): (Option<String>, _) = (row.get(23)?, at(24)?);
    let (made_at, until) = (at(25)?, at(26)?);
    let evidence = evidence.as_deref().and_then(Evidence::parse);
    let whole = Obligation {
        id: ObligationId(row.get(0)?),
        owner: OwnerId(row.get(1)?),
        conversation: ConversationId(row.get(2)?),
        requester: match address(&requester) {
            Ok(found) => found,
            Err(odd) => return Ok(Err(odd)),
        },
        requester_name: row.get(4)?,
        asked_in: MessageId(row.get(5)?),
        asked_key: MessageKey(row.get(6)?),
        subject: row.get(7)?,
        asked_at: instant(row.get(8)?),
        asks: row.get(9)?,
        tier: row.get(10)?,
        confidence: row.get(11)?,
        ladder_from,
        holder: match holder {
            Ok(found) => found,
            Err(odd) => return Ok(Err(odd)),
        },
        snoozed_until,
        snoozes: row.get(18)?,
        lapsed_at,
        promise: made_at.zip(until).map(|(made_at, until)| Promise { made_at, until }),
        perhaps: perhaps_at.zip(evidence).map(|(at, evidence)| Perhaps { at, evidence }),
        closed: match closed {
            (Some(at), Some(how)) => match Ending::parse(&how) {
                Some(how) => Some(Closed { at: instant(at), how, evidence }),
                None => return Ok(Err(StoreError::Odd(format!("closed_how {how:?}")))),
            },
            (None, _) | (_, None) => None,
        },
    };
    Ok(Ok(whole))
}

fn holder(row: &Row<'_>) -> rusqlite::Result<Result<Option<Holder>, StoreError>> {
    let held: (Option<String>, Option<i64>) = (row.get(13)?, row.get(19)?);
    let (Some(whom), Some(since)) = held else { return Ok(Ok(None)) };
    let used = SignedDuration::from_secs(row.get::<_, Option<i64>>(20)?.unwrap_or(0));
    let at = |column: usize| row.get::<_, Option<i64>>(column).map(|at| at.map(instant));
    let (due_at, accepted_at) = (at(21)?, at(22)?);
    let since = instant(since);
    Ok(address(&whom).map(|address| Some(Holder { address, since, used, due_at, accepted_at })))
}
