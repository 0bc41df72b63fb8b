//! People in address fields: names cleaned, addresses as identities.
//!
//! mail-parser splits the lists (groups, comments, quoted names); here its words become an
//! `Address` or nothing. Never guesses: what is not one mailbox at one domain is no identity.
//! Next station: `mail/parse`.

use mail_parser::HeaderValue;
use mail_parser::parsers::MessageStream;

use crate::mail::clean::{LONGEST_LINE, clean_text};
use crate::mail::headers::{Field, Headers};
use crate::mail::structure::guarded;
use crate::model::address::{Address, Party};

/// How many addresses of one kind are kept.
pub const MOST_PEOPLE: usize = 100;

/// One entry of an address list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Display name, cleaned.
    pub name: String,
    /// What stands in the place of the address, cleaned; empty where there is nothing.
    pub written: String,
    /// The identity, where it is one.
    pub address: Option<Address>,
}

/// The people of one header: every address field that matters, read once.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// The entries of From that claim to be an author.
    pub authors: Vec<Entry>,
    /// Sender.
    pub sender: Vec<Entry>,
    /// Reply-To.
    pub reply_to: Vec<Entry>,
    /// To.
    pub to: Vec<Entry>,
    /// Cc.
    pub cc: Vec<Entry>,
    /// Bcc.
    pub bcc: Vec<Entry>,
    /// Return-Path.
    pub return_path: Vec<Entry>,
}

impl People {
    /// Reads the address fields of a header.
    pub fn of(headers: &Headers<'_>) -> Self {
        Self {
            authors: authors(entries(headers, "From")),
            sender: entries(headers, "Sender"),
            reply_to: entries(headers, "Reply-To"),
            to: entries(headers, "To"),
            cc: entries(headers, "Cc"),
            bcc: entries(headers, "Bcc"),
            return_path: entries(headers, "Return-Path"),
        }
    }
}

/// Every entry of every field of this name.
pub fn entries(headers: &Headers<'_>, name: &str) -> Vec<Entry> {
    let mut found: Vec<Entry> = Vec::new();
    for field in headers.named(name) {
        found.extend(listed(field));
        if found.len() >= MOST_PEOPLE {
            break;
        }
    }
    found.truncate(MOST_PEOPLE);
    found
}

/// The entries that are identities.
pub fn parties(entries: &[Entry]) -> Vec<Party> {
    entries.iter().filter_map(party).collect()
}

/// The entries of From that claim to be an author. A comma in a name that nobody quoted
/// (`Surname, Name <a@b>`) makes no second author.
fn authors(entries: Vec<Entry>) -> Vec<Entry> {
    let mut found: Vec<Entry> = Vec::new();
    let mut loose: Vec<String> = Vec::new();
    for mut entry in entries {
        if entry.written.is_empty() {
            loose.push(entry.name);
            continue;
        }
        if !loose.is_empty() {
            loose.push(entry.name);
            entry.name = clean_text(&loose.join(", "), LONGEST_LINE);
            loose.clear();
        }
        found.push(entry);
    }
    if found.is_empty() {
        found.extend(loose.into_iter().map(|name| Entry { name, ..Entry::default() }));
    }
    found
}

/// An entry as a party, if it is an identity.
pub fn party(entry: &Entry) -> Option<Party> {
    let address = entry.address.clone()?;
    Some(Party { name: entry.name.clone(), address })
}

/// A free text (Subject …) decoded: RFC 2047 undone, white space as it comes, not yet cleaned.
pub fn decoded(field: &Field<'_>) -> String {
    let line = line(field);
    let words = guarded(|| match MessageStream::new(line.as_bytes()).parse_unstructured() {
        HeaderValue::Text(text) => text.into_owned(),
        HeaderValue::Address(_)
        | HeaderValue::TextList(_)
        | HeaderValue::DateTime(_)
        | HeaderValue::ContentType(_)
        | HeaderValue::Received(_)
        | HeaderValue::Empty => String::new(),
    });
    words.unwrap_or_default()
}

/// An address as written, read as an identity: routes and `mailto:` taken off, an international
/// domain brought to its A-label (RFC 5891).
pub fn identity(written: &str) -> Option<Address> {
    let bare = written.trim().trim_start_matches('<').trim_end_matches('>');
    let bare = if bare.starts_with('@') { bare.rsplit(':').next()? } else { bare };
    let bare = match bare.get(..7) {
        Some(start) if start.eq_ignore_ascii_case("mailto:") => bare.get(7..)?,
        Some(_) | None => bare,
    };
    let (local, domain) = bare.rsplit_once('@')?;
    let domain = if domain.is_ascii() {
        domain.trim_end_matches('.').to_owned()
    } else {
        idna::domain_to_ascii(domain).ok()?
    };
    Address::parse(&format!("{}@{domain}", local.trim_matches('"')))
}

/// A field as one line for the parser.
fn line(field: &Field<'_>) -> String {
    let value = field.value();
    let mut line = if value.contains("=?") { joined(&value) } else { value };
    line.push('\n');
    line
}

/// Joins neighbouring encoded words of one charset, for programs that cut a character in two
/// (RFC 2047 §5 forbids it, many do it).
fn joined(value: &str) -> String {
    let mut line = String::with_capacity(value.len());
    let mut rest = value;
    let mut last: Option<String> = None; // head of the word that `line` ends with
    while let Some((before, word)) = rest.split_once("=?") {
        let Some((head, payload, tail)) = encoded_word(word) else {
            line.extend([before, "=?"]);
            (rest, last) = (word, None);
            continue;
        };
        let head = head.to_ascii_lowercase();
        if before.trim().is_empty() && last.as_ref() == Some(&head) {
            line.truncate(line.len().saturating_sub("?=".len()));
            line.extend([payload, "?="]);
        } else {
            line.extend([before, "=?", head.as_str(), payload, "?="]);
        }
        // Base64 goes on only after a whole group.
        let whole = !payload.ends_with('=') && payload.len().is_multiple_of(4);
        let goes_on = head.ends_with("?q?") || whole;
        (rest, last) = (tail, goes_on.then_some(head));
    }
    line.push_str(rest);
    line
}

/// `utf-8?q?words?= rest`: the head with its marks, the words, the rest.
fn encoded_word(word: &str) -> Option<(&str, &str, &str)> {
    let charset = word.find('?').filter(|at| *at <= 40)?;
    let (head, payload) = word.split_at_checked(charset.checked_add(3)?)?;
    let known = head
        .get(charset..)
        .is_some_and(|how| how.eq_ignore_ascii_case("?q?") || how.eq_ignore_ascii_case("?b?"));
    let (payload, tail) = payload.split_once("?=").filter(|_| known)?;
    Some((head, payload, tail))
}

fn listed(field: &Field<'_>) -> Vec<Entry> {
    let line = line(field);
    let read = guarded(|| match MessageStream::new(line.as_bytes()).parse_address() {
        HeaderValue::Address(list) => list
            .iter()
            .take(MOST_PEOPLE)
            .map(|one| entry(one.name().unwrap_or_default(), one.address().unwrap_or_default()))
            .collect(),
        HeaderValue::Text(_)
        | HeaderValue::TextList(_)
        | HeaderValue::DateTime(_)
        | HeaderValue::ContentType(_)
        | HeaderValue::Received(_)
        | HeaderValue::Empty => Vec::new(),
    });
    read.unwrap_or_default()
}

fn entry(name: &str, written: &str) -> Entry {
    let mut name = clean_text(name, LONGEST_LINE);
    let mut address = identity(written);
    // `"ani"@example.com` is a quoted local part (RFC 5322 §3.4.1), not a name.
    if written.starts_with('@') && address.is_none() && !name.is_empty() {
        address = identity(&format!("{name}{written}"));
        if address.is_some() {
            name.clear();
        }
    }
    // `Ani ani@example.com`: the last word is the address.
    if address.is_none()
        && written.contains('@')
        && let Some((words, last)) = written.trim().rsplit_once(char::is_whitespace)
    {
        address = identity(last).filter(|_| !words.contains('@'));
        if address.is_some() {
            name = clean_text(words, LONGEST_LINE);
        }
    }
    Entry { name, written: clean_text(written, LONGEST_LINE), address }
}
