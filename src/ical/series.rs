//! When the times of a series begin (RFC 5545 §3.3.10), by the clocks of its zone.
//!
//! The rule is expanded as if there were no zones: what the clocks show is what a person meant, and
//! the zone comes afterwards. Rules by the hour or finer are no absences and are not expanded, and
//! neither is one that begins too long ago to reach the present.

use calcard::common::PartialDateTime;
use calcard::common::timezone::Tz;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarFrequency,
    ICalendarProperty, ICalendarRecurrenceRule, ICalendarValue,
};
use jiff::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;

use crate::ical::times::{Moment, Zones};

/// So many times of a series are looked at: days of fifty years.
const MOST_TIMES: usize = 20_000;
/// Parts of a rule; a list of all days of a year is shorter.
const MOST_PARTS: usize = 400;

/// When its times begin that are later than `after`, by its clocks; none where that cannot be said.
pub(in crate::ical) fn starts(
    rule: &ICalendarRecurrenceRule,
    start: &Moment,
    zones: &Zones,
    own: &TimeZone,
    after: DateTime,
) -> Option<Vec<DateTime>> {
    if !is_sound(rule) {
        return None;
    }
    let mut rule = rule.clone();
    if let Some(until) = &rule.until {
        rule.until = Some(written(last(until, start, zones, own)?)?);
    }
    let property = |name, value| ICalendarEntry { name, params: Vec::new(), values: vec![value] };
    let begin = ICalendarValue::PartialDateTime(Box::new(written(start.clock())?));
    let event = ICalendarComponent {
        component_type: ICalendarComponentType::VEvent,
        entries: vec![
            property(ICalendarProperty::Dtstart, begin),
            property(ICalendarProperty::Rrule, ICalendarValue::RecurrenceRule(Box::new(rule))),
        ],
        component_ids: Vec::new(),
    };
    let expanded = ICalendar { components: vec![event] }.expand_dates(Tz::Floating, MOST_TIMES);
    if !expanded.errors.is_empty() {
        return None;
    }
    let clock = |second| {
        let at = Timestamp::from_second(second).ok()?;
        Some(at.to_zoned(TimeZone::UTC).datetime())
    };
    let all: Option<Vec<DateTime>> =
        expanded.events.iter().map(|event| clock(event.timestamps().0)).collect();
    let all = all?;
    if all.len() >= MOST_TIMES && all.last().is_some_and(|last| *last < after) {
        return None;
    }
    Some(all.into_iter().filter(|begin| *begin > after).collect())
}

/// By the day or coarser, and of a size that a person would write.
fn is_sound(rule: &ICalendarRecurrenceRule) -> bool {
    let coarse = matches!(
        rule.freq,
        ICalendarFrequency::Daily
            | ICalendarFrequency::Weekly
            | ICalendarFrequency::Monthly
            | ICalendarFrequency::Yearly
    );
    let once_a_day =
        [&rule.byhour, &rule.byminute, &rule.bysecond].into_iter().all(|list| list.len() <= 1);
    let parts = rule.byday.len()
        + rule.bymonthday.len()
        + rule.byyearday.len()
        + rule.byweekno.len()
        + rule.bymonth.len()
        + rule.bysetpos.len();
    coarse && once_a_day && parts <= MOST_PARTS
}

/// The last time that a series may begin, by its clocks.
fn last(
    until: &PartialDateTime,
    start: &Moment,
    zones: &Zones,
    own: &TimeZone,
) -> Option<DateTime> {
    let evening = Time::constant(23, 59, 59, 0);
    let home = match start {
        Moment::Local(_, zone) => zone,
        Moment::Day(_) => own,
    };
    let until = zones.moment(until, None, home)?;
    Some(match (start, until) {
        (_, Moment::Day(day)) => day.to_datetime(evening),
        // Of days the last one; midnight in UTC is how some programs write a day.
        (Moment::Day(_), Moment::Local(time, _)) if time.time() == Time::midnight() => {
            time.date().to_datetime(evening)
        }
        (Moment::Day(_), until) => own.to_datetime(until.instant(own)?).date().to_datetime(evening),
        (Moment::Local(_, zone), until) => zone.to_datetime(until.instant(own)?),
    })
}

/// A time without a zone, as the expansion reads it.
fn written(clock: DateTime) -> Option<PartialDateTime> {
    let part = |part: i8| u8::try_from(part).ok();
    Some(PartialDateTime {
        year: Some(u16::try_from(clock.year()).ok()?),
        month: Some(part(clock.month())?),
        day: Some(part(clock.day())?),
        hour: Some(part(clock.hour())?),
        minute: Some(part(clock.minute())?),
        second: Some(part(clock.second())?),
        tz_hour: None,
        tz_minute: None,
        tz_minus: false,
    })
}
