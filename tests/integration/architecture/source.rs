//! A file of `src` as its tokens: the paths, types and marks of its code, comments and texts left out.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A path that the code names, resolved from the crate's root: `crate::net::Cause` and, in
/// `net/poll.rs`, `super::Cause` are both `net`, `Cause`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) line: usize,
    pub(crate) path: Vec<String>,
}

/// A file of `src`: its path there, its text, and what its code says.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
    /// Every `crate::`, `self::` and `super::` path of the code, groups taken apart.
    pub(crate) paths: Vec<Named>,
    /// The types that it defines outside of functions, with their lines.
    pub(crate) types: Vec<(usize, String)>,
    /// Its tokens with their lines, one after the other, brackets included.
    tokens: Vec<(usize, String)>,
    /// The modules that it declares for tests only.
    pub(crate) test_modules: BTreeSet<String>,
}

impl File {
    pub(crate) fn new(path: &str, text: String) -> Self {
        let tokens: TokenStream = text
            .parse()
            .unwrap_or_else(|error| panic!("src/{path}: {error}"));
        let mut file = Self {
            path: path.into(),
            text,
            paths: Vec::new(),
            types: Vec::new(),
            tokens: flattened(tokens.clone()),
            test_modules: test_modules(tokens.clone()),
        };
        collect_paths(tokens.clone(), &file.module(), &mut file.paths);
        collect_types(tokens, &mut file.types);
        file
    }

    /// Its module: `net/socket.rs` is `net`, `socket`; the library's root is empty.
    pub(crate) fn module(&self) -> Vec<String> {
        let path = self.path.strip_suffix(".rs").unwrap_or(&self.path);
        let parts = path.split('/').map(String::from);
        if self.is_root() {
            return Vec::new();
        }
        parts.collect()
    }

    /// Whether it is the root of the library or of a binary.
    fn is_root(&self) -> bool {
        ["lib.rs", "main.rs"].contains(&self.path.as_str()) || self.path.starts_with("bin/")
    }

    /// The layer it belongs to; nothing for roots.
    pub(crate) fn layer(&self) -> String {
        self.module().into_iter().next().unwrap_or_default()
    }

    /// Whether it lies in a module, or is it: `net/sys/unix.rs` is within `net/sys`.
    pub(crate) fn is_within(&self, module: &str) -> bool {
        let own = self.module().join("/");
        own.strip_prefix(module)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Whether it holds nothing but tests: its module is `tests`, or declared under `cfg(test)`.
    pub(crate) fn is_test(&self, files: &[Self]) -> bool {
        let module = self.module();
        (1..=module.len()).any(|depth| {
            let (name, parent) = (&module[depth - 1], &module[..depth - 1]);
            name == "tests"
                || files
                    .iter()
                    .find(|file| !file.path.starts_with("bin/") && file.module() == parent)
                    .is_some_and(|file| file.test_modules.contains(name))
        })
    }

    /// The lines that name a package: `rhai::…`, `::rhai`, `use rhai`.
    pub(crate) fn names_package(&self, package: &str) -> Vec<usize> {
        let tokens = &self.tokens;
        let is = |at: usize, text: &str| tokens.get(at).is_some_and(|(_, found)| found == text);
        let named = |at: usize| {
            let imported = at > 0 && is(at - 1, "use");
            let opens = is(at + 1, ":") && is(at + 2, ":");
            let from_root = at > 1 && is(at - 1, ":") && is(at - 2, ":");
            // `x::rhai::y` is somebody else's; `::rhai` and `use ::rhai` are the package.
            let inner = from_root && at > 2 && is_word(&tokens[at - 3].1) && !is(at - 3, "use");
            let member = at > 0 && is(at - 1, ".");
            is(at, package) && (imported || opens || from_root) && !inner && !member
        };
        let lines = (0..tokens.len()).filter(|at| named(*at));
        lines.map(|at| tokens[at].0).collect()
    }

    /// The lines on which `unsafe` begins a block, a function or a declaration, with the word after.
    pub(crate) fn unsafe_places(&self) -> Vec<(usize, &str)> {
        let pairs = self.tokens.windows(2);
        pairs
            .filter(|pair| pair[0].1 == "unsafe")
            .map(|pair| (pair[0].0, pair[1].1.as_str()))
            .collect()
    }
}

/// Every file of `src`, in order.
pub(crate) static FILES: LazyLock<Vec<File>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    gather(&root, &root, &mut found);
    assert!(found.len() > 50, "src was not found");
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
});

fn gather(root: &Path, folder: &Path, found: &mut Vec<File>) {
    for entry in fs::read_dir(folder).expect("a folder of src").flatten() {
        let path = entry.path();
        if path.is_dir() {
            gather(root, &path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).expect("a file of src");
            let path = path.strip_prefix(root).expect("it lies in src");
            found.push(File::new(&path.display().to_string(), text));
        }
    }
}

fn is_word(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn test_modules(tokens: TokenStream) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut for_tests = false;
    let mut before = String::new();
    for token in tokens {
        match (&token, before.as_str()) {
            (TokenTree::Ident(name), "mod") if for_tests => {
                found.insert(name.to_string());
            }
            (TokenTree::Group(group), "#") => {
                let text = group.to_string().replace(' ', "");
                for_tests |= text.starts_with("[cfg(") && text.contains("test");
            }
            (TokenTree::Punct(end), _) if end.as_char() == ';' => for_tests = false,
            (TokenTree::Group(group), _) if group.delimiter() == Delimiter::Brace => {
                for_tests = false;
            }
            _ => {}
        }
        before = if let TokenTree::Group(_) = token {
            String::new()
        } else {
            token.to_string()
        };
    }
    found
}

/// Tokens with their lines, one after the other, brackets included.
fn flattened(stream: TokenStream) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for token in stream {
        let line = token.span().start().line;
        if let TokenTree::Group(group) = token {
            let (open, close) = match group.delimiter() {
                Delimiter::Brace => ("{", "}"),
                Delimiter::Bracket => ("[", "]"),
                _ => ("(", ")"),
            };
            found.push((line, open.into()));
            found.extend(flattened(group.stream()));
            found.push((line, close.into()));
        } else {
            found.push((line, token.to_string()));
        }
    }
    found
}

fn collect_paths(stream: TokenStream, module: &[String], found: &mut Vec<Named>) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Group(group) => {
                let name = at.checked_sub(1).and_then(|at| ident(&tokens[at]));
                let opener = at.checked_sub(2).and_then(|at| ident(&tokens[at]));
                if let (Some("mod"), Some(name)) = (opener.as_deref(), name) {
                    let inner = [module, &[name]].concat();
                    collect_paths(group.stream(), &inner, found);
                } else {
                    collect_paths(group.stream(), module, found);
                }
                at += 1;
            }
            TokenTree::Ident(word) if is_separator(&tokens[at + 1..]) => {
                let base = match word.to_string().as_str() {
                    "crate" => Some(Vec::new()),
                    "self" => Some(module.to_vec()),
                    "super" => Some(parent(module)),
                    _ => None,
                };
                at += 3;
                if let Some(base) = base {
                    at += follow(&tokens[at..], base, found);
                }
            }
            _ => at += 1,
        }
    }
}

/// Follows a path, whose beginning is known, to its end; gives how many tokens it took.
fn follow(tokens: &[TokenTree], mut path: Vec<String>, found: &mut Vec<Named>) -> usize {
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let line = token.span().start().line;
        match token {
            TokenTree::Ident(word) => {
                match word.to_string().as_str() {
                    "super" => path = parent(&path),
                    "self" => {}
                    name => path.push(name.into()),
                }
                at += 1;
                if is_separator(&tokens[at..]) {
                    at += 2;
                    continue;
                }
                found.push(Named { line, path });
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let parts: Vec<TokenTree> = group.stream().into_iter().collect();
                for part in parts.split(|token| token.to_string() == ",") {
                    follow(part, path.clone(), found);
                }
                at += 1;
            }
            // `*`, or the `<` of a type's arguments.
            _ => found.push(Named { line, path }),
        }
        return at;
    }
    at
}

fn parent(module: &[String]) -> Vec<String> {
    module[..module.len().saturating_sub(1)].to_vec()
}

fn ident(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Ident(word) => Some(word.to_string()),
        _ => None,
    }
}

fn is_separator(tokens: &[TokenTree]) -> bool {
    let colon =
        |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(mark)) if mark.as_char() == ':');
    colon(0) && colon(1)
}

fn collect_types(stream: TokenStream, found: &mut Vec<(usize, String)>) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    for three in tokens.windows(3) {
        let (Some(word), Some(name)) = (ident(&three[0]), ident(&three[1])) else {
            continue;
        };
        match (word.as_str(), &three[2]) {
            ("struct" | "enum" | "union" | "trait" | "type", _) => {
                found.push((three[1].span().start().line, name));
            }
            ("mod", TokenTree::Group(inner)) => collect_types(inner.stream(), found),
            _ => {}
        }
    }
}
