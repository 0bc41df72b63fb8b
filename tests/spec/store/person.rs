//! `person export` gives out all that is kept about somebody, `person erase` leaves nothing of it,
//! in no byte of any file, and no letter is sent twice because of it.

use std::fs;

use rusqlite::Connection;
use sigap::cli::ground::Ground;
use sigap::engine::record;
use sigap::engine::turn::{Engine, Input};
use sigap::mail::token::InstanceKey;
use sigap::model::address::Address;
use sigap::model::letter::{Audience, Draft, Item, Kind};
use sigap::model::message::Role;
use sigap::store::db::{Access, Db};
use sigap::store::facts;

use super::{count, dump};
use crate::cli::world::{CONFIG, Happened, World, now};

/// Budi asks twice; Sari joins the second one and names him; he was answered the first time. Eka
/// quotes something of his.
const EVENTS: &[Happened] = &[
    (
        "2026-11-23 09:10",
        Role::Inbox,
        "From: Budi Santoso <budi@example.org>\nTo: ani@example.com\nSubject: My pension\n\
         Message-ID: <b0@example.org>\n\nDear Ani,\n\nWhen does my pension begin?\n\nBudi\n",
    ),
    (
        "2026-11-23 09:40",
        Role::Sent,
        "From: Ani Wijaya <ani@example.com>\nTo: Budi Santoso <budi@example.org>\n\
         Subject: Re: My pension\nMessage-ID: <a0@example.com>\nIn-Reply-To: <b0@example.org>\n\n\
         In May.\n\nAni\n",
    ),
    (
        "2026-11-23 10:00",
        Role::Inbox,
        "From: Budi Santoso <budi@example.org>\nTo: ani@example.com\nSubject: Sample invoice\n\
         Message-ID: <1.budi@example.org>\n\nDear Ani,\n\nCould you please send us the sample?\n",
    ),
    (
        "2026-11-23 10:30",
        Role::Inbox,
        "From: Sari Utami <sari@example.net>\nTo: ani@example.com\n\
         Cc: Budi Santoso <Budi@Example.org>\nSubject: Re: Sample invoice\n\
         Message-ID: <s1@example.net>\nIn-Reply-To: <1.budi@example.org>\n\n\
         Dear Budi, dear Ani,\n\nCould you please send me the price list, Ani?\n\nSari\n",
    ),
    (
        "2026-11-23 10:40",
        Role::Inbox,
        "From: Eka <eka@example.org>\nTo: ani@example.com\nSubject: Friday\n\
         Message-ID: <e1@example.org>\n\nHi Ani,\n\nCan we meet on Friday at ten?\n\nEka\n",
    ),
    (
        "2026-11-23 10:50",
        Role::Inbox,
        "From: Eka <eka@example.org>\nTo: ani@example.com\nSubject: Re: Lunch\n\
         Message-ID: <e2@example.org>\n\nHi Ani,\n\nthat was good.\n\n\
         On 22 Nov 2026 at 12:40, Budi Santoso wrote:\n> Lunch is here.\n",
    ),
    ("2026-11-23 12:45", Role::Inbox, ""),
    ("2026-11-24 09:31", Role::Inbox, ""),
    ("2026-11-24 14:28", Role::Inbox, ""),
];

/// Places that a past without trouble does not reach.
const TROUBLE: &str = "
    UPDATE letter SET answer = '250 <BUDI@example.org> accepted' WHERE id = 2;
    UPDATE attempt SET outcome = 'sent: 250 <budi@example.org> accepted' WHERE letter_id = 2;
    UPDATE instance SET held_why = 'fuse: 6 letters went to budi@example.org within a day';
    UPDATE mailbox SET fault = 'NO budi@example.org is over quota' WHERE id = 1;
    UPDATE policy_version SET text = text || 'requester [\"budi@example.org\"]';
    INSERT INTO heard (owner_id, key, heard_at, words)
      VALUES (1, 'h1@example.com', 1, '{\"delegate\":\"budi@example.org\"}');
    INSERT INTO letter (kind, audience, to_address, owner_id, about, state, message_id, queued_at,
        not_before_at, expires_at, next_at, changed_at)
      VALUES ('mistake', 'owner', 'ani@example.com', 1, '{\"said\":\"SELESAI Budi Santoso\"}',
        'sent', 'm1@example.com', 1, 1, 1, 1, 1);
    INSERT INTO letter (kind, audience, to_address, owner_id, about, state, message_id, queued_at,
        not_before_at, expires_at, next_at, changed_at)
      VALUES ('alarm', 'admin', 'budi@example.org', NULL, '', 'sent', 'm2@example.com', 1, 1, 1, 1,
        1);
";

/// A report to somebody else, which tells of single requests.
const REPORT: &str = "
    INSERT INTO letter (kind, audience, to_address, owner_id, about, bytes, state, message_id,
        queued_at, not_before_at, expires_at, next_at, changed_at)
      VALUES ('report', 'lead', 'ratna@example.net', NULL, '{}',
        CAST('My pension, for 6 days: Budi Santoso' AS BLOB), 'sent', 'm3@example.com', 1, 1, 1, 1,
        1);
";

/// What must be found nowhere afterwards.
const WORDS: &[&str] = &["budi@example.org", "budi santoso", "sample invoice", "my pension"];

fn budi() -> Address {
    Address::parse("budi@example.org").unwrap()
}

fn world() -> World {
    let world = World::lived(CONFIG, EVENTS);
    Connection::open(world.store()).unwrap().execute_batch(TROUBLE).unwrap();
    world
}

fn engine(world: &World) -> Engine {
    let ground = Ground::load(Some(&world.config())).unwrap();
    let db = Db::open(&world.store(), Access::Daemon, now()).unwrap();
    Engine::open(db, ground.charter, now()).unwrap()
}

/// The words found in a file's raw bytes, whatever their case.
fn found_in(path: &std::path::Path) -> Vec<&'static str> {
    let text = String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).to_lowercase();
    WORDS.iter().copied().filter(|word| text.contains(word)).collect()
}

#[test]
fn what_is_given_out_is_all_that_is_kept() {
    let world = world();
    let c = Connection::open(world.store()).unwrap();
    let export = world.sigap(&["person", "export", "Budi@example.org"]).json();
    let text = export.to_string().to_lowercase();
    let given = |section: &str| export[section].as_array().unwrap().len();
    let rows = |table: &str| {
        let named = |row: &&(String, String)| {
            let row = row.1.to_lowercase();
            row.contains(WORDS[0]) || row.contains(WORDS[1])
        };
        dump(&c).iter().filter(|row| row.0 == table).filter(named).count()
    };
    assert_eq!((given("messages"), rows("message")), (5, 5), "{export:#}");
    assert_eq!((given("obligations"), rows("obligation")), (2, 2), "{export:#}");
    let elsewhere = ["owner", "mailbox", "instance", "heard", "correspondent", "policy_version"];
    let elsewhere: usize = elsewhere.iter().map(|table| rows(table)).sum();
    assert_eq!((given("elsewhere"), elsewhere), (5, 5), "{export:#}");
    // Letters are about him, though their bytes may hide his name behind an encoding.
    assert!(given("letters") >= rows("letter") && rows("letter") >= 3, "{export:#}");
    for word in WORDS {
        assert!(text.contains(word), "{word} is kept and not given out");
    }
    assert!(text.contains("selesai budi santoso") && text.contains("250 <budi@example.org>"));
    let nobody = world.sigap(&["person", "export", "nobody@example.org"]).json();
    for section in ["messages", "obligations", "letters", "elsewhere", "names"] {
        assert_eq!(nobody[section].as_array().unwrap().len(), 0, "{nobody:#}");
    }
}

#[test]
fn nothing_is_left_of_who_was_erased_in_any_file() {
    let world = world();
    Connection::open(world.store()).unwrap().execute_batch(REPORT).unwrap();
    // Somebody has the database open, as the daemon has: the log is there.
    let beside = engine(&world);
    assert_eq!(found_in(&world.store()).len() + found_in(&world.store()).len(), 2 * WORDS.len());
    let keys = "SELECT count(*) FROM letter_item WHERE key LIKE 'nudge:%'";
    let before = count(beside.db().connection(), keys);
    let said = world.sigap(&["person", "erase", "budi@example.org"]);
    assert_eq!(said.code, 0, "{said:?}");
    let told = said.out.replace('\n', " ");
    assert!(told.contains("Messages removed: 3; messages of others that name them no more: 2."));
    let copy = world.folder.path().join("copy.db");
    assert_eq!(world.sigap(&["backup", copy.to_str().unwrap()]).code, 0);
    for file in fs::read_dir(world.folder.path()).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            assert_eq!(found_in(&path), Vec::<&str>::new(), "in {}", path.display());
        }
    }
    drop(beside);
    assert_eq!(found_in(&world.store()), Vec::<&str>::new());
    let c = Connection::open(world.store()).unwrap();
    assert_eq!(count(&c, keys), before, "what protects against doubles stays");
    assert_eq!(count(&c, "SELECT count(*) FROM erased"), 1);
    let export = world.sigap(&["person", "export", "budi@example.org"]).json();
    assert_eq!(export["messages"], serde_json::json!([]));
    assert_eq!(export["elsewhere"], serde_json::json!([]));
}

#[test]
fn others_keep_waiting_though_they_named_who_was_erased() {
    let world = world();
    let rows = |world: &World| {
        let list = world.sigap(&["--json", "list"]).json();
        let rows = list["obligations"].as_array().unwrap().clone();
        rows.iter().map(|row| row["requester"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(rows(&world), ["budi@example.org", "sari@example.net", "eka@example.org"]);
    assert_eq!(world.sigap(&["person", "erase", "budi@example.org"]).code, 0);
    assert_eq!(rows(&world), ["sari@example.net", "eka@example.org"]);
    let c = Connection::open(world.store()).unwrap();
    let facts: String = c
        .query_row("SELECT facts FROM message WHERE key = 's1@example.net'", [], |row| row.get(0))
        .unwrap();
    assert!(facts.contains("Sari Utami") && facts.contains("ani@example.com"), "{facts}");
    // Nothing that is left breaks what reads it.
    for words in [&["outbox"][..], &["why", "s1@example.net"], &["list", "--all"]] {
        assert_eq!(world.sigap(words).code, 0, "{words:?}");
    }
}

#[test]
fn an_owner_or_the_admin_is_told_to_leave_the_configuration_first() {
    let world = world();
    for address in ["ani@example.com", "it@example.com"] {
        let said = world.sigap(&["person", "erase", address]);
        assert!(said.code == 1 && said.err.contains("out of the configuration"), "{said:?}");
    }
    let (before, second) = CONFIG.split_once("[[owner]]\nname = \"Citra").unwrap();
    assert!(second.contains("citra@example.com"));
    let former = World::lived(CONFIG, EVENTS);
    let other = before.replace("Ani Wijaya", "Citra Dewi").replace("ani@", "citra@");
    fs::write(former.config(), other.replace("\"ani\"", "\"citra\"")).unwrap();
    let said = former.sigap(&["person", "erase", "ani@example.com"]);
    assert_eq!(said.code, 0, "{said:?}");
    let text = String::from_utf8_lossy(&fs::read(former.store()).unwrap()).to_lowercase();
    assert!(!text.contains("ani@example.com") && !text.contains("ani wijaya"));
}

#[test]
fn who_was_erased_is_not_written_to_again() {
    let world = world();
    assert_eq!(world.sigap(&["person", "erase", "budi@example.org"]).code, 0);
    let engine = engine(&world);
    let c = engine.db().connection();
    let key = InstanceKey(facts::instance(c).unwrap().secret);
    for (to, queued) in [("budi@example.org", false), ("sari@example.net", true)] {
        let draft = Draft {
            kind: Kind::AutoReply,
            audience: Audience::Requester,
            to: Address::parse(to).unwrap(),
            owner: None,
            items: vec![Item {
                key: format!("auto-reply:{to}"),
                obligation: None,
                awaited: None,
                step: None,
            }],
            about: String::new(),
            not_before: now(),
        };
        let new = record::queue(c, engine.office(), &key, &draft, now()).unwrap();
        assert_eq!(new.is_some(), queued, "{to}");
    }
}

/// The state of the letter about him and Eka, more about it, and its state afterwards; none:
/// nothing is erased while it is on its way.
const ON_THE_WAY: &[(&str, &str, Option<&str>)] = &[
    ("queued", "bytes = NULL, claimed_at = NULL", Some("queued")),
    ("queued", "attempts = 1", Some("recalled")),
    ("queued", "attempts = 1, repeats = 1", Some("unknown")),
    ("sending", "attempts = 1", None),
    ("committing", "attempts = 1", None),
    ("unknown", "attempts = 1", Some("unknown")),
    ("sent", "attempts = 1", Some("sent")),
    ("failed", "attempts = 1", Some("failed")),
];

#[test]
fn no_letter_loses_its_protection_against_doubles() {
    for (state, more, after) in ON_THE_WAY {
        let world = world();
        let c = Connection::open(world.store()).unwrap();
        let letter = "(SELECT min(letter_id) FROM letter_item WHERE key LIKE 'nudge:%')";
        c.execute_batch(&format!(
            "UPDATE instance SET held_why = NULL; UPDATE letter SET state = '{state}', {more}, \
             next_at = 0, expires_at = 4000000000 WHERE id = {letter}"
        ))
        .unwrap();
        let id = count(&c, &format!("SELECT {letter}"));
        let keys = "SELECT count(*) FROM letter_item WHERE key LIKE 'nudge:%' \
                    AND key NOT LIKE '%/unsent:%'";
        let (before, rows) = (count(&c, keys), dump(&c));
        let said = world.sigap(&["person", "erase", "budi@example.org"]);
        let Some(after) = after else {
            assert!(said.code == 1 && said.err.contains("on its way at this moment"), "{said:?}");
            assert!(rows == dump(&c), "{state}: something was changed");
            continue;
        };
        assert_eq!(said.code, 0, "{state}: {said:?}");
        let is: (String, Option<Vec<u8>>, i64) = c
            .query_row("SELECT state, bytes, next_at FROM letter WHERE id = ?1", [id], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .unwrap();
        assert_eq!((is.0.as_str(), is.1), (*after, None), "{state}, {more}");
        match *after {
            // Nobody looks for it again, so nobody sends it again.
            "unknown" => assert!(is.2 > 200_000_000_000, "{}", is.2),
            "queued" => assert_eq!(count(&c, keys), before - 1, "only his item is free"),
            "recalled" => assert!(count(&c, keys) < before),
            _ => assert_eq!(count(&c, keys), before, "{state}"),
        }
        assert_eq!(found_in(&world.store()), Vec::<&str>::new(), "{state}");
        drop(c);
        let mut engine = engine(&world);
        let output = engine.turn(&Input::Tick, now()).unwrap();
        assert!(output.parcel.is_none_or(|parcel| {
            let text = String::from_utf8_lossy(&parcel.bytes).to_lowercase();
            !text.contains("budi") && parcel.to != budi()
        }));
    }
}
