//! Readers of reports: who they are, which report is due to whom, and when it may leave. What they
//! say about it is in `engine/wishing`.
//!
//! A reader has one letter a week, about all teams that they read of (law 2). When it leaves is
//! `rules/reports`; what it tells is gathered by `engine/reporting` when it is claimed, and no
//! sooner than the mail of the teams has been read that morning (law 4).

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::engine::office::Office;
use crate::engine::record::{mode, queue};
use crate::engine::reporting::{Report, Reporter, own};
use crate::engine::turn::Engine;
use crate::mail::reports::iso;
use crate::model::address::Address;
use crate::model::calendar::Calendar;
use crate::model::facts::Health;
use crate::model::ids::OwnerId;
use crate::model::letter::{Audience, Draft, Item, Kind, Letter};
use crate::model::owner::Owner;
use crate::model::policy::Mode;
use crate::model::report::known_at;
use crate::model::team::{Frequency, Readers, Team};
use crate::model::verdict::Language;
use crate::rules::reports::{delivery, delivery_after, is_first_of_month, is_wanted, waits_until};
use crate::store::db::{Connection, StoreError};
use crate::store::{corrections, facts, letters, mailboxes, wishes};

/// What others said meanwhile is noticed at least so often.
const CHECKED_EVERY: SignedDuration = SignedDuration::from_mins(15);

/// Somebody who reads reports.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Where the letter goes; an owner's main address.
    pub address: Address,
    /// Full name; may be empty.
    pub name: String,
    /// As an owner's.
    pub greeting: String,
    /// As an owner's.
    pub you: String,
    /// Language of the letter.
    pub language: Language,
    /// When they work; of somebody who is no owner, when most of the team does.
    pub calendar: Arc<Calendar>,
    /// Teams that they read of, by name.
    pub teams: Vec<String>,
    /// What may be told of each of them, by the word.
    pub levels: Vec<String>,
    /// They have a report of their own.
    pub own: bool,
    /// They lead one of them.
    pub leads: bool,
}

/// What a report is about, until it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The Monday of its week.
    pub week: Date,
    /// Teams by name.
    pub teams: Vec<String>,
    /// What may be told of each of them, by the word.
    pub levels: Vec<String>,
    /// A person asked for it: at any hour, and of a quiet week too.
    pub by_hand: bool,
}

impl Told {
    /// Whether its reader still reads of all these teams, at the same levels.
    fn is_still_told_to(&self, reader: &Reader) -> bool {
        let now: Vec<_> = reader.teams.iter().zip(&reader.levels).collect();
        self.teams.iter().zip(&self.levels).all(|one| now.contains(&one))
    }
}

/// When reports were thought of last, and when one is due next.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Checked {
    at: Option<Timestamp>,
    pub(crate) next: Option<Timestamp>,
}

impl Checked {
    fn is_due(self, now: Timestamp) -> bool {
        let Some(at) = self.at else { return true };
        let soon = now < at || now.duration_since(at) >= CHECKED_EVERY;
        soon || self.next.is_some_and(|next| next <= now)
    }
}

/// Whether a report may be written now.
pub(crate) enum Ready {
    /// It tells these.
    Now(Vec<Report>),
    /// Then again, for that reason.
    Later(Timestamp, String),
    /// When the mail of these has been read.
    Unread(BTreeSet<OwnerId>, String),
    /// Not this one, for that reason.
    Never(String),
}

/// Everybody who reads reports, by their addresses.
pub fn readers(c: &Connection, office: &Office) -> Result<Vec<Reader>, StoreError> {
    let all = addresses(c, office)?;
    all.into_iter().filter_map(|address| reader(c, office, address).transpose()).collect()
}

/// How many there are, where a letter is one of theirs.
pub(crate) fn count(c: &Connection, office: &Office, kind: Kind) -> Result<u32, StoreError> {
    if kind != Kind::Report {
        return Ok(0);
    }
    Ok(u32::try_from(addresses(c, office)?.len()).unwrap_or(u32::MAX))
}

/// Who reads reports under an address; `None`: nobody.
pub fn reader(
    c: &Connection,
    office: &Office,
    address: &Address,
) -> Result<Option<Reader>, StoreError> {
    let owner = office.owner_of(address);
    let address = office.main_address(address);
    let leads =
        |team: &Team| team.lead.as_ref().map(|lead| office.main_address(lead)) == Some(address);
    let reads = |(name, team): &(&String, &Team)| match team.readers {
        Readers::Nobody => false,
        Readers::Lead => leads(team),
        Readers::Everyone => {
            leads(team) || owner.is_some_and(|owner| owner.team.as_ref() == Some(*name))
        }
    };
    let teams: Vec<(&String, &Team)> = office.teams.iter().filter(reads).collect();
    let like = owner.or_else(|| teams.iter().find_map(|(name, _)| like_most(office, name)));
    let Some(like) = like else { return Ok(None) };
    let own = match owner {
        Some(owner) => owner.own_report || corrections::wishes_report(c, owner.id)?,
        None => false,
    };
    let contact = office.contacts.get(address).filter(|_| owner.is_none());
    let name = owner.map(|owner| &owner.name).or(contact.map(|contact| &contact.name));
    let reader = Reader {
        address: address.clone(),
        name: name.cloned().unwrap_or_default(),
        greeting: owner.map_or(String::new(), |owner| owner.greeting.clone()),
        you: owner.map_or(String::new(), |owner| owner.you.clone()),
        language: contact.and_then(|contact| contact.language).unwrap_or(like.language),
        calendar: match owner {
            Some(owner) => owner.calendar.clone(),
            None => Arc::new(Calendar::clone(&like.calendar).away_only([])),
        },
        leads: teams.iter().any(|(_, team)| leads(team)),
        levels: teams.iter().map(|(_, team)| team.level.word().to_owned()).collect(),
        teams: teams.into_iter().map(|(name, _)| name.clone()).collect(),
        own,
    };
    Ok(Some(reader).filter(|reader| reader.own || !reader.teams.is_empty()))
}

fn addresses<'a>(c: &Connection, office: &'a Office) -> Result<BTreeSet<&'a Address>, StoreError> {
    let wished = corrections::all_who_wish_reports(c)?;
    let teams = || office.teams.iter().filter(|(_, team)| team.readers != Readers::Nobody);
    let leads = teams().filter_map(|(_, team)| team.lead.as_ref());
    let open = |name: &String| {
        office.teams.get(name).is_some_and(|team| team.readers == Readers::Everyone)
    };
    let reads = |owner: &&Arc<Owner>| owner.own_report || owner.team.as_ref().is_some_and(open);
    let members = office.owners.values().filter(reads);
    let members = members.chain(wished.iter().filter_map(|id| office.owners.get(id)));
    let members = members.filter_map(|owner| owner.main_address());
    Ok(leads.map(|lead| office.main_address(lead)).chain(members).collect())
}

/// The first owner of a team who lives where most of it does.
fn like_most<'a>(office: &'a Office, team: &str) -> Option<&'a Arc<Owner>> {
    let zone = Reporter::zone(office, team)?;
    let mut members = office.owners.values().filter(|one| one.team.as_deref() == Some(team));
    members.find(|one| *one.calendar.zone() == zone)
}

/// The report of a week as it is wanted.
pub fn draft(reader: &Reader, week: Date, by_hand: bool, now: Timestamp) -> Option<Draft> {
    let (teams, levels) = (reader.teams.clone(), reader.levels.clone());
    let about = Told { week, teams, levels, by_hand };
    Some(Draft {
        kind: Kind::Report,
        audience: Audience::Lead,
        to: reader.address.clone(),
        owner: None,
        items: vec![Item::bare(key(reader, week))],
        about: serde_json::to_string(&about).ok()?,
        not_before: now,
    })
}

/// Once for a reader and a week, for ever.
pub fn key(reader: &Reader, week: Date) -> String {
    format!("report:{}:{}", reader.address, iso(week))
}

impl Engine {
    /// Queues the reports that are due.
    pub(crate) fn queue_reports(&mut self, now: Timestamp) -> Result<(), StoreError> {
        if !self.reports.is_due(now) {
            return Ok(());
        }
        let step = self.db.transaction()?;
        let full = mode(&step, &self.office)? == Mode::Full;
        let readers = if full { readers(&step, &self.office)? } else { Vec::new() };
        let anew_at = facts::instance(&step)?.anew_at;
        self.reports = Checked { at: Some(now), next: None };
        for reader in readers {
            if silent_until(&step, &self.office, &reader.address, now)?.is_some() {
                continue;
            }
            let mut next = due(&step, &reader, anew_at, now)?;
            if let Some((week, at)) = next
                && at <= now
                && let Some(draft) = draft(&reader, week, false, now)
                && queue(&step, &self.office, &self.key, &draft, now)?.is_some()
            {
                self.journal.push(format!("queued the report of {} to {}", iso(week), draft.to));
                next = due(&step, &reader, anew_at, now)?;
            }
            let next = next.map(|(_, at)| at).filter(|at| *at > now);
            self.reports.next = self.reports.next.into_iter().chain(next).min();
        }
        step.commit().map_err(StoreError::from)
    }
}

/// The next report that a reader wants and has not got, and when it is due. Where an older state of
/// the store was taken over, what was due before may have left since it was made.
fn due(
    c: &Connection,
    reader: &Reader,
    anew_at: Timestamp,
    now: Timestamp,
) -> Result<Option<(Date, Timestamp)>, StoreError> {
    let often = wishes::wish(c, &reader.address)?.unwrap_or_default();
    if often == Frequency::Never {
        return Ok(None);
    }
    let mut next = delivery(&reader.calendar, now);
    while let Some(one) = next {
        let first = delivery(&reader.calendar, known_at(one.week, reader.calendar.zone()));
        let lost = first.is_some_and(|first| first.at <= anew_at);
        let written = one.at <= now && letters::has_item(c, &key(reader, one.week))?;
        if !lost && !written && is_wanted(often, one.week) {
            return Ok(Some((one.week, one.at)));
        }
        next = delivery_after(&reader.calendar, one.week);
    }
    Ok(None)
}

/// Until when a reader has said that no letters are to come; `None`: they may.
pub(crate) fn silent_until(
    c: &Connection,
    office: &Office,
    reader: &Address,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let Some(owner) = office.owner_of(reader) else { return Ok(None) };
    Ok(mailboxes::paused_until(c, owner.id)?.filter(|until| *until > now))
}

/// What a report tells, if it may be written now.
pub(crate) fn ready(engine: &Engine, letter: &Letter, now: Timestamp) -> Result<Ready, StoreError> {
    let (c, office) = (engine.db.connection(), &engine.office);
    let never = |why: &str| Ok(Ready::Never(why.to_owned()));
    let told = serde_json::from_str::<Told>(&letter.draft.about);
    let (Ok(told), Some(reader)) = (told, reader(c, office, &letter.draft.to)?) else {
        return never("what it tells is not on record any more");
    };
    let often = wishes::wish(c, &reader.address)?.unwrap_or_default();
    if often == Frequency::Never || !(told.by_hand || is_wanted(often, told.week)) {
        return never("its reader does not want it");
    }
    // Its bytes are fixed, and may tell more than may be told now.
    if letter.claimed_at.is_some() && !told.is_still_told_to(&reader) {
        return never("less may be told now than when it was written");
    }
    if let Some(until) = silent_until(c, office, &reader.address, now)? {
        return Ok(Ready::Later(until, "its reader wants silence until then".to_owned()));
    }
    match delivery(&reader.calendar, now).filter(|_| !told.by_hand) {
        Some(next) if next.week != told.week => return never("a later week is over"),
        Some(next) if next.at > now => {
            let why = "its reader does not work now".to_owned();
            return Ok(Ready::Later(next.at, why));
        }
        Some(_) | None => {}
    }
    let teams = told.teams.iter().filter(|team| reader.teams.contains(team));
    let teams: Vec<&str> = teams.map(String::as_str).collect();
    let reporter = Reporter::new(c, office, &teams, told.week)?;
    let own = office.owner_of(&reader.address).filter(|_| reader.own);
    let wanted = Wanted { teams: &teams, own, week: told.week };
    let missing = missing(engine, &reporter, &wanted, now)?;
    if !missing.is_empty() && now < waits_until(letter.queued_at) {
        let why = format!("the mail of {} people is to be read before", missing.len());
        return Ok(Ready::Unread(missing, why));
    }
    let reports = reports(&reporter, (c, office), &wanted, now)?;
    if reports.is_empty() {
        return never("a team of fewer than five people is not told about");
    }
    let quiet = reports.iter().all(|report| report.shown().is_quiet());
    if quiet && !told.by_hand && !is_first_of_month(told.week) {
        return never("a quiet week is told of once a month");
    }
    Ok(Ready::Now(reports))
}

/// The parts of a letter.
struct Wanted<'a> {
    teams: &'a [&'a str],
    own: Option<&'a Arc<Owner>>,
    week: Date,
}

/// Every part that may be shown: those of teams, and the reader's own after them.
fn reports(
    reporter: &Reporter<'_>,
    (c, office): (&Connection, &Office),
    wanted: &Wanted<'_>,
    now: Timestamp,
) -> Result<Vec<Report>, StoreError> {
    let mut reports = Vec::new();
    for team in wanted.teams {
        let Some(zone) = Reporter::zone(office, team) else { continue };
        let report = reporter.report(team, wanted.week, known_at(wanted.week, &zone).min(now))?;
        reports.extend(report.filter(|report| report.shown().rest.is_some()));
    }
    if let Some(owner) = wanted.own {
        let at = known_at(wanted.week, owner.calendar.zone()).min(now);
        reports.push(own(c, office, owner, wanted.week, at)?);
    }
    Ok(reports)
}

/// Whose mail is to be read before.
fn missing(
    engine: &Engine,
    reporter: &Reporter<'_>,
    wanted: &Wanted<'_>,
    now: Timestamp,
) -> Result<BTreeSet<OwnerId>, StoreError> {
    let mut missing = BTreeSet::new();
    for team in wanted.teams {
        let Some(zone) = Reporter::zone(&engine.office, team) else { continue };
        let at = known_at(wanted.week, &zone).min(now);
        missing.extend(unread(engine, reporter.people(team, at), at)?);
    }
    if let Some(owner) = wanted.own {
        let at = known_at(wanted.week, owner.calendar.zone()).min(now);
        missing.extend(unread(engine, [owner], at)?);
    }
    Ok(missing)
}

/// Those whose mail can be read, but was not since a moment.
fn unread<'a>(
    engine: &Engine,
    people: impl IntoIterator<Item = &'a Arc<Owner>>,
    since: Timestamp,
) -> Result<BTreeSet<OwnerId>, StoreError> {
    let mut unread = BTreeSet::new();
    for owner in people {
        let folders = mailboxes::of_owner(engine.db.connection(), owner.id)?;
        let mut readable = folders.iter().filter(|folder| match folder.health {
            Health::Live | Health::Stale => true,
            Health::Failed | Health::Blind => false,
        });
        let read = |id| engine.read_at.get(&id).is_some_and(|at| *at >= since);
        if !readable.all(|folder| read(folder.id)) {
            unread.insert(owner.id);
        }
    }
    Ok(unread)
}
