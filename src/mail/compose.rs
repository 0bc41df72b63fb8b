//! The bytes of a letter: header, text (`format=flowed`), HTML and its pictures, ready for SMTP.
//!
//! A pure function: the same head and words give the same bytes, so that a letter rendered once
//! can be compared with itself. Everything is 7-bit, every line ends in CRLF, and the field names
//! are exactly ours or nothing is returned. No Reply-To in what goes to owners: an answer goes to
//! `smtp.from` and is read in the owner's own Sent folder. Next station: the outbox
//! (`store/letters`), then the SMTP door.

use std::time::SystemTime;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lettre::message::header::{
    ContentDisposition, ContentId, ContentTransferEncoding, ContentType, HeaderName, HeaderValue,
};
use lettre::message::{Body, Mailbox, MultiPart, SinglePart, SinglePartBuilder};
use lettre::{Address as Mailaddress, Message};
use ring::digest;

use crate::mail::original::Attached;
use crate::mail::plain::clean;
use crate::mail::wording::{Picture, Words};
use crate::model::address::{Address, Party};
use crate::model::letter::Kind;

/// Characters of a subject and of a name.
const SUBJECT: usize = 200;
const NAME: usize = 80;
/// Of a long chain of references both ends are kept.
const REFERENCES_KEPT: usize = 20;
/// RFC 5322 §2.1.1, without CRLF.
const LONGEST_LINE: usize = 998;
/// Folding keeps ids apart, so one alone must fit into a line with its field name.
const LONGEST_ID: usize = 900;
/// The name of an attached message as a file.
const ATTACHED_AS: &str = "original.eml";
/// How an encoded word begins (RFC 2047 §2).
const ENCODED_WORD: &str = "=?";

/// Everything of a letter that is not its words.
#[derive(Clone, Debug)]
pub struct LetterHead {
    /// What for; decides how the letter declares itself.
    pub kind: Kind,
    /// From `mail/token`, without angle brackets.
    pub message_id: String,
    /// First claim: the same on every repeat.
    pub date: Timestamp,
    /// Zone in which the date is written.
    pub zone: TimeZone,
    /// Who writes: `smtp.from`.
    pub from: Party,
    /// Who has sent it on behalf of `from`, where that is somebody else.
    pub sender: Option<Party>,
    /// The one recipient.
    pub to: Party,
    /// Whom an answer is to reach, where that is not `from`.
    pub reply_to: Option<Party>,
    /// What it answers, without angle brackets.
    pub in_reply_to: Option<String>,
    /// The conversation of that, oldest first, without angle brackets.
    pub references: Vec<String>,
    /// What is attached.
    pub attached: Option<Attached>,
}

/// Why there are no bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComposeFault {
    /// An address that cannot stand in a header without SMTPUTF8, or at all.
    #[error("{0} cannot be written in a letter")]
    Address(String),
    /// A Message-ID that is not one.
    #[error("{0:?} is not a message id")]
    MessageId(String),
    /// The date cannot be written.
    #[error("the date cannot be written: {0}")]
    Date(String),
    /// What came out is not what was meant; nothing of it may leave.
    #[error("the composed letter is unsound: {0}")]
    Unsound(String),
}

/// The bytes of one letter.
pub fn compose(head: &LetterHead, words: &Words) -> Result<Vec<u8>, ComposeFault> {
    if !is_id(&head.message_id) {
        return Err(ComposeFault::MessageId(clean(&head.message_id, NAME)));
    }
    let instant = SystemTime::from(head.date);
    let mut builder = Message::builder()
        .from(mailbox(&head.from)?)
        .to(mailbox(&head.to)?)
        .date(instant)
        .message_id(Some(format!("<{}>", head.message_id)))
        .subject(plain_words(&words.subject, SUBJECT));
    if let Some(sender) = sender(head) {
        builder = builder.sender(mailbox(sender)?);
    }
    if let Some(parent) = head.in_reply_to.as_ref().filter(|id| is_id(id)) {
        builder = builder.in_reply_to(format!("<{parent}>"));
    }
    let references = references(&head.references);
    if !references.is_empty() {
        builder = builder.references(references);
    }
    if let Some(whom) = &head.reply_to {
        builder = builder.reply_to(mailbox(whom)?);
    }
    if answers_by_itself(head.kind) {
        // Many old robots look at nothing else (RFC 3834 §3.1.8).
        builder = builder.raw_header(field("Precedence", "bulk"));
        builder = builder.raw_header(field("X-Loop", address(&head.from.address)?.as_ref()));
    }
    let message = builder
        .raw_header(field("Auto-Submitted", auto_submitted(head.kind)))
        // Exchange: no out-of-office, no receipts, no delivery reports in answer to this.
        .raw_header(field("X-Auto-Response-Suppress", "All"))
        // Some relays rewrite the Message-ID; this one they leave alone.
        .raw_header(field("X-Sigap-Id", &head.message_id))
        .multipart(parts(head, words)?);
    let mut message = message.map_err(|error| ComposeFault::Unsound(error.to_string()))?;
    message.headers_mut().insert_raw(field("Date", &date(head)?));
    let bytes = message.formatted();
    check(&bytes, head).map_err(ComposeFault::Unsound)?;
    Ok(bytes)
}

/// How a letter declares itself (RFC 3834 §5).
///
/// A nudge is caused by the clock, not by one message of somebody's, so it is `auto-generated`; the
/// `auto-notified` of RFC 5436 §2.7.1 is for notices about one arriving message and is unknown to
/// exact matchers. Only an answer to a message is `auto-replied`. `Precedence: bulk` is for many
/// recipients and would push a letter to one person out of sight; it belongs to automatic replies.
fn auto_submitted(kind: Kind) -> &'static str {
    match kind {
        Kind::Nudge
        | Kind::Preview
        | Kind::Welcome
        | Kind::Alarm
        | Kind::Escalation
        | Kind::Question => "auto-generated",
        Kind::Mistake | Kind::List | Kind::AutoReply | Kind::Passed => "auto-replied",
        // About one arriving message of somebody else's.
        Kind::Handover => "auto-notified",
        Kind::Leaving | Kind::Digest | Kind::Report => "auto-generated",
    }
}

/// Whether a letter is an automatic answer to somebody who is no user of ours.
fn answers_by_itself(kind: Kind) -> bool {
    matches!(kind, Kind::AutoReply | Kind::Passed)
}

/// The words, and behind them what is attached.
fn parts(head: &LetterHead, words: &Words) -> Result<MultiPart, ComposeFault> {
    let said = alternatives(&head.message_id, words)?;
    let Some(attached) = &head.attached else { return Ok(said) };
    let part = match attached {
        Attached::Message(bytes) => {
            let body = Body::new_with_encoding(bytes.clone(), ContentTransferEncoding::SevenBit);
            let unsound = |_| ComposeFault::Unsound("the attached message is not 7-bit".to_owned());
            attachment("message/rfc822").body(body.map_err(unsound)?)
        }
        Attached::File(bytes) => {
            let encoding = ContentTransferEncoding::Base64;
            let body = Body::new_with_encoding(bytes.clone(), encoding);
            let unsound = |_| ComposeFault::Unsound("the attached file is unsound".to_owned());
            attachment("application/octet-stream").body(body.map_err(unsound)?)
        }
    };
    let outer = MultiPart::mixed().boundary(boundary(&format!("{} mixed", head.message_id)));
    Ok(outer.multipart(said).singlepart(part))
}

fn attachment(kind: &str) -> SinglePartBuilder {
    SinglePart::builder()
        .header(content_type(kind))
        .header(ContentDisposition::attachment(ATTACHED_AS))
}

fn content_type(kind: &str) -> ContentType {
    ContentType::parse(kind).expect("a content type written by us parses")
}

/// The same words twice, the text first (RFC 2046 §5.1.4); the page with what it shows.
fn alternatives(message_id: &str, words: &Words) -> Result<MultiPart, ComposeFault> {
    let part = |kind: ContentType, body: &str| {
        SinglePart::builder()
            .header(kind)
            .header(ContentTransferEncoding::QuotedPrintable)
            .body(only_crlf(body))
    };
    let page = words.placed(|picture| format!("cid:{}", content_id(message_id, picture)));
    let page = part(ContentType::TEXT_HTML, &page);
    let said = MultiPart::alternative()
        .boundary(boundary(message_id))
        .singlepart(part(content_type("text/plain; charset=utf-8; format=flowed"), &words.text));
    if words.pictures.is_empty() {
        return Ok(said.singlepart(page));
    }
    // RFC 2387 §3.1 wants the type of the part that is shown.
    let edge = boundary(&format!("{message_id} related"));
    let kind = content_type(&format!("multipart/related; type=\"text/html\"; boundary=\"{edge}\""));
    let mut related = MultiPart::builder().header(kind).singlepart(page);
    for picture in &words.pictures {
        related = related.singlepart(shown(message_id, picture)?);
    }
    Ok(said.multipart(related))
}

/// A picture that is shown in the page and not offered beside it.
fn shown(message_id: &str, picture: &Picture) -> Result<SinglePart, ComposeFault> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if !picture.name.bytes().all(plain) {
        let name = clean(&picture.name, NAME);
        return Err(ComposeFault::Unsound(format!("{name:?} is no name of a picture")));
    }
    let encoding = ContentTransferEncoding::Base64;
    let body = Body::new_with_encoding(picture.png.clone(), encoding);
    let unsound = |_| ComposeFault::Unsound("a picture is unsound".to_owned());
    let part = SinglePart::builder()
        .header(content_type("image/png"))
        .header(ContentDisposition::inline_with_name(&format!("{}.png", picture.name)))
        .header(ContentId::from(format!("<{}>", content_id(message_id, picture))));
    Ok(part.body(body.map_err(unsound)?))
}

/// No other letter has it (RFC 2392), and nothing in it is written otherwise in an address.
fn content_id(message_id: &str, picture: &Picture) -> String {
    format!("{}.{}@sigap", picture.name, digits(&format!("{message_id} {}", picture.name)))
}

/// Follows from the Message-ID; `=_` cannot stand in quoted-printable text (RFC 2045 §6.7).
fn boundary(message_id: &str) -> String {
    format!("=_sigap_{}", digits(message_id))
}

fn digits(text: &str) -> String {
    let hash = digest::digest(&digest::SHA256, text.as_bytes());
    hash.as_ref().iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

/// No bare CR or LF, no NUL; other controls have no business in a letter either.
fn only_crlf(text: &str) -> String {
    let plain = text.replace("\r\n", "\n");
    let allowed = |c: &char| !c.is_control() || *c == '\n' || *c == '\t';
    let plain: String = plain.chars().filter(allowed).collect();
    plain.replace('\n', "\r\n")
}

/// RFC 5322 §3.6.2: there is none where it would say the same as From.
fn sender(head: &LetterHead) -> Option<&Party> {
    head.sender.as_ref().filter(|sender| sender.address != head.from.address)
}

/// One line that no reader decodes again: what looks like an encoded word may hold line breaks.
fn plain_words(text: &str, most: usize) -> String {
    clean(&clean(text, most).replace(ENCODED_WORD, "= ?"), most)
}

fn mailbox(party: &Party) -> Result<Mailbox, ComposeFault> {
    let name = plain_words(&party.name, NAME);
    let name = (!name.is_empty() && name != party.address.as_str()).then_some(name);
    Ok(Mailbox::new(name, address(&party.address)?))
}

/// Without SMTPUTF8 an address is ASCII; a domain can always be brought to that, a local part not.
fn address(address: &Address) -> Result<Mailaddress, ComposeFault> {
    let fault = || ComposeFault::Address(clean(address.as_str(), NAME));
    let domain = idna::domain_to_ascii(address.domain()).map_err(|_| fault())?;
    // Readers decode what looks like an encoded word, and would see another address.
    let sound = address.local().is_ascii() && !address.local().contains(ENCODED_WORD);
    Mailaddress::new(address.local(), domain).ok().filter(|_| sound).ok_or_else(fault)
}

fn is_id(id: &str) -> bool {
    let plain = |c: char| c.is_ascii_graphic() && !"<>".contains(c);
    id.len() <= LONGEST_ID && id.contains('@') && id.chars().all(plain)
}

/// The first and the last ones, in order; what is no id is left out.
fn references(ids: &[String]) -> String {
    let sound: Vec<&String> = ids.iter().filter(|id| is_id(id)).collect();
    let skipped = sound.len().saturating_sub(REFERENCES_KEPT);
    let kept = sound.iter().enumerate().filter(|(place, _)| *place == 0 || *place > skipped);
    kept.map(|(_, id)| format!("<{id}>")).collect::<Vec<_>>().join(" ")
}

fn field(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

fn date(head: &LetterHead) -> Result<String, ComposeFault> {
    let zoned = head.date.to_zoned(head.zone.clone());
    jiff::fmt::rfc2822::to_string(&zoned).map_err(|error| ComposeFault::Date(error.to_string()))
}

/// Header injection ends here at the latest: the names must be exactly ours, each once.
fn check(bytes: &[u8], head: &LetterHead) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.is_ascii());
    let text = text.ok_or("it is not 7-bit")?;
    if text.replace("\r\n", "").contains(['\r', '\n', '\0']) {
        return Err("a line does not end in CRLF".to_owned());
    }
    if text.split("\r\n").any(|line| line.len() > LONGEST_LINE) {
        return Err("a line is too long".to_owned());
    }
    let (header, _) = text.split_once("\r\n\r\n").ok_or("it has no body")?;
    let mut found: Vec<&str> = header
        .split("\r\n")
        .filter(|line| !line.starts_with([' ', '\t']))
        .map(|line| line.split_once(':').map_or(line, |(name, _)| name))
        .collect();
    let mut wanted = fields(head);
    found.sort_unstable();
    wanted.sort_unstable();
    if found == wanted { Ok(()) } else { Err(format!("its fields are {}", found.join(", "))) }
}

fn fields(head: &LetterHead) -> Vec<&'static str> {
    let mut wanted = FIELDS.to_vec();
    wanted.extend(sender(head).map(|_| "Sender"));
    wanted.extend(head.in_reply_to.as_ref().filter(|id| is_id(id)).map(|_| "In-Reply-To"));
    wanted.extend((!references(&head.references).is_empty()).then_some("References"));
    wanted.extend(head.reply_to.as_ref().map(|_| "Reply-To"));
    if answers_by_itself(head.kind) {
        wanted.extend(["Precedence", "X-Loop"]);
    }
    wanted
}

/// The fields of every letter.
pub const FIELDS: [&str; 10] = [
    "From",
    "To",
    "Date",
    "Message-ID",
    "Subject",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Sigap-Id",
    "MIME-Version",
    "Content-Type",
];
