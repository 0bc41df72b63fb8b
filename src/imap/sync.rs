//! What is to be read in a folder: a pure plan from where the reading stands and what EXAMINE said.
//!
//! It never asks for `n:*` (which always names the last message), never trusts a numbering that has
//! changed, and bounds what one plan holds. Next station: `daemon/folder` runs it on a session.

use std::collections::BTreeSet;

use crate::model::message::Cursor;

/// How many UIDs one FETCH covers.
pub const WINDOW: u64 = 500;
/// How many windows one plan holds; the next plan goes on from there.
const WINDOWS: usize = 10_000;
/// Of so many of the last known UIDs flags are looked at again where CONDSTORE is missing, and once
/// a day.
const FLAGS_BACK: u64 = 2_000;
const SET_BYTES: usize = 1_000;

/// First and last UID.
pub type Window = (u64, u64);

/// What EXAMINE or STATUS said about a folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Examined {
    /// UIDVALIDITY; absent or 0: its UIDs mean nothing beyond this session.
    pub uid_validity: Option<u64>,
    /// UIDNEXT.
    pub uid_next: Option<u64>,
    /// How many messages.
    pub exists: u64,
    /// HIGHESTMODSEQ, where CONDSTORE is offered and works for this folder.
    pub mod_seq: Option<u64>,
    /// The server also says which messages left since a MODSEQ (QRESYNC).
    pub tells_departures: bool,
    /// This session opened the folder before: its UIDs hold even without a UIDVALIDITY.
    pub again: bool,
}

/// How it is found out which known messages have left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departures {
    /// None can have: nothing is known yet, or nothing has changed.
    None,
    /// The server says what changed and what left since this MODSEQ (RFC 7162 §3.2.6).
    Told(u64),
    /// The latest known ones are looked for.
    Looked,
}

/// What is to be read, in this order: flag windows, then windows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Known UIDs of the folder are void.
    pub renumbered: bool,
    /// UIDs that are new, first and last, ascending.
    pub windows: Vec<Window>,
    /// Known UIDs whose flags are looked at again.
    pub flag_windows: Vec<Window>,
    /// Only flags that changed after this MODSEQ (CONDSTORE).
    pub changed_since: Option<u64>,
    /// How it is found out what left; with [`Departures::Told`] flags come along.
    pub departures: Departures,
    /// Where the reading stands when all of it is done.
    pub cursor: Cursor,
    /// The windows reach to the folder's end; else the next plan goes on.
    pub to_the_end: bool,
    /// Where it stands before the first window; `None`: the cursor does not move with the windows.
    before: Option<Cursor>,
}

/// Why there is no plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unclear {
    /// The server did not say UIDNEXT: to be asked by STATUS.
    #[error("the server does not say which message comes next")]
    NoUidNext,
}

/// Makes the plan.
pub fn plan(cursor: &Cursor, examined: &Examined) -> Result<Plan, Unclear> {
    let uid_next = match examined.uid_next {
        Some(uid_next) if uid_next > 0 => uid_next,
        Some(_) | None if examined.exists == 0 => cursor.uid_next.max(1),
        Some(_) | None => return Err(Unclear::NoUidNext),
    };
    let uid_validity = examined.uid_validity.unwrap_or(0);
    let first = cursor.uid_next == 0 && cursor.uid_validity == 0;
    let lasting = uid_validity != 0 || examined.again;
    // A folder that was something else before (a Maildir) has numbers but no next one.
    let known = cursor.uid_next > 0 && cursor.uid_next <= uid_next;
    let same = known && lasting && uid_validity == cursor.uid_validity;
    let renumbered = !first && !same;
    let fresh = first || renumbered;
    let from = if fresh { 1 } else { cursor.uid_next };
    let windows = match examined.exists {
        0 => Vec::new(),
        _ => windows(from, uid_next - 1, WINDOW),
    };
    // What is new in a folder that is empty may have gone, or come while it was counted.
    let next = windows.last().map_or(from, |window| window.1 + 1);
    let Changes { flag_windows, changed_since, departures } =
        if fresh { Changes::NONE } else { changes(cursor, examined) };
    let to_the_end = windows.is_empty() || next >= uid_next;
    let before =
        Cursor { uid_validity, uid_next: from, mod_seq: if fresh { 0 } else { cursor.mod_seq } };
    let mod_seq = if to_the_end { examined.mod_seq.unwrap_or(0) } else { before.mod_seq };
    let cursor = Cursor { uid_validity, uid_next: next, mod_seq };
    Ok(Plan {
        renumbered,
        windows,
        flag_windows,
        changed_since,
        departures,
        cursor,
        to_the_end,
        before: Some(before),
    })
}

impl Plan {
    /// Reads these windows once more, of a folder that was read to its end.
    pub fn again(self, windows: Vec<Window>) -> Self {
        Self { renumbered: false, windows, before: None, ..self }
    }

    /// Where the reading stands when this window and all before it are done.
    pub fn cursor_after(&self, window: Window) -> Cursor {
        match &self.before {
            Some(before) if self.windows.last().is_some_and(|last| window.1 < last.1) => {
                Cursor { uid_next: window.1 + 1, ..before.clone() }
            }
            Some(_) | None => self.cursor.clone(),
        }
    }
}

/// Two halves of a window that could not be read whole; `None`: it is a single UID.
pub fn halves((first, last): Window) -> Option<(Window, Window)> {
    let middle = first + last.checked_sub(first)? / 2;
    (first < last).then_some(((first, middle), (middle + 1, last)))
}

/// UIDs as ascending compact sets of at most 1000 bytes (longer commands are refused by some
/// servers), each with the UIDs in it.
pub fn sets(uids: &[u64], most: usize) -> Vec<(String, Vec<u64>)> {
    let mut uids = uids.to_vec();
    uids.sort_unstable();
    uids.dedup();
    let mut sets: Vec<(String, Vec<u64>)> = Vec::new();
    let (mut text, mut members) = (String::new(), Vec::new());
    let mut rest = uids.as_slice();
    while let Some(&first) = rest.first() {
        let room = most.max(1).saturating_sub(members.len());
        let run = rest.iter().zip(first..).take_while(|(uid, expected)| *uid == expected);
        let run = run.count().min(room);
        let (taken, left) = rest.split_at(run);
        let last = taken.last().copied().unwrap_or(first);
        let part = if last == first { first.to_string() } else { format!("{first}:{last}") };
        if run == 0 || text.len() + part.len() + 1 > SET_BYTES {
            sets.push((std::mem::take(&mut text), std::mem::take(&mut members)));
            continue;
        }
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(&part);
        members.extend_from_slice(taken);
        rest = left;
    }
    if !members.is_empty() {
        sets.push((text, members));
    }
    sets
}

struct Changes {
    flag_windows: Vec<Window>,
    changed_since: Option<u64>,
    departures: Departures,
}

impl Changes {
    const NONE: Self =
        Self { flag_windows: Vec::new(), changed_since: None, departures: Departures::None };
}

fn changes(cursor: &Cursor, examined: &Examined) -> Changes {
    let last = cursor.uid_next.saturating_sub(1);
    if last == 0 {
        return Changes::NONE;
    }
    let told = examined.tells_departures;
    let looked = Changes { departures: Departures::Looked, ..Changes::NONE };
    match (cursor.mod_seq, examined.mod_seq) {
        (seen, Some(now)) if seen > 0 && now == seen && told => Changes::NONE,
        (seen, Some(now)) if seen > 0 && now > seen && told => {
            Changes { departures: Departures::Told(seen), ..Changes::NONE }
        }
        _ if examined.exists == 0 => looked,
        (seen, Some(now)) if seen > 0 && now == seen => looked,
        (seen, Some(now)) if seen > 0 && now > seen => {
            Changes { flag_windows: vec![(1, last)], changed_since: Some(seen), ..looked }
        }
        // A MODSEQ that went back says nothing about what changed.
        (_, _) => Changes { flag_windows: latest(cursor), ..looked },
    }
}

/// Windows over the last known UIDs.
pub fn latest(cursor: &Cursor) -> Vec<Window> {
    let last = cursor.uid_next.saturating_sub(1);
    windows(last.saturating_sub(FLAGS_BACK - 1).max(1), last, WINDOW)
}

/// The windows without these UIDs.
pub fn around(windows: &[Window], skipped: &BTreeSet<u64>) -> Vec<Window> {
    let mut left = Vec::new();
    for &(mut first, last) in windows {
        for &uid in skipped.range(first..=last) {
            if first < uid {
                left.push((first, uid - 1));
            }
            first = uid + 1;
        }
        if first <= last {
            left.push((first, last));
        }
    }
    left
}

/// Numbers, ascending, as windows of their runs.
pub fn runs(uids: impl IntoIterator<Item = u64>) -> Vec<Window> {
    let mut runs: Vec<Window> = Vec::new();
    for uid in uids {
        match runs.last_mut() {
            Some((first, last)) if *last + 1 == uid && uid - *first < WINDOW => *last = uid,
            _ => runs.push((uid, uid)),
        }
    }
    runs
}

fn windows(first: u64, last: u64, size: u64) -> Vec<Window> {
    let starts = std::iter::successors(Some(first), |start| start.checked_add(size));
    starts
        .take_while(|start| *start <= last)
        .take(WINDOWS)
        .map(|start| (start, start.saturating_add(size - 1).min(last)))
        .collect()
}
