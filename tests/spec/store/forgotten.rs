//! What goes with time and what stays: facts that nobody waits for go, asks that still wait stay,
//! however old, and so does all that protects against doubles.

use rusqlite::Connection;
use sigap::store::around::hashed;
use sigap::store::db::{Access, Db};
use sigap::store::erasing::forget_old;

use super::{count, dump};
use crate::cli::world::{World, at, now};

/// What is counted, before, and after everything has grown old.
const TABLE: &[(&str, &str, i64, i64)] = &[
    ("asks that wait", "message WHERE key IN ('b1@example.org', 'b2@example.org')", 2, 2),
    ("an ask that was answered", "message WHERE key = 'e1@example.org'", 1, 0),
    ("the answer to it", "message WHERE key = 'a1@example.com'", 1, 0),
    ("what no person wrote", "message WHERE key = 'r1@example.net'", 1, 0),
    ("what the answer pointed to", "reference WHERE key_hash = hash(e1@example.org)", 1, 0),
    ("what an ask that waits pointed to", "reference WHERE key_hash = hash(b1@example.org)", 1, 1),
    ("open obligations", "obligation WHERE closed_at IS NULL AND requester_name <> ''", 1, 1),
    ("how others ended", "obligation WHERE closed_how = 'answered_by_owner'", 1, 1),
    ("who asked for those", "obligation WHERE requester = 'eka@example.org'", 1, 0),
    ("their subjects", "obligation WHERE closed_at IS NOT NULL AND subject <> ''", 1, 0),
    ("places in folders", "location", 5, 5),
    ("keys of letters", "letter_item", 3, 3),
    ("letters", "letter WHERE message_id <> ''", 3, 3),
    ("what servers said", "letter WHERE answer <> ''", 3, 0),
    ("tries", "attempt", 3, 3),
    ("what servers said to those", "attempt WHERE outcome <> ''", 3, 0),
    ("answers that were heard", "heard", 1, 1),
    ("what they said", "heard WHERE words <> ''", 1, 0),
    ("what was said about an ask that waits", "correction", 1, 1),
];

fn world() -> World {
    let world = World::with_a_past();
    let more = "INSERT INTO heard (owner_id, key, heard_at, words) VALUES (1, 'h', 1795402800, 'done'); \
                INSERT INTO correction (owner_id, message_id, said, said_at, via, undone_at) \
                SELECT 1, id, 'not', 1795402800, 'cli', 1795402801 FROM message WHERE key = 'b1@example.org'";
    Connection::open(world.store()).unwrap().execute_batch(more).unwrap();
    world
}

/// `hash(words)` as the number by which the store looks words up.
fn with_hash(sql: &str) -> String {
    let Some((before, words)) = sql.split_once("hash(") else { return sql.to_owned() };
    format!("{before}{}", hashed(words.trim_end_matches(')')))
}

#[test]
fn old_facts_go_and_promises_stay() {
    let world = world();
    let db = Db::open(&world.store(), Access::Command, now()).unwrap();
    let c = db.connection();
    let is = |sql: &str| count(c, &format!("SELECT count(*) FROM {}", with_hash(sql)));
    for (what, sql, before, _) in TABLE {
        assert_eq!(is(sql), *before, "{what}, before");
    }
    let rows = dump(c);
    assert_eq!(forget_old(c, at("2026-11-01 00:00")).unwrap(), 0);
    assert!(rows == dump(c), "nothing is that old");
    assert!(forget_old(c, at("2028-11-24 00:00")).unwrap() > 0);
    for (what, sql, _, after) in TABLE {
        assert_eq!(is(sql), *after, "{what}, after");
    }
    let whole: String =
        c.query_row("PRAGMA foreign_key_check", [], |row| row.get(0)).unwrap_or_default();
    assert_eq!(whole, "");
}

#[test]
fn what_was_forgotten_keeps_the_end_that_it_had() {
    let world = world();
    let db = Db::open(&world.store(), Access::Command, now()).unwrap();
    let c = db.connection();
    let ended =
        || count(c, "SELECT count(*) FROM obligation WHERE closed_how = 'answered_by_owner'");
    assert_eq!(ended(), 1);
    forget_old(c, at("2028-11-24 00:00")).unwrap();
    // As if somebody wrote once more in the conversation whose beginning was forgotten.
    c.execute_batch(
        "UPDATE message SET conversation_id = (SELECT conversation_id FROM obligation \
         WHERE closed_at IS NOT NULL); \
         UPDATE obligation SET conversation_id = (SELECT min(conversation_id) FROM message)",
    )
    .unwrap();
    let office = sigap::cli::ground::Ground::load(Some(&world.config())).unwrap().charter;
    let office = sigap::engine::office::Office::known(c, office).unwrap();
    let owner = *office.owners.keys().next().unwrap();
    let conversation: i64 = count(c, "SELECT min(conversation_id) FROM message");
    let touched = [(owner, sigap::model::ids::ConversationId(conversation))].into();
    sigap::engine::ledger::settle_all(c, &office, &touched).unwrap();
    assert_eq!(ended(), 1, "it counts as answered for ever");
}
