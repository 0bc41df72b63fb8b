//! The curve as a picture: what it shows can be read back from its dots.

use std::io::Cursor;

use proptest::prelude::*;
use sigap::mail::curve::{HEIGHT, WIDTH, draw};
use sigap::model::report::Curve;

const PAPER: [u8; 3] = [0xff; 3];
const WEEK: [u8; 3] = [0x0b, 0x6e, 0x69];
const BEFORE: [u8; 3] = [0x5b, 0x67, 0x75];

/// Rows of colours.
fn read(file: &[u8]) -> Vec<Vec<[u8; 3]>> {
    let mut decoder = png::Decoder::new(Cursor::new(file));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let info = reader.info();
    assert_eq!((info.width, info.height), (WIDTH * 2, HEIGHT * 2));
    assert_eq!(info.color_type, png::ColorType::Indexed);
    assert!(info.trns.is_none(), "nothing of a dark page shines through");
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut bytes).unwrap();
    let row = usize::try_from(WIDTH * 2 * 3).unwrap();
    bytes.chunks(row).map(|row| row.as_chunks().0.to_vec()).collect()
}

fn of(shares: &[u8]) -> Curve {
    let mut shares = shares.iter();
    Curve::of(|_| *shares.next().unwrap())
}

/// What the line says halfway from each time to the next, in percent.
fn seen(rows: &[Vec<[u8; 3]>], colour: [u8; 3]) -> Vec<Option<u8>> {
    let halfway = (0..48).map(|no| 116 + 21 * no + 10);
    let middle = halfway.map(|x| {
        let inked: Vec<usize> = (0..rows.len()).filter(|y| rows[*y][x] == colour).collect();
        let (first, last) = inked.first().zip(inked.last())?;
        u8::try_from((428 - (first + last).div_ceil(2)) / 4).ok()
    });
    middle.collect()
}

fn rising() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(0_u8..=100, 49).prop_map(|mut shares| {
        shares.sort_unstable();
        shares
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn what_is_drawn_can_be_read(week in rising(), before in rising()) {
        let file = draw(&of(&week), Some(&of(&before)));
        prop_assert!(file.len() <= 16 * 1024, "{} bytes", file.len());
        prop_assert_eq!(&file, &draw(&of(&week), Some(&of(&before))), "the same bytes again");
        let rows = read(&file);
        let wanted: Vec<Option<u8>> = week[..48].iter().map(|share| Some(*share)).collect();
        prop_assert_eq!(seen(&rows, WEEK), wanted);
        let alone = read(&draw(&of(&before), None));
        let wanted: Vec<Option<u8>> = before[..48].iter().map(|share| Some(*share)).collect();
        prop_assert_eq!(seen(&alone, WEEK), wanted);
    }
}

#[test]
fn the_weeks_before_are_dashed_and_only_there_where_they_are_shown() {
    let (low, high) = (of(&[0; 49]), of(&[80; 49]));
    let count =
        |rows: &[Vec<[u8; 3]>], colour| rows.iter().flatten().filter(|c| **c == colour).count();
    let alone = read(&draw(&low, None));
    assert_eq!(count(&alone, BEFORE), 0);
    let both = read(&draw(&low, Some(&high)));
    let row = &both[28 + 4 * 20];
    let dots: Vec<bool> = row[140..1_100].iter().map(|dot| *dot == BEFORE).collect();
    let inked = dots.iter().filter(|inked| **inked).count();
    assert!((400..800).contains(&inked), "{inked} of {}", dots.len());
    let edges = dots.windows(2).filter(|two| two[0] != two[1]).count();
    assert!(edges > 80, "{edges}");
    assert!(count(&both, PAPER) * 10 > both.len() * both[0].len() * 9, "it is mostly paper");
}

#[test]
fn the_axes_are_named_and_nothing_touches_the_border() {
    let rows = read(&draw(&of(&[100; 49]), Some(&of(&[0; 49]))));
    let (right, bottom) = (rows[0].len() - 1, rows.len() - 1);
    for (y, row) in rows.iter().enumerate() {
        let border = if y == 0 || y == bottom { row.as_slice() } else { &[row[0], row[right]] };
        assert!(border.iter().all(|dot| *dot == PAPER), "row {y}");
    }
    let inked = |x: std::ops::Range<usize>, y: std::ops::Range<usize>| {
        rows[y].iter().flat_map(|row| &row[x.clone()]).any(|dot| *dot == [0x52, 0x60, 0x6d])
    };
    for percent in [0, 25, 50, 75, 100] {
        let y = 28 + 4 * (100 - percent);
        assert!(inked(0..104, y - 14..y + 14), "{percent}%");
    }
    for hour in (0..=24).step_by(4) {
        let x = 116 + 42 * hour;
        assert!(inked(x - 24..x + 24, 444..472), "{hour} h");
    }
}
