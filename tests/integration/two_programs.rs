//! A server in one program and a client in another: two socklabs, and socklab beside the tools that
//! people have.

use crate::builder::{DEADLINE, Program, Run, socklab};
use crate::machine::{installed, ipv6};

/// A server that answers each client once, then ends. It prints its address first.
fn server(family: &str, bind: &str) -> String {
    format!(
        r#"let server = socket({family}, SOCK_STREAM);
server.bind({bind});
server.listen(1);
print(server.getsockname());
unpack conn, addr = server.accept();
let heard = bytes("");
loop {{
    let part = conn.recv(5);
    if part.len() == 0 {{ break; }}
    heard += part;
}}
print(heard.decode());
conn.sendall("you said " + heard.decode());
conn.close();
server.close();
"#
    )
}

const CLIENT: &str = r#"let where = args();
let s = socket(FAMILY, SOCK_STREAM);
if where.len() == 1 { s.connect(where[0]); } else { s.connect(where[0], int(where[1])); }
s.sendall("hello over there");
s.shutdown(SHUT_WR);
let heard = bytes("");
loop {
    let part = s.recv(4);
    if part.len() == 0 { break; }
    heard += part;
}
print(heard.decode());
"#;

/// Starts a server; gives the words that tell a client where it is.
#[track_caller]
fn start(script: &str) -> (Program, Vec<String>) {
    let mut server = socklab()
        .file("server.rhai", script)
        .args(["run", "server.rhai"])
        .start();
    let shown = server.next_line();
    let words = shown
        .trim_matches(['[', ']'])
        .split(", ")
        .map(|word| word.trim_matches('"').into());
    (server, words.collect())
}

/// It ends well, after it has printed `line`.
#[track_caller]
fn assert_ends(mut program: Program, line: &str) {
    let ended = program.end(DEADLINE);
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    assert_eq!(ended.stderr, "");
    assert_eq!(ended.stdout.lines().last(), Some(line));
}

#[track_caller]
fn assert_they_talk(family: &str, bind: &str) {
    let (server, place) = start(&server(family, bind));
    socklab()
        .file("client.rhai", CLIENT.replace("FAMILY", family))
        .args(["run", "client.rhai"])
        .args(&place)
        .stdout("you said hello over there")
        .status(0);
    assert_ends(server, "hello over there");
}

#[test]
fn two_programs_talk_over_127_0_0_1() {
    assert_they_talk("AF_INET", "\"127.0.0.1\", 0");
}

#[test]
fn two_programs_talk_over_ipv6() {
    if !ipv6() {
        return;
    }
    assert_they_talk("AF_INET6", "\"::1\", 0");
}

#[test]
fn two_programs_talk_over_a_path() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("a socket");
    assert_they_talk("AF_UNIX", &format!("{:?}", path.display().to_string()));
}

#[test]
fn two_programs_exchange_datagrams() {
    let server = "let s = socket(AF_INET, SOCK_DGRAM);\ns.bind(\"127.0.0.1\", 0);\nprint(s.getsockname());\n\
                  unpack data, from = s.recvfrom(100);\ns.sendto(data.len().to_string(), from);\nprint(data.decode());\n";
    let (server, place) = start(server);
    let client = "let s = socket(AF_INET, SOCK_DGRAM);\ns.sendto(\"seven b\", args()[0], int(args()[1]));\n\
                  print(s.recvfrom(10)[0].decode());\n";
    socklab()
        .file("client.rhai", client)
        .args(["run", "client.rhai"])
        .args(&place)
        .stdout("7")
        .status(0);
    assert_ends(server, "seven b");
}

#[test]
fn a_client_in_python_talks_to_our_server() {
    if !installed("python3") {
        return;
    }
    let (server, place) = start(&server("AF_INET", "\"127.0.0.1\", 0"));
    let client = "import socket, sys\ns = socket.create_connection((sys.argv[1], int(sys.argv[2])))\n\
                  s.sendall(b'hello from python')\ns.shutdown(socket.SHUT_WR)\n\
                  print(s.makefile('rb').read().decode())\n";
    Run::new("python3")
        .args(["-c", client])
        .args(&place)
        .stdout("you said hello from python")
        .status(0);
    assert_ends(server, "hello from python");
}

#[test]
fn our_client_talks_to_a_server_in_python() {
    if !installed("python3") {
        return;
    }
    let script = "import socket\ns = socket.create_server(('127.0.0.1', 0))\n\
                  print(*s.getsockname(), flush=True)\nc, a = s.accept()\nheard = b''\n\
                  while part := c.recv(4): heard += part\nc.sendall(heard.upper())\nc.close()\n";
    let mut server = Run::new("python3").args(["-c", script]).start();
    let shown = server.next_line();
    socklab()
        .file("client.rhai", CLIENT.replace("FAMILY", "AF_INET"))
        .args(["run", "client.rhai"])
        .args(shown.split(' '))
        .stdout("HELLO OVER THERE")
        .status(0);
    assert_eq!(server.end(DEADLINE).status.code(), Some(0));
}

/// An HTTP server of one answer.
const WEB: &str = r#"let server = create_server("127.0.0.1", 0);
print(server.getsockname());
unpack conn, addr = server.accept();
let request = bytes("");
while request.find("\r\n\r\n") < 0 { request += conn.recv(4096); }
print(request.split("\r\n")[0].decode());
conn.sendall("HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nhello\n");
conn.close();
"#;

#[test]
fn curl_reads_from_our_server() {
    if !installed("curl") {
        return;
    }
    let (server, place) = start(WEB);
    let url = format!("http://{}:{}/page", place[0], place[1]);
    Run::new("curl")
        .args(["-sS", "--noproxy", "*", &url])
        .stdout("hello")
        .status(0);
    assert_ends(server, "GET /page HTTP/1.1");
}

#[test]
fn netcat_talks_to_our_server() {
    if !installed("nc") {
        return;
    }
    let (server, place) = start(&server("AF_INET", "\"127.0.0.1\", 0"));
    Run::new("nc")
        .args(["-N"])
        .args(&place)
        .stdin("hello from nc")
        .stdout("you said hello from nc")
        .status(0);
    assert_ends(server, "hello from nc");
}

#[test]
fn a_server_that_ended_frees_its_port() {
    let script =
        "let s = create_server(\"127.0.0.1\", 0);\nprint(s.getsockname());\nlet c = s.accept();\n";
    let (mut server, place) = start(script);
    server.interrupt();
    assert_eq!(server.end(DEADLINE).status.code(), Some(130));
    let port: u16 = place[1].parse().expect("a port");
    assert!(
        std::net::TcpListener::bind(("127.0.0.1", port)).is_ok(),
        "port {port} is still held"
    );
}
