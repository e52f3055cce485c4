//! The `//~` lines of a step: the packets that it is expected to cause, each line one packet or one
//! run of segments.

mod matching;
mod picture;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use regex::Regex;

use super::pattern::{Flaw, Pattern};

pub(crate) use matching::{PacketComparison, PacketHoles};
pub(crate) use picture::{picture_of, shown};

/// What a packet line begins with.
pub(crate) const PACKET_SIGN: &str = "//~";
/// The most lines of one step: comparing them takes as long as their number times that of the packets.
pub(crate) const MOST_PACKET_LINES: usize = 200;
/// What stands for a step that sends nothing.
pub(crate) const NOTHING: &str = "nothing";

/// The `//~` lines of a statement.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PacketLines {
    /// The first of them in the file, from 1.
    pub(crate) first: usize,
    /// Their texts behind `//~ `.
    pub(crate) text: Vec<String>,
    /// What each expects; `nothing` expects no packet, and an empty line stands for what is to be
    /// accepted yet.
    pub(crate) expected: Vec<PacketLine>,
}

/// What one line expects.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum PacketLine {
    /// `...`: any packets.
    Any,
    /// A packet of this way.
    Packet {
        way: Way,
        what: Pattern,
        /// How many characters stand before its words.
        column: usize,
    },
}

/// From where a packet goes to where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Way {
    /// `>`: the step's console sends it.
    Leaves,
    /// `<`: it comes to the step's console.
    Comes,
    /// `client > server:`: between two that are named.
    Between(String, String),
}

impl PacketLines {
    /// Reads the texts behind `//~ `, of which there is one at least. All flaws are told at once.
    pub(crate) fn parse(first: usize, text: Vec<String>) -> Result<Self, Vec<Flaw>> {
        let mut flaws = Vec::new();
        let mut expected = Vec::new();
        if text.len() > MOST_PACKET_LINES {
            let message = format!("a step has {MOST_PACKET_LINES} packet lines at most");
            let mend = "write `...` for some of them".to_owned();
            flaws.push(flaw(MOST_PACKET_LINES, (1, 1), message, mend));
        }
        for (at, line) in text.iter().enumerate().take(MOST_PACKET_LINES) {
            match line.trim() {
                "..." => expected.push(PacketLine::Any),
                "" | NOTHING if text.len() == 1 => {}
                "" => {
                    let (message, mend) = ("an empty packet line", "write a packet, or remove it");
                    flaws.push(flaw(at, (1, 1), message.into(), mend.into()));
                }
                NOTHING => {
                    let message = "`nothing` stands alone".to_owned();
                    let mend = "remove it, or the other lines".to_owned();
                    flaws.push(flaw(at, (1, NOTHING.len()), message, mend));
                }
                _ => match packet(line, at) {
                    Ok(packet) => expected.push(packet),
                    Err(found) => flaws.extend(found),
                },
            }
        }
        if flaws.is_empty() {
            Ok(Self {
                first,
                text,
                expected,
            })
        } else {
            Err(flaws)
        }
    }

    /// The last of them in the file.
    pub(crate) fn last(&self) -> usize {
        self.first + self.text.len() - 1
    }

    /// Whether nobody has said yet what is expected: `accept` writes it.
    pub(crate) fn is_open(&self) -> bool {
        self.text.iter().all(|line| line.trim().is_empty())
    }

    /// The expressions whose shown values a comparison needs, in their order.
    pub(crate) fn exprs(&self) -> impl Iterator<Item = &str> {
        self.patterns().flat_map(Pattern::exprs)
    }

    /// The patterns of the lines that have one.
    pub(crate) fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.expected.iter().filter_map(|line| match line {
            PacketLine::Packet { what, .. } => Some(what),
            PacketLine::Any => None,
        })
    }

    /// The names that stand at the ends of the lines' ways, with their lines.
    pub(crate) fn named_ends(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.expected.iter().enumerate();
        lines.flat_map(|(at, line)| {
            let ends = match line {
                PacketLine::Packet {
                    way: Way::Between(from, to),
                    ..
                } => vec![from.as_str(), to],
                _ => Vec::new(),
            };
            ends.into_iter().map(move |end| (at, end))
        })
    }
}

/// `13 x 1448 + 603 bytes`, perhaps with how it fared.
static BYTES: LazyLock<Regex> = LazyLock::new(|| {
    constant(r"^(?:\d+ x )?\d+(?: \+ (?:\d+ x )?\d+)* bytes?(?: (?:again|late|lost|again, lost))?$")
});
/// `SYN ACK`
static FLAGS: LazyLock<Regex> = LazyLock::new(|| {
    constant(r"^(?:SYN|SYN ACK|ACK|FIN|RST)(?: (?:again|late|lost|again, lost))?$")
});
/// What ICMP says.
static WORDS: LazyLock<Regex> = LazyLock::new(|| constant(r"^[a-z]+(?: [a-z]+)*$"));

fn constant(text: &str) -> Regex {
    Regex::new(text).expect("a constant expression compiles")
}

/// Reads a line that is neither `...` nor `nothing`.
fn packet(line: &str, at: usize) -> Result<PacketLine, Vec<Flaw>> {
    let lead = line.chars().count() - line.trim_start().chars().count();
    let text = line.trim();
    let column = |byte: usize| lead + text[..byte].chars().count() + 1;
    let (way, from) = way(text).map_err(|message| {
        let mend = "write `> SYN` for what leaves, `< SYN ACK` for what comes, \
                    or `client > server: SYN`";
        let length = text.chars().count();
        vec![flaw(at, (column(0), length), message, mend.into())]
    })?;
    let what = &text[from..];
    let place = (column(from), what.chars().count().max(1));
    let normal = normal(what);
    let pattern = Pattern::parse(&[&normal]).map_err(|found| {
        let moved = found.into_iter().map(|flaw| Flaw {
            line: at,
            column: flaw.column + place.0 - 1,
            ..flaw
        });
        moved.collect::<Vec<_>>()
    })?;
    let is_plain = pattern.lines().iter().all(|line| line.plain().is_some());
    if is_plain && let Some((message, mend)) = complaint(&normal) {
        return Err(vec![flaw(at, place, message, mend)]);
    }
    if pattern.captured().next().is_some() {
        let message = "a packet line remembers nothing".to_owned();
        let mend = "capture it in a transcript: `//> {int:name}`".to_owned();
        return Err(vec![flaw(at, place, message, mend)]);
    }
    Ok(PacketLine::Packet {
        way,
        what: pattern,
        column: place.0 - 1,
    })
}

/// A line's way, and the byte at which the packet itself begins.
fn way(text: &str) -> Result<(Way, usize), String> {
    let behind = |sign: &str| {
        let rest = text.strip_prefix(sign)?;
        Some(text.len() - rest.trim_start().len())
    };
    if let Some(from) = behind(">") {
        return Ok((Way::Leaves, from));
    }
    if let Some(from) = behind("<") {
        return Ok((Way::Comes, from));
    }
    let no_way = || format!("`{text}` does not say which way the packet goes");
    let (from, rest) = text.split_once(" > ").ok_or_else(no_way)?;
    // An IPv6 address has colons too.
    let (to, what) = rest.split_once(": ").ok_or_else(no_way)?;
    let is_word = |word: &str| !word.is_empty() && !word.contains(char::is_whitespace);
    if !(is_word(from.trim()) && is_word(to.trim())) {
        return Err(no_way());
    }
    let at = text.len() - what.trim_start().len();
    Ok((Way::Between(from.trim().into(), to.trim().into()), at))
}

/// What a packet is, as it is compared: one blank between words, `x` for `×`, `41 bytes` for `len 41`.
fn normal(what: &str) -> String {
    let words: Vec<&str> = what.split_whitespace().collect();
    let text = words.join(" ").replace('×', "x");
    match text.strip_prefix("len ").map(|rest| rest.split_once(' ')) {
        Some(Some((count, rest))) => format!("{count} bytes {rest}"),
        Some(None) => format!("{} bytes", &text[4..]),
        None => text,
    }
}

/// What is wrong with a packet without holes, and what to write.
fn complaint(what: &str) -> Option<(String, String)> {
    if [&BYTES, &FLAGS, &WORDS]
        .iter()
        .any(|known| known.is_match(what))
    {
        return None;
    }
    let told = |message: &str, mend: &str| Some((message.to_owned(), mend.to_owned()));
    let is_flag = |word: &&str| word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase());
    let flags: Vec<&str> = what.split(' ').filter(is_flag).collect();
    let unknown = flags
        .iter()
        .find(|flag| !["SYN", "ACK", "FIN", "RST", "PSH"].contains(flag));
    if let Some(flag) = unknown {
        let message = format!("TCP has no flag `{flag}` here");
        let mend = "write `SYN`, `SYN ACK`, `ACK`, `FIN` or `RST`".to_owned();
        return Some((message, mend));
    }
    if what.is_empty() {
        return told(
            "it is not said which packet",
            "write `SYN`, `41 bytes`, `FIN`",
        );
    }
    if flags.is_empty() {
        return told(
            "this is no packet",
            "write `41 bytes`, `13 x 1448 + 603 bytes`, or a flag: `SYN`, `FIN`",
        );
    }
    told(
        "these flags do not stand together here",
        "write one line for each of `SYN`, `SYN ACK`, bytes, `FIN`, `RST`; that a packet also \
         acknowledges is not written",
    )
}

fn flaw(line: usize, (column, length): (usize, usize), message: String, mend: String) -> Flaw {
    Flaw {
        line,
        column,
        length,
        message,
        mend,
    }
}
