//! Keeps the awaited answers in step with their conversations, as `engine/ledger` keeps the
//! obligations, and does what owners say of them.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::engine::acting::Deed;
use crate::engine::intake::Read;
use crate::engine::ledger::{LONGEST, Touched, said};
use crate::engine::office::Office;
use crate::model::address::Address;
use crate::model::awaited::Awaited;
use crate::model::ids::{AwaitedId, ConversationId, MessageId};
use crate::model::message::Role;
use crate::model::owner::Owner;
use crate::rules::awaiting::{Expectation, settle};
use crate::rules::settle::Speaker;
use crate::store::corrections::{self, Word};
use crate::store::db::{Connection, StoreError};
use crate::store::{awaiting, messages};

/// What an owner says to Sigap asks nobody for an answer, even if the letter that it answers is not
/// on record.
pub(crate) fn is_to_us(office: &Office, read: &Read, role: Role) -> bool {
    let ours = |to: &Address| {
        let here = *to == office.from.address || office.inbox.as_ref() == Some(to);
        here && office.owner_of(to).is_none()
    };
    let mut to = read.message.to.iter().map(|party| &party.address).peekable();
    role == Role::Sent && (read.command.is_some() || (to.peek().is_some() && to.all(ours)))
}

/// Settles what an owner awaits in a conversation.
pub(crate) fn settle_one(
    c: &Connection,
    office: &Office,
    owner: &Owner,
    conversation: ConversationId,
) -> Result<(), StoreError> {
    let before = awaiting::of_conversation(c, conversation)?;
    if before.is_empty() && !messages::owner_asks(c, conversation)? {
        return Ok(());
    }
    let mut kept = BTreeSet::new();
    for found in expectations(c, office, owner, conversation)? {
        let Some(asked_in) = found.asks.first().copied() else { continue };
        let mut now = awaited(owner, conversation, asked_in, &found);
        for ask in &found.asks {
            let (put_off, times) = corrections::snoozed(c, *ask)?;
            now.snoozed_until = now.snoozed_until.max(put_off);
            now.snoozes = now.snoozes.max(times);
        }
        let known = awaiting::begun_by(c, asked_in)?;
        now.id = known.as_ref().map_or(now.id, |known| known.id);
        if known.as_ref() != Some(&now) {
            awaiting::keep(c, &now)?;
        }
        kept.insert(asked_in);
    }
    for gone in before.iter().filter(|gone| !kept.contains(&gone.asked_in)) {
        awaiting::drop(c, gone.id)?;
    }
    Ok(())
}

fn expectations(
    c: &Connection,
    office: &Office,
    owner: &Owner,
    conversation: ConversationId,
) -> Result<Vec<Expectation>, StoreError> {
    let own = messages::of_conversation(c, conversation, LONGEST)?;
    let mut spoken = Vec::new();
    for stored in &own {
        spoken.push(said(stored, Speaker::Here, corrections::of_message(c, stored.id)?));
    }
    Ok(settle(&spoken, owner, &office.requesters))
}

fn awaited(
    owner: &Owner,
    conversation: ConversationId,
    asked_in: MessageId,
    found: &Expectation,
) -> Awaited {
    Awaited {
        id: AwaitedId(0),
        owner: owner.id,
        conversation,
        asked_in,
        asked_at: found.asked_at,
        last_asked_at: found.last_asked_at,
        asks: u32::try_from(found.asks.len()).unwrap_or(u32::MAX),
        confidence: found.confidence,
        backlog: found.backlog,
        away_until: found.away_until,
        promised_until: found.promised_until,
        snoozed_until: None,
        snoozes: 0,
        ended: found.ended,
        ended_by: found.ended_by,
    }
}

/// An owner says that they wait no longer, that they asked nothing, or until when it can wait.
pub fn act(
    c: &Connection,
    office: &Office,
    owner: &Owner,
    (one, deed): (&Awaited, Deed),
    via: &str,
    now: Timestamp,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    let word = match deed {
        Deed::Done if one.ended.is_some() => return Ok(()),
        Deed::Done => Word::Done,
        Deed::Not => Word::Not,
        Deed::Snooze(until) => Word::Snooze(until),
    };
    let found = expectations(c, office, owner, one.conversation)?;
    let same = found.into_iter().find(|found| found.asks.first() == Some(&one.asked_in));
    let asks = same.map_or(vec![one.asked_in], |same| same.asks);
    // Of what was asked only later nothing was said.
    let mut known = Vec::new();
    for ask in asks {
        if ask == one.asked_in || messages::one(c, ask)?.is_none_or(|it| it.arrived_at <= now) {
            known.push(ask);
        }
    }
    corrections::correct(c, (owner.id, None), &known, word, via, now)?;
    touched.insert((owner.id, one.conversation));
    Ok(())
}

/// What is awaited now of what a message once asked first; `None`: nothing any more.
pub(crate) fn awaited_in(
    c: &Connection,
    office: &Office,
    owner: &Owner,
    asked_in: MessageId,
) -> Result<Option<Awaited>, StoreError> {
    if let Some(found) = awaiting::begun_by(c, asked_in)? {
        return Ok(Some(found));
    }
    let Some(asked) = messages::one(c, asked_in)?.filter(|asked| asked.owner == owner.id) else {
        return Ok(None);
    };
    // An older mail that asks the same was read meanwhile.
    let found = expectations(c, office, owner, asked.conversation)?;
    let first = found.iter().find(|found| found.asks.contains(&asked_in));
    first.and_then(|found| found.asks.first()).map_or(Ok(None), |id| awaiting::begun_by(c, *id))
}
