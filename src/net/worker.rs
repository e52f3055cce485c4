//! A thread for lookups that may block: kept while it answers, left behind when it does not.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use super::error::{Cause, Fault};
use super::sys::interrupt::CallingThread;

type LookupJob = Box<dyn FnOnce() + Send>;

/// One thread that works off questions. It ends when this is dropped, as soon as it can.
pub(crate) struct Worker {
    jobs: Sender<LookupJob>,
}

/// Wakes whoever asked, also where the answer never comes.
struct Asker(Arc<CallingThread>);

impl Drop for Asker {
    fn drop(&mut self) {
        self.0.signal();
    }
}

impl Worker {
    /// A thread with nothing to do yet. Fails with EAGAIN when the system gives no thread.
    pub(crate) fn start() -> Result<Self, Cause> {
        let (jobs, questions) = mpsc::channel::<LookupJob>();
        let work = move || {
            for job in questions {
                job();
            }
        };
        thread::Builder::new().name("lookup".into()).spawn(work)?;
        Ok(Self { jobs })
    }

    /// Gives the thread a question. `asker` is signalled when the answer is there, or will never be.
    pub(crate) fn give<T: Send + 'static>(
        &self,
        question: impl FnOnce() -> T + Send + 'static,
        asker: &Arc<CallingThread>,
    ) -> Result<Receiver<T>, Fault> {
        let (answer, receiver) = mpsc::sync_channel(1);
        let asker = Asker(Arc::clone(asker));
        let job = Box::new(move || {
            let asker = asker;
            // Nobody waits for the answer of a question that was left behind.
            let _ = answer.send(question());
            drop(answer);
            drop(asker);
        });
        self.jobs
            .send(job)
            .map_err(|_| Cause::Unknown("the lookup thread has ended".into()))?;
        Ok(receiver)
    }
}
