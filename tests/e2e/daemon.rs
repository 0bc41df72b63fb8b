//! The real daemon as a child process, and the command line beside it.
//!
//! Everything of one instance lies in one temporary folder: configuration, database, journal. What
//! is waited for is asked again and again with a generous deadline, never slept for.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
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

/// What an instance is told; a story changes what it is about.
#[derive(Clone)]
pub struct Setup {
    /// How much may leave.
    pub mode: &'static str,
    /// The poll beside IDLE.
    pub poll_every: &'static str,
    /// Older knowledge is read anew before a letter leaves.
    pub fresh_within: &'static str,
    /// The ladder's first step.
    pub nudge_after: &'static str,
    /// Who hears of what needs a hand.
    pub admin: Option<String>,
    /// How letters leave.
    pub smtp: Account,
    /// Address and mailbox of everybody who is watched.
    pub owners: Vec<(String, Account)>,
}

impl Setup {
    /// One owner, who is nudged after three seconds.
    pub fn new(owner: &str, imap: Account, smtp: Account) -> Self {
        Self {
            mode: "nudge",
            poll_every: "2s",
            fresh_within: "60s",
            nudge_after: "3s",
            admin: None,
            smtp,
            owners: vec![(owner.to_owned(), imap)],
        }
    }

    /// The configuration.
    pub fn text(&self) -> String {
        let Self { mode, poll_every, fresh_within, nudge_after, .. } = self;
        let mut text = format!(
            "mode = \"{mode}\"\npoll_every = \"{poll_every}\"\nholidays = []\n\
             [store]\npath = \"sigap.db\"\n\
             [reading]\nsettle = \"2s\"\nfresh_within = \"{fresh_within}\"\n\
             [smtp]\nfrom = \"Sigap <sigap@example.test>\"\n{}\
             [[tier]]\nname = \"everyone\"\nreply_within = \"60s\"\n\
             ladder = [\"nudge {nudge_after}\", \"nudge 600s\", \"lapse 3000s\"]\n",
            account("smtp", "", &self.smtp),
        );
        if let Some(admin) = &self.admin {
            writeln!(text, "[admin]\naddress = \"{admin}\"").unwrap();
        }
        for (owner, imap) in &self.owners {
            let imap = account("imap", "imap.", imap);
            write!(
                text,
                "[[owner]]\nname = \"Ani\"\naddresses = [\"{owner}\"]\nlanguage = \"en\"\n\
                 time_zone = \"Asia/Jakarta\"\nhours = [\"Mon-Sun 00:00-24:00\"]\n{imap}"
            )
            .unwrap();
        }
        text
    }
}

impl Daemon {
    /// Writes the configuration; starts nothing yet.
    pub fn new(setup: &Setup) -> Self {
        let daemon = Self { folder: place::folder(), child: None };
        daemon.write(&setup.text());
        daemon
    }

    /// Writes another configuration; a running daemon reads it when told to.
    pub fn write(&self, text: &str) {
        fs::write(self.folder.path().join("sigap.toml"), text).unwrap();
    }

    /// Where everything of it lies.
    pub fn home(&self) -> &Path {
        self.folder.path()
    }

    /// Starts the daemon.
    pub fn start(&mut self) {
        let log = fs::File::options().create(true).append(true).open(self.journal()).unwrap();
        self.start_into(log.into());
    }

    /// Starts the daemon; its journal goes there.
    pub fn start_into(&mut self, journal: Stdio) {
        assert!(self.child.is_none(), "it runs already");
        let mut command = self.command(&["run"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(journal);
        command.env("NOTIFY_SOCKET", self.folder.path().join("notify"));
        self.child = Some(command.spawn().unwrap());
    }

    /// Where a service manager would listen; to be called before the start.
    pub fn notify_socket(&self) -> UnixDatagram {
        let socket = UnixDatagram::bind(self.folder.path().join("notify")).unwrap();
        socket.set_read_timeout(Some(WITHIN)).unwrap();
        socket
    }

    /// The daemon's process.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("it runs").id()
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.as_ref().expect("it runs").id()
    }

    /// Sends a signal by name.
    pub fn signal(&self, name: &str) {
        let id = self.child.as_ref().expect("it runs").id().to_string();
        place::run(Command::new("kill").args(["-s", name, &id]));
    }

    /// Waits for its end. The exit code; none after a signal.
    pub fn ends(&mut self) -> Option<i32> {
        let mut child = self.child.take().expect("it runs");
        place::wait_for("the daemon ends", WITHIN, || child.try_wait().unwrap()).code()
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
        self.settles(2);
    }

    /// Waits until so many folders are known and a mail of now counts as new.
    pub fn settles(&mut self, folders: usize) {
        self.wait_for("all folders are known", |it| {
            let states = it.states();
            (states.len() == folders && states.iter().all(|state| state == "live")).then_some(())
        });
        self.next_second();
    }

    /// Servers stamp arrivals by the second: only the next one is surely after this moment.
    pub fn next_second(&mut self) {
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

    /// How well `list` says that each folder is known.
    pub fn states(&self) -> Vec<String> {
        let Some(listing) = self.json(&["list"]) else { return Vec::new() };
        let folders = listing["mailboxes"].as_array().unwrap();
        folders.iter().map(|folder| folder["state"].as_str().unwrap().to_owned()).collect()
    }

    /// Any command to its end: exit code, and what it said for people, in one line.
    pub fn sigap(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = self.command(arguments).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        let words = String::from_utf8_lossy(&said).into_owned();
        (output.status.code(), words.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// The subjects that `list` shows.
    pub fn listed(&self) -> Vec<String> {
        let listing = self.json(&["list"]).unwrap();
        let rows = listing["obligations"].as_array().unwrap();
        rows.iter().map(|row| row["subject"].as_str().unwrap().to_owned()).collect()
    }

    /// Waits until a subject is listed.
    pub fn lists(&mut self, subject: &str) {
        self.wait_for(&format!("{subject} is listed"), |it| {
            it.listed().iter().any(|found| found == subject).then_some(())
        });
    }

    /// Waits until nothing is listed.
    pub fn lists_nothing(&mut self) {
        self.wait_for("nothing is listed", |it| it.listed().is_empty().then_some(()));
    }

    /// All letters, as the outbox tells them.
    pub fn outbox(&self) -> Vec<Value> {
        self.json(&["outbox", "list"]).unwrap()["letters"].as_array().unwrap().clone()
    }

    /// Message-ID and state of all letters of a kind.
    pub fn letters(&self, kind: &str) -> Vec<(String, String)> {
        let word = |value: &Value| value.as_str().unwrap().trim_matches(['<', '>']).to_owned();
        let letters = self.outbox().into_iter().filter(|letter| letter["kind"] == kind);
        letters.map(|letter| (word(&letter["message_id"]), word(&letter["state"]))).collect()
    }

    /// Waits for a letter of a kind to come to a state. Its Message-ID.
    pub fn has(&mut self, kind: &str, state: &str) -> String {
        self.wait_for(&format!("a {kind} is {state}"), |it| {
            it.letters(kind).into_iter().find(|letter| letter.1 == state).map(|letter| letter.0)
        })
    }

    /// How many messages are on record.
    pub fn facts(&self) -> u32 {
        self.store().query_row("SELECT count(*) FROM message", [], |row| row.get(0)).unwrap()
    }

    /// A connection of our own to its database.
    pub fn store(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder.path().join("sigap.db")).unwrap()
    }

    /// The journal.
    pub fn told_so_far(&self) -> String {
        fs::read_to_string(self.journal()).unwrap_or_default()
    }

    /// The journal and the outbox, for whoever has to find out what went wrong.
    pub fn told(&self) -> String {
        let (listed, outbox) = (self.json(&["list"]), self.json(&["outbox", "list"]));
        format!("{}\n{listed:?}\n{outbox:?}", self.told_so_far())
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

/// A plain server on loopback without a login.
pub fn plain(port: u16) -> Account {
    Account {
        host: "127.0.0.1".to_owned(),
        port,
        tls: Tls::Plain,
        user: None,
        password: None,
        ca_file: None,
    }
}

/// An account as it is written in the configuration, each key behind the prefix.
pub fn account(protocol: &str, prefix: &str, account: &Account) -> String {
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
