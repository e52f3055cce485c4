//! What a program writes: both streams are read all the time, so that it never waits for us, and
//! a bounded part is kept.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use crate::net::error::Cause;
use crate::net::process::wake::{self, Waker};
use crate::net::sys::poll::{self, PollFd, READ};

/// How much of the beginning of a stream is kept.
const HEAD: usize = 4 << 20;
/// How much of the end of a longer one is kept.
const TAIL: usize = 64 << 10;
/// How much is kept of what nobody has looked at yet.
const NEWS: usize = 8 << 10;
/// How much a stream may still bring after its program was stopped.
const REST: usize = 16 << 20;

/// The beginning of a stream and, of a long one, its end.
#[derive(Debug, Default)]
struct KeptOutput {
    head: Vec<u8>,
    tail: VecDeque<u8>,
}

impl KeptOutput {
    fn push(&mut self, bytes: &[u8]) {
        let room = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        let (first, rest) = bytes.split_at(room);
        self.head.extend(first);
        keep_last(&mut self.tail, rest, TAIL);
    }

    fn all(&self) -> Vec<u8> {
        self.head.iter().chain(&self.tail).copied().collect()
    }
}

fn keep_last(kept: &mut VecDeque<u8>, bytes: &[u8], most: usize) {
    kept.extend(bytes);
    let surplus = kept.len().saturating_sub(most);
    kept.drain(..surplus);
}

/// What was read so far.
#[derive(Debug, Default)]
struct Streams {
    out: KeptOutput,
    err: KeptOutput,
    /// The last of both, since it was last asked for.
    news: VecDeque<u8>,
}

/// What came from a program, for those who watch it.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProgramOutput(Arc<Mutex<Streams>>);

impl ProgramOutput {
    fn lock(&self) -> MutexGuard<'_, Streams> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Standard output.
    pub(crate) fn stdout(&self) -> Vec<u8> {
        self.lock().out.all()
    }

    /// Standard error.
    pub(crate) fn stderr(&self) -> Vec<u8> {
        self.lock().err.all()
    }

    /// The last of what both streams brought since this was asked last.
    pub(crate) fn take_news(&self) -> Vec<u8> {
        self.lock().news.drain(..).collect()
    }

    fn push(&self, stream: usize, bytes: &[u8]) {
        let mut streams = self.lock();
        let kept = if stream == 0 {
            &mut streams.out
        } else {
            &mut streams.err
        };
        kept.push(bytes);
        keep_last(&mut streams.news, bytes, NEWS);
    }
}

/// A thread that reads both streams.
#[derive(Debug)]
pub(crate) struct OutputReader {
    thread: Option<JoinHandle<()>>,
    stop: Waker,
}

impl OutputReader {
    /// Begins to read standard output and standard error. Errors: EAGAIN, EMFILE.
    pub(crate) fn start(streams: [File; 2], written: ProgramOutput) -> Result<Self, Cause> {
        let (stop, stopped) = wake::pair()?;
        let thread = thread::Builder::new()
            .name("program output".into())
            .spawn(move || read(streams.map(Some), &stopped, &written))?;
        Ok(Self {
            thread: Some(thread),
            stop,
        })
    }

    /// Takes what is there still and ends the thread, even where the streams stay open.
    pub(crate) fn finish(&mut self) {
        self.stop.wake();
        if let Some(thread) = self.thread.take() {
            // It has nothing to tell but what it read.
            let _ = thread.join();
        }
    }
}

impl Drop for OutputReader {
    fn drop(&mut self) {
        self.finish();
    }
}

fn read(mut streams: [Option<File>; 2], stopped: &UnixStream, written: &ProgramOutput) {
    let mut buffer = vec![0; 64 << 10];
    let mut left = None;
    loop {
        let open: Vec<usize> = (0..2).filter(|&at| streams[at].is_some()).collect();
        // After the stop, only what is there already. Numbers below 0 are passed over.
        let (wake, deadline) = match left {
            None => (stopped.as_raw_fd(), None),
            Some(_) => (-1, Some(Instant::now())),
        };
        let mut fds: Vec<PollFd> = open
            .iter()
            .filter_map(|&at| Some(streams[at].as_ref()?.as_raw_fd()))
            .chain([wake])
            .map(|fd| PollFd::new(fd, READ))
            .collect();
        match poll::poll(&mut fds, deadline) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return,
            Ok(0) if left.is_some() => return,
            Ok(_) => {}
        }
        let [events @ .., woken] = fds.as_slice() else {
            return;
        };
        if woken.found() != 0 {
            left = Some(REST);
            continue;
        }
        if left == Some(0) {
            return;
        }
        for (&at, _) in open
            .iter()
            .zip(events)
            .filter(|(_, event)| event.found() != 0)
        {
            let count = streams[at]
                .as_mut()
                .map_or(Ok(0), |file| file.read(&mut buffer));
            match count {
                Ok(0) | Err(_) => streams[at] = None,
                Ok(count) => {
                    written.push(at, &buffer[..count]);
                    left = left.map(|left: usize| left.saturating_sub(count));
                }
            }
        }
    }
}
