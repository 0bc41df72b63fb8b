//! 4xx and 5xx at each verb, greylisting, full mailboxes: what becomes of the letter, what a person
//! is told, when it is tried again, and that nobody else waits for it.

use std::thread;

use jiff::Timestamp;
use serde_json::Value;

use crate::office::Office;
use crate::sink::{Behaviour, Sink, Then, Verb};

const fn say(verb: Verb, words: &'static str) -> Behaviour {
    Behaviour::Say(verb, words, Then::GoOn)
}

/// What happens to the first tries, in their order, and what a person reads of it.
const REFUSALS: [(Behaviour, &str, &str); 8] = [
    (say(Verb::Rcpt, "450 4.2.0 case a, greylisted\r\n"), "queued", "RCPT TO: 450 4.2.0 case a"),
    (say(Verb::Mail, "550 5.1.0 case b\r\n"), "failed", "MAIL FROM: 550 5.1.0 case b"),
    (say(Verb::Rcpt, "452 4.2.2 case c, full\r\n"), "queued", "RCPT TO: 452 4.2.2 case c, full"),
    (say(Verb::Rcpt, "550 5.1.1 case d\r\n"), "failed", "RCPT TO: 550 5.1.1 case d"),
    (say(Verb::Data, "451 4.3.0 case e\r\n"), "queued", "DATA: 451 4.3.0 case e"),
    (say(Verb::Data, "554 5.5.1 case f\r\n"), "failed", "DATA: 554 5.5.1 case f"),
    (say(Verb::Dot, "452 4.3.1 case g\r\n"), "queued", "final dot: 452 4.3.1 case g"),
    (say(Verb::Dot, "554 5.7.1 case h, spam\r\n"), "failed", "final dot: 554 5.7.1 case h, spam"),
];

fn instant(value: &Value) -> Timestamp {
    value.as_str().unwrap_or_else(|| panic!("no instant: {value}")).parse().unwrap()
}

/// From the end of the last try to the next one, in seconds.
fn pause(letter: &Value) -> i64 {
    let tried = letter["tries"].as_array().unwrap().last().unwrap();
    instant(&letter["next_at"]).duration_since(instant(&tried["ended_at"])).as_secs()
}

fn tries(letter: &Value) -> usize {
    letter["tries"].as_array().unwrap().len()
}

fn with_words(letters: &[Value], words: &str) -> Value {
    let said = |letter: &&Value| {
        letter["tries"][0]["outcome"].as_str().is_some_and(|outcome| outcome.contains(words))
    };
    let found: Vec<&Value> = letters.iter().filter(said).collect();
    assert_eq!(found.len(), 1, "{words}: {letters:?}");
    found[0].clone()
}

#[test]
fn a_sender_that_is_refused_for_now_is_tried_again() {
    let sink = Sink::start(|number| match number {
        0 => say(Verb::Mail, "451 4.3.0 later\r\n"),
        _ => Behaviour::Accept,
    });
    let Some(mut office) = Office::new(1, &sink) else { return };
    office.start();
    let letter = office.wait_for("it was tried", |it| {
        it.letters()?.into_iter().find(|l| l["state"] == "queued" && tries(l) == 1)
    });
    assert_eq!(letter["answer"], "MAIL FROM: 451 4.3.0 later");
    assert!((225..=375).contains(&pause(&letter)), "{letter}");
    office.pass(376);
    assert_eq!(tries(&office.letter_is("welcome", 0, "sent")), 2);
    assert_eq!(sink.accepted().len(), 1);
}

#[test]
fn a_refused_letter_says_why_waits_its_time_and_holds_nobody_up() {
    let cases = REFUSALS.len();
    let sink = Sink::start(move |number| match usize::try_from(number).unwrap() {
        first if first < cases => REFUSALS[first].0,
        // One of the second tries.
        again if again == cases + 1 => say(Verb::Rcpt, "450 4.2.0 still greylisted\r\n"),
        _ => Behaviour::Accept,
    });
    let Some(mut office) = Office::new(cases + 1, &sink) else { return };
    office.start();
    let all_tried = |it: &Office| {
        let letters = it.letters()?;
        let done = letters.len() == cases + 1 && letters.iter().all(|l| tries(l) == 1);
        (done && letters.iter().all(|l| !l["tries"][0]["ended_at"].is_null())).then_some(letters)
    };
    let letters = office.wait_for("everything is tried once", all_tried);
    assert_eq!(sink.accepted().len(), 1, "the last one passes all the refused ones");
    let page = String::from_utf8(office.sigap(&["outbox", "list"]).stdout).unwrap();
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    for (_, state, answer) in REFUSALS {
        let letter = with_words(&letters, answer);
        assert_eq!(letter["state"], state, "{letter}");
        assert!(letter["answer"].as_str().unwrap().starts_with(answer), "{letter}");
        assert!(page.contains(&format!("answer: {answer}")), "{answer}: {page}");
        if state == "queued" {
            assert!((225..=375).contains(&pause(&letter)), "{letter}");
        } else {
            assert_eq!(letter["next_at"], Value::Null, "{letter}");
        }
    }
    office.pass(376);
    let again = office.wait_for("the second tries are over", |it| {
        let letters = it.letters()?;
        let second = letters.iter().filter(|l| !l["tries"][1]["ended_at"].is_null());
        (second.count() == 4).then_some(letters)
    });
    let waits: Vec<&Value> = again.iter().filter(|l| l["state"] == "queued").collect();
    assert_eq!(waits.len(), 1, "{}", office.told());
    assert_eq!(waits[0]["answer"], "RCPT TO: 450 4.2.0 still greylisted");
    assert!((450..=750).contains(&pause(waits[0])), "{}", waits[0]);
    office.pass(751);
    office.wait_for("the third try succeeds", |it| {
        let sent = it.letters()?.iter().filter(|l| l["state"] == "sent").count();
        (sent == 5).then_some(())
    });
    let failed = office.letters().unwrap().into_iter().filter(|l| l["state"] == "failed");
    assert!(failed.map(|l| tries(&l)).all(|count| count == 1), "a refusal for good is final");
    assert_eq!(sink.attempts(), 14, "{}", office.told());
    assert!(sink.doubles().is_empty());
}

/// Refusals at `EHLO` and 421 are about the account: nothing is hammered, everything waits.
#[test]
fn a_refused_account_rests_and_every_letter_waits() {
    let down = "421 4.3.2 going down\r\n";
    let stories = [(Verb::Hello, down), (Verb::Hello, "550 5.5.0 not you\r\n"), (Verb::Rcpt, down)];
    thread::scope(|scope| {
        for (verb, words) in stories {
            scope.spawn(move || the_account_is_refused_at(verb, words));
        }
    });
}

fn the_account_is_refused_at(verb: Verb, words: &'static str) {
    let opened = std::sync::atomic::AtomicBool::new(false);
    let sink = Sink::start(move |number| {
        let first = match verb {
            Verb::Hello => !opened.swap(true, std::sync::atomic::Ordering::SeqCst),
            _ => number == 0,
        };
        if first { Behaviour::Say(verb, words, Then::HangUp) } else { Behaviour::Accept }
    });
    let Some(mut office) = Office::new(3, &sink) else { return };
    office.start_and_settle();
    let rests = office.wait_for("the account rests", |it| {
        let outbox = it.json(&["outbox", "list"])?;
        let until = outbox["account_rests_until"].as_str()?;
        Some(until.parse::<Timestamp>().unwrap())
    });
    let left = rests.duration_since(office.now()).as_secs();
    assert!((200..=375).contains(&left), "{left}");
    let page = String::from_utf8(office.sigap(&["outbox", "list"]).stdout).unwrap();
    assert!(page.contains("The sending account rests until"), "{page}");
    office.pass(150);
    office.all_read();
    let tried: Vec<usize> = office.letters().unwrap().iter().map(tries).collect();
    assert_eq!(tried.iter().sum::<usize>(), 1, "{}", office.told());
    office.pass(226);
    office.wait_for("all three leave", |_| (sink.accepted().len() == 3).then_some(()));
    assert!(sink.doubles().is_empty());
}
