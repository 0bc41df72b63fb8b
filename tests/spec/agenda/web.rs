//! Calendars from the web, against a small server that answers as it is told.

use std::time::Duration;

use sigap::config::agenda::Site;
use sigap::ical::answer::{Answer, Version};
use sigap::ical::fault::Fault;
use sigap::ical::published::fetch;
use sigap::ical::route::is_private;
use tokio::net::TcpListener;

use super::server::{Server, authority, reply, site};

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
    assert_eq!(bytes, [b"BEGIN"]);
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
    assert!(matches!(answer, Answer::Whole(bytes, _) if bytes == [b"there"]));
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
        (reply("401 Unauthorized", "", ""), "write calendar.user and calendar.password"),
        (reply("403 Forbidden", "", ""), "HTTP 403"),
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
    for status in ["401 Unauthorized", "403 Forbidden"] {
        let server = Server::answers(move |_| reply(status, "", "")).await;
        let site = Site { user: Some("dwi".to_owned()), ..server.site("/") };
        let fault = fetch(&site, Some("rahasia"), &Version::default()).await.unwrap_err();
        assert!(fault.to_string().contains("does not accept the login"), "{fault}");
    }
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let fault = get(&site(&format!("http://{gone}/"))).await.unwrap_err().to_string();
    assert!(fault.contains("cannot be reached"), "{fault}");
}

#[tokio::test]
async fn over_tls_only_who_was_signed_by_a_trusted_authority_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let (own, other) = (folder.path().join("own.pem"), folder.path().join("other.pem"));
    let config = authority(&own);
    let _stranger = authority(&other);
    let server = Server::secured(config, |request| match request.contains("get /here") {
        true => reply("200 OK", "", "BEGIN"),
        false => reply("302 Found", "Location: /here\r\n", ""),
    })
    .await;
    let url = format!("https://localhost:{}/first", server.at.port());
    let with = |ca_file| Site { user: Some("dwi".to_owned()), ca_file, ..site(&url) };
    let known = Version::default();
    let answer = fetch(&with(Some(own.clone())), Some("rahasia"), &known).await.unwrap();
    assert!(matches!(answer, Answer::Whole(bytes, _) if bytes == [b"BEGIN"]));
    let login = "authorization: basic zhdponjhagfzawe=";
    assert!(server.asked().iter().all(|asked| asked.contains(login)), "{:?}", server.asked());
    // Nothing is said to whom nobody vouches for, nor to another name than the certificate's.
    let elsewhere = url.replace("localhost", "127.0.0.1").parse().unwrap();
    let unnamed = Site { url: elsewhere, ..with(Some(own)) };
    for site in [with(Some(other)), with(None), unnamed] {
        let fault = fetch(&site, Some("rahasia"), &known).await.unwrap_err().to_string();
        assert!(fault.contains("no trusted TLS"), "{fault}");
    }
    assert_eq!(server.asked().len(), 2);
    let missing = with(Some(folder.path().join("gone.pem")));
    let fault = fetch(&missing, Some("rahasia"), &known).await.unwrap_err().to_string();
    assert!(fault.contains("gone.pem"), "{fault}");
    // From a protected place none leads to an unprotected one that is not on this machine.
    let config = authority(&folder.path().join("third.pem"));
    let down =
        Server::secured(config, |_| reply("302 Found", "Location: http://192.0.2.1/a\r\n", ""))
            .await;
    let url = format!("https://localhost:{}/", down.at.port());
    let third = Site { ca_file: Some(folder.path().join("third.pem")), ..site(&url) };
    assert!(matches!(get(&third).await, Err(Fault::Unprotected(_))));
}
