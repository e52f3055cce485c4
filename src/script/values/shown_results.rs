//! `out`: the values that were shown, numbered from 1, as texts. Only their shown form is kept, so
//! that they hold no socket open.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

use rhai::{Engine, EvalAltResult, Position};

use super::{Property, Value, ValueType, property, register_type, size};
use crate::repr::{Repr, ReprBuilder};

/// How many results are kept; the oldest go.
const KEPT: usize = 1000;
/// The most that all of them together may take, in bytes.
const ROOM: usize = 8 << 20;

/// The numbered results of one console. Copies are the same ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Results(Rc<RefCell<KeptResults>>);

#[derive(Debug, Default)]
struct KeptResults {
    trees: VecDeque<Arc<Repr>>,
    /// How many came before the first that is kept.
    gone: usize,
    bytes: usize,
}

impl Results {
    /// Keeps a value that was shown.
    pub(crate) fn push(&self, tree: &Arc<Repr>) {
        let mut kept = self.0.borrow_mut();
        kept.bytes += tree.weight();
        kept.trees.push_back(Arc::clone(tree));
        while kept.trees.len() > KEPT || kept.bytes > ROOM {
            let Some(oldest) = kept.trees.pop_front() else {
                break;
            };
            kept.bytes -= oldest.weight();
            kept.gone += 1;
        }
    }

    /// Forgets all.
    pub(crate) fn clear(&self) {
        *self.0.borrow_mut() = KeptResults::default();
    }

    /// The text of result `number`, from 1; -1 is the last.
    fn get(&self, number: i64) -> Option<String> {
        let kept = self.0.borrow();
        let all = kept.gone + kept.trees.len();
        let at = if number < 0 {
            all.checked_sub(usize::try_from(number.unsigned_abs()).ok()?)?
        } else {
            usize::try_from(number).ok()?.checked_sub(1)?
        };
        kept.trees
            .get(at.checked_sub(kept.gone)?)
            .map(ToString::to_string)
    }

    fn len(&self) -> usize {
        let kept = self.0.borrow();
        kept.gone + kept.trees.len()
    }
}

impl Value for Results {
    const TYPE: ValueType = ValueType::Results;
    const PROPERTIES: &'static [Property<Self>] =
        &[property("len", ValueType::Integer, |results| {
            size(results.len())
        })];

    fn repr(&self, builder: &mut ReprBuilder) -> Repr {
        let kept = self.0.borrow();
        let rows = kept.trees.iter().enumerate();
        Repr::Dict(builder.gather(rows, |builder, (at, tree)| {
            let number = i64::try_from(kept.gone + at + 1).unwrap_or(i64::MAX);
            (Repr::Int(number), builder.text(&tree.brief()))
        }))
    }
}

/// `out[3]`, `out[-1]`, `out.len`.
pub(crate) fn install(engine: &mut Engine) {
    register_type::<Results>(engine);
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
    engine.register_fn("len", |results: &mut Results| {
        i64::try_from(results.len()).unwrap_or(i64::MAX)
    });
}
