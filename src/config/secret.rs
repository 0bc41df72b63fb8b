//! Being written: where a password comes from. It never prints.

use std::path::PathBuf;

/// Where a password comes from; read anew before every login.
#[derive(Clone, PartialEq, Eq)]
pub enum Secret {
    /// First line of a file that only its owner may read.
    File(PathBuf),
    /// First line that a command prints.
    Command(String),
    /// An environment variable.
    Env(String),
    /// A systemd credential by name.
    Credential(String),
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}
