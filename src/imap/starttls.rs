//! What is said in plain text before STARTTLS: a greeting, the request, the tagged OK.
//!
//! It reads byte by byte, so that nothing is read ahead, keeps nothing that was said (RFC 3501
//! §6.2.1), and never goes on without TLS. Next station: `net` shakes hands on the same connection.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use crate::imap::fault::{Fault, Oddity, plain};

const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// Bytes of one line, and lines, before TLS.
const PLAIN_LINE: usize = 8 * 1024;
const PLAIN_LINES: usize = 20;

/// The plain part of STARTTLS (RFC 3501 §6.2.1), byte by byte, so that nothing is read ahead:
/// whatever follows the tagged OK can only be the handshake.
pub async fn ask<T: AsyncRead + AsyncWrite + Unpin>(stream: &mut T) -> Result<(), Fault> {
    let untrusted = |why: &str| Fault::Untrusted { why: why.to_owned() };
    let greeting = plain_line(stream).await?.to_ascii_uppercase();
    if greeting.starts_with("* BYE") {
        return Err(Fault::Closed { answer: plain(greeting.trim_start_matches("* BYE ")) });
    }
    if greeting.starts_with("* PREAUTH") {
        return Err(untrusted("the server greets as logged in before TLS; that is refused"));
    }
    if !greeting.starts_with("* OK") {
        return Err(Fault::Protocol(Oddity::NoGreeting));
    }
    let asking = async {
        stream.write_all(b"S0 STARTTLS\r\n").await?;
        stream.flush().await
    };
    match timeout(ANSWER_WITHIN, asking).await {
        Ok(Ok(())) => {}
        Ok(Err(_)) => return Err(Fault::Closed { answer: String::new() }),
        Err(_) => return Err(Fault::Silent),
    }
    for _ in 0..PLAIN_LINES {
        let line = plain_line(stream).await?.to_ascii_uppercase();
        if line.starts_with("S0 OK") {
            return Ok(());
        }
        if line.starts_with("S0 ") {
            return Err(untrusted("the server offers no STARTTLS, and TLS is required"));
        }
        if line.starts_with("* BYE") {
            return Err(Fault::Closed { answer: plain(line.trim_start_matches("* BYE ")) });
        }
        if !line.starts_with("* ") {
            return Err(Fault::Protocol(Oddity::ForeignTag));
        }
    }
    Err(Fault::Protocol(Oddity::TooMuch))
}

async fn plain_line<T: AsyncRead + Unpin>(stream: &mut T) -> Result<String, Fault> {
    let reading = async {
        let mut line = Vec::new();
        loop {
            match stream.read_u8().await {
                Err(_) => return Err(Fault::Closed { answer: String::new() }),
                Ok(b'\n') => return Ok(String::from_utf8_lossy(&line).trim_end().to_owned()),
                Ok(_) if line.len() >= PLAIN_LINE => return Err(Fault::Protocol(Oddity::TooMuch)),
                Ok(byte) => line.push(byte),
            }
        }
    };
    timeout(ANSWER_WITHIN, reading).await.unwrap_or(Err(Fault::Silent))
}
