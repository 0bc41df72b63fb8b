//! A scripted IMAP server over TLS with as many mailboxes as are asked for, all of them empty: what
//! it costs itself is small, so that thousands of connections can be held on one machine.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

use crate::authority::Authority;

/// The server; ends when dropped.
pub struct Crowd {
    /// Where it listens, with TLS from the first byte.
    pub port: u16,
    /// The root of its certificate.
    pub ca: PathBuf,
    _runtime: Runtime,
}

impl Crowd {
    /// Starts it; its certificate lies in this folder.
    pub fn start(folder: &Path) -> Self {
        sigap::net::install_crypto();
        let authority = Authority::make(folder);
        let certificates = CertificateDer::pem_file_iter(&authority.certificate).unwrap();
        let certificates = certificates.map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_file(&authority.key).unwrap();
        let config = ServerConfig::builder().with_no_client_auth();
        let config = config.with_single_cert(certificates, key).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        runtime.spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    if let Ok(tls) = acceptor.accept(tcp).await {
                        // A client that goes away is no fault.
                        let _gone = serve(tls).await;
                    }
                });
            }
        });
        Self { port, ca: authority.ca, _runtime: runtime }
    }
}

async fn serve(io: impl AsyncRead + AsyncWrite + Unpin) -> std::io::Result<()> {
    let mut io = BufReader::with_capacity(512, io);
    io.write_all(b"* OK ready\r\n").await?;
    io.flush().await?;
    let mut line = String::new();
    loop {
        line.clear();
        if io.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let (tag, command) = line.trim_end().split_once(' ').unwrap_or(("*", ""));
        let told = match command.split(' ').next().unwrap_or_default() {
            "CAPABILITY" => "* CAPABILITY IMAP4rev1 IDLE SPECIAL-USE\r\n",
            "LIST" => "* LIST () \"/\" INBOX\r\n* LIST (\\Sent) \"/\" Sent\r\n",
            "EXAMINE" => "* 0 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 1] x\r\n",
            "STATUS" => "* STATUS x (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 1)\r\n",
            "IDLE" => {
                io.write_all(b"+ idling\r\n").await?;
                io.flush().await?;
                let mut done = String::new();
                io.read_line(&mut done).await?;
                ""
            }
            _ => "",
        };
        io.write_all(format!("{told}{tag} OK done\r\n").as_bytes()).await?;
        io.flush().await?;
    }
}
