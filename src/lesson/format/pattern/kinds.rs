//! The kinds of text that a hole can demand: their exact expressions, and a last check.

use std::net::{Ipv4Addr, Ipv6Addr};

/// What a hole takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HoleKind {
    /// A whole number of 64 bits, as shown: no `+`, no leading zeros.
    Int,
    /// 0 to 65535.
    Port,
    /// Four numbers of 0 to 255.
    Ipv4,
    /// RFC 4291 text, with a scope behind `%` at most (RFC 4007).
    Ipv6,
    /// A host name (RFC 1123; underscores are tolerated) or an IPv4 address.
    Host,
    /// A file descriptor: 0 to 2147483647.
    Fd,
}

impl HoleKind {
    /// Every kind.
    pub(crate) const ALL: [Self; 6] = [
        Self::Int,
        Self::Port,
        Self::Ipv4,
        Self::Ipv6,
        Self::Host,
        Self::Fd,
    ];

    /// The word in the braces.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Port => "port",
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
            Self::Host => "host",
            Self::Fd => "fd",
        }
    }

    /// The kind of that name.
    pub(crate) fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The regular expression that such a text matches.
    pub(crate) fn expression(self) -> String {
        match self {
            // The most negative number is one further from 0 than the most positive one.
            Self::Int => format!("-{}|-?(?:{})", i64::MIN.unsigned_abs(), up_to(i64::MAX)),
            Self::Port => up_to(i64::from(u16::MAX)),
            Self::Ipv4 => ipv4(),
            Self::Ipv6 => format!("(?:{})(?:%[0-9A-Za-z_.-]+)?", ipv6()),
            Self::Host => {
                let label = "[0-9A-Za-z_](?:[0-9A-Za-z_-]{0,61}[0-9A-Za-z_])?";
                format!(r"{label}(?:\.{label})*\.?")
            }
            Self::Fd => up_to(i64::from(i32::MAX)),
        }
    }

    /// Whether the text is of this kind: the parser's word, where one exists.
    pub(crate) fn accepts(self, text: &str) -> bool {
        match self {
            Self::Int => text.parse::<i64>().is_ok(),
            Self::Port => text.parse::<u16>().is_ok(),
            Self::Ipv4 => text.parse::<Ipv4Addr>().is_ok(),
            Self::Ipv6 => {
                let address = text.split_once('%').map_or(text, |(address, _)| address);
                address.parse::<Ipv6Addr>().is_ok()
            }
            Self::Host => !text.is_empty() && !text.contains(char::is_whitespace),
            Self::Fd => text.parse::<i32>().is_ok_and(|fd| fd >= 0),
        }
    }
}

/// The numbers from 0 to `most`, without leading zeros; longer ones first.
fn up_to(most: i64) -> String {
    let digits = most.to_string();
    let mut forms = vec![digits.clone()];
    for (at, digit) in digits.char_indices().filter(|(_, digit)| *digit > '0') {
        let low = if at == 0 { '1' } else { '0' };
        let below = char::from_digit(digit.to_digit(10).unwrap_or(1) - 1, 10).unwrap_or('0');
        if low <= below {
            let left = digits.len() - at - 1;
            forms.push(format!("{}[{low}-{below}][0-9]{{{left}}}", &digits[..at]));
        }
    }
    if digits.len() > 1 {
        forms.push(format!("[1-9][0-9]{{0,{}}}", digits.len() - 2));
    }
    forms.push("0".into());
    format!("(?:{})", forms.join("|"))
}

fn ipv4() -> String {
    let octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    format!(r"{octet}(?:\.{octet}){{3}}")
}

/// All forms of RFC 4291: eight groups, or fewer around one `::`, the last two perhaps as IPv4.
/// The longer forms come first, so that a search does not stop at a shorter one.
fn ipv6() -> String {
    let group = "[0-9A-Fa-f]{1,4}";
    let v4 = ipv4();
    let mut forms = vec![
        format!("(?:{group}:){{6}}{v4}"),
        format!("(?:{group}:){{7}}{group}"),
    ];
    for left in (0..=7).rev() {
        let head = match left {
            0 => String::new(),
            _ => format!("{group}(?::{group}){{{}}}", left - 1),
        };
        if left <= 5 {
            forms.push(format!("{head}::(?:{group}:){{0,{}}}{v4}", 5 - left));
        }
        if left < 7 {
            forms.push(format!("{head}::{group}(?::{group}){{0,{}}}", 6 - left));
        }
        forms.push(format!("{head}::"));
    }
    forms.join("|")
}
