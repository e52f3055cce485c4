//! Addresses as text and as bytes, and numbers in host and network order: inet(3) and
//! byteorder(3). Pure arithmetic: nothing here asks the system or a resolver.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::error::{Cause, Fault};
use super::sys::numbers;

/// The four bytes of an IPv4 address in any of C's spellings (`inet_aton(3)`): one to four parts,
/// each decimal, octal (`0177`) or hexadecimal (`0x7f`), the last filling the remaining bytes:
/// `127.1` is 127.0.0.1. As in the C library, text after a blank is ignored.
///
/// An invalid value for anything else.
pub(crate) fn inet_aton(text: &str) -> Result<Vec<u8>, Fault> {
    without_nul(text)?;
    let end = text
        .find(|c: char| c.is_ascii_whitespace() || c == '\x0b')
        .unwrap_or(text.len());
    match parse_ipv4_forms(&text[..end]) {
        Some(address) => Ok(address.octets().to_vec()),
        None => Err(Cause::Value("illegal IP address string passed to inet_aton".into()).into()),
    }
}

/// An IPv4 address in any of C's spellings, with nothing after it: what the resolver takes for a
/// number instead of a name (`127.1`, `0x7f.1`, `2130706433`).
pub(crate) fn parse_ipv4_forms(text: &str) -> Option<Ipv4Addr> {
    let mut leading: u32 = 0;
    let mut parts = text.split('.').peekable();
    let mut index = 0;
    loop {
        let value = parse_c_number(parts.next()?)?;
        if parts.peek().is_none() {
            let room = u32::MAX >> (8 * index);
            return (value <= room).then(|| Ipv4Addr::from(leading | value));
        }
        if value > 0xff || index == 3 {
            return None;
        }
        leading |= value << (24 - 8 * index);
        index += 1;
    }
}

/// A number as C writes it: `0x…` hexadecimal, `0…` octal, else decimal; no sign.
fn parse_c_number(text: &str) -> Option<u32> {
    let (digits, radix) = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&text[2..], 16),
        [b'0', _, ..] => (&text[1..], 8),
        _ => (text, 10),
    };
    // `from_str_radix` would take a sign.
    digits
        .chars()
        .all(|c| c.is_digit(radix))
        .then(|| u32::from_str_radix(digits, radix).ok())?
}

/// The dotted text of an IPv4 address of four bytes (`inet_ntoa(3)`); an invalid value for any other
/// length.
pub(crate) fn inet_ntoa(packed: &[u8]) -> Result<String, Fault> {
    match <[u8; 4]>::try_from(packed) {
        Ok(octets) => Ok(Ipv4Addr::from(octets).to_string()),
        Err(_) => Err(wrong_length("inet_ntoa", "4", packed.len())),
    }
}

/// The bytes of an address in its family's one standard spelling (`inet_pton(3)`): 4 for `AF_INET`,
/// 16 for `AF_INET6`, in network order. No `127.1`, no scope (`%eth0`).
///
/// `EAFNOSUPPORT` for other families, an invalid value for other text.
pub(crate) fn inet_pton(family: i32, text: &str) -> Result<Vec<u8>, Fault> {
    without_nul(text)?;
    let packed = match family {
        numbers::AF_INET => text.parse::<Ipv4Addr>().ok().map(|a| a.octets().to_vec()),
        numbers::AF_INET6 => text.parse::<Ipv6Addr>().ok().map(|a| a.octets().to_vec()),
        _ => return Err(Cause::Os(numbers::EAFNOSUPPORT).into()),
    };
    packed
        .ok_or_else(|| Cause::Value("illegal IP address string passed to inet_pton".into()).into())
}

/// The standard text of an address of 4 (`AF_INET`) or 16 bytes (`AF_INET6`) in network order
/// (`inet_ntop(3)`); an invalid value for other lengths and families.
pub(crate) fn inet_ntop(family: i32, packed: &[u8]) -> Result<String, Fault> {
    match family {
        numbers::AF_INET => <[u8; 4]>::try_from(packed)
            .map(|octets| Ipv4Addr::from(octets).to_string())
            .map_err(|_| wrong_length("inet_ntop", "4", packed.len())),
        numbers::AF_INET6 => <[u8; 16]>::try_from(packed)
            .map(|octets| ipv6_text(Ipv6Addr::from(octets)))
            .map_err(|_| wrong_length("inet_ntop", "16", packed.len())),
        _ => Err(Cause::Value(format!("unknown address family `{family}`"))
            .noting("it converts AF_INET and AF_INET6")),
    }
}

/// An IPv6 address as the C library writes it, which is how every call shows one. It differs from
/// Rust's own text where the last four bytes are an IPv4 address: `::1.2.3.4`, not `::102:304`.
pub(crate) fn ipv6_text(address: Ipv6Addr) -> String {
    let groups = address.segments();
    let embeds_ipv4 = groups[..6] == [0; 6] && groups[6] != 0;
    if embeds_ipv4 {
        let [.., a, b, c, d] = address.octets();
        return format!("::{}", Ipv4Addr::new(a, b, c, d));
    }
    address.to_string()
}

/// An address of either family as the C library writes it: [`ipv6_text`] for IPv6.
pub(crate) fn ip_text(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => ipv6_text(address),
    }
}

/// A 16-bit number from host to network order (htons(3)); out of range beyond 0-65535.
pub(crate) fn htons(value: i64) -> Result<i64, Fault> {
    sixteen_bits("htons", value).map(|value| i64::from(value.to_be()))
}

/// A 16-bit number from network to host order (ntohs(3)); out of range beyond 0-65535.
pub(crate) fn ntohs(value: i64) -> Result<i64, Fault> {
    sixteen_bits("ntohs", value).map(|value| i64::from(u16::from_be(value)))
}

/// A 32-bit number from host to network order (htonl(3)); out of range beyond 0-4294967295.
pub(crate) fn htonl(value: i64) -> Result<i64, Fault> {
    thirty_two_bits("htonl", value).map(|value| i64::from(value.to_be()))
}

/// A 32-bit number from network to host order (ntohl(3)); out of range beyond 0-4294967295.
pub(crate) fn ntohl(value: i64) -> Result<i64, Fault> {
    thirty_two_bits("ntohl", value).map(|value| i64::from(u32::from_be(value)))
}

fn sixteen_bits(call: &str, value: i64) -> Result<u16, Fault> {
    u16::try_from(value).map_err(|_| {
        Cause::Range(format!("`{value}` is no 16-bit unsigned number"))
            .noting(format!("{call} takes 0-65535"))
    })
}

fn thirty_two_bits(call: &str, value: i64) -> Result<u32, Fault> {
    u32::try_from(value).map_err(|_| {
        Cause::Range(format!("`{value}` is no 32-bit unsigned number"))
            .noting(format!("{call} takes 0-4294967295"))
    })
}

fn wrong_length(call: &str, wanted: &str, found: usize) -> Fault {
    Cause::Value(format!("packed IP wrong length for {call}"))
        .noting(format!("give it {wanted} bytes, not {found}"))
}

/// The text, unless it has a NUL inside: C would take it for the text's end.
pub(crate) fn without_nul(text: &str) -> Result<&str, Fault> {
    if text.contains('\0') {
        return Err(Cause::Value("embedded null character".into()).into());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::{
        htonl, htons, inet_aton, inet_ntoa, inet_ntop, inet_pton, ntohl, ntohs, parse_ipv4_forms,
    };
    use crate::net::error::Cause;
    use crate::net::sys::numbers;

    #[test]
    fn inet_aton_takes_cs_spellings() {
        for (text, packed) in [
            ("127.0.0.1", [127, 0, 0, 1]),
            ("127.1", [127, 0, 0, 1]),
            ("1.2.3", [1, 2, 0, 3]),
            ("0x7f.1", [127, 0, 0, 1]),
            ("0177.1", [127, 0, 0, 1]),
            ("2130706433", [127, 0, 0, 1]),
            ("4294967295", [255, 255, 255, 255]),
            ("1.2.3.4 and more", [1, 2, 3, 4]),
            ("0", [0, 0, 0, 0]),
        ] {
            assert_eq!(inet_aton(text).unwrap(), packed, "{text}");
        }
    }

    #[test]
    fn inet_aton_refuses_the_rest() {
        for text in [
            "",
            " ",
            " 1.2.3.4",
            "1.2.3.4.5",
            "1.2.3.",
            "1..2",
            "256.1",
            "1.16777216",
            "08.1",
            "4294967296",
            "-1",
            "+1",
            "0x+1",
            "1.2.3.4x",
            "1.2.3.4é",
            "é",
            "1\u{a0}",
        ] {
            assert!(
                matches!(inet_aton(text).unwrap_err().cause, Cause::Value(_)),
                "{text}"
            );
        }
        assert_eq!(
            inet_aton("1.2.3.4\0").unwrap_err().cause,
            Cause::Value("embedded null character".into())
        );
        assert_eq!(parse_ipv4_forms("127.1 "), None);
    }

    #[test]
    fn ipv6_text_is_the_c_librarys() {
        for text in [
            "::",
            "::1",
            "::102",
            "::1.2.3.4",
            "::ffff:1.2.3.4",
            "::0.1.0.0",
            "1:0:0:1::1",
        ] {
            let packed = inet_pton(numbers::AF_INET6, text).unwrap();
            assert_eq!(inet_ntop(numbers::AF_INET6, &packed).unwrap(), text);
        }
    }

    #[test]
    fn wrong_lengths_and_families_are_told() {
        assert!(inet_ntoa(b"abc").is_err());
        assert!(inet_ntop(numbers::AF_INET, b"12345").is_err());
        assert!(inet_ntop(numbers::AF_INET6, b"1234").is_err());
        assert!(inet_ntop(99, b"1234").is_err());
        assert_eq!(
            inet_pton(99, "1.2.3.4").unwrap_err().cause,
            Cause::Os(numbers::EAFNOSUPPORT)
        );
    }

    #[test]
    fn byte_order_goes_there_and_back_within_its_range() {
        assert_eq!(ntohs(htons(80).unwrap()).unwrap(), 80);
        assert_eq!(ntohl(htonl(0x0102_0304).unwrap()).unwrap(), 0x0102_0304);
        assert_eq!(htons(1).unwrap(), i64::from(1_u16.to_be()));
        for wrong in [-1, 65_536, i64::MAX, i64::MIN] {
            assert!(matches!(htons(wrong).unwrap_err().cause, Cause::Range(_)));
            assert!(matches!(ntohs(wrong).unwrap_err().cause, Cause::Range(_)));
        }
        assert!(htonl(-1).is_err() && ntohl(1 << 32).is_err());
    }
}
