//! Network interfaces: `if_nameindex(3)` and its like.

use std::ffi::{CStr, CString};
use std::io;

/// Every interface: its number, 1 or more, and its name (`if_nameindex(3)`).
pub(crate) fn all() -> io::Result<Vec<(u32, String)>> {
    // SAFETY: no arguments; the result is checked for null and freed below.
    let list = unsafe { libc::if_nameindex() };
    if list.is_null() {
        return Err(io::Error::last_os_error());
    }
    let mut interfaces = Vec::new();
    let mut entry = list;
    loop {
        // SAFETY: `entry` is within the array, whose last element has index 0 and a null name; the
        // loop ends there.
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

/// The number of an interface, 1 or more (`if_nametoindex(3)`); none where no interface has the name.
pub(crate) fn number(name: &str) -> Option<u32> {
    let name = CString::new(name).ok()?;
    // SAFETY: a NUL-terminated string that outlives the call.
    match unsafe { libc::if_nametoindex(name.as_ptr()) } {
        0 => None,
        index => Some(index),
    }
}

/// The name of the interface with a number (`if_indextoname(3)`). Errors: ENXIO.
pub(crate) fn name(index: u32) -> io::Result<String> {
    let mut name: [libc::c_char; libc::IF_NAMESIZE] = [0; libc::IF_NAMESIZE];
    // SAFETY: the buffer has the IF_NAMESIZE bytes that the call may fill.
    if unsafe { libc::if_indextoname(index, name.as_mut_ptr()) }.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: on success the buffer holds a NUL-terminated name.
    let name = unsafe { CStr::from_ptr(name.as_ptr()) };
    Ok(name.to_string_lossy().into_owned())
}
