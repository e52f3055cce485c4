//! Which shown line belongs to which expected one, once a transcript does not match.

use regex::Regex;

use super::{
    Captures, HoleResolver, Mismatch, Part, Pattern, PatternLine, compile, lines_of, literal,
};

/// Beyond this many pairs of lines, lines are paired by their number.
const MOST_PAIRS: usize = 250_000;
/// Beyond this many pieces, a line that differs is not filled in.
const MOST_PARTS: usize = 40;

/// A row of two transcripts side by side. Numbers are 0-based lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AlignedRow {
    /// The shown line matches the expected one.
    Same {
        /// The expected line.
        expected: usize,
        /// The shown line.
        actual: usize,
    },
    /// The shown line stands where the expected one should.
    Changed {
        /// The expected line.
        expected: usize,
        /// The shown line.
        actual: usize,
    },
    /// The expected line is not there.
    Missing {
        /// The expected line.
        expected: usize,
    },
    /// The shown line was not expected.
    Extra {
        /// The shown line.
        actual: usize,
    },
    /// An expected `...` took the shown lines from `from` up to, not including, `to`.
    Any {
        /// The expected line.
        expected: usize,
        /// The first shown line.
        from: usize,
        /// The line after the last one.
        to: usize,
    },
}

/// The two transcripts side by side; arguments as for [`Pattern::matches`].
pub(crate) fn align(
    pattern: &Pattern,
    actual: &str,
    exprs: &[String],
    captures: &Captures,
) -> Vec<AlignedRow> {
    let shown: Vec<&str> = lines_of(actual).collect();
    let mut resolver = HoleResolver::new(pattern, exprs, captures);
    rows(pattern, &shown, &mut resolver)
}

pub(crate) fn mismatch(
    pattern: &Pattern,
    shown: &[&str],
    resolver: &mut HoleResolver<'_>,
    note: Option<String>,
) -> Mismatch {
    let rows = rows(pattern, shown, resolver);
    let mut expected = Vec::new();
    for row in rows {
        match row {
            AlignedRow::Same { actual, .. } => expected.push(shown[actual].to_owned()),
            AlignedRow::Changed {
                expected: line,
                actual,
            } => {
                expected.push(fill(&pattern.lines[line].parts, shown[actual], resolver));
            }
            AlignedRow::Missing { expected: line } => {
                let parts = &pattern.lines[line].parts;
                expected.push(parts.iter().map(|part| resolver.shown(part)).collect());
            }
            AlignedRow::Extra { .. } => {}
            AlignedRow::Any { from, to, .. } => {
                expected.extend(shown[from..to].iter().map(|&line| line.to_owned()));
            }
        }
    }
    // A value of `{{EXPR}}` may have lines of its own.
    let expected: Vec<String> = expected
        .iter()
        .flat_map(|line| line.split('\n'))
        .map(str::to_owned)
        .collect();
    let actual: Vec<String> = shown.iter().map(|&line| line.to_owned()).collect();
    let same = expected == actual && note.is_none();
    let note = if same {
        Some("a hole took text of another kind, or more than a line".into())
    } else {
        note
    };
    Mismatch {
        expected,
        actual,
        note,
        exprs: Vec::new(),
        captures: Captures::new(),
    }
}

/// Twice: the first time tells what is captured, the second what `{=p}` then has to be.
fn rows(pattern: &Pattern, shown: &[&str], resolver: &mut HoleResolver<'_>) -> Vec<AlignedRow> {
    let first = best_rows(pattern, shown, resolver);
    if pattern
        .recalled()
        .all(|name| !resolver.own.contains_key(name))
    {
        return first;
    }
    for row in &first {
        let &AlignedRow::Same { expected, actual } = row else {
            continue;
        };
        let mut groups = Vec::new();
        let source = resolver.line(&pattern.lines[expected].parts, &mut groups);
        let Ok(regex) = compile(&format!(r"\A{source}\z")) else {
            continue;
        };
        let Some(found) = regex.captures(shown[actual]) else {
            continue;
        };
        for group in groups {
            if let (Some(name), Some(text)) = (group.captures, found.name(&group.id)) {
                resolver.fixed.insert(name, text.as_str().to_owned());
            }
        }
    }
    best_rows(pattern, shown, resolver)
}

/// How an expected line is tested against shown ones.
enum Test<'a> {
    AnyLines,
    Plain(&'a str),
    Expression(Option<Regex>),
}

impl<'a> Test<'a> {
    fn new(line: &'a PatternLine, resolver: &HoleResolver<'_>) -> Self {
        if line.is_any_lines() {
            return Self::AnyLines;
        }
        if let Some(text) = line.plain() {
            Self::Plain(text)
        } else {
            let source = resolver.line(&line.parts, &mut Vec::new());
            Self::Expression(compile(&format!(r"\A{source}\z")).ok())
        }
    }

    fn accepts(&self, shown: &str) -> bool {
        match self {
            Self::AnyLines => false,
            Self::Plain(text) => *text == shown,
            Self::Expression(regex) => regex.as_ref().is_some_and(|regex| regex.is_match(shown)),
        }
    }
}

/// The rows with the highest score: a match counts most, then likeness, then order.
fn best_rows(pattern: &Pattern, shown: &[&str], resolver: &HoleResolver<'_>) -> Vec<AlignedRow> {
    let (rows, columns) = (pattern.lines.len(), shown.len());
    if (rows + 1).saturating_mul(columns + 1) > MOST_PAIRS {
        return by_number(pattern, shown, resolver);
    }
    let tests: Vec<Test<'_>> = pattern
        .lines
        .iter()
        .map(|line| Test::new(line, resolver))
        .collect();
    let width = columns + 1;
    let mut score = vec![0_u64; (rows + 1) * width];
    let mut pair = vec![0_u64; (rows + 1) * width];
    for row in (0..rows).rev() {
        for column in (0..=columns).rev() {
            let here = row * width + column;
            let below = score[here + width];
            let beside = if column < columns { score[here + 1] } else { 0 };
            score[here] = below.max(beside);
            if column == columns {
                continue;
            }
            if matches!(tests[row], Test::AnyLines) {
                score[here] = below.max(beside + 1);
                continue;
            }
            pair[here] = if tests[row].accepts(shown[column]) {
                1000
            } else {
                2 + likeness(&pattern.lines[row].source, shown[column])
            };
            score[here] = score[here].max(pair[here] + score[here + width + 1]);
        }
    }
    trace(&tests, &score, &pair, width)
}

/// Walks the table of scores from its beginning.
fn trace(tests: &[Test<'_>], score: &[u64], pair: &[u64], width: usize) -> Vec<AlignedRow> {
    let (mut row, mut column) = (0, 0);
    let mut found = Vec::new();
    while row < tests.len() {
        let here = row * width + column;
        let inside = column + 1 < width;
        if matches!(tests[row], Test::AnyLines) {
            let from = column;
            while column + 1 < width
                && score[row * width + column] == score[row * width + column + 1] + 1
            {
                column += 1;
            }
            found.push(AlignedRow::Any {
                expected: row,
                from,
                to: column,
            });
            row += 1;
        } else if inside && score[here] == pair[here] + score[here + width + 1] {
            let (expected, actual) = (row, column);
            let same = pair[here] == 1000;
            found.push(if same {
                AlignedRow::Same { expected, actual }
            } else {
                AlignedRow::Changed { expected, actual }
            });
            (row, column) = (row + 1, column + 1);
        } else if score[here] == score[here + width] {
            found.push(AlignedRow::Missing { expected: row });
            row += 1;
        } else {
            found.push(AlignedRow::Extra { actual: column });
            column += 1;
        }
    }
    found.extend((column..width - 1).map(|actual| AlignedRow::Extra { actual }));
    found
}

fn by_number(pattern: &Pattern, shown: &[&str], resolver: &HoleResolver<'_>) -> Vec<AlignedRow> {
    let most = pattern.lines.len().max(shown.len());
    let row = |at: usize| match (pattern.lines.get(at), shown.get(at)) {
        (Some(line), Some(_)) if line.is_any_lines() => AlignedRow::Any {
            expected: at,
            from: at,
            to: at + 1,
        },
        (Some(line), Some(text)) if Test::new(line, resolver).accepts(text) => AlignedRow::Same {
            expected: at,
            actual: at,
        },
        (Some(_), Some(_)) => AlignedRow::Changed {
            expected: at,
            actual: at,
        },
        (Some(_), None) => AlignedRow::Missing { expected: at },
        (None, _) => AlignedRow::Extra { actual: at },
    };
    (0..most).map(row).collect()
}

/// How much of two lines agrees at their ends, 0 to 100.
fn likeness(expected: &str, shown: &str) -> u64 {
    let (expected, shown) = (expected.as_bytes(), shown.as_bytes());
    let most = expected.len().max(shown.len());
    let head = expected
        .iter()
        .zip(shown)
        .take_while(|(a, b)| a == b)
        .count();
    let tail = expected
        .iter()
        .rev()
        .zip(shown.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let agreeing = (head + tail).min(most) * 100;
    agreeing
        .checked_div(most)
        .map_or(100, |percent| percent as u64)
}

/// The expected line with what was shown in each hole that fits: from the left as far as it goes,
/// then from the right. What is left is shown as written.
fn fill(parts: &[Part], shown: &str, resolver: &HoleResolver<'_>) -> String {
    let as_written = |parts: &[Part]| {
        parts
            .iter()
            .map(|part| resolver.shown(part))
            .collect::<String>()
    };
    let Some(fit) = fit(parts, shown, resolver) else {
        return as_written(parts);
    };
    format!(
        "{}{}{}",
        &shown[..fit.end],
        as_written(&parts[fit.head.min(fit.tail)..fit.tail]),
        &shown[fit.start..]
    )
}

/// The shown line as an expected one that keeps what of the old one still fits at both ends, with
/// its holes; what does not fit is the shown text. None when nothing of it can be kept.
pub(crate) fn kept(
    pattern: &Pattern,
    line: usize,
    shown: &str,
    exprs: &[String],
    captures: &Captures,
) -> Option<String> {
    let parts = &pattern.lines.get(line)?.parts;
    let resolver = HoleResolver::new(pattern, exprs, captures);
    let fit = fit(parts, shown, &resolver)?;
    let (head, tail) = (&parts[..fit.head], &parts[fit.tail..]);
    let written = |part: &Part| match part {
        Part::Text(text) => literal(text),
        Part::Recall(name) => format!("{{={name}}}"),
        Part::Expr(at) => {
            let text = pattern.expressions.get(*at).map_or("", |e| e.text.as_str());
            format!("{{{{{text}}}}}")
        }
        other => resolver.shown(other),
    };
    let text = |parts: &[Part]| parts.iter().map(written).collect::<String>();
    let changed = literal(&shown[fit.end..fit.start]);
    let line = format!("{}{changed}{}", text(head), text(tail));
    let values = head.iter().chain(tail).filter_map(|part| match part {
        Part::Expr(at) => exprs.get(*at).cloned(),
        _ => None,
    });
    let values: Vec<String> = values.collect();
    let fresh = Pattern::parse(&[&line]).ok()?;
    fresh
        .matches(shown, &values, captures)
        .is_ok()
        .then_some(line)
}

/// How much of a line's pieces fits a shown line: the first `head` pieces fit the text up to
/// `end`, those from `tail` on the text from `start` on.
struct Fit {
    head: usize,
    end: usize,
    tail: usize,
    start: usize,
}

fn fit(parts: &[Part], shown: &str, resolver: &HoleResolver<'_>) -> Option<Fit> {
    if parts.len() > MOST_PARTS {
        return None;
    }
    let taken = |parts: &[Part], anchors: (&str, &str), text: &str| -> Option<(usize, usize)> {
        let source = resolver.line(parts, &mut Vec::new());
        // A hole at the cut must not take half a word: `{port}` is not the `7000` of `70000`.
        let half = |part: Option<&Part>, bound: &'static str| match part {
            Some(Part::Hole(..)) => bound,
            _ => "",
        };
        let head = half(
            parts.first().filter(|_| anchors.0.is_empty()),
            r"\b{start-half}",
        );
        let tail = half(
            parts.last().filter(|_| anchors.1.is_empty()),
            r"\b{end-half}",
        );
        let regex = compile(&format!("{}{head}{source}{tail}{}", anchors.0, anchors.1)).ok()?;
        regex.find(text).map(|found| (found.start(), found.end()))
    };
    let (count, end) = (0..=parts.len())
        .rev()
        .find_map(|count| taken(&parts[..count], (r"\A", ""), shown).map(|found| (count, found.1)))
        .unwrap_or((0, 0));
    let rest = &shown[end..];
    let (from, start) = (count..=parts.len())
        .skip(1)
        .find_map(|from| taken(&parts[from..], ("", r"\z"), rest).map(|found| (from, found.0)))
        .unwrap_or((parts.len(), rest.len()));
    Some(Fit {
        head: count,
        end,
        tail: from.max(count),
        start: end + start,
    })
}
