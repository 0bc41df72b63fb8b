//! Calendars to absences: exact instants over zones and changes of the clocks, what counts and what
//! does not, and input that nobody would write.

mod caldav;
mod configured;
mod hostile;
mod lists;
mod places;
mod script;
mod server;
mod web;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use sigap::config::agenda::WORDS;
use sigap::ical::read::{Fault, Whose, read};
use sigap::model::agenda::Found;

use crate::office::address;

/// A calendar around some lines of events.
pub fn calendar(events: &str) -> String {
    format!("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Sample//EN\n{events}END:VCALENDAR\n")
        .replace('\n', "\r\n")
}

/// An event that Outlook has marked, with these lines.
pub fn oof(uid: &str, lines: &str) -> String {
    format!(
        "BEGIN:VEVENT\nUID:{uid}\nDTSTAMP:20261101T000000Z\n{lines}\n\
         X-MICROSOFT-CDO-BUSYSTATUS:OOF\nEND:VEVENT\n"
    )
}

pub fn found(text: &str, zone: &str, now: &str) -> Result<Found, Fault> {
    let zone = TimeZone::get(zone).unwrap();
    let words: Vec<String> = WORDS.iter().map(|word| (*word).to_owned()).collect();
    let addresses = [address("ani@example.com")];
    let whose = Whose { zone: &zone, addresses: &addresses, words: &words };
    read(&[text.as_bytes().to_vec()], &whose, now.parse().unwrap())
}

/// What is found, in words: `from/until` in UTC, with `?` where it is to be confirmed.
fn told(found: &Found) -> Vec<String> {
    let time = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%MZ").to_string();
    let mut told: Vec<String> = found
        .entries
        .iter()
        .map(|entry| {
            let mark = if entry.certain { "" } else { "?" };
            format!("{}/{} {}{mark}", time(entry.from), time(entry.until), entry.reason.word())
        })
        .collect();
    told.sort();
    told
}

fn times(zone: &str, now: &str, events: &str) -> Vec<String> {
    let found = found(&calendar(events), zone, now).unwrap();
    assert!(found.unread.is_empty(), "{events}");
    told(&found)
}

const NOW: &str = "2026-11-20T00:00:00Z";

#[test]
fn whole_days_are_days_in_the_owners_zone() {
    let day = "DTSTART;VALUE=DATE:20261130\nDTEND;VALUE=DATE:20261203";
    for (zone, wanted) in [
        ("Asia/Jakarta", "2026-11-29T17:00Z/2026-12-02T17:00Z"),
        ("Asia/Jayapura", "2026-11-29T15:00Z/2026-12-02T15:00Z"),
        ("Europe/Berlin", "2026-11-29T23:00Z/2026-12-02T23:00Z"),
        ("America/New_York", "2026-11-30T05:00Z/2026-12-03T05:00Z"),
        ("UTC", "2026-11-30T00:00Z/2026-12-03T00:00Z"),
    ] {
        assert_eq!(times(zone, NOW, &oof("a", day)), [format!("{wanted} unsaid")], "{zone}");
    }
}

#[test]
fn an_end_may_be_missing_or_written_as_a_duration() {
    for (lines, wanted) in [
        ("DTSTART;VALUE=DATE:20261130", "2026-11-29T17:00Z/2026-11-30T17:00Z"),
        (
            "DTSTART;VALUE=DATE:20261130\nDTEND;VALUE=DATE:20261130",
            "2026-11-29T17:00Z/2026-11-30T17:00Z",
        ),
        ("DTSTART;VALUE=DATE:20261130\nDURATION:P2D", "2026-11-29T17:00Z/2026-12-01T17:00Z"),
        ("DTSTART;VALUE=DATE:20261130\nDURATION:P1W", "2026-11-29T17:00Z/2026-12-06T17:00Z"),
        ("DTSTART:20261130T090000\nDURATION:PT90M", "2026-11-30T02:00Z/2026-11-30T03:30Z"),
        (
            "DTSTART;TZID=Europe/Berlin:20261130T090000\nDTEND:20261130T120000Z",
            "2026-11-30T08:00Z/2026-11-30T12:00Z",
        ),
    ] {
        let found = times("Asia/Jakarta", NOW, &oof("a", lines));
        assert_eq!(found, [format!("{wanted} unsaid")], "{lines}");
    }
    // No time at all takes nobody away.
    assert_eq!(times("UTC", NOW, &oof("a", "DTSTART:20261130T090000Z")), Vec::<String>::new());
}

#[test]
fn a_day_on_which_the_clocks_change_is_as_long_as_it_is() {
    for (zone, day, next, wanted) in [
        ("Europe/Berlin", "20270328", "20270329", "2027-03-27T23:00Z/2027-03-28T22:00Z"),
        ("Europe/Berlin", "20271031", "20271101", "2027-10-30T22:00Z/2027-10-31T23:00Z"),
        ("America/New_York", "20270314", "20270315", "2027-03-14T05:00Z/2027-03-15T04:00Z"),
        ("America/New_York", "20271107", "20271108", "2027-11-07T04:00Z/2027-11-08T05:00Z"),
        // The day has no midnight: it begins at one.
        ("America/Santiago", "20270905", "20270906", "2027-09-05T04:00Z/2027-09-06T03:00Z"),
        ("Africa/Cairo", "20270430", "20270501", "2027-04-29T22:00Z/2027-04-30T21:00Z"),
    ] {
        let lines = format!("DTSTART;VALUE=DATE:{day}\nDTEND;VALUE=DATE:{next}");
        let now = "2027-02-20T00:00:00Z";
        assert_eq!(times(zone, now, &oof("a", &lines)), [format!("{wanted} unsaid")], "{zone}");
    }
}

#[test]
fn times_are_meant_in_the_zone_that_they_name() {
    let own = "BEGIN:VTIMEZONE\nTZID:Kantor Pusat\nX-LIC-LOCATION:Asia/Makassar\nEND:VTIMEZONE\n";
    for (start, wanted) in [
        ("DTSTART:20261130T090000Z", "09:00"),
        ("DTSTART:20261130T090000", "02:00"),
        ("DTSTART;TZID=Asia/Jayapura:20261130T090000", "00:00"),
        ("DTSTART;TZID=W. Europe Standard Time:20261130T090000", "08:00"),
        ("DTSTART;TZID=\"Eastern Standard Time\":20261130T090000", "14:00"),
        ("DTSTART;TZID=SE Asia Standard Time:20261130T090000", "02:00"),
        ("DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20261130T090000", "08:00"),
        ("DTSTART;TZID=Kantor Pusat:20261130T090000", "01:00"),
        // The clocks skip this time; it is an hour later. Of one shown twice the first counts.
        ("DTSTART;TZID=Europe/Berlin:20270328T023000", "01:30"),
        ("DTSTART;TZID=Europe/Berlin:20271031T023000", "00:30"),
    ] {
        let events = format!("{own}{}", oof("a", &format!("{start}\nDURATION:PT1H")));
        let found = times("Asia/Jakarta", "2026-11-20T00:00:00Z", &events);
        assert_eq!(found.len(), 1, "{start}");
        assert_eq!(&found[0][11..16], wanted, "{start}");
    }
}

#[test]
fn of_an_unknown_zone_nothing_is_guessed() {
    let lines = "DTSTART;TZID=Nowhere/Else:20261130T090000\nDURATION:PT5H";
    let found = found(&calendar(&oof("a", lines)), "Asia/Jakarta", NOW).unwrap();
    assert_eq!((found.entries.len(), found.unread.len()), (0, 1));
}

#[test]
fn marks_of_programs_count_at_once_and_words_alone_do_not() {
    let day = "DTSTART;VALUE=DATE:20261130\nDTEND;VALUE=DATE:20261201";
    let event = |lines: &str| format!("BEGIN:VEVENT\nUID:a@x\n{day}\n{lines}\nEND:VEVENT\n");
    for (lines, wanted) in [
        ("X-MICROSOFT-CDO-BUSYSTATUS:OOF", "unsaid"),
        ("X-MICROSOFT-CDO-INTENDEDSTATUS:OOF", "unsaid"),
        ("X-MICROSOFT-CDO-BUSYSTATUS:OOF\nSUMMARY:Perjalanan dinas ke Makassar", "travel"),
        ("X-NEXTCLOUD-OUT-OF-OFFICE:17\nSUMMARY:Cuti tahunan", "leave"),
        ("X-NEXTCLOUD-OUT-OF-OFFICE:17\nSUMMARY:Sick leave", "unsaid"),
        ("SUMMARY:Cuti sakit", "unsaid?"),
        ("SUMMARY:CUTI", "leave?"),
        ("SUMMARY:Dinas luar kota", "travel?"),
        ("SUMMARY:Out of office", "unsaid?"),
        ("SUMMARY:Anniversary\nCATEGORIES:Vacation", "leave?"),
        ("SUMMARY:Kedinasan", ""),
        ("SUMMARY:Lunch", ""),
        ("X-MICROSOFT-CDO-BUSYSTATUS:BUSY\nX-MICROSOFT-CDO-INTENDEDSTATUS:OOF", ""),
        ("X-MICROSOFT-CDO-BUSYSTATUS:OOF\nSTATUS:CANCELLED", ""),
        ("X-MICROSOFT-CDO-BUSYSTATUS:OOF\nTRANSP:TRANSPARENT", ""),
        ("SUMMARY:Cuti\nATTENDEE;PARTSTAT=DECLINED:mailto:Ani@example.com", ""),
        ("SUMMARY:Cuti\nATTENDEE;PARTSTAT=DECLINED:mailto:budi@example.com", "leave?"),
        ("SUMMARY:Cuti\nATTENDEE;PARTSTAT=ACCEPTED:mailto:ani@example.com", "leave?"),
    ] {
        let found = times("UTC", NOW, &event(lines));
        let reasons: Vec<&str> = found.iter().map(|one| one.rsplit(' ').next().unwrap()).collect();
        assert_eq!(reasons.join(" "), wanted, "{lines}");
    }
    let google = "DESCRIPTION:This is an out-of-office event\\, which can only be edited in Google \
                  Calendar.\nSUMMARY:Out of office";
    let event = |uid| format!("BEGIN:VEVENT\nUID:{uid}\n{day}\n{google}\nEND:VEVENT\n");
    assert!(!times("UTC", NOW, &event("06590lc6@google.com"))[0].ends_with('?'));
    assert!(times("UTC", NOW, &event("06590lc6@example.com"))[0].ends_with('?'));
}

#[test]
fn what_only_looks_like_an_absence_takes_a_day_or_four_hours() {
    let event = |hours: &str| {
        format!(
            "BEGIN:VEVENT\nUID:a\nSUMMARY:Rapat dinas\nDTSTART:20261130T020000Z\n\
             DURATION:PT{hours}\nEND:VEVENT\n"
        )
    };
    assert_eq!(times("UTC", NOW, &event("3H59M")), Vec::<String>::new());
    assert_eq!(times("UTC", NOW, &event("4H")).len(), 1);
}

#[test]
fn only_the_time_from_yesterday_on_is_looked_at() {
    for (day, next, wanted) in [
        ("20261117", "20261118", 0),
        ("20261118", "20261119", 0),
        ("20261118", "20261120", 1),
        ("20271224", "20271225", 1),
        ("20271230", "20271231", 0),
    ] {
        let lines = format!("DTSTART;VALUE=DATE:{day}\nDTEND;VALUE=DATE:{next}");
        assert_eq!(times("UTC", NOW, &oof("a", &lines)).len(), wanted, "{day}");
    }
}

/// The begins of a series, by the owner's clocks.
fn begins(zone: &str, lines: &str) -> Vec<String> {
    let found = found(&calendar(&oof("a", lines)), zone, NOW).unwrap();
    assert!(found.unread.is_empty(), "{lines}");
    let own = TimeZone::get(zone).unwrap();
    let time = |at| own.to_datetime(at).strftime("%m-%d %H:%M").to_string();
    let mut begins: Vec<(Timestamp, String)> =
        found.entries.iter().map(|entry| (entry.from, time(entry.from))).collect();
    begins.sort();
    begins.into_iter().map(|(_, begin)| begin).collect()
}

#[test]
fn a_series_keeps_to_the_clocks_of_its_zone() {
    let berlin = "DTSTART;TZID=Europe/Berlin:20261001T090000\nDTEND;TZID=Europe/Berlin:\
                  20261001T170000\nRRULE:FREQ=MONTHLY;UNTIL=20270501T000000Z";
    assert_eq!(
        begins("Europe/Berlin", berlin),
        ["12-01 09:00", "01-01 09:00", "02-01 09:00", "03-01 09:00", "04-01 09:00"]
    );
    // Written in UTC it moves when the clocks do.
    let utc = "DTSTART:20261001T080000Z\nDTEND:20261001T160000Z\n\
               RRULE:FREQ=MONTHLY;UNTIL=20270501T000000Z\nEXDATE:20270101T080000Z";
    assert_eq!(
        begins("Europe/Berlin", utc),
        ["12-01 09:00", "02-01 09:00", "03-01 09:00", "04-01 10:00"]
    );
    let days = "DTSTART;VALUE=DATE:20261106\nRRULE:FREQ=WEEKLY;COUNT=6";
    let fridays = ["11-20 00:00", "11-27 00:00", "12-04 00:00", "12-11 00:00"];
    assert_eq!(begins("Asia/Jakarta", days), fridays);
}

#[test]
fn the_last_time_of_a_series_is_in_it() {
    for (zone, until, wanted) in [
        ("Asia/Jakarta", "20261204", 3),
        ("Asia/Jakarta", "20261203", 2),
        ("America/New_York", "20261204T000000Z", 3),
        ("Asia/Jakarta", "20261203T170000Z", 3),
        ("Asia/Jakarta", "20261203T165959Z", 2),
    ] {
        let lines =
            format!("DTSTART;VALUE=DATE:20261106\nRRULE:FREQ=WEEKLY;BYDAY=FR;UNTIL={until}");
        assert_eq!(begins(zone, &lines).len(), wanted, "{zone} {until}");
    }
    for (until, wanted) in [("20261204T020000Z", 3), ("20261204T015959Z", 2), ("20261204", 3)] {
        let lines = format!(
            "DTSTART;TZID=Asia/Jakarta:20261106T090000\nDURATION:PT8H\n\
             RRULE:FREQ=WEEKLY;UNTIL={until}"
        );
        assert_eq!(begins("Asia/Jakarta", &lines).len(), wanted, "{until}");
    }
}

#[test]
fn of_a_long_series_the_present_is_reached() {
    let lines = "DTSTART;VALUE=DATE:20000107\nRRULE:FREQ=WEEKLY;BYDAY=FR";
    let found = begins("Asia/Jakarta", lines);
    assert_eq!((found[0].as_str(), found.len()), ("11-20 00:00", 58));
}

#[test]
fn single_times_of_a_series_are_moved_left_out_and_added() {
    let series = oof(
        "s",
        "DTSTART;TZID=Europe/Berlin:20261102T090000\nDTEND;TZID=Europe/Berlin:20261102T170000\n\
         RRULE:FREQ=WEEKLY;COUNT=8\nEXDATE;TZID=Europe/Berlin:20261130T090000\n\
         RDATE;TZID=Europe/Berlin:20261210T090000\nSEQUENCE:1",
    );
    // Another program has another number of the version; the time it stands for is what counts.
    let moved = oof(
        "s",
        "RECURRENCE-ID:20261123T080000Z\nDTSTART;TZID=Europe/Berlin:20261124T100000\n\
         DTEND;TZID=Europe/Berlin:20261124T110000\nSEQUENCE:7",
    );
    let busy = "BEGIN:VEVENT\nUID:s\nRECURRENCE-ID;TZID=Europe/Berlin:20261207T090000\n\
                DTSTART;TZID=Europe/Berlin:20261207T090000\nDURATION:PT8H\n\
                X-MICROSOFT-CDO-BUSYSTATUS:BUSY\nEND:VEVENT\n";
    let cancelled = "BEGIN:VEVENT\nUID:s\nSTATUS:CANCELLED\n\
                     RECURRENCE-ID;TZID=Europe/Berlin:20261214T090000\nEND:VEVENT\n";
    let all = format!("{series}{moved}{busy}{cancelled}");
    assert_eq!(
        times("Europe/Berlin", NOW, &all),
        [
            "2026-11-24T09:00Z/2026-11-24T10:00Z unsaid",
            "2026-12-10T08:00Z/2026-12-10T16:00Z unsaid",
            "2026-12-21T08:00Z/2026-12-21T16:00Z unsaid",
        ]
    );
}

#[test]
fn an_event_keeps_its_key_when_it_moves_and_a_title_never_travels() {
    let at = |day: &str| oof("trip-7@corp.example", &format!("SUMMARY:Merger\n{day}"));
    let one = found(&calendar(&at("DTSTART;VALUE=DATE:20261130")), "UTC", NOW).unwrap();
    let two = found(&calendar(&at("DTSTART;VALUE=DATE:20261208")), "UTC", NOW).unwrap();
    assert_eq!(one.entries[0].key, two.entries[0].key);
    assert_ne!(one.entries[0].from, two.entries[0].from);
    let shown = format!("{one:?}");
    assert!(!shown.contains("Merger") && !shown.contains("trip-7"), "{shown}");
}
