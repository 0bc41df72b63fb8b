//! Starts, supervises and stops the daemon.
//!
//! One task per owner's account, one for sending, one thread for the desk. A task that panics is
//! started again after a pause and never touches another one; the desk's end is the daemon's end.
//! SIGTERM and SIGINT stop the edges first and let the desk finish; SIGHUP reads the configuration
//! anew, and a broken file keeps the old one. Signals are heard whatever the desk is busy with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sd_notify::NotifyState;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot::{self, error::RecvError};
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use crate::config::fault::Faults;
use crate::config::settings::{Outgoing, Settings, load};
use crate::daemon::agenda;
use crate::daemon::allowance;
use crate::daemon::charter::charter;
use crate::daemon::clock::{Clock, moment};
use crate::daemon::desk::{self, Desk};
use crate::daemon::once::{Make, Round, RoundError, reader, watches};
use crate::daemon::reading::Reader;
use crate::daemon::send::Sender;
use crate::daemon::watch::Watch;
use crate::engine::turn::Engine;
use crate::model::ids::OwnerId;
use crate::store::db::{Access, Db, StoreError};

/// A task that panicked is started again after so long.
const AGAIN_AFTER: Duration = Duration::from_secs(30);
/// What has grown old is removed this often.
const FORGET_EVERY: Duration = Duration::from_secs(24 * 3_600);
/// The service manager hears from us this often.
const SIGN_OF_LIFE: Duration = Duration::from_secs(20);
/// A letter past its final dot gets its whole wait: RFC 5321 §4.5.3.2.6.
const LAST_LETTER_WITHIN: Duration = Duration::from_secs(630);

/// Why the daemon did not start, or ended.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The configuration.
    #[error("{0}")]
    Config(Faults),
    /// Overriding templates.
    #[error("{0}")]
    Templates(String),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Threads, signals.
    #[error("the system refuses what it takes to run (a thread, a file, to hear signals): {0}")]
    System(#[from] std::io::Error),
}

impl From<RoundError> for RunError {
    fn from(error: RoundError) -> Self {
        match error {
            RoundError::Thread(error) => Self::System(error),
            RoundError::Store(error) => Self::Store(error),
        }
    }
}

/// What `run --once` found.
#[derive(Debug, Default)]
pub struct OnceReport {
    /// Owners whose mail could not be read, and why; `inbox`: Sigap's own.
    pub failed: Vec<(String, String)>,
}

/// Settings and an engine over the store.
pub fn open(config: &Path, clock: &Clock) -> Result<(Settings, Engine), RunError> {
    let loaded = load(config).map_err(RunError::Config)?;
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
    let settings = loaded.settings;
    let charter = charter(&settings).map_err(RunError::Templates)?;
    let now = clock.now();
    let db = Db::open(&settings.store, Access::Daemon, now)?;
    db.keep_at_hand(settings.cache_mb)?;
    let engine = Engine::open(db, charter, now)?;
    Ok((settings, engine))
}

/// Reads everything, does one full turn, ends.
pub async fn once(config: &Path, clock: Clock) -> Result<OnceReport, RunError> {
    let (settings, engine) = open(config, &clock)?;
    let names: BTreeMap<OwnerId, String> = engine
        .office()
        .owners
        .iter()
        .map(|(id, owner)| (*id, owner.main_address().map_or(String::new(), ToString::to_string)))
        .collect();
    let round = Round::start(engine, &settings, clock)?;
    let failed = round.read_all().await;
    round.settle().await;
    round.finish().await?;
    let name = |id: Option<OwnerId>| match id {
        Some(id) => names.get(&id).cloned().unwrap_or_default(),
        None => "inbox".to_owned(),
    };
    Ok(OnceReport { failed: failed.into_iter().map(|(id, why)| (name(id), why)).collect() })
}

/// Runs until told to stop.
pub async fn run(config: &Path, clock: Clock) -> Result<(), RunError> {
    // First of all: a signal that nobody listens to ends the process.
    let mut signals = Signals::listen()?;
    let files = allowance::raise_files();
    let (settings, mut engine) = open(config, &clock)?;
    let reader = reader(&mut engine, &clock)?;
    let makes = watches(&engine, &settings);
    if let Some(words) = allowance::too_few_files(files, makes.len()) {
        tracing::warn!("{words}");
    }
    let started = desk::start(engine, clock.clone())?;
    let hello = settings.from.address.domain().to_owned();
    let (outgoing, outgoing_now) = watch::channel(settings.outgoing.clone());
    let sender = Sender::new(outgoing_now, hello, clock, started.desk.clone());
    let mut sending = tokio::spawn(sender.run(started.parcels));
    let mut shift = Shift::new(config, settings, started.desk.clone(), reader, outgoing);
    shift.begin(makes);
    let desk_thread = joining(started.thread)?;
    notify(&[NotifyState::Ready]);
    tracing::info!("Sigap is running; {} mailboxes are watched.", shift.running.len());
    let ended = shift.until_stopped(desk_thread, &mut sending, &mut signals).await?;
    notify(&[NotifyState::Stopping]);
    shift.stop();
    match ended {
        Ended::Stopped(thread) => {
            started.desk.stop().await;
            // The desk ends only after the letter that is on its way has come to its end.
            let joined = timeout(LAST_LETTER_WITHIN, thread).await;
            let _sender_ended = timeout(Duration::from_secs(10), &mut sending).await;
            joined.map_or(Ok(()), desk_result)
        }
        Ended::DeskGone(result) => result,
    }
}

type DeskThread = std::thread::JoinHandle<Result<(), StoreError>>;
type DeskJoin = std::thread::Result<Result<(), StoreError>>;

/// Tells when the desk's thread has ended. On a thread that can be refused in plain words: the
/// runtime's own would be demanded.
fn joining(thread: DeskThread) -> std::io::Result<oneshot::Receiver<DeskJoin>> {
    let (told, heard) = oneshot::channel();
    let join = move || {
        let _nobody_waits = told.send(thread.join());
    };
    std::thread::Builder::new().name("desk's end".to_owned()).spawn(join)?;
    Ok(heard)
}

enum Ended {
    Stopped(oneshot::Receiver<DeskJoin>),
    DeskGone(Result<(), RunError>),
}

fn desk_result(joined: Result<DeskJoin, RecvError>) -> Result<(), RunError> {
    match joined {
        Ok(Ok(result)) => Ok(result?),
        Ok(Err(_)) | Err(_) => {
            Err(StoreError::Odd("the desk ended unexpectedly; the outbox is safe".into()).into())
        }
    }
}

/// The watches of one configuration.
struct Shift {
    config: PathBuf,
    settings: Settings,
    desk: Desk,
    reader: Reader,
    outgoing: watch::Sender<Outgoing>,
    stop: CancellationToken,
    running: BTreeMap<tokio::task::Id, Watch>,
    tasks: JoinSet<()>,
    /// Watches that panicked and come back at that time.
    fallen: Vec<(Instant, Watch)>,
    /// The new configuration on its way to the desk; at most one.
    fresh: JoinSet<Option<(Settings, Vec<Make>)>>,
}

impl Shift {
    fn new(
        config: &Path,
        settings: Settings,
        desk: Desk,
        reader: Reader,
        outgoing: watch::Sender<Outgoing>,
    ) -> Self {
        Self {
            config: config.to_owned(),
            settings,
            desk,
            reader,
            outgoing,
            stop: CancellationToken::new(),
            running: BTreeMap::new(),
            tasks: JoinSet::new(),
            fallen: Vec::new(),
            fresh: JoinSet::new(),
        }
    }

    fn begin(&mut self, makes: Vec<Make>) {
        for make in makes {
            let watch = make(&self.desk, &self.reader);
            agenda::begin(&watch, &self.stop);
            self.watch(watch);
        }
    }

    fn watch(&mut self, watch: Watch) {
        let task = self.tasks.spawn(watch.clone().run(self.stop.clone()));
        self.running.insert(task.id(), watch);
    }

    /// Serves signals, timers and ended tasks until the daemon has to end.
    async fn until_stopped(
        &mut self,
        mut thread: oneshot::Receiver<DeskJoin>,
        sending: &mut tokio::task::JoinHandle<()>,
        signals: &mut Signals,
    ) -> Result<Ended, RunError> {
        let mut life = tokio::time::interval(SIGN_OF_LIFE);
        let mut forget = tokio::time::interval(FORGET_EVERY);
        loop {
            let next_return = self.fallen.iter().map(|(at, _)| *at).min();
            tokio::select! {
                joined = &mut thread => return Ok(Ended::DeskGone(desk_result(joined))),
                // A letter would stay on its way for ever: the next start knows what to do with it.
                _ = &mut *sending => {
                    let why = "the sender broke down; the outbox is safe".to_owned();
                    return Ok(Ended::DeskGone(Err(StoreError::Odd(why).into())));
                }
                _ = signals.terminate.recv() => return Ok(Ended::Stopped(thread)),
                _ = signals.interrupt.recv() => return Ok(Ended::Stopped(thread)),
                _ = signals.hang_up.recv(), if self.fresh.is_empty() => self.read_anew(),
                Some(Ok(Some((settings, makes)))) = self.fresh.join_next() => {
                    crate::net::forget_roots();
                    self.take_over(settings, makes);
                }
                _ = life.tick() => notify(&[NotifyState::Watchdog]),
                _ = forget.tick() => {
                    crate::net::forget_roots();
                    let retention = self.settings.retention;
                    let desk = self.desk.clone();
                    tokio::spawn(async move {
                        desk.forget(retention.facts, retention.letters).await
                    });
                }
                Some(ended) = self.tasks.join_next_with_id() => self.note_end(ended),
                () = sleep_until(next_return.unwrap_or_else(moment)),
                    if next_return.is_some() => self.bring_back(),
            }
        }
    }

    fn note_end(&mut self, ended: Result<(tokio::task::Id, ()), JoinError>) {
        match ended {
            Ok((id, ())) => {
                self.running.remove(&id);
            }
            Err(error) => {
                let Some(watch) = self.running.remove(&error.id()) else { return };
                let who = watch.scope.name();
                tracing::error!("The watch of {who} broke down; it starts again in 30 s.");
                self.fallen.push((moment() + AGAIN_AFTER, watch));
            }
        }
    }

    fn bring_back(&mut self) {
        let now = moment();
        let (back, still): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.fallen).into_iter().partition(|(at, _)| *at <= now);
        self.fallen = still;
        for (_, watch) in back {
            self.watch(watch);
        }
    }

    /// Reads the configuration anew and sends it to the desk; what is wrong with it is told, and
    /// the old one stays.
    fn read_anew(&mut self) {
        let loaded = match load(&self.config) {
            Ok(loaded) => loaded,
            Err(faults) => {
                tracing::error!("The configuration is broken; the old one stays.\n{faults}");
                return;
            }
        };
        let fresh = match charter(&loaded.settings) {
            Ok(fresh) => fresh,
            Err(faults) => {
                tracing::error!("A template is broken; the old ones stay.\n{faults}");
                return;
            }
        };
        if loaded.settings.store != self.settings.store {
            tracing::error!("The store cannot be changed while running; the old one stays.");
            return;
        }
        let (desk, settings) = (self.desk.clone(), loaded.settings);
        self.fresh.spawn(async move {
            let makes = desk.reload(fresh, settings.clone()).await?;
            Some((settings, makes))
        });
    }

    /// The desk goes by the new configuration; now the watches do.
    fn take_over(&mut self, settings: Settings, makes: Vec<Make>) {
        self.stop();
        self.stop = CancellationToken::new();
        self.settings = settings;
        self.outgoing.send_replace(self.settings.outgoing.clone());
        self.begin(makes);
        tracing::info!("The configuration was read anew.");
    }

    /// Nobody waits for the watches: what they have handed over is in the desk's queue, and what
    /// they have not will be read again.
    fn stop(&mut self) {
        self.stop.cancel();
        self.running.clear();
        self.fallen.clear();
    }
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }
}

fn notify(states: &[NotifyState<'_>]) {
    // Without a service manager there is nobody to tell.
    let _nobody = sd_notify::notify(states);
}
