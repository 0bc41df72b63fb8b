//! The customs of the server before a mailbox: what it writes into the mail that it takes in.
//!
//! Learned from the mailbox's own mail, because nothing else tells it. A field that somebody else
//! has written must not be taken for the server's own: only what nearly all mail bears is a custom.
//! Next station: the profile in `model/answering`.

use std::collections::BTreeMap;

use crate::mail::authentication;
use crate::mail::headers;

/// From fewer messages nothing is learned.
const ENOUGH: usize = 20;

/// What was seen so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// Looks at one message's header. What has no trace never came over the net: a person or
    /// program put it there, and it tells nothing of the server.
    pub fn see(&mut self, header: &[u8]) {
        let headers = headers::split(header);
        if !headers.has("Received") {
            return;
        }
        self.seen += 1;
        self.envelopes += usize::from(headers.has("Return-Path"));
        if let Some(stamp) = authentication::topmost(&headers) {
            *self.results.entry(stamp.by).or_default() += 1;
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
