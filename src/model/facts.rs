//! All that a decision about one owner may look at: nothing else influences it (law 1).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::address::Address;
use crate::model::awaited::Awaited;
use crate::model::away::Away;
use crate::model::farewell::Farewells;
use crate::model::handover::{Handover, Plea, StandIn};
use crate::model::ids::{LetterId, MailboxId, MessageId, ObligationId};
use crate::model::letter::{Kind, Letter};
use crate::model::message::Role;
use crate::model::obligation::Obligation;
use crate::model::owner::Owner;
use crate::model::policy::{Mode, Policy};

/// One owner's world at one moment.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Whose.
    pub owner: Arc<Owner>,
    /// The promises in force.
    pub policy: Arc<Policy>,
    /// How much may leave.
    pub mode: Mode,
    /// Folders and how well they are known.
    pub mailboxes: Vec<MailboxState>,
    /// Open obligations: the owner's, and what the owner holds for others.
    pub open: Vec<Obligation>,
    /// Steps that have a letter item, in whatever state: they never get another one.
    pub climbed: BTreeMap<ObligationId, BTreeSet<u32>>,
    /// The same for previews in `observe` mode.
    pub previewed: BTreeMap<ObligationId, BTreeSet<u32>>,
    /// Whose answers the owner waits for.
    pub awaited: Vec<Awaited>,
    /// Of these, by the message that asked first, the highest step that has an item in a letter of
    /// the kind that the mode allows, in whatever state.
    pub followed_up: BTreeMap<MessageId, u32>,
    /// Letters to this owner that are queued and not yet claimed.
    pub queued: Vec<Letter>,
    /// Letters of the last two days to this owner, by kind and time of the claim, or of queueing
    /// while not claimed; recalled and expired ones left out.
    pub recent: Vec<(Kind, Timestamp, LetterId)>,
    /// The owner was welcomed.
    pub welcomed: bool,
    /// The owner asked for silence until then (`PAUSE`, `STOP`).
    pub paused_until: Option<Timestamp>,
    /// The owner's absences, by their begin; those that ended long ago are left out.
    pub absences: Vec<Away>,
    /// To whom what is open was given, in order.
    pub handed: BTreeMap<ObligationId, Vec<Handover>>,
    /// How urgent what is open is, while the owner is away.
    pub pleas: BTreeMap<ObligationId, Plea>,
    /// Everybody who may stand in, by the address with which they are named.
    pub stand_ins: BTreeMap<Address, StandIn>,
    /// The letters around them that were written.
    pub farewells: Farewells,
}

/// What is known about one folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailboxState {
    /// Row.
    pub id: MailboxId,
    /// Duty.
    pub role: Role,
    /// Name as the server spells it, or the path.
    pub name: String,
    /// First good reading: what arrived before is backlog.
    pub activated_at: Option<Timestamp>,
    /// Last time it was known completely.
    pub last_read_at: Option<Timestamp>,
    /// How it is now.
    pub health: Health,
}

/// How well a folder is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// Read recently.
    Live,
    /// Not read lately.
    Stale,
    /// No readable Sent folder: answers cannot be seen, so nothing may be nudged.
    Blind,
    /// Reading failed.
    Failed,
}
