//! What the first hundred bytes of a file say, read without SQLite: so that a file that is not
//! ours, or was written by a newer program, is refused before anything is written to it or beside
//! it.
//!
//! It never opens a database; that is `store/db`. Source: sqlite.org/fileformat2.html §1.3.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use crate::store::db::StoreError;

/// Marks the file as ours (`PRAGMA application_id`): "SIGP".
pub const APPLICATION_ID: i32 = 0x5349_4750;

const LENGTH: u64 = 100;
const MAGIC: &[u8] = b"SQLite format 3\0";
const USER_VERSION: usize = 60;
const APPLICATION: usize = 68;

/// What lies at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing, or an empty file.
    Nothing,
    /// A database of ours, of a schema that this program knows.
    Ours,
}

/// Looks at a file; one that must not be touched is an error that says why.
pub fn look(path: &Path, known: i64) -> Result<Found, StoreError> {
    let failed = |source| StoreError::File { path: path.to_owned(), source };
    let mut head = Vec::new();
    match File::open(path) {
        Ok(file) => file.take(LENGTH).read_to_end(&mut head).map_err(failed)?,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(failed(error)),
    };
    if head.is_empty() {
        return Ok(Found::Nothing);
    }
    let corrupt = |why: &str| StoreError::Corrupt { path: path.to_owned(), why: why.to_owned() };
    let (Some(version), Some(application)) = (word(&head, USER_VERSION), word(&head, APPLICATION))
    else {
        return Err(corrupt("it is not a database"));
    };
    if !head.starts_with(MAGIC) {
        return Err(corrupt("it is not a database"));
    }
    if application != APPLICATION_ID {
        return Err(corrupt("it is a database of another program"));
    }
    if i64::from(version) > known {
        return Err(StoreError::Newer { path: path.to_owned(), found: version.into(), known });
    }
    Ok(Found::Ours)
}

/// A big-endian number of four bytes.
fn word(head: &[u8], at: usize) -> Option<i32> {
    let bytes = head.get(at..at + 4)?;
    Some(i32::from_be_bytes(bytes.try_into().ok()?))
}
