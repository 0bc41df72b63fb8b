//! A reply that somebody else owes for an absent owner: to whom it was given, why, and what became
//! of it. The obligation stays the same; only its holder changes.
//!
//! ```text
//! OFFERED ─ accepts ─► ACCEPTED
//!    │                    │ declines · leaves it · is away · the absence is over ─► ENDED
//!    └─ declines · leaves it · says nothing · is away · the absence is over ──────► ENDED
//! ```

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::model::address::Address;
use crate::model::calendar::Calendar;
use crate::model::ids::{AwayId, LetterId, ObligationId};

/// Who must answer instead of the owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub address: Address,
    /// From then on their working time counts.
    pub since: Timestamp,
    /// Owner time until then.
    pub used: SignedDuration,
    /// When the promise ends; `None`: not within ten years.
    pub due_at: Option<Timestamp>,
    /// When they said that they take it.
    pub accepted_at: Option<Timestamp>,
}

/// One time that an obligation was given to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    /// What was given.
    pub obligation: ObligationId,
    /// To whom; `None`: nobody was there to take it.
    pub delegate: Option<Address>,
    /// During which absence.
    pub away: AwayId,
    /// Why.
    pub cause: Cause,
    /// When.
    pub offered_at: Timestamp,
    /// When the promise ends since then; `None`: not within ten years.
    pub due_at: Option<Timestamp>,
    /// The letter that says so.
    pub letter: Option<LetterId>,
    /// When it was accepted.
    pub accepted_at: Option<Timestamp>,
    /// How and when it ended.
    pub ended: Option<(Ended, Timestamp)>,
    /// Where whoever was asked was heard last.
    pub heard_in: Option<HeardIn>,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$about:meta])* $variant:ident = $word:literal),* $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$about])* $variant),* }

        impl $name {
            /// The word in the store and in `--json`.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// The one of that word.
            pub fn named(word: &str) -> Option<Self> {
                [$(Self::$variant),*].into_iter().find(|one| one.word() == word)
            }
        }
    };
}

words! {
    /// Why an obligation was handed over. The strongest reason first.
    Cause {
        /// The requester wrote `URGENT` in answer to an automatic reply.
        Called = "called",
        /// Whatever its tier asks is urgent.
        Tier = "tier",
        /// The requester's words say so.
        Words = "words",
        /// The requester asked again during the absence.
        Chased = "chased",
        /// Its tier is covered during absences, and it was due soon.
        Cover = "cover",
    }
}

words! {
    /// How it ended that somebody held an obligation.
    Ended {
        /// They could not.
        Declined = "declined",
        /// They said that it can wait for the owner.
        NotUrgent = "not_urgent",
        /// They said nothing for too long.
        Silent = "silent",
        /// They went away themselves, or stand in no more.
        Away = "away",
        /// The owner came back.
        Over = "over",
        /// Nobody was there to take it.
        Nobody = "nobody",
    }
}

words! {
    /// Where somebody was heard.
    HeardIn {
        /// In their own folder of sent mail.
        Sent = "sent",
        /// In Sigap's own mailbox.
        Inbox = "inbox",
    }
}

impl Handover {
    /// Whether it still stands.
    pub fn stands(&self) -> bool {
        self.ended.is_none()
    }
}

/// Which delegates stand in for an owner in some matters, before the usual ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topic {
    /// Tiers by name; empty: any.
    pub tiers: Vec<String>,
    /// Addresses the mail was written to; empty: any.
    pub recipients: Vec<Address>,
    /// Words in the subject, lower-cased; empty: any.
    pub subjects: Vec<String>,
    /// Who, in order.
    pub delegates: Vec<Address>,
}

impl Topic {
    /// Whether a matter belongs to it: every kind of condition that is set is met by one of its
    /// values.
    pub fn covers<'a>(
        &self,
        tier: &str,
        mut recipients: impl Iterator<Item = &'a Address>,
        subject: &str,
    ) -> bool {
        let subject = subject.to_lowercase();
        (self.tiers.is_empty() || self.tiers.iter().any(|one| one == tier))
            && (self.subjects.is_empty() || self.subjects.iter().any(|one| subject.contains(one)))
            && (self.recipients.is_empty() || recipients.any(|one| self.recipients.contains(one)))
    }
}

/// What the asks of an obligation say about its urgency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plea {
    /// Why it is urgent by itself; `None`: it is not.
    pub urgent: Option<Cause>,
    /// When the latest ask arrived.
    pub latest_at: Option<Timestamp>,
    /// Whom the first one was written to.
    pub recipients: Vec<Address>,
}

/// Somebody who may stand in.
#[derive(Clone, Debug)]
pub struct StandIn {
    /// Their hours and absences; of people who are no owners those of the absent owner, without
    /// the absence.
    pub calendar: Arc<Calendar>,
}

impl StandIn {
    /// Whether they are away at a moment.
    pub fn is_away(&self, at: Timestamp) -> bool {
        self.calendar.is_away(at)
    }
}
