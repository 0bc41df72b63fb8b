//! One line of JSON that asks for the verdicts on a message: its bytes, whose mail it is, and under
//! which conditions. What a line leaves out is unknown, not false. Next station: `cli/judge`.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::engine::judging::facts;
use crate::model::address::Address;
use crate::model::answering::{Away, Earlier, Envelope, History, Profile, Standing};
use crate::model::calendar::Calendar;
use crate::model::contact::Card;
use crate::model::ids::OwnerId;
use crate::model::owner::Owner;
use crate::model::verdict::Language;

/// What is asked.
#[derive(Debug)]
pub struct Asked {
    /// What the answer is to be known by.
    pub n: Value,
    /// The message, below its envelope sender where that is known.
    pub whole: Vec<u8>,
    /// Whose mail it is.
    pub owner: Owner,
    /// What is known of the mailbox.
    pub profile: Profile,
    /// What happened before.
    pub history: History,
    /// Only what kind of message it is matters for an answer, not whose mail it is.
    pub kind_only: bool,
}

impl Asked {
    /// Reads a line; what is wrong with it, and its `n` as far as there is one.
    pub fn read(line: &[u8]) -> Result<Self, (Value, String)> {
        let asked: Value = serde_json::from_slice(line)
            .map_err(|error| (Value::Null, format!("no JSON: {error}")))?;
        let field = |name: &str| asked.get(name).unwrap_or(&Value::Null);
        let n = field("n").clone();
        let Some(encoded) = field("raw_b64").as_str() else {
            return Err((n, "raw_b64 is missing".to_owned()));
        };
        let encoded: String = encoded.split_whitespace().collect();
        let decoded = STANDARD.decode(&encoded).or_else(|_| STANDARD_NO_PAD.decode(&encoded));
        let raw = decoded.map_err(|error| (n.clone(), format!("raw_b64: {error}")))?;
        let whole = with_envelope(raw, field("envelope_from").as_str());
        let named: Vec<Address> =
            words(field("owner_addresses")).filter_map(Address::parse).collect();
        let kind_only = field("scope").as_str() == Some("detector");
        let mut profile = profile(field("options"));
        profile.addressed &= !kind_only && !named.is_empty();
        let owner = owner(&named, &whole, !profile.addressed);
        let history = History { earlier: earlier(field("history")), ..history(field("options")) };
        Ok(Self { n, whole, owner, profile, history, kind_only })
    }
}

/// What is known of the mailbox.
pub fn profile(options: &Value) -> Profile {
    let word = |name: &str| options.get(name).and_then(Value::as_str).map(str::to_lowercase);
    let hosts = options.get("own_hosts").unwrap_or(&Value::Null);
    Profile {
        envelope: Envelope::Unknown,
        authserv: word("authserv_id"),
        answers_strangers: true,
        addressed: options.get("check_recipient") != Some(&Value::Bool(false)),
        hosts: words(hosts).map(str::to_lowercase).collect(),
        loop_mark: word("my_delivered_to"),
    }
}

/// What happened before, but for the automatic answers.
pub fn history(options: &Value) -> History {
    let away = match options.get("window").and_then(Value::as_str) {
        _ if options.get("enabled") == Some(&Value::Bool(false)) => Away::Off,
        Some("before" | "after") => Away::Outside,
        Some(_) | None => Away::Yes,
    };
    History { standing: Standing::default(), away, known: false, earlier: Vec::new() }
}

fn earlier(list: &Value) -> Vec<Earlier> {
    let seconds = |one: &Value, name: &str| {
        SignedDuration::from_secs(one.get(name).and_then(Value::as_i64).unwrap_or(0))
    };
    let one = |one: &Value| {
        let to = one.get("to").and_then(Value::as_str)?.to_owned();
        let (ago, period) = (seconds(one, "age_seconds"), seconds(one, "period_seconds"));
        Some(Earlier { to, ago, period })
    };
    list.as_array().into_iter().flatten().filter_map(one).collect()
}

fn words(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// The envelope sender, where it is known, stands above everything that others may have written.
fn with_envelope(raw: Vec<u8>, sender: Option<&str>) -> Vec<u8> {
    let Some(sender) = sender else { return raw };
    let plain: String = sender.chars().filter(|c| !c.is_control() && *c != '>').take(320).collect();
    let mut whole = format!("Return-Path: <{plain}>\r\n").into_bytes();
    whole.extend(raw);
    whole
}

/// Somebody with these addresses; `addressee` adds the message's own first recipient.
pub fn owner(addresses: &[Address], whole: &[u8], addressee: bool) -> Owner {
    let mut addresses = addresses.to_vec();
    if addressee {
        addresses.extend(facts(whole).to.into_iter().next().map(|party| party.address));
    }
    let local = addresses.first().map_or("", |address| address.local());
    Owner {
        id: OwnerId(0),
        name: local.replace(['.', '_', '-'], " "),
        addresses,
        greeting: String::new(),
        you: String::new(),
        language: Language::En,
        calendar: Arc::new(Calendar::new(TimeZone::UTC, Default::default())),
        team: None,
        delegates: Vec::new(),
        snippets: false,
        own_report: false,
        card: Card::default(),
        answers: true,
        topics: Vec::new(),
    }
}
