//! What `NOT` teaches: the next mail of the same kind is less sure, a plain question is still
//! heard, and what is taken back leaves nothing behind.

use sigap::engine::acting::{self, Deed};
use sigap::engine::explain::{Asked, Case, why};
use sigap::engine::ledger::{self, Touched};
use sigap::model::ids::ObligationId;
use sigap::model::lesson::Words;
use sigap::model::message::{MessageKey, Role};
use sigap::model::verdict::{Class, Clue};
use sigap::store::erasing::erase;
use sigap::store::messages::Stored;
use sigap::store::{facts, lessons, messages, obligations};

use super::day::{Day, at, hours, minutes};
use crate::office::address;

/// A mail that goes round every month and asks nothing of Ani.
const ROUND: &str = "Please find enclosed the attendance summary and forward it to your \
                     department as usual. Could you confirm?";
/// Another matter.
const PLAIN: &str = "Could you please send me the signed contract for the harbour project?";

fn stored(day: &Day, id: &str) -> Stored {
    let key = MessageKey(format!("{id}@example.org"));
    messages::with_key(day.c(), &key).unwrap().remove(0)
}

fn class(day: &Day, id: &str) -> Class {
    stored(day, id).verdict.class
}

fn words(day: &Day, id: &str) -> Option<Words> {
    lessons::of_message(day.c(), stored(day, id).id).unwrap().map(|lesson| lesson.words)
}

fn told(day: &Day, id: &str) -> Case {
    let asked = Asked::Message(MessageKey(format!("{id}@example.org")));
    why(day.c(), day.engine().office(), &asked, day.now).unwrap().cases.remove(0)
}

fn obligation(day: &Day, id: &str) -> ObligationId {
    obligations::asked_by(day.c(), stored(day, id).id).unwrap().unwrap()
}

/// `sigap not` in a process of its own, which the daemon sees at its next look around.
fn says_not(day: &mut Day, id: &str) {
    deed(day, id, Deed::Not);
    day.passes(minutes(1));
}

fn deed(day: &mut Day, id: &str, deed: Deed) {
    let (which, now) = (obligation(day, id), day.now);
    let engine = day.engine.as_mut().unwrap();
    let office = engine.office().clone();
    let step = engine.db_mut().transaction().unwrap();
    let mut touched = Touched::new();
    acting::act(&step, which, deed, "cli", now, &mut touched).unwrap();
    ledger::settle_all(&step, &office, &touched).unwrap();
    step.commit().unwrap();
}

fn undo(day: &mut Day) {
    let (owner, now) = (day.id_of("ani"), day.now);
    let engine = day.engine.as_mut().unwrap();
    let office = engine.office().clone();
    let step = engine.db_mut().transaction().unwrap();
    let mut touched = Touched::new();
    acting::undo(&step, (owner, None), now, &mut touched).unwrap();
    ledger::settle_all(&step, &office, &touched).unwrap();
    step.commit().unwrap();
    day.passes(minutes(1));
}

fn writes(day: &mut Day, from: &str, id: &str, words: &str) {
    day.passes(minutes(5));
    day.writes(from, "ani", id, &format!("Matter {id}"), "", words);
}

/// Budi's round mail came once, and Ani has said that it was no request.
fn corrected() -> Day {
    let mut day = Day::opens();
    writes(&mut day, "budi", "b1", ROUND);
    assert_eq!(class(&day, "b1"), Class::Ask);
    says_not(&mut day, "b1");
    day
}

#[test]
fn after_one_not_the_next_such_mail_is_not_sure_and_a_plain_question_is_heard() {
    let mut day = corrected();
    writes(&mut day, "budi", "b2", ROUND);
    writes(&mut day, "budi", "b3", PLAIN);
    writes(&mut day, "eka", "e1", PLAIN);
    assert_ne!(class(&day, "b2"), Class::Ask);
    assert_eq!(stored(&day, "b2").verdict.clues[0], Clue::Learned);
    assert_eq!(class(&day, "b3"), Class::Ask);
    assert!(stored(&day, "b3").verdict.clues.contains(&Clue::Learned));
    assert!(!stored(&day, "e1").verdict.clues.contains(&Clue::Learned));
    assert_eq!(day.owes("ani"), ["b3", "e1"]);
}

#[test]
fn somebody_who_was_ignored_ten_times_is_heard_when_they_ask_plainly() {
    let mut day = Day::opens();
    for number in 0..10 {
        let words = format!("Could you send the {} list?", ["north", "south"][number % 2]);
        writes(&mut day, "budi", &format!("n{number}"), &words);
        if day.owes("ani") == [format!("n{number}")] {
            says_not(&mut day, &format!("n{number}"));
        }
    }
    assert!(day.owes("ani").is_empty());
    writes(&mut day, "budi", "last", PLAIN);
    assert!(matches!(class(&day, "last"), Class::Ask | Class::Unsure), "{:?}", class(&day, "last"));
}

#[test]
fn by_mail_it_teaches_the_same_and_batal_takes_it_back() {
    let mut day = Day::opens();
    day.writes("budi", "ani", "b1", "Attendance", "", ROUND);
    day.until("Mon 15:30");
    day.says("ani", "BUKAN 1");
    day.passes(minutes(1));
    assert!(matches!(words(&day, "b1"), Some(Words::Read(gist)) if gist.size() > 5));
    writes(&mut day, "budi", "b2", ROUND);
    assert_ne!(class(&day, "b2"), Class::Ask);
    assert!(day.owes("ani").is_empty());
    day.says("ani", "BATAL");
    assert_eq!(words(&day, "b1"), None);
    assert_eq!(day.owes("ani"), ["b1", "b2"]);
}

#[test]
fn what_is_taken_back_leaves_every_verdict_as_if_it_had_never_been_said() {
    let letters = [("budi", "b2", ROUND), ("budi", "b3", PLAIN), ("eka", "e1", ROUND)];
    let mut never = Day::opens();
    writes(&mut never, "budi", "b1", ROUND);
    never.passes(minutes(1));
    let mut taken_back = corrected();
    for day in [&mut never, &mut taken_back] {
        for (from, id, words) in letters {
            writes(day, from, id, words);
        }
    }
    assert_ne!(stored(&never, "b2").verdict, stored(&taken_back, "b2").verdict);
    undo(&mut taken_back);
    for id in ["b1", "b2", "b3", "e1"] {
        assert_eq!(stored(&never, id).verdict, stored(&taken_back, id).verdict, "{id}");
        assert_eq!(lessons::untaught(taken_back.c(), stored(&taken_back, id).id).unwrap(), None);
    }
    assert_eq!(taken_back.owes("ani"), ["b1", "b2", "b3", "e1"]);
}

#[test]
fn it_is_the_same_in_whatever_order_things_were_said_and_taken_back() {
    let verdicts = |said: &[(&str, bool)]| {
        let mut day = Day::opens();
        writes(&mut day, "budi", "b1", ROUND);
        writes(&mut day, "budi", "b2", PLAIN);
        day.until("Mon 10:00");
        for (id, back) in said {
            says_not(&mut day, id);
            if *back {
                undo(&mut day);
            }
        }
        day.until("Mon 12:00");
        writes(&mut day, "budi", "b3", ROUND);
        stored(&day, "b3").verdict
    };
    let one = verdicts(&[("b1", false), ("b2", false)]);
    assert_eq!(one, verdicts(&[("b2", false), ("b1", false)]));
    assert_eq!(one, verdicts(&[("b2", true), ("b1", false), ("b2", false)]));
    assert_eq!(verdicts(&[("b1", false)]), verdicts(&[("b2", true), ("b1", false)]));
}

#[test]
fn done_teaches_nothing() {
    let mut day = Day::opens();
    writes(&mut day, "budi", "b1", ROUND);
    deed(&mut day, "b1", Deed::Done);
    day.passes(minutes(1));
    assert_eq!(words(&day, "b1"), None);
    writes(&mut day, "budi", "b2", ROUND);
    assert!(!stored(&day, "b2").verdict.clues.contains(&Clue::Learned));
}

#[test]
fn a_text_is_waited_for_and_read_after_a_restart() {
    let mut day = Day::opens();
    writes(&mut day, "budi", "b1", ROUND);
    day.goes_deaf("ani", Role::Inbox);
    says_not(&mut day, "b1");
    day.passes(hours(2));
    assert_eq!(words(&day, "b1"), Some(Words::Awaited));
    day.engine = None;
    day.starts();
    day.passes(minutes(1));
    assert_eq!(words(&day, "b1"), Some(Words::Awaited));
    day.hears_again("ani", Role::Inbox);
    day.passes(minutes(2));
    assert!(matches!(words(&day, "b1"), Some(Words::Read(_))));
    assert!(day.engine().db().connection().is_autocommit());
}

#[test]
fn what_is_gone_or_is_another_message_teaches_by_its_sender_alone() {
    let mut deleted = Day::opens();
    writes(&mut deleted, "budi", "b1", ROUND);
    deleted.loses("ani", "b1");
    says_not(&mut deleted, "b1");
    let mut another = Day::opens();
    writes(&mut another, "budi", "b1", ROUND);
    let raw = "From: eka@example.org\r\nTo: ani@example.com\r\nSubject: Other\r\n\
               Message-ID: <other@example.org>\r\n\r\nCould you read the secret plan again?\r\n";
    another.fetched_instead = Some(raw.as_bytes().to_vec());
    says_not(&mut another, "b1");
    for mut day in [deleted, another] {
        assert_eq!(words(&day, "b1"), Some(Words::Gone));
        day.fetched_instead = None;
        writes(&mut day, "budi", "b2", ROUND);
        let told = told(&day, "b2").learned.unwrap();
        assert_eq!((told.by_sender, told.by_words), (-0.75, 0.0));
    }
}

#[test]
fn why_tells_what_was_learned_from_which_correction() {
    let mut day = corrected();
    writes(&mut day, "budi", "b2", ROUND);
    let learned = told(&day, "b2").learned.unwrap();
    assert_eq!((learned.class_before, learned.shift), (Class::Ask, -2.5));
    let because = &learned.because[0];
    assert_eq!(because.message_id, "b1@example.org");
    assert!(because.same_sender && !because.same_list && because.words_alike == 100);
    let said = &told(&day, "b1").obligations[0].said[0];
    let teaches = said.teaches.clone().unwrap();
    assert_eq!(teaches.sender, Some(address("budi@example.org")));
    assert!(teaches.words > Some(5) && !teaches.awaited);
    undo(&mut day);
    assert_eq!(told(&day, "b2").learned, None);
    assert_eq!(told(&day, "b1").obligations[0].said[0].teaches, None);
}

#[test]
fn what_a_person_taught_goes_with_them() {
    let mut day = corrected();
    writes(&mut day, "eka", "e1", ROUND);
    let now = day.now;
    let engine = day.engine.as_mut().unwrap();
    let secret = facts::instance(engine.db().connection()).unwrap().secret;
    let budi = address("budi@example.org");
    erase(engine.db_mut().connection_mut(), &budi, &secret, now).unwrap();
    let count = |table: &str| -> i64 {
        let sql = format!("SELECT count(*) FROM {table}");
        day.c().query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    assert_eq!((count("lesson"), count("likeness")), (0, 0));
    writes(&mut day, "eka", "e2", ROUND);
    assert!(!stored(&day, "e2").verdict.clues.contains(&Clue::Learned));
    assert!(day.now > at("Mon 09:00"));
}
