//! Files that commands write: whole or not at all, through links, and nothing that is there is lost.

use crate::builder::{Run, SOCKLAB, code, socklab};
use crate::machine::namespaces;

/// A lesson whose transcript `accept` mends, and the line that begins it in the shell.
const LESSON: &str = "//! # One\n//! Two.\n\n// One.\n1;\n//> 3\n";

/// Every command that writes a file over one that is there.
const OVER: &[&str] = &[
    "lesson export 6 --force -o there",
    "lesson export-progress --force there",
    "-c 'let x = 5\nsave --force there'",
];

/// Runs a shell script in which `"$1"` is the program.
fn shell(script: &str) -> Run {
    Run::new("sh").args(["-c", script, "sh", SOCKLAB])
}

#[test]
fn what_is_there_is_replaced_by_force_alone() {
    for (command, mend) in [
        ("lesson export 6 -o there", "`--force` replaces it"),
        ("lesson export-progress there", "`--force` replaces it"),
        (
            "lesson starter 7 -o there",
            "`--output FILE` writes another one",
        ),
        (
            "-c 'let x = 5\nsave there'",
            "`save --force there` replaces it",
        ),
    ] {
        shell(&format!("\"$1\" {command}; echo \"$?\"; cat there"))
            .file("there", "mine")
            .stderr(&format!("error: `there` is there already; {mend}"))
            .stdout("2\nmine")
            .status(0);
    }
}

#[test]
fn a_file_that_is_replaced_keeps_its_rights_and_the_link_that_led_to_it() {
    for command in OVER {
        let script = format!(
            "mkdir d; echo mine > d/real; chmod 755 d/real; ln -s d/real there; \
             \"$1\" {command} > /dev/null; \
             readlink there; stat -c %a d/real; grep -c mine d/real; ls -A d"
        );
        shell(&script).stdout("d/real\n755\n0\nreal").status(0);
    }
}

#[test]
fn what_is_no_plain_file_is_not_written_to() {
    for command in OVER {
        for (make, why) in [
            ("mkfifo there", "it is no plain file"),
            ("mkdir there", "it is a folder"),
            ("ln -s /dev/null there", "it is no plain file"),
        ] {
            shell(&format!("{make}; \"$1\" {command}; echo \"$?\"; ls -A"))
                .stderr(&format!("error: cannot write `there`: {why}"))
                .stdout("2\nthere")
                .status(0);
        }
    }
}

#[test]
fn the_streams_of_the_process_can_be_named() {
    shell(
        "\"$1\" lesson export-progress /dev/stdout | grep -c version; \
           \"$1\" lesson export-progress /dev/fd/3 3>&1 | grep -c version; \
           \"$1\" lesson export-progress - | grep -c version",
    )
    .stdout("1\n1\n1")
    .status(0);
}

#[test]
fn a_disk_that_is_full_or_read_only_keeps_what_was_there_and_is_an_error() {
    let full = "head -c 100000 /dev/zero > filler 2>/dev/null";
    let read_only = "mount -o remount,ro .";
    if !namespaces(&["-rm"], "mount -t tmpfs -o size=16k tmpfs /mnt") {
        return;
    }
    let accept = "lesson accept --yes ./it.rhai";
    let new = "lesson new --lessons . 15-topic";
    let others = [
        accept,
        new,
        "lesson starter 7",
        "definitions .",
        "lesson export 6 -o new",
    ];
    for (spoil, why) in [
        (full, "no space left on device"),
        (read_only, "read-only file system"),
    ] {
        for command in OVER.iter().chain(&others) {
            let script = format!(
                "mount -t tmpfs -o size=16k tmpfs \"$HOME\" && cd \"$HOME\" || exit 9; \
                 echo mine > there; printf '%b' '{}' > it.rhai; {spoil}; \
                 \"$1\" {command} > /dev/null; echo \"$?\"; \
                 cat there; grep -c '^//> 3$' it.rhai; ls -A | grep -v filler",
                LESSON.replace('\n', "\\n"),
            );
            Run::new("unshare")
                .args(["-rm", "sh", "-c", &script, "sh", SOCKLAB])
                .stderr_has("cannot write `")
                .stderr_has(why)
                .stdout("2\nmine\n1\nit.rhai\nthere")
                .status(0);
        }
    }
}

#[test]
fn output_that_does_not_arrive_is_an_error() {
    for command in [
        "-c 'print(1)'",
        "lesson list",
        "lesson show 1",
        "lesson show --source 1",
        "lesson run 0",
        "lesson run 0 --format json",
        "lesson run 0 --format junit",
        "lesson export 1",
        "lesson export-progress -",
        "lesson export-progress /dev/stdout",
        "help recv",
        "man",
        "completions bash",
        "--help",
        "--version",
    ] {
        shell(&format!("\"$1\" {command} > /dev/full"))
            .stderr_has("error: cannot write")
            .stderr_has("no space left on device")
            .status(2);
    }
    shell("echo 'print(1)' | \"$1\" > /dev/full")
        .stderr("error: cannot write to standard output: no space left on device")
        .status(2);
}

#[test]
fn whoever_stopped_reading_is_told_nothing() {
    let no_reader = "mkfifo pipe; exec 4<>pipe 5>pipe 4<&-";
    shell(&format!("{no_reader}; \"$1\" lesson list >&5")).status(141);
}

#[test]
fn the_script_decides_the_exit_code_of_output_that_arrives() {
    code("print(1); exit(3)").stdout("1").status(3);
}

#[test]
fn all_progress_is_forgotten_only_when_that_is_meant() {
    let begun = "echo no | \"$1\" lesson start 3 > /dev/null; ";
    shell(&format!(
        "{begun} \"$1\" lesson reset; echo \"$?\"; \
         \"$1\" lesson export-progress - | grep -c getaddrinfo; \"$1\" lesson reset --yes"
    ))
    .stderr("error: nothing is forgotten: there is nobody to ask; add --yes to forget all lessons")
    .stdout("2\n1\n`03-getaddrinfo` begins anew")
    .status(0);
    socklab()
        .args(["lesson", "reset", "--yes"])
        .stdout("nothing to forget: it was not begun")
        .status(0);
}
