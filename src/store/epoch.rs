//! Is this database the one that we left? A small file beside it knows (law 7).
//!
//! Before letters are claimed the nonce in the database and the one in `epoch.json` are changed
//! together: file first (naming the old and the new one), then database, then file again. A
//! restored or copied database does not know the newest nonce, or is not the same file: nothing is
//! sent until a person confirms. The file must not be part of a backup.

use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::model::letter::{Audience, State};
use crate::store::backup::sync_folder;
use crate::store::db::{Db, StoreError, random_hex};
use crate::store::{letters, mailboxes, outbox};

const RESTORED: &str = "the database was restored from an older state";

/// What the file says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Epoch {
    /// The newest nonce.
    pub nonce: String,
    /// The one before it, only while a change is under way.
    pub before: Option<String>,
    /// Device and inode of the database, so that a copy is known as one.
    pub place: Option<(u64, u64)>,
}

impl Epoch {
    /// No change under way.
    pub fn settled(nonce: String) -> Self {
        Self { nonce, before: None, place: None }
    }
}

/// Whether the database may be trusted to know what was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is the one we left.
    Same,
    /// It is not; why, in words.
    Stranger(String),
}

/// The file that belongs to a database.
pub fn file(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".epoch.json");
    PathBuf::from(name)
}

/// Compares file and database.
pub fn standing(db: &Db) -> Result<Standing, StoreError> {
    standing_of(db.connection(), db.path())
}

/// The same for a database that is open in another way.
pub fn standing_of(c: &Connection, database: &Path) -> Result<Standing, StoreError> {
    let nonce = nonce(c)?;
    let at = file(database);
    let Ok(text) = std::fs::read_to_string(&at) else {
        let why = "its epoch file is missing: it was restored or copied";
        return Ok(Standing::Stranger(why.to_owned()));
    };
    let Ok(epoch) = serde_json::from_str::<Epoch>(&text) else {
        return Ok(Standing::Stranger(format!("{} cannot be read", at.display())));
    };
    if epoch.place.is_some() && epoch.place != place(database) {
        let why = "it is not the file that was used last: it was restored or copied";
        return Ok(Standing::Stranger(why.to_owned()));
    }
    if nonce == epoch.nonce || epoch.before.as_ref() == Some(&nonce) {
        return Ok(Standing::Same);
    }
    let why = "letters were claimed after this state of it: an older state was restored";
    Ok(Standing::Stranger(why.to_owned()))
}

/// Announces a new nonce in the file; [`take`] it in the claiming transaction, then [`settle`].
pub fn announce(db: &Db) -> Result<Epoch, StoreError> {
    let under_way = Epoch {
        nonce: random_hex()?,
        before: Some(nonce(db.connection())?),
        place: place(db.path()),
    };
    write(db.path(), &under_way)?;
    Ok(under_way)
}

/// Takes the announced nonce over into the database.
pub fn take(c: &Connection, announced: &Epoch) -> Result<(), StoreError> {
    c.execute("UPDATE instance SET nonce = ?1", [&announced.nonce])?;
    Ok(())
}

/// The transaction is durable: only the new nonce counts from now on.
pub fn settle(db: &Db, announced: Epoch) -> Result<(), StoreError> {
    write(db.path(), &Epoch { before: None, ..announced })
}

/// A person confirmed that this database is to be used from now on.
pub fn adopt(db: &Db) -> Result<(), StoreError> {
    let nonce = nonce(db.connection())?;
    write(db.path(), &Epoch { nonce, before: None, place: place(db.path()) })
}

/// A restored database begins anew: what was queued is recalled, what came meanwhile is backlog.
/// How many letters were recalled.
pub fn begin_anew(c: &Connection, now: Timestamp) -> Result<usize, StoreError> {
    let queued = letters::due(c, State::Queued, Timestamp::MAX, u32::MAX)?;
    for letter in &queued {
        // One that may have arrived before keeps its keys: it is not written a second time.
        if letter.repeats > 0 {
            outbox::settle(c, letter.id, State::Unknown, RESTORED, Timestamp::MAX, now)?;
        }
        // Since the copy was made it may have left, and to a requester never twice (law 3).
        if letter.draft.audience == Audience::Requester {
            outbox::settle(c, letter.id, State::Expired, RESTORED, Timestamp::MAX, now)?;
        }
        for item in &letter.draft.items {
            outbox::recall(c, letter.id, &item.key, RESTORED, now)?;
        }
    }
    mailboxes::hush(c, now)?;
    // Who was answered since that state is forgotten.
    c.execute("UPDATE instance SET anew_at = ?1", [now.as_second()])?;
    Ok(queued.len())
}

/// Writes the file durably: whole or not at all.
pub fn write(database: &Path, epoch: &Epoch) -> Result<(), StoreError> {
    let at = file(database);
    let fresh = at.with_extension("json.new");
    let epoch = Epoch { place: epoch.place.or_else(|| place(database)), ..epoch.clone() };
    let text = serde_json::to_string(&epoch).map_err(|e| StoreError::Odd(e.to_string()))?;
    let written = (|| {
        let mut out = std::fs::File::create(&fresh)?;
        out.write_all(text.as_bytes())?;
        out.sync_all()?;
        std::fs::rename(&fresh, &at)?;
        sync_folder(&at)
    })();
    written.map_err(|source| StoreError::File { path: at, source })
}

fn nonce(connection: &Connection) -> Result<String, StoreError> {
    Ok(connection.query_row("SELECT nonce FROM instance", [], |row| row.get(0))?)
}

fn place(database: &Path) -> Option<(u64, u64)> {
    std::fs::metadata(database).ok().map(|file| (file.dev(), file.ino()))
}
