//! How a watch waits on an open session: for news where IDLE works, otherwise with signs of life in
//! between, so that a dead line is noticed either way.
//!
//! It returns when the folders should be read: something was reported, somebody asked for it, or
//! the poll is due. It reads nothing itself.

use std::pin::pin;
use std::time::Duration;

use tokio::time::timeout;

use crate::daemon::clock::moment;
use crate::imap::fault::Fault;
use crate::imap::guard::Stream;
use crate::imap::idle::{self, Woke};
use crate::imap::session::Session;

/// Without IDLE a server is asked for a sign of life after so much silence.
const SILENCE: Duration = Duration::from_secs(4 * 60);
/// A wait that the server ends sooner was none.
const TOO_SHORT: Duration = Duration::from_secs(10);
/// After so many of them in a row IDLE is not used on this line any more.
const MOST_SHORT: u32 = 3;

/// The waits on one line.
#[derive(Debug)]
pub struct Waiting {
    every: Duration,
    idle: bool,
    cut_short: u32,
}

impl Waiting {
    /// `every`: the longest wait; `idle`: whether the server offers IDLE.
    pub fn new(every: Duration, idle: bool) -> Self {
        Self { every, idle, cut_short: 0 }
    }

    /// Whether the server's reports are listened to.
    pub fn idles(&self) -> bool {
        self.idle
    }

    /// Waits until the folders should be read.
    pub async fn wait<S: Stream>(
        &mut self,
        session: &mut Session<S>,
        asked: impl Future<Output = ()> + Send,
    ) -> Result<(), Fault> {
        let mut asked = pin!(asked);
        let until = moment() + self.every;
        loop {
            let began = moment();
            let left = until.saturating_duration_since(began);
            if left.is_zero() {
                return Ok(());
            }
            if !self.idle {
                let interrupted = timeout(left.min(SILENCE), &mut asked).await.is_ok();
                // What is about to be read is a sign of life, too.
                if interrupted || moment() >= until || session.noop().await? {
                    return Ok(());
                }
                continue;
            }
            match idle::wait(session, left, &mut asked).await? {
                Woke::TimeUp => self.cut_short = 0,
                Woke::News | Woke::Interrupted => return Ok(()),
                Woke::IdleBroken => self.idle = false,
                Woke::Ended => {
                    let short = began.elapsed() < TOO_SHORT;
                    self.cut_short = if short { self.cut_short + 1 } else { 0 };
                    self.idle = self.cut_short < MOST_SHORT;
                    return Ok(());
                }
            }
        }
    }
}
