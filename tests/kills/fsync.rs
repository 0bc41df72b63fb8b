//! Killed at the k-th fsync of a thread: every durable step of the ledger is an end once, between
//! the claim's mark in the epoch file, its transaction, the mark before the dot, and the outcome.
//!
//! `strace` delivers SIGKILL as the system call is entered. What was written is in the kernel's
//! cache all the same: this is about the order of the steps, not about power cuts.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::courier::{self, Bell};
use crate::dice::Dice;
use crate::judge::{self, Judgement, Table};
use crate::observed::Observed;
use crate::sink::{Behaviour, Sink, seeded};
use crate::site::{Running, Site};
use crate::{finish, number, place, plant};

/// The last fsync of the range.
const LAST: usize = 200;
/// The last one of a very first start that is looked at.
const LAST_AT_FIRST: usize = 24;
/// Enough for more than `LAST` fsyncs.
const LETTERS: usize = 40;
const OWNERS: usize = 3;
/// They mostly wait: an unclear letter is looked for every half a minute.
const WORKERS: usize = 12;
const SETTLE: Duration = Duration::from_secs(2);
const WEIGHTS: [(u64, Behaviour); 3] = [
    (70, Behaviour::Accept),
    (15, Behaviour::AcceptLate(Duration::from_millis(40))),
    (15, Behaviour::AcceptAndHangUp),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Begin {
    /// The database is made.
    First,
    /// Letters are due, and asks have come.
    WithLetters,
}

#[test]
fn killed_at_the_kth_fsync_it_keeps_its_promises() {
    if !can_trace() {
        return;
    }
    let count = number("SIGAP_FSYNCS", 24).clamp(1, LAST);
    let mut dice = Dice(5);
    let mut jobs = Vec::new();
    for (begin, last) in [(Begin::First, LAST_AT_FIRST), (Begin::WithLetters, LAST)] {
        let count = (count * last / LAST).max(last / 4).min(count);
        let mut drawn = |slot: usize| {
            let (from, to) = (slot * last / count, (slot + 1) * last / count);
            from + 1 + usize::try_from(dice.below(u64::try_from(to - from).unwrap())).unwrap()
        };
        jobs.extend((0..count).map(|slot| (begin, drawn(slot))));
    }
    let (next, sum) = (AtomicUsize::new(0), Mutex::new((Table::new(), 0, Vec::new())));
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some((begin, k)) = jobs.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let judgement = one(*begin, *k);
                    let mut sum = sum.lock().unwrap();
                    for (class, figures) in &judgement.figures {
                        *sum.0.entry(class.clone()).or_default() += figures;
                    }
                    sum.1 += judgement.lost;
                    let faults = judgement.faults.iter().map(|it| format!("{begin:?} {k}: {it}"));
                    sum.2.extend(faults);
                }
            });
        }
    });
    let (table, lost, faults) = sum.into_inner().unwrap();
    let places: Vec<String> = jobs.iter().map(|(begin, k)| format!("{begin:?} {k}")).collect();
    println!("killed at the k-th fsync: {}", places.join(", "));
    let took = began.elapsed().as_secs();
    println!("{} kills at an fsync in {took} s, {lost} answers lost", jobs.len());
    judge::print(&table);
    assert!(faults.is_empty(), "{faults:#?}");
}

/// One installation, killed at the k-th fsync and then left alone to its end.
fn one(begin: Begin, k: usize) -> Judgement {
    let seed = u64::try_from(k).unwrap();
    let sink = Sink::start(seeded(seed, &WEIGHTS));
    let site = Site::lay_out(sink.port(), OWNERS, SETTLE);
    let (lives, ring) = (AtomicUsize::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let _bell = Bell(&ring);
        scope.spawn(|| courier::deliver(&site, &sink, &lives, &ring, Dice(seed)));
        let asks = if begin == Begin::WithLetters { OWNERS } else { 0 };
        if begin == Begin::WithLetters {
            let mut child = site.start();
            site.settle_in(&mut child);
            child.stop();
            plant::plant(&site, LETTERS, Duration::ZERO);
            (0..asks).for_each(|ask| site.ask(ask));
        }
        let status = ended(site.start_as(traced(k)));
        let killed = status.and_then(|status| status.signal()) == Some(9);
        assert!(killed, "{begin:?}: fsync {k} was not reached: {status:?}\n{}", site.told());
        let mut observed = Observed::default();
        observed.look(&site);
        finish(&site, &sink, asks, &lives, &mut observed)
    })
}

/// Sigap under `strace`, which stands beside it and not above it: what is started is Sigap.
fn traced(k: usize) -> Command {
    let mut command = Command::new("strace");
    command
        .args(["-D", "-f", "-qqq", "-o", "/dev/null"])
        .args(["-e", "trace=fsync,fdatasync"])
        .args(["-e", &format!("inject=fsync,fdatasync:signal=KILL:when={k}")])
        .arg(env!("CARGO_BIN_EXE_sigap"));
    command
}

/// Its own end; killed, and none, if it does not come.
fn ended(mut child: Running) -> Option<ExitStatus> {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(60) {
        if let Some(status) = child.0.try_wait().unwrap() {
            return Some(status);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    None
}

/// Whether `strace` is there and may do its work; said aloud if not.
pub fn can_trace() -> bool {
    if place::programs(["strace"]).is_none() {
        return false;
    }
    let mut command = Command::new("strace");
    command.args(["-f", "-qqq", "-o", "/dev/null", "-e", "inject=exit_group:signal=KILL"]);
    let status = command.arg("true").stdin(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    if status.signal() == Some(9) {
        return true;
    }
    assert!(!place::required(), "SIGAP_E2E=require, and strace may not trace here: {status}");
    place::skipped("strace may not trace here");
    false
}
