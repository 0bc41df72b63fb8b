//! Calendars from the web, against a small server that answers as it is told.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sigap::config::agenda::Site;
use sigap::ical::fetch::{Answer, Fault, Version, fetch, is_private};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A server on this machine, and what it was asked.
struct Server {
    at: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Answers each request with what is made of it; nothing at all where that is empty.
    async fn answers(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (at, asked) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let (heard, answer) = (Arc::clone(&asked), Arc::new(answer));
        tokio::spawn(async move {
            loop {
                let (mut line, _) = listener.accept().await.unwrap();
                let (heard, answer) = (Arc::clone(&heard), Arc::clone(&answer));
                tokio::spawn(async move {
                    let mut request = Vec::new();
                    while !request.ends_with(b"\r\n\r\n") {
                        request.push(line.read_u8().await.unwrap());
                    }
                    let request = String::from_utf8(request).unwrap().to_lowercase();
                    let bytes = answer(&request);
                    heard.lock().unwrap().push(request);
                    if bytes.is_empty() {
                        std::future::pending::<()>().await;
                    }
                    let _gone = line.write_all(&bytes).await;
                });
            }
        });
        Self { at, asked }
    }

    fn site(&self, path: &str) -> Site {
        site(&format!("http://{}{path}", self.at))
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn site(url: &str) -> Site {
    let (user, password, ca_file) = (None, None, None);
    Site { url: url.parse().unwrap(), user, password, ca_file, private: true }
}

fn reply(status: &str, fields: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{fields}\r\n{body}").into_bytes()
}

async fn get(site: &Site) -> Result<Answer, Fault> {
    fetch(site, None, &Version::default()).await
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let server = Server::answers(|request| match request.contains("if-none-match: \"v1\"") {
        true => reply("304 Not Modified", "", ""),
        false => reply("200 OK", "ETag: \"v1\"\r\nLast-Modified: yesterday\r\n", "BEGIN"),
    })
    .await;
    let Answer::Whole(bytes, version) = get(&server.site("/a?b=c")).await.unwrap() else {
        panic!("nothing is known yet")
    };
    assert_eq!(bytes, b"BEGIN");
    let again = fetch(&server.site("/a?b=c"), None, &version).await.unwrap();
    assert_eq!(again, Answer::Unchanged);
    let asked = server.asked();
    assert!(asked[0].starts_with("get /a?b=c http/1.1\r\n"), "{asked:?}");
    assert!(!asked[0].contains("if-") && asked[1].contains("if-modified-since: yesterday"));
    assert!(!asked[0].contains("authorization"));
}

#[tokio::test]
async fn the_login_goes_to_its_own_place_and_to_no_other() {
    let other = Server::answers(|_| reply("200 OK", "", "there")).await;
    let there = format!("Location: http://{}/there\r\n", other.at);
    let server = Server::answers(move |request| match request.contains("get /here") {
        true => reply("302 Found", &there, ""),
        false => reply("301 Moved Permanently", "Location: here\r\n", ""),
    })
    .await;
    let site = Site { user: Some("dwi".to_owned()), ..server.site("/first") };
    let answer = fetch(&site, Some("rahasia"), &Version::default()).await.unwrap();
    assert!(matches!(answer, Answer::Whole(bytes, _) if bytes == b"there"));
    // base64 of dwi:rahasia, lower-cased by the server here.
    let login = "authorization: basic zhdponjhagfzawe=";
    assert!(server.asked().iter().all(|asked| asked.contains(login)), "{:?}", server.asked());
    assert_eq!((server.asked().len(), other.asked().len()), (2, 1));
    assert!(!other.asked()[0].contains("authorization"));
}

#[tokio::test]
async fn more_than_three_redirects_lead_nowhere() {
    let server = Server::answers(|_| reply("302 Found", "Location: /again\r\n", "")).await;
    assert!(matches!(get(&server.site("/")).await, Err(Fault::Redirects(_))));
    assert_eq!(server.asked().len(), 4);
    let nowhere = Server::answers(|_| reply("302 Found", "", "")).await;
    assert!(matches!(get(&nowhere.site("/")).await, Err(Fault::Redirects(_))));
}

#[tokio::test]
async fn no_redirect_leads_out_of_protection_or_into_the_house() {
    for place in ["http://192.0.2.1/a", "ftp://127.0.0.1/a", "file:///etc/passwd"] {
        let field = format!("Location: {place}\r\n");
        let server = Server::answers(move |_| reply("302 Found", &field, "")).await;
        let end = get(&server.site("/")).await;
        assert!(matches!(end, Err(Fault::Unprotected(_))), "{place}: {end:?}");
    }
    for place in [
        "http://127.0.0.1:9/a",
        "http://localhost:9/a",
        "http://[::1]:9/a",
        "https://10.0.0.7/a",
        "https://[fd00::7]/a",
        "https://169.254.169.254/latest",
        "https://2130706433/a",
        "https://0x7f.1/a",
    ] {
        let outside = Site { private: false, ..site(place) };
        let end = get(&outside).await;
        assert!(matches!(end, Err(Fault::Private(_))), "{place}: {end:?}");
    }
}

#[test]
fn addresses_of_the_house_are_known_in_every_dress() {
    for text in [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "ff02::1",
        "2001:db8::1",
        "2001::1",
        "100::1",
    ] {
        assert!(is_private(text.parse().unwrap()), "{text}");
    }
    for text in [
        "1.1.1.1",
        "100.63.255.255",
        "100.128.0.1",
        "172.32.0.1",
        "192.0.3.1",
        "198.20.0.1",
        "223.255.255.1",
        "2606:4700::1111",
        "2a00:1450:4001::1",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2002:808:808::",
    ] {
        assert!(!is_private(text.parse().unwrap()), "{text}");
    }
}

#[tokio::test]
async fn what_is_too_large_is_not_read_to_its_end() {
    let large = "a".repeat((5 << 20) + 1);
    let server = Server::answers(move |_| reply("200 OK", "", &large)).await;
    assert!(matches!(get(&server.site("/")).await, Err(Fault::Large)));
    let chunk = format!("100000\r\n{}\r\n", "a".repeat(1 << 20)).repeat(6);
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let bytes = format!("{head}{chunk}").into_bytes();
    let server = Server::answers(move |_| bytes.clone()).await;
    assert!(matches!(get(&server.site("/")).await, Err(Fault::Large)));
}

#[tokio::test(start_paused = true)]
async fn what_never_comes_is_not_waited_for() {
    let server = Server::answers(|_| Vec::new()).await;
    let began = tokio::time::Instant::now();
    assert!(matches!(get(&server.site("/")).await, Err(Fault::Slow(_))));
    assert_eq!(began.elapsed().as_secs(), Duration::from_secs(60).as_secs());
}

#[tokio::test]
async fn whatever_else_comes_is_no_calendar() {
    for (bytes, wanted) in [
        (reply("401 Unauthorized", "", ""), "does not accept the login"),
        (reply("403 Forbidden", "", ""), "does not accept the login"),
        (reply("404 Not Found", "", ""), "HTTP 404"),
        (reply("500 Oops", "", ""), "HTTP 500"),
        (reply("206 Partial Content", "", "BEGIN"), "HTTP 206"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nBEGIN".to_vec(), "cannot be read"),
        (b"220 mail.example.com ESMTP\r\n\r\n".to_vec(), "cannot be read"),
    ] {
        let server = Server::answers(move |_| bytes.clone()).await;
        let fault = get(&server.site("/")).await.unwrap_err().to_string();
        assert!(fault.contains(wanted), "{wanted}: {fault}");
    }
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let fault = get(&site(&format!("http://{gone}/"))).await.unwrap_err().to_string();
    assert!(fault.contains("cannot be reached"), "{fault}");
}
