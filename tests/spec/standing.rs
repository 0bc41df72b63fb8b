//! Where an obligation stands and why nothing is sent; both clocks; one letter in full.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::SignedDuration;

use sigap::model::action::{Action, Decision};
use sigap::model::calendar::Cause;
use sigap::model::facts::{Facts, Health};
use sigap::model::ids::{LetterId, ObligationId, OwnerId};
use sigap::model::letter::{Audience, Draft, Item, Kind};
use sigap::model::obligation::{Closed, Ending, Obligation};
use sigap::model::owner::Owner;
use sigap::model::policy::{Mode, Policy, Rung};
use sigap::rules::deadlines;
use sigap::rules::escalation::{ladder, standing};
use sigap::rules::standing::{Reason, Standing};

use crate::office::{
    address, calendar, facts, held_by, hours, instant, obligation, office, policy,
};

#[test]
fn the_draft_in_full() {
    let mut facts = facts(office());
    facts.open.push(obligation(81, "all", instant("Mon 09:00")));
    let now = instant("Mon 15:00");
    let Decision { actions, .. } = ladder(&facts, now);
    let item = Item {
        key: "nudge:81:0".into(),
        obligation: Some(ObligationId(81)),
        awaited: None,
        step: Some(0),
    };
    let draft = Draft {
        kind: Kind::Nudge,
        audience: Audience::Owner,
        to: address("ani@example.com"),
        owner: Some(OwnerId(7)),
        items: vec![item],
        about: "{}".into(),
        not_before: now,
    };
    assert_eq!(actions, [Action::Queue(draft)]);
}

#[test]
fn every_standing_has_its_reason() {
    use Standing::{Due, Later, Withheld};
    let now = instant("Mon 15:00");
    let asked = |change: fn(&mut Obligation, &mut Facts)| {
        let mut facts = facts(office());
        let mut one = obligation(1, "all", instant("Mon 09:00"));
        change(&mut one, &mut facts);
        facts.open.push(one.clone());
        let standing = standing(&facts, &one, now);
        let sentence = standing.sentence(facts.owner.calendar.zone());
        assert!(sentence.ends_with('.') && sentence.len() > 20, "{sentence}");
        standing
    };
    let morning = instant("Tue 09:00");
    type Change = fn(&mut Obligation, &mut Facts);
    let cases: &[(Standing, Change)] = &[
        (Due { step: 0, since: now }, |_, _| {}),
        (Later { step: 0, rung: Rung::Nudge, at: instant("Tue 09:00") + hours(6) }, |o, _| {
            o.ladder_from = Some(instant("Tue 09:00"));
        }),
        (Later { step: 1, rung: Rung::Nudge, at: instant("Tue 13:00") }, |_, f| {
            f.climbed.insert(ObligationId(1), BTreeSet::from([0]));
        }),
        (Withheld(Reason::Backlog), |o, _| o.ladder_from = None),
        (Withheld(Reason::Lapsed), |o, _| o.lapsed_at = Some(o.asked_at)),
        (Withheld(Reason::HeldElsewhere), |o, _| o.holder = Some(held_by("c@example.com"))),
        (Withheld(Reason::Closed), |o, _| {
            o.closed = Some(Closed { at: o.asked_at, how: Ending::Done, evidence: None });
        }),
        (Withheld(Reason::Snoozed(morning)), |o, _| {
            o.snoozed_until = Some(instant("Tue 09:00"));
        }),
        (Withheld(Reason::Paused(morning)), |_, f| f.paused_until = Some(instant("Tue 09:00"))),
        (Withheld(Reason::Blind), |_, f| f.mailboxes.truncate(1)),
        (Withheld(Reason::Unread), |_, f| f.mailboxes[0].health = Health::Failed),
        (Withheld(Reason::OutsideHours(Some(morning))), |_, f| {
            let hours = calendar("Asia/Jakarta", &["Mon 08:00-15:00; Tue 09:00-17:00"]);
            f.owner = Arc::new(Owner { calendar: Arc::new(hours), ..(*f.owner).clone() });
        }),
        (Withheld(Reason::DayFull(Some(morning))), |_, f| {
            f.recent.push((Kind::Nudge, instant("Mon 10:00"), LetterId(1)));
            f.policy = Arc::new(Policy { urgent_extra: 0, ..policy() });
        }),
        (Withheld(Reason::LadderDone), |o, f| {
            o.tier = "vip".into();
            f.climbed.insert(ObligationId(1), BTreeSet::from([0]));
        }),
        (Withheld(Reason::Mode), |o, f| {
            o.tier = "vip".into();
            f.mode = Mode::Observe;
            f.previewed.insert(ObligationId(1), BTreeSet::from([0]));
        }),
        // Never nudged: one reminder comes before the ladder ends.
        (Standing::Due { step: 2, since: now - hours(71) }, |o, _| {
            o.tier = "steep".into();
            o.ladder_from = Some(instant("Mon 15:00") - hours(24 * 3 + 4));
        }),
        (Standing::Lapses { since: now }, |o, f| {
            f.climbed.insert(ObligationId(1), BTreeSet::from([2]));
            o.tier = "steep".into();
            o.ladder_from = Some(instant("Mon 15:00") - hours(24 * 3 + 4));
        }),
    ];
    for (expected, change) in cases {
        assert_eq!(asked(*change), *expected);
    }
}

#[test]
fn both_clocks() {
    let facts = facts(office());
    let (calendar, policy) = (&facts.owner.calendar, &facts.policy);
    let mut one = obligation(1, "all", instant("Fri 15:00"));
    #[rustfmt::skip]
    let cases = [
        // now, status, requester's wait, owner's time, overdue (hours)
        ("Fri 16:00",  "OnTrack", 1,  1,  0),
        ("Mon2 12:00", "OnTrack", 69, 5,  0),
        ("Mon2 13:00", "DueSoon", 70, 6,  0),
        ("Mon2 15:00", "DueSoon", 72, 8,  0),
        ("Tue2 09:00", "Late",    90, 10, 2),
        ("Fri 14:00",  "OnTrack", 0,  0,  0),
    ];
    for (now, status, wait, own, overdue) in cases {
        let clocks = deadlines::clocks(policy, calendar, &one, instant(now));
        let found = (
            format!("{:?}", clocks.status),
            clocks.requester_wait,
            clocks.owner_time,
            clocks.overdue,
        );
        assert_eq!(found, (status.into(), hours(wait), hours(own), hours(overdue)), "{now}");
        assert_eq!(clocks.due_at, instant("Mon2 15:00"));
        let receipt = deadlines::receipt((calendar, calendar), &one, instant(now));
        let counted = receipt.iter().filter(|s| s.cause == Cause::Working);
        let counted: SignedDuration = counted.map(|s| s.to.duration_since(s.from)).sum();
        assert_eq!(counted, clocks.owner_time, "{now}");
    }
    one.closed = Some(Closed { at: instant("Mon2 09:30"), how: Ending::Done, evidence: None });
    let clocks = deadlines::clocks(policy, calendar, &one, instant("Fri2 09:00"));
    assert_eq!(clocks.owner_time, SignedDuration::from_mins(150));
}
