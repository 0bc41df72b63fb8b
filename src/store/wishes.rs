//! How often somebody wants reports, as they said it by answering one.
//!
//! Rows are only added, so that the last word can be taken back; each answer is heard once.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use crate::model::address::Address;
use crate::model::message::MessageKey;
use crate::model::team::Frequency;
use crate::store::db::{StoreError, instant};

/// What a reader said last; `None`: nothing yet.
pub fn wish(c: &Connection, reader: &Address) -> Result<Option<Frequency>, StoreError> {
    said(c, reader, 0)
}

/// What they had said before that.
pub fn wish_before(c: &Connection, reader: &Address) -> Result<Option<Frequency>, StoreError> {
    said(c, reader, 1)
}

/// In which answer they said it.
pub fn via(c: &Connection, reader: &Address) -> Result<Option<MessageKey>, StoreError> {
    let sql = "SELECT via FROM wish WHERE reader = ?1 ORDER BY id DESC LIMIT 1";
    let found = c.prepare_cached(sql)?.query_row([reader.as_str()], |row| row.get(0)).optional()?;
    Ok(found.map(MessageKey))
}

/// When they said it.
pub fn said_at(c: &Connection, reader: &Address) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT said_at FROM wish WHERE reader = ?1 ORDER BY id DESC LIMIT 1";
    let found = c.prepare_cached(sql)?.query_row([reader.as_str()], |row| row.get(0)).optional()?;
    Ok(found.map(instant))
}

/// Keeps a wish. False: that answer was heard already.
pub fn keep(
    c: &Connection,
    reader: &Address,
    wanted: Frequency,
    via: &MessageKey,
    said_at: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO wish (reader, wanted, said_at, via) VALUES (?1, ?2, ?3, ?4) \
               ON CONFLICT (reader, via) DO NOTHING";
    let kept = c.prepare_cached(sql)?.execute(params![
        reader.as_str(),
        wanted.word(),
        said_at.as_second(),
        via.0
    ])?;
    Ok(kept > 0)
}

/// Whether an answer was heard already.
pub fn is_heard(c: &Connection, reader: &Address, via: &MessageKey) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM wish WHERE reader = ?1 AND via = ?2";
    let found = c.prepare_cached(sql)?.query_row([reader.as_str(), &via.0], |_| Ok(()));
    Ok(found.optional()?.is_some())
}

fn said(c: &Connection, reader: &Address, back: i64) -> Result<Option<Frequency>, StoreError> {
    let sql = "SELECT wanted FROM wish WHERE reader = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2";
    let found: Option<String> = c
        .prepare_cached(sql)?
        .query_row(params![reader.as_str(), back], |row| row.get(0))
        .optional()?;
    let odd = |text: String| StoreError::Odd(format!("wish {text:?}"));
    found.map(|text| Frequency::parse(&text).ok_or_else(|| odd(text))).transpose()
}
