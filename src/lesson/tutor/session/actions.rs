//! What the tutor does itself: a step's own answer, the steps before a place, the end of what waits.

use super::{How, Lead, RunOutcome, Stage, WatchMode, stage};
use crate::console::StatementEnd;
use crate::lesson::format::model::{Statement, Step, StepKind};
use crate::lesson::run::TIMEOUT;
use crate::lesson::run::requirements;

impl Lead<'_, '_> {
    /// Ends what waits in a console: what ends it has happened by now.
    pub(crate) fn join(&mut self, console: &str, loud: bool) {
        let front = &*self.front;
        let limit = self.course.lesson.header.timeout.unwrap_or(TIMEOUT);
        let joined = self
            .stage
            .join(console, Some(limit), || front.take_interrupt());
        let Some((at, ended)) = joined else { return };
        let step = self.steps[at];
        let transcript = ended.transcript();
        if loud && !transcript.is_empty() {
            self.page.screen.line(&transcript);
        }
        match self.stage.compare(self.front.session(), step, &transcript) {
            Some(Ok(captures)) => self.stage.captures.extend(captures),
            Some(Err(mismatch)) if loud => {
                self.page
                    .note("in the lesson this shows something else (-):");
                self.page.diff(&mismatch);
            }
            _ => {}
        }
    }

    /// Carries out a step's own answer. Gives whether it went as the lesson says.
    pub(crate) fn run_command(&mut self, at: usize, how: How) {
        let step = self.steps[at];
        let loud = how != How::Skipped;
        if let Some(exercise) = &step.exercise {
            if loud {
                match self.front.solution(exercise) {
                    Ok(text) => self.page.screen.line(text.trim_end()),
                    Err(why) => self.page.note(&why),
                }
            }
            return;
        }
        match &step.kind {
            StepKind::Statement(statement) => {
                if loud {
                    self.page.typed(&step.console, &statement.source);
                }
                let packets = self.last_packet(statement);
                let mut came = self.perform_well(at, step, statement, loud);
                if came.is_err() {
                    // What the learner did before may stand in its way.
                    self.page.note(
                        "(that fails after what was done here: once more, in fresh consoles)",
                    );
                    self.rebuild(at);
                    self.join(&step.console, false);
                    self.stage.define(self.front.session(), &step.console);
                    came = self.perform_well(at, step, statement, loud);
                }
                if loud && came.is_ok() {
                    self.draw_packets(step, packets);
                }
                if let Err(why) = came {
                    let why = why.lines().last().unwrap_or_default().to_string();
                    self.page.note(&format!(
                        "this did not work here: {why}; `restart` begins in fresh consoles"
                    ));
                }
            }
            StepKind::Ask(question) if loud => {
                let answers = question.answers.iter().map(|answer| answer.text.as_str());
                let answers: Vec<&str> = answers.filter(|text| *text != "*").collect();
                match answers.join("`, or `").as_str() {
                    "" => self.page.note("there is no one answer to this"),
                    answers => self.page.note(&format!("the answer: `{answers}`")),
                }
            }
            StepKind::Enter(line) if loud => {
                self.page.typed(&step.console, line);
                if self.front.is_command(line) {
                    self.front.command(line);
                } else {
                    self.run(at, &step.console, line, false);
                }
            }
            _ => {}
        }
    }

    /// Carries out a step's own statement; an error where its `check:` does not hold after it.
    fn perform_well(
        &mut self,
        at: usize,
        step: &Step,
        statement: &Statement,
        loud: bool,
    ) -> Result<(), String> {
        self.perform_statement(at, step, statement, loud)?;
        let session = self.front.session();
        match stage::check(session, step).filter(|_| !step.waits) {
            Some(false) => Err("it ran, but not as it should".into()),
            _ => Ok(()),
        }
    }

    pub(crate) fn perform_statement(
        &mut self,
        at: usize,
        step: &Step,
        statement: &Statement,
        loud: bool,
    ) -> Result<(), String> {
        let header = self.course.lesson.header.timeout;
        let watch = WatchMode {
            loud,
            may_hold: step.waits,
            limit: Some(step.timeout.or(header).unwrap_or(TIMEOUT)),
        };
        let came = self.stage.run(
            self.front.session(),
            (at, &step.console),
            &statement.source,
            watch,
        );
        match came {
            RunOutcome::Holds(wait) => {
                if loud {
                    self.tell_waiting(&step.console, &wait);
                    self.just_told = Some(step.console.clone());
                }
                Ok(())
            }
            // What the tutor carries out is never left.
            RunOutcome::Left => Ok(()),
            RunOutcome::Ended(ended) => self.as_expected(step, &ended),
        }
    }

    pub(crate) fn as_expected(&mut self, step: &Step, ended: &StatementEnd) -> Result<(), String> {
        let transcript = ended.transcript();
        match self.stage.compare(self.front.session(), step, &transcript) {
            Some(Ok(captures)) => {
                self.stage.captures.extend(captures);
                Ok(())
            }
            // Ports and speeds differ; what counts is that it ran.
            Some(Err(_)) | None if ended.outcome.error.is_none() => Ok(()),
            _ => Err(transcript),
        }
    }

    /// Makes the consoles anew as they are before a step.
    pub(crate) fn rebuild(&mut self, to: usize) {
        self.front.begin_anew();
        self.stage = Stage::new(self.page.screen);
        let mut failed = None;
        let _ = self.front.take_interrupt();
        for at in 0..to {
            let step = self.steps[at];
            let StepKind::Statement(statement) = &step.kind else {
                continue;
            };
            if step.exercise.is_some() {
                continue;
            }
            if requirements::missing(&step.only_if).is_some() {
                continue;
            }
            self.join(&step.console, false);
            self.stage.define(self.front.session(), &step.console);
            if let Err(why) = self.perform_statement(at, step, statement, false)
                && failed.is_none()
            {
                failed = Some((at, why));
            }
            if self.front.take_interrupt() {
                break;
            }
        }
        if to > 0 {
            self.page
                .note("(the steps before this one were done for you: your variables are there)");
        }
        if let Some((at, why)) = failed {
            let why = why.lines().last().unwrap_or_default();
            self.page
                .note(&format!("step {} did not work this time: {why}", at + 1));
        }
    }
}
