//! What a server's words say about when to try again, and that they are not lost on the way.

use std::time::Duration;

use sigap::imap::command::{Command, Wire};
use sigap::imap::fault::{Fault, Oddity};
use sigap::imap::rest::Rest;
use tokio::io::AsyncWriteExt;

use super::scripted::{line_to, waiting};

const BUSY: Rest = Rest::Growing(Duration::from_secs(30));
const CROWDED: Rest = Rest::Growing(Duration::from_secs(600));

fn throttled(seconds: u64) -> Rest {
    Rest::Throttled(Duration::from_secs(seconds))
}

#[test]
fn every_kind_of_words_has_its_rest() {
    let table = [
        ("", Rest::USUAL),
        ("see you", Rest::USUAL),
        ("[TRYCREATE] no such folder", Rest::USUAL),
        ("[UNAVAILABLE] Temporary authentication failure", BUSY),
        ("[Unavailable]", BUSY),
        ("[INUSE] another session has it", BUSY),
        ("[SERVERBUG] LIST server error, please try again later", BUSY),
        ("[LIMIT] not so many", CROWDED),
        ("[ALERT] Too many simultaneous connections. (Failure)", CROWDED),
        (
            "[UNAVAILABLE] Maximum number of connections from user+IP exceeded \
             (mail_max_userip_connections=10)",
            CROWDED,
        ),
        ("Too many login attempts", CROWDED),
        ("Too many arguments", Rest::USUAL),
        ("[ALERT] Please log in via your web browser", Rest::USUAL),
        ("User is authenticated but not connected.", CROWDED),
        ("Request is throttled. Suggested Backoff Time: 92000 milliseconds", throttled(92)),
        ("[UNAVAILABLE] suggested backoff time:1000 milliseconds", throttled(1)),
        ("Suggested Backoff Time: 99999999999999999999999 milliseconds", throttled(3_600)),
        ("Suggested Backoff Time: soon", Rest::USUAL),
        ("Request is throttled.", throttled(300)),
        ("[THROTTLED]", throttled(300)),
        ("[OVERQUOTA] not today", Rest::Spent),
        ("Account exceeded command or bandwidth limits. (Failure)", Rest::Spent),
        ("[SERVERBUG", BUSY),
        ("[", Rest::USUAL),
    ];
    for (words, rest) in table {
        assert_eq!(Rest::of_words(words), rest, "{words}");
        assert_eq!(Fault::Closed { answer: words.to_owned() }.rest(), rest, "{words}");
    }
    let refused = |code: Option<&str>, answer: &str| {
        let (code, answer) = (code.map(str::to_owned), answer.to_owned());
        Fault::Refused { command: "LOGIN", code, answer }.rest()
    };
    assert_eq!(refused(Some("UNAVAILABLE"), "later"), BUSY);
    assert_eq!(refused(None, "Request is throttled."), throttled(300));
    assert_eq!(Fault::LoginRefused { answer: "[UNAVAILABLE]".into() }.rest(), Rest::Refused);
    assert_eq!(Fault::UsedUp.rest(), Rest::NextDay);
    for fault in [
        Fault::Silent,
        Fault::Unreachable { why: "too many connections".into() },
        Fault::Untrusted { why: "[LIMIT]".into() },
        Fault::Protocol(Oddity::TooMuch),
    ] {
        assert_eq!(fault.rest(), Rest::USUAL, "{fault}");
    }
}

const SLOW_DOWN: &str =
    "TAG BAD Request is throttled. Suggested Backoff Time: 92000 milliseconds\r\n";

#[tokio::test(start_paused = true)]
async fn why_a_server_slows_us_down_outlives_its_farewell() {
    let bye = "* BYE Connection is closed. 14\r\n";
    let warned = "* NO [ALERT] Too many simultaneous connections\r\n";
    type Row<'a> = (&'a str, &'a [(&'static str, &'static str)], Rest, &'a str);
    let table: [Row<'_>; 5] = [
        ("the farewell alone", &[("NOOP", "* BYE [UNAVAILABLE] down\r\n")], BUSY, "[UNAVAILABLE]"),
        ("said before it", &[("NOOP", SLOW_DOWN), ("NOOP", bye)], throttled(92), "closed. 14 (bef"),
        ("and no farewell", &[("NOOP", SLOW_DOWN), ("NOOP", "")], throttled(92), "throttled. Sug"),
        ("beside an answer", &[("NOOP", &*warned.repeat(2).leak())], CROWDED, "simultaneous"),
        (
            "forgiven",
            &[("NOOP", SLOW_DOWN), ("NOOP", "TAG OK\r\n"), ("NOOP", bye)],
            Rest::USUAL,
            "closed. 14",
        ),
    ];
    for (case, steps, rest, words) in table {
        let mut session = waiting(steps).await;
        let mut fault = None;
        for _ in steps {
            fault = session.noop().await.err();
        }
        let fault = fault.unwrap();
        assert_eq!(fault.rest(), rest, "{case}: {fault}");
        assert!(fault.ends_session() && fault.to_string().contains(words), "{case}: {fault}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_farewell_is_heard_even_where_nothing_can_be_sent_any_more() {
    for (said, answer) in [
        ("* BYE [UNAVAILABLE] going down\r\n", "[UNAVAILABLE] going down"),
        ("* 3 EXISTS\r\n* BYE enough\r\n", "enough"),
        ("* OK still here\r\n", ""),
        ("", ""),
    ] {
        let (mut server, client) = tokio::io::duplex(4096);
        server.write_all(said.as_bytes()).await.unwrap();
        drop(server);
        let mut wire = Wire::new(client);
        let sent = wire.cmd(Command::new("NOOP"), Duration::from_secs(60), |_| {}).await;
        assert_eq!(sent, Err(Fault::Closed { answer: answer.to_owned() }), "{said:?}");
    }
}

#[tokio::test]
async fn a_line_brings_no_more_than_it_may() {
    let answer = "* OK something\r\nTAG OK done\r\n";
    let whole = u64::try_from("* OK hi\r\n".len() + answer.len() + 2).unwrap();
    for (most, well) in [(whole - 1, false), (whole, true)] {
        let mut wire = Wire::new(line_to("* OK hi\r\n", &[("NOOP", answer)]));
        wire.allow_in_all(most);
        let said = wire.cmd(Command::new("NOOP"), Duration::from_secs(60), |_| {}).await;
        match well {
            true => assert!(said.is_ok() && wire.received() == whole, "{said:?}"),
            false => assert_eq!(said, Err(Fault::UsedUp)),
        }
    }
}
