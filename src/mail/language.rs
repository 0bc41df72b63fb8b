//! Which language is a text written in: Indonesian, English, or not clear enough to say.
//!
//! Words and their letters are weighed by a small learned model that knows Malay and other
//! neighbours too, so that a third language is not taken for one of the two. `None` is an answer: a
//! letter is then written in the language of its receiver's tier or owner. The model:
//! `mail/models/language-1`, learned by `tests/train`.

use std::sync::LazyLock;

use crate::mail::linear::{Feature, Hash, Linear};
use crate::model::verdict::Language;

/// Enough to tell by, bytes.
const LOOKED_AT: usize = 400;
/// At least so sure, or it is not said.
const SURE: f32 = 0.5;
/// The first and the last letter beyond the Latin scripts (Latin Extended-B ends before).
const BEYOND_LATIN: char = '\u{250}';
/// How long the features of a text are together, whatever its length.
const STRENGTH: f32 = 4.0;
/// How many letters a feature of letters has at most.
const LONGEST: usize = 4;

/// What the model tells apart, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tongue {
    /// Indonesian.
    Indonesian,
    /// English.
    English,
    /// Malay.
    Malay,
    /// Any other.
    Other,
}

/// All of them, in the model's order.
pub const TONGUES: [Tongue; 4] =
    [Tongue::Indonesian, Tongue::English, Tongue::Malay, Tongue::Other];

static MODEL: LazyLock<Option<Linear<4>>> =
    LazyLock::new(|| Linear::parse(include_bytes!("models/language-1")));

/// The language of a text; `None` when unclear or a third one.
pub fn language(text: &str) -> Option<Language> {
    let text = text.get(..text.floor_char_boundary(LOOKED_AT)).unwrap_or(text);
    let letters = text.chars().filter(|c| c.is_alphabetic());
    let (latin, beyond): (Vec<char>, Vec<char>) = letters.partition(|c| *c < BEYOND_LATIN);
    if latin.is_empty() || beyond.len() * 2 > latin.len() {
        return None;
    }
    match told(MODEL.as_ref()?.probabilities(features(text)))? {
        Tongue::Indonesian => Some(Language::Id),
        Tongue::English => Some(Language::En),
        Tongue::Malay | Tongue::Other => None,
    }
}

/// What the model's probabilities amount to, where they are sure enough.
pub fn told(probable: [f32; 4]) -> Option<Tongue> {
    let mut told = TONGUES.into_iter().zip(probable);
    told.find(|(_, probability)| *probability >= SURE).map(|(tongue, _)| tongue)
}

/// What the model looks at: words, and two to four letters in a row, of one length all together.
pub fn features(text: &str) -> Vec<Feature> {
    let mut hashes = Vec::new();
    let low = text.to_lowercase();
    let words =
        low.split(|c: char| !c.is_alphabetic() && c != '\'').filter(|word| !word.is_empty());
    let mut letters = Vec::new();
    for word in words {
        hashes.push(Hash::of(b'w').word(word).get());
        letters.clear();
        letters.extend([' '].into_iter().chain(word.chars()).chain([' ']));
        for from in 0..letters.len() {
            let mut hash = Hash::of(b'l');
            for (place, letter) in letters.iter().skip(from).take(LONGEST).enumerate() {
                hash = hash.letter(*letter);
                if place > 0 {
                    hashes.push(hash.get());
                }
            }
        }
    }
    hashes.sort_unstable();
    let mut counted: Vec<Feature> = Vec::new();
    for hash in hashes {
        match counted.last_mut() {
            Some((last, times)) if *last == hash => *times += 1.0,
            _ => counted.push((hash, 1.0)),
        }
    }
    let length = counted.iter().map(|(_, times)| times * times).sum::<f32>().sqrt().max(1.0);
    counted.iter_mut().for_each(|(_, times)| *times *= STRENGTH / length);
    counted
}
