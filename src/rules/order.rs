//! In which order the messages of a conversation were said, whatever the order in which they were
//! read (law 5).

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::model::ids::MessageId;
use crate::model::message::{MessageKey, Role};
use crate::rules::settle::Spoken;

/// When something was said, and what orders things of one second.
type Moment<'a> = (Timestamp, bool, Timestamp, &'a MessageKey, MessageId);

/// Indices in the order in which things were said: by arrival, but never before what they point
/// to, because clocks differ between folders; of the same second first what lies where questions
/// do, so that they come before their answers. What still stands together is ordered by identity:
/// rows are numbered as they were read.
pub(in crate::rules) fn order<'a>(
    spoken: &[Spoken<'a>],
    questions: Role,
) -> Vec<(Moment<'a>, usize)> {
    let mut at: BTreeMap<&MessageKey, Timestamp> = BTreeMap::new();
    for said in spoken {
        // A Message-ID used again later does not move what pointed to the first one.
        let first = at.entry(&said.message.key).or_insert(said.arrived_at);
        *first = said.arrived_at.min(*first);
    }
    let mut order: Vec<_> = spoken
        .iter()
        .enumerate()
        .map(|(index, said)| {
            let parents = said.message.pointers().filter_map(|key| at.get(key).copied());
            let moment = parents.chain([said.arrived_at]).max().unwrap_or(said.arrived_at);
            let answers = said.place != questions;
            ((moment, answers, said.arrived_at, &said.message.key, said.id), index)
        })
        .collect();
    order.sort_unstable();
    order
}
