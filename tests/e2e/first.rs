//! A long first reading whose process is killed again and again goes on where it stood.
//!
//! `SIGAP_MESSAGES=n` for another number of messages.

use std::time::{Duration, SystemTime};

use sigap::config::settings::Tls;

use crate::daemon::{Daemon, Setup, plain};
use crate::dovecot::Dovecot;
use crate::mail::ask;
use crate::sink::{Behaviour, Sink};

const ANI: &str = "ani@example.test";
const KILLS: usize = 3;
/// What is on its way between server and store: fetched, parsed, waiting, stored.
const UNDER_WAY: usize = 4 * 500;

/// Messages whose headers the server has given out in all, by its own log.
fn given_out(dovecot: &Dovecot) -> usize {
    let log = dovecot.log();
    let counts = log.split("hdr_count=").skip(1);
    let number = |rest: &str| rest.split(' ').next().unwrap().parse::<usize>().unwrap();
    counts.map(number).sum()
}

#[test]
fn a_first_reading_that_is_killed_goes_on_where_it_stood() {
    let count = std::env::var("SIGAP_MESSAGES").ok().and_then(|text| text.parse().ok());
    let count: usize = count.unwrap_or(6_000);
    let Some(mut dovecot) = Dovecot::start(&[(ANI, "rahasia")]) else { return };
    let inbox = dovecot.maildir(ANI).join("cur");
    std::fs::create_dir_all(&inbox).unwrap();
    for number in 0..count {
        let mail = ask(ANI, &format!("old{number}"), &format!("b{number}@example.org"), "Old");
        let name = format!("{}.M{number}.test:2,S", 1_780_000_000 + number);
        std::fs::write(inbox.join(&name), mail).unwrap();
        let old = SystemTime::now() - Duration::from_secs(3 * 86_400);
        let file = std::fs::File::options().append(true).open(inbox.join(name)).unwrap();
        file.set_modified(old).unwrap();
    }
    dovecot.give(&dovecot.maildir(ANI));
    let sink = Sink::start(|_| Behaviour::Accept);
    let mut daemon =
        Daemon::new(&Setup::new(ANI, dovecot.account(ANI, Tls::Implicit), plain(sink.port())));
    let known = |it: &Daemon| match it.json(&["list"]) {
        Some(_) => usize::try_from(it.facts()).unwrap(),
        None => 0,
    };
    let mut stood = Vec::new();
    for kill in 1..=KILLS {
        daemon.start();
        let goal = count * kill / (KILLS + 1);
        daemon.wait_for("a part is read", |it| (known(it) >= goal).then_some(()));
        daemon.kill();
        stood.push(daemon.facts());
    }
    daemon.start_and_settle();
    let rows = |what: &str| -> usize {
        let sql = format!("SELECT count(*) FROM {what}");
        let count: i64 = daemon.store().query_row(&sql, [], |row| row.get(0)).unwrap();
        usize::try_from(count).unwrap()
    };
    assert_eq!((rows("message"), rows("location")), (count, count), "{}", daemon.told_so_far());
    assert_eq!(rows("obligation"), count, "each of them asks something");
    assert_eq!(rows("poison WHERE ends > 1"), 0, "a kill is no message's fault");
    let kinds: Vec<String> =
        daemon.outbox().iter().map(|letter| letter["kind"].to_string()).collect();
    assert_eq!(kinds, ["\"welcome\""], "the backlog is quiet");
    daemon.kill();
    // Every session is in the log when the server has ended.
    dovecot.stop();
    let (given, whole) = (given_out(&dovecot), daemon.facts());
    println!("{whole} messages, killed at {stood:?}: the server gave out {given} headers");
    assert!(given >= count, "{given}");
    assert!(given <= count + KILLS * UNDER_WAY, "{given}: it began anew");
}
