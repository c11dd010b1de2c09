//! What a report says, without a form: sections of paragraphs, facts and tables.

use regent_evidence::{Bundle, Report, Trust};

use crate::{
    identifier::{Identifier, IdentifierKind, Identifiers},
    sections,
};

/// How something is to be taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// As it is.
    #[default]
    Plain,
    /// It holds.
    Good,
    /// It is to be read with care.
    Caution,
    /// It does not hold, or somebody must look at it.
    Bad,
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Words.
    Words(String),
    /// Something named by many digits, shown short.
    Identifier(Identifier),
    /// The same, shown whole.
    Whole(Identifier),
    /// A new line.
    Break,
}

/// A piece of a text, and how it is to be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// What it says.
    pub content: Content,
    /// How it is meant.
    pub tone: Tone,
}

/// A text: its pieces, one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(pub Vec<Span>);

impl Text {
    /// Something named by many digits.
    pub fn identifier(kind: IdentifierKind, full: impl ToString) -> Self {
        let content = Content::Identifier(Identifier { kind, full: full.to_string() });
        Self(vec![Span { content, tone: Tone::Plain }])
    }

    /// The same, whole where it stands.
    pub fn whole(kind: IdentifierKind, full: impl ToString) -> Self {
        let content = Content::Whole(Identifier { kind, full: full.to_string() });
        Self(vec![Span { content, tone: Tone::Plain }])
    }

    /// With more behind it.
    #[must_use]
    pub fn then(mut self, more: impl Into<Self>) -> Self {
        self.0.extend(more.into().0);
        self
    }

    /// All of it to be taken like this.
    #[must_use]
    pub fn toned(mut self, tone: Tone) -> Self {
        self.0.iter_mut().for_each(|span| span.tone = tone);
        self
    }

    /// Several, a line each; a dash for none.
    pub fn lines(items: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::default();
        for item in items {
            if !all.0.is_empty() {
                all.0.push(Span { content: Content::Break, tone: Tone::Plain });
            }
            all.0.extend(item.0);
        }
        if all.0.is_empty() {
            return Self::from("–");
        }
        all
    }
}

impl From<&str> for Text {
    fn from(words: &str) -> Self {
        Self::from(words.to_owned())
    }
}

impl From<String> for Text {
    fn from(words: String) -> Self {
        Self(vec![Span { content: Content::Words(words), tone: Tone::Plain }])
    }
}

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its header.
    pub title: &'static str,
    /// How much of the width it gets, in proportion to the others; from 1.
    pub share: u8,
}

/// A table. Every row has as many cells as there are columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What it lists.
    pub caption: String,
    /// Its columns; the first one names the row.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Vec<Text>>,
}

/// A part of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading within the section.
    Heading(Text),
    /// A paragraph.
    Paragraph(Text),
    /// What must not be overlooked.
    Notice {
        /// How it is meant.
        tone: Tone,
        /// What it says in few words.
        headline: String,
        /// What that means.
        details: Vec<Text>,
    },
    /// Things with their names.
    Facts(Vec<(String, Text)>),
    /// Items.
    List(Vec<Text>),
    /// A table.
    Table(Table),
}

/// A section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its name in links.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Its parts.
    pub blocks: Vec<Block>,
}

/// A report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// Its title.
    pub title: &'static str,
    /// What is on its first page.
    pub cover: Vec<Block>,
    /// What follows.
    pub sections: Vec<Section>,
    /// What is named in it.
    pub identifiers: Identifiers,
}

impl Model {
    /// The report on a bundle, as it was verified with this trust: `report` is what
    /// [`verify`](fn@regent_evidence::verify) says of it. Without the bundle, if the file is none, it has a first
    /// page and little more.
    pub fn new(bundle: Option<&Bundle>, report: &Report, trust: Trust) -> Self {
        let (cover, mut sections) = sections::all(bundle, report, trust);
        let own = sections.iter().flat_map(|section| &section.blocks);
        let named: Vec<Identifier> =
            cover.iter().chain(own).flat_map(identifiers_of).cloned().collect();
        let identifiers = Identifiers::new(named);
        sections.extend(sections::appendix(&identifiers));
        Self { title: "Evidence report", cover, sections, identifiers }
    }

    /// What its first page says first: the result of the verification.
    pub fn headline(&self) -> &str {
        let mut headlines = self.cover.iter().filter_map(|block| match block {
            Block::Notice { headline, .. } => Some(headline.as_str()),
            _ => None,
        });
        headlines.next().unwrap_or(self.title)
    }

    /// What stands in a text for a piece of it; a line break as a space.
    pub fn words<'a>(&'a self, content: &'a Content) -> &'a str {
        match content {
            Content::Words(words) => words,
            Content::Identifier(identifier) => self.identifiers.short(&identifier.full),
            Content::Whole(identifier) => &identifier.full,
            Content::Break => " ",
        }
    }
}

/// Every identifier of a block that is shown short.
fn identifiers_of(block: &Block) -> impl Iterator<Item = &Identifier> {
    let texts: Vec<&Text> = match block {
        Block::Heading(text) | Block::Paragraph(text) => vec![text],
        Block::Notice { details, .. } => details.iter().collect(),
        Block::Facts(facts) => facts.iter().map(|(_, text)| text).collect(),
        Block::List(items) => items.iter().collect(),
        Block::Table(table) => table.rows.iter().flatten().collect(),
    };
    texts.into_iter().flat_map(|text| &text.0).filter_map(|span| match &span.content {
        Content::Identifier(identifier) => Some(identifier),
        Content::Words(_) | Content::Whole(_) | Content::Break => None,
    })
}
