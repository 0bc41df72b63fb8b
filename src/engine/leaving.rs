//! Absences that owners say by mail: who is meant to stand in, and from when until when nobody is
//! here.
//!
//! As an answer to a letter (`engine/acting`), or as the subject of a mail to oneself. Either is
//! believed only from the owner's own Sent folder. What is changed is kept beside the word, so that
//! it can be taken back. Next station: `store/away`.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::engine::office::Office;
use crate::mail::absences::Absence;
use crate::mail::command::{self, Command, Mistake};
use crate::mail::when::Unclear;
use crate::model::address::Address;
use crate::model::away::{Phase, Plan, begin_of, end_of};
use crate::model::farewell::Occasion;
use crate::model::ids::AwayId;
use crate::model::letter::{Kind, Letter};
use crate::model::message::{Message, Prefix};
use crate::model::owner::Owner;
use crate::store::db::{Connection, StoreError};
use crate::store::{absence_log, away};

/// A mail to oneself that was written this much earlier than it arrived was moved here: what it
/// says is about other days.
const LATE: SignedDuration = SignedDuration::from_hours(24);
/// So many names are offered.
const OFFERED: usize = 8;

/// Whether what lies in the owner's Sent folder is a word to Sigap in a mail to oneself: from them,
/// to nobody but them, with a subject that is heard there.
pub(crate) fn is_note(owner: &Owner, message: &Message, arrived_at: Timestamp) -> bool {
    let own = message.author().is_some_and(|author| owner.is(author));
    let alone = message.recipients().all(|party| owner.is(&party.address))
        && message.recipients().next().is_some();
    let marks = &message.marks;
    let written = marks.automatic.is_none() && !marks.list && marks.calendar.is_none();
    let late = |dated: Timestamp| arrived_at.duration_since(dated).abs() > LATE;
    let local = arrived_at.to_zoned(owner.calendar.zone().clone());
    own && alone
        && written
        && message.prefix == Prefix::None
        && !message.dated.is_none_or(late)
        && command::note(&message.subject, &local).is_some()
}

/// Notes an absence, as it was said at `at` in the message `via`.
pub(crate) fn leave(
    c: &Connection,
    office: &Office,
    owner: &Owner,
    absence: &Absence,
    via: &str,
    at: Timestamp,
) -> Result<Result<(), Mistake>, StoreError> {
    let named = absence.delegate.as_ref().map(|word| stands_in(office, owner, word));
    let delegate = match named.transpose() {
        Ok(delegate) => delegate,
        Err(mistake) => return Ok(Err(mistake)),
    };
    let zone = owner.calendar.zone();
    let (Some(from), Some(until)) = (begin_of(absence.from, zone), end_of(absence.until, zone))
    else {
        return Ok(Err(Mistake::Days(Unclear::TooFar)));
    };
    if until <= from {
        return Ok(Err(Mistake::Days(Unclear::Unknown)));
    }
    let before = absence_log::of_owner(c, owner.id)?;
    away::add(c, owner.id, &Plan { from, until, reason: absence.reason, delegate }, at)?;
    absence_log::keep(c, owner.id, &before, via, at)?;
    Ok(Ok(()))
}

/// Ends the absence that was under way at `at`, if there was one.
pub(crate) fn come_back(
    c: &Connection,
    owner: &Owner,
    via: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let before = absence_log::of_owner(c, owner.id)?;
    let mut ended = false;
    for known in away::of_owner(c, owner.id)? {
        if known.phase(at) == Phase::Active {
            away::cancel(c, known.id, at)?;
            ended = true;
        }
    }
    if ended { absence_log::keep(c, owner.id, &before, via, at) } else { Ok(()) }
}

/// Hears `CANCEL` and `COVER`: they are about the absences that the answered letter announced, and
/// mean nothing elsewhere.
pub(crate) fn answer(
    c: &Connection,
    office: &Office,
    owner: &Owner,
    (letter, command): (Option<&Letter>, &Command),
    (via, at): (&str, Timestamp),
) -> Result<Result<(), Mistake>, StoreError> {
    let Some(letter) = letter.filter(|letter| letter.draft.kind == Kind::Leaving) else {
        return Ok(Err(Mistake::NotHere));
    };
    let named = if let Command::Cover(word) = command { Some(word) } else { None };
    let delegate = match named.map(|word| stands_in(office, owner, word)).transpose() {
        Ok(delegate) => delegate,
        Err(mistake) => return Ok(Err(mistake)),
    };
    let before = absence_log::of_owner(c, owner.id)?;
    let announced = announced(c, owner, letter, at)?;
    for away in &announced {
        match &delegate {
            Some(delegate) => away::name_delegate(c, *away, delegate)?,
            None => away::cancel(c, *away, at)?,
        }
    }
    if !announced.is_empty() {
        absence_log::keep(c, owner.id, &before, via, at)?;
    } else if delegate.is_some() {
        return Ok(Err(Mistake::Days(Unclear::Past)));
    }
    Ok(Ok(()))
}

/// The absences that a letter announced, as far as they still stand.
fn announced(
    c: &Connection,
    owner: &Owner,
    letter: &Letter,
    at: Timestamp,
) -> Result<Vec<AwayId>, StoreError> {
    let occasion = serde_json::from_str::<Occasion>(&letter.draft.about);
    let told = occasion.map_or_else(|_| Vec::new(), |occasion| occasion.aways);
    let mut found = Vec::new();
    for known in away::of_owner(c, owner.id)? {
        let stands = matches!(known.phase(at), Phase::Planned | Phase::Active);
        for part in told.iter().filter(|_| stands) {
            if away::is_part_of(c, *part, known.id)? && !found.contains(&known.id) {
                found.push(known.id);
            }
        }
    }
    Ok(found)
}

/// The one person of that name or address among the owner's delegates, other owners and contacts.
fn stands_in(office: &Office, owner: &Owner, word: &str) -> Result<Address, Mistake> {
    let people = people(office, owner);
    let typed = Address::parse(word);
    let typed = typed.map(|address| office.main_address(&address).clone());
    let meant = |(address, name): &(&Address, &String)| match &typed {
        Some(typed) => typed == *address,
        None if name.is_empty() => address.local().eq_ignore_ascii_case(word),
        None => words_of(name).any(|one| one == word),
    };
    let found: Vec<(&Address, &String)> = people.iter().filter(meant).collect();
    match found.as_slice() {
        [(address, _)] => Ok((*address).clone()),
        [] => {
            let main = |one: &Address| office.main_address(one).clone();
            let usual: Vec<Address> = owner.delegates.iter().map(main).collect();
            let offered =
                |(address, _): &(&Address, &String)| usual.is_empty() || usual.contains(*address);
            let offered: Vec<_> = people.iter().filter(offered).collect();
            Err(Mistake::NoSuchDelegate(shown(&offered)))
        }
        several => Err(Mistake::WhichDelegate(shown(several))),
    }
}

/// Whether anybody could be named who stands in.
pub(crate) fn may_name_somebody(office: &Office, owner: &Owner) -> bool {
    !people(office, owner).is_empty()
}

/// Everybody who may stand in, each once, by their main address.
fn people(office: &Office, owner: &Owner) -> BTreeMap<Address, String> {
    let contact = |address: &Address| {
        office.contacts.get(address).map_or(String::new(), |contact| contact.name.clone())
    };
    let outside = owner.delegates.iter().chain(office.contacts.keys());
    let outside = outside.filter(|address| office.owner_of(address).is_none());
    let mut people: BTreeMap<Address, String> =
        outside.map(|address| (address.clone(), contact(address))).collect();
    for other in office.owners.values().filter(|other| other.id != owner.id) {
        people.extend(other.main_address().map(|address| (address.clone(), other.name.clone())));
    }
    people
}

/// The words of a name as they may be typed.
fn words_of(name: &str) -> impl Iterator<Item = String> {
    let plain = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    name.split_whitespace().map(plain).filter(|word| !word.is_empty())
}

fn shown(people: &[(&Address, &String)]) -> Vec<String> {
    let shown = |(address, name): &(&Address, &String)| match name.is_empty() {
        true => address.to_string(),
        false => format!("{name} ({address})"),
    };
    people.iter().take(OFFERED).map(shown).collect()
}
