//! A recording: what an author typed and what it showed, made into a lesson's text. Ports,
//! descriptors, own addresses and host names become holes, since they are others next time.

pub(crate) mod recorder;
#[cfg(test)]
mod tests;
pub(crate) mod verify;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::LazyLock;

use regex::Regex;

use crate::lesson::format::model::{FIRST_CONSOLE, Lines, Step};
use crate::lesson::format::packet_lines::{NOTHING, PACKET_SIGN, PacketComparison};
use crate::lesson::format::pattern::{HoleKind, Mismatch, literal};
use crate::lesson::lint::packet_claims::may_cause;
use crate::lesson::run::compare;
use crate::lesson::tutor::code_facts::called;
use crate::script::catalog::Type;
use crate::script::lexer::{self, TokenKind};
use crate::script::statements;
use crate::script::statements::{Ending, Next, Unfinished};
use crate::script::vocabulary;

/// One statement of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Take {
    /// The prose before it, a line each.
    pub(crate) prose: Vec<String>,
    /// The console it was typed in.
    pub(crate) console: String,
    /// The statement as typed; the last `;` may be missing.
    pub(crate) source: String,
    /// What it showed, without the last line break.
    pub(crate) transcript: String,
    /// It held in a call until a later statement ended that.
    pub(crate) waits: bool,
}

/// What is this machine's own, and so another on the next one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Own {
    /// Its host names.
    pub(crate) names: Vec<String>,
    /// Its addresses; those of the loopback interface are everybody's and do not count.
    pub(crate) addresses: Vec<IpAddr>,
}

/// A lesson in the making.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Recording {
    /// The lesson's title.
    pub(crate) title: String,
    /// What was typed, in its order.
    pub(crate) takes: Vec<Take>,
    /// The prose behind the last statement.
    pub(crate) closing: Vec<String>,
    /// What is this machine's own.
    pub(crate) own: Own,
    /// Whether the packets of each statement are to be in the lesson.
    pub(crate) packets: bool,
}

/// A part of a transcript that varies.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Spot {
    take: usize,
    start: usize,
    end: usize,
    kind: HoleKind,
    value: String,
}

/// The lowest port that the system gives by itself.
const LOWEST_GIVEN: u32 = 1024;

impl Recording {
    /// The lesson's text.
    pub(crate) fn lesson(&self) -> String {
        let names = HoleNames::find(self);
        let mut text = format!(
            "//! # {}\n//! Recorded at the prompt.\n//@ network: lab\n",
            self.title
        );
        let mut console = FIRST_CONSOLE;
        for (at, take) in self.takes.iter().enumerate() {
            text.push('\n');
            push_prose(&mut text, &take.prose);
            if take.console != console {
                console = &take.console;
                text.push_str(&format!("//@ console: {console}\n"));
            }
            if take.waits {
                text.push_str("//@ waits\n");
            }
            text.push_str(&ended(&names.source(&take.source)));
            text.push('\n');
            if !take.transcript.is_empty() {
                for line in names.transcript(at, &take.transcript).split('\n') {
                    let blank = if line.is_empty() { "" } else { " " };
                    text.push_str(&format!("//>{blank}{line}\n"));
                }
            }
            if self.packets && !take.waits && may_cause(&take.source) {
                // What they are is written when the lesson is run.
                text.push_str("//~\n");
            }
        }
        if !self.closing.is_empty() {
            text.push('\n');
            push_prose(&mut text, &self.closing);
        }
        text
    }

    /// Everything in the transcripts that varies, in the order of the file.
    fn spots(&self) -> Vec<Spot> {
        let finder = Finder::new(&self.own);
        let mut typed: BTreeSet<String> = BTreeSet::new();
        let mut ports: BTreeSet<String> = BTreeSet::new();
        for take in &self.takes {
            // A number counts as chosen when it was typed before it was ever shown.
            typed.extend(numbers(&take.source).filter(|number| !ports.contains(number)));
            let shown = Finder::ports(&take.transcript);
            ports.extend(shown.into_iter().filter(|port| !typed.contains(port)));
        }
        let mut spots = Vec::new();
        for (at, take) in self.takes.iter().enumerate() {
            finder.spots(at, take, &ports, &mut spots);
        }
        spots
    }
}

fn push_prose(text: &mut String, prose: &[String]) {
    for line in prose {
        text.push_str(format!("// {line}").trim_end());
        text.push('\n');
    }
}

/// The statement as a file needs it, with its `;`.
fn ended(source: &str) -> String {
    let source = source.trim();
    let next = statements::next_statement(source, 0, Ending::Required);
    let open = matches!(
        next,
        Next::Incomplete {
            why: Unfinished::Semicolon(_),
            ..
        }
    );
    if open {
        format!("{source};")
    } else {
        source.to_owned()
    }
}

/// The whole numbers in a source, outside its texts.
fn numbers(source: &str) -> impl Iterator<Item = String> + '_ {
    words(source)
        .into_iter()
        .map(|(start, end)| source[start..end].to_owned())
        .filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The names and numbers of a source, as byte ranges.
fn words(source: &str) -> Vec<(usize, usize)> {
    let words = lexer::words(source).into_iter();
    let is_word = |kind| matches!(kind, TokenKind::Name | TokenKind::Number);
    let found = words.filter(|word| is_word(word.kind));
    found.map(|word| (word.start, word.end)).collect()
}

/// A port in a socket address.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| constant(r#"\["[^"]*", (\d+)[\],]"#));
/// A descriptor in a socket's text.
static DESCRIPTOR: LazyLock<Regex> = LazyLock::new(|| constant(r"\bfd=(\d+)"));
/// A number that may be a port.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| constant(r"\b(\d{4,5})\b"));

fn constant(text: &str) -> Regex {
    Regex::new(text).expect("a constant expression compiles")
}

/// Finds what varies in a transcript.
struct Finder {
    own: Vec<(Regex, HoleKind)>,
}

impl Finder {
    fn new(own: &Own) -> Self {
        let quoted = |text: &str| Regex::new(&format!("\"({})\"", regex::escape(text))).ok();
        let mut found = Vec::new();
        let is_own = |name: &&String| name.len() > 1 && *name != "localhost";
        for name in own.names.iter().filter(is_own) {
            found.extend(quoted(name).map(|regex| (regex, HoleKind::Host)));
        }
        let is_own = |address: &&IpAddr| !address.is_loopback() && !address.is_unspecified();
        for address in own.addresses.iter().filter(is_own) {
            let kind = if address.is_ipv4() {
                HoleKind::Ipv4
            } else {
                HoleKind::Ipv6
            };
            found.extend(quoted(&address.to_string()).map(|regex| (regex, kind)));
        }
        Self { own: found }
    }

    /// The ports in addresses that the system may have given.
    fn ports(transcript: &str) -> Vec<String> {
        let given = |port: &str| port.parse::<u32>().is_ok_and(|port| port >= LOWEST_GIVEN);
        let found = ADDRESS.captures_iter(transcript);
        let ports = found.map(|found| found[1].to_owned());
        ports.filter(|port| given(port)).collect()
    }

    fn spots(&self, at: usize, take: &Take, ports: &BTreeSet<String>, spots: &mut Vec<Spot>) {
        let text = &take.transcript;
        let mut own: Vec<Spot> = Vec::new();
        let mut add = |regex: &Regex, kind: HoleKind, varies: &dyn Fn(&str) -> bool| {
            for found in regex.captures_iter(text).filter_map(|found| found.get(1)) {
                let free = own
                    .iter()
                    .all(|o| found.end() <= o.start || o.end <= found.start());
                if free && varies(found.as_str()) {
                    own.push(Spot {
                        take: at,
                        start: found.start(),
                        end: found.end(),
                        kind,
                        value: found.as_str().to_owned(),
                    });
                }
            }
        };
        let any = |_: &str| true;
        add(&DESCRIPTOR, HoleKind::Fd, &any);
        add(&NUMBER, HoleKind::Port, &|number| ports.contains(number));
        for (regex, kind) in &self.own {
            add(regex, *kind, &any);
        }
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number && own.is_empty() {
            let port = returns(&take.source, Type::Address);
            let kind = if returns(&take.source, Type::Descriptor) {
                Some(HoleKind::Fd)
            } else if port && text.len() >= 4 {
                Some(HoleKind::Port)
            } else {
                None
            };
            own.extend(kind.map(|kind| Spot {
                take: at,
                start: 0,
                end: text.len(),
                kind,
                value: text.clone(),
            }));
        }
        own.sort_by_key(|spot| spot.start);
        spots.extend(own);
    }
}

/// Whether a call in a source returns this.
fn returns(source: &str, what: Type) -> bool {
    let calls = called(source);
    let mut names = calls.iter().filter_map(|call| call.rsplit('.').next());
    names.any(|name| vocabulary::results(name).any(|result| result == what))
}

/// The holes of a recording: which spots are captured, recalled, or only of a kind.
struct HoleNames {
    /// The hole of each spot, by its take, in their order.
    holes: BTreeMap<usize, Vec<(usize, usize, String)>>,
    /// Ports that were typed after they were shown, by their text: the capture's name.
    typed: BTreeMap<String, String>,
}

impl HoleNames {
    fn find(recording: &Recording) -> Self {
        let spots = recording.spots();
        let takes = &recording.takes;
        let taken: BTreeSet<&str> = takes
            .iter()
            .flat_map(|take| {
                let source = take.source.as_str();
                words(source)
                    .into_iter()
                    .map(move |(start, end)| &source[start..end])
            })
            .collect();
        let mut holes: BTreeMap<usize, Vec<(usize, usize, String)>> = BTreeMap::new();
        let mut typed = BTreeMap::new();
        let mut captured: BTreeMap<(&'static str, String), (String, usize)> = BTreeMap::new();
        let mut used: BTreeSet<String> = BTreeSet::new();
        for (number, spot) in spots.iter().enumerate() {
            let key = (spot.kind.name(), spot.value.clone());
            let known = captured
                .get(&key)
                .filter(|(_, since)| same_thing(spot.kind, &takes[*since..=spot.take]))
                .cloned();
            let hole = if let Some((name, _)) = known {
                captured.insert(key, (name.clone(), spot.take));
                format!("{{={name}}}")
            } else if !takes[spot.take].waits && comes_back(spot, &spots[number + 1..], takes) {
                let name = fresh_name(spot.kind, &taken, &mut used);
                if spot.kind == HoleKind::Port {
                    typed.insert(spot.value.clone(), name.clone());
                }
                captured.insert(key, (name.clone(), spot.take));
                format!("{{{}:{name}}}", spot.kind.name())
            } else {
                format!("{{{}}}", spot.kind.name())
            };
            let of_take = holes.entry(spot.take).or_default();
            of_take.push((spot.start, spot.end, hole));
        }
        Self { holes, typed }
    }

    /// A source with the ports that were copied from a transcript replaced by their names.
    fn source(&self, source: &str) -> String {
        let mut out = String::new();
        let mut from = 0;
        for (start, end) in words(source) {
            if let Some(name) = self.typed.get(&source[start..end]) {
                out.push_str(&source[from..start]);
                out.push_str(name);
                from = end;
            }
        }
        out.push_str(&source[from..]);
        out
    }

    /// A transcript with its holes.
    fn transcript(&self, take: usize, text: &str) -> String {
        let holes = self.holes.get(&take).map_or(&[][..], Vec::as_slice);
        let mut lines = Vec::new();
        let mut at = 0;
        for line in text.split('\n') {
            let end = at + line.len();
            let mut out = String::new();
            let mut from = at;
            for (start, stop, hole) in holes.iter().filter(|h| h.0 >= at && h.1 <= end) {
                out.push_str(&literal(&text[from..*start]));
                out.push_str(hole);
                from = *stop;
            }
            out.push_str(&literal(&text[from..end]));
            lines.push(out);
            at = end + 1;
        }
        lines.join("\n")
    }
}

/// Whether the same number still means the same in the last take as in the first: a descriptor
/// may be another socket's after a close.
fn same_thing(kind: HoleKind, between: &[Take]) -> bool {
    let (Some(first), Some(last)) = (between.first(), between.last()) else {
        return true;
    };
    let name = first.source.trim().trim_end_matches(';');
    let closes = if last.source.trim().trim_end_matches(';') == name {
        format!("{name}.close")
    } else {
        "close".into()
    };
    kind != HoleKind::Fd || !between.iter().any(|take| take.source.contains(&closes))
}

/// Whether a value is shown or typed again, so that it deserves a name.
fn comes_back(spot: &Spot, later: &[Spot], takes: &[Take]) -> bool {
    if !matches!(spot.kind, HoleKind::Port | HoleKind::Fd) {
        return false;
    }
    let shown = later.iter().any(|other| {
        (other.kind, &other.value) == (spot.kind, &spot.value)
            && same_thing(spot.kind, &takes[spot.take..=other.take])
    });
    let typed = || {
        takes[spot.take + 1..]
            .iter()
            .any(|take| numbers(&take.source).any(|number| number == spot.value))
    };
    shown || spot.kind == HoleKind::Port && typed()
}

/// `port`, `port2`, …: a name that no statement uses.
fn fresh_name(kind: HoleKind, taken: &BTreeSet<&str>, used: &mut BTreeSet<String>) -> String {
    let base = kind.name();
    let mut number = 1;
    loop {
        let name = match number {
            1 => base.to_owned(),
            number => format!("{base}{number}"),
        };
        if !taken.contains(name.as_str()) && used.insert(name.clone()) {
            return name;
        }
        number += 1;
    }
}

/// The lesson's text with a transcript that was different in a second run made wide enough for
/// both: numbers that changed become `{int}`, other lines `...`.
pub(crate) fn loosen(text: &str, step: &Step, mismatch: &Mismatch) -> String {
    let Some(statement) = step.statement() else {
        return text.to_owned();
    };
    let Some(transcript) = &statement.transcript else {
        return text.to_owned();
    };
    let texts: Vec<String> = if mismatch.expected.len() == mismatch.actual.len()
        && transcript.text.len() == mismatch.actual.len()
    {
        let pairs = mismatch
            .expected
            .iter()
            .zip(&mismatch.actual)
            .zip(&transcript.text);
        pairs
            .map(|((expected, actual), written)| {
                if expected == actual {
                    written.clone()
                } else {
                    wide(expected, actual)
                }
            })
            .collect()
    } else {
        vec!["...".into()]
    };
    let block = compare::SignedLines {
        sign: "//>",
        after: statement.lines.last,
        replaced: Some(transcript.lines),
    };
    compare::splice(text, block, &texts)
}

/// The text with the packets of a step that were seen; those that differ from run to run are left out.
fn with_packets(text: &str, step: &Step, packets: &PacketComparison) -> String {
    let Some(written) = step.statement().and_then(|it| it.packets.as_ref()) else {
        return text.to_owned();
    };
    let is_worth = written.is_open() && packets.accepted != [NOTHING];
    let texts = if is_worth { &packets.accepted[..] } else { &[] };
    let block = compare::SignedLines {
        sign: PACKET_SIGN,
        after: written.first - 1,
        replaced: Some(Lines {
            first: written.first,
            last: written.last(),
        }),
    };
    compare::splice(text, block, texts)
}

/// A line that takes both.
fn wide(one: &str, other: &str) -> String {
    let (a, b) = (runs(one), runs(other));
    let is_number = |run: &str| run.starts_with(|c: char| c.is_ascii_digit());
    let alike = a.len() == b.len()
        && a.iter()
            .zip(&b)
            .all(|(x, y)| x == y || is_number(x) && is_number(y));
    if !alike {
        return "...".into();
    }
    let parts = a
        .iter()
        .zip(&b)
        .map(|(x, y)| if x == y { literal(x) } else { "{int}".into() });
    parts.collect()
}

/// A line cut into numbers and what is between them.
fn runs(line: &str) -> Vec<&str> {
    let mut runs = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let digit = first.is_ascii_digit();
        let end = rest
            .find(|c: char| c.is_ascii_digit() != digit)
            .unwrap_or(rest.len());
        runs.push(&rest[..end]);
        rest = &rest[end..];
    }
    runs
}
