//! Which messages belong together: one owner's messages fall into groups by what they point to.
//!
//! Pure and order-blind: the groups follow from the messages alone, so a message that arrives late
//! repairs what was joined or split without it. `engine/intake` gives it the messages around an
//! arrival and writes the groups back.
//!
//! Order of trust: an In-Reply-To joins even if the subject changed, unless nothing is quoted: then
//! an old mail was used to begin a new topic, and it says no more than References do. These join
//! where the subject still holds; Thread-Index and the server's own name of a conversation join
//! with the same base subject. A reply without ids joins the mail whose author and minute stand
//! above what it quotes, else by base subject and people, where the subject says something. (The
//! order follows the experience of mail programs that group by RFC 5256 REFERENCES.)

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::model::address::{Address, Party};
use crate::model::ids::MessageId;
use crate::model::message::{Introduced, Message, MessageKey, Prefix};

/// A reply without ids joins only what is not older than this.
const SUBJECT_REACH: SignedDuration = SignedDuration::from_hours(24 * 30);
/// So far from the clock in an introduction, read as UTC, the mail arrived at most: the zones, and
/// a day under way.
pub const INTRODUCED_REACH: SignedDuration = SignedDuration::from_hours(24 + 14);
/// Subjects shorter than this are too general to join by.
const TELLING: usize = 5;
/// So are these, whatever their punctuation: they would bring together what has nothing in common.
const GENERAL: &[&str] = &[
    // English
    "(no subject)",
    "a question",
    "another question",
    "attached",
    "attachment",
    "document",
    "documents",
    "error",
    "feedback",
    "follow up",
    "follow-up",
    "following up",
    "good afternoon",
    "good evening",
    "good morning",
    "hello",
    "hello all",
    "help needed",
    "help please",
    "hi all",
    "hi everyone",
    "hi there",
    "important",
    "information",
    "inquiry",
    "invoice",
    "meeting",
    "need help",
    "no subject",
    "please help",
    "problem",
    "question",
    "questions",
    "quick question",
    "reminder",
    "reply",
    "report",
    "request",
    "scanned document",
    "thank you",
    "thanks",
    "untitled",
    "update",
    "urgent",
    // Indonesian
    "(tanpa judul)",
    "(tanpa subjek)",
    "assalamualaikum",
    "bantuan",
    "dokumen",
    "faktur",
    "informasi",
    "konfirmasi",
    "lampiran",
    "laporan",
    "makasih",
    "masalah",
    "mau tanya",
    "minta tolong",
    "mohon bantuan",
    "mohon bantuannya",
    "mohon info",
    "mohon informasi",
    "mohon konfirmasi",
    "numpang tanya",
    "pemberitahuan",
    "pengingat",
    "penting",
    "permohonan",
    "pertanyaan",
    "pertemuan",
    "rapat",
    "salam",
    "segera",
    "selamat malam",
    "selamat pagi",
    "selamat siang",
    "selamat sore",
    "surat",
    "tagihan",
    "tanpa judul",
    "tanpa subjek",
    "tanya",
    "terima kasih",
    "terimakasih",
    "tindak lanjut",
    "tolong",
    "undangan",
];

/// What the grouping looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Row.
    pub id: MessageId,
    /// Identity.
    pub key: MessageKey,
    /// In-Reply-To, where it can be trusted.
    pub answers: Vec<MessageKey>,
    /// All else that it points to.
    pub mentions: Vec<MessageKey>,
    /// Thread-Index.
    pub thread_index: Option<String>,
    /// The server's name of the conversation.
    pub provider_thread: Option<String>,
    /// Base subject.
    pub base_subject: String,
    /// Subject prefix.
    pub prefix: Prefix,
    /// A reply that points to nothing.
    pub lost: bool,
    /// What such a reply tells of the mail that it quotes.
    pub introduced: Option<Introduced>,
    /// Who wrote it.
    pub author: Option<Party>,
    /// When they say they did.
    pub dated: Option<Timestamp>,
    /// Author and recipients, own addresses left out.
    pub people: Vec<Address>,
    /// Arrival.
    pub arrived_at: Timestamp,
}

impl Link {
    /// What the grouping looks at in a message.
    pub fn new(
        id: MessageId,
        message: &Message,
        people: Vec<Address>,
        arrived_at: Timestamp,
    ) -> Self {
        let (mut answers, mut mentions) = (message.in_reply_to.clone(), message.references.clone());
        if message.may_be_recycled() {
            mentions.append(&mut answers);
        }
        Self {
            id,
            key: message.key.clone(),
            answers,
            mentions,
            thread_index: message.thread_index.clone(),
            provider_thread: message.provider_thread.clone(),
            base_subject: message.base_subject.clone(),
            prefix: message.prefix,
            lost: message.is_lost_reply(),
            introduced: message.introduced.clone(),
            author: message.from.clone(),
            dated: message.dated,
            people,
            arrived_at,
        }
    }
}

/// Groups of rows; each sorted, the groups by their first row. Every row is in exactly one group.
///
/// `elsewhere`: identities of known messages that lie in none of the conversations given. They are
/// no ghosts at which others could meet.
pub fn group(links: &[Link], elsewhere: &BTreeSet<MessageKey>) -> Vec<Vec<MessageId>> {
    let mut forest = Forest::new(links.len());
    join_by_ids(links, elsewhere, &mut forest);
    join_by_name(links, |link| link.thread_index.as_deref(), &mut forest);
    join_by_name(links, |link| link.provider_thread.as_deref(), &mut forest);
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
        for key in link.answers.iter().filter(|key| !elsewhere.contains(key)) {
            match places.get(key) {
                Some(found) => found.iter().for_each(|other| forest.join(index, *other)),
                None => {
                    let children = ghosts.entry(key).or_default();
                    forest.join(index, children.first().copied().unwrap_or(index));
                    children.push(index);
                }
            }
        }
        for key in link.mentions.iter().filter(|key| !elsewhere.contains(key)) {
            let subject = link.base_subject.as_str();
            match places.get(key) {
                Some(found) => found
                    .iter()
                    .filter(|other| {
                        links.get(**other).is_some_and(|o| holds(subject, &o.base_subject))
                    })
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

/// Whether a subject still is what it was: the same, or with a word more or less at its ends.
fn holds(subject: &str, before: &str) -> bool {
    let (short, long) = match subject.len() <= before.len() {
        true => (subject, before),
        false => (before, subject),
    };
    short == long || (is_telling(short) && (long.starts_with(short) || long.ends_with(short)))
}

/// Whether a base subject says so much that two of a kind are about one thing.
pub(crate) fn is_telling(subject: &str) -> bool {
    let words = subject.trim_end_matches(['!', '?', '.', '…', ',', ' ']);
    subject.chars().count() >= TELLING && !GENERAL.contains(&words)
}

fn join_by_name(links: &[Link], name: impl Fn(&Link) -> Option<&str>, forest: &mut Forest) {
    let mut first: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (index, link) in links.iter().enumerate() {
        if let Some(thread) = name(link) {
            let place = (thread, link.base_subject.as_str());
            forest.join(index, *first.entry(place).or_insert(index));
        }
    }
}

fn join_by_subject(links: &[Link], forest: &mut Forest) {
    let mut by_subject: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, link) in links.iter().enumerate() {
        if is_telling(&link.base_subject) {
            by_subject.entry(&link.base_subject).or_default().push(index);
        }
    }
    for (index, link) in links.iter().enumerate().filter(|(_, link)| link.lost) {
        let alike = by_subject.get(link.base_subject.as_str()).into_iter().flatten().copied();
        if let Some(other) = answered(links, index, link, alike) {
            forest.join(index, other);
        }
    }
}

/// What a reply without ids answers: the mail whose author and minute it gives, and of the same
/// subject if there is one; the latest of its subject, first by an author whom it names; the mail
/// that it gives, whatever its subject.
fn answered(
    links: &[Link],
    index: usize,
    link: &Link,
    alike: impl Iterator<Item = usize>,
) -> Option<usize> {
    let given = links.iter().enumerate().filter(|(_, o)| introduces(link, o));
    let given: Vec<_> = given.filter(|(other, o)| *other != index && near(link, o)).collect();
    // Of one second, the one that its identity says, because rows are numbered as they were read.
    let rank = |o: &Link| (o.arrived_at, o.key.clone(), o.id);
    let same = |o: &Link| holds(&link.base_subject, &o.base_subject);
    let latest = |found: &mut dyn Iterator<Item = (usize, &Link)>| {
        found.max_by_key(|(_, o)| rank(o)).map(|(other, _)| other)
    };
    latest(&mut given.iter().copied().filter(|(_, o)| same(o)))
        .or_else(|| {
            let others = alike.filter_map(|other| links.get(other).map(|o| (other, o)));
            others
                .filter(|(other, o)| *other != index && near(link, o) && recent(link, o))
                .max_by_key(|(_, o)| (names(link, o), rank(o)))
                .map(|(other, _)| other)
        })
        .or_else(|| latest(&mut given.iter().copied()))
}

/// Whether a reply gives author and minute of another mail.
fn introduces(reply: &Link, other: &Link) -> bool {
    let (Some(told), Some(author), Some(dated)) = (&reply.introduced, &other.author, other.dated)
    else {
        return false;
    };
    told.is(author, dated) && told.about().is_some_and(|about| arrives(about, other.arrived_at))
}

/// Whether a mail that was written about then may have arrived at an instant.
fn arrives(about: Timestamp, arrived_at: Timestamp) -> bool {
    arrived_at.duration_since(about).abs() <= INTRODUCED_REACH
}

/// Whether a reply names the author of another mail.
fn names(reply: &Link, other: &Link) -> bool {
    match (&reply.introduced, &other.author) {
        (Some(told), Some(author)) => told.names(author),
        (_, _) => false,
    }
}

/// Whether a reply may answer another message. What is passed on quotes as well: it answers only
/// what had been passed on before.
fn near(reply: &Link, other: &Link) -> bool {
    let passed_on = |link: &Link| link.prefix == Prefix::Forward;
    (!passed_on(reply) || passed_on(other))
        && other.arrived_at <= reply.arrived_at
        && reply.people.iter().any(|person| other.people.contains(person))
}

/// Whether it is no older than a subject alone joins.
fn recent(reply: &Link, other: &Link) -> bool {
    reply.arrived_at.duration_since(other.arrived_at) <= SUBJECT_REACH
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
