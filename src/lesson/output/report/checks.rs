//! An exercise's checks for people: a line for each, and all about those that fell short.

use super::Detail;
use crate::lesson::format::model::{Step, StepKind};
use crate::lesson::results::Reason;
use crate::lesson::results::{CheckOutcome, CheckReport, Shortfall, Tally};
use crate::lesson::run::compare;
use crate::lesson::run::evidence;
use crate::term::screen::{Screen, Style};

/// How many lines of the program's own output are shown with a failure.
const WROTE: usize = 8;
/// The widest of them, in characters.
const WIDEST: usize = 100;

/// Shows a check. Preparations only show when they fail, or where every step is to be shown.
pub(crate) fn check(screen: Screen, detail: Detail, report: &CheckReport<'_>) {
    if detail == Detail::Verbose {
        played(screen, report);
    }
    let quiet = detail == Detail::Quiet;
    let name = report.check.name;
    match &report.outcome {
        CheckOutcome::Passed | CheckOutcome::NotRun(_) if report.check.given => {}
        CheckOutcome::Passed | CheckOutcome::Skipped(_) | CheckOutcome::NotRun(_) if quiet => {}
        CheckOutcome::Passed => line(screen, Style::Good, "ok", name, ""),
        CheckOutcome::Skipped(why) => line(screen, Style::Dim, "skipped", name, why),
        // Told in all, at the end.
        CheckOutcome::NotRun(_) if detail != Detail::Verbose => {}
        CheckOutcome::NotRun(why) => line(screen, Style::Dim, "not run", name, why),
        CheckOutcome::Blocked(why) => {
            line(screen, Style::Error, "unable", name, "");
            for line in why.lines() {
                screen.line(&format!("        {line}"));
            }
        }
        CheckOutcome::Failed(shortfall) if shortfall.follows() && detail != Detail::Verbose => {}
        CheckOutcome::Failed(shortfall) => {
            line(screen, Style::Error, "failed", name, "");
            for line in lines(screen, report, shortfall) {
                screen.raw(&format!("        {line}"));
            }
        }
    }
}

fn line(screen: Screen, style: Style, word: &str, name: &str, why: &str) {
    let mark = screen.paint(style, &format!("{word:<8}"));
    let mut text = format!("{mark}{}", screen.paint(Style::Plain, name));
    if !why.is_empty() {
        text.push_str(&screen.paint(Style::Dim, &format!(": {why}")));
    }
    screen.raw(&text);
}

/// What the check's steps ran, and what each showed.
fn played(screen: Screen, report: &CheckReport<'_>) {
    for ((_, step), (_, transcript, _)) in report.check.steps.iter().zip(&report.steps) {
        let StepKind::Statement(statement) = &step.kind else {
            continue;
        };
        for (at, line) in statement.source.lines().enumerate() {
            let prompt = if at == 0 { "> " } else { ". " };
            screen.line(&format!("{prompt}{line}"));
        }
        if !transcript.is_empty() {
            screen.line(transcript);
        }
    }
}

/// All that is known of a check that fell short, in plain words; control characters are escaped.
pub(crate) fn plainly(report: &CheckReport<'_>, shortfall: &Shortfall) -> String {
    lines(Screen::plain(), report, shortfall).join("\n")
}

/// What to do: the advice for the fault, or else the hint of the step that fell short.
pub(crate) fn hint<'a>(report: &CheckReport<'a>, shortfall: &'a Shortfall) -> Option<&'a str> {
    if let Some(diagnosis) = &shortfall.diagnosis {
        return Some(&diagnosis.advice);
    }
    let of = |step: &&(usize, &'a Step)| step.0 == shortfall.number;
    let (_, step) = report.check.steps.iter().find(of)?;
    step.hints.first().map(String::as_str)
}

/// The same, line by line and safe for the terminal.
fn lines(screen: Screen, report: &CheckReport<'_>, shortfall: &Shortfall) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(diagnosis) = &shortfall.diagnosis {
        lines.push(screen.paint(Style::Strong, &diagnosis.says));
    }
    let reason = reason(screen, &shortfall.reason);
    lines.extend(reason.lines().map(str::to_owned));
    let mut add = |text: String| lines.push(screen.paint(Style::Plain, &text));
    if let Some(ended) = &shortfall.ended {
        add(format!("the program {ended} during this check"));
    }
    for line in shortfall.evidence.iter().flat_map(|e| evidence::lines(e)) {
        add(format!("  {line}"));
    }
    if let Some(hint) = hint(report, shortfall) {
        add(format!("hint: {hint}"));
    }
    let wrote: Vec<&str> = shortfall.wrote.lines().collect();
    if !wrote.is_empty() {
        add("the program wrote:".into());
    }
    for line in &wrote[wrote.len().saturating_sub(WROTE)..] {
        let line: String = line.chars().take(WIDEST).collect();
        add(format!("  | {line}"));
    }
    lines
}

/// The reason in words; safe for the terminal.
fn reason(screen: Screen, reason: &Reason) -> String {
    let text = match reason {
        Reason::Differs(mismatch) => {
            let lines = compare::diff(mismatch);
            let drawn = if screen.colour() {
                compare::coloured(&lines)
            } else {
                compare::plain(&lines)
            };
            return format!("- the check expects, + it came to:\n{drawn}");
        }
        Reason::PacketsDiffer(packets) => {
            let lines = compare::between(&packets.expected, &packets.actual);
            return format!("- packets expected, + seen:\n{}", compare::plain(&lines));
        }
        Reason::Unexpected { error, note, .. } => match note {
            Some(note) => format!("{error}\n  {note}"),
            None => error.clone(),
        },
        Reason::Expression { text, shown, .. } => format!("`{text}` came to: {shown}"),
        Reason::DidNotWait => "it did not wait".into(),
        Reason::TimedOut { limit, wait } => {
            let doing = wait.as_ref().map_or_else(String::new, |wait| {
                format!("; the check still waits in {}", wait.call)
            });
            format!("it took longer than {} s{doing}", limit.as_secs_f64())
        }
        Reason::NoConsole(text) => text.clone(),
    };
    text.lines()
        .map(|line| screen.paint(Style::Plain, line))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Says how many failures follow from the first one, which was shown.
pub(crate) fn folded(screen: Screen, first: &str, count: usize) {
    let follow = if count == 1 { "follows" } else { "follow" };
    let text = format!("begin with \"{first}\", and {count} more that {follow} from it");
    line(screen, Style::Error, "failed", &text, "");
}

/// Says how many checks were not run, and why.
pub(crate) fn not_run(screen: Screen, count: usize, why: &str) {
    let checks = if count == 1 { "check" } else { "checks" };
    line(
        screen,
        Style::Dim,
        "not run",
        &format!("{count} more {checks}"),
        why,
    );
}

/// Says how it went in all.
pub(crate) fn ended(screen: Screen, detail: Detail, about: &str, tally: Tally) {
    if detail == Detail::Quiet && tally.is_well() {
        return;
    }
    let (style, word) = match (tally.is_well(), tally.blocked) {
        (true, _) => (Style::Good, "ok"),
        (false, 0) => (Style::Error, "failed"),
        (false, _) => (Style::Error, "unable"),
    };
    let all = tally.passed + tally.failed + tally.not_run + tally.blocked;
    let mut text = format!("{} of {all} checks passed", tally.passed);
    for (count, what) in [(tally.failed, "failed"), (tally.not_run, "not run")] {
        if count > 0 {
            text.push_str(&format!(", {count} {what}"));
        }
    }
    if tally.skipped > 0 {
        text.push_str(&format!(", {} skipped on this machine", tally.skipped));
    }
    screen.raw(&format!(
        "{} {}: {text}",
        screen.paint(style, word),
        screen.paint(Style::Plain, about)
    ));
}
