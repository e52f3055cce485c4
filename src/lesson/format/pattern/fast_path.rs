//! Transcripts that need no regular expression: each line has one hole at most, so that what is
//! before and after it says what it holds. Building an expression costs many times more than this.

use super::{Captures, HoleKind, HoleResolver, Part, PatternLine};

/// Lines with one hole at most.
pub(crate) struct Simple<'a>(Vec<LineMatcher<'a>>);

impl<'a> Simple<'a> {
    /// None where an expression is needed.
    pub(crate) fn of(lines: &'a [PatternLine], resolver: &HoleResolver<'_>) -> Option<Self> {
        let simple = lines.iter().map(|line| LineMatcher::of(line, resolver));
        simple.collect::<Option<_>>().map(Self)
    }

    /// What the lines remember; none where they differ.
    pub(crate) fn search(&self, shown: &[&str]) -> Option<Captures> {
        if self.0.len() != shown.len() {
            return None;
        }
        let mut taken = Captures::new();
        for (line, text) in self.0.iter().zip(shown) {
            let held = line.held(text)?;
            if let Some((_, Some(name))) = line.hole {
                taken.insert(name.into(), held.into());
            }
        }
        Some(taken)
    }
}

/// A line with one hole at most.
struct LineMatcher<'a> {
    before: String,
    /// The hole's kind, none for `...`, and its name; no hole at all for a line that is all text.
    hole: Option<(Option<HoleKind>, Option<&'a str>)>,
    after: String,
}

impl<'a> LineMatcher<'a> {
    /// None where a line needs an expression.
    fn of(line: &'a PatternLine, resolver: &HoleResolver<'_>) -> Option<Self> {
        if line.is_any_lines() {
            return None;
        }
        let mut simple = Self {
            before: String::new(),
            hole: None,
            after: String::new(),
        };
        for (at, part) in line.parts.iter().enumerate() {
            let hole = match part {
                Part::Any => (None, None),
                // Beside a value a hole must not cut a word in two.
                Part::Hole(kind, name) if stands_free(&line.parts, at) && is_quick(*kind) => {
                    (Some(*kind), name.as_deref())
                }
                Part::Text(_) | Part::Expr(_) => {
                    simple.push(&resolver.shown(part))?;
                    continue;
                }
                Part::Recall(name) => {
                    simple.push(resolver.known(name)?)?;
                    continue;
                }
                Part::AnyLines | Part::Regex(_) | Part::Hole(..) => return None,
            };
            if simple.hole.replace(hole).is_some() {
                return None;
            }
        }
        Some(simple)
    }

    /// Adds plain text; none where it would be more than a line.
    fn push(&mut self, text: &str) -> Option<()> {
        let side = if self.hole.is_some() {
            &mut self.after
        } else {
            &mut self.before
        };
        side.push_str(text);
        (!text.contains('\n')).then_some(())
    }

    /// What the hole holds in this text, nothing where there is no hole; none where they differ.
    fn held<'t>(&self, text: &'t str) -> Option<&'t str> {
        let held = text
            .strip_prefix(self.before.as_str())?
            .strip_suffix(self.after.as_str())?;
        let fits = match self.hole {
            None => held.is_empty(),
            Some((None, _)) => true,
            Some((Some(kind), _)) => is_exactly(kind, held),
        };
        fits.then_some(held)
    }
}

/// Whether nothing but text stands beside a part.
fn stands_free(parts: &[Part], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| parts.get(at));
    [before, parts.get(at + 1)]
        .into_iter()
        .flatten()
        .all(|part| matches!(part, Part::Text(_)))
}

/// Whether [`is_exactly`] knows the kind.
fn is_quick(kind: HoleKind) -> bool {
    matches!(
        kind,
        HoleKind::Int | HoleKind::Port | HoleKind::Ipv4 | HoleKind::Fd
    )
}

/// Whether a text is what the kind's expression matches as a whole.
fn is_exactly(kind: HoleKind, text: &str) -> bool {
    let digits = match kind {
        HoleKind::Int => text.strip_prefix('-').unwrap_or(text),
        HoleKind::Port | HoleKind::Fd => text,
        _ => return kind.accepts(text),
    };
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    plain && (digits == "0" || !digits.starts_with('0')) && kind.accepts(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop, prop_assert_eq, proptest};

    use super::super::{Captures, HoleResolver, MOST_TRIES, Pattern, attempt};
    use super::Simple;

    /// What the lines remember, by either way.
    fn both(pattern: &str, shown: &str) -> Option<(Option<Captures>, Option<Captures>)> {
        let pattern = Pattern::parse(&pattern.split('\n').collect::<Vec<_>>()).ok()?;
        let earlier = Captures::from([("known".to_string(), "12".to_string())]);
        let exprs = vec!["7".to_string(); pattern.expressions().len()];
        let mut resolver = HoleResolver::new(&pattern, &exprs, &earlier);
        let lines: Vec<&str> = shown.split('\n').collect();
        let quick = Simple::of(pattern.lines(), &resolver)?.search(&lines);
        let text = format!("{shown}\n");
        let slow = attempt(
            pattern.lines(),
            &text,
            &mut resolver,
            &mut MOST_TRIES.clone(),
        );
        Some((quick, slow.expect("a small pattern")))
    }

    #[test]
    fn what_a_learner_meets_is_quick() {
        let (quick, slow) = both("[\"127.0.0.1\", {port:p}]", "[\"127.0.0.1\", 80]").unwrap();
        assert_eq!(quick.as_ref().map(|taken| taken["p"].as_str()), Some("80"));
        assert_eq!(quick, slow);
    }

    #[test]
    fn numbers_are_what_the_expressions_take() {
        let numbers = [
            "0",
            "-0",
            "00",
            "01",
            "+1",
            "",
            "-",
            "65535",
            "65536",
            "2147483647",
            "2147483648",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "-9223372036854775809",
            "1 ",
            "٣",
            "255.255.255.255",
            "256.0.0.1",
            "1.2.3",
            "01.2.3.4",
        ];
        for number in numbers {
            for kind in ["int", "port", "fd", "ipv4"] {
                let (quick, slow) = both(&format!("{{{kind}:n}}"), number).expect("quick");
                assert_eq!(quick, slow, "{kind} and {number:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn quick_and_slow_agree(
            pattern in prop::collection::vec(
                prop::sample::select(vec![
                    "a", "1", "-", ".", "\n", "...", "{int}", "{port:p}", "{fd}", "{ipv4}",
                    "{=known}", "{{X}}", "{=p}",
                ]),
                1..7,
            ),
            shown in prop::collection::vec(
                prop::sample::select(vec!["a", "1", "12", "7", "-", ".", "\n", "1.2.3.4", "0"]),
                0..7,
            ),
        ) {
            if let Some((quick, slow)) = both(&pattern.concat(), &shown.concat()) {
                prop_assert_eq!(quick, slow);
            }
        }
    }
}
