//! Calls that wait, as the system and other processes see them: one system call each, blocking
//! descriptors, and signals from outside that mean nothing.

use std::process::{Command, Stdio};
use std::time::Duration;

use crate::builder::{DEADLINE, SOCKLAB, code, piped};
use crate::machine;

/// Sends a signal to a program.
#[track_caller]
fn signal(id: u32, name: &str) {
    let sent = Command::new("kill").args([name, &id.to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()), "it has ended");
}

#[test]
fn a_loop_of_recv_makes_one_system_call_each() {
    if !cfg!(target_os = "linux") || !machine::strace() {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let log = folder.path().join("calls");
    let script = "unpack a, b = socketpair(); for i in 0..50 { a.send(\"xy\"); } \
                  for i in 0..50 { b.recv(2); }";
    // Those that could be made beside it; a question mark for what some processors lack.
    let calls = "network,?poll,ppoll,fcntl,ioctl,?select,pselect6,rt_sigprocmask";
    let traced = Command::new("strace")
        .args(["-f", "-e", &format!("trace={calls}"), "-o"])
        .arg(&log)
        .args([SOCKLAB, "-c", script])
        .env("HOME", folder.path())
        .stdin(Stdio::null())
        .output()
        .expect("strace runs");
    assert!(traced.status.success(), "{traced:?}");
    let log = std::fs::read_to_string(log).expect("strace wrote it");
    for call in ["sendto(", "recvfrom("] {
        let begins = |line: &&str| line.contains(call);
        let thread = log.lines().find(begins).map(|line| line.split(' ').next());
        let of_console = log
            .lines()
            .filter(|line| Some(line.split(' ').next()) == thread);
        let lines: Vec<&str> = of_console.collect();
        let first = lines.iter().position(begins).unwrap_or(0);
        let run = lines[first..].iter().take_while(|line| begins(line));
        assert_eq!(run.count(), 50, "{call} {log}");
    }
}

/// Takes a descriptor of a Unix socket, and waits on it.
const TAKER: &str = r"
import os, socket, sys
conn = socket.socket(socket.AF_UNIX)
conn.connect(sys.argv[1])
data, ancillary, flags, address = conn.recvmsg(1, socket.CMSG_SPACE(4))
taken = int.from_bytes(ancillary[0][2][:4], sys.byteorder)
conn.send(b'go')
print(os.get_blocking(taken), socket.socket(fileno=taken).recv(5))
";

#[test]
fn another_program_gets_a_descriptor_that_blocks() {
    let Some(python) = machine::python() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("hand.sock");
    let script = format!(
        "let l = socket(AF_UNIX); l.bind({path:?}); l.listen(); print(\"ready\"); \
         let conn = l.accept()[0]; unpack a, b = socketpair(); \
         send_fds(conn, [\"x\"], [a]); conn.recv_exactly(2); sleep(0.1); b.send(\"hello\"); \
         conn.recv(1)"
    );
    let mut giver = code(&script).start();
    assert_eq!(giver.next_line(), "ready");
    let taker = Command::new(python)
        .args(["-c", TAKER])
        .arg(&path)
        .output()
        .expect("Python runs");
    let said = String::from_utf8_lossy(&taker.stdout);
    assert_eq!(said.trim(), "True b'hello'", "{taker:?}");
    giver.end(DEADLINE);
}

#[test]
fn signals_that_mean_nothing_change_no_timeout() {
    // Each waits for 0.4 s, and says in which way it ended, and whether it was too early.
    let waits = [
        "b.recv(1)",
        "b.recv(10, MSG_WAITALL)",
        "b.recv_exactly(3)",
        "b.makefile().readline()",
        "full.send(\"x\")",
        "full.sendall(\"xyz\")",
        "server.accept()",
        "if !select([b], [], [], 0.4)[0].is_empty() { throw \"ready\" }",
        "let p = poll(); p.register(b, POLLIN); if p.poll(400) != [] { throw \"ready\" }",
        "sleep(0.4)",
    ];
    let mut script = String::from(
        "unpack a, b = socketpair(); unpack full, empty = socketpair(); \
         full.setblocking(false); try { loop { full.send(bytes(4096)); } } catch { } \
         let server = create_server(\"127.0.0.1\", 0); \
         for s in [b, full, server] { s.settimeout(0.4); } print(\"begun\");\n",
    );
    for wait in waits {
        script.push_str(&format!(
            "let t = timestamp(); try {{ {wait}; }} catch (e) {{ \
             if e.kind != \"TimedOut\" {{ print(`{call}: ${{e}}`); }} }} \
             if t.elapsed < 0.399 {{ print(`{call}: after ${{t.elapsed}} s`); }}\n",
            call = wait.split('(').next().unwrap_or(wait),
        ));
    }
    script.push_str("print(\"done\");\n");
    let mut program = piped(script).start();
    assert_eq!(program.next_line(), "begun");
    let storm = "while kill -WINCH $1 && kill -USR2 $1 && kill -STOP $1 && kill -CONT $1; \
                 do sleep 0.003; done";
    let mut storm = Command::new("sh")
        .args(["-c", storm, "sh", &program.id().to_string()])
        .stderr(Stdio::null())
        .spawn()
        .expect("sh runs");
    let line = program.next_line();
    let _ = storm.kill();
    let _ = storm.wait();
    // The last STOP may have been left without its CONT.
    signal(program.id(), "-CONT");
    assert_eq!(line, "done");
    assert!(program.end(DEADLINE).status.success());
}

#[test]
fn the_signal_that_ends_calls_ends_no_program_from_outside() {
    // It waits for its input: no console has begun.
    let mut child = Command::new(SOCKLAB)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    wait_until_it_reads(child.id());
    for _ in 0..10 {
        signal(child.id(), "-USR2");
    }
    drop(child.stdin.take());
    assert!(child.wait().expect("it ends").success());
}

/// Waits until the program reads a pipe.
fn wait_until_it_reads(id: u32) {
    let place = format!("/proc/{id}/wchan");
    let end = std::time::Instant::now() + DEADLINE;
    let reads = || std::fs::read_to_string(&place).is_ok_and(|place| place.contains("pipe"));
    while cfg!(target_os = "linux") && !reads() && std::time::Instant::now() < end {
        std::thread::sleep(Duration::from_millis(1));
    }
}
