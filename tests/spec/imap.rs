//! The IMAP door, its pure parts: the guard's lexer, the choice of folders, the plan, dates, sets.
//! What is said on the line is tested in `imap/scripted.rs` and `imap/protected.rs`.

use proptest::prelude::*;
use sigap::imap::fetch::{arrived_at, flags_of};
use sigap::imap::folders::{Listed, NoSent, Overrides, choose, decode, encode};
use sigap::imap::guard::{Guard, Lexer, Limits, Violation};
use sigap::imap::sync::{Departures, Examined, Unclear, around, halves, plan, runs, sets};
use sigap::model::message::{Cursor, Flags};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

mod folder;
mod protected;
mod rest;
mod scripted;
mod shelf;
mod soup;
mod waits;

fn lex(bytes: &[u8], limits: Limits) -> Result<(Vec<u8>, usize), Violation> {
    let mut lexer = Lexer::new(limits);
    let (mut out, mut whole) = (Vec::new(), 0);
    for byte in bytes {
        let passed = lexer.push(*byte)?;
        out.push(passed.byte);
        whole += usize::from(passed.whole);
    }
    Ok((out, whole))
}

/// Small enough to write their breach down.
const SMALL: Limits = Limits { literal: 20, line: 120, depth: 4 };

#[test]
fn legal_traffic_passes_unchanged() {
    let table: [(&str, usize); 16] = [
        ("* OK hello (((((( \"\r\n", 1),
        ("* CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN\r\n* ENABLED\r\n", 2),
        ("* LIST (\\HasNoChildren \\Sent) \"/\" \"Sent \\\"2\\\" \\\\ (x\"\r\n", 1),
        ("* LIST () NIL {4}\r\na\"(b\r\n", 1),
        ("* LIST () \"\\\\\" INBOX{1\r\n", 1),
        ("* 1 FETCH (UID 7 FLAGS (\\Seen) BODY[HEADER]<0> {6}\r\n((((\"\")\r\n", 1),
        ("* 1 FETCH (BODY[] {0}\r\n UID 7)\r\nS1 OK done\r\n", 2),
        ("* 1 FETCH (BODY[] {3}\r\nabc BODY[HEADER] {3}\r\n\r\n\r UID 7)\r\n", 1),
        ("* 1 FETCH (BODY[HEADER.FIELDS (FROM TO)] \"\" UID 7)\r\n", 1),
        ("* SEARCH\r\n* SEARCH 1 2 3 \r\n", 2),
        ("* ID (\"name\" \"Dovecot\" \"x\" NIL)\r\n", 1),
        ("* 3 EXISTS\r\n* 1 EXPUNGE\r\n* VANISHED (EARLIER) 1:3\r\n", 3),
        ("+ idling\r\n+\r\n", 2),
        ("S1 NO [ALERT] no (no \"no\r\n", 1),
        ("* bye see you\r\n* Ok [UIDVALIDITY 1] x\r\n", 2),
        ("* STATUS \"a b\" (MESSAGES 1 UIDNEXT 2)\r\n", 1),
    ];
    for (text, answers) in table {
        assert_eq!(lex(text.as_bytes(), SMALL), Ok((text.into(), answers)), "{text:?}");
    }
}

#[test]
fn what_is_beyond_a_bound_is_refused() {
    use Violation::{Depth, Line, Literal, Malformed};
    let long = format!("* FLAGS ({})\r\n", "x".repeat(120));
    let endless = format!("* OK {}", "x".repeat(120));
    let table: [(&str, Violation); 19] = [
        ("* 1 FETCH (BODY[] {21}\r\n", Literal),
        ("* 1 FETCH (BODY[] {4294967296}\r\n", Literal),
        ("* 1 FETCH (BODY[] {99999999999999999999999999}\r\n", Literal),
        ("* 1 FETCH (BODY[] {15}\r\n123456789012345 BODY[1] {15}\r\n", Literal),
        ("* 1 FETCH (BODYSTRUCTURE ((((", Depth),
        ("* ((((((((((((", Depth),
        (&long, Line),
        (&endless, Line),
        // Strings deeper than a message's own attributes, where nothing we ask for has any.
        ("* 1 FETCH (X (\"a) Y (((((((\"", Malformed),
        ("* 1 FETCH (X ({9}\r\n", Malformed),
        // Quotes and braces that do not begin a string.
        ("* 1 FETCH (X a\"b Y ((((((\"", Malformed),
        ("* 1 FETCH (X a{9}\r\n", Malformed),
        ("* 1 FETCH (X {9+}\r\n", Malformed),
        ("* 1 FETCH (X \"a\\x\"", Malformed),
        ("* 1 FETCH (X \"a\r\n", Malformed),
        ("* 1 FETCH (X \"a\0", Malformed),
        // A line may end only when its brackets are closed.
        ("* 1 FETCH (X a\r\n Y ((((((", Malformed),
        ("* 1 FETCH X)", Malformed),
        ("* 1 FETCH (X \n", Malformed),
    ];
    for (bytes, violation) in table {
        assert_eq!(lex(bytes.as_bytes(), SMALL), Err(violation), "{bytes:?}");
    }
}

#[test]
fn free_text_is_never_data() {
    let table: [(&[u8], &[u8]); 4] = [
        (b"* OK x {1000000}\r\n", b"* OK x ?1000000}\r\n"),
        (b"* OK [BADCHARSET ({500000000}\r\n", b"* OK [BADCHARSET (?500000000}\r\n"),
        (b"S1 NO [ALERT]\xc3\xa9\0\r\n", b"S1 NO [ALERT]???\r\n"),
        (b"+ {99999999999}\r\n", b"+ ?99999999999}\r\n"),
    ];
    for (bytes, passed) in table {
        assert_eq!(lex(bytes, SMALL), Ok((passed.to_vec(), 1)));
    }
}

async fn read_through(pieces: Vec<Vec<u8>>) -> Result<Vec<u8>, String> {
    let (mut server, client) = tokio::io::duplex(64);
    let mut guard = Guard::new(client);
    guard.allow_literal(SMALL.literal);
    let writing = async move {
        for piece in pieces {
            // The reader may have given up.
            if server.write_all(&piece).await.is_err() {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    // The guard is dropped when the reader gives up: the writer must not wait for it.
    let reading = async move {
        let mut read = Vec::new();
        guard.read_to_end(&mut read).await.map(|_| read).map_err(|error| error.to_string())
    };
    tokio::join!(reading, writing).0
}

fn answer() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(b"* OK hi {3}\r\n".to_vec()),
        Just(b"S1 OK done\r\n".to_vec()),
        Just(b"* 1 FETCH (UID 7 FLAGS (\\Seen))\r\n".to_vec()),
        Just(b"* LIST (\\Sent) \"/\" \"a\\\"(b\"\r\n".to_vec()),
        Just(b"* 1 FETCH (BODY[] {30}\r\n".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..20).prop_map(|bytes| {
            let mut line = format!("* 1 FETCH (UID 7 BODY[] {{{}}}\r\n", bytes.len()).into_bytes();
            line.extend(bytes);
            line.extend(b")\r\n");
            line
        }),
        proptest::collection::vec(any::<u8>(), 0..40),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_split_of_the_bytes_gives_the_same(
        answers in proptest::collection::vec(answer(), 0..6),
        size in 1_usize..40,
    ) {
        let bytes = answers.concat();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let at_once = runtime.block_on(read_through(vec![bytes.clone()]));
        let in_pieces = bytes.chunks(size).map(<[u8]>::to_vec).collect();
        prop_assert_eq!(at_once, runtime.block_on(read_through(in_pieces)));
    }

    #[test]
    fn the_lexer_keeps_the_length(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok((out, _)) = lex(&bytes, Limits::default()) {
            prop_assert_eq!(out.len(), bytes.len());
        }
    }

    #[test]
    fn names_survive_modified_utf7(name in "\\PC{0,30}") {
        let coded = encode(&name);
        prop_assert!(coded.is_ascii());
        prop_assert_eq!(decode(&coded), name);
    }

    #[test]
    fn decoding_takes_anything(name in "[&A-Za-z0-9+,-]{0,20}") {
        decode(&name);
    }

    #[test]
    fn dates_take_anything(text in "\\PC{0,30}") {
        arrived_at(&text);
    }

    #[test]
    fn sets_hold_every_uid_once(mut uids in proptest::collection::vec(1_u64..5_000, 0..600)) {
        let made = sets(&uids, 50);
        uids.sort_unstable();
        uids.dedup();
        prop_assert_eq!(made.iter().flat_map(|set| set.1.clone()).collect::<Vec<_>>(), uids);
        for (text, members) in made {
            prop_assert!(text.len() <= 1000 && !members.is_empty() && members.len() <= 50);
        }
    }

    #[test]
    fn windows_cover_exactly_what_is_new(from in 0_u64..3_000, next in 1_u64..9_000) {
        let cursor = Cursor { uid_validity: 5, uid_next: from, mod_seq: 0 };
        let examined = examined(5, next, 10, None);
        let plan = plan(&cursor, &examined).unwrap();
        let covered: Vec<u64> = plan.windows.iter().flat_map(|w| w.0..=w.1).collect();
        let first = if next < from { 1 } else { from.max(1) };
        prop_assert_eq!(covered, (first..next).collect::<Vec<_>>());
        prop_assert!(plan.windows.iter().all(|w| w.1 - w.0 < 500));
        prop_assert_eq!(plan.cursor.uid_next, next);
    }
}

fn listed(text: &str) -> Vec<Listed> {
    text.split(';')
        .map(|line| {
            let (attributes, name) = line.trim().rsplit_once('|').unwrap_or(("", line.trim()));
            let (attributes, delimiter) = attributes.split_once('|').unwrap_or((attributes, "/"));
            Listed {
                name: name.trim().to_owned(),
                delimiter: delimiter.trim().chars().next(),
                attributes: attributes.split_whitespace().map(str::to_owned).collect(),
            }
        })
        .collect()
}

#[test]
fn folders_are_chosen() {
    let table = [
        ("Dovecot", "INBOX; sent|Sent; sent|Sent Messages; Trash", "", "Sent, Sent Messages"),
        ("Dovecot without marks", "INBOX; Drafts; Sent", "", "Sent"),
        ("Courier", "|.|INBOX; |.|INBOX.Sent; |.|INBOX.Old.Sent", "", "INBOX.Sent"),
        ("Cyrus", "|.|INBOX; haschildren|.|Archive; sent|.|INBOX.Gesendet", "", "INBOX.Gesendet"),
        (
            "Gmail",
            "INBOX; noselect|[Gmail]; all|[Gmail]/All Mail; sent|[Gmail]/Surat Terkirim",
            "",
            "[Gmail]/Surat Terkirim",
        ),
        (
            "Exchange, German",
            "INBOX; Gesendete Elemente; Gel&APY-schte Elemente",
            "",
            "Gesendete Elemente",
        ),
        (
            "Exchange, French",
            "INBOX; &AMk-l&AOk-ments envoy&AOk-s",
            "",
            "&AMk-l&AOk-ments envoy&AOk-s",
        ),
        ("Exchange, Indonesian", "INBOX; Item Terkirim; Kotak Keluar", "", "Item Terkirim"),
        ("Japanese", "INBOX; &kAFP4W4IMH8wojCkMMYw4A-", "", "&kAFP4W4IMH8wojCkMMYw4A-"),
        ("a mark beats a name", "INBOX; Sent; sent|Ausgang", "", "Ausgang"),
        ("not to be opened", "INBOX; noselect sent|Sent; Sent Items", "", "Sent Items"),
        ("vanished", "INBOX; nonexistent sent|Sent; Terkirim", "", "Terkirim"),
        ("several by name", "INBOX; Sent; Sent Items", "", "Sent, Sent Items"),
        ("named, as shown", "INBOX; Sent; Envoy&AOk-", "Envoyé", "Envoy&AOk-"),
        ("named, as spelled", "INBOX; Sent; Envoy&AOk-", "Envoy&AOk-", "Envoy&AOk-"),
        ("named, whatever the case", "INBOX; Sent; Kirim/2026", "kirim/2026", "Kirim/2026"),
        ("deep names are not guessed", "INBOX; Projects/Sent", "", "none"),
        ("no levels", "INBOX; ||Sent", "", "Sent"),
        ("nothing", "INBOX; Trash", "", "none"),
        ("named and missing", "INBOX; Sent", "Postausgang", "missing Postausgang"),
    ];
    for (case, folders, named, expected) in table {
        let sent = named.split(", ").filter(|name| !name.is_empty()).map(str::to_owned).collect();
        let overrides = Overrides { inbox: None, sent };
        let chosen = match choose(&listed(folders), &overrides) {
            Ok(chosen) => {
                assert_eq!(chosen.inbox, "INBOX", "{case}");
                chosen.sent.join(", ")
            }
            Err(NoSent::Unknown { inbox, .. }) => {
                assert_eq!(inbox, "INBOX", "{case}");
                "none".to_owned()
            }
            Err(NoSent::Missing { name, .. }) => format!("missing {name}"),
        };
        assert_eq!(chosen, expected, "{case}");
    }
}

#[test]
fn modified_utf7_as_in_the_standard() {
    let table = [
        ("~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"),
        ("Entw&APw-rfe", "Entwürfe"),
        ("R&-D", "R&D"),
        ("&2D3eCg-", "\u{1F60A}"),
    ];
    for (coded, text) in table {
        assert_eq!(decode(coded), text);
        assert_eq!(encode(text), coded);
    }
    for odd in ["&", "&AP", "&A-", "&2D0-", "&!!-", "R&D", "Entwürfe"] {
        assert_eq!(decode(odd), odd);
    }
}

fn examined(validity: u64, next: u64, exists: u64, mod_seq: Option<u64>) -> Examined {
    let some = |number: u64| (number > 0).then_some(number);
    let uid_validity = some(validity);
    Examined { uid_validity, uid_next: some(next), exists, mod_seq, ..Examined::default() }
}

#[test]
fn plans() {
    // (validity, next, modseq) of the cursor; (validity, next, exists, modseq) of the server;
    // renumbered, windows, flag windows, changed since, the cursor after it
    type Row<'a> = (
        &'a str,
        (u64, u64, u64),
        (u64, u64, u64, Option<u64>),
        (bool, &'a [(u64, u64)], &'a [(u64, u64)], Option<u64>, (u64, u64, u64)),
    );
    let table: [Row<'_>; 14] = [
        ("first reading", (0, 0, 0), (7, 4, 3, Some(9)), (false, &[(1, 3)], &[], None, (7, 4, 9))),
        ("first, empty", (0, 0, 0), (7, 1, 0, None), (false, &[], &[], None, (7, 1, 0))),
        ("one new", (7, 4, 0), (7, 5, 4, None), (false, &[(4, 4)], &[(1, 3)], None, (7, 5, 0))),
        ("nothing new", (7, 4, 9), (7, 4, 3, Some(9)), (false, &[], &[], None, (7, 4, 9))),
        ("flags", (7, 4, 9), (7, 4, 3, Some(12)), (false, &[], &[(1, 3)], Some(9), (7, 4, 12))),
        ("modseq back", (7, 4, 9), (7, 4, 3, Some(2)), (false, &[], &[(1, 3)], None, (7, 4, 2))),
        ("modseq lost", (7, 4, 9), (7, 4, 3, None), (false, &[], &[(1, 3)], None, (7, 4, 0))),
        ("other validity", (7, 9, 9), (8, 3, 2, Some(5)), (true, &[(1, 2)], &[], None, (8, 3, 5))),
        ("no validity", (7, 9, 0), (0, 3, 2, None), (true, &[(1, 2)], &[], None, (0, 3, 0))),
        ("never any validity", (0, 3, 0), (0, 3, 2, None), (true, &[(1, 2)], &[], None, (0, 3, 0))),
        ("uidnext went back", (7, 9, 0), (7, 5, 2, None), (true, &[(1, 4)], &[], None, (7, 5, 0))),
        ("all gone", (7, 9, 0), (7, 9, 0, None), (false, &[], &[], None, (7, 9, 0))),
        ("came, and perhaps went", (7, 9, 0), (7, 12, 0, None), (false, &[], &[], None, (7, 9, 0))),
        (
            "windows",
            (7, 3001, 0),
            (7, 4101, 9, None),
            (
                false,
                &[(3001, 3500), (3501, 4000), (4001, 4100)],
                &[(1001, 1500), (1501, 2000), (2001, 2500), (2501, 3000)],
                None,
                (7, 4101, 0),
            ),
        ),
    ];
    for (case, before, server, expected) in table {
        let cursor = Cursor { uid_validity: before.0, uid_next: before.1, mod_seq: before.2 };
        let plan = plan(&cursor, &examined(server.0, server.1, server.2, server.3)).unwrap();
        let after = (plan.cursor.uid_validity, plan.cursor.uid_next, plan.cursor.mod_seq);
        let got = (plan.renumbered, &*plan.windows, &*plan.flag_windows, plan.changed_since, after);
        assert_eq!(got, expected, "{case}");
        assert!(plan.to_the_end, "{case}");
    }
}

#[test]
fn what_left_is_found_in_the_way_that_the_server_can() {
    let cursor = |mod_seq| Cursor { uid_validity: 7, uid_next: 9, mod_seq };
    let table = [
        ("nothing changed", 9, Some(9), true, Departures::None),
        ("changed", 9, Some(12), true, Departures::Told(9)),
        ("all gone", 9, Some(12), true, Departures::Told(9)),
        ("modseq went back", 9, Some(3), true, Departures::Looked),
        ("modseq never seen", 0, Some(12), true, Departures::Looked),
        ("modseq lost", 9, None, true, Departures::Looked),
        ("nothing changed, but it does not tell", 9, Some(9), false, Departures::Looked),
        ("changed, but it does not tell", 9, Some(12), false, Departures::Looked),
    ];
    for (case, seen, now, tells_departures, expected) in table {
        let exists = if case == "all gone" { 0 } else { 5 };
        let examined = Examined { tells_departures, ..examined(7, 9, exists, now) };
        let plan = plan(&cursor(seen), &examined).unwrap();
        assert_eq!(plan.departures, expected, "{case}");
        // Who tells what left also tells the flags.
        let told = expected != Departures::Looked;
        assert!(!told || plan.flag_windows.is_empty(), "{case}");
    }
    let first = Examined { tells_departures: true, ..examined(7, 9, 5, Some(9)) };
    assert_eq!(plan(&Cursor::default(), &first).unwrap().departures, Departures::None);
}

#[test]
fn without_uidvalidity_numbers_hold_within_a_session() {
    let cursor = Cursor { uid_validity: 0, uid_next: 4, mod_seq: 0 };
    for (again, next, renumbered) in [(true, 5, false), (false, 5, true), (true, 3, true)] {
        let examined = Examined { again, ..examined(0, next, 3, None) };
        assert_eq!(plan(&cursor, &examined).unwrap().renumbered, renumbered, "{again} {next}");
    }
    // What a Maildir left behind are no UIDs.
    let maildir = Cursor { uid_validity: 1, uid_next: 0, mod_seq: 0 };
    assert!(plan(&maildir, &examined(1, 4, 3, None)).unwrap().renumbered);
}

#[test]
fn windows_leave_out_what_is_set_aside() {
    let aside = [1, 5, 6, 9, 40].into();
    assert_eq!(around(&[(1, 9), (10, 12)], &aside), [(2, 4), (7, 8), (10, 12)]);
    assert_eq!(around(&[(5, 6)], &aside), []);
    assert_eq!(runs([3, 4, 5, 9, 11, 12]), [(3, 5), (9, 9), (11, 12)]);
    assert_eq!(runs(1..=600), [(1, 500), (501, 600)]);
}

#[test]
fn a_plan_is_bounded_and_resumed() {
    let plan = plan(&Cursor::default(), &examined(7, 4_000_000_000, 10, Some(3))).unwrap();
    assert_eq!((plan.windows.len(), plan.to_the_end), (10_000, false));
    assert_eq!(plan.cursor, Cursor { uid_validity: 7, uid_next: 5_000_001, mod_seq: 0 });
    let after = plan.cursor_after((501, 1000));
    assert_eq!(after, Cursor { uid_validity: 7, uid_next: 1001, mod_seq: 0 });
    assert_eq!(plan.cursor_after(plan.windows[9_999]), plan.cursor);
}

#[test]
fn without_uidnext_there_is_no_plan() {
    assert_eq!(plan(&Cursor::default(), &examined(7, 0, 3, None)), Err(Unclear::NoUidNext));
    let empty = examined(7, 0, 0, None);
    assert_eq!(plan(&Cursor::default(), &empty).unwrap().cursor.uid_next, 1);
}

#[test]
fn a_window_is_halved_down_to_one() {
    assert_eq!(halves((1, 500)), Some(((1, 250), (251, 500))));
    assert_eq!(halves((7, 8)), Some(((7, 7), (8, 8))));
    assert_eq!(halves((7, 7)), None);
    assert_eq!(halves((8, 7)), None);
}

#[test]
fn dates() {
    let table = [
        ("17-Jul-1996 02:44:25 -0700", "1996-07-17T09:44:25Z"),
        (" 7-jul-2026 02:44:25 +0700", "2026-07-06T19:44:25Z"),
        ("07-JUL-2026 23:59:60 +0000", "2026-07-07T23:59:59Z"),
        ("29-Feb-2024 00:00:00 +0545", "2024-02-28T18:15:00Z"),
        ("29-Feb-2026 00:00:00 +0000", ""),
        ("31-Feb-2026 00:00:00 +0000", ""),
        ("7-Jul-2026 24:00:00 +0000", ""),
        ("7-Jul-26 02:44:25 +0700", ""),
        ("7-Jul-10000 02:44:25 +0700", ""),
        ("7-Jul-2026 02:44:25", ""),
        ("7-Jul-2026 02:44:25 GMT", ""),
        ("7-Jul-2026 02:44:25 +9900", ""),
        ("7-Jul-2026 02:44:25 +0700 x", ""),
        ("7-Juli-2026 02:44:25 +0700", ""),
        ("Tue, 7 Jul 2026 02:44:25 +0700", ""),
        ("7-Jul-2026-1 02:44:25 +0700", ""),
        ("-7-Jul-2026 02:44:25 +0700", ""),
        ("", ""),
    ];
    for (text, expected) in table {
        let got = arrived_at(text).map_or(String::new(), |moment| moment.to_string());
        assert_eq!(got, expected, "{text:?}");
    }
}

#[test]
fn flags_whatever_their_case() {
    let flags = flags_of(["\\ANSWERED", "$junk", "\\Seen", "$NotJunk", "x"].into_iter());
    assert_eq!(flags, Flags { answered: true, junk: true, ..Flags::default() });
}
