//! May a message be answered automatically, and what may the answer tell? One pure function over
//! the rules of auto-reply.md; the first that forbids it, in the order of the table, is named.
//!
//! What a message breaks by itself was found by `mail/bars`; here it is weighed with whose mail it
//! is, what is known of the mailbox, and what was sent before. What cannot be known is a reason for
//! silence. Never asks what the message says: that is `rules/triage`.

use crate::model::address::Address;
use crate::model::answering::{
    ANSWERED_WITHIN, Answering, Audience, Away, Bar, Decision, Earlier, Envelope, History, Profile,
};
use crate::model::message::Message;
use crate::model::owner::Owner;
use crate::model::policy::Policy;
use crate::model::sender::{canonical, is_public, names_recipient, organisation, unwrapped};
use crate::model::stamp::Stamp;

/// H13: somebody who wrote to more people asked nobody in particular.
const CROWD: usize = 20;
/// S8: more messages of one author within ten minutes are no letters.
const BURST: usize = 3;
/// S8: so many answers to one address within a day suffice, whoever is away.
const MOST_ANSWERS: usize = 6;

/// The rules in their order.
const ORDER: &[&str] = &[
    "S1", "S2", "S3", "S5", "S6", "S7", "S8", "E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8", "H1",
    "H2", "H3", "H4", "H5", "H6", "H7", "H8", "H9", "H10", "H11", "H12", "H13", "M1", "M2", "M3",
    "M4", "1.8", "1.9", "R1",
];

/// A message, and all that the rules look at.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// Its facts.
    pub message: &'a Message,
    /// What it says for and against an automatic answer.
    pub answering: &'a Answering,
    /// Whose mail it is.
    pub owner: &'a Owner,
    /// Whose people are colleagues.
    pub policy: &'a Policy,
    /// What is known of the mailbox.
    pub profile: &'a Profile,
    /// What happened before.
    pub history: &'a History,
}

/// The decision about one message.
pub fn may_answer(case: &Case<'_>) -> Decision {
    let mut bars = case.answering.bars.clone();
    bars.extend(of_state(case));
    bars.extend(of_addressees(case));
    let sender = sender(case);
    let audience = match sender.as_deref() {
        Some(sender) => {
            let proof = Proof::of(case, sender);
            bars.extend(of_sender(case, sender, proof));
            audience(case, sender, proof)
        }
        None => {
            bars.push(Bar::new("E1", "Return-Path"));
            Audience::Unknown
        }
    };
    let rank = |bar: &Bar| ORDER.iter().position(|rule| *rule == bar.rule);
    match bars.into_iter().min_by_key(|bar| rank(bar).unwrap_or(usize::MAX)) {
        Some(bar) => Decision::Suppress(bar),
        None => Decision::Respond(sender.unwrap_or_default(), audience),
    }
}

/// Where an answer goes: the envelope sender, and nowhere else (RFC 3834 §4).
fn sender(case: &Case<'_>) -> Option<String> {
    let told = case.profile.envelope != Envelope::Missing;
    if let Some(path) = case.answering.return_path.as_ref().filter(|_| told) {
        return Some(path.clone());
    }
    let author = case.message.author()?;
    let stands_in = match case.profile.envelope {
        Envelope::Stamped => false,
        Envelope::Missing => is_colleague(case, author) || case.history.known,
        Envelope::Unknown => true,
    };
    stands_in.then(|| author.as_str().to_owned())
}

fn of_state(case: &Case<'_>) -> Vec<Bar> {
    let standing = &case.history.standing;
    let away = match case.history.away {
        Away::Yes => None,
        Away::Off => Some("no absence"),
        Away::Outside => Some("not during the absence"),
    };
    let told = |holds: bool, about: &'static str| holds.then_some(about);
    let enough = told(standing.conversation, "its conversation")
        .or(told(standing.burst > BURST, "many messages at once"))
        .or(told(standing.answers >= MOST_ANSWERS, "many answers to one address"));
    let state = [
        ("S1", away),
        ("S2", told(standing.age > ANSWERED_WITHIN, "its arrival")),
        ("S3", told(standing.backlog, "its arrival")),
        ("S5", standing.put_aside),
        ("S6", told(standing.answered, "its conversation")),
        ("S7", standing.responder),
        ("S8", enough),
    ];
    state.into_iter().filter_map(|(rule, about)| Some(Bar::new(rule, about?))).collect()
}

fn of_sender(case: &Case<'_>, sender: &str, proof: Proof) -> Vec<Bar> {
    let mut bars = Vec::new();
    let domain = domain_of(sender);
    let mut own = case.owner.addresses.iter().map(Address::domain);
    let near = is_own(case, domain) || own.any(|own| own.eq_ignore_ascii_case(domain));
    if !is_public(domain) && !near {
        bars.push(Bar::new("E3", domain));
    }
    let to = canonical(sender);
    if case.owner.addresses.iter().any(|own| canonical(own.as_str()) == to) {
        bars.push(Bar::new("E4", "Return-Path"));
    }
    let held = |earlier: &Earlier| earlier.ago < earlier.period && canonical(&earlier.to) == to;
    if case.history.earlier.iter().any(held) {
        bars.push(Bar::new("R1", "Return-Path"));
    }
    let wrapped = unwrapped(sender);
    let from_elsewhere = wrapped.as_deref().is_some_and(|inner| !aligned(case, inner));
    if from_elsewhere || Address::parse(sender).is_some_and(|path| names_recipient(&path)) {
        bars.push(Bar::new("E6", "Return-Path"));
    }
    if case.profile.authserv.is_some() {
        let aligned = aligned(case, sender);
        if !aligned && !proof.author && !case.history.known {
            bars.push(Bar::new("E7", "From"));
        }
        let passes = proof.envelope || (proof.author && aligned);
        let colleague = case.message.author().is_some_and(|author| is_colleague(case, author));
        if proof.fails || !(passes || case.history.known || colleague) {
            bars.push(Bar::new("E8", "Authentication-Results"));
        }
    } else if !case.profile.answers_strangers && audience(case, sender, proof) == Audience::Unknown
    {
        bars.push(Bar::new("E8", "nothing is proven"));
    }
    bars
}

fn of_addressees(case: &Case<'_>) -> Vec<Bar> {
    let Case { answering, owner, profile, message, .. } = case;
    let mut bars = Vec::new();
    let own = |host: &str| profile.hosts.iter().any(|known| known.eq_ignore_ascii_case(host));
    let mut ids = std::iter::once(&message.key).chain(message.pointers());
    if ids.any(|id| id.0.rsplit_once('@').is_some_and(|(_, host)| own(host))) {
        bars.push(Bar::new("H8", "Message-ID"));
    }
    let marked = |mark: &String| answering.delivered_to.iter().any(|to| to == mark);
    if profile.loop_mark.as_ref().is_some_and(marked) {
        bars.push(Bar::new("H8", "Delivered-To"));
    }
    if answering.authors.iter().any(|author| owner.is(author)) {
        bars.push(Bar::new("H11", "From"));
    }
    if profile.addressed && !answering.addressed.iter().any(|address| owner.is(address)) {
        bars.push(Bar::new("H12", "To"));
    }
    if answering.recipients > CROWD {
        bars.push(Bar::new("H13", "To"));
    }
    bars
}

/// What the believed server found out about the sender (RFC 8601).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Proof {
    /// DMARC: the author's domain has sent it, or let it be sent.
    author: bool,
    /// SPF: the envelope's domain has.
    envelope: bool,
    /// It is not who it says.
    fails: bool,
}

impl Proof {
    fn of(case: &Case<'_>, sender: &str) -> Self {
        let believed = |stamp: &&Stamp| case.profile.authserv.as_ref() == Some(&stamp.by);
        let Some(stamp) = case.answering.stamp.as_ref().filter(believed) else {
            return Self::default();
        };
        // Of two results of one method the upper one was written last.
        let of = |method: &str| stamp.findings.iter().find(|finding| finding.method == method);
        let says = |method: &str, results: &[&str]| {
            of(method).is_some_and(|finding| results.contains(&finding.result.as_str()))
        };
        let about = |method: &str, names: &[&str], domain: &str| {
            let told = of(method).into_iter().flat_map(|finding| &finding.about);
            let mut told = told.filter(|(name, _)| names.contains(&name.as_str()));
            told.any(|(_, value)| domain_or_whole(value).eq_ignore_ascii_case(domain))
        };
        let names = ["smtp.mailfrom", "smtp.mail"];
        let envelope = says("spf", &["pass"]) && about("spf", &names, domain_of(sender));
        let author = case.message.author().map_or("", Address::domain);
        let author = says("dmarc", &["pass"]) && about("dmarc", &["header.from"], author);
        let refuted = says("spf", &["fail", "hardfail", "softfail"]) || says("dkim", &["fail"]);
        let fails = says("dmarc", &["fail"]) || (refuted && !author && !envelope);
        Self { author, envelope, fails }
    }
}

/// What the sender may learn. Where the envelope is not the author's, an answer would tell a
/// stranger what only the author may know.
fn audience(case: &Case<'_>, sender: &str, proof: Proof) -> Audience {
    let Some(author) = case.message.author() else { return Audience::Unknown };
    if !aligned(case, sender) || proof.fails {
        return Audience::Unknown;
    }
    if is_colleague(case, author) {
        return Audience::Colleague;
    }
    if case.history.known {
        return Audience::Known;
    }
    match proof.author || proof.envelope {
        true => Audience::Authenticated,
        false => Audience::Unknown,
    }
}

/// Whether the author and an address are of one organisation.
fn aligned(case: &Case<'_>, address: &str) -> bool {
    case.message
        .author()
        .is_some_and(|author| organisation(author.domain()) == organisation(domain_of(address)))
}

fn is_colleague(case: &Case<'_>, author: &Address) -> bool {
    is_own(case, author.domain())
}

/// A domain of the house.
fn is_own(case: &Case<'_>, domain: &str) -> bool {
    case.policy.own_domains.iter().any(|own| own.eq_ignore_ascii_case(domain))
}

/// Servers write an address or its domain alone.
fn domain_or_whole(value: &str) -> &str {
    value.rsplit_once('@').map_or(value, |(_, domain)| domain)
}

fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}
