//! Stories of whoever runs the daemon: signals, a second one, a changed configuration.

use std::io::{Read, Write};
use std::time::Duration;

use crate::daemon::{Daemon, Setup, plain};
use crate::mail::ask;
use crate::sink::{Behaviour, Sink};
use crate::stage::{ADMIN, Stage};

/// A broken file is told with fault and line and changes nothing; a good one is taken over.
pub fn reload(stage: &Stage, owner: &str) {
    let dovecot = &stage.dovecot;
    let setup = stage.setup(owner);
    let mut daemon = Daemon::new(&setup);
    daemon.start_and_settle();
    daemon.write(&setup.text().replacen("nudge 3s", "nudge 3 parsecs", 1));
    daemon.signal("HUP");
    daemon.wait_for("the fault is told", |it| {
        let journal = it.told_so_far();
        let (_, told) = journal.split_once("The configuration is broken; the old one stays.")?;
        (told.contains("sigap.toml:") && told.contains("3 parsecs")).then_some(())
    });
    // For the commands; the daemon is not told to read it.
    daemon.write(&setup.text());
    dovecot.lmtp_deliver(owner, &ask(owner, "1", "budi@example.org", "Budget report"));
    daemon.has("nudge", "sent");

    let mut both = setup.clone();
    let account = dovecot.account(ADMIN, sigap::config::settings::Tls::Implicit);
    both.owners.push((ADMIN.to_owned(), account));
    daemon.write(&both.text());
    daemon.signal("HUP");
    daemon.wait_for("it is read anew", |it| {
        it.told_so_far().contains("The configuration was read anew.").then_some(())
    });
    daemon.wait_for("both are watched", |it| (it.states() == ["live"; 4]).then_some(()));
    daemon.next_second();
    dovecot.lmtp_deliver(ADMIN, &ask(ADMIN, "new", "citra@example.org", "Question to both"));
    daemon.lists("Question to both");

    daemon.write(&setup.text());
    daemon.signal("HUP");
    daemon.wait_for("one is left", |it| (it.listed() == ["Budget report"]).then_some(()));
    daemon.signal("TERM");
    assert_eq!(daemon.ends(), Some(0), "{}", daemon.told());
}

/// SIGTERM, twice, while an SMTP answer is held back; and no second daemon on the same data.
pub fn end_during_a_letter(stage: &Stage, owner: &str) {
    let sink = Sink::start(|number| match number {
        1 => Behaviour::AcceptLate(Duration::from_secs(5)),
        _ => Behaviour::Accept,
    });
    let setup = Setup { smtp: plain(sink.port()), ..stage.setup(owner) };
    let mut daemon = Daemon::new(&setup);
    daemon.start_and_settle();
    let (code, said) = daemon.sigap(&["run"]);
    assert_eq!(code, Some(12), "{said}");

    stage.dovecot.lmtp_deliver(owner, &ask(owner, "1", "budi@example.org", "Budget report"));
    daemon.wait_for("the nudge is out", |_| (sink.accepted().len() == 2).then_some(()));
    assert_eq!(daemon.letters("nudge")[0].1, "committing");
    daemon.signal("TERM");
    daemon.signal("TERM");
    assert_eq!(daemon.ends(), Some(0), "{}", daemon.told());
    assert_eq!(daemon.letters("nudge")[0].1, "sent", "{}", daemon.told());
    daemon.start();
    daemon.wait_for("it runs again", |it| (it.states() == ["live"; 2]).then_some(()));
    assert!(sink.doubles().is_empty());
}

/// The journal stands still right after the service manager was told of readiness.
pub fn signal_after_readiness(stage: &Stage, owner: &str) {
    // As much as a pipe holds: whoever writes next must wait.
    const FULL: usize = 64 * 1024;
    let mut daemon = Daemon::new(&stage.setup(owner));
    let manager = daemon.notify_socket();
    let (mut journal, mut end) = std::io::pipe().unwrap();
    end.write_all(&[b'\n'; FULL]).unwrap();
    daemon.start_into(end.into());
    let mut word = [0; 64];
    let length = manager.recv(&mut word).unwrap();
    assert!(word[..length].starts_with(b"READY=1"));
    daemon.signal("HUP");
    let mut told = String::new();
    while !told.contains("The configuration was read anew.") {
        let mut some = [0; 4096];
        let length = journal.read(&mut some).unwrap();
        assert!(length > 0, "the signal ended it: {told}");
        told += &String::from_utf8_lossy(&some[..length]);
    }
    std::thread::spawn(move || std::io::copy(&mut journal, &mut std::io::sink()));
    daemon.signal("TERM");
    assert_eq!(daemon.ends(), Some(0));
}

/// Another program keeps the database locked: nothing can be written, and an end is still heard.
pub fn end_while_locked(stage: &Stage, owner: &str) {
    let mut daemon = Daemon::new(&stage.setup(owner));
    daemon.start_and_settle();
    daemon.has("welcome", "sent");
    let lock = daemon.store();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    daemon.wait_for("the desk cannot write", |it| {
        it.told_so_far().contains("trying again every ten seconds").then_some(())
    });
    daemon.signal("HUP");
    daemon.signal("TERM");
    assert_eq!(daemon.ends(), Some(1), "{}", daemon.told());
    drop(lock);
    daemon.start_and_settle();
}
