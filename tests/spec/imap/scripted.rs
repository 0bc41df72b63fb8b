//! What is said on the line: a scripted server that refuses, hangs up, falls silent or lies at
//! every command. Time is tokio's own and paused, so deadlines cost nothing.

use std::time::Duration;

use sigap::imap::fault::{Fault, Oddity};
use sigap::imap::guard::Violation;
use sigap::imap::idle::{self, Woke};
use sigap::imap::session::{Opening, Proof, Session};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream};

const CAPABLE: &str = "* CAPABILITY IMAP4rev1 IDLE ID CONDSTORE\r\nTAG OK done\r\n";
const EXAMINED: &str = "* FLAGS (\\Answered)\r\n* 2 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n\
    * OK [UIDNEXT 30] x\r\n* OK [HIGHESTMODSEQ 99] x\r\nTAG OK [READ-ONLY] done\r\n";
/// Attributes in any order, a message not asked for, a line without UID, a warning, a header twice.
const HEADERS: &str = "* 1 FETCH (BODY[HEADER]<0> {14}\r\nSubject: a\r\n\r\n UID 21 \
    FLAGS (\\answered) INTERNALDATE \" 7-Jul-2026 02:44:25 +0700\" RFC822.SIZE 140)\r\n\
    * 2 FETCH (FLAGS (\\Seen))\r\n\
    * NO disk is nearly full\r\n* 5 FETCH (UID 900 FLAGS () BODY[HEADER]<0> {0}\r\n)\r\n\
    * 2 FETCH (UID 25 FLAGS ())\r\n* 2 FETCH (UID 25 BODY[HEADER]<0> \"\" RFC822.SIZE 3)\r\n\
    TAG OK done\r\n";

/// What a whole visit says, in order: command, answer.
const VISIT: [(&str, &str); 12] = [
    ("CAPABILITY", "* CAPABILITY IMAP4rev1 IDLE\r\nTAG OK done\r\n"),
    ("LOGIN \"ani\" \"rah\\\"asia\"", "TAG OK in\r\n"),
    ("CAPABILITY", CAPABLE),
    ("ID (\"name\" \"Sigap\"", "* ID NIL\r\nTAG NO not here\r\n"),
    (
        "LIST \"\" \"*\"",
        "* LIST () \".\" INBOX\r\n* LIST (\\SENT) \".\" \"Sent \\\"x\\\"\"\r\nTAG OK done\r\n",
    ),
    ("EXAMINE \"Sent \\\"x\\\"\" (CONDSTORE)", EXAMINED),
    ("UID FETCH 21:29 (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER]<0.65536>)", HEADERS),
    (
        "UID FETCH 21 (UID BODY.PEEK[]<0.262144>)",
        "* 1 FETCH (UID 21 BODY[]<0> {4}\r\nbody)\r\nTAG OK done\r\n",
    ),
    (
        "UID FETCH 1:20 (UID FLAGS) (CHANGEDSINCE 90)",
        "* 1 FETCH (UID 3 MODSEQ (95) FLAGS ($Junk))\r\nTAG OK done\r\n",
    ),
    ("UID SEARCH UID 21:25", "* SEARCH 21\r\nTAG OK done\r\n"),
    ("UID FETCH 23,25 (UID)", "* 2 FETCH (UID 25)\r\nTAG OK done\r\n"),
    ("NOOP", "TAG OK done\r\n"),
];

/// Greets, answers step by step (half an answer hangs up, `…` stays silent), then hangs up.
async fn serve(io: DuplexStream, greeting: String, steps: Vec<(String, String)>) {
    let (read, mut write) = tokio::io::split(io);
    let mut lines = BufReader::new(read).lines();
    write.write_all(greeting.as_bytes()).await.unwrap();
    for (expected, answer) in steps {
        let Ok(Some(line)) = lines.next_line().await else { return };
        let (tag, command) = line.split_once(' ').unwrap_or((&line, &line));
        assert!(command.starts_with(&expected), "{line:?} instead of {expected:?}");
        if answer == "…" {
            std::future::pending::<()>().await;
        }
        // The client may have hung up.
        let _ = write.write_all(answer.replace("TAG", tag).as_bytes()).await;
        if !answer.ends_with("\r\n") {
            return;
        }
    }
}

pub(crate) fn line_to(greeting: &str, steps: &[(&str, &str)]) -> DuplexStream {
    let (server, client) = tokio::io::duplex(64 * 1024);
    let steps = steps.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    tokio::spawn(serve(server, greeting.to_owned(), steps));
    client
}

async fn visit(line: DuplexStream) -> Result<(), Fault> {
    let mut session = Session::open(line, Opening::Greeting).await?;
    session.login("ani", Proof::Password("rah\"asia")).await?;
    session.ask_for_changes().await?;
    assert!(session.has_condstore());
    let folders = session.folders().await?;
    let name = &folders.last().unwrap().name;
    assert_eq!(name, "Sent \"x\"");
    let examined = session.examine(name).await?;
    assert_eq!((examined.uid_validity, examined.uid_next), (Some(7), Some(30)));
    assert_eq!((examined.exists, examined.mod_seq), (2, Some(99)));
    let headers = session.headers((21, 29)).await?;
    assert_eq!(headers.iter().map(|message| message.uid).collect::<Vec<_>>(), [21, 25]);
    assert_eq!(headers[0].header, b"Subject: a\r\n\r\n");
    assert!(headers[0].flags.answered && headers[0].whole.is_none());
    assert_eq!(headers[0].size, 140);
    assert_eq!(headers[0].arrived_at.unwrap().to_string(), "2026-07-06T19:44:25Z");
    assert_eq!((headers[1].header.len(), headers[1].size), (0, 3));
    assert_eq!(session.texts(&[21]).await?, [(21, b"body".to_vec())]);
    let flags = session.flags((1, 20), Some(90)).await?;
    assert!(flags.len() == 1 && flags[0].0 == 3 && flags[0].1.junk);
    // 25 was only left out of one answer.
    assert_eq!(session.vanished(&[21, 25, 23]).await?, [23]);
    session.noop().await?;
    Ok(())
}

fn visit_with(step: usize, answer: &'static str) -> DuplexStream {
    let mut steps = VISIT;
    steps[step].1 = answer;
    line_to("* OK hello\r\n", &steps)
}

#[tokio::test]
async fn a_whole_visit() {
    // In a task of its own, as the daemon does it.
    let task = tokio::spawn(visit(line_to("* OK hello\r\n", &VISIT)));
    assert_eq!(task.await.unwrap(), Ok(()));
}

#[tokio::test(start_paused = true)]
async fn every_command_may_meet_every_end() {
    let closed = |answer: &str| Fault::Closed { answer: answer.to_owned() };
    let unreadable = Fault::Protocol(Oddity::Unreadable);
    let table = [
        ("", closed("")),
        ("* 1 FET", closed("")),
        ("* BYE see you\r\n", closed("see you")),
        ("* BYE [UNAVAILABLE] going down\r\nTAG OK done\r\n", closed("[UNAVAILABLE] going down")),
        ("…", Fault::Silent),
        ("* OK still here\r\n* 1 FETCH (", closed("")),
        ("* XYZZY\r\n", unreadable.clone()),
        ("* 1 FETCH (INTERNALDATE NIL)\r\n", unreadable.clone()),
        ("TAG BYE odd\r\n", unreadable),
        ("S9999 OK not ours\r\n", Fault::Protocol(Oddity::ForeignTag)),
        (
            "* 1 FETCH (BODY[] {500000000}\r\nx",
            Fault::Protocol(Oddity::OutOfBounds(Violation::Literal)),
        ),
        (
            "* 1 FETCH (BODYSTRUCTURE (((((((((((((((((((((((((((((((((((((((((((",
            Fault::Protocol(Oddity::OutOfBounds(Violation::Depth)),
        ),
    ];
    for (answer, fault) in table {
        for (step, (command, _)) in VISIT.iter().enumerate() {
            let met = visit(visit_with(step, answer)).await;
            assert_eq!(met, Err(fault.clone()), "{command}: {answer:?}");
            assert!(fault.ends_session());
        }
    }
}

#[tokio::test]
async fn a_refusal_is_never_an_empty_answer() {
    for (step, (command, _)) in VISIT.iter().enumerate() {
        for word in ["NO", "BAD"] {
            let answer = format!("TAG {word} [ServerBug] not \u{202e}now\r\n");
            let answer: &'static str = answer.leak();
            match visit(visit_with(step, answer)).await {
                // Who we are is told, not asked about.
                Ok(()) => assert!(command.starts_with("ID")),
                Err(Fault::Refused { command: refused, code, answer }) => {
                    assert!(command.starts_with(refused), "{command}");
                    assert_eq!(code.as_deref(), Some("SERVERBUG"));
                    assert_eq!(answer, "not ???now");
                }
                Err(other) => panic!("{command}: {other}"),
            }
        }
    }
}

#[tokio::test]
async fn logins_refused() {
    let for_good = |words: &str| Fault::LoginRefused { answer: words.to_owned() };
    let for_now = |code: Option<&str>, words: &str| Fault::Refused {
        command: "LOGIN",
        code: code.map(str::to_owned),
        answer: words.to_owned(),
    };
    let table = [
        ("NO [AUTHENTICATIONFAILED] Authentication failed.", for_good("Authentication failed.")),
        ("NO Login failed", for_good("Login failed")),
        ("BAD what?", for_good("what?")),
        ("NO [UNAVAILABLE] later", for_now(Some("UNAVAILABLE"), "later")),
        (
            "NO [ALERT] Too many simultaneous connections.",
            for_now(Some("ALERT"), "Too many simultaneous connections."),
        ),
        ("NO Temporary authentication failure", for_now(None, "Temporary authentication failure")),
        ("BAD Request is throttled.", for_now(None, "Request is throttled.")),
        (
            "NO Account exceeded command or bandwidth limits. (Failure)",
            for_now(None, "Account exceeded command or bandwidth limits. (Failure)"),
        ),
        (
            "NO [LIMIT] Maximum number of connections from user+IP exceeded",
            for_now(Some("LIMIT"), "Maximum number of connections from user+IP exceeded"),
        ),
        ("BAD in LOGIN ani rah\"asia", for_good("(its words are not repeated here)")),
        ("BAD in \"ani\" \"rah\\\"asia\"", for_good("(its words are not repeated here)")),
    ];
    for (answer, fault) in table {
        let answer: &'static str = format!("TAG {answer}\r\n").leak();
        assert_eq!(visit(visit_with(1, answer)).await, Err(fault.clone()));
        assert!(!fault.to_string().contains("asia"));
    }
}

#[tokio::test]
async fn other_ways_to_log_in() {
    let capable = |more: &str| -> &'static str {
        format!("* CAPABILITY IMAP4rev1 {more}\r\nTAG OK done\r\n").leak()
    };
    // base64 of "\0ani\0räh"
    let proof = "AGFuaQByw6Ro";
    let inline: &'static str = format!("AUTHENTICATE PLAIN {proof}").leak();
    type Row<'a> = (&'a str, &'a [(&'a str, &'a str)], bool);
    let table: [Row<'_>; 3] = [
        ("AUTH=PLAIN SASL-IR", &[(inline, "TAG OK in\r\n")], true),
        (
            "AUTH=plain LOGINDISABLED",
            &[("AUTHENTICATE PLAIN", "+ \r\n"), (proof, "S0002 OK in\r\n")],
            true,
        ),
        ("AUTH=CRAM-MD5", &[], false),
    ];
    for (offers, dialogue, well) in table {
        let mut steps = vec![("CAPABILITY", capable(offers))];
        steps.extend(dialogue);
        steps.push(("CAPABILITY", capable("IDLE")));
        let mut session =
            Session::open(line_to("* OK hi\r\n", &steps), Opening::Greeting).await.unwrap();
        let outcome = session.login("ani", Proof::Password("räh")).await;
        assert_eq!(outcome.is_ok(), well, "{offers}: {outcome:?}");
    }
}

#[tokio::test]
async fn nothing_ends_a_command_early() {
    let steps = [VISIT[0], VISIT[1], VISIT[2], VISIT[3], ("NOOP", "TAG OK done\r\n")];
    let line = line_to("* OK hello\r\n", &steps);
    let mut session = Session::open(line, Opening::Greeting).await.unwrap();
    session.login("ani", Proof::Password("rah\"asia")).await.unwrap();
    for name in ["a\r\nS9 DELETE INBOX", "a\nb", "a\0b"] {
        assert!(matches!(session.examine(name).await, Err(Fault::Refused { .. })));
        assert!(matches!(session.status(name).await, Err(Fault::Refused { .. })));
    }
    // Nothing was sent for them: the next thing the server hears is this.
    assert_eq!(session.noop().await, Ok(false));
}

#[tokio::test]
async fn what_an_answer_leaves_out_is_asked_for_once_more() {
    let one = "* 1 FETCH (UID 21 BODY[HEADER]<0> {1}\r\nx)\r\n* 2 FETCH (UID 22 FLAGS ())\r\n\
        * 3 FETCH (UID 23 BODY[HEADER]<0> NIL)\r\nTAG OK done\r\n";
    let two = "* 2 FETCH (UID 22 BODY[HEADER]<0> {2}\r\nyy)\r\nTAG OK done\r\n";
    let text = "* 1 FETCH (UID 21 BODY[]<0> {1}\r\nx)\r\nTAG OK done\r\n";
    let mut session = waiting(&[
        ("UID FETCH 21:29", one),
        ("UID FETCH 22:23", two),
        ("UID FETCH 21:22 (UID BODY", text),
        ("UID FETCH 22 (UID BODY", "TAG OK done\r\n"),
    ])
    .await;
    let headers = session.headers((21, 29)).await.unwrap();
    let lengths: Vec<_> = headers.iter().map(|m| (m.uid, m.header.len())).collect();
    assert_eq!(lengths, [(21, 1), (22, 2), (23, 0)]);
    assert_eq!(session.texts(&[22, 21]).await, Ok(vec![(21, b"x".to_vec())]));
}

#[tokio::test]
async fn much_that_vanished_is_confirmed_twice() {
    let known: Vec<u64> = (1..=100).collect();
    let back = "* 1 FETCH (UID 9)\r\nTAG OK done\r\n";
    let mut session = waiting(&[
        ("UID SEARCH UID 1:100", "* SEARCH 1\r\nTAG OK done\r\n"),
        ("UID FETCH 2:100 (UID)", "TAG OK done\r\n"),
        ("UID FETCH 2:100 (UID)", back),
    ])
    .await;
    assert_eq!(session.vanished(&known).await.map(|gone| gone.len()), Ok(98));
}

#[tokio::test]
async fn greetings() {
    let refused = |fault: &Fault| matches!(fault, Fault::Untrusted { .. });
    type Row<'a> = (&'a str, &'a dyn Fn(&Fault) -> bool);
    let table: [Row<'_>; 5] = [
        ("* PREAUTH welcome, ani\r\n", &refused),
        ("* BYE too busy\r\n", &|fault| *fault == Fault::Closed { answer: "too busy".into() }),
        ("* NO\r\n", &|fault| *fault == Fault::Protocol(Oddity::NoGreeting)),
        ("220 mail ESMTP\r\n", &|fault| *fault == Fault::Protocol(Oddity::Unreadable)),
        ("", &|fault| *fault == Fault::Closed { answer: String::new() }),
    ];
    for (greeting, expected) in table {
        let fault = Session::open(line_to(greeting, &[]), Opening::Greeting).await.unwrap_err();
        assert!(expected(&fault), "{greeting:?}: {fault}");
    }
}

#[tokio::test]
async fn uidnext_is_asked_for_where_it_is_missing() {
    let opened = "* 2 EXISTS\r\n* OK [UIDVALIDITY 99999999999] x\r\nTAG OK done\r\n";
    let asked = "* STATUS INBOX (UIDNEXT 30)\r\nTAG OK done\r\n";
    let silent = "* STATUS INBOX ()\r\nTAG OK done\r\n";
    let last = "* 2 FETCH (UID 41)\r\nTAG OK done\r\n";
    let table = [(asked, 30), (silent, 42), ("TAG BAD selected\r\n", 42)];
    for (status, expected) in table {
        let mut steps = VISIT[..4].to_vec();
        steps.extend([("EXAMINE", opened), ("STATUS", status), ("UID FETCH * (UID)", last)]);
        let line = line_to("* OK hello\r\n", &steps);
        let mut session = Session::open(line, Opening::Greeting).await.unwrap();
        session.login("ani", Proof::Password("rah\"asia")).await.unwrap();
        let examined = session.examine("INBOX").await.unwrap();
        assert_eq!((examined.uid_validity, examined.uid_next), (None, Some(expected)));
    }
}

/// A session with a folder open and these steps to come.
pub(crate) async fn waiting(steps: &[(&'static str, &'static str)]) -> Session<DuplexStream> {
    let mut all = VISIT[..4].to_vec();
    all.push(("EXAMINE", EXAMINED));
    all.extend(steps);
    let line = line_to("* OK hello\r\n", &all);
    let mut session = Session::open(line, Opening::Greeting).await.unwrap();
    session.login("ani", Proof::Password("rah\"asia")).await.unwrap();
    session.examine("INBOX").await.unwrap();
    session
}

#[tokio::test(start_paused = true)]
async fn waits_end_as_they_should() {
    let closed = |answer: &str| Err(Fault::Closed { answer: answer.to_owned() });
    let done = ("DONE", "S0006 OK done\r\n");
    let noop = ("NOOP", "TAG OK done\r\n");
    type Row<'a> = (&'a str, &'a [(&'static str, &'static str)], Result<Woke, Fault>);
    let table: [Row<'_>; 12] = [
        ("news", &[("IDLE", "+ idling\r\n* 3 EXISTS\r\n"), done, noop], Ok(Woke::News)),
        ("gone", &[("IDLE", "+ idling\r\n* 1 EXPUNGE\r\n"), done, noop], Ok(Woke::News)),
        ("flags", &[("IDLE", "+\r\n* 1 FETCH (FLAGS ())\r\n"), done, noop], Ok(Woke::News)),
        ("before +", &[("IDLE", "* 3 EXISTS\r\n+ idling\r\n"), done, noop], Ok(Woke::News)),
        ("same count", &[("IDLE", "+\r\n* 2 EXISTS\r\n"), done, noop], Ok(Woke::TimeUp)),
        ("chatter", &[("IDLE", "+\r\n* OK Still here\r\n"), done, noop], Ok(Woke::TimeUp)),
        (
            "late",
            &[("IDLE", "+\r\n"), ("DONE", "* 3 EXISTS\r\nS0006 OK done\r\n"), noop],
            Ok(Woke::News),
        ),
        ("refused", &[("IDLE", "TAG NO not now\r\n"), noop], Ok(Woke::IdleBroken)),
        ("ended by the server", &[("IDLE", "+\r\nTAG OK enough\r\n"), noop], Ok(Woke::Ended)),
        ("farewell", &[("IDLE", "+\r\n* BYE down\r\n")], closed("down")),
        ("no word", &[("IDLE", "…")], Err(Fault::Silent)),
        ("no end", &[("IDLE", "+\r\n"), ("DONE", "…")], Err(Fault::Silent)),
    ];
    for (case, steps, expected) in table {
        let mut session = waiting(steps).await;
        let never = std::future::pending();
        let woke = idle::wait(&mut session, Duration::from_secs(3600), never).await;
        assert_eq!(woke, expected, "{case}");
        if woke.is_ok() {
            assert!(session.noop().await.is_ok(), "{case}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_lasts_five_minutes_at_most_and_can_be_interrupted() {
    let steps = [("IDLE", "+\r\n"), ("DONE", "S0006 OK done\r\n")];
    for (after, expected) in [(4, Woke::Interrupted), (6, Woke::TimeUp)] {
        let mut session = waiting(&steps).await;
        let interrupt = tokio::time::sleep(Duration::from_secs(after * 60));
        let hour = Duration::from_secs(3600);
        let waiting = async move { idle::wait(&mut session, hour, interrupt).await };
        assert_eq!(tokio::spawn(waiting).await.unwrap(), Ok(expected));
    }
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_command_spoils_the_session() {
    let mut session = waiting(&[("NOOP", "…")]).await;
    let given_up = tokio::time::timeout(Duration::from_secs(1), session.noop()).await;
    assert!(given_up.is_err());
    assert_eq!(session.noop().await, Err(Fault::Closed { answer: String::new() }));
}

#[tokio::test(start_paused = true)]
async fn slow_is_not_silent_but_has_an_end() {
    for (bytes, expected) in [(8, Ok(false)), (100, Err(Fault::Silent))] {
        let (mut server, client) = tokio::io::duplex(4096);
        tokio::spawn(async move {
            server.write_all(b"* OK hi\r\n").await.unwrap();
            let mut sink = [0; 512];
            for answer in ["* CAPABILITY IMAP4rev1\r\nS0001 OK x\r\n", "S0002 OK x\r\n"] {
                assert!(server.read(&mut sink).await.unwrap() > 0);
                server.write_all(answer.as_bytes()).await.unwrap();
            }
            assert!(server.read(&mut sink).await.unwrap() > 0);
            server.write_all(b"* CAPABILITY IMAP4rev1\r\nS0003 OK x\r\n").await.unwrap();
            assert!(server.read(&mut sink).await.unwrap() > 0);
            let drip = format!("* OK {}\r\nS0004 OK x\r\n", "x".repeat(bytes));
            for byte in drip.bytes() {
                tokio::time::sleep(Duration::from_secs(20)).await;
                if server.write_all(&[byte]).await.is_err() {
                    return;
                }
            }
        });
        let mut session = Session::open(client, Opening::Greeting).await.unwrap();
        session.login("ani", Proof::Password("x")).await.unwrap();
        assert_eq!(session.noop().await, expected);
    }
}
