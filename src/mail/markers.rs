//! What header and structure say about who made a message: rule by rule, as in auto-reply.md.
//!
//! Compares raw field names, so that no parser's list of known names can switch a rule off; every
//! instance of a field counts. Never looks into an attached message: a bounce that a person
//! forwards is a person's mail. Next station: `rules/triage`.

use crate::mail::clean::{LONGEST_LINE, clean_text};
use crate::mail::headers::{Field, Headers};
use crate::mail::people::{Entry, People};
use crate::mail::phrases;
use crate::mail::structure::Part;
use crate::model::address::Address;
use crate::model::message::{Marks, Prefix};

/// All that the rules look at.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The raw header.
    pub headers: &'a Headers<'a>,
    /// The parts: the whole tree, or the top alone where there is no body.
    pub structure: &'a Part<'a>,
    /// The people of the header.
    pub people: &'a People,
    /// The subject's base, folded.
    pub base: &'a str,
    /// How the subject begins.
    pub prefix: Prefix,
    /// The readable text, where there is a body.
    pub text: Option<&'a str>,
    /// The body is there, and its shape forbids to read it.
    pub refused: bool,
}

/// A rule: its id, and whether a message meets it.
type Rule = (&'static str, fn(&Seen<'_>) -> bool);

/// Class A: written by a machine. The first rule that is met is named.
const AUTOMATIC: &[Rule] = &[
    ("E2", null_return_path),
    ("E3", bare_daemon),
    ("H1", auto_submitted),
    ("H4", precedence_auto_reply),
    ("H6", |seen| responder_field(seen).is_some()),
    ("H11", mailer_name),
    ("M1", report),
    ("M2", report_in_words),
    ("M3", calendar_answer),
];

/// Probably written by a machine.
const PERHAPS: &[Rule] = &[
    ("E5", robot),
    ("1.8", |seen| phrases::is_absence(seen.base, answers_something(seen))),
    ("1.9", |seen| phrases::is_bounce(seen.base)),
];

/// Reads every marker of a message.
pub fn marks(seen: &Seen<'_>) -> Marks {
    let first =
        |rules: &[Rule]| rules.iter().find(|(_, test)| test(seen)).map(|(id, _)| (*id).to_owned());
    Marks {
        automatic: first(AUTOMATIC),
        perhaps_automatic: first(PERHAPS),
        bounce: is_bounce(seen),
        list: is_list(seen.headers),
        list_id: list_id(seen.headers),
        unsubscribe: seen.headers.has("List-Unsubscribe"),
        bulk: is_bulk(seen.headers),
        calendar: calendar(seen).map(|(method, _)| method),
        encrypted: is_encrypted(seen),
    }
}

// --- The sender ---------------------------------------------------------------------------------

/// RFC 3834 §2: nothing answers the null sender.
pub(crate) fn null_return_path(seen: &Seen<'_>) -> bool {
    seen.headers
        .named("Return-Path")
        .any(|field| field.token().chars().all(|c| c.is_whitespace() || c == '<' || c == '>'))
}

/// A sender without a domain that only mail servers use; `#@[]` is qmail's double bounce.
pub(crate) fn bare_daemon(seen: &Seen<'_>) -> bool {
    let bare = |text: &str| {
        let text = text.trim().trim_start_matches('<').trim_end_matches('>').trim();
        text.eq_ignore_ascii_case("mailer-daemon") || text == "#@[]"
    };
    seen.headers.named("Return-Path").any(|field| bare(&field.token()))
        || seen.headers.named("From").any(|field| bare(&field.token()))
        || seen.people.authors.iter().any(|author| bare(&author.written))
}

/// Display names that mail servers give themselves.
pub(crate) fn mailer_name(seen: &Seen<'_>) -> bool {
    const NAMES: &[&str] =
        &["mailer-daemon", "postmaster", "system administrator", "mail administrator"];
    seen.people.authors.iter().any(|author| {
        let name = author.name.to_lowercase();
        NAMES.contains(&name.as_str()) || name.starts_with("mail delivery ")
    })
}

/// E5. Return-Path and Sender of list mail name the list's program, not the author.
fn robot(seen: &Seen<'_>) -> bool {
    let People { authors, sender, reply_to, return_path, .. } = seen.people;
    let robotic = |entry: &Entry| entry.address.as_ref().is_some_and(Address::is_robot);
    authors.iter().chain(reply_to).any(robotic)
        || (!is_list(seen.headers) && sender.iter().chain(return_path).any(robotic))
}

// --- Header fields ------------------------------------------------------------------------------

/// RFC 3834 §5: any keyword but `no`; an empty or broken one counts as a keyword.
pub(crate) fn auto_submitted(seen: &Seen<'_>) -> bool {
    seen.headers.named("Auto-Submitted").any(|field| {
        let token = field.token();
        token.split(';').next().unwrap_or_default().trim() != "no"
    })
}

pub(crate) fn precedence(headers: &Headers<'_>, words: &[&str]) -> bool {
    ["Precedence", "X-Precedence"].iter().flat_map(|name| headers.named(name)).any(|field| {
        let token = field.token();
        words.iter().any(|word| token.starts_with(word))
    })
}

fn precedence_auto_reply(seen: &Seen<'_>) -> bool {
    precedence(seen.headers, &["auto_repl", "auto-repl", "auto repl", "autorepl"])
}

/// What the value of a field must be for the rule.
#[derive(Clone, Copy)]
enum Value {
    /// Anything but a plain no.
    NotNo,
    /// It starts so.
    Starts(&'static str),
    /// It contains this.
    Contains(&'static str),
}

/// H6: fields of responders and notifiers.
const RESPONDERS: &[(&str, Value)] = &[
    ("X-Autoreply", Value::NotNo),
    ("X-Auto-Reply", Value::NotNo),
    ("X-Autorespond", Value::NotNo),
    ("X-Auto-Respond", Value::NotNo),
    ("X-Autoresponse", Value::NotNo),
    ("X-Auto-Response", Value::NotNo),
    ("X-Autoresponder", Value::NotNo),
    ("X-AutoReply-From", Value::NotNo),
    ("X-Mail-Autoreply", Value::NotNo),
    ("X-Autogenerated", Value::NotNo),
    ("X-Auto-Generated", Value::NotNo),
    ("X-VacationMessage", Value::NotNo),
    ("X-Vacation", Value::NotNo),
    ("X-FC-MachineGenerated", Value::NotNo),
    ("X-POST-MessageClass", Value::Contains("autoresponder")),
    ("Delivered-To", Value::Starts("autoresponder")),
    ("Content-Identifier", Value::Starts("auto")),
    ("X400-Content-Identifier", Value::Starts("auto")),
    ("X-Apple-Action", Value::Contains("vacation")),
    ("X-MS-Exchange-Generated-Message-Source", Value::Contains("mailbox rules agent")),
    ("X-Failed-Recipients", Value::NotNo),
    ("X-Amazon-Mail-Relay-Type", Value::Contains("notification")),
    ("X-Facebook-Notify", Value::NotNo),
    ("X-Cron-Env", Value::NotNo),
    ("TLS-Report-Domain", Value::NotNo),
];

pub(crate) fn responder_field(seen: &Seen<'_>) -> Option<&'static str> {
    const RULES_LOOP: &str = "X-MS-Exchange-Inbox-Rules-Loop";
    // Exchange marks what a rule answers with both fields; the first alone also stands on mail
    // that a rule of a person only passed on.
    if seen.headers.has(RULES_LOOP) && seen.headers.has("X-Auto-Response-Suppress") {
        return Some(RULES_LOOP);
    }
    let says =
        |(name, value): &&(&str, Value)| seen.headers.named(name).any(|field| meets(field, *value));
    RESPONDERS.iter().find(says).map(|(name, _)| *name)
}

fn meets(field: &Field<'_>, value: Value) -> bool {
    let token = field.token();
    match value {
        Value::NotNo => !["no", "false", "0", "none"].contains(&token.as_str()),
        Value::Starts(start) => token.starts_with(start),
        Value::Contains(word) => token.contains(word),
    }
}

/// H3: fields that list programs add of their own.
pub(crate) const LISTS: &[&str] = &[
    "Mailing-List",
    "X-Mailing-List",
    "X-ML-Name",
    "X-BeenThere",
    "X-Mailman-Version",
    "X-Google-Loop",
    "X-Google-Group-Id",
    "X-Listserver",
    "X-Listname",
    "X-List-Administrivia",
    "Archived-At",
];

/// H2 and H3: RFC 2369, RFC 2919, RFC 8058 and what list programs add of their own.
fn is_list(headers: &Headers<'_>) -> bool {
    headers.all().any(|field| field.starts("List-")) || LISTS.iter().any(|name| headers.has(name))
}

/// RFC 2919 §2: the last thing in angle brackets; some programs leave the brackets out.
fn list_id(headers: &Headers<'_>) -> Option<String> {
    let value = headers.first("List-Id")?.value();
    let inner = value.rsplit_once('<').map_or(value.as_str(), |(_, inner)| inner);
    let named = inner.split('>').next().unwrap_or_default().trim().to_lowercase();
    Some(clean_text(&named, LONGEST_LINE)).filter(|name| !name.is_empty())
}

/// H7: fields of mass mailers.
pub(crate) const MASS_MAILERS: &[&str] = &[
    "Feedback-ID",
    "X-Campaign",
    "X-Campaign-Id",
    "X-CampaignID",
    "X-MC-User",
    "X-SG-EID",
    "X-PM-Message-Id",
    "X-CSA-Complaints",
    "Campaign-Id",
];

/// H4 and H7: Precedence, and the fields of mass mailers.
fn is_bulk(headers: &Headers<'_>) -> bool {
    precedence(headers, &["bulk", "junk", "list"])
        || headers.all().any(|field| field.starts("X-Mailgun-"))
        || MASS_MAILERS.iter().any(|name| headers.has(name))
}

fn answers_something(seen: &Seen<'_>) -> bool {
    seen.headers.has("In-Reply-To") || seen.headers.has("References")
}

// --- Structure and text -------------------------------------------------------------------------

/// How deep reports and calendar parts are looked for: the top and two levels below.
pub(crate) const LEVELS: usize = 2;

/// RFC 6522, 3464, 6533, 8098, 5965, 3885, 8460 and 7489 §7.2.
pub(crate) fn report(seen: &Seen<'_>) -> bool {
    const KINDS: &[&str] = &[
        "message/delivery-status",
        "message/global-delivery-status",
        "message/disposition-notification",
        "message/global-disposition-notification",
        "message/feedback-report",
        "message/tracking-status",
        "application/tlsrpt+gzip",
        "application/tlsrpt+json",
    ];
    let parts = seen.structure.down_to(LEVELS);
    let archive = |kind: &str| {
        ["application/zip", "application/gzip", "application/x-zip-compressed"].contains(&kind)
    };
    seen.structure.kind == "multipart/report"
        || parts.iter().any(|part| KINDS.contains(&part.kind.as_str()))
        || (seen.base.contains("report domain:") && parts.iter().any(|part| archive(&part.kind)))
}

/// A delivery report written out as text. What somebody forwards or answers is left alone.
pub(crate) fn report_in_words(seen: &Seen<'_>) -> bool {
    let Some(text) = seen.text.filter(|_| seen.prefix == Prefix::None) else { return false };
    if text.trim_start().starts_with("Hi. This is the ") {
        return true; // qmail-send
    }
    let lines = || text.lines().take(1000);
    let begins = |line: &str, start: &str| {
        line.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
    };
    let has = |starts: &[&str]| lines().any(|line| starts.iter().any(|s| begins(line, s)));
    has(&["reporting-mta:", "final-recipient:", "diagnostic-code:"])
        && has(&["status:", "action:"])
        && !has(&["begin forw"])
        && !lines().any(|line| line.to_ascii_lowercase().contains("forwarded message"))
}

/// Whether a calendar method stands in the mail itself or in a file that came with it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carried {
    Itself,
    AsFile,
}

/// RFC 6047 §2.4: the method, upper case.
pub(crate) fn calendar(seen: &Seen<'_>) -> Option<(String, Carried)> {
    seen.structure.down_to(LEVELS).into_iter().find_map(|part| {
        let ics = part.kind == "application/ics" || part.file_name.to_lowercase().ends_with(".ics");
        if part.kind != "text/calendar" && !ics {
            return None;
        }
        let method = part.param("method").map(str::to_owned).or_else(|| stated_method(part))?;
        let method: String = method.trim().to_uppercase().chars().take(20).collect();
        let sound = !method.is_empty() && method.chars().all(|c| c.is_ascii_alphanumeric());
        let carried = if part.kind == "text/calendar" && part.param("method").is_some() {
            Carried::Itself
        } else {
            Carried::AsFile
        };
        sound.then_some((method, carried))
    })
}

fn stated_method(part: &Part<'_>) -> Option<String> {
    part.text().lines().take(100).find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("method").then(|| value.trim().to_owned())
    })
}

/// Answers and notices about meetings await nothing. A request may be a question, and a published
/// calendar that comes as a file is what a person attaches.
fn calendar_answer(seen: &Seen<'_>) -> bool {
    calendar(seen).is_some_and(|(method, carried)| match method.as_str() {
        "REQUEST" => false,
        "PUBLISH" => carried == Carried::Itself,
        _ => true,
    })
}

fn is_bounce(seen: &Seen<'_>) -> bool {
    let states_delivery = seen.structure.down_to(LEVELS).iter().any(|part| {
        part.kind == "message/delivery-status" || part.kind == "message/global-delivery-status"
    });
    let typed = seen.structure.kind == "multipart/report"
        && seen
            .structure
            .param("report-type")
            .is_some_and(|kind| kind.to_ascii_lowercase().ends_with("delivery-status"));
    let by_machine = null_return_path(seen) || bare_daemon(seen) || mailer_name(seen);
    let mut authors = seen.people.authors.iter().filter_map(|author| author.address.as_ref());
    let daemon = authors.any(|address| address.local().starts_with("mailer-daemon"));
    typed
        || states_delivery
        || daemon
        || seen.headers.has("X-Failed-Recipients")
        || report_in_words(seen)
        || ((by_machine || robot(seen)) && phrases::is_bounce(seen.base))
}

/// OpenPGP (RFC 3156), S/MIME (RFC 8551), OpenPGP in the text.
fn is_encrypted(seen: &Seen<'_>) -> bool {
    let hidden = |part: &Part<'_>| match part.kind.as_str() {
        "multipart/encrypted" | "application/pgp-encrypted" => true,
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => {
            part.param("smime-type").is_none_or(|kind| !kind.to_ascii_lowercase().contains("sign"))
        }
        _ => false,
    };
    seen.structure.down_to(1).into_iter().any(hidden)
        || seen.text.is_some_and(|text| text.trim_start().starts_with("-----BEGIN PGP MESSAGE"))
}
