//! Triage: does a message ask its owner for a reply, how sure are we, and why.
//!
//! Words only; the judging itself is `mail/asks` (the sender's own words) and `rules/triage` (all
//! of it together). Reasons are codes here and sentences in `mail/clues`, so that a stored verdict
//! reads the same in every language.

use serde::{Deserialize, Serialize};

/// What the sender's own words amount to, judged in memory; the text itself is forgotten.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wording {
    /// Probability that the words ask for an answer, 0.0 to 1.0.
    pub asks: f64,
    /// The clue that weighed most.
    pub clue: Clue,
    /// Nothing but thanks, goodbye or an acknowledgement.
    pub closer: bool,
    /// Words of urgency stood in the sender's own lines or in the subject.
    pub urgent: bool,
    /// The sender greets this first name or these names (`Kim:`, `Dear Kim,`), lower-cased.
    pub greets: Vec<String>,
    /// Language of the sender's own words.
    pub language: Option<Language>,
    /// What judged, e.g. `asks-1`: a stored verdict names its judge.
    pub model: String,
    /// At most 200 characters of the sender's own words; kept only where `snippets = true`.
    pub snippet: String,
}

impl Wording {
    /// Of a message that is so old that its text was not asked for: it asks nothing any more.
    pub fn beyond_history() -> Self {
        Self {
            asks: 0.0,
            clue: Clue::BeyondHistory,
            closer: false,
            urgent: false,
            greets: Vec::new(),
            language: None,
            model: "history".to_owned(),
            snippet: String::new(),
        }
    }
}

/// A language that Sigap writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Indonesian.
    Id,
    /// English.
    En,
}

impl Language {
    /// The word used in configuration, store and templates.
    pub fn word(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::En => "en",
        }
    }
}

/// What kind of message this is to its owner; exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Asks the owner for a reply.
    Ask,
    /// Might ask; too unsure to nudge about.
    Unsure,
    /// From a person, tells something, asks nothing.
    Information,
    /// Thanks, goodbye: ends a conversation.
    Closer,
    /// Written by a machine (auto-reply.md, class A).
    Automatic,
    /// A bounce or delivery report.
    Bounce,
    /// A calendar answer or cancellation.
    Calendar,
    /// A newsletter or mailing list where the owner is not addressed.
    Bulk,
    /// The owner stands only in Cc (or nowhere) and is not addressed by name.
    Bystander,
    /// Written by the owner.
    Own,
    /// Written by the owner, and asks somebody for an answer.
    OwnAsk,
    /// A letter of Sigap itself.
    Sigap,
}

/// What the sender's own words are for, whoever the owner is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// To be answered.
    Ask,
    /// The sender will do or send something.
    Promise,
    /// Thanks, goodbye: ends a conversation.
    Closer,
    /// To be known.
    Information,
    /// A machine approves, declines or asks to approve; what it tells of accounts and orders.
    Approval,
    /// To come to something.
    Invitation,
}

impl Intent {
    /// The word that `judge` prints.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Promise => "promise",
            Self::Closer => "closer",
            Self::Information => "information",
            Self::Approval => "approval",
            Self::Invitation => "invitation",
        }
    }
}

/// The verdict on one message, kept with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The kind.
    pub class: Class,
    /// Probability that a reply is owed, 0.0 to 1.0; of `OwnAsk`, that one is expected.
    pub probability: f64,
    /// Why, heaviest first; never empty.
    pub clues: Vec<Clue>,
}

impl Verdict {
    /// Whether this message opens (or raises) an obligation.
    pub fn asks(&self) -> bool {
        self.class == Class::Ask
    }
}

/// One reason. Its snake_case word is stored and shown by `--json`; sentences: `mail/clues`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clue {
    /// A question mark in the sender's own words.
    QuestionMark,
    /// Question words without a mark.
    QuestionWords,
    /// A request: please, mohon, could you.
    Request,
    /// Worded as people word what they ask, without a mark or a known phrase.
    Worded,
    /// A request for confirmation or approval.
    Confirmation,
    /// Words of urgency.
    Urgent,
    /// `URGENT` or `MENDESAK` on the first line of an answer to an automatic reply of ours.
    Called,
    /// The subject alone asks.
    SubjectAsks,
    /// Thanks or goodbye and nothing else.
    Courtesy,
    /// Tells something and asks nothing.
    Statement,
    /// Too few words to judge by.
    NoWords,
    /// The text was not fetched or not readable; judged by its header.
    HeaderOnly,
    /// Older than the history whose texts are read.
    BeyondHistory,
    /// The owner is the only person in To.
    OnlyRecipient,
    /// The owner stands in To.
    InTo,
    /// The owner stands in Cc.
    InCc,
    /// The owner stands neither in To nor in Cc.
    NotNamed,
    /// Came through a group address that the owner reads.
    ThroughGroup,
    /// Greets the owner by name.
    GreetsOwner,
    /// Greets somebody else.
    GreetsOther,
    /// Many recipients.
    ManyRecipients,
    /// Answers something the owner wrote.
    AnswersOwner,
    /// Written by a machine; the rule of auto-reply.md that says so, e.g. `H1`.
    Machine(String),
    /// Probably by a machine; the rule that says so.
    PerhapsMachine(String),
    /// Mailing-list fields.
    ListFields,
    /// Unsubscribe field with marks of mass mail.
    Unsubscribe,
    /// Calendar method, e.g. `REPLY`.
    CalendarMethod(String),
    /// Sent by the owner.
    FromOwner,
    /// From an own address but not found in a Sent folder: proves nothing.
    ClaimsOwner,
    /// More than one From address: nothing automatic follows.
    SeveralFrom,
    /// Corrected by the owner (`NOT`).
    CorrectedNot,
    /// The owner corrected mail like this before.
    Learned,
}
