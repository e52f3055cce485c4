//! What a step wants, in a few words: for a learner who is not sure what to type.

use super::deeds::{Deeds, Names};
use crate::lesson::model::{Statement, Step, StepKind};

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

/// What a learner must be told beside the prose: the names that later steps rely on, or all of it
/// where there is no prose.
pub(super) fn beside_prose(step: &Step) -> Option<String> {
    let statement = step.statement();
    let deeds = statement.map(|statement| Deeds::of(&statement.source));
    let makes = deeds.is_some_and(|deeds| !(deeds.made.is_empty() && deeds.functions.is_empty()));
    if makes {
        return goal(step);
    }
    if step.prose.trim().is_empty() {
        return statement.map(|statement| format!("`{}`", statement.source.trim_end_matches(';')));
    }
    None
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
    if let Some(transcript) = &statement.transcript
        && !transcript.pattern.takes_anything()
    {
        let lines: Vec<&String> = transcript
            .text
            .iter()
            .filter(|line| *line != "...")
            .collect();
        let short = |line: &String| line.chars().take(LONGEST).collect::<String>();
        return match lines.as_slice() {
            [line] if line.chars().count() <= LONGEST => format!("`{line}`"),
            [first, ..] if first.len() > 1 => {
                format!("something that begins with `{}`", short(first))
            }
            [_, second, ..] => format!("something with `{}`", short(second).trim()),
            _ => "another answer".into(),
        };
    }
    if deeds.calls.is_empty() {
        return format!("a new value of {}", listed(&deeds.set));
    }
    format!("a call of {}", listed(&deeds.calls))
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
            ("1 + 1;\n//> 2", "`2`"),
            ("f();\n//> [\n//>   1,\n//> ]", "something with `1,`"),
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
        assert_eq!(beside_prose(&step("// Bind it.\ns.bind(x);")), None);
        let named = beside_prose(&step("// Make one.\nlet s = socket();"));
        assert_eq!(named.as_deref(), Some("the variable `s`"));
    }
}
