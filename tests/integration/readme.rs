//! What README.md shows: each example does it, in the lab where the sentence before it says so.

use crate::builder::{SOCKLAB, socklab};
use crate::terminal::Setup;

const README: &str = include_str!("../../README.md");

/// The code blocks of a language, each with the paragraph before it.
fn blocks(language: &str) -> Vec<(&'static str, &'static str)> {
    let fence = format!("```{language}\n");
    let parts: Vec<&str> = README.split(&fence).collect();
    let befores = parts.iter();
    befores
        .zip(&parts[1..])
        .map(|(before, after)| {
            let paragraph = before.trim_end().rsplit("\n\n").next().unwrap_or_default();
            let (block, _) = after.split_once("```").expect("it is closed");
            (paragraph, block)
        })
        .collect()
}

#[test]
fn every_script_shows_what_it_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let scripts = blocks("rhai");
    assert!(scripts.len() > 3, "{scripts:?}");
    for (number, (paragraph, script)) in scripts.iter().enumerate() {
        let network = if paragraph.contains("lab") {
            "lab"
        } else {
            "none"
        };
        let lesson = format!(
            "//! # Example\n//! Of the README.\n//@ network: {network}\n\n// {number}.\n{script}"
        );
        let file = folder.path().join(format!("example-{number}.rhai"));
        std::fs::write(&file, lesson).expect("it is written");
        socklab()
            .args(["lesson", "run", &file.display().to_string()])
            .stdout_has("ok")
            .status(0);
    }
}

#[test]
fn the_first_conversation_goes_as_printed() {
    let (_, conversation) = blocks("console")[0];
    let mut lines = conversation.lines().peekable();
    assert_eq!(lines.next(), Some("$ socklab --lab"));
    let prompt = "socklab lab> ";
    let mut terminal = Setup::new()
        .columns(120)
        .program([SOCKLAB, "--lab"])
        .start();
    terminal.wait_for_prompt_of(prompt);
    while let Some(line) = lines.next() {
        let entry = line.strip_prefix(prompt).expect("a line that is typed");
        terminal.send(&format!("{entry}\r"));
        if entry == "exit" {
            break;
        }
        let mut answer = Vec::new();
        while let Some(line) = lines.next_if(|line| !line.starts_with(prompt)) {
            answer.push(line);
        }
        let shown = terminal.wait_for_prompt_of(prompt);
        assert_eq!(shown, answer.join("\n"), "{entry}");
    }
    terminal.end();
}
