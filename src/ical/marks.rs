//! Whether an event says that nobody is here, and what may be said of why.
//!
//! Programs mark absences: Outlook and Exchange (`X-MICROSOFT-CDO-BUSYSTATUS`, [MS-OXCICAL]),
//! Nextcloud (`X-NEXTCLOUD-OUT-OF-OFFICE`), Google (a fixed description). Words of a title only
//! make an event look like one. Of a title nothing but one of three reasons leaves this file.

use calcard::icalendar::{
    ICalendarComponent, ICalendarParameterName, ICalendarParameterValue,
    ICalendarParticipationStatus, ICalendarProperty, ICalendarStatus, ICalendarTransparency,
    ICalendarValue,
};

use crate::model::address::Address;
use crate::model::away::Reason;

/// Illness is nobody's business: whatever else is said, no reason is given.
const ILL: &[&str] = &[
    "sakit",
    "opname",
    "rawat inap",
    "operasi",
    "dokter",
    "sick",
    "ill",
    "illness",
    "medical",
    "doctor",
    "hospital",
    "surgery",
];
const TRAVEL: &[&str] =
    &["dinas", "perjalanan", "tugas luar", "business trip", "trip", "travel", "travelling"];
const LEAVE: &[&str] = &["cuti", "leave", "vacation", "holiday", "holidays", "pto"];
/// What Google writes into each of its own out-of-office events.
const GOOGLE: &str = "This is an out-of-office event";

/// What is to be known of an event that says that nobody is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ical) struct Mark {
    /// A program says so.
    pub(in crate::ical) certain: bool,
    /// Why, as far as it may be said.
    pub(in crate::ical) reason: Reason,
}

/// What an event says; none where it takes nobody away, or does not look like it.
pub(in crate::ical) fn mark(
    event: &ICalendarComponent,
    own: &[Address],
    words: &[String],
) -> Option<Mark> {
    let off = event.status() == Some(&ICalendarStatus::Cancelled)
        || event.transparency() == Some(&ICalendarTransparency::Transparent)
        || is_declined(event, own);
    if off {
        return None;
    }
    let certain = is_marked(event);
    let title = plain(&title(event));
    let listed = || words.iter().any(|word| says(&title, &plain(word)));
    (certain || listed()).then(|| Mark { certain, reason: reason(&title) })
}

fn is_declined(event: &ICalendarComponent, own: &[Address]) -> bool {
    let declined = ICalendarParameterValue::Partstat(ICalendarParticipationStatus::Declined);
    event.properties(&ICalendarProperty::Attendee).any(|attendee| {
        let who = attendee.calendar_address().and_then(Address::parse);
        let theirs = who.is_some_and(|who| own.iter().any(|a| a.untagged() == who.untagged()));
        theirs && attendee.parameter(&ICalendarParameterName::Partstat) == Some(&declined)
    })
}

fn is_marked(event: &ICalendarComponent) -> bool {
    let other = |name: &str| {
        let named =
            event.entries.iter().find(|entry| entry.name.as_str().eq_ignore_ascii_case(name));
        named.and_then(|entry| entry.values.first()?.as_text())
    };
    let is_away = |status: &str| status.trim().eq_ignore_ascii_case("OOF");
    let microsoft = other("X-MICROSOFT-CDO-BUSYSTATUS")
        .or_else(|| other("X-MICROSOFT-CDO-INTENDEDSTATUS"))
        .is_some_and(is_away);
    let nextcloud = other("X-NEXTCLOUD-OUT-OF-OFFICE").is_some();
    let google = event.uid().is_some_and(|uid| uid.ends_with("@google.com"))
        && texts(event, &ICalendarProperty::Description).any(|text| text.starts_with(GOOGLE));
    microsoft || nextcloud || google
}

fn title(event: &ICalendarComponent) -> String {
    let parts = [ICalendarProperty::Summary, ICalendarProperty::Categories];
    let parts: Vec<&str> = parts.iter().flat_map(|part| texts(event, part)).collect();
    parts.join(" / ")
}

fn texts<'a>(
    event: &'a ICalendarComponent,
    property: &'a ICalendarProperty,
) -> impl Iterator<Item = &'a str> {
    event.properties(property).flat_map(|entry| &entry.values).filter_map(ICalendarValue::as_text)
}

fn reason(title: &str) -> Reason {
    let any = |words: &[&str]| words.iter().any(|word| says(title, &plain(word)));
    match (any(ILL), any(TRAVEL), any(LEAVE)) {
        (false, true, false) => Reason::Travel,
        (false, false, true) => Reason::Leave,
        _ => Reason::Unsaid,
    }
}

/// Lower-cased words with one space around each, so that whole words can be found.
fn plain(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<String> = words.map(str::to_lowercase).collect();
    format!(" {} ", words.join(" "))
}

fn says(title: &str, word: &str) -> bool {
    !word.trim().is_empty() && title.contains(word)
}
