//! What the stories about reading know of a server, whichever it is.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use sigap::config::secret::Secret;
use sigap::config::settings::{Account, Tls};

use crate::authority::Authority;
use crate::dovecot::Dovecot;
use crate::mailboxes::Mailboxes;
use crate::place;

/// Everybody's password.
pub const PASSWORD: &str = "rahasia";

/// A server under test. Its users have an inbox and a folder of sent mail.
pub trait Host: Mailboxes + Send + Sync {
    /// How Sigap reaches a user's mailbox.
    fn account(&self, user: &str) -> Account;

    /// A message arrives in the inbox, as it does on this server.
    fn deliver(&self, user: &str, bytes: &[u8]);

    /// What the names of all folders but the inbox begin with.
    fn prefix(&self) -> &'static str {
        ""
    }

    /// Numbers the inbox anew; false: this server never does.
    fn renumber_inbox(&self, _user: &str) -> bool {
        false
    }

    /// Stops it, with every session, and starts it on the same ports.
    fn restart(&mut self);

    /// What it wrote.
    fn log(&self) -> String;
}

/// The usual account on a server with a certificate of ours; writes the password beside it.
pub fn account(folder: &Path, authority: &Authority, user: &str, port: u16, tls: Tls) -> Account {
    let file = folder.join(format!("{user}.password"));
    if !file.exists() {
        place::secret(&file, PASSWORD);
    }
    Account {
        host: "localhost".to_owned(),
        port,
        tls,
        user: Some(user.to_owned()),
        password: Some(Secret::File(file)),
        ca_file: Some(authority.ca.clone()),
    }
}

/// Puts a message into a Maildir as a delivery agent does: written in `tmp`, moved to `new`.
pub fn into_maildir(maildir: &Path, give: impl Fn(&Path), bytes: &[u8]) {
    static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    // In the order of the names: Courier numbers by it what only readers have looked at so far, and
    // numbers it once more for the next one who may write.
    let name = format!("{}.M{:06}Q{count}.localhost", now.as_secs(), now.subsec_micros());
    let draft = maildir.join("tmp").join(&name);
    // As a local delivery writes: lines end in LF.
    let text: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != b'\r').collect();
    fs::write(&draft, text).unwrap();
    fs::set_permissions(&draft, Permissions::from_mode(0o644)).unwrap();
    give(&draft);
    fs::rename(&draft, maildir.join("new").join(name)).unwrap();
}

impl Host for Dovecot {
    fn account(&self, user: &str) -> Account {
        self.account(user, Tls::Implicit)
    }

    fn deliver(&self, user: &str, bytes: &[u8]) {
        self.lmtp_deliver(user, bytes);
    }

    fn renumber_inbox(&self, user: &str) -> bool {
        self.bump_uidvalidity(user, "INBOX");
        true
    }

    fn restart(&mut self) {
        self.restart();
    }

    fn log(&self) -> String {
        self.log()
    }
}
