//! Of a team's requests those that are told of one by one: what waits longest, and where most come
//! from.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::model::address::Address;
use crate::model::threads::{MOST, Origin};
use crate::rules::counting::{Counted, Tally};

/// What waits longest, longest first.
pub fn longest(tally: &Tally) -> Vec<&Counted> {
    let mut open: Vec<&Counted> = tally.requests.iter().filter(|one| one.is_open()).collect();
    open.sort_by_key(|one| (one.asked_at, one.open.first().copied()));
    open.truncate(MOST);
    open
}

/// Where the most requests of a time come from, most first, of as many by name; a single one is no
/// custom, and tells of one person.
pub fn asked_most(
    tally: &Tally,
    (from, to): (Timestamp, Timestamp),
    origin: impl Fn(&Address) -> Origin,
) -> Vec<(Origin, u32)> {
    let mut counts: BTreeMap<Origin, u32> = BTreeMap::new();
    for one in tally.requests.iter().filter(|one| from <= one.asked_at && one.asked_at < to) {
        *counts.entry(origin(&one.requester)).or_default() += 1;
    }
    let mut most: Vec<(Origin, u32)> = counts.into_iter().filter(|(_, count)| *count > 1).collect();
    most.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    most.truncate(MOST);
    most
}
