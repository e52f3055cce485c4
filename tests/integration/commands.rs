//! The commands of the prompt: what each shows.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::builder::{code, piped, socklab};
use crate::machine::installed;
use crate::terminal::Setup;

#[test]
fn vars_lists_variables_and_functions() {
    piped("let port = 80\nlet name = 'x'\nfn double(n) { n * 2 }\nvars\n")
        .stdout("name    type      value\ndouble  function  double(n)\nname    text      \"x\"\nport    integer   80")
        .status(0);
    piped("vars\n").stdout_has("no variables").status(0);
}

#[test]
fn reset_drops_variables_functions_and_sockets() {
    piped("let s = socket()\nfn f() { s }\n1 + 1\nreset\nvars\nsockets\nout\n")
        .stdout_has("no variables")
        .stdout_has("no socket is open")
        .stdout_has("{}")
        .status(0);
    piped("let s = 5\nreset\ns\n")
        .stdout_has("as new")
        .stderr_has("`s`")
        .status(1);
}

#[test]
fn numbered_results_keep_the_text_of_values() {
    piped("1 + 1\n'two'\nout[1] + out[2]\nout[-1]\nout.len\n")
        .stdout("2\n\"two\"\n\"2\\\"two\\\"\"\n\"\\\"2\\\\\\\"two\\\\\\\"\\\"\"\n4")
        .status(0);
    piped("out[1]\n")
        .stderr_has("nothing has been shown yet")
        .status(1);
    piped("5\nout[9]\n")
        .stdout("5")
        .stderr_has("the last one is 1")
        .status(1);
    piped("let out = [7]\nout[0]\n").stdout("7").status(0);
}

#[test]
fn a_result_holds_no_socket_open() {
    piped("socket()\nlet it = ()\nsockets\n")
        .stdout_has("no socket is open")
        .status(0);
}

#[test]
fn sockets_lists_kind_addresses_and_state() {
    let shown = piped(
        "let server = create_server('127.0.0.1', 0)\nlet c = create_connection(server.getsockname())\n\
         unpack conn, addr = server.accept()\nc.sendall('Hey')\nselect([conn], [], []).len()\n\
         let list = [socket(AF_INET, SOCK_DGRAM)]\nsockets\n",
    )
    .stdout_has(" tcp ")
    .stdout_has("list[0]")
    .stdout_has(" udp ")
    .status(0);
    if cfg!(target_os = "linux") {
        let row = |name: &str| {
            let mut lines = shown.stdout.lines();
            let found = lines.find(|line| line.split_whitespace().nth(2) == Some(name));
            found
                .unwrap_or_else(|| panic!("no row for {name}:\n{}", shown.stdout))
                .to_string()
        };
        assert!(
            row("server").contains("LISTEN") && row("server").contains("0 callers"),
            "{}",
            shown.stdout
        );
        assert!(row("conn").contains("ESTABLISHED  3"), "{}", shown.stdout);
    }
    piped("sockets\n").stdout_has("no socket is open").status(0);
    piped("{ let s = socket(); [s, s] }\nsockets\n")
        .stdout_has("it[0] it[1]")
        .status(0);
    piped("let s = socket()\ns.close()\nsockets\n")
        .stdout_has("no socket is open")
        .status(0);
    piped("let s = socket()\nlet fd = s.detach()\nsockets\n")
        .stdout_has("no socket is open")
        .status(0);
}

#[test]
fn sockets_shows_the_labs_addresses() {
    socklab()
        .args([
            "--lab",
            "-c",
            "let c = create_connection('crisewing.com', 80)\nsockets",
        ])
        .stdout_has("108.59.11.99:80")
        .status(0);
}

#[test]
fn explain_says_what_the_last_error_means() {
    // A pipe ends with its first error; a person goes on.
    let mut terminal = Setup::new().columns(120).prompt();
    terminal.enter("socket().recv(1)");
    let shown = terminal.enter("explain");
    assert!(
        shown.contains("(ENOTCONN)") && shown.contains("try      connect first"),
        "{shown}"
    );
    let shown = terminal.enter("try { socket().recv(1) } catch (err) { explain(err) }");
    assert!(
        shown.contains("`recv` failed:") && shown.contains("cause    the socket has no peer"),
        "{shown}"
    );
}

#[test]
fn explain_knows_errors_without_a_number() {
    code(
        "let u = socket(AF_INET, SOCK_DGRAM); u.bind('127.0.0.1', 0); u.settimeout(0.01); \
          try { u.recv(1) } catch (err) { explain(err) }",
    )
    .stdout_has("`recv` failed: timed out\nmeaning  the socket's timeout ran out")
    .status(0);
    let mut terminal = Setup::new().prompt();
    assert!(terminal.enter("explain").contains("no error yet"));
    terminal.enter("let x = nothing_here");
    assert!(terminal.enter("explain").contains("nothing_here"));
}

#[test]
fn explain_takes_names_values_and_sockets() {
    code("explain ECONNREFUSED")
        .stdout_has("ECONNREFUSED = 111")
        .stdout_has("try      ")
        .status(0);
    code("explain ['no  name', 80]")
        .stdout_has("no  name  a name: ")
        .stdout_has("port 80   well-known")
        .status(0);
    code("explain ['10.0.0.1', 80]")
        .stdout_has("private")
        .stdout_has("well-known")
        .status(0);
    code("explain(getaddrinfo('127.0.0.1', 80)[0])")
        .stdout_has("AF_INET")
        .stdout_has("loopback")
        .status(0);
    code("let s = create_server('127.0.0.1', 0); explain(s)")
        .stdout_has("it listens for callers")
        .stdout_has("SO_REUSEADDR = 1")
        .status(0);
    code("let s = socket()\ns.close()\nexplain s")
        .stdout_has("closed")
        .status(0);
    code("explain(5); explain('x'); explain(socket); explain(#{}); explain(2.5); explain([])")
        .stdout_has("as an error: EIO")
        .stdout_has("the number 2.5")
        .status(0);
}

#[test]
fn time_says_how_long_a_statement_took() {
    let shown = code("time 'a  b' + \"(\"")
        .stdout_has("\"a  b(\"\ntook ")
        .status(0);
    assert!(shown.stdout.trim_end().ends_with('s'), "{}", shown.stdout);
    code("time (1 + 1)").stdout_has("2\ntook ").status(0);
    code("time throw 1")
        .stdout_has("took")
        .stderr_has("")
        .status(1);
    code("time exit(7)").status(7);
    code("let time = 3\ntime").stdout("3").status(0);
}

#[test]
fn save_writes_what_went_well_and_load_reads_it() {
    let script = "let x = 5\nfn f(n) { n + x }\nf(1) // six\nsave 'my script.rhai'\nreset\nload 'my script.rhai'\nvars\n";
    let shown = piped(script)
        .stdout_has("3 statements in `my script.rhai`")
        .status(0);
    assert!(
        shown
            .stdout
            .ends_with("f     function  f(n)\nit    integer   6\nx     integer   5\n"),
        "{}",
        shown.stdout
    );
    socklab()
        .file("there.rhai", "1;")
        .args(["-c", "let x = 5\nsave there.rhai"])
        .stderr_has("error: `there.rhai` is there already; `save --force there.rhai` replaces it")
        .status(2);
    socklab()
        .file("there.rhai", "1;")
        .args(["-c", "let x = 5\nsave --force there.rhai"])
        .stdout_has("1 statement in")
        .status(0);
    code("save x.rhai")
        .stderr_has("nothing to save yet")
        .status(2);
    code("load nowhere.rhai")
        .stderr_has("cannot read `nowhere.rhai`")
        .status(2);
    code("let x = 1\nsave /nowhere/x.rhai")
        .stderr_has("cannot write")
        .status(2);
}

#[test]
fn edit_opens_the_editor_on_the_last_statement() {
    let editor = "sed -i s/1/40/";
    let mut terminal = Setup::new().env("EDITOR", editor).prompt();
    assert_eq!(terminal.enter("1 + 2"), "3");
    assert_eq!(terminal.enter("edit"), "40 + 2\n42");
    assert_eq!(terminal.enter("it"), "42");
    let mut terminal = Setup::new()
        .env("VISUAL", "true")
        .env("EDITOR", "false")
        .prompt();
    terminal.enter("1 + 2");
    assert!(terminal.enter("edit").contains("nothing was changed"));
    let mut terminal = Setup::new().env("EDITOR", "/nowhere/editor").prompt();
    assert!(terminal.enter("edit").contains("does not start"));
    assert_eq!(terminal.enter("3"), "3");
}

#[test]
fn an_editor_that_spoils_the_terminal_does_no_harm() {
    let mut terminal = Setup::new()
        .env("EDITOR", "sh -c 'stty raw -echo; echo 7 > $0'")
        .prompt();
    terminal.enter("1 + 2");
    assert_eq!(terminal.enter("edit"), "7\n7");
    assert_eq!(terminal.enter("print('a'); print('b')"), "a\nb");
}

#[test]
fn doctor_looks_at_the_machine() {
    let mut run = socklab().args(["doctor"]);
    for part in [
        "loopback",
        "localhost",
        "own host name",
        "IPv6",
        "services file",
        "Unix sockets",
        "raw sockets",
        "terminal",
        "mend: ",
    ] {
        run = run.stdout_has(part);
    }
    run.status(0);
}

#[test]
fn help_finds_functions_constants_commands_topics_and_words() {
    code("help accept")
        .stdout_has("accept()   a method of: socket")
        .stdout_has("example:")
        .stdout_has("man 2 accept")
        .status(0);
    code("?getservbyname")
        .stdout_has("getservbyname(name, protocol = ())")
        .stdout_has("lesson: ")
        .status(0);
    code("getservbyname?")
        .stdout_has("getservbyname(name, protocol = ())")
        .status(0);
    code("help AF_INET6").stdout_has("AF_INET6 = ").status(0);
    code("help \"close wait\"")
        .stdout_has("has not closed yet")
        .status(0);
    code("help CLOSE_WAIT")
        .stdout_has("has not closed yet")
        .status(0);
    code("help time wait").stdout_has("SO_REUSEADDR").status(0);
    code("help reverse lookup")
        .stdout_has("gethostbyaddr")
        .status(0);
    code("help topics").stdout_has("half-close").status(0);
    code("help commands").stdout_has("consoles").status(0);
    // Words of commands, in each way that people ask.
    for asked in [
        "help lab link",
        "lab link --help",
        "lab link -h",
        "?lab link",
    ] {
        code(asked).stdout_has("lab link echo.test mend").status(0);
    }
    code("states --help")
        .stdout_has("Draw with ASCII")
        .status(0);
    code("help lab nonsense")
        .stdout_has("no help for")
        .status(1);
    socklab()
        .args(["help", "lesson"])
        .stdout_has("Examples:")
        .status(0);
}

#[test]
fn lab_hosts_is_a_table() {
    let shown = code("lab hosts")
        .stdout_has("host ")
        .stdout_has("crisewing.com")
        .status(0);
    let columns: Vec<usize> = shown
        .stdout
        .lines()
        .filter_map(|line| line.find("108.59.11.99"))
        .collect();
    let heading = shown
        .stdout
        .lines()
        .next()
        .and_then(|line| line.find("address"));
    assert_eq!(columns.first().copied(), heading, "{}", shown.stdout);
    code("lab dns").stdout_has("dig @127.0.0.1 -p ").status(0);
}

#[test]
fn every_subcommands_help_has_examples() {
    for words in [
        &["lesson"][..],
        &["lesson", "run"],
        &["lab"],
        &["lab", "dns"],
        &["run"],
        &["save"],
        &["completions"],
        &["man"],
        &[],
    ] {
        let words = words.iter().copied().chain(["--help"]);
        socklab()
            .args(words)
            .stdout_has("Usage:")
            .stdout_has("Examples:")
            .status(0);
    }
}

/// What bash would offer for the last word of a line.
fn offered_by_bash(line: &str) -> String {
    let script = r#"
        source <(socklab completions bash)
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        "_clap_complete_$1" "$1" "${COMP_WORDS[COMP_CWORD]}"
        printf '%s\n' "${COMPREPLY[@]}""#;
    let programs = Path::new(env!("CARGO_BIN_EXE_socklab")).parent();
    let programs = programs.expect("a folder").display().to_string();
    let found = Command::new("bash")
        .args(["-c", script, "bash"])
        .args(line.split(' '))
        .env("PATH", format!("{programs}:/usr/bin:/bin"))
        .output()
        .expect("bash starts");
    String::from_utf8_lossy(&found.stdout).into_owned()
}

#[test]
fn a_shell_completes_lessons_commands_and_functions() {
    if !installed("bash") {
        return;
    }
    for (line, offered) in [
        ("socklab lesson start 03", "03-getaddrinfo\n"),
        ("socklab lesson watch 03", "03-getaddrinfo\n"),
        ("lesson export 03", "03-getaddrinfo\n"),
        ("lesson run --format ju", "junit\n"),
        ("socklab help getaddr", "getaddrinfo\n"),
        ("socklab man les", "lesson\n"),
        ("socklab consol", "console\nconsoles\n"),
    ] {
        assert_eq!(offered_by_bash(line), offered, "{line}");
    }
}

#[test]
fn shells_get_completions_and_a_manual_page() {
    for shell in ["bash", "zsh", "fish"] {
        let shown = socklab()
            .args(["completions", shell])
            .stdout_has("socklab")
            .stdout_has("lesson")
            .status(0);
        if installed(shell) {
            let mut child = Command::new(shell)
                .arg("-n")
                .stdin(Stdio::piped())
                .spawn()
                .expect("the shell starts");
            std::io::Write::write_all(
                &mut child.stdin.take().expect("a pipe"),
                shown.stdout.as_bytes(),
            )
            .expect("it reads");
            assert!(
                child.wait().expect("its end").success(),
                "{shell} cannot read its completions"
            );
        }
    }
    socklab()
        .args(["completions", "nonsense"])
        .stderr_has("nonsense")
        .status(2);
    socklab()
        .args(["man"])
        .stdout_has(".TH socklab 1")
        .stdout_has("lesson")
        .status(0);
    socklab()
        .args(["man", "lab"])
        .stdout_has(".TH")
        .stdout_has("hosts")
        .status(0);
    socklab()
        .args(["man", "nonsense"])
        .stderr_has("no command `nonsense`")
        .status(2);
}
