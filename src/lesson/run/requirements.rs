//! What this machine has: the words of `only-if:`.

use crate::lesson::format::model::Capability;
use crate::net::socket::has_ipv6_loopback;

/// Why a lesson or step is not for this machine; none when it is.
pub(crate) fn missing(needed: &[Capability]) -> Option<String> {
    // Systems are alternatives, everything else is needed as well.
    let (systems, rest): (Vec<&Capability>, Vec<&Capability>) = needed
        .iter()
        .partition(|need| matches!(need, Capability::Linux | Capability::MacOs));
    if !systems.is_empty() && !systems.iter().any(|need| has(**need)) {
        let names: Vec<&str> = systems.into_iter().map(|need| name(*need)).collect();
        return Some(format!("only on {}", names.join(" and ")));
    }
    let missing = rest.into_iter().find(|need| !has(**need))?;
    Some(format!("only with {}", name(*missing)))
}

fn has(need: Capability) -> bool {
    match need {
        Capability::Linux => cfg!(target_os = "linux"),
        Capability::MacOs => cfg!(target_os = "macos"),
        Capability::Ipv6 => has_ipv6_loopback(),
        Capability::Unix => cfg!(unix),
    }
}

fn name(need: Capability) -> &'static str {
    match need {
        Capability::Linux => "Linux",
        Capability::MacOs => "macOS",
        Capability::Ipv6 => "IPv6",
        Capability::Unix => "Unix-domain sockets",
    }
}
