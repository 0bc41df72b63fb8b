//! How a command ends, as the number that scripts and service managers see.
//!
//! Numbers are part of what others rely on: none is ever given another meaning.

use crate::daemon::run::RunError;
use crate::store::db::StoreError;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All is well.
    Ok,
    /// It failed.
    Failure,
    /// It was called wrongly.
    Usage,
    /// `check` or `doctor` found problems.
    Problems,
    /// Some mailboxes could not be read.
    SomeMailboxes,
    /// A login was refused.
    AuthRefused,
    /// Network or TLS.
    Network,
    /// Another running instance holds the database.
    Held,
    /// The configuration cannot be used.
    BadConfiguration,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Failure => 1,
            Self::Usage => 2,
            Self::Problems => 3,
            Self::SomeMailboxes => 4,
            Self::AuthRefused => 10,
            Self::Network => 11,
            Self::Held => 12,
            Self::BadConfiguration => 78,
        }
    }
}

impl From<&StoreError> for Exit {
    fn from(error: &StoreError) -> Self {
        match error {
            StoreError::Held(_) => Self::Held,
            StoreError::Corrupt { .. }
            | StoreError::Newer { .. }
            | StoreError::Lost(_)
            | StoreError::File { .. }
            | StoreError::Sql(_)
            | StoreError::Odd(_) => Self::Failure,
        }
    }
}

impl From<&RunError> for Exit {
    fn from(error: &RunError) -> Self {
        match error {
            RunError::Config(_) | RunError::Templates(_) => Self::BadConfiguration,
            RunError::Store(error) => Self::from(error),
            RunError::System(_) => Self::Failure,
        }
    }
}
