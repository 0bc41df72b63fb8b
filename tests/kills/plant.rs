//! Letters that this version decides or words only in part: to requesters, delegates and the admin,
//! put into the outbox with their bytes given.
//!
//! They are queued through the engine's own door, once, before any daemon was killed: beside the
//! daemons of a run nothing but `sigap` itself opens the database.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sigap::config::settings::load;
use sigap::daemon::charter::charter;
use sigap::engine::record;
use sigap::engine::turn::Engine;
use sigap::mail::token::InstanceKey;
use sigap::model::address::Address;
use sigap::model::letter::{Audience, Draft, Item, Kind};
use sigap::store::db::{Access, Db};
use sigap::store::{facts, letters};

use crate::site::{Site, owner};

/// Queues so many letters, due one after the other over a span of time.
pub fn plant(site: &Site, count: usize, over: Duration) {
    let settings = load(&site.config()).unwrap().settings;
    let now = Timestamp::now();
    let db = Db::open(&settings.store, Access::Daemon, now).unwrap();
    let mut engine = Engine::open(db, charter(&settings).unwrap(), now).unwrap();
    let key = InstanceKey(facts::instance(engine.db().connection()).unwrap().secret);
    let office = engine.office().clone();
    let step = engine.db_mut().transaction().unwrap();
    let over = i64::try_from(over.as_secs()).unwrap();
    for no in 0..count {
        let (audience, kind, to) = receiver(no, site.owners);
        let to = Address::parse(&to).unwrap();
        // One about an owner's mail waits for that owner's folders to be read.
        let about = match audience {
            Audience::Owner => office.owner_of(&to),
            Audience::Delegate => office.owners.values().find(|one| one.delegates.contains(&to)),
            Audience::Requester | Audience::Admin | Audience::Lead => None,
        };
        let owner = about.map(|owner| owner.id);
        let items =
            vec![Item { key: format!("kill:{no}"), obligation: None, awaited: None, step: None }];
        let share = i64::try_from(no).unwrap() * over / i64::try_from(count).unwrap();
        let not_before = now.saturating_add(SignedDuration::from_secs(share)).unwrap();
        let about = String::new();
        let draft = Draft { kind, audience, to, owner, items, about, not_before };
        record::queue(&step, &office, &key, &draft, now).unwrap();
    }
    step.commit().unwrap();
    let c = engine.db().connection();
    for letter in letters::all(c, u32::MAX).unwrap() {
        if letter.draft.items.iter().any(|item| item.key.starts_with("kill:")) {
            let bytes = format!(
                "From: sigap@example.com\r\nTo: {}\r\nMessage-ID: <{}>\r\nSubject: {}\r\n\
                 Auto-Submitted: auto-generated\r\n\r\nA letter.\r\n",
                letter.draft.to, letter.message_id, letter.id
            );
            let args = (letter.id.0, bytes.as_bytes());
            c.execute("UPDATE letter SET bytes = ?2 WHERE id = ?1", args).unwrap();
        }
    }
}

/// Half of them to requesters, the other half to everybody else in turn.
fn receiver(no: usize, owners: usize) -> (Audience, Kind, String) {
    let (audience, to) = match no % 8 {
        1 => (Audience::Owner, owner(no / 8 % owners)),
        3 => (Audience::Delegate, owner(no / 8 % owners)),
        5 | 7 => (Audience::Admin, "it@example.org".to_owned()),
        _ => {
            return (Audience::Requester, Kind::AutoReply, format!("r{no}@example.org"));
        }
    };
    (audience, Kind::Escalation, to)
}
