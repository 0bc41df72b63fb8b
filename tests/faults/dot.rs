//! The line is lost after the final dot, for every letter to every kind of receiver.
//!
//! Welcomes and nudges come about by themselves; letters to requesters and to the admin are put into
//! the outbox (nothing is written to delegates and leads yet). Half of the owners find their letters
//! in the inbox, for the other half they are lost on their way.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use serde_json::Value;
use sigap::config::settings::load;
use sigap::daemon::charter::charter;
use sigap::engine::record;
use sigap::engine::turn::Engine;
use sigap::mail::token::InstanceKey;
use sigap::model::address::Address;
use sigap::model::letter::{Audience, Draft, Item, Kind};
use sigap::store::db::{Access, Db};
use sigap::store::{facts, letters};

use crate::office::{Office, owner};
use crate::sink::{Accepted, Behaviour, Sink};

const OWNERS: usize = 10;
/// Of these owners the letters arrive.
const ARRIVE: usize = 5;
const REQUESTERS: usize = 12;
const ALARMS: usize = 8;
const LETTERS: usize = 2 * OWNERS + REQUESTERS + ALARMS;

/// Letters that do not come about by themselves here, with their bytes.
fn fill(office: &Office) {
    let settings = load(&office.folder.path().join("sigap.toml")).unwrap().settings;
    let now = Timestamp::now();
    let db = Db::open(&settings.store, Access::Daemon, now).unwrap();
    let mut engine = Engine::open(db, charter(&settings).unwrap(), now).unwrap();
    let key = InstanceKey(facts::instance(engine.db().connection()).unwrap().secret);
    let room = engine.office().clone();
    let step = engine.db_mut().transaction().unwrap();
    for index in 0..REQUESTERS + ALARMS {
        let (audience, kind, to) = match index < REQUESTERS {
            true => (Audience::Requester, Kind::AutoReply, format!("r{index}@example.org")),
            false => (Audience::Admin, Kind::Alarm, "it@example.net".to_owned()),
        };
        let item =
            Item { key: format!("dot:{index}"), obligation: None, awaited: None, step: None };
        let (items, about, to) = (vec![item], String::new(), Address::parse(&to).unwrap());
        let draft = Draft { kind, audience, to, owner: None, items, about, not_before: now };
        record::queue(&step, &room, &key, &draft, now).unwrap();
    }
    step.commit().unwrap();
    let c = engine.db().connection();
    for letter in letters::all(c, u32::MAX).unwrap() {
        let bytes = format!(
            "From: sigap@example.com\r\nTo: {}\r\nMessage-ID: <{}>\r\nSubject: {}\r\n\
             Auto-Submitted: auto-generated\r\n\r\nA letter.\r\n",
            letter.draft.to, letter.message_id, letter.id
        );
        c.execute("UPDATE letter SET bytes = ?2 WHERE id = ?1", (letter.id.0, bytes.as_bytes()))
            .unwrap();
    }
}

fn copies(sink: &Sink) -> BTreeMap<String, Vec<Accepted>> {
    let mut copies: BTreeMap<String, Vec<Accepted>> = BTreeMap::new();
    for letter in sink.accepted() {
        copies.entry(letter.message_id.clone()).or_default().push(letter);
    }
    copies
}

fn word<'a>(letter: &'a Value, key: &str) -> &'a str {
    letter[key].as_str().unwrap()
}

fn unknown(letters: &[Value]) -> usize {
    letters.iter().filter(|letter| letter["state"] == "unknown").count()
}

/// Whether a letter to an owner lies in the inbox.
fn arrives(to: &str) -> bool {
    (0..ARRIVE).any(|index| owner(index) == to)
}

/// Waits until so many tries have come to their end; it must be no more.
fn tried(office: &mut Office, sink: &Sink, tries: usize) {
    let under_way = |l: &Value| l["state"] == "sending" || l["state"] == "committing";
    office.wait_for(&format!("{tries} tries"), |it| {
        let quiet = !it.letters()?.iter().any(under_way);
        (quiet && sink.attempts() >= tries as u64).then_some(())
    });
    assert_eq!(sink.attempts(), tries as u64, "{}", office.told());
}

fn first_tries(sink: &Sink) -> Option<Office> {
    let mut office = Office::new(OWNERS, sink)?;
    fill(&office);
    office.start_and_settle();
    for index in 0..OWNERS {
        office.ask(index, &format!("ask{index}"), "budi@example.org");
    }
    let letters = office.wait_for("every outcome is unknown", |it| {
        it.letters().filter(|letters| unknown(letters) == LETTERS)
    });
    assert_eq!(letters.len(), LETTERS, "{}", office.told());
    for letter in &letters {
        assert!(word(letter, "answer").starts_with("connection lost"), "{letter}");
    }
    assert_eq!(sink.attempts(), LETTERS as u64);
    let kinds = letters.iter().map(|letter| (word(letter, "audience"), word(letter, "kind")));
    assert_eq!(kinds.clone().filter(|it| *it == ("owner", "nudge")).count(), OWNERS);
    assert_eq!(kinds.filter(|it| *it == ("owner", "welcome")).count(), OWNERS);
    Some(office)
}

#[test]
fn forty_lines_lost_after_the_dot_end_as_promised() {
    let calm = Arc::new(AtomicBool::new(false));
    let is_calm = Arc::clone(&calm);
    // Of the repeats every second one is answered.
    let sink = Sink::start(move |number| match is_calm.load(Ordering::SeqCst) && number % 2 == 0 {
        true => Behaviour::Accept,
        false => Behaviour::AcceptAndHangUp,
    });
    let Some(mut office) = first_tries(&sink) else { return };
    calm.store(true, Ordering::SeqCst);
    let kept = sink.accepted();
    for (no, letter) in kept.iter().enumerate().filter(|(_, letter)| arrives(&letter.to)) {
        let index = (0..ARRIVE).find(|index| owner(*index) == letter.to).unwrap();
        office.deliver(index, "", &format!("arrived{no}"), &letter.bytes);
    }
    for index in 0..ARRIVE {
        office.letter_is("welcome", index, "sent");
        let nudge = office.letter_is("nudge", index, "sent");
        assert_eq!(word(&nudge, "answer"), "found in the receiver's inbox");
    }
    assert_eq!(sink.attempts(), LETTERS as u64, "nothing is repeated before its time");

    office.pass(840);
    office.all_read();
    assert_eq!(sink.attempts(), LETTERS as u64, "not before a quarter of an hour is over");
    // Where an inbox is watched, the first good reading without the letter, and one a quarter of an
    // hour later, count as proof.
    office.pass(240);
    tried(&mut office, &sink, LETTERS + ALARMS + 2 * (OWNERS - ARRIVE));
    office.pass(960);
    office.all_read();
    tried(&mut office, &sink, LETTERS + ALARMS + 2 * (OWNERS - ARRIVE));
    judge(&office, &sink);
}

fn judge(office: &Office, sink: &Sink) {
    let copies = copies(sink);
    let mut figures: BTreeMap<(String, usize, String), usize> = BTreeMap::new();
    for letter in office.letters().unwrap() {
        let (audience, to) = (word(&letter, "audience"), word(&letter, "to"));
        let id = word(&letter, "message_id").trim_matches(['<', '>']);
        let copies = &copies[id];
        let same = copies.iter().all(|copy| copy.bytes == copies[0].bytes && copy.to == to);
        assert!(same, "a repeat is the same letter, byte for byte: {letter}");
        let expected = if audience == "requester" || arrives(to) { 1 } else { 2 };
        assert_eq!(copies.len(), expected, "{letter}");
        match (audience, arrives(to)) {
            ("requester", _) => assert_eq!(letter["state"], "unknown", "{letter}"),
            (_, true) => assert_eq!(letter["state"], "sent", "{letter}"),
            (_, false) => {
                let clean = word(&letter, "answer").starts_with("250");
                let state = if clean { "sent" } else { "unknown" };
                assert_eq!(letter["state"], state, "{letter}");
            }
        }
        let state = word(&letter, "state").to_owned();
        *figures.entry((audience.to_owned(), copies.len(), state)).or_default() += 1;
    }
    for ((audience, copies, state), count) in figures {
        eprintln!("{audience:<10} {count:>3} letters, {copies} copies each: {state}");
    }
}
