//! The real daemon, real SMTP, real Maildirs and SIGKILL: what was accepted is counted by a sink and
//! held against what Sigap says about it.
//!
//! - Killed at random moments: nudges follow from asks in Maildirs and pass the freshness gate, the
//!   other letters are put into the outbox. The sink sometimes accepts and answers late, or accepts
//!   and hangs up; copies reach the owners' inboxes at once or late.
//! - Killed at the k-th fsync: `fsync.rs`.
//! - That the kills bite: `naive.rs`.
//!
//! The long run: `SIGAP_KILLS=1000 SIGAP_LETTERS=3000 SIGAP_SETTLE=120 SIGAP_FSYNCS=200 cargo test
//! --test kills -- --nocapture`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    clippy::disallowed_methods,
    dead_code
)]

mod courier;
mod dice;
mod fsync;
mod judge;
#[path = "../e2e/maildirs.rs"]
mod maildirs;
mod migrations;
mod naive;
mod observed;
#[path = "../e2e/place.rs"]
mod place;
mod plant;
mod schedule;
#[path = "../e2e/sink.rs"]
mod sink;
mod site;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::courier::Bell;
use crate::dice::Dice;
use crate::judge::{Judgement, is_settled};
use crate::observed::Observed;
use crate::schedule::{WEIGHTS, kill_again};
use crate::sink::{Sink, seeded};
use crate::site::Site;

const OWNERS: usize = 30;
/// Time that the letters of one life are spread over.
const PER_LIFE: Duration = Duration::from_millis(500);
/// So often asks reach each owner: no more than eleven letters a day go to anybody.
const WAVES: usize = 8;

/// A size of the run, which a person may set.
pub fn number(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Asks that reach an owner at once, in the life in which they do.
fn asks_of(life: usize, kills: usize, per_wave: usize) -> Vec<usize> {
    let waves = (0..WAVES * OWNERS).filter(|wave| wave * kills / (WAVES * OWNERS) == life);
    let asks = |wave: usize| {
        let (round, owner) = (wave / OWNERS, wave % OWNERS);
        (0..per_wave).map(move |no| (round * per_wave + no) * OWNERS + owner)
    };
    waves.flat_map(asks).collect()
}

#[test]
fn killed_at_random_moments_it_keeps_its_promises() {
    let (kills, count) = (number("SIGAP_KILLS", 50), number("SIGAP_LETTERS", 600));
    let settle = Duration::from_secs(u64::try_from(number("SIGAP_SETTLE", 20)).unwrap());
    let per_wave = 1 + count / 1500;
    let (asks, own) = (WAVES * OWNERS * per_wave, WAVES * OWNERS + OWNERS);
    let began = Instant::now();
    let sink = Sink::start(seeded(7, &WEIGHTS));
    let site = Site::lay_out(sink.port(), OWNERS, settle);
    let (lives, ring) = (AtomicUsize::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let _bell = Bell(&ring);
        scope.spawn(|| courier::deliver(&site, &sink, &lives, &ring, Dice(3)));
        let over = PER_LIFE * u32::try_from(kills).unwrap();
        plant::plant(&site, count.saturating_sub(own), over);
        let mut child = site.start();
        site.settle_in(&mut child);
        drop(child);
        let mut observed = Observed::default();
        observed.look(&site);
        let per_life = u64::try_from((count / kills.max(1)).clamp(2, 40)).unwrap();
        let start = |no: usize| {
            asks_of(no, kills, per_wave).into_iter().for_each(|ask| site.ask(ask));
            site.start()
        };
        let after = || observed.look(&site);
        kill_again(&sink, (kills, per_life), Dice(20_261_124), &lives, start, after);
        let killing = began.elapsed().as_secs();
        let judgement = finish(&site, &sink, asks, &lives, &mut observed);
        let nudges = judgement.told.iter().filter(|one| one.kind == "nudge").count();
        println!(
            "{kills} kills in {killing} s, all settled after {} s: {} letters, {nudges} of them \
             nudges about {asks} asks; {} answers lost, {} killed in the dialogue",
            began.elapsed().as_secs(),
            judgement.told.len(),
            judgement.lost,
            observed.in_dialogue
        );
        judge::print(&judgement.figures);
        assert!(judgement.faults.is_empty(), "{:#?}", judgement.faults);
    });
}

/// Lets the daemon come to its end undisturbed, asks it, and judges.
pub fn finish(
    site: &Site,
    sink: &Sink,
    asks: usize,
    lives: &AtomicUsize,
    observed: &mut Observed,
) -> Judgement {
    let before = site.lives();
    let mut child = site.start();
    lives.fetch_add(1, Ordering::SeqCst);
    // Nobody but the daemon itself may be the first to open what a kill left.
    site.wait_for("the daemon runs", &mut child, || site.lives() > before);
    let mut told = Vec::new();
    site.wait_for("every letter comes to its end", &mut child, || {
        told = site.outbox().unwrap_or_default();
        is_settled(site, &told, sink, asks)
    });
    let mut judgement = Judgement::new(told, sink);
    judgement.asks_nudged(site, asks);
    judgement.answers_lost(observed);
    child.stop();
    observed.look(site);
    judgement
}
