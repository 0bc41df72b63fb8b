//! The one thread that owns the engine and the only writing connection, and the handle by which the
//! asynchronous edges talk to it.
//!
//! No mutex and no lock order: every wish is a message in one bounded queue, and whoever sends one
//! waits while the desk is busy. A broken invariant ends the thread; the outbox is safe on disk.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use crate::config::settings::Settings;
use crate::daemon::clock::{Clock, Watcher, moment};
use crate::daemon::mark::Place;
use crate::daemon::once::{Make, watches};
use crate::daemon::refresh::{self, Refresh};
use crate::daemon::steps;
use crate::daemon::unchanged::Gathered;
use crate::engine::intake::Read;
use crate::engine::office::Charter;
use crate::engine::turn::{Engine, Input, Output};
use crate::model::ids::{LetterId, MailboxId, OwnerId};
use crate::model::letter::{Outcome, Parcel, Refusal, Scope};
use crate::model::message::{Batch, Role};
use crate::store::db::{Connection, StoreError};
use crate::store::mailboxes::{self, Mailbox};
use crate::store::poison::{self, Blame};

/// So many wishes may wait.
const QUEUE: usize = 64;
/// After a full disk or a failing one the desk tries again so much later.
const RETRY: Duration = Duration::from_secs(10);

enum Wish {
    Turn(Input, Option<oneshot::Sender<()>>),
    Unchanged(Vec<Batch<Read>>),
    Folders(Option<OwnerId>, Vec<(Role, String)>, oneshot::Sender<Vec<Mailbox>>),
    Look(Look),
    Suspect(Place, u32, oneshot::Sender<()>),
    Commit(LetterId, oneshot::Sender<bool>),
    Reload(Box<(Charter, Settings)>, oneshot::Sender<Vec<Make>>),
    Forget { facts: SignedDuration, letters: SignedDuration },
    Pulse(oneshot::Sender<Pulse>),
    Stop,
}

/// Looks something up and hands the answer over.
type Look = Box<dyn FnMut(&Connection) -> Result<(), StoreError> + Send>;

/// A handle to the desk; cheap to clone.
#[derive(Clone, Debug)]
pub struct Desk {
    wishes: SyncSender<Wish>,
    refresh: watch::Receiver<Refresh>,
    clock: Clock,
    closing: CancellationToken,
}

/// What the desk is busy with after a turn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pulse {
    /// A letter is being sent.
    pub sending: bool,
    /// Letters wait for these owners' folders, or for an email in them.
    pub read_first: BTreeSet<OwnerId>,
    /// When something is due next.
    pub due_at: Option<Timestamp>,
}

/// The desk's thread and what comes out of it.
#[derive(Debug)]
pub struct Started {
    /// The handle.
    pub desk: Desk,
    /// Letters to send, one at a time.
    pub parcels: mpsc::Receiver<Parcel>,
    /// The thread; ends with the reason if it could not go on.
    pub thread: std::thread::JoinHandle<Result<(), StoreError>>,
}

/// Starts the thread.
pub fn start(engine: Engine, clock: Clock) -> std::io::Result<Started> {
    let (wishes, inbox) = sync_channel(QUEUE);
    let (parcel_out, parcels) = mpsc::channel(1);
    let (refresh_out, refresh) = watch::channel(Refresh::new());
    let desk = Desk { wishes, refresh, clock: clock.clone(), closing: CancellationToken::new() };
    let closing = desk.closing.clone();
    let thread = std::thread::Builder::new().name("desk".to_owned()).spawn(move || {
        let watcher = Watcher::start(clock.clone());
        let unchanged = Gathered::default();
        Room { engine, inbox, parcel_out, refresh_out, clock, watcher, closing, unchanged }.run()
    })?;
    Ok(Started { desk, parcels, thread })
}

impl Desk {
    /// The time by the desk's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Hands an input over; returns when it is in the store. False: the desk has closed.
    pub async fn turn(&self, input: Input) -> bool {
        let (done, wait) = oneshot::channel();
        self.wish(Wish::Turn(input, Some(done))).await && wait.await.is_ok()
    }

    /// Hands over what says no more than that folders are known to their end. It is in the store
    /// within a second, and before whatever the desk is asked afterwards. False: it has closed.
    pub async fn unchanged(&self, batches: Vec<Batch<Read>>) -> bool {
        self.wish(Wish::Unchanged(batches)).await
    }

    /// The rows of an owner's folders, or of Sigap's own; those not named are no longer watched.
    pub async fn folders(
        &self,
        owner: Option<OwnerId>,
        folders: Vec<(Role, String)>,
    ) -> Option<Vec<Mailbox>> {
        self.ask(|reply| Wish::Folders(owner, folders, reply)).await
    }

    /// The known numbers of a folder.
    pub async fn known(&self, mailbox: MailboxId) -> Option<BTreeSet<u64>> {
        self.look(move |c| mailboxes::known(c, mailbox)).await
    }

    /// The latest known numbers of a folder, ascending.
    pub async fn latest(&self, mailbox: MailboxId, limit: u32) -> Option<Vec<u64>> {
        self.look(move |c| mailboxes::latest(c, mailbox, limit)).await
    }

    /// The numbers of a folder that are not read again.
    pub async fn set_aside(&self, mailbox: MailboxId) -> Option<BTreeSet<u64>> {
        self.look(move |c| poison::set_aside(c, mailbox)).await
    }

    /// Those of them that are set aside because of the line.
    pub async fn blamed(&self, mailbox: MailboxId) -> Option<Vec<Blame>> {
        self.look(move |c| poison::blamed(c, mailbox)).await
    }

    /// Reading this message would have ended the process, as often as is said.
    pub async fn suspect(&self, place: Place, ends: u32) -> Option<()> {
        self.ask(|reply| Wish::Suspect(place, ends, reply)).await
    }

    /// The durable mark before a letter's final dot; true if it may be written.
    pub async fn commit(&self, letter: LetterId) -> bool {
        self.ask(|reply| Wish::Commit(letter, reply)).await.unwrap_or(false)
    }

    /// Lets time pass, and tells what is left to be done.
    pub async fn pulse(&self) -> Option<Pulse> {
        self.ask(Wish::Pulse).await
    }

    /// New settings. The watches that they ask for.
    pub async fn reload(&self, charter: Charter, settings: Settings) -> Option<Vec<Make>> {
        self.ask(|reply| Wish::Reload(Box::new((charter, settings)), reply)).await
    }

    /// Removes what has grown old.
    pub async fn forget(&self, facts: SignedDuration, letters: SignedDuration) -> bool {
        self.wish(Wish::Forget { facts, letters }).await
    }

    /// Ends the thread: nothing more is claimed, and the letter on its way comes to its end. Where
    /// the disk refuses to write, it ends at once.
    pub async fn stop(&self) {
        self.closing.cancel();
        self.wish(Wish::Stop).await;
    }

    /// Tells when owners' folders must be read at once.
    pub fn refresh(&self) -> watch::Receiver<Refresh> {
        self.refresh.clone()
    }

    async fn look<T: Send + 'static>(
        &self,
        look: impl Fn(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Option<T> {
        self.ask(|reply| {
            let mut reply = Some(reply);
            Wish::Look(Box::new(move |c| {
                let found = look(c)?;
                let _gone = reply.take().map(|reply| reply.send(found));
                Ok(())
            }))
        })
        .await
    }

    async fn ask<T>(&self, wish: impl FnOnce(oneshot::Sender<T>) -> Wish) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        if !self.wish(wish(reply)).await {
            return None;
        }
        answer.await.ok()
    }

    /// A full queue is waited for without blocking the runtime.
    async fn wish(&self, wish: Wish) -> bool {
        use std::sync::mpsc::TrySendError;
        let mut wish = wish;
        loop {
            match self.wishes.try_send(wish) {
                Ok(()) => return true,
                Err(TrySendError::Disconnected(_)) => return false,
                Err(TrySendError::Full(back)) => {
                    wish = back;
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            }
        }
    }
}

struct Room {
    engine: Engine,
    inbox: Receiver<Wish>,
    parcel_out: mpsc::Sender<Parcel>,
    refresh_out: watch::Sender<Refresh>,
    clock: Clock,
    watcher: Watcher,
    closing: CancellationToken,
    unchanged: Gathered,
}

impl Room {
    fn run(mut self) -> Result<(), StoreError> {
        if let Some(boot) = self.clock.boot() {
            self.engine.machine_started(&boot, self.clock.now())?;
        }
        let mut wait = Duration::ZERO;
        loop {
            let at_most = self.unchanged.left().map_or(wait, |left| left.min(wait));
            let wish = match self.inbox.recv_timeout(at_most) {
                Ok(wish) => wish,
                Err(RecvTimeoutError::Timeout) => Wish::Turn(self.unchanged.or_tick(), None),
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            };
            if let Some(by) = self.watcher.jump() {
                wait = self.turn(Input::ClockJumped(by))?;
            }
            if self.must_tell_before(&wish)
                && let Some(batches) = self.unchanged.take()
            {
                wait = self.turn(Input::Arrived(batches))?;
            }
            wait = self.serve(wish)?.unwrap_or(wait);
            if self.engine.is_closed() {
                return Ok(());
            }
        }
    }

    /// What found nothing comes before whatever is wished next; a pulse tells it in its own turn,
    /// to see what that turn asks for. At the end it may be lost: it would be read again.
    fn must_tell_before(&self, wish: &Wish) -> bool {
        if let Wish::Unchanged(_) = wish {
            return self.unchanged.left() == Some(Duration::ZERO);
        }
        !matches!(wish, Wish::Pulse(_) | Wish::Stop)
    }

    fn turn(&mut self, input: Input) -> Result<Duration, StoreError> {
        let output = self.patiently(|engine, now| engine.turn(&input, now))?;
        refresh::done(&self.refresh_out, &input);
        self.hand_out(output)
    }

    /// What the disk refuses is tried again until it succeeds or the desk is stopped: nothing
    /// leaves and nothing is taken in meanwhile, and nothing is lost.
    fn patiently<T>(
        &mut self,
        mut work: impl FnMut(&mut Engine, Timestamp) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut told = false;
        loop {
            match work(&mut self.engine, self.clock.now()) {
                Ok(done) => return Ok(done),
                Err(error) if error.is_passing() && !self.closing.is_cancelled() => {
                    if !told {
                        tracing::error!("{error}; trying again every ten seconds");
                        told = true;
                    }
                    self.rest();
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Until the next try, or the end.
    fn rest(&self) {
        let until = moment() + RETRY;
        while moment() < until && !self.closing.is_cancelled() {
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn hand_out(&mut self, output: Output) -> Result<Duration, StoreError> {
        for line in &output.journal {
            tracing::info!("{line}");
        }
        refresh::ask(&self.refresh_out, &output);
        if let Some(parcel) = output.parcel
            && let Err(back) = self.parcel_out.try_send(parcel)
        {
            return self.take_back(&back.into_inner());
        }
        let wait = output.wake_at.duration_since(self.clock.now());
        // Slept in short slices, so that a jump or a suspend is noticed soon.
        Ok(Duration::try_from(wait)
            .unwrap_or(Duration::ZERO)
            .clamp(Duration::from_millis(200), Duration::from_secs(30)))
    }

    /// Nobody is there to send it, so surely nobody has it.
    fn take_back(&mut self, parcel: &Parcel) -> Result<Duration, StoreError> {
        let (scope, phase) = (Scope::Account, "hand-over".to_owned());
        let answer = "the sender is not there".to_owned();
        let outcome = Outcome::Deferred(Refusal { scope, phase, answer });
        self.turn(Input::Settled(parcel.id, outcome))
    }

    /// Does what is wished. How long to wait at most afterwards, if that has changed. Where nobody
    /// waits for a reply any more, the edge was stopped, and nothing is lost.
    fn serve(&mut self, wish: Wish) -> Result<Option<Duration>, StoreError> {
        match wish {
            Wish::Turn(input, done) => {
                let wait = self.turn(input)?;
                let _gone = done.map(|done| done.send(()));
                return Ok(Some(wait));
            }
            Wish::Unchanged(batches) => self.unchanged.add(batches),
            Wish::Pulse(reply) => return self.pulse(reply).map(Some),
            Wish::Stop => self.engine.close(),
            Wish::Folders(owner, folders, reply) => {
                let found = self.patiently(|engine, _| steps::rows(engine, owner, &folders))?;
                let _gone = reply.send(found);
            }
            Wish::Look(mut look) => {
                self.patiently(|engine, _| look(engine.db().connection()))?;
            }
            Wish::Suspect(place, ends, reply) => {
                self.patiently(|engine, now| steps::suspect(engine, place, ends, now))?;
                let _gone = reply.send(());
            }
            Wish::Commit(letter, reply) => {
                let _gone = reply.send(self.commit(letter)?);
            }
            Wish::Reload(fresh, reply) => {
                let (charter, settings) = *fresh;
                self.patiently(|engine, now| engine.reload(charter.clone(), now))?;
                let _gone = reply.send(watches(&self.engine, &settings));
            }
            Wish::Forget { facts, letters } => {
                let forgotten = self.patiently(|engine, now| engine.forget(facts, letters, now))?;
                if forgotten > 0 {
                    tracing::info!("Removed {forgotten} old messages.");
                }
            }
        }
        Ok(None)
    }

    fn pulse(&mut self, reply: oneshot::Sender<Pulse>) -> Result<Duration, StoreError> {
        let input = self.unchanged.or_tick();
        let output = self.patiently(|engine, now| engine.turn(&input, now))?;
        let read_first = output.owners();
        let due_at = output.due_at;
        let wait = self.hand_out(output)?;
        let _gone = reply.send(Pulse { sending: self.engine.is_sending(), read_first, due_at });
        Ok(wait)
    }

    /// The mark before the final dot; where the disk refuses it, the dot is not written.
    fn commit(&mut self, letter: LetterId) -> Result<bool, StoreError> {
        match self.engine.commit(letter, self.clock.now()) {
            Ok(may) => Ok(may),
            Err(error) if error.is_passing() => {
                tracing::error!("{error}; the letter is not handed over");
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}
