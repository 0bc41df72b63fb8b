//! What is kept about one person: given out on wish, erased on wish; and what grows old.
//!
//! Erasing removes their messages, names and obligations. The outbox keeps that a letter was sent,
//! but not to whom. A keyed hash of the address remains, so that they are not written to again.

use jiff::Timestamp;
use ring::hmac;
use rusqlite::{Connection, params};
use serde_json::{Value, json};

use crate::model::address::Address;
use crate::store::db::StoreError;

/// Everything that names the address, as JSON.
pub fn export(c: &Connection, address: &Address) -> Result<Value, StoreError> {
    let messages = rows(
        c,
        "SELECT json_object('message_id', key, 'arrived_at', arrived_at, 'place', place, \
         'class', class, 'facts', json(facts), 'verdict', json(verdict), \
         'wording', json(coalesce(wording, 'null'))) \
         FROM message WHERE author = ?1 OR instr(facts, ?2) > 0 ORDER BY id",
        address,
    )?;
    let obligations = rows(
        c,
        "SELECT json_object('subject', subject, 'requester', requester, \
         'requester_name', requester_name, 'asked_at', asked_at, 'closed_at', closed_at, \
         'closed_how', closed_how) FROM obligation WHERE requester = ?1 AND ?2 <> '' ORDER BY id",
        address,
    )?;
    let letters = rows(
        c,
        "SELECT json_object('kind', kind, 'state', state, 'queued_at', queued_at, \
         'answer', answer) FROM letter WHERE to_address = ?1 AND ?2 <> '' ORDER BY id",
        address,
    )?;
    Ok(json!({
        "v": 1,
        "address": address.as_str(),
        "messages": messages,
        "obligations": obligations,
        "letters": letters,
    }))
}

/// Erases the address; how many messages went.
pub fn erase(
    c: &mut Connection,
    address: &Address,
    secret: &[u8],
    now: Timestamp,
) -> Result<usize, StoreError> {
    let quoted = quoted(address);
    let step = c.transaction()?;
    let theirs = "SELECT id FROM message WHERE author = ?1 OR instr(facts, ?2) > 0";
    let both = params![address.as_str(), quoted];
    step.execute(&format!("DELETE FROM ask WHERE message_id IN ({theirs})"), both)?;
    step.execute(&format!("DELETE FROM correction WHERE message_id IN ({theirs})"), both)?;
    step.execute(&format!("DELETE FROM reference WHERE message_id IN ({theirs})"), both)?;
    let erased =
        step.execute("DELETE FROM message WHERE author = ?1 OR instr(facts, ?2) > 0", both)?;
    step.execute(
        "UPDATE obligation SET requester = 'erased@invalid', requester_name = '', subject = '', \
         asked_key = '', closed_at = coalesce(closed_at, ?2), \
         closed_how = coalesce(closed_how, 'withdrawn') WHERE requester = ?1",
        params![address.as_str(), now.as_second()],
    )?;
    step.execute(
        "UPDATE letter SET to_address = 'erased@invalid', bytes = NULL, about = '' \
         WHERE to_address = ?1",
        [address.as_str()],
    )?;
    step.execute(
        "UPDATE letter SET bytes = NULL WHERE bytes IS NOT NULL AND state <> 'queued' \
         AND state <> 'sending' AND state <> 'committing' AND instr(bytes, ?1) > 0",
        [address.as_str().as_bytes()],
    )?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let hash: String = hmac::sign(&key, address.as_str().as_bytes())
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    step.execute(
        "INSERT INTO erased (hash, erased_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        params![hash, now.as_second()],
    )?;
    step.commit()?;
    // What was deleted must not linger in free pages or in the write-ahead log.
    c.execute_batch("VACUUM")?;
    c.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(erased)
}

/// Removes facts that are older than their time: closed obligations and settled messages.
pub fn forget_old(c: &Connection, before: Timestamp) -> Result<usize, StoreError> {
    let second = before.as_second();
    let old = "SELECT m.id FROM message m WHERE m.arrived_at < ?1 AND NOT EXISTS (\
               SELECT 1 FROM ask a JOIN obligation o ON o.id = a.obligation_id \
               WHERE a.message_id = m.id AND o.closed_at IS NULL)";
    c.execute(&format!("DELETE FROM ask WHERE message_id IN ({old})"), [second])?;
    c.execute(&format!("DELETE FROM correction WHERE message_id IN ({old})"), [second])?;
    c.execute(&format!("DELETE FROM reference WHERE message_id IN ({old})"), [second])?;
    Ok(c.execute(&format!("DELETE FROM message WHERE id IN ({old})"), [second])?)
}

fn quoted(address: &Address) -> String {
    format!("\"{address}\"")
}

fn rows(c: &Connection, sql: &str, address: &Address) -> Result<Vec<Value>, StoreError> {
    let mut statement = c.prepare(sql)?;
    let found = statement
        .query_map(params![address.as_str(), quoted(address)], |row| row.get::<_, String>(0))?;
    let mut values = Vec::new();
    for row in found {
        let value = serde_json::from_str(&row?).map_err(|e| StoreError::Odd(e.to_string()))?;
        values.push(value);
    }
    Ok(values)
}
