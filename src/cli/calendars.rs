//! `sigap doctor`: whether an owner's calendar can be read, and what is found in it now.

use jiff::Timestamp;

use crate::cli::proofs::{Cause, Proof};
use crate::config::settings::Watched;
use crate::daemon::agenda::look;
use crate::ical::answer::Version;

const WHAT: &str = "calendar";

/// The proof for one owner, who may have no calendar.
pub async fn of_owner(watched: &Watched, now: Timestamp) -> Option<Proof> {
    let agenda = watched.agenda.as_ref()?;
    let about = watched.owner.main_address().map_or("", |address| address.as_str());
    let (found, version) = match look(agenda, &watched.owner, &Version::default(), now).await {
        Ok(found) => found.unwrap_or_default(),
        Err(why) => {
            let right = "when that is settled: the daemon tries again by itself";
            return Some(Proof::problem(about, WHAT, Cause::Other, why, right));
        }
    };
    let (certain, unsure) = found.counts();
    let many = version.calendars().map(|many| format!("; calendars: {many}")).unwrap_or_default();
    let words = format!("read{many}; absences found: {certain}, to be confirmed by mail: {unsure}");
    if found.unread.is_empty() {
        return Some(Proof::ok(about, WHAT, words));
    }
    let words = format!("{words}; absences that cannot be understood: {}", found.unread.len());
    let right = "look at their dates, time zones and repetitions: they do not count";
    Some(Proof::problem(about, WHAT, Cause::Other, words, right))
}
