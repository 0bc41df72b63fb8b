//! The configuration: the minimal file loads, every fault is named with its line, all at once.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use sigap::config::fault::Faults;
use sigap::config::secret::Secret;
use sigap::config::settings::{Loaded, Outgoing, Source, Tls, load};
use sigap::model::calendar::Calendar;
use sigap::model::policy::{Mode, Rung, Step};
use sigap::model::verdict::Language;
use tempfile::TempDir;

const FAULTS: &str = include_str!("../data/config/faults.txt");
/// The minimal file as it is promised to work.
pub(crate) const MINIMAL: &str = r#"mode = "full"

[store]
path = "sigap.db"

[smtp]
url = "smtps://sigap@mail.example.com:465"        # user part percent-encoded
password.file = "secrets/smtp"                     # or .command, .env, .credential (systemd)
from = "Sigap <sigap@example.com>"
ca_file = "ca.pem"                                 # optional, added to the system's roots

[[tier]]
name = "everyone"
reply_within = "8h"
ladder = ["nudge 6h", "nudge 12h", "lapse 80h"]

[[owner]]
name = "Dwi Lestari"
addresses = ["dwi@example.com", "dwi.lestari@example.com"]
team = "payroll"
language = "id"
time_zone = "Asia/Jakarta"
hours = ["Mon-Thu 08:00-12:00, 13:00-17:00", "Fri 08:00-11:30, 13:00-17:00"]
holidays = ["holidays/id-2026.ics"]
imap.url = "imaps://dwi@imap.example.com:993"
imap.password.command = "pass show mail/dwi"     # imap.ca_file as for smtp
# or: maildir.path = "/var/mail/dwi/Maildir"
delegates = ["budi@example.com"]

[[team]]
name = "payroll"
lead = "ratna@example.com"

[admin]
address = "it@example.com"          # fuse, blind mailboxes, refused logins
"#;
/// What is said of its delegate.
const OUTSIDER: &str = "sigap.toml:28: owner[0].delegates[0]: budi@example.com is no owner, so no \
                        answer of theirs is heard; add [inbox], or make them an owner; until then \
                        they are passed over after away.accept_within";
const HOLIDAYS: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//sigap//test//EN\r\n\
    BEGIN:VEVENT\r\nUID:1@example.com\r\nDTSTAMP:20251001T000000Z\r\n\
    DTSTART;VALUE=DATE:20260817\r\nDTEND;VALUE=DATE:20260818\r\n\
    SUMMARY:Hari Kemerdekaan\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

/// A folder with a configuration and the holidays it names.
pub(crate) struct Desk(pub(crate) TempDir);

impl Desk {
    pub(crate) fn new(text: &str) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        desk.put("sigap.toml", text);
        desk.put("holidays/id-2026.ics", HOLIDAYS);
        desk
    }

    pub(crate) fn put(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().join("sigap.toml")
    }

    pub(crate) fn load(&self) -> Result<Loaded, Faults> {
        load(&self.path())
    }

    /// The faults as lines, without the temporary folder.
    pub(crate) fn faults(&self) -> Vec<String> {
        match self.load() {
            Ok(_) => Vec::new(),
            Err(faults) => faults.0.iter().map(|fault| self.plain(fault)).collect(),
        }
    }

    fn warnings(&self) -> Vec<String> {
        self.load().unwrap().warnings.iter().map(|fault| self.plain(fault)).collect()
    }

    pub(crate) fn plain(&self, fault: &dyn std::fmt::Display) -> String {
        fault.to_string().replace(&format!("{}/", self.0.path().display()), "")
    }
}

/// The minimal file with one line replaced (`old` must stand in it exactly once).
pub(crate) fn changed(old: &str, new: &str) -> String {
    assert_eq!(MINIMAL.matches(old).count(), 1, "{old}");
    MINIMAL.replace(old, new)
}

#[test]
fn follow_ups_come_after_three_days_or_never() {
    let within = |nudges: &str| {
        let desk = Desk::new(&format!("{MINIMAL}\n[nudges]\n{nudges}\n"));
        let loaded = desk.load().unwrap_or_else(|faults| panic!("{faults}"));
        loaded.settings.policy.follow_up_within
    };
    assert_eq!(within(""), Some(SignedDuration::from_hours(24)));
    assert_eq!(within("follow_up_within = \"16h\""), Some(SignedDuration::from_hours(16)));
    assert_eq!(within("follow_up_within = \"off\""), None);
    let days = Desk::new(&format!("{MINIMAL}\n[nudges]\nfollow_up_within = \"3d\"\n"));
    assert_eq!(days.faults().len(), 1, "{:?}", days.faults());
}

#[test]
fn the_minimal_file_loads() {
    let desk = Desk::new(MINIMAL);
    let loaded = desk.load().unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(desk.warnings(), [OUTSIDER]);
    let settings = loaded.settings;
    assert_eq!(settings.mode, Mode::Full);
    assert_eq!(settings.store, desk.0.path().join("sigap.db"));
    let Outgoing::Smtp(account) = &settings.outgoing else { panic!("a server is meant") };
    assert_eq!((account.host.as_str(), account.port), ("mail.example.com", 465));
    assert_eq!((account.tls, account.user.as_deref()), (Tls::Implicit, Some("sigap")));
    assert_eq!(account.password, Some(Secret::File(desk.0.path().join("secrets/smtp"))));
    assert_eq!(account.ca_file, Some(desk.0.path().join("ca.pem")));
    assert_eq!(
        (settings.from.name.as_str(), settings.from.address.as_str()),
        ("Sigap", "sigap@example.com")
    );
    let watched = &settings.owners[0];
    assert_eq!(watched.owner.addresses.len(), 2);
    assert_eq!(watched.owner.language, Language::Id);
    assert_eq!(watched.owner.you, "Bapak/Ibu");
    let Source::Imap(account) = &watched.source else { panic!("a server is meant") };
    assert_eq!(account.password, Some(Secret::Command("pass show mail/dwi".to_owned())));
    let policy = &settings.policy;
    assert_eq!(
        policy.tiers[0].ladder[2],
        Step { rung: Rung::Lapse, after: SignedDuration::from_hours(80) }
    );
    assert_eq!((policy.asks_from, policy.unsure_from, policy.urgent_extra), (0.6, 0.45, 1));
    assert_eq!(policy.fresh_within, SignedDuration::from_secs(60));
    assert_eq!(policy.settle, SignedDuration::from_mins(15));
    assert_eq!(policy.due_soon, SignedDuration::from_hours(2));
    let fuse = policy.fuse;
    assert_eq!((fuse.instance_per_hour, fuse.address_per_day), (200, 6));
    assert_eq!((fuse.domain_per_hour, fuse.owner_per_hour), (20, 40));
    assert_eq!(policy.own_domains, ["example.com"]);
    assert_eq!(settings.retention.facts, SignedDuration::from_hours(730 * 24));
    assert_eq!(settings.retention.letters, SignedDuration::from_hours(7 * 24));
    assert_eq!(settings.poll_every, SignedDuration::from_mins(2));
    assert_eq!(settings.history, SignedDuration::from_hours(24 * 90));
    assert_eq!(settings.teams["payroll"].lead.as_ref().unwrap().as_str(), "ratna@example.com");
}

#[test]
fn each_fault_is_named_with_its_line() {
    let mut wrong = String::new();
    let cases = FAULTS.split("\n\n").filter(|case| case.starts_with("- "));
    assert!(cases.clone().count() > 50);
    for case in cases {
        let part = |sign: &str| -> Vec<&str> {
            let lines = case.lines().filter_map(|line| line.strip_prefix(sign));
            lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect()
        };
        let text = changed(&part("-").join("\n"), &part("+").join("\n"));
        let found = Desk::new(&text).faults();
        if found != part(">") {
            wrong.push_str(&format!("{case}\nfound\n  {}\n\n", found.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn all_faults_come_at_once() {
    let text = "mode = \"loud\"\nshop = 1\n[smtp]\nurl = 7\nfrom = \"x\"\n[[owner]]\nhours = [\"never\"]\n";
    let desk = Desk::new(text);
    let lines: Vec<String> = desk
        .faults()
        .iter()
        .map(|line| line.splitn(3, ": ").take(2).collect::<Vec<_>>().join(" "))
        .collect();
    let expected = [
        "sigap.toml:1 mode",
        "sigap.toml:2 shop",
        "sigap.toml:4 smtp.url",
        "sigap.toml:5 smtp.from",
        "sigap.toml:6 owner[0].name",
        "sigap.toml:6 owner[0].addresses",
        "sigap.toml:6 owner[0].time_zone",
        "sigap.toml:6 owner[0].imap",
        "sigap.toml:7 owner[0].hours[0]",
        "sigap.toml store.path",
        "sigap.toml tier",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_slip_of_syntax_hides_no_other_fault_and_invents_none() {
    let text = changed("language = \"id\"", "language = \"de\"")
        .replace("reply_within = \"8h\"", "reply_within = \"8h");
    let lines = Desk::new(&text).faults();
    assert!(lines[0].starts_with("sigap.toml:14: not TOML: "), "{lines:#?}");
    assert!(
        lines.iter().any(|line| line.starts_with("sigap.toml:21: owner[0].language: ")),
        "{lines:#?}"
    );
    assert!(!lines.iter().any(|line| line.contains("is missing")), "{lines:#?}");
}

#[test]
fn plain_lines_are_for_this_machine_only() {
    let text =
        changed("smtps://sigap@mail.example.com:465\"", "smtp://127.0.0.1:2525\"\ntls = \"none\"")
            .replace("password.file = \"secrets/smtp\"", "");
    let Outgoing::Smtp(account) = Desk::new(&text).load().unwrap().settings.outgoing else {
        panic!("a server is meant")
    };
    assert_eq!((account.tls, account.port, account.user), (Tls::Plain, 2525, None));
}

#[test]
fn included_files_are_checked_like_the_main_file() {
    let text = changed("mode = \"full\"", "include = [\"owners.d/*.toml\", \"none.d/*\"]");
    let desk = Desk::new(&text);
    std::fs::create_dir(desk.0.path().join("none.d")).unwrap();
    desk.put("owners.d/.hidden.toml", "mode = 3");
    desk.put("owners.d/readme.txt", "mode = 3");
    desk.put(
        "owners.d/budi.toml",
        "[[owner]]\nname = \"Budi\"\naddresses = [\"budi@example.com\"]\nteam = \"legal\"\n\
         time_zone = \"Asia/Makassar\"\nhours = [\"Mon-Fri 08:00-16:00\"]\nmaildir.path = \"budi\"\n",
    );
    let loaded = desk.load().unwrap_or_else(|faults| panic!("{faults}"));
    let Source::Maildir(path) = &loaded.settings.owners[1].source else { panic!("a Maildir") };
    assert_eq!(*path, desk.0.path().join("owners.d/budi"), "relative to the file that names it");
    assert_eq!(
        desk.warnings(),
        [
            "sigap.toml:1: include[1]: \"none.d/*\" matches no file; look whether the folder is the \
             right one",
            "owners.d/budi.toml:4: owner[0].team: \"legal\" is a team that is declared nowhere; add \
             a [[team]] with that name, or it has no lead and no report",
        ]
    );
    desk.put(
        "owners.d/citra.toml",
        "mode = \"full\"\n[[owner]]\naddresses = [\"dwi+1@example.com\"]\n",
    );
    let faults = desk.faults();
    let expected = [
        "owners.d/citra.toml:1: mode: is not a known key; known here: owner, team, requester",
        "owners.d/citra.toml:3: owner[0].addresses[0]: dwi+1@example.com already belongs to \"Dwi \
         Lestari\" (sigap.toml:19); every address belongs to one owner; a shared one is an owner itself",
    ];
    for line in expected {
        assert!(faults.iter().any(|found| found == line), "{line}\n{faults:#?}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_a_fault_of_its_own() {
    let nowhere = load(Path::new("/nonexistent/sigap.toml")).unwrap_err().to_string();
    assert!(nowhere.starts_with("/nonexistent/sigap.toml: cannot be read: "), "{nowhere}");
    let desk = Desk::new("");
    std::fs::write(desk.path(), b"mode = \"full\"\nx = \"\xff\"\n").unwrap();
    assert_eq!(desk.faults(), ["sigap.toml:2: is not UTF-8 text from here on; save it as UTF-8"]);
    assert!(load(desk.0.path()).is_err(), "a folder is no file");
}

#[test]
fn the_fingerprint_tells_promises_apart_and_nothing_else() {
    let print = |text: &str| Desk::new(text).load().unwrap().settings.fingerprint;
    let one = print(MINIMAL);
    assert_eq!(one, print(MINIMAL), "another folder, the same promises");
    assert!(
        !one.contains("secrets") && !one.contains("pass show") && !one.contains("imap.example")
    );
    let same = [
        ("mode = \"full\"", "mode = \"observe\""),
        ("smtps://sigap@mail.example.com:465", "smtps://other@mail.example.org:465"),
        ("# or: maildir.path", "# "),
        ("path = \"sigap.db\"", "path = \"x.db\""),
    ];
    for (old, new) in same {
        assert_eq!(one, print(&changed(old, new)), "{new}");
    }
    let other = [
        ("Fri 08:00-11:30", "Fri 08:00-11:31"),
        ("\"8h\"", "\"9h\""),
        ("\"dwi.lestari@example.com\"", "\"dwi.l@example.com\""),
        ("Asia/Jakarta", "Asia/Makassar"),
        ("delegates = [\"budi@example.com\"]", "delegates = [\"citra@example.com\"]"),
        ("delegates = [\"budi@example.com\"]", "exceptions.2026-12-31 = \"closed\""),
        ("holidays = [\"holidays/id-2026.ics\"]", ""),
        ("mode = \"full\"", "judgement.asks_from = 0.7"),
    ];
    for (old, new) in other {
        assert_ne!(one, print(&changed(old, new)), "{new}");
    }
}

/// What is stored of the promises is read again as they were.
#[test]
fn the_fingerprint_is_read_again() {
    let profile = "exceptions.2026-12-31 = \"closed\"\n[[owner.profile]]\nfrom = \"2026-02-18\"\n\
                   to = \"2026-03-19\"\nhours = [\"Mon-Fri 08:00-15:00\", \"Sat 08:00-24:00\"]";
    let texts = [
        MINIMAL.to_owned(),
        changed("holidays = [\"holidays/id-2026.ics\"]", ""),
        changed("delegates = [\"budi@example.com\"]", profile),
    ];
    for text in texts {
        let settings = Desk::new(&text).load().unwrap().settings;
        let found = sigap::store::promises::read(&settings.fingerprint, Timestamp::UNIX_EPOCH);
        let found = found.unwrap();
        assert_eq!(found.policy, settings.policy);
        for watched in &settings.owners {
            for address in &watched.owner.addresses {
                let read = &found.owners[address];
                assert_eq!(read.team, watched.owner.team);
                let calendar = Calendar::clone(&watched.owner.calendar);
                assert_eq!(format!("{:?}", read.calendar), quietly(&calendar));
            }
        }
    }
    for wrong in ["", "sigap policy 2\n", "sigap policy 1\n", "sigap policy 1\npolicy {}\n"] {
        let found = sigap::store::promises::read(wrong, Timestamp::UNIX_EPOCH);
        assert!(found.is_err(), "{wrong:?}");
    }
}

/// Which holidays are quiet is of letters only and no promise.
fn quietly(calendar: &Calendar) -> String {
    format!("{calendar:?}").replace("quiet: true", "quiet: false")
}

#[test]
fn ten_thousand_owners_share_their_holidays() {
    let mut text = MINIMAL.replace("mode = \"full\"", "holidays = [\"holidays/id-2026.ics\"]");
    for no in 0..10_000 {
        text.push_str(&format!(
            "[[owner]]\nname = \"Ani {no}\"\naddresses = [\"ani{no}@example.com\", \"a{no}@example.org\"]\n\
             team = \"payroll\"\ntime_zone = \"Asia/Jakarta\"\n\
             hours = [\"Mon-Thu 08:00-12:00, 13:00-17:00\", \"Fri 08:00-11:30, 13:00-17:00\"]\n\
             imap.url = \"imaps://ani{no}@imap.example.com\"\nimap.password.file = \"secrets/{no}\"\n"
        ));
    }
    let loaded = Desk::new(&text).load().unwrap();
    assert_eq!(loaded.settings.owners.len(), 10_001);
    assert_eq!(loaded.settings.policy.fuse.instance_per_hour, 20_002);
    assert_eq!(loaded.coverage.len(), 1);
    assert_eq!(loaded.settings.fingerprint.matches("\nholidays ").count(), 1);
}

/// Gives a file exactly these permissions.
pub(crate) fn closed(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn to_whom_reports_go_is_checked() {
    let told =
        |team: &str| Desk::new(&format!("{MINIMAL}\n[[team]]\nname = \"desk\"\n{team}")).faults();
    assert!(told("").is_empty(), "whoever leads nobody reads nothing");
    assert!(told("report_to = \"everyone\"").is_empty());
    assert!(told("lead = \"ratna@example.com\"\nreport_to = \"lead\"").is_empty());
    let unknown = told("report_to = \"all\"");
    assert!(unknown[0].contains("\"all\" is nobody to whom a report goes; write \"lead\""));
    for level in ["aggregate", "threads", "named"] {
        let words = format!("report_level = \"{level}\"\nagreement = \"Minutes of 1 June\"");
        assert!(told(&words).is_empty(), "{level}");
    }
    assert!(told("report_level = \"threads\"").is_empty());
    let named = told("report_level = \"named\"");
    assert!(named[0].contains("agreement: is missing; write where it is written"), "{named:?}");
    let empty = told("report_level = \"named\"\nagreement = \" \"");
    assert_eq!(empty.len(), 1, "{empty:?}");
    let level = told("report_level = \"all\"");
    assert!(level[0].contains("\"all\" is no level of a report; write \"aggregate\""), "{level:?}");
    let nobody = told("report_to = \"lead\"");
    assert!(
        nobody[0].contains("the report goes to the lead, and this team has none"),
        "{nobody:?}"
    );
}
