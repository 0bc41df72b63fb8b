//! Samples of other parsers, reviewed one by one: which lines their senders wrote.

use super::rows::there;
use super::zones::{Share, is_exact};
use sigap::mail::clean::clean_lines;
use sigap::mail::zones::own_words;

/// Folder, and for each sample its lines that must stay; behind the slash those that may: partings
/// and names. Everything else must go.
const SAMPLES: [(&str, &str); 2] = [
    (
        "github_email_reply_parser/test/emails",
        "correct_sig 1; email_1_1 1-5 / 7; email_1_2 1,9-34; email_1_3 1-3 / 5; email_1_4 1;
         email_1_5 1-15; email_1_6 1 / 3; email_1_7 1; email_1_8 13,19; email_2_1 1; email_2_2 1;
         email_2_3 1; email_BlackBerry 1; email_bullets 1-9; email_iPhone 1;
         email_long_quote 1-4,6-8 / 10; email_multi_word_sent_from_my_mobile_device 1;
         email_one_is_not_on 1-5; email_sent_from_my_not_signature 1-3;
         email_sig_delimiter_in_middle_of_line 1-5 / 7; greedy_on 1-6",
    ),
    (
        "crisp_email_reply_parser/test/fixtures",
        "correct_sig 1; email_1 1-5 / 7; email_2 1,9-34; email_3 1-3 / 5; email_4 1; email_5 1-15;
         email_6 1 / 3; email_19 1 / 3; email_20 1; email_21 1-999; email_2_1 1;
         email_blackberry 1; email_bullets 1-9; email_custom_quote_header 1;
         email_customer_quote_header_2 1; email_customer_quote_header_3 1-2 / 3; email_emoji 1;
         email_iphone 1; email_multi_word_sent_from_my_mobile_device 1;
         email_not_a_signature 1-13 / 15-16; email_not_a_signature_2 1-8 / 10;
         email_one_is_not_on 1-5; email_reply_header 1-9 / 11; email_sent_from 1;
         email_sent_from_my_not_signature 1-3; email_thread 1;
         email_tricky_1_on_false_positive 1-6; email_tricky_2_url_with_wrote 1-5 / 7-8;
         email_tricky_3_code_block 1-12; email_tricky_4_from_in_body 1-5;
         email_tricky_6_regards_in_sentence 1-7; email_tricky_7_multiple_dashes 1-15;
         email_tricky_8_sent_from_in_content 1-5; email_tricky_9_nested_quotes 1;
         email_tricky_11_double_signature 1 / 3-4; email_tricky_13_timestamp_variations 1-9;
         email_tricky_16_unicode_signatures 1 / 3-4; email_tricky_17_forward_header 1;
         email_tricky_18_inline_reply 4,8,12; email_tricky_19_quote_without_header 1,7,12;
         email_tricky_20_html_entities 1-3; email_unquoted_reply 1; email_with_regards 1-5 / 7-9;
         email_zoho 1-2; sig_no_empty_line 1",
    ),
];

/// Prints how many are exact, and which are not.
pub fn figures() {
    for (folder, samples) in SAMPLES {
        let Some(place) = there(&format!("zones/{folder}")) else { continue };
        let (mut exact, mut all) = (0, 0);
        for sample in samples.split(';') {
            let (name, lines) = sample.trim().split_once(' ').unwrap();
            let text = std::fs::read(place.join(format!("{name}.txt"))).unwrap_or_default();
            let text = clean_lines(&String::from_utf8_lossy(&text));
            let own = own_words(&text).own;
            let ours: Vec<String> = own.split_whitespace().map(str::to_owned).collect();
            all += 1;
            match is_exact(&shares(&text, lines), &ours) {
                true => exact += 1,
                false => println!("  {name}: {}", own.replace('\n', " / ")),
            }
        }
        println!("{folder}: {exact} of {all} exact");
    }
}

fn shares(text: &str, lines: &str) -> Vec<(String, Share)> {
    let (must, may) = lines.split_once('/').unwrap_or((lines, ""));
    let within = |ranges: &str, line: usize| {
        ranges.trim().split(',').filter(|range| !range.is_empty()).any(|range| {
            let (from, to) = range.split_once('-').unwrap_or((range, range));
            (from.parse().unwrap()..=to.parse().unwrap()).contains(&line)
        })
    };
    let mut words = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let share = match (within(must, number), within(may, number)) {
            (true, _) => Share::Must,
            (false, true) => Share::May,
            (false, false) => Share::Never,
        };
        words.extend(line.split_whitespace().map(|word| (word.to_owned(), share)));
    }
    words
}
