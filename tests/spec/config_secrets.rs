//! Secrets: closed files, short commands, one line, and silence. And what `check` says of them.

use std::time::Duration;

use jiff::civil::date;
use sigap::cli::check::check;
use sigap::config::secret::{Secret, SecretFault};

use crate::config::{Desk, MINIMAL, changed, closed};

#[test]
fn secrets_never_print() {
    let desk = Desk::new(MINIMAL);
    desk.put("secrets/smtp", "hunter2\n");
    closed(&desk.0.path().join("secrets/smtp"), 0o600);
    let secret = Secret::File(desk.0.path().join("secrets/smtp"));
    let password = secret.read().unwrap();
    assert_eq!(password.expose(), "hunter2");
    let command = Secret::Command("echo hunter2; exit 3".to_owned());
    let failed = command.read().unwrap_err();
    let loaded = desk.load().unwrap();
    let shown =
        format!("{password:?} {password} {secret:?} {command:?} {failed} {failed:?} {loaded:?}");
    assert!(!shown.contains("hunter2") && !shown.contains("pass show"), "{shown}");
    let wrong = [
        changed("password.file = \"secrets/smtp\"", "password = \"hunter2\""),
        changed("password.file = \"secrets/smtp\"", "password.file = [\"hunter2\"]"),
        changed("password.file = \"secrets/smtp\"", "password.credential = \"../hunter2 \\u0000\""),
        changed("password.file = \"secrets/smtp\"", "password.env = \"!hunter2\""),
        changed("password.file = \"secrets/smtp\"", "password.file = \"hunter2"),
        changed("smtps://sigap@", "smtps://sigap:hunter2@"),
        changed("smtps://sigap@", "smtps:/sigap:hunter2@"),
        changed("smtps://sigap@", "smtps://sigap:hunter2\\u0007@"),
        changed("password.file = \"secrets/smtp\"", "password.file = \"~hunter2\""),
        changed("smtps://sigap@mail.example.com:465", "smtps://sigap:hunter2@mail.example.com:x"),
    ];
    for text in wrong {
        let faults = Desk::new(&text).faults().join("\n");
        assert!(!faults.is_empty() && !faults.contains("hunter2"), "{faults}");
    }
}

#[test]
fn secret_files_open_to_others_are_refused() {
    let desk = Desk::new("");
    let path = desk.0.path().join("pass word");
    desk.put("pass word", "hunter2\r\nsecond line\n");
    for (mode, sound) in [
        (0o600, true),
        (0o400, true),
        (0o640, false),
        (0o604, false),
        (0o620, false),
        (0o644, false),
    ] {
        closed(&path, mode);
        let secret = Secret::File(path.clone());
        assert_eq!(secret.inspect().is_ok(), sound, "{mode:o}");
        assert_eq!(
            secret.read().ok().map(|p| p.expose().to_owned()),
            sound.then(|| "hunter2".to_owned())
        );
    }
    let said = Secret::File(path.clone()).read().unwrap_err().to_string();
    let shown = path.display();
    assert_eq!(
        said,
        format!(
            "the password file {shown} may be used by others (mode 0644); run: chmod 600 '{shown}'"
        )
    );
    let folder = Secret::File(desk.0.path().to_owned());
    assert!(matches!(folder.read(), Err(SecretFault::Unreadable { .. })));
    assert!(matches!(
        Secret::File("/nonexistent".into()).read(),
        Err(SecretFault::Unreadable { .. })
    ));
}

#[test]
fn passwords_are_one_line_of_text() {
    let desk = Desk::new("");
    let path = desk.0.path().join("p");
    let cases: &[(&[u8], Option<&str>)] = &[
        (b"a b\n", Some("a b")),
        (b"a", Some("a")),
        (b" a ", Some(" a ")),
        (b"", None),
        (b"\nb", None),
        (b"\xff", None),
        (b"a\0b", None),
    ];
    for (bytes, expected) in cases {
        std::fs::write(&path, bytes).unwrap();
        closed(&path, 0o600);
        let found = Secret::File(path.clone()).read().ok();
        assert_eq!(found.as_ref().map(|p| p.expose()), *expected, "{bytes:?}");
    }
    std::fs::write(&path, vec![b'a'; 70_000]).unwrap();
    assert_eq!(Secret::File(path).read(), Err(SecretFault::Unfit("longer than 64 KiB")));
}

#[test]
fn commands_give_their_first_line() {
    let read = |command: &str| Secret::Command(command.to_owned()).read();
    assert_eq!(read("printf 'one\\ntwo\\n'").unwrap().expose(), "one");
    assert_eq!(read("cat; echo after").unwrap().expose(), "after", "nothing to read from");
    assert_eq!(read("true"), Err(SecretFault::Unfit("empty")));
    assert!(matches!(read("echo x; exit 1"), Err(SecretFault::Failed(_))));
    assert!(matches!(read("/nonexistent/x"), Err(SecretFault::Failed(_))));
    assert!(matches!(
        Secret::Env("SIGAP_NOT_THERE".into()).read(),
        Err(SecretFault::NoVariable(_))
    ));
    let nowhere = Secret::Credential("x".into()).read();
    assert!(matches!(nowhere, Err(SecretFault::NoCredentials(_))), "{nowhere:?}");
}

#[test]
fn a_command_that_hangs_is_ended_with_all_its_children() {
    let desk = Desk::new("");
    let pids = desk.0.path().join("pids");
    let script = format!("echo $$ > {0}; sleep 300 & echo $! >> {0}; wait", pids.display());
    let patience = Duration::from_millis(500);
    let read = Secret::Command(script).read_within(patience);
    assert_eq!(read, Err(SecretFault::TooLong(patience)));
    let alive = |pid: &str| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        !stat.is_empty() && !stat.contains(") Z ")
    };
    let pids = std::fs::read_to_string(pids).unwrap();
    assert_eq!(pids.lines().count(), 2);
    for pid in pids.lines() {
        // The kernel may take a moment to end it; a process that stays never passes.
        let gone = (0..5_000).any(|_| {
            std::thread::sleep(Duration::from_millis(1));
            !alive(pid)
        });
        assert!(gone, "{pid} is still there");
    }
}

#[test]
fn check_reports_all_and_counts() {
    let desk = Desk::new(&MINIMAL.replace("delegates = [\"budi@example.com\"]", ""));
    let today = date(2026, 6, 1);
    let report = |text: &str| desk.plain(&text);
    let (text, code) = check(&desk.path(), today);
    assert_eq!(code, 3);
    let text = report(&text);
    assert!(
        text.contains(
            "sigap.toml:8: smtp.password.file: the password file secrets/smtp cannot be read: "
        ),
        "{text}"
    );
    assert!(text.contains("sigap.toml:10: smtp.ca_file: ca.pem: "), "{text}");
    assert!(
        text.ends_with(
            "sigap.toml: mode full, 1 owner, 1 team, 1 tier.\n2 problems, 0 warnings.\n"
        ),
        "{text}"
    );
    desk.put("ca.pem", "");
    desk.put("secrets/smtp", "hunter2");
    closed(&desk.0.path().join("secrets/smtp"), 0o600);
    let (text, code) = check(&desk.path(), today);
    assert_eq!(
        (report(&text).as_str(), code),
        ("sigap.toml: mode full, 1 owner, 1 team, 1 tier.\nNo problems, 0 warnings.\n", 0)
    );
    let (text, code) = check(&desk.path(), date(2026, 12, 1));
    assert!(code == 0 && text.contains("warning: ") && text.contains("2027"), "{text}");
    desk.put("sigap.toml", "mode = 1\n");
    let (text, code) = check(&desk.path(), today);
    assert!(
        code == 3 && text.ends_with("6 problems found; the configuration cannot be used.\n"),
        "{text}"
    );
}

#[test]
fn holidays_that_end_are_told_in_time() {
    let loaded = Desk::new(MINIMAL).load().unwrap();
    assert!(loaded.holiday_gaps(date(2026, 9, 1)).is_empty());
    let gaps = loaded.holiday_gaps(date(2026, 11, 24));
    assert_eq!(gaps.len(), 1);
    assert!(gaps[0].to_string().ends_with(
        "sigap.toml:24: owner[0].holidays: the holidays cover 2026 only: 2027 would be counted \
         without holidays; add a file with the holidays of 2027"
    ));
    assert_eq!(loaded.holiday_gaps(date(2027, 1, 1)).len(), 1);
    assert!(loaded.holiday_gaps(jiff::civil::Date::MAX).len() == 1);
}
