//! One mail of the sample office as bytes, with the fields that real programs write.
//!
//! It builds no letter of Sigap (that is `mail/compose`) and sends nothing: it imitates what mail
//! programs, lists, robots and servers put into mailboxes. Next: `cli/office` writes the files.

use jiff::{ToSpan, Zoned};

use crate::cli::office_script::{Contact, Form};
use crate::cli::office_words::{all_shown, date, quoted_printable, shown, words};
use crate::model::verdict::Language;

/// A mail, not yet bytes.
#[derive(Clone, Debug)]
pub struct Mail {
    /// With its brackets.
    pub id: String,
    /// Author.
    pub from: Contact,
    /// To.
    pub to: Vec<Contact>,
    /// Cc.
    pub cc: Vec<Contact>,
    /// Subject of the conversation, without prefixes.
    pub subject: String,
    /// What the author wrote.
    pub text: String,
    /// Of quoting lines and prefixes.
    pub language: Language,
    /// How it is written.
    pub form: Form,
    /// When.
    pub at: Zoned,
    /// What it answers or passes on.
    pub parent: Option<Box<Mail>>,
}

/// Whose copy of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copy {
    /// The writer's own, in Sent.
    Kept,
    /// A recipient's, with the traces of its way.
    Received,
}

/// The bytes of a copy; `recipient` is the main address of the mailbox.
pub fn bytes(mail: &Mail, copy: Copy, recipient: &str) -> Vec<u8> {
    let mut lines = match copy {
        Copy::Kept => Vec::new(),
        Copy::Received => trace(mail, recipient),
    };
    lines.push(format!("Date: {}", date(&mail.at)));
    lines.push(format!("From: {}", shown(&mail.from)));
    lines.push(format!("To: {}", all_shown(&mail.to)));
    if !mail.cc.is_empty() {
        lines.push(format!("Cc: {}", all_shown(&mail.cc)));
    }
    lines.push(format!("Subject: {}", words(&subject(mail))));
    lines.push(format!("Message-ID: {}", mail.id));
    lines.extend(pointers(mail));
    lines.extend(marks(mail));
    lines.push("MIME-Version: 1.0".to_owned());
    lines.extend(body(mail));
    let mut text = lines.join("\r\n");
    text.push_str("\r\n");
    text.into_bytes()
}

fn trace(mail: &Mail, recipient: &str) -> Vec<String> {
    let path = match mail.form {
        Form::Bounce | Form::Away => String::new(),
        Form::List | Form::Newsletter => {
            let list = if mail.form == Form::List { mail.to.first() } else { Some(&mail.from) };
            let (local, domain) =
                list.and_then(|it| it.address.split_once('@')).unwrap_or(("", ""));
            format!("{local}-bounces@{domain}")
        }
        Form::Robot | Form::Accept | Form::Invite | Form::Forward => mail.from.address.clone(),
        Form::Plain | Form::Outlook | Form::Html | Form::New => mail.from.address.clone(),
    };
    let host = mail.from.address.rsplit('@').next().unwrap_or_default();
    vec![
        format!("Return-Path: <{path}>"),
        format!("Delivered-To: {recipient}"),
        format!("Received: from mail.{host} (mail.{host} [192.0.2.25])"),
        format!("\tby mail.example.com with ESMTPS for <{recipient}>; {}", date(&mail.at)),
    ]
}

/// RFC 5322 §3.6.4. A forward points to what it passes on, but answers nothing.
fn pointers(mail: &Mail) -> Vec<String> {
    let Some(parent) = &mail.parent else { return Vec::new() };
    let mut chain = Vec::new();
    let mut next = Some(parent);
    while let Some(mail) = next {
        chain.insert(0, mail.id.clone());
        next = mail.parent.as_ref();
    }
    let references = format!("References: {}", chain.join("\r\n "));
    match mail.form {
        Form::Forward => vec![references],
        Form::Bounce => Vec::new(),
        Form::Plain
        | Form::Outlook
        | Form::Html
        | Form::New
        | Form::List
        | Form::Newsletter
        | Form::Robot
        | Form::Away
        | Form::Invite
        | Form::Accept => {
            vec![format!("In-Reply-To: {}", parent.id), references]
        }
    }
}

/// What lists, robots and calendars say about themselves.
fn marks(mail: &Mail) -> Vec<String> {
    let list = mail.to.first().map(|it| it.address.as_str()).unwrap_or_default();
    let from = mail.from.address.as_str();
    let id = |address: &str| address.replace('@', ".");
    let lines: Vec<String> = match mail.form {
        Form::List => vec![
            format!("List-Id: <{}>", id(list)),
            format!("List-Post: <mailto:{list}>"),
            format!("List-Unsubscribe: <mailto:{}?subject=unsubscribe>", list),
            "Precedence: list".to_owned(),
        ],
        Form::Newsletter => vec![
            format!("List-Id: <{}>", id(from)),
            format!("List-Unsubscribe: <https://news.example.org/u/{}>", list.len()),
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click".to_owned(),
            "Precedence: bulk".to_owned(),
            "Feedback-ID: edisi:warta:example".to_owned(),
        ],
        Form::Robot => vec!["Auto-Submitted: auto-generated".to_owned()],
        Form::Bounce => vec!["Auto-Submitted: auto-replied".to_owned()],
        Form::Away => vec![
            "Auto-Submitted: auto-replied".to_owned(),
            "X-Auto-Response-Suppress: All".to_owned(),
            "Precedence: bulk".to_owned(),
        ],
        Form::Outlook => vec!["X-Mailer: Microsoft Outlook 16.0".to_owned()],
        Form::Plain | Form::Html | Form::New | Form::Forward | Form::Invite | Form::Accept => {
            vec![]
        }
    };
    lines
}

fn subject(mail: &Mail) -> String {
    let id = mail.language == Language::Id;
    let base = mail.subject.as_str();
    match (mail.form, mail.parent.is_some()) {
        (Form::Bounce, _) => "Undelivered Mail Returned to Sender".to_owned(),
        (Form::Away, _) if id => format!("Balasan otomatis: {base}"),
        (Form::Away, _) => format!("Automatic reply: {base}"),
        (Form::Accept, _) if id => format!("Diterima: {base}"),
        (Form::Accept, _) => format!("Accepted: {base}"),
        (Form::Forward, _) => format!("Fwd: {base}"),
        (Form::Outlook, true) if id => format!("BLS: {base}"),
        (Form::Outlook, true) => format!("RE: {base}"),
        (_, true) => format!("Re: {base}"),
        (_, false) => base.to_owned(),
    }
}

/// Content fields, the blank line, and the content.
fn body(mail: &Mail) -> Vec<String> {
    match mail.form {
        Form::Html | Form::Newsletter => {
            let html = html(&mail.text);
            let parts = [part("text/plain", &written(mail)), part("text/html", &html)];
            multipart(mail, "multipart/alternative", &parts)
        }
        Form::Invite | Form::Accept => {
            let method = if mail.form == Form::Invite { "REQUEST" } else { "REPLY" };
            let kind = format!("text/calendar; method={method}");
            let parts = [part("text/plain", &mail.text), part(&kind, &calendar(mail, method))];
            multipart(mail, "multipart/alternative", &parts)
        }
        Form::Bounce => {
            let parts = [
                part("text/plain", &mail.text),
                part("message/delivery-status", &status(mail)),
                part("text/rfc822-headers", &returned(mail)),
            ];
            multipart(mail, "multipart/report; report-type=delivery-status", &parts)
        }
        Form::Plain
        | Form::Outlook
        | Form::New
        | Form::Forward
        | Form::List
        | Form::Robot
        | Form::Away => part("text/plain", &written(mail)),
    }
}

fn multipart(mail: &Mail, kind: &str, parts: &[Vec<String>]) -> Vec<String> {
    let inner = mail.id.trim_matches(['<', '>']);
    let boundary = format!("=_{}", inner.split('@').next().unwrap_or_default());
    let mut lines = vec![format!("Content-Type: {kind}; boundary=\"{boundary}\""), String::new()];
    for part in parts {
        lines.push(format!("--{boundary}"));
        lines.extend_from_slice(part);
    }
    lines.push(format!("--{boundary}--"));
    lines
}

/// One part: plain where it is ASCII, quoted-printable where it is not.
fn part(kind: &str, text: &str) -> Vec<String> {
    // RFC 3464 §2.1: a status has no charset and no encoding.
    if kind.starts_with("message/") {
        return [format!("Content-Type: {kind}"), String::new()]
            .into_iter()
            .chain(text.lines().map(str::to_owned))
            .collect();
    }
    let plain = text.is_ascii() && text.lines().all(|line| line.len() < 900);
    let (charset, encoding) =
        if plain { ("us-ascii", "7bit") } else { ("utf-8", "quoted-printable") };
    let mut lines = vec![
        format!("Content-Type: {kind}; charset={charset}"),
        format!("Content-Transfer-Encoding: {encoding}"),
        String::new(),
    ];
    for line in text.lines() {
        if plain {
            lines.push(line.to_owned());
        } else {
            lines.extend(quoted_printable(line));
        }
    }
    lines
}

/// What the author wrote, and below it what the mail program quotes.
fn written(mail: &Mail) -> String {
    let Some(parent) = &mail.parent else { return mail.text.clone() };
    let (id, name, address) =
        (mail.language == Language::Id, &parent.from.name, &parent.from.address);
    match mail.form {
        Form::Outlook | Form::Forward => {
            let [from, sent, to, about] = if id {
                ["Dari", "Terkirim", "Kepada", "Perihal"]
            } else {
                ["From", "Sent", "To", "Subject"]
            };
            let head = match (mail.form, id) {
                (Form::Forward, true) => "---------- Pesan terusan ----------",
                (Form::Forward, false) => "---------- Forwarded message ----------",
                (_, _) => "_____________________________________________",
            };
            format!(
                "{}\n\n{head}\n{from}: {name} <{address}>\n{sent}: {}\n{to}: {}\n{about}: {}\n\n{}",
                mail.text,
                parent.at.strftime("%d/%m/%Y %H:%M"),
                parent.to.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join("; "),
                subject(parent),
                written(parent),
            )
        }
        Form::Plain | Form::Html | Form::List => {
            let at = &parent.at;
            let says = if id {
                format!(
                    "Pada {} pukul {} {name} <{address}> menulis:",
                    at.strftime("%d/%m/%Y"),
                    at.strftime("%H.%M")
                )
            } else {
                format!(
                    "On {} at {} {name} <{address}> wrote:",
                    at.strftime("%-d %b %Y"),
                    at.strftime("%H:%M")
                )
            };
            let quoted = written(parent);
            let quoted: Vec<String> =
                quoted
                    .lines()
                    .map(|line| {
                        if line.starts_with('>') { format!(">{line}") } else { format!("> {line}") }
                    })
                    .collect();
            format!("{}\n\n{says}\n{}", mail.text, quoted.join("\n"))
        }
        Form::New
        | Form::Newsletter
        | Form::Robot
        | Form::Bounce
        | Form::Away
        | Form::Invite
        | Form::Accept => mail.text.clone(),
    }
}

fn html(text: &str) -> String {
    let safe = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let paragraphs: Vec<String> =
        safe.split("\n\n").map(|part| format!("<p>{}</p>", part.replace('\n', "<br>\n"))).collect();
    format!("<html><body>\n{}\n</body></html>", paragraphs.join("\n"))
}

/// RFC 5546: a meeting two working hours long, three days after the mail that asks for it.
fn calendar(mail: &Mail, method: &str) -> String {
    let asked = mail.parent.as_deref().filter(|_| method == "REPLY").unwrap_or(mail);
    let begins = asked.at.saturating_add(72.hours());
    let utc = |at: &Zoned| at.timestamp().strftime("%Y%m%dT%H%M%SZ").to_string();
    let attendees = if method == "REPLY" { std::slice::from_ref(&mail.from) } else { &mail.to };
    let answer = if method == "REPLY" { "ACCEPTED" } else { "NEEDS-ACTION;RSVP=TRUE" };
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "PRODID:-//Example//Calendar//EN".to_owned(),
        "VERSION:2.0".to_owned(),
        format!("METHOD:{method}"),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}", asked.id.trim_matches(['<', '>'])),
        format!("DTSTAMP:{}", utc(&mail.at)),
        format!("DTSTART:{}", utc(&begins)),
        format!("DTEND:{}", utc(&begins.saturating_add(2.hours()))),
        format!("SUMMARY:{}", asked.subject),
        format!("ORGANIZER:mailto:{}", asked.from.address),
    ];
    let each = |it: &Contact| format!("ATTENDEE;PARTSTAT={answer}:mailto:{}", it.address);
    lines.extend(attendees.iter().map(each));
    lines.extend(["END:VEVENT".to_owned(), "END:VCALENDAR".to_owned()]);
    lines.join("\n")
}

/// RFC 3464: who could not be reached.
fn status(mail: &Mail) -> String {
    let failed = mail.parent.as_ref().and_then(|parent| parent.to.first());
    let failed = failed.map(|it| it.address.as_str()).unwrap_or_default();
    format!(
        "Reporting-MTA: dns; mail.example.com\nArrival-Date: {}\n\n\
         Final-Recipient: rfc822; {failed}\n\
         Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 <{failed}>: user unknown",
        date(&mail.at)
    )
}

fn returned(mail: &Mail) -> String {
    let Some(parent) = &mail.parent else { return String::new() };
    format!(
        "From: {}\nTo: {}\nSubject: {}\nMessage-ID: {}",
        shown(&parent.from),
        all_shown(&parent.to),
        words(&subject(parent)),
        parent.id
    )
}
