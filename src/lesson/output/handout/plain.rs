//! A lesson as plain text of a terminal's width.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use unicode_width::UnicodeWidthStr;

use super::{prompts, readable};
use crate::lesson::format::model::{Lesson, Question, Step, StepKind};

/// The narrowest text that is still wrapped.
const NARROWEST: usize = 20;

/// The whole lesson, its lines not wider than `width` columns where they can be wrapped; code and
/// drawings keep their lines. Control characters stay: whoever shows the text escapes them.
pub(crate) fn plain(lesson: &Lesson, width: usize) -> String {
    let mut parts = Vec::new();
    if !lesson.header.title.is_empty() {
        let title = &lesson.header.title;
        parts.push(format!("{title}\n{}", "=".repeat(title.width().min(width))));
    }
    parts.push(wrap_markdown(&lesson.header.summary, width));
    for step in &lesson.steps {
        parts.push(wrap_markdown(&step.prose, width));
        parts.push(what_is_done(step, width));
    }
    parts.push(wrap_markdown(&lesson.closing, width));
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

fn what_is_done(step: &Step, width: usize) -> String {
    let mut lines = Vec::new();
    match &step.kind {
        StepKind::Statement(statement) => {
            let (prompt, more) = prompts(step);
            for (at, line) in statement.source.lines().enumerate() {
                let lead = if at == 0 { &prompt } else { &more };
                lines.push(format!("  {lead}{line}").trim_end().to_owned());
            }
            if let Some(transcript) = &statement.transcript {
                let shown = readable(transcript);
                lines.extend(shown.iter().map(|line| format!("  {line}")));
            }
            if step.waits {
                lines.push("  (it waits here)".into());
            }
        }
        StepKind::Ask(question) => lines.extend(question_lines(question, width)),
        StepKind::Explore(text) => lines.push(wrap_markdown(&format!("Try it: {text}"), width)),
        StepKind::Enter(line) => lines.push(format!("  {}{line}", prompts(step).0)),
    }
    lines.join("\n")
}

fn question_lines(question: &Question, width: usize) -> Vec<String> {
    let mut lines = vec![wrap_markdown(&format!("? {}", question.text), width)];
    lines.extend(
        question
            .choices
            .iter()
            .map(|choice| format!("  [ ] {choice}")),
    );
    lines
}

/// Markdown as plain text: paragraphs and items wrapped, code blocks as they are.
pub(crate) fn wrap_markdown(text: &str, width: usize) -> String {
    let mut page = Page {
        width: width.max(NARROWEST),
        ..Page::default()
    };
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        page.take(event);
    }
    page.end_paragraph();
    page.blocks.join("\n\n")
}

/// What has been set so far.
#[derive(Default)]
struct Page {
    width: usize,
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

impl Page {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                self.words.push_str(&text);
            }
            Event::Code(code) => self.words.push_str(&format!("`{code}`")),
            Event::SoftBreak => self.words.push(' '),
            Event::HardBreak => self.words.push('\n'),
            Event::Rule => {
                self.end_paragraph();
                self.blocks.push("-".repeat(self.width.min(40)));
            }
            _ => {}
        }
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
            Tag::Link { dest_url, .. } => self.link = dest_url.into_string(),
            Tag::Strong => self.words.push_str("**"),
            Tag::Emphasis => self.words.push('*'),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::CodeBlock => {
                self.code = false;
                let text = std::mem::take(&mut self.words);
                let indent = self.indent();
                let lines: Vec<String> = text
                    .trim_end_matches('\n')
                    .lines()
                    .map(|line| format!("{indent}{line}").trim_end().to_owned())
                    .collect();
                self.blocks.push(lines.join("\n"));
                self.after_item = false;
            }
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
                let heading = self.words.trim().to_owned();
                let line = "-".repeat(heading.width().min(self.width));
                self.words.clear();
                self.after_item = false;
                self.blocks.push(format!("{heading}\n{line}"));
            }
            TagEnd::Paragraph | TagEnd::Item | TagEnd::TableRow | TagEnd::TableHead => {
                self.end_paragraph();
            }
            TagEnd::TableCell => self.words.push_str("   "),
            TagEnd::Strong => self.words.push_str("**"),
            TagEnd::Emphasis => self.words.push('*'),
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
        let text = wrap(&words, self.width, &first, &indent);
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

/// Words in lines not wider than `width`, unless a single word is; `\n` begins a line.
fn wrap(text: &str, width: usize, first: &str, others: &str) -> String {
    let mut lines = Vec::new();
    for part in text.split('\n') {
        let mut line = if lines.is_empty() { first } else { others }.to_owned();
        let mut empty = true;
        for word in part.split_whitespace() {
            if !empty && line.width() + 1 + word.width() > width {
                lines.push(std::mem::replace(&mut line, others.to_owned()));
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            line.push_str(word);
            empty = false;
        }
        lines.push(line);
    }
    lines.join("\n")
}
