//! The fonts, and how wide their letters are. Letters stand side by side as they are: no kerning, no
//! ligatures, left to right.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::{
    charmap::Charmap,
    instance::{LocationRef, Size},
    metrics::GlyphMetrics,
    string::StringId,
    FontRef, MetadataProvider,
};

use super::PdfError;

/// Which font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    /// Libertinus Serif.
    Regular,
    /// The same, bold.
    Bold,
    /// DejaVu Sans Mono.
    Mono,
}

/// The fonts of a document.
pub(super) struct Fonts {
    regular: Typeface,
    bold: Typeface,
    mono: Typeface,
}

struct Typeface {
    font: Font,
    charmap: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
}

impl Fonts {
    /// Reads the fonts that are part of this program.
    ///
    /// # Errors
    /// One is not there, or cannot be read.
    pub(super) fn load() -> Result<Self, PdfError> {
        Ok(Self {
            regular: Typeface::named("LibertinusSerif-Regular")?,
            bold: Typeface::named("LibertinusSerif-Bold")?,
            mono: Typeface::named("DejaVuSansMono")?,
        })
    }

    const fn typeface(&self, face: Face) -> &Typeface {
        match face {
            Face::Regular => &self.regular,
            Face::Bold => &self.bold,
            Face::Mono => &self.mono,
        }
    }

    /// The text, with the numbers of those characters that the font has not.
    pub(super) fn writable(&self, face: Face, text: &str) -> String {
        let typeface = self.typeface(face);
        text.chars().fold(String::new(), |mut shown, c| {
            if typeface.glyph(c).is_some() {
                shown.push(c);
            } else {
                shown.extend(c.escape_unicode());
            }
            shown
        })
    }

    /// How wide a writable text is, in units of the font's size.
    pub(super) fn width(&self, face: Face, text: &str) -> f32 {
        let typeface = self.typeface(face);
        text.chars().filter_map(|c| typeface.glyph(c)).map(|(_, advance)| advance).sum()
    }

    /// The font, and the glyphs of a writable text.
    pub(super) fn glyphs(&self, face: Face, text: &str) -> (Font, Vec<KrillaGlyph>) {
        let typeface = self.typeface(face);
        let glyphs = text.char_indices().filter_map(|(at, c)| {
            let (glyph, advance) = typeface.glyph(c)?;
            Some(KrillaGlyph::new(glyph, advance, 0.0, 0.0, 0.0, at..at + c.len_utf8(), None))
        });
        (typeface.font.clone(), glyphs.collect())
    }
}

impl Typeface {
    fn named(name: &'static str) -> Result<Self, PdfError> {
        let unreadable = PdfError::Font(name);
        let Some((data, font)) = find(name) else { return Err(unreadable) };
        let Some(embedded) = Font::new(data.into(), 0) else { return Err(unreadable) };
        Ok(Self {
            font: embedded,
            charmap: font.charmap(),
            metrics: font.glyph_metrics(Size::unscaled(), LocationRef::default()),
        })
    }

    /// A character's glyph, and its width in units of the font's size.
    fn glyph(&self, c: char) -> Option<(GlyphId, f32)> {
        let glyph = self.charmap.map(c).filter(|glyph| glyph.to_u32() != 0)?;
        let advance = self.metrics.advance_width(glyph)?;
        Some((GlyphId::new(glyph.to_u32()), advance / self.font.units_per_em()))
    }
}

/// The font of this PostScript name.
fn find(name: &str) -> Option<(&'static [u8], FontRef<'static>)> {
    typst_assets::fonts().find_map(|data| {
        let font = FontRef::new(data).ok()?;
        let found = font.localized_strings(StringId::POSTSCRIPT_NAME).english_or_first()?;
        found.chars().eq(name.chars()).then_some((data, font))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_fonts_are_there_and_have_what_reports_are_written_in() {
        let fonts = Fonts::load().expect("fonts");
        let used = "abz ABZ 019 äöüß éñ – … “”’ ×()[]/.,:;%#@&+=-_<>!?*|~";
        for face in [Face::Regular, Face::Bold, Face::Mono] {
            assert_eq!(fonts.writable(face, used), used, "{face:?}");
            assert!(fonts.width(face, "mm") > fonts.width(face, "m"), "{face:?}");
            let (_, glyphs) = fonts.glyphs(face, "aé");
            let places: Vec<_> = glyphs.into_iter().map(|glyph| glyph.text_range).collect();
            assert_eq!(places, [0..1, 1..3], "{face:?}");
        }
    }

    #[test]
    fn what_a_font_has_not_is_told_by_its_number() {
        let fonts = Fonts::load().expect("fonts");
        assert_eq!(fonts.writable(Face::Regular, "東a"), r"\u{6771}a");
    }
}
