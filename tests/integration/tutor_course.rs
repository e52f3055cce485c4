//! What a newcomer types at the lessons, right and wrong, and what the tutor makes of it.

use super::builder::socklab;

/// Takes a lesson with these lines; gives what was shown.
#[track_caller]
fn taken(lesson: &str, lines: &[&str]) -> String {
    let mut text = lines.join("\n");
    text.push_str("\nquit\n");
    socklab()
        .args(["lesson", "start", lesson])
        .stdin(text)
        .stdout_has("goes on here")
        .status(0)
        .stdout
}

/// Asserts that these parts are shown, in this order.
#[track_caller]
fn assert_parts(shown: &str, parts: &[&str]) {
    let mut rest = shown;
    for part in parts {
        let Some((_, behind)) = rest.split_once(part) else {
            panic!("no {part:?} in its place:\n{shown}");
        };
        rest = behind;
    }
}

#[test]
fn every_step_says_what_it_wants_within_eighty_columns() {
    let shown = taken("2", &["skip"; 38]);
    assert_parts(
        &shown,
        &[
            "(to do: the variable `foo`, from `socket`)",
            "(to do: a line with `foo` that shows `1`)",
            "(to do: a call of `dir` that shows a number)",
            "(to do: the variables `here` and `there`, from `socketpair` with `AF_UNIX`,\n",
            "(to do: a call of `there.recv` with `100` that shows `b\"hello\"`)",
        ],
    );
    let wide = shown.lines().find(|line| line.chars().count() > 80);
    assert_eq!(wide, None);
}

#[test]
fn a_value_that_is_typed_is_not_found_out() {
    let shown = taken("0", &["6 * 7", "84", "it * 1", "'Hello, world'"]);
    assert_parts(
        &shown,
        &[
            "step 2 of",
            "that is the value; now let the program find it out",
            "(this step is still open: it wants a line with `it` that shows `84`)",
            "step 3 of",
            "step 4 of",
        ],
    );
}

#[test]
fn a_variable_with_another_value_is_not_what_the_step_wants() {
    let lines = ["6 * 7", "it * 2", "'Hello, ' + 'world'"];
    let shown = taken(
        "0",
        &[&lines[..], &["let name = 'Bob'", "let name = 'Ada'"]].concat(),
    );
    assert_parts(
        &shown,
        &[
            "step 4 of",
            "not quite: it ran, but not as the step wants it",
            "step 5 of",
        ],
    );
}

#[test]
fn a_text_that_is_printed_is_as_good_as_one_that_is_shown() {
    let lines = ["skip", "skip", "skip", "let name = 'Ada'", "print(name)"];
    let shown = taken("0", &lines);
    assert_parts(&shown, &["step 5 of", "Ada\nok\n", "step 6 of"]);
}

#[test]
fn any_mistake_is_a_mistake_and_another_error_is_told_in_words() {
    let skips = ["skip"; 7];
    let shown = taken("0", &[&skips[..], &["1 +", ")", "naem"]].concat());
    assert_parts(
        &shown,
        &["step 8 of", "another error; the step wants", "step 9 of"],
    );
    assert!(!shown.contains("- error: "), "{shown}");
}

#[test]
fn a_choice_is_taken_by_some_of_its_words() {
    let skips = ["skip"; 10];
    let lines = ["postman", "7", "mail program"];
    let shown = taken("1", &[&skips[..], &lines].concat());
    assert_parts(
        &shown,
        &[
            "step 11 of",
            "`postman` is none of these",
            "answer with a number",
            "`7` is none of these",
            "right\n",
            "step 12 of",
        ],
    );
    assert!(!shown.contains("no variable"), "{shown}");
}

#[test]
fn answers_are_taken_as_people_say_them() {
    let lines = [
        "skip",
        "the one at the bottom",
        "it's the link layer, because it touches the wire",
        "skip",
        "skip",
        "skip",
        "skip",
        "nope",
        "skip",
        "UDP, because it is quick",
        "port 443",
        "the mail program",
        "I don't know, is it 80?",
        "443",
    ];
    let shown = taken("1", &lines);
    assert_parts(
        &shown,
        &[
            "step 2 of",
            "`the one at the bottom` is none of these",
            "right\n",
            "step 7 of",
            "right\n",
            "step 9 of",
            "right\n",
            "step 10 of",
            "right\n",
            "step 11 of",
            "right\n",
            "step 12 of",
            "no; try again",
            "right\n",
            "step 13 of",
        ],
    );
    assert!(!shown.contains("error"), "prose is no code: {shown}");
}

#[test]
fn the_wrong_port_is_wrong_and_show_does_it_anew() {
    let skips = ["skip"; 4];
    let lines = [
        "server.bind('127.0.0.1', 0)",
        "let kept = 1",
        "back",
        "skip",
        "server.bind(['127.0.0.1', 50001 - 50001 + 0])",
    ];
    // Port 50000 itself may be in use on this machine, so it is never bound here.
    let shown = taken("6", &[&skips[..], &lines].concat());
    assert_parts(
        &shown,
        &[
            "step 5 of",
            "not quite: the step wants the address `[\"127.0.0.1\", 50000]`",
            "(a socket keeps the address it got",
            "step 4 of",
            "step 5 of",
            "not quite: the step wants the address",
        ],
    );
    assert!(!shown.contains("step 6 of"), "{shown}");
}

#[test]
fn show_mends_what_a_wrong_try_has_spoiled() {
    let skips = ["skip"; 19];
    let lines = ["here.sendall(\"hi\")", "show", "there.recv(4096)"];
    let shown = taken("2", &[&skips[..], &lines].concat());
    assert_parts(
        &shown,
        &[
            "step 20 of",
            "not quite",
            "once more, in fresh consoles",
            "step 21 of",
            "b\"hello\"",
            "step 22 of",
        ],
    );
}

#[test]
fn a_call_that_would_wait_and_lose_what_it_gives_is_not_run() {
    let skips = ["skip"; 5];
    let lines = ["server.accept()", "unpack conn, addr = server.accept()"];
    let shown = taken("7", &[&skips[..], &lines].concat());
    assert_parts(
        &shown,
        &[
            "step 6 of",
            "not run, for it would wait: the step wants the variables `conn` and `addr`",
            "[server] waits in accept",
            "step 7 of",
        ],
    );
    assert_eq!(
        shown.matches("[server] waits in accept").count(),
        1,
        "{shown}"
    );
}

#[test]
fn a_line_that_python_would_take_is_mended_before_it_waits() {
    let accepts = [
        "conn, addr = server.accept()",
        "let [conn, addr] = server.accept()",
        "let conn, addr = server.accept()",
    ];
    let skips = ["skip"; 5];
    let lines = [
        "unpack conn, addr = server.accept()",
        "s = create_connection(\"127.0.0.1\", p)",
        "let s = create_connection(\"127.0.0.1\", p)",
        "s.sendall(\"Hey, can you hear me?\")",
        "got = conn.recv(16)",
        "piece = conn.recv(16)",
        "let piece = conn.recv(16)",
        "piece",
    ];
    let shown = taken("7", &[&skips[..], &accepts, &lines].concat());
    let unpack = "several names at once: `unpack conn, addr = server.accept()`";
    assert_parts(
        &shown,
        &[
            "step 6 of",
            unpack,
            unpack,
            unpack,
            "[server] waits in accept",
            "step 7 of",
            "`s` is new; a first value needs `let`",
            "[server] wakes up",
            "`got` is new; a first value needs `let`",
            "`piece` is new; a first value needs `let`",
            "b\"Hey, can you hea\"",
        ],
    );
    assert!(!shown.contains("not run"), "{shown}");
}

#[test]
fn what_a_refused_line_would_have_called_is_not_done() {
    let mut lines = vec!["skip"; 5];
    lines.extend([
        "unpack conn, addr = server.accept()",
        "let s = create_connection(\"127.0.0.1\", p)",
        "prnt(s.sendall(\"Hey, can you hear me?\"))",
        "s.fileno()",
    ]);
    let shown = taken("7", &lines);
    assert_parts(&shown, &["step 8 of", "did you mean `print`"]);
    assert!(!shown.contains("step 9 of"), "{shown}");
}

#[test]
fn a_variable_that_is_there_already_may_take_what_a_call_waits_for() {
    let mut lines = vec!["skip"; 14];
    lines.extend(["no", "piece = conn.recv(16)", "s.shutdown(SHUT_WR)"]);
    let shown = taken("7", &lines);
    assert_parts(&shown, &["[server] waits in recv", "s.shutdown"]);
    assert!(!shown.contains("not run"), "{shown}");
}

#[test]
fn a_block_that_nobody_could_guess_is_shown() {
    let shown = taken("5", &[]);
    assert_parts(
        &shown,
        &[
            "(to do: type this, or your own way to do it)",
            "    fn dial(host) {",
            "    }",
        ],
    );
}

#[test]
fn what_goes_out_must_be_the_steps_bytes_on_the_steps_socket() {
    let lines = [
        "goto 9",
        "b.sendall('Hi')",
        "goto 9",
        "a.sendall('Sorry, I was')",
        "a.sendall(' thinking')",
    ];
    let shown = taken("8", &lines);
    assert_parts(
        &shown,
        &[
            "step 9 of",
            "not quite: the step wants `a.sendall`, and this was another socket",
            "step 9 of",
            "so far so good; still to come: `b\" thinking\"`",
            "step 10 of",
        ],
    );
}

#[test]
fn a_line_that_used_up_what_the_lesson_needs_says_so_at_once() {
    let lines = [
        "goto 9",
        "conn.recv(16)",
        "back",
        "s.sendall('Hey, can you hear me?'); s.close()",
    ];
    let shown = taken("7", &lines);
    assert_parts(
        &shown,
        &[
            "step 9 of",
            "not quite",
            "(that used up something of `conn`, and the lesson needs it: `back`",
            "step 8 of",
            "(it also closed `s`, which the lesson needs: `back`",
            "step 9 of",
        ],
    );
    // A text that grew is told too, one that an error left as it was is not.
    let shown = taken(
        "4",
        &["goto message-host", "msg += 5 / 0", "msg += 'Hots: x'"],
    );
    let told = "(`msg` is not what the lesson needs any more: `back` makes it new)";
    assert_eq!(shown.matches(told).count(), 1, "{shown}");
}

#[test]
fn a_function_is_judged_by_a_call_of_it() {
    let lines = ["goto 18", "fn double(n) { n }", "fn double(n) { n + n }"];
    let shown = taken("0", &lines);
    assert_parts(
        &shown,
        &[
            "(a try of it: `double(4) == 8`)",
            "not quite: `double(4)` gives `4`, not `8`",
            "(a try of it: `double(4) == 8`)\nok\n",
        ],
    );
    let lines = [
        "goto 20",
        "fn get_address_info(host, service) { print('hello') }",
        "get_address_info('crisewing.com', 'http')",
        "get_address_info(\"crisewing.com\", \"http\")",
    ];
    let shown = taken("3", &lines);
    assert_parts(
        &shown,
        &[
            "step 21 of",
            "not quite: that is what your own `get_address_info` makes of it",
            "+ hello",
        ],
    );
}

#[test]
fn goto_goes_to_a_step_and_the_end_of_a_lesson_is_no_end() {
    let lines = [
        "goto 99",
        "goto",
        "goto 12",
        "goto function",
        "goto 31",
        "skip",
        "name",
        "lesson start 2",
    ];
    let shown = socklab()
        .args(["lesson", "start", "0"])
        .stdin(lines.join("\n") + "\nquit\n")
        .stdout_has("02-sockets:")
        .stderr_has("the consoles of the lesson before have ended")
        .status(0)
        .stdout;
    assert_parts(
        &shown,
        &[
            "`goto` takes the number of a step, from 1 to 31: `goto 1`",
            "`goto` takes the number of a step",
            "step 12 of",
            "step 18 of",
            "step 31 of",
            "] done",
            "(its consoles stay as they are for you to play with, until `quit`)",
            "\"Grace\"",
            "02-sockets:",
        ],
    );
}

#[test]
fn no_hint_is_announced_where_there_is_none() {
    let shown = taken("0", &["goto 3", "nope"]);
    assert_parts(
        &shown,
        &["the step is still open: try again; `show` types the answer"],
    );
    let shown = taken("1", &["goto services", "nope", "explain"]);
    assert_parts(
        &shown,
        &[
            "try again, or type `hint`",
            "no variable `nope`",
            "it is about the script",
        ],
    );
}
