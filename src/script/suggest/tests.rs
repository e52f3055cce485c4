//! What a learner types by habit, and what is said of it.

use proptest::prelude::{Strategy, any, prop, proptest};
use rhai::{Dynamic, Engine, EvalAltResult, OptimizationLevel, Scope};

use super::{Callable, KnownNames, KnownVariable, SeenError, before_parsing, before_running, mend};
use crate::repr::Repr;
use crate::script::functions::rows;
use crate::script::names::callable;
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
#[derive(Debug, Clone, Copy)]
struct Module;

fn engine() -> Engine {
    let mut engine = Engine::new();
    engine.set_optimization_level(OptimizationLevel::None);
    engine.set_max_expr_depths(64, 64);
    engine.register_type_with_name::<Socket>("socket");
    engine.register_type_with_name::<Module>("module");
    engine.register_get("family", |_: &mut Socket| 2_i64);
    engine.register_fn("close", |_: &mut Socket| ());
    engine.register_fn("recv", |_: &mut Socket, _: i64| ());
    engine.register_fn("socket", || Socket);
    engine.register_fn("socket", |_: &mut Module| Socket);
    engine.register_fn("gethostname", || "here".to_string());
    for name in ["gethostbyname", "getservbyname"] {
        engine.register_fn(name, |_: Dynamic| 22_i64);
        engine.register_fn(name, |_: &mut Module, _: Dynamic| 22_i64);
    }
    engine
}

#[allow(clippy::unnecessary_box_returns)] // The engine boxes it.
fn raw(source: &str) -> Box<EvalAltResult> {
    let mut scope = Scope::new();
    scope.push("socket", Module);
    scope.push("foo", Socket);
    scope.push("s", Socket);
    scope.push("conn", vec![Dynamic::from(Socket), Dynamic::UNIT]);
    scope.push("infos", vec![Dynamic::from(vec![Dynamic::from(1_i64); 2])]);
    match engine().eval_with_scope::<Dynamic>(&mut scope, source) {
        Ok(value) => panic!("{source} is right: {value:?}"),
        Err(error) => error,
    }
}

#[track_caller]
fn explained(source: &str, known: &Known, expected: &str) {
    assert!(explains(source, known, expected));
}

/// Whether it is explained so; if not, it says how.
fn explains(source: &str, known: &Known, expected: &str) -> bool {
    assert_eq!(before_parsing(source), None, "before parsing of {source}");
    let error = raw(source);
    let found = mend(&SeenError {
        source,
        error: &error,
        known,
    });
    let message = found.map(|mend| mend.message);
    agree(source, message.as_deref(), expected, &format!("{error:?}"))
}

fn agree(source: &str, got: Option<&str>, wanted: &str, why: &str) -> bool {
    if got != Some(wanted) {
        eprintln!("of {source}\n  wanted {wanted}\n  got    {got:?} {why}");
    }
    got == Some(wanted)
}

fn known() -> Known {
    Known::default()
        .with("foo", "socket", socket())
        .with("s", "socket", socket())
        .with("conn", "array", Repr::array(vec![socket(), numbers(2)]))
        .with("infos", "array", Repr::array(vec![numbers(2)]))
        .with("socket", "module", Repr::word("module"))
}

/// Whether it is caught so; if not, it says how.
fn catches(source: &str, expected: &str) -> bool {
    let found = before_parsing(source);
    if let Some(mend) = &found {
        assert!(source.get(mend.span.clone()).is_some(), "span of {source}");
    }
    let message = found.map(|mend| mend.message);
    agree(source, message.as_deref(), expected, "")
}

#[test]
fn the_slips_of_the_parser_are_explained_before_it_sees_them() {
    let wrong = [
        (
            "def get_constants(prefix):",
            "functions start with `fn` and use braces: `fn get_constants(prefix) {`",
        ),
        (
            "def get_constants( prefix : str = \"AF_\" ) -> dict :",
            "functions start with `fn` and use braces: `fn get_constants(prefix) {`",
        ),
        (
            "fn get_constants(prefix):",
            "the body goes in braces: `{` instead of `:`: `fn get_constants(prefix) {`",
        ),
        ("while not done:", "a block goes in braces: `while !done {`"),
        ("while not done {", "`!` instead of `not`: `while !done {`"),
        (
            "while not(a and b):",
            "a block goes in braces: `while !(a && b) {`",
        ),
        (
            "[info for info in infos if info[1] == SOCK_STREAM]",
            "no list comprehensions: `infos.filter(|info| info[1] == SOCK_STREAM)`",
        ),
        (
            "streams = [info\n    for info in socket.getaddrinfo('crisewing.com', 'http')\n    if info[1] == socket.SOCK_STREAM]",
            "no list comprehensions: `socket.getaddrinfo(\"crisewing.com\", \"http\").filter(|info| \
             info[1] == socket.SOCK_STREAM)`",
        ),
        (
            "[i[4] for i in infos]",
            "no list comprehensions: `infos.map(|i| i[4])`",
        ),
        (
            "socket.socket(*info[:3])",
            "there is no `*`: `socket(info[0..3])`",
        ),
        (
            "let c = socket.socket( *info[:3] );",
            "there is no `*`: `socket( info[0..3] )`",
        ),
        (
            "s.connect((\"127.0.0.1\", 80))",
            "an address takes square brackets: `[\"127.0.0.1\", 80]`",
        ),
        (
            "s.bind( ('', 80) )",
            "an address takes square brackets: `[\"\", 80]`",
        ),
        (
            "s.sendall(b\"hi\")",
            "`b\"...\"` is how bytes are shown; write `bytes(\"hi\")`",
        ),
        (
            "s.sendall(b'\\xff\\n')",
            "`b\"...\"` is how bytes are shown; write `bytes_fromhex(\"ff0a\")`",
        ),
        (
            "conn, addr = server.accept()",
            "several names at once: `unpack conn, addr = server.accept()`",
        ),
        (
            "let (conn, addr) = server.accept();",
            "several names at once: `unpack conn, addr = server.accept()`",
        ),
        (
            "while true {\n    conn, addr = server.accept();\n}",
            "several names at once: `unpack conn, addr = server.accept()`",
        ),
        (
            "a, b = b, a",
            "several names at once: `unpack a, b = [b, a]`",
        ),
        ("if a and b {", "`&&` instead of `and`: `if a && b {`"),
        ("if a or not b {", "`||` instead of `or`: `if a || !b {`"),
    ]
    .iter()
    .filter(|(source, expected)| !catches(source, expected))
    .count();
    assert_eq!(wrong, 0);
}

#[test]
fn blocks_of_python_get_their_braces() {
    let wrong = [
        ("if x == 1:", "a block goes in braces: `if x == 1 {`"),
        (
            "if a: print(a)",
            "a block goes in braces: `if a { print(a) }`",
        ),
        (
            "elif x is None:",
            "`else if` instead of `elif`: `} else if x == () {`",
        ),
        ("else:", "a block goes in braces: `} else {`"),
        (
            "for i in range(3):",
            "a block goes in braces: `for i in range(3) {`",
        ),
        (
            "for i in [1, 2]: print(i)",
            "a block goes in braces: `for i in [1, 2] { print(i) }`",
        ),
        (
            "for a, b in pairs:",
            "a loop has one name, which is then taken apart: `for pair in pairs { unpack a, b = pair;`",
        ),
        ("try:", "a block goes in braces: `try {`"),
        (
            "except OSError as e:",
            "`catch` instead of `except`: `} catch (e) {`; `e.kind` says which error",
        ),
        (
            "with socket.socket() as s:",
            "there is no `with`: `let s = socket.socket();`, and `s.close()` at the end",
        ),
        (
            "with open(\"f\") as f:",
            "a script reads no files: it talks over sockets",
        ),
        ("if x = 5 {", "`==` compares, `=` gives a new value"),
        (
            "fn f(a: int) {",
            "parameters have names only, no types or defaults: `fn f(a) {`",
        ),
        (
            "fn f(a) -> int {",
            "a function does not say what it returns: `fn f(a) {`",
        ),
    ]
    .iter()
    .filter(|(source, expected)| !catches(source, expected))
    .count();
    assert_eq!(wrong, 0);
}

#[test]
fn expressions_of_python_get_their_spelling() {
    let wrong = [
        (
            "print(f\"port {port:>5} of {hosts['a']!r}\")",
            "values are put into a text between backticks: `port ${port} of ${hosts['a']}`",
        ),
        (
            "f = lambda x: x + 1",
            "a function in one line is `|x| x + 1`: `f = |x| x + 1`",
        ),
        (
            "x = 1 if a else 2",
            "`if` comes before both values: `if a { 1 } else { 2 }`",
        ),
        (
            "print(1 if a == 3 else b)",
            "`if` comes before both values: `if a == 3 { 1 } else { b }`",
        ),
        ("x is not None", "`!=` instead of `is`: `x != ()`"),
        (
            "if x not in y {",
            "`!in` instead of `not in`: `if x !in y {`",
        ),
        (
            "let a = not b == c;",
            "`!` instead of `not`: `let a = !(b == c);`",
        ),
        (
            "data[1:]",
            "a part is written with dots: `data[1..data.len]`; of an array `data.extract(1..data.len)`",
        ),
        ("let t = (1, 2);", "a list takes square brackets: `[1, 2]`"),
        (
            "\"%s is %s\" % (a, b)",
            "values are put into a text between backticks: `` `port ${port}` ``",
        ),
        ("x++", "`x += 1` instead of `++`"),
        ("--x;", "`x -= 1` instead of `--`"),
        ("a === b", "`==` instead of `===`: `a == b`"),
        (
            "let d = {1: \"a\"};",
            "a map with numbers as keys is a `dict`: `dict([[1, \"one\"], [2, \"two\"]])`",
        ),
        (
            "let d = {\"a\": 1};",
            "a map begins with `#{`: `#{name: \"ssh\", port: 22}`",
        ),
        (
            "getaddrinfo(host, 80, type=SOCK_STREAM)",
            "arguments go by their place: `SOCK_STREAM` instead of `type=SOCK_STREAM`, after all \
             those that come before it",
        ),
        (
            "let s = socket.socket(family=AF_INET, fileno=fd)",
            "names go in a map: `socket(#{family: AF_INET, fileno: fd})`",
        ),
        (
            "print(x, end=\"\")",
            "`print` writes one line: leave `end=\"\"` out",
        ),
        ("sum(x for x in y)", "no generators: `y`"),
    ]
    .iter()
    .filter(|(source, expected)| !catches(source, expected))
    .count();
    assert_eq!(wrong, 0);
}

#[test]
fn statements_of_python_are_explained() {
    let wrong = [
        ("print x", "`print` takes brackets: `print(x)`"),
        (
            "print \"a\", b",
            "`print` takes brackets: `print(\"a\", b)`",
        ),
        (
            "import os",
            "there is no `os` to import: the functions of `socket` are here already",
        ),
        (
            "import socket as s",
            "`socket` is here already: `let s = socket`",
        ),
        (
            "from socket import *",
            "the names of `socket` are here already: leave this line out",
        ),
        (
            "del foo",
            "nothing is deleted by name: `foo = ()` forgets the value",
        ),
        (
            "global x",
            "functions see the variables outside already: leave `global` out",
        ),
        (
            "raise ValueError(\"no\")",
            "`throw` instead of `raise`: `throw \"no\"`",
        ),
        ("let x: int = 5", "a variable has no type: `let x = 5`"),
        ("let mut x = 5", "every variable can change: `let x = 5`"),
        ("# a comment", "a comment begins with `//`, not with `#`"),
        (
            "let a = 1 # one",
            "a comment begins with `//`, not with `#`",
        ),
        (
            "\"\"\"What it does.\"\"\"",
            "a comment begins with `//` (before a function `///`), not with `\"\"\"`",
        ),
        (
            ">>> socket.gethostname()",
            "leave out Python's prompt: `socket.gethostname()`",
        ),
        (
            "class Server:",
            "there are no classes: a map `#{name: \"ssh\", port: 22}` holds values together, functions \
             work on it",
        ),
        ("var x = 1", "`let` instead of `var`: `let x = 1`"),
    ]
    .iter()
    .filter(|(source, expected)| !catches(source, expected))
    .count();
    assert_eq!(wrong, 0);
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
fn the_slips_of_names_are_explained() {
    let wrong = [
        (
            "bar = socket.socket()",
            "`bar` is new; a first value needs `let`: `let bar = socket.socket()`",
        ),
        (
            "foo.family()",
            "`family` is a value, not a call: `foo.family`",
        ),
        ("foo.close", "`close` is a call: `foo.close()`"),
        (
            "foo.x = 3",
            "a socket takes no parts of your own: `let x = ...` makes a variable",
        ),
        (
            "socket.gethostbyname(gethostname)",
            "`gethostname` is a function; call it: `gethostname()`",
        ),
        (
            "getservbyname(ssh)",
            "no variable `ssh`; for the text write `\"ssh\"`",
        ),
        (
            "socket.getserverbyname(\"ssh\")",
            "no `getserverbyname`; did you mean `getservbyname`?",
        ),
        (
            "getserverbyname(\"ssh\")",
            "no `getserverbyname`; did you mean `getservbyname`?",
        ),
        ("let done = False", "`false`, in small letters"),
        (
            "done = False",
            "`false`, in small letters; and a first value needs `let`: `let done = false`",
        ),
        ("foo = False", "`false`, in small letters"),
        (
            "let x = None;",
            "nothing is written `()` here: `x == ()` asks for it",
        ),
        ("fooo", "no variable `fooo`; did you mean `foo`?"),
        (
            "SOCK_STERAM",
            "no variable `SOCK_STERAM`; did you mean `SOCK_STREAM`?",
        ),
        (
            "count += 1",
            "`count` has no value yet: `let count = ...` comes first",
        ),
        ("foo.famly", "no `famly` here; did you mean `family`?"),
        (
            "foo.recieve(10)",
            "a socket has no method `recieve`; Tab or `help` shows those it has",
        ),
        (
            "infos.family",
            "`infos` is an array; of its first part it is `infos[0].family`",
        ),
        (
            "let f = |x| x; fn g() { f(1) } g()",
            "no function `f`; `help` lists the functions that are here",
        ),
    ]
    .iter()
    .filter(|(source, expected)| !explains(source, &known(), expected))
    .count();
    assert_eq!(wrong, 0);
}

#[test]
fn the_slips_of_values_are_explained() {
    let wrong = [
        ("infos[0..2]", "a part of an array: `infos.extract(0..2)`"),
        (
            "infos.filter(|i| i[1] == infos[0][1])",
            "`infos` is in use by its own `filter`; copy the part first: `let want = infos[0][1]`",
        ),
        (
            "conn.recv(10)",
            "`conn` is `[socket, address]`: `unpack conn, addr = ...` or `conn[0].recv(10)`",
        ),
        (
            "infos.recv(1)",
            "`infos` is an array; `recv` belongs to one of its parts: `infos[0].recv(1)`",
        ),
        ("foo.close(1)", "`close` takes `close()`, not 1 argument"),
        (
            "gethostname(1, 2)",
            "`gethostname` takes `gethostname()`, not 2 arguments",
        ),
        (
            "foo.close().recv(1)",
            "`foo.close()` is nothing, so it has no `recv`: the call that gave it returns no value",
        ),
        ("infos[3]", "no place 3: there is one part, at place 0"),
        ("if 1 { }", super::arguments::CONDITION),
        ("for i in 5 { }", super::arguments::LOOP),
        (
            "let a = 1\nlet b = 2",
            "a `;` is missing at the end of this line",
        ),
        (
            "let spawn = 1;",
            "`spawn` is a word of the language; choose another name",
        ),
        (
            "\"%s\" % 5",
            "values are put into a text between backticks: `` `port ${port}` ``",
        ),
        ("not(true)", "`!` instead of `not`: `!done`"),
        (
            "\"80\" - 1",
            "`-` does not work on a text and a number; `int(text)` makes a number of a text",
        ),
    ]
    .iter()
    .filter(|(source, expected)| !explains(source, &known(), expected))
    .count();
    assert_eq!(wrong, 0);
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
