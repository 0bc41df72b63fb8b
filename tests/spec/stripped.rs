//! A line that is to be protected and is tampered with, at both doors: nothing but an honest
//! handshake is gone along with, and no byte of a credential is ever seen outside it.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sigap::config::settings::{Account, Tls};
use sigap::imap::session::{self, Proof};
use sigap::smtp::send::Courier;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::smtp_script::certificate;

pub const USER: &str = "ani-of-the-test";
pub const PASSWORD: &str = "rahasia-sekali";

/// What the server does once the lines are said.
#[derive(Clone, Copy, Debug)]
enum Then {
    /// Hears the client's handshake and answers with these bytes, then ends.
    Answers(&'static [u8]),
    /// Ends at once.
    Ends,
    /// Shakes hands honestly and says these lines, one after each of the client's.
    Protects(&'static [&'static str]),
}

/// Lines said in clear: the first at once, each other after one line of the client's.
type Row = (Tls, &'static [&'static str], Then, &'static str);

const ALERT: &[u8] = b"\x15\x03\x03\x00\x02\x02\x28";
const HALF: &[u8] = b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03";
const NOISE: &[u8] = b"\x16\x03\x03\xff\xff\0\0\xff\x02\x80\x80\x80";

const IMAP: &[Row] = &[
    // Stripped.
    (Tls::StartTls, &["* OK hi\r\n", "S0 BAD unknown command\r\n"], Then::Ends, "STARTTLS"),
    (Tls::StartTls, &["* OK hi\r\n", "S0 NO not now\r\n"], Then::Ends, "STARTTLS"),
    (Tls::StartTls, &["* OK hi\r\n", "* OK go on without\r\n"], Then::Ends, "ended"),
    // Somebody else's session, before TLS and just before the go-ahead.
    (Tls::StartTls, &["* PREAUTH hi\r\n"], Then::Ends, "logged in before TLS"),
    (
        Tls::StartTls,
        &["* OK hi\r\n", "* PREAUTH in\r\nS0 OK go\r\n"],
        Then::Answers(b"* CAPABILITY IMAP4rev1\r\nS0001 OK done\r\n"),
        "no trusted TLS",
    ),
    // More than the go-ahead: answers that want to be believed within TLS.
    (
        Tls::StartTls,
        &["* OK hi\r\n", "S0 OK go\r\n* CAPABILITY IMAP4rev1\r\nS0001 OK done\r\n"],
        Then::Answers(b"S0002 OK in\r\n"),
        "in plain text|no trusted TLS",
    ),
    (
        Tls::StartTls,
        &["* OK hi\r\n", "S0 OK go\r\n*"],
        Then::Answers(b" PREAUTH in\r\n"),
        "in plain text|no trusted TLS",
    ),
    // The go-ahead before it was asked for.
    (
        Tls::StartTls,
        &["* OK hi\r\nS0 OK go\r\n"],
        Then::Answers(b"S0001 OK done\r\n"),
        "in plain text|no trusted TLS",
    ),
    (
        Tls::StartTls,
        &["* OK hi\r\nS0 OK go\r\n", "S0 OK go\r\n"],
        Then::Ends,
        "no trusted TLS|in plain",
    ),
    // A handshake that is none.
    (Tls::StartTls, &["* OK hi\r\n", "S0 OK go\r\n"], Then::Answers(ALERT), "no trusted TLS"),
    (Tls::StartTls, &["* OK hi\r\n", "S0 OK go\r\n"], Then::Answers(HALF), "no trusted TLS"),
    (Tls::StartTls, &["* OK hi\r\n", "S0 OK go\r\n"], Then::Answers(NOISE), "no trusted TLS"),
    (Tls::StartTls, &["* OK hi\r\n", "S0 OK go\r\n"], Then::Ends, "no trusted TLS"),
    (Tls::Implicit, &["* OK hi\r\n"], Then::Ends, "no trusted TLS"),
    (Tls::Implicit, &["* PREAUTH hi\r\n"], Then::Answers(b"S0001 OK in\r\n"), "no trusted TLS"),
    (Tls::Implicit, &[], Then::Answers(ALERT), "no trusted TLS"),
    (Tls::Implicit, &[], Then::Ends, "no trusted TLS"),
    // Protected, and then lies within: somebody else's session.
    (Tls::Implicit, &[], Then::Protects(&["* PREAUTH in\r\n"]), "logged in before any login"),
    // What was offered in clear is forgotten.
    (
        Tls::StartTls,
        &["* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n", "S0 OK go\r\n"],
        Then::Protects(&["* CAPABILITY IMAP4rev1 LOGINDISABLED\r\nS0001 OK x\r\n"]),
        "no such login",
    ),
    // The honest one, so that the others are seen to fail for what they do.
    (
        Tls::StartTls,
        &["* OK hi\r\n", "S0 OK go\r\n"],
        Then::Protects(&[
            "* CAPABILITY IMAP4rev1\r\nS0001 OK x\r\n",
            "S0002 OK in\r\n",
            "* CAPABILITY IMAP4rev1\r\nS0003 OK x\r\n",
        ]),
        "",
    ),
];

const OFFERS: &str = "250-mx\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n";

const SMTP: &[Row] = &[
    (Tls::StartTls, &["220 mx\r\n", "250-mx\r\n250 AUTH PLAIN\r\n"], Then::Ends, "not offer"),
    (Tls::StartTls, &["220 mx\r\n", OFFERS, "502 no\r\n"], Then::Ends, "502 no"),
    (Tls::StartTls, &["220 mx\r\n", OFFERS, "454 4.7.0 not now\r\n"], Then::Ends, "454 4.7.0"),
    (Tls::StartTls, &["220 mx\r\n", OFFERS, "220 go\n"], Then::Ends, "not understood"),
    (Tls::StartTls, &["220 mx\r\n", OFFERS, "S0 OK go\r\n"], Then::Ends, "not understood"),
    (
        Tls::StartTls,
        &["220 mx\r\n", OFFERS, "220 go\r\n250-evil\r\n250 AUTH LOGIN\r\n"],
        Then::Answers(b"235 in\r\n"),
        "not understood: more than one",
    ),
    (Tls::StartTls, &["220 mx\r\n", OFFERS, "220 go\r\n2"], Then::Ends, "not understood: more"),
    (
        Tls::StartTls,
        &["220 mx\r\n", "250-mx\r\n250 STARTTLS\r\n220 go\r\n"],
        Then::Answers(b"250 AUTH PLAIN\r\n235 in\r\n"),
        "not understood: more than one",
    ),
    (
        Tls::StartTls,
        &["220 mx\r\n250-mx\r\n250 STARTTLS\r\n220 go\r\n"],
        Then::Answers(b"250 AUTH PLAIN\r\n235 in\r\n"),
        "not understood: more than one",
    ),
    (
        Tls::StartTls,
        &["220 mx\r\n", OFFERS, "220 go\r\n"],
        Then::Answers(b"250-evil\r\n250 AUTH PLAIN\r\n235 in\r\n"),
        "no trusted TLS",
    ),
    (Tls::StartTls, &["220 mx\r\n", OFFERS, "220 go\r\n"], Then::Answers(ALERT), "no trusted TLS"),
    (Tls::StartTls, &["220 mx\r\n", OFFERS, "220 go\r\n"], Then::Answers(HALF), "no trusted TLS"),
    (Tls::StartTls, &["220 mx\r\n", OFFERS, "220 go\r\n"], Then::Answers(NOISE), "no trusted TLS"),
    (Tls::StartTls, &["220 mx\r\n", OFFERS, "220 go\r\n"], Then::Ends, "no trusted TLS"),
    (Tls::Implicit, &["220 mx\r\n"], Then::Answers(b"250 AUTH PLAIN\r\n"), "no trusted TLS"),
    (Tls::Implicit, &[], Then::Answers(ALERT), "no trusted TLS"),
    (Tls::Implicit, &[], Then::Ends, "no trusted TLS"),
    (
        Tls::StartTls,
        &["220 mx\r\n", OFFERS, "220 go\r\n"],
        Then::Protects(&["250-mx\r\n250 SIZE 1000\r\n"]),
        "neither PLAIN nor LOGIN",
    ),
    (
        Tls::StartTls,
        &["220 mx\r\n", OFFERS, "220 go\r\n"],
        Then::Protects(&["250-mx\r\n250 AUTH PLAIN\r\n", "235 in\r\n"]),
        "",
    ),
];

/// Speaks after each line of the other side.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    lines: &[&str],
    heard: &Mutex<Vec<u8>>,
) -> Option<()> {
    for line in lines {
        loop {
            let byte = stream.read_u8().await.ok()?;
            heard.lock().unwrap().push(byte);
            if byte == b'\n' {
                break;
            }
        }
        stream.write_all(line.as_bytes()).await.ok()?;
    }
    Some(())
}

/// One connection: what was heard in clear, and what within TLS.
async fn serve(
    listener: TcpListener,
    tls: Arc<rustls::ServerConfig>,
    (_, lines, then, _): Row,
    clear: Arc<Mutex<Vec<u8>>>,
    inside: Arc<Mutex<Vec<u8>>>,
) -> Option<()> {
    let (mut tcp, _) = listener.accept().await.unwrap();
    if let Some((first, rest)) = lines.split_first() {
        tcp.write_all(first.as_bytes()).await.ok()?;
        converse(&mut tcp, rest, &clear).await?;
    }
    match then {
        Then::Ends => {}
        Then::Answers(bytes) => {
            let mut chunk = [0; 4096];
            let many = tcp.read(&mut chunk).await.ok()?;
            clear.lock().unwrap().extend(&chunk[..many]);
            tcp.write_all(bytes).await.ok()?;
            // A handshake that waits for more is ended from here.
            let pause = std::time::Duration::from_millis(50);
            while let Ok(Ok(1..)) = tokio::time::timeout(pause, tcp.read(&mut chunk)).await {
                clear.lock().unwrap().extend(&chunk);
            }
        }
        Then::Protects(lines) => {
            let mut tls = TlsAcceptor::from(tls).accept(tcp).await.ok()?;
            let greeted = lines.first().is_some_and(|line| line.starts_with("* PREAUTH"));
            let lines = if greeted { &lines[1..] } else { lines };
            if greeted {
                tls.write_all(b"* PREAUTH in\r\n").await.ok()?;
            }
            converse(&mut tls, lines, &inside).await?;
            let mut rest = [0; 4096];
            while let Ok(1..) = tls.read(&mut rest).await {}
        }
    }
    Some(())
}

/// Every form in which name and password could be written down.
fn credentials() -> Vec<Vec<u8>> {
    let plain = format!("\0{USER}\0{PASSWORD}");
    let encoded = [USER, PASSWORD, &plain].map(|text| STANDARD.encode(text));
    // The end of a group depends on what follows: it is left out.
    let encoded = encoded.iter().map(|text| text.as_bytes()[..12].to_vec());
    encoded.chain([USER.into(), PASSWORD.into()]).collect()
}

pub fn holds_credentials(bytes: &[u8]) -> bool {
    credentials().iter().any(|form| bytes.windows(form.len()).any(|part| part == form))
}

#[tokio::test]
async fn no_tampered_line_ever_hears_a_credential() {
    sigap::net::install_crypto();
    let folder = tempfile::tempdir().unwrap();
    let (config, ca_file) = certificate(folder.path());
    println!("{} tampered lines, 0 bytes of a credential in clear", IMAP.len() + SMTP.len() - 2);
    for (door, rows) in [("imap", IMAP), ("smtp", SMTP)] {
        for row in rows {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let (clear, inside) = <(Arc<Mutex<Vec<u8>>>, Arc<Mutex<Vec<u8>>>)>::default();
            let account = Account {
                host: "localhost".to_owned(),
                port: listener.local_addr().unwrap().port(),
                tls: row.0,
                user: Some(USER.to_owned()),
                password: None,
                ca_file: Some(ca_file.clone()),
            };
            let server = serve(listener, config.clone(), *row, clear.clone(), inside.clone());
            let server = tokio::spawn(server);
            let ended = match door {
                "imap" => {
                    let opened = session::connect(&account, Proof::Password(PASSWORD)).await;
                    opened.map(drop).map_err(|fault| fault.to_string())
                }
                _ => {
                    let opened = Courier::connect(&account, "localhost", Some(PASSWORD)).await;
                    opened.map(drop).map_err(|outcome| format!("{outcome:?}"))
                }
            };
            server.await.unwrap();
            let (clear, inside) = (clear.lock().unwrap(), inside.lock().unwrap());
            assert!(!holds_credentials(&clear), "{door} {row:?}: {clear:?}");
            match ended {
                Ok(()) => {
                    assert_eq!(row.3, "", "{door} {row:?}");
                    assert!(holds_credentials(&inside), "{door} {row:?}: the login is seen within");
                }
                Err(why) => {
                    assert!(!holds_credentials(&inside), "{door} {row:?}");
                    let told = row.3.split('|').any(|words| why.contains(words));
                    assert!(told && !row.3.is_empty(), "{door} {row:?}: {why}");
                    assert!(!holds_credentials(why.as_bytes()), "{door} {row:?}: {why}");
                }
            }
        }
    }
}
