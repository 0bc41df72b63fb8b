//! Who waits for whose reply, and how well each folder is known: what `sigap list` shows.
//!
//! It only reads. A folder that was not read lately is *unknown*, never "all answered" (law 4).
//! The JSON form of [`Listing`] may be relied on; its fields are described in the README.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, Serializer};

use crate::engine::covering;
use crate::engine::office::Office;
use crate::model::address::Address;
use crate::model::evidence::Perhaps;
use crate::model::facts::{Health, MailboxState};
use crate::model::handover::HeardIn;
use crate::model::ids::OwnerId;
use crate::model::message::Role;
use crate::model::obligation::{Closed, Obligation, Status, reference};
use crate::model::owner::Owner;
use crate::model::verdict::Clue;
use crate::rules::deadlines;
use crate::store::db::{Connection, StoreError};
use crate::store::{handovers, mailboxes, messages, obligations, poison, unsure};

/// A folder that was not read for longer is stale.
const STALE_AFTER: SignedDuration = SignedDuration::from_mins(15);
/// So many of an owner's latest obligations are listed with [`Reach::All`].
pub(crate) const MOST: u32 = 1_000;

/// What might ask is listed for so long.
const UNSURE_FOR: SignedDuration = SignedDuration::from_hours(14 * 24);
/// So many of an owner's latest are listed that might ask.
const MOST_UNSURE: u32 = 20;

/// Which obligations are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The open ones.
    Open,
    /// The closed ones too.
    All,
}

/// Who is waiting, and what is known of the mailboxes.
#[derive(Clone, Debug, Serialize)]
pub struct Listing {
    /// Version of this form.
    pub v: u8,
    /// The moment it is about.
    pub now: Timestamp,
    /// By owner, oldest ask first.
    pub obligations: Vec<Row>,
    /// What might ask: by owner, latest first. Nobody is reminded of it, no report counts it.
    pub unsure: Vec<Unsure>,
    /// The folders of these owners.
    pub mailboxes: Vec<Folder>,
}

/// One obligation.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// What people type: `S-7K2QM`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Whose reply is owed.
    pub owner: Address,
    /// To whom.
    pub requester: Address,
    /// Tier by name.
    pub tier: String,
    /// Subject of the oldest unanswered ask.
    pub subject: String,
    /// Its Message-ID.
    pub message_id: String,
    /// Its arrival.
    pub asked_at: Timestamp,
    /// When the promise ends; null: not within ten years.
    pub due_at: Option<Timestamp>,
    /// Where it stands.
    pub status: Status,
    /// Wall-clock seconds since the ask.
    pub requester_wait_s: i64,
    /// Seconds of working time since the ask.
    pub owner_time_s: i64,
    /// How often it was asked.
    pub asks: u32,
    /// Probability that a reply is owed.
    pub confidence: f64,
    /// The clue that weighed most.
    pub reason: String,
    /// Who holds it instead of the owner.
    pub holder: Option<Address>,
    /// When they said that they take it; for people.
    #[serde(skip)]
    pub accepted_at: Option<Timestamp>,
    /// Where the holder was heard last; null: nowhere yet, or nobody holds it.
    pub heard_in: Option<HeardIn>,
    /// No reminder before.
    pub snoozed_until: Option<Timestamp>,
    /// For when the owner promised it in an answer: then it is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promised_at: Option<Timestamp>,
    /// What may have been an answer: nobody is reminded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub perhaps_answered: Option<Perhaps>,
    /// How it ended; only among all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<Closed>,
    /// How the requester wrote their name; for people.
    #[serde(skip)]
    pub requester_name: String,
    /// The owner's name; for people.
    #[serde(skip)]
    pub owner_name: String,
    /// The owner's zone; for people.
    #[serde(skip)]
    pub zone: TimeZone,
}

/// A message of the last fourteen days that might ask for a reply.
#[derive(Clone, Debug, Serialize)]
pub struct Unsure {
    /// Who received it.
    pub owner: Address,
    /// Who wrote it.
    pub from: Option<Address>,
    /// Its subject.
    pub subject: String,
    /// Its Message-ID.
    pub message_id: String,
    /// When it arrived.
    pub arrived_at: Timestamp,
    /// Probability that a reply is owed.
    pub confidence: f64,
    /// The clue that weighed most.
    pub reason: String,
    /// How the author wrote their name; for people.
    #[serde(skip)]
    pub from_name: String,
    /// The owner's zone; for people.
    #[serde(skip)]
    pub zone: TimeZone,
}

/// How well one folder is known.
#[derive(Clone, Debug, Serialize)]
pub struct Folder {
    /// Whose.
    pub owner: Address,
    /// Its name; null where an owner's folders were never seen.
    pub mailbox: Option<String>,
    /// How well.
    pub state: Health,
    /// When it was last known completely.
    pub last_read_at: Option<Timestamp>,
    /// Why it could not be read when that was last tried, and when it is tried again if that is
    /// known; empty: it could.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub fault: String,
    /// Messages that are not read, because reading them ended the process; as their number in JSON.
    #[serde(serialize_with = "count", skip_serializing_if = "BTreeSet::is_empty")]
    pub set_aside: BTreeSet<u64>,
}

impl Folder {
    /// The folders of an owner that were never seen.
    pub fn unseen(owner: Address) -> Self {
        Self {
            owner,
            mailbox: None,
            state: Health::Stale,
            last_read_at: None,
            fault: String::new(),
            set_aside: BTreeSet::new(),
        }
    }
}

fn count<S: Serializer>(some: &BTreeSet<u64>, serializer: S) -> Result<S::Ok, S::Error> {
    some.len().serialize(serializer)
}

/// Lists what is owed by everybody, or by one owner.
pub fn list(
    c: &Connection,
    office: &Office,
    of: Option<OwnerId>,
    reach: Reach,
    now: Timestamp,
) -> Result<Listing, StoreError> {
    let (obligations, unsure, mailboxes) = (Vec::new(), Vec::new(), Vec::new());
    let mut listing = Listing { v: 1, now, obligations, unsure, mailboxes };
    for owner in office.owners.values().filter(|owner| of.is_none_or(|id| id == owner.id)) {
        let found = match reach {
            Reach::Open => obligations::open(c, owner.id)?,
            Reach::All => obligations::all(c, owner.id, MOST)?,
        };
        for obligation in &found {
            listing.obligations.extend(row(c, office, owner, obligation, now)?);
        }
        listing.unsure.extend(doubtful(c, owner, now)?);
        listing.mailboxes.extend(folders(c, owner, now)?);
    }
    Ok(listing)
}

fn doubtful(c: &Connection, owner: &Owner, now: Timestamp) -> Result<Vec<Unsure>, StoreError> {
    let Some(address) = owner.main_address() else { return Ok(Vec::new()) };
    let since = now.checked_sub(UNSURE_FOR).unwrap_or(Timestamp::MIN);
    let found = unsure::of_owner(c, owner.id, since, MOST_UNSURE)?;
    let told = found.into_iter().map(|stored| Unsure {
        owner: address.clone(),
        from: stored.message.author().cloned(),
        subject: stored.message.subject,
        message_id: stored.message.key.0,
        arrived_at: stored.arrived_at,
        confidence: rounded(stored.verdict.probability),
        reason: stored.verdict.clues.first().map(clue_word).unwrap_or_default(),
        from_name: stored.message.from.map(|party| party.name).unwrap_or_default(),
        zone: owner.calendar.zone().clone(),
    });
    Ok(told.collect())
}

fn row(
    c: &Connection,
    office: &Office,
    owner: &Owner,
    obligation: &Obligation,
    now: Timestamp,
) -> Result<Option<Row>, StoreError> {
    let Some(address) = owner.main_address() else { return Ok(None) };
    let hours = covering::hours(office, owner, obligation);
    let clocks = deadlines::clocks(&office.policy, &hours, obligation, now);
    let heard_in = match &obligation.holder {
        Some(_) => handovers::of(c, obligation.id)?.last().and_then(|last| last.heard_in),
        None => None,
    };
    let asked = messages::one(c, obligation.asked_in)?;
    let reason = asked.and_then(|asked| asked.verdict.clues.first().map(clue_word));
    Ok(Some(Row {
        reference: reference(obligation.id),
        owner: address.clone(),
        requester: obligation.requester.clone(),
        tier: obligation.tier.clone(),
        subject: obligation.subject.clone(),
        message_id: obligation.asked_key.0.clone(),
        asked_at: obligation.asked_at,
        due_at: reachable(clocks.due_at),
        status: clocks.status,
        requester_wait_s: clocks.requester_wait.as_secs(),
        owner_time_s: clocks.owner_time.as_secs(),
        asks: obligation.asks,
        confidence: rounded(obligation.confidence),
        reason: reason.unwrap_or_default(),
        holder: obligation.holder.as_ref().map(|holder| holder.address.clone()),
        accepted_at: obligation.holder.as_ref().and_then(|holder| holder.accepted_at),
        heard_in,
        snoozed_until: obligation.snoozed_until,
        promised_at: obligation.promise.map(|promise| promise.until),
        perhaps_answered: obligation.perhaps,
        closed: obligation.closed.clone(),
        requester_name: obligation.requester_name.clone(),
        owner_name: owner.name.clone(),
        zone: owner.calendar.zone().clone(),
    }))
}

/// How well the folders of an owner are known.
pub fn folders(c: &Connection, owner: &Owner, now: Timestamp) -> Result<Vec<Folder>, StoreError> {
    let Some(address) = owner.main_address() else { return Ok(Vec::new()) };
    let found = mailboxes::of_owner(c, owner.id)?;
    if found.is_empty() {
        return Ok(vec![Folder::unseen(address.clone())]);
    }
    let blind = !found.iter().any(|folder| folder.role == Role::Sent);
    let shown = found.into_iter().map(|folder| shown(c, address, folder, blind, now));
    shown.collect()
}

/// How well Sigap's own mailbox is known, which has this address.
pub fn own_folder(c: &Connection, address: &Address, now: Timestamp) -> Result<Folder, StoreError> {
    match mailboxes::own(c)? {
        Some(found) => shown(c, address, found.state, false, now),
        None => Ok(Folder::unseen(address.clone())),
    }
}

fn shown(
    c: &Connection,
    owner: &Address,
    folder: MailboxState,
    blind: bool,
    now: Timestamp,
) -> Result<Folder, StoreError> {
    Ok(Folder {
        owner: owner.clone(),
        state: health(&folder, blind, now),
        last_read_at: folder.last_read_at,
        fault: mailboxes::one(c, folder.id)?.map_or_else(String::new, |row| row.fault),
        set_aside: poison::set_aside(c, folder.id)?,
        mailbox: Some(folder.name),
    })
}

/// Without any Sent folder answers cannot be seen, however well the inbox is known.
fn health(folder: &MailboxState, blind: bool, now: Timestamp) -> Health {
    let fresh = folder.last_read_at.is_some_and(|at| now.duration_since(at) <= STALE_AFTER);
    match folder.health {
        Health::Failed => Health::Failed,
        Health::Blind => Health::Blind,
        Health::Live | Health::Stale if blind => Health::Blind,
        Health::Live if fresh => Health::Live,
        Health::Live | Health::Stale => Health::Stale,
    }
}

/// A due time; none where the promise does not end within ten years.
pub(crate) fn reachable(due_at: Timestamp) -> Option<Timestamp> {
    (due_at < Timestamp::MAX).then_some(due_at)
}

/// A probability to three places.
pub(crate) fn rounded(probability: f64) -> f64 {
    (probability * 1_000.0).round() / 1_000.0
}

/// The word of a clue as it is stored; what it is about stands behind a colon.
pub(crate) fn clue_word(clue: &Clue) -> String {
    match serde_json::to_value(clue) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(serde_json::Value::Object(map)) => map
            .iter()
            .map(|(word, about)| format!("{word}: {}", about.as_str().unwrap_or("")))
            .collect(),
        Ok(_) | Err(_) => String::new(),
    }
}
