//! Being written: the checked configuration. These types are the contract.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::SignedDuration;

use crate::config::secret::Secret;
use crate::model::address::{Address, Party};
use crate::model::owner::Owner;
use crate::model::policy::{Mode, Policy};
use crate::model::requester::Requesters;

/// Everything a person configured, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The file's mode.
    pub mode: Mode,
    /// Database file.
    pub store: PathBuf,
    /// Where letters go.
    pub outgoing: Outgoing,
    /// `smtp.from`: the sender of all letters.
    pub from: Party,
    /// Who hears of fuses, blind mailboxes, refused logins.
    pub admin: Option<Address>,
    /// Whose mail is read, and where.
    pub owners: Vec<Watched>,
    /// Tiers, ladder, thresholds, fuse.
    pub policy: Policy,
    /// Requesters with several addresses.
    pub requesters: Requesters,
    /// Teams by name.
    pub teams: BTreeMap<String, Team>,
    /// How long facts and letters' bytes are kept.
    pub retention: Retention,
    /// Folder with overriding templates.
    pub templates: Option<PathBuf>,
    /// Safety poll beside IDLE, and the poll where IDLE is missing.
    pub poll_every: SignedDuration,
    /// Sorted, normalised text of all that influences decisions: stored as a policy version.
    pub fingerprint: String,
}

/// An owner and the way to their mail.
#[derive(Clone, Debug)]
pub struct Watched {
    /// The owner; `id` is 0 until the store has given one.
    pub owner: Owner,
    /// Where the mail lies.
    pub source: Source,
    /// Inbox by name, where it is not found by itself.
    pub inbox: Option<String>,
    /// Sent folders by name, where they are not found by themselves.
    pub sent: Vec<String>,
}

/// Where an owner's mail lies.
#[derive(Clone, Debug)]
pub enum Source {
    /// On an IMAP server.
    Imap(Account),
    /// In a Maildir (Inbox at its root, `.Sent` below it).
    Maildir(PathBuf),
}

/// A login on a server.
#[derive(Clone, Debug)]
pub struct Account {
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the line is protected.
    pub tls: Tls,
    /// Login name; `None`: no login (plain SMTP to loopback).
    pub user: Option<String>,
    /// Password source.
    pub password: Option<Secret>,
    /// Extra root certificates (PEM).
    pub ca_file: Option<PathBuf>,
}

/// How a line is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte.
    Implicit,
    /// By STARTTLS, required.
    StartTls,
    /// Not at all: loopback only.
    Plain,
}

/// Where letters go.
#[derive(Clone, Debug)]
pub enum Outgoing {
    /// To a mail server.
    Smtp(Account),
    /// Into a folder, one `.eml` each.
    Folder(PathBuf),
}

/// A team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Who leads it.
    pub lead: Option<Address>,
}

/// How long things are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Facts about messages and obligations.
    pub facts: SignedDuration,
    /// Rendered bytes of settled letters.
    pub letters: SignedDuration,
}
