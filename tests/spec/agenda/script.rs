//! CalDAV servers that follow a script: what they are asked in a few words, and what they answer.

use jiff::Timestamp;
use sigap::config::agenda::Site;
use sigap::ical::answer::{Answer, Version};
use sigap::ical::caldav;
use sigap::ical::fault::Fault;

use super::server::{Server, reply};

/// A server's side of a conversation.
pub struct Script {
    pub at: String,
    pub finds: String,
    pub again: usize,
    pub answers: Vec<(String, Vec<u8>)>,
}

/// The question that a request asks, in a few words.
pub fn question(request: &str) -> String {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let mut line = head.lines().next().unwrap().split(' ');
    let (method, path) = (line.next().unwrap().to_uppercase(), line.next().unwrap());
    let depth = head.lines().find_map(|line| line.strip_prefix("depth: ")).unwrap_or("-");
    let kind = match body {
        _ if method != "REPORT" => depth,
        body if body.contains("<C:calendar-multiget") => "named",
        body if body.contains("<C:time-range start=") => "range",
        _ => "all",
    };
    format!("{method} {path} {kind}")
}

/// `METHOD path kind`, in the spelling of the wire; a status and a place may follow.
pub fn script(text: &str) -> Script {
    let mut blocks = text.split("\n---- ");
    let head = blocks.next().unwrap();
    let named = |name: &str| {
        let line = head.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("no {name} in {head}")).trim().to_owned()
    };
    let answers = blocks.map(|block| {
        let (line, body) = block.split_once('\n').unwrap_or((block, ""));
        let words: Vec<&str> = line.split(' ').collect();
        let asked = format!("{} {} {}", words[0], words[1].to_lowercase(), words[2]);
        let status = words.get(3).unwrap_or(&"207");
        let place = words.get(4).map(|at| format!("Location: {at}\r\n")).unwrap_or_default();
        (asked, reply(&format!("{status} So"), &place, body))
    });
    let (at, finds) = (named("at "), named("finds"));
    Script { at, finds, again: named("again ").parse().unwrap(), answers: answers.collect() }
}

pub async fn serve(script: &Script) -> Server {
    let answers = script.answers.clone();
    Server::answers(move |request| {
        let (asked, here) = (question(request), host(request));
        let answer = answers.iter().find(|(wanted, _)| *wanted == asked);
        let bytes = answer.map_or_else(|| reply("404 Not Found", "", ""), |(_, it)| it.clone());
        let text = String::from_utf8(bytes).unwrap();
        match text.split_once("\r\n\r\n") {
            Some((_, body)) if body.contains("@here@") => {
                reply("207 So", "", &body.replace("@here@", &format!("http://{here}")))
            }
            _ => text.into_bytes(),
        }
    })
    .await
}

pub fn host(request: &str) -> String {
    request.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned()
}

pub fn questions(server: &Server) -> Vec<String> {
    server.asked().iter().map(|request| question(request)).collect()
}

pub fn span() -> (Timestamp, Timestamp) {
    ("2026-11-25T07:00:00Z".parse().unwrap(), "2027-12-31T07:00:00Z".parse().unwrap())
}

pub async fn fetch(site: &Site, known: &Version) -> Result<Answer, Fault> {
    caldav::fetch(site, site.user.as_ref().map(|_| "rahasia"), known, span()).await
}

pub fn with_login(server: &Server, path: &str) -> Site {
    Site { user: Some("sari".to_owned()), ..server.site(path) }
}

/// The names of all events, in order, and the state.
pub fn found(answer: Answer) -> (String, Version) {
    let Answer::Whole(parts, version) = answer else { panic!("nothing is known yet") };
    let texts: Vec<String> =
        parts.into_iter().map(|part| String::from_utf8(part).unwrap()).collect();
    let names = texts.iter().flat_map(|text| text.lines()).filter_map(|it| it.strip_prefix("UID:"));
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    (names.join(" "), version)
}

pub fn rows(rows: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><D:multistatus xmlns:D=\"DAV:\" \
         xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:S=\"http://calendarserver.org/ns/\">{rows}\
         </D:multistatus>"
    )
}

pub fn row(href: &str, props: &str) -> String {
    format!(
        "<D:response><D:href>{href}</D:href><D:propstat><D:prop>{props}</D:prop>\
         <D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
    )
}

pub const CALENDAR: &str = "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>";
pub const PLAIN: &str = "<D:resourcetype/>";

pub fn tagged(tag: &str) -> String {
    format!("{CALENDAR}<S:getctag>{tag}</S:getctag>")
}

pub fn event(name: &str) -> String {
    let lines = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:{name}\nEND:VEVENT\nEND:VCALENDAR\n");
    let props =
        format!("<D:getetag>\"{name}\"</D:getetag><C:calendar-data>{lines}</C:calendar-data>");
    row(&format!("/c/{name}.ics"), &props)
}

/// A calendar `/c/` with a state, and these further answers.
pub fn calendar(answers: &[(&str, &str, &str)]) -> Script {
    let mut all =
        vec![("PROPFIND /c/ 0".to_owned(), reply("207 So", "", &rows(&row("/c/", &tagged("7")))))];
    for (asked, status, body) in answers {
        let body = if body.is_empty() { String::new() } else { rows(body) };
        all.push(((*asked).to_owned(), reply(status, "", &body)));
    }
    Script { at: "/c/".to_owned(), finds: String::new(), again: 1, answers: all }
}
