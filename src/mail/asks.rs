//! How likely do a sender's own words ask for an answer? Rules over sentences, model `rules-1`.
//!
//! Everything about wording is behind `wording`: a statistical model can take its place without
//! another file noticing. It sees no header and no recipient, keeps nothing and never fails.
//! Input comes from `mail/zones`; position and people are added by `rules/triage`.

use std::collections::BTreeSet;

use crate::mail::courtesies::is_courtesy;
use crate::mail::cues::{self, Cue, Place};
use crate::mail::greeting;
use crate::mail::language::language;
use crate::mail::lexicon::Phrases;
use crate::mail::sentences::{Sentence, begins, holds, sentences};
use crate::model::verdict::{Clue, Wording};

/// Names this judge in every stored verdict.
pub const MODEL: &str = "rules-1";
/// Nothing is surer than this.
const CEILING: f64 = 0.97;
/// A statement by a person still might want an answer.
const STATEMENT: f64 = 0.06;
/// A sentence below this asks nothing.
const ASKS: f64 = 0.40;
/// The longest snippet, in characters.
const SNIPPET: usize = 200;

/// Makes the tables that judging needs, which takes a while: before a message is marked as the one
/// that is being read, so that none is blamed for it.
pub fn prepare() {
    let _nothing = wording("", "The report lies here.");
}

/// Judges the sender's own words together with the subject.
pub fn wording(subject: &str, own: &str) -> Wording {
    let said = sentences(own);
    let greets = greeting::greets(own);
    let spoken: Vec<&Sentence> =
        said.iter().filter(|sentence| !is_greeting(sentence, &greets)).collect();
    let mut scores: Vec<Score<'_>> = spoken.iter().map(|sentence| score(sentence)).collect();
    scores.sort_by(|a, b| b.asks.total_cmp(&a.asks));
    let words: usize = spoken.iter().map(|sentence| sentence.words).sum();
    let titled = subject_asks(subject);
    let (asks, clue) = combine(&scores, &spoken, titled, words);
    let closer = asks < ASKS && is_courtesy(&spoken, words);
    let (asks, clue) = if closer { (asks.min(0.03), Clue::Courtesy) } else { (asks, clue) };
    let weighty = scores.first().filter(|score| score.asks >= ASKS).map(|score| score.sentence);
    let shown = weighty.or(spoken.first().copied()).map_or("", |sentence| sentence.text.as_str());
    Wording {
        asks,
        clue,
        closer,
        urgent: is_urgent(subject, &spoken),
        greets,
        language: language(if words > 0 { own } else { subject }),
        model: MODEL.to_string(),
        snippet: clean(shown),
    }
}

struct Score<'a> {
    sentence: &'a Sentence,
    asks: f64,
    clue: Clue,
}

/// One sentence by itself.
fn score(sentence: &Sentence) -> Score<'_> {
    let says = |table: &Phrases| table.stand_in(&sentence.padded);
    if says(&cues::EMPTY_PHRASES) || says(&cues::NO_REPLY) {
        return Score { sentence, asks: 0.02, clue: Clue::Statement };
    }
    let padded = without_harmless(sentence);
    let cue = cues::ASKING
        .iter()
        .filter(|cue| matches(cue, sentence, &padded))
        .max_by(|a, b| a.weight.total_cmp(&b.weight));
    let worded = cue.map_or(0.0, |cue| cue.weight);
    if sentence.mark {
        let mark = mark_weight(sentence);
        let asks = 1.0 - (1.0 - mark) * (1.0 - worded * 0.5);
        let clue = cue.filter(|cue| cue.weight >= 0.86).map(|cue| cue.clue.clone());
        return Score { sentence, asks, clue: clue.unwrap_or(Clue::QuestionMark) };
    }
    let promised = says(&cues::PROMISES) && worded < 0.85;
    let offered = sentence.opens_with(cues::CONDITIONS) && worded < 0.9;
    let asks = match (promised, offered) {
        (true, _) => worded * 0.35,
        (false, true) => worded * 0.6,
        (false, false) => worded,
    };
    let clue = cue.map_or(Clue::Statement, |cue| cue.clue.clone());
    Score { sentence, asks: asks.max(STATEMENT), clue }
}

fn matches(cue: &Cue, sentence: &Sentence, padded: &str) -> bool {
    match cue.place {
        Place::Anywhere => cue.phrases.stand_in(padded),
        Place::First => cue.phrases.all().iter().any(|phrase| {
            let weak = cues::WEAK_OPENERS.contains(phrase);
            sentence.opens(phrase)
                && (!weak || sentence.mark || ends_asking(padded))
                && sentence.starts.iter().any(|at| begins(padded, *at, phrase))
        }),
    }
}

/// Informal Indonesian asks with a particle where a mark is left out.
fn ends_asking(padded: &str) -> bool {
    let last = padded.trim_end().rsplit(' ').next().unwrap_or("");
    ["ya", "y", "yah", "gak", "ga", "nggak", "ngga", "kah", "dong", "belum", "kan"].contains(&last)
}

fn mark_weight(sentence: &Sentence) -> f64 {
    let selling = ["want to", "looking for", "ready to", "did you know", "tired of", "need a"];
    if sentence.opens_with(&selling) {
        return 0.45;
    }
    let offer = ["questions", "comments", "problems", "pertanyaan", "masalah"];
    if sentence.words == 0 || (sentence.words == 1 && sentence.says(&offer)) {
        return 0.15;
    }
    let direct = ["you", "your", "anda", "bapak", "ibu", "pak", "bu", "kamu", "mas", "mbak"];
    let addressed = direct.iter().any(|word| holds(&sentence.padded, word));
    match (sentence.words, addressed) {
        (1..=2, false) => 0.70,
        (_, true) => 0.88,
        (_, false) => 0.80,
    }
}

/// The same text with harmless phrases blotted out; every offset stays.
fn without_harmless(sentence: &Sentence) -> String {
    let mut text = sentence.padded.clone();
    for place in cues::HARMLESS.found(&sentence.padded) {
        if let Some(phrase) = cues::HARMLESS.all().get(place).filter(|one| holds(&text, one)) {
            text = text.replace(&format!(" {phrase} "), &format!(" {} ", "_".repeat(phrase.len())));
        }
    }
    text
}

/// The whole message from its sentences and its subject.
fn combine(scores: &[Score<'_>], spoken: &[&Sentence], titled: f64, words: usize) -> (f64, Clue) {
    let mut rest = 1.0;
    for (score, share) in scores.iter().zip([1.0, 0.30, 0.20]) {
        rest *= 1.0 - score.asks * share;
    }
    let (mut asks, mut clue) = match scores.first() {
        Some(best) if words > 0 => {
            let sole = if best.asks < ASKS { best.asks } else { 1.0 - rest };
            (sole, best.clue.clone())
        }
        Some(_) | None => (0.12, Clue::NoWords),
    };
    let title = titled * if words < 15 { 0.90 } else { 0.55 };
    if title > asks {
        (asks, clue) = (title, Clue::SubjectAsks);
    }
    let marked = scores.iter().any(|score| score.sentence.mark && score.asks >= ASKS);
    let says = |table: &Phrases| spoken.iter().any(|sentence| table.stand_in(&sentence.padded));
    let mass: BTreeSet<usize> =
        spoken.iter().flat_map(|sentence| cues::MASS.found(&sentence.padded)).collect();
    let mut odds = asks / (1.0 - asks.min(CEILING));
    if !marked && says(&cues::FOR_INFORMATION) {
        odds *= 0.45;
    }
    odds *= match mass.len() {
        0 => 1.0,
        1 => 0.8,
        _ => 0.25,
    };
    odds *= length_factor(words, marked) * links_factor(spoken);
    let asks = odds / (1.0 + odds);
    if says(&cues::NO_REPLY) {
        return (asks.min(0.08), Clue::Statement);
    }
    (asks.clamp(0.01, CEILING), clue)
}

/// The longer a text, the more of what looks like asking belongs to a story or a newsletter.
fn length_factor(words: usize, marked: bool) -> f64 {
    match (words, marked) {
        (0..=220, _) => 1.0,
        (221..=400, true) => 0.8,
        (221..=400, false) => 0.6,
        (401..=900, _) => 0.35,
        (_, _) => 0.15,
    }
}

/// Newsletters are made of links, letters of people are not.
fn links_factor(spoken: &[&Sentence]) -> f64 {
    let links = spoken.iter().map(|sentence| sentence.text.matches("://").count()).sum::<usize>();
    match links {
        0..=3 => 1.0,
        4..=7 => 0.4,
        _ => 0.12,
    }
}

/// The subject as a sentence; what a reply or forward inherited is not the sender's.
fn subject_asks(subject: &str) -> f64 {
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
    let named = asking
        .iter()
        .any(|word| sentences(&low).iter().any(|sentence| holds(&sentence.padded, word)));
    let best = sentences(subject).iter().map(|s| score(s).asks).fold(0.0, f64::max);
    if named { best.max(0.62) } else { best }
}

fn is_urgent(subject: &str, spoken: &[&Sentence]) -> bool {
    let titled = sentences(subject);
    let all = titled.iter().chain(spoken.iter().copied());
    let urgent = |sentence: &Sentence| {
        cues::URGENT.stand_in(&sentence.padded)
            && ![
                "not urgent",
                "tidak mendesak",
                "not that urgent",
                "tidak urgent",
                "nothing urgent",
            ]
            .iter()
            .any(|denied| holds(&sentence.padded, denied))
    };
    all.into_iter().any(urgent)
}

/// A line that holds nothing but a greeting.
fn is_greeting(sentence: &Sentence, greets: &[String]) -> bool {
    let greeting = [
        "dear",
        "hi",
        "hello",
        "hey",
        "hai",
        "halo",
        "yth",
        "kepada",
        "pak",
        "bapak",
        "bu",
        "ibu",
        "mas",
        "mbak",
        "kak",
        "all",
        "team",
        "semua",
        "selamat",
        "pagi",
        "siang",
        "sore",
        "malam",
        "good",
        "morning",
        "afternoon",
        "evening",
        "dengan",
        "hormat",
        "assalamualaikum",
        "sdr",
        "assalamu'alaikum",
        "wr",
        "wb",
        "and",
        "dan",
        "rekan-rekan",
        "everyone",
        "ytk",
        "salam",
    ];
    !sentence.mark
        && sentence.words <= 8
        && sentence
            .padded
            .split_whitespace()
            .all(|word| greeting.contains(&word) || greets.iter().any(|name| name == word))
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
