//! The guard below the protocol library: it changes nothing but odd bytes of free text, and never
//! passes more than its bounds in one answer.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sigap::imap::guard::{Lexer, Limits};

const SMALL: Limits = Limits { literal: 200, line: 2_000, depth: 8 };

fuzz_target!(|bytes: &[u8]| {
    let mut lexer = Lexer::new(SMALL);
    let mut length = 0;
    for byte in bytes {
        let Ok(passed) = lexer.push(*byte) else { return };
        assert!(passed.byte == *byte || passed.byte == b'?');
        length += 1;
        assert!(length <= SMALL.line + SMALL.literal);
        if passed.whole {
            assert_eq!(passed.byte, b'\n');
            length = 0;
        }
    }
});
