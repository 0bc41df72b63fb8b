//! Calendars that nobody would write: bounded in time, never half read, and no reason to panic.

use proptest::prelude::*;

use super::{NOW, calendar, found, oof};
use sigap::ical::read::Fault;

const DAY: &str = "DTSTART;VALUE=DATE:20261130";

#[test]
fn what_is_no_whole_calendar_is_refused_whole() {
    let whole = calendar(&oof("a", DAY));
    assert_eq!(found(&whole, "UTC", NOW).unwrap().entries.len(), 1);
    assert_eq!(found("", "UTC", NOW), Err(Fault::None));
    assert_eq!(found("<!DOCTYPE html><html></html>", "UTC", NOW), Err(Fault::None));
    // Wherever it is cut off, nothing is taken from it.
    for end in 0..whole.len() - 2 {
        assert!(found(&whole[..end], "UTC", NOW).is_err(), "{end}");
    }
    let unclosed = whole.replace("END:VEVENT\r\n", "");
    assert!(matches!(found(&unclosed, "UTC", NOW), Err(Fault::CutOff(_))));
    let beside = format!("{whole}BEGIN:VCARD\r\nVERSION:4.0\r\nFN:A\r\nEND:VCARD\r\n");
    assert!(matches!(found(&beside, "UTC", NOW), Err(Fault::Unsound(_))));
}

#[test]
fn too_much_is_refused_and_not_cut() {
    let large = calendar(&format!("X-FILL:{}\n", "a".repeat(5 << 20)));
    assert_eq!(found(&large, "UTC", NOW), Err(Fault::Large));
    let many = "BEGIN:VEVENT\nUID:a\nEND:VEVENT\n".repeat(100_000);
    assert!(matches!(found(&calendar(&many), "UTC", NOW), Err(Fault::Many(_))));
    let deep = format!("{}{}", "BEGIN:X\n".repeat(200_000), "END:X\n".repeat(200_000));
    assert!(matches!(found(&calendar(&deep), "UTC", NOW), Err(Fault::Many(_))));
    let daily = |no: u32| oof(&format!("d{no}"), &format!("{DAY}\nRRULE:FREQ=DAILY"));
    let absences: String = (0..10).map(daily).collect();
    assert!(matches!(found(&calendar(&absences), "UTC", NOW), Err(Fault::Many(_))));
    let series: String =
        (0..300).map(|no| oof(&format!("w{no}"), &format!("{DAY}\nRRULE:FREQ=YEARLY"))).collect();
    assert!(matches!(found(&calendar(&series), "UTC", NOW), Err(Fault::Many(_))));
}

#[test]
fn twenty_thousand_events_are_read() {
    let event = |no: u32| {
        format!(
            "BEGIN:VEVENT\nUID:{no}\nSUMMARY:Meeting {no}\nDTSTART:20200101T090000Z\n\
             DTEND:20200101T100000Z\nEND:VEVENT\n"
        )
    };
    let mut events: String = (0..19_999).map(event).collect();
    events.push_str(&oof("a", DAY));
    assert_eq!(found(&calendar(&events), "UTC", NOW).unwrap().entries.len(), 1);
}

#[test]
fn what_cannot_be_understood_is_named_and_the_rest_is_read() {
    let good = oof("good", DAY);
    for lines in [
        "DTSTART;VALUE=DATE:20261131",
        "DTSTART;VALUE=DATE:100000101",
        "DTSTART:99999-12-31",
        "DTSTART:gestern",
        "SUMMARY:no start",
        "DTSTART;VALUE=DATE:20261130\nDTEND;VALUE=DATE:20261129",
        "DTSTART;VALUE=DATE:20261130\nDTEND:whenever",
        "DTSTART;VALUE=DATE:20261130\nDURATION:-P3D",
        "DTSTART:20261130T000000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY",
        "DTSTART:19700101T000000Z\nDURATION:PT1H\nRRULE:FREQ=MINUTELY",
        "DTSTART:20261130T000000Z\nDURATION:PT1H\nRRULE:FREQ=HOURLY;COUNT=3",
        "DTSTART:20261130T000000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;BYSECOND=1,2,3",
        "DTSTART:20261130T000000Z\nDURATION:PT1H\nRRULE:every other week",
        "DTSTART;VALUE=DATE:00010101\nRRULE:FREQ=DAILY",
        "DTSTART;VALUE=DATE:20261130\nRDATE:never",
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20261130T000000Z\nDTSTART:20261130T000000Z",
    ] {
        let text = calendar(&format!("{}{good}", oof("odd", lines)));
        let found = found(&text, "UTC", NOW).unwrap();
        assert_eq!((found.entries.len(), found.unread.len()), (1, 1), "{lines}");
    }
}

#[test]
fn odd_things_that_still_say_something_are_read() {
    for text in [
        calendar(&oof("a", DAY)).replace("\r\n", "\n"),
        format!("\u{feff}{}", calendar(&oof("a", DAY))),
        calendar(&oof("a", &format!("{DAY}\nSUMMARY:nul \0 and \u{7} bell"))),
        calendar(&oof("a", &format!("{DAY}\nDESCRIPTION:a line\nthat was not folded\n;;=:,"))),
        calendar(&oof(
            "a",
            &format!("DTSTART;VAL\n UE=DATE:2026\n\t1130\nX{}:1", "Y".repeat(9999)),
        )),
        calendar(&oof("", DAY)).replace("UID:\r\n", ""),
        calendar(&oof("a", DAY)).to_lowercase().replace("dtstart", "Dtstart"),
    ] {
        let found = found(&text, "UTC", NOW).unwrap();
        assert_eq!((found.entries.len(), found.unread.len()), (1, 0), "{text:?}");
    }
}

#[test]
fn a_rule_that_never_comes_true_ends() {
    for rule in ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=4,6"] {
        let text = calendar(&oof("a", &format!("{DAY}\nRRULE:{rule}")));
        assert_eq!(found(&text, "UTC", NOW).unwrap().entries, []);
    }
}

/// Lines that a calendar may hold, whole and broken.
fn lines() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("DTSTART"),
        Just("DTEND"),
        Just("DURATION"),
        Just("RRULE"),
        Just("RDATE"),
        Just("EXDATE"),
        Just("RECURRENCE-ID"),
        Just("UID"),
        Just("SUMMARY"),
        Just("SEQUENCE"),
        Just("ATTENDEE"),
        Just("STATUS"),
        Just("TRANSP"),
        Just("X-MICROSOFT-CDO-BUSYSTATUS"),
        Just("BEGIN"),
        Just("END"),
        Just("TZID"),
        Just("DTSTART;TZID=Europe/Berlin"),
        Just("DTSTART;VALUE=DATE"),
        Just("DTEND;VALUE=DATE"),
    ];
    let value = prop_oneof![
        Just("20261130".to_owned()),
        Just("20261130T090000Z".to_owned()),
        Just("OOF".to_owned()),
        Just("FREQ=WEEKLY;COUNT=3".to_owned()),
        Just("VEVENT".to_owned()),
        Just("VTIMEZONE".to_owned()),
        Just("P1D".to_owned()),
        Just("cuti".to_owned()),
        "[0-9]{1,9}T?[0-9]{0,7}Z?",
        "FREQ=[A-Z]{1,8};[A-Z]{1,10}=[-0-9,A-Z]{0,12}",
        "\\PC{0,20}",
    ];
    let line = (name, value).prop_map(|(name, value)| format!("{name}:{value}\r\n"));
    proptest::collection::vec(line, 0..30).prop_map(|lines| lines.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nothing_makes_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for text in [text.clone(), calendar(&text), calendar(&oof("a", &text))] {
            if let Ok(found) = found(&text, "Asia/Jakarta", NOW) {
                prop_assert!(found.entries.iter().all(|entry| entry.from < entry.until));
            }
        }
    }

    #[test]
    fn nor_do_lines_that_look_right(lines in lines()) {
        for text in [calendar(&lines), calendar(&oof("a", &lines))] {
            if let Ok(found) = found(&text, "Europe/Berlin", NOW) {
                prop_assert!(found.entries.iter().all(|entry| entry.from < entry.until));
                prop_assert_eq!(&found, &super::found(&text, "Europe/Berlin", NOW).unwrap());
            }
        }
    }
}
