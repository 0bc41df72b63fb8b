//! What stands in a sentence: the tables of `mail/cues` and `mail/hints`, in one pass over it.
//!
//! It finds and does not weigh; that is `mail/asks`, which comes next.

use std::sync::LazyLock;

use crate::mail::cues::{self, ASKING, Cue, Place};
use crate::mail::hints;
use crate::mail::lexicon::{Found, Lexicon};
use crate::mail::sentences::{Sentence, holds};

/// What a phrase says about its sentence; each is a table of `mail/cues` or `mail/hints`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// It asks; which row of the table of what asks.
    Asks(usize),
    /// Nothing is to be answered.
    Empty,
    /// It looks like asking and is none.
    Harmless,
    /// The sender will do something.
    Promises,
    /// No answer is expected.
    NoReply,
    /// For the record.
    Information,
    /// Mass mail.
    Mass,
    /// To a crowd.
    Crowd,
    /// Urgent.
    Urgent,
}

static LEXICON: LazyLock<Lexicon<Sense>> = LazyLock::new(|| {
    let asking = (0..).map(Sense::Asks).zip(&ASKING).map(|(sense, cue)| (cue.phrases, sense));
    Lexicon::new(asking.chain([
        (hints::EMPTY_PHRASES, Sense::Empty),
        (hints::HARMLESS, Sense::Harmless),
        (hints::PROMISES, Sense::Promises),
        (hints::NO_REPLY, Sense::NoReply),
        (hints::FOR_INFORMATION, Sense::Information),
        (hints::MASS, Sense::Mass),
        (hints::CROWD, Sense::Crowd),
        (hints::URGENT, Sense::Urgent),
    ]))
});

/// A sentence and what stands in it.
#[derive(Clone, Debug)]
pub struct Heard<'a> {
    /// The sentence.
    pub sentence: &'a Sentence,
    found: Vec<Found<Sense>>,
    senses: u32,
    cue: Option<&'static Cue>,
}

/// Listens to a sentence.
pub fn hear(sentence: &Sentence) -> Heard<'_> {
    let found = LEXICON.found(&sentence.padded);
    let senses = found.iter().fold(0, |bits, found| bits | found.meaning.bit());
    let heard = Heard { sentence, found, senses, cue: None };
    Heard { cue: heard.surest_cue(), ..heard }
}

impl Sense {
    fn bit(self) -> u32 {
        let place = match self {
            Self::Empty => 0,
            Self::Harmless => 1,
            Self::Promises => 2,
            Self::NoReply => 3,
            Self::Information => 4,
            Self::Mass => 5,
            Self::Crowd => 6,
            Self::Urgent => 7,
            Self::Asks(row) => u32::try_from(row).unwrap_or(u32::MAX).saturating_add(8),
        };
        1_u32.checked_shl(place).unwrap_or(0)
    }
}

impl Heard<'_> {
    /// Whether a phrase of this sense stands in it.
    pub fn says(&self, sense: Sense) -> bool {
        self.senses & sense.bit() != 0
    }

    /// The phrases of this sense that stand in it.
    pub fn phrases(&self, sense: Sense) -> impl Iterator<Item = &'static str> {
        self.found.iter().filter(move |found| found.meaning == sense).map(|found| found.phrase)
    }

    /// The surest cue that it asks; what is harmless does not count.
    pub fn cue(&self) -> Option<&'static Cue> {
        self.cue
    }

    fn surest_cue(&self) -> Option<&'static Cue> {
        if !self.says(Sense::Harmless) {
            return self.surest(&self.found, &self.sentence.padded);
        }
        let rest = self.without_harmless();
        self.surest(&LEXICON.found(&rest), &rest)
    }

    fn surest(&self, found: &[Found<Sense>], padded: &str) -> Option<&'static Cue> {
        let counts = |cue: &Cue, found: &Found<Sense>| match cue.place {
            Place::Anywhere => true,
            Place::First => {
                self.sentence.starts.contains(&found.at)
                    && (self.sentence.mark
                        || !cues::WEAK_OPENERS.contains(&found.phrase)
                        || ends_asking(padded))
            }
        };
        let cues = found.iter().filter_map(|found| match found.meaning {
            Sense::Asks(row) => {
                ASKING.get(row).filter(|cue| counts(cue, found)).map(|cue| (row, cue))
            }
            Sense::Empty | Sense::Harmless | Sense::Promises | Sense::NoReply => None,
            Sense::Information | Sense::Mass | Sense::Crowd | Sense::Urgent => None,
        });
        let surer = |a: &(usize, &Cue), b: &(usize, &Cue)| {
            a.1.weight.total_cmp(&b.1.weight).then(a.0.cmp(&b.0))
        };
        cues.max_by(surer).map(|(_, cue)| cue)
    }

    /// The same words with harmless phrases blotted out; every offset stays.
    fn without_harmless(&self) -> String {
        let mut words = self.sentence.padded.clone();
        let here: Vec<&str> = self.phrases(Sense::Harmless).collect();
        // Of two that overlap, the one that stands first in the table is blotted out.
        for phrase in hints::HARMLESS.iter().filter(|phrase| here.contains(phrase)) {
            if holds(&words, phrase) {
                let blot = "_".repeat(phrase.len());
                words = words.replace(&format!(" {phrase} "), &format!(" {blot} "));
            }
        }
        words
    }
}

/// Informal Indonesian asks with a particle where a mark is left out.
fn ends_asking(padded: &str) -> bool {
    let last = padded.trim_end().rsplit(' ').next().unwrap_or("");
    ["ya", "y", "yah", "gak", "ga", "nggak", "ngga", "kah", "dong", "belum", "kan"].contains(&last)
}
