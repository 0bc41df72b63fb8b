//! Mails of `tests/data` and small ones of odd shape, broken at random: nothing panics, and what is
//! read of one does not depend on how often or on how much of it was read.
//!
//! `SIGAP_MUTATIONS=n` for another number of them; the seed of one that fails is told, and
//! `SIGAP_MUTATION=seed` runs that one alone. `SIGAP_MAILS=folder` adds the `.eml` files of a folder.

use std::path::Path;

use sigap::engine::intake::read;
use sigap::model::message::{Fetched, Message, Role};

use crate::bombs::BOMBS;
use crate::dice::Dice;

/// Words at which readers of mail take turns.
const WORDS: [&[u8]; 24] = [
    b"\r\n",
    b"\n",
    b"\r",
    b"\0",
    b"\r\n\r\n",
    b"\r\n ",
    b":",
    b"<",
    b">",
    b"(",
    b"\"",
    b"\\",
    b"@",
    b"=?utf-8?q?=C3?=",
    b"=?utf-8?b?w6k=?=",
    b"=?",
    b"--",
    b"\r\n--a\r\n",
    b"\r\nMessage-ID: <x@example.org>\r\n",
    b"\r\nContent-Type: multipart/mixed; boundary=a\r\n",
    b"\r\nContent-Type: message/rfc822\r\n\r\n",
    b"\r\nContent-Transfer-Encoding: base64\r\n",
    b"\xff\xfe",
    b"\xed\xa0\x80",
];

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn mails_of(folder: &Path) -> Vec<Vec<u8>> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "eml"))
        .collect();
    files.sort();
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

fn seeds() -> Vec<Vec<u8>> {
    let mut mails = mails_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data"));
    mails.extend(BOMBS.iter().map(|bomb| bomb.of(2_000)));
    if let Some(more) = std::env::var_os("SIGAP_MAILS") {
        mails.extend(mails_of(Path::new(&more)));
    }
    mails
}

fn place(dice: &mut Dice, end: usize) -> usize {
    usize::try_from(dice.below(u64::try_from(end).unwrap() + 1)).unwrap()
}

fn broken(mails: &[Vec<u8>], seed: u64) -> Vec<u8> {
    let mut dice = Dice(seed);
    let pick = |dice: &mut Dice| &mails[place(dice, mails.len() - 1)];
    let mut mail = pick(&mut dice).clone();
    for _ in 0..=dice.below(6) {
        let (a, b) = (place(&mut dice, mail.len()), place(&mut dice, mail.len()));
        let (from, to) = (a.min(b), a.max(b));
        match dice.below(9) {
            0 => mail.truncate(a),
            1 => drop(mail.drain(from..to)),
            2 => {
                for _ in 0..=dice.below(20) {
                    let at = place(&mut dice, mail.len());
                    if let Some(byte) = mail.get_mut(at) {
                        *byte = u8::try_from(dice.below(256)).unwrap();
                    }
                }
            }
            3 => {
                let other = pick(&mut dice);
                let cut = place(&mut dice, other.len());
                mail.truncate(a);
                mail.extend_from_slice(&other[cut..]);
            }
            4 => {
                let piece = mail[from..to].to_vec();
                mail.splice(b..b, piece);
            }
            5 => {
                let word = WORDS[place(&mut dice, WORDS.len() - 1)];
                let many = place(&mut dice, 40);
                mail.splice(a..a, word.repeat(many + 1));
            }
            6 => mail = replaced(&mail, b"\r\n", b"\n"),
            7 => mail = replaced(&mail, b"\r\n", b"\r"),
            _ => {
                let lines: Vec<&[u8]> = mail.split_inclusive(|byte| *byte == b'\n').collect();
                let mut lines: Vec<Vec<u8>> = lines.into_iter().map(<[u8]>::to_vec).collect();
                if let Some(last) = lines.len().checked_sub(1) {
                    let line = lines[place(&mut dice, last)].clone();
                    lines.insert(place(&mut dice, last), line);
                }
                mail = lines.concat();
            }
        }
    }
    mail
}

fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = bytes;
    while let Some(byte) = rest.first() {
        match rest.strip_prefix(old) {
            Some(tail) => {
                out.extend_from_slice(new);
                rest = tail;
            }
            None => {
                out.push(*byte);
                rest = &rest[1..];
            }
        }
    }
    out
}

/// What a door brings before anybody asks for the text: up to the first empty line.
fn header_of(mail: &[u8]) -> Vec<u8> {
    let mut header = Vec::new();
    for line in mail.split_inclusive(|byte| *byte == b'\n') {
        header.extend_from_slice(line);
        if line == b"\n" || line == b"\r\n" {
            break;
        }
    }
    header
}

/// Facts for which the body is not needed.
fn of_the_header(message: Message) -> Message {
    let marks = sigap::model::message::Marks::default();
    Message { marks, quotes: None, introduced: None, ..message }
}

fn holds(mail: &[u8]) {
    let size = u64::try_from(mail.len()).unwrap();
    let whole = Fetched { uid: 1, size, whole: Some(mail.to_vec()), ..Fetched::default() };
    let header = Fetched { uid: 1, size, header: header_of(mail), ..Fetched::default() };
    for role in [Role::Inbox, Role::Sent] {
        let (first, second) = (read(&whole, role), read(&whole, role));
        assert_eq!(first, second, "read twice");
        let alone = read(&header, role);
        if mail.is_empty() {
            continue;
        }
        assert_eq!(of_the_header(alone.message), of_the_header(first.message), "read in part");
    }
}

#[test]
fn broken_mails_are_borne_and_read_alike() {
    let mails = seeds();
    let seeds = match number("SIGAP_MUTATION") {
        Some(seed) => seed..seed + 1,
        None => 0..number("SIGAP_MUTATIONS").unwrap_or(2_000),
    };
    let many = seeds.end - seeds.start;
    for seed in seeds {
        let mail = broken(&mails, seed);
        let held = std::panic::catch_unwind(|| holds(&mail));
        if let Err(why) = held {
            println!("SIGAP_MUTATION={seed}: {:?}", String::from_utf8_lossy(&mail));
            std::panic::resume_unwind(why);
        }
    }
    println!("{many} mutations of {} mails", mails.len());
}
