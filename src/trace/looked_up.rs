//! The names that recorded calls asked for, and what was answered.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use super::CallRecord;
use crate::repr::Repr;

/// The names that were looked up, by the addresses that were answered.
pub(super) fn names(calls: &[Arc<CallRecord>]) -> BTreeMap<IpAddr, BTreeSet<String>> {
    let mut names: BTreeMap<IpAddr, BTreeSet<String>> = BTreeMap::new();
    let lookups = ["getaddrinfo", "gethostbyname", "gethostbyname_ex"];
    for call in calls.iter().filter(|call| lookups.contains(&call.call)) {
        let (Some((_, Repr::Text(host))), Ok(answer)) = (call.arguments.first(), &call.outcome)
        else {
            continue;
        };
        // An address is its own name; a text with NUL would end a record.
        let is_name = host.left == 0
            && !host.kept.is_empty()
            && !host.kept.contains('\0')
            && host.kept.parse::<IpAddr>().is_err();
        if is_name {
            for address in addresses(answer) {
                names
                    .entry(address)
                    .or_default()
                    .insert(host.kept.to_string());
            }
        }
    }
    names
}

/// The one name by which an address was found; none where there are several.
pub(super) fn name_of(names: &BTreeMap<IpAddr, BTreeSet<String>>, address: IpAddr) -> Option<&str> {
    let found = names.get(&address.to_canonical())?;
    found
        .first()
        .filter(|_| found.len() == 1)
        .map(String::as_str)
}

/// The addresses that a value is or has in it.
fn addresses(value: &Repr) -> Vec<IpAddr> {
    match value {
        Repr::Text(text) => text.kept.parse().into_iter().collect(),
        Repr::Array(array) => array.kept.iter().flat_map(addresses).collect(),
        Repr::Record(parts) => parts.iter().flat_map(|(_, part)| addresses(part)).collect(),
        _ => Vec::new(),
    }
}
