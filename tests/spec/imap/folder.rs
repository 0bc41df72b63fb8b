//! Readings of folders that change, lie and break: in the end the store knows exactly what they hold.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use sigap::daemon::clock::Clock;
use sigap::daemon::desk::{self, Desk};
use sigap::daemon::folder;
use sigap::daemon::obstacle::Obstacles;
use sigap::daemon::reading::{Reader, Scope, Trouble};
use sigap::daemon::unchanged::Unchanged;
use sigap::engine::turn::Engine;
use sigap::imap::session::{Opening, Proof, Session};
use sigap::model::ids::MailboxId;
use sigap::model::message::Role;
use sigap::model::policy::Mode;
use sigap::store::db::{Access, Db, open_to_read};
use sigap::store::mailboxes::{self, Mailbox};
use sigap::store::poison;

use super::shelf::{Folder, Harm, Shared, Skill, dial, shelf};
use crate::engine::day::{at, charter, hours};

/// A desk and one owner's mail, read when told.
struct Room {
    folder: tempfile::TempDir,
    hand: Arc<AtomicI64>,
    scope: Scope,
    obstacles: Obstacles,
    shelf: Shared,
    mails: u32,
}

impl Room {
    fn open(skill: Skill) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sigap.db");
        let hand = Arc::new(AtomicI64::new(at("Mon 10:00").as_second()));
        let clock = Clock::Hand(Arc::clone(&hand));
        let charter = charter(Mode::Nudge);
        let policy = Arc::new(charter.policy.clone());
        let db = Db::open(&path, Access::Daemon, clock.now()).unwrap();
        let engine = Engine::open(db, charter, clock.now()).unwrap();
        let owner = engine.office().owners.values().next().cloned();
        let desk: Desk = desk::start(engine, clock).unwrap().desk;
        let reader = Reader::start(&path).unwrap().0;
        let history = SignedDuration::from_hours(24 * 90);
        let scope = Scope { owner, policy, history, desk, reader };
        let obstacles = Obstacles::default();
        Self { folder, hand, scope, obstacles, shelf: shelf(skill), mails: 0 }
    }

    fn passes(&self, span: SignedDuration) {
        self.hand.fetch_add(span.as_secs(), Ordering::SeqCst);
    }

    fn changes<T>(&self, folder: &str, deed: impl FnOnce(&mut Folder) -> T) -> T {
        deed(self.shelf.lock().unwrap().folders.get_mut(folder).unwrap())
    }

    fn ask_arrives(&mut self) -> u32 {
        self.arrives_in("INBOX")
    }

    fn arrives_in(&mut self, folder: &str) -> u32 {
        self.mails += 1;
        let number = self.mails;
        let mail = format!(
            "From: budi@example.org\r\nTo: ani@example.com\r\nSubject: Figures {number}\r\n\
            Message-ID: <{number}@example.org>\r\n\r\nCould you please send me the figures?\r\n"
        );
        self.changes(folder, |folder| folder.arrives(&mail))
    }

    /// One visit: all folders, over a new line.
    async fn visit(&mut self) -> Result<(), Trouble> {
        let mut unchanged = Unchanged::default();
        let read = self.read(&mut unchanged).await;
        unchanged.hand_over(&self.scope).await?;
        self.written().await;
        read
    }

    /// What was handed over is in the store before the desk answers anything else.
    async fn written(&self) {
        self.scope.desk.set_aside(MailboxId(0)).await.unwrap();
    }

    async fn read(&mut self, unchanged: &mut Unchanged) -> Result<(), Trouble> {
        let names = |role, name: &str| (role, name.to_owned());
        let sent = self.shelf.lock().unwrap().folders.keys().find(|n| *n != "INBOX").cloned();
        let named = vec![names(Role::Sent, &sent.unwrap()), names(Role::Inbox, "INBOX")];
        let found = self.scope.desk.folders(self.scope.whose(), named).await.unwrap();
        let mut session = Session::open(dial(&self.shelf), Opening::Greeting).await?;
        session.login("ani", Proof::Password("rahasia")).await?;
        session.ask_for_changes().await?;
        for mut mailbox in found {
            // Twice, as a watch does that is woken.
            for _ in 0..2 {
                let (obstacles, inbox) = (&mut self.obstacles, mailbox.state.role == Role::Inbox);
                let scope = &self.scope;
                let read = folder::read(scope, &mut session, &mailbox, obstacles, inbox, unchanged);
                mailbox = read.await?;
            }
        }
        Ok(())
    }

    async fn visits(&mut self) {
        self.visit().await.unwrap();
    }

    /// As of when the store knows its folders: Sent, then the inbox.
    fn read_at(&self) -> [Timestamp; 2] {
        let all = self.mailboxes();
        [Role::Sent, Role::Inbox].map(|role| {
            let found = all.iter().find(|one| one.state.role == role).unwrap();
            found.state.last_read_at.unwrap()
        })
    }

    fn mailboxes(&self) -> Vec<Mailbox> {
        let c = open_to_read(&self.folder.path().join("sigap.db")).unwrap();
        mailboxes::all(&c).unwrap()
    }

    fn known(&self) -> BTreeMap<String, BTreeSet<u64>> {
        let c = open_to_read(&self.folder.path().join("sigap.db")).unwrap();
        let named =
            |one: &Mailbox| (one.state.name.clone(), mailboxes::known(&c, one.state.id).unwrap());
        mailboxes::all(&c).unwrap().iter().map(named).collect()
    }

    fn set_aside(&self) -> BTreeSet<u64> {
        let c = open_to_read(&self.folder.path().join("sigap.db")).unwrap();
        let all = mailboxes::all(&c).unwrap();
        all.iter().flat_map(|one| poison::set_aside(&c, one.state.id).unwrap()).collect()
    }

    /// Nothing in the way, and nothing set aside before.
    fn cleared(&self) -> Obstacles {
        let mut cleared = Obstacles::default();
        self.mailboxes().iter().for_each(|one| cleared.recall(one.state.id, Vec::new()));
        cleared
    }

    fn held(&self) -> BTreeMap<String, BTreeSet<u64>> {
        let shelf = self.shelf.lock().unwrap();
        shelf.folders.iter().map(|(name, folder)| (name.clone(), folder.uids())).collect()
    }

    fn heard(&self, beginning: &str) -> usize {
        let shelf = self.shelf.lock().unwrap();
        shelf.heard.iter().filter(|command| command.starts_with(beginning)).count()
    }

    fn messages(&self) -> i64 {
        self.counts("SELECT count(*) FROM message")
    }

    fn counts(&self, sql: &str) -> i64 {
        let c = open_to_read(&self.folder.path().join("sigap.db")).unwrap();
        c.query_row(sql, [], |row| row.get(0)).unwrap()
    }
}

const SKILLS: [Skill; 4] = [Skill::Plain, Skill::CondStore, Skill::QResync, Skill::Forgetful];

/// What happens between two visits.
#[derive(Clone, Debug)]
enum Event {
    Arrives,
    Leaves(usize),
    Answered(usize),
    Anew,
    Skips(usize),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        6 => Just(Event::Arrives),
        3 => any::<usize>().prop_map(Event::Leaves),
        2 => any::<usize>().prop_map(Event::Answered),
        1 => Just(Event::Anew),
        1 => any::<usize>().prop_map(Event::Skips),
    ]
}

fn run<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn the_store_knows_what_the_folders_hold(
        skill in prop::sample::select(&SKILLS[..]),
        visits in prop::collection::vec(prop::collection::vec(event(), 0..12), 1..6),
    ) {
        run(async {
            let mut room = Room::open(skill);
            for events in visits {
                for event in events {
                    let uids = room.held()["INBOX"].iter().copied().collect::<Vec<_>>();
                    let one = |pick: usize| match uids.len() {
                        0 => 0,
                        many => u32::try_from(uids[pick % many]).unwrap(),
                    };
                    match event {
                        Event::Arrives => {
                            room.ask_arrives();
                        }
                        Event::Leaves(pick) => room.changes("INBOX", |i| i.leaves(one(pick))),
                        Event::Answered(pick) => {
                            room.changes("INBOX", |i| i.is_answered(one(pick)));
                        }
                        Event::Anew => room.changes("INBOX", Folder::is_numbered_anew),
                        Event::Skips(pick) => {
                            room.changes("INBOX", |i| i.skipped.insert(one(pick)));
                        }
                    }
                }
                room.visits().await;
                // What one answer left out is never taken for gone.
                let (known, held) = (room.known(), room.held());
                let skipped = room.changes("INBOX", |inbox| inbox.skipped.clone());
                let skipped: BTreeSet<u64> = skipped.into_iter().map(u64::from).collect();
                for (name, held) in &held {
                    prop_assert!(known[name].is_subset(held), "{skill:?} {name}");
                    let missing: BTreeSet<u64> = held - &known[name];
                    prop_assert!(missing.is_subset(&skipped), "{skill:?} {name}: {missing:?}");
                }
            }
            // The server comes to its senses; a day later every number is compared.
            room.changes("INBOX", |inbox| inbox.skipped.clear());
            room.passes(hours(25));
            room.visits().await;
            prop_assert_eq!(room.known(), room.held(), "{:?}", skill);
            let flagged = room.changes("INBOX", |inbox| {
                inbox.mails.values().filter(|mail| mail.answered).count() as i64
            });
            let c = open_to_read(&room.folder.path().join("sigap.db")).unwrap();
            let answered: i64 = c.query_row(
                "SELECT count(*) FROM message m JOIN location l ON l.message_id = m.id \
                 WHERE m.answered_at IS NOT NULL", [], |row| row.get(0)).unwrap();
            prop_assert_eq!(answered, flagged, "{:?}", skill);
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn a_server_that_tells_changes_is_asked_for_nothing_when_nothing_changed() {
    let mut room = Room::open(Skill::QResync);
    for _ in 0..20 {
        room.ask_arrives();
    }
    room.visits().await;
    let before = room.heard("UID");
    room.visits().await;
    assert_eq!(room.heard("UID"), before);
    room.changes("INBOX", |inbox| inbox.leaves(7));
    room.visits().await;
    let known = room.known();
    assert!(!known["INBOX"].contains(&7) && known["INBOX"].len() == 19);
    assert_eq!(room.heard("UID SEARCH"), 0);
    // It says what left; that is asked about once more before it counts.
    assert_eq!(room.heard("UID FETCH 7 (UID)"), 1);
}

#[tokio::test]
async fn without_uidvalidity_numbers_hold_as_long_as_the_line() {
    let mut room = Room::open(Skill::Forgetful);
    room.ask_arrives();
    room.visits().await;
    assert_eq!(room.heard("UID FETCH 1:1 (UID FLAGS INTERNALDATE"), 1, "read once in one visit");
    room.visits().await;
    assert_eq!(room.heard("UID FETCH 1:1 (UID FLAGS INTERNALDATE"), 2, "and again in the next");
    assert_eq!(room.messages(), 1);
}

#[tokio::test]
async fn a_folder_that_was_renamed_goes_on_and_one_that_took_its_place_is_read() {
    let mut room = Room::open(Skill::Plain);
    let mail = |n: u32| {
        format!("From: ani@example.com\r\nTo: x@example.org\r\nMessage-ID: <s{n}@x>\r\n\r\nHi\r\n")
    };
    room.changes("Sent", |sent| (sent.arrives(&mail(1)), sent.arrives(&mail(2))));
    room.visits().await;
    let row = |room: &Room| {
        room.mailboxes().into_iter().find(|one| one.state.role == Role::Sent).unwrap()
    };
    let before = row(&room);
    let rename = |room: &Room, from: &str, to: &str| {
        let mut shelf = room.shelf.lock().unwrap();
        let folder = shelf.folders.remove(from).unwrap();
        shelf.folders.insert(to.to_owned(), folder);
    };
    let fetched = room.heard("UID FETCH 1:2 (UID FLAGS INTERNALDATE");
    rename(&room, "Sent", "Terkirim");
    room.visits().await;
    let after = row(&room);
    assert_eq!((after.state.id, after.state.name.as_str()), (before.state.id, "Terkirim"));
    assert_eq!(
        room.heard("UID FETCH 1:2 (UID FLAGS INTERNALDATE"),
        fetched,
        "nothing is read anew"
    );
    // Another folder takes over: its own numbers, and mail that is new to us.
    room.shelf.lock().unwrap().folders.remove("Terkirim");
    let mut other = Folder::new(99);
    other.arrives(&mail(2));
    other.arrives(&mail(3));
    room.shelf.lock().unwrap().folders.insert("Sent Items".to_owned(), other);
    room.visits().await;
    assert_eq!(room.known()["Sent Items"], BTreeSet::from([1, 2]));
    assert_eq!(room.messages(), 3);
}

#[tokio::test]
async fn an_incomplete_list_of_folders_forgets_nothing() {
    let mut room = Room::open(Skill::Plain);
    room.visits().await;
    let before = room.mailboxes();
    let owner = room.scope.whose();
    let only = vec![(Role::Inbox, "INBOX".to_owned())];
    assert_eq!(room.scope.desk.folders(owner, only).await.unwrap().len(), 1);
    assert_eq!(room.mailboxes(), before);
}

#[tokio::test]
async fn a_folder_of_which_the_server_says_that_nothing_changed_is_not_opened() {
    for skill in SKILLS {
        let mut room = Room::open(skill);
        let opened =
            |room: &Room| (room.heard("EXAMINE \"Sent\""), room.heard("EXAMINE \"INBOX\""));
        for _ in 0..3 {
            room.visits().await;
        }
        let told = skill == Skill::QResync;
        // The inbox is listened to, and what is open is opened once more to be read.
        assert_eq!(opened(&room), if told { (2, 6) } else { (6, 6) }, "{skill:?}");
        let before = room.mailboxes();
        room.passes(hours(1));
        room.changes("Sent", |sent| sent.arrives("From: ani@example.com\r\n\r\nHello.\r\n"));
        room.visits().await;
        assert_eq!(opened(&room), if told { (4, 8) } else { (8, 8) }, "{skill:?}");
        assert_eq!(room.known(), room.held(), "{skill:?}");
        let read = |all: &[Mailbox]| all.iter().map(|one| one.state.last_read_at).min().unwrap();
        assert!(read(&room.mailboxes()) > read(&before), "{skill:?}: it counts as read");
    }
}

#[tokio::test]
async fn folders_without_news_are_told_together_and_before_much_is_read() {
    for skill in [Skill::Plain, Skill::CondStore, Skill::QResync] {
        let mut room = Room::open(skill);
        room.ask_arrives();
        room.visits().await;
        let first = room.scope.desk.now();
        room.passes(SignedDuration::from_mins(10));
        let second = room.scope.desk.now();
        let mut unchanged = Unchanged::default();
        room.read(&mut unchanged).await.unwrap();
        assert_eq!(room.read_at(), [first, first], "{skill:?}: nothing was handed over yet");
        unchanged.hand_over(&room.scope).await.unwrap();
        room.written().await;
        assert_eq!(room.read_at(), [second, second], "{skill:?}");

        room.passes(SignedDuration::from_mins(10));
        let third = room.scope.desk.now();
        room.ask_arrives();
        room.read(&mut unchanged).await.unwrap();
        assert_eq!(room.read_at()[0], third, "{skill:?}: what was kept comes before the new mail");
    }
}

#[tokio::test]
async fn what_many_visits_did_not_find_is_written_together() {
    let mut room = Room::open(Skill::QResync);
    room.ask_arrives();
    room.visits().await;
    let c = open_to_read(&room.folder.path().join("sigap.db")).unwrap();
    let writes = || c.query_row("PRAGMA data_version", [], |row| row.get::<_, i64>(0)).unwrap();
    room.passes(SignedDuration::from_mins(10));
    let read_at = room.scope.desk.now();
    let mut visits: Vec<Unchanged> = (0..30).map(|_| Unchanged::default()).collect();
    for unchanged in &mut visits {
        room.read(unchanged).await.unwrap();
    }
    room.written().await;
    let before = writes();
    assert!(room.read_at()[0] < read_at, "nothing was handed over yet");
    for unchanged in &mut visits {
        unchanged.hand_over(&room.scope).await.unwrap();
    }
    // By itself, although nobody asks.
    while room.read_at() != [read_at, read_at] {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    room.written().await;
    assert!(writes() - before < 30, "{} writes", writes() - before);
}

#[tokio::test]
async fn where_status_is_refused_folders_are_opened() {
    let mut room = Room::open(Skill::QResync);
    room.shelf.lock().unwrap().tells_status = false;
    for _ in 0..2 {
        room.ask_arrives();
        room.visits().await;
    }
    assert_eq!((room.heard("EXAMINE \"Sent\""), room.heard("EXAMINE \"INBOX\"")), (4, 4));
    assert_eq!(room.known(), room.held());
}

/// A mailbox that is moved to another machine: numbers and times are new, ids stay.
#[tokio::test]
async fn a_message_without_a_name_is_known_again_by_the_id_of_its_provider() {
    for (ids, before, after) in [("OBJECTID", 2, 2), ("X-GM-EXT-1", 2, 2), ("", 1, 2)] {
        let mut room = Room::open(Skill::Plain);
        room.shelf.lock().unwrap().ids = ids;
        let mail = "From: budi@example.org\r\nSubject: Figures\r\n\r\nCould you send them?\r\n";
        let days = |inbox: &mut Folder, day| inbox.mails.values_mut().for_each(|m| m.day = day);
        for _ in 0..2 {
            room.changes("INBOX", |inbox| inbox.arrives(mail));
        }
        room.changes("INBOX", |inbox| days(inbox, 20));
        // Two that look alike are one only where nothing tells them apart.
        room.visits().await;
        assert_eq!(room.messages(), before, "{ids}");
        room.changes("INBOX", |inbox| {
            inbox.is_numbered_anew();
            days(inbox, 21);
        });
        room.visits().await;
        assert_eq!(room.messages(), after, "{ids}");
    }
}

#[tokio::test]
async fn what_the_server_calls_one_conversation_is_one() {
    // A server that keeps no conversations has one name for all.
    let servers = [
        ("OBJECTID", "T7", 2),
        ("OBJECTID", "T0000000000000000", 4),
        ("OBJECTID", "NIL", 4),
        ("X-GM-EXT-1", "7", 2),
        ("X-GM-EXT-1", "0", 4),
        ("", "T7", 4),
    ];
    for (ids, thread, conversations) in servers {
        let mut room = Room::open(Skill::Plain);
        room.shelf.lock().unwrap().ids = ids;
        room.changes("INBOX", |inbox| {
            for (no, subject) in ["Figures", "Figures", "Letters", "Re: Letters"].iter().enumerate()
            {
                let uid = inbox.arrives(&format!(
                    "From: person{no}@example.org\r\nMessage-ID: <{no}@example.org>\r\n\
                     Subject: {subject}\r\n\r\nCould you send them?\r\n"
                ));
                inbox.mails.get_mut(&uid).unwrap().thread = thread.to_owned();
            }
        });
        room.visits().await;
        let found = room.counts("SELECT count(DISTINCT conversation_id) FROM message");
        assert_eq!(found, conversations, "{ids} {thread}");
    }
}

#[tokio::test]
async fn a_message_on_which_the_line_breaks_is_found_by_halving_and_set_aside() {
    for harm in [Harm::HangsUp, Harm::Refuses] {
        let mut room = Room::open(Skill::QResync);
        for _ in 0..600 {
            room.ask_arrives();
        }
        room.changes("INBOX", |inbox| inbox.harm = Some((333, harm)));
        let mut visits = 0;
        while room.visit().await.is_err() {
            visits += 1;
            assert!(visits < 20, "{harm:?}");
        }
        // 500 messages halve to one in nine steps; on that one the line breaks three times.
        assert_eq!(visits, 9 + 3, "{harm:?}");
        assert_eq!(room.set_aside(), BTreeSet::from([333]), "{harm:?}");
        assert_eq!(room.messages(), 599, "{harm:?}");
        assert_eq!(room.known(), room.held(), "{harm:?}");
        // A process that begins anew tries it again, after all else, and then waits longer.
        room.obstacles = Obstacles::default();
        room.passes(hours(25));
        room.ask_arrives();
        assert!(room.visit().await.is_err(), "{harm:?}");
        assert_eq!(room.messages(), 600, "{harm:?}");
        room.visits().await;
        assert_eq!(room.set_aside(), BTreeSet::from([333]), "{harm:?}");
        // It may have been the line: now it can be read.
        room.changes("INBOX", |inbox| inbox.harm = None);
        room.passes(SignedDuration::from_mins(11));
        room.visits().await;
        assert_eq!(room.messages(), 601, "{harm:?}");
        assert_eq!(room.set_aside(), BTreeSet::new(), "{harm:?}");
    }
}

/// A message is set aside among others.
async fn with_one_set_aside(skill: Skill, folder: &str) -> Room {
    let mut room = Room::open(skill);
    for _ in 0..5 {
        room.arrives_in(folder);
    }
    room.changes(folder, |folder| folder.harm = Some((3, Harm::HangsUp)));
    while room.visit().await.is_err() {}
    assert_eq!(room.set_aside(), BTreeSet::from([3]));
    room
}

#[tokio::test]
async fn what_was_set_aside_in_bad_weather_is_read_minutes_later() {
    let places = [Skill::Plain, Skill::CondStore, Skill::QResync].map(|skill| (skill, "INBOX"));
    // A Sent that did not change is not opened as a rule.
    let places = places.into_iter().chain([(Skill::QResync, "Sent")]);
    for ((skill, folder), dies) in places.flat_map(|place| [(place, false), (place, true)]) {
        let mut room = with_one_set_aside(skill, folder).await;
        room.changes(folder, |folder| folder.harm = None);
        room.passes(SignedDuration::from_mins(4));
        if dies {
            // What a process knew by itself, the next one is told by the store.
            room.obstacles = Obstacles::default();
        }
        room.visits().await;
        assert_eq!(room.messages(), 4, "{skill:?}: not at once");
        room.passes(SignedDuration::from_mins(2));
        room.visits().await;
        assert_eq!((room.messages(), room.known()), (5, room.held()), "{skill:?}");
        assert_eq!(room.set_aside(), BTreeSet::new(), "{skill:?}");
        assert_eq!(room.obstacles, room.cleared(), "{skill:?}");
    }
}

#[tokio::test]
async fn what_goes_on_breaking_the_line_is_tried_more_and_more_rarely_and_after_all_else() {
    let mut room = with_one_set_aside(Skill::QResync, "INBOX").await;
    let mut broken = Vec::new();
    for visit in 1..=48 * 12 {
        room.passes(SignedDuration::from_mins(5));
        room.ask_arrives();
        if room.visit().await.is_err() {
            broken.push(visit * 5);
        }
        assert_eq!(room.messages(), 4 + visit, "what arrived is known, whether it breaks or not");
        // What has grown old is removed once a day.
        if visit % (24 * 12) == 0 {
            assert!(room.scope.desk.forget(hours(9_999), hours(9_999)).await);
        }
    }
    let minutes = [5, 15, 35, 75, 155, 315, 635, 1275];
    assert_eq!(broken[..8], minutes);
    assert!(broken.len() <= 10, "{broken:?}");
    assert_eq!(room.set_aside(), BTreeSet::from([3]));
}

#[tokio::test]
async fn what_was_set_aside_is_another_message_after_numbering_anew() {
    let mut room = with_one_set_aside(Skill::QResync, "INBOX").await;
    room.changes("INBOX", Folder::is_numbered_anew);
    room.changes("INBOX", |inbox| inbox.harm = None);
    room.passes(SignedDuration::from_mins(6));
    room.visits().await;
    assert_eq!((room.messages(), room.known()), (5, room.held()));
    assert_eq!(room.obstacles, room.cleared());
}

#[tokio::test]
async fn a_line_that_broke_by_chance_sets_nothing_aside() {
    let mut room = Room::open(Skill::Plain);
    for _ in 0..40 {
        room.ask_arrives();
    }
    // Each time the line breaks somewhere else, further on: what came before it is stored.
    for uid in [3, 30, 25, 38, 33, 40] {
        room.changes("INBOX", |inbox| inbox.harm = Some((uid, Harm::HangsUp)));
        assert!(room.visit().await.is_err());
    }
    room.changes("INBOX", |inbox| inbox.harm = None);
    room.visits().await;
    assert!(room.set_aside().is_empty());
    assert_eq!((room.messages(), room.known()), (40, room.held()));
}

#[test]
fn what_broke_is_cut_in_two_apart_from_the_rest() {
    let folder = sigap::model::ids::MailboxId(1);
    let mut obstacles = Obstacles::default();
    assert_eq!(obstacles.cut(folder, &[(1, 9)]), [(1, 9)]);
    assert_eq!(obstacles.broke(folder, (5, 8), at("Mon 10:00")), None);
    assert_eq!(
        obstacles.cut(folder, &[(1, 9), (10, 12)]),
        [(1, 4), (5, 6), (7, 8), (9, 9), (10, 12)]
    );
    assert_eq!(obstacles.cut(folder, &[(7, 9)]), [(7, 7), (8, 8), (9, 9)]);
    assert_eq!(obstacles.cut(sigap::model::ids::MailboxId(2), &[(1, 9)]), [(1, 9)]);
    obstacles.passed(folder, (5, 6));
    assert_eq!(obstacles.cut(folder, &[(7, 9)]), [(7, 7), (8, 8), (9, 9)]);
    obstacles.passed(folder, (7, 8));
    assert_eq!(obstacles.cut(folder, &[(7, 9)]), [(7, 9)]);
}

#[test]
fn a_server_on_which_everything_breaks_has_few_messages_set_aside() {
    let folder = sigap::model::ids::MailboxId(1);
    let mut obstacles = Obstacles::default();
    let blamed: Vec<u64> = (1..=100)
        .flat_map(|uid| [uid; 3])
        .filter_map(|uid| obstacles.broke(folder, (uid, uid), at("Mon 10:00")))
        .collect();
    assert_eq!(blamed, (1..=10).collect::<Vec<u64>>());
}
