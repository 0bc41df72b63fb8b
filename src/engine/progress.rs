//! How far a folder is read: what a batch tells of it besides its messages.
//!
//! Goes into the store with the messages, in the caller's transaction.

use jiff::Timestamp;

use crate::engine::intake::Read;
use crate::model::ids::MailboxId;
use crate::model::message::Batch;
use crate::store::db::{Connection, StoreError};
use crate::store::mailboxes::{self, Mailbox};
use crate::store::{messages, poison};

/// Before its messages are taken in. The folder as it stands then.
pub(crate) fn begin(
    c: &Connection,
    mailbox: &Mailbox,
    batch: &Batch<Read>,
    now: Timestamp,
) -> Result<Mailbox, StoreError> {
    if batch.renumbered {
        mailboxes::renumber(c, mailbox.state.id)?;
    }
    mailboxes::activate(c, mailbox.state.id, began_at(batch, now))?;
    Ok(mailboxes::one(c, mailbox.state.id)?.unwrap_or_else(|| mailbox.clone()))
}

/// After that: what left the folder, and where its reading stands.
pub(crate) fn end(
    c: &Connection,
    mailbox: MailboxId,
    batch: &Batch<Read>,
    now: Timestamp,
) -> Result<(), StoreError> {
    for uid in &batch.vanished {
        messages::leave(c, mailbox, *uid)?;
        poison::leave(c, mailbox, *uid)?;
    }
    mailboxes::move_cursor(c, mailbox, &batch.cursor)?;
    poison::acquit(c, mailbox, batch.messages.iter().map(|read| read.uid))?;
    if batch.caught_up {
        mailboxes::caught_up(c, mailbox, began_at(batch, now))?;
    }
    if batch.reconciled {
        mailboxes::reconciled(c, mailbox, began_at(batch, now))?;
    }
    Ok(())
}

/// The clock may have been set back since.
fn began_at(batch: &Batch<Read>, now: Timestamp) -> Timestamp {
    batch.began_at.min(now)
}
