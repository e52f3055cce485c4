//! Judges what a learner's line came to, by value and effect: data in, a judgement out.

use crate::lesson::format::model::{Statement, Transcript};
use crate::lesson::format::pattern::{Captures, Mismatch};
use crate::lesson::tutor::code_facts::{
    CodeFacts, arguments, is_value, outer_call, squeezed, subject,
};
use crate::script::catalog::ValueType;
use crate::script::vocabulary;

/// What a line came to.
#[derive(Debug)]
pub(crate) struct Seen<'a> {
    /// The line.
    pub(crate) line: &'a str,
    /// Whether it ended in an error.
    pub(crate) failed: bool,
    /// Whether the learner ended it with Ctrl-C.
    pub(crate) interrupted: bool,
    /// The step's transcript compared with what was shown; none where the step has none.
    pub(crate) compared: Option<Result<Captures, Mismatch>>,
    /// Whether the step's `check:` holds; none where it has none.
    pub(crate) check: Option<bool>,
    /// The variables that the step makes.
    pub(crate) variables: Vec<Variable>,
    /// What the learner's lines did since the step began, this one included.
    pub(crate) done: &'a CodeFacts,
}

/// A variable that a step makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variable {
    /// Its name.
    pub(crate) name: String,
    /// The type of its value now; none while it does not exist.
    pub(crate) has: Option<ValueType>,
    /// The type that the lesson's own line gives it; none where only running it would tell.
    pub(crate) wants: Option<ValueType>,
}

/// What it means for the step.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// The step is done; what its transcript remembers.
    Right(Captures),
    /// The lesson's own line, which shows something else here.
    RightBut(Mismatch),
    /// It ran, and the step is still open.
    Open,
    /// The value is right, but it was typed, and not found out.
    Copied,
    /// A try at the step that fell short.
    Wrong(WrongReason),
}

/// Why a try fell short.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum WrongReason {
    /// It ended in an error, which was shown.
    Failed,
    /// It showed something else.
    Differs(Mismatch),
    /// The variable has a value of another type.
    Type(Variable),
    /// It ran, but what the step asks for did not come of it.
    NoEffect,
    /// It does what the step asks for, but not in such a way that its `check:` holds.
    Check,
    /// It went to another host or port than this one.
    Address(String),
}

/// Judges a line at a step whose answer is `statement`.
pub(crate) fn judge(statement: &Statement, seen: Seen<'_>) -> Judgement {
    let model = CodeFacts::of(&statement.source);
    let own_words = squeezed(seen.line) != squeezed(&statement.source);
    let expects_error = statement
        .transcript
        .as_ref()
        .is_some_and(Transcript::expects_error);
    if seen.interrupted {
        return Judgement::Open;
    }
    if seen.failed && !expects_error {
        return Judgement::Wrong(WrongReason::Failed);
    }
    // A value that was copied finds nothing out; it is no try either.
    if is_value(seen.line) && subject(&statement.source).is_some() {
        return match seen.compared {
            Some(Ok(_)) => Judgement::Copied,
            _ => Judgement::Open,
        };
    }
    if !own_words {
        return match seen.compared {
            Some(Err(mismatch)) => Judgement::RightBut(mismatch),
            Some(Ok(captures)) => Judgement::Right(captures),
            None => Judgement::Right(Captures::new()),
        };
    }
    let is_try =
        CodeFacts::of(seen.line).resembles(&model) || is_near(seen.line, &statement.source);
    let short = |why: WrongReason| {
        if is_try || seen.failed {
            Judgement::Wrong(why)
        } else {
            Judgement::Open
        }
    };
    if let Some(variable) = seen.variables.iter().find(|found| found.is_of_wrong_type()) {
        return short(WrongReason::Type(variable.clone()));
    }
    if let Some(wanted) = other_address(seen.line, &statement.source, &model) {
        return Judgement::Wrong(WrongReason::Address(wanted));
    }
    let shut = |source: &str| -> Vec<String> {
        let written = arguments(source).into_iter();
        written.filter(|text| text.starts_with("SHUT_")).collect()
    };
    let (theirs, ours) = (shut(&statement.source), shut(seen.line));
    if ours
        .iter()
        .any(|side| !theirs.is_empty() && !theirs.contains(side))
    {
        return Judgement::Wrong(WrongReason::NoEffect);
    }
    let has_effect = expects_error || has_effect(statement, &model, &seen);
    match seen.compared {
        Some(Err(mismatch)) => short(WrongReason::Differs(mismatch)),
        _ if !has_effect => short(WrongReason::NoEffect),
        _ if seen.check == Some(false) => short(WrongReason::Check),
        Some(Ok(captures)) => Judgement::Right(captures),
        None => Judgement::Right(Captures::new()),
    }
}

impl Variable {
    fn is_of_wrong_type(&self) -> bool {
        matches!((&self.has, &self.wants), (Some(has), Some(wants)) if has != wants)
    }
}

/// Whether the learner's lines have left what the lesson's line would leave.
fn has_effect(statement: &Statement, model: &CodeFacts, seen: &Seen<'_>) -> bool {
    let made = seen
        .variables
        .iter()
        .all(|variable| variable.has.is_some() && seen.done.set.contains(&variable.name));
    let defined = model.functions.is_subset(&seen.done.functions);
    let done = seen.done.effects();
    // A function's calls happen when it is called.
    let acted = !model.functions.is_empty() || model.effects().is_subset(&done);
    if !(made && defined && acted) {
        return false;
    }
    let tells = |transcript: &Transcript| !transcript.pattern.takes_anything();
    let evident = statement.transcript.as_ref().is_some_and(tells)
        || !model.made.is_empty()
        || !model.functions.is_empty()
        || !model.effects().is_empty();
    // Where nothing else tells, the line must at least do something of the kind.
    let same_calls = !model.calls.is_empty() && model.calls.is_subset(&seen.done.calls);
    let same_names = !model.set.is_empty() && !model.set.is_disjoint(&seen.done.set);
    evident || same_calls || same_names
}

/// The address that the step's line writes out, where this line writes out another one.
fn other_address(line: &str, model_line: &str, model: &CodeFacts) -> Option<String> {
    let goes = |facts: &CodeFacts| facts.effects().iter().any(|effect| effect.is_addressed());
    if !model.functions.is_empty() || !goes(model) || !goes(&CodeFacts::of(line)) {
        return None;
    }
    let split = |source: &str| -> (Vec<String>, Vec<String>) {
        let written = arguments(source).into_iter();
        let here = |text: String| match text.as_str() {
            "\"localhost\"" => "\"127.0.0.1\"".into(),
            _ => text,
        };
        let of_address = written
            .map(here)
            .filter(|text| text.starts_with(|first: char| first == '"' || first.is_ascii_digit()));
        of_address.partition(|text| text.starts_with('"'))
    };
    let (their_hosts, their_ports) = split(model_line);
    let (hosts, ports) = split(line);
    let (host, port) = (their_hosts.last()?, their_ports.last()?);
    // An address in a variable is judged by what comes of it.
    let differs =
        !ports.is_empty() && (!ports.contains(port) || !hosts.is_empty() && !hosts.contains(host));
    differs.then(|| format!("[{host}, {port}]"))
}

/// Whether two texts are so near that one must be meant for the other.
fn is_near(line: &str, model: &str) -> bool {
    strsim::normalized_levenshtein(&squeezed(line), &squeezed(model)) >= 0.6
}

/// The type of a call's value, where its row tells: running it again might do harm.
pub(crate) fn type_of_call(source: &str) -> Option<ValueType> {
    let (receiver, name) = outer_call(source)?;
    let is_method = receiver.is_some_and(|receiver| receiver != "socket");
    vocabulary::returned(&name, is_method)
}

/// Whether an expression with these calls can be evaluated once more without harm: it only asks.
pub(crate) fn only_asks(facts: &CodeFacts) -> bool {
    let is_harmless = |call: &String| vocabulary::is_harmless(call);
    facts.set.is_empty() && facts.functions.is_empty() && facts.calls.iter().all(is_harmless)
}

#[cfg(test)]
mod tests {
    use super::{
        CodeFacts, Judgement, Seen, ValueType, Variable, WrongReason, judge, only_asks,
        type_of_call,
    };
    use crate::lesson::format::model::{Statement, StepKind};
    use crate::lesson::format::parse::parse_bytes;
    use crate::lesson::format::pattern::Captures;
    use crate::script::catalog::Effect;

    /// A statement with its transcript, as a lesson has it.
    fn statement(text: &str) -> Statement {
        let lesson = parse_bytes(format!("//! # T\n\n{text}\n").as_bytes()).expect("a lesson");
        match lesson.steps.into_iter().next().map(|step| step.kind) {
            Some(StepKind::Statement(statement)) => statement,
            other => panic!("no statement: {other:?}"),
        }
    }

    /// The judgement of a line that showed this.
    fn judged(text: &str, line: &str, shown: &str) -> Judgement {
        judged_with(text, line, shown, &[])
    }

    fn judged_with(text: &str, line: &str, shown: &str, types: &[(&str, &str, &str)]) -> Judgement {
        let statement = statement(text);
        let transcript = statement.transcript.as_ref();
        let compared = transcript.map(|it| it.pattern.matches(shown, &[], &Captures::new()));
        let some = |word: &str| ValueType::of_rhai(word);
        let variables = types.iter().map(|(name, has, wants)| Variable {
            name: (*name).into(),
            has: some(has),
            wants: some(wants),
        });
        let seen = Seen {
            line,
            failed: shown.starts_with("error:"),
            interrupted: false,
            compared,
            check: None,
            variables: variables.collect(),
            done: &CodeFacts::of(line),
        };
        judge(&statement, seen)
    }

    fn right() -> Judgement {
        Judgement::Right(Captures::new())
    }

    #[test]
    fn the_value_counts_and_not_the_words() {
        let step = "20 + 22;\n//> 42";
        assert_eq!(judged(step, "20+22", "42"), right());
        assert_eq!(judged(step, "6 * 7", "42"), right());
    }

    #[test]
    fn exploring_is_no_try_and_a_try_is_told_what_differs() {
        let step = "getservbyname(\"ssh\");\n//> 22";
        assert_eq!(judged(step, "1 + 1", "2"), Judgement::Open);
        let wrong = judged(step, "getservbyname(\"http\")", "80");
        assert!(
            matches!(wrong, Judgement::Wrong(WrongReason::Differs(_))),
            "{wrong:?}"
        );
        let failed = judged(step, "nope", "error: no variable");
        assert_eq!(failed, Judgement::Wrong(WrongReason::Failed));
    }

    #[test]
    fn a_value_that_was_copied_answers_no_call() {
        let step = "getservbyname(\"ssh\");\n//> 22";
        assert_eq!(judged(step, "22", "22"), Judgement::Copied);
        assert_eq!(judged(step, "23", "23"), Judgement::Open);
        let list = "[IPPROTO_TCP, IPPROTO_UDP];\n//> [6, 17]";
        assert_eq!(judged(list, "[6, 17]", "[6, 17]"), Judgement::Copied);
        assert_eq!(judged("foo.type;\n//> 1", "1", "1"), Judgement::Copied);
        assert_eq!(judged("20 + 2;\n//> 22", "22", "22"), right());
    }

    #[test]
    fn another_port_or_host_is_wrong_and_a_variable_is_not() {
        let bind = "server.bind([\"127.0.0.1\", 50000]);";
        let wanted = "[\"127.0.0.1\", 50000]";
        for line in [
            "server.bind('127.0.0.1', 50001)",
            "server.bind([\"10.0.0.1\", 50000])",
            "server.bind(\"\", 50000)",
        ] {
            let other = Judgement::Wrong(WrongReason::Address(wanted.into()));
            assert_eq!(judged(bind, line, ""), other, "{line}");
        }
        for line in [
            "server.bind('127.0.0.1', 50000)",
            "server.bind([\"localhost\", 50000])",
            "server.bind(address)",
            "server.bind([host, 50000])",
        ] {
            assert_eq!(judged(bind, line, ""), right(), "{line}");
        }
        let refused = "socket().connect([\"closed.test\", 80]);\n//> error: refused";
        let other = judged(
            refused,
            "socket().connect([\"closed.test\", 81])",
            "error: refused",
        );
        assert!(
            matches!(other, Judgement::Wrong(WrongReason::Address(_))),
            "{other:?}"
        );
        let card = "far.sendto(\"hello\", [\"echo.test\", 7]);\n//> 5";
        let mine = "far.sendto(\"howdy\", [\"echo.test\", 7])";
        assert_eq!(judged(card, mine, "5"), right());
    }

    #[test]
    fn an_error_that_the_step_expects_is_right_in_any_words() {
        let step = "nmae;\n//> error: ...`nmae`...";
        assert_eq!(judged(step, "print(nmae)", "error: no `nmae`"), right());
        let other = judged(step, "nnn", "error: no `nnn`");
        assert!(matches!(other, Judgement::Wrong(WrongReason::Differs(_))));
    }

    #[test]
    fn a_variable_must_exist_with_the_same_type() {
        let step = "let s = socket();";
        let line = "let s = socket(AF_INET, SOCK_STREAM)";
        assert_eq!(
            judged_with(step, line, "", &[("s", "socket", "socket")]),
            right()
        );
        let wrong = judged_with(step, "let s = 5", "", &[("s", "integer", "socket")]);
        assert!(
            matches!(wrong, Judgement::Wrong(WrongReason::Type(_))),
            "{wrong:?}"
        );
        let elsewhere = judged_with(step, "let t = 5", "", &[("s", "", "socket")]);
        assert_eq!(elsewhere, Judgement::Open);
        // It was there before: the line has not made it.
        let before = judged_with(step, "1 + 1", "", &[("s", "socket", "socket")]);
        assert_eq!(before, Judgement::Open);
    }

    #[test]
    fn a_call_for_its_effect_must_have_it() {
        let step = "client.sendall(\"Hey\");";
        assert_eq!(judged(step, "client.send(bytes(\"Hi\"))", "3"), right());
        assert_eq!(judged(step, "client.fileno()", "4"), Judgement::Open);
        // The same text shown, but nothing received.
        let step = "len(s.recv(10));\n//> 3";
        assert_eq!(judged(step, "3", "3"), Judgement::Copied);
        assert_eq!(judged(step, "s.recv(4096).len", "3"), right());
    }

    #[test]
    fn a_call_that_does_the_same_in_other_words_is_right() {
        let step = "b.recv(4096);\n//> b\"hello\"";
        for line in ["b.recv_all()", "b.recv_exactly(5)", "b.recv_until(\"o\")"] {
            assert_eq!(judged(step, line, "b\"hello\""), right(), "{line}");
        }
        let step = "client.sendall(\"Hey\");";
        assert_eq!(judged(step, "client.sendmsg([\"Hey\"])", "3"), right());
        let far = judged(step, "client.sendto(\"Hey\", [\"127.0.0.1\", 7])", "3");
        assert!(!matches!(far, Judgement::Right(_)), "{far:?}");
    }

    #[test]
    fn to_close_is_not_to_send() {
        let done = |source: &str| CodeFacts::of(source).effects();
        assert_eq!(done("s.close()"), [Effect::Closes].into());
        assert!(done("s.sendall(1); s.close()").contains(&Effect::Sends));
    }

    #[test]
    fn the_type_that_a_line_gives_its_variable_is_that_of_its_last_call() {
        for (source, wanted) in [
            ("s.recv(10)", Some(ValueType::Bytes)),
            ("s.recv_all()", Some(ValueType::Bytes)),
            ("s.recv(10).decode()", Some(ValueType::Text)),
            ("socket.socket(socket.AF_INET)", Some(ValueType::Socket)),
            ("server.accept()", Some(ValueType::Array)),
            ("s.send(f(1))", Some(ValueType::Integer)),
            ("mine(1)", None),
            ("s.recv(10)[0]", None),
        ] {
            assert_eq!(type_of_call(source), wanted, "{source}");
        }
    }

    #[test]
    fn what_only_asks_may_be_asked_again() {
        let asks = |source: &str| only_asks(&CodeFacts::of(source));
        assert!(asks("getaddrinfo(\"localhost\", 80).filter(|i| i[1] == 1)"));
        assert!(asks("s.getsockopt(SOL_SOCKET, SO_TYPE)") && asks("len(infos)"));
        for source in [
            "s.recv(1)",
            "infos.push(1)",
            "mine()",
            "s.dup()",
            "ports.append(1)",
        ] {
            assert!(!asks(source), "{source}");
        }
    }

    #[test]
    fn the_other_side_of_a_connection_is_wrong() {
        let step = "client.shutdown(SHUT_WR);";
        assert_eq!(judged(step, "client.shutdown(socket.SHUT_WR)", ""), right());
        assert_eq!(judged(step, "client.shutdown(1)", ""), right());
        let other = judged(step, "client.shutdown(SHUT_RD)", "");
        assert_eq!(other, Judgement::Wrong(WrongReason::NoEffect));
    }

    #[test]
    fn a_function_must_be_defined() {
        let step = "fn double(n) { n * 2 }";
        assert_eq!(judged(step, "fn double(x) { x + x }", ""), right());
        assert_eq!(judged(step, "1", "1"), Judgement::Open);
    }

    #[test]
    fn a_transcript_that_takes_anything_still_wants_the_call() {
        let step = "getaddrinfo(gethostname(), 80);\n//> ...";
        assert_eq!(judged(step, "1 + 1", "2"), Judgement::Open);
        assert_eq!(
            judged(step, "getaddrinfo(gethostname(), \"http\")", "[]"),
            right()
        );
    }

    #[test]
    fn the_lessons_own_line_is_never_wrong() {
        let shown = judged("name;\n//> \"Ada\"", "name", "\"Bob\"");
        assert!(matches!(shown, Judgement::RightBut(_)), "{shown:?}");
    }
}
