//! Letters of which nobody knows whether they arrived (law 3): looked for where they should be,
//! sent once more where they are proven absent and still wanted, else left as they are.
//!
//! The process dies between the final dot and its answer. At the next start `store/outbox` finds
//! the letter *committing*: nobody knows. To a requester it is never sent again. To Ani it is
//! looked for in her inbox; missing at two readings a quarter of an hour apart, it goes once more
//! with the same bytes and the same Message-ID, unless it is no longer wanted. Had the process
//! died one step earlier, the letter would be *sending*, surely not accepted, and queued again.
//!
//! What follows from the evidence is `rules/outbox`.

use jiff::{SignedDuration, Timestamp};

use crate::engine::readers;
use crate::engine::record::mode;
use crate::engine::turn::{Engine, Output};
use crate::model::ids::{LetterId, OwnerId};
use crate::model::letter::{Kind, Letter, State};
use crate::model::message::{MessageKey, Role};
use crate::model::team::Frequency;
use crate::rules::outbox::{self, Evidence, Unclear, Wanted};
use crate::store::db::{Connection, StoreError};
use crate::store::{
    awaiting, letters, mailboxes, messages, obligations, outbox as moves, poison, wishes,
};

/// So many letters are looked at in one turn.
const AT_ONCE: u32 = 50;

/// Looks for unclear letters where they should have arrived (law 3).
pub(crate) fn clear_up(
    engine: &mut Engine,
    output: &mut Output,
    now: Timestamp,
) -> Result<(), StoreError> {
    let unclear = letters::due(engine.db.connection(), State::Unknown, now, AT_ONCE)?;
    for letter in unclear {
        let (evidence, receiver) = evidence(engine, &letter)?;
        let wanted = still_wanted(engine, &letter, now)?;
        let settle = engine.office.policy.settle;
        let verdict = outbox::unclear(&letter, evidence, wanted, settle, now);
        let step = engine.db.transaction()?;
        match verdict {
            Unclear::Arrived => {
                let found = "found in the receiver's inbox";
                moves::settle(&step, letter.id, State::Sent, found, now, now)?;
            }
            Unclear::Repeat => {
                moves::repeat(&step, letter.id, now)?;
                engine.journal.push(format!("letter {} goes once more", letter.id));
            }
            Unclear::LookAgain(at) => {
                let soon = now.saturating_add(SignedDuration::from_secs(30)).unwrap_or(now);
                moves::look_again(&step, letter.id, at.max(soon))?;
                output.read_first.extend(receiver);
            }
            Unclear::Final => moves::look_again(&step, letter.id, moves::never())?,
        }
        step.commit()?;
    }
    Ok(())
}

fn evidence(
    engine: &mut Engine,
    letter: &Letter,
) -> Result<(Evidence, Option<OwnerId>), StoreError> {
    let Some(receiver) = engine.office.owner_of(&letter.draft.to).cloned() else {
        return Ok((Evidence::Unwatched, None));
    };
    let c = engine.db.connection();
    let key = MessageKey(letter.message_id.clone());
    let copies = messages::with_key(c, &key)?;
    if copies.iter().any(|copy| copy.owner == receiver.id && copy.place == Role::Inbox) {
        return Ok((Evidence::Found, Some(receiver.id)));
    }
    let mut inboxes = mailboxes::of_owner(c, receiver.id)?;
    inboxes.retain(|mailbox| mailbox.role == Role::Inbox);
    for inbox in &inboxes {
        // What could not be read may be the very letter.
        if !poison::set_aside(c, inbox.id)?.is_empty() {
            return Ok((Evidence::Unread, Some(receiver.id)));
        }
    }
    let latest = inboxes
        .iter()
        .filter_map(|mailbox| engine.read_at.get(&mailbox.id).copied())
        .filter(|at| *at > letter.changed_at)
        .min();
    let Some(latest) = latest else { return Ok((Evidence::Unread, Some(receiver.id))) };
    let step = engine.db.transaction()?;
    let first = moves::absent(&step, letter.id, latest)?;
    step.commit()?;
    Ok((Evidence::Missing { first, latest }, Some(receiver.id)))
}

/// Whether everything that an unclear letter says is still so.
fn still_wanted(engine: &Engine, letter: &Letter, now: Timestamp) -> Result<Wanted, StoreError> {
    let c = engine.db.connection();
    if !outbox::allowed(&letter.draft, mode(c, &engine.office)?) {
        return Ok(Wanted::No);
    }
    if letter.draft.kind == Kind::Report
        && (wishes::wish(c, &letter.draft.to)? == Some(Frequency::Never)
            || readers::silent_until(c, &engine.office, &letter.draft.to, now)?.is_some())
    {
        return Ok(Wanted::No);
    }
    for id in letter.draft.items.iter().filter_map(|item| item.obligation) {
        let open = obligations::one(c, id)?.is_some_and(|o| {
            o.closed.is_none() && o.snoozed_until.is_none_or(|until| until <= now)
        });
        if !open {
            return Ok(Wanted::No);
        }
    }
    for asked_in in letter.draft.items.iter().filter_map(|item| item.awaited) {
        let open = awaiting::begun_by(c, asked_in)?.is_some_and(|one| {
            one.ended.is_none() && one.snoozed_until.is_none_or(|until| until <= now)
        });
        if !open {
            return Ok(Wanted::No);
        }
    }
    Ok(Wanted::Yes)
}

/// A letter of ours was found where it should arrive: if nobody knew, now we know.
pub fn confirm_arrivals(
    c: &Connection,
    arrived: &[LetterId],
    now: Timestamp,
) -> Result<(), StoreError> {
    for id in arrived {
        let unknown = letters::one(c, *id)?.filter(|letter| {
            letter.state == State::Unknown || (letter.state == State::Queued && letter.repeats > 0)
        });
        if unknown.is_some() {
            moves::settle(c, *id, State::Sent, "found in the receiver's inbox", now, now)?;
        }
    }
    Ok(())
}
