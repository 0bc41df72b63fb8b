//! Whatever a message says: an answer goes to its envelope sender alone, in one piece, and a field
//! that forbids it is never made good by another.
#![no_main]

use jiff::SignedDuration;
use libfuzzer_sys::fuzz_target;
use sigap::cli::asked::{history, owner, profile};
use sigap::engine::judging::judge;
use sigap::model::address::Address;
use sigap::model::answering::{Decision, Envelope, Profile};
use sigap::model::policy::{Fuse, Policy, Replies};

fn policy() -> Policy {
    Policy {
        tiers: Vec::new(),
        asks_from: 0.6,
        unsure_from: 0.35,
        fresh_within: SignedDuration::from_secs(60),
        settle: SignedDuration::from_mins(15),
        urgent_extra: 1,
        due_soon: SignedDuration::from_hours(2),
        fuse: Fuse {
            instance_per_hour: 200,
            address_per_day: 20,
            domain_per_hour: 20,
            owner_per_hour: 40,
        },
        replies: Replies::default(),
        accept_within: SignedDuration::from_hours(2),
        own_domains: vec!["example.com".to_owned()],
        groups: Vec::new(),
    }
}

fn decided(bytes: &[u8]) -> Decision {
    let (ani, policy) = (Address::parse("ani@example.com").unwrap(), policy());
    let (owner, nothing) = (owner(&[ani], bytes, false), Default::default());
    let profile = Profile { envelope: Envelope::Stamped, ..profile(&nothing) };
    judge(bytes, &owner, &policy).may_answer(&owner, &policy, &profile, &history(&nothing))
}

fuzz_target!(init: sigap_fuzz::only_our_own_panics(), |bytes: &[u8]| {
    if let Decision::Respond(to, _) = decided(bytes) {
        assert!(to.contains('@') && to.len() <= 254, "{to:?}");
        assert!(!to.contains(|c: char| c.is_control() || c == '<' || c == '>'), "{to:?}");
        let text = String::from_utf8_lossy(bytes).replace(['\r', '\n'], "");
        assert!(!text.is_ascii() || text.contains(&to), "{to:?}");
    }
    let forbidden = [b"Auto-Submitted: auto-replied\r\n", bytes].concat();
    assert!(matches!(decided(&forbidden), Decision::Suppress(_)));
});
