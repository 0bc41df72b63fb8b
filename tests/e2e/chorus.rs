//! Stories that share one Dovecot and one Postfix, told at the same time. What people see is
//! asserted: the list, the explanations, the outbox, the mail itself.

use serde_json::Value;
use sigap::config::secret::Secret;

use crate::daemon::{Daemon, Setup, plain};
use crate::mail::{ask, copies, reply, with_id};
use crate::mailboxes::Mailboxes;
use crate::operating;
use crate::place;
use crate::sink::{Behaviour, Sink};
use crate::stage::{ADMIN, Stage, Story};

const STORIES: &[Story] = &[
    ("an answer that is read before its question settles it", read_before_its_question),
    ("a lost answer of the mail server repeats the same letter once", lost_answer),
    ("without Sent nobody is nudged until there is one", no_sent_folder),
    ("a refused login is told and not tried again and again", refused_login),
    ("a broken configuration changes nothing, a good one is taken", operating::reload),
    ("in observe mode only a preview leaves", observe),
    ("an end waits for the letter on its way", operating::end_during_a_letter),
    ("a signal right after readiness is heard", operating::signal_after_readiness),
    ("an end is heard while the database is locked", operating::end_while_locked),
    ("mail from before the start is listed and not nudged about", backlog),
    ("doctor learns what the server writes into mail", customs),
];

#[test]
fn stories_that_share_their_servers() {
    Stage::tell(STORIES);
}

/// The messages of a conversation as `why` tells them: effect by Message-ID.
fn effects(daemon: &Daemon, id: &str) -> Vec<(String, String)> {
    let why = daemon.json(&["why", id]).unwrap();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let turns = why["cases"][0]["conversation"].as_array().unwrap();
    turns.iter().map(|turn| (word(&turn["message_id"]), word(&turn["effect"]))).collect()
}

fn read_before_its_question(stage: &Stage, owner: &str) {
    let dovecot = &stage.dovecot;
    let mut daemon = Daemon::new(&stage.setup(owner));
    daemon.start_and_settle();
    daemon.has("welcome", "sent");
    let answer = reply(owner, "r1", "budi@example.org", "1@example.org", "Attached.");
    dovecot.append(owner, "Sent", &answer);
    daemon.wait_for("the answer is read", |it| it.json(&["why", "r1@example.test"]));
    daemon.next_second();
    dovecot.lmtp_deliver(owner, &ask(owner, "1", "budi@example.org", "Budget report"));
    daemon.wait_for("the question is read", |it| it.json(&["why", "1@example.org"]));
    assert!(daemon.listed().is_empty(), "{}", daemon.told());

    // A nudge about another one shows that the first one's time has come as well.
    dovecot.lmtp_deliver(owner, &ask(owner, "2", "citra@example.org", "Second report"));
    daemon.lists("Second report");
    let id = daemon.has("nudge", "sent");
    assert_eq!(daemon.listed(), ["Second report"]);
    daemon.wait_for("it lands", |_| (copies(&dovecot.inbox(owner), &id) == 1).then_some(()));
    assert!(!with_id(&dovecot.inbox(owner), &id).concat().contains("Budget report"));
    assert_eq!(daemon.letters("nudge").len(), 1);
    let told = effects(&daemon, "1@example.org");
    assert!(told.contains(&("r1@example.test".to_owned(), "answered".to_owned())), "{told:?}");
}

fn lost_answer(stage: &Stage, owner: &str) {
    let sink = Sink::start(|number| match number {
        1 => Behaviour::AcceptAndHangUp,
        _ => Behaviour::Accept,
    });
    let setup = Setup { smtp: plain(sink.port()), ..stage.setup(owner) };
    let mut daemon = Daemon::new(&setup);
    daemon.start_and_settle();
    daemon.has("welcome", "sent");
    stage.dovecot.lmtp_deliver(owner, &ask(owner, "1", "budi@example.org", "Budget report"));
    let unknown = daemon.has("nudge", "unknown");
    assert_eq!(daemon.has("nudge", "sent"), unknown);
    let letters = sink.accepted();
    assert_eq!(letters.len(), 3, "{}", daemon.told());
    let copy = |no: usize| (&letters[no].to, &letters[no].bytes);
    assert!(copy(1) == copy(2), "a repeat is the same letter, byte for byte");
    assert_eq!(letters[1].message_id, unknown);
    assert_eq!(daemon.letters("nudge").len(), 1);
}

fn no_sent_folder(stage: &Stage, owner: &str) {
    let dovecot = &stage.dovecot;
    dovecot.login(owner).imap_command("DELETE Sent");
    let mut daemon = Daemon::new(&stage.setup(owner));
    let (code, said) = daemon.sigap(&["doctor"]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("no folder of sent mail"), "{said}");

    daemon.start();
    daemon.wait_for("it is blind", |it| (it.states() == ["blind"]).then_some(()));
    daemon.next_second();
    dovecot.lmtp_deliver(owner, &ask(owner, "1", "budi@example.org", "Budget report"));
    daemon.wait_for("the nudge would be due", |it| {
        let row = it.json(&["list"])?["obligations"].get(0)?.clone();
        (row["owner_time_s"].as_i64()? > 5).then_some(())
    });
    assert!(daemon.letters("nudge").is_empty(), "{}", daemon.told());
    let (_, said) = daemon.sigap(&["list"]);
    assert!(said.contains("no folder of sent mail, so answers are not seen"), "{said}");
    daemon.has("alarm", "sent");
    let told = || dovecot.inbox(ADMIN).iter().any(|it| String::from_utf8_lossy(it).contains(owner));
    daemon.wait_for("the admin is told", |_| told().then_some(()));

    dovecot.login(owner).imap_command("CREATE Sent");
    daemon.has("nudge", "sent");
    assert_eq!(daemon.states(), ["live", "live"]);
}

fn refused_login(stage: &Stage, owner: &str) {
    let mut setup = stage.setup(owner);
    let folder = place::folder();
    let wrong = folder.path().join("wrong");
    std::fs::copy(stage.dovecot.password_file(owner), &wrong).unwrap();
    std::fs::write(&wrong, "salah").unwrap();
    let (_, account) = &mut setup.owners[0];
    let right = account.password.replace(Secret::File(wrong.clone()));
    let mut daemon = Daemon::new(&setup);
    let (code, said) = daemon.sigap(&["doctor"]);
    assert_eq!(code, Some(10), "{said}");

    daemon.start();
    daemon.wait_for("it is told", |it| (it.states() == ["failed"]).then_some(()));
    let (_, said) = daemon.sigap(&["list"]);
    assert!(said.contains("It is unknown whether anybody is waiting."), "{said}");
    assert!(said.contains("cannot be read; never read"), "{said}");
    daemon.has("alarm", "sent");
    // A second try, then a long rest: a new start begins anew, so nothing else tries.
    let refused = || {
        let log = stage.dovecot.log();
        let of_owner = |line: &&str| line.contains("auth failed") && line.contains(owner);
        log.lines().filter(of_owner).count()
    };
    daemon.wait_for("the second try", |_| (refused() >= 3).then_some(()));
    daemon.wait_for("until when is told", |it| {
        let told = it.json(&["list"]).unwrap().to_string();
        told.contains("it is tried again on").then_some(())
    });
    let rested = std::time::Instant::now();
    daemon.wait_for("a rest", |_| (rested.elapsed().as_secs() > 20).then_some(()));
    assert_eq!(refused(), 3, "doctor's and two of the daemon");

    daemon.kill();
    setup.owners[0].1.password = right;
    daemon.write(&setup.text());
    daemon.start_and_settle();
}

fn observe(stage: &Stage, owner: &str) {
    let mut daemon = Daemon::new(&Setup { mode: "observe", ..stage.setup(owner) });
    daemon.start_and_settle();
    stage.dovecot.lmtp_deliver(owner, &ask(owner, "1", "budi@example.org", "Budget report"));
    daemon.lists("Budget report");
    daemon.has("preview", "sent");
    let kinds: Vec<Value> = daemon.outbox().iter().map(|letter| letter["kind"].clone()).collect();
    assert_eq!(kinds, ["preview"], "{}", daemon.told());
    assert_eq!(daemon.listed(), ["Budget report"]);
    let (_, said) = daemon.sigap(&["why", "1@example.org"]);
    assert!(said.contains("observe"), "{said}");
    let inbox = || stage.dovecot.inbox(owner).len();
    daemon.wait_for("the preview lands", |_| (inbox() == 2).then_some(()));
}

fn backlog(stage: &Stage, owner: &str) {
    const OLD: usize = 300;
    let mut wire = stage.dovecot.login(owner);
    for number in 0..OLD {
        let from = format!("budi{number}@example.org");
        let bytes = ask(owner, &format!("old{number}"), &from, &format!("Old {number}"));
        wire.imap_append("INBOX", "", &bytes);
    }
    drop(wire);
    let mut daemon = Daemon::new(&stage.setup(owner));
    daemon.next_second();
    daemon.start_and_settle();
    assert_eq!(daemon.listed().len(), OLD);
    let told = daemon.json(&["why", "old7@example.org"]).unwrap();
    assert_eq!(told["cases"][0]["message"]["backlog"], true, "{told:#}");

    stage.dovecot.lmtp_deliver(owner, &ask(owner, "1", "budi@example.org", "New report"));
    let id = daemon.has("nudge", "sent");
    let inbox = || stage.dovecot.inbox(owner);
    daemon.wait_for("it lands", |_| (copies(&inbox(), &id) == 1).then_some(()));
    let letter = with_id(&inbox(), &id).concat();
    assert!(letter.contains("New report") && !letter.contains("Old "), "{letter}");
    let mut kinds: Vec<String> =
        daemon.outbox().iter().map(|letter| letter["kind"].to_string()).collect();
    kinds.sort();
    assert_eq!(kinds, ["\"nudge\"", "\"welcome\""]);
}

fn customs(stage: &Stage, owner: &str) {
    let daemon = Daemon::new(&stage.setup(owner));
    let said = || {
        let (code, said) = daemon.sigap(&["doctor"]);
        assert_eq!(code, Some(0), "{said}");
        said
    };
    let mail = |no: usize| ask(owner, &no.to_string(), "budi@example.org", "Report");
    (0..19).for_each(|no| stage.dovecot.lmtp_deliver(owner, &mail(no)));
    assert!(said().contains("19 of the latest messages came over the net: too few"), "{}", said());
    stage.dovecot.lmtp_deliver(owner, &mail(19));
    let learned = said();
    assert!(learned.contains("of the latest 20 that came over the net 20 bear"), "{learned}");
    assert!(learned.contains("no Authentication-Results: "), "{learned}");
    assert!(!learned.contains("no Return-Path: "), "{learned}");
}
