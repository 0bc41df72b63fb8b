//! What the engine does beside its turns: it counts what ends the process, and removes what has
//! grown old.

use jiff::{SignedDuration, Timestamp};

use crate::engine::turn::Engine;
use crate::model::ids::MailboxId;
use crate::store::db::StoreError;
use crate::store::{erasing, mailboxes, outbox, poison};

/// What was set aside because of the line is tried again after so long: the next daily comparison
/// finds it missing.
const LINE_SUSPECT: SignedDuration = SignedDuration::from_hours(20);

impl Engine {
    /// Reading this message ended the process so many times (more), or would have. True: it is set
    /// aside from now on, and was not before.
    pub fn suspect(
        &mut self,
        mailbox: MailboxId,
        uid: u64,
        ends: u32,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let step = self.db.transaction()?;
        let known = mailboxes::one(&step, mailbox)?.is_some();
        let counted = if known { poison::suspect(&step, mailbox, uid, ends, now)? } else { 0 };
        step.commit()?;
        let before = counted.saturating_sub(ends);
        Ok(counted >= poison::MOST_ENDS && before < poison::MOST_ENDS)
    }

    /// Removes what has grown old: facts, the bytes of settled letters, the suspicion that a
    /// message breaks the line. How many messages went.
    pub fn forget(
        &mut self,
        facts: SignedDuration,
        letters: SignedDuration,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let before = |span| now.saturating_sub(span).unwrap_or(Timestamp::MIN);
        let step = self.db.transaction()?;
        let forgotten = erasing::forget_old(&step, before(facts))?;
        outbox::wipe_bytes(&step, before(letters))?;
        poison::forgive(&step, before(LINE_SUSPECT))?;
        step.commit()?;
        Ok(forgotten)
    }
}
