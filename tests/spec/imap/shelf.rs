//! A model of one account on an IMAP server: folders that people and other programs change between
//! readings, with or without the extensions, and with the faults that real ones have.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, duplex};

/// What the server can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skill {
    Plain,
    CondStore,
    QResync,
    /// Says no UIDVALIDITY.
    Forgetful,
}

/// What happens when a certain message is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Harm {
    /// The line breaks in the middle of it.
    HangsUp,
    /// `NO` to the whole command.
    Refuses,
}

pub struct Mail {
    pub bytes: String,
    pub answered: bool,
    /// The day of November 2026 that is told as its arrival; 0: none is told.
    pub day: u32,
    /// What the server calls it in whatever folder.
    id: u32,
    /// What it calls the conversation.
    pub thread: String,
    mod_seq: u64,
}

/// One folder.
pub struct Folder {
    pub validity: u32,
    pub next: u32,
    pub mod_seq: u64,
    pub mails: BTreeMap<u32, Mail>,
    gone: Vec<(u32, u64)>,
    /// Left out of every answer that is not about it alone.
    pub skipped: BTreeSet<u32>,
    pub harm: Option<(u32, Harm)>,
}

impl Folder {
    pub fn new(validity: u32) -> Self {
        Self {
            validity,
            next: 1,
            mod_seq: 10,
            mails: BTreeMap::new(),
            gone: Vec::new(),
            skipped: BTreeSet::new(),
            harm: None,
        }
    }

    pub fn arrives(&mut self, bytes: &str) -> u32 {
        self.mod_seq += 1;
        let (uid, mod_seq) = (self.next, self.mod_seq);
        self.mails.insert(
            uid,
            Mail {
                bytes: bytes.to_owned(),
                answered: false,
                day: 0,
                id: uid,
                thread: uid.to_string(),
                mod_seq,
            },
        );
        self.next += 1;
        uid
    }

    pub fn leaves(&mut self, uid: u32) {
        if self.mails.remove(&uid).is_some() {
            self.mod_seq += 1;
            self.gone.push((uid, self.mod_seq));
        }
    }

    pub fn is_answered(&mut self, uid: u32) {
        self.mod_seq += 1;
        if let Some(mail) = self.mails.get_mut(&uid) {
            (mail.answered, mail.mod_seq) = (true, self.mod_seq);
        }
    }

    pub fn is_numbered_anew(&mut self) {
        self.validity += 1;
        self.next += 50;
        let mails: Vec<Mail> = std::mem::take(&mut self.mails).into_values().collect();
        for mail in mails {
            self.mails.insert(self.next, mail);
            self.next += 1;
        }
        self.gone.clear();
        self.skipped.clear();
        self.harm = None;
    }

    /// UIDs, as a client may know them.
    pub fn uids(&self) -> BTreeSet<u64> {
        self.mails.keys().map(|uid| u64::from(*uid)).collect()
    }
}

/// The account.
pub struct Shelf {
    pub skill: Skill,
    /// The capability that offers ids of messages; empty: none does.
    pub ids: &'static str,
    /// STATUS is answered.
    pub tells_status: bool,
    pub folders: BTreeMap<String, Folder>,
    /// Commands without tags.
    pub heard: Vec<String>,
}

pub type Shared = Arc<Mutex<Shelf>>;

/// An account with an inbox and a folder of sent mail.
pub fn shelf(skill: Skill) -> Shared {
    let folders = [("INBOX", 3), ("Sent", 4)];
    let folders = folders.map(|(name, validity)| (name.to_owned(), Folder::new(validity)));
    Arc::new(Mutex::new(Shelf {
        skill,
        ids: "",
        tells_status: true,
        folders: folders.into(),
        heard: Vec::new(),
    }))
}

/// A new line to the server.
pub fn dial(shelf: &Shared) -> DuplexStream {
    let (server, client) = duplex(1024 * 1024);
    tokio::spawn(serve(server, Arc::clone(shelf)));
    client
}

async fn serve(io: DuplexStream, shelf: Shared) {
    let (read, mut write) = tokio::io::split(io);
    let mut lines = BufReader::new(read).lines();
    let mut open = String::new();
    let _ = write.write_all(b"* OK hello\r\n").await;
    while let Ok(Some(line)) = lines.next_line().await {
        let (tag, command) = line.split_once(' ').unwrap_or((&line, ""));
        let (answer, hangs_up) = shelf.lock().unwrap().answer(&mut open, command);
        let answer = answer.replace("TAG", tag);
        if write.write_all(answer.as_bytes()).await.is_err() || hangs_up {
            return;
        }
    }
}

impl Shelf {
    fn answer(&mut self, open: &mut String, command: &str) -> (String, bool) {
        self.heard.push(command.to_owned());
        let words: Vec<&str> = command.split(' ').collect();
        let offers = match self.skill {
            Skill::Plain | Skill::Forgetful => "",
            Skill::CondStore => " CONDSTORE",
            Skill::QResync => " CONDSTORE ENABLE QRESYNC",
        };
        let done = "TAG OK done\r\n".to_owned();
        let told = match words[0] {
            "CAPABILITY" => format!("* CAPABILITY IMAP4rev1{offers} {}\r\n", self.ids),
            "ENABLE" => "* ENABLED QRESYNC\r\n".to_owned(),
            "EXAMINE" => {
                *open = command.split('"').nth(1).unwrap().to_owned();
                let Some(folder) = self.folders.get(open) else {
                    return ("TAG NO [NONEXISTENT] no such folder\r\n".to_owned(), false);
                };
                opened(folder, self.skill)
            }
            "STATUS" if !self.tells_status => return ("TAG NO not now\r\n".to_owned(), false),
            "STATUS" => {
                let name = command.split('"').nth(1).unwrap();
                let Some(Folder { validity, next, mod_seq, mails, .. }) = self.folders.get(name)
                else {
                    return ("TAG NO [NONEXISTENT] no such folder\r\n".to_owned(), false);
                };
                let many = mails.len();
                format!(
                    "* STATUS \"{name}\" (MESSAGES {many} UIDNEXT {next} UIDVALIDITY {validity} \
                     HIGHESTMODSEQ {mod_seq})\r\n"
                )
            }
            "UID" => match self.folders.get(open) {
                Some(folder) if words[1] == "SEARCH" => search(folder, words[3]),
                Some(folder) => return fetch(folder, command, words[2]),
                None => String::new(),
            },
            _ => String::new(),
        };
        (told + &done, false)
    }
}

fn opened(folder: &Folder, skill: Skill) -> String {
    let Folder { validity, next, mod_seq, mails, .. } = folder;
    let mut told = format!("* {} EXISTS\r\n* OK [UIDNEXT {next}] x\r\n", mails.len());
    if skill != Skill::Forgetful {
        let _ = write!(told, "* OK [UIDVALIDITY {validity}] x\r\n");
    }
    if matches!(skill, Skill::CondStore | Skill::QResync) {
        let _ = write!(told, "* OK [HIGHESTMODSEQ {mod_seq}] x\r\n");
    }
    told
}

fn ranges(set: &str) -> Vec<(u32, u32)> {
    let number = |text: &str| text.parse().unwrap();
    let range = |part: &str| match part.split_once(':') {
        Some((first, last)) => (number(first), number(last)),
        None => (number(part), number(part)),
    };
    set.split(',').map(range).collect()
}

fn named<'a>(folder: &'a Folder, set: &str) -> Vec<(u32, &'a Mail)> {
    let ranges = ranges(set);
    let alone = ranges.iter().all(|(first, last)| first == last);
    let within = |uid: u32| ranges.iter().any(|(first, last)| (*first..=*last).contains(&uid));
    let mails = folder.mails.iter().map(|(uid, mail)| (*uid, mail));
    mails.filter(|(uid, _)| within(*uid) && (alone || !folder.skipped.contains(uid))).collect()
}

fn search(folder: &Folder, set: &str) -> String {
    let uids: Vec<String> = named(folder, set).iter().map(|(uid, _)| uid.to_string()).collect();
    format!("* SEARCH {}\r\n", uids.join(" "))
}

fn fetch(folder: &Folder, command: &str, set: &str) -> (String, bool) {
    let since = command.split_once("(CHANGEDSINCE ").map(|(_, rest)| {
        rest.trim_end_matches(')').trim_end_matches(" VANISHED").parse::<u64>().unwrap()
    });
    let mut told = String::new();
    if command.ends_with("VANISHED)") {
        let ranges = ranges(set);
        let within = |uid: u32| ranges.iter().any(|(first, last)| (*first..=*last).contains(&uid));
        let gone = folder.gone.iter().filter(|(uid, at)| Some(*at) > since && within(*uid));
        let gone: Vec<String> = gone.map(|(uid, _)| uid.to_string()).collect();
        if !gone.is_empty() {
            let _ = write!(told, "* VANISHED (EARLIER) {}\r\n", gone.join(","));
        }
    }
    for (uid, mail) in named(folder, set) {
        if since.is_some_and(|since| mail.mod_seq <= since) {
            continue;
        }
        let flags = if mail.answered { "\\Answered" } else { "" };
        let head = mail.bytes.find("\r\n\r\n").unwrap() + 4;
        let (name, part) = if command.contains("[HEADER]") {
            ("BODY[HEADER]<0>", Some(&mail.bytes[..head]))
        } else if command.contains("BODY.PEEK[]") {
            ("BODY[]<0>", Some(mail.bytes.as_str()))
        } else {
            ("", None)
        };
        let _ = write!(told, "* {uid} FETCH (UID {uid} FLAGS ({flags})");
        if mail.day > 0 {
            let _ = write!(told, " INTERNALDATE \"{:>2}-Nov-2026 09:00:00 +0000\"", mail.day);
        }
        if command.contains(" EMAILID ") {
            let _ = write!(told, " EMAILID (M{})", mail.id);
        }
        if command.contains(" THREADID ") {
            let _ = write!(told, " THREADID ({})", mail.thread);
        }
        if command.contains(" X-GM-THRID ") {
            let _ = write!(told, " X-GM-THRID {}", mail.thread);
        }
        if command.contains(" X-GM-MSGID ") {
            let _ = write!(told, " X-GM-MSGID {}", mail.id);
        }
        if let Some(part) = part {
            match folder.harm.filter(|(bad, _)| *bad == uid) {
                Some((_, Harm::HangsUp)) => return (format!("{told} {name} {{900}}\r\nx"), true),
                Some((_, Harm::Refuses)) => {
                    return ("TAG NO internal error\r\n".to_owned(), false);
                }
                None => {}
            }
            let _ = write!(told, " {name} {{{}}}\r\n{part}", part.len());
        }
        told.push_str(")\r\n");
    }
    (told + "TAG OK done\r\n", false)
}
