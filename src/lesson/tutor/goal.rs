//! What a step wants, in a few words: for a learner who is not sure what to type.

use super::deeds::{Deeds, Names, squeezed};
use crate::lesson::model::{Statement, Step, StepKind, Transcript};

/// The longest value that is told.
const LONGEST: usize = 60;

/// What a step wants to come of a line; none where its question or suggestion says it.
pub(super) fn goal(step: &Step) -> Option<String> {
    match &step.kind {
        StepKind::Statement(statement) => Some(of_statement(statement)),
        StepKind::Enter(line) => Some(format!("the line `{line}`")),
        StepKind::Ask(_) | StepKind::Explore(_) => None,
    }
}

/// What a learner must be told beside the prose; none where the prose has the line itself. A step
/// without prose gives its line away.
pub(super) fn beside_prose(step: &Step) -> Option<String> {
    let Some(statement) = step.statement() else {
        return goal(step);
    };
    let line = statement.source.trim_end_matches(';');
    if step.prose.trim().is_empty() {
        return Some(format!("`{line}`"));
    }
    // Every second piece between backticks is code.
    let code = step.prose.split('`').skip(1).step_by(2);
    let told = code
        .flat_map(str::lines)
        .any(|code| squeezed(code) == squeezed(line));
    (!told).then(|| of_statement(statement))
}

fn of_statement(statement: &Statement) -> String {
    let deeds = Deeds::of(&statement.source);
    if !deeds.functions.is_empty() {
        let header = statement
            .source
            .lines()
            .find(|line| line.starts_with("fn "));
        let header = header.unwrap_or_default().trim_start_matches("fn ");
        let header = header.split('{').next().unwrap_or_default().trim();
        return format!("the function `{header}`");
    }
    if !deeds.made.is_empty() {
        let several = if deeds.made.len() > 1 { "s" } else { "" };
        return format!("the variable{several} {}", listed(&deeds.made));
    }
    let shows = statement.transcript.as_ref().and_then(shown);
    if deeds.calls.is_empty() {
        return match shows {
            Some(shows) => format!("a line that shows {shows}"),
            None => format!("a new value of {}", listed(&deeds.set)),
        };
    }
    let call = format!("a call of {}", listed(&deeds.calls));
    match shows {
        Some(shows) => format!("{call} that shows {shows}"),
        None => call,
    }
}

/// What a transcript looks like, in short; none where anything will do.
fn shown(transcript: &Transcript) -> Option<String> {
    if transcript.pattern.takes_anything() {
        return None;
    }
    let mut lines = transcript.text.iter().filter(|line| *line != "...");
    let short = |line: &String| -> String { plain(line).trim().chars().take(LONGEST).collect() };
    Some(match (lines.next(), lines.next()) {
        (Some(line), None) if line.chars().count() <= LONGEST => format!("`{}`", plain(line)),
        (Some(first), _) if first.len() > 1 => {
            format!("something that begins with `{}`", short(first))
        }
        (_, Some(second)) => format!("something with `{}`", short(second)),
        _ => "another answer".into(),
    })
}

/// A line with `...` in place of each hole.
fn plain(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once('{') {
        text.push_str(before);
        let hole = behind.split_once('}').filter(|(hole, _)| {
            let fits = |c: char| c.is_ascii_alphanumeric() || "_:=.".contains(c);
            !hole.is_empty() && hole.chars().all(fits)
        });
        rest = match hole {
            Some((_, behind)) => {
                text.push_str("...");
                behind
            }
            None => {
                text.push('{');
                behind
            }
        };
    }
    text + rest
}

fn listed(names: &Names) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::{beside_prose, goal};
    use crate::lesson::model::Step;
    use crate::lesson::parse::parse_bytes;

    fn step(text: &str) -> Step {
        let lesson = parse_bytes(format!("//! # T\n\n{text}\n").as_bytes()).expect("a lesson");
        lesson.steps.into_iter().next().expect("a step")
    }

    #[test]
    fn a_goal_names_what_shall_come_of_a_line() {
        for (text, wanted) in [
            ("let s = socket();", "the variable `s`"),
            ("unpack a, b = s.accept();", "the variables `a`, `b`"),
            ("fn f(x) {\n    x\n}", "the function `f(x)`"),
            ("1 + 1;\n//> 2", "a line that shows `2`"),
            (
                "f();\n//> [\n//>   1,\n//> ]",
                "a call of `f` that shows something with `1,`",
            ),
            (
                "port();\n//> [\"::1\", {port:p}, #{}]",
                "a call of `port` that shows `[\"::1\", ..., #{}]`",
            ),
            ("s.bind(x);", "a call of `bind`"),
            ("x = 5;", "a new value of `x`"),
        ] {
            assert_eq!(goal(&step(text)).as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn a_step_without_prose_still_says_what_to_type() {
        assert_eq!(
            beside_prose(&step("s.bind(x);")).as_deref(),
            Some("`s.bind(x)`")
        );
        let call = beside_prose(&step("// Bind it.\ns.bind(x);"));
        assert_eq!(call.as_deref(), Some("a call of `bind`"));
        let told = step("// Bind it with `s.bind( x )`.\ns.bind(x);");
        assert_eq!(beside_prose(&told), None);
        let named = beside_prose(&step("// Make one.\nlet s = socket();"));
        assert_eq!(named.as_deref(), Some("the variable `s`"));
    }
}
