//! `exit`: leave from inside a script; and the functions of rhai that could take all memory at once.

use rhai::{Array, Blob, Dynamic, Engine, EvalAltResult, ImmutableString, Position};

use crate::net::error::Cause;
use crate::script::catalog::{Call, CallResult, functions};
use crate::script::failure::throw;

functions! {
    /// What ends a program.
    pub(crate) static LEAVE = {
        /// Leaves socklab, or ends a script, with an exit code from 0 to 255.
        ///
        /// ```rhai
        /// if 1 > 2 { exit(1); }
        /// ```
        fn exit(code: Integer = 0) -> Nothing: Leaves;
    }
}

/// The most elements that one call may add.
const MOST: i64 = 16 << 20;

/// Registers them, before rhai's own of the same names.
pub(crate) fn install(engine: &mut Engine) {
    engine.register_fn("pad", |array: &mut Array, len: i64, value: Dynamic| {
        let len = bounded(len)?;
        if len > array.len() {
            array.resize(len, value);
        }
        Ok::<(), Box<EvalAltResult>>(())
    });
    engine.register_fn("pad", |text: &mut ImmutableString, len: i64, with: char| {
        let missing = bounded(len)?.saturating_sub(text.chars().count());
        *text += &*String::from(with).repeat(missing);
        Ok::<(), Box<EvalAltResult>>(())
    });
    engine.register_fn("pad", |text: &mut ImmutableString, len: i64, with: &str| {
        let missing = bounded(len)?.saturating_sub(text.chars().count());
        let padding: String = with.chars().cycle().take(missing).collect();
        *text += &*padding;
        Ok::<(), Box<EvalAltResult>>(())
    });
    engine.register_fn("pad", |blob: &mut Blob, len: i64, value: i64| {
        let byte = u8::try_from(value & 0xff).unwrap_or_default();
        let len = bounded(len)?;
        if len > blob.len() {
            blob.resize(len, byte);
        }
        Ok::<(), Box<EvalAltResult>>(())
    });
    engine.register_fn("blob", |len: i64, value: i64| {
        let byte = u8::try_from(value & 0xff).unwrap_or_default();
        bounded(len).map(|len| Blob::from(vec![byte; len]))
    });
    engine.register_fn("blob", |len: i64| {
        bounded(len).map(|len| Blob::from(vec![0; len]))
    });
}

fn bounded(len: i64) -> Result<usize, Box<EvalAltResult>> {
    usize::try_from(len.clamp(0, MOST + 1))
        .ok()
        .filter(|_| len <= MOST)
        .ok_or_else(|| {
            let cause = Cause::Range(format!("at most {MOST} elements at once, not {len}"));
            throw(cause.during("pad"), Position::NONE)
        })
}

fn exit(call: &mut Call<'_, '_>) -> CallResult {
    let code = call.int(0)?;
    match u8::try_from(code) {
        Ok(code) => Err(Cause::Exit(code.into()).into()),
        // The system keeps the lowest eight bits: 256 would tell that all is well.
        Err(_) => Err(Cause::Range(format!("an exit code is 0 to 255, not {code}")).into()),
    }
}
