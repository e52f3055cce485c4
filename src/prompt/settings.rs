//! The configuration file: one `key = value` a line, as in TOML. Every key has a default, and what
//! is wrong is named, never fatal.

use std::fs;
use std::path::PathBuf;

use etcetera::{BaseStrategy, choose_base_strategy};

use crate::script::suggest::nearest;
use crate::term::screen::{Pager, Screen};

/// How the keys of the line editor work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Editing {
    /// As in Emacs and in most shells.
    Emacs,
    /// As in vi.
    Vi,
}

/// What Tab does where several words fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Completion {
    /// It lists them below the line.
    List,
    /// It puts one after the other into the line.
    Circular,
}

/// What the configuration file says, or the defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    /// `editing = "emacs"`, or `"vi"`.
    pub(crate) editing: Editing,
    /// `history = 10000`: the entries that are kept, 0 to 1,000,000.
    pub(crate) history: usize,
    /// `colour = "auto"` (none: as the terminal and `NO_COLOR` say), `"always"`, `"never"`.
    pub(crate) colour: Option<bool>,
    /// `pager = "auto"` (`PAGER`, else `less`), `"never"`, or a command line.
    pub(crate) pager: Option<String>,
    /// `greeting = true`: three lines at the very first start.
    pub(crate) greeting: bool,
    /// `hints = true`: signatures and earlier entries in grey.
    pub(crate) hints: bool,
    /// `completion = "list"`, or `"circular"`.
    pub(crate) completion: Completion,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            editing: Editing::Emacs,
            history: 10_000,
            colour: None,
            pager: None,
            greeting: true,
            hints: true,
            completion: Completion::List,
        }
    }
}

/// The most entries a history may keep.
const MOST_ENTRIES: usize = 1_000_000;

/// A key: its name, what it takes, and what a value does.
struct SettingKey {
    name: &'static str,
    takes: &'static str,
    set: fn(&mut Settings, &str) -> Option<()>,
}

/// Every key.
const KEYS: &[SettingKey] = &[
    SettingKey {
        name: "editing",
        takes: "\"emacs\" or \"vi\"",
        set: |settings, value| {
            settings.editing = match text(value)? {
                "emacs" => Editing::Emacs,
                "vi" => Editing::Vi,
                _ => return None,
            };
            Some(())
        },
    },
    SettingKey {
        name: "history",
        takes: "a number of entries from 0 to 1000000",
        set: |settings, value| {
            let number: usize = value.replace('_', "").parse().ok()?;
            settings.history = Some(number).filter(|number| *number <= MOST_ENTRIES)?;
            Some(())
        },
    },
    SettingKey {
        name: "colour",
        takes: "\"auto\", \"always\" or \"never\"",
        set: |settings, value| {
            settings.colour = match text(value)? {
                "auto" => None,
                "always" => Some(true),
                "never" => Some(false),
                _ => return None,
            };
            Some(())
        },
    },
    SettingKey {
        name: "pager",
        takes: "\"auto\", \"never\" or a command line such as \"less -R\"",
        set: |settings, value| {
            let line = text(value).filter(|line| !line.trim().is_empty())?;
            settings.pager = (line != "auto").then(|| line.to_string());
            Some(())
        },
    },
    SettingKey {
        name: "greeting",
        takes: "true or false",
        set: |settings, value| {
            settings.greeting = value.parse().ok()?;
            Some(())
        },
    },
    SettingKey {
        name: "hints",
        takes: "true or false",
        set: |settings, value| {
            settings.hints = value.parse().ok()?;
            Some(())
        },
    },
    SettingKey {
        name: "completion",
        takes: "\"list\" or \"circular\"",
        set: |settings, value| {
            settings.completion = match text(value)? {
                "list" => Completion::List,
                "circular" => Completion::Circular,
                _ => return None,
            };
            Some(())
        },
    },
];

/// The inside of a text in quotes.
fn text(value: &str) -> Option<&str> {
    let quote = value.chars().next().filter(|c| ['"', '\''].contains(c))?;
    let inside = value.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inside.contains(quote) && !inside.contains('\\')).then_some(inside)
}

impl Settings {
    /// Reads a configuration file's text; what is wrong comes beside it, a line for each, with the
    /// number of its line.
    pub(crate) fn read(file: &str) -> (Self, Vec<(usize, String)>) {
        let mut settings = Self::default();
        let mut wrong = Vec::new();
        for (index, line) in file.trim_start_matches('\u{feff}').lines().enumerate() {
            if let Err(text) = settings.take(without_comment(line).trim()) {
                wrong.push((index + 1, text));
            }
        }
        (settings, wrong)
    }

    fn take(&mut self, line: &str) -> Result<(), String> {
        if line.is_empty() {
            return Ok(());
        }
        let Some((name, value)) = line.split_once('=') else {
            return Err(format!("`{line}` is no setting; write `key = value`"));
        };
        let (name, value) = (name.trim(), value.trim());
        let Some(key) = KEYS.iter().find(|key| key.name == name) else {
            return Err(unknown(name));
        };
        (key.set)(self, value).ok_or_else(|| format!("`{name}` takes {}, not `{value}`", key.takes))
    }

    /// The settings of this user, and what is wrong with their file: lines for people.
    pub(crate) fn of_user() -> (Self, Vec<String>) {
        let Some(path) = path() else {
            return (Self::default(), Vec::new());
        };
        let shown = path.display();
        match fs::read_to_string(&path) {
            Ok(file) => {
                let (settings, wrong) = Self::read(&file);
                let line = |(number, text)| format!("{shown}:{number}: {text}");
                (settings, wrong.into_iter().map(line).collect())
            }
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => (
                Self::default(),
                vec![format!("{shown}: not UTF-8 text; nothing of it counts")],
            ),
            // Most people have none, and one that cannot be read is as none.
            Err(_) => (Self::default(), Vec::new()),
        }
    }

    /// The screen as these settings want it.
    pub(crate) fn screen(&self, screen: Screen) -> Screen {
        let pager = match self.pager.as_deref() {
            None => Pager::Auto,
            Some("never") => Pager::Never,
            // Chosen once for the whole process.
            Some(line) => Pager::Command(Box::leak(line.to_string().into_boxed_str())),
        };
        screen.attended(self.colour, pager)
    }
}

/// Where the file is: `socklab/config.toml` in the platform's folder for configuration.
fn path() -> Option<PathBuf> {
    let strategy = choose_base_strategy().ok()?;
    Some(strategy.config_dir().join("socklab").join("config.toml"))
}

/// The line up to a `#` that stands outside of quotes.
fn without_comment(line: &str) -> &str {
    let mut quote = None;
    for (at, c) in line.char_indices() {
        match quote {
            None if c == '#' => return &line[..at],
            None if ['"', '\''].contains(&c) => quote = Some(c),
            Some(open) if c == open => quote = None,
            _ => {}
        }
    }
    line
}

fn unknown(name: &str) -> String {
    match nearest(name, KEYS.iter().map(|key| key.name)) {
        Some(known) => format!("unknown key `{name}`; did you mean `{known}`?"),
        None => {
            let names: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
            format!("unknown key `{name}`; the keys are {}", names.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Completion, Editing, KEYS, Settings};

    fn wrong(file: &str) -> Vec<(usize, String)> {
        Settings::read(file).1
    }

    #[test]
    fn every_key_is_read() {
        let file = "# mine\nediting = \"vi\"\nhistory = 5_000 # few\ncolour = 'never'\n\
                    pager = \"less -R # x\"\ngreeting = false\nhints=false\ncompletion = \"circular\"\n";
        let (settings, wrong) = Settings::read(file);
        assert_eq!(wrong, []);
        let wanted = Settings {
            editing: Editing::Vi,
            history: 5_000,
            colour: Some(false),
            pager: Some("less -R # x".into()),
            greeting: false,
            hints: false,
            completion: Completion::Circular,
        };
        assert_eq!(settings, wanted);
    }

    #[test]
    fn the_documented_defaults_are_the_defaults() {
        let documented = include_str!("../../docs/config.toml");
        let (settings, wrong) = Settings::read(documented);
        assert_eq!((settings, wrong), (Settings::default(), vec![]));
        for key in KEYS {
            let line = format!("\n{} = ", key.name);
            assert!(
                documented.contains(&line),
                "`{}` is not documented",
                key.name
            );
        }
    }

    #[test]
    fn an_unknown_key_is_named_with_the_one_that_was_meant() {
        assert_eq!(
            wrong("\nhistroy = 3"),
            [(2, "unknown key `histroy`; did you mean `history`?".into())]
        );
        assert!(wrong("[table]")[0].1.contains("key = value"));
        assert!(
            wrong("zzz = 1")[0]
                .1
                .contains("the keys are editing, history")
        );
    }

    #[test]
    fn a_bad_value_is_named_with_what_the_key_takes() {
        assert_eq!(
            wrong("editing = \"vim\""),
            [(
                1,
                "`editing` takes \"emacs\" or \"vi\", not `\"vim\"`".into()
            )]
        );
        for line in [
            "history = -1",
            "history = 1000001",
            "hints = yes",
            "colour = never",
            "pager = \"\"",
            "editing =",
        ] {
            assert_eq!(wrong(line).len(), 1, "{line}");
        }
    }
}
