//! Working time against the oracle; the laws between its two halves; receipts; gaps and folds.

use std::sync::Arc;

use jiff::civil::{DateTime, date};
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::*;

use sigap::model::calendar::{Calendar, Cause, Holiday, Holidays, Week};
use sigap::model::hours::week_of;

use crate::oracle::{any_plan, hours, minutes, to_intervals, zone};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn week(lines: &[&str]) -> Week {
    week_of(&lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>()).unwrap()
}

fn office(name: &str) -> Calendar {
    Calendar::new(zone(name), week(&["Mon-Fri 08:00-12:00, 13:00-17:00"]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(384))]

    #[test]
    fn agrees_with_looking_at_every_minute(plan in any_plan()) {
        let calendar = plan.calendar();
        let (from, to) = (plan.from(), plan.to());
        let open = plan.minutes(from, to);
        let count = i64::try_from(open.iter().filter(|minute| **minute).count()).unwrap();
        prop_assert_eq!(calendar.working_time_between(from, to), minutes(count));
        // Half of what there is, and all of it, end where the oracle says.
        for wanted in [count / 2, count] {
            let mut passed = 0;
            let end = open.iter().position(|minute| {
                passed += i64::from(*minute);
                passed == wanted && wanted > 0
            });
            if let Some(end) = end {
                let end = from.checked_add(minutes(end as i64 + 1)).unwrap();
                prop_assert_eq!(calendar.add_working_time(from, minutes(wanted)), Some(end));
            }
        }
        if let Some(first) = open.iter().position(|minute| *minute) {
            let first = from.checked_add(minutes(first as i64)).unwrap();
            prop_assert_eq!(calendar.next_opening(from), Some(first));
        }
        for (index, minute) in open.iter().enumerate().step_by(17) {
            let now = from.checked_add(minutes(index as i64)).unwrap();
            prop_assert_eq!(calendar.is_open(now), *minute, "at {}", now);
        }
    }

    #[test]
    fn a_receipt_covers_everything_once(plan in any_plan()) {
        let calendar = plan.calendar();
        let (from, to) = (plan.from(), plan.to());
        let receipt = calendar.receipt(from, to);
        let mut reached = from;
        let mut counted = SignedDuration::ZERO;
        for (index, span) in receipt.iter().enumerate() {
            prop_assert_eq!(span.from, reached);
            prop_assert!(span.to > span.from);
            prop_assert!(index == 0 || receipt[index - 1].cause != span.cause);
            reached = span.to;
            if span.cause == Cause::Working {
                counted += span.to.duration_since(span.from);
            }
        }
        prop_assert_eq!(reached, to);
        prop_assert_eq!(counted, calendar.working_time_between(from, to));
    }

    #[test]
    fn both_halves_agree(
        plan in any_plan(), seconds in 0_i64..4_000_000, more in 0_i64..400_000, shift in 0_i64..60,
    ) {
        let calendar = plan.calendar();
        let from = plan.from().checked_add(SignedDuration::from_secs(shift)).unwrap();
        let (span, more) = (SignedDuration::from_secs(seconds), SignedDuration::from_secs(more));
        if let Some(end) = calendar.add_working_time(from, span) {
            prop_assert!(end >= from);
            prop_assert_eq!(calendar.working_time_between(from, end), span);
            // Additive and monotone.
            let further = calendar.add_working_time(from, span + more);
            if let Some(further) = further {
                prop_assert!(further >= end);
                prop_assert_eq!(calendar.add_working_time(end, more), Some(further));
                prop_assert_eq!(calendar.working_time_between(from, further), span + more);
                prop_assert_eq!(calendar.working_time_between(end, further), more);
            }
        } else {
            let end = from.checked_add(hours(24 * 3653)).unwrap();
            prop_assert!(calendar.working_time_between(from, end) < span);
        }
    }

    #[test]
    fn a_long_span_is_the_sum_of_its_days(plan in any_plan(), days in 0_i64..500) {
        let calendar = plan.calendar();
        let from = plan.from();
        let day = |day: i64| from.checked_add(hours(24 * day)).unwrap();
        let sum: SignedDuration =
            (0..days).map(|d| calendar.working_time_between(day(d), day(d + 1))).sum();
        prop_assert_eq!(calendar.working_time_between(from, day(days)), sum);
    }

    #[test]
    fn never_panics_at_the_ends_of_time(plan in any_plan(), nanos in 0_i64..10_000_000_000) {
        let calendar = plan.calendar();
        let inch = SignedDuration::from_nanos(nanos) + hours(nanos % 200);
        for edge in [
            Timestamp::MIN,
            Timestamp::MAX,
            Timestamp::MIN.saturating_add(inch).unwrap(),
            Timestamp::MAX.saturating_sub(inch).unwrap(),
        ] {
            let _ = calendar.is_open(edge);
            let _ = calendar.next_opening(edge);
            let _ = calendar.next_working_morning(edge);
            let _ = calendar.add_working_time(edge, SignedDuration::MAX);
            let _ = calendar.add_working_time(edge, inch);
            let near = edge.saturating_add(hours(100)).unwrap();
            let before = edge.saturating_sub(hours(100)).unwrap();
            let _ = calendar.receipt(before, near);
            let _ = calendar.working_time_between(before, near);
        }
    }
}

#[test]
fn all_of_time_can_be_measured() {
    let calendar = office("Europe/Berlin");
    let all = calendar.working_time_between(Timestamp::MIN, Timestamp::MAX);
    assert!(all > hours(40 * 52 * 19_000));
    assert_eq!(calendar.working_time_between(Timestamp::MAX, Timestamp::MIN), SignedDuration::ZERO);
}

#[test]
fn every_zone_sorts_its_boundaries() {
    // Days of 24 hours must tile time in every zone of the database: nothing twice, no hole.
    let week = week(&["Mon-Sun 00:00-24:00"]);
    let (from, to) = (at("1965-01-01T00:00:30Z"), at("2040-01-01T00:00:00Z"));
    for name in jiff::tz::db().available() {
        let calendar = Calendar::new(zone(name.as_str()), week.clone());
        let open = calendar.working_time_between(from, to);
        assert_eq!(open, to.duration_since(from), "{name}");
    }
}

#[test]
fn nothing_is_open_for_ever() {
    let closed = Calendar::new(zone("Asia/Jakarta"), Week::default());
    let now = at("2026-01-05T00:00:00Z");
    assert_eq!(closed.next_opening(now), None);
    assert_eq!(closed.next_working_morning(now), None);
    assert_eq!(closed.add_working_time(now, minutes(1)), None);
    assert_eq!(closed.add_working_time(now, SignedDuration::ZERO), Some(now));
    assert!(!closed.is_open(now));
    let away = office("Asia/Jakarta").with_absence(now, Timestamp::MAX);
    assert_eq!(away.next_opening(now), None);
    let late = closed.clone().with_exception(date(2035, 12, 30), to_intervals(&[(480, 540)]));
    assert_eq!(late.next_opening(now), Some(at("2035-12-30T01:00:00Z")));
    assert_eq!(late.add_working_time(now, minutes(60)), Some(at("2035-12-30T02:00:00Z")));
    let too_late = closed.with_exception(date(2036, 1, 10), to_intervals(&[(480, 540)]));
    assert_eq!(too_late.next_opening(now), None);
}

#[test]
fn boundaries_in_gaps_and_folds() {
    #[rustfmt::skip]
    let cases: &[(&str, &str, &str, i64)] = &[
        // zone, hours, local day, minutes of working time on it
        ("Europe/Berlin",       "Mon-Sun 02:30-04:00", "2026-03-29", 60),  // opens inside the gap
        ("Europe/Berlin",       "Mon-Sun 01:00-02:30", "2026-03-29", 60),  // closes inside the gap
        ("Europe/Berlin",       "Mon-Sun 02:10-02:50", "2026-03-29", 0),   // wholly inside
        ("Europe/Berlin",       "Mon-Sun 00:00-24:00", "2026-03-29", 1380),
        ("Europe/Berlin",       "Mon-Sun 02:30-04:00", "2026-10-25", 150), // from the first 02:30
        ("Europe/Berlin",       "Mon-Sun 01:00-02:30", "2026-10-25", 90),  // to the first 02:30
        ("Europe/Berlin",       "Mon-Sun 02:00-03:00", "2026-10-25", 120),
        ("Europe/Berlin",       "Mon-Sun 00:00-24:00", "2026-10-25", 1500),
        ("Australia/Lord_Howe", "Mon-Sun 00:00-24:00", "2026-04-05", 1470),
        ("Australia/Lord_Howe", "Mon-Sun 00:00-24:00", "2026-10-04", 1410),
        ("Australia/Lord_Howe", "Mon-Sun 02:15-03:00", "2026-10-04", 30),
        ("Pacific/Apia",        "Mon-Sun 08:00-17:00", "2011-12-30", 0),   // a day that never was
        ("Pacific/Apia",        "Mon-Sun 08:00-17:00", "2011-12-31", 540),
        ("America/Sao_Paulo",   "Mon-Sun 00:00-08:00", "2018-11-04", 420), // midnight never was
        ("America/Sao_Paulo",   "Mon-Sun 22:00-24:00", "2018-02-17", 180), // 23:00 was twice
    ];
    for (name, line, day, expected) in cases {
        let calendar = Calendar::new(zone(name), week(&[line]));
        let from: DateTime = format!("{day}T00:00").parse().unwrap();
        let begin = zone(name).to_zoned(from).unwrap();
        let (from, to) = if *name == "Pacific/Apia" && *day == "2011-12-30" {
            (at("2011-12-30T09:59:00Z"), at("2011-12-30T10:01:00Z"))
        } else {
            (begin.timestamp(), begin.tomorrow().unwrap().start_of_day().unwrap().timestamp())
        };
        let worked = calendar.working_time_between(from, to);
        assert_eq!(worked, minutes(*expected), "{name} {line} {day}");
    }
}

#[test]
fn an_exception_beats_a_holiday_which_beats_a_profile() {
    let day = |d: i8| date(2026, 3, d);
    let holiday = |name: &str| Holiday { name: name.into(), joint_leave: false, quiet: false };
    let holidays = Holidays::from([(day(19), holiday("Nyepi")), (day(20), holiday("Cuti"))]);
    let calendar = office("Asia/Jakarta")
        .with_profile(day(16), day(20), week(&["Mon-Fri 08:00-15:00"]))
        .with_profile(day(17), day(17), week(&["Mon-Fri 09:00-15:00"]))
        .with_exception(day(19), to_intervals(&[(600, 720)]))
        .with_exception(day(18), Vec::new())
        .with_holidays(Arc::new(holidays));
    let worked = |d: i8| {
        let from = day(d).to_zoned(zone("Asia/Jakarta")).unwrap();
        let to = from.checked_add(1.day()).unwrap();
        calendar.working_time_between(from.timestamp(), to.timestamp()).as_hours()
    };
    let days: Vec<_> = (13..=23).map(worked).collect();
    assert_eq!(days, [8, 0, 0, 7, 6, 0, 2, 0, 0, 0, 8]);
    // Thursday is an exception, Friday a holiday, then the weekend.
    let causes: Vec<_> = calendar
        .receipt(at("2026-03-19T01:00:00Z"), at("2026-03-23T02:00:00Z"))
        .into_iter()
        .map(|span| (span.to.to_string(), span.cause))
        .collect();
    let cause = |to: &str, cause: Cause| (to.to_owned(), cause);
    assert_eq!(
        causes,
        [
            cause("2026-03-19T03:00:00Z", Cause::Exception),
            cause("2026-03-19T05:00:00Z", Cause::Working),
            cause("2026-03-19T17:00:00Z", Cause::Exception),
            cause("2026-03-20T17:00:00Z", Cause::Holiday("Cuti".into())),
            cause("2026-03-23T01:00:00Z", Cause::OutsideHours),
            cause("2026-03-23T02:00:00Z", Cause::Working),
        ]
    );
}

#[test]
fn absences_are_taken_out() {
    let calendar = office("Asia/Jakarta")
        .with_absence(at("2026-01-05T03:00:00Z"), at("2026-01-06T03:00:00Z"))
        .with_absence(at("2026-01-06T02:00:00Z"), at("2026-01-06T04:00:00Z"))
        .with_absence(at("2026-01-07T03:00:00Z"), at("2026-01-07T03:00:00Z"));
    let (from, to) = (at("2026-01-05T01:00:00Z"), at("2026-01-06T10:00:00Z"));
    assert_eq!(calendar.working_time_between(from, to), hours(2 + 5));
    assert_eq!(calendar.add_working_time(from, hours(2)), Some(at("2026-01-05T03:00:00Z")));
    assert_eq!(calendar.add_working_time(from, hours(3)), Some(at("2026-01-06T05:00:00Z")));
    assert_eq!(calendar.opening_end(from), Some(at("2026-01-05T03:00:00Z")));
    assert_eq!(calendar.next_opening(at("2026-01-05T04:00:00Z")), Some(at("2026-01-06T04:00:00Z")));
    let causes: Vec<_> = calendar.receipt(from, to).into_iter().map(|span| span.cause).collect();
    use Cause::{Away, OutsideHours, Working};
    assert_eq!(causes, [Working, Away, Working, OutsideHours, Working]);
}

#[test]
fn the_next_working_morning() {
    let calendar = office("Asia/Jakarta");
    #[rustfmt::skip]
    let cases = [
        ("2026-01-05T03:00:00Z", "2026-01-06T01:00:00Z"),
        ("2026-01-04T18:00:00Z", "2026-01-06T01:00:00Z"), // Monday 01:00 local: still Tuesday
        ("2026-01-09T03:00:00Z", "2026-01-12T01:00:00Z"), // over the weekend
    ];
    for (now, morning) in cases {
        assert_eq!(calendar.next_working_morning(at(now)), Some(at(morning)), "{now}");
    }
    let always = Calendar::new(zone("Asia/Jakarta"), week(&["Mon-Sun 00:00-24:00"]));
    let midnight = at("2026-01-05T17:00:00Z");
    assert_eq!(always.next_working_morning(at("2026-01-05T03:00:00Z")), Some(midnight));
}
