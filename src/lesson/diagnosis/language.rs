//! The language that a program is written in, as far as its command tells.

/// A language that advice is given in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// socklab's own scripts.
    Rhai,
    Python,
    C,
    Node,
    Go,
    Java,
    /// Another one: advice in words alone.
    Other,
}

/// The interpreters, and how their programs' files end.
const KNOWN: [(Language, &[&str], &[&str]); 6] = [
    (Language::Rhai, &["socklab"], &["rhai"]),
    (
        Language::Python,
        &["python", "pypy", "uv", "ipython"],
        &["py", "pyz"],
    ),
    (
        Language::Node,
        &["node", "nodejs", "deno", "bun", "tsx"],
        &["js", "mjs", "cjs", "ts"],
    ),
    (
        Language::Java,
        &["java", "javac"],
        &["java", "jar", "class"],
    ),
    (Language::Go, &["go"], &["go"]),
    (
        Language::C,
        &["cc", "gcc", "clang", "tcc", "g++", "c++"],
        &["c", "cc", "cpp", "cxx", "out"],
    ),
];

/// Interpreters of languages that no advice is written for.
const OTHERS: [&str; 12] = [
    "perl", "ruby", "php", "lua", "nc", "ncat", "socat", "bash", "sh", "tclsh", "guile", "ghc",
];

impl Language {
    /// The language of a command line: the first of its words that names one. A program that is no
    /// interpreter of ours was compiled, and in a course on sockets most of those are C.
    pub(crate) fn of_command(line: &str) -> Self {
        let words = || line.split(|c: char| c.is_whitespace() || "'\"();&|".contains(c));
        let known = words().filter(|word| !word.is_empty()).find_map(of_word);
        let other = || {
            words()
                .map(stem)
                .any(|name| OTHERS.contains(&name.as_str()))
        };
        match known {
            Some(language) => language,
            None if other() => Self::Other,
            None => Self::C,
        }
    }
}

fn of_word(word: &str) -> Option<Language> {
    let name = stem(word);
    let ending = word.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is = |(_, programs, endings): &&(Language, &[&str], &[&str])| {
        programs.contains(&name.as_str()) || endings.contains(&ending)
    };
    KNOWN.iter().find(is).map(|known| known.0)
}

/// The name of a program's file, without the version at its end: `python` for `/usr/bin/python3.11`.
fn stem(word: &str) -> String {
    let name = word.rsplit('/').next().unwrap_or(word);
    name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-')
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn the_command_tells_the_language() {
        let cases = [
            ("python3 server.py", Language::Python),
            ("/usr/bin/python3.11 -B x", Language::Python),
            ("env PORT=1 node app", Language::Node),
            ("./run.sh -- server.mjs", Language::Node),
            ("java -cp out EchoServer", Language::Java),
            ("go run .", Language::Go),
            ("sh -c 'exec python3 x'", Language::Python),
            ("./echo", Language::C),
            ("./a.out", Language::C),
            ("perl echo.pl", Language::Other),
            ("socklab run server.rhai", Language::Rhai),
            ("", Language::C),
        ];
        for (command, language) in cases {
            assert_eq!(Language::of_command(command), language, "{command}");
        }
    }
}
