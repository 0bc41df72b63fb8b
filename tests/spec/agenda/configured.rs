//! How an owner's calendar is configured.

use jiff::SignedDuration;
use sigap::config::agenda::{Place, WORDS};

use crate::config::{Desk, MINIMAL};

fn with(lines: &str) -> Desk {
    Desk::new(&MINIMAL.replace("team = \"payroll\"\n", &format!("team = \"payroll\"\n{lines}\n")))
}

#[test]
fn a_file_is_enough_and_all_else_has_its_usual_value() {
    let settings = with("calendar.file = \"dwi.ics\"").load().unwrap().settings;
    let agenda = settings.owners[0].agenda.clone().unwrap();
    let Place::File(file) = &agenda.place else { panic!("{agenda:?}") };
    assert!(file.ends_with("dwi.ics") && file.is_absolute(), "{file:?}");
    assert_eq!(agenda.every, SignedDuration::from_mins(15));
    assert_eq!(agenda.words, WORDS);
    let own = "calendar.file = \"a.ics\"\ncalendar.words = [\"Urlaub\"]\ncalendar.every = \"4s\"";
    let settings = with(own).load().unwrap().settings;
    let agenda = settings.owners[0].agenda.clone().unwrap();
    assert_eq!((agenda.words, agenda.every), (vec!["urlaub".into()], SignedDuration::from_secs(4)));
    assert!(Desk::new(MINIMAL).load().unwrap().settings.owners[0].agenda.is_none());
}

#[test]
fn every_fault_is_named_with_its_line() {
    let faults = with("calendar.every = \"0s\"\ncalendar.words = [\"\"]\ncalendar.path = \"a\"");
    let faults = faults.faults();
    for (line, words) in [
        (21, "owner[0].calendar.every: \"0s\" is no time at all"),
        (22, "is empty"),
        (23, "calendar.path"),
        (21, "owner[0].calendar.file: is missing"),
    ] {
        let named = faults.iter().any(|f| f.contains(&format!(":{line}:")) && f.contains(words));
        assert!(named, "{line} {words}: {faults:#?}");
    }
}

#[test]
fn a_calendar_is_in_one_place() {
    let (file, url, caldav) = (
        "calendar.file = \"a.ics\"",
        "calendar.url = \"https://cal.example.com/\"",
        "calendar.caldav = \"https://cal.example.com/dav/\"",
    );
    let settings = with(caldav).load().unwrap().settings;
    let agenda = settings.owners[0].agenda.clone().unwrap();
    let Place::CalDav(site) = &agenda.place else { panic!("{agenda:?}") };
    assert_eq!(site.url.as_str(), "https://cal.example.com/dav/");
    for (lines, wanted) in [
        (vec![file, url], vec![":22: owner[0].calendar.url: stands beside file"]),
        (vec![file, caldav], vec![":22: owner[0].calendar.caldav: stands beside file"]),
        (vec![url, caldav], vec![":22: owner[0].calendar.caldav: stands beside url"]),
        (
            vec![file, url, caldav],
            vec![
                ":22: owner[0].calendar.url: stands beside file",
                ":23: owner[0].calendar.caldav: stands beside file",
            ],
        ),
        (vec!["calendar.every = \"1h\""], vec!["or calendar.caldav"]),
    ] {
        let faults = with(&lines.join("\n")).faults();
        assert_eq!(faults.len(), wanted.len(), "{faults:#?}");
        for (fault, words) in faults.iter().zip(wanted) {
            assert!(fault.contains(words), "{words}: {fault}");
        }
    }
}

#[test]
fn an_address_is_protected_or_of_this_machine() {
    for (lines, fault) in [
        ("url = \"https://cal.example.com/a.ics?key=1\"", ""),
        ("url = \"http://127.0.0.1:8008/a.ics\"\ncalendar.private = true", ""),
        ("url = \"http://localhost/a.ics\"\ncalendar.private = true", ""),
        ("url = \"http://127.0.0.1:8008/a.ics\"", "write calendar.private = true"),
        ("url = \"http://cal.example.com/a.ics\"", "is not protected"),
        ("url = \"http://cal.example.com/a.ics\"\ncalendar.private = true", "is not protected"),
        ("url = \"https://dwi:geheim@cal.example.com/a.ics\"", "holds a login"),
        ("url = \"webcal://cal.example.com/a.ics\"", "does not begin with https://"),
        ("url = \"cal.example.com\"", "is not an address"),
        ("url = \"https://cal.example.com/\"\ncalendar.user = \"dwi\"", "has no password"),
        ("url = \"https://cal.example.com/\"\ncalendar.password.env = \"P\"", "has no login name"),
    ] {
        for lines in [lines.to_owned(), lines.replace("url =", "caldav =")] {
            let faults = with(&format!("calendar.{lines}")).faults();
            let told = faults.join("\n");
            let wanted = if fault.is_empty() { told.is_empty() } else { told.contains(fault) };
            assert!(wanted && faults.len() <= 1, "{lines}: {told}");
            assert!(!told.contains("geheim"), "{told}");
        }
    }
}
