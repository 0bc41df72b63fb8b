//! Hours as people write them, and what is said about wrong ones.

use jiff::civil::Time;
use proptest::prelude::*;

use sigap::model::calendar::Interval;
use sigap::model::hours::{parse_hours, week_of};

#[test]
fn hours_as_people_write_them() {
    #[rustfmt::skip]
    let cases = [
        ("Mon-Fri 08:00-12:00, 13:00-17:00", "01234: 08:00-12:00 13:00-17:00"),
        ("Fri 08:00-11:30, 13:00-17:00",     "4: 08:00-11:30 13:00-17:00"),
        ("Sat,Sun 09:00-12:00",              "56: 09:00-12:00"),
        ("Mon-Sun 00:00-24:00",              "0123456: 00:00-24:00"),
        ("mon, Wednesday-Fri 8:00–12:00",    "0234: 08:00-12:00"),
        ("Fri-Mon 13:00-17:00, 08:00-12:00", "0456: 08:00-12:00 13:00-17:00"),
        ("Mon-Thu 08:00-16:00; Fri 08:00-11:30", "0123: 08:00-16:00 / 4: 08:00-11:30"),
        ("Mon-Fri 08:00-17:00, Sat 09:00-12:00", "01234: 08:00-17:00 / 5: 09:00-12:00"),
    ];
    let time = |time: Time| time.strftime("%H:%M").to_string();
    let shown = |interval: &Interval| {
        format!("{}-{}", time(interval.from), interval.to.map_or("24:00".into(), time))
    };
    for (line, expected) in cases {
        let groups: Vec<_> = parse_hours(line)
            .unwrap()
            .iter()
            .map(|(days, hours)| {
                let days: String = days.iter().map(ToString::to_string).collect();
                format!("{days}: {}", hours.iter().map(shown).collect::<Vec<_>>().join(" "))
            })
            .collect();
        assert_eq!(groups.join(" / "), expected, "{line}");
    }
}

#[test]
fn wrong_hours_are_explained() {
    #[rustfmt::skip]
    let cases = [
        ("",                          "no hours are written"),
        ("Mon-Fri",                   "has no hours"),
        ("08:00-12:00",               "has no days"),
        ("Mon-Frx 08:00-12:00",       "\"Frx\" is not a day"),
        ("M 08:00-12:00",             "\"M\" is not a day"),
        ("Mon 8-12",                  "\"8\" is not a time of day"),
        ("Mon 08:00-25:00",           "\"25:00\" is not a time of day"),
        ("Mon 08:00-24:30",           "\"24:30\" is not a time of day"),
        ("Mon 08:00",                 "has no end"),
        ("Mon 24:00-24:00",           "begins at 24:00"),
        ("Mon 08:00-08:00",           "is empty"),
        ("Mon 22:00-06:00",           "hours do not pass midnight, so write 22:00-24:00"),
        ("Mon 08:00-12:00, 11:00-17:00", "08:00-12:00 and 11:00-17:00 overlap"),
        ("Mon 08:00-12:00,",          "a comma with nothing"),
        ("Mon 08:00-12:00-13:00",     "is not a time of day"),
        ("Mon 08:00-1２:00",          "is not a time of day"),
    ];
    for (line, expected) in cases {
        let fault = parse_hours(line).unwrap_err();
        assert!(fault.contains(expected), "{line}: {fault}");
    }
    let lines = ["Mon-Fri 08:00-17:00", "Fri 08:00-11:30", "Son 09:00-12:00"].map(str::to_owned);
    let faults = week_of(&lines).unwrap_err();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].contains("Fri has both 08:00-17:00 and 08:00-11:30"), "{}", faults[0]);
}

proptest! {
    #[test]
    fn any_text_is_hours_or_a_sentence(line in "[MonFriSat0-9:,; -]{0,40}|\\PC{0,30}") {
        if let Err(fault) = parse_hours(&line) {
            prop_assert!(!fault.is_empty());
        }
    }
}
