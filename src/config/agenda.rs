//! Owners' own calendars, in which absences stand: where they are, how often they are read, and
//! which words make an entry look like an absence.
//!
//! Nothing is read here. Working hours are `config/calendars`; the reader is `ical/read`.

use std::path::PathBuf;

use jiff::SignedDuration;

use crate::config::check::{Check, Thing};
use crate::config::file;
use crate::config::units::Days;
use crate::config::written::Set;

/// Words that make an entry look like an absence, where none are configured.
pub const WORDS: &[&str] = &[
    "cuti",
    "dinas",
    "perjalanan dinas",
    "tugas luar",
    "di luar kantor",
    "sakit",
    "out of office",
    "ooo",
    "on leave",
    "leave",
    "vacation",
    "pto",
    "business trip",
    "sick",
];
/// How often a calendar is read.
const EVERY: SignedDuration = SignedDuration::from_mins(15);

/// An owner's calendar.
#[derive(Clone, Debug)]
pub struct Agenda {
    /// Where it is.
    pub place: Place,
    /// Words that make an entry look like an absence.
    pub words: Vec<String>,
    /// How often it is read.
    pub every: SignedDuration,
}

/// Where a calendar is.
#[derive(Clone, Debug)]
pub enum Place {
    /// An iCalendar file on this machine.
    File(PathBuf),
}

/// `owner.calendar`.
pub fn agenda(check: &mut Check, written: &Set<file::Calendar>) -> Option<Agenda> {
    let (at, table) = written.written()?;
    let every = check.span(&table.every, Days::Allowed);
    let words = match table.words.absent() {
        true => WORDS.iter().map(|word| (*word).to_owned()).collect(),
        false => check.words(&table.words),
    };
    if table.file.absent() {
        check.missing(Some(at), "file", "write calendar.file = \"/srv/calendars/dwi.ics\"");
    }
    let (spot, file) = check.path(&table.file)?;
    check.touch(&spot, Thing::File(file.clone()));
    Some(Agenda { place: Place::File(file), words, every: every.unwrap_or(EVERY) })
}
