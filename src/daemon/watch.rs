//! One owner's mail, or Sigap's own, watched: read all folders, wait for news, read again, for
//! ever.
//!
//! One connection per account: the inbox is idled on, and beside it a poll reads everything,
//! because a server may stay silent although mail has come. A lost line is dialled again after a
//! pause (`daemon/dialing`) that grows until a line was good for a minute. Nothing here decides or
//! sends.

use std::convert::Infallible;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::config::agenda::Agenda;
use crate::config::settings::{Account, Source};
use crate::daemon::clock::moment;
use crate::daemon::dialing::{Dialer, Pauses, Share};
use crate::daemon::folder;
use crate::daemon::lessons;
use crate::daemon::obstacle::Obstacles;
use crate::daemon::reading::{self, Scope, Trouble};
use crate::daemon::refresh::{self, asked};
use crate::daemon::unchanged::Unchanged;
use crate::daemon::waiting::Waiting;
use crate::engine::handing_words::Original;
use crate::engine::pending::Wanted;
use crate::engine::turn::Input;
use crate::imap::fault::Fault;
use crate::imap::folders::{self, NoSent, Overrides};
use crate::imap::rest::Rest;
use crate::imap::session::{self, Proof, Session};
use crate::maildir::Maildir;
use crate::model::facts::Health;
use crate::model::ids::OwnerId;
use crate::model::message::Role;
use crate::net::Line;
use crate::store::mailboxes::Mailbox;

/// A line that held so long after a folder was read was a good one.
const STABLE: Duration = Duration::from_secs(60);
/// The same where it ended in silence, which takes some time to be noticed.
const STABLE_TO_SILENCE: Duration = Duration::from_secs(30 * 60);
/// Of a pause so long it is told when it ends.
const LONG: Duration = Duration::from_secs(600);
/// After a pause so long a person hears of it at once.
const TOO_LONG: Duration = Duration::from_secs(3_600);
/// A Maildir is looked at this often: there is no server that could report.
const MAILDIR_POLL: Duration = Duration::from_secs(5);

/// What one watch needs.
#[derive(Clone, Debug)]
pub struct Watch {
    /// Where the mail lies.
    pub source: Source,
    /// Inbox by name, where it is not found by itself.
    pub inbox: Option<String>,
    /// Sent folders by name, where they are not found by themselves; Sigap's own mail has none.
    pub sent: Vec<String>,
    /// The calendar in which the owner's absences stand.
    pub agenda: Option<Agenda>,
    /// Owner with row, promises, desk, reader.
    pub scope: Scope,
    /// The poll beside IDLE.
    pub poll_every: Duration,
    /// The way to the account's host.
    pub dialer: Dialer,
    /// What the server may send in a day.
    pub bytes_per_day: u64,
}

/// How a watch fares: what outlives a line.
#[derive(Debug)]
struct Course {
    share: Share,
    /// Where the reading broke.
    obstacles: Obstacles,
    /// When a folder was read for the first time on the present line.
    good_since: Option<Instant>,
}

impl Watch {
    /// Watches until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let mut pauses =
            Pauses::new(self.scope.whose().unwrap_or(OwnerId(0)), self.dialer.spread());
        let mut course = self.course();
        loop {
            course.good_since = None;
            let trouble = tokio::select! {
                () = stop.cancelled() => return,
                trouble = self.visit(&mut course) => trouble,
            };
            let silent = matches!(trouble, Trouble::Imap(Fault::Silent));
            let stable = if silent { STABLE_TO_SILENCE } else { STABLE };
            if course.good_since.is_some_and(|since| since.elapsed() >= stable) {
                pauses.reset();
            }
            let now = self.scope.desk.now();
            let pause = pauses.next(rest(&trouble), course.share.renewed_in(now));
            let words = in_words(&trouble, pause, now);
            let lasting = pauses.tries() >= 3 || pause >= TOO_LONG;
            if !self.report(&trouble, lasting, words).await {
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
        match &self.source {
            Source::Maildir(root) => self.maildir_once(root).await,
            Source::Imap(account) => {
                let mut session = self.connect(account).await?;
                session.wire.allow_in_all(self.bytes_per_day);
                let mut folders = self.folders(&mut session).await?;
                let read =
                    self.read_all(&mut session, &mut folders, &mut self.course(), false).await;
                let fetched = match read {
                    Ok(()) => self.fetch(&mut session, &folders).await,
                    Err(trouble) => Err(trouble),
                };
                let fetched = match fetched {
                    Ok(()) => lessons::imap(&self.scope, &mut session, &folders).await,
                    Err(trouble) => Err(trouble),
                };
                session.logout().await;
                fetched
            }
        }
    }

    fn course(&self) -> Course {
        let share = Share::new(self.bytes_per_day);
        Course { share, obstacles: Obstacles::default(), good_since: None }
    }

    /// Tells the desk why mail cannot be read, and whether that is likely to last.
    /// False: the desk has closed.
    pub async fn report(&self, trouble: &Trouble, lasting: bool, words: String) -> bool {
        let health = match trouble {
            Trouble::Stopping => return false,
            Trouble::Imap(Fault::LoginRefused { .. }) => Health::Failed,
            // A line may be lost once without anybody having to know.
            Trouble::Imap(_) | Trouble::Maildir(_) if !lasting => Health::Stale,
            Trouble::Imap(_) | Trouble::Maildir(_) => Health::Failed,
        };
        let input = match self.scope.whose() {
            Some(owner) => Input::Unreachable(owner, health, words),
            None => Input::Deaf(health, words),
        };
        self.scope.desk.turn(input).await
    }

    /// Reads and waits in turn until something goes wrong.
    async fn visit(&self, course: &mut Course) -> Trouble {
        let Err(trouble) = match &self.source {
            Source::Maildir(root) => self.watch_maildir(root, course).await,
            Source::Imap(account) => self.watch_imap(account, course).await,
        };
        trouble
    }

    async fn watch_maildir(&self, root: &Path, course: &mut Course) -> Result<Infallible, Trouble> {
        let mut refresh = self.scope.desk.refresh();
        let every = MAILDIR_POLL.min(self.poll_every);
        loop {
            let asked = asked(&mut refresh, self.scope.whose());
            self.maildir_once(root).await?;
            course.good_since.get_or_insert_with(moment);
            let _either_way = timeout(every, asked).await;
        }
    }

    async fn maildir_once(&self, root: &Path) -> Result<(), Trouble> {
        let maildir = Maildir::open(root, self.inbox.as_deref(), &self.sent)?;
        let owner = self.scope.whose();
        let folders = match owner {
            Some(_) => reading::maildir_folders(&maildir, root),
            None => vec![(Role::Answers, root.display().to_string())],
        };
        if owner.is_some() && folders.len() < 2 {
            self.blind("no folder of sent mail in the Maildir; name it with maildir.sent").await;
        }
        for mailbox in self.rows(folders).await? {
            reading::maildir(&self.scope, &maildir, &mailbox).await?;
        }
        if let Some(wanted) = refresh::wanted(&self.scope.desk.refresh(), owner) {
            let found = maildir.original(Role::Inbox, wanted.uid)?;
            self.hand_over(wanted, found).await?;
        }
        lessons::maildir(&self.scope, &maildir).await?;
        Ok(())
    }

    /// Fetches the email that a letter waits for.
    async fn fetch(&self, session: &mut Session<Line>, folders: &[Mailbox]) -> Result<(), Trouble> {
        let owner = self.scope.whose();
        let Some(wanted) = refresh::wanted(&self.scope.desk.refresh(), owner) else {
            return Ok(());
        };
        let folder = folders.iter().find(|folder| folder.state.id == wanted.mailbox);
        let found = match folder.map(|folder| &folder.state.name) {
            None => None,
            Some(name) => {
                if !session.has_open(name) {
                    session.examine(name).await?;
                }
                session.original(wanted.uid).await?
            }
        };
        self.hand_over(wanted, found).await
    }

    async fn hand_over(&self, wanted: Wanted, found: Option<Vec<u8>>) -> Result<(), Trouble> {
        let input = Input::Original(wanted.letter, Original::of(found));
        if self.scope.desk.turn(input).await { Ok(()) } else { Err(Trouble::Stopping) }
    }

    async fn watch_imap(
        &self,
        account: &Account,
        course: &mut Course,
    ) -> Result<Infallible, Trouble> {
        let mut session = self.connect(account).await?;
        course.share.line_opened();
        let ended = self.serve(&mut session, course).await;
        course.share.count(session.wire.received());
        ended
    }

    async fn serve(
        &self,
        session: &mut Session<Line>,
        course: &mut Course,
    ) -> Result<Infallible, Trouble> {
        let mut refresh = self.scope.desk.refresh();
        let mut folders = Vec::new();
        let mut waiting = Waiting::new(self.poll_every, session.offers("IDLE"));
        loop {
            let asked = asked(&mut refresh, self.scope.whose());
            let granted = course.share.grant(session.wire.received(), self.scope.desk.now());
            session.wire.allow_in_all(granted);
            // Some mail programs make the folder of sent mail with the first letter they send.
            let sought = if self.scope.owner.is_some() { Role::Sent } else { Role::Answers };
            if !folders.iter().any(|folder: &Mailbox| folder.state.role == sought) {
                folders = self.folders(session).await?;
            }
            self.read_all(session, &mut folders, course, true).await?;
            self.fetch(session, &folders).await?;
            lessons::imap(&self.scope, session, &folders).await?;
            waiting.wait(session, asked).await?;
        }
    }

    async fn connect(&self, account: &Account) -> Result<Session<Line>, Trouble> {
        self.dialer.dial(self.log_in(account)).await
    }

    async fn log_in(&self, account: &Account) -> Result<Session<Line>, Trouble> {
        let secret = account.password.clone();
        let password = match secret {
            None => String::new(),
            Some(secret) => {
                let read = tokio::task::spawn_blocking(move || secret.read()).await;
                let read = read.map_err(|_| Trouble::Stopping)?;
                // No server has refused anything: it is not kept from trying again.
                let unread = |why: String| Trouble::Imap(Fault::Unreachable { why });
                let password = read.map_err(|fault| unread(fault.to_string()))?;
                password.expose().to_owned()
            }
        };
        Ok(session::connect(account, Proof::Password(&password)).await?)
    }

    async fn folders(&self, session: &mut Session<Line>) -> Result<Vec<Mailbox>, Trouble> {
        if self.scope.owner.is_none() {
            let name = self.inbox.clone().unwrap_or_else(|| "INBOX".to_owned());
            return self.rows(vec![(Role::Answers, name)]).await;
        }
        let listed = session.folders().await?;
        let overrides = Overrides { inbox: self.inbox.clone(), sent: self.sent.clone() };
        let named = match folders::choose(&listed, &overrides) {
            Ok(chosen) => {
                let sent = chosen.sent.into_iter().map(|name| (Role::Sent, name));
                sent.chain([(Role::Inbox, chosen.inbox)]).collect()
            }
            Err(fault) => {
                self.blind(&fault.to_string()).await;
                match fault {
                    NoSent::Unknown { inbox, .. } => vec![(Role::Inbox, inbox)],
                    // Another folder than the one that was named is not the inbox.
                    NoSent::Missing { .. } if self.inbox.is_some() => Vec::new(),
                    NoSent::Missing { .. } => vec![(Role::Inbox, "INBOX".to_owned())],
                }
            }
        };
        self.rows(named).await
    }

    /// Rows of these folders, in the order in which they are read.
    async fn rows(&self, named: Vec<(Role, String)>) -> Result<Vec<Mailbox>, Trouble> {
        let found = self.scope.desk.folders(self.scope.whose(), named).await;
        Ok(sent_first(found.ok_or(Trouble::Stopping)?))
    }

    /// Answers cannot be seen: nothing will be nudged, and a person is told.
    async fn blind(&self, why: &str) {
        let Some(owner) = self.scope.whose() else { return };
        self.scope.desk.turn(Input::Unreachable(owner, Health::Blind, why.to_owned())).await;
    }

    /// Sent first and the inbox last: it stays open for IDLE if the line stays, and an answer is
    /// known before the question is weighed.
    async fn read_all(
        &self,
        session: &mut Session<Line>,
        folders: &mut [Mailbox],
        course: &mut Course,
        stays: bool,
    ) -> Result<(), Trouble> {
        let mut unchanged = Unchanged::default();
        let read = self.read_each(session, folders, course, stays, &mut unchanged).await;
        unchanged.hand_over(&self.scope).await?;
        read
    }

    async fn read_each(
        &self,
        session: &mut Session<Line>,
        folders: &mut [Mailbox],
        course: &mut Course,
        stays: bool,
        unchanged: &mut Unchanged,
    ) -> Result<(), Trouble> {
        let (scope, obstacles) = (&self.scope, &mut course.obstacles);
        for mailbox in folders {
            let listened_to = stays && mailbox.state.role != Role::Sent;
            let read = folder::read(scope, session, mailbox, obstacles, listened_to, unchanged);
            *mailbox = read.await?;
            course.good_since.get_or_insert_with(moment);
        }
        Ok(())
    }
}

fn sent_first(mut folders: Vec<Mailbox>) -> Vec<Mailbox> {
    folders.sort_by_key(|mailbox| mailbox.state.role == Role::Inbox);
    folders
}

/// When to try again after this.
fn rest(trouble: &Trouble) -> Rest {
    match trouble {
        Trouble::Imap(fault) => fault.rest(),
        Trouble::Maildir(_) | Trouble::Stopping => Rest::USUAL,
    }
}

/// What is wrong; and when it is tried again, unless that is soon.
fn in_words(trouble: &Trouble, pause: Duration, now: Timestamp) -> String {
    let throttled = matches!(rest(trouble), Rest::Throttled(_));
    let how = if throttled { "throttled: " } else { "" };
    if pause < LONG && !throttled {
        return trouble.to_string();
    }
    let again = now.saturating_add(pause).unwrap_or(now);
    format!("{how}{trouble}; it is tried again on {}", again.strftime("%-d %b at %H:%M UTC"))
}
