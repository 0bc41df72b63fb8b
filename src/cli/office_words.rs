//! How words and lines travel in mail: addresses, dates, encoded words, quoted-printable.
//!
//! For the sample office only; Sigap's own letters are built by `mail/compose`. Next:
//! `cli/office_form` puts the pieces together.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Zoned;

use crate::cli::office_script::Contact;

/// Longest line of encoded text, RFC 2045 §6.7.
const ENCODED_COLUMNS: usize = 75;
/// Bytes in one encoded word, so that it stays within RFC 2047 §2's 75 characters.
const WORD_BYTES: usize = 42;

/// `Name <address>`, quoted or encoded where needed.
pub fn shown(contact: &Contact) -> String {
    let name = &contact.name;
    if name.is_ascii() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ') {
        format!("{name} <{}>", contact.address)
    } else if name.is_ascii() {
        format!("\"{name}\" <{}>", contact.address)
    } else {
        format!("{} <{}>", words(name), contact.address)
    }
}

/// Several, one a line.
pub fn all_shown(contacts: &[Contact]) -> String {
    contacts.iter().map(shown).collect::<Vec<_>>().join(",\r\n ")
}

/// RFC 2047: encoded words where a text is not ASCII.
pub fn words(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut pieces = vec![String::new()];
    for c in text.chars() {
        let full = pieces.last().is_some_and(|piece| piece.len() + c.len_utf8() > WORD_BYTES);
        if full {
            pieces.push(String::new());
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
    }
    let encoded = pieces.iter().map(|piece| format!("=?UTF-8?B?{}?=", STANDARD.encode(piece)));
    encoded.collect::<Vec<_>>().join("\r\n ")
}

/// RFC 2045 §6.7: one line of text as the lines it becomes.
pub fn quoted_printable(line: &str) -> Vec<String> {
    let (mut lines, mut current) = (Vec::new(), String::new());
    let last = line.len().saturating_sub(1);
    for (at, byte) in line.bytes().enumerate() {
        let blank_at_end = at == last && (byte == b' ' || byte == b'\t');
        let piece = match byte {
            b'=' => "=3D".to_owned(),
            b' '..=b'~' | b'\t' if !blank_at_end => char::from(byte).to_string(),
            other => format!("={other:02X}"),
        };
        if current.len() + piece.len() > ENCODED_COLUMNS {
            current.push('=');
            lines.push(std::mem::take(&mut current));
        }
        current.push_str(&piece);
    }
    lines.push(current);
    lines
}

/// RFC 5322 §3.3.
pub fn date(at: &Zoned) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S %z").to_string()
}
