//! Who is watched in the simulated world and what was promised: settings that follow from the seed.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use sigap::config::calendars::Timetable;
use sigap::config::fingerprint::fingerprint;
use sigap::config::settings::{Source, Watched};
use sigap::engine::office::Charter;
use sigap::mail::templates::Templates;
use sigap::model::address::{Address, Party};
use sigap::model::contact::Card;
use sigap::model::hours::week_of;
use sigap::model::ids::OwnerId;
use sigap::model::owner::Owner;
use sigap::model::policy::{Fuse, Mode, Policy, Replies, Rung, Step, Tier, WhileAway};
use sigap::model::requester::Requesters;
use sigap::model::team::{Level, Readers, Team};
use sigap::model::verdict::Language;

use crate::outside::OUTSIDE;
use crate::world::Rng;

/// A group that all owners read.
pub const GROUP: &str = "team@example.com";

pub fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

const PEOPLE: &[(&str, &str, &[&str])] = &[
    ("Ani", "Asia/Jakarta", &["Mon-Fri 09:00-17:00"]),
    ("Budi", "Europe/Berlin", &["Mon-Fri 08:30-12:00, 13:00-17:30"]),
    ("Citra", "America/New_York", &["Mon-Fri 09:00-17:00"]),
    ("Dewi", "Australia/Lord_Howe", &["Mon-Sat 07:00-15:00"]),
    ("Eka", "Asia/Jayapura", &["Tue-Fri 08:00-16:00"]),
];

pub fn charter(rng: &mut Rng) -> Charter {
    // Of fewer than five nothing is reported.
    let count = if rng.chance(200) { PEOPLE.len() } else { rng.within(2, 4) as usize };
    let owner = |(name, zone, lines): &(&str, &str, &[&str])| {
        let calendar = timetable(zone, lines).calendar();
        Owner {
            id: OwnerId(0),
            name: (*name).to_owned(),
            addresses: vec![address(&format!("{}@example.com", name.to_lowercase()))],
            greeting: String::new(),
            you: "Anda".to_owned(),
            language: Language::En,
            calendar: Arc::new(calendar),
            team: Some("desk".to_owned()),
            delegates: Vec::new(),
            snippets: false,
            own_report: false,
            card: Card::default(),
            answers: true,
            topics: Vec::new(),
        }
    };
    let instance_per_hour = if rng.chance(150) { 2 } else { 200 };
    let mode = rng.one_of(&[Mode::Observe, Mode::Nudge, Mode::Full, Mode::Full, Mode::Full]);
    let urgent_extra = if rng.chance(500) { 1 } else { 0 };
    let mut owners: Vec<Owner> = PEOPLE.iter().take(count).map(owner).collect();
    // Everybody stands in for everybody, and somebody outside for all of them.
    let all: Vec<Address> = owners.iter().map(|owner| owner.addresses[0].clone()).collect();
    for (place, owner) in owners.iter_mut().enumerate() {
        let others = (1..count).map(|next| all[(place + next) % count].clone());
        owner.delegates = others.chain([address(OUTSIDE)]).collect();
        // Of some they are the first who is asked.
        owner.delegates.rotate_right(place % 2);
        owner.own_report = place % 2 == 0;
    }
    let desk =
        Team { lead: Some(address(OUTSIDE)), readers: Readers::Everyone, level: Level::Threads };
    let teams = BTreeMap::from([("desk".to_owned(), desk)]);
    let policy = policy(instance_per_hour, urgent_extra);
    Charter {
        mode,
        fingerprint: fingerprint(&policy, &watched(&owners), &teams, &[]),
        teams,
        owners,
        policy,
        requesters: Requesters::default(),
        contacts: Default::default(),
        from: Party { name: "Sigap".to_owned(), address: address("sigap@example.com") },
        inbox: Some(address("sigap@example.com")),
        admin: Some(address("admin@example.com")),
        templates: Arc::new(Templates::load(None).unwrap()),
    }
}

fn timetable(zone: &str, lines: &[&str]) -> Timetable {
    let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    Timetable {
        zone: TimeZone::get(zone).unwrap(),
        week: week_of(&lines).unwrap(),
        profiles: Vec::new(),
        exceptions: BTreeMap::new(),
        holidays: None,
    }
}

fn watched(owners: &[Owner]) -> Vec<(Watched, Timetable)> {
    let one = |(owner, (_, zone, lines)): (&Owner, &(&str, &str, &[&str]))| {
        let watched = Watched {
            owner: owner.clone(),
            source: Source::Maildir("none".into()),
            inbox: None,
            sent: Vec::new(),
            agenda: None,
        };
        (watched, timetable(zone, lines))
    };
    owners.iter().zip(PEOPLE).map(one).collect()
}

fn policy(instance_per_hour: u32, urgent_extra: u32) -> Policy {
    let hours = SignedDuration::from_hours;
    let step = |(rung, after)| Step { rung, after: hours(after) };
    Policy {
        tiers: vec![Tier {
            name: "all".to_owned(),
            matches: Vec::new(),
            reply_within: hours(8),
            ladder: [(Rung::Nudge, 4), (Rung::Nudge, 10), (Rung::Lapse, 80)].map(step).to_vec(),
            priority_words: Vec::new(),
            away: WhileAway::Rest,
        }],
        asks_from: 0.6,
        unsure_from: 0.45,
        follow_up_within: Some(hours(10)),
        fresh_within: SignedDuration::from_secs(60),
        settle: SignedDuration::from_mins(15),
        urgent_extra,
        due_soon: hours(2),
        accept_within: SignedDuration::from_hours(2),
        fuse: Fuse {
            instance_per_hour,
            address_per_day: 20,
            domain_per_hour: 20,
            owner_per_hour: 40,
        },
        own_domains: vec!["example.com".to_owned()],
        replies: Replies::default(),
        groups: vec![address(GROUP)],
    }
}
