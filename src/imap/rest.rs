//! What a fault says about when to try again: response codes (RFC 5530 §3), and the words of
//! servers that have no code for it.
//!
//! It only reads what was said and waits for nothing. Next station: `daemon/dialing` makes pauses
//! of it.

use std::time::Duration;

use crate::imap::fault::Fault;

/// A server that is busy with itself is left alone for so long.
const BUSY: Duration = Duration::from_secs(30);
/// One that has no room for us, for so long.
const CROWDED: Duration = Duration::from_secs(600);
/// Slowed down without a word for how long.
const UNSAID: Duration = Duration::from_secs(300);
/// No server makes us wait longer by its own word.
const LONGEST_WORD: Duration = Duration::from_secs(3_600);

/// When to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// After a pause that grows from try to try and is never shorter than this.
    Growing(Duration),
    /// After the time that the server names: it slows us down.
    Throttled(Duration),
    /// After an hour: what the server gives out in a day is used up.
    Spent,
    /// On the next day (UTC): what we take in a day is used up.
    NextDay,
    /// Once more, then after hours: name or password is not accepted.
    Refused,
}

impl Rest {
    /// As after any line that was lost.
    pub const USUAL: Self = Self::Growing(Duration::ZERO);

    /// What a server's words ask for, with or without a response code in front.
    pub fn of_words(words: &str) -> Self {
        let words = words.to_ascii_lowercase();
        let code = words.strip_prefix('[').and_then(|rest| rest.split([']', ' ']).next());
        let says = |phrase: &str| words.contains(phrase);
        if let Some(named) = suggested(&words) {
            return Self::Throttled(named.min(LONGEST_WORD));
        }
        if says("throttled") || code == Some("throttled") {
            return Self::Throttled(UNSAID);
        }
        let exceeded = says("exceeded") && (says("bandwidth") || says("quota"));
        if exceeded || code == Some("overquota") {
            return Self::Spent;
        }
        let full = says("too many") || says("maximum number of");
        let of_us = says("connection") || says("session") || says("login");
        if says("authenticated but not connected") || code == Some("limit") || full && of_us {
            return Self::Growing(CROWDED);
        }
        match code {
            Some("unavailable" | "inuse" | "serverbug") => Self::Growing(BUSY),
            Some(_) | None => Self::USUAL,
        }
    }
}

impl Fault {
    /// Whether it is about the server or the line as a whole, rather than about what was asked for.
    pub fn passes(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused { code: Some(code), .. } if code == "SERVERBUG" => false,
            Self::Refused { .. }
            | Self::Closed { .. }
            | Self::Untrusted { .. }
            | Self::LoginRefused { .. }
            | Self::UsedUp
            | Self::Silent
            | Self::Protocol(_) => self.rest() != Rest::USUAL,
        }
    }

    /// A refused login: for good, or one that passes by itself. What was sent to prove who we are
    /// never comes back in the words.
    pub(crate) fn of_login(self, sent: &[&str]) -> Self {
        let Self::Refused { command, code, mut answer } = self else { return self };
        if sent.iter().any(|form| !form.is_empty() && answer.contains(form)) {
            answer = "(its words are not repeated here)".to_owned();
        }
        let words = answer.to_ascii_lowercase();
        let passing =
            ["too many", "throttled", "temporar", "try again", "unavailable", "not connected"];
        let passes = match code.as_deref() {
            Some("UNAVAILABLE" | "INUSE" | "LIMIT" | "SERVERBUG" | "THROTTLED" | "OVERQUOTA") => {
                true
            }
            Some("AUTHENTICATIONFAILED" | "AUTHORIZATIONFAILED" | "EXPIRED") => false,
            Some(_) | None => {
                let asks_for_a_rest = Rest::of_words(&words) != Rest::USUAL;
                asks_for_a_rest || passing.iter().any(|phrase| words.contains(phrase))
            }
        };
        if passes { Self::Refused { command, code, answer } } else { Self::LoginRefused { answer } }
    }

    /// When to try again.
    pub fn rest(&self) -> Rest {
        match self {
            Self::LoginRefused { .. } => Rest::Refused,
            Self::UsedUp => Rest::NextDay,
            Self::Refused { code, answer, .. } => Rest::of_words(&coded(code.as_deref(), answer)),
            Self::Closed { answer } => Rest::of_words(answer),
            Self::Unreachable { .. }
            | Self::Untrusted { .. }
            | Self::Silent
            | Self::Protocol(_) => Rest::USUAL,
        }
    }
}

/// A server's words with their code in front, as they came.
pub(crate) fn coded(code: Option<&str>, answer: &str) -> String {
    code.map_or_else(|| answer.to_owned(), |code| format!("[{code}] {answer}"))
}

/// The last words that asked for a rest, until a command succeeds: a server may say why it slows us
/// down in one answer and hang up in the next.
#[derive(Debug, Default)]
pub(crate) struct Warning(String);

impl Warning {
    /// Keeps words that ask for a rest.
    pub(crate) fn note(&mut self, words: String) {
        if Rest::of_words(&words) != Rest::USUAL {
            self.0 = words;
        }
    }

    /// All is well again.
    pub(crate) fn forget(&mut self) {
        self.0.clear();
    }

    /// The fault of a line that the server ended with these words, or with none.
    pub(crate) fn closed(&self, answer: String) -> Fault {
        let said = Rest::of_words(&answer) != Rest::USUAL || self.0.is_empty();
        let answer = match (said, answer.is_empty()) {
            (true, _) => answer,
            (false, true) => self.0.clone(),
            (false, false) => format!("{answer} (before that: {})", self.0),
        };
        Fault::Closed { answer }
    }
}

/// `Suggested Backoff Time: 92415 milliseconds`, as Exchange says it.
fn suggested(words: &str) -> Option<Duration> {
    let (_, rest) = words.split_once("suggested backoff time:")?;
    let digits: String = rest.trim_start().chars().take_while(char::is_ascii_digit).collect();
    let milliseconds = digits.parse().unwrap_or(u64::MAX);
    (!digits.is_empty()).then(|| Duration::from_millis(milliseconds))
}
