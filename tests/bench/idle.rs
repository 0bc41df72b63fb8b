//! Many owners who mostly wait: what each of them costs, how long a start takes, and how soon a
//! message that arrives is listed.
//!
//! `cargo bench --bench idle`: 1,000 owners (`SIGAP_OWNERS`) on a real Dovecot over TLS, then
//! 5,000 (`SIGAP_SCRIPTED`; 0 for none) on a scripted server. Beside every message that Sigap
//! lists, a client of its own waits in IDLE: the difference is ours, the rest is the server's.
//! Nothing is asserted: a machine's speed is no promise.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    clippy::wildcard_enum_match_arm,
    clippy::disallowed_methods,
    dead_code
)]

#[path = "../e2e/authority.rs"]
mod authority;
mod configured;
mod crowd;
#[path = "../e2e/dovecot.rs"]
mod dovecot;
#[path = "../e2e/dovecot_conf.rs"]
mod dovecot_conf;
#[path = "../e2e/mailboxes.rs"]
mod mailboxes;
#[path = "../e2e/place.rs"]
mod place;
#[path = "../e2e/wire.rs"]
mod wire;

use std::fs::{self, File};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};

use crate::configured::{Place, configure};
use crate::crowd::Crowd;
use crate::dovecot::Dovecot;
use crate::dovecot_conf::Kind;
use crate::mailboxes::Mailboxes as _;

const PASSWORD: &str = "rahasia";
/// Buffers that were needed at the start are given back within this.
const REST: Duration = Duration::from_secs(45);
/// So long the processor time of doing nothing is taken: in it, every mailbox is polled once.
const IDLE: Duration = Duration::from_secs(120);
/// So many mailboxes get messages, one after the other, so many times.
const LISTENERS: usize = 20;
const ROUNDS: usize = 10;

fn main() {
    if !std::env::args().any(|word| word == "--bench") {
        println!("The benchmark runs with `cargo bench --bench idle`.");
        return;
    }
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let owners = number("SIGAP_OWNERS").unwrap_or(1_000);
    let scripted = number("SIGAP_SCRIPTED").unwrap_or(5_000);
    println!("{:<44} {:>10} {:>10} {:>10} {:>10}", "what", "start s", "MiB", "KiB each", "% core");
    let folder = place::folder();
    let crowd = Crowd::start(folder.path());
    let place = Place { port: crowd.port, ca: crowd.ca.clone() };
    let mut empty = Watch::start(&place, &names(1));
    let alone = empty.measured("one owner on a scripted server", 1, 0);
    drop(empty);
    real(owners, alone);
    if scripted > 0 {
        let mut watch = Watch::start(&place, &names(scripted));
        let what = format!("{scripted} owners on a scripted server");
        watch.measured(&what, scripted, alone);
    }
}

fn names(owners: usize) -> Vec<String> {
    (1..=owners).map(|number| format!("user{number}@example.com")).collect()
}

/// Owners on a Dovecot, and messages to some of them.
fn real(owners: usize, alone: u64) {
    let names = names(owners);
    let users: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), PASSWORD)).collect();
    let kind = Kind { crowded: true, ..Kind::default() };
    let Some(dovecot) = Dovecot::start_as(kind, &users) else { return };
    let ca = dovecot.authority.ca.clone();
    let place = Place { port: dovecot.ports.imaps, ca };
    let mut watch = Watch::start(&place, &names);
    watch.measured(&format!("{owners} owners on Dovecot"), owners, alone);
    let (mut told, mut listed) = (Vec::new(), Vec::new());
    let step = (owners / LISTENERS).max(1);
    let listeners: Vec<Listener> = names
        .iter()
        .step_by(step)
        .take(LISTENERS)
        .map(|user| Listener::start(&dovecot, user))
        .collect();
    for round in 0..ROUNDS {
        for (place, listener) in listeners.iter().enumerate() {
            let id = format!("{round}.{place}@example.org");
            let mail = format!(
                "From: budi@example.org\r\nTo: {}\r\nSubject: Figures {round}\r\n\
                 Message-ID: <{id}>\r\n\r\nCould you please send me the figures?\r\n",
                listener.user
            );
            dovecot.lmtp_deliver(&listener.user, mail.as_bytes());
            let accepted = Instant::now();
            listed.push(watch.lists(&id) - accepted);
            told.push(listener.told.recv().unwrap().saturating_duration_since(accepted));
        }
    }
    println!("\n{:<44} {:>10} {:>10}", format!("{} messages by LMTP", told.len()), "median", "p99");
    for (what, times) in
        [("EXISTS heard by a client in IDLE", &mut told), ("listed by Sigap", &mut listed)]
    {
        times.sort();
        let (median, p99) = (times[times.len() / 2], times[times.len() * 99 / 100]);
        println!("{what:<44} {:>8.0?} {:>8.0?}", median, p99);
    }
    println!();
}

/// A client of its own that waits in IDLE.
struct Listener {
    user: String,
    told: mpsc::Receiver<Instant>,
}

impl Listener {
    fn start(dovecot: &Dovecot, user: &str) -> Self {
        let mut wire = dovecot.login(user);
        wire.imap_command("EXAMINE INBOX");
        let (out, told) = mpsc::channel();
        wire.send(b"a IDLE\r\n");
        wire.line();
        wire.waits_long();
        std::thread::spawn(move || {
            while let Some(line) = wire.line_or_end() {
                if line.ends_with("EXISTS") && out.send(Instant::now()).is_err() {
                    return;
                }
            }
        });
        Self { user: user.to_owned(), told }
    }
}

/// A daemon over these mailboxes.
struct Watch {
    folder: tempfile::TempDir,
    child: Child,
    began: Instant,
}

impl Watch {
    fn start(place: &Place, owners: &[String]) -> Self {
        let folder = place::folder();
        let config = configure(folder.path(), place, owners, PASSWORD);
        let journal = File::create(folder.path().join("journal.log")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_sigap"));
        command.arg("--config").arg(config).arg("run").stdin(Stdio::null());
        let child = command.stdout(Stdio::null()).stderr(journal).spawn().unwrap();
        Self { folder, child, began: Instant::now() }
    }

    /// Prints a line: until all folders were read, memory at rest, processor time at rest. The
    /// memory in KiB.
    fn measured(&mut self, what: &str, owners: usize, alone: u64) -> u64 {
        let folders = 2 * owners as i64;
        let live = "SELECT count(*) FROM mailbox WHERE health = 'live'";
        place::wait_for(what, Duration::from_secs(900), || {
            let store = self.store()?;
            let live: i64 = store.query_row(live, [], |row| row.get(0)).ok()?;
            (live == folders).then_some(())
        });
        let start = self.began.elapsed();
        std::thread::sleep(REST);
        let before = self.ticks();
        std::thread::sleep(IDLE);
        // A tick is a hundredth of a second on every Linux.
        let core = (self.ticks() - before) as f64 / IDLE.as_secs_f64();
        let memory = self.memory();
        let each = memory.saturating_sub(alone) as f64 / owners as f64;
        println!(
            "{what:<44} {:>10.1} {:>10.1} {each:>10.1} {core:>10.2}",
            start.as_secs_f64(),
            memory as f64 / 1024.0,
        );
        memory
    }

    /// When the obligation that this message opens was listed.
    fn lists(&self, id: &str) -> Instant {
        let store = self.store().unwrap();
        let sql = "SELECT 1 FROM obligation WHERE asked_key = ?1";
        let mut statement = store.prepare(sql).unwrap();
        let began = Instant::now();
        while !statement.exists([id]).unwrap() {
            assert!(began.elapsed() < Duration::from_secs(900), "{id} is never listed");
            std::thread::sleep(Duration::from_micros(500));
        }
        Instant::now()
    }

    fn store(&self) -> Option<Connection> {
        let path = self.folder.path().join("sigap.db");
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).ok()
    }

    /// Resident memory, KiB.
    fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// Processor time so far, hundredths of a second.
    fn ticks(&self) -> u64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let words: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        words[11].parse::<u64>().unwrap() + words[12].parse::<u64>().unwrap()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
