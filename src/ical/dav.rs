//! Questions to CalDAV servers (RFC 4918, RFC 4791) and what their answers amount to. Which of them
//! is asked when is the business of `ical/discovery` and `ical/caldav`.

use std::fmt::Write;

use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Method, StatusCode};
use jiff::Timestamp;
use quick_xml::escape::escape;
use url::Url;

use crate::ical::fault::Fault;
use crate::ical::fetch::{Question, Visit, host};
use crate::ical::multistatus::{Row, rows};

/// What a place is, and where else calendars may be.
const ABOUT_PLACE: &str = "<D:resourcetype/><CS:getctag/><D:sync-token/><D:owner/>\
    <C:supported-calendar-component-set/><D:current-user-principal/><C:calendar-home-set/>";
/// What calendars there are.
const ABOUT_CALENDARS: &str = "<D:resourcetype/><CS:getctag/><D:sync-token/><D:owner/>\
    <C:supported-calendar-component-set/>";
/// What stands in a calendar.
const ABOUT_EVENTS: &str = "<D:resourcetype/><D:getetag/>";

/// What is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ical) enum About {
    /// A place itself.
    Place,
    /// Calendars right below it.
    Calendars,
    /// Events right below it.
    Events,
}

/// What a server said: where it was in the end, and its rows; or with which status it refused.
pub(in crate::ical) enum Said {
    Rows(Url, Vec<Row>),
    Refused(Fault, StatusCode),
}

/// Asks for properties (RFC 4918 §9.1).
pub(in crate::ical) async fn properties(
    visit: &mut Visit<'_>,
    url: &Url,
    about: About,
) -> Result<Said, Fault> {
    let (depth, names) = match about {
        About::Place => ("0", ABOUT_PLACE),
        About::Calendars => ("1", ABOUT_CALENDARS),
        About::Events => ("1", ABOUT_EVENTS),
    };
    let body = document("D:propfind", &format!("<D:prop>{names}</D:prop>"));
    ask(visit, url, b"PROPFIND", depth, body).await
}

/// Asks for all events that touch a time, or for all (RFC 4791 §7.8).
pub(in crate::ical) async fn events(
    visit: &mut Visit<'_>,
    url: &Url,
    span: Option<(Timestamp, Timestamp)>,
) -> Result<Said, Fault> {
    let time = |at: Timestamp| at.strftime("%Y%m%dT%H%M%SZ").to_string();
    let range = span.map(|(from, until)| {
        format!("<C:time-range start=\"{}\" end=\"{}\"/>", time(from), time(until))
    });
    let body = document(
        "C:calendar-query",
        &format!(
            "<D:prop><D:getetag/><C:calendar-data/></D:prop><C:filter>\
             <C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"VEVENT\">{}</C:comp-filter>\
             </C:comp-filter></C:filter>",
            range.unwrap_or_default()
        ),
    );
    ask(visit, url, b"REPORT", "1", body).await
}

/// Asks for events by their places (RFC 4791 §7.9).
pub(in crate::ical) async fn named_events(
    visit: &mut Visit<'_>,
    url: &Url,
    hrefs: &[String],
) -> Result<Said, Fault> {
    let mut inner = "<D:prop><D:getetag/><C:calendar-data/></D:prop>".to_owned();
    for href in hrefs {
        // Writing to a string cannot fail.
        let _ = write!(inner, "<D:href>{}</D:href>", escape(href.as_str()));
    }
    ask(visit, url, b"REPORT", "1", document("C:calendar-multiget", &inner)).await
}

fn document(root: &str, inner: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<{root} xmlns:D=\"DAV:\" \
         xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:CS=\"http://calendarserver.org/ns/\">\
         {inner}</{root}>"
    )
}

async fn ask(
    visit: &mut Visit<'_>,
    url: &Url,
    method: &[u8],
    depth: &'static str,
    body: String,
) -> Result<Said, Fault> {
    let broken = |why: String| Fault::Broken(host(url), why);
    let question = Question {
        method: Method::from_bytes(method).map_err(|error| broken(error.to_string()))?,
        fields: vec![
            (HeaderName::from_static("depth"), HeaderValue::from_static(depth)),
            (header::CONTENT_TYPE, HeaderValue::from_static("application/xml; charset=utf-8")),
            (header::ACCEPT, HeaderValue::from_static("application/xml, text/xml;q=0.9")),
        ],
        body,
        wanted: StatusCode::MULTI_STATUS,
        roams: false,
    };
    let reply = visit.ask(url, &question).await?;
    if reply.status != StatusCode::MULTI_STATUS {
        return Ok(Said::Refused(visit.refusal(&reply), reply.status));
    }
    let rows = rows(&reply.body).map_err(|unsound| broken(unsound.to_string()))?;
    Ok(Said::Rows(reply.url, rows))
}
