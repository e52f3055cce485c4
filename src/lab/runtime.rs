//! The one thread on which all servers of a lab run.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::thread::{self, JoinHandle};

use tokio::runtime::{Builder, EnterGuard, Handle};
use tokio::sync::oneshot;

use crate::net::machine::open_out_of_the_way;

/// A running thread for servers. When it is dropped the servers end where they are, their sockets
/// close, and the thread is gone before the drop returns.
pub(crate) struct Runtime {
    handle: Handle,
    /// Never used to send: the thread ends when this end of the channel goes.
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl Runtime {
    /// Starts the thread. It takes over the caller's signal mask.
    pub(crate) fn start() -> io::Result<Self> {
        let runtime = open_out_of_the_way(|| {
            let mut builder = Builder::new_current_thread();
            builder.enable_io().enable_time().build()
        })?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new().name("lab".into()).spawn(move || {
            // The error is the message: nothing is ever sent.
            let _ = runtime.block_on(stopped);
        })?;
        Ok(Self {
            handle,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Within the guard's life new sockets belong to this runtime.
    pub(crate) fn enter(&self) -> EnterGuard<'_> {
        self.handle.enter()
    }

    /// Runs `server` until it ends or the runtime is dropped.
    pub(crate) fn spawn(&self, server: impl Future<Output = ()> + Send + 'static) {
        self.handle.spawn(server);
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic in there has been printed already; there is nothing to save.
            let _ = thread.join();
        }
    }
}
