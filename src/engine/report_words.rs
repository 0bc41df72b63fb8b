//! The letters to readers of reports, from what was counted to their bytes.
//!
//! Nothing is decided here: `engine/readers` has. Next stations: `mail/reports`, `mail/wording`,
//! `mail/compose`.

use jiff::Timestamp;

use crate::engine::handing_words::{Bytes, to_outside};
use crate::engine::office::Office;
use crate::engine::readers::{Reader, reader};
use crate::engine::reporting::Report;
use crate::engine::stationery::Slip;
use crate::mail::compose::{LetterHead, compose};
use crate::mail::mistakes::{MistakeView, Whose};
use crate::mail::reports::{ReaderView, ReportView, TeamView};
use crate::mail::salutation::greeting;
use crate::mail::wording;
use crate::model::letter::Letter;
use crate::store::db::{Connection, StoreError};
use crate::store::wishes;

/// The bytes of a report, or why it cannot be written.
pub fn report(
    c: &Connection,
    office: &Office,
    letter: &Letter,
    reports: &[Report],
    now: Timestamp,
) -> Result<Bytes, StoreError> {
    let Some(reader) = reader(c, office, &letter.draft.to)? else { return Ok(Err(gone())) };
    let local = now.to_zoned(reader.calendar.zone().clone());
    let owner = office.owner_of(&reader.address).is_some();
    let view = ReportView {
        salutation: greeting(reader.language, &local, &reader.greeting, &reader.name),
        language: reader.language,
        teams: reports.iter().map(|report| team(report, now)).collect(),
        reader: Some(ReaderView {
            leads: reader.leads,
            heard: owner || office.inbox.is_some(),
            offered: owner && !reader.own,
            frequency: wishes::wish(c, &reader.address)?.unwrap_or_default(),
        }),
    };
    let words = wording::report(&office.templates, &view);
    Ok(compose(&head(office, letter, reader, now), &words).map_err(|fault| fault.to_string()))
}

/// One team's part, or the reader's own.
pub fn team(report: &Report, now: Timestamp) -> TeamView {
    TeamView {
        now: now.to_zoned(report.zone.clone()),
        team: report.name.clone(),
        shown: report.shown(),
    }
}

/// The bytes of the letter about what a reader answered.
pub(crate) fn mistake(
    c: &Connection,
    office: &Office,
    letter: &Letter,
    now: Timestamp,
) -> Result<Bytes, StoreError> {
    let slip = serde_json::from_str::<Slip>(&letter.draft.about);
    let (Some(reader), Ok(slip)) = (reader(c, office, &letter.draft.to)?, slip) else {
        return Ok(Err(gone()));
    };
    let view = MistakeView {
        owner_name: reader.name.clone(),
        greeting: reader.greeting.clone(),
        you: reader.you.clone(),
        language: reader.language,
        now: now.to_zoned(reader.calendar.zone().clone()),
        said: slip.said,
        why: slip.why,
        whose: Whose::Reader,
    };
    let words = wording::mistake(&office.templates, &view);
    let head = LetterHead {
        references: vec![slip.answer.clone()],
        in_reply_to: Some(slip.answer),
        ..head(office, letter, reader, now)
    };
    Ok(compose(&head, &words).map_err(|fault| fault.to_string()))
}

fn head(office: &Office, letter: &Letter, reader: Reader, now: Timestamp) -> LetterHead {
    let zone = reader.calendar.zone().clone();
    to_outside(office, letter, reader.name, zone, now)
}

fn gone() -> String {
    "its reader is not on record any more".to_owned()
}
