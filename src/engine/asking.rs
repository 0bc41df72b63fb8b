//! Asking an owner whether what looks like an absence in their calendar is one, and hearing what
//! they say.
//!
//! At most one letter in a day with all that begins soon, in the owner's hours. Until it is
//! answered with a yes nothing counts. A letter that is no longer right is recalled before it
//! leaves; an answer counts for the entry as the letter showed it.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp, Zoned};

use crate::engine::agenda as entries;
use crate::mail::command::{Mistake, Numbers};
use crate::mail::questions::{EntryView, QuestionView};
use crate::model::ids::OwnerId;
use crate::model::letter::{Audience, Draft, Item, Kind, Letter, State};
use crate::model::owner::Owner;
use crate::model::policy::Mode;
use crate::store::agenda::{self, Noted};
use crate::store::db::{Connection, StoreError};
use crate::store::{letters, mailboxes, outbox};

/// What begins later is asked about later.
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 30);
/// The next letter comes so much later.
const APART: SignedDuration = SignedDuration::from_hours(20);
/// Entries of one letter.
const MOST: usize = 9;

/// Recalls what is no longer to be asked; what is to be asked now.
pub(crate) fn ask(
    c: &Connection,
    owner: &Owner,
    mode: Mode,
    now: Timestamp,
) -> Result<Option<Draft>, StoreError> {
    let all = agenda::of_owner(c, owner.id)?;
    let silent = mode < Mode::Nudge
        || mailboxes::paused_until(c, owner.id)?.is_some_and(|until| until > now);
    let open = |noted: &&Noted| {
        !silent && !noted.entry.certain && noted.answer.is_none() && noted.entry.until > now
    };
    let wanted: BTreeSet<String> =
        all.iter().filter(open).map(|noted| key(owner.id, noted)).collect();
    for letter in letters::of_owner(c, owner.id, State::Queued)? {
        for item in letter.draft.items.iter().filter(|_| letter.draft.kind == Kind::Question) {
            if !wanted.contains(&item.key) {
                let why = "the calendar says something else, or it need not be asked";
                outbox::recall(c, letter.id, &item.key, why, now)?;
            }
        }
    }
    let soon = now.saturating_add(AHEAD).unwrap_or(Timestamp::MAX);
    let lately = now.saturating_sub(APART).unwrap_or(Timestamp::MIN);
    if all.iter().any(|noted| noted.asked_at.is_some_and(|at| at > lately)) {
        return Ok(None);
    }
    let mut asked = Vec::new();
    for noted in all.iter().filter(open).filter(|noted| noted.entry.from < soon) {
        if !letters::has_item(c, &key(owner.id, noted))? {
            asked.push(noted.clone());
        }
    }
    asked.sort_by_key(|noted| (noted.entry.from, noted.entry.until));
    asked.truncate(MOST);
    let opening = match owner.calendar.is_open(now) {
        true => Some(now),
        false => owner.calendar.next_opening(now),
    };
    let (Some(to), Some(not_before), false) = (owner.main_address(), opening, asked.is_empty())
    else {
        return Ok(None);
    };
    for noted in &asked {
        agenda::keep(c, owner.id, &Noted { asked_at: Some(now), ..noted.clone() })?;
    }
    let item = |noted: &Noted| Item::bare(key(owner.id, noted));
    Ok(Some(Draft {
        kind: Kind::Question,
        audience: Audience::Owner,
        to: to.clone(),
        owner: Some(owner.id),
        items: asked.iter().map(item).collect(),
        about: "{}".to_owned(),
        not_before,
    }))
}

/// One entry at its time: a question of its own.
fn key(owner: OwnerId, noted: &Noted) -> String {
    let (from, until) = (noted.entry.from.as_second(), noted.entry.until.as_second());
    format!("calendar:{owner}:{}:{from}:{until}", noted.entry.key)
}

/// What a letter asks about, as it stands in the calendar; what has changed meanwhile is left out.
pub(crate) fn view(
    c: &Connection,
    owner: &Owner,
    letter: &Letter,
    now: Zoned,
) -> Result<QuestionView, StoreError> {
    let all = agenda::of_owner(c, owner.id)?;
    let local = |at: Timestamp| at.to_zoned(owner.calendar.zone().clone());
    let entries = (1..).zip(&letter.draft.items).filter_map(|(no, item)| {
        let noted = all.iter().find(|noted| key(owner.id, noted) == item.key)?;
        let (from, until) = (local(noted.entry.from), local(noted.entry.until));
        Some(EntryView { no, from, until, reason: noted.entry.reason })
    });
    Ok(QuestionView {
        owner_name: owner.name.clone(),
        greeting: owner.greeting.clone(),
        you: owner.you.clone(),
        language: owner.language,
        now,
        entries: entries.collect(),
    })
}

/// Hears a yes or a no; one unknown number, or nothing left as it was asked, and nothing is done.
pub(crate) fn answered(
    c: &Connection,
    owner: &Owner,
    letter: Option<&Letter>,
    numbers: &Numbers,
    yes: bool,
    at: Timestamp,
) -> Result<Result<(), Mistake>, StoreError> {
    let Some(letter) = letter.filter(|letter| letter.draft.kind == Kind::Question) else {
        return Ok(Err(Mistake::NotHere));
    };
    let items = &letter.draft.items;
    let mut chosen = BTreeSet::new();
    match numbers {
        Numbers::Unsaid | Numbers::All => chosen.extend(items.iter().map(|item| &item.key)),
        Numbers::These(wanted) => {
            for no in wanted {
                let place = usize::try_from(*no).ok().and_then(|no| no.checked_sub(1));
                match place.and_then(|place| items.get(place)) {
                    Some(item) => chosen.insert(&item.key),
                    None => return Ok(Err(Mistake::NoSuchItem(*no))),
                };
            }
        }
    }
    let all = agenda::of_owner(c, owner.id)?;
    let same = all.iter().filter(|noted| chosen.contains(&key(owner.id, noted)));
    let keys: BTreeSet<String> = same.map(|noted| noted.entry.key.clone()).collect();
    if keys.is_empty() {
        return Ok(Err(Mistake::Outdated));
    }
    entries::answer(c, owner.id, &keys, yes, at)?;
    Ok(Ok(()))
}
