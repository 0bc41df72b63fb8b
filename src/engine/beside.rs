//! What a report tells beside the requests: who was away and what was done about it, and which
//! answers from others are still awaited. Sums over a team's people, none of them named.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::engine::listing::{self, Folder};
use crate::model::away::{begin_of, end_of};
use crate::model::calendar::Calendar;
use crate::model::facts::Health;
use crate::model::owner::Owner;
use crate::model::promises::Hours;
use crate::model::report::Beside;
use crate::store::db::{Connection, StoreError};
use crate::store::{handovers, replies};

/// The time that a report is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time {
    /// The Monday of its week.
    pub(crate) monday: Date,
    /// The week itself, in the team's zone.
    pub(crate) week: (Timestamp, Timestamp),
    /// Eight weeks before the end of it.
    pub(crate) begin: Timestamp,
    /// What happened later is not known yet.
    pub(crate) at: Timestamp,
}

/// Adds what is known of one person.
pub(crate) fn add(
    c: &Connection,
    (owner, hours): (&Owner, &Hours),
    time: Time,
    sum: &mut Beside,
) -> Result<(), StoreError> {
    let Time { monday, week, at, .. } = time;
    let (from, until) = (week.0, week.1.min(at));
    sum.unread += u32::from(!is_read(&listing::folders(c, owner, at)?, until));
    sum.away_days += away_days(hours, monday, at);
    sum.automatic += replies::replied_automatically(c, owner.id, (from, until))?;
    sum.handed += handovers::handed_over(c, owner.id, (from, until))?;
    Ok(())
}

/// Whether all folders of an owner were read until a moment, and can be read.
fn is_read(folders: &[Folder], until: Timestamp) -> bool {
    folders.iter().all(|folder| match folder.state {
        Health::Live | Health::Stale => folder.last_read_at.is_some_and(|at| at >= until),
        Health::Failed | Health::Blind => false,
    })
}

/// Working days of a week, on the owner's calendar, of which more than half was absence.
fn away_days(hours: &Hours, monday: Date, at: Timestamp) -> u32 {
    let is_away = |no: i64| {
        let calendar = hours.at(at);
        let zone = calendar.zone();
        let day = monday.checked_add(no.days()).ok()?;
        let (from, until) = (begin_of(day, zone)?, end_of(day, zone)?.min(at));
        let present = hours.at(from).working_time_between(from, until);
        let usual = Calendar::clone(hours.at(from)).away_only([]);
        Some(present + present < usual.working_time_between(from, until))
    };
    (0..7).map(|no| u32::from(is_away(no) == Some(true))).sum()
}
