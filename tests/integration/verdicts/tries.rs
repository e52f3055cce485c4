//! Other ways to do a step, right and wrong, made from the lesson's own line by rules.

use regex::{Captures, Regex};
use socklab::lesson::format::model::{Question, Statement, Step, StepKind};

/// One line that a learner might type at a step.
pub(super) struct Try {
    /// What was done to the lesson's line.
    pub(super) rule: &'static str,
    /// The line.
    pub(super) line: String,
}

/// What leaves a step as it is, whatever the tutor says of it: refused before it runs, or no answer.
const HARMLESS: &[&str] = &[
    "no let",
    "Python's unpack",
    "let of two",
    "a method without call",
    "a call of a value",
    "help",
    "a try of something",
    "another choice",
    "another answer",
    "no answer",
    "prose",
];

impl Try {
    /// Whether the next try finds the step as this one did.
    pub(super) fn is_harmless(&self) -> bool {
        HARMLESS.contains(&self.rule)
    }
}

/// All that a learner may type at a step, each once, what leaves it as it is first.
pub(super) fn tries(steps: &[&Step], at: usize) -> Vec<Try> {
    let step = steps[at];
    let mut made = Vec::new();
    if step.given || step.exercise.is_some() {
        return made;
    }
    match &step.kind {
        StepKind::Statement(statement) => {
            of_statement(statement, &mut made);
            let line = |at: Option<usize>| Some(steps.get(at?)?.statement()?.source.as_str());
            let source = Some(statement.source.as_str());
            let beside = [
                ("one step early", line(Some(at + 1))),
                ("the step before", line(at.checked_sub(1))),
            ];
            for (rule, other) in beside {
                if let Some(other) = other.filter(|other| Some(*other) != source) {
                    made.push(new(rule, other));
                }
            }
        }
        StepKind::Ask(question) => of_question(question, &mut made),
        StepKind::Enter(line) => made.push(new("as it is", line)),
        StepKind::Explore(_) => {}
    }
    let mut seen = Vec::new();
    made.retain(|one: &Try| {
        let is_new = !seen.contains(&one.line);
        seen.push(one.line.clone());
        is_new
    });
    made.sort_by_key(|one| !one.is_harmless());
    made
}

fn new(rule: &'static str, line: impl Into<String>) -> Try {
    // At a prompt a line that could end a statement does end it.
    let line = line.into().replace("\n    .", ".");
    Try { rule, line }
}

/// The rules: a name, what to look for, what to put in its place.
const RULES: &[(&str, &str, &str)] = &[
    ("single quotes", r#""([^"'`$\\{}]*)""#, "'$1'"),
    (
        "behind socket.",
        r"(^|[^.\w])(getaddrinfo|gethostbyname|getservbyname|getservbyport|create_connection|create_server|socketpair|gethostname|if_nameindex)\(",
        "${1}socket.$2(",
    ),
    (
        "constants behind socket.",
        r"(^|[^.\w])((?:AF|SOCK|IPPROTO|SOL|SO|SHUT|MSG|TCP)_[A-Z0-9_]+)\b",
        "${1}socket.$2",
    ),
    (
        "two arguments",
        r"\(\[([^\[\],]+), ([^\[\],]+)\]\)",
        "($1, $2)",
    ),
    (
        "an array",
        r"(connect|bind|create_connection|create_server)\(([^\[\]\(\),]+), ([^\[\]\(\),]+)\)",
        "$1([$2, $3])",
    ),
    ("no let", r"^let (\w+) =", "$1 ="),
    ("Python's unpack", r"^unpack (\w+, \w+) =", "$1 ="),
    ("let of two", r"^unpack (\w+, \w+) =", "let [$1] ="),
    ("nothing kept", r"^(?:let \w+|unpack \w+, \w+) = ", ""),
    ("another name", r"^let (\w+) =", "let ${1}x ="),
    ("a number", r"(?s)^let (\w+) = .*$", "let $1 = 5"),
    ("recv_all", r"\brecv\(\d+\)", "recv_all()"),
    ("recv_exactly", r"\brecv\((\d\d?)\)", "recv_exactly($1)"),
    ("a smaller recv", r"\brecv\(\d+\)", "recv(2)"),
    ("a larger recv", r"\brecv\((\d+)\)", "recv(${1}0)"),
    ("a look", r"\brecv\((\d+)\)", "recv($1, MSG_PEEK)"),
    ("send", r"\bsendall\(", "send("),
    ("sendall", r"\bsend\(", "sendall("),
    (
        "bytes",
        r#"\b(send|sendall|sendto)\(("[^"]*")"#,
        "$1(bytes($2)",
    ),
    (
        "half of the text",
        r#"\b(send|sendall)\("([^"\\]{2})[^"\\]+"\)"#,
        "$1(\"$2\")",
    ),
    ("another text", r#""([^"\\]+)""#, "\"${1}x\""),
    ("close for shutdown", r"\bshutdown\([^)]*\)", "close()"),
    ("the other side", r"\bSHUT_WR\b", "SHUT_RD"),
    ("shutdown for close", r"\bclose\(\)", "shutdown(SHUT_RDWR)"),
    ("another option", r"\bSO_[A-Z]+\b", "SO_KEEPALIVE"),
    ("a method without call", r"^(\w+\.\w+)\(\)", "$1"),
    (
        "a call of a value",
        r"^(\w+\.(?:family|type|proto|addr))\b",
        "$1()",
    ),
    (
        "no body",
        r"(?s)^((?:///[^\n]*\n)*fn [^{]*)\{.*\}$",
        "$1{ 0 }",
    ),
    (
        "a body that prints",
        r"(?s)^((?:///[^\n]*\n)*fn [^{]*)\{.*\}$",
        "$1{ print(\"hello\") }",
    ),
    (
        "another function",
        r"(?s)^(?:///[^\n]*\n)*fn \w+",
        "fn other",
    ),
    ("backwards", r"^(\w+) == (\w+);?$", "$2 == $1"),
];

fn of_statement(statement: &Statement, made: &mut Vec<Try>) {
    let source = statement.source.trim_end_matches(';');
    made.push(new("as it is", &*statement.source));
    made.push(new("without ;", source));
    for (rule, wanted, instead) in RULES {
        let wanted = Regex::new(wanted).expect("a rule");
        let changed = wanted.replace_all(source, *instead);
        if changed != source {
            made.push(new(rule, changed));
        }
    }
    if let Some(line) = other_number(source) {
        made.push(new("another number", line));
    }
    if source.contains('\n') {
        return;
    }
    if let Some((first, rest)) = source.split_once("; ") {
        made.push(new("the first half", first));
        made.push(new("in two lines", format!("{first}\n{rest}")));
    } else {
        made.push(new("twice", format!("{source}; {source}")));
    }
    let is_value = !Regex::new(r"^(let|unpack|for|const)\b|\w \+?= ")
        .expect("a rule")
        .is_match(source);
    if is_value {
        made.push(new("printed", format!("print({source})")));
        made.push(new("kept", format!("let kept = {source}")));
    }
    if let Some(receiver) = Regex::new(r"^(\w+)\.\w+\(")
        .expect("a rule")
        .captures(source)
        && &receiver[1] != "socket"
    {
        made.push(new("closed", format!("{}.close()", &receiver[1])));
    }
    let shown = statement.transcript.as_ref().map(|it| it.text.join("\n"));
    if let Some(shown) = shown.filter(|shown| !shown.contains(['\n', '{', '.'])) {
        made.push(new("its value", shown));
    }
    made.push(new("a try of something", "1 + 1"));
    made.push(new("help", "help socket"));
}

/// The last number of a line, one higher.
fn other_number(source: &str) -> Option<String> {
    let numbers = Regex::new(r"\b\d+\b").expect("a rule");
    let last = numbers.find_iter(source).last()?;
    let number: u64 = last.as_str().parse().ok()?;
    let (before, behind) = (&source[..last.start()], &source[last.end()..]);
    Some(format!("{before}{}{behind}", number + 1))
}

fn of_question(question: &Question, made: &mut Vec<Try>) {
    if question.takes_anything() {
        made.push(new("a remark", "I do not know"));
        return;
    }
    let answers = question.answers.iter().map(|answer| answer.text.as_str());
    let answers: Vec<&str> = answers.collect();
    for (at, choice) in question.choices.iter().enumerate() {
        let right = answers.contains(&choice.as_str());
        let rule = if right {
            "the answer"
        } else {
            "another choice"
        };
        made.push(new(rule, &**choice));
        made.push(new(rule, format!("{})", at + 1)));
        made.push(new(rule, format!("It's the {choice}, I think.")));
        made.push(new(rule, choice.to_uppercase()));
    }
    if question.choices.is_empty() {
        for answer in answers {
            made.push(new("the answer", answer));
            made.push(new("the answer in words", format!("it is {answer}")));
            if answer.parse::<i64>().is_ok() {
                made.push(new("a unit", format!("{answer} bytes")));
                made.push(new("another answer", format!("{answer}1")));
                made.push(new("no answer", format!("not {answer}")));
            }
        }
    }
    made.push(new("prose", "I don't know, is it the big one?"));
    made.push(new("a variable", "let mine = 1"));
    let cased = |found: &Captures<'_>| found[0].to_lowercase();
    let first = question.answers[0].text.as_str();
    let lower = Regex::new("[A-Z_]+")
        .expect("a rule")
        .replace_all(first, cased);
    made.push(new("in lower case", lower));
}
