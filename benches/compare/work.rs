//! The works: each in Python, in rhai and, where that says something, in plain Rust.

use crate::plain::Peers;
use crate::{Outcome, plain};

/// What is measured.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Figure {
    /// The seconds of a whole process with these arguments: Python's and ours.
    Process(Vec<String>, Vec<String>),
    /// The seconds from the start to the prompt, on a terminal.
    Prompt,
    /// The most memory of a process at its prompt, in MiB.
    Memory,
    /// What a program prints last, seconds; the peers' ports are its arguments.
    StepRecord,
    /// The seconds in which a server, which prints its port, answers this many clients.
    Served(usize),
}

/// One work of all sides.
pub(crate) struct Work {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    /// What the figure is multiplied with for the unit.
    pub(crate) scale: f64,
    /// The ratio that we want to reach at least; none where nothing was promised.
    pub(crate) bar: Option<f64>,
    pub(crate) figure: Figure,
    pub(crate) python: String,
    pub(crate) rhai: String,
    pub(crate) plain: Option<fn(&Peers) -> Outcome<f64>>,
}

/// Every work that needs no files, in the table's order.
pub(crate) fn all() -> Vec<Work> {
    let mut works = vec![
        Work::process("start and end, `-c 1`", 5.0, &["-c", "1"], &["-c", "1"]),
        Work {
            bar: Some(5.0),
            ..Work::of("start to the prompt", Figure::Prompt, 1e3, "ms")
        },
        Work {
            bar: Some(1.0 / 0.7),
            ..Work::of("memory at the prompt", Figure::Memory, 1.0, "MiB")
        },
        repeated("getaddrinfo(\"localhost\", 80)", 1.2, 3_000),
        repeated("getaddrinfo(\"127.0.0.1\", 80)", 3.0, 20_000),
        repeated("getservbyname(\"http\")", 2.0, 10_000),
        ping_pong(),
        calls(),
        received("recv of 65536, 512 MiB", 1.0, 65_536, |peers| {
            plain::receive(peers, 65_536)
        }),
        received("recv of 4096, 512 MiB", 0.85, 4096, |peers| {
            plain::receive(peers, 4096)
        }),
        received_whole(),
        connect(),
    ];
    works.extend([
        served("select server, 1 client", 1, None),
        served("select server, 100 clients", 100, Some(1.0)),
        served("select server, 1,000 clients", 1000, Some(1.0)),
    ]);
    works
}

impl Work {
    fn of(name: &'static str, figure: Figure, scale: f64, unit: &'static str) -> Self {
        Self {
            name,
            unit,
            scale,
            bar: None,
            figure,
            python: String::new(),
            rhai: String::new(),
            plain: None,
        }
    }

    /// A whole process, in milliseconds.
    pub(crate) fn process(name: &'static str, bar: f64, python: &[&str], ours: &[&str]) -> Self {
        let words = |words: &[&str]| words.iter().map(ToString::to_string).collect();
        let figure = Figure::Process(words(python), words(ours));
        Self {
            bar: Some(bar),
            ..Self::of(name, figure, 1e3, "ms")
        }
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
    Work {
        bar: Some(bar),
        python,
        rhai,
        ..Work::of(call, Figure::StepRecord, 1e6 / f64::from(times), "µs")
    }
}

/// There and back over TCP, to an echo server in plain Rust.
fn ping_pong() -> Work {
    let (python, rhai) = timed(
        [
            "s = socket.create_connection(('127.0.0.1', int(sys.argv[3])))\nmsg = b'x' * 64",
            "let s = create_connection([\"127.0.0.1\", int(args()[2])]);\n\
             let msg = bytes([120]);\nwhile len(msg) < 64 { msg += msg; }",
        ],
        [
            "for i in range(20000):\n    s.send(msg)\n    s.recv(64)",
            "for i in 0..20000 { s.send(msg); s.recv(64); }",
        ],
    );
    Work {
        bar: Some(1.1),
        python,
        rhai,
        plain: Some(plain::ping_pong),
        ..Work::of(
            "TCP ping-pong of 64 bytes",
            Figure::StepRecord,
            1e6 / 20_000.0,
            "µs",
        )
    }
}

/// Calls that never wait, between two sockets of one program: what the language itself costs.
fn calls() -> Work {
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
        bar: Some(0.85),
        python,
        rhai,
        plain: Some(plain::calls),
        ..Work::of(
            "send or recv of 64 bytes, never waiting",
            Figure::StepRecord,
            1e6 / 80_000.0,
            "µs",
        )
    }
}

/// The document's loop, which asks until nothing more comes.
fn received(name: &'static str, bar: f64, size: usize, plain: fn(&Peers) -> Outcome<f64>) -> Work {
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
    Work {
        bar: Some(bar),
        python,
        rhai,
        plain: Some(plain),
        ..Work::of(name, Figure::StepRecord, 1e3, "ms")
    }
}

/// A whole reply kept: the document's loop with an accumulator there, our native loop here.
fn received_whole() -> Work {
    let (python, rhai) = timed(
        [
            "s = socket.create_connection(('127.0.0.1', int(sys.argv[2])))",
            "let s = create_connection([\"127.0.0.1\", int(args()[1])]);",
        ],
        [
            "data = bytearray()\nwhile True:\n    part = s.recv(4096)\n    \
             if not part: break\n    data += part",
            "let data = s.recv_all(1 << 28);",
        ],
    );
    Work {
        bar: Some(1.2),
        python,
        rhai,
        plain: Some(plain::receive_whole),
        ..Work::of(
            "recv_all beside a loop of recv(4096), 64 MiB",
            Figure::StepRecord,
            1e3,
            "ms",
        )
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
        bar: Some(1.2),
        python,
        rhai,
        plain: Some(plain::connect),
        ..Work::of(
            "connect, accept, close",
            Figure::StepRecord,
            1e6 / 2000.0,
            "µs",
        )
    }
}

/// An echo server that watches its clients with select.
fn served(name: &'static str, clients: usize, bar: Option<f64>) -> Work {
    let python = "import select, socket
server = socket.create_server(('127.0.0.1', 0), backlog=1024)
print(server.getsockname()[1], flush=True)
watched = [server]
while True:
    for ready in select.select(watched, [], [])[0]:
        if ready is server:
            conn, _ = server.accept()
            watched.append(conn)
        else:
            data = ready.recv(4096)
            if not data: raise SystemExit
            ready.sendall(data)
";
    let rhai = "let server = create_server([\"127.0.0.1\", 0], AF_INET, 1024);
print(server.getsockname()[1]);
let watched = [server];
loop {
    for ready in select(watched, [], [])[0] {
        if ready == server {
            watched.push(server.accept()[0]);
        } else {
            let data = ready.recv(4096);
            if data.len == 0 { exit(0); }
            ready.sendall(data);
        }
    }
}
";
    Work {
        bar,
        python: python.into(),
        rhai: rhai.into(),
        ..Work::of(name, Figure::Served(clients), 1.0, "µs")
    }
}
