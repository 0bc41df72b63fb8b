//! What Sigap is compared with: a sender that marks a letter after it was accepted and, at its
//! start, sends whatever is not marked. Killed at the same moments it must double something, or
//! nothing could be concluded from Sigap's not doubling.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicUsize;

use crate::dice::Dice;
use crate::schedule::{WEIGHTS, kill_again};
use crate::sink::{Accepted, Sink, seeded};
use crate::site::Running;

const KILLS: usize = 40;
const LETTERS: usize = 800;

/// The test starts itself again as the sender, which must be a process of its own to be killed.
#[test]
fn a_naive_sender_doubles_letters_under_the_same_kills() {
    if let Ok(port) = std::env::var("NAIVE_PORT") {
        return send_naively(port.parse().unwrap());
    }
    let sink = Sink::start(seeded(7, &WEIGHTS));
    let folder = tempfile::tempdir().unwrap();
    let marks = folder.path().join("marks");
    let start = || start(sink.port(), &marks);
    let per_life = u64::try_from(LETTERS / KILLS / 2).unwrap();
    let dice = Dice(20_261_124);
    kill_again(&sink, (KILLS, per_life), dice, &AtomicUsize::new(0), |_| start(), || {});
    assert!(start().0.wait().unwrap().success());
    let mut copies: BTreeMap<String, Vec<Accepted>> = BTreeMap::new();
    for letter in sink.accepted() {
        copies.entry(letter.message_id.clone()).or_default().push(letter);
    }
    let doubled = || copies.values().filter(|all| all.len() > 1);
    // The others were doubled because the sink hung up, and no kill was needed.
    let by_kills = doubled().filter(|all| !all[0].silent).count();
    println!(
        "naive: {KILLS} kills, {LETTERS} letters: {} doubled, {by_kills} of them by a kill; {} lost",
        doubled().count(),
        LETTERS - copies.len()
    );
    assert!(by_kills > 0, "the kills do not bite");
    assert_eq!(copies.len(), LETTERS, "it loses nothing: that is what it doubles for");
}

fn start(port: u16, marks: &Path) -> Running {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "naive::a_naive_sender_doubles_letters_under_the_same_kills"])
        .env("NAIVE_PORT", port.to_string())
        .env("NAIVE_MARKS", marks)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    Running(child.unwrap())
}

fn send_naively(port: u16) {
    let marks = std::env::var("NAIVE_MARKS").unwrap();
    loop {
        let done: BTreeSet<usize> = fs::read_to_string(&marks)
            .unwrap_or_default()
            .lines()
            .filter_map(|line| line.parse().ok())
            .collect();
        let open: Vec<usize> = (0..LETTERS).filter(|no| !done.contains(no)).collect();
        if open.is_empty() {
            return;
        }
        // Where the sink hung up, it begins again with what is not marked.
        let _ = send_all(port, &open, Path::new(&marks));
    }
}

fn send_all(port: u16, open: &[usize], marks: &Path) -> io::Result<()> {
    let tcp = TcpStream::connect(("127.0.0.1", port))?;
    let mut input = BufReader::new(tcp.try_clone()?);
    let mut say = |text: &str| -> io::Result<()> {
        (&tcp).write_all(text.as_bytes())?;
        let mut line = String::new();
        while input.read_line(&mut line)? > 0 && line.get(3..4) == Some("-") {
            line.clear();
        }
        match line.starts_with(['2', '3']) {
            true => Ok(()),
            false => Err(io::Error::other(line)),
        }
    };
    say("")?;
    say("EHLO naive\r\n")?;
    for no in open {
        say("MAIL FROM:<naive@example.com>\r\n")?;
        say(&format!("RCPT TO:<r{no}@example.org>\r\n"))?;
        say("DATA\r\n")?;
        say(&format!("Message-ID: <naive{no}@example.com>\r\n\r\nA letter.\r\n.\r\n"))?;
        let mut file = File::options().create(true).append(true).open(marks)?;
        writeln!(file, "{no}")?;
        file.sync_all()?;
    }
    Ok(())
}
