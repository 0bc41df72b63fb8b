//! A mail as facts: from the bytes that a door brought to `model/message`.
//!
//! Never fails and never panics: what cannot be read is absent. Reads bounded bytes, after
//! `mail/prescan`, and keeps no text of the body. Next stations: `store/messages` for the facts,
//! `mail/zones` for the text.

use base64::Engine as _;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};

use crate::mail::bars;
use crate::mail::body::{self, BodyText};
use crate::mail::clean::{LONGEST_LINE, clean_text};
use crate::mail::headers::{self, Headers, without_comments};
use crate::mail::identity;
use crate::mail::markers::{self, Seen};
use crate::mail::people::{self, Entry, People, parties};
use crate::mail::prescan::{self, LONGEST_BODY, Shape};
use crate::mail::structure;
use crate::mail::subject;
use crate::model::answering::Answering;
use crate::model::message::{Fetched, Message, MessageKey};

/// How many characters of a subject its base is made from.
const LONGEST_SUBJECT: usize = 1000;
/// How many bytes of a Thread-Index are equal within one conversation.
const THREAD_INDEX: usize = 22;

/// Reads a message: identity, people, subject, time, markers.
pub fn message(fetched: &Fetched) -> Message {
    read(fetched).0
}

/// Reads a message, and the best readable text of its body where the door brought the whole of it.
pub fn read(fetched: &Fetched) -> (Message, Option<BodyText>) {
    look(fetched, |seen, raw_subject| facts(fetched, seen, raw_subject))
}

/// The same, and what matters for an automatic answer.
pub fn arrived(fetched: &Fetched) -> (Message, Answering, Option<BodyText>) {
    let ((message, answering), text) = look(fetched, |seen, raw_subject| {
        (facts(fetched, seen, raw_subject), bars::answering(seen))
    });
    (message, answering, text)
}

/// What matters for an automatic answer: to be asked with the whole of a message.
pub fn answering(fetched: &Fetched) -> Answering {
    look(fetched, |seen, _| bars::answering(seen)).0
}

/// Reads header, structure and text, and asks about them. What was found, and the text.
fn look<T>(fetched: &Fetched, ask: impl FnOnce(&Seen<'_>, &str) -> T) -> (T, Option<BodyText>) {
    let whole = fetched.whole.as_deref().filter(|bytes| !bytes.is_empty());
    let bounded = whole.map(|bytes| bytes.get(..LONGEST_BODY).unwrap_or(bytes));
    let shape = whole.map(prescan::scan);
    let readable = shape.is_some_and(Shape::is_readable);
    let headers = headers::split(bounded.unwrap_or(&fetched.header));
    let structure = if readable { structure::tree(&headers) } else { structure::top(&headers) };
    let mut text = if readable { body::read(&structure) } else { None };
    let people = People::of(&headers);
    let raw_subject = headers.first("Subject").map(people::decoded).unwrap_or_default();
    let (prefix, base) = subject::split(&clean_text(&raw_subject, LONGEST_SUBJECT));
    let seen = Seen {
        headers: &headers,
        structure: &structure,
        people: &people,
        base: &base,
        prefix,
        text: text.as_ref().map(|body| body.text.as_str()),
        refused: shape.is_some() && !readable,
    };
    let found = ask(&seen, &raw_subject);
    if let Some(text) = &mut text {
        text.truncated |= shape == Some(Shape::Truncated);
    }
    (found, text)
}

fn facts(fetched: &Fetched, seen: &Seen<'_>, raw_subject: &str) -> Message {
    let (headers, people) = (seen.headers, seen.people);
    let (key, fingerprint) = identify(fetched, headers, &people.authors);
    Message {
        key,
        fingerprint,
        in_reply_to: identity::parents(headers),
        references: identity::references(headers),
        thread_index: thread_index(headers),
        provider_thread: fetched.provider_thread.clone(),
        from_count: people.authors.len(),
        from: only(&people.authors).and_then(people::party),
        sender: parties(&people.sender).into_iter().next(),
        reply_to: parties(&people.reply_to),
        to: parties(&people.to),
        cc: parties(&people.cc),
        bcc: parties(&people.bcc),
        subject: clean_text(raw_subject, LONGEST_LINE),
        base_subject: clean_text(seen.base, LONGEST_LINE),
        prefix: seen.prefix,
        dated: dated(headers, fetched.arrived_at),
        marks: markers::marks(seen),
        quotes: None,
        introduced: None,
        says: None,
    }
}

/// The best readable text of a whole mail; `None` where there is none, or its shape forbids.
pub fn text(whole: &[u8]) -> Option<BodyText> {
    read(&Fetched { whole: Some(whole.to_vec()), ..Fetched::default() }).1
}

/// One author or none: of two, no one can say who wrote.
fn only(authors: &[Entry]) -> Option<&Entry> {
    match authors {
        [author] => Some(author),
        _ => None,
    }
}

fn identify(fetched: &Fetched, headers: &Headers<'_>, authors: &[Entry]) -> (MessageKey, String) {
    let raw = |name: &str| headers.first(name).map(|field| field.raw()).unwrap_or_default();
    let key = identity::own_id(headers).unwrap_or_else(|| {
        let first = headers.head().trim_ascii_end();
        let told = [raw("From"), raw("Subject"), first];
        match &fetched.provider_id {
            Some(id) => identity::provided(id, &told),
            None => identity::nameless(fetched.arrived_at, fetched.size, &told),
        }
    });
    let from = authors.first().map(|author| match &author.address {
        Some(address) => address.as_str(),
        None => author.written.as_str(),
    });
    let date = headers.first("Date").map(|field| field.value()).unwrap_or_default();
    (key, identity::fingerprint(from.unwrap_or_default(), &date))
}

/// Outlook's Thread-Index: base64; the first 22 bytes name the conversation.
fn thread_index(headers: &Headers<'_>) -> Option<String> {
    let value = headers.first("Thread-Index")?.value();
    let packed: String = value.chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = base64::engine::general_purpose::STANDARD.decode(packed).ok()?;
    bytes.get(..THREAD_INDEX).map(identity::hex)
}

/// RFC 5322 §3.3 `Date:`, between 1990 and a day after the arrival; anything else says nothing.
fn dated(headers: &Headers<'_>, arrived_at: Option<Timestamp>) -> Option<Timestamp> {
    let value = headers.first("Date")?.value();
    let plain = without_comments(&value);
    let at = instant(plain.trim()).or_else(|| instant(&mended(&plain)))?;
    let earliest = Timestamp::from_second(631_152_000).ok()?; // 1990-01-01
    let latest = match arrived_at {
        Some(arrived) => arrived.checked_add(SignedDuration::from_hours(24)).ok()?,
        None => Timestamp::from_second(4_102_444_800).ok()?, // 2100-01-01
    };
    (earliest <= at && at <= latest).then_some(at)
}

fn instant(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok()
}

/// Brings the usual deviations to the form of the standard: no weekday, one zone, only numbers.
fn mended(text: &str) -> String {
    let spaced = text.replace([',', '-'], " ");
    let signed = text.rfind(['+', '-']).and_then(|at| text.get(at..));
    let offset = signed.and_then(|sign| {
        let digits: String = sign.chars().filter(char::is_ascii_digit).take(4).collect();
        (digits.len() == 4).then(|| format!("{}{digits}", sign.get(..1).unwrap_or("+")))
    });
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let from = words.iter().position(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let mut start: Vec<String> =
        words.into_iter().skip(from.unwrap_or_default()).take(4).map(str::to_owned).collect();
    if let Some(clock) = start.get_mut(3).filter(|clock| clock.find(':') == Some(1)) {
        clock.insert(0, '0');
    }
    format!("{} {}", start.join(" "), offset.unwrap_or_else(|| "-0000".to_owned()))
}
