//! Owners' own calendars, in which absences stand: where they are, how often they are read, and
//! which words make an entry look like an absence.
//!
//! Nothing is read here. Working hours are `config/calendars`; the reader is `ical/read`.

use std::path::PathBuf;

use jiff::SignedDuration;
use url::{Host, Url};

use crate::config::check::{Check, Thing};
use crate::config::fault::Advice;
use crate::config::file;
use crate::config::secret::Secret;
use crate::config::servers::{certificates, password};
use crate::config::units::Days;
use crate::config::written::{Set, Spot, Text};

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
/// How addresses are written.
const FILE: &str = "write calendar.url = \"https://calendar.example.com/dwi/basic.ics\"";
const COLLECTION: &str =
    "write calendar.caldav = \"https://cloud.example.com/remote.php/dav/calendars/dwi/personal/\"";
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
    /// An iCalendar file on the web.
    Web(Site),
    /// Calendars on a CalDAV server.
    CalDav(Site),
}

/// A place on the web.
#[derive(Clone, Debug)]
pub struct Site {
    /// Its address: `https`, or `http` on this machine.
    pub url: Url,
    /// Login name.
    pub user: Option<String>,
    /// Password source.
    pub password: Option<Secret>,
    /// Extra root certificates (PEM).
    pub ca_file: Option<PathBuf>,
    /// It may be an address that is not of the public net.
    pub private: bool,
}

/// `owner.calendar`.
pub fn agenda(check: &mut Check, written: &Set<file::Calendar>) -> Option<Agenda> {
    let (at, table) = written.written()?;
    let every = check.span(&table.every, Days::Allowed);
    let words = match table.words.absent() {
        true => WORDS.iter().map(|word| (*word).to_owned()).collect(),
        false => check.words(&table.words),
    };
    let place = match one_of(check, at, table)? {
        "file" => check.path(&table.file).map(|(spot, file)| {
            check.touch(&spot, Thing::File(file.clone()));
            Place::File(file)
        }),
        "url" => site(check, table, &table.url, FILE).map(Place::Web),
        _ => site(check, table, &table.caldav, COLLECTION).map(Place::CalDav),
    };
    Some(Agenda { place: place?, words, every: every.unwrap_or(EVERY) })
}

/// The one key that says where the calendar is.
fn one_of(check: &mut Check, at: &Spot, table: &file::Calendar) -> Option<&'static str> {
    let places = [("file", &table.file), ("url", &table.url), ("caldav", &table.caldav)];
    let mut written = places.into_iter().filter_map(|(key, text)| Some((key, text.at.as_ref()?)));
    let Some((key, _)) = written.next() else {
        let right = "write calendar.file = \"/srv/calendars/dwi.ics\", or calendar.url, or \
                     calendar.caldav";
        check.missing(Some(at), "file", right);
        return None;
    };
    let mut alone = true;
    for (_, spot) in written {
        let what = format!("stands beside {key}: a calendar is in one place");
        check.fault(spot, Advice::new(what, "leave one of the two out"));
        alone = false;
    }
    alone.then_some(key)
}

fn site(
    check: &mut Check,
    table: &file::Calendar,
    address: &Text,
    example: &'static str,
) -> Option<Site> {
    let ca_file = certificates(check, &table.ca_file);
    let password = password(check, &table.password);
    let user = check.text(&table.user).map(|(_, user)| user.to_owned());
    if let Some(spot) = table.user.at.as_ref().filter(|_| table.password.absent()) {
        let right = "write calendar.password.file, .command, .env or .credential";
        check.fault(spot, Advice::new("has no password beside it", right));
    }
    if let Some(spot) = table.password.at.as_ref().filter(|_| table.user.absent()) {
        check.fault(spot, Advice::new("has no login name beside it", "write calendar.user"));
    }
    let (spot, text) = check.text(address)?;
    // Such an address may be a secret itself: it is never quoted.
    let wrong = |what: &str| Advice::new(what, example);
    let Ok(url) = Url::parse(text) else {
        check.fault(spot, wrong("is not an address"));
        return None;
    };
    let local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    let private = table.private.value.unwrap_or(false);
    let advice = match url.scheme() {
        "https" | "http" if url.password().is_some() || !url.username().is_empty() => {
            wrong("holds a login; write calendar.user and calendar.password")
        }
        "http" if !local => wrong("is not protected: http:// is only for this machine"),
        "http" if !private => Advice::new(
            "is an address of this machine",
            "if that is meant, write calendar.private = true beside it",
        ),
        "https" | "http" => return Some(Site { url, user, password, ca_file, private }),
        _ => wrong("does not begin with https://"),
    };
    check.fault(spot, advice);
    None
}
