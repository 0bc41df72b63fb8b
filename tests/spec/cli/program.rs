//! The program as it is started: help, numbers, files it looks for, and what must never show.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, SystemTime};

use mail_parser::MessageParser;
use sigap::daemon::mark;
use sigap::maildir::uid_of;
use sigap::store::db::{Access, Db};
use sigap::store::{mailboxes, poison};

use super::world::{CONFIG, Said, World, at, now};

#[test]
fn help_names_what_there_is_and_nothing_else() {
    let world = World::new();
    let help = world.program(&["--help"]);
    assert_eq!(help.code, 0);
    for command in [
        "run", "check", "doctor", "list", "why", "done", "snooze", "not", "undo", "away", "judge",
        "report", "privacy", "outbox", "mode", "backup", "person", "demo",
    ] {
        let line = format!("  {command} ");
        assert!(help.out.lines().any(|found| found.starts_with(&line)), "{command}: {}", help.out);
    }
    for absent in ["delegate", "simulate"] {
        assert!(!help.out.contains(absent), "{absent}");
        assert_eq!(world.program(&[absent]).code, 2, "{absent}");
    }
    assert!(world.program(&["--version"]).out.starts_with("sigap "));
}

#[test]
fn called_wrongly_it_says_so() {
    let world = World::new();
    for words in [
        &[][..],
        &["fly"],
        &["done"],
        &["snooze", "S-00001"],
        &["undo"],
        &["list", "--owner"],
        &["mode", "loud"],
        &["--color", "blue", "list"],
        &["judge", "--jsonl", "a.eml"],
        &["why"],
        &["why", "what?"],
        &["report", "--format", "pdf"],
        &["report", "--language", "fr"],
    ] {
        let said = world.program(words);
        assert_eq!(said.code, 2, "{words:?}: {said:?}");
        assert!(said.out.is_empty() && !said.err.is_empty(), "{words:?}: {said:?}");
    }
}

#[test]
fn a_broken_configuration_tells_every_fault() {
    let broken = CONFIG.replace("nudge 2h", "nudge often").replace("Asia/Jakarta", "Asia/Nowhere");
    let world = World::with(&broken);
    for words in [&["list"][..], &["doctor"], &["run", "--once"], &["mode", "observe"]] {
        let said = world.program(words);
        assert_eq!(said.code, 78, "{words:?}: {said:?}");
        assert!(said.err.contains("\"often\"") && said.err.contains("Asia/Nowhere"), "{said:?}");
        assert!(said.err.contains("sigap.toml:"), "{said:?}");
    }
    assert_eq!(world.program(&["check"]).code, 3);
    let none = world.program(&["--config", "absent.toml", "list"]);
    assert!(none.code == 78 && none.err.contains("absent.toml"), "{none:?}");
}

#[test]
fn the_configuration_is_looked_for() {
    let world = World::new();
    let home = world.folder.path();
    assert_eq!(world.program(&["check"]).code, 0);
    std::fs::create_dir_all(home.join(".config/sigap")).unwrap();
    let theirs = home.join(".config/sigap/sigap.toml");
    std::fs::rename(world.config(), &theirs).unwrap();
    let found = world.program(&["check"]);
    assert!(found.out.contains(".config/sigap/sigap.toml"), "{found:?}");
    std::fs::remove_file(theirs).unwrap();
    let none = world.program(&["list"]);
    assert_eq!(none.code, 78, "{none:?}");
    for place in ["sigap.toml", ".config/sigap/sigap.toml", "/etc/sigap/sigap.toml"] {
        assert!(none.err.contains(place), "{place}: {none:?}");
    }
}

#[test]
fn without_a_database_none_is_made() {
    let world = World::new();
    for words in [
        &["list"][..],
        &["why", "S-00001"],
        &["done", "S-00001"],
        &["outbox"],
        &["outbox", "release"],
        &["mode"],
        &["mode", "observe"],
        &["backup", "copy.db"],
        &["person", "export", "budi@example.org"],
        &["undo", "--owner", "ani@example.com"],
    ] {
        let said = world.program(words);
        assert_eq!(said.code, 1, "{words:?}: {said:?}");
        assert!(said.err.contains("there is no database at"), "{words:?}: {said:?}");
        assert!(said.out.is_empty(), "{said:?}");
        assert!(!world.store().exists(), "{words:?} made one");
    }
    assert_eq!(world.program(&["doctor"]).code, 0, "it is made by the first run");
    std::fs::write(world.store(), "not a database, but a letter to somebody").unwrap();
    let said = world.program(&["list"]);
    assert!(said.code == 1 && said.err.contains("cannot be used"), "{said:?}");
}

#[test]
fn two_daemons_do_not_share_a_database() {
    let world = World::new();
    let held = Db::open(&world.store(), Access::Daemon, now()).unwrap();
    let said = world.program(&["run", "--once"]);
    assert!(said.code == 12 && said.err.contains("another running sigap"), "{said:?}");
    assert_eq!(world.program(&["list"]).code, 0, "commands work beside it");
    assert_eq!(world.program(&["outbox", "hold"]).code, 0);
    drop(held);
}

#[test]
fn what_ended_the_program_twice_is_set_aside_and_the_rest_is_read() {
    let world = World::new();
    assert_eq!(world.program(&["run", "--once"]).code, 0);
    let inbox = {
        let db = Db::open(&world.store(), Access::Daemon, now()).unwrap();
        let inbox = mailboxes::all(db.connection()).unwrap().remove(0).state.id;
        poison::suspect(db.connection(), inbox, uid_of(b"1.bad"), 1, now()).unwrap();
        inbox
    };
    for name in ["1.bad", "2.good"] {
        let message = format!("From: budi@example.org\r\nSubject: {name}\r\n\r\nHello?\r\n");
        std::fs::write(world.folder.path().join("ani/new").join(name), message).unwrap();
    }
    // As a process leaves it that dies while it reads the first one, for the second time.
    let died = format!("{:>20} {:>20}\n", inbox.0, uid_of(b"1.bad"));
    std::fs::write(mark::path(&world.store()), died).unwrap();
    let said = world.program(&["run", "--once"]);
    assert!(said.code == 0 && said.err.contains("is set aside"), "{said:?}");
    let said = world.program(&["run", "--once"]);
    assert!(said.code == 0 && !said.err.contains("is set aside"), "told once: {said:?}");
    let db = Db::open(&world.store(), Access::Daemon, now()).unwrap();
    let read = "SELECT group_concat(facts ->> 'base_subject') FROM message";
    let read: String = db.connection().query_row(read, [], |row| row.get(0)).unwrap();
    assert_eq!(read, "2.good");
}

#[test]
fn only_what_arrived_within_the_history_is_listed() {
    let longer = CONFIG.replacen("[[tier]]", "[reading]\nhistory = \"400d\"\n\n[[tier]]", 1);
    for (config, expected) in [(CONFIG, 1), (&longer, 2)] {
        let world = World::with(config);
        for days in [10, 200] {
            let message = format!(
                "From: Budi <budi@example.org>\r\nTo: Ani <ani@example.com>\r\nSubject: Report\r\n\
                 Message-ID: <{days}@example.org>\r\n\r\nHi Ani,\r\n\r\n\
                 Could you please send me report {days} by tomorrow?\r\n\r\nBudi\r\n"
            );
            let path = world.folder.path().join(format!("ani/new/{days}.mail"));
            std::fs::write(&path, message).unwrap();
            let at = SystemTime::now() - Duration::from_secs(days * 86_400);
            std::fs::File::options().write(true).open(path).unwrap().set_modified(at).unwrap();
        }
        assert_eq!(world.program(&["run", "--once"]).code, 0);
        let listed = world.program(&["--json", "list"]).json();
        let asks: u64 = listed["obligations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["asks"].as_u64().unwrap())
            .sum();
        assert_eq!(asks, expected, "{listed}");
    }
}

#[test]
fn check_finds_what_is_missing() {
    let world = World::new();
    assert_eq!(world.program(&["check"]).code, 0);
    std::fs::remove_dir(world.folder.path().join("letters")).unwrap();
    let said = world.program(&["--json", "check"]);
    assert_eq!(said.code, 3, "{said:?}");
    let report: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(report["ok"], false);
    let config = format!("templates = \"words\"\n{CONFIG}");
    let world = World::with(&config);
    std::fs::create_dir_all(world.folder.path().join("words/en")).unwrap();
    std::fs::write(world.folder.path().join("words/en/nudge.txt"), "{{ nobody }}").unwrap();
    let said = world.program(&["check"]);
    assert!(said.code == 3 && said.out.contains("en/nudge.txt"), "{said:?}");
}

#[test]
fn doctor_wants_a_folder_of_sent_mail() {
    let world = World::new();
    let all_well = world.program(&["doctor"]);
    assert_eq!(all_well.code, 0, "{all_well:?}");
    std::fs::remove_dir_all(world.folder.path().join("ani/.Sent")).unwrap();
    let said = world.program(&["doctor"]);
    assert!(said.code == 3 && said.out.contains("no folder of sent mail"), "{said:?}");
    let said = world.program(&["doctor", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let proofs = report["proofs"].as_array().unwrap();
    assert!(proofs.iter().any(|proof| proof["problem"] == "other"), "{report}");
}

const CANARY: &str = "kenari-9f3b71";

/// Ani on an IMAP server of this machine, letters to another one; both with the canary as password.
fn with_servers(imap: u16, smtp: u16) -> World {
    let (head, _) = CONFIG.split_once("[[owner]]").unwrap();
    let head = head.replace(
        "folder = \"letters\"",
        &format!(
            "url = \"smtp://sigap@127.0.0.1:{smtp}\"\ntls = \"none\"\npassword.file = \"secret\""
        ),
    );
    let owner = format!(
        "[[owner]]\nname = \"Ani Wijaya\"\naddresses = [\"ani@example.com\"]\nlanguage = \"en\"\n\
         time_zone = \"Asia/Jakarta\"\nhours = [\"Mon-Fri 09:00-17:00\"]\n\
         imap.url = \"imap://ani@127.0.0.1:{imap}\"\nimap.tls = \"none\"\n\
         imap.password.command = \"echo {CANARY}\"\n"
    );
    let world = World::with(&format!("{head}{owner}"));
    let secret = world.folder.path().join("secret");
    std::fs::write(&secret, format!("{CANARY}\n")).unwrap();
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
    world
}

fn never_shows(said: &Said) {
    assert!(!said.out.contains(CANARY) && !said.err.contains(CANARY), "{said:?}");
}

#[test]
fn a_net_that_is_not_there_is_no_refused_login() {
    let unused = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let world = with_servers(unused(), unused());
    let said = world.program(&["doctor", "-vvv"]);
    assert_eq!(said.code, 11, "{said:?}");
    never_shows(&said);
    for words in [&["check", "-vvv"][..], &["list", "-vvv"], &["run", "--once", "-vvv"]] {
        never_shows(&world.program(words));
    }
    let said = world.program(&["doctor"]);
    assert_eq!(said.code, 11, "what the daemon ran into is the same: {said:?}");
    assert!(said.out.contains("now: 127.0.0.1:"), "{said:?}");
}

#[test]
fn doctor_explains_a_login_that_has_no_mailbox() {
    let table = [
        ("BAD User is authenticated but not connected.", "has a licence"),
        ("BAD Request is throttled. Suggested Backoff Time: 92000 milliseconds", "slows this"),
        ("NO [UNAVAILABLE] later", "administrator"),
    ];
    for (words, right) in table {
        let imap = refusing(&["* OK ready\r\n"], move |line| {
            let tag = line.split(' ').next().unwrap().to_owned();
            if line.contains("CAPABILITY") {
                format!("* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n")
            } else {
                format!("{tag} {words}\r\n")
            }
        });
        let said = with_servers(imap, imap).program(&["doctor"]);
        assert!(said.code == 3 && said.out.contains(right), "{words}: {said:?}");
    }
}

#[test]
fn a_refused_login_has_its_number_and_no_password_shows() {
    let imap = refusing(&["* OK ready\r\n"], |line| {
        let tag = line.split(' ').next().unwrap().to_owned();
        if line.contains("CAPABILITY") {
            format!("* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n")
        } else {
            // A server that repeats what it was told.
            format!("{tag} NO [AUTHENTICATIONFAILED] not {line}\r\n")
        }
    });
    let smtp = refusing(&["220 mail.example.com ESMTP\r\n"], |line| match line {
        line if line.starts_with("EHLO") => "250-mail.example.com\r\n250 AUTH LOGIN\r\n".to_owned(),
        line if line.starts_with("AUTH") => "334 VXNlcm5hbWU6\r\n".to_owned(),
        "c2lnYXA=" => "334 UGFzc3dvcmQ6\r\n".to_owned(),
        _ => "535 5.7.8 refused\r\n".to_owned(),
    });
    let world = with_servers(imap, smtp);
    let said = world.program(&["doctor", "-vvv"]);
    assert_eq!(said.code, 10, "{said:?}");
    never_shows(&said);
    let said = world.program(&["run", "--once", "-vvv"]);
    assert_eq!(said.code, 4, "{said:?}");
    never_shows(&said);
    let said = world.program(&["doctor"]);
    assert_eq!(said.code, 10, "what the daemon ran into is the same: {said:?}");
    never_shows(&said);
}

#[test]
fn doctor_says_what_a_server_lacks_and_that_it_is_no_problem() {
    let imap = refusing(&["* OK ready\r\n"], |line| {
        let (tag, command) = line.split_once(' ').unwrap();
        let untagged = match command.split(' ').next().unwrap() {
            "CAPABILITY" => "* CAPABILITY IMAP4rev1 CONDSTORE\r\n",
            "LIST" => "* LIST () \"/\" INBOX\r\n* LIST () \"/\" Terkirim\r\n",
            "EXAMINE" if command.contains("INBOX") => "* 0 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n",
            "EXAMINE" => "* 2 EXISTS\r\n* OK [UIDNEXT 3] x\r\n",
            _ => "",
        };
        format!("{untagged}{tag} OK done\r\n")
    });
    let smtp = refusing(&["220 mail.example.com ESMTP\r\n"], |line| match line {
        line if line.starts_with("EHLO") => "250-mail.example.com\r\n250 AUTH PLAIN\r\n".to_owned(),
        line if line.starts_with("AUTH") => "235 2.7.0 in\r\n".to_owned(),
        _ => "221 2.0.0 bye\r\n".to_owned(),
    });
    let world = with_servers(imap, smtp);
    let said = world.program(&["doctor"]);
    assert_eq!(said.code, 0, "{said:?}");
    let lacks = [
        "no QRESYNC: at each reading the latest 2,000 messages of a folder are looked for; that \
         others were deleted or moved is noticed within a day",
        "no IDLE: what is new is noticed when it is polled, every 2m",
        "no UIDVALIDITY: the folder is read from its beginning on every new connection",
        "no SPECIAL-USE: the folder of sent mail was found by its name, Terkirim; were it renamed \
         to one that is not known, answers would not be seen",
    ];
    let words: Vec<&str> = said.out.split_whitespace().collect();
    for lack in lacks {
        assert!(words.join(" ").contains(lack), "{lack}: {said:?}");
    }
    assert!(said.out.ends_with("No problems.\n"), "{said:?}");
    let said = world.program(&["doctor", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(report["ok"], true, "{report}");
    let proofs = report["proofs"].as_array().unwrap();
    let told: Vec<_> = proofs.iter().flat_map(|one| one["lacks"].as_array().unwrap()).collect();
    assert_eq!(told, lacks, "{report}");
}

#[test]
fn a_correction_reads_the_text_once_more_and_why_tells_what_it_teaches() {
    let world = World::new();
    assert_eq!(world.program(&["run", "--once"]).code, 0);
    let message = "From: budi@example.org\r\nTo: ani@example.com\r\nSubject: Attendance\r\n\
                   Message-ID: <b1@example.org>\r\n\r\nDear Ani,\r\n\r\nCould you please \
                   confirm the attendance summary of your department?\r\n";
    std::fs::write(world.folder.path().join("ani/new/1.ask"), message).unwrap();
    assert_eq!(world.program(&["run", "--once"]).code, 0);
    let listed = world.program(&["--json", "list"]).json();
    let reference = listed["obligations"][0]["ref"].as_str().unwrap().to_owned();
    assert_eq!(world.program(&["not", &reference]).code, 0);
    let said = world.program(&["why", &reference]);
    assert!(said.out.contains("it is still to be read once more"), "{said:?}");
    assert_eq!(world.program(&["run", "--once"]).code, 0);
    let told = world.program(&["--json", "why", &reference]).json();
    let teaches = &told["cases"][0]["obligations"][0]["said"][0]["teaches"];
    assert_eq!(teaches["sender"], "budi@example.org", "{told:#}");
    assert!(teaches["words"].as_u64() > Some(4), "{told:#}");
    assert_eq!(world.program(&["undo", "--owner", "ani@example.com"]).code, 0);
    let told = world.program(&["--json", "why", &reference]).json();
    assert!(told["cases"][0]["obligations"][0]["said"][0]["teaches"].is_null(), "{told:#}");
}

/// A server that greets and answers each line; it ends with the test's process.
fn refusing(greeting: &'static [&str], answer: impl Fn(&str) -> String + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            stream.write_all(greeting.concat().as_bytes()).unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            for line in lines.map_while(Result::ok) {
                if stream.write_all(answer(&line).as_bytes()).is_err() {
                    break;
                }
            }
        }
    });
    port
}

/// What a newcomer types first: three weeks are played, on whatever day it is, and all lies there.
#[test]
fn the_demo_plays_on_any_day_of_the_week() {
    for day in ["2026-11-23", "2026-11-27", "2026-11-29"] {
        let room = tempfile::tempdir().unwrap();
        let folder = room.path().join("demo");
        let words = ["demo", "--keep", folder.to_str().unwrap()];
        let said = World::new().sigap_at(&words, at(&format!("{day} 08:25")));
        assert_eq!(said.code, 0, "{said:?}");
        for part in ["replies are owed", "Mode: full", "WEEK OF", "SELESAI 1"] {
            assert!(said.out.contains(part), "{day}: {part}: {}", said.out);
        }
        let page = std::fs::read_to_string(folder.join("report.html")).unwrap();
        assert!(page.contains("Laporan ini hanya untuk Anda"), "{day}");
        let letters: Vec<String> = std::fs::read_dir(folder.join("letters"))
            .unwrap()
            .map(|file| {
                let bytes = std::fs::read(file.unwrap().path()).unwrap();
                let letter = MessageParser::new().parse(&bytes).unwrap();
                letter.subject().unwrap().to_owned()
            })
            .collect();
        assert!(letters.len() > 20, "{day}: {letters:?}");
        assert!(letters.iter().any(|subject| subject.starts_with("Pekan Anda, ")), "{letters:?}");
        let again = World::new().sigap_at(&words, at(&format!("{day} 08:25")));
        assert!(again.code == 2 && again.err.contains("is not empty"), "{again:?}");
    }
}
