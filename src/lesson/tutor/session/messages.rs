//! What the tutor says: to a line, about the consoles that wait, at the end.

use super::attempt::SAMPLE;
use super::{
    Asking, CodeFacts, Input, Judgement, Lead, Note, Step, WORDS, WrongReason, goal, stage,
};
use crate::console::Wait;
use crate::lesson::tutor::judge::bytes_text;
use crate::lesson::tutor::page::bar;
use crate::script::catalog::{Effect, ValueType};

impl Lead<'_, '_> {
    /// Says what a line was worth; none where the step goes on with the next line.
    pub(crate) fn tell(
        &mut self,
        judgement: Judgement,
        waits: bool,
        failed: bool,
    ) -> Option<Input> {
        let wanted = self.step().and_then(goal);
        let wanted = wanted.unwrap_or_else(|| "something else".into());
        Some(match judgement {
            Judgement::Right(captures) => {
                self.stage.captures.extend(captures);
                self.page.good(if waits {
                    "ok (it need not wait any more)"
                } else {
                    "ok"
                });
                Input::Right
            }
            Judgement::RightBut(mismatch) => {
                self.page.note(
                    "in the lesson this shows something else (-); your values are your own (+):",
                );
                self.page.diff(&mismatch);
                Input::Right
            }
            Judgement::Open => Input::Open,
            Judgement::Half(missing) => {
                self.page
                    .note(&format!("so far so good; still to come: `{missing}`"));
                return None;
            }
            Judgement::Copied => {
                self.page
                    .note("that is the value; now let the program find it out");
                Input::Open
            }
            Judgement::Wrong(why) => {
                self.tell_wrong(why, failed, &wanted);
                Input::Wrong
            }
        })
    }

    /// Says why a try fell short of what is wanted.
    fn tell_wrong(&mut self, why: WrongReason, failed: bool, wanted: &str) {
        match why {
            WrongReason::Failed => {
                let text = format!("the step is still open: try again{}", self.or_help());
                self.page.note(&text);
            }
            WrongReason::Differs(_) if failed => self.page.note(&format!(
                "not quite: that is another error; the step wants {wanted}"
            )),
            WrongReason::Address(address) => {
                let text = format!("not quite: the step wants the address `{address}`");
                self.page.note(&text);
                let statement = self.step().and_then(Step::statement);
                let model = statement
                    .map(|it| CodeFacts::of(&it.source))
                    .unwrap_or_default();
                if !failed && !model.effects().contains(&Effect::SendsTo) {
                    self.page.note(
                        "(a socket keeps the address it got: make a new one, or `show` does it all anew)",
                    );
                }
            }
            WrongReason::Differs(mismatch) if mismatch.actual.concat().is_empty() => {
                let text = format!("not quite: that shows nothing; the step wants {wanted}");
                self.page.note(&text);
            }
            WrongReason::Differs(mismatch) => {
                self.page
                    .note("not quite: - is what the step wants, + is yours");
                self.page.diff(&mismatch);
            }
            WrongReason::Type(variable) => {
                let article = variable.wants.map_or("", ValueType::word);
                let has = variable.has.map_or("", ValueType::word);
                let name = variable.name;
                self.page.note(&format!(
                    "not quite: `{name}` is of the type `{has}` now; the step wants `{article}`"
                ));
            }
            WrongReason::Check if self.defines_a_function() => {
                let text = self.of_sample_call();
                self.page.note(&text);
            }
            WrongReason::Check => self.page.note(&format!(
                "not quite: it ran, but not as the step wants it ({wanted})"
            )),
            WrongReason::NoEffect => self
                .page
                .note(&format!("not quite: it ran, but the step wants {wanted}")),
            WrongReason::Receiver(call) => self.page.note(&format!(
                "not quite: the step wants `{call}`, and this was another socket"
            )),
            WrongReason::Payload(bytes) => self
                .page
                .note(&format!("not quite: the step sends {}", bytes_text(&bytes))),
            WrongReason::OwnFunction(name, mismatch) => {
                self.page.note(&format!(
                    "not quite: that is what your own `{name}` makes of it (+); the lesson's shows this (-)"
                ));
                self.page.diff(&mismatch);
                self.page.note(&format!(
                    "write `{name}` once more and then this line; or `back`"
                ));
            }
        }
    }

    fn defines_a_function(&self) -> bool {
        let statement = self.step().and_then(Step::statement);
        statement.is_some_and(|it| !CodeFacts::of(&it.source).functions.is_empty())
    }

    /// What the sample call of a function that falls short comes to.
    fn of_sample_call(&mut self) -> String {
        let step = self.step();
        let check = step.and_then(|step| Some((&step.console, step.check.as_ref()?)));
        let Some((console, check)) = check else {
            return String::new();
        };
        let session = self.front.session();
        // One comparison tells most by its left side.
        let is_one = !check.text.contains("&&") && !check.text.contains("||");
        let (call, should) = match check.text.split_once(" == ").filter(|_| is_one) {
            Some((call, should)) if !call.starts_with('{') => (call, Some(should)),
            _ => (check.text.as_str(), None),
        };
        match stage::value_within(session, console, call, SAMPLE) {
            Ok(value) => match should {
                Some(should) => format!(
                    "not quite: `{call}` gives `{}`, not `{should}`",
                    value.brief()
                ),
                None => format!("not quite: `{call}` should be true"),
            },
            Err(why) => format!("not quite: `{call}` ends in an error: {why}"),
        }
    }

    /// What else one can type after a wrong try.
    pub(crate) fn or_help(&self) -> &'static str {
        if self.tutor.has_hint() {
            ", or type `hint`"
        } else {
            "; `show` types the answer"
        }
    }

    /// Shows what the consoles that wait are doing, but for the one that is joined next.
    pub(crate) fn tell_states(&mut self, next: &str) {
        let told = self.just_told.take();
        for (console, state) in self.stage.states() {
            match state {
                Some(_) if told.as_ref() == Some(&console) => {}
                Some(wait) if console != next => self.tell_waiting(&console, &wait),
                Some(_) => {}
                None => self
                    .page
                    .good(&format!("  [{console}] wakes up: its statement has ended")),
            }
        }
    }

    pub(crate) fn tell_waiting(&self, console: &str, wait: &Wait) {
        self.page.note(&format!("  [{console}] waits in {wait}"));
    }

    /// What to do at an exercise.
    pub(crate) fn tell_exercise(&self) {
        let name = self.course.name;
        let exercise = self.step().and_then(|step| step.exercise.as_deref());
        let exercise = exercise.unwrap_or_default();
        for (what, why) in [
            (
                format!("lesson starter {name} {exercise}"),
                "writes a file to begin with",
            ),
            (
                format!("lesson check {name} --exercise {exercise} {exercise}.rhai"),
                "checks yours; when all is well, the lesson goes on",
            ),
            ("show".into(), "a solution"),
            ("skip".into(), "goes on without it"),
        ] {
            self.page.note(&format!("  `{what}`: {why}"));
        }
    }

    pub(crate) fn say(&mut self, note: Note) {
        match note {
            Note::StillOpen => match self.step().and_then(goal) {
                Some(goal) => self.page.note(&format!(
                    "(this step is still open: it wants {goal})"
                )),
                None => self.page.note(match self.asking() {
                    Asking::Choice(_) => {
                        "(the question is still open: answer with a number, or with the words of a choice)"
                    }
                    Asking::Answer => "(the question is still open)",
                    _ => "(this step is still open)",
                }),
            },
            Note::OfferShow if self.step().is_some_and(|step| step.exercise.is_some()) => {
                self.page
                    .note("each check that fails says what it wants; `show` shows a solution");
            }
            Note::OfferShow => {
                let hints = self.step().is_some_and(|step| !step.hints.is_empty());
                let lead = if hints {
                    "no further hint"
                } else {
                    "there is no hint here"
                };
                let wants = self.step().and_then(goal);
                let wants = wants.map_or(String::new(), |goal| format!(" (it wants {goal})"));
                self.page
                    .note(&format!("{lead}{wants}: `show` types the answer for you"));
            }
            Note::Playing => self
                .page
                .note("free play: nothing is judged; `next` goes on"),
            Note::OnlyNext => self
                .page
                .note("there is nothing to get right here: `next` goes on"),
            Note::NotYet => {
                self.page
                    .note("this step is still open: do it, or `skip` does it and goes on");
            }
            Note::NothingBefore => self.page.note("this is the first step"),
            Note::AtEnd => self.page.note(
                "the lesson is done: play on in its consoles; `back` and `goto 1` go into it again, `quit` leaves",
            ),
            Note::Words => {
                for (name, _, what) in WORDS {
                    self.page.note(&format!("  {name:<8} {what}"));
                }
            }
        }
    }

    pub(crate) fn close(&mut self) {
        for console in self.stage.holding() {
            self.tell_states("");
            self.join(&console, true);
        }
        let of = self.keys.len();
        self.page.screen.raw("");
        self.page.good(&format!("{} done", bar(of, of)));
        self.page.prose(&self.course.lesson.closing);
        self.page
            .note("(its consoles stay as they are for you to play with, until `quit`)");
        if let Some(next) = self.course.next {
            self.page.note(&format!("next: `lesson start {next}`"));
        }
    }
}
