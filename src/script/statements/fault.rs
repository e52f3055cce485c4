//! What is wrong with a statement, in plain words, with what to type: rhai's complaints explained.

use rhai::{LexError, ParseErrorType};

/// What is wrong with a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SyntaxFault {
    /// The byte of the statement at which it goes wrong; at most its length.
    pub(crate) offset: usize,
    /// What is wrong: a lower-case fragment.
    pub(crate) message: String,
    /// What to type instead.
    pub(crate) mend: String,
}

impl SyntaxFault {
    pub(crate) fn new(offset: usize, message: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            offset,
            message: message.into(),
            mend: mend.into(),
        }
    }
}

fn lexer_fault(error: &LexError, offset: usize) -> SyntaxFault {
    let (message, mend) = match error {
        LexError::UnexpectedInput(text) => (
            format!("`{}` cannot stand here", visible(text)),
            "write what belongs before it, or remove it".into(),
        ),
        LexError::UnterminatedString => (
            "this text has no closing quote on its line".into(),
            "close it; a text of several lines stands between backticks".into(),
        ),
        LexError::MalformedEscapeSequence(text) => (
            format!("`{}` is no escape", visible(text)),
            "for a backslash itself write `\\\\`".into(),
        ),
        LexError::MalformedNumber(text) => (
            format!("`{}` is no number", visible(text)),
            "write digits, or `0x` and hexadecimal digits".into(),
        ),
        LexError::MalformedIdentifier(text) => (
            format!("`{}` cannot be a name", visible(text)),
            "a name has a letter in it, such as `it`".into(),
        ),
        LexError::ImproperSymbol(symbol, _) => (
            format!("`{}` is not part of the language", visible(symbol)),
            instead_of(symbol).into(),
        ),
        // Our own: what is wrong, and what to write.
        LexError::Runtime(text) => match text.split_once("; ") {
            Some((wrong, mend)) => (wrong.into(), mend.into()),
            None => (text.clone(), "write it another way".into()),
        },
        other => (
            first_lower(&other.to_string()),
            "write it another way".into(),
        ),
    };
    SyntaxFault {
        offset,
        message,
        mend,
    }
}

/// What people mean by a symbol that other languages have.
fn instead_of(symbol: &str) -> &'static str {
    match symbol {
        "===" | "=" => "for a comparison write `==`",
        "!==" => "write `!=`",
        ":=" => "write `=`, with `let` before a new name",
        "++" => "write `+= 1`",
        "--" => "write `-= 1`",
        "<-" => "write `<=`, or a blank between `<` and `-`",
        "(*" | "*)" => "there is no `*` for arguments: give them one by one, or as an array",
        "::<" => "write `::`",
        "# {" => "write `#{` without a blank",
        _ => "remove it",
    }
}

/// Text from outside without anything that a terminal would obey.
fn visible(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() {
                c.escape_default().to_string()
            } else {
                c.into()
            }
        })
        .collect()
}

/// A parser's complaint in plain words, with what to type.
pub(crate) fn explain_syntax(error: &ParseErrorType) -> String {
    let fault = plain(error, 0);
    format!("{}; {}", fault.message, fault.mend)
}

pub(crate) fn plain(error: &ParseErrorType, offset: usize) -> SyntaxFault {
    match error {
        ParseErrorType::BadInput(error) => lexer_fault(error, offset),
        ParseErrorType::MissingToken(token, why) => missing(token, why, offset),
        ParseErrorType::FnMissingParams(name) => SyntaxFault::new(
            offset,
            format!("function `{name}` has no parameters"),
            format!("write `fn {name}() {{`"),
        ),
        ParseErrorType::FnMissingBody(name) => SyntaxFault::new(
            offset,
            format!("function `{name}` has no body"),
            "write it in braces: `{ … }`",
        ),
        ParseErrorType::Reserved(word) => SyntaxFault::new(
            offset,
            format!("`{word}` is a word of the language"),
            "choose another name",
        ),
        ParseErrorType::AssignmentToConstant(name) => SyntaxFault::new(
            offset,
            format!("`{name}` is a constant"),
            "make a variable with `let`",
        ),
        ParseErrorType::ExprExpected(what) => SyntaxFault::new(
            offset,
            format!("a value is missing here ({what})"),
            "write an expression",
        ),
        ParseErrorType::MissingSymbol(why) => {
            SyntaxFault::new(offset, first_lower(why), "write it here")
        }
        other => {
            let (message, mend) = fixed(other);
            let message = message.map_or_else(|| first_lower(&other.to_string()), str::to_owned);
            SyntaxFault::new(offset, message, mend)
        }
    }
}

fn missing(token: &str, why: &str, offset: usize) -> SyntaxFault {
    if token == ";" {
        return SyntaxFault::new(
            offset,
            "a statement has no end before this",
            "part two statements with `;`",
        );
    }
    let message = format!("`{token}` is missing here, {}", first_lower(why));
    SyntaxFault::new(offset, message, format!("write `{token}`"))
}

/// The errors that carry nothing worth telling; no message: rhai's own.
fn fixed(error: &ParseErrorType) -> (Option<&'static str>, &'static str) {
    match error {
        ParseErrorType::UnexpectedEOF => (
            Some("the statement stops in the middle"),
            "write what comes next",
        ),
        ParseErrorType::VariableExpected => (
            Some("a name is missing here"),
            "write the name of a variable",
        ),
        ParseErrorType::PropertyExpected => (
            Some("a name is missing behind the dot"),
            "for a part by its place write `[0]`",
        ),
        ParseErrorType::LoopBreak => (Some("`break` and `continue` belong in a loop"), "remove it"),
        ParseErrorType::AssignmentToInvalidLHS(_) => (
            Some("this cannot be assigned to"),
            "for a comparison write `==`",
        ),
        ParseErrorType::WrongDocComment => (
            Some("a `///` comment belongs to the function below it"),
            "for prose write `//`",
        ),
        _ => (None, "write it another way"),
    }
}

fn first_lower(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}
