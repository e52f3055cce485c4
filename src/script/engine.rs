//! One console's script engine: evaluates a statement and gives its value as text, or its error.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use rhai::{AST, Dynamic, Engine as Rhai, EvalAltResult, OptimizationLevel, Scope};

use super::context::Context;
use super::failure::{Failure, FailureKind, Place, Walk};
use super::globals::Globals;
use super::packages;
use super::scan::{self, Ending, Next};
use super::show;

/// Nested calls of script functions; the console's stack has room for them.
pub const CALL_LEVELS: usize = 1000;
/// Nested brackets and operators in one expression, at the top level and in functions.
const EXPRESSION_DEPTH: usize = 200;
/// The longest text, in bytes.
pub(super) const LONGEST_TEXT: usize = 256 << 20;

/// What evaluating a statement came to; what it printed has gone to the context's output.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// The canonical text of its value; none for `()` and after an error.
    pub value: Option<String>,
    /// The error that ended it.
    pub error: Option<Failure>,
}

impl Outcome {
    /// The outcome of a console whose thread is gone.
    pub fn lost() -> Self {
        let text = "this console has ended; its variables are lost";
        Self { value: None, error: Some(Failure::plain(FailureKind::Stopped, text)) }
    }
}

/// A script engine with its variables and functions.
pub struct Engine {
    rhai: Rhai,
    scope: Scope<'static>,
    /// The functions of the statements so far; no statements.
    kept: AST,
    globals: Rc<RefCell<Globals>>,
    context: Rc<Context>,
    /// Variables that came since they were last asked for.
    fresh: Vec<String>,
}

impl Engine {
    /// An engine whose functions call through `context`.
    pub fn new(context: Context) -> Self {
        let context = Rc::new(context);
        let globals = Rc::<RefCell<Globals>>::default();
        let mut rhai = Rhai::new();
        limit(&mut rhai);
        let status = context.caller.status().clone();
        rhai.on_progress(move |_| status.must_stop().then_some(Dynamic::UNIT));
        let out = Rc::clone(&context);
        rhai.on_print(move |text| out.output.print(text));
        let out = Rc::clone(&context);
        rhai.on_debug(move |text, _, _| out.output.print(text));
        Globals::resolve(&globals, &mut rhai);
        packages::register(&mut rhai, &context);
        Self {
            rhai,
            scope: Scope::new(),
            kept: AST::empty(),
            globals,
            context,
            fresh: Vec::new(),
        }
    }

    /// The console's side.
    pub fn context(&self) -> &Rc<Context> {
        &self.context
    }

    /// The names of the variables that came since the last time.
    pub fn take_fresh(&mut self) -> Vec<String> {
        std::mem::take(&mut self.fresh)
    }

    /// Evaluates one statement, which may be several on shared lines: each on its own, the last
    /// value shows. What was done before an error stays done.
    pub fn eval(&mut self, source: &str) -> Outcome {
        match self.eval_pieces(source, false) {
            Ok(value) => Outcome {
                value: self.keep(value),
                error: None,
            },
            Err(error) => Outcome {
                value: None,
                error: Some(error),
            },
        }
    }

    /// [`Engine::eval`] without remembering the value as `it`.
    pub fn eval_aside(&mut self, source: &str) -> Outcome {
        match self.eval_pieces(source, false) {
            Ok(value) => Outcome { value: show::show(&value), error: None },
            Err(error) => Outcome { value: None, error: Some(error) },
        }
    }

    /// Evaluates a whole script. Its syntax is checked first, and a function may be called above
    /// its definition. It shows no value.
    pub fn run_script(&mut self, source: &str) -> Outcome {
        let start = Place { line: 1, column: 1 };
        let evaluated = self.compile(source, start).and_then(|ast| {
            self.learn(&ast.clone_functions_only());
            self.eval_pieces(source, true)
        });
        Outcome {
            value: None,
            error: evaluated.err(),
        }
    }

    /// Remembers a shown value as `it`, and gives its text.
    fn keep(&mut self, value: Dynamic) -> Option<String> {
        let text = show::show(&value)?;
        self.scope.set_or_push("it", value);
        Some(text)
    }

    fn compile(&self, piece: &str, start: Place) -> Result<AST, Failure> {
        self.rhai
            .compile(scan::translate_quotes(piece).as_ref())
            .map_err(|error| {
                let error = EvalAltResult::ErrorParsing(*error.0, error.1);
                Failure::of(&error, start, false)
            })
    }

    /// Compiles all pieces before the first is evaluated; `script` says that the functions are
    /// known already.
    fn eval_pieces(&mut self, source: &str, script: bool) -> Result<Dynamic, Failure> {
        let mut compiled = Vec::new();
        let mut place = Walk::new(source);
        let mut from = 0;
        loop {
            match scan::next_statement(source, from, Ending::Prompt) {
                Next::Statement { pieces, resume, .. } => {
                    for piece in pieces {
                        let start = place.of(piece.start);
                        compiled.push((start, self.compile(piece.of(source), start)?));
                    }
                    from = resume;
                }
                Next::End => break,
                Next::Incomplete { why, .. } => {
                    return Err(Failure::syntax(why.message(), place.of(why.offset())));
                }
                Next::Error { offset, message } => {
                    return Err(Failure::syntax(message, place.of(offset)));
                }
            }
        }
        let mut value = Dynamic::UNIT;
        for (start, ast) in compiled {
            if script {
                self.learn(&ast.clone_statements_only());
            } else {
                self.learn(&ast);
            }
            let evaluated = self.run();
            self.kept.clear_statements();
            value = evaluated.map_err(|error| Failure::of(&error, start, script))?;
        }
        Ok(value)
    }

    /// Merges a compiled statement into what is kept.
    fn learn(&mut self, ast: &AST) {
        self.globals.borrow_mut().note_functions(ast);
        self.kept.combine(ast.clone());
    }

    fn run(&mut self) -> Result<Dynamic, Box<EvalAltResult>> {
        self.globals.borrow_mut().share(&mut self.scope);
        let before = self.scope.len();
        let (rhai, scope, kept) = (&self.rhai, &mut self.scope, &self.kept);
        let evaluated = catch_unwind(AssertUnwindSafe(|| {
            rhai.eval_ast_with_scope::<Dynamic>(scope, kept)
        }));
        self.fresh.extend(replace_shadowed(&mut self.scope, before));
        evaluated.unwrap_or_else(|_| {
            let text = "the script engine failed inside; this statement was given up";
            Err(EvalAltResult::ErrorSystem(text.into(), text.into()).into())
        })
    }
}

/// Bounds what one script can take of the machine. Operations are not bounded: Ctrl-C ends them.
fn limit(rhai: &mut Rhai) {
    rhai.set_optimization_level(OptimizationLevel::None);
    rhai.set_max_call_levels(CALL_LEVELS);
    rhai.set_max_expr_depths(EXPRESSION_DEPTH, EXPRESSION_DEPTH);
    rhai.set_max_string_size(LONGEST_TEXT);
}

/// A second `let x` replaces the first, as a person expects, instead of hiding it: its socket
/// closes, and the scope does not grow. Gives the names that are new since `before`.
fn replace_shadowed(scope: &mut Scope<'static>, before: usize) -> Vec<String> {
    let fresh: Vec<(String, bool, Dynamic)> = scope
        .iter_raw() // the newest comes first
        .take(scope.len().saturating_sub(before))
        .map(|(name, constant, value)| (name.to_string(), constant, value.clone()))
        .collect();
    scope.rewind(before.min(scope.len()));
    let mut names = Vec::new();
    for (name, constant, value) in fresh.into_iter().rev() {
        let _replaced: Option<Dynamic> = scope.remove(&name);
        names.push(name.clone());
        if constant {
            scope.push_constant_dynamic(name, value);
        } else {
            scope.push_dynamic(name, value);
        }
    }
    names
}
