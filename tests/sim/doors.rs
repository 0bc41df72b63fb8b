//! The doors for reading: folders that are told of at once or found later, that cannot be read for a
//! while, stall, repeat a batch, or were numbered anew.

use std::collections::BTreeSet;

use sigap::engine::intake;
use sigap::engine::turn::Input;
use sigap::model::facts::Health;
use sigap::model::message::{Batch, Cursor, Fetched, Flags, Role};
use sigap::store::mailboxes;

use crate::mutants::Mutant;
use crate::world::{Event, Failure, MINUTE, Mail, World};

/// Why a folder is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Haste {
    /// As always.
    Usual,
    /// The engine asked: a letter waits for it.
    ForLetter,
}

/// A reading on its way to the desk.
pub struct Delivery {
    life: u32,
    folder: usize,
    batches: Vec<Batch<intake::Read>>,
    /// The door stalls after so many batches.
    stalls_after: usize,
}

impl World {
    pub fn appear(&mut self, folder: usize, mut mail: Mail) {
        let here = &mut self.folders[folder];
        mail.uid = here.uid_next;
        here.uid_next += 1;
        here.mails.push(mail);
        // Mostly the server tells at once.
        if self.rng.chance(800) {
            let soon = self.now + self.rng.within(1, 90);
            self.at(soon, Event::Look(folder, Haste::Usual));
        }
    }

    /// A reading of a folder begins; what it brings is as of now.
    pub fn look(&mut self, folder: usize, haste: Haste) -> Result<(), Failure> {
        let here = &self.folders[folder];
        if self.engine.is_none() || here.reading {
            return Ok(());
        }
        if here.broken_until > self.now {
            let (id, owner) = (here.id, self.owners.get(here.owner).map(|owner| owner.id));
            let again = self.now + self.rng.within(5 * MINUTE, 30 * MINUTE);
            self.at(again, Event::Look(folder, Haste::Usual));
            let health = self.rng.one_of(&[Health::Failed, Health::Blind]);
            let why = "connection timed out".to_owned();
            let input = match health {
                Health::Blind if owner.is_some() => Input::Unreachable(owner.unwrap(), health, why),
                Health::Blind => Input::Deaf(Health::Failed, why),
                _ => Input::Unreadable(id, health, why),
            };
            return self.turn(input).map(|_| ());
        }
        let batches = self.batches(folder, haste == Haste::ForLetter);
        let stalls = !self.calm && self.rng.chance(20);
        let stalls_after = if stalls { batches.len() - 1 } else { batches.len() };
        self.folders[folder].reading = true;
        let at = self.now + self.rng.within(1, 20);
        let life = self.life;
        self.at(at, Event::Deliver(Delivery { life, folder, batches, stalls_after }));
        Ok(())
    }

    fn batches(&mut self, folder: usize, hasty: bool) -> Vec<Batch<intake::Read>> {
        let c = self.engine.as_ref().unwrap().db().connection();
        let here = &self.folders[folder];
        let found = mailboxes::one(c, here.id).unwrap().unwrap();
        let before = found.cursor.uid_validity;
        let renumbered = before != 0 && before != here.validity;
        let same = before == here.validity;
        let from = if same { found.cursor.uid_next } else { 0 };
        let mut messages: Vec<_> = Vec::new();
        let mut flags = Vec::new();
        for mail in &here.mails {
            if mail.uid >= from {
                messages.push(self.read(folder, mail));
            } else if mail.answered {
                flags.push((mail.uid, Flags { answered: true, ..Flags::default() }));
            }
        }
        let present: BTreeSet<u64> = here.mails.iter().map(|mail| mail.uid).collect();
        let known = if same { mailboxes::known(c, here.id).unwrap() } else { BTreeSet::new() };
        let vanished = known.difference(&present).copied().collect();
        let cursor = |uid_next| Cursor { uid_validity: here.validity, uid_next, mod_seq: 0 };
        let (mailbox, end) = (here.id, here.uid_next);
        let began_at = self.wall();
        let mut last = Batch {
            mailbox,
            began_at,
            cursor: cursor(end),
            messages,
            flags,
            vanished,
            renumbered,
            caught_up: true,
            reconciled: false,
        };
        if self.mutant == Mutant::ReadNothing && hasty && found.state.activated_at.is_some() {
            last = Batch { cursor: found.cursor, messages: Vec::new(), renumbered: false, ..last };
            last.flags.clear();
        }
        let split = last.messages.len() / 2;
        let mut batches = Vec::new();
        if split > 0 && (self.seed + self.story.len() as u64).is_multiple_of(2) {
            let rest = last.messages.split_off(split);
            let messages = std::mem::replace(&mut last.messages, rest);
            let next = last.messages[0].uid;
            let (flags, vanished) = (Vec::new(), Vec::new());
            let cursor = Cursor { uid_next: next, ..last.cursor.clone() };
            let first = Batch { cursor, messages, flags, vanished, caught_up: false, ..last };
            last.renumbered = false;
            batches.push(first);
        }
        batches.push(last);
        if !self.calm && self.rng.chance(60) {
            batches.insert(0, batches[0].clone());
        }
        batches
    }

    /// Header first; the text where it is wanted, as the daemon does.
    pub fn read(&self, folder: usize, mail: &Mail) -> intake::Read {
        let here = &self.folders[folder];
        let end = mail.bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        let mut fetched = Fetched {
            uid: mail.uid,
            flags: Flags { answered: mail.answered, ..Flags::default() },
            arrived_at: jiff::Timestamp::from_second(mail.arrived).ok(),
            size: mail.bytes.len() as u64,
            provider_id: None,
            provider_thread: None,
            header: mail.bytes[..end].to_vec(),
            whole: None,
        };
        if here.role == Role::Answers {
            return self.read_own(fetched, &mail.bytes);
        }
        let read = intake::read(&fetched, here.role);
        let owner = &self.owners[here.owner];
        let answered = intake::may_be_answered(&read, here.role);
        if !answered && !intake::wants_text(&read, here.role, owner, &self.charter.policy) {
            return read;
        }
        fetched.whole = Some(mail.bytes.to_vec());
        intake::read(&fetched, here.role)
    }

    pub fn deliver(&mut self, delivery: Delivery) -> Result<(), Failure> {
        let Delivery { life, folder, batches, stalls_after } = delivery;
        if life != self.life || self.engine.is_none() {
            return Ok(());
        }
        self.folders[folder].reading = false;
        for batch in batches.into_iter().take(stalls_after) {
            if self.life != life || self.engine.is_none() {
                return Ok(());
            }
            // Noted before the turn, whose claim may already rest on it; undone if it was lost.
            let before = self.oracle.mirror.clone();
            self.took(folder, &batch);
            if !self.turn(Input::Arrived(vec![batch]))? {
                self.oracle.mirror = before;
            }
        }
        Ok(())
    }
}
