//! An office of owners with Maildirs, the real daemon over it, and a hand on its wall clock.
//!
//! `libfaketime` moves the wall clock of the daemon and of every command; the machine's own clock
//! (`/proc/uptime`, timers) stays. Time that is to *pass* goes in steps below what the daemon takes
//! for a jump, each one only after the daemon has seen the one before.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant, SystemTime};

use jiff::Timestamp;
use serde_json::Value;

use crate::maildirs;
pub use crate::maildirs::owner;
use crate::place;
use crate::sink::Sink;

/// Patience on a busy machine.
pub const WITHIN: Duration = Duration::from_secs(120);
/// Two of these and the time in between are no jump yet.
const STEP: i64 = 55;

/// One instance of Sigap; its daemon is killed when dropped.
pub struct Office {
    /// Where everything lies.
    pub folder: tempfile::TempDir,
    library: PathBuf,
    owners: usize,
    child: Option<Child>,
    /// What stands before each command, for a namespace or a limit.
    pub wrap: Vec<String>,
    shift: i64,
}

impl Office {
    /// Maildirs and configuration; starts nothing yet. `None`, said aloud: no `libfaketime`.
    pub fn new(owners: usize, sink: &Sink) -> Option<Self> {
        Self::with(owners, sink, "sigap.db")
    }

    /// The same with another place for the database.
    pub fn with(owners: usize, sink: &Sink, store: &str) -> Option<Self> {
        let library = libfaketime()?;
        let folder = place::folder();
        let mut text = format!(
            "mode = \"full\"\nholidays = []\npoll_every = \"1s\"\n[store]\npath = \"{store}\"\n\
             [smtp]\nurl = \"smtp://127.0.0.1:{}\"\ntls = \"none\"\n\
             from = \"Sigap <sigap@example.com>\"\n\
             [admin]\naddress = \"it@example.net\"\n\
             [fuse]\nper_hour = 10000\nper_address_per_day = 10000\n\
             per_domain_per_hour = 10000\nper_owner_per_hour = 10000\n\
             [[tier]]\nname = \"slow\"\nmatch.domains = [\"slow.example.org\"]\n\
             reply_within = \"8h\"\n\
             ladder = [\"nudge 6h\"]\n\
             [[tier]]\nname = \"everyone\"\nreply_within = \"60s\"\n\
             ladder = [\"nudge 3s\", \"nudge 6h\"]\n",
            sink.port()
        );
        text += &maildirs::lay_out(folder.path(), owners);
        fs::write(folder.path().join("sigap.toml"), text).unwrap();
        let office = Self { folder, library, owners, child: None, wrap: Vec::new(), shift: 0 };
        office.write_shift();
        Some(office)
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

    /// Starts it and waits until all folders are known.
    pub fn start_and_settle(&mut self) {
        self.start();
        self.all_read();
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
            for name in ["faketime_shm_", "sem.faketime_sem_"] {
                let _ = fs::remove_file(format!("/dev/shm/{name}{}", child.id()));
            }
        }
    }

    /// Whether it has ended by itself: its exit code, none after a signal.
    pub fn ended(&mut self) -> Option<Option<i32>> {
        let child = self.child.as_mut().expect("it was started");
        child.try_wait().unwrap().map(|status| status.code())
    }

    /// The daemon's process.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// STOP, CONT.
    pub fn signal(&self, name: &str) {
        place::run(Command::new("kill").arg(format!("-{name}")).arg(self.pid().to_string()));
    }

    /// Sets the clock forward or back at once.
    pub fn set_clock(&mut self, by: i64) {
        self.shift += by;
        self.write_shift();
    }

    /// Lets time pass without a jump.
    pub fn pass(&mut self, seconds: i64) {
        let until = self.shift + seconds;
        while self.shift < until {
            self.set_clock(STEP.min(until - self.shift));
            let seen = self.now();
            self.wait_for("the step is seen", |it| {
                let now = it.now();
                it.last_read()?.iter().any(|at| (seen..=now).contains(at)).then_some(())
            });
        }
    }

    /// What the daemon takes for now.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_second(Timestamp::now().as_second() + self.shift).unwrap()
    }

    /// A message into an owner's inbox (or `.Sent`), as if it had arrived now.
    pub fn deliver(&self, owner: usize, folder: &str, id: &str, bytes: &[u8]) {
        let root = maildirs::maildir(self.folder.path(), owner).join(folder);
        let draft = root.join("tmp").join(id);
        fs::write(&draft, bytes).unwrap();
        let now = u64::try_from(self.now().as_second()).unwrap();
        // The daemon takes what lies a little ahead for now.
        let arrival = SystemTime::UNIX_EPOCH + Duration::from_secs(now + 2);
        fs::File::options().append(true).open(&draft).unwrap().set_modified(arrival).unwrap();
        fs::rename(draft, root.join("new").join(id)).unwrap();
    }

    /// Somebody asks an owner for something.
    pub fn ask(&self, owner: usize, id: &str, from: &str) {
        self.deliver(owner, "", id, &ask(owner, id, from));
    }

    /// Asks until there is an answer; fails with the journal.
    pub fn wait_for<T>(&mut self, what: &str, mut look: impl FnMut(&Self) -> Option<T>) -> T {
        let began = Instant::now();
        loop {
            if let Some(answer) = look(self) {
                return answer;
            }
            let ended = self.child.as_mut().and_then(|child| child.try_wait().unwrap());
            assert!(ended.is_none(), "{what}: the daemon ended\n{}", self.told());
            assert!(began.elapsed() < WITHIN, "{what}: not within {WITHIN:?}\n{}", self.told());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until every folder was read at or after this moment. A reading from before the clock
    /// was set back lies in the future.
    pub fn all_read(&mut self) {
        let (since, folders) = (self.now(), 2 * self.owners);
        self.wait_for("all folders are read", |it| {
            let read = it.last_read()?;
            let now = it.now();
            let fresh = |at: &Timestamp| (since..=now).contains(at);
            (read.len() == folders && read.iter().all(fresh)).then_some(())
        });
    }

    /// Waits until a letter of this kind to this owner is in this state.
    pub fn letter_is(&mut self, kind: &str, to: usize, state: &str) -> Value {
        self.wait_for(&format!("the {kind} to owner {to} is {state}"), |it| {
            let wanted =
                |l: &Value| l["kind"] == kind && l["to"] == *owner(to) && l["state"] == state;
            it.letters()?.into_iter().find(wanted)
        })
    }

    /// All letters as `outbox list --json` tells them, oldest first.
    pub fn letters(&self) -> Option<Vec<Value>> {
        let mut letters = self.json(&["outbox", "list"])?["letters"].as_array().unwrap().clone();
        letters.reverse();
        Some(letters)
    }

    /// When each folder was last read.
    fn last_read(&self) -> Option<Vec<Timestamp>> {
        let listing = self.json(&["list"])?;
        let read = listing["mailboxes"].as_array().unwrap().iter();
        Some(read.filter_map(|it| it["last_read_at"].as_str()?.parse().ok()).collect())
    }

    /// What a reading command says as JSON; none while the database is not there.
    pub fn json(&self, arguments: &[&str]) -> Option<Value> {
        let output = self.command(arguments).arg("--json").output().unwrap();
        output.status.success().then(|| serde_json::from_slice(&output.stdout).unwrap())
    }

    /// A command to its end.
    pub fn sigap(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// A command of any kind where the daemon lives.
    pub fn inside(&self, program: &str) -> Command {
        match self.wrap.split_first() {
            None => Command::new(program),
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(program);
                command
            }
        }
    }

    /// What the daemon has told so far.
    pub fn told_so_far(&self) -> String {
        fs::read_to_string(self.journal()).unwrap_or_default()
    }

    /// The journal and the outbox, for whoever has to find out what went wrong.
    pub fn told(&self) -> String {
        let listed = self.json(&["list"]);
        let letters = self.letters().unwrap_or_default().into_iter();
        let letters: Vec<String> = letters.map(|letter| letter.to_string()).collect();
        format!("{}\n{listed:?}\n{}", self.told_so_far(), letters.join("\n"))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.inside("env");
        command
            .arg(format!("LD_PRELOAD={}", self.library.display()))
            .arg(format!("FAKETIME_TIMESTAMP_FILE={}", self.shift_file().display()))
            .args(["FAKETIME_NO_CACHE=1", "DONT_FAKE_MONOTONIC=1", "NO_FAKE_STAT=1"])
            .args([env!("CARGO_BIN_EXE_sigap"), "--config"])
            .arg(self.folder.path().join("sigap.toml"))
            .args(arguments);
        command
    }

    fn journal(&self) -> PathBuf {
        self.folder.path().join("journal.log")
    }

    fn shift_file(&self) -> PathBuf {
        self.folder.path().join("clock")
    }

    /// Whole or not at all: the daemon may look at any moment.
    fn write_shift(&self) {
        let draft = self.folder.path().join("clock.new");
        fs::write(&draft, format!("{:+}\n", self.shift)).unwrap();
        fs::rename(draft, self.shift_file()).unwrap();
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        self.kill();
    }
}

fn ask(to: usize, id: &str, from: &str) -> Vec<u8> {
    format!(
        "From: Budi <{from}>\r\nTo: <{}>\r\nMessage-ID: <{id}@example.org>\r\n\
         Date: Tue, 24 Nov 2026 09:00:00 +0700\r\nSubject: Budget report {id}\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
         Hello,\r\n\r\nCould you please send me the budget report by tomorrow?\r\n\r\nBudi\r\n",
        owner(to)
    )
    .into_bytes()
}

fn libfaketime() -> Option<PathBuf> {
    let places = fs::read_dir("/usr/lib").unwrap().map(|entry| entry.unwrap().path());
    let places = places.chain([PathBuf::from("/usr/lib")]);
    let library = |folder: PathBuf| folder.join("faketime/libfaketimeMT.so.1");
    let found = places.map(library).find(|file| Path::new(file).is_file());
    if found.is_none() {
        assert!(!place::required(), "SIGAP_E2E=require, and there is no libfaketime");
        place::skipped("no libfaketime");
    }
    found
}
