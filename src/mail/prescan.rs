//! A look at the bytes of a mail before anything parses it: is it of a bearable shape?
//!
//! Counts, in one pass and without keeping anything, what could grow without bound: header bytes,
//! fields, parts, nesting. Counts on the side of caution, anywhere in the bytes. What is refused
//! here is kept with its header only. Next station: `mail/parse`.

use memchr::{memchr, memchr2_iter};

use crate::mail::headers::{LONGEST_HEADER, MOST_FIELDS, line_end};

/// How many bytes of a mail are looked at.
pub const LONGEST_BODY: usize = 256 * 1024;
/// How many parts a mail may have.
pub const MOST_PARTS: usize = 100;
/// How deep parts may be nested.
pub const DEEPEST: usize = 20;

/// What the scan found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Bearable, and all of it is here.
    Sound,
    /// Bearable as far as it is looked at; the end is missing.
    Truncated,
    /// Only the header may be read.
    HeaderOnly(Reason),
}

impl Shape {
    /// Whether the body may be read.
    pub fn is_readable(self) -> bool {
        match self {
            Self::Sound | Self::Truncated => true,
            Self::HeaderOnly(_) => false,
        }
    }
}

/// Why a body is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// More than 256 KiB of header.
    LongHeader,
    /// More than 500 header fields.
    ManyFields,
    /// More than 100 parts.
    ManyParts,
    /// Nested deeper than 20.
    Deep,
}

/// Scans a mail.
pub fn scan(bytes: &[u8]) -> Shape {
    if let Some(reason) = header_fault(bytes) {
        return Shape::HeaderOnly(reason);
    }
    let seen = bytes.get(..LONGEST_BODY).unwrap_or(bytes);
    if let Some(reason) = body_fault(seen) {
        return Shape::HeaderOnly(reason);
    }
    if bytes.len() < LONGEST_BODY { Shape::Sound } else { Shape::Truncated }
}

fn header_fault(bytes: &[u8]) -> Option<Reason> {
    let (mut at, mut fields) = (0_usize, 0_usize);
    while at < bytes.len() {
        if at > LONGEST_HEADER {
            return Some(Reason::LongHeader);
        }
        let next = line_end(bytes, at);
        let line = bytes.get(at..next).unwrap_or_default();
        if line.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
            break;
        }
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            fields = fields.saturating_add(1);
        }
        if fields > MOST_FIELDS {
            return Some(Reason::ManyFields);
        }
        at = next;
    }
    (at > LONGEST_HEADER).then_some(Reason::LongHeader)
}

/// Boundaries are gathered as they are declared; only lines that begin with one count as parts.
fn body_fault(bytes: &[u8]) -> Option<Reason> {
    let mut boundaries: [&[u8]; DEEPEST] = [&[]; DEEPEST];
    let (mut declared, mut nested, mut parts, mut at) = (0_usize, 0_usize, 0_usize, 0_usize);
    while at < bytes.len() {
        let next = line_end(bytes, at);
        let line = bytes.get(at..next).unwrap_or_default();
        let begins = |boundary: &&[u8]| {
            line.strip_prefix(b"--").is_some_and(|tail| tail.starts_with(boundary))
        };
        if line.starts_with(b"--") && boundaries.iter().take(declared).any(begins) {
            parts = parts.saturating_add(1);
        }
        let found = declared_boundaries(line, &mut boundaries, &mut declared);
        nested = nested.saturating_add(found);
        if memchr(b'/', line).is_some() {
            nested = nested.saturating_add(count(line, b"message/rfc822"));
            nested = nested.saturating_add(count(line, b"message/global"));
        }
        if nested > DEEPEST {
            return Some(Reason::Deep);
        }
        // Each part has an opening line, each multipart a closing one.
        if parts > MOST_PARTS.saturating_add(declared) {
            return Some(Reason::ManyParts);
        }
        at = next;
    }
    None
}

/// Notes every `boundary=` of a line; returns how many were new.
fn declared_boundaries<'a>(
    line: &'a [u8],
    known: &mut [&'a [u8]; DEEPEST],
    declared: &mut usize,
) -> usize {
    let mut fresh = 0_usize;
    let mut rest = line;
    while let Some(found) = find(rest, b"boundary") {
        rest = rest.get(found.saturating_add(b"boundary".len())..).unwrap_or_default();
        let Some(equals) = rest.iter().take(16).position(|byte| *byte == b'=') else { continue };
        let value = rest.get(equals.saturating_add(1)..).unwrap_or_default().trim_ascii_start();
        let (value, quoted) = value.strip_prefix(b"\"").map_or((value, false), |v| (v, true));
        let ends = |byte: &u8| match byte {
            b'"' | b'\r' | b'\n' => true,
            b' ' | b'\t' | b';' => !quoted,
            _ => false,
        };
        let length = value.iter().position(ends).unwrap_or(value.len());
        let boundary = value.get(..length).unwrap_or_default();
        if boundary.is_empty() || known.iter().take(*declared).any(|b| *b == boundary) {
            continue;
        }
        fresh = fresh.saturating_add(1);
        if let Some(place) = known.get_mut(*declared) {
            *place = boundary;
            *declared = declared.saturating_add(1);
        }
    }
    fresh
}

fn count(line: &[u8], word: &[u8]) -> usize {
    let (mut found, mut rest) = (0_usize, line);
    while let Some(at) = find(rest, word) {
        found = found.saturating_add(1);
        rest = rest.get(at.saturating_add(word.len())..).unwrap_or_default();
    }
    found
}

/// Where a word of ASCII stands; case does not count. Looks for its last byte first.
fn find(haystack: &[u8], word: &[u8]) -> Option<usize> {
    let (last, before) = word.split_last()?;
    let ends = memchr2_iter(last.to_ascii_lowercase(), last.to_ascii_uppercase(), haystack);
    ends.filter_map(|end| end.checked_sub(before.len())).find(|from| {
        let there = haystack.get(*from..from.saturating_add(before.len()));
        there.is_some_and(|there| there.eq_ignore_ascii_case(before))
    })
}
