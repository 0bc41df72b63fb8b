//! The simulation: a seeded world drives the real engine over a real database, breaks everything
//! that can break, and compares with the simplest truth.
//!
//! `SIGAP_SEEDS=n` lives through the seeds 1 to n (200 if not set), `SIGAP_SEEDS=a-b` through those
//! from a to b, `SIGAP_SEED=k` through one and tells its story. A failing seed prints its story too,
//! and after `SIGAP_FAILURES=n` of them (20 if not set) it is enough.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    clippy::wildcard_enum_match_arm,
    clippy::disallowed_methods
)]

mod charter;
mod commands;
mod doors;
mod farewells;
mod faults;
mod handovers;
mod healed;
mod lessons;
mod mutants;
mod oracle;
mod outside;
mod people;
mod plans;
mod questions;
mod replies;
mod reports;
mod world;

use std::fmt::Write;
use std::ops::RangeInclusive;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use mutants::Mutant;
use world::{Totals, World, live};

/// Two workers: what the smallest machine has.
const WORKERS: usize = 2;

#[test]
fn every_seed_holds() {
    if let Some(seed) = number("SIGAP_SEED") {
        let (result, world) = live(seed, Mutant::None);
        println!("{}", story(&world));
        if let Err(why) = result {
            panic!("seed {seed}: {why}");
        }
        return;
    }
    let seeds = seeds();
    let enough = number("SIGAP_FAILURES").unwrap_or(20) as usize;
    let next = AtomicU64::new(*seeds.start());
    let totals = Mutex::new(Totals::default());
    let failures = Mutex::new(Vec::new());
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed > *seeds.end() || failures.lock().unwrap().len() >= enough {
                return;
            }
            let (result, world) = live(seed, Mutant::None);
            add(&mut totals.lock().unwrap(), &world.totals);
            if let Err(why) = result {
                failures.lock().unwrap().push((seed, why, story(&world)));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(work);
        }
    });
    let totals = totals.into_inner().unwrap();
    let Totals { kills, accepted, replies, handovers, outside, .. } = totals;
    let Totals { farewells, follow_ups, reports, unknown, turns, .. } = totals;
    println!(
        "seeds {} to {}: {turns} turns, {kills} kills, {accepted} letters accepted, \
         {replies} of them automatic replies, {handovers} hand-overs, {outside} heard from \
         outside, {farewells} around absences, {follow_ups} follow-ups, \
         {reports} reports, {unknown} unknown",
        seeds.start(),
        seeds.end()
    );
    let mut failures = failures.into_inner().unwrap();
    failures.sort();
    if let Some((_, _, story)) = failures.first() {
        println!("{story}");
    }
    for (seed, why, _) in &failures {
        println!("SIGAP_SEED={seed}: {why}");
    }
    assert!(failures.is_empty(), "{} seeds failed; see above", failures.len());
    assert!(handovers > 0 || seeds.clone().count() < 20, "nothing was handed over");
    assert!(replies > 0 || seeds.clone().count() < 20, "nobody was answered automatically");
    assert!(farewells > 0 || seeds.clone().count() < 20, "nobody left, and nobody came back");
    assert!(reports > 0 || seeds.clone().count() < 20, "nobody had a report");
    assert!(follow_ups > 0 || seeds.clone().count() < 20, "nothing was followed up");
    assert!(outside > 0 || seeds.count() < 20, "nobody outside was heard");
}

fn seeds() -> RangeInclusive<u64> {
    let text = std::env::var("SIGAP_SEEDS").unwrap_or_else(|_| "200".to_owned());
    let (first, last) = text.split_once('-').unwrap_or(("1", &text));
    first.parse().unwrap()..=last.parse().unwrap()
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

fn add(all: &mut Totals, one: &Totals) {
    all.kills += one.kills;
    all.accepted += one.accepted;
    all.replies += one.replies;
    all.handovers += one.handovers;
    all.outside += one.outside;
    all.farewells += one.farewells;
    all.follow_ups += one.follow_ups;
    all.reports += one.reports;
    all.unknown += one.unknown;
    all.turns += one.turns;
}

/// What happened, by time.
fn story(world: &World) -> String {
    let mut text = format!("The story of seed {}:\n", world.seed);
    for (at, words) in &world.story {
        let at = jiff::Timestamp::from_second(*at).unwrap().to_zoned(jiff::tz::TimeZone::UTC);
        writeln!(text, "{} {words}", at.strftime("%a %d %H:%M:%S")).unwrap();
    }
    text
}
