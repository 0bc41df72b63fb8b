//! How well a team answered in one week, or one person, for themself: figures, no names. What is
//! told of single requests is in `model/threads`.
//!
//! Shares are pairs of counts, so that whoever shows them shows both. What they are counted from is
//! in `rules/counting` and `rules/weekly`.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::model::team::Level;
use crate::model::threads::Threads;

/// The Monday of the ISO week of a day.
pub fn monday_of(day: Date) -> Date {
    let behind = day.weekday().since(Weekday::Monday);
    day.checked_sub(i32::from(behind).days()).unwrap_or(Date::MIN)
}

/// The Monday of the last week that is over on a day.
pub fn last_week(today: Date) -> Date {
    monday_of(monday_of(today).yesterday().unwrap_or(Date::MIN))
}

/// From this hour on a report may leave, and a week is reported on the Monday after it.
pub const HOUR: i8 = 7;

/// When a week is known: at seven on the Monday after it, in a zone.
pub fn known_at(monday: Date, zone: &TimeZone) -> Timestamp {
    let after = monday.checked_add(1.week()).unwrap_or(Date::MAX);
    let morning = zone.to_zoned(after.at(HOUR, 0, 0, 0));
    morning.map_or(Timestamp::MAX, |morning| morning.timestamp())
}

/// Of fewer people nothing is shown.
pub const PEOPLE: u32 = 5;
/// Of fewer requests no figures are shown.
pub const REQUESTS: u32 = 10;

/// The figures of one team and one ISO week (ISO 8601), as known at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// Its Monday, in the team's zone.
    pub monday: Date,
    /// What happened later is not known yet.
    pub at: Timestamp,
    /// Requests that arrived in that week.
    pub week: Span,
    /// Requests of four weeks, with this one last.
    pub rolling: Span,
    /// All that is open, whenever it arrived.
    pub open: Open,
    /// Requests of the eight weeks before.
    pub before: Span,
    /// Against these.
    pub change: Change,
    /// The last eight weeks, oldest first; this one is the last.
    pub trend: Vec<Span>,
    /// Requests of the week by working time.
    pub spread: Spread,
    /// How many of them were answered as working time passed.
    pub curve: Curve,
    /// How many of the eight weeks before.
    pub curve_before: Curve,
    /// Requests of the last eight weeks by weekday, Monday first, and by two hours of the day.
    pub arrivals: [[u32; 12]; 7],
}

/// The requests of one span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its first day.
    pub first: Date,
    /// How many people the team had; of several weeks, in the one in which it had the fewest.
    pub people: u32,
    /// How many arrived.
    pub received: u32,
    /// How many of these were answered or handled.
    pub answered: u32,
    /// Of the answered ones, those known by a mark only: answered then, or before.
    pub at_the_latest: u32,
    /// Half were answered within so much working time; `None`: not reached, or none arrived.
    pub median: Option<SignedDuration>,
    /// Nine of ten were answered within so much working time; `None`: not reached, or none arrived.
    pub ninth: Option<SignedDuration>,
    /// Half were answered within so much time, nights and all.
    pub median_wait: Option<SignedDuration>,
    /// Answered in time.
    pub in_time: u32,
    /// Answered too late, or late and open.
    pub late: u32,
    /// Open and not due yet.
    pub not_due: u32,
    /// Of which it was said that they were no requests: not counted above.
    pub no_requests: u32,
}

impl Span {
    /// Those of which it is known whether they were in time.
    pub fn decided(&self) -> u32 {
        self.in_time.saturating_add(self.late)
    }
}

/// What waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// How many.
    pub count: u32,
    /// Of these past their target.
    pub overdue: u32,
    /// How long the oldest has waited, nights and all.
    pub oldest: Option<SignedDuration>,
}

/// Requests by the working time they took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// Answered within one hour.
    pub hour: u32,
    /// Within four hours.
    pub four_hours: u32,
    /// Within a working day of eight hours.
    pub day: u32,
    /// Within three such days.
    pub three_days: u32,
    /// Later.
    pub longer: u32,
    /// Still waiting.
    pub waiting: u32,
}

/// The share that was answered as working time passed, those who still wait counted in. It is told
/// at fixed times and in whole percent, so that no single answer can be read off it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Curve([u8; Curve::TIMES]);

impl Curve {
    /// From one time to the next.
    pub const STEP: SignedDuration = SignedDuration::from_mins(30);
    /// From zero to 24 hours, which are three working days; both ends are told.
    pub const TIMES: usize = 49;

    /// Asks for the share at each time, in percent, 0 to 100.
    pub fn of(mut share: impl FnMut(SignedDuration) -> u8) -> Self {
        let mut at = SignedDuration::ZERO;
        let mut shares = [0; Self::TIMES];
        for told in &mut shares {
            *told = share(at).min(100);
            at = at.saturating_add(Self::STEP);
        }
        Self(shares)
    }

    /// The shares in percent, each [`Curve::STEP`] after the one before.
    pub fn shares(&self) -> &[u8] {
        &self.0
    }

    /// What was answered after so many hours, in percent; after the last time, what was by then.
    pub fn after_hours(&self, hours: u32) -> u8 {
        let no = usize::try_from(hours).unwrap_or(usize::MAX).saturating_mul(2);
        let told = self.0.get(no).or(self.0.last());
        told.copied().unwrap_or(0)
    }
}

/// The median of a week against that of the eight weeks before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Too few requests on one side.
    TooFew,
    /// No more than chance.
    Same,
    /// Surely faster.
    Faster {
        /// The median before; `None`: it was not reached.
        from: Option<SignedDuration>,
    },
    /// Surely slower.
    Slower {
        /// The median before.
        from: Option<SignedDuration>,
    },
}

/// Whose week it is, and what may be told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A team's, at its level.
    Team(Level),
    /// A person's own: all of it, to nobody else.
    Own,
}

impl Scope {
    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Team(level) => level.word(),
            Self::Own => "own",
        }
    }
}

/// What may be shown of a week: all that is written of it is written from this.
#[derive(Clone, Debug, PartialEq)]
pub struct Disclosed {
    /// Whose it is, and what may be told.
    pub scope: Scope,
    /// The Monday of the week.
    pub monday: Date,
    /// What happened later is not known yet.
    pub at: Timestamp,
    /// The week itself, or why it is not shown.
    pub week: Result<Week, Withheld>,
    /// The rest; `None`: too few people.
    pub rest: Option<Rest>,
}

impl Disclosed {
    /// Nobody asked in that week, and nobody waits.
    pub fn is_quiet(&self) -> bool {
        let none = self.week.as_ref().is_ok_and(|week| week.span.received == 0);
        let rest = self.rest.as_ref();
        none && rest.is_some_and(|rest| rest.open.count == 0 && rest.beside.unread == 0)
    }
}

/// One week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Week {
    /// Its requests.
    pub span: Span,
    /// Against the eight weeks before.
    pub change: Change,
    /// By working time.
    pub spread: Spread,
    /// How many were answered as working time passed.
    pub curve: Curve,
    /// How many in the eight weeks before; `None`: not shown, or none arrived.
    pub curve_before: Option<Curve>,
}

/// What is shown beside the week.
#[derive(Clone, Debug, PartialEq)]
pub struct Rest {
    /// How many people the team has.
    pub people: u32,
    /// What is known besides.
    pub beside: Beside,
    /// Within which working time nine of ten were answered, over four weeks: not shown, not
    /// reached, or reached.
    pub ninth: Option<Option<SignedDuration>>,
    /// What waits.
    pub open: Open,
    /// The last eight weeks by their Mondays, oldest first; `None`: not shown.
    pub trend: Vec<(Date, Option<Span>)>,
    /// Requests of these weeks by weekday, Monday first, and by two hours of the day.
    pub arrivals: [[u32; 12]; 7],
    /// Single requests; `None`: not told.
    pub threads: Option<Threads>,
}

/// What is known of a team's people beside the requests to them; sums over all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// Of how many of them the mail was not read until the end of the week: what waits there is not
    /// counted.
    pub unread: u32,
    /// Working days of the week on which one of them was away, each for each.
    pub away_days: u32,
    /// Automatic replies in the week.
    pub automatic: u32,
    /// Urgent requests that were handed over in the week.
    pub handed: u32,
    /// Answers that they asked others for in the last eight weeks, and that have not come.
    pub awaited: u32,
}

/// Why figures are not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withheld {
    /// So few people that a single one could be seen.
    FewPeople,
    /// So few requests, but some.
    FewRequests,
}
