//! A line that is meant for a shell: `python3 x.py`, `socklab lesson list`, `./server.rhai`.

use std::path::Path;

use super::Mend;
use super::expression::plain;
use super::source::{SourceWords, WordKind};

/// Programs that a line in a shell begins with.
const PROGRAMS: &[&str] = &[
    "ls", "cd", "pwd", "cat", "mkdir", "rm", "cp", "mv", "python", "python3", "pip", "pip3",
    "cargo", "git", "sudo", "apt", "nc", "netcat", "telnet", "curl", "wget", "ping", "ssh", "vim",
    "vi", "nano", "which", "man", "chmod", "export",
];

/// Whether a word is one of a shell's programs.
pub(super) fn is_program(word: &str) -> bool {
    PROGRAMS.contains(&word)
}

/// What to do with a line that begins with a shell's program.
pub(super) fn of_program(word: &str) -> String {
    let instead = match word {
        "nc" | "netcat" | "telnet" => "; here `create_connection(\"HOST\", PORT)` calls a server",
        "python" | "python3" => "; here `run FILE.rhai` runs a script",
        "man" => "; here `help NAME` explains a name",
        _ => "",
    };
    format!(
        "`{word}` is a program of the shell: `exit` goes there, or open a second terminal{instead}"
    )
}

/// What a whole line means that rhai cannot read and a shell could: two words beside each other, the
/// first a program's name.
pub(super) fn find(source: &SourceWords<'_>) -> Option<Mend> {
    let text = source.text.trim();
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let is_plain = |name: &str| {
        name.chars()
            .all(|c| c.is_alphanumeric() || "/._-".contains(c))
    };
    let says = |message: String| Some(plain(source, 0, source.tokens.len(), message));
    if text.contains('\n') || !is_plain(first) {
        return None;
    }
    let is_path = first.starts_with("./") || first.starts_with('/');
    let is_script = Path::new(first)
        .extension()
        .is_some_and(|ending| ending == "rhai");
    if is_path && is_script {
        return says(format!("a script is run by `run {text}`"));
    }
    if first == "socklab" && source.is(1, WordKind::Word) {
        return says(format!("this is socklab already: `{}`", rest.trim()));
    }
    let beside = source.is(1, WordKind::Word) || source.is(1, WordKind::Number);
    (is_program(first) && beside).then(|| says(of_program(first)))?
}
