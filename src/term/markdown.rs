//! A lesson's Markdown on a terminal: wrapped to its width, with weight and colour where it has
//! them. Text in, text out.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use textwrap::{Options, WordSeparator, WordSplitter};

use crate::repr::escape::printable;

/// The widest text that is pleasant to read.
const WIDEST: usize = 96;
/// The narrowest that still makes sense to wrap.
const NARROWEST: usize = 20;

/// Lays Markdown out for `width` columns. It ends without a line break.
pub(crate) fn render(markdown: &str, width: usize, colour: bool) -> String {
    let mut page = Page {
        out: String::new(),
        text: String::new(),
        width: width.saturating_sub(1).clamp(NARROWEST, WIDEST),
        colour,
        lists: Vec::new(),
        marker: None,
        in_code: false,
        tight: false,
    };
    for event in Parser::new(markdown) {
        page.event(event);
    }
    page.flush();
    page.out.trim_end().to_string()
}

struct Page {
    out: String,
    /// The paragraph that is being gathered.
    text: String,
    width: usize,
    colour: bool,
    /// The numbers of the lists that we are in; none for bullets.
    lists: Vec<Option<u64>>,
    /// What stands before the next line of text.
    marker: Option<String>,
    in_code: bool,
    /// No empty line before the next block: it is an item of the same list.
    tight: bool,
}

impl Page {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Heading { .. } | Tag::Strong) => self.style("\x1b[1m"),
            Event::End(TagEnd::Heading(_)) => {
                self.style("\x1b[0m");
                self.flush();
            }
            Event::Start(Tag::Emphasis) => self.style("\x1b[3m"),
            Event::End(TagEnd::Emphasis) => self.style("\x1b[23m"),
            Event::End(TagEnd::Strong) => self.style("\x1b[22m"),
            Event::Start(Tag::CodeBlock(_)) => {
                self.flush();
                self.in_code = true;
            }
            Event::End(TagEnd::CodeBlock) => self.code_block(),
            Event::Start(Tag::List(first)) => {
                self.flush();
                self.lists.push(first);
            }
            Event::End(TagEnd::List(_)) => {
                self.flush();
                self.lists.pop();
                self.tight = false;
            }
            Event::Start(Tag::Item) => self.item(),
            Event::End(TagEnd::Paragraph | TagEnd::Item) => self.flush(),
            Event::Code(text) => {
                self.style("\x1b[36m");
                let quote = if self.colour { "" } else { "`" };
                self.push(&format!("{quote}{text}{quote}"));
                self.style("\x1b[39m");
            }
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.push(&text),
            Event::SoftBreak => self.text.push(' '),
            Event::HardBreak => self.text.push('\n'),
            Event::Rule => self.push("---"),
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        if self.in_code {
            self.text.push_str(text);
        } else {
            // The terminal's own characters come from us only.
            self.text.push_str(&printable(text));
        }
    }

    fn style(&mut self, code: &str) {
        if self.colour {
            self.text.push_str(code);
        }
    }

    fn item(&mut self) {
        self.flush();
        let number = self.lists.last_mut().and_then(Option::as_mut);
        self.marker = Some(match number {
            Some(number) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            None => "- ".into(),
        });
    }

    /// Blocks stand apart, but not the items of a list.
    fn space(&mut self) {
        if !self.out.is_empty() && !self.tight {
            self.out.push('\n');
        }
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        if text.trim().is_empty() {
            return;
        }
        self.space();
        let depth = self.lists.len().saturating_sub(1) * 2;
        let hang = if self.lists.is_empty() { 0 } else { 2 };
        let marker = self.marker.take().unwrap_or_else(|| " ".repeat(hang));
        let first = format!("{}{marker}", " ".repeat(depth));
        let rest = " ".repeat(first.len());
        let options = Options::new(self.width)
            .initial_indent(&first)
            .subsequent_indent(&rest)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation)
            .break_words(false);
        self.out.push_str(&textwrap::fill(text.trim(), options));
        self.out.push('\n');
        self.tight = !self.lists.is_empty();
    }

    /// Drawings and code keep their lines, whatever the width.
    fn code_block(&mut self) {
        let text = std::mem::take(&mut self.text);
        self.in_code = false;
        self.tight = false;
        self.space();
        for line in text.lines() {
            let line = printable(line);
            let line = format!("  {line}");
            self.out.push_str(line.trim_end());
            self.out.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::render;

    #[test]
    fn a_paragraph_is_wrapped_to_the_width() {
        let text = "one two three four five six seven eight nine ten\neleven";
        let shown = render(text, 25, false);
        assert_eq!(
            shown,
            "one two three four five\nsix seven eight nine ten\neleven"
        );
    }

    #[test]
    fn a_drawing_keeps_its_lines() {
        let text = "Look.\n\n```\n  a ---> b\n\n  c\n```\n\nAfter.";
        let shown = render(text, 80, false);
        assert_eq!(shown, "Look.\n\n    a ---> b\n\n    c\n\nAfter.");
    }

    #[test]
    fn a_list_hangs_under_its_marks() {
        let text = "## Now\n\n- one two three four five\n- six\n\n1. a\n2. b";
        let shown = render(text, 21, false);
        assert_eq!(
            shown,
            "Now\n\n- one two three four\n  five\n- six\n\n1. a\n2. b"
        );
    }

    #[test]
    fn weight_shows_only_in_colour() {
        assert_eq!(render("**a** *b* `c`", 80, false), "a b `c`");
        let colour = render("**a** `c`", 80, true);
        assert_eq!(colour, "\x1b[1ma\x1b[22m \x1b[36mc\x1b[39m");
    }

    #[test]
    fn what_would_act_on_the_terminal_is_shown() {
        for text in ["a\u{1b}[2Jb", "```\na\u{1b}[2Jb\n```", "`\u{7}`"] {
            let shown = render(text, 80, false);
            assert!(!shown.contains(['\u{1b}', '\u{7}']), "{shown:?}");
        }
    }

    #[test]
    fn no_width_makes_it_stumble() {
        for width in [0, 1, 2, 1000] {
            let _ = render(
                "- a *b* averyveryverylongwordthatdoesnotfitanywhere",
                width,
                true,
            );
        }
    }
}
