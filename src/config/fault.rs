//! What is wrong in a configuration, said so that a person can put it right without a manual.
//!
//! A fault names file, line and key, what is wrong and what would be right. It never quotes
//! a password or an address that could hold one. They are gathered by `config/check` and shown by
//! `cli/check`, by the daemon at its start and when it is told to read the file again.

use std::path::PathBuf;

/// One thing that is wrong, or (as a warning) deserves a look.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file, as it was named on the command line or in `include`.
    pub file: PathBuf,
    /// The line, from 1; `None` where the fault is an absence or the file itself.
    pub line: Option<usize>,
    /// The key as a path, e.g. `owner[0].hours[1]`; empty where the file as a whole is meant.
    pub key: String,
    /// What is wrong.
    pub what: String,
    /// What would be right; may be empty.
    pub right: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if !self.key.is_empty() {
            write!(f, ": {}", self.key)?;
        }
        write!(f, ": {}", self.what)?;
        if !self.right.is_empty() {
            write!(f, "; {}", self.right)?;
        }
        Ok(())
    }
}

/// What is wrong with a value and what would be right, before its place is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// What is wrong.
    pub what: String,
    /// What would be right; may be empty.
    pub right: String,
}

impl Advice {
    /// Both halves of the sentence.
    pub fn new(what: impl Into<String>, right: impl Into<String>) -> Self {
        Self { what: what.into(), right: right.into() }
    }
}

impl std::fmt::Display for Advice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Advice {}

/// A written text in quotation marks, shortened, for a fault.
pub fn quoted(text: &str) -> String {
    const SHOWN: usize = 80;
    let short: String = text.chars().take(SHOWN).collect();
    let tail = if short.len() < text.len() { "…" } else { "" };
    format!("{:?}", short + tail)
}

/// Why a configuration cannot be used: every fault at once, never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl std::fmt::Display for Faults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (no, fault) in self.0.iter().enumerate() {
            if no > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}
