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
    /// To this step, from 0.
    Goto(usize),
    /// Leave the lesson; progress is kept.
    Quit,
    /// Which words there are.
    Words,
}

/// The words with what they do, as `words` shows them; `goto` has the number of a step, or its name,
/// behind it.
pub(crate) const WORDS: &[(&str, TutorCommand, &str)] = &[
    ("hint", TutorCommand::Hint, "a hint, then the next one"),
    ("show", TutorCommand::Show, "type the answer for me"),
    ("skip", TutorCommand::Skip, "do this step and go on"),
    ("back", TutorCommand::Back, "the step before this one"),
    ("play", TutorCommand::Play, "free play, until `next`"),
    ("next", TutorCommand::Next, "on with the lesson"),
    (
        GOTO,
        TutorCommand::Goto(0),
        "`goto 12`: to that step, those before it done for you",
    ),
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

/// The word that has a step behind it.
const GOTO: &str = "goto";

impl TutorCommand {
    /// The word that a line is, if it is one; `goto` is none without a step that there is.
    pub(crate) fn of(line: &str) -> Option<Self> {
        let line = line.trim();
        let mut words = WORDS.iter().filter(|(name, ..)| *name != GOTO);
        let found = words.find(|(name, ..)| *name == line);
        let found = found.map(|(_, word, _)| *word);
        found.or_else(|| (line == "exit").then_some(Self::Quit))
    }
}

/// What stands behind `goto`: a step's number or name; empty where nothing does.
pub(crate) fn goto_target(line: &str) -> Option<&str> {
    let mut words = line.trim().trim_end_matches(';').splitn(2, ' ');
    (words.next() == Some(GOTO)).then(|| words.next().unwrap_or_default().trim())
}
