//! A word about a number closes what stood there and what had arrived when it was said; marks and
//! late mail split and join conversations, and no debt is lost or raised from the dead by it.

use super::day::Day;

/// Somebody's request without ids in its fields, as it is kept by old mail programs.
fn idless(from: &str, id: &str, subject: &str) -> String {
    format!(
        "From: {from}@example.org\nTo: ani@example.com\nSubject: {subject}\n\
         Message-ID: <{id}@example.org>\n\nDear Ani,\n\nCould you please send the figures?\n"
    )
}

/// One item in a letter, of two messages that belong to different requests: the later one was read
/// first, and the request that it answers is found only after the letter left.
fn split_after_the_letter() -> Day {
    let mut day = Day::opens();
    day.until("Mon 09:30");
    day.turns_up("ani", "Mon 09:25", &idless("budi", "chaser", "Re: Figures of May"));
    day.turns_up("ani", "Mon 09:10", &idless("budi", "first", "Figures of May"));
    day.until("Mon 15:20");
    assert_eq!(day.owes("ani"), ["first"]);
    assert_eq!(day.post(), ["nudge to ani@example.com"]);
    day.turns_up("ani", "Mon 09:20", &idless("budi", "second", "Figures of May"));
    assert_eq!(day.owes("ani"), ["first", "second"]);
    day
}

#[test]
fn a_number_means_the_ask_that_stood_in_the_letter() {
    let mut day = split_after_the_letter();
    day.says("ani", "DONE 1");
    assert_eq!(day.owes("ani"), ["second"]);
    assert_eq!(day.ended("ani", "first"), "done");
}

#[test]
fn a_snooze_of_a_number_too() {
    let mut day = split_after_the_letter();
    day.says("ani", "SNOOZE 1 3d");
    let open = sigap::store::obligations::open(day.c(), day.id_of("ani")).unwrap();
    let snoozed: Vec<_> =
        open.iter().filter(|o| o.snoozed_until.is_some()).map(|o| o.asked_key.0.as_str()).collect();
    assert_eq!(snoozed, ["first@example.org"]);
}

#[test]
fn a_number_whose_ask_was_joined_to_another_closes_both() {
    let mut day = Day::opens();
    // Two answers to a message that nobody here has; what they point to shows up late.
    day.asks("budi", "ani", "b1");
    day.writes("budi", "ani", "b2", "Another matter", "", "Could you please call me today?");
    day.until("Mon 15:20");
    assert_eq!(day.owes("ani"), ["b1", "b2"]);
    let refers = "In-Reply-To: <b1@example.org> <b2@example.org>\n";
    let words = "Thanks in advance for both.\n\n> Could you please call me today?";
    day.writes("budi", "ani", "b3", "Both", refers, words);
    assert_eq!(day.owes("ani"), ["b1"]);
    day.says("ani", "DONE 2");
    assert!(day.owes("ani").is_empty());
}

#[test]
fn done_closes_what_arrived_until_it_was_said() {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.until("Mon 15:10");
    day.asks_again("budi", "ani", "b2", "b1");
    day.until("Mon 15:20");
    // Said, but its copy is read only after one more question has been.
    day.goes_deaf("ani", sigap::model::message::Role::Sent);
    day.says("ani", "DONE 1");
    day.until("Mon 15:25");
    day.asks_again("budi", "ani", "b3", "b1");
    day.hears_again("ani", sigap::model::message::Role::Sent);
    assert_eq!(day.ended("ani", "b1"), "done");
    assert_eq!(day.owes("ani"), ["b3"]);
}

#[test]
fn done_closes_a_question_that_had_arrived_and_was_read_later() {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.until("Mon 15:20");
    day.goes_deaf("ani", sigap::model::message::Role::Inbox);
    day.asks_again("budi", "ani", "b2", "b1");
    day.until("Mon 15:25");
    day.says("ani", "DONE 1");
    day.hears_again("ani", sigap::model::message::Role::Inbox);
    assert!(day.owes("ani").is_empty());
    day.says("ani", "UNDO");
    assert_eq!(day.owes("ani"), ["b1"]);
}

#[test]
fn a_question_after_a_mark_of_an_answer_is_a_new_debt() {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.until("Mon 11:00");
    day.is_marked_answered("ani", "b1");
    assert_eq!(day.ended("ani", "b1"), "answered_by_flag");
    day.until("Mon 12:00");
    day.asks_again("budi", "ani", "b2", "b1");
    assert_eq!(day.ended("ani", "b1"), "answered_by_flag");
    assert_eq!(day.owes("ani"), ["b2"]);
    let open = sigap::store::obligations::open(day.c(), day.id_of("ani")).unwrap();
    assert_eq!((open[0].asked_at, open[0].asks), (super::day::at("Mon 12:00"), 1));
}

#[test]
fn a_mark_that_is_explained_by_a_later_answer_splits_nothing() {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.until("Mon 11:00");
    day.asks_again("budi", "ani", "b2", "b1");
    day.until("Mon 12:00");
    day.goes_deaf("ani", sigap::model::message::Role::Sent);
    day.answers("ani", "budi", "b1");
    day.is_marked_answered("ani", "b1");
    day.hears_again("ani", sigap::model::message::Role::Sent);
    assert!(day.owes("ani").is_empty());
    assert_eq!(day.ended("ani", "b1"), "answered_by_owner");
    assert!(matches!(day.ended("ani", "b2").as_str(), "" | "withdrawn"));
}

#[test]
fn an_answer_outweighs_the_mark_that_was_seen_before_it() {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.until("Mon 11:00");
    day.is_marked_answered("ani", "b1");
    day.until("Mon 11:01");
    day.answers("ani", "budi", "b1");
    assert_eq!(day.ended("ani", "b1"), "answered_by_owner");
}
