//! The values of directives: durations, names, hosts, capabilities, choices.

use std::net::IpAddr;
use std::time::Duration;

use super::Directive;
use crate::lesson::format::model::Capability;
use crate::lesson::format::problem::Problem;
use crate::net::link_manners::LinkRule;
use crate::net::network::{HostAddress, HostRecord};

/// `10s`, `500ms`, `2m`: more than nothing, an hour at most.
pub(crate) fn duration(directive: &Directive) -> Result<Duration, Problem> {
    let text = directive.value.as_str();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let unit = match unit.trim() {
        "ms" => Some(1),
        "s" => Some(1_000),
        "m" => Some(60_000),
        _ => None,
    };
    let milliseconds = unit.and_then(|unit| number.parse::<u64>().ok()?.checked_mul(unit));
    match milliseconds {
        Some(time @ 1..=3_600_000) => Ok(Duration::from_millis(time)),
        Some(_) => Err(directive.wrong(
            format!("`{text}` is not between 1ms and 60m"),
            "write a time like `10s`",
        )),
        None => Err(directive.wrong(
            format!("`{text}` is no time"),
            "write a whole number and its unit: `10s`, `500ms` or `2m`",
        )),
    }
}

/// A name of a console, a step or an exercise: small letters, digits, `-` and `_`.
pub(crate) fn name(directive: &Directive) -> Result<String, Problem> {
    let text = directive.value.as_str();
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    let starts = text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    if starts && text.chars().all(good) && text.len() <= 40 {
        return Ok(text.to_owned());
    }
    let mut mended: String = text
        .to_lowercase()
        .chars()
        .map(|c| if good(c) { c } else { '-' })
        .take(40)
        .collect();
    mended = mended.trim_matches(['-', '_']).to_owned();
    let mend = match mended.as_str() {
        "" => "use small letters, digits and `-`, 40 at most".to_owned(),
        mended => format!("use small letters, digits and `-`, 40 at most: `{mended}`"),
    };
    Err(directive.wrong(format!("`{text}` cannot be a name here"), mend))
}

/// How a link treats its packets: `echo.test loss 20% seed 7`.
pub(crate) fn link(directive: &Directive) -> Result<LinkRule, Problem> {
    let rule = LinkRule::parse(directive.value.split_whitespace());
    rule.map_err(|why| directive.wrong(why, "write `link: echo.test loss 20% seed 7`"))
}

/// `NAME ADDRESS…`
pub(crate) fn host(directive: &Directive) -> Result<HostRecord, Problem> {
    let mut words = directive.value.split_whitespace();
    let name = words.next().unwrap_or_default();
    let label = |label: &str| {
        let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        !label.is_empty() && label.len() <= 63 && label.chars().all(good)
    };
    let is_address = name.parse::<IpAddr>().is_ok();
    if is_address || name.len() > 253 || !name.split('.').all(label) {
        return Err(directive.wrong(
            format!("`{name}` is no host name"),
            "write the name, then its addresses: `example.test 192.0.2.1`",
        ));
    }
    let mut addresses = Vec::new();
    for word in words {
        addresses.push(HostAddress::parse(word).ok_or_else(|| {
            directive.wrong(
                format!("`{word}` is no address"),
                "write IPv4 like `192.0.2.1` or IPv6 like `2001:db8::1` or `fe80::1%5`",
            )
        })?);
    }
    if addresses.is_empty() {
        let mend = format!("add at least one: `{name} 192.0.2.1`");
        return Err(directive.wrong(format!("the host `{name}` has no address"), mend));
    }
    Ok(HostRecord {
        name: name.to_owned(),
        addresses,
    })
}

/// The ports of `publish:`.
pub(crate) fn ports(directive: &Directive) -> Result<Vec<u16>, Problem> {
    let words = directive
        .value
        .split([' ', '\t', ','])
        .filter(|word| !word.is_empty());
    words
        .map(|word| match word.parse() {
            Ok(port @ 1..) => Ok(port),
            _ => Err(directive.wrong(
                format!("`{word}` is no port"),
                "write the port of the lesson's server: `8080`",
            )),
        })
        .collect()
}

/// The words of `only-if:`.
pub(crate) fn capabilities(directive: &Directive) -> Result<Vec<Capability>, Problem> {
    let words = directive
        .value
        .split([' ', '\t', ','])
        .filter(|word| !word.is_empty());
    let mut found = Vec::new();
    for word in words {
        let capability = match word {
            "linux" => Capability::Linux,
            "macos" => Capability::MacOs,
            "ipv6" => Capability::Ipv6,
            "unix" => Capability::Unix,
            _ => {
                return Err(directive.wrong(
                    format!("`{word}` is nothing that a machine can have here"),
                    "write one or more of `linux`, `macos`, `ipv6`, `unix`",
                ));
            }
        };
        if !found.contains(&capability) {
            found.push(capability);
        }
    }
    Ok(found)
}

/// `A | B`: two at least, all different.
pub(crate) fn choices(directive: &Directive) -> Result<Vec<String>, Problem> {
    let choices: Vec<String> = directive
        .value
        .split('|')
        .map(|choice| choice.trim().to_owned())
        .collect();
    let distinct = choices
        .iter()
        .enumerate()
        .all(|(at, choice)| !choices[..at].contains(choice));
    if choices.len() < 2 || choices.iter().any(String::is_empty) || !distinct {
        return Err(directive.wrong(
            "a choice is between two different things or more",
            "part them by `|`: `server | client`",
        ));
    }
    Ok(choices)
}
