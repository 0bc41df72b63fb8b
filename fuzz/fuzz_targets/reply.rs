//! Replies of an SMTP server: what is one does not depend on how its bytes arrive, and only a clean
//! yes after the dot is acceptance.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sigap::model::letter::Outcome;
use sigap::smtp::reply::{Answer, Phase, cut, judge};

fuzz_target!(|bytes: &[u8]| {
    let found = cut(bytes);
    let early = (0..=bytes.len().min(200)).find_map(|end| cut(&bytes[..end]).ok().flatten());
    if let Some(early) = early {
        assert_eq!(found.as_ref().ok(), Some(&Some(early)));
    }
    let Ok(Some((reply, used))) = found else { return };
    assert!(used <= bytes.len() && bytes[..used].ends_with(b"\r\n"));
    assert!(!reply.text().contains(char::is_control));
    let code = reply.code;
    assert!((200..=559).contains(&code));
    for phase in Phase::ALL {
        let accepted =
            matches!(judge(phase, &Answer::Reply(reply.clone())), Some(Outcome::Accepted(_)));
        assert_eq!(accepted, phase == Phase::Dot && code / 100 == 2);
    }
});
