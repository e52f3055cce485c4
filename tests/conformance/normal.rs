//! What an answer comes to once ports, descriptors and temporary paths are taken away.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::LazyLock;

use regex::Regex;

use crate::side::Answer;

/// Two symbols of one number: the first is the one that we show.
const SAME: [(&str, &str); 3] = [
    ("EAGAIN", "EWOULDBLOCK"),
    ("EOPNOTSUPP", "ENOTSUP"),
    ("EDEADLK", "EDEADLOCK"),
];

/// An answer without what may differ from run to run.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Normal {
    Value(String),
    Error {
        kind: String,
        errno: String,
        symbol: String,
        message: String,
    },
    Lost(String),
}

impl fmt::Display for Normal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(text) => write!(f, "{text}"),
            Self::Error {
                symbol, message, ..
            } if symbol != "None" => {
                write!(f, "error: {symbol}: {message}")
            }
            Self::Error { kind, message, .. } => write!(f, "error: {kind}: {message}"),
            Self::Lost(why) => write!(f, "no answer: {why}"),
        }
    }
}

impl Normal {
    /// The answer in the words of the list of differences: a value, or `error: SYMBOL`.
    pub(crate) fn brief(&self) -> String {
        match self {
            Self::Error { symbol, .. } if symbol != "None" => format!("error: {symbol}"),
            Self::Error { kind, .. } => format!("error: {kind}"),
            other => other.to_string(),
        }
    }
}

/// Whether every pair of a list of theirs is in ours.
pub(crate) fn within(theirs: &Normal, ours: &Normal) -> bool {
    match (theirs, ours) {
        (Normal::Value(a), Normal::Value(b)) => {
            let ours: BTreeSet<&str> = pairs(b).collect();
            pairs(a).all(|pair| ours.contains(pair))
        }
        _ => false,
    }
}

fn pairs(list: &str) -> impl Iterator<Item = &str> {
    list.trim_matches(['[', ']']).split("], [")
}

/// An answer in its normal form.
pub(crate) fn of(answer: &Answer) -> Normal {
    match answer {
        Answer::Value(text) => Normal::Value(without_chance(text)),
        Answer::Lost(why) => Normal::Lost(why.clone()),
        Answer::Error(text) => {
            let mut parts = text.splitn(4, '|').map(String::from);
            let mut next = || match parts.next() {
                Some(part) if part.is_empty() || part == "()" => "None".to_string(),
                part => part.unwrap_or_default(),
            };
            let (mut kind, errno, mut symbol) = (next(), next(), next());
            for (ours, theirs) in SAME {
                if symbol == theirs {
                    symbol = ours.into();
                }
            }
            // CPython has one class for every error number; its kind is the number.
            if errno != "None" && kind != "LookupFailed" {
                kind = "Os".into();
            }
            let message = without_chance(&next());
            Normal::Error {
                kind,
                errno,
                symbol,
                message,
            }
        }
    }
}

/// Whether both sides gave the same. Of errors the kind, the number and the symbol count, and the
/// word that the case says the messages must have.
pub(crate) fn agree(theirs: &Normal, ours: &Normal, says: Option<&str>) -> bool {
    let has = |message: &str| {
        says.is_none_or(|word| message.to_lowercase().contains(&word.to_lowercase()))
    };
    match (theirs, ours) {
        (Normal::Value(a), Normal::Value(b)) => a == b,
        (
            Normal::Error {
                kind,
                errno,
                symbol,
                message,
            },
            Normal::Error {
                kind: k,
                errno: e,
                symbol: s,
                message: m,
            },
        ) => (kind, errno, symbol) == (k, e, s) && has(message) && has(m),
        _ => false,
    }
}

static CHANCES: LazyLock<[(Regex, &str); 4]> = LazyLock::new(|| {
    let regex = |text: &str| Regex::new(text).expect("a good expression");
    [
        // A long value stands on several lines, each part with a comma.
        (regex(r",?\n\s*(?P<end>[\])}>])"), "$end"),
        (regex(r"(?P<start>[\[({])\n\s*"), "$start"),
        (regex(r",\n\s*"), ", "),
        (regex(r"fd=\d+"), "fd=N"),
    ]
});
static PORT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"(\["[0-9a-f.:]+", )(\d{5})\b"#).expect("a good expression"));
static TEMPORARY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"/tmp/socklab-[\w-]+/(py|rh)\d*").expect("a good expression"));

fn without_chance(text: &str) -> String {
    let mut text = text.to_string();
    for (chance, instead) in CHANCES.iter() {
        text = chance.replace_all(&text, *instead).into_owned();
    }
    let text = TEMPORARY.replace_all(&text, "{tmp}");
    PORT.replace_all(&text, |found: &regex::Captures<'_>| {
        let port = found[2].parse().unwrap_or(0);
        // Linux's own choice of ports; what a case chose itself lies elsewhere.
        let shown = if (32_768..=60_999).contains(&port) {
            "{port}"
        } else {
            &found[2]
        };
        format!("{}{shown}", &found[1])
    })
    .into_owned()
}
