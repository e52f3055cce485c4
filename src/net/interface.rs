//! A machine's network interfaces, by name and by number: `if_nameindex(3)`.

use super::convert::without_nul;
use super::error::{Cause, Fault};
use super::network::Network;
use super::sys::{if_index, numbers};

/// Every interface: its number, 1 or more, and its name (`if_nameindex(3)`). `ENOBUFS` and the like
/// where the system cannot tell.
pub(crate) fn if_nameindex(network: &dyn Network) -> Result<Vec<(u32, String)>, Fault> {
    Ok(network.interfaces().unwrap_or_else(if_index::all)?)
}

/// The number of an interface, 1 or more (`if_nametoindex(3)`).
pub(crate) fn if_nametoindex(network: &dyn Network, name: &str) -> Result<u32, Fault> {
    let name = without_nul(name)?;
    let found = match network.interfaces() {
        Some(all) => all?
            .into_iter()
            .find(|card| card.1 == name)
            .map(|card| card.0),
        None => if_index::number(name),
    };
    found.ok_or_else(|| {
        Cause::Unknown(format!("no interface with the name `{name}`"))
            .noting("`if_nameindex()` lists them")
    })
}

/// The name of the interface with a number (`if_indextoname(3)`): `ENXIO` where there is none, out of
/// range for a negative number.
pub(crate) fn if_indextoname(network: &dyn Network, index: i64) -> Result<String, Fault> {
    if index < 0 {
        return Err(
            Cause::Range(format!("`{index}` is no interface number")).noting("they are 1 and more")
        );
    }
    let index = u32::try_from(index).map_err(|_| Cause::Os(numbers::ENXIO))?;
    match network.interfaces() {
        Some(all) => {
            let found = all?.into_iter().find(|card| card.0 == index);
            Ok(found.ok_or(Cause::Os(numbers::ENXIO))?.1)
        }
        None => Ok(if_index::name(index)?),
    }
}

#[cfg(test)]
mod tests {
    use super::{if_indextoname, if_nameindex, if_nametoindex};
    use crate::net::error::Cause;
    use crate::net::live_network::LiveNetwork;
    use crate::net::sys::numbers;

    #[test]
    fn every_interface_is_found_by_name_and_by_number() {
        for (index, name) in if_nameindex(&LiveNetwork).unwrap() {
            assert_eq!(if_nametoindex(&LiveNetwork, &name).unwrap(), index);
            assert_eq!(
                if_indextoname(&LiveNetwork, i64::from(index)).unwrap(),
                name
            );
        }
    }

    #[test]
    fn unknown_interfaces_are_errors() {
        assert!(matches!(
            if_nametoindex(&LiveNetwork, "nope").unwrap_err().cause,
            Cause::Unknown(_)
        ));
        assert!(matches!(
            if_nametoindex(&LiveNetwork, "").unwrap_err().cause,
            Cause::Unknown(_)
        ));
        assert!(matches!(
            if_nametoindex(&LiveNetwork, "lo\0").unwrap_err().cause,
            Cause::Value(_)
        ));
        assert_eq!(
            if_indextoname(&LiveNetwork, 0).unwrap_err().cause,
            Cause::Os(numbers::ENXIO)
        );
        assert_eq!(
            if_indextoname(&LiveNetwork, 1 << 32).unwrap_err().cause,
            Cause::Os(numbers::ENXIO)
        );
        assert!(matches!(
            if_indextoname(&LiveNetwork, -1).unwrap_err().cause,
            Cause::Range(_)
        ));
    }
}
