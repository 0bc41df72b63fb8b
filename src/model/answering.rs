//! What is known when it is asked whether a program may answer a message (auto-reply.md, class B),
//! and what follows.
//!
//! The message's own part is read by `mail/bars` from header and structure; the mailbox and what
//! was sent before are told by whoever asks; `rules/auto_replies` decides.

use jiff::SignedDuration;

use crate::model::address::Address;
use crate::model::stamp::Stamp;

/// What arrived longer ago is never answered (S2, law 7).
pub const ANSWERED_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// A rule that forbids an automatic answer, and the field or part of the message that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// The rule by its id in auto-reply.md.
    pub rule: &'static str,
    /// A field's name, a part's kind, an address: never words of the text.
    pub about: String,
}

impl Bar {
    /// A bar about something that can be named.
    pub fn new(rule: &'static str, about: impl Into<String>) -> Self {
        Self { rule, about: about.into() }
    }

    /// Rule, reason and what it is about, for the journal.
    pub fn sentence(&self) -> String {
        format!("{}: {} ({})", self.rule, self.words(), self.about)
    }

    /// What the rule is about, in words.
    pub fn words(&self) -> &'static str {
        in_words(self.rule)
    }
}

/// What a rule is about.
pub fn in_words(rule: &str) -> &'static str {
    match rule {
        "S1" => "nobody is to be stood in for",
        "S2" => "it arrived too long ago",
        "S3" => "it may have lain there before anybody watched",
        "S5" => "it was put aside",
        "S6" => "the owner has answered",
        "S7" => "another responder has answered",
        "S8" => "enough was answered automatically",
        "E1" => "its envelope sender is not known",
        "E2" => "the null sender: nothing answers it",
        "E3" => "its envelope sender is no address that mail reaches",
        "E4" => "sent from the owner's own address",
        "E5" => "an address that programs use",
        "E6" => "an envelope sender made for one letter",
        "E7" => "envelope sender and author are of different organisations",
        "E8" => "nothing proves who sent it",
        "H1" => "sent by a program",
        "H2" | "H3" => "came through a mailing list",
        "H4" => "mass mail by its precedence",
        "H5" => "automatic answers are not wanted",
        "H6" => "written by a responder or notifier",
        "H7" => "sent by a mass mailer",
        "H8" => "it may have come around in a circle",
        "H9" => "no answer is wanted",
        "H10" => "a filter calls it spam or a virus",
        "H11" => "it does not say who wrote it, or says it was the owner",
        "H12" => "the owner is not among those it is addressed to",
        "H13" => "addressed to a crowd",
        "M1" | "M2" => "a delivery or feedback report",
        "M3" => "a calendar item",
        "M4" => "its parts cannot be read",
        "1.8" => "its subject is that of an absence notice",
        "1.9" => "its subject is that of a bounce",
        "R1" => "answered automatically not long ago",
        "R4" => "the answer could not be sent in time",
        "mode" => "the mode does not let automatic answers leave",
        "erased" => "its author asked to be forgotten",
        _ => "a rule of auto-reply.md",
    }
}

/// What matters for an automatic answer, as far as the message alone tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answering {
    /// Every rule that the message breaks by itself.
    pub bars: Vec<Bar>,
    /// The topmost Return-Path without its brackets, as written; empty: the null sender.
    pub return_path: Option<String>,
    /// Every address that From names.
    pub authors: Vec<Address>,
    /// To, Cc, Bcc, and the same of a message that was sent once more (RFC 5322 §3.6.6).
    pub addressed: Vec<Address>,
    /// How many people To and Cc name, whether their addresses can be read or not.
    pub recipients: usize,
    /// Every Delivered-To, lower case.
    pub delivered_to: Vec<String>,
    /// What the server that took it in found out about its sender: the topmost block.
    pub stamp: Option<Stamp>,
    /// It came over the net: it bears a trace (RFC 5321 §4.4).
    pub traced: bool,
}

/// What is known of a mailbox: of the servers before it, and of our own marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// What stands for the envelope sender.
    pub envelope: Envelope,
    /// The server whose Authentication-Results are believed (authserv-id, lower case); `None`:
    /// nobody's.
    pub authserv: Option<String>,
    /// Whether people are answered of whom nothing is known and nothing is proven, where nobody's
    /// results are believed.
    pub answers_strangers: bool,
    /// Whether the owner must be addressed by name (H12).
    pub addressed: bool,
    /// Hosts in whose Message-IDs our own automatic letters go out, lower case.
    pub hosts: Vec<String>,
    /// Our own mark in Delivered-To, lower case.
    pub loop_mark: Option<String>,
}

/// Where the envelope sender is to be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Envelope {
    /// The server writes it into each message: one without it is not answered (RFC 3834 §4).
    Stamped,
    /// The server does not: what stands there is the sender's own, and the author stands in, if a
    /// colleague or known.
    Missing,
    /// Nothing is known of the server: the author stands in.
    Unknown,
}

/// What happened before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// How the message lies in its mailbox.
    pub standing: Standing,
    /// Whether the owner is away, for this message.
    pub away: Away,
    /// Whether the owner has written to the author before.
    pub known: bool,
    /// Automatic answers of the same absence.
    pub earlier: Vec<Earlier>,
}

/// How a message lies in its mailbox and its conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// How long ago it arrived.
    pub age: SignedDuration,
    /// It may have lain there before anybody watched (law 7).
    pub backlog: bool,
    /// The flag or folder that takes it out of what waits for an answer.
    pub put_aside: Option<&'static str>,
    /// The owner has written in its conversation since.
    pub answered: bool,
    /// Where another responder of the owner's has answered.
    pub responder: Option<&'static str>,
    /// Its conversation was answered automatically in the same absence.
    pub conversation: bool,
    /// How many messages its author has sent within ten minutes, with this one.
    pub burst: usize,
    /// How many automatic answers went to its author within a day, in anybody's name.
    pub answers: usize,
}

/// Whether an absence covers a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Away {
    /// It does.
    Yes,
    /// Nobody is to be stood in for.
    Off,
    /// The message came before it began or after it ended.
    Outside,
}

/// One automatic answer that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// To whom, as written.
    pub to: String,
    /// How long ago.
    pub ago: SignedDuration,
    /// How long it keeps the next one back.
    pub period: SignedDuration,
}

/// What follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// An answer may go to this address, and tell what this audience may learn.
    Respond(String, Audience),
    /// Silence, and why.
    Suppress(Bar),
}

/// What somebody may learn (product.md §3.5); the order is that of trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// That the message arrived.
    Unknown,
    /// When the owner is back, and who is there instead: a server has proven who asks.
    Authenticated,
    /// The same: the owner has written to them before.
    Known,
    /// The same, in short: one of the house.
    Colleague,
}

impl Audience {
    /// The word used in the store and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Authenticated => "authenticated",
            Self::Known => "known",
            Self::Colleague => "colleague",
        }
    }
}
