//! An owner's calendar beside a Maildir: what a program writes into the file is an absence of the
//! running daemon, and no longer is when it is taken out.

use std::fs;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::Value;

use crate::daemon::{Daemon, Setup, plain};
use crate::maildirs;

/// What `away list` says that stands: begin and end of each.
pub fn absences(daemon: &Daemon) -> Vec<(String, String)> {
    let told = daemon.json(&["away", "list"]).unwrap_or_default();
    let all = told["absences"].as_array().cloned().unwrap_or_default();
    let stands = |one: &&Value| one["state"] == "planned" || one["state"] == "active";
    let time = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    all.iter().filter(stands).map(|one| (time(&one["from"]), time(&one["until"]))).collect()
}

#[test]
fn an_absence_in_the_calendar_is_an_absence_until_it_is_taken_out() {
    let mut daemon = Daemon::new(&Setup::new("o0@example.com", plain(1), plain(1)));
    let owner = maildirs::lay_out(daemon.home(), 1);
    let calendar = "calendar.file = \"ani.ics\"\ncalendar.every = \"1s\"\n";
    daemon.write(&format!(
        "mode = \"nudge\"\nholidays = []\n[store]\npath = \"sigap.db\"\n[smtp]\nfolder = \"out\"\n\
         from = \"Sigap <sigap@example.test>\"\n[[tier]]\nname = \"everyone\"\n\
         reply_within = \"8h\"\nladder = []\n{owner}{calendar}"
    ));
    fs::create_dir(daemon.home().join("out")).unwrap();
    let file = daemon.home().join("ani.ics");
    let puts = |events: &str| {
        let text = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n");
        fs::write(&file, text).unwrap();
    };
    let zone = TimeZone::get("Asia/Jakarta").unwrap();
    let day = Timestamp::now().to_zoned(zone.clone()).date().checked_add(3.days()).unwrap();
    let (next, later) = (day.tomorrow().unwrap(), day.checked_add(5.days()).unwrap());
    let event = |from: jiff::civil::Date, until: jiff::civil::Date| {
        format!(
            "BEGIN:VEVENT\r\nUID:trip\r\nDTSTART;VALUE=DATE:{}\r\nDTEND;VALUE=DATE:{}\r\n\
             SUMMARY:Rahasia\r\nX-MICROSOFT-CDO-BUSYSTATUS:OOF\r\nEND:VEVENT\r\n",
            from.strftime("%Y%m%d"),
            until.strftime("%Y%m%d")
        )
    };
    let begin = |day: jiff::civil::Date| day.to_zoned(zone.clone()).unwrap().timestamp();
    let span = |from, until| vec![(begin(from).to_string(), begin(until).to_string())];

    puts("");
    daemon.start();
    daemon.settles(2);
    puts(&event(day, next));
    daemon.wait_for("the absence", |it| (absences(it) == span(day, next)).then_some(()));
    puts(&event(day, later));
    daemon.wait_for("its edit", |it| (absences(it) == span(day, later)).then_some(()));
    // Half a calendar changes nothing, and is told.
    fs::write(&file, "BEGIN:VCALENDAR\r\n").unwrap();
    daemon.wait_for("its trouble", |it| it.told_so_far().contains("is cut off").then_some(()));
    assert_eq!(absences(&daemon), span(day, later));
    let (code, told) = daemon.sigap(&["doctor"]);
    assert!(code == Some(3) && told.contains("is cut off"), "{code:?} {told}");
    puts(&event(day, later));
    let (code, told) = daemon.sigap(&["doctor"]);
    let wanted = "calendar: read; absences found: 1, to be confirmed by mail: 0";
    assert!(code == Some(0) && told.contains(wanted), "{code:?} {told}");
    puts("");
    daemon.wait_for("its end", |it| absences(it).is_empty().then_some(()));
    let told = daemon.told_so_far();
    assert!(told.contains("can be read again"), "{told}");
    assert_eq!(told.matches("is cut off").count(), 1, "{told}");
    let file = fs::read(daemon.home().join("sigap.db")).unwrap();
    assert!(!String::from_utf8_lossy(&file).contains("Rahasia"), "no title is kept");
}
