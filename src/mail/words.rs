//! Words that are known beforehand, found by their hash: one look, however many they are.
//!
//! Made once out of tables that stand elsewhere; asked for single words only, so that no order of
//! theirs can reach anything.

use crate::mail::linear::Hash;

/// Words in small letters, each with its meaning.
#[derive(Debug)]
pub struct Words<T> {
    /// A word stands where its hash says, or in the next free place; most places are free.
    places: Vec<Option<(&'static str, T)>>,
}

impl<T> Words<T> {
    /// Of a word that comes twice the first meaning counts.
    pub fn new(words: impl IntoIterator<Item = (&'static str, T)>) -> Self {
        let words: Vec<(&'static str, T)> = words.into_iter().collect();
        let count = (words.len() * 4).next_power_of_two();
        let mut table = Self { places: (0..count).map(|_| None).collect() };
        for (word, meaning) in words {
            let at = table.place(hash(word), word);
            if let Some(place) = table.places.get_mut(at).filter(|place| place.is_none()) {
                *place = Some((word, meaning));
            }
        }
        table
    }

    /// The meaning of a word.
    pub fn get(&self, word: &str) -> Option<&T> {
        self.told(hash(word), word)
    }

    /// The meaning of a word whose hash is known.
    pub fn told(&self, hash: u64, word: &str) -> Option<&T> {
        let place = self.places.get(self.place(hash, word))?;
        place.as_ref().map(|(_, meaning)| meaning)
    }

    /// Where a word stands or would stand.
    fn place(&self, hash: u64, word: &str) -> usize {
        let last = self.places.len().saturating_sub(1);
        let mut at = usize::try_from(hash & u64::try_from(last).unwrap_or(0)).unwrap_or(0);
        while let Some(Some((other, _))) = self.places.get(at) {
            if *other == word {
                break;
            }
            at = (at + 1) & last;
        }
        at
    }
}

impl Words<()> {
    /// A table of words without more.
    pub fn of(words: &[&'static str]) -> Self {
        Self::new(words.iter().map(|word| (*word, ())))
    }

    /// Whether a word is among them.
    pub fn has(&self, word: &str) -> bool {
        self.get(word).is_some()
    }
}

/// The hash of a word, as features and tables use it.
pub fn hash(word: &str) -> u64 {
    Hash::of(b'w').whole(word).get()
}
