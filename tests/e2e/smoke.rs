//! The servers themselves: whatever fails here is no fault of Sigap.

use std::time::Duration;

use sigap::config::settings::Tls;

use crate::dovecot::Dovecot;
use crate::mailboxes::Mailboxes;
use crate::place::wait_for;
use crate::postfix::Postfix;
use crate::wire::Wire;

const ANI: &str = "ani@example.test";
const LETTER: &[u8] = b"From: Budi <budi@example.org>\r\nTo: ani@example.test\r\n\
    Message-ID: <1@example.org>\r\nSubject: Permintaan data\r\n\r\nBisa dikirim?\r\n.\r\n";

fn holds(messages: &[Vec<u8>], words: &str) -> bool {
    messages.iter().any(|message| String::from_utf8_lossy(message).contains(words))
}

#[test]
fn dovecot_delivers_keeps_and_restarts() {
    let Some(mut dovecot) = Dovecot::start(&[(ANI, "rahasia"), ("budi@example.test", "x")]) else {
        return;
    };
    assert!(dovecot.inbox(ANI).is_empty());
    dovecot.lmtp_deliver(ANI, LETTER);
    assert!(holds(&dovecot.inbox(ANI), "Subject: Permintaan data\r\n\r\nBisa dikirim?\r\n.\r\n"));
    assert!(dovecot.inbox("budi@example.test").is_empty());

    let date = "(\\Seen \\Answered) \"24-Nov-2026 09:00:00 +0700\" ";
    dovecot.append_with(ANI, "Sent", date, LETTER);
    dovecot.append(ANI, "Proyek/Anggaran", LETTER);
    assert_eq!(dovecot.messages(ANI, "Sent"), [LETTER]);
    assert!(dovecot.flags(ANI, "Sent")[0].contains("\\Answered"));
    assert_eq!(dovecot.messages(ANI, "Proyek/Anggaran").len(), 1);

    dovecot.restart();
    assert_eq!(dovecot.inbox(ANI).len(), 1);
    assert!(!dovecot.flags(ANI, "INBOX")[0].contains("\\Seen"), "reading marked it as read");
}

#[test]
fn dovecot_numbers_a_folder_anew() {
    let Some(dovecot) = Dovecot::start(&[(ANI, "rahasia")]) else { return };
    dovecot.lmtp_deliver(ANI, LETTER);
    let validity = || {
        let lines = dovecot.login(ANI).imap_command("STATUS INBOX (UIDVALIDITY)").0;
        lines.into_iter().find(|line| line.starts_with("* STATUS")).unwrap()
    };
    let before = validity();
    dovecot.bump_uidvalidity(ANI, "INBOX");
    assert_ne!(validity(), before);
    assert_eq!(dovecot.inbox(ANI).len(), 1);
}

#[tokio::test]
async fn both_are_trusted_by_their_authority_and_by_nothing_else() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let Some(dovecot) = Dovecot::start(&[(ANI, "rahasia")]) else { return };
    let mut accounts = vec![dovecot.account(ANI, Tls::Implicit)];
    let postfix = Postfix::start(&dovecot);
    accounts.extend(postfix.as_ref().map(|it| it.account(&dovecot, ANI, Tls::Implicit)));
    for mut account in accounts {
        sigap::net::connect(&account).await.unwrap();
        account.ca_file = None;
        assert!(sigap::net::connect(&account).await.is_err(), "trusted without its authority");
    }
}

#[test]
fn what_postfix_accepts_lands_in_the_inbox() {
    let Some(dovecot) = Dovecot::start(&[(ANI, "rahasia")]) else { return };
    let Some(postfix) = Postfix::start(&dovecot) else { return };
    postfix.deliver("budi@example.org", ANI, LETTER);
    let log = || format!("the letter lands\n{}\n{}", postfix.log(), dovecot.log());
    let within = Duration::from_secs(60);
    wait_for(&log(), within, || holds(&dovecot.inbox(ANI), "Permintaan data").then_some(()));

    let mut wire = Wire::dial(postfix.ports.smtp);
    wire.reply();
    wire.ask("EHLO test.example.test", "250");
    wire.ask("MAIL FROM:<budi@example.org>", "250");
    wire.ask("RCPT TO:<nobody@example.test>", "550");
    let mut wire = Wire::dial(postfix.ports.submission);
    wire.reply();
    wire.ask("EHLO test.example.test", "250");
    wire.ask("MAIL FROM:<budi@example.org>", "530");
}
