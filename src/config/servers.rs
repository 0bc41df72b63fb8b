//! The servers: addresses of IMAP and SMTP accounts, the protection of the line, password sources.
//!
//! It connects to nothing and reads no password. An address that may hold a password is never
//! quoted in a fault. The doors use the result: `net`, `imap/session`, `smtp/send`.

use std::net::IpAddr;
use std::path::PathBuf;

use crate::config::check::{Check, Thing};
use crate::config::fault::{Advice, quoted};
use crate::config::file::{Imap, Password, Smtp};
use crate::config::secret::Secret;
use crate::config::settings::{Account, Outgoing, Tls};
use crate::config::written::{Set, Spot, Text};

/// Which protocol an address is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// `imaps://`, `imap://`.
    Imap,
    /// `smtps://`, `smtp://`.
    Smtp,
}

/// An address of a server, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// As the scheme says.
    pub tls: Tls,
    /// Login name, decoded.
    pub user: Option<String>,
    /// Host name in ASCII, or IP address without brackets.
    pub host: String,
    /// Port.
    pub port: u16,
}

/// `[smtp]`: where letters go.
pub fn outgoing(check: &mut Check, at: Option<&Spot>, smtp: &Smtp) -> Option<Outgoing> {
    let folder = check.path(&smtp.folder);
    match (&smtp.url.at, &smtp.folder.at) {
        (Some(_), Some(spot)) => {
            let what = "stands beside url: letters go either to a server or into a folder";
            check.fault(spot, Advice::new(what, "leave one of the two out"));
        }
        (None, None) => {
            let right = "write url = \"smtps://sigap@mail.example.com:465\"";
            let key = if at.is_some() { "url" } else { "smtp.url" };
            check.missing(at, key, right);
        }
        (None, Some(_)) => {
            let (spot, folder) = folder?;
            check.touch(&spot, Thing::Folder(folder.clone()));
            return Some(Outgoing::Folder(folder));
        }
        (Some(_), None) => {}
    }
    let written = Written {
        protocol: Protocol::Smtp,
        table: at?,
        url: &smtp.url,
        user: None,
        tls: &smtp.tls,
        password: &smtp.password,
        ca_file: &smtp.ca_file,
    };
    account(check, &written).map(Outgoing::Smtp)
}

/// `owner.imap`: the login on the server.
pub fn incoming(check: &mut Check, at: &Spot, imap: &Imap) -> Option<Account> {
    if imap.url.absent() {
        check.missing(Some(at), "url", "write url = \"imaps://dwi@imap.example.com:993\"");
    }
    let written = Written {
        protocol: Protocol::Imap,
        table: at,
        url: &imap.url,
        user: Some(&imap.user),
        tls: &imap.tls,
        password: &imap.password,
        ca_file: &imap.ca_file,
    };
    account(check, &written)
}

struct Written<'a> {
    protocol: Protocol,
    table: &'a Spot,
    url: &'a Text,
    user: Option<&'a Text>,
    tls: &'a Text,
    password: &'a Set<Password>,
    ca_file: &'a Text,
}

fn account(check: &mut Check, written: &Written<'_>) -> Option<Account> {
    let ca_file = certificates(check, written.ca_file);
    let password = password(check, written.password);
    let user = written.user.and_then(|user| check.text(user)).map(|(_, user)| user.to_owned());
    let (spot, url) = check.text(written.url)?;
    let server = match parse_url(url, written.protocol) {
        Ok(server) => server,
        Err(advice) => {
            check.fault(spot, advice);
            return None;
        }
    };
    let tls = protection(check, written.tls, &server)?;
    let user = user.or(server.user);
    let key = match written.protocol {
        Protocol::Imap => "url",
        Protocol::Smtp => "password",
    };
    match (&user, written.password.absent()) {
        (Some(_), true) => {
            let right = "write password.file, .command, .env or .credential";
            check.missing(Some(written.table), "password", right);
        }
        (None, false) => {
            let at = written.password.at.as_ref().filter(|_| key == "password").unwrap_or(spot);
            let right = format!("write {}", example(written.protocol));
            check.fault(at, Advice::new("there is a password but no login name in url", right));
        }
        (None, true) if written.protocol == Protocol::Imap => {
            let right = format!("write {}", example(written.protocol));
            check.fault(spot, Advice::new("has no login name", right));
        }
        (Some(_), false) | (None, true) => {}
    }
    Some(Account { host: server.host, port: server.port, tls, user, password, ca_file })
}

pub(in crate::config) fn certificates(check: &mut Check, text: &Text) -> Option<PathBuf> {
    let (spot, file) = check.path(text)?;
    check.touch(&spot, Thing::File(file.clone()));
    Some(file)
}

/// The word of `tls` must agree with the scheme; nothing but loopback may be unprotected.
fn protection(check: &mut Check, text: &Text, server: &Server) -> Option<Tls> {
    let Some((spot, word)) = check.text(text) else {
        return text.absent().then_some(server.tls);
    };
    let advice = match (word, server.tls) {
        ("implicit", Tls::Implicit) | ("starttls", Tls::StartTls) => return Some(server.tls),
        ("none", Tls::StartTls | Tls::Plain) if is_loopback(&server.host) => {
            return Some(Tls::Plain);
        }
        ("none", Tls::StartTls | Tls::Plain) => Advice::new(
            "\"none\" would send mail and password unprotected over a network",
            "leave tls out; \"none\" is only for a server on this machine (127.0.0.1, ::1)",
        ),
        ("implicit" | "starttls" | "none", _) => Advice::new(
            format!("{word:?} does not agree with the scheme of url"),
            "leave tls out: smtps:// and imaps:// are TLS, smtp:// and imap:// are STARTTLS",
        ),
        _ => Advice::new(
            format!("{} is not a protection", quoted(word)),
            "write \"implicit\", \"starttls\" or \"none\", or leave it out",
        ),
    };
    check.fault(spot, advice);
    None
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Where a password comes from.
pub(in crate::config) fn password(check: &mut Check, written: &Set<Password>) -> Option<Secret> {
    let (at, table) = written.written()?;
    let all = [&table.file, &table.command, &table.env, &table.credential];
    match all.iter().filter(|text| !text.absent()).count() {
        1 => {}
        0 => {
            check.missing(Some(at), "file", "write password.file, .command, .env or .credential");
            return None;
        }
        _ => {
            let what = "has several sources: it would be unclear which one counts";
            check.fault(at, Advice::new(what, "keep one of file, command, env, credential"));
            return None;
        }
    }
    let secret = if let Some((spot, file)) = check.path(&table.file) {
        (spot, Secret::File(file))
    } else if let Some((spot, command)) = check.text(&table.command) {
        (spot.clone(), Secret::Command(command.to_owned()))
    } else if let Some((spot, name)) = check.text(&table.env) {
        named(check, spot, name)?;
        (spot.clone(), Secret::Env(name.to_owned()))
    } else {
        let (spot, name) = check.text(&table.credential)?;
        named(check, spot, name)?;
        (spot.clone(), Secret::Credential(name.to_owned()))
    };
    check.touch(&secret.0, Thing::Secret(secret.1.clone()));
    Some(secret.1)
}

/// A name is not quoted if it is none: it may be the password itself, written in the wrong place.
fn named(check: &mut Check, spot: &Spot, name: &str) -> Option<()> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    if name.chars().all(plain) && !name.starts_with('.') {
        return Some(());
    }
    let right = "write a name of letters, digits, \"_\", \"-\" and \".\"";
    check.fault(spot, Advice::new("is not a name", right));
    None
}

/// Takes an address apart: `smtps://sigap%40example.com@mail.example.com:465`.
pub fn parse_url(url: &str, protocol: Protocol) -> Result<Server, Advice> {
    let wrong = |what: &str| Advice::new(what, format!("write {}", example(protocol)));
    let (scheme, rest) = url.split_once("://").ok_or_else(|| wrong("is not an address"))?;
    let (tls, usual) = match (scheme, protocol) {
        ("imaps", Protocol::Imap) => (Tls::Implicit, 993),
        ("imap", Protocol::Imap) => (Tls::StartTls, 143),
        ("smtps", Protocol::Smtp) => (Tls::Implicit, 465),
        ("smtp", Protocol::Smtp) => (Tls::StartTls, 587),
        _ => return Err(wrong("does not begin with a known scheme")),
    };
    let (user, place) = match rest.rsplit_once('@') {
        Some((user, place)) => (Some(user), place),
        None => (None, rest),
    };
    if user.is_some_and(|user| user.contains(':')) {
        let right = "take it out (and change it: it stood in a file) and write password.file";
        return Err(Advice::new("holds a password", right));
    }
    let user = match user {
        Some(user) => Some(
            decode(user)
                .ok_or_else(|| wrong("has a login name that is not percent-encoded rightly"))?,
        ),
        None => None,
    };
    let place = place.strip_suffix('/').unwrap_or(place);
    let (host, port) = split_port(place).ok_or_else(|| wrong("has no host that makes sense"))?;
    let port = match port {
        Some(port) => port
            .parse()
            .ok()
            .filter(|port| *port != 0)
            .ok_or_else(|| wrong("has a port that is not a number from 1 to 65535"))?,
        None => usual,
    };
    let host = ascii_host(host).ok_or_else(|| wrong("has no host that makes sense"))?;
    Ok(Server { tls, user, host, port })
}

fn example(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Imap => "\"imaps://dwi@imap.example.com:993\" (an @ in the name as %40)",
        Protocol::Smtp => "\"smtps://sigap@mail.example.com:465\" (an @ in the name as %40)",
    }
}

fn split_port(place: &str) -> Option<(&str, Option<&str>)> {
    if let Some(inner) = place.strip_prefix('[') {
        let (host, rest) = inner.split_once(']')?;
        return match rest.strip_prefix(':') {
            Some(port) => Some((host, Some(port))),
            None => rest.is_empty().then_some((host, None)),
        };
    }
    match place.split_once(':') {
        Some((host, port)) => Some((host, Some(port))),
        None => Some((place, None)),
    }
}

fn ascii_host(host: &str) -> Option<String> {
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Some(ip.to_string());
    }
    let ascii = idna::domain_to_ascii(host).ok()?.to_ascii_lowercase();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    let sound = !ascii.is_empty() && !ascii.starts_with(['.', '-']) && ascii.chars().all(plain);
    sound.then_some(ascii)
}

/// RFC 3986 §2.1; `None` for a broken escape, broken UTF-8, a control character, nothing.
fn decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut plain = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            plain.push(byte);
            continue;
        }
        let digit = |b: Option<u8>| char::from(b?).to_digit(16);
        let (high, low) = (digit(bytes.next())?, digit(bytes.next())?);
        plain.push(u8::try_from(high * 16 + low).ok()?);
    }
    let plain = String::from_utf8(plain).ok()?;
    (!plain.is_empty() && !plain.chars().any(char::is_control)).then_some(plain)
}
