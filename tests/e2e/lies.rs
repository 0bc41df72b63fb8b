//! A server that lies about a folder: numbers that go back, messages that are not there, others
//! that were never asked for. Nothing is lost, doubled or concluded as gone, and nobody is nudged
//! twice.

use jiff::tz::TimeZone;
use sigap::store::db::open_to_read;

use crate::mail::ask;
use crate::script::{Lie, Script};
use crate::watching::{ANI, Room, folders, wait_for};

/// Another number where one stands between two words.
fn changed(answer: &[u8], before: &str, after: &str, number: impl Fn(u64) -> u64) -> Vec<u8> {
    let text = String::from_utf8_lossy(answer);
    let (head, rest) = text.split_once(before).unwrap();
    let (old, tail) = rest.split_once(after).unwrap();
    format!("{head}{before}{}{after}{tail}", number(old.parse().unwrap())).into_bytes()
}

fn next(answer: &[u8], number: impl Fn(u64) -> u64) -> Vec<u8> {
    changed(answer, "[UIDNEXT ", "]", number)
}

fn many(answer: &[u8], number: impl Fn(u64) -> u64) -> Vec<u8> {
    changed(answer, "* ", " EXISTS", number)
}

/// Without the line in which a word stands.
fn without(answer: &[u8], word: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(answer);
    let lines = text.split_inclusive("\r\n").filter(|line| !line.contains(word));
    lines.collect::<String>().into_bytes()
}

fn is_examine(command: &str) -> bool {
    command.starts_with("EXAMINE \"INBOX\"")
}

/// Messages nobody asked for, with a request in each.
fn foreign() -> Vec<u8> {
    let mut lines = Vec::new();
    for uid in [900, 4_294_967_295_u32] {
        let mail = ask(ANI, &format!("foreign{uid}"), "eka@example.org", "Never asked for");
        let end = mail.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        for (name, part) in [("BODY[HEADER]<0>", &mail[..end]), ("BODY[]<0>", &mail[..])] {
            let head = format!("* 9 FETCH (UID {uid} FLAGS () {name} {{{}}}\r\n", part.len());
            lines.extend(head.into_bytes());
            lines.extend_from_slice(part);
            lines.extend(b")\r\n");
        }
    }
    lines
}

const LIES: &[(&str, Lie)] = &[
    ("a storm of expunges", |_, answer| {
        [b"* 1 EXPUNGE\r\n".repeat(200), answer, b"* 1 EXPUNGE\r\n".repeat(200)].concat()
    }),
    ("vanished, says one answer", |command, answer| match command {
        _ if command.starts_with("UID SEARCH") => b"* SEARCH\r\n".to_vec(),
        _ => [b"* VANISHED 1:3\r\n".to_vec(), answer].concat(),
    }),
    ("mail that was not asked for", |command, answer| match command {
        _ if command.starts_with("UID FETCH") => [foreign(), answer, foreign()].concat(),
        _ if command.starts_with("UID SEARCH") => [b"* SEARCH 900\r\n".to_vec(), answer].concat(),
        _ => answer,
    }),
    ("UIDs that do not ascend, each twice", |command, answer| {
        let text = String::from_utf8_lossy(&answer).into_owned();
        if !command.starts_with("UID ") || text.is_empty() {
            return answer;
        }
        let whole = format!("\r\n{}", text.trim_end_matches("\r\n"));
        let mut lines: Vec<&str> = whole.split("\r\n* ").skip(1).collect();
        lines.reverse();
        lines.iter().chain(&lines).map(|line| format!("* {line}\r\n")).collect::<String>().into()
    }),
    ("more messages than there are", |command, answer| match command {
        _ if is_examine(command) => next(&many(&answer, |_| 900), |_| 901),
        _ => answer,
    }),
    ("numbers that have gone back to the first", |command, answer| match command {
        _ if is_examine(command) => next(&answer, |_| 1),
        _ => answer,
    }),
    ("numbers that have gone back by one", |command, answer| match command {
        _ if is_examine(command) => next(&answer, |next| next - 1),
        _ => answer,
    }),
    ("numbers that have gone back by two", |command, answer| match command {
        _ if is_examine(command) => next(&answer, |next| next - 2),
        _ => answer,
    }),
    ("an empty folder", |command, answer| match command {
        _ if is_examine(command) => many(&answer, |_| 0),
        _ => answer,
    }),
    ("no next number", |command, answer| match command {
        _ if is_examine(command) => without(&answer, "UIDNEXT"),
        _ => answer,
    }),
    ("another numbering", |command, answer| match command {
        _ if is_examine(command) => changed(&answer, "[UIDVALIDITY ", "]", |old| old + 1),
        _ => answer,
    }),
    ("no numbering", |command, answer| match command {
        _ if is_examine(command) => without(&answer, "UIDVALIDITY"),
        _ => answer,
    }),
    ("a line that is none", |command, answer| match command {
        _ if command.starts_with("UID FETCH") => [b"* 1 FETCH ((((".to_vec(), answer].concat(),
        _ => answer,
    }),
    ("the end in mid-answer", |command, answer| match command {
        _ if command.starts_with("UID FETCH") => {
            [answer[..answer.len() / 2].to_vec(), b"\r\n* BYE enough\r\n".to_vec()].concat()
        }
        _ => answer,
    }),
];

impl Room {
    pub fn count(&self, what: &str) -> i64 {
        let c = open_to_read(&self.folder.path().join("sigap.db")).unwrap();
        c.query_row(&format!("SELECT count(*) FROM {what}"), [], |row| row.get(0)).unwrap()
    }
}

/// Reads the inbox once more, with a lie about it.
async fn read_once_more(server: &Script, lie: Option<Lie>) {
    server.lie(lie);
    let (examined, idled) = (server.heard("EXAMINE \"INBOX\""), server.heard("IDLE"));
    server.tell_news();
    let examines = || server.heard("EXAMINE \"INBOX\"") - examined;
    wait_for("the inbox is opened", || examines() > 0).await;
    wait_for("it waits, or dials again", || server.heard("IDLE") > idled || examines() > 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_lies_loses_and_doubles_nothing() {
    let server = Script::start(folders());
    let mut room = Room::open(&server, "10m");
    // The welcome.
    room.next_letter().await;
    room.pass(10);
    wait_for("it waits for news", || server.heard("IDLE") > 0).await;
    let date = room.now().to_zoned(TimeZone::UTC).strftime("%d-%b-%Y %H:%M:%S +0000").to_string();
    let arrives = |number: usize| {
        let mail = ask(ANI, &format!("a{number}"), "budi@example.org", &format!("Budget {number}"));
        server.change(|folders| folders[0].mails.push((date.clone(), mail)));
    };
    arrives(0);
    arrives(1);
    read_once_more(&server, None).await;
    assert_eq!(room.count("obligation"), 2);
    for (number, (case, lie)) in (2..).zip(LIES) {
        arrives(number);
        read_once_more(&server, Some(*lie)).await;
        let before = i64::try_from(number).unwrap();
        let there = room.count("message WHERE place = 'inbox'");
        assert!((before..=before + 1).contains(&there), "{case}: {there} messages");
        assert_eq!(room.count("obligation WHERE closed_at IS NOT NULL"), 0, "{case}");
        let idled = server.heard("IDLE");
        server.lie(None);
        server.tell_news();
        wait_for("it waits again", || server.heard("IDLE") > idled).await;
        let there = before + 1;
        assert_eq!(room.count("message WHERE place = 'inbox'"), there, "{case}");
        assert_eq!(room.count("location"), there, "{case}");
        assert_eq!(room.count("obligation"), there, "{case}");
        assert_eq!(room.count("obligation WHERE closed_at IS NOT NULL"), 0, "{case}");
        assert_eq!(room.count("letter"), 1, "{case}: the welcome alone");
        assert_eq!(room.count("poison"), 0, "{case}");
    }
    room.pass(100);
    room.pulse().await;
    assert!(room.next_letter().await.contains("Budget 0"));
}
