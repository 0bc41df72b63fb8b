//! Who is asking: one identity over one or more addresses, and the tier it falls in.

use std::collections::BTreeMap;

use crate::model::address::Address;
use crate::model::message::Message;
use crate::model::policy::{Pattern, Policy, Tier};

/// Requesters with several addresses: any of them leads to the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requesters {
    first_of: BTreeMap<Address, Address>,
}

impl Requesters {
    /// Each group is one person; its first address is the identity.
    pub fn new(groups: &[Vec<Address>]) -> Self {
        let mut first_of = BTreeMap::new();
        for group in groups {
            if let Some(first) = group.first() {
                first_of.extend(group.iter().map(|a| (a.clone(), first.clone())));
            }
        }
        Self { first_of }
    }

    /// The identity behind an address: plus-tags ignored, several addresses one person.
    pub fn identity(&self, address: &Address) -> Address {
        let bare = address.untagged();
        let known = self.first_of.get(address).or_else(|| self.first_of.get(&bare));
        known.cloned().unwrap_or(bare)
    }
}

/// The first tier that matches a message of this requester; `None` only without any tier.
pub fn tier_of<'a>(policy: &'a Policy, requester: &Address, message: &Message) -> Option<&'a Tier> {
    let fits = |tier: &&Tier| {
        tier.matches.is_empty() || tier.matches.iter().any(|p| matches(p, requester, message))
    };
    policy.tiers.iter().find(fits).or(policy.tiers.last())
}

fn matches(pattern: &Pattern, requester: &Address, message: &Message) -> bool {
    match pattern {
        Pattern::Sender(address) => {
            address == requester || message.author().is_some_and(|author| author == address)
        }
        Pattern::Domain(domain) => within(requester.domain(), domain),
        Pattern::Recipient(address) => message.recipients().any(|p| p.address == *address),
        Pattern::Subject(words) => message.subject.to_lowercase().contains(words.as_str()),
    }
}

/// Whether `domain` is `zone` or lies below it.
pub fn within(domain: &str, zone: &str) -> bool {
    domain == zone || domain.strip_suffix(zone).is_some_and(|head| head.ends_with('.'))
}
