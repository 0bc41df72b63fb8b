//! A machine that sleeps: wall clock and the machine's own clock go on together while nothing runs.
//!
//! The daemon's `/proc/uptime` is a file of the test, laid over it in a namespace of its own. Where
//! the system allows no such namespace the story says so aloud and is not told.

use std::fs;
use std::thread;

use crate::namespace::Namespace;
use crate::office::{Office, owner};
use crate::place;
use crate::sink::{Behaviour, Sink};

/// Owners: one answers while the machine sleeps, one does not.
const ANSWERS: usize = 0;
const SILENT: usize = 1;

/// The machine's own clock; written in place, because the file itself is what is laid over.
fn set_uptime(office: &Office, seconds: i64) {
    fs::write(office.folder.path().join("uptime"), format!("{seconds}.00 1.00\n")).unwrap();
}

fn answer(parent: &str) -> Vec<u8> {
    format!(
        "From: <{}>\r\nTo: <budi@example.org>\r\nMessage-ID: <answer@example.com>\r\n\
         Date: Tue, 24 Nov 2026 09:05:00 +0700\r\nSubject: Re: Budget report\r\n\
         In-Reply-To: <{parent}@example.org>\r\nReferences: <{parent}@example.org>\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHere it is.\r\n",
        owner(ANSWERS)
    )
    .into_bytes()
}

fn sleeps(seconds: i64) {
    let sink = Sink::start(|_| Behaviour::Accept);
    let Some(mut office) = Office::new(2, &sink) else { return };
    set_uptime(&office, 5_000);
    let uptime = office.folder.path().join("uptime");
    let mount = format!("mount --bind {} /proc/uptime", uptime.display());
    let Some(namespace) = Namespace::with(&mount) else {
        place::skipped("no mount namespace can be made here");
        return;
    };
    office.wrap = namespace.wrap();
    office.start_and_settle();
    for index in [ANSWERS, SILENT] {
        office.letter_is("welcome", index, "sent");
        for number in 0..2 {
            let id = format!("ask{index}{number}");
            office.ask(index, &id, &format!("citra{number}@slow.example.org"));
        }
    }
    office.wait_for("four asks are listed", |it| {
        (it.json(&["list"])?["obligations"].as_array().unwrap().len() == 4).then_some(())
    });
    office.signal("STOP");
    office.set_clock(seconds);
    set_uptime(&office, 5_000 + seconds);
    // From another device, while this machine sleeps.
    for number in 0..2 {
        let id = format!("answer{number}");
        let text = String::from_utf8(answer(&format!("ask{ANSWERS}{number}"))).unwrap();
        let text = text.replace("budi@example.org", &format!("citra{number}@slow.example.org"));
        let text = text.replace("<answer@", &format!("<{id}@"));
        office.deliver(ANSWERS, ".Sent", &id, text.as_bytes());
    }
    office.signal("CONT");
    let reminded = if seconds > 6 * 3_600 { 1 } else { 0 };
    if reminded == 1 {
        office.letter_is("nudge", SILENT, "sent");
    }
    office.wait_for("the answers are seen", |it| {
        (it.json(&["list"])?["obligations"].as_array().unwrap().len() == 2).then_some(())
    });
    office.all_read();
    office.pass(110);
    office.all_read();
    let nudges = sink.accepted().len() - 2;
    assert_eq!(
        nudges,
        reminded,
        "one letter about both asks, none to who answered: {}",
        office.told()
    );
    assert!(!office.told_so_far().contains("jumped"), "{}", office.told());
}

#[test]
fn whatever_the_machine_sleeps_one_letter_catches_up_after_a_reading() {
    thread::scope(|scope| {
        for seconds in [60, 8 * 3_600, 3 * 86_400] {
            scope.spawn(move || sleeps(seconds));
        }
    });
}
