//! A text as sentences, each with its words made comparable: lower case, padded with spaces.
//!
//! Bounded: what is longer than a person's message is not read to its end. A question mark inside
//! an address of the web is no question. `mail/asks` weighs what comes out of here.

use std::sync::LazyLock;

use crate::mail::words::Words;

/// Read no more than this.
const LONGEST_TEXT: usize = 32 * 1024;
/// A sentence of more words is broken here.
const LONGEST_SENTENCE: usize = 120;
/// So many sentences are looked at.
const MOST: usize = 400;
/// A line shorter than this ends on purpose, not because a program wrapped it.
const SHORT_LINE: usize = 48;

/// One sentence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sentence {
    /// As written.
    pub text: String,
    /// Its words in lower case, each with a space before and behind.
    pub padded: String,
    /// Offsets in `padded` where it begins: after fillers, after an early comma.
    pub starts: Vec<usize>,
    /// How many of them lead: its very beginning and what stands behind fillers there.
    pub leads: usize,
    /// It ends with a question mark.
    pub mark: bool,
    /// How many words.
    pub words: usize,
    /// Which beginnings of words occur (`initials`).
    pub initials: u128,
}

/// Takes a text apart.
pub fn sentences(text: &str) -> Vec<Sentence> {
    let text = text.get(..text.floor_char_boundary(LONGEST_TEXT)).unwrap_or(text);
    let mut out = Vec::new();
    let mut open = Sentence::with_room();
    for line in text.lines() {
        if begins_item(line) || line.trim().is_empty() {
            close(&mut out, &mut open);
        }
        if plain(line) {
            take(line.split_ascii_whitespace(), &mut out, &mut open);
        } else {
            take(line.split_whitespace(), &mut out, &mut open);
        }
        let line = line.trim();
        let short = line.len() < SHORT_LINE
            || line.len() < SHORT_LINE * 4 && line.chars().count() < SHORT_LINE;
        if short || line.ends_with([':', ';']) {
            close(&mut out, &mut open);
        }
        if out.len() >= MOST {
            break;
        }
    }
    close(&mut out, &mut open);
    out.truncate(MOST);
    out
}

/// Words of which none is parted by more than the usual white space.
fn plain(line: &str) -> bool {
    line.bytes().all(|byte| byte.is_ascii() && byte != 0x0b)
}

/// Adds the words of a line to the open sentence, which they may end.
fn take<'a>(line: impl Iterator<Item = &'a str>, out: &mut Vec<Sentence>, open: &mut Sentence) {
    for token in line {
        open.push(token);
        match end(token) {
            End::Question => open.mark = true,
            End::Stop => {}
            End::None if open.words < LONGEST_SENTENCE => continue,
            End::None => {}
        }
        close(out, open);
    }
}

/// The beginnings of a text's words as a set of bits. Hundreds of phrases are looked for in every
/// sentence; nearly all of them are ruled out by one look at these bits.
pub fn initials(text: &str) -> u128 {
    let bytes = text.as_bytes();
    let mut bits = initial(text);
    for at in memchr::memchr_iter(b' ', bytes) {
        bits |= bit(bytes.get(at + 1), bytes.get(at + 2));
    }
    bits
}

/// Whether a phrase can stand in a text with these initials.
pub fn may_hold(initials: u128, phrase: &str) -> bool {
    initials & initial(phrase) != 0
}

fn initial(word: &str) -> u128 {
    let bytes = word.as_bytes();
    bit(bytes.first(), bytes.get(1))
}

fn bit(first: Option<&u8>, second: Option<&u8>) -> u128 {
    let first = u32::from(*first.unwrap_or(&b' '));
    // A word of one letter ends with a space.
    let second = if first == 32 { 32 } else { u32::from(*second.unwrap_or(&b' ')) };
    1 << ((first * 29 + second) % 128)
}

/// Whether a phrase stands in padded words, at the borders of words.
pub fn holds(padded: &str, phrase: &str) -> bool {
    padded.match_indices(phrase).any(|(at, found)| {
        padded.get(..at).is_some_and(|before| before.ends_with(' '))
            && padded.get(at + found.len()..).is_some_and(|after| after.starts_with(' '))
    })
}

/// Whether a phrase begins at an offset of padded words.
fn begins(padded: &str, at: usize, phrase: &str) -> bool {
    let bytes = padded.as_bytes();
    let word = |rest: &[u8]| {
        rest.strip_prefix(b" ")
            .and_then(|rest| rest.strip_prefix(phrase.as_bytes()))
            .is_some_and(|rest| rest.starts_with(b" "))
    };
    bytes.get(at..).is_some_and(word)
}

impl Sentence {
    /// Room for what most sentences hold.
    fn with_room() -> Self {
        let [text, padded] = [128, 128].map(String::with_capacity);
        Self { text, padded, starts: Vec::with_capacity(4), ..Self::default() }
    }

    /// Whether it begins with one of the phrases, fillers passed over.
    pub fn opens_with(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.opens(phrase))
    }

    /// Whether its very first words are one of the phrases, fillers passed over.
    pub fn leads_with(&self, phrases: &[&str]) -> bool {
        let leads = self.starts.iter().take(self.leads);
        let here = |phrase: &str| leads.clone().any(|at| begins(&self.padded, *at, phrase));
        phrases.iter().any(|phrase| may_hold(self.initials, phrase) && here(phrase))
    }

    /// Whether one of the phrases stands in it.
    pub fn says(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.holds(phrase))
    }

    /// Whether it begins with a phrase, fillers passed over.
    pub fn opens(&self, phrase: &str) -> bool {
        may_hold(self.initials, phrase)
            && self.starts.iter().any(|at| begins(&self.padded, *at, phrase))
    }

    /// Whether a phrase stands in it.
    pub fn holds(&self, phrase: &str) -> bool {
        may_hold(self.initials, phrase) && holds(&self.padded, phrase)
    }

    fn push(&mut self, token: &str) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(token.get(..token.floor_char_boundary(200)).unwrap_or(token));
        let word = bare(token);
        if word.is_empty() {
            return;
        }
        if self.padded.is_empty() {
            self.padded.push(' ');
            self.starts.push(0);
            self.leads = 1;
        }
        // A beginning stays one behind fillers, and is one anew behind an early comma.
        let here = self.padded.len() - 1;
        let first = self.starts.last() == Some(&here);
        let leading = first && self.leads == self.starts.len();
        push_lower(&mut self.padded, word);
        let word = self.padded.get(here + 1..).unwrap_or_default();
        let filler = first && FILLING.has(word);
        self.initials |= initial(word);
        self.padded.push(' ');
        self.words += 1;
        let pause = token.ends_with([',', ':', '-', '–', ')']) && self.words <= 12;
        if pause || filler {
            self.starts.push(self.padded.len() - 1);
        }
        if leading && filler {
            self.leads += 1;
        }
    }
}

fn close(out: &mut Vec<Sentence>, open: &mut Sentence) {
    if !open.text.is_empty() {
        out.push(std::mem::replace(open, Sentence::with_room()));
    }
}

enum End {
    None,
    Stop,
    Question,
}

fn end(token: &str) -> End {
    if has_question_mark(token) {
        let web = token.contains("://") || token.starts_with("www.") || token.contains('=');
        if !web {
            return End::Question;
        }
    }
    // Nearly every word.
    if token.ends_with(|c: char| c.is_ascii_alphanumeric()) {
        return End::None;
    }
    let bare = token.trim_end_matches(['"', '\'', ')', ']', '”', '’', '*']);
    if bare.ends_with(['!', '…', '。']) {
        return End::Stop;
    }
    let Some(stem) = bare.strip_suffix('.') else { return End::None };
    let low = stem.to_lowercase();
    let initial = stem.chars().count() == 1 && stem.chars().all(char::is_uppercase);
    if initial || ABBREVIATIONS.contains(&low.as_str()) { End::None } else { End::Stop }
}

fn has_question_mark(token: &str) -> bool {
    token.as_bytes().contains(&b'?') || (!token.is_ascii() && token.contains(['？', '؟']))
}

/// A word without what stands around it.
fn bare(token: &str) -> &str {
    let short = token.get(..token.floor_char_boundary(64)).unwrap_or(token);
    let plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    if plain(short.as_bytes().first()) && plain(short.as_bytes().last()) {
        return short;
    }
    short.trim_matches(|c: char| !c.is_alphanumeric())
}

/// Appends a word in small letters and with the typewriter's apostrophe.
fn push_lower(words: &mut String, word: &str) {
    if word.is_ascii() {
        let from = words.len();
        words.push_str(word);
        words.get_mut(from..).unwrap_or_default().make_ascii_lowercase();
    } else {
        words.push_str(&word.to_lowercase().replace('’', "'"));
    }
}

fn begins_item(line: &str) -> bool {
    let line = line.trim_start();
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with(['-', '*', '•', '·', '–'])
        || (number.len() < line.len() && number.starts_with(['.', ')']))
}

const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "yth", "sdr", "no", "rp", "jl", "tgl", "e.g", "i.e", "vs",
    "st", "a.n", "u.p", "drs", "ir", "hj", "bpk", "s.d", "approx", "dept", "inc", "ltd", "pt",
];
static FILLING: LazyLock<Words<()>> = LazyLock::new(|| Words::of(FILLERS));
const FILLERS: &[&str] = &[
    "and",
    "so",
    "also",
    "but",
    "then",
    "or",
    "well",
    "oh",
    "ok",
    "okay",
    "oke",
    "hi",
    "hello",
    "hey",
    "dear",
    "yes",
    "no",
    "sorry",
    "maaf",
    "permisi",
    "dan",
    "lalu",
    "tapi",
    "pak",
    "bu",
    "bapak",
    "ibu",
    "mas",
    "mbak",
    "kak",
    "min",
    "gan",
    "halo",
    "hai",
    "selamat",
    "pagi",
    "siang",
    "sore",
    "malam",
    "jadi",
    "trus",
    "terus",
    "nah",
    "eh",
    "btw",
    "by",
    "way",
    "lastly",
    "finally",
    "again",
    "now",
    "just",
    "mohon",
    "maka",
    "untuk",
    "itu",
    "q",
    "question",
    "first",
    "second",
    "1",
    "2",
    "3",
    "4",
    "5",
    "if",
    "possible",
    "thus",
    "therefore",
    "hence",
    "namun",
    "kemudian",
    "ya",
    "iya",
    "di",
    "really",
    "very",
    "many",
    "sangat",
    "so,",
    "wah",
    "yah",
    "good",
    "morning",
    "afternoon",
    "evening",
];
