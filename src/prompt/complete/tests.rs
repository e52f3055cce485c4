//! Completion against a sample of names.

use super::complete;
use crate::prompt::command_words::as_word;
use crate::prompt::words::{CommandRow, Takes, Words};
use crate::script::catalog::ValueType;
use crate::script::inspect::Inside;

/// A session with a few names.
pub(crate) struct Sample;

fn command(name: &str, takes: Vec<Takes>, parts: Vec<CommandRow>) -> CommandRow {
    CommandRow {
        name: name.into(),
        about: format!("what {name} does"),
        takes,
        parts,
        options: vec![("--all".into(), "every one".into())],
        ..CommandRow::default()
    }
}

fn table() -> &'static [CommandRow] {
    static TABLE: std::sync::OnceLock<Vec<CommandRow>> = std::sync::OnceLock::new();
    TABLE.get_or_init(|| {
        let lesson = vec![
            command("list", vec![], vec![]),
            command("run", vec![Takes::Lesson], vec![]),
        ];
        vec![
            command("lesson", vec![], lesson),
            command("help", vec![Takes::Name], vec![]),
            command("run", vec![Takes::File, Takes::Other], vec![]),
            command("console", vec![Takes::Console], vec![]),
            command("time", vec![Takes::Source], vec![]),
        ]
    })
}

impl Words for Sample {
    fn is_command(&self, line: &str) -> bool {
        let verb = line.split_whitespace().next().unwrap_or_default();
        let rest = line[line.find(verb).unwrap_or(0) + verb.len()..].trim_start();
        table().iter().any(|row| row.name == verb)
            && rest
                .chars()
                .next()
                .is_none_or(|c| c.is_alphanumeric() || "\"'-./".contains(c))
    }

    fn commands(&self) -> &[CommandRow] {
        table()
    }

    fn variables(&self) -> Vec<(String, ValueType)> {
        let names = [
            ("info", ValueType::AddressInfo),
            ("infos", ValueType::Array),
            ("m", ValueType::Map),
            ("s", ValueType::Socket),
            ("t", ValueType::Text),
        ];
        names.map(|(name, kind)| (name.to_string(), kind)).into()
    }

    fn type_of(&self, variable: &str) -> Option<ValueType> {
        let found = self
            .variables()
            .into_iter()
            .find(|(name, _)| name == variable);
        found.map(|(_, kind)| kind)
    }

    fn inside(&self, variable: &str) -> Inside {
        let mut inside = Inside::default();
        match variable {
            "infos" => inside.elements = vec![ValueType::AddressInfo; 2],
            "m" => {
                inside.keys = vec![
                    ("port".into(), ValueType::Integer),
                    ("server".into(), ValueType::Socket),
                ];
            }
            _ => {}
        }
        inside
    }

    fn functions(&self) -> Vec<(String, String)> {
        vec![("mine".into(), "mine(a, b)".into())]
    }

    fn signature(&self, function: &str) -> Option<String> {
        (function == "mine").then(|| "mine(a, b)".into())
    }

    fn lessons(&self) -> Vec<String> {
        vec!["01-lookups".into(), "02-sockets".into()]
    }

    fn consoles(&self) -> Vec<String> {
        vec!["client".into(), "main".into()]
    }
}

/// The texts offered at the end of a line.
fn offered(line: &str) -> Vec<String> {
    let (_, found) = complete(line, line.len(), &Sample);
    found.into_iter().map(|candidate| candidate.text).collect()
}

#[track_caller]
fn offers(line: &str, wanted: &[&str]) {
    assert_eq!(offered(line), wanted, "{line}");
}

#[track_caller]
fn contains(line: &str, wanted: &[&str], unwanted: &[&str]) {
    let found = offered(line);
    for name in wanted {
        assert!(
            found.iter().any(|text| text == name),
            "{line}: no {name} in {found:?}"
        );
    }
    for name in unwanted {
        assert!(
            !found.iter().any(|text| text == name),
            "{line}: {name} in {found:?}"
        );
    }
}

#[test]
fn functions_constants_and_variables_complete() {
    offers("getadd", &["getaddrinfo("]);
    offers("1 + getaddr", &["getaddrinfo("]);
    offers("gethostna", &["gethostname()"]);
    offers("AF_INET", &["AF_INET", "AF_INET6"]);
    offers("let x = inf", &["info", "infos"]);
    offers("mi", &["min(", "mine("]);
    offers("af_inet6", &["AF_INET6"]);
}

#[test]
fn a_variable_shows_its_type_and_a_function_its_signature() {
    let (start, found) = complete("let x = inf", 11, &Sample);
    let shown: Vec<&str> = found.iter().map(|candidate| &*candidate.shown).collect();
    assert_eq!(
        (start, shown),
        (8, vec!["info  address info", "infos  array"])
    );
    let (_, found) = complete("getservbyn", 10, &Sample);
    assert_eq!(found[0].shown, "getservbyname(name, protocol = ())");
}

#[test]
fn members_are_those_of_the_type() {
    contains(
        "s.",
        &["family", "type", "connect(", "close()"],
        &["push(", "decode("],
    );
    contains(
        "infos.",
        &["append(", "push(", "len()"],
        &["connect(", "family"],
    );
    contains("\"a\".", &["upper()", "encode("], &["connect("]);
    contains("[1].", &["append("], &[]);
    offers("s.connect_", &["connect_ex("]);
    offers("f(s.fam", &["family"]);
    offers("unknown.", &[]);
    offers("1.", &[]);
    offers("0..", &["info", "infos", "m", "s", "t"]);
    offers("m.p", &["port"]);
    offers("m.server.conn", &["connect(", "connect_ex("]);
    offers("socket().fam", &["family"]);
    contains("m.", &["port", "server", "keys()"], &[]);
}

#[test]
fn the_socket_object_offers_functions_and_constants() {
    contains(
        "socket.",
        &["getaddrinfo(", "AF_INET", "socket("],
        &["connect(", "infos"],
    );
    offers("socket.SOCK_STR", &["SOCK_STREAM"]);
}

#[test]
fn a_call_that_is_there_already_gets_no_second_bracket() {
    let (_, found) = complete("getaddr(1)", 7, &Sample);
    assert_eq!(found[0].text, "getaddrinfo");
}

#[test]
fn options_are_those_of_the_level() {
    contains(
        "s.setsockopt(SOL_SOCKET, ",
        &["SO_REUSEADDR"],
        &["TCP_NODELAY"],
    );
    contains(
        "s.setsockopt(socket.IPPROTO_TCP, ",
        &["TCP_NODELAY"],
        &["SO_REUSEADDR"],
    );
    contains("s.getsockopt(IPPROTO_IPV6, ", &["IPV6_V6ONLY"], &["IP_TTL"]);
    contains("s.getsockopt(IPPROTO_IP, ", &["IP_TTL"], &["IPV6_V6ONLY"]);
    contains("socket(", &["AF_INET"], &["SOCK_STREAM"]);
    contains("socket(AF_INET, ", &["SOCK_STREAM"], &["AF_INET"]);
    contains("s.shutdown(", &["SHUT_WR"], &["AF_INET"]);
}

#[test]
fn commands_and_their_arguments_complete() {
    offers("less", &["lesson"]);
    offers("lesson ", &["list", "run"]);
    offers("lesson r", &["run"]);
    offers("lesson run ", &["01-lookups", "02-sockets"]);
    offers("lesson run 01-lookups 0", &["01-lookups", "02-sockets"]);
    offers("lesson run --a", &["--all"]);
    offers("console c", &["client"]);
    offers("time s.connect_", &["connect_ex("]);
    contains("help geta", &["getaddrinfo"], &["getaddrinfo("]);
    offers("help connect_", &["connect_ex"]);
}

#[test]
fn nothing_is_offered_where_nothing_is_known() {
    for line in [
        "\"get",
        "// get",
        "/* get",
        "12",
        "foo(\"getadd",
        "s.nothing",
    ] {
        offers(line, &[]);
    }
    // Within a character, and behind the end.
    assert_eq!(complete("ä", 1, &Sample).1, []);
    assert_eq!(complete("a", 7, &Sample).1, []);
}

#[test]
fn file_names_complete_where_a_path_is_expected() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().display().to_string();
    let path = as_word(&path, None).expect("a word");
    std::fs::write(folder.path().join("server.rhai"), "").expect("a file");
    std::fs::write(folder.path().join(".hidden"), "").expect("a file");
    std::fs::create_dir(folder.path().join("sub")).expect("a folder");
    offers(
        &format!("run {path}/"),
        &[&format!("{path}/server.rhai"), &format!("{path}/sub/")],
    );
    offers(
        &format!("s.bind(\"{path}/se"),
        &[&format!("{path}/server.rhai")],
    );
    offers(&format!("run {path}/."), &[&format!("{path}/.hidden")]);
    offers(&format!("run {path}/none/"), &[]);
}

#[test]
fn a_file_with_an_odd_name_completes_to_one_word() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["a b.rhai", "$c.rhai", "it's.rhai"] {
        std::fs::write(folder.path().join(name), "").expect("a file");
    }
    let path = folder.path().display().to_string();
    let plain = as_word(&path, None).expect("a word");
    offers(&format!("run {plain}/a"), &[&format!("{plain}/a\\ b.rhai")]);
    offers(
        &format!("run {plain}/a\\ "),
        &[&format!("{plain}/a\\ b.rhai")],
    );
    offers(
        &format!("run \"{path}/a b"),
        &[&format!("\"{path}/a b.rhai")],
    );
    offers(&format!("run {plain}/$"), &[&format!("{plain}/$c.rhai")]);
    offers(
        &format!("run {plain}/i"),
        &[&format!("{plain}/it\\'s.rhai")],
    );
    offers(&format!("run '{path}/i"), &[]);
    offers(&format!("s.bind(\"{path}/i"), &[]);
}

#[test]
fn what_a_parameter_takes_comes_first() {
    contains(
        "s.setsockopt(SOL_SOCKET, S",
        &["SO_REUSEADDR"],
        &["SOL_SOCKET", "SO_VM_SOCKETS_BUFFER_SIZE"],
    );
    contains("socket(A", &["AF_INET6"], &["AI_PASSIVE"]);
    // Another name than its constants' is meant.
    contains("socket(inf", &["info"], &["AF_INET"]);
}

#[test]
fn what_a_candidate_means_fits_a_line() {
    let (_, found) = complete("s.setsockopt(IPPROTO_IP, IP_M", 29, &Sample);
    assert!(
        found.iter().all(|candidate| candidate.shown.len() <= 78),
        "{found:?}"
    );
}

#[test]
fn what_a_receiving_call_returns_has_the_members_of_bytes() {
    for call in [
        "s.recv(1)",
        "s.recv_all()",
        "s.recv_exactly(5)",
        "s.recv_until('a')",
        "s.recvfrom(1)[0]",
    ] {
        contains(&format!("{call}.de"), &["decode("], &[]);
        contains(
            &format!("{call}."),
            &["decode(", "hexdump()"],
            &["accept()", "readline("],
        );
    }
    contains("s.makefile('r').read", &["readline("], &["recv("]);
    contains("s.gettimeout().", &[], &["recv("]);
}

#[test]
fn constants_are_offered_by_the_parameter_that_takes_them() {
    for (line, prefix) in [
        ("s.recvmsg(100, 0, ", "MSG_"),
        ("inet_pton(", "AF_"),
        ("getaddrinfo('a', 80, AF_INET, SOCK_STREAM, 0, ", "AI_"),
        ("s.setsockopt(SOL_SOCKET, ", "SO_"),
        ("s.getsockopt(IPPROTO_TCP, ", "TCP_"),
        ("poll().register(s, ", "POLL"),
    ] {
        let found = offered(line);
        let all = found.iter().all(|text| text.starts_with(prefix));
        assert!(!found.is_empty() && all, "{line}: {found:?}");
    }
}
