//! The office that the ladder's tests share: ani, her promises, and the smallest world around the
//! rule, in which stories are played.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::{DateTime, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use sigap::model::action::Action;
use sigap::model::address::Address;
use sigap::model::awaited::Awaited;
use sigap::model::away::{Away, Reason};
use sigap::model::calendar::Calendar;
use sigap::model::contact::Card;
use sigap::model::facts::{Facts, Health, MailboxState};
use sigap::model::farewell::{Digest, Farewells, Occasion};
use sigap::model::handover::Holder;
use sigap::model::hours::week_of;
use sigap::model::ids::{
    AwaitedId, AwayId, ConversationId, LetterId, MailboxId, MessageId, ObligationId, OwnerId,
};
use sigap::model::letter::{Draft, Item, Kind, Letter, State};
use sigap::model::message::{MessageKey, Role};
use sigap::model::obligation::Obligation;
use sigap::model::owner::Owner;
use sigap::model::policy::{Fuse, Mode, Policy, Replies, Rung, Step, Tier, WhileAway};
use sigap::model::verdict::Language;
use sigap::rules::decide::decide;

pub fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

pub fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

pub fn calendar(zone: &str, lines: &[&str]) -> Calendar {
    let lines: Vec<_> = lines.iter().map(|line| (*line).to_owned()).collect();
    Calendar::new(TimeZone::get(zone).unwrap(), week_of(&lines).unwrap())
}

pub fn tier(name: &str, within: i64, steps: &[(Rung, i64)]) -> Tier {
    let step = |(rung, after): &(Rung, i64)| Step { rung: *rung, after: hours(*after) };
    Tier {
        name: name.into(),
        matches: Vec::new(),
        reply_within: hours(within),
        ladder: steps.iter().map(step).collect(),
        priority_words: Vec::new(),
        away: WhileAway::Rest,
    }
}

pub fn policy() -> Policy {
    use Rung::{EscalateLead, Lapse, Nudge};
    Policy {
        tiers: vec![
            tier("vip", 2, &[(Nudge, 1)]),
            tier("steep", 3, &[(Nudge, 1), (EscalateLead, 2), (Nudge, 5), (Lapse, 12)]),
            tier("slow", 40, &[(Nudge, 2)]),
            tier("all", 8, &[(Nudge, 6), (Nudge, 12), (Lapse, 80)]),
        ],
        asks_from: 0.5,
        unsure_from: 0.3,
        follow_up_within: Some(SignedDuration::from_hours(24)),
        fresh_within: SignedDuration::from_secs(60),
        settle: SignedDuration::from_mins(15),
        urgent_extra: 1,
        due_soon: hours(2),
        accept_within: SignedDuration::from_hours(2),
        fuse: Fuse {
            instance_per_hour: 200,
            address_per_day: 20,
            domain_per_hour: 20,
            owner_per_hour: 40,
        },
        own_domains: Vec::new(),
        replies: Replies::default(),
        groups: Vec::new(),
    }
}

/// Somebody who took over at the beginning of the week.
pub fn held_by(who: &str) -> Holder {
    Holder {
        address: address(who),
        since: Timestamp::UNIX_EPOCH,
        used: SignedDuration::ZERO,
        due_at: None,
        accepted_at: Some(Timestamp::UNIX_EPOCH),
    }
}

pub fn facts(calendar: Calendar) -> Facts {
    let owner = Owner {
        id: OwnerId(7),
        name: "Ani Wijaya".into(),
        addresses: vec![address("ani@example.com")],
        greeting: String::new(),
        you: "Anda".into(),
        language: Language::Id,
        calendar: Arc::new(calendar),
        team: None,
        delegates: Vec::new(),
        snippets: false,
        own_report: false,
        card: Card::default(),
        answers: true,
        topics: Vec::new(),
    };
    Facts {
        owner: Arc::new(owner),
        policy: Arc::new(policy()),
        mode: Mode::Full,
        mailboxes: vec![folder(1, Role::Inbox), folder(2, Role::Sent)],
        open: Vec::new(),
        climbed: BTreeMap::new(),
        previewed: BTreeMap::new(),
        awaited: Vec::new(),
        followed_up: BTreeMap::new(),
        queued: Vec::new(),
        recent: Vec::new(),
        welcomed: true,
        paused_until: None,
        absences: Vec::new(),
        farewells: Farewells::default(),
        handed: BTreeMap::new(),
        pleas: BTreeMap::new(),
        stand_ins: BTreeMap::new(),
    }
}

pub fn folder(id: i64, role: Role) -> MailboxState {
    MailboxState {
        id: MailboxId(id),
        role,
        name: "INBOX".into(),
        activated_at: Some(Timestamp::UNIX_EPOCH),
        last_read_at: None,
        health: Health::Live,
    }
}

pub fn obligation(id: i64, tier: &str, asked_at: Timestamp) -> Obligation {
    Obligation {
        id: ObligationId(id),
        owner: OwnerId(7),
        conversation: ConversationId(id),
        requester: address("budi@example.org"),
        requester_name: "Budi".into(),
        asked_in: MessageId(id),
        asked_key: MessageKey(format!("{id}@example.org")),
        subject: "Permintaan data".into(),
        asked_at,
        asks: 1,
        tier: tier.into(),
        confidence: 0.9,
        ladder_from: Some(asked_at),
        holder: None,
        snoozed_until: None,
        snoozes: 0,
        lapsed_at: None,
        promise: None,
        perhaps: None,
        closed: None,
    }
}

pub fn awaited(id: i64, asked_at: Timestamp) -> Awaited {
    Awaited {
        id: AwaitedId(id),
        owner: OwnerId(7),
        conversation: ConversationId(id),
        asked_in: MessageId(id),
        asked_at,
        last_asked_at: asked_at,
        asks: 1,
        confidence: 0.9,
        backlog: false,
        away_until: None,
        promised_until: None,
        snoozed_until: None,
        snoozes: 0,
        ended: None,
        ended_by: None,
    }
}

/// Everything around the rule, as simple as can be: letters leave at once while the post is open.
pub struct World {
    pub facts: Facts,
    pub letters: i64,
    pub post: bool,
    pub up: bool,
    pub log: Vec<String>,
}

impl World {
    pub fn new(facts: Facts) -> Self {
        Self { facts, letters: 0, post: true, up: true, log: Vec::new() }
    }

    pub fn say(&mut self, now: Timestamp, what: &str) {
        self.log.push(format!("{} {what}", spoken(now)));
    }

    /// Decides until nothing is left to do; the wake-up that then holds.
    pub fn settle(&mut self, now: Timestamp) -> Option<Timestamp> {
        for _ in 0..10 {
            let decision = decide(&self.facts, now);
            if decision.actions.is_empty() {
                return decision.wake_at;
            }
            decision.actions.into_iter().for_each(|action| self.act(action, now));
        }
        panic!("never at rest: {:?}", self.log);
    }

    pub fn act(&mut self, action: Action, now: Timestamp) {
        match action {
            Action::Queue(draft) => {
                let step = |i: &Item| match (i.obligation, i.awaited, i.step) {
                    (Some(id), _, Some(step)) => Some(format!("{id}:{step}")),
                    (Some(id), _, None) => Some(id.to_string()),
                    (None, Some(id), step) => Some(format!("w{id}:{}", step.unwrap())),
                    (None, None, _) => None,
                };
                let named: Vec<_> = draft.items.iter().filter_map(step).collect();
                let line = format!("{} {}", draft.kind.word(), named.join(" "));
                self.say(now, line.trim());
                self.queue(draft, now);
            }
            Action::Recall { letter, key, .. } => {
                self.say(now, &format!("recall {key}"));
                let found = self.facts.queued.iter_mut().find(|l| l.id == letter).unwrap();
                found.draft.items.retain(|item| item.key != key);
                self.facts.farewells.leaving.remove(&key);
                if let Some(id) = key.strip_prefix("digest:").and_then(|id| id.parse().ok()) {
                    self.facts.farewells.digests.remove(&AwayId(id));
                }
                if found.draft.items.is_empty() {
                    self.facts.queued.retain(|l| l.id != letter);
                    self.facts.recent.retain(|(_, _, id)| *id != letter);
                }
            }
            Action::Lapse(id) => {
                self.say(now, &format!("lapse {id}"));
                self.open(id.0).lapsed_at = Some(now);
            }
            Action::HandOver { .. } | Action::GiveBack { .. } => {
                panic!("the ladder hands nothing over")
            }
        }
    }

    pub fn queue(&mut self, draft: Draft, now: Timestamp) {
        self.letters += 1;
        let letter = letter(self.letters, draft, now);
        for item in &letter.draft.items {
            let known = match letter.draft.kind {
                Kind::Preview => &mut self.facts.previewed,
                _ => &mut self.facts.climbed,
            };
            if let (Some(id), Some(step)) = (item.obligation, item.step) {
                assert!(known.entry(id).or_default().insert(step), "{} twice", item.key);
            }
            if let (Some(id), Some(step)) = (item.awaited, item.step) {
                let before = self.facts.followed_up.insert(id, step);
                assert!(before.is_none_or(|before| before < step), "{} twice", item.key);
            }
        }
        self.remember(&letter.draft, now);
        self.facts.welcomed |= letter.draft.kind == Kind::Welcome;
        self.facts.recent.push((letter.draft.kind, now, letter.id));
        if !self.post {
            self.facts.queued.push(letter);
        }
    }

    /// What the store keeps of a letter around an absence.
    fn remember(&mut self, draft: &Draft, now: Timestamp) {
        let Some(key) = draft.items.last().map(|item| item.key.clone()) else { return };
        if draft.kind == Kind::Leaving {
            assert!(self.facts.farewells.leaving.insert(key.clone()), "{key} twice");
        }
        if draft.kind == Kind::Digest {
            let about: Occasion = serde_json::from_str(&draft.about).unwrap();
            let items = draft.items.iter().filter_map(|item| item.obligation).collect();
            let digest = Digest { at: now, waiting: about.waiting, items };
            let id = AwayId(key.strip_prefix("digest:").unwrap().parse().unwrap());
            assert_eq!(self.facts.farewells.digests.insert(id, digest), None, "{key} twice");
        }
    }

    /// The calendar knows of the absences, as it does in the engine.
    fn note_absences(&mut self) {
        self.facts.absences.sort_by_key(|away| (away.from, away.id));
        let spans = self.facts.absences.iter().filter_map(Away::span).collect::<Vec<_>>();
        let owner = Owner::clone(&self.facts.owner);
        let calendar = Calendar::clone(&owner.calendar).away_only(spans);
        self.facts.owner = Arc::new(Owner { calendar: Arc::new(calendar), ..owner });
    }

    pub fn away(&mut self, id: i64, from: Timestamp, until: Timestamp) {
        self.facts.absences.retain(|away| away.id.0 != id);
        self.facts.absences.push(away(id, from, until));
        self.note_absences();
    }

    pub fn open(&mut self, id: i64) -> &mut Obligation {
        self.facts.open.iter_mut().find(|o| o.id.0 == id).unwrap()
    }

    fn waits(&mut self, id: &str) -> &mut Awaited {
        self.facts.awaited.iter_mut().find(|one| one.asked_in.to_string() == id).unwrap()
    }

    pub fn happen(&mut self, event: &str, now: Timestamp) {
        let words: Vec<&str> = event.split_whitespace().collect();
        let health = |facts: &mut Facts, health| facts.mailboxes[1].health = health;
        let until = |words: &[&str]| instant(&words.join(" "));
        match *words.as_slice() {
            ["ask", id] => self.facts.open.push(obligation(id.parse().unwrap(), "all", now)),
            ["ask", id, tier] => self.facts.open.push(obligation(id.parse().unwrap(), tier, now)),
            ["answer", id] => self.facts.open.retain(|o| o.id.to_string() != id),
            ["backlog", id] => self.open(id.parse().unwrap()).ladder_from = None,
            ["handover", id] => {
                self.open(id.parse().unwrap()).holder = Some(held_by("citra@example.com"));
            }
            ["snooze", id, day, time] => {
                let open = self.open(id.parse().unwrap());
                open.snoozed_until = Some(until(&[day, time]));
                open.snoozes += 1;
            }
            ["await", id] => self.facts.awaited.push(awaited(id.parse().unwrap(), now)),
            ["received", id] => {
                self.facts.awaited.retain(|one| one.asked_in.to_string() != id);
            }
            ["again", id] => {
                let one = self.waits(id);
                (one.asks, one.last_asked_at) = (one.asks + 1, now);
            }
            ["later", id, day, time] => {
                let one = self.waits(id);
                (one.snoozes, one.snoozed_until) = (one.snoozes + 1, Some(until(&[day, time])));
            }
            ["promised", id, day, time] => {
                self.waits(id).promised_until = Some(until(&[day, time]));
            }
            ["silence", day, time] => self.facts.paused_until = Some(until(&[day, time])),
            ["mode", mode] => self.facts.mode = Mode::parse(mode).unwrap(),
            ["mailbox", "failed"] => health(&mut self.facts, Health::Failed),
            ["mailbox", "blind"] => health(&mut self.facts, Health::Blind),
            ["mailbox", "live"] => health(&mut self.facts, Health::Live),
            ["away", id, day, time, last, end] => {
                self.away(id.parse().unwrap(), until(&[day, time]), until(&[last, end]));
            }
            ["back", id] | ["cancel", id] => {
                let all = &mut self.facts.absences;
                let one = all.iter_mut().find(|away| away.id.to_string() == id).unwrap();
                let end = if one.from > now { &mut one.cancelled_at } else { &mut one.ended_at };
                *end = Some(now);
                self.note_absences();
            }
            ["post", "down"] => self.post = false,
            ["post", "up"] => {
                self.post = true;
                self.facts.queued.clear();
            }
            ["sigap", "down"] => self.up = false,
            ["sigap", "up"] => self.up = true,
            ["end"] => {}
            _ => panic!("what is {event:?}?"),
        }
    }
}

pub fn away(id: i64, from: Timestamp, until: Timestamp) -> Away {
    Away {
        id: AwayId(id),
        owner: OwnerId(7),
        from,
        until,
        reason: Reason::Unsaid,
        delegate: None,
        cancelled_at: None,
        ended_at: None,
    }
}

pub fn letter(id: i64, draft: Draft, now: Timestamp) -> Letter {
    Letter {
        id: LetterId(id),
        expires_at: now + draft.kind.lifetime(),
        draft,
        state: State::Queued,
        queued_at: now,
        next_at: now,
        attempts: 0,
        repeats: 0,
        message_id: format!("{id}@example.com"),
        claimed_at: None,
        changed_at: now,
        answer: String::new(),
    }
}

pub const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// `Mon 09:00`, in the second week `Mon2 09:00`; the first Monday is 2 November 2026, in Jakarta.
pub fn instant(text: &str) -> Timestamp {
    let (day, time) = text.split_once(' ').unwrap();
    let week: i64 = day[3..].parse().unwrap_or(1);
    let offset = DAYS.iter().position(|name| *name == &day[..3]).unwrap() as i64 + 7 * (week - 1);
    let date = date(2026, 11, 2).checked_add(offset.days()).unwrap();
    let civil: DateTime = format!("{date}T{}", time.trim()).parse().unwrap();
    civil.to_zoned(TimeZone::get("Asia/Jakarta").unwrap()).unwrap().timestamp()
}

pub fn spoken(at: Timestamp) -> String {
    let local = at.to_zoned(TimeZone::get("Asia/Jakarta").unwrap());
    let days = local.date().duration_since(date(2026, 11, 2)).as_hours() / 24;
    let week = if days < 7 { String::new() } else { (days / 7 + 1).to_string() };
    format!("{}{week} {}", DAYS[days.rem_euclid(7) as usize], local.strftime("%H:%M"))
}

pub fn office() -> Calendar {
    calendar("Asia/Jakarta", &["Mon-Fri 09:00-17:00"])
}

/// Plays a story over the given facts and compares its letters with the lines behind `=>`.
pub fn check_with(facts: Facts, story: &str) {
    let mut world = World::new(facts);
    let (mut expected, mut events) = (Vec::new(), Vec::new());
    for line in story.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (time, what) = line.split_at(line.find(':').unwrap() + 3);
        match what.trim().strip_prefix("=>") {
            Some(letter) => expected.push(format!("{time} {}", letter.trim())),
            None => events.push((instant(time), what.trim().to_owned())),
        }
    }
    let mut wake = None;
    for (time, event) in events {
        while world.up
            && let Some(now) = wake.filter(|wake| *wake < time)
        {
            wake = world.settle(now);
        }
        world.happen(&event, time);
        if world.up {
            wake = world.settle(time);
        }
    }
    for _ in 0..20 {
        wake = wake.and_then(|now| world.settle(now));
    }
    assert_eq!(wake, None, "the story goes on: {:?}", world.log);
    assert_eq!(world.log, expected, "{story}");
}

pub fn check(story: &str) {
    check_with(facts(office()), story);
}
