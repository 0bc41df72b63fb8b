//! Zones, hours, exceptions and holidays of an owner, checked into a timetable.
//!
//! What many owners share is read and parsed once: ten thousand of them load in about a second.
//! It knows no year by itself: whether the holidays reach far enough is asked with a date. The
//! arithmetic is in `model/calendar`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::config::check::{Check, Place};
use crate::config::fault::{Advice, quoted};
use crate::config::file;
use crate::config::holidays;
use crate::config::near::nearest;
use crate::config::written::{Spot, Texts};
use crate::model::calendar::{Calendar, Holidays, Interval, Week};
use crate::model::hours::week_of;

/// When one owner works.
#[derive(Clone, Debug)]
pub struct Timetable {
    /// Zone of all the rest.
    pub zone: TimeZone,
    /// The usual week.
    pub week: Week,
    /// Weeks that hold from one day to another, both included.
    pub profiles: Vec<(Date, Date, Week)>,
    /// Hours of single days; none: closed.
    pub exceptions: BTreeMap<Date, Vec<Interval>>,
    /// Public holidays, shared with others.
    pub holidays: Option<Arc<Holidays>>,
}

impl Timetable {
    /// The calendar that counts with it.
    pub fn calendar(&self) -> Calendar {
        let mut calendar = Calendar::new(self.zone.clone(), self.week.clone());
        for (from, to, week) in &self.profiles {
            calendar = calendar.with_profile(*from, *to, week.clone());
        }
        for (date, openings) in &self.exceptions {
            calendar = calendar.with_exception(*date, openings.clone());
        }
        match &self.holidays {
            Some(holidays) => calendar.with_holidays(holidays.clone()),
            None => calendar,
        }
    }
}

/// The years that a set of holiday files covers, and who names it first.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// Where it is named first.
    pub place: Place,
    /// The files.
    pub files: Vec<PathBuf>,
    /// Years with at least one holiday.
    pub years: BTreeSet<i16>,
}

/// What has been read for one owner and serves the next.
#[derive(Debug, Default)]
pub struct Shelf {
    /// Coverage of every set of holiday files.
    pub coverage: Vec<Coverage>,
    default: Option<(Spot, Vec<(Spot, PathBuf)>)>,
    files: BTreeMap<PathBuf, Arc<Holidays>>,
    sets: BTreeMap<Vec<PathBuf>, Arc<Holidays>>,
    zones: BTreeMap<String, Result<TimeZone, Advice>>,
    weeks: BTreeMap<Vec<String>, Result<Week, Vec<String>>>,
}

impl Shelf {
    /// Takes the holiday files of all owners that name none.
    pub fn put_default(&mut self, check: &mut Check, written: &Texts) {
        if let Some(spot) = &written.at {
            self.default = Some((spot.clone(), paths(check, written)));
            // Read at once, so that its faults name the main file.
            let _shared = self.usual(check);
        }
    }

    /// The timetable of one owner; `None` only with a fault noted.
    pub fn timetable(
        &mut self,
        check: &mut Check,
        at: &Spot,
        owner: &file::Owner,
    ) -> Option<Timetable> {
        let zone = self.zone(check, at, owner);
        if owner.hours.absent() {
            let right = "write hours = [\"Mon-Fri 08:00-12:00, 13:00-17:00\"]";
            check.missing(Some(at), "hours", right);
        }
        let week = self.week(check, &owner.hours);
        let profiles = self.profiles(check, owner);
        let exceptions = self.exceptions(check, owner);
        let holidays = match &owner.holidays.at {
            Some(spot) => {
                let files = paths(check, &owner.holidays);
                self.holidays(check, spot, &files)
            }
            None => self.usual(check),
        };
        Some(Timetable { zone: zone?, week: week?, profiles, exceptions, holidays })
    }

    fn zone(&mut self, check: &mut Check, at: &Spot, owner: &file::Owner) -> Option<TimeZone> {
        let right = "write time_zone = \"Asia/Jakarta\"";
        let (spot, name) = check.needed(&owner.time_zone, Some(at), "time_zone", right)?;
        let zones = &mut self.zones;
        match zones.entry(name.to_owned()).or_insert_with(|| zone(name)) {
            Ok(zone) => Some(zone.clone()),
            Err(advice) => {
                check.fault(spot, advice.clone());
                None
            }
        }
    }

    /// Each line by itself first, so that a fault names its line; then all of them together.
    fn week(&mut self, check: &mut Check, written: &Texts) -> Option<Week> {
        let at = written.at.as_ref()?;
        let list = written.value.as_ref()?;
        let texts = check.texts(written);
        let mut sound = texts.len() == list.len();
        for (spot, text) in &texts {
            if self.shared_week(std::slice::from_ref(text)).is_err() {
                let what = format!("{} is not a span of hours", quoted(text));
                let right = "write \"Fri 08:00-11:30, 13:00-17:00\"";
                check.fault(spot, Advice::new(what, right));
                sound = false;
            }
        }
        if !sound {
            return None;
        }
        let texts: Vec<&str> = texts.into_iter().map(|(_, text)| text).collect();
        match self.shared_week(&texts) {
            Ok(week) if week.iter().all(Vec::is_empty) => {
                let what = "leaves no working time at all: nothing would ever fall due";
                check.fault(at, Advice::new(what, "write \"Mon-Fri 08:00-12:00, 13:00-17:00\""));
                None
            }
            Ok(week) => Some(week),
            Err(sentences) => {
                for sentence in sentences {
                    check.fault(at, Advice::new(sentence, ""));
                }
                None
            }
        }
    }

    fn shared_week(&mut self, texts: &[&str]) -> Result<Week, Vec<String>> {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        if let Some(known) = self.weeks.get(&texts) {
            return known.clone();
        }
        let week = week_of(&texts);
        self.weeks.insert(texts, week.clone());
        week
    }

    fn profiles(&mut self, check: &mut Check, owner: &file::Owner) -> Vec<(Date, Date, Week)> {
        let mut profiles: Vec<(Date, Date, Week)> = Vec::new();
        for (at, table) in owner.profile.items() {
            let day = |check: &mut Check, text, key: &str| {
                let right = format!("write {key} = \"2026-02-18\"");
                let (spot, text) = check.needed(text, Some(at), key, &right)?;
                check.date(spot, text)
            };
            let from = day(check, &table.from, "from");
            let to = day(check, &table.to, "to");
            if table.hours.absent() {
                check.missing(Some(at), "hours", "write hours = [\"Mon-Fri 08:00-15:00\"]");
            }
            let week = self.week(check, &table.hours);
            let (Some(from), Some(to), Some(week)) = (from, to, week) else { continue };
            if from > to {
                let what = format!("ends ({to}) before it begins ({from})");
                check.fault(at, Advice::new(what, "let from be the earlier day"));
            } else if let Some((other, _, _)) =
                profiles.iter().find(|(first, last, _)| from <= *last && to >= *first)
            {
                let what = format!("overlaps the profile that begins on {other}");
                check.fault(at, Advice::new(what, "let one end before the other begins"));
            } else {
                profiles.push((from, to, week));
            }
        }
        profiles.sort_by_key(|(from, _, _)| *from);
        profiles
    }

    fn exceptions(
        &mut self,
        check: &mut Check,
        owner: &file::Owner,
    ) -> BTreeMap<Date, Vec<Interval>> {
        let mut found = BTreeMap::new();
        for (day, text) in owner.exceptions.value.iter().flatten() {
            let Some((spot, hours)) = check.text(text) else { continue };
            let Some(date) = check.date(spot, day) else { continue };
            if hours == "closed" {
                found.insert(date, Vec::new());
                continue;
            }
            // Hours of a day are those of any weekday; a second weekday must not slip in.
            let bare = !hours.contains(|c: char| c.is_alphabetic() || c == ';');
            match self.shared_week(&[&format!("Mon {hours}")]) {
                Ok([openings, ..]) if bare => {
                    found.insert(date, openings);
                }
                Ok(_) | Err(_) => {
                    let what = format!("{} are not the hours of a day", quoted(hours));
                    let right = "write \"08:00-12:00\" or \"closed\"";
                    check.fault(spot, Advice::new(what, right));
                }
            }
        }
        found
    }

    fn usual(&mut self, check: &mut Check) -> Option<Arc<Holidays>> {
        let (spot, files) = self.default.clone()?;
        self.holidays(check, &spot, &files)
    }

    fn holidays(
        &mut self,
        check: &mut Check,
        at: &Spot,
        files: &[(Spot, PathBuf)],
    ) -> Option<Arc<Holidays>> {
        let key: Vec<PathBuf> = files.iter().map(|(_, file)| file.clone()).collect();
        if key.is_empty() {
            return None;
        }
        if let Some(known) = self.sets.get(&key) {
            return Some(known.clone());
        }
        let sets = files.iter().map(|(spot, file)| self.file(check, spot, file).as_ref().clone());
        let all = holidays::joined(sets.collect::<Vec<_>>());
        let years = holidays::years(&all);
        self.coverage.push(Coverage { place: check.place(at), files: key.clone(), years });
        // Equal holidays are one, from whatever files.
        let shared = self.sets.values().find(|known| ***known == all).cloned();
        let shared = shared.unwrap_or_else(|| Arc::new(all));
        self.sets.insert(key, shared.clone());
        Some(shared)
    }

    /// A file that cannot be read is a fault once; afterwards it counts as empty.
    fn file(&mut self, check: &mut Check, spot: &Spot, file: &PathBuf) -> Arc<Holidays> {
        if let Some(known) = self.files.get(file) {
            return known.clone();
        }
        let read = match holidays::read(file) {
            Ok(read) => {
                if read.is_empty() {
                    let what = format!("{} holds no holiday", file.display());
                    check.warn(spot, Advice::new(what, "look whether it is the right file"));
                }
                read
            }
            Err(faults) => {
                // They name the holiday file and its line themselves.
                for fault in faults {
                    check.fault(spot, Advice::new(fault.to_string(), ""));
                }
                Holidays::new()
            }
        };
        let read = Arc::new(read);
        self.files.insert(file.clone(), read.clone());
        read
    }
}

fn paths(check: &mut Check, written: &Texts) -> Vec<(Spot, PathBuf)> {
    let list = written.value.as_deref().unwrap_or_default();
    list.iter().filter_map(|text| check.path(text)).collect()
}

fn zone(name: &str) -> Result<TimeZone, Advice> {
    if let Ok(zone) = TimeZone::get(name) {
        return Ok(zone);
    }
    let names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
    let what = format!("{} is not a time zone that is known here", quoted(name));
    if names.is_empty() {
        return Err(Advice::new(what, "install the system's time zone data (tzdata)"));
    }
    let spoken = match name.to_uppercase().as_str() {
        "WIB" => Some("Asia/Jakarta"),
        "WITA" => Some("Asia/Makassar"),
        "WIT" => Some("Asia/Jayapura"),
        _ => None,
    };
    let near = spoken.or_else(|| near_zone(name, &names));
    let right = match near {
        Some(near) => format!("did you mean {near:?}?"),
        None => "write for example \"Asia/Jakarta\"".to_owned(),
    };
    Err(Advice::new(what, right))
}

/// By the whole name, else by the city alone.
fn near_zone<'a>(name: &str, names: &'a [String]) -> Option<&'a str> {
    let city = |name: &'a str| name.rsplit('/').next().unwrap_or(name);
    let all = || names.iter().map(String::as_str);
    nearest(name, all()).or_else(|| {
        let wanted = name.rsplit('/').next().unwrap_or(name);
        let near = nearest(wanted, all().filter(|name| name.contains('/')).map(city))?;
        all().find(|name| name.contains('/') && city(name) == near)
    })
}
