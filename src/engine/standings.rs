//! One line for everything that waits: what comes next, or why nothing is sent.
//!
//! The long form is `engine/explain`. Both ask the same rule that decides, so that what is said can
//! never differ from what is done.

use jiff::Timestamp;

use crate::engine::office::Office;
use crate::engine::{covering, record};
use crate::model::handover::Holder;
use crate::model::obligation::reference;
use crate::rules::escalation;
use crate::store::db::{Connection, StoreError};

/// Where one open obligation stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its short reference.
    pub reference: String,
    /// What comes next, or why nothing is sent, in one sentence.
    pub sentence: String,
}

/// A line for every open obligation of every owner.
pub fn standings(c: &Connection, office: &Office, now: Timestamp) -> Result<Vec<Line>, StoreError> {
    let mode = record::mode(c, office)?;
    let mut lines = Vec::new();
    for owner in office.owners.values() {
        let world = covering::world(c, office, owner, mode, now)?;
        // What another owner holds has its line there.
        let elsewhere = |holder: &Holder| {
            office.owner_of(&holder.address).is_some_and(|other| other.id != owner.id)
        };
        let here = world.open.iter().filter(|one| !one.holder.as_ref().is_some_and(elsewhere));
        for obligation in here {
            let standing = escalation::standing(&world, obligation, now);
            lines.push(Line {
                reference: reference(obligation.id),
                sentence: standing.sentence(owner.calendar.zone()),
            });
        }
    }
    Ok(lines)
}
