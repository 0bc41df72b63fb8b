//! The guard below the protocol library: it keeps the length of what it passes and its own bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sigap::imap::guard::{Lexer, Limits};

const SMALL: Limits = Limits { literal: 200, line: 2_000, depth: 8 };

fuzz_target!(|bytes: &[u8]| {
    let mut lexer = Lexer::new(SMALL);
    let (mut depth, mut line, mut free) = (0_usize, 0_usize, false);
    for byte in bytes {
        let Ok(passed) = lexer.push(*byte) else { return };
        // Between two whole answers there is room for one line and its literals, and no more.
        line += 1;
        assert!(line <= SMALL.line + SMALL.literal);
        free |= passed.byte != *byte;
        assert!(passed.byte == *byte || passed.byte == b'?');
        depth += usize::from(passed.byte == b'(');
        if passed.whole {
            assert_eq!(passed.byte, b'\n');
            (line, free) = (0, false);
        }
    }
    let _ = (depth, free);
});
