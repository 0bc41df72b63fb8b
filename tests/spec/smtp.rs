//! The SMTP door: the table of replies, and dialogues with a server that follows a script.

use std::time::Duration;

use proptest::prelude::*;
use sigap::config::settings::{Account, Tls};
use sigap::model::address::Address;
use sigap::model::ids::LetterId;
use sigap::model::letter::{Outcome, Parcel, Refusal, Scope};
use sigap::smtp::folder;
use sigap::smtp::open::{Deadlines, probe};
use sigap::smtp::reply::{Answer, Phase, cut, judge};
use sigap::smtp::send::{Courier, on_the_wire};
use tokio::time::Instant;

use crate::smtp_script::{Say, Script, Seen, Server, certificate};

const LETTER: &str = "From: sigap@example.com\r\nTo: ani@example.com\r\n\r\n.one dot\r\nlast\r\n";

// ---- the table -------------------------------------------------------------------------------

/// `raw` is what the server says; `LOST`, `SILENT` and `GARBAGE` are what it does not.
fn verdict(phase: Phase, raw: &str) -> String {
    let answer = match raw {
        "LOST" => Answer::Lost("eof".to_owned()),
        "SILENT" => Answer::Silent,
        "GARBAGE" => Answer::Garbled("?".to_owned()),
        _ => Answer::Reply(cut(format!("{raw}\r\n").as_bytes()).unwrap().unwrap().0),
    };
    match judge(phase, &answer) {
        None => "goes on".to_owned(),
        Some(outcome) => told(&outcome).split(':').next().unwrap().to_owned(),
    }
}

fn told(outcome: &Outcome) -> String {
    let scope = |refusal: &Refusal| match refusal.scope {
        Scope::Letter => "letter",
        Scope::Account => "account",
        Scope::Network => "network",
    };
    match outcome {
        Outcome::Accepted(answer) => format!("accepted: {answer}"),
        Outcome::Deferred(r) => format!("deferred, {} at {}: {}", scope(r), r.phase, r.answer),
        Outcome::Refused(r) => format!("refused, {} at {}: {}", scope(r), r.phase, r.answer),
        Outcome::Ambiguous(answer) => format!("ambiguous: {answer}"),
    }
}

const REPLIES: &[(Phase, &str, &str)] = &[
    (Phase::Dial, "LOST", "deferred, network at connect"),
    (Phase::Dial, "SILENT", "deferred, network at connect"),
    (Phase::Tls, "220 go", "goes on"),
    (Phase::Tls, "LOST", "deferred, network at TLS"),
    (Phase::Tls, "454 4.7.0 TLS not available", "deferred, account at TLS"),
    (Phase::Tls, "502 no such command", "deferred, network at TLS"),
    (Phase::Greeting, "220 mx", "goes on"),
    (Phase::Greeting, "SILENT", "deferred, network at greeting"),
    (Phase::Greeting, "421 too many connections", "deferred, account at greeting"),
    (Phase::Greeting, "554 no service here", "deferred, network at greeting"),
    (Phase::Greeting, "GARBAGE", "deferred, network at greeting"),
    (Phase::Hello, "250 mx", "goes on"),
    (Phase::Hello, "502 what", "deferred, account at EHLO"),
    (Phase::Hello, "LOST", "deferred, network at EHLO"),
    (Phase::Auth, "235 2.7.0 welcome", "goes on"),
    (Phase::Auth, "535 5.7.8 bad credentials", "deferred, account at AUTH"),
    (Phase::Auth, "534 5.7.9 application password needed", "deferred, account at AUTH"),
    (Phase::Auth, "530 5.7.0 must issue STARTTLS", "deferred, account at AUTH"),
    (Phase::Auth, "550 5.7.1 not you", "deferred, account at AUTH"),
    (Phase::Auth, "454 4.7.0 try later", "deferred, account at AUTH"),
    (Phase::Auth, "504 unknown mechanism", "deferred, account at AUTH"),
    (Phase::Auth, "SILENT", "deferred, network at AUTH"),
    (Phase::Mail, "250 ok", "goes on"),
    (Phase::Mail, "530 5.7.0 log in first", "deferred, account at MAIL FROM"),
    (Phase::Mail, "432 4.3.2 concurrent connections exceeded", "deferred, account at MAIL FROM"),
    (Phase::Mail, "452 4.3.1 no space", "deferred, account at MAIL FROM"),
    (Phase::Mail, "451 4.7.0 slow down", "deferred, account at MAIL FROM"),
    (Phase::Mail, "550 5.7.0 log in first", "deferred, account at MAIL FROM"),
    (Phase::Mail, "552 5.3.4 too big", "refused, letter at MAIL FROM"),
    (Phase::Mail, "550 5.1.0 no null sender", "refused, letter at MAIL FROM"),
    (Phase::Mail, "354 what", "deferred, letter at MAIL FROM"),
    (Phase::Rcpt, "250 ok", "goes on"),
    (Phase::Rcpt, "251 will forward", "goes on"),
    (Phase::Rcpt, "450 4.2.0 greylisted", "deferred, letter at RCPT TO"),
    (Phase::Rcpt, "451 4.7.1 Greylisting in action", "deferred, letter at RCPT TO"),
    (Phase::Rcpt, "450 4.7.28 unusual rate", "deferred, letter at RCPT TO"),
    (Phase::Rcpt, "421 4.7.0 closing", "deferred, account at RCPT TO"),
    (Phase::Rcpt, "550 5.1.1 no such user", "refused, letter at RCPT TO"),
    (Phase::Rcpt, "550 no such user", "refused, letter at RCPT TO"),
    (Phase::Rcpt, "550 5.5.0 mailbox unavailable", "refused, letter at RCPT TO"),
    (Phase::Rcpt, "550 5.2.0 mailbox", "refused, letter at RCPT TO"),
    (Phase::Rcpt, "451 4.3.0 later", "deferred, letter at RCPT TO"),
    (Phase::Rcpt, "454 4.7.1 relay access denied", "deferred, account at RCPT TO"),
    (Phase::Rcpt, "530 5.7.0 log in first", "deferred, account at RCPT TO"),
    (Phase::Rcpt, "554 5.5.0 no", "refused, letter at RCPT TO"),
    (Phase::Rcpt, "550 5.7.3 throttled", "refused, letter at RCPT TO"),
    (Phase::Rcpt, "550 4.7.1 classes disagree", "refused, letter at RCPT TO"),
    (Phase::Data, "354 go", "goes on"),
    (Phase::Data, "250 ok", "deferred, letter at DATA"),
    (Phase::Data, "355 go", "deferred, letter at DATA"),
    (Phase::Data, "451 4.3.0 later", "deferred, letter at DATA"),
    (Phase::Data, "451 4.7.0 later", "deferred, letter at DATA"),
    (Phase::Data, "554 5.5.1 no valid recipients", "refused, letter at DATA"),
    (Phase::Body, "552 5.3.4 too big", "refused, letter at message"),
    (Phase::Body, "250 ok", "deferred, letter at message"),
    (Phase::Body, "LOST", "deferred, letter at message"),
    (Phase::Body, "SILENT", "deferred, letter at message"),
    (Phase::Dot, "250 2.0.0 ok", "accepted"),
    (Phase::Dot, "251 ok", "accepted"),
    (Phase::Dot, "250", "accepted"),
    (Phase::Dot, "354 go", "ambiguous"),
    (Phase::Dot, "334 eh", "ambiguous"),
    (Phase::Dot, "LOST", "ambiguous"),
    (Phase::Dot, "SILENT", "ambiguous"),
    (Phase::Dot, "GARBAGE", "ambiguous"),
    (Phase::Dot, "421 closing", "deferred, account at final dot"),
    (Phase::Dot, "451 4.3.0 later", "deferred, letter at final dot"),
    (Phase::Dot, "452 4.2.2 full", "deferred, letter at final dot"),
    (Phase::Dot, "550 5.5.0 try again", "deferred, letter at final dot"),
    (Phase::Dot, "450 4.7.1 later", "deferred, letter at final dot"),
    (Phase::Dot, "554 5.7.1 spam", "refused, letter at final dot"),
    (Phase::Dot, "554 5.2.0 quota of submissions exceeded", "deferred, letter at final dot"),
];

#[test]
fn table_of_replies() {
    for (phase, raw, expected) in REPLIES {
        assert_eq!(&verdict(*phase, raw), expected, "{phase:?} {raw}");
    }
}

#[test]
fn a_reply_is_strict_and_bounded() {
    let long_line = format!("250 {}\r\n", "x".repeat(5000));
    let long_reply = "250-some text that goes on\r\n".repeat(3000);
    let table: &[(&str, Result<Option<u16>, ()>)] = &[
        ("", Ok(None)),
        ("250 o", Ok(None)),
        ("250-a\r\n", Ok(None)),
        ("250 ok\r\n", Ok(Some(250))),
        ("250\r\n", Ok(Some(250))),
        ("250-a\r\n250 b\r\n", Ok(Some(250))),
        ("250-a\r\n251 b\r\n", Err(())),
        ("250 ok\n", Err(())),
        ("250 o\rk\r\n", Err(())),
        ("250_ok\r\n", Err(())),
        ("2500 ok\r\n", Err(())),
        ("199 ok\r\n", Err(())),
        ("600 ok\r\n", Err(())),
        ("260 ok\r\n", Err(())),
        (" 250 ok\r\n", Err(())),
        ("ok\r\n", Err(())),
        ("\r\n", Err(())),
        (&long_line, Err(())),
        (&long_line[..4090], Ok(None)),
        (&long_line[..4900], Err(())),
        (&long_reply, Err(())),
    ];
    for (raw, expected) in table {
        let found = cut(raw.as_bytes()).map(|found| found.map(|(reply, _)| reply.code));
        assert_eq!(&found.map_err(|_| ()), expected, "{:.40}", raw);
    }
    let (reply, _) = cut("550 5.1.1 a\u{202e}b\0c\u{1b}[2J\r\n".as_bytes()).unwrap().unwrap();
    assert_eq!(reply.text(), "550 5.1.1 a b c [2J");
    assert_eq!(reply.enhanced(), Some((5, 1, 1)));
}

// ---- dialogues -------------------------------------------------------------------------------

fn parcel(text: &str) -> Parcel {
    Parcel {
        instead: None,
        written: None,
        id: LetterId(7),
        from: Address::parse("sigap@example.com"),
        to: Address::parse("ani@example.com").unwrap(),
        bytes: text.as_bytes().to_vec(),
    }
}

async fn marked() -> Result<(), String> {
    Ok(())
}

async fn deliver(server: &Server, account: &Account, parcel: &Parcel) -> String {
    let password = account.user.as_ref().map(|_| "rahasia");
    let _keeps_the_server = server.port;
    match Courier::connect(account, "sigap.example.com", password).await {
        Ok(mut courier) => told(&courier.send(parcel, marked).await),
        Err(outcome) => told(&outcome),
    }
}

async fn through(script: Script) -> (String, Seen) {
    let server = script.start().await;
    let account = Account { user: Some("sigap".to_owned()), ..server.account() };
    let outcome = deliver(&server, &account, &parcel(LETTER)).await;
    (outcome, server.seen())
}

#[tokio::test(start_paused = true)]
async fn a_polite_server_accepts() {
    let (outcome, seen) = through(Script::polite()).await;
    assert_eq!(outcome, "accepted: 250 2.0.0 kept as 7");
    assert_eq!(
        seen.commands,
        [
            "EHLO sigap.example.com",
            "AUTH PLAIN AHNpZ2FwAHJhaGFzaWE=",
            "MAIL FROM:<sigap@example.com>",
            "RCPT TO:<ani@example.com>",
            "DATA",
        ]
    );
    let wire = "From: sigap@example.com\r\nTo: ani@example.com\r\n\r\n..one dot\r\nlast\r\n.\r\n";
    assert_eq!(String::from_utf8(seen.message).unwrap(), wire);
}

#[tokio::test(start_paused = true)]
async fn refusals_at_each_verb() {
    let huge: &'static str = format!("250 {}\r\n", "x".repeat(1_000_000)).leak();
    let endless: &'static str = "250-and more\r\n".repeat(100_000).leak();
    let table: &[(&str, &str, &str)] = &[
        ("greeting", "554 no\r\n", "deferred, network at greeting: 554 no"),
        ("greeting", "421 busy\r\n", "deferred, account at greeting: 421 busy"),
        ("greeting", huge, "deferred, network at greeting: not understood: a reply line is longer"),
        ("greeting", "220 a\r\n220 b\r\n", "deferred, network at greeting: not understood: more"),
        ("EHLO", "502 no\r\n", "deferred, account at EHLO: 502 no"),
        ("EHLO", "421 bye\r\n", "deferred, account at EHLO: 421 bye"),
        ("EHLO", endless, "deferred, network at EHLO: not understood: a reply is longer"),
        ("EHLO", "250 mx.example.test\r\n", "deferred, account at AUTH: the server offers neither"),
        ("EHLO", "250- \r\n250 \r\n", "deferred, account at AUTH: the server offers neither"),
        ("AUTH", "535 5.7.8 no\r\n", "deferred, account at AUTH: 535 5.7.8 no"),
        ("AUTH", "454 4.7.0 later\r\n", "deferred, account at AUTH: 454 4.7.0 later"),
        ("AUTH", "334 \r\n", "deferred, account at AUTH: the server's login challenge"),
        ("MAIL", "451 4.3.0 later\r\n", "deferred, account at MAIL FROM: 451 4.3.0 later"),
        ("MAIL", "550 5.1.0 no\r\n", "refused, letter at MAIL FROM: 550 5.1.0 no"),
        ("MAIL", "432 4.3.2 slow\r\n", "deferred, account at MAIL FROM: 432 4.3.2 slow"),
        ("MAIL", "250 ok\r\n250 ok\r\n", "deferred, letter at MAIL FROM: not understood: more"),
        ("RCPT", "450 4.2.0 greylisted\r\n", "deferred, letter at RCPT TO: 450 4.2.0 greylisted"),
        ("RCPT", "550 5.1.1 who\r\n", "refused, letter at RCPT TO: 550 5.1.1 who"),
        ("RCPT", "421 4.3.2 bye\r\n", "deferred, account at RCPT TO: 421 4.3.2 bye"),
        (
            "RCPT",
            "550-5.1.1 a\r\n550 5.1.1 b\r\n",
            "refused, letter at RCPT TO: 550 5.1.1 a 5.1.1 b",
        ),
        ("RCPT", "gibberish\r\n", "deferred, letter at RCPT TO: not understood"),
        ("DATA", "451 later\r\n", "deferred, letter at DATA: 451 later"),
        ("DATA", "554 no\r\n", "refused, letter at DATA: 554 no"),
        ("DATA", "250 ok\r\n", "deferred, letter at DATA: 250 ok"),
        (".", "451 later\r\n", "deferred, letter at final dot: 451 later"),
        (".", "554 5.7.1 spam\r\n", "refused, letter at final dot: 554 5.7.1 spam"),
        (".", "421 bye\r\n", "deferred, account at final dot: 421 bye"),
        (".", "354 go\r\n", "ambiguous: 354 go"),
        (".", "250 ok\r\n554 no\r\n", "ambiguous: not understood: more than one reply"),
        (".", "250-ok\r\n554 no\r\n", "ambiguous: not understood: the lines of one reply"),
        (".", "250 ok\n", "ambiguous: not understood: a reply line does not end with CRLF"),
        (".", huge, "ambiguous: not understood: a reply line is longer than 4 KiB"),
        (".", endless, "ambiguous: not understood: a reply is longer than 64 KiB"),
        (".", "hello\r\n", "ambiguous: not understood"),
    ];
    for (key, text, expected) in table {
        let (outcome, seen) = through(Script::polite().reply(key, text)).await;
        assert!(outcome.starts_with(expected), "{key} {text:.60}: {outcome}");
        assert_eq!(seen.dots, usize::from(*key == "."), "{key} {text:.60}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_connection_is_harmless_before_the_dot_only() {
    let table: &[(&'static str, &str)] = &[
        ("greeting", "deferred, network at greeting: connection lost"),
        ("EHLO", "deferred, network at EHLO: connection lost"),
        ("AUTH", "deferred, network at AUTH: connection lost"),
        ("MAIL", "deferred, letter at MAIL FROM: connection lost"),
        ("RCPT", "deferred, letter at RCPT TO: connection lost"),
        ("DATA", "deferred, letter at DATA: connection lost"),
        (".", "ambiguous: connection lost"),
    ];
    for (key, expected) in table {
        let (outcome, _) = through(Script::polite().when(key, Say::Close)).await;
        assert!(outcome.starts_with(expected), "{key}: {outcome}");
        let (outcome, _) = through(Script::polite().when(key, Say::Last("25"))).await;
        assert!(outcome.starts_with(expected), "{key}, half a reply: {outcome}");
    }
    let (outcome, _) = through(Script::polite().when(".", Say::Last("250 ok\r\n"))).await;
    assert_eq!(outcome, "accepted: 250 ok", "the end after a whole reply changes nothing");
}

#[tokio::test(start_paused = true)]
async fn silence_ends_at_each_deadline() {
    let table: &[(&'static str, u64, &str)] = &[
        ("greeting", 60, "deferred, network at greeting: no answer in time"),
        ("EHLO", 60, "deferred, network at EHLO: no answer in time"),
        ("AUTH", 60, "deferred, network at AUTH: no answer in time"),
        ("MAIL", 60, "deferred, letter at MAIL FROM: no answer in time"),
        ("RCPT", 60, "deferred, letter at RCPT TO: no answer in time"),
        ("DATA", 120, "deferred, letter at DATA: no answer in time"),
        (".", 600, "ambiguous: no answer in time"),
    ];
    let slow: &'static str = "250-and more\r\n".repeat(1000).leak();
    for (key, seconds, expected) in table {
        for say in [Say::Nothing, Say::Slowly(Duration::from_secs(1), slow)] {
            let begin = Instant::now();
            let (outcome, _) = through(Script::polite().when(key, say)).await;
            assert_eq!(&outcome, expected, "{key}");
            assert_eq!(begin.elapsed().as_secs(), *seconds, "{key}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_or_a_handshake_that_stalls_ends_too() {
    let server = Script::polite().deaf().start().await;
    let big = "0123456789abcdef".repeat(1024 * 1024);
    let begin = Instant::now();
    let outcome = deliver(&server, &server.account(), &parcel(&big)).await;
    assert_eq!(outcome, "deferred, letter at message: no answer in time");
    assert_eq!(begin.elapsed().as_secs(), 60 + 1024);

    let server = Script::polite().when("greeting", Say::Nothing).start().await;
    let account = Account { tls: Tls::Implicit, ..server.account() };
    let begin = Instant::now();
    let outcome = deliver(&server, &account, &parcel(LETTER)).await;
    assert!(outcome.starts_with("deferred, network at TLS"), "{outcome}");
    assert_eq!(begin.elapsed().as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn slow_servers_do_not_hold_up_others() {
    let slow = Script::polite().when("MAIL", Say::Nothing).start().await;
    let quick = Script::polite().start().await;
    let account = slow.account();
    let stuck: Vec<_> = (0..100)
        .map(|_| {
            let account = account.clone();
            tokio::spawn(async move {
                let mut courier = Courier::connect(&account, "localhost", None).await.unwrap();
                told(&courier.send(&parcel(LETTER), marked).await)
            })
        })
        .collect();
    let begin = Instant::now();
    while slow.seen().commands.len() < 200 {
        tokio::task::yield_now().await;
    }
    let outcome = deliver(&quick, &quick.account(), &parcel(LETTER)).await;
    assert!(outcome.starts_with("accepted"), "{outcome}");
    assert_eq!(begin.elapsed().as_secs(), 0);
    for task in stuck {
        let outcome = task.await.unwrap();
        assert_eq!(outcome, "deferred, letter at MAIL FROM: no answer in time");
    }
    assert_eq!(begin.elapsed().as_secs(), 60);
}

#[tokio::test(start_paused = true)]
async fn the_reply_to_the_dot_may_take_ten_minutes() {
    let table = [0, 59, 61, 599, 601]
        .map(|seconds| (seconds, if seconds <= 600 { "accepted" } else { "ambiguous" }));
    for (seconds, expected) in table {
        let late = Say::Late(Duration::from_secs(seconds), "250 ok\r\n");
        let (outcome, seen) = through(Script::polite().when(".", late)).await;
        assert!(outcome.starts_with(expected), "{seconds} s: {outcome}");
        assert_eq!(seen.dots, 1, "{seconds} s: said once, whatever became of it");
        println!("the reply to the dot after {seconds} s: {expected}, 1 copy");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_interrupts_the_message_gets_no_dot() {
    let big = format!("Subject: big\r\n\r\n{}", "0123456789abcdef\r\n".repeat(100_000));
    let table = [
        ("552 5.3.4 too big\r\n", "refused, letter at message: 552 5.3.4 too big"),
        ("421 going down\r\n", "deferred, account at message: 421 going down"),
        ("250 ok\r\n", "deferred, letter at message: not understood"),
        ("noise", "deferred, letter at message: not understood"),
    ];
    for (text, expected) in table {
        let server = Script::polite().interrupting(text).start().await;
        let mut courier = Courier::connect(&server.account(), "localhost", None).await.unwrap();
        let outcome = courier
            .send(&parcel(&big), || async {
                while server.seen().message.is_empty() {
                    tokio::task::yield_now().await;
                }
                Ok::<(), String>(())
            })
            .await;
        assert!(told(&outcome).starts_with(expected), "{text}: {outcome:?}");
        assert_eq!(server.seen().dots, 0, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_mark_comes_after_the_message_and_before_the_dot() {
    let server = Script::polite().start().await;
    let mut courier = Courier::connect(&server.account(), "localhost", None).await.unwrap();
    let text = format!("Subject: x\r\n\r\n{}.\r\nend\r\n", ".dots\r\nplain\r\n".repeat(20_000));
    let wire = text.replace("\r\n.", "\r\n..");
    let body = wire.strip_suffix("\r\n").unwrap();
    let outcome = courier
        .send(&parcel(&text), || async {
            // The whole message arrives while the mark is being made, and nothing beyond it.
            while server.seen().message.len() < body.len() {
                tokio::task::yield_now().await;
            }
            for _ in 0..1000 {
                tokio::task::yield_now().await;
            }
            assert!(server.seen().message == body.as_bytes());
            assert_eq!(server.seen().dots, 0);
            Ok::<(), String>(())
        })
        .await;
    assert_eq!(told(&outcome), "accepted: 250 2.0.0 kept as 7");
    assert!(server.seen().message == format!("{wire}.\r\n").as_bytes());
}

#[tokio::test(start_paused = true)]
async fn without_the_mark_there_is_no_dot() {
    let server = Script::polite().start().await;
    let mut courier = Courier::connect(&server.account(), "localhost", None).await.unwrap();
    let outcome = courier.send(&parcel(LETTER), || async { Err("disk full") }).await;
    assert_eq!(
        told(&outcome),
        "deferred, letter at message: the mark before the final dot failed: disk full"
    );
    assert!(!courier.is_fit().await);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(server.seen().dots, 0);
    assert!(!server.seen().message.ends_with(b"\r\n"));
    let again = courier.send(&parcel(LETTER), marked).await;
    assert!(told(&again).starts_with("deferred"), "a dropped connection sends nothing");
}

#[tokio::test(start_paused = true)]
async fn one_connection_carries_twenty_letters_for_a_minute() {
    let server = Script::polite().start().await;
    let mut courier = Courier::connect(&server.account(), "localhost", None).await.unwrap();
    let mut sent = 0;
    while courier.is_fit().await {
        assert!(told(&courier.send(&parcel(LETTER), marked).await).starts_with("accepted"));
        sent += 1;
    }
    courier.close().await;
    let count = |verb: &str| server.seen().commands.iter().filter(|c| c.starts_with(verb)).count();
    assert_eq!((sent, count("MAIL"), count("RSET"), count("QUIT")), (20, 20, 19, 1));

    let mut courier = Courier::connect(&server.account(), "localhost", None).await.unwrap();
    assert!(courier.is_fit().await);
    tokio::time::sleep(Duration::from_secs(61)).await;
    assert!(!courier.is_fit().await);
}

#[tokio::test(start_paused = true)]
async fn a_farewell_between_letters_is_noticed() {
    let server = Script::polite().when("RSET", Say::Last("421 idle too long\r\n")).start().await;
    let mut courier = Courier::connect(&server.account(), "localhost", None).await.unwrap();
    assert!(told(&courier.send(&parcel(LETTER), marked).await).starts_with("accepted"));
    assert!(!courier.is_fit().await);
}

#[tokio::test(start_paused = true)]
async fn the_envelope_follows_the_offers() {
    let null = Parcel { from: None, ..parcel(LETTER) };
    let bare = "250 mx.example.test\r\n";
    let latin = Parcel { bytes: b"Subject: x\r\n\r\ncaf\xc3\xa9\r\n".to_vec(), ..parcel("") };
    let idn = Parcel { to: Address::parse("añi@example.com").unwrap(), ..parcel(LETTER) };
    let as_written = |words: &str| Parcel { written: Some(words.to_owned()), ..parcel(LETTER) };
    let (capitals, another) = (as_written("Ani@Example.com"), as_written("eka@example.com"));
    let lower = "250-mx.example.test\r\n250-dsn\r\n250-8bitmime\r\n250 smtputf8\r\n";
    let table: &[(&str, &Parcel, &str)] = &[
        (bare, &null, "MAIL FROM:<> | RCPT TO:<ani@example.com>"),
        (lower, &null, "MAIL FROM:<> | RCPT TO:<ani@example.com> NOTIFY=NEVER"),
        (lower, &latin, "MAIL FROM:<sigap@example.com> BODY=8BITMIME | RCPT TO:<ani@example.com>"),
        (lower, &idn, "MAIL FROM:<sigap@example.com> SMTPUTF8 | RCPT TO:<añi@example.com>"),
        (bare, &capitals, "MAIL FROM:<sigap@example.com> | RCPT TO:<Ani@Example.com>"),
        (bare, &another, "MAIL FROM:<sigap@example.com> | RCPT TO:<ani@example.com>"),
        (bare, &latin, ""),
        (bare, &idn, ""),
    ];
    for (offers, parcel, expected) in table {
        let ehlo = Say::Bytes(offers.as_bytes().to_vec());
        let server = Script::polite().when("EHLO", ehlo).start().await;
        let outcome = deliver(&server, &server.account(), parcel).await;
        let spoken = server.seen().commands;
        let spoken: Vec<&str> = spoken
            .iter()
            .map(String::as_str)
            .filter(|c| c.contains(" FROM:") || c.contains(" TO:"))
            .collect();
        assert_eq!(&spoken.join(" | "), expected, "{outcome}");
        assert_eq!(outcome.starts_with("accepted"), !expected.is_empty(), "{outcome}");
        assert!(!expected.is_empty() || outcome.starts_with("refused, letter at MAIL FROM"));
    }
}

#[tokio::test(start_paused = true)]
async fn login_by_challenges() {
    let only_login = "250-mx.example.test\r\n250 AUTH LOGIN\r\n";
    let script = Script::polite().reply("EHLO", only_login);
    let (outcome, seen) = through(script.clone().reply("AUTH", "334 VXNlcm5hbWU6\r\n")).await;
    assert_eq!(outcome, "deferred, account at AUTH: 500 what?");
    assert_eq!(seen.commands[1..], ["AUTH LOGIN", "c2lnYXA="]);
    let endless =
        script.reply("AUTH", "334 VXNlcm5hbWU6\r\n").reply("LOGIN", "334 VXNlcm5hbWU6\r\n");
    let (outcome, _) = through(endless).await;
    assert_eq!(outcome, "deferred, account at AUTH: the server asks too many questions at login");
}

#[tokio::test(start_paused = true)]
async fn no_login_without_a_password_or_into_the_open() {
    let server = Script::polite().start().await;
    let account = Account { user: Some("sigap".to_owned()), ..server.account() };
    let outcome = Courier::connect(&account, "localhost", None).await.err().unwrap();
    assert_eq!(told(&outcome), "deferred, account at AUTH: there is no password for this login");
    let elsewhere = Account { host: "192.0.2.1".to_owned(), ..account };
    let outcome = Courier::connect(&elsewhere, "localhost", Some("x")).await.err().unwrap();
    assert!(told(&outcome).starts_with("deferred, network at connect: 192.0.2.1 is not this"));
    let nobody = Account { port: 1, ..server.account() };
    let outcome = Courier::connect(&nobody, "localhost", None).await.err().unwrap();
    assert!(told(&outcome).starts_with("deferred, network at connect"));
}

// ---- TLS -------------------------------------------------------------------------------------

fn protected(server: &Server, tls: Tls, ca_file: &std::path::Path) -> Account {
    Account {
        host: "localhost".to_owned(),
        tls,
        user: Some("sigap".to_owned()),
        ca_file: Some(ca_file.to_owned()),
        ..server.account()
    }
}

#[tokio::test]
async fn both_kinds_of_tls_carry_a_letter() {
    let folder = tempfile::tempdir().unwrap();
    let (config, ca_file) = certificate(folder.path());
    let server = Script::polite().starttls(config.clone()).start().await;
    let account = protected(&server, Tls::StartTls, &ca_file);
    assert!(deliver(&server, &account, &parcel(LETTER)).await.starts_with("accepted"));
    assert_eq!(
        server.seen().commands[..3],
        ["EHLO sigap.example.com", "STARTTLS", "EHLO sigap.example.com"]
    );
    let said = probe(&account, "localhost", Some("rahasia")).await.unwrap();
    assert_eq!(said, "mx.example.test: STARTTLS, logged in; STARTTLS, AUTH PLAIN, DSN");

    let server = Script::polite().implicit(config).start().await;
    let account = protected(&server, Tls::Implicit, &ca_file);
    assert!(deliver(&server, &account, &parcel(LETTER)).await.starts_with("accepted"));
    let stranger = Account { ca_file: None, ..account };
    let outcome = deliver(&server, &stranger, &parcel(LETTER)).await;
    assert!(outcome.starts_with("deferred, network at TLS: no trusted TLS"), "{outcome}");
}

#[tokio::test]
async fn starttls_cannot_be_stripped_or_injected() {
    let folder = tempfile::tempdir().unwrap();
    let (config, ca_file) = certificate(folder.path());
    let table: &[(&str, &'static str, &str)] = &[
        ("EHLO", "250-mx\r\n250 AUTH PLAIN\r\n", "the server does not offer STARTTLS"),
        ("STARTTLS", "220 go\r\n250-evil\r\n250 AUTH LOGIN\r\n", "not understood: more than one"),
        ("STARTTLS", "220 go\r\n2", "not understood: more than one"),
        ("STARTTLS", "502 no\r\n", "502 no"),
    ];
    for (key, text, expected) in table {
        let server = Script::polite().starttls(config.clone()).reply(key, text).start().await;
        let account = protected(&server, Tls::StartTls, &ca_file);
        let outcome = deliver(&server, &account, &parcel(LETTER)).await;
        let expected = format!("deferred, network at TLS: {expected}");
        assert!(outcome.starts_with(&expected), "{text}: {outcome}");
        assert!(!server.seen().commands.iter().any(|command| command.starts_with("AUTH")));
    }
}

// ---- bytes -----------------------------------------------------------------------------------

/// What a receiver makes of the bytes after DATA.
fn unstuffed(wire: &[u8]) -> Vec<u8> {
    let wire = wire.strip_suffix(b".\r\n").unwrap();
    let mut message = Vec::new();
    for line in wire.split_inclusive(|byte| *byte == b'\n') {
        message.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
    }
    message
}

fn with_crlf(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text).replace("\r\n", "\n").replace('\r', "\n");
    let text = text.strip_suffix('\n').unwrap_or(&text);
    format!("{text}\n").replace('\n', "\r\n").into_bytes()
}

#[tokio::test(start_paused = true)]
async fn a_message_arrives_as_it_is() {
    let table = [
        LETTER,
        "a: b\r\n\r\n.\r\n..\r\n...\r\n.\r\n",
        "a: b\r\n\r\nsmuggled\n.\nMAIL FROM:<x@y>\r\n.\rRCPT\r.\r\r\n.\n",
        "a: b\n\nbare\nlines\n",
        "a: b\r\n\r\n\r\n\r\n",
        "a: b\r\n\r\nno end",
        ".",
        "",
    ];
    for text in table {
        let server = Script::polite().start().await;
        let outcome = deliver(&server, &server.account(), &parcel(text)).await;
        assert!(outcome.starts_with("accepted"), "{text:?}: {outcome}");
        let seen = server.seen();
        assert_eq!(seen.dots, 1, "{text:?}");
        assert_eq!(unstuffed(&seen.message), with_crlf(text.as_bytes()), "{text:?}");
        assert_eq!(seen.commands.len(), 4, "{text:?}");
    }
}

/// A reply that one can believe, told independently of the code under test.
fn is_clean_yes(said: &[u8]) -> bool {
    // The code decides; the words for people may be in any charset.
    let text = String::from_utf8_lossy(said);
    let Some(text) = text.strip_suffix("\r\n") else { return false };
    let lines: Vec<&str> = text.split("\r\n").collect();
    let code = lines[0].get(..3).unwrap_or_default();
    let digits = code.len() == 3 && code.bytes().all(|b| b.is_ascii_digit());
    let shaped = lines.iter().enumerate().all(|(index, line)| {
        let last = index + 1 == lines.len();
        let rest = line.strip_prefix(code);
        !line.contains(['\r', '\n'])
            && rest.is_some_and(|rest| {
                if last { rest.is_empty() || rest.starts_with(' ') } else { rest.starts_with('-') }
            })
    });
    digits && code.starts_with('2') && shaped
}

const KEYS: &[&str] = &[".", ".", "DATA", "RCPT", "MAIL", "AUTH", "EHLO", "greeting"];

fn garbage() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        3 => Just(b"250".to_vec()),
        1 => Just(b"554".to_vec()),
        1 => Just(b"354".to_vec()),
        2 => Just(b" ".to_vec()),
        1 => Just(b"-".to_vec()),
        4 => Just(b"\r\n".to_vec()),
        1 => Just(b"\n".to_vec()),
        1 => Just(b"\r".to_vec()),
        1 => Just(b"ok".to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..20),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn garbage_is_never_acceptance(
        said in garbage(),
        key in prop::sample::select(KEYS),
    ) {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
        let (outcome, seen) = runtime.unwrap().block_on(async {
            through(Script::polite().when(key, Say::Bytes(said.clone()))).await
        });
        if outcome.starts_with("accepted") {
            prop_assert!(is_clean_yes(&said) || (key == "DATA" && said.starts_with(b"354")));
            prop_assert_eq!(seen.dots, 1);
        }
        if outcome.starts_with("ambiguous") {
            prop_assert_eq!(seen.dots, 1);
        }
        if seen.dots == 0 {
            prop_assert!(outcome.starts_with("deferred") || outcome.starts_with("refused"));
        }
    }

    #[test]
    fn only_crlf_ends_a_line(text in proptest::collection::vec(prop_oneof![
        Just(b'\r'), Just(b'\n'), Just(b'.'), any::<u8>()
    ], 0..200)) {
        let wire = on_the_wire(&text);
        let mut framed = wire.clone();
        framed.extend_from_slice(b"\r\n");
        let crs = framed.iter().filter(|b| **b == b'\r').count();
        let lfs = framed.iter().filter(|b| **b == b'\n').count();
        let both = framed.windows(2).filter(|pair| *pair == b"\r\n").count();
        prop_assert_eq!((crs, lfs), (both, both));
        prop_assert_eq!(on_the_wire(&framed), wire);
    }

    #[test]
    fn cutting_never_depends_on_how_bytes_arrive(said in garbage()) {
        // What is a whole reply at some length is the same reply with more bytes behind it.
        let mut whole = None;
        for end in 0..=said.len() {
            if let (None, Ok(Some(found))) = (&whole, cut(&said[..end])) {
                whole = Some(found);
            }
        }
        if let Some(found) = whole {
            prop_assert_eq!(cut(&said), Ok(Some(found)));
        }
    }
}

// ---- the folder ------------------------------------------------------------------------------

#[tokio::test]
async fn the_folder_takes_whole_letters_only() {
    let folder = tempfile::tempdir().unwrap();
    let at = "2026-11-24T09:00:00Z".parse().unwrap();
    let files = || {
        let mut names: Vec<String> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    let failed = folder::put(folder.path(), at, &parcel(LETTER), || async { Err("no") }).await;
    assert!(told(&failed).starts_with("deferred, letter at message"));
    assert!(files().is_empty());
    let outcome = folder::put(folder.path(), at, &parcel(LETTER), || async {
        assert_eq!(files(), [".2026-11-24T09-00-00Z-7.eml.part"]);
        Ok::<(), String>(())
    })
    .await;
    assert!(told(&outcome).starts_with("accepted: written to "));
    assert_eq!(files(), ["2026-11-24T09-00-00Z-7.eml"]);
    let written = std::fs::read(folder.path().join("2026-11-24T09-00-00Z-7.eml")).unwrap();
    assert_eq!(written, LETTER.as_bytes());
    let nowhere = folder.path().join("absent");
    let outcome = folder::put(&nowhere, at, &parcel(LETTER), marked).await;
    assert!(told(&outcome).starts_with("deferred, account at message"));
}

#[test]
fn the_deadlines_are_those_of_the_manual() {
    let d = Deadlines::default();
    let seconds =
        [d.dial, d.tls, d.greeting, d.hello, d.auth, d.mail, d.rcpt, d.data, d.body, d.dot];
    assert_eq!(seconds.map(|d| d.as_secs()), [30, 30, 60, 60, 60, 60, 60, 120, 60, 600]);
}
