//! The figures of a team's week, from its requests.
//!
//! Every request counts, the open ones for as long as they have waited (law 14). Whether a group is
//! large enough to be shown is not asked here.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::model::report::{Change, Curve, Figures, Open, Span, Spread};
use crate::rules::counting::{Counted, Tally, Target};
use crate::rules::resampling::Interval;
use crate::rules::survival::{Observed, Survival};

/// A change is looked for where both sides have so many requests.
const ENOUGH: usize = 10;
/// Weeks of the trend, this one included; and weeks before this one that it is compared with.
const TREND: i32 = 8;
/// Nine of ten are looked for over so many weeks, this one included.
const ROLLING: i32 = 4;

/// The first moment of which requests count for any figure of a week.
pub fn begin(monday: Date, zone: &TimeZone) -> Timestamp {
    midnight(weeks_later(monday, -TREND), zone)
}

/// The first moment after a week.
pub fn end(monday: Date, zone: &TimeZone) -> Timestamp {
    midnight(weeks_later(monday, 1), zone)
}

/// The figures of the week that begins on a Monday in the team's zone. `tally`: every request from
/// [`begin`] on, and every older one that is open, as they were known at `at`. `people`: how many
/// the team had at a moment.
pub fn figures(
    tally: &Tally,
    (monday, zone): (Date, &TimeZone),
    at: Timestamp,
    people: impl Fn(Timestamp) -> u32,
) -> Figures {
    let ends = |no: i32| midnight(weeks_later(monday, no + 1), zone).min(at);
    let weeks = |first: i32, last: i32| Weeks {
        tally,
        people: (first..=last).map(|no| people(ends(no))).min().unwrap_or(0),
        first: weeks_later(monday, first),
        from: midnight(weeks_later(monday, first), zone),
        to: midnight(weeks_later(monday, last + 1), zone),
    };
    let (before, week) = (weeks(-TREND, -1), weeks(0, 0));
    let trend = (1 - TREND..=0).map(|no| weeks(no, no).span()).collect();
    Figures {
        monday,
        at,
        week: week.span(),
        rolling: weeks(1 - ROLLING, 0).span(),
        open: open(&tally.requests),
        before: before.span(),
        change: change(&before.observed(), &week.observed()),
        trend,
        spread: spread(&week),
        curve: curve(&week),
        curve_before: curve(&before),
        arrivals: arrivals(&weeks(1 - TREND, 0), zone),
    }
}

fn weeks_later(monday: Date, weeks: i32) -> Date {
    let last = if weeks < 0 { Date::MIN } else { Date::MAX };
    monday.checked_add(weeks.weeks()).unwrap_or(last)
}

/// When a day begins in a zone.
pub fn midnight(day: Date, zone: &TimeZone) -> Timestamp {
    zone.to_zoned(day.at(0, 0, 0, 0)).map_or(Timestamp::MAX, |start| start.timestamp())
}

/// Some weeks of a tally.
struct Weeks<'a> {
    tally: &'a Tally,
    people: u32,
    first: Date,
    from: Timestamp,
    to: Timestamp,
}

impl Weeks<'_> {
    fn requests(&self) -> impl Iterator<Item = &Counted> {
        let within = |one: &&Counted| self.from <= one.asked_at && one.asked_at < self.to;
        self.tally.requests.iter().filter(within)
    }

    fn observed(&self) -> Vec<Observed> {
        self.requests().map(Counted::observed).collect()
    }

    fn count(&self, wanted: impl Fn(&Counted) -> bool) -> u32 {
        counted(self.requests().filter(|one| wanted(one)).count())
    }

    fn span(&self) -> Span {
        let survival = Survival::of(&self.observed());
        let waits = self.requests().map(|one| Observed { span: one.wait, waiting: one.is_open() });
        let no_requests = self.tally.no_requests.iter();
        let no_requests = no_requests.filter(|at| self.from <= **at && **at < self.to).count();
        Span {
            first: self.first,
            people: self.people,
            received: self.count(|_| true),
            answered: self.count(|one| !one.is_open()),
            at_the_latest: self.count(|one| one.at_the_latest),
            median: survival.within(0.5),
            ninth: survival.within(0.9),
            median_wait: Survival::of(&waits.collect::<Vec<_>>()).within(0.5),
            in_time: self.count(|one| one.target == Target::InTime),
            late: self.count(|one| one.target == Target::Late),
            not_due: self.count(|one| one.target == Target::NotDue),
            no_requests: counted(no_requests),
        }
    }
}

fn open(requests: &[Counted]) -> Open {
    let open = || requests.iter().filter(|one| one.is_open());
    Open {
        count: counted(open().count()),
        overdue: counted(open().filter(|one| one.target == Target::Late).count()),
        oldest: open().map(|one| one.wait).max(),
    }
}

fn change(before: &[Observed], after: &[Observed]) -> Change {
    if before.len() < ENOUGH || after.len() < ENOUGH {
        return Change::TooFew;
    }
    let interval = Interval::of_median(before, after);
    let from = Survival::of(before).within(0.5);
    match (interval.is_less(), interval.is_more()) {
        (true, _) => Change::Faster { from },
        (_, true) => Change::Slower { from },
        (false, false) => Change::Same,
    }
}

fn spread(week: &Weeks<'_>) -> Spread {
    let mut spread = Spread::default();
    for one in week.requests() {
        let hours = |count| one.owner_time <= SignedDuration::from_hours(count);
        let slot = if one.is_open() {
            &mut spread.waiting
        } else if hours(1) {
            &mut spread.hour
        } else if hours(4) {
            &mut spread.four_hours
        } else if hours(8) {
            &mut spread.day
        } else if hours(24) {
            &mut spread.three_days
        } else {
            &mut spread.longer
        };
        *slot += 1;
    }
    spread
}

fn curve(weeks: &Weeks<'_>) -> Curve {
    let survival = Survival::of(&weeks.observed());
    Curve::of(|span| survival.answered_percent(span))
}

fn arrivals(weeks: &Weeks<'_>, zone: &TimeZone) -> [[u32; 12]; 7] {
    let mut arrivals = [[0; 12]; 7];
    for one in weeks.requests() {
        let local = zone.to_datetime(one.asked_at);
        let day = usize::try_from(local.weekday().to_monday_zero_offset());
        let hours = usize::try_from(local.hour() / 2);
        if let (Ok(day), Ok(hours)) = (day, hours)
            && let Some(slot) = arrivals.get_mut(day).and_then(|day| day.get_mut(hours))
        {
            *slot += 1;
        }
    }
    arrivals
}

fn counted(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
