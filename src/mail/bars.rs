//! The rules of auto-reply.md §1.2 to §1.5 that one message breaks by itself: what a program must
//! not answer. Stricter than `mail/markers`, which says what a program has written.
//!
//! Compares raw field names; every instance of a field counts, and what cannot be read is a reason
//! for silence. Never looks into an attached message. Next station: `rules/auto_replies`.

use crate::mail::authentication;
use crate::mail::headers::{Field, without_comments};
use crate::mail::markers::{self, Seen};
use crate::mail::people::{self, Entry};
use crate::mail::phrases;
use crate::mail::structure::Part;
use crate::mail::token;
use crate::model::address::Address;
use crate::model::answering::{Answering, Bar};

/// More hops than this are a loop (RFC 5321 §6.3 asks for at least a hundred; nobody real has
/// more than a few).
const MOST_HOPS: usize = 25;

/// A rule: its id, and what of the message breaks it.
type Rule = (&'static str, fn(&Seen<'_>) -> Option<String>);

/// In the order of the table.
const RULES: &[Rule] = &[
    ("E2", null_return_path),
    ("E3", unsound_return_path),
    ("E5", robot),
    ("H1", |seen| named(markers::auto_submitted(seen), "Auto-Submitted")),
    ("H2", |seen| field(seen, |field| field.starts("List-"))),
    ("H3", |seen| one_of(seen, markers::LISTS).or_else(|| one_of(seen, LIST_TAGS))),
    ("H4", |seen| named(markers::precedence(seen.headers, PRECEDENCE), "Precedence")),
    ("H5", suppressed),
    ("H6", |seen| markers::responder_field(seen).map(str::to_owned)),
    ("H7", |seen| {
        one_of(seen, markers::MASS_MAILERS)
            .or_else(|| field(seen, |field| field.starts("X-Mailgun-")))
    }),
    ("H8", looped),
    ("H9", unwanted),
    ("H10", spam),
    ("H11", nobody),
    ("M1", |seen| named(markers::report(seen), "report")),
    ("M2", |seen| named(markers::report_in_words(seen), "text")),
    ("M3", |seen| markers::calendar(seen).map(|(method, _)| format!("text/calendar {method}"))),
    ("M4", unreadable),
    ("1.8", |seen| {
        let answers = seen.headers.has("In-Reply-To") || seen.headers.has("References");
        named(phrases::is_absence(seen.base, answers), "Subject")
    }),
    ("1.9", |seen| named(phrases::is_bounce(seen.base), "Subject")),
];

/// H4: bulk, list and answering programs.
const PRECEDENCE: &[&str] =
    &["bulk", "junk", "list", "auto_repl", "auto-repl", "auto repl", "autorepl"];

/// Reads what matters for an automatic answer.
pub fn answering(seen: &Seen<'_>) -> Answering {
    let broken = |(rule, test): &Rule| test(seen).map(|about| Bar { rule, about });
    let Seen { headers, people, .. } = seen;
    let resent = ["Resent-To", "Resent-Cc", "Resent-Bcc"];
    let resent = resent.iter().flat_map(|name| people::entries(headers, name));
    let named = people.to.iter().chain(&people.cc).chain(&people.bcc).cloned();
    let addressed = named.chain(resent).filter_map(|entry| entry.address).collect();
    Answering {
        bars: RULES.iter().filter_map(broken).collect(),
        return_path: headers.first("Return-Path").map(path),
        authors: people.authors.iter().filter_map(|author| author.address.clone()).collect(),
        addressed,
        recipients: people.to.len().saturating_add(people.cc.len()),
        delivered_to: headers.named("Delivered-To").map(Field::token).collect(),
        stamp: authentication::topmost(headers),
        traced: headers.has("Received"),
    }
}

// --- The envelope -------------------------------------------------------------------------------

fn null_return_path(seen: &Seen<'_>) -> Option<String> {
    named(markers::null_return_path(seen), "Return-Path")
}

/// What is no address, or longer than one may be; `#@[]` is qmail's double bounce.
fn unsound_return_path(seen: &Seen<'_>) -> Option<String> {
    let written = seen.headers.first("Return-Path").map(path).filter(|path| !path.is_empty());
    let unsound = written.is_some_and(|path| !is_sound(&path));
    named(unsound || markers::bare_daemon(seen), "Return-Path")
}

/// Whether an envelope sender is one mailbox at one domain, as it is written (RFC 5321 §4.1.2). A
/// quoted local part is one; a route, an address literal or one that needs SMTPUTF8 is none that an
/// answer goes to.
fn is_sound(path: &str) -> bool {
    const LONGEST: usize = 254;
    let quoted = path.strip_prefix('"').and_then(|rest| rest.rsplit_once("\"@"));
    let sound = match quoted {
        Some((local, domain)) => {
            let plain = |c: char| !c.is_control() && !"\\\"".contains(c);
            local.chars().all(plain) && Address::parse(&format!("x@{domain}")).is_some()
        }
        None => Address::parse(path).is_some(),
    };
    sound && path.is_ascii() && path.len() <= LONGEST
}

/// A Return-Path without its brackets and comments.
fn path(field: &Field<'_>) -> String {
    let plain = without_comments(&field.value());
    plain.trim().trim_start_matches('<').trim_end_matches('>').trim().to_owned()
}

/// E5: wherever a program's name stands, it would read the answer.
fn robot(seen: &Seen<'_>) -> Option<String> {
    let people = seen.people;
    let places = [
        ("Return-Path", &people.return_path),
        ("From", &people.authors),
        ("Sender", &people.sender),
        ("Reply-To", &people.reply_to),
    ];
    let robotic = |entry: &Entry| entry.address.as_ref().is_some_and(Address::is_robot);
    let found = places.iter().find(|(_, entries)| entries.iter().any(robotic));
    found.map(|(name, _)| (*name).to_owned())
}

// --- Header fields ------------------------------------------------------------------------------

/// H3: tags that list programs leave behind, beside the fields of `mail/markers`.
const LIST_TAGS: &[&str] = &["X-List", "X-Mailing-List-Id", "X-Majordomo", "X-eGroups-Return"];

/// H5: MS-OXCMAIL §2.1.3.2.20. Only programs ask for any of this silence; `None` asks for none.
fn suppressed(seen: &Seen<'_>) -> Option<String> {
    const NAME: &str = "X-Auto-Response-Suppress";
    let asks = seen.headers.named(NAME).any(|field| {
        let token = field.token();
        let mut words = token.split([',', ';', ' ', '\t']).filter(|word| !word.is_empty());
        words.any(|word| !["none", "0", "0x0", "0x00000000"].contains(&word))
    });
    named(asks, NAME)
}

/// H8: marks against loops, and of programs that watch mailboxes as this one does.
fn looped(seen: &Seen<'_>) -> Option<String> {
    const NAMES: &[&str] = &[
        "X-Loop",
        "X-Loop-Detect",
        "X-No-Loop",
        "X-RT-Loop-Prevention",
        "X-OTRS-Loop",
        "X-OTOBO-Loop",
        "X-Znuny-Loop",
        "X-Zammad-Ticket-Id",
        "X-GitHub-Reason",
        "X-GitLab-Project",
        "X-JIRA-FingerPrint",
    ];
    const IDS: &[&str] = &["Message-ID", "In-Reply-To", "References"];
    let hops = seen.headers.named("Received").nth(MOST_HOPS).is_some();
    let ours = |field: &Field<'_>| field.value().split_whitespace().any(token::looks_ours);
    let of_ours = IDS.iter().find(|name| seen.headers.named(name).any(ours));
    one_of(seen, NAMES)
        .or_else(|| field(seen, |field| field.starts("X-Sigap-")))
        .or_else(|| named(hops, "Received"))
        .or_else(|| of_ours.map(|name| (*name).to_owned()))
}

/// H9: the sender asks for silence.
fn unwanted(seen: &Seen<'_>) -> Option<String> {
    let says = |name: &str, test: fn(&str) -> bool| {
        let says = seen.headers.named(name).any(|field| test(&field.token()));
        named(says, name)
    };
    says("X-Ack", |value| value.starts_with("no"))
        .or_else(|| says("X-No-Ack", |value| !is_no(value)))
        .or_else(|| says("X-Ignorevacation", |value| !is_no(value)))
}

/// A filter's finding.
#[derive(Clone, Copy)]
enum Finding {
    /// The value begins with one of these words.
    Says(&'static [&'static str]),
    /// It begins with none of these words.
    Not(&'static [&'static str]),
    /// It is a number of at least so much.
    From(f64),
    /// It contains one of these.
    Holds(&'static [&'static str]),
    /// It has this key with a number of at least so much.
    Rates(&'static str, f64),
}

/// H10: a filter that says spam or virus silences; that it says neither allows nothing, so it does
/// not matter who wrote the field.
const FILTERS: &[(&str, Finding)] = &[
    ("X-Spam-Flag", Finding::Says(&["yes", "true"])),
    ("X-Spam-Status", Finding::Says(&["yes"])),
    ("X-Spam", Finding::Says(&["yes", "true", "spam"])),
    ("X-Rspamd-Action", Finding::Says(&["reject", "rewrite", "add header", "soft reject"])),
    ("X-SES-Spam-Verdict", Finding::Not(&["pass"])),
    ("X-SES-Virus-Verdict", Finding::Not(&["pass"])),
    ("X-MS-Exchange-Organization-SCL", Finding::From(5.0)),
    ("X-Forefront-Antispam-Report", Finding::Holds(&["sfv:spm", "sfv:skb", "sfv:sks"])),
    ("X-Forefront-Antispam-Report", Finding::Rates("scl", 5.0)),
    ("X-Microsoft-Antispam", Finding::Rates("bcl", 4.0)),
    ("X-Anti-Virus-Status", Finding::Says(&["infected"])),
    ("X-AntiVirus-Status", Finding::Says(&["infected"])),
    ("X-AVAS-Virus-Status", Finding::Says(&["infected"])),
    ("X-Virus-Status", Finding::Says(&["infected", "yes"])),
    ("X-Bogosity", Finding::Says(&["spam", "yes"])),
    ("X-Barracuda-Spam-Status", Finding::Says(&["yes"])),
    ("X-DSPAM-Result", Finding::Says(&["spam", "blacklisted", "blocklisted", "virus"])),
    ("X-AVAS-Spam-Status", Finding::Says(&["spam"])),
    ("X-Spamtest-Status", Finding::Says(&["spam"])),
    ("X-CRM114-Status", Finding::Says(&["spam"])),
    ("X-Razor-Status", Finding::Says(&["spam"])),
    ("X-Pyzor-Status", Finding::Says(&["spam"])),
];

fn spam(seen: &Seen<'_>) -> Option<String> {
    let found = FILTERS.iter().find(|(name, finding)| {
        seen.headers.named(name).any(|field| finds(&field.token(), *finding))
    });
    found.map(|(name, _)| (*name).to_owned())
}

fn finds(value: &str, finding: Finding) -> bool {
    let number = |text: &str| {
        let end = text.find(|c: char| !c.is_ascii_digit() && !"+-.".contains(c));
        text.get(..end.unwrap_or(text.len())).and_then(|text| text.parse::<f64>().ok())
    };
    let begins = |words: &[&str]| words.iter().any(|word| value.starts_with(word));
    match finding {
        Finding::Says(words) => begins(words),
        Finding::Not(words) => !begins(words),
        Finding::From(least) => number(value).is_some_and(|number| number >= least),
        Finding::Holds(words) => words.iter().any(|word| value.contains(word)),
        Finding::Rates(key, least) => value.split([';', ' ']).any(|pair| {
            let rated = pair.trim().split_once(':').filter(|(name, _)| name.trim() == key);
            rated.and_then(|(_, rate)| number(rate.trim())).is_some_and(|rate| rate >= least)
        }),
    }
}

/// H11: no author, authors without one who sent it, or names that mail servers give themselves.
fn nobody(seen: &Seen<'_>) -> Option<String> {
    let authors = &seen.people.authors;
    let named_one = |author: &Entry| author.address.is_some();
    let several = authors.len() > 1 && !seen.people.sender.iter().any(named_one);
    let unknown = authors.is_empty() || !authors.iter().all(named_one);
    named(several || unknown || markers::mailer_name(seen), "From")
}

// --- Structure ----------------------------------------------------------------------------------

/// M4: parts that are elsewhere, a shape that forbids reading, a multipart without parts.
fn unreadable(seen: &Seen<'_>) -> Option<String> {
    const ELSEWHERE: &[&str] = &["message/partial", "message/external-body"];
    let elsewhere = |part: &&Part<'_>| ELSEWHERE.contains(&part.kind.as_str());
    let parts = seen.structure.down_to(markers::LEVELS);
    if let Some(part) = parts.into_iter().find(elsewhere) {
        return Some(part.kind.clone());
    }
    let hollow = seen.structure.kind.starts_with("multipart/")
        && seen.structure.children.is_empty()
        && !seen.headers.body().is_empty();
    named(seen.refused || hollow, "body")
}

// --- Help ---------------------------------------------------------------------------------------

fn named(broken: bool, about: &str) -> Option<String> {
    broken.then(|| about.to_owned())
}

/// The first of these fields that is there.
fn one_of(seen: &Seen<'_>, names: &[&str]) -> Option<String> {
    names.iter().find(|name| seen.headers.has(name)).map(|name| (*name).to_owned())
}

/// The name of the first field that is such a one.
fn field(seen: &Seen<'_>, test: impl Fn(&Field<'_>) -> bool) -> Option<String> {
    seen.headers.all().find(|field| test(field)).map(Field::name)
}

fn is_no(value: &str) -> bool {
    ["", "no", "false", "0", "none"].contains(&value)
}
