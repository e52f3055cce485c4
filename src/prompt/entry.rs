//! An entry: what a person types before something happens. Whether it is finished, and its parts.
//! Each part is read once; what was read goes along to the console.

use super::words::Words;
use crate::script::lexer::{TokenKind, tokens};
use crate::script::statements::CutSource;
use crate::script::suggest;

/// A part of an entry, without blanks after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EntryPart {
    /// A command's line.
    Command(String),
    /// A statement.
    Statement(CutSource),
}

impl EntryPart {
    /// Reads a text that is one part.
    fn read(words: &dyn Words, text: &str) -> Self {
        if words.is_command(text.trim()) {
            Self::Command(text.trim().into())
        } else {
            Self::Statement(text.trim_end().into())
        }
    }

    /// The text.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Command(line) => line,
            Self::Statement(source) => source.text(),
        }
    }

    /// The statement; a line that was a command may be one by now, where a variable has its name.
    pub(crate) fn into_statement(self) -> CutSource {
        match self {
            Self::Command(line) => line.into(),
            Self::Statement(source) => source,
        }
    }

    /// Whether it needs another line. What is wrong already, or another language's habit, does not.
    pub(crate) fn is_open(&self) -> bool {
        match self {
            Self::Command(_) => false,
            Self::Statement(source) => {
                source.is_open() && suggest::before_parsing(source.text()).is_none()
            }
        }
    }
}

/// Whether an entry needs another line.
pub(crate) fn is_open(words: &dyn Words, entry: &str) -> bool {
    EntryPart::read(words, entry).is_open()
}

/// What Enter has read of the whole entry, for whoever goes on with it.
#[derive(Debug, Clone)]
pub(crate) struct Whole {
    entry: String,
    part: EntryPart,
}

impl Whole {
    /// Reads an entry as if it were one part.
    pub(crate) fn read(words: &dyn Words, entry: &str) -> Self {
        Self {
            entry: entry.into(),
            part: EntryPart::read(words, entry),
        }
    }

    /// Whether it needs another line.
    pub(crate) fn is_open(&self) -> bool {
        self.part.is_open()
    }

    /// Whether it was read of this entry.
    pub(crate) fn is_of(&self, entry: &str) -> bool {
        self.entry == entry
    }

    /// The parts of the entry.
    pub(crate) fn into_parts(self, words: &dyn Words) -> Vec<EntryPart> {
        match &self.part {
            EntryPart::Statement(source) if source.text().contains('\n') => {
                parts(words, &self.entry)
            }
            part if part.text().is_empty() => Vec::new(),
            _ => vec![self.part],
        }
    }
}

/// Whether its last two lines are blank: two Enters end an entry that is still open.
pub(crate) fn gave_up(entry: &str) -> bool {
    let mut lines = entry.rsplit('\n');
    let blank = |line: Option<&str>| line.is_some_and(|line| line.trim().is_empty());
    blank(lines.next()) && blank(lines.next()) && lines.next().is_some()
}

/// How much text is looked at a second time, at most, to see whether a part is finished.
const AGAIN: usize = 1 << 20;

/// The parts of an entry as if its lines had been typed one after the other: each is a command, or
/// a statement over as many lines as it needs.
pub(crate) fn parts(words: &dyn Words, entry: &str) -> Vec<EntryPart> {
    let (mut parts, start) = finished_parts(words, entry);
    parts.push(EntryPart::read(words, &entry[start..]));
    parts.retain(|part| !part.text().is_empty());
    parts
}

/// The parts that are finished where more lines may follow, and where the rest begins.
pub(crate) fn parts_so_far(words: &dyn Words, lines: &str) -> (Vec<EntryPart>, usize) {
    let (mut parts, mut start) = finished_parts(words, lines);
    // What follows may go on with the last one, unless that is closed.
    let closed = |part: &EntryPart| match part {
        EntryPart::Command(_) => true,
        EntryPart::Statement(source) => source.text().is_empty() || source.text().ends_with(';'),
    };
    if lines[start..].trim().is_empty()
        && let Some(last) = parts.pop_if(|part| !closed(part))
    {
        let rest = lines[..start].trim_end().len();
        start = rest - last.text().len();
    }
    parts.retain(|part| !part.text().is_empty());
    (parts, start)
}

/// The parts that end before a line's end, and where the rest begins.
fn finished_parts(words: &dyn Words, entry: &str) -> (Vec<EntryPart>, usize) {
    let (mut parts, mut start, mut depth, mut at) = (Vec::new(), 0, 0_usize, 0);
    let mut left = entry.len().saturating_add(AGAIN);
    let tokens = tokens(entry);
    for (newline, _) in entry.match_indices('\n') {
        while let Some(token) = tokens.get(at).filter(|token| token.end <= newline) {
            match token.kind {
                TokenKind::Open => depth += 1,
                TokenKind::Close => depth = depth.saturating_sub(1),
                _ => {}
            }
            at += 1;
        }
        let in_token = tokens.get(at).is_some_and(|token| token.start < newline);
        let text = &entry[start..newline];
        if depth > 0 || in_token || text.len() > left || goes_on(&entry[newline..]) {
            continue;
        }
        left -= text.len();
        let part = EntryPart::read(words, text);
        if !part.is_open() {
            parts.push(part);
            start = newline + 1;
        }
    }
    (parts, start)
}

/// Whether a line goes on with what only stands behind a statement's beginning.
fn goes_on(below: &str) -> bool {
    // Blank lines may be many.
    let near = below.get(..below.len().min(200)).unwrap_or(below);
    let next = near.trim_start();
    let word = next
        .find(|c: char| !c.is_alphanumeric())
        .map_or(next, |end| &next[..end]);
    matches!(word, "else" | "catch") || (next.starts_with('.') && !next.starts_with(".."))
}

#[cfg(test)]
mod tests {
    use super::{Whole, gave_up, is_open};
    use crate::prompt::complete::tests::Sample;
    use crate::prompt::words::Words;

    fn parts(words: &dyn Words, entry: &str) -> Vec<String> {
        let parts = Whole::read(words, entry).into_parts(words);
        parts.iter().map(|part| part.text().into()).collect()
    }

    #[test]
    fn a_pasted_block_is_one_statement_after_the_other() {
        assert_eq!(
            parts(
                &Sample,
                "let a = [1,\n    2]\nlesson list\n\nfn f() {\n    1\n}\na; f() // end\n"
            ),
            [
                "let a = [1,\n    2]",
                "lesson list",
                "fn f() {\n    1\n}",
                "a; f() // end"
            ]
        );
        assert_eq!(parts(&Sample, "  \n\n"), Vec::<String>::new());
        assert_eq!(parts(&Sample, "`a\nb`\n1 +\n2"), ["`a\nb`", "1 +\n2"]);
    }

    #[test]
    fn lines_that_come_one_by_one_make_the_same_parts() {
        let texts = [
            "let a = [1,\n    2]\nlesson list\n\nfn f() {\n    1\n}\na; f() // end\n",
            "if a {\n}\nelse {\n}\n\n1;\n2\n  .b()\n`x\ny`;\n) 1\n3",
            "\n\n  \ntry {\n} catch {\n}\nlet x = f(\n",
        ];
        for text in texts {
            let (mut pending, mut seen) = (String::new(), Vec::new());
            for line in text.split_inclusive('\n') {
                pending.push_str(line);
                let (parts, rest) = super::parts_so_far(&Sample, &pending);
                seen.extend(parts);
                pending.drain(..rest);
            }
            seen.extend(super::parts(&Sample, &pending));
            assert_eq!(seen, super::parts(&Sample, text), "{text}");
        }
    }

    #[test]
    fn what_is_closed_waits_for_no_further_line() {
        let so_far = |text| {
            let (parts, rest) = super::parts_so_far(&Sample, text);
            let parts: Vec<_> = parts.iter().map(|part| part.text().to_string()).collect();
            (parts.join("|"), rest)
        };
        assert_eq!(so_far("print(1);\n"), ("print(1);".into(), 10));
        assert_eq!(so_far("lesson list\n"), ("lesson list".into(), 12));
        assert_eq!(so_far("1;\nif a {\n}\n"), ("1;".into(), 3));
    }

    #[test]
    fn else_catch_and_a_dot_belong_to_the_line_above() {
        for entry in [
            "if a {\n}\nelse {\n}",
            "try {\n}\ncatch {\n}",
            "a\n  .b()\n  .c()",
        ] {
            assert_eq!(parts(&Sample, entry), [entry]);
        }
    }

    #[test]
    fn what_never_ends_is_left_to_the_engine() {
        assert_eq!(parts(&Sample, "1\nfoo(\n2"), ["1", "foo(\n2"]);
        assert_eq!(parts(&Sample, ")\n1"), [")", "1"]);
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
