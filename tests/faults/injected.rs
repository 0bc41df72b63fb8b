//! A disk that refuses one call or a few in the middle of things: full, broken, read-only, at the
//! k-th call of a thread. Nothing leaves without a durable claim, everything goes on by itself or
//! after a start, and no letter is lost or doubled.
//!
//! `SIGAP_INJECTIONS=n` for so many places of each kind.

use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::namespace::Namespace;
use crate::office::{Office, WITHIN, owner};
use crate::place;
use crate::sink::{Behaviour, Sink};

/// Calls, and what becomes of them.
const KINDS: [(&str, &str); 6] = [
    ("pwrite64", "ENOSPC"),
    ("pwrite64", "EIO"),
    ("pwrite64", "EROFS"),
    ("fsync,fdatasync", "EIO"),
    ("pread64", "EIO"),
    ("rename,renameat,renameat2", "ENOSPC"),
];
const OWNERS: usize = 2;
/// At the same time; they mostly wait.
const WORKERS: usize = 6;

/// The `slot`-th of `many` places, most of them early, where everything happens.
fn place_of(call: &str, slot: usize, many: usize) -> usize {
    let (first, last) = match call {
        // Before that the program itself is loaded.
        _ if call.starts_with("pread") => (12, 120),
        _ if call.starts_with("rename") => (1, 6),
        _ if call.starts_with("fsync") => (1, 30),
        _ => (1, 48),
    };
    first + (last - first) * slot * slot / (many * many)
}

fn nudges(office: &Office) -> Option<Vec<Value>> {
    let letters = office.letters()?;
    Some(letters.into_iter().filter(|letter| letter["kind"] == "nudge").collect())
}

/// Whether every nudge has come to an end: sent, or nobody can know.
fn done(office: &Office) -> Option<()> {
    let nudges = nudges(office)?;
    let ended = |l: &Value| l["state"] == "sent" || l["state"] == "unknown";
    (nudges.len() == OWNERS && nudges.iter().all(ended)).then_some(())
}

/// Whether a nudge was tried and waits for minutes before the next try, as it does where the mark
/// before its final dot could not be written.
fn rests(office: &Office) -> bool {
    let soon = office.now() + SignedDuration::from_secs(30);
    let later = |l: &Value| {
        let next = l["next_at"].as_str().and_then(|at| at.parse::<Timestamp>().ok());
        let tried = l["tries"].as_array().is_some_and(|tries| !tries.is_empty());
        l["state"] == "queued" && tried && next.is_some_and(|next| next > soon)
    };
    nudges(office).is_some_and(|nudges| nudges.iter().any(later))
}

/// What the daemon did about it.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    injected: usize,
    waited: usize,
    ended: usize,
    unknown: usize,
}

/// Everybody was welcomed, the daemon is gone, and a mail for each waits to be read.
fn welcomed_and_asked(office: &mut Office) {
    office.start_and_settle();
    for index in 0..OWNERS {
        office.letter_is("welcome", index, "sent");
    }
    office.kill();
    for index in 0..OWNERS {
        office.ask(index, &format!("ask{index}"), "budi@example.org");
    }
}

fn one((call, error): (&str, &str), k: usize) -> Option<Told> {
    let sink = Sink::start(|_| Behaviour::Accept);
    let mut office = Office::new(OWNERS, &sink)?;
    welcomed_and_asked(&mut office);
    let case = format!("{error} at {call} {k}");
    let log = office.folder.path().join("strace.log");
    let (inject, log_name) = (
        format!("inject={call}:error={error}:when={k}..{}", k + k % 3),
        log.to_str().unwrap().to_owned(),
    );
    let trace = format!("trace={call}");
    let words = ["strace", "-D", "-f", "-qqq", "-o", &log_name, "-e", &trace, "-e", &inject];
    office.wrap = words.map(str::to_owned).to_vec();
    office.start();
    office.wrap = Vec::new();
    let told_before = office.told_so_far().len();
    let (mut began, mut told) = (Instant::now(), Told::default());
    while done(&office).is_none() {
        if let Some(code) = office.ended() {
            let words = office.told_so_far();
            assert!(code.is_some_and(|code| code > 0), "{case}: {code:?}\n{words}");
            assert!(words.lines().any(|line| line.starts_with("sigap: ")), "{case}: {words}");
            told.ended += 1;
            office.kill();
            office.start();
        }
        if rests(&office) {
            office.pass(376);
            began = Instant::now();
        }
        assert!(began.elapsed() < WITHIN, "{case}: it does not go on\n{}", office.told());
        std::thread::sleep(Duration::from_millis(100));
    }
    let words = office.told_so_far();
    assert!(!words.contains("panicked"), "{case}: {words}");
    told.waited += usize::from(words[told_before.min(words.len())..].contains("trying again"));
    let traced = std::fs::read_to_string(&log).unwrap_or_default();
    told.injected += traced.matches("(INJECTED)").count();
    let letters = nudges(&office).unwrap();
    told.unknown += letters.iter().filter(|letter| letter["state"] == "unknown").count();
    for letter in &letters {
        let id = letter["message_id"].as_str().unwrap().trim_matches(['<', '>']).to_owned();
        let copies = sink.accepted().into_iter().filter(|one| one.message_id == id).count();
        assert_eq!(copies, 1, "{case}: {letter}\n{}", office.told());
    }
    let all = office.letters().unwrap();
    let tries: usize = all.iter().map(|letter| letter["tries"].as_array().unwrap().len()).sum();
    assert!(sink.attempts() <= tries as u64, "{case}: a letter without a claim");
    assert_eq!(sink.accepted().len(), 2 * OWNERS, "{case}: {}", office.told());
    Some(told)
}

#[test]
fn a_disk_that_refuses_calls_costs_no_letter_and_doubles_none() {
    if place::programs(["strace"]).is_none() {
        return;
    }
    let many = std::env::var("SIGAP_INJECTIONS").ok().and_then(|text| text.parse().ok());
    let many: usize = many.unwrap_or(3);
    let jobs: Vec<_> = (0..many)
        .flat_map(|slot| KINDS.map(|kind| (kind, place_of(kind.0, slot + 1, many))))
        .collect();
    let (next, sum) = (AtomicUsize::new(0), Mutex::new(Told::default()));
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some((kind, k)) = jobs.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let Some(told) = one(*kind, *k) else { return };
                    println!("{} at {} {k}: {told:?}", kind.1, kind.0);
                    let mut sum = sum.lock().unwrap();
                    sum.injected += told.injected;
                    sum.waited += told.waited;
                    sum.ended += told.ended;
                    sum.unknown += told.unknown;
                }
            });
        }
    });
    let Told { injected, waited, ended, unknown } = sum.into_inner().unwrap();
    println!(
        "{} places, {injected} calls refused: waited {waited} times, ended {ended} times with a \
         sentence; 0 lost, 0 twice, {unknown} unknown",
        jobs.len()
    );
    assert!(injected > 0, "nothing was refused");
}

#[test]
fn on_a_disk_that_may_only_be_read_nothing_starts_and_nothing_leaves() {
    let sink = Sink::start(|_| Behaviour::Accept);
    let Some(mut office) = Office::with(OWNERS, &sink, "disk/sigap.db") else { return };
    let at = office.folder.path().join("disk");
    std::fs::create_dir(&at).unwrap();
    let Some(namespace) =
        Namespace::with(&format!("mount -t tmpfs -o size=16m,mode=0700 none {}", at.display()))
    else {
        place::skipped("no disk can be mounted here");
        return;
    };
    office.wrap = namespace.wrap();
    welcomed_and_asked(&mut office);
    let remount = |office: &Office, how: &str| {
        let mut mount: Command = office.inside("mount");
        place::run(mount.args(["-o", &format!("remount,{how}")]).arg(&at));
    };
    remount(&office, "ro");
    for _ in 0..3 {
        let told = office.told_so_far().len();
        office.start();
        let code = place::wait_for("it ends", WITHIN, || office.ended());
        let words = office.told_so_far()[told..].to_owned();
        office.kill();
        println!("read-only: {code:?}: {}", words.trim_end());
        assert!(code.is_some_and(|code| code > 0), "{code:?}");
        let named = words.contains("Read-only") || words.contains("read-only");
        assert!(named && words.contains("sigap.db") && !words.contains("panicked"), "{words}");
    }
    assert_eq!(sink.attempts(), OWNERS as u64, "something left");
    remount(&office, "rw");
    office.start_and_settle();
    for index in 0..OWNERS {
        let letter = office.letter_is("nudge", index, "sent");
        assert_eq!(letter["to"], *owner(index));
    }
    assert!(sink.doubles().is_empty());
}
