//! Waits on an open folder until the server reports something (IDLE, RFC 2177).
//!
//! It never waits longer than five minutes in one piece, so that a dead line is noticed and the
//! server does not hang up; the caller waits again, and polls beside it: a server may stay silent
//! although mail has come. Next station: `daemon/waiting`.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::imap::command::{Command, Done, Event, Success, event_of};
use crate::imap::fault::{Fault, Oddity};
use crate::imap::guard::Stream;
use crate::imap::rest::Rest;
use crate::imap::session::Session;

/// The longest wait in one piece.
pub const AT_MOST: Duration = Duration::from_secs(5 * 60);
const BEGIN_WITHIN: Duration = Duration::from_secs(30);
const DONE_WITHIN: Duration = Duration::from_secs(15);

/// Why a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woke {
    /// Something happened in the folder.
    News,
    /// The caller's interrupt came.
    Interrupted,
    /// The time is up; nothing was reported.
    TimeUp,
    /// The server ended the wait by itself.
    Ended,
    /// The server refuses to wait with us: poll instead.
    IdleBroken,
}

/// What ended the waiting part.
enum Ended {
    Woke(Woke),
    ByServer(Success, Done),
}

/// Waits for news in the open folder, for the interrupt, or for `until` (at most five minutes).
pub async fn wait<S: Stream>(
    session: &mut Session<S>,
    until: Duration,
    interrupt: impl Future<Output = ()> + Send,
) -> Result<Woke, Fault> {
    if session.wire.take_news() {
        return Ok(Woke::News);
    }
    let tag = session.wire.begin(Command::new("IDLE"), BEGIN_WITHIN).await?;
    let begun = timeout(BEGIN_WITHIN, begin(session, &tag)).await.unwrap_or(Err(Fault::Silent))?;
    let news = match begun {
        Begun::Waiting => session.wire.take_news(),
        Begun::Refused => return Ok(Woke::IdleBroken),
    };
    let ended = if news {
        Ended::Woke(Woke::News)
    } else {
        listen(session, &tag, until.min(AT_MOST), interrupt).await?
    };
    match ended {
        Ended::Woke(woke) => {
            let finishing = finish(session, &tag);
            timeout(DONE_WITHIN, finishing).await.unwrap_or(Err(Fault::Silent))?;
            // What was reported on the way out counts as well.
            let late = woke == Woke::TimeUp && session.wire.take_news();
            Ok(if late { Woke::News } else { woke })
        }
        Ended::ByServer(success, done) => match session.wire.end("IDLE", success, done) {
            Ok(_) => Ok(Woke::Ended),
            Err(fault) if refuses_to_wait(&fault) => Ok(Woke::IdleBroken),
            Err(fault) => Err(fault),
        },
    }
}

/// A refusal of this command, not of everything for some time.
fn refuses_to_wait(fault: &Fault) -> bool {
    let of_everything = matches!(fault.rest(), Rest::Throttled(_) | Rest::Spent);
    matches!(fault, Fault::Refused { .. }) && !of_everything
}

enum Begun {
    Waiting,
    Refused,
}

async fn begin<S: Stream>(session: &mut Session<S>, tag: &str) -> Result<Begun, Fault> {
    loop {
        match session.wire.hear(BEGIN_WITHIN, event_of).await? {
            Event::Continue => return Ok(Begun::Waiting),
            Event::Tagged { tag: theirs, .. } if theirs != tag => {
                return Err(Fault::Protocol(Oddity::ForeignTag));
            }
            Event::Tagged { success, done, .. } => {
                return match session.wire.end("IDLE", success, done) {
                    // OK without ever having waited: as good as refused.
                    Ok(_) => Ok(Begun::Refused),
                    Err(fault) if refuses_to_wait(&fault) => Ok(Begun::Refused),
                    Err(fault) => Err(fault),
                };
            }
            Event::Beside(beside) => session.wire.note(beside)?,
        }
    }
}

async fn listen<S: Stream>(
    session: &mut Session<S>,
    tag: &str,
    until: Duration,
    interrupt: impl Future<Output = ()> + Send,
) -> Result<Ended, Fault> {
    let mut interrupt = pin!(interrupt);
    let mut over = pin!(sleep(until));
    loop {
        let event = tokio::select! {
            biased;
            () = &mut interrupt => return Ok(Ended::Woke(Woke::Interrupted)),
            () = &mut over => return Ok(Ended::Woke(Woke::TimeUp)),
            heard = session.wire.hear(AT_MOST * 2, event_of) => heard?,
        };
        match event {
            Event::Tagged { tag: theirs, .. } if theirs != tag => {
                return Err(Fault::Protocol(Oddity::ForeignTag));
            }
            Event::Tagged { success, done, .. } => return Ok(Ended::ByServer(success, done)),
            Event::Continue => {}
            Event::Beside(beside) => session.wire.note(beside)?,
        }
        if session.wire.take_news() {
            return Ok(Ended::Woke(Woke::News));
        }
    }
}

async fn finish<S: Stream>(session: &mut Session<S>, tag: &str) -> Result<(), Fault> {
    session.wire.say(b"DONE", DONE_WITHIN).await?;
    loop {
        match session.wire.hear(DONE_WITHIN, event_of).await? {
            Event::Tagged { tag: theirs, .. } if theirs != tag => {
                return Err(Fault::Protocol(Oddity::ForeignTag));
            }
            Event::Tagged { success, done, .. } => {
                // A refusal of the end ends it all the same.
                return match session.wire.end("IDLE", success, done) {
                    Ok(_) | Err(Fault::Refused { .. }) => Ok(()),
                    Err(fault) => Err(fault),
                };
            }
            Event::Continue => {}
            Event::Beside(beside) => session.wire.note(beside)?,
        }
    }
}
