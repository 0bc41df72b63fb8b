//! The ladder's wake-up is exact: neither too late nor for nothing, whatever the facts.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use sigap::model::action::Action;
use sigap::model::calendar::Calendar;
use sigap::model::facts::{Facts, Health};
use sigap::model::ids::{LetterId, MessageId, ObligationId, OwnerId};
use sigap::model::letter::{Audience, Draft, Item, Kind};
use sigap::model::policy::{Mode, Policy};
use sigap::rules::escalation::{ladder, outlook, standing};
use sigap::rules::follow_ups::Outlook;
use sigap::rules::standing::Standing;

use crate::office::{
    World, address, awaited, calendar, facts, held_by, hours, instant, letter, obligation, office,
    policy,
};

/// One awaited answer by chance: minutes since the ask, snooze, promise, step given, fate.
type Question = (i64, Option<i64>, Option<i64>, u32, u8);

/// One obligation by chance: hours since the ask, tier, steps that have a letter, snooze, fate.
type Chance = (i64, usize, Vec<u32>, Option<i64>, u8);

pub fn any_facts() -> impl Strategy<Value = (Facts, Timestamp)> {
    let chance = (
        0_i64..9000,
        0_usize..4,
        prop::collection::vec(0_u32..3, 0..2),
        prop::option::weighted(0.3, -2000_i64..4000),
        0_u8..20,
    );
    let question = (
        0_i64..9000,
        prop::option::weighted(0.3, -2000_i64..4000),
        prop::option::weighted(0.3, -2000_i64..4000),
        0_u32..3,
        0_u8..10,
    );
    let questions = prop::collection::vec(question, 0..13);
    let letters = prop::collection::vec((0_i64..2880, any::<bool>()), 0..3);
    (
        (0_usize..5, 0_i64..30_000, prop::collection::vec(chance, 0..6), letters),
        (any::<[bool; 4]>(), prop::option::weighted(0.2, -500_i64..4000), 0_u32..3, 0_u8..8),
        (prop::collection::vec((0_u32..3, any::<bool>()), 0..3), any::<bool>()),
        questions,
    )
        .prop_map(|((hours, now, chances, letters), flags, queued, questions)| {
            let (flags, pause, extra, health) = flags;
            let (queued, follows) = queued;
            let now = instant("Mon 00:00") - SignedDuration::from_hours(9 * 24)
                + SignedDuration::from_mins(now);
            let mut facts = facts(calendars(hours));
            build(&mut facts, now, &chances);
            wait(&mut facts, now, &questions);
            let minutes = SignedDuration::from_mins;
            facts.policy = Arc::new(Policy { urgent_extra: extra, ..policy() });
            facts.mode = if flags[0] { Mode::Full } else { Mode::Observe };
            facts.welcomed = flags[1] || flags[2];
            facts.paused_until = pause.map(|pause| now + minutes(pause));
            match health {
                0 => facts.mailboxes[0].health = Health::Failed,
                1 => facts.mailboxes[1].activated_at = None,
                _ => {}
            }
            for (index, (ago, preview)) in letters.into_iter().enumerate() {
                let kind = if preview { Kind::Preview } else { Kind::Nudge };
                facts.recent.push((kind, now - minutes(ago), LetterId(index as i64)));
            }
            for (index, (step, preview)) in queued.into_iter().enumerate() {
                let kind = if preview { Kind::Preview } else { Kind::Nudge };
                let id = ObligationId(index as i64 * 2);
                let item = Item {
                    key: format!("{}:{id}:{step}", kind.word()),
                    obligation: Some(id).filter(|_| !follows),
                    awaited: Some(MessageId(id.0)).filter(|_| follows),
                    step: Some(step),
                };
                let draft = Draft {
                    kind,
                    audience: Audience::Owner,
                    to: address("ani@example.com"),
                    owner: Some(OwnerId(7)),
                    items: vec![item],
                    about: "{}".into(),
                    not_before: now,
                };
                let letter = letter(90 + index as i64, draft, now - minutes(30));
                facts.recent.push((kind, letter.queued_at, letter.id));
                facts.queued.push(letter);
            }
            (facts, now)
        })
}

fn calendars(choice: usize) -> Calendar {
    match choice {
        0 => office(),
        1 => calendar("Asia/Jakarta", &["Mon-Sun 00:00-24:00"]),
        2 => calendar("Europe/Berlin", &["Mon-Fri 08:00-12:00, 13:00-17:00"]),
        3 => calendar("America/New_York", &["Mon-Sun 00:00-03:00, 18:00-24:00"]),
        _ => office().with_absence(instant("Mon 10:00"), instant("Thu 12:00")),
    }
}

fn build(facts: &mut Facts, now: Timestamp, chances: &[Chance]) {
    for (index, (ago, tier, steps, snooze, fate)) in chances.iter().enumerate() {
        let minutes = SignedDuration::from_mins;
        let tier = ["vip", "steep", "slow", "all"][*tier];
        let mut one = obligation(index as i64, tier, now - minutes(*ago));
        one.snoozed_until = snooze.map(|snooze| now + minutes(snooze));
        match fate {
            0 => one.ladder_from = None,
            1 => one.holder = Some(held_by("citra@example.com")),
            2 => one.lapsed_at = Some(now),
            _ => {}
        }
        let steps: BTreeSet<u32> = steps.iter().copied().collect();
        if !steps.is_empty() {
            facts.climbed.insert(one.id, steps.clone());
            facts.previewed.insert(one.id, steps);
        }
        facts.open.push(one);
    }
}

fn wait(facts: &mut Facts, now: Timestamp, questions: &[Question]) {
    let minutes = SignedDuration::from_mins;
    for (index, (ago, snooze, promise, given, fate)) in questions.iter().enumerate() {
        let mut one = awaited(index as i64, now - minutes(*ago));
        one.snoozed_until = snooze.map(|snooze| now + minutes(snooze));
        one.snoozes = u32::from(snooze.is_some());
        one.promised_until = promise.map(|promise| now + minutes(promise));
        one.backlog = *fate == 0;
        one.asks = if *fate > 5 { 2 } else { 1 };
        if *given > 0 {
            facts.followed_up.insert(one.asked_in, *given);
        }
        facts.awaited.push(one);
    }
}

/// What would be done, without the moment at which it was asked.
fn deeds(facts: &Facts, now: Timestamp) -> Vec<Action> {
    let mut actions = ladder(facts, now).actions;
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
    fn the_wake_up_is_exact(
        (facts, now) in any_facts(), marks in prop::collection::vec(0.0..1.0, 24),
    ) {
        let decision = ladder(&facts, now);
        let present = deeds(&facts, now);
        let second = SignedDuration::from_secs(1);
        if let Some(wake) = decision.wake_at {
            prop_assert!(wake > now);
            prop_assert_eq!(&deeds(&facts, wake - second), &present, "overslept before {}", wake);
            prop_assert_ne!(&deeds(&facts, wake), &present, "woken for nothing at {}", wake);
        }
        let end = decision.wake_at.unwrap_or(now + hours(24 * 60));
        let reach = end.duration_since(now).as_secs() as f64;
        for mark in marks {
            let between = now + SignedDuration::from_secs(((reach - 1.0) * mark) as i64);
            prop_assert_eq!(&deeds(&facts, between), &present, "overslept at {}", between);
        }
    }

    #[test]
    fn order_of_the_facts_does_not_matter((facts, now) in any_facts()) {
        let mut turned = facts.clone();
        turned.open.reverse();
        turned.awaited.reverse();
        turned.recent.reverse();
        prop_assert_eq!(ladder(&turned, now), ladder(&facts, now));
    }

    #[test]
    fn comes_to_rest_and_says_why((facts, now) in any_facts()) {
        let mut world = World::new(facts);
        world.letters = 1000;
        world.post = false;
        world.settle(now);
        for one in &world.facts.open {
            let standing = standing(&world.facts, one, now);
            let pending = matches!(standing, Standing::Due { .. } | Standing::Lapses { .. });
            prop_assert!(!pending, "{:?} {:?}", standing, world.log);
        }
        for one in &world.facts.awaited {
            let outlook = outlook(&world.facts, one, now);
            prop_assert!(!matches!(outlook, Outlook::Due(_)), "{:?} {:?}", outlook, world.log);
        }
    }
}
