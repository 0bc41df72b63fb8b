//! What people tell us: on the command line, by answering our letters; and letters to requesters,
//! which are put into the outbox from outside.

use jiff::Timestamp;
use rusqlite::Connection;
use sigap::engine::acting::{self, Deed};
use sigap::engine::ledger::{self, Touched};
use sigap::engine::turn::Input;
use sigap::model::away::{Phase, Plan};
use sigap::model::calendar::Calendar;
use sigap::store::{away, letters, mailboxes, messages, obligations};

use crate::people::{Closed, Debt, close, date};
use crate::world::{DAY, Event, Failure, HOUR, MINUTE, Rng, World};

impl World {
    /// `sigap done` or `sigap not` on the command line.
    pub fn act_by_command(&mut self) -> Result<(), Failure> {
        let deed = self.rng.one_of(&[Deed::Done, Deed::Not]);
        let chosen = self.rng.draw();
        let wall = self.wall();
        let Some(engine) = self.engine.as_mut() else { return Ok(()) };
        let office = engine.office().clone();
        let mut all = Vec::new();
        for id in office.owners.keys() {
            all.extend(obligations::open(engine.db().connection(), *id).unwrap());
        }
        if all.is_empty() {
            return Ok(());
        }
        let which = all[(chosen % all.len() as u64) as usize].clone();
        let step = engine.db_mut().transaction().unwrap();
        let asks = obligations::asks(&step, which.id).unwrap();
        let asks = asks.into_iter().filter_map(|id| messages::one(&step, id).unwrap());
        let keys: Vec<String> = asks.map(|stored| stored.message.key.0).collect();
        let mut touched = Touched::new();
        acting::act(&step, which.id, deed, "cli", wall, &mut touched).unwrap();
        ledger::settle_all(&step, &office, &touched).unwrap();
        mailboxes::wake(&step, which.owner, Some(wall)).unwrap();
        step.commit().unwrap();
        self.tell(format!("command line: {deed:?} about {}", which.asked_key));
        self.dismiss(which.owner.0, &keys);
        self.turn(Input::Tick).map(|_| ())
    }

    /// What is dismissed is what was asked and known until then; a later ask stands for itself.
    pub fn dismiss(&mut self, row: i64, keys: &[String]) {
        let Some(owner) = self.owners.iter().position(|owner| owner.id.0 == row) else { return };
        let now = self.now;
        let mut unsure = Vec::new();
        for (number, thread) in self.threads.iter_mut().enumerate() {
            let debts = thread.debts.get(&owner).map(Vec::as_slice).unwrap_or_default();
            let meant = |debt: &&Debt| debt.asks.iter().any(|ask| keys.contains(ask));
            // One thing in our letter that has turned out to be two meanwhile.
            thread.unsure |= debts.iter().filter(meant).count() > 1;
            for debt in thread.debts.get_mut(&owner).into_iter().flatten() {
                if !debt.asks.iter().any(|ask| keys.contains(ask)) {
                    continue;
                }
                let later: Vec<String> =
                    debt.asks.iter().filter(|ask| !keys.contains(ask)).cloned().collect();
                if !later.is_empty() || debt.closed.as_ref().is_some_and(|closed| closed.by_flag) {
                    unsure.push(number);
                }
                let elsewhere = None;
                let (readable_at, by_flag, told) = (now, false, true);
                close(Some(debt), Closed { readable_at, elsewhere, by_flag, told });
            }
        }
        for number in unsure {
            self.threads[number].unsure = true;
        }
    }

    /// An owner answers one of our letters.
    pub fn reply_to_letter(&mut self, owner: usize, message_id: &str) {
        if self.calm {
            return;
        }
        let Some(letter) = self.oracle.letter(message_id).cloned() else { return };
        let Some((no, keys)) = letter.items.first().cloned() else { return };
        let words = match self.rng.below(10) {
            0..4 => format!("DONE {no}"),
            4..6 => format!("NOT {no}"),
            6..9 => format!("SNOOZE {no} 2d"),
            _ => "PAUSE 1d".to_owned(),
        };
        self.tell(format!("owner {owner} answers a letter of ours: {words} ({keys:?})"));
        self.say_in_answer(owner, message_id, &words);
        let until = self.now + 8 * HOUR;
        if words.starts_with("PAUSE") {
            self.oracle.paused.push((owner, self.now, until));
        } else if words.starts_with("SNOOZE") {
            let (from, until) = (self.now, self.now + DAY);
            for debt in self.debts_with(owner, &keys) {
                debt.snoozed = Some((from, until));
            }
        } else {
            self.dismiss(self.owners[owner].id.0, &keys);
        }
    }

    /// A copy of an answer to a letter of ours lies in an owner's Sent folder.
    pub fn say_in_answer(&mut self, owner: usize, message_id: &str, words: &str) {
        let key = format!("command-{}@example.com", self.serial_of_story());
        let from = self.owners[owner].addresses[0].to_string();
        let head = format!(
            "From: {from}\r\nTo: sigap@example.com\r\nSubject: Re: x\r\n\
            Message-ID: <{key}>\r\nIn-Reply-To: <{message_id}>\r\nDate: {}\r\n",
            date(self.now)
        );
        let bytes = format!("{head}\r\n{words}\r\n").into_bytes();
        self.copy(owner * 2 + 1, &key, &bytes, self.now, self.now);
    }

    /// Some owners will be away during the storm; some come back early, or do not leave at all.
    pub fn plan_absences(&mut self) {
        // Of its own, so that nothing else in a life depends on it.
        let mut rng = Rng(self.seed ^ 0xA3A7);
        for owner in 0..self.owners.len() {
            if !rng.chance(700) {
                continue;
            }
            for time in 0..rng.within(1, 3) {
                let mut said = self.now + rng.within(HOUR, 4 * DAY);
                let (mut from, mut longest) = (said + rng.within(0, DAY), 2 * DAY);
                if time == 0 && rng.chance(300) {
                    // It is known before anything is read.
                    said = self.now + 30;
                }
                if rng.chance(300) {
                    // They had left before anybody said so.
                    (from, longest) = (said - rng.within(0, 2 * DAY), 5 * DAY);
                }
                let until = said.max(from) + rng.within(HOUR, longest);
                self.at(said, Event::Away(owner, from, until));
                if rng.chance(300) {
                    self.at(rng.within(said + 1, until), Event::Back(owner));
                }
            }
        }
    }

    /// `sigap away add`, by a process of its own.
    pub fn goes_away(&mut self, owner: usize, from: i64, until: i64) {
        let instant = |at: i64| Timestamp::from_second(at + self.skew).unwrap();
        let span = (instant(from), instant(until));
        self.tell(format!("owner {owner} is away from {} until {}", span.0, span.1));
        let (id, wall) = (self.owners[owner].id, self.wall());
        self.beside_the_daemon(|c| {
            away::add(c, id, &Plan::bare(span), wall).unwrap();
            mailboxes::wake(c, id, Some(wall)).unwrap();
        });
    }

    /// `sigap away cancel` of all that still stands.
    pub fn comes_back(&mut self, owner: usize) {
        self.tell(format!("owner {owner} is back, or stays"));
        let (id, wall) = (self.owners[owner].id, self.wall());
        self.beside_the_daemon(|c| {
            for known in away::of_owner(c, id).unwrap() {
                if matches!(known.phase(wall), Phase::Planned | Phase::Active) {
                    away::cancel(c, known.id, wall).unwrap();
                }
            }
            mailboxes::wake(c, id, Some(wall)).unwrap();
        });
    }

    fn beside_the_daemon(&mut self, deed: impl FnOnce(&Connection)) {
        let mut c = Connection::open(self.path()).unwrap();
        let step = c.transaction().unwrap();
        deed(&step);
        step.commit().unwrap();
        self.tick_by(self.now + MINUTE);
    }

    /// An owner's calendar with the absences that stand in the store now: another one may have
    /// taken its place since they were told.
    pub fn calendar(&self, owner: usize) -> Calendar {
        let c = self.engine.as_ref().unwrap().db().connection();
        let known = away::of_owner(c, self.owners[owner].id).unwrap();
        let calendar = Calendar::clone(&self.owners[owner].calendar);
        calendar.away_only(known.iter().filter_map(|one| one.span()))
    }

    fn debts_with(&mut self, owner: usize, keys: &[String]) -> impl Iterator<Item = &mut Debt> {
        self.threads
            .iter_mut()
            .filter_map(move |thread| thread.debts.get_mut(&owner))
            .flatten()
            .filter(move |debt| debt.asks.iter().any(|ask| keys.contains(ask)))
    }

    /// The items of a letter: their numbers and what was asked, as they stand in the store.
    pub fn items_of(&self, letter: sigap::model::ids::LetterId) -> Vec<(u32, Vec<String>)> {
        let c = self.engine.as_ref().unwrap().db().connection();
        let whose = letters::one(c, letter).unwrap().unwrap().draft.owner;
        let mut numbered = letters::numbered(c, letter).unwrap();
        // What they hold for others is not theirs to be asserted about.
        numbered.retain(|_, id| {
            obligations::one(c, *id).unwrap().is_none_or(|one| Some(one.owner) == whose)
        });
        let keys = |id| {
            let asks = obligations::asks(c, id).unwrap().into_iter();
            asks.filter_map(|ask| messages::one(c, ask).unwrap()).map(|m| m.message.key.0).collect()
        };
        numbered.into_iter().map(|(no, id)| (no, keys(id))).collect()
    }
}
