//! Calls of our own methods on a variable, `s.recv(4096)` and `len(part)`, without rhai's search: the
//! value's type says which function of the catalog is meant.
//!
//! Such a call is a node of custom syntax, under a key that nobody can type, around the call as it
//! was. Where the variable is something else at that moment, the call as it was is evaluated.

use std::any::TypeId;
use std::collections::HashMap;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::sync::LazyLock;

use rhai::{
    ASTFlags, CustomExpr, Dynamic, Engine, EvalAltResult, EvalContext, Expr, Expression,
    ImmutableString, NativeCallContext, Position,
};

use crate::script::catalog::{self, Function};
use crate::script::context::Context;
use crate::script::functions::rows;
use crate::script::values::ValueType;

/// The key of the custom syntax: no token can be it.
const KEY: &str = "a direct call";
/// The types whose methods are called so.
const RECEIVERS: [ValueType; 2] = [ValueType::Socket, ValueType::Bytes];
/// The most arguments after the receiver.
const MOST: usize = 2;

/// The methods of one name, each with its receiver's type.
type Methods = Vec<(TypeId, &'static Function)>;

/// All methods, and where those of a name are.
static METHODS: LazyLock<(Vec<Methods>, HashMap<&'static str, i64>)> = LazyLock::new(|| {
    let (mut methods, mut places) = (Vec::<Methods>::new(), HashMap::new());
    for function in rows() {
        let receiver = function.receiver.filter(|kind| RECEIVERS.contains(kind));
        let Some(id) = receiver.and_then(ValueType::id) else {
            continue;
        };
        let place = *places.entry(function.name).or_insert(methods.len());
        if place == methods.len() {
            methods.push(Methods::new());
        }
        methods[place].push((id, function));
    }
    let numbered = |(name, place)| Some((name, i64::try_from(place).ok()?));
    let places = places.into_iter().filter_map(numbered).collect();
    (methods, places)
});

/// The parts of a call on a variable: the variable's name, the function's, the arguments after the
/// receiver, and where the call is.
fn parts(call: &Expr) -> Option<(&ImmutableString, &str, &[Expr], Position)> {
    let (receiver, call, arguments, position) = match call {
        Expr::Dot(sides, ASTFlags::NONE, _) => match &sides.rhs {
            Expr::MethodCall(call, position) => (&sides.lhs, call, call.args.as_slice(), *position),
            _ => return None,
        },
        Expr::FnCall(call, position) => {
            let (first, rest) = call.args.split_first()?;
            (first, call, rest, *position)
        }
        _ => return None,
    };
    match receiver {
        Expr::Variable(variable, ..) if variable.2.is_empty() && arguments.len() <= MOST => {
            Some((&variable.1, call.name.as_str(), arguments, position))
        }
        _ => None,
    }
}

/// Makes a call a direct one, where it may be.
pub(super) fn replace(call: &mut Expr) {
    let Some((_, name, _, position)) = parts(call) else {
        return;
    };
    if let Some(place) = METHODS.1.get(name).copied() {
        let as_it_was = mem::take(call);
        let node = CustomExpr {
            inputs: [as_it_was].into_iter().collect(),
            tokens: [KEY.into()].into_iter().collect(),
            state: place.into(),
            scope_may_be_changed: false,
            self_terminated: false,
        };
        *call = Expr::Custom(Box::new(node), position);
    }
}

/// Has the engine evaluate direct calls.
pub(crate) fn install(engine: &mut Engine, ours: &Rc<Context>) {
    let ours = Rc::clone(ours);
    let registered =
        engine.register_custom_syntax_handler(KEY, false, move |context, inputs, state| {
            evaluate(&ours, context, inputs, state)
        });
    debug_assert!(registered.is_ok(), "only engines without a parser refuse");
}

fn evaluate(
    ours: &Rc<Context>,
    context: &mut EvalContext<'_, '_, '_, '_, '_, '_>,
    inputs: &[Expression<'_>],
    state: &Dynamic,
) -> Result<Dynamic, Box<EvalAltResult>> {
    let [whole] = inputs else {
        return Ok(Dynamic::UNIT);
    };
    let found = parts(whole).and_then(|(name, _, arguments, position)| {
        let place = usize::try_from(state.as_int().ok()?).ok()?;
        // None for a constant.
        let kind = context.scope_mut().get_mut(name)?.type_id();
        let methods = METHODS.0.get(place)?;
        let (_, function) = methods.iter().find(|(id, _)| *id == kind)?;
        // Another count of arguments is an error, which the call as it was explains.
        let fits =
            arguments.len() >= function.required() && arguments.len() <= function.params.len();
        if !fits {
            return None;
        }
        Some((name, *function, arguments, position))
    });
    let Some((name, function, arguments, position)) = found else {
        return context.eval_expression_tree(whole);
    };
    let mut values = [Dynamic::UNIT, Dynamic::UNIT];
    for (value, argument) in values.iter_mut().zip(arguments) {
        *value = context.eval_expression_tree(&argument.into())?.flatten();
    }
    call_on(
        name,
        (function, position),
        ours,
        context,
        values,
        arguments.len(),
    )
}

/// Calls the function on the variable, with so many of the values.
fn call_on(
    name: &str,
    (function, position): (&'static Function, Position),
    ours: &Rc<Context>,
    context: &mut EvalContext<'_, '_, '_, '_, '_, '_>,
    mut values: [Dynamic; MOST],
    count: usize,
) -> Result<Dynamic, Box<EvalAltResult>> {
    // The variable's own value, so that a method can change it; it is put back below.
    let mut receiver = match context.scope_mut().get_mut(name) {
        Some(value) if value.is_shared() => value.clone(),
        Some(value) => mem::take(value),
        None => Dynamic::UNIT,
    };
    let [first, second] = &mut values;
    let mut all = [&mut receiver, first, second];
    let given = &mut all[..=count];
    // Its arguments may have given the variable a value of another type.
    let is_still = function.receiver.and_then(ValueType::id) == Some((*given[0]).type_id());
    let result = if is_still {
        let state = context.global_runtime_state();
        let native = NativeCallContext::new_with_all_fields(
            context.engine(),
            function.name,
            None,
            state,
            position,
        );
        catch_unwind(AssertUnwindSafe(|| {
            catalog::invoke(function, ours, &native, given)
        }))
    } else {
        catch_unwind(AssertUnwindSafe(|| {
            let found = context.call_fn_raw(function.name, true, true, given);
            found.map_err(|mut error| {
                if error.position().is_none() {
                    error.set_position(position);
                }
                error
            })
        }))
    };
    if !receiver.is_shared()
        && let Some(value) = context.scope_mut().get_mut(name)
    {
        *value = receiver;
    }
    result.unwrap_or_else(|panic| resume_unwind(panic))
}
