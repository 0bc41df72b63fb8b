//! The rule of learning: how far corrections move a verdict, that their order does not matter, and
//! that nothing is ever excluded by them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;
use sigap::mail::gist::gist;
use sigap::model::address::Address;
use sigap::model::ids::MessageId;
use sigap::model::lesson::{Gist, Lesson, Words};
use sigap::model::verdict::{Class, Clue, Verdict};
use sigap::rules::learning::{Arrived, Shift, adjusted, shift};

use crate::office::policy;

fn second(count: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + count).unwrap()
}

fn address(name: &str) -> Address {
    Address::parse(&format!("{name}@example.org")).unwrap()
}

fn lesson(of: i64, sender: &str, list: Option<&str>) -> Lesson {
    Lesson {
        of: MessageId(of),
        sender: Some(address(sender)),
        list: list.map(str::to_owned),
        said_at: second(of),
        words: Words::Gone,
    }
}

/// How many corrections about Budi, about a list, and what is alike in per cent: the shifts.
fn moved(senders: i64, lists: i64, alike: &[(i64, u8)]) -> Shift {
    let by_sender = (1..=senders).map(|of| lesson(of, "budi", None));
    let by_list = (1..=lists).map(|of| lesson(100 + of, "eka", Some("all.example.org")));
    let lessons: Vec<Lesson> = by_sender.chain(by_list).collect();
    let alike: BTreeMap<MessageId, u8> =
        alike.iter().map(|(of, percent)| (MessageId(*of), *percent)).collect();
    let budi = address("budi");
    let list = Some("all.example.org");
    shift(&lessons, &Arrived { sender: Some(&budi), list, at: second(1_000), alike: &alike })
}

#[test]
fn each_reason_has_its_bound_and_one_correction_counts_half() {
    for (senders, lists, alike, expected) in [
        (0, 0, &[][..], [0.0, 0.0, 0.0, 0.0]),
        (1, 0, &[], [-0.75, 0.0, 0.0, -0.75]),
        (2, 0, &[], [-1.0, 0.0, 0.0, -1.0]),
        (10, 0, &[], [-1.364, 0.0, 0.0, -1.364]),
        (0, 1, &[], [0.0, -0.5, 0.0, -0.5]),
        (1, 1, &[], [-0.75, -0.5, 0.0, -1.25]),
        // Words of the same sender: nearly the same mail once more.
        (1, 0, &[(1, 30)], [-0.75, 0.0, 0.0, -0.75]),
        (1, 0, &[(1, 50)], [-0.75, 0.0, -0.5, -1.25]),
        (1, 0, &[(1, 70)], [-1.5, 0.0, -1.0, -2.5]),
        (1, 0, &[(1, 100)], [-1.5, 0.0, -1.0, -2.5]),
        // Words of somebody else say nothing about this sender.
        (1, 1, &[(101, 90)], [-0.75, -0.5, -1.0, -2.25]),
        (60, 60, &[(1, 100)], [-1.5, -0.984, -1.0, -2.5]),
    ] {
        let found = moved(senders, lists, alike);
        let found = [found.sender, found.list, found.words, found.total()];
        let near = found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 0.001);
        assert!(near, "{senders} {lists} {alike:?}: {found:?}, not {expected:?}");
    }
}

#[test]
fn what_was_said_at_once_counts_once_and_only_for_what_came_later() {
    let together = [1, 2, 3].map(|of| Lesson { said_at: second(9), ..lesson(of, "budi", None) });
    let budi = address("budi");
    let none = BTreeMap::new();
    for (at, expected) in [(8, 0.0), (9, 0.0), (10, -0.75)] {
        let arrived = Arrived { sender: Some(&budi), list: None, at: second(at), alike: &none };
        assert_eq!(shift(&together, &arrived).total(), expected, "{at}");
    }
}

fn verdict(class: Class, probability: f64) -> Verdict {
    Verdict { class, probability, clues: vec![Clue::Request] }
}

#[test]
fn verdicts_are_lowered_and_never_excluded() {
    let policy = policy();
    let by = |sender, words| Shift { sender, words, ..Shift::default() };
    for (class, probability, shift, expected) in [
        (Class::Ask, 0.9, by(0.0, 0.0), Class::Ask),
        // A plain question of somebody who was ignored ten times.
        (Class::Ask, 0.9, by(-1.364, 0.0), Class::Ask),
        (Class::Ask, 0.75, by(-1.364, 0.0), Class::Unsure),
        // The same mail once more.
        (Class::Ask, 0.9, by(-1.5, -1.0), Class::Unsure),
        (Class::Ask, 0.97, by(-1.5, -1.0), Class::Unsure),
        (Class::Ask, 0.97, by(-1.364, 0.0), Class::Ask),
        (Class::Ask, 0.65, by(-1.5, -1.0), Class::Information),
        (Class::Unsure, 0.4, by(-0.75, 0.0), Class::Information),
        // Decided by structure, or not listed anyway.
        (Class::Bulk, 0.01, by(-1.5, -1.0), Class::Bulk),
        (Class::Closer, 0.3, by(-1.5, -1.0), Class::Closer),
        (Class::Information, 0.2, by(-1.5, -1.0), Class::Information),
        (Class::Own, 0.0, by(-1.5, -1.0), Class::Own),
    ] {
        let before = verdict(class, probability);
        let after = adjusted(&before, &shift, &policy);
        assert_eq!(after.class, expected, "{class:?} {probability} {shift:?}");
        let listed = matches!(class, Class::Ask | Class::Unsure) && shift.total() < 0.0;
        assert_eq!(after.clues.contains(&Clue::Learned), listed);
        assert_eq!(after == before, !listed);
    }
    // Whom a requester calls urgent in answer to a letter of ours is heard.
    let called = Verdict { clues: vec![Clue::Called], ..verdict(Class::Ask, 0.97) };
    assert_eq!(adjusted(&called, &by(-1.5, -1.0), &policy), called);
}

#[test]
fn texts_are_alike_by_their_longer_words() {
    let monthly = "Dear Ani,\n\nPlease find enclosed the attendance summary of March 2026 and \
                   forward it to your department.\n";
    for (other, from, to) in [
        (monthly, 100, 100),
        (
            "Dear Ani,\n\nPlease find enclosed the attendance summary of April 2026 and forward it \
          to your department.\n",
            70,
            95,
        ),
        (
            "DEAR ANI, PLEASE FIND ENCLOSED THE ATTENDANCE SUMMARY OF MARCH AND FORWARD IT TO YOUR \
          DEPARTMENT",
            100,
            100,
        ),
        ("Could you tell me when the contract with the port authority ends?", 0, 20),
        ("ok thanks", 0, 0),
        ("", 0, 0),
    ] {
        let alike = gist(monthly).likeness(&gist(other));
        assert!((from..=to).contains(&alike), "{alike} % for {other:?}");
        assert_eq!(alike, gist(other).likeness(&gist(monthly)));
    }
}

fn told() -> impl Strategy<Value = (Vec<Lesson>, BTreeMap<MessageId, u8>)> {
    let one = (0..40_i64, prop::sample::select(vec!["budi", "eka", "citra"]), 0..3_u8, 0..30_i64);
    let alike = prop::collection::btree_map(0..40_i64, any::<u8>(), 0..12);
    (prop::collection::vec(one, 0..30), alike).prop_map(|(told, alike)| {
        let lessons = told.into_iter().map(|(of, sender, list, at)| Lesson {
            said_at: second(at),
            ..lesson(of, sender, (list > 1).then_some("all.example.org"))
        });
        let alike = alike.into_iter().map(|(of, percent)| (MessageId(of), percent)).collect();
        (lessons.collect(), alike)
    })
}

proptest! {
    #[test]
    fn order_does_not_matter_and_the_bounds_hold((lessons, alike) in told(), turn in 0..30_usize) {
        let budi = address("budi");
        let list = Some("all.example.org");
        let arrived = Arrived { sender: Some(&budi), list, at: second(20), alike: &alike };
        let found = shift(&lessons, &arrived);
        let mut other = lessons.clone();
        other.rotate_left(turn.min(lessons.len()));
        other.reverse();
        prop_assert_eq!(&shift(&other, &arrived).total(), &found.total());
        prop_assert!((-1.5..=0.0).contains(&found.sender));
        prop_assert!((-1.0..=0.0).contains(&found.list));
        prop_assert!((-1.0..=0.0).contains(&found.words));
        prop_assert!((-2.5..=0.0).contains(&found.total()));
        prop_assert_eq!(found.because.is_empty(), found.total() == 0.0);
    }

    #[test]
    fn one_more_correction_never_makes_surer((lessons, alike) in told(), probability in any::<f64>()) {
        let budi = address("budi");
        let arrived = Arrived { sender: Some(&budi), list: None, at: second(20), alike: &alike };
        let policy = policy();
        let before = verdict(Class::Ask, probability);
        for count in 1..=lessons.len() {
            let less = adjusted(&before, &shift(&lessons[..count - 1], &arrived), &policy);
            let more = adjusted(&before, &shift(&lessons[..count], &arrived), &policy);
            if less.clues.contains(&Clue::Learned) {
                prop_assert!(more.probability <= less.probability + 1e-9);
            }
            prop_assert!(!more.clues.contains(&Clue::Learned) || more.probability <= 0.92);
        }
    }

    #[test]
    fn whatever_stands_in_a_text_its_gist_is_small(text in ".*", other in any::<Vec<u64>>()) {
        let (one, two) = (gist(&text), Gist::of(other));
        prop_assert!(one.size() <= 64 && two.size() <= 64);
        prop_assert!(one.likeness(&two) <= 100);
        prop_assert!(one.size() < 3 || one.likeness(&one) == 100);
    }
}
