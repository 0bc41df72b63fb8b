//! Many mailboxes in one daemon: some servers throw bombs, or the one server of all restarts, and
//! nobody else's mail waits for it.
//!
//! `SIGAP_ACCOUNTS=n` for another number of accounts at the server that restarts.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use sigap::config::secret::Secret;
use sigap::config::settings::{Account, Tls};

use crate::daemon::{Daemon, Setup, plain};
use crate::dovecot::Dovecot;
use crate::mail::ask;
use crate::place;
use crate::script::Script;
use crate::sink::{Behaviour, Sink};
use crate::watching::folders;

/// Accounts whose servers are well, and accounts at the hostile one.
const WELL: usize = 99;
const HOSTILE: usize = 8;
/// What the whole daemon may need for the bombs.
const MOST_KIB: u64 = 48 * 1024;

/// A beginning, a piece again and again, so often.
type Bomb = (&'static [u8], &'static [u8], usize);

const BOMBS: [Bomb; 8] = [
    (b"* 1 FETCH (BODYSTRUCTURE ", b"(", 400),
    (b"* 1 FETCH (BODYSTRUCTURE ", b"(", 100_000),
    (b"* 1 FETCH (BODY[] {4294967295}\r\n", b"x", 1),
    (b"* 1 FETCH (BODY[] {500000000}\r\n", b"x", 1),
    (b"* OK ", b"xxxxxxxxxxxxxxxx", 32 << 20),
    (b"", b"* 1 EXPUNGE\r\n", 1_000_000),
    (b"* OK ", b"\0\0\0\0\0\0\0\0", 1 << 20),
    (b"* FLAGS (", b"\xff\xfe\x80 ", 1 << 20),
];

/// Before the answers to these.
const AT: [&str; 4] = ["CAPABILITY", "LOGIN", "EXAMINE", "IDLE"];

/// A server that throws the next bomb at every connection.
struct Thrower {
    port: u16,
    thrown: Arc<AtomicUsize>,
}

impl Thrower {
    fn start() -> Self {
        // Another host than that of the others: what is slow there is slow there.
        let listener = TcpListener::bind("127.0.0.2:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (thrown, next) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let inside = Arc::clone(&thrown);
        std::thread::spawn(move || {
            for tcp in listener.incoming().flatten() {
                let (thrown, next) = (Arc::clone(&inside), Arc::clone(&next));
                std::thread::spawn(move || {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    let ended = throw(&tcp, number, &thrown);
                    drop(ended);
                });
            }
        });
        Self { port, thrown }
    }
}

fn throw(tcp: &TcpStream, number: usize, thrown: &AtomicUsize) -> io::Result<()> {
    let (bomb, at) = (BOMBS[number % BOMBS.len()], AT[number / BOMBS.len() % AT.len()]);
    let mut lines = BufReader::new(tcp.try_clone()?);
    let mut out = tcp;
    out.write_all(b"* OK hello\r\n")?;
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let (tag, command) = line.trim_end().split_once(' ').unwrap_or_default();
        if command.starts_with(at) {
            thrown.fetch_add(1, Ordering::SeqCst);
            let (head, piece, many) = bomb;
            let chunk = piece.repeat((64 * 1024 / piece.len()).clamp(1, many));
            out.write_all(head)?;
            for _ in 0..(many * piece.len()).div_ceil(chunk.len()) {
                out.write_all(&chunk)?;
            }
        }
        let untagged = match command.split(' ').next().unwrap_or_default() {
            "CAPABILITY" => "* CAPABILITY IMAP4rev1 IDLE\r\n",
            "LIST" => "* LIST () \"/\" INBOX\r\n* LIST (\\Sent) \"/\" Sent\r\n",
            "EXAMINE" => "* 0 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 1] x\r\n",
            "IDLE" => "+ waiting\r\n",
            _ => "",
        };
        out.write_all(format!("{untagged}{tag} OK done\r\n").as_bytes())?;
    }
}

fn address(number: usize) -> String {
    format!("o{number}@example.test")
}

fn account(host: &str, port: u16, secret: &std::path::Path) -> Account {
    Account {
        host: host.to_owned(),
        user: Some("ani".to_owned()),
        password: Some(Secret::File(secret.to_owned())),
        ..plain(port)
    }
}

/// The most memory that a process ever had, KiB.
fn peak(daemon: &Daemon) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", daemon.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim_end_matches("kB").trim().parse().unwrap()
}

fn listed(daemon: &Daemon, beginning: &str) -> usize {
    daemon.listed().iter().filter(|subject| subject.starts_with(beginning)).count()
}

#[test]
fn bombs_at_some_mailboxes_hold_up_no_other() {
    let (sink, thrower) = (Sink::start(|_| Behaviour::Accept), Thrower::start());
    let servers: Vec<Script> = (0..WELL).map(|_| Script::start(folders())).collect();
    let folder = place::folder();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "rahasia").unwrap();
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
    let usual = Setup::new("", plain(1), plain(sink.port()));
    let mut setup = Setup { poll_every: "3s", nudge_after: "500s", owners: Vec::new(), ..usual };
    for (number, server) in servers.iter().enumerate() {
        setup.owners.push((address(number), account("127.0.0.1", server.port(), &secret)));
    }
    let mut daemon = Daemon::new(&setup);
    daemon.start();
    daemon.wait_for("all are known", |it| {
        (it.states().iter().filter(|state| *state == "live").count() == 2 * WELL).then_some(())
    });
    let before = peak(&daemon);
    for number in WELL..WELL + HOSTILE {
        setup.owners.push((address(number), account("127.0.0.2", thrower.port, &secret)));
    }
    daemon.write(&setup.text());
    daemon.signal("HUP");
    let (began, mut round, mut slowest) = (Instant::now(), 0, Duration::ZERO);
    while thrower.thrown.load(Ordering::SeqCst) < BOMBS.len() * AT.len() || round < 3 {
        round += 1;
        daemon.next_second();
        let delivered = Instant::now();
        let date = Timestamp::now().to_zoned(TimeZone::UTC);
        let date = date.strftime("%d-%b-%Y %H:%M:%S +0000").to_string();
        let words = format!("Round {round} ");
        for (number, server) in servers.iter().enumerate() {
            let (to, id) = (address(number), format!("m{round}-{number}"));
            let mail = ask(&to, &id, "budi@example.org", &format!("{words}for {number}"));
            server.change(|folders| folders[0].mails.push((date.clone(), mail)));
            server.tell_news();
        }
        daemon
            .wait_for("everybody's mail is read", |it| (listed(it, &words) == WELL).then_some(()));
        slowest = slowest.max(delivered.elapsed());
        assert!(began.elapsed() < Duration::from_secs(300), "{:?}", thrower.thrown);
    }
    let grown = peak(&daemon).saturating_sub(before);
    let thrown = thrower.thrown.load(Ordering::SeqCst);
    println!(
        "{thrown} bombs at {HOSTILE} mailboxes: {round} rounds of {WELL} mails all read, the slowest \
         in {slowest:?}; {grown} KiB more than the {before} KiB before"
    );
    let live = daemon.states().iter().filter(|state| *state == "live").count();
    assert!(live >= 2 * WELL, "{live} folders");
    assert!(grown <= MOST_KIB, "{grown} KiB");
    assert!(!daemon.told_so_far().contains("broke down"), "{}", daemon.told_so_far());
}

/// Logins in each second, by the server's own log.
fn logins(log: &str) -> BTreeMap<String, usize> {
    let mut seconds: BTreeMap<String, usize> = BTreeMap::new();
    for line in log.lines().filter(|line| line.contains("Login: user=<")) {
        *seconds.entry(line[..15].to_owned()).or_default() += 1;
    }
    seconds
}

#[test]
fn a_restart_of_the_server_is_no_storm_and_no_wrong_password() {
    let count = std::env::var("SIGAP_ACCOUNTS").ok().and_then(|text| text.parse().ok());
    let count: usize = count.unwrap_or(40);
    let names: Vec<String> = (0..count).map(address).collect();
    let users: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "rahasia")).collect();
    let Some(mut dovecot) = Dovecot::start(&users) else { return };
    let sink = Sink::start(|_| Behaviour::Accept);
    let usual = Setup::new("", plain(1), plain(sink.port()));
    let mut setup = Setup { poll_every: "10m", mode: "observe", owners: Vec::new(), ..usual };
    for name in &names {
        setup.owners.push((name.clone(), dovecot.account(name, Tls::Implicit)));
    }
    let mut daemon = Daemon::new(&setup);
    daemon.start();
    let all_live = |it: &Daemon| {
        let states = it.states();
        (states.len() == 2 * count && states.iter().all(|state| state == "live")).then_some(())
    };
    daemon.wait_for("all are known", all_live);
    let before = dovecot.log().len();
    dovecot.restart();
    let restarted = Instant::now();
    let back = |dovecot: &Dovecot| {
        let log = dovecot.log()[before..].to_owned();
        let seen = names.iter().filter(|name| log.contains(&format!("Login: user=<{name}>")));
        seen.count()
    };
    let within = Duration::from_secs(180);
    place::wait_for("all are back", within, || (back(&dovecot) == count).then_some(()));
    let took = restarted.elapsed();
    daemon.wait_for("all are known again", all_live);
    daemon.next_second();
    for name in &names {
        dovecot.lmtp_deliver(name, &ask(name, &format!("new-{name}"), "budi@example.org", "New"));
    }
    daemon.wait_for("all are read", |it| (listed(it, "New") == count).then_some(()));
    let log = dovecot.log()[before..].to_owned();
    let seconds = logins(&log);
    let most = seconds.values().max().copied().unwrap_or(0);
    let refused = log.matches("auth failed").count();
    println!(
        "{count} accounts: back after {took:?}, in {} different seconds, at most {most} logins in \
         one, {refused} refused",
        seconds.len()
    );
    assert_eq!(refused, 0, "{log}");
    assert!(most <= 50, "{seconds:?}");
    // 40 ms for each of them, less what the dice leave out.
    let spread = Duration::from_millis(40) * u32::try_from(count).unwrap();
    assert!(took >= spread * 3 / 4, "{took:?} for {count}");
}
