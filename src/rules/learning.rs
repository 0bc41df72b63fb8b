//! How sure is a verdict after all that its owner has corrected? Bounded shifts of its log-odds, by
//! sender, by list and by words.
//!
//! Nothing is learned here step by step: the shift is reckoned anew from the corrections in force,
//! so that their order cannot matter and one that is taken back leaves nothing behind. It makes
//! less sure and never excludes: whoever was ignored ten times is still heard when they ask
//! plainly. Messages are made less sure only where they would be listed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::model::address::Address;
use crate::model::ids::MessageId;
use crate::model::lesson::Lesson;
use crate::model::policy::Policy;
use crate::model::verdict::{Class, Clue, Verdict};

/// As far as corrections about one sender reach, in log-odds.
const SENDER: f64 = 1.5;
/// About one mailing list.
const LIST: f64 = 1.0;
/// About words.
const WORDS: f64 = 1.0;
/// All of them together.
const WHOLE: f64 = 2.5;
/// However sure triage is, what was corrected goes before: so the same mail once more is not sure.
const SUREST: f64 = 0.92;
/// Texts that have less in common, in per cent, have nothing to do with each other.
const UNLIKE: u8 = 30;
/// Texts that have so much in common say the same.
const SAME: u8 = 70;

/// What matters of a message that arrived.
#[derive(Clone, Copy, Debug)]
pub struct Arrived<'a> {
    /// Who wrote it, without tag.
    pub sender: Option<&'a Address>,
    /// The mailing list through which it came.
    pub list: Option<&'a str>,
    /// When.
    pub at: Timestamp,
    /// How much its words have in common with those of corrected messages, in per cent.
    pub alike: &'a BTreeMap<MessageId, u8>,
}

/// What one correction has to do with a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Because {
    /// The same sender.
    pub sender: bool,
    /// The same list.
    pub list: bool,
    /// Words in common, in per cent; 0: too few to count.
    pub alike: u8,
}

/// How much less sure a message is for what was corrected; never above zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shift {
    /// By its sender.
    pub sender: f64,
    /// By its list.
    pub list: f64,
    /// By its words.
    pub words: f64,
    /// The corrections that had a part in it.
    pub because: BTreeMap<MessageId, Because>,
}

impl Shift {
    /// All of it, in log-odds.
    pub fn total(&self) -> f64 {
        (self.sender + self.list + self.words).max(-WHOLE)
    }
}

/// What the corrections in force, in whatever order, mean for a message.
///
/// One correction counts half of what many do, more where sender and words both agree: then it is
/// nearly the same mail once more.
pub fn shift(lessons: &[Lesson], arrived: &Arrived<'_>) -> Shift {
    let mut found = Shift::default();
    let (mut senders, mut lists) = (BTreeSet::new(), BTreeSet::new());
    let (mut words, mut again) = (0.0_f64, 0.0_f64);
    for lesson in lessons.iter().filter(|lesson| lesson.said_at < arrived.at) {
        let alike = arrived.alike.get(&lesson.of).copied().filter(|alike| *alike > UNLIKE);
        let because = Because {
            sender: lesson.sender.is_some() && lesson.sender.as_ref() == arrived.sender,
            list: lesson.list.is_some() && lesson.list.as_deref() == arrived.list,
            alike: alike.unwrap_or(0),
        };
        if because == Because::default() {
            continue;
        }
        let degree = degree(because.alike);
        words = words.max(degree);
        if because.sender {
            senders.insert(lesson.said_at);
            again = again.max(degree);
        }
        if because.list {
            lists.insert(lesson.said_at);
        }
        found.because.insert(lesson.of, because);
    }
    found.sender = -SENDER * shrunk(&senders).max(again);
    found.list = -LIST * shrunk(&lists);
    found.words = -WORDS * words;
    found
}

/// From nothing in common to the same, 0.0 to 1.0.
fn degree(alike: u8) -> f64 {
    let above = f64::from(alike.saturating_sub(UNLIKE));
    (above / f64::from(SAME - UNLIKE)).min(1.0)
}

/// One is half of it, two are two thirds, ten nearly all.
fn shrunk(said: &BTreeSet<Timestamp>) -> f64 {
    let count = f64::from(u32::try_from(said.len()).unwrap_or(u32::MAX));
    count / (count + 1.0)
}

/// A verdict as it stands after a shift. What structure has decided, and whom the requester called
/// urgent in answer to a letter of ours, is not touched.
pub fn adjusted(verdict: &Verdict, shift: &Shift, policy: &Policy) -> Verdict {
    let by = shift.total();
    let listed = matches!(verdict.class, Class::Ask | Class::Unsure);
    let called = verdict.clues.contains(&Clue::Called);
    // Finite and below zero, or there is nothing to do.
    if !listed || called || !(-WHOLE..0.0).contains(&by) {
        return verdict.clone();
    }
    let before = verdict.probability.clamp(0.001, SUREST);
    let odds = before / (1.0 - before) * by.exp();
    let probability = odds / (1.0 + odds);
    let class = if probability < policy.unsure_from {
        Class::Information
    } else if probability < policy.asks_from {
        Class::Unsure
    } else {
        verdict.class
    };
    let mut clues = verdict.clues.clone();
    let place = if class == verdict.class { clues.len() } else { 0 };
    clues.insert(place, Clue::Learned);
    Verdict { class, probability, clues }
}
