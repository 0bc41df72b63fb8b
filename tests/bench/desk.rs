//! The engine with its folders, fed by hand: building a store, and one deed at a time.

use std::path::Path;

use jiff::Timestamp;
use sigap::engine::intake::{Read, read};
use sigap::engine::turn::{Engine, Input, Output};
use sigap::model::ids::{MailboxId, OwnerId};
use sigap::model::letter::{Audience, Draft, Item, Kind, Outcome, Parcel, State};
use sigap::model::message::{Batch, Cursor, Fetched, Flags, Role};
use sigap::store::db::{Access, Db};
use sigap::store::{epoch, letters, mailboxes, obligations, outbox};

use crate::office::{address_of, charter};

/// Monday 23 November 2026, 10:00 in Jakarta.
pub const T: i64 = 1_795_402_800;
const DAY: i64 = 86_400;
/// So many owners are nudged while it is measured.
pub const NUDGED: usize = 200;
/// The ladder's first step.
const FIRST_STEP: i64 = 6 * 3600;

/// When the nudge of an owner is due: one after the other.
pub fn due(owner: usize) -> i64 {
    T - 3000 + owner as i64 * 14 + FIRST_STEP
}

pub struct Bench {
    pub engine: Engine,
    owners: Vec<OwnerId>,
    /// Inbox and Sent of each.
    folders: Vec<[MailboxId; 2]>,
    uid: u64,
}

fn instant(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn folder(role: Role) -> usize {
    usize::from(role == Role::Sent)
}

impl Bench {
    /// A store in which everybody is watched since a hundred days and was welcomed.
    pub fn new(room: &Path, owners: usize) -> Self {
        let start = instant(T - 100 * DAY);
        let mut db = Db::open(&room.join("sigap.db"), Access::Daemon, start).unwrap();
        let step = db.transaction().unwrap();
        for number in 0..owners {
            let address = address_of(number);
            let id = mailboxes::owner(&step, &address).unwrap();
            for (role, name) in [(Role::Inbox, "INBOX"), (Role::Sent, "Sent")] {
                let mailbox = mailboxes::mailbox(&step, id, role, name).unwrap();
                mailboxes::activate(&step, mailbox, start).unwrap();
                mailboxes::caught_up(&step, mailbox, start).unwrap();
            }
            let key = format!("welcome:{id}");
            let draft = Draft {
                kind: Kind::Welcome,
                audience: Audience::Owner,
                to: address,
                owner: Some(id),
                items: vec![Item { key: key.clone(), obligation: None, awaited: None, step: None }],
                about: String::new(),
                not_before: start,
            };
            let letter = letters::queue(&step, &draft, &key, start).unwrap().unwrap();
            outbox::settle(&step, letter, State::Sent, "250 ok", start, start).unwrap();
        }
        step.commit().unwrap();
        Self::over(db, owners)
    }

    /// The same store in another room.
    pub fn copy(from: &Path, room: &Path, owners: usize) -> Self {
        std::fs::copy(from.join("sigap.db"), room.join("sigap.db")).unwrap();
        let db = Db::open(&room.join("sigap.db"), Access::Daemon, instant(T)).unwrap();
        epoch::adopt(&db).unwrap();
        let uid = 1_u64 << 40;
        Self { uid, ..Self::over(db, owners) }
    }

    fn over(db: Db, count: usize) -> Self {
        let engine = Engine::open(db, charter(count), instant(T - 100 * DAY)).unwrap();
        let c = engine.db().connection();
        let row = |number| mailboxes::known_owner(c, &address_of(number)).unwrap().unwrap();
        let owners: Vec<OwnerId> = (0..count).map(row).collect();
        let both = |owner: &OwnerId| {
            let all = mailboxes::of_owner(c, *owner).unwrap();
            let of = |role| all.iter().find(|found| found.role == role).unwrap().id;
            [of(Role::Inbox), of(Role::Sent)]
        };
        let folders = owners.iter().map(both).collect();
        Self { engine, owners, folders, uid: 0 }
    }

    /// Mail of two months: one in twenty is an ask that nobody has answered, eight are asks with
    /// their answers, the rest asks nothing.
    pub fn fill(mut self, messages: usize) {
        let owners = self.owners.len();
        for owner in 0..owners {
            let mut batches: [Vec<Read>; 2] = [Vec::new(), Vec::new()];
            for number in 0..messages / owners {
                let since = if number % 20 == 0 { 14 } else { 60 };
                // Never at the same moment for two owners.
                let place = number as i64 * 7919 + owner as i64 * 977;
                let at = T - since * DAY + place % (since * DAY - 3600);
                let kind = match number % 20 {
                    0 => 0,
                    place @ 1..=8 if place % 2 == 1 => 0,
                    1..=8 => 2,
                    _ => 3,
                };
                let (role, read) = self.mail(owner, kind, number, at);
                batches[folder(role)].push(read);
            }
            for (role, batch) in [Role::Inbox, Role::Sent].into_iter().zip(batches) {
                let mut batch = batch.into_iter().peekable();
                while batch.peek().is_some() {
                    self.arrive(owner, role, batch.by_ref().take(2_000).collect(), T);
                }
            }
        }
        self.send_all(T);
    }

    /// Everybody is asked one thing; the nudges of the first ones fall due one after the other, all
    /// others on another day.
    pub fn one_ask_each(mut self) {
        for owner in 0..self.owners.len() {
            let at = if owner < NUDGED { due(owner) - FIRST_STEP } else { T - 60 };
            let (role, read) = self.mail(owner, 0, owner, at);
            self.arrive(owner, role, vec![read], T);
        }
        self.send_all(T);
    }

    /// A message of one of four kinds: asks something new, asks again, answers, asks nothing.
    pub fn arrival(&mut self, owner: usize, kind: usize, now: i64) -> (Role, Read) {
        let number = 10_000_000 + self.uid as usize;
        match kind {
            // Both belong to an ask that was open when the store was built.
            1 | 2 => {
                self.mail(owner, kind, 20 * (number % (4_500 / self.owners.len())) + kind - 1, now)
            }
            _ => self.mail(owner, kind, number, now),
        }
    }

    fn mail(&mut self, owner: usize, kind: usize, number: usize, at: i64) -> (Role, Read) {
        self.uid += 1;
        let (uid, mine) = (self.uid, address_of(owner));
        // An answer belongs to the message before it.
        let asked = if kind == 2 { number.saturating_sub(1) } else { number };
        let theirs = format!("r{}@example.org", (owner * 31 + asked) % 997);
        let subject = match number % 50 {
            17 => "Weekly report".to_owned(),
            _ => format!("Figures of project {owner}-{asked}"),
        };
        let (role, from, to, re, body) = match kind {
            0 => (Role::Inbox, &*theirs, mine.as_str(), false, "Could you send me the figures?"),
            1 => (Role::Inbox, &*theirs, mine.as_str(), true, "May I ask again for the figures?"),
            2 => (Role::Sent, mine.as_str(), &*theirs, true, "Here they are."),
            _ => {
                (Role::Inbox, &*theirs, mine.as_str(), false, "The figures are on the server now.")
            }
        };
        let prefix = if re { "Re: " } else { "" };
        let link = if re {
            format!("In-Reply-To: <m{owner}-{asked}@example.org>\r\n")
        } else {
            String::new()
        };
        let id = if re { format!("u{uid}-{owner}") } else { format!("m{owner}-{number}") };
        let header = format!(
            "From: A Person <{from}>\r\nTo: {to}\r\nSubject: {prefix}{subject}\r\n\
             Message-ID: <{id}@example.org>\r\n{link}\r\n"
        );
        let whole = format!("{header}Hello,\r\n\r\n{body}\r\n\r\nA Person\r\n");
        let fetched = Fetched {
            uid,
            flags: Flags::default(),
            arrived_at: Some(instant(at)),
            size: whole.len() as u64,
            provider_id: None,
            provider_thread: None,
            header: header.into_bytes(),
            whole: Some(whole.into_bytes()),
        };
        (role, read(&fetched, role))
    }

    /// One batch that leaves nothing to be read.
    pub fn arrive(&mut self, owner: usize, role: Role, messages: Vec<Read>, now: i64) -> Output {
        let batch = Batch {
            mailbox: self.folders[owner][folder(role)],
            cursor: Cursor { uid_validity: 1, uid_next: self.uid + 1, mod_seq: 0 },
            messages,
            flags: Vec::new(),
            vanished: Vec::new(),
            renumbered: false,
            caught_up: true,
            reconciled: false,
            began_at: instant(now),
        };
        self.turn(Input::Arrived(vec![batch]), now)
    }

    pub fn turn(&mut self, input: Input, now: i64) -> Output {
        self.engine.turn(&input, instant(now)).unwrap()
    }

    /// The post office takes a letter.
    pub fn settle(&mut self, parcel: &Parcel, now: i64) -> Output {
        assert!(self.engine.commit(parcel.id, instant(now)).unwrap());
        self.turn(Input::Settled(parcel.id, Outcome::Accepted("250 ok".to_owned())), now)
    }

    /// Everything that is due leaves, with the folders read again as often as that is wished.
    pub fn send_all(&mut self, now: i64) {
        let output = self.turn(Input::Tick, now);
        self.follow(output, now);
    }

    /// Does what a turn asked for, until nothing more is asked.
    pub fn follow(&mut self, mut output: Output, now: i64) {
        loop {
            if let Some(parcel) = output.parcel.take() {
                output = self.settle(&parcel, now);
            } else if let Some(owner) = output.read_first.pop_first() {
                let place = self.owners.iter().position(|id| *id == owner).unwrap();
                for role in [Role::Sent, Role::Inbox] {
                    let more = self.arrive(place, role, Vec::new(), now);
                    output.read_first.extend(more.read_first);
                    output.parcel = output.parcel.or(more.parcel);
                }
            } else {
                return;
            }
        }
    }

    pub fn open_obligations(&self) -> usize {
        let c = self.engine.db().connection();
        self.owners.iter().map(|owner| obligations::open(c, *owner).unwrap().len()).sum()
    }
}
