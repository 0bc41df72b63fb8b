//! What mail tells beside its conversation: to whom an owner writes, and what the server before the
//! mailbox writes into what arrives. Automatic answers are decided by it (`engine/replying`).

use crate::engine::intake::{Read, Taken};
use crate::model::answering::Answering;
use crate::model::ids::MessageId;
use crate::model::message::{Flags, Message};
use crate::model::owner::Owner;
use crate::model::verdict::Language;
use crate::store::db::{Connection, StoreError};
use crate::store::profile;

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

/// To whom the owner writes, they know; what a program writes in their name says nothing.
pub(crate) fn acquaint(c: &Connection, owner: &Owner, message: &Message) -> Result<(), StoreError> {
    if message.marks.automatic.is_some() {
        return Ok(());
    }
    for party in message.recipients() {
        profile::wrote_to(c, owner.id, &party.address)?;
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
