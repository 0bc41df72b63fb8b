//! Calendars on CalDAV servers: what is asked of them, in which shapes they answer, and what
//! follows from answers that are not whole.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use sigap::config::agenda::Site;
use sigap::ical::answer::{Answer, Version};
use sigap::ical::fault::Fault;

use super::script::{
    CALENDAR, PLAIN, Script, calendar, event, fetch, found, question, questions, row, rows, script,
    serve, tagged, with_login,
};
use super::server::{Server, authority, reply, site};

fn scripts() -> Vec<(PathBuf, Script)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/caldav");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut scripts: Vec<_> =
        files.map(|file| (file.clone(), script(&fs::read_to_string(file).unwrap()))).collect();
    scripts.sort_by(|one, other| one.0.cmp(&other.0));
    scripts
}

#[tokio::test]
async fn every_servers_shape_is_understood_and_nothing_is_read_twice() {
    let scripts = scripts();
    assert!(scripts.len() >= 7);
    for (file, script) in scripts {
        let server = serve(&script).await;
        let site = with_login(&server, &script.at);
        let answer = fetch(&site, &Version::default()).await;
        let answer = answer.unwrap_or_else(|fault| panic!("{}: {fault}", file.display()));
        let (names, version) = found(answer);
        assert_eq!(names, script.finds, "{}", file.display());
        let wanted: Vec<String> = script.answers.iter().map(|(asked, _)| asked.clone()).collect();
        assert_eq!(questions(&server), wanted, "{}", file.display());
        let again = fetch(&site, &version).await.unwrap();
        assert_eq!(again, Answer::Unchanged, "{}", file.display());
        assert_eq!(server.asked().len(), wanted.len() + script.again, "{}", file.display());
        // base64 of sari:rahasia, in small letters.
        let login = "authorization: basic c2fyatpyywhhc2lh";
        assert!(server.asked().iter().all(|request| request.contains(login)));
    }
}

#[tokio::test]
async fn what_touches_the_time_looked_at_is_asked_for_with_a_day_to_spare() {
    let server = serve(&calendar(&[("REPORT /c/ range", "207 So", &event("a"))])).await;
    fetch(&server.site("/c/"), &Version::default()).await.unwrap();
    let asked = server.asked().pop().unwrap();
    let time = "<C:time-range start=\"20261124T070000Z\" end=\"20280101T070000Z\"/>";
    assert!(asked.contains(time), "{asked}");
    assert!(asked.contains("content-type: application/xml"), "{asked}");
    assert!(!asked.contains("authorization"), "{asked}");
}

#[tokio::test]
async fn a_changed_word_makes_all_be_read_again() {
    let tags = AtomicUsize::new(0);
    let server = Server::answers(move |request| match question(request).as_str() {
        "PROPFIND /c/ 0" => {
            let now = tags.fetch_add(1, SeqCst) / 2;
            reply("207 So", "", &rows(&row("/c/", &tagged(&now.to_string()))))
        }
        _ => reply("207 So", "", &rows(&event("a"))),
    })
    .await;
    let site = server.site("/c/");
    let (_, first) = found(fetch(&site, &Version::default()).await.unwrap());
    assert_eq!(fetch(&site, &first).await.unwrap(), Answer::Unchanged);
    let (names, second) = found(fetch(&site, &first).await.unwrap());
    assert_eq!(names, "a");
    assert_ne!(first, second);
}

#[tokio::test]
async fn without_such_a_word_the_words_of_all_entries_are_one() {
    let list = |etags: &[&str]| {
        let named = |etag: &&str| {
            row(&format!("/c/{etag}.ics"), &format!("{PLAIN}<D:getetag>{etag}</D:getetag>"))
        };
        rows(&(row("/c/", CALENDAR) + &etags.iter().map(named).collect::<String>()))
    };
    let turns = AtomicUsize::new(0);
    let lists = [list(&["a"]), list(&["a"]), list(&["a", "b"])];
    let server = Server::answers(move |request| match question(request).as_str() {
        "PROPFIND /c/ 0" => reply("207 So", "", &rows(&row("/c/", CALENDAR))),
        "PROPFIND /c/ 1" => {
            let turn = turns.fetch_add(1, SeqCst);
            reply("207 So", "", &lists[turn.min(2)])
        }
        _ => reply("207 So", "", &rows(&event("a"))),
    })
    .await;
    let site = server.site("/c/");
    let (_, first) = found(fetch(&site, &Version::default()).await.unwrap());
    assert_eq!(fetch(&site, &first).await.unwrap(), Answer::Unchanged);
    assert!(matches!(fetch(&site, &first).await.unwrap(), Answer::Whole(..)));
    // Where nothing tells of a change, everything is read each time.
    let bare = calendar(&[("REPORT /c/ range", "207 So", &event("a"))]);
    let bare = Script {
        answers: bare
            .answers
            .into_iter()
            .map(|(asked, bytes)| match asked.starts_with("PROPFIND") {
                true => (asked, reply("207 So", "", &rows(&row("/c/", CALENDAR)))),
                false => (asked, bytes),
            })
            .collect(),
        ..calendar(&[])
    };
    let server = serve(&bare).await;
    let (_, state) = found(fetch(&server.site("/c/"), &Version::default()).await.unwrap());
    assert!(matches!(fetch(&server.site("/c/"), &state).await.unwrap(), Answer::Whole(..)));
}

#[tokio::test]
async fn a_server_that_cannot_answer_is_asked_in_another_way() {
    let both = event("a") + &event("b");
    let bare = row("/c/a.ics", "<D:getetag>\"1\"</D:getetag>");
    let unread = row("/c/b&amp;1.ics", "<D:getetag>\"2\"</D:getetag>").replace(
        "</D:response>",
        "<D:propstat><D:prop><C:calendar-data/></D:prop>\
         <D:status>HTTP/1.1 404 Not Found</D:status></D:propstat></D:response>",
    );
    let cut = event("a")
        + "<D:response><D:href>/c/</D:href>\
        <D:status>HTTP/1.1 507 Insufficient Storage</D:status></D:response>";
    let list = row("/c/", CALENDAR) + &row("/c/a.ics", PLAIN) + &row("/c/b.ics", PLAIN);
    for (answers, last) in [
        (vec![("REPORT /c/ range", "403 No", ""), ("REPORT /c/ all", "207 So", &*both)], "all"),
        (vec![("REPORT /c/ range", "500 Oops", ""), ("REPORT /c/ all", "207 So", &both)], "all"),
        (
            vec![
                ("REPORT /c/ range", "501 No", ""),
                ("REPORT /c/ all", "501 No", ""),
                ("PROPFIND /c/ 1", "207 So", &list),
                ("REPORT /c/ named", "207 So", &both),
            ],
            "named",
        ),
        (
            vec![
                ("REPORT /c/ range", "207 So", &*(bare + &unread)),
                ("REPORT /c/ named", "207 So", &both),
            ],
            "named",
        ),
        (
            vec![
                ("REPORT /c/ range", "207 So", &cut),
                ("PROPFIND /c/ 1", "207 So", &list),
                ("REPORT /c/ named", "207 So", &both),
            ],
            "named",
        ),
    ] {
        let server = serve(&calendar(&answers)).await;
        let (names, _) = found(fetch(&server.site("/c/"), &Version::default()).await.unwrap());
        assert_eq!(names, "a b", "{answers:?}");
        let asked = questions(&server);
        assert_eq!(asked.len(), answers.len() + 1, "{asked:?}");
        assert!(asked.last().unwrap().ends_with(last), "{asked:?}");
        let named = server.asked().pop().unwrap();
        assert!(!named.contains("b&1"), "{named}");
        assert_eq!(named.contains("<D:href>/c/a.ics</D:href>"), last == "named", "{named}");
    }
}

#[tokio::test]
async fn what_is_not_whole_is_nothing() {
    let gone = |status: u16| {
        format!(
            "<D:response><D:href>/c/b.ics</D:href><D:status>HTTP/1.1 {status} So</D:status>\
             </D:response>"
        )
    };
    let kept_back = "<D:response><D:href>/c/b.ics</D:href><D:propstat><D:prop><C:calendar-data/>\
                     </D:prop><D:status>HTTP/1.1 503 Later</D:status></D:propstat></D:response>";
    let bare = row("/c/b.ics", "<D:getetag>\"1\"</D:getetag>");
    let with = |other: &str| event("a") + other;
    for (answers, wanted) in [
        (vec![("REPORT /c/ range", "207 So", with(&gone(404)))], "HTTP 404"),
        (vec![("REPORT /c/ range", "207 So", with(&gone(500)))], "HTTP 500"),
        (vec![("REPORT /c/ range", "207 So", with(kept_back))], "HTTP 503"),
        // What is listed does not come, neither with a word nor without.
        (
            vec![
                ("REPORT /c/ range", "207 So", with(&bare)),
                ("REPORT /c/ named", "207 So", gone(404)),
            ],
            "HTTP 404",
        ),
        (
            vec![
                ("REPORT /c/ range", "207 So", with(&bare)),
                ("REPORT /c/ named", "207 So", " ".to_owned()),
            ],
            "do not come",
        ),
        (
            vec![
                ("REPORT /c/ range", "507 Full", String::new()),
                ("REPORT /c/ all", "400 No", String::new()),
                ("PROPFIND /c/ 1", "207 So", row("/c/a.ics", PLAIN) + &gone(507)),
            ],
            "HTTP 507",
        ),
        (vec![("REPORT /c/ range", "503 Later", String::new())], "HTTP 503"),
        (vec![("REPORT /c/ range", "429 Slow", String::new())], "HTTP 429"),
        (vec![("REPORT /c/ range", "401 Who", String::new())], "HTTP 401"),
    ] {
        let told: Vec<(&str, &str, &str)> =
            answers.iter().map(|(asked, status, body)| (*asked, *status, body.as_str())).collect();
        let server = serve(&calendar(&told)).await;
        let fault = fetch(&server.site("/c/"), &Version::default()).await.unwrap_err().to_string();
        assert!(fault.contains(wanted), "{answers:?}: {fault}");
    }
}

#[tokio::test]
async fn an_empty_calendar_is_a_whole_one() {
    let server = serve(&calendar(&[("REPORT /c/ range", "207 So", " ")])).await;
    let answer = fetch(&server.site("/c/"), &Version::default()).await.unwrap();
    assert_eq!(found(answer).0, "");
}

#[tokio::test]
async fn all_answers_together_are_bounded() {
    // Each is small enough by itself.
    let filled =
        |name: &str| event(name).replace("UID", &format!("X-FILL:{}\nUID", "a".repeat(3 << 20)));
    let two = row("/c/", "<D:resourcetype><D:collection/></D:resourcetype>")
        + &row("/c/one/", &tagged("1"))
        + &row("/c/two/", &tagged("1"));
    let answers = vec![
        ("PROPFIND /c/ 0".to_owned(), reply("207 So", "", &rows(&two))),
        ("PROPFIND /c/ 1".to_owned(), reply("207 So", "", &rows(&two))),
        ("REPORT /c/one/ range".to_owned(), reply("207 So", "", &rows(&filled("a")))),
        ("REPORT /c/two/ range".to_owned(), reply("207 So", "", &rows(&filled("b")))),
    ];
    let server = serve(&Script { answers, ..calendar(&[]) }).await;
    let fault = fetch(&server.site("/c/"), &Version::default()).await.unwrap_err();
    assert!(matches!(fault, Fault::Large), "{fault}");
    let many: String = (0..51).map(|no| row(&format!("/c/{no}/"), &tagged("1"))).collect();
    let place = row("/c/", "<D:resourcetype><D:collection/></D:resourcetype>");
    let answers = vec![
        ("PROPFIND /c/ 0".to_owned(), reply("207 So", "", &rows(&place))),
        ("PROPFIND /c/ 1".to_owned(), reply("207 So", "", &rows(&many))),
    ];
    let server = serve(&Script { answers, ..calendar(&[]) }).await;
    let fault = fetch(&server.site("/c/"), &Version::default()).await.unwrap_err().to_string();
    assert!(fault.contains("more than 50 calendars"), "{fault}");
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_never_comes_is_not_waited_for() {
    let server = Server::answers(|request| match question(request).as_str() {
        "PROPFIND /c/ 0" => reply("207 So", "", &rows(&row("/c/", &tagged("7")))),
        _ => Vec::new(),
    })
    .await;
    let began = tokio::time::Instant::now();
    let fault = fetch(&server.site("/c/"), &Version::default()).await.unwrap_err();
    assert!(matches!(fault, Fault::Slow(_)), "{fault}");
    assert!(began.elapsed().as_secs() <= 60);
}

#[tokio::test]
async fn it_is_read_over_tls_with_an_authority_of_the_house() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let server = Server::secured(authority(&file), |request| match question(request).as_str() {
        "PROPFIND /c/ 0" => reply("207 So", "", &rows(&row("/c/", &tagged("7")))),
        _ => reply("207 So", "", &rows(&event("a"))),
    })
    .await;
    let url = format!("https://localhost:{}/c/", server.at.port());
    let trusting = Site { ca_file: Some(file), user: Some("sari".to_owned()), ..site(&url) };
    assert_eq!(found(fetch(&trusting, &Version::default()).await.unwrap()).0, "a");
    let asked = server.asked().len();
    let fault = fetch(&Site { ca_file: None, ..trusting.clone() }, &Version::default()).await;
    assert!(fault.unwrap_err().to_string().contains("no trusted TLS"));
    let outside = Site { private: false, ..trusting };
    assert!(matches!(fetch(&outside, &Version::default()).await, Err(Fault::Private(_))));
    assert_eq!(server.asked().len(), asked);
}
