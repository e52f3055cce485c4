//! The report of an exercise's checks: a line for each, and all about those that fell short.

use crate::console::screen::{Screen, Style};
use crate::lesson::compare;
use crate::lesson::event::Reason;
use crate::lesson::evidence;
use crate::lesson::exercise::{CheckReport, Outcome, Shortfall, Tally};
use crate::lesson::model::Step;

/// How many lines of the program's own output are shown with a failure.
const WROTE: usize = 8;
/// The widest of them, in characters.
const WIDEST: usize = 100;

/// Draws on a screen.
#[derive(Debug, Clone, Copy)]
pub struct Checks {
    screen: Screen,
}

impl Checks {
    /// A report.
    pub fn new(screen: Screen) -> Self {
        Self { screen }
    }

    /// Takes the next check. Preparations only show when they fail.
    pub fn check(self, report: &CheckReport<'_>) {
        let name = report.check.name;
        match &report.outcome {
            Outcome::Passed | Outcome::NotRun(_) if report.check.given => {}
            Outcome::Passed => self.line(Style::Good, "ok", name, ""),
            Outcome::Skipped(why) => self.line(Style::Dim, "skipped", name, why),
            Outcome::NotRun(why) => self.line(Style::Dim, "not run", name, why),
            Outcome::Failed(shortfall) => {
                self.line(Style::Error, "failed", name, "");
                self.shortfall(report, shortfall);
            }
        }
    }

    fn line(self, style: Style, word: &str, name: &str, why: &str) {
        let mark = self.screen.paint(style, &format!("{word:<8}"));
        let mut text = format!("{mark}{}", self.screen.paint(Style::Plain, name));
        if !why.is_empty() {
            text.push_str(&self.screen.paint(Style::Dim, &format!(": {why}")));
        }
        self.screen.raw(&text);
    }

    fn shortfall(self, report: &CheckReport<'_>, shortfall: &Shortfall) {
        for line in self.reason(&shortfall.reason).lines() {
            self.screen.raw(&format!("        {line}"));
        }
        if let Some(ended) = &shortfall.ended {
            self.screen
                .line(&format!("        the program {ended} during this check"));
        }
        for line in shortfall.evidence.iter().flat_map(|e| evidence::lines(e)) {
            self.screen.line(&format!("          {line}"));
        }
        let of = |step: &&(usize, &Step)| step.0 == shortfall.number;
        let step = report.check.steps.iter().find(of).map(|step| step.1);
        if let Some(hint) = step.and_then(|step| step.hints.first()) {
            self.screen.line(&format!("        hint: {hint}"));
        }
        let wrote: Vec<&str> = shortfall.wrote.lines().collect();
        if !wrote.is_empty() {
            self.screen.line("        the program wrote:");
        }
        for line in &wrote[wrote.len().saturating_sub(WROTE)..] {
            let line: String = line.chars().take(WIDEST).collect();
            self.screen.line(&format!("          | {line}"));
        }
    }

    /// The reason in words; safe for the terminal.
    fn reason(self, reason: &Reason) -> String {
        let text = match reason {
            Reason::Differs(mismatch) => {
                let lines = compare::diff(mismatch);
                let drawn = if self.screen.colour() {
                    compare::coloured(&lines)
                } else {
                    compare::plain(&lines)
                };
                return format!("- the check expects, + it came to:\n{drawn}");
            }
            Reason::Unexpected { error, note } => match note {
                Some(note) => format!("{error}\n  {note}"),
                None => error.clone(),
            },
            Reason::Expression { text, shown, .. } => format!("`{text}` came to: {shown}"),
            Reason::DidNotWait => "it did not wait".into(),
            Reason::TimedOut { limit, waiting } => {
                let doing = waiting.as_ref().map_or_else(String::new, |(call, _)| {
                    format!("; the check still waits in {call}")
                });
                format!("it took longer than {} s{doing}", limit.as_secs_f64())
            }
            Reason::NoConsole(text) => text.clone(),
        };
        text.lines()
            .map(|line| self.screen.paint(Style::Plain, line))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Says how it went in all.
    pub fn ended(self, about: &str, tally: Tally) {
        let (style, word) = if tally.is_well() {
            (Style::Good, "ok")
        } else {
            (Style::Error, "failed")
        };
        let all = tally.passed + tally.failed + tally.not_run;
        let mut text = format!("{} of {all} checks passed", tally.passed);
        for (count, what) in [(tally.failed, "failed"), (tally.not_run, "not run")] {
            if count > 0 {
                text.push_str(&format!(", {count} {what}"));
            }
        }
        if tally.skipped > 0 {
            text.push_str(&format!(", {} skipped on this machine", tally.skipped));
        }
        self.screen.raw(&format!(
            "{} {}: {text}",
            self.screen.paint(style, word),
            self.screen.paint(Style::Plain, about)
        ));
    }
}
