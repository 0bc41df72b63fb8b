//! What mail tells beside its conversation: to whom an owner writes, whom another responder of
//! theirs has answered, and what the server before the mailbox writes into what arrives. Automatic
//! answers are decided by it (`engine/replying`). And what is kept of the judgement of words.

use jiff::Timestamp;

use crate::engine::intake::{Read, Taken};
use crate::engine::ledger::Touched;
use crate::engine::promising;
use crate::model::answering::Answering;
use crate::model::ids::MessageId;
use crate::model::message::{Flags, Message, Prefix};
use crate::model::owner::Owner;
use crate::model::verdict::{Class, Language, Verdict, Wording};
use crate::store::db::{Connection, StoreError};
use crate::store::messages::{self, Stored};
use crate::store::{profile, unsure};

/// A message that has just arrived, with what matters for an automatic answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Fresh {
    /// Its row.
    pub message: MessageId,
    /// Its flags.
    pub flags: Flags,
    /// What it says for and against an answer; `None`: its header was enough not to look at the
    /// whole of it.
    pub answering: Option<Box<Answering>>,
    /// The language of its words, where that is clear.
    pub language: Option<Language>,
}

/// To whom the owner writes, they know; whom a program answers in their name, it has answered. What
/// somebody wrote since then, and was not sure to ask, is to be settled again.
pub(crate) fn acquaint(
    c: &Connection,
    owner: &Owner,
    message: &Message,
    arrived_at: Timestamp,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    let answers = message.prefix == Prefix::Reply || message.pointers().next().is_some();
    for party in message.recipients() {
        match (&message.marks.automatic, answers) {
            (None, _) => {
                if profile::wrote_to(c, owner.id, &party.address, arrived_at)? {
                    let unsure = unsure::of_author(c, owner.id, &party.address, arrived_at)?;
                    touched.extend(unsure.into_iter().map(|found| (owner.id, found)));
                }
            }
            (Some(_), true) => profile::responded(c, owner.id, &party.address, arrived_at)?,
            (Some(_), false) => {}
        }
    }
    Ok(())
}

/// What arrived could be answered, and tells of the server that took it in.
pub(crate) fn arrival(
    c: &Connection,
    owner: &Owner,
    message: MessageId,
    read: &Read,
    taken: &mut Taken,
) -> Result<(), StoreError> {
    if let Some(answering) = &read.answering {
        let customs = match taken.customs.take() {
            Some(customs) => customs,
            None => profile::of_owner(c, owner.id)?,
        };
        taken.customs.insert(customs).see(answering);
    }
    taken.fresh.push(Fresh {
        message,
        flags: read.flags,
        answering: read.answering.clone(),
        language: read.wording.as_ref().and_then(|wording| wording.language),
    });
    Ok(())
}

/// What was first read as a copy in the inbox lies in Sent: its words are the owner's own.
pub(crate) fn reworded(
    c: &Connection,
    owner: &Owner,
    read: &Read,
    (id, verdict, at): (MessageId, &Verdict, Timestamp),
) -> Result<(), StoreError> {
    let says = promising::heard(owner, read, at).says;
    let wording = kept_wording(owner, read, verdict);
    let Some(stored) = messages::one(c, id)? else { return Ok(()) };
    if says == stored.message.says && wording == stored.wording {
        return Ok(());
    }
    let message = Message { says, ..stored.message.clone() };
    messages::rewrite(c, &Stored { message, wording, ..stored })
}

/// The words are kept only for what was judged by them; a snippet only where the owner wishes.
pub(crate) fn kept_wording(owner: &Owner, read: &Read, verdict: &Verdict) -> Option<Wording> {
    let judged = match verdict.class {
        Class::Ask | Class::Unsure | Class::Information | Class::Closer | Class::OwnAsk => true,
        Class::Automatic | Class::Bounce | Class::Calendar | Class::Bulk => false,
        Class::Bystander | Class::Own | Class::Sigap => false,
    };
    let wording = read.wording.clone().filter(|_| judged)?;
    if owner.snippets && verdict.asks() {
        return Some(wording);
    }
    Some(Wording { snippet: String::new(), ..wording })
}
