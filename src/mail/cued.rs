//! One sentence weighed by the table of cues alone: what a person would write down as rules.
//!
//! `mail/asking` learns on top of it: what this says is one of the things that its model looks at.

use crate::mail::hearing::{Heard, Sense};
use crate::mail::hints;
use crate::mail::sentences::Sentence;
use crate::model::verdict::Clue;

/// A statement by a person still might want an answer.
const STATEMENT: f64 = 0.06;
/// Where it says that nothing is expected.
const NOTHING: f64 = 0.02;

/// How probably a sentence asks by its cues, and the clue that says so.
pub fn cued(heard: &Heard<'_>) -> (f64, Clue) {
    let sentence = heard.sentence;
    if heard.says(Sense::Empty) || heard.says(Sense::NoReply) {
        return (NOTHING, Clue::Statement);
    }
    let cue = heard.cue();
    let worded = cue.map_or(0.0, |cue| cue.weight);
    if sentence.mark {
        let mark = mark_weight(sentence);
        let asks = 1.0 - (1.0 - mark) * (1.0 - worded * 0.5);
        let clue = cue.filter(|cue| cue.weight >= 0.86).map(|cue| cue.clue.clone());
        return (asks, clue.unwrap_or(Clue::QuestionMark));
    }
    let promised = heard.says(Sense::Promises) && worded < 0.85;
    let offered = worded > 0.0 && worded < 0.9 && sentence.opens_with(hints::CONDITIONS);
    let asks = match (promised, offered) {
        (true, _) => worded * 0.35,
        (false, true) => worded * 0.6,
        (false, false) => worded,
    };
    (asks.max(STATEMENT), cue.map_or(Clue::Statement, |cue| cue.clue.clone()))
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
    let addressed = sentence.says(&direct);
    match (sentence.words, addressed) {
        (1..=2, false) => 0.70,
        (_, true) => 0.88,
        (_, false) => 0.80,
    }
}
