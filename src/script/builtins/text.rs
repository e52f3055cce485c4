//! Methods of texts, in Python's spelling. Texts never change in place here.

use std::any::TypeId;
use std::rc::Rc;

use rhai::{Array, Dynamic, Engine, ImmutableString};

use super::bytes::encoding;
use crate::net::error::{Cause, Fault};
use crate::script::catalog::{Call, CallResult, functions, register_exact};
use crate::script::context::Context;
use crate::script::values::{from_start, shown};

functions! {
    /// What texts can do beside rhai's own methods.
    pub(crate) static METHODS of Text = {
        /// Whether it begins with a text (rhai: `starts_with`).
        ///
        /// ```rhai
        /// "AF_INET".startswith("AF_");
        /// //> true
        /// ```
        fn startswith(prefix: Text) -> Boolean: Computes;
        /// Whether it ends with a text (rhai: `ends_with`).
        ///
        /// ```rhai
        /// "crisewing.com".endswith(".com");
        /// //> true
        /// ```
        fn endswith(suffix: Text) -> Boolean: Computes;
        /// A new text in large letters (rhai: `to_upper`).
        ///
        /// ```rhai
        /// "get".upper();
        /// //> "GET"
        /// ```
        fn upper() -> Text: Computes;
        /// A new text in small letters (rhai: `to_lower`).
        ///
        /// ```rhai
        /// "Host".lower();
        /// //> "host"
        /// ```
        fn lower() -> Text: Computes;
        /// A new text without the blanks, or the characters of `characters`, at both ends. (rhai's
        /// `trim` changes the variable instead.)
        ///
        /// ```rhai
        /// "  Yes\r\n".strip();
        /// //> "Yes"
        /// "..a..".strip(".");
        /// //> "a"
        /// ```
        fn strip(characters: Text = ()) -> Text: Computes;
        /// `strip` at the beginning only.
        ///
        /// ```rhai
        /// "  a ".lstrip();
        /// //> "a "
        /// ```
        fn lstrip(characters: Text = ()) -> Text: Computes;
        /// `strip` at the end only.
        ///
        /// ```rhai
        /// "line\r\n".rstrip();
        /// //> "line"
        /// ```
        fn rstrip(characters: Text = ()) -> Text: Computes;
        /// The texts of an array in one, with this text between them.
        ///
        /// ```rhai
        /// ".".join(["127", "0", "0", "1"]);
        /// //> "127.0.0.1"
        /// ```
        fn join(parts: [Text]) -> Text: Computes;
        /// The bytes of the text: in `"utf-8"`, `"ascii"` or `"latin-1"`.
        ///
        /// ```rhai
        /// "h\u00e9".encode();
        /// //> b"h\xc3\xa9"
        /// ```
        fn encode(encoding: Text = "utf-8") -> Bytes: Computes;
        /// The place where a text is first, counted in characters from 0, or -1 where it is not
        /// (rhai: `index_of`). It looks from `start` on, which counts from the end where it is
        /// negative.
        ///
        /// ```rhai
        /// "Host: a".find(":");
        /// //> 4
        /// ```
        fn find(part: Text, start: Integer = 0) -> Integer: Computes;
        /// The pieces between the separators, with at most `limit` cuts; -1 is no limit. Without
        /// a separator it cuts at blanks and line ends.
        ///
        /// ```rhai
        /// "Host: a: b".split(": ", 1);
        /// //> ["Host", "a: b"]
        /// "GET  / HTTP/1.1".split((), 1);
        /// //> ["GET", "/ HTTP/1.1"]
        /// ```
        fn split(separator: Text = (), limit: Integer = -1) -> [Text]: Computes;
        /// The place where a text is last, or -1 where it is not.
        ///
        /// ```rhai
        /// "a.b.c".rfind(".");
        /// //> 3
        /// ```
        fn rfind(part: Text) -> Integer: Computes;
        /// How often a text is in it, without overlaps.
        ///
        /// ```rhai
        /// "a.b.c".count(".");
        /// //> 2
        /// ```
        fn count(part: Text) -> Count: Computes;
        /// A new text with every `old` replaced by `new`. Unlike rhai's own `replace` it leaves
        /// the variable alone: `text = text.replace(…)` changes that.
        ///
        /// ```rhai
        /// let line = "a-b-c";
        /// line.replace("-", "+");
        /// //> "a+b+c"
        /// line;
        /// //> "a-b-c"
        /// ```
        fn replace(old: Text, new: Text) -> Text: Computes;
        /// Whether it is digits and nothing else.
        ///
        /// ```rhai
        /// "8080".isdigit();
        /// //> true
        /// ```
        fn isdigit() -> Boolean: Computes;
        /// Whether it is letters and nothing else.
        ///
        /// ```rhai
        /// "ssh".isalpha();
        /// //> true
        /// ```
        fn isalpha() -> Boolean: Computes;
        /// The lines, without their ends.
        ///
        /// ```rhai
        /// "GET / HTTP/1.1\r\nHost: a\r\n".splitlines();
        /// //> ["GET / HTTP/1.1", "Host: a"]
        /// ```
        fn splitlines() -> [Text]: Computes;
        /// A new text of at least so many characters, filled with blanks at the end.
        ///
        /// ```rhai
        /// "ssh".ljust(5) + "22";
        /// //> "ssh  22"
        /// ```
        fn ljust(width: Integer) -> Text: Computes;
        /// A new text of at least so many characters, filled with blanks at the beginning.
        ///
        /// ```rhai
        /// "22".rjust(5);
        /// //> "   22"
        /// ```
        fn rjust(width: Integer) -> Text: Computes;
        /// A new text of at least so many characters, filled with zeros at the beginning.
        ///
        /// ```rhai
        /// "7".zfill(3);
        /// //> "007"
        /// ```
        fn zfill(width: Integer) -> Text: Computes;
    }
}

fn this(call: &Call<'_, '_>) -> Result<ImmutableString, Fault> {
    call.this::<ImmutableString>()
}

fn number(count: usize) -> CallResult {
    Ok(i64::try_from(count).unwrap_or(i64::MAX).into())
}

fn startswith(call: &mut Call<'_, '_>) -> CallResult {
    Ok(this(call)?.starts_with(call.text(0)?.as_str()).into())
}

fn endswith(call: &mut Call<'_, '_>) -> CallResult {
    Ok(this(call)?.ends_with(call.text(0)?.as_str()).into())
}

fn upper(call: &mut Call<'_, '_>) -> CallResult {
    Ok(this(call)?.to_uppercase().into())
}

fn lower(call: &mut Call<'_, '_>) -> CallResult {
    Ok(this(call)?.to_lowercase().into())
}

/// Whether `strip` takes a character away.
fn stripped(call: &Call<'_, '_>) -> Result<impl Fn(char) -> bool + use<>, Fault> {
    let characters = call.optional_text(0)?;
    Ok(move |c: char| match &characters {
        Some(characters) => characters.contains(c),
        None => c.is_whitespace(),
    })
}

fn strip(call: &mut Call<'_, '_>) -> CallResult {
    let unwanted = stripped(call)?;
    Ok(this(call)?.trim_matches(unwanted).into())
}

fn lstrip(call: &mut Call<'_, '_>) -> CallResult {
    let unwanted = stripped(call)?;
    Ok(this(call)?.trim_start_matches(unwanted).into())
}

fn rstrip(call: &mut Call<'_, '_>) -> CallResult {
    let unwanted = stripped(call)?;
    Ok(this(call)?.trim_end_matches(unwanted).into())
}

fn join(call: &mut Call<'_, '_>) -> CallResult {
    let between = this(call)?;
    let value = call.value(0)?;
    let Some(parts) = super::arrays::parts(value) else {
        return Err(call.takes(0, "an array of texts"));
    };
    let parts: Vec<ImmutableString> = parts
        .into_iter()
        .map(|part| {
            let got = shown::describe(&part);
            part.into_immutable_string().map_err(|_| {
                let cause = Cause::Type(format!("an array of texts is wanted, not {got} in it"));
                cause.noting("`str(x)` makes a text of anything")
            })
        })
        .collect::<Result<_, Fault>>()?;
    let parts: Vec<&str> = parts.iter().map(ImmutableString::as_str).collect();
    Ok(parts.join(&between).into())
}

fn encode(call: &mut Call<'_, '_>) -> CallResult {
    let encoding = encoding(call, 0)?;
    let bytes = encoding.encode(&this(call)?);
    bytes
        .map(Dynamic::from)
        .map_err(|mismatch| Cause::Value(format!("{mismatch}: {}", encoding.name())).into())
}

/// A place in characters, of a place in bytes.
fn characters(text: &str, place: Option<usize>) -> CallResult {
    match place {
        Some(place) => number(text[..place].chars().count()),
        None => Ok((-1_i64).into()),
    }
}

fn find(call: &mut Call<'_, '_>) -> CallResult {
    let (text, part) = (this(call)?, call.text(0)?);
    let length = text.chars().count();
    let start = from_start(call.int(1)?, length);
    if start > length {
        return Ok((-1_i64).into());
    }
    let from = text
        .char_indices()
        .nth(start)
        .map_or(text.len(), |(at, _)| at);
    characters(&text, text[from..].find(part.as_str()).map(|at| at + from))
}

fn split(call: &mut Call<'_, '_>) -> CallResult {
    let text = this(call)?;
    let limit = usize::try_from(call.int(1)?).unwrap_or(usize::MAX);
    let pieces: Vec<&str> = match call.optional_text(0)? {
        Some(separator) if separator.is_empty() => {
            return Err(Cause::Value("the separator is empty".into()).into());
        }
        Some(separator) => text
            .splitn(limit.saturating_add(1), separator.as_str())
            .collect(),
        None => words(&text, limit).collect(),
    };
    let pieces: Array = pieces
        .into_iter()
        .map(|piece| piece.to_string().into())
        .collect();
    Ok(pieces.into())
}

/// The words between blanks; after `limit` cuts the rest is one, its own blanks at the end included.
fn words(text: &str, limit: usize) -> impl Iterator<Item = &str> {
    let (mut rest, mut cuts) = (text, 0);
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        if rest.is_empty() {
            return None;
        }
        let end = if cuts < limit {
            rest.find(char::is_whitespace).unwrap_or(rest.len())
        } else {
            rest.len()
        };
        cuts += 1;
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

fn rfind(call: &mut Call<'_, '_>) -> CallResult {
    let text = this(call)?;
    characters(&text, text.rfind(call.text(0)?.as_str()))
}

fn count(call: &mut Call<'_, '_>) -> CallResult {
    number(this(call)?.matches(call.text(0)?.as_str()).count())
}

fn replace(call: &mut Call<'_, '_>) -> CallResult {
    let (text, old, new) = (this(call)?, call.text(0)?, call.text(1)?);
    let found = text.matches(old.as_str()).count();
    fits(text.len().saturating_add(found.saturating_mul(new.len())))?;
    Ok(text.replace(old.as_str(), &new).into())
}

/// Texts that a method makes have the bound of bytes.
fn fits(length: usize) -> Result<(), Fault> {
    let most = crate::script::values::Bytes::LONGEST;
    if length > most {
        return Err(Cause::Range(format!(
            "a text of {length} bytes is too long: {most} are the most"
        ))
        .into());
    }
    Ok(())
}

fn isdigit(call: &mut Call<'_, '_>) -> CallResult {
    let text = this(call)?;
    Ok((!text.is_empty() && text.chars().all(|c| c.is_ascii_digit())).into())
}

fn isalpha(call: &mut Call<'_, '_>) -> CallResult {
    let text = this(call)?;
    Ok((!text.is_empty() && text.chars().all(char::is_alphabetic)).into())
}

fn splitlines(call: &mut Call<'_, '_>) -> CallResult {
    let text = this(call)?;
    let lines: Array = text
        .lines()
        .map(|line| Dynamic::from(line.to_string()))
        .collect();
    Ok(lines.into())
}

/// The characters that are missing to a width.
fn filling(call: &Call<'_, '_>, text: &str, filling: char) -> Result<String, Fault> {
    let width = usize::try_from(call.int(0)?.max(0)).unwrap_or(usize::MAX);
    fits(width)?;
    let missing = width.saturating_sub(text.chars().count());
    Ok(std::iter::repeat_n(filling, missing).collect())
}

fn ljust(call: &mut Call<'_, '_>) -> CallResult {
    let text = this(call)?;
    Ok(format!("{text}{}", filling(call, &text, ' ')?).into())
}

fn rjust(call: &mut Call<'_, '_>) -> CallResult {
    let text = this(call)?;
    Ok(format!("{}{text}", filling(call, &text, ' ')?).into())
}

fn zfill(call: &mut Call<'_, '_>) -> CallResult {
    let text = this(call)?;
    let zeros = filling(call, &text, '0')?;
    let sign = usize::from(text.starts_with(['-', '+']));
    let (sign, digits) = text.split_at(sign);
    Ok(format!("{sign}{zeros}{digits}").into())
}

/// Has `replace` and `split` come before rhai's own.
pub(crate) fn install(engine: &mut Engine, context: &Rc<Context>) {
    let text = TypeId::of::<ImmutableString>();
    let character = TypeId::of::<char>();
    let integer = TypeId::of::<i64>();
    for separator in [text, character] {
        register_exact(engine, METHODS, "split", &[text, separator], context);
        let limited = [text, separator, integer];
        register_exact(engine, METHODS, "split", &limited, context);
    }
    for old in [text, character] {
        for new in [text, character] {
            register_exact(engine, METHODS, "replace", &[text, old, new], context);
        }
    }
}
