//! How likely do a sender's own words ask for an answer? Model `asks-1`: sentences are weighed by
//! `mail/asking`, the whole of them by `mail/whole`.
//!
//! It sees no header and no recipient, keeps nothing and never fails. Input comes from
//! `mail/zones`; position and people are added by `rules/triage`.

use std::sync::LazyLock;

use crate::mail::asking::{Kind, asking};
use crate::mail::courtesies::is_courtesy;
use crate::mail::cued::cued;
use crate::mail::greeting;
use crate::mail::hearing::{Heard, Sense, hear};
use crate::mail::language::language;
use crate::mail::sentences::{Sentence, holds, sentences};
use crate::mail::whole::{Manner, whole};
use crate::mail::words::Words;
use crate::mail::zones::own_words;
use crate::model::verdict::{Clue, Wording};

/// Names this judge in every stored verdict.
pub const MODEL: &str = "asks-1";
/// Nothing is surer than this.
const CEILING: f64 = 0.97;
/// A sentence below this asks nothing.
const ASKS: f64 = 0.40;
/// So many sentences are weighed.
const MOST: usize = 60;
/// In a text of fewer words the subject counts.
const FEW: usize = 15;
/// The longest snippet, in characters.
const SNIPPET: usize = 200;

/// Makes the tables that judging needs, which takes a while: before a message is marked as the one
/// that is being read, so that none is blamed for it.
pub fn prepare() {
    for text in ["The report lies here.", "Laporannya ada di sini."] {
        let _nothing = wording("", &own_words(text).own);
    }
}

/// Judges the sender's own words together with the subject.
pub fn wording(subject: &str, own: &str) -> Wording {
    judged(subject, own, &sentences(own))
}

/// The same, where the sentences of these words are known.
pub(in crate::mail) fn judged(subject: &str, own: &str, said: &[Sentence]) -> Wording {
    let title = sentences(subject);
    let greets = greeting::greets(own);
    let title: Vec<Heard<'_>> = title.iter().map(hear).collect();
    let spoken = spoken(said, &greets);
    let words: usize = spoken.iter().map(|heard| heard.sentence.words).sum();
    let language = language(if words > 0 { own } else { subject });
    let (kind, alone) = (Kind::of(language), spoken.len() == 1);
    let scores: Vec<Score<'_>> = spoken.iter().map(|heard| score(heard, kind, alone)).collect();
    let courtesy = is_courtesy(&spoken, words);
    let manner = Manner { greets_all: greeting::greets_everybody(own), courtesy };
    let best = scores.iter().max_by(|a, b| a.asks.total_cmp(&b.asks));
    let (asks, clue) = match best {
        Some(best) if words > 0 => {
            let each: Vec<f64> = scores.iter().map(|score| score.asks).collect();
            (whole(&spoken, &each, manner), best.clue.clone())
        }
        Some(_) | None => (0.12, Clue::NoWords),
    };
    let (asks, clue) = with_subject(asks, clue, subject_asks(subject, &title, kind), words);
    let asks = if spoken.iter().any(|heard| heard.says(Sense::NoReply)) {
        asks.min(0.08)
    } else {
        asks.clamp(0.01, CEILING)
    };
    let closer = asks < ASKS && courtesy;
    let (asks, clue) = if closer { (asks.min(0.03), Clue::Courtesy) } else { (asks, clue) };
    let weighty = best.filter(|score| score.asks >= ASKS).map(|score| score.sentence);
    let shown = weighty.or(spoken.first().map(|heard| heard.sentence));
    Wording {
        asks,
        clue,
        closer,
        urgent: title.iter().chain(&spoken).any(is_urgent),
        greets,
        language,
        model: MODEL.to_string(),
        snippet: clean(shown.map_or("", |sentence| sentence.text.as_str())),
    }
}

/// The sentences that say something: no greeting, and not too many.
pub fn spoken<'a>(said: &'a [Sentence], greets: &[String]) -> Vec<Heard<'a>> {
    said.iter().filter(|sentence| !is_greeting(sentence, greets)).take(MOST).map(hear).collect()
}

struct Score<'a> {
    sentence: &'a Sentence,
    asks: f64,
    clue: Clue,
}

/// One sentence by itself.
fn score<'a>(heard: &Heard<'a>, kind: Kind, alone: bool) -> Score<'a> {
    let (cued, clue) = cued(heard);
    let asks = asking(heard, cued, kind, alone);
    let worded = asks >= ASKS && clue == Clue::Statement;
    Score { sentence: heard.sentence, asks, clue: if worded { Clue::Worded } else { clue } }
}

/// In a short text the subject may say what is wanted.
fn with_subject(asks: f64, clue: Clue, titled: f64, words: usize) -> (f64, Clue) {
    let title = titled * if words < FEW { 0.90 } else { 0.45 };
    if title > asks { (title, Clue::SubjectAsks) } else { (asks, clue) }
}

/// The subject as a sentence; what a reply or forward inherited is not the sender's.
fn subject_asks(subject: &str, title: &[Heard<'_>], kind: Kind) -> f64 {
    let low = subject.trim().to_lowercase();
    let inherited = ["re:", "re[", "aw:", "sv:", "bls:", "balas:", "fw:", "fwd:", "trs:", "tr:"];
    if inherited.iter().any(|prefix| low.starts_with(prefix)) {
        return 0.0;
    }
    let asking = [
        "permintaan",
        "permohonan",
        "request",
        "question",
        "pertanyaan",
        "approval",
        "persetujuan",
        "konfirmasi",
        "confirmation needed",
        "action required",
        "help",
        "butuh",
        "mohon",
    ];
    let named =
        asking.iter().any(|word| title.iter().any(|heard| holds(&heard.sentence.padded, word)));
    let best = title.iter().map(|heard| score(heard, kind, true).asks).fold(0.0, f64::max);
    if named { best.max(0.62) } else { best }
}

fn is_urgent(heard: &Heard<'_>) -> bool {
    let denials =
        ["not urgent", "tidak mendesak", "not that urgent", "tidak urgent", "nothing urgent"];
    heard.says(Sense::Urgent) && !denials.iter().any(|no| holds(&heard.sentence.padded, no))
}

/// A line that holds nothing but a greeting.
fn is_greeting(sentence: &Sentence, greets: &[String]) -> bool {
    let named = |word: &str| greets.iter().any(|name| name == word);
    !sentence.mark
        && sentence.words <= 8
        && sentence.padded.split_whitespace().all(|word| GREETING.has(word) || named(word))
}

/// Control, bidi and zero-width characters out, white space single, at most `SNIPPET` characters.
fn clean(text: &str) -> String {
    let hidden = |c: &char| {
        matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
            || *c == '\u{feff}'
    };
    let plain: String = text
        .chars()
        .filter(|c| !hidden(c))
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(SNIPPET * 4)
        .collect();
    let single = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if single.chars().count() <= SNIPPET {
        return single;
    }
    single.chars().take(SNIPPET - 1).chain(['…']).collect()
}

static GREETING: LazyLock<Words<()>> = LazyLock::new(|| Words::of(GREETING_WORDS));
/// Words of which a greeting is made.
#[rustfmt::skip]
const GREETING_WORDS: &[&str] = &[
    "dear", "hi", "hello", "hey", "hai", "halo", "yth", "kepada", "pak", "bapak", "bu", "ibu",
    "mas", "mbak", "kak", "all", "team", "semua", "selamat", "pagi", "siang", "sore", "malam",
    "good", "morning", "afternoon", "evening", "dengan", "hormat", "assalamualaikum", "sdr",
    "assalamu'alaikum", "wr", "wb", "and", "dan", "rekan-rekan", "everyone", "ytk", "salam",
];
