//! What the system refuses to give: files, memory, threads, a terminal, names; and signals by the
//! hundred. No busy loop, no letter lost or doubled, and plain words about it.

use std::fs;
use std::io::Read;
use std::net::UdpSocket;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::namespace::Namespace;
use crate::office::{Office, WITHIN};
use crate::place;
use crate::sink::{Accepted, Behaviour, Sink};

const OWNERS: usize = 3;

fn sink() -> Sink {
    Sink::start(|_| Behaviour::Accept)
}

/// An office whose owners were welcomed, with a daemon over it.
fn settled(sink: &Sink) -> Option<Office> {
    let mut office = Office::new(OWNERS, sink)?;
    office.start_and_settle();
    for index in 0..OWNERS {
        office.letter_is("welcome", index, "sent");
    }
    Some(office)
}

/// A field of a file below `/proc/<pid>`, its first number.
fn number(office: &Office, file: &str, field: &str) -> u64 {
    let text = fs::read_to_string(format!("/proc/{}/{file}", office.pid())).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(field)).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

fn limit(office: &Office, what: &str) {
    place::run(Command::new("prlimit").args(["--pid", &office.pid().to_string(), what]));
}

/// Hundredths of a second that the daemon has computed for.
fn computed(office: &Office) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", office.pid())).unwrap();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

/// For so long the daemon computes little and says little, whatever is refused to it.
fn is_quiet(office: &Office, case: &str) {
    let (began, before, told) = (Instant::now(), computed(office), office.told_so_far().len());
    std::thread::sleep(Duration::from_secs(5));
    let (busy, took) = (computed(office) - before, began.elapsed().as_millis() / 10);
    let more = office.told_so_far().len() - told;
    println!("{case}: {busy} of {took} hundredths of a second computed, {more} bytes told");
    assert!(u128::from(busy) * 4 < took, "{case}: a busy loop");
    assert!(more < 16 * 1024, "{case}: {more} bytes in the journal\n{}", office.told_so_far());
}

/// A new ask for everybody, each of which leads to one nudge, once.
fn nudges_everybody(office: &mut Office, sink: &Sink) {
    for index in 0..OWNERS {
        office.letter_is("nudge", index, "sent");
    }
    assert!(sink.doubles().is_empty(), "{:?}", sink.doubles());
    // The admin may have heard of what could not be read.
    let to_owners = |it: &Accepted| it.to.ends_with("@example.com");
    let count = sink.accepted().iter().filter(|it| to_owners(it)).count();
    assert_eq!(count, 2 * OWNERS, "{}", office.told());
}

fn ask_everybody(office: &Office) {
    for index in 0..OWNERS {
        office.ask(index, &format!("ask{index}"), "budi@example.org");
    }
}

#[test]
fn as_many_files_are_allowed_as_the_system_gives() {
    let sink = sink();
    let Some(mut office) = Office::new(1, &sink) else { return };
    office.wrap = ["prlimit", "--nofile=128:3000"].map(str::to_owned).to_vec();
    office.start_and_settle();
    assert_eq!(number(&office, "limits", "Max open files"), 3_000);
    println!("file limit raised from 128 to 3000");
}

#[test]
fn without_files_it_waits_and_then_goes_on() {
    let sink = sink();
    let Some(mut office) = settled(&sink) else { return };
    // No number below is free, and what is open stays open.
    let held = |fd: &u64| fs::symlink_metadata(format!("/proc/{}/fd/{fd}", office.pid())).is_ok();
    let free = (0..).find(|fd| !held(fd)).unwrap();
    limit(&office, &format!("--nofile={free}:"));
    ask_everybody(&office);
    office.wait_for("it is told", |it| {
        let listing = it.json(&["list"])?.to_string();
        listing.contains("Too many open files").then_some(())
    });
    is_quiet(&office, "no files");
    let pid = office.pid();
    limit(&office, "--nofile=1024:");
    nudges_everybody(&mut office, &sink);
    assert_eq!(office.pid(), pid, "the same daemon");
}

/// Whether the program comes so far under these limits that it could say anything: it is larger
/// as it is built for tests.
fn is_loaded(wrap: &[String]) -> bool {
    let mut command = Command::new(&wrap[0]);
    let command = command.args(&wrap[1..]).args([env!("CARGO_BIN_EXE_sigap"), "--version"]);
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    // Of too few threads it must speak itself.
    wrap[0] != "prlimit" || quiet.status().is_ok_and(|status| status.success())
}

/// Whatever the limit: it runs, or it ends and says why; a start without the limit goes on well.
#[test]
fn without_memory_or_threads_it_ends_in_plain_words_and_harms_no_mail() {
    let sink = sink();
    let Some(mut office) = settled(&sink) else { return };
    office.kill();
    ask_everybody(&office);
    let strace = place::programs(["strace"]).is_some();
    let memory = [24, 40, 56, 96, 160, 224, 300, 400].map(|mib: u64| {
        (format!("{mib} MiB of memory"), vec!["prlimit".to_owned(), format!("--as={}", mib << 20)])
    });
    let threads = (1..=3).filter(|_| strace).map(|k| {
        let inject = format!("inject=clone3,clone:error=EAGAIN:when={k}+");
        let words = ["strace", "-D", "-f", "-qqq", "-o", "/dev/null", "-e", &inject];
        (format!("no thread after {}", k - 1), words.map(str::to_owned).to_vec())
    });
    for (case, wrap) in memory.into_iter().chain(threads) {
        if !is_loaded(&wrap) {
            println!("{case}: the system cannot even load the program");
            continue;
        }
        let told = office.told_so_far().len();
        office.wrap = wrap;
        office.start();
        office.wrap = Vec::new();
        let (began, mut ended) = (Instant::now(), None);
        while ended.is_none() && began.elapsed() < Duration::from_secs(3) {
            ended = office.ended();
            std::thread::sleep(Duration::from_millis(20));
        }
        let words = office.told_so_far()[told..].to_owned();
        let last = words.lines().last().unwrap_or_default();
        println!("{case}: {ended:?}: {last}");
        assert!(!words.contains("panicked"), "{case}: {words}");
        if ended.is_some() {
            assert!(!words.trim().is_empty(), "{case}: it ended without a word");
        }
        office.kill();
    }
    office.start_and_settle();
    nudges_everybody(&mut office, &sink);
}

#[test]
fn a_storm_of_signals_changes_nothing_and_the_end_is_an_end() {
    let sink = sink();
    let Some(mut office) = settled(&sink) else { return };
    ask_everybody(&office);
    for _ in 0..100 {
        office.signal("HUP");
    }
    office.wait_for("it was read anew", |it| {
        it.told_so_far().contains("The configuration was read anew.").then_some(())
    });
    nudges_everybody(&mut office, &sink);
    let anew = office.told_so_far().matches("read anew").count();
    for _ in 0..20 {
        // It may have ended meanwhile.
        let pid = office.pid().to_string();
        for name in ["-HUP", "-TERM", "-INT"] {
            let _ = Command::new("kill").args([name, &pid]).stderr(Stdio::null()).status();
        }
    }
    let code = place::wait_for("it ends", WITHIN, || office.ended());
    assert_eq!(code, Some(0), "{}", office.told_so_far());
    println!("100 HUP: read anew {anew} times; 60 more signals: ended with 0");
    office.kill();
    office.start_and_settle();
    assert_eq!(sink.accepted().len(), 2 * OWNERS, "{}", office.told());
}

/// Nobody reads what it says any more, or nobody ever did.
#[test]
fn without_anybody_who_listens_it_goes_on() {
    let closed = "exec \"$@\" >&- 2>&- <&-";
    let full = "exec \"$@\" >/dev/full 2>/dev/full";
    let broken = "exec \"$@\" >/dev/null 2> >(exec true)";
    for (case, line) in [("closed", closed), ("full", full), ("broken", broken)] {
        let sink = sink();
        let Some(mut office) = Office::new(OWNERS, &sink) else { return };
        office.wrap = ["bash", "-c", line, "bash"].map(str::to_owned).to_vec();
        office.start();
        office.wrap = Vec::new();
        office.all_read();
        for index in 0..OWNERS {
            office.letter_is("welcome", index, "sent");
        }
        ask_everybody(&office);
        nudges_everybody(&mut office, &sink);
        println!("stdout and stderr {case}: {} letters all the same", sink.accepted().len());
    }
}

/// A name server that never answers: one mailbox and the way out are cut off, nothing else.
#[test]
fn names_that_cannot_be_resolved_hold_up_nobody_else() {
    let sink = sink();
    let Some(mut office) = Office::new(OWNERS, &sink) else { return };
    let Ok(_silent) = UdpSocket::bind("127.0.0.53:53") else {
        place::skipped("no name server can be stood in for here");
        return;
    };
    let resolv = office.folder.path().join("resolv.conf");
    fs::write(&resolv, "nameserver 127.0.0.53\noptions timeout:2 attempts:1\n").unwrap();
    let Some(namespace) =
        Namespace::with(&format!("mount --bind {} /etc/resolv.conf", resolv.display()))
    else {
        place::skipped("no mount namespace can be made here");
        return;
    };
    let config = office.folder.path().join("sigap.toml");
    let whole = fs::read_to_string(&config).unwrap();
    let secret = office.folder.path().join("secret");
    fs::write(&secret, "rahasia").unwrap();
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
    let url = format!("url = \"smtp://127.0.0.1:{}\"\ntls = \"none\"", sink.port());
    let dead = whole.replace(&url, "url = \"smtp://smtp.dead.example.net:587\"");
    assert!(dead != whole);
    let far = "[[owner]]\nname = \"Far\"\naddresses = [\"far@example.com\"]\nlanguage = \"en\"\n\
               time_zone = \"Asia/Jakarta\"\nhours = [\"Mon-Sun 00:00-24:00\"]\n\
               imap.url = \"imaps://far@imap.dead.example.net\"\n\
               imap.password.file = \"secret\"\n";
    fs::write(&config, dead + far).unwrap();
    office.wrap = namespace.wrap();
    office.start();
    let said = |it: &Office, words: &str| {
        it.json(&["list"]).is_some_and(|list| list.to_string().contains(words))
    };
    office.wait_for("the mailbox is told of", |it| {
        said(it, "imap.dead.example.net:993 cannot be reached").then_some(())
    });
    ask_everybody(&office);
    office.wait_for("the others are read", |it| {
        (it.json(&["list"])?["obligations"].as_array().unwrap().len() == OWNERS).then_some(())
    });
    office.wait_for("the way out is told of", |it| {
        let letters = it.json(&["outbox", "list"])?.to_string();
        letters.contains("smtp.dead.example.net:587 cannot be reached").then_some(())
    });
    is_quiet(&office, "no names");
    assert_eq!(sink.attempts(), 0);
    // The way out is another one now.
    fs::write(&config, whole + far).unwrap();
    office.signal("HUP");
    office.pass(376);
    for index in 0..OWNERS {
        office.letter_is("welcome", index, "sent");
    }
    nudges_everybody(&mut office, &sink);
}

/// A child whose pipe nobody reads does not stand still for ever: what is written is lost.
#[test]
fn a_reading_command_into_a_closed_pipe_ends_quietly() {
    let sink = sink();
    let Some(office) = settled(&sink) else { return };
    let mut child = office
        .inside(env!("CARGO_BIN_EXE_sigap"))
        .arg("--config")
        .arg(office.folder.path().join("sigap.toml"))
        .args(["outbox", "list", "--all"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""));
}
