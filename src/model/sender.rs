//! Envelope senders as identities: what servers wrap around them is taken off, and what makes each
//! letter of a program look like a new sender is levelled.
//!
//! Only for comparing: what a server wrote is what an answer goes to. Sources: SRS (the Sender
//! Rewriting Scheme's own paper), BATV (draft-levine-smtp-batv), RFC 5233 (plus-tags).

use crate::model::address::Address;

/// So many digits in a row number a letter, not a person.
const COUNTER: usize = 5;
/// So many hexadecimal digits in a row are a token.
const TOKEN: usize = 12;
/// Domains that no mail reaches from outside (RFC 6761, RFC 6762, RFC 7686, RFC 8375), and names
/// that offices give to themselves.
const PRIVATE: &[&str] = &[
    "localhost",
    "localdomain",
    "local",
    "internal",
    "invalid",
    "intranet",
    "lan",
    "home",
    "corp",
    "private",
    "onion",
    "home.arpa",
];

/// One form for all addresses of one sender: lower case, unwrapped, without plus-tag, numbers and
/// tokens levelled. What is no address is only lower-cased.
pub fn canonical(written: &str) -> String {
    let plain = unwrapped(written).unwrap_or_else(|| written.trim().to_owned()).to_lowercase();
    let Some((local, domain)) = plain.rsplit_once('@') else { return plain };
    let bare = match local.split_once('+') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => local,
    };
    format!("{}@{domain}", levelled(bare))
}

/// The address that a server has wrapped (SRS0, SRS1, `prvs=`, `btv1==`), as far as it was undone;
/// `None` where nothing was wrapped, or not soundly.
pub fn unwrapped(written: &str) -> Option<String> {
    let (local, domain) = written.trim().rsplit_once('@')?;
    let quoted = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let inner = quoted.unwrap_or(local);
    let (local, domain) = if let Some(tagged) = strip(inner, "prvs=") {
        (tagged.split_once('=')?.1, domain)
    } else if let Some(tagged) = strip(inner, "btv1==") {
        (tagged.split_once("==")?.1, domain)
    } else if let Some(rest) = strip(inner, "srs0").and_then(separated) {
        forwarded(rest)?
    } else {
        // SRS1: hash, first forwarder, and what the SRS0 of that one held.
        let rest = strip(inner, "srs1").and_then(separated)?;
        let (_, rest) = rest.split_once('=')?;
        let (_, rest) = rest.split_once('=')?;
        forwarded(separated(rest)?)?
    };
    if local.is_empty() || domain.is_empty() {
        return None;
    }
    Some(match quoted.is_some() && local.contains(char::is_whitespace) {
        true => format!("\"{local}\"@{domain}"),
        false => format!("{local}@{domain}"),
    })
}

/// `hash=time=domain=local`.
fn forwarded(rest: &str) -> Option<(&str, &str)> {
    let (_, rest) = rest.split_once('=')?;
    let (_, rest) = rest.split_once('=')?;
    let (domain, local) = rest.split_once('=')?;
    Some((local, domain))
}

fn separated(rest: &str) -> Option<&str> {
    rest.strip_prefix(['=', '+', '-'])
}

fn strip<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let head = text.get(..start.len())?;
    if head.eq_ignore_ascii_case(start) { text.get(start.len()..) } else { None }
}

/// Runs of digits that count letters, and tokens, become one sign each.
fn levelled(local: &str) -> String {
    let chars: Vec<char> = local.chars().collect();
    let mut level = String::with_capacity(local.len());
    for run in chars.chunk_by(|a, b| a.is_ascii_hexdigit() == b.is_ascii_hexdigit()) {
        let hex = run.first().is_some_and(char::is_ascii_hexdigit);
        if hex && run.len() >= TOKEN && run.iter().any(char::is_ascii_digit) {
            level.push('#');
            continue;
        }
        for part in run.chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()) {
            match part.first().is_some_and(char::is_ascii_digit) && part.len() >= COUNTER {
                true => level.push('#'),
                false => level.extend(part),
            }
        }
    }
    level
}

/// The address names another one before its `@` (`news-ani=example.com@lists.example`, VERP), and
/// no server has merely wrapped it.
pub fn names_recipient(address: &Address) -> bool {
    let behind = address.local().rsplit_once('=').map(|(_, domain)| domain);
    unwrapped(address.as_str()).is_none()
        && behind.is_some_and(|domain| domain.contains('.') && !domain.ends_with('.'))
}

/// What an organisation registered, in lower case: the public suffix and one label before it. A
/// domain without one stands for itself.
pub fn organisation(domain: &str) -> String {
    let domain = domain.to_lowercase();
    psl::domain_str(&domain).map_or_else(|| domain.clone(), str::to_owned)
}

/// Whether mail from outside can come from there.
pub fn is_public(domain: &str) -> bool {
    let domain = domain.to_lowercase();
    let within = |end: &str| {
        domain.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    domain.contains('.')
        && !PRIVATE.iter().any(|end| within(end))
        && domain.chars().any(|c| c.is_ascii_alphabetic())
}
