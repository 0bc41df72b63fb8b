//! Grown mailboxes on a real server, read day after day as the daemon reads them: each message asks
//! there if it asks when it is judged by itself from a file, whatever folder it is filed in later.
//!
//! A small mailbox of our own, of which every reminder is known. With `SIGAP_DATA` besides, minutes
//! long, the owners' mailboxes that lie there: their figures are printed, and the numbers of the
//! messages (`-- --nocapture`), as `SIGAP_SHOW=NAME cargo run --release --example evaluate` does.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use sigap::config::settings::Tls;
use sigap::daemon::clock::Clock;
use sigap::daemon::once::Round;
use sigap::daemon::run;
use sigap::model::owner::Owner;
use sigap::model::policy::Policy;
use sigap::model::verdict::Verdict;
use tokio::runtime::Runtime;

use self::alarms::{Labelled, Received};
use self::mailboxes::{MAILBOXES, Mail};
use crate::daemon::{Daemon, Setup, account, plain};
use crate::dovecot::Dovecot;
use crate::mailboxes::Mailboxes as _;
use crate::wire::Wire;

#[path = "../train/alarms.rs"]
mod alarms;
#[path = "../train/mailboxes.rs"]
mod mailboxes;
#[path = "../spec/judgement/people.rs"]
mod people;
#[path = "../train/rows.rs"]
mod rows;

/// Where nothing arrives for long, nothing more happens after so many days.
const QUIET_DAYS: usize = 7;
/// Folders of sent mail, as the public mailboxes call them.
const SENT: [&str; 4] = ["Sent", "sent_items", "_sent_mail", "sent"];

/// A mailbox, and whose it is.
struct Grown {
    name: &'static str,
    owner: Owner,
    policy: Policy,
    mails: Vec<Mail>,
}

impl Grown {
    fn user(&self) -> String {
        format!("{}@example.test", self.name)
    }

    /// The configuration, in working hours of the owner's.
    fn text(&self, dovecot: &Dovecot) -> String {
        let domains = &self.policy.own_domains;
        let addresses: Vec<String> = self.owner.addresses.iter().map(ToString::to_string).collect();
        let mut text = format!(
            "mode = \"nudge\"\nholidays = []\n[store]\npath = \"sigap.db\"\n\
             [smtp]\nfolder = \"letters\"\nfrom = \"Sigap <sigap@example.test>\"\n\
             [colleagues]\ndomains = {domains:?}\n\
             [[tier]]\nname = \"everyone\"\nreply_within = \"8h\"\n\
             ladder = [\"nudge 6h\", \"lapse 40h\"]\n\
             [[owner]]\nname = \"{0}\"\ngreeting = \"{0}\"\naddresses = {addresses:?}\n\
             language = \"en\"\ntime_zone = \"UTC\"\nhours = [\"Mon-Fri 08:00-17:00\"]\n\
             imap.sent = {SENT:?}\n",
            self.owner.name,
        );
        let imap = dovecot.account(&self.user(), Tls::Implicit);
        write!(text, "{}", account("imap", "imap.", &imap)).unwrap();
        text
    }

    /// When each message arrived, in days.
    fn days(&self) -> BTreeMap<i64, Vec<(usize, Timestamp)>> {
        let mut days: BTreeMap<i64, Vec<(usize, Timestamp)>> = BTreeMap::new();
        let mut last = self.mails.iter().find_map(|mail| mail.message.dated).unwrap();
        for (no, mail) in self.mails.iter().enumerate() {
            last = mail.message.dated.unwrap_or(last);
            days.entry(last.as_second().div_euclid(86_400)).or_default().push((no, last));
        }
        days
    }
}

/// In which folder a message was found.
fn folder(mail: &Mail) -> String {
    let text = String::from_utf8_lossy(&mail.whole);
    let folder = text.lines().find_map(|line| line.strip_prefix("X-Sigap-Folder: "));
    folder.unwrap_or("inbox").trim().to_owned()
}

/// What was found on the server, each by Message-ID.
struct Found {
    verdicts: BTreeMap<String, (String, Verdict)>,
    /// What the owner was nudged about.
    nudged: Vec<String>,
    /// What the owner had asked and was reminded of, because nobody had answered.
    followed_up: Vec<String>,
    /// What is open in the end.
    open: Vec<String>,
    /// Why the owner was not nudged about the rest of what asks.
    spared: BTreeMap<String, String>,
    /// How many letters of each kind came to which state.
    letters: BTreeMap<(String, String), usize>,
}

/// The days of a mailbox, one after the other.
struct Life<'a> {
    grown: &'a Grown,
    wire: Wire,
    hand: Arc<AtomicI64>,
    runtime: Runtime,
    round: Round,
    /// The number that the inbox gives next.
    next: u32,
}

fn live(grown: &Grown, dovecot: &Dovecot) -> Found {
    let user = grown.user();
    let daemon = Daemon::new(&Setup::new(&user, dovecot.account(&user, Tls::Implicit), plain(1)));
    daemon.write(&grown.text(dovecot));
    let days = grown.days();
    let hand = Arc::new(AtomicI64::new(days.keys().next().unwrap() * 86_400 - 3_600));
    let clock = Clock::Hand(Arc::clone(&hand));
    sigap::net::install_crypto();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let round = {
        let _inside = runtime.enter();
        let (settings, engine) = run::open(&daemon.home().join("sigap.toml"), &clock).unwrap();
        Round::start(engine, &settings, clock).unwrap()
    };
    let mut wire = dovecot.login(&user);
    for folder in grown.mails.iter().map(folder).chain(SENT.map(str::to_owned)) {
        // Most are there already.
        let _made = wire.imap_try(&format!("CREATE \"{folder}\""));
    }
    wire.imap_command("SELECT INBOX");
    let mut life = Life { grown, wire, hand, runtime, round, next: 1 };
    life.read();
    let mut last = None;
    for (day, arrivals) in &days {
        life.mornings(last, *day);
        life.day(*day, arrivals);
        last = Some(*day);
    }
    life.mornings(last, i64::MAX / 86_400);
    let Life { round, runtime, .. } = life;
    runtime.block_on(round.finish()).unwrap();
    found(&daemon)
}

impl Life<'_> {
    fn read(&self) {
        let failed = self.runtime.block_on(self.round.read_all());
        assert!(failed.is_empty(), "{failed:?}");
        self.runtime.block_on(self.round.settle());
    }

    /// What arrives on a day is read in its evening, and filed afterwards.
    fn day(&mut self, day: i64, arrivals: &[(usize, Timestamp)]) {
        let mut filed = Vec::new();
        for (no, at) in arrivals {
            let mail = &self.grown.mails[*no];
            let folder = folder(mail);
            let sent = SENT.contains(&folder.as_str());
            let at = at.to_zoned(TimeZone::UTC).strftime("\"%d-%b-%Y %H:%M:%S %z\" ").to_string();
            let bytes = with_crlf(&mail.whole);
            self.wire.imap_append(if sent { &folder } else { "INBOX" }, &at, &bytes);
            if !sent {
                filed.extend(Some((self.next, folder)).filter(|(_, folder)| folder != "inbox"));
                self.next += 1;
            }
        }
        self.hand.store((day + 1) * 86_400 - 1, Ordering::SeqCst);
        self.read();
        for (uid, folder) in filed {
            self.wire.imap_command(&format!("UID MOVE {uid} \"{folder}\""));
        }
    }

    /// On the mornings after a day, within working hours, who has not been answered is told of.
    fn mornings(&self, after: Option<i64>, until: i64) {
        let Some(after) = after else { return };
        for day in (after + 1..=until).take(QUIET_DAYS) {
            self.hand.store(day * 86_400 + 36_000, Ordering::SeqCst);
            self.runtime.block_on(self.round.settle());
        }
    }
}

/// As it is sent over a line.
fn with_crlf(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        out.extend_from_slice(line.strip_suffix(b"\n").unwrap_or(line));
        out.extend_from_slice(b"\r\n");
    }
    out
}

fn found(daemon: &Daemon) -> Found {
    let store = daemon.store();
    let mut rows = store.prepare("SELECT key, place, verdict FROM message").unwrap();
    let rows = rows.query_map([], |row| {
        let [key, place, verdict]: [String; 3] = [row.get(0)?, row.get(1)?, row.get(2)?];
        Ok((key, (place, serde_json::from_str(&verdict).unwrap())))
    });
    let told_of = |which: &str| -> Vec<String> {
        let sql = format!(
            "SELECT DISTINCT message.key FROM letter_item AS item \
             JOIN letter ON letter.id = item.letter_id \
             JOIN message ON message.id = item.asked_in \
             WHERE letter.kind = 'nudge' AND letter.state = 'sent' AND item.obligation_id {which}"
        );
        let mut keys = store.prepare(&sql).unwrap();
        keys.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let listing = daemon.json(&["list"]).unwrap();
    let open = listing["obligations"].as_array().unwrap().iter();
    let open = open.map(|row| row["message_id"].as_str().unwrap().to_owned());
    let mut letters = BTreeMap::new();
    for letter in daemon.outbox() {
        let word = |name: &str| letter[name].as_str().unwrap().to_owned();
        *letters.entry((word("kind"), word("state"))).or_default() += 1;
    }
    Found {
        spared: spared(&store),
        letters,
        verdicts: rows.unwrap().map(Result::unwrap).collect(),
        nudged: told_of("IS NOT NULL"),
        followed_up: told_of("IS NULL"),
        open: open.collect(),
    }
}

/// What asks and what became of it, by Message-ID.
fn spared(store: &rusqlite::Connection) -> BTreeMap<String, String> {
    let sql = "SELECT message.key, CASE \
               WHEN obligation.id IS NULL THEN 'nothing owed' \
               WHEN obligation.asked_in <> message.id THEN 'asked once more' \
               WHEN closed_how IS NOT NULL THEN closed_how || ' ' || coalesce(evidence, '') \
               WHEN perhaps_at IS NOT NULL THEN 'perhaps answered ' || evidence \
               WHEN promised_at IS NOT NULL THEN 'promised' \
               ELSE 'open' END \
               FROM message LEFT JOIN ask ON ask.message_id = message.id \
               LEFT JOIN obligation ON obligation.id = ask.obligation_id \
               WHERE message.class = 'ask'";
    let mut rows = store.prepare(sql).unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

/// Prints what was found, and tells what is not as it should be: judged otherwise than from the
/// file, or open without a word to the owner.
fn compare(name: &str, received: &[Received], found: &Found) -> Vec<String> {
    let key = |one: &Received| one.judged.message.key.0.clone();
    let numbers: BTreeMap<String, usize> =
        received.iter().map(|one| (key(one), one.number)).collect();
    let mut others = Vec::new();
    let mut asking = Vec::new();
    for one in received {
        let file = &one.judged.verdict;
        let there = found.verdicts.get(&key(one));
        if there.is_some_and(|(_, there)| there.asks()) {
            asking.push(one.number);
        }
        let open = found.spared.get(&key(one)).is_some_and(|why| why == "open");
        if open && !found.nudged.contains(&key(one)) {
            others.push(format!("{} is open, and nobody was nudged about it", one.number));
        }
        // What somebody else wrote and the owner keeps among sent mail is taken for the owner's.
        if there.is_none_or(|(place, there)| !alike(there, file) && place != "sent") {
            let (number, subject) = (one.number, &one.judged.message.subject);
            others.push(format!("{number} {subject:?}: {file:?} from the file, {there:?}"));
        }
    }
    let sent = received.iter().filter(|one| {
        found.verdicts.get(&key(one)).is_some_and(|(place, _)| place == "sent") //
    });
    let known = |keys: &[String]| -> Vec<usize> {
        let mut known: Vec<usize> =
            keys.iter().filter_map(|key| numbers.get(key)).copied().collect();
        known.sort_unstable();
        known
    };
    let (nudged, open) = (known(&found.nudged), known(&found.open));
    let share = |part: &[usize]| 100.0 * part.len() as f64 / received.len() as f64;
    println!(
        "{name}: {} received, of 100 of them {:.1} ask, {:.1} were nudged about, {:.1} are open in \
         the end; {} lie among sent mail; {} not as they should be",
        received.len(),
        share(&asking),
        share(&nudged),
        share(&open),
        sent.count(),
        others.len(),
    );
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, why) in found.spared.iter().filter(|(key, _)| !found.nudged.contains(key)) {
        *reasons.entry(why).or_default() += 1;
    }
    println!("{name} not nudged about although it asks: {reasons:?}; letters: {:?}", found.letters);
    let labelled = Labelled::of(found.nudged.iter().map(String::as_str));
    println!("{name} nudged about: {labelled}");
    let own = &found.followed_up;
    println!("{name} reminded of their own questions: {}: {own:?}", own.len());
    println!("{name} asks: {asking:?}\n{name} nudged about: {nudged:?}\n{name} open: {open:?}");
    others.iter().for_each(|other| println!("{name} {other}"));
    others
}

fn alike(one: &Verdict, other: &Verdict) -> bool {
    let apart = (one.probability - other.probability).abs();
    one.class == other.class && one.clues == other.clues && apart < 1e-9
}

#[test]
fn a_grown_mailbox_asks_on_a_server_what_it_asks_in_a_file() {
    let own = own();
    let others = others();
    let users: Vec<String> = std::iter::once(&own).chain(&others).map(Grown::user).collect();
    let users: Vec<(&str, &str)> = users.iter().map(|user| (user.as_str(), "rahasia")).collect();
    let Some(dovecot) = Dovecot::start(&users) else { return };
    let wanted = |words: &str| -> Vec<String> {
        let wanted = |mail: &&Mail| {
            let text = String::from_utf8_lossy(&mail.whole);
            let wanted = text.lines().find_map(|line| line.strip_prefix("X-Wanted: ")).unwrap();
            words.split(' ').any(|word| word == wanted)
        };
        own.mails.iter().filter(wanted).map(|mail| mail.message.key.0.clone()).collect()
    };
    let (asking, nudged) = (wanted("asks nudged"), wanted("nudged"));
    let (received, found) = lived(own, &dovecot);
    let asks = received.iter().filter(|one| one.judged.verdict.asks());
    let asks: Vec<String> = asks.map(|one| one.judged.message.key.0.clone()).collect();
    assert_eq!(asks, asking, "in the file");
    assert_eq!(compare("own", &received, &found), [""; 0]);
    assert_eq!((found.nudged, found.open), (nudged.clone(), nudged));
    for grown in others {
        let name = grown.name;
        let (received, found) = lived(grown, &dovecot);
        assert_eq!(compare(name, &received, &found), [""; 0]);
    }
}

/// A mailbox judged message by message, and as it was found on the server.
fn lived(grown: Grown, dovecot: &Dovecot) -> (Vec<Received>, Found) {
    let found = live(&grown, dovecot);
    (alarms::received(grown.mails, &grown.owner, &grown.policy), found)
}

fn own() -> Grown {
    let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/grown.mbox"));
    let (name, owner, policy) = ("own", people::owner(), people::policy());
    Grown { name, owner, policy, mails: mailboxes::messages(&bytes.unwrap()) }
}

fn others() -> Vec<Grown> {
    if std::env::var_os("SIGAP_DATA").is_none() {
        eprintln!("SIGAP_DATA is not set: no mailboxes of others");
        return Vec::new();
    }
    let grown = MAILBOXES.map(|name| {
        let (owner, policy) = (alarms::reader(name), alarms::policy());
        Grown { name, owner, policy, mails: mailboxes::mailbox(name) }
    });
    grown.into_iter().filter(|grown| !grown.mails.is_empty()).collect()
}
