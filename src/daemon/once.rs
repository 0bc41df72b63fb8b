//! One full turn: read everything, decide, send what is due, and be done (`run --once`). The demo
//! turns like this through three weeks.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use jiff::Timestamp;
use tokio::task::JoinHandle;

use crate::config::settings::{Inbox, Settings, Source, Watched};
use crate::daemon::agenda;
use crate::daemon::clock::Clock;
use crate::daemon::desk::{self, Desk};
use crate::daemon::dialing::Dialing;
use crate::daemon::reading::{Reader, Scope, Trouble};
use crate::daemon::send::Sender;
use crate::daemon::steps;
use crate::daemon::watch::Watch;
use crate::engine::turn::Engine;
use crate::model::ids::OwnerId;
use crate::store::db::StoreError;

/// So many accounts are read at the same time.
const AT_ONCE: usize = 8;
/// So often owners are read again because letters wait for it.
const ROUNDS: usize = 20;

/// Desk, sender and watches, turned by hand.
pub struct Round {
    /// The desk.
    pub desk: Desk,
    watches: Vec<Watch>,
    sender: JoinHandle<()>,
    thread: std::thread::JoinHandle<Result<(), StoreError>>,
}

/// Why a round could not be made.
#[derive(Debug, thiserror::Error)]
pub enum RoundError {
    /// Threads, and the mark of the message at hand.
    #[error("what reads the mail could not be started: {0}")]
    Thread(#[from] std::io::Error),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Round {
    /// Starts desk, reader and sender.
    pub fn start(
        mut engine: Engine,
        settings: &Settings,
        clock: Clock,
    ) -> Result<Self, RoundError> {
        let reader = reader(&mut engine, &clock)?;
        let watches_of = watches(&engine, settings);
        let started = desk::start(engine, clock.clone())?;
        let desk = started.desk;
        let watches = watches_of.into_iter().map(|make| make(&desk, &reader)).collect();
        let hello = settings.from.address.domain().to_owned();
        let (_, outgoing) = tokio::sync::watch::channel(settings.outgoing.clone());
        let sender = Sender::new(outgoing, hello, clock, desk.clone());
        let sender = tokio::spawn(sender.run(started.parcels));
        Ok(Self { desk, watches, sender, thread: started.thread })
    }

    /// Reads every owner's folders, and Sigap's own. Whose could not be read, and why.
    pub async fn read_all(&self) -> Vec<(Option<OwnerId>, String)> {
        self.read(|_| true).await
    }

    async fn read(
        &self,
        whose: impl Fn(Option<OwnerId>) -> bool,
    ) -> Vec<(Option<OwnerId>, String)> {
        let wanted = self.watches.iter().filter(|watch| whose(watch.scope.whose()));
        let readings = wanted.map(|watch| async move {
            agenda::once(watch).await;
            let read = watch.once().await;
            if let Err(trouble) = &read {
                watch.report(trouble, true, trouble.to_string()).await;
            }
            (watch.scope.whose(), read)
        });
        let done: Vec<(Option<OwnerId>, Result<(), Trouble>)> =
            stream::iter(readings).buffer_unordered(AT_ONCE).collect().await;
        done.into_iter()
            .filter_map(|(owner, read)| read.err().map(|trouble| (owner, trouble.to_string())))
            .collect()
    }

    /// Lets the desk decide and send until nothing is left to do at this moment. When something is
    /// due next.
    pub async fn settle(&self) -> Option<Timestamp> {
        let mut rounds = 0;
        loop {
            let pulse = self.desk.pulse().await?;
            if pulse.sending {
                tokio::time::sleep(Duration::from_millis(2)).await;
            } else if pulse.read_first.is_empty() || rounds >= ROUNDS {
                return pulse.due_at;
            } else {
                rounds += 1;
                let owners: BTreeSet<OwnerId> = pulse.read_first;
                self.read(|owner| owner.is_some_and(|owner| owners.contains(&owner))).await;
            }
        }
    }

    /// Stops desk and sender.
    pub async fn finish(self) -> Result<(), RoundError> {
        self.desk.stop().await;
        let ended = tokio::task::spawn_blocking(move || self.thread.join()).await;
        // The sender ends when the desk's channel closes.
        let _ended = self.sender.await;
        match ended {
            Ok(Ok(result)) => Ok(result?),
            Ok(Err(_)) | Err(_) => {
                Err(StoreError::Odd("the desk ended unexpectedly".to_owned()).into())
            }
        }
    }
}

/// Starts the parsing thread; what the last process was parsing when it died is suspected.
pub fn reader(engine: &mut Engine, clock: &Clock) -> Result<Reader, RoundError> {
    let (reader, left) = Reader::start(engine.db().path())?;
    if let Some(place) = left {
        steps::suspect(engine, place, 1, clock.now())?;
    }
    Ok(reader)
}

/// A watch that lacks only desk and reader.
pub type Make = Box<dyn FnOnce(&Desk, &Reader) -> Watch + Send>;

/// A watch for every owner and for Sigap's own mailbox, to be completed with desk and reader.
pub fn watches(engine: &Engine, settings: &Settings) -> Vec<Make> {
    let office = engine.office();
    let poll_every = Duration::try_from(settings.poll_every).unwrap_or(Duration::from_secs(120));
    let (history, bytes_per_day) = (settings.history, settings.bytes_per_day);
    let own = settings.inbox.iter().map(|inbox| &inbox.source);
    let sources = settings.owners.iter().map(|watched| &watched.source).chain(own);
    let dialing = Dialing::new(sources.map(host));
    let with_row = settings.owners.iter().filter_map(|watched: &Watched| {
        let first = watched.owner.main_address()?;
        let owner = office.owner_of(first)?.clone();
        let Watched { source, inbox, sent, agenda, .. } = watched.clone();
        Some((Some(owner), source, inbox, sent, agenda))
    });
    let own = settings.inbox.iter().map(|inbox| {
        let Inbox { source, folder, .. } = inbox.clone();
        (None, source, folder, Vec::new(), None)
    });
    let makes = with_row.chain(own).map(|(owner, source, inbox, sent, agenda)| {
        let dialer = dialing.dialer(host(&source));
        let policy = Arc::clone(&office.policy);
        let make: Make = Box::new(move |desk: &Desk, reader: &Reader| Watch {
            source,
            inbox,
            sent,
            agenda,
            scope: Scope { owner, policy, history, desk: desk.clone(), reader: reader.clone() },
            poll_every,
            dialer,
            bytes_per_day,
        });
        make
    });
    makes.collect()
}

/// The host that is dialled for a mailbox; none for one on this machine.
fn host(source: &Source) -> &str {
    match source {
        Source::Imap(account) => &account.host,
        Source::Maildir(_) => "",
    }
}
