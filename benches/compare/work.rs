//! The works: each in Python, in rhai and, where that says something, in plain Rust.

use std::net::SocketAddr;

use crate::{Outcome, plain};

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Figure {
    /// The seconds of a whole process, `-c 1`.
    Process,
    /// The most memory of a process that waits for a line, in MiB.
    Memory,
    /// What a program prints last, seconds; the sender's port is its argument.
    Told,
}

/// One work of all sides.
pub(crate) struct Work {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    /// What the figure is multiplied with for the unit.
    pub(crate) scale: f64,
    /// The ratio that we want to reach at least.
    pub(crate) bar: f64,
    pub(crate) figure: Figure,
    pub(crate) python: String,
    pub(crate) rhai: String,
    pub(crate) plain: Option<fn(SocketAddr) -> Outcome<f64>>,
}

/// Every work, in the table's order.
pub(crate) fn all() -> Vec<Work> {
    vec![
        process("start and end, `-c 1`", "ms", 1e3, 5.0, Figure::Process),
        process(
            "memory, waiting for a line",
            "MiB",
            1.0,
            1.0 / 0.7,
            Figure::Memory,
        ),
        repeated("getaddrinfo(\"localhost\", 80)", 1.2, 3_000),
        repeated("getaddrinfo(\"127.0.0.1\", 80)", 3.0, 20_000),
        repeated("getservbyname(\"http\")", 1.0, 10_000),
        ping_pong(),
        received("recv of 65536, 512 MiB", 1.0, 65_536, |at| {
            plain::receive(at, 65_536)
        }),
        received("recv of 4096, 512 MiB", 0.7, 4096, |at| {
            plain::receive(at, 4096)
        }),
        connect(),
    ]
}

fn process(name: &'static str, unit: &'static str, scale: f64, bar: f64, figure: Figure) -> Work {
    let (python, rhai) = (String::new(), String::new());
    Work {
        name,
        unit,
        scale,
        bar,
        figure,
        python,
        rhai,
        plain: None,
    }
}

/// A program of both sides: what is prepared, and what is timed.
fn timed(prepare: [&str; 2], body: [&str; 2]) -> (String, String) {
    let python = format!(
        "import sys, socket, time\nfrom socket import getaddrinfo, getservbyname\n{}\n\
         def run():\n    start = time.perf_counter()\n    {}\n    \
         return time.perf_counter() - start\nprint(run())\n",
        prepare[0],
        body[0].replace('\n', "\n    ")
    );
    let rhai = format!(
        "{}\nlet start = timestamp();\n{}\nprint(start.elapsed);\n",
        prepare[1], body[1]
    );
    (python, rhai)
}

/// A call that is repeated.
fn repeated(call: &'static str, bar: f64, times: u32) -> Work {
    let python = format!("for i in range({times}): {call}");
    let rhai = format!("for i in 0..{times} {{ {call}; }}");
    let (python, rhai) = timed(["", ""], [&python, &rhai]);
    let scale = 1e6 / f64::from(times);
    Work {
        name: call,
        unit: "µs",
        scale,
        bar,
        figure: Figure::Told,
        python,
        rhai,
        plain: None,
    }
}

fn ping_pong() -> Work {
    let (python, rhai) = timed(
        [
            "a, b = socket.socketpair()\nmsg = b'x' * 64",
            "unpack a, b = socketpair();\nlet msg = bytes([120]);\n\
             while len(msg) < 64 { msg += msg; }",
        ],
        [
            "for i in range(20000):\n    a.send(msg)\n    b.recv(64)\n    b.send(msg)\n    a.recv(64)",
            "for i in 0..20000 { a.send(msg); b.recv(64); b.send(msg); a.recv(64); }",
        ],
    );
    Work {
        name: "ping-pong of 64 bytes",
        unit: "µs",
        scale: 1e6 / 20_000.0,
        bar: 1.0,
        figure: Figure::Told,
        python,
        rhai,
        plain: Some(|_| plain::ping_pong()),
    }
}

/// The document's loop, which asks until nothing more comes.
fn received(
    name: &'static str,
    bar: f64,
    size: usize,
    plain: fn(SocketAddr) -> Outcome<f64>,
) -> Work {
    let python = format!(
        "done = False\ntotal = 0\nwhile not done:\n    part = s.recv({size})\n    \
         if not part: done = True\n    total += len(part)"
    );
    let rhai = format!(
        "let done = false; let total = 0;\nwhile !done {{\n    let part = s.recv({size});\n    \
         let n = len(part);\n    if n == 0 {{ done = true; }}\n    total += n;\n}}"
    );
    let (python, rhai) = timed(
        [
            "s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))",
            "let s = create_connection([\"127.0.0.1\", int(args()[0])]);",
        ],
        [&python, &rhai],
    );
    let plain = Some(plain);
    Work {
        name,
        unit: "ms",
        scale: 1e3,
        bar,
        figure: Figure::Told,
        python,
        rhai,
        plain,
    }
}

fn connect() -> Work {
    let (python, rhai) = timed(
        [
            "s = socket.create_server(('127.0.0.1', 0), backlog=128)\nwhere = s.getsockname()",
            "let s = create_server([\"127.0.0.1\", 0]);\nlet where = s.getsockname();",
        ],
        [
            "for i in range(2000):\n    c = socket.socket()\n    c.connect(where)\n    \
             p, q = s.accept()\n    c.close()\n    p.close()",
            "for i in 0..2000 {\n    let c = socket();\n    c.connect(where);\n    \
             let p = s.accept()[0];\n    c.close();\n    p.close();\n}",
        ],
    );
    Work {
        name: "connect, accept, close",
        unit: "µs",
        scale: 1e6 / 2000.0,
        bar: 1.2,
        figure: Figure::Told,
        python,
        rhai,
        plain: Some(|_| plain::connect()),
    }
}
