//! The object `program` in the checks of an exercise: the learner's program.

use std::ffi::OsString;
use std::time::Duration;

use rhai::{Array, Dynamic, Engine, Map};

use super::methods::seconds;
use crate::net::address::Address;
use crate::net::error::{Cause, Fault};
use crate::net::io_context::IoContext;
use crate::net::process::ProgramEnd;
use crate::script::catalog::{Call, CallResult, functions};
use crate::script::values::address;
use crate::script::values::shown;
use crate::script::values::{Bytes, ProgramValue, register_type};

/// How long the program may take to end after Ctrl-C.
const GRACE: Duration = Duration::from_secs(2);

functions! {
    /// What can be done with the learner's program.
    pub(crate) static PROGRAM of Program = {
        /// Starts the program as a server and waits, for 20 seconds at most, until it listens on
        /// the port. `descriptors` is how many files and sockets it may have open at once.
        ///
        /// Another check of the same port is waited for, and so are ended connections that hold it.
        /// Errors: EADDRINUSE when somebody else listens there; that it ended before, or listens
        /// elsewhere.
        /// ```rhai
        /// if false { program.start(10000); }
        /// ```
        fn start(port: Port, descriptors: Count = ()) -> Nothing: Starts Waits;
        /// Waits until no other check uses the port, for a check that listens there itself.
        ///
        /// ```rhai
        /// if false { program.turn(10000); }
        /// ```
        fn turn(port: Port) -> Nothing: Asks Waits;
        /// The addresses on which the program listens; none where the system does not tell.
        ///
        /// ```rhai
        /// if false { program.addresses(); }
        /// ```
        fn addresses() -> [Address]: Asks;
        /// How many descriptors the program has open, `()` where the system does not tell.
        ///
        /// ```rhai
        /// if false { program.descriptors(); }
        /// ```
        fn descriptors() -> {Integer, Nothing}: Asks;
        /// The seconds of processor time that the program took so far, `()` where the system does
        /// not tell.
        ///
        /// ```rhai
        /// if false { program.processor_time(); }
        /// ```
        fn processor_time() -> {Float, Nothing}: Asks;
        /// Has the program stand still until `thaw`: what comes to it meanwhile waits for it.
        ///
        /// ```rhai
        /// if false { program.freeze(); }
        /// ```
        fn freeze() -> Nothing: Stops;
        /// Has the program go on.
        ///
        /// ```rhai
        /// if false { program.thaw(); }
        /// ```
        fn thaw() -> Nothing: Starts;
        /// Starts the program with these texts as further arguments, and does not wait.
        ///
        /// ```rhai
        /// if false { program.run(["a message"]); }
        /// ```
        fn run(arguments: [Text] = []) -> Nothing: Starts;
        /// Waits for the program's end, `timeout` seconds at most, and gives
        /// `#{code, signal, killed, stdout, stderr}`; `()` when it still runs then.
        ///
        /// ```rhai
        /// if false { program.wait(5).code; }
        /// ```
        fn wait(timeout: Seconds = 10) -> {Map, Nothing}: Asks Waits;
        /// Ctrl-C, once the program waits for something; it is killed if it does not end within
        /// two seconds. Gives what `wait` gives.
        ///
        /// ```rhai
        /// if false { program.stop().killed; }
        /// ```
        fn stop() -> {Map, Nothing}: Stops Waits;
        /// Ctrl-C, once the program waits for something.
        ///
        /// ```rhai
        /// if false { program.interrupt(); }
        /// ```
        fn interrupt() -> Nothing: Stops Waits;
        /// Waits until the program waits itself, `timeout` seconds at most: what came to it so far
        /// is dealt with.
        ///
        /// ```rhai
        /// if false { program.settle(); }
        /// ```
        fn settle(timeout: Seconds = 1) -> Nothing: Asks Waits;
        /// Whether the program runs.
        ///
        /// ```rhai
        /// if false { program.is_running(); }
        /// ```
        fn is_running() -> Boolean: Asks;
        /// What the program wrote to standard output since it was started, as bytes.
        ///
        /// ```rhai
        /// if false { program.stdout().decode(); }
        /// ```
        fn stdout() -> Bytes: Asks;
        /// What the program wrote to standard error since it was started, as bytes.
        ///
        /// ```rhai
        /// if false { program.stderr().decode(); }
        /// ```
        fn stderr() -> Bytes: Asks;
    }
}

/// The type itself.
pub(crate) fn install(engine: &mut Engine) {
    register_type::<ProgramValue>(engine);
}

/// Waits of the console, so that Ctrl-C and the step's time can end them.
fn pause(caller: &IoContext, call: &'static str) -> impl FnMut(Duration) -> Result<(), Cause> {
    move |time| caller.pause(call, "the program", time)
}

fn port(call: &Call<'_, '_>) -> Result<u16, Fault> {
    let port = call.int(0)?;
    let out = |_| Cause::Range(format!("`port` is from 0 to 65535, not {port}"));
    Ok(u16::try_from(port).map_err(out)?)
}

fn start(call: &mut Call<'_, '_>) -> CallResult {
    let port = port(call)?;
    let descriptors = match call.optional(1) {
        None => None,
        Some(_) => Some(
            u32::try_from(call.int(1)?)
                .map_err(|_| Cause::Range("`descriptors` is a count".into()))?,
        ),
    };
    let program = call.this::<ProgramValue>()?;
    let caller = &call.context.caller;
    let network = caller.network_of_calls();
    program.start(&*network, port, descriptors, &mut pause(caller, "start"))?;
    Ok(Dynamic::UNIT)
}

fn turn(call: &mut Call<'_, '_>) -> CallResult {
    let port = port(call)?;
    let program = call.this::<ProgramValue>()?;
    let caller = &call.context.caller;
    let tables = caller.network_of_calls().socket_tables();
    program.take_turn(&tables, port, &mut pause(caller, "turn"))?;
    Ok(Dynamic::UNIT)
}

fn addresses(call: &mut Call<'_, '_>) -> CallResult {
    let tables = call.context.caller.network_of_calls().socket_tables();
    let addresses = call.this::<ProgramValue>()?.listens_at(&tables);
    let shown = addresses
        .into_iter()
        .map(|at| address::to_dynamic(&Address::Inet(at)));
    Ok(Dynamic::from_array(shown.collect()))
}

fn descriptors(call: &mut Call<'_, '_>) -> CallResult {
    let count = call.this::<ProgramValue>()?.descriptors();
    let count = count.and_then(|count| i64::try_from(count).ok());
    Ok(count.map_or(Dynamic::UNIT, Dynamic::from))
}

fn processor_time(call: &mut Call<'_, '_>) -> CallResult {
    let seconds = call.this::<ProgramValue>()?.processor_seconds();
    Ok(seconds.map_or(Dynamic::UNIT, Dynamic::from))
}

fn freeze(call: &mut Call<'_, '_>) -> CallResult {
    call.this::<ProgramValue>()?.freeze(true);
    Ok(Dynamic::UNIT)
}

fn thaw(call: &mut Call<'_, '_>) -> CallResult {
    call.this::<ProgramValue>()?.freeze(false);
    Ok(Dynamic::UNIT)
}

fn run(call: &mut Call<'_, '_>) -> CallResult {
    let args: Vec<OsString> = match call.optional(0).map(|value| value.clone().into_array()) {
        None => Vec::new(),
        Some(Ok(array)) => words(&array),
        Some(Err(_)) => return Err(call.takes(0, "an array of texts")),
    };
    let network = call.context.caller.network_of_calls();
    call.this::<ProgramValue>()?.run(&*network, &args)?;
    Ok(Dynamic::UNIT)
}

fn words(array: &Array) -> Vec<OsString> {
    array.iter().map(|one| shown::printed(one).into()).collect()
}

fn limit(call: &Call<'_, '_>, otherwise: u64) -> Result<Duration, Fault> {
    Ok(seconds(call, 0)?.unwrap_or(Duration::from_secs(otherwise)))
}

fn wait(call: &mut Call<'_, '_>) -> CallResult {
    let limit = limit(call, 10)?;
    let program = call.this::<ProgramValue>()?;
    let ended = program.wait(limit, &mut pause(&call.context.caller, "wait"))?;
    Ok(ended.map_or(Dynamic::UNIT, |ended| to_map(ended).into()))
}

fn stop(call: &mut Call<'_, '_>) -> CallResult {
    let program = call.this::<ProgramValue>()?;
    let ended = program.stop(GRACE, &mut pause(&call.context.caller, "stop"))?;
    Ok(to_map(ended).into())
}

fn interrupt(call: &mut Call<'_, '_>) -> CallResult {
    let program = call.this::<ProgramValue>()?;
    program.interrupt(&mut pause(&call.context.caller, "interrupt"))?;
    Ok(Dynamic::UNIT)
}

fn settle(call: &mut Call<'_, '_>) -> CallResult {
    let limit = limit(call, 1)?;
    let program = call.this::<ProgramValue>()?;
    program.settle(limit, &mut pause(&call.context.caller, "settle"))?;
    Ok(Dynamic::UNIT)
}

fn is_running(call: &mut Call<'_, '_>) -> CallResult {
    Ok(call.this::<ProgramValue>()?.is_running().into())
}

fn stdout(call: &mut Call<'_, '_>) -> CallResult {
    Ok(Dynamic::from(Bytes::new(
        call.this::<ProgramValue>()?.stdout(),
    )))
}

fn stderr(call: &mut Call<'_, '_>) -> CallResult {
    Ok(Dynamic::from(Bytes::new(
        call.this::<ProgramValue>()?.stderr(),
    )))
}

fn to_map(ended: ProgramEnd) -> Map {
    let number = |number: Option<i32>| {
        number.map_or(Dynamic::UNIT, |number| Dynamic::from(i64::from(number)))
    };
    let mut map = Map::new();
    map.insert("code".into(), number(ended.code));
    map.insert("signal".into(), number(ended.signal));
    map.insert("killed".into(), ended.killed.into());
    map.insert("stdout".into(), Dynamic::from(Bytes::new(ended.stdout)));
    map.insert("stderr".into(), Dynamic::from(Bytes::new(ended.stderr)));
    map
}
