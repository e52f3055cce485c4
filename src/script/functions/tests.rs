//! The values and functions of a script, as a learner meets them.

use std::cell::RefCell;
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;

use rhai::{Dynamic, Engine, EvalAltResult, Map, Scope};

use super::register;
use crate::net::error::{Cause, Fault};
use crate::net::io_context::IoContext;
use crate::net::network::{AddrInfo, HostEntry, Network, Query};
use crate::repr::escape;
use crate::script::catalog;
use crate::script::catalog::{Call, CallResult, functions};
use crate::script::context::{Context, Output};
use crate::script::values::shown;

/// A network in which nothing is found.
struct Nothing;

fn unknown<T>() -> Result<T, Fault> {
    Err(Cause::Unknown("no network".into()).into())
}

impl Network for Nothing {
    fn name(&self) -> &'static str {
        "nothing"
    }
    fn getservbyname(&self, _: &str, _: Option<&str>) -> Result<u16, Fault> {
        unknown()
    }
    fn getservbyport(&self, _: u16, _: Option<&str>) -> Result<String, Fault> {
        unknown()
    }
    fn getprotobyname(&self, _: &str) -> Result<i32, Fault> {
        unknown()
    }
    fn gethostbyname(&self, _: &str) -> Result<Ipv4Addr, Fault> {
        unknown()
    }
    fn gethostbyname_ex(&self, _: &str) -> Result<HostEntry, Fault> {
        unknown()
    }
    fn gethostbyaddr(&self, _: &str) -> Result<HostEntry, Fault> {
        unknown()
    }
    fn getaddrinfo(&self, _: &Query) -> Result<Vec<AddrInfo>, Fault> {
        unknown()
    }
    fn getnameinfo(&self, _: &SocketAddr, _: i32) -> Result<(String, String), Fault> {
        unknown()
    }
    fn route(&self, _: SocketAddr, _: i32) -> Result<SocketAddr, Fault> {
        unknown()
    }
}

#[derive(Clone, Default)]
struct Lines(Rc<RefCell<Vec<String>>>);

impl Output for Lines {
    fn print(&self, line: &str) {
        self.0.borrow_mut().push(line.into());
    }
    fn eprint(&self, _: &str) {}
}

/// An engine with the packages, its variables, and what it printed.
struct Bench {
    engine: Engine,
    scope: Scope<'static>,
    lines: Lines,
}

impl Bench {
    fn new() -> Self {
        let lines = Lines::default();
        let context = Rc::new(Context {
            caller: IoContext::new(Arc::new(Nothing)).expect("a pipe can be made"),
            output: Box::new(lines.clone()),
            args: RefCell::default(),
        });
        let mut engine = Engine::new();
        engine.set_optimization_level(rhai::OptimizationLevel::None);
        engine.set_max_expr_depths(64, 64);
        register(&mut engine, &context);
        let printed = lines.clone();
        engine.on_print(move |line| printed.print(&escape::printable(line)));
        Self {
            engine,
            scope: Scope::new(),
            lines,
        }
    }

    /// The transcript of a piece of code.
    fn transcript(&mut self, code: &str) -> String {
        self.lines.0.borrow_mut().clear();
        let result = self
            .engine
            .eval_with_scope::<Dynamic>(&mut self.scope, code);
        let mut lines = self.lines.0.take();
        match result {
            Ok(value) => lines.extend(shown::show(&value).map(|tree| tree.to_string())),
            Err(error) => lines.push(error_line(&error)),
        }
        lines.join("\n")
    }
}

fn error_line(error: &EvalAltResult) -> String {
    if let EvalAltResult::ErrorRuntime(value, _) = error
        && let Some(map) = value.read_lock::<Map>()
    {
        let part = |key: &str| map.get(key).map(shown::printed);
        let note = part("note").map_or_else(String::new, |note| format!("; {note}"));
        let call = part("call").unwrap_or_default();
        return format!(
            "error: {call}: {}{note}",
            part("message").unwrap_or_default()
        );
    }
    format!("error: {error}")
}

#[track_caller]
fn shows(code: &str, expected: &str) {
    assert_eq!(Bench::new().transcript(code), expected, "of {code}");
}

#[test]
fn bytes_are_indexed_from_both_ends_and_cut_by_ranges() {
    shows("bytes(\"GET\")[0]", "71");
    shows("bytes(\"GET\")[-1]", "84");
    shows("bytes(\"GET /\")[1..3]", "b\"ET\"");
    shows("bytes(\"GET /\")[1..=2]", "b\"ET\"");
    shows("bytes(\"GET /\")[-1..99]", "b\"/\"");
    shows("bytes(\"GET\")[3..1]", "b\"\"");
    shows(
        "bytes(\"GET\")[3]",
        "error: bytes: no place 3: the places are 0 to 2, or -3 to -1",
    );
}

#[test]
fn bytes_grow_by_bytes_and_by_text() {
    shows(
        "let b = bytes(); b += bytes(\"a\"); b += \"b\"; b",
        "b\"ab\"",
    );
    shows("bytes(\"a\") + bytes(\"b\")", "b\"ab\"");
    shows("let b = bytes(\"a\"); let c = b; c += \"b\"; b", "b\"a\"");
}

#[test]
fn text_grows_by_bytes_that_are_text() {
    shows("let r = \"\"; r += bytes(\"Hey\"); r", "\"Hey\"");
    shows("\"got: \" + bytes(\"Hey\")", "\"got: Hey\"");
    shows(
        "let r = \"\"; r += bytes([72, 255]); r",
        "error: +: byte `\\xff` at place 1 is not text in utf-8; \
         gather bytes as bytes: `let all = bytes(); all += part`",
    );
    shows(
        "let r = \"\"; r += bytes([72, 195]); r",
        "error: +: the character that begins at place 1 is cut off; \
         gather all the bytes first (`let all = bytes(); all += part`), then decode",
    );
}

#[test]
fn bytes_are_compared_searched_and_looped_over() {
    shows("bytes(\"a\") == bytes(\"a\")", "true");
    shows("bytes(\"a\") != bytes(\"b\")", "true");
    shows("bytes(\"a\") < bytes(\"b\")", "true");
    shows("bytes(\"GET\") == \"GET\"", "true");
    shows("\"GET\" in bytes(\"GET /\")", "true");
    shows("for byte in bytes(\"ab\") { print(byte + 0) }", "97\n98");
    shows("bytes(\"ab\").len", "2");
    shows("[bytes(\"a\")] == [bytes(\"a\")]", "true");
}

#[test]
fn every_way_to_make_text_of_bytes_agrees() {
    shows("print(bytes(\"a\"))", "b\"a\"");
    shows("`${bytes(\"a\")}`", "\"b\\\"a\\\"\"");
    shows(
        "print([bytes(\"a\"), dict([[1, \"x\"]])])",
        "[b\"a\", {1: \"x\"}]",
    );
    shows("bytes(\"a\").to_string()", "\"b\\\"a\\\"\"");
    shows("print(#{b: bytes(\"a\")})", "#{b: b\"a\"}");
}

#[test]
fn texts_and_bytes_are_copied_by_a_product() {
    shows("\"-\" * 3", "\"---\"");
    shows("bytes(\"ab\") * 2", "b\"abab\"");
    shows("\"a\" * -1", "\"\"");
    shows("\"\" * 9223372036854775807", "\"\"");
    shows(
        "bytes(1) * 9223372036854775807",
        "error: *: 9223372036854775807 bytes are too many: 1073741824 are the most",
    );
}

#[test]
fn lengths_without_measure_are_errors() {
    shows(
        "bytes(9999999999)",
        "error: bytes: 9999999999 bytes are too many: 1073741824 are the most",
    );
    shows("bytes(-1)", "error: bytes: -1 bytes cannot be");
    shows(
        "\"a\".rjust(9223372036854775807)",
        "error: rjust: a text of 9223372036854775807 bytes is too long: 1073741824 are the most",
    );
}

#[test]
fn dicts_count_and_keep_their_order() {
    shows(
        "let d = dict(); d[2] = 1; d[2] += 5; d[1] = \"a\"; d",
        "{1: \"a\", 2: 6}",
    );
    shows("let d = dict([[1, [1]]]); d[1].push(2); d", "{1: [1, 2]}");
    shows("let d = dict(#{a: 1}); d[\"a\"]", "1");
    shows("for key in dict([[2, 0], [1, 0]]) { print(key) }", "1\n2");
    shows("dict([[1, 2]]) == dict([[1, 2]])", "true");
    shows("let d = dict([[1, 2]]); let e = d; e[1] = 3; d", "{1: 2}");
    shows("3 in dict()", "false");
    shows("len(dict([[1, 2]]))", "1");
}

#[test]
fn a_wrong_argument_is_described() {
    shows(
        "\"a\".rjust(\"5\")",
        "error: rjust: `width` takes a number: `5`, not `\"5\"`",
    );
    shows(
        "\"a\".startswith(5)",
        "error: startswith: `prefix` takes a text, not the number 5",
    );
    shows(
        "len(5)",
        "error: len: `value` takes a text, bytes, an array or a dict, not the number 5",
    );
    shows(
        "sorted([1, \"a\"])",
        "error: sorted: the text `\"a\"` and the number 1 have no order",
    );
}

#[test]
fn rhais_own_methods_stay() {
    shows("let a = [3, 1]; a.push(2); a.sort(); a", "[1, 2, 3]");
    shows("\"abc\".index_of(\"c\")", "2");
    shows("min(3, 2)", "2");
    shows("\"a,b\".split(\",\")", "[\"a\", \"b\"]");
    shows("[1, 2].all(|x| x > 0)", "true");
}

#[test]
fn an_array_that_contains_itself_is_compared_without_harm() {
    let mut bench = Bench::new();
    let cycle = Dynamic::from(rhai::Array::new()).into_shared();
    if let Some(mut array) = cycle.clone().write_lock::<rhai::Array>() {
        array.push(cycle.clone());
    }
    bench.scope.push_dynamic("a", cycle);
    assert_eq!(
        bench.transcript("sorted([a, a])"),
        "error: sorted: arrays stand too deep in each other to compare"
    );
    assert_eq!(bench.transcript("len(list(a))"), "1");
}

#[test]
fn the_call_of_an_error_is_read_like_its_other_parts() {
    shows(
        "let said = \"\"; try { len(5) } catch (err) { said = err.call } said",
        "\"len\"",
    );
    shows("let f = |x| x + 1; f.call(2)", "3");
    shows("let e = #{call: 1}; e.call += 1; e.call", "2");
}

#[test]
fn a_bytearray_changes_in_place_and_for_all_its_names() {
    shows(
        "let b = bytearray(\"ab\"); let c = b; c[0] = 65; b",
        "bytearray(b\"Ab\")",
    );
    shows(
        "let b = bytearray(\"abc\"); b[1..2] = \"--\"; b",
        "bytearray(b\"a--c\")",
    );
    shows(
        "let b = bytearray(\"abc\"); [b[-1], b[1..], b.len]",
        "[99, bytearray(b\"bc\"), 3]",
    );
    shows(
        "let b = bytearray(); b += \"Hi\"; b.append(33); b == \"Hi!\"",
        "true",
    );
    shows("bytes(bytearray(2)) == bytes(2)", "true");
    shows(
        "bytearray(1)[3]",
        "error: bytearray: no place 3: there are 1 bytes, counted from 0",
    );
    shows(
        "let b = bytearray(1); b[0] = 256",
        "error: bytearray: a byte is a number from 0 to 255, not 256",
    );
}

#[test]
fn a_moment_is_shown_as_one() {
    shows("timestamp()", "<timestamp>");
    shows("type(timestamp())", "\"timestamp\"");
}

#[test]
fn what_an_error_means_for_a_unix_socket_speaks_of_its_path() {
    let code = "let s = socket(1, 1); \
                try { s.connect(\"/nowhere/to.be\"); } catch (err) { explain(err); print(err.family == 1); }";
    let shown = Bench::new().transcript(code);
    assert!(shown.ends_with("true") && shown.contains("path"), "{shown}");
    let shown = Bench::new().transcript("explain(\"ECONNREFUSED\", 1)");
    assert!(shown.contains("path") && !shown.contains("port"), "{shown}");
    let shown = Bench::new().transcript("explain(\"ECONNREFUSED\")");
    assert!(shown.contains("port"), "{shown}");
}

functions! {
    /// A row that is not true.
    static LIES = {
        /// A number, though a text is said.
        fn lie() -> Text: Computes;
    }
}

#[allow(clippy::unnecessary_wraps)] // The rows of a table have one type.
fn lie(_: &mut Call<'_, '_>) -> CallResult {
    Ok(1_i64.into())
}

#[test]
#[cfg(debug_assertions)]
#[should_panic(expected = "`lie()` returned")]
fn a_result_of_another_type_than_its_row_says_is_found() {
    let mut bench = Bench::new();
    let context = Rc::new(Context {
        caller: IoContext::new(Arc::new(Nothing)).expect("a console's side"),
        output: Box::new(bench.lines.clone()),
        args: RefCell::default(),
    });
    catalog::register(&mut bench.engine, LIES, &context);
    bench.transcript("lie()");
}
