//! Learning from `NOT`: every verdict on what arrives is weighed with the corrections of its owner,
//! and weighed again where these change; the text of what was corrected is read once more for its
//! words, and forgotten.
//!
//! The store keeps what triage alone has said, so that a correction that is taken back leaves
//! nothing behind. The rule is `rules/learning`; what it did is told by `engine/taught`.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::engine::intake::Read;
use crate::engine::ledger::Touched;
use crate::engine::office::Office;
use crate::engine::pending::Sought;
use crate::engine::turn::Engine;
use crate::mail::original;
use crate::model::address::Address;
use crate::model::ids::{MailboxId, MessageId, OwnerId};
use crate::model::lesson::{Gist, Lesson, Words};
use crate::model::message::{Fetched, Role};
use crate::model::policy::Policy;
use crate::model::verdict::Class;
use crate::rules::learning::{Arrived, Shift, adjusted, shift};
use crate::store::db::{Connection, StoreError};
use crate::store::messages::Stored;
use crate::store::{lessons, messages, poison};

/// A text that was asked for is asked for again after so long.
const WITHIN: SignedDuration = SignedDuration::from_secs(60);
/// So many corrected messages that have words in common are kept with a new one.
const MOST_ALIKE: usize = 16;

/// Weighs the verdict on a message that was just stored; `known`: the corrections, once looked up.
pub(crate) fn weigh(
    c: &Connection,
    policy: &Policy,
    stored: &Stored,
    gist: Option<&Gist>,
    known: &mut Option<Vec<Lesson>>,
) -> Result<(), StoreError> {
    let listed = matches!(stored.verdict.class, Class::Ask | Class::Unsure);
    if !listed || stored.place != Role::Inbox {
        return Ok(());
    }
    let lessons = gathered(c, stored.owner, known)?;
    if lessons.is_empty() {
        return Ok(());
    }
    let alike = gist.map_or_else(BTreeMap::new, |gist| alike(gist, lessons));
    lessons::liken(c, stored.owner, stored.id, &alike)?;
    let verdict = adjusted(&stored.verdict, &shift_by(lessons, stored, &alike), policy);
    if verdict != stored.verdict {
        lessons::judge(c, stored.id, &verdict, &stored.verdict)?;
    }
    Ok(())
}

/// The corrected messages with which words have most in common.
fn alike(gist: &Gist, lessons: &[Lesson]) -> BTreeMap<MessageId, u8> {
    let mut found = Vec::new();
    for lesson in lessons {
        match &lesson.words {
            Words::Read(other) => found.push((gist.likeness(other), lesson.of)),
            Words::Awaited | Words::Gone => {}
        }
    }
    found.retain(|(percent, _)| *percent > 0);
    found.sort_by_key(|(percent, of)| std::cmp::Reverse((*percent, *of)));
    found.into_iter().take(MOST_ALIKE).map(|(percent, of)| (of, percent)).collect()
}

/// What the corrections in force mean for a message on record.
pub(crate) fn shift_of(
    c: &Connection,
    lessons: &[Lesson],
    stored: &Stored,
) -> Result<Shift, StoreError> {
    let alike = lessons::likeness(c, stored.owner, stored.id)?;
    Ok(shift_by(lessons, stored, &alike))
}

fn shift_by(lessons: &[Lesson], stored: &Stored, alike: &BTreeMap<MessageId, u8>) -> Shift {
    let sender = stored.message.author().map(Address::untagged);
    let list = stored.message.marks.list_id.as_deref();
    shift(lessons, &Arrived { sender: sender.as_ref(), list, at: stored.arrived_at, alike })
}

/// Judges anew what arrived since, where owners have corrected something or taken it back. All
/// conversations to settle.
pub(crate) fn applied(
    c: &Connection,
    office: &Office,
    touched: &Touched,
) -> Result<Touched, StoreError> {
    let mut all = touched.clone();
    let mut before = None;
    for (owner, _) in touched {
        if before.replace(*owner) == Some(*owner) {
            continue;
        }
        let Some(since) = lessons::due(c, *owner)? else { continue };
        let lessons = lessons::of_owner(c, *owner)?;
        for stored in lessons::listed_since(c, *owner, since)? {
            let untaught = lessons::untaught(c, stored.id)?;
            let untaught = untaught.unwrap_or_else(|| stored.verdict.clone());
            let verdict = adjusted(&untaught, &shift_of(c, &lessons, &stored)?, &office.policy);
            if verdict != stored.verdict {
                lessons::judge(c, stored.id, &verdict, &untaught)?;
                all.insert((*owner, stored.conversation));
            }
        }
    }
    Ok(all)
}

/// The corrected message whose text is to be read next. One that lies in no inbox any more, or that
/// cannot be read, teaches by its sender and its list alone.
pub(crate) fn seek(engine: &mut Engine, now: Timestamp) -> Result<Option<Sought>, StoreError> {
    engine.sought.retain(|_, (_, until)| *until > now);
    if engine.closing {
        return Ok(None);
    }
    for (owner, message) in lessons::awaited(engine.db.connection())? {
        if engine.sought.contains_key(&owner) || !engine.office.owners.contains_key(&owner) {
            continue;
        }
        let Some((mailbox, uid)) = readable(engine.db.connection(), message)? else {
            let step = engine.db.transaction()?;
            lessons::learn(&step, message, None)?;
            step.commit()?;
            continue;
        };
        let until = now.saturating_add(WITHIN).unwrap_or(now);
        engine.sought.insert(owner, (message, until));
        return Ok(Some(Sought { owner, message, mailbox, uid }));
    }
    Ok(None)
}

fn readable(c: &Connection, message: MessageId) -> Result<Option<(MailboxId, u64)>, StoreError> {
    let Some((mailbox, uid)) = messages::place_in_inbox(c, message)? else { return Ok(None) };
    let aside = poison::set_aside(c, mailbox)?.contains(&uid);
    Ok(Some((mailbox, uid)).filter(|_| !aside))
}

/// What a door brought under a number, made ready to be parsed as if it had just arrived.
pub fn fetched(uid: u64, whole: Vec<u8>) -> Fetched {
    let header = original::header(&whole).to_vec();
    Fetched { uid, header, whole: Some(whole), ..Fetched::default() }
}

/// The text of a corrected message was read once more; `None`: it is gone.
pub(crate) fn learn(
    c: &Connection,
    message: MessageId,
    read: Option<&Read>,
) -> Result<(), StoreError> {
    let gist = match messages::one(c, message)? {
        Some(stored) => {
            read.filter(|read| may_be(read, &stored)).and_then(|read| read.gist.as_ref())
        }
        None => None,
    };
    lessons::learn(c, message, gist)
}

/// A folder that was numbered anew meanwhile brings another message under its number.
fn may_be(read: &Read, stored: &Stored) -> bool {
    let (found, known) = (&read.message, &stored.message);
    let named = !known.key.0.starts_with("hash:") && found.key.0.contains('@');
    (!named || found.key == known.key)
        && found.fingerprint == known.fingerprint
        && found.subject == known.subject
}

/// The corrections of an owner, gathered once for all that a batch brings.
fn gathered<'a>(
    c: &Connection,
    owner: OwnerId,
    known: &'a mut Option<Vec<Lesson>>,
) -> Result<&'a [Lesson], StoreError> {
    let lessons = match known.take() {
        Some(lessons) => lessons,
        None => lessons::of_owner(c, owner)?,
    };
    Ok(known.insert(lessons))
}
