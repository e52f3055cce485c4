//! The words that a learner says to the tutor, at every prompt.

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TutorCommand {
    /// The next hint.
    Hint,
    /// Type the answer for me.
    Show,
    /// Do the step and go on.
    Skip,
    /// The step before this one.
    Back,
    /// Let me play.
    Play,
    /// On with the lesson.
    Next,
    /// From the beginning.
    Restart,
    /// Leave the lesson; progress is kept.
    Quit,
    /// Which words there are.
    Words,
}

/// The words with what they do, as `words` shows them.
pub(crate) const WORDS: &[(&str, TutorCommand, &str)] = &[
    ("hint", TutorCommand::Hint, "a hint, then the next one"),
    ("show", TutorCommand::Show, "type the answer for me"),
    ("skip", TutorCommand::Skip, "do this step and go on"),
    ("back", TutorCommand::Back, "the step before this one"),
    ("play", TutorCommand::Play, "free play, until `next`"),
    ("next", TutorCommand::Next, "on with the lesson"),
    (
        "restart",
        TutorCommand::Restart,
        "the lesson from its beginning",
    ),
    (
        "quit",
        TutorCommand::Quit,
        "leave; the lesson goes on here next time",
    ),
    ("words", TutorCommand::Words, "this list"),
];

impl TutorCommand {
    /// The word that a line is, if it is one.
    pub(crate) fn of(line: &str) -> Option<Self> {
        let line = line.trim();
        let found = WORDS.iter().find(|(name, ..)| *name == line);
        let found = found.map(|(_, word, _)| *word);
        found.or_else(|| (line == "exit").then_some(Self::Quit))
    }
}
