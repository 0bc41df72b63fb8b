//! A server that is polite up to one command and then floods: the visit ends or goes on, memory
//! stays bounded, and what was not said about a message is never concluded.
//!
//! `SIGAP_FLOOD=n` for another number of answers in a flood.

use std::sync::Arc;

use sigap::imap::fault::{Fault, Oddity};
use sigap::imap::guard::Violation;
use sigap::imap::session::{Opening, Proof, Session};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream};

/// What a session may hold at most while nothing that was asked for comes.
const MOST: u64 = 4 * 1024 * 1024;
const KNOWN: [u64; 4] = [21, 22, 25, 29];

/// What a whole visit asks, in order.
const VISIT: [(&str, &str); 11] = [
    ("CAPABILITY", "* CAPABILITY IMAP4rev1 IDLE\r\n"),
    ("LOGIN", ""),
    ("CAPABILITY", "* CAPABILITY IMAP4rev1 IDLE CONDSTORE\r\n"),
    ("LIST", "* LIST () \"/\" INBOX\r\n* LIST (\\Sent) \"/\" Sent\r\n"),
    ("EXAMINE", "* 4 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 30] x\r\n"),
    (
        "UID FETCH 21:29 (UID FLAGS INTERNALDATE",
        "* 3 FETCH (UID 25 FLAGS () BODY[HEADER]<0> {1}\r\nc)\r\n\
         * 1 FETCH (UID 21 FLAGS () BODY[HEADER]<0> {1}\r\na)\r\n\
         * 4 FETCH (UID 29 FLAGS () BODY[HEADER]<0> {1}\r\nd)\r\n\
         * 2 FETCH (UID 22 FLAGS () BODY[HEADER]<0> {1}\r\nb)\r\n",
    ),
    ("UID FETCH 21 (UID BODY", "* 1 FETCH (UID 21 BODY[]<0> {4}\r\nbody)\r\n"),
    ("UID FETCH 1:29 (UID FLAGS)", "* 1 FETCH (UID 21 FLAGS (\\Answered))\r\n"),
    ("UID SEARCH", "* SEARCH 29 21\r\n"),
    ("UID FETCH 22,25 (UID)", "* 3 FETCH (UID 25)\r\n* 2 FETCH (UID 22)\r\n"),
    ("NOOP", ""),
];

/// Said before the answer to one command: a beginning, a piece again and again, an end.
#[derive(Clone, Copy, Debug)]
struct Flood {
    head: &'static [u8],
    piece: &'static [u8],
    many: usize,
    end: &'static [u8],
    after: After,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    /// The usual answer.
    Answers,
    /// Nothing any more.
    IsSilent,
}

const fn flood(piece: &'static [u8], many: usize) -> Flood {
    Flood { head: b"", piece, many, end: b"", after: After::Answers }
}

async fn serve(io: DuplexStream, step: usize, flood: Flood, chunk: Arc<[u8]>) {
    let (read, mut write) = tokio::io::split(io);
    let mut lines = BufReader::new(read).lines();
    if write.write_all(b"* OK hello\r\n").await.is_err() {
        return;
    }
    for (place, (expected, answer)) in VISIT.iter().enumerate() {
        let Ok(Some(line)) = lines.next_line().await else { return };
        let (tag, command) = line.split_once(' ').unwrap();
        assert!(command.starts_with(expected), "{command:?} instead of {expected:?}");
        if place == step {
            let pieces = chunk.len() / flood.piece.len().max(1);
            let mut said = write.write_all(flood.head).await;
            for _ in 0..flood.many / pieces.max(1) {
                said = said.and(write.write_all(&chunk).await);
            }
            if said.and(write.write_all(flood.end).await).is_err() {
                return;
            }
            if flood.after == After::IsSilent {
                std::future::pending::<()>().await;
            }
        }
        let end = format!("{answer}{tag} OK done\r\n");
        if write.write_all(end.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// The whole visit; what it finds must be right to the letter, whatever was said beside it.
async fn visit(line: DuplexStream) -> Result<(), Fault> {
    let mut session = Session::open(line, Opening::Greeting).await?;
    session.login("ani", Proof::Password("rahasia")).await?;
    session.folders().await?;
    let examined = session.examine("INBOX").await?;
    assert_eq!((examined.uid_validity, examined.uid_next), (Some(7), Some(30)));
    let headers = session.headers((21, 29)).await?;
    let found: Vec<_> = headers.iter().map(|one| (one.uid, one.header.as_slice())).collect();
    assert_eq!(found, [(21, &b"a"[..]), (22, b"b"), (25, b"c"), (29, b"d")]);
    assert_eq!(session.texts(&[21]).await?, [(21, b"body".to_vec())]);
    let flags = session.flags((1, 29), None).await?;
    assert!(flags.iter().any(|(uid, flags)| *uid == 21 && flags.answered));
    assert!(session.vanished(&KNOWN).await?.is_empty(), "concluded as gone");
    session.noop().await.map(|_| ())
}

/// How a visit ends in which one command is flooded, and the most memory that it took.
fn flooded(step: usize, flood: Flood) -> (Result<(), Fault>, u64) {
    let pieces = 16 * 1024 / flood.piece.len().max(1);
    let chunk: Arc<[u8]> = flood.piece.repeat(pieces.clamp(1, flood.many.max(1))).into();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let mut ended = Ok(());
    let info = allocation_counter::measure(|| {
        ended = runtime.block_on(async {
            let (server, client) = tokio::io::duplex(64 * 1024);
            tokio::spawn(serve(server, step, flood, chunk));
            visit(client).await
        });
    });
    (ended, info.bytes_max)
}

fn number(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.parse().ok()
}

fn out_of_bounds(violation: Violation) -> Fault {
    Fault::Protocol(Oddity::OutOfBounds(violation))
}

#[test]
fn what_is_beyond_a_bound_ends_the_visit_at_once() {
    let silent = Flood { after: After::IsSilent, ..flood(b"", 0) };
    let table: [(Flood, Fault); 12] = [
        (
            Flood { head: b"* 1 FETCH (BODYSTRUCTURE ", ..flood(b"(", 400) },
            out_of_bounds(Violation::Depth),
        ),
        (
            Flood { head: b"* 1 FETCH (BODYSTRUCTURE ", ..flood(b"(", 100_000) },
            out_of_bounds(Violation::Depth),
        ),
        (Flood { head: b"* ", ..flood(b"((\"a\" ", 100_000) }, out_of_bounds(Violation::Malformed)),
        (
            Flood { head: b"* 1 FETCH (BODY[] {4294967295}\r\n", ..silent },
            out_of_bounds(Violation::Literal),
        ),
        (
            Flood { head: b"* 1 FETCH (BODY[] {500000000}\r\nx", ..silent },
            out_of_bounds(Violation::Literal),
        ),
        (
            Flood { head: b"* LIST () \"/\" {500000000}\r\nx", ..silent },
            out_of_bounds(Violation::Literal),
        ),
        (Flood { head: b"* FLAGS ", ..flood(b"x", 2_000_000) }, out_of_bounds(Violation::Line)),
        (Flood { head: b"* OK ", ..flood(b"\xff", 2_000_000) }, out_of_bounds(Violation::Line)),
        (Flood { head: b"+ ", ..flood(b"{9}", 2_000_000) }, out_of_bounds(Violation::Line)),
        (Flood { head: b"* SEARCH", ..flood(b" 1", 2_000_000) }, out_of_bounds(Violation::Line)),
        (flood(b"\0", 2_000_000), out_of_bounds(Violation::Line)),
        (Flood { head: b"* 1 FETCH (UID 21 ", ..silent }, Fault::Silent),
    ];
    for (flood, fault) in table {
        for (step, (command, _)) in VISIT.iter().enumerate() {
            let (ended, peak) = flooded(step, flood);
            assert_eq!(ended, Err(fault.clone()), "{command}: {flood:?}");
            assert!(peak <= MOST, "{command}: {peak} bytes, {flood:?}");
        }
    }
}

#[test]
fn a_flood_that_says_nothing_changes_nothing() {
    let many = number("SIGAP_FLOOD").unwrap_or(20_000);
    let pieces: [&[u8]; 14] = [
        b"* 1 EXPUNGE\r\n",
        b"* 4294967295 EXISTS\r\n* 0 EXISTS\r\n",
        b"* 9 FETCH (UID 900 FLAGS (\\Deleted))\r\n",
        b"* 9 FETCH (FLAGS (\\Answered \\Deleted))\r\n",
        b"* 9 FETCH (UID 901 BODY[HEADER]<0> {5}\r\nfalse)\r\n",
        b"* 9 FETCH (UID 902 BODY[]<0> {5}\r\nfalse)\r\n",
        b"* SEARCH\r\n",
        b"* SEARCH 901 900 902\r\n",
        b"* OK [ALERT] \xc3\xa9\0\xff {500000000}\r\n",
        b"* NO [UNAVAILABLE] later\r\n* BAD what\r\n",
        b"* STATUS INBOX (UIDNEXT 1 UIDVALIDITY 8)\r\n",
        b"* FLAGS (\\Seen)\r\n",
        b"* RECENT\r\n+ go on\r\n",
        b"* 3 RECENT\r\n* 2 EXPUNGE\r\n* 1 EXPUNGE\r\n* 1 EXPUNGE\r\n",
    ];
    let mut highest = 0;
    for piece in pieces {
        let said = String::from_utf8_lossy(piece);
        for (step, (command, _)) in VISIT.iter().enumerate() {
            let (ended, peak) = flooded(step, flood(piece, many));
            match ended {
                Ok(()) => {}
                // What the parser cannot take ends the line; nothing is concluded from it.
                Err(Fault::Protocol(Oddity::Unreadable)) if said.contains("* RECENT") => {}
                Err(fault) => panic!("{command}: {said:?}: {fault}"),
            }
            assert!(peak <= MOST, "{command}: {peak} bytes, {said:?}");
            highest = highest.max(peak);
        }
    }
    println!("{} floods of {many}: at most {} KiB", pieces.len() * VISIT.len(), highest / 1024);
}

#[test]
fn a_million_answers_are_not_kept() {
    let many = number("SIGAP_FLOOD").unwrap_or(1_000_000);
    for (step, piece) in [
        (5, &b"* 9 FETCH (UID 900 FLAGS ())\r\n"[..]),
        (5, b"* 1 FETCH (UID 21 FLAGS ())\r\n"),
        (10, b"* 1 EXPUNGE\r\n"),
    ] {
        let (ended, peak) = flooded(step, flood(piece, many));
        assert_eq!(ended, Ok(()), "{piece:?}");
        assert!(peak <= MOST, "{peak} bytes, {piece:?}");
    }
}

#[test]
fn more_folders_than_anybody_has_end_the_visit() {
    let step = VISIT.iter().position(|(command, _)| *command == "LIST").unwrap();
    let (ended, peak) =
        flooded(step, flood(b"* LIST () \"/\" \"a name like others\"\r\n", 100_000));
    assert_eq!(ended, Err(Fault::Protocol(Oddity::TooMuch)));
    assert!(peak <= MOST, "{peak} bytes");
}

#[test]
fn a_login_or_a_refusal_that_was_not_asked_for_is_none() {
    for said in [&b"S9999 OK in\r\n"[..], b"S0000 NO no\r\n", b"a BAD b\r\n"] {
        for step in 0..VISIT.len() {
            let (ended, _) = flooded(step, flood(said, 1));
            assert_eq!(ended, Err(Fault::Protocol(Oddity::ForeignTag)), "{said:?}");
        }
    }
    for (step, (command, _)) in VISIT.iter().enumerate() {
        let bye = flood(b"* BYE [UNAVAILABLE] \xc3\xa9\x1b[2J\0 {9}\r\n", 1);
        let (ended, _) = flooded(step, bye);
        let Err(Fault::Closed { answer }) = ended else { panic!("{command}: {ended:?}") };
        assert!(!answer.chars().any(char::is_control) && answer.len() < 300, "{answer:?}");
    }
}
