//! Ani, her policy and letters to her.
use std::sync::Arc;

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use sigap::model::address::{Address, Party};
use sigap::model::calendar::Calendar;
use sigap::model::contact::Card;
use sigap::model::ids::OwnerId;
use sigap::model::message::{Marks, Message, MessageKey, Prefix};
use sigap::model::owner::Owner;
use sigap::model::policy::{Fuse, Policy, Replies};
use sigap::model::verdict::Language;

pub fn party(name: &str, address: &str) -> Party {
    Party { name: name.to_string(), address: Address::parse(address).unwrap() }
}

pub fn owner() -> Owner {
    Owner {
        id: OwnerId(1),
        name: "Ani Lestari".to_string(),
        addresses: ["ani@example.com", "ani.lestari@example.com"]
            .map(|address| Address::parse(address).unwrap())
            .to_vec(),
        greeting: "Bu Ani".to_string(),
        you: "Ibu".to_string(),
        language: Language::Id,
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

pub fn policy() -> Policy {
    Policy {
        tiers: Vec::new(),
        asks_from: 0.6,
        unsure_from: 0.45,
        follow_up_within: Some(SignedDuration::from_hours(24)),
        fresh_within: SignedDuration::from_secs(60),
        settle: SignedDuration::from_mins(15),
        urgent_extra: 1,
        due_soon: SignedDuration::from_hours(2),
        accept_within: SignedDuration::from_hours(2),
        fuse: Fuse {
            instance_per_hour: 200,
            address_per_day: 20,
            domain_per_hour: 20,
            owner_per_hour: 40,
        },
        own_domains: vec!["example.com".to_string()],
        replies: Replies::default(),
        groups: vec![Address::parse("bantuan@example.com").unwrap()],
    }
}

/// A letter from one person to Ani alone.
pub fn letter(from: &str, subject: &str) -> Message {
    Message {
        key: MessageKey("a1@example.org".to_string()),
        fingerprint: "f".to_string(),
        in_reply_to: Vec::new(),
        references: Vec::new(),
        thread_index: None,
        provider_thread: None,
        from: Some(party("Budi", from)),
        from_count: 1,
        sender: None,
        reply_to: Vec::new(),
        to: vec![party("Ani Lestari", "ani@example.com")],
        cc: Vec::new(),
        bcc: Vec::new(),
        subject: subject.to_string(),
        base_subject: subject.to_lowercase(),
        prefix: Prefix::None,
        dated: None,
        marks: Marks::default(),
        quotes: None,
        introduced: None,
        says: None,
    }
}
