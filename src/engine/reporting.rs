//! The report of a team's week: its requests from the store, counted under the promises that were
//! in force when they arrived.
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
use crate::model::address::Address;
use crate::model::ids::OwnerId;
use crate::model::obligation::Obligation;
use crate::model::owner::Owner;
use crate::model::promises::{Hours, Promises, in_force};
use crate::model::report::{Beside, Disclosed, Figures};
use crate::rules::counting::{Case, Tally, tally};
use crate::rules::{deadlines, privacy, weekly};
use crate::store::db::{Connection, StoreError};
use crate::store::{obligations, promises};

/// The figures of a team's week.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The team by name.
    pub team: String,
    /// In which zone its days begin.
    pub zone: TimeZone,
    /// What is known besides.
    pub beside: Beside,
    /// What was counted.
    pub figures: Figures,
}

impl Report {
    /// What of it may be shown.
    pub fn shown(&self) -> Disclosed {
        privacy::disclosed(&self.figures, self.beside)
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
    /// For weeks that begin on this Monday or later.
    pub fn new(c: &'a Connection, office: &'a Office, monday: Date) -> Result<Self, StoreError> {
        // A day more than any zone is ahead.
        let begin = weekly::begin(monday, &TimeZone::UTC);
        let begin = begin.checked_sub(jiff::Span::new().hours(24)).unwrap_or(Timestamp::MIN);
        let promises = promises::since(c, begin)?;
        let members = members(office, &promises);
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
        let counted = self.tally(team, weekly::begin(monday, &zone), at)?;
        let people = |at| u32::try_from(self.people(team, at).count()).unwrap_or(u32::MAX);
        let figures = weekly::figures(&counted, (monday, &zone), at, people);
        let week = (weekly::midnight(monday, &zone), weekly::end(monday, &zone));
        // Of the next week these are the eight weeks before it.
        let next = monday.checked_add(1.week()).unwrap_or(Date::MAX);
        let time = Time { monday, week, begin: weekly::begin(next, &zone), at };
        let mut beside = Beside::default();
        for owner in self.people(team, week.1.min(at)) {
            beside::add(self.c, (owner, &self.hours(owner)), time, &mut beside)?;
        }
        Ok(Some(Report { team: team.to_owned(), zone, beside, figures }))
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

    /// Every request to the team from a moment on, and every older one that was open at the report.
    fn tally(&self, team: &str, begin: Timestamp, at: Timestamp) -> Result<Tally, StoreError> {
        let mut hours: BTreeMap<OwnerId, Hours> = BTreeMap::new();
        let mut all: Vec<Obligation> = Vec::new();
        for owner in self.members(team) {
            hours.insert(owner.id, self.hours(owner));
            let found = obligations::counted(self.c, owner.id, begin, at)?;
            all.extend(found.into_iter().filter(|one| self.is_in(team, owner, one.asked_at)));
        }
        // Whoever stands in may be of another team, or no owner at all.
        let mut holders: BTreeMap<Address, Hours> = BTreeMap::new();
        for address in all.iter().filter_map(|one| one.holder.as_ref()).map(|held| &held.address) {
            if let Some(owner) = self.office.owner_of(address) {
                holders.entry(address.clone()).or_insert_with(|| self.hours(owner));
            }
        }
        let cases = all.iter().filter_map(|obligation| {
            let holder = obligation.holder.as_ref();
            Some(Case {
                obligation,
                hours: hours.get(&obligation.owner)?,
                holder: holder.and_then(|holder| holders.get(&holder.address)),
                within: self.within(obligation),
            })
        });
        Ok(tally(cases, at))
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

fn members(office: &Office, promises: &[Promises]) -> BTreeMap<String, BTreeSet<OwnerId>> {
    let mut members: BTreeMap<String, BTreeSet<OwnerId>> = BTreeMap::new();
    for owner in office.owners.values() {
        let promised = promises.iter().filter_map(|one| one.owners.get(owner.main_address()?));
        let then = promised.filter_map(|promised| promised.team.as_ref());
        for team in then.chain(&owner.team) {
            members.entry(team.clone()).or_default().insert(owner.id);
        }
    }
    members
}
