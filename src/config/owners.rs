//! Owners, teams and requesters, checked: one address belongs to one owner, each has one source.
//!
//! It reads no mailbox; whether one can be reached is for `cli/doctor`. Servers are checked by
//! `config/servers`, hours by `config/calendars`; the result goes into `Settings`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::config::agenda::agenda;
use crate::config::away::{card, delegates, topics};
use crate::config::calendars::{Shelf, Timetable};
use crate::config::check::{Check, Place, Thing};
use crate::config::fault::{Advice, quoted};
use crate::config::file;
use crate::config::servers::incoming;
use crate::config::settings::{Source, Watched};
use crate::config::written::{Set, Spot, Tables, Text};
use crate::model::address::Address;
use crate::model::ids::OwnerId;
use crate::model::owner::Owner;
use crate::model::team::{Level, Readers, Team};
use crate::model::verdict::Language;

/// All owners, teams and requesters of all files, as they are gathered.
#[derive(Debug, Default)]
pub struct Roll {
    /// Owners in the order of the files.
    pub owners: Vec<(Watched, Timetable)>,
    /// Teams by name.
    pub teams: BTreeMap<String, Team>,
    /// Groups of addresses, each one person.
    pub requesters: Vec<Vec<Address>>,
    /// What owners share.
    pub shelf: Shelf,
    taken: BTreeMap<Address, (Place, String)>,
    known_persons: BTreeMap<Address, Place>,
    declared: BTreeMap<String, Place>,
    named: BTreeMap<String, Place>,
    /// Whoever is named to stand in, where that stands first.
    stand_ins: BTreeMap<Address, Place>,
}

impl Roll {
    /// Takes the tables of one file.
    pub fn take(
        &mut self,
        check: &mut Check,
        owners: &Tables<file::Owner>,
        teams: &Tables<file::Team>,
        requesters: &Tables<file::Requester>,
    ) {
        for (at, owner) in owners.items() {
            if let Some(taken) = self.owner(check, at, owner) {
                self.owners.push(taken);
            }
        }
        for (at, team) in teams.items() {
            self.team(check, at, team);
        }
        for (at, requester) in requesters.items() {
            self.requester(check, at, requester);
        }
    }

    /// What only all files together can show.
    pub fn close(&mut self, check: &mut Check) {
        for (name, place) in &self.named {
            if !self.teams.contains_key(name) && !self.declared.contains_key(name) {
                let what = format!("{} is a team that is declared nowhere", quoted(name));
                let right = "add a [[team]] with that name, or it has no lead and no report";
                check.warnings.push(place.fault(Advice::new(what, right)));
            }
        }
    }

    /// Warns of people who may be asked to stand in and cannot be heard: without `[inbox]` those
    /// who are no owners.
    pub fn warn_of_outsiders(&self, check: &mut Check) {
        for (address, place) in &self.stand_ins {
            if self.holder(address).is_none() {
                let what = format!("{address} is no owner, so no answer of theirs is heard");
                let right = "add [inbox], or make them an owner; until then they are passed over \
                             after away.accept_within";
                check.warnings.push(place.fault(Advice::new(what, right)));
            }
        }
    }

    /// The owner who has an address, for faults elsewhere.
    pub fn holder(&self, address: &Address) -> Option<&str> {
        self.taken.get(&address.untagged()).map(|(_, name)| name.as_str())
    }

    fn owner(
        &mut self,
        check: &mut Check,
        at: &Spot,
        table: &file::Owner,
    ) -> Option<(Watched, Timetable)> {
        let right = "write name = \"Dwi Lestari\"";
        let name = check.needed(&table.name, Some(at), "name", right).map(|(_, name)| name);
        let addresses = self.addresses(check, at, table, name.unwrap_or_default());
        let timetable = self.shelf.timetable(check, at, table);
        let language = language(check, &table.language);
        let team = check.text(&table.team).map(|(spot, team)| {
            let place = check.place(spot);
            self.named.entry(team.to_owned()).or_insert(place);
            team.to_owned()
        });
        let delegates = delegates(check, &table.delegates, &addresses, &mut self.stand_ins);
        let topics = topics(check, &table.topic, &addresses, &mut self.stand_ins);
        let card = card(check, &table.role, &table.organisation, &table.phone);
        let greeting = words(check, &table.greeting, "");
        let you = words(check, &table.you, "Bapak/Ibu");
        let imap = table.imap.value.clone().unwrap_or_default();
        let inbox = check.text(&imap.inbox).map(|(_, name)| name.to_owned());
        let sent = check.texts(&imap.sent).into_iter().map(|(_, name)| name.to_owned()).collect();
        let source = source(check, at, (&table.imap, &table.maildir));
        let agenda = agenda(check, &table.calendar);
        let timetable = timetable?;
        let owner = Owner {
            id: OwnerId(0),
            name: name?.to_owned(),
            addresses,
            greeting,
            you,
            language: language?,
            calendar: Arc::new(timetable.calendar()),
            team,
            delegates,
            topics,
            snippets: table.snippets.value.unwrap_or(false),
            own_report: table.own_report.value.unwrap_or(false),
            card,
            answers: table.auto_reply.value.unwrap_or(true),
        };
        Some((Watched { owner, source: source?, inbox, sent, agenda }, timetable))
    }

    fn addresses(
        &mut self,
        check: &mut Check,
        at: &Spot,
        table: &file::Owner,
        name: &str,
    ) -> Vec<Address> {
        let right = "write addresses = [\"dwi@example.com\"], the main one first";
        if table.addresses.absent() {
            check.missing(Some(at), "addresses", right);
        } else if let (Some(spot), Some([])) =
            (&table.addresses.at, table.addresses.value.as_deref())
        {
            check.fault(spot, Advice::new("is empty", right));
        }
        let mut own: BTreeSet<Address> = BTreeSet::new();
        let mut kept = Vec::new();
        for (spot, address) in check.addresses(&table.addresses) {
            // Plus-tags lead to the same mailbox (model/owner), so they belong to the same owner.
            let bare = address.untagged();
            if let Some((place, other)) = self.taken.get(&bare)
                && !own.contains(&bare)
            {
                let (file, line) = (place.file.display(), place.spot.line);
                let what = format!("{address} already belongs to {other:?} ({file}:{line})");
                let right = "every address belongs to one owner; a shared one is an owner itself";
                check.fault(&spot, Advice::new(what, right));
                continue;
            }
            if kept.contains(&address) {
                let what = format!("{address} stands here twice");
                check.warn(&spot, Advice::new(what, "leave the second one out"));
                continue;
            }
            if kept.is_empty() {
                check.can_be_written_to(&spot, &address);
            }
            own.insert(bare.clone());
            self.taken.entry(bare).or_insert_with(|| (check.place(&spot), name.to_owned()));
            kept.push(address);
        }
        kept
    }

    fn team(&mut self, check: &mut Check, at: &Spot, table: &file::Team) {
        let name = check.needed(&table.name, Some(at), "name", "write name = \"payroll\"");
        let lead = check.recipient(&table.lead).map(|(_, lead)| lead);
        let readers = readers(check, table);
        let level = level(check, at, table);
        let Some((spot, name)) = name else { return };
        let place = check.place(spot);
        if let Some(first) = self.declared.get(name) {
            let (file, line) = (first.file.display(), first.spot.line);
            let what = format!("{} is already declared ({file}:{line})", quoted(name));
            check.fault(spot, Advice::new(what, "give each team its own name"));
            return;
        }
        self.declared.insert(name.to_owned(), place);
        self.teams.insert(name.to_owned(), Team { lead, readers, level });
    }

    fn requester(&mut self, check: &mut Check, at: &Spot, table: &file::Requester) {
        let right = "write addresses = [\"budi@example.org\", \"budi.s@example.net\"]";
        if table.addresses.absent() {
            check.missing(Some(at), "addresses", right);
        }
        let mut person = Vec::new();
        for (spot, address) in check.addresses(&table.addresses) {
            if let Some(first) = self.known_persons.get(&address) {
                let (file, line) = (first.file.display(), first.spot.line);
                let what = format!("{address} already belongs to a requester ({file}:{line})");
                check.fault(&spot, Advice::new(what, "name each address once"));
                continue;
            }
            self.known_persons.insert(address.clone(), check.place(&spot));
            person.push(address);
        }
        if !person.is_empty() {
            self.requesters.push(person);
        }
    }
}

/// `id` or `en`; not written: `id`.
pub fn language(check: &mut Check, text: &Text) -> Option<Language> {
    let Some((spot, word)) = check.text(text) else {
        return text.absent().then_some(Language::Id);
    };
    let known = [Language::Id, Language::En].into_iter().find(|known| known.word() == word);
    if known.is_none() {
        let what = format!("{} is not a language that Sigap writes", quoted(word));
        check.fault(spot, Advice::new(what, "write \"id\" or \"en\""));
    }
    known
}

fn words(check: &mut Check, text: &Text, default: &str) -> String {
    // An empty greeting is a wish of its own: chosen by language.
    if text.value.as_deref() == Some("") {
        return default.to_owned();
    }
    check.text(text).map_or(default, |(_, words)| words).to_owned()
}

/// Where somebody's mail lies: one of the two ways to write it.
pub(in crate::config) fn source(
    check: &mut Check,
    at: &Spot,
    (imap, maildir): (&Set<file::Imap>, &Set<file::Maildir>),
) -> Option<Source> {
    let places = (&imap.at, &maildir.at);
    let imap = imap.written();
    let imap = imap.and_then(|(spot, imap)| incoming(check, spot, imap));
    let maildir = self::maildir(check, maildir);
    match places {
        (Some(_), Some(spot)) => {
            let what = "stands beside imap: there is one mailbox";
            check.fault(spot, Advice::new(what, "leave one of the two out"));
            None
        }
        (None, None) => {
            let right = "write imap.url and imap.password, or maildir.path";
            check.missing(Some(at), "imap", right);
            None
        }
        (Some(_), None) => imap.map(Source::Imap),
        (None, Some(_)) => maildir,
    }
}

/// Who reads a team's report; a lead who is nobody does not.
fn readers(check: &mut Check, table: &file::Team) -> Readers {
    let Some((spot, word)) = check.text(&table.report_to) else { return Readers::default() };
    let known = Readers::ALL.into_iter().find(|known| known.word() == word);
    match known {
        None => {
            let what = format!("{} is nobody to whom a report goes", quoted(word));
            let right = "write \"lead\", \"everyone\" or \"nobody\"";
            check.fault(spot, Advice::new(what, right));
        }
        Some(Readers::Lead) if table.lead.absent() => {
            let what = "the report goes to the lead, and this team has none";
            let right = "add lead = \"ratna@example.com\", or write \"everyone\" or \"nobody\"";
            check.fault(spot, Advice::new(what, right));
        }
        Some(Readers::Lead | Readers::Everyone | Readers::Nobody) => {}
    }
    known.unwrap_or_default()
}

/// What a team's report tells; single people are named only where they have agreed.
fn level(check: &mut Check, at: &Spot, table: &file::Team) -> Level {
    let agreement = check.text(&table.agreement).map(|(_, agreement)| agreement.to_owned());
    let Some((spot, word)) = check.text(&table.report_level) else { return Level::default() };
    match (word, agreement) {
        ("aggregate", _) => Level::Aggregate,
        ("threads", _) => Level::Threads,
        ("named", Some(agreement)) => Level::Named { agreement },
        ("named", None) => {
            if table.agreement.absent() {
                let right = "write where it is written that they agreed to be named, agreement = \
                             \"Agreement of 1 June 2026\", or report_level = \"threads\"";
                check.missing(Some(at), "agreement", right);
            }
            Level::default()
        }
        _other => {
            let what = format!("{} is no level of a report", quoted(word));
            let right = "write \"aggregate\", \"threads\" or \"named\"";
            check.fault(spot, Advice::new(what, right));
            Level::default()
        }
    }
}

fn maildir(check: &mut Check, written: &Set<file::Maildir>) -> Option<Source> {
    let (at, table) = written.written()?;
    if table.path.absent() {
        check.missing(Some(at), "path", "write maildir.path = \"/var/mail/dwi/Maildir\"");
    }
    let (spot, path) = check.path(&table.path)?;
    check.touch(&spot, Thing::Folder(path.clone()));
    Some(Source::Maildir(path))
}
