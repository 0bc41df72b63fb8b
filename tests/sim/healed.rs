//! After the storm: what was owed was reminded of, nothing is left unclear, what is open is what
//! the list of events says, and a store built anew from the same mail agrees.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sigap::engine::turn::{Engine, Input};
use sigap::model::message::{Batch, Cursor, Role};
use sigap::model::obligation::{Ending, Obligation};
use sigap::model::policy::Mode;
use sigap::store::db::{Access, Db};
use sigap::store::{mailboxes, obligations};

use crate::people::{Debt, Sort, Thread};
use crate::world::{DAY, Failure, Mail, World};

/// What a rebuilt obligation must agree in: when, who, how often, whether open.
type Essence = (Timestamp, String, u32, bool);

impl World {
    pub fn final_check(&mut self) -> Result<(), Failure> {
        let unsettled = self.letters_unsettled();
        if !unsettled.is_empty() {
            return Err(format!("letters were not settled in the end: {unsettled:?}"));
        }
        let engine = self.engine.as_ref().ok_or("the process was not started again")?;
        let all = self.obligations(engine);
        self.check_lessons()?;
        self.check_questions()?;
        for thread in self.threads.iter().filter(|thread| !thread.unsure) {
            for (owner, debts) in &thread.debts {
                self.check_open(thread, *owner, debts, &all)?;
            }
        }
        self.check_rebuilt(&all)
    }

    fn obligations(&self, engine: &Engine) -> Vec<(usize, Obligation)> {
        let c = engine.db().connection();
        let of = |(number, owner): (usize, &sigap::model::owner::Owner)| {
            let all = obligations::all(c, owner.id, 10_000).unwrap();
            all.into_iter().map(move |o| (number, o)).collect::<Vec<_>>()
        };
        self.owners.iter().enumerate().flat_map(of).collect()
    }

    fn check_open(
        &self,
        thread: &Thread,
        owner: usize,
        debts: &[Debt],
        all: &[(usize, Obligation)],
    ) -> Result<(), Failure> {
        let Some(last) = debts.last() else { return Ok(()) };
        let owed = last.closed.is_none() && thread.sort == Sort::Person;
        let found = all.iter().find(|(whose, obligation)| {
            *whose == owner
                && obligation.closed.is_none()
                && thread.keys.contains(&obligation.asked_key.0)
        });
        let about = thread.keys.first().cloned().unwrap_or_default();
        match found {
            None if owed => Err(format!("{about} of owner {owner} is owed, but not open")),
            Some(_) if !owed => {
                Err(format!("{about} of owner {owner} is open, but over: {:?}", last.closed))
            }
            Some((_, obligation)) => self.check_reminded(owner, last, obligation),
            None => Ok(()),
        }
    }

    /// Every step that was reached had its letter within two working days.
    fn check_reminded(&self, owner: usize, debt: &Debt, o: &Obligation) -> Result<(), Failure> {
        let backlog = |ask: &String| self.oracle.mirror.backlog.contains(&(owner, ask.clone()));
        let paused = self.oracle.paused.iter().any(|(whose, ..)| *whose == owner);
        if debt.snoozed.is_some() || paused || debt.asks.iter().all(backlog) {
            return Ok(());
        }
        let calendar = self.calendar(owner);
        let first = self.charter.policy.tiers[0].ladder[0].after;
        let lands = debt.asks.iter().filter(|ask| !backlog(ask)).filter_map(|ask| {
            self.copies(owner * 2).filter(|mail| mail.key == *ask).map(|mail| mail.arrived).min()
        });
        let Some(from) = lands.min() else { return Ok(()) };
        let from = Timestamp::from_second(from).unwrap();
        let calm = Timestamp::from_second(self.end - 5 * DAY).unwrap();
        let reached = calendar.add_working_time(from, first).unwrap().max(calm);
        let by = calendar.add_working_time(reached, calendar.usual_day() * 2).unwrap();
        if by.as_second() > self.end {
            return Ok(());
        }
        let kind = if self.charter.mode == Mode::Observe { "preview" } else { "nudge" };
        let c = self.engine.as_ref().unwrap().db().connection();
        let told: i64 = c
            .query_row(
                "SELECT count(*) FROM letter_item i JOIN letter l ON l.id = i.letter_id \
                 WHERE i.obligation_id = ?1 AND l.kind = ?2 AND i.recalled_why IS NULL \
                 AND l.state IN ('sent', 'failed', 'unknown')",
                (o.id.0, kind),
                |row| row.get(0),
            )
            .unwrap();
        if told > 0 {
            return Ok(());
        }
        Err(format!("{} of owner {owner} was never reminded of, though due by {by}", o.asked_key))
    }

    /// All that ever lay in a folder.
    fn copies(&self, folder: usize) -> impl Iterator<Item = &Mail> {
        let gone = self.gone.iter().zip(&self.gone_from);
        let gone = gone.filter(move |(_, from)| **from == folder).map(|(mail, _)| mail);
        self.folders[folder].mails.iter().chain(gone)
    }

    /// The same mail, all at once, into a fresh store.
    fn check_rebuilt(&self, all: &[(usize, Obligation)]) -> Result<(), Failure> {
        let path = self.room.path().join("rebuilt.db");
        let db = Db::open(&path, Access::Daemon, self.wall()).unwrap();
        let mut engine = Engine::open(db, self.charter.clone(), self.wall()).unwrap();
        for (folder, here) in self.folders.iter().enumerate() {
            // Of what is answered to us nothing is kept.
            let Some(owner) = self.owners.get(here.owner).map(|owner| owner.id) else { continue };
            let step = engine.db_mut().transaction().unwrap();
            let name = if here.role == Role::Inbox { "INBOX" } else { "Sent" };
            let mailbox = mailboxes::mailbox(&step, owner, here.role, name).unwrap();
            step.commit().unwrap();
            let taken =
                |key: &String| self.oracle.mirror.taken.contains(&(here.owner, key.clone()));
            let mails = self.copies(folder).filter(|mail| taken(&mail.key));
            let messages = mails.map(|mail| self.read(folder, mail)).collect();
            let (flags, vanished) = (Vec::new(), Vec::new());
            let cursor = Cursor { uid_validity: 1, uid_next: u32::MAX.into(), mod_seq: 0 };
            let (renumbered, caught_up) = (false, true);
            let batch = Batch {
                mailbox,
                began_at: self.wall(),
                cursor,
                messages,
                flags,
                vanished,
                renumbered,
                caught_up,
                reconciled: false,
            };
            engine.turn(&Input::Arrived(vec![batch]), self.wall()).unwrap();
        }
        let (here, there) = (self.essence(all), self.essence(&self.obligations(&engine)));
        for (key, kept) in &here {
            if there.get(key) != Some(kept) {
                let found = there.get(key);
                return Err(format!("{key:?} is {kept:?}, rebuilt from the same mail {found:?}"));
            }
        }
        match there.iter().find(|(key, _)| !here.contains_key(*key)) {
            Some((key, found)) => Err(format!("{key:?} is only in the rebuilt store: {found:?}")),
            None => Ok(()),
        }
    }

    /// Without what was corrected: the fresh store was not told.
    fn essence(&self, all: &[(usize, Obligation)]) -> BTreeMap<(usize, String), Essence> {
        let told = |thread: &&Thread| {
            let told = |debt: &Debt| debt.closed.as_ref().is_some_and(|closed| closed.told);
            thread.unsure || thread.debts.values().flatten().any(told)
        };
        let corrected: Vec<&String> =
            self.threads.iter().filter(told).flat_map(|thread| &thread.keys).collect();
        all.iter()
            .filter(|(_, o)| o.closed.as_ref().is_none_or(|c| c.how != Ending::Withdrawn))
            .filter(|(_, o)| !corrected.contains(&&o.asked_key.0))
            .map(|(owner, o)| {
                let essence = (o.asked_at, o.requester.to_string(), o.asks, o.closed.is_none());
                ((*owner, o.asked_key.0.clone()), essence)
            })
            .collect()
    }
}
