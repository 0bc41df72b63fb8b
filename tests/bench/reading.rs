//! The first reading of a large mailbox on a real Dovecot over TLS, beside the physical limit and
//! the fastest of its kind, in one run.
//!
//! `cargo bench --bench reading`, in minutes; `SIGAP_MESSAGES=n` for another size (100,000 if not
//! set). A raw reader asks for the same headers and throws them away; mbsync (Debian's `isync`)
//! copies everything without syncing to disk; notmuch indexes that copy: either only where it is
//! installed. Nothing is asserted: a machine's speed is no promise, ratios in one run are told.
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
mod corpus;
#[path = "../e2e/dovecot.rs"]
mod dovecot;
#[path = "../e2e/dovecot_conf.rs"]
mod dovecot_conf;
#[path = "../e2e/mailboxes.rs"]
mod mailboxes;
mod peers;
#[path = "../e2e/place.rs"]
mod place;
mod raw;
#[path = "../e2e/wire.rs"]
mod wire;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use sigap::daemon::clock::Clock;
use sigap::daemon::once::Round;
use sigap::daemon::run;

use crate::configured::{Place, configure};
use crate::corpus::OWNER;
use crate::dovecot::Dovecot;

const PASSWORD: &str = "rahasia";
/// Names the configuration for the process that is measured.
const MEASURED: &str = "SIGAP_BENCH_CONFIG";
/// Readings when nothing is new.
const AGAIN: usize = 21;

fn main() {
    if let Ok(config) = std::env::var(MEASURED) {
        return measured(Path::new(&config));
    }
    if !std::env::args().any(|word| word == "--bench") {
        println!("The benchmark runs with `cargo bench --bench reading`.");
        return;
    }
    let number = std::env::var("SIGAP_MESSAGES").ok().and_then(|text| text.parse().ok());
    let messages = number.unwrap_or(100_000);
    let Some(dovecot) = Dovecot::start(&[(OWNER, PASSWORD)]) else { return };
    let began = Instant::now();
    let maildir = dovecot.maildir(OWNER);
    let sent = corpus::write(&maildir, messages, Timestamp::now());
    dovecot.give(&maildir);
    println!("# {messages} messages, {sent} of them in Sent, written in {:?}", began.elapsed());

    // The first time the server makes its index.
    let (cold, bytes) = raw::read(&dovecot, OWNER, PASSWORD);
    let mut warm: Vec<Duration> = (0..3).map(|_| raw::read(&dovecot, OWNER, PASSWORD).0).collect();
    let raw = median(&mut warm);
    println!("{:<52} {:>9} {:>9} {:>9}", "what", "seconds", "messages/s", "x raw");
    let print = |what: &str, took: Duration| {
        let seconds = took.as_secs_f64();
        let (rate, times) = (messages as f64 / seconds, seconds / raw.as_secs_f64());
        println!("{what:<52} {seconds:>9.3} {rate:>9.0} {times:>9.2}");
    };
    print(&format!("raw reader, index not made yet ({} MB)", bytes / 1_000_000), cold);
    print("raw reader, median of 3", raw);
    let room = place::folder();
    others(&dovecot, room.path(), &print);
    sigap(&dovecot, &room.path().join("sigap"), &print);
}

/// Three first copies by mbsync, and what notmuch makes of the last.
fn others(dovecot: &Dovecot, room: &Path, print: &impl Fn(&str, Duration)) {
    let rooms: Vec<PathBuf> = (0..3).map(|round| room.join(format!("mbsync-{round}"))).collect();
    let copy = |room: &PathBuf| peers::mbsync(dovecot, OWNER, PASSWORD, room);
    let copies: Option<Vec<(Duration, PathBuf)>> = rooms.iter().map(copy).collect();
    let Some(copies) = copies else { return };
    let mut took: Vec<Duration> = copies.iter().map(|(took, _)| *took).collect();
    print("mbsync, first copy, no fsync, median of 3", median(&mut took));
    if let Some(took) = peers::mbsync_again(&rooms[2]) {
        print("mbsync, nothing new", took);
    }
    if let Some(took) = peers::notmuch(&copies[2].1) {
        print("notmuch new on that copy", took);
    }
}

/// First reading, nothing new, and everything numbered anew, in a process of its own.
fn sigap(dovecot: &Dovecot, room: &Path, print: &impl Fn(&str, Duration)) {
    let mut firsts = Vec::new();
    for round in 0..3 {
        let folder = room.join(round.to_string());
        let place = Place { port: dovecot.ports.imaps, ca: dovecot.authority.ca.clone() };
        let config = configure(&folder, &place, &[OWNER.to_owned()], PASSWORD);
        let mut measured = Measured::start(&config);
        firsts.push(measured.reads());
        if round < 2 {
            measured.ends();
            continue;
        }
        print("sigap, first reading, median of 3", median(&mut firsts));
        let mut again: Vec<Duration> = (0..AGAIN).map(|_| measured.reads()).collect();
        print(&format!("sigap, nothing new, median of {AGAIN}"), median(&mut again));
        let ask = |_| raw::ask_for_news(dovecot, OWNER, PASSWORD);
        let mut asked: Vec<Duration> = (0..AGAIN).map(ask).collect();
        print(&format!("raw client, asks for news, median of {AGAIN}"), median(&mut asked));
        dovecot.bump_uidvalidity(OWNER, "INBOX");
        print("sigap, after the inbox was numbered anew", measured.reads());
        let peak = measured.ends();
        let size = fs::metadata(folder.join("sigap.db")).unwrap().len();
        println!("# sigap: peak memory {} MiB, database {} MB", peak / 1024, size / 1_000_000);
    }
}

/// This program once more: it reads whenever it is told to, and says how long that took.
struct Measured {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Measured {
    fn start(config: &Path) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env(MEASURED, config).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (to, from) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, to, from: BufReader::new(from) }
    }

    fn reads(&mut self) -> Duration {
        Duration::from_nanos(self.ask("read"))
    }

    /// Ends it: its peak memory, KiB.
    fn ends(mut self) -> u64 {
        let peak = self.ask("end");
        assert!(self.child.wait().unwrap().success());
        peak
    }

    fn ask(&mut self, word: &str) -> u64 {
        writeln!(self.to, "{word}").unwrap();
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        line.trim().parse().unwrap_or_else(|_| panic!("{word}: {line:?}"))
    }
}

/// The process that is measured.
fn measured(config: &Path) {
    sigap::net::install_crypto();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let _inside = runtime.enter();
    let clock = Clock::System;
    let (settings, engine) = run::open(config, &clock).unwrap();
    let round = Round::start(engine, &settings, clock).unwrap();
    for line in std::io::stdin().lines() {
        if line.unwrap() == "end" {
            break;
        }
        let began = Instant::now();
        let failed = runtime.block_on(round.read_all());
        assert!(failed.is_empty(), "{failed:?}");
        println!("{}", began.elapsed().as_nanos());
    }
    runtime.block_on(round.finish()).unwrap();
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    println!("{}", peak.trim().trim_end_matches(" kB"));
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}
