//! Addresses between text and bytes, numbers between host and network byte order.

use rhai::Dynamic;

use crate::net::convert;
use crate::script::catalog::{Call, CallResult, functions};
use crate::script::values::Bytes;

functions! {
    /// What turns one form into another.
    pub(crate) static CONVERT = {
        /// The four bytes of an IPv4 address; short forms such as `"127.1"` count.
        /// Errors: what is no such address. See inet(3).
        ///
        /// ```rhai
        /// inet_aton("127.0.0.1");
        /// //> b"\x7f\x00\x00\x01"
        /// ```
        fn inet_aton(text: Text) -> Bytes: Computes;
        /// The text of an IPv4 address from its four bytes. Errors: more or fewer bytes. See inet(3).
        ///
        /// ```rhai
        /// inet_ntoa(bytes([127, 0, 0, 1]));
        /// //> "127.0.0.1"
        /// ```
        fn inet_ntoa(packed: Data) -> Text: Computes;
        /// The bytes of an address of a family, `AF_INET` or `AF_INET6`. Errors: what is no
        /// address of it, EAFNOSUPPORT. See inet_pton(3).
        ///
        /// ```rhai
        /// inet_pton(AF_INET, "10.0.0.1");
        /// //> b"\n\x00\x00\x01"
        /// ```
        fn inet_pton(family: AF_, text: Text) -> Bytes: Computes;
        /// The text of an address of a family from its 4 or 16 bytes. Errors: another number of
        /// bytes, EAFNOSUPPORT. See inet_ntop(3).
        ///
        /// ```rhai
        /// inet_ntop(AF_INET6, inet_pton(AF_INET6, "::1"));
        /// //> "::1"
        /// ```
        fn inet_ntop(family: AF_, packed: Data) -> Text: Computes;
        /// A 16-bit number from host to network byte order. Errors: a number of more bits.
        /// See htons(3).
        ///
        /// ```rhai
        /// ntohs(htons(80));
        /// //> 80
        /// ```
        fn htons(number: Integer) -> Integer: Computes;
        /// A 16-bit number from network to host byte order. Errors: a number of more bits.
        /// See ntohs(3).
        ///
        /// ```rhai
        /// ntohs(htons(50000));
        /// //> 50000
        /// ```
        fn ntohs(number: Integer) -> Integer: Computes;
        /// A 32-bit number from host to network byte order. Errors: a number of more bits.
        /// See htonl(3).
        ///
        /// ```rhai
        /// ntohl(htonl(INADDR_LOOPBACK)) == INADDR_LOOPBACK;
        /// //> true
        /// ```
        fn htonl(number: Integer) -> Integer: Computes;
        /// A 32-bit number from network to host byte order. Errors: a number of more bits.
        /// See ntohl(3).
        ///
        /// ```rhai
        /// ntohl(htonl(1));
        /// //> 1
        /// ```
        fn ntohl(number: Integer) -> Integer: Computes;
    }
}

fn inet_aton(call: &mut Call<'_, '_>) -> CallResult {
    Ok(Dynamic::from(Bytes::new(convert::inet_aton(
        &call.text(0)?,
    )?)))
}

fn inet_ntoa(call: &mut Call<'_, '_>) -> CallResult {
    Ok(convert::inet_ntoa(call.bytes(0)?.as_slice())?.into())
}

fn inet_pton(call: &mut Call<'_, '_>) -> CallResult {
    Ok(Dynamic::from(Bytes::new(convert::inet_pton(
        call.c_int(0)?,
        &call.text(1)?,
    )?)))
}

fn inet_ntop(call: &mut Call<'_, '_>) -> CallResult {
    Ok(convert::inet_ntop(call.c_int(0)?, call.bytes(1)?.as_slice())?.into())
}

fn htons(call: &mut Call<'_, '_>) -> CallResult {
    Ok(convert::htons(call.int(0)?)?.into())
}

fn ntohs(call: &mut Call<'_, '_>) -> CallResult {
    Ok(convert::ntohs(call.int(0)?)?.into())
}

fn htonl(call: &mut Call<'_, '_>) -> CallResult {
    Ok(convert::htonl(call.int(0)?)?.into())
}

fn ntohl(call: &mut Call<'_, '_>) -> CallResult {
    Ok(convert::ntohl(call.int(0)?)?.into())
}
