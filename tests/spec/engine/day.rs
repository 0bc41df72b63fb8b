//! One office over a few days: Ani and Citra, whose folders are watched, people who write to them,
//! a post office that accepts, refuses or loses, and a clock that moves when the story says so.
//!
//! Folders are read when mail is told of and whenever the engine asks; a story can make one deaf.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sigap::daemon::steps::rows;
use sigap::engine::explain::{Asked, why};
use sigap::engine::handing_words::Original;
use sigap::engine::intake::read;
use sigap::engine::learning;
use sigap::engine::office::Charter;
use sigap::engine::pending::{Sought, Wanted};
use sigap::engine::record;
use sigap::engine::turn::{Engine, Input, Output};
use sigap::mail::alarms::Alarm;
use sigap::mail::parse::text;
use sigap::mail::templates::Templates;
use sigap::mail::token::InstanceKey;
use sigap::model::address::Party;
use sigap::model::ids::{MailboxId, OwnerId};
use sigap::model::letter::{
    Audience, Draft, Item, Kind, Letter, Outcome, Parcel, Refusal, Scope, State,
};
use sigap::model::message::{Batch, Cursor, Fetched, Flags, MessageKey, Role};
use sigap::model::owner::Owner;
use sigap::model::policy::Mode;
use sigap::model::requester::Requesters;
use sigap::model::verdict::Language;
use sigap::store::backup::backup;
use sigap::store::db::{Access, Db};
use sigap::store::{epoch, facts, letters, mailboxes, obligations};

use crate::office::{address, calendar, facts as usual, office, policy};

/// What the post office does with the next letters.
#[derive(Clone, Debug, PartialEq)]
pub enum Post {
    Accepts,
    Refuses,
    Defers,
    /// Refuses for now, in words about this one letter.
    DefersLetter,
    /// Takes the dot and is never heard of again; the letter arrives or not.
    LosesAnswer(Arrives),
    /// The process dies: before the mark, between mark and answer, or before the answer is written.
    Dies(At, Arrives),
    /// Nobody sends for now: the letter stays claimed.
    Sleeps,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrives {
    Yes,
    No,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    Dialogue,
    Dot,
}

/// A letter that the post office took.
#[derive(Clone, Debug)]
pub struct Posted {
    pub to: String,
    pub message_id: String,
    pub bytes: Vec<u8>,
    pub at: Timestamp,
}

impl Posted {
    pub fn text(&self) -> String {
        text(&self.bytes).unwrap().text
    }
}

#[derive(Clone)]
pub struct Mail {
    pub uid: u64,
    pub bytes: Vec<u8>,
    pub arrived: Timestamp,
    pub answered: bool,
    pub draft: bool,
}

struct Folder {
    id: MailboxId,
    /// `None`: Sigap's own.
    owner: Option<OwnerId>,
    role: Role,
    validity: u64,
    uid_next: u64,
    mails: Vec<Mail>,
    deaf: bool,
}

pub struct Day {
    pub room: tempfile::TempDir,
    pub charter: Charter,
    pub engine: Option<Engine>,
    pub now: Timestamp,
    pub post: Post,
    /// Refused for now, whatever becomes of the others.
    pub only_refuses: Option<&'static str>,
    /// What the door brings whatever email is fetched whole.
    pub fetched_instead: Option<Vec<u8>>,
    /// Everything that was accepted, in order.
    pub posted: Vec<Posted>,
    /// Everything that was tried, in order.
    pub tried: Vec<Parcel>,
    pub journal: Vec<String>,
    folders: Vec<Folder>,
    owners: BTreeMap<&'static str, OwnerId>,
    serial: u32,
    due: Option<Timestamp>,
}

/// A time of the week of Monday, 23 November 2026, or any other, on Jakarta's clocks.
pub fn at(text: &str) -> Timestamp {
    let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let (day, time) = text.split_once(' ').unwrap();
    let day = match days.iter().position(|name| *name == day) {
        Some(place) => format!("2026-11-{}", 23 + place),
        None => day.to_owned(),
    };
    let local: DateTime = format!("{day}T{time}").parse().unwrap();
    local.to_zoned(TimeZone::get("Asia/Jakarta").unwrap()).unwrap().timestamp()
}

pub fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

pub fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

pub fn owner(name: &str, mail: &str) -> Owner {
    Owner {
        id: OwnerId(0),
        name: name.to_owned(),
        addresses: vec![address(mail)],
        language: Language::En,
        team: Some("desk".to_owned()),
        calendar: Arc::new(calendar("Asia/Jakarta", &["Mon-Fri 09:00-17:00"])),
        ..(*usual(office()).owner).clone()
    }
}

/// Promises of the tests' office: reminders after 6 h and 12 h, the end after 80 h.
pub fn charter(mode: Mode) -> Charter {
    let mut policy = policy();
    policy.tiers.retain(|tier| tier.name == "all");
    Charter {
        mode,
        owners: vec![owner("Ani", "ani@example.com"), owner("Citra", "citra@example.com")],
        policy,
        requesters: Requesters::default(),
        contacts: Default::default(),
        teams: Default::default(),
        inbox: None,
        from: Party { name: "Sigap".to_owned(), address: address("sigap@example.com") },
        admin: Some(address("admin@example.com")),
        fingerprint: "story".to_owned(),
        templates: Arc::new(Templates::load(None).unwrap()),
    }
}

impl Day {
    /// The office on Monday at 08:00: folders known and empty, owners welcomed.
    pub fn opens() -> Self {
        Self::with(charter(Mode::Nudge))
    }

    pub fn with(charter: Charter) -> Self {
        let mut day = Self::unread(charter);
        day.reads_everything();
        day.until("Mon 09:05");
        day.posted.clear();
        day.tried.clear();
        day.journal.clear();
        day
    }

    /// The same, before any folder was read.
    pub fn unread(charter: Charter) -> Self {
        let shm = std::path::Path::new("/dev/shm");
        let parent = if shm.is_dir() { shm.to_owned() } else { std::env::temp_dir() };
        let mut day = Self {
            room: tempfile::Builder::new().prefix("sigap-story-").tempdir_in(parent).unwrap(),
            charter,
            engine: None,
            now: at("Mon 08:00"),
            post: Post::Accepts,
            only_refuses: None,
            fetched_instead: None,
            posted: Vec::new(),
            tried: Vec::new(),
            journal: Vec::new(),
            folders: Vec::new(),
            owners: BTreeMap::new(),
            serial: 0,
            due: None,
        };
        day.starts();
        day.furnish();
        day
    }

    fn furnish(&mut self) {
        for owner in self.engine().office().owners.keys().copied().collect::<Vec<_>>() {
            let first = self.engine().office().owners[&owner].main_address().unwrap();
            let name = &*first.as_str().split('@').next().unwrap().to_owned().leak();
            self.owners.insert(name, owner);
            let named = [(Role::Inbox, "INBOX".to_owned()), (Role::Sent, "Sent".to_owned())];
            self.watches(Some(owner), &named);
        }
        if self.charter.inbox.is_some() {
            self.watches(None, &[(Role::Answers, "INBOX".to_owned())]);
        }
    }

    fn watches(&mut self, owner: Option<OwnerId>, named: &[(Role, String)]) {
        for found in rows(self.engine.as_mut().unwrap(), owner, named).unwrap() {
            self.folders.push(Folder {
                id: found.state.id,
                owner,
                role: found.state.role,
                validity: 7,
                uid_next: 1,
                mails: Vec::new(),
                deaf: false,
            });
        }
    }

    pub fn database(&self) -> std::path::PathBuf {
        self.room.path().join("sigap.db")
    }

    /// The daemon is started; it knows nothing as fresh.
    pub fn starts(&mut self) {
        let db = Db::open(&self.database(), Access::Daemon, self.now).unwrap();
        self.engine = Some(Engine::open(db, self.charter.clone(), self.now).unwrap());
        self.due = None;
    }

    /// Killed and started again; all folders are read once more.
    pub fn restarts(&mut self) {
        self.engine = None;
        self.starts();
        self.reads_everything();
    }

    pub fn reads_everything(&mut self) {
        for folder in 0..self.folders.len() {
            self.reads(folder);
        }
    }

    // ---- time ----------------------------------------------------------------------------------

    /// Time passes; whatever is due happens at its moment.
    pub fn until(&mut self, time: &str) {
        self.until_moment(at(time));
    }

    pub fn passes(&mut self, span: SignedDuration) {
        self.until_moment(self.now + span);
    }

    fn until_moment(&mut self, end: Timestamp) {
        self.turns(Input::Tick);
        while self.engine.is_some() {
            let soon = self.now + SignedDuration::from_secs(1);
            let next = self.due.map_or(end, |due| due.max(soon)).min(end);
            self.now = next.max(self.now);
            self.turns(Input::Tick);
            if self.now >= end {
                break;
            }
        }
        self.now = end.max(self.now);
    }

    /// The wall clock is set; nothing else happens.
    pub fn wall_clock_jumps(&mut self, by: SignedDuration) {
        self.now += by;
        self.turns(Input::ClockJumped(by));
    }

    // ---- turns ---------------------------------------------------------------------------------

    /// One turn, and everything that follows from it at this moment.
    pub fn turns(&mut self, input: Input) -> Output {
        let Some(engine) = self.engine.as_mut() else { return Output::default() };
        let output = engine.turn(&input, self.now).unwrap();
        self.journal.extend(output.journal.iter().cloned());
        self.due = output.due_at;
        if let Some(parcel) = output.parcel.clone() {
            self.sends(parcel);
        }
        for owner in &output.read_first {
            self.reads_all_of(*owner);
        }
        if let Some(wanted) = output.fetch.filter(|_| self.engine.is_some()) {
            self.fetches(wanted);
        }
        if let Some(sought) = output.sought.filter(|_| self.engine.is_some()) {
            self.reads_once_more(sought);
        }
        output
    }

    /// The door brings the text of a corrected message.
    fn reads_once_more(&mut self, sought: Sought) {
        let folder = self.folders.iter().find(|folder| folder.id == sought.mailbox).unwrap();
        if folder.deaf {
            return;
        }
        let found = folder.mails.iter().find(|mail| mail.uid == sought.uid);
        let bytes = self.fetched_instead.clone().or(found.map(|mail| mail.bytes.clone()));
        let fetched = bytes.map(|bytes| learning::fetched(sought.uid, bytes));
        let read = fetched.map(|fetched| Box::new(read(&fetched, Role::Inbox)));
        self.turns(Input::Text(sought.message, read));
    }

    /// The door brings an email whole.
    fn fetches(&mut self, wanted: Wanted) {
        let folder = self.folders.iter().find(|folder| folder.id == wanted.mailbox).unwrap();
        if folder.deaf {
            return;
        }
        let found = folder.mails.iter().find(|mail| mail.uid == wanted.uid);
        let bytes = self.fetched_instead.clone().or(found.map(|mail| mail.bytes.clone()));
        let original = Original::of(bytes);
        self.turns(Input::Original(wanted.letter, original));
    }

    fn reads_all_of(&mut self, owner: OwnerId) {
        for folder in 0..self.folders.len() {
            if self.folders[folder].owner == Some(owner) {
                self.reads(folder);
            }
        }
    }

    fn sends(&mut self, parcel: Parcel) {
        self.tried.push(parcel.clone());
        let refusal = |scope, answer: &str| Refusal {
            scope,
            phase: "RCPT TO".to_owned(),
            answer: answer.to_owned(),
        };
        let post = match self.only_refuses {
            Some(to) if parcel.to.as_str() == to => Post::DefersLetter,
            _ => self.post.clone(),
        };
        let (outcome, arrives) = match post {
            Post::Sleeps => return,
            Post::Dies(At::Dialogue, _) => {
                self.engine = None;
                return;
            }
            Post::Accepts => (Outcome::Accepted("250 2.0.0 queued".to_owned()), Arrives::Yes),
            Post::Refuses => {
                let said = refusal(Scope::Letter, "550 5.1.1 no such user");
                (Outcome::Refused(said), Arrives::No)
            }
            Post::Defers => {
                (Outcome::Deferred(refusal(Scope::Account, "421 4.3.0 later")), Arrives::No)
            }
            Post::DefersLetter => {
                (Outcome::Deferred(refusal(Scope::Letter, "451 4.7.1 later")), Arrives::No)
            }
            Post::LosesAnswer(arrives) => (Outcome::Ambiguous("silence".to_owned()), arrives),
            Post::Dies(At::Dot, arrives) => (Outcome::Ambiguous(String::new()), arrives),
        };
        let engine = self.engine.as_mut().unwrap();
        assert!(engine.commit(parcel.id, self.now).unwrap());
        if arrives == Arrives::Yes {
            self.takes(&parcel);
        }
        if let Post::Dies(At::Dot, _) = self.post {
            self.engine = None;
            return;
        }
        self.turns(Input::Settled(parcel.id, outcome));
    }

    fn takes(&mut self, parcel: &Parcel) {
        let letter = letters::one(self.c(), parcel.id).unwrap().unwrap();
        self.posted.push(Posted {
            to: parcel.to.to_string(),
            message_id: letter.message_id,
            bytes: parcel.bytes.clone(),
            at: self.now,
        });
        let name = parcel.to.local().to_owned();
        if let Some(owner) = self.owners.get(name.as_str()).copied() {
            let folder = self.folder(owner, Role::Inbox);
            self.lies_in(folder, parcel.bytes.clone());
        }
    }

    // ---- folders -------------------------------------------------------------------------------

    fn folder(&self, owner: OwnerId, role: Role) -> usize {
        let here = |folder: &Folder| folder.owner == Some(owner) && folder.role == role;
        self.folders.iter().position(here).unwrap()
    }

    pub fn place(&self, who: &str, role: Role) -> usize {
        self.folder(self.owners[who], role)
    }

    pub fn mailbox(&self, who: &str, role: Role) -> MailboxId {
        self.folders[self.place(who, role)].id
    }

    pub fn id_of(&self, who: &str) -> OwnerId {
        self.owners[who]
    }

    fn lies_in(&mut self, folder: usize, bytes: Vec<u8>) {
        self.lies_since(folder, bytes, self.now);
    }

    fn lies_since(&mut self, folder: usize, bytes: Vec<u8>, arrived: Timestamp) {
        let here = &mut self.folders[folder];
        let uid = here.uid_next;
        here.uid_next += 1;
        here.mails.push(Mail { uid, bytes, arrived, answered: false, draft: false });
    }

    /// A message that arrived earlier is found in the inbox only now.
    pub fn turns_up(&mut self, who: &str, arrived: &str, raw: &str) {
        let folder = self.place(who, Role::Inbox);
        self.lies_since(folder, raw.replace('\n', "\r\n").into_bytes(), at(arrived));
        self.reads(folder);
    }

    /// A message that arrived earlier lies in the inbox; it is read later.
    pub fn inbox_held(&mut self, who: &str, arrived: &str, raw: &str) {
        let folder = self.place(who, Role::Inbox);
        self.lies_since(folder, raw.replace('\n', "\r\n").into_bytes(), at(arrived));
    }

    /// The same in the Sent folder.
    pub fn sent_held(&mut self, who: &str, arrived: &str, raw: &str) {
        let folder = self.place(who, Role::Sent);
        self.lies_since(folder, raw.replace('\n', "\r\n").into_bytes(), at(arrived));
    }

    /// The process ended while it read a message. True: that one is not read again.
    pub fn dies_while_reading(&mut self, mailbox: MailboxId, uid: u64) -> bool {
        let now = self.now;
        self.engine.as_mut().unwrap().suspect(mailbox, uid, 1, now).unwrap()
    }

    /// Nothing is told of a folder and it cannot be read.
    pub fn goes_deaf(&mut self, who: &str, role: Role) {
        let folder = self.place(who, role);
        self.folders[folder].deaf = true;
    }

    pub fn hears_again(&mut self, who: &str, role: Role) {
        let folder = self.place(who, role);
        self.folders[folder].deaf = false;
        self.reads(folder);
    }

    /// The folder is numbered anew: every message in it is new by its number.
    pub fn is_numbered_anew(&mut self, who: &str, role: Role) {
        let folder = self.place(who, role);
        self.folders[folder].validity += 1;
        self.reads(folder);
    }

    /// A mail program marks a message as answered.
    pub fn is_marked_answered(&mut self, who: &str, id: &str) {
        let folder = self.place(who, Role::Inbox);
        let mark = format!("Message-ID: <{id}@example.org>");
        for mail in &mut self.folders[folder].mails {
            mail.answered |= String::from_utf8_lossy(&mail.bytes).contains(&mark);
        }
        self.reads(folder);
    }

    /// Reads a folder to its end, as the door does.
    pub fn reads(&mut self, folder: usize) {
        if self.folders[folder].deaf || self.engine.is_none() {
            return;
        }
        let batch = self.batch(folder);
        self.turns(Input::Arrived(vec![batch]));
    }

    pub fn batch(&self, folder: usize) -> Batch<sigap::engine::intake::Read> {
        let here = &self.folders[folder];
        let found = mailboxes::one(self.c(), here.id).unwrap().unwrap();
        let before = found.cursor.uid_validity;
        let renumbered = before != 0 && before != here.validity;
        let from = if before == here.validity { found.cursor.uid_next } else { 0 };
        let (new, old): (Vec<&Mail>, Vec<&Mail>) =
            here.mails.iter().partition(|mail| mail.uid >= from);
        let flags =
            |mail: &Mail| Flags { answered: mail.answered, draft: mail.draft, ..Flags::default() };
        Batch {
            mailbox: here.id,
            began_at: self.now,
            cursor: Cursor { uid_validity: here.validity, uid_next: here.uid_next, mod_seq: 0 },
            messages: new.iter().map(|mail| read(&fetched(mail, flags(mail)), here.role)).collect(),
            flags: old.iter().map(|mail| (mail.uid, flags(mail))).collect(),
            vanished: Vec::new(),
            renumbered,
            caught_up: true,
            reconciled: false,
        }
    }

    // ---- people --------------------------------------------------------------------------------

    /// A message is deleted, and the deletion is told of.
    pub fn loses(&mut self, who: &str, id: &str) {
        let folder = self.place(who, Role::Inbox);
        let mark = format!("Message-ID: <{id}@example.org>");
        let here = &mut self.folders[folder];
        let has = |mail: &Mail| String::from_utf8_lossy(&mail.bytes).contains(&mark);
        let gone = here.mails.iter().filter(|mail| has(mail)).map(|mail| mail.uid).collect();
        here.mails.retain(|mail| !has(mail));
        let batch = Batch { vanished: gone, ..self.batch(folder) };
        self.turns(Input::Arrived(vec![batch]));
    }

    /// Somebody outside asks an owner something; the mail is told of at once.
    pub fn asks(&mut self, from: &str, to: &str, id: &str) {
        let subject = format!("Request {id}");
        self.writes(from, to, id, &subject, "", "Could you please send me the figures?");
    }

    /// The same within a conversation.
    pub fn asks_again(&mut self, from: &str, to: &str, id: &str, parent: &str) {
        let refers = format!("In-Reply-To: <{parent}@example.org>\n");
        let words = "May I ask again: could you please send me the figures?";
        self.writes(from, to, id, &format!("Re: Request {parent}"), &refers, words);
    }

    pub fn writes(
        &mut self,
        from: &str,
        to: &str,
        id: &str,
        subject: &str,
        fields: &str,
        words: &str,
    ) {
        let raw = format!(
            "From: {from}@example.org\nTo: {to}@example.com\nSubject: {subject}\n\
             Message-ID: <{id}@example.org>\n{fields}\nDear {to},\n\n{words}\n\n{from}\n"
        );
        self.receives(to, &raw);
    }

    pub fn receives(&mut self, who: &str, raw: &str) {
        let folder = self.place(who, Role::Inbox);
        self.lies_in(folder, raw.replace('\n', "\r\n").into_bytes());
        self.reads(folder);
    }

    // ---- Sigap's own mailbox --------------------------------------------------------------------

    /// Its place among the folders.
    pub fn own_place(&self) -> usize {
        self.folders.iter().position(|folder| folder.owner.is_none()).unwrap()
    }

    pub fn own_receives(&mut self, raw: &str) {
        self.own_holds_since(self.now, raw);
    }

    /// The same, arrived earlier.
    pub fn own_holds_since(&mut self, arrived: Timestamp, raw: &str) {
        let folder = self.own_place();
        self.lies_since(folder, raw.replace('\n', "\r\n").into_bytes(), arrived);
        self.reads(folder);
    }

    pub fn own_is_numbered_anew(&mut self) {
        let folder = self.own_place();
        self.folders[folder].validity += 1;
        self.reads(folder);
    }

    /// A copy appears in an owner's Sent folder.
    pub fn sent_holds(&mut self, who: &str, raw: &str) {
        let folder = self.place(who, Role::Sent);
        self.lies_in(folder, raw.replace('\n', "\r\n").into_bytes());
        self.reads(folder);
    }

    /// A second Sent folder of an owner is watched; its place among the folders.
    pub fn watches_second_sent(&mut self, who: &str, name: &str) -> usize {
        let named = [(Role::Sent, "Sent".to_owned()), (Role::Sent, name.to_owned())];
        let (first, second) = (self.mailbox(who, Role::Sent), self.folders.len());
        self.watches(Some(self.owners[who]), &named);
        // The first one was watched already.
        let again = self.folders.remove(second);
        assert_eq!(again.id, first);
        self.reads(second);
        second
    }

    /// A message lies in the folder at this place.
    pub fn folder_holds(&mut self, folder: usize, raw: &str, draft: bool) {
        self.lies_in(folder, raw.replace('\n', "\r\n").into_bytes());
        let here = &mut self.folders[folder];
        here.mails.last_mut().unwrap().draft = draft;
        self.reads(folder);
    }

    /// An owner answers a requester's mail.
    pub fn answers(&mut self, who: &str, to: &str, parent: &str) {
        let no = self.next();
        self.sent_holds(
            who,
            &format!(
                "From: {who}@example.com\nTo: {to}@example.org\nSubject: Re: Request {parent}\n\
                 Message-ID: <answer-{no}@example.com>\nIn-Reply-To: <{parent}@example.org>\n\n\
                 Here they are.\n"
            ),
        );
    }

    /// An owner answers the last letter that went to them.
    pub fn says(&mut self, who: &str, words: &str) {
        let letter = self.last_letter_to(who);
        self.says_to(who, &letter.message_id, words);
    }

    pub fn says_to(&mut self, who: &str, message_id: &str, words: &str) {
        let raw = self.answer_to_letter(who, message_id, words);
        self.sent_holds(who, &raw);
    }

    pub fn answer_to_letter(&mut self, who: &str, message_id: &str, words: &str) -> String {
        let no = self.next();
        format!(
            "From: {who}@example.com\nTo: sigap@example.com\nSubject: Re: Waiting\n\
             Message-ID: <said-{no}@example.com>\nIn-Reply-To: <{message_id}>\n\n{words}\n"
        )
    }

    pub fn next(&mut self) -> u32 {
        self.serial += 1;
        self.serial
    }

    // ---- a person at the command line ----------------------------------------------------------

    pub fn holds(&mut self) {
        facts::hold(self.engine().db().connection(), "a person: holidays", self.now).unwrap();
    }

    /// `sigap outbox release`.
    pub fn releases(&mut self) {
        facts::release(self.c()).unwrap();
        self.wakes_everybody();
    }

    fn wakes_everybody(&self) {
        for owner in self.owners.values() {
            mailboxes::wake(self.c(), *owner, Some(self.now)).unwrap();
        }
    }

    /// `sigap outbox release` of a database that was restored.
    pub fn releases_a_restored_one(&mut self) {
        let now = self.now;
        let engine = self.engine.as_mut().unwrap();
        let step = engine.db_mut().transaction().unwrap();
        facts::release(&step).unwrap();
        epoch::begin_anew(&step, now).unwrap();
        for owner in self.owners.values() {
            mailboxes::wake(&step, *owner, Some(now)).unwrap();
        }
        step.commit().unwrap();
        epoch::adopt(engine.db()).unwrap();
    }

    pub fn sets_mode(&mut self, mode: Mode) {
        facts::set_mode(self.c(), Some(mode)).unwrap();
        self.wakes_everybody();
    }

    // ---- accidents -----------------------------------------------------------------------------

    /// A letter as LIST makes it, queued before all others.
    pub fn queues_a_list_for(&mut self, who: &str, number: u32) {
        let (owner, now) = (self.owners[who], self.now);
        let engine = self.engine.as_mut().unwrap();
        let office = engine.office().clone();
        let open = obligations::open(engine.db().connection(), owner).unwrap();
        let key = format!("list:{number}:{}", open[0].id);
        let draft = Draft {
            kind: Kind::List,
            audience: Audience::Owner,
            to: office.owners[&owner].main_address().unwrap().clone(),
            owner: Some(owner),
            items: vec![Item { key, obligation: Some(open[0].id), awaited: None, step: None }],
            about: String::new(),
            not_before: now,
        };
        let step = engine.db_mut().transaction().unwrap();
        let key = InstanceKey(facts::instance(&step).unwrap().secret);
        record::queue(&step, &office, &key, &draft, now).unwrap();
        step.commit().unwrap();
    }

    pub fn blows_the_fuse(&mut self) {
        let now = self.now;
        let engine = self.engine.as_mut().unwrap();
        let office = engine.office().clone();
        let step = engine.db_mut().transaction().unwrap();
        let key = InstanceKey(facts::instance(&step).unwrap().secret);
        facts::hold(&step, "fuse: a story", now).unwrap();
        let about = Alarm::FuseBlown { ceiling: "a story".to_owned(), count: 1 };
        record::alarm(&step, &office, &key, "fuse:0", &about, now).unwrap();
        step.commit().unwrap();
    }

    /// A backup is made of the store as it is.
    pub fn is_copied(&mut self) {
        backup(self.c(), &self.room.path().join("backup.db")).unwrap();
    }

    /// The daemon is stopped, the backup put in its place, the daemon started.
    pub fn is_restored(&mut self) {
        self.engine = None;
        let home = self.room.path();
        for name in ["sigap.db-wal", "sigap.db-shm", "sigap.db"] {
            let _absent = std::fs::remove_file(home.join(name));
        }
        std::fs::copy(home.join("backup.db"), home.join("sigap.db")).unwrap();
        self.starts();
    }

    // ---- what can be seen ----------------------------------------------------------------------

    pub fn engine(&self) -> &Engine {
        self.engine.as_ref().unwrap()
    }

    pub fn c(&self) -> &sigap::store::db::Connection {
        self.engine().db().connection()
    }

    /// What was accepted since the story last looked: kind and receiver.
    pub fn post(&mut self) -> Vec<String> {
        let taken = std::mem::take(&mut self.posted);
        taken.iter().map(|one| format!("{} to {}", self.kind(&one.message_id), one.to)).collect()
    }

    fn kind(&self, message_id: &str) -> &'static str {
        let id = letters::with_message_id(self.c(), message_id).unwrap().unwrap();
        letters::one(self.c(), id).unwrap().unwrap().draft.kind.word()
    }

    /// All letters, oldest first.
    pub fn letters(&self) -> Vec<Letter> {
        let mut all = letters::all(self.c(), 1_000).unwrap();
        all.reverse();
        all
    }

    pub fn last_letter_to(&self, who: &str) -> Letter {
        let to = address(&format!("{who}@example.com"));
        self.letters().into_iter().rfind(|letter| letter.draft.to == to).unwrap()
    }

    /// The state of the last letter to somebody.
    pub fn fate(&self, who: &str) -> State {
        self.last_letter_to(who).state
    }

    /// The keys of what an owner still owes, in order.
    pub fn owes(&self, who: &str) -> Vec<String> {
        let open = obligations::open(self.c(), self.owners[who]).unwrap();
        let keys: BTreeSet<String> = open.into_iter().map(|o| o.asked_key.0).collect();
        keys.into_iter().map(|key| key.split('@').next().unwrap().to_owned()).collect()
    }

    /// How what was asked in a message ended: a word, or `open`.
    pub fn ended(&self, who: &str, id: &str) -> String {
        let all = obligations::all(self.c(), self.owners[who], 1_000).unwrap();
        let key = format!("{id}@example.org");
        let found = all.into_iter().filter(|o| o.asked_key.0 == key);
        let words = found.map(|o| o.closed.map_or("open", |closed| closed.how.word()));
        words.collect::<Vec<_>>().join(", ")
    }

    /// What `sigap why` says comes next, or why nothing does.
    pub fn why(&self, id: &str) -> String {
        let asked = Asked::Message(MessageKey(format!("{id}@example.org")));
        let told = why(self.c(), self.engine().office(), &asked, self.now).unwrap();
        told.cases[0].obligations[0].standing.clone()
    }

    pub fn has_journal(&self, words: &str) -> bool {
        self.journal.iter().any(|line| line.contains(words))
    }
}

fn fetched(mail: &Mail, flags: Flags) -> Fetched {
    let end = mail.bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    Fetched {
        uid: mail.uid,
        flags,
        arrived_at: Some(mail.arrived),
        size: mail.bytes.len() as u64,
        provider_id: None,
        provider_thread: None,
        header: mail.bytes[..end].to_vec(),
        whole: Some(mail.bytes.clone()),
    }
}
