//! Standard output that is slow, full or gone.

use crate::builder::{Run, SOCKLAB, code};

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

#[test]
fn ctrl_c_ends_a_program_whose_output_nobody_reads() {
    let line = "{ $S -c 'eprint(1); loop { print(\"x\" * 100) }' & P=$!; sleep 1; kill -INT $P; \
                wait $P; echo $? >&2; } | sleep 3";
    sh(line).stderr_has("130").status(0);
}

#[test]
fn a_slow_reader_of_output_that_does_not_block_loses_no_line() {
    let python = "import fcntl,os,subprocess,sys,time\n\
        r,w=os.pipe()\n\
        fcntl.fcntl(w,fcntl.F_SETFL,fcntl.fcntl(w,fcntl.F_GETFL)|os.O_NONBLOCK)\n\
        p=subprocess.Popen([sys.argv[1],'-c','for i in 0..20000 { print(i) }'],stdout=w)\n\
        os.close(w)\ntime.sleep(0.5)\nprint(open(r).read().count(chr(10)),p.wait())";
    if Run::new("python3").args(["-c", "pass"]).any_status().0 == 0 {
        Run::new("python3")
            .args(["-c", python, SOCKLAB])
            .stdout("20000 0")
            .status(0);
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
