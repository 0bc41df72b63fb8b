//! What people say about reports: how often a reader wants one, and that an owner wishes one of
//! their own.
//!
//! Whether it is theirs to say is found in `engine/outside` and `engine/acting`.

use jiff::Timestamp;

use crate::engine::acting::{self, Heard};
use crate::engine::ledger::Touched;
use crate::engine::office::Office;
use crate::engine::readers::reader;
use crate::engine::stationery::Slip;
use crate::mail::command::{Command, Misread, Mistake};
use crate::mail::frequency::{self, Wish};
use crate::mail::mistakes::MistakeReason;
use crate::model::letter::{Audience, Letter};
use crate::model::message::MessageKey;
use crate::model::owner::Owner;
use crate::model::team::Frequency;
use crate::store::corrections::{self, Undone};
use crate::store::db::{Connection, StoreError};
use crate::store::wishes;

/// An answer to a report: when and under which name it came, and its own words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said<'a> {
    pub(crate) key: &'a MessageKey,
    pub(crate) words: &'a str,
    pub(crate) at: Timestamp,
}

/// Whether an owner's answer to a report is about one of their own: it asks for it, or takes that
/// back.
pub(crate) fn is_about_own(
    c: &Connection,
    owner: &Owner,
    read: &Option<Result<Command, Misread>>,
    (key, at): (&MessageKey, Timestamp),
) -> Result<bool, StoreError> {
    // It was, when it was heard for the first time.
    if corrections::is_heard(c, owner.id, key)? {
        return Ok(true);
    }
    match read {
        Some(Ok(Command::Report)) => Ok(true),
        Some(Ok(Command::Undo)) => {
            let Some(address) = owner.main_address() else { return Ok(false) };
            let since = wishes::said_at(c, address)?.unwrap_or(Timestamp::MIN);
            Ok(corrections::just_wished(c, owner.id, (since, at))?.is_some())
        }
        Some(Ok(_) | Err(_)) | None => Ok(false),
    }
}

/// From now on an owner has a report of their own, and reports again where they had stopped them.
pub(crate) fn ask_for_own(
    c: &Connection,
    owner: &Owner,
    via: &MessageKey,
    at: Timestamp,
) -> Result<(), StoreError> {
    corrections::wish_report(c, owner.id, &via.0, at)?;
    if let Some(address) = owner.main_address()
        && wishes::wish(c, address)? == Some(Frequency::Never)
    {
        wishes::keep(c, address, Frequency::Weekly, via, at)?;
    }
    Ok(())
}

/// Takes back what an owner said last. Where it was that wish, and had ended a `STOP`, reports are
/// stopped again.
pub(crate) fn undo(
    c: &Connection,
    owner: &Owner,
    (via, at): (&MessageKey, Timestamp),
    touched: &mut Touched,
) -> Result<Undone, StoreError> {
    let wished = corrections::just_wished(c, owner.id, (Timestamp::MIN, at))?;
    let undone = acting::undo(c, (owner.id, None), at, touched)?;
    if let (Some(wished), Some(address)) = (wished, owner.main_address())
        && wishes::via(c, address)? == Some(wished)
    {
        wishes::keep(c, address, Frequency::Never, via, at)?;
    }
    Ok(undone)
}

/// Hears how often a reader wants reports, once. What was not understood is answered.
pub(crate) fn hear(
    c: &Connection,
    office: &Office,
    letter: &Letter,
    said: Said<'_>,
    now: Timestamp,
) -> Result<Heard, StoreError> {
    let Some(reader) = reader(c, office, &letter.draft.to)? else { return Ok(Heard::default()) };
    let to = &reader.address;
    if wishes::is_heard(c, to, said.key)? {
        return Ok(Heard::default());
    }
    let local = said.at.to_zoned(reader.calendar.zone().clone());
    let line = || said.words.lines().next().unwrap_or("").chars().take(80).collect();
    let wrong = |why| (line(), MistakeReason::Mistake(why));
    let wanted = match frequency::read(said.words, &local) {
        None => return Ok(Heard::default()),
        Some(Ok(Wish::Often(often))) => Ok(often),
        Some(Ok(Wish::Undo)) => match wishes::wish(c, to)? {
            Some(_) => Ok(wishes::wish_before(c, to)?.unwrap_or_default()),
            None => Err(wrong(Mistake::NothingToUndo)),
        },
        Some(Ok(Wish::Help)) => Err((line(), MistakeReason::Help)),
        Some(Err(Misread { said, why })) => Err((said, MistakeReason::Mistake(why))),
    };
    match wanted {
        Ok(often) => {
            wishes::keep(c, to, often, said.key, said.at)?;
            let words = format!("{to} wants reports: {}", often.word());
            Ok(Heard { words, ..Heard::default() })
        }
        Err((line, why)) => {
            let slip = Slip { said: line, why, answer: said.key.0.clone() };
            let drafts = slip.letter((Audience::Lead, to), None, to.as_str(), now);
            let drafts = drafts.into_iter().collect();
            let words = format!("{to} said something about a report that was not understood");
            Ok(Heard { drafts, words, ..Heard::default() })
        }
    }
}
