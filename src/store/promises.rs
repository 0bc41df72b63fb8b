//! What was promised at any time: the policy versions, read again from their text.
//!
//! `config/fingerprint` writes that text, one fact a line; here the lines are read that a report
//! needs: the policy, hours, holidays and teams. A text that cannot be read is a fault of the
//! store and never guessed at.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use rusqlite::Connection;
use serde::de::DeserializeOwned;

use crate::model::address::Address;
use crate::model::calendar::{Calendar, Holiday, Holidays, Interval, Week};
use crate::model::policy::Policy;
use crate::model::promises::{Promised, Promises};
use crate::store::db::{StoreError, instant};

/// All promises that counted at a moment or later, oldest first; where none did yet, the first.
pub fn since(c: &Connection, at: Timestamp) -> Result<Vec<Promises>, StoreError> {
    found(c, at, |_line| true)
}

/// The same, and of the owners only those who have one of these addresses.
pub fn of(
    c: &Connection,
    at: Timestamp,
    people: &BTreeSet<&Address>,
) -> Result<Vec<Promises>, StoreError> {
    found(c, at, |line| people.iter().any(|address| line.contains(address.as_str())))
}

fn found(
    c: &Connection,
    at: Timestamp,
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Promises>, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT id, in_force_at, text FROM policy_version WHERE id >= coalesce( \
         (SELECT max(id) FROM policy_version WHERE in_force_at <= ?1), 0) ORDER BY id",
    )?;
    let rows = statement.query_map([at.as_second()], |row| {
        Ok((row.get::<_, i64>(0)?, instant(row.get(1)?), row.get::<_, String>(2)?))
    })?;
    let mut found = Vec::new();
    for row in rows {
        let (id, in_force_at, text) = row?;
        let read = read_some(&text, in_force_at, &wanted);
        found.push(read.map_err(|what| StoreError::Odd(format!("policy_version {id}: {what}")))?);
    }
    Ok(found)
}

/// The promises of a text, or what is wrong with it.
pub fn read(text: &str, in_force_at: Timestamp) -> Result<Promises, String> {
    read_some(text, in_force_at, |_line| true)
}

/// `wanted`: whether the line of an owner is read.
fn read_some(
    text: &str,
    in_force_at: Timestamp,
    wanted: impl Fn(&str) -> bool,
) -> Result<Promises, String> {
    let mut lines = text.lines();
    if lines.next() != Some("sigap policy 1") {
        return Err("does not begin as a policy does".to_owned());
    }
    let mut policy: Option<Policy> = None;
    let mut years: BTreeMap<String, Arc<Holidays>> = BTreeMap::new();
    let mut owners = BTreeMap::new();
    for (no, line) in lines.enumerate() {
        let mut words = Words(line);
        let mut take = || -> Option<()> {
            match words.word()? {
                "policy" => policy = Some(words.json()?),
                "holidays" => {
                    let no = words.word()?.to_owned();
                    years.insert(no, Arc::new(words.holidays()?));
                }
                "owner" if !wanted(line) => {}
                "owner" => {
                    let (addresses, promised) = words.owner(&years)?;
                    let promised = Arc::new(promised);
                    owners.extend(addresses.into_iter().map(|one| (one, promised.clone())));
                }
                "team" | "requester" => {}
                _other => return None,
            }
            Some(())
        };
        if take().is_none() {
            return Err(format!("line {} cannot be read", no + 2));
        }
    }
    let policy = policy.ok_or("has no line of the policy")?;
    Ok(Promises { in_force_at, policy, owners })
}

/// What is left of a line: words and JSON values, with single spaces between them.
struct Words<'a>(&'a str);

impl<'a> Words<'a> {
    fn word(&mut self) -> Option<&'a str> {
        let (word, rest) = self.0.split_once(' ').unwrap_or((self.0, ""));
        self.0 = rest;
        (!word.is_empty()).then_some(word)
    }

    fn json<T: DeserializeOwned>(&mut self) -> Option<T> {
        let mut values = serde_json::Deserializer::from_str(self.0).into_iter::<T>();
        let value = values.next()?.ok()?;
        self.0 = self.0.get(values.byte_offset()..)?.trim_start_matches(' ');
        Some(value)
    }

    fn parsed<T: FromStr>(&mut self) -> Option<T> {
        self.word()?.parse().ok()
    }

    /// A name, and the value behind it.
    fn named<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        (self.word()? == name).then(|| self.json())?
    }

    fn holidays(&mut self) -> Option<Holidays> {
        let mut days = Holidays::new();
        while !self.0.is_empty() {
            let date: Date = self.parsed()?;
            let joint_leave = self.word()? == "joint";
            days.insert(date, Holiday { name: self.json()?, joint_leave, quiet: false });
        }
        Some(days)
    }

    fn owner(
        &mut self,
        years: &BTreeMap<String, Arc<Holidays>>,
    ) -> Option<(Vec<Address>, Promised)> {
        let addresses: Vec<Address> = self.json()?;
        let _name: String = self.named("name")?;
        let _language = (self.word()? == "language").then(|| self.word())?;
        let team: Option<String> = self.named("team")?;
        let _delegates: Vec<Address> = self.named("delegates")?;
        let _snippets: bool = self.named("snippets")?;
        let _answers: bool = self.named("answers")?;
        let zone = (self.word()? == "zone").then(|| self.word())??;
        let zone = if zone == "?" { TimeZone::UTC } else { TimeZone::get(zone).ok()? };
        let week = (self.word()? == "hours").then(|| self.week())??;
        let mut calendar = Calendar::new(zone, week);
        while !self.0.is_empty() {
            calendar = match self.word()? {
                "profile" => calendar.with_profile(self.parsed()?, self.parsed()?, self.week()?),
                "exception" => calendar.with_exception(self.parsed()?, day(self.word()?)?),
                "holidays" => calendar.with_holidays(years.get(self.word()?)?.clone()),
                "own_report" => calendar,
                _other => return None,
            };
        }
        Some((addresses, Promised { team, calendar }))
    }

    fn week(&mut self) -> Option<Week> {
        let days: Option<Vec<Vec<Interval>>> = self.word()?.split('|').map(day).collect();
        days?.try_into().ok()
    }
}

fn day(text: &str) -> Option<Vec<Interval>> {
    if text == "closed" {
        return Some(Vec::new());
    }
    let one = |text: &str| {
        let (from, to) = text.split_once('-')?;
        let to: Option<Time> = if to == "24:00" { None } else { Some(to.parse().ok()?) };
        Some(Interval { from: from.parse().ok()?, to })
    };
    text.split(',').map(one).collect()
}
