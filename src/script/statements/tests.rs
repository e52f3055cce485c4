//! The scanner against rhai's own grammar, and against any text at all.

mod agreement;

use proptest::prelude::*;
use rhai::{Engine, OptimizationLevel};

use super::{
    CutSource, Ending, Next, Span, Unfinished, check_expressions, check_statements, next_statement,
    translate,
};
use crate::script::lexer::{READ, block_comment};

/// The pieces of every statement of a file, statement by statement.
#[track_caller]
fn cut(source: &str) -> Vec<Vec<&str>> {
    let mut statements = Vec::new();
    let mut from = 0;
    loop {
        match next_statement(source, from, Ending::Required) {
            Next::Statement {
                span,
                pieces,
                resume,
            } => {
                assert_eq!(span.start, pieces[0].start);
                assert!(resume >= span.end);
                statements.push(pieces.into_iter().map(|piece| piece.of(source)).collect());
                from = resume;
            }
            Next::End => return statements,
            other => panic!("{other:?} in {source:?} from {from}"),
        }
    }
}

#[track_caller]
fn one_each(statements: &[&str]) {
    let source = statements.join("\n");
    let expected: Vec<Vec<&str>> = statements.iter().map(|text| vec![*text]).collect();
    assert_eq!(cut(&source), expected);
}

#[track_caller]
fn why(source: &str) -> Unfinished {
    match next_statement(source, 0, Ending::Required) {
        Next::Incomplete { why, .. } => why,
        other => panic!("{other:?} in {source:?}"),
    }
}

#[track_caller]
fn error(source: &str) -> (usize, String) {
    match next_statement(source, 0, Ending::Required) {
        Next::Error { offset, message } => (offset, message),
        other => panic!("{other:?} in {source:?}"),
    }
}

#[test]
fn a_semicolon_ends_a_statement() {
    one_each(&[
        "let a = 1;",
        "a;",
        "print(\"a;b\");",
        "let f = |x| { x + 1; x };",
        "a\n  + 2;",
        ";",
    ]);
}

#[test]
fn a_block_ends_a_statement() {
    one_each(&[
        "fn f(a, b) { a + b }",
        "private fn g() { 1 }",
        "if a { 1 }",
        "if a { 1 } else { 2 }",
        "if a { 1 } else if b { 2 } else { 3 }",
        "while a < 3 { a += 1; }",
        "for (x, i) in [1, 2] { print(x); }",
        "loop { break; }",
        "switch a { 1 => 2, _ => { 3 } }",
        "try { throw 1; } catch (e) { print(e); }",
        "try { throw 1; } catch { 2 }",
        "{ let b = 1; }",
        "do { a += 1; } while a < 10;",
        "let x = if a { 1 } else { 2 };",
        "let m = #{ a: 1 };",
        "#{ a: 1 };",
    ]);
}

#[test]
fn else_and_catch_may_come_on_a_later_line_even_behind_comments() {
    one_each(&[
        "if a { 1 }\nelse { 2 }",
        "if a { 1 }\n// why\n\nelse /* so */ if b { 2 }\nelse\n{ 3 }",
        "try { 1 }\ncatch (e) { 2 }",
    ]);
}

#[test]
fn a_brace_of_an_operand_is_no_body() {
    one_each(&[
        "if { true } { 1 }",
        "while #{a: 1}.a == 2 { 3 }",
        "for x in { [1] } { x; }",
        "if a == { 1 } { 2 }",
    ]);
}

#[test]
fn statements_on_one_line_are_one_statement_of_several_pieces() {
    let source = "let a = 1; let b = [\n2]; fn f() { 1 } f(); // end\nb;";
    assert_eq!(
        cut(source),
        vec![
            vec!["let a = 1;", "let b = [\n2];", "fn f() { 1 }", "f();"],
            vec!["b;"]
        ]
    );
}

#[test]
fn a_semicolon_behind_a_block_belongs_to_it() {
    assert_eq!(
        cut("fn f() { 1 }; f();\nif a { } ;\n"),
        vec![vec!["fn f() { 1 };", "f();"], vec!["if a { } ;"]]
    );
}

#[test]
fn comments_and_texts_hide_what_they_hold() {
    one_each(&[
        "let a = /* ; /* } */ ; */ 1; ".trim_end(),
        "let b = [ // ; ]\n 1];",
        "let c = `a; ${ if x { \"}\" } else { `deep ${ y } ;` } } ;\n more`;",
        "let d = #\"raw \" ; \"#;",
        "let e = \"quo\\\"te; \\\n  more\";",
        "let f = 'it\\'s; { text';",
        "let g = '';",
        "let h = \"doubled \"\" ;\";",
    ]);
}

#[test]
fn a_doc_comment_belongs_to_its_function() {
    let source = "/// What it does.\n/// More.\nfn f() { 1 }\n/** block */ fn g() { 2 }\n";
    assert_eq!(
        cut(source),
        vec![
            vec!["/// What it does.\n/// More.\nfn f() { 1 }"],
            vec!["/** block */ fn g() { 2 }"]
        ]
    );
    assert!(
        error("/// nothing\nlet a = 1;")
            .1
            .contains("function below")
    );
    assert_eq!(why("/// nothing\n"), Unfinished::Body(0));
}

#[test]
fn windows_line_ends_change_nothing() {
    let source = "let a = 1;\r\nif a { 1 }\r\nelse { 2 }\r\na; // x\r\n";
    assert_eq!(
        cut(source),
        vec![
            vec!["let a = 1;"],
            vec!["if a { 1 }\r\nelse { 2 }"],
            vec!["a;"]
        ]
    );
}

#[test]
fn what_is_open_is_named_with_its_place() {
    assert_eq!(why("f(1,"), Unfinished::Bracket('(', 1));
    assert!(matches!(why("let a = `x ${ 1 } y"), Unfinished::Text(_)));
    assert_eq!(why("let a = `x ${ 1"), Unfinished::Text(11));
    assert_eq!(why("let a = #\"x"), Unfinished::Text(8));
    assert_eq!(why("let a = 1; /* x"), Unfinished::Comment(11));
    assert_eq!(why("a"), Unfinished::Semicolon(1));
    assert_eq!(why("a +"), Unfinished::Operand(3));
    assert_eq!(why("if a"), Unfinished::Body(4));
    assert_eq!(why("fn f()"), Unfinished::Body(6));
    assert_eq!(why("if a { 1 } else"), Unfinished::Body(15));
    assert_eq!(why("try { 1 }"), Unfinished::Catch(9));
}

#[test]
fn what_can_never_be_right_is_an_error_with_its_place() {
    assert_eq!(error("f(1];").0, 3);
    assert_eq!(error("a; )").0, 3);
    assert_eq!(error("let a = \"x\nb;").0, 8);
    assert_eq!(error("let a = 'x\nb;").0, 8);
}

#[test]
fn at_the_prompt_the_last_semicolon_may_be_missing() {
    for complete in [
        "a",
        "a; b",
        "f(1)",
        "fn f() { 1 }",
        "",
        "// x",
        "x[0]",
        "1..",
        "\"open",
        "a)",
        "exit",
        "let x = 'ssh'",
    ] {
        assert!(!CutSource::from(complete).is_open(), "{complete:?}");
    }
    for open in [
        "f(",
        "let x =",
        "a +",
        "if x",
        "if x {",
        "`text",
        "#\"raw",
        "/* c",
        "a; [1,",
        "try { 1 }",
        "fn f()",
        "x.",
        "\"a\\",
        "/// doc",
        "|x|",
    ] {
        assert!(CutSource::from(open).is_open(), "{open:?}");
    }
    let Next::Statement { pieces, .. } = next_statement("a; b", 0, Ending::Prompt) else {
        panic!()
    };
    assert_eq!(
        pieces,
        [Span { start: 0, end: 2 }, Span { start: 3, end: 4 }]
    );
}

#[test]
fn block_comments_nest() {
    assert_eq!(block_comment("/* a /* b */ c */ d"), (17, true));
    assert_eq!(block_comment("/* a /* b */"), (12, false));
    assert_eq!(block_comment("/*/ */"), (6, true));
}

#[test]
fn single_quotes_become_text_of_the_same_length() {
    for (typed, read) in [
        ("f('ssh')", "f(\"ssh\")"),
        ("f('')", "f(\"\")"),
        ("f('a')", "f(\"a\")"),
        ("f('it\\'s', 1)", "f(\"it's\" , 1)"),
        ("f('it''s', 1)", "f(\"it's\" , 1)"),
        ("f('say \"hi\"')", "f(`say \"hi\"`)"),
        ("f('a\\n', 'b')", "f(\"a\\n\", \"b\")"),
        ("`a ${ f('x') } 'y'`", "`a ${ f(\"x\") } 'y'`"),
        (
            "\"it's\" // don't\n/* can't */ + 'x'",
            "\"it's\" // don't\n/* can't */ + \"x\"",
        ),
        ("f('ß', 'x')", "f(\"ß\", \"x\")"),
    ] {
        assert_eq!(translate(typed), read);
        assert_eq!(typed.chars().count(), read.chars().count(), "{typed}");
    }
    assert_eq!(translate("f('\"\\n')"), "f(\"\\\"\\n\")");
    assert_eq!(translate("let a = 'x"), "let a = 'x");
    assert_eq!(translate("'a'\"b\""), "\"a\" \"b\"");
}

#[test]
fn a_translated_text_means_what_was_typed() {
    let engine = Engine::new();
    for (typed, meant) in [
        ("'a\"b'", "a\"b"),
        ("'a\"\\n'", "a\"\n"),
        ("'\\\\'", "\\"),
        ("'\\\"'", "\""),
        ("'`\"'", "`\""),
        ("'${1}\"'", "${1}\""),
        ("'a' + 'b'", "ab"),
        ("'x\\x41'", "xA"),
    ] {
        assert_eq!(
            engine.eval::<String>(&translate(typed)).as_deref().ok(),
            Some(meant),
            "{typed}"
        );
    }
}

#[test]
fn statements_are_checked_by_the_parser_and_told_in_plain_words() {
    let faults = check_statements(&[
        "let a = 'ssh';",
        "unpack conn, addr = server.accept();",
        "unpack a, b, c = f(1);",
        "let b = 1\nlet c = 2;",
        "conn, addr = server.accept();",
        "let let = 1;",
        "fn f() { it }",
        "let x = 3 5;",
    ]);
    let wrong: Vec<bool> = faults.iter().map(Option::is_some).collect();
    assert_eq!(wrong, [false, false, false, true, true, true, false, true]);
    let missing = faults[3].as_ref().unwrap();
    assert_eq!(
        (missing.offset, missing.mend.as_str()),
        (9, "end it with `;`")
    );
    assert_eq!(
        check_expressions(&["a.b(1)", "let a = 1", ""])
            .iter()
            .map(Option::is_some)
            .collect::<Vec<_>>(),
        [false, true, true]
    );
}

#[test]
fn faults_say_what_to_type() {
    for (source, words) in [
        ("let x = ;", "`;` cannot stand here"),
        ("let x = 3 5;", "part two statements with `;`"),
        ("a === b;", "write `==`"),
        ("if x = 1 { }", "write `==`"),
        ("break;", "belong in a loop"),
        ("x.1;", "write `[0]`"),
        ("fn f { 1 }", "write `fn f() {`"),
        ("let s = \"\\q\";", "`\\q` is no escape"),
        ("let async = 1;", "choose another name"),
        ("f(a b);", "write `,`"),
        ("f(*a);", "one by one"),
    ] {
        let fault = check_statements(&[source]).remove(0).unwrap();
        let told = format!("{}; {}", fault.message, fault.mend);
        assert!(told.contains(words), "{source}: {told}");
        assert!(fault.offset <= source.len());
    }
    let escape = check_statements(&["let s = \"ab\\q\";"]).remove(0).unwrap();
    assert_eq!(escape.offset, 12);
}

#[test]
fn depth_is_refused_before_it_can_overflow_the_stack() {
    for text in [
        "[".repeat(100_000),
        "|x|".repeat(100_000),
        "!".repeat(100_000),
        "- ".repeat(100_000),
        "if a {} else ".repeat(50_000),
        "1+".repeat(200_000),
    ] {
        assert!(
            super::syntax_check::nesting_fault(&text).is_some(),
            "{}",
            &text[..12]
        );
        let _ = next_statement(&text, 0, Ending::Required);
        assert!(check_statements(&[&text])[0].is_some());
    }
    let deep = format!("let a = {}1{};", "[".repeat(100), "]".repeat(100));
    let closures = format!("let a = {}1;", "|x| ".repeat(99));
    let sum = format!("let a = {}1;", "1 + ".repeat(20_000));
    assert_eq!(
        check_statements(&[&deep, &closures, &sum]),
        [None, None, None]
    );
}

#[test]
fn the_cut_reads_each_byte_a_bounded_number_of_times() {
    let unit = "let a = f(\"x\", `y ${1} z`); // c\nif a { 1 }\n// c\n/* d */\n";
    let read = |times: usize| {
        let source = unit.repeat(times);
        READ.with(|read| read.set(0));
        assert_eq!(cut(&source).len(), 2 * times);
        READ.with(std::cell::Cell::get)
    };
    let (small, large) = (read(100), read(50_000));
    assert!(large <= 501 * small, "{small} {large}");
}

/// Every piece that compiles in a file compiles alone, and cutting loses nothing.
#[test]
fn the_pieces_of_a_script_compile_one_by_one() {
    let mut engine = Engine::new();
    engine.set_optimization_level(OptimizationLevel::None);
    let source = "let total = 0;\nfor i in 0..10 { if i % 2 == 0 { continue } else { total += i; } }\nlet s = switch total { 25 => `t ${total}`, _ => \"?\" };\nfn twice(x) { x * 2 }\ntotal = twice(total); s;\n";
    for piece in cut(source).concat() {
        engine.compile(piece).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_makes_the_scanner_fail(source in "(?s).{0,200}", from in 0_usize..250) {
        let _ = next_statement(&source, from, Ending::Required);
        let _ = CutSource::from(source.as_str());
        let _ = translate(&source);
        let _ = check_statements(&[&source]);
    }

    #[test]
    fn no_likely_text_makes_the_scanner_fail(
        words in proptest::collection::vec(prop::sample::select(vec![
            "if", "else", "{", "}", "(", ")", "[", "]", ";", "`", "${", "\"", "'", "\\", "/*", "*/",
            "//", "\n", "x", "1", "#\"", "\"#", "#{", "fn", "try", "catch", " ", "///", "do", "while", "|", "é",
        ]), 0..60)
    ) {
        let source = words.concat();
        let mut from = 0;
        while let Next::Statement { resume, span, pieces } = next_statement(&source, from, Ending::Prompt) {
            prop_assert!(span.start >= from && resume >= span.end && resume > from);
            prop_assert!(pieces.windows(2).all(|two| two[0].end <= two[1].start));
            from = resume;
        }
        let _ = check_statements(&[&translate(&source)]);
    }
}
