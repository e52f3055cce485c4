//! Definition files for editors: what the rhai language server needs to complete our functions.

use std::collections::BTreeSet;

use rhai::Engine;

use crate::net::constants;
use crate::script::catalog::Function;
use crate::script::functions::rows;
use crate::script::values::ValueType;

/// A definition file: its name and its text.
pub(crate) type DefinitionFile = (String, String);

/// The definition files: rhai's own functions, ours with their documentation, and the constants.
pub(crate) fn definitions() -> Vec<DefinitionFile> {
    let rhai = Engine::new();
    let own = rhai.definitions().with_headers(true);
    vec![
        ("__builtin__.d.rhai".into(), own.builtin_functions()),
        (
            "__builtin-operators__.d.rhai".into(),
            own.builtin_functions_operators(),
        ),
        ("socklab.d.rhai".into(), functions()),
        ("constants.d.rhai".into(), constant_definitions()),
    ]
}

/// Our functions: a definition for each number of arguments, the documentation above.
fn functions() -> String {
    let mut text = String::from("module static;\n");
    let mut seen: BTreeSet<(Option<ValueType>, String)> = BTreeSet::new();
    for function in rows() {
        let most = function.params.len();
        for count in function.required()..=most {
            let head = head(function, count);
            // Methods of two types may have the same name; the server tells them by the type.
            let receiver = function.receiver;
            if !seen.insert((receiver, head.clone())) {
                continue;
            }
            text.push('\n');
            for line in function.doc.trim_end().lines() {
                let line = line.strip_prefix(' ').unwrap_or(line);
                text.push_str(format!("/// {line}").trim_end());
                text.push('\n');
            }
            text.push_str(&head);
            text.push('\n');
        }
    }
    text
}

/// Words that rhai keeps for itself, among those that parameters are called by.
const RESERVED: &[&str] = &[
    "async", "case", "default", "is", "match", "new", "shared", "static", "sync", "thread", "use",
    "var", "with",
];

/// `fn connect(socket: Socket, address: ?) -> ?;`
fn head(function: &Function, count: usize) -> String {
    let receiver = function
        .receiver
        .map(|of| format!("self_: {}", of.in_rhai().replace(' ', "_")));
    let params = function.params[..count].iter().map(|param| {
        // A parameter that takes the rest is written `…name` in help.
        let name: String = param
            .name
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect();
        let mark = if RESERVED.contains(&name.as_str()) {
            "_"
        } else {
            ""
        };
        format!("{name}{mark}: ?")
    });
    let params: Vec<String> = receiver.into_iter().chain(params).collect();
    format!("fn {}({}) -> ?;", function.name, params.join(", "))
}

/// The constants of this platform, each with its line of documentation.
fn constant_definitions() -> String {
    let mut text = String::from("module static;\n");
    for constant in constants::all() {
        text.push_str(&format!(
            "\n/// {} ({})\nconst {}: int;\n",
            constant.doc, constant.value, constant.name
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::definitions;

    #[test]
    fn every_definition_is_one_that_the_language_server_reads() {
        let files = definitions();
        let head =
            Regex::new(r"^fn [A-Za-z_]\w*\((\w+: [?\w]+(, \w+: [?\w]+)*)?\) -> \?;$").unwrap();
        let ours = &files
            .iter()
            .find(|(name, _)| name == "socklab.d.rhai")
            .unwrap()
            .1;
        let heads: Vec<&str> = ours
            .lines()
            .filter(|line| line.starts_with("fn "))
            .collect();
        assert!(heads.len() > 100, "{}", heads.len());
        for line in &heads {
            assert!(head.is_match(line), "{line}");
        }
        assert!(
            heads.contains(&"fn getservbyname(name: ?) -> ?;"),
            "{heads:?}"
        );
        let rest = ours
            .lines()
            .filter(|line| !line.starts_with("fn ") && !line.starts_with("///"));
        assert!(rest.skip(1).all(str::is_empty));
        let constants = &files
            .iter()
            .find(|(name, _)| name == "constants.d.rhai")
            .unwrap()
            .1;
        assert!(constants.contains("const AF_INET: int;"));
        assert!(files.iter().all(|(_, text)| text.starts_with("module ")));
    }
}
