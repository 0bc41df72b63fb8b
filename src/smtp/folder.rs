//! The courier of the demo: every letter becomes a file in a folder, and nothing leaves.
//!
//! A letter is there whole or not at all: temporary name, fsync, mark, rename. It never reads what
//! is in a letter and makes no folder. Next station: the outcome, as with SMTP.

use std::fmt::Display;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use jiff::Timestamp;

use crate::model::letter::{Outcome, Parcel, Scope};
use crate::smtp::reply::{Phase, deferred};

/// Puts one letter into the folder, which must exist. `on_commit` is called when the letter is
/// written and not yet visible; where it fails the letter is removed.
pub async fn put<C, F, E>(folder: &Path, at: Timestamp, parcel: &Parcel, on_commit: C) -> Outcome
where
    C: FnOnce() -> F,
    F: Future<Output = Result<(), E>>,
    E: Display,
{
    let name = file_name(at, parcel);
    let target = folder.join(&name);
    let draft = folder.join(format!(".{name}.part"));
    if let Err(error) = write_whole(&draft, &parcel.bytes) {
        return trouble(Phase::Body, folder, &error);
    }
    if let Err(error) = on_commit().await {
        let _stays_invisible = std::fs::remove_file(&draft);
        let why = format!("the mark before the rename failed: {error}");
        return deferred(Scope::Letter, Phase::Body, &why);
    }
    if let Err(error) = std::fs::rename(&draft, &target) {
        let _stays_invisible = std::fs::remove_file(&draft);
        return trouble(Phase::Body, folder, &error);
    }
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        Ok(()) => Outcome::Accepted(format!("written to {}", target.display())),
        Err(error) => Outcome::Ambiguous(format!("{}: {error}", target.display())),
    }
}

/// `2026-11-24T09-00-00Z-17.eml`: sorts by time, one for each letter and try.
fn file_name(at: Timestamp, parcel: &Parcel) -> String {
    format!("{}-{}.eml", at.strftime("%Y-%m-%dT%H-%M-%SZ"), parcel.id)
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn trouble(phase: Phase, folder: &Path, error: &io::Error) -> Outcome {
    deferred(Scope::Account, phase, &format!("{}: {error}", folder.display()))
}
