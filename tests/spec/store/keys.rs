//! Letters' keys: no key contains the moment, so the same intention is the same letter, whenever
//! and however often it is wanted.

use rusqlite::Connection;
use sigap::cli::ground::Ground;
use sigap::engine::record;
use sigap::engine::turn::{Engine, Input};
use sigap::mail::token::InstanceKey;
use sigap::model::address::Address;
use sigap::model::letter::{Audience, Draft, Item, Kind};
use sigap::store::db::{Access, Db};
use sigap::store::{facts, letters, outbox};

use super::count;
use crate::cli::world::{CONFIG, World, now};

fn engine(world: &World) -> Engine {
    let ground = Ground::load(Some(&world.config())).unwrap();
    let db = Db::open(&world.store(), Access::Daemon, now()).unwrap();
    Engine::open(db, ground.charter, now()).unwrap()
}

fn draft(keys: &[&str]) -> Draft {
    let item =
        |key: &&str| Item { key: (*key).to_owned(), obligation: None, awaited: None, step: None };
    Draft {
        kind: Kind::Alarm,
        audience: Audience::Admin,
        to: Address::parse("it@example.com").unwrap(),
        owner: None,
        items: keys.iter().map(item).collect(),
        about: String::new(),
        not_before: now(),
    }
}

#[test]
fn the_same_key_twice_is_one_letter() {
    let world = World::new();
    let engine = engine(&world);
    let c = engine.db().connection();
    let key = InstanceKey(facts::instance(c).unwrap().secret);
    let queue = |keys: &[&str], later: i64| {
        let at = now() + jiff::SignedDuration::from_secs(later);
        record::queue(c, engine.office(), &key, &draft(keys), at).unwrap().is_some()
    };
    assert!(queue(&["a"], 0));
    for later in [0, 1, 86_400] {
        assert!(!queue(&["a"], later));
    }
    assert!(queue(&["a", "b"], 5), "only what is new goes into another letter");
    assert_eq!(count(c, "SELECT count(*) FROM letter"), 2);
    assert_eq!(count(c, "SELECT count(*) FROM letter_item"), 2);
    // Surely unsent and wanted again, within the same second: a letter of its own.
    let first = letters::all(c, 9).unwrap().pop().unwrap();
    outbox::recall(c, first.id, "a", "no longer wanted", now()).unwrap();
    assert!(queue(&["a"], 0));
    assert!(!queue(&["a"], 0));
    assert_eq!(count(c, "SELECT count(*) FROM letter"), 3);
}

#[test]
fn a_fuse_that_blows_for_the_same_letters_is_told_once() {
    let world = World::with_a_past();
    std::fs::write(world.config(), format!("{CONFIG}\n[fuse]\nper_hour = 1\n")).unwrap();
    let c = Connection::open(world.store()).unwrap();
    let waiting = "UPDATE letter SET state = 'queued', claimed_at = NULL, bytes = NULL, \
                   next_at = 0, expires_at = 4000000000 WHERE id = (SELECT max(id) FROM letter)";
    c.execute(waiting, []).unwrap();
    let mut engine = engine(&world);
    let alarms = || count(&c, "SELECT count(*) FROM letter_item WHERE key LIKE 'alarm:fuse:%'");
    let mut told = Vec::new();
    // The number of the try after which it blows, and at which moment.
    for (no, later) in [(1, 0), (1, 1), (2, 2), (2, 3)] {
        let at = now() + jiff::SignedDuration::from_secs(later);
        let sql = "INSERT INTO attempt (letter_id, no, began_at) VALUES (1, 90 + ?1, ?2) \
                   ON CONFLICT DO NOTHING";
        c.execute(sql, [no, at.as_second() - 1]).unwrap();
        engine.turn(&Input::Tick, at).unwrap();
        let held = facts::release(engine.db().connection()).unwrap();
        assert!(held.is_some_and(|why| why.starts_with("fuse: ")));
        told.push(alarms());
    }
    assert_eq!(told, [1, 1, 2, 2]);
}

#[test]
fn no_key_of_a_past_contains_a_moment() {
    let world = World::with_a_past();
    let c = Connection::open(world.store()).unwrap();
    // Ten digits in a row are a second of our days.
    let sql = "SELECT count(*) FROM letter_item WHERE key GLOB '*1[0-9][0-9][0-9][0-9][0-9][0-9]\
               [0-9][0-9][0-9]*'";
    assert!(count(&c, "SELECT count(*) FROM letter_item") > 0);
    assert_eq!(count(&c, sql), 0);
}
