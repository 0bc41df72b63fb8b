//! What letters wait for: a reading of their owner's folders, the email that they are about, the
//! end of a change of the store.
//!
//! Kept in memory only: after a restart each letter asks again.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::model::ids::{LetterId, MailboxId, MessageId, OwnerId};
use crate::model::letter::Parcel;
use crate::store::epoch::Epoch;

/// An email that a letter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The letter.
    pub letter: LetterId,
    /// Whose email it is.
    pub owner: OwnerId,
    /// Where it lies.
    pub mailbox: MailboxId,
    /// Under which number.
    pub uid: u64,
}

/// A corrected message whose text is to be read once more (`engine/learning`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sought {
    /// Whose message it is.
    pub owner: OwnerId,
    /// The message.
    pub message: MessageId,
    /// Where it lies.
    pub mailbox: MailboxId,
    /// Under which number.
    pub uid: u64,
}

/// A letter that waits for the folders of an owner to be read, or of several.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    pub(crate) owners: BTreeSet<OwnerId>,
    pub(crate) since: Timestamp,
    /// Then it asks again.
    pub(crate) until: Timestamp,
}

/// A claimed letter, and the change of the store's epoch that ends before it leaves.
#[derive(Clone, Debug)]
pub(crate) struct InHand {
    pub(crate) parcel: Parcel,
    pub(crate) announced: Epoch,
}
