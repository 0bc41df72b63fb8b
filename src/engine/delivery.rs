//! Letters on their way out: the gate, the claim, the outcome. Those of which nobody knows whether
//! they arrived: `engine/unclear`.
//!
//! A letter is claimed one at a time, its bytes fixed and durable before anybody may send them
//! (law 2); what happened comes back as an outcome. The sending itself is `smtp/`.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::engine::pending::{InHand, Waiting, Wanted};
use crate::engine::readers::Ready;
use crate::engine::record::{alarm, mode};
use crate::engine::reporting::Report;
use crate::engine::turn::{Engine, Output};
use crate::engine::{covering, objections, readers, replying, stationery, unclear};
use crate::mail::alarms::Alarm;
use crate::model::answering::Bar;
use crate::model::facts::Facts;
use crate::model::ids::{LetterId, OwnerId};
use crate::model::letter::{Kind, Letter, Outcome, Parcel, Refusal, Scope, State};
use crate::rules::outbox::{self, Counts, Gate};
use crate::store::db::{Connection, StoreError};
use crate::store::{
    epoch, facts, letters, mailboxes, messages, obligations, outbox as moves, replies,
};

/// So many letters are looked at in one turn.
const AT_ONCE: u32 = 50;
/// So many different receivers refused for now, one after the other: it is not about them.
const IN_A_ROW: usize = 3;
/// A letter waits so long for a reading before it asks again.
const READING_WITHIN: SignedDuration = SignedDuration::from_secs(60);

/// Looks after unclear letters and claims at most one letter.
pub fn next(engine: &mut Engine, now: Timestamp) -> Result<Output, StoreError> {
    let mut output = Output { wake_at: now, ..Output::default() };
    unclear::clear_up(engine, &mut output, now)?;
    // First of all: what is over would be due for ever.
    engine.waiting.retain(|_, waits| waits.until > now);
    engine.rest_until = engine.rest_until.filter(|until| now < *until);
    if engine.in_flight.is_some() || engine.closing {
        return Ok(output);
    }
    let instance = facts::instance(engine.db.connection())?;
    if engine.rest_until.is_some() || now < instance.account_at {
        return Ok(output);
    }
    for letter in due(engine, instance.held.as_deref(), &mut output, now)? {
        match consider(engine, &letter, now)? {
            Considered::Claimed(hand) => {
                engine.in_flight = Some(hand.parcel.id);
                engine.in_hand = Some(hand);
                break;
            }
            Considered::FetchFirst(wanted) => {
                // One at a time: such an email may be large.
                if output.fetch.is_none() {
                    let until = now.saturating_add(READING_WITHIN).unwrap_or(now);
                    let owner = wanted.owner;
                    let owners = BTreeSet::from([owner]);
                    engine.waiting.insert(letter.id, Waiting { owners, since: now, until });
                    let why = "waits for the email that it is about";
                    moves::waits(engine.db.connection(), letter.id, why)?;
                    output.fetch = Some(wanted);
                }
            }
            Considered::ReadFirst(owners, why) => {
                let until = now.saturating_add(READING_WITHIN).unwrap_or(now);
                output.read_first.extend(&owners);
                engine.waiting.insert(letter.id, Waiting { owners, since: now, until });
                moves::waits(engine.db.connection(), letter.id, &why)?;
            }
            Considered::Gone => {}
            Considered::Stop => break,
        }
    }
    // What was not needed now is fetched again when it is.
    engine.original = None;
    Ok(output)
}

/// Queued letters that could leave now. Under a blown fuse the alarm about it may, under any other
/// hold nothing. Those that wait for a reading stand in nobody's way.
fn due(
    engine: &Engine,
    held: Option<&str>,
    output: &mut Output,
    now: Timestamp,
) -> Result<Vec<Letter>, StoreError> {
    let c = engine.db.connection();
    match held {
        Some(why) if why.starts_with("fuse") => return letters::due_of(c, Kind::Alarm, now),
        Some(_) => return Ok(Vec::new()),
        None => {}
    }
    let waiting = u32::try_from(engine.waiting.len()).unwrap_or(u32::MAX);
    // A few limits only: each is a statement of its own.
    let limit = AT_ONCE.saturating_add(waiting.div_ceil(AT_ONCE).saturating_mul(AT_ONCE));
    let mut due = letters::due_ids(c, State::Queued, now, limit)?;
    if u32::try_from(due.len()).is_ok_and(|found| found == limit) {
        // There may be more behind them.
        output.due_at = now.checked_add(SignedDuration::from_secs(1)).ok();
    }
    due.retain(|id| !engine.waiting.contains_key(id));
    due.into_iter().filter_map(|id| letters::one(c, id).transpose()).collect()
}

enum Considered {
    Claimed(InHand),
    ReadFirst(BTreeSet<OwnerId>, String),
    FetchFirst(Wanted),
    Gone,
    Stop,
}

fn consider(
    engine: &mut Engine,
    letter: &Letter,
    now: Timestamp,
) -> Result<Considered, StoreError> {
    let owner = letter.draft.owner.and_then(|id| engine.office.owners.get(&id).cloned());
    let c = engine.db.connection();
    let mode = mode(c, &engine.office)?;
    let world = match owner {
        Some(owner) => Some(covering::world(c, &engine.office, &owner, mode, now)?),
        None => None,
    };
    if letter.expires_at <= now {
        return expire(engine, letter, now);
    }
    let desk = replying::Desk { c, office: &engine.office, key: &engine.key, now };
    let bar = replying::unwanted(&desk, letter)?;
    let why = objections::misdirected(c, &engine.office, world.as_ref(), letter)?
        .or_else(|| objections::unwanted(letter, world.as_ref(), mode, now))
        .or_else(|| bar.as_ref().map(Bar::sentence));
    if let Some(why) = why {
        let bar = bar.unwrap_or_else(|| Bar::new("R4", why.clone()));
        return recall(engine, letter, (&why, &bar), now);
    }
    let hour = now.saturating_sub(SignedDuration::from_hours(1)).unwrap_or(Timestamp::MIN);
    let day = now.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN);
    let counts = Counts {
        instance_hour: moves::tries_since(c, letter.draft.kind, hour)?,
        readers: readers::count(c, &engine.office, letter.draft.kind)?,
        address_day: moves::claimed_to(c, letter, day)?,
        replies_hour: replies::claimed_since(c, letter, hour)?,
    };
    let fuse = engine.office.policy.fuse;
    let read_at = |id| engine.read_at.get(&id).copied();
    match outbox::gate(letter, world.as_ref(), counts, &fuse, read_at, now) {
        Gate::Open if letter.draft.kind == Kind::Report => offer(engine, letter, now),
        Gate::Open => match lacks(engine, letter)? {
            Some(wanted) => Ok(Considered::FetchFirst(wanted)),
            None => claim(engine, letter, (world.as_ref(), &[]), now),
        },
        Gate::ReadFirst => {
            let why = "waits for the owner's folders to be read once more".to_owned();
            Ok(Considered::ReadFirst(letter.draft.owner.into_iter().collect(), why))
        }
        Gate::Later(at, why) => {
            engine.journal.push(format!("letter {} waits: {why}", letter.id));
            put_off(engine, letter, at, &why)
        }
        Gate::Blow(why) => {
            blow(engine, &why, counts, now)?;
            Ok(Considered::Stop)
        }
    }
}

fn put_off(
    engine: &mut Engine,
    letter: &Letter,
    at: Timestamp,
    why: &str,
) -> Result<Considered, StoreError> {
    let step = engine.db.transaction()?;
    moves::put_off(&step, letter.id, at, why)?;
    step.commit()?;
    Ok(Considered::Gone)
}

/// A report leaves when its figures are known, or not at all: then its key stays taken, so that it
/// is not wanted again.
fn offer(engine: &mut Engine, letter: &Letter, now: Timestamp) -> Result<Considered, StoreError> {
    match readers::ready(engine, letter, now)? {
        Ready::Now(reports) => claim(engine, letter, (None, &reports), now),
        Ready::Later(at, why) => put_off(engine, letter, at, &why),
        Ready::Unread(owners, why) => Ok(Considered::ReadFirst(owners, why)),
        Ready::Never(why) => {
            let step = engine.db.transaction()?;
            moves::settle(&step, letter.id, State::Recalled, &why, now, now)?;
            step.commit()?;
            engine.journal.push(format!("letter {} is not sent: {why}", letter.id));
            Ok(Considered::Gone)
        }
    }
}

/// The email that must be at hand before a letter can be written; `None`: nothing is missing.
fn lacks(engine: &Engine, letter: &Letter) -> Result<Option<Wanted>, StoreError> {
    let c = engine.db.connection();
    let at_hand = engine.original.as_ref().is_some_and(|(id, _)| *id == letter.id);
    if letter.draft.kind != Kind::Handover || at_hand || moves::bytes(c, letter.id)?.is_some() {
        return Ok(None);
    }
    let item = letter.draft.items.first().and_then(|item| item.obligation);
    let obligation = item.map(|id| obligations::one(c, id)).transpose()?.flatten();
    let Some(obligation) = obligation else { return Ok(None) };
    let place = messages::place_in_inbox(c, obligation.asked_in)?;
    Ok(place.map(|(mailbox, uid)| Wanted {
        letter: letter.id,
        owner: obligation.owner,
        mailbox,
        uid,
    }))
}

fn expire(engine: &mut Engine, letter: &Letter, now: Timestamp) -> Result<Considered, StoreError> {
    let step = engine.db.transaction()?;
    moves::expire(&step, letter, now)?;
    replying::withhold(&step, letter.id, &Bar::new("R4", "its time"))?;
    decide_anew(&step, letter, now)?;
    step.commit()?;
    engine.journal.push(format!("letter {} expired before it could be sent", letter.id));
    Ok(Considered::Gone)
}

fn recall(
    engine: &mut Engine,
    letter: &Letter,
    (why, bar): (&str, &Bar),
    now: Timestamp,
) -> Result<Considered, StoreError> {
    let step = engine.db.transaction()?;
    for item in &letter.draft.items {
        moves::recall(&step, letter.id, &item.key, why, now)?;
    }
    replying::withhold(&step, letter.id, bar)?;
    decide_anew(&step, letter, now)?;
    step.commit()?;
    engine.journal.push(format!("recalled letter {}: {why}", letter.id));
    Ok(Considered::Gone)
}

/// What a letter said that will not leave may have to be said in another one.
fn decide_anew(c: &Connection, letter: &Letter, now: Timestamp) -> Result<(), StoreError> {
    letter.draft.owner.map_or(Ok(()), |owner| mailboxes::wake(c, owner, Some(now)))
}

fn claim(
    engine: &mut Engine,
    letter: &Letter,
    (world, reports): (Option<&Facts>, &[Report]),
    now: Timestamp,
) -> Result<Considered, StoreError> {
    let announced = epoch::announce(&engine.db)?;
    let step = engine.db.transaction()?;
    epoch::take(&step, &announced)?;
    let fixed = moves::bytes(&step, letter.id)?;
    let bytes = match fixed {
        Some(bytes) => bytes,
        None => {
            moves::number_items(&step, letter.id)?;
            let original = engine.original.as_ref().filter(|(id, _)| *id == letter.id);
            let original = original.map(|(_, found)| found);
            let told = (world, original, reports);
            match stationery::render(&step, &engine.office, letter, told, now)? {
                Ok(bytes) => bytes,
                Err(why) => {
                    moves::settle(&step, letter.id, State::Failed, &why, now, now)?;
                    replying::withhold(&step, letter.id, &Bar::new("R4", why.clone()))?;
                    step.commit()?;
                    epoch::settle(&engine.db, announced)?;
                    engine.journal.push(format!("letter {} cannot be written: {why}", letter.id));
                    return Ok(Considered::Gone);
                }
            }
        }
    };
    let claimed = moves::claim(&step, letter.id, &bytes, now)?;
    step.commit()?;
    if !claimed {
        epoch::settle(&engine.db, announced)?;
        return Ok(Considered::Gone);
    }
    let sender = Some(engine.office.from.address.clone());
    let (from, instead) = match matches!(letter.draft.kind, Kind::AutoReply | Kind::Passed) {
        // RFC 3834 §3.3; where a server refuses it, never an owner's address.
        true => (None, sender.filter(|own| engine.office.owner_of(own).is_none())),
        false => (sender, None),
    };
    let written = replying::written(letter);
    let to = letter.draft.to.clone();
    let parcel = Parcel { id: letter.id, from, instead, to, written, bytes };
    Ok(Considered::Claimed(InHand { parcel, announced }))
}

/// The fuse blows: everything is held, the admin is told once (law 8).
fn blow(engine: &mut Engine, why: &str, counts: Counts, now: Timestamp) -> Result<(), StoreError> {
    let held = format!("fuse: {why}");
    let step = engine.db.transaction()?;
    if facts::hold(&step, &held, now)? {
        // Told once for the letters that left, however often it blows before another one does.
        let what = format!("fuse:{}", moves::latest_try(&step)?);
        let count = counts.instance_hour.max(counts.address_day);
        let about = Alarm::FuseBlown { ceiling: why.to_owned(), count };
        alarm(&step, &engine.office, &engine.key, &what, &about, now)?;
        engine.journal.push(format!("the fuse has blown; letters are held: {why}"));
    }
    step.commit().map_err(StoreError::from)
}

/// Writes the outcome of a try. A line for the journal.
pub fn settled(
    c: &Connection,
    id: LetterId,
    outcome: &Outcome,
    now: Timestamp,
) -> Result<Option<String>, StoreError> {
    let Some(letter) = letters::one(c, id)? else { return Ok(None) };
    match letter.state {
        State::Sending | State::Committing => {}
        State::Queued | State::Sent | State::Failed | State::Unknown => return Ok(None),
        State::Recalled | State::Expired => return Ok(None),
    }
    let to = &letter.draft.to;
    Ok(Some(match outcome {
        Outcome::Accepted(answer) => {
            moves::settle(c, id, State::Sent, answer, now, now)?;
            format!("sent {} {id} to {to}", letter.draft.kind.word())
        }
        Outcome::Deferred(refusal) => {
            let next_at = now.saturating_add(outbox::backoff(&letter)).unwrap_or(now);
            moves::settle(c, id, State::Queued, &said(refusal), next_at, now)?;
            let lately = now.saturating_sub(SignedDuration::from_hours(1)).unwrap_or(now);
            let rests = match refusal.scope {
                Scope::Letter => moves::deferred_in_a_row(c, lately)? >= IN_A_ROW,
                Scope::Account | Scope::Network => true,
            };
            if rests {
                facts::rest_account(c, next_at)?;
            }
            format!("letter {id} to {to} waits until {next_at}: {}", said(refusal))
        }
        Outcome::Refused(refusal) => {
            moves::settle(c, id, State::Failed, &said(refusal), now, now)?;
            format!("letter {id} to {to} was refused: {}", said(refusal))
        }
        Outcome::Ambiguous(why) => {
            moves::settle(c, id, State::Unknown, why, now, now)?;
            format!("nobody knows whether letter {id} reached {to}: {why}")
        }
    }))
}

fn said(refusal: &Refusal) -> String {
    format!("{}: {}", refusal.phase, refusal.answer)
}
