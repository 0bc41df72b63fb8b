//! How somebody is presented to others, and in which language one writes to them.
//!
//! Of owners the configuration says it with them; of others (delegates outside, requesters) it may.

use crate::model::verdict::Language;

/// What stands below a name; each may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// What they do, e.g. `Head of Payroll`.
    pub role: String,
    /// For whom.
    pub organisation: String,
    /// Telephone, as people write it.
    pub phone: String,
}

/// Somebody who is no owner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// Full name.
    pub name: String,
    /// Role, organisation, telephone.
    pub card: Card,
    /// The language in which one writes to them; `None`: as they write.
    pub language: Option<Language>,
}
