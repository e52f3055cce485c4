//! What rhai's own grammar lacks: `unpack conn, addr = server.accept()`.

use rhai::{
    Array, Dynamic, Engine, EvalAltResult, EvalContext, Expression, ImmutableString, LexError,
    ParseError, Position,
};

use crate::net::error::Cause;
use crate::script::failure::throw;
use crate::script::reserved;
use crate::script::values::AddrInfo;
use crate::script::values::shown;

/// Registers the statement `unpack NAME, NAME… = ARRAY`.
pub(crate) fn install(engine: &mut Engine) {
    engine.register_custom_syntax_with_state_raw("unpack", next_symbol, true, unpack);
    reserved::free(engine);
}

/// What may follow the symbols so far: names and commas in turn, then `=` and an expression.
fn next_symbol(
    symbols: &[ImmutableString],
    look_ahead: &str,
    _state: &mut Dynamic,
) -> Result<Option<ImmutableString>, ParseError> {
    let next = match symbols.last().map(ImmutableString::as_str) {
        Some("unpack" | ",") => "$ident$",
        Some("=") => "$expr$",
        Some("$expr$") => return Ok(None),
        _ if look_ahead == "," || look_ahead == "=" => look_ahead,
        _ => {
            let mend = "`unpack` takes names and an array: `unpack conn, addr = server.accept()`";
            let error = LexError::ImproperSymbol(look_ahead.into(), mend.into());
            return Err(error.into_err(Position::NONE));
        }
    };
    Ok(Some(next.into()))
}

fn unpack(
    context: &mut EvalContext<'_, '_, '_, '_, '_, '_>,
    inputs: &[Expression<'_>],
    _state: &Dynamic,
) -> Result<Dynamic, Box<EvalAltResult>> {
    let Some((expression, names)) = inputs.split_last() else {
        return Ok(Dynamic::UNIT);
    };
    let value = context.eval_expression_tree(expression)?;
    let position = expression.position();
    let parts = match value.read_lock::<AddrInfo>() {
        Some(info) => Some(info.parts()),
        None => value.clone().into_array().ok(),
    };
    let wrong = |text: String| throw(Cause::Type(text).during("unpack"), position);
    let Some(parts): Option<Array> = parts else {
        return Err(wrong(format!(
            "takes an array apart, not {}",
            shown::describe(&value)
        )));
    };
    if parts.len() != names.len() {
        let (have, want) = (parts.len(), names.len());
        return Err(wrong(format!(
            "the array has {have} parts for {want} names"
        )));
    }
    for (name, part) in names.iter().zip(parts) {
        let Some(name) = name.get_string_value() else {
            continue;
        };
        if context.scope().is_constant(name) == Some(true) {
            let error = EvalAltResult::ErrorAssignmentToConstant(name.into(), position);
            return Err(error.into());
        }
        context.scope_mut().set_or_push(name, part);
    }
    Ok(Dynamic::UNIT)
}
