//! What only looks like an absence: the owner is asked once, in their hours, and it counts once they
//! say yes.

use std::collections::BTreeSet;

use sigap::engine::turn::Input;
use sigap::mail::command::{Command, Mistake, Numbers};
use sigap::mail::consent;
use sigap::model::agenda::{Entry, Found};
use sigap::model::away::Reason;
use sigap::model::letter::{Kind, State};
use sigap::model::policy::Mode;

use super::agenda::{absences, entry, reads};
use super::day::{Day, charter, hours};

fn unsure(text: &str) -> Entry {
    Entry { certain: false, reason: Reason::Leave, ..entry(text) }
}

fn looks_like(day: &mut Day, entries: &[&str]) {
    let entries = entries.iter().map(|text| unsure(text)).collect();
    reads(day, &Found { entries, unread: BTreeSet::new() });
}

fn opens() -> Day {
    Day::with(charter(Mode::Nudge))
}

/// Asked at 09:05 on Monday about two entries.
fn asked() -> Day {
    let mut day = opens();
    looks_like(&mut day, &["a Wed 00:00 - Thu 00:00", "b Fri 08:00 - Sat 00:00"]);
    assert_eq!(day.post(), ["question to ani@example.com"]);
    day
}

fn mistakes(day: &Day) -> Vec<String> {
    let all = day.letters().into_iter().filter(|one| one.draft.kind == Kind::Mistake);
    all.map(|one| one.draft.about).collect()
}

#[test]
fn nothing_counts_until_it_is_confirmed() {
    let mut day = opens();
    looks_like(&mut day, &["a Wed 00:00 - Thu 00:00", "b Fri 08:00 - Sat 00:00"]);
    let text = day.posted[0].text();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "[1] Wednesday 25 November 2026 (on leave)",
        "[2] From Friday 27 November 2026, 08:00 WIB until Saturday 28 November 2026, 00:00 WIB",
        "OK 1",
        "NO",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert_eq!(absences(&day), "");
    day.says("ani", "OK");
    assert_eq!(absences(&day), "1: Wed 25 00:00 - Thu 26 00:00, 2: Fri 27 08:00 - Sat 28 00:00");
    assert_eq!(mistakes(&day), Vec::<String>::new());
}

#[test]
fn both_languages_say_yes_and_no_to_all_or_to_some() {
    let (one, two) = ("Wed 25 00:00 - Thu 26 00:00", "Fri 27 08:00 - Sat 28 00:00");
    for (words, first, second) in [
        ("Setuju, terima kasih.", true, true),
        ("ya", true, true),
        ("Halo Sigap\n\nOK 2", false, true),
        ("SETUJU 1", true, false),
        ("NO", false, false),
        ("Tidak", false, false),
        ("Tidak setuju", false, false),
        ("BATAL", false, false),
        ("TIDAK 2", false, false),
    ] {
        let mut day = asked();
        day.says("ani", words);
        let told = absences(&day);
        assert_eq!((told.contains(one), told.contains(two)), (first, second), "{words}");
        assert_eq!(mistakes(&day), Vec::<String>::new(), "{words}");
        // It is not asked about again.
        day.until("Tue 17:00");
        looks_like(&mut day, &["a Wed 00:00 - Thu 00:00", "b Fri 08:00 - Sat 00:00"]);
        let mut post = day.post();
        // An absence has a letter before it.
        post.retain(|line| !line.starts_with("leaving") && !line.starts_with("alarm"));
        assert_eq!(post, Vec::<String>::new(), "{words}");
    }
}

#[test]
fn what_is_more_than_one_answer_is_none() {
    for words in ["OK 1, no 2", "OK 3", "ya tapi tidak"] {
        let mut day = asked();
        day.says("ani", words);
        assert_eq!((absences(&day), mistakes(&day).len()), (String::new(), 1), "{words}");
    }
}

#[test]
fn a_yes_to_another_letter_is_refused_and_ok_stays_polite() {
    let mut day = opens();
    day.asks("budi", "ani", "b1");
    day.until("Mon 15:30");
    assert_eq!(day.post(), ["nudge to ani@example.com"]);
    let nudge = day.last_letter_to("ani").message_id;
    day.says_to("ani", &nudge, "OK");
    assert_eq!(mistakes(&day).len(), 0);
    day.says_to("ani", &nudge, "SETUJU");
    assert_eq!(mistakes(&day).len(), 1);
    assert_eq!(day.owes("ani"), ["b1"]);
}

#[test]
fn other_commands_are_still_heard_in_an_answer() {
    let mut day = asked();
    day.says("ani", "AWAY 26-27 nov");
    assert!(absences(&day).contains("Thu 26 00:00 - Sat 28 00:00"), "{}", absences(&day));
}

#[test]
fn it_is_asked_in_the_owners_hours_and_once() {
    let mut day = opens();
    day.until("Mon 20:00");
    looks_like(&mut day, &["a Wed 00:00 - Thu 00:00"]);
    day.until("Tue 08:59");
    assert_eq!(day.post(), Vec::<String>::new());
    day.until("Tue 09:00");
    assert_eq!(day.post(), ["question to ani@example.com"]);
    for time in ["Tue 12:00", "Wed 12:00"] {
        day.until(time);
        looks_like(&mut day, &["a Wed 00:00 - Thu 00:00"]);
        assert_eq!(day.post(), Vec::<String>::new());
    }
}

#[test]
fn another_one_is_asked_about_a_day_later_and_a_late_one_when_it_is_near() {
    let mut day = asked();
    let all = [
        "a Wed 00:00 - Thu 00:00",
        "b Fri 08:00 - Sat 00:00",
        "c Sun 00:00 - 2026-11-30 00:00",
        "d 2026-12-28 00:00 - 2026-12-29 00:00",
    ];
    looks_like(&mut day, &all);
    assert_eq!(day.post(), Vec::<String>::new(), "one letter a day");
    day.until("Tue 10:00");
    looks_like(&mut day, &all);
    assert_eq!(day.post(), ["question to ani@example.com"]);
    assert_eq!(day.last_letter_to("ani").draft.items.len(), 1);
    day.until("Mon 10:00");
    day.passes(hours(24 * 7));
    looks_like(&mut day, &all);
    assert_eq!(day.post(), ["question to ani@example.com"], "now it is near");
}

#[test]
fn what_has_changed_meanwhile_is_not_asked_and_an_old_answer_does_not_count() {
    let mut day = opens();
    day.until("Mon 20:00");
    looks_like(&mut day, &["a Wed 00:00 - Thu 00:00"]);
    looks_like(&mut day, &[]);
    assert_eq!(day.fate("ani"), State::Recalled);
    day.until("Tue 10:00");
    assert_eq!(day.post(), Vec::<String>::new());

    let mut day = opens();
    looks_like(&mut day, &["a Wed 00:00 - Thu 00:00"]);
    let first = day.last_letter_to("ani").message_id;
    day.until("Tue 10:00");
    looks_like(&mut day, &["a Thu 00:00 - Fri 00:00"]);
    assert_eq!(day.post(), ["question to ani@example.com"; 2]);
    day.says_to("ani", &first, "OK");
    assert_eq!((absences(&day), mistakes(&day).len()), (String::new(), 1));
    let second = day.letters().into_iter().rfind(|one| one.draft.kind == Kind::Question).unwrap();
    day.says_to("ani", &second.message_id, "OK");
    assert_eq!(absences(&day), "1: Thu 26 00:00 - Fri 27 00:00");
    looks_like(&mut day, &["a Fri 00:00 - Sat 00:00"]);
    assert_eq!(absences(&day), "1: Fri 27 00:00 - Sat 28 00:00", "a yes moves with its entry");
}

#[test]
fn a_no_after_a_yes_takes_it_back() {
    let mut day = asked();
    let letter = day.last_letter_to("ani").message_id;
    day.says_to("ani", &letter, "OK");
    day.says_to("ani", &letter, "NO 1");
    assert_eq!(absences(&day), "2: Fri 27 08:00 - Sat 28 00:00");
}

#[test]
fn nobody_is_asked_who_only_is_observed_or_wants_no_letters() {
    let mut day = opens();
    day.sets_mode(Mode::Observe);
    looks_like(&mut day, &["a Wed 00:00 - Thu 00:00"]);
    assert!(!day.letters().iter().any(|one| one.draft.kind == Kind::Question));
    day.sets_mode(Mode::Nudge);
    looks_like(&mut day, &["a Wed 00:00 - Thu 00:00"]);
    assert_eq!(day.post().len(), 1, "once reminders may leave, it may too");
    day.says("ani", "STOP");
    day.passes(hours(24));
    looks_like(&mut day, &["a Wed 00:00 - Thu 00:00", "c Fri 00:00 - Sat 00:00"]);
    assert_eq!(day.post(), Vec::<String>::new());
}

#[test]
fn somebody_else_cannot_say_yes() {
    let mut day = asked();
    let letter = day.last_letter_to("ani").message_id;
    day.says_to("citra", &letter, "OK");
    let raw = day.answer_to_letter("ani", &letter, "OK");
    day.receives("ani", &raw);
    assert_eq!(absences(&day), "");
}

#[test]
fn answers_are_read_without_guessing() {
    let all = |yes: bool| match yes {
        true => Some(Ok(Command::Agree(Numbers::Unsaid))),
        false => Some(Ok(Command::Refuse(Numbers::Unsaid))),
    };
    for (words, wanted) in [
        ("OK", all(true)),
        ("Okay, thanks!", all(true)),
        ("> OK", None),
        ("", None),
        ("DONE 1", None),
        ("no, thank you", all(false)),
        ("OK semua", Some(Ok(Command::Agree(Numbers::All)))),
        ("setuju 1 dan 3", Some(Ok(Command::Agree(Numbers::These(vec![1, 3]))))),
        ("OK 1-3", Some(Ok(Command::Agree(Numbers::These(vec![1, 2, 3]))))),
        ("OK if Budi agrees", Some(Err(Mistake::Extra))),
        ("OK no 1", Some(Err(Mistake::Extra))),
    ] {
        let read = consent::read(words).map(|read| read.map_err(|misread| misread.why));
        assert_eq!(read, wanted, "{words:?}");
    }
}

#[test]
fn a_failed_or_unwatched_calendar_asks_nothing() {
    let mut day = opens();
    let stranger = sigap::model::ids::OwnerId(999);
    let entries = vec![unsure("a Wed 00:00 - Thu 00:00")];
    day.turns(Input::Agenda(stranger, Found { entries, unread: BTreeSet::new() }));
    assert_eq!(day.post(), Vec::<String>::new());
}
