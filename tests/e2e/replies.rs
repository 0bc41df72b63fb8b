//! Automatic replies on real servers: who writes during an absence hears of it once, in the right
//! words, from nobody whom a bounce could reach; programs hear nothing, and nobody hears twice.

use sigap::config::settings::Tls;

use crate::absences::{
    ANI, BUDI, CITRA, DWI, ERNA, accepted, addresses, decision, dovecot, field, in_words, is_away,
    judged, letter, rule, watching, words,
};
use crate::daemon::{WITHIN, plain};
use crate::mail::reply;
use crate::mailboxes::Mailboxes;
use crate::postfix::Postfix;
use crate::sink::{Behaviour, Sink, Then, Verb};

const TAGGED: &str = "budi+office@example.org";

#[test]
fn replies_name_who_is_there_and_come_once() {
    let Some(dovecot) = dovecot(&[ANI, CITRA, DWI, BUDI, ERNA]) else { return };
    let Some(postfix) = Postfix::start(&dovecot) else { return };
    let before = reply(ANI, "before", BUDI, "0@example.org", "Thank you, I have it now.");
    dovecot.append(ANI, "Sent", &before);
    let smtp = postfix.account(&dovecot, ANI, Tls::Implicit);
    let mut daemon = watching(&dovecot, smtp, &[ANI, CITRA, DWI], |text| {
        let delegates = format!("delegates = [\"{CITRA}\", \"{DWI}\"]\n");
        text.replace(&addresses(ANI), &(addresses(ANI) + &delegates))
    });
    is_away(&mut daemon, CITRA);
    let last = is_away(&mut daemon, ANI);
    daemon.next_second();

    let thread = "References: <a@x.example>\r\n <b@x.example>\r\nIn-Reply-To: <b@x.example>\r\n\
                  Reply-To: elsewhere@example.org\r\n";
    postfix.deliver(TAGGED, ANI, &letter(BUDI, ANI, "one", thread));
    assert_eq!(decision(&mut daemon, "one")["audience"], "known", "{}", daemon.told());
    let inbox = daemon.wait_for("the reply lands", |_| {
        Some(dovecot.inbox(BUDI)).filter(|inbox| !inbox.is_empty())
    });
    has_its_header(&inbox[0], &daemon.has("auto_reply", "sent"));
    let said = words(&inbox[0]);
    for part in [in_words(last), in_words(last.tomorrow().unwrap()), "Dwi Email: ".to_owned() + DWI]
    {
        assert!(said.contains(&part), "{part}: {said}");
    }
    assert!(!said.contains("Citra"), "Citra is away herself: {said}");

    postfix.deliver(BUDI, ANI, &letter(BUDI, ANI, "two", ""));
    assert_eq!(rule(&mut daemon, "two"), "R1");
    assert_eq!(dovecot.inbox(BUDI).len(), 1);
    assert_eq!(daemon.letters("auto_reply").len(), 1, "{}", daemon.told());
}

/// RFC 3834 §3, as Budi sees it; the server has written down the envelope.
fn has_its_header(reply: &[u8], id: &str) {
    let fields = [
        ("Return-Path", "<>"),
        ("From", "Ani <ani@example.test>"),
        ("Sender", "Sigap <sigap@example.test>"),
        ("Subject", "Automatic reply: Report on one"),
        ("Auto-Submitted", "auto-replied"),
        ("Precedence", "bulk"),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Loop", ANI),
        ("In-Reply-To", "<one@letters.example>"),
        ("References", "<a@x.example> <b@x.example> <one@letters.example>"),
    ];
    let text = String::from_utf8_lossy(reply);
    for (name, value) in fields {
        assert_eq!(field(reply, name), [value], "{name}\n{text}");
    }
    assert_eq!(field(reply, "Message-ID"), [format!("<{id}>")]);
    for name in ["To", "Delivered-To"] {
        assert_eq!(field(reply, name)[0].trim_matches(['<', '>']), TAGGED, "{name}\n{text}");
    }
    for name in ["Cc", "Bcc", "Reply-To"] {
        assert_eq!(field(reply, name).len(), 0, "{name}\n{text}");
    }
}

#[test]
fn replies_tell_strangers_nothing_and_programs_not_even_that() {
    let Some(dovecot) = dovecot(&[ANI, ERNA]) else { return };
    let Some(postfix) = Postfix::start(&dovecot) else { return };
    let smtp = postfix.account(&dovecot, ANI, Tls::Implicit);
    let mut daemon = watching(&dovecot, smtp, &[ANI], |text| text);
    let last = is_away(&mut daemon, ANI);
    daemon.next_second();
    // Known by the header alone, and not looked at any further.
    let seen = [
        ("news@example.org", "news", "List-Id: <n.example.org>\r\n", "list_fields"),
        ("gita@example.org", "offer", "List-Unsubscribe: <mailto:x@example.org>\r\n", "bulk: "),
        ("", "bounce", "X-Failed-Recipients: x@example.org\r\n", "bounce: "),
        (BUDI, "notice", "Auto-Submitted: auto-generated\r\n", "automatic: "),
        ("indah@example.org", "absent", "X-Autoreply: yes\r\n", "automatic: "),
    ];
    let mut wrong = Vec::new();
    for (sender, id, fields, taken_for) in seen {
        let from = if sender.is_empty() { "fail@example.org" } else { sender };
        postfix.deliver(sender, ANI, &letter(from, ANI, id, fields));
        let found = judged(&mut daemon, id);
        wrong.extend((!found.contains(taken_for)).then(|| format!("{id}: {found}")));
    }
    assert_eq!(wrong, [""; 0]);
    // By the decision table.
    let decided = [
        ("noreply@example.org", "robot", "", "E5"),
        ("hadi@example.org", "suppressed", "X-Auto-Response-Suppress: OOF\r\n", "H5"),
    ];
    for (from, id, fields, forbids) in decided {
        postfix.deliver(from, ANI, &letter(from, ANI, id, fields));
        assert_eq!(rule(&mut daemon, id), forbids, "{id}");
    }
    postfix.deliver("joko@example.org", ANI, &letter("joko@example.org", ERNA, "hidden", ""));
    assert_eq!(rule(&mut daemon, "hidden"), "H12");

    postfix.deliver(ERNA, ANI, &letter(ERNA, ANI, "stranger", ""));
    let inbox = daemon.wait_for("the neutral reply lands", |_| {
        Some(dovecot.inbox(ERNA)).filter(|inbox| !inbox.is_empty())
    });
    let (said, header) = (words(&inbox[0]), field(&inbox[0], "Subject"));
    assert_eq!(header, ["Automatic reply"]);
    assert!(said.contains("has reached us"), "{said}");
    for secret in ["Ani".to_owned(), in_words(last), "Report".to_owned()] {
        assert!(!said.contains(&secret), "{secret}: {said}");
    }
    assert_eq!(daemon.letters("auto_reply").len(), 1, "{}", daemon.told());
}

#[test]
fn replies_to_a_server_that_refuses_the_null_sender_come_from_our_own() {
    refuses_the_null_sender(Verb::Mail);
}

#[test]
fn replies_to_a_server_that_refuses_the_null_sender_late_come_from_our_own() {
    refuses_the_null_sender(Verb::Rcpt);
}

fn refuses_the_null_sender(at: Verb) {
    let Some(dovecot) = dovecot(&[ANI]) else { return };
    let sink = Sink::start(move |_| Behaviour::RefuseNull(at));
    let mut daemon = watching(&dovecot, plain(sink.port()), &[ANI], |text| text);
    is_away(&mut daemon, ANI);
    daemon.next_second();
    let began = sink.attempts();
    for (from, id, tries) in [(BUDI, "one", 2), (ERNA, "two", 3)] {
        dovecot.lmtp_from(from, ANI, &letter(from, ANI, id, ""));
        daemon.wait_for("the reply is accepted and known to be", |it| {
            let replies = it.letters("auto_reply");
            let last = accepted(&sink).into_iter().find(|letter| letter.to == from)?;
            replies.contains(&(last.message_id.clone(), "sent".to_owned())).then_some(())
        });
        assert_eq!(sink.attempts() - began, tries, "{id}: {}", daemon.told());
    }
    let envelopes: Vec<_> = accepted(&sink).into_iter().map(|it| (it.from, it.to)).collect();
    let ours = "sigap@example.test".to_owned();
    assert_eq!(envelopes, [(ours.clone(), BUDI.to_owned()), (ours, ERNA.to_owned())]);
    assert_eq!(sink.doubles(), [""; 0]);
}

#[test]
fn replies_killed_between_dot_and_answer_never_come_twice() {
    let Some(dovecot) = dovecot(&[ANI]) else { return };
    // The welcome goes through; the answer to the reply comes long after the kill.
    let sink = Sink::start(|number| match number {
        1 => Behaviour::AcceptLate(WITHIN),
        _ => Behaviour::Accept,
    });
    let mut daemon = watching(&dovecot, plain(sink.port()), &[ANI], |text| text);
    is_away(&mut daemon, ANI);
    daemon.next_second();
    dovecot.lmtp_from(BUDI, ANI, &letter(BUDI, ANI, "one", ""));
    let kept = daemon.wait_for("the reply", |_| accepted(&sink).pop());
    daemon.kill();
    let in_state = |state: &str| (kept.message_id.clone(), state.to_owned());
    assert_eq!(daemon.letters("auto_reply"), [in_state("committing")]);

    daemon.start();
    let known = daemon.wait_for("the start makes something of it", |it| {
        it.letters("auto_reply").pop().filter(|(_, state)| state != "committing")
    });
    assert_eq!(known, in_state("unknown"));
    // Whatever was due before leaves before the next one.
    dovecot.lmtp_from(ERNA, ANI, &letter(ERNA, ANI, "two", ""));
    daemon.has("auto_reply", "sent");
    dovecot.lmtp_from(BUDI, ANI, &letter(BUDI, ANI, "three", ""));
    assert_eq!(rule(&mut daemon, "three"), "R1");
    let receivers: Vec<_> = accepted(&sink).into_iter().map(|letter| letter.to).collect();
    assert_eq!(receivers, [BUDI, ERNA]);
    assert!(daemon.letters("auto_reply").contains(&in_state("unknown")), "{}", daemon.told());
}

#[test]
fn replies_killed_before_the_dot_come_once() {
    let Some(dovecot) = dovecot(&[ANI]) else { return };
    // At the recipient the server says nothing any more.
    let sink = Sink::start(|number| match number {
        1 => Behaviour::Say(Verb::Rcpt, "", Then::GoOn),
        _ => Behaviour::Accept,
    });
    let mut daemon = watching(&dovecot, plain(sink.port()), &[ANI], |text| text);
    is_away(&mut daemon, ANI);
    daemon.next_second();
    dovecot.lmtp_from(BUDI, ANI, &letter(BUDI, ANI, "one", ""));
    daemon.wait_for("the reply is on its way", |_| (sink.attempts() == 2).then_some(()));
    daemon.kill();
    let states: Vec<_> = daemon.letters("auto_reply").into_iter().map(|it| it.1).collect();
    assert_eq!(states, ["sending"]);

    daemon.start();
    let id = daemon.has("auto_reply", "sent");
    dovecot.lmtp_from(BUDI, ANI, &letter(BUDI, ANI, "two", ""));
    assert_eq!(rule(&mut daemon, "two"), "R1");
    let replies = accepted(&sink);
    assert_eq!(replies.iter().map(|it| &it.message_id).collect::<Vec<_>>(), [&id]);
    assert_eq!((sink.attempts(), replies[0].from.as_str()), (3, ""));
}
