//! People and machines who write: asks, answers, reminders, forwards; and the list of who asked, who
//! answered and who dismissed, in the order of events.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::charter::GROUP;
use crate::world::{DAY, Event, Failure, HOUR, MINUTE, Mail, World};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Person,
    Robot,
    List,
}

/// One conversation as the world knows it.
pub struct Thread {
    pub sort: Sort,
    /// Its mails ask that no program answers them; people do.
    pub asks_silence: bool,
    pub owners: Vec<usize>,
    pub requester: String,
    pub to: Vec<String>,
    pub subject: String,
    pub keys: Vec<String>,
    /// All copies lie in their folders since then.
    pub quiet_at: i64,
    /// By owner; what is owed, oldest first.
    pub debts: BTreeMap<usize, Vec<Debt>>,
    /// What a restored database may have forgotten: nothing is asserted about it.
    pub unsure: bool,
}

/// One reply that somebody owes.
#[derive(Clone, Debug, Default)]
pub struct Debt {
    pub asks: Vec<String>,
    pub closed: Option<Closed>,
    /// The owner asked for silence: known from, at least until.
    pub snoozed: Option<(i64, i64)>,
}

/// How a debt ended.
#[derive(Clone, Debug)]
pub struct Closed {
    /// When the proof lay in a folder.
    pub readable_at: i64,
    /// The colleague's message whose reading proves it; `None`: the owner's own folder does.
    pub elsewhere: Option<(usize, String)>,
    pub by_flag: bool,
    /// What we were told, which a restored database may not know.
    pub told: bool,
}

const ASK: &str = "Could you please send me the figures for March by Friday?";
const URGENT: &str = "This is urgent: could you please send me the figures for March by Friday?";
const REQUESTERS: &[&str] = &[
    "rudi@example.org",
    "sari@example.org",
    "tono@partner.test",
    "wati@partner.test",
    "yanto@supplier.test",
    "zul@supplier.test",
    "lina@customer.test",
    "made@customer.test",
    "nina@bank.test",
    "oscar@bank.test",
];

impl World {
    /// Mail from before the watch: backlog.
    pub fn ask_before_the_watch(&mut self) {
        for _ in 0..self.rng.within(1, 3) {
            let owner = self.rng.below(self.owners.len() as i64) as usize;
            let at = self.now - self.rng.within(HOUR, DAY);
            self.ask(vec![owner], false, Sort::Person, at);
        }
    }

    /// Mail of some days ago that was never in this folder: somebody moves it there.
    pub fn old_ask_turns_up(&mut self, owner: usize) {
        let at = self.now - self.rng.within(HOUR, 2 * DAY);
        self.ask(vec![owner], false, Sort::Person, at);
    }

    /// Somebody does something.
    pub fn human(&mut self) -> Result<(), Failure> {
        if self.calm {
            return Ok(());
        }
        let next = self.now + self.rng.within(15 * MINUTE, 3 * HOUR);
        self.at(next, Event::Human);
        let owner = self.rng.below(self.owners.len() as i64) as usize;
        let all: Vec<usize> = (0..self.owners.len()).collect();
        match self.rng.below(100) {
            0..20 => self.ask(vec![owner], false, Sort::Person, self.now),
            20..25 => self.ask(all, false, Sort::Person, self.now),
            25..32 => self.ask(all, true, Sort::Person, self.now),
            32..37 => self.ask(vec![owner], false, Sort::Robot, self.now),
            37..41 => self.ask(vec![owner], false, Sort::List, self.now),
            41..54 => self.ask_again(),
            54..76 => self.answer(),
            76..80 => self.forward(),
            80..86 => self.flag(),
            86..91 => self.act_by_command()?,
            91..94 => self.old_ask_turns_up(owner),
            _ => self.ask(vec![owner], false, Sort::Person, self.now),
        }
        Ok(())
    }

    fn ask(&mut self, owners: Vec<usize>, group: bool, sort: Sort, at: i64) {
        let requester = match sort {
            Sort::Person => self.rng.one_of(REQUESTERS),
            Sort::Robot => "noreply@robots.test",
            Sort::List => "news@lists.test",
        };
        let number = self.threads.len();
        let mine = |owner: &usize| self.owners[*owner].addresses[0].to_string();
        let to = match (group, sort) {
            (true, _) => vec![GROUP.to_owned()],
            (false, Sort::List) => vec!["everybody@lists.test".to_owned()],
            (false, _) => owners.iter().map(mine).collect(),
        };
        let asks_silence = sort == Sort::Person && self.rng.chance(100);
        self.threads.push(Thread {
            sort,
            asks_silence,
            owners,
            requester: requester.to_owned(),
            to,
            subject: format!("Figures of project {number}"),
            keys: Vec::new(),
            quiet_at: 0,
            debts: BTreeMap::new(),
            unsure: false,
        });
        self.send_ask(number, at);
    }

    /// The ask leaves; its copies arrive soon or late.
    fn send_ask(&mut self, number: usize, at: i64) {
        let thread = &self.threads[number];
        let key = format!("ask-{number}-{}@example.org", thread.keys.len());
        let extra = match thread.sort {
            Sort::Person if thread.asks_silence => "X-Auto-Response-Suppress: All\r\n",
            Sort::Person => "",
            Sort::Robot => "Auto-Submitted: auto-generated\r\n",
            Sort::List => {
                "List-Id: <all.lists.test>\r\nList-Unsubscribe: <https://lists.test/u>\r\nPrecedence: bulk\r\n"
            }
        };
        let requester = thread.requester.clone();
        let words = if self.rng.chance(250) { URGENT } else { ASK };
        let bytes =
            self.write(number, &requester, &self.threads[number].to, &key, extra, words, at);
        let owners = self.threads[number].owners.clone();
        self.tell(format!("{requester} asks {owners:?} in {key}"));
        for owner in owners {
            let late = if self.rng.chance(100) { self.rng.within(0, 3 * HOUR) } else { 0 };
            let lands_at = at + self.rng.within(1, 60) + late;
            self.copy(owner * 2, &key, &bytes, lands_at, lands_at);
            let thread = &mut self.threads[number];
            thread.quiet_at = thread.quiet_at.max(lands_at);
            // Some answer as soon as they see it, wherever they are.
            if thread.sort == Sort::Person && self.rng.chance(100) {
                let soon = lands_at.max(self.now) + self.rng.within(1, 6 * MINUTE);
                self.at(soon, Event::Answers(number, owner));
            }
            let thread = &mut self.threads[number];
            let debts = thread.debts.entry(owner).or_default();
            match debts.last_mut().filter(|debt| debt.closed.is_none()) {
                Some(debt) => debt.asks.push(key.clone()),
                None => debts.push(Debt { asks: vec![key.clone()], ..Debt::default() }),
            }
        }
        self.threads[number].keys.push(key);
    }

    fn ask_again(&mut self) {
        let Some(number) = self.some_thread(|thread, now| thread.quiet_at < now) else { return };
        self.send_ask(number, self.now);
    }

    /// An owner answers; the copy in Sent may come late, or long before the question's own copy.
    fn answer(&mut self) {
        let Some(number) = self.some_thread(|_, _| true) else { return };
        let thread = &self.threads[number];
        let colleague = self.rng.chance(150);
        let pick = self.rng.one_of(&thread.owners);
        let owner =
            if colleague { self.rng.below(self.owners.len() as i64) as usize } else { pick };
        self.answers(number, owner);
    }

    /// An owner answers in a conversation.
    pub fn answers(&mut self, number: usize, owner: usize) {
        if self.calm {
            return;
        }
        let thread = &self.threads[number];
        let key = format!("answer-{number}-{}@example.com", thread.keys.len());
        let (from, to) = (self.owners[owner].addresses[0].to_string(), thread.requester.clone());
        let bytes = self.write(number, &from, &[to], &key, "", "Here they are.", self.now);
        let late = if self.rng.chance(150) { self.rng.within(0, 2 * HOUR) } else { 0 };
        let lands_at = self.now + self.rng.within(0, 30) + late;
        // Servers date an appended copy by its writing or by its arrival.
        let dated = if self.rng.chance(500) { self.now } else { lands_at };
        self.tell(format!("owner {owner} answers in {key}"));
        self.copy(owner * 2 + 1, &key, &bytes, lands_at, dated);
        let thread = &mut self.threads[number];
        thread.quiet_at = thread.quiet_at.max(lands_at);
        for (whose, debts) in &mut thread.debts {
            let elsewhere = (*whose != owner).then(|| (owner, key.clone()));
            let closed = Closed { readable_at: lands_at, elsewhere, by_flag: false, told: false };
            close(debts.last_mut(), closed);
        }
        thread.keys.push(key);
    }

    fn forward(&mut self) {
        let Some(number) = self.some_thread(|thread, now| thread.quiet_at < now) else { return };
        let owner = self.threads[number].owners[0];
        let key = format!("forward-{number}-{}@example.com", self.serial_of_story());
        let from = self.owners[owner].addresses[0].to_string();
        let subject = format!("Fwd: {}", self.threads[number].subject);
        let parent = self.threads[number].keys.last().cloned().unwrap_or_default();
        let head = format!(
            "From: {from}\r\nTo: else@partner.test\r\nSubject: {subject}\r\n\
            Message-ID: <{key}>\r\nIn-Reply-To: <{parent}>\r\nDate: {}\r\n",
            date(self.now)
        );
        let bytes = format!("{head}\r\nFor your information.\r\n").into_bytes();
        self.tell(format!("owner {owner} forwards thread {number}"));
        self.copy(owner * 2 + 1, &key, &bytes, self.now, self.now);
    }

    /// A mail program marks the last ask as answered.
    fn flag(&mut self) {
        let Some(number) = self.some_thread(|thread, now| thread.quiet_at < now) else { return };
        let owner = self.threads[number].owners[0];
        let now = self.now;
        let debts = self.threads[number].debts.get_mut(&owner);
        let Some(debt) = debts.and_then(|debts| debts.last_mut()) else { return };
        let last = debt.asks.last().cloned().unwrap_or_default();
        let inbox = &mut self.folders[owner * 2];
        let Some(mail) = inbox.mails.iter_mut().find(|mail| mail.key == last) else { return };
        mail.answered = true;
        // Only a later look shows it, and a copy that is renumbered meanwhile keeps it.
        let by_flag = true;
        close(Some(debt), Closed { readable_at: now, elsewhere: None, by_flag, told: false });
        self.tell(format!("{last} of owner {owner} is flagged as answered"));
    }

    fn some_thread(&mut self, fits: impl Fn(&Thread, i64) -> bool) -> Option<usize> {
        let now = self.now;
        let fit = |(_, thread): &(usize, &Thread)| thread.sort == Sort::Person && fits(thread, now);
        let all: Vec<usize> = self.threads.iter().enumerate().filter(fit).map(|(n, _)| n).collect();
        (!all.is_empty()).then(|| self.rng.one_of(&all))
    }

    pub fn serial_of_story(&self) -> usize {
        self.story.len()
    }

    pub fn copy(&mut self, folder: usize, key: &str, bytes: &[u8], lands_at: i64, dated: i64) {
        let (key, bytes) = (key.to_owned(), Arc::new(bytes.to_vec()));
        let mail = Mail { key, bytes, arrived: dated, answered: false, uid: 0 };
        self.at(lands_at, Event::Appear(folder, mail));
    }

    #[allow(clippy::too_many_arguments, reason = "a mail has so many parts")]
    fn write(
        &self,
        number: usize,
        from: &str,
        to: &[String],
        key: &str,
        extra: &str,
        body: &str,
        at: i64,
    ) -> Vec<u8> {
        let thread = &self.threads[number];
        let keys = &thread.keys;
        let mut head = format!("Return-Path: <{from}>\r\nFrom: {from}\r\n");
        head.push_str(&format!("To: {}\r\n", to.join(", ")));
        let prefix = if keys.is_empty() { "" } else { "Re: " };
        head.push_str(&format!("Subject: {prefix}{}\r\nMessage-ID: <{key}>\r\n", thread.subject));
        if let Some(last) = keys.last() {
            let all: Vec<String> = keys.iter().map(|key| format!("<{key}>")).collect();
            head.push_str(&format!("In-Reply-To: <{last}>\r\n"));
            head.push_str(&format!("References: {}\r\n", all.join("\r\n ")));
        }
        format!("{head}Date: {}\r\n{extra}\r\n{body}\r\n", date(at)).into_bytes()
    }
}

pub fn close(debt: Option<&mut Debt>, closed: Closed) {
    if let Some(debt) = debt.filter(|debt| debt.closed.is_none()) {
        debt.closed = Some(closed);
    }
}

pub fn date(at: i64) -> String {
    let at = Timestamp::from_second(at).unwrap().to_zoned(TimeZone::UTC);
    at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}
