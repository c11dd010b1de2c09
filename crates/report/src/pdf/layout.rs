//! Where on which page everything stands. Lengths are in points, from the top left corner of a page.

use super::fonts::{Face, Fonts};
use crate::model::{Block, Content, Model, Table, Text, Tone};

/// Width and height of A4, as `krilla` has them.
const PAPER: (f32, f32) = (595.0, 842.0);
/// Left and right margin.
const MARGIN: f32 = 48.0;
/// Where text begins.
const TOP: f32 = 56.0;
/// Where text ends.
const BOTTOM: f32 = 786.0;
/// Where the foot of a page stands.
const FOOT: f32 = 812.0;
/// Width of the text.
const WIDTH: f32 = PAPER.0 - 2.0 * MARGIN;
/// Space beside the text of a cell.
const PADDING: f32 = 4.0;
/// Height of a line, in units of the font's size.
const LEADING: f32 = 1.3;
/// How much smaller identifiers are: their font looks larger.
const MONO_SCALE: f32 = 0.8;
/// Sizes of fonts.
const BODY: f32 = 10.0;
const CELL: f32 = 8.0;

/// A colour: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour(pub(super) u8, pub(super) u8, pub(super) u8);

const INK: Colour = Colour(27, 31, 36);
const SOFT: Colour = Colour(87, 96, 106);
const LINE: Colour = Colour(201, 206, 214);

const fn colour(tone: Tone) -> Colour {
    match tone {
        Tone::Plain => INK,
        Tone::Good => Colour(11, 93, 42),
        Tone::Caution => Colour(122, 74, 0),
        Tone::Bad => Colour(160, 17, 31),
    }
}

/// A filled rectangle.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bar {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) colour: Colour,
}

/// Text of one font, on one line; `y` is that of its base line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Run {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) face: Face,
    pub(super) size: f32,
    pub(super) colour: Colour,
    pub(super) text: String,
}

/// A page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Page {
    pub(super) bars: Vec<Bar>,
    pub(super) runs: Vec<Run>,
}

/// All pages, and where each section begins: its title, its page from 0, and the height there.
pub(super) struct Layout {
    pub(super) pages: Vec<Page>,
    pub(super) titles: Vec<(&'static str, usize, f32)>,
}

/// Lays a report out.
pub(super) fn of(model: &Model, fonts: &Fonts) -> Layout {
    let mut writer = Writer {
        model,
        fonts,
        done: Vec::new(),
        page: Page::default(),
        y: TOP,
        titles: Vec::new(),
    };
    writer.title(model.title, 20.0);
    writer.blocks(&model.cover);
    // The first page stands for itself.
    writer.turn();
    for section in &model.sections {
        writer.title(section.title, 14.0);
        writer.blocks(&section.blocks);
    }
    writer.finish()
}

/// How a text is set.
#[derive(Clone, Copy)]
struct Style {
    face: Face,
    size: f32,
    colour: Colour,
}

impl Style {
    const fn regular(size: f32) -> Self {
        Self { face: Face::Regular, size, colour: INK }
    }

    const fn bold(size: f32, colour: Colour) -> Self {
        Self { face: Face::Bold, size, colour }
    }

    fn leading(self) -> f32 {
        self.size * LEADING
    }
}

/// Runs of one line; `x` from its beginning, `y` not yet set.
type Line = Vec<Run>;

struct Writer<'a> {
    model: &'a Model,
    fonts: &'a Fonts,
    done: Vec<Page>,
    page: Page,
    /// Where the next line begins.
    y: f32,
    titles: Vec<(&'static str, usize, f32)>,
}

impl Writer<'_> {
    fn title(&mut self, title: &'static str, size: f32) {
        // Not alone at the end of a page.
        self.space(size);
        self.need(size * 4.0);
        self.titles.push((title, self.done.len(), self.y));
        let style = Style::bold(size, INK);
        let lines = self.lines(&Text::from(title), style, WIDTH);
        self.place(&lines, style, MARGIN);
        self.bar(MARGIN, WIDTH, 1.0, INK);
        self.space(6.0);
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
            self.space(6.0);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading(text) => {
                let style = Style::bold(11.0, INK);
                self.space(4.0);
                self.need(style.leading() * 4.0);
                let lines = self.lines(text, style, WIDTH);
                self.place(&lines, style, MARGIN);
            }
            Block::Paragraph(text) => {
                let lines = self.lines(text, Style::regular(BODY), WIDTH);
                self.place(&lines, Style::regular(BODY), MARGIN);
            }
            Block::Notice { tone, headline, details } => {
                self.notice(colour(*tone), headline, details);
            }
            Block::Facts(facts) => self.facts(facts),
            Block::List(items) => {
                let style = Style::regular(BODY);
                for item in items {
                    self.need(style.leading());
                    self.mark("–", style);
                    let lines = self.lines(item, style, WIDTH - 12.0);
                    self.place(&lines, style, MARGIN + 12.0);
                }
            }
            Block::Table(table) => self.table(table),
        }
    }

    /// A bar beside all of its lines, whatever page they are on.
    fn notice(&mut self, of: Colour, headline: &str, details: &[Text]) {
        let (first, rest) = (Style::bold(12.0, of), Style::regular(BODY));
        let indent = 12.0;
        let headline = self.lines(&Text::from(headline), first, WIDTH - indent);
        self.need(first.leading() * 3.0);
        let details: Vec<Line> =
            details.iter().flat_map(|text| self.lines(text, rest, WIDTH - indent)).collect();
        for (lines, style) in [(headline, first), (details, rest)] {
            for line in lines {
                self.need(style.leading());
                self.beside(style.leading(), of);
                self.place(&[line], style, MARGIN + indent);
            }
        }
    }

    fn facts(&mut self, facts: &[(String, Text)]) {
        let (name, value) = (Style::bold(9.0, SOFT), Style::regular(9.0));
        let left = 132.0;
        for (title, text) in facts {
            let cells = [
                self.lines(&Text::from(title.as_str()), name, left - PADDING),
                self.lines(text, value, WIDTH - left),
            ];
            self.row(&cells, &[MARGIN, MARGIN + left], value.leading(), None);
            self.space(2.0);
        }
    }

    fn table(&mut self, table: &Table) {
        let total: f32 = table.columns.iter().map(|column| f32::from(column.share)).sum();
        let mut places = Vec::with_capacity(table.columns.len());
        let mut widths = Vec::with_capacity(table.columns.len());
        let mut x = MARGIN;
        for column in &table.columns {
            let width = WIDTH * f32::from(column.share) / total.max(1.0);
            places.push(x);
            widths.push(width - PADDING);
            x += width;
        }
        let caption = Style::bold(9.0, INK);
        self.need(caption.leading() * 5.0);
        let lines = self.lines(&Text::from(table.caption.as_str()), caption, WIDTH);
        self.place(&lines, caption, MARGIN);

        let (head, cell) = (Style::bold(CELL, SOFT), Style::regular(CELL));
        let header: Vec<Vec<Line>> = table
            .columns
            .iter()
            .zip(&widths)
            .map(|(column, width)| self.lines(&Text::from(column.title), head, *width))
            .collect();
        self.row(&header, &places, cell.leading(), None);
        self.bar(MARGIN, WIDTH, 0.8, INK);
        for row in &table.rows {
            let cells: Vec<Vec<Line>> = row
                .iter()
                .zip(&widths)
                .map(|(text, width)| self.lines(text, cell, *width))
                .collect();
            self.row(&cells, &places, cell.leading(), Some(header.as_slice()));
            self.bar(MARGIN, WIDTH, 0.4, LINE);
        }
    }

    /// Cells side by side. A row that fits on a page is kept together; where a page is turned, the
    /// header is repeated.
    fn row(
        &mut self,
        cells: &[Vec<Line>],
        places: &[f32],
        leading: f32,
        header: Option<&[Vec<Line>]>,
    ) {
        let count = cells.iter().map(Vec::len).max().unwrap_or(0);
        // A share of a page that is left empty at most.
        let together = count.min(24);
        if self.y + leading * as_f32(together) > BOTTOM {
            self.turn_under(places, leading, header);
        }
        for at in 0..count {
            if self.y + leading > BOTTOM {
                self.turn_under(places, leading, header);
            }
            self.cells_line(cells, at, places, leading);
        }
        self.y += 1.0;
    }

    /// A new page that begins with a header.
    fn turn_under(&mut self, places: &[f32], leading: f32, header: Option<&[Vec<Line>]>) {
        self.turn();
        let Some(header) = header else { return };
        let count = header.iter().map(Vec::len).max().unwrap_or(0);
        for at in 0..count {
            self.cells_line(header, at, places, leading);
        }
        self.y += 1.0;
        self.bar(MARGIN, WIDTH, 0.8, INK);
    }

    /// The line with this number of each cell.
    fn cells_line(&mut self, cells: &[Vec<Line>], at: usize, places: &[f32], leading: f32) {
        for (cell, place) in cells.iter().zip(places) {
            if let Some(line) = cell.get(at) {
                self.set(line, *place, leading);
            }
        }
        self.y += leading;
    }

    /// Lines below each other.
    fn place(&mut self, lines: &[Line], style: Style, x: f32) {
        for line in lines {
            self.need(style.leading());
            self.set(line, x, style.leading());
            self.y += style.leading();
        }
    }

    /// A line at the present height, which stays.
    fn set(&mut self, line: &[Run], x: f32, leading: f32) {
        let base = self.y + leading * 0.76;
        let runs = line.iter().map(|run| Run { x: x + run.x, y: base, ..run.clone() });
        self.page.runs.extend(runs);
    }

    /// A sign before an item, on the line that follows.
    fn mark(&mut self, sign: &str, style: Style) {
        let lines = self.lines(&Text::from(sign), style, WIDTH);
        for line in &lines {
            self.set(line, MARGIN, style.leading());
        }
    }

    /// A bar beside the line that follows.
    fn beside(&mut self, height: f32, colour: Colour) {
        self.page.bars.push(Bar { x: MARGIN, y: self.y, width: 4.0, height, colour });
    }

    /// A rule across, and a little space below.
    fn bar(&mut self, x: f32, width: f32, height: f32, colour: Colour) {
        self.page.bars.push(Bar { x, y: self.y, width, height, colour });
        self.y += height + 1.0;
    }

    fn space(&mut self, height: f32) {
        // None at the top of a page.
        if self.y > TOP {
            self.y += height;
        }
    }

    /// Turns the page unless so much is left of it.
    fn need(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.turn();
        }
    }

    fn turn(&mut self) {
        self.done.push(core::mem::take(&mut self.page));
        self.y = TOP;
    }

    fn finish(mut self) -> Layout {
        if !self.page.runs.is_empty() {
            self.turn();
        }
        let count = self.done.len();
        for (number, page) in (1..).zip(&mut self.done) {
            let number: usize = number;
            let foot = |x: f32, text: String| Run {
                x,
                y: FOOT,
                face: Face::Regular,
                size: CELL,
                colour: SOFT,
                text,
            };
            let pages = format!("{number} / {count}");
            let right = PAPER.0 - MARGIN - CELL * self.fonts.width(Face::Regular, &pages);
            page.runs.push(foot(MARGIN, self.model.title.to_owned()));
            page.runs.push(foot(right, pages));
        }
        Layout { pages: self.done, titles: self.titles }
    }

    /// Breaks a text into lines of at most this width.
    fn lines(&self, text: &Text, style: Style, width: f32) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        let mut line = Line::new();
        let mut x = 0.0;
        for span in &text.0 {
            if span.content == Content::Break {
                lines.push(core::mem::take(&mut line));
                x = 0.0;
                continue;
            }
            let set = styled(&span.content, span.tone, style);
            let words = self.fonts.writable(set.face, self.model.words(&span.content));
            for word in words.split_inclusive(' ') {
                for piece in self.cut(word, set, width) {
                    let tight = self.width(piece.trim_end(), set);
                    if x > 0.0 && x + tight > width {
                        lines.push(core::mem::take(&mut line));
                        x = 0.0;
                    }
                    push(&mut line, x, set, piece);
                    x += self.width(piece, set);
                }
            }
        }
        lines.push(line);
        lines
    }

    fn width(&self, text: &str, style: Style) -> f32 {
        style.size * self.fonts.width(style.face, text)
    }

    /// Parts of a word that fit on a line each.
    fn cut<'w>(&self, word: &'w str, style: Style, width: f32) -> Vec<&'w str> {
        let mut parts = Vec::new();
        let (mut begin, mut so_far) = (0, 0.0);
        for (at, c) in word.char_indices() {
            let wide = self.width(c.encode_utf8(&mut [0; 4]), style);
            if so_far + wide > width && at > begin && c != ' ' {
                parts.extend(word.get(begin..at));
                (begin, so_far) = (at, 0.0);
            }
            so_far += wide;
        }
        parts.extend(word.get(begin..));
        parts
    }
}

/// How a piece of a text is set.
fn styled(content: &Content, tone: Tone, style: Style) -> Style {
    let colour = if tone == Tone::Plain { style.colour } else { colour(tone) };
    match content {
        Content::Identifier(_) | Content::Whole(_) => {
            Style { face: Face::Mono, size: style.size * MONO_SCALE, colour }
        }
        Content::Words(_) | Content::Break if tone != Tone::Plain => {
            Style { face: Face::Bold, colour, ..style }
        }
        Content::Words(_) | Content::Break => Style { colour, ..style },
    }
}

/// Adds to a line: to its last run, if that is set alike.
fn push(line: &mut Line, x: f32, style: Style, text: &str) {
    let Style { face, size, colour } = style;
    if let Some(last) = line.last_mut().filter(|last| last.face == face && last.colour == colour) {
        last.text.push_str(text);
    } else {
        line.push(Run { x, y: 0.0, face, size, colour, text: text.to_owned() });
    }
}

/// A small number of lines.
fn as_f32(count: usize) -> f32 {
    u16::try_from(count).map_or(f32::MAX, f32::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identifier::Identifiers;

    fn model(cover: Vec<Block>) -> Model {
        let identifiers = Identifiers::default();
        Model { title: "Evidence report", cover, sections: Vec::new(), identifiers }
    }

    #[test]
    fn nothing_leaves_its_page() {
        let fonts = Fonts::load().expect("fonts");
        let long = Text::from("a word and 0123456789abcdef".repeat(400));
        let facts = vec![("Name".to_owned(), long.clone())];
        let rows = (0..90).map(|_| vec![Text::from("x".repeat(70)), Text::from("y z")]).collect();
        let columns = [("One", 1), ("Two", 9)]
            .map(|(title, share)| crate::model::Column { title, share })
            .to_vec();
        let table = Table { caption: "Rows".to_owned(), columns, rows };
        let blocks = vec![Block::Paragraph(long), Block::Facts(facts), Block::Table(table)];
        let layout = of(&model(blocks), &fonts);
        assert!(layout.pages.len() > 3, "{}", layout.pages.len());
        for run in layout.pages.iter().flat_map(|page| &page.runs) {
            let right = run.x + run.size * fonts.width(run.face, run.text.trim_end());
            assert!(run.x >= MARGIN && right <= PAPER.0 - MARGIN + 0.5, "{run:?}");
            assert!(run.y > TOP && run.y <= FOOT, "{run:?}");
        }
    }

    #[test]
    fn a_table_repeats_its_header_on_each_page() {
        let fonts = Fonts::load().expect("fonts");
        let columns = vec![crate::model::Column { title: "Column", share: 1 }];
        let rows = (0..200).map(|row| vec![Text::from(row.to_string())]).collect();
        let table = Table { caption: "Rows".to_owned(), columns, rows };
        let layout = of(&model(vec![Block::Table(table)]), &fonts);
        let headers = |page: &Page| page.runs.iter().filter(|run| run.text == "Column").count();
        assert!(layout.pages.len() > 2);
        assert!(layout.pages.iter().all(|page| headers(page) == 1));
        let last = layout.pages.len();
        let foot = format!("{last} / {last}");
        assert!(layout.pages[last - 1].runs.iter().any(|run| run.text == foot));
    }
}
