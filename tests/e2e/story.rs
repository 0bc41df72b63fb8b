//! Whole stories: the real daemon between a real Dovecot and a real Postfix, with seconds for hours.

use std::time::Instant;

use sigap::config::settings::{Account, Tls};

use crate::daemon::Daemon;
use crate::dovecot::Dovecot;
use crate::postfix::Postfix;
use crate::sink::{Behaviour, Sink};

const ANI: &str = "ani@example.test";

fn ask(id: &str, from: &str, subject: &str) -> Vec<u8> {
    format!(
        "From: Budi <{from}>\r\nTo: Ani <{ANI}>\r\nMessage-ID: <{id}@example.org>\r\n\
         Date: Tue, 24 Nov 2026 09:00:00 +0700\r\nSubject: {subject}\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
         Hi Ani,\r\n\r\nCould you please send me the budget report by tomorrow?\r\n\r\nBudi\r\n"
    )
    .into_bytes()
}

fn reply(id: &str, to: &str, parent: &str, words: &str) -> Vec<u8> {
    format!(
        "From: Ani <{ANI}>\r\nTo: <{to}>\r\nMessage-ID: <{id}@example.test>\r\n\
         Date: Tue, 24 Nov 2026 09:05:00 +0700\r\nSubject: Re: it\r\nIn-Reply-To: <{parent}>\r\n\
         References: <{parent}>\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n"
    )
    .into_bytes()
}

/// Mail that asks nothing; a server announces it all the same.
fn newsletter(id: &str) -> Vec<u8> {
    format!(
        "From: News <news@example.org>\r\nTo: {ANI}\r\nMessage-ID: <{id}@news.example.org>\r\n\
         Subject: This week\r\nList-Unsubscribe: <mailto:off@example.org>\r\n\
         Precedence: bulk\r\n\r\nNothing happened.\r\n"
    )
    .into_bytes()
}

fn copies(messages: &[Vec<u8>], id: &str) -> usize {
    let line = format!("message-id: <{id}>");
    let holds = |bytes: &&Vec<u8>| String::from_utf8_lossy(bytes).to_lowercase().contains(&line);
    messages.iter().filter(holds).count()
}

fn is_listed(daemon: &mut Daemon, subject: &str) {
    daemon.wait_for(&format!("{subject} is listed"), |it| {
        it.listed().iter().any(|found| found == subject).then_some(())
    });
}

fn is_answered(daemon: &mut Daemon) {
    daemon.wait_for("nothing is listed", |it| it.listed().is_empty().then_some(()));
}

/// The Message-ID of the nudge that came to its state.
fn nudge(daemon: &mut Daemon, state: &str) -> String {
    daemon.wait_for(&format!("the nudge is {state}"), |it| {
        it.letters("nudge").into_iter().find(|letter| letter.1 == state).map(|letter| letter.0)
    })
}

#[test]
fn story_idle_tells_a_nudge_arrives_and_its_answer_closes() {
    let Some(dovecot) = Dovecot::start(&[(ANI, "rahasia")]) else { return };
    let Some(postfix) = Postfix::start(&dovecot) else { return };
    let smtp = postfix.account(&dovecot, ANI, Tls::Implicit);
    let mut daemon = Daemon::new(ANI, &dovecot.account(ANI, Tls::Implicit), &smtp, "10m");
    daemon.start_and_settle();

    dovecot.lmtp_deliver(ANI, &ask("1", "budi@example.org", "Budget report"));
    let delivered = Instant::now();
    is_listed(&mut daemon, "Budget report");
    eprintln!("listed {} ms after its delivery", delivered.elapsed().as_millis());

    let id = nudge(&mut daemon, "sent");
    daemon.wait_for("the nudge lands", |_| (copies(&dovecot.inbox(ANI), &id) > 0).then_some(()));
    daemon.wait_for("the welcome lands", |it| {
        let welcome = it.letters("welcome");
        let landed = |id: &str| copies(&dovecot.inbox(ANI), id) == 1;
        welcome.iter().all(|(id, state)| state == "sent" && landed(id)).then_some(())
    });

    dovecot.append(ANI, "Sent", &reply("done", "sigap@example.test", &id, "DONE 1"));
    // Sent is not idled on; whatever arrives in the inbox has both read.
    dovecot.lmtp_deliver(ANI, &newsletter("1"));
    is_answered(&mut daemon);
    assert_eq!(copies(&dovecot.inbox(ANI), &id), 1);
    assert_eq!(daemon.letters("nudge").len(), 1, "{}", daemon.told());
    assert_eq!(daemon.letters("mistake").len(), 0, "{}", daemon.told());
    let flags = dovecot.flags(ANI, "INBOX");
    assert!(flags.iter().all(|line| !line.contains("\\Seen")), "reading marks nothing");
}

#[test]
fn story_starttls_and_a_server_that_comes_back() {
    let Some(mut dovecot) = Dovecot::start(&[(ANI, "rahasia")]) else { return };
    let Some(postfix) = Postfix::start(&dovecot) else { return };
    let smtp = postfix.account(&dovecot, ANI, Tls::StartTls);
    let mut daemon = Daemon::new(ANI, &dovecot.account(ANI, Tls::StartTls), &smtp, "2s");
    daemon.start_and_settle();
    dovecot.lmtp_deliver(ANI, &ask("1", "budi@example.org", "Budget report"));
    is_listed(&mut daemon, "Budget report");

    dovecot.restart();
    dovecot.lmtp_deliver(ANI, &ask("2", "citra@example.org", "Second report"));
    is_listed(&mut daemon, "Second report");
    nudge(&mut daemon, "sent");

    dovecot.append(ANI, "Sent", &reply("r1", "budi@example.org", "1@example.org", "Attached."));
    dovecot.append(ANI, "Sent", &reply("r2", "citra@example.org", "2@example.org", "Attached."));
    is_answered(&mut daemon);
}

#[test]
fn story_a_folder_numbered_anew_changes_nothing() {
    const OLD: u32 = 300;
    let Some(dovecot) = Dovecot::start(&[(ANI, "rahasia")]) else { return };
    let Some(postfix) = Postfix::start(&dovecot) else { return };
    let mut wire = dovecot.login(ANI);
    for number in 0..OLD {
        let from = format!("budi{number}@example.org");
        let bytes = ask(&format!("old{number}"), &from, &format!("Old {number}"));
        wire.imap_append("INBOX", "\"20-Nov-2026 09:00:00 +0700\" ", &bytes);
    }
    drop(wire);
    let smtp = postfix.account(&dovecot, ANI, Tls::Implicit);
    let mut daemon = Daemon::new(ANI, &dovecot.account(ANI, Tls::Implicit), &smtp, "2s");
    daemon.start_and_settle();
    daemon.wait_for("the welcome is sent and seen", |it| {
        let sent = it.letters("welcome").iter().any(|(_, state)| state == "sent");
        (sent && it.facts() == OLD + 1).then_some(())
    });
    let listed = daemon.listed();

    dovecot.bump_uidvalidity(ANI, "INBOX");
    dovecot.lmtp_deliver(ANI, &ask("new", "budi@example.org", "New report"));
    is_listed(&mut daemon, "New report");
    let id = nudge(&mut daemon, "sent");
    daemon.wait_for("the nudge is seen", |it| (it.facts() == OLD + 3).then_some(()));
    assert_eq!(daemon.listed().len(), listed.len() + 1, "{}", daemon.told());
    assert_eq!(daemon.letters("nudge").len(), 1, "{}", daemon.told());
    let inbox = dovecot.inbox(ANI);
    assert_eq!(copies(&inbox, &id), 1);
    let line = format!("message-id: <{id}>");
    let letter = inbox.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let letter = letter.filter(|text| text.to_lowercase().contains(&line)).collect::<String>();
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
    let smtp = Account {
        host: "127.0.0.1".to_owned(),
        port: sink.port(),
        tls: Tls::Plain,
        user: None,
        password: None,
        ca_file: None,
    };
    let mut daemon = Daemon::new(ANI, &dovecot.account(ANI, Tls::Implicit), &smtp, "2s");
    daemon.start_and_settle();
    daemon.wait_for("the welcome", |_| (sink.accepted().len() == 1).then_some(()));
    dovecot.lmtp_deliver(ANI, &ask("1", "budi@example.org", "Budget report"));
    daemon.wait_for("the nudge", |_| (sink.accepted().len() == 2).then_some(()));
    daemon.kill();
    let kept = sink.accepted()[1].clone();
    assert_eq!(daemon.letters("nudge"), [(kept.message_id.clone(), "committing".to_owned())]);

    dovecot.lmtp_deliver(ANI, &kept.bytes);
    daemon.start();
    assert_eq!(nudge(&mut daemon, "sent"), kept.message_id);
    assert_eq!(sink.accepted().len(), 2);
    assert_eq!(sink.attempts(), 2);
    assert!(sink.doubles().is_empty());
}
