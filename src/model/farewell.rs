//! What was written around an owner's absences.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::ids::{AwayId, ObligationId};

/// The letters around absences that were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Farewells {
    /// Keys of letters before an absence.
    pub leaving: BTreeSet<String>,
    /// Digests, by the absence that they are about.
    pub digests: BTreeMap<AwayId, Digest>,
    /// An older state of the database was taken over then: what was to be written before may have
    /// been, and nobody remembers.
    pub since: Timestamp,
}

/// A digest that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// When it was claimed, or queued while it is not.
    pub at: Timestamp,
    /// How much waited then.
    pub waiting: usize,
    /// What it lists.
    pub items: BTreeSet<ObligationId>,
}

/// What a letter around an absence keeps until it is written, and until it is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occasion {
    /// The absences, by their begin.
    pub aways: Vec<AwayId>,
    /// How much waited when it was queued.
    pub waiting: usize,
}
