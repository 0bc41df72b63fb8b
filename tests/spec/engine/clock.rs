//! A clock that is set, a machine that sleeps: nothing leaves on what was known before, nothing
//! leaves twice, and after a far jump only a person lets anything leave (reliability §2.6).

use jiff::SignedDuration;
use sigap::engine::turn::{Boot, Input};
use sigap::model::message::Role;
use sigap::store::facts;

use super::day::{Day, Post, at, hours, minutes};

/// Two requests, one reminded of and one that is due soon.
fn busy() -> Day {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.until("Mon 11:00");
    day.asks("eka", "citra", "e1");
    day.until("Mon 15:30");
    assert_eq!(day.post(), ["nudge to ani@example.com"]);
    day
}

fn held(day: &Day) -> bool {
    facts::instance(day.c()).unwrap().held.is_some()
}

#[test]
fn no_jump_of_the_clock_makes_a_burst() {
    let years = |count: i64| hours(count * 24 * 365);
    for (by, needs_a_person) in [
        (minutes(5), false),
        (-minutes(5), false),
        (hours(24), false),
        (-hours(24), false),
        (hours(25), true),
        (hours(24 * 30), true),
        (-years(10), false),
        (years(12), true),
        (years(80), true),
    ] {
        let mut day = busy();
        day.wall_clock_jumps(by);
        assert!(day.has_journal("the clock jumped by"), "{by:#}");
        day.passes(minutes(9));
        assert!(day.tried.len() == 1, "{by:#}: something left within ten minutes");
        assert_eq!(held(&day), needs_a_person, "{by:#}");
        if needs_a_person {
            day.passes(hours(72));
            assert_eq!(day.tried.len(), 1, "{by:#}");
            day.releases();
        }
        let before = day.tried.len();
        day.passes(hours(30));
        let mut receivers: Vec<_> = day.tried[before..].iter().map(|p| p.to.clone()).collect();
        let all = receivers.len();
        receivers.sort();
        receivers.dedup();
        assert_eq!(receivers.len(), all, "{by:#}: two letters to one owner");
    }
}

#[test]
fn a_clock_set_forth_and_back_again_reminds_of_nothing_twice() {
    let mut day = busy();
    day.wall_clock_jumps(hours(20));
    day.passes(minutes(30));
    day.wall_clock_jumps(-hours(20));
    day.until("Fri 16:59");
    let steps = "SELECT count(*) FROM letter_item i JOIN letter l ON l.id = i.letter_id \
                 WHERE i.recalled_why IS NULL AND i.step IS NOT NULL AND l.state = 'sent'";
    let count: i64 = day.c().query_row(steps, [], |row| row.get(0)).unwrap();
    let all: i64 = day
        .c()
        .query_row(&steps.replace("count(*)", "count(DISTINCT i.key)"), [], |row| row.get(0))
        .unwrap();
    assert!(count == all && count <= 4, "{count} items, {all} keys");
}

#[test]
fn a_machine_that_slept_knows_nothing_as_fresh_and_sends_one_letter() {
    for (slept, letters) in [(hours(8), 0), (hours(24 * 3), 2)] {
        let mut day = busy();
        // Its own clock slept too, so this is no jump; the folders were not read meanwhile.
        day.now += slept;
        let before = day.tried.len();
        day.turns(Input::Tick);
        day.passes(minutes(20));
        assert_eq!(day.tried.len() - before, letters, "{slept:#}");
        assert!(!held(&day));
    }
}

#[test]
fn an_answer_that_came_while_the_machine_slept_is_known_before_anything_leaves() {
    let mut day = busy();
    day.goes_deaf("ani", Role::Sent);
    day.goes_deaf("citra", Role::Sent);
    day.until("Tue 10:00");
    day.answers("citra", "eka", "e1");
    day.answers("ani", "budi", "b1");
    day.now = at("Thu 10:00");
    day.hears_again("ani", Role::Sent);
    day.hears_again("citra", Role::Sent);
    day.passes(hours(5));
    assert_eq!(day.tried.len(), 1);
}

fn boot(at: &str, name: &str) -> Boot {
    Boot { name: name.to_owned(), at: super::day::at(at) }
}

#[test]
fn a_clock_set_far_forth_while_the_daemon_was_down_needs_a_person() {
    let mut day = busy();
    let now = day.now;
    day.engine.as_mut().unwrap().machine_started(&boot("Mon 07:00", "one"), now).unwrap();
    // The clock jumps by a month, and the process dies before it hears of it.
    day.engine = None;
    day.now += hours(24 * 30);
    day.starts();
    let now = day.now;
    day.engine.as_mut().unwrap().machine_started(&boot("2026-12-23 07:00", "one"), now).unwrap();
    day.reads_everything();
    day.passes(hours(30));
    assert!(held(&day));
    assert_eq!(day.tried.len(), 1);
}

#[test]
fn a_long_stop_a_new_start_of_the_machine_and_a_known_jump_need_nobody() {
    // The daemon was down for three days; the machine was not set.
    let mut day = busy();
    let now = day.now;
    day.engine.as_mut().unwrap().machine_started(&boot("Mon 07:00", "one"), now).unwrap();
    day.engine = None;
    day.now += hours(24 * 3);
    day.starts();
    let now = day.now;
    day.engine.as_mut().unwrap().machine_started(&boot("Mon 07:01", "one"), now).unwrap();
    assert!(!held(&day));
    // The machine was started again: nobody can tell what its clock did meanwhile.
    day.engine.as_mut().unwrap().machine_started(&boot("Thu 15:00", "two"), now).unwrap();
    assert!(!held(&day));
    // A jump that was heard of is no news after a restart.
    day.wall_clock_jumps(hours(20));
    day.restarts();
    let now = day.now;
    day.engine.as_mut().unwrap().machine_started(&boot("Fri 11:00", "two"), now).unwrap();
    day.passes(minutes(1));
    assert!(!held(&day));
    assert_eq!(day.journal.iter().filter(|line| line.contains("jumped")).count(), 1);
}

#[test]
fn a_reading_that_began_before_the_clock_was_set_back_is_never_fresh() {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.until("Mon 15:04");
    day.goes_deaf("ani", Role::Inbox);
    day.goes_deaf("ani", Role::Sent);
    // The letter is due and asks for both folders to be read; meanwhile the clock is set.
    day.passes(minutes(1));
    let batches = [Role::Inbox, Role::Sent].map(|role| day.batch(day.place("ani", role)));
    day.wall_clock_jumps(-minutes(55));
    for batch in batches {
        day.turns(Input::Arrived(vec![batch]));
    }
    // By the clock as it is now, the readings seem to begin in this minute.
    day.passes(minutes(56));
    assert_eq!(day.tried.len(), 0);
    day.hears_again("ani", Role::Inbox);
    day.hears_again("ani", Role::Sent);
    day.passes(minutes(1));
    assert_eq!(day.post(), ["nudge to ani@example.com"]);
}

#[test]
fn a_letter_that_asked_for_a_reading_does_not_wait_for_a_clock_that_was_set_back() {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.until("Mon 15:04");
    day.goes_deaf("ani", Role::Sent);
    day.until("Mon 16:30");
    day.wall_clock_jumps(-minutes(30));
    day.hears_again("ani", Role::Sent);
    day.until("Mon 16:12");
    assert_eq!(day.post(), ["nudge to ani@example.com"]);
}

#[test]
fn what_is_over_wakes_nobody_while_a_letter_is_on_its_way() {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.asks("eka", "citra", "e1");
    day.until("Mon 15:04");
    day.goes_deaf("citra", Role::Sent);
    day.post = Post::Sleeps;
    day.passes(minutes(2));
    assert_eq!(day.tried.len(), 1);
    // Citra's letter waits for a reading that does not come; then the clock is set.
    for jump in [SignedDuration::ZERO, minutes(30)] {
        if !jump.is_zero() {
            day.wall_clock_jumps(jump);
        }
        day.now += minutes(11);
        day.turns(Input::Tick);
        let due = day.turns(Input::Tick).due_at;
        assert!(due.is_none_or(|due| due > day.now), "{jump:#}: it is due now and stays so");
    }
}
