//! The grammar of holes: one expected line into its pieces.

use regex::Regex;

use super::{
    Expression, HoleKind, MOST_BYTES, MOST_GROUPS, MOST_LINES, Part, Pattern, PatternLine,
};

/// What is wrong with an expected line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flaw {
    /// The line of the transcript, from 0.
    pub(crate) line: usize,
    /// The first character that is meant, from 1.
    pub(crate) column: usize,
    /// How many characters are meant.
    pub(crate) length: usize,
    /// What is wrong: a lower-case fragment.
    pub(crate) message: String,
    /// What to type instead.
    pub(crate) mend: String,
}

/// A `{word}` that is no hole and so stands for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Suspect {
    /// The line of the transcript, from 0.
    pub(crate) line: usize,
    /// Its `{`, from 1, in characters.
    pub(crate) column: usize,
    /// The text with its braces.
    pub(crate) text: String,
}

/// A shown line as a pattern that matches it and nothing else.
pub(crate) fn literal(line: &str) -> String {
    let parsed = parse(&[line]).ok();
    let is_plain = parsed.is_some_and(|pattern| match pattern.lines[0].parts.as_slice() {
        [] => line.is_empty(),
        [Part::Text(text)] => text == line,
        _ => false,
    });
    if is_plain {
        line.to_owned()
    } else {
        line.replace('{', r"\{").replace("...", r"\...")
    }
}

pub(crate) fn parse<S: AsRef<str>>(lines: &[S]) -> Result<Pattern, Vec<Flaw>> {
    let bytes: usize = lines.iter().map(|line| line.as_ref().len()).sum();
    if lines.len() > MOST_LINES || bytes > MOST_BYTES {
        return Err(vec![Flaw {
            line: 0,
            column: 1,
            length: 1,
            message: format!(
                "this transcript is longer than {MOST_LINES} lines or {MOST_BYTES} bytes"
            ),
            mend: "write `...` for the parts that do not matter".into(),
        }]);
    }
    let mut pattern = Pattern {
        lines: Vec::new(),
        expressions: Vec::new(),
        suspects: Vec::new(),
    };
    let mut flaws = Vec::new();
    for (line, source) in lines.iter().enumerate() {
        let source = source.as_ref();
        let parts = if source.trim() == "..." {
            vec![Part::AnyLines]
        } else {
            let mut reader = HoleReader {
                source,
                line,
                at: 0,
                parts: Vec::new(),
                text: String::new(),
                pattern: &mut pattern,
                flaws: &mut flaws,
            };
            reader.run();
            reader.parts
        };
        pattern.lines.push(PatternLine {
            source: source.to_owned(),
            parts,
        });
    }
    check_groups(&pattern, &mut flaws);
    if flaws.is_empty() {
        Ok(pattern)
    } else {
        Err(flaws)
    }
}

/// A name is captured once, and what needs a group of its own is not too much.
fn check_groups(pattern: &Pattern, flaws: &mut Vec<Flaw>) {
    let mut names = Vec::new();
    for (line, text) in pattern.lines.iter().enumerate() {
        for part in &text.parts {
            let Part::Hole(kind, Some(name)) = part else {
                continue;
            };
            if names.contains(&name) {
                flaws.push(twice(line, &text.source, *kind, name));
            }
            names.push(name);
        }
    }
    let counted = |part: &&Part| {
        matches!(
            part,
            Part::Hole(_, Some(_)) | Part::Recall(_) | Part::Regex(_)
        )
    };
    if pattern.parts().filter(counted).count() > MOST_GROUPS {
        flaws.push(Flaw {
            line: 0,
            column: 1,
            length: 1,
            message: format!(
                "this transcript has more than {MOST_GROUPS} captures and regular expressions"
            ),
            mend: "write `...` for the parts that do not matter".into(),
        });
    }
}

fn twice(line: usize, source: &str, kind: HoleKind, name: &str) -> Flaw {
    let hole = format!("{{{}:{name}}}", kind.name());
    let at = source.rfind(&hole).unwrap_or(0);
    Flaw {
        line,
        column: source[..at].chars().count() + 1,
        length: hole.chars().count(),
        message: format!("`{name}` is captured twice in this transcript"),
        mend: format!("write `{{={name}}}` for the same text, or another name"),
    }
}

/// One line being read.
struct HoleReader<'a> {
    source: &'a str,
    line: usize,
    at: usize,
    parts: Vec<Part>,
    text: String,
    pattern: &'a mut Pattern,
    flaws: &'a mut Vec<Flaw>,
}

impl HoleReader<'_> {
    fn run(&mut self) {
        while let Some(c) = self.source[self.at..].chars().next() {
            let rest = &self.source[self.at..];
            if rest.starts_with(r"\...") {
                self.text.push_str("...");
                self.at += 4;
            } else if rest.starts_with(r"\{") {
                self.text.push('{');
                self.at += 2;
            } else if rest.starts_with("...") {
                self.push(Part::Any, 3);
            } else if c == '{' {
                self.brace();
            } else {
                self.text.push(c);
                self.at += c.len_utf8();
            }
        }
        self.finish_text();
    }

    fn finish_text(&mut self) {
        if !self.text.is_empty() {
            self.parts.push(Part::Text(std::mem::take(&mut self.text)));
        }
    }

    fn push(&mut self, part: Part, length: usize) {
        self.finish_text();
        self.parts.push(part);
        self.at += length;
    }

    fn flaw(&mut self, length: usize, message: impl Into<String>, mend: impl Into<String>) {
        let meant = &self.source[self.at..self.at + length];
        self.flaws.push(Flaw {
            line: self.line,
            column: self.column(),
            length: meant.chars().count(),
            message: message.into(),
            mend: mend.into(),
        });
        self.at += length;
    }

    fn column(&self) -> usize {
        self.source[..self.at].chars().count() + 1
    }

    /// At a `{`: a hole, or a brace that stands for itself.
    fn brace(&mut self) {
        let rest = &self.source[self.at..];
        if let Some(inner) = rest.strip_prefix("{{") {
            return self.expression(expression_end(inner), rest.len());
        }
        if let Some(inner) = rest.strip_prefix("{/") {
            return self.regular_expression(inner.find("/}"), rest.len());
        }
        let word = rest[1..].find('}').map(|end| &rest[1..=end]);
        let Some(word) = word.filter(|word| is_hole_like(word)) else {
            return self.brace_itself();
        };
        let length = word.len() + 2;
        if let Some(name) = word.strip_prefix('=') {
            if is_name(name) {
                return self.push(Part::Recall(name.to_owned()), length);
            }
            return self.flaw(
                length,
                "`{=}` needs the name of a capture",
                "write `{=p}` for what `{port:p}` took",
            );
        }
        let (kind, name) = word
            .split_once(':')
            .map_or((word, None), |(kind, name)| (kind, Some(name)));
        match (HoleKind::find(kind), name) {
            (Some(kind), None) => self.push(Part::Hole(kind, None), length),
            (Some(kind), Some(name)) if is_name(name) => {
                self.push(Part::Hole(kind, Some(name.to_owned())), length);
            }
            (Some(kind), Some(_)) => {
                let mend = format!(
                    "a name has small letters, digits and `_`: `{{{}:p}}`",
                    kind.name()
                );
                self.flaw(length, "this hole has no proper name", mend);
            }
            (None, _) => {
                let text = rest[..length].to_owned();
                let (line, column) = (self.line, self.column());
                self.pattern.suspects.push(Suspect { line, column, text });
                self.brace_itself();
            }
        }
    }

    fn brace_itself(&mut self) {
        self.text.push('{');
        self.at += 1;
    }

    fn expression(&mut self, end: Option<usize>, rest: usize) {
        let Some(end) = end else {
            return self.flaw(
                rest,
                "this `{{` has no `}}`",
                r"close it, or write `\{{` for two braces",
            );
        };
        let inner = &self.source[self.at + 2..self.at + 2 + end];
        if inner.trim().is_empty() {
            return self.flaw(
                end + 4,
                "this `{{ }}` is empty",
                "write an expression in it: `{{AF_INET}}`",
            );
        }
        let text = inner.trim().to_owned();
        let blanks = inner.chars().take_while(|c| c.is_whitespace()).count();
        let column = self.column() + 2 + blanks;
        let index = self.pattern.expressions.len();
        self.pattern.expressions.push(Expression {
            text,
            line: self.line,
            column,
        });
        self.push(Part::Expr(index), end + 4);
    }

    fn regular_expression(&mut self, end: Option<usize>, rest: usize) {
        let Some(end) = end else {
            return self.flaw(
                rest,
                "this `{/` has no `/}`",
                r"close it, or write `\{/` for the text",
            );
        };
        let inner = self.source[self.at + 2..self.at + 2 + end].to_owned();
        let valid = Regex::new(&inner).and_then(|_| Regex::new(&format!("(?P<x>(?m:{inner}))y")));
        match valid {
            _ if inner.is_empty() => {
                self.flaw(
                    end + 4,
                    "this regular expression is empty",
                    "write one: `{/[a-z]+/}`",
                );
            }
            Ok(_) if inner.contains("(?P<socklab_") || inner.contains("(?<socklab_") => {
                self.flaw(
                    end + 4,
                    "group names that begin with `socklab_` are taken",
                    "rename the group",
                );
            }
            Ok(_) => self.push(Part::Regex(inner), end + 4),
            Err(error) => {
                let why = error.to_string();
                let why = why
                    .lines()
                    .last()
                    .unwrap_or_default()
                    .trim_start_matches("error: ")
                    .to_owned();
                self.flaw(
                    end + 4,
                    format!("this regular expression is wrong: {why}"),
                    "mend it between `{/` and `/}`",
                );
            }
        }
    }
}

/// The end of an expression: the first `}}` outside its own braces and texts.
fn expression_end(inner: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut chars = inner.char_indices();
    while let Some((at, c)) = chars.next() {
        match (quote, c) {
            (Some(_), '\\') => {
                chars.next();
            }
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '{') => depth += 1,
            (None, '}') if depth > 0 => depth -= 1,
            (None, '}') if inner[at..].starts_with("}}") => return Some(at),
            _ => {}
        }
    }
    None
}

/// `word`, `word:name`, `=name`: what a person would take for a hole.
fn is_hole_like(word: &str) -> bool {
    let first = word.chars().next();
    let starts = first.is_some_and(|c| c.is_ascii_lowercase() || c == '=');
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ':' | '=');
    starts && word.chars().all(allowed)
}

/// A capture becomes a constant, so its name is a name of the language.
fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_lowercase())
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
