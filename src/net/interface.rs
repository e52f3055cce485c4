//! The machine's network interfaces, by name and by number: `if_nameindex(3)`.

use std::ffi::{CStr, CString};

use super::convert::without_nul;
use super::error::{Cause, Fault};

/// Every interface: its number, 1 or more, and its name (`if_nameindex(3)`). `ENOBUFS` and the like
/// where the system cannot tell.
pub(crate) fn if_nameindex() -> Result<Vec<(u32, String)>, Fault> {
    // SAFETY: no arguments; the result is checked for null and freed below.
    let list = unsafe { libc::if_nameindex() };
    if list.is_null() {
        return Err(Cause::last_os_error().into());
    }
    let mut interfaces = Vec::new();
    let mut entry = list;
    loop {
        // SAFETY: `entry` stays within the array, whose last element has index 0 and a null name;
        // the loop ends there.
        let (index, name) = unsafe { ((*entry).if_index, (*entry).if_name) };
        if index == 0 || name.is_null() {
            break;
        }
        // SAFETY: the name is a NUL-terminated string that lives until the list is freed.
        let name = unsafe { CStr::from_ptr(name) };
        interfaces.push((index, name.to_string_lossy().into_owned()));
        // SAFETY: this was not the last element, so there is a next one.
        entry = unsafe { entry.add(1) };
    }
    // SAFETY: the list came from if_nameindex and is not used afterwards.
    unsafe { libc::if_freenameindex(list) };
    Ok(interfaces)
}

/// The number of an interface, 1 or more (`if_nametoindex(3)`).
pub(crate) fn if_nametoindex(name: &str) -> Result<u32, Fault> {
    let c_name = CString::new(without_nul(name)?).unwrap_or_default();
    // SAFETY: a NUL-terminated string that outlives the call.
    match unsafe { libc::if_nametoindex(c_name.as_ptr()) } {
        0 => Err(
            Cause::Unknown(format!("no interface with the name `{name}`"))
                .noting("`if_nameindex()` lists them"),
        ),
        index => Ok(index),
    }
}

/// The name of the interface with a number (`if_indextoname(3)`): `ENXIO` where there is none, out of
/// range for a negative number.
pub(crate) fn if_indextoname(index: i64) -> Result<String, Fault> {
    if index < 0 {
        return Err(
            Cause::Range(format!("`{index}` is no interface number")).noting("they are 1 and more")
        );
    }
    let Ok(index) = u32::try_from(index) else {
        return Err(Cause::Os(libc::ENXIO).into());
    };
    let mut name: [libc::c_char; libc::IF_NAMESIZE] = [0; libc::IF_NAMESIZE];
    // SAFETY: the buffer has the IF_NAMESIZE bytes that the call may fill.
    if unsafe { libc::if_indextoname(index, name.as_mut_ptr()) }.is_null() {
        return Err(Cause::last_os_error().into());
    }
    // SAFETY: on success the buffer holds a NUL-terminated name.
    let name = unsafe { CStr::from_ptr(name.as_ptr()) };
    Ok(name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::{if_indextoname, if_nameindex, if_nametoindex};
    use crate::net::error::Cause;

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
        assert_eq!(if_indextoname(0).unwrap_err().cause, Cause::Os(libc::ENXIO));
        assert_eq!(
            if_indextoname(1 << 32).unwrap_err().cause,
            Cause::Os(libc::ENXIO)
        );
        assert!(matches!(
            if_indextoname(-1).unwrap_err().cause,
            Cause::Range(_)
        ));
    }
}
