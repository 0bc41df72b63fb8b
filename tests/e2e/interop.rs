//! Stories about reading that are true on every server: each has a mailbox of its own, and what
//! another mail program does there is done over plain IMAP.

use sigap::config::secret::Secret;

use crate::daemon::{Daemon, Setup, plain};
use crate::host::Host;
use crate::mail::{ask, newsletter, reply};
use crate::matrix::Site;
use crate::place;
use crate::sink::{Behaviour, Sink};

/// What its name says is true. It is told whose mailbox is its own, before the daemon has seen it
/// and while it watches.
pub struct Story {
    /// The claim.
    pub name: &'static str,
    /// What lies there before the first reading.
    pub before: fn(&dyn Host, &str),
    /// What happens then.
    pub tell: fn(&Site<'_>, &str),
}

/// All of them.
pub const STORIES: &[Story] = &[
    Story {
        name: "a first reading finds inbox and Sent and marks nothing",
        before: old_mail,
        tell: first_reading,
    },
    Story { name: "a new message is noticed", before: nothing, tell: a_new_message },
    Story { name: "a reply in Sent closes", before: nothing, tell: reply_in_sent },
    Story { name: "an answered flag closes", before: nothing, tell: answered_flag },
    Story { name: "what was moved or deleted still waits", before: nothing, tell: moved_away },
    Story { name: "an inbox numbered anew changes nothing", before: old_mail, tell: renumbered },
    Story { name: "a renamed Sent goes on", before: nothing, tell: renamed_sent },
    Story { name: "a Sent made anew is read anew", before: old_mail, tell: sent_made_anew },
    Story { name: "odd mail stops nothing", before: nothing, tell: odd_mail },
    Story { name: "a wrong password is a refused login", before: nothing, tell: wrong_password },
];

/// `ani3@example.test` → a Message-ID's left half that is only hers.
fn id(owner: &str, word: &str) -> String {
    format!("{}-{word}", owner.split('@').next().unwrap())
}

/// An ask of hers, by its word.
fn asking(owner: &str, word: &str) -> Vec<u8> {
    ask(owner, &id(owner, word), "budi@example.org", &format!("Report {word}"))
}

/// Her answer to it.
fn answering(owner: &str, word: &str) -> Vec<u8> {
    let (own, parent) = (id(owner, &format!("re-{word}")), id(owner, word));
    reply(owner, &own, "budi@example.org", &format!("{parent}@example.org"), "Attached.")
}

fn sent(host: &dyn Host) -> String {
    format!("{}Sent", host.prefix())
}

/// Words of the asks that wait.
fn waiting(site: &Site<'_>, owner: &str) -> Vec<String> {
    asks(site, owner, |how| how.is_null())
}

/// Words of the asks that are closed so.
fn closed(site: &Site<'_>, owner: &str, how: &str) -> Vec<String> {
    asks(site, owner, |closed| *closed == how)
}

fn asks(site: &Site<'_>, owner: &str, of: impl Fn(&serde_json::Value) -> bool) -> Vec<String> {
    let rows = site.rows("obligations", owner);
    let rows = rows.iter().filter(|row| of(&row["closed"]["how"]));
    let word = |row: &serde_json::Value| {
        let id = row["message_id"].as_str().unwrap().split('@').next().unwrap().to_owned();
        id.trim_start_matches(owner.split('@').next().unwrap()).trim_start_matches('-').to_owned()
    };
    let mut words: Vec<String> = rows.map(word).collect();
    words.sort();
    words
}

/// Something arrives in the inbox that asks nothing; whatever arrives there has all folders read.
fn stir(site: &Site<'_>, owner: &str) {
    site.host.deliver(owner, &newsletter(owner, &id(owner, "news")));
}

fn nothing(_: &dyn Host, _: &str) {}

/// Two asks, one of them answered.
fn old_mail(host: &dyn Host, owner: &str) {
    for word in ["old", "done"] {
        host.append(owner, "INBOX", &asking(owner, word));
    }
    host.append(owner, &sent(host), &answering(owner, "done"));
}

fn first_reading(site: &Site<'_>, owner: &str) {
    assert_eq!(waiting(site, owner), ["old"]);
    assert_eq!(closed(site, owner, "answered_by_owner"), ["done"]);
    let why = site.daemon.json(&["why", &format!("{}@example.org", id(owner, "old"))]).unwrap();
    assert_eq!(why["cases"][0]["message"]["backlog"], true, "{why:#}");
    let names: Vec<String> = site
        .rows("mailboxes", owner)
        .iter()
        .map(|row| row["mailbox"].as_str().unwrap().to_owned())
        .collect();
    assert!(names.contains(&"INBOX".to_owned()) && names.contains(&sent(site.host)), "{names:?}");
    let flags = site.host.flags(owner, "INBOX");
    assert!(flags.iter().all(|line| !line.contains("\\Seen")), "{flags:?}");
}

/// Also told after everything else.
pub fn a_new_message(site: &Site<'_>, owner: &str) {
    site.host.deliver(owner, &asking(owner, "new"));
    site.wait("it is listed", owner, || (waiting(site, owner) == ["new"]).then_some(()));
}

fn reply_in_sent(site: &Site<'_>, owner: &str) {
    for word in ["first", "second"] {
        site.host.deliver(owner, &asking(owner, word));
    }
    site.wait("both are listed", owner, || (waiting(site, owner).len() == 2).then_some(()));
    site.host.append(owner, &sent(site.host), &answering(owner, "first"));
    stir(site, owner);
    site.wait("one is closed", owner, || {
        (closed(site, owner, "answered_by_owner") == ["first"]).then_some(())
    });
    assert_eq!(waiting(site, owner), ["second"]);
}

fn answered_flag(site: &Site<'_>, owner: &str) {
    for word in ["first", "second"] {
        site.host.deliver(owner, &asking(owner, word));
        site.wait("it is listed", owner, || {
            waiting(site, owner).contains(&word.into()).then_some(())
        });
    }
    let mut wire = site.host.login(owner);
    wire.imap_command("SELECT INBOX");
    wire.imap_command("STORE 1 +FLAGS (\\Answered)");
    drop(wire);
    stir(site, owner);
    site.wait("one is closed", owner, || {
        (closed(site, owner, "answered_by_flag") == ["first"]).then_some(())
    });
    assert_eq!(waiting(site, owner), ["second"]);
}

const IN_INBOX: &str = "SELECT count(*) FROM location JOIN mailbox ON mailbox.id = mailbox_id \
    JOIN owner ON owner.id = owner_id WHERE role = 'inbox' AND address = ?1";
const MESSAGES: &str =
    "SELECT count(*) FROM message JOIN owner ON owner.id = owner_id WHERE address = ?1";

fn moved_away(site: &Site<'_>, owner: &str) {
    for word in ["deleted", "kept", "moved"] {
        site.host.deliver(owner, &asking(owner, word));
        site.wait("it is listed", owner, || {
            waiting(site, owner).contains(&word.into()).then_some(())
        });
    }
    let archive = format!("{}Archive", site.host.prefix());
    let mut wire = site.host.login(owner);
    wire.imap_command(&format!("CREATE {archive}"));
    wire.imap_command("SELECT INBOX");
    wire.imap_command(&format!("COPY 3 {archive}"));
    wire.imap_command("STORE 1,3 +FLAGS (\\Deleted)");
    wire.imap_command("EXPUNGE");
    drop(wire);
    stir(site, owner);
    site.wait("they are gone", owner, || (site.number(IN_INBOX, owner) == 2).then_some(()));
    assert_eq!(waiting(site, owner), ["deleted", "kept", "moved"]);
    assert_eq!(site.rows("obligations", owner).len(), 3);
}

fn renumbered(site: &Site<'_>, owner: &str) {
    let before = site.host.uid_validity(owner, "INBOX");
    if !site.host.renumber_inbox(owner) {
        return;
    }
    site.host.deliver(owner, &asking(owner, "new"));
    site.wait("it is listed", owner, || (waiting(site, owner) == ["new", "old"]).then_some(()));
    // What is reported on the old line may be read before the new numbers.
    stir(site, owner);
    let sql = "SELECT uid_validity FROM mailbox JOIN owner ON owner.id = owner_id \
               WHERE role = 'inbox' AND address = ?1";
    site.wait("all of it is read under other numbers", owner, || {
        let known = u64::try_from(site.number(sql, owner)).unwrap();
        (known != before && site.number(IN_INBOX, owner) == 4).then_some(())
    });
    assert_ne!(before, site.host.uid_validity(owner, "INBOX"));
    assert_eq!(site.number(MESSAGES, owner), 5, "two old, their answer, two new");
    assert_eq!(waiting(site, owner), ["new", "old"]);
}

fn renamed_sent(site: &Site<'_>, owner: &str) {
    site.host.deliver(owner, &asking(owner, "first"));
    site.wait("it is listed", owner, || (waiting(site, owner) == ["first"]).then_some(()));
    let renamed = format!("{}Sent Items", site.host.prefix());
    let command = format!("RENAME \"{}\" \"{renamed}\"", sent(site.host));
    site.host.login(owner).imap_command(&command);
    site.host.append(owner, &renamed, &answering(owner, "first"));
    stir(site, owner);
    site.wait("it is closed", owner, || {
        (closed(site, owner, "answered_by_owner") == ["first"]).then_some(())
    });
    let live = || site.rows("mailboxes", owner).iter().all(|row| row["state"] == "live");
    site.wait("nothing is wrong", owner, || live().then_some(()));
}

fn sent_made_anew(site: &Site<'_>, owner: &str) {
    let sent = sent(site.host);
    let before = site.host.uid_validity(owner, &sent);
    let mut wire = site.host.login(owner);
    if wire.imap_try(&format!("DELETE {sent}")).is_err() {
        // Cyrus keeps what is marked (RFC 6154 §5.4 is how the mark is taken off).
        wire.imap_command(&format!("SETMETADATA {sent} (/private/specialuse NIL)"));
        wire.imap_command(&format!("DELETE {sent}"));
    }
    wire.imap_command(&format!("CREATE {sent}"));
    drop(wire);
    assert_ne!(before, site.host.uid_validity(owner, &sent), "it is another folder");
    site.host.append(owner, &sent, &answering(owner, "old"));
    stir(site, owner);
    site.wait("it is closed", owner, || waiting(site, owner).is_empty().then_some(()));
    assert_eq!(closed(site, owner, "answered_by_owner"), ["done", "old"]);
}

/// Every ask is found beside mail that no program should write; what a server refuses is no matter.
fn odd_mail(site: &Site<'_>, owner: &str) {
    let mut expected = vec!["huge", "latin", "plain", "twice", "twice"];
    let latin = ask(owner, &id(owner, "latin"), "budi@example.org", "The caf# report");
    let latin = latin.iter().map(|byte| if *byte == b'#' { 0xe9 } else { *byte }).collect();
    // Of a header 64 KiB are read: of the longer one it is not even seen who wrote it.
    let padded = |word, lines| {
        let padding = format!("X-Padding: {}\r\n", "a line of nothing\r\n ".repeat(lines));
        [padding.into_bytes(), asking(owner, word)].concat()
    };
    let (huge, monstrous) = (padded("huge", 3_000), padded("monstrous", 30_000));
    let twice = ask(owner, &id(owner, "twice"), "citra@example.org", "Another report");
    for mail in [latin, huge, monstrous, asking(owner, "twice"), twice] {
        site.host.deliver(owner, &mail);
    }
    let mut wire = site.host.login(owner);
    let nul = [asking(owner, "nul"), b"P.S. \0\r\n".to_vec()].concat();
    match wire.imap_try_append("INBOX", "", &nul) {
        Ok(()) => expected.insert(2, "nul"),
        Err(words) => eprintln!("{owner}: a NUL is refused: {words}"),
    }
    for mail in [&b"\r\nno header\r\n"[..], b"no header, no end", b"Subject: no text", b"\r\n"] {
        let _either_way = wire.imap_try_append("INBOX", "", mail);
    }
    drop(wire);
    site.host.deliver(owner, &asking(owner, "plain"));
    site.wait("all are listed", owner, || (waiting(site, owner) == expected).then_some(()));
    let sql = "SELECT count(*) FROM poison JOIN mailbox ON mailbox.id = mailbox_id \
               JOIN owner ON owner.id = owner_id WHERE address = ?1";
    assert_eq!(site.number(sql, owner), 0, "none was set aside");
    let inbox = i64::try_from(site.host.inbox(owner).len()).unwrap();
    site.wait("all are known", owner, || (site.number(IN_INBOX, owner) == inbox).then_some(()));
}

fn wrong_password(site: &Site<'_>, owner: &str) {
    let folder = place::folder();
    let wrong = folder.path().join("wrong");
    place::secret(&wrong, "salah");
    let mut account = site.host.account(owner);
    account.password = Some(Secret::File(wrong));
    let sink = Sink::start(|_| Behaviour::Accept);
    let daemon = Daemon::new(&Setup::new(owner, account, plain(sink.port())));
    let (code, said) = daemon.sigap(&["doctor"]);
    assert_eq!(code, Some(10), "{said}");
    assert!(said.contains("the server refused the login"), "{said}");
}
