//! What CalDAV servers answer, as XML that nobody would write: understood or refused, never half.

use proptest::prelude::*;
use sigap::ical::multistatus::{Row, Unsound, rows};

const SPACES: &str = "xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"";

fn list(inner: &str) -> String {
    format!("<D:multistatus {SPACES}>{inner}</D:multistatus>")
}

fn row(props: &str) -> String {
    list(&format!(
        "<D:response><D:href>/c/a.ics</D:href><D:propstat><D:prop>{props}</D:prop>\
         <D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
    ))
}

fn only(text: &str) -> Row {
    let mut all = rows(text.as_bytes()).unwrap();
    assert_eq!(all.len(), 1, "{text}");
    all.remove(0)
}

/// The events in a row whose calendar data is written so.
fn data(written: &str) -> Result<String, Unsound> {
    let text = row(&format!("<C:calendar-data>{written}</C:calendar-data>"));
    Ok(rows(text.as_bytes())?.remove(0).found.data.unwrap())
}

#[test]
fn texts_are_read_in_every_dress() {
    for (written, wanted) in [
        ("a&#13;\nb", "a\r\nb"),
        ("a&#xD;&#xA;b", "a\r\nb"),
        ("a\r\nb", "a\nb"),
        ("&lt;&gt;&amp;&quot;&apos;", "<>&\"'"),
        ("<![CDATA[a&amp;<b>]]>", "a&amp;<b>"),
        ("a<![CDATA[b]]>c<!-- no -->d<?no no?>", "abcd"),
        ("Cuti h\u{e9}", "Cuti h\u{e9}"),
        ("&#233;&#x1F334;", "\u{e9}\u{1f334}"),
    ] {
        assert_eq!(data(written).as_deref(), Ok(wanted), "{written}");
    }
}

#[test]
fn names_are_known_by_their_namespaces() {
    let one =
        only(&row("<D:getetag>\"1\"</D:getetag><D:resourcetype><C:calendar/></D:resourcetype>"));
    assert!(one.found.calendar && one.found.typed && !one.found.collection);
    for text in [
        row("<getetag xmlns='DAV:'>\"1\"</getetag><D:resourcetype>\
             <calendar xmlns='urn:ietf:params:xml:ns:caldav'/></D:resourcetype>"),
        row("<X:getetag xmlns:X='DAV:'>\"1\"</X:getetag><D:resourcetype>\
             <X:calendar xmlns:X='urn:ietf:params:xml:ns:caldav'></X:calendar></D:resourcetype>"),
        row("<D:getetag>\"1\"</D:getetag><D:resourcetype><C:calendar/></D:resourcetype>")
            .replace("D:", "ns0:")
            .replace("xmlns:D", "xmlns:ns0"),
    ] {
        assert_eq!(only(&text), one, "{text}");
    }
    // The same letters of another namespace are something else.
    for text in [
        row("<C:getetag>\"1\"</C:getetag><C:resourcetype><C:calendar/></C:resourcetype>"),
        row("<getetag>\"1\"</getetag><D:displayname><C:calendar/></D:displayname>"),
        row("<Y:getetag>\"1\"</Y:getetag>"),
        row("<D:x><D:getetag>\"1\"</D:getetag></D:x>"),
    ] {
        assert_eq!(only(&text).found.etag, None, "{text}");
        assert!(!only(&text).found.calendar, "{text}");
    }
}

#[test]
fn only_what_was_found_counts() {
    let part = |status: &str, props: &str| {
        format!("<D:propstat><D:prop>{props}</D:prop>{status}</D:propstat>")
    };
    let ok = "<D:status>HTTP/1.1 200 OK</D:status>";
    let all =
        |parts: &str| only(&list(&format!("<D:response><D:href>/</D:href>{parts}</D:response>")));
    let tag = "<D:getetag>1</D:getetag>";
    assert_eq!(all(&part(ok, tag)).found.etag.as_deref(), Some("1"));
    for status in ["<D:status>HTTP/1.1 404 Not Found</D:status>", "<D:status>?</D:status>", ""] {
        let row = all(&(part(ok, "<D:resourcetype/>") + &part(status, tag)));
        assert_eq!((row.found.etag, row.found.typed, row.withheld), (None, true, None), "{status}");
    }
    let kept = "<C:calendar-data/>";
    let row = all(&part("<D:status>HTTP/1.1 503 Later</D:status>", kept));
    assert_eq!((row.withheld, row.is_there(), row.found.data), (Some(503), true, None));
    assert_eq!(all(&part("", kept)).withheld, Some(0));
    for (status, there) in [(204, true), (404, false), (507, false)] {
        let row = all(&format!("<D:status>HTTP/1.1 {status} So</D:status>"));
        assert_eq!((row.status, row.is_there()), (Some(status), there));
    }
}

#[test]
fn what_is_unsound_is_refused_with_its_reason() {
    let good = row("<D:getetag>1</D:getetag>");
    assert_eq!(
        rows(format!("\u{feff}<?xml version='1.0' encoding='UTF-8'?>\n{good}\n").as_bytes()),
        rows(good.as_bytes())
    );
    let bomb = "<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;\">]>";
    let outside = "<!DOCTYPE a [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>";
    let deep = format!("{}{}", "<D:x>".repeat(100_000), "</D:x>".repeat(100_000));
    let unclosed = "<D:x>".repeat(1_000_000);
    let bound: String = (0..1_000).map(|no| format!(" xmlns:a{no}=\"u{no}\"")).collect();
    for (text, wanted) in [
        (format!("{bomb}{good}"), Unsound::Doctype),
        (format!("{outside}{good}"), Unsound::Doctype),
        (row("<D:getetag>&b;</D:getetag>"), Unsound::Doctype),
        (row("<D:getetag>&nbsp;</D:getetag>"), Unsound::Doctype),
        (row("<D:getetag>&#xD800;</D:getetag>"), Unsound::Xml),
        (row("<D:getetag>&#99999999999;</D:getetag>"), Unsound::Xml),
        (row("<D:getetag>a & b</D:getetag>"), Unsound::Xml),
        (list(&deep), Unsound::Deep),
        (list(&unclosed), Unsound::Deep),
        (list(&format!("<D:x{bound}/>")), Unsound::Xml),
        (list(&"<D:response/>".repeat(10_001)), Unsound::Many),
        (format!("<?xml version='1.0' encoding='ISO-8859-1'?>{good}"), Unsound::Encoding),
        ("BEGIN:VCALENDAR".to_owned(), Unsound::Other),
        (String::new(), Unsound::Other),
        ("<html><body/></html>".to_owned(), Unsound::Other),
        ("<multistatus/>".to_owned(), Unsound::Other),
        (format!("{good}{good}"), Unsound::Other),
        (good.replace("</D:response>", "</D:other>"), Unsound::Xml),
        (good.replace("</D:response>", ""), Unsound::Xml),
    ] {
        let shown: String = text.chars().take(120).collect();
        assert_eq!(rows(text.as_bytes()), Err(wanted), "{shown}");
    }
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [[&[0xff, 0xfe][..], &utf16].concat(), b"<D:\xe9/>".to_vec()] {
        assert_eq!(rows(&bytes), Err(Unsound::Encoding));
    }
    // Wherever it is cut off, nothing is taken from it.
    for end in 0..good.len() {
        assert!(rows(&good.as_bytes()[..end]).is_err(), "{end}");
    }
}

#[test]
fn ten_thousand_rows_are_read() {
    assert_eq!(rows(list(&"<D:response/>".repeat(10_000)).as_bytes()).unwrap().len(), 10_000);
}

/// Pieces of answers, whole and broken.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<D:response>"),
        Just("</D:response>"),
        Just("<D:propstat>"),
        Just("</D:propstat>"),
        Just("<D:prop>"),
        Just("</D:prop>"),
        Just("<D:href>/c/a</D:href>"),
        Just("<D:status>HTTP/1.1 200 OK</D:status>"),
        Just("<D:status/>"),
        Just("<C:calendar-data>"),
        Just("</C:calendar-data>"),
        Just("<D:owner><D:href>x</D:href></D:owner>"),
        Just("<C:comp name='VEVENT' name='VTODO'/>"),
        Just("<C:supported-calendar-component-set>"),
        Just("<![CDATA[a]]>"),
        Just("<![CDATA["),
        Just("&amp;"),
        Just("&#0;"),
        Just("<!-- a"),
        Just("-->"),
        Just("<?a"),
        Just("<a:b xmlns:a=''/>"),
        Just("xmlns='DAV:'"),
        Just("\u{1f334}"),
    ];
    proptest::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nothing_makes_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _refused_or_not = rows(&bytes);
        let text = list(&String::from_utf8_lossy(&bytes));
        prop_assert_eq!(rows(text.as_bytes()), rows(text.as_bytes()));
    }

    #[test]
    fn nor_do_pieces_that_look_right(pieces in pieces()) {
        if let Ok(rows) = rows(list(&pieces).as_bytes()) {
            prop_assert!(rows.len() <= 30);
        }
    }
}
