//! The Maildir door: identity, flags, what left, and what is a fault.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sigap::maildir::{Maildir, MaildirFault, Reading, uid_of};
use sigap::model::message::{Flags, Role};

const LETTER: &[u8] = b"From: budi@example.com\r\nSubject: Data\r\n\r\nBisa dikirim?\r\n";

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        place.make("");
        place.make(".Sent");
        place
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn make(&self, name: &str) {
        for part in ["tmp", "new", "cur"] {
            fs::create_dir_all(self.root().join(name).join(part)).unwrap();
        }
    }

    fn put(&self, path: &str, bytes: &[u8]) -> PathBuf {
        let path = self.root().join(path);
        fs::write(&path, bytes).unwrap();
        path
    }

    fn rename(&self, from: &str, to: &str) {
        fs::rename(self.root().join(from), self.root().join(to)).unwrap();
    }

    fn open(&self) -> Maildir {
        Maildir::open(self.root(), None, &[]).unwrap()
    }

    fn read(&self, known: &[&str]) -> Reading {
        self.open().read(Role::Inbox, &uids(known)).unwrap()
    }
}

fn uids(names: &[&str]) -> BTreeSet<u64> {
    names.iter().map(|name| uid_of(name.as_bytes())).collect()
}

fn new_uids(reading: &Reading) -> BTreeSet<u64> {
    reading.new.iter().map(|message| message.uid).collect()
}

#[test]
fn new_and_cur_are_read_and_nothing_is_touched() {
    let place = Place::new();
    place.put("new/1.a.host", LETTER);
    place.put("cur/2.b.host:2,S", LETTER);
    place.put("tmp/3.c.host", LETTER);
    let reading = place.read(&[]);
    assert_eq!(new_uids(&reading), uids(&["1.a.host", "2.b.host"]));
    assert!(!reading.more && reading.flags.is_empty() && reading.vanished.is_empty());
    for message in &reading.new {
        assert_eq!(message.header, b"From: budi@example.com\r\nSubject: Data\r\n\r\n");
        assert_eq!(message.size, u64::try_from(LETTER.len()).unwrap());
        assert_eq!((message.whole.as_ref(), message.flags), (None, Flags::default()));
    }
    assert!(place.root().join("new/1.a.host").exists());
    assert!(place.root().join("cur/2.b.host:2,S").exists());
}

#[test]
fn uids_fit_into_a_signed_integer_and_never_change() {
    // These numbers lie in databases: another result would make every message new again.
    assert_eq!(uid_of(b"1700000000.M1P2.host"), 1_110_446_279_708_998_450);
    for n in 0..1000_u32 {
        assert!(i64::try_from(uid_of(&n.to_be_bytes())).is_ok());
    }
}

#[test]
fn a_renamed_file_stays_the_same_message() {
    let place = Place::new();
    place.put("new/1.a.host,S=57", LETTER);
    let names = ["1.a.host,S=57"];
    assert_eq!(new_uids(&place.read(&[])), uids(&names));
    for (from, to) in [
        ("new/1.a.host,S=57", "cur/1.a.host,S=57:2,"),
        ("cur/1.a.host,S=57:2,", "cur/1.a.host,S=57:2,S"),
        ("cur/1.a.host,S=57:2,S", "cur/1.a.host,S=57:2,RSab"),
    ] {
        place.rename(from, to);
        let reading = place.read(&names);
        assert!(reading.new.is_empty() && reading.vanished.is_empty(), "{from} -> {to}");
    }
}

#[test]
fn flags_are_read_from_the_name() {
    let none = Flags::default();
    for (name, flags) in [
        ("a:2,", none),
        ("a:2,S", none),
        ("a:2,PF", none),
        ("a:2,R", Flags { answered: true, ..none }),
        ("a:2,RS", Flags { answered: true, ..none }),
        ("a:2,T", Flags { deleted: true, ..none }),
        ("a:2,D", Flags { draft: true, ..none }),
        ("a:2,DRST", Flags { answered: true, deleted: true, draft: true, ..none }),
        ("a:1,R", none),
        ("a", none),
    ] {
        let place = Place::new();
        place.put(&format!("cur/{name}"), LETTER);
        let unique = if name.contains(":2,") { "a" } else { name };
        assert_eq!(place.read(&[]).new[0].flags, flags, "new {name}");
        assert_eq!(place.read(&[unique]).flags, [(uid_of(unique.as_bytes()), flags)], "{name}");
    }
}

#[test]
fn a_deleted_file_has_vanished_and_comes_back_as_new() {
    let place = Place::new();
    let path = place.put("cur/a:2,S", LETTER);
    place.put("cur/b:2,S", LETTER);
    fs::remove_file(path).unwrap();
    let reading = place.read(&["a", "b"]);
    assert_eq!(reading.vanished, [uid_of(b"a")]);
    assert_eq!(reading.flags.len(), 1);
    place.put("cur/a:2,S", LETTER);
    assert_eq!(new_uids(&place.read(&["b"])), uids(&["a"]));
}

#[test]
fn what_cannot_be_listed_is_a_fault_and_never_empty() {
    let place = Place::new();
    let maildir = place.open();
    fs::remove_dir(place.root().join("cur")).unwrap();
    let fault = maildir.read(Role::Inbox, &uids(&["a"])).unwrap_err();
    assert!(matches!(fault, MaildirFault::Unreadable { .. }), "{fault}");
    place.put("cur", b"a file");
    let fault = maildir.read(Role::Inbox, &uids(&["a"])).unwrap_err();
    assert!(fault.to_string().contains("cur"), "{fault}");
    fs::remove_file(place.root().join("cur")).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    symlink(elsewhere.path(), place.root().join("cur")).unwrap();
    assert!(maildir.read(Role::Inbox, &uids(&["a"])).is_err());
    assert!(Maildir::open(&place.root().join("nowhere"), None, &[]).is_err());
    assert!(Maildir::open(elsewhere.path(), None, &[]).is_err());
}

#[test]
fn a_folder_that_forbids_reading_is_a_fault() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let maildir = place.open();
    let cur = place.root().join("cur");
    fs::set_permissions(&cur, fs::Permissions::from_mode(0o000)).unwrap();
    let root_may_all = fs::read_dir(&cur).is_ok();
    assert_eq!(maildir.read(Role::Inbox, &uids(&["a"])).is_ok(), root_may_all);
    fs::set_permissions(&cur, fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn sent_is_found_by_its_localised_name_or_by_the_configured_one() {
    for (folder, configured, found) in [
        (".Sent", None, true),
        (".sent", None, true),
        ("Sent", None, true),
        (".Terkirim", None, true),
        (".Sent Items", None, true),
        (".Envoy&AOk-s", None, true),
        (".Envoyés", None, true),
        (".Archive", None, false),
        (".Archive", Some("archive"), true),
        (".Kantor.Keluar", Some("Kantor/Keluar"), true),
        (".Kantor.Keluar", Some(".Kantor.Keluar"), true),
    ] {
        let place = Place::new();
        fs::remove_dir_all(place.root().join(".Sent")).unwrap();
        place.make(folder);
        let sent: Vec<String> = configured.iter().map(|name| (*name).to_owned()).collect();
        let maildir = Maildir::open(place.root(), None, &sent);
        let readable = maildir.and_then(|it| it.read(Role::Sent, &BTreeSet::new())).is_ok();
        assert_eq!(readable, found, "{folder} {configured:?}");
    }
}

#[test]
fn two_sent_folders_both_count() {
    let place = Place::new();
    place.make(".Terkirim");
    place.put(".Sent/cur/a:2,S", LETTER);
    place.put(".Terkirim/cur/b:2,S", LETTER);
    let reading = place.open().read(Role::Sent, &BTreeSet::new()).unwrap();
    assert_eq!(new_uids(&reading), uids(&["a", "b"]));
}

#[test]
fn an_inbox_by_name_is_read_instead_of_the_root() {
    let place = Place::new();
    place.make(".Masuk");
    place.put(".Masuk/new/a", LETTER);
    place.put("new/b", LETTER);
    let open = |name| Maildir::open(place.root(), Some(name), &[]).unwrap();
    let read = |name| new_uids(&open(name).read(Role::Inbox, &BTreeSet::new()).unwrap());
    assert_eq!(read("Masuk"), uids(&["a"]));
    assert_eq!(read("INBOX"), uids(&["b"]));
}

#[test]
fn links_and_folders_among_the_messages_are_not_followed() {
    let place = Place::new();
    let outside = tempfile::NamedTempFile::new().unwrap();
    fs::write(outside.path(), LETTER).unwrap();
    symlink(outside.path(), place.root().join("cur/link:2,S")).unwrap();
    symlink(place.root().join("cur"), place.root().join(".Linked")).unwrap();
    fs::create_dir(place.root().join("cur/folder:2,")).unwrap();
    place.put("cur/.hidden", LETTER);
    place.put("cur/real:2,", LETTER);
    assert_eq!(new_uids(&place.read(&[])), uids(&["real"]));
    assert_eq!(place.open().whole(Role::Inbox, uid_of(b"link")).unwrap(), None);
}

#[test]
fn strange_names_are_names() {
    let place = Place::new();
    let names: &[&[u8]] = &[b"\xff\xfe:2,R", b"a b\nc:2,", b":2,S", b"x:2,R:2,S", "é日".as_bytes()];
    for name in names {
        let path = place.root().join("cur").join(std::ffi::OsStr::from_bytes(name));
        fs::write(path, LETTER).unwrap();
    }
    let reading = place.read(&[]);
    assert_eq!(reading.new.len(), names.len());
    let answered = reading.new.iter().filter(|message| message.flags.answered).count();
    assert_eq!(answered, 2);
}

#[test]
fn a_huge_file_costs_its_header_only() {
    let place = Place::new();
    let path = place.put("cur/a:2,", LETTER);
    File::options().write(true).open(&path).unwrap().set_len(3 << 30).unwrap();
    place.put("cur/b:2,", &vec![b'x'; 1 << 20]);
    let reading = place.read(&[]);
    for message in &reading.new {
        let endless = message.uid == uid_of(b"b");
        assert_eq!(message.header.len(), if endless { 64 * 1024 } else { 41 });
        assert_eq!(message.size, if endless { 1 << 20 } else { 3 << 30 });
    }
    let whole = place.open().whole(Role::Inbox, uid_of(b"a")).unwrap().unwrap();
    assert_eq!(whole.len(), 256 * 1024);
}

#[test]
fn the_header_ends_at_the_first_blank_line() {
    let long = [b"X: ".as_slice(), &[b'y'; 4090], b"\n\nbody"].concat();
    let crlf = |pad: usize| [b"X: ".as_slice(), &vec![b'y'; pad], b"\r\n\r\nbody"].concat();
    let mut cases: Vec<(Vec<u8>, usize)> = vec![
        (b"".to_vec(), 0),
        (b"\nbody".to_vec(), 1),
        (b"\r\nbody".to_vec(), 2),
        (b"A: 1\n\nbody\n\n".to_vec(), 6),
        (b"A: 1\r\n\nbody".to_vec(), 7),
        (b"A: 1\n".to_vec(), 5),
        (long, 4095),
    ];
    cases.extend((4085..4100).map(|pad| (crlf(pad), pad + 7)));
    for (bytes, length) in cases {
        let place = Place::new();
        place.put("new/a", &bytes);
        let header = place.read(&[]).new[0].header.clone();
        assert_eq!(header, bytes[..length], "{} bytes", bytes.len());
    }
}

#[test]
fn it_arrived_when_the_file_was_written() {
    let place = Place::new();
    let path = place.put("new/a", LETTER);
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000);
    File::options().write(true).open(path).unwrap().set_modified(at).unwrap();
    let arrived = place.read(&[]).new[0].arrived_at.unwrap();
    assert_eq!(arrived.as_second(), 1_795_000_000);
}

#[test]
fn the_whole_message_or_none() {
    let place = Place::new();
    place.put("cur/a:2,S", LETTER);
    let maildir = place.open();
    assert_eq!(maildir.whole(Role::Inbox, uid_of(b"a")).unwrap().as_deref(), Some(LETTER));
    assert_eq!(maildir.whole(Role::Inbox, uid_of(b"z")).unwrap(), None);
    assert_eq!(maildir.whole(Role::Sent, uid_of(b"a")).unwrap(), None);
}

#[test]
fn five_thousand_messages_come_in_chunks() {
    let place = Place::new();
    for n in 0..5_000 {
        place.put(&format!("cur/{n}.host:2,S"), LETTER);
    }
    let maildir = place.open();
    let mut known = BTreeSet::new();
    for round in 1.. {
        let reading = maildir.read(Role::Inbox, &known).unwrap();
        assert!(reading.new.len() <= 500 && reading.vanished.is_empty());
        assert_eq!(reading.flags.len(), known.len());
        known.extend(new_uids(&reading));
        if !reading.more {
            assert_eq!(round, 10);
            break;
        }
    }
    assert_eq!(known.len(), 5_000);
}

#[test]
fn files_that_move_while_they_are_read_are_neither_lost_nor_doubled() {
    let place = Place::new();
    let count = 300;
    for n in 0..count {
        place.put(&format!("new/{n}.host"), LETTER);
    }
    let maildir = place.open();
    let mut known = BTreeSet::new();
    std::thread::scope(|scope| {
        let mover = scope.spawn(|| {
            for n in 0..count {
                place.rename(&format!("new/{n}.host"), &format!("cur/{n}.host:2,S"));
            }
        });
        loop {
            let over = mover.is_finished();
            let reading = maildir.read(Role::Inbox, &known).unwrap();
            for message in &reading.new {
                assert!(known.insert(message.uid), "a message came twice");
                assert!(!message.header.is_empty());
            }
            if over && !reading.more {
                break;
            }
        }
    });
    assert_eq!(known.len(), count);
}
