//! Letters, clocks and corrections as they are told: by `sigap why` and by `sigap outbox list`.
//!
//! It only reads the record and renders nothing for the eye. A letter's words are not among what is
//! told: its items, its state, every try and every answer are.

use jiff::Timestamp;
use serde::Serialize;

use crate::engine::office::Office;
use crate::engine::taught::{self, TeachesTold};
use crate::model::address::Address;
use crate::model::answering::in_words;
use crate::model::awaited;
use crate::model::calendar::{Cause as Counted, Span};
use crate::model::handover::{Cause, Ended, HeardIn};
use crate::model::ids::{ConversationId, ObligationId};
use crate::model::letter::{Audience, Kind, Letter, State};
use crate::model::obligation::reference;
use crate::model::policy::Mode;
use crate::store::corrections::Word;
use crate::store::db::{Connection, StoreError};
use crate::store::outbox::never;
use crate::store::{awaiting, facts, handovers, history, letters, messages, obligations, replies};

/// A receipt with more spans has its middle summed up.
const LONGEST_RECEIPT: usize = 48;
/// So many spans stay whole at each end of a long receipt.
const WHOLE_SPANS: usize = 20;

/// The outbox as it stands.
#[derive(Clone, Debug, Serialize)]
pub struct Outbox {
    /// Version of this form.
    pub v: u8,
    /// The moment it is about.
    pub now: Timestamp,
    /// The effective mode.
    pub mode: Mode,
    /// Why nothing leaves, if so.
    pub held: Option<String>,
    /// Until when the sending account rests after a refusal or a lost line.
    pub account_rests_until: Option<Timestamp>,
    /// Latest first.
    pub letters: Vec<LetterTold>,
}

/// One letter and its fate.
#[derive(Clone, Debug, Serialize)]
pub struct LetterTold {
    /// Its number in the outbox.
    pub id: i64,
    /// What for.
    pub kind: Kind,
    /// To whom, as a class.
    pub audience: Audience,
    /// To whom.
    pub to: Address,
    /// Where it is on its way.
    pub state: State,
    /// Its Message-ID.
    pub message_id: String,
    /// How often it was sent once more because nobody knew (at most 1).
    pub repeats: u32,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// Not to be sent before.
    pub not_before_at: Timestamp,
    /// Worth nothing after.
    pub expires_at: Timestamp,
    /// When it is looked at next, while it waits.
    pub next_at: Option<Timestamp>,
    /// When its bytes were fixed.
    pub claimed_at: Option<Timestamp>,
    /// When its state last changed.
    pub changed_at: Timestamp,
    /// The server's last answer, or why it was recalled.
    pub answer: String,
    /// Every try.
    pub tries: Vec<TryTold>,
    /// Everything it ever had in it.
    pub items: Vec<ItemTold>,
}

/// One try to send.
#[derive(Clone, Debug, Serialize)]
pub struct TryTold {
    /// Begin.
    pub began_at: Timestamp,
    /// End.
    pub ended_at: Option<Timestamp>,
    /// State and answer.
    pub outcome: String,
}

/// One thing in a letter.
#[derive(Clone, Debug, Serialize)]
pub struct ItemTold {
    /// Its key.
    pub key: String,
    /// The obligation or the awaited answer that it is about.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// Step of the ladder, counted from 1; null: it is about no obligation.
    pub step: Option<u32>,
    /// Why it was taken out, if it was.
    pub recalled_why: Option<String>,
}

/// What was decided about an automatic answer to one message.
#[derive(Clone, Debug, Serialize)]
pub struct ReplyTold {
    /// The message.
    pub message_id: String,
    /// When.
    pub decided_at: Timestamp,
    /// The rule that forbids it (auto-reply.md); null: it is answered.
    pub rule: Option<String>,
    /// The rule in words.
    pub words: &'static str,
    /// The field, part or state that the rule is about.
    pub about: String,
    /// Who the sender is to the owner, where they are answered.
    pub audience: Option<String>,
    /// The letter that answers, or was to.
    pub letter: Option<LetterTold>,
}

/// One time that an obligation was given to somebody.
#[derive(Clone, Debug, Serialize)]
pub struct HandoverTold {
    /// To whom; null: nobody was there.
    pub to: Option<Address>,
    /// Why.
    pub because: Cause,
    /// When.
    pub at: Timestamp,
    /// When the promise ends since then.
    pub due_at: Option<Timestamp>,
    /// When it was accepted.
    pub accepted_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How.
    pub ended: Option<Ended>,
    /// Where they were heard last: in their own sent mail, or in Sigap's own mailbox.
    pub heard_in: Option<HeardIn>,
}

/// One span of a clock receipt; in a long one, several spans of one cause summed up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SpanTold {
    /// Begin.
    pub from: Timestamp,
    /// End.
    pub to: Timestamp,
    /// `working`, `outside_hours`, `holiday`, `exception` or `away`.
    pub cause: &'static str,
    /// The holiday's name.
    pub name: Option<String>,
    /// Whether it counts.
    pub counted: bool,
    /// How long, all its spans together.
    pub seconds: i64,
    /// How many spans are summed up in it.
    pub spans: usize,
}

/// Something that was said about an obligation's messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SaidTold {
    /// By whom: an owner, or a delegate.
    pub by: Option<Address>,
    /// About which message.
    pub message_id: String,
    /// `done`, `not` or `snooze`.
    pub said: &'static str,
    /// When.
    pub at: Timestamp,
    /// `cli`, or the Message-ID of the answer in which it stood.
    pub via: String,
    /// When it was taken back.
    pub undone_at: Option<Timestamp>,
    /// What it teaches, if it was `not` and is in force.
    pub teaches: Option<TeachesTold>,
}

/// The latest letters, and what holds them.
pub fn outbox(
    c: &Connection,
    office: &Office,
    most: u32,
    now: Timestamp,
) -> Result<Outbox, StoreError> {
    let instance = facts::instance(c)?;
    let all = letters::all(c, most)?;
    let told: Result<Vec<LetterTold>, StoreError> = all.iter().map(|one| letter(c, one)).collect();
    Ok(Outbox {
        v: 1,
        now,
        mode: instance.mode.map_or(office.mode, |set| set.min(office.mode)),
        held: instance.held,
        account_rests_until: (instance.account_at > now).then_some(instance.account_at),
        letters: told?,
    })
}

/// One letter.
pub fn letter(c: &Connection, letter: &Letter) -> Result<LetterTold, StoreError> {
    let waits = match letter.state {
        State::Queued => true,
        State::Unknown => letter.next_at < never(),
        State::Sending | State::Committing | State::Sent | State::Failed => false,
        State::Recalled | State::Expired => false,
    };
    let tries = history::tries(c, letter.id)?.into_iter().map(|one| TryTold {
        began_at: one.began_at,
        ended_at: one.ended_at,
        outcome: one.outcome,
    });
    let mut items = Vec::new();
    for (item, recalled_why) in history::items(c, letter.id)? {
        let awaited = item.awaited.map(|asked_in| awaiting::begun_by(c, asked_in)).transpose()?;
        let awaited = awaited.flatten().map(|one| awaited::reference(one.id));
        items.push(ItemTold {
            reference: item.obligation.map(reference).or(awaited),
            // A follow-up is no step of a ladder.
            step: item.step.filter(|_| item.awaited.is_none()).map(|step| step + 1),
            key: item.key,
            recalled_why,
        });
    }
    Ok(LetterTold {
        id: letter.id.0,
        kind: letter.draft.kind,
        audience: letter.draft.audience,
        to: letter.draft.to.clone(),
        state: letter.state,
        message_id: letter.message_id.clone(),
        repeats: letter.repeats,
        queued_at: letter.queued_at,
        not_before_at: letter.draft.not_before,
        expires_at: letter.expires_at,
        next_at: waits.then_some(letter.next_at),
        claimed_at: letter.claimed_at,
        changed_at: letter.changed_at,
        answer: letter.answer.clone(),
        tries: tries.collect(),
        items,
    })
}

/// Every letter that has or had something about an obligation in it.
pub fn letters_about(
    c: &Connection,
    obligation: ObligationId,
) -> Result<Vec<LetterTold>, StoreError> {
    let mut told: Vec<LetterTold> = Vec::new();
    for (found, _, _) in letters::about(c, obligation)? {
        if told.last().is_none_or(|last| last.id != found.id.0) {
            told.push(letter(c, &found)?);
        }
    }
    Ok(told)
}

/// What was decided about automatic answers in a conversation, by the arrival of its messages.
pub fn automatic_replies(
    c: &Connection,
    conversation: ConversationId,
) -> Result<Vec<ReplyTold>, StoreError> {
    let mut told = Vec::new();
    for reply in replies::of_conversation(c, conversation)? {
        let Some(message) = messages::one(c, reply.message)? else { continue };
        let found = reply.letter.map(|id| letters::one(c, id)).transpose()?.flatten();
        told.push(ReplyTold {
            message_id: message.message.key.0,
            decided_at: reply.decided_at,
            words: reply.rule.as_deref().map_or("it is answered", in_words),
            rule: reply.rule,
            about: reply.about,
            audience: Some(reply.audience).filter(|word| !word.is_empty()),
            letter: found.as_ref().map(|found| letter(c, found)).transpose()?,
        });
    }
    Ok(told)
}

/// What was said about the messages of an obligation, taken-back words included.
pub fn said(c: &Connection, obligation: ObligationId) -> Result<Vec<SaidTold>, StoreError> {
    let mut told = Vec::new();
    for ask in obligations::asks(c, obligation)? {
        let Some(message) = messages::one(c, ask)? else { continue };
        let teaches = taught::teaches(c, ask)?;
        let of = |said: &history::Said| {
            let in_force = said.word == Word::Not && said.undone_at.is_none();
            teaches.clone().filter(|_| in_force)
        };
        told.extend(history::said(c, ask)?.into_iter().map(|said| SaidTold {
            teaches: of(&said),
            by: said.by,
            message_id: message.message.key.0.clone(),
            said: said.word.word(),
            at: said.at,
            via: said.via,
            undone_at: said.undone_at,
        }));
    }
    told.sort_by_key(|said| said.at);
    Ok(told)
}

/// To whom an obligation was given, in order.
pub fn handovers(c: &Connection, id: ObligationId) -> Result<Vec<HandoverTold>, StoreError> {
    let told = handovers::of(c, id)?.into_iter().map(|one| HandoverTold {
        to: one.delegate,
        because: one.cause,
        at: one.offered_at,
        due_at: one.due_at,
        accepted_at: one.accepted_at,
        ended_at: one.ended.map(|(_, at)| at),
        ended: one.ended.map(|(how, _)| how),
        heard_in: one.heard_in,
    });
    Ok(told.collect())
}

/// A receipt for reading: whole while it is short; of a long one both ends whole and the middle
/// summed up by cause. The seconds of what is counted add up to the owner's time either way.
pub fn receipt(spans: &[Span]) -> Vec<SpanTold> {
    let whole: Vec<SpanTold> = spans.iter().map(span).collect();
    if whole.len() <= LONGEST_RECEIPT {
        return whole;
    }
    let tail = whole.len() - WHOLE_SPANS;
    let (mut told, mut middle): (Vec<SpanTold>, Vec<SpanTold>) = (Vec::new(), Vec::new());
    let mut end = Vec::new();
    for (place, span) in whole.into_iter().enumerate() {
        if place < WHOLE_SPANS {
            told.push(span);
        } else if place >= tail {
            end.push(span);
        } else {
            sum_up(&mut middle, span);
        }
    }
    told.extend(middle);
    told.extend(end);
    told
}

fn sum_up(sums: &mut Vec<SpanTold>, span: SpanTold) {
    let same = |sum: &&mut SpanTold| sum.cause == span.cause && sum.name == span.name;
    match sums.iter_mut().find(same) {
        Some(sum) => {
            sum.to = span.to;
            sum.seconds += span.seconds;
            sum.spans += 1;
        }
        None => sums.push(span),
    }
}

fn span(span: &Span) -> SpanTold {
    let (cause, name) = match &span.cause {
        Counted::Working => ("working", None),
        Counted::OutsideHours => ("outside_hours", None),
        Counted::Holiday(name) => ("holiday", Some(name.clone())),
        Counted::Exception => ("exception", None),
        Counted::Away => ("away", None),
    };
    SpanTold {
        from: span.from,
        to: span.to,
        cause,
        name,
        counted: span.cause == Counted::Working,
        seconds: span.to.duration_since(span.from).as_secs(),
        spans: 1,
    }
}
