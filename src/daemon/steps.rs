//! What the desk does in the store in one step each, beside the turns of the engine.

use jiff::Timestamp;

use crate::daemon::mark::Place;
use crate::engine::turn::Engine;
use crate::model::ids::OwnerId;
use crate::model::message::Role;
use crate::store::db::StoreError;
use crate::store::mailboxes::{self, Mailbox};

/// The rows of an owner's folders, as the doors found them.
pub fn watched(
    engine: &mut Engine,
    owner: OwnerId,
    folders: &[(Role, String)],
) -> Result<Vec<Mailbox>, StoreError> {
    let step = engine.db_mut().transaction()?;
    let found = mailboxes::watched(&step, owner, folders)?;
    step.commit()?;
    Ok(found)
}

/// The same of an owner, or of Sigap itself, which has one folder.
pub fn rows(
    engine: &mut Engine,
    owner: Option<OwnerId>,
    folders: &[(Role, String)],
) -> Result<Vec<Mailbox>, StoreError> {
    if let Some(owner) = owner {
        return watched(engine, owner, folders);
    }
    let step = engine.db_mut().transaction()?;
    let own = folders.iter().map(|(_, name)| mailboxes::answers(&step, name));
    let own = own.collect::<Result<Vec<_>, _>>()?;
    step.commit()?;
    Ok(own)
}

/// Reading a message ended the process so often, or would have; what is set aside is told once.
pub fn suspect(
    engine: &mut Engine,
    (mailbox, uid): Place,
    ends: u32,
    now: Timestamp,
) -> Result<(), StoreError> {
    if engine.suspect(mailbox, uid, ends, now)? {
        let found = mailboxes::one(engine.db().connection(), mailbox)?;
        let folder = found.map_or_else(String::new, |mailbox| mailbox.state.name);
        tracing::error!(
            "Message {uid} of {folder:?} is set aside: it cannot be read. Please look at it."
        );
    }
    Ok(())
}
