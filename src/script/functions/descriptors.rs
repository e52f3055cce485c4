//! Functions of descriptors without a socket, and the machine's own name.

use std::any::TypeId;
use std::rc::Rc;

use rhai::{Dynamic, Engine};

use crate::net::act::Act;
use crate::net::error::Cause;
use crate::net::{lookup, socket as sockets};
use crate::script::catalog::{Call, CallResult, functions, register_exact};
use crate::script::context::Context;
use crate::script::values::SocketModule;

functions! {
    /// Functions that share their name with a method.
    pub(crate) static NAMESAKES = {
        /// Closes a descriptor that no socket holds: one that `detach`, `dup(fd)` or `recv_fds`
        /// gave. A socket is closed by `s.close()`.
        ///
        /// Errors: EBADF; an invalid value for a descriptor that belongs to a socket or to the
        /// program. See close(2).
        /// ```rhai
        /// let fd = socket().detach();
        /// close(fd);
        /// close(fd);
        /// //> error: close: bad file descriptor (EBADF)
        /// ```
        fn close(fd: Descriptor) -> Nothing: Closes;
        /// A copy of an open descriptor, as a number. `s.dup()` copies a socket. Errors: EBADF. See
        /// dup(2).
        ///
        /// ```rhai
        /// let s = socket();
        /// dup(s.fileno()) == s.fileno();
        /// //> false
        /// ```
        fn dup(fd: Descriptor) -> Descriptor: Opens;
    }
}

functions! {
    /// The machine's own name.
    pub(crate) static MACHINE = {
        /// Gives the machine another name until it starts again; not in the lab.
        ///
        /// Errors: EPERM without the right. See sethostname(2).
        /// ```rhai
        /// sethostname("other");
        /// //> error: sethostname: operation not permitted (EPERM)
        /// ```
        fn sethostname(name: Data) -> Nothing: Changes;
    }
}

fn close(call: &mut Call<'_, '_>) -> CallResult {
    let fd = call.c_int(0)?;
    Ok(sockets::close_fd(&call.context.caller, fd)?.into())
}

fn dup(call: &mut Call<'_, '_>) -> CallResult {
    let fd = call.c_int(0)?;
    Ok(i64::from(sockets::dup_fd(&call.context.caller, fd)?).into())
}

fn sethostname(call: &mut Call<'_, '_>) -> CallResult {
    let name = call.bytes(0)?;
    call.context
        .caller
        .network_of_calls()
        .allows(Act::RenameMachine)?;
    if call.context.caller.network().name() == "lab" {
        return Err(Cause::from_name("EPERM").noting("the lab leaves the machine as it is"));
    }
    Ok(lookup::sethostname(name.as_slice())?.into())
}

/// Registers the functions for exactly what they take, so that a method of the same name called on
/// another value is still told from them.
pub(crate) fn install(engine: &mut Engine, context: &Rc<Context>) {
    let (number, float) = (TypeId::of::<i64>(), TypeId::of::<f64>());
    let (module, any) = (TypeId::of::<SocketModule>(), TypeId::of::<Dynamic>());
    for name in ["close", "dup"] {
        for types in [&[number][..], &[float], &[module, any]] {
            register_exact(engine, NAMESAKES, name, types, context);
        }
    }
}
