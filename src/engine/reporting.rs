//! The report of a week, a team's or a person's own: its requests from the store, counted under the
//! promises that were in force when they arrived.
//!
//! On Monday somebody wants to know how well the team answered. Here its obligations are gathered,
//! and read, from the policy versions, what was promised and which hours were kept when each of
//! them arrived. `rules/counting` makes one request of a mail to several, by both
//! clocks; `rules/weekly` counts, `rules/survival` with those who still wait, and
//! `rules/resampling` says whether a change is more than chance. No figure is stored. What may be
//! shown is cut out by `rules/privacy`, and only that reaches `mail/reports` and the command line.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::engine::beside::{self, Time};
use crate::engine::office::Office;
use crate::engine::threads::{Source, threads};
use crate::model::address::Address;
use crate::model::ids::OwnerId;
use crate::model::obligation::Obligation;
use crate::model::owner::Owner;
use crate::model::promises::{Hours, Promises, in_force};
use crate::model::report::{Beside, Disclosed, Figures, Scope};
use crate::model::team::Level;
use crate::model::threads::Threads;
use crate::rules::counting::{Case, Tally, tally};
use crate::rules::{deadlines, privacy, weekly};
use crate::store::db::{Connection, StoreError};
use crate::store::{awaiting, obligations, promises};

/// A week as it was counted: a team's, or a person's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Whose it is, and what may be told.
    pub scope: Scope,
    /// The team by name, or the person.
    pub name: String,
    /// The person's main address; `None`: it is a team's.
    pub owner: Option<Address>,
    /// In which zone its days begin.
    pub zone: TimeZone,
    /// What is known besides.
    pub beside: Beside,
    /// Single requests, where some may be told.
    pub threads: Threads,
    /// What was counted.
    pub figures: Figures,
}

impl Report {
    /// What of it may be shown.
    pub fn shown(&self) -> Disclosed {
        privacy::disclosed(&self.scope, &self.figures, self.beside, &self.threads)
    }
}

/// Reads what reports of several teams have in common.
#[derive(Debug)]
pub struct Reporter<'a> {
    c: &'a Connection,
    office: &'a Office,
    promises: Vec<Promises>,
    /// By team, all who were ever in it, as far as the promises tell.
    members: BTreeMap<String, BTreeSet<OwnerId>>,
}

impl<'a> Reporter<'a> {
    /// For weeks of these teams that begin on this Monday or later.
    pub fn new(
        c: &'a Connection,
        office: &'a Office,
        teams: &[&str],
        monday: Date,
    ) -> Result<Self, StoreError> {
        // A day more than any zone is ahead.
        let begin = weekly::begin(monday, &TimeZone::UTC);
        let begin = begin.checked_sub(jiff::Span::new().hours(24)).unwrap_or(Timestamp::MIN);
        let promises = if teams.is_empty() { Vec::new() } else { promises::since(c, begin)? };
        let members = members(office, &promises, teams);
        Ok(Self { c, office, promises, members })
    }

    /// The zone in which most of a team's owners live; of as many, the first by name. `None`:
    /// nobody is in that team.
    pub fn zone(office: &Office, team: &str) -> Option<TimeZone> {
        let mut zones: BTreeMap<&str, (u32, &TimeZone)> = BTreeMap::new();
        let members = office.owners.values().filter(|one| one.team.as_deref() == Some(team));
        for owner in members {
            let zone = owner.calendar.zone();
            zones.entry(zone.iana_name().unwrap_or_default()).or_insert((0, zone)).0 += 1;
        }
        let most = zones.values().map(|(count, _)| *count).max()?;
        zones.into_values().find(|(count, _)| *count == most).map(|(_, zone)| zone.clone())
    }

    /// The report of a team's week, as it was known at a moment. `None`: nobody is in that team.
    pub fn report(
        &self,
        team: &str,
        monday: Date,
        at: Timestamp,
    ) -> Result<Option<Report>, StoreError> {
        let Some(zone) = Self::zone(self.office, team) else { return Ok(None) };
        let begin = weekly::begin(monday, &zone);
        let mut obligations = Vec::new();
        for owner in self.members(team) {
            let found = obligations::counted(self.c, owner.id, begin, at)?;
            let of_team = |one: &Obligation| self.is_in(team, owner, one.asked_at);
            obligations.extend(found.into_iter().filter(of_team));
        }
        let people = |at| u32::try_from(self.people(team, at).count()).unwrap_or(u32::MAX);
        let level = self.office.teams.get(team).map(|team| team.level.clone());
        let gathered = Gathered {
            scope: Scope::Team(level.unwrap_or_default()),
            name: team.to_owned(),
            owner: None,
            people: self.people(team, weekly::end(monday, &zone).min(at)).collect(),
            zone,
            obligations,
        };
        self.counted(gathered, monday, at, people).map(Some)
    }

    /// `people`: how many there were at a moment.
    fn counted(
        &self,
        gathered: Gathered<'_>,
        monday: Date,
        at: Timestamp,
        people: impl Fn(Timestamp) -> u32,
    ) -> Result<Report, StoreError> {
        let hours = self.all_hours(&gathered);
        let tally = self.tally(&gathered.obligations, &hours, at);
        let figures = weekly::figures(&tally, (monday, &gathered.zone), at, people);
        let week = (weekly::midnight(monday, &gathered.zone), weekly::end(monday, &gathered.zone));
        // Of the next week these are the eight weeks before it.
        let next = monday.checked_add(1.week()).unwrap_or(Date::MAX);
        let time = Time { monday, week, begin: weekly::begin(next, &gathered.zone), at };
        let (mut beside, mut awaited) = (Beside::default(), Vec::new());
        for owner in &gathered.people {
            if let Some(hours) = hours.get(&owner.id) {
                beside::add(self.c, (owner, hours), time, &mut beside)?;
            }
            let found = awaiting::still_awaited(self.c, owner.id, (time.begin, at))?;
            // What somebody asked in another team is not this one's.
            let asked = found.into_iter().filter(|(asked_at, _)| {
                gathered.owner.is_some() || self.is_in(&gathered.name, owner, *asked_at)
            });
            awaited.extend(asked.map(|(asked_at, asked_in)| (asked_at, asked_in, *owner)));
        }
        beside.awaited = u32::try_from(awaited.len()).unwrap_or(u32::MAX);
        awaited.sort_by_key(|(asked_at, asked_in, _)| (*asked_at, *asked_in));
        let source = Source {
            scope: &gathered.scope,
            team: &gathered.name,
            obligations: &gathered.obligations,
            tally: &tally,
            awaited: &awaited,
        };
        let threads = match gathered.scope {
            Scope::Team(Level::Aggregate) => Threads::default(),
            Scope::Team(Level::Threads | Level::Named { .. }) | Scope::Own => {
                threads(self.c, self.office, &source, time)?
            }
        };
        let Gathered { scope, name, owner, zone, .. } = gathered;
        Ok(Report { scope, name, owner, zone, beside, threads, figures })
    }

    /// Who was in a team at a moment.
    pub fn people(&self, team: &str, at: Timestamp) -> impl Iterator<Item = &Arc<Owner>> {
        self.members(team).filter(move |owner| self.is_in(team, owner, at))
    }

    /// Whether an owner was in a team at a moment.
    fn is_in(&self, team: &str, owner: &Owner, at: Timestamp) -> bool {
        let promised = in_force(&self.promises, at)
            .zip(owner.main_address())
            .and_then(|(promises, address)| promises.owners.get(address));
        let then = promised.map_or(&owner.team, |promised| &promised.team);
        then.as_deref() == Some(team)
    }

    /// The hours of everybody there and of everybody who was asked.
    fn all_hours(&self, gathered: &Gathered<'_>) -> BTreeMap<OwnerId, Hours> {
        let asked =
            gathered.obligations.iter().filter_map(|one| self.office.owners.get(&one.owner));
        let mut hours = BTreeMap::new();
        for owner in asked.chain(gathered.people.iter().copied()) {
            hours.entry(owner.id).or_insert_with(|| self.hours(owner));
        }
        hours
    }

    /// Every request, as it was known at a moment.
    fn tally(
        &self,
        obligations: &[Obligation],
        hours: &BTreeMap<OwnerId, Hours>,
        at: Timestamp,
    ) -> Tally {
        // Whoever stands in may be of another team, or no owner at all.
        let mut holders: BTreeMap<Address, Hours> = BTreeMap::new();
        for address in
            obligations.iter().filter_map(|one| one.holder.as_ref()).map(|held| &held.address)
        {
            if let Some(owner) = self.office.owner_of(address) {
                holders.entry(address.clone()).or_insert_with(|| self.hours(owner));
            }
        }
        let cases = obligations.iter().filter_map(|obligation| {
            let holder = obligation.holder.as_ref();
            Some(Case {
                obligation,
                hours: hours.get(&obligation.owner)?,
                holder: holder.and_then(|holder| holders.get(&holder.address)),
                within: self.within(obligation),
            })
        });
        tally(cases, at)
    }

    fn members(&self, team: &str) -> impl Iterator<Item = &Arc<Owner>> {
        let members = self.members.get(team).into_iter().flatten();
        members.filter_map(|id| self.office.owners.get(id))
    }

    /// An owner's hours as they were, absences taken out.
    fn hours(&self, owner: &Owner) -> Hours {
        let absences = owner.calendar.absences();
        let address = owner.main_address();
        let known = address.and_then(|address| Hours::of(&self.promises, address, absences));
        known.unwrap_or_else(|| Hours::always(owner.calendar.as_ref().clone()))
    }

    /// What was promised when it arrived.
    fn within(&self, obligation: &Obligation) -> jiff::SignedDuration {
        let then = in_force(&self.promises, obligation.asked_at).map(|promises| &promises.policy);
        let tier = deadlines::tier(then.unwrap_or(&self.office.policy), obligation);
        tier.map_or(jiff::SignedDuration::ZERO, |tier| tier.reply_within)
    }
}

/// An owner's own report, for nobody else. Of what was promised only that is read which concerns
/// them and whoever stands in.
pub fn own(
    c: &Connection,
    office: &Office,
    owner: &Arc<Owner>,
    monday: Date,
    at: Timestamp,
) -> Result<Report, StoreError> {
    let zone = owner.calendar.zone().clone();
    let begin = weekly::begin(monday, &zone);
    let obligations = obligations::counted(c, owner.id, begin, at)?;
    let holders = obligations.iter().filter_map(|one| one.holder.as_ref());
    let holders = holders.filter_map(|held| office.owner_of(&held.address));
    let people = holders.chain([owner]).filter_map(|one| one.main_address()).collect();
    let promises = promises::of(c, begin, &people)?;
    let reporter = Reporter { c, office, promises, members: BTreeMap::new() };
    let gathered = Gathered {
        scope: Scope::Own,
        name: owner.name.clone(),
        owner: owner.main_address().cloned(),
        people: vec![owner],
        zone,
        obligations,
    };
    reporter.counted(gathered, monday, at, |_| 1)
}

/// What a report is counted from.
struct Gathered<'a> {
    scope: Scope,
    name: String,
    owner: Option<Address>,
    zone: TimeZone,
    /// Who is told about.
    people: Vec<&'a Arc<Owner>>,
    /// From the first week that is told of on, and every older one that was open at the report.
    obligations: Vec<Obligation>,
}

fn members(
    office: &Office,
    promises: &[Promises],
    teams: &[&str],
) -> BTreeMap<String, BTreeSet<OwnerId>> {
    let mut members: BTreeMap<String, BTreeSet<OwnerId>> = BTreeMap::new();
    for owner in office.owners.values() {
        let promised = promises.iter().filter_map(|one| one.owners.get(owner.main_address()?));
        let then = promised.filter_map(|promised| promised.team.as_ref());
        let all = then.chain(&owner.team);
        for team in all.filter(|team| teams.contains(&team.as_str())) {
            members.entry(team.clone()).or_default().insert(owner.id);
        }
    }
    members
}
