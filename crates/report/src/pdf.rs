//! A report as PDF: A4, with its fonts, bookmarks and page numbers. It names no time and no machine.
//!
//! `krilla` draws what it is told to, letter by letter, and writes the file. It sets no lines and no pages:
//! `layout` does.
//!
//! | file | what it holds |
//! |---|---|
//! | `fonts` | the fonts, and how wide their letters are |
//! | `layout` | where on which page everything stands |

mod fonts;
mod layout;

use krilla::{
    color::rgb,
    destination::XyzDestination,
    geom::{PathBuilder, Point, Rect},
    metadata::Metadata,
    num::NormalizedF32,
    outline::{Outline, OutlineNode},
    paint::{Fill, FillRule},
    surface::Surface,
    Document,
};

use crate::model::Model;
use fonts::Fonts;
use layout::{Bar, Colour, Page, Run};

/// Why a report cannot be written as PDF.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PdfError {
    /// A font that is part of this program is not as it must be.
    #[error("the font {0} cannot be read; build the program again")]
    Font(&'static str),
    /// The document cannot be put together.
    #[error("the PDF cannot be put together: {0}; write HTML instead")]
    Document(String),
}

/// The report as PDF.
///
/// # Errors
/// The fonts that are part of this program cannot be read, or the document has too many pages for a PDF.
pub fn render(model: &Model) -> Result<Vec<u8>, PdfError> {
    let fonts = Fonts::load()?;
    let layout = layout::of(model, &fonts);
    let mut document = Document::new();
    let metadata = Metadata::new().title(model.title.to_owned()).language("en".to_owned());
    document.set_metadata(metadata);
    let mut outline = Outline::new();
    for (title, page, y) in layout.titles {
        let place = XyzDestination::new(page, Point::from_xy(0.0, y));
        outline.push_child(OutlineNode::new(title.to_owned(), place));
    }
    document.set_outline(outline);
    for Page { bars, runs } in layout.pages {
        // A4.
        let mut page = document.start_page();
        let mut surface = page.surface();
        bars.iter().for_each(|bar| draw_bar(&mut surface, bar));
        runs.iter().for_each(|run| draw_run(&mut surface, run, &fonts));
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|error| PdfError::Document(error.to_string()))
}

fn draw_bar(surface: &mut Surface<'_>, bar: &Bar) {
    let Some(rectangle) = Rect::from_xywh(bar.x, bar.y, bar.width, bar.height) else { return };
    let mut path = PathBuilder::new();
    path.push_rect(rectangle);
    if let Some(path) = path.finish() {
        surface.set_fill(Some(fill(bar.colour)));
        surface.draw_path(&path);
    }
}

fn draw_run(surface: &mut Surface<'_>, run: &Run, fonts: &Fonts) {
    let Run { x, y, face, size, colour, text } = run;
    surface.set_fill(Some(fill(*colour)));
    let (font, glyphs) = fonts.glyphs(*face, text);
    surface.draw_glyphs(Point::from_xy(*x, *y), &glyphs, font, text, *size, false);
}

fn fill(Colour(red, green, blue): Colour) -> Fill {
    let paint = rgb::Color::new(red, green, blue).into();
    Fill { paint, opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}
