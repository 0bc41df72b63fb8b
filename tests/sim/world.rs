//! The world: owners with their mailboxes, a post office, a clock that jumps to the next event, and
//! the real engine over a real database in the middle.
//!
//! Everything follows from the seed. People act in `people`, what breaks is in `faults`, and what
//! must hold is in `oracle`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use sigap::engine::office::Charter;
use sigap::engine::pending::{Sought, Wanted};
use sigap::engine::turn::{Engine, Input, Output};
use sigap::model::ids::{LetterId, MailboxId, OwnerId};
use sigap::model::letter::{Outcome, Parcel, State};
use sigap::model::message::Role;
use sigap::model::owner::Owner;
use sigap::model::policy::Mode;
use sigap::store::db::{Access, Db};
use sigap::store::{facts, letters, mailboxes};

use crate::charter::charter;
use crate::doors::{Delivery, Haste};
use crate::faults::Fate;
use crate::mutants::Mutant;
use crate::oracle::{Mirror, Oracle};
use crate::people::Thread;
use crate::plans;
use crate::questions::Question;

pub const MINUTE: i64 = 60;
pub const HOUR: i64 = 3600;
pub const DAY: i64 = 24 * HOUR;
/// How long things break, and how long the world has to heal.
const STORM: i64 = 7 * DAY;
const HEALING: i64 = 5 * DAY;
/// About ten times what a life needs; more is a letter or a wake-up that goes round in circles.
const MOST_TURNS: u64 = 15_000;

/// Why a seed failed.
pub type Failure = String;

/// Steele, Lea and Flood's splitmix64: small, and the same everywhere.
pub struct Rng(pub u64);

impl Rng {
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: i64) -> i64 {
        (self.draw() % u64::try_from(limit.max(1)).unwrap()) as i64
    }

    pub fn within(&mut self, from: i64, to: i64) -> i64 {
        from + self.below(to - from + 1)
    }

    pub fn chance(&mut self, per_mille: i64) -> bool {
        self.below(1000) < per_mille
    }

    pub fn one_of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as i64) as usize].clone()
    }
}

/// One email as it lies in a folder.
#[derive(Clone)]
pub struct Mail {
    pub key: String,
    pub bytes: Arc<Vec<u8>>,
    pub arrived: i64,
    pub answered: bool,
    pub uid: u64,
}

pub struct Folder {
    pub owner: usize,
    pub role: Role,
    pub id: MailboxId,
    pub validity: u64,
    pub uid_next: u64,
    pub mails: Vec<Mail>,
    pub broken_until: i64,
    pub reading: bool,
}

/// What is going to happen.
pub enum Event {
    Human,
    Answers(usize, usize),
    Trouble,
    Appear(usize, Mail),
    Poll(usize),
    Look(usize, Haste),
    Deliver(Delivery),
    Dot(u32, Parcel, Fate),
    Settle(u32, LetterId, Outcome),
    Reply(usize, String),
    Handed(usize, String),
    Outside(String),
    Fetch(u32, Wanted),
    Text(u32, Sought),
    Tick,
    Reopen,
    Release,
    Mode(Option<Mode>),
    Away(usize, i64, i64),
    Back(usize),
    Wonders(usize, i64),
    Told(usize),
    Straighten,
    Calm,
}

#[derive(Clone, Copy, Default)]
pub struct Totals {
    pub kills: u64,
    pub accepted: u64,
    pub replies: u64,
    pub handovers: u64,
    pub outside: u64,
    pub farewells: u64,
    pub follow_ups: u64,
    pub reports: u64,
    pub unknown: u64,
    pub turns: u64,
}

pub struct World {
    pub seed: u64,
    pub rng: Rng,
    pub mutant: Mutant,
    pub now: i64,
    /// How far the wall clock is ahead of the true one.
    pub skew: i64,
    pub calm: bool,
    pub queue: BTreeMap<(i64, u64), Event>,
    serial: u64,
    pub room: tempfile::TempDir,
    pub engine: Option<Engine>,
    pub life: u32,
    pub charter: Charter,
    pub owners: Vec<Owner>,
    pub folders: Vec<Folder>,
    pub threads: Vec<Thread>,
    pub questions: Vec<Question>,
    pub oracle: Oracle,
    pub backup: Option<(PathBuf, Mirror, i64)>,
    pub story: Vec<(i64, String)>,
    pub totals: Totals,
    /// Mail that left its folder, and which.
    pub gone: Vec<Mail>,
    pub gone_from: Vec<usize>,
    pub end: i64,
    ticks: Option<i64>,
}

/// Lives through one seed; the story and the reason if something must not have been.
pub fn live(seed: u64, mutant: Mutant) -> (Result<(), Failure>, World) {
    let mut world = World::new(seed, mutant);
    let result = world.run();
    (result, world)
}

impl World {
    fn new(seed: u64, mutant: Mutant) -> Self {
        let mut rng = Rng(seed.wrapping_mul(0x2545_F491_4F6C_DD1D) ^ 0x5149);
        // Both changes of the clocks of Berlin lie in the storm, or none; a Monday, midnight UTC.
        let start = rng.one_of(&["2026-03-23", "2026-10-19", "2026-06-01"]);
        let start = format!("{start}T00:00:00Z").parse::<Timestamp>().unwrap().as_second();
        let charter = charter(&mut rng);
        let shm = std::path::Path::new("/dev/shm");
        let parent = if shm.is_dir() { shm.to_owned() } else { std::env::temp_dir() };
        let room = tempfile::Builder::new().prefix("sigap-sim-").tempdir_in(parent).unwrap();
        Self {
            seed,
            mutant,
            now: start + rng.below(DAY),
            rng,
            skew: 0,
            calm: false,
            queue: BTreeMap::new(),
            serial: 0,
            room,
            engine: None,
            life: 0,
            owners: charter.owners.clone(),
            charter,
            folders: Vec::new(),
            threads: Vec::new(),
            questions: Vec::new(),
            oracle: Oracle::default(),
            backup: None,
            story: Vec::new(),
            totals: Totals::default(),
            gone: Vec::new(),
            gone_from: Vec::new(),
            end: start + STORM + HEALING,
            ticks: None,
        }
    }

    fn run(&mut self) -> Result<(), Failure> {
        self.open()?;
        self.furnish();
        self.ask_before_the_watch();
        self.at(self.now + 60, Event::Human);
        self.at(self.now + HOUR, Event::Trouble);
        let calm_at = self.end - HEALING;
        self.at(calm_at, Event::Calm);
        while let Some(((at, _), event)) = self.queue.pop_first() {
            if at > self.end {
                break;
            }
            self.now = self.now.max(at);
            self.happen(at, event)?;
        }
        self.final_check()
    }

    pub fn wall(&self) -> Timestamp {
        Timestamp::from_second(self.now + self.skew).unwrap()
    }

    pub fn at(&mut self, at: i64, event: Event) {
        self.serial += 1;
        self.queue.insert((at, self.serial), event);
    }

    pub fn tell(&mut self, words: impl Into<String>) {
        self.story.push((self.now, words.into()));
    }

    pub fn path(&self) -> PathBuf {
        self.room.path().join("sigap.db")
    }

    fn happen(&mut self, at: i64, event: Event) -> Result<(), Failure> {
        match event {
            Event::Human => self.human()?,
            Event::Answers(thread, owner) => self.answers(thread, owner),
            Event::Trouble => self.trouble()?,
            Event::Appear(folder, mail) => self.appear(folder, mail),
            Event::Poll(folder) => {
                let next = if self.calm { 2 * HOUR } else { self.rng.within(HOUR, 3 * HOUR) };
                self.at(self.now + next, Event::Poll(folder));
                self.look(folder, Haste::Usual)?;
            }
            Event::Look(folder, haste) => self.look(folder, haste)?,
            Event::Deliver(delivery) => self.deliver(delivery)?,
            Event::Dot(life, parcel, fate) => self.dot(life, &parcel, fate)?,
            Event::Settle(life, letter, outcome) => self.settle(life, letter, outcome)?,
            Event::Reply(owner, letter) => self.reply_to_letter(owner, &letter),
            Event::Handed(owner, letter) => self.answer_handover(owner, &letter),
            Event::Outside(letter) => self.answer_from_outside(&letter),
            Event::Fetch(life, wanted) if life == self.life && self.engine.is_some() => {
                self.fetch(wanted)?;
            }
            Event::Text(life, sought) if life == self.life && self.engine.is_some() => {
                self.read_once_more(sought)?;
            }
            Event::Fetch(..) | Event::Text(..) => {}
            Event::Tick if self.ticks == Some(at) => {
                self.ticks = None;
                self.turn(Input::Tick)?;
            }
            Event::Tick => {}
            Event::Reopen => self.open()?,
            Event::Release => self.release()?,
            Event::Mode(mode) => self.set_mode(mode)?,
            Event::Away(owner, from, until) => self.goes_away(owner, from, until),
            Event::Back(owner) => self.comes_back(owner),
            Event::Wonders(question, late) => self.wonders(question, late),
            Event::Told(question) => self.told(question),
            Event::Straighten => self.jump(-self.skew)?,
            Event::Calm => self.calm_down()?,
        }
        Ok(())
    }

    /// Opens database and engine as at a start of the daemon.
    pub fn open(&mut self) -> Result<(), Failure> {
        if self.engine.is_some() {
            return Ok(());
        }
        self.life += 1;
        let wrong = |error| format!("the store cannot be opened: {error}");
        let fresh = !self.path().exists();
        let mut db = Db::open(&self.path(), Access::Daemon, self.wall()).map_err(wrong)?;
        self.tamper_at_start(&mut db);
        if fresh {
            // The one piece of chance that is not from the seed.
            let secret = [7_u8; 32];
            db.connection().execute("UPDATE instance SET secret = ?1", [&secret[..]]).unwrap();
        }
        let engine = Engine::open(db, self.charter.clone(), self.wall()).map_err(wrong)?;
        self.engine = Some(engine);
        self.check_states()?;
        self.oracle.opened();
        for folder in 0..self.folders.len() {
            self.folders[folder].reading = false;
            let soon = self.now + self.rng.within(1, 30);
            self.at(soon, Event::Look(folder, Haste::Usual));
        }
        self.tick_by(self.now + 1);
        Ok(())
    }

    /// Gives owners their rows and folders.
    fn furnish(&mut self) {
        let engine = self.engine.as_mut().unwrap();
        let rows: Vec<OwnerId> = self
            .owners
            .iter()
            .map(|owner| engine.office().owner_of(&owner.addresses[0]).unwrap().id)
            .collect();
        for (owner, id) in rows.iter().enumerate() {
            self.owners[owner].id = *id;
            for (role, name) in [(Role::Inbox, "INBOX"), (Role::Sent, "Sent")] {
                let step = engine.db_mut().transaction().unwrap();
                let id = mailboxes::mailbox(&step, *id, role, name).unwrap();
                step.commit().unwrap();
                let (mails, reading) = (Vec::new(), false);
                let (validity, uid_next, broken_until) = (7, 1, 0);
                let folder =
                    Folder { owner, role, id, validity, uid_next, mails, broken_until, reading };
                self.folders.push(folder);
            }
        }
        let step = engine.db_mut().transaction().unwrap();
        let id = mailboxes::answers(&step, "INBOX").unwrap().state.id;
        step.commit().unwrap();
        // Nobody's: no owner has this place.
        let (owner, role, mails) = (self.owners.len(), Role::Answers, Vec::new());
        let (validity, uid_next, broken_until, reading) = (7, 1, 0, false);
        let folder = Folder { owner, role, id, validity, uid_next, mails, broken_until, reading };
        self.folders.push(folder);
        for folder in 0..self.folders.len() {
            let at = self.now + 120 + folder as i64;
            self.at(at, Event::Poll(folder));
        }
        self.plan_absences();
        self.plan_questions();
    }

    /// One turn of the engine; false if the input was lost with the process.
    pub fn turn(&mut self, input: Input) -> Result<bool, Failure> {
        if self.engine.is_none() || self.dies("before a turn") {
            return Ok(false);
        }
        self.totals.turns += 1;
        if self.totals.turns > MOST_TURNS {
            return Err(format!("it goes round in circles: {MOST_TURNS} turns"));
        }
        let wall = self.wall();
        let engine = self.engine.as_mut().unwrap();
        let output = plans::heard(engine, |engine| engine.turn(&input, wall));
        let output = output.map_err(|error| format!("a turn failed: {error}"))?;
        for line in &output.journal {
            self.story.push((self.now, format!("  sigap: {line}")));
        }
        self.tamper_after_turn();
        self.check_states()?;
        self.check_holders()?;
        self.check_outside()?;
        if let Some(parcel) = &output.parcel {
            self.check_claim(parcel)?;
        }
        if self.dies("after a turn") {
            return Ok(true);
        }
        self.follow(output);
        Ok(true)
    }

    /// Does what the engine asked for.
    fn follow(&mut self, output: Output) {
        for owner in &output.read_first {
            for folder in 0..self.folders.len() {
                let whose = self.owners.get(self.folders[folder].owner);
                if whose.is_some_and(|whose| whose.id == *owner) {
                    let soon = self.now + self.rng.within(1, 8);
                    self.at(soon, Event::Look(folder, Haste::ForLetter));
                }
            }
        }
        if let Some(wanted) = output.fetch {
            let soon = self.now + self.rng.within(1, 8);
            self.at(soon, Event::Fetch(self.life, wanted));
        }
        if let Some(sought) = output.sought {
            // Of no draw of its own, so that nothing else in a life depends on it.
            self.at(self.now + 3, Event::Text(self.life, sought));
        }
        if let Some(parcel) = output.parcel {
            let fate = self.fate();
            let at = self.now + self.rng.within(1, 5);
            self.at(at, Event::Dot(self.life, parcel, fate));
        }
        let wake = output.wake_at.as_second() - self.skew;
        if wake < self.now + MINUTE {
            self.tick_by(wake);
        }
        self.tick_when_due();
    }

    /// The engine looks around every minute because others may write; nobody else does here, so
    /// the clock jumps to what the store says is next.
    fn tick_when_due(&mut self) {
        let c = self.engine.as_ref().unwrap().db().connection();
        let wall = self.wall();
        let held = facts::instance(c).unwrap().held.is_some();
        let waiting = !letters::due(c, State::Queued, wall, 1).unwrap().is_empty();
        let later = [mailboxes::next_wake(c).unwrap(), letters::next_after(c, wall).unwrap()];
        let mut next: Vec<i64> =
            later.into_iter().flatten().map(|at| at.as_second() - self.skew).collect();
        if waiting {
            next.push(self.now + if held { HOUR } else { MINUTE });
        }
        if let Some(at) = next.into_iter().min() {
            self.tick_by(at);
        }
    }

    pub fn tick_by(&mut self, at: i64) {
        let at = at.max(self.now + 1);
        if self.ticks.is_none_or(|known| at < known || known < self.now) {
            self.ticks = Some(at);
            self.at(at, Event::Tick);
        }
    }
}
