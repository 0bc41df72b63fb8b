//! All that a decision may ask for, and when to ask again.

use jiff::Timestamp;

use crate::model::handover::{Cause, Ended, Holder};
use crate::model::ids::{AwayId, LetterId, ObligationId};
use crate::model::letter::Draft;

/// One wish of the rules; carried out by `engine/turn` in the transaction that decided it.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Put a letter into the outbox.
    Queue(Draft),
    /// Take one item out of a letter that is not claimed yet.
    Recall {
        /// The letter.
        letter: LetterId,
        /// The item's key.
        key: String,
        /// Why, in words.
        why: String,
    },
    /// The ladder's end: no more nudges.
    Lapse(ObligationId),
    /// Somebody else is asked to answer.
    HandOver {
        /// What.
        obligation: ObligationId,
        /// Who; `None`: nobody is there.
        holder: Option<Holder>,
        /// During which absence.
        away: AwayId,
        /// Why.
        cause: Cause,
    },
    /// Whoever holds it holds it no more.
    GiveBack {
        /// What.
        obligation: ObligationId,
        /// Why.
        how: Ended,
    },
}

/// What follows from the facts at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// In the order in which they are to be done.
    pub actions: Vec<Action>,
    /// The earliest moment at which another decision could differ without new facts.
    pub wake_at: Option<Timestamp>,
}

impl Decision {
    /// Both together: actions one after the other, the earlier wake-up.
    pub fn and(mut self, other: Self) -> Self {
        self.actions.extend(other.actions);
        self.wake_at = match (self.wake_at, other.wake_at) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self
    }
}
