//! A letter with pictures: what is in what, where the page finds them, the same bytes again.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use mail_parser::{Message, PartType};
use sigap::mail::original::Attached;
use sigap::mail::wording::Picture;

use super::*;

const HTML: &str = "<html><body><p>Füße</p><img src=\"cid:curve\" alt=\"a\">\
                    <p>src=&#34;cid:curve&#34;</p><img src=\"cid:other\" alt=\"b\"></body></html>";

fn words() -> Words {
    let picture = |name: &str, byte| Picture { name: name.to_owned(), png: vec![byte; 4_000] };
    Words {
        subject: "Pictures".to_owned(),
        text: "In words".to_owned(),
        html: HTML.to_owned(),
        pictures: vec![picture("curve", 0xff), picture("other", 0)],
    }
}

/// `alternative(text/plain related(text/html image/png))`
fn shape(message: &Message<'_>, part: u32) -> String {
    let found = message.part(part).unwrap();
    match &found.body {
        PartType::Multipart(parts) => {
            let parts: Vec<String> = parts.iter().map(|part| shape(message, *part)).collect();
            let kind = found.content_type().unwrap().subtype().unwrap();
            format!("{kind}({})", parts.join(" "))
        }
        _ => {
            let kind = found.content_type().unwrap();
            format!("{}/{}", kind.ctype(), kind.subtype().unwrap())
        }
    }
}

#[test]
fn a_page_finds_its_pictures_in_the_letter() {
    let bytes = posted(Kind::Nudge, &words());
    let message = MessageParser::new().parse(&bytes).unwrap();
    let wanted = "alternative(text/plain related(text/html image/png image/png))";
    assert_eq!(shape(&message, 0), wanted);
    assert!(bytes.is_ascii());
    let related = message.parts.iter().find(|part| part.is_content_type("multipart", "related"));
    let kind = related.unwrap().content_type().unwrap();
    assert_eq!(kind.attribute("type"), Some("text/html"));
    let html = message.body_html(0).unwrap();
    for (picture, alt) in words().pictures.iter().zip(["a", "b"]) {
        let part = message
            .parts
            .iter()
            .find(|part| part.is_content_type("image", "png") && part.contents() == picture.png);
        let part = part.unwrap();
        let id = part.content_id().unwrap();
        assert!(id.starts_with(&picture.name) && id.contains('@'), "{id}");
        assert!(html.contains(&format!("<img src=\"cid:{id}\" alt=\"{alt}\">")), "{html}");
        let disposition = part.content_disposition().unwrap();
        assert!(disposition.is_inline(), "it is not offered as a file beside the letter");
        assert_eq!(disposition.attribute("filename"), Some(&*format!("{}.png", picture.name)));
    }
    assert!(html.contains("<p>src=&#34;cid:curve&#34;</p>"), "what people write stays: {html}");
}

#[test]
fn pictures_are_the_same_bytes_and_each_letters_own() {
    assert_eq!(posted(Kind::Nudge, &words()), posted(Kind::Nudge, &words()));
    let ids = |head: &LetterHead| -> Vec<String> {
        let bytes = String::from_utf8(compose(head, &words()).unwrap()).unwrap();
        let ids = bytes.split("Content-ID: <").skip(1).map(|rest| rest.split('>').next().unwrap());
        ids.map(str::to_owned).collect()
    };
    let other = LetterHead {
        message_id: message_id(&InstanceKey([7; 32]), "nudge:17:1", "example.com"),
        ..head(Kind::Nudge)
    };
    let mut all = [ids(&head(Kind::Nudge)), ids(&other)].concat();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 4, "{all:?}");
}

#[test]
fn a_letter_may_have_pictures_and_an_attachment() {
    let attached = Some(Attached::File(b"bytes".to_vec()));
    let bytes = compose(&LetterHead { attached, ..head(Kind::Nudge) }, &words()).unwrap();
    let message = MessageParser::new().parse(&bytes).unwrap();
    assert_eq!(
        shape(&message, 0),
        "mixed(alternative(text/plain related(text/html image/png image/png)) \
         application/octet-stream)"
    );
}

#[test]
fn a_name_is_no_markup_and_no_field() {
    for name in ["a\r\nBcc: x", "a\"", "a b", "a>b", "ä"] {
        let pictures = vec![Picture { name: name.to_owned(), png: Vec::new() }];
        let found = compose(&head(Kind::Nudge), &Words { pictures, ..words() });
        assert!(matches!(found, Err(ComposeFault::Unsound(_))), "{name:?}");
    }
}

#[test]
fn a_page_alone_holds_its_pictures() {
    let page = words().page();
    for picture in &words().pictures {
        let data = BASE64_STANDARD.encode(&picture.png);
        assert!(page.contains(&format!("<img src=\"data:image/png;base64,{data}\"")), "{page}");
    }
    assert!(!page.contains("\"cid:"));
}
