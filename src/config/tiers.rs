//! What is promised: tiers, ladders, thresholds and the fuse, checked into a `Policy`.
//!
//! Every default of these keys stands here and nowhere else; their meaning stands in the annotated
//! sample. The result goes into `Settings::policy` and, as text, into the fingerprint.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::config::away;
use crate::config::check::Check;
use crate::config::fault::{Advice, quoted};
use crate::config::file;
use crate::config::settings::Watched;
use crate::config::units::{Days, parse_step};
use crate::config::written::{Set, Spot, Text, Texts};
use crate::model::policy::{Fuse, Pattern, Policy, Rung, Step, Tier, WhileAway};

/// Providers whose other customers are no colleagues of anybody.
const PUBLIC_PROVIDERS: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "yahoo.com",
    "yahoo.co.id",
    "ymail.com",
    "outlook.com",
    "outlook.co.id",
    "hotmail.com",
    "live.com",
    "icloud.com",
    "me.com",
    "proton.me",
    "gmx.de",
    "gmx.net",
];

/// The policy of the main file; `None` only with a fault noted.
pub fn policy(check: &mut Check, written: &file::File, owners: &[Watched]) -> Option<Policy> {
    let judgement = written.judgement.value.clone().unwrap_or_default();
    let nudges = written.nudges.value.clone().unwrap_or_default();
    let reading = written.reading.value.clone().unwrap_or_default();
    let (asks_from, unsure_from) = thresholds(check, &judgement);
    let seconds = SignedDuration::from_secs;
    let span = |check: &mut Check, text: &Text, days, default: i64| {
        check.span(text, days).unwrap_or(seconds(default))
    };
    let colleagues = written.colleagues.value.clone().unwrap_or_default();
    let policy = Policy {
        asks_from,
        unsure_from,
        fresh_within: span(check, &reading.fresh_within, Days::Allowed, 60),
        settle: span(check, &reading.settle, Days::Allowed, 15 * 60),
        urgent_extra: check.whole(&nudges.urgent_extra, 0..=10).unwrap_or(1),
        due_soon: span(check, &nudges.due_soon, Days::Refused, 2 * 3600),
        follow_up_within: follow_up_within(check, &nudges.follow_up_within),
        fuse: fuse(check, &written.fuse, owners.len()),
        replies: away::replies(check, &written.away),
        accept_within: away::accept_within(check, &written.away),
        own_domains: own_domains(check, &colleagues.domains, owners),
        groups: check.addresses(&colleagues.groups).into_iter().map(|(_, group)| group).collect(),
        tiers: tiers(check, &written.tier)?,
    };
    Some(policy)
}

/// `None`: written as `off`.
fn follow_up_within(check: &mut Check, written: &Text) -> Option<SignedDuration> {
    if written.written().is_some_and(|(_, text)| text.trim() == OFF) {
        return None;
    }
    let usual = SignedDuration::from_hours(24);
    Some(check.span(written, Days::Refused).unwrap_or(usual))
}

/// Instead of a span of time: never.
const OFF: &str = "off";

fn thresholds(check: &mut Check, judgement: &file::Judgement) -> (f64, f64) {
    let mut threshold = |set: &Set<f64>, default: f64| {
        let Some((spot, number)) = set.written() else { return default };
        if (0.0..=1.0).contains(number) {
            return *number;
        }
        let what = format!("{number} is not a probability");
        check.fault(
            spot,
            Advice::new(what, format!("write a number from 0.0 to 1.0, e.g. {default}")),
        );
        default
    };
    let asks = threshold(&judgement.asks_from, 0.6);
    let unsure_set = !judgement.unsure_from.absent();
    let unsure = threshold(&judgement.unsure_from, if unsure_set { 0.45 } else { asks.min(0.45) });
    if unsure > asks
        && let Some(spot) = judgement.unsure_from.at.as_ref()
    {
        let what = format!("{unsure} is above asks_from ({asks})");
        check.fault(spot, Advice::new(what, "write the smaller number for unsure_from"));
    }
    (asks, unsure)
}

fn fuse(check: &mut Check, written: &Set<file::Fuse>, owners: usize) -> Fuse {
    let fuse = written.value.clone().unwrap_or_default();
    let usual = u32::try_from(owners).unwrap_or(u32::MAX).saturating_mul(2).max(200);
    let bounds = 1..=1_000_000;
    Fuse {
        instance_per_hour: check.whole(&fuse.per_hour, bounds.clone()).unwrap_or(usual),
        address_per_day: check.whole(&fuse.per_address_per_day, bounds.clone()).unwrap_or(6),
        domain_per_hour: check.whole(&fuse.per_domain_per_hour, bounds.clone()).unwrap_or(20),
        owner_per_hour: check.whole(&fuse.per_owner_per_hour, bounds).unwrap_or(40),
    }
}

/// As configured; else the domains of the owners, but for those that anybody may join.
fn own_domains(check: &mut Check, written: &Texts, owners: &[Watched]) -> Vec<String> {
    let mut domains = if written.absent() {
        let addresses = owners.iter().flat_map(|watched| &watched.owner.addresses);
        let domains = addresses.map(|address| address.domain().to_owned());
        domains.filter(|domain| !PUBLIC_PROVIDERS.contains(&domain.as_str())).collect()
    } else {
        check.domains(written)
    };
    domains.sort();
    domains.dedup();
    domains
}

fn tiers(check: &mut Check, written: &Set<Vec<Set<file::Tier>>>) -> Option<Vec<Tier>> {
    let all: Vec<_> = written.items().collect();
    if all.is_empty() {
        if written.value.is_some() || written.absent() {
            let right = "write at least one [[tier]] with name, reply_within and ladder";
            check.missing(None, "tier", right);
        }
        return None;
    }
    let mut tiers = Vec::new();
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for (no, (at, table)) in all.iter().enumerate() {
        let matches = patterns(check, &table.r#match);
        order(check, at, table, matches.is_empty(), no + 1 == all.len());
        let name = check.needed(&table.name, Some(at), "name", "write name = \"everyone\"");
        if let Some((spot, name)) = name
            && let Some(line) = names.insert(name.to_owned(), spot.line)
        {
            let what = format!("{name:?} is already the name of the tier in line {line}");
            check.fault(spot, Advice::new(what, "give each tier its own name"));
        }
        if table.reply_within.absent() {
            check.missing(Some(at), "reply_within", "write reply_within = \"8h\"");
        }
        let reply_within = check.span(&table.reply_within, Days::Refused);
        let ladder = ladder(check, at, &table.ladder);
        let priority_words = check.words(&table.priority_words);
        let away = while_away(check, &table.away);
        if let (Some((_, name)), Some(reply_within)) = (name, reply_within) {
            let name = name.to_owned();
            tiers.push(Tier { name, matches, reply_within, ladder, priority_words, away });
        }
    }
    (tiers.len() == all.len()).then_some(tiers)
}

fn while_away(check: &mut Check, written: &Text) -> WhileAway {
    let Some((spot, word)) = check.text(written) else { return WhileAway::default() };
    match word {
        "rest" => WhileAway::Rest,
        "cover" => WhileAway::Cover,
        "urgent" => WhileAway::Urgent,
        other => {
            let what = format!("{} is none of the three words", quoted(other));
            check.fault(spot, Advice::new(what, "write \"rest\", \"cover\" or \"urgent\""));
            WhileAway::default()
        }
    }
}

/// The first tier that matches counts: one that matches all must be there, and be the last.
fn order(check: &mut Check, at: &Spot, table: &file::Tier, matches_all: bool, last: bool) {
    // A condition with a fault matches nothing that could be said of it here.
    let spot = table.r#match.at.as_ref();
    let says_all = match &table.r#match.value {
        Some(written) => no_condition(written),
        None => spot.is_none(),
    };
    if last && !says_all {
        let what = "is the last tier and has a match: some mail would be promised nothing";
        let right = "add a last [[tier]] without match, for everyone else";
        check.fault(spot.unwrap_or(at), Advice::new(what, right));
    }
    if !last && says_all && matches_all {
        let what = "matches all mail, so that the tiers below are never used";
        check.fault(at, Advice::new(what, "add a match, or move it to the end"));
    }
}

fn no_condition(written: &file::Match) -> bool {
    [&written.senders, &written.domains, &written.recipients, &written.subjects]
        .iter()
        .all(|texts| texts.at.is_none() || texts.value.as_ref().is_some_and(Vec::is_empty))
}

fn patterns(check: &mut Check, written: &Set<file::Match>) -> Vec<Pattern> {
    let written = written.value.clone().unwrap_or_default();
    let mut found = Vec::new();
    let senders = check.addresses(&written.senders);
    found.extend(senders.into_iter().map(|(_, address)| Pattern::Sender(address)));
    found.extend(check.domains(&written.domains).into_iter().map(Pattern::Domain));
    let recipients = check.addresses(&written.recipients);
    found.extend(recipients.into_iter().map(|(_, address)| Pattern::Recipient(address)));
    found.extend(check.words(&written.subjects).into_iter().map(Pattern::Subject));
    found
}

fn ladder(check: &mut Check, at: &Spot, written: &Texts) -> Vec<Step> {
    let right = "write ladder = [\"nudge 6h\", \"nudge 12h\", \"lapse 80h\"], or [] for none";
    if written.absent() {
        check.missing(Some(at), "ladder", right);
    }
    let mut steps: Vec<Step> = Vec::new();
    for (spot, text) in check.texts(written) {
        let step = match parse_step(text) {
            Ok(step) => step,
            Err(advice) => {
                check.fault(spot, advice);
                continue;
            }
        };
        if let Some(before) = steps.last() {
            let advice = if before.rung == Rung::Lapse {
                Some(Advice::new(
                    format!("{text:?} comes after \"lapse\", which ends the nudging"),
                    "put one \"lapse\" at the end, or none",
                ))
            } else if before.after >= step.after {
                let what = format!("{text:?} is not later than the step before it");
                Some(Advice::new(what, "let the times rise"))
            } else {
                None
            };
            if let Some(advice) = advice {
                check.fault(spot, advice);
                continue;
            }
        }
        steps.push(step);
    }
    steps
}
