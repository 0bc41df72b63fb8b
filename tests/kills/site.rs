//! One installation: a folder with the configuration, the owners' Maildirs and the journal; the
//! daemon as a child process; and what `sigap` itself says beside it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::maildirs;
pub use crate::maildirs::owner;

/// Long beyond whatever a slow machine needs.
pub const AT_MOST: Duration = Duration::from_secs(300);

/// A process that is being tried; killed (SIGKILL) when it goes out of scope.
pub struct Running(pub Child);

impl Running {
    /// SIGTERM, and its own end.
    pub fn stop(mut self) {
        let pid = self.0.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        assert!(self.0.wait().unwrap().success(), "it ends well when it is told to");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub struct Site {
    folder: tempfile::TempDir,
    pub owners: usize,
    /// How long an absent letter is waited for before it is repeated.
    pub settle: Duration,
}

/// A letter as `sigap outbox list --json` tells it.
#[derive(Clone, Debug, Deserialize)]
pub struct Told {
    pub id: i64,
    pub kind: String,
    pub audience: String,
    pub to: String,
    pub state: String,
    pub message_id: String,
    pub repeats: u32,
    pub next_at: Option<Timestamp>,
    pub answer: String,
    pub items: Vec<ItemTold>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct ItemTold {
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    pub recalled_why: Option<String>,
}

/// Whether mail to this address lands in a Maildir that is watched.
pub fn is_watched(address: &str) -> bool {
    address.ends_with("@example.com")
}

impl Site {
    /// Each owner has the next one as delegate, where there is another one.
    pub fn lay_out(port: u16, owners: usize, settle: Duration) -> Self {
        let site = Self { folder: tempfile::tempdir().unwrap(), owners, settle };
        let mut text = format!(
            "mode = \"full\"\nholidays = []\n[store]\npath = \"sigap.db\"\n\
             [smtp]\nurl = \"smtp://127.0.0.1:{port}\"\ntls = \"none\"\n\
             from = \"Sigap <sigap@example.com>\"\n[admin]\naddress = \"it@example.org\"\n\
             [fuse]\nper_hour = 1000000\nper_address_per_day = 1000000\n\
             per_domain_per_hour = 1000000\nper_owner_per_hour = 1000000\n\
             [nudges]\nurgent_extra = 10\n\
             [reading]\nsettle = \"{}s\"\npoll_every = \"1s\"\n\
             [[tier]]\nname = \"everyone\"\nreply_within = \"60s\"\nladder = [\"nudge 1s\"]\n",
            settle.as_secs()
        );
        text += &maildirs::lay_out(site.folder.path(), owners);
        for index in (0..owners).filter(|_| owners > 1) {
            let (own, next) = (owner(index), owner((index + 1) % owners));
            let told = format!("addresses = [\"{own}\"]\n");
            text = text.replace(&told, &format!("{told}delegates = [\"{next}\"]\n"));
        }
        fs::write(site.config(), text).unwrap();
        site
    }

    pub fn config(&self) -> PathBuf {
        self.folder.path().join("sigap.toml")
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join("sigap.db")
    }

    /// A folder for copies of the database.
    pub fn scratch(&self) -> PathBuf {
        let scratch = self.folder.path().join("scratch");
        fs::create_dir_all(&scratch).unwrap();
        scratch
    }

    fn maildir(&self, index: usize) -> PathBuf {
        maildirs::maildir(self.folder.path(), index)
    }

    /// Puts a message into an owner's inbox as a mail server does.
    pub fn deliver(&self, index: usize, name: &str, bytes: &[u8]) {
        let draft = self.maildir(index).join("tmp").join(name);
        fs::write(&draft, bytes).unwrap();
        fs::rename(draft, self.maildir(index).join("new").join(name)).unwrap();
    }

    /// Somebody asks an owner for something.
    pub fn ask(&self, no: usize) {
        let index = no % self.owners;
        let message = format!(
            "From: Budi <budi{no}@example.org>\r\nTo: Owner {index} <{}>\r\n\
             Message-ID: <ask{no}@example.org>\r\nSubject: {}\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\nHi Owner,\r\n\r\n\
             Could you please send me the budget report by tomorrow?\r\n\r\nBudi\r\n",
            owner(index),
            subject(no),
        );
        self.deliver(index, &format!("{no}.ask"), message.as_bytes());
    }

    pub fn start(&self) -> Running {
        self.start_as(Command::new(env!("CARGO_BIN_EXE_sigap")))
    }

    /// Starts the daemon by a command that ends before the daemon's own arguments.
    pub fn start_as(&self, mut command: Command) -> Running {
        let log = File::options().create(true).append(true).open(self.journal()).unwrap();
        command.arg("--config").arg(self.config()).arg("run").stdin(Stdio::null());
        Running(command.stdout(Stdio::null()).stderr(log).spawn().unwrap())
    }

    /// What a reading command says; none while it cannot say it.
    pub fn json(&self, arguments: &[&str]) -> Option<Value> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sigap"));
        command.arg("--config").arg(self.config()).args(arguments).arg("--json");
        let output = command.output().unwrap();
        output.status.success().then(|| serde_json::from_slice(&output.stdout).unwrap())
    }

    pub fn outbox(&self) -> Option<Vec<Told>> {
        let told = self.json(&["outbox", "list", "--all"])?;
        Some(serde_json::from_value(told["letters"].clone()).unwrap())
    }

    /// How often the daemon said that it had taken over and was running.
    pub fn lives(&self) -> usize {
        self.journal_text().matches("Sigap is running").count()
    }

    /// Whether every folder was read, so that mail of the next second is new.
    pub fn is_live(&self) -> bool {
        let Some(listing) = self.json(&["list"]) else { return false };
        let folders = listing["mailboxes"].as_array().unwrap();
        let live = |folder: &Value| folder["state"] == "live" && !folder["last_read_at"].is_null();
        folders.len() == 2 * self.owners && folders.iter().all(live)
    }

    fn journal(&self) -> PathBuf {
        self.folder.path().join("journal.log")
    }

    fn journal_text(&self) -> String {
        fs::read_to_string(self.journal()).unwrap_or_default()
    }

    /// The end of the journal and what is open, for whoever has to find out what went wrong.
    pub fn told(&self) -> String {
        let journal = self.journal_text();
        let lines: Vec<&str> = journal.lines().collect();
        let listed = self.json(&["list"]).map_or(Value::Null, |list| list["mailboxes"].clone());
        let outbox = self.json(&["outbox", "list", "--all"]).unwrap_or_default();
        let open = ["queued", "sending", "committing", "unknown"];
        let all = outbox["letters"].as_array().cloned().unwrap_or_default();
        let waits = |letter: &&Value| open.iter().any(|state| letter["state"] == *state);
        let letters: Vec<&Value> = all.iter().filter(waits).collect();
        let rests = (&outbox["held"], &outbox["account_rests_until"]);
        let end = lines[lines.len().saturating_sub(40)..].join("\n");
        format!("{end}\nheld, account rests: {rests:?}\n{letters:?}\n{listed}")
    }

    /// Asks until it is so; fails with the journal if the daemon ends or time runs out.
    pub fn wait_for(&self, what: &str, child: &mut Running, mut ask: impl FnMut() -> bool) {
        let began = Instant::now();
        while !ask() {
            let ended = child.0.try_wait().unwrap();
            assert!(ended.is_none(), "{what}: the daemon ended\n{}", self.told());
            // An absent letter is waited for twice as long, and so is its repeat.
            let within = AT_MOST + self.settle * 5;
            assert!(began.elapsed() < within, "{what}: not within {within:?}\n{}", self.told());
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Waits until every folder is known and mail that arrives now is surely new.
    pub fn settle_in(&self, child: &mut Running) {
        self.wait_for("all folders are known", child, || self.is_live());
        // Arrivals are known by the second.
        let start = Timestamp::now().as_second();
        self.wait_for("the next second", child, || Timestamp::now().as_second() > start);
    }
}

/// What an ask is about; each has its own.
pub fn subject(no: usize) -> String {
    format!("Budget report {no:05}")
}

/// Copies the database as it lies there, its write-ahead log too, and opens the copy: what a dead
/// daemon left is looked at without recovering it in the daemon's place.
pub fn open_copy(database: &Path, scratch: &Path) -> Option<rusqlite::Connection> {
    let copy = scratch.join("copy.db");
    for end in ["", "-wal", "-shm", "-journal"] {
        let (from, to) = (with_end(database, end), with_end(&copy, end));
        let _ = fs::remove_file(&to);
        // The index in shared memory is made anew from the log.
        if end != "-shm" && from.exists() {
            fs::copy(from, to).unwrap();
        }
    }
    copy.exists().then(|| rusqlite::Connection::open(&copy).unwrap())
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}
