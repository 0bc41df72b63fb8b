//! An answer that an owner waits for: the mirror of an obligation.
//!
//! Opened by what the owner asks somebody, ended by any person's answer. Nobody but the owner ever
//! hears of it from here. When it is to be followed up is arithmetic (`rules/awaiting`).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::ids::{AwaitedId, ConversationId, MessageId, OwnerId};
use crate::model::obligation::{scrambled, unscrambled};

/// One answer that an owner waits for. Whom they asked stands in the message.
#[derive(Clone, Debug, PartialEq)]
pub struct Awaited {
    /// Row.
    pub id: AwaitedId,
    /// Who waits.
    pub owner: OwnerId,
    /// Where it was asked.
    pub conversation: ConversationId,
    /// The oldest unanswered ask.
    pub asked_in: MessageId,
    /// When that was sent.
    pub asked_at: Timestamp,
    /// When it was asked last.
    pub last_asked_at: Timestamp,
    /// How often it was asked.
    pub asks: u32,
    /// Highest probability that an answer is expected.
    pub confidence: f64,
    /// All of it was sent before the mailbox was watched: listed, never reminded of.
    pub backlog: bool,
    /// Until then whoever was asked is away, as their automatic reply says.
    pub away_until: Option<Timestamp>,
    /// Until then whoever was asked wants to do it, as they have answered.
    pub promised_until: Option<Timestamp>,
    /// No reminder before.
    pub snoozed_until: Option<Timestamp>,
    /// How often the owner put it off.
    pub snoozes: u32,
    /// How it ended, if it did.
    pub ended: Option<Ended>,
    /// The message that ended it.
    pub ended_by: Option<MessageId>,
}

/// The end of the waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// When.
    pub at: Timestamp,
    /// How.
    pub how: Received,
}

/// How the waiting ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Received {
    /// A person answered.
    Answered,
    /// The owner said that nothing more is awaited.
    Done,
    /// The owner said that no answer was asked for.
    NotAsked,
    /// The owner took it back in a later mail.
    Withdrawn,
}

impl Received {
    /// The word in the store and in `--json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Done => "done",
            Self::NotAsked => "not_asked",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The end of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Answered, Self::Done, Self::NotAsked, Self::Withdrawn]
            .into_iter()
            .find(|how| how.word() == word)
    }
}

/// The short reference that people type: `W-7K2QM`.
pub fn reference(id: AwaitedId) -> String {
    format!("W-{}", scrambled(id.0))
}

/// The row behind a reference, however it was typed; without its `W-` it is an obligation's.
pub fn dereference(text: &str) -> Option<AwaitedId> {
    let text = text.trim().to_ascii_uppercase();
    unscrambled(text.strip_prefix("W-")?).map(AwaitedId)
}
