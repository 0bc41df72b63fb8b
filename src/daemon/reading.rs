//! What both doors do with what they bring: parse it, ask for the texts that matter, and hand it to
//! the desk; and one complete reading of a Maildir folder. That of an IMAP folder: `daemon/folder`.
//!
//! Bytes are parsed on a thread of their own with a large stack. Which message is at hand stands in
//! a mark that outlives the process: what ends it twice is set aside by itself, and the rest goes
//! on.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{mpsc, oneshot};

use crate::daemon::desk::Desk;
use crate::daemon::mark::{Mark, Place};
use crate::engine::intake::{self, Read};
use crate::engine::turn::Input;
use crate::imap::fault::Fault;
use crate::imap::fetch::TEXTS_AT_ONCE;
use crate::maildir::{Maildir, MaildirFault};
use crate::model::answering::ANSWERED_WITHIN;
use crate::model::ids::{MailboxId, OwnerId};
use crate::model::message::{Batch, Cursor, Fetched, Flags, Role};
use crate::model::owner::Owner;
use crate::model::policy::Policy;
use crate::model::verdict::Wording;
use crate::store::mailboxes::Mailbox;
use crate::store::poison::MOST_ENDS;

/// Room for whatever a bounded parse needs.
const STACK: usize = 64 * 1024 * 1024;

/// What an owner promised or asked longer ago is not looked for.
const SPOKEN_WITHIN: SignedDuration = SignedDuration::from_hours(24 * 14);

/// Why a reading ended early.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The IMAP door.
    #[error(transparent)]
    Imap(#[from] Fault),
    /// The Maildir door.
    #[error(transparent)]
    Maildir(#[from] MaildirFault),
    /// The desk has closed: the daemon is stopping.
    #[error("the daemon is stopping")]
    Stopping,
}

/// The parsing thread; cheap to clone.
#[derive(Clone, Debug)]
pub struct Reader {
    jobs: mpsc::Sender<Job>,
}

struct Job {
    mailbox: MailboxId,
    fetched: Arc<Vec<Fetched>>,
    role: Role,
    done: oneshot::Sender<Parsed>,
}

/// What became of a batch.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    /// What was read.
    pub(crate) read: Vec<Read>,
    /// Numbers of messages with which the parser gave up.
    pub(crate) unreadable: Vec<u64>,
}

impl Reader {
    /// Starts the thread; it ends with the last handle. What the last process over this database
    /// was parsing when it died.
    pub fn start(database: &Path) -> std::io::Result<(Self, Option<Place>)> {
        let (jobs, mut inbox) = mpsc::channel::<Job>(8);
        let (mark, left) = Mark::open(database)?;
        std::thread::Builder::new().name("reader".to_owned()).stack_size(STACK).spawn(
            move || {
                intake::prepare();
                while let Some(Job { mailbox, fetched, role, done }) = inbox.blocking_recv() {
                    // Whoever asked may have been stopped meanwhile.
                    let _gone = done.send(parse_all(&mark, mailbox, &fetched, role));
                }
            },
        )?;
        Ok((Self { jobs }, left))
    }

    /// Parses a batch on the thread.
    pub(crate) async fn parse(
        &self,
        mailbox: MailboxId,
        fetched: Arc<Vec<Fetched>>,
        role: Role,
    ) -> Result<Parsed, Trouble> {
        let (done, wait) = oneshot::channel();
        let sent = self.jobs.send(Job { mailbox, fetched, role, done }).await;
        sent.map_err(|_| Trouble::Stopping)?;
        wait.await.map_err(|_| Trouble::Stopping)
    }
}

fn parse_all(mark: &Mark, mailbox: MailboxId, fetched: &[Fetched], role: Role) -> Parsed {
    let mut parsed = Parsed::default();
    for one in fetched {
        // Without the mark (a full disk) only the protection against a crash is missing.
        let _unmarked = mark.set((mailbox, one.uid));
        match catch_unwind(AssertUnwindSafe(|| intake::read(one, role))) {
            Ok(read) => parsed.read.push(read),
            Err(_) => parsed.unreadable.push(one.uid),
        }
    }
    let _unmarked = mark.clear();
    parsed
}

/// Whose folders are read, under which promises.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The owner; `None`: it is Sigap's own mailbox.
    pub owner: Option<Arc<Owner>>,
    /// The promises: they say which texts are worth fetching.
    pub policy: Arc<Policy>,
    /// Of what had arrived longer ago, texts are not asked for.
    pub history: SignedDuration,
    /// The desk.
    pub desk: Desk,
    /// The parsing thread.
    pub reader: Reader,
}

impl Scope {
    /// The owner's row.
    pub fn whose(&self) -> Option<OwnerId> {
        self.owner.as_ref().map(|owner| owner.id)
    }

    /// For people: the owner's address.
    pub fn name(&self) -> &str {
        match &self.owner {
            Some(owner) => owner.main_address().map_or("", |address| address.as_str()),
            None => "Sigap's own mailbox",
        }
    }
}

/// Reads both duties of a Maildir folder to the end. Blocking work is small: headers of one chunk.
pub async fn maildir(scope: &Scope, maildir: &Maildir, mailbox: &Mailbox) -> Result<(), Trouble> {
    let role = mailbox.state.role;
    let mut known = scope.desk.known(mailbox.state.id).await.ok_or(Trouble::Stopping)?;
    loop {
        let began_at = scope.desk.now();
        let reading = maildir.read(role, &known)?;
        known.extend(reading.new.iter().map(|one| one.uid));
        let cursor = Cursor { uid_validity: 1, uid_next: 0, mod_seq: 0 };
        let batch = Batch {
            flags: answered(reading.flags),
            vanished: reading.vanished,
            caught_up: !reading.more,
            ..batch(mailbox, began_at, cursor)
        };
        let (id, fetched) = (mailbox.state.id, Arc::new(reading.new));
        let mut read = scope.reader.parse(id, Arc::clone(&fetched), role).await?;
        for uids in wanted(scope, role, &mut read).chunks(TEXTS_AT_ONCE) {
            let mut texts = Vec::new();
            for uid in uids {
                texts.extend(maildir.whole(role, *uid)?.map(|whole| (*uid, whole)));
            }
            with_words(scope, (id, role), &fetched, &mut read, texts).await?;
        }
        let messages = readable(scope, id, read).await?;
        hand_over(scope, Batch { messages, ..batch }).await?;
        if !reading.more {
            return Ok(());
        }
    }
}

/// Where an owner's Maildir folders lie, by duty.
pub fn maildir_folders(maildir: &Maildir, root: &Path) -> Vec<(Role, String)> {
    let mut folders = vec![(Role::Inbox, root.display().to_string())];
    if !maildir.folders(Role::Sent).is_empty() {
        folders.push((Role::Sent, format!("{} (sent)", root.display())));
    }
    folders
}

/// Messages whose words are worth fetching; those that are too old are judged without.
pub(crate) fn wanted(scope: &Scope, role: Role, headers: &mut Parsed) -> Vec<u64> {
    let Some(owner) = &scope.owner else {
        let answers = headers.read.iter().filter(|one| intake::may_command(one));
        return answers.map(|one| one.uid).collect();
    };
    let now = scope.desk.now();
    let before = |span| now.saturating_sub(span).unwrap_or(Timestamp::MIN);
    let (since, lately) = (before(scope.history), before(ANSWERED_WITHIN));
    let mut wanted = Vec::new();
    for one in &mut headers.read {
        let new = one.arrived_at.is_none_or(|at| at >= lately);
        let answered = new && owner.answers && intake::may_be_answered(one, role);
        if !answered && !intake::wants_text(one, role, owner, &scope.policy) {
            continue;
        }
        let old = |since| one.arrived_at.is_some_and(|at| at < since);
        match role {
            Role::Inbox if old(since) => one.wording = Some(Wording::beyond_history()),
            // What was promised or asked so long ago is kept or forgotten.
            Role::Sent if old(before(SPOKEN_WITHIN)) && !intake::may_command(one) => {}
            Role::Inbox | Role::Sent | Role::Answers => wanted.push(one.uid),
        }
    }
    wanted
}

/// Parses the texts of some messages of which the headers were read: their words are judged.
pub(crate) async fn with_words(
    scope: &Scope,
    (mailbox, role): (MailboxId, Role),
    fetched: &[Fetched],
    read: &mut Parsed,
    texts: Vec<(u64, Vec<u8>)>,
) -> Result<(), Trouble> {
    let mut whole = Vec::new();
    for (uid, text) in texts {
        if let Some(found) = fetched.iter().find(|one| one.uid == uid) {
            whole.push(Fetched { whole: Some(text), ..found.clone() });
        }
    }
    let better = scope.reader.parse(mailbox, Arc::new(whole), role).await?;
    read.unreadable.extend(better.unreadable);
    for one in better.read {
        if let Some(slot) = read.read.iter_mut().find(|slot| slot.uid == one.uid) {
            *slot = one;
        }
    }
    Ok(())
}

/// What can be stored; with what the parser gave up on, nobody tries again.
pub(crate) async fn readable(
    scope: &Scope,
    mailbox: MailboxId,
    Parsed { mut read, unreadable }: Parsed,
) -> Result<Vec<Read>, Trouble> {
    for uid in unreadable {
        read.retain(|one| one.uid != uid);
        scope.desk.suspect((mailbox, uid), MOST_ENDS).await.ok_or(Trouble::Stopping)?;
    }
    Ok(read)
}

/// A batch that brings nothing yet.
pub(crate) fn batch(mailbox: &Mailbox, began_at: Timestamp, cursor: Cursor) -> Batch<Read> {
    Batch {
        mailbox: mailbox.state.id,
        began_at,
        cursor,
        messages: Vec::new(),
        flags: Vec::new(),
        vanished: Vec::new(),
        renumbered: false,
        caught_up: false,
        reconciled: false,
    }
}

/// Into the store.
pub(crate) async fn hand_over(scope: &Scope, batch: Batch<Read>) -> Result<(), Trouble> {
    if scope.desk.turn(Input::Arrived(vec![batch])).await { Ok(()) } else { Err(Trouble::Stopping) }
}

/// Only what says something new is handed over.
pub(crate) fn answered(flags: Vec<(u64, Flags)>) -> Vec<(u64, Flags)> {
    flags.into_iter().filter(|(_, flags)| flags.answered).collect()
}
