//! Where words are spoken of: in the names and texts of functions, constants, commands and topics.

use clap::CommandFactory;

use super::functions;
use super::topics::TOPICS;
use crate::commands::line::PromptLine;
use crate::net::constants;

/// How many places are shown.
const SHOWN: usize = 20;

/// The places that speak of all the words; none when nothing does.
pub(crate) fn search(words: &str) -> Option<String> {
    let wanted: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let has = |text: &str| {
        let text = text.to_lowercase();
        wanted.iter().all(|word| text.contains(word.as_str()))
    };
    let mut found: Vec<(String, String)> = Vec::new();
    for topic in TOPICS {
        if has(&format!(
            "{} {} {}",
            topic.name,
            topic.also.join(" "),
            topic.text
        )) {
            found.push((topic.name.into(), first_sentence(topic.text)));
        }
    }
    for function in functions() {
        if has(function.name) || has(function.prose()) {
            found.push((function.name.into(), first_sentence(function.doc)));
        }
    }
    for verb in PromptLine::command().get_subcommands() {
        let about = verb
            .get_about()
            .map(ToString::to_string)
            .unwrap_or_default();
        if has(&format!("{} {about}", verb.get_name())) {
            found.push((verb.get_name().into(), about));
        }
    }
    for constant in constants::all() {
        if has(&format!("{} {}", constant.name, constant.doc)) {
            found.push((constant.name.into(), constant.doc.into()));
        }
    }
    // One name may be a method of several types.
    found.dedup_by(|a, b| a.0 == b.0);
    if found.is_empty() {
        return None;
    }
    let mut text = String::from("spoken of in these; `help NAME` tells one:");
    let width = found.iter().take(SHOWN).map(|(name, _)| name.len()).max();
    for (name, about) in found.iter().take(SHOWN) {
        text.push_str(&format!("\n  {name:<0$}  {about}", width.unwrap_or(0)));
    }
    if found.len() > SHOWN {
        text.push_str(&format!("\n  and {} more", found.len() - SHOWN));
    }
    Some(text)
}

/// The text before the example.
fn prose(doc: &str) -> &str {
    doc.split("```").next().unwrap_or_default()
}

fn first_sentence(text: &str) -> String {
    let line = prose(text).trim().replace("\n ", " ").replace('\n', " ");
    match line.split_once(". ") {
        Some((first, _)) => format!("{first}."),
        None => line,
    }
}
