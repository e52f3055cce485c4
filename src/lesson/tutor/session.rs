//! Leads a learner through a lesson: reads what they enter, finds out what it came to, and carries
//! out what the state machine says.

mod actions;
mod answer;
mod attempt;
mod messages;
mod packets_drawn;

use self::attempt::Attempt;
use super::goal::goal;
use super::judge::{Judgement, WrongReason};
use super::page::Page;
use super::spoken;
use super::stage::{self, RunOutcome, Stage, WatchMode};
use super::state::{How, Input, Kind, Note, Tutor, TutorEffect};
use super::tutor_command::{TutorCommand, WORDS, goto_target};
use super::{Asking, Checked, Front};
use crate::lesson::format::model::{Lesson, Statement, Step, StepKind};
use crate::lesson::progress::{self, Mark, Taken};
use crate::lesson::run::requirements;
use crate::lesson::tutor::code_facts::{CodeFacts, NameSet, squeezed};
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

/// Teaches a lesson, until the learner leaves. Gives the command with which they left, where it is
/// still to be carried out: the next lesson.
pub(crate) fn teach(course: Course<'_>, front: &mut dyn Front) -> Option<String> {
    let keys = progress::keys(course.lesson);
    let page = Page {
        screen: front.screen(),
        width: front.width(),
    };
    if let Some(why) = requirements::missing(&course.lesson.header.only_if) {
        page.note(&format!("this lesson is for other machines: {why}"));
        return None;
    }
    let steps = course.lesson.taught();
    let mut lead = Lead {
        stage: Stage::new(page.screen),
        tutor: Tutor::new(steps.iter().map(|step| kind(step)).collect()),
        steps,
        attempt: Attempt::default(),
        own_functions: NameSet::new(),
        just_told: None,
        leaves: false,
        then: None,
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
    attempt: Attempt,
    /// The functions that the learner wrote in their own words.
    own_functions: NameSet,
    /// The console of which we have just told that it waits.
    just_told: Option<String>,
    /// Whether something that the learner typed leaves the lesson.
    leaves: bool,
    /// The command to carry out after the lesson.
    then: Option<String>,
}

impl<'a> Lead<'a, '_> {
    fn lesson(&mut self) -> Option<String> {
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
            let input = if self.leaves {
                Some(Input::Ended)
            } else {
                input
            };
            if let Some(input) = input {
                let effects = self.tutor.take(input);
                self.carry_out(&effects);
            }
        }
        for (console, run, source) in self.stage.let_go(&self.steps) {
            self.front.leave(&console, run, source);
        }
        self.then.take()
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
        if let Some(target) = goto_target(entry) {
            return self.goto(target).map(Input::Said);
        }
        if let Some(word) = self.word(entry) {
            return Some(Input::Said(word));
        }
        let at = self.tutor.at();
        let Some(step) = self.step() else {
            if self.front.is_command(entry) {
                self.command(entry);
            } else {
                self.try_out(at, &self.front.console(), entry);
            }
            return None;
        };
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
        if !choosing
            && !self.stage.holds(&seat)
            && let Some(failure) = self.front.refusal()
        {
            self.page
                .screen
                .raw(&self.page.screen.failure(&failure, "", None));
            return None;
        }
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
            StepKind::Statement(statement) => self.line(at, step, statement, entry),
            StepKind::Explore(_) => None,
        }
    }

    /// The word to the tutor that an entry is. A variable or a choice of that name comes first.
    fn word(&mut self, entry: &str) -> Option<TutorCommand> {
        let word = TutorCommand::of(entry)?;
        let step = self.step();
        let is_choice = matches!(step.map(|step| &step.kind), Some(StepKind::Ask(question))
            if question.choices.iter().any(|choice| choice == entry));
        let console = step.map_or_else(|| self.front.console(), |step| step.console.clone());
        let is_variable = self.front.session().has_variable(&console, entry);
        let always = word == TutorCommand::Quit;
        (always || !(is_choice || is_variable)).then_some(word)
    }

    /// The step that stands behind `goto`: its number, or its name.
    fn goto(&self, target: &str) -> Option<TutorCommand> {
        let of = self.steps.len();
        let by_name = self
            .steps
            .iter()
            .position(|step| step.id.as_deref() == Some(target));
        let by_number = || target.parse::<usize>().ok()?.checked_sub(1);
        match by_name.or_else(by_number) {
            Some(at) if at < of => Some(TutorCommand::Goto(at)),
            _ => {
                self.page.note(&format!(
                    "`goto` takes the number of a step, from 1 to {of}: `goto {}`",
                    (self.tutor.at() + 1).min(of)
                ));
                None
            }
        }
    }

    fn command(&mut self, entry: &str) -> Option<Checked> {
        let mut words = entry.split_whitespace();
        if (words.next(), words.next()) == (Some("lesson"), Some("start")) {
            if self.tutor.is_at_end() {
                (self.leaves, self.then) = (true, Some(entry.into()));
                return None;
            }
            self.page
                .note("this is a lesson already; `quit` leaves it, and it goes on another time");
            return None;
        }
        self.front.command(entry)
    }

    /// Runs a line that nobody judges, in the console where the learner is.
    fn aside(&mut self, at: usize, step: &Step, seat: &str, entry: &str) {
        if !self.try_out(at, seat, entry) {
            return;
        }
        if !self.tutor.is_playing() && step.exercise.is_none() {
            let own = &step.console;
            self.page.note(&format!(
                "(you are in `{seat}`; this step is in `{own}`: `console {own}` goes there)"
            ));
        }
    }

    /// Runs a line that nobody judges, unless its console waits.
    fn try_out(&mut self, at: usize, seat: &str, entry: &str) -> bool {
        let takes_lines = !self.stage.holds(seat);
        if takes_lines {
            let needs = self.needs(at, seat, entry);
            self.run(at, seat, entry, false);
            let deeds = self.deeds_since(&needs);
            self.tell_used_up(&needs, &deeds);
        } else {
            self.tell_states("");
            self.page.note(&format!(
                "`{seat}` takes no line now; `console NAME` goes to another"
            ));
        }
        takes_lines
    }

    /// Runs what the learner typed.
    fn run(&mut self, at: usize, console: &str, entry: &str, may_hold: bool) -> RunOutcome {
        let watch = WatchMode {
            loud: true,
            may_hold,
            limit: None,
        };
        let stops = self.front.catch_stops();
        let run = match stage::begin(self.front.session(), console, entry) {
            Ok(run) => run,
            Err(ended) => return RunOutcome::Ended(*ended),
        };
        self.front.watch(Some(&run));
        let (outcome, left) = self.stage.follow(run, (at, console), entry, watch);
        self.front.watch(None);
        drop(stops);
        if let Some(run) = left {
            self.front.leave_running(console, run, entry);
        }
        if let RunOutcome::Ended(ended) = &outcome
            && let Some(failure) = &ended.outcome.error
        {
            if failure.leaves() {
                self.leaves = true;
            } else {
                self.front.remember(failure);
            }
        }
        outcome
    }

    /// Runs a line at a step that wants one, and judges it.
    fn line(
        &mut self,
        at: usize,
        step: &Step,
        statement: &Statement,
        entry: &str,
    ) -> Option<Input> {
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
            return Some(Input::Wrong);
        }
        let needs = self.needs(at, &step.console, entry);
        if self.attempt.aims.is_none() {
            self.attempt.aims = Some(self.aims(&step.console, statement));
        }
        let packets = self.last_packet(statement);
        let ended = match self.run(at, &step.console, entry, may_hold) {
            RunOutcome::Holds(wait) => {
                self.tell_waiting(&step.console, &wait);
                self.just_told = Some(step.console.clone());
                return Some(Input::Right);
            }
            RunOutcome::Left => return None,
            RunOutcome::Ended(ended) => ended,
        };
        let deeds = self.deeds_since(&needs);
        let judgement = self.judged(step, statement, entry, (&ended, deeds.clone()));
        let is_right = matches!(judgement, Judgement::Right(_) | Judgement::RightBut(_));
        let is_half = matches!(judgement, Judgement::Half(_));
        let told = matches!(judgement, Judgement::Wrong(WrongReason::Address(_)));
        let failed = ended.outcome.error.is_some();
        let input = self.tell(judgement, step.waits, failed);
        if is_right {
            self.draw_packets(step, packets);
            self.note_functions(statement, entry);
            self.tell_ended(&needs, &deeds, &model);
        } else if !is_half && !told {
            self.tell_used_up(&needs, &deeds);
        }
        input
    }

    fn carry_out(&mut self, effects: &[TutorEffect]) {
        // The terminal may have another size by now.
        self.page.width = self.front.width();
        for effect in effects {
            match *effect {
                TutorEffect::Present(at) => self.present(at),
                TutorEffect::Perform(at, how) => self.run_command(at, how),
                TutorEffect::Keep(at, mark) => self.keep(at, mark),
                TutorEffect::Place(at) => self.place(at),
                TutorEffect::Rebuild(to) => self.rebuild(to),
                TutorEffect::Hint(at, number) => {
                    let hint = self.steps[at].hints.get(number);
                    self.page
                        .prose(&format!("**hint:** {}", hint.map_or("", String::as_str)));
                }
                TutorEffect::Say(note) => self.say(note),
                TutorEffect::Close => self.close(),
                TutorEffect::LeaveDone => {}
                TutorEffect::Leave => {
                    let name = self.course.name;
                    self.page
                        .note(&format!("`lesson start {name}` goes on here"));
                }
            }
        }
    }

    fn present(&mut self, at: usize) {
        let step = self.steps[at];
        self.attempt = Attempt::default();
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
