//! What was learned, as it is told by `sigap why`: which corrections made a message less sure and
//! by how much, and what a correction teaches.
//!
//! The rule is run again on the record, so that what is told cannot differ from what is done.

use jiff::Timestamp;
use serde::Serialize;

use crate::engine::learning;
use crate::engine::listing::rounded;
use crate::model::address::Address;
use crate::model::ids::MessageId;
use crate::model::lesson::Words;
use crate::model::obligation::reference;
use crate::model::verdict::Class;
use crate::rules::learning::Because;
use crate::store::db::{Connection, StoreError};
use crate::store::messages::Stored;
use crate::store::{lessons, messages, obligations};

/// How much less sure a message is for what its owner corrected. Shifts are in log-odds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LearnedTold {
    /// The class without it.
    pub class_before: Class,
    /// The probability without it.
    pub probability_before: f64,
    /// By the sender.
    pub by_sender: f64,
    /// By the mailing list.
    pub by_list: f64,
    /// By the words.
    pub by_words: f64,
    /// All of it, which has a bound of its own.
    pub shift: f64,
    /// The corrections, oldest message first; none: they were forgotten since.
    pub because: Vec<BecauseTold>,
}

/// One correction that had a part in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BecauseTold {
    /// What was corrected, as people type it.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// The corrected message.
    pub message_id: String,
    /// Its subject.
    pub subject: String,
    /// When it was said.
    pub said_at: Timestamp,
    /// It was of the same sender.
    pub same_sender: bool,
    /// It came through the same list.
    pub same_list: bool,
    /// How much the words have in common, in per cent; 0: too little to count.
    pub words_alike: u8,
}

/// What a correction in force teaches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TeachesTold {
    /// About mail of this sender.
    pub sender: Option<Address>,
    /// About mail through this list.
    pub list: Option<String>,
    /// About texts with these words: how many numbers stand for them; null: none.
    pub words: Option<usize>,
    /// Its text is still to be read once more.
    pub awaited: bool,
}

/// What was learned about a message; `None`: nothing that changed its verdict.
pub fn learned(c: &Connection, stored: &Stored) -> Result<Option<LearnedTold>, StoreError> {
    let Some(before) = lessons::untaught(c, stored.id)? else { return Ok(None) };
    let known = lessons::of_owner(c, stored.owner)?;
    let shift = learning::shift_of(c, &known, stored)?;
    let mut because = Vec::new();
    for (of, why) in &shift.because {
        let said_at = known.iter().find(|lesson| lesson.of == *of).map(|lesson| lesson.said_at);
        if let Some(said_at) = said_at {
            because.extend(told(c, *of, *why, said_at)?);
        }
    }
    Ok(Some(LearnedTold {
        class_before: before.class,
        probability_before: rounded(before.probability),
        by_sender: rounded(shift.sender),
        by_list: rounded(shift.list),
        by_words: rounded(shift.words),
        shift: rounded(shift.total()),
        because,
    }))
}

fn told(
    c: &Connection,
    of: MessageId,
    because: Because,
    said_at: Timestamp,
) -> Result<Option<BecauseTold>, StoreError> {
    let Some(corrected) = messages::one(c, of)? else { return Ok(None) };
    Ok(Some(BecauseTold {
        reference: obligations::asked_by(c, of)?.map(reference),
        message_id: corrected.message.key.0,
        subject: corrected.message.subject,
        said_at,
        same_sender: because.sender,
        same_list: because.list,
        words_alike: because.alike,
    }))
}

/// What the correction of a message teaches, while it is in force.
pub fn teaches(c: &Connection, message: MessageId) -> Result<Option<TeachesTold>, StoreError> {
    let Some(lesson) = lessons::of_message(c, message)? else { return Ok(None) };
    let (words, awaited) = match &lesson.words {
        Words::Awaited => (None, true),
        Words::Gone => (None, false),
        Words::Read(gist) => (Some(gist.size()), false),
    };
    Ok(Some(TeachesTold { sender: lesson.sender, list: lesson.list, words, awaited }))
}
