//! The program's allocator: the system's, which counts what is held.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

static BYTES: AtomicUsize = AtomicUsize::new(0);
static PIECES: AtomicUsize = AtomicUsize::new(0);

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What the process holds now, in bytes.
pub(crate) fn bytes() -> usize {
    BYTES.load(Ordering::Relaxed)
}

/// In how many pieces the process holds it.
pub(crate) fn pieces() -> usize {
    PIECES.load(Ordering::Relaxed)
}

fn count(memory: *mut u8, size: usize) -> *mut u8 {
    if !memory.is_null() {
        BYTES.fetch_add(size, Ordering::Relaxed);
        PIECES.fetch_add(1, Ordering::Relaxed);
    }
    memory
}

// SAFETY: every call goes to the system's allocator as it came, and so keeps its promises; counting
// allocates nothing and does not unwind.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are those that it asks for.
        count(unsafe { System.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        count(unsafe { System.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above; what is given back came from there.
        unsafe { System.dealloc(memory, layout) };
        BYTES.fetch_sub(layout.size(), Ordering::Relaxed);
        PIECES.fetch_sub(1, Ordering::Relaxed);
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        let moved = unsafe { System.realloc(memory, layout, size) };
        if !moved.is_null() {
            BYTES.fetch_add(size, Ordering::Relaxed);
            BYTES.fetch_sub(layout.size(), Ordering::Relaxed);
        }
        moved
    }
}
