//! What requesters answer to letters that we wrote in an owner's name: it belongs to what those
//! letters were about, and one word on its first line calls it urgent.
//!
//! That word is heard only in an answer to such a letter, which names a Message-ID that nobody else
//! can know.

use std::borrow::Cow;

use crate::engine::intake::Read;
use crate::mail::token;
use crate::model::owner::Owner;
use crate::store::db::{Connection, StoreError};
use crate::store::{letters, messages, obligations, replies};

/// So many letters that an answer points to are looked at.
const LETTERS_LOOKED_AT: usize = 5;

/// An answer to a letter in which we spoke for the owner answers what that letter was about: so it
/// comes to lie in the right conversation. Where it answers nothing of ours, nobody called.
pub(crate) fn pointed<'a>(
    c: &Connection,
    owner: &Owner,
    read: &'a Read,
) -> Result<Cow<'a, Read>, StoreError> {
    let ours = read.message.pointers().filter(|key| token::looks_ours(&key.0));
    let mut about = Vec::new();
    for key in ours.take(LETTERS_LOOKED_AT) {
        let Some(letter) = letters::with_message_id(c, &key.0)? else { continue };
        let reply = replies::by_letter(c, letter)?.filter(|reply| reply.owner == owner.id);
        let message = match reply {
            Some(reply) => Some(reply.message),
            None => obligations::passed_by(c, letter, owner.id)?,
        };
        let stored = message.map(|id| messages::one(c, id)).transpose()?.flatten();
        about.extend(stored.map(|stored| stored.message.key));
    }
    if about.is_empty() && !read.called {
        return Ok(Cow::Borrowed(read));
    }
    let mut read = read.clone();
    read.called &= !about.is_empty();
    about.retain(|key| !read.message.in_reply_to.contains(key));
    read.message.in_reply_to.extend(about);
    Ok(Cow::Owned(read))
}
