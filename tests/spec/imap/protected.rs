//! STARTTLS: stripped, refused, or followed by plain text that wants to be taken for answers.

use sigap::config::settings::{Account, Tls};
use sigap::imap::fault::Fault;
use sigap::imap::session::{self, Proof};
use sigap::imap::starttls;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::scripted::line_to;

#[tokio::test]
async fn starttls_before_the_handshake() {
    let table: [(&str, &str, Result<(), &str>); 8] = [
        ("* OK hi\r\n", "S0 OK go\r\n", Ok(())),
        ("* OK [CAPABILITY IMAP4rev1] hi\r\n", "* OK wait\r\ns0 ok go\r\n", Ok(())),
        ("* OK hi\r\n", "S0 BAD unknown command\r\n", Err("untrusted")),
        ("* OK hi\r\n", "S0 NO not offered\r\n", Err("untrusted")),
        ("* PREAUTH hi\r\n", "", Err("untrusted")),
        ("* BYE busy\r\n", "", Err("closed")),
        ("220 smtp\r\n", "", Err("protocol")),
        ("* OK hi\r\n", "", Err("closed")),
    ];
    for (greeting, answer, expected) in table {
        let mut line = line_to(greeting, &[("STARTTLS", answer)]);
        let outcome = starttls::ask(&mut line).await.map_err(|fault| match fault {
            Fault::Untrusted { .. } => "untrusted",
            Fault::Closed { .. } => "closed",
            Fault::Protocol(_) => "protocol",
            _ => "other",
        });
        assert_eq!(outcome, expected, "{greeting:?} {answer:?}");
    }
    // What follows the tagged OK is left for the handshake to stumble over.
    let mut line = line_to("* OK hi\r\n", &[("STARTTLS", "S0 OK go\r\n* CAPABILITY EVIL\r\n")]);
    starttls::ask(&mut line).await.unwrap();
    let mut rest = String::new();
    line.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, "* CAPABILITY EVIL\r\n");
}

#[tokio::test]
async fn plain_text_after_starttls_is_refused() {
    sigap::net::install_crypto();
    for early in
        ["S0 OK go\r\n* PREAUTH in\r\n* CAPABILITY IMAP4rev1\r\n", "S0 OK go\r\nS0001 OK\r\n"]
    {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = tokio::spawn(async move {
            let (mut tcp, _) = listener.accept().await.unwrap();
            tcp.write_all(b"* OK hi\r\n").await.unwrap();
            let mut line = [0; 64];
            let many = tcp.read(&mut line).await.unwrap();
            tcp.write_all(early.as_bytes()).await.unwrap();
            let mut rest = Vec::new();
            // Reset or closed: either way nothing but an attempted handshake came.
            let _ = tcp.read_to_end(&mut rest).await;
            (String::from_utf8_lossy(&line[..many]).into_owned(), rest)
        });
        let account = Account {
            host: "127.0.0.1".to_owned(),
            port,
            tls: Tls::StartTls,
            user: Some("ani".to_owned()),
            password: None,
            ca_file: None,
        };
        let connecting =
            async move { session::connect(&account, Proof::Password("rahasia")).await };
        let fault = tokio::spawn(connecting).await.unwrap().unwrap_err();
        assert!(matches!(fault, Fault::Untrusted { .. }), "{fault}");
        let (first, rest) = server.await.unwrap();
        assert_eq!(first, "S0 STARTTLS\r\n");
        assert!(!String::from_utf8_lossy(&rest).contains("rahasia"));
    }
}
