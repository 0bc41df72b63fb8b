//! What was promised: tiers with their reply times and ladders, the fuse, the thresholds.
//!
//! Data only, as checked by `config/settings`; what follows from it is in `rules/`.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::model::address::Address;

/// All promises of one installation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// Tiers in the order of the file; the first that matches counts, the last must match all.
    pub tiers: Vec<Tier>,
    /// Probability from which a message opens an obligation.
    pub asks_from: f64,
    /// Probability from which a message is listed as unsure (never nudged about).
    pub unsure_from: f64,
    /// A reading of Inbox and Sent older than this is stale (law 4).
    pub fresh_within: SignedDuration,
    /// Wait between the two readings that prove a letter absent (law 3).
    pub settle: SignedDuration,
    /// Extra nudge letters a day where a promise would break un-nudged (law 13).
    pub urgent_extra: u32,
    /// A reply is due soon when less working time than this is left.
    pub due_soon: SignedDuration,
    /// Ceilings on what leaves.
    pub fuse: Fuse,
    /// How senders are answered while an owner is away.
    pub replies: Replies,
    /// A delegate who says nothing for so much of their working time does not take it.
    pub accept_within: SignedDuration,
    /// An answer that an owner waits for is followed up after so much of their working time;
    /// `None`: never.
    #[serde(default = "three_days")]
    pub follow_up_within: Option<SignedDuration>,
    /// Domains whose people are colleagues.
    pub own_domains: Vec<String>,
    /// Group addresses that owners read (`support@…`): mail to them is mail to its readers.
    pub groups: Vec<Address>,
}

/// Of eight hours.
fn three_days() -> Option<SignedDuration> {
    Some(SignedDuration::from_hours(24))
}

/// A kind of requester and what it is promised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tier {
    /// Unique name.
    pub name: String,
    /// Which messages fall in it; empty matches all.
    pub matches: Vec<Pattern>,
    /// The promise, in the holder's working time.
    pub reply_within: SignedDuration,
    /// The steps a late reply climbs, by rising time.
    pub ladder: Vec<Step>,
    /// Words that make a message urgent, lower-cased.
    pub priority_words: Vec<String>,
    /// What becomes of it while the owner is away.
    #[serde(default)]
    pub away: WhileAway,
}

/// What becomes of a tier's requests while the owner is away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhileAway {
    /// They wait for the owner, unless something makes them urgent.
    #[default]
    Rest,
    /// They are handed over when they are due soon.
    Cover,
    /// All of them are urgent.
    Urgent,
}

/// One condition of a tier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// The requester's address.
    Sender(Address),
    /// The requester's domain or a domain below it.
    Domain(String),
    /// The address the mail was written to.
    Recipient(Address),
    /// Words in the subject, lower-cased.
    Subject(String),
}

/// One step of the ladder; times are working time since the ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What happens.
    pub rung: Rung,
    /// When, in the holder's working time after the ask.
    pub after: SignedDuration,
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// Reminds the holder.
    Nudge,
    /// Tells the team's lead; opt-in.
    EscalateLead,
    /// Tells the delegate; opt-in.
    EscalateDelegate,
    /// Ends the nudging; the obligation stays open.
    Lapse,
}

/// Ceilings counted from the store (law 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fuse {
    /// Letters of all kinds in one hour, all owners together.
    pub instance_per_hour: u32,
    /// Letters of all kinds to one address in one day.
    pub address_per_day: u32,
    /// Automatic replies to one domain in one hour.
    pub domain_per_hour: u32,
    /// Automatic replies in the name of one owner in one hour.
    pub owner_per_hour: u32,
}

/// How senders are answered automatically (auto-reply.md).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replies {
    /// Within one absence the same sender is answered again after so long (R1).
    pub repeat_after: SignedDuration,
    /// Whether people are answered of whom nothing is known and nothing is proven, where no server
    /// tells what it found out about senders.
    pub answers_strangers: bool,
    /// The server whose Authentication-Results are believed (authserv-id, lower case); `None`: the
    /// one that nearly all mail of a mailbox names.
    pub authserv: Option<String>,
}

impl Default for Replies {
    fn default() -> Self {
        let week = SignedDuration::from_hours(7 * 24);
        Self { repeat_after: week, answers_strangers: true, authserv: None }
    }
}

/// How much may leave (law 12); the order is the order of boldness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Nothing but one daily preview to each owner.
    Observe,
    /// Nudges to owners.
    Nudge,
    /// Everything.
    Full,
}

impl Mode {
    /// The word used in file, store and command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Observe => "observe",
            Self::Nudge => "nudge",
            Self::Full => "full",
        }
    }

    /// The mode of that name.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Observe, Self::Nudge, Self::Full].into_iter().find(|mode| mode.word() == word)
    }
}
