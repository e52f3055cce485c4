//! The tutor as a state machine: what a learner did goes in, what the tutor does comes out. It
//! touches nothing; most of what the tutor promises is tested here.

#[cfg(test)]
mod tests;

use super::tutor_command::TutorCommand;
use crate::lesson::progress::Mark;

/// What a step asks of the learner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// To type something, or to answer; so many hints help.
    Task {
        /// How many hints it has.
        hints: usize,
    },
    /// To play until `next`.
    Explore,
    /// Nothing: it is done for the learner.
    Given,
    /// Nothing: it is for other machines.
    Absent,
}

/// What the learner did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Input {
    /// Said a word to the tutor.
    Said(TutorCommand),
    /// Typed something that does what the step asks for.
    Right,
    /// Typed something that ran and leaves the step open.
    Open,
    /// Tried and fell short.
    Wrong,
    /// Ended the input: Ctrl-D.
    Ended,
}

/// How a step's own answer is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// Typed before the learner's eyes, as part of the lesson.
    Given,
    /// Typed before the learner's eyes, because they asked.
    Shown,
    /// Without a word.
    Skipped,
}

/// What the tutor does, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TutorEffect {
    /// Show a step's prose and go to its console.
    Present(usize),
    /// Carry out a step's own answer.
    Perform(usize, How),
    /// Keep that a step is behind the learner.
    Keep(usize, Mark),
    /// Keep where the learner is; none at the end.
    Place(Option<usize>),
    /// Make the consoles anew, and carry out the steps before this one.
    Rebuild(usize),
    /// Show a hint of a step, from 0.
    Hint(usize, usize),
    /// Say something.
    Say(Note),
    /// Show the end of the lesson.
    Close,
    /// Leave.
    Leave,
    /// Leave a lesson that was taken to its end.
    LeaveDone,
}

/// What the tutor says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Note {
    /// It ran, and the step is still open.
    StillOpen,
    /// There is no further hint; `show` shows the answer.
    OfferShow,
    /// This is free play.
    Playing,
    /// There is nothing to do here but to go on.
    OnlyNext,
    /// The step wants to be done before `next`.
    NotYet,
    /// There is no step before this one.
    NothingBefore,
    /// The last step is done; one may play, or leave.
    AtEnd,
    /// The words there are.
    Words,
}

/// The tutor of one lesson.
#[derive(Debug, Clone)]
pub(crate) struct Tutor {
    kinds: Vec<Kind>,
    at: usize,
    wrong: usize,
    hints: usize,
    playing: bool,
    over: bool,
}

impl Tutor {
    /// A tutor of a lesson with these steps.
    pub(crate) fn new(kinds: Vec<Kind>) -> Self {
        Self {
            kinds,
            at: 0,
            wrong: 0,
            hints: 0,
            playing: false,
            over: false,
        }
    }

    /// The step at which the learner is; the number of steps at the end.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Whether the learner plays, and nothing is judged: at the end of the lesson too.
    pub(crate) fn is_playing(&self) -> bool {
        self.playing || matches!(self.kind(), None | Some(Kind::Explore))
    }

    /// Whether every step is behind the learner.
    pub(crate) fn is_at_end(&self) -> bool {
        self.kind().is_none()
    }

    /// Whether `hint` has something to say that was not said yet.
    pub(crate) fn has_hint(&self) -> bool {
        matches!(self.kind(), Some(Kind::Task { hints }) if self.hints < hints)
    }

    /// Whether the lesson has been left or ended.
    pub(crate) fn is_over(&self) -> bool {
        self.over
    }

    fn kind(&self) -> Option<Kind> {
        self.kinds.get(self.at).copied()
    }

    /// Begins at a step.
    pub(crate) fn begin(&mut self, at: usize) -> Vec<TutorEffect> {
        let mut effects = Vec::new();
        if at > 0 {
            effects.push(TutorEffect::Rebuild(at));
        }
        self.go_to(at, &mut effects);
        effects
    }

    /// Takes what the learner did.
    pub(crate) fn take(&mut self, input: Input) -> Vec<TutorEffect> {
        let mut effects = Vec::new();
        match input {
            _ if self.over => {}
            Input::Said(word) => self.said(word, &mut effects),
            Input::Ended => self.leave(&mut effects),
            _ if self.is_playing() => {}
            Input::Right => self.done(Mark::Done, &mut effects),
            Input::Open => effects.push(TutorEffect::Say(Note::StillOpen)),
            Input::Wrong => {
                self.wrong += 1;
                if self.wrong >= 2 {
                    self.help(&mut effects);
                }
            }
        }
        effects
    }

    fn said(&mut self, word: TutorCommand, effects: &mut Vec<TutorEffect>) {
        match word {
            TutorCommand::Quit => self.leave(effects),
            TutorCommand::Words => effects.push(TutorEffect::Say(Note::Words)),
            TutorCommand::Goto(at) => {
                effects.push(TutorEffect::Rebuild(at));
                self.go_to(at, effects);
            }
            TutorCommand::Restart => {
                effects.push(TutorEffect::Rebuild(0));
                self.go_to(0, effects);
            }
            TutorCommand::Back => self.back(effects),
            _ if self.is_at_end() => effects.push(TutorEffect::Say(Note::AtEnd)),
            TutorCommand::Next | TutorCommand::Skip if self.playing => {
                self.playing = false;
                effects.push(TutorEffect::Present(self.at));
            }
            TutorCommand::Next | TutorCommand::Skip if self.is_playing() => {
                self.done(Mark::Done, effects);
            }
            TutorCommand::Next => effects.push(TutorEffect::Say(Note::NotYet)),
            TutorCommand::Play if self.is_playing() => {
                effects.push(TutorEffect::Say(Note::Playing));
            }
            TutorCommand::Play => {
                self.playing = true;
                effects.push(TutorEffect::Say(Note::Playing));
            }
            TutorCommand::Hint | TutorCommand::Show if self.is_playing() => {
                effects.push(TutorEffect::Say(Note::OnlyNext));
            }
            TutorCommand::Hint => self.help(effects),
            TutorCommand::Show => {
                effects.push(TutorEffect::Perform(self.at, How::Shown));
                self.done(Mark::Shown, effects);
            }
            TutorCommand::Skip => {
                effects.push(TutorEffect::Perform(self.at, How::Skipped));
                self.done(Mark::Skipped, effects);
            }
        }
    }

    fn help(&mut self, effects: &mut Vec<TutorEffect>) {
        let Some(Kind::Task { hints }) = self.kind() else {
            return;
        };
        if self.hints < hints {
            effects.push(TutorEffect::Hint(self.at, self.hints));
            self.hints += 1;
        } else {
            effects.push(TutorEffect::Say(Note::OfferShow));
        }
    }

    fn back(&mut self, effects: &mut Vec<TutorEffect>) {
        let before = self.kinds[..self.at.min(self.kinds.len())]
            .iter()
            .rposition(|kind| matches!(kind, Kind::Task { .. } | Kind::Explore));
        match before {
            None => effects.push(TutorEffect::Say(Note::NothingBefore)),
            Some(before) => {
                effects.push(TutorEffect::Rebuild(before));
                self.go_to(before, effects);
            }
        }
    }

    fn leave(&mut self, effects: &mut Vec<TutorEffect>) {
        self.over = true;
        if self.is_at_end() {
            effects.push(TutorEffect::LeaveDone);
        } else {
            effects.extend([TutorEffect::Place(Some(self.at)), TutorEffect::Leave]);
        }
    }

    fn done(&mut self, mark: Mark, effects: &mut Vec<TutorEffect>) {
        effects.push(TutorEffect::Keep(self.at, mark));
        self.go_to(self.at + 1, effects);
    }

    /// Goes to a step, and on over those that ask nothing of the learner.
    fn go_to(&mut self, at: usize, effects: &mut Vec<TutorEffect>) {
        self.at = at;
        (self.wrong, self.hints, self.playing) = (0, 0, false);
        while let Some(kind) = self.kind() {
            match kind {
                Kind::Task { .. } | Kind::Explore => {
                    effects.extend([
                        TutorEffect::Place(Some(self.at)),
                        TutorEffect::Present(self.at),
                    ]);
                    return;
                }
                Kind::Given => effects.extend([
                    TutorEffect::Present(self.at),
                    TutorEffect::Perform(self.at, How::Given),
                    TutorEffect::Keep(self.at, Mark::Done),
                ]),
                Kind::Absent => effects.push(TutorEffect::Keep(self.at, Mark::Skipped)),
            }
            self.at += 1;
        }
        // The learner stays in the lesson's consoles until they leave.
        effects.extend([TutorEffect::Place(None), TutorEffect::Close]);
    }
}
