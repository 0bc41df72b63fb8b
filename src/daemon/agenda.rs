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

use crate::config::agenda::{Agenda, Place, Site};
use crate::config::secret::Password;
use crate::daemon::desk::Desk;
use crate::daemon::watch::Watch;
use crate::engine::turn::Input;
use crate::ical::answer::{Answer, Version};
use crate::ical::read::{LARGEST, Whose, read, span};
use crate::ical::{caldav, published};
use crate::model::agenda::Found;
use crate::model::owner::Owner;

/// So often a calendar may be as it was before it is asked for as a whole.
const MOST_UNCHANGED: u32 = 48;

/// One owner's calendar.
#[derive(Clone, Debug)]
struct Reading {
    agenda: Agenda,
    owner: Owner,
    desk: Desk,
}

/// What is known of a calendar between two readings.
#[derive(Debug, Default)]
struct Course {
    /// What the journal knows of the trouble with it.
    told: Option<String>,
    /// What came last and how the server called it.
    last: Option<(Found, Version)>,
    /// How often it was as it was since then.
    unchanged: u32,
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
        reading.turn(&mut Course::default()).await;
    }
}

impl Reading {
    fn of(watch: &Watch) -> Option<Self> {
        let agenda = watch.agenda.clone()?;
        let owner = Owner::clone(watch.scope.owner.as_ref()?);
        Some(Self { agenda, owner, desk: watch.scope.desk.clone() })
    }

    async fn run(self, stop: CancellationToken) {
        let mut course = Course::default();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.turn(&mut course) => {}
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

    /// One reading.
    async fn turn(&self, course: &mut Course) {
        let who = self.owner.main_address().map_or("", |address| address.as_str());
        // What is looked at moves with time, so that it is read anew now and then.
        let last = course.last.take().filter(|_| course.unchanged < MOST_UNCHANGED);
        let version = last.as_ref().map_or_else(Version::default, |(_, version)| version.clone());
        match (look(&self.agenda, &self.owner, &version, self.desk.now()).await, last) {
            (Ok(Some((found, version))), _) => {
                course.unchanged = 0;
                self.hand_over(course, who, found, version).await;
            }
            (Ok(None), Some((found, version))) => {
                course.unchanged += 1;
                self.hand_over(course, who, found, version).await;
            }
            (Ok(None), None) => {}
            (Err(why), last) => {
                course.last = last;
                if course.told.as_ref() != Some(&why) {
                    tracing::warn!("The calendar of {who} cannot be read: {why}");
                    course.told = Some(why);
                }
            }
        }
    }

    async fn hand_over(&self, course: &mut Course, who: &str, found: Found, version: Version) {
        if course.told.take().is_some() {
            tracing::info!("The calendar of {who} can be read again.");
        }
        course.last = Some((found.clone(), version));
        self.desk.turn(Input::Agenda(self.owner.id, found)).await;
    }
}

/// What stands in a calendar now, `None` where that is what it was in `version`; or why it cannot
/// be read.
pub async fn look(
    agenda: &Agenda,
    owner: &Owner,
    version: &Version,
    now: jiff::Timestamp,
) -> Result<Option<(Found, Version)>, String> {
    let answer = match &agenda.place {
        Place::File(file) => {
            let file = file.clone();
            let bytes = apart(move || contents(&file)).await?;
            Ok(Answer::Whole(vec![bytes], Version::default()))
        }
        Place::Web(site) => {
            let password = password(site).await?;
            published::fetch(site, password.as_ref().map(Password::expose), version).await
        }
        Place::CalDav(site) => {
            let password = password(site).await?;
            caldav::fetch(site, password.as_ref().map(Password::expose), version, span(now)).await
        }
    };
    let (parts, version) = match answer.map_err(|fault| fault.to_string())? {
        Answer::Unchanged => return Ok(None),
        Answer::Whole(parts, version) => (parts, version),
    };
    let (zone, addresses) = (owner.calendar.zone().clone(), owner.addresses.clone());
    let words = agenda.words.clone();
    let found = apart(move || {
        let whose = Whose { zone: &zone, addresses: &addresses, words: &words };
        read(&parts, &whose, now).map_err(|fault| fault.to_string())
    });
    Ok(Some((found.await?, version)))
}

async fn password(site: &Site) -> Result<Option<Password>, String> {
    let secret = site.password.clone();
    let read = move || secret.map(|secret| secret.read()).transpose();
    apart(move || read().map_err(|fault| fault.to_string())).await
}

/// Does something that takes time, and may break off, on a thread of its own.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| "reading it broke off; this calendar is left out".to_owned())?
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
