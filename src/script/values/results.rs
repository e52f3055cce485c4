//! `out`: the texts of the values that were shown, numbered from 1. They are texts, so that they
//! hold no socket open.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use rhai::{Dynamic, Engine, EvalAltResult, Position};

use super::{Shown, Value};
use crate::script::repr;

/// How many results are kept; the oldest go.
const KEPT: usize = 1000;
/// The most that all of them together may take, in bytes.
const ROOM: usize = 8 << 20;

/// The numbered results of one console. Copies are the same ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Results(Rc<RefCell<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    texts: VecDeque<String>,
    /// How many came before the first that is kept.
    gone: usize,
    bytes: usize,
}

impl Results {
    /// Keeps the text of a value that was shown.
    pub(crate) fn push(&self, text: &str) {
        let mut kept = self.0.borrow_mut();
        kept.bytes += text.len();
        kept.texts.push_back(text.into());
        while kept.texts.len() > KEPT || kept.bytes > ROOM {
            let Some(oldest) = kept.texts.pop_front() else {
                break;
            };
            kept.bytes -= oldest.len();
            kept.gone += 1;
        }
    }

    /// Forgets all.
    pub(crate) fn clear(&self) {
        *self.0.borrow_mut() = Kept::default();
    }

    /// The text of result `number`, from 1; -1 is the last.
    fn get(&self, number: i64) -> Option<String> {
        let kept = self.0.borrow();
        let all = kept.gone + kept.texts.len();
        let at = if number < 0 {
            all.checked_sub(usize::try_from(number.unsigned_abs()).ok()?)?
        } else {
            usize::try_from(number).ok()?.checked_sub(1)?
        };
        kept.texts.get(at.checked_sub(kept.gone)?).cloned()
    }

    fn len(&self) -> usize {
        let kept = self.0.borrow();
        kept.gone + kept.texts.len()
    }
}

impl Value for Results {
    const NAME: &'static str = "results";

    fn shown(&self) -> Shown {
        let kept = self.0.borrow();
        let row = |(at, text): (usize, &String)| {
            let number = (kept.gone + at + 1).to_string();
            (number, Dynamic::from(repr::short(text)))
        };
        Shown::Table(kept.texts.iter().enumerate().map(row).collect())
    }
}

/// `out[3]`, `out[-1]`, `out.len`.
pub(crate) fn install(engine: &mut Engine) {
    engine.register_type_with_name::<Results>(Results::NAME);
    repr::register::<Results>(engine);
    engine.register_indexer_get(|results: &mut Results, number: i64| {
        results.get(number).ok_or_else(|| {
            let text = match results.len() {
                0 => "out: nothing has been shown yet".to_string(),
                last => format!(
                    "out: no result {number} is kept; the last one is {last}: `out[{last}]`"
                ),
            };
            Box::new(EvalAltResult::ErrorRuntime(text.into(), Position::NONE))
        })
    });
    engine.register_get("len", |results: &mut Results| {
        i64::try_from(results.len()).unwrap_or(i64::MAX)
    });
    engine.register_fn("len", |results: &mut Results| {
        i64::try_from(results.len()).unwrap_or(i64::MAX)
    });
}
