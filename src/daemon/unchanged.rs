//! Readings that found nothing new: those of one visit are handed over together, and those of many
//! visits make one turn of the desk.
//!
//! Thousands of owners are polled all day, and nearly every poll says no more than that a folder is
//! known to its end: news that may be a second old when it is written.

use std::time::Duration;

use tokio::time::Instant;

use crate::daemon::clock::moment;
use crate::daemon::reading::{Scope, Trouble};
use crate::engine::intake::Read;
use crate::engine::turn::Input;
use crate::model::message::Batch;

/// The desk gathers them for so long.
const GATHERED_FOR: Duration = Duration::from_secs(1);

/// Those of one visit.
#[derive(Debug, Default)]
pub struct Unchanged(Vec<Batch<Read>>);

impl Unchanged {
    /// Keeps what says no more than that a folder is known to its end. Anything else comes back.
    pub(crate) fn keep(&mut self, batch: Batch<Read>) -> Option<Batch<Read>> {
        let news = batch.messages.len() + batch.flags.len() + batch.vanished.len();
        if news > 0 || batch.renumbered || batch.reconciled || !batch.caught_up {
            return Some(batch);
        }
        self.0.push(batch);
        None
    }

    /// To the desk, which writes it within a second and before whatever it is asked next.
    pub async fn hand_over(&mut self, scope: &Scope) -> Result<(), Trouble> {
        if self.0.is_empty() || scope.desk.unchanged(std::mem::take(&mut self.0)).await {
            return Ok(());
        }
        Err(Trouble::Stopping)
    }
}

/// Those of many visits, on their way into the store.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    batches: Vec<Batch<Read>>,
    /// When the first came.
    since: Option<Instant>,
}

impl Gathered {
    pub(crate) fn add(&mut self, batches: Vec<Batch<Read>>) {
        self.since.get_or_insert_with(moment);
        self.batches.extend(batches);
    }

    /// How long they may still wait; nothing to wait for: none.
    pub(crate) fn left(&self) -> Option<Duration> {
        self.since.map(|since| GATHERED_FOR.saturating_sub(since.elapsed()))
    }

    /// What the passing of time has to tell the engine: all of them, or nothing but itself.
    pub(crate) fn or_tick(&mut self) -> Input {
        self.take().map_or(Input::Tick, Input::Arrived)
    }

    /// All of them, if there are any.
    pub(crate) fn take(&mut self) -> Option<Vec<Batch<Read>>> {
        self.since.take().map(|_| std::mem::take(&mut self.batches))
    }
}
