//! Addresses that lead to calendars, or do not: to which ones, and never to another server.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use sigap::ical::answer::Version;

use super::script::{
    CALENDAR, Script, calendar, event, fetch, found, question, row, rows, serve, tagged, with_login,
};
use super::server::{Server, reply};

#[tokio::test]
async fn where_there_is_no_calendar_words_say_what_there_is() {
    let page = reply("200 OK", "Content-Type: text/html\r\n", "<!DOCTYPE html><html></html>");
    let place = "<D:resourcetype><D:collection/></D:resourcetype>";
    let tasks = format!(
        "{CALENDAR}<C:supported-calendar-component-set><C:comp name=\"VTODO\"/>\
         </C:supported-calendar-component-set>"
    );
    for (answers, wanted) in [
        (vec![("PROPFIND /c/ 0", reply("404 Not Found", "", ""))], "calendar.url"),
        (vec![("PROPFIND /c/ 0", reply("405 No", "Allow: GET\r\n", ""))], "HTTP 405"),
        (vec![("PROPFIND /c/ 0", page)], "HTTP 200"),
        (vec![("PROPFIND /c/ 0", reply("503 Later", "", ""))], "HTTP 503"),
        (vec![("PROPFIND /c/ 0", reply("403 No", "", ""))], "does not accept the login"),
        (vec![("PROPFIND /c/ 0", reply("401 Who", "", ""))], "does not accept the login"),
        (vec![("PROPFIND /c/ 0", reply("207 So", "", "hello"))], "no list of resources"),
        (vec![("PROPFIND /c/ 0", reply("207 So", "", &rows("")))], "no CalDAV"),
        (vec![("PROPFIND /c/ 0", reply("207 So", "", &rows(&row("/c/", place))))], "no calendar"),
        (
            vec![
                ("PROPFIND /c/ 0", reply("207 So", "", &rows(&row("/c/", place)))),
                (
                    "PROPFIND /c/ 1",
                    reply("207 So", "", &rows(&(row("/c/", place) + &row("/c/t/", &tasks)))),
                ),
            ],
            "no calendar",
        ),
    ] {
        let answers: Vec<(String, Vec<u8>)> =
            answers.into_iter().map(|(asked, bytes)| (asked.to_owned(), bytes)).collect();
        let server = serve(&Script { answers: answers.clone(), ..calendar(&[]) }).await;
        let fault = fetch(&with_login(&server, "/c/"), &Version::default()).await.unwrap_err();
        assert!(fault.to_string().contains(wanted), "{wanted}: {fault}");
    }
}

#[tokio::test]
async fn a_calendar_that_its_home_does_not_tell_of_is_not_gone() {
    let place = row("/c/", "<D:resourcetype><D:collection/></D:resourcetype>");
    let mute = "<D:response><D:href>/c/two/</D:href><D:status>HTTP/1.1 503 Later</D:status>\
                </D:response>";
    let answers = vec![
        ("PROPFIND /c/ 0".to_owned(), reply("207 So", "", &rows(&place))),
        (
            "PROPFIND /c/ 1".to_owned(),
            reply("207 So", "", &rows(&(place.clone() + &row("/c/one/", &tagged("1")) + mute))),
        ),
    ];
    let server = serve(&Script { answers, ..calendar(&[]) }).await;
    let fault = fetch(&server.site("/c/"), &Version::default()).await.unwrap_err().to_string();
    assert!(fault.contains("HTTP 503"), "{fault}");
}

#[tokio::test]
async fn a_home_that_has_moved_is_looked_for() {
    let moved = AtomicUsize::new(0);
    let server = Server::answers(move |request| {
        let turn = moved.load(SeqCst);
        let home = if turn == 0 { "/old/" } else { "/new/" };
        let about = format!(
            "<D:resourcetype/><C:calendar-home-set><D:href>{home}</D:href></C:calendar-home-set>"
        );
        let (asked, inner) = (question(request), format!("{home}c/"));
        if asked == "PROPFIND /me/ 0" {
            reply("207 So", "", &rows(&row("/me/", &about)))
        } else if asked == format!("PROPFIND {home} 1") {
            reply("207 So", "", &rows(&row(&inner, &tagged("1"))))
        } else if asked == format!("REPORT {inner} range") {
            moved.fetch_add(1, SeqCst);
            reply("207 So", "", &rows(&event("a")))
        } else {
            reply("404 Not Found", "", "")
        }
    })
    .await;
    let (_, first) = found(fetch(&server.site("/me/"), &Version::default()).await.unwrap());
    let (names, _) = found(fetch(&server.site("/me/"), &first).await.unwrap());
    assert_eq!(names, "a");
}

#[tokio::test]
async fn no_answer_leads_to_another_server_or_takes_the_login_there() {
    let other = Server::answers(|_| reply("207 So", "", &rows(&row("/c/", &tagged("1"))))).await;
    let there = format!("http://{}/204/calendars/", other.at);
    let home = format!(
        "<D:resourcetype/><C:calendar-home-set><D:href>{there}</D:href></C:calendar-home-set>"
    );
    let principal = format!(
        "<D:resourcetype/><D:current-user-principal><D:href>{there}</D:href>\
         </D:current-user-principal>"
    );
    let place = row("/c/", "<D:resourcetype><D:collection/></D:resourcetype>");
    let listed = place.clone() + &row(&there, &tagged("1"));
    let answer = |text: &str| reply("207 So", "", &rows(text));
    for answers in [
        vec![("PROPFIND /c/ 0", answer(&row("/c/", &home)))],
        vec![("PROPFIND /c/ 0", answer(&row("/c/", &principal)))],
        vec![("PROPFIND /c/ 0", answer(&place)), ("PROPFIND /c/ 1", answer(&listed))],
        vec![("PROPFIND /c/ 0", reply("301 There", &format!("Location: {there}\r\n"), ""))],
    ] {
        let answers: Vec<(String, Vec<u8>)> =
            answers.into_iter().map(|(asked, bytes)| (asked.to_owned(), bytes)).collect();
        let server = serve(&Script { answers, ..calendar(&[]) }).await;
        let fault = fetch(&with_login(&server, "/c/"), &Version::default()).await.unwrap_err();
        assert!(fault.to_string().contains(&there), "{fault}");
        assert_eq!(other.asked(), Vec::<String>::new());
        // Without a login the path may be the secret.
        let fault = fetch(&server.site("/c/"), &Version::default()).await.unwrap_err().to_string();
        assert!(fault.contains("another place") && !fault.contains("204"), "{fault}");
    }
}
