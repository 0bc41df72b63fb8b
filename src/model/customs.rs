//! The customs of the server before a mailbox: what it writes into the mail that it takes in.
//!
//! Learned from the mailbox's own mail, because nothing else tells it. A field that somebody else
//! has written must not be taken for the server's own: only what nearly all mail bears is a custom.
//! What a message bears is read by `mail/bars`; next station: the profile in `model/answering`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::answering::{Answering, Envelope};

/// From fewer messages nothing is learned.
const ENOUGH: usize = 20;
/// From so many on, all counts are halved: what came lately counts more, and names that senders
/// made up are forgotten.
const MOST: usize = 400;

/// What was seen so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customs {
    /// Messages that came over the net: those with a trace (RFC 5321 §4.4).
    pub seen: usize,
    /// Those that bear their envelope sender (Return-Path).
    pub envelopes: usize,
    /// Topmost results of checks on the sender (RFC 8601), by the server that signs them.
    pub results: BTreeMap<String, usize>,
}

/// Whether a server does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// With nearly every message.
    Always,
    /// Never.
    Never,
    /// Now and then, or too little was seen.
    Unclear,
}

impl Customs {
    /// Looks at one message. What has no trace never came over the net: a person or program put it
    /// there, and it tells nothing of the server.
    pub fn see(&mut self, message: &Answering) {
        if !message.traced {
            return;
        }
        self.seen += 1;
        self.envelopes += usize::from(message.return_path.is_some());
        if let Some(stamp) = &message.stamp {
            *self.results.entry(stamp.by.clone()).or_default() += 1;
        }
        if self.seen >= MOST {
            self.seen /= 2;
            self.envelopes /= 2;
            self.results.values_mut().for_each(|count| *count /= 2);
            self.results.retain(|_, count| *count > 0);
        }
    }

    /// Whether enough was seen.
    pub fn are_known(&self) -> bool {
        self.seen >= ENOUGH
    }

    /// Whether the envelope sender is written into each message.
    pub fn envelope(&self) -> Habit {
        self.habit(self.envelopes)
    }

    /// Where the envelope sender of an arriving message is to be found. Where some mail bears it
    /// and some does not, it may be the senders' own; where too little was seen, it must be there.
    pub fn sender_stands(&self) -> Envelope {
        match self.envelope() {
            Habit::Always => Envelope::Stamped,
            Habit::Never => Envelope::Missing,
            Habit::Unclear if self.are_known() => Envelope::Missing,
            Habit::Unclear => Envelope::Stamped,
        }
    }

    /// The one server whose results nearly all mail bears, and whether there is one.
    pub fn authserv(&self) -> (Habit, Option<&str>) {
        let most = self.results.iter().max_by_key(|(_, count)| **count);
        let Some((by, count)) = most else { return (self.habit(0), None) };
        match self.habit(*count) {
            Habit::Always => (Habit::Always, Some(by)),
            Habit::Never | Habit::Unclear => (Habit::Unclear, None),
        }
    }

    fn habit(&self, count: usize) -> Habit {
        if !self.are_known() {
            Habit::Unclear
        } else if count.saturating_mul(10) >= self.seen.saturating_mul(9) {
            Habit::Always
        } else if count == 0 {
            Habit::Never
        } else {
            Habit::Unclear
        }
    }
}
