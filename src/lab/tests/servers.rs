//! The servers of the lab, met by clients of all manners, and gone with the lab.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use super::{address, connect, datagrams, lab};
use crate::lab::Lab;
use crate::net::network::Network;
use crate::net::numbers::{SOCK_DGRAM, SOCK_STREAM};

const SITE: &str = "108.59.11.99:80";
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: crisewing.com\r\n\r\n";

fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    bytes
}

/// What the server says to `request` when the client then shuts its writing side.
#[track_caller]
fn reply(lab: &Lab, to: &str, request: &[u8]) -> String {
    let mut stream = connect(lab, to);
    stream.write_all(request).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    String::from_utf8(rest(&mut stream)).unwrap()
}

#[test]
fn the_site_answers_with_the_documents_19427_bytes() {
    let lab = lab();
    for request in [
        "GET / HTTP/1.1\r\nHost: crisewing.com\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: crisewing.com\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: crisewing.com\r\nConnection: keep-alive\r\n\r\n",
        "GET http://crisewing.com/ HTTP/1.1\r\nHost: crisewing.com\r\n\r\n",
        "GET /?q=1 HTTP/1.1\r\nHost: crisewing.com\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    ] {
        let reply = reply(&lab, SITE, request.as_bytes());
        assert_eq!(reply.len(), 19427, "{request}{}", &reply[..200]);
        assert!(
            reply.contains(" 200 OK\r\nContent-Type: text/html"),
            "{}",
            &reply[..200]
        );
        assert!(reply.ends_with("</html>\n"));
    }
}

#[test]
fn the_documents_loop_sees_the_whole_reply() {
    let lab = lab();
    for _ in 0..50 {
        let mut stream = connect(&lab, SITE);
        stream.write_all(REQUEST).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut response = 0;
        let mut part = [0; 4096];
        loop {
            let length = stream.read(&mut part).unwrap();
            response += length;
            if length < part.len() {
                break;
            }
        }
        assert_eq!(response, 19427);
    }
}

#[test]
fn a_request_may_come_byte_by_byte() {
    let lab = lab();
    let mut stream = connect(&lab, SITE);
    stream.set_nodelay(true).unwrap();
    for byte in REQUEST {
        stream.write_all(&[*byte]).unwrap();
    }
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(rest(&mut stream).len(), 19427);
}

#[test]
fn a_connection_is_kept_for_further_requests() {
    let lab = lab();
    let mut stream = connect(&lab, SITE);
    for _ in 0..3 {
        stream.write_all(REQUEST).unwrap();
        let mut reply = vec![0; 19427];
        stream.read_exact(&mut reply).unwrap();
        assert!(reply.ends_with(b"</html>\n"));
    }
    // Three more at once.
    stream.write_all(&REQUEST.repeat(3)).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(rest(&mut stream).len(), 3 * 19427);
}

#[test]
fn other_requests_get_the_status_they_deserve() {
    let lab = lab();
    for (request, status) in [
        (
            "GET /nothing HTTP/1.1\r\nHost: crisewing.com\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\n",
        ),
        (
            "POST / HTTP/1.1\r\nHost: crisewing.com\r\nContent-Length: 2\r\n\r\nhi",
            "HTTP/1.1 405 Method Not Allowed\r\n",
        ),
        ("GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n"),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\n",
        ),
        (
            "hello, is anybody there?\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\n",
        ),
        (
            "HEAD / HTTP/1.1\r\nHost: crisewing.com\r\n\r\n",
            "HTTP/1.1 200 OK\r\n",
        ),
    ] {
        let reply = reply(&lab, SITE, request.as_bytes());
        assert!(reply.starts_with(status), "{request}{reply}");
    }
    let get = reply(&lab, SITE, REQUEST);
    let head = reply(
        &lab,
        SITE,
        b"HEAD / HTTP/1.1\r\nHost: crisewing.com\r\n\r\n",
    );
    assert_eq!(head.len(), get.find("\r\n\r\n").unwrap() + 4);
    let length = |reply: &str| {
        reply
            .lines()
            .find(|line| line.starts_with("Content-Length"))
            .map(str::to_owned)
    };
    assert_eq!(length(&head), length(&get));
    assert!(
        reply(&lab, SITE, b"POST / HTTP/1.1\r\nHost: a\r\n\r\n")
            .contains("\r\nAllow: GET, HEAD\r\n")
    );
}

#[test]
fn the_other_sites_have_a_small_page_that_names_them() {
    let lab = lab();
    for (host, to) in [
        ("google.com", "173.194.33.14:80"),
        ("uw.edu", "128.95.155.135:80"),
    ] {
        let reply = reply(&lab, to, REQUEST);
        assert!(reply.contains(&format!("Welcome to {host}")), "{reply}");
        assert!(reply.len() < 1000);
    }
}

#[test]
fn curl_fetches_the_page() {
    let lab = lab();
    let port = lab.route(address(SITE), SOCK_STREAM).unwrap().port();
    let url = format!("http://127.0.0.1:{port}/");
    // Without curl on this machine there is nothing to see.
    let Ok(output) = Command::new("curl")
        .args(["-s", "-i", "--noproxy", "*", &url, &url])
        .output()
    else {
        return;
    };
    assert_eq!(output.stdout.len(), 2 * 19427);
}

#[test]
fn echo_sends_back_every_byte_and_then_closes() {
    let lab = lab();
    let all: Vec<u8> = (0..=u8::MAX).cycle().take(1 << 20).collect();
    let mut stream = connect(&lab, "192.0.2.7:7");
    let mut writer = stream.try_clone().unwrap();
    let sent = all.clone();
    let writing = std::thread::spawn(move || {
        writer.write_all(&sent).unwrap();
        writer.shutdown(Shutdown::Write).unwrap();
    });
    assert_eq!(rest(&mut stream), all);
    writing.join().unwrap();
}

#[test]
fn echo_sends_back_datagrams_of_every_size() {
    let lab = lab();
    let socket = datagrams(&lab, "192.0.2.7:7");
    let mut back = vec![0; 65536];
    for size in [0, 1, 1500, 65507] {
        socket.send(&vec![7; size]).unwrap();
        assert_eq!(socket.recv(&mut back).unwrap(), size);
    }
}

#[test]
fn daytime_tells_the_time_to_streams_and_datagrams() {
    let lab = lab();
    let line = String::from_utf8(rest(&mut connect(&lab, "192.0.2.13:13"))).unwrap();
    assert!(line.ends_with("-UTC\r\n"), "{line}");
    let socket = datagrams(&lab, "192.0.2.13:13");
    socket.send(b"").unwrap();
    let mut datagram = [0; 100];
    let length = socket.recv(&mut datagram).unwrap();
    assert!(datagram[..length].ends_with(b"-UTC\r\n"));
}

#[track_caller]
fn promised(reply: &[u8]) -> usize {
    let text = String::from_utf8_lossy(reply);
    let (head, _) = text.split_once("\r\n\r\n").unwrap();
    let line = head
        .lines()
        .find_map(|line| line.strip_prefix("Content-Length: "))
        .unwrap();
    line.parse::<usize>().unwrap() + head.len() + 4
}

#[test]
fn chunks_come_one_by_one() {
    let lab = lab();
    let mut stream = connect(&lab, "198.51.100.11:80");
    stream.write_all(REQUEST).unwrap();
    let mut part = [0; 4096];
    let first = stream.read(&mut part).unwrap();
    assert!(first < part.len());
    let mut whole = part[..first].to_vec();
    assert!(first < promised(&whole));
    whole.extend(rest(&mut stream));
    assert_eq!(whole.len(), promised(&whole));
}

#[test]
fn slow_drips() {
    let lab = lab();
    let mut stream = connect(&lab, "198.51.100.10:80");
    stream.write_all(REQUEST).unwrap();
    let start = Instant::now();
    let mut part = [0; 4096];
    let first = stream.read(&mut part).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_millis(20)))
        .unwrap();
    let early = stream.read(&mut [0; 1]).map_err(|error| error.kind());
    assert!(matches!(
        early,
        Ok(1) | Err(ErrorKind::WouldBlock | ErrorKind::TimedOut)
    ));
    stream.set_read_timeout(None).unwrap();
    let total = first + early.unwrap_or_default() + rest(&mut stream).len();
    assert_eq!(total, promised(&part[..first]));
    assert!(start.elapsed() > Duration::from_millis(500));
}

#[test]
fn exact_fills_the_buffer_and_leaves_the_connection_open() {
    let lab = lab();
    let mut stream = connect(&lab, "198.51.100.12:80");
    for _ in 0..2 {
        stream.write_all(REQUEST).unwrap();
        let mut reply = vec![0; 2 * 4096];
        stream.read_exact(&mut reply).unwrap();
        assert_eq!(promised(&reply), reply.len());
    }
    stream.shutdown(Shutdown::Write).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_millis(50)))
        .unwrap();
    let error = stream.read(&mut [0; 1]).unwrap_err();
    assert!(matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut
    ));
}

#[test]
fn reset_breaks_off_in_the_middle() {
    let lab = lab();
    let mut stream = connect(&lab, "198.51.100.13:80");
    stream.write_all(REQUEST).unwrap();
    let mut reply = vec![0; 1000];
    stream.read_exact(&mut reply).unwrap();
    assert!(promised(&reply) > 1000);
    assert_eq!(
        stream.read(&mut [0; 1]).unwrap_err().kind(),
        ErrorKind::ConnectionReset
    );
}

#[test]
fn silent_says_nothing() {
    let lab = lab();
    let mut stream = connect(&lab, "198.51.100.14:80");
    stream.write_all(REQUEST).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_millis(50)))
        .unwrap();
    let error = stream.read(&mut [0; 1]).unwrap_err();
    assert!(matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut
    ));
}

#[test]
fn half_ends_first_and_still_listens() {
    let lab = lab();
    let mut stream = connect(&lab, "198.51.100.15:80");
    assert!(rest(&mut stream).ends_with(b"I am listening.\n"));
    for _ in 0..100 {
        stream.write_all(&[b'x'; 1000]).unwrap();
    }
}

/// What one process holds: its threads and its descriptors.
#[cfg(target_os = "linux")]
fn held() -> (usize, usize) {
    let count = |folder: &str| std::fs::read_dir(folder).unwrap().count();
    (count("/proc/self/task"), count("/proc/self/fd"))
}

/// Run by [`a_lab_that_is_gone_left_nothing`], alone in its process.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "counts what its whole process holds"]
fn alone_a_lab_that_is_gone_left_nothing() {
    let before = held();
    for _ in 0..3 {
        let lab = lab();
        assert_eq!(held(), before, "a new lab has started something");
        let mut open = Vec::new();
        for host in lab.hosts() {
            for service in &host.services {
                for ip in &host.addresses {
                    let to = format!("{}:{}", ip, service.port);
                    let to = if ip.ip.is_ipv6() {
                        format!("[{ip}]:{}", service.port)
                    } else {
                        to
                    };
                    if lab.route(address(&to), SOCK_DGRAM).is_ok() && ip.ip.is_ipv4() {
                        lab.route(address(&to), SOCK_STREAM).unwrap();
                    }
                }
            }
        }
        for to in [
            SITE,
            "192.0.2.7:7",
            "198.51.100.10:80",
            "198.51.100.12:80",
            "198.51.100.14:80",
        ] {
            let mut stream = connect(&lab, to);
            stream.write_all(REQUEST).unwrap();
            open.push(stream);
        }
        lab.route(address("203.0.113.2:80"), SOCK_STREAM).unwrap();
        lab.route(address("203.0.113.1:80"), SOCK_STREAM).unwrap();
        lab.gethostbyname("uw.edu").unwrap();
        let dns = lab.dns_addr().unwrap();
        assert_eq!(held().0, before.0 + 1, "a lab needs one thread");
        drop(lab);
        assert!(TcpStream::connect(dns).is_err());
        drop(open);
        // A thread that was joined is counted by the kernel for a moment longer.
        let end = Instant::now() + Duration::from_secs(10);
        while held() != before && Instant::now() < end {
            std::thread::yield_now();
        }
        assert_eq!(held(), before);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_lab_that_is_gone_left_nothing() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--test-threads=1"])
        .arg("lab::tests::servers::alone_a_lab_that_is_gone_left_nothing")
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && shown.contains("1 passed"),
        "{shown}"
    );
}
