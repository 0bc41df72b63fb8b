//! The only reader of the time. Knows when the wall clock has moved against the machine's own: set
//! by hand, by a time server, or by a long sleep of the machine.
//!
//! The machine's own clock is `/proc/uptime`, which counts time asleep too, so that a suspended
//! laptop does not look like a jump.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

use crate::engine::turn::Boot;

/// Smaller differences are drift and rounding.
const JUMP: SignedDuration = SignedDuration::from_mins(2);

/// Where a daemon's time comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine.
    System,
    /// A hand that is moved by somebody else, in seconds since 1970: the demo runs through weeks.
    Hand(Arc<AtomicI64>),
}

impl Clock {
    /// Now, in whole seconds: the store keeps no finer time.
    #[allow(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub fn now(&self) -> Timestamp {
        let second = match self {
            Self::System => Timestamp::now().as_second(),
            Self::Hand(second) => second.load(Ordering::SeqCst),
        };
        Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// The machine's start as this clock reckons it; none where the machine does not say.
    pub fn boot(&self) -> Option<Boot> {
        if let Self::Hand(_) = self {
            return None;
        }
        let name = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        let at = self.now().checked_sub(machine()?).ok()?;
        Some(Boot { name: name.trim().to_owned(), at })
    }
}

/// Compares the wall clock with the machine's own.
#[derive(Debug)]
pub struct Watcher {
    clock: Clock,
    wall: Timestamp,
    machine: Option<SignedDuration>,
}

impl Watcher {
    /// Starts comparing now.
    pub fn start(clock: Clock) -> Self {
        let wall = clock.now();
        Self { clock, wall, machine: machine() }
    }

    /// By how much the wall clock jumped since the last question, if it did.
    pub fn jump(&mut self) -> Option<SignedDuration> {
        if let Clock::Hand(_) = self.clock {
            return None;
        }
        let here = Self::start(self.clock.clone());
        let wall = here.wall.duration_since(self.wall);
        let by = match (self.machine, here.machine) {
            (Some(before), Some(after)) => wall - (after - before),
            // Without a machine clock only a step backwards can be seen.
            (None, _) | (_, None) => wall.min(SignedDuration::ZERO),
        };
        *self = here;
        (by.abs() > JUMP).then_some(by)
    }
}

/// Now on the runtime's own clock, for pauses and deadlines.
pub fn moment() -> tokio::time::Instant {
    tokio::time::Instant::now()
}

fn machine() -> Option<SignedDuration> {
    let text = std::fs::read_to_string("/proc/uptime").ok()?;
    let seconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    SignedDuration::try_from_secs_f64(seconds).ok()
}
