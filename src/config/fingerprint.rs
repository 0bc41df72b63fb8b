//! All that influences decisions as one text: the same promises give the same text, on any machine.
//!
//! Stored as a policy version, so that every figure can be recomputed under the promises then in
//! force. It holds no password, server, path or mode; order within the files does not matter where
//! it does not matter to the rules. Made by `config/settings`, kept by the store.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::config::calendars::Timetable;
use crate::config::settings::Watched;
use crate::model::address::Address;
use crate::model::calendar::{Holidays, Interval, Week};
use crate::model::policy::Policy;
use crate::model::team::Team;

/// The text; one fact a line.
pub fn fingerprint(
    policy: &Policy,
    owners: &[(Watched, Timetable)],
    teams: &BTreeMap<String, Team>,
    requesters: &[Vec<Address>],
) -> String {
    let mut text = String::from("sigap policy 1\n");
    let mut line = |words: String| {
        text.push_str(&words);
        text.push('\n');
    };
    line(format!("policy {}", json(policy)));
    for (name, team) in teams {
        let readers = team.readers.word();
        let level = team.level.word();
        line(format!("team {} {} {readers} {level}", json(name), json(&team.lead)));
    }
    let mut persons: Vec<String> = requesters.iter().map(json).collect();
    persons.sort();
    for person in persons {
        line(format!("requester {person}"));
    }
    let years = distinct(owners);
    for (holidays, no) in &years {
        line(format!("holidays {no}{}", days(holidays)));
    }
    let mut people: Vec<String> =
        owners.iter().map(|(watched, table)| person(watched, table, &years)).collect();
    people.sort();
    for person in people {
        line(person);
    }
    text
}

/// Every different set of holidays once, numbered by content.
fn distinct(owners: &[(Watched, Timetable)]) -> Vec<(&Holidays, usize)> {
    let mut sets: Vec<&Holidays> = Vec::new();
    // Shared ones are one pointer: comparing those first keeps thousands of owners cheap.
    for holidays in owners.iter().filter_map(|(_, table)| table.holidays.as_deref()) {
        if !sets.iter().any(|known| std::ptr::eq(*known, holidays) || *known == holidays) {
            sets.push(holidays);
        }
    }
    sets.sort_by_cached_key(|holidays| days(holidays));
    sets.into_iter().zip(1..).collect()
}

fn days(holidays: &Holidays) -> String {
    let mut text = String::new();
    for (date, holiday) in holidays {
        let kind = if holiday.joint_leave { "joint" } else { "day" };
        let _always_fits = write!(text, " {date} {kind} {}", json(&holiday.name));
    }
    text
}

fn person(watched: &Watched, table: &Timetable, years: &[(&Holidays, usize)]) -> String {
    let owner = &watched.owner;
    let mut aliases = owner.addresses.clone();
    // Only the first one differs from the others.
    if let Some((_, others)) = aliases.split_first_mut() {
        others.sort();
    }
    let mut text = format!(
        "owner {} name {} language {} team {} delegates {} snippets {} answers {} zone {} hours {}",
        json(&aliases),
        json(&owner.name),
        owner.language.word(),
        json(&owner.team),
        json(&owner.delegates),
        owner.snippets,
        owner.answers,
        table.zone.iana_name().unwrap_or("?"),
        show_week(&table.week),
    );
    for (from, to, week) in &table.profiles {
        let _always_fits = write!(text, " profile {from} {to} {}", show_week(week));
    }
    for (date, openings) in &table.exceptions {
        let _always_fits = write!(text, " exception {date} {}", show_day(openings));
    }
    if let Some(own) = table.holidays.as_deref()
        && let Some((_, no)) = years.iter().find(|(set, _)| std::ptr::eq(*set, own) || *set == own)
    {
        let _always_fits = write!(text, " holidays {no}");
    }
    if owner.own_report {
        text.push_str(" own_report");
    }
    text
}

fn show_week(week: &Week) -> String {
    week.iter().map(|day| show_day(day)).collect::<Vec<_>>().join("|")
}

fn show_day(openings: &[Interval]) -> String {
    if openings.is_empty() {
        return "closed".to_owned();
    }
    let show = |one: &Interval| match one.to {
        Some(to) => format!("{}-{to}", one.from),
        None => format!("{}-24:00", one.from),
    };
    openings.iter().map(show).collect::<Vec<_>>().join(",")
}

fn json<T: serde::Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("plain structs and texts have a JSON form")
}
