//! The parts of a mail as a tree: what kind each is and where its bytes lie.
//!
//! Walks multiparts itself, never deeper than 20 and never more than 100 parts, and never looks
//! into an attached message: what somebody forwards is not what he writes. Leaves are decoded one
//! at a time by mail-parser. Next stations: `mail/markers` and `mail/body`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::parsers::MessageStream;
use mail_parser::{ContentType, HeaderValue};

use crate::mail::headers::{self, Field, Headers, line_end};
use crate::mail::prescan::{DEEPEST, MOST_PARTS};

/// One part with its children.
#[derive(Clone, Debug, Default)]
pub struct Part<'a> {
    /// `type/subtype`, lower case; `text/plain` where nothing is said.
    pub kind: String,
    /// `method=` of a calendar part, `report-type=` … : parameters by lower-case name.
    params: Vec<(String, String)>,
    /// Meant as a file: its disposition says so, or it is a text with a file name.
    pub attached: bool,
    /// Name of the file, if any.
    pub file_name: String,
    /// Children of a multipart.
    pub children: Vec<Part<'a>>,
    encoding: String,
    body: &'a [u8],
}

impl<'a> Part<'a> {
    /// A parameter of the Content-Type.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The bytes, still encoded.
    pub fn raw(&self) -> &'a [u8] {
        self.body
    }

    /// The text of a leaf: transfer encoding and charset undone, never failing.
    pub fn text(&self) -> String {
        guarded(|| decode(self)).unwrap_or_default()
    }

    /// This part and its children down to `levels` below it, outermost first.
    pub fn down_to(&self, levels: usize) -> Vec<&Part<'a>> {
        let mut found = vec![self];
        if let Some(below) = levels.checked_sub(1) {
            found.extend(self.children.iter().flat_map(|child| child.down_to(below)));
        }
        found
    }
}

/// What the top level says about itself: a part without children, from the header alone.
pub fn top<'a>(headers: &Headers<'a>) -> Part<'a> {
    describe(headers)
}

/// The whole tree of a message whose header is already split.
pub fn tree<'a>(headers: &Headers<'a>) -> Part<'a> {
    let mut left = MOST_PARTS;
    let mut root = grow(headers, DEEPEST, &mut left);
    if root.kind.starts_with("text/") {
        root.attached = false; // The only text there is, is the text, whatever its file name.
    }
    root
}

/// Runs a parser of somebody else's; what it cannot bear is absent.
pub fn guarded<T>(parser: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(parser)).ok()
}

fn grow<'a>(headers: &Headers<'a>, depth: usize, left: &mut usize) -> Part<'a> {
    let mut part = describe(headers);
    part.body = headers.body();
    *left = left.saturating_sub(1);
    if !part.kind.starts_with("multipart/") {
        return part;
    }
    let boundary = part.param("boundary").unwrap_or_default().to_owned();
    let digest = part.kind == "multipart/digest";
    for bytes in pieces(part.body, boundary.as_bytes()) {
        if depth == 0 || *left == 0 {
            break;
        }
        let inner = headers::split(bytes);
        let mut child = grow(&inner, depth.saturating_sub(1), left);
        if digest && !inner.has("Content-Type") {
            child.kind = "message/rfc822".to_owned(); // RFC 2046 §5.1.5
        }
        part.children.push(child);
    }
    part
}

/// The bytes between boundary lines (RFC 2046 §5.1.1); the last piece may lack its closing line.
fn pieces<'a>(body: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let mut found = Vec::new();
    if boundary.is_empty() {
        return found;
    }
    let (mut at, mut open): (usize, Option<usize>) = (0, None);
    while at < body.len() && found.len() < MOST_PARTS {
        let next = line_end(body, at);
        let line = body.get(at..next).unwrap_or_default().trim_ascii_end();
        let tail = line.strip_prefix(b"--").and_then(|rest| rest.strip_prefix(boundary));
        let Some(tail) = tail.filter(|tail| tail.is_empty() || *tail == b"--") else {
            at = next;
            continue;
        };
        found.extend(open.and_then(|from| body.get(from..at)));
        open = tail.is_empty().then_some(next);
        at = next;
        if open.is_none() {
            break;
        }
    }
    found.extend(open.and_then(|from| body.get(from..)));
    found
}

fn describe<'a>(headers: &Headers<'a>) -> Part<'a> {
    let mut part = Part { kind: "text/plain".to_owned(), ..Part::default() };
    if let Some((kind, params)) = headers.first("Content-Type").and_then(content) {
        part.kind = kind;
        part.params = params;
    }
    let disposition = headers.first("Content-Disposition").and_then(content);
    let (said, named) = disposition.unwrap_or_default();
    let name = named.iter().find(|(name, _)| name == "filename").map(|(_, value)| value.clone());
    part.file_name = name.or_else(|| part.param("name").map(str::to_owned)).unwrap_or_default();
    part.attached = said == "attachment" || !part.file_name.is_empty();
    part.encoding =
        headers.first("Content-Transfer-Encoding").map(Field::token).unwrap_or_default();
    part
}

/// Parameters by lower-case name.
type Params = Vec<(String, String)>;

fn content(field: &Field<'_>) -> Option<(String, Params)> {
    let line = format!("{}\n", field.value());
    let parsed = guarded(|| match MessageStream::new(line.as_bytes()).parse_content_type() {
        HeaderValue::ContentType(content) => Some(words(&content)),
        HeaderValue::Address(_)
        | HeaderValue::Text(_)
        | HeaderValue::TextList(_)
        | HeaderValue::DateTime(_)
        | HeaderValue::Received(_)
        | HeaderValue::Empty => None,
    });
    parsed.flatten()
}

fn words(content: &ContentType<'_>) -> (String, Params) {
    let lower = |text: &str| text.trim().to_ascii_lowercase();
    let kind = match content.subtype() {
        Some(subtype) => format!("{}/{}", lower(content.ctype()), lower(subtype)),
        None => lower(content.ctype()),
    };
    let params = content.attributes().unwrap_or_default().iter();
    (kind, params.map(|attr| (lower(&attr.name), attr.value.to_string())).collect())
}

fn decode(part: &Part<'_>) -> String {
    let bytes = match part.encoding.as_str() {
        "base64" => Some(base64(part.body)),
        "quoted-printable" => quoted_printable(part.body),
        _ => None,
    };
    let bytes = bytes.as_deref().unwrap_or(part.body);
    match part.param("charset").and_then(|charset| charset_decoder(charset.as_bytes())) {
        Some(decoder) if !is_utf8(part) => decoder(bytes),
        Some(_) | None => crate::mail::clean::read_bytes(bytes).into_owned(),
    }
}

fn is_utf8(part: &Part<'_>) -> bool {
    part.param("charset").is_some_and(|charset| {
        ["utf-8", "utf8", "us-ascii", "ascii"].contains(&charset.to_ascii_lowercase().as_str())
    })
}

/// RFC 2045 §6.8, tolerant: other characters are skipped, a group without its end is left out.
fn base64(bytes: &[u8]) -> Vec<u8> {
    let mut packed: Vec<u8> = bytes
        .iter()
        .copied()
        .take_while(|byte| *byte != b'=')
        .filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
        .collect();
    // One character alone in the last group holds no byte.
    if packed.len() % 4 == 1 {
        packed.pop();
    }
    LENIENT.decode(packed).unwrap_or_default()
}

/// Bears a missing end and loose bits in the last group.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// RFC 2045 §6.7, tolerant: what is no escape stays as it is written.
fn quoted_printable(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        if *byte != b'=' {
            plain.push(*byte);
            continue;
        }
        let hex = |byte: &u8| char::from(*byte).to_digit(16).and_then(|n| u8::try_from(n).ok());
        match tail {
            [b'\r', b'\n', after @ ..] | [b'\n', after @ ..] => rest = after,
            [high, low, after @ ..] => match (hex(high), hex(low)) {
                (Some(high), Some(low)) => {
                    plain.push(high.wrapping_mul(16).wrapping_add(low));
                    rest = after;
                }
                _ => plain.push(b'='),
            },
            _ => plain.push(b'='),
        }
    }
    Some(plain)
}
