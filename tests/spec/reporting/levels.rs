//! What each level of a report tells of single requests, and what a person sees of their own.

use jiff::civil::Date;

use sigap::model::ids::ObligationId;
use sigap::model::obligation::{Closed, Ending, Obligation};
use sigap::model::report::{Beside, Disclosed, Figures, Scope, Withheld};
use sigap::model::team::Level;
use sigap::model::threads::{Awaits, MOST, Origin, Threads, Waits, With};
use sigap::rules::counting::{Case, Counted, Tally, tally};
use sigap::rules::privacy::disclosed;
use sigap::rules::threads::{asked_most, longest};
use sigap::rules::weekly::figures;

use super::{MONDAY, office_hours, on, request, zone};
use crate::office::{address, hours, instant, obligation};

const NAMES: [&str; 3] = ["Ani Rahma", "Budi Santoso", "Citra Dewi"];

fn threads() -> Threads {
    let with = |no: usize| With { stands_in: no == 2, name: Some(NAMES[no].to_owned()) };
    let from = || Origin::Named("Hartmann".to_owned());
    let waits = |no: usize| Waits {
        subject: format!("Offer {no}"),
        from: from(),
        wait: hours(50),
        late: true,
        with: vec![with(no)],
    };
    let awaited = Awaits { subject: "NDA".to_owned(), from: from(), wait: hours(9) };
    Threads {
        waiting: (0..3).map(waits).collect(),
        asked_most: vec![(from(), 7)],
        awaited: vec![awaited],
    }
}

fn week(requests: i64, people: u32) -> Figures {
    let requests = (0..requests).map(|no| request(MONDAY, 9, no % 9, no % 4 == 0)).collect();
    let tally = Tally { requests, no_requests: Vec::new() };
    figures(&tally, (MONDAY, &zone()), on(Date::constant(2026, 11, 23), 7), |_| people)
}

fn told(scope: &Scope, figures: &Figures) -> Disclosed {
    disclosed(scope, figures, Beside::default(), &threads())
}

fn named() -> Level {
    Level::Named { agreement: "June 2026".to_owned() }
}

/// At no level a lead reads more than that level tells.
#[test]
fn each_level_tells_what_it_says_and_no_more() {
    let at = |level: Level| told(&Scope::Team(level), &week(12, 6)).rest.unwrap().threads;
    assert_eq!(at(Level::Aggregate), None);
    let single = at(Level::Threads).unwrap();
    let said = format!("{single:?}");
    assert!(NAMES.iter().all(|name| !said.contains(name)), "{said}");
    let stand_ins: Vec<bool> = single.waiting.iter().map(|one| one.with[0].stands_in).collect();
    assert_eq!(stand_ins, [false, false, true], "what they are is told");
    assert_eq!((single.asked_most, single.awaited), (threads().asked_most, threads().awaited));
    assert_eq!(at(named()), Some(threads()));
}

/// No level changes what is hidden of few people and of few requests.
#[test]
fn no_level_shows_a_small_group() {
    for level in [Level::Threads, named()] {
        let scope = Scope::Team(level);
        let small = told(&scope, &week(40, 4));
        assert_eq!(small.week, Err(Withheld::FewPeople));
        assert_eq!(small.rest, None, "single requests neither");
        let few = told(&scope, &week(9, 6));
        assert_eq!(few.week, Err(Withheld::FewRequests));
        let single = few.rest.unwrap().threads.unwrap();
        assert!(single.asked_most.is_empty(), "it counts the week");
        assert_eq!(single.waiting.len(), 3, "what waits is there to be done");
    }
}

/// A person alone with one request sees it.
#[test]
fn a_person_sees_all_of_their_own() {
    for requests in [1, 3, 40] {
        let figures = week(requests, 1);
        let own = told(&Scope::Own, &figures);
        let (week, rest) = (own.week.unwrap(), own.rest.unwrap());
        assert_eq!(week.span, figures.week);
        assert_eq!((week.spread, week.curve), (figures.spread, figures.curve));
        assert_eq!(rest.ninth, Some(figures.rolling.ninth));
        assert!(rest.trend.iter().all(|(_, week)| week.is_some()));
        assert_eq!(rest.threads, Some(threads()));
        assert_eq!(week.curve_before, None, "nobody asked before");
    }
}

#[test]
fn the_longest_come_first_and_no_more_than_a_few() {
    let one = |no: i64, open: bool| Counted {
        open: if open { vec![ObligationId(no)] } else { Vec::new() },
        ..request(MONDAY, i8::try_from(23 - no).unwrap(), 9, open)
    };
    let requests = (0..9).map(|no| one(no, no != 8)).collect();
    let tally = Tally { requests, no_requests: Vec::new() };
    let found: Vec<i64> = longest(&tally).iter().map(|one| one.open[0].0).collect();
    assert_eq!(found, [7, 6, 5, 4, 3], "the eighth is answered");
    assert_eq!(found.len(), MOST);
}

/// Where somebody belongs counts, not who they are; a single request tells of one person.
#[test]
fn who_asks_most_is_an_organisation() {
    let from =
        |who: &str, day: Date| Counted { requester: address(who), ..request(day, 9, 1, false) };
    let later = Date::constant(2026, 11, 23);
    let requests = vec![
        from("a@one.example", MONDAY),
        from("b@two.example", MONDAY),
        from("c@one.example", MONDAY),
        from("d@two.example", MONDAY),
        from("e@two.example", MONDAY),
        from("f@single.example", MONDAY),
        from("g@single.example", later),
    ];
    let tally = Tally { requests, no_requests: Vec::new() };
    let week = (on(MONDAY, 0), on(later, 0));
    let found = asked_most(&tally, week, |who| Origin::Named(who.domain().to_owned()));
    let named = |name: &str, count| (Origin::Named(name.to_owned()), count);
    assert_eq!(found, [named("two.example", 3), named("one.example", 2)]);
}

/// A mail to several waits with all of them who are still expected to answer.
#[test]
fn one_request_lies_with_everybody_who_must_answer_it() {
    let office = office_hours();
    let at = |id: i64| {
        let one = obligation(id, "all", instant("Mon 09:00"));
        let key = obligation(1, "all", instant("Mon 09:00"));
        Obligation { asked_key: key.asked_key, requester: key.requester, ..one }
    };
    let done = |one: Obligation| {
        let how = Ending::NotARequest;
        let closed = Closed { at: instant("Mon 10:00"), how, evidence: None };
        Obligation { closed: Some(closed), ..one }
    };
    let all = [at(1), at(2), done(at(3))];
    let cases = all.iter().map(|obligation| Case {
        obligation,
        hours: &office,
        holder: None,
        within: hours(8),
    });
    let found = tally(cases, instant("Tue 09:00"));
    assert_eq!(found.requests.len(), 1);
    assert_eq!(found.requests[0].open, [ObligationId(1), ObligationId(2)]);
}
