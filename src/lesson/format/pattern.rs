//! Expected transcripts with holes: text in, one anchored regular expression out.
//!
//! The holes' kinds are exact expressions, so that a match never has to be taken back; what a
//! regular expression cannot say (`{=p}` in the transcript that captures `p`) is tried with each
//! text that could be meant.

mod align;
mod fast_path;
mod holes;
mod kinds;

#[cfg(test)]
mod tests;

pub(crate) use align::{AlignedRow, align, kept};
pub(crate) use holes::{Flaw, Suspect, literal};
pub(crate) use kinds::HoleKind;

use std::collections::BTreeMap;

use regex::{Regex, RegexBuilder};

/// Remembered texts by the names of their holes.
pub type Captures = BTreeMap<String, String>;

/// The most lines of one transcript.
pub(crate) const MOST_LINES: usize = 1_000;
/// The most bytes of one transcript.
pub(crate) const MOST_BYTES: usize = 100_000;
/// The most captures, recalls and regular expressions of one transcript: each costs memory for
/// every state of the whole expression.
pub(crate) const MOST_GROUPS: usize = 100;

/// The largest compiled expression, in bytes: enough for the limits above.
const MOST_COMPILED: usize = 64 << 20;
/// How many values a `{=p}` tries before its transcript counts as different.
const MOST_TRIES: usize = 200;

/// A piece of an expected line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// Exactly this.
    Text(String),
    /// `...`: any text within the line.
    Any,
    /// `...` alone on its line: any number of lines.
    AnyLines,
    /// `{port}` or `{port:p}`.
    Hole(HoleKind, Option<String>),
    /// `{=p}`.
    Recall(String),
    /// `{{EXPR}}`: the place of its value in the caller's list.
    Expr(usize),
    /// `{/RE/}`.
    Regex(String),
}

/// One expected line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PatternLine {
    /// The line as written.
    pub(crate) source: String,
    /// Its pieces from left to right.
    pub(crate) parts: Vec<Part>,
}

impl PatternLine {
    /// Whether this is the `...` that takes any number of lines.
    pub(crate) fn is_any_lines(&self) -> bool {
        self.parts == [Part::AnyLines]
    }

    /// The line's text when it has no hole.
    pub(crate) fn plain(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }
}

/// A `{{EXPR}}` and its place: 0-based line of the transcript, 1-based column in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expression {
    /// The expression.
    pub(crate) text: String,
    /// Its line in the transcript, from 0.
    pub(crate) line: usize,
    /// Its first character, from 1.
    pub(crate) column: usize,
}

/// An expected transcript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    lines: Vec<PatternLine>,
    expressions: Vec<Expression>,
    suspects: Vec<Suspect>,
}

/// A transcript that is not the expected one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The expected lines, with each hole that fits filled by what was shown in its place.
    pub(crate) expected: Vec<String>,
    /// The lines that were shown.
    pub(crate) actual: Vec<String>,
    /// Why, where the lines alone do not tell.
    pub(crate) note: Option<String>,
    /// The values of the transcript's expressions, for whoever accepts what was shown.
    pub(crate) exprs: Vec<String>,
    /// What earlier transcripts had captured.
    pub(crate) captures: Captures,
}

impl Pattern {
    /// Reads the texts behind `//> `, one a line. All flaws are told at once.
    pub(crate) fn parse<S: AsRef<str>>(lines: &[S]) -> Result<Self, Vec<Flaw>> {
        holes::parse(lines)
    }

    /// The expected lines.
    pub(crate) fn lines(&self) -> &[PatternLine] {
        &self.lines
    }

    /// The expressions whose shown values [`Pattern::matches`] needs, in their order.
    pub(crate) fn exprs(&self) -> impl Iterator<Item = &str> {
        self.expressions
            .iter()
            .map(|expression| expression.text.as_str())
    }

    /// The expressions with their places.
    pub(crate) fn expressions(&self) -> &[Expression] {
        &self.expressions
    }

    /// Texts that look like a hole and are none.
    pub(crate) fn suspects(&self) -> &[Suspect] {
        &self.suspects
    }

    /// The names that this transcript captures, with their kinds, in its order.
    pub(crate) fn captured(&self) -> impl Iterator<Item = (&str, HoleKind)> {
        self.parts().filter_map(|part| match part {
            Part::Hole(kind, Some(name)) => Some((name.as_str(), *kind)),
            _ => None,
        })
    }

    /// The names that this transcript recalls.
    pub(crate) fn recalled(&self) -> impl Iterator<Item = &str> {
        self.parts().filter_map(|part| match part {
            Part::Recall(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// Whether the pattern takes any transcript: it is nothing but `...`.
    pub(crate) fn takes_anything(&self) -> bool {
        self.lines.iter().all(PatternLine::is_any_lines)
    }

    fn parts(&self) -> impl Iterator<Item = &Part> {
        self.lines.iter().flat_map(|line| &line.parts)
    }

    /// Compares a shown transcript, without its last line break, with this one.
    ///
    /// `exprs` are the shown values of [`Pattern::exprs`]; `captures` what earlier transcripts
    /// remembered. Gives what this one remembers.
    pub fn matches(
        &self,
        actual: &str,
        exprs: &[String],
        captures: &Captures,
    ) -> Result<Captures, Mismatch> {
        let mut resolver = HoleResolver::new(self, exprs, captures);
        let shown: Vec<&str> = lines_of(actual).collect();
        let note = match self.search(&shown, &mut resolver) {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => None,
            Err(note) => Some(note),
        };
        let mismatch = align::mismatch(self, &shown, &mut resolver, note);
        Err(Mismatch {
            exprs: exprs.to_vec(),
            captures: captures.clone(),
            ..mismatch
        })
    }

    /// Whether a shown transcript is the expected one; arguments as for [`Pattern::matches`].
    pub(crate) fn fits(&self, actual: &str, exprs: &[String], captures: &Captures) -> bool {
        let mut resolver = HoleResolver::new(self, exprs, captures);
        let shown: Vec<&str> = lines_of(actual).collect();
        matches!(self.search(&shown, &mut resolver), Ok(Some(_)))
    }

    fn search(
        &self,
        shown: &[&str],
        resolver: &mut HoleResolver<'_>,
    ) -> Result<Option<Captures>, String> {
        let (lines, shown) = trim_plain(&self.lines, shown);
        if lines.is_empty() {
            return Ok(shown.is_empty().then(Captures::new));
        }
        if let Some(simple) = fast_path::Simple::of(lines, resolver) {
            return Ok(simple.search(shown));
        }
        let mut text = shown.join("\n");
        if !shown.is_empty() {
            text.push('\n');
        }
        let mut tries = MOST_TRIES;
        attempt(lines, &text, resolver, &mut tries)
    }
}

/// One match; when a `{=p}` then differs from its `{kind:p}`, one for each value it may have.
fn attempt(
    lines: &[PatternLine],
    text: &str,
    resolver: &mut HoleResolver<'_>,
    tries: &mut usize,
) -> Result<Option<Captures>, String> {
    let mut groups = Vec::new();
    let source = resolver.whole(lines, &mut groups);
    let regex = compile(&source)?;
    if groups.is_empty() {
        return Ok(regex.is_match(text).then(Captures::new));
    }
    let Some(found) = regex.captures(text) else {
        return Ok(None);
    };
    let text_of = |group: &HoleGroup| found.name(&group.id).map_or("", |found| found.as_str());
    let mut taken = Captures::new();
    for group in &groups {
        if group.one_line && text_of(group).contains('\n') {
            return Ok(None);
        }
        if let Some(name) = &group.captures {
            taken.insert(name.clone(), text_of(group).to_owned());
        }
    }
    let differs = groups.iter().find_map(|group| {
        let name = group.recalls.as_ref()?;
        taken
            .get(name)
            .is_some_and(|kept| kept != text_of(group))
            .then_some(name)
    });
    let Some(name) = differs else {
        return Ok(Some(taken));
    };
    for value in resolver.candidates(name, text) {
        let Some(left) = tries.checked_sub(1) else {
            return Ok(None);
        };
        *tries = left;
        resolver.fixed.insert(name.clone(), value);
        let result = attempt(lines, text, resolver, tries);
        resolver.fixed.remove(name);
        if !matches!(result, Ok(None)) {
            return result;
        }
    }
    Ok(None)
}

/// The lines of a shown transcript: none when it is empty, and no last line break.
fn lines_of(actual: &str) -> impl Iterator<Item = &str> {
    actual.strip_suffix('\n').unwrap_or(actual).split('\n')
}

/// Takes away the lines without holes that agree at both ends: only the rest needs an expression.
fn trim_plain<'p, 's>(
    mut lines: &'p [PatternLine],
    mut shown: &'s [&'s str],
) -> (&'p [PatternLine], &'s [&'s str]) {
    while let ([line, lines_left @ ..], [text, shown_left @ ..]) = (lines, shown)
        && line.plain() == Some(text)
    {
        (lines, shown) = (lines_left, shown_left);
    }
    while let ([lines_left @ .., line], [shown_left @ .., text]) = (lines, shown)
        && line.plain() == Some(text)
    {
        (lines, shown) = (lines_left, shown_left);
    }
    (lines, shown)
}

fn compile(source: &str) -> Result<Regex, String> {
    let built = RegexBuilder::new(source).size_limit(MOST_COMPILED).build();
    built.map_err(|_| {
        "the expected transcript is too large to compare; use `...` for a part of it".into()
    })
}

/// A group of the expression that has to be looked at after a match.
struct HoleGroup {
    id: String,
    /// A regular expression may say "anything but `x`" and still must not leave its line.
    one_line: bool,
    captures: Option<String>,
    recalls: Option<String>,
}

/// What holes stand for in one comparison.
struct HoleResolver<'a> {
    exprs: &'a [String],
    earlier: &'a Captures,
    own: BTreeMap<&'a str, HoleKind>,
    /// Captures of this transcript whose text is decided.
    fixed: Captures,
}

impl<'a> HoleResolver<'a> {
    fn new(pattern: &'a Pattern, exprs: &'a [String], earlier: &'a Captures) -> Self {
        Self {
            exprs,
            earlier,
            own: pattern.captured().collect(),
            fixed: Captures::new(),
        }
    }

    /// The expression for whole lines, each with its line break.
    fn whole(&self, lines: &[PatternLine], groups: &mut Vec<HoleGroup>) -> String {
        let mut source = String::from(r"\A");
        for line in lines {
            if line.is_any_lines() {
                source.push_str(r"(?:[^\n]*\n)*?");
            } else {
                source.push_str(&self.line(&line.parts, groups));
                source.push_str(r"\n");
            }
        }
        source.push_str(r"\z");
        source
    }

    /// The expression for the pieces of a line; those that are looked at later have a name.
    fn line(&self, parts: &[Part], groups: &mut Vec<HoleGroup>) -> String {
        let mut source = String::new();
        for (at, part) in parts.iter().enumerate() {
            let before = at.checked_sub(1).map(|at| &parts[at]);
            let id = format!("socklab_{}", groups.len());
            let core = self.part(part, before, parts.get(at + 1));
            let (one_line, captures, recalls) = match part {
                Part::Hole(_, Some(name)) => (false, Some(name.clone()), None),
                Part::Recall(name) if self.own.contains_key(name.as_str()) => {
                    (false, None, Some(name.clone()))
                }
                Part::Regex(_) => (true, None, None),
                _ => {
                    source.extend(["(?:", &core, ")"]);
                    continue;
                }
            };
            source.extend(["(?P<", &id, ">", &core, ")"]);
            groups.push(HoleGroup {
                id,
                one_line,
                captures,
                recalls,
            });
        }
        source
    }

    fn part(&self, part: &Part, before: Option<&Part>, after: Option<&Part>) -> String {
        match part {
            Part::Text(text) => regex::escape(text),
            Part::Any | Part::AnyLines => r"[^\n]*?".into(),
            Part::Regex(source) => format!("(?m:{source})"),
            Part::Expr(_) => regex::escape(&self.shown(part)),
            Part::Hole(kind, name) => match name.as_ref().and_then(|name| self.fixed.get(name)) {
                Some(text) => regex::escape(text),
                None => bounded(*kind, before, after),
            },
            Part::Recall(name) => match (self.known(name), self.own.get(name.as_str())) {
                (Some(text), _) => regex::escape(text),
                (None, Some(kind)) => bounded(*kind, before, after),
                (None, None) => regex::escape(&self.shown(part)),
            },
        }
    }

    /// The text that a name stands for, if it is decided.
    fn known(&self, name: &str) -> Option<&str> {
        let own = self.own.contains_key(name);
        let earlier = if own { None } else { self.earlier.get(name) };
        self.fixed.get(name).or(earlier).map(String::as_str)
    }

    /// The piece as a person reads it: values where they are known, else the hole as written.
    fn shown(&self, part: &Part) -> String {
        match part {
            Part::Text(text) => text.clone(),
            Part::Any | Part::AnyLines => "...".into(),
            Part::Hole(kind, None) => format!("{{{}}}", kind.name()),
            Part::Hole(kind, Some(name)) => format!("{{{}:{name}}}", kind.name()),
            Part::Recall(name) => self
                .known(name)
                .map_or_else(|| format!("{{={name}}}"), str::to_owned),
            Part::Expr(at) => self
                .exprs
                .get(*at)
                .cloned()
                .unwrap_or_else(|| "{{…}}".into()),
            Part::Regex(source) => format!("{{/{source}/}}"),
        }
    }

    /// Every text that a capture of this name could be, in its order, once each.
    fn candidates(&self, name: &str, text: &str) -> Vec<String> {
        let Some(kind) = self.own.get(name).copied() else {
            return Vec::new();
        };
        let source = format!(r"\b{{start-half}}(?:{})\b{{end-half}}", kind.expression());
        let Ok(regex) = compile(&source) else {
            return Vec::new();
        };
        let mut values: Vec<String> = Vec::new();
        for found in regex.find_iter(text) {
            if values.len() >= MOST_TRIES {
                break;
            }
            if !values.iter().any(|value| value == found.as_str()) {
                values.push(found.as_str().to_owned());
            }
        }
        values
    }
}

/// A kind's expression; beside a piece of unknown text it must not cut a word in two, or
/// `{port}...` would take `99999`.
fn bounded(kind: HoleKind, before: Option<&Part>, after: Option<&Part>) -> String {
    let open = |part: Option<&Part>| part.is_some_and(|part| !matches!(part, Part::Text(_)));
    let start = if open(before) { r"\b{start-half}" } else { "" };
    let end = if open(after) { r"\b{end-half}" } else { "" };
    format!("{start}(?:{}){end}", kind.expression())
}
