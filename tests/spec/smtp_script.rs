//! A mail server that follows a script: polite, except where it is told what to say.
//!
//! Keys of a script: `greeting`, `EHLO`, `STARTTLS`, `AUTH`, `LOGIN` (each line after a challenge),
//! `MAIL`, `RCPT`, `DATA`, `.`, `RSET`, `NOOP`, `QUIT`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sigap::config::settings::{Account, Tls};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// What the server says to one command.
#[derive(Clone, Debug)]
pub enum Say {
    /// These bytes.
    Bytes(Vec<u8>),
    /// These bytes after a while.
    Late(Duration, &'static str),
    /// One byte of it at a time, each after a while.
    Slowly(Duration, &'static str),
    /// These bytes, then the end.
    Last(&'static str),
    /// Nothing, ever.
    Nothing,
    /// The end of the connection.
    Close,
}

/// What the server has seen, over all connections.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Every command line outside a message.
    pub commands: Vec<String>,
    /// Bytes of the current or last message as they came, terminator included.
    pub message: Vec<u8>,
    /// How many terminators came.
    pub dots: usize,
    /// How many connections came.
    pub connections: usize,
}

/// A script, then a running server.
#[derive(Clone, Default)]
pub struct Script {
    says: BTreeMap<&'static str, Say>,
    tls: Option<Arc<rustls::ServerConfig>>,
    implicit: bool,
    /// Said while the message is on its way.
    interrupt: Option<&'static str>,
    /// Reads nothing after 354.
    deaf: bool,
}

impl Script {
    pub fn polite() -> Self {
        Self::default()
    }

    pub fn when(mut self, key: &'static str, say: Say) -> Self {
        self.says.insert(key, say);
        self
    }

    pub fn reply(self, key: &'static str, text: &'static str) -> Self {
        self.when(key, Say::Bytes(text.as_bytes().to_vec()))
    }

    pub fn interrupting(mut self, text: &'static str) -> Self {
        self.interrupt = Some(text);
        self
    }

    pub fn deaf(mut self) -> Self {
        self.deaf = true;
        self
    }

    pub fn starttls(mut self, tls: Arc<rustls::ServerConfig>) -> Self {
        self.tls = Some(tls);
        self.reply("EHLO", "250-mx.example.test\r\n250-STARTTLS\r\n250-AUTH PLAIN\r\n250 DSN\r\n")
    }

    pub fn implicit(mut self, tls: Arc<rustls::ServerConfig>) -> Self {
        self.tls = Some(tls);
        self.implicit = true;
        self
    }

    /// Starts the server in the current runtime.
    pub async fn start(self) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                tcp.set_nodelay(true).unwrap();
                shared.lock().unwrap().connections += 1;
                let (script, seen) = (self.clone(), Arc::clone(&shared));
                tokio::spawn(async move {
                    if script.implicit {
                        let acceptor = TlsAcceptor::from(script.tls.clone().unwrap());
                        let Ok(tls) = acceptor.accept(tcp).await else { return };
                        script.talk(tls, &seen, true).await;
                    } else if let Some(tcp) = script.talk(tcp, &seen, true).await {
                        let acceptor = TlsAcceptor::from(script.tls.clone().unwrap());
                        let Ok(tls) = acceptor.accept(tcp).await else { return };
                        script.talk(tls, &seen, false).await;
                    }
                });
            }
        });
        Server { port, seen }
    }

    /// One connection; gives the stream back when TLS is to begin.
    async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        mut stream: S,
        seen: &Mutex<Seen>,
        greeting: bool,
    ) -> Option<S> {
        if greeting {
            self.say(&mut stream, "greeting", "220 mx.example.test ESMTP\r\n").await?;
        }
        loop {
            let line = read_line(&mut stream).await?;
            seen.lock().unwrap().commands.push(line.clone());
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => {
                    let offers = "250-mx.example.test\r\n250-8BITMIME\r\n250-AUTH PLAIN LOGIN\r\n\
                                  250-DSN\r\n250 SIZE 1000000\r\n";
                    self.say(&mut stream, "EHLO", offers).await?;
                }
                "STARTTLS" => {
                    self.say(&mut stream, "STARTTLS", "220 go\r\n").await?;
                    if self.tls.is_some() {
                        return Some(stream);
                    }
                }
                "AUTH" => self.say(&mut stream, "AUTH", "235 2.7.0 welcome\r\n").await?,
                "MAIL" => self.say(&mut stream, "MAIL", "250 2.1.0 ok\r\n").await?,
                "RCPT" => self.say(&mut stream, "RCPT", "250 2.1.5 ok\r\n").await?,
                "DATA" => {
                    self.say(&mut stream, "DATA", "354 go\r\n").await?;
                    self.receive(&mut stream, seen).await?;
                    self.say(&mut stream, ".", "250 2.0.0 kept as 7\r\n").await?;
                }
                "RSET" => self.say(&mut stream, "RSET", "250 ok\r\n").await?,
                "NOOP" => self.say(&mut stream, "NOOP", "250 ok\r\n").await?,
                "QUIT" => {
                    self.say(&mut stream, "QUIT", "221 bye\r\n").await?;
                    return None;
                }
                _ => self.say(&mut stream, "LOGIN", "500 what?\r\n").await?,
            }
        }
    }

    async fn receive<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: &mut S,
        seen: &Mutex<Seen>,
    ) -> Option<()> {
        seen.lock().unwrap().message.clear();
        if self.deaf {
            std::future::pending::<()>().await;
        }
        let mut interrupt = self.interrupt;
        let mut chunk = [0; 4096];
        loop {
            let count = stream.read(&mut chunk).await.ok().filter(|count| *count > 0)?;
            if let Some(text) = interrupt.take() {
                stream.write_all(text.as_bytes()).await.ok()?;
            }
            let mut seen = seen.lock().unwrap();
            seen.message.extend_from_slice(&chunk[..count]);
            if seen.message.ends_with(b"\r\n.\r\n") || seen.message == b".\r\n" {
                seen.dots += 1;
                return Some(());
            }
        }
    }

    async fn say<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: &mut S,
        key: &str,
        usual: &str,
    ) -> Option<()> {
        match self.says.get(key) {
            None => stream.write_all(usual.as_bytes()).await.ok()?,
            Some(Say::Bytes(bytes)) => stream.write_all(bytes).await.ok()?,
            Some(Say::Late(pause, text)) => {
                tokio::time::sleep(*pause).await;
                stream.write_all(text.as_bytes()).await.ok()?;
            }
            Some(Say::Slowly(pause, text)) => {
                for byte in text.as_bytes() {
                    tokio::time::sleep(*pause).await;
                    stream.write_all(&[*byte]).await.ok()?;
                    stream.flush().await.ok()?;
                }
            }
            Some(Say::Last(text)) => {
                stream.write_all(text.as_bytes()).await.ok()?;
                stream.shutdown().await.ok()?;
                return None;
            }
            Some(Say::Nothing) => std::future::pending().await,
            Some(Say::Close) => return None,
        }
        stream.flush().await.ok()
    }
}

/// A running server.
pub struct Server {
    pub port: u16,
    seen: Arc<Mutex<Seen>>,
}

impl Server {
    pub fn seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }

    pub fn account(&self) -> Account {
        Account {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            tls: Tls::Plain,
            user: None,
            password: None,
            ca_file: None,
        }
    }
}

/// A certificate for `localhost`: the server's side and the file to trust.
pub fn certificate(folder: &std::path::Path) -> (Arc<rustls::ServerConfig>, PathBuf) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let file = folder.join("ca.pem");
    std::fs::write(&file, made.cert.pem()).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    (Arc::new(config), file)
}

async fn read_line<S: AsyncRead + Unpin>(stream: &mut S) -> Option<String> {
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        line.push(stream.read_u8().await.ok()?);
    }
    line.truncate(line.len() - 2);
    Some(String::from_utf8_lossy(&line).into_owned())
}
