//! How long until an answer, with those who still wait counted in: the product-limit estimate.
//!
//! Kaplan and Meier, "Nonparametric estimation from incomplete observations", 1958. Whoever still
//! waits is known to have waited so long at least; leaving them out would make a team look better
//! the less it answers. Pure arithmetic; what is an observation is in `rules/counting`.

use jiff::SignedDuration;

/// How long somebody waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Observed {
    /// So long, or so long at least.
    pub span: SignedDuration,
    /// They still wait (a censored observation): it will be longer.
    pub waiting: bool,
}

/// The share that still waits after any span.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Survival {
    /// Each span at which somebody was answered, and the share that waits longer; spans rise.
    steps: Vec<(SignedDuration, f64)>,
}

/// A share is reached if it is missed by less than products of fractions are rounded.
const ROUNDING: f64 = 1e-9;

impl Survival {
    /// Of observations in any order.
    pub fn of(observed: &[Observed]) -> Self {
        let mut sorted = observed.to_vec();
        sorted.sort_unstable();
        let mut steps = Vec::new();
        each_step(sorted.iter().map(|one| (*one, 1)), |span, share| {
            steps.push((span, share));
            true
        });
        Self { steps }
    }

    /// The share that waits longer than a span, 0.0 to 1.0.
    pub fn waiting_after(&self, span: SignedDuration) -> f64 {
        let passed = self.steps.partition_point(|(at, _)| *at <= span);
        passed.checked_sub(1).and_then(|last| self.steps.get(last)).map_or(1.0, |(_, share)| *share)
    }

    /// The share that was answered within a span, in whole percent, rounded down: it is reached, as
    /// [`Survival::within`] reaches a share.
    pub fn answered_percent(&self, span: SignedDuration) -> u8 {
        let left = self.waiting_after(span);
        let reached = (1..=100).rev().find(|percent| is_reached(left, f64::from(*percent) / 100.0));
        reached.unwrap_or(0)
    }

    /// The shortest span within which that share, 0.0 to 1.0, was answered; `None`: it was not
    /// reached, because too many still wait.
    pub fn within(&self, share: f64) -> Option<SignedDuration> {
        let reached = self.steps.iter().find(|(_, left)| is_reached(*left, share));
        reached.map(|(span, _)| *span)
    }

    /// Each span at which somebody was answered, and the share that waits longer.
    pub fn steps(&self) -> &[(SignedDuration, f64)] {
        &self.steps
    }
}

/// The shortest span within which that share of weighted observations was answered. They are in
/// ascending order; what weighs nothing is not there.
pub(in crate::rules) fn within(
    sorted: impl Iterator<Item = (Observed, u32)> + Clone,
    share: f64,
) -> Option<SignedDuration> {
    let mut reached = None;
    each_step(sorted, |span, left| {
        reached = is_reached(left, share).then_some(span);
        reached.is_none()
    });
    reached
}

fn is_reached(left: f64, share: f64) -> bool {
    left <= 1.0 - share + ROUNDING
}

/// Tells each span at which somebody was answered and the share that is left, until the other side
/// wants no more. At the same span answers come before those who were seen waiting so long.
fn each_step(
    sorted: impl Iterator<Item = (Observed, u32)> + Clone,
    mut tell: impl FnMut(SignedDuration, f64) -> bool,
) {
    let mut at_risk: u32 = sorted.clone().map(|(_, weight)| weight).sum();
    let mut share = 1.0;
    let mut sorted = sorted.peekable();
    while let Some((first, weight)) = sorted.next() {
        let (mut answered, mut waiting) = if first.waiting { (0, weight) } else { (weight, 0) };
        while let Some((next, weight)) = sorted.next_if(|(next, _)| next.span == first.span) {
            if next.waiting { waiting += weight } else { answered += weight }
        }
        if answered > 0 {
            share *= 1.0 - f64::from(answered) / f64::from(at_risk);
            if !tell(first.span, share) {
                return;
            }
        }
        at_risk = at_risk.saturating_sub(answered).saturating_sub(waiting);
    }
}
