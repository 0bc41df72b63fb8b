//! Owners' calendars, read at the start and then ever so often: each in a task of its own, and each
//! reading on a thread of its own, so that none stands in the way of mail.
//!
//! What was read to its end goes to the desk; what could not be read is told in the journal once,
//! and nothing follows from it.

use std::io::Read;
use std::path::Path;
use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::config::agenda::{Agenda, Place};
use crate::daemon::desk::Desk;
use crate::daemon::watch::Watch;
use crate::engine::turn::Input;
use crate::ical::read::{LARGEST, Whose, read};
use crate::model::agenda::Found;
use crate::model::owner::Owner;

/// One owner's calendar.
#[derive(Clone, Debug)]
struct Reading {
    agenda: Agenda,
    owner: Owner,
    desk: Desk,
}

/// Begins to read the calendar of a watched owner who has one.
pub fn begin(watch: &Watch, stop: &CancellationToken) {
    if let Some(reading) = Reading::of(watch) {
        tokio::spawn(reading.run(stop.clone()));
    }
}

/// Reads it once.
pub async fn once(watch: &Watch) {
    if let Some(reading) = Reading::of(watch) {
        reading.turn(&mut None).await;
    }
}

impl Reading {
    fn of(watch: &Watch) -> Option<Self> {
        let agenda = watch.watched.agenda.clone()?;
        let owner = Owner::clone(&watch.scope.owner);
        Some(Self { agenda, owner, desk: watch.scope.desk.clone() })
    }

    async fn run(self, stop: CancellationToken) {
        let mut told = None;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.turn(&mut told) => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = sleep(self.pause()) => {}
            }
        }
    }

    /// Until the next reading; those of an office are not all at the same moment.
    fn pause(&self) -> Duration {
        let every = Duration::try_from(self.agenda.every).unwrap_or(Duration::from_secs(900));
        let share = u32::try_from(self.owner.id.0.rem_euclid(16)).unwrap_or(0);
        every + every / 160 * share
    }

    /// One reading; `told` is what the journal knows of the trouble with it.
    async fn turn(&self, told: &mut Option<String>) {
        let who = self.owner.main_address().map_or("", |address| address.as_str());
        match look(&self.agenda, &self.owner, self.desk.now()).await {
            Ok(found) => {
                if told.take().is_some() {
                    tracing::info!("The calendar of {who} can be read again.");
                }
                self.desk.turn(Input::Agenda(self.owner.id, found)).await;
            }
            Err(why) => {
                if told.as_ref() != Some(&why) {
                    tracing::warn!("The calendar of {who} cannot be read: {why}");
                    *told = Some(why);
                }
            }
        }
    }
}

/// What stands in a calendar now, or why it cannot be read.
pub async fn look(agenda: &Agenda, owner: &Owner, now: jiff::Timestamp) -> Result<Found, String> {
    let (place, words) = (agenda.place.clone(), agenda.words.clone());
    let (zone, addresses) = (owner.calendar.zone().clone(), owner.addresses.clone());
    let reading = tokio::task::spawn_blocking(move || {
        let parts = match &place {
            Place::File(file) => vec![contents(file)?],
        };
        let whose = Whose { zone: &zone, addresses: &addresses, words: &words };
        read(&parts, &whose, now).map_err(|fault| fault.to_string())
    });
    reading.await.map_err(|_| "reading it broke off; this calendar is left out".to_owned())?
}

fn contents(file: &Path) -> Result<Vec<u8>, String> {
    let unreadable = |error: std::io::Error| format!("{}: {error}", file.display());
    // Opening a pipe would wait for whoever writes into it.
    if !std::fs::metadata(file).map_err(unreadable)?.is_file() {
        return Err(format!("{} is not a file", file.display()));
    }
    let mut bytes = Vec::new();
    // One more than is taken: what is too large shows.
    let most = u64::try_from(LARGEST).unwrap_or(u64::MAX).saturating_add(1);
    std::fs::File::open(file)
        .and_then(|opened| opened.take(most).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    Ok(bytes)
}
