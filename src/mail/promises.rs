//! What an owner promises in an answer: "I'll send it Friday", "besok saya kirim".
//!
//! A sentence counts where its writer says that they will deliver something: a first person, a word
//! of the future and a verb of delivering stand together, in this order, with nothing but adverbs
//! and times between them. What is asked of the other side, what others will do, what is done
//! already, or said on a condition is no promise. When it is for is read by `mail/promise_times`.

use crate::mail::promise_times::is_time_word;
use crate::mail::promise_words::{
    ABOUT_CHECKING, ADVERBS, BETWEEN, COMPANY, EN_HALF, EN_OPENINGS, EN_SURELY, EN_VERBS, FUTURE,
    ID_PASSIVE, ID_STEMS, JOINTS, MEANT_FOR_YOU, NOT_PROMISED, OVER, Object, PASSIVES, SOMEBODY,
    TO_YOU, WISHES, WRITERS, YOUR_OPENINGS, YOURS,
};
use crate::mail::sentences::{Sentence, holds, sentences};

/// So many words before a promise may name its time.
const LEAD: usize = 5;
/// So many words before a promise belong to it.
const NEAR: usize = 2;

/// The sentences that promise something, in small letters, one a line: from the promise on to its
/// end, and on the next line the few words before it. Whether they name a time is seen later.
pub fn promise(own: &str) -> Option<String> {
    let said = sentences(own);
    let lines: Vec<String> = said.iter().filter_map(promised).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn promised(sentence: &Sentence) -> Option<String> {
    // Whether something is so will be looked at: that is no condition.
    let checking = sentence.says(ABOUT_CHECKING);
    let conditional = sentence.says(&["if"]) && !checking;
    if sentence.mark || conditional || sentence.says(NOT_PROMISED) {
        return None;
    }
    let words: Vec<&str> = sentence.padded.split_whitespace().collect();
    let at = (0..words.len()).find(|at| english(&words, *at) || indonesian(&words, *at))?;
    let near = words.get(at.saturating_sub(NEAR)..).unwrap_or_default().join(" ");
    if OVER.iter().any(|over| holds(&format!(" {near} "), over)) {
        return None;
    }
    let (before, after) = words.split_at(at);
    Some(format!("{}\n{}", after.join(" "), lead(before, english(&words, at))))
}

/// The words before a promise that may say when: "tomorrow morning I'll". In a longer English
/// sentence, or before an "and", they speak of something else; Indonesian says it right before.
fn lead(before: &[&str], english: bool) -> String {
    let joined = before.last().is_some_and(|word| JOINTS.contains(word));
    if english && (before.len() > LEAD || joined) {
        return String::new();
    }
    before.get(before.len().saturating_sub(LEAD)..).unwrap_or_default().join(" ")
}

/// Words from one place on.
fn from<'a, 'b>(words: &'a [&'b str], at: usize) -> &'a [&'b str] {
    words.get(at..).unwrap_or_default()
}

fn next<'a>(words: &[&'a str], at: usize) -> &'a str {
    words.get(at).copied().unwrap_or_default()
}

/// Whether words begin with a phrase, and with how many words it does.
fn begin(words: &[&str], phrase: &str) -> Option<usize> {
    let count = phrase.split(' ').count();
    phrase.split(' ').eq(words.iter().copied().take(count)).then_some(count)
}

fn longest(words: &[&str], phrases: &[&str]) -> Option<usize> {
    phrases.iter().filter_map(|phrase| begin(words, phrase)).max()
}

fn english(words: &[&str], at: usize) -> bool {
    let here = from(words, at);
    if let Some(opening) = longest(here, EN_OPENINGS) {
        return delivers(after_adverbs(from(here, opening)));
    }
    if let Some(opening) = longest(here, EN_HALF) {
        let verb = from(here, opening);
        return EN_SURELY.contains(&next(verb, 0)) && delivers(verb);
    }
    if let Some(opening) = longest(here, YOUR_OPENINGS) {
        return longest(from(here, opening), YOURS).is_some();
    }
    if longest(here, PASSIVES).is_some() {
        return true;
    }
    // A second verb, or one whose subject is left out.
    let begun = || (0..at).any(|at| longest(from(words, at), EN_OPENINGS).is_some());
    let verb = match here {
        ["will" | "shall" | "gonna", ..] if at == 0 || said_by_writer(words, at) => from(here, 1),
        ["and", "will" | "shall", ..] => return false,
        ["and", ..] if begun() && said_by_writer(words, at + 1) => from(here, 1),
        _ => return false,
    };
    delivers(after_adverbs(verb))
}

/// Whether the last person named before a place is the writer, and the verb there goes on.
fn said_by_writer(words: &[&str], at: usize) -> bool {
    let joined = at > 0 && JOINTS.contains(&next(words, at - 1));
    let person = words.iter().take(at).rev().find_map(|word| {
        let bare = word.split('\'').next().unwrap_or(word);
        match bare {
            "i" | "we" | "ok" | "yes" | "sorry" | "thanks" => Some(true),
            "he" | "she" | "they" | "it" | "you" | "who" | "which" | "that" | "this" => Some(false),
            _ => None,
        }
    });
    joined && person.unwrap_or(false)
}

fn after_adverbs<'a, 'b>(words: &'a [&'b str]) -> &'a [&'b str] {
    let mut rest = words;
    while let Some(count) = longest(rest, ADVERBS) {
        rest = from(rest, count);
    }
    rest
}

/// Whether a verb phrase speaks of something that the other side will get.
fn delivers(words: &[&str]) -> bool {
    let rest = from(words, 1);
    let found = EN_VERBS.iter().find(|(verbs, _)| verbs.contains(&next(words, 0)));
    match found.map(|(_, object)| object) {
        None => false,
        Some(Object::Any) => !["him", "her"].contains(&next(rest, 0)),
        Some(Object::But(others)) => !others.contains(&next(rest, 0)),
        Some(Object::Of(phrases)) => longest(rest, phrases).is_some(),
        Some(Object::ToYou(phrases)) => {
            longest(rest, phrases).is_some()
                || (1..rest.len()).any(|at| longest(from(rest, at), TO_YOU).is_some())
        }
        Some(Object::Caller) => {
            rest.is_empty() || is_time_word(next(rest, 0)) || MEANT_FOR_YOU.contains(&next(rest, 0))
        }
    }
}

/// `saya kirim`, `akan kami sampaikan`, `saya akan mengirimkan`, `akan dikirim`, `tak kirim`.
fn indonesian(words: &[&str], at: usize) -> bool {
    let word = next(words, at);
    if let Some(bare) = word.strip_prefix("ku") {
        return is_stem(bare) && ID_STEMS.contains(&bare);
    }
    let writer = WRITERS.contains(&word) || (word == "tak" && is_stem(next(words, at + 1)));
    let future = FUTURE.contains(&word);
    if !writer && !future {
        return false;
    }
    if writer && at > 0 && SOMEBODY.contains(&next(words, at - 1)) {
        return false;
    }
    let mut place = at + 1;
    let mut spoken = writer;
    while let Some(word) = words.get(place) {
        spoken |= WRITERS.contains(word);
        if (spoken && is_stem(word)) || ID_PASSIVE.contains(word) {
            return true;
        }
        let passing = BETWEEN.contains(word) || WRITERS.contains(word) || is_time_word(word);
        if !passing || WISHES.contains(word) || COMPANY.contains(word) {
            return false;
        }
        place += 1;
    }
    false
}

/// A word of delivering, with or without what Indonesian puts before it.
fn is_stem(word: &str) -> bool {
    ID_STEMS.iter().any(|stem| word.starts_with(stem))
}
