//! A report as one HTML file: no scripts, nothing from a network, for screens and for paper.

use maud::{html, Markup, PreEscaped, DOCTYPE};

use crate::model::{Block, Content, Model, Section, Table, Text, Tone};

const STYLE: &str = include_str!("html.css");

/// Forbids to a browser what the file does not do either.
const SECURITY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// The report as one HTML file, UTF-8.
pub fn render(model: &Model) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(SECURITY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (model.title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header #cover {
                    h1 { (model.title) }
                    (blocks(model, &model.cover))
                    (contents(model))
                }
                main {
                    @for section in &model.sections {
                        (self::section(model, section))
                    }
                }
            }
        }
    };
    page.into_string()
}

fn contents(model: &Model) -> Markup {
    html! {
        nav aria-label="Contents" {
            h2 { "Contents" }
            ol {
                @for section in &model.sections {
                    li { a href={ "#" (section.id) } { (section.title) } }
                }
            }
        }
    }
}

fn section(model: &Model, section: &Section) -> Markup {
    html! {
        section id=(section.id) {
            h2 { (section.title) }
            (blocks(model, &section.blocks))
        }
    }
}

fn blocks(model: &Model, blocks: &[Block]) -> Markup {
    html! {
        @for block in blocks {
            (self::block(model, block))
        }
    }
}

fn block(model: &Model, block: &Block) -> Markup {
    match block {
        Block::Heading(heading) => html! { h3 { (text(model, heading)) } },
        Block::Paragraph(words) => html! { p { (text(model, words)) } },
        Block::Notice { tone, headline, details } => html! {
            div class={ "notice " (class(*tone)) } {
                p.headline { (headline) }
                @for detail in details {
                    p { (text(model, detail)) }
                }
            }
        },
        Block::Facts(facts) => html! {
            dl {
                @for (name, words) in facts {
                    dt { (name) }
                    dd { (text(model, words)) }
                }
            }
        },
        Block::List(items) => html! {
            ul {
                @for item in items {
                    li { (text(model, item)) }
                }
            }
        },
        Block::Table(rows) => table(model, rows),
    }
}

/// The first cell of a row is its header; on narrow screens each cell tells its column.
fn table(model: &Model, table: &Table) -> Markup {
    html! {
        table {
            caption { (table.caption) }
            thead {
                tr {
                    @for column in &table.columns {
                        th scope="col" { (column.title) }
                    }
                }
            }
            tbody {
                @for row in &table.rows {
                    tr {
                        @for (at, (column, cell)) in table.columns.iter().zip(row).enumerate() {
                            @if at == 0 {
                                th scope="row" data-column=(column.title) { (text(model, cell)) }
                            } @else {
                                td data-column=(column.title) { (text(model, cell)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn text(model: &Model, text: &Text) -> Markup {
    html! {
        @for span in &text.0 {
            @if span.tone == Tone::Plain {
                (piece(model, &span.content))
            } @else {
                span class=(class(span.tone)) { (piece(model, &span.content)) }
            }
        }
    }
}

fn piece(model: &Model, content: &Content) -> Markup {
    match content {
        Content::Words(words) => html! { (words) },
        Content::Identifier(identifier) => html! {
            code title=(identifier.full) { (model.words(content)) }
        },
        Content::Whole(identifier) => html! { code { (identifier.full) } },
        Content::Break => html! { br; },
    }
}

const fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Good => "good",
        Tone::Caution => "caution",
        Tone::Bad => "bad",
    }
}
