//! Leads a learner through a lesson: reads what they enter, finds out what it came to, and carries
//! out what the state machine says.

mod answer;

use super::deeds::{Deeds, squeezed};
use super::goal::goal;
use super::judge::{Judgement, Seen, Why, judge};
use super::page::Page;
use super::stage::{Came, Ended, Stage, Watch};
use super::state::{Effect, How, Input, Kind, Note, Tutor};
use super::word::{WORDS, Word};
use super::{Asking, Front};
use crate::lesson::machine;
use crate::lesson::model::{Lesson, Statement, Step, StepKind};
use crate::lesson::progress::{self, Mark, Taken};
use crate::lesson::run::TIMEOUT;

/// A lesson that is to be taken.
pub struct Course<'a> {
    /// Its full name: `03-getaddrinfo`.
    pub name: &'a str,
    /// The lesson.
    pub lesson: &'a Lesson,
    /// How far it was taken already.
    pub taken: Taken,
    /// The lesson after it.
    pub next: Option<&'a str>,
}

/// Teaches a lesson, until its end or until the learner leaves. Gives whether the end was reached.
pub fn teach(course: Course<'_>, front: &mut dyn Front) -> bool {
    let keys = progress::keys(course.lesson);
    let page = Page {
        screen: front.screen(),
        width: front.width(),
    };
    if let Some(why) = machine::lacks(&course.lesson.header.only_if) {
        page.note(&format!("this lesson is for other machines: {why}"));
        return false;
    }
    let mut lead = Lead {
        stage: Stage::new(page.screen),
        tutor: Tutor::new(course.lesson.steps.iter().map(kind).collect()),
        done: Deeds::default(),
        keys,
        page,
        front,
        course,
    };
    lead.lesson()
}

/// What a step asks of the learner.
fn kind(step: &Step) -> Kind {
    match step.kind {
        _ if machine::lacks(&step.only_if).is_some() => Kind::Absent,
        StepKind::Explore(_) => Kind::Explore,
        _ if step.given => Kind::Given,
        _ => Kind::Task {
            hints: step.hints.len(),
        },
    }
}

struct Lead<'a, 'f> {
    course: Course<'a>,
    front: &'f mut dyn Front,
    keys: Vec<String>,
    page: Page,
    tutor: Tutor,
    stage: Stage,
    /// What the learner's lines did since the step began.
    done: Deeds,
}

impl Lead<'_, '_> {
    fn lesson(&mut self) -> bool {
        self.page.title(self.course.name, self.course.lesson);
        let new = self.course.taken.new_steps(&self.keys).join("`, `");
        if !new.is_empty() {
            let text = format!("this lesson has changed since you took it; new: `{new}`");
            self.page.note(&text);
        }
        let at = self.course.taken.resume_at(&self.keys);
        self.course.taken.known = self.keys.iter().cloned().collect();
        let effects = self.tutor.begin(at);
        self.carry_out(&effects);
        while !self.tutor.is_over() {
            let entry = self.front.read(self.asking());
            let input = match &entry {
                None => Some(Input::Ended),
                Some(entry) => self.understand(entry.trim()),
            };
            if let Some(input) = input {
                let effects = self.tutor.take(input);
                self.carry_out(&effects);
            }
        }
        self.tutor.at() >= self.keys.len()
    }

    fn step(&self) -> Option<&'_ Step> {
        self.course.lesson.steps.get(self.tutor.at())
    }

    fn asking(&self) -> Asking {
        match self.step().map(|step| &step.kind) {
            Some(StepKind::Ask(_)) if self.tutor.is_playing() => Asking::Line,
            Some(StepKind::Ask(question)) if question.is_typed() => Asking::Answer,
            Some(StepKind::Ask(_)) => Asking::Choice,
            _ => Asking::Line,
        }
    }

    /// Finds out what the learner meant, and does it; none where the lesson stays as it is.
    fn understand(&mut self, entry: &str) -> Option<Input> {
        if entry.is_empty() {
            return None;
        }
        let lesson = self.course.lesson;
        let at = self.tutor.at();
        let step = lesson.steps.get(at)?;
        if let Some(word) = self.word(entry, step) {
            return Some(Input::Said(word));
        }
        let playing = self.tutor.is_playing();
        let wanted = match &step.kind {
            StepKind::Enter(line) => !playing && squeezed(line) == squeezed(entry),
            _ => false,
        };
        let choosing =
            matches!(&step.kind, StepKind::Ask(question) if answer::is_choice(question, entry));
        if !choosing && self.front.is_command(entry) {
            self.command(entry);
            return wanted.then_some(Input::Right);
        }
        match &step.kind {
            _ if playing => {
                self.run(at, step, entry, false);
                None
            }
            StepKind::Ask(question) => Some(self.answer(at, step, question, entry)),
            StepKind::Enter(_) => {
                let ended = self.run(at, step, entry, false);
                let failed = matches!(&ended, Came::Ended(ended) if ended.error.is_some());
                Some(match (wanted, failed) {
                    (true, _) => Input::Right,
                    (false, true) => Input::Wrong,
                    (false, false) => Input::Open,
                })
            }
            StepKind::Statement(statement) => Some(self.line(at, step, statement, entry)),
            StepKind::Explore(_) => None,
        }
    }

    /// The word to the tutor that an entry is. A variable or a choice of that name comes first.
    fn word(&mut self, entry: &str, step: &Step) -> Option<Word> {
        let word = Word::of(entry)?;
        let is_choice = matches!(&step.kind, StepKind::Ask(question)
            if question.choices.iter().any(|choice| choice == entry));
        let is_variable = self.front.session().has_variable(&step.console, entry);
        let always = word == Word::Quit;
        (always || !(is_choice || is_variable)).then_some(word)
    }

    fn command(&mut self, entry: &str) {
        let mut words = entry.split_whitespace();
        if (words.next(), words.next()) == (Some("lesson"), Some("start")) {
            self.page
                .note("this is a lesson already; `quit` leaves it, and it goes on another time");
        } else {
            self.front.command(entry);
        }
    }

    /// Runs what the learner typed.
    fn run(&mut self, at: usize, step: &Step, entry: &str, may_hold: bool) -> Came {
        let watch = Watch {
            loud: true,
            may_hold,
            limit: None,
        };
        self.stage
            .run(self.front.session(), (at, step), entry, watch)
    }

    /// Runs a line at a step that wants one, and judges it.
    fn line(&mut self, at: usize, step: &Step, statement: &Statement, entry: &str) -> Input {
        let ended = match self.run(at, step, entry, step.waits) {
            Came::Holds(call, on) => {
                self.tell_waiting(&step.console, call, &on);
                return Input::Right;
            }
            Came::Ended(ended) => ended,
        };
        let session = self.front.session();
        // What a line that failed did before its error is done all the same.
        self.done.add(Deeds::of(entry));
        let compared = self.stage.compare(session, step, &ended.transcript);
        let seen = Seen {
            line: entry,
            failed: ended.error.is_some(),
            interrupted: ended.is_interrupted(),
            compared,
            check: self.stage.check(session, step),
            variables: self.stage.variables(session, &step.console, statement),
            done: &self.done,
        };
        let judgement = judge(statement, seen);
        self.tell(judgement, step.waits)
    }

    fn tell(&mut self, judgement: Judgement, waits: bool) -> Input {
        match judgement {
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
            Judgement::Wrong(why) => {
                match why {
                    Why::Failed => self
                        .page
                        .note("the step is still open: try again, or type `hint`"),
                    Why::Differs(mismatch) => {
                        self.page
                            .note("not quite: - is what the step wants, + is yours");
                        self.page.diff(&mismatch);
                    }
                    Why::Type(variable) => {
                        let article = variable.wants.unwrap_or_default();
                        let has = variable.has.unwrap_or_default();
                        let name = variable.name;
                        self.page.note(&format!(
                            "not quite: `{name}` is of the type `{has}` now; the step wants `{article}`"
                        ));
                    }
                    Why::NoEffect => {
                        self.page
                            .note("not quite: it ran, but what the step asks for is not there yet");
                    }
                }
                Input::Wrong
            }
        }
    }

    fn carry_out(&mut self, effects: &[Effect]) {
        for effect in effects {
            match *effect {
                Effect::Present(at) => self.present(at),
                Effect::Perform(at, how) => self.perform(at, how),
                Effect::Keep(at, mark) => self.keep(at, mark),
                Effect::Place(at) => self.place(at),
                Effect::Rebuild(to) => self.rebuild(to),
                Effect::Hint(at, number) => {
                    let hint = self.course.lesson.steps[at].hints.get(number);
                    self.page
                        .prose(&format!("**hint:** {}", hint.map_or("", String::as_str)));
                }
                Effect::Say(note) => self.say(note),
                Effect::Close => self.close(),
                Effect::Leave => {
                    let name = self.course.name;
                    self.page
                        .note(&format!("`lesson start {name}` goes on here"));
                }
            }
        }
    }

    fn present(&mut self, at: usize) {
        let step = &self.course.lesson.steps[at];
        self.done = Deeds::default();
        self.tell_states(&step.console);
        self.join(&step.console, true);
        self.stage.define(self.front.session(), &step.console);
        self.front.sit_at(&step.console);
        self.page.step(at, self.course.lesson, step);
    }

    /// Shows what the consoles that wait are doing, but for the one that is joined next.
    fn tell_states(&mut self, next: &str) {
        for (console, state) in self.stage.states() {
            match state {
                Some((call, on)) if console != next => self.tell_waiting(&console, call, &on),
                Some(_) => {}
                None => self
                    .page
                    .good(&format!("  [{console}] wakes up: its statement has ended")),
            }
        }
    }

    fn tell_waiting(&self, console: &str, call: &str, on: &str) {
        let on = if on.is_empty() {
            String::new()
        } else {
            format!(" on {on}")
        };
        self.page
            .note(&format!("  [{console}] waits in {call}{on}"));
    }

    /// Ends what waits in a console: what ends it has happened by now.
    fn join(&mut self, console: &str, loud: bool) {
        let steps = &self.course.lesson.steps;
        let front = &*self.front;
        let limit = self.course.lesson.header.timeout.unwrap_or(TIMEOUT);
        let joined = self
            .stage
            .join(console, Some(limit), || front.take_interrupt());
        let Some((at, ended)) = joined else { return };
        let step = &steps[at];
        if loud && !ended.transcript.is_empty() {
            self.page.screen.line(&ended.transcript);
        }
        match self
            .stage
            .compare(self.front.session(), step, &ended.transcript)
        {
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
    fn perform(&mut self, at: usize, how: How) {
        let step = &self.course.lesson.steps[at];
        let loud = how != How::Skipped;
        match &step.kind {
            StepKind::Statement(statement) => {
                if loud {
                    self.page.typed(&step.console, &statement.source);
                }
                let came = self.perform_statement(at, step, statement, loud);
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
                    self.run(at, step, line, false);
                }
            }
            _ => {}
        }
    }

    fn perform_statement(
        &mut self,
        at: usize,
        step: &Step,
        statement: &Statement,
        loud: bool,
    ) -> Result<(), String> {
        let header = self.course.lesson.header.timeout;
        let watch = Watch {
            loud,
            may_hold: step.waits,
            limit: Some(step.timeout.or(header).unwrap_or(TIMEOUT)),
        };
        let came = self
            .stage
            .run(self.front.session(), (at, step), &statement.source, watch);
        match came {
            Came::Holds(call, on) => {
                if loud {
                    self.tell_waiting(&step.console, call, &on);
                }
                Ok(())
            }
            Came::Ended(ended) => self.as_expected(step, &ended),
        }
    }

    fn as_expected(&mut self, step: &Step, ended: &Ended) -> Result<(), String> {
        let compared = self
            .stage
            .compare(self.front.session(), step, &ended.transcript);
        match compared {
            Some(Ok(captures)) => {
                self.stage.captures.extend(captures);
                Ok(())
            }
            Some(Err(_)) if ended.error.is_none() => Ok(()),
            None if ended.error.is_none() => Ok(()),
            _ => Err(ended.transcript.clone()),
        }
    }

    /// Makes the consoles anew as they are before a step.
    fn rebuild(&mut self, to: usize) {
        self.front.begin_anew();
        self.stage = Stage::new(self.page.screen);
        let mut failed = None;
        let _ = self.front.take_interrupt();
        for (at, step) in self.course.lesson.steps[..to].iter().enumerate() {
            let StepKind::Statement(statement) = &step.kind else {
                continue;
            };
            if machine::lacks(&step.only_if).is_some() {
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

    fn keep(&mut self, at: usize, mark: Mark) {
        let kept = self.course.taken.steps.entry(self.keys[at].clone());
        let kept = kept.or_insert(mark);
        *kept = (*kept).max(mark);
    }

    fn place(&mut self, at: Option<usize>) {
        self.course.taken.at = at.and_then(|at| self.keys.get(at).cloned());
        self.course.taken.finished |= at.is_none();
        self.front.keep(&self.course.taken);
    }

    fn say(&mut self, note: Note) {
        match note {
            Note::StillOpen => match self.step().and_then(goal) {
                Some(goal) => self.page.note(&format!(
                    "(that ran; this step is still open: it wants {goal})"
                )),
                None => self.page.note("(that ran; the question is still open)"),
            },
            Note::OfferShow => self
                .page
                .note("no further hint: `show` types the answer for you"),
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
            Note::Words => {
                for (name, _, what) in WORDS {
                    self.page.note(&format!("  {name:<8} {what}"));
                }
            }
        }
    }

    fn close(&mut self) {
        for console in self.stage.holding() {
            self.tell_states("");
            self.join(&console, true);
        }
        let of = self.keys.len();
        self.page.screen.raw("");
        self.page
            .good(&format!("{} done", super::page::bar(of, of)));
        self.page.prose(&self.course.lesson.closing);
        match self.course.next {
            Some(next) => self.page.note(&format!("next: `lesson start {next}`")),
            None => {}
        }
    }
}
