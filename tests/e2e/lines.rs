//! Lines that fail: cut at every command and every byte, half open, never answered, garbled, slow.
//! Every mail is read once, whatever the line did, and nobody is bothered.
//!
//! The watch and the desk are the real ones, the server is scripted, the proxy between them fails
//! as told. Pauses between two tries pass at once: the runtime's clock is moved over them.
//! `SIGAP_CUTS=n` for another number of cuts at each place.

use std::time::Duration;

use tokio::time::{Instant, advance, pause, resume, sleep};

use crate::proxy::{End, Fault, Proxy};
use crate::script::Script;
use crate::watching::{Room, folders, wait_for};

/// Beyond the longest pause after a lost line, for one account.
const PAUSE: Duration = Duration::from_secs(301);
const BYE: End = End::Says(b"* BYE enough for today\r\n");

fn cuts() -> usize {
    std::env::var("SIGAP_CUTS").ok().and_then(|text| text.parse().ok()).unwrap_or(2)
}

/// A watched mailbox behind a proxy.
struct House {
    server: Script,
    proxy: Proxy,
    room: Room,
    mails: usize,
    /// Lines that were cut, and connections that came after.
    lost: usize,
}

impl House {
    /// With a first reading behind it.
    async fn open(poll_every: &'static str) -> Self {
        let server = Script::start(folders());
        let proxy = Proxy::start(server.port());
        let mut room = Room::at(proxy.port(), poll_every);
        // The welcome.
        room.next_letter().await;
        room.pass(10);
        let house = Self { server, proxy, room, mails: 0, lost: 0 };
        wait_for("it waits for news", || house.server.heard("IDLE") > 0).await;
        house
    }

    /// A mail that nobody is told of.
    fn arrives(&mut self) {
        self.mails += 1;
        let letter = self.room.letter(self.mails);
        self.server.change(|folders| folders[0].mails.push(letter));
    }

    /// Lets the pause pass that a watch makes after a lost line; the next connection has this fault.
    async fn comes_back(&mut self, fault: Fault) {
        let before = self.proxy.opened();
        self.proxy.next(fault);
        wait_for("the line is over", || self.proxy.open() == 0).await;
        let began = Instant::now();
        while self.proxy.opened() == before {
            // The watch tells the desk what happened, and only then it rests.
            sleep(Duration::from_millis(15)).await;
            pause();
            advance(PAUSE).await;
            resume();
            for _ in 0..20 {
                if self.proxy.opened() == before {
                    sleep(Duration::from_millis(5)).await;
                }
            }
            assert!(began.elapsed() < PAUSE * 100, "nobody comes back");
        }
        self.lost += 1;
    }

    /// The line that stands is lost, a mail arrives, the next line is lost as told, the one after it
    /// is good: all mails are there, each once.
    async fn loses(&mut self, fault: Fault) {
        self.arrives();
        self.proxy.cut(End::Eof);
        self.is_lost(fault).await;
        self.comes_back(Fault::None).await;
        self.settles(&format!("{fault:?}")).await;
    }

    /// The next line is lost as told, or when the watch waits on it.
    async fn is_lost(&mut self, fault: Fault) {
        let idles = self.server.heard("IDLE");
        self.comes_back(fault).await;
        // Noise can hold the line up to its deadline.
        let most = if matches!(fault, Fault::Garbage(_)) { 100 } else { 3_000 };
        for _ in 0..most {
            if self.proxy.open() == 0 || self.server.heard("IDLE") > idles {
                break;
            }
            sleep(Duration::from_millis(10)).await;
        }
        self.proxy.cut(End::Eof);
    }

    /// Waits on a good line until it idles; what is known then.
    async fn settles(&mut self, case: &str) {
        let all = i64::try_from(self.mails).unwrap();
        wait_for(&format!("{case}: mail {all} is known"), || self.room.known() >= all).await;
        let well = || self.room.mailboxes().iter().all(|one| one.fault.is_empty());
        wait_for(&format!("{case}: both folders are read"), well).await;
        for (what, count) in [
            ("message", all),
            ("location", all),
            ("obligation", all),
            ("obligation WHERE closed_at IS NOT NULL", 0),
            ("poison", 0),
            ("letter", 1),
        ] {
            assert_eq!(self.room.count(what), count, "{case}: {what}");
        }
    }
}

/// One story in a runtime of its own, whose clock can be moved.
fn tell<F: Future<Output = usize>>(story: impl FnOnce() -> F) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(story())
}

/// How many lines the client says from its dialling until it waits, with one new mail.
async fn lines_of_a_visit() -> usize {
    let mut house = House::open("10m").await;
    house.arrives();
    let (before, idles) = (house.server.heard(""), house.server.heard("IDLE"));
    house.proxy.cut(End::Eof);
    house.comes_back(Fault::None).await;
    wait_for("it waits again", || house.server.heard("IDLE") > idles).await;
    house.server.heard("") - before
}

async fn cut_at_every_command(end: End) -> usize {
    let (lines, cuts) = (lines_of_a_visit().await, cuts());
    let mut lost = 0;
    for line in 0..lines {
        let mut house = House::open("10m").await;
        for _ in 0..cuts {
            house.loses(Fault::CutAtLine(line, end)).await;
        }
        lost += house.lost;
    }
    lost
}

#[test]
fn a_line_that_ends_at_any_command_costs_no_mail_and_doubles_none() {
    std::thread::scope(|scope| {
        let told = [("EOF", End::Eof), ("RST", End::Reset), ("BYE", BYE)]
            .map(|(name, end)| (name, scope.spawn(move || tell(|| cut_at_every_command(end)))));
        for (name, story) in told {
            let lost = story.join().unwrap();
            println!("{name} at every command, {} times each: {lost} lines lost", cuts());
        }
    });
}

/// How many bytes the server says from the greeting until the client waits, with so many new mails.
async fn bytes_of_a_visit(mails: usize) -> usize {
    let mut house = House::open("10m").await;
    for _ in 0..mails {
        house.arrives();
    }
    house.proxy.cut(End::Eof);
    let idles = house.server.heard("IDLE");
    house.comes_back(Fault::None).await;
    wait_for("it waits", || house.server.heard("IDLE") > idles).await;
    usize::try_from(house.proxy.said()).unwrap()
}

/// Cut after every so many bytes, in an order in which neighbours lie far apart.
async fn cut_after_bytes(from_server: bool, part: usize) -> usize {
    let all = if from_server { bytes_of_a_visit(12).await } else { 600 };
    let places = 24 * cuts();
    let mut lost = 0;
    for first in (part..places).step_by(24) {
        let mut house = House::open("10m").await;
        for place in (first..places).step_by(places / 12).take(12) {
            let bytes = all * place / places;
            let end = [End::Eof, End::Reset][place % 2];
            house
                .loses(match from_server {
                    true => Fault::CutFromServer(bytes, end),
                    false => Fault::CutFromClient(bytes, end),
                })
                .await;
        }
        lost += house.lost;
    }
    lost
}

#[test]
fn a_line_that_ends_after_any_byte_costs_no_mail_and_doubles_none() {
    std::thread::scope(|scope| {
        let told = [(true, 0), (true, 1), (false, 0)].map(|(from_server, part)| {
            scope.spawn(move || tell(|| cut_after_bytes(from_server, part)))
        });
        let lost: usize = told.map(|story| story.join().unwrap()).into_iter().sum();
        println!("cut after so many bytes, either way: {lost} lines lost");
    });
}

/// A line that is bad for hours: mail may be taken for its reason, and is read a day later at the
/// latest.
#[test]
fn a_line_that_always_ends_early_costs_no_mail_for_long() {
    tell(|| async {
        let all = bytes_of_a_visit(3).await;
        let mut house = House::open("10m").await;
        for _ in 0..3 {
            house.arrives();
        }
        house.proxy.cut(End::Eof);
        for round in 0..4 {
            // From the login on.
            for place in 0..12 {
                let bytes = all * (12 + place) / 24 + round;
                house.is_lost(Fault::CutFromServer(bytes, End::Reset)).await;
            }
        }
        let idles = house.server.heard("IDLE");
        house.comes_back(Fault::None).await;
        wait_for("it waits", || house.server.heard("IDLE") > idles).await;
        let aside = house.room.count("poison");
        // On the next day.
        house.room.pass(25 * 3_600);
        house.room.forgets().await;
        house.server.tell_news();
        wait_for("nothing is missing", || house.room.known() == 3).await;
        assert_eq!((house.room.count("location"), house.room.count("poison")), (3, 0));
        println!("48 cuts in a row: {aside} of 3 mails set aside, and read a day later");
        house.lost
    });
}

#[test]
fn a_slow_line_a_late_one_and_single_bytes_are_borne() {
    for fault in [Fault::Bytewise, Fault::Delay(Duration::from_millis(30)), Fault::Throttle(20_000)]
    {
        let lost = tell(|| async move {
            let mut house = House::open("10m").await;
            house.loses(fault).await;
            house.lost
        });
        assert_eq!(lost, 2, "{fault:?}");
    }
}

#[test]
fn noise_instead_of_answers_costs_no_mail_and_is_told_in_plain_words() {
    tell(|| async {
        let all = bytes_of_a_visit(12).await;
        let mut house = House::open("10m").await;
        for place in 0..8 * cuts() {
            let after = all * place / (8 * cuts());
            house.loses(Fault::Garbage(after)).await;
        }
        println!("{} lines that turned into noise", house.lost / 2);
        house.lost
    });
}

/// Time until the line is given up, in the runtime's own time; the watch idles on it.
async fn given_up_after(house: &House) -> Duration {
    let began = Instant::now();
    pause();
    let told = || house.room.mailboxes().iter().any(|one| one.fault.contains("in time"));
    while !told() {
        advance(Duration::from_secs(1)).await;
        // The desk has its own thread and no such clock; a busy machine lets it wait.
        std::thread::sleep(Duration::from_millis(5));
        assert!(began.elapsed() < Duration::from_secs(1_200), "it is never noticed");
    }
    resume();
    began.elapsed()
}

#[test]
fn a_half_open_line_is_noticed_within_six_minutes_and_nothing_is_missed() {
    tell(|| async {
        let mut house = House::open("10m").await;
        for _ in 0..3 {
            wait_for("it waits", || house.proxy.open() == 1).await;
            house.proxy.leave_half_open();
            for _ in 0..5 {
                house.arrives();
            }
            house.server.tell_news();
            let took = given_up_after(&house).await;
            println!("a half-open line was given up after {} s", took.as_secs());
            assert!(took <= Duration::from_secs(360), "{took:?}");
            house.comes_back(Fault::None).await;
            house.settles("half open").await;
        }
        house.lost
    });
}

#[test]
fn a_server_that_accepts_and_never_speaks_is_given_up_and_told() {
    tell(|| async {
        let mut house = House::open("10m").await;
        house.arrives();
        house.proxy.cut(End::Eof);
        house.comes_back(Fault::BlackHole).await;
        let took = given_up_after(&house).await;
        println!("a silent server was given up after {} s", took.as_secs());
        assert!(took <= Duration::from_secs(120), "{took:?}");
        house.comes_back(Fault::None).await;
        house.settles("a black hole").await;
        house.lost
    });
}
