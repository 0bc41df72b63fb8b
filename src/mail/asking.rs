//! How probably does a sentence ask its reader for an answer? Learned models over hashed words.
//!
//! Two of them: English is told by words and pairs of words, what is not English also by the
//! letters within words, because informal spelling and endings (`-nya`, `-kan`, `-in`) carry there
//! what small words carry in English. Both also look at what the table of cues says of the
//! sentence (`mail/cued`). The models: `mail/models/asks-english-1` and `asks-other-1`, learned by
//! `tests/train`.

use std::sync::LazyLock;

use crate::mail::hearing::{Heard, Sense};
use crate::mail::linear::{Feature, Hash, Linear};
use crate::mail::spellings::standard;
use crate::model::verdict::Language;

/// So many words of a sentence are looked at.
const LONGEST: usize = 60;
/// How long the words of a sentence are together, whatever its length.
const STRENGTH: f32 = 3.0;
/// From here on the cues of a sentence are clear: who reads "kindly send" would not understand why
/// it should ask nothing …
const CLEAR: f64 = 0.85;
/// … so it asks at least so probably, whatever the model has learned.
const AT_LEAST: f64 = 0.55;
/// Words that ask, in their standard form.
#[rustfmt::skip]
const QUESTION_WORDS: &[&str] = &[
    "siapa", "mana", "kapan", "kenapa", "bagaimana", "berapa", "apa", "what", "when", "where",
    "who", "why", "how", "which",
];
/// Words before the first one that matters.
#[rustfmt::skip]
const OPENERS: &[&str] = &[
    "pak", "halo", "hai", "dear", "hi", "maaf", "dan", "hello", "so", "and", "ok", "oke", "also",
    "but", "selamat", "pagi", "siang", "sore", "malam",
];
/// Words behind the last one that matters.
const PARTICLES: &[&str] = &["ya", "pak", "sih", "nih", "dong", "saja"];

/// Which of the two models.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Words in English.
    English,
    /// Words in Indonesian, in another language, or in one that is not told.
    Other,
}

impl Kind {
    /// The model for a text in this language.
    pub fn of(language: Option<Language>) -> Self {
        match language {
            Some(Language::En) => Self::English,
            Some(Language::Id) | None => Self::Other,
        }
    }
}

static ENGLISH: LazyLock<Option<Linear<1>>> =
    LazyLock::new(|| Linear::parse(include_bytes!("models/asks-english-1")));
static OTHER: LazyLock<Option<Linear<1>>> =
    LazyLock::new(|| Linear::parse(include_bytes!("models/asks-other-1")));

/// How probably it asks, given what its cues say; these alone where there is no model. `alone`: it
/// is all that is said.
pub fn asking(heard: &Heard<'_>, cued: f64, kind: Kind, alone: bool) -> f64 {
    let model = match kind {
        Kind::English => &ENGLISH,
        Kind::Other => &OTHER,
    };
    model.as_ref().map_or(cued, |model| told(model, heard, cued, kind, alone))
}

/// What a model says of it. Politeness beside other sentences ("feel free to call") asks nothing;
/// where it is all that is said, the model decides.
pub fn told(model: &Linear<1>, heard: &Heard<'_>, cued: f64, kind: Kind, alone: bool) -> f64 {
    if !alone && (heard.says(Sense::Empty) || heard.says(Sense::NoReply)) {
        return cued;
    }
    let [score] = model.scores(features(heard, cued, kind));
    let asks = 1.0 / (1.0 + f64::from(-score).exp());
    if cued >= CLEAR && !heard.sentence.mark { asks.max(AT_LEAST) } else { asks }
}

/// What the models look at.
pub fn features(heard: &Heard<'_>, cued: f64, kind: Kind) -> Vec<Feature> {
    let words: Vec<&str> =
        heard.sentence.padded.split_whitespace().take(LONGEST).map(plain).collect();
    let mut found: Vec<Feature> = Vec::with_capacity(words.len() * 12 + 24);
    let mut note = |hash: Hash| found.push((hash.get(), 1.0));
    rows(&words, heard.sentence.mark, kind, &mut note);
    if kind == Kind::Other {
        words.iter().for_each(|word| letters(word, &mut note));
    }
    ends(&words, &mut note);
    let length = found.iter().map(|(_, value)| value).sum::<f32>().max(1.0).sqrt();
    found.iter_mut().for_each(|(_, value)| *value = STRENGTH / length);
    let mut note = |hash: Hash, value: f32| found.push((hash.get(), value));
    shape(&words, &mut note);
    heed(heard, cued, &mut note);
    found
}

/// Numbers are one word, addresses of the web are one word, and so are spellings.
fn plain(word: &str) -> &str {
    if word.bytes().all(|byte| byte.is_ascii_digit() || b",.-/:".contains(&byte)) {
        "0"
    } else if word.contains("://") || word.starts_with("www.") {
        "url"
    } else {
        standard(word)
    }
}

/// One or two words in a row; the sentence's borders and its mark are words too.
fn rows(words: &[&str], mark: bool, kind: Kind, note: &mut impl FnMut(Hash)) {
    let hash = |word: &&str| Hash::of(b'w').word(word).get();
    let border = |sign: u8| Hash::of(sign).get();
    let asked = mark.then(|| border(b'?'));
    let all: Vec<u64> = [border(b'<')]
        .into_iter()
        .chain(words.iter().map(hash))
        .chain(asked)
        .chain([border(b'>')])
        .collect();
    for from in 0..all.len() {
        let mut row = Hash::of(b'1');
        for (place, word) in (1_u8..=2).zip(all.iter().skip(from)) {
            row = row.mix(*word).mix(u64::from(place));
            note(row);
        }
    }
    if kind == Kind::English {
        for (first, third) in all.iter().zip(all.iter().skip(2)) {
            note(Hash::of(b'k').mix(*first).mix(*third));
        }
    }
}

/// Four letters in a row.
fn letters(word: &str, note: &mut impl FnMut(Hash)) {
    let padded = [' '].into_iter().chain(word.chars()).chain([' ']);
    let mut last = [0_u64; 4];
    for (place, letter) in padded.enumerate() {
        last = [last[1], last[2], last[3], u64::from(u32::from(letter))];
        if place >= 3 {
            note(last.iter().fold(Hash::of(b'c'), |hash, letter| hash.mix(*letter)));
        }
    }
}

/// The first words that matter and the last one.
fn ends(words: &[&str], note: &mut impl FnMut(Hash)) {
    let mut first = words.iter().filter(|word| !OPENERS.contains(word));
    if let Some(one) = first.next() {
        note(Hash::of(b'f').word(one));
        if let Some(two) = first.next() {
            note(Hash::of(b'F').word(one).byte(b' ').word(two));
        }
    }
    if let Some(last) = last(words) {
        note(Hash::of(b'e').word(last));
    }
}

fn last<'a>(words: &[&'a str]) -> Option<&'a str> {
    let (last, before) = words.split_last()?;
    let particle = PARTICLES.contains(last);
    Some(before.last().filter(|_| particle).unwrap_or(last))
}

/// Where a question word stands, how the first word that matters ends, and how long it all is.
fn shape(words: &[&str], note: &mut impl FnMut(Hash, f32)) {
    let small = |number: usize, most: u8| u8::try_from(number).unwrap_or(most).min(most);
    if let Some(place) = words.iter().position(|word| QUESTION_WORDS.contains(word)) {
        note(Hash::of(b'q').byte(small(place, 4)), 1.0);
        note(Hash::of(b'Q').byte(small(words.len() - 1 - place, 4)), 1.0);
    }
    let first = words.iter().find(|word| !OPENERS.contains(word));
    if first.is_some_and(|word| word.ends_with("kan") || word.ends_with("in")) {
        note(Hash::of(b'i'), 1.0);
    }
    if last(words).is_some_and(|word| ["tidak", "belum", "kan"].contains(&word)) {
        note(Hash::of(b'b'), 1.0);
    }
    if words.iter().any(|word| word.ends_with("nya")) {
        note(Hash::of(b'n'), 0.5);
    }
    let length = match words.len() {
        0 => 0,
        1..=2 => 1,
        3..=5 => 2,
        6..=10 => 3,
        11..=20 => 4,
        _ => 5,
    };
    note(Hash::of(b'l').byte(length), 1.0);
    note(Hash::of(b'0'), 1.0);
}

/// What stands in the tables, and the sentence's marks.
fn heed(heard: &Heard<'_>, cued: f64, note: &mut impl FnMut(Hash, f32)) {
    let senses = [
        Sense::Empty,
        Sense::Harmless,
        Sense::Promises,
        Sense::NoReply,
        Sense::Information,
        Sense::Mass,
        Sense::Urgent,
    ];
    for (number, sense) in (0..).zip(senses) {
        if heard.says(sense) {
            note(Hash::of(b's').byte(number), 1.0);
        }
    }
    // Named by its first phrase: the row of the table.
    let row = heard.cue().and_then(|cue| cue.phrases.first()).copied().unwrap_or_default();
    note(Hash::of(b'a').word(row), 1.0);
    for step in (1..10_u8).filter(|step| cued * 10.0 >= f64::from(*step)) {
        note(Hash::of(b't').byte(step), 1.0);
    }
    if heard.sentence.mark {
        let words = u8::try_from(heard.sentence.words).unwrap_or(6).min(6);
        note(Hash::of(b'm'), 1.0);
        note(Hash::of(b'M').byte(words), 1.0);
    }
    if heard.sentence.text.ends_with('!') {
        note(Hash::of(b'!'), 1.0);
    }
}
