//! Single requests that a report tells of: what waits longest, who asks most, whose answers are
//! awaited. Whether it may, and whom it names, is cut out by `rules/privacy`.

use jiff::SignedDuration;

/// Of each list so many are told.
pub const MOST: usize = 5;

/// What is told beside the figures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Threads {
    /// What waits, longest first.
    pub waiting: Vec<Waits>,
    /// Who asked most often in the week, and how often; more than once each.
    pub asked_most: Vec<(Origin, u32)>,
    /// Answers that are awaited, longest first.
    pub awaited: Vec<Awaits>,
}

/// One request that waits.
#[derive(Clone, Debug, PartialEq)]
pub struct Waits {
    /// Subject of the oldest unanswered ask.
    pub subject: String,
    /// Who waits.
    pub from: Origin,
    /// Since when, nights and all.
    pub wait: SignedDuration,
    /// It is past its target.
    pub late: bool,
    /// With whom it lies, each of them once.
    pub with: Vec<With>,
}

/// Whoever must answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct With {
    /// They stand in for whoever was asked.
    pub stands_in: bool,
    /// Full name, or the address; `None`: nobody is named.
    pub name: Option<String>,
}

/// One answer that is awaited.
#[derive(Clone, Debug, PartialEq)]
pub struct Awaits {
    /// Subject of the ask.
    pub subject: String,
    /// Who was asked.
    pub from: Origin,
    /// Since when, nights and all.
    pub wait: SignedDuration,
}

/// Where somebody belongs who asks or is asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A team of the own house.
    Team(String),
    /// The own house.
    House,
    /// Another one by name, by its domain, or one person where that is known to be allowed.
    Named(String),
}
