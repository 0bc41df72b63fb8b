//! An outgoing email: its kind, its items, to whom, and its fate.
//!
//! ```text
//! QUEUED ─claim: bytes rendered, stored─► SENDING ─body out, mark─► COMMITTING ─250─► SENT
//!   │ ▲                                     │ 4xx, crash ─► QUEUED  │ 4xx ─► QUEUED
//!   │ └─ UNKNOWN, proven absent: once more  │ 5xx ─► FAILED         │ 5xx ─► FAILED
//!   ├─ a repeat no longer wanted ─► UNKNOWN │                       │
//!   ├─ no longer wanted ─► RECALLED         │                       └ lost ─► UNKNOWN
//!   └─ past expires_at ─► EXPIRED
//! ```
//! Keys never contain the time of writing, so that the same intention is the same letter (law 2).

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::model::address::Address;
use crate::model::ids::{LetterId, MessageId, ObligationId, OwnerId};

/// What a letter is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Reminds an owner of what waits.
    Nudge,
    /// In `observe` mode: what would have been reminded.
    Preview,
    /// Told once: what is watched and how to stop it.
    Welcome,
    /// What was not understood in a command.
    Mistake,
    /// All that waits, because the owner asked for it.
    List,
    /// To the admin: fuse, blind mailboxes, refused logins.
    Alarm,
    /// To somebody else about a late reply.
    Escalation,
    /// An automatic reply to a requester.
    AutoReply,
    /// Asks a delegate to answer for somebody who is away.
    Handover,
    /// Tells a requester who has taken their request over.
    Passed,
    /// Whether what looks like an absence in an owner's calendar is one.
    Question,
    /// Before an absence: what is open, who stands in.
    Leaving,
    /// After an absence: what waits.
    Digest,
    /// How well teams answered in a week.
    Report,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 14] = [
        Self::Nudge,
        Self::Preview,
        Self::Welcome,
        Self::Mistake,
        Self::List,
        Self::Alarm,
        Self::Escalation,
        Self::AutoReply,
        Self::Handover,
        Self::Passed,
        Self::Question,
        Self::Leaving,
        Self::Digest,
        Self::Report,
    ];

    /// The word in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::Nudge => "nudge",
            Self::Preview => "preview",
            Self::Welcome => "welcome",
            Self::Mistake => "mistake",
            Self::List => "list",
            Self::Alarm => "alarm",
            Self::Escalation => "escalation",
            Self::AutoReply => "auto_reply",
            Self::Handover => "handover",
            Self::Passed => "passed",
            Self::Question => "question",
            Self::Leaving => "leaving",
            Self::Digest => "digest",
            Self::Report => "report",
        }
    }

    /// The kind of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// How long the letter is worth sending.
    pub fn lifetime(self) -> SignedDuration {
        match self {
            Self::AutoReply => SignedDuration::from_hours(4),
            Self::Nudge
            | Self::Preview
            | Self::List
            | Self::Passed
            | Self::Leaving
            | Self::Digest => SignedDuration::from_hours(24),
            Self::Welcome | Self::Mistake | Self::Alarm => SignedDuration::from_hours(48),
            Self::Escalation | Self::Handover | Self::Question => SignedDuration::from_hours(48),
            Self::Report => SignedDuration::from_hours(72),
        }
    }
}

/// Who receives a letter; decides what an unclear outcome leads to (law 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The owner: effectively once.
    Owner,
    /// A delegate: effectively once.
    Delegate,
    /// A reader of reports, as a team's lead: effectively once.
    Lead,
    /// The admin: effectively once.
    Admin,
    /// A requester: at most once.
    Requester,
}

impl Audience {
    /// The word in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Delegate => "delegate",
            Self::Lead => "lead",
            Self::Admin => "admin",
            Self::Requester => "requester",
        }
    }

    /// The audience of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Owner, Self::Delegate, Self::Lead, Self::Admin, Self::Requester]
            .into_iter()
            .find(|audience| audience.word() == word)
    }
}

/// A letter's state; see the drawing above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits to be claimed; may be recalled.
    Queued,
    /// Claimed, bytes fixed, surely not accepted yet.
    Sending,
    /// The final dot is or was about to be written.
    Committing,
    /// Accepted.
    Sent,
    /// Refused for good.
    Failed,
    /// Nobody knows.
    Unknown,
    /// No longer wanted.
    Recalled,
    /// Too late to be worth sending.
    Expired,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::Queued,
        Self::Sending,
        Self::Committing,
        Self::Sent,
        Self::Failed,
        Self::Unknown,
        Self::Recalled,
        Self::Expired,
    ];

    /// The word in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Committing => "committing",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Recalled => "recalled",
            Self::Expired => "expired",
        }
    }

    /// The state of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// A letter as wanted by a rule: what to say to whom about what. Not yet words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What for.
    pub kind: Kind,
    /// To whom, as a class.
    pub audience: Audience,
    /// To whom: exactly one address.
    pub to: Address,
    /// About whose mail; `None` for letters to the admin.
    pub owner: Option<OwnerId>,
    /// The things in it, numbered from 1 in this order; each key once and for ever.
    pub items: Vec<Item>,
    /// Kind-specific words as JSON (what a command said, what blew the fuse).
    pub about: String,
    /// Not before this instant.
    pub not_before: Timestamp,
}

/// One thing in a letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Unique in the store, for ever: `nudge:<obligation>:<step>`, `follow-up:<message>:<step>`.
    pub key: String,
    /// The obligation it is about.
    pub obligation: Option<ObligationId>,
    /// The owner's own question whose answer is awaited, where it is about that.
    pub awaited: Option<MessageId>,
    /// Step of the ladder, counted from 0; of a follow-up, how often it was asked and put off.
    pub step: Option<u32>,
}

impl Item {
    /// One that is about no email in particular.
    pub fn bare(key: String) -> Self {
        Self { key, obligation: None, awaited: None, step: None }
    }
}

/// A letter in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Row.
    pub id: LetterId,
    /// What was wanted.
    pub draft: Draft,
    /// State.
    pub state: State,
    /// When it was queued; `Date:` derives from the claim.
    pub queued_at: Timestamp,
    /// Worth nothing after this.
    pub expires_at: Timestamp,
    /// Next try not before.
    pub next_at: Timestamp,
    /// Tries so far, counted before each try.
    pub attempts: u32,
    /// Repeats after an unknown outcome (at most 1).
    pub repeats: u32,
    /// Our Message-ID, without brackets.
    pub message_id: String,
    /// First claim: the letter's `Date:`.
    pub claimed_at: Option<Timestamp>,
    /// When the state last changed.
    pub changed_at: Timestamp,
    /// The last answer of the server, or why it was recalled.
    pub answer: String,
}

/// What became of one try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 250 after the dot; the server's words.
    Accepted(String),
    /// Surely not accepted; try again.
    Deferred(Refusal),
    /// Refused for good.
    Refused(Refusal),
    /// The dot was written, the answer was lost.
    Ambiguous(String),
}

/// Why a letter was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Whom it concerns.
    pub scope: Scope,
    /// What was attempted, e.g. `RCPT TO`.
    pub phase: String,
    /// The server's answer or the error, cut to 300 characters.
    pub answer: String,
}

/// What a refusal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// This letter or its recipient.
    Letter,
    /// The whole sending account (login refused, throttled): all letters wait.
    Account,
    /// The server cannot be reached: all letters wait.
    Network,
}

/// What the sender hands to the SMTP door: final bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// Which letter.
    pub id: LetterId,
    /// Envelope sender; `None`: the null sender.
    pub from: Option<Address>,
    /// Envelope sender where the server refuses the null sender.
    pub instead: Option<Address>,
    /// Envelope recipient: exactly one.
    pub to: Address,
    /// The same as its owner writes it, where that is known: capitals before the `@` may matter
    /// (RFC 5321 §2.4).
    pub written: Option<String>,
    /// The message: CRLF lines, dot-stuffing not yet done.
    pub bytes: Vec<u8>,
}
