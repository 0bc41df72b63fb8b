//! The Maildir door: what is new in a Maildir, what changed its flags, what left.
//!
//! It never marks, moves, renames or deletes a file, never follows a link to a file or folder, and
//! never calls a folder empty that it could not list. A message is known by the unique part of its
//! file name, so a mail program that moves it from `new` to `cur` or changes its flags does not
//! make another message of it. What it reads goes on as a batch, as from IMAP, to `engine/intake`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::model::message::{Fetched, Flags, Role};

/// Most of a header that is read.
const HEADER_BYTES: u64 = 64 * 1024;
/// Most of a message that is read.
const WHOLE_BYTES: u64 = 256 * 1024;
/// Most of one that is attached to a letter, and one byte more.
const ORIGINAL_BYTES: u64 = 20 * 1024 * 1024 + 1;
/// Most new messages in one reading.
const CHUNK: usize = 500;
/// How often a folder is listed again because files moved while it was read.
const LISTINGS: usize = 3;
/// What Sent is called by the mail programs of the world; compared without case. Maildir++ writes
/// names in modified UTF-7 (RFC 3501 §5.1.3), newer servers in UTF-8: both spellings stand here.
#[rustfmt::skip]
const SENT_NAMES: &[&str] = &[
    "Sent", "Terkirim", "Sent Items", "Sent Messages", "Sent Mail", "Item Terkirim",
    "Pesan Terkirim", "Surat Terkirim", "Gesendet", "Gesendete Elemente", "Gesendete Objekte",
    "Enviados", "Elementos enviados", "Itens enviados", "Posta inviata", "Verzonden",
    "Verzonden items", "Skickat", "Envoyés", "Envoy&AOk-s", "Éléments envoyés",
    "&AMk-l&AOk-ments envoy&AOk-s", "Wysłane", "Wys&AUI-ane", "Отправленные",
    "&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-", "送信済み", "&kAFP4W4IMH8-", "已发送", "&XfJT0ZAB-",
];

/// Why a Maildir could not be read. A message that vanished is none.
#[derive(Debug, thiserror::Error)]
pub enum MaildirFault {
    /// There is no Maildir, or no folder of that duty in it.
    #[error("{path}: {what}")]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
        /// What is not there.
        what: String,
    },
    /// The system refused to list a folder or to read a file.
    #[error("{path} cannot be read: {source}")]
    Unreadable {
        /// What was read.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
}

/// What one reading of a folder found against what was known.
#[derive(Debug, Default)]
pub struct Reading {
    /// Messages not known before, by UID; at most 500.
    pub new: Vec<Fetched>,
    /// Flags of all known messages that are there.
    pub flags: Vec<(u64, Flags)>,
    /// Known messages that are no longer there.
    pub vanished: Vec<u64>,
    /// There are more new messages: read again, with these among the known.
    pub more: bool,
}

/// One owner's Maildir: Inbox at its root, other folders below it as `.Name` (Maildir++) or `Name`.
#[derive(Clone, Debug)]
pub struct Maildir {
    root: PathBuf,
    inbox: PathBuf,
    sent: Vec<PathBuf>,
}

impl Maildir {
    /// Opens a Maildir; `inbox` and `sent` name folders, as they lie on the disk, that are not
    /// found by themselves. Cheap: done before every reading, it sees folders that came and went.
    pub fn open(root: &Path, inbox: Option<&str>, sent: &[String]) -> Result<Self, MaildirFault> {
        let found = subfolders(root)?;
        let named = |name: &str| -> Result<PathBuf, MaildirFault> {
            let mut all = found.iter();
            let hit = all.find(|(label, _)| same(label, name)).map(|(_, path)| path.clone());
            hit.ok_or_else(|| missing(root, format!("no folder {name:?} in it")))
        };
        let inbox = match inbox.filter(|name| !name.eq_ignore_ascii_case("INBOX")) {
            None => root.to_path_buf(),
            Some(name) => named(name)?,
        };
        if !is_folder(&inbox) {
            return Err(missing(&inbox, "not a Maildir: new and cur are not in it".to_owned()));
        }
        let sent = match sent {
            // Mail programs differ: an owner with two of them has two of these, and both count.
            [] => SENT_NAMES.iter().filter_map(|name| named(name).ok()).collect(),
            names => names.iter().map(|name| named(name)).collect::<Result<Vec<_>, _>>()?,
        };
        Ok(Self { root: root.to_path_buf(), inbox, sent })
    }

    /// The folders of one duty; none for Sent means: the owner is blind.
    pub fn folders(&self, role: Role) -> &[PathBuf] {
        match role {
            Role::Inbox | Role::Answers => std::slice::from_ref(&self.inbox),
            Role::Sent => &self.sent,
        }
    }

    /// Reads all folders of one duty against the messages already known from them.
    pub fn read(&self, role: Role, known: &BTreeSet<u64>) -> Result<Reading, MaildirFault> {
        let mut reading = Reading::default();
        let mut there = self.list(role)?;
        let mut absent = known.clone();
        absent.retain(|uid| !there.contains_key(uid));
        let mut moved = take_new(&there, known, &mut reading)?;
        for _ in 1..LISTINGS {
            if !moved && absent.is_empty() {
                break;
            }
            // A file that is renamed while a folder is listed may be seen under neither name: only
            // what two listings miss has left.
            there = self.list(role)?;
            absent.retain(|uid| !there.contains_key(uid));
            moved = take_new(&there, known, &mut reading)?;
            if !moved {
                break;
            }
        }
        reading.more |= moved;
        reading.new.sort_by_key(|message| message.uid);
        reading.vanished = absent.into_iter().collect();
        let kept = there.iter().filter(|(uid, _)| known.contains(uid));
        reading.flags = kept.map(|(uid, entry)| (*uid, entry.flags)).collect();
        Ok(reading)
    }

    /// The message, at most 256 KiB of it; `None` if it is no longer there.
    pub fn whole(&self, role: Role, uid: u64) -> Result<Option<Vec<u8>>, MaildirFault> {
        self.first_bytes(role, uid, WHOLE_BYTES)
    }

    /// The message, at most one byte more than 20 MiB of it; `None` if it is no longer there.
    pub fn original(&self, role: Role, uid: u64) -> Result<Option<Vec<u8>>, MaildirFault> {
        self.first_bytes(role, uid, ORIGINAL_BYTES)
    }

    fn first_bytes(
        &self,
        role: Role,
        uid: u64,
        most: u64,
    ) -> Result<Option<Vec<u8>>, MaildirFault> {
        for _ in 0..LISTINGS {
            let there = self.list(role)?;
            let Some(entry) = there.get(&uid) else { return Ok(None) };
            if let Some((file, _)) = open_regular(&entry.path)? {
                return read_whole(file, most).map(Some).map_err(|e| unreadable(&entry.path, e));
            }
        }
        Ok(None)
    }

    fn list(&self, role: Role) -> Result<BTreeMap<u64, Entry>, MaildirFault> {
        let folders = self.folders(role);
        if folders.is_empty() {
            return Err(missing(&self.root, "no Sent folder in it".to_owned()));
        }
        let mut there = BTreeMap::new();
        for folder in folders {
            // `new` first: a file that moves meanwhile moves to `cur` and is seen twice, not never.
            list_into(&folder.join("new"), Part::New, &mut there)?;
            list_into(&folder.join("cur"), Part::Cur, &mut there)?;
        }
        Ok(there)
    }
}

/// 63 bits of a hash over the unique part of a file name: a UID that no renaming changes.
pub fn uid_of(unique: &[u8]) -> u64 {
    let digest = ring::digest::digest(&ring::digest::SHA256, unique);
    let head = digest.as_ref().first_chunk::<8>().expect("a SHA-256 digest has 32 bytes");
    u64::from_be_bytes(*head) & (u64::MAX >> 1)
}

#[derive(Clone, Debug)]
struct Entry {
    path: PathBuf,
    flags: Flags,
}

#[derive(Clone, Copy)]
enum Part {
    New,
    Cur,
}

/// Reads headers of messages not known and not yet read; true if a listed file had moved away.
fn take_new(
    there: &BTreeMap<u64, Entry>,
    known: &BTreeSet<u64>,
    reading: &mut Reading,
) -> Result<bool, MaildirFault> {
    let read: BTreeSet<u64> = reading.new.iter().map(|message| message.uid).collect();
    let mut moved = false;
    reading.more = false;
    for (uid, entry) in there {
        if known.contains(uid) || read.contains(uid) {
            continue;
        }
        if reading.new.len() >= CHUNK {
            reading.more = true;
            break;
        }
        match fetch(*uid, entry)? {
            Some(message) => reading.new.push(message),
            None => moved = true,
        }
    }
    Ok(moved)
}

fn fetch(uid: u64, entry: &Entry) -> Result<Option<Fetched>, MaildirFault> {
    let Some((file, meta)) = open_regular(&entry.path)? else { return Ok(None) };
    let header = read_header(file).map_err(|e| unreadable(&entry.path, e))?;
    let arrived_at = meta.modified().ok().and_then(|at| Timestamp::try_from(at).ok());
    let flags = entry.flags;
    Ok(Some(Fetched {
        uid,
        flags,
        arrived_at,
        size: meta.len(),
        provider_id: None,
        provider_thread: None,
        header,
        whole: None,
    }))
}

/// Opens a plain file; `None` if it is gone or has become something else.
fn open_regular(path: &Path) -> Result<Option<(File, Metadata)>, MaildirFault> {
    let opened = fs::symlink_metadata(path).and_then(|seen| {
        if !seen.is_file() {
            return Ok(None);
        }
        let file = File::open(path)?;
        let meta = file.metadata()?;
        Ok(same_file(&seen, &meta).then_some((file, meta)))
    });
    match opened {
        Ok(found) => Ok(found),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(path, error)),
    }
}

/// A link put in place between looking and opening is not followed.
fn same_file(seen: &Metadata, opened: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    seen.dev() == opened.dev() && seen.ino() == opened.ino()
}

fn read_header(file: File) -> io::Result<Vec<u8>> {
    let mut limited = file.take(HEADER_BYTES);
    let mut header = Vec::new();
    let mut block = [0; 4096];
    loop {
        let count = limited.read(&mut block)?;
        let from = header.len().saturating_sub(3);
        header.extend_from_slice(block.get(..count).unwrap_or_default());
        if let Some(end) = blank_line(&header, from) {
            header.truncate(end);
            return Ok(header);
        }
        if count == 0 {
            return Ok(header);
        }
    }
}

/// Where the header ends, its blank line included; looks from `from` on.
fn blank_line(bytes: &[u8], from: usize) -> Option<usize> {
    let tail = bytes.get(from..)?;
    let ends = tail.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    let starts = ends.map(|(at, _)| from.saturating_add(at).saturating_add(1));
    std::iter::once(0).filter(|_| from == 0).chain(starts).find_map(|start| {
        match bytes.get(start..).unwrap_or_default() {
            [b'\n', ..] => Some(start.saturating_add(1)),
            [b'\r', b'\n', ..] => Some(start.saturating_add(2)),
            _ => None,
        }
    })
}

fn read_whole(file: File, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn list_into(
    folder: &Path,
    part: Part,
    there: &mut BTreeMap<u64, Entry>,
) -> Result<(), MaildirFault> {
    if !is_plain_folder(folder)? {
        return Err(missing(folder, "not a folder of its own".to_owned()));
    }
    for item in fs::read_dir(folder).map_err(|e| unreadable(folder, e))? {
        let item = item.map_err(|e| unreadable(folder, e))?;
        let name = item.file_name();
        let bytes = name.as_bytes();
        if bytes.starts_with(b".") {
            continue;
        }
        match item.file_type() {
            Ok(kind) if kind.is_file() => {}
            Ok(_) => continue,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(unreadable(&item.path(), error)),
        }
        let (unique, letters) = split_name(bytes);
        let flags = match part {
            Part::New => Flags::default(),
            Part::Cur => flags_of(letters),
        };
        there.insert(uid_of(unique), Entry { path: item.path(), flags });
    }
    Ok(())
}

/// A file name as its unique part and its flag letters.
fn split_name(name: &[u8]) -> (&[u8], &[u8]) {
    let mark = name.windows(3).position(|part| part == b":2,");
    match mark {
        Some(at) => {
            let (unique, rest) = name.split_at(at);
            (unique, rest.get(3..).unwrap_or_default())
        }
        None => (name, &[]),
    }
}

fn flags_of(letters: &[u8]) -> Flags {
    Flags {
        answered: letters.contains(&b'R'),
        draft: letters.contains(&b'D'),
        deleted: letters.contains(&b'T'),
        junk: false,
    }
}

/// The folders below a Maildir, by their names as people see them.
fn subfolders(root: &Path) -> Result<Vec<(String, PathBuf)>, MaildirFault> {
    let mut found = Vec::new();
    for item in fs::read_dir(root).map_err(|e| unreadable(root, e))? {
        let item = item.map_err(|e| unreadable(root, e))?;
        // `file_type` does not follow links: a link to a folder elsewhere is no folder here.
        if !item.file_type().is_ok_and(|kind| kind.is_dir()) || !is_folder(&item.path()) {
            continue;
        }
        let name = item.file_name();
        let Some(name) = name.to_str() else { continue };
        let label = name.strip_prefix('.').unwrap_or(name).to_owned();
        found.push((label, item.path()));
    }
    found.sort();
    Ok(found)
}

fn same(label: &str, name: &str) -> bool {
    let bare = name.strip_prefix('.').unwrap_or(name).to_lowercase();
    label.to_lowercase() == bare || label.to_lowercase() == bare.replace('/', ".")
}

fn is_folder(path: &Path) -> bool {
    path.join("new").is_dir() && path.join("cur").is_dir()
}

fn is_plain_folder(path: &Path) -> Result<bool, MaildirFault> {
    fs::symlink_metadata(path).map(|meta| meta.is_dir()).map_err(|e| unreadable(path, e))
}

fn missing(path: &Path, what: String) -> MaildirFault {
    MaildirFault::Missing { path: path.to_path_buf(), what }
}

fn unreadable(path: &Path, source: io::Error) -> MaildirFault {
    MaildirFault::Unreadable { path: path.to_path_buf(), source }
}
