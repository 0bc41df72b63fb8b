//! No space is left for the database: nothing leaves without a durable claim, a plain sentence says
//! why, and when space returns everything goes on by itself, once.

use std::process::Command;

use crate::namespace::Namespace;
use crate::office::Office;
use crate::place;
use crate::sink::{Behaviour, Sink};

/// A disk that is full and becomes empty again.
enum Disk {
    /// A small one of its own.
    Small(Namespace),
    /// No file may grow.
    Limited,
}

impl Disk {
    fn fill(&self, office: &Office) {
        match self {
            Self::Small(_) => {
                let file = office.folder.path().join("disk/ballast");
                let full = office.inside("dd").arg("if=/dev/zero").arg(of(&file)).output().unwrap();
                assert!(!full.status.success(), "the disk is endless");
            }
            Self::Limited => {
                // The journal of the test is far shorter and can grow on.
                let log = std::fs::metadata(office.folder.path().join("sigap.db-wal")).unwrap();
                limit(office, &log.len().to_string());
            }
        }
    }

    fn empty(&self, office: &Office) {
        match self {
            Self::Small(_) => {
                let file = office.folder.path().join("disk/ballast");
                place::run(office.inside("rm").arg(file));
            }
            Self::Limited => limit(office, "unlimited"),
        }
    }
}

fn of(file: &std::path::Path) -> String {
    format!("of={}", file.display())
}

fn limit(office: &Office, bytes: &str) {
    let pid = office.pid().to_string();
    place::run(Command::new("prlimit").args([
        "--pid",
        &pid,
        &format!("--fsize={bytes}:unlimited"),
    ]));
}

fn told(office: &mut Office, words: &str) {
    office.wait_for(words, |it| it.told_so_far().contains(words).then_some(()));
}

fn fills_up(office: &mut Office, sink: &Sink, disk: &Disk) {
    office.start_and_settle();
    for index in 0..3 {
        office.letter_is("welcome", index, "sent");
    }
    office.ask(0, "before", "budi@example.org");
    office.wait_for("the ask is listed", |it| {
        (!it.json(&["list"])?["obligations"].as_array().unwrap().is_empty()).then_some(())
    });
    disk.fill(office);
    // News for every owner: each must be taken in after the disk has space again.
    for index in 0..3 {
        office.ask(index, &format!("during{index}"), "citra@example.org");
    }
    told(office, "trying again every ten seconds");
    let pid = office.pid();
    office.set_clock(50);
    let listing = office.json(&["list"]);
    assert!(listing.is_some(), "what is known can be read: {}", office.told());
    disk.empty(office);
    for index in 0..3 {
        office.letter_is("nudge", index, "sent");
    }
    office.wait_for("all four asks are listed", |it| {
        (it.json(&["list"])?["obligations"].as_array().unwrap().len() == 4).then_some(())
    });
    assert_eq!(office.pid(), pid, "the same daemon");
    let letters = office.letters().unwrap();
    let tries: usize = letters.iter().map(|l| l["tries"].as_array().unwrap().len()).sum();
    assert!(sink.attempts() <= tries as u64, "a letter without a claim: {}", office.told());
    assert!(sink.doubles().is_empty(), "{:?}", sink.doubles());
}

#[test]
fn a_full_disk_stops_everything_and_nothing_is_lost_or_doubled() {
    let sink = Sink::start(|_| Behaviour::Accept);
    let Some(mut office) = Office::with(3, &sink, "disk/sigap.db") else { return };
    let at = office.folder.path().join("disk");
    std::fs::create_dir(&at).unwrap();
    let mount = format!("mount -t tmpfs -o size=4m,mode=0700 none {}", at.display());
    let Some(namespace) = Namespace::with(&mount) else {
        place::skipped("no disk can be mounted here");
        return;
    };
    office.wrap = namespace.wrap();
    fills_up(&mut office, &sink, &Disk::Small(namespace));
}

#[test]
fn files_that_may_not_grow_stop_everything_and_nothing_is_lost_or_doubled() {
    let sink = Sink::start(|_| Behaviour::Accept);
    let Some(mut office) = Office::new(3, &sink) else { return };
    // The signal of the limit would end a process before it hears the error.
    office.wrap = ["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"].map(str::to_owned).to_vec();
    fills_up(&mut office, &sink, &Disk::Limited);
}
