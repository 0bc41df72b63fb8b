//! A whole visit to a server that says these bytes, whatever it is asked: it comes to an end, and
//! what it brings was asked for.
#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use sigap::imap::fault::Fault;
use sigap::imap::idle;
use sigap::imap::session::{Opening, Proof, Session};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

async fn visit(line: DuplexStream) -> Result<(), Fault> {
    let mut session = Session::open(line, Opening::Greeting).await?;
    session.login("ani", Proof::Password("x")).await?;
    let folders = session.folders().await?;
    let name = folders.first().map_or("INBOX", |folder| &folder.name);
    let _refused = session.examine(name).await;
    let headers = session.headers((21, 29)).await?;
    assert!(headers.is_sorted_by_key(|one| one.uid));
    assert!(headers.iter().all(|one| (21..=29).contains(&one.uid)));
    assert!(session.texts(&[21, 22]).await?.iter().all(|(uid, _)| [21, 22].contains(uid)));
    assert!(session.flags((1, 29), Some(3)).await?.iter().all(|(uid, _)| (1..=29).contains(uid)));
    assert!(session.vanished(&[3, 21]).await?.iter().all(|uid| [3, 21].contains(uid)));
    idle::wait(&mut session, Duration::from_secs(5), std::future::pending()).await?;
    session.noop().await?;
    Ok(())
}

fuzz_target!(init: sigap_fuzz::only_our_own_panics(), |bytes: &[u8]| {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_time().start_paused(true).build().expect("a runtime");
    runtime.block_on(async {
        let (mut server, client) = tokio::io::duplex(64 * 1024);
        let said = bytes.to_vec();
        let talk = async move {
            // Each line of the client is answered by what stands up to the next `~`.
            let mut heard = [0; 4096];
            for part in said.split(|byte| *byte == b'~') {
                if server.write_all(part).await.is_err() || server.read(&mut heard).await.is_err() {
                    return;
                }
            }
        };
        let end = tokio::time::timeout(Duration::from_secs(100_000), async {
            tokio::join!(visit(client), talk).0
        });
        // A paused clock jumps: what is left waiting for ever is seen here.
        assert!(end.await.is_ok(), "the visit never ends");
    });
});
