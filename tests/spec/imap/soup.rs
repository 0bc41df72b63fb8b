//! Whatever a server sends, a command comes to its end: no panic, no hang, no deep recursion.
//! The soup is made of the words that a parser stumbles over, on the stack of an ordinary thread.

use std::time::Duration;

use proptest::prelude::*;
use sigap::imap::session::{Opening, Session};
use tokio::io::AsyncWriteExt;

const WORDS: [&str; 40] = [
    "* ",
    "* 1 FETCH (",
    "* OK ",
    "+ ",
    "S0001 ",
    "OK",
    "NO",
    "BYE",
    "\r\n",
    "\r",
    "\n",
    " ",
    " ",
    " ",
    "(",
    ")",
    ")",
    "\"",
    "\"",
    "\\",
    "x",
    "UID 7",
    "X ",
    "NIL",
    "BODYSTRUCTURE ",
    "BODY[] ",
    "BODY ",
    "ENVELOPE ",
    "FLAGS (",
    "{3}\r\n",
    "{900}\r\n",
    "{0}\r\n",
    "{",
    "}",
    "[",
    "]",
    "INTERNALDATE NIL",
    "[ALERT]\u{e9}",
    "\0",
    "[BADCHARSET ({900000000}\r\n",
];

fn soup() -> impl Strategy<Value = String> {
    let deep = prop_oneof![Just("("), Just("(1 "), Just("((\"a\" ")];
    let word = prop_oneof![
        20 => proptest::sample::select(&WORDS[..]).prop_map(str::to_owned),
        1 => (deep, 33_usize..20_000).prop_map(|(word, many)| word.repeat(many)),
    ];
    proptest::collection::vec(word, 0..40).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_soup_is_survived(soup in soup(), begin in proptest::sample::select(&WORDS[..4])) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let (mut server, client) = tokio::io::duplex(16 * 1024 * 1024);
            let bytes = format!("* OK hi\r\n{begin}{soup}");
            server.write_all(bytes.as_bytes()).await.unwrap();
            let opening = Session::open(client, Opening::Greeting);
            // A paused clock jumps: this is reached only if the session never gives up.
            let ended = tokio::time::timeout(Duration::from_secs(3600), opening).await;
            assert!(ended.is_ok());
        });
    }
}
