//! Lists for the eye: who is waiting, and what became of the letters. 80 columns, no blame.
//!
//! What is written here is for people and may change; scripts read the JSON of `engine/listing` and
//! `engine/telling`.

use jiff::tz::TimeZone;

use crate::cli::page::{Page, Tone, Trouble, WIDTH, cell, moment, span};
use crate::engine::listing::{Folder, Listing, Row, Unsure};
use crate::engine::telling::{LetterTold, Outbox};
use crate::model::address::Address;
use crate::model::facts::Health;
use crate::model::handover::HeardIn;
use crate::model::obligation::Status;

const WHO: usize = 13;
const WHAT: usize = 15;
const SUBJECT: usize = 44;
const TIME: usize = 12;
const SPAN: usize = 7;
const STATUS: usize = 8;

/// Who is waiting, by owner.
pub fn listing(page: &mut Page<'_>, listing: &Listing) -> Result<(), Trouble> {
    let mut shown: Option<&Address> = None;
    for row in &listing.obligations {
        if shown != Some(&row.owner) {
            if shown.is_some() {
                page.line("")?;
            }
            head(page, row)?;
            shown = Some(&row.owner);
        }
        one(page, row)?;
    }
    let doubtful = listing.mailboxes.iter().any(|folder| folder.state != Health::Live);
    let open = listing.obligations.iter().filter(|row| row.closed.is_none()).count();
    if shown.is_some() {
        page.line("")?;
    }
    match (open, doubtful) {
        (0, false) => page.text(0, "Nobody is waiting.")?,
        (0, true) => page.text(0, "It is unknown whether anybody is waiting.")?,
        (1, _) => page.text(0, "1 reply is owed.")?,
        (count, _) => page.text(0, &format!("{count} replies are owed."))?,
    }
    unsure(page, &listing.unsure)?;
    unknown(page, &listing.mailboxes)
}

/// The folders that are not known, and the messages that cannot be read.
pub fn unknown(page: &mut Page<'_>, folders: &[Folder]) -> Result<(), Trouble> {
    for folder in folders.iter().filter(|folder| folder.state != Health::Live) {
        unread(page, folder)?;
    }
    match folders.iter().map(|folder| folder.set_aside.len()).sum() {
        0 => Ok(()),
        1 => page.text(0, "1 message cannot be read; `sigap doctor` says which."),
        count => {
            page.text(0, &format!("{count} messages cannot be read; `sigap doctor` says which."))
        }
    }
}

/// Whose list follows.
pub fn owner(
    page: &mut Page<'_>,
    name: &str,
    address: &Address,
    zone: &TimeZone,
) -> Result<(), Trouble> {
    let zone = zone.iana_name().unwrap_or("UTC");
    let title = cell(&format!("{name} <{address}>, times in {zone}"), WIDTH);
    let title = page.toned(&title, Tone::Strong);
    page.line(&title)
}

fn head(page: &mut Page<'_>, row: &Row) -> Result<(), Trouble> {
    owner(page, &row.owner_name, &row.owner, &row.zone)?;
    page.line(&format!(
        "{:WHO$} {:WHAT$} {:TIME$} {:TIME$} {:SPAN$} {:STATUS$} REF",
        "WHO", "WHAT", "SINCE", "DUE", "WAITED", "STATUS"
    ))
}

fn one(page: &mut Page<'_>, row: &Row) -> Result<(), Trouble> {
    let now = page.now;
    let name = if row.requester_name.is_empty() {
        row.requester.as_str()
    } else {
        row.requester_name.as_str()
    };
    let subject = if row.subject.is_empty() { "(no subject)" } else { row.subject.as_str() };
    let due = row.due_at.map_or("never".to_owned(), |due| moment(due, &row.zone, now));
    let (word, tone) = match (&row.closed, row.status) {
        (Some(_), _) => ("closed", None),
        (None, Status::OnTrack) => ("on track", None),
        (None, Status::DueSoon) => ("due soon", Some(Tone::Watch)),
        (None, Status::Late) => ("late", Some(Tone::Bad)),
    };
    let (word, tone) = match row.perhaps_answered {
        Some(_) if row.closed.is_none() => ("perhaps", None),
        Some(_) | None => (word, tone),
    };
    let word = cell(word, STATUS);
    let word = tone.map_or(word.clone(), |tone| page.toned(&word, tone));
    page.line(&format!(
        "{} {} {} {} {} {word} {}",
        cell(name, WHO),
        cell(subject, WHAT),
        cell(&moment(row.asked_at, &row.zone, now), TIME),
        cell(&due, TIME),
        cell(&span(row.requester_wait_s), SPAN),
        row.reference
    ))?;
    if let Some(holder) = row.holder.as_ref().filter(|_| row.closed.is_none()) {
        let words = match row.accepted_at {
            Some(at) => {
                let place = match row.heard_in {
                    Some(HeardIn::Inbox) => ", who said so in Sigap's own mailbox",
                    Some(HeardIn::Sent) | None => "",
                };
                format!("with {holder} since {}{place}", moment(at, &row.zone, now))
            }
            None => format!("offered to {holder}"),
        };
        page.text(2, &words)?;
    }
    if let Some(at) = row.promised_at.filter(|_| row.closed.is_none()) {
        page.text(2, &format!("promised for {}", moment(at, &row.zone, now)))?;
    }
    if let Some(perhaps) = row.perhaps_answered.filter(|_| row.closed.is_none()) {
        let (at, by) = (moment(perhaps.at, &row.zone, now), perhaps.evidence.sentence());
        page.text(2, &format!("perhaps answered {at}, so no reminders: {by}"))?;
    }
    match row.snoozed_until.filter(|until| *until > now && row.closed.is_none()) {
        Some(until) => page.text(2, &format!("snoozed until {}", moment(until, &row.zone, now))),
        None => Ok(()),
    }
}

/// What might ask, apart from what does.
fn unsure(page: &mut Page<'_>, unsure: &[Unsure]) -> Result<(), Trouble> {
    if unsure.is_empty() {
        return Ok(());
    }
    page.line("")?;
    page.text(0, "Not sure whether these ask for a reply; nobody is reminded of them:")?;
    let now = page.now;
    for one in unsure {
        let from = one.from.as_ref().map_or("(nobody)", Address::as_str);
        let name = if one.from_name.is_empty() { from } else { one.from_name.as_str() };
        let subject = if one.subject.is_empty() { "(no subject)" } else { one.subject.as_str() };
        page.line(&format!(
            "{} {} {}",
            cell(name, WHO),
            cell(subject, SUBJECT),
            moment(one.arrived_at, &one.zone, now)
        ))?;
    }
    Ok(())
}

/// A folder that is not known is never "all answered".
fn unread(page: &mut Page<'_>, folder: &Folder) -> Result<(), Trouble> {
    let since = match folder.last_read_at {
        Some(at) => format!("last read on {} UTC", moment(at, &TimeZone::UTC, page.now)),
        None => "never read".to_owned(),
    };
    let name = folder.mailbox.as_ref().map_or(String::new(), |name| format!(", {name}"));
    let why = match folder.state {
        Health::Live => "known",
        Health::Stale => "not read lately",
        Health::Blind => "no folder of sent mail, so answers are not seen",
        Health::Failed => "cannot be read",
    };
    let words = format!("Unknown: {}{name} ({why}; {since}). More may be waiting.", folder.owner);
    page.text(0, &words)?;
    if folder.fault.is_empty() { Ok(()) } else { page.text(2, &folder.fault) }
}

/// Letters, latest first.
pub fn outbox(page: &mut Page<'_>, outbox: &Outbox) -> Result<(), Trouble> {
    page.text(0, &format!("Mode: {}. Times are UTC.", outbox.mode.word()))?;
    if let Some(why) = &outbox.held {
        page.text(0, &format!("Nothing leaves until `sigap outbox release`: {why}"))?;
    }
    if let Some(until) = outbox.account_rests_until {
        let until = moment(until, &TimeZone::UTC, page.now);
        page.text(0, &format!("The sending account rests until {until}."))?;
    }
    if outbox.letters.is_empty() {
        return page.text(0, "There are no letters.");
    }
    for told in &outbox.letters {
        letter(page, told)?;
    }
    Ok(())
}

/// One letter with its items and its fate.
pub fn letter(page: &mut Page<'_>, told: &LetterTold) -> Result<(), Trouble> {
    let when = |at| moment(at, &TimeZone::UTC, page.now);
    let head = format!(
        "{} {} to {}: {} (queued {}, {} {})",
        told.id,
        told.kind.word(),
        told.to,
        told.state.word(),
        when(told.queued_at),
        if told.next_at.is_some() { "next try" } else { "since" },
        when(told.next_at.unwrap_or(told.changed_at)),
    );
    page.text(2, &head)?;
    if !told.answer.is_empty() {
        page.text(6, &format!("answer: {}", told.answer))?;
    }
    for item in &told.items {
        let about = item.reference.as_ref().unwrap_or(&item.key);
        let step = item.step.map_or(String::new(), |step| format!(", step {step}"));
        let fate = item.recalled_why.as_ref().map_or(String::new(), |why| format!(": {why}"));
        page.text(6, &format!("{about}{step}{fate}"))?;
    }
    Ok(())
}
