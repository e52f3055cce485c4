//! Making bytes, looking into them, and turning them into text.

mod make;
mod operators;

use std::any::TypeId;
use std::rc::Rc;

use rhai::{Array, Dynamic, Engine, ImmutableString};

use crate::net::error::{Cause, Fault};
use crate::repr::escape;
use crate::script::catalog::{Call, CallResult, functions, register_exact};
use crate::script::context::Context;
use crate::script::values::{ByteMismatch, Bytes, Encoding, from_start, register_type, shown};

pub(crate) use make::FUNCTIONS;
pub(crate) use make::of_numbers;

functions! {
    /// What bytes can do.
    pub(crate) static METHODS of Bytes = {
        /// How many bytes there are. `len(b)` and the property `b.len` say the same.
        ///
        /// ```rhai
        /// bytes("Hey").len();
        /// //> 3
        /// ```
        fn len() -> Count: Computes;
        /// Whether there are none: what `recv` gives once the other side has closed.
        ///
        /// ```rhai
        /// bytes().is_empty();
        /// //> true
        /// ```
        fn is_empty() -> Boolean: Computes;
        /// Whether a part, or the byte of a number, is in them. `in` asks the same.
        ///
        /// ```rhai
        /// let request = bytes("GET / HTTP/1.1");
        /// request.contains("HTTP");
        /// //> true
        /// 71 in request;
        /// //> true
        /// ```
        fn contains(part: Any) -> Boolean: Computes;
        /// The place where a part, or the byte of a number, is first, counted from 0, or -1 where
        /// it is not. It looks from `start` on, which counts from the end where it is negative.
        ///
        /// ```rhai
        /// bytes("Host: a\r\n\r\n").find("\r\n");
        /// //> 7
        /// ```
        fn find(part: Any, start: Integer = 0) -> Integer: Computes;
        /// The pieces between the separators, with at most `limit` cuts; -1 is no limit. Without
        /// a separator it cuts at blanks and line ends.
        ///
        /// ```rhai
        /// bytes("GET / HTTP/1.1").split(" ");
        /// //> [b"GET", b"/", b"HTTP/1.1"]
        /// bytes("a: b: c").split(": ", 1);
        /// //> [b"a", b"b: c"]
        /// ```
        fn split(separator: Data = (), limit: Integer = -1) -> [Bytes]: Computes;
        /// Whether they begin with a part.
        ///
        /// ```rhai
        /// bytes("HTTP/1.1 200 OK").starts_with("HTTP/");
        /// //> true
        /// ```
        fn starts_with(part: Data) -> Boolean: Computes;
        /// Python's spelling of `starts_with`.
        ///
        /// ```rhai
        /// bytes("GET /").startswith("POST");
        /// //> false
        /// ```
        fn startswith(part: Data) -> Boolean: Computes => starts_with;
        /// Whether they end with a part.
        ///
        /// ```rhai
        /// bytes("one\r\n").ends_with("\r\n");
        /// //> true
        /// ```
        fn ends_with(part: Data) -> Boolean: Computes;
        /// Python's spelling of `ends_with`.
        ///
        /// ```rhai
        /// bytes("one\r\n").endswith("\n");
        /// //> true
        /// ```
        fn endswith(part: Data) -> Boolean: Computes => ends_with;
        /// New bytes with every `old` replaced by `new`.
        ///
        /// ```rhai
        /// bytes("a-b-c").replace("-", "");
        /// //> b"abc"
        /// ```
        fn replace(old: Data, new: Data) -> Bytes: Computes;
        /// New bytes without the blanks and line ends at both ends.
        ///
        /// ```rhai
        /// bytes("  hello\r\n").strip();
        /// //> b"hello"
        /// ```
        fn strip() -> Bytes: Computes;
        /// New bytes with small letters for ASCII's large ones.
        ///
        /// ```rhai
        /// bytes("Content-Length").lower();
        /// //> b"content-length"
        /// ```
        fn lower() -> Bytes: Computes;
        /// New bytes with large letters for ASCII's small ones.
        ///
        /// ```rhai
        /// bytes("get").upper();
        /// //> b"GET"
        /// ```
        fn upper() -> Bytes: Computes;
        /// All parts of an array in one, with these bytes between them.
        ///
        /// ```rhai
        /// bytes(", ").join(["a", "b"]);
        /// //> b"a, b"
        /// ```
        fn join(parts: [Data]) -> Bytes: Computes;
        /// The text that they are: in `"utf-8"`, `"ascii"` or `"latin-1"`. Bytes that are not text
        /// are an error that names the byte and its place, counted from 0.
        ///
        /// ```rhai
        /// bytes("Hey").decode();
        /// //> "Hey"
        /// bytes([72, 255]).decode();
        /// //> error: decode: byte `\xff` at place 1 is not text in utf-8
        /// ```
        fn decode(encoding: Text = "utf-8") -> Text: Computes;
        /// Two hexadecimal digits for each byte, with `between` between them.
        ///
        /// ```rhai
        /// bytes("Hey").hex();
        /// //> "486579"
        /// bytes("Hey").hex(" ");
        /// //> "48 65 79"
        /// ```
        fn hex(between: Text = "") -> Text: Computes;
        /// A text in three columns: offset, 16 bytes in hexadecimal, the same as ASCII.
        ///
        /// ```rhai
        /// print(bytes("GET /\r\n").hexdump());
        /// //> 00000000  47 45 54 20 2f 0d 0a                              |GET /..|
        /// //> 00000007
        /// ```
        fn hexdump() -> Text: Computes;
        /// The numbers of the bytes, 0 to 255.
        ///
        /// ```rhai
        /// bytes("Hey").to_array();
        /// //> [72, 101, 121]
        /// ```
        fn to_array() -> [Integer]: Computes;
        /// The number that up to 8 bytes make, without a sign. `"big"` is network byte order: the
        /// highest byte first; `"little"` is the other.
        ///
        /// ```rhai
        /// bytes([1, 0]).to_int();
        /// //> 256
        /// bytes([1, 0]).to_int("little");
        /// //> 1
        /// ```
        fn to_int(order: Text = "big") -> Integer: Computes;
    }
}

fn this(call: &Call<'_, '_>) -> Result<Bytes, Fault> {
    call.this::<Bytes>()
}

fn answer(value: impl rhai::Variant + Clone) -> CallResult {
    Ok(Dynamic::from(value))
}

fn number(count: usize) -> CallResult {
    answer(i64::try_from(count).unwrap_or(i64::MAX))
}

fn len(call: &mut Call<'_, '_>) -> CallResult {
    number(this(call)?.len())
}

fn is_empty(call: &mut Call<'_, '_>) -> CallResult {
    answer(this(call)?.is_empty())
}

fn contains(call: &mut Call<'_, '_>) -> CallResult {
    let bytes = this(call)?;
    if let Ok(number) = call.value(0)?.as_int() {
        let byte = u8::try_from(number).map_err(|_| not_a_byte(number))?;
        return answer(bytes.as_slice().contains(&byte));
    }
    answer(bytes.find(call.bytes(0)?.as_slice(), 0).is_some())
}

fn find(call: &mut Call<'_, '_>) -> CallResult {
    find_in(&this(call)?, call)
}

/// `find` in these bytes: the arguments are a part or the number of a byte, and where to begin.
pub(super) fn find_in(bytes: &Bytes, call: &Call<'_, '_>) -> CallResult {
    let start = from_start(call.int(1)?, bytes.len());
    let part = match call.value(0)?.as_int() {
        Ok(number) => {
            let byte = u8::try_from(number).map_err(|_| not_a_byte(number))?;
            Bytes::new(vec![byte])
        }
        Err(_) => call.bytes(0)?,
    };
    match bytes.find(part.as_slice(), start) {
        Some(place) => number(place),
        None => answer(-1_i64),
    }
}

fn split(call: &mut Call<'_, '_>) -> CallResult {
    let bytes = this(call)?;
    let limit = usize::try_from(call.int(1)?).unwrap_or(usize::MAX);
    let pieces: Array = if call.optional(0).is_none() {
        words(bytes.as_slice(), limit)
            .map(|word| Dynamic::from(Bytes::new(word.to_vec())))
            .collect()
    } else {
        let separator = call.bytes(0)?;
        if separator.is_empty() {
            return Err(Cause::Value("the separator is empty".into()).into());
        }
        let pieces = bytes.split(separator.as_slice(), limit);
        pieces.into_iter().map(Dynamic::from).collect()
    };
    Ok(pieces.into())
}

/// The words between blanks; after `limit` cuts the rest is one, its own blanks at the end included.
fn words(bytes: &[u8], limit: usize) -> impl Iterator<Item = &[u8]> {
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0x0b;
    let (mut rest, mut cuts) = (bytes, 0);
    std::iter::from_fn(move || {
        let begin = rest.iter().position(|byte| !is_blank(byte))?;
        rest = &rest[begin..];
        let end = if cuts < limit {
            rest.iter().position(is_blank).unwrap_or(rest.len())
        } else {
            rest.len()
        };
        cuts += 1;
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

fn starts_with(call: &mut Call<'_, '_>) -> CallResult {
    answer(
        this(call)?
            .as_slice()
            .starts_with(call.bytes(0)?.as_slice()),
    )
}

fn ends_with(call: &mut Call<'_, '_>) -> CallResult {
    answer(this(call)?.as_slice().ends_with(call.bytes(0)?.as_slice()))
}

fn replace(call: &mut Call<'_, '_>) -> CallResult {
    let (bytes, old, new) = (this(call)?, call.bytes(0)?, call.bytes(1)?);
    if old.is_empty() {
        return Err(Cause::Value("the part to replace is empty".into()).into());
    }
    let pieces = bytes.split(old.as_slice(), usize::MAX);
    answer(joined(&pieces, new.as_slice())?)
}

fn strip(call: &mut Call<'_, '_>) -> CallResult {
    answer(Bytes::new(this(call)?.as_slice().trim_ascii().to_vec()))
}

fn lower(call: &mut Call<'_, '_>) -> CallResult {
    answer(Bytes::new(this(call)?.as_slice().to_ascii_lowercase()))
}

fn upper(call: &mut Call<'_, '_>) -> CallResult {
    answer(Bytes::new(this(call)?.as_slice().to_ascii_uppercase()))
}

fn join(call: &mut Call<'_, '_>) -> CallResult {
    let between = this(call)?;
    let Some(parts) = call
        .value(0)?
        .read_lock::<Array>()
        .map(|parts| parts.clone())
    else {
        return Err(call.takes(0, "an array of bytes"));
    };
    let parts: Vec<Bytes> = parts
        .iter()
        .map(|part| {
            Bytes::from_dynamic(part).ok_or_else(|| {
                let got = shown::describe(part);
                Fault::from(Cause::Type(format!(
                    "an array of bytes is wanted, not {got} in it"
                )))
            })
        })
        .collect::<Result<_, _>>()?;
    answer(joined(&parts, between.as_slice())?)
}

/// The pieces in one, with `between` between them, as long as that is not too long.
fn joined(pieces: &[Bytes], between: &[u8]) -> Result<Bytes, Fault> {
    let gaps = between.len().saturating_mul(pieces.len().saturating_sub(1));
    let total = pieces
        .iter()
        .fold(gaps, |sum, piece| sum.saturating_add(piece.len()));
    check_length(total)?;
    let mut all = Vec::with_capacity(total);
    for (index, piece) in pieces.iter().enumerate() {
        if index > 0 {
            all.extend_from_slice(between);
        }
        all.extend_from_slice(piece.as_slice());
    }
    Ok(Bytes::new(all))
}

pub(crate) fn check_length(length: usize) -> Result<(), Fault> {
    if length > Bytes::LONGEST {
        let most = Bytes::LONGEST;
        return Err(
            Cause::Range(format!("{length} bytes are too many: {most} are the most")).into(),
        );
    }
    Ok(())
}

/// The encoding that an argument names, UTF-8 where it was left out.
pub(crate) fn encoding(call: &Call<'_, '_>, index: usize) -> Result<Encoding, Fault> {
    let Some(name) = call.optional_text(index)? else {
        return Ok(Encoding::Utf8);
    };
    Encoding::find(&name).ok_or_else(|| {
        let name = escape::short(&escape::quoted(&name));
        Cause::Value(format!(
            "no encoding {name}: there are `\"utf-8\"`, `\"ascii\"` and `\"latin-1\"`"
        ))
        .into()
    })
}

/// Why something is not text in an encoding, with the next step.
pub(crate) fn not_text(mismatch: &ByteMismatch, encoding: Encoding) -> Fault {
    match mismatch {
        ByteMismatch::Byte { .. } => {
            Cause::Value(format!("{mismatch} in {}", encoding.name())).into()
        }
        ByteMismatch::Split { .. } => Cause::Value(mismatch.to_string())
            .noting("gather all the bytes first (`let all = bytes(); all += part`), then decode"),
        ByteMismatch::Character(c) => {
            let c = escape::quoted(&c.to_string());
            Cause::Value(format!("{} has no byte for {c}", encoding.name())).into()
        }
    }
}

fn decode(call: &mut Call<'_, '_>) -> CallResult {
    let (bytes, encoding) = (this(call)?, encoding(call, 0)?);
    let text = encoding.decode(bytes.as_slice());
    text.map(Dynamic::from)
        .map_err(|mismatch| not_text(&mismatch, encoding))
}

fn hex(call: &mut Call<'_, '_>) -> CallResult {
    let between = call.text(0)?;
    let bytes = this(call)?;
    check_length(bytes.len().saturating_mul(2 + between.len()))?;
    Ok(bytes.hex(&between).into())
}

fn hexdump(call: &mut Call<'_, '_>) -> CallResult {
    let bytes = this(call)?;
    check_length(bytes.len().saturating_mul(5))?;
    Ok(bytes.hexdump().into())
}

fn to_array(call: &mut Call<'_, '_>) -> CallResult {
    let numbers: Array = this(call)?.into_iter().map(Dynamic::from).collect();
    Ok(numbers.into())
}

/// Whether `"big"` was asked for.
fn big(call: &Call<'_, '_>, index: usize) -> Result<bool, Fault> {
    match call.optional_text(index)?.as_deref() {
        None | Some("big") => Ok(true),
        Some("little") => Ok(false),
        Some(other) => Err(Cause::Value(format!(
            "the order is `\"big\"` or `\"little\"`, not {}",
            escape::short(&escape::quoted(other))
        ))
        .into()),
    }
}

fn to_int(call: &mut Call<'_, '_>) -> CallResult {
    let (bytes, big) = (this(call)?, big(call, 0)?);
    if bytes.len() > 8 {
        let message = format!("at most 8 bytes make a number, not {}", bytes.len());
        return Err(Cause::Range(message).into());
    }
    let fold = |sum: u64, byte: &u8| (sum << 8) | u64::from(*byte);
    let sum = if big {
        bytes.as_slice().iter().fold(0, fold)
    } else {
        bytes.as_slice().iter().rev().fold(0, fold)
    };
    let number = i64::try_from(sum).map_err(|_| {
        Cause::Range(format!(
            "{sum} is more than an integer holds ({})",
            i64::MAX
        ))
    })?;
    answer(number)
}

pub(crate) fn not_a_byte(number: i64) -> Cause {
    Cause::Value(format!("a byte is a number from 0 to 255, not {number}"))
}

/// The type, and the operators that bytes take part in.
pub(crate) fn install(engine: &mut Engine, context: &Rc<Context>) {
    register_type::<Bytes>(engine);
    // rhai's own `bytes(text)` counts them.
    let text = TypeId::of::<ImmutableString>();
    register_exact(engine, FUNCTIONS, "bytes", &[text], context);
    engine.register_iterator::<Bytes>();
    operators::register(engine);
}
