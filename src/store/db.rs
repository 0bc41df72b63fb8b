//! Opens the database and keeps it whole: pragmas, migrations, one transaction at a time.
//!
//! It never overwrites a file that it does not understand, never makes an empty one where one was
//! lost, and never reads the clock. Whether the file is the one we left, `store/epoch` says.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use ring::rand::{SecureRandom, SystemRandom};
use rusqlite::config::DbConfig;
use rusqlite::{OpenFlags, OptionalExtension, TransactionBehavior};

use crate::store::header::{self, APPLICATION_ID, Found};
use crate::store::{backup, epoch};

/// SQLite before this version could lose a commit when the write-ahead log was reset.
const OLDEST_SQLITE: i32 = 3_051_003;
/// Pages kept in memory where nothing else is said, KiB.
const CACHE_KIB: i64 = 32 * 1024;
/// The write-ahead log goes into the database when it has grown so far: 16 MiB.
const CHECKPOINT_PAGES: i64 = 4_000;
const MIGRATIONS: &[(&str, &str)] = &[("0001_begin", include_str!("schema/0001_begin.sql"))];

/// An open database, for the functions of `store/` that read and write rows; also a [`Step`].
///
/// Statements are prepared once and kept. A limit is written into the text: one that is bound would
/// be looked at by the planner, and the statement prepared anew each time that it runs.
pub type Connection = rusqlite::Connection;

/// A transaction under way: everything in it happens or nothing.
pub type Step<'a> = rusqlite::Transaction<'a>;

/// Why the memory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another daemon holds it.
    #[error("{0} is held by another running sigap; stop that one first")]
    Held(PathBuf),
    /// The file is not ours or damaged.
    #[error(
        "{path} cannot be used: {why}. Nothing was changed; restore a backup or name another file"
    )]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// Written by a later version.
    #[error(
        "{path} was written by a newer sigap (schema {found}; this one knows {known}): use that one"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// The file is gone though we left one.
    #[error(
        "{0} is missing or empty, but its epoch file is there: restore a backup, or remove the \
         epoch file to begin anew"
    )]
    Lost(PathBuf),
    /// The file system.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// SQLite.
    #[error("database: {0}")]
    Sql(#[from] rusqlite::Error),
    /// A stored value that no version of ours wrote.
    #[error("database: {0}")]
    Odd(String),
}

/// The open database with the lock that says it is ours.
#[derive(Debug)]
pub struct Db {
    connection: Connection,
    path: PathBuf,
    _lock: Option<Lock>,
}

/// Who opens the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The daemon: alone, may send.
    Daemon,
    /// The command line: short transactions beside the daemon.
    Command,
}

impl Db {
    /// Opens or creates the database at `path`; `now` dates a fresh one.
    pub fn open(path: &Path, access: Access, now: Timestamp) -> Result<Self, StoreError> {
        let lock = match access {
            Access::Daemon => Some(lock(path)?),
            Access::Command => None,
        };
        let found = header::look(path, schema_version())?;
        if found == Found::Nothing && epoch::file(path).exists() {
            return Err(StoreError::Lost(path.to_owned()));
        }
        let has_log = beside(path, "-wal").exists();
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        let sound = match is_blank(&connection).map_err(|error| named(error, path)) {
            Ok(true) => claim(&connection, path),
            Ok(false) => examine(&connection, path, access),
            Err(error) => Err(error),
        };
        if let Err(refused) = sound {
            // What lies in the log stays there: closing must not copy it into a refused file.
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, has_log)?;
            return Err(refused);
        }
        prepare(&connection).map_err(|error| named(error, path))?;
        migrate(&mut connection, path, now)?;
        let mut db = Self { connection, path: path.to_owned(), _lock: lock };
        db.begin_instance(now)?;
        Ok(db)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// One transaction; everything in it happens or nothing.
    pub fn transaction(&mut self) -> Result<Step<'_>, StoreError> {
        Ok(self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?)
    }

    /// So many megabytes of pages may be kept in memory.
    pub fn keep_at_hand(&self, megabytes: u32) -> Result<(), StoreError> {
        let kib = i64::from(megabytes).saturating_mul(1024);
        Ok(self.connection.pragma_update(None, "cache_size", -kib)?)
    }

    /// For reading outside a transaction.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// For the few things that make their own transaction, such as erasing a person.
    pub fn connection_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// Who we are, once. A beginning that was cut short goes on: its row has no nonce until the
    /// epoch file is there.
    fn begin_instance(&mut self, now: Timestamp) -> Result<(), StoreError> {
        if self.is_begun()? {
            return Ok(());
        }
        let path = self.path.clone();
        let step = self.transaction()?;
        let there: i64 = step.query_row("SELECT count(*) FROM instance", [], |row| row.get(0))?;
        if there == 0 {
            if epoch::file(&path).exists() {
                return Err(StoreError::Lost(path));
            }
            let mut secret = [0_u8; 32];
            SystemRandom::new()
                .fill(&mut secret)
                .map_err(|_| StoreError::Odd("no randomness from the system".to_owned()))?;
            step.execute(
                "INSERT INTO instance (id, uuid, secret, nonce, created_at) \
                 VALUES (1, ?1, ?2, '', ?3)",
                (random_hex()?, &secret[..], now.as_second()),
            )?;
        }
        step.commit()?;
        let step = self.transaction()?;
        let nonce = random_hex()?;
        // The file first: as long as the row has no nonce, the beginning is made again.
        if step.execute("UPDATE instance SET nonce = ?1 WHERE nonce = ''", [&nonce])? > 0 {
            epoch::write(&path, &epoch::Epoch::settled(nonce))?;
        }
        step.commit().map_err(StoreError::from)
    }

    fn is_begun(&self) -> Result<bool, StoreError> {
        let begun = "SELECT count(*) FROM instance WHERE nonce <> ''";
        Ok(self.connection.query_row(begun, [], |row| row.get::<_, i64>(0))? > 0)
    }
}

impl StoreError {
    /// Whether it may go away by itself: a full disk, a busy database, a failing device.
    pub fn is_passing(&self) -> bool {
        use rusqlite::ErrorCode;
        match self {
            Self::Sql(error) => matches!(
                error.sqlite_error_code(),
                Some(
                    ErrorCode::DiskFull
                        | ErrorCode::DatabaseBusy
                        | ErrorCode::DatabaseLocked
                        | ErrorCode::SystemIoFailure
                        | ErrorCode::CannotOpen
                        | ErrorCode::ReadOnly
                )
            ),
            Self::File { .. } => true,
            Self::Held(_) | Self::Corrupt { .. } | Self::Newer { .. } => false,
            Self::Lost(_) | Self::Odd(_) => false,
        }
    }
}

/// 128 random bits as hex.
pub fn random_hex() -> Result<String, StoreError> {
    let mut bytes = [0_u8; 16];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| StoreError::Odd("no randomness from the system".to_owned()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// An instant from a column; what lies outside the calendar is odd.
pub fn instant(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The version of the schema that this program writes.
pub fn schema_version() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// The file beside a database whose name has this ending.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Says that the database is ours, until it is dropped.
#[derive(Debug)]
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // A process that is just being started holds a copy of the file until its program runs:
        // closing ours would not be enough. Where this fails, the end of the process does it.
        let _released = self.0.unlock();
    }
}

fn lock(path: &Path) -> Result<Lock, StoreError> {
    let at = beside(path, ".lock");
    let failed = |source| StoreError::File { path: at.clone(), source };
    let file =
        File::options().create(true).truncate(false).write(true).open(&at).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => Err(StoreError::Held(path.to_owned())),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// Makes a blank file ours; only the daemon's user may read what people wrote to each other.
fn claim(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
        .map_err(|source| StoreError::File { path: path.to_owned(), source })?;
    Ok(connection.pragma_update(None, "application_id", APPLICATION_ID)?)
}

fn prepare(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // A first reading touches the same pages again and again: they stay at hand, and go into the
    // database in larger pieces.
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
    connection.pragma_update(None, "secure_delete", "FAST")?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(())
}

/// Whether nothing was ever written into the database: not even whose it is.
fn is_blank(connection: &Connection) -> Result<bool, rusqlite::Error> {
    let marks: i64 = connection.query_row(
        "SELECT (SELECT count(*) FROM sqlite_schema) + (SELECT abs(application_id) \
         FROM pragma_application_id) + (SELECT abs(user_version) FROM pragma_user_version)",
        [],
        |row| row.get(0),
    )?;
    Ok(marks == 0)
}

/// An error of SQLite about the file as a whole tells which file.
fn named(error: rusqlite::Error, path: &Path) -> StoreError {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    match error.sqlite_error_code() {
        Some(NotADatabase | DatabaseCorrupt) => {
            StoreError::Corrupt { path: path.to_owned(), why: error.to_string() }
        }
        Some(_) | None => StoreError::Sql(error),
    }
}

/// Looks through SQLite's eyes at a file that is ours, before anything is set in it.
fn examine(connection: &Connection, path: &Path, access: Access) -> Result<(), StoreError> {
    let library: i32 = rusqlite::version_number();
    if library < OLDEST_SQLITE {
        return Err(StoreError::Odd(format!("SQLite {} is too old", rusqlite::version())));
    }
    version(connection, path)?;
    if access == Access::Daemon
        && let Some(why) = quick_check(connection).map_err(|error| named(error, path))?
    {
        return Err(StoreError::Corrupt { path: path.to_owned(), why });
    }
    Ok(())
}

/// The version of the file's schema, with what lies in its log; never one beyond ours.
fn version(connection: &Connection, path: &Path) -> Result<i64, StoreError> {
    let found: i64 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(|error| named(error, path))?;
    let known = schema_version();
    if found > known {
        return Err(StoreError::Newer { path: path.to_owned(), found, known });
    }
    Ok(found)
}

fn migrate(connection: &mut Connection, path: &Path, now: Timestamp) -> Result<(), StoreError> {
    let (found, known) = (version(connection, path)?, schema_version());
    if found > 0 && found < known {
        backup::before_migration(connection, path, found, now)?;
    }
    for (version, (_, sql)) in (1_i64..).zip(MIGRATIONS) {
        if version > found {
            let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            step.execute_batch(sql)?;
            step.pragma_update(None, "user_version", version)?;
            step.commit()?;
        }
    }
    Ok(())
}

/// A connection for reading only: the command line beside a running daemon. It makes no file and
/// takes none that it does not understand.
pub fn open_to_read(path: &Path) -> Result<Connection, StoreError> {
    let known = schema_version();
    if header::look(path, known)? == Found::Nothing {
        let why = "it is empty".to_owned();
        return Err(StoreError::Corrupt { path: path.to_owned(), why });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    let found = version(&connection, path)?;
    if found < known {
        let why = format!("its schema is {found}, not yet {known}: `sigap run` brings it up");
        return Err(StoreError::Odd(why));
    }
    Ok(connection)
}

/// SQLite's own quick look at the whole file; `None`: all is well.
pub fn flaw(c: &Connection) -> Result<Option<String>, StoreError> {
    Ok(quick_check(c)?)
}

/// The ledger is looked at closely, rows against indexes: what must not be sent twice, or in
/// another shape, depends on it.
fn quick_check(c: &Connection) -> Result<Option<String>, rusqlite::Error> {
    let verdict: String = c.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Ok(Some(verdict));
    }
    c.query_row(
        "SELECT seen.integrity_check FROM sqlite_schema, pragma_integrity_check(name) AS seen \
         WHERE type = 'table' AND name IN ('instance', 'letter', 'letter_item', 'attempt') \
         AND seen.integrity_check <> 'ok' LIMIT 1",
        [],
        |row| row.get(0),
    )
    .optional()
}
