//! How likely do a sender's own words ask for an answer? Rules over sentences, model `rules-1`.
//!
//! Everything about wording is behind `wording`: a statistical model can take its place without
//! another file noticing. It sees no header and no recipient, keeps nothing and never fails.
//! Input comes from `mail/zones`; position and people are added by `rules/triage`.

use std::collections::BTreeSet;

use crate::mail::courtesies::is_courtesy;
use crate::mail::cues;
use crate::mail::greeting;
use crate::mail::hearing::{Heard, Sense, hear};
use crate::mail::language::language;
use crate::mail::sentences::{Sentence, holds, sentences};
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
    let (title, said) = (sentences(subject), sentences(own));
    let greets = greeting::greets(own);
    let title: Vec<Heard<'_>> = title.iter().map(hear).collect();
    let spoken: Vec<Heard<'_>> =
        said.iter().filter(|sentence| !is_greeting(sentence, &greets)).map(hear).collect();
    let mut scores: Vec<Score<'_>> = spoken.iter().map(score).collect();
    scores.sort_by(|a, b| b.asks.total_cmp(&a.asks));
    let words: usize = spoken.iter().map(|heard| heard.sentence.words).sum();
    let (asks, clue) = combine(&scores, &spoken, subject_asks(subject, &title), words);
    let closer = asks < ASKS && is_courtesy(&spoken, words);
    let (asks, clue) = if closer { (asks.min(0.03), Clue::Courtesy) } else { (asks, clue) };
    let weighty = scores.first().filter(|score| score.asks >= ASKS).map(|score| score.sentence);
    let shown = weighty.or(spoken.first().map(|heard| heard.sentence));
    Wording {
        asks,
        clue,
        closer,
        urgent: title.iter().chain(&spoken).any(is_urgent),
        greets,
        language: language(if words > 0 { own } else { subject }),
        model: MODEL.to_string(),
        snippet: clean(shown.map_or("", |sentence| sentence.text.as_str())),
    }
}

struct Score<'a> {
    sentence: &'a Sentence,
    asks: f64,
    clue: Clue,
}

/// One sentence by itself.
fn score<'a>(heard: &Heard<'a>) -> Score<'a> {
    let sentence = heard.sentence;
    if heard.says(Sense::Empty) || heard.says(Sense::NoReply) {
        return Score { sentence, asks: 0.02, clue: Clue::Statement };
    }
    let cue = heard.cue();
    let worded = cue.map_or(0.0, |cue| cue.weight);
    if sentence.mark {
        let mark = mark_weight(sentence);
        let asks = 1.0 - (1.0 - mark) * (1.0 - worded * 0.5);
        let clue = cue.filter(|cue| cue.weight >= 0.86).map(|cue| cue.clue.clone());
        return Score { sentence, asks, clue: clue.unwrap_or(Clue::QuestionMark) };
    }
    let promised = heard.says(Sense::Promises) && worded < 0.85;
    let offered = worded < 0.9 && sentence.opens_with(cues::CONDITIONS);
    let asks = match (promised, offered) {
        (true, _) => worded * 0.35,
        (false, true) => worded * 0.6,
        (false, false) => worded,
    };
    let clue = cue.map_or(Clue::Statement, |cue| cue.clue.clone());
    Score { sentence, asks: asks.max(STATEMENT), clue }
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

/// The whole message from its sentences and its subject.
fn combine(scores: &[Score<'_>], spoken: &[Heard<'_>], titled: f64, words: usize) -> (f64, Clue) {
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
    let says = |sense| spoken.iter().any(|heard| heard.says(sense));
    let mass: BTreeSet<&str> = spoken.iter().flat_map(|heard| heard.phrases(Sense::Mass)).collect();
    let mut odds = asks / (1.0 - asks.min(CEILING));
    if !marked && says(Sense::Information) {
        odds *= 0.45;
    }
    odds *= match mass.len() {
        0 => 1.0,
        1 => 0.8,
        _ => 0.25,
    };
    odds *= length_factor(words, marked) * links_factor(spoken);
    let asks = odds / (1.0 + odds);
    if says(Sense::NoReply) {
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
fn links_factor(spoken: &[Heard<'_>]) -> f64 {
    let links: usize = spoken.iter().map(|heard| heard.sentence.text.matches("://").count()).sum();
    match links {
        0..=3 => 1.0,
        4..=7 => 0.4,
        _ => 0.12,
    }
}

/// The subject as a sentence; what a reply or forward inherited is not the sender's.
fn subject_asks(subject: &str, title: &[Heard<'_>]) -> f64 {
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
    let best = title.iter().map(|heard| score(heard).asks).fold(0.0, f64::max);
    if named { best.max(0.62) } else { best }
}

fn is_urgent(heard: &Heard<'_>) -> bool {
    let denials =
        ["not urgent", "tidak mendesak", "not that urgent", "tidak urgent", "nothing urgent"];
    heard.says(Sense::Urgent) && !denials.iter().any(|no| holds(&heard.sentence.padded, no))
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
