//! Row numbers as types, so that no two kinds of them can be mixed up.
//!
//! They mean something inside one database only; what others may rely on is the short reference of
//! an obligation (`model/obligation`) and the Message-ID.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

id! {
    /// A person (or shared mailbox) whose mail is watched.
    OwnerId
    /// One folder of one owner.
    MailboxId
    /// One message of one owner, in however many folders it lies.
    MessageId
    /// One conversation of one owner.
    ConversationId
    /// One reply that is owed.
    ObligationId
    /// One answer that is awaited.
    AwaitedId
    /// One outgoing letter.
    LetterId
    /// One absence of one owner.
    AwayId
}
