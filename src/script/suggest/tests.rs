//! What a learner types by habit, and what is said of it.

use proptest::prelude::{Strategy, any, prop, proptest};
use rhai::{Dynamic, Engine, EvalAltResult, OptimizationLevel, Scope};

use super::{Callable, KnownNames, KnownVariable, SeenError, before_parsing, before_running, mend};
use crate::repr::Repr;
use crate::script::functions::rows;
use crate::script::known_names::callable;
use crate::script::values::ValueType;

#[derive(Debug, Default)]
struct Known {
    variables: Vec<KnownVariable>,
    own: Vec<Callable>,
}

fn socket() -> Repr {
    Repr::Object {
        kind: "socket",
        fields: Vec::new(),
    }
}

fn numbers(count: i64) -> Repr {
    Repr::array((0..count).map(Repr::Int).collect())
}

impl Known {
    fn with(mut self, name: &str, type_name: &str, value: Repr) -> Self {
        self.variables.push(KnownVariable {
            name: name.into(),
            value_type: ValueType::of_rhai(type_name).expect(type_name),
            value,
        });
        self
    }
}

impl KnownNames for Known {
    fn variables(&self) -> Vec<KnownVariable> {
        self.variables.clone()
    }
    fn functions(&self) -> Vec<Callable> {
        let mut all: Vec<Callable> = rows().map(callable).collect();
        all.extend(self.own.clone());
        all
    }
    fn constants(&self) -> Vec<String> {
        ["AF_INET", "SOCK_STREAM", "SOCK_DGRAM"]
            .map(String::from)
            .into()
    }
}

#[derive(Debug, Clone, Copy)]
struct Socket;

fn engine() -> Engine {
    let mut engine = Engine::new();
    engine.set_optimization_level(OptimizationLevel::None);
    engine.set_max_expr_depths(64, 64);
    engine.register_type_with_name::<Socket>("socket");
    engine
}

#[allow(clippy::unnecessary_box_returns)] // The engine boxes it.
fn raw(source: &str) -> Box<EvalAltResult> {
    let mut scope = Scope::new();
    scope.push("conn", vec![Dynamic::from(Socket), Dynamic::UNIT]);
    match engine().eval_with_scope::<Dynamic>(&mut scope, source) {
        Ok(value) => panic!("{source} is right: {value:?}"),
        Err(error) => error,
    }
}

#[track_caller]
fn explained(source: &str, known: &Known, expected: &str) {
    assert_eq!(before_parsing(source), None, "before parsing of {source}");
    let error = raw(source);
    let found = mend(&SeenError {
        source,
        error: &error,
        known,
    });
    let message = found.map(|mend| mend.message);
    assert_eq!(message.as_deref(), Some(expected), "of {source}: {error:?}");
}

#[track_caller]
fn catches(source: &str, expected: &str) {
    let message = before_parsing(source).map(|mend| mend.message);
    assert_eq!(message.as_deref(), Some(expected), "of {source}");
}

fn known() -> Known {
    Known::default()
        .with("foo", "socket", socket())
        .with("s", "socket", socket())
        .with("conn", "array", Repr::array(vec![socket(), numbers(2)]))
        .with("infos", "array", Repr::array(vec![numbers(2)]))
        .with("socket", "module", Repr::word("module"))
}

// What one line shows is in `tests/slips.txt`.
#[test]
fn a_slip_over_several_lines_is_explained_before_the_parser_sees_it() {
    catches(
        "streams = [info\n    for info in socket.getaddrinfo('crisewing.com', 'http')\n    if info[1] == socket.SOCK_STREAM]",
        "no list comprehensions: `socket.getaddrinfo(\"crisewing.com\", \"http\").filter(|info| \
         info[1] == socket.SOCK_STREAM)`",
    );
    catches(
        "while true {\n    conn, addr = server.accept();\n}",
        "several names at once: `unpack conn, addr = server.accept()`",
    );
}

#[test]
fn nothing_is_said_of_what_is_right_or_only_text() {
    for source in [
        "import socket",
        "let infos = getaddrinfo(\"127.0.0.1\", 80);",
        "infos.filter(|i| i[1] == SOCK_STREAM)[0];",
        "socket.getservbyname('ssh')",
        "unpack conn, addr = server.accept();",
        "for (x, i) in [1, 2] { print(`${x} ${i}`); }",
        "for info in getaddrinfo(host, service) {\n    print(`${families[info.family]} ${info.addr}`);\n}",
        "fn get_constants(prefix) {\n    let found = dict();\n    for name in dir(socket) {\n        if name.starts_with(prefix) { found[getattr(socket, name)] = name; }\n    }\n    found\n}",
        "let m = #{a: 1, \"b c\": [1, 2], d: #{e: |x, y| x + y}};",
        "let m = #{\n    class: 1,\n    from: 2,\n    lambda: 3,\n    not: 4,\n    print: 5,\n};",
        "switch x { 1 if y > 0 => \"a\", 2 | 3 => \"b\", _ => { c = 1; } }",
        "let x = if a { 1 } else { 2 };",
        "let y = loop { break 5; };",
        "[for i in 0..3 { i }]",
        "do { x += 1; } while x < 5;",
        "try { throw \"if a: b\"; } catch (err) { print(err); }",
        "print(\"def f(x): not a and b, (1, 2) # `x`\");",
        "// def f(x): while not done:\nlet x = 1; // a and b",
        "/* if a: */ 1",
        "`a ${if b { \"x\" } else { \"y\" }} and not c`",
        "#\"raw \"text\" (a, b): \"#",
        "let f = |a, b| a + b; (|a, b| a).call(1, 2);",
        "foo\n(a, b)",
        "foo(\n    a,\n    b,\n);",
        "s.connect(\n    [\"127.0.0.1\", 80],\n);",
        "let a = 5 * (2 + 3) ** 2; a *= (1 + 2);",
        "x -= -1; y = a - -b;",
        "let and = 3; and",
        "if !(a in b) && c !in d { }",
        "const A = 1; export const B = 2;",
        "fn int.double() { this * 2 }",
        "private fn f() { }",
        "let s = \"it's\"; let c = 'x';",
        "if x { y = 1 }",
        "while x\n    < 5 { x = x + 1; }",
        "let a = b\n    .map(|x| x)\n    .filter(|x| x in c);",
        "a::b(1); x?.y; x ?? y; a[0][1] = 2;",
        "return;",
        "fn f() { return 5 }",
        "let x = \"a\" + 'b';",
        "",
        "   \n\n",
        "server.listen(1) // 5 callers, if any: (a, b)",
        "let it = 1; it is_it;"
            .split(" is_it")
            .next()
            .unwrap_or_default(),
    ] {
        assert_eq!(before_parsing(source), None, "of {source}");
    }
}

#[test]
fn what_accept_gave_is_taken_apart_and_a_line_wants_its_end() {
    explained(
        "conn.recv(10)",
        &known(),
        "`conn` is `[socket, address]`: `unpack conn, addr = ...` or `conn[0].recv(10)`",
    );
    explained(
        "let a = 1\nlet b = 2",
        &known(),
        "a `;` is missing at the end of this line",
    );
}

#[test]
fn a_function_that_hides_a_method_is_named() {
    let mut known = known();
    known.own.push(Callable {
        name: "send".into(),
        receiver: None,
        signature: "send(msg)".into(),
        arity: (1, 1),
        own: true,
    });
    explained(
        "fn send(msg) { 5.send(msg) } send(1)",
        &known,
        "too many calls within calls: your function `send` hides the method `send`, and calls itself \
         in its place; give it another name",
    );
}

#[test]
fn a_call_that_would_change_a_copy_is_named() {
    let found = before_running("push(infos, 2)", &known()).map(|mend| mend.message);
    assert_eq!(
        found.as_deref(),
        Some("`push` would change a copy of `infos`: `infos.push(2)`")
    );
    for right in [
        "infos.push(2)",
        "push([], 2)",
        "fn push(infos) { }",
        "\"push(infos, 2)\"",
    ] {
        assert_eq!(before_running(right, &known()), None, "of {right}");
    }
}

#[test]
fn a_closure_in_a_variable_is_called_by_call() {
    let known = known().with("f", "function", Repr::Function(None));
    explained(
        "f(1)",
        &known,
        "`f` is a variable that holds a function: `f.call(1)`",
    );
}

/// Words and signs from which most slips are made.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "def", "fn", "f", "(", ")", "[", "]", "{", "}", "#{", ":", ",", ";", "=", "==", "\n", " ",
        "if", "else", "for", "in", "not", "and", "lambda", "\"", "'", "`", "${", "*", ".", "..",
        "x", "é", "1", "#", "\"\"\"", "++", "import", "with", "as", "|", "/*", "*/", "//", "\\",
        "let", "is", "None", "%", "f\"", "b'", "print", "try", "except", "class", "match", ">>>",
        "->",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn total(source: &str) {
    for found in [before_parsing(source), before_running(source, &known())]
        .into_iter()
        .flatten()
    {
        assert!(
            source.get(found.span.clone()).is_some(),
            "span of {source:?}"
        );
    }
    let position = rhai::Position::new(1, 3);
    for error in [
        EvalAltResult::ErrorVariableNotFound("x".into(), position),
        EvalAltResult::ErrorFunctionNotFound("f (array, i64)".into(), position),
        EvalAltResult::ErrorFunctionNotFound(source.into(), position),
        EvalAltResult::ErrorDotExpr("Unknown property 'x' - of type 'array'".into(), position),
        EvalAltResult::ErrorMismatchDataType("i64".into(), "Range".into(), position),
        EvalAltResult::ErrorDataRace("argument #1 of function 'f'".into(), position),
    ] {
        let found = mend(&SeenError {
            source,
            error: &error,
            known: &known(),
        });
        if let Some(found) = found {
            assert!(
                source.get(found.span.clone()).is_some(),
                "span of {source:?}"
            );
        }
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(source in any::<String>()) {
        total(&source);
    }

    #[test]
    fn no_jumble_of_code_makes_it_panic(source in pieces()) {
        total(&source);
    }

    #[test]
    fn what_rhai_takes_is_left_alone(source in pieces()) {
        if Engine::new_raw().compile(&source).is_ok() {
            let found = before_parsing(&source);
            // Nothing can be imported, and what Python calls a docstring is a text for rhai.
            let known = source.contains("import") || source.contains("\"\"\"");
            assert!(found.is_none() || known, "{source:?}: {found:?}");
        }
    }
}

#[test]
fn deep_nesting_takes_no_long_time() {
    let started = std::time::Instant::now();
    for piece in [
        "[",
        "(",
        "{",
        "f(",
        "x[",
        "not ",
        "lambda x: ",
        "if ",
        "a, ",
        "`${",
    ] {
        for count in [1_000, 20_000] {
            let source = piece.repeat(count);
            total(&source);
        }
    }
    // Far more than it takes: a time that grows with the cube would be hours.
    assert!(started.elapsed().as_secs() < 60);
}

#[test]
fn a_bad_escape_is_marked_where_it_is() {
    let source = "let s = \"ab\\q\"";
    let error = raw(source);
    let known = Known::default();
    let seen = SeenError {
        source,
        error: &error,
        known: &known,
    };
    let found = mend(&seen).expect(source);
    assert_eq!(found.span.start, 12);
    assert_eq!(
        found.message,
        "`\\q` is no escape; for a backslash itself write `\\\\`"
    );
}
