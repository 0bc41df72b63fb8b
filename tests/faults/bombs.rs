//! Mails of unbearable shape between ordinary ones: the daemon lives, every ordinary request is
//! seen, memory stays bounded, and another start reads the same again.

use std::fs;

use crate::office::{Office, owner};
use crate::shapes::BOMBS;
use crate::sink::{Behaviour, Sink};

/// Below, at and far above what is ever read of one mail.
const SIZES: [usize; 3] = [2_000, 131_072, 2_000_000];
/// These are large on a disk too.
const HUGE: [&str; 3] = ["recipients", "one-line", "parts-in-messages"];
const HUGE_SIZE: usize = 50_000_000;
/// What they may take together.
const MOST_KIB: u64 = 64 * 1024;

/// The most memory that the daemon ever had, KiB.
fn peak(office: &Office) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", office.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim_end_matches("kB").trim().parse().unwrap()
}

/// Subjects of what waits, in order.
fn waiting(office: &Office) -> Option<Vec<String>> {
    let listing = office.json(&["list"])?;
    let rows = listing["obligations"].as_array().unwrap().iter();
    let mut subjects: Vec<String> =
        rows.map(|row| row["subject"].as_str().unwrap().to_owned()).collect();
    subjects.retain(|subject| subject.starts_with("Budget report healthy"));
    subjects.sort();
    Some(subjects)
}

#[test]
fn no_shape_of_a_mail_hides_another_mail() {
    let sink = Sink::start(|_| Behaviour::Accept);
    let Some(mut office) = Office::new(1, &sink) else { return };
    office.start_and_settle();
    let before = peak(&office);
    let mut healthy = Vec::new();
    for (number, bomb) in BOMBS.iter().enumerate() {
        let sizes = SIZES.into_iter().chain(HUGE.contains(&bomb.name).then_some(HUGE_SIZE));
        for size in sizes {
            // In sent mail too: there, answers to letters are looked for.
            let folder = if size == SIZES[1] { ".Sent" } else { "" };
            office.deliver(0, folder, &format!("{}.{size}", bomb.name), &bomb.to(&owner(0), size));
        }
        let id = format!("healthy{number:02}");
        office.ask(0, &id, "budi@example.org");
        healthy.push(format!("Budget report {id}"));
    }
    office.wait_for("every ordinary request is seen", |it| (waiting(it)? == healthy).then_some(()));
    office.all_read();
    let grown = peak(&office) - before;
    println!("{} shapes: {grown} KiB more than the {before} KiB of an idle daemon", BOMBS.len());
    assert!(grown <= MOST_KIB, "{grown} KiB");
    for _ in 0..2 {
        office.kill();
        office.start_and_settle();
        assert_eq!(waiting(&office), Some(healthy.clone()));
    }
    let told = office.told_so_far();
    assert!(!told.contains("set aside"), "{told}");
    assert!(!told.contains('\u{1b}') && !told.contains('\0'), "{told}");
}
