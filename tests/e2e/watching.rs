//! The watch of one mailbox and the desk, without letters leaving: a scripted server holds answers
//! back, and time passes only by hand, so that nothing comes of waiting.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use sigap::daemon::clock::Clock;
use sigap::daemon::desk::{self, Desk, Pulse};
use sigap::daemon::once::watches;
use sigap::daemon::reading::Reader;
use sigap::daemon::run;
use sigap::engine::intake::read;
use sigap::engine::turn::Input;
use sigap::model::facts::Health;
use sigap::model::ids::OwnerId;
use sigap::model::letter::{Outcome, Parcel};
use sigap::model::message::{Batch, Cursor, Fetched, Flags, Role};
use sigap::store::db::{StoreError, open_to_read};
use sigap::store::mailboxes::{self, Mailbox};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::daemon::{Setup, WITHIN, plain};
use crate::mail::ask;
use crate::script::{Folder, Script};

pub const ANI: &str = "ani@example.test";
const START: i64 = 1_795_500_000;

/// Inbox and Sent, empty.
pub fn folders() -> Vec<Folder> {
    let folder = |name, attributes| Folder { name, attributes, mails: Vec::new() };
    vec![folder("INBOX", ""), folder("Sent", "\\Sent")]
}

/// One owner's watch and the desk, with a clock that somebody else moves.
pub struct Room {
    pub folder: tempfile::TempDir,
    hand: Arc<AtomicI64>,
    desk: Desk,
    parcels: mpsc::Receiver<Parcel>,
    thread: std::thread::JoinHandle<Result<(), StoreError>>,
    stop: CancellationToken,
    owner: OwnerId,
}

impl Room {
    pub fn open(server: &Script, poll_every: &'static str) -> Self {
        Self::at(server.port(), poll_every)
    }

    /// The server is reached at another port than its own.
    pub fn at(port: u16, poll_every: &'static str) -> Self {
        Self::over(tempfile::tempdir().unwrap(), port, poll_every, u64::MAX)
    }

    /// Over what an earlier one has left there; the server may send so many bytes in a day.
    fn over(
        folder: tempfile::TempDir,
        port: u16,
        poll_every: &'static str,
        bytes_per_day: u64,
    ) -> Self {
        let secret = folder.path().join("password");
        if !secret.exists() {
            fs::write(&secret, "rahasia").unwrap();
            fs::set_permissions(&secret, Permissions::from_mode(0o600)).unwrap();
        }
        let mut imap = plain(port);
        imap.user = Some("ani".to_owned());
        imap.password = Some(sigap::config::secret::Secret::File(secret));
        let usual = Setup::new(ANI, imap, plain(1));
        let setup = Setup { poll_every, nudge_after: "60s", ..usual };
        let config = folder.path().join("sigap.toml");
        fs::write(&config, setup.text()).unwrap();

        let hand = Arc::new(AtomicI64::new(START));
        let clock = Clock::Hand(Arc::clone(&hand));
        let (mut settings, engine) = run::open(&config, &clock).unwrap();
        settings.bytes_per_day = bytes_per_day;
        let makes = watches(&engine, &settings);
        let owner = *engine.office().owners.keys().next().unwrap();
        let desk::Started { desk, parcels, thread } = desk::start(engine, clock).unwrap();
        let stop = CancellationToken::new();
        let reader = Reader::start(&folder.path().join("sigap.db")).unwrap().0;
        for make in makes {
            tokio::spawn(make(&desk, &reader).run(stop.clone()));
        }
        Self { folder, hand, desk, parcels, thread, stop, owner }
    }

    pub fn pass(&self, seconds: i64) {
        self.hand.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_second(self.hand.load(Ordering::SeqCst)).unwrap()
    }

    pub fn mailboxes(&self) -> Vec<Mailbox> {
        let c = open_to_read(&self.folder.path().join("sigap.db")).unwrap();
        mailboxes::all(&c).unwrap()
    }

    /// How many messages are known.
    pub fn known(&self) -> i64 {
        let c = open_to_read(&self.folder.path().join("sigap.db")).unwrap();
        c.query_row("SELECT count(*) FROM message", [], |row| row.get(0)).unwrap()
    }

    /// A letter as it arrives now.
    pub fn letter(&self, no: usize) -> (String, Vec<u8>) {
        let at = self.now().to_zoned(TimeZone::UTC).strftime("%d-%b-%Y %H:%M:%S +0000").to_string();
        (at, ask(ANI, &no.to_string(), "budi@example.org", &format!("Report {no}")))
    }

    /// Stops watching; what is left on the disk.
    async fn close(self) -> tempfile::TempDir {
        self.stop.cancel();
        drop(self.parcels);
        self.desk.stop().await;
        wait_for("the desk ends", || self.thread.is_finished()).await;
        self.thread.join().unwrap().unwrap();
        self.folder
    }

    /// What the daemon does once a day.
    pub async fn forgets(&self) {
        let never = jiff::SignedDuration::from_hours(99_999);
        assert!(self.desk.forget(never, never).await);
    }

    pub async fn pulse(&self) -> Pulse {
        self.desk.pulse().await.unwrap()
    }

    /// The next letter that the desk hands out; it is taken for sent.
    pub async fn next_letter(&mut self) -> String {
        let parcel = tokio::time::timeout(WITHIN / 3, self.parcels.recv()).await;
        let parcel = parcel.expect("a letter leaves").unwrap();
        let sent = Outcome::Accepted("250 ok".to_owned());
        assert!(self.desk.turn(Input::Settled(parcel.id, sent)).await);
        String::from_utf8_lossy(&parcel.bytes).into_owned()
    }
}

pub async fn wait_for(what: &str, mut ask: impl FnMut() -> bool) {
    let within = async {
        while !ask() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(WITHIN / 3, within).await.unwrap_or_else(|_| panic!("{what}"));
}

/// An inbox with a request, in which the server falls silent when it is read again; the folder of
/// sent mail was read a moment before.
async fn silent_while_reading() -> (Script, Room) {
    let server = Script::start(folders());
    let mut room = Room::open(&server, "10m");
    // The welcome.
    room.next_letter().await;
    wait_for("it waits for news", || server.heard("IDLE") > 0).await;
    room.pass(10);
    let date = room.letter(1).0;
    let mail = ask(ANI, "1", "budi@example.org", "Budget report");
    server.change(|folders| folders[0].mails.push((date, mail)));
    server.tell_news();
    wait_for("the request is read", || server.heard("UID FETCH 1 (UID BODY.PEEK[]") > 0).await;
    wait_for("it waits for news", || server.heard("IDLE") > 1).await;
    server.hold("EXAMINE \"INBOX\"");
    server.tell_news();
    server.wait_until_held();
    (server, room)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_is_asked_for_during_a_reading_follows_it() {
    let (server, mut room) = silent_while_reading().await;
    room.pass(100);
    assert_eq!(room.pulse().await.read_first.len(), 1, "the nudge asks for a reading");
    server.go_on();
    assert!(room.next_letter().await.contains("Budget report"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_is_known_as_of_the_beginning_of_its_reading() {
    let (server, room) = silent_while_reading().await;
    let began = room.now();
    room.pass(30);
    let idles = server.heard("IDLE");
    server.go_on();
    wait_for("it waits for news", || server.heard("IDLE") > idles).await;
    for mailbox in room.mailboxes() {
        assert_eq!(mailbox.state.last_read_at, Some(began), "{}", mailbox.state.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn how_fresh_a_reading_is_counts_from_its_beginning() {
    let server = Script::start(folders());
    server.hold("CAPABILITY");
    let mut room = Room::open(&server, "10m");
    let names = [(Role::Inbox, "INBOX".to_owned()), (Role::Sent, "Sent".to_owned())];
    let found = room.desk.folders(Some(room.owner), names.into()).await.unwrap();
    let mail = ask(ANI, "1", "budi@example.org", "Budget report");
    let end = mail.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    for (passed, mail) in [(0, None), (50, Some(mail))] {
        let began_at = room.now();
        room.pass(passed);
        for mailbox in &found {
            let role = mailbox.state.role;
            let fetched = mail.iter().filter(|_| role == Role::Inbox).map(|mail| Fetched {
                uid: 1,
                flags: Flags::default(),
                arrived_at: Some(began_at),
                size: 1,
                provider_id: None,
                provider_thread: None,
                header: mail[..end].to_vec(),
                whole: Some(mail.clone()),
            });
            let batch = Batch {
                mailbox: mailbox.state.id,
                began_at,
                cursor: Cursor { uid_validity: 1, uid_next: 2, mod_seq: 0 },
                messages: fetched.map(|one| read(&one, role)).collect(),
                flags: Vec::new(),
                vanished: Vec::new(),
                renumbered: false,
                caught_up: true,
                reconciled: false,
            };
            assert!(room.desk.turn(Input::Arrived(vec![batch])).await);
        }
        if passed == 0 {
            room.next_letter().await;
        }
    }
    room.pass(30);
    assert_eq!(room.pulse().await.read_first.len(), 1, "80 seconds old, if 30 since its end");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_sent_mail_that_is_made_later_is_found_on_the_same_line() {
    let mut without = folders();
    let sent = without.pop().unwrap();
    let server = Script::start(without);
    let room = Room::open(&server, "1s");
    wait_for("the inbox is polled", || server.heard("EXAMINE \"INBOX\"") > 1).await;
    assert_eq!(room.mailboxes().len(), 1);
    server.change(|folders| folders.push(sent));
    wait_for("Sent is read", || server.heard("EXAMINE \"Sent\"") > 1).await;
    assert_eq!(room.mailboxes().len(), 2);
    assert_eq!(server.heard("LOGIN"), 1);
    let lists = server.heard("LIST");
    wait_for("Sent is read again", || server.heard("EXAMINE \"Sent\"") > 3).await;
    assert_eq!(server.heard("LIST"), lists, "what is known is not asked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_without_a_sender_can_still_be_closed() {
    let server = Script::start(folders());
    server.hold("EXAMINE");
    let Room { desk, parcels, thread, stop, folder, .. } = Room::open(&server, "10m");
    drop(parcels);
    server.go_on();
    let mailboxes = || mailboxes::all(&open_to_read(&folder.path().join("sigap.db")).unwrap());
    let read =
        || mailboxes().unwrap().iter().filter(|one| one.state.last_read_at.is_some()).count();
    wait_for("the folders are read", || read() == 2).await;
    stop.cancel();
    desk.stop().await;
    wait_for("the desk ends", || thread.is_finished()).await;
    thread.join().unwrap().unwrap();
    let c = open_to_read(&folder.path().join("sigap.db")).unwrap();
    let state = c.query_row("SELECT state FROM letter", [], |row| row.get::<_, String>(0));
    assert_eq!(state.unwrap(), "queued", "the welcome");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_reports_hides_nothing() {
    let server = Script::start(folders());
    let room = Room::open(&server, "1s");
    for no in 1..=5 {
        let letter = room.letter(no);
        server.change(|folders| folders[0].mails.push(letter));
        wait_for("it is found", || room.known() == i64::try_from(no).unwrap()).await;
    }
    println!("5 of 5 mails found of which nobody was told");
    assert!(server.heard("IDLE") > 0, "it offers to report");
    assert_eq!(server.heard("LOGIN"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_slowed_down_says_so_and_until_when() {
    let server = Script::start(folders());
    let words = "BAD Request is throttled. Suggested Backoff Time: 920000 milliseconds";
    server.refuse("EXAMINE", words);
    let room = Room::open(&server, "1s");
    let at_fault = || room.mailboxes().iter().all(|one| !one.fault.is_empty());
    wait_for("it is told", || !room.mailboxes().is_empty() && at_fault()).await;
    for mailbox in room.mailboxes() {
        let said = "throttled: the server refused EXAMINE: Request is throttled. Suggested Backoff \
                    Time: 920000 milliseconds; it is tried again on 24 Nov at 06:1";
        assert!(mailbox.fault.starts_with(said), "{}", mailbox.fault);
        assert_eq!(mailbox.state.health, Health::Stale);
    }
    assert_eq!(server.heard("LOGIN"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_whose_share_of_bytes_is_used_up_rests_and_goes_on_where_it_stood() {
    let server = Script::start(folders());
    let mut room = Room::over(tempfile::tempdir().unwrap(), server.port(), "1s", 3_000);
    // The welcome.
    room.next_letter().await;
    let letters: Vec<_> = (1..=40).map(|no| room.letter(no)).collect();
    server.change(|folders| folders[0].mails.extend(letters));
    wait_for("it is told", || room.mailboxes().iter().all(|one| !one.fault.is_empty())).await;
    for mailbox in room.mailboxes() {
        let said = "as much was read as may be in a day (reading.megabytes_per_day); it is tried \
                    again on 25 Nov at 00:0";
        assert!(mailbox.fault.starts_with(said), "{}", mailbox.fault);
        assert_eq!(mailbox.state.health, Health::Failed);
    }
    assert_eq!((server.heard("LOGIN"), room.known()), (1, 0));
    let room = Room::over(room.close().await, server.port(), "1s", 1_000_000);
    wait_for("nothing is lost", || room.known() == 40).await;
    let well = || room.mailboxes().iter().all(|one| one.fault.is_empty());
    // The last message is known a moment before the folder is.
    wait_for("nothing is wrong any more", well).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_cannot_be_read_is_no_refused_login() {
    let server = Script::start(folders());
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("password");
    fs::write(&secret, "rahasia").unwrap();
    fs::set_permissions(&secret, Permissions::from_mode(0o644)).unwrap();
    let room = Room::over(folder, server.port(), "1s", u64::MAX);
    let failed = |one: &Mailbox| one.state.health == Health::Failed;
    // The third try in vain, where a refused login would have rested for an hour.
    wait_for("a person is told", || room.mailboxes().iter().any(failed)).await;
    let fault = room.mailboxes().remove(0).fault;
    assert!(fault.starts_with("the password file"), "{fault}");
    assert_eq!(server.heard("CAPABILITY"), 0, "no server is bothered with it");
    fs::set_permissions(&secret, Permissions::from_mode(0o600)).unwrap();
    wait_for("it is tried again", || server.heard("LOGIN") == 1).await;
}
