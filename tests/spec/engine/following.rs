//! An owner is reminded of what they wait for: once, in the letter of the day, and to nobody else.

use std::sync::Arc;

use jiff::civil::date;
use sigap::engine::awaited::{Row, awaited};
use sigap::engine::explain::{Asked, why};
use sigap::engine::listing::Reach;
use sigap::model::letter::{Kind, State};
use sigap::model::message::{MessageKey, Role};
use sigap::model::policy::Mode;
use sigap::store::db::{Access, Db};
use sigap::store::erasing::{Erasure, erase};
use sigap::store::person::export;

use super::away::goes;
use super::day::{Arrives, At, Day, Post, at, charter};
use crate::office::{address, calendar};

const ANI: [&str; 1] = ["nudge to ani@example.com"];

fn question(id: &str, to: &str, parent: Option<&str>) -> String {
    let (refers, re) = match parent {
        Some(parent) => (format!("In-Reply-To: <{parent}@example.com>\n"), "Re: "),
        None => (String::new(), ""),
    };
    format!(
        "From: ani@example.com\nTo: {to}\nSubject: {re}Contract\nMessage-ID: <{id}@example.com>\n\
         {refers}\nHi Budi,\n\ncould you please send me the signed contract?\n\nAni\n"
    )
}

/// Ani asks Budi for something.
fn asks(day: &mut Day, id: &str) {
    day.sent_holds("ani", &question(id, "Budi Santoso <budi@example.org>", None));
}

/// Budi answers.
fn answers(day: &mut Day, parent: &str, words: &str) {
    let no = day.next();
    day.receives(
        "ani",
        &format!(
            "From: budi@example.org\nTo: ani@example.com\nSubject: Re: Contract\n\
             Message-ID: <a{no}@example.org>\nIn-Reply-To: <{parent}@example.com>\n\n{words}\n"
        ),
    );
}

/// Ani has asked on Monday at 09:10; three working days later it is Thursday.
fn asked() -> Day {
    asked_in(Day::opens())
}

fn asked_in(mut day: Day) -> Day {
    day.until("Mon 09:10");
    asks(&mut day, "q");
    day
}

/// The same, and she was reminded.
fn reminded() -> Day {
    let mut day = asked();
    day.until("Thu 09:15");
    assert_eq!(day.post(), ANI);
    day
}

fn row(day: &Day) -> Row {
    let found = awaited(day.c(), day.engine().office(), None, Reach::All, day.now).unwrap();
    found.awaiting.into_iter().next().unwrap()
}

#[test]
fn it_comes_once_whatever_happens() {
    let mut day = asked();
    day.until("Thu 09:09");
    assert!(day.post().is_empty());
    assert_eq!(row(&day).reminded_at, None);
    let standing = row(&day).standing.unwrap();
    assert_eq!(standing, "A reminder of it comes no sooner than Thu 26 Nov 2026 at 09:10.");
    day.until("Thu 09:15");
    let letter = day.posted[0].text();
    assert_eq!(day.post(), ANI);
    for words in [
        "You are waiting for an answer to this email.",
        "[1] Contract",
        "To      : Budi Santoso (budi@example.org)",
        &row(&day).reference,
    ] {
        assert!(letter.contains(words), "{words}: {letter}");
    }
    assert_eq!(row(&day).reminded_at, Some(at("Thu 09:10")));
    let standing = row(&day).standing.unwrap();
    assert!(standing.starts_with("The owner was reminded; once more only if"), "{standing}");
    day.restarts();
    day.until("2026-12-04 12:00");
    day.restarts();
    day.until("2026-12-18 17:00");
    assert!(day.post().is_empty());
}

#[test]
fn it_goes_along_with_what_is_owed() {
    let mut day = asked();
    day.until("Wed 12:00");
    day.asks("eka", "ani", "e1");
    // Due at 10:00, and taken along.
    day.until("Thu 17:00");
    let letter = day.posted[0].text();
    assert_eq!(day.post(), ANI);
    let places = ["[1] Request e1", "You are waiting for an answer", "[2] Contract"];
    let places = places.map(|words| letter.find(words).unwrap());
    assert!(places.is_sorted(), "{letter}");
}

#[test]
fn alone_it_makes_no_second_letter_of_a_day() {
    let mut day = reminded();
    day.says("ani", "SNOOZE 1 until 14:00");
    day.until("Thu 16:59");
    assert!(day.post().is_empty());
    let standing = row(&day).standing.unwrap();
    let full = "The letter of the day was already written; the next one comes on Fri 27 Nov";
    assert!(standing.starts_with(full), "{standing}");
    day.until("Fri 09:05");
    assert_eq!(day.post(), ANI);
}

#[test]
fn nothing_is_said_about_the_past() {
    let mut day = Day::unread(charter(Mode::Nudge));
    day.sent_held("ani", "2026-11-20 10:00", &question("q", "budi@example.org", None));
    day.reads_everything();
    day.until("Mon 09:30");
    day.posted.clear();
    day.until("2026-12-04 17:00");
    assert!(day.post().is_empty());
    let standing = row(&day).standing.unwrap();
    assert!(standing.starts_with("It was there before the mailbox was watched"), "{standing}");
    // Asked once more, it is not of the past.
    day.sent_holds("ani", &question("q2", "budi@example.org", Some("q")));
    day.until("2026-12-11 17:00");
    assert_eq!(day.post(), ANI);
}

#[test]
fn it_keeps_to_the_hours_and_the_holidays() {
    let mut office = charter(Mode::Nudge);
    let usual = calendar("Asia/Jakarta", &["Mon-Fri 09:00-17:00"]);
    // Thursday is a holiday.
    office.owners[0].calendar = Arc::new(usual.with_exception(date(2026, 11, 26), Vec::new()));
    let mut day = asked_in(Day::with(office));
    day.until("Fri 09:09");
    assert!(day.post().is_empty());
    day.until("Fri 09:15");
    assert_eq!(day.post(), ANI);
    day.says("ani", "SNOOZE 1 until saturday");
    day.until("2026-11-30 08:59");
    assert!(day.post().is_empty());
    day.until("2026-11-30 09:01");
    assert_eq!(day.post(), ANI);
}

#[test]
fn nothing_comes_while_its_owner_is_away() {
    let mut day = asked();
    goes(&day, "ani", "Thu 00:00", "2026-11-28 00:00");
    day.until("2026-11-30 09:30");
    // The letters around the absence, and an hour of peace.
    assert!(!day.post().contains(&ANI[0].to_owned()));
    day.until("2026-11-30 10:15");
    assert_eq!(day.post(), ANI);
}

#[test]
fn an_answer_that_comes_before_the_letter_leaves_recalls_it() {
    let mut day = asked();
    day.holds();
    day.until("Thu 09:30");
    assert_eq!(day.fate("ani"), State::Queued);
    answers(&mut day, "q", "Here it is.");
    assert_eq!(day.fate("ani"), State::Recalled);
    day.releases();
    day.until("Fri 17:00");
    assert!(day.post().is_empty());
    // Read only when everything is read once more before the letter leaves.
    let mut day = asked();
    day.goes_deaf("ani", Role::Inbox);
    day.until("Thu 09:30");
    answers(&mut day, "q", "Here it is.");
    day.hears_again("ani", Role::Inbox);
    day.until("Fri 17:00");
    assert!(day.post().is_empty());
}

#[test]
fn what_was_asked_again_meanwhile_is_taken_out_of_the_letter() {
    let mut day = asked();
    day.until("Wed 12:00");
    day.asks("eka", "ani", "e1");
    day.holds();
    day.until("Thu 09:30");
    day.sent_holds("ani", &question("q2", "budi@example.org", Some("q")));
    day.releases();
    day.until("Thu 09:40");
    let letter = day.posted[0].text();
    assert_eq!(day.post(), ANI);
    assert!(letter.contains("Request e1") && !letter.contains("Contract"), "{letter}");
    day.answers("ani", "eka", "e1");
    day.until("2026-12-01 09:35");
    assert_eq!(day.post(), ANI);
}

#[test]
fn putting_off_brings_it_once_more() {
    let mut day = reminded();
    day.says("ani", "TUNDA 1 2 hari");
    day.until("2026-11-30 08:59");
    assert!(day.post().is_empty());
    day.until("2026-11-30 09:05");
    assert_eq!(day.post(), ANI);
    day.until("2026-12-11 17:00");
    assert!(day.post().is_empty());
}

#[test]
fn a_promise_moves_it() {
    let mut day = asked();
    day.until("Mon 10:00");
    answers(&mut day, "q", "I'll send it on Tuesday.");
    day.until("Tue 17:00");
    assert!(day.post().is_empty());
    day.until("Wed 09:05");
    let letter = day.posted[0].text();
    assert_eq!(day.post(), ANI);
    assert!(letter.contains("Promised: for Tuesday 24 November 2026"), "{letter}");
}

#[test]
fn asking_again_brings_one_more_later() {
    let mut day = reminded();
    day.until("Thu 10:00");
    day.sent_holds("ani", &question("q2", "budi@example.org", Some("q")));
    day.until("2026-12-01 09:59");
    assert!(day.post().is_empty());
    day.until("2026-12-01 10:05");
    let letter = day.posted[0].text();
    assert_eq!(day.post(), ANI);
    assert!(letter.contains("; asked 2 times, last"), "{letter}");
    day.until("2026-12-18 17:00");
    assert!(day.post().is_empty());
}

#[test]
fn observing_shows_it_in_the_preview_and_uses_nothing_up() {
    let mut day = asked();
    day.sets_mode(Mode::Observe);
    day.until("Thu 17:00");
    let letter = day.posted[0].text();
    assert_eq!(day.post(), ["preview to ani@example.com"]);
    assert!(letter.contains("[1] Contract"), "{letter}");
    day.until("Fri 12:00");
    assert!(day.post().is_empty());
    assert_eq!(row(&day).reminded_at, None);
    day.sets_mode(Mode::Nudge);
    day.until("Fri 12:05");
    assert_eq!(day.post(), ANI);
}

#[test]
fn its_number_is_understood_in_both_languages() {
    for (words, owed, waits) in [
        ("DONE 2", 1, "done"),
        ("SELESAI 2", 1, "done"),
        ("NOT 2", 1, "not_asked"),
        ("BUKAN 2", 1, "not_asked"),
        ("DONE 1", 0, "waits"),
        ("DONE all", 0, "done"),
        ("selesai 1, 2", 0, "done"),
        ("SNOOZE 2 2d", 1, "snoozed"),
        ("TUNDA 2 2 hari", 1, "snoozed"),
        ("DELEGATE 2 citra", 1, "waits"),
        ("DONE 3", 1, "waits"),
    ] {
        let mut day = asked();
        day.until("Wed 12:00");
        day.asks("eka", "ani", "e1");
        day.until("Thu 09:15");
        assert_eq!(day.post(), ANI);
        day.says("ani", words);
        assert_eq!(day.owes("ani").len(), owed, "{words}");
        let told = row(&day);
        let state = match (told.ended, told.snoozed_until) {
            (Some(ended), _) => ended.how.word(),
            (None, Some(_)) => "snoozed",
            (None, None) => "waits",
        };
        assert_eq!(state, waits, "{words}");
        let mistakes = ["DELEGATE 2 citra", "DONE 3"].contains(&words);
        let wrong = day.letters().iter().any(|one| one.draft.kind == Kind::Mistake);
        assert_eq!(wrong, mistakes, "{words}");
        if waits == "done" {
            day.says("ani", "UNDO");
            assert!(row(&day).ended.is_none() || words.contains('1'), "{words}");
        }
    }
}

#[test]
fn done_is_not_about_what_was_asked_after_it() {
    let mut day = reminded();
    let letter = day.last_letter_to("ani").message_id;
    let said = day.answer_to_letter("ani", &letter, "DONE 1");
    let sent = day.place("ani", Role::Sent);
    day.goes_deaf("ani", Role::Sent);
    day.folder_holds(sent, &said, false);
    day.until("Thu 10:00");
    let again = question("q2", "budi@example.org", Some("q"));
    day.folder_holds(sent, &again, false);
    day.hears_again("ani", Role::Sent);
    let found = awaited(day.c(), day.engine().office(), None, Reach::All, day.now).unwrap();
    let ended = found.awaiting.iter().map(|row| row.ended.is_some()).collect::<Vec<_>>();
    assert_eq!(ended, [false, true]);
}

#[test]
fn it_can_be_switched_off() {
    let mut office = charter(Mode::Nudge);
    office.policy.follow_up_within = None;
    let mut day = asked_in(Day::with(office));
    day.until("2026-12-04 17:00");
    assert!(day.post().is_empty());
    assert_eq!(row(&day).follow_up_at, None);
    let standing = row(&day).standing.unwrap();
    assert!(standing.starts_with("Reminders of awaited answers are switched off"), "{standing}");
}

#[test]
fn silence_is_silence() {
    let mut day = asked();
    day.asks("eka", "ani", "e1");
    day.until("Mon 15:30");
    assert_eq!(day.post(), ANI);
    day.says("ani", "STOP");
    day.until("2026-12-04 17:00");
    assert!(day.post().is_empty());
    let standing = row(&day).standing.unwrap();
    assert!(standing.starts_with("The owner asked for silence"), "{standing}");
}

#[test]
fn a_crash_brings_it_neither_twice_nor_never() {
    for (post, copies) in [
        (Post::Dies(At::Dialogue, Arrives::No), 1),
        (Post::Dies(At::Dot, Arrives::Yes), 1),
        (Post::Dies(At::Dot, Arrives::No), 1),
        (Post::LosesAnswer(Arrives::No), 1),
    ] {
        let mut day = asked();
        day.until("Thu 09:05");
        day.post = post.clone();
        day.until("Thu 09:15");
        day.post = Post::Accepts;
        day.restarts();
        day.until("2026-12-04 17:00");
        assert_eq!(day.post(), vec![ANI[0]; copies], "{post:?}");
    }
    // What nobody knows of is not repeated once it is answered.
    let mut day = asked();
    day.until("Thu 09:05");
    day.post = Post::LosesAnswer(Arrives::No);
    day.until("Thu 09:12");
    day.post = Post::Accepts;
    answers(&mut day, "q", "Here it is.");
    day.until("2026-12-04 17:00");
    assert!(day.post().is_empty());
}

#[test]
fn who_was_asked_finds_it_and_can_take_it_away() {
    let mut day = asked();
    day.holds();
    day.until("Thu 09:30");
    assert_eq!(day.fate("ani"), State::Queued);
    let budi = address("budi@example.org");
    let kept = export(day.c(), &budi).unwrap();
    let key = kept["letters"][0]["items"][0]["key"].as_str().unwrap();
    assert!(key.starts_with("follow-up:"), "{kept}");
    let mut db = Db::open(&day.database(), Access::Command, day.now).unwrap();
    let erased = erase(db.connection_mut(), &budi, &[7; 32], day.now).unwrap();
    assert!(matches!(erased, Erasure::Done { .. }), "{erased:?}");
    assert_eq!(day.fate("ani"), State::Recalled);
    day.releases();
    day.until("2026-12-04 17:00");
    assert!(day.post().is_empty());
}

#[test]
fn it_is_explained() {
    let mut day = reminded();
    let asked = Asked::Message(MessageKey("q@example.com".to_owned()));
    let told = why(day.c(), day.engine().office(), &asked, day.now).unwrap();
    let waits = &told.cases[0].awaiting[0];
    assert_eq!(waits.letters.len(), 1);
    let letter = &waits.letters[0];
    assert_eq!(letter.state, State::Sent);
    assert_eq!(letter.items[0].reference.as_ref(), Some(&waits.reference));
    assert_eq!(letter.items[0].step, None);
    assert!(letter.items[0].key.starts_with("follow-up:"), "{}", letter.items[0].key);
    answers(&mut day, "q", "Here it is.");
    assert_eq!(row(&day).standing, None);
    assert_eq!(row(&day).reminded_at, Some(at("Thu 09:10")));
}
