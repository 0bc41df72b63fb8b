//! `[inbox]`: Sigap's own mailbox, what must not be one, and who is not heard without it.

use sigap::config::settings::{Inbox, Source};

use crate::config::{Desk, MINIMAL};

/// The minimal file with this table, and something in place of its delegates.
fn with(inbox: &str, delegates: &str) -> Desk {
    Desk::new(&(MINIMAL.replace("delegates = [\"budi@example.com\"]", delegates) + inbox))
}

fn warnings(desk: &Desk) -> Vec<String> {
    let loaded = desk.load().unwrap_or_else(|faults| panic!("{faults}"));
    loaded.warnings.iter().map(|fault| desk.plain(fault)).collect()
}

fn inbox(text: &str) -> Inbox {
    let desk = with(&format!("[inbox]\n{text}"), "delegates = [\"budi@example.com\"]");
    assert_eq!(warnings(&desk), Vec::<String>::new(), "whoever stands in is heard");
    desk.load().unwrap().settings.inbox.unwrap()
}

#[test]
fn an_account_or_a_maildir_and_an_address() {
    let own = inbox(
        "imap.url = \"imaps://sigap@imap.example.com\"\nimap.password.command = \"pass show sigap\"",
    );
    let Source::Imap(account) = &own.source else { panic!("a server is meant: {own:?}") };
    assert_eq!((account.port, account.user.as_deref()), (993, Some("sigap")));
    assert_eq!((own.folder.as_deref(), own.address.as_str()), (None, "sigap@example.com"));
    let own = inbox("maildir.path = \"own\"\naddress = \"Answers@Example.com\"");
    let Source::Maildir(path) = &own.source else { panic!("a Maildir is meant: {own:?}") };
    assert!(path.ends_with("own") && path.is_absolute(), "{path:?}");
    assert_eq!(own.address.as_str(), "answers@example.com");
    assert!(Desk::new(MINIMAL).load().unwrap().settings.inbox.is_none());
}

/// Dwi's account is imaps://dwi@imap.example.com:993; here it is written in other ways.
#[test]
fn an_owners_folder_is_not_sigaps_own() {
    let password = "imap.password.command = \"pass show mail/dwi\"\n";
    let rows = [
        ("imap.url = \"imaps://dwi@imap.example.com\"\n", false),
        ("imap.url = \"imap://dwi@IMAP.example.com:143\"\n", false),
        ("imap.url = \"imaps://imap.example.com\"\nimap.user = \"dwi\"\n", false),
        ("imap.url = \"imaps://dwi@imap.example.com\"\nimap.inbox = \"Inbox\"\n", false),
        ("imap.url = \"imaps://dwi@imap.example.com\"\nimap.inbox = \"Terkirim\"\n", false),
        ("imap.url = \"imaps://dwi@imap.example.com\"\nimap.inbox = \"Sigap\"\n", true),
        ("imap.url = \"imaps://sigap@imap.example.com\"\n", true),
        ("imap.url = \"imaps://dwi@imap.example.org\"\n", true),
    ];
    for (place, may) in rows {
        let desk = with(&format!("[inbox]\n{place}{password}"), "imap.sent = [\"Terkirim\"]");
        let fault = "sigap.toml:36: inbox: is the mailbox of the owner \"Dwi Lestari\"; give Sigap a \
                     mailbox or a folder of its own";
        let wanted = if may { vec![] } else { vec![fault.to_owned()] };
        assert_eq!(desk.faults(), wanted, "{place}");
    }
    let text = MINIMAL
        .replace("imap.url = \"imaps://dwi@imap.example.com:993\"\n", "maildir.path = \"dwi\"\n")
        .replace("imap.password.command = \"pass show mail/dwi\"", "");
    for (path, may) in [("dwi", false), ("./dwi", false), ("sigap", true)] {
        let desk = Desk::new(&format!("{text}[inbox]\nmaildir.path = \"{path}\"\n"));
        assert_eq!(desk.faults().is_empty(), may, "{path}: {:?}", desk.faults());
    }
}

#[test]
fn what_is_missing_or_too_much_is_named() {
    let rows = [
        ("", "inbox.imap: is missing; write imap.url and imap.password, or maildir.path"),
        (
            "maildir.path = \"own\"\nimap.url = \"imaps://sigap@imap.example.com\"\n\
             imap.password.env = \"P\"\n",
            "inbox.maildir: stands beside imap: there is one mailbox; leave one of the two out",
        ),
        (
            "imap.url = \"imaps://sigap@imap.example.com\"\nimap.password.env = \"P\"\n\
             imap.sent = [\"Sent\"]\n",
            "inbox.imap.sent: is not read here: this mailbox is read for answers alone; leave it out",
        ),
        ("maildir.path = \"own\"\naddress = \"nobody\"\n", "\"nobody\" is not an email address"),
        ("folder = \"INBOX\"\n", "is not a known key; known here: imap, maildir, address"),
    ];
    for (text, wanted) in rows {
        let faults = with(&format!("[inbox]\n{text}"), "").faults();
        assert!(faults.iter().any(|fault| fault.contains(wanted)), "{text}: {faults:#?}");
    }
}

#[test]
fn whoever_is_no_owner_and_not_heard_is_named_once() {
    let outsider = |line: u32, key: &str, who: &str| {
        format!(
            "sigap.toml:{line}: owner[0].{key}: {who} is no owner, so no answer of theirs is heard; \
             add [inbox], or make them an owner; until then they are passed over after \
             away.accept_within"
        )
    };
    let topic = "[[owner.topic]]\nsubjects = [\"salary\"]\n\
                 delegates = [\"rina@example.net\", \"budi@example.com\"]\n";
    let budi = "[[owner]]\nname = \"Budi\"\naddresses = [\"budi@example.com\"]\n\
                time_zone = \"Asia/Makassar\"\nhours = [\"Mon-Fri 08:00-16:00\"]\n\
                maildir.path = \"budi\"\n";
    let named = "delegates = [\"budi+work@example.com\"]\n";
    let desk = with(budi, &format!("{named}{topic}"));
    assert_eq!(warnings(&desk), [outsider(31, "topic[0].delegates[0]", "rina@example.net")]);
    let desk = with("", &format!("delegates = [\"budi@example.com\"]\n{topic}"));
    assert_eq!(
        warnings(&desk),
        [
            outsider(28, "delegates[0]", "budi@example.com"),
            outsider(31, "topic[0].delegates[0]", "rina@example.net"),
        ]
    );
    let own = "[inbox]\nmaildir.path = \"own\"\n";
    assert_eq!(warnings(&with(own, &format!("{named}{topic}"))), Vec::<String>::new());
}
