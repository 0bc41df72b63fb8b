//! What happened to known messages of the open folder: flags that changed, messages that left, and
//! once a day whether folder and store hold the same numbers.
//!
//! That a message is gone counts only when it is asked for by its UID and does not answer; when it
//! is many, twice. Next station: the caller puts it into a batch (`model/message`).

use std::collections::{BTreeMap, BTreeSet};

use imap_proto::{MailboxDatum, Response};

use crate::imap::command::Command;
use crate::imap::fault::{Fault, Oddity};
use crate::imap::fetch::{FETCH_WITHIN, Piece, piece_of};
use crate::imap::guard::Stream;
use crate::imap::session::Session;
use crate::imap::sync::sets;
use crate::model::message::Flags;

/// Of so many messages one answer may speak: it must stay within the guard's line.
const AT_ONCE: usize = 10_000;
const MOST_FLAGS: usize = 1_000_000;
/// More than this many gone at once, or a fifth of the folder, is confirmed a second time.
const MANY_GONE: usize = 50;

/// What the server says has happened since a MODSEQ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Flags of messages whose flags changed, by UID.
    pub flags: Vec<(u64, Flags)>,
    /// Known messages that have left.
    pub vanished: Vec<u64>,
}

/// How folder and store differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Known messages that have left.
    pub vanished: Vec<u64>,
    /// UIDs below the reading's end that the folder holds and nobody has read.
    pub missed: Vec<u64>,
}

impl<S: Stream> Session<S> {
    /// Flags in a window of UIDs; with `changed_since` only those changed after that MODSEQ.
    pub async fn flags(
        &mut self,
        window: (u64, u64),
        changed_since: Option<u64>,
    ) -> Result<Vec<(u64, Flags)>, Fault> {
        let (first, last) = window;
        let mut command =
            Command::new("UID FETCH").with_word(&format!("{first}:{last}"))?.with("(UID FLAGS)");
        if let Some(mod_seq) = changed_since {
            command = command.with_word("(CHANGEDSINCE")?.with_word(&format!("{mod_seq})"))?;
        }
        let mut flags = Flagged::within(window);
        self.wire.cmd(command, FETCH_WITHIN, |response| flags.note(response)).await?;
        flags.all()
    }

    /// What changed and what left since a MODSEQ, of the known UIDs (ascending) of a folder. Only a
    /// server that said so can be asked ([`crate::imap::sync::Departures::Told`], RFC 7162 §3.2.6).
    pub async fn changed(&mut self, known: &[u64], since: u64) -> Result<Changed, Fault> {
        let mut changed = Changed::default();
        let mut gone = Vec::new();
        for part in known.chunks(AT_ONCE) {
            let (Some(&first), Some(&last)) = (part.first(), part.last()) else { continue };
            let command = Command::new("UID FETCH")
                .with_word(&format!("{first}:{last}"))?
                .with("(UID FLAGS)")
                .with_word("(CHANGEDSINCE")?
                .with_word(&since.to_string())?
                .with_word("VANISHED)")?;
            let mut flags = Flagged::within((first, last));
            let note = |response: &Response<'_>| {
                flags.note(response);
                if let Response::Vanished { uids, .. } = response {
                    for range in uids {
                        let from = part.partition_point(|uid| *uid < u64::from(*range.start()));
                        let rest = part.get(from..).unwrap_or_default().iter().copied();
                        gone.extend(rest.take_while(|uid| *uid <= u64::from(*range.end())));
                    }
                }
            };
            self.wire.cmd(command, FETCH_WITHIN, note).await?;
            changed.flags.extend(flags.all()?);
        }
        gone.sort_unstable();
        gone.dedup();
        changed.vanished = self.confirmed(gone, known.len()).await?;
        Ok(changed)
    }

    /// Which of these known UIDs are no longer in the folder. What one answer leaves out is only a
    /// hint: it is asked for by UID before it counts.
    pub async fn vanished(&mut self, known: &[u64]) -> Result<Vec<u64>, Fault> {
        let mut known: Vec<u64> = known.to_vec();
        known.sort_unstable();
        known.dedup();
        let mut unseen = Vec::new();
        for part in known.chunks(AT_ONCE) {
            let (Some(&first), Some(&last)) = (part.first(), part.last()) else { continue };
            let here = self.held((first, last)).await?;
            unseen.extend(part.iter().copied().filter(|uid| !here.contains(uid)));
        }
        self.confirmed(unseen, known.len()).await
    }

    /// Compares a whole folder of `exists` messages, as far as it was read (below `end`), with its
    /// known UIDs (ascending): servers skip single messages, and other programs move them.
    pub async fn difference(
        &mut self,
        known: &[u64],
        end: u64,
        exists: u64,
    ) -> Result<Difference, Fault> {
        let mut here = BTreeSet::new();
        let few = usize::try_from(exists).is_ok_and(|exists| exists <= AT_ONCE);
        let mut first = 1;
        // Between two known messages there can be many unread ones, but not in a healthy folder.
        let lasts = known.chunks(AT_ONCE).filter_map(|part| part.last().copied());
        let lasts: Vec<u64> = if few { Vec::new() } else { lasts.collect() };
        for last in lasts.into_iter().chain(end.checked_sub(1)) {
            if first <= last {
                here.extend(self.held((first, last)).await?);
                first = last + 1;
            }
        }
        let missed = here.iter().copied().filter(|uid| known.binary_search(uid).is_err());
        let missed = missed.collect();
        let unseen = known.iter().copied().filter(|uid| !here.contains(uid)).collect();
        Ok(Difference { vanished: self.confirmed(unseen, known.len()).await?, missed })
    }

    /// Which of these are really gone, of so many known.
    async fn confirmed(&mut self, mut unseen: Vec<u64>, of: usize) -> Result<Vec<u64>, Fault> {
        let passes = if unseen.len() > MANY_GONE.max(of / 5) { 2 } else { 1 };
        for _ in 0..passes {
            let mut gone = Vec::new();
            for (set, members) in sets(&unseen, usize::MAX) {
                let seen =
                    self.pieces(&set, "(UID)", |uid| members.binary_search(&uid).is_ok()).await?;
                gone.extend(members.iter().copied().filter(|uid| !seen.contains_key(uid)));
            }
            unseen = gone;
        }
        Ok(unseen)
    }

    /// The UIDs that the folder holds from the first to the last.
    async fn held(&mut self, (first, last): (u64, u64)) -> Result<BTreeSet<u64>, Fault> {
        let command = Command::new("UID SEARCH").with("UID");
        let command = command.with_word(&format!("{first}:{last}"))?;
        let mut here = BTreeSet::new();
        let note = |response: &Response<'_>| {
            if let Response::MailboxData(MailboxDatum::Search(uids)) = response {
                let uids = uids.iter().map(|uid| u64::from(*uid));
                here.extend(uids.filter(|uid| (first..=last).contains(uid)));
            }
        };
        self.wire.cmd(command, FETCH_WITHIN, note).await?;
        Ok(here)
    }
}

/// Flags that come in, of messages in a window.
struct Flagged {
    window: (u64, u64),
    found: BTreeMap<u64, Flags>,
}

impl Flagged {
    fn within(window: (u64, u64)) -> Self {
        Self { window, found: BTreeMap::new() }
    }

    fn note(&mut self, response: &Response<'_>) {
        let (first, last) = self.window;
        if let Some((uid, Piece { flags: Some(flags), .. })) = piece_of(response)
            && (first..=last).contains(&uid)
            && self.found.len() <= MOST_FLAGS
        {
            self.found.insert(uid, flags);
        }
    }

    fn all(self) -> Result<Vec<(u64, Flags)>, Fault> {
        if self.found.len() > MOST_FLAGS {
            return Err(Fault::Protocol(Oddity::TooMuch));
        }
        Ok(self.found.into_iter().collect())
    }
}
