//! When a mailbox is dialled: whose turn it is, how long to wait after a fault, how much a line may
//! bring.
//!
//! All watches of a daemon share one [`Dialing`]: few attempts at a time at each host, and few in a
//! second in all, so that neither a start nor a server's restart makes a storm. Pauses and shares
//! are pure: the dice are the owner's number, the clock is an argument. Next station:
//! `daemon/watch`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Mutex, Semaphore};
use tokio::time::{Instant, sleep_until};

use crate::daemon::clock::moment;
use crate::imap::rest::Rest;
use crate::model::ids::OwnerId;

/// So many attempts at a time at one host: name, line, login.
pub const AT_ONCE: usize = 4;
/// Two attempts are never closer than this: at most fifty arrive in a second, even if some are a
/// little late.
pub const APART: Duration = Duration::from_millis(21);
/// After a lost line the accounts of a host come back over so long a time for each of them.
const SPREAD_EACH: Duration = Duration::from_millis(40);

const SHORTEST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// The longest pause where the server needs long ones.
const LONGEST_REST: Duration = Duration::from_secs(3_600);
/// Refused logins: two tries, then rests of an hour, six hours, a day.
const REFUSED_RESTS: [Duration; 3] =
    [Duration::from_secs(3_600), Duration::from_secs(6 * 3_600), Duration::from_secs(24 * 3_600)];
/// When a new day begins, not everybody comes in its first second.
const MORNING: Duration = Duration::from_secs(600);
const DAY: i64 = 24 * 3_600;

/// The desk from which all connections are dialled.
#[derive(Clone, Debug, Default)]
pub struct Dialing {
    last: Arc<Mutex<Option<Instant>>>,
    hosts: BTreeMap<String, (Arc<Semaphore>, u32)>,
}

impl Dialing {
    /// For these accounts, named by their hosts.
    pub fn new<'a>(accounts: impl Iterator<Item = &'a str>) -> Self {
        let mut dialing = Self::default();
        for host in accounts {
            let fresh = || (Arc::new(Semaphore::new(AT_ONCE)), 0);
            dialing.hosts.entry(host.to_ascii_lowercase()).or_insert_with(fresh).1 += 1;
        }
        dialing
    }

    /// The way to a host.
    pub fn dialer(&self, host: &str) -> Dialer {
        let known = self.hosts.get(&host.to_ascii_lowercase()).cloned();
        let (lines, accounts) = known.unwrap_or_else(|| (Arc::new(Semaphore::new(AT_ONCE)), 1));
        Dialer { last: Arc::clone(&self.last), lines, accounts }
    }
}

/// The way to one host; cheap to clone.
#[derive(Clone, Debug)]
pub struct Dialer {
    last: Arc<Mutex<Option<Instant>>>,
    lines: Arc<Semaphore>,
    accounts: u32,
}

impl Dialer {
    /// Makes an attempt when its turn has come, first come, first served.
    pub async fn dial<T>(&self, attempt: impl Future<Output = T>) -> T {
        // Held to the end; the semaphore is never closed.
        let _line = self.lines.acquire().await;
        {
            let mut last = self.last.lock().await;
            let at = last.map_or_else(moment, |last| moment().max(last + APART));
            sleep_until(at).await;
            *last = Some(at);
        }
        attempt.await
    }

    /// Over how long a time the accounts of this host come back when all have lost their lines.
    pub fn spread(&self) -> Duration {
        SPREAD_EACH * self.accounts
    }
}

/// The growing pauses between tries of one account.
#[derive(Clone, Debug)]
pub struct Pauses {
    seed: u64,
    spread: Duration,
    tries: u32,
    refused: usize,
}

impl Pauses {
    /// The owner's row moves the pauses, so that those who lost their lines together do not come
    /// back together.
    pub fn new(owner: OwnerId, spread: Duration) -> Self {
        Self { seed: u64::try_from(owner.0).unwrap_or(1), spread, tries: 0, refused: 0 }
    }

    /// A good line was held.
    pub fn reset(&mut self) {
        self.tries = 0;
        self.refused = 0;
    }

    /// How many tries have failed since the last good line.
    pub fn tries(&self) -> u32 {
        self.tries
    }

    /// How long to wait until the next try; `to_next_day`: until there is a new share of bytes.
    pub fn next(&mut self, rest: Rest, to_next_day: Duration) -> Duration {
        self.tries = self.tries.saturating_add(1);
        match rest {
            Rest::Growing(at_least) => self.growing(at_least),
            Rest::Throttled(named) => {
                let later = named + self.share_of(named / 8 + SHORTEST_PAUSE);
                later.min(LONGEST_REST).max(self.growing(Duration::ZERO))
            }
            Rest::Spent => LONGEST_REST,
            Rest::NextDay => (to_next_day + self.share_of(MORNING)).max(SHORTEST_PAUSE),
            Rest::Refused => {
                let rest = self.refused.checked_sub(1);
                self.refused += 1;
                let rest = rest.map(|rest| rest.min(REFUSED_RESTS.len() - 1));
                let rest = rest.and_then(|rest| REFUSED_RESTS.get(rest).copied());
                rest.unwrap_or_else(|| self.growing(Duration::ZERO))
            }
        }
    }

    /// Between half and the whole of the doubled pause, and the first time spread over the host.
    fn growing(&self, at_least: Duration) -> Duration {
        let whole = SHORTEST_PAUSE.max(at_least * 2);
        let longest = if whole < LONGEST_PAUSE { LONGEST_PAUSE } else { LONGEST_REST };
        let whole = whole.saturating_mul(1 << self.tries.saturating_sub(1).min(8)).min(longest);
        let spread = if self.tries <= 1 { self.spread } else { Duration::ZERO };
        whole / 2 + self.share_of(whole / 2) + self.share_of(spread)
    }

    /// A part of this, by the owner and the try: neighbours' parts lie far apart.
    fn share_of(&self, whole: Duration) -> Duration {
        let mixed = (self.seed ^ u64::from(self.tries) << 32).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        whole * u32::try_from(mixed >> 48).unwrap_or(0) / 65_536
    }
}

/// How many bytes an account's server may send in a day (UTC).
#[derive(Clone, Debug)]
pub struct Share {
    most: u64,
    day: i64,
    used: u64,
    counted: u64,
}

impl Share {
    /// A whole share of `most` bytes for every day.
    pub fn new(most: u64) -> Self {
        Self { most, day: 0, used: 0, counted: 0 }
    }

    /// A new line begins to count from nothing.
    pub fn line_opened(&mut self) {
        self.counted = 0;
    }

    /// Counts what the line has brought until now.
    pub fn count(&mut self, received: u64) {
        self.used = self.used.saturating_add(received.saturating_sub(self.counted));
        self.counted = received;
    }

    /// How many bytes the line may bring in all, by what is left of this day's share.
    pub fn grant(&mut self, received: u64, now: Timestamp) -> u64 {
        self.count(received);
        let day = now.as_second().div_euclid(DAY);
        if day != self.day {
            (self.day, self.used) = (day, 0);
        }
        received.saturating_add(self.most.saturating_sub(self.used))
    }

    /// How long it is until the share last granted from is renewed.
    pub fn renewed_in(&self, now: Timestamp) -> Duration {
        let seconds = (self.day + 1) * DAY - now.as_second();
        Duration::from_secs(u64::try_from(seconds).unwrap_or(0))
    }
}
