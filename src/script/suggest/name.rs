//! Names that the script does not know: variables, functions, methods, properties.

use rhai::EvalAltResult;

use super::grammar;
use super::nearest::nearest;
use super::shell_line;
use super::{Callable, ErrorPlace, KnownVariable, Mend};
use crate::repr::Repr;
use crate::script::suggest::source::WordKind;
use crate::script::values::{ValueType, phrase_of};
use crate::script::vocabulary;

/// What the engine says of a name, in our words.
pub(crate) fn explain(place: &ErrorPlace<'_>, error: &EvalAltResult) -> Option<Mend> {
    match error {
        EvalAltResult::ErrorVariableNotFound(name, _) => Some(variable(place, name)),
        EvalAltResult::ErrorFunctionNotFound(signature, _) => {
            let (name, types) = signature.split_once(" (")?;
            let types = types.strip_suffix(')').unwrap_or(types);
            let types: Vec<&str> = types.split(", ").filter(|name| !name.is_empty()).collect();
            Some(function(place, name, &types))
        }
        EvalAltResult::ErrorDotExpr(message, _) => {
            let mut quoted = message.split('\'').skip(1).step_by(2);
            let (name, type_name) = (quoted.next()?, quoted.next()?);
            if message.starts_with("No writable property") {
                return Some(super::wrong_arguments::assigned(place, name, type_name));
            }
            message
                .starts_with("Unknown property")
                .then(|| property(place, name, type_name))
        }
        _ => None,
    }
}

/// Words of other languages that stand where a value belongs.
fn foreign_word(name: &str) -> Option<&'static str> {
    Some(match name {
        "True" | "TRUE" => "`true`, in small letters",
        "False" | "FALSE" => "`false`, in small letters",
        "None" | "null" | "nil" | "NULL" | "undefined" | "nothing" => {
            "nothing is written `()` here: `x == ()` asks for it"
        }
        "pass" => "an empty block needs no word: `{ }`; leave `pass` out",
        "self" => "`this` instead of `self`",
        "not" => "`!` instead of `not`: `!done`",
        "and" => "`&&` instead of `and`",
        "or" => "`||` instead of `or`",
        "elif" => "`else if` instead of `elif`",
        "sys" => "there are no modules but `socket`: `args()` are the script's arguments",
        "time" => {
            "there are no modules but `socket`: `sleep(1)` waits, `time` before a line measures"
        }
        "os" | "math" | "json" | "struct" | "threading" | "select" => {
            "there are no modules but `socket`: `help` lists the functions that are here"
        }
        "__name__" => "a script runs from its first line: no `__name__` is needed",
        _ => return None,
    })
}

fn variable(place: &ErrorPlace<'_>, name: &str) -> Mend {
    let source = &place.source;
    let at = place.at.filter(|at| source.code(*at) == name);
    let variables = place.known.variables();
    let functions = place.known.functions();
    let constants = place.known.constants();
    let names = variables.iter().map(|variable| variable.name.as_str());
    let near = nearest(name, names.chain(constants.iter().map(String::as_str)))
        .or_else(|| nearest(name, callables(&functions, None)));

    if let Some(at) = at {
        match source.code(at + 1) {
            "=" => return first_value(place, at, name, near),
            "+=" | "-=" | "*=" | "/=" | "%=" => {
                let or =
                    near.map_or_else(String::new, |near| format!("; or did you mean `{near}`?"));
                let message =
                    format!("`{name}` has no value yet: `let {name} = ...` comes first{or}");
                return place.mend(message);
            }
            _ => {}
        }
    }
    if let Some(message) = foreign_word(name) {
        return match at.and_then(|at| new_name_before(place, at, &variables)) {
            Some(code) => {
                let message = format!("{message}; and a first value needs `let`: `{code}`");
                place.mend(message)
            }
            None => place.mend(message),
        };
    }
    if at == Some(0) && shell_line::is_program(name) {
        return place.mend(shell_line::of_program(name));
    }
    if at == Some(0) && source.code(1) == "." && source.code(2) == "rhai" {
        return place.mend(format!("a script is run by `run {}`", source.text.trim()));
    }
    if let Some(message) = at.and_then(|at| grammar::passed_to(place, at)) {
        return place.mend(message);
    }
    if let Some(function) = functions
        .iter()
        .find(|f| f.name == name && f.receiver.is_none())
    {
        let call = if function.arity.0 == 0 {
            format!("{name}()")
        } else {
            function.signature.clone()
        };
        return place.mend(format!("`{name}` is a function; call it: `{call}`"));
    }
    if let Some(near) = near {
        return place.mend(format!("no variable `{name}`; did you mean `{near}`?"));
    }
    let argument = at.is_some_and(|at| {
        let before = source.code_before(at);
        at > 0
            && matches!(before, "(" | "," | "==" | "!=" | "[" | "+")
            && matches!(source.code(at + 1), ")" | "," | "]" | "" | ";" | "+")
    });
    if argument {
        return place.mend(format!(
            "no variable `{name}`; for the text write `\"{name}\"`"
        ));
    }
    place.mend(format!(
        "no variable `{name}`: `let {name} = ...` would make one"
    ))
}

/// The `let` that `done = False` needs too, where `done` is new.
fn new_name_before(
    place: &ErrorPlace<'_>,
    at: usize,
    variables: &[KnownVariable],
) -> Option<String> {
    let source = &place.source;
    let name = at.checked_sub(2).filter(|name| source.starts(*name))?;
    let is_new = !variables
        .iter()
        .any(|variable| variable.name == source.code(name));
    (source.code(at - 1) == "=" && source.is(name, WordKind::Word) && is_new)
        .then(|| format!("let {}", super::respell::convert(source, name, at + 1)))
}

/// `foo = socket()` for a new name.
fn first_value(place: &ErrorPlace<'_>, at: usize, name: &str, near: Option<&str>) -> Mend {
    let source = &place.source;
    let end = (at..source.tokens.len())
        .find(|end| {
            source.depth(*end) < source.depth(at)
                || (source.depth(*end) == source.depth(at)
                    && *end > at
                    && (source.code(*end) == ";" || source.tokens[*end].first))
        })
        .unwrap_or(source.tokens.len());
    let code = format!("let {}", super::respell::convert(source, at, end));
    let or = near.map_or_else(String::new, |near| format!("; or did you mean `{near}`?"));
    let mend = |shown: &str| {
        let message = format!("`{name}` is new; a first value needs `let`: `{shown}`{or}");
        place.mend(message)
    };
    if code.contains(['\n', '`']) || code.chars().count() > 100 {
        mend(&format!("let {name} = ...")).in_full(code)
    } else {
        mend(&code)
    }
}

/// The names of the methods of a type, or of the functions of no type.
fn callables(functions: &[Callable], receiver: Option<ValueType>) -> impl Iterator<Item = &str> {
    functions
        .iter()
        .filter(move |function| function.receiver == receiver)
        .map(|function| function.name.as_str())
}

fn function(place: &ErrorPlace<'_>, name: &str, types: &[&str]) -> Mend {
    let source = &place.source;
    if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return operator(place, name, types);
    }
    let functions = place.known.functions();
    let method = place
        .at
        .is_some_and(|at| at > 0 && source.code_before(at) == ".");
    let receiver = place.receiver_text();
    let of = |name: &str| ValueType::of_rhai(name).unwrap_or(ValueType::Other);
    if let (true, Some(type_name)) = (method, types.first()) {
        if of(type_name).property_names().contains(&name) {
            let object = receiver.unwrap_or("x");
            let code = format!("{object}.{name}");
            let message = format!("`{name}` is a value, not a call: `{code}`");
            return place.mend(message);
        }
    } else if let Some(mend) = called_variable(place, name) {
        return mend;
    }
    let same: Vec<&Callable> = functions.iter().filter(|f| f.name == name).collect();
    if let Some(mend) = wrong_call(place, &same, types, method, receiver) {
        return mend;
    }
    if let Some(message) = foreign_function(name, receiver) {
        return place.mend(message);
    }
    let receiver_type = types.first().copied().filter(|_| method);
    let module = receiver_type.map(of) == Some(ValueType::Module) || receiver == Some("socket");
    let near = match receiver_type {
        Some(type_name) if !module => nearest(name, callables(&functions, Some(of(type_name))))
            .map(str::to_string)
            .or_else(|| {
                let properties = of(type_name).property_names();
                nearest(name, properties.into_iter()).map(str::to_string)
            }),
        _ => nearest(name, callables(&functions, None)).map(str::to_string),
    };
    match (near, receiver_type) {
        (Some(near), _) => place.mend(format!("no `{name}`; did you mean `{near}`?")),
        (None, Some(type_name)) if !module => {
            let what = phrase_of(type_name);
            place.mend(format!(
                "{what} has no method `{name}`; Tab or `help` shows those it has"
            ))
        }
        _ => place.mend(format!(
            "no function `{name}`; `help` lists the functions that are here"
        )),
    }
}

/// `f(1)` where `f` is a variable.
fn called_variable(place: &ErrorPlace<'_>, name: &str) -> Option<Mend> {
    let variables = place.known.variables();
    let variable = variables.iter().find(|variable| variable.name == name)?;
    if variable.value_type == ValueType::Function {
        let at = place.at?;
        let close = place.source.close(at + 1);
        let arguments = place.source.slice(at + 2, close);
        let code = format!("{name}.call({arguments})");
        let message = format!("`{name}` is a variable that holds a function: `{code}`");
        return Some(place.mend(message));
    }
    let shown = variable.value.brief();
    Some(place.mend(format!(
        "`{name}` is a variable, not a function: its value is `{shown}`"
    )))
}

/// A function of this name exists, but not for these arguments.
fn wrong_call(
    place: &ErrorPlace<'_>,
    same: &[&Callable],
    types: &[&str],
    method: bool,
    receiver: Option<&str>,
) -> Option<Mend> {
    let first = same.first()?;
    let name = &first.name;
    let object = receiver.unwrap_or("x");
    if method {
        let type_name = types.first().copied()?;
        let of = ValueType::of_rhai(type_name).unwrap_or(ValueType::Other);
        let fits = |f: &&&Callable| f.receiver == Some(of);
        if let Some(fitting) = same.iter().find(fits) {
            return Some(wrong_arguments(place, fitting, types.len() - 1));
        }
        let owner = same.iter().find_map(|f| f.receiver);
        return match (of, owner) {
            (ValueType::Array, Some(_)) => Some(array_receiver(place, name, object)),
            (ValueType::Nothing, _) => Some(place.mend(format!(
                "`{object}` is nothing, so it has no `{name}`: the call that gave it returns no value"
            ))),
            (ValueType::Module, Some(owner)) => Some(place.mend(format!(
                "`{name}` is a method of {}: `let s = socket();`, then `s.{}`",
                owner.phrase(),
                first.signature
            ))),
            (_, Some(owner)) => Some(place.mend(format!(
                "`{name}` is a method of {}, and `{object}` is {}",
                owner.phrase(),
                phrase_of(type_name)
            ))),
            (_, None) => Some(wrong_arguments(place, first, types.len())),
        };
    }
    if let Some(function) = same.iter().find(|f| f.receiver.is_none()) {
        return Some(wrong_arguments(place, function, types.len()));
    }
    let owner = first.receiver.unwrap_or(ValueType::Other).phrase();
    Some(place.mend(format!(
        "`{name}` is a method of {owner}: `x.{}`",
        first.signature
    )))
}

fn wrong_arguments(place: &ErrorPlace<'_>, function: &Callable, given: usize) -> Mend {
    let plural = if given == 1 { "" } else { "s" };
    let (least, most) = function.arity;
    if given < least || given > most {
        return place.mend(format!(
            "`{}` takes `{}`, not {given} argument{plural}",
            function.name, function.signature
        ));
    }
    place.mend(format!(
        "`{}` does not take values of these types: `{}`",
        function.name, function.signature
    ))
}

/// Whether a value is what `accept` gave: a socket and an address.
fn is_pair_of_accept(value: &Repr) -> bool {
    let Repr::Array(parts) = value else {
        return false;
    };
    matches!(
        parts.kept.first(),
        Some(Repr::Object { kind: "socket", .. })
    )
}

/// A method of a part, called on the array: mostly what `accept` gave.
fn array_receiver(place: &ErrorPlace<'_>, name: &str, object: &str) -> Mend {
    let variables = place.known.variables();
    let variable = variables.iter().find(|variable| variable.name == object);
    let pair = variable.is_some_and(|variable| is_pair_of_accept(&variable.value));
    let code = format!("{object}[0].{name}(...)");
    let code = match place.at {
        Some(at) if place.source.code(at + 1) == "(" => {
            let close = place.source.close(at + 1);
            format!("{object}[0].{}", place.source.slice(at, close + 1))
        }
        _ => code,
    };
    let message = if pair {
        format!("`{object}` is `[socket, address]`: `unpack {object}, addr = ...` or `{code}`")
    } else {
        format!("`{object}` is an array; `{name}` belongs to one of its parts: `{code}`")
    };
    place.mend(message)
}

/// Functions of other languages.
fn foreign_function(name: &str, receiver: Option<&str>) -> Option<String> {
    let object = receiver.unwrap_or("x");
    Some(match name {
        "format" => "values are put into a text between backticks: `` `port ${port}` ``".into(),
        "not" => "`!` instead of `not`: `!done`".into(),
        "println" | "printf" | "puts" | "echo" => "`print` instead: `print(x)`".into(),
        "log" if receiver == Some("console") => "`print` instead: `print(x)`".into(),
        "input" | "raw_input" => {
            "nothing is read from the keyboard: give a variable a value".into()
        }
        "open" => "a script reads no files: it talks over sockets".into(),
        "isinstance" => "`type(x) == \"text\"` asks for a type".into(),
        "map" | "filter" if receiver.is_none() => {
            format!("`{name}` is a method of the array: `values.{name}(|x| x)`")
        }
        "quit" => "`exit()` leaves; at the prompt `exit` and `quit` do too".into(),
        "tuple" | "set" => "an array holds several values: `[1, 2]`".into(),
        "has_key" => format!("`key in {object}` asks for a key"),
        "size" | "length" | "count" => format!("`len({object})` says how many"),
        "add" => format!("`{object}.push(x)` adds at the end"),
        "isnumeric" | "isdecimal" => format!("`{object}.isdigit()` asks for digits"),
        "Exception" | "ValueError" | "TypeError" | "OSError" | "RuntimeError" => {
            "an error is any value that is thrown: `throw \"what went wrong\"`".into()
        }
        _ => return None,
    })
}

fn operator(place: &ErrorPlace<'_>, symbol: &str, types: &[&str]) -> Mend {
    let words: Vec<&str> = types.iter().map(|name| phrase_of(name)).collect();
    if symbol == "%" && words.first() == Some(&"a text") {
        let message = "values are put into a text between backticks: `` `port ${port}` ``";
        return place.mend(message);
    }
    match words.as_slice() {
        [left, right] => {
            let numbers = [left, right]
                .iter()
                .filter(|word| ***word == "a number")
                .count();
            let next = if numbers == 1 && words.contains(&"a text") {
                "; `int(text)` makes a number of a text"
            } else {
                ""
            };
            place.mend(format!(
                "`{symbol}` does not work on {left} and {right}{next}"
            ))
        }
        [one] if symbol == "!" => place.mend(format!(
            "`!` turns `true` and `false` round, and does not work on {one}: `x.is_empty()` asks whether it is empty"
        )),
        [one] => place.mend(format!("`{symbol}` does not work on {one}")),
        _ => place.mend(format!("`{symbol}` does not work on these values")),
    }
}

fn property(place: &ErrorPlace<'_>, name: &str, type_name: &str) -> Mend {
    let functions = place.known.functions();
    let object = place.receiver_text().unwrap_or("x");
    let of = ValueType::of_rhai(type_name).unwrap_or(ValueType::Other);
    let module = of == ValueType::Module || object == "socket";
    let found = functions
        .iter()
        .find(|f| f.name == name && (f.receiver == Some(of) || (module && f.receiver.is_none())));
    if let Some(function) = found {
        let code = if function.arity.0 == 0 {
            format!("{object}.{name}()")
        } else {
            format!("{object}.{}", function.signature)
        };
        return place.mend(format!("`{name}` is a call: `{code}`"));
    }
    if let Some(signature) = vocabulary::native(of, name) {
        let code = format!("{object}.{signature}");
        return place.mend(format!("`{name}` is a call: `{code}`"));
    }
    let properties = of.property_names();
    let constants = if module {
        place.known.constants()
    } else {
        Vec::new()
    };
    let receiver = if module { None } else { Some(of) };
    let constants = constants.iter().map(String::as_str);
    let names = properties.iter().copied().chain(constants);
    if let Some(near) = nearest(name, names.chain(callables(&functions, receiver))) {
        return place.mend(format!("no `{name}` here; did you mean `{near}`?"));
    }
    if of == ValueType::Array {
        let code = format!("{object}[0].{name}");
        let message = format!("`{object}` is an array; of its first part it is `{code}`");
        return place.mend(message);
    }
    if of == ValueType::Nothing {
        return place.mend(format!("`{object}` is nothing, so it has no `{name}`"));
    }
    let what = phrase_of(type_name);
    if properties.is_empty() {
        return place.mend(format!("{what} has no `{name}`"));
    }
    let list: Vec<String> = properties
        .iter()
        .take(8)
        .map(|name| format!("`{name}`"))
        .collect();
    place.mend(format!(
        "{what} has no `{name}`; it has {}",
        list.join(", ")
    ))
}
