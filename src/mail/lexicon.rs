//! Tables of phrases that are looked for all at once, at the borders of words.
//!
//! A text is read once for a whole table, however many phrases it has (Aho and Corasick 1975).
//! What a phrase means is said where its table stands.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::mail::sentences::holds;

/// A table of phrases: lower case, words apart by one space.
#[derive(Debug)]
pub struct Phrases {
    words: &'static [&'static str],
    automaton: OnceLock<Option<AhoCorasick>>,
}

impl Phrases {
    /// A table.
    pub const fn new(words: &'static [&'static str]) -> Self {
        Self { words, automaton: OnceLock::new() }
    }

    /// The phrases.
    pub fn all(&self) -> &'static [&'static str] {
        self.words
    }

    /// Whether one of them stands in padded words (`mail/sentences`).
    pub fn stand_in(&self, padded: &str) -> bool {
        match self.automaton() {
            Some(automaton) => automaton.is_match(padded),
            None => self.words.iter().any(|phrase| holds(padded, phrase)),
        }
    }

    /// Which of them stand in padded words, by their place in the table.
    pub fn found(&self, padded: &str) -> BTreeSet<usize> {
        match self.automaton() {
            Some(automaton) => automaton
                .find_overlapping_iter(padded)
                .map(|found| found.pattern().as_usize())
                .collect(),
            None => (0..)
                .zip(self.words)
                .filter(|(_, phrase)| holds(padded, phrase))
                .map(|(place, _)| place)
                .collect(),
        }
    }

    /// How often one of them stands in padded words.
    pub fn count(&self, padded: &str) -> usize {
        match self.automaton() {
            Some(automaton) => automaton.find_overlapping_iter(padded).count(),
            None => {
                self.words.iter().map(|phrase| padded.matches(&format!(" {phrase} ")).count()).sum()
            }
        }
    }

    /// Made when it is first needed; a table too large for one is looked through.
    fn automaton(&self) -> Option<&AhoCorasick> {
        let make = || {
            let phrases = self.words.iter().map(|phrase| format!(" {phrase} "));
            // Every phrase begins with the same byte: looking for that first gains nothing.
            let mut builder = AhoCorasick::builder();
            builder.kind(Some(AhoCorasickKind::DFA)).prefilter(false).build(phrases).ok()
        };
        self.automaton.get_or_init(make).as_ref()
    }
}
