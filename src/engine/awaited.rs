//! Whose answers owners wait for: what `sigap list --awaiting` shows, and what a letter reminds of.
//!
//! It only reads. The JSON form of [`Waiting`] may be relied on; its fields are described in the
//! README.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::engine::listing::{Folder, MOST, Reach, clue_word, folders, rounded};
use crate::engine::office::Office;
use crate::engine::telling::{self, LetterTold};
use crate::engine::{covering, record};
use crate::mail::views::AwaitedView;
use crate::model::address::{Address, Party};
use crate::model::awaited::{Awaited, Ended, reference};
use crate::model::facts::Facts;
use crate::model::ids::{ConversationId, LetterId, OwnerId};
use crate::model::letter::{Kind, State};
use crate::model::message::Message;
use crate::model::owner::Owner;
use crate::rules::awaiting::follow_up_at;
use crate::rules::escalation;
use crate::store::db::{Connection, StoreError};
use crate::store::{awaiting, letters, messages};

/// What owners wait for, and what is known of their mailboxes.
#[derive(Clone, Debug, Serialize)]
pub struct Waiting {
    /// Version of this form.
    pub v: u8,
    /// The moment it is about.
    pub now: Timestamp,
    /// By owner, oldest ask first.
    pub awaiting: Vec<Row>,
    /// The folders of these owners.
    pub mailboxes: Vec<Folder>,
}

/// One awaited answer.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// What people type: `W-7K2QM`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Who waits.
    pub owner: Address,
    /// Whom they asked; any of them may answer.
    pub asked: Vec<Address>,
    /// Subject of the oldest unanswered ask.
    pub subject: String,
    /// Its Message-ID.
    pub message_id: String,
    /// When it was sent.
    pub asked_at: Timestamp,
    /// How often it was asked.
    pub asks: u32,
    /// Wall-clock seconds since the first ask, until it ended.
    pub wait_s: i64,
    /// Where it stands.
    pub status: Status,
    /// When it is to be followed up; null: never, or not within ten years.
    pub follow_up_at: Option<Timestamp>,
    /// Whether its owner is reminded of it, and if not, why, in one sentence; null: it ended.
    pub standing: Option<String>,
    /// When a letter last reminded its owner of it; null: none did.
    pub reminded_at: Option<Timestamp>,
    /// Whoever was asked is away until then, as their automatic reply says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub away_until: Option<Timestamp>,
    /// Whoever was asked has promised it for then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promised_until: Option<Timestamp>,
    /// The owner put the follow-up off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snoozed_until: Option<Timestamp>,
    /// Probability that an answer is expected.
    pub confidence: f64,
    /// The clue that weighed most.
    pub reason: String,
    /// How it ended; only among all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
    /// The Message-ID of what ended it, where a mail did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_in: Option<String>,
    /// Every letter about it, sent or not; only in an explanation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub letters: Vec<LetterTold>,
    /// Names of those who were asked, as the owner wrote them; for people.
    #[serde(skip)]
    pub names: Vec<String>,
    /// The owner's name; for people.
    #[serde(skip)]
    pub owner_name: String,
    /// The owner's zone; for people.
    #[serde(skip)]
    pub zone: TimeZone,
}

/// Where an awaited answer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It may still come in its time.
    Waiting,
    /// It is to be followed up.
    FollowUp,
    /// It ended.
    Ended,
}

/// Lists what is awaited by everybody, or by one owner.
pub fn awaited(
    c: &Connection,
    office: &Office,
    of: Option<OwnerId>,
    reach: Reach,
    now: Timestamp,
) -> Result<Waiting, StoreError> {
    let mut waiting = Waiting { v: 1, now, awaiting: Vec::new(), mailboxes: Vec::new() };
    for owner in office.owners.values().filter(|owner| of.is_none_or(|id| id == owner.id)) {
        let found = match reach {
            Reach::Open => awaiting::open(c, owner.id)?,
            Reach::All => awaiting::all(c, owner.id, MOST)?,
        };
        waiting.awaiting.extend(rows(c, office, owner, &found, now)?);
        waiting.mailboxes.extend(folders(c, owner, now)?);
    }
    Ok(waiting)
}

/// What an owner awaits or awaited in a conversation.
pub(crate) fn in_conversation(
    c: &Connection,
    office: &Office,
    owner: &Arc<Owner>,
    conversation: ConversationId,
    now: Timestamp,
) -> Result<Vec<Row>, StoreError> {
    let found = awaiting::of_conversation(c, conversation)?;
    let mut told = Vec::new();
    for one in &found {
        for mut row in rows(c, office, owner, std::slice::from_ref(one), now)? {
            for letter in letters::about_awaited(c, one.asked_in)? {
                row.letters.push(telling::letter(c, &letter)?);
            }
            told.push(row);
        }
    }
    Ok(told)
}

/// What a letter says of the answers that it reminds of, by their numbers in it.
pub(crate) fn views(
    c: &Connection,
    owner: &Owner,
    letter: LetterId,
) -> Result<Vec<AwaitedView>, StoreError> {
    let mut views = Vec::new();
    for (no, asked_in) in letters::awaited(c, letter)? {
        let Some(one) = awaiting::begun_by(c, asked_in)? else { continue };
        let Some(asked) = messages::one(c, asked_in)? else { continue };
        let first = others(&asked.message, owner).next();
        views.push(AwaitedView {
            no,
            reference: reference(one.id),
            who: first.map_or(String::new(), |party| party.name.clone()),
            address: first.map_or(String::new(), |party| party.address.to_string()),
            more: others(&asked.message, owner).count().saturating_sub(1),
            subject: asked.message.subject.clone(),
            asked_at: one.asked_at,
            last_asked_at: one.last_asked_at,
            asks: one.asks,
            promised_until: one.promised_until,
        });
    }
    Ok(views)
}

pub(crate) fn others<'a>(
    message: &'a Message,
    owner: &'a Owner,
) -> impl Iterator<Item = &'a Party> {
    message.to.iter().filter(|party| !owner.is(&party.address))
}

fn rows(
    c: &Connection,
    office: &Office,
    owner: &Arc<Owner>,
    found: &[Awaited],
    now: Timestamp,
) -> Result<Vec<Row>, StoreError> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let world = covering::world(c, office, owner, record::mode(c, office)?, now)?;
    let rows = found.iter().filter_map(|one| row(c, &world, one, now).transpose());
    rows.collect()
}

fn row(
    c: &Connection,
    world: &Facts,
    one: &Awaited,
    now: Timestamp,
) -> Result<Option<Row>, StoreError> {
    let owner = &world.owner;
    let Some(address) = owner.main_address() else { return Ok(None) };
    let Some(asked) = messages::one(c, one.asked_in)? else { return Ok(None) };
    let message = asked.message;
    let follow_up_at = follow_up_at(&world.policy, &owner.calendar, one);
    let standing = escalation::outlook(world, one, now).sentence(owner.calendar.zone());
    let others: Vec<&Party> = others(&message, owner).collect();
    Ok(Some(Row {
        reference: reference(one.id),
        owner: address.clone(),
        asked: others.iter().map(|party| party.address.clone()).collect(),
        names: others.iter().map(|party| party.shown().to_owned()).collect(),
        subject: message.subject.clone(),
        message_id: message.key.0.clone(),
        asked_at: one.asked_at,
        asks: one.asks,
        wait_s: one.ended.map_or(now, |ended| ended.at).duration_since(one.asked_at).as_secs(),
        status: match one.ended {
            Some(_) => Status::Ended,
            None if follow_up_at.is_some_and(|at| at <= now) => Status::FollowUp,
            None => Status::Waiting,
        },
        follow_up_at,
        standing: one.ended.is_none().then_some(standing),
        reminded_at: reminded_at(c, one)?,
        letters: Vec::new(),
        away_until: one.away_until,
        promised_until: one.promised_until,
        snoozed_until: one.snoozed_until,
        confidence: rounded(one.confidence),
        reason: asked.verdict.clues.first().map(clue_word).unwrap_or_default(),
        ended: one.ended,
        ended_in: match one.ended_by {
            Some(id) => messages::one(c, id)?.map(|stored| stored.message.key.0),
            None => None,
        },
        owner_name: owner.name.clone(),
        zone: owner.calendar.zone().clone(),
    }))
}

/// When a letter last left that reminds of it, or may have.
fn reminded_at(c: &Connection, one: &Awaited) -> Result<Option<Timestamp>, StoreError> {
    let left = letters::about_awaited(c, one.asked_in)?.into_iter().filter(|letter| {
        let still = letter.draft.items.iter().any(|item| item.awaited == Some(one.asked_in));
        letter.draft.kind == Kind::Nudge && still && letter.state != State::Failed
    });
    Ok(left.filter_map(|letter| letter.claimed_at).max())
}
