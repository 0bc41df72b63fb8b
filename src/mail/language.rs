//! Which language is a text written in: Indonesian, English, or not clear enough to say.
//!
//! Words and their letters are weighed by a small learned model that knows Malay and other
//! neighbours too, so that a third language is not taken for one of the two. `None` is an answer: a
//! letter is then written in the language of its receiver's tier or owner. The model:
//! `mail/models/language-1`, learned by `tests/train`.

use std::sync::LazyLock;

use crate::mail::linear::{Feature, Hash, Linear};
use crate::mail::words::hash;
use crate::model::verdict::Language;

/// Enough to tell by, bytes.
const LOOKED_AT: usize = 400;
/// At least so sure, or it is not said.
const SURE: f32 = 0.5;
/// The first and the last letter beyond the Latin scripts (Latin Extended-B ends before).
const BEYOND_LATIN: char = '\u{250}';
/// How long the features of a text are together, whatever its length.
const STRENGTH: f32 = 5.0;
/// How much a whole word counts beside letters in a row.
const WORD: f32 = 3.0;
/// Short texts may be both: Malay is told only where it is so many times as probable as Indonesian.
const RATHER: f32 = 2.0;
/// How many letters a feature of letters has at most.
const LONGEST: u32 = 4;
/// How many bits of a letter count.
const LETTER: u32 = 16;

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
    let (mut latin, mut beyond) = (0_usize, 0_usize);
    for letter in text.chars().filter(|c| c.is_alphabetic()) {
        if letter < BEYOND_LATIN { latin += 1 } else { beyond += 1 }
    }
    if latin == 0 || beyond * 2 > latin {
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
    let [indonesian, _, malay, _] = probable;
    if indonesian + malay >= SURE {
        let rather = malay > indonesian * RATHER;
        return Some(if rather { Tongue::Malay } else { Tongue::Indonesian });
    }
    let mut told = TONGUES.into_iter().zip(probable);
    told.find(|(_, probability)| *probability >= SURE).map(|(tongue, _)| tongue)
}

/// What the model looks at: whole words, and two to four letters in a row, all of one length
/// together.
pub fn features(text: &str) -> Vec<Feature> {
    let mut found: Vec<Feature> = Vec::with_capacity(text.len() * 4);
    let mut note = |hash: u64, value: f32| found.push((hash, value));
    let low = text.to_lowercase();
    let words =
        low.split(|c: char| !c.is_alphabetic() && c != '\'').filter(|word| !word.is_empty());
    for word in words {
        note(hash(word), WORD);
        let mut last = u64::from(b' ');
        for (place, letter) in (2..).zip(word.chars().chain([' '])) {
            last = (last << LETTER) | (u64::from(u32::from(letter)) & ((1 << LETTER) - 1));
            for length in 2..=LONGEST.min(place) {
                let row = last & (u64::MAX >> (u64::BITS - LETTER * length));
                note(Hash::of(b'l').mix(row).get(), 1.0);
            }
        }
    }
    let length = found.iter().map(|(_, value)| value * value).sum::<f32>().sqrt().max(1.0);
    found.iter_mut().for_each(|(_, value)| *value *= STRENGTH / length);
    found
}
