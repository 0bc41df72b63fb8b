//! A calendar that is published as one iCalendar file: it is sent only if it has changed.

use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Method, StatusCode};

use crate::config::agenda::Site;
use crate::ical::answer::{Answer, Version};
use crate::ical::fault::Fault;
use crate::ical::fetch::{Question, Visit, within};

/// Asks for a calendar, unless it is as it was.
///
/// # Errors
/// Nothing follows from any of them; the next reading tries again.
pub async fn fetch(site: &Site, password: Option<&str>, known: &Version) -> Result<Answer, Fault> {
    let mut visit = Visit::new(site, password);
    let question = question(known);
    let reply = within(visit.ask(&site.url, &question)).await?;
    match reply.status {
        StatusCode::OK => {
            let kept = |name| reply.headers.get(name).cloned();
            let (etag, modified) = (kept(header::ETAG), kept(header::LAST_MODIFIED));
            Ok(Answer::Whole(vec![reply.body], Version::File { etag, modified }))
        }
        StatusCode::NOT_MODIFIED => Ok(Answer::Unchanged),
        _ => Err(visit.refusal(&reply)),
    }
}

fn question(known: &Version) -> Question {
    let accepted = HeaderValue::from_static("text/calendar, */*;q=0.1");
    let mut fields = vec![(header::ACCEPT, accepted)];
    let mut put = |name: HeaderName, value: &Option<HeaderValue>| {
        fields.extend(value.iter().map(|value| (name.clone(), value.clone())));
    };
    if let Version::File { etag, modified } = known {
        put(header::IF_NONE_MATCH, etag);
        put(header::IF_MODIFIED_SINCE, modified);
    }
    let (method, wanted) = (Method::GET, StatusCode::OK);
    Question { method, fields, body: String::new(), wanted, roams: true }
}
