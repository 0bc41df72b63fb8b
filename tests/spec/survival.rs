//! How long until an answer: equal to what an established package makes of the same observations,
//! to what follows from the definition, and deaf to whoever leaves hard mails lying.

use jiff::SignedDuration;
use proptest::prelude::*;

use sigap::rules::resampling::Interval;
use sigap::rules::survival::{Observed, Survival};

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

fn observed(word: &str) -> Observed {
    let span = minutes(word.trim_end_matches('+').parse().unwrap());
    Observed { span, waiting: word.ends_with('+') }
}

/// `tests/data/survival.txt`, as `tests/data/survival.py` has made it with lifelines.
#[test]
fn equal_to_an_established_package() {
    let table = include_str!("../data/survival.txt");
    let mut compared = 0;
    for set in table.split("== ").skip(1) {
        let mut lines = set.lines();
        let name = lines.next().unwrap();
        let words = lines.next().unwrap().strip_prefix("observed ").unwrap();
        let all: Vec<Observed> = words.split(' ').map(observed).collect();
        let survival = Survival::of(&all);
        for line in lines {
            let words: Vec<&str> = line.split(' ').collect();
            match words[..] {
                ["within", share, span] => {
                    let expected = span.parse().ok().map(minutes);
                    assert_eq!(survival.within(share.parse().unwrap()), expected, "{name} {line}");
                }
                ["waiting_after", span, share] => {
                    let found = survival.waiting_after(minutes(span.parse().unwrap()));
                    let apart = (found - share.parse::<f64>().unwrap()).abs();
                    assert!(apart < 1e-9, "{name} {line}: {found}");
                }
                _ => panic!("{line:?}"),
            }
            compared += 1;
        }
    }
    assert!(compared > 500, "{compared}");
}

/// From the definition, minute by minute: of those who waited until a minute, the share that was
/// not answered in it.
fn naive(all: &[Observed], until: i64) -> f64 {
    (0..=until).fold(1.0, |left, minute| {
        let at = minutes(minute);
        let waited = all.iter().filter(|one| one.span >= at).count();
        let answered = all.iter().filter(|one| one.span == at && !one.waiting).count();
        if answered == 0 { left } else { left * (waited - answered) as f64 / waited as f64 }
    })
}

fn anything() -> impl Strategy<Value = Vec<Observed>> {
    let one = (0_i64..40, any::<bool>());
    let one = one.prop_map(|(span, waiting)| Observed { span: minutes(span), waiting });
    proptest::collection::vec(one, 0..60)
}

proptest! {
    #[test]
    fn equal_to_its_definition(all in anything(), share in 0.01_f64..0.99) {
        let survival = Survival::of(&all);
        let mut reached = None;
        for minute in 0..=40 {
            let left = naive(&all, minute);
            prop_assert!((survival.waiting_after(minutes(minute)) - left).abs() < 1e-9);
            if reached.is_none() && left <= 1.0 - share + 1e-9 {
                reached = Some(minutes(minute));
            }
        }
        prop_assert_eq!(survival.within(share), reached);
    }

    /// In whole percent it says the same: so much is reached exactly where the span of that share
    /// has passed.
    #[test]
    fn percent_agree_with_spans(all in anything(), minute in 0_i64..60) {
        let survival = Survival::of(&all);
        let answered = survival.answered_percent(minutes(minute));
        for percent in 1..=100_u8 {
            let within = survival.within(f64::from(percent) / 100.0);
            let reached = within.is_some_and(|span| span <= minutes(minute));
            prop_assert_eq!(answered >= percent, reached, "{}% at {}", percent, minute);
        }
    }

    /// Law 14: whoever still waits, waits longer than so far; so no figure can become better by
    /// leaving somebody without an answer rather than answering now.
    #[test]
    fn silence_never_helps(all in anything(), share in 0.01_f64..0.99) {
        let answered: Vec<Observed> =
            all.iter().map(|one| Observed { span: one.span, waiting: false }).collect();
        let now = Survival::of(&answered).within(share);
        let silent = Survival::of(&all).within(share);
        prop_assert!(silent.is_none() || now.is_some_and(|now| now <= silent.unwrap()));
    }

    #[test]
    fn a_change_is_the_same_in_any_order(mut before in anything(), after in anything()) {
        let one = Interval::of_median(&before, &after);
        before.reverse();
        prop_assert_eq!(one, Interval::of_median(&before, &after));
        prop_assert!(!(one.is_less() && one.is_more()));
    }
}

/// A seeded stream of shares between 0 and 1 (Lehmer's generator by Park and Miller).
struct Chance(u64);

impl Chance {
    fn share(&mut self) -> f64 {
        self.0 = self.0 * 48_271 % 2_147_483_647;
        self.0 as f64 / 2_147_483_647.0
    }

    /// Waits as they are: most short, some long, one in five not yet over.
    fn waits(&mut self, count: usize, mean_minutes: f64) -> Vec<Observed> {
        let mut wait = || {
            let span = -mean_minutes * self.share().ln();
            Observed { span: minutes(span as i64), waiting: self.share() < 0.2 }
        };
        (0..count).map(|_| wait()).collect()
    }
}

/// Nothing has changed: in at most about 5 of 100 teams the interval says otherwise.
#[test]
fn chance_alone_is_seldom_called_a_change() {
    let mut chance = Chance(7);
    let weeks = 400;
    let called = (0..weeks)
        .filter(|_| {
            let before = chance.waits(240, 300.0);
            let change = Interval::of_median(&before, &chance.waits(30, 300.0));
            change.is_less() || change.is_more()
        })
        .count();
    assert!((4..=28).contains(&called), "{called} of {weeks}");
}

#[test]
fn a_change_is_called_one() {
    let mut chance = Chance(11);
    let before = chance.waits(240, 300.0);
    assert!(Interval::of_median(&before, &chance.waits(60, 100.0)).is_less());
    assert!(Interval::of_median(&before, &chance.waits(60, 900.0)).is_more());
    let silent: Vec<Observed> =
        before.iter().take(40).map(|one| Observed { waiting: true, ..*one }).collect();
    assert!(Interval::of_median(&before, &silent).is_more(), "more than half still wait");
    assert!(!Interval::of_median(&silent, &silent).is_more());
    assert!(!Interval::of_median(&[], &before).is_less());
}
