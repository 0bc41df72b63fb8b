//! When mailboxes are dialled: turns, pauses and shares, in virtual time and by table. One test
//! looks at a real socket.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sigap::config::settings::{Account, Tls};
use sigap::daemon::dialing::{Dialer, Dialing, Pauses, Share};
use sigap::imap::rest::Rest;
use sigap::model::ids::OwnerId;
use tokio::time::Instant;

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3_600);
const NO_DAY: Duration = Duration::ZERO;

fn accounts(count: usize) -> Dialing {
    Dialing::new(std::iter::repeat_n("imap.example.com", count))
}

/// Every owner waits, then dials; each attempt takes so long. When the attempts began, sorted, when
/// the last one ended, and how many there were at the same time.
async fn dialled(
    lines: Vec<(Dialer, Duration)>,
    takes: Duration,
) -> (Vec<Duration>, Duration, usize) {
    let start = Instant::now();
    let (busy, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut tasks = tokio::task::JoinSet::new();
    for (dialer, pause) in lines {
        let (busy, most) = (Arc::clone(&busy), Arc::clone(&most));
        tasks.spawn(async move {
            tokio::time::sleep(pause).await;
            let attempt = async {
                most.fetch_max(busy.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                let began = start.elapsed();
                tokio::time::sleep(takes).await;
                busy.fetch_sub(1, Ordering::SeqCst);
                began
            };
            dialer.dial(attempt).await
        });
    }
    let mut began = tasks.join_all().await;
    began.sort();
    (began, start.elapsed(), most.load(Ordering::SeqCst))
}

/// The most attempts that began within any second.
fn in_a_second(began: &[Duration]) -> usize {
    let within =
        |from: &Duration| began.iter().filter(|at| *at >= from && **at < *from + SECOND).count();
    began.iter().map(within).max().unwrap_or(0)
}

#[tokio::test(start_paused = true)]
async fn a_thousand_accounts_are_dialled_within_a_minute_of_the_start() {
    for (takes, within) in [(50, 22), (200, 60)] {
        let dialing = accounts(1_000);
        let lines = (0..1_000).map(|_| (dialing.dialer("IMAP.example.com"), Duration::ZERO));
        let takes = Duration::from_millis(takes);
        let (began, ended, most) = dialled(lines.collect(), takes).await;
        assert_eq!(began.len(), 1_000);
        assert!(ended <= within * SECOND, "{ended:?}");
        assert!(in_a_second(&began) <= 48, "{}", in_a_second(&began));
        assert!(most <= 4, "{most} at a time");
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_restart_of_the_server_its_accounts_come_back_over_half_a_minute() {
    // What every account is told; seconds over which they come back, at least and at most.
    let table = [
        (Rest::USUAL, 30, 60),
        (Rest::Growing(30 * SECOND), 30, 110),
        (Rest::Throttled(60 * SECOND), 20, 110),
    ];
    for (rest, at_least, within) in table {
        let dialing = accounts(1_000);
        let lines = (1..=1_000).map(|owner| {
            let dialer = dialing.dialer("imap.example.com");
            let mut pauses = Pauses::new(OwnerId(owner), dialer.spread());
            (dialer, pauses.next(rest, NO_DAY))
        });
        let (began, ended, most) = dialled(lines.collect(), SECOND / 20).await;
        let spread = *began.last().unwrap() - began[0];
        assert!(spread >= at_least * SECOND - SECOND / 10, "{rest:?}: {spread:?}");
        assert!(ended <= within * SECOND, "{rest:?}: {ended:?}");
        // Evenly: no fifth of the time brings a third of them.
        let fifth = spread / 5;
        for no in 0..5 {
            let from = began[0] + fifth * no;
            let many = began.iter().filter(|at| **at >= from && **at < from + fifth).count();
            assert!(many < 333, "{rest:?} {no}: {many}");
        }
        assert!(in_a_second(&began) <= 50 && most <= 4, "{rest:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_host_that_does_not_answer_holds_up_nobody_else() {
    let dialing =
        Dialing::new(["dead.example.com", "dead.example.com", "imap.example.com"].into_iter());
    for _ in 0..40 {
        let dialer = dialing.dialer("dead.example.com");
        tokio::spawn(async move { dialer.dial(std::future::pending::<()>()).await });
    }
    tokio::task::yield_now().await;
    let start = Instant::now();
    dialing.dialer("imap.example.com").dial(async {}).await;
    assert!(start.elapsed() < SECOND, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_given_up_lets_the_next_one_in() {
    let dialing = accounts(1);
    for _ in 0..12 {
        let dialer = dialing.dialer("imap.example.com");
        let stuck = dialer.dial(std::future::pending::<()>());
        assert!(tokio::time::timeout(SECOND, stuck).await.is_err());
    }
    let dialer = dialing.dialer("imap.example.com");
    assert!(tokio::time::timeout(SECOND, dialer.dial(async {})).await.is_ok());
}

#[test]
fn pauses_grow_within_their_bounds() {
    // Least and most seconds of the first five pauses.
    type Row = (Rest, [(u64, u64); 5]);
    let table: [Row; 7] = [
        (Rest::USUAL, [(1, 2), (2, 4), (4, 8), (8, 16), (16, 32)]),
        (Rest::Growing(30 * SECOND), [(30, 60), (60, 120), (120, 240), (150, 300), (150, 300)]),
        (
            Rest::Growing(600 * SECOND),
            [(600, 1_200), (1_200, 2_400), (1_800, 3_600), (1_800, 3_600), (1_800, 3_600)],
        ),
        (Rest::Throttled(80 * SECOND), [(80, 92); 5]),
        (Rest::Throttled(HOUR), [(3_600, 3_600); 5]),
        (Rest::Spent, [(3_600, 3_600); 5]),
        (
            Rest::Refused,
            [(1, 2), (3_600, 3_600), (21_600, 21_600), (86_400, 86_400), (86_400, 86_400)],
        ),
    ];
    for (rest, expected) in table {
        for owner in 1..200 {
            let mut pauses = Pauses::new(OwnerId(owner), Duration::ZERO);
            for (no, (least, most)) in expected.into_iter().enumerate() {
                let bounds = Duration::from_secs(least)..=Duration::from_secs(most);
                let pause = pauses.next(rest, NO_DAY);
                assert!(bounds.contains(&pause), "{rest:?} {no}: {pause:?}");
            }
            assert_eq!(pauses.tries(), 5);
            pauses.reset();
            assert_eq!(pauses.tries(), 0);
            let first = pauses.next(rest, NO_DAY).as_secs();
            assert!((expected[0].0..=expected[0].1).contains(&first), "{rest:?}: {first}");
        }
    }
    let mut pauses = Pauses::new(OwnerId(7), Duration::ZERO);
    let longest = (0..60).map(|_| pauses.next(Rest::USUAL, NO_DAY)).max().unwrap();
    assert!((150 * SECOND..=300 * SECOND).contains(&longest), "{longest:?}");
}

#[test]
fn what_passes_by_itself_is_no_refused_login() {
    let mut pauses = Pauses::new(OwnerId(1), Duration::ZERO);
    let busy = Rest::Growing(30 * SECOND);
    for _ in 0..10 {
        assert!(pauses.next(busy, NO_DAY) <= 300 * SECOND);
    }
    assert!(pauses.next(Rest::Refused, NO_DAY) <= 300 * SECOND, "the first of its kind");
    assert!(pauses.next(busy, NO_DAY) <= 300 * SECOND);
    assert_eq!(pauses.next(Rest::Refused, NO_DAY), HOUR, "the second");
}

#[test]
fn a_new_day_is_not_begun_by_everybody_at_once() {
    let seconds: BTreeSet<u64> = (1..=100)
        .map(|owner| Pauses::new(OwnerId(owner), SECOND).next(Rest::NextDay, HOUR).as_secs())
        .collect();
    assert!(seconds.len() > 90, "{}", seconds.len());
    assert!(*seconds.first().unwrap() >= 3_600 && *seconds.last().unwrap() <= 4_200);
    let today = Pauses::new(OwnerId(1), SECOND).next(Rest::NextDay, NO_DAY);
    assert!(today >= 2 * SECOND, "{today:?}");
}

#[test]
fn a_share_is_counted_over_lines_and_renewed_with_the_day() {
    let at = |text: &str| text.parse().unwrap();
    let mut share = Share::new(1_000);
    assert_eq!(share.renewed_in(at("2026-11-25T22:00:00Z")), Duration::ZERO, "never granted from");
    assert_eq!(share.grant(0, at("2026-11-25T22:00:00Z")), 1_000);
    assert_eq!(share.grant(400, at("2026-11-25T22:30:00Z")), 1_000);
    share.count(700);
    share.line_opened();
    assert_eq!(share.grant(0, at("2026-11-25T23:00:00Z")), 300, "what the last line has left");
    share.count(301);
    share.line_opened();
    assert_eq!(share.grant(5, at("2026-11-25T23:59:59Z")), 5, "nothing is left");
    assert_eq!(share.renewed_in(at("2026-11-25T23:59:59Z")), SECOND);
    assert_eq!(share.grant(50, at("2026-11-26T00:00:00Z")), 1_050);
    assert_eq!(share.renewed_in(at("2026-11-26T00:00:00Z")), 24 * HOUR);
    // Used up after midnight of what was granted before it: there is a new share already.
    assert_eq!(share.renewed_in(at("2026-11-27T00:00:01Z")), Duration::ZERO);
    // The clock was set back: that day has its own share.
    assert_eq!(share.grant(60, at("2026-11-25T12:00:00Z")), 1_060);
}

#[tokio::test]
async fn a_line_notices_when_its_other_end_is_gone() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let account = Account {
        host: "127.0.0.1".to_owned(),
        port: listener.local_addr().unwrap().port(),
        tls: Tls::Plain,
        user: None,
        password: None,
        ca_file: None,
    };
    let tcp = sigap::net::dial(&account).await.unwrap();
    let socket = socket2::SockRef::from(&tcp);
    assert!(socket.tcp_nodelay().unwrap() && socket.keepalive().unwrap());
    assert_eq!(socket.tcp_keepalive_time().unwrap(), 60 * SECOND);
    assert_eq!(socket.tcp_keepalive_interval().unwrap(), 20 * SECOND);
    assert_eq!(socket.tcp_keepalive_retries().unwrap(), 4);
    assert_eq!(socket.tcp_user_timeout().unwrap(), Some(120 * SECOND));
}

/// The name has an address that swallows everything, as where IPv6 is announced and not routed.
#[tokio::test(start_paused = true)]
async fn an_address_that_is_dead_leaves_time_for_the_next_one() {
    let full = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    full.bind(&"127.0.0.1:0".parse::<std::net::SocketAddr>().unwrap().into()).unwrap();
    full.listen(0).unwrap();
    let dead = full.local_addr().unwrap().as_socket().unwrap();
    // Whoever comes after these is not even refused.
    let waiting = Duration::from_millis(200);
    let fill = || std::net::TcpStream::connect_timeout(&dead, waiting).ok();
    let _full: Vec<_> = std::iter::from_fn(fill).collect();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let alive = listener.local_addr().unwrap();
    for (addresses, seconds) in [(vec![alive], 0), (vec![dead, alive], 15), (vec![dead; 3], 30)] {
        let began = Instant::now();
        let reached = sigap::net::reach(&addresses).await;
        assert_eq!(reached.is_ok(), addresses.contains(&alive), "{reached:?}");
        assert_eq!(began.elapsed().as_secs(), seconds, "{addresses:?}");
    }
}

#[test]
fn few_files_for_many_mailboxes_are_told() {
    for (allowed, mailboxes, told) in [
        (None, 100_000, false),
        (Some(1_024), 960, false),
        (Some(1_024), 961, true),
        (Some(5), 0, true),
    ] {
        let words = sigap::daemon::allowance::too_few_files(allowed, mailboxes);
        assert_eq!(words.is_some(), told, "{allowed:?} {mailboxes}: {words:?}");
    }
}

/// A machine without the older protocol, as far as a test can be one: nothing listens there.
#[tokio::test]
async fn both_doors_open_where_there_is_only_the_newer_protocol() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let Ok(listener) = tokio::net::TcpListener::bind("[::1]:0").await else {
        eprintln!("skipped: this machine has no IPv6");
        return;
    };
    let port = listener.local_addr().unwrap().port();
    for host in ["::1"] {
        let account = Account {
            host: host.to_owned(),
            port,
            tls: Tls::Plain,
            user: None,
            password: None,
            ca_file: None,
        };
        let accepts = async {
            let (mut tcp, peer) = listener.accept().await.unwrap();
            tcp.write_all(b"hi").await.unwrap();
            peer.is_ipv6()
        };
        let (line, newer) = tokio::join!(sigap::net::dial(&account), accepts);
        match line {
            Ok(mut line) => {
                assert!(newer, "{host}");
                assert_eq!(line.read_u8().await.unwrap(), b'h');
            }
            Err(fault) => panic!("{host}: {fault}"),
        }
    }
    let url = sigap::config::servers::parse_url(
        &format!("imap://ani@[::1]:{port}"),
        sigap::config::servers::Protocol::Imap,
    );
    assert_eq!(url.map(|server| server.host).ok(), Some("::1".to_owned()));
}
