//! What a console is asked to do, and the thread that does it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::statement::{Reporter, Sink, soon};
use crate::net::io_context::IoContext;
use crate::net::network::Network;
use crate::net::process::Program;
use crate::repr::Repr;
use crate::script::catalog::ValueType;
use crate::script::context::{Context, Output};
use crate::script::engine::{Engine, Outcome};
use crate::script::inspect::{Definition, Inside, SocketName};
use crate::script::statements::CutSource;
use crate::trace::{Journal, call_line};

/// What a console is asked to do.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Task {
    /// Evaluate one statement, whose value shows.
    Statement(CutSource),
    /// Evaluate a whole script, which shows no value.
    Script(String),
    /// Evaluate a statement that only asks: `it` stays what it was.
    Aside(CutSource),
    /// Have these constants from now on.
    Define(Vec<(String, Repr)>),
    /// Publish what it has: [`ConsoleSnapshot::held`].
    Survey,
    /// Drop the variables and functions.
    Reset,
}

impl Task {
    /// The source text that is evaluated; empty where there is none.
    pub(crate) fn source(&self) -> &str {
        match self {
            Self::Statement(source) | Self::Aside(source) => source.text(),
            Self::Script(source) => source,
            Self::Define(_) | Self::Survey | Self::Reset => "",
        }
    }
}

/// What a session lends to a task that begins in it.
pub(super) struct SessionParts {
    pub(super) network: Arc<dyn Network>,
    pub(super) args: Vec<String>,
    pub(super) journal: Arc<Journal>,
}

/// A task on its way to a console's thread.
pub(super) struct Request {
    pub(super) number: u64,
    /// The console's name.
    pub(super) console: Arc<str>,
    pub(super) task: Task,
    pub(super) around: SessionParts,
    pub(super) sink: Sink,
}

/// What a console tells of its variables, as of its last statement.
#[derive(Debug, Default)]
pub(crate) struct ConsoleSnapshot {
    /// Their names and types, in a learner's words: `socket`, `integer`.
    pub(crate) variables: BTreeMap<String, ValueType>,
    /// What the arrays and maps among them hold.
    pub(crate) inside: BTreeMap<String, Inside>,
    /// The functions that were defined, and their signatures.
    pub(crate) functions: BTreeMap<String, String>,
    /// The open sockets among them.
    pub(crate) sockets: Vec<SocketName>,
    /// Variables and functions, as of the last [`Task::Survey`].
    pub(crate) held: Vec<Definition>,
}

/// A console's thread: carries out one request after the other until its handle is dropped.
pub(super) fn serve(
    caller: IoContext,
    program: Option<Arc<Program>>,
    snapshot: &Mutex<ConsoleSnapshot>,
    inbox: Receiver<Request>,
) {
    let reporter = Reporter::default();
    let status = Arc::clone(caller.status());
    let output = Box::new(reporter.clone());
    let mut engine = Engine::new(Context {
        caller,
        output,
        args: RefCell::default(),
    });
    let teller = reporter.clone();
    let tell = move |call: &_| teller.eprint(&call_line(call));
    engine.context().caller.tracer().tell_by(tell);
    if let Some(program) = program {
        engine.give_program(program);
    }
    let mut publisher = Publisher {
        snapshot,
        told: None,
        is_stale: false,
    };
    loop {
        let request = soon(&inbox)
            .or_else(|| inbox.recv_timeout(AT_REST).ok())
            .or_else(|| {
                publisher.catch_up(&mut engine);
                inbox.recv().ok()
            });
        let Some(request) = request else { break };
        reporter.begin(request.sink);
        let (number, around) = (request.number, request.around);
        let context = engine.context();
        *context.args.borrow_mut() = around.args;
        let tracer = context.caller.tracer();
        tracer.begin_statement(around.journal, request.console, number);
        context.caller.begin(number, around.network);
        let outcome = carry_out(&mut engine, &request.task);
        publisher.publish(&mut engine, &request.task);
        engine.context().caller.end();
        reporter.end(outcome);
    }
    // The sockets close before anybody hears that the console has ended.
    drop(engine);
    status.leave();
}

fn carry_out(engine: &mut Engine, task: &Task) -> Outcome {
    match task {
        Task::Statement(source) => return engine.eval(source),
        Task::Script(source) => return engine.run_script(source),
        Task::Aside(source) => return engine.eval_aside(source),
        Task::Define(constants) => {
            for (name, value) in constants {
                engine.define(name, value);
            }
        }
        Task::Survey => {}
        Task::Reset => engine.reset(),
    }
    Outcome::default()
}

/// Tells others of the variables. Of few it tells all after each task; of many, only those that are new,
/// as long as telling all would take most of the time: a script of 16,000 statements is no slower for
/// it at its end.
struct Publisher<'s> {
    snapshot: &'s Mutex<ConsoleSnapshot>,
    /// When all was told last, and how long that took.
    told: Option<(Instant, Duration)>,
    /// Something may have changed since then.
    is_stale: bool,
}

/// So many variables are few.
const FEW: usize = 100;
/// A console that has had nothing to do for so long tells all.
const AT_REST: Duration = Duration::from_millis(10);
/// Telling all may take this part of the time.
const PART: u32 = 20;

impl Publisher<'_> {
    /// Tells of them as they are after a task.
    fn publish(&mut self, engine: &mut Engine, task: &Task) {
        let often = |(at, took): (Instant, Duration)| at.elapsed() < took * PART;
        let is_statement = matches!(task, Task::Statement(_) | Task::Aside(_));
        if is_statement && engine.variable_count() > FEW && self.told.is_some_and(often) {
            self.is_stale = true;
            let variables = &mut self.lock().variables;
            engine.visit_fresh_variables(|name, kind| {
                variables.insert(name.into(), kind);
            });
            return;
        }
        let held = (*task == Task::Survey).then(|| engine.survey());
        if *task == Task::Reset {
            *self.lock() = ConsoleSnapshot::default();
        }
        self.publish_all(engine);
        if let Some(held) = held {
            self.lock().held = held;
        }
    }

    /// Tells what was not told yet.
    fn catch_up(&mut self, engine: &mut Engine) {
        if self.is_stale {
            self.publish_all(engine);
        }
    }

    fn publish_all(&mut self, engine: &mut Engine) {
        let begun = Instant::now();
        let sockets = engine.socket_names();
        let mut snapshot = self.lock();
        // What has not changed costs no memory: a session may have a thousand variables.
        let variables = &mut snapshot.variables;
        engine.visit_fresh_variables(|_, _| {});
        engine.visit_variables(|name, kind| match variables.get_mut(name) {
            Some(known) => *known = kind,
            None => drop(variables.insert(name.into(), kind)),
        });
        engine.look_inside(&mut snapshot.inside);
        let functions = engine.take_fresh_functions();
        snapshot.functions.extend(functions);
        snapshot.sockets = sockets;
        drop(snapshot);
        self.told = Some((begun, begun.elapsed()));
        self.is_stale = false;
    }

    fn lock(&self) -> MutexGuard<'_, ConsoleSnapshot> {
        self.snapshot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
