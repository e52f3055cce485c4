//! Words that rhai keeps for itself and that a script of ours may use all the same.

use rhai::{Engine, Token};

/// Lets `call` be a name: `err.call` is the part of an error that says which call it was, and
/// `f.call(1)` still calls. Every engine that reads a learner's source needs it.
pub(crate) fn free(engine: &mut Engine) {
    // The interface is marked unstable; the lock file holds it still.
    #[allow(deprecated)]
    engine.on_parse_token(|token, _, _| match token {
        Token::Reserved(word) if *word == "call" => Token::Identifier(word),
        other => other,
    });
}
