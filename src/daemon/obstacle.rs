//! Where the reading of a folder broke: the range is halved, try by try, until one message stands
//! alone; if the line breaks on that one again and again, it may be the reason and is set aside.
//!
//! Lines break by chance, too: what was set aside is tried again minutes later, last of all, and
//! then more and more rarely. Pure: whoever reads asks how to cut the windows and reports what
//! became of them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::imap::sync::{Window, halves};
use crate::model::ids::MailboxId;
use crate::store::poison::Blame;

/// So often the line may break on one single message: networks fail as well.
const MOST_BREAKS: u32 = 3;
/// Where more messages of one folder are to blame than this, it is not the messages.
const MOST_BLAMED: usize = 10;
/// What was set aside is tried again after so long; each time after twice as long.
const AGAIN: SignedDuration = SignedDuration::from_mins(5);
/// At most so long.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(24);

/// What is in the way, by folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Obstacles {
    by_folder: BTreeMap<MailboxId, Obstacle>,
    blamed: BTreeMap<MailboxId, Vec<Blame>>,
    /// Folders of which it is known what was set aside before this process began.
    recalled: BTreeSet<MailboxId>,
}

/// When a message that was set aside is to be tried again.
fn again_at(blame: &Blame) -> Timestamp {
    let doubled = 2_i32.saturating_pow(blame.times.saturating_sub(1).min(20));
    let wait = AGAIN.saturating_mul(doubled).min(LONGEST_WAIT);
    blame.at.saturating_add(wait).unwrap_or(Timestamp::MAX)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Obstacle {
    first: u64,
    last: u64,
    breaks: u32,
}

impl Obstacles {
    /// The windows so that what broke last time is asked for in two halves, apart from the rest.
    pub fn cut(&self, folder: MailboxId, windows: &[Window]) -> VecDeque<Window> {
        let Some(Obstacle { first, last, .. }) = self.by_folder.get(&folder).copied() else {
            return windows.iter().copied().collect();
        };
        let mut cut = VecDeque::new();
        for &(from, to) in windows {
            let (within_from, within_to) = (from.max(first), to.min(last));
            if within_from > within_to {
                cut.push_back((from, to));
                continue;
            }
            if from < within_from {
                cut.push_back((from, within_from - 1));
            }
            match halves((within_from, within_to)) {
                Some((lower, upper)) => cut.extend([lower, upper]),
                None => cut.push_back((within_from, within_to)),
            }
            if within_to < to {
                cut.push_back((within_to + 1, to));
            }
        }
        cut
    }

    /// Whether this message stands alone because the line broke on it.
    pub fn is_suspect(&self, folder: MailboxId, (first, last): Window) -> bool {
        let obstacle = self.by_folder.get(&folder);
        first == last && obstacle.is_some_and(|o| (o.first, o.last) == (first, last))
    }

    /// A message that was set aside and is to be tried again now.
    pub fn due(&self, folder: MailboxId, now: Timestamp) -> Option<u64> {
        let blamed = self.blamed.get(&folder)?;
        blamed.iter().find(|one| again_at(one) <= now).map(|one| one.uid)
    }

    /// Whether it is known what was set aside in a folder before.
    pub fn is_recalled(&self, folder: MailboxId) -> bool {
        self.recalled.contains(&folder)
    }

    /// What was set aside in a folder before this process began: it waits no longer than it would
    /// have.
    pub fn recall(&mut self, folder: MailboxId, blamed: Vec<Blame>) {
        self.recalled.insert(folder);
        if !blamed.is_empty() {
            self.blamed.insert(folder, blamed);
        }
    }

    /// The folder was numbered anew: the numbers known here are those of other messages.
    pub fn forget(&mut self, folder: MailboxId) {
        self.by_folder.remove(&folder);
        self.blamed.remove(&folder);
    }

    /// A window was read well.
    pub fn passed(&mut self, folder: MailboxId, (first, last): Window) {
        if let Some(blamed) = self.blamed.get_mut(&folder) {
            blamed.retain(|one| !(first..=last).contains(&one.uid));
        }
        self.blamed.retain(|_, blamed| !blamed.is_empty());
        let Some(obstacle) = self.by_folder.get_mut(&folder) else { return };
        if (first..=last).contains(&obstacle.first) {
            obstacle.first = last + 1;
        }
        if obstacle.first > obstacle.last {
            self.by_folder.remove(&folder);
        }
    }

    /// The line broke while a window was on its way; the message to be set aside, if it is certain
    /// enough which one is the reason.
    pub fn broke(
        &mut self,
        folder: MailboxId,
        (first, last): Window,
        now: Timestamp,
    ) -> Option<u64> {
        let before = self.by_folder.get(&folder).filter(|o| (o.first, o.last) == (first, last));
        let breaks = before.map_or(1, |before| before.breaks + 1);
        let blamed = self.blamed.entry(folder).or_default();
        let known = blamed.iter().position(|one| (one.uid, one.uid) == (first, last));
        let times = match known.map(|place| blamed.swap_remove(place).times) {
            Some(times) => times.saturating_add(1),
            None if first == last && breaks >= MOST_BREAKS && blamed.len() < MOST_BLAMED => {
                self.by_folder.remove(&folder);
                1
            }
            None => {
                self.by_folder.insert(folder, Obstacle { first, last, breaks });
                return None;
            }
        };
        blamed.push(Blame { uid: first, times, at: now });
        Some(first)
    }
}
