//! Holiday files: Indonesia's of 2026, day by day; forms that must be read; faults with lines.

use std::path::Path;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use sigap::config::holidays::{SHIPPED, joined, parse, read, years};
use sigap::model::calendar::Holidays;

fn indonesia() -> Holidays {
    read(Path::new("config/holidays/id-2026.ics")).unwrap()
}

fn calendar(events: &str) -> String {
    format!("BEGIN:VCALENDAR\nVERSION:2.0\n{events}\nEND:VCALENDAR\n")
}

fn event(lines: &str) -> String {
    calendar(&format!("BEGIN:VEVENT\n{lines}\nEND:VEVENT"))
}

fn days(text: &str) -> Vec<String> {
    let holidays = parse(Path::new("test.ics"), text).unwrap();
    let shown = |(day, holiday): (&Date, &sigap::model::calendar::Holiday)| {
        let joint = if holiday.joint_leave { " (joint leave)" } else { "" };
        let quiet = if holiday.quiet { " (quiet)" } else { "" };
        format!("{day} {}{joint}{quiet}", holiday.name)
    };
    holidays.iter().map(shown).collect()
}

#[test]
fn indonesia_2026() {
    #[rustfmt::skip]
    let national = [
        (1, 1), (1, 16), (2, 17), (3, 19), (3, 21), (3, 22), (4, 3), (4, 5), (5, 1), (5, 14),
        (5, 27), (5, 31), (6, 1), (6, 16), (8, 17), (8, 25), (12, 25),
    ];
    #[rustfmt::skip]
    let joint = [
        (2, 16), (3, 18), (3, 20), (3, 23), (3, 24), (5, 15), (5, 28), (12, 24),
    ];
    let holidays = indonesia();
    let found = |joint: bool| -> Vec<(i8, i8)> {
        let kind = holidays.iter().filter(|(_, holiday)| holiday.joint_leave == joint);
        kind.map(|(day, _)| (day.month(), day.day())).collect()
    };
    assert_eq!(found(false), national);
    assert_eq!(found(true), joint);
    let quiet = holidays.iter().filter(|(_, holiday)| holiday.quiet);
    let quiet: Vec<_> = quiet.map(|(day, _)| (day.month(), day.day())).collect();
    assert_eq!(quiet, [(3, 18), (3, 19), (4, 3)]);
    assert_eq!(holidays[&date(2026, 8, 17)].name, "Proklamasi Kemerdekaan");
    assert_eq!(holidays[&date(2026, 3, 22)].name, "Idulfitri 1447 Hijriah");
    assert_eq!(years(&holidays).into_iter().collect::<Vec<_>>(), [2026]);
    let (name, text) = SHIPPED[0];
    assert_eq!(parse(Path::new(name), text).unwrap(), holidays);
}

#[test]
fn forms_that_are_read() {
    #[rustfmt::skip]
    let cases: &[(&str, &[&str])] = &[
        ("DTSTART;VALUE=DATE:20260817\nSUMMARY:Kemerdekaan",
            &["2026-08-17 Kemerdekaan"]),
        ("DTSTART;VALUE=DATE:20260817\nDTEND;VALUE=DATE:20260818\nSUMMARY:Kemerdekaan",
            &["2026-08-17 Kemerdekaan"]),
        ("DTSTART:20260817\nDTEND:20260817\nSUMMARY:Kemerdekaan",
            &["2026-08-17 Kemerdekaan"]),
        ("DTSTART;VALUE=DATE:20261231\nDTEND;VALUE=DATE:20270102\nSUMMARY:Tahun Baru",
            &["2026-12-31 Tahun Baru", "2027-01-01 Tahun Baru"]),
        ("DTSTART;VALUE=DATE:20260228\nDURATION:P2D\nSUMMARY:Dua",
            &["2026-02-28 Dua", "2026-03-01 Dua"]),
        ("DTSTART;VALUE=DATE:20260320\nSUMMARY:Idulfitri\nCATEGORIES:Libur,CUTI BERSAMA",
            &["2026-03-20 Idulfitri (joint leave)"]),
        ("DTSTART;VALUE=DATE:20260320\nSUMMARY:Lebaran\nCATEGORIES:JOINT-LEAVE",
            &["2026-03-20 Lebaran (joint leave)"]),
        ("DTSTART;VALUE=DATE:20260319\nSUMMARY:Nyepi\nCATEGORIES:Libur Nasional,Tanpa Ucapan",
            &["2026-03-19 Nyepi (quiet)"]),
        ("DTSTART;VALUE=DATE:20260319\nSUMMARY:Nyepi\nCATEGORIES:NO-GREETING",
            &["2026-03-19 Nyepi (quiet)"]),
        ("DTSTART;VALUE=DATE:20260320\nSUMMARY:Cuti Bersama Idulfitri",
            &["2026-03-20 Cuti Bersama Idulfitri (joint leave)"]),
        ("DTSTART;VALUE=DATE:20260101\nSUMMARY;LANGUAGE=id:Satu\\, dua\\; tiga",
            &["2026-01-01 Satu, dua; tiga"]),
        ("DTSTART;VALUE=DATE:20260101\nSUMMARY:Tahun \n Baru\u{202e}\u{7}\\nMasehi",
            &["2026-01-01 Tahun Baru Masehi"]),
        ("DTSTART;VALUE=DATE:20260101", &["2026-01-01 Holiday"]),
        ("DTSTART;VALUE=DATE:20260101\nSTATUS:CANCELLED", &[]),
    ];
    for (lines, expected) in cases {
        assert_eq!(days(&event(lines)), *expected, "{lines}");
        assert_eq!(days(&event(lines).replace('\n', "\r\n")), *expected, "{lines}");
    }
    assert_eq!(days(&format!("\u{feff}{}", event(cases[0].0))), cases[0].1);
}

#[test]
fn two_holidays_on_one_day() {
    let two = "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260514\nSUMMARY:Cuti Bersama\nEND:VEVENT\n\
               BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260514\nSUMMARY:Kenaikan\nEND:VEVENT";
    assert_eq!(days(&calendar(two)), ["2026-05-14 Cuti Bersama, Kenaikan"]);
    let twice = joined([indonesia(), indonesia()]);
    assert_eq!(twice, indonesia());
}

#[test]
fn faults_have_lines() {
    #[rustfmt::skip]
    let cases = [
        (event("SUMMARY:X\nDTSTART:20260817T080000Z"), Some(5), "not a whole day"),
        (event("DTSTART;VALUE=DATE:2026-08-17x\nSUMMARY:X"), Some(4), "not a whole day"),
        (event("DTSTART;VALUE=DATE:20260230"), Some(4), "is not in the calendar"),
        (event("SUMMARY:X"), Some(3), "has no DTSTART"),
        (event("DTSTART;VALUE=DATE:20260817\nDTEND;VALUE=DATE:20260801"), Some(5), "before 2026"),
        (event("DTSTART;VALUE=DATE:20260817\nDTEND;VALUE=DATE:20290801"), Some(5), "its end"),
        (event("DTSTART;VALUE=DATE:20260817\nRRULE:FREQ=YEARLY"), Some(5), "one event for each"),
        (event("DTSTART;VALUE=DATE:20260817\nDURATION:PT5H"), Some(5), "is not whole days"),
        (calendar(""), None, "no holiday in it"),
        ("hello".to_owned(), None, "no iCalendar file"),
        (String::new(), None, "no iCalendar file"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\n".to_owned(), None, "cut off"),
    ];
    for (text, line, expected) in cases {
        let faults = parse(Path::new("test.ics"), &text).unwrap_err();
        let found = &faults[0];
        assert!(found.what.contains(expected), "{text}: {found}");
        assert_eq!(found.line, line, "{text}: {found}");
    }
}

#[test]
fn all_faults_at_once() {
    let text = "BEGIN:VCALENDAR\n\
                BEGIN:VEVENT\nDTSTART:x\nEND:VEVENT\n\
                BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260817\nEND:VEVENT\n\
                BEGIN:VEVENT\nSUMMARY:X\nEND:VEVENT\n\
                END:VCALENDAR\n";
    let faults = parse(Path::new("h/test.ics"), text).unwrap_err();
    let shown: Vec<_> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "h/test.ics:3: DTSTART is not a whole day; write it as DTSTART;VALUE=DATE:20260817",
            "h/test.ics:8: the holiday has no DTSTART;VALUE=DATE",
        ]
    );
}

#[test]
fn files_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        read(&path).unwrap_err()[0].what.clone()
    };
    assert!(file("latin.ics", b"BEGIN:VCALENDAR\nSUMMARY:caf\xe9\n").contains("UTF-8"));
    assert!(file("large.ics", &vec![b'x'; (1 << 20) + 1]).contains("1 MiB"));
    let missing = read(&folder.path().join("none.ics")).unwrap_err();
    assert!(missing[0].what.contains("cannot be read"), "{}", missing[0]);
}

proptest! {
    #[test]
    fn any_text_is_holidays_or_faults(
        lines in prop::collection::vec(
            prop_oneof![
                Just("BEGIN:VCALENDAR".to_owned()),
                Just("END:VCALENDAR".to_owned()),
                Just("BEGIN:VEVENT".to_owned()),
                Just("END:VEVENT".to_owned()),
                "(DTSTART|DTEND|DURATION|RRULE|SUMMARY)[;:=,A-Z]{0,12}[0-9TZP:;,=\"-]{0,20}",
                "(CATEGORIES|BEGIN|END)[;:=,A-Z]{0,12}",
                "\\PC{0,40}",
            ],
            0..12,
        ),
    ) {
        let text = calendar(&lines.join("\n"));
        if let Err(faults) = parse(Path::new("test.ics"), &text) {
            prop_assert!(!faults.is_empty());
        }
    }
}
