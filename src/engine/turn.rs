//! One turn: an input goes in; rows change in one transaction; letters to send, folders to read and
//! the next wake-up come out.
//!
//! The engine never sleeps, opens no socket and reads no clock. It is owned by one plain thread,
//! with the only writing connection of the daemon. Next: `engine/record`, `engine/delivery`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::engine::delivery;
use crate::engine::handing_words::Original;
use crate::engine::intake::Read;
use crate::engine::learning;
use crate::engine::office::{Charter, Office};
use crate::engine::pending::{InHand, Sought, Waiting, Wanted};
use crate::engine::readers::Checked;
use crate::engine::record::Round;
use crate::mail::token::InstanceKey;
use crate::model::agenda::Found;
use crate::model::facts::Health;
use crate::model::ids::{LetterId, MailboxId, MessageId, OwnerId};
use crate::model::letter::{Outcome, Parcel};
use crate::model::message::Batch;
use crate::store::db::{Db, StoreError};
use crate::store::epoch::{self, Standing};
use crate::store::{away, facts, letters, mailboxes, outbox};

/// The engine looks around at least this often: others may have written to the store.
const AT_LEAST: SignedDuration = SignedDuration::from_secs(60);
/// After a jump of the clock nothing leaves for so long.
const AFTER_JUMP: SignedDuration = SignedDuration::from_mins(10);
/// Smaller differences are drift and rounding.
const SMALL_JUMP: SignedDuration = SignedDuration::from_mins(2);
/// A jump forward beyond this needs a person.
const FAR_JUMP: SignedDuration = SignedDuration::from_hours(24);

/// What can happen.
#[derive(Clone, Debug)]
pub enum Input {
    /// Folders were read, one after the other.
    Arrived(Vec<Batch<Read>>),
    /// A folder cannot be read.
    Unreadable(MailboxId, Health, String),
    /// An owner's account cannot be reached, is refused, or shows no Sent folder.
    Unreachable(OwnerId, Health, String),
    /// Sigap's own mailbox cannot be read.
    Deaf(Health, String),
    /// The email that a letter is about was looked for.
    Original(LetterId, Original),
    /// The text of a message that its owner corrected was read once more; `None`: it is gone.
    Text(MessageId, Option<Box<Read>>),
    /// An owner's calendar was read to its end.
    Agenda(OwnerId, Found),
    /// A try to send ended.
    Settled(LetterId, Outcome),
    /// The wall clock moved against the machine's own by this much.
    ClockJumped(SignedDuration),
    /// Time has passed.
    Tick,
}

/// A start of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boot {
    /// Its name: no two starts have the same.
    pub name: String,
    /// When it was, as the wall clock reckons now.
    pub at: Timestamp,
}

/// What follows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Output {
    /// At most one letter to send now; its outcome must come back.
    pub parcel: Option<Parcel>,
    /// Owners whose folders must be read before more can leave.
    pub read_first: BTreeSet<OwnerId>,
    /// An email that must be fetched whole before a letter about it can leave.
    pub fetch: Option<Wanted>,
    /// A corrected message whose text is to be read once more.
    pub sought: Option<Sought>,
    /// When to come again at the latest.
    pub wake_at: Timestamp,
    /// When something is due next, if anything is.
    pub due_at: Option<Timestamp>,
    /// Lines for the operator's journal.
    pub journal: Vec<String>,
}

impl Output {
    /// Whose folders are to be read now, or an email in them.
    pub fn owners(&self) -> BTreeSet<OwnerId> {
        let fetch = self.fetch.map(|wanted| wanted.owner);
        let sought = self.sought.map(|sought| sought.owner);
        self.read_first.iter().copied().chain(fetch).chain(sought).collect()
    }
}

/// Store and rules together.
#[derive(Debug)]
pub struct Engine {
    pub(crate) db: Db,
    pub(crate) office: Office,
    pub(crate) key: InstanceKey,
    /// As of when each folder is known completely, since start and since the clock can be trusted.
    pub(crate) read_at: BTreeMap<MailboxId, Timestamp>,
    /// Nothing leaves before: the clock jumped.
    pub(crate) rest_until: Option<Timestamp>,
    /// The letter that is being sent.
    pub(crate) in_flight: Option<LetterId>,
    /// It, until it is given out: whatever fails meanwhile, it is not forgotten.
    pub(crate) in_hand: Option<InHand>,
    /// The email that a letter is about, until that letter is written. One at a time.
    pub(crate) original: Option<(LetterId, Original)>,
    /// Letters that wait for a reading of their owner's folders.
    pub(crate) waiting: BTreeMap<LetterId, Waiting>,
    /// Whose corrected message is being read once more, and until when nobody asks again.
    pub(crate) sought: BTreeMap<OwnerId, (MessageId, Timestamp)>,
    /// Nothing is claimed any more: the daemon is stopping.
    pub(crate) closing: bool,
    /// When reports were thought of.
    pub(crate) reports: Checked,
    pub(crate) journal: Vec<String>,
    /// The store's version at which absences were read (`store/away`).
    absences_of: i64,
}

impl Engine {
    /// Takes the store over: recovers what a crash left, checks that it is the store we left.
    pub fn open(mut db: Db, charter: Charter, now: Timestamp) -> Result<Self, StoreError> {
        let standing = epoch::standing(&db)?;
        let absences_of = away::version(db.connection())?;
        let step = db.transaction()?;
        let office = Office::open(&step, charter, now)?;
        let mut journal = Vec::new();
        if let Standing::Stranger(why) = standing {
            let held = format!("restored: {why}");
            facts::hold(&step, &held, now)?;
            journal.push(format!("nothing leaves until `sigap outbox release`: {held}"));
        }
        let (queued, unknown) = outbox::recover(&step, now)?;
        if queued + unknown > 0 {
            journal.push(format!("{queued} letters queued again, {unknown} unknown after a stop"));
        }
        let instance = facts::instance(&step)?;
        step.commit()?;
        let behind = instance.noticed_at.duration_since(now);
        let backward = behind > SMALL_JUMP;
        if backward {
            journal.push(format!(
                "the clock stands {behind:#} before a time that was seen already; nothing leaves \
                 for ten minutes"
            ));
        }
        Ok(Self {
            db,
            office,
            key: InstanceKey(instance.secret),
            read_at: BTreeMap::new(),
            rest_until: backward.then(|| after(now, AFTER_JUMP)),
            in_flight: None,
            in_hand: None,
            original: None,
            waiting: BTreeMap::new(),
            sought: BTreeMap::new(),
            closing: false,
            reports: Checked::default(),
            journal,
            absences_of,
        })
    }

    /// New settings; everybody is decided about again.
    pub fn reload(&mut self, charter: Charter, now: Timestamp) -> Result<(), StoreError> {
        let step = self.db.transaction()?;
        self.office = Office::open(&step, charter, now)?;
        self.reports = Checked::default();
        for owner in self.office.owners.keys() {
            mailboxes::wake(&step, *owner, Some(now))?;
        }
        step.commit()?;
        Ok(())
    }

    /// When the machine was started. If the same start was at another time before, the clock was
    /// set while nobody was looking: as if [`Input::ClockJumped`] had been told.
    pub fn machine_started(&mut self, boot: &Boot, now: Timestamp) -> Result<(), StoreError> {
        let (name, at) = facts::boot(self.db.connection())?;
        let by = boot.at.duration_since(at);
        if name == boot.name && by.abs() > SMALL_JUMP {
            self.distrust(by, now)?;
        }
        facts::keep_boot(self.db.connection(), &boot.name, boot.at)
    }

    /// Who is who.
    pub fn office(&self) -> &Office {
        &self.office
    }

    /// The store, for reading.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// The store, for the short transactions of commands.
    pub fn db_mut(&mut self) -> &mut Db {
        &mut self.db
    }

    /// One turn.
    pub fn turn(&mut self, input: &Input, now: Timestamp) -> Result<Output, StoreError> {
        if let Input::ClockJumped(by) = input {
            self.distrust(*by, now)?;
        }
        self.record(input, now)?;
        self.queue_reports(now)?;
        let mut output = delivery::next(self, now)?;
        output.sought = learning::seek(self, now)?;
        output.due_at = output.due_at.into_iter().chain(self.due_at(now)?).min();
        output.wake_at =
            output.due_at.into_iter().chain([after(now, AT_LEAST)]).min().unwrap_or(now);
        output.parcel = self.give_out()?;
        output.journal = std::mem::take(&mut self.journal);
        Ok(output)
    }

    fn give_out(&mut self) -> Result<Option<Parcel>, StoreError> {
        if let Some(hand) = &self.in_hand {
            epoch::settle(&self.db, hand.announced.clone())?;
        }
        Ok(self.in_hand.take().map(|hand| hand.parcel))
    }

    /// The durable mark before the final dot of a letter: true if it may be written.
    pub fn commit(&mut self, letter: LetterId, now: Timestamp) -> Result<bool, StoreError> {
        let step = self.db.transaction()?;
        let may = outbox::commit(&step, letter, now)?;
        step.commit()?;
        Ok(may)
    }

    /// Applies an input and decides about everybody it concerns, in one transaction.
    fn record(&mut self, input: &Input, now: Timestamp) -> Result<(), StoreError> {
        let others_absent = self.note_absences()?;
        let step = self.db.transaction()?;
        let mut round = Round::new(&self.office, &self.key, now);
        let mut owners: BTreeSet<OwnerId> = mailboxes::awake(&step, now)?.into_iter().collect();
        facts::notice(&step, now)?;
        match input {
            Input::Arrived(batches) => {
                for batch in batches {
                    owners.extend(round.arrived(&step, batch)?);
                }
            }
            Input::Unreadable(mailbox, health, why) => {
                owners.extend(round.unreadable(&step, *mailbox, *health, why)?);
            }
            Input::Unreachable(owner, health, why) => {
                round.unreachable(&step, *owner, *health, why)?;
                owners.insert(*owner);
            }
            Input::Deaf(health, why) => round.deaf(&step, *health, why)?,
            Input::Agenda(owner, found) => {
                round.agenda(&step, *owner, found)?;
                owners.insert(*owner);
            }
            Input::Settled(letter, outcome) => {
                if self.in_flight == Some(*letter) {
                    self.in_flight = None;
                }
                let line = delivery::settled(&step, *letter, outcome, now)?;
                round.journal.extend(line);
                // What comes next was reckoned while this letter was still to leave.
                owners.extend(letters::one(&step, *letter)?.and_then(|letter| letter.draft.owner));
            }
            Input::Original(letter, found) => {
                self.original = Some((*letter, found.clone()));
                self.waiting.remove(letter);
            }
            Input::Text(message, read) => {
                learning::learn(&step, *message, read.as_deref())?;
                self.sought.retain(|_, (sought, _)| sought != message);
            }
            Input::ClockJumped(_) | Input::Tick => {}
        }
        if others_absent || round.absences {
            // Whoever stands in for them may be the one who goes or comes.
            owners.extend(round.away_now());
        }
        for owner in owners {
            round.decide_about(&step, owner)?;
        }
        let (journal, absences) = (std::mem::take(&mut round.journal), round.absences);
        step.commit()?;
        self.journal.extend(journal);
        if absences {
            self.office.note_absences(&away::all(self.db.connection())?);
        }
        if let Input::Arrived(batches) = input { self.know(batches, now) } else { Ok(()) }
    }

    /// Folders are known as of when their reading began.
    fn know(&mut self, batches: &[Batch<Read>], now: Timestamp) -> Result<(), StoreError> {
        // What began later than now began by another clock.
        for batch in batches.iter().filter(|batch| batch.caught_up && batch.began_at <= now) {
            self.read_at.insert(batch.mailbox, batch.began_at);
            self.let_go(batch.mailbox)?;
        }
        Ok(())
    }

    /// What a command has said about absences since the last turn. True: somebody goes or comes at
    /// other times than was known.
    fn note_absences(&mut self) -> Result<bool, StoreError> {
        let version = away::version(self.db.connection())?;
        if version == self.absences_of {
            return Ok(false);
        }
        self.absences_of = version;
        Ok(self.office.note_absences(&away::all(self.db.connection())?))
    }

    /// Letters whose owner's folders have all been read since they began to wait wait no longer.
    fn let_go(&mut self, mailbox: MailboxId) -> Result<(), StoreError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let c = self.db.connection();
        let owner = mailboxes::one(c, mailbox)?.and_then(|found| found.owner);
        let Some(owner) = owner else { return Ok(()) };
        let all = mailboxes::of_owner(c, owner)?;
        let read_at = &self.read_at;
        let read_since = |since: Timestamp| {
            all.iter().all(|one| read_at.get(&one.id).is_some_and(|at| *at >= since))
        };
        self.waiting.retain(|_, waits| {
            if read_since(waits.since) {
                waits.owners.remove(&owner);
            }
            !waits.owners.is_empty()
        });
        Ok(())
    }

    /// Claims nothing any more.
    pub fn close(&mut self) {
        self.closing = true;
    }

    /// Whether it was closed and no letter is on its way.
    pub fn is_closed(&self) -> bool {
        self.closing && self.in_flight.is_none()
    }

    /// Whether a letter is being sent.
    pub fn is_sending(&self) -> bool {
        self.in_flight.is_some()
    }

    /// After a jump nothing that was read before counts as fresh (law 4), no letter waits for an
    /// instant of the old clock, and everybody is decided about anew: who is away may be there.
    fn distrust(&mut self, by: SignedDuration, now: Timestamp) -> Result<(), StoreError> {
        self.read_at.clear();
        self.waiting.clear();
        self.rest_until = Some(after(now, AFTER_JUMP));
        self.journal.push(format!("the clock jumped by {by:#}; nothing leaves for ten minutes"));
        let step = self.db.transaction()?;
        facts::move_boot(&step, by)?;
        for owner in self.office.owners.keys() {
            mailboxes::wake(&step, *owner, Some(now))?;
        }
        if by > FAR_JUMP {
            facts::hold(&step, "clock: it jumped forward by more than a day", now)?;
            self.journal.push("nothing leaves until `sigap outbox release`".to_owned());
        }
        step.commit().map_err(StoreError::from)
    }

    fn due_at(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let c = self.db.connection();
        let letters = match self.in_flight {
            Some(_) => None,
            None => letters::next_after(c, now)?,
        };
        let moments = [mailboxes::next_wake(c)?, letters, self.rest_until, self.reports.next];
        let moments = moments.into_iter().flatten();
        Ok(moments
            .chain(self.waiting.values().map(|waits| waits.until))
            .min()
            .map(|at| at.max(now)))
    }
}

fn after(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.saturating_add(span).unwrap_or(Timestamp::MAX)
}
