//! Which messages belong together: one owner's messages fall into groups by what they point to.
//!
//! Pure and order-blind: the groups follow from the messages alone, so a message that arrives late
//! repairs what was joined or split without it. `engine/intake` gives it the messages around an
//! arrival and writes the groups back.
//!
//! Order of trust: an In-Reply-To joins even if the subject changed; References join with the same
//! base subject; Thread-Index joins; a reply without usable ids joins by base subject and people.
//! (The order follows the experience of mail programs that group by RFC 5256 REFERENCES.)

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::model::address::Address;
use crate::model::ids::MessageId;
use crate::model::message::{MessageKey, Prefix};

/// A reply without ids joins only what is not older than this.
const SUBJECT_REACH: SignedDuration = SignedDuration::from_hours(24 * 30);
/// Subjects shorter than this are too general to join by.
const TELLING: usize = 5;

/// What the grouping looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Row.
    pub id: MessageId,
    /// Identity.
    pub key: MessageKey,
    /// In-Reply-To.
    pub in_reply_to: Vec<MessageKey>,
    /// References, oldest first.
    pub references: Vec<MessageKey>,
    /// Thread-Index.
    pub thread_index: Option<String>,
    /// Base subject.
    pub base_subject: String,
    /// Subject prefix.
    pub prefix: Prefix,
    /// Author and recipients, own addresses left out.
    pub people: Vec<Address>,
    /// Arrival.
    pub arrived_at: Timestamp,
}

/// Groups of rows; each sorted, the groups by their first row. Every row is in exactly one group.
///
/// `elsewhere`: identities of known messages that lie in none of the conversations given. They are
/// no ghosts at which others could meet.
pub fn group(links: &[Link], elsewhere: &BTreeSet<MessageKey>) -> Vec<Vec<MessageId>> {
    let mut forest = Forest::new(links.len());
    join_by_ids(links, elsewhere, &mut forest);
    join_by_thread_index(links, &mut forest);
    join_by_subject(links, &mut forest);
    let mut groups: BTreeMap<usize, Vec<MessageId>> = BTreeMap::new();
    for (index, link) in links.iter().enumerate() {
        groups.entry(forest.root(index)).or_default().push(link.id);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.iter_mut().for_each(|group| group.sort_unstable());
    groups.sort_unstable();
    groups
}

/// Two messages that point to the same unknown third one meet at its key, as at a ghost.
fn join_by_ids(links: &[Link], elsewhere: &BTreeSet<MessageKey>, forest: &mut Forest) {
    let mut places: BTreeMap<&MessageKey, Vec<usize>> = BTreeMap::new();
    for (index, link) in links.iter().enumerate() {
        places.entry(&link.key).or_default().push(index);
    }
    let mut ghosts: BTreeMap<&MessageKey, Vec<usize>> = BTreeMap::new();
    let mut referrers: BTreeMap<(&MessageKey, &str), usize> = BTreeMap::new();
    for (index, link) in links.iter().enumerate() {
        for key in link.in_reply_to.iter().filter(|key| !elsewhere.contains(key)) {
            match places.get(key) {
                Some(found) => found.iter().for_each(|other| forest.join(index, *other)),
                None => {
                    let children = ghosts.entry(key).or_default();
                    forest.join(index, children.first().copied().unwrap_or(index));
                    children.push(index);
                }
            }
        }
        for key in link.references.iter().filter(|key| !elsewhere.contains(key)) {
            let subject = link.base_subject.as_str();
            match places.get(key) {
                Some(found) => found
                    .iter()
                    .filter(|other| links.get(**other).is_some_and(|o| o.base_subject == subject))
                    .for_each(|other| forest.join(index, *other)),
                None => forest.join(index, *referrers.entry((key, subject)).or_insert(index)),
            }
        }
    }
    // A ghost named by an In-Reply-To and by References of the same subject is one ghost; any of
    // those that answer it may have that subject, whichever was read first.
    for ((key, subject), index) in &referrers {
        let children = ghosts.get(key).into_iter().flatten().copied();
        let same = |child: &usize| links.get(*child).is_some_and(|o| o.base_subject == *subject);
        if let Some(child) = children.into_iter().find(same) {
            forest.join(*index, child);
        }
    }
}

fn join_by_thread_index(links: &[Link], forest: &mut Forest) {
    let mut first: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (index, link) in links.iter().enumerate() {
        if let Some(thread) = &link.thread_index {
            let place = (thread.as_str(), link.base_subject.as_str());
            forest.join(index, *first.entry(place).or_insert(index));
        }
    }
}

fn join_by_subject(links: &[Link], forest: &mut Forest) {
    let mut by_subject: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, link) in links.iter().enumerate() {
        if link.base_subject.chars().count() >= TELLING {
            by_subject.entry(&link.base_subject).or_default().push(index);
        }
    }
    for (index, link) in links.iter().enumerate() {
        let lost = link.in_reply_to.is_empty() && link.references.is_empty();
        if !(lost && link.prefix == Prefix::Reply) {
            continue;
        }
        let others = by_subject.get(link.base_subject.as_str()).into_iter().flatten();
        // The latest message before it that shares a person is what it answers; of one second, the
        // one that its identity says, because rows are numbered as they were read.
        let parent = others
            .filter_map(|other| links.get(*other).map(|o| (*other, o)))
            .filter(|(other, o)| *other != index && near(link, o))
            .max_by_key(|(_, o)| (o.arrived_at, &o.key, o.id));
        if let Some((other, _)) = parent {
            forest.join(index, other);
        }
    }
}

fn near(reply: &Link, other: &Link) -> bool {
    other.arrived_at <= reply.arrived_at
        && reply.arrived_at.duration_since(other.arrived_at) <= SUBJECT_REACH
        && reply.people.iter().any(|person| other.people.contains(person))
}

/// Union-find with path halving.
struct Forest {
    parent: Vec<usize>,
}

impl Forest {
    fn new(size: usize) -> Self {
        Self { parent: (0..size).collect() }
    }

    fn up(&self, index: usize) -> usize {
        self.parent.get(index).copied().unwrap_or(index)
    }

    fn root(&mut self, mut index: usize) -> usize {
        while self.up(index) != index {
            let above = self.up(self.up(index));
            if let Some(slot) = self.parent.get_mut(index) {
                *slot = above;
            }
            index = above;
        }
        index
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        // The smaller index stays root, so that the result does not depend on the order of joins.
        if let Some(slot) = self.parent.get_mut(a.max(b)) {
            *slot = a.min(b);
        }
    }
}
