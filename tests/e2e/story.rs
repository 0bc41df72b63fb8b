//! Whole stories: the real daemon between a real Dovecot and a real Postfix, with seconds for hours.

use std::time::Instant;

use sigap::config::settings::Tls;

use crate::daemon::{Daemon, Setup, plain};
use crate::dovecot::Dovecot;
use crate::mail::{ask, copies, newsletter, reply, with_id};
use crate::mailboxes::Mailboxes;
use crate::postfix::Postfix;
use crate::sink::{Behaviour, Sink};

const ANI: &str = "ani@example.test";

#[test]
fn story_idle_tells_a_nudge_arrives_and_its_answer_closes() {
    let Some(dovecot) = Dovecot::start(&[(ANI, "rahasia")]) else { return };
    let Some(postfix) = Postfix::start(&dovecot) else { return };
    let smtp = postfix.account(&dovecot, ANI, Tls::Implicit);
    let setup = Setup::new(ANI, dovecot.account(ANI, Tls::Implicit), smtp);
    let mut daemon = Daemon::new(&Setup { poll_every: "10m", ..setup });
    daemon.start_and_settle();

    dovecot.lmtp_deliver(ANI, &ask(ANI, "1", "budi@example.org", "Budget report"));
    let delivered = Instant::now();
    daemon.lists("Budget report");
    eprintln!("listed {} ms after its delivery", delivered.elapsed().as_millis());

    let id = daemon.has("nudge", "sent");
    daemon.wait_for("the nudge lands", |_| (copies(&dovecot.inbox(ANI), &id) > 0).then_some(()));
    daemon.wait_for("the welcome lands", |it| {
        let welcome = it.letters("welcome");
        let landed = |id: &str| copies(&dovecot.inbox(ANI), id) == 1;
        welcome.iter().all(|(id, state)| state == "sent" && landed(id)).then_some(())
    });

    dovecot.append(ANI, "Sent", &reply(ANI, "done", "sigap@example.test", &id, "DONE 1"));
    // Sent is not idled on; whatever arrives in the inbox has both read.
    dovecot.lmtp_deliver(ANI, &newsletter(ANI, "1"));
    daemon.lists_nothing();
    assert_eq!(copies(&dovecot.inbox(ANI), &id), 1);
    assert_eq!(daemon.letters("nudge").len(), 1, "{}", daemon.told());
    assert_eq!(daemon.letters("mistake").len(), 0, "{}", daemon.told());
    let flags = dovecot.flags(ANI, "INBOX");
    assert!(flags.iter().all(|line| !line.contains("\\Seen")), "reading marks nothing");
}

#[test]
fn story_a_correction_reads_the_text_once_more_and_the_next_such_mail_is_not_sure() {
    let Some(dovecot) = Dovecot::start(&[(ANI, "rahasia")]) else { return };
    let sink = Sink::start(|_| Behaviour::Accept);
    let setup = Setup::new(ANI, dovecot.account(ANI, Tls::Implicit), plain(sink.port()));
    let mut daemon = Daemon::new(&Setup { nudge_after: "300s", ..setup });
    daemon.start_and_settle();
    dovecot.lmtp_deliver(ANI, &ask(ANI, "1", "budi@example.org", "Budget report"));
    daemon.lists("Budget report");
    let row = daemon.json(&["list"]).unwrap()["obligations"][0].clone();

    // Nobody reads the mailbox when it is said; the next process does.
    daemon.kill();
    assert_eq!(daemon.sigap(&["not", row["ref"].as_str().unwrap()]).0, Some(0));
    let words = |it: &Daemon| -> Option<String> {
        it.store().query_row("SELECT words FROM lesson", [], |row| row.get(0)).unwrap()
    };
    assert_eq!(words(&daemon), None);
    daemon.start();
    let read = daemon.wait_for("the text is read once more", words);
    assert!(read.starts_with('[') && read.len() > 10, "{read}");

    daemon.next_second();
    dovecot.lmtp_deliver(ANI, &ask(ANI, "2", "budi@example.org", "Budget report of May"));
    let class = daemon.wait_for("the next one is judged", |it| {
        let sql = "SELECT class FROM message WHERE key = '2@example.org'";
        it.store().query_row(sql, [], |row| row.get::<_, String>(0)).ok()
    });
    assert_eq!(class, "unsure", "{}", daemon.told());
    assert!(daemon.listed().is_empty(), "{}", daemon.told());
    let (_, told) = daemon.sigap(&["why", "<2@example.org>"]);
    assert!(told.contains("you said NOT to"), "{told}");
    let flags = dovecot.flags(ANI, "INBOX");
    assert!(flags.iter().all(|line| !line.contains("\\Seen")), "reading marks nothing");
}

#[test]
fn story_starttls_and_a_server_that_comes_back() {
    let Some(mut dovecot) = Dovecot::start(&[(ANI, "rahasia")]) else { return };
    let Some(postfix) = Postfix::start(&dovecot) else { return };
    let smtp = postfix.account(&dovecot, ANI, Tls::StartTls);
    let mut daemon = Daemon::new(&Setup::new(ANI, dovecot.account(ANI, Tls::StartTls), smtp));
    daemon.start_and_settle();
    dovecot.lmtp_deliver(ANI, &ask(ANI, "1", "budi@example.org", "Budget report"));
    daemon.lists("Budget report");

    dovecot.restart();
    dovecot.lmtp_deliver(ANI, &ask(ANI, "2", "citra@example.org", "Second report"));
    daemon.lists("Second report");
    daemon.has("nudge", "sent");

    dovecot.append(
        ANI,
        "Sent",
        &reply(ANI, "r1", "budi@example.org", "1@example.org", "Attached."),
    );
    dovecot.append(
        ANI,
        "Sent",
        &reply(ANI, "r2", "citra@example.org", "2@example.org", "Attached."),
    );
    daemon.lists_nothing();
}

#[test]
fn story_a_folder_numbered_anew_changes_nothing() {
    // By hand with as many as a grown inbox has: SIGAP_LONG=1.
    let old = if std::env::var_os("SIGAP_LONG").is_some() { 10_000 } else { 300 };
    let Some(dovecot) = Dovecot::start(&[(ANI, "rahasia")]) else { return };
    let Some(postfix) = Postfix::start(&dovecot) else { return };
    let mut wire = dovecot.login(ANI);
    for number in 0..old {
        let from = format!("budi{number}@example.org");
        let bytes = ask(ANI, &format!("old{number}"), &from, &format!("Old {number}"));
        wire.imap_append("INBOX", "\"20-Nov-2026 09:00:00 +0700\" ", &bytes);
    }
    drop(wire);
    let smtp = postfix.account(&dovecot, ANI, Tls::Implicit);
    let mut daemon = Daemon::new(&Setup::new(ANI, dovecot.account(ANI, Tls::Implicit), smtp));
    daemon.start_and_settle();
    daemon.wait_for("the welcome is sent and seen", |it| {
        let sent = it.letters("welcome").iter().any(|(_, state)| state == "sent");
        (sent && it.facts() == old + 1).then_some(())
    });
    let listed = daemon.listed();
    let others = |it: &Daemon| it.outbox().iter().filter(|it| it["kind"] != "nudge").count();
    let before = others(&daemon);

    let bumped = Instant::now();
    dovecot.bump_uidvalidity(ANI, "INBOX");
    dovecot.lmtp_deliver(ANI, &ask(ANI, "new", "budi@example.org", "New report"));
    daemon.lists("New report");
    eprintln!("{old} messages numbered anew: {} ms", bumped.elapsed().as_millis());
    let id = daemon.has("nudge", "sent");
    daemon.wait_for("the nudge is seen", |it| (it.facts() == old + 3).then_some(()));
    assert_eq!(daemon.listed().len(), listed.len() + 1, "{}", daemon.told());
    assert_eq!(daemon.letters("nudge").len(), 1, "{}", daemon.told());
    assert_eq!(others(&daemon), before, "{}", daemon.told());
    let inbox = dovecot.inbox(ANI);
    assert_eq!(copies(&inbox, &id), 1);
    let letter = with_id(&inbox, &id).concat();
    assert!(!letter.contains("Old "), "a nudge about old mail:\n{letter}");
}

#[test]
fn story_killed_between_dot_and_answer_sends_once() {
    let Some(dovecot) = Dovecot::start(&[(ANI, "rahasia")]) else { return };
    // The welcome goes through; the nudge is accepted, and its answer comes long after the kill.
    let sink = Sink::start(|number| match number {
        1 => Behaviour::AcceptLate(crate::daemon::WITHIN),
        _ => Behaviour::Accept,
    });
    let smtp = plain(sink.port());
    let mut daemon = Daemon::new(&Setup::new(ANI, dovecot.account(ANI, Tls::Implicit), smtp));
    daemon.start_and_settle();
    daemon.wait_for("the welcome", |_| (sink.accepted().len() == 1).then_some(()));
    dovecot.lmtp_deliver(ANI, &ask(ANI, "1", "budi@example.org", "Budget report"));
    daemon.wait_for("the nudge", |_| (sink.accepted().len() == 2).then_some(()));
    daemon.kill();
    let kept = sink.accepted()[1].clone();
    assert_eq!(daemon.letters("nudge"), [(kept.message_id.clone(), "committing".to_owned())]);

    dovecot.lmtp_deliver(ANI, &kept.bytes);
    daemon.start();
    assert_eq!(daemon.has("nudge", "sent"), kept.message_id);
    assert_eq!(sink.accepted().len(), 2);
    assert_eq!(sink.attempts(), 2);
    assert!(sink.doubles().is_empty());
}

#[test]
fn story_nothing_leaves_while_the_mailbox_cannot_be_read() {
    let Some(mut dovecot) = Dovecot::start(&[(ANI, "rahasia")]) else { return };
    let sink = Sink::start(|_| Behaviour::Accept);
    let setup = Setup::new(ANI, dovecot.account(ANI, Tls::Implicit), plain(sink.port()));
    let mut daemon = Daemon::new(&Setup { fresh_within: "1s", nudge_after: "10s", ..setup });
    daemon.start_and_settle();
    daemon.has("welcome", "sent");
    dovecot.lmtp_deliver(ANI, &ask(ANI, "1", "budi@example.org", "Budget report"));
    daemon.lists("Budget report");
    dovecot.stop();
    assert!(daemon.letters("nudge").is_empty(), "{}", daemon.told());
    daemon.wait_for("it is not live", |it| (it.states() == ["failed"; 2]).then_some(()));
    daemon.wait_for("the nudge would be due", |it| {
        let row = it.json(&["list"])?["obligations"][0].clone();
        (row["owner_time_s"].as_i64()? > 15).then_some(())
    });
    assert_eq!(sink.attempts(), 1, "{}", daemon.told());
    let listing = daemon.json(&["list"]).unwrap();
    assert!(listing["mailboxes"][0]["last_read_at"].is_string(), "{listing:#}");
    let (_, said) = daemon.sigap(&["list"]);
    assert!(said.contains("INBOX (cannot be read; last read on "), "{said}");

    dovecot.restart();
    let id = daemon.has("nudge", "sent");
    assert_eq!(sink.accepted().iter().filter(|letter| letter.message_id == id).count(), 1);
    assert_eq!(daemon.states(), ["live"; 2]);
}
