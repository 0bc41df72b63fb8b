//! Whatever the order in which messages are stored, one after the other, the conversations in the
//! store are those that follow from all of them together.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use sigap::engine::ledger::{self, Home};
use sigap::model::address::Party;
use sigap::model::conversation::group;
use sigap::model::ids::{ConversationId, MessageId};
use sigap::model::message::{Introduced, Marks, Message, MessageKey, Prefix, Role};
use sigap::model::owner::Owner;
use sigap::model::verdict::{Class, Clue, Verdict};
use sigap::store::db::{Access, Connection, Db};
use sigap::store::mailboxes;
use sigap::store::messages::{self, Stored};

use super::day::{at, hours};
use crate::office::{address, facts, office};

const SUBJECTS: [&str; 4] = ["rapat anggaran", "laporan bulanan", "ya", "rapat anggaran 2027"];
const PEOPLE: [&str; 3] = ["budi@example.org", "citra@example.org", "ani@example.com"];

/// Numbers that a message is made of: keys below the count of messages are theirs, the others ghosts.
#[derive(Clone, Debug)]
struct Told {
    key: usize,
    parent: Option<usize>,
    references: Vec<usize>,
    subject: usize,
    prefix: Prefix,
    thread: Option<usize>,
    provided: Option<usize>,
    quotes: Option<bool>,
    introduces: Option<(usize, Option<i64>)>,
    from: usize,
    hour: i64,
}

fn key(number: usize) -> MessageKey {
    MessageKey(format!("{number}@example.org"))
}

impl Told {
    fn message(&self, row: usize) -> Message {
        let party = |who: usize| Party { name: String::new(), address: address(PEOPLE[who]) };
        Message {
            key: key(self.key),
            fingerprint: row.to_string(),
            in_reply_to: self.parent.map(key).into_iter().collect(),
            references: self.references.iter().map(|number| key(*number)).collect(),
            thread_index: self.thread.map(|number| number.to_string()),
            provider_thread: self.provided.map(|number| number.to_string()),
            from: Some(party(self.from)),
            from_count: 1,
            sender: None,
            reply_to: Vec::new(),
            to: vec![party((self.from + 1) % 3)],
            cc: Vec::new(),
            bcc: Vec::new(),
            subject: SUBJECTS[self.subject].to_owned(),
            base_subject: SUBJECTS[self.subject].to_owned(),
            prefix: self.prefix,
            dated: Some(at("Mon 08:00") + hours(self.hour)),
            marks: Marks::default(),
            quotes: self.quotes,
            introduced: self.introduces.map(|(who, hour)| Introduced {
                at: hour
                    .map(|hour| (at("Mon 08:00") + hours(hour)).to_zoned(TimeZone::UTC).datetime()),
                by: PEOPLE[who].to_owned(),
            }),
            says: None,
        }
    }
}

/// Often hours near each other, so that introductions find what they are about.
fn hour() -> impl Strategy<Value = i64> {
    prop_oneof![0..900_i64, 300..340_i64]
}

fn told() -> impl Strategy<Value = Told> {
    let parts = (
        prop::option::weighted(0.5, 0..9_usize),
        prop::collection::vec(0..9_usize, 0..3),
        0..4_usize,
        prop_oneof![Just(Prefix::None), Just(Prefix::Reply), Just(Prefix::Forward)],
        (prop::option::weighted(0.2, 0..2_usize), prop::option::weighted(0.2, 0..2_usize)),
        (
            prop::option::weighted(0.6, any::<bool>()),
            prop::option::weighted(0.5, (0..3_usize, prop::option::weighted(0.8, hour()))),
        ),
        0..3_usize,
        hour(),
    );
    parts.prop_map(|(parent, references, subject, prefix, names, quoting, from, hour)| Told {
        key: 0,
        parent,
        references,
        subject,
        prefix,
        thread: names.0,
        provided: names.1,
        quotes: quoting.0,
        introduces: quoting.1,
        from,
        hour,
    })
}

/// Up to seven messages, now and then with the same Message-ID, in any order.
fn world() -> impl Strategy<Value = Vec<Told>> {
    let keys = prop::collection::vec(0..7_usize, 7);
    (prop::collection::vec(told(), 1..8), keys, any::<bool>()).prop_map(|(mut all, keys, twice)| {
        for (row, told) in all.iter_mut().enumerate() {
            told.key = if twice { keys[row] } else { row };
        }
        all
    })
}

fn store(c: &Connection, owner: &Owner, message: &Message, arrived_at: Timestamp) -> Stored {
    let home = ledger::home(c, owner, message, arrived_at).unwrap();
    let conversation = match &home {
        Home::In(conversation) => *conversation,
        Home::Own | Home::Among(_) => ConversationId(0),
    };
    let verdict = Verdict { class: Class::Information, probability: 0.0, clues: vec![Clue::InTo] };
    let new = Stored {
        id: MessageId(0),
        owner: owner.id,
        conversation,
        place: Role::Inbox,
        arrived_at,
        seen_at: arrived_at,
        backlog: false,
        answered_at: None,
        message: message.clone(),
        verdict,
        wording: None,
    };
    let id = messages::insert(c, &new).unwrap();
    ledger::join(c, owner, id, home, &mut Default::default()).unwrap();
    Stored { id, ..new }
}

/// Rows by conversation, as they stand in the store.
fn stored(c: &Connection) -> Vec<Vec<MessageId>> {
    let mut statement = c.prepare("SELECT conversation_id, id FROM message ORDER BY id").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, MessageId(row.get(1)?))));
    let mut groups: BTreeMap<i64, Vec<MessageId>> = BTreeMap::new();
    for row in rows.unwrap() {
        let (conversation, id) = row.unwrap();
        groups.entry(conversation).or_default().push(id);
    }
    groups.into_values().collect()
}

#[test]
fn conversations_do_not_depend_on_the_order_of_arrival() {
    let shm = std::path::Path::new("/dev/shm");
    let parent = if shm.is_dir() { shm.to_owned() } else { std::env::temp_dir() };
    let room = tempfile::tempdir_in(parent).unwrap();
    let begin = at("Mon 08:00");
    let db = std::cell::RefCell::new(
        Db::open(&room.path().join("sigap.db"), Access::Daemon, begin).unwrap(),
    );
    let config = ProptestConfig { cases: 1_500, ..ProptestConfig::default() };
    proptest!(config, |(world in world())| {
        let mut db = db.borrow_mut();
        let step = db.transaction().unwrap();
        let mut owner = (*facts(office()).owner).clone();
        owner.addresses = vec![address("ani@example.com")];
        owner.id = mailboxes::owner(&step, &owner.addresses[0]).unwrap();
        let mut links = Vec::new();
        for (row, told) in world.iter().enumerate() {
            let (message, arrived_at) = (told.message(row), begin + hours(told.hour));
            links.push(ledger::link(&owner, &store(&step, &owner, &message, arrived_at)));
            let mut expected = group(&links, &BTreeSet::new());
            expected.sort();
            prop_assert_eq!(stored(&step), expected, "after message {}", row);
        }
        // The transaction is dropped: the next world begins with nothing.
    });
}
