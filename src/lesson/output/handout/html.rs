//! A lesson as one page of HTML, with nothing outside of it: for a phone, and for paper.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html as writer};

use super::{answers, packet_picture, readable};
use crate::lesson::format::model::{Lesson, Question, Step, StepKind};
use crate::trace::ladder_svg;

/// How the page looks. Colours follow the reader's choice of light or dark; paper is white.
const STYLE: &str = include_str!("handout.css");

/// The whole page.
pub(crate) fn html(lesson: &Lesson) -> String {
    let title = escape(&lesson.header.title);
    let mut body = format!("<header>\n<h1>{title}</h1>\n");
    body.push_str(&prose(&lesson.header.summary));
    body.push_str("</header>\n");
    let mut question = 0;
    for step in &lesson.steps {
        body.push_str(&prose(&step.prose));
        body.push_str(&what_is_done(step, &mut question));
    }
    if !lesson.closing.is_empty() {
        body.push_str(&format!("<footer>\n{}</footer>\n", prose(&lesson.closing)));
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"socklab\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n\
         </body>\n</html>\n"
    )
}

fn what_is_done(step: &Step, number: &mut usize) -> String {
    match &step.kind {
        StepKind::Statement(statement) => {
            let mut text = typed(step, &statement.source);
            if let Some(transcript) = &statement.transcript {
                let shown = escape(&readable(transcript).join("\n"));
                text.push_str(&format!("<samp>{shown}</samp>"));
            }
            if step.waits {
                text.push_str("<em>it waits here</em>");
            }
            let mut text = terminal(&text);
            if let Some(drawn) = packet_picture(step) {
                let picture = ladder_svg(&drawn, &format!("-{}", step.lines.first));
                text.push_str(&format!("<figure class=\"packets\">\n{picture}</figure>\n"));
            }
            text
        }
        StepKind::Ask(question) => {
            *number += 1;
            asked(question, &step.hints, *number)
        }
        StepKind::Explore(text) => {
            let text = prose(&format!("**Try it.** {text}"));
            format!("<aside>\n{text}</aside>\n")
        }
        StepKind::Enter(line) => terminal(&typed(step, line)),
    }
}

fn terminal(inner: &str) -> String {
    // Every line of `pre` counts, so there is no line break before its end.
    format!("<pre class=\"terminal\">{inner}</pre>\n")
}

fn typed(step: &Step, source: &str) -> String {
    let prompt = escape(&step.console);
    let source = escape(source.trim_end());
    format!("<b>{prompt}&gt; </b><kbd>{source}</kbd>")
}

fn asked(question: &Question, hints: &[String], number: usize) -> String {
    let text = prose(&format!("**Question {number}.** {}", question.text));
    let mut inner = text;
    if !question.choices.is_empty() {
        let items = question
            .choices
            .iter()
            .map(|choice| format!("<li>{}</li>\n", escape(choice)));
        let items: String = items.collect();
        inner.push_str(&format!("<ul class=\"choices\">\n{items}</ul>\n"));
    }
    if !hints.is_empty() {
        let hints: String = hints.iter().map(|hint| prose(hint)).collect();
        inner.push_str(&format!(
            "<details><summary>Hint</summary>\n{hints}</details>\n"
        ));
    }
    if let Some(answer) = answers(question) {
        let answer = escape(&answer);
        inner.push_str(&format!(
            "<details><summary>Answer</summary>\n<p><code>{answer}</code></p></details>\n"
        ));
    }
    format!("<section class=\"question\">\n{inner}</section>\n")
}

/// Markdown as HTML. Markup in it is shown as text, pictures as their words, and links lead to
/// the web or nowhere.
pub(crate) fn prose(text: &str) -> String {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).filter_map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Start(Tag::HtmlBlock | Tag::Image { .. })
        | Event::End(TagEnd::HtmlBlock | TagEnd::Image) => None,
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        }) => Some(Event::Start(Tag::Link {
            link_type,
            dest_url: harmless(dest_url),
            title,
            id,
        })),
        other => Some(other),
    });
    let mut out = String::new();
    writer::push_html(&mut out, events);
    out
}

fn harmless(link: CowStr<'_>) -> CowStr<'_> {
    let leads_to_the_web = ["https://", "http://", "mailto:"]
        .iter()
        .any(|start| link.to_lowercase().starts_with(start));
    if leads_to_the_web { link } else { "#".into() }
}

/// Text between tags or in an attribute; control characters that a page cannot hold are shown.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() => out.push(char::REPLACEMENT_CHARACTER),
            c => out.push(c),
        }
    }
    out
}
