//! Every shape at every size, read on a thread like the reader's: nothing panics, little is kept,
//! and how much memory is taken meanwhile does not grow with the mail.

use std::time::Instant;

use sigap::engine::intake::{Read, read};
use sigap::maildir::Maildir;
use sigap::model::message::{Fetched, Flags, Role};

use crate::bombs::BOMBS;

/// As in `daemon/reading`.
const STACK: usize = 64 * 1024 * 1024;
/// What reading one mail may take beyond the mail itself, whatever its size.
const MOST: u64 = 8 * 1024 * 1024;
const SIZES: [usize; 5] = [1_000, 30_000, 131_072, 1_000_000, 50_000_000];

/// Runs on a thread with the reader's stack.
fn on_the_readers_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work).unwrap();
    thread.join().unwrap();
}

/// What is read, and the most memory that it took at one moment.
fn measured(fetched: &Fetched, role: Role) -> (Read, u64) {
    let mut found = None;
    let info = allocation_counter::measure(|| found = Some(read(fetched, role)));
    (found.unwrap(), info.bytes_max)
}

fn is_bounded(read: &Read, what: &str) {
    let mail = &read.message;
    let lists = [&mail.to, &mail.cc, &mail.bcc, &mail.reply_to];
    assert!(lists.into_iter().all(|list| list.len() <= 100), "{what}");
    assert!(mail.references.len() <= 40 && mail.in_reply_to.len() <= 10, "{what}");
    assert!(mail.subject.chars().count() <= 200 && mail.key.0.len() <= 250, "{what}");
    let kept = serde_json::to_vec(mail).unwrap().len();
    assert!(kept <= 256 * 1024, "{what}: {kept} bytes are kept");
}

#[test]
fn no_shape_of_a_mail_costs_more_than_it_may() {
    on_the_readers_stack(|| {
        let mut highest = 0;
        for bomb in BOMBS {
            for size in SIZES {
                let bytes = bomb.of(size);
                let began = Instant::now();
                let mut most = 0;
                for role in [Role::Inbox, Role::Sent] {
                    let header = Fetched { uid: 1, header: bytes.clone(), ..Fetched::default() };
                    let whole =
                        Fetched { uid: 1, whole: Some(bytes.clone()), ..Fetched::default() };
                    for fetched in [header, whole] {
                        let what = format!("{} of {size} bytes as {role:?}", bomb.name);
                        let (read, peak) = measured(&fetched, role);
                        is_bounded(&read, &what);
                        assert!(peak <= MOST, "{what}: {peak} bytes");
                        most = most.max(peak);
                    }
                }
                highest = highest.max(most);
                let (name, spent) = (bomb.name, began.elapsed() / 4);
                println!("{name:24} {size:>9} bytes: {:>6} KiB, {spent:?} each", most / 1024);
            }
        }
        println!("{} shapes, at most {} KiB", BOMBS.len(), highest / 1024);
    });
}

#[test]
fn the_door_of_the_maildir_brings_no_more_than_agreed() {
    let folder = tempfile::tempdir().unwrap();
    for part in ["new", "cur", "tmp", ".Sent/new", ".Sent/cur"] {
        std::fs::create_dir_all(folder.path().join(part)).unwrap();
    }
    for bomb in BOMBS {
        std::fs::write(folder.path().join("new").join(bomb.name), bomb.of(3_000_000)).unwrap();
    }
    let maildir = Maildir::open(folder.path(), None, &[]).unwrap();
    let reading = maildir.read(Role::Inbox, &std::collections::BTreeSet::new()).unwrap();
    assert_eq!(reading.new.len(), BOMBS.len());
    on_the_readers_stack(move || {
        for mut fetched in reading.new {
            assert_eq!(fetched.flags, Flags::default());
            assert!(fetched.header.len() <= 64 * 1024);
            let (header, _) = measured(&fetched, Role::Inbox);
            let whole = maildir.whole(Role::Inbox, fetched.uid).unwrap().unwrap();
            assert!(whole.len() <= 256 * 1024);
            fetched.whole = Some(whole);
            let (whole, _) = measured(&fetched, Role::Inbox);
            assert_eq!(header.message.key, whole.message.key);
        }
    });
}
