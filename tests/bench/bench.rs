//! What a turn costs, and that it does not grow with the number of owners.
//!
//! `cargo bench --bench bench`, in minutes.
//! Two stores are built through the engine itself and then measured on this machine's disk, as the
//! daemon opens them (write-ahead log, `synchronous = FULL`), and in memory, where syncing costs
//! nothing: the difference is the disk's. Nothing is asserted: a machine's speed is no promise.
//! Before that, how many messages a second are judged; `-- judged` stops there.
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
mod judged;
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

/// How long something took, again and again; and what of it this thread computed, which a busy
/// machine does not change.
#[derive(Default)]
pub struct Times {
    took: Vec<Duration>,
    computed: u64,
}

impl Times {
    fn of<R>(&mut self, deed: impl FnOnce() -> R) -> R {
        let (computed, began) = (computed(), Instant::now());
        let result = deed();
        self.took.push(began.elapsed());
        self.computed += self::computed() - computed;
        result
    }

    fn add(&mut self, other: &Self) {
        self.took.extend(&other.took);
        self.computed += other.computed;
    }

    /// One line of the table.
    fn print(mut self, what: &str, place: &str) {
        self.took.sort();
        let count = self.took.len();
        let at = |part: usize| self.took[(count * part / 100).min(count - 1)].as_secs_f64() * 1e3;
        let computed = self.computed as f64 / 1e6 / count as f64;
        let (median, most) = (at(50), at(95));
        println!("{what:<54} {place:<6} {count:>5} {median:>9.3} {most:>9.3} {computed:>9.3}");
    }
}

/// Nanoseconds that this thread has been running (Linux; elsewhere 0), exact over many deeds.
fn computed() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0)
}

fn main() {
    if !std::env::args().any(|word| word == "--bench") {
        println!("The benchmark runs with `cargo bench --bench bench`.");
        return;
    }
    judged::print(computed);
    if std::env::args().any(|word| word == "judged") {
        return;
    }
    let number = |name| std::env::var(name).ok().and_then(|text: String| text.parse().ok());
    let messages = number("SIGAP_MESSAGES").unwrap_or(100_000);
    println!(
        "{:<54} {:<6} {:>5} {:>9} {:>9} {:>9}",
        "what", "where", "times", "median ms", "p95 ms", "cpu ms"
    );
    let memory = Path::new("/dev/shm");
    let memory = memory.is_dir().then(|| memory.to_owned());
    let disk = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let room = |parent: &PathBuf| tempfile::tempdir_in(parent).unwrap();
    let places: Vec<(&str, PathBuf)> =
        [("disk", Some(disk)), ("memory", memory)].into_iter().filter_map(kept).collect();

    // Few owners who owe much, and as many as such a store would have.
    for owners in [30, 300] {
        let built = room(&places.last().unwrap().1);
        let began = Instant::now();
        Bench::new(built.path(), owners).fill(messages);
        let took = began.elapsed().as_secs();
        println!("# {messages} messages of {owners} owners, built in {took} s");
        for (place, parent) in &places {
            let room = room(parent);
            arrivals(&mut Bench::copy(built.path(), room.path(), owners), owners, place);
        }
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

/// One message arrives, of four kinds in turn.
fn arrivals(bench: &mut Bench, owners: usize, place: &str) {
    println!("# open obligations: {}", bench.open_obligations());
    let mut now = T + 3600;
    bench.send_all(now);
    let names = ["asks something new", "asks again", "answers, found in Sent", "asks nothing"];
    let mut kinds: [Times; 4] = Default::default();
    for number in 0..ARRIVALS {
        now += 7;
        let (owner, kind) = (number * 7 % owners, number % 4);
        let (role, read) = bench.arrival(owner, kind, now);
        let output = kinds[kind].of(|| bench.arrive(owner, role, vec![read], now));
        bench.follow(output, now);
    }
    let mut all = Times::default();
    kinds.iter().for_each(|times| all.add(times));
    all.print("turn: one message arrives", place);
    for (name, times) in names.iter().zip(kinds) {
        times.print(&format!("  it {name}"), place);
    }
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
