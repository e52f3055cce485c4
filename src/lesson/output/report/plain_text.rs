//! The report for people: a line for each lesson, and all about each step that fell short.

use super::{Detail, checks};
use crate::lesson::format::model::{Lesson, Step, StepKind};
use crate::lesson::format::problem;
use crate::lesson::format::problem::{Problem, Severity};
use crate::lesson::results::{
    CheckOutcome, CheckReport, Event, Reason, Report, Source, StepReport, Summary, Tally, Verdict,
};
use crate::lesson::run::compare;
use crate::term::painting::{charset, painted};
use crate::term::screen::{Screen, Style};

/// Draws on a screen.
pub(crate) struct Text {
    screen: Screen,
    detail: Detail,
    source: Option<Source>,
    title: String,
    /// The console that spoke last.
    console: String,
    /// Lint has looked at lessons, and found something.
    looked: Option<bool>,
    /// The exercise whose checks are run, and the lesson's name.
    exercise: String,
    /// What was waited for last.
    waited: String,
    /// The first check that failed, and how many failures follow from it.
    first: Option<String>,
    folded: usize,
    /// Why the first check that was not run was not.
    not_run: Option<String>,
}

impl Text {
    /// A report that tells so much.
    pub(crate) fn new(screen: Screen, detail: Detail) -> Self {
        Self {
            screen,
            detail,
            source: None,
            title: String::new(),
            console: String::new(),
            looked: None,
            exercise: String::new(),
            waited: String::new(),
            first: None,
            folded: 0,
            not_run: None,
        }
    }

    fn verbose(&self) -> bool {
        self.detail == Detail::Verbose
    }

    fn rendered(&self, source: &Source, found: &Problem) -> String {
        problem::render(&source.path, &source.text, found, self.screen.colour())
    }

    /// Remembers what is told of all checks at the end.
    fn fold(&mut self, report: &CheckReport<'_>) {
        match &report.outcome {
            CheckOutcome::Failed(shortfall) => {
                self.folded += usize::from(shortfall.follows());
                self.first.get_or_insert_with(|| report.check.name.into());
            }
            CheckOutcome::NotRun(why) => {
                self.not_run.get_or_insert_with(|| why.clone());
            }
            _ => {}
        }
    }

    fn unfold(&mut self, tally: Tally) {
        if self.detail == Detail::Verbose {
            return;
        }
        if let (Some(first), 1..) = (&self.first, self.folded) {
            checks::folded(self.screen, first, self.folded);
        }
        if let (Some(why), 1..) = (&self.not_run, tally.not_run) {
            checks::not_run(self.screen, tally.not_run, why);
        }
    }

    fn begun(&mut self, source: &Source, lesson: &Lesson) {
        self.source = Some(source.clone());
        self.title.clone_from(&lesson.header.title);
        self.console.clear();
        if self.verbose() {
            let title = self.screen.paint(Style::Strong, &lesson.header.title);
            self.screen.raw(&format!(
                "{}  {title}",
                self.screen.paint(Style::Plain, &source.name)
            ));
        }
    }

    fn step(&mut self, report: &StepReport<'_>) {
        if self.verbose() && !matches!(report.verdict, Verdict::NotRun) {
            self.played(report);
        }
        match report.verdict {
            Verdict::Failed(reason) => self.failed(report, reason),
            Verdict::Skipped(why) if self.verbose() => {
                self.screen
                    .raw(&self.screen.paint(Style::Dim, &format!("  skipped: {why}")));
            }
            Verdict::Waits(wait) if self.verbose() => {
                let text = format!("  {} waits in {wait}", report.step.console);
                self.screen.raw(&self.screen.paint(Style::Dim, &text));
            }
            _ => {}
        }
    }

    /// What was typed and what it showed, with the console's name where it changes.
    fn played(&mut self, report: &StepReport<'_>) {
        let step = report.step;
        if step.console != self.console {
            self.console.clone_from(&step.console);
            self.screen.raw(
                &self
                    .screen
                    .paint(Style::Dim, &format!("-- {} --", step.console)),
            );
        }
        match &step.kind {
            StepKind::Statement(statement) => {
                for (at, line) in statement.source.lines().enumerate() {
                    let prompt = if at == 0 { "> " } else { ". " };
                    self.screen.line(&format!("{prompt}{line}"));
                }
            }
            StepKind::Ask(question) => self.screen.line(&format!("? {}", question.text)),
            StepKind::Explore(text) => self.screen.line(&format!("* {text}")),
            StepKind::Enter(line) => self.screen.line(&format!("> {line}")),
        }
        if !report.transcript.is_empty() {
            self.screen.line(report.transcript);
        }
        if let Some(drawn) = report.picture {
            self.screen
                .raw(&painted(self.screen, drawn, charset(false)));
        }
    }

    fn failed(&self, report: &StepReport<'_>, reason: &Reason) {
        let Some(source) = &self.source else { return };
        let step = report.step;
        let line = step.line();
        let mark = self.screen.paint(Style::Error, "failed");
        let place = self
            .screen
            .paint(Style::Strong, &format!("{}:{line}", source.path));
        let headline = self.screen.paint(Style::Plain, &headline(step));
        self.screen.raw(&format!("{mark} {place}  {headline}"));
        if let Some(statement) = step.statement().filter(|_| !self.verbose()) {
            for line in statement.source.lines() {
                self.screen.line(&format!("    {line}"));
            }
        }
        for line in explained(self.screen, step, reason).lines() {
            self.screen.raw(&format!("  {line}"));
        }
        if matches!(reason, Reason::Differs(_) | Reason::PacketsDiffer(_)) {
            let accept = format!("to accept what was shown: lesson accept {}", source.word);
            self.screen
                .raw(&format!("  {}", self.screen.paint(Style::Dim, &accept)));
        }
    }

    fn ended(&self, summary: &Summary) {
        let Some(source) = &self.source else { return };
        if self.detail == Detail::Quiet && summary.is_well() {
            return;
        }
        let name = self
            .screen
            .paint(Style::Plain, &format!("{:<24}", source.name));
        if let Some(why) = &summary.not_here {
            self.screen.raw(&format!(
                "{} {name} {why}",
                self.screen.paint(Style::Dim, "skipped")
            ));
            return;
        }
        let (style, word) = if summary.is_well() {
            (Style::Good, "ok     ")
        } else {
            (Style::Error, "failed ")
        };
        let mut counts = vec![format!("{} steps passed", summary.passed)];
        let further = [
            (summary.failed, "failed"),
            (summary.skipped, "skipped"),
            (summary.not_run, "not run"),
        ];
        counts.extend(
            further
                .iter()
                .filter(|f| f.0 > 0)
                .map(|(count, word)| format!("{count} {word}")),
        );
        counts.extend(summary.unchecked.as_ref().map(ToString::to_string));
        let took = format!("{} ms", summary.took.as_millis());
        let title = self.screen.paint(Style::Plain, &self.title);
        self.screen.raw(&format!(
            "{} {name} {title}: {} ({took})",
            self.screen.paint(style, word),
            counts.join(", ")
        ));
    }
}

impl Report for Text {
    fn wants_pictures(&self) -> bool {
        self.verbose()
    }

    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Begun(source, lesson) => self.begun(source, lesson),
            Event::Step(report) => self.step(report),
            Event::Ended(summary) => self.ended(summary),
            Event::Unreadable(source, problems) => {
                let serious = problems.iter().filter(|p| p.severity == Severity::Error);
                for found in serious {
                    self.screen.aside_raw(&self.rendered(source, found));
                }
            }
            Event::Looked(source, problems) => {
                self.looked = Some(self.looked == Some(true) || !problems.is_empty());
                for found in *problems {
                    self.screen.raw(&self.rendered(source, found));
                }
            }
            Event::Checking(submission, _) => {
                self.exercise = submission.name();
                if self.verbose() {
                    let text = format!("{}: {}", self.exercise, submission.program);
                    self.screen.raw(&self.screen.paint(Style::Strong, &text));
                }
            }
            Event::Waiting(what) => {
                if self.waited != *what {
                    self.screen.aside(what);
                    (*what).clone_into(&mut self.waited);
                }
            }
            Event::Check(report) => {
                self.fold(report);
                checks::check(self.screen, self.detail, report);
            }
            Event::Checked(tally, _) => {
                self.unfold(*tally);
                checks::ended(self.screen, self.detail, &self.exercise, *tally);
            }
            Event::Unable { why, .. } => self.screen.aside(&format!("error: {why}")),
            Event::Closed => {
                if self.looked == Some(false) && self.detail != Detail::Quiet {
                    self.screen.line("nothing found");
                }
            }
        }
    }
}

/// The reason in plain words, without colour; control characters are escaped.
pub(crate) fn plainly(step: &Step, reason: &Reason) -> String {
    explained(Screen::plain(), step, reason)
}

/// The reason in words; safe for the terminal.
fn explained(screen: Screen, step: &Step, reason: &Reason) -> String {
    let console = &step.console;
    let text = match reason {
        Reason::Differs(mismatch) => {
            let lines = compare::diff(mismatch);
            let mut text = String::from("- the lesson says, + the run showed:\n");
            text.push_str(&if screen.colour() {
                compare::coloured(&lines)
            } else {
                compare::plain(&lines)
            });
            if let Some(note) = &mismatch.note {
                text.push_str(&screen.paint(Style::Plain, note));
            }
            return text;
        }
        Reason::PacketsDiffer(packets) => {
            let lines = compare::between(&packets.expected, &packets.actual);
            let drawn = if screen.colour() {
                compare::coloured(&lines)
            } else {
                compare::plain(&lines)
            };
            return format!("packets: - the lesson says, + the wire carried:\n{drawn}");
        }
        Reason::Unexpected { error, note, .. } => {
            let note = note
                .as_ref()
                .map_or_else(String::new, |note| format!("\n  {note}"));
            format!("error: {error}{note}\nno `//> error:` line expects it")
        }
        Reason::Expression { of, text, shown } => {
            format!("the lesson's {of} `{text}` came to: {shown}")
        }
        Reason::DidNotWait => format!(
            "the lesson says `waits`, but the statement ended at once in console `{console}`; \
             what ends it must be a later step"
        ),
        Reason::TimedOut { limit, wait } => {
            let doing = match wait {
                Some(wait) => format!("still waits in {wait}"),
                None => "still runs".into(),
            };
            format!("console `{console}` {doing} after {}", seconds(*limit))
        }
        Reason::NoConsole(text) => format!("error: {text}"),
    };
    text.lines()
        .map(|line| screen.paint(Style::Plain, line))
        .collect::<Vec<_>>()
        .join("\n")
}

/// What the step is called: its prose's first line, or its id.
fn headline(step: &Step) -> String {
    match step.headline() {
        "" => step.id.clone().unwrap_or_default(),
        line => line.to_string(),
    }
}

fn seconds(limit: std::time::Duration) -> String {
    if limit.subsec_millis() == 0 {
        format!("{} s", limit.as_secs())
    } else {
        format!("{} ms", limit.as_millis())
    }
}
