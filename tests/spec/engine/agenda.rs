//! Calendars and the engine: entries become absences, move them and end them; what a person said or
//! took back stays as it was said.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use sigap::engine::turn::Input;
use sigap::model::agenda::{Entry, Found};
use sigap::model::away::{Plan, Reason};
use sigap::model::policy::Mode;
use sigap::store::{agenda, away};

use super::day::{Day, at, charter};

/// A certain entry: `trip Tue 00:00 - Fri 00:00`.
pub fn entry(text: &str) -> Entry {
    let (key, span) = text.split_once(' ').unwrap();
    let (from, until) = span.split_once(" - ").unwrap();
    Entry {
        key: key.to_owned(),
        from: at(from),
        until: at(until),
        certain: true,
        reason: Reason::Unsaid,
    }
}

pub fn calendar_says(day: &mut Day, entries: &[&str]) {
    let found = Found {
        entries: entries.iter().map(|text| entry(text)).collect(),
        unread: BTreeSet::new(),
    };
    reads(day, &found);
}

pub fn reads(day: &mut Day, found: &Found) {
    day.turns(Input::Agenda(day.id_of("ani"), found.clone()));
    // What is known twice changes nothing.
    let before = everything(day);
    day.turns(Input::Agenda(day.id_of("ani"), found.clone()));
    assert_eq!(everything(day), before);
}

fn everything(day: &Day) -> String {
    let id = day.id_of("ani");
    let (away, noted) = (away::of_owner(day.c(), id), agenda::of_owner(day.c(), id));
    format!("{:?} {:?}", away.unwrap(), noted.unwrap())
}

/// Ani's absences as they stand: id, begin and end.
pub fn absences(day: &Day) -> String {
    let zone = TimeZone::get("Asia/Jakarta").unwrap();
    let told = |at| zone.to_datetime(at).strftime("%a %d %H:%M").to_string();
    let all = away::of_owner(day.c(), day.id_of("ani")).unwrap();
    let words = all.iter().filter_map(|one| {
        let (from, until) = one.span()?;
        Some(format!("{}: {} - {}", one.id, told(from), told(until)))
    });
    words.collect::<Vec<_>>().join(", ")
}

fn says(day: &Day, from: &str, until: &str) {
    let plan = Plan { reason: Reason::Travel, ..Plan::bare((at(from), at(until))) };
    away::add(day.c(), day.id_of("ani"), &plan, day.now).unwrap();
}

fn cancels(day: &Day) {
    for away in away::of_owner(day.c(), day.id_of("ani")).unwrap() {
        away::cancel(day.c(), away.id, day.now).unwrap();
    }
}

fn opens() -> Day {
    Day::with(charter(Mode::Full))
}

#[test]
fn an_entry_becomes_an_absence_and_who_writes_then_is_answered() {
    let mut day = opens();
    calendar_says(&mut day, &["trip Tue 00:00 - Fri 00:00"]);
    assert_eq!(absences(&day), "1: Tue 24 00:00 - Fri 27 00:00");
    assert!(day.has_journal("the calendar of Ani: 1 new entries"));
    assert_eq!(agenda::of_owner(day.c(), day.id_of("citra")).unwrap(), []);
    day.until("Tue 10:00");
    let fields = "Return-Path: <eka@example.org>\n";
    day.writes("eka", "ani", "e1", "Request e1", fields, "Could you send me the figures?");
    assert_eq!(
        day.post(),
        [
            "alarm to admin@example.com",
            "leaving to ani@example.com",
            "auto_reply to eka@example.org"
        ]
    );
    day.until("Thu 23:00");
    assert_eq!(day.post(), Vec::<String>::new());
    day.until("Fri 17:00");
    assert_eq!(day.post(), ["digest to ani@example.com"], "the clock rested meanwhile");
    day.until("2026-11-30 09:05");
    assert_eq!(day.post(), ["nudge to ani@example.com"]);
}

#[test]
fn an_edit_moves_the_absence_under_the_same_number() {
    let mut day = opens();
    calendar_says(&mut day, &["trip Tue 00:00 - Fri 00:00"]);
    calendar_says(&mut day, &["trip Thu 08:00 - Sat 00:00"]);
    assert_eq!(absences(&day), "1: Thu 26 08:00 - Sat 28 00:00");
    calendar_says(&mut day, &["trip Wed 00:00 - Thu 00:00"]);
    assert_eq!(absences(&day), "1: Wed 25 00:00 - Thu 26 00:00");
}

#[test]
fn what_vanishes_is_taken_back_ended_or_past() {
    let mut day = opens();
    calendar_says(&mut day, &["trip Tue 00:00 - Fri 00:00"]);
    calendar_says(&mut day, &[]);
    assert_eq!(absences(&day), "", "it had not begun");

    calendar_says(&mut day, &["trip Tue 00:00 - Fri 00:00"]);
    day.until("Wed 10:00");
    calendar_says(&mut day, &[]);
    assert_eq!(absences(&day), "2: Tue 24 00:00 - Wed 25 10:00", "it ends now");

    let mut day = opens();
    calendar_says(&mut day, &["trip Tue 00:00 - Wed 00:00"]);
    day.until("Thu 10:00");
    calendar_says(&mut day, &[]);
    assert_eq!(absences(&day), "1: Tue 24 00:00 - Wed 25 00:00", "the past stays");
    assert_eq!(agenda::of_owner(day.c(), day.id_of("ani")).unwrap(), [], "and is not kept twice");
}

#[test]
fn under_way_it_grows_shrinks_and_moves_away() {
    for (edit, wanted) in [
        ("trip Tue 00:00 - Sat 00:00", "1: Tue 24 00:00 - Sat 28 00:00"),
        ("trip Tue 00:00 - Wed 18:00", "1: Tue 24 00:00 - Wed 25 18:00"),
        ("trip Wed 00:00 - Fri 00:00", "1: Tue 24 00:00 - Fri 27 00:00"),
        ("trip Mon 00:00 - Fri 00:00", "1: Mon 23 00:00 - Fri 27 00:00"),
        ("trip Tue 00:00 - Wed 08:00", "1: Tue 24 00:00 - Wed 25 10:00"),
        (
            "trip Thu 12:00 - Fri 00:00",
            "1: Tue 24 00:00 - Wed 25 10:00, 2: Thu 26 12:00 - Fri 27 00:00",
        ),
    ] {
        let mut day = opens();
        calendar_says(&mut day, &["trip Tue 00:00 - Fri 00:00"]);
        day.until("Wed 10:00");
        calendar_says(&mut day, &[edit]);
        assert_eq!(absences(&day), wanted, "{edit}");
    }
}

#[test]
fn what_overlaps_is_one_absence_and_comes_apart_again() {
    let mut day = opens();
    calendar_says(&mut day, &["a Tue 00:00 - Wed 00:00", "b Wed 00:00 - Fri 00:00"]);
    assert_eq!(absences(&day), "1: Tue 24 00:00 - Fri 27 00:00");
    calendar_says(&mut day, &["a Tue 00:00 - Wed 00:00", "b Thu 00:00 - Fri 00:00"]);
    assert_eq!(absences(&day), "1: Tue 24 00:00 - Wed 25 00:00, 2: Thu 26 00:00 - Fri 27 00:00");
    calendar_says(&mut day, &["a Tue 00:00 - Thu 12:00", "b Thu 00:00 - Fri 00:00"]);
    assert_eq!(absences(&day), "1: Tue 24 00:00 - Fri 27 00:00");
    calendar_says(&mut day, &["b Thu 00:00 - Fri 00:00"]);
    assert_eq!(absences(&day), "1: Thu 26 00:00 - Fri 27 00:00");
}

#[test]
fn what_a_person_said_stays_whatever_becomes_of_the_entry() {
    for said_first in [true, false] {
        let mut day = opens();
        let found = ["trip Tue 00:00 - Thu 00:00"];
        if said_first {
            says(&day, "Wed 00:00", "Fri 00:00");
            calendar_says(&mut day, &found);
        } else {
            calendar_says(&mut day, &found);
            says(&day, "Wed 00:00", "Fri 00:00");
        }
        assert_eq!(absences(&day), "1: Tue 24 00:00 - Fri 27 00:00");
        calendar_says(&mut day, &["trip Sat 00:00 - Sun 00:00"]);
        assert!(absences(&day).contains("Wed 25 00:00 - Fri 27 00:00"), "{}", absences(&day));
        assert!(absences(&day).contains("Sat 28 00:00 - Sun 29 00:00"), "{}", absences(&day));
        calendar_says(&mut day, &[]);
        let all = away::of_owner(day.c(), day.id_of("ani")).unwrap();
        let left: Vec<_> = all.iter().filter(|one| one.span().is_some()).collect();
        assert_eq!((left.len(), left[0].reason), (1, Reason::Travel), "said first: {said_first}");
        assert!(absences(&day).ends_with(": Wed 25 00:00 - Fri 27 00:00"), "{}", absences(&day));
    }
}

#[test]
fn between_two_that_were_said_an_entry_may_come_and_go() {
    let mut day = opens();
    says(&day, "Tue 00:00", "Wed 00:00");
    says(&day, "Thu 00:00", "Fri 00:00");
    calendar_says(&mut day, &["trip Wed 00:00 - Thu 00:00"]);
    assert_eq!(absences(&day), "1: Tue 24 00:00 - Fri 27 00:00");
    calendar_says(&mut day, &[]);
    assert_eq!(absences(&day), "1: Tue 24 00:00 - Wed 25 00:00, 3: Thu 26 00:00 - Fri 27 00:00");
}

#[test]
fn what_a_person_took_back_is_not_made_again_by_the_same_entry() {
    let mut day = opens();
    let found = ["trip Tue 00:00 - Fri 00:00"];
    calendar_says(&mut day, &found);
    cancels(&day);
    for again in [&found[..], &["trip Tue 00:00 - Thu 00:00"], &[], &found] {
        calendar_says(&mut day, again);
        assert_eq!(absences(&day), "", "{again:?}");
    }
    calendar_says(&mut day, &["trip Tue 00:00 - Fri 00:00", "other Wed 00:00 - Thu 00:00"]);
    assert_eq!(absences(&day), "2: Wed 25 00:00 - Thu 26 00:00", "another one is heard");

    let mut day = opens();
    calendar_says(&mut day, &found);
    day.until("Wed 10:00");
    cancels(&day);
    for again in [&found[..], &["trip Tue 00:00 - Sat 00:00"]] {
        calendar_says(&mut day, again);
        assert_eq!(absences(&day), "1: Tue 24 00:00 - Wed 25 10:00", "back is back: {again:?}");
    }
}

#[test]
fn back_by_mail_ends_it_and_undo_brings_it_again() {
    let mut day = opens();
    day.asks("budi", "ani", "b1");
    day.until("Mon 15:30");
    let found = ["trip Tue 00:00 - Fri 00:00"];
    calendar_says(&mut day, &found);
    day.until("Wed 10:00");
    day.says("ani", "BACK");
    calendar_says(&mut day, &found);
    assert_eq!(absences(&day), "1: Tue 24 00:00 - Wed 25 10:00");
    day.says("ani", "UNDO");
    calendar_says(&mut day, &found);
    assert_eq!(absences(&day), "1: Tue 24 00:00 - Fri 27 00:00");
}

#[test]
fn of_what_could_not_be_understood_everything_stays() {
    let mut day = opens();
    calendar_says(&mut day, &["s.1 Tue 00:00 - Wed 00:00", "s.2 Thu 00:00 - Fri 00:00"]);
    let unread = BTreeSet::from(["s".to_owned()]);
    reads(&mut day, &Found { entries: Vec::new(), unread });
    assert_eq!(absences(&day), "1: Tue 24 00:00 - Wed 25 00:00, 2: Thu 26 00:00 - Fri 27 00:00");
}

#[test]
fn what_only_looks_like_an_absence_does_not_count() {
    let mut day = opens();
    let entries = vec![Entry { certain: false, ..entry("trip Tue 00:00 - Fri 00:00") }];
    reads(&mut day, &Found { entries, unread: BTreeSet::new() });
    assert_eq!(absences(&day), "");
    calendar_says(&mut day, &["trip Tue 00:00 - Fri 00:00"]);
    assert_eq!(absences(&day), "1: Tue 24 00:00 - Fri 27 00:00", "once it is marked it does");
}

#[test]
fn a_restart_changes_nothing() {
    let mut day = opens();
    calendar_says(&mut day, &["trip Tue 00:00 - Fri 00:00"]);
    day.restarts();
    calendar_says(&mut day, &["trip Wed 00:00 - Fri 00:00"]);
    assert_eq!(absences(&day), "1: Wed 25 00:00 - Fri 27 00:00");
}
