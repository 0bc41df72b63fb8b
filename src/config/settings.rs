//! What a person configured, checked: all faults at once, each with file, line and what is right.
//!
//! It reads the main file, the included ones and the holiday files, and nothing else: no password,
//! no mailbox, no clock. `config/file` is the same as it is written. Daemon and command line use
//! the result; a daemon that is told to read anew keeps the old settings if there are faults.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use jiff::civil::Date;

use crate::config::agenda::Agenda;
use crate::config::away;
use crate::config::calendars::Coverage;
use crate::config::check::{Check, Thing, Touch, parse_address};
use crate::config::fault::{Advice, Fault, Faults, quoted};
use crate::config::file::{File, Part};
use crate::config::fingerprint::fingerprint;
use crate::config::inbox;
use crate::config::include::{find, open};
use crate::config::owners::Roll;
use crate::config::reader::{Document, read};
use crate::config::secret::Secret;
use crate::config::servers::outgoing;
use crate::config::tiers::policy;
use crate::config::units::Days;
use crate::model::address::{Address, Party};
use crate::model::contact::Contact;
use crate::model::owner::Owner;
use crate::model::policy::{Mode, Policy};
use crate::model::requester::Requesters;
use crate::model::team::Team;

/// Megabytes of the database that may be kept in memory.
const CACHE_MB: u32 = 32;

/// Everything a person configured, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The file's mode.
    pub mode: Mode,
    /// Database file.
    pub store: PathBuf,
    /// Megabytes of it that may be kept in memory.
    pub cache_mb: u32,
    /// Where letters go.
    pub outgoing: Outgoing,
    /// `smtp.from`: the sender of all letters.
    pub from: Party,
    /// Sigap's own mailbox, where people are heard who are no owners.
    pub inbox: Option<Inbox>,
    /// Who hears of fuses, blind mailboxes, refused logins.
    pub admin: Option<Address>,
    /// Whose mail is read, and where.
    pub owners: Vec<Watched>,
    /// Tiers, ladder, thresholds, fuse.
    pub policy: Policy,
    /// Requesters with several addresses.
    pub requesters: Requesters,
    /// People who are no owners, as they are presented.
    pub contacts: BTreeMap<Address, Contact>,
    /// Teams by name.
    pub teams: BTreeMap<String, Team>,
    /// How long facts and letters' bytes are kept.
    pub retention: Retention,
    /// Folder with overriding templates.
    pub templates: Option<PathBuf>,
    /// Safety poll beside IDLE, and the poll where IDLE is missing.
    pub poll_every: SignedDuration,
    /// Of what had arrived longer ago when it was first read, the text is not asked for.
    pub history: SignedDuration,
    /// How many bytes of one mailbox a server may send in a day (UTC).
    pub bytes_per_day: u64,
    /// Sorted, normalised text of all that influences decisions: stored as a policy version.
    pub fingerprint: String,
}

/// An owner and the way to their mail.
#[derive(Clone, Debug)]
pub struct Watched {
    /// The owner; `id` is 0 until the store has given one.
    pub owner: Owner,
    /// Where the mail lies.
    pub source: Source,
    /// Inbox by name, where it is not found by itself.
    pub inbox: Option<String>,
    /// Sent folders by name, where they are not found by themselves.
    pub sent: Vec<String>,
    /// The calendar in which the owner's absences stand.
    pub agenda: Option<Agenda>,
}

/// Sigap's own mailbox.
#[derive(Clone, Debug)]
pub struct Inbox {
    /// Where it lies.
    pub source: Source,
    /// The folder by name; `None`: the server's inbox.
    pub folder: Option<String>,
    /// The address from which mail comes into it.
    pub address: Address,
}

/// Where an owner's mail lies, or Sigap's own.
#[derive(Clone, Debug)]
pub enum Source {
    /// On an IMAP server.
    Imap(Account),
    /// In a Maildir (Inbox at its root, `.Sent` below it).
    Maildir(PathBuf),
}

/// A login on a server.
#[derive(Clone, Debug)]
pub struct Account {
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the line is protected.
    pub tls: Tls,
    /// Login name; `None`: no login (plain SMTP to loopback).
    pub user: Option<String>,
    /// Password source.
    pub password: Option<Secret>,
    /// Extra root certificates (PEM).
    pub ca_file: Option<PathBuf>,
}

/// How a line is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte.
    Implicit,
    /// By STARTTLS, required.
    StartTls,
    /// Not at all: loopback only.
    Plain,
}

/// Where letters go.
#[derive(Clone, Debug)]
pub enum Outgoing {
    /// To a mail server.
    Smtp(Account),
    /// Into a folder, one `.eml` each.
    Folder(PathBuf),
}

/// How long things are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Facts about messages and obligations.
    pub facts: SignedDuration,
    /// Rendered bytes of settled letters.
    pub letters: SignedDuration,
}

/// Usable settings and what was noticed on the way.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The settings.
    pub settings: Settings,
    /// What deserves a look.
    pub warnings: Vec<Fault>,
    /// What must exist outside the files: passwords, folders, certificates; `cli/check` looks.
    pub touches: Vec<Touch>,
    /// How far the holidays reach.
    pub coverage: Vec<Coverage>,
}

impl Loaded {
    /// Warnings about holidays that the coming weeks need and no file has.
    pub fn holiday_gaps(&self, today: Date) -> Vec<Fault> {
        // Two months ahead: time enough to find the new year's file.
        let soon = today.saturating_add(jiff::Span::new().days(60));
        let mut needed = vec![today.year(), soon.year()];
        needed.dedup();
        let mut gaps = Vec::new();
        for coverage in self.coverage.iter().filter(|coverage| !coverage.years.is_empty()) {
            for year in needed.iter().filter(|year| !coverage.years.contains(year)) {
                let years: Vec<String> = coverage.years.iter().map(i16::to_string).collect();
                let what = format!(
                    "the holidays cover {} only: {year} would be counted without holidays",
                    years.join(", ")
                );
                let advice = Advice::new(what, format!("add a file with the holidays of {year}"));
                gaps.push(coverage.place.fault(advice));
            }
        }
        gaps
    }
}

/// Reads and checks a configuration with all files that it includes.
pub fn load(path: &Path) -> Result<Loaded, Faults> {
    let mut check = Check::default();
    let Some(text) = open(&mut check, path) else { return Err(Faults(check.faults)) };
    let main = read::<File>(&text);
    check.turn_to(path, &main);
    check.take_marks(&main.marks);
    let mut roll = Roll::default();
    roll.shelf.put_default(&mut check, &main.content.holidays);
    roll.take(&mut check, &main.content.owner, &main.content.team, &main.content.requester);
    let mut files = vec![path.to_owned()];
    for (spot, file) in find(&mut check, &main.content.include) {
        if files.contains(&file) {
            continue;
        }
        check.turn_to(path, &main);
        if let Some(text) = open(&mut check, &file) {
            let part = read::<Part>(&text);
            check.turn_to(&file, &part);
            check.take_marks(&part.marks);
            let tables = &part.content;
            if tables.owner.absent() && tables.team.absent() && tables.requester.absent() {
                check.turn_to(path, &main);
                let what = format!("{} holds no owner, team or requester", file.display());
                check.warn(&spot, Advice::new(what, "fill it or leave it out"));
            }
            roll.take(&mut check, &tables.owner, &tables.team, &tables.requester);
        }
        files.push(file);
    }
    check.turn_to(path, &main);
    roll.close(&mut check);
    let settings = assemble(&mut check, &main, &roll);
    let place = |fault: &Fault| {
        let file = files.iter().position(|file| *file == fault.file);
        (file, fault.line.unwrap_or(usize::MAX))
    };
    check.faults.sort_by_key(place);
    check.warnings.sort_by_key(place);
    match settings {
        Some(settings) if check.faults.is_empty() => Ok(Loaded {
            settings,
            warnings: check.warnings,
            touches: check.touches,
            coverage: roll.shelf.coverage,
        }),
        _ => Err(Faults(check.faults)),
    }
}

/// `None` only with a fault noted.
fn assemble(check: &mut Check, main: &Document<File>, roll: &Roll) -> Option<Settings> {
    let file = &main.content;
    let mode = mode(check, file);
    let store = store(check, file);
    let smtp = file.smtp.value.clone().unwrap_or_default();
    let outgoing = outgoing(check, file.smtp.at.as_ref(), &smtp);
    let from = from(check, file, roll);
    let inbox = inbox::inbox(check, &file.inbox, from.as_ref(), &roll.owners);
    if file.inbox.absent() {
        roll.warn_of_outsiders(check);
    }
    let admin = admin(check, file);
    if roll.owners.is_empty() && file.owner.absent() && file.include.absent() {
        check.missing(None, "owner", "write at least one [[owner]]");
    } else if roll.owners.is_empty() && check.faults.is_empty() {
        check.missing(None, "owner", "write at least one [[owner]], here or in an included file");
    }
    let owners: Vec<Watched> = roll.owners.iter().map(|(watched, _)| watched.clone()).collect();
    let policy = policy(check, file, &owners);
    let contacts = away::contacts(check, &file.contact);
    let retention = retention(check, file);
    let templates = check.path(&file.templates).map(|(spot, folder)| {
        check.touch(&spot, Thing::Folder(folder.clone()));
        folder
    });
    let poll_every = poll_every(check, file);
    let history = history(check, file);
    let bytes_per_day = bytes_per_day(check, file);
    let policy = policy?;
    let fingerprint = fingerprint(&policy, &roll.owners, &roll.teams, &roll.requesters);
    Some(Settings {
        mode: mode?,
        cache_mb: cache_mb(check, file),
        store: store?,
        outgoing: outgoing?,
        from: from?,
        inbox,
        admin,
        owners,
        policy,
        requesters: Requesters::new(&roll.requesters),
        contacts,
        teams: roll.teams.clone(),
        retention,
        templates,
        poll_every,
        history,
        bytes_per_day,
        fingerprint,
    })
}

fn mode(check: &mut Check, file: &File) -> Option<Mode> {
    let Some((spot, word)) = check.text(&file.mode) else {
        return file.mode.absent().then_some(Mode::Observe);
    };
    let mode = Mode::parse(word);
    if mode.is_none() {
        let what = format!("{} is not a mode", quoted(word));
        check.fault(spot, Advice::new(what, "write \"observe\", \"nudge\" or \"full\""));
    }
    mode
}

fn store(check: &mut Check, file: &File) -> Option<PathBuf> {
    let store = file.store.value.clone().unwrap_or_default();
    if store.path.absent() {
        let key = if file.store.absent() { "store.path" } else { "path" };
        check.missing(file.store.at.as_ref(), key, "write path = \"sigap.db\"");
    }
    let (spot, path) = check.path(&store.path)?;
    check.touch(&spot, Thing::Inside(path.clone()));
    Some(path)
}

fn cache_mb(check: &mut Check, file: &File) -> u32 {
    let store = file.store.value.clone().unwrap_or_default();
    check.whole(&store.cache_mb, 1..=4096).unwrap_or(CACHE_MB)
}

/// `Sigap <sigap@example.com>` or the address alone.
fn from(check: &mut Check, file: &File, roll: &Roll) -> Option<Party> {
    let smtp = file.smtp.value.clone().unwrap_or_default();
    let key = if file.smtp.absent() { "smtp.from" } else { "from" };
    let right = "write from = \"Sigap <sigap@example.com>\"";
    let (spot, text) = check.needed(&smtp.from, file.smtp.at.as_ref(), key, right)?;
    let (name, address) = match text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        Some((name, address)) => (name.trim().trim_matches('"').trim(), address),
        None => ("", text),
    };
    let Some(address) = parse_address(address).filter(Address::is_dot_string) else {
        check.fault(spot, Advice::new(format!("{} is not a sender", quoted(text)), right));
        return None;
    };
    if let Some(owner) = roll.holder(&address) {
        let what =
            format!("{address} belongs to the owner {owner:?}, who would write to themselves");
        check.warn(spot, Advice::new(what, "use an address of its own for Sigap"));
    }
    Some(Party { name: name.to_owned(), address })
}

fn admin(check: &mut Check, file: &File) -> Option<Address> {
    let admin = file.admin.value.clone().unwrap_or_default();
    if file.admin.absent() {
        let right = "nobody hears of a blown fuse or a mailbox that cannot be read; write \
                     [admin] address = \"it@example.com\"";
        check.warn_missing("admin.address", right);
    } else if admin.address.absent() {
        check.missing(file.admin.at.as_ref(), "address", "write address = \"it@example.com\"");
    }
    check.recipient(&admin.address).map(|(_, address)| address)
}

fn retention(check: &mut Check, file: &File) -> Retention {
    let written = file.retention.value.clone().unwrap_or_default();
    let days = |count: i64| SignedDuration::from_hours(24 * count);
    Retention {
        facts: check.span(&written.facts, Days::Allowed).unwrap_or(days(730)),
        letters: check.span(&written.letters, Days::Allowed).unwrap_or(days(7)),
    }
}

fn history(check: &mut Check, file: &File) -> SignedDuration {
    let reading = file.reading.value.clone().unwrap_or_default();
    let quarter = SignedDuration::from_hours(24 * 90);
    check.span(&reading.history, Days::Allowed).unwrap_or(quarter)
}

/// Not less than one window of the largest messages, so that every day brings a reading forward.
fn bytes_per_day(check: &mut Check, file: &File) -> u64 {
    let reading = file.reading.value.clone().unwrap_or_default();
    let megabytes = check.whole(&reading.megabytes_per_day, 200..=1_000_000).unwrap_or(2_000);
    u64::from(megabytes) * 1_000_000
}

fn poll_every(check: &mut Check, file: &File) -> SignedDuration {
    let reading = file.reading.value.clone().unwrap_or_default();
    if let (Some(_), Some(spot)) = (&file.poll_every.at, &reading.poll_every.at) {
        let what = "stands at the top of the file as well";
        check.fault(spot, Advice::new(what, "keep one of the two"));
    }
    let top = check.span(&file.poll_every, Days::Allowed);
    let below = check.span(&reading.poll_every, Days::Allowed);
    top.or(below).unwrap_or(SignedDuration::from_mins(2))
}
