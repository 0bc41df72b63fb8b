//! Why the IMAP door stays shut, or a command failed: plain sentences for people and for `match`.
//!
//! A fault never holds a password, a buffer or mail; the server's own words are kept short and free
//! of control characters. Next station: the caller, who decides whether and when to try again.

use std::io::ErrorKind;

use crate::imap::guard::Violation;

const ANSWER_CHARS: usize = 200;

/// Why the IMAP door stays shut, or a command failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No connection.
    #[error("{why}")]
    Unreachable {
        /// What was tried, and the system's words.
        why: String,
    },
    /// No line that may carry a password.
    #[error("{why}")]
    Untrusted {
        /// What was wrong.
        why: String,
    },
    /// Name or password is not accepted.
    #[error("the server refused the login: {answer}")]
    LoginRefused {
        /// The server's words.
        answer: String,
    },
    /// Tagged NO or BAD; the session lives on.
    #[error("the server refused {command}: {answer}")]
    Refused {
        /// Which command.
        command: &'static str,
        /// Response code, upper case (`UNAVAILABLE`).
        code: Option<String>,
        /// The server's words.
        answer: String,
    },
    /// The server ended the connection.
    #[error("the server ended the connection{}", after_colon(answer))]
    Closed {
        /// Its parting words, with their response code in front; often none.
        answer: String,
    },
    /// No sign of life within the deadline.
    #[error("the server did not answer in time")]
    Silent,
    /// The line has brought as much as it may ([`crate::imap::command::Wire::allow_in_all`]).
    #[error("as much was read as may be in a day (reading.megabytes_per_day)")]
    UsedUp,
    /// The server does not keep to the protocol.
    #[error("the server sent {0}")]
    Protocol(Oddity),
}

/// What is odd about a server's answer: the kind only, never its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Oddity {
    /// The parser cannot take it.
    #[error("an answer that cannot be read")]
    Unreadable,
    /// The guard stopped it.
    #[error("{0}")]
    OutOfBounds(Violation),
    /// A tag that is not ours.
    #[error("an answer to a command that was not given")]
    ForeignTag,
    /// Something else than a greeting.
    #[error("no greeting")]
    NoGreeting,
    /// More untagged data than the command can have.
    #[error("more than was asked for")]
    TooMuch,
}

impl Fault {
    /// Whether the session can still be used.
    pub fn ends_session(&self) -> bool {
        match self {
            Self::Refused { .. } => false,
            Self::Unreachable { .. }
            | Self::Untrusted { .. }
            | Self::LoginRefused { .. }
            | Self::Closed { .. }
            | Self::Silent
            | Self::UsedUp
            | Self::Protocol(_) => true,
        }
    }
}

impl From<crate::net::Fault> for Fault {
    fn from(fault: crate::net::Fault) -> Self {
        let why = fault.to_string();
        match fault {
            crate::net::Fault::Unreachable { .. } => Self::Unreachable { why },
            crate::net::Fault::Untrusted { .. } | crate::net::Fault::PlainRefused { .. } => {
                Self::Untrusted { why }
            }
        }
    }
}

fn after_colon(answer: &str) -> String {
    if answer.is_empty() { String::new() } else { format!(": {answer}") }
}

/// A server's words, fit to be shown: no control characters, no direction marks, not long.
pub(crate) fn plain(text: &str) -> String {
    let shown = |c: &char| {
        !c.is_control()
            && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}')
            && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().filter(shown).take(ANSWER_CHARS).collect()
}

/// Kinds only: the texts of parse errors hold the bytes that could not be read.
pub(crate) fn fault_of(error: &std::io::Error) -> Fault {
    let violation = error.get_ref().and_then(|inner| inner.downcast_ref::<Violation>());
    if let Some(violation) = violation {
        return Fault::Protocol(Oddity::OutOfBounds(*violation));
    }
    if matches!(error.kind(), ErrorKind::Other | ErrorKind::InvalidData) {
        return Fault::Protocol(Oddity::Unreadable);
    }
    Fault::Closed { answer: String::new() }
}
