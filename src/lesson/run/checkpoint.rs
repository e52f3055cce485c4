//! Where the run of a lesson is at its end: a version of the lesson that only goes on from there
//! needs not run what is the same again. A session cannot be taken back, so any other change begins
//! anew.

use std::time::Instant;

use super::Run;
use crate::console::Session;
use crate::lesson::format::model::{Lesson, Lines};
use crate::lesson::format::pattern::Captures;
use crate::lesson::results::Report;
use crate::lesson::results::{Event, Source, Summary, Verdict};
use crate::lesson::run::requirements;

/// A session with what a lesson has done in it so far.
pub(crate) struct Checkpoint {
    session: Session,
    captures: Captures,
    /// The directives of the lesson.
    header: String,
    /// What each step did, without its prose.
    steps: Vec<String>,
    history: Vec<StepRecord>,
}

/// How a step went and what it showed, by its number.
pub(crate) type StepRecord = (usize, Verdict, String);

impl Checkpoint {
    /// A session in which nothing was done.
    pub(crate) fn new(session: Session) -> Self {
        Self {
            session,
            captures: Captures::new(),
            header: String::new(),
            steps: Vec::new(),
            history: Vec::new(),
        }
    }

    /// The session.
    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    /// How many steps were done.
    pub(crate) fn steps(&self) -> usize {
        self.steps.len()
    }

    /// Whether a lesson begins with the very steps that were done here.
    pub(crate) fn begins(&self, source: &Source, lesson: &Lesson) -> bool {
        let texts = texts(source, lesson);
        self.header == header(source, lesson) && texts.starts_with(&self.steps)
    }
}

/// Runs the steps of a lesson without exercises that come behind those that `stand` has done, and
/// reports all. Gives where this run stands; nothing where a step fell short.
pub(crate) fn run_on(
    source: &Source,
    lesson: &Lesson,
    checkpoint: Checkpoint,
    report: &mut dyn Report,
) -> (Summary, Option<Checkpoint>) {
    let started = Instant::now();
    report.event(&Event::Begun(source, lesson));
    if let Some(why) = requirements::missing(&lesson.header.only_if) {
        let summary = Summary {
            not_here: Some(why),
            ..Summary::default()
        };
        report.event(&Event::Ended(&summary));
        return (summary, None);
    }
    let done = checkpoint.steps();
    let mut run = Run::new(lesson, checkpoint.session, report);
    run.watch_packets();
    run.captures = checkpoint.captures;
    run.history = Some(Vec::new());
    for (number, verdict, transcript) in &checkpoint.history {
        if let Some(step) = lesson.steps.get(number - 1) {
            run.tell(step, *number, verdict, transcript, Instant::now());
        }
    }
    run.steps(done);
    let Run {
        session,
        captures,
        history,
        mut summary,
        ..
    } = run;
    summary.took = started.elapsed();
    report.event(&Event::Ended(&summary));
    let well = summary.failed == 0 && summary.not_run == 0;
    let checkpoint = well.then(|| Checkpoint {
        session,
        captures,
        header: header(source, lesson),
        steps: texts(source, lesson),
        history: history.unwrap_or_default(),
    });
    (summary, checkpoint)
}

fn header(source: &Source, lesson: &Lesson) -> String {
    let first = lesson.steps.first().map_or(1, |step| step.lines.first);
    let before = Lines {
        first: 1,
        last: first - 1,
    };
    without_prose(&source.text.lines().collect::<Vec<_>>(), before)
}

fn texts(source: &Source, lesson: &Lesson) -> Vec<String> {
    let lines: Vec<&str> = source.text.lines().collect();
    let steps = lesson.steps.iter();
    steps
        .map(|step| without_prose(&lines, step.lines))
        .collect()
}

/// The lines that a machine obeys or compares.
fn without_prose(lines: &[&str], of: Lines) -> String {
    let is_prose = |line: &str| {
        line.starts_with("//")
            && !["//@", "//>", "//~"]
                .iter()
                .any(|sign| line.starts_with(sign))
    };
    let kept: Vec<&str> = lines
        .get(of.first - 1..of.last)
        .unwrap_or_default()
        .iter()
        .filter(|line| !is_prose(line) && !line.trim().is_empty())
        .copied()
        .collect();
    kept.join("\n")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Checkpoint, run_on};
    use crate::console::Session;
    use crate::lesson::format::parse::parse_bytes;
    use crate::lesson::results::Report;
    use crate::lesson::results::{Event, Source};
    use crate::net::live_network::LiveNetwork;

    struct Quiet;

    impl Report for Quiet {
        fn event(&mut self, _: &Event<'_>) {}
    }

    fn source(text: &str) -> Source {
        Source {
            name: "t".into(),
            word: "t".into(),
            path: "t.rhai".into(),
            text: text.into(),
        }
    }

    /// Runs the first text; gives whether the second can go on from there, and how it went.
    fn then(first: &str, second: &str) -> (bool, usize, usize) {
        let lesson = |text: &str| parse_bytes(text.as_bytes()).expect("a lesson");
        let session = Session::new(Arc::new(LiveNetwork), Vec::new());
        let stand = Checkpoint::new(session);
        let (_, stand) = run_on(&source(first), &lesson(first), stand, &mut Quiet);
        let (source, lesson) = (source(second), lesson(second));
        let stand = stand.filter(|stand| stand.begins(&source, &lesson));
        let goes_on = stand.is_some();
        let fresh = || Checkpoint::new(Session::new(Arc::new(LiveNetwork), Vec::new()));
        let (summary, _) = run_on(&source, &lesson, stand.unwrap_or_else(fresh), &mut Quiet);
        (goes_on, summary.passed, summary.failed)
    }

    const TWO: &str = "//! # T\n\nlet a = [1];\n\na.push(2);\n\na;\n//> [1, {int:two}]\n";

    #[test]
    fn what_is_added_at_the_end_goes_on_in_the_session() {
        let more =
            format!("{TWO}\n// The same array: nothing was done twice.\na.len + two;\n//> 4\n");
        assert_eq!(then(TWO, &more), (true, 4, 0));
    }

    #[test]
    fn prose_alone_runs_nothing_again() {
        let told = TWO.replace("let a", "// Make one.\n// An array.\nlet a");
        assert_eq!(then(TWO, &told), (true, 3, 0));
    }

    #[test]
    fn any_other_change_begins_anew() {
        for (from, to) in [
            ("let a = [1]", "let a = [1, 1]"),
            ("[1, {int:two}]", "[1, 2]"),
            ("//! # T\n", "//! # T\n//@ timeout: 5s\n"),
            ("\na.push(2);\n\na;\n//> [1, {int:two}]\n", ""),
        ] {
            assert!(!then(TWO, &TWO.replace(from, to)).0, "{to}");
        }
        let failed = TWO.replace("{int:two}", "3");
        let more = format!("{failed}\n1;\n//> 1\n");
        assert!(!then(&failed, &more).0, "a step fell short");
    }
}
