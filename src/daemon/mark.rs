//! Which message is being parsed at this moment, in a small file beside the database: what a
//! process was reading when it died is known to the next one.
//!
//! One line of fixed length, overwritten in place and never synced: what was written outlives the
//! process, and a power cut is no message's fault. Next station: `engine` suspects what was found.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::model::ids::MailboxId;

/// Two numbers of at most twenty digits, a space, the line's end.
const WIDTH: u64 = 42;

/// A folder and a number in it.
pub type Place = (MailboxId, u64);

/// The mark of this process.
#[derive(Debug)]
pub struct Mark {
    file: File,
}

impl Mark {
    /// Opens the mark that belongs to a database. What the last process left there.
    pub fn open(database: &Path) -> io::Result<(Self, Option<Place>)> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut file = options.open(path(database))?;
        let mut line = String::new();
        // Whatever else lies there is no mark of ours.
        let _odd = Read::by_ref(&mut file).take(WIDTH).read_to_string(&mut line);
        let mark = Self { file };
        // On a full disk only the protection against a crash is missing.
        let _unmarked = mark.clear();
        Ok((mark, understood(&line)))
    }

    /// This is being parsed from now on.
    pub fn set(&self, (mailbox, uid): Place) -> io::Result<()> {
        self.file.write_all_at(format!("{:>20} {uid:>20}\n", mailbox.0).as_bytes(), 0)
    }

    /// Nothing is being parsed.
    pub fn clear(&self) -> io::Result<()> {
        self.file.write_all_at(format!("{:>20} {:>20}\n", '-', '-').as_bytes(), 0)
    }
}

/// The mark's file.
pub fn path(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".reading");
    PathBuf::from(name)
}

fn understood(line: &str) -> Option<Place> {
    let mut numbers = line.split_ascii_whitespace();
    let (mailbox, uid) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
    Some((MailboxId(mailbox), uid))
}
