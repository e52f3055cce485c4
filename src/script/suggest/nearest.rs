//! "Did you mean": the one way to find the name that was meant by one that does not exist.

use strsim::osa_distance;

/// The name among `names` that is most like `name`, if one is like it at all; capitals do not count.
pub(crate) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    nearest_within(name, names, (name.chars().count() / 3).clamp(1, 3))
}

/// The same with at most so many slips of the finger in it: a letter too many, too few, another, or
/// two changed about.
pub(crate) fn nearest_within<'a>(
    name: &str,
    names: impl Iterator<Item = &'a str>,
    most: usize,
) -> Option<&'a str> {
    let lower = name.to_lowercase();
    names
        // Far longer names cannot be near; that bounds the time for a name of any length.
        .filter(|other| other.len().abs_diff(name.len()) <= 2 * most && *other != name)
        .map(|other| (osa_distance(&lower, &other.to_lowercase()), other))
        .filter(|(distance, other)| *distance <= most && *distance < other.len())
        .min()
        .map(|(_, other)| other)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_finds_its_name_and_another_word_finds_none() {
        let names = ["getaddrinfo", "AF_INET", "send", "sendall", "no"];
        let near = |name| nearest(name, names.into_iter());
        assert_eq!(near("getadrinfo"), Some("getaddrinfo"));
        assert_eq!(near("sned"), Some("send"));
        assert_eq!(near("SendAll"), Some("sendall"));
        assert_eq!(near("AF_INTE"), Some("AF_INET"));
        assert_eq!(near("send"), None);
        assert_eq!(near("x"), None);
        assert_eq!(near(&"send".repeat(1000)), None);
    }
}
