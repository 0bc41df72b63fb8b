//! One owner's mail, watched: read all folders, wait for news, read again, for ever.
//!
//! One connection per account: the inbox is idled on, and beside it a poll reads everything,
//! because a server may stay silent although mail has come. A lost line is dialled again with a
//! growing, jittered pause that resets only after a quiet minute; a refused login is tried twice
//! and then rests. Nothing here decides or sends.

use std::convert::Infallible;
use std::path::Path;
use std::time::Duration;

use tokio::sync::watch::Receiver;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::config::settings::{Account, Source, Watched};
use crate::daemon::clock::moment;
use crate::daemon::desk::Refresh;
use crate::daemon::folder;
use crate::daemon::obstacle::Obstacles;
use crate::daemon::reading::{self, Scope, Trouble};
use crate::engine::turn::Input;
use crate::imap::fault::Fault;
use crate::imap::folders::{self, NoSent, Overrides};
use crate::imap::idle::{self, Woke};
use crate::imap::session::{self, Proof, Session};
use crate::maildir::Maildir;
use crate::model::facts::Health;
use crate::model::ids::OwnerId;
use crate::model::message::Role;
use crate::net::Line;
use crate::store::mailboxes::Mailbox;

const SHORTEST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// A line that held so long was a good one.
const STABLE: Duration = Duration::from_secs(60);
/// A Maildir is looked at this often: there is no server that could report.
const MAILDIR_POLL: Duration = Duration::from_secs(5);
/// Refused logins: two tries, then rests of an hour, six hours, a day.
const REFUSED_RESTS: [Duration; 3] =
    [Duration::from_secs(3_600), Duration::from_secs(6 * 3_600), Duration::from_secs(24 * 3_600)];

/// What one watch needs.
#[derive(Clone, Debug)]
pub struct Watch {
    /// The owner's configuration.
    pub watched: Watched,
    /// Owner with row, promises, desk, reader.
    pub scope: Scope,
    /// The poll beside IDLE.
    pub poll_every: Duration,
}

impl Watch {
    /// Watches until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let mut pauses = Pauses::new(self.scope.owner.id.0);
        let mut obstacles = Obstacles::default();
        loop {
            let started = moment();
            let trouble = tokio::select! {
                () = stop.cancelled() => return,
                trouble = self.visit(&mut obstacles) => trouble,
            };
            if started.elapsed() >= STABLE {
                pauses.reset();
            }
            let refused = matches!(trouble, Trouble::Imap(Fault::LoginRefused { .. }));
            let pause = pauses.next(if refused { Why::Refused } else { Why::Lost });
            if !self.report(&trouble, pauses.tries).await {
                return;
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = sleep(pause) => {}
            }
        }
    }

    /// Reads every folder once, from a fresh connection.
    pub async fn once(&self) -> Result<(), Trouble> {
        match &self.watched.source {
            Source::Maildir(root) => self.maildir_once(root).await,
            Source::Imap(account) => {
                let mut session = self.connect(account).await?;
                let mut folders = self.folders(&mut session).await?;
                let mut obstacles = Obstacles::default();
                let read = self.read_all(&mut session, &mut folders, &mut obstacles).await;
                session.logout().await;
                read
            }
        }
    }

    /// Tells the desk why an owner's mail cannot be read. False: the desk has closed.
    pub async fn report(&self, trouble: &Trouble, tries: u32) -> bool {
        let owner = self.scope.owner.id;
        let health = match trouble {
            Trouble::Stopping => return false,
            Trouble::Imap(Fault::LoginRefused { .. }) => Health::Failed,
            // A line may be lost once without anybody having to know.
            Trouble::Imap(_) | Trouble::Maildir(_) if tries < 3 => Health::Stale,
            Trouble::Imap(_) | Trouble::Maildir(_) => Health::Failed,
        };
        self.scope.desk.turn(Input::Unreachable(owner, health, trouble.to_string())).await
    }

    /// Reads and waits in turn until something goes wrong.
    async fn visit(&self, obstacles: &mut Obstacles) -> Trouble {
        let Err(trouble) = match &self.watched.source {
            Source::Maildir(root) => self.watch_maildir(root).await,
            Source::Imap(account) => self.watch_imap(account, obstacles).await,
        };
        trouble
    }

    async fn watch_maildir(&self, root: &Path) -> Result<Infallible, Trouble> {
        let mut refresh = self.scope.desk.refresh();
        let every = MAILDIR_POLL.min(self.poll_every);
        loop {
            let asked = asked(&mut refresh, self.scope.owner.id);
            self.maildir_once(root).await?;
            let _either_way = timeout(every, asked).await;
        }
    }

    async fn maildir_once(&self, root: &Path) -> Result<(), Trouble> {
        let inbox = self.watched.inbox.as_deref();
        let maildir = Maildir::open(root, inbox, &self.watched.sent)?;
        let folders = reading::maildir_folders(&maildir, root);
        let owner = self.scope.owner.id;
        if folders.len() < 2 {
            self.blind("no folder of sent mail in the Maildir; name it with maildir.sent").await;
        }
        let found = self.scope.desk.folders(owner, folders).await.ok_or(Trouble::Stopping)?;
        for mailbox in sent_first(found) {
            reading::maildir(&self.scope, &maildir, &mailbox).await?;
        }
        Ok(())
    }

    async fn watch_imap(
        &self,
        account: &Account,
        obstacles: &mut Obstacles,
    ) -> Result<Infallible, Trouble> {
        let mut refresh = self.scope.desk.refresh();
        let mut session = self.connect(account).await?;
        let mut folders = Vec::new();
        let mut can_idle = session.offers("IDLE");
        loop {
            let asked = asked(&mut refresh, self.scope.owner.id);
            // Some mail programs make the folder of sent mail with the first letter they send.
            if !folders.iter().any(|folder: &Mailbox| folder.state.role == Role::Sent) {
                folders = self.folders(&mut session).await?;
            }
            self.read_all(&mut session, &mut folders, obstacles).await?;
            if can_idle {
                match idle::wait(&mut session, self.poll_every, asked).await? {
                    Woke::News | Woke::Interrupted | Woke::TimeUp => {}
                    Woke::IdleBroken => can_idle = false,
                }
            } else {
                let _either_way = timeout(self.poll_every, asked).await;
            }
        }
    }

    async fn connect(&self, account: &Account) -> Result<Session<Line>, Trouble> {
        let secret = account.password.clone();
        let password = match secret {
            None => String::new(),
            Some(secret) => {
                let read = tokio::task::spawn_blocking(move || secret.read()).await;
                let read = read.map_err(|_| Trouble::Stopping)?;
                let password = read.map_err(|fault| {
                    Trouble::Imap(Fault::LoginRefused { answer: fault.to_string() })
                })?;
                password.expose().to_owned()
            }
        };
        Ok(session::connect(account, Proof::Password(&password)).await?)
    }

    async fn folders(&self, session: &mut Session<Line>) -> Result<Vec<Mailbox>, Trouble> {
        let listed = session.folders().await?;
        let overrides =
            Overrides { inbox: self.watched.inbox.clone(), sent: self.watched.sent.clone() };
        let named = match folders::choose(&listed, &overrides) {
            Ok(chosen) => {
                let sent = chosen.sent.into_iter().map(|name| (Role::Sent, name));
                sent.chain([(Role::Inbox, chosen.inbox)]).collect()
            }
            Err(fault) => {
                self.blind(&fault.to_string()).await;
                match fault {
                    NoSent::Unknown { inbox, .. } => vec![(Role::Inbox, inbox)],
                    NoSent::Missing { .. } => vec![(Role::Inbox, "INBOX".to_owned())],
                }
            }
        };
        let owner = self.scope.owner.id;
        let found = self.scope.desk.folders(owner, named).await.ok_or(Trouble::Stopping)?;
        Ok(sent_first(found))
    }

    /// Answers cannot be seen: nothing will be nudged, and a person is told.
    async fn blind(&self, why: &str) {
        let owner = self.scope.owner.id;
        self.scope.desk.turn(Input::Unreachable(owner, Health::Blind, why.to_owned())).await;
    }

    /// Sent first and the inbox last: it stays open for IDLE, and an answer is known before the
    /// question is weighed.
    async fn read_all(
        &self,
        session: &mut Session<Line>,
        folders: &mut [Mailbox],
        obstacles: &mut Obstacles,
    ) -> Result<(), Trouble> {
        for mailbox in folders {
            *mailbox = folder::read(&self.scope, session, mailbox, obstacles).await?;
        }
        Ok(())
    }
}

fn sent_first(mut folders: Vec<Mailbox>) -> Vec<Mailbox> {
    folders.sort_by_key(|mailbox| mailbox.state.role == Role::Inbox);
    folders
}

/// Comes to its end when this owner's folders are asked for after this call: to be called before a
/// reading, so that what is asked for during it is not lost.
fn asked(refresh: &mut Receiver<Refresh>, owner: OwnerId) -> impl Future<Output = ()> + Send {
    let before = refresh.borrow_and_update().get(&owner).copied();
    async move {
        let now_asked = refresh.wait_for(|asked| asked.get(&owner).copied() != before);
        if now_asked.await.is_err() {
            // The desk has closed; the watch is about to be stopped.
            std::future::pending::<()>().await;
        }
    }
}

/// Why a line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    Lost,
    Refused,
}

/// The growing pauses between tries.
#[derive(Debug)]
struct Pauses {
    seed: u64,
    tries: u32,
    refused: usize,
}

impl Pauses {
    fn new(seed: i64) -> Self {
        Self { seed: u64::try_from(seed).unwrap_or(1), tries: 0, refused: 0 }
    }

    fn reset(&mut self) {
        self.tries = 0;
        self.refused = 0;
    }

    /// Between half and the whole of the doubled pause; the owner's row moves it, so that a
    /// thousand owners of one restarted server do not come back in the same second.
    fn next(&mut self, why: Why) -> Duration {
        self.tries = self.tries.saturating_add(1);
        if why == Why::Refused {
            self.refused += 1;
            if let Some(rest) = self.refused.checked_sub(2) {
                let last = REFUSED_RESTS.len() - 1;
                return REFUSED_RESTS.get(rest.min(last)).copied().unwrap_or(LONGEST_PAUSE);
            }
        }
        let doubled = SHORTEST_PAUSE.saturating_mul(1 << (self.tries - 1).min(8));
        let whole = doubled.min(LONGEST_PAUSE);
        let mixed = self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(self.tries.into());
        let part = u32::try_from(mixed >> 48 & 0x3ff).unwrap_or(0);
        whole / 2 + whole * part / 2048
    }
}
