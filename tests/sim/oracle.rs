//! What must hold, said as simply as possible: after each step nothing may have left that must not;
//! at the end the world has healed, and the store says what the list of events says.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use sigap::engine::intake::Read;
use sigap::model::ids::LetterId;
use sigap::model::letter::{Audience, Kind, Letter, Parcel, State};
use sigap::model::message::Batch;
use sigap::model::policy::Mode;
use sigap::store::{facts, letters};

use crate::people::{Debt, Sort};
use crate::replies::Told;
use crate::world::{DAY, Event, Failure, HOUR, MINUTE, World};

/// A reading is at most 60 s old and took at most 20 s; what lay there longer must be known.
pub const KNOWN_AFTER: i64 = 85;

/// What the store should know; kept with each backup and restored with it.
#[derive(Clone, Default)]
pub struct Mirror {
    pub taken: BTreeSet<(usize, String)>,
    pub backlog: BTreeSet<(usize, String)>,
    pub mode: Option<Mode>,
    /// By folder: what arrived before is backlog; when it was last known.
    folders: BTreeMap<usize, (i64, Option<i64>)>,
}

/// A letter that the post office has seen or that was claimed.
#[derive(Clone)]
pub struct Known {
    pub items: Vec<(u32, Vec<String>)>,
    accepted: u32,
}

#[derive(Default)]
pub struct Oracle {
    pub mirror: Mirror,
    /// A person must release: restored, or a far jump.
    pub held: bool,
    pub release_planned: bool,
    /// Owner, known from, at least until.
    pub paused: Vec<(usize, i64, i64)>,
    rest_until: i64,
    fresh: BTreeMap<usize, i64>,
    tries: Vec<i64>,
    states: BTreeMap<i64, (State, u32)>,
    letters: BTreeMap<String, Known>,
    keys: BTreeMap<String, String>,
    days: BTreeMap<(usize, Kind, Date), BTreeSet<String>>,
    /// By owner and requester.
    pub told: BTreeMap<(i64, String), Vec<Told>>,
    /// Which life of the database.
    pub era: u32,
    /// When an older state of the database was taken over.
    pub anew_at: i64,
    /// Reports that left: to whom, of which week, under which Message-ID.
    pub reports: BTreeMap<String, String>,
    /// Letters that somebody outside has answered with a command, and where.
    pub spoken: BTreeSet<String>,
    pub spoken_in: BTreeSet<String>,
}

impl Oracle {
    pub fn letter(&self, message_id: &str) -> Option<&Known> {
        self.letters.get(message_id)
    }

    /// A new process knows nothing as fresh.
    pub fn opened(&mut self) {
        self.fresh.clear();
        self.rest_until = 0;
    }

    /// An older state was taken over: whatever came before is backlog.
    pub fn begun_anew(&mut self, wall: i64) {
        self.anew_at = wall;
        for (quiet, _) in self.mirror.folders.values_mut() {
            *quiet = (*quiet).max(wall);
        }
    }

    pub fn jumped(&mut self, by: i64, wall: i64) {
        self.fresh.clear();
        self.rest_until = wall + 10 * MINUTE;
        self.held |= by > DAY;
    }
}

impl World {
    /// A batch goes into the store.
    pub fn took(&mut self, folder: usize, batch: &Batch<Read>) {
        let began = batch.began_at.as_second().min(self.now + self.skew);
        let owner = self.folders[folder].owner;
        let mirror = &mut self.oracle.mirror;
        let (quiet, last) = mirror.folders.entry(folder).or_insert((began, None));
        if batch.renumbered {
            *quiet = (*quiet).max(last.unwrap_or(0));
        }
        for read in &batch.messages {
            let id = (owner, read.message.key.0.clone());
            let old = read.arrived_at.is_some_and(|at| at.as_second() < *quiet);
            if mirror.taken.insert(id.clone()) && old {
                mirror.backlog.insert(id);
            }
        }
        if batch.caught_up {
            *last = Some(began);
            self.oracle.fresh.insert(folder, began);
        }
    }

    /// Our list of what was told ends where the restored copy was made.
    pub fn restored(&mut self, mirror: Mirror) {
        let oracle = &mut self.oracle;
        oracle.mirror = mirror;
        oracle.held = true;
        oracle.era += 1;
        oracle.letters.clear();
        oracle.states.clear();
        oracle.keys.clear();
        oracle.days.clear();
        oracle.tries.clear();
        oracle.paused.clear();
        // What the copy does not know and nobody can read any more.
        let taken = &self.oracle.mirror.taken;
        let owners = self.gone_from.iter().map(|folder| self.folders[*folder].owner);
        let gone = owners.zip(self.gone.iter().map(|mail| mail.key.clone()));
        let lost: BTreeSet<String> =
            gone.filter(|mail| !taken.contains(mail)).map(|(_, key)| key).collect();
        for thread in &mut self.threads {
            let told = |debt: &Debt| {
                debt.snoozed.is_some() || debt.closed.as_ref().is_some_and(|c| c.told)
            };
            thread.unsure |= thread.debts.values().flatten().any(told);
            thread.unsure |= thread.keys.iter().any(|key| lost.contains(key));
        }
    }

    /// Letters move only along the drawing in `model/letter`.
    pub fn check_states(&mut self) -> Result<(), Failure> {
        let c = self.engine.as_ref().unwrap().db().connection();
        let mut statement = c.prepare_cached("SELECT id, state, repeats FROM letter").unwrap();
        let rows = statement.query_map([], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, u32>(2)?))
        });
        let rows: Vec<_> = rows.unwrap().map(Result::unwrap).collect();
        drop(statement);
        for (id, word, repeats) in rows {
            let state = State::parse(&word).unwrap();
            let before = self.oracle.states.insert(id, (state, repeats));
            let (was, earlier) = before.unwrap_or((state, repeats));
            if !may_move(was, state, (repeats > 0, repeats > earlier)) || repeats > 1 {
                return Err(format!("letter {id} moved from {was:?} to {state:?}"));
            }
        }
        let held = facts::instance(c).unwrap().held.is_some();
        if held && !self.oracle.release_planned {
            let wait = if self.calm { HOUR } else { self.rng.within(2 * HOUR, 20 * HOUR) };
            self.at(self.now + wait, Event::Release);
        }
        self.oracle.release_planned = held;
        Ok(())
    }

    /// A letter was claimed: may it leave now?
    pub fn check_claim(&mut self, parcel: &Parcel) -> Result<(), Failure> {
        let c = self.engine.as_ref().unwrap().db().connection();
        let letter = letters::one(c, parcel.id).unwrap().unwrap();
        let (kind, wall) = (letter.draft.kind, self.now + self.skew);
        self.tell(format!("letter {} is claimed: {} to {}", letter.id, kind.word(), parcel.to));
        let wrong = |why: &str| Err(format!("letter {} ({}) {why}", parcel.id, kind.word()));
        let mode = self.oracle.mirror.mode.map_or(self.charter.mode, |m| m.min(self.charter.mode));
        let allowed = match kind {
            Kind::Alarm | Kind::Mistake | Kind::List => true,
            Kind::Preview => mode == Mode::Observe,
            Kind::Nudge | Kind::Welcome | Kind::Question | Kind::Leaving | Kind::Digest => {
                mode != Mode::Observe
            }
            Kind::AutoReply | Kind::Escalation => mode == Mode::Full,
            Kind::Handover | Kind::Passed | Kind::Report => mode == Mode::Full,
        };
        if !allowed {
            return wrong("left in a mode that forbids it");
        }
        if self.oracle.held {
            return wrong("left while everything is held");
        }
        if wall < self.oracle.rest_until {
            return wrong("left within ten minutes after a jump of the clock");
        }
        if kind == Kind::Report {
            return self.check_report(&letter, &parcel.bytes);
        }
        let limit = self.charter.policy.fuse.instance_per_hour as usize;
        let hour = self.oracle.tries.iter().filter(|at| **at > wall - HOUR).count();
        if hour >= limit && kind != Kind::Alarm {
            return wrong("left beyond the fuse");
        }
        self.oracle.tries.push(wall);
        let items = self.items_of(parcel.id);
        let known = Known { items, accepted: 0 };
        self.oracle.letters.entry(letter.message_id.clone()).or_insert(known);
        let owner = self.owners.iter().position(|owner| letter.draft.owner == Some(owner.id));
        match (kind, owner) {
            (Kind::Nudge | Kind::Preview, Some(owner)) => self.check_reminder(&letter, owner),
            (Kind::Leaving | Kind::Digest, Some(owner)) => self.check_farewell(&letter, owner),
            (Kind::List, Some(owner)) => self.check_fresh(&letter, owner),
            (Kind::Mistake, _) => self.check_mistake(&letter, mode),
            (Kind::AutoReply, Some(owner)) => self.check_reply(&letter, owner),
            (Kind::Handover | Kind::Passed, Some(owner)) => self.check_handover(&letter, owner),
            _ => Ok(()),
        }
    }

    pub fn check_fresh(&self, letter: &Letter, owner: usize) -> Result<(), Failure> {
        let wall = self.now + self.skew;
        let fresh = |folder| self.oracle.fresh.get(&folder).is_some_and(|at| *at >= wall - 60);
        if fresh(owner * 2) && fresh(owner * 2 + 1) {
            return Ok(());
        }
        Err(format!("letter {} left though a folder was not read just before", letter.id))
    }

    fn check_reminder(&mut self, letter: &Letter, owner: usize) -> Result<(), Failure> {
        self.check_fresh(letter, owner)?;
        let wrong = |why: String| Err(format!("letter {} {why}", letter.id));
        let wall = self.wall();
        let calendar = self.calendar(owner);
        if letter.attempts == 1 && !calendar.is_open(wall) {
            return wrong("left outside the owner's hours".to_owned());
        }
        let day = calendar.local_date(letter.claimed_at.unwrap_or(wall));
        // What was surely not accepted and then recalled, or grew too old, was no letter of that day.
        let c = self.engine.as_ref().unwrap().db().connection();
        let unsent = |id: &String| {
            let row = letters::with_message_id(c, id).unwrap();
            let found = row.and_then(|row| letters::one(c, row).unwrap());
            found.is_some_and(|one| matches!(one.state, State::Recalled | State::Expired))
        };
        let of_the_day = self.oracle.days.entry((owner, letter.draft.kind, day)).or_default();
        of_the_day.insert(letter.message_id.clone());
        let count = of_the_day.iter().filter(|id| !unsent(id)).count();
        if count > 1 + self.charter.policy.urgent_extra as usize {
            return wrong(format!("is one too many for owner {owner} on {day}"));
        }
        self.check_follow_ups(letter, owner)?;
        self.check_wanted(letter, owner)
    }

    /// What comes of itself respects a pause, and speaks of nothing that is over.
    pub fn check_wanted(&self, letter: &Letter, owner: usize) -> Result<(), Failure> {
        let wrong = |why: String| Err(format!("letter {} {why}", letter.id));
        // It lasts until an instant of the clock that Sigap goes by.
        let silent = |(from, until): (i64, i64)| {
            from + KNOWN_AFTER <= self.now && self.now + self.skew < until
        };
        let paused = |p: &&(usize, i64, i64)| p.0 == owner && silent((p.1, p.2));
        if self.oracle.paused.iter().find(paused).is_some() {
            return wrong("left though the owner asked for silence".to_owned());
        }
        for (_, keys) in self.items_of(letter.id) {
            let about = keys.first().cloned().unwrap_or_default();
            let Some(thread) =
                self.threads.iter().find(|t| t.keys.iter().any(|k| keys.contains(k)))
            else {
                return wrong(format!("is about something nobody asked: {keys:?}"));
            };
            if thread.sort != Sort::Person {
                return wrong(format!("is about a machine's {about}"));
            }
            let old = |key: &String| self.oracle.mirror.backlog.contains(&(owner, key.clone()));
            if keys.iter().all(old) {
                return wrong(format!("is about {about}, which is backlog"));
            }
            let debts = thread.debts.get(&owner).map(Vec::as_slice).unwrap_or_default();
            let asked = |debt: &&Debt| debt.asks.iter().any(|ask| keys.contains(ask));
            let Some(debt) = debts.iter().rfind(asked).filter(|_| !thread.unsure) else { continue };
            // Before an absence everything that is open is listed.
            if letter.draft.kind != Kind::Leaving && debt.snoozed.is_some_and(silent) {
                return wrong(format!("is about {about}, which is snoozed"));
            }
            let known = debt.closed.as_ref().is_some_and(|closed| match &closed.elsewhere {
                Some(proof) => self.oracle.mirror.taken.contains(proof),
                None => closed.readable_at + KNOWN_AFTER <= self.now,
            });
            if known {
                return wrong(format!("is about {about}, which is over: {:?}", debt.closed));
            }
        }
        Ok(())
    }

    /// The post office accepted a letter: how often may it?
    pub fn check_acceptance(&mut self, letter: &Letter) -> Result<(), Failure> {
        let known = Known { items: Vec::new(), accepted: 0 };
        let known = self.oracle.letters.entry(letter.message_id.clone()).or_insert(known);
        known.accepted += 1;
        // Owners' inboxes are watched, so a second copy can always be avoided; those of the admin
        // and of people outside are not.
        let watched = self.owners.iter().any(|owner| owner.is(&letter.draft.to));
        let once = watched || letter.draft.audience == Audience::Requester;
        let most = if once { 1 } else { 2 };
        if known.accepted > most {
            let count = known.accepted;
            return Err(format!("letter {} was accepted {count} times", letter.id));
        }
        self.totals.reports += u64::from(letter.draft.kind == Kind::Report);
        self.totals.handovers += u64::from(letter.draft.kind == Kind::Handover);
        if letter.draft.kind == Kind::AutoReply {
            self.totals.replies += 1;
            self.check_not_again(letter)?;
        }
        for item in &letter.draft.items {
            let key = item.key.split("/x").next().unwrap_or_default().to_owned();
            let by = self.oracle.keys.entry(key.clone()).or_insert(letter.message_id.clone());
            if *by != letter.message_id {
                return Err(format!("{key} was accepted in two letters, {} is one", letter.id));
            }
        }
        Ok(())
    }

    pub fn letters_unsettled(&self) -> Vec<(LetterId, State, Timestamp)> {
        let c = self.engine.as_ref().unwrap().db().connection();
        let far = self.wall().as_second() + 365 * DAY;
        letters::all(c, 10_000)
            .unwrap()
            .into_iter()
            .filter(|letter| match letter.state {
                State::Sending | State::Committing => true,
                State::Unknown => letter.next_at.as_second() < far,
                State::Queued => letter.expires_at <= self.wall(),
                _ => false,
            })
            .map(|letter| (letter.id, letter.state, letter.next_at))
            .collect()
    }
}

/// One move, or two within one turn; of a repeat the first copy may still be somewhere.
fn may_move(was: State, is: State, (repeat, news): (bool, bool)) -> bool {
    use State::{Committing, Expired, Failed, Queued, Recalled, Sending, Sent, Unknown};
    match (was, is) {
        // Queued for its repeat, and perhaps not wanted any more.
        (Unknown, Queued | Sending) => news,
        (Unknown, Unknown) => repeat || !news,
        _ if was == is => !news || was == Queued,
        // A repeat that is no longer wanted: its first copy stays unknown.
        (Queued, Unknown) => !news,
        (Queued, Sending | Recalled | Expired | Failed) => !news,
        // A repeat whose first copy turns up after all.
        (Queued, Sent) => true,
        (Sending, Queued | Committing | Failed) => true,
        (Committing, Queued | Sent | Failed | Unknown) => true,
        // Queued again for a later try, and not wanted any more.
        (Sending | Committing, Recalled | Expired) => !repeat,
        (Sending, Unknown) => repeat,
        (Unknown, Sent) => true,
        _ => false,
    }
}
