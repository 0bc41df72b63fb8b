//! What a report counts: each request as a story, then whole weeks, then a team that leaves its
//! hardest mails lying.

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use sigap::model::calendar::Calendar;
use sigap::model::evidence::Promise;
use sigap::model::handover::Holder;
use sigap::model::message::MessageKey;
use sigap::model::obligation::{Closed, Ending, Obligation};
use sigap::model::promises::{Hours, Promised, Promises, in_force};
use sigap::model::report::{Beside, Change, Curve, Disclosed, Figures, Scope, monday_of};
use sigap::model::team::Level;
use sigap::model::threads::Threads;
use sigap::rules::counting::{Case, Counted, Outcome, Tally, Target, tally};
use sigap::rules::privacy::disclosed;
use sigap::rules::survival::Survival;
use sigap::rules::weekly::{begin, figures};

use crate::office::{address, calendar, hours, instant, obligation, policy};

#[path = "reporting/levels.rs"]
mod levels;
#[path = "reporting/silence.rs"]
mod silence;

/// Mon-Fri 09-17 in Jakarta; from Monday of the second week on, one hour more.
fn office_hours() -> Hours {
    let promises = |at: Timestamp, lines: &[&str]| Promises {
        in_force_at: at,
        policy: policy(),
        owners: [(address("ani@example.com"), promised(calendar("Asia/Jakarta", lines)))].into(),
    };
    let all = [
        promises(instant("Mon 09:00"), &["Mon-Fri 09:00-17:00"]),
        promises(instant("Mon2 00:00"), &["Mon-Fri 08:00-17:00"]),
    ];
    let away = (instant("Thu2 00:00"), instant("Fri2 00:00"));
    Hours::of(&all, &address("ani@example.com"), &[away]).unwrap()
}

fn promised(calendar: Calendar) -> std::sync::Arc<Promised> {
    std::sync::Arc::new(Promised { team: None, calendar })
}

/// `Mon 09:00, done Mon 11:00, report Mon2 07:00`.
fn told(story: &str) -> (Obligation, Timestamp) {
    let mut facts = story.split(", ");
    let mut one = obligation(1, "all", instant(facts.next().unwrap()));
    let mut report = instant("Mon3 07:00");
    for fact in facts {
        let (what, rest) = fact.split_once(' ').unwrap_or((fact, ""));
        let ending = match what {
            "report" => {
                report = instant(rest);
                continue;
            }
            "promise" => {
                let until = instant(rest);
                one.promise = Some(Promise { made_at: one.asked_at, until });
                continue;
            }
            "snooze" => {
                one.snoozed_until = Some(instant(rest));
                continue;
            }
            "lapse" => {
                one.lapsed_at = Some(instant(rest));
                continue;
            }
            "held" => {
                let since = instant(rest);
                let used = office_hours().working_time_between(one.asked_at, since);
                let due_at = Some(instant("Thu 12:00"));
                let address = address("citra@example.com");
                one.holder = Some(Holder { address, since, used, due_at, accepted_at: None });
                continue;
            }
            "answer" => Ending::AnsweredByOwner,
            "colleague" => Ending::AnsweredByColleague,
            "flag" => Ending::AnsweredByFlag,
            "done" => Ending::Done,
            "not" => Ending::NotARequest,
            "withdrawn" => Ending::Withdrawn,
            other => panic!("{other:?}"),
        };
        one.closed = Some(Closed { at: instant(rest), how: ending, evidence: None });
    }
    (one, report)
}

fn counted(story: &str) -> String {
    let (obligation, at) = told(story);
    let own = office_hours();
    // Whoever stands in works in the evening.
    let holder = Hours::always(calendar("Asia/Jakarta", &["Mon-Fri 18:00-22:00"]));
    let case =
        Case { obligation: &obligation, hours: &own, holder: Some(&holder), within: hours(8) };
    match case.at(at) {
        Outcome::NoRequest => "no request".to_owned(),
        Outcome::Withdrawn => "withdrawn".to_owned(),
        Outcome::Counts(one) => {
            let target = match one.target {
                Target::InTime => "in time",
                Target::Late => "late",
                Target::NotDue => "not due",
            };
            let open = if one.is_open() { "open, " } else { "" };
            let most = if one.at_the_latest { "at most " } else { "" };
            format!("{open}{target}, {most}{:#} of {:#}", one.owner_time, one.wait)
        }
    }
}

#[test]
fn each_request_is_counted_as_it_was() {
    let table = "
Mon 09:00, answer Mon 11:00 => in time, 2h of 2h
Mon 09:00, answer Mon 17:00 => in time, 8h of 8h
Mon 09:00, answer Tue 09:01 => late, 8h 1m of 24h 1m
Mon 09:00, colleague Mon 11:00 => in time, 2h of 2h
Mon 09:00, done Tue 12:00 => late, 11h of 27h
Mon 09:00, flag Mon 12:00 => in time, at most 3h of 3h
Mon 09:00, not Tue 12:00 => no request
Mon 09:00, not Mon3 12:00 => no request
Mon 09:00, withdrawn Tue 12:00 => withdrawn
Mon 09:00, withdrawn Tue 12:00, report Mon 12:00 => open, not due, 3h of 3h
Mon 09:00, report Mon 12:00 => open, not due, 3h of 3h
Mon 09:00, report Tue 12:00 => open, late, 11h of 27h
Mon 09:00, answer Wed 12:00, report Tue 12:00 => open, late, 11h of 27h
Mon 09:00, lapse Tue 10:00, report Tue 12:00 => open, late, 11h of 27h
Mon 09:00, snooze Fri 10:00, report Tue 12:00 => open, late, 11h of 27h
Mon 09:00, promise Fri 10:00, report Tue 12:00 => open, late, 11h of 27h
Mon 09:00, promise Fri 10:00, answer Thu 12:00 => late, 27h of 75h
Sat 11:00, answer Sun 11:00 => in time, 0s of 24h
Mon 20:00, answer Mon 21:00 => in time, 0s of 1h
Fri 16:00, answer Mon2 09:00 => in time, 2h of 65h
Mon2 08:00, answer Mon2 12:00 => in time, 4h of 4h
Wed2 16:00, answer Fri2 09:00 => in time, 2h of 41h
Wed 16:00, held Wed 17:00, report Thu 09:00 => open, not due, 5h of 17h
Wed 16:00, held Wed 17:00, answer Thu 20:00 => late, 7h of 28h
Wed 16:00, held Fri 17:00, report Thu 09:00 => open, not due, 1h of 17h
Mon 09:00, answer Mon 08:00 => in time, 0s of 0s
";
    for line in table.trim().lines() {
        let (story, expected) = line.split_once(" => ").unwrap();
        assert_eq!(counted(story), expected, "{story}");
    }
}

/// What is counted of several obligations: the message that asks, and the story of each.
fn tallied(stories: &[(&str, &str)]) -> Tally {
    let own = office_hours();
    let told: Vec<(Obligation, Timestamp)> = stories
        .iter()
        .map(|(key, story)| {
            let (mut obligation, at) = told(story);
            obligation.asked_key = MessageKey((*key).to_owned());
            (obligation, at)
        })
        .collect();
    let case = |(obligation, _): &'_ (Obligation, Timestamp)| -> Obligation { obligation.clone() };
    let all: Vec<Obligation> = told.iter().map(case).collect();
    let cases = all.iter().map(|obligation| Case {
        obligation,
        hours: &own,
        holder: None,
        within: hours(8),
    });
    tally(cases, told[0].1)
}

#[test]
fn a_mail_to_several_is_one_request() {
    let both = [("a", "Mon 09:00, answer Mon 11:00"), ("a", "Mon 09:00, colleague Mon 11:00")];
    let found = tallied(&both);
    assert_eq!(found.requests.len(), 1);
    assert_eq!(found.requests[0].owner_time, hours(2));
    assert_eq!(found.no_requests, []);
    // As long as one of them is expected to answer, somebody waits.
    let one_open = tallied(&[("a", "Mon 09:00, done Mon 11:00"), ("a", "Mon 09:00")]);
    assert!(one_open.requests[0].is_open());
    // Who says that it was none speaks for themselves.
    let one_not =
        tallied(&[("a", "Mon 09:00, not Mon 11:00"), ("a", "Mon 09:00, answer Mon 12:00")]);
    assert_eq!((one_not.requests.len(), one_not.no_requests.len()), (1, 0));
    let all_not = tallied(&[("a", "Mon 09:00, not Mon 11:00"), ("a", "Mon 09:00, not Mon 12:00")]);
    assert_eq!((all_not.requests.len(), all_not.no_requests.len()), (0, 1));
    let gone = tallied(&[("a", "Mon 09:00, withdrawn Mon 11:00"), ("b", "Mon 09:00")]);
    assert_eq!((gone.requests.len(), gone.no_requests.len()), (1, 0));
}

#[test]
fn promises_in_force_are_those_of_their_time() {
    let at =
        |text: &str| Promises { in_force_at: instant(text), policy: policy(), owners: [].into() };
    let all = [at("Tue 09:00"), at("Thu 09:00")];
    let found = |text: &str| in_force(&all, instant(text)).unwrap().in_force_at;
    assert_eq!(found("Mon 09:00"), instant("Tue 09:00"), "before the first: the first");
    assert_eq!(found("Tue 09:00"), instant("Tue 09:00"));
    assert_eq!(found("Thu 08:59"), instant("Tue 09:00"));
    assert_eq!(found("Mon2 08:59"), instant("Thu 09:00"));
    assert!(in_force(&[], instant("Mon 09:00")).is_none());
}

const MONDAY: Date = date(2026, 11, 16);

fn zone() -> TimeZone {
    TimeZone::get("Asia/Jakarta").unwrap()
}

fn on(day: Date, hour: i8) -> Timestamp {
    zone().to_zoned(day.at(hour, 0, 0, 0)).unwrap().timestamp()
}

/// A request of a day at an hour, answered after so many working hours or waiting for so many.
fn request(day: Date, hour: i8, worked: i64, open: bool) -> Counted {
    let asked_at = on(day, hour);
    let wait = hours(worked * 3);
    Counted {
        requester: address("budi@example.org"),
        open: Vec::new(),
        asked_at,
        answered_at: (!open).then(|| asked_at + wait),
        at_the_latest: false,
        owner_time: hours(worked),
        wait,
        target: match (worked > 8, open) {
            (true, _) => Target::Late,
            (false, false) => Target::InTime,
            (false, true) => Target::NotDue,
        },
    }
}

fn of(requests: Vec<Counted>) -> Figures {
    let tally = Tally { requests, no_requests: vec![on(MONDAY, 3)] };
    figures(&tally, (MONDAY, &zone()), on(date(2026, 11, 23), 7), |_| 6)
}

#[test]
fn a_week_from_monday_to_sunday_in_the_teams_zone() {
    let figures = of(vec![
        request(date(2026, 11, 15), 23, 1, false),
        request(MONDAY, 0, 2, false),
        request(date(2026, 11, 18), 10, 10, false),
        request(date(2026, 11, 22), 23, 3, true),
        request(date(2026, 11, 23), 0, 1, false),
    ]);
    let week = figures.week;
    assert_eq!((week.received, week.answered, week.no_requests), (3, 2, 1));
    assert_eq!((week.in_time, week.late, week.not_due, week.decided()), (1, 1, 1, 2));
    // One of three answered within 2 h, of the two that are left one waits from 3 h on.
    assert_eq!(week.median, Some(hours(10)));
    assert_eq!(week.median_wait, Some(hours(30)));
    assert_eq!((figures.open.count, figures.open.overdue), (1, 0));
    assert_eq!(figures.trend.len(), 8);
    assert_eq!(figures.trend[7], week);
    assert_eq!((figures.trend[6].received, figures.trend[6].first), (1, date(2026, 11, 9)));
    assert_eq!((figures.arrivals[0][0], figures.arrivals[6][11]), (1, 2), "of eight weeks");
    let spread = figures.spread;
    assert_eq!((spread.four_hours, spread.three_days, spread.waiting, spread.hour), (1, 1, 1, 0));
    assert_eq!(figures.change, Change::TooFew);
    assert_eq!(monday_of(date(2026, 11, 22)), MONDAY);
    assert_eq!(monday_of(MONDAY), MONDAY);
    assert_eq!(begin(MONDAY, &zone()), on(date(2026, 9, 21), 0));
}

#[test]
fn nine_of_ten_are_looked_for_over_four_weeks() {
    let four: Vec<Counted> =
        (0..20).map(|no| request(date(2026, 10, 26), 9, no % 10 + 1, false)).collect();
    assert_eq!(of(four.clone()).rolling.ninth, Some(hours(9)));
    let silent = [four, (0..3).map(|_| request(MONDAY, 9, 20, true)).collect()].concat();
    assert_eq!(of(silent).rolling.ninth, None, "more than one of ten still waits");
    let five = (0..20).map(|_| request(date(2026, 10, 25), 9, 1, false)).collect();
    assert_eq!(of(five).rolling.ninth, None, "the week before those four");
}

#[test]
fn a_change_needs_more_than_chance_and_more_than_a_few() {
    let before = |worked: i64| -> Vec<Counted> {
        (0..40).map(|no| request(date(2026, 10, 7), 9, worked + no % 5, false)).collect()
    };
    let week = |worked: i64, count: i64, open: bool| -> Vec<Counted> {
        (0..count).map(|no| request(MONDAY, 9, worked + no % 5, open)).collect()
    };
    let change = |worked, count, open| of([before(10), week(worked, count, open)].concat()).change;
    let from = Some(hours(12));
    assert_eq!(change(2, 20, false), Change::Faster { from });
    assert_eq!(change(10, 20, false), Change::Same);
    assert_eq!(change(30, 20, false), Change::Slower { from });
    assert_eq!(change(2, 20, true), Change::Slower { from }, "nobody was answered");
    assert_eq!(change(2, 9, false), Change::TooFew);
}

/// Percent after 0, 4, 8, 16 and 24 hours.
fn marks(curve: Curve) -> [u8; 5] {
    [0, 4, 8, 16, 24].map(|hours| curve.after_hours(hours))
}

/// How many were answered after how many hours, or still wait then.
type Waits = &'static [(i64, i64, bool)];

#[test]
fn a_curve_counts_those_who_still_wait() {
    let table: [(Waits, [u8; 5]); 7] = [
        (&[], [0, 0, 0, 0, 0]),
        (&[(10, 0, false)], [100, 100, 100, 100, 100]),
        (&[(1, 4, false), (1, 8, false), (1, 30, false)], [0, 33, 66, 66, 66]),
        (&[(5, 2, false), (5, 40, true)], [0, 50, 50, 50, 50]),
        // Who waits for an hour says nothing about the second one.
        (&[(5, 2, false), (5, 1, true)], [0, 100, 100, 100, 100]),
        (&[(4, 2, false), (4, 6, true), (2, 20, false)], [0, 40, 40, 40, 100]),
        (&[(3, 24, false), (7, 25, false)], [0, 0, 0, 0, 30]),
    ];
    for (kinds, wanted) in table {
        let several = kinds.iter().flat_map(|(count, worked, open)| {
            (0..*count).map(|_| request(MONDAY, 9, *worked, *open)) //
        });
        let week: Vec<Counted> = several.collect();
        let figures = of(week.clone());
        assert_eq!(marks(figures.curve), wanted, "{kinds:?}");
        assert_eq!(marks(figures.curve_before), [0; 5], "nobody asked before");
        let earlier = week.into_iter().map(|one| Counted {
            asked_at: one.asked_at - SignedDuration::from_hours(24 * 7 * 8),
            ..one
        });
        let figures = of(earlier.collect());
        assert_eq!((marks(figures.curve_before), marks(figures.curve)), (wanted, [0; 5]));
    }
}

/// The curve of the weeks before is shown as their median is: not of few requests, not of few
/// people. Where the week is not shown there is none at all.
#[test]
fn a_curve_is_shown_where_its_weeks_are() {
    let some = |day: Date, count: i64| (0..count).map(move |no| request(day, 9, no % 9, false));
    for (before, people_before, wanted) in
        [(0, 6, false), (9, 6, false), (10, 6, true), (10, 4, false), (400, 5, true)]
    {
        let requests = some(date(2026, 10, 7), before).chain(some(MONDAY, 10)).collect();
        let tally = Tally { requests, no_requests: Vec::new() };
        let people = |at| if at < on(MONDAY, 0) { people_before } else { 6 };
        let at = on(date(2026, 11, 23), 7);
        let figures = figures(&tally, (MONDAY, &zone()), at, people);
        let week = shown(&figures).week.unwrap();
        assert_eq!(week.curve, figures.curve);
        let shown = wanted.then_some(figures.curve_before);
        assert_eq!(week.curve_before, shown, "{before} of {people_before}");
    }
    assert!(shown(&of(some(MONDAY, 9).collect())).week.is_err());
}

/// What a lead sees where nothing else was agreed.
fn shown(figures: &Figures) -> Disclosed {
    let scope = Scope::Team(Level::Aggregate);
    disclosed(&scope, figures, Beside::default(), &Threads::default())
}

proptest! {
    /// At each of its times it says what the estimate says, and it never falls.
    #[test]
    fn a_curve_is_the_estimate_at_fixed_times(
        all in proptest::collection::vec((0_i64..1_800, any::<bool>()), 0..60)
    ) {
        let one = |(worked, open): &(i64, bool)| Counted {
            owner_time: SignedDuration::from_mins(*worked),
            ..request(MONDAY, 9, 0, *open)
        };
        let week: Vec<Counted> = all.iter().map(one).collect();
        let survival = Survival::of(&week.iter().map(Counted::observed).collect::<Vec<_>>());
        let curve = of(week).curve;
        prop_assert_eq!(curve.shares().len(), 49);
        prop_assert!(curve.shares().is_sorted());
        for (no, share) in (0_i64..).zip(curve.shares()) {
            let time = SignedDuration::from_mins(30 * no);
            for percent in [1, 10, 25, 33, 50, 66, 75, 90, 99, 100] {
                let within = survival.within(f64::from(percent) / 100.0);
                let reached = within.is_some_and(|span| span <= time);
                prop_assert_eq!(*share >= percent, reached, "{}% after {}", percent, no);
            }
        }
    }

    /// The parts of a week are the whole of it, whatever happened.
    #[test]
    fn no_request_is_lost(
        all in proptest::collection::vec((0_i64..80, 0_i8..24, 0_i64..60, any::<bool>()), 0..80)
    ) {
        let first = date(2026, 9, 14);
        let day = |count: i64| first.checked_add(jiff::Span::new().days(count)).unwrap();
        let requests: Vec<Counted> =
            all.iter().map(|(d, h, worked, open)| request(day(*d), *h, *worked, *open)).collect();
        let figures = of(requests.clone());
        let week = figures.week;
        let spread = figures.spread;
        prop_assert_eq!(week.received, week.in_time + week.late + week.not_due);
        prop_assert_eq!(week.received - week.answered, spread.waiting);
        let parts = [spread.hour, spread.four_hours, spread.day, spread.three_days, spread.longer];
        prop_assert_eq!(week.answered, parts.iter().sum::<u32>());
        let arrived: u32 = figures.arrivals.iter().flatten().sum();
        prop_assert_eq!(arrived, figures.trend.iter().map(|week| week.received).sum::<u32>());
        let open = requests.iter().filter(|one| one.is_open()).count();
        prop_assert_eq!(figures.open.count as usize, open);
    }

    /// Hours that change are the sum of their parts, and both halves agree.
    #[test]
    fn hours_that_change_agree_with_themselves(
        start in 0_i64..20_000, length in 0_i64..20_000, span in 1_i64..6_000
    ) {
        let hours = office_hours();
        let from = instant("Mon 00:00") + SignedDuration::from_mins(start);
        let to = from + SignedDuration::from_mins(length);
        let minute = SignedDuration::from_mins(1);
        let mut at = from;
        let mut worked = 0;
        while at < to {
            worked += i64::from(hours.at(at).is_open(at));
            at += minute;
        }
        prop_assert_eq!(hours.working_time_between(from, to), SignedDuration::from_mins(worked));
        let span = SignedDuration::from_mins(span);
        let end = hours.add_working_time(from, span).unwrap();
        prop_assert_eq!(hours.working_time_between(from, end), span);
        prop_assert!(hours.working_time_between(from, end - SignedDuration::from_secs(1)) < span);
    }
}
