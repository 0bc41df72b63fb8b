//! Why: everything on record about one obligation or one message, and what the rules say of it now.
//!
//! The rules are run again on the record, so an explanation cannot differ from what is done
//! (law 11). It only reads. Next stations: `engine/evidence` tells the messages, `engine/telling`
//! the clocks and letters; `cli/render_why` puts it on paper.

use jiff::Timestamp;
use serde::Serialize;

use crate::engine::evidence::{self, MessageTold, TurnTold};
use crate::engine::listing::{reachable, rounded};
use crate::engine::office::Office;
use crate::engine::taught::{self, LearnedTold};
use crate::engine::telling::{self, HandoverTold, LetterTold, ReplyTold, SaidTold, SpanTold};
use crate::engine::{awaited, covering, record};
use crate::model::address::Address;
use crate::model::awaited as model;
use crate::model::evidence::Evidence;
use crate::model::ids::{AwaitedId, ObligationId};
use crate::model::message::MessageKey;
use crate::model::obligation::{Ending, Obligation, Status, reference};
use crate::model::owner::Owner;
use crate::model::policy::{Mode, Rung};
use crate::rules::{deadlines, escalation};
use crate::store::db::{Connection, StoreError};
use crate::store::messages::Stored;
use crate::store::{awaiting, facts, letters, messages, obligations};

/// What is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// An obligation, by its reference.
    Obligation(ObligationId),
    /// An awaited answer, by its reference.
    Awaited(AwaitedId),
    /// A message that was read, or a letter of ours, by its Message-ID.
    Message(MessageKey),
}

/// The answer. Nothing is known where it has neither cases nor a letter.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// Version of this form.
    pub v: u8,
    /// The moment it is about.
    pub now: Timestamp,
    /// What was asked about.
    pub asked: String,
    /// The effective mode.
    pub mode: Mode,
    /// Why nothing leaves, if so.
    pub held: Option<String>,
    /// One for each owner who has the message.
    pub cases: Vec<Case>,
    /// The letter of ours that was asked about.
    pub letter: Option<LetterTold>,
}

/// One owner's side of it.
#[derive(Clone, Debug, Serialize)]
pub struct Case {
    /// Whose.
    pub owner: Address,
    /// Their zone, in which sentences tell times.
    pub time_zone: String,
    /// The message asked about, or the one that opened the obligation; null: no longer on record.
    pub message: Option<MessageTold>,
    /// What its owner's corrections made of the verdict on that message; null: nothing.
    pub learned: Option<LearnedTold>,
    /// Why nothing is owed because of this message, where that is so.
    pub nothing_owed: Option<String>,
    /// Its conversation.
    pub conversation: Vec<TurnTold>,
    /// What is or was owed.
    pub obligations: Vec<ObligationTold>,
    /// Whose answers the owner awaits or awaited in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub awaiting: Vec<awaited::Row>,
    /// Which of its messages were answered automatically, and why others were not.
    pub automatic_replies: Vec<ReplyTold>,
}

/// One obligation with all that belongs to it.
#[derive(Clone, Debug, Serialize)]
pub struct ObligationTold {
    /// What people type.
    #[serde(rename = "ref")]
    pub reference: String,
    /// To whom a reply is owed.
    pub requester: Address,
    /// Their name, as they write it.
    pub requester_name: String,
    /// Subject of the first ask.
    pub subject: String,
    /// Tier by name.
    pub tier: String,
    /// What that tier promises, in working time.
    pub reply_within_s: i64,
    /// Arrival of the first ask.
    pub asked_at: Timestamp,
    /// How often it was asked.
    pub asks: u32,
    /// Probability that a reply is owed.
    pub confidence: f64,
    /// Where the promise stands.
    pub status: Status,
    /// When it ends; null: not within ten years.
    pub due_at: Option<Timestamp>,
    /// The requester's clock: wall-clock seconds, never paused.
    pub requester_wait_s: i64,
    /// The owner's clock: seconds of working time.
    pub owner_time_s: i64,
    /// Working time past the due time.
    pub overdue_s: i64,
    /// Each counted and paused span of the owner's clock.
    pub receipt: Vec<SpanTold>,
    /// The ladder's steps.
    pub ladder: Vec<StepTold>,
    /// What comes next, or why nothing is sent, in one sentence.
    pub standing: String,
    /// Who holds it instead of the owner.
    pub holder: Option<Address>,
    /// To whom it was given while its owner was away, in order.
    pub handovers: Vec<HandoverTold>,
    /// No reminder before.
    pub snoozed_until: Option<Timestamp>,
    /// How often it was snoozed.
    pub snoozes: u32,
    /// When the reminding ended.
    pub lapsed_at: Option<Timestamp>,
    /// For when the owner promised it in an answer: then it is due.
    pub promised_at: Option<Timestamp>,
    /// What may have been an answer.
    pub perhaps_answered: Option<PerhapsTold>,
    /// How it ended.
    pub closed: Option<ClosedTold>,
    /// What its owner and its delegates said about it.
    pub said: Vec<SaidTold>,
    /// Every letter about it, sent or not.
    pub letters: Vec<LetterTold>,
}

/// One step of the ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepTold {
    /// Counted from 1.
    pub step: usize,
    /// What happens.
    pub does: Rung,
    /// After so many seconds of working time.
    pub after_s: i64,
    /// When that is; null: never, or not within ten years.
    pub at: Option<Timestamp>,
    /// It has a letter (a preview in `observe` mode).
    pub taken: bool,
}

/// The end of an obligation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClosedTold {
    /// When it counts as ended.
    pub at: Timestamp,
    /// How.
    pub how: Ending,
    /// The rung of evidence that decided; null: none was needed.
    pub evidence: Option<Evidence>,
    /// The message that ended it.
    pub message_id: Option<String>,
    /// In one or two sentences.
    pub words: String,
}

/// What may have been an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PerhapsTold {
    /// When.
    pub at: Timestamp,
    /// The rung of evidence.
    pub evidence: Evidence,
    /// The message.
    pub message_id: Option<String>,
    /// In one sentence.
    pub words: &'static str,
}

/// Explains an obligation, a message or a letter.
pub fn why(
    c: &Connection,
    office: &Office,
    asked: &Asked,
    now: Timestamp,
) -> Result<Explanation, StoreError> {
    let mut explanation = Explanation {
        v: 1,
        now,
        asked: String::new(),
        mode: record::mode(c, office)?,
        held: facts::instance(c)?.held,
        cases: Vec::new(),
        letter: None,
    };
    match asked {
        Asked::Obligation(id) => {
            explanation.asked = reference(*id);
            if let Some(obligation) = obligations::one(c, *id)? {
                explanation.cases.extend(of_obligation(c, office, &obligation, now)?);
            }
        }
        Asked::Awaited(id) => {
            explanation.asked = model::reference(*id);
            if let Some(one) = awaiting::one(c, *id)?
                && let Some(stored) = messages::one(c, one.asked_in)?
            {
                explanation.cases.extend(of_message(c, office, &stored, now)?);
            }
        }
        Asked::Message(key) => {
            explanation.asked.clone_from(&key.0);
            for stored in messages::with_key(c, key)? {
                explanation.cases.extend(of_message(c, office, &stored, now)?);
            }
            if let Some(id) = letters::with_message_id(c, &key.0)?
                && let Some(found) = letters::one(c, id)?
            {
                explanation.letter = Some(telling::letter(c, &found)?);
            }
        }
    }
    Ok(explanation)
}

fn of_obligation(
    c: &Connection,
    office: &Office,
    obligation: &Obligation,
    now: Timestamp,
) -> Result<Option<Case>, StoreError> {
    let Some(owner) = office.owners.get(&obligation.owner) else { return Ok(None) };
    let first = messages::one(c, obligation.asked_in)?;
    let mut case = begin(owner);
    case.message = first.as_ref().map(evidence::message);
    case.learned = first.map(|first| taught::learned(c, &first)).transpose()?.flatten();
    case.conversation = evidence::timeline(c, office, obligation.conversation)?;
    case.awaiting = awaited::in_conversation(c, office, owner, obligation.conversation, now)?;
    case.automatic_replies = telling::automatic_replies(c, obligation.conversation)?;
    case.obligations.push(tell(c, office, owner, obligation, now)?);
    Ok(Some(case))
}

fn of_message(
    c: &Connection,
    office: &Office,
    stored: &Stored,
    now: Timestamp,
) -> Result<Option<Case>, StoreError> {
    let Some(owner) = office.owners.get(&stored.owner) else { return Ok(None) };
    let mut case = begin(owner);
    case.message = Some(evidence::message(stored));
    case.learned = taught::learned(c, stored)?;
    case.conversation = evidence::timeline(c, office, stored.conversation)?;
    case.awaiting = awaited::in_conversation(c, office, owner, stored.conversation, now)?;
    case.automatic_replies = telling::automatic_replies(c, stored.conversation)?;
    let mut concerned = Vec::new();
    match obligations::asked_by(c, stored.id)? {
        Some(id) => concerned.extend(obligations::one(c, id)?),
        None => {
            let answered = obligations::answered_in(c, stored.id)?;
            concerned.extend(answered.into_iter().filter(|one| one.owner == stored.owner));
        }
    }
    if concerned.is_empty() {
        case.nothing_owed = Some(evidence::nothing_because(stored).to_owned());
    }
    for obligation in &concerned {
        case.obligations.push(tell(c, office, owner, obligation, now)?);
    }
    Ok(Some(case))
}

fn begin(owner: &Owner) -> Case {
    let address = owner.main_address().expect("an owner has at least one address");
    Case {
        owner: address.clone(),
        time_zone: owner.calendar.zone().iana_name().unwrap_or("UTC").to_owned(),
        message: None,
        learned: None,
        nothing_owed: None,
        conversation: Vec::new(),
        obligations: Vec::new(),
        awaiting: Vec::new(),
        automatic_replies: Vec::new(),
    }
}

fn tell(
    c: &Connection,
    office: &Office,
    owner: &std::sync::Arc<Owner>,
    obligation: &Obligation,
    now: Timestamp,
) -> Result<ObligationTold, StoreError> {
    let (policy, calendar) = (&office.policy, &owner.calendar);
    let hours = covering::hours(office, owner, obligation);
    let clocks = deadlines::clocks(policy, &hours, obligation, now);
    let mode = record::mode(c, office)?;
    let holder = obligation.holder.as_ref().and_then(|held| office.owner_of(&held.address));
    let world = covering::world(c, office, holder.unwrap_or(owner), mode, now)?;
    let standing = escalation::standing(&world, obligation, now);
    let letters = telling::letters_about(c, obligation.id)?;
    let within = deadlines::tier(policy, obligation).map(|tier| tier.reply_within.as_secs());
    Ok(ObligationTold {
        reference: reference(obligation.id),
        requester: obligation.requester.clone(),
        requester_name: obligation.requester_name.clone(),
        subject: obligation.subject.clone(),
        tier: obligation.tier.clone(),
        reply_within_s: within.unwrap_or(0),
        asked_at: obligation.asked_at,
        asks: obligation.asks,
        confidence: rounded(obligation.confidence),
        status: clocks.status,
        due_at: reachable(clocks.due_at),
        requester_wait_s: clocks.requester_wait.as_secs(),
        owner_time_s: clocks.owner_time.as_secs(),
        overdue_s: clocks.overdue.as_secs(),
        receipt: telling::receipt(&deadlines::receipt((calendar, &hours), obligation, now)),
        ladder: ladder(office, owner, obligation, mode, &letters),
        standing: standing.sentence(calendar.zone()),
        holder: obligation.holder.as_ref().map(|holder| holder.address.clone()),
        handovers: telling::handovers(c, obligation.id)?,
        snoozed_until: obligation.snoozed_until,
        snoozes: obligation.snoozes,
        lapsed_at: obligation.lapsed_at,
        promised_at: obligation.promise.map(|promise| promise.until),
        perhaps_answered: perhaps(c, obligation)?,
        closed: closed(c, obligation)?,
        said: telling::said(c, obligation.id)?,
        letters,
    })
}

fn ladder(
    office: &Office,
    owner: &Owner,
    obligation: &Obligation,
    mode: Mode,
    letters: &[LetterTold],
) -> Vec<StepTold> {
    let steps = deadlines::tier(&office.policy, obligation).map(|tier| tier.ladder.as_slice());
    // Its owner's ladder, whoever holds it.
    let own = Obligation { holder: None, ..obligation.clone() };
    let word = if mode == Mode::Observe { "preview" } else { "nudge" };
    let mut told = Vec::new();
    for (place, step) in steps.unwrap_or_default().iter().enumerate() {
        let key = format!("{word}:{}:{place}", obligation.id);
        let items = letters.iter().flat_map(|letter| &letter.items);
        let from = obligation.ladder_from;
        told.push(StepTold {
            step: place + 1,
            does: step.rung,
            after_s: step.after.as_secs(),
            at: from.and_then(|from| {
                deadlines::reached(&office.policy, &owner.calendar, &own, from, step.after)
            }),
            taken: items.into_iter().any(|item| item.key == key && item.recalled_why.is_none()),
        });
    }
    told
}

fn closed(c: &Connection, obligation: &Obligation) -> Result<Option<ClosedTold>, StoreError> {
    let Some(closed) = &obligation.closed else { return Ok(None) };
    let (at, how, evidence) = (closed.at, closed.how, closed.evidence);
    let message_id = answer(c, obligation)?;
    Ok(Some(ClosedTold { at, how, evidence, message_id, words: evidence::ended(closed) }))
}

fn perhaps(c: &Connection, obligation: &Obligation) -> Result<Option<PerhapsTold>, StoreError> {
    let Some(perhaps) = obligation.perhaps else { return Ok(None) };
    Ok(Some(PerhapsTold {
        at: perhaps.at,
        evidence: perhaps.evidence,
        message_id: answer(c, obligation)?,
        words: perhaps.evidence.sentence(),
    }))
}

/// The Message-ID of what answered, or perhaps did.
fn answer(c: &Connection, obligation: &Obligation) -> Result<Option<String>, StoreError> {
    let Some(id) = obligations::answer_of(c, obligation.id)? else { return Ok(None) };
    Ok(messages::one(c, id)?.map(|stored| stored.message.key.0))
}
