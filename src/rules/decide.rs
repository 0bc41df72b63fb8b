//! `decide(facts, now)`: asks each rule and merges the answers, nothing else.
//!
//! Same facts, same policy, same moment: same decision (law 1). What a rule wishes is carried out
//! by `engine/record` in the transaction in which the facts were read.

use jiff::Timestamp;

use crate::model::action::{Action, Decision};
use crate::model::facts::Facts;
use crate::rules::{escalation, farewells, handovers};

/// What follows for one owner at `now`, and when to ask again without new facts.
pub fn decide(facts: &Facts, now: Timestamp) -> Decision {
    handovers::handovers(facts, now)
        .and(escalation::ladder(facts, now))
        .and(farewells::decide(facts, now))
}

/// What follows alone. Finding out when to ask again costs more, and is wasted while something
/// follows that changes the facts.
pub fn actions(facts: &Facts, now: Timestamp) -> Vec<Action> {
    let mut actions = handovers::actions(facts, now);
    actions.extend(escalation::actions(facts, now));
    actions.extend(farewells::actions(facts, now));
    actions
}
