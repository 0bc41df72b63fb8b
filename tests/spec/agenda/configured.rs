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
    let Place::File(file) = &agenda.place;
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
