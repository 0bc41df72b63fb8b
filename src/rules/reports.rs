//! When a report leaves: in the morning of the first day of a week on which its reader works, and
//! after an outage as soon as it may, as long as that week lasts.
//!
//! Which reports were written already the caller knows; a week has only one. What is in them is
//! `rules/weekly`.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::model::calendar::Calendar;
use crate::model::report::{HOUR, known_at, last_week};
use crate::model::team::Frequency;

/// For so long a report waits for mail to be read.
const READING: SignedDuration = SignedDuration::from_hours(1);

/// A report that is to leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The Monday of the week that it is about.
    pub week: Date,
    /// When.
    pub at: Timestamp,
}

/// The next moment, from now on, at which the report of the last week may leave to its reader.
/// `None`: they do not work within ten years.
pub fn delivery(calendar: &Calendar, now: Timestamp) -> Option<Delivery> {
    let mut at = now;
    loop {
        at = moment(calendar, at)?;
        let week = last_week(calendar.local_date(at));
        let known_at = known_at(week, calendar.zone());
        if known_at <= at {
            return Some(Delivery { week, at });
        }
        at = known_at;
    }
}

/// The same for the week after the one that was told at a moment.
pub fn delivery_after(calendar: &Calendar, week: Date) -> Option<Delivery> {
    let next = week.checked_add(1.week()).ok()?;
    delivery(calendar, known_at(next, calendar.zone()))
}

/// Whether the report of a week is the first one of a month.
pub fn is_first_of_month(week: Date) -> bool {
    week.checked_add(1.week()).is_ok_and(|told| told.day() <= 7)
}

/// Whether a reader who wants reports so often wants this one.
pub fn is_wanted(frequency: Frequency, week: Date) -> bool {
    match frequency {
        Frequency::Weekly => true,
        Frequency::Monthly => is_first_of_month(week),
        Frequency::Never => false,
    }
}

/// Until when a report that was queued at a moment waits for mail to be read.
pub fn waits_until(queued_at: Timestamp) -> Timestamp {
    queued_at.saturating_add(READING).unwrap_or(Timestamp::MAX)
}

/// The first moment from now on that is in the hours of a reader who is there, or in front of them
/// on the same day, but not too early. `None`: there is none within ten years.
fn moment(calendar: &Calendar, now: Timestamp) -> Option<Timestamp> {
    let opening = calendar.next_opening(now)?;
    let day = calendar.local_date(opening);
    let morning = day.at(HOUR, 0, 0, 0).to_zoned(calendar.zone().clone()).ok()?.timestamp();
    let at = morning.max(now).min(opening);
    Some(if calendar.is_away(at) { opening } else { at })
}
