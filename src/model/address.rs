//! An email address as an identity: parsed, brought to one normal form, compared.
//!
//! Never a display name and never a header field: those are words (`mail/parse`).
//! Source of the robot local parts: RFC 5230 §4.6 and the practice of common autoresponders.

use serde::{Deserialize, Serialize};

/// The longest address that is taken for one (RFC 5321 §4.5.3.1).
const LONGEST: usize = 254;

/// `local@domain`, lower-cased, domain as A-label where the reader could make one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Address(String);

impl Address {
    /// Reads an address; `None` for whatever is not one mailbox at one domain.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@')?;
        let sound = !local.is_empty()
            && local.chars().all(is_plain)
            && domain.chars().all(is_plain)
            && domain.split('.').all(|label| !label.is_empty());
        if !sound {
            return None;
        }
        let whole = text.to_lowercase();
        (whole.len() <= LONGEST).then_some(Self(whole))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the `@`.
    pub fn local(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }

    /// What stands behind the `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The same mailbox without its plus-tag (`dwi+bills@…` is `dwi@…`).
    pub fn untagged(&self) -> Self {
        match self.local().split_once('+') {
            Some((stem, _)) if !stem.is_empty() => Self(format!("{stem}@{}", self.domain())),
            _ => self.clone(),
        }
    }

    /// Whether a letter can be written to it as it stands: RFC 5321 §4.1.2 `Dot-string`. Some
    /// providers have given out others.
    pub fn is_dot_string(&self) -> bool {
        self.local().is_ascii() && self.local().split('.').all(|atom| !atom.is_empty())
    }

    /// Whether the local part is one that programs use, never people (auto-reply.md §1.7).
    pub fn is_robot(&self) -> bool {
        let local = self.local();
        let squeezed: String = local.chars().filter(|c| !"-_.".contains(*c)).collect();
        ROBOTS.contains(&local)
            || ROBOT_STEMS.iter().any(|stem| squeezed.starts_with(stem))
            || ROBOT_STARTS.iter().any(|start| local.starts_with(start))
            || ROBOT_ENDS.iter().any(|end| local.ends_with(end))
            || ["-bounces", "_bounces", "+bounces"].iter().any(|b| local.contains(b))
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom(format!("{text:?} is not an email address")))
    }
}

/// A name as written beside an address; the name decides nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Party {
    /// Display name, cleaned of control characters; empty where none was given.
    pub name: String,
    /// The identity.
    pub address: Address,
}

impl Party {
    /// The name if there is one, else the address.
    pub fn shown(&self) -> &str {
        if self.name.is_empty() { self.address.as_str() } else { &self.name }
    }
}

/// What may stand in an address: nothing that separates, and nothing that hides or turns text.
fn is_plain(c: char) -> bool {
    !c.is_control()
        && !c.is_whitespace()
        && !"<>(),;:\"\\[]@".contains(c)
        && !matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{e0000}'..='\u{e0fff}')
}

const ROBOTS: &[&str] = &[
    "postmaster",
    "post-master",
    "post_master",
    "mailer",
    "mailsystem",
    "mail-system",
    "mailadmin",
    "mail-admin",
    "majordomo",
    "listserv",
    "listproc",
    "mailman",
    "sympa",
    "smartlist",
    "ecartis",
    "lyris",
    "root",
    "daemon",
    "nobody",
    "uucp",
    "www-data",
    "apache",
    "cron",
    "bounce",
    "bounces",
    "notification",
    "notifications",
    "mail-delivery",
    "maildelivery",
    "mailer-delivery",
    "mailerdelivery",
    "mailer-system",
    "mailersystem",
    "mailer-admin",
    "maileradmin",
];
const ROBOT_STEMS: &[&str] = &[
    "mailerdaemon",
    "mdaemon",
    "noreply",
    "noreplies",
    "nonreply",
    "dontreply",
    "donotreply",
    "nerepondez",
    "nerepondre",
    "nepasrepondre",
    "norepondre",
    "autoreply",
    "autoresponse",
    "autoresponder",
    "autoconfirm",
];
const ROBOT_STARTS: &[&str] = &[
    "bounce-",
    "bounce_",
    "bounce+",
    "bounce.",
    "bounces-",
    "bounces_",
    "bounces+",
    "bounces.",
    "owner-",
    "request-",
    "notification-",
    "notification+",
    "notifications-",
    "notifications+",
];
const ROBOT_ENDS: &[&str] = &[
    "-owner",
    "-request",
    "-errors",
    "-relay",
    "-confirm",
    "-admin",
    "-return",
    "-noreply",
    ".noreply",
    "_noreply",
    "-no-reply",
    ".no-reply",
];
