//! Raw header fields: names and values exactly as they stand in the bytes.
//!
//! Markers are looked up here and not in a parser's list of known names, so that no field can
//! become unseen. Tolerates bare LF, NUL, 8-bit bytes, mbox lines and lines without a colon.
//! Never reads more than 256 KiB or 500 fields. Next stations: `mail/people`, `mail/markers`.

use memchr::{memchr, memchr2};

use crate::mail::clean::read_bytes;

/// How many bytes of a header are looked at.
pub const LONGEST_HEADER: usize = 256 * 1024;
/// How many fields of a header are looked at.
pub const MOST_FIELDS: usize = 500;
/// How many characters of a name are shown.
const LONGEST_NAME: usize = 80;
/// How many bytes of one value are looked at.
const LONGEST_VALUE: usize = 32 * 1024;

/// One field as it stands: its name without the colon, its value still folded.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    name: &'a [u8],
    value: &'a [u8],
}

impl<'a> Field<'a> {
    /// Whether the field has this name; case does not count.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    /// The name as it is written, as far as a name can be shown.
    pub fn name(&self) -> String {
        let shown = self.name.iter().take(LONGEST_NAME).map(|byte| char::from(*byte));
        shown.filter(char::is_ascii_graphic).collect()
    }

    /// Whether the name starts so; case does not count.
    pub fn starts(&self, start: &str) -> bool {
        self.name.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
    }

    /// The value on one line: RFC 5322 §2.2.3 unfolded, trimmed, 8-bit bytes made UTF-8.
    pub fn value(&self) -> String {
        let bounded = self.value.get(..LONGEST_VALUE).unwrap_or(self.value);
        let text = read_bytes(bounded);
        let line = text.trim();
        if memchr2(b'\r', b'\n', line.as_bytes()).is_none() {
            return line.to_owned();
        }
        line.replace(['\r', '\n'], "").trim().to_owned()
    }

    /// The value for comparing: comments taken out (RFC 5322 §3.2.2), lower-cased.
    pub fn token(&self) -> String {
        without_comments(&self.value()).trim().to_lowercase()
    }

    /// The value's bytes as they stand.
    pub fn raw(&self) -> &'a [u8] {
        self.value
    }
}

/// The fields of one header, in their order, and where the body begins.
#[derive(Clone, Debug, Default)]
pub struct Headers<'a> {
    fields: Vec<Field<'a>>,
    /// Which kinds of names occur (`kind_of`).
    kinds: u64,
    head: &'a [u8],
    body: &'a [u8],
}

impl<'a> Headers<'a> {
    /// All fields.
    pub fn all(&self) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter()
    }

    /// Every field of this name, topmost first.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &Field<'a>> {
        let fields = match self.kinds & kind_of(name.as_bytes()) {
            0 => &[],
            _ => self.fields.as_slice(),
        };
        fields.iter().filter(move |field| field.is(name))
    }

    /// The topmost field of this name.
    pub fn first(&self, name: &str) -> Option<&Field<'a>> {
        self.named(name).next()
    }

    /// Whether there is a field of this name.
    pub fn has(&self, name: &str) -> bool {
        self.first(name).is_some()
    }

    /// The bytes of the header, its blank line included.
    pub fn head(&self) -> &'a [u8] {
        self.head
    }

    /// What follows the blank line.
    pub fn body(&self) -> &'a [u8] {
        self.body
    }
}

/// Splits bytes into header fields and body.
pub fn split(bytes: &[u8]) -> Headers<'_> {
    let mut fields: Vec<Field<'_>> = Vec::new();
    let mut at = leading_blanks(bytes);
    let mut open: Option<(usize, usize)> = None; // begin of the field, its end so far
    while at < bytes.len().min(LONGEST_HEADER) {
        let next = line_end(bytes, at);
        let line = bytes.get(at..next).unwrap_or_default();
        if is_blank(line) && !line.starts_with(b" ") && !line.starts_with(b"\t") {
            at = next;
            break;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            open = open.map(|(from, _)| (from, next));
        } else {
            close(bytes, open, &mut fields);
            open = Some((at, next));
            if fields.len() >= MOST_FIELDS {
                open = None;
            }
        }
        at = next;
    }
    close(bytes, open, &mut fields);
    let (head, body) = bytes.split_at(at.min(bytes.len()));
    let kinds = fields.iter().fold(0, |kinds, field| kinds | kind_of(field.name));
    Headers { fields, kinds, head, body }
}

/// Takes comments out of a structured value; quoted strings stay whole. A comment that never
/// ends reaches to the end.
pub fn without_comments(value: &str) -> String {
    if !value.contains('(') {
        return value.to_owned();
    }
    let mut plain = String::with_capacity(value.len());
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for c in value.chars() {
        let literal = std::mem::replace(&mut escaped, false);
        match c {
            '\\' if !literal => escaped = true,
            '"' if !literal && depth == 0 => quoted = !quoted,
            '(' if !literal && !quoted => {
                depth = depth.saturating_add(1);
                plain.push(' ');
                continue;
            }
            ')' if !literal && !quoted && depth > 0 => {
                depth = depth.saturating_sub(1);
                continue;
            }
            _ => {}
        }
        if depth == 0 {
            plain.push(c);
        }
    }
    plain
}

/// One bit for a name, whatever its case. A hundred names are looked for in every header; nearly
/// all of them are ruled out by one look at these bits.
fn kind_of(name: &[u8]) -> u64 {
    let end = |byte: Option<&u8>| byte.map_or(0, |byte| usize::from(byte.to_ascii_lowercase()));
    1 << ((name.len() * 5 + end(name.first()) * 3 + end(name.last())) % 64)
}

/// Where the line that begins at `from` ends, its line break included.
pub fn line_end(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    memchr(b'\n', rest).map_or(bytes.len(), |found| from.saturating_add(found).saturating_add(1))
}

fn close<'a>(bytes: &'a [u8], open: Option<(usize, usize)>, fields: &mut Vec<Field<'a>>) {
    let Some(text) = open.and_then(|(from, to)| bytes.get(from..to)) else { return };
    let Some(colon) = text.iter().position(|byte| *byte == b':' || *byte == b'\n') else { return };
    let (name, value) = text.split_at(colon);
    let name = name.trim_ascii();
    if value.first() != Some(&b':') || name.is_empty() || text.starts_with(b">From ") {
        return;
    }
    // An mbox separator ("From ani@example.org Tue Nov 24 10:00:00") has a colon too.
    if name.starts_with(b"From ") {
        return;
    }
    fields.push(Field { name, value: value.get(1..).unwrap_or_default() });
}

/// A first line of nothing but blanks is no end of a header; an empty first line is.
fn leading_blanks(bytes: &[u8]) -> usize {
    let end = line_end(bytes, 0);
    let line = bytes.get(..end).unwrap_or_default();
    let blank = is_blank(line) && (line.starts_with(b" ") || line.starts_with(b"\t"));
    if blank { end } else { 0 }
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}
