//! The sample office of the demo: three owners and three weeks of their mail, relative to a day.
//!
//! What is written by whom and when stands in `config/demo/office.txt`; here it becomes events in
//! time order, and the events become files of Maildirs. It reads no clock: the same day gives the
//! same bytes. It never makes an answer to a letter of Sigap: that is for `cli/demo`.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

use crate::cli::office_form::{Copy, Mail, bytes};
use crate::cli::office_script::{Contact, Conversation, Form, Script, Turn};
use crate::model::message::Role;
use crate::model::verdict::Language;

const SCRIPT: &str = include_str!("../../config/demo/office.txt");
/// When the day of the demo begins, before anybody has answered anything on it.
const MORNING: Time = Time::constant(8, 30, 0, 0);

/// An owner of the sample office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Full name.
    pub name: &'static str,
    /// Own addresses, the main one first.
    pub addresses: &'static [&'static str],
    /// Team.
    pub team: &'static str,
    /// Language of letters to them.
    pub language: Language,
    /// How they are greeted.
    pub greeting: &'static str,
    /// How they are addressed.
    pub you: &'static str,
    /// Name of their Maildir below the office's folder.
    pub maildir: &'static str,
}

/// Everything about the sample office.
#[derive(Clone, Debug)]
pub struct Office {
    /// Whose mail it is.
    pub owners: &'static [Person],
    /// The moment the demo shows: the morning of the day, or of the last working day before it.
    pub now: Timestamp,
    /// Where the office is.
    pub zone: TimeZone,
    /// What is delivered or sent, by time; all of it before `now`.
    pub events: Vec<Event>,
}

/// One message coming into one folder of one owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// Whose: index into the office's owners.
    pub owner: usize,
    /// Where.
    pub folder: Role,
    /// File of the message, relative to the office's folder.
    pub file: PathBuf,
    /// The message.
    pub bytes: Vec<u8>,
}

/// The owners.
pub const OWNERS: &[Person] = &[
    Person {
        name: "Dwi Lestari",
        addresses: &["dwi@example.com", "dwi.lestari@example.com"],
        team: "layanan",
        language: Language::Id,
        greeting: "Bu Dwi",
        you: "Ibu",
        maildir: "dwi",
    },
    Person {
        name: "Andi Pratama",
        addresses: &["andi@example.com", "andi.pratama@mobile.example.com"],
        team: "layanan",
        language: Language::Id,
        greeting: "Pak Andi",
        you: "Bapak",
        maildir: "andi",
    },
    Person {
        name: "Sarah Miller",
        addresses: &["sarah@example.com", "sarah.miller@example.com"],
        team: "layanan",
        language: Language::En,
        greeting: "Sarah",
        you: "Ibu",
        maildir: "sarah",
    },
];

/// The office as it stands on the morning of a day, with the fifteen working days before it.
pub fn office(today: Date, zone: &TimeZone) -> Office {
    let script = Script::read(SCRIPT).expect("config/demo/office.txt is checked by a test");
    let day = if is_working_day(today) { today } else { working_day_before(today, 1) };
    let writer = Writer { script: &script, day, zone };
    let mut events = Vec::new();
    for (number, conversation) in script.conversations.iter().enumerate() {
        writer.tell(number, conversation, &mut events);
    }
    events.sort_by(|a: &Event, b| (a.at, &a.file).cmp(&(b.at, &b.file)));
    let now = instant(day, MORNING, zone).timestamp();
    events.retain(|event| event.at < now);
    Office { owners: OWNERS, now, zone: zone.clone(), events }
}

/// Makes the owners' empty Maildirs below a folder.
pub fn lay_out(office: &Office, folder: &Path) -> io::Result<()> {
    for owner in office.owners {
        let maildir = folder.join(owner.maildir);
        for base in [maildir.clone(), maildir.join(".Sent")] {
            for part in ["tmp", "new", "cur"] {
                fs::create_dir_all(base.join(part))?;
            }
        }
    }
    Ok(())
}

/// Writes one event's message into its Maildir below the office's folder, dated as it arrived.
pub fn deliver(event: &Event, folder: &Path) -> io::Result<()> {
    let target = folder.join(&event.file);
    let wrong = || io::Error::new(io::ErrorKind::InvalidInput, "no place in a Maildir");
    let maildir = target.parent().and_then(Path::parent).ok_or_else(wrong)?;
    let name = target.file_name().ok_or_else(wrong)?;
    let draft = maildir.join("tmp").join(name);
    let mut file = File::create(&draft)?;
    file.write_all(&event.bytes)?;
    file.set_modified(SystemTime::from(event.at))?;
    drop(file);
    fs::rename(draft, target)
}

/// Turns conversations into events.
struct Writer<'a> {
    script: &'a Script,
    day: Date,
    zone: &'a TimeZone,
}

impl Writer<'_> {
    fn tell(&self, number: usize, conversation: &Conversation, events: &mut Vec<Event>) {
        let mut told: Vec<Mail> = Vec::new();
        for (index, turn) in conversation.turns.iter().enumerate() {
            let parent = match turn.answers {
                Some(position) => position.checked_sub(1).and_then(|at| told.get(at)),
                None => told.last(),
            };
            let mail = self.mail(number, index, conversation, turn, parent);
            self.post(number, index, turn, &mail, events);
            told.push(mail);
        }
    }

    fn mail(
        &self,
        number: usize,
        index: usize,
        conversation: &Conversation,
        turn: &Turn,
        parent: Option<&Mail>,
    ) -> Mail {
        let at = instant(working_day_before(self.day, turn.day), turn.time, self.zone);
        let from = self.contact(&turn.from);
        let domain = from.address.rsplit('@').next().unwrap_or("example.com");
        let stamp = at.strftime("%Y%m%d.%H%M");
        let date = at.strftime("%d/%m/%Y").to_string();
        let contacts = |keys: &[String]| keys.iter().map(|key| self.contact(key)).collect();
        Mail {
            id: format!("<{stamp}.{number}.{index}@{domain}>"),
            from,
            to: contacts(&turn.to),
            cc: contacts(&turn.cc),
            subject: conversation.subject.replace("{date}", &date),
            text: turn.text.replace("{date}", &date),
            language: conversation.language,
            form: turn.form,
            at,
            parent: parent.filter(|_| turn.form != Form::New).cloned().map(Box::new),
        }
    }

    /// The copies of a mail: in the writer's Sent, and in every inbox that it reaches.
    fn post(&self, number: usize, index: usize, turn: &Turn, mail: &Mail, out: &mut Vec<Event>) {
        let mut copies = BTreeMap::new();
        for key in turn.to.iter().chain(&turn.cc) {
            let direct = owner_of(&self.contact(key).address);
            let reached = self.script.reaches(key);
            let reached = reached.iter().filter_map(|key| owner_of(&self.contact(key).address));
            copies.extend(direct.into_iter().chain(reached).map(|owner| (owner, Role::Inbox)));
        }
        // What a machine sends in an owner's name leaves no copy in Sent.
        let sender = owner_of(&mail.from.address).filter(|_| turn.form != Form::Away);
        copies.extend(sender.map(|owner| (owner, Role::Sent)));
        for (owner, folder) in copies {
            let Some(person) = OWNERS.get(owner) else { continue };
            let at = mail.at.timestamp();
            let name = format!("{}.M{number}P{index}.{}", at.as_second(), person.maildir);
            let (place, copy) = match folder {
                Role::Inbox | Role::Answers => {
                    (format!("{}/new/{name}", person.maildir), Copy::Received)
                }
                Role::Sent => (format!("{}/.Sent/cur/{name}:2,S", person.maildir), Copy::Kept),
            };
            let main = person.addresses.first().copied().unwrap_or_default();
            let bytes = bytes(mail, copy, main);
            out.push(Event { at, owner, folder, file: PathBuf::from(place), bytes });
        }
    }

    fn contact(&self, key: &str) -> Contact {
        self.script.contact(key).cloned().expect("the script knows whom it names: it was checked")
    }
}

/// The owner whose address this is.
fn owner_of(address: &str) -> Option<usize> {
    OWNERS.iter().position(|owner| owner.addresses.contains(&address))
}

fn instant(date: Date, time: Time, zone: &TimeZone) -> Zoned {
    let local = date.to_datetime(time);
    zone.to_ambiguous_zoned(local).compatible().expect("office days lie far from the ends of time")
}

fn is_working_day(date: Date) -> bool {
    !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// The day so many working days before another.
fn working_day_before(date: Date, count: u8) -> Date {
    let mut date = date;
    for _ in 0..count {
        date = date.saturating_sub(1.day());
        while !is_working_day(date) {
            date = date.saturating_sub(1.day());
        }
    }
    date
}
