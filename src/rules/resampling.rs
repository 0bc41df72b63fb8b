//! Whether a change is more than chance: a bootstrap interval of the difference of two medians.
//!
//! Efron, "Bootstrap methods: another look at the jackknife", 1979 (percentile interval). Both
//! weeks are drawn again from themselves many times; if nearly all draws agree that it was faster,
//! or slower, it is worth a word. The same observations give the same interval, on any machine.

use crate::rules::survival::{Observed, within};

/// How often both sides are drawn again.
const DRAWS: u32 = 999;
/// So many draws lie outside the interval on either side: 2.5 in 100.
const OUTSIDE: usize = 25;
/// A median that was not reached is later than all that were. In seconds; two of them differ by
/// nothing.
const NOT_REACHED: i64 = i64::MAX / 4;

/// An interval that holds the true difference of two medians, later minus earlier, in 95 of 100
/// cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// In seconds, saturating.
    low: i64,
    high: i64,
}

impl Interval {
    /// Of the change from one set of observations to another; from or to nothing there is none.
    pub fn of_median(before: &[Observed], after: &[Observed]) -> Self {
        if before.is_empty() || after.is_empty() {
            return Self { low: 0, high: 0 };
        }
        let (before, after) = (sorted(before), sorted(after));
        let mut dice = Dice(seed(&before) ^ seed(&after).rotate_left(32));
        let mut weights = Vec::new();
        let mut changes: Vec<i64> = (0..DRAWS)
            .map(|_| {
                let earlier = median(&before, &mut dice, &mut weights);
                median(&after, &mut dice, &mut weights) - earlier
            })
            .collect();
        changes.sort_unstable();
        let low = changes.get(OUTSIDE - 1).copied().unwrap_or(0);
        let high = changes.iter().rev().nth(OUTSIDE - 1).copied().unwrap_or(0);
        Self { low, high }
    }

    /// Whether it is surely less, in the sense above.
    pub fn is_less(&self) -> bool {
        self.high < 0
    }

    /// Whether it is surely more.
    pub fn is_more(&self) -> bool {
        self.low > 0
    }
}

fn sorted(observed: &[Observed]) -> Vec<Observed> {
    let mut sorted = observed.to_vec();
    sorted.sort_unstable();
    sorted
}

/// The median of as many observations, drawn from these with replacement.
fn median(observed: &[Observed], dice: &mut Dice, weights: &mut Vec<u32>) -> i64 {
    weights.clear();
    weights.resize(observed.len(), 0);
    for _ in observed {
        if let Some(weight) = weights.get_mut(dice.below(observed.len())) {
            *weight += 1;
        }
    }
    let drawn = observed.iter().copied().zip(weights.iter().copied());
    let drawn = drawn.filter(|(_, weight)| *weight > 0);
    within(drawn, 0.5).map_or(NOT_REACHED, |span| span.as_secs())
}

/// FNV-1a over what was observed.
fn seed(observed: &[Observed]) -> u64 {
    observed.iter().fold(0xCBF2_9CE4_8422_2325, |hash, one| {
        let word = one.span.as_secs().unsigned_abs() << 1 | u64::from(one.waiting);
        (hash ^ word).wrapping_mul(0x0100_0000_01B3)
    })
}

/// A seeded stream of numbers (Steele, Lea and Flood's SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below another one, each as likely as any other to within 2^-32; 0 below 0.
    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX);
        usize::try_from(((self.next() >> 32) * end) >> 32).unwrap_or(0)
    }
}
