//! Requests for calendars (HTTP, RFC 9110), each on a line of its own and all of one visit within
//! the same limits of bytes, time and number. What is asked is the business of `ical/published` and
//! `ical/dav`.
//!
//! Each hop is checked anew (`ical/route`). No proxy, no compression, no cookie; the login goes to
//! no other place than the one it was written for.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::time::timeout;
use url::Url;

use crate::config::agenda::Site;
use crate::ical::fault::Fault;
use crate::ical::read::LARGEST;
use crate::ical::route::line;

const CONNECT_WITHIN: Duration = Duration::from_secs(10);
const WHOLE_WITHIN: Duration = Duration::from_secs(60);
const MOST_REDIRECTS: usize = 3;
/// A visit to fifty calendars takes about as many.
const MOST_REQUESTS: usize = 300;
/// No longer part of an address is quoted.
const MOST_QUOTED: usize = 300;

/// What is asked.
#[derive(Debug)]
pub(in crate::ical) struct Question {
    pub(in crate::ical) method: Method,
    pub(in crate::ical) fields: Vec<(HeaderName, HeaderValue)>,
    pub(in crate::ical) body: String,
    /// The status of the answer that is read; of others only the head is.
    pub(in crate::ical) wanted: StatusCode,
    /// Whether the answer may come from another place.
    pub(in crate::ical) roams: bool,
}

/// An answer that leads nowhere else.
#[derive(Debug)]
pub(in crate::ical) struct Reply {
    /// The place that it came from.
    pub(in crate::ical) url: Url,
    pub(in crate::ical) status: StatusCode,
    pub(in crate::ical) headers: HeaderMap,
    /// Empty unless the status is the wanted one.
    pub(in crate::ical) body: Vec<u8>,
}

/// All that is asked at one visit to a site.
#[derive(Debug)]
pub(in crate::ical) struct Visit<'a> {
    pub(in crate::ical) site: &'a Site,
    password: Option<&'a str>,
    bytes_left: usize,
    requests_left: usize,
}

impl<'a> Visit<'a> {
    /// One that has not begun.
    pub(in crate::ical) fn new(site: &'a Site, password: Option<&'a str>) -> Self {
        Self { site, password, bytes_left: LARGEST, requests_left: MOST_REQUESTS }
    }

    /// Asks, and follows where the answer leads to.
    pub(in crate::ical) async fn ask(
        &mut self,
        url: &Url,
        question: &Question,
    ) -> Result<Reply, Fault> {
        let mut url = url.clone();
        for _ in 0..=MOST_REDIRECTS {
            let answer = self.hop(&url, question).await?;
            match answer.status() {
                StatusCode::MOVED_PERMANENTLY
                | StatusCode::FOUND
                | StatusCode::SEE_OTHER
                | StatusCode::TEMPORARY_REDIRECT
                | StatusCode::PERMANENT_REDIRECT => {
                    let place = answer.headers().get(header::LOCATION);
                    let place = place.and_then(|place| place.to_str().ok());
                    let next = place.and_then(|place| url.join(place).ok());
                    url = next.ok_or_else(|| Fault::Redirects(host(&url)))?;
                    if !question.roams {
                        self.stay(&url)?;
                    }
                }
                status => {
                    let headers = answer.headers().clone();
                    let body = match status == question.wanted {
                        true => self.body(&host(&url), answer.into_body()).await?,
                        false => Vec::new(),
                    };
                    return Ok(Reply { url, status, headers, body });
                }
            }
        }
        Err(Fault::Redirects(host(&url)))
    }

    /// The place that an answer names, which must not be another server's.
    pub(in crate::ical) fn place(&self, base: &Url, href: &str) -> Result<Url, Fault> {
        let url = base.join(href).map_err(|_| {
            Fault::Broken(host(base), "it names a place whose address is no address".to_owned())
        })?;
        self.stay(&url)?;
        Ok(url)
    }

    /// What an answer says that is not the one hoped for.
    pub(in crate::ical) fn refusal(&self, reply: &Reply) -> Fault {
        Fault::of(host(&reply.url), reply.status, self.site.user.is_some())
    }

    fn stay(&self, url: &Url) -> Result<(), Fault> {
        if same_place(url, &self.site.url) {
            return Ok(());
        }
        // Without a login the path may be all the secret there is.
        let path = if self.site.user.is_some() { url.path() } else { "/" };
        let shown: String = format!("{}{path}", url.origin().ascii_serialization())
            .chars()
            .take(MOST_QUOTED)
            .collect();
        Err(Fault::Elsewhere(shown))
    }

    /// One request and the head of its answer.
    async fn hop(&mut self, url: &Url, question: &Question) -> Result<Response<Incoming>, Fault> {
        let host = host(url);
        let left = self.requests_left.checked_sub(1);
        self.requests_left = left.ok_or_else(|| Fault::Many(host.clone(), "can be asked for"))?;
        let broken = |error: &dyn std::fmt::Display| Fault::Broken(host.clone(), error.to_string());
        let line = timeout(CONNECT_WITHIN, line(self.site, url))
            .await
            .unwrap_or(Err(Fault::Slow("no connection within 10 s")))?;
        let path =
            url.query().map_or(url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        let mut request = Request::builder().method(question.method.clone()).uri(path);
        if let Some(headers) = request.headers_mut() {
            self.fill(headers, url).ok_or_else(|| broken(&"its address is no address"))?;
            headers.extend(question.fields.iter().cloned());
        }
        let body = Full::new(Bytes::from(question.body.clone()));
        let request = request.body(body).map_err(|error| broken(&error))?;
        let shaken = hyper::client::conn::http1::handshake(TokioIo::new(line)).await;
        let (mut sender, connection) = shaken.map_err(|error| broken(&error))?;
        // It ends with the answer, or when nobody waits for it any more.
        tokio::spawn(connection);
        sender.send_request(request).await.map_err(|error| broken(&error))
    }

    fn fill(&self, headers: &mut HeaderMap, url: &Url) -> Option<()> {
        let host = match url.port() {
            Some(port) => format!("{}:{port}", url.host_str()?),
            None => url.host_str()?.to_owned(),
        };
        let plain = |text: &str| HeaderValue::from_str(text).ok();
        headers.insert(header::HOST, plain(&host)?);
        headers.insert(header::USER_AGENT, HeaderValue::from_static("Sigap"));
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        let login = self.site.user.as_deref().zip(self.password);
        if let Some((user, password)) = login.filter(|_| same_place(url, &self.site.url)) {
            let login = STANDARD.encode(format!("{user}:{password}"));
            let mut value = plain(&format!("Basic {login}"))?;
            value.set_sensitive(true);
            headers.insert(header::AUTHORIZATION, value);
        }
        Some(())
    }

    async fn body(&mut self, host: &str, mut body: Incoming) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| Fault::Broken(host.to_owned(), error.to_string()))?;
            let Some(data) = frame.data_ref() else { continue };
            let left = self.bytes_left.checked_sub(data.len());
            self.bytes_left = left.ok_or(Fault::Large)?;
            bytes.extend_from_slice(data);
        }
        Ok(bytes)
    }
}

/// Whatever is asked in it, all of it together takes a minute at most.
pub(in crate::ical) async fn within<T>(
    visit: impl Future<Output = Result<T, Fault>>,
) -> Result<T, Fault> {
    timeout(WHOLE_WITHIN, visit)
        .await
        .unwrap_or(Err(Fault::Slow("the calendar did not come within 60 s")))
}

/// The name of the server at an address.
pub(in crate::ical) fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

fn same_place(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme()
        && one.host() == other.host()
        && one.port_or_known_default() == other.port_or_known_default()
}
