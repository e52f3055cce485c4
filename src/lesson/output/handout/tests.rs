//! Lessons that are read: what a reader sees, and what a page must not do.

use unicode_width::UnicodeWidthStr;

use super::html::{escape, prose};
use super::{HandoutFormat, plain};
use crate::lesson::format::parse::parse;

const LESSON: &str = "//! # Ports & <things>\n//! A summary.\n\n\
    // Some *prose* that is so long that it has to be wrapped somewhere.\n//\n\
    // - one item\n// - another item\n//\n// ```\n//   a drawing -->  \n// ```\n\
    //@ console: server\nlet a = [\n  1,\n];\na;\n//> [\"127.0.0.1\", {port:p}, {{AF_INET}}, {=p}]\n//> ...\n\n\
    //@ id: q\n//@ ask: Which *one*?\n//@ choices: a < b | c\n//@ answer: c\n//@ hint: Look.\n\n\
    //@ explore: Try `dir(s)`.\n\n//@ enter: lab hosts\n\n// ## The end\n// Bye.\n";

#[test]
fn plain_text_fits_its_width_and_keeps_code() {
    let lesson = parse(LESSON).unwrap();
    let text = plain(&lesson, 40);
    let expected = "Ports & <things>\n================\n\nA summary.\n\n\
        Some *prose* that is so long that it has\nto be wrapped somewhere.\n\n- one item\n- another item\n\n  a drawing -->\n\n  \
        server> let a = [\n  ......>   1,\n  ......> ];\n\n  server> a;\n  \
        [\"127.0.0.1\", <p>, AF_INET, <p>]\n  ...\n\n\
        ? Which *one*?\n  [ ] a < b\n  [ ] c\n\nTry it: Try `dir(s)`.\n\n  server> lab hosts\n\n\
        The end\n-------\n\nBye.";
    assert_eq!(text, expected);
    let prose = format!("//! # T\n\n// {}\n1;\n", "word and more ".repeat(30));
    for width in [20, 33, 79] {
        let text = plain(&parse(&prose).unwrap(), width);
        assert!(text.lines().all(|line| line.width() <= width), "{text}");
    }
}

#[test]
fn markdown_has_fences_and_its_answers_at_the_end() {
    let lesson = parse(LESSON).unwrap();
    let text = HandoutFormat::Md.of(&lesson);
    assert!(
        text.starts_with("# Ports & <things>\n\nA summary.\n\nSome *prose*"),
        "{text}"
    );
    assert!(
        text.contains("```text\nserver> a;\n[\"127.0.0.1\", <p>, AF_INET, <p>]\n...\n```"),
        "{text}"
    );
    assert!(
        text.contains("**Question 1.** Which *one*?\n\n- [ ] a < b\n"),
        "{text}"
    );
    assert!(
        text.ends_with("## The end\nBye.\n\n## Answers\n\n1. `c`\n"),
        "{text}"
    );
}

#[test]
fn the_page_is_whole_and_escaped() {
    let lesson = parse(LESSON).unwrap();
    let page = HandoutFormat::Html.of(&lesson);
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"));
    assert!(page.contains("<title>Ports &amp; &lt;things&gt;</title>"));
    assert!(page.contains("<li>a &lt; b</li>"));
    assert!(page.contains("[&quot;127.0.0.1&quot;, &lt;p&gt;, AF_INET, &lt;p&gt;]"));
    for outside in ["src=", "href=", "@import", "url(", "<script"] {
        assert!(!page.contains(outside), "{outside}");
    }
}

#[test]
fn markup_in_prose_does_nothing() {
    let text = "See <script>alert(1)</script> a <b onclick=x>b</b> [l](javascript:x) ![p](http://x/y.png) [w](https://a.test)";
    let page = prose(text);
    assert!(
        !page.contains("<script") && !page.contains("<b ") && !page.contains("<img"),
        "{page}"
    );
    assert!(
        !page.contains("javascript:") && page.contains("https://a.test"),
        "{page}"
    );
    assert_eq!(escape("\u{1b}<\u{0}"), "\u{fffd}&lt;\u{fffd}");
}

const PACKETS: &str = "//! # T\n\nlet s = create_connection(\"echo.test\", 7);\n//~ > SYN\n\
    //~ echo.test > main: SYN ACK\n//~ ...\n//~ < 2 x 1448 + {int} bytes\n//~ > 1 byte lost\n\n\
    //@ console: server\ns.close();\n//~ nothing\n";

#[test]
fn packet_lines_are_a_picture_drawn_from_the_lesson_alone() {
    let lesson = parse(PACKETS).unwrap();
    let expected = "\
  main> let s = create_connection(\"echo.test\", 7);
    main               the peer           echo.test
    │────── SYN ──────►│                  │
    │◄───────────── SYN ACK ──────────────│
    │ …                │                  │
    │◄─ 2 × 1448 + … ──│                  │
    │── 1 byte l… ─✕   │                  │

  server> s.close();";
    let text = plain(&lesson, 63);
    assert!(text.ends_with(expected), "{text}");
    let markdown = HandoutFormat::Md.of(&lesson);
    assert!(markdown.contains("─ SYN ACK ─"), "{markdown}");
    let html = HandoutFormat::Html.of(&lesson);
    assert_eq!(html.matches("<svg ").count(), 1, "{html}");
    for part in [
        "<title id=\"title-3\">A conversation: main, the peer, echo.test</title>",
        "main to the peer: SYN. echo.test to main: SYN ACK. main: …. ",
        ">2 × 1448 + &lt;int&gt; bytes</text>",
    ] {
        assert!(html.contains(part), "{part} is not in {html}");
    }
}
