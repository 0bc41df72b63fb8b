//! Owners who are away, for stories about automatic replies: the daemon that stands in for them,
//! mail that reaches them, what was decided about it, and replies as their receivers see them.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::Value;
use sigap::config::settings::{Account, Tls};

use crate::daemon::{Daemon, Setup};
use crate::dovecot::Dovecot;
use crate::host::PASSWORD;
use crate::mail::reply;
use crate::mailboxes::Mailboxes;
use crate::postfix::Postfix;
use crate::sink::{Accepted, Sink};

/// The owners, and people elsewhere.
pub const ANI: &str = "ani@example.test";
pub const CITRA: &str = "citra@example.test";
pub const DWI: &str = "dwi@example.test";
pub const BUDI: &str = "budi@example.org";
pub const ERNA: &str = "erna@example.net";

/// A Dovecot for these users.
pub fn dovecot(users: &[&str]) -> Option<Dovecot> {
    let users: Vec<(&str, &str)> = users.iter().map(|user| (*user, PASSWORD)).collect();
    Dovecot::start(&users)
}

/// A daemon in `full` mode that watches these owners, each under the name that their address
/// begins with; what it says of itself has been said. Further lines go to owners, or to the end.
pub fn watching(
    dovecot: &Dovecot,
    smtp: Account,
    owners: &[&str],
    change: impl FnOnce(String) -> String,
) -> Daemon {
    let account = |owner: &str| dovecot.account(owner, Tls::Implicit);
    let setup = Setup::new(owners[0], account(owners[0]), smtp);
    let all = owners.iter().map(|owner| ((*owner).to_owned(), account(owner))).collect();
    // Nothing but replies and what a new owner hears leaves in the time of a story.
    let setup = Setup { mode: "full", nudge_after: "500s", owners: all, ..setup };
    let mut text = setup.text();
    for owner in owners {
        let (line, own) = (addresses(owner), format!("name = \"{}\"\n", name(owner)));
        text = text.replace(&format!("name = \"Ani\"\n{line}"), &format!("{own}{line}"));
    }
    let mut daemon = Daemon::new(&setup);
    daemon.write(&change(text));
    daemon.start();
    daemon.settles(owners.len() * 2);
    daemon.wait_for("the owners are welcomed", |it| {
        let sent = it.letters("welcome").iter().filter(|(_, state)| state == "sent").count();
        (sent == owners.len()).then_some(())
    });
    daemon
}

/// The line of an owner's addresses in the configuration.
pub fn addresses(owner: &str) -> String {
    format!("addresses = [\"{owner}\"]\n")
}

fn name(owner: &str) -> String {
    let (first, rest) = owner.split('@').next().unwrap().split_at(1);
    first.to_uppercase() + rest
}

/// An owner is away from today on, for a week: told beside the running daemon. The last day.
pub fn is_away(daemon: &mut Daemon, owner: &str) -> Date {
    is_away_from(daemon, owner, 0)
}

/// The same, from so many days after today on, or before.
pub fn is_away_from(daemon: &mut Daemon, owner: &str, days: i64) -> Date {
    let zone = TimeZone::get("Asia/Jakarta").unwrap();
    let today = Timestamp::now().to_zoned(zone).date();
    let day = |days: i64| today.checked_add(days.days()).unwrap();
    let (from, until) = (day(days).to_string(), day(6).to_string());
    let told = daemon.sigap(&["away", "add", "--owner", owner, "--from", &from, "--until", &until]);
    assert_eq!(told.0, Some(0), "{}", told.1);
    day(6)
}

/// An owner answers their welcome letter: they are back. Their digest, as it lands.
pub fn comes_back(daemon: &mut Daemon, dovecot: &Dovecot, owner: &str) -> Vec<u8> {
    let all = daemon.json(&["outbox", "list", "--all"]).unwrap();
    let mut all = all["letters"].as_array().unwrap().iter();
    let welcome = all.find(|one| one["kind"] == "welcome" && one["to"] == owner).unwrap();
    let welcome = welcome["message_id"].as_str().unwrap();
    dovecot.append(owner, "Sent", &reply(owner, "back", "sigap@example.test", welcome, "BACK"));
    let id = daemon.has("digest", "sent");
    daemon.wait_for("the digest lands", |_| {
        let mut inbox = dovecot.inbox(owner);
        inbox.retain(|letter| field(letter, "Message-ID") == [format!("<{id}>")]);
        inbox.pop()
    })
}

/// As it stands in an English letter: `Thursday 26 November 2026`.
pub fn in_words(day: Date) -> String {
    day.strftime("%A %-d %B %Y").to_string()
}

/// A person writes; `id` is the Message-ID's left half, of a conversation of its own. Further
/// fields end in CRLF.
pub fn letter(from: &str, to: &str, id: &str, fields: &str) -> Vec<u8> {
    format!(
        "From: {} <{from}>\r\nTo: <{to}>\r\nMessage-ID: <{id}@letters.example>\r\n\
         Date: Tue, 24 Nov 2026 09:00:00 +0700\r\nSubject: Report on {id}\r\n{fields}\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
         Good morning,\r\n\r\nCould you please send me the report by tomorrow?\r\n",
        name(from)
    )
    .into_bytes()
}

/// Waits until it is decided whether a letter is answered automatically. The decision.
pub fn decision(daemon: &mut Daemon, id: &str) -> Value {
    let id = format!("{id}@letters.example");
    daemon.wait_for(&format!("{id} is decided about"), |it| {
        let told = it.json(&["why", &id])?;
        let cases = told["cases"].as_array().unwrap().iter();
        let mut replies = cases.flat_map(|case| case["automatic_replies"].as_array().unwrap());
        replies.find(|reply| reply["message_id"] == id.as_str()).cloned()
    })
}

/// The rule by which a letter is not answered; empty: it is answered.
pub fn rule(daemon: &mut Daemon, id: &str) -> String {
    decision(daemon, id)["rule"].as_str().unwrap_or_default().to_owned()
}

/// Waits until a message is on record: what it is taken for, and why.
pub fn judged(daemon: &mut Daemon, id: &str) -> String {
    let id = format!("{id}@letters.example");
    let told = daemon.wait_for(&format!("{id} is read"), |it| {
        let told = it.json(&["why", &id])?;
        Some(told["cases"][0]["message"].clone()).filter(Value::is_object)
    });
    let clues = told["clues"].as_array().unwrap().iter();
    let clues: Vec<&str> = clues.map(|clue| clue["code"].as_str().unwrap()).collect();
    format!("{}: {}", told["class"].as_str().unwrap(), clues.join(", "))
}

/// What a field of a message says, unfolded, each time it stands there.
pub fn field(message: &[u8], name: &str) -> Vec<String> {
    let text = String::from_utf8_lossy(message).into_owned();
    let header =
        text.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ").replace("\r\n\t", " ");
    let fields = header.lines().filter_map(|line| line.split_once(':'));
    let named = fields.filter(|(found, _)| found.eq_ignore_ascii_case(name));
    named.map(|(_, value)| value.trim().to_owned()).collect()
}

/// The words of a letter, in one line.
pub fn words(message: &[u8]) -> String {
    let mail = mail_parser::MessageParser::default().parse(message).unwrap();
    mail.body_text(0).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Automatic replies among messages: of Sigap, and of others.
pub fn automatic(messages: &[Vec<u8>]) -> Vec<&Vec<u8>> {
    let automatic = |message: &&Vec<u8>| {
        field(message, "Auto-Submitted").iter().any(|word| word.starts_with("auto-replied"))
    };
    messages.iter().filter(automatic).collect()
}

/// The automatic replies that a server has accepted.
pub fn accepted(sink: &Sink) -> Vec<Accepted> {
    let all = sink.accepted().into_iter();
    all.filter(|letter| field(&letter.bytes, "Auto-Submitted") == ["auto-replied"]).collect()
}

#[test]
fn the_digest_arrives_after_a_word_that_its_owner_is_back() {
    let Some(dovecot) = dovecot(&[ANI, BUDI]) else { return };
    let Some(postfix) = Postfix::start(&dovecot) else { return };
    let smtp = postfix.account(&dovecot, ANI, Tls::Implicit);
    let mut daemon = watching(&dovecot, smtp, &[ANI], |text| text);
    is_away_from(&mut daemon, ANI, -2);
    postfix.deliver(BUDI, ANI, &letter(BUDI, ANI, "meanwhile", ""));
    decision(&mut daemon, "meanwhile");
    assert_eq!(daemon.letters("leaving").len(), 0, "it had begun");
    assert_eq!(daemon.letters("digest").len(), 0, "she is not back");

    let said = words(&comes_back(&mut daemon, &dovecot, ANI));
    assert!(said.contains("[1] Report on meanwhile"), "{said}");
    assert_eq!(daemon.letters("digest").len(), 1, "{}", daemon.told());
}
