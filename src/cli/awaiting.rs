//! `list --awaiting`: whose answers owners wait for, for the eye and as JSON.

use crate::cli::ground::{Ground, owner};
use crate::cli::page::{Page, Tone, Trouble, cell, moment, span};
use crate::cli::{exit::Exit, judge::Form, render};
use crate::engine::awaited::{self, Row, Status, Waiting};
use crate::engine::listing::Reach;
use crate::engine::office::Office;
use crate::model::address::Address;
use crate::store::db::open_to_read;

const WHOM: usize = 13;
const WHAT: usize = 14;
const TIME: usize = 12;
const SPAN: usize = 7;
const STATUS: usize = 9;

/// `list --awaiting`.
pub fn list(
    ground: &Ground,
    page: &mut Page<'_>,
    whose: Option<&str>,
    reach: Reach,
) -> Result<Exit, Trouble> {
    let c = open_to_read(ground.store()?)?;
    let office = Office::known(&c, ground.charter.clone())?;
    let one = whose.map(|text| owner(&office, text)).transpose()?.map(|owner| owner.id);
    let mut found = awaited::awaited(&c, &office, one, reach, page.now)?;
    if one.is_none() {
        found.mailboxes.extend(ground.unmet(&office));
    }
    match page.form {
        Form::Json => page.json(&found)?,
        Form::Human => show(page, &found)?,
    }
    Ok(Exit::Ok)
}

fn show(page: &mut Page<'_>, waiting: &Waiting) -> Result<(), Trouble> {
    let mut shown: Option<&Address> = None;
    for row in &waiting.awaiting {
        if shown != Some(&row.owner) {
            if shown.is_some() {
                page.line("")?;
            }
            head(page, row)?;
            shown = Some(&row.owner);
        }
        one(page, row)?;
    }
    if shown.is_some() {
        page.line("")?;
    }
    match waiting.awaiting.iter().filter(|row| row.status != Status::Ended).count() {
        0 => page.text(0, "No answer is awaited.")?,
        1 => page.text(0, "1 answer is awaited.")?,
        count => page.text(0, &format!("{count} answers are awaited."))?,
    }
    render::unknown(page, &waiting.mailboxes)
}

fn head(page: &mut Page<'_>, row: &Row) -> Result<(), Trouble> {
    render::owner(page, &row.owner_name, &row.owner, &row.zone)?;
    page.line(&format!(
        "{:WHOM$} {:WHAT$} {:TIME$} {:TIME$} {:SPAN$} {:STATUS$} REF",
        "ASKED", "WHAT", "SINCE", "FOLLOW UP", "WAITED", "STATUS"
    ))
}

fn one(page: &mut Page<'_>, row: &Row) -> Result<(), Trouble> {
    let now = page.now;
    let first = row.names.first().map_or("(nobody)", String::as_str);
    let whom = match row.names.len() {
        0 | 1 => first.to_owned(),
        count => format!("{} +{}", cell(first, WHOM - 3).trim_end(), count - 1),
    };
    let subject = if row.subject.is_empty() { "(no subject)" } else { row.subject.as_str() };
    let at = row.follow_up_at.map_or("never".to_owned(), |at| moment(at, &row.zone, now));
    let (word, tone) = match row.status {
        Status::Waiting => ("waiting", None),
        Status::FollowUp => ("follow up", Some(Tone::Watch)),
        Status::Ended => ("ended", None),
    };
    let word = cell(word, STATUS);
    let word = tone.map_or(word.clone(), |tone| page.toned(&word, tone));
    page.line(&format!(
        "{} {} {} {} {} {word} {}",
        cell(&whom, WHOM),
        cell(subject, WHAT),
        cell(&moment(row.asked_at, &row.zone, now), TIME),
        cell(&at, TIME),
        cell(&span(row.wait_s), SPAN),
        row.reference
    ))?;
    let said = [
        (row.away_until, "away until"),
        (row.promised_until, "promised for"),
        (row.snoozed_until, "snoozed until"),
    ];
    for (at, words) in said {
        if let Some(at) = at.filter(|at| *at > now && row.ended.is_none()) {
            page.text(2, &format!("{words} {}", moment(at, &row.zone, now)))?;
        }
    }
    if let Some(at) = row.reminded_at.filter(|_| row.ended.is_none()) {
        page.text(2, &format!("reminded {}", moment(at, &row.zone, now)))?;
    }
    Ok(())
}

/// The same in sentences, for an explanation.
pub fn told(page: &mut Page<'_>, rows: &[Row]) -> Result<(), Trouble> {
    if rows.is_empty() {
        return Ok(());
    }
    page.heading("Awaited from others")?;
    for row in rows {
        let at = |at| moment(at, &row.zone, page.now);
        let asked: Vec<&str> = row.asked.iter().map(Address::as_str).collect();
        let since = format!("asked {} on {}", asked.join(", "), at(row.asked_at));
        let then = match (&row.ended, row.follow_up_at) {
            (Some(ended), _) => {
                let by = row.ended_in.as_ref().map_or(String::new(), |id| format!(" by <{id}>"));
                format!("{}{by} on {}", ended.how.word().replace('_', " "), at(ended.at))
            }
            (None, Some(follow_up)) => format!("to be followed up on {}", at(follow_up)),
            (None, None) => "never to be followed up".to_owned(),
        };
        page.text(2, &format!("{}: {since}; {then}.", row.reference))?;
        if let Some(standing) = &row.standing {
            page.text(6, standing)?;
        }
        for found in &row.letters {
            page.text(4, "Letter (times are UTC):")?;
            render::letter(page, found)?;
        }
    }
    Ok(())
}
