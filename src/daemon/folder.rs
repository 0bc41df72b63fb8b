//! One complete reading of an IMAP folder into the desk: new messages in batches, flags, what left,
//! and at the end the word that the folder is known. Fetching, parsing and storing overlap.
//!
//! Once a day every number of the folder is compared. Where the line breaks, the next reading asks
//! for less at a time (`daemon/obstacle`).

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;

use crate::daemon::obstacle::Obstacles;
use crate::daemon::reading::{
    Parsed, Scope, Trouble, answered, batch, hand_over, readable, wanted, with_words,
};
use crate::daemon::unchanged::Unchanged;
use crate::engine::intake::Read;
use crate::imap::changes::Changed;
use crate::imap::fault::Fault;
use crate::imap::fetch::TEXTS_AT_ONCE;
use crate::imap::guard::Stream;
use crate::imap::session::Session;
use crate::imap::sync::{self, Departures, Examined, Plan, runs};
use crate::model::message::{Batch, Cursor, Fetched};
use crate::store::mailboxes::Mailbox;
use crate::store::poison::LINE_ENDS;

/// So many of the latest messages have their presence looked at.
const LATEST: u32 = 2_000;
/// So many windows may wait for the store while more is fetched.
const AHEAD: usize = 3;
/// Messages are stored together up to so many: pages of an index that many of them touch are
/// written once, and nobody else waits long for the desk.
const TOGETHER: usize = 2_000;
const COMPARE_EVERY: SignedDuration = SignedDuration::from_hours(24);

/// Reads a folder to its end. The folder as it stands then. Where the server says of a folder that
/// nothing has changed, it is not even opened, unless it is to be listened to afterwards. That
/// nothing was found is left in `unchanged`, to be handed over by the caller.
pub async fn read<S: Stream>(
    scope: &Scope,
    session: &mut Session<S>,
    mailbox: &Mailbox,
    obstacles: &mut Obstacles,
    listened_to: bool,
    unchanged: &mut Unchanged,
) -> Result<Mailbox, Trouble> {
    if !obstacles.is_recalled(mailbox.state.id) {
        let blamed = scope.desk.blamed(mailbox.state.id).await.ok_or(Trouble::Stopping)?;
        obstacles.recall(mailbox.state.id, blamed);
    }
    let may_be_skipped =
        !listened_to && obstacles.due(mailbox.state.id, scope.desk.now()).is_none();
    if may_be_skipped && is_as_known(scope, session, mailbox, unchanged).await? {
        return Ok(mailbox.clone());
    }
    let mut cursor = mailbox.cursor.clone();
    loop {
        let began_at = scope.desk.now();
        let examined = session.examine(&mailbox.state.name).await?;
        let plan = match sync::plan(&cursor, &examined) {
            Ok(plan) => plan,
            Err(unclear) => {
                let answer = unclear.to_string();
                return Err(Fault::Refused { command: "EXAMINE", code: None, answer }.into());
            }
        };
        if !plan.windows.is_empty() {
            // This may take long.
            unchanged.hand_over(scope).await?;
        }
        if plan.renumbered {
            obstacles.forget(mailbox.state.id);
        }
        let tried = BTreeSet::new();
        let mut reading = Reading { scope, session, mailbox, obstacles, began_at, tried };
        reading.windows(&plan).await?;
        let changed = reading.changed(&plan).await?;
        cursor = plan.cursor.clone();
        let to_the_end = plan.to_the_end;
        let last = Batch {
            flags: answered(changed.flags),
            vanished: changed.vanished,
            renumbered: plan.renumbered && plan.windows.is_empty(),
            caught_up: to_the_end,
            ..batch(mailbox, began_at, cursor.clone())
        };
        if let Some(last) = unchanged.keep(last) {
            hand_over(scope, last).await?;
        }
        if to_the_end {
            let reconciled_at = reading.compare(&plan, &examined).await?;
            reading.try_again(plan).await?;
            return Ok(Mailbox { cursor, reconciled_at, ..mailbox.clone() });
        }
    }
}

/// Asks for the numbers of a folder where they tell of every change (RFC 7162 §3.1.7), and records
/// that it was read if they are those that are known.
async fn is_as_known<S: Stream>(
    scope: &Scope,
    session: &mut Session<S>,
    mailbox: &Mailbox,
    unchanged: &mut Unchanged,
) -> Result<bool, Trouble> {
    let began_at = scope.desk.now();
    let cursor = &mailbox.cursor;
    let name = &mailbox.state.name;
    // Of the folder that is open, STATUS may tell what was true when it was opened (RFC 3501
    // §6.3.10).
    let told = session.has_qresync() && cursor.mod_seq > 0 && !session.has_open(name);
    if !told || is_due(mailbox, began_at) {
        return Ok(false);
    }
    let told = match session.status(name).await {
        Err(Fault::Refused { .. }) => return Ok(false),
        told => told?,
    };
    let known = (Some(cursor.uid_validity), Some(cursor.uid_next), Some(cursor.mod_seq));
    if (told.uid_validity, told.uid_next, told.mod_seq) != known {
        return Ok(false);
    }
    let same = Batch { caught_up: true, ..batch(mailbox, began_at, cursor.clone()) };
    Ok(unchanged.keep(same).is_none())
}

/// Whether all numbers are to be compared once more.
fn is_due(mailbox: &Mailbox, now: Timestamp) -> bool {
    let due = mailbox.reconciled_at.saturating_add(COMPARE_EVERY).unwrap_or(Timestamp::MAX);
    due <= now
}

/// One reading under way.
struct Reading<'a, S: Stream> {
    scope: &'a Scope,
    session: &'a mut Session<S>,
    mailbox: &'a Mailbox,
    obstacles: &'a mut Obstacles,
    began_at: Timestamp,
    /// Set aside, and asked for all the same.
    tried: BTreeSet<u64>,
}

/// A window on its way into the store.
struct Window {
    messages: Vec<Read>,
    cursor: Cursor,
    renumbered: bool,
}

impl<S: Stream> Reading<'_, S> {
    /// Brings the windows of a plan into the store; what breaks the line is remembered.
    async fn windows(&mut self, plan: &Plan) -> Result<(), Trouble> {
        if plan.windows.is_empty() {
            return Ok(());
        }
        let (fetched, arrivals) = mpsc::channel(AHEAD);
        let (scope, mailbox, began_at) = (self.scope, self.mailbox, self.began_at);
        let mut busy = None;
        // What came before the line broke is kept: nothing is asked for twice.
        let (read, stored) = tokio::join!(
            self.fetch(plan, fetched, &mut busy),
            store(scope, mailbox, began_at, arrivals)
        );
        if let (Err(Trouble::Imap(fault)), Some(window)) = (&read, busy)
            && !fault.passes()
            && let Some(uid) = self.obstacles.broke(mailbox.state.id, window, scope.desk.now())
        {
            let suspected = scope.desk.suspect((mailbox.state.id, uid), LINE_ENDS).await;
            suspected.ok_or(Trouble::Stopping)?;
        }
        read.and(stored)
    }

    /// One window after the other; while one is parsed and stored, the next is on its way. What is
    /// being asked for stands in `busy`.
    async fn fetch(
        &mut self,
        plan: &Plan,
        out: mpsc::Sender<Window>,
        busy: &mut Option<sync::Window>,
    ) -> Result<(), Trouble> {
        let (scope, id, role) = (self.scope, self.mailbox.state.id, self.mailbox.state.role);
        // Numbers of a folder that was numbered anew are those of other messages.
        let aside = match plan.renumbered {
            true => BTreeSet::new(),
            false => scope.desk.set_aside(id).await.ok_or(Trouble::Stopping)?,
        };
        let aside = aside.difference(&self.tried).copied().collect();
        let windows = sync::around(&plan.windows, &aside);
        let mut windows = self.obstacles.cut(id, &windows);
        let Some(mut window) = windows.pop_front() else { return Ok(()) };
        let mut fetched = Arc::new(self.headers(window, busy).await?);
        let mut renumbered = plan.renumbered;
        loop {
            let next = windows.pop_front();
            let coming = async {
                match next {
                    Some(next) => self.headers(next, busy).await,
                    None => Ok(Vec::new()),
                }
            };
            let parsing = scope.reader.parse(id, Arc::clone(&fetched), role);
            let (mut read, coming) = tokio::try_join!(parsing, coming)?;
            let uids = wanted(scope, role, &mut read);
            self.words(window, &uids, &fetched, &mut read, busy).await?;
            self.obstacles.passed(id, window);
            let messages = readable(scope, id, read).await?;
            let cursor = plan.cursor_after(window);
            let sent = out.send(Window { messages, cursor, renumbered }).await;
            sent.map_err(|_| Trouble::Stopping)?;
            let Some(next) = next else { return Ok(()) };
            (window, fetched, renumbered) = (next, Arc::new(coming), false);
        }
    }

    /// Has the words of these messages judged: while some are parsed, the next are on their way.
    async fn words(
        &mut self,
        window: sync::Window,
        uids: &[u64],
        fetched: &[Fetched],
        read: &mut Parsed,
        busy: &mut Option<sync::Window>,
    ) -> Result<(), Trouble> {
        let (scope, state) = (self.scope, &self.mailbox.state);
        let mut chunks = uids.chunks(TEXTS_AT_ONCE);
        let Some(first) = chunks.next() else { return Ok(()) };
        let mut texts = self.texts(window, first, busy).await?;
        loop {
            let next = chunks.next();
            let coming = async {
                match next {
                    Some(uids) => self.texts(window, uids, busy).await,
                    None => Ok(Vec::new()),
                }
            };
            let parsing = with_words(scope, (state.id, state.role), fetched, read, texts);
            ((), texts) = tokio::try_join!(parsing, coming)?;
            if next.is_none() {
                return Ok(());
            }
        }
    }

    async fn texts(
        &mut self,
        window: sync::Window,
        uids: &[u64],
        busy: &mut Option<sync::Window>,
    ) -> Result<Vec<(u64, Vec<u8>)>, Trouble> {
        *busy = Some(window);
        let texts = self.session.texts(uids).await?;
        *busy = None;
        Ok(texts)
    }

    async fn headers(
        &mut self,
        window: sync::Window,
        busy: &mut Option<sync::Window>,
    ) -> Result<Vec<Fetched>, Trouble> {
        *busy = None;
        if self.obstacles.is_suspect(self.mailbox.state.id, window) {
            // If already this breaks, it is not the message.
            self.session.flags(window, None).await?;
        }
        *busy = Some(window);
        let headers = self.session.headers(window).await?;
        *busy = None;
        Ok(headers)
    }

    /// What changed about known messages, in the way that the plan found.
    async fn changed(&mut self, plan: &Plan) -> Result<Changed, Trouble> {
        let (scope, id) = (self.scope, self.mailbox.state.id);
        let mut changed = Changed::default();
        for window in &plan.flag_windows {
            changed.flags.extend(self.session.flags(*window, plan.changed_since).await?);
        }
        match plan.departures {
            Departures::None => {}
            Departures::Told(since) => {
                let known = scope.desk.known(id).await.ok_or(Trouble::Stopping)?;
                let known: Vec<u64> = known.into_iter().collect();
                changed = self.session.changed(&known, since).await?;
            }
            Departures::Looked => {
                let known = scope.desk.latest(id, LATEST).await.ok_or(Trouble::Stopping)?;
                changed.vanished = self.session.vanished(&known).await?;
            }
        }
        Ok(changed)
    }

    /// Last of all, what was set aside and is due again: if the line breaks once more, nothing else
    /// is kept waiting.
    async fn try_again(&mut self, plan: Plan) -> Result<(), Trouble> {
        let Some(uid) = self.obstacles.due(self.mailbox.state.id, self.began_at) else {
            return Ok(());
        };
        self.tried = BTreeSet::from([uid]);
        self.windows(&plan.again(vec![(uid, uid)])).await
    }

    /// Once a day, when a folder was read to its end: does it hold what we know? A first reading
    /// has just seen everything. When it was last compared.
    async fn compare(&mut self, plan: &Plan, examined: &Examined) -> Result<Timestamp, Trouble> {
        let (scope, mailbox) = (self.scope, self.mailbox);
        let fresh = plan.renumbered || mailbox.cursor.uid_next == 0;
        if !fresh && !is_due(mailbox, self.began_at) {
            return Ok(mailbox.reconciled_at);
        }
        let (mut vanished, mut flags) = (Vec::new(), Vec::new());
        let cursor = plan.cursor.clone();
        if !fresh {
            for window in sync::latest(&cursor) {
                flags.extend(self.session.flags(window, None).await?);
            }
            let known = scope.desk.known(mailbox.state.id).await.ok_or(Trouble::Stopping)?;
            let known: Vec<u64> = known.into_iter().collect();
            let end = cursor.uid_next;
            let difference = self.session.difference(&known, end, examined.exists).await?;
            vanished = difference.vanished;
            self.windows(&plan.clone().again(runs(difference.missed))).await?;
        }
        let whole = batch(mailbox, self.began_at, cursor);
        let flags = answered(flags);
        hand_over(scope, Batch { flags, vanished, reconciled: true, ..whole }).await?;
        Ok(self.began_at)
    }
}

async fn store(
    scope: &Scope,
    mailbox: &Mailbox,
    began_at: Timestamp,
    mut arrivals: mpsc::Receiver<Window>,
) -> Result<(), Trouble> {
    while let Some(Window { mut messages, mut cursor, renumbered }) = arrivals.recv().await {
        while messages.len() < TOGETHER
            && let Ok(next) = arrivals.try_recv()
        {
            messages.extend(next.messages);
            cursor = next.cursor;
        }
        let batch = Batch { messages, renumbered, ..batch(mailbox, began_at, cursor) };
        hand_over(scope, batch).await?;
    }
    Ok(())
}
