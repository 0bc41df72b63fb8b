//! Phrases that are looked for all at once, at the borders of words.
//!
//! A text is read once for a whole lexicon, however many phrases it has (Aho and Corasick 1975).
//! What a phrase means is said where its table stands.

use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// Phrases, each with its meaning: lower case, words apart by one space.
#[derive(Debug)]
pub struct Lexicon<T> {
    phrases: Vec<(&'static str, T)>,
    automaton: Option<AhoCorasick>,
}

/// A phrase that stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found<T> {
    /// Offset of the space before it.
    pub at: usize,
    /// The phrase.
    pub phrase: &'static str,
    /// Its meaning.
    pub meaning: T,
}

impl<T: Copy> Lexicon<T> {
    /// A lexicon of tables of phrases. One too large for an automaton is looked through.
    pub fn new(tables: impl IntoIterator<Item = (&'static [&'static str], T)>) -> Self {
        let of = |(table, meaning): (&'static [&'static str], T)| {
            table.iter().map(move |phrase| (*phrase, meaning))
        };
        let phrases: Vec<_> = tables.into_iter().flat_map(of).collect();
        let padded = phrases.iter().map(|(phrase, _)| in_words(phrase));
        // Every phrase begins with the same byte: looking for that first gains nothing.
        let mut builder = AhoCorasick::builder();
        let automaton = builder.kind(Some(AhoCorasickKind::DFA)).prefilter(false).build(padded);
        Self { automaton: automaton.ok(), phrases }
    }

    /// All that stand in padded words (`mail/sentences`).
    pub fn found(&self, padded: &str) -> Vec<Found<T>> {
        let Some(automaton) = &self.automaton else { return self.looked_for(padded) };
        let hits = automaton.find_overlapping_iter(padded);
        hits.filter_map(|hit| {
            let (phrase, meaning) = *self.phrases.get(hit.pattern().as_usize())?;
            Some(Found { at: hit.start(), phrase, meaning })
        })
        .collect()
    }

    fn looked_for(&self, padded: &str) -> Vec<Found<T>> {
        let all = self.phrases.iter().flat_map(|(phrase, meaning)| {
            let words = in_words(phrase);
            let places: Vec<usize> = padded.match_indices(&words).map(|(at, _)| at).collect();
            places.into_iter().map(|at| Found { at, phrase, meaning: *meaning })
        });
        all.collect()
    }
}

fn in_words(phrase: &str) -> String {
    format!(" {phrase} ")
}
