//! The curve of the weekly report as a picture: a PNG file of a few kilobytes.
//!
//! Steps and not slopes, for between two of its times a curve says nothing. White behind it, so
//! that it can be read where a mail program has made the page dark; twice as many dots as it is
//! wide, for screens that show them. The only words are numbers on its axes: all sentences are in
//! the page. The same curves give the same bytes. Next station: `mail/wording`.

use crate::model::report::Curve;

/// As wide as it is shown, in the units of the page; the file has twice as many dots.
pub const WIDTH: u32 = 580;
/// As high as it is shown.
pub const HEIGHT: u32 = 250;
/// Dots for each unit of the page.
const DOTS: u32 = 2;

/// Where 0 hours and 100 percent are, in dots.
const LEFT: u32 = 116;
const TOP: u32 = 28;
/// Dots of half an hour and of one percent.
const HALF_HOUR: u32 = 21;
const PERCENT: u32 = 4;
/// Half as thick as the curve of the week, and as that of the weeks before.
const THICK: u32 = 3;
const THIN: u32 = 2;
/// Dots of a dash, and from one dash to the next.
const DASH: u32 = 8;
const DASHES: u32 = 18;

/// Colours by their number: paper, lines behind, words, the week, the weeks before.
const COLOURS: [[u8; 3]; 5] = [
    [0xff, 0xff, 0xff],
    [0xdf, 0xe5, 0xec],
    [0x52, 0x60, 0x6d],
    [0x0b, 0x6e, 0x69],
    [0x5b, 0x67, 0x75],
];
const LINE: u8 = 1;
const WORDS: u8 = 2;
const WEEK: u8 = 3;
const BEFORE: u8 = 4;

/// A digit or the percent sign: seven rows of five dots each, the leftmost the highest bit.
type Glyph = [u8; 7];
/// The digits, then the percent sign.
const GLYPHS: [Glyph; 11] = [
    [0b01110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110],
    [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
    [0b01110, 0b10001, 0b00001, 0b00010, 0b00100, 0b01000, 0b11111],
    [0b01110, 0b10001, 0b00001, 0b00110, 0b00001, 0b10001, 0b01110],
    [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010],
    [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110],
    [0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110],
    [0b11111, 0b00001, 0b00010, 0b00010, 0b00100, 0b00100, 0b00100],
    [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110],
    [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100],
    [0b11001, 0b11001, 0b00010, 0b00100, 0b01000, 0b10011, 0b10011],
];

/// The file: how many were answered in the week, and in the weeks before where that is shown.
pub fn draw(week: &Curve, before: Option<&Curve>) -> Vec<u8> {
    let mut sheet = Sheet::new(WIDTH * DOTS, HEIGHT * DOTS);
    sheet.axes();
    if let Some(before) = before {
        sheet.curve(before, THIN, |way| way % DASHES < DASH, BEFORE);
    }
    sheet.curve(week, THICK, |_| true, WEEK);
    sheet.file()
}

/// Dots by the numbers of their colours.
struct Sheet {
    wide: u32,
    rows: Vec<Vec<u8>>,
}

impl Sheet {
    fn new(wide: u32, high: u32) -> Self {
        let row = (0..wide).map(|_| 0).collect::<Vec<u8>>();
        Self { wide, rows: (0..high).map(|_| row.clone()).collect() }
    }

    /// What would lie outside is left out.
    fn fill(&mut self, (left, top): (u32, u32), (wide, high): (u32, u32), colour: u8) {
        for row in self.rows.iter_mut().skip(index(top)).take(index(high)) {
            for dot in row.iter_mut().skip(index(left)).take(index(wide)) {
                *dot = colour;
            }
        }
    }

    fn axes(&mut self) {
        let (bottom, right) = (y(0), x(LAST));
        for percent in [0, 25, 50, 75, 100] {
            let colour = if percent == 0 { WORDS } else { LINE };
            self.fill((LEFT, y(percent) - 1), (right - LEFT, 2), colour);
            let said = format!("{percent}%");
            self.words(&said, LEFT - 12 - wide(&said), y(percent) - HIGH / 2);
        }
        for hour in (0..=24).step_by(4) {
            self.fill((x(2 * hour) - 1, bottom), (2, 8), WORDS);
            let said = hour.to_string();
            self.words(&said, x(2 * hour) - wide(&said) / 2, bottom + 16);
        }
    }

    /// From each time to the next what was reached by then, then up. `inked`: whether it is drawn
    /// after so many dots of the way.
    fn curve(&mut self, curve: &Curve, half: u32, inked: impl Fn(u32) -> bool, colour: u8) {
        let mut way = 0;
        let mut brush = |sheet: &mut Self, at: (u32, u32)| {
            if inked(way) {
                let corner = (at.0.saturating_sub(half), at.1.saturating_sub(half));
                sheet.fill(corner, (2 * half, 2 * half), colour);
            }
            way += 1;
        };
        let mut height = y(0);
        for (no, share) in (0..).zip(curve.shares()) {
            let reached = y(u32::from(*share));
            for row in (reached..height).rev() {
                brush(self, (x(no), row));
            }
            height = reached;
            let end = if no < LAST { x(no + 1) } else { x(no) };
            for column in x(no)..end {
                brush(self, (column, height));
            }
        }
    }

    fn words(&mut self, said: &str, left: u32, top: u32) {
        for (no, c) in (0..).zip(said.chars()) {
            let glyph = c.to_digit(10).unwrap_or(10);
            let Some(glyph) = GLYPHS.get(index(glyph)) else { continue };
            self.glyph(glyph, left + no * ADVANCE, top);
        }
    }

    /// Four times as large; twice, each dot becomes four, and its corners are taken off where
    /// two neighbours agree (the rule known as Scale2x).
    fn glyph(&mut self, glyph: &Glyph, left: u32, top: u32) {
        let bit = |row: &u8| (0..5).map(|no| row >> (4 - no) & 1 == 1).collect();
        let dots: Vec<Vec<bool>> = doubled(&doubled(&glyph.iter().map(bit).collect::<Vec<_>>()));
        for (down, row) in (0..).zip(dots) {
            for (right, _) in (0..).zip(row).filter(|(_, inked)| *inked) {
                self.fill((left + right, top + down), (1, 1), WORDS);
            }
        }
    }

    fn file(&self) -> Vec<u8> {
        let high = self.rows.len();
        let mut file = Vec::new();
        let high = u32::try_from(high).unwrap_or(u32::MAX);
        let mut encoder = png::Encoder::new(&mut file, self.wide, high);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Four);
        encoder.set_palette(COLOURS.as_flattened());
        encoder.set_compression(png::Compression::High);
        encoder.set_filter(png::Filter::NoFilter);
        // Two dots in a byte; every row has an even number of them.
        let pair = |dots: &[u8]| dots.iter().fold(0, |byte, dot| byte << 4 | dot);
        let packed: Vec<u8> = self.rows.iter().flat_map(|row| row.chunks(2).map(pair)).collect();
        let written = encoder.write_header().and_then(|mut writer| {
            writer.write_image_data(&packed)?;
            writer.finish()
        });
        written.expect("memory takes every byte, and there are as many as the header says");
        file
    }
}

/// Dots of a glyph, and from one to the next.
const HIGH: u32 = 28;
const ADVANCE: u32 = 24;
/// The last time of a curve.
const LAST: u32 = 48;

fn wide(said: &str) -> u32 {
    u32::try_from(said.len()).unwrap_or(0) * ADVANCE - 4
}

fn x(half_hours: u32) -> u32 {
    LEFT + half_hours * HALF_HOUR
}

fn y(percent: u32) -> u32 {
    TOP + (100 - percent) * PERCENT
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn doubled(dots: &[Vec<bool>]) -> Vec<Vec<bool>> {
    let at = |row: Option<usize>, column: Option<usize>| {
        let dot = row.zip(column).and_then(|(row, column)| dots.get(row)?.get(column));
        dot.copied().unwrap_or(false)
    };
    let mut larger = Vec::new();
    for (y, row) in dots.iter().enumerate() {
        let (mut above, mut below) = (Vec::new(), Vec::new());
        for (x, dot) in row.iter().enumerate() {
            let up = at(y.checked_sub(1), Some(x));
            let down = at(y.checked_add(1), Some(x));
            let left = at(Some(y), x.checked_sub(1));
            let right = at(Some(y), x.checked_add(1));
            let smooth = up != down && left != right;
            let corner = |one: bool, other| if smooth && one == other { one } else { *dot };
            above.extend([corner(up, left), corner(up, right)]);
            below.extend([corner(down, left), corner(down, right)]);
        }
        larger.extend([above, below]);
    }
    larger
}
