//! Words out of mail, made safe to keep, show and send: the one place where that happens.
//!
//! Every string that comes from a message goes through `clean_text` (one line) or `clean_lines`
//! (a body) before it reaches a database, a letter, a page or the journal. Never keeps a control
//! character, a line break inside a line, or a character that hides or turns what stands beside it.

use std::borrow::Cow;

/// How many characters of a name or a subject are kept.
pub const LONGEST_LINE: usize = 200;

/// One line of visible text: white space collapsed, invisible characters gone, at most
/// `max_chars` characters. Doing it twice changes nothing.
pub fn clean_text(text: &str, max_chars: usize) -> String {
    if is_clean(text, max_chars) {
        return text.to_owned();
    }
    let mut line = String::with_capacity(text.len().min(max_chars));
    let mut kept = 0_usize;
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() {
            gap = kept > 0;
        } else if !is_hidden(c) {
            let needed = if gap { 2 } else { 1 };
            if kept.saturating_add(needed) > max_chars {
                break;
            }
            if gap {
                line.push(' ');
            }
            line.push(c);
            kept = kept.saturating_add(needed);
            gap = false;
        }
    }
    line
}

/// What most strings are: visible ASCII with single blanks inside.
fn is_clean(text: &str, max_chars: usize) -> bool {
    let bytes = text.as_bytes();
    let single = |pair: &[u8]| pair != b"  ";
    bytes.len() <= max_chars
        && bytes.iter().all(|byte| (b' '..=b'~').contains(byte))
        && bytes.windows(2).all(single)
        && !text.starts_with(' ')
        && !text.ends_with(' ')
}

/// Text of several lines, each ending in `\n`: the breaks and tabs stay, hidden characters go.
pub fn clean_lines(text: &str) -> String {
    let mut lines = String::with_capacity(text.len());
    let mut after_return = false;
    let mut rest = text;
    loop {
        let plain = rest.bytes().take_while(|byte| matches!(byte, b' '..=b'~')).count();
        if let Some((visible, other)) = rest.split_at_checked(plain).filter(|_| plain > 0) {
            lines.push_str(visible);
            (rest, after_return) = (other, false);
        }
        let mut chars = rest.chars();
        let Some(c) = chars.next() else { return lines };
        rest = chars.as_str();
        match c {
            '\n' if after_return => {}
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => lines.push('\n'),
            '\t' => lines.push('\t'),
            _ if is_hidden(c) => {}
            _ => lines.push(c),
        }
        after_return = c == '\r';
    }
}

/// Whether a character shows nothing itself: controls, direction marks, zero-width characters,
/// tags (Unicode TR 36 §2; RFC 9839 names the controls).
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Bytes as text: UTF-8 where they are UTF-8, be it cut within the last character; else
/// Windows-1252, the usual guess for raw 8-bit header fields. Never fails.
pub fn read_bytes(bytes: &[u8]) -> Cow<'_, str> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => {
            let whole = bytes.get(..error.valid_up_to()).unwrap_or_default();
            // Without another character beyond ASCII, the last one may be of any charset.
            std::str::from_utf8(whole).ok().filter(|text| !text.is_ascii())
        }
        Err(_) => None,
    };
    if let Some(text) = text {
        return Cow::Borrowed(text);
    }
    match mail_parser::decoders::charsets::map::charset_decoder(b"windows-1252") {
        Some(decode) => Cow::Owned(decode(bytes)),
        None => String::from_utf8_lossy(bytes),
    }
}
