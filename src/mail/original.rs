//! The email that somebody else is asked to answer, made ready to be attached to the letter that
//! asks them (RFC 2046 §5.2.1): as the message that it is, or as a file where it could not travel
//! unchanged. Next station: `mail/compose`.

use mail_parser::MessageParser;
use memchr::memmem;

/// Largest that is attached, bytes.
pub const LARGEST: usize = 20 * 1024 * 1024;
/// RFC 5322 §2.1.1, without CRLF.
const LONGEST_LINE: usize = 998;
/// So much of it is looked at for its header.
const HEADER: usize = 64 * 1024;

/// An attachment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attached {
    /// A message, 7-bit, every line ending in CRLF.
    Message(Vec<u8>),
    /// The bytes of a message as a file.
    File(Vec<u8>),
}

/// Makes a message ready. A server may refuse 8-bit lines at the last moment, when the letter can
/// no longer be changed: such a message travels as a file.
pub fn attach(message: &[u8]) -> Attached {
    let with_crlf = crlf(message);
    let lines = with_crlf.split(|byte| *byte == b'\n');
    let short = lines.into_iter().all(|line| line.len() <= LONGEST_LINE + 1);
    let plain = with_crlf.is_ascii() && !with_crlf.contains(&0);
    if plain && short { Attached::Message(with_crlf) } else { Attached::File(with_crlf) }
}

/// The header with its blank line, at most 64 KiB of it.
pub fn header(message: &[u8]) -> &[u8] {
    let most = message.get(..HEADER).unwrap_or(message);
    let ends = |mark: &[u8]| memmem::find(most, mark).and_then(|at| at.checked_add(mark.len()));
    let end = ends(b"\r\n\r\n").into_iter().chain(ends(b"\n\n")).min();
    end.and_then(|end| most.get(..end)).unwrap_or(most)
}

/// Whether its sender asks that nobody else reads it (RFC 2156 §5.3.4 Sensitivity).
pub fn is_confidential(message: &[u8]) -> bool {
    let parsed = MessageParser::default().parse_headers(header(message));
    let Some(parsed) = parsed else { return false };
    let fields = parsed.headers_raw().filter(|(name, _)| name.eq_ignore_ascii_case("Sensitivity"));
    let words = ["personal", "private", "company-confidential"];
    fields.into_iter().any(|(_, value)| {
        let value = value.trim().to_ascii_lowercase();
        words.iter().any(|word| value.starts_with(word))
    })
}

/// Every line ends in CRLF: a line feed alone ends one too, and so does a carriage return.
fn crlf(message: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(message.len().saturating_add(message.len() / 32));
    let mut bytes = message.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\r' => {
                if bytes.peek() == Some(&b'\n') {
                    bytes.next();
                }
                whole.extend_from_slice(b"\r\n");
            }
            b'\n' => whole.extend_from_slice(b"\r\n"),
            other => whole.push(other),
        }
    }
    whole
}
