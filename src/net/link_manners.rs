//! How a link treats what it carries: `delay 50ms jitter 10ms loss 10% seed 7`, `cut`.

use std::fmt;
use std::time::Duration;

/// How a link treats the packets of a host, each way. Chances are parts of a million.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkManners {
    /// How long each packet is on its way, and by how much that varies.
    pub(crate) delay: Duration,
    pub(crate) jitter: Duration,
    /// The chances that a packet is lost, comes twice, or is overtaken by those after it.
    pub(crate) loss: u32,
    pub(crate) duplicate: u32,
    pub(crate) reorder: u32,
    /// Whether nothing comes through.
    pub(crate) is_cut: bool,
    /// The same seed has the same packets lost.
    pub(crate) seed: u64,
}

/// The host that a link leads to, and how it treats what it carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRule {
    /// A host's name or address; `all` for every one.
    pub(crate) host: String,
    /// None is a link without any faults.
    pub(crate) manners: Option<LinkManners>,
}

/// The word for every host.
pub(crate) const ALL_HOSTS: &str = "all";
/// A million parts are the whole.
pub(crate) const WHOLE: u32 = 1_000_000;
/// The words that say what a link does, each with what stands behind it.
pub(crate) const WORDS: [(&str, &str); 8] = [
    ("delay", "50ms"),
    ("jitter", "10ms"),
    ("loss", "10%"),
    ("duplicate", "1%"),
    ("reorder", "5%"),
    ("seed", "7"),
    ("cut", ""),
    ("mend", ""),
];
/// The longest delay.
const LONGEST: Duration = Duration::from_mins(1);

impl Default for LinkManners {
    fn default() -> Self {
        Self {
            delay: Duration::ZERO,
            jitter: Duration::ZERO,
            loss: 0,
            duplicate: 0,
            reorder: 0,
            is_cut: false,
            seed: 1,
        }
    }
}

impl LinkRule {
    /// Reads a host and what its link does; an error says what is wrong and what to write.
    pub(crate) fn parse<'a>(mut words: impl Iterator<Item = &'a str>) -> Result<Self, String> {
        let Some(host) = words.next() else {
            return Err("no host is named: `echo.test loss 20%`, or `all delay 50ms`".into());
        };
        Ok(Self {
            host: host.into(),
            manners: parse(words)?,
        })
    }
}

fn parse<'a>(mut words: impl Iterator<Item = &'a str>) -> Result<Option<LinkManners>, String> {
    let mut manners = LinkManners::default();
    let mut is_mended = false;
    let mut count = 0;
    while let Some(word) = words.next() {
        count += 1;
        let Some((_, example)) = WORDS.iter().find(|(known, _)| *known == word) else {
            let known: Vec<String> = WORDS.iter().map(|(word, _)| format!("`{word}`")).collect();
            return Err(format!(
                "a link knows no `{word}`; it knows {}",
                known.join(", ")
            ));
        };
        if example.is_empty() {
            manners.is_cut = word == "cut";
            is_mended = word == "mend";
            continue;
        }
        let value = words.next().unwrap_or_default();
        let wrong = || format!("`{value}` does not fit `{word}`; write `{word} {example}`");
        match word {
            "delay" => manners.delay = time(value).ok_or_else(wrong)?,
            "jitter" => manners.jitter = time(value).ok_or_else(wrong)?,
            "loss" => manners.loss = chance(value).ok_or_else(wrong)?,
            "duplicate" => manners.duplicate = chance(value).ok_or_else(wrong)?,
            "reorder" => manners.reorder = chance(value).ok_or_else(wrong)?,
            _ => manners.seed = value.parse().map_err(|_| wrong())?,
        }
    }
    if count == 0 {
        return Err("it is not said what the link does: `loss 20%`, `delay 50ms`, `cut`".into());
    }
    if (manners.is_cut || is_mended) && count > 1 {
        return Err("`cut` and `mend` stand alone".into());
    }
    Ok((!is_mended).then_some(manners))
}

/// `50ms`, `1.5s`
fn time(text: &str) -> Option<Duration> {
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 1e-3),
        None => (text.strip_suffix('s')?, 1.0),
    };
    let seconds = number.parse::<f64>().ok()? * unit;
    let time = Duration::try_from_secs_f64(seconds).ok()?;
    (time <= LONGEST).then_some(time)
}

/// `10%`, `0.5%`
fn chance(text: &str) -> Option<u32> {
    let percent: f64 = text.strip_suffix('%')?.parse().ok()?;
    if !(0.0..=100.0).contains(&percent) {
        return None;
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // it is within the whole
    let parts = (percent * f64::from(WHOLE) / 100.0).round() as u32;
    Some(parts)
}

impl fmt::Display for LinkManners {
    /// As it is read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_cut {
            return f.write_str("cut");
        }
        let mut parts = Vec::new();
        for (word, time) in [("delay", self.delay), ("jitter", self.jitter)] {
            if !time.is_zero() {
                parts.push(format!("{word} {}ms", time.as_secs_f64() * 1e3));
            }
        }
        let chances = [
            ("loss", self.loss),
            ("duplicate", self.duplicate),
            ("reorder", self.reorder),
        ];
        for (word, chance) in chances {
            if chance > 0 {
                parts.push(format!(
                    "{word} {}%",
                    f64::from(chance) * 100.0 / f64::from(WHOLE)
                ));
            }
        }
        parts.push(format!("seed {}", self.seed));
        f.write_str(&parts.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::LinkRule;

    fn read(text: &str) -> Result<String, String> {
        let rule = LinkRule::parse(text.split_whitespace())?;
        let manners = rule
            .manners
            .map_or("mend".into(), |manners| manners.to_string());
        Ok(format!("{} {manners}", rule.host))
    }

    #[test]
    fn what_a_link_does_is_read_and_shown() {
        for (text, shown) in [
            ("echo.test loss 20% seed 7", "echo.test loss 20% seed 7"),
            (
                "all delay 1.5s jitter 10ms",
                "all delay 1500ms jitter 10ms seed 1",
            ),
            (
                "a.test duplicate 0.5% reorder 5%",
                "a.test duplicate 0.5% reorder 5% seed 1",
            ),
            ("a.test cut", "a.test cut"),
            ("a.test mend", "a.test mend"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(shown));
        }
    }

    #[test]
    fn what_it_does_not_know_it_says_how_to_write() {
        for (text, said) in [
            ("", "no host is named"),
            ("a.test", "`loss 20%`, `delay 50ms`, `cut`"),
            (
                "a.test lose 20%",
                "a link knows no `lose`; it knows `delay`",
            ),
            (
                "a.test loss 20",
                "`20` does not fit `loss`; write `loss 10%`",
            ),
            ("a.test loss 120%", "`120%` does not fit"),
            ("a.test delay -5ms", "`-5ms` does not fit `delay`"),
            (
                "a.test delay 2000s",
                "does not fit `delay`; write `delay 50ms`",
            ),
            ("a.test loss", "`` does not fit `loss`"),
            ("a.test cut loss 5%", "`cut` and `mend` stand alone"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
