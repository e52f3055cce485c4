//! How far a learner has come in each lesson, as data; [`store`] keeps it in a file.

pub(crate) mod store;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::lesson::format::model::{Lesson, Step, StepKind};
use crate::lesson::library::{Entry, Library};

/// The version of the file's form.
const VERSION: u32 = 1;

/// How a step came to be behind the learner; the later ones count more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mark {
    /// It was skipped.
    Skipped,
    /// Its answer was shown.
    Shown,
    /// The learner did it.
    Done,
}

/// One lesson, as far as it was taken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Taken {
    /// The steps that are behind the learner, by [`keys`].
    pub(crate) steps: BTreeMap<String, Mark>,
    /// Every step that the lesson had when it was taken.
    pub(crate) known: BTreeSet<String>,
    /// The step where the learner stopped; none at the end.
    pub(crate) at: Option<String>,
    /// Whether the end was reached once.
    pub(crate) finished: bool,
}

/// Everything that one learner has taken, by the lesson's full name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// `03-getaddrinfo` and how far it was taken.
    pub(crate) lessons: BTreeMap<String, Taken>,
}

/// The file's form.
#[derive(Serialize, Deserialize)]
struct ProgressFile {
    version: u32,
    #[serde(default)]
    lessons: BTreeMap<String, Taken>,
}

/// Why a text is no progress that we can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It is damaged, or something else altogether.
    Damaged,
    /// A newer program wrote it.
    Newer,
}

impl Progress {
    /// Reads what [`Progress::to_text`] wrote.
    pub(crate) fn from_text(text: &str) -> Result<Self, Unreadable> {
        /// Only the version: a newer form may differ in everything else.
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }
        // A list would be read as the fields in their order.
        if !text.trim_start().starts_with('{') {
            return Err(Unreadable::Damaged);
        }
        let version: Version = serde_json::from_str(text).map_err(|_| Unreadable::Damaged)?;
        if version.version > VERSION {
            return Err(Unreadable::Newer);
        }
        let file: ProgressFile = serde_json::from_str(text).map_err(|_| Unreadable::Damaged)?;
        Ok(Self {
            lessons: file.lessons,
        })
    }

    /// The text of the file, JSON that ends in a line break.
    pub(crate) fn to_text(&self) -> String {
        let file = ProgressFile {
            version: VERSION,
            lessons: self.lessons.clone(),
        };
        // Names and marks: there is nothing in it that JSON cannot say.
        let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
        text.push('\n');
        text
    }

    /// How far a lesson with these steps is.
    pub(crate) fn standing(&self, full_name: &str, lesson: &Lesson) -> Standing {
        match self.lessons.get(full_name) {
            Some(taken) => taken.standing(&keys(lesson)),
            None => Standing::New,
        }
    }

    /// The lesson to go on with: one that was begun, else the first that is not done.
    pub(crate) fn next_in(&self, library: &Library) -> Option<Entry> {
        // Only a lesson that was begun is read.
        let standing = |entry: &Entry| {
            let taken = self.lessons.get(&entry.full_name)?;
            let (_, lesson) = entry.open().ok()?;
            Some(taken.standing(&keys(&lesson)))
        };
        let standings: Vec<(&Entry, Standing)> = library
            .entries()
            .iter()
            .map(|entry| (entry, standing(entry).unwrap_or(Standing::New)))
            .collect();
        let begun = |found: &&(&Entry, Standing)| matches!(found.1, Standing::Begun { .. });
        let new = |found: &&(&Entry, Standing)| found.1 == Standing::New;
        let found = standings.iter().find(begun).or(standings.iter().find(new));
        found.map(|(entry, _)| (*entry).clone())
    }

    /// Adds what another one knows: the better mark of each step counts, and the other's place.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (name, theirs) in &other.lessons {
            let ours = self.lessons.entry(name.clone()).or_default();
            for (key, mark) in &theirs.steps {
                let kept = ours.steps.entry(key.clone()).or_insert(*mark);
                *kept = (*kept).max(*mark);
            }
            ours.known.extend(theirs.known.iter().cloned());
            ours.finished |= theirs.finished;
            ours.at.clone_from(&theirs.at);
        }
    }
}

/// How far a lesson is, for lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Never begun.
    New,
    /// So many of its steps are behind the learner.
    Begun {
        /// Steps that are done, shown or skipped.
        done: usize,
        /// All steps.
        of: usize,
    },
    /// Its end was reached, and no step came since.
    Done,
}

impl Taken {
    /// How far the lesson with these steps is.
    pub(crate) fn standing(&self, keys: &[String]) -> Standing {
        let done = keys
            .iter()
            .filter(|key| self.steps.contains_key(*key))
            .count();
        match done {
            _ if self.finished && self.new_steps(keys).is_empty() => Standing::Done,
            0 => Standing::New,
            done => Standing::Begun {
                done,
                of: keys.len(),
            },
        }
    }

    /// The steps that the lesson did not have when it was taken.
    pub(crate) fn new_steps<'a>(&self, keys: &'a [String]) -> Vec<&'a str> {
        if self.known.is_empty() {
            return Vec::new();
        }
        let new = keys.iter().filter(|key| !self.known.contains(*key));
        new.map(String::as_str).collect()
    }

    /// The place to go on at: where the learner stopped, else the first step not done.
    pub(crate) fn resume_at(&self, keys: &[String]) -> usize {
        if let Some(at) = self.at.as_ref()
            && let Some(found) = keys.iter().position(|key| key == at)
        {
            return found;
        }
        let open = keys.iter().position(|key| !self.steps.contains_key(key));
        open.unwrap_or(0)
    }
}

/// The names of a lesson's steps that outlive its edits: the `id:`, else a hash of what is to be
/// done, with a number where several steps are the same.
pub(crate) fn keys(lesson: &Lesson) -> Vec<String> {
    let mut seen: BTreeMap<u64, usize> = BTreeMap::new();
    let key = |step: &Step| match &step.id {
        Some(id) => id.clone(),
        None => {
            let hash = hash(task(step).as_bytes());
            let times = seen.entry(hash).or_default();
            *times += 1;
            format!("#{hash:016x}.{times}")
        }
    };
    lesson.taught().into_iter().map(key).collect()
}

fn task(step: &Step) -> &str {
    match &step.kind {
        StepKind::Statement(statement) => &statement.source,
        StepKind::Ask(question) => &question.text,
        StepKind::Explore(text) | StepKind::Enter(text) => text,
    }
}

/// FNV-1a, 64 bits (RFC 9923): the same on every machine and in every version.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::{Mark, Progress, Standing, Taken, Unreadable, keys};
    use crate::lesson::format::parse::parse_bytes;

    fn taken(steps: &[(&str, Mark)], at: Option<&str>) -> Taken {
        Taken {
            steps: steps.iter().map(|(k, m)| ((*k).into(), *m)).collect(),
            known: ["a", "b", "c"].map(String::from).into(),
            at: at.map(String::from),
            finished: false,
        }
    }

    fn abc() -> Vec<String> {
        ["a", "b", "c"].map(String::from).into()
    }

    #[test]
    fn what_was_written_is_read_again() {
        let mut progress = Progress::default();
        let lesson = taken(&[("a", Mark::Done), ("b", Mark::Skipped)], Some("c"));
        progress.lessons.insert("03-x".into(), lesson);
        assert_eq!(Progress::from_text(&progress.to_text()), Ok(progress));
    }

    #[test]
    fn damage_and_novelty_are_told_apart() {
        for text in [
            "",
            "{",
            "{\"version\":1,\"lessons\":3}",
            "[1]",
            "\u{0}\u{0}",
        ] {
            assert_eq!(
                Progress::from_text(text),
                Err(Unreadable::Damaged),
                "{text}"
            );
        }
        let newer = "{\"version\":2,\"courses\":[]}";
        assert_eq!(Progress::from_text(newer), Err(Unreadable::Newer));
    }

    #[test]
    fn a_merge_keeps_the_better_mark_of_each_step() {
        let mut ours = Progress::default();
        let lesson = taken(&[("a", Mark::Done), ("b", Mark::Skipped)], Some("c"));
        ours.lessons.insert("x".into(), lesson);
        let mut theirs = Progress::default();
        let lesson = taken(&[("a", Mark::Shown), ("b", Mark::Done)], Some("b"));
        theirs.lessons.insert("x".into(), lesson);
        ours.merge(&theirs);
        let merged = &ours.lessons["x"];
        assert_eq!(merged.steps["a"], Mark::Done);
        assert_eq!(merged.steps["b"], Mark::Done);
        assert_eq!(merged.at.as_deref(), Some("b"));
    }

    #[test]
    fn a_lesson_goes_on_where_it_stopped() {
        let keys = abc();
        assert_eq!(Taken::default().resume_at(&keys), 0);
        assert_eq!(taken(&[("a", Mark::Done)], Some("b")).resume_at(&keys), 1);
        assert_eq!(
            taken(&[("a", Mark::Done)], Some("gone")).resume_at(&keys),
            1
        );
    }

    #[test]
    fn steps_that_came_later_are_named_and_open_the_lesson_again() {
        let mut lesson = taken(&[("a", Mark::Done), ("b", Mark::Done)], None);
        lesson.finished = true;
        assert_eq!(lesson.standing(&abc()), Standing::Done);
        let mut longer = abc();
        longer.push("d".into());
        assert_eq!(lesson.new_steps(&longer), ["d"]);
        assert_eq!(lesson.standing(&longer), Standing::Begun { done: 2, of: 4 });
        assert_eq!(Taken::default().standing(&longer), Standing::New);
    }

    #[test]
    fn a_step_without_a_name_keeps_its_key_when_others_move() {
        let read = |text: &str| keys(&parse_bytes(text.as_bytes()).expect("a lesson"));
        let before = read("//! # T\n\n1 + 1;\n\n2 + 2;\n\n1 + 1;\n");
        let after =
            read("//! # T\n\n3 + 3;\n\n//@ id: named\n2 + 9;\n\n1 + 1;\n\n2 + 2;\n\n1 + 1;\n");
        assert_eq!(after[1], "named");
        assert_eq!(before, after[2..]);
        assert_ne!(before[0], before[2]);
    }
}
