//! What an owner's own calendar says about when nobody is here: times, and never a title.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::model::away::Reason;

/// One absence that stands in a calendar; of a series one time of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name that its calendar gives it, as a hash; of a series also which time, behind a dot.
    pub key: String,
    /// From then on.
    pub from: Timestamp,
    /// Until then, excluded.
    pub until: Timestamp,
    /// A program has marked it as an absence; else only its words look like one.
    pub certain: bool,
    /// Why, as far as it may be said.
    pub reason: Reason,
}

/// A calendar, read to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// What looks like an absence, by key; each key once.
    pub entries: Vec<Entry>,
    /// Keys (in front of the dot) of what could not be understood: what is known of it stays.
    pub unread: BTreeSet<String>,
}

impl Found {
    /// How many entries are certain, and how many only look like absences.
    pub fn counts(&self) -> (usize, usize) {
        let certain = self.entries.iter().filter(|entry| entry.certain).count();
        (certain, self.entries.len() - certain)
    }
}

/// The part of a key that all times of a series share.
pub fn series(key: &str) -> &str {
    key.split_once('.').map_or(key, |(series, _)| series)
}
