//! The private internet from outside: it is the lab where the system allows it, others do not
//! disturb it, and nothing of it is left.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::builder::{DEADLINE, Run, SOCKLAB, clean_environment, piped, socklab, socklab_alone};
use crate::machine::{namespaces, private_internet, python};
use crate::terminal::Setup;

/// Python with the right server beside these tests.
fn right_server() -> Option<String> {
    let server = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers/right.py");
    Some(format!("{} -B {}", python()?, server.display()))
}

/// Takes a port of the real machine, unless somebody has it already.
fn hold(port: u16) -> Option<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()
}

#[test]
fn the_course_passes_in_the_mapped_internet_too() {
    let (run, _ports) = socklab_alone(&["lesson", "run", "--all", "--shared"]);
    let shown = run.stdout_has("ok ").status(0).stdout;
    assert!(shown.lines().count() > 14, "{shown}");
    assert!(shown.lines().all(|line| line.starts_with("ok ")), "{shown}");
}

#[test]
fn lab_says_which_internet_it_is() {
    let shared = "it is mapped to ports of your own loopback: `--shared` was asked for";
    piped("lab on --shared\nlab\n").stdout_has(shared).status(0);
    if private_internet() {
        piped("lab on\nlab\n")
            .stdout_has("it is a private internet: you are at `heffalump.local`, 10.29.144.178")
            .status(0);
        piped("lab on --private\ngethostname()\nif_nametoindex('eth0')\n")
            .stdout("\"heffalump.local\"\n5")
            .status(0);
    }
}

#[test]
fn where_the_system_forbids_it_the_lab_is_mapped_and_says_why() {
    // In a network of its own, so that the course's ports are free.
    let forbid = "ip link set lo up && echo 0 > /proc/sys/user/max_user_namespaces";
    if !namespaces(&["-rn"], forbid) {
        return;
    }
    let there = |words: &[&str]| {
        let script = format!("{forbid} && exec \"$@\"");
        let run = Run::new("unshare").args(["-rn", "sh", "-c", &script, "sh", SOCKLAB]);
        run.args(words)
    };
    let why = "this system's limit of user namespaces is reached";
    there(&["-c", "lab on\nlab\ngethostbyname('uw.edu')"])
        .stdout_has(why)
        .stdout_has("\"128.95.155.135\"")
        .status(0);
    there(&["-c", "lab on --private"]).stderr_has(why).status(2);
    let shown = there(&["lesson", "run", "-j", "3", "3", "4", "6", "12"])
        .stdout_has("ok ")
        .status(0)
        .stdout;
    assert_eq!(shown.matches("ok ").count(), 4, "{shown}");
}

#[test]
fn lessons_side_by_side_are_told_in_order() {
    let shown = socklab()
        .args(["lesson", "run", "-j", "4", "12", "0", "6", "2", "9"])
        .stdout_has("ok ")
        .status(0)
        .stdout;
    let names = [
        "12-errors",
        "00-welcome",
        "06-client",
        "02-sockets",
        "09-udp",
    ];
    let places: Vec<usize> = names
        .iter()
        .map(|name| {
            shown
                .find(name)
                .unwrap_or_else(|| panic!("{name}: {shown}"))
        })
        .collect();
    assert!(places.is_sorted(), "{shown}");
    assert_eq!(shown.lines().count(), 5, "{shown}");
}

#[test]
fn one_that_falls_short_side_by_side_is_told_in_its_place() {
    let wrong = "//! # Wrong\n//! It is.\n\n// A sum.\n1 + 1;\n//> 3\n";
    let shown = socklab()
        .file("wrong.rhai", wrong)
        .args(["lesson", "run", "-j", "3", "0", "./wrong.rhai", "2"])
        .stdout_has("ok ")
        .status(1)
        .stdout;
    let ends: Vec<&str> = shown
        .lines()
        .filter(|line| line.starts_with("ok ") || line.contains("1 failed"))
        .collect();
    assert_eq!(ends.len(), 3, "{shown}");
    assert!(ends[1].contains("1 failed"), "{shown}");
}

#[test]
fn a_port_that_somebody_else_holds_is_free_in_a_lesson() {
    if !private_internet() {
        return;
    }
    let _held = hold(50000);
    let shown = socklab().args(["lesson", "run", "6"]).start().end(DEADLINE);
    assert!(shown.status.success(), "{}", shown.stdout);
}

#[test]
fn two_courses_at_once_both_pass() {
    if !private_internet() {
        return;
    }
    let course = || {
        socklab()
            .args(["lesson", "run", "4", "6", "7", "8"])
            .start()
    };
    let mut both = [course(), course()];
    for one in &mut both {
        let shown = one.end(DEADLINE);
        assert!(shown.status.success(), "{}", shown.stdout);
    }
}

#[test]
fn checks_at_once_do_not_disturb_each_other() {
    if !private_internet() {
        return;
    }
    let Some(right) = right_server() else { return };
    let _held = hold(10000);
    let check = |command: &str| {
        let args = ["lesson", "check", "07", "--command", command];
        socklab().args(args).start()
    };
    // One that never listens passes nothing, whoever listens beside it.
    let mut silent = check("sleep 1000");
    let mut good = [check(&right), check(&right)];
    for one in &mut good {
        let shown = one.end(DEADLINE);
        assert!(
            shown.stdout.contains("20 of 20 checks passed"),
            "{}",
            shown.stdout
        );
    }
    let shown = silent.end(DEADLINE).stdout;
    assert!(shown.contains("0 of 20 checks passed"), "{shown}");
}

#[test]
fn who_listens_is_asked_of_the_program_itself() {
    // In the mapped internet another program may begin to listen while this one does not.
    if !private_internet() {
        return;
    }
    let Some(right) = right_server() else { return };
    let script = format!(
        "ip link set lo up; (sleep 1; exec {right}) & \
         {SOCKLAB} lesson check 07 --shared --start-timeout 6 --command 'sleep 1000'; kill $!; exit 0"
    );
    let shown = Run::new("unshare")
        .args(["-rn", "sh", "-c", &script])
        .stdout_has("checks passed")
        .stderr_has("waiting until the program listens on port 10000, for 6 s at most")
        .status(0)
        .stdout;
    assert!(shown.contains("0 of 20 checks passed"), "{shown}");
}

#[test]
fn a_checked_program_runs_on_the_learners_machine() {
    if !private_internet() {
        return;
    }
    socklab()
        .args(["lesson", "check", "07", "--command"])
        .args(["sh -c 'cat /proc/sys/kernel/hostname /proc/net/dev >&2; exit 3'"])
        .stdout_has("| heffalump.local")
        .stdout_has("eth0:")
        .status(1);
}

/// A port of the real machine that nobody has.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("an address").port()
}

#[test]
fn programs_outside_come_in_where_a_port_is_published() {
    if !private_internet() {
        return;
    }
    let port = free_port();
    let call = || TcpStream::connect((Ipv4Addr::LOCALHOST, port));
    let mut terminal = Setup::new().prompt();
    terminal.send("lab on\r");
    terminal.wait_for_prompt_of("socklab lab> ");
    let mut enter = |line: &str| {
        terminal.send(&format!("{line}\r"));
        terminal.wait_for_prompt_of("socklab lab> ");
        terminal.screen()
    };
    enter(&format!("let s = create_server(['127.0.0.1', {port}])"));
    assert_eq!(call().unwrap_err().kind(), ErrorKind::ConnectionRefused);
    let shown = enter(&format!("lab publish {port}"));
    assert!(
        shown.contains(&format!("`curl http://127.0.0.1:{port}/`")),
        "{shown}"
    );
    let mut caller = call().expect("a connection");
    caller.set_read_timeout(Some(DEADLINE)).expect("a timeout");
    caller.write_all(b"hello").expect("it is taken");
    enter("unpack conn, peer = s.accept()");
    let shown = enter("conn.recv_exactly(5)");
    assert!(shown.contains("b\"hello\""), "{shown}");
    enter("conn.sendall('there'); conn.close()");
    let mut answer = String::new();
    caller.read_to_string(&mut answer).expect("an answer");
    assert_eq!(answer, "there");
    // Nobody listens: the caller is hung up on.
    enter("s.close()");
    let mut caller = call().expect("the relay listens");
    caller.set_read_timeout(Some(DEADLINE)).expect("a timeout");
    let hung_up = caller.read(&mut [0; 1]).unwrap_err();
    assert_eq!(hung_up.kind(), ErrorKind::ConnectionReset);
    let shown = enter("lab");
    assert!(
        shown.contains(&format!("come in at port {port}")),
        "{shown}"
    );
    enter(&format!("lab unpublish {port}"));
    assert_eq!(call().unwrap_err().kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn a_taken_port_is_not_published() {
    if !private_internet() {
        return;
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    piped(format!("lab on\nlab publish {port}\n"))
        .stderr_has("lab publish: address already in use (EADDRINUSE)")
        .status(2);
}

#[test]
fn a_lesson_publishes_the_ports_that_it_says() {
    if !private_internet() {
        return;
    }
    let port = free_port();
    let lesson = format!(
        "//! # Served\n//! To a browser.\n//@ publish: {port}\n\n// A server.\n\
         let s = create_server([\"127.0.0.1\", {port}]);\n\n// Wait.\ns.accept();\n//> ...\n"
    );
    let mut terminal = Setup::new().file("served.rhai", &lesson).prompt();
    terminal.send("lesson start ./served.rhai\r");
    terminal.wait_for("A server.");
    let called = TcpStream::connect((Ipv4Addr::LOCALHOST, port));
    assert!(called.is_ok(), "{called:?}\n{}", terminal.screen());
}

/// The processes that began with this home, dead ones that nobody has waited for left out.
fn alive(home: &Path) -> Vec<PathBuf> {
    let wanted = format!("HOME={}", home.display());
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let of_home = |process: &PathBuf| {
        let environment = fs::read(process.join("environ")).unwrap_or_default();
        environment
            .split(|byte| *byte == 0)
            .any(|variable| variable == wanted.as_bytes())
    };
    processes
        .map(|entry| entry.path())
        .filter(of_home)
        .collect()
}

/// The process that keeps the machines of a program: its child that runs the same file.
fn keeper_of(program: &Child) -> Option<u32> {
    let threads = fs::read_dir(format!("/proc/{}/task", program.id())).ok()?;
    let children = threads
        .flatten()
        .filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    let all: Vec<u32> = children
        .flat_map(|line| {
            let numbers = line.split_whitespace().filter_map(|word| word.parse().ok());
            numbers.collect::<Vec<u32>>()
        })
        .collect();
    let own = fs::read_link(format!("/proc/{}/ns/user", program.id())).ok()?;
    all.into_iter().find(|process| {
        fs::read_link(format!("/proc/{process}/ns/user")).is_ok_and(|place| place != own)
    })
}

/// Kills a program, or the keeper of its machines, at a moment that each round has of its own.
fn kill_at_many_moments(rounds: u64) {
    if !private_internet() {
        return;
    }
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut chance = 0x2545_f491_4f6c_dd1d_u64;
    for round in 0..rounds {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        let mut program = Command::new(SOCKLAB)
            .args(["lesson", "run", "4", "6", "7"])
            .env_clear()
            .envs(clean_environment(home.path()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        thread::sleep(Duration::from_millis(chance % 400));
        let victim = match round % 2 {
            0 => Some(program.id()),
            _ => keeper_of(&program),
        };
        if let Some(victim) = victim {
            let _ = Command::new("kill")
                .args(["-9", &victim.to_string()])
                .status();
        }
        let ended = program.wait();
        assert!(ended.is_ok(), "{ended:?}");
        let deadline = Instant::now() + Duration::from_secs(5);
        while !alive(home.path()).is_empty() {
            let left = alive(home.path());
            assert!(
                Instant::now() < deadline,
                "round {round}: {left:?} are left"
            );
            thread::sleep(Duration::from_millis(2));
        }
    }
}

#[test]
fn nothing_is_left_of_a_program_or_its_machines_when_either_is_killed() {
    kill_at_many_moments(10);
}

#[test]
#[ignore = "takes minutes; `cargo test -- --ignored killed_200`"]
fn nothing_is_left_when_either_is_killed_200_times() {
    kill_at_many_moments(200);
}

#[test]
fn what_the_lab_has_open_takes_no_number_that_a_learner_counts_on() {
    let mut labs = vec!["lab on --shared"];
    if private_internet() {
        labs.push("lab on --private");
    }
    for lab in labs {
        let typed = format!(
            "{lab}\nlen(getaddrinfo('echo.test', 7, 0, SOCK_STREAM)) > 0\nlet s = socket()\n\
             s.fileno()\ns.connect('192.0.2.7', 7)\ns.sendall('x')\ns.recv(1)\nsocket().fileno()\n"
        );
        piped(typed).stdout_has("true\n3\nb\"x\"\n4").status(0);
    }
}

#[test]
fn a_mapped_lab_has_no_option_that_leads_out_of_it() {
    for (kind, option) in [
        ("SOCK_STREAM", "SOL_SOCKET, SO_BINDTODEVICE, \"lo\""),
        ("SOCK_DGRAM", "SOL_SOCKET, SO_MARK, 1"),
        (
            "SOCK_STREAM",
            "IPPROTO_IP, IP_OPTIONS, bytes([131, 7, 4, 8, 8, 8, 8, 0])",
        ),
        (
            "SOCK_DGRAM",
            "IPPROTO_IP, IP_ADD_MEMBERSHIP, bytes([224, 0, 0, 9, 0, 0, 0, 0])",
        ),
        (
            "SOCK_DGRAM",
            "IPPROTO_IP, IP_MULTICAST_IF, bytes([127, 0, 0, 1])",
        ),
        ("SOCK_DGRAM", "IPPROTO_IPV6, IPV6_RTHDR, bytes(24)"),
        ("SOCK_DGRAM", "IPPROTO_IP, 50, 1"),
    ] {
        let line = format!("lab on --shared\nsocket(AF_INET, {kind}).setsockopt({option})\n");
        piped(line)
            .stderr_has("error: setsockopt: operation not permitted (EPERM)")
            .stderr_has("could lead packets out of a lab")
            .status(1);
    }
    let message = "lab on --shared\nlet s = socket(AF_INET, SOCK_DGRAM)\n\
        s.sendmsg([\"x\"], [[IPPROTO_IP, 7, bytes(8)]], 0, [\"127.0.0.1\", 9])\n";
    piped(message)
        .stderr_has("error: sendmsg: operation not permitted (EPERM)")
        .status(1);
    piped("lab on --shared\nsocket(AF_PACKET, SOCK_RAW)\n")
        .stderr_has("error: socket: address family not supported by protocol (EAFNOSUPPORT)")
        .status(1);
    // What stays within a socket is there as it is everywhere.
    piped(
        "lab on --shared\nlet s = socket(); s.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)\n\
        s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1); s.setsockopt(IPPROTO_IP, IP_TTL, 9)\n",
    )
    .stdout("")
    .status(0);
}
