//! What a turn costs, and that it does not grow with the number of owners: `cargo bench`.
//!
//! Two stores are built through the engine itself and then measured on this machine's disk, as the
//! daemon opens them (write-ahead log, `synchronous = FULL`), and in memory, where syncing costs
//! nothing: the difference is the disk's. Nothing is asserted: a machine's speed is no promise.
//! `SIGAP_MESSAGES=n` builds a smaller first store (100,000 if not set).
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    clippy::wildcard_enum_match_arm,
    clippy::disallowed_methods
)]

mod desk;
mod office;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use desk::{Bench, T};
use jiff::Timestamp;
use sigap::engine::turn::Input;
use sigap::model::message::Role;
use sigap::store::{letters, mailboxes};

/// Arrivals that are measured.
const ARRIVALS: usize = 400;
/// Wake-ups that are measured.
const WAKES: usize = 400;

/// How long something took, again and again.
#[derive(Default)]
pub struct Times(Vec<Duration>);

impl Times {
    fn of<R>(&mut self, deed: impl FnOnce() -> R) -> R {
        let began = Instant::now();
        let result = deed();
        self.0.push(began.elapsed());
        result
    }

    /// One line of the table: how often, median, nine of ten and a half.
    fn print(mut self, what: &str, place: &str) {
        self.0.sort();
        let at = |part: usize| self.0[(self.0.len() * part / 100).min(self.0.len() - 1)];
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        let (count, median, most) = (self.0.len(), ms(at(50)), ms(at(95)));
        println!("{what:<58} {place:<7} {count:>5} {median:>9.3} {most:>9.3}");
    }
}

fn main() {
    if !std::env::args().any(|word| word == "--bench") {
        println!("The benchmark runs with `cargo bench`.");
        return;
    }
    let number = |name| std::env::var(name).ok().and_then(|text: String| text.parse().ok());
    let messages = number("SIGAP_MESSAGES").unwrap_or(100_000);
    let head = "what";
    println!("{head:<58} {:<7} {:>5} {:>9} {:>9}", "where", "times", "median ms", "p95 ms");
    let memory = Path::new("/dev/shm");
    let memory = memory.is_dir().then(|| memory.to_owned());
    let disk = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let room = |parent: &PathBuf| tempfile::tempdir_in(parent).unwrap();
    let built = room(memory.as_ref().unwrap_or(&disk));
    let places: Vec<(&str, PathBuf)> =
        [("disk", Some(disk)), ("memory", memory)].into_iter().filter_map(kept).collect();

    let began = Instant::now();
    Bench::new(built.path(), 30).fill(messages);
    let took = began.elapsed().as_secs();
    println!("# {messages} messages of 30 owners, built in {took} s");
    for (place, parent) in &places {
        let room = room(parent);
        arrivals(&mut Bench::copy(built.path(), room.path(), 30), place);
    }
    for owners in [100, 10_000] {
        let built = room(&places.last().unwrap().1);
        let began = Instant::now();
        Bench::new(built.path(), owners).one_ask_each();
        println!("# {owners} owners with one ask each, built in {} s", began.elapsed().as_secs());
        for (place, parent) in &places {
            let room = room(parent);
            wakes(&mut Bench::copy(built.path(), room.path(), owners), owners, place);
        }
    }
}

fn kept<T>((name, place): (&'static str, Option<T>)) -> Option<(&'static str, T)> {
    place.map(|place| (name, place))
}

/// One message arrives, of four kinds in turn; half of them with the mark that comes before.
fn arrivals(bench: &mut Bench, place: &str) {
    println!("# open obligations: {}", bench.open_obligations());
    let mut now = T + 3600;
    bench.send_all(now);
    let mut marks = Times::default();
    let names = ["asks something new", "asks again", "answers, found in Sent", "asks nothing"];
    let mut kinds: [Times; 4] = Default::default();
    let mut all = Times::default();
    for number in 0..ARRIVALS {
        now += 7;
        let (owner, kind) = (number * 7 % 30, number % 4);
        let (role, read) = bench.arrival(owner, kind, now);
        marks.of(|| bench.begin_reading(owner, role, read.uid, now));
        let began = Instant::now();
        bench.arrive(owner, role, vec![read], now);
        let took = began.elapsed();
        kinds[kind].0.push(took);
        all.0.push(took);
        bench.send_all(now);
    }
    all.print("turn: one message arrives", place);
    for (name, times) in names.iter().zip(kinds) {
        times.print(&format!("  it {name}"), place);
    }
    marks.print("mark before its reading", place);
}

/// What happens when little or nothing happens.
fn wakes(bench: &mut Bench, owners: usize, place: &str) {
    let mut now = T + 60;
    bench.send_all(now);
    let (mut nothing, mut next) = (Times::default(), Times::default());
    for _ in 0..WAKES {
        now += 1;
        let output = nothing.of(|| bench.turn(Input::Tick, now));
        assert!(output.parcel.is_none() && output.read_first.is_empty(), "{output:?}");
        let c = bench.engine.db().connection();
        let at = Timestamp::from_second(now).unwrap();
        let _when = next.of(|| (mailboxes::next_wake(c), letters::next_after(c, at)));
    }
    nothing.print(&format!("{owners} owners: turn with nothing due"), place);
    next.print(&format!("{owners} owners: when is something due next"), place);
    let (mut queue, mut read, mut claim) = (Times::default(), Times::default(), Times::default());
    for owner in 0..desk::NUDGED.min(owners) {
        now = desk::due(owner);
        let output = queue.of(|| bench.turn(Input::Tick, now));
        assert!(!output.read_first.is_empty(), "a nudge is due and wants a reading: {output:?}");
        bench.arrive(owner, Role::Sent, Vec::new(), now);
        let output = read.of(|| bench.arrive(owner, Role::Inbox, Vec::new(), now));
        // The reading of its last folder lets the letter go in the same turn.
        let parcel = output.parcel.expect("a letter was claimed");
        claim.of(|| bench.settle(&parcel, now));
    }
    queue.print(&format!("{owners} owners: turn that queues a nudge"), place);
    read.print(&format!("{owners} owners: turn that reads, writes and claims it"), place);
    claim.print(&format!("{owners} owners: mark before the dot, and its outcome"), place);
}
