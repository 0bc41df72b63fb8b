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
use crate::mail::spellings::STANDARD;
use crate::mail::words::{Words, hash};
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
/// Words that ask at the end of a sentence.
const TAGS: &[&str] = &["tidak", "belum", "kan"];

/// What a word in its standard form does: bits of `Word::roles`.
const ASKS: u8 = 1;
const OPENS: u8 = 2;
const FOLLOWS: u8 = 4;
const TAGS_ON: u8 = 8;

/// A word of a sentence in its standard form.
#[derive(Clone, Copy, Debug)]
struct Word<'a> {
    text: &'a str,
    hash: u64,
    roles: u8,
}

/// Every word that has another standard form, or does something.
static KNOWN: LazyLock<Words<Word<'static>>> = LazyLock::new(|| {
    let lists = [QUESTION_WORDS, OPENERS, PARTICLES, TAGS].into_iter().flatten();
    let known = |word: &'static str| {
        let role = |words: &[&str], role| if words.contains(&word) { role } else { 0 };
        let roles = role(QUESTION_WORDS, ASKS)
            | role(OPENERS, OPENS)
            | role(PARTICLES, FOLLOWS)
            | role(TAGS, TAGS_ON);
        Word { text: word, hash: hash(word), roles }
    };
    let spelt = STANDARD.iter().map(|(informal, standard)| (*informal, known(standard)));
    Words::new(spelt.chain(lists.map(|word| (*word, known(word)))))
});

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
    let weight = |hash| model.weights(hash).into_iter().map(f32::from).sum::<f32>();
    let words = words(heard);
    let (mut count, mut sum, mut marks) = (0.0_f32, 0.0_f32, 0.0_f32);
    said(&words, heard.sentence.mark, kind, &mut |hash| {
        count += 1.0;
        sum += weight(hash);
    });
    shape(&words, &mut |hash, value| marks += weight(hash) * value);
    heed(heard, cued, &mut |hash, value| marks += weight(hash) * value);
    let score = (sum * strength(count) + marks) * model.scale();
    let asks = 1.0 / (1.0 + f64::from(-score).exp());
    if cued >= CLEAR && !heard.sentence.mark { asks.max(AT_LEAST) } else { asks }
}

/// What the models look at, to learn from.
pub fn features(heard: &Heard<'_>, cued: f64, kind: Kind) -> Vec<Feature> {
    let words = words(heard);
    let mut hashes = Vec::new();
    said(&words, heard.sentence.mark, kind, &mut |hash| hashes.push(hash));
    let count = hashes.iter().map(|_| 1.0).sum();
    let mut found: Vec<Feature> = hashes.into_iter().map(|hash| (hash, strength(count))).collect();
    shape(&words, &mut |hash, value| found.push((hash, value)));
    heed(heard, cued, &mut |hash, value| found.push((hash, value)));
    found
}

/// How strongly each of so many words and letters counts.
fn strength(count: f32) -> f32 {
    STRENGTH / count.max(1.0).sqrt()
}

fn words<'a>(heard: &Heard<'a>) -> Vec<Word<'a>> {
    let mut words = Vec::with_capacity(heard.sentence.words.min(LONGEST));
    let padded = heard.sentence.padded.split(' ').filter(|word| !word.is_empty());
    words.extend(padded.take(LONGEST).map(plain));
    words
}

/// Numbers are one word, addresses of the web are one word, and so are spellings.
fn plain(word: &str) -> Word<'_> {
    let bytes = word.as_bytes();
    let text = if bytes.iter().all(|byte| byte.is_ascii_digit() || b",.-/:".contains(byte)) {
        "0"
    } else if word.starts_with("www.") || bytes.contains(&b':') && word.contains("://") {
        "url"
    } else {
        word
    };
    let hash = hash(text);
    KNOWN.told(hash, text).copied().unwrap_or(Word { text, hash, roles: 0 })
}

/// What is said: words, and where it is not English also the letters within them.
fn said(words: &[Word<'_>], mark: bool, kind: Kind, note: &mut impl FnMut(u64)) {
    rows(words, mark, kind, note);
    if kind == Kind::Other {
        words.iter().for_each(|word| letters(word.text, note));
    }
    ends(words, note);
}

/// A feature of one kind made of a word's hash.
fn of(kind: u8, word: u64) -> Hash {
    Hash::again(word ^ u64::from(kind))
}

/// One or two words in a row; the sentence's borders and its mark are words too.
fn rows(words: &[Word<'_>], mark: bool, kind: Kind, note: &mut impl FnMut(u64)) {
    let border = |sign: u8| Hash::of(sign).get();
    let asked = mark.then(|| border(b'?'));
    let all = words.iter().map(|word| word.hash).chain(asked).chain([border(b'>')]);
    let (mut before, mut last) = (None, border(b'<'));
    note(last);
    for word in all {
        note(word);
        note(of(b'2', last).mix(word).get());
        if let Some(before) = before.filter(|_| kind == Kind::English) {
            note(of(b'k', before).mix(word).get());
        }
        (before, last) = (Some(last), word);
    }
}

/// Four letters in a row.
fn letters(word: &str, note: &mut impl FnMut(u64)) {
    let padded = [' '].into_iter().chain(word.chars()).chain([' ']);
    let mut last = 0_u64;
    for (place, letter) in padded.enumerate() {
        // Beyond the first plane letters that are alike in sixteen bits fall together.
        last = (last << 16) | (u64::from(u32::from(letter)) & 0xffff);
        if place >= 3 {
            note(Hash::of(b'c').mix(last).get());
        }
    }
}

/// The first words that matter and the last one.
fn ends(words: &[Word<'_>], note: &mut impl FnMut(u64)) {
    let mut first = words.iter().filter(|word| word.roles & OPENS == 0);
    if let Some(one) = first.next() {
        note(of(b'f', one.hash).get());
        if let Some(two) = first.next() {
            note(of(b'F', one.hash).mix(two.hash).get());
        }
    }
    if let Some(last) = last(words) {
        note(of(b'e', last.hash).get());
    }
}

fn last<'w, 'a>(words: &'w [Word<'a>]) -> Option<&'w Word<'a>> {
    let (last, before) = words.split_last()?;
    let particle = last.roles & FOLLOWS != 0;
    Some(before.last().filter(|_| particle).unwrap_or(last))
}

/// Where a question word stands, how the first word that matters ends, and how long it all is.
fn shape(words: &[Word<'_>], note: &mut impl FnMut(u64, f32)) {
    let mut note = |hash: Hash, value| note(hash.get(), value);
    let small = |number: usize, most: u8| u8::try_from(number).unwrap_or(most).min(most);
    if let Some(place) = words.iter().position(|word| word.roles & ASKS != 0) {
        note(Hash::of(b'q').byte(small(place, 4)), 1.0);
        note(Hash::of(b'Q').byte(small(words.len() - 1 - place, 4)), 1.0);
    }
    let first = words.iter().find(|word| word.roles & OPENS == 0);
    if first.is_some_and(|word| word.text.ends_with("kan") || word.text.ends_with("in")) {
        note(Hash::of(b'i'), 1.0);
    }
    if last(words).is_some_and(|word| word.roles & TAGS_ON != 0) {
        note(Hash::of(b'b'), 1.0);
    }
    if words.iter().any(|word| word.text.ends_with("nya")) {
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
fn heed(heard: &Heard<'_>, cued: f64, note: &mut impl FnMut(u64, f32)) {
    let mut note = |hash: Hash, value| note(hash.get(), value);
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
    note(Hash::of(b'a').whole(row), 1.0);
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
