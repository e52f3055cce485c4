//! An entry: what a person types before something happens. Whether it is finished, and its parts.

use super::words::Words;
use crate::script::mend;
use crate::script::scan::{self, Ending, Next};

/// A part of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// A line that is a command.
    Command(&'a str),
    /// A statement, or what is left where no further one can be cut.
    Statement(&'a str),
}

/// Whether an entry needs another line.
pub(super) fn is_open(words: &dyn Words, entry: &str) -> bool {
    !entry.trim().is_empty()
        && !words.is_command(entry.trim())
        && !is_hopeless(entry)
        && scan::is_incomplete(entry)
}

/// Whether an entry is wrong already, so that no further line shall be waited for.
fn is_hopeless(source: &str) -> bool {
    let next = scan::next_statement(source, 0, Ending::Prompt);
    matches!(next, Next::Error { .. }) || mend::before_parsing(source).is_some()
}

/// Whether its last two lines are blank: two Enters end an entry that is still open.
pub(super) fn gave_up(entry: &str) -> bool {
    let mut lines = entry.rsplit('\n');
    let blank = |line: Option<&str>| line.is_some_and(|line| line.trim().is_empty());
    blank(lines.next()) && blank(lines.next()) && lines.next().is_some()
}

/// The first part of an entry, and the rest.
pub(super) fn split<'a>(
    entry: &'a str,
    is_command: &dyn Fn(&str) -> bool,
) -> Option<(Part<'a>, &'a str)> {
    let entry = entry.trim();
    if entry.is_empty() {
        return None;
    }
    let (line, below) = entry.split_once('\n').unwrap_or((entry, ""));
    if is_command(line.trim()) {
        return Some((Part::Command(line.trim()), below));
    }
    match scan::next_statement(entry, 0, Ending::Prompt) {
        Next::Statement { span, resume, .. } => {
            let rest = entry.get(resume..).unwrap_or_default();
            Some((Part::Statement(span.of(entry)), rest))
        }
        Next::End => None,
        // The engine says what is wrong.
        Next::Incomplete { .. } | Next::Error { .. } => Some((Part::Statement(entry), "")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, gave_up, is_open, split};
    use crate::repl::complete::tests::Sample;

    fn parts(entry: &str) -> Vec<Part<'_>> {
        let is_command = |line: &str| line.starts_with("lab ");
        let (mut parts, mut rest) = (Vec::new(), entry);
        while let Some((part, further)) = split(rest, &is_command) {
            parts.push(part);
            rest = further;
        }
        parts
    }

    #[test]
    fn a_pasted_block_is_one_statement_after_the_other() {
        assert_eq!(
            parts("let a = [1,\n    2]\nlab on\n\nfn f() {\n    1\n}\na; f() // end\n"),
            [
                Part::Statement("let a = [1,\n    2]"),
                Part::Command("lab on"),
                Part::Statement("fn f() {\n    1\n}"),
                Part::Statement("a; f()"),
            ]
        );
        assert_eq!(parts("  \n // only a comment\n"), []);
    }

    #[test]
    fn what_cannot_be_cut_is_left_to_the_engine() {
        assert_eq!(
            parts("1\nfoo(\n2"),
            [Part::Statement("1"), Part::Statement("foo(\n2")]
        );
        assert_eq!(parts(")\n1"), [Part::Statement(")\n1")]);
    }

    #[test]
    fn an_open_bracket_asks_for_more_but_a_mistake_does_not() {
        for line in ["foo(", "let x =", "for i in 0..2 {", "`a"] {
            assert!(is_open(&Sample, line), "{line}");
        }
        for line in ["", "foo()", "foo)", "def f(x):", "lesson run", "\"open"] {
            assert!(!is_open(&Sample, line), "{line}");
        }
    }

    #[test]
    fn two_blank_lines_give_up() {
        assert!(gave_up("foo(\n\n"));
        assert!(gave_up("foo(\n    \n    "));
        assert!(!gave_up("foo(\n"));
        assert!(!gave_up(""));
        assert!(!gave_up("foo(\n\n1"));
    }
}
