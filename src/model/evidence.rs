//! By what an answer was found: a ladder of evidence. The rung that decided is kept with an
//! obligation and shown, so that a person can judge what the program went by.
//!
//! The first rungs close; what may be about something else only holds the reminders back: then the
//! obligation stays open, perhaps answered.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The owner's mail names the request among what it answers (In-Reply-To, References).
    Reference,
    /// A later mail of the owner in the conversation, to the requester.
    Conversation,
    /// A mail program's mark, `\Answered`.
    Mark,
    /// A reply of the owner without ids that lead anywhere, under the request's subject.
    WithoutIds,
    /// The requester answers a reply that came from the owner's side and is not on record.
    ReplySeen,
    /// A mail of the owner to the requester in another conversation: it may be about this.
    Elsewhere,
    /// A copy in the inbox that says to be the owner's answer: anybody can write that.
    Copy,
    /// A reply of a colleague, of another addressee, or of whoever holds it.
    Colleague,
    /// The requester took back what they had asked.
    Requester,
    /// A person said so.
    Said,
}

impl Evidence {
    const ALL: [Self; 10] = [
        Self::Reference,
        Self::Conversation,
        Self::Mark,
        Self::WithoutIds,
        Self::ReplySeen,
        Self::Elsewhere,
        Self::Copy,
        Self::Colleague,
        Self::Requester,
        Self::Said,
    ];

    /// The word in the store and in `--json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Conversation => "conversation",
            Self::Mark => "mark",
            Self::WithoutIds => "without_ids",
            Self::ReplySeen => "reply_seen",
            Self::Elsewhere => "elsewhere",
            Self::Copy => "copy",
            Self::Colleague => "colleague",
            Self::Requester => "requester",
            Self::Said => "said",
        }
    }

    /// The rung of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|evidence| evidence.word() == word)
    }

    /// In one plain English sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Reference => "It names the request among what it answers.",
            Self::Conversation => "It came later in the conversation and went to the requester.",
            Self::Mark => "A mail program marked the request as answered.",
            Self::WithoutIds => {
                "Its ids lead nowhere, but it is a reply to the requester under the same subject."
            }
            Self::ReplySeen => {
                "The requester answers a reply from the owner's side that is not on record."
            }
            Self::Elsewhere => {
                "The owner wrote to the requester in another conversation, perhaps about this."
            }
            Self::Copy => {
                "A copy in the inbox says to be the owner's answer; one in Sent would prove it."
            }
            Self::Colleague => "Somebody else's reply to the requester was found in Sent.",
            Self::Requester => "The requester wrote that it is no longer needed.",
            Self::Said => "A person said so.",
        }
    }
}

/// What may have been an answer: the obligation stays open, and nobody is reminded of it until the
/// requester asks again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Perhaps {
    /// When.
    pub at: Timestamp,
    /// By what.
    pub evidence: Evidence,
}

/// An answer that owes on: what was asked will come, the owner said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// When they said so.
    pub made_at: Timestamp,
    /// Until when.
    pub until: Timestamp,
}
