//! Our mark on a letter: a Message-ID that only this installation can have made.
//!
//! `s1.<base32 of the first 16 bytes of HMAC-SHA256(instance key, letter key)>@<domain>`. The
//! same letter key gives the same id, so that a repeat is recognisable as the same letter (law
//! 2); nobody without the key can name a letter of ours, so that an answer to one is known to be
//! an answer. Nothing about the letter can be read out of it. Next station: `mail/compose`.

use ring::hmac;

/// Marks the kind of token, so that another kind can follow it.
const MARK: &str = "s1.";
/// How much of the 32 bytes stands in the id: 128 bits cannot be guessed.
const KEPT: usize = 16;
/// Letters that carry them: 16 bytes are 26 letters of five bits, two bits of the last unused.
const LETTERS: usize = 26;
/// RFC 4648 §6 in lower case, because mail programs fold the case of ids.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// The longest id that is looked at (RFC 5322 §2.1.1).
const LONGEST: usize = 998;

/// The secret of one installation; made once, kept in the store.
#[derive(Clone, PartialEq, Eq)]
pub struct InstanceKey(pub [u8; 32]);

impl std::fmt::Debug for InstanceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InstanceKey(…)")
    }
}

/// The Message-ID of a letter, without angle brackets.
pub fn message_id(key: &InstanceKey, letter_key: &str, domain: &str) -> String {
    let plain = |c: &char| c.is_ascii_alphanumeric() || ".-".contains(*c);
    let domain: String = domain.chars().filter(plain).take(253).collect();
    let domain = if domain.is_empty() { "sigap.invalid" } else { &domain };
    format!("{MARK}{}@{domain}", encode(&tag(key, letter_key)))
}

/// Whether an id (with or without angle brackets) is the one of this letter; in constant time.
///
/// The domain is not compared: some relays rewrite it, and it proves nothing.
pub fn recognise(key: &InstanceKey, candidate: &str, letter_key: &str) -> bool {
    let Some(given) = tag_in(candidate) else { return false };
    // Both sides are keyed once more and compared as whole tags: ring compares those in constant
    // time, and what could leak about them says nothing about the wanted bytes.
    let secret = hmac::Key::new(hmac::HMAC_SHA256, &key.0);
    let blinded = hmac::sign(&secret, &given);
    hmac::verify(&secret, &tag(key, letter_key), blinded.as_ref()).is_ok()
}

/// Whether an id has the shape of ours; says nothing about who made it.
pub fn looks_ours(id: &str) -> bool {
    tag_in(id).is_some()
}

fn tag(key: &InstanceKey, letter_key: &str) -> Vec<u8> {
    let secret = hmac::Key::new(hmac::HMAC_SHA256, &key.0);
    let whole = hmac::sign(&secret, letter_key.as_bytes());
    whole.as_ref().iter().copied().take(KEPT).collect()
}

fn tag_in(id: &str) -> Option<Vec<u8>> {
    let id = id.trim();
    let id = id.strip_prefix('<').and_then(|id| id.strip_suffix('>')).unwrap_or(id);
    let (local, domain) = id.split_once('@')?;
    let sound = id.len() <= LONGEST && !domain.is_empty() && !domain.contains(['@', ' ', '<', '>']);
    let letters = local.strip_prefix(MARK).filter(|_| sound)?;
    decode(letters)
}

fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(LETTERS);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(letter(held >> bits));
            held &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        text.push(letter(held << (5 - bits)));
    }
    text
}

fn letter(five: u32) -> char {
    let place = usize::try_from(five & 31).unwrap_or(0);
    ALPHABET.get(place).map_or('a', |byte| char::from(*byte))
}

/// Exactly one text stands for a tag: the unused bits of the last letter must be zero.
fn decode(letters: &str) -> Option<Vec<u8>> {
    if letters.len() != LETTERS {
        return None;
    }
    let mut bytes = Vec::with_capacity(KEPT);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in letters.bytes() {
        let place = ALPHABET.iter().position(|a| *a == byte.to_ascii_lowercase())?;
        held = held << 5 | u32::try_from(place).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits).ok()?);
            held &= (1 << bits) - 1;
        }
    }
    (held == 0 && bytes.len() == KEPT).then_some(bytes)
}
