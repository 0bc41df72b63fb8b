//! What the server before a mailbox writes into mail, learned from the mail itself.

use sigap::cli::lacks::{customs_in_words, of_customs};
use sigap::mail::parse;
use sigap::model::customs::{Customs, Habit};
use sigap::model::message::Fetched;

const TRACE: &str =
    "Received: from a.example by mx.example.com; Tue, 24 Nov 2026 10:00:00 +0700\r\n";
const PATH: &str = "Return-Path: <budi@example.org>\r\n";

fn results(by: &str) -> String {
    format!("Authentication-Results: {by}; spf=pass smtp.mailfrom=example.org\r\n")
}

/// So many messages with each of these headers.
fn seen(mails: &[(usize, String)]) -> Customs {
    let mut customs = Customs::default();
    for (count, header) in mails {
        let whole = format!("{header}From: budi@example.org\r\nSubject: Figures\r\n\r\n");
        let fetched = Fetched { header: whole.into_bytes(), ..Fetched::default() };
        (0..*count).for_each(|_| customs.see(&parse::answering(&fetched)));
    }
    customs
}

#[test]
fn what_nearly_all_mail_bears_is_a_custom() {
    let own = || format!("{PATH}{}{TRACE}", results("MX.example.com"));
    let customs = seen(&[(30, own())]);
    assert_eq!(customs.envelope(), Habit::Always);
    assert_eq!(customs.authserv(), (Habit::Always, Some("mx.example.com")));
    assert!(of_customs(&customs).is_empty());
    assert_eq!(
        customs_in_words(&customs),
        "of the latest 30 that came over the net 30 bear their envelope sender (Return-Path), and \
         what mx.example.com found out about who sent them (Authentication-Results)"
    );
    // Colleagues' mail that was never checked, a tenth at most.
    let mostly = seen(&[(27, own()), (3, format!("{PATH}{TRACE}"))]);
    assert_eq!(mostly.authserv().1, Some("mx.example.com"));
}

#[test]
fn what_strangers_write_is_none() {
    let bare = || format!("{PATH}{TRACE}");
    let forged = |by: &str| format!("{PATH}{TRACE}{}", results(by));
    for mails in [
        vec![(10, bare()), (30, forged("mx.example.com"))],
        vec![(20, forged("one.example")), (20, forged("two.example"))],
        vec![(39, bare()), (1, forged("mx.example.com"))],
    ] {
        let customs = seen(&mails);
        assert_eq!(customs.authserv(), (Habit::Unclear, None), "{customs:?}");
        let lacks = of_customs(&customs);
        assert!(lacks.len() == 1 && lacks[0].starts_with("no Authentication-Results"), "{lacks:?}");
    }
}

#[test]
fn a_server_that_writes_nothing_is_told_and_too_little_tells_nothing() {
    let silent = seen(&[(25, TRACE.to_owned())]);
    assert_eq!((silent.envelope(), silent.authserv()), (Habit::Never, (Habit::Never, None)));
    let lacks = of_customs(&silent);
    assert!(lacks.len() == 2 && lacks[0].starts_with("no Return-Path"), "{lacks:?}");
    // What was put into the mailbox by hand tells nothing of its server.
    for customs in [seen(&[(19, TRACE.to_owned())]), seen(&[(500, PATH.to_owned())])] {
        assert_eq!(
            (customs.envelope(), customs.authserv()),
            (Habit::Unclear, (Habit::Unclear, None))
        );
        assert!(of_customs(&customs).is_empty());
        assert!(customs_in_words(&customs).ends_with("too few to learn from"));
    }
}
