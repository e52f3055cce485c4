//! Host names as DNS carries them: ASCII labels, others in Punycode (RFC 3492, RFC 3490).

use crate::net::convert::without_nul;
use crate::net::error::{Cause, Fault};

/// The longest label of a name, in bytes (RFC 1035).
const MAX_LABEL: usize = 63;

/// A host name in ASCII: as it is, or with its international labels as `xn--…`. An empty name
/// stays empty.
///
/// An invalid value for a NUL inside, for an empty label or one of more than 63 bytes, and for
/// letters of scripts whose normal form we do not know.
pub(crate) fn to_ascii(host: &str) -> Result<String, Fault> {
    without_nul(host)?;
    if host.is_ascii() {
        return checked_labels(host.to_owned());
    }
    // The four dots of RFC 3490.
    let labels: Result<Vec<String>, Fault> = host
        .split(['.', '\u{3002}', '\u{ff0e}', '\u{ff61}'])
        .map(label_to_ascii)
        .collect();
    checked_labels(labels?.join("."))
}

fn checked_labels(host: String) -> Result<String, Fault> {
    let (labels, last) = host
        .rsplit_once('.')
        .map_or((None, host.as_str()), |(l, r)| (Some(l), r));
    let whole = |label: &str| !label.is_empty() && label.len() <= MAX_LABEL;
    if last.len() > MAX_LABEL || !labels.is_none_or(|labels| labels.split('.').all(whole)) {
        return Err(Cause::Value("label empty or too long".into())
            .noting("the parts of a host name between its dots have 1-63 characters"));
    }
    Ok(host)
}

fn label_to_ascii(label: &str) -> Result<String, Fault> {
    if label.is_ascii() {
        return Ok(label.to_owned());
    }
    let mut folded = Vec::with_capacity(label.len());
    for letter in label.chars() {
        if !is_in_normal_form(letter) {
            return Err(Cause::Value(format!(
                "`{}` cannot stand in a host name here",
                letter.escape_debug()
            ))
            .noting("give the name in its `xn--` form"));
        }
        match letter {
            'ß' => folded.extend(['s', 's']),
            'ς' => folded.push('σ'),
            _ => folded.extend(letter.to_lowercase()),
        }
    }
    if folded.iter().all(char::is_ascii) {
        return Ok(folded.into_iter().collect());
    }
    match punycode(&folded) {
        Some(encoded) => Ok(format!("xn--{encoded}")),
        None => Err(Cause::Value("label empty or too long".into()).into()),
    }
}

/// Letters that Unicode's compatibility normalisation leaves alone once they are lower case: of
/// the scripts named here in order, Latin, Greek, Cyrillic, Japanese, Chinese, Korean.
fn is_in_normal_form(letter: char) -> bool {
    letter.is_ascii()
        || matches!(letter,
            '\u{c0}'..='\u{12f}' | '\u{131}' | '\u{134}'..='\u{13e}' | '\u{141}'..='\u{148}'
            | '\u{14a}'..='\u{17e}'
            | '\u{386}' | '\u{388}'..='\u{38a}' | '\u{38c}' | '\u{38e}'..='\u{3a1}'
            | '\u{3a3}'..='\u{3ce}'
            | '\u{400}'..='\u{45f}'
            | '\u{3041}'..='\u{3094}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'
            | '\u{4e00}'..='\u{9fa5}'
            | '\u{ac00}'..='\u{d7a3}')
}

/// A label in Punycode; none where its numbers overflow (RFC 3492, section 6.3).
fn punycode(label: &[char]) -> Option<String> {
    const INITIAL_BIAS: u32 = 72;
    const FIRST_CODE_POINT: u32 = 0x80;
    let mut output: String = label.iter().filter(|letter| letter.is_ascii()).collect();
    let basic = u32::try_from(output.len()).ok()?;
    let total = u32::try_from(label.len()).ok()?;
    if basic > 0 {
        output.push('-');
    }
    let (mut handled, mut code_point) = (basic, FIRST_CODE_POINT);
    let (mut delta, mut bias) = (0_u32, INITIAL_BIAS);
    while handled < total {
        let next = label
            .iter()
            .map(|c| u32::from(*c))
            .filter(|c| *c >= code_point)
            .min()?;
        delta = delta.checked_add((next - code_point).checked_mul(handled + 1)?)?;
        code_point = next;
        for letter in label.iter().map(|c| u32::from(*c)) {
            if letter < code_point {
                delta = delta.checked_add(1)?;
            } else if letter == code_point {
                push_variable_length(&mut output, delta, bias);
                bias = adapted_bias(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        delta = delta.checked_add(1)?;
        code_point += 1;
    }
    Some(output)
}

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;

fn push_variable_length(output: &mut String, delta: u32, bias: u32) {
    let mut rest = delta;
    let mut position = BASE;
    loop {
        let threshold = position.saturating_sub(bias).clamp(T_MIN, T_MAX);
        if rest < threshold {
            output.extend(char::from_digit(rest, BASE).map(as_punycode_digit));
            return;
        }
        let digit = threshold + (rest - threshold) % (BASE - threshold);
        output.extend(char::from_digit(digit, BASE).map(as_punycode_digit));
        rest = (rest - threshold) / (BASE - threshold);
        position += BASE;
    }
}

/// Punycode counts a-z first, then 0-9; `char::from_digit` the other way round.
fn as_punycode_digit(digit: char) -> char {
    match digit {
        '0'..='9' => char::from(b'a' + (digit as u8 - b'0')),
        'a'..='p' => char::from(b'k' + (digit as u8 - b'a')),
        _ => char::from(b'0' + (digit as u8 - b'q')),
    }
}

fn adapted_bias(delta: u32, points: u32, first: bool) -> u32 {
    const SKEW: u32 = 38;
    const DAMP: u32 = 700;
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / points;
    let mut steps = 0;
    while delta > ((BASE - T_MIN) * T_MAX) / 2 {
        delta /= BASE - T_MIN;
        steps += BASE;
    }
    steps + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}

#[cfg(test)]
mod tests {
    use super::to_ascii;
    use crate::net::error::Cause;

    #[test]
    fn ascii_names_stay_as_they_are() {
        for name in ["", "localhost", "Crisewing.COM", "a.b.", "::1", "a_b"] {
            assert_eq!(to_ascii(name).unwrap(), name);
        }
    }

    #[test]
    fn international_names_become_punycode() {
        for (name, ascii) in [
            ("bücher.example", "xn--bcher-kva.example"),
            ("BÜCHER.example", "xn--bcher-kva.example"),
            ("straße.test", "strasse.test"),
            ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
            ("почта.test.", "xn--80a1acny.test."),
        ] {
            assert_eq!(to_ascii(name).unwrap(), ascii);
        }
    }

    #[test]
    fn impossible_names_are_invalid_values() {
        let long = "a".repeat(64);
        let international = "é".repeat(60_000);
        for name in [
            "a..b",
            ".",
            ".a",
            "é..b",
            "a\0",
            "e\u{301}",
            "\u{1f600}",
            &long,
            &international,
        ] {
            assert!(
                matches!(to_ascii(name).unwrap_err().cause, Cause::Value(_)),
                "{name:.20}"
            );
        }
    }
}
