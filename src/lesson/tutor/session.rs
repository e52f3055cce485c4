//! Leads a learner through a lesson: reads what they enter, finds out what it came to, and carries
//! out what the state machine says.

mod actions;
mod answer;
mod messages;

use super::goal::goal;
use super::judge::{Judgement, Seen, WrongReason, judge};
use super::page::Page;
use super::spoken;
use super::stage::{self, RunOutcome, Stage, Watch};
use super::state::{Effect, How, Input, Kind, Note, Tutor};
use super::tutor_command::{TutorCommand, WORDS};
use super::{Asking, Checked, Front};
use crate::lesson::format::model::{Lesson, Statement, Step, StepKind};
use crate::lesson::progress::{self, Mark, Taken};
use crate::lesson::run::requirements;
use crate::lesson::tutor::code_facts::{CodeFacts, squeezed};
use crate::repr::escape::quoted;
use crate::script::failure::Failure;
use crate::script::suggest;

/// A lesson that is to be taken.
pub(crate) struct Course<'a> {
    /// Its full name: `03-getaddrinfo`.
    pub(crate) name: &'a str,
    /// The lesson.
    pub(crate) lesson: &'a Lesson,
    /// How far it was taken already.
    pub(crate) taken: Taken,
    /// The lesson after it.
    pub(crate) next: Option<&'a str>,
}

/// Teaches a lesson, until its end or until the learner leaves. Gives whether the end was reached.
pub(crate) fn teach(course: Course<'_>, front: &mut dyn Front) -> bool {
    let keys = progress::keys(course.lesson);
    let page = Page {
        screen: front.screen(),
        width: front.width(),
    };
    if let Some(why) = requirements::missing(&course.lesson.header.only_if) {
        page.note(&format!("this lesson is for other machines: {why}"));
        return false;
    }
    let steps = course.lesson.taught();
    let mut lead = Lead {
        stage: Stage::new(page.screen),
        tutor: Tutor::new(steps.iter().map(|step| kind(step)).collect()),
        steps,
        done: CodeFacts::default(),
        just_told: None,
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
        _ if requirements::missing(&step.only_if).is_some() => Kind::Absent,
        _ if step.exercise.is_some() => Kind::Task { hints: 0 },
        StepKind::Explore(_) => Kind::Explore,
        _ if step.given => Kind::Given,
        _ => Kind::Task {
            hints: step.hints.len(),
        },
    }
}

struct Lead<'a, 'f> {
    course: Course<'a>,
    steps: Vec<&'a Step>,
    front: &'f mut dyn Front,
    keys: Vec<String>,
    page: Page,
    tutor: Tutor,
    stage: Stage,
    /// What the learner's lines did since the step began.
    done: CodeFacts,
    /// The console of which we have just told that it waits.
    just_told: Option<String>,
}

impl<'a> Lead<'a, '_> {
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
        let ended = self.tutor.at() >= self.keys.len();
        if !ended {
            for (console, run, source) in self.stage.let_go(&self.steps) {
                self.front.leave(&console, run, source);
            }
        }
        ended
    }

    fn step(&self) -> Option<&'a Step> {
        self.steps.get(self.tutor.at()).copied()
    }

    fn asking(&self) -> Asking<'a> {
        match self.step().map(|step| &step.kind) {
            Some(StepKind::Ask(_)) if self.tutor.is_playing() => Asking::Line,
            Some(StepKind::Ask(question)) if question.is_typed() => Asking::Answer,
            Some(StepKind::Ask(question)) if question.choices.is_empty() => Asking::Remark,
            Some(StepKind::Ask(question)) => Asking::Choice(&question.choices),
            _ => Asking::Line,
        }
    }

    /// Finds out what the learner meant, and does it; none where the lesson stays as it is.
    fn understand(&mut self, entry: &str) -> Option<Input> {
        if entry.is_empty() {
            return None;
        }
        let (at, step) = (self.tutor.at(), self.step()?);
        if let Some(word) = self.word(entry, step) {
            return Some(Input::Said(word));
        }
        let playing = self.tutor.is_playing();
        let wanted = match &step.kind {
            StepKind::Enter(line) => {
                let same = squeezed(line) == squeezed(entry);
                !playing && (same || self.front.is_same_command(line, entry))
            }
            _ => false,
        };
        let choosing =
            matches!(&step.kind, StepKind::Ask(question) if answer::is_choice(question, entry));
        if !choosing && self.front.is_command(entry) {
            let checked = self.command(entry);
            let of_step = checked.filter(|it| step.exercise.as_ref() == Some(&it.exercise));
            return match of_step {
                Some(checked) if checked.well => Some(Input::Right),
                Some(_) => Some(Input::Wrong),
                None => wanted.then_some(Input::Right),
            };
        }
        let seat = self.front.console();
        let asks = matches!(step.kind, StepKind::Ask(_));
        match &step.kind {
            _ if playing || step.exercise.is_some() || (!asks && seat != step.console) => {
                self.aside(at, step, &seat, entry);
                None
            }
            StepKind::Ask(question) => Some(self.answer(at, step, question, entry)),
            StepKind::Enter(_) => {
                let ended = self.run(at, &seat, entry, false);
                let failed =
                    matches!(&ended, RunOutcome::Ended(ended) if ended.outcome.error.is_some());
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
    fn word(&mut self, entry: &str, step: &Step) -> Option<TutorCommand> {
        let word = TutorCommand::of(entry)?;
        let is_choice = matches!(&step.kind, StepKind::Ask(question)
            if question.choices.iter().any(|choice| choice == entry));
        let is_variable = self.front.session().has_variable(&step.console, entry);
        let always = word == TutorCommand::Quit;
        (always || !(is_choice || is_variable)).then_some(word)
    }

    fn command(&mut self, entry: &str) -> Option<Checked> {
        let mut words = entry.split_whitespace();
        if (words.next(), words.next()) == (Some("lesson"), Some("start")) {
            self.page
                .note("this is a lesson already; `quit` leaves it, and it goes on another time");
            return None;
        }
        self.front.command(entry)
    }

    /// Runs a line that nobody judges, in the console where the learner is.
    fn aside(&mut self, at: usize, step: &Step, seat: &str, entry: &str) {
        if self.stage.holds(seat) {
            self.tell_states("");
            self.page.note(&format!(
                "`{seat}` takes no line now; `console NAME` goes to another"
            ));
            return;
        }
        self.run(at, seat, entry, false);
        if !self.tutor.is_playing() && step.exercise.is_none() {
            let own = &step.console;
            self.page.note(&format!(
                "(you are in `{seat}`; this step is in `{own}`: `console {own}` goes there)"
            ));
        }
    }

    /// Runs what the learner typed.
    fn run(&mut self, at: usize, console: &str, entry: &str, may_hold: bool) -> RunOutcome {
        let watch = Watch {
            loud: true,
            may_hold,
            limit: None,
        };
        self.stage
            .run(self.front.session(), (at, console), entry, watch)
    }

    /// Runs a line at a step that wants one, and judges it.
    fn line(&mut self, at: usize, step: &Step, statement: &Statement, entry: &str) -> Input {
        // A line that waits somewhere else is the learner's own: Ctrl-C ends it.
        let model = CodeFacts::of(&statement.source);
        let deeds = CodeFacts::of(entry);
        let may_hold = step.waits && deeds.resembles(&model);
        // A line that cannot become a statement, or lacks its `let`, is refused with what to type.
        let runs = suggest::before_parsing(entry).is_none();
        if may_hold && runs && !model.made.is_subset(&deeds.set) {
            // What it gives would be lost, and the steps that follow need it.
            let wanted = goal(step).unwrap_or_default();
            self.page.note(&format!(
                "not run, for it would wait: the step wants {wanted}"
            ));
            return Input::Wrong;
        }
        let ended = match self.run(at, &step.console, entry, may_hold) {
            RunOutcome::Holds(wait) => {
                self.tell_waiting(&step.console, &wait);
                self.just_told = Some(step.console.clone());
                return Input::Right;
            }
            RunOutcome::Ended(ended) => ended,
        };
        let transcript = ended.transcript();
        let session = self.front.session();
        // What a line that failed did before its error is done all the same; one that was refused
        // did nothing.
        let error = ended.outcome.error.as_ref();
        if error.is_none_or(Failure::has_begun) {
            self.done.add(CodeFacts::of(entry));
        }
        let mut compared = self.stage.compare(session, step, &transcript);
        // `print(name)` shows a text without its quotes.
        let printed = deeds.prints() && !model.prints();
        if printed && matches!(compared, Some(Err(_))) {
            let as_value = quoted(&transcript);
            let again = self.stage.compare(session, step, &as_value);
            if matches!(again, Some(Ok(_))) {
                compared = again;
            }
        }
        let seen = Seen {
            line: entry,
            failed: ended.outcome.error.is_some(),
            interrupted: ended.is_interrupted(),
            compared,
            check: stage::check(session, step),
            variables: stage::variables(session, &step.console, statement),
            done: &self.done,
        };
        let failed = seen.failed;
        let judgement = judge(statement, seen);
        self.tell(judgement, step.waits, failed)
    }

    fn carry_out(&mut self, effects: &[Effect]) {
        // The terminal may have another size by now.
        self.page.width = self.front.width();
        for effect in effects {
            match *effect {
                Effect::Present(at) => self.present(at),
                Effect::Perform(at, how) => self.run_command(at, how),
                Effect::Keep(at, mark) => self.keep(at, mark),
                Effect::Place(at) => self.place(at),
                Effect::Rebuild(to) => self.rebuild(to),
                Effect::Hint(at, number) => {
                    let hint = self.steps[at].hints.get(number);
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
        let step = self.steps[at];
        self.done = CodeFacts::default();
        if step.exercise.is_some() {
            self.page.step(at, &self.steps);
            self.tell_exercise();
            return;
        }
        self.tell_states(&step.console);
        self.join(&step.console, true);
        self.stage.define(self.front.session(), &step.console);
        self.front.sit_at(&step.console);
        self.page.step(at, &self.steps);
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
}
