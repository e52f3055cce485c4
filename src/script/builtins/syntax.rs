//! What rhai's own grammar lacks: `unpack conn, addr = server.accept()`.

use rhai::{
    AST, ASTNode, Array, Dynamic, Engine, EvalAltResult, EvalContext, Expr, Expression,
    ImmutableString, LexError, ParseError, Position,
};

use crate::net::error::Cause;
use crate::script::failure::throw;
use crate::script::reserved;
use crate::script::values::AddrInfoValue;
use crate::script::values::shown;

/// The key of `unpack NAME, NAME… = ARRAY`.
pub(crate) const UNPACK: &str = "unpack";

/// Registers the statement `unpack NAME, NAME… = ARRAY`.
pub(crate) fn install(engine: &mut Engine) {
    engine.register_custom_syntax_with_state_raw(UNPACK, next_symbol, true, unpack);
    reserved::free(engine);
}

/// The error of an `unpack` in a closure, if there is one: rhai, which does not know that it makes
/// names, looks for them around the closure.
pub(crate) fn unpack_in_closure(ast: &AST) -> Option<ParseError> {
    let functions = ast.shared_lib().iter_script_fn_info();
    let closures: Vec<_> = functions
        .filter(|(_, _, name, ..)| name.starts_with("anon$"))
        .map(|(.., closure)| closure.body.start_position()..=closure.body.end_position())
        .collect();
    let mut found = None;
    let mut look = |path: &[ASTNode<'_>]| {
        if let Some(ASTNode::Expr(Expr::Custom(custom, position))) = path.last()
            && custom.tokens.first().is_some_and(|key| key == UNPACK)
            && closures.iter().any(|closure| closure.contains(position))
        {
            let text = "`unpack` makes no names in a closure; take the parts by number (`let parts \
                        = pair; parts[0]`), or write a function: `fn name(pair) { unpack … }`";
            found = Some(LexError::Runtime(text.into()).into_err(*position));
        }
        found.is_none()
    };
    if !closures.is_empty() {
        ast.walk(&mut look);
    }
    found
}

/// What may follow the symbols so far: names and commas in turn, then `=` and an expression.
fn next_symbol(
    symbols: &[ImmutableString],
    look_ahead: &str,
    _state: &mut Dynamic,
) -> Result<Option<ImmutableString>, ParseError> {
    let next = match symbols.last().map(ImmutableString::as_str) {
        Some(UNPACK | ",") => "$ident$",
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
    let parts = match value.read_lock::<AddrInfoValue>() {
        Some(info) => Some(info.parts()),
        None => value.clone().into_array().ok(),
    };
    let wrong = |text: String| throw(Cause::Type(text).during(UNPACK), position);
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

#[cfg(test)]
mod tests {
    use super::{install, unpack_in_closure};

    #[test]
    fn unpack_is_refused_in_closures_only() {
        let mut engine = rhai::Engine::new_raw();
        install(&mut engine);
        let refused = |code: &str| {
            let ast = engine.compile(code).expect(code);
            unpack_in_closure(&ast).map(|error| error.position().position())
        };
        assert_eq!(
            refused("let f = || { unpack a, b = [1, 2]; a };"),
            Some(Some(14))
        );
        assert_eq!(
            refused("fn f() { let g = |x| { if x { unpack a, b = x; } }; }"),
            Some(Some(31))
        );
        assert_eq!(
            refused("let f = |x| x; unpack a, b = f.call([1, 2]);"),
            None
        );
        assert_eq!(
            refused("fn f(x) { unpack a, b = x; a } let g = |x| f(x);"),
            None
        );
    }
}
