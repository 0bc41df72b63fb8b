//! A team: who leads it, who reads its report, what that tells, and how often a reader wants one.

use serde::{Deserialize, Serialize};

use crate::model::address::Address;

/// A team.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Team {
    /// Who leads it.
    pub lead: Option<Address>,
    /// Who reads its report.
    pub readers: Readers,
    /// What that tells.
    pub level: Level,
}

impl Team {
    /// Whether somebody reads its report.
    pub fn is_read(&self) -> bool {
        match self.readers {
            Readers::Nobody => false,
            Readers::Lead => self.lead.is_some(),
            Readers::Everyone => true,
        }
    }
}

/// What a report of a team tells. Each tells what the one before does, and more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Figures of the whole team.
    #[default]
    Aggregate,
    /// Single requests by subject and organisation; nobody of the team.
    Threads,
    /// With whom of the team they lie.
    Named {
        /// Where it is written that those who are named have agreed.
        agreement: String,
    },
}

impl Level {
    /// Every word in the configuration.
    pub const WORDS: [&str; 3] = ["aggregate", "threads", "named"];

    /// The word in the configuration.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Aggregate => "aggregate",
            Self::Threads => "threads",
            Self::Named { .. } => "named",
        }
    }
}

/// Who reads the report of a team.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Readers {
    /// Nobody.
    Nobody,
    /// Whoever leads it.
    #[default]
    Lead,
    /// Whoever leads it, and everybody in it.
    Everyone,
}

impl Readers {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Nobody, Self::Lead, Self::Everyone];

    /// The word in the configuration.
    pub fn word(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Lead => "lead",
            Self::Everyone => "everyone",
        }
    }
}

/// How often somebody wants reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Frequency {
    /// Every week.
    #[default]
    Weekly,
    /// In the first full week of a month.
    Monthly,
    /// Never.
    Never,
}

impl Frequency {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Weekly, Self::Monthly, Self::Never];

    /// The word in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Never => "never",
        }
    }

    /// The choice of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|frequency| frequency.word() == word)
    }
}
