//! The wall clock is set while the daemon lives, with reminders due and not due: no burst, nothing
//! on stale knowledge, and a person is told.

use std::thread;

use crate::office::{Office, WITHIN, owner};
use crate::sink::{Behaviour, Sink};

const DAY: i64 = 25 * 3_600;
const YEAR: i64 = 366 * 86_400;
/// Owners: reminded already, due at the step, not due for hours.
const REMINDED: usize = 0;
const DUE: usize = 1;
const UNDUE: usize = 2;

/// What a step leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// Nothing at all.
    Nothing,
    /// Ten minutes of rest.
    Rest,
    /// Nothing leaves until a person releases.
    Held,
}

fn due_and_undue(sink: &Sink) -> Option<Office> {
    let mut office = Office::new(3, sink)?;
    office.start_and_settle();
    for index in [REMINDED, DUE, UNDUE] {
        office.letter_is("welcome", index, "sent");
    }
    office.ask(REMINDED, "reminded", "budi@example.org");
    office.letter_is("nudge", REMINDED, "sent");
    office.ask(UNDUE, "undue", "citra@slow.example.org");
    listed(&mut office, 2);
    office.ask(DUE, "due", "budi@example.org");
    listed(&mut office, 3);
    Some(office)
}

fn listed(office: &mut Office, count: usize) {
    office.wait_for("the asks are listed", |it| {
        let listing = it.json(&["list"])?;
        (listing["obligations"].as_array().unwrap().len() == count).then_some(())
    });
}

/// How many letters each owner got; nobody else may get one.
fn received(sink: &Sink) -> [usize; 3] {
    let accepted = sink.accepted();
    let to = |index: usize| accepted.iter().filter(|letter| letter.to == owner(index)).count();
    let all = [to(REMINDED), to(DUE), to(UNDUE)];
    assert_eq!(all.iter().sum::<usize>(), accepted.len(), "a letter to somebody else");
    all
}

/// Waits until the daemon has told this, and no letter is on its way.
fn told(office: &mut Office, words: &str) {
    office.wait_for(words, |it| {
        let under_way =
            it.letters()?.iter().any(|l| l["state"] == "sending" || l["state"] == "committing");
        (!under_way && it.told_so_far().contains(words)).then_some(())
    });
}

fn doctor(office: &Office, words: &str) {
    let output = office.sigap(&["doctor"]);
    let page = String::from_utf8(output.stdout).unwrap();
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(page.contains(words), "{words}: {page}");
    assert_eq!(output.status.code(), Some(3), "{page}");
}

/// Nothing leaves in that time.
fn nothing_for(office: &mut Office, sink: &Sink, seconds: i64) {
    let before = received(sink);
    office.pass(seconds);
    office.all_read();
    assert_eq!(received(sink), before, "{}", office.told());
}

fn held_until_released(office: &mut Office, sink: &Sink) {
    told(office, "nothing leaves until `sigap outbox release`");
    let outbox = office.json(&["outbox", "list"]).unwrap();
    let why = outbox["held"].as_str().unwrap();
    assert!(why.starts_with("clock: it jumped forward"), "{why}");
    doctor(office, "nothing leaves: clock: it jumped forward by more than a day");
    nothing_for(office, sink, 660);
    assert!(office.sigap(&["outbox", "release"]).status.success());
}

/// What was due leaves: at most one letter for each owner, however much came together.
fn catches_up(office: &mut Office, sink: &Sink, before: [usize; 3]) {
    office.letter_is("nudge", DUE, "sent");
    office.pass(110);
    office.all_read();
    for (after, before) in received(sink).iter().zip(before) {
        assert!(after - before <= 1, "a burst: {}", office.told());
    }
    assert!(sink.doubles().is_empty());
}

fn steps(by: i64, then: Then) {
    let sink = Sink::start(|_| Behaviour::Accept);
    let Some(mut office) = due_and_undue(&sink) else { return };
    let before = received(&sink);
    office.set_clock(by);
    match then {
        Then::Nothing => {
            office.letter_is("nudge", DUE, "sent");
            assert!(!office.told_so_far().contains("jumped"), "{}", office.told());
        }
        Then::Rest => {
            told(&mut office, "the clock jumped by");
            if by < 0 {
                doctor(&office, "before a time that was seen already");
            }
            nothing_for(&mut office, &sink, 540);
            office.pass(61);
        }
        Then::Held => held_until_released(&mut office, &sink),
    }
    if by <= -DAY {
        // A question from the future is not due; the clock is set right, which is a jump too.
        nothing_for(&mut office, &sink, 60);
        office.set_clock(-by);
        held_until_released(&mut office, &sink);
    }
    catches_up(&mut office, &sink, before);
}

fn at_the_same_time(steps_of: &[(&'static str, i64, Then)]) {
    thread::scope(|scope| {
        for (name, by, then) in steps_of {
            let story = thread::Builder::new().name((*name).to_owned());
            story.spawn_scoped(scope, || steps(*by, *then)).unwrap();
        }
    });
}

#[test]
fn a_clock_that_is_set_a_little_changes_nothing_and_minutes_are_a_rest() {
    at_the_same_time(&[
        ("a second forward", 1, Then::Nothing),
        ("a second back", -1, Then::Nothing),
        ("five minutes forward", 300, Then::Rest),
        ("five minutes back", -300, Then::Rest),
    ]);
}

#[test]
fn a_clock_that_is_set_days_forward_needs_a_person() {
    let now = jiff::Timestamp::now().as_second();
    at_the_same_time(&[
        ("a day forward", DAY, Then::Held),
        ("a month forward", 30 * 86_400, Then::Held),
        ("past 2038", (1 << 31) + 1_000 - now, Then::Held),
        ("past 2106", (1 << 32) + 1_000 - now, Then::Held),
    ]);
}

#[test]
fn a_clock_that_is_set_far_back_sends_nothing_until_it_is_right() {
    at_the_same_time(&[
        ("a day back", -DAY, Then::Rest),
        ("ten years back", -10 * YEAR, Then::Rest),
    ]);
}

/// Stopped in mid-air while the wall clock goes on: to the daemon, a clock that was set.
#[test]
fn a_stopped_process_notices_within_a_minute_that_the_clock_went_on() {
    let sink = Sink::start(|_| Behaviour::Accept);
    let Some(mut office) = due_and_undue(&sink) else { return };
    let before = received(&sink);
    office.signal("STOP");
    office.set_clock(8 * 3_600);
    office.signal("CONT");
    let woke = std::time::Instant::now();
    told(&mut office, "the clock jumped by");
    assert!(woke.elapsed() < WITHIN / 2, "noticed after {:?}", woke.elapsed());
    nothing_for(&mut office, &sink, 540);
    office.pass(61);
    catches_up(&mut office, &sink, before);
}

/// The clock was set back while nobody looked.
#[test]
fn a_daemon_that_starts_before_a_time_it_has_seen_rests_and_says_so() {
    let sink = Sink::start(|_| Behaviour::Accept);
    let Some(mut office) = due_and_undue(&sink) else { return };
    office.kill();
    let before = received(&sink);
    office.set_clock(-600);
    office.start();
    told(&mut office, "the clock stands");
    doctor(&office, "before a time that was seen already");
    nothing_for(&mut office, &sink, 540);
    office.pass(61);
    catches_up(&mut office, &sink, before);
}
