//! Phrases that are looked for all at once, at the borders of words.
//!
//! A text is read once for a whole lexicon, however many phrases it has (Aho and Corasick 1975).
//! What a phrase means is said where its table stands.

use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// Phrases, each with its meaning: lower case, words apart by one space.
#[derive(Debug)]
pub struct Lexicon<T> {
    phrases: Vec<(&'static str, T)>,
    whole_words: bool,
    automaton: Option<AhoCorasick>,
}

/// A phrase that stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found<T> {
    /// Its offset; of whole words that of the space before them.
    pub at: usize,
    /// The phrase.
    pub phrase: &'static str,
    /// Its meaning.
    pub meaning: T,
}

impl<T: Copy> Lexicon<T> {
    /// A lexicon of tables of phrases. One too large for an automaton is looked through.
    pub fn new(tables: impl IntoIterator<Item = (&'static [&'static str], T)>) -> Self {
        Self::build(tables, true)
    }

    /// The same, but phrases count within words too.
    pub fn anywhere(tables: impl IntoIterator<Item = (&'static [&'static str], T)>) -> Self {
        Self::build(tables, false)
    }

    fn build(
        tables: impl IntoIterator<Item = (&'static [&'static str], T)>,
        whole_words: bool,
    ) -> Self {
        let of = |(table, meaning): (&'static [&'static str], T)| {
            table.iter().map(move |phrase| (*phrase, meaning))
        };
        let phrases: Vec<_> = tables.into_iter().flat_map(of).collect();
        let padded = phrases.iter().map(|(phrase, _)| sought(phrase, whole_words));
        // Every phrase begins with the same byte: looking for that first gains nothing.
        let mut builder = AhoCorasick::builder();
        let automaton = builder.kind(Some(AhoCorasickKind::DFA)).prefilter(false).build(padded);
        Self { automaton: automaton.ok(), phrases, whole_words }
    }

    /// All that stand in a text; whole words in padded ones (`mail/sentences`).
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
            let words = sought(phrase, self.whole_words);
            let places: Vec<usize> = padded.match_indices(&words).map(|(at, _)| at).collect();
            places.into_iter().map(|at| Found { at, phrase, meaning: *meaning })
        });
        all.collect()
    }
}

fn sought(phrase: &str, whole_words: bool) -> String {
    if whole_words { format!(" {phrase} ") } else { phrase.to_owned() }
}
