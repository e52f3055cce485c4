//! The machine's network interfaces, by name and by number: `if_nameindex(3)`.

use super::convert::without_nul;
use super::error::{Cause, Fault};
use super::sys::{if_index, numbers};

/// Every interface: its number, 1 or more, and its name (`if_nameindex(3)`). `ENOBUFS` and the like
/// where the system cannot tell.
pub(crate) fn if_nameindex() -> Result<Vec<(u32, String)>, Fault> {
    Ok(if_index::all()?)
}

/// The number of an interface, 1 or more (`if_nametoindex(3)`).
pub(crate) fn if_nametoindex(name: &str) -> Result<u32, Fault> {
    if_index::number(without_nul(name)?).ok_or_else(|| {
        Cause::Unknown(format!("no interface with the name `{name}`"))
            .noting("`if_nameindex()` lists them")
    })
}

/// The name of the interface with a number (`if_indextoname(3)`): `ENXIO` where there is none, out of
/// range for a negative number.
pub(crate) fn if_indextoname(index: i64) -> Result<String, Fault> {
    if index < 0 {
        return Err(
            Cause::Range(format!("`{index}` is no interface number")).noting("they are 1 and more")
        );
    }
    let index = u32::try_from(index).map_err(|_| Cause::Os(numbers::ENXIO))?;
    Ok(if_index::name(index)?)
}

#[cfg(test)]
mod tests {
    use super::{if_indextoname, if_nameindex, if_nametoindex};
    use crate::net::error::Cause;
    use crate::net::sys::numbers;

    #[test]
    fn every_interface_is_found_by_name_and_by_number() {
        for (index, name) in if_nameindex().unwrap() {
            assert_eq!(if_nametoindex(&name).unwrap(), index);
            assert_eq!(if_indextoname(i64::from(index)).unwrap(), name);
        }
    }

    #[test]
    fn unknown_interfaces_are_errors() {
        assert!(matches!(
            if_nametoindex("nope").unwrap_err().cause,
            Cause::Unknown(_)
        ));
        assert!(matches!(
            if_nametoindex("").unwrap_err().cause,
            Cause::Unknown(_)
        ));
        assert!(matches!(
            if_nametoindex("lo\0").unwrap_err().cause,
            Cause::Value(_)
        ));
        assert_eq!(
            if_indextoname(0).unwrap_err().cause,
            Cause::Os(numbers::ENXIO)
        );
        assert_eq!(
            if_indextoname(1 << 32).unwrap_err().cause,
            Cause::Os(numbers::ENXIO)
        );
        assert!(matches!(
            if_indextoname(-1).unwrap_err().cause,
            Cause::Range(_)
        ));
    }
}
