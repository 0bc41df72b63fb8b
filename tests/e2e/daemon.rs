//! The real daemon as a child process, and the command line beside it.
//!
//! Everything of one instance lies in one temporary folder: configuration, database, journal. What
//! is waited for is asked again and again with a generous deadline, never slept for.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use sigap::config::secret::Secret;
use sigap::config::settings::{Account, Tls};

use crate::place;

/// Patience on a busy machine.
pub const WITHIN: Duration = Duration::from_secs(90);

/// One instance of Sigap; its daemon is killed when dropped.
pub struct Daemon {
    folder: tempfile::TempDir,
    child: Option<Child>,
}

impl Daemon {
    /// Writes the configuration; starts nothing yet.
    pub fn new(owner: &str, imap: &Account, smtp: &Account, poll_every: &str) -> Self {
        let folder = place::folder();
        let text = format!(
            "mode = \"nudge\"\npoll_every = \"{poll_every}\"\nholidays = []\n\
             [store]\npath = \"sigap.db\"\n\
             [reading]\nsettle = \"2s\"\n\
             [smtp]\nfrom = \"Sigap <sigap@example.test>\"\n{}\
             [[tier]]\nname = \"everyone\"\nreply_within = \"60s\"\n\
             ladder = [\"nudge 3s\", \"nudge 600s\", \"lapse 3000s\"]\n\
             [[owner]]\nname = \"Ani\"\naddresses = [\"{owner}\"]\nlanguage = \"en\"\n\
             time_zone = \"Asia/Jakarta\"\nhours = [\"Mon-Sun 00:00-24:00\"]\n{}",
            account("smtp", "", smtp),
            account("imap", "imap.", imap),
        );
        fs::write(folder.path().join("sigap.toml"), text).unwrap();
        Self { folder, child: None }
    }

    /// Starts the daemon.
    pub fn start(&mut self) {
        assert!(self.child.is_none(), "it runs already");
        let log = fs::File::options().create(true).append(true).open(self.journal()).unwrap();
        let child = self
            .command(&["run"])
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn();
        self.child = Some(child.unwrap());
    }

    /// SIGKILL: no chance to tidy up.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Starts it and waits until inbox and Sent are known and a mail of now counts as new.
    pub fn start_and_settle(&mut self) {
        self.start();
        self.wait_for("all folders are known", |it| {
            let listing = it.json(&["list"])?;
            let folders = listing["mailboxes"].as_array().unwrap();
            let live = |f: &Value| f["state"] == "live" && !f["last_read_at"].is_null();
            (folders.len() == 2 && folders.iter().all(live)).then_some(())
        });
        // Servers stamp arrivals by the second: only the next one is surely after the start.
        let second = || std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
        let start = second();
        self.wait_for("the next second", |_| (second() > start).then_some(()));
    }

    /// Asks until there is an answer; fails with the journal.
    pub fn wait_for<T>(&mut self, what: &str, mut ask: impl FnMut(&Self) -> Option<T>) -> T {
        let began = std::time::Instant::now();
        loop {
            if let Some(answer) = ask(self) {
                return answer;
            }
            let ended = self.child.as_mut().and_then(|child| child.try_wait().unwrap());
            assert!(ended.is_none(), "{what}: the daemon ended\n{}", self.told());
            assert!(began.elapsed() < WITHIN, "{what}: not within {WITHIN:?}\n{}", self.told());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// What a reading command says as JSON; none while the database is not there.
    pub fn json(&self, arguments: &[&str]) -> Option<Value> {
        let output = self.command(arguments).arg("--json").output().unwrap();
        output.status.success().then(|| serde_json::from_slice(&output.stdout).unwrap())
    }

    /// The subjects that `list` shows.
    pub fn listed(&self) -> Vec<String> {
        let listing = self.json(&["list"]).unwrap();
        let rows = listing["obligations"].as_array().unwrap();
        rows.iter().map(|row| row["subject"].as_str().unwrap().to_owned()).collect()
    }

    /// Message-ID and state of all letters of a kind.
    pub fn letters(&self, kind: &str) -> Vec<(String, String)> {
        let outbox = self.json(&["outbox", "list"]).unwrap();
        let word = |value: &Value| value.as_str().unwrap().trim_matches(['<', '>']).to_owned();
        let letters = outbox["letters"].as_array().unwrap().iter();
        letters
            .filter(|letter| letter["kind"] == kind)
            .map(|letter| (word(&letter["message_id"]), word(&letter["state"])))
            .collect()
    }

    /// How many messages are on record.
    pub fn facts(&self) -> u32 {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let db = self.folder.path().join("sigap.db");
        let c = rusqlite::Connection::open_with_flags(db, flags).unwrap();
        c.query_row("SELECT count(*) FROM message", [], |row| row.get(0)).unwrap()
    }

    /// The journal and the outbox, for whoever has to find out what went wrong.
    pub fn told(&self) -> String {
        let journal = fs::read_to_string(self.journal()).unwrap_or_default();
        format!("{journal}\n{:?}\n{:?}", self.json(&["list"]), self.json(&["outbox", "list"]))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sigap"));
        command.arg("--config").arg(self.folder.path().join("sigap.toml")).args(arguments);
        command
    }

    fn journal(&self) -> PathBuf {
        self.folder.path().join("journal.log")
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.kill();
    }
}

/// An account as it is written in the configuration.
fn account(protocol: &str, prefix: &str, account: &Account) -> String {
    let (scheme, none) = match account.tls {
        Tls::Implicit => (format!("{protocol}s"), false),
        Tls::StartTls => (protocol.to_owned(), false),
        Tls::Plain => (protocol.to_owned(), true),
    };
    let user = account.user.as_ref().map(|user| user.replace('@', "%40") + "@");
    let user = user.unwrap_or_default();
    let mut text =
        format!("{prefix}url = \"{scheme}://{user}{}:{}\"\n", account.host, account.port);
    if none {
        writeln!(text, "{prefix}tls = \"none\"").unwrap();
    }
    if let Some(Secret::File(file)) = &account.password {
        writeln!(text, "{prefix}password.file = \"{}\"", file.display()).unwrap();
    }
    if let Some(file) = &account.ca_file {
        writeln!(text, "{prefix}ca_file = \"{}\"", file.display()).unwrap();
    }
    text
}
