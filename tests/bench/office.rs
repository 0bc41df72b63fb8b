//! Who is watched in the benchmark and what was promised.

use std::sync::Arc;

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use sigap::engine::office::Charter;
use sigap::mail::templates::Templates;
use sigap::model::address::{Address, Party};
use sigap::model::calendar::Calendar;
use sigap::model::contact::Card;
use sigap::model::hours::week_of;
use sigap::model::ids::OwnerId;
use sigap::model::owner::Owner;
use sigap::model::policy::{Fuse, Mode, Policy, Replies, Rung, Step, Tier, WhileAway};
use sigap::model::requester::Requesters;
use sigap::model::verdict::Language;

pub fn address_of(owner: usize) -> Address {
    Address::parse(&format!("o{owner}@example.com")).unwrap()
}

pub fn charter(owners: usize) -> Charter {
    let hours = week_of(&["Mon-Fri 09:00-17:00".to_owned()]).unwrap();
    let calendar = Arc::new(Calendar::new(TimeZone::get("Asia/Jakarta").unwrap(), hours));
    let owner = |number: usize| Owner {
        id: OwnerId(0),
        name: format!("Owner {number}"),
        addresses: vec![address_of(number)],
        greeting: String::new(),
        you: "you".to_owned(),
        language: Language::En,
        calendar: Arc::clone(&calendar),
        team: Some(format!("team {}", number / 10)),
        delegates: Vec::new(),
        snippets: false,
        own_report: false,
        card: Card::default(),
        answers: true,
        topics: Vec::new(),
    };
    Charter {
        teams: Default::default(),
        mode: Mode::Nudge,
        owners: (0..owners).map(owner).collect(),
        policy: policy(),
        requesters: Requesters::default(),
        contacts: Default::default(),
        inbox: None,
        from: Party {
            name: "Sigap".to_owned(),
            address: Address::parse("sigap@example.com").unwrap(),
        },
        admin: None,
        fingerprint: "bench".to_owned(),
        templates: Arc::new(Templates::load(None).unwrap()),
    }
}

fn policy() -> Policy {
    let hours = SignedDuration::from_hours;
    let step = |(rung, after)| Step { rung, after: hours(after) };
    let most = 1_000_000;
    Policy {
        tiers: vec![Tier {
            name: "all".to_owned(),
            matches: Vec::new(),
            reply_within: hours(8),
            ladder: [(Rung::Nudge, 6), (Rung::Nudge, 12), (Rung::Lapse, 80)].map(step).to_vec(),
            priority_words: Vec::new(),
            away: WhileAway::Rest,
        }],
        asks_from: 0.6,
        unsure_from: 0.45,
        follow_up_within: Some(SignedDuration::from_hours(24)),
        fresh_within: SignedDuration::from_secs(60),
        settle: SignedDuration::from_mins(15),
        urgent_extra: 1,
        due_soon: hours(2),
        accept_within: SignedDuration::from_hours(2),
        fuse: Fuse {
            instance_per_hour: most,
            address_per_day: most,
            domain_per_hour: most,
            owner_per_hour: most,
        },
        own_domains: vec!["example.com".to_owned()],
        replies: Replies::default(),
        groups: Vec::new(),
    }
}
