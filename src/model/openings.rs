//! Civil hours as instants: the walk over the days behind `model/calendar`.
//!
//! A civil boundary is the first instant at which the local clock shows it or anything later: in a
//! gap the instant of the jump, in a fold the first occurrence. That rule never runs backwards, so
//! hours stay sorted and disjoint in every zone, and working time is real elapsed time.
//! Never allocates per day; plain weeks (no change of the clock, nothing special) are skipped
//! by arithmetic.

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use crate::model::calendar::{Calendar, Cause, Interval, Span, Week};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Day after day, from the one of an instant to a last one.
pub(in crate::model) struct Walk<'a> {
    calendar: &'a Calendar,
    from: Timestamp,
    date: Date,
    last: Date,
    /// Plain weeks are looked for again at this date.
    look_again: Date,
    week_total: SignedDuration,
}

impl<'a> Walk<'a> {
    /// Stands on the local day of `from`.
    pub(in crate::model) fn new(calendar: &'a Calendar, from: Timestamp, last: Date) -> Self {
        let date = calendar.local_date(from);
        let week_total = civil_total(&calendar.week);
        Self { calendar, from, date, last, look_again: date, week_total }
    }

    /// The day it stands on.
    pub(in crate::model) fn date(&self) -> Date {
        self.date
    }

    /// Working time of a plain week.
    pub(in crate::model) fn week_total(&self) -> SignedDuration {
        self.week_total
    }

    /// To the next day; false: it stood on the last one.
    pub(in crate::model) fn advance(&mut self) -> bool {
        match self.date.tomorrow() {
            Ok(next) if next <= self.last => {
                self.date = next;
                true
            }
            Ok(_) | Err(_) => false,
        }
    }

    /// The day's openings as instants, from the walk's beginning on, absences taken out.
    pub(in crate::model) fn pieces(&self) -> impl Iterator<Item = (Timestamp, Timestamp)> + 'a {
        let (calendar, start, date) = (self.calendar, self.from, self.date);
        hours_of(calendar, date)
            .iter()
            .map(move |interval| bounds(&calendar.zone, date, *interval))
            .map(move |(from, to)| (from.max(start), to))
            .flat_map(move |(from, to)| Present { absences: &calendar.absences, from, to })
    }

    /// Leaps over at most so many plain weeks; how many, and the working time of each.
    pub(in crate::model) fn skip_weeks(&mut self, at_most: i32) -> (i32, SignedDuration) {
        if at_most < 1 || self.date < self.look_again {
            return (0, self.week_total);
        }
        let special = first_special(self.calendar, self.date);
        let weeks = weeks_between(self.date, special).min(at_most);
        if weeks < 1 {
            self.look_again = special.tomorrow().unwrap_or(Date::MAX);
            return (0, self.week_total);
        }
        let days = jiff::Span::new().try_days(i64::from(weeks) * 7);
        match days.and_then(|days| self.date.checked_add(days)) {
            Ok(date) => {
                self.date = date;
                (weeks, self.week_total)
            }
            Err(_) => (0, self.week_total),
        }
    }

    /// Leaps over plain weeks without any hours.
    pub(in crate::model) fn skip_empty_weeks(&mut self) {
        if self.week_total.is_zero() {
            self.skip_weeks(weeks_between(self.date, self.last));
        }
    }
}

/// What is left of one opening when the absences are taken out.
struct Present<'a> {
    absences: &'a [(Timestamp, Timestamp)],
    from: Timestamp,
    to: Timestamp,
}

impl Iterator for Present<'_> {
    type Item = (Timestamp, Timestamp);

    fn next(&mut self) -> Option<Self::Item> {
        while self.from < self.to {
            let begin = self.from;
            let (left, back) = away_after(self.absences, begin)
                .filter(|(left, _)| *left < self.to)
                .unwrap_or((self.to, self.to));
            self.from = back;
            if left > begin {
                return Some((begin, left));
            }
        }
        None
    }
}

/// The first absence that ends after `at`.
fn away_after(
    absences: &[(Timestamp, Timestamp)],
    at: Timestamp,
) -> Option<(Timestamp, Timestamp)> {
    absences.get(absences.partition_point(|(_, until)| *until <= at)).copied()
}

/// The hours of a date: its exception, else its holiday, else the last profile, else the week.
fn hours_of(calendar: &Calendar, date: Date) -> &[Interval] {
    if let Some(hours) = calendar.exceptions.get(&date) {
        return hours;
    }
    if calendar.holidays.contains_key(&date) {
        return &[];
    }
    let profile = calendar.profiles.iter().rfind(|p| p.from <= date && date <= p.to);
    let week = profile.map_or(&calendar.week, |profile| &profile.week);
    let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
    week.get(weekday).map_or(&[], Vec::as_slice)
}

fn bounds(zone: &TimeZone, date: Date, interval: Interval) -> (Timestamp, Timestamp) {
    let from = instant(zone, date.to_datetime(interval.from));
    let to = match interval.to {
        Some(time) => instant(zone, date.to_datetime(time)),
        None => end_of(zone, date),
    };
    (from, to)
}

/// The first instant of a local day.
pub(in crate::model) fn start_of(zone: &TimeZone, date: Date) -> Timestamp {
    instant(zone, date.at(0, 0, 0, 0))
}

fn end_of(zone: &TimeZone, date: Date) -> Timestamp {
    date.tomorrow().map_or(Timestamp::MAX, |next| start_of(zone, next))
}

/// The first instant at which the local clock shows `civil` or anything later.
fn instant(zone: &TimeZone, civil: DateTime) -> Timestamp {
    let edge = if civil.year() < 0 { Timestamp::MIN } else { Timestamp::MAX };
    match zone.to_ambiguous_timestamp(civil).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(civil).unwrap_or(edge),
        AmbiguousOffset::Fold { before, .. } => before.to_timestamp(civil).unwrap_or(edge),
        AmbiguousOffset::Gap { before, after } => {
            // Read with the later offset it lies before the jump, with the earlier one behind it.
            let earlier = after.to_timestamp(civil).unwrap_or(edge);
            let later = before.to_timestamp(civil).unwrap_or(edge);
            zone.following(earlier)
                .map(|transition| transition.timestamp())
                .take_while(|jump| *jump <= later)
                .find(|jump| zone.to_datetime(*jump) >= civil)
                .unwrap_or(later)
        }
    }
}

/// The first date, not before `date`, on which a plain week's hours may not be what counts.
fn first_special(calendar: &Calendar, date: Date) -> Date {
    let begin = start_of(&calendar.zone, date);
    let exception = calendar.exceptions.range(date..).next().map(|(day, _)| *day);
    let holiday = calendar.holidays.range(date..).next().map(|(day, _)| *day);
    let profile = calendar.profiles.iter().filter(|p| p.to >= date).map(|p| p.from).min();
    let absence = away_after(&calendar.absences, begin).map(|(left, _)| day_before(calendar, left));
    // From a moment earlier, so that a jump at midnight, which shortens this very day, is seen.
    let moment = begin.saturating_sub(SignedDuration::from_nanos(1)).unwrap_or(Timestamp::MIN);
    let change = calendar.zone.following(moment).next();
    let change = change.map(|change| day_before(calendar, change.timestamp()));
    let first = [exception, holiday, profile, absence, change].into_iter().flatten().min();
    first.unwrap_or(Date::MAX).max(date)
}

/// A date that is surely over before `at`, whichever way the clock is set there.
fn day_before(calendar: &Calendar, at: Timestamp) -> Date {
    let earlier = at.saturating_sub(DAY).unwrap_or(Timestamp::MIN);
    calendar.local_date(earlier)
}

/// Whole weeks from one date to another; 0 if there are none.
pub(in crate::model) fn weeks_between(from: Date, to: Date) -> i32 {
    i32::try_from(to.duration_since(from).as_hours() / (24 * 7)).unwrap_or(0).max(0)
}

/// How often `part` goes into `whole`; without a part as often as can be.
pub(in crate::model) fn times(whole: SignedDuration, part: SignedDuration) -> i32 {
    let times = whole.as_nanos().checked_div(part.as_nanos());
    times.map_or(i32::MAX, |times| i32::try_from(times).unwrap_or(i32::MAX))
}

fn civil_total(week: &Week) -> SignedDuration {
    let length = |interval: &Interval| match interval.to {
        Some(to) => to.duration_since(interval.from),
        None => DAY.saturating_sub(interval.from.duration_since(jiff::civil::Time::midnight())),
    };
    week.iter().flatten().map(length).fold(SignedDuration::ZERO, SignedDuration::saturating_add)
}

/// Hours of a day in order: sorted, overlaps and neighbours joined, empty ones dropped.
pub(in crate::model) fn tidy(mut hours: Vec<Interval>) -> Vec<Interval> {
    // 24:00 comes after every time of day.
    let end = |interval: &Interval| (interval.to.is_none(), interval.to);
    hours.retain(|interval| interval.to.is_none_or(|to| interval.from < to));
    hours.sort_by_key(|interval| interval.from);
    let mut tidy: Vec<Interval> = Vec::with_capacity(hours.len());
    for next in hours {
        match tidy.last_mut() {
            Some(last) if last.to.is_none_or(|to| next.from <= to) => {
                if end(&next) > end(last) {
                    last.to = next.to;
                }
            }
            Some(_) | None => tidy.push(next),
        }
    }
    tidy
}

/// Spans of time in order: sorted, overlaps and neighbours joined.
pub(in crate::model) fn joined(
    mut spans: Vec<(Timestamp, Timestamp)>,
) -> Vec<(Timestamp, Timestamp)> {
    spans.sort_unstable();
    let mut joined: Vec<(Timestamp, Timestamp)> = Vec::with_capacity(spans.len());
    for (from, until) in spans {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(until),
            Some(_) | None => joined.push((from, until)),
        }
    }
    joined
}

/// See `Calendar::receipt`.
pub(in crate::model) fn receipt(calendar: &Calendar, from: Timestamp, to: Timestamp) -> Vec<Span> {
    let mut paper = Paper { absences: &calendar.absences, spans: Vec::new(), at: from, to };
    let last = calendar.local_date(to).tomorrow().unwrap_or(Date::MAX);
    let mut walk = Walk::new(calendar, from, last);
    while paper.at < to {
        let date = walk.date();
        for interval in hours_of(calendar, date) {
            let (opened, closed) = bounds(&calendar.zone, date, *interval);
            paper.write(opened, closed_by(calendar, date));
            paper.write(closed, Cause::Working);
        }
        paper.write(end_of(&calendar.zone, date), closed_by(calendar, date));
        if !walk.advance() {
            break;
        }
    }
    paper.write(to, Cause::OutsideHours);
    paper.spans
}

fn closed_by(calendar: &Calendar, date: Date) -> Cause {
    if calendar.exceptions.contains_key(&date) {
        return Cause::Exception;
    }
    let holiday = calendar.holidays.get(&date);
    holiday.map_or(Cause::OutsideHours, |holiday| Cause::Holiday(holiday.name.clone()))
}

/// A receipt being written from left to right.
struct Paper<'a> {
    absences: &'a [(Timestamp, Timestamp)],
    spans: Vec<Span>,
    at: Timestamp,
    to: Timestamp,
}

impl Paper<'_> {
    /// From where it stands up to `until` the cause was this, unless the owner was away.
    fn write(&mut self, until: Timestamp, cause: Cause) {
        let until = until.min(self.to);
        while self.at < until {
            let absence = away_after(self.absences, self.at).filter(|(left, _)| *left < until);
            match absence {
                Some((left, _)) if left > self.at => self.add(left, cause.clone()),
                Some((_, back)) => self.add(back.min(until), Cause::Away),
                None => self.add(until, cause.clone()),
            }
        }
    }

    fn add(&mut self, to: Timestamp, cause: Cause) {
        let from = std::mem::replace(&mut self.at, to);
        match self.spans.last_mut() {
            Some(last) if last.cause == cause => last.to = to,
            Some(_) | None => self.spans.push(Span { from, to, cause }),
        }
    }
}
