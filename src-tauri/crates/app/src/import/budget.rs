//! A bound on the bytes under way: memory stays flat whatever the disk delivers.

use std::sync::{Arc, Condvar, Mutex};

/// Bounds the bytes read but not yet stored: memory stays flat whatever the disk delivers.
#[derive(Default)]
pub(super) struct Budget {
    used: Mutex<u64>,
    freed: Condvar,
}

/// Gives its share back when dropped.
pub(super) struct Ticket {
    budget: Arc<Budget>,
    bytes: u64,
}

impl Budget {
    /// Original, samples and columns of a file come to about six times its size while it is worked on.
    const LIMIT: u64 = 20 << 20;

    pub(super) fn take(self: &Arc<Self>, bytes: u64) -> Ticket {
        let mut used = self.lock();
        // A file beyond the limit goes alone.
        while *used > 0 && *used + bytes > Self::LIMIT {
            used = self
                .freed
                .wait(used)
                .unwrap_or_else(std::sync::PoisonError::into_inner);
        }
        *used += bytes;
        Ticket {
            budget: Arc::clone(self),
            bytes,
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, u64> {
        self.used
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        *self.budget.lock() -= self.bytes;
        self.budget.freed.notify_all();
    }
}
