//! One row per function of the script's view: the table that registration, errors, help,
//! completion and the reference are all drawn from.

mod doc;
mod effect;
mod types;

use std::any::TypeId;
use std::borrow::Cow;
use std::rc::Rc;

use rhai::{Array, Dynamic, Engine, EvalAltResult, ImmutableString, NativeCallContext};

use super::context::Context;
use super::failure::{throw, throw_first};
use crate::net::error::{Cause, Fault};
use crate::net::numbers::AF_UNIX;
use crate::repr::{Bounds, Repr};
use crate::script::values::shown;
use crate::script::values::{Bytes, SocketModule, SocketValue};

pub use crate::script::values::ValueType;
pub use effect::Effect;
pub use types::Type;
pub(crate) use types::options_of;

/// A parameter of a [`Function`].
#[derive(Debug)]
pub struct Param {
    /// Its name, as help shows it.
    pub name: &'static str,
    /// What it takes.
    pub(crate) takes: Type,
    /// What stands in when it is left out; none where it is required.
    pub(crate) default: Option<Default>,
}

impl Param {
    /// How the constants begin that it takes.
    pub fn constants(&self) -> Option<&'static str> {
        self.takes.constants()
    }
}

/// What stands in for an argument that is left out.
#[derive(Debug)]
pub(crate) struct Default {
    /// As help shows it: `AF_INET`.
    pub(crate) text: &'static str,
    /// The value; `()` where the call itself sees to it.
    pub(crate) value: fn() -> Dynamic,
}

/// What a function's body returns.
pub(crate) type CallResult = Result<Dynamic, Fault>;

/// What a [`Function`] does when it is called.
pub(crate) type Body = fn(&mut Call<'_, '_>) -> CallResult;

/// A function or method of the script's view.
#[derive(Debug)]
pub struct Function {
    /// The name, as in Python's `socket` module where it has one.
    pub name: &'static str,
    /// The type whose method it is; none for a function, which the `socket` object has too.
    pub receiver: Option<ValueType>,
    /// The parameters; the optional ones come last.
    pub params: &'static [Param],
    /// What a call returns.
    pub returns: Type,
    /// What a call does, at least one.
    pub effects: &'static [Effect],
    /// Markdown: what it does, units, errors, an example in a `rhai` fence.
    pub doc: &'static str,
    /// What it does.
    pub(crate) body: Body,
}

impl Function {
    /// How many arguments must be given.
    pub(crate) fn required(&self) -> usize {
        self.params.iter().filter(|p| p.default.is_none()).count()
    }

    /// `connect(address, port = ())`.
    pub fn signature(&self) -> String {
        let params: Vec<String> = self
            .params
            .iter()
            .map(|p| match &p.default {
                Some(default) => format!("{} = {}", p.name, default.text),
                None => p.name.to_string(),
            })
            .collect();
        format!("{}({})", self.name, params.join(", "))
    }
}

/// A Rust value as the default of a parameter.
pub(crate) trait IntoDefault {
    /// The value as a script has it.
    fn into_default(self) -> Dynamic;
}

macro_rules! into_default {
    ($($type:ty => |$value:ident| $made:expr;)+) => {
        $(impl IntoDefault for $type {
            fn into_default(self) -> Dynamic {
                let $value = self;
                $made.into()
            }
        })+
    };
}

into_default! {
    () => |value| value;
    bool => |value| value;
    i16 => |value| i64::from(value);
    i32 => |value| i64::from(value);
    f64 => |value| value;
    &'static str => |value| value;
    [(); 0] => |value| Array::from(value.map(Dynamic::from));
    SocketModule => |value| Dynamic::from(value);
}

/// Makes a table of [`Function`]s. A row is a documentation comment, then name, parameters with
/// types and defaults, the result's type, the effects, and the body where it has another name:
///
/// ```text
/// fn recv(size: Count, flags: MSG_ = 0) -> Bytes: Receives Waits;
/// fn accept() -> (Socket, Address): Accepts Opens Waits;
/// fn type(value: Any) -> Text: Computes => type_of;
/// ```
///
/// Types are those of [`Type`]; `[T]` is an array of them, `(T, U)` one of these parts, `{T, U}`
/// one of these.
macro_rules! functions {
    (@type [$each:tt]) => {
        $crate::script::catalog::Type::Many(&$crate::script::catalog::functions!(@type $each))
    };
    (@type ($($part:tt),+)) => {
        $crate::script::catalog::Type::Parts(
            &[$($crate::script::catalog::functions!(@type $part)),+]
        )
    };
    (@type {$($choice:tt),+}) => {
        $crate::script::catalog::Type::OneOf(
            &[$($crate::script::catalog::functions!(@type $choice)),+]
        )
    };
    (@type $name:ident) => { $crate::script::catalog::Type::$name };
    (@default) => { None };
    (@default $default:expr) => {
        Some($crate::script::catalog::Default {
            text: stringify!($default),
            value: || $crate::script::catalog::IntoDefault::into_default($default),
        })
    };
    (@body $name:ident) => { $name };
    (@body $name:ident $body:path) => { $body };
    (@rows $receiver:expr, {
        $(
            $(#[doc = $doc:literal])*
            fn $name:ident ( $($param:ident : $takes:tt $(= $default:expr)?),* $(,)? )
                -> $returns:tt : $($effect:ident)+ $(=> $body:path)?;
        )*
    }) => {
        &[
            $(
                $crate::script::catalog::Function {
                    name: stringify!($name),
                    receiver: $receiver,
                    params: &[
                        $(
                            $crate::script::catalog::Param {
                                name: stringify!($param),
                                takes: $crate::script::catalog::functions!(@type $takes),
                                default: $crate::script::catalog::functions!(
                                    @default $($default)?
                                ),
                            },
                        )*
                    ],
                    returns: $crate::script::catalog::functions!(@type $returns),
                    effects: &[$($crate::script::catalog::Effect::$effect),+],
                    doc: concat!($($doc, "\n"),*),
                    body: $crate::script::catalog::functions!(@body $name $($body)?),
                },
            )*
        ]
    };
    ($(#[$attribute:meta])* $vis:vis static $table:ident of $receiver:ident = $rows:tt) => {
        $(#[$attribute])*
        $vis static $table: &[$crate::script::catalog::Function] =
            $crate::script::catalog::functions!(
                @rows Some($crate::script::values::ValueType::$receiver), $rows
            );
    };
    ($(#[$attribute:meta])* $vis:vis static $table:ident = $rows:tt) => {
        $(#[$attribute])*
        $vis static $table: &[$crate::script::catalog::Function] =
            $crate::script::catalog::functions!(@rows None, $rows);
    };
}
pub(crate) use functions;

/// One call of a [`Function`]: its arguments, and the console that makes it.
pub(crate) struct Call<'a, 'v> {
    /// The row of the table.
    pub(crate) function: &'static Function,
    /// The console's side.
    pub(crate) context: &'a Rc<Context>,
    /// rhai's side.
    pub(crate) native: &'a NativeCallContext<'a>,
    args: &'a mut [&'v mut Dynamic],
}

impl Call<'_, '_> {
    /// How many arguments were given, the receiver not counted.
    pub(crate) fn given(&self) -> usize {
        self.args.len() - usize::from(self.function.receiver.is_some())
    }

    /// The method's receiver. Registration sees to its type, so a call on another fails.
    pub(crate) fn this<T: Clone + 'static>(&self) -> Result<T, Fault> {
        self.args
            .first()
            .and_then(|value| value.read_lock::<T>().map(|value| value.clone()))
            .ok_or_else(|| self.wrong("the receiver", "a value of another type"))
    }

    /// The receiver itself, to change it in place.
    pub(crate) fn this_mut(&mut self) -> Option<&mut Dynamic> {
        self.args.first_mut().map(|value| &mut **value)
    }

    /// The argument at `index`, or nothing where it was left out or given as `()`.
    pub(crate) fn optional(&self, index: usize) -> Option<&Dynamic> {
        let skipped = usize::from(self.function.receiver.is_some());
        self.args
            .get(index + skipped)
            .map(|value| &**value)
            .filter(|value| !value.is_unit())
    }

    /// The argument at `index`; it must be there and not `()`.
    pub(crate) fn value(&self, index: usize) -> Result<&Dynamic, Fault> {
        self.optional(index).ok_or_else(|| {
            let name = self
                .function
                .params
                .get(index)
                .map_or("argument", |p| p.name);
            Cause::Type(format!(
                "`{name}` is missing: `{}`",
                self.function.signature()
            ))
            .into()
        })
    }

    /// The argument at `index`, or what its row says stands in for it.
    fn argument(&self, index: usize) -> Result<Cow<'_, Dynamic>, Fault> {
        if let Some(value) = self.optional(index) {
            return Ok(Cow::Borrowed(value));
        }
        let param = self.function.params.get(index);
        let default = param.and_then(|param| param.default.as_ref());
        let default = default.map(|default| (default.value)());
        match default.filter(|value| !value.is_unit()) {
            Some(value) => Ok(Cow::Owned(value)),
            None => self.value(index).map(Cow::Borrowed),
        }
    }

    /// An integer.
    pub(crate) fn int(&self, index: usize) -> Result<i64, Fault> {
        let value = self.argument(index)?;
        value.as_int().map_err(|_| {
            let text = value
                .as_ref()
                .clone()
                .into_immutable_string()
                .unwrap_or_default();
            match text.parse::<i64>() {
                Ok(number) => self.takes_number(index, number),
                Err(_) => self.takes(index, "an integer"),
            }
        })
    }

    /// An integer that fits C's `int` (CPython: `OverflowError` where it does not).
    pub(crate) fn c_int(&self, index: usize) -> Result<i32, Fault> {
        let number = self.int(index)?;
        i32::try_from(number).map_err(|_| {
            let name = self
                .function
                .params
                .get(index)
                .map_or("argument", |p| p.name);
            Cause::Range(format!(
                "`{name}` must be from -2147483648 to 2147483647, not {number}"
            ))
            .into()
        })
    }

    /// An integer that fits C's `int`, or `default` where it was left out: for a default that the
    /// row does not tell.
    pub(crate) fn c_int_or(&self, index: usize, default: i32) -> Result<i32, Fault> {
        if self.optional(index).is_none() {
            Ok(default)
        } else {
            self.c_int(index)
        }
    }

    /// A text.
    pub(crate) fn text(&self, index: usize) -> Result<ImmutableString, Fault> {
        let value = self.argument(index)?;
        if let Ok(character) = value.as_char() {
            return Ok(character.to_string().into());
        }
        value
            .into_owned()
            .into_immutable_string()
            .map_err(|_| self.takes(index, "a text"))
    }

    /// A text, or none where it was left out.
    pub(crate) fn optional_text(&self, index: usize) -> Result<Option<ImmutableString>, Fault> {
        self.optional(index).map(|_| self.text(index)).transpose()
    }

    /// True or false; an integer counts as in C.
    pub(crate) fn flag(&self, index: usize) -> Result<bool, Fault> {
        let value = self.argument(index)?;
        value
            .as_bool()
            .or_else(|_| value.as_int().map(|number| number != 0))
            .map_err(|_| self.takes(index, "`true` or `false`"))
    }

    /// Bytes: our own, rhai's Blob, or a text as UTF-8.
    pub(crate) fn bytes(&self, index: usize) -> Result<Bytes, Fault> {
        Bytes::from_dynamic(&*self.argument(index)?)
            .ok_or_else(|| self.takes(index, "bytes or a text"))
    }

    /// The arguments that were given, as a record of the call has them.
    fn recorded_arguments(&self) -> Vec<(&'static str, Repr)> {
        let skipped = usize::from(self.function.receiver.is_some());
        let given = self.args.iter().skip(skipped);
        let pairs = self.function.params.iter().zip(given);
        pairs
            .map(|(param, value)| (param.name, shown::tree(value, Bounds::RECORD)))
            .collect()
    }

    /// `AF_UNIX` where the call is one of a socket that stays on this machine: its errors mean
    /// something else there.
    fn local_family(&self) -> Option<i32> {
        let of_receiver = self.args.first().and_then(|value| {
            let socket = value.read_lock::<SocketValue>();
            socket.map(|socket| socket.family)
        });
        let given = || {
            let mut params = self.function.params.iter();
            let at = params.position(|param| param.takes == Type::AF_)?;
            self.optional(at)?.as_int().ok()?.try_into().ok()
        };
        let family = of_receiver.or_else(given);
        family.filter(|&family| family == AF_UNIX)
    }

    /// "`port` takes a number, not the text `"80"`".
    pub(crate) fn takes(&self, index: usize, wanted: &str) -> Fault {
        let name = self.function.params.get(index).map_or("it", |p| p.name);
        let got = self
            .optional(index)
            .map_or_else(|| "nothing".into(), shown::describe);
        Cause::Type(format!("`{name}` takes {wanted}, not {got}")).into()
    }

    /// "`port` takes a number: `80`, not `"80"`".
    fn takes_number(&self, index: usize, number: i64) -> Fault {
        let name = self.function.params.get(index).map_or("it", |p| p.name);
        Cause::Type(format!(
            "`{name}` takes a number: `{number}`, not `\"{number}\"`"
        ))
        .into()
    }

    fn wrong(&self, name: &str, got: &str) -> Fault {
        Cause::Type(format!("`{}`: {name} is {got}", self.function.name)).into()
    }
}

/// Registers every row of a table, for each number of arguments that it takes. A function is also
/// a method of the `socket` object: it drops that receiver, so that each is written once.
pub(crate) fn register(engine: &mut Engine, table: &'static [Function], context: &Rc<Context>) {
    for function in table {
        let receiver = usize::from(function.receiver.is_some());
        // A function may have the `socket` object before its arguments.
        let most = function.params.len() + 1;
        for count in function.required() + receiver..=most {
            let mut types = vec![TypeId::of::<Dynamic>(); count];
            let receiver_id = function.receiver.and_then(ValueType::id);
            if let (Some(id), Some(first)) = (receiver_id, types.first_mut()) {
                *first = id;
            }
            let context = Rc::clone(context);
            engine.register_raw_fn(function.name, types, move |native, args| {
                invoke(function, &context, &native, args)
            });
        }
    }
}

/// Registers a function of a table for exactly these types, the receiver's included: that comes
/// before rhai's own function of this name and these types, which otherwise wins.
///
/// A name that the table lacks is an error of ours: a test calls every such function.
pub(crate) fn register_exact(
    engine: &mut Engine,
    table: &'static [Function],
    name: &str,
    types: &[TypeId],
    context: &Rc<Context>,
) {
    for function in table.iter().filter(|function| function.name == name) {
        let context = Rc::clone(context);
        engine.register_raw_fn(function.name, types, move |native, args| {
            invoke(function, &context, &native, args)
        });
    }
}

/// Runs the function, and records the call for whoever wants it.
fn traced(call: &mut Call<'_, '_>) -> CallResult {
    let tracer = call.context.caller.tracer();
    if !tracer.begin(call.function.name, || call.recorded_arguments()) {
        return (call.function.body)(call);
    }
    let result = (call.function.body)(call);
    let outcome = result
        .as_ref()
        .map(|value| shown::tree(value, Bounds::RECORD));
    tracer.end(outcome.map_err(Fault::recorded));
    result
}

pub(crate) fn invoke(
    function: &'static Function,
    context: &Rc<Context>,
    native: &NativeCallContext<'_>,
    args: &mut [&mut Dynamic],
) -> Result<Dynamic, Box<EvalAltResult>> {
    let behind_socket = function.receiver.is_none()
        && function
            .params
            .first()
            .is_none_or(|param| param.takes != Type::Object)
        && args.first().is_some_and(|first| first.is::<SocketModule>());
    let args = &mut args[usize::from(behind_socket)..];
    let receiver = usize::from(function.receiver.is_some());
    if args.len() < function.required() + receiver || args.len() > function.params.len() + receiver
    {
        let cause = Cause::Type(format!("takes `{}`", function.signature()));
        return Err(throw(cause.during(function.name), native.call_position()));
    }
    let mut call = Call {
        function,
        context,
        native,
        args,
    };
    let result = traced(&mut call);
    debug_assert!(
        result
            .as_ref()
            .map_or(true, |value| function.returns.admits(value)),
        "`{}` returned {result:?}",
        function.signature()
    );
    result.map_err(|fault| {
        let error = fault.during(function.name);
        let place = (native.call_position(), native.call_level() > 0);
        throw_first(error, call.local_family(), place)
    })
}
