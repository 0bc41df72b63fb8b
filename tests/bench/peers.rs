//! Programs to compare with, where they are installed: mbsync (Debian's isync) and notmuch.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::dovecot::Dovecot;

/// Copies everything for the first time. How long it took, and where the copy lies.
pub fn mbsync(
    dovecot: &Dovecot,
    user: &str,
    password: &str,
    room: &Path,
) -> Option<(Duration, PathBuf)> {
    let copy = room.join("copy");
    fs::create_dir_all(&copy).unwrap();
    let text = format!(
        "FSync no\n\
         IMAPAccount a\nHost localhost\nPort {}\nUser {user}\nPass {password}\nSSLType IMAPS\n\
         CertificateFile {}\nTimeout 0\n\n\
         IMAPStore far\nAccount a\n\n\
         MaildirStore near\nPath {copy}/\nInbox {copy}/INBOX\nSubFolders Verbatim\n\n\
         Channel all\nFar :far:\nNear :near:\nPatterns *\nCreate Near\nSync Pull\nSyncState *\n",
        dovecot.ports.imaps,
        dovecot.authority.ca.display(),
        copy = copy.display(),
    );
    fs::write(room.join("mbsyncrc"), text).unwrap();
    Some((mbsync_again(room)?, copy))
}

/// Runs it once more.
pub fn mbsync_again(room: &Path) -> Option<Duration> {
    let rc = room.join("mbsyncrc");
    timed("mbsync", Command::new("mbsync").arg("-q").arg("-c").arg(rc).arg("all"))
}

/// Indexes a copy.
pub fn notmuch(copy: &Path) -> Option<Duration> {
    let config = copy.with_extension("notmuch");
    let text = format!("[database]\npath={}\n[new]\ntags=\n", copy.display());
    fs::write(&config, text).unwrap();
    timed("notmuch", Command::new("notmuch").arg("new").env("NOTMUCH_CONFIG", config))
}

/// `None`, said aloud: it is not there, or it failed.
fn timed(name: &str, command: &mut Command) -> Option<Duration> {
    let began = Instant::now();
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let done = match quiet.output() {
        Ok(done) => done,
        Err(error) => {
            println!("# {name}: {error}");
            return None;
        }
    };
    let took = began.elapsed();
    if !done.status.success() {
        println!("# {name}: {}", String::from_utf8_lossy(&done.stderr));
    }
    done.status.success().then_some(took)
}
