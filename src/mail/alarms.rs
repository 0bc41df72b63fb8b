//! What an admin must know, before it is words: sending or reading has stopped somewhere, or nobody
//! is there.
//!
//! Each is told once. Next station: `mail/wording`.

use jiff::civil::Date;
use jiff::{Timestamp, Zoned};
use minijinja::{Value, context};
use serde::{Deserialize, Serialize};

use crate::mail::dates;
use crate::mail::farewells::days;
use crate::mail::plain::clean;
use crate::model::verdict::Language;

/// Characters of an address, and of a reason.
const ADDRESS: usize = 80;
const REASON: usize = 200;

/// To the admin: sending or reading has stopped somewhere.
#[derive(Clone, Debug, Serialize)]
pub struct AlarmView {
    /// Language of the letter.
    pub language: Language,
    /// Now, in the installation's zone.
    pub now: Zoned,
    /// What happened.
    pub alarm: Alarm,
}

/// What an admin must know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alarm {
    /// A ceiling was reached: letters are held until a person releases them.
    FuseBlown {
        /// Which ceiling, as in the configuration, e.g. `address_per_day`.
        ceiling: String,
        /// Letters counted.
        count: u32,
    },
    /// No readable Sent folder: no nudges for this owner.
    Blind {
        /// The owner's address.
        address: String,
        /// What was found.
        reason: String,
    },
    /// A mailbox cannot be read.
    Unreadable {
        /// The owner's address.
        address: String,
        /// Last good reading.
        since: Timestamp,
        /// The error or the server's answer.
        reason: String,
    },
    /// Sigap's own mailbox cannot be read.
    Deaf {
        /// Its address.
        address: String,
        /// Last good reading.
        since: Timestamp,
        /// The error or the server's answer.
        reason: String,
    },
    /// A login was refused; it is not tried again before the configuration changes.
    LoginRefused {
        /// The owner's address or the sending account.
        address: String,
        /// The server's answer.
        reason: String,
    },
    /// Something urgent waits for somebody who is away, and nobody is there to take it.
    NobodyThere {
        /// The owner's address.
        address: String,
        /// The short reference of what waits.
        reference: String,
    },
    /// The server does not take letters.
    SendingRefused {
        /// The server's answer.
        reason: String,
    },
    /// The database was restored or copied: nothing leaves until a person confirms.
    Restored,
    /// An owner will be away, and nobody stands in.
    Uncovered {
        /// The owner's name.
        owner: String,
        /// The first day without anybody.
        from: Date,
        /// The last one, included.
        until: Date,
    },
}

impl AlarmView {
    pub(crate) fn context(&self) -> Value {
        let mut since_said = String::new();
        let (what, address, reason, count) = match &self.alarm {
            Alarm::FuseBlown { ceiling, count } => ("fuse_blown", "", ceiling.as_str(), *count),
            Alarm::Blind { address, reason } => ("blind", address.as_str(), reason.as_str(), 0),
            Alarm::Unreadable { address, since, reason } => {
                since_said = dates::dated(*since, &self.now, self.language);
                ("unreadable", address.as_str(), reason.as_str(), 0)
            }
            Alarm::Deaf { address, since, reason } => {
                since_said = dates::dated(*since, &self.now, self.language);
                ("deaf", address.as_str(), reason.as_str(), 0)
            }
            Alarm::LoginRefused { address, reason } => {
                ("login_refused", address.as_str(), reason.as_str(), 0)
            }
            Alarm::NobodyThere { address, reference } => {
                ("nobody_there", address.as_str(), reference.as_str(), 0)
            }
            Alarm::SendingRefused { reason } => ("sending_refused", "", reason.as_str(), 0),
            Alarm::Restored => ("restored", "", "", 0),
            Alarm::Uncovered { owner, from, until } => {
                since_said = days(*from, *until, self.language);
                ("uncovered", owner.as_str(), "", 0)
            }
        };
        context! {
            language => self.language.word(),
            what => what,
            address => clean(address, ADDRESS),
            reason => clean(reason, REASON),
            since => since_said,
            count => count,
            at => dates::dated(self.now.timestamp(), &self.now, self.language),
        }
    }
}
