//! A second copy of the memory, proven whole before it counts as one.
//!
//! Never copies the epoch file: a restored backup must be known as restored (`store/epoch`).

use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::Connection;

use crate::store::db::StoreError;

/// Copies the live database to `target`, which must not exist; checks it; makes it durable.
pub fn backup(connection: &Connection, target: &Path) -> Result<(), StoreError> {
    let failed = |source| StoreError::File { path: target.to_owned(), source };
    if target.exists() {
        let exists = std::io::Error::other("it exists already; name another file");
        return Err(failed(exists));
    }
    let mut name = target.as_os_str().to_owned();
    name.push(".part");
    let part = PathBuf::from(name);
    let text =
        part.to_str().ok_or_else(|| failed(std::io::Error::other("its name is not UTF-8")))?;
    if part.exists() {
        std::fs::remove_file(&part).map_err(failed)?;
    }
    // Only its owner may read it, from the first byte on: SQLite fills an empty file.
    let private = std::fs::File::options().write(true).create_new(true).mode(0o600).open(&part);
    private.map_err(failed)?;
    connection.execute("VACUUM INTO ?1", [text])?;
    let copy = Connection::open(&part)?;
    let verdict: String = copy.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    drop(copy);
    if verdict != "ok" {
        return Err(StoreError::Corrupt { path: part, why: verdict });
    }
    std::fs::File::open(&part).and_then(|file| file.sync_all()).map_err(failed)?;
    std::fs::rename(&part, target).and_then(|()| sync_folder(target)).map_err(failed)
}

/// Makes a file's name durable: the entry in its folder.
pub fn sync_folder(file: &Path) -> std::io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    std::fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// The copy that is made before the schema changes.
pub fn before_migration(
    connection: &Connection,
    path: &Path,
    version: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".schema-{version}-{}.backup", now.as_second()));
    backup(connection, Path::new(&name))
}
