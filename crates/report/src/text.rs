//! A report as plain text: for terminals, and to be compared.

use crate::model::{Block, Content, Model, Table, Text, Tone};

/// The report as plain text, UTF-8. Tables are rows of named cells: wide ones stay readable.
pub fn render(model: &Model) -> String {
    let mut out = Out { model, text: String::new() };
    out.line(model.title);
    out.line(&"=".repeat(model.title.chars().count()));
    out.blocks(&model.cover);
    for section in &model.sections {
        out.line("");
        out.line(section.title);
        out.line(&"-".repeat(section.title.chars().count()));
        out.blocks(&section.blocks);
    }
    out.text
}

struct Out<'a> {
    model: &'a Model,
    text: String,
}

impl Out<'_> {
    fn line(&mut self, words: &str) {
        self.text.push_str(words);
        self.text.push('\n');
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.text.push('\n');
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading(text) => self.line(&format!("## {}", self.words(text, " "))),
            Block::Paragraph(text) => self.line(&self.words(text, "\n")),
            Block::Notice { tone, headline, details } => {
                let mark = match tone {
                    Tone::Plain => "NOTE",
                    Tone::Good => "GOOD",
                    Tone::Caution => "CAUTION",
                    Tone::Bad => "ATTENTION",
                };
                self.line(&format!("[{mark}] {headline}"));
                for text in details {
                    self.line(&format!("  {}", self.words(text, "\n  ")));
                }
            }
            Block::Facts(facts) => {
                for (name, text) in facts {
                    self.line(&format!("{name}: {}", self.words(text, "\n    ")));
                }
            }
            Block::List(items) => {
                for text in items {
                    self.line(&format!("- {}", self.words(text, "\n  ")));
                }
            }
            Block::Table(table) => self.table(table),
        }
    }

    fn table(&mut self, table: &Table) {
        self.line(&table.caption);
        for (at, row) in table.rows.iter().enumerate() {
            for (place, (column, cell)) in table.columns.iter().zip(row).enumerate() {
                let mark = if place == 0 { "*" } else { " " };
                self.line(&format!("{mark} {}: {}", column.title, self.words(cell, "; ")));
            }
            if at + 1 < table.rows.len() {
                self.text.push('\n');
            }
        }
    }

    fn words(&self, text: &Text, between: &str) -> String {
        let mut words = String::new();
        for span in &text.0 {
            words.push_str(match &span.content {
                Content::Break => between,
                content => self.model.words(content),
            });
        }
        words
    }
}
