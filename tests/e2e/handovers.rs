//! Something cannot wait for an owner who is away, from the first mail to the answer, on real
//! servers: who writes is told once, calls it urgent, and hears who has taken it, an owner or
//! somebody outside; who comes back reads of it.

use serde_json::Value;
use sigap::config::settings::Tls;

use crate::absences::{
    ANI, BUDI, CITRA, DWI, addresses, comes_back, decision, dovecot, field, is_away, is_away_from,
    letter, rule, watching, words,
};
use crate::daemon::{Daemon, account};
use crate::mail::{reply, with_id};
use crate::mailboxes::Mailboxes as _;
use crate::postfix::Postfix;

#[test]
fn an_urgent_request_reaches_a_delegate_and_is_answered() {
    let Some(dovecot) = dovecot(&[ANI, CITRA, DWI, BUDI]) else { return };
    let Some(postfix) = Postfix::start(&dovecot) else { return };
    let before = reply(ANI, "before", BUDI, "0@example.org", "Thank you, I have it now.");
    dovecot.append(ANI, "Sent", &before);
    let smtp = postfix.account(&dovecot, ANI, Tls::Implicit);
    let mut daemon = watching(&dovecot, smtp, &[ANI, CITRA, DWI], |text| {
        let delegates = format!("delegates = [\"{CITRA}\", \"{DWI}\"]\n");
        text.replace(&addresses(ANI), &(addresses(ANI) + &delegates))
    });
    is_away_from(&mut daemon, ANI, -2);
    daemon.next_second();
    // Budi asks, and hears once that Ani is away.
    let original = letter(BUDI, ANI, "one", "X-Original: yes\r\n");
    postfix.deliver(BUDI, ANI, &original);
    assert_eq!(decision(&mut daemon, "one")["audience"], "known", "{}", daemon.told());
    let told = daemon.wait_for("the automatic reply lands", |_| dovecot.inbox(BUDI).pop());
    assert!(words(&told).contains("the word URGENT on the first line"), "{}", words(&told));
    postfix.deliver(BUDI, ANI, &letter(BUDI, ANI, "two", ""));
    assert_eq!(rule(&mut daemon, "two"), "R1");
    // He answers it with one word, as a mail program does.
    let notice = field(&told, "Message-ID")[0].trim_matches(['<', '>']).to_owned();
    let urgent = format!(
        "From: Budi <{BUDI}>\r\nTo: Ani <{ANI}>\r\nMessage-ID: <urgent@letters.example>\r\n\
         Subject: Re: Automatic reply: Report on one\r\nIn-Reply-To: <{notice}>\r\n\
         References: <one@letters.example> <{notice}>\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\nURGENT\r\n\r\nOn Tuesday Ani wrote:\r\n\
         > I am out of the office\r\n"
    );
    postfix.deliver(BUDI, ANI, urgent.as_bytes());
    let letters = |inbox: Vec<Vec<u8>>| -> Vec<Vec<u8>> {
        let handed = |bytes: &Vec<u8>| field(bytes, "Auto-Submitted") == ["auto-notified"];
        inbox.into_iter().filter(handed).collect()
    };
    let asked = daemon.wait_for("the delegate is asked", |_| letters(dovecot.inbox(CITRA)).pop());
    assert_eq!(field(&asked, "Subject"), ["[Urgent] Please help: Report on one (Ani is away)"]);
    let mail = mail_parser::MessageParser::default().parse(&asked).unwrap();
    let attached = mail.attachments().next().unwrap();
    let mail_parser::PartType::Message(inner) = &attached.body else { panic!("{attached:?}") };
    assert_eq!(inner.message_id(), Some("one@letters.example"));
    assert_eq!(inner.header_raw("X-Original").map(str::trim), Some("yes"));
    // Citra takes it; Budi hears who has it, and where an answer of his goes.
    let id = field(&asked, "Message-ID")[0].trim_matches(['<', '>']).to_owned();
    dovecot.append(CITRA, "Sent", &reply(CITRA, "yes", "sigap@example.test", &id, "ACCEPT"));
    let passed = daemon.wait_for("the requester hears who has it", |_| {
        let inbox = dovecot.inbox(BUDI);
        inbox.into_iter().find(|bytes| !field(bytes, "Reply-To").is_empty())
    });
    assert_eq!(field(&passed, "Reply-To"), [format!("Citra <{CITRA}>")]);
    assert_eq!(field(&passed, "From"), [format!("Ani <{ANI}>")]);
    assert_eq!(field(&passed, "Return-Path"), ["<>"]);
    let listed = daemon.json(&["list", "--owner", ANI]).unwrap();
    let all = listed["obligations"].as_array().unwrap();
    let one = all.iter().find(|row| row["message_id"] == "one@letters.example").unwrap();
    assert_eq!(one["holder"], CITRA, "{one}");
    // She answers the attached email.
    dovecot.append(
        CITRA,
        "Sent",
        &reply(CITRA, "done", BUDI, "one@letters.example", "Here it is."),
    );
    let closed = daemon.wait_for("it is closed", |it| {
        let told = it.json(&["why", "one@letters.example"])?;
        let told = told["cases"][0]["obligations"][0].clone();
        (!told["closed"].is_null()).then_some(told)
    });
    assert_eq!(closed["closed"]["how"], "answered_by_holder", "{closed}");
    let handed = &closed["handovers"][0];
    assert_eq!((&handed["to"], &handed["because"]), (&CITRA.into(), &"called".into()), "{handed}");
    assert!(handed["accepted_at"].is_string(), "{handed}");
    // Nobody heard anything twice, and nobody else heard anything.
    assert_eq!(with_id(&dovecot.inbox(CITRA), &id).len(), 1);
    assert_eq!(letters(dovecot.inbox(CITRA)).len(), 1);
    assert_eq!((letters(dovecot.inbox(DWI)).len(), dovecot.inbox(BUDI).len()), (0, 2));
    // Ani is back, and reads what happened.
    let digest = words(&comes_back(&mut daemon, &dovecot, ANI));
    for told in [
        "one sender received an automatic reply;",
        "one urgent email went to Citra, answered after",
        "one email is waiting for your reply now.",
        "[1] Report on two",
    ] {
        assert!(digest.contains(told), "{told}: {digest}");
    }
}

/// Somebody outside, and Sigap's own mailbox.
const EKO: &str = "eko@example.net";
const SIGAP: &str = "sigap@example.test";

#[test]
fn somebody_outside_answers_into_sigaps_own_mailbox() {
    let Some(dovecot) = dovecot(&[ANI, BUDI, EKO, SIGAP]) else { return };
    let Some(postfix) = Postfix::start(&dovecot) else { return };
    let before = reply(ANI, "before", BUDI, "0@example.org", "Thank you, I have it now.");
    dovecot.append(ANI, "Sent", &before);
    postfix.deliver(BUDI, SIGAP, &letter(BUDI, SIGAP, "stray", ""));
    let own = account("imap", "imap.", &dovecot.account(SIGAP, Tls::Implicit));
    let smtp = postfix.account(&dovecot, ANI, Tls::Implicit);
    let mut daemon = watching(&dovecot, smtp, &[ANI], |text| {
        let delegates = format!("delegates = [\"{EKO}\"]\n");
        text.replace(&addresses(ANI), &(addresses(ANI) + &delegates)) + "[inbox]\n" + &own
    });
    let own_mailbox = |it: &Daemon| -> Option<(String, i64)> {
        let sql = "SELECT name, uid_validity FROM mailbox WHERE role = 'answers' AND \
                   health = 'live'";
        it.store().query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).ok()
    };
    daemon.wait_for("Sigap's own mailbox is read", own_mailbox);
    is_away(&mut daemon, ANI);
    daemon.next_second();
    let urgent = letter(BUDI, ANI, "one", "");
    let urgent =
        String::from_utf8(urgent).unwrap().replace("Could you", "This is urgent: could you");
    postfix.deliver(BUDI, ANI, urgent.as_bytes());
    let to_eko = |inbox: Vec<Vec<u8>>| -> Vec<Vec<u8>> {
        let handed = |bytes: &Vec<u8>| field(bytes, "Auto-Submitted") == ["auto-notified"];
        inbox.into_iter().filter(handed).collect()
    };
    let asked = daemon.wait_for("somebody outside is asked", |_| to_eko(dovecot.inbox(EKO)).pop());
    assert!(words(&asked).contains("ACCEPT you take it"), "{}", words(&asked));
    let id = field(&asked, "Message-ID")[0].trim_matches(['<', '>']).to_owned();
    // Others would like to speak for him, and so would a machine.
    let mut wrong = id.clone();
    wrong.replace_range(6..7, if id[6..7] == *"a" { "b" } else { "a" });
    let automatic = reply(EKO, "machine", SIGAP, &id, "DECLINE");
    let automatic = [b"Auto-Submitted: auto-replied\r\n".to_vec(), automatic].concat();
    for (from, bytes) in [
        ("mallory@example.net", reply("mallory@example.net", "forged", SIGAP, &id, "DECLINE")),
        (EKO, reply(EKO, "guessed", SIGAP, &wrong, "DECLINE")),
        (BUDI, reply(BUDI, "seen", SIGAP, &id, "NOT URGENT")),
        (EKO, automatic),
    ] {
        postfix.deliver(from, SIGAP, &bytes);
    }
    daemon.wait_for("they were heard, and not believed", |it| {
        (it.told().matches("is not believed").count() == 3).then_some(())
    });
    postfix.deliver(EKO, SIGAP, &reply(EKO, "yes", SIGAP, &id, "ACCEPT"));
    let passed = daemon.wait_for("the requester hears who has it", |_| {
        let inbox = dovecot.inbox(BUDI);
        inbox.into_iter().find(|bytes| !field(bytes, "Reply-To").is_empty())
    });
    assert_eq!(field(&passed, "Reply-To"), [EKO]);
    let listed = daemon.json(&["list", "--owner", ANI]).unwrap();
    let one = &listed["obligations"][0];
    assert_eq!((&one["holder"], &one["heard_in"]), (&EKO.into(), &"inbox".into()), "{one}");
    // Another numbering says nothing twice; and DONE closes it.
    let (_, numbering) = own_mailbox(&daemon).unwrap();
    dovecot.bump_uidvalidity(SIGAP, "INBOX");
    postfix.deliver(EKO, SIGAP, &reply(EKO, "done", SIGAP, &id, "DONE"));
    let closed = daemon.wait_for("it is closed", |it| {
        let told = it.json(&["why", "one@letters.example"])?;
        let told = told["cases"][0]["obligations"][0].clone();
        (!told["closed"].is_null()).then_some(told)
    });
    assert_eq!(closed["closed"]["how"], "done", "{closed}");
    assert_eq!(closed["handovers"].as_array().unwrap().len(), 1, "{closed}");
    assert_eq!((&closed["said"][0]["by"], &closed["said"][1]), (&EKO.into(), &Value::Null));
    daemon.wait_for("the new numbering is known", |it| {
        own_mailbox(it).filter(|(_, now)| *now != numbering)
    });
    assert_eq!(daemon.letters("mistake").len(), 0, "nobody was told of a mistake");
    // Nothing was marked, and nothing is gone.
    let status = dovecot.login(SIGAP).imap_command("STATUS INBOX (MESSAGES UNSEEN)").0;
    assert!(status[0].contains("MESSAGES 7") && status[0].contains("UNSEEN 7"), "{status:?}");
    let doctor = daemon.sigap(&["doctor"]).1;
    for line in [
        "inbox, login: ",
        "inbox, folder: INBOX: opens read-only, 7 messages",
        "inbox, reading: INBOX: last read ",
        "mail to that address must be delivered",
    ] {
        assert!(doctor.contains(line), "{line}: {doctor}");
    }
}
