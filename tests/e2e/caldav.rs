//! An owner's calendar on a CalDAV server beside a Maildir: what a program puts there is an absence
//! of the running daemon, moves with it and ends with it, and what has not changed is not read.

use std::fs;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::agenda::absences;
use crate::daemon::{Daemon, Setup, plain};
use crate::maildirs;
use crate::radicale::Radicale;

const EVENT: &str = "/sari%40example.com/kerja/trip.ics";

fn config(daemon: &Daemon, radicale: &Radicale, path: &str, more: &str) {
    let owner = maildirs::lay_out(daemon.home(), 1);
    daemon.write(&format!(
        "mode = \"nudge\"\nholidays = []\n[store]\npath = \"sigap.db\"\n[smtp]\nfolder = \"out\"\n\
         from = \"Sigap <sigap@example.test>\"\n[[tier]]\nname = \"everyone\"\n\
         reply_within = \"8h\"\nladder = []\n{owner}calendar.caldav = \"{}\"\n\
         calendar.user = \"sari@example.com\"\ncalendar.password.file = \"{}\"\n{more}\
         calendar.private = true\ncalendar.every = \"1s\"\n",
        radicale.url(path),
        radicale.password_file().display(),
    ));
}

fn trusting(radicale: &Radicale) -> String {
    format!("calendar.ca_file = \"{}\"\n", radicale.authority.ca.display())
}

/// An absence whose name and title are nobody's business.
fn event(from: Date, until: Date) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Sample//EN\r\nBEGIN:VEVENT\r\nUID:trip\r\n\
         DTSTAMP:20261101T000000Z\r\nDTSTART;VALUE=DATE:{}\r\nDTEND;VALUE=DATE:{}\r\n\
         SUMMARY:Penting\r\nX-MICROSOFT-CDO-BUSYSTATUS:OOF\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        from.strftime("%Y%m%d"),
        until.strftime("%Y%m%d")
    )
}

#[test]
fn an_absence_on_a_caldav_server_is_an_absence_until_it_is_deleted() {
    let Some(radicale) = Radicale::start() else { return };
    let mut daemon = Daemon::new(&Setup::new("o0@example.com", plain(1), plain(1)));
    config(&daemon, &radicale, "/", &trusting(&radicale));
    fs::create_dir(daemon.home().join("out")).unwrap();
    assert_eq!(radicale.request("MKCALENDAR", "/sari%40example.com/kerja/", ""), 201);
    let zone = TimeZone::get("Asia/Jakarta").unwrap();
    let day = Timestamp::now().to_zoned(zone.clone()).date().checked_add(3.days()).unwrap();
    let (next, later) = (day.tomorrow().unwrap(), day.checked_add(5.days()).unwrap());
    let begin = |day: Date| day.to_zoned(zone.clone()).unwrap().timestamp();
    let span = |from, until| vec![(begin(from).to_string(), begin(until).to_string())];

    daemon.start();
    daemon.settles(2);
    assert_eq!(radicale.request("PUT", EVENT, &event(day, next)), 201);
    daemon.wait_for("the absence", |it| (absences(it) == span(day, next)).then_some(()));
    // Each visit looks at the state of the home; nothing is read while that is the same.
    let (read, looked) = (radicale.asked("REPORT request"), radicale.asked("PROPFIND request"));
    assert!(read > 0, "it was read");
    daemon.wait_for("three visits", |_| {
        (radicale.asked("PROPFIND request") >= looked + 3).then_some(())
    });
    assert_eq!(radicale.asked("REPORT request"), read, "it is as it was");
    let (code, told) = daemon.sigap(&["doctor"]);
    let wanted = "calendar: read; calendars: 1; absences found: 1, to be confirmed by mail: 0";
    assert!(code == Some(0) && told.contains(wanted), "{code:?} {told}");
    assert!(matches!(radicale.request("PUT", EVENT, &event(day, later)), 201 | 204));
    daemon.wait_for("its edit", |it| (absences(it) == span(day, later)).then_some(()));
    assert!(matches!(radicale.request("DELETE", EVENT, ""), 200 | 204));
    daemon.wait_for("its end", |it| absences(it).is_empty().then_some(()));
    let told = daemon.told_so_far();
    assert!(!told.contains("The calendar of"), "{told}");
    let file = fs::read(daemon.home().join("sigap.db")).unwrap();
    assert!(!String::from_utf8_lossy(&file).contains("Penting"), "no title is kept");
}

#[test]
fn what_keeps_a_caldav_server_from_being_read_is_told_in_words() {
    let Some(radicale) = Radicale::start() else { return };
    assert_eq!(radicale.request("MKCALENDAR", "/sari%40example.com/kerja/", ""), 201);
    let daemon = Daemon::new(&Setup::new("o0@example.com", plain(1), plain(1)));
    fs::create_dir(daemon.home().join("out")).unwrap();
    let trusting = trusting(&radicale);
    for (path, more, code, wanted) in [
        ("/sari%40example.com/kerja/", &trusting, 0, "calendars: 1; absences found: 0"),
        (
            "/sari%40example.com/gone/",
            &trusting,
            3,
            "no CalDAV at this address (PROPFIND: HTTP 404)",
        ),
        ("/", &String::new(), 3, "no trusted TLS with localhost"),
    ] {
        config(&daemon, &radicale, path, more);
        let (ended, told) = daemon.sigap(&["doctor"]);
        assert!(ended == Some(code) && told.contains(wanted), "{path}: {ended:?} {told}");
    }
    config(&daemon, &radicale, "/", &trusting);
    fs::write(radicale.password_file(), "salah").unwrap();
    let (ended, told) = daemon.sigap(&["doctor"]);
    assert!(ended == Some(3) && told.contains("does not accept the login"), "{ended:?} {told}");
}
