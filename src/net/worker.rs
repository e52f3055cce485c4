//! A thread for lookups that may block: kept while it answers, left behind when it does not.

use std::os::unix::net::UnixStream;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use super::error::{Cause, Fault};
use super::wake;

type Job = Box<dyn FnOnce() + Send>;

/// One thread that works off questions. It ends when this is dropped, as soon as it can.
pub(crate) struct Worker {
    jobs: Sender<Job>,
    done: UnixStream,
}

impl Worker {
    /// A thread with nothing to do yet. Fails with EAGAIN when the system gives no thread.
    pub(crate) fn start() -> Result<Self, Cause> {
        let (waker, done) = wake::pair()?;
        let (jobs, questions) = mpsc::channel::<Job>();
        let work = move || {
            for job in questions {
                job();
                waker.wake();
            }
        };
        thread::Builder::new().name("lookup".into()).spawn(work)?;
        Ok(Self { jobs, done })
    }

    /// Gives the thread a question. Its answer is there when [`Worker::done`] is readable.
    pub(crate) fn give<T: Send + 'static>(
        &self,
        question: impl FnOnce() -> T + Send + 'static,
    ) -> Result<Receiver<T>, Fault> {
        let (answer, receiver) = mpsc::sync_channel(1);
        let job = Box::new(move || {
            // Nobody waits for the answer of a question that was left behind.
            let _ = answer.send(question());
        });
        self.jobs
            .send(job)
            .map_err(|_| Cause::Unknown("the lookup thread has ended".into()))?;
        Ok(receiver)
    }

    /// Readable when the answer is there, or the thread has ended.
    pub(crate) fn done(&self) -> &UnixStream {
        &self.done
    }
}
