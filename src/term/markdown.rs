//! Markdown on a terminal and in plain text: wrapped to a width, with weight and colour where there
//! are any. Text in, text out; what a terminal would obey is escaped.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use unicode_width::UnicodeWidthStr;

use super::wrap::wrap;
use crate::repr::escape::printable;

/// The narrowest text that is still wrapped.
const NARROWEST: usize = 20;
/// The longest line that stands for a rule.
const RULE: usize = 40;

/// What tells weight, code and headings apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marks {
    /// A terminal's weight and colour.
    Colour,
    /// Nothing but the quotes of code.
    Plain,
    /// The marks of Markdown itself, headings underlined: text that leaves the terminal.
    Typed,
}

/// A part of a line that is marked.
#[derive(Clone, Copy)]
enum Emphasised {
    Heading,
    Strong,
    Emphasis,
    Code,
}

impl Marks {
    /// The marks for a terminal with colour, or without.
    pub(crate) fn on_terminal(colour: bool) -> Self {
        if colour { Self::Colour } else { Self::Plain }
    }

    /// What stands before a part and after it.
    fn around(self, span: Emphasised) -> (&'static str, &'static str) {
        match (self, span) {
            (Self::Colour, Emphasised::Heading) => ("\x1b[1m", "\x1b[0m"),
            (Self::Colour, Emphasised::Strong) => ("\x1b[1m", "\x1b[22m"),
            (Self::Colour, Emphasised::Emphasis) => ("\x1b[3m", "\x1b[23m"),
            (Self::Colour, Emphasised::Code) => ("\x1b[36m", "\x1b[39m"),
            (Self::Plain | Self::Typed, Emphasised::Code) => ("`", "`"),
            (Self::Typed, Emphasised::Strong) => ("**", "**"),
            (Self::Typed, Emphasised::Emphasis) => ("*", "*"),
            (Self::Plain | Self::Typed, _) => ("", ""),
        }
    }
}

/// Lays Markdown out in lines of at most `width` columns, where they can be wrapped. It ends without
/// a line break.
pub(crate) fn render(markdown: &str, width: usize, marks: Marks) -> String {
    let mut page = MarkdownPage {
        width: width.max(NARROWEST),
        marks,
        blocks: Vec::new(),
        words: String::new(),
        code: false,
        quoted: 0,
        lists: Vec::new(),
        bullet: String::new(),
        after_item: false,
        link: String::new(),
    };
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        page.take(event);
    }
    page.end_paragraph();
    page.blocks.join("\n\n")
}

/// What has been set so far.
struct MarkdownPage {
    width: usize,
    marks: Marks,
    blocks: Vec<String>,
    /// The words of the open paragraph, before they are wrapped.
    words: String,
    code: bool,
    quoted: usize,
    /// The open lists; the next number of those that count.
    lists: Vec<Option<u64>>,
    /// What stands before the first line of the open item.
    bullet: String,
    /// The last block is an item, to which the next one belongs without a gap.
    after_item: bool,
    link: String,
}

impl MarkdownPage {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                // The terminal's own characters come from us only.
                self.words.push_str(&printable(&text));
            }
            Event::Code(code) => {
                let (before, after) = self.marks.around(Emphasised::Code);
                let code = printable(&code);
                self.words.push_str(&format!("{before}{code}{after}"));
            }
            Event::SoftBreak => self.words.push(' '),
            Event::HardBreak => self.words.push('\n'),
            Event::Rule => {
                self.end_paragraph();
                self.blocks.push("-".repeat(self.width.min(RULE)));
            }
            _ => {}
        }
    }

    fn begin_span(&mut self, span: Emphasised) {
        self.words.push_str(self.marks.around(span).0);
    }

    fn end_span(&mut self, span: Emphasised) {
        self.words.push_str(self.marks.around(span).1);
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::CodeBlock(_) => {
                self.end_paragraph();
                self.code = true;
            }
            Tag::List(first) => {
                self.end_paragraph();
                self.lists.push(first);
            }
            Tag::Item => {
                self.end_paragraph();
                self.bullet = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".into(),
                };
            }
            Tag::BlockQuote(_) => {
                self.end_paragraph();
                self.quoted += 1;
            }
            Tag::Link { dest_url, .. } => self.link = printable(&dest_url).into_owned(),
            Tag::Heading { .. } => self.begin_span(Emphasised::Heading),
            Tag::Strong => self.begin_span(Emphasised::Strong),
            Tag::Emphasis => self.begin_span(Emphasised::Emphasis),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::List(_) => {
                self.end_paragraph();
                self.lists.pop();
                self.after_item = !self.lists.is_empty();
            }
            TagEnd::BlockQuote(_) => {
                self.end_paragraph();
                self.quoted = self.quoted.saturating_sub(1);
            }
            TagEnd::Heading(_) => {
                self.end_span(Emphasised::Heading);
                self.after_item = false;
                if self.marks == Marks::Typed {
                    let heading = std::mem::take(&mut self.words).trim().to_owned();
                    let line = "-".repeat(heading.width().min(self.width));
                    self.blocks.push(format!("{heading}\n{line}"));
                } else {
                    self.end_paragraph();
                }
            }
            TagEnd::Paragraph | TagEnd::Item | TagEnd::TableRow | TagEnd::TableHead => {
                self.end_paragraph();
            }
            TagEnd::TableCell => self.words.push_str("   "),
            TagEnd::Strong => self.end_span(Emphasised::Strong),
            TagEnd::Emphasis => self.end_span(Emphasised::Emphasis),
            TagEnd::Link => {
                let link = std::mem::take(&mut self.link);
                if !self.words.ends_with(&link) {
                    self.words.push_str(&format!(" ({link})"));
                }
            }
            _ => {}
        }
    }

    /// What stands before every line here.
    fn indent(&self) -> String {
        let quote = "| ".repeat(self.quoted);
        format!("{quote}{}", "  ".repeat(self.lists.len()))
    }

    /// Drawings and code keep their lines, whatever the width.
    fn end_code(&mut self) {
        self.code = false;
        self.after_item = false;
        let text = std::mem::take(&mut self.words);
        let within = match self.marks {
            Marks::Typed => "",
            Marks::Colour | Marks::Plain => "  ",
        };
        let indent = format!("{}{within}", self.indent());
        let lines: Vec<String> = text
            .trim_end_matches('\n')
            .lines()
            .map(|line| format!("{indent}{line}").trim_end().to_owned())
            .collect();
        self.blocks.push(lines.join("\n"));
    }

    fn end_paragraph(&mut self) {
        if self.code || self.words.trim().is_empty() {
            return;
        }
        let words = std::mem::take(&mut self.words);
        let indent = self.indent();
        let bullet = std::mem::take(&mut self.bullet);
        let first = if bullet.is_empty() {
            indent.clone()
        } else {
            format!("{}{bullet}", &indent[..indent.len().saturating_sub(2)])
        };
        let text = wrap(words.trim(), self.width, &first, &indent);
        let is_item = !bullet.is_empty();
        match self.blocks.last_mut() {
            Some(last) if is_item && self.after_item => {
                last.push('\n');
                last.push_str(&text);
            }
            _ => self.blocks.push(text),
        }
        self.after_item = is_item;
    }
}

#[cfg(test)]
mod tests {
    use super::{Marks, render};

    #[test]
    fn a_paragraph_is_wrapped_to_the_width() {
        let text = "one two three four five six seven eight nine ten\neleven";
        let shown = render(text, 25, Marks::Plain);
        assert_eq!(
            shown,
            "one two three four five\nsix seven eight nine ten\neleven"
        );
    }

    #[test]
    fn a_drawing_keeps_its_lines() {
        let text = "Look.\n\n```\n  a ---> b\n\n  c\n```\n\nAfter.";
        let shown = render(text, 80, Marks::Plain);
        assert_eq!(shown, "Look.\n\n    a ---> b\n\n    c\n\nAfter.");
    }

    #[test]
    fn a_list_hangs_under_its_marks() {
        let text = "## Now\n\n- one two three four five\n- six\n\n1. a\n2. b";
        let shown = render(text, 21, Marks::Plain);
        assert_eq!(
            shown,
            "Now\n\n- one two three four\n  five\n- six\n\n1. a\n2. b"
        );
    }

    #[test]
    fn weight_shows_only_in_colour() {
        assert_eq!(render("**a** *b* `c`", 80, Marks::Plain), "a b `c`");
        let colour = render("**a** `c`", 80, Marks::Colour);
        assert_eq!(colour, "\x1b[1ma\x1b[22m \x1b[36mc\x1b[39m");
    }

    #[test]
    fn text_that_leaves_the_terminal_keeps_the_marks_that_were_typed() {
        let text = "## Now\n\n**a** *b* `c` [d](https://e.test)\n\n> f\n\n```\ng\n```";
        assert_eq!(
            render(text, 80, Marks::Typed),
            "Now\n---\n\n**a** *b* `c` d (https://e.test)\n\n| f\n\ng"
        );
    }

    #[test]
    fn a_table_a_quote_and_a_link_are_readable_everywhere() {
        let text = "| a | b |\n|---|---|\n| 1 | 2 |\n\n> c\n\n[d](https://e.test)";
        for marks in [Marks::Colour, Marks::Plain, Marks::Typed] {
            let shown = render(text, 80, marks);
            assert_eq!(
                shown, "a   b\n\n1   2\n\n| c\n\nd (https://e.test)",
                "{marks:?}"
            );
        }
    }

    #[test]
    fn what_would_act_on_the_terminal_is_shown() {
        for text in ["a\u{1b}[2Jb", "```\na\u{1b}[2Jb\n```", "`\u{7}`"] {
            let shown = render(text, 80, Marks::Plain);
            assert!(!shown.contains(['\u{1b}', '\u{7}']), "{shown:?}");
        }
    }

    #[test]
    fn no_width_makes_it_stumble() {
        for width in [0, 1, 2, 1000] {
            let _ = render(
                "- a *b* averyveryverylongwordthatdoesnotfitanywhere",
                width,
                Marks::Colour,
            );
        }
    }
}
