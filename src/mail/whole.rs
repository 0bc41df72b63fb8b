//! A whole message from its sentences: how probably does it ask, all in all?
//!
//! What sounds like asking in a short letter belongs to a story or to advertising in a long one.
//! A short sentence by itself stays what it is. The weights, `mail/models/asks-whole-1`, were
//! learned by `tests/train`; each has a name and can be read.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::mail::hearing::{Heard, Sense};

/// How many things are looked at.
pub const LOOKS: usize = 20;
/// What they are called, in their order.
pub const NAMES: [&str; LOOKS] = [
    "bias",
    "best",
    "second",
    "more",
    "length",
    "length-unmarked",
    "links",
    "mass",
    "mass-twice",
    "information",
    "no-reply",
    "late",
    "promises",
    "greets-all",
    "courtesy",
    "marked",
    "crowd",
    "long",
    "long-best",
    "no-words",
];
/// A sentence from here on counts as one that asks.
const ASKS: f64 = 0.40;

/// What is known of a message besides its sentences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// It greets everybody.
    pub greets_all: bool,
    /// Courtesies and nothing else.
    pub courtesy: bool,
}

/// What addresses of the web have in them.
static PROTOCOL: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("://"));
static WEB: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("www."));

static WEIGHTS: LazyLock<Option<[f64; LOOKS]>> =
    LazyLock::new(|| weights(include_str!("models/asks-whole-1")));

/// How probably it asks; `asks` are the probabilities of its sentences, in their order.
pub fn whole(spoken: &[Heard<'_>], asks: &[f64], manner: Manner) -> f64 {
    let best = asks.iter().copied().fold(0.0, f64::max);
    let Some(weights) = WEIGHTS.as_ref() else { return best };
    let looks = looks(spoken, asks, manner);
    let sum: f64 = looks.iter().zip(weights).map(|(look, weight)| look * weight).sum();
    1.0 / (1.0 + (-sum).exp())
}

/// Reads the weights: a line each, its name and a number.
fn weights(file: &str) -> Option<[f64; LOOKS]> {
    let mut weights = [0.0; LOOKS];
    for (weight, name) in weights.iter_mut().zip(NAMES) {
        let of = |line: &str| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok();
        *weight = file.lines().find_map(of)?;
    }
    Some(weights)
}

/// What is looked at.
pub fn looks(spoken: &[Heard<'_>], asks: &[f64], manner: Manner) -> [f64; LOOKS] {
    let words: usize = spoken.iter().map(|heard| heard.sentence.words).sum();
    let mut order: Vec<(f64, usize)> = asks.iter().copied().zip(0..).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let best = order.first().filter(|_| words > 0).map_or(0.0, |best| logit(best.0));
    let more: f64 = order.iter().skip(2).map(|(asks, _)| *asks).filter(|asks| *asks > 0.3).sum();
    let says = |sense| spoken.iter().any(|heard| heard.says(sense));
    let marked = spoken.iter().zip(asks).any(|(heard, asks)| heard.sentence.mark && *asks >= ASKS);
    let mass: BTreeSet<&str> = spoken.iter().flat_map(|heard| heard.phrases(Sense::Mass)).collect();
    let crowd = spoken.iter().filter(|heard| heard.says(Sense::Crowd)).count();
    let length = (number(words) / 60.0).max(1.0).ln();
    let long = ((number(words) - 20.0) / 60.0).clamp(0.0, 1.0);
    let late = match (order.first(), asks.len()) {
        (Some((_, at)), 3..) => number(*at) / number(asks.len() - 1) - 0.5,
        _ => 0.0,
    };
    [
        1.0,
        best,
        order.get(1).map_or(0.0, |second| second.0),
        more.ln_1p(),
        length,
        if marked { 0.0 } else { length },
        number(spoken.iter().map(links).sum()).ln_1p(),
        number(mass.len().min(3)),
        flag(mass.len() > 1),
        flag(!marked && says(Sense::Information)),
        flag(says(Sense::NoReply)),
        late,
        flag(says(Sense::Promises)),
        flag(manner.greets_all),
        flag(manner.courtesy),
        flag(marked),
        number(crowd).ln_1p(),
        long,
        long * best,
        flag(words == 0),
    ]
}

fn links(heard: &Heard<'_>) -> usize {
    let text = heard.sentence.text.as_bytes();
    [&*PROTOCOL, &*WEB].into_iter().map(|sign| sign.find_iter(text).count()).sum()
}

/// The odds' logarithm of a probability, within bounds.
fn logit(probability: f64) -> f64 {
    let within = probability.clamp(0.01, 0.99);
    (within / (1.0 - within)).ln()
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn flag(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}
