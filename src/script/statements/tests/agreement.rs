//! What rhai's parser accepts, the cut cuts into single statements: on a table of what is hard, and on
//! any text.

use proptest::prelude::*;
use rhai::{Engine, OptimizationLevel};

use super::cut;
use crate::script::statements::{CutEnd, CutSource, Unfinished, translate};

/// How many single statements and functions rhai's parser finds, where it accepts the text.
fn parsed(source: &str) -> Option<usize> {
    let mut engine = Engine::new_raw();
    engine.set_optimization_level(OptimizationLevel::None);
    let ast = engine.compile(translate(source)).ok()?;
    let named = |name: &str| !name.starts_with("anon$");
    let functions = ast.iter_functions().filter(|function| named(function.name));
    Some(ast.statements().len() + functions.count())
}

/// What rhai accepts is cut into single statements that it accepts, each as one; and what is cut into
/// such it accepts whole.
fn agrees(source: &str) -> Result<(), String> {
    let cut = CutSource::from(source);
    let whole = parsed(source);
    // rhai takes a comment without its end for one, a number's point at the text's end, and a
    // closure of nothing.
    let is_wider = match cut.end() {
        CutEnd::Open { why, .. } => match why {
            Unfinished::Comment(_) => true,
            Unfinished::Operand(at) => source[..*at].ends_with(['.', '|']),
            _ => false,
        },
        _ => false,
    };
    let pieces: Vec<&str> = cut.pieces().iter().map(|piece| piece.of(source)).collect();
    let single = pieces
        .iter()
        .all(|piece| parsed(piece).is_some_and(|found| found <= 1));
    let complete = *cut.end() == CutEnd::Complete;
    match whole {
        Some(_) if is_wider => Ok(()),
        Some(_) if complete && single => Ok(()),
        None if !(complete && single) => Ok(()),
        _ => Err(format!("{source:?}: {cut:?}, but rhai finds {whole:?}")),
    }
}

#[test]
fn the_cut_agrees_with_rhais_parser() {
    for source in [
        "/* a /* b; */ { */ f(1); // } \n g(2);",
        "f(/**/ 1); /***/ g(/* ' \" ` */ 2); // it's\r h();",
        "let a = #\"; \"a { \"#; let b = ##\"\"# ; \"##;",
        "let c = `a ${ `b ${ \"}`\" } ;` } $x \\${ \\\\${ y`; c;",
        "let d = 'x'; let e = 'it\\'s; {'; let f = '\"'; let g = ''; let h = 'it''s;';",
        "let i = \"a\"\"; b\"; let j = \"a\\\r\n  ; b\"; let k = \"\\\"; c\";",
        "let a = 1;\r\nif a == 1 { 2 }\r\nelse { 3 }\r\nf(a);\r\n",
        "let a = \"b'..'; \"; let b = \"// no ; comment\"; let c = `/* ${1} */`;",
        "let l = \"öß; {\"; let m = '€ ; }'; let n = `😀 ${1} ; {`; // ü ; {\nl;",
        "if if true { true } else { false } { 7 } 8;",
        "if if a { 1 } else if b { 2 } else { 3 } == 2 { 4 } else { 5 } 6;",
        "while switch 1 { 1 => false, _ => { true } } { 1 } 2;",
        "for x in if a { [1] } else { [2] } { x; } 3;",
        "switch if a { 1 } else { 2 } { 1 => 2, _ => 3 } 4;",
        "if do { 1 } while false == () { 2 } 3;",
        "while 1. > 2. { 3 } if a.b == 4. { 5 } 1..2; 1.0.abs();",
        "do { 1 } while if a { false } else { false }; 2;",
        "let f = |x| { x; } ; (|| { 1 }).call(); f",
        "#{a: #{b: 1}}.a.b; #{ }; { 1 } { let x = 2; } ;;",
        "a?.b ?? c?[0]; a ?? { 1 }; !in_it; 1 !in [1];",
        "fn f(a) { a } private fn g() { `${f(1)}` } f(g());",
        "/// What it does.\nfn f() { 1 } /** and */ fn g() { 2 }",
        "try { throw 1; } catch (e) { print(e); } try { 1 } catch { 2 } 3",
        "let x = if a { 1 } else { 2 } + loop { break 3; }; x",
    ] {
        assert!(parsed(source).is_some(), "rhai refuses {source:?}");
        agrees(source).unwrap();
    }
    for source in [
        "let a = `a ${ b ;",
        "let a = #\"x\";",
        "let a = \"x\n\";",
        "let a = 'x\n';",
        "let a = \"\"\"x\ny\"\"\";",
        "let a = '''x\ny''';",
        "let a = '''say \"x\"\ny''';",
        "x = # y",
        "b'..'; \"",
        "a === b; c",
        "let a = \"\\x4\"; b;",
        "f(*a); b",
    ] {
        assert_eq!(parsed(source), None, "{source:?}");
        agrees(source).unwrap();
    }
    let shebang = "#!/usr/bin/env -S socklab {\nlet a = 1;\n";
    assert_eq!(cut(shebang), [["let a = 1;"]]);
}

/// Texts that rhai accepts often enough: whole statements with what is hard between and within them.
fn likely_source() -> impl Strategy<Value = String> {
    let value = prop::sample::select(vec![
        "x",
        "1",
        "2.",
        "\"a;\"",
        "'b;{'",
        "`c ${ 'd}' } `",
        "#\"e\"; \"#",
        "#{f: [1]}",
        "{ g }",
        "|h| { h }",
        "if i { 1 } else { 2 }",
        "switch j { 1 => 2, _ => { 3 } }",
        "loop { break 1; }",
        "k(1)?.l ?? m",
        "-1",
        "(1)",
    ]);
    let operator = prop::sample::select(vec![
        " + ",
        " == ",
        ".n + ",
        " && !",
        "/**/ - ",
        " // o ;\n + ",
    ]);
    let value = (value.clone(), prop::option::of((operator, value))).prop_map(|(left, more)| {
        let (operator, right) = more.unwrap_or_default();
        format!("{left}{operator}{right}")
    });
    let statement = (0_usize..14, value).prop_map(|(form, value)| match form {
        0 => format!("let x = {value};"),
        1 => format!("if {value} {{ 1 }}"),
        2 => format!("if {value} {{ 1 }} else if {value} {{ {value} }} else {{ 2 }}"),
        3 => format!("while {value} {{ {value} }}"),
        4 => format!("for x in {value} {{ x; }}"),
        5 => format!("switch {value} {{ 1 => {value}, _ => 2 }}"),
        6 => format!("try {{ {value} }} catch (e) {{ {value} }}"),
        7 => format!("do {{ {value} }} while {value};"),
        8 => format!("f({value}, {value});"),
        9 => format!("{{ {value} }}"),
        10 => format!("loop {{ {value}; break; }}"),
        11 => format!("return {value};"),
        12 => value,
        _ => format!("{value};"),
    });
    let between = prop::sample::select(vec![
        " ",
        "\n",
        "\r\n",
        " // ; {\n",
        "/* ; { */",
        "/* /* */ } */ ",
        ";",
    ]);
    let parts = prop::collection::vec((statement, between), 1..5);
    parts.prop_map(|parts| {
        let texts = parts
            .into_iter()
            .map(|(statement, between)| statement + between);
        texts.collect()
    })
}

proptest! {
    #[test]
    fn the_cut_agrees_with_rhais_parser_on_any_likely_text(source in likely_source()) {
        prop_assert_eq!(agrees(&source), Ok(()));
    }

    #[test]
    fn the_cut_agrees_with_rhais_parser_on_any_text(
        words in prop::collection::vec(prop::sample::select(vec![
            "if", "else", "{", "}", "(", ")", "[", "]", ";", ";", "`", "${", "\"", "'", "\\", "/*", "*/",
            "// ", "\n", "\r\n", "x", "1", "1.", "#\"", "\"#", "#{", " ", " ", "do", "while", "|", "é", "..",
            ".", "+", "=", "let x", "\"\"\"", "'''", "/**/", "$", "#",
        ]), 0..12)
    ) {
        prop_assert_eq!(agrees(&words.concat()), Ok(()));
    }
}
