//! Two who both answer by themselves, and one who answers everything: nothing goes around.

use sigap::config::settings::Tls;

use crate::absences::{
    ANI, BUDI, CITRA, accepted, automatic, decision, dovecot, field, is_away, letter, watching,
};
use crate::daemon::{Daemon, plain};
use crate::dovecot::Dovecot;
use crate::mail::{copies, reply};
use crate::mailboxes::Mailboxes;
use crate::postfix::Postfix;
use crate::sink::{Behaviour, Sink};

const ADMIN: &str = "it@example.test";

#[test]
fn rings_of_two_owners_end_at_once() {
    let Some(dovecot) = dovecot(&[ANI, CITRA]) else { return };
    let Some(postfix) = Postfix::start(&dovecot) else { return };
    let smtp = postfix.account(&dovecot, ANI, Tls::Implicit);
    let mut daemons = [watching(&dovecot, smtp, &[ANI, CITRA], |text| text)];
    is_away(&mut daemons[0], ANI);
    is_away(&mut daemons[0], CITRA);
    write_to_each_other(&dovecot, &postfix, &mut daemons, [ANI, CITRA]);
}

#[test]
fn rings_of_two_houses_end_at_once() {
    let Some(dovecot) = dovecot(&[ANI, BUDI]) else { return };
    let Some(postfix) = Postfix::start(&dovecot) else { return };
    // Neither knows the letters of the other.
    let mut daemons = [ANI, BUDI].map(|owner| {
        let smtp = postfix.account(&dovecot, owner, Tls::Implicit);
        let mut daemon = watching(&dovecot, smtp, &[owner], |text| text);
        is_away(&mut daemon, owner);
        daemon
    });
    write_to_each_other(&dovecot, &postfix, &mut daemons, [ANI, BUDI]);
}

/// Both write, both are away, and each reply lies in the other one's inbox, and was read there.
fn write_to_each_other(
    dovecot: &Dovecot,
    postfix: &Postfix,
    daemons: &mut [Daemon],
    [one, other]: [&str; 2],
) {
    daemons[0].next_second();
    postfix.deliver(one, other, &letter(one, other, "there", ""));
    postfix.deliver(other, one, &letter(other, one, "back", ""));
    let owners = 2 / u32::try_from(daemons.len()).unwrap();
    let mut replies = Vec::new();
    for daemon in &mut *daemons {
        replies.extend(daemon.wait_for("all replies are sent", |it| {
            let sent = it.letters("auto_reply").into_iter().filter(|(_, state)| state == "sent");
            let ids: Vec<String> = sent.map(|(id, _)| id).collect();
            (ids.len() == usize::try_from(owners).unwrap()).then_some(ids)
        }));
    }
    let land =
        |id: &String| copies(&dovecot.inbox(one), id) + copies(&dovecot.inbox(other), id) == 1;
    daemons[0].wait_for("both replies land", |_| replies.iter().all(land).then_some(()));
    for daemon in &mut *daemons {
        // To each owner: the welcome, what the other one has written, and its reply.
        daemon.wait_for("they are read", |it| (it.facts() == 3 * owners).then_some(()));
        assert_eq!(daemon.letters("auto_reply").len(), usize::try_from(owners).unwrap());
    }
    for owner in [one, other] {
        let inbox = dovecot.inbox(owner);
        assert_eq!((inbox.len(), automatic(&inbox).len()), (3, 1), "{owner}");
    }
}

#[test]
fn rings_with_a_vacation_script_end_at_once() {
    const VINA: &str = "vina@example.org";
    let Some(mut dovecot) = dovecot(&[ANI, VINA]) else { return };
    let Some(postfix) = Postfix::start(&dovecot) else { return };
    let Some(()) = dovecot.filter_through(postfix.ports.smtp) else { return };
    let script = format!(
        "require [\"vacation\"];\n\
         vacation :days 1 :subject \"On leave\" :addresses [\"{VINA}\"] \"I am on leave.\";\n"
    );
    dovecot.write_sieve(VINA, &script);
    dovecot.append(ANI, "Sent", &reply(ANI, "before", VINA, "0@example.org", "Thank you."));
    let smtp = postfix.account(&dovecot, ANI, Tls::Implicit);
    let mut daemon = watching(&dovecot, smtp, &[ANI], |text| text);
    is_away(&mut daemon, ANI);
    daemon.next_second();
    postfix.deliver(VINA, ANI, &letter(VINA, ANI, "to-ani", ""));
    postfix.deliver(ANI, VINA, &letter(ANI, VINA, "to-vina", ""));
    let id = daemon.has("auto_reply", "sent");
    daemon.wait_for("the vacation's answer lands", |_| {
        (automatic(&dovecot.inbox(ANI)).len() == 1).then_some(())
    });
    // A delivery is over when the script has run, and what it sends was taken in.
    let log_has = |part: &str, count: usize| {
        let log = postfix.log();
        log.lines().filter(|line| line.contains(part)).count() == count
    };
    let vina = format!("to=<{VINA}>");
    daemon.wait_for("both letters to Vina are delivered", |_| {
        let log = postfix.log();
        let sent = log.lines().filter(|line| line.contains(&vina) && line.contains("status=sent"));
        (sent.count() == 2).then_some(())
    });
    // The welcome, what lay in Sent, what Vina has written, and the answer of the script.
    daemon.wait_for("all of it is read", |it| (it.facts() == 4).then_some(()));
    let (ani, vina) = (dovecot.inbox(ANI), dovecot.inbox(VINA));
    let told = || format!("{}\n{}\n{}", daemon.told(), postfix.log(), dovecot.log());
    assert_eq!(field(automatic(&ani)[0], "Subject"), ["On leave"]);
    assert_eq!((automatic(&ani).len(), ani.len()), (1, 3), "{}", told());
    assert_eq!((automatic(&vina).len(), vina.len()), (1, 2), "{}", told());
    assert_eq!(copies(&vina, &id), 1);
    assert_eq!(daemon.letters("auto_reply").len(), 1, "{}", told());
    assert!(log_has("from=<>", 2), "two automatic letters, and no more: {}", told());
}

#[test]
fn rings_with_ever_new_addresses_of_one_domain_blow_the_fuse() {
    let address = |number: usize| format!("x{number}@example.org");
    answers_everything("per_domain_per_hour = 5", address);
}

#[test]
fn rings_with_ever_new_domains_blow_the_fuse() {
    let address = |number: usize| format!("x{number}@d{number}.example.org");
    answers_everything("per_owner_per_hour = 5", address);
}

/// Somebody answers each letter as a person would, under an address that nobody has seen before.
fn answers_everything(ceiling: &str, address: impl Fn(usize) -> String) {
    let Some(dovecot) = dovecot(&[ANI]) else { return };
    let sink = Sink::start(|_| Behaviour::Accept);
    let mut daemon = watching(&dovecot, plain(sink.port()), &[ANI], |text| {
        text.replace("[reading]\n", &format!("[fuse]\n{ceiling}\n[reading]\n"))
            + &format!("[admin]\naddress = \"{ADMIN}\"\n")
    });
    is_away(&mut daemon, ANI);
    daemon.next_second();
    let writes = |number: usize| {
        let from = address(number);
        let bytes = letter(&from, ANI, &format!("n{number}"), "");
        dovecot.lmtp_from(&from, ANI, &bytes);
    };
    let alarms = || sink.accepted().iter().filter(|letter| letter.to == ADMIN).count();
    let mut written = 0;
    while alarms() == 0 {
        writes(written);
        written += 1;
        assert!(written <= 6, "no ceiling: {}", daemon.told());
        daemon.wait_for("a reply or an alarm", |_| {
            (accepted(&sink).len() == written || alarms() > 0).then_some(())
        });
    }
    assert_eq!((accepted(&sink).len(), written), (5, 6), "{}", daemon.told());
    let receivers: Vec<_> = accepted(&sink).into_iter().map(|letter| letter.to).collect();
    assert_eq!(receivers, (0..5).map(&address).collect::<Vec<_>>());

    // More of the same changes nothing, nor does a person who lets it go on.
    writes(written);
    assert_eq!(decision(&mut daemon, &format!("n{written}"))["letter"]["state"], "queued");
    assert_eq!(daemon.sigap(&["outbox", "release"]).0, Some(0));
    daemon.wait_for("it blows again", |it| {
        let blown = it.told_so_far().matches("the fuse has blown").count();
        (blown == 2).then_some(())
    });
    writes(written + 1);
    decision(&mut daemon, &format!("n{}", written + 1));
    assert_eq!((accepted(&sink).len(), alarms()), (5, 1), "{}", daemon.told());
    assert_eq!(daemon.letters("alarm").len(), 1, "{}", daemon.told());
}
