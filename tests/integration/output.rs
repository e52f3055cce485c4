//! Standard output that is slow, full or gone.

use crate::builder::{Run, SOCKLAB, code};
use crate::machine;

/// Runs a line of sh; `$S` is the program.
#[track_caller]
fn sh(line: &str) -> Run {
    Run::new("sh").args(["-c", &format!("S={SOCKLAB}; {line}")])
}

#[test]
fn a_reader_that_goes_ends_the_program_at_once_and_in_silence() {
    sh("{ $S -c 'loop { print(1) }'; echo $? >&2; } | head -1")
        .stdout("1")
        .stderr("141")
        .status(0);
}

#[test]
fn a_full_disk_is_said_and_counts_whatever_the_command() {
    for command in [
        "-c 'print(1)'",
        "-c 'loop { print(1) }'",
        "help recv",
        "lesson list",
        "lesson show 0",
        "lesson show 0 --source",
        "lesson export 1",
        "lesson export-progress -",
        "lesson run 1 -v",
        "lesson run 1 --format json",
        "lesson run 1 --format junit",
        "lesson run 1 --format github",
        "man",
        "completions bash",
        "--help",
        "--version",
    ] {
        sh(&format!("$S {command} > /dev/full"))
            .stderr_has("error: cannot write to standard output: no space left on device")
            .status(2);
    }
}

/// Python that, for each of these counts, runs the program with this code into a pipe `r` that nobody
/// reads, until that has so many bytes of the 65,536 that it takes.
fn into_a_pipe(code: &str, counts: &str, then: &str) -> Option<Run> {
    let python = format!(
        "import fcntl,os,signal,struct,subprocess,sys,termios\n\
         for count in {counts}:\n \
           r,w=os.pipe()\n \
           fcntl.fcntl(w,fcntl.F_SETFL,fcntl.fcntl(w,fcntl.F_GETFL)|os.O_NONBLOCK)\n \
           p=subprocess.Popen([sys.argv[1],'-c',sys.argv[2]],stdout=w,stderr=subprocess.DEVNULL)\n \
           os.close(w)\n \
           while struct.unpack('i',fcntl.ioctl(r,termios.FIONREAD,b'0000'))[0]<count: pass\n \
           {then}"
    );
    Some(Run::new(&machine::python()?).args(["-c", &python, SOCKLAB, code]))
}

/// Before the pipe is full, as it becomes full, and after it.
#[test]
fn ctrl_c_ends_a_program_whose_output_nobody_reads() {
    let then = "p.send_signal(signal.SIGINT); print(p.wait())";
    let counts = "range(40000,61000,1000)";
    if let Some(run) = into_a_pipe("loop { print(\"x\" * 100) }", counts, then) {
        run.stdout(&["130"; 21].join("\n")).status(0);
    }
}

#[test]
fn a_slow_reader_of_output_that_does_not_block_loses_no_line() {
    let then = "print(open(r).read().count(chr(10)),p.wait())";
    if let Some(run) = into_a_pipe("for i in 0..20000 { print(i) }", "[60000]", then) {
        run.stdout("20000 0").status(0);
    }
}

#[test]
fn an_exit_code_that_the_system_cannot_tell_is_refused() {
    code("exit(300)")
        .stderr_has("error: exit: an exit code is 0 to 255, not 300")
        .status(1);
    code("exit(255)").status(255);
}

#[test]
fn help_that_finds_nothing_is_no_success() {
    sh("$S help nosuchname")
        .stdout("no help for `nosuchname`; `help` shows what there is")
        .status(1);
}

#[test]
fn a_wrong_command_line_cannot_steer_the_terminal() {
    let (code, shown) = sh("$S \"x\u{202e}\u{7}\" 2>&1").any_status();
    assert_eq!(code, 2);
    assert!(shown.contains("x\\u202e"), "{shown}");
    assert!(!shown.contains(['\u{7}', '\u{202e}']), "{shown}");
}
