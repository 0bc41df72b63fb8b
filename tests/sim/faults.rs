//! What breaks: a post office that defers, refuses and hangs up; a process that dies anywhere;
//! clocks that jump; databases that are restored. The doors for reading are in `doors`.

use jiff::SignedDuration;
use sigap::engine::turn::Input;
use sigap::model::ids::LetterId;
use sigap::model::letter::{Audience, Kind, Outcome, Parcel, Refusal, Scope};
use sigap::model::message::Role;
use sigap::model::policy::Mode;
use sigap::store::{backup, epoch, facts, letters};

use crate::doors::Haste;
use crate::mutants::Mutant;
use crate::world::{DAY, Event, Failure, HOUR, MINUTE, Mail, World};

/// What the post office does with a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Accept,
    DeferEarly,
    DeferLate,
    NoNetwork,
    Refuse,
    LoseAnswer,
    LoseLetter,
    DieBeforeMark,
    DieBeforeDot,
    DieAfterAccept,
}

impl World {
    pub fn fate(&mut self) -> Fate {
        if self.calm {
            return Fate::Accept;
        }
        match self.rng.below(100) {
            0..56 => Fate::Accept,
            56..64 => Fate::DeferEarly,
            64..68 => Fate::DeferLate,
            68..72 => Fate::NoNetwork,
            72..75 => Fate::Refuse,
            75..81 => Fate::LoseAnswer,
            81..88 => Fate::LoseLetter,
            88..92 => Fate::DieBeforeMark,
            92..96 => Fate::DieBeforeDot,
            _ => Fate::DieAfterAccept,
        }
    }

    /// The dialogue reaches the final dot.
    pub fn dot(&mut self, life: u32, parcel: &Parcel, fate: Fate) -> Result<(), Failure> {
        if life != self.life || self.engine.is_none() {
            return Ok(());
        }
        self.tell(format!("letter {} meets its fate: {fate:?}", parcel.id));
        let refusal = |scope, answer: &str| Refusal {
            scope,
            phase: "DATA".to_owned(),
            answer: answer.to_owned(),
        };
        let early = match fate {
            Fate::DeferEarly => Some(Outcome::Deferred(refusal(Scope::Letter, "450 later"))),
            Fate::NoNetwork => Some(Outcome::Deferred(refusal(Scope::Network, "no route"))),
            Fate::DieBeforeMark => {
                self.die("between claim and mark");
                return Ok(());
            }
            _ => None,
        };
        let wall = self.wall();
        if early.is_none() && !self.engine.as_mut().unwrap().commit(parcel.id, wall).unwrap() {
            return Err(format!("letter {} was in dialogue, but may not be marked", parcel.id));
        }
        self.check_states()?;
        if matches!(fate, Fate::Accept | Fate::LoseAnswer | Fate::DieAfterAccept) {
            self.accept(parcel)?;
        }
        let outcome = match fate {
            Fate::DieBeforeDot | Fate::DieAfterAccept => {
                self.die("between mark and outcome");
                return Ok(());
            }
            Fate::Accept => Outcome::Accepted("250 taken".to_owned()),
            Fate::DeferLate => Outcome::Deferred(refusal(Scope::Letter, "451 after the dot")),
            Fate::Refuse => Outcome::Refused(refusal(Scope::Letter, "550 no such user")),
            Fate::LoseAnswer | Fate::LoseLetter => Outcome::Ambiguous("connection lost".to_owned()),
            _ => early.unwrap(),
        };
        if self.mutant == Mutant::ForgetOutcome && matches!(outcome, Outcome::Accepted(_)) {
            return Ok(());
        }
        if matches!(outcome, Outcome::Ambiguous(_)) {
            self.totals.unknown += 1;
        }
        let at = self.now + self.rng.within(0, 10);
        self.at(at, Event::Settle(life, parcel.id, outcome));
        Ok(())
    }

    /// The post office has it; what goes to an owner lands in the watched inbox after a while.
    fn accept(&mut self, parcel: &Parcel) -> Result<(), Failure> {
        let c = self.engine.as_ref().unwrap().db().connection();
        let letter = letters::one(c, parcel.id).unwrap().unwrap();
        self.totals.accepted += 1;
        self.check_acceptance(&letter)?;
        let receiver = |owner: &sigap::model::owner::Owner| owner.is(&parcel.to);
        let Some(owner) = self.owners.iter().position(receiver) else {
            if letter.draft.kind == Kind::Handover {
                let at = self.now + self.rng.within(MINUTE, 4 * HOUR);
                self.at(at, Event::Outside(letter.message_id));
            }
            return Ok(());
        };
        if matches!(letter.draft.audience, Audience::Admin | Audience::Requester) {
            return Ok(());
        }
        let at = self.now + self.rng.within(3, 9 * MINUTE);
        let (key, bytes) = (letter.message_id.clone(), parcel.bytes.clone().into());
        let mail = Mail { key: key.clone(), bytes, arrived: at, answered: false, uid: 0 };
        self.at(at, Event::Appear(owner * 2, mail));
        let at = at + self.rng.within(MINUTE, 6 * HOUR);
        if letter.draft.kind == Kind::Handover {
            self.at(at, Event::Handed(owner, key));
        } else if letter.draft.audience != Audience::Lead && self.rng.chance(350) {
            self.at(at, Event::Reply(owner, key));
        }
        Ok(())
    }

    pub fn settle(&mut self, life: u32, id: LetterId, outcome: Outcome) -> Result<(), Failure> {
        if life == self.life {
            self.turn(Input::Settled(id, outcome))?;
        }
        Ok(())
    }

    /// Sometimes, while the storm lasts.
    pub fn dies(&mut self, place: &str) -> bool {
        if self.calm || !self.rng.chance(6) {
            return false;
        }
        self.die(place);
        true
    }

    /// The process is gone with all it had in memory; somebody starts it again.
    pub fn die(&mut self, place: &str) {
        self.engine = None;
        self.life += 1;
        self.totals.kills += 1;
        self.tell(format!("the process dies {place}"));
        let down = if self.rng.chance(100) { 6 * HOUR } else { 2 * MINUTE };
        let at = self.now + self.rng.within(1, down);
        self.at(at, Event::Reopen);
    }

    pub fn trouble(&mut self) -> Result<(), Failure> {
        if self.calm {
            return Ok(());
        }
        let next = self.now + self.rng.within(2 * HOUR, 12 * HOUR);
        self.at(next, Event::Trouble);
        let folder = self.rng.below(self.folders.len() as i64) as usize;
        match self.rng.below(100) {
            0..30 => {
                let until = self.now + self.rng.within(MINUTE, 10 * HOUR);
                self.folders[folder].broken_until = until;
                self.tell(format!("folder {folder} cannot be read for a while"));
            }
            30..45 => self.renumber(folder),
            45..60 => self.move_away(folder),
            60..70 => {
                let by = self.rng.one_of(&[3 * MINUTE, HOUR, 5 * HOUR]);
                self.jump(by)?;
                let back = self.now + self.rng.within(HOUR, 4 * HOUR);
                self.at(back, Event::Straighten);
            }
            70..80 => self.suspend()?,
            80..88 => {
                self.set_mode(Some(Mode::Observe))?;
                let until = self.now + self.rng.within(HOUR, DAY);
                self.at(until, Event::Mode(None));
            }
            88..93 => self.back_up(),
            _ => self.restore()?,
        }
        Ok(())
    }

    fn renumber(&mut self, folder: usize) {
        let here = &mut self.folders[folder];
        here.validity += 1;
        here.uid_next = 1000 * here.validity;
        for mail in &mut here.mails {
            mail.uid = here.uid_next;
            here.uid_next += 1;
        }
        self.tell(format!("folder {folder} is numbered anew"));
        // A mailbox that moves to another server often brings along what lay elsewhere.
        if self.folders[folder].role == Role::Inbox && self.rng.chance(300) {
            self.old_ask_turns_up(self.folders[folder].owner);
        }
    }

    /// A known message leaves its folder, or comes back under a new number.
    fn move_away(&mut self, folder: usize) {
        let taken = &self.oracle.mirror.taken;
        let here = &mut self.folders[folder];
        let owner = here.owner;
        let known = |mail: &Mail| !mail.answered && taken.contains(&(owner, mail.key.clone()));
        let Some(at) = here.mails.iter().position(known) else { return };
        let mail = here.mails.remove(at);
        self.gone.push(mail.clone());
        self.gone_from.push(folder);
        let words = format!("{} leaves folder {folder}", mail.key);
        if self.rng.chance(500) {
            let back = self.now + self.rng.within(MINUTE, DAY);
            self.at(back, Event::Appear(folder, mail));
        }
        self.tell(words);
    }

    /// The wall clock is set.
    pub fn jump(&mut self, by: i64) -> Result<(), Failure> {
        if by == 0 {
            return Ok(());
        }
        self.skew += by;
        self.tell(format!("the clock jumps by {by} s"));
        self.clock_jumped(by)
    }

    /// The lid is closed: nothing happens here, the world goes on.
    fn suspend(&mut self) -> Result<(), Failure> {
        let span = self.rng.within(10 * MINUTE, 30 * HOUR).min(self.end - 6 * DAY - self.now);
        if span < 0 || self.engine.is_none() {
            return Ok(());
        }
        self.tell(format!("suspended for {span} s"));
        let until = self.now + span;
        let later = self.queue.split_off(&(until, 0));
        let slept = std::mem::replace(&mut self.queue, later);
        for ((at, _), event) in slept {
            match event {
                // Mail lands and people act while we sleep.
                Event::Appear(..) => {
                    self.now = self.now.max(at);
                    let Event::Appear(folder, mail) = event else { continue };
                    self.appear(folder, mail);
                }
                other => self.at(until + (at - self.now).clamp(0, MINUTE), other),
            }
        }
        self.now = until;
        self.clock_jumped(span)
    }

    fn clock_jumped(&mut self, by: i64) -> Result<(), Failure> {
        if self.engine.is_none() {
            return Ok(());
        }
        let held = self.oracle.held;
        self.oracle.jumped(by, self.wall().as_second());
        if self.mutant == Mutant::HideJumps {
            return self.turn(Input::Tick).map(|_| ());
        }
        if !self.turn(Input::ClockJumped(SignedDuration::from_secs(by)))? {
            // Nobody was told: the next process starts with the clock as it is.
            self.oracle.held = held;
        }
        Ok(())
    }

    pub fn set_mode(&mut self, mode: Option<Mode>) -> Result<(), Failure> {
        let Some(engine) = self.engine.as_mut() else {
            self.at(self.now + HOUR, Event::Mode(mode));
            return Ok(());
        };
        facts::set_mode(engine.db().connection(), mode).unwrap();
        self.oracle.mirror.mode = mode;
        self.tell(format!("the mode is set to {mode:?}"));
        self.turn(Input::Tick).map(|_| ())
    }

    /// A person looks and lets letters go again.
    pub fn release(&mut self) -> Result<(), Failure> {
        let Some(engine) = self.engine.as_mut() else {
            self.at(self.now + HOUR, Event::Release);
            return Ok(());
        };
        let (wall, step) = (self.now + self.skew, engine.db_mut().transaction().unwrap());
        let why = facts::release(&step).unwrap();
        if why.as_ref().is_some_and(|why| why.starts_with("restored")) {
            epoch::begin_anew(&step, jiff::Timestamp::from_second(wall).unwrap()).unwrap();
            self.oracle.begun_anew(wall);
        }
        step.commit().unwrap();
        epoch::adopt(engine.db()).unwrap();
        // The next turn may hold everything again: that needs another release.
        (self.oracle.held, self.oracle.release_planned) = (false, false);
        self.tell(format!("a person releases: {why:?}"));
        self.turn(Input::Tick).map(|_| ())
    }

    fn back_up(&mut self) {
        let Some(engine) = self.engine.as_ref() else { return };
        let path = self.room.path().join(format!("backup-{}.db", self.now));
        backup::backup(engine.db().connection(), &path).unwrap();
        self.backup = Some((path, self.oracle.mirror.clone(), self.now));
        self.tell("a backup is made");
    }

    /// An older copy takes the database's place.
    fn restore(&mut self) -> Result<(), Failure> {
        let Some((copy, mirror, made_at)) = self.backup.take() else { return Ok(()) };
        self.die("for a restore");
        for tail in ["", "-wal", "-shm"] {
            let mut name = self.path().into_os_string();
            name.push(tail);
            let _absent = std::fs::remove_file(name);
        }
        std::fs::rename(copy, self.path()).unwrap();
        self.tell(format!("the database of {} s ago is restored", self.now - made_at));
        self.restored(mirror);
        let at = self.now + self.rng.within(2 * HOUR, 20 * HOUR);
        self.at(at, Event::Release);
        Ok(())
    }

    /// From now on nothing breaks and nobody writes.
    pub fn calm_down(&mut self) -> Result<(), Failure> {
        self.tell("the storm is over");
        self.calm = true;
        for folder in 0..self.folders.len() {
            self.folders[folder].broken_until = 0;
            self.at(self.now + 5, Event::Look(folder, Haste::Usual));
        }
        self.open()?;
        self.jump(-self.skew)?;
        self.set_mode(None)?;
        self.release()
    }
}
