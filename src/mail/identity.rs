//! Who a message is: Message-IDs brought to one form, and hashes for those that have none.
//!
//! A key is either 1 to 250 visible ASCII characters or `hash:` and hex digits; only keys of the
//! first kind may be put into a command to a server. Never trusts the bytes of an id.
//! Next station: `model/conversation`.

use std::collections::BTreeSet;

use jiff::Timestamp;
use ring::digest::{Context, SHA256};

use crate::mail::headers::Headers;
use crate::model::message::MessageKey;

/// How many ids of References are kept.
pub const MOST_REFERENCES: usize = 40;
/// How many ids of one In-Reply-To are kept.
const MOST_PARENTS: usize = 10;
/// The longest id that is kept as it is.
const LONGEST_ID: usize = 250;
/// How many header bytes tell two nameless messages apart.
const HASHED_HEADER: usize = 4096;

/// The id the author's own program gave; servers that change it keep it in fields of their own.
const NAMES: &[&str] =
    &["X-Microsoft-Original-Message-ID", "X-Google-Original-Message-ID", "Message-ID"];

/// The message's own id.
pub fn own_id(headers: &Headers<'_>) -> Option<MessageKey> {
    NAMES
        .iter()
        .flat_map(|name| headers.named(name))
        .find_map(|field| ids(&field.value()).into_iter().next())
}

/// The key of a message without an id: what server and header say about it.
pub fn nameless(arrived_at: Option<Timestamp>, size: u64, headers: &[&[u8]]) -> MessageKey {
    let arrived = arrived_at.map(Timestamp::as_microsecond).unwrap_or_default();
    hashed(&[&arrived.to_be_bytes(), &size.to_be_bytes()], headers)
}

/// The key of a message without an id that its provider has a name for. Together with the header,
/// since another provider may give the same name.
pub fn provided(provider_id: &str, headers: &[&[u8]]) -> MessageKey {
    hashed(&[provider_id.as_bytes()], headers)
}

fn hashed(told: &[&[u8]], headers: &[&[u8]]) -> MessageKey {
    let headers = headers.iter().map(|bytes| bytes.get(..HASHED_HEADER).unwrap_or(bytes));
    let parts: Vec<&[u8]> = told.iter().copied().chain(headers).collect();
    MessageKey(format!("hash:{}", hex(&hash(&parts))))
}

/// RFC 5322 §3.6.4 In-Reply-To: every id in every field.
pub fn parents(headers: &Headers<'_>) -> Vec<MessageKey> {
    let mut found = listed(headers, "In-Reply-To");
    found.truncate(MOST_PARENTS);
    found
}

/// RFC 5322 §3.6.4 References, oldest first; of a long list the first and the last ones.
pub fn references(headers: &Headers<'_>) -> Vec<MessageKey> {
    let mut found = listed(headers, "References");
    let half = MOST_REFERENCES.saturating_div(2);
    if found.len() > MOST_REFERENCES {
        let last = found.split_off(found.len().saturating_sub(half));
        found.truncate(half);
        found.extend(last);
    }
    found
}

/// Tells two messages with one Message-ID apart.
pub fn fingerprint(from: &str, date: &str) -> String {
    let mut digits = hex(&hash(&[from.as_bytes(), date.as_bytes()]));
    digits.truncate(16);
    digits
}

/// The ids in a field value, in their order. Between brackets white space means nothing
/// (RFC 5322 §4.5.4); a missing `>` ends at the next white space or `<`.
pub fn ids(value: &str) -> Vec<MessageKey> {
    let mut found = Vec::new();
    let mut pieces = value.split('<');
    let before = pieces.next().unwrap_or_default();
    let mut bracketed = false;
    for piece in pieces {
        bracketed = true;
        let inner = match piece.split_once('>') {
            Some((inner, _)) if inner.matches('@').count() <= 1 => inner,
            Some((inner, _)) => inner.split_whitespace().next().unwrap_or_default(),
            None => piece.split_whitespace().next().unwrap_or_default(),
        };
        found.extend(key(inner));
    }
    if !bracketed {
        let mut words = before.split_whitespace();
        // Words around an id are the old form of In-Reply-To; without brackets none is one.
        if let (Some(word), None) = (words.next(), words.next()) {
            found.extend(key(word.trim_end_matches('>')));
        }
    }
    found
}

fn key(inner: &str) -> Option<MessageKey> {
    let id: String = inner.split_whitespace().collect();
    if id.is_empty() {
        return None;
    }
    let plain = id.len() <= LONGEST_ID
        && id.chars().all(|c| c.is_ascii_graphic())
        && !id.starts_with("hash:");
    Some(MessageKey(if plain { id } else { format!("hash:{}", hex(&hash(&[id.as_bytes()]))) }))
}

fn listed(headers: &Headers<'_>, name: &str) -> Vec<MessageKey> {
    let mut seen = BTreeSet::new();
    headers
        .named(name)
        .flat_map(|field| ids(&field.value()))
        .filter(|id| seen.insert(id.clone()))
        .collect()
}

/// A hash over parts, each with its length, so that no two lists look alike.
fn hash(parts: &[&[u8]]) -> Vec<u8> {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        context.update(part);
    }
    context.finish().as_ref().to_vec()
}

/// Lower-case hex digits.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
