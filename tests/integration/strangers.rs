//! Lessons that mean harm, in every command that takes a lesson: nothing of the home is read, nothing is
//! written, sent or left, and no text of theirs steers the terminal.

use std::fs;
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::net::{UnixDatagram, UnixListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use crate::builder::{SOCKLAB, clean_environment};

/// What stands in the files of the home; 7431 in the outputs means that it was read.
const SECRET: &str = "const secret = \"7431\";";

/// A home with things worth harming, a folder for temporary files, and one with the lessons.
struct Place {
    folder: tempfile::TempDir,
    service: UnixListener,
    datagrams: UnixDatagram,
    server: TcpListener,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        for name in ["home", "tmp", "work"] {
            fs::create_dir(path(name)).expect("a folder");
        }
        fs::write(path("home/secret"), SECRET).expect("a file");
        fs::write(path("home/script.rhai"), format!("export {SECRET}")).expect("a file");
        let server = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let service = UnixListener::bind(path("home/service.sock")).expect("a path");
        let datagrams = UnixDatagram::bind(path("home/datagrams.sock")).expect("a path");
        server.set_nonblocking(true).expect("a socket");
        service.set_nonblocking(true).expect("a socket");
        datagrams.set_nonblocking(true).expect("a socket");
        let place = Self {
            folder,
            service,
            datagrams,
            server,
        };
        let lessons = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
        place.copy(&lessons, &place.path("work"));
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn copy(&self, from: &Path, to: &Path) {
        for entry in fs::read_dir(from).expect("a folder").flatten() {
            let to = to.join(entry.file_name());
            if entry.path().is_dir() {
                fs::create_dir(&to).expect("a folder");
                self.copy(&entry.path(), &to);
                continue;
            }
            let text = fs::read_to_string(entry.path()).expect("a text");
            let home = self.path("home").display().to_string();
            let port = self.server.local_addr().expect("an address").port();
            let text = text.replace("@HOME@", &home);
            fs::write(to, text.replace("@PORT@", &port.to_string())).expect("a file");
        }
    }

    fn lessons(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path("work")).expect("a folder").flatten();
        let files = entries.filter(|entry| !entry.path().is_dir());
        let names = files.filter_map(|entry| entry.file_name().into_string().ok());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    /// Runs a command, and looks what it did.
    #[track_caller]
    fn harmless(&self, args: &[&str], input: &str) -> Output {
        let mut child = Command::new(SOCKLAB)
            .args(args)
            .env_clear()
            .envs(clean_environment(&self.path("home")))
            .env("TMPDIR", self.path("tmp"))
            .current_dir(self.path("work"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        let input = input.to_owned();
        thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
        let output = child.wait_with_output().expect("it ends");
        let text = [output.stdout.as_slice(), &output.stderr].concat();
        let text = String::from_utf8_lossy(&text);
        let told = || text.chars().take(3000).collect::<String>();
        assert!(
            !text.contains("7431"),
            "{args:?} read the home:\n{}",
            told()
        );
        let steers = |c: char| (c.is_control() && c != '\n' && c != '\t') || c == '\u{202e}';
        assert!(!text.contains(steers), "{args:?} steers:\n{:?}", told());
        assert!(
            output.status.code().is_some(),
            "{args:?} was ended:\n{}",
            told()
        );
        let names = |folder: &str| {
            let entries = fs::read_dir(self.path(folder)).expect("a folder").flatten();
            let mut names: Vec<_> = entries.map(|entry| entry.file_name()).collect();
            names.retain(|name| name != ".local");
            names.sort();
            names
        };
        let home = ["datagrams.sock", "script.rhai", "secret", "service.sock"];
        assert_eq!(names("home"), home, "{args:?}");
        assert_eq!(names("tmp"), Vec::<&str>::new(), "{args:?}");
        assert!(
            self.service.accept().is_err(),
            "{args:?} called the service"
        );
        assert!(self.server.accept().is_err(), "{args:?} called the server");
        assert!(
            self.datagrams.recv(&mut [0; 9]).is_err(),
            "{args:?} sent a datagram"
        );
        output
    }
}

/// The lines of a lesson that are not comments, as somebody would type them.
fn typed(lesson: &Path) -> String {
    let text = fs::read_to_string(lesson).expect("a text");
    let lines = text.lines().filter(|line| !line.starts_with("//"));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_hostile_lesson_does_no_harm_when_it_is_run() {
    let place = Place::new();
    for lesson in place.lessons() {
        let path = format!("./{lesson}");
        for args in [
            &["lesson", "run", path.as_str()][..],
            &["lesson", "run", "--shared", path.as_str()],
        ] {
            let code = place.harmless(args, "").status.code();
            let wanted = if lesson.starts_with("12") { 2 } else { 1 };
            assert_eq!(code, Some(wanted), "{args:?}");
        }
    }
}

#[test]
fn a_hostile_lesson_does_no_harm_when_it_is_taught() {
    let place = Place::new();
    for lesson in place.lessons() {
        // A person ends these with Ctrl-C.
        if lesson.contains("never-ends") || lesson.contains("without-end") {
            continue;
        }
        let lines = typed(&place.path("work").join(&lesson));
        let input = format!("{lines}{lines}show\nnext\nshow\nquit\n");
        place.harmless(&["lesson", "start", &format!("./{lesson}")], &input);
    }
}

#[test]
fn a_hostile_lesson_does_no_harm_to_its_readers_and_authors() {
    let place = Place::new();
    for lesson in place.lessons() {
        let path = format!("./{lesson}");
        place.harmless(&["lesson", "lint", &path], "");
        place.harmless(&["lesson", "lint", "--format", "json", &path], "");
        place.harmless(&["lesson", "show", &path], "");
        place.harmless(&["lesson", "export", &path], "");
        place.harmless(&["lesson", "accept", &path], "");
    }
}

#[test]
fn one_s_own_lesson_may_do_what_one_may() {
    let place = Place::new();
    let output = Command::new(SOCKLAB)
        .args(["lesson", "--trust", "run", "-v", "./01-reads-the-home.rhai"])
        .env_clear()
        .envs(clean_environment(&place.path("home")))
        .current_dir(place.path("work"))
        .output()
        .expect("it runs");
    assert!(String::from_utf8_lossy(&output.stdout).contains("7431"));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_lesson_has_a_folder_for_its_unix_sockets() {
    let place = Place::new();
    let lesson = "//! # Its own folder\n\nlet s = socket(AF_UNIX, SOCK_STREAM);\ns.bind(\"own.sock\");\n\
        s.listen();\nlet c = socket(AF_UNIX, SOCK_STREAM);\nc.connect(\"own.sock\");\n\
        s.getsockname();\n//> \"own.sock\"\nunlink(\"own.sock\");\n";
    fs::write(place.path("work/own.rhai"), lesson).expect("a file");
    let output = place.harmless(&["lesson", "run", "./own.rhai"], "");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}
