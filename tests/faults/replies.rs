//! A mail server that talks nonsense at any verb: never `sent` without a clean yes to the dot, and
//! the daemon goes on, hardly bigger than before.

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread;

use jiff::Timestamp;
use serde_json::Value;

use crate::office::{Office, WITHIN};
use crate::place;
use crate::sink::{Behaviour, Sink, Then, Verb};

static LONG: LazyLock<String> = LazyLock::new(|| format!("250 {}\r\n", "x".repeat(1 << 20)));

/// What is said, and what comes then. The last one is a clear no, even after the dot.
fn nonsense() -> [(&'static str, Then); 7] {
    [
        ("\u{0}\u{1b}[2J what?\r\n", Then::GoOn),
        ("250 ok\n", Then::GoOn),
        ("250 ok\r\n250 ok\r\n", Then::GoOn),
        ("250-and\r\n", Then::OverAndOver),
        ("250-and", Then::HangUp),
        (LONG.as_str(), Then::GoOn),
        ("421 4.3.2 going down\r\n", Then::HangUp),
    ]
}

/// One letter in peace; from `mad` on one for each piece of nonsense; then peace again.
fn mad_server(verb: Verb, mad: &Arc<AtomicBool>) -> Sink {
    let (mad, hellos) = (Arc::clone(mad), AtomicUsize::new(0));
    Sink::start(move |number| {
        if number == 0 {
            return Behaviour::Say(Verb::Dot, "250 2.0.0 kept\r\n", Then::HangUp);
        }
        let go = || mad.load(Ordering::SeqCst).then_some(());
        place::wait_for("the memory is measured", WITHIN, go);
        let due = match verb {
            Verb::Hello => hellos.fetch_add(1, Ordering::SeqCst),
            _ => usize::try_from(number).unwrap() - 1,
        };
        let words = nonsense().get(due).copied();
        words.map_or(Behaviour::Accept, |(words, then)| Behaviour::Say(verb, words, then))
    })
}

/// A field of `/proc/<pid>/status`, in KiB.
fn memory(pid: u32, field: &str) -> i64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

fn are(letters: &[Value], state: &str) -> usize {
    letters.iter().filter(|letter| letter["state"] == state).count()
}

fn tried(letters: &[Value]) -> usize {
    let done = |letter: &&Value| {
        letter["tries"].as_array().unwrap().iter().any(|one| !one["ended_at"].is_null())
    };
    letters.iter().filter(done).count()
}

/// Waits until all nonsense is heard, or the account rests before: until when. Nothing is sent
/// meanwhile.
fn rests_before_all_is_heard(office: &mut Office, count: usize) -> Option<Timestamp> {
    let (rests, letters) = office.wait_for("the nonsense is heard", |it| {
        let outbox = it.json(&["outbox", "list"])?;
        let letters = outbox["letters"].as_array().unwrap().clone();
        let all = tried(&letters) > count;
        let until = outbox["account_rests_until"].as_str().map(|at| at.parse().unwrap());
        let rests = until.filter(|until: &Timestamp| *until > it.now());
        if all {
            return Some((None, letters));
        }
        (rests.is_some() && are(&letters, "sending") == 0).then_some((rests, letters))
    });
    assert_eq!(are(&letters, "sent"), 1, "sent without a clean yes:\n{}", office.told());
    rests
}

fn a_server_talks_nonsense_at(verb: Verb) {
    let (count, mad) = (nonsense().len(), Arc::new(AtomicBool::new(false)));
    let sink = mad_server(verb, &mad);
    let Some(mut office) = Office::new(count + 1, &sink) else { return };
    office.start();
    office.wait_for("one letter leaves", |it| (are(&it.letters()?, "sent") == 1).then_some(()));
    let (pid, before) = (office.pid(), memory(office.pid(), "VmHWM:"));
    mad.store(true, Ordering::SeqCst);
    while let Some(until) = rests_before_all_is_heard(&mut office, count) {
        office.pass(until.duration_since(office.now()).as_secs() + 1);
    }
    let letters = office.letters().unwrap();
    let unknown = if verb == Verb::Dot { count - 1 } else { 0 };
    assert_eq!(are(&letters, "unknown"), unknown, "{}", office.told());
    let after = memory(pid, "VmHWM:");
    eprintln!("{verb:?}: {count} kinds of nonsense: {before} KiB before, {after} KiB after");
    assert!(after - before < 16 * 1024, "{verb:?}: from {before} KiB to {after} KiB");

    office.pass(376);
    office.wait_for("everything else leaves in peace", |it| {
        (are(&it.letters()?, "sent") == count + 1 - unknown).then_some(())
    });
    office.ask(0, "after", "budi@example.org");
    office.letter_is("nudge", 0, "sent");
    assert_eq!(office.pid(), pid);
    assert!(sink.doubles().is_empty(), "{:?}", sink.doubles());
}

#[test]
fn nonsense_at_any_verb_is_never_taken_for_a_yes_and_breaks_nothing() {
    thread::scope(|scope| {
        for verb in [Verb::Hello, Verb::Mail, Verb::Rcpt, Verb::Data, Verb::Dot] {
            scope.spawn(move || a_server_talks_nonsense_at(verb));
        }
    });
}
