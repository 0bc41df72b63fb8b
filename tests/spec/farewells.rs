//! The letters around an absence as stories, and the grace after it.
//!
//! Unless a story says otherwise: reply within 8h · nudge 6h 12h · Mon-Fri 09-17 Asia/Jakarta. An
//! absence is `away <id> <from> <until>`.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use sigap::model::action::{Action, Decision};
use sigap::model::calendar::{Calendar, Holiday};
use sigap::model::facts::Facts;
use sigap::model::farewell::Digest;
use sigap::model::ids::{AwayId, ObligationId};
use sigap::model::owner::Owner;
use sigap::model::policy::Mode;
use sigap::rules::deadlines;
use sigap::rules::decide::decide;
use sigap::rules::escalation::{ladder, standing};
use sigap::rules::farewells::{self, afternoon};
use sigap::rules::returns::{grace, grace_ends, stretches};
use sigap::rules::standing::{Reason, Standing};

use crate::office::{
    World, away, calendar, check, check_with, facts, hours, instant, obligation, office,
};
use crate::wakeup::any_facts;

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

#[test]
fn the_digest_comes_in_the_first_hours_after_an_absence_and_once() {
    check(
        "Mon 08:00  away 1 Tue 00:00 Thu 00:00
         Mon 13:00  => leaving
         Tue 10:00  ask 1
         Thu 09:00  => digest 1
         Thu 09:30  ask 2
         Thu 16:00  answer 2
         Fri 09:00  => nudge 1:0
         Fri 10:00  answer 1",
    );
    // Over a weekend: on the first working morning.
    check(
        "Wed 08:00  away 1 Thu 00:00 Sat 00:00
         Wed 13:00  => leaving
         Sun 12:00  ask 1
         Mon2 09:00 => digest 1
         Mon2 10:00 answer 1",
    );
    // Nothing waits: it says so.
    check(
        "Mon 08:00  away 1 Tue 00:00 Thu 00:00
         Mon 13:00  => leaving
         Thu 09:00  => digest",
    );
    // Back before its time: at once, or when the hours begin.
    check(
        "Mon 08:00  away 1 Tue 00:00 Fri 00:00
         Mon 13:00  => leaving
         Wed 11:00  back 1
         Wed 11:00  => digest",
    );
    check(
        "Mon 08:00  away 1 Tue 00:00 Fri 00:00
         Mon 13:00  => leaving
         Wed 20:00  back 1
         Thu 09:00  => digest",
    );
}

#[test]
fn what_was_hardly_an_absence_has_none() {
    for story in [
        "Mon 08:00  away 1 Tue 09:00 Tue 12:59",
        "Mon 08:00  away 1 Sat 00:00 Mon2 00:00",
        "Mon 08:00  away 1 Tue 00:00 Thu 00:00\nMon 12:30  cancel 1",
        "Mon 17:30  away 1 Tue 00:00 Thu 00:00\nTue 12:00  back 1",
    ] {
        check(story);
    }
    check("Mon 17:30  away 1 Tue 09:00 Tue 13:00\nTue 13:00 => digest");
}

#[test]
fn absences_without_an_opening_in_between_are_one() {
    check(
        "Mon 08:00  away 1 Wed 00:00 Sat 00:00
         Mon 08:00  away 2 Mon2 00:00 Wed2 00:00
         Tue 13:00  => leaving
         Wed2 09:00 => digest",
    );
    check(
        "Mon 08:00  away 1 Tue 00:00 Wed 00:00
         Mon 08:00  away 2 Thu 00:00 Fri 00:00
         Mon 13:00  => leaving
         Wed 09:00  => digest
         Wed 13:00  => leaving
         Fri 09:00  => digest",
    );
    // Back for a moment, and away again: what is left of the day has another digest.
    check(
        "Mon 17:30  away 1 Tue 00:00 Fri 00:00
         Wed 11:00  back 1
         Wed 11:00  => digest
         Wed 11:05  away 2 Wed 11:05 Fri 00:00
         Fri 09:00  => digest",
    );
}

#[test]
fn nobody_hears_of_it_where_nothing_is_reminded_of() {
    let observing = Facts { mode: Mode::Observe, ..facts(office()) };
    check_with(observing, "Mon 08:00  away 1 Tue 00:00 Thu 00:00");
    check("Mon 08:00  away 1 Tue 00:00 Thu 00:00\nMon 09:00  silence Mon2 09:00");
    check(
        "Mon 08:00  away 1 Tue 00:00 Thu 00:00
         Mon 09:00  silence Thu 14:00
         Thu 14:00  => digest",
    );
    check(
        "Mon 17:30  away 1 Tue 00:00 Thu 00:00
         Tue 09:00  mailbox failed
         Thu 11:00  mailbox live
         Thu 11:00  => digest",
    );
    // A day late it says nothing new.
    check(
        "Mon 17:30  away 1 Tue 00:00 Thu 00:00
         Tue 09:00  sigap down
         Fri 09:00  sigap up",
    );
}

#[test]
fn what_was_over_before_an_older_database_was_put_back_stays_over() {
    let mut facts = facts(office());
    facts.farewells.since = instant("Thu 10:00");
    check_with(facts.clone(), "Mon 08:00  away 1 Tue 00:00 Thu 00:00");
    check_with(facts.clone(), "Mon 08:00  away 1 Tue 00:00 Fri 00:00\nFri 09:00 => digest");
    check_with(
        facts,
        "Mon 08:00  away 1 Fri 00:00 Sat 00:00\nThu 13:00 => leaving\nMon2 09:00 => digest",
    );
}

#[test]
fn it_lists_the_five_that_are_due_first() {
    check(
        "Mon 08:00  away 1 Tue 00:00 Thu 00:00
         Mon 09:10  ask 1 slow
         Tue 10:00  ask 2
         Tue 11:00  ask 3 vip
         Tue 12:00  ask 4 slow
         Tue 13:00  ask 5
         Tue 14:00  ask 6
         Tue 14:10  ask 7
         Tue 14:10  snooze 7 Mon2 09:00
         Tue 14:20  ask 8
         Tue 14:20  handover 8
         Mon 11:10  => nudge 1:0
         Mon 13:00  => leaving 1
         Thu 09:00  => digest 3 2 5 6 1
         Thu 09:30  answer 1
         Thu 09:30  answer 2
         Thu 09:30  answer 3
         Thu 09:30  answer 5
         Thu 09:30  answer 6
         Thu 09:30  answer 7
         Fri 09:00  => nudge 4:0
         Fri 10:00  answer 4",
    );
}

#[test]
fn a_queued_digest_is_recalled_with_what_it_speaks_of() {
    check(
        "Mon 17:30  away 1 Tue 00:00 Thu 00:00
         Tue 10:00  ask 1
         Tue 11:00  ask 2
         Wed 09:00  post down
         Thu 09:00  => digest 1 2
         Thu 09:10  answer 1
         Thu 09:10  => recall digest:1:1
         Thu 09:20  silence Fri 09:00
         Thu 09:20  => recall digest:1:2
         Thu 09:20  => recall digest:1
         Thu 09:30  answer 2",
    );
    // Away again.
    check(
        "Mon 17:30  away 1 Tue 00:00 Thu 00:00
         Wed 09:00  post down
         Wed 10:00  back 1
         Wed 10:00  => digest
         Wed 10:05  away 1 Tue 00:00 Thu 00:00
         Wed 10:05  => recall digest:1
         Wed 11:00  post up
         Thu 09:00  => digest",
    );
}

#[test]
fn the_letter_before_an_absence_comes_on_the_afternoon_of_the_last_working_day() {
    // From a Monday on: on Friday.
    check(
        "Wed 08:00  away 1 Mon2 00:00 Tue2 00:00
         Thu 10:00  ask 1
         Fri 08:00  ask 2
         Thu 16:00  => nudge 1:0
         Fri 13:00  => leaving 1 2
         Fri 13:30  answer 1
         Fri 13:30  answer 2
         Tue2 09:00 => digest",
    );
    // Said later than that: at once, while the hours last and it has not begun.
    check("Mon 15:10  away 1 Tue 00:00 Wed 00:00\nMon 15:10 => leaving\nWed 09:00 => digest");
    check("Mon 17:10  away 1 Tue 00:00 Wed 00:00\nWed 09:00 => digest");
    check("Mon 17:10  away 1 Tue 13:00 Wed 00:00\nTue 11:00 => leaving\nWed 09:00 => digest");
    check("Mon 12:00  away 1 Mon 09:00 Tue 00:00\nTue 09:00 => digest");
}

#[test]
fn when_the_afternoon_begins() {
    let lunch = ["Mon-Fri 08:00-12:00, 13:30-17:00"];
    let short = ["Mon-Thu 08:00-17:00; Fri 07:00-11:00"];
    for (zone, lines, begin, wanted) in [
        ("Asia/Jakarta", &["Mon-Fri 09:00-17:00"][..], "Tue 00:00", "Mon 13:00"),
        ("Asia/Jakarta", &["Mon-Fri 09:00-17:00"], "Mon2 00:00", "Fri 13:00"),
        // Within a day: that day is the last one.
        ("Asia/Jakarta", &["Mon-Fri 09:00-17:00"], "Tue 15:00", "Tue 13:00"),
        ("Asia/Jakarta", &["Mon-Fri 09:00-17:00"], "Tue 13:00", "Tue 11:00"),
        ("Asia/Jakarta", &["Mon-Fri 09:00-17:00"], "Tue 09:00", "Mon 13:00"),
        ("Asia/Jakarta", &lunch, "Tue 00:00", "Mon 13:30"),
        ("Asia/Jakarta", &short, "Mon2 00:00", "Fri 09:00"),
        ("Asia/Jakarta", &["Mon-Sun 18:00-24:00"], "Tue 00:00", "Mon 18:00"),
        // An hour, or two, to the east.
        ("Asia/Makassar", &["Mon-Fri 09:00-17:00"], "Mon 23:00", "Mon 12:00"),
        ("Asia/Jayapura", &["Mon-Fri 09:00-17:00"], "Mon 22:00", "Mon 11:00"),
    ] {
        let found = afternoon(&calendar(zone, lines), instant(begin));
        assert_eq!(found, Some(instant(wanted)), "{zone} {lines:?} {begin}");
    }
    let friday = jiff::civil::date(2026, 11, 6);
    let closed = Holiday { name: "Libur".into(), joint_leave: false, quiet: false };
    let holidays = Arc::new([(friday, closed)].into());
    let found = afternoon(&office().with_holidays(holidays), instant("Mon2 00:00"));
    assert_eq!(found, Some(instant("Thu 13:00")), "a holiday is no working day");
    let found = afternoon(&calendar("Asia/Jakarta", &["Mon 00:00-00:01"]), instant("Mon2 00:00"));
    assert_eq!(found, Some(instant("Mon 00:00") + SignedDuration::from_secs(30)));
}

#[test]
fn one_that_is_moved_or_taken_back_has_no_letter_or_another_one() {
    check("Mon 08:00  away 1 Tue 00:00 Thu 00:00\nMon 12:00  cancel 1");
    // Longer, but from the same day on: no second letter.
    check(
        "Mon 08:00  away 1 Wed 00:00 Thu 00:00
         Tue 13:00  => leaving
         Tue 14:00  away 1 Wed 00:00 Fri 00:00
         Fri 09:00  => digest",
    );
    check(
        "Mon 08:00  away 1 Tue 00:00 Wed 00:00
         Mon 13:00  => leaving
         Mon 14:00  away 1 Thu 00:00 Fri 00:00
         Wed 13:00  => leaving
         Fri 09:00  => digest",
    );
    check(
        "Mon 08:00  away 1 Tue 00:00 Wed 00:00
         Mon 12:00  post down
         Mon 13:00  => leaving
         Mon 14:00  cancel 1
         Mon 14:00  => recall leaving:1:2026-11-03
         Mon 15:00  post up",
    );
    // Never after it began.
    check(
        "Mon 08:00  away 1 Mon 16:00 Wed 00:00
         Mon 12:00  post down
         Mon 12:30  ask 1
         Mon 13:00  => leaving 1
         Mon 16:00  => recall leaving:1:2026-11-02:1
         Mon 16:00  => recall leaving:1:2026-11-02
         Mon 17:00  post up
         Mon 17:00  answer 1
         Wed 09:00  => digest",
    );
}

#[test]
fn the_grace_follows_the_backlog() {
    let day = hours(8);
    for (waiting, wanted) in
        [(0, 60), (1, 60), (4, 60), (5, 75), (20, 300), (32, 480), (33, 480), (usize::MAX, 480)]
    {
        assert_eq!(grace(waiting, day), minutes(wanted), "{waiting}");
    }
    assert_eq!(grace(9, minutes(40)), minutes(40), "never more than a usual day");
}

#[test]
fn what_was_asked_before_the_return_is_held_and_what_comes_after_is_not() {
    // Six things wait: an hour and a half, on the owner's hours.
    let asks: String = (1..=6).map(|id| format!("Mon 15:00  ask {id} slow\n")).collect();
    let answers: String = (1..=5).map(|id| format!("Wed 16:10  answer {id}\n")).collect();
    check(&format!(
        "{asks}Mon 17:30  away 1 Tue 00:00 Wed 16:00
         Wed 16:00 => digest 1 2 3 4 5
         {answers}Thu 09:30 => nudge 6:0
         Thu 09:40  answer 6"
    ));
    check(
        "Mon 17:30  away 1 Tue 00:00 Wed 00:00
         Wed 09:00  => digest
         Wed 09:01  ask 1 vip
         Wed 10:01  => nudge 1:0
         Wed 10:30  answer 1",
    );
}

#[test]
fn the_end_of_the_grace_stays_as_the_digest_has_said_it() {
    let mut facts = facts(office());
    facts.absences = vec![away(1, instant("Tue 00:00"), instant("Wed 00:00"))];
    facts.open = (1..=12).map(|id| obligation(id, "all", instant("Tue 10:00"))).collect();
    let ends = |facts: &Facts| grace_ends(facts, &stretches(facts)[0]);
    assert_eq!(ends(&facts), instant("Wed 12:00"));
    facts.open.truncate(6);
    assert_eq!(ends(&facts), instant("Wed 10:30"), "nobody was told yet");
    let digest = Digest { at: instant("Wed 09:00"), waiting: 12, items: Default::default() };
    facts.farewells.digests.insert(AwayId(1), digest);
    assert_eq!(ends(&facts), instant("Wed 12:00"));
    let one = facts.open[0].clone();
    let found = standing(&facts, &one, instant("Thu 09:00"));
    assert!(matches!(found, Standing::Due { .. }), "{found:?}");
    facts.farewells.digests.get_mut(&AwayId(1)).unwrap().waiting = 500;
    let late = instant("Wed 16:59");
    let old = obligation(13, "all", instant("Mon 09:00"));
    let found = standing(&facts, &old, late);
    assert_eq!(found, Standing::Withheld(Reason::Grace(instant("Wed 17:00"))));
    let zone = facts.owner.calendar.zone();
    assert_eq!(
        found.sentence(zone),
        "The owner has just come back: no reminder of what came before until Wed 4 Nov 2026 at \
         17:00."
    );
}

/// Begin and length in minutes, and after how many it was ended early.
type Leave = (i64, i64, Option<i64>);

fn any_absences() -> impl Strategy<Value = (Facts, Timestamp)> {
    let leave = (-9000_i64..9000, 30_i64..6000, prop::option::weighted(0.3, 10_i64..3000));
    let digest = prop::option::weighted(0.3, (0_i64..3000, 0_usize..40, 0_i64..6));
    (any_facts(), prop::collection::vec((leave, digest), 0..3), 0_u8..5).prop_map(
        |((mut facts, now), leaves, since)| {
            for (id, (leave, digest)) in (1..).zip(leaves) {
                add(&mut facts, now, id, leave);
                if let Some((ago, waiting, item)) = digest {
                    let items = [ObligationId(item)].into();
                    let digest = Digest { at: now - minutes(ago), waiting, items };
                    facts.farewells.digests.insert(AwayId(id), digest);
                }
            }
            for one in facts.absences.iter().filter(|one| one.id.0 % 2 == 0) {
                let day = facts.owner.calendar.local_date(one.from);
                facts.farewells.leaving.insert(format!("leaving:{}:{day}", one.id));
            }
            if since == 0 {
                facts.farewells.since = now - minutes(600);
            }
            let spans: Vec<_> = facts.absences.iter().filter_map(|one| one.span()).collect();
            let owner = Owner::clone(&facts.owner);
            let calendar = Arc::new(Calendar::clone(&owner.calendar).away_only(spans));
            facts.owner = Arc::new(Owner { calendar, ..owner });
            (facts, now)
        },
    )
}

fn add(facts: &mut Facts, now: Timestamp, id: i64, (begin, length, ended): Leave) {
    let from = now + minutes(begin);
    let mut one = away(id, from, from + minutes(length));
    one.ended_at = ended.map(|after| from + minutes(after)).filter(|at| *at <= now);
    facts.absences.push(one);
}

type Rule = fn(&Facts, Timestamp) -> Decision;

fn deeds(rule: Rule, facts: &Facts, now: Timestamp) -> Vec<Action> {
    let mut actions = rule(facts, now).actions;
    for action in &mut actions {
        if let Action::Queue(draft) = action {
            assert_eq!(draft.not_before, now);
            draft.not_before = Timestamp::MIN;
        }
    }
    actions
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_wake_up_is_exact_around_absences(
        (facts, now) in any_absences(), marks in prop::collection::vec(0.0..1.0, 24),
    ) {
        for rule in [ladder, farewells::decide] as [Rule; 2] {
            let decision = rule(&facts, now);
            let present = deeds(rule, &facts, now);
            let second = SignedDuration::from_secs(1);
            if let Some(wake) = decision.wake_at {
                prop_assert!(wake > now);
                let before = deeds(rule, &facts, wake - second);
                prop_assert_eq!(&before, &present, "overslept before {}", wake);
                let then = deeds(rule, &facts, wake);
                prop_assert_ne!(&then, &present, "woken for nothing at {}", wake);
            }
            let end = decision.wake_at.unwrap_or(now + hours(24 * 60));
            let reach = end.duration_since(now).as_secs() as f64;
            for mark in &marks {
                let between = now + SignedDuration::from_secs(((reach - 1.0) * mark) as i64);
                let then = deeds(rule, &facts, between);
                prop_assert_eq!(&then, &present, "overslept at {}", between);
            }
        }
    }

    #[test]
    fn order_of_the_absences_does_not_matter((facts, now) in any_absences()) {
        let mut turned = facts.clone();
        turned.open.reverse();
        turned.absences.reverse();
        prop_assert_eq!(decide(&turned, now), decide(&facts, now));
    }

    #[test]
    fn around_absences_it_comes_to_rest((facts, now) in any_absences()) {
        let mut world = World::new(facts);
        world.letters = 1000;
        world.post = false;
        world.settle(now);
        let again = decide(&world.facts, now);
        prop_assert!(again.actions.is_empty(), "{:?}", again);
    }

    /// Clocks know nothing of it, and of the ladder nothing but reminders is held.
    #[test]
    fn a_grace_holds_reminders_and_nothing_else((facts, now) in any_absences()) {
        let mut bare = facts.clone();
        bare.absences.clear();
        bare.farewells.digests.clear();
        for one in &facts.open {
            let (calendar, policy) = (&facts.owner.calendar, &facts.policy);
            let clocks = deadlines::clocks(policy, calendar, one, now);
            prop_assert_eq!(clocks, deadlines::clocks(policy, &bare.owner.calendar, one, now));
            let (held, free) = (standing(&facts, one, now), standing(&bare, one, now));
            match held {
                Standing::Withheld(Reason::Grace(until)) => {
                    prop_assert!(now < until);
                    let due = matches!(free, Standing::Due { .. } | Standing::Withheld(_));
                    prop_assert!(due, "{:?}", free);
                }
                // A letter of today that was recalled leaves the day to another one.
                Standing::Due { .. } if matches!(free, Standing::Withheld(Reason::DayFull(_))) => {}
                Standing::Due { .. } => prop_assert_eq!(held, free),
                // The digest was the day's letter.
                Standing::Withheld(Reason::DayFull(_)) => {}
                Standing::Later { step, at, .. } => {
                    let Standing::Later { step: other, at: bare, .. } = free else {
                        panic!("{free:?}");
                    };
                    prop_assert!(step == other && bare <= at);
                }
                Standing::Lapses { .. } | Standing::Withheld(_) => prop_assert_eq!(held, free),
            }
        }
    }
}
