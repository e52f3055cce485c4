//! One console's script engine: evaluates a statement and returns its value's shown form, or its error.

use std::any::TypeId;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

use rhai::{AST, Dynamic, Engine as Rhai, EvalAltResult, FuncInfo, OptimizationLevel, Scope};

use super::context::Context;
use super::failure::{Failure, FailureKind, Place, Walk};
use super::globals::{Globals, RESULTS};
use super::imports::Imports;
use super::known_names::Known;
use super::memory::MemoryMark;
use super::missing_names::{self, NameLookup};
use super::native_calls;
use super::stack;
use super::vocabulary;
use crate::net::process;
use crate::repr::Repr;
use crate::script::builtins::syntax;
use crate::script::catalog::ValueType;
use crate::script::functions;
use crate::script::statements;
use crate::script::statements::{CutEnd, CutSource};
use crate::script::suggest;
use crate::script::suggest::SeenError;
use crate::script::values::ProgramValue;
use crate::script::values::shown;

/// Nested calls of script functions; the console's stack has room for them.
pub(crate) const CALL_LEVELS: usize = 1000;
/// Nested brackets and operators in one expression, at the top level and in functions.
const EXPRESSION_DEPTH: usize = 200;

/// What evaluating a statement came to; what it printed has gone to the context's output.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Outcome {
    /// Its value; none for `()` and after an error.
    pub(crate) value: Option<Arc<Repr>>,
    /// The error that ended it.
    pub(crate) error: Option<Failure>,
}

impl Outcome {
    /// What ends its transcript: the canonical text of the value, or the error's line.
    pub(crate) fn text(&self) -> Option<String> {
        let value = self.value.as_ref().map(ToString::to_string);
        let failure = self.error.as_ref();
        value.or_else(|| Some(format!("error: {}", failure?.text)))
    }

    /// The outcome of a console whose thread is gone.
    pub(crate) fn lost() -> Self {
        let text = "this console has ended; its variables are lost";
        Self {
            value: None,
            error: Some(Failure::plain(FailureKind::Stopped, text)),
        }
    }
}

/// A script engine with its variables and functions.
pub(crate) struct Engine {
    rhai: Rhai,
    scope: Scope<'static>,
    /// The functions of the statements so far; no statements.
    kept: AST,
    globals: Rc<RefCell<Globals>>,
    context: Rc<Context>,
    /// What the process held when the statement began.
    held_before: Rc<Cell<MemoryMark>>,
    /// Functions that came since they were last asked for, by name, with their signatures.
    fresh: Vec<(String, String)>,
    /// How many variables came since they were last asked for: the newest ones.
    fresh_variables: usize,
}

impl Engine {
    /// An engine whose functions call through `context`.
    pub(crate) fn new(context: Context) -> Self {
        let context = Rc::new(context);
        let globals = Rc::<RefCell<Globals>>::default();
        let mut rhai = Rhai::new();
        limit(&mut rhai);
        let status = context.caller.status().clone();
        let held_before = Rc::<Cell<MemoryMark>>::default();
        let before = Rc::clone(&held_before);
        rhai.on_progress(move |_| {
            if status.must_stop() {
                Some(Dynamic::UNIT)
            } else if stack::is_low() {
                Some(stack::TOO_DEEP.into())
            } else {
                before.get().refusal().map(Dynamic::from)
            }
        });
        let out = Rc::clone(&context);
        rhai.on_print(move |text| out.output.print(text));
        let out = Rc::clone(&context);
        rhai.on_debug(move |text, _, _| out.output.print(text));
        rhai.set_module_resolver(Imports::new(&context));
        Globals::resolve(&globals, &mut rhai);
        functions::register(&mut rhai, &context);
        Self {
            rhai,
            scope: Scope::new(),
            kept: AST::empty(),
            globals,
            context,
            held_before,
            fresh: Vec::new(),
            fresh_variables: 0,
        }
    }

    /// The console's side.
    pub(crate) fn context(&self) -> &Rc<Context> {
        &self.context
    }

    /// Gives the scripts the object `program`.
    pub(crate) fn give_program(&mut self, program: Arc<process::Program>) {
        self.scope
            .push_constant("program", ProgramValue::new(program));
    }

    /// Gives the scripts a constant, in place of what has this name.
    pub(crate) fn define(&mut self, name: &str, value: &Repr) {
        let _replaced: Option<Dynamic> = self.scope.remove(name);
        let value = shown::value_of(value).unwrap_or_default();
        self.scope.push_constant_dynamic(name, value);
    }

    /// The functions that came since the last time: their names and signatures.
    pub(crate) fn take_fresh_functions(&mut self) -> Vec<(String, String)> {
        std::mem::take(&mut self.fresh)
    }

    /// Shows the name and type of each variable that came since the last time.
    pub(crate) fn visit_fresh_variables(&mut self, mut visit: impl FnMut(&str, ValueType)) {
        let fresh = std::mem::take(&mut self.fresh_variables);
        for (name, _, value) in self.scope.iter_raw().take(fresh) {
            visit(name, ValueType::of(value));
        }
    }

    /// How many variables there are.
    pub(crate) fn variable_count(&self) -> usize {
        self.scope.len()
    }

    /// Shows every variable's name and type.
    pub(crate) fn visit_variables(&self, mut visit: impl FnMut(&str, ValueType)) {
        for (name, _, value) in self.scope.iter_raw() {
            visit(name, ValueType::of(value));
        }
    }

    /// Drops the variables, the functions and the results; sockets that nothing else holds close.
    pub(crate) fn reset(&mut self) {
        self.globals.borrow_mut().clear();
        self.scope.clear();
        self.kept = AST::empty();
        self.fresh.clear();
    }

    /// The variables.
    pub(crate) fn scope(&self) -> &Scope<'static> {
        &self.scope
    }

    /// Evaluates one statement, which may be several on shared lines: each on its own, the last
    /// value shows. What was done before an error stays done.
    pub(crate) fn eval(&mut self, source: &CutSource) -> Outcome {
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
    pub(crate) fn eval_aside(&mut self, source: &CutSource) -> Outcome {
        match self.eval_pieces(source, false) {
            Ok(value) => Outcome {
                value: shown::show(&value).map(Arc::new),
                error: None,
            },
            Err(error) => Outcome {
                value: None,
                error: Some(error),
            },
        }
    }

    /// Evaluates a whole script. Its syntax is checked first, and a function may be called above
    /// its definition. It shows no value.
    pub(crate) fn run_script(&mut self, source: &str) -> Outcome {
        let start = Place { line: 1, column: 1 };
        let evaluated = self.compile(source, start).and_then(|ast| {
            self.learn(&ast.clone_functions_only(), false);
            self.eval_pieces(&source.into(), true)
        });
        Outcome {
            value: None,
            error: evaluated.err(),
        }
    }

    /// Remembers a shown value as `it`.
    fn keep(&mut self, value: Dynamic) -> Option<Arc<Repr>> {
        let tree = Arc::new(shown::show(&value)?);
        self.globals.borrow().results.push(&tree);
        self.scope.set_or_push("it", value);
        Some(tree)
    }

    fn compile(&self, piece: &str, start: Place) -> Result<AST, Failure> {
        self.rhai
            .compile(statements::translate(piece).as_ref())
            .and_then(|ast| syntax::unpack_in_closure(&ast).map_or(Ok(ast), Err))
            .map_err(|error| {
                let error = EvalAltResult::ErrorParsing(*error.0, error.1);
                self.explain(&error, piece, start, false)
            })
    }

    /// Compiles all pieces, and looks for names that are missing, before the first is evaluated; `script`
    /// says that the functions are known already.
    fn eval_pieces(&mut self, source: &CutSource, script: bool) -> Result<Dynamic, Failure> {
        let text = source.text();
        let mut compiled = Vec::new();
        let mut place = Walk::new(text);
        for piece in source.pieces() {
            let start = place.of(piece.start);
            let piece = piece.of(text);
            compiled.push((start, piece, self.compile(piece, start)?));
        }
        match source.end() {
            CutEnd::Complete => {}
            CutEnd::Open { start, why } => {
                let failure = Failure::syntax(why.message(), place.of(why.offset()));
                return Err(habit_from(text, *start).unwrap_or(failure));
            }
            CutEnd::Wrong {
                from,
                offset,
                message,
            } => {
                let failure = Failure::syntax(message.clone(), place.of(*offset));
                return Err(habit_from(text, *from).unwrap_or(failure));
            }
        }
        let asts = compiled.iter().map(|(_, _, ast)| ast);
        if let Some((at, error)) = missing_names::find(asts, self) {
            let (start, piece, _) = compiled[at];
            return Err(Failure {
                kind: FailureKind::Refused,
                ..self.explain(&error, piece, start, script)
            });
        }
        let mut value = Dynamic::UNIT;
        for (start, piece, ast) in compiled {
            if is_import_of_socket(piece) {
                self.context
                    .output
                    .eprint("`socket` is here already; go on");
                continue;
            }
            if let Some(note) = suggest::note(piece) {
                self.context.output.eprint(note);
            }
            if let Some(mend) = suggest::before_running(piece, &self.known()) {
                let failure = Failure::plain(FailureKind::Error, "");
                return Err(failure.mended(mend, piece, start));
            }
            self.learn(&ast, script);
            let evaluated = self.run();
            self.kept.clear_statements();
            value = evaluated.map_err(|error| self.explain(&error, piece, start, script))?;
        }
        Ok(value)
    }

    fn is_own_function(&self, name: &str) -> bool {
        self.kept
            .iter_functions()
            .any(|function| function.name == name)
    }

    /// Merges a compiled statement into what is kept. A script's named functions are known
    /// already, at their places in the whole script; its closures are not.
    fn learn(&mut self, ast: &AST, script: bool) {
        self.globals.borrow_mut().note_functions(ast);
        if !script {
            let named = ast
                .iter_functions()
                .filter(|function| !function.name.starts_with("anon$"));
            self.fresh.extend(named.map(|function| {
                let signature = format!("{}({})", function.name, function.params.join(", "));
                (function.name.to_string(), signature)
            }));
        }
        let ast = native_calls::marked(ast, &self.kept);
        self.kept
            .combine_filtered(ast, |_, _, _, name, _| !script || name.starts_with("anon$"));
    }

    pub(crate) fn known(&self) -> Known<'_> {
        Known {
            scope: &self.scope,
            kept: &self.kept,
        }
    }

    /// The failure that rhai's error means, in better words where we have them.
    fn explain(&self, error: &EvalAltResult, piece: &str, start: Place, script: bool) -> Failure {
        let failure = Failure::of(error, start, script);
        if !matches!(failure.kind, FailureKind::Syntax | FailureKind::Error) {
            return failure;
        }
        let known = self.known();
        let seen = SeenError {
            source: piece,
            error,
            known: &known,
        };
        let habit =
            || suggest::before_parsing(piece).filter(|_| failure.kind == FailureKind::Syntax);
        match habit().or_else(|| suggest::mend(&seen)) {
            Some(mend) => failure.mended(mend, piece, start),
            None => failure,
        }
    }

    fn run(&mut self) -> Result<Dynamic, Box<EvalAltResult>> {
        self.held_before.set(MemoryMark::now());
        self.globals.borrow_mut().share(&mut self.scope);
        let before = self.scope.len();
        let (rhai, scope, kept) = (&self.rhai, &mut self.scope, &self.kept);
        let evaluated = catch_unwind(AssertUnwindSafe(|| {
            rhai.eval_ast_with_scope::<Dynamic>(scope, kept)
        }));
        self.fresh_variables += self.scope.len().saturating_sub(before);
        replace_shadowed(&mut self.scope, before);
        evaluated.unwrap_or_else(|_| {
            let text = "the script engine failed inside; this statement was given up";
            Err(EvalAltResult::ErrorSystem(text.into(), text.into()).into())
        })
    }
}

impl NameLookup for Engine {
    fn has_variable(&self, name: &str) -> bool {
        self.scope.contains(name) || name == RESULTS || functions::builtin(name).is_some()
    }

    fn type_of(&self, name: &str) -> Option<ValueType> {
        let Some(value) = self.scope.get(name) else {
            return functions::builtin(name).as_ref().map(ValueType::of);
        };
        let may_change = value.is_shared() || self.globals.borrow().is_mentioned(name);
        (!may_change).then(|| ValueType::of(value))
    }

    fn has_function(&self, name: &str) -> bool {
        vocabulary::effects(name).next().is_some()
            || self.is_own_function(name)
            || registered(&self.rhai).contains_key(name)
    }

    fn has_method(&self, of: ValueType, name: &str) -> bool {
        let takes = |first: &TypeId| {
            *first == TypeId::of::<Dynamic>() || ValueType::of_id(*first) == Some(of)
        };
        vocabulary::method(Some(of), name).is_some()
            || self.is_own_function(name)
            || registered(&self.rhai)
                .get(name)
                .is_some_and(|firsts| firsts.iter().any(takes))
    }
}

/// The functions that are registered, each with the types that it takes first; the same for every
/// engine. Collected when they are first asked for: that takes milliseconds.
fn registered(rhai: &Rhai) -> &'static HashMap<String, Vec<TypeId>> {
    static REGISTERED: OnceLock<HashMap<String, Vec<TypeId>>> = OnceLock::new();
    REGISTERED.get_or_init(|| {
        let entry = |info: FuncInfo<'_>| {
            let first = info.metadata.param_types.first().copied();
            Some((info.metadata.name.to_string(), first))
        };
        let mut found = HashMap::<_, Vec<TypeId>>::new();
        for (name, first) in rhai.collect_fn_metadata(None, entry, true) {
            found.entry(name).or_default().extend(first);
        }
        found
    })
}

/// Another language's habit in the source from `from` on.
fn habit_from(source: &str, from: usize) -> Option<Failure> {
    let rest = source.get(from..)?;
    let start = Walk::new(source).of(from);
    let mend = suggest::before_parsing(rest)?;
    Some(Failure::plain(FailureKind::Syntax, "").mended(mend, rest, start))
}

/// `import socket`, as every Python program begins.
fn is_import_of_socket(piece: &str) -> bool {
    let words: Vec<&str> = piece.trim_end_matches(';').split_whitespace().collect();
    words == ["import", "socket"]
}

/// Bounds what one script can take of the machine. Operations are not bounded: Ctrl-C ends them.
fn limit(rhai: &mut Rhai) {
    rhai.set_optimization_level(OptimizationLevel::None);
    rhai.set_max_call_levels(CALL_LEVELS);
    rhai.set_max_expr_depths(EXPRESSION_DEPTH, EXPRESSION_DEPTH);
}

/// A second `let x` replaces the first, as a person expects, instead of hiding it: its socket
/// closes, and the scope does not grow.
fn replace_shadowed(scope: &mut Scope<'static>, before: usize) {
    let fresh: Vec<(String, bool, Dynamic)> = scope
        .iter_raw() // the newest comes first
        .take(scope.len().saturating_sub(before))
        .map(|(name, constant, value)| (name.to_string(), constant, value.clone()))
        .collect();
    scope.rewind(before.min(scope.len()));
    for (name, constant, value) in fresh.into_iter().rev() {
        let _replaced: Option<Dynamic> = scope.remove(&name);
        if constant {
            scope.push_constant_dynamic(name, value);
        } else {
            scope.push_dynamic(name, value);
        }
    }
}
