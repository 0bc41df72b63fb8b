//! The first start of all: whatever a kill leaves of it, the next start goes on, and nothing that
//! was known is forgotten.

use std::path::Path;

use jiff::Timestamp;
use rusqlite::Connection;
use sigap::store::db::{Access, Db, StoreError};
use sigap::store::epoch::{self, Standing};

fn open(path: &Path) -> Result<Db, StoreError> {
    Db::open(path, Access::Daemon, Timestamp::UNIX_EPOCH)
}

/// A database as it is after SQL was run on a new file, or on a finished one.
fn left(path: &Path, finished: bool, sql: &str) {
    if finished {
        drop(open(path).unwrap());
    }
    Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn a_first_start_that_was_cut_short_goes_on() {
    for (finished, with_epoch, sql) in [
        (false, false, ""),
        (false, false, "PRAGMA application_id = 0x53494750"),
        (false, false, "PRAGMA application_id = 0x53494750; PRAGMA journal_mode = WAL"),
        (true, false, "DELETE FROM instance"),
        (true, false, "UPDATE instance SET nonce = ''"),
        (true, true, "UPDATE instance SET nonce = ''"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sigap.db");
        left(&path, finished, sql);
        if finished && !with_epoch {
            std::fs::remove_file(epoch::file(&path)).unwrap();
        }
        for _ in 0..2 {
            let db = open(&path).unwrap_or_else(|error| panic!("{sql}: {error}"));
            assert_eq!(epoch::standing(&db).unwrap(), Standing::Same, "{sql}");
        }
    }
}

#[test]
fn a_database_that_lost_what_it_knew_is_not_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sigap.db");
    left(&path, true, "DELETE FROM instance");
    assert!(matches!(open(&path), Err(StoreError::Lost(_))), "its row");
    std::fs::write(&path, "").unwrap();
    assert!(matches!(open(&path), Err(StoreError::Lost(_))), "everything");
}
