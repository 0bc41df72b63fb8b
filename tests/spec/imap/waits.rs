//! How a watch waits on an open line: servers that never report, refuse to, give up at once, or are
//! no longer there. Time is tokio's own and paused.

use std::time::Duration;

use sigap::daemon::waiting::Waiting;
use sigap::imap::fault::Fault;
use tokio::io::DuplexStream;
use tokio::time::Instant;

use super::scripted::waiting;
use sigap::imap::session::Session;

const IDLE: (&str, &str) = ("IDLE", "+ idling\r\n");
const REFUSED: (&str, &str) = ("IDLE", "TAG NO not here\r\n");
const CUT_SHORT: (&str, &str) = ("IDLE", "+ idling\r\nTAG OK enough\r\n");
const NOOP: (&str, &str) = ("NOOP", "TAG OK done\r\n");
/// The line is dead: bytes go out, and nothing comes back.
const NOTHING: &str = "…";

const MINUTE: Duration = Duration::from_secs(60);

/// A wait and how long it took.
async fn waited(
    waiting: &mut Waiting,
    session: &mut Session<DuplexStream>,
) -> (Result<(), Fault>, Duration) {
    let began = Instant::now();
    let end = waiting.wait(session, std::future::pending()).await;
    (end, began.elapsed())
}

fn done(no: u32) -> (&'static str, &'static str) {
    ("DONE", format!("S{no:04} OK done\r\n").leak())
}

#[tokio::test(start_paused = true)]
async fn a_dead_line_is_noticed_within_six_minutes() {
    let steps: [&[_]; 4] = [
        &[IDLE, ("DONE", NOTHING)],
        &[IDLE, done(6), IDLE, ("DONE", NOTHING)],
        &[REFUSED, ("NOOP", NOTHING)],
        &[REFUSED, NOOP, ("NOOP", NOTHING)],
    ];
    for (no, steps) in steps.into_iter().enumerate() {
        let mut session = waiting(steps).await;
        // However seldom the folders are read.
        let (end, took) = waited(&mut Waiting::new(600 * MINUTE, true), &mut session).await;
        assert_eq!(end, Err(Fault::Silent), "{no}");
        let alive = if no % 2 == 1 { 5 * MINUTE } else { Duration::ZERO };
        assert!(took <= alive + 6 * MINUTE, "{no}: {took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_reports_is_asked_all_the_same() {
    for every in [MINUTE, 5 * MINUTE, 10 * MINUTE] {
        let mut session = waiting(&[IDLE, done(6), IDLE, done(7), NOOP]).await;
        let mut waiting = Waiting::new(every, true);
        assert_eq!(waited(&mut waiting, &mut session).await, (Ok(()), every));
        assert!(waiting.idles());
    }
}

#[tokio::test(start_paused = true)]
async fn where_idle_is_refused_the_same_line_is_polled() {
    let news = ("NOOP", "* 3 EXISTS\r\nTAG OK done\r\n");
    let mut session = waiting(&[REFUSED, NOOP, NOOP, NOOP, news, NOOP]).await;
    let mut waiting = Waiting::new(10 * MINUTE, true);
    assert_eq!(waited(&mut waiting, &mut session).await, (Ok(()), 10 * MINUTE));
    assert!(!waiting.idles());
    // IDLE is not tried again, and what a sign of life reports is not waited with.
    assert_eq!(waited(&mut waiting, &mut session).await, (Ok(()), 8 * MINUTE));
    assert_eq!(session.noop().await, Ok(false));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_ends_every_idle_at_once_is_polled_after_three() {
    let mut session = waiting(&[CUT_SHORT, CUT_SHORT, CUT_SHORT, NOOP, NOOP]).await;
    let mut waiting = Waiting::new(10 * MINUTE, true);
    for _ in 0..3 {
        assert!(waiting.idles());
        assert_eq!(waited(&mut waiting, &mut session).await, (Ok(()), Duration::ZERO));
    }
    assert!(!waiting.idles());
    assert_eq!(waited(&mut waiting, &mut session).await, (Ok(()), 10 * MINUTE));
}

#[tokio::test(start_paused = true)]
async fn an_idle_that_lasted_is_no_short_one() {
    let steps = [CUT_SHORT, CUT_SHORT, IDLE, done(8), CUT_SHORT, CUT_SHORT, CUT_SHORT];
    let mut session = waiting(&steps).await;
    let mut waiting = Waiting::new(MINUTE, true);
    for step in 0..5 {
        assert_eq!(waited(&mut waiting, &mut session).await.0, Ok(()), "{step}");
        assert!(waiting.idles(), "{step}");
    }
    assert_eq!(waited(&mut waiting, &mut session).await.0, Ok(()));
    assert!(!waiting.idles());
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_when_somebody_asks_for_a_reading() {
    for steps in [&[IDLE, done(6)][..], &[REFUSED]] {
        let mut session = waiting(steps).await;
        let began = Instant::now();
        let asked = tokio::time::sleep(Duration::from_secs(7));
        let mut waiting = Waiting::new(10 * MINUTE, true);
        assert_eq!(waiting.wait(&mut session, asked).await, Ok(()));
        assert_eq!(began.elapsed(), Duration::from_secs(7));
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_slows_us_down_is_not_polled_on() {
    for words in ["BAD Request is throttled.", "NO [OVERQUOTA] bandwidth"] {
        for prompt in ["", "+ idling\r\n"] {
            let answer = format!("{prompt}TAG {words}\r\n").leak();
            let mut session = waiting(&[("IDLE", answer)]).await;
            let (end, _) = waited(&mut Waiting::new(MINUTE, true), &mut session).await;
            assert!(matches!(end, Err(Fault::Refused { .. })), "{words}: {end:?}");
        }
    }
}
