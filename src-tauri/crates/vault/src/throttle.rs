//! How soon the next attempt may be made, whatever happens to the clock and the
//! process in between.
//!
//! Three attempts are free; each further failure doubles the wait from 2 s up
//! to 15 minutes. While one process runs, its monotonic clock alone counts the
//! wait down, so setting the wall clock changes nothing. Across a restart only
//! the wall clock can tell how long it was, and it can be set: such unproven
//! time shortens a wait by half of it at the most, all restarts together. The
//! highest wall time seen never goes back, so a clock that was put back earns
//! nothing and costs nothing, and one that was put ahead earns once. Nobody is
//! locked out for longer than the wait itself with the app open.
//!
//! This slows whoever guesses through the app. Who has a copy of the folder can
//! put the old header back or guess without the app: against them stands
//! Argon2id alone.

use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const FREE: u32 = 3;
const FIRST_WAIT_MS: u64 = 2_000;
const LONGEST_WAIT_MS: u64 = 15 * 60 * 1_000;

/// The time of an attempt by both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Wall clock, milliseconds since 1970 UTC; may have been set wrongly.
    pub wall_ms: u64,
    /// Which process counted `running_ms`: a random number drawn at its start.
    pub run: u64,
    /// Milliseconds since that start by a monotonic clock.
    pub running_ms: u64,
}

/// Where an application takes [`Now`] from; made once per process.
#[derive(Debug)]
pub struct RunClock {
    run: u64,
    start: Instant,
}

impl RunClock {
    /// Starts counting.
    ///
    /// # Errors
    /// [`crate::VaultError::Random`] if the system gives no random number.
    pub fn start() -> Result<Self, crate::VaultError> {
        let run = u64::from_le_bytes(*crate::secret::random::<8>()?);
        Ok(Self {
            run,
            start: Instant::now(),
        })
    }

    /// Both clocks now.
    #[must_use]
    pub fn now(&self) -> Now {
        let ms = |d: Duration| u64::try_from(d.as_millis()).unwrap_or(u64::MAX);
        Now {
            wall_ms: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, ms),
            run: self.run,
            running_ms: ms(self.start.elapsed()),
        }
    }
}

/// Attempts on one secret since it was last known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Throttle {
    pub(crate) failed: u32,
    /// How many failed that no audit log tells of yet.
    #[serde(default, skip_serializing_if = "is_none")]
    pub(crate) untold: u32,
    /// What is left to wait as of the last look.
    wait_ms: u64,
    /// How much of it time that nothing proves may still take away.
    credit_ms: u64,
    /// The highest wall time ever seen.
    last_seen_ms: u64,
    /// The process that looked last, and when by its own clock.
    run: u64,
    running_ms: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_none(count: &u32) -> bool {
    *count == 0
}

fn wait_after(failed: u32) -> u64 {
    match failed.checked_sub(FREE) {
        None | Some(0) => 0,
        Some(over) => 2u64
            .checked_pow(over - 1)
            .and_then(|times| times.checked_mul(FIRST_WAIT_MS))
            .map_or(LONGEST_WAIT_MS, |wait| wait.min(LONGEST_WAIT_MS)),
    }
}

impl Throttle {
    fn observe(&mut self, now: &Now) {
        // Whatever a damaged header says, nobody waits longer than the longest wait.
        self.wait_ms = self.wait_ms.min(LONGEST_WAIT_MS);
        let passed = if self.run == now.run {
            now.running_ms.saturating_sub(self.running_ms)
        } else {
            let unproven = now.wall_ms.saturating_sub(self.last_seen_ms);
            let credited = unproven.min(self.credit_ms);
            self.credit_ms -= credited;
            credited
        };
        self.wait_ms = self.wait_ms.saturating_sub(passed);
        self.last_seen_ms = self.last_seen_ms.max(now.wall_ms);
        self.run = now.run;
        self.running_ms = now.running_ms;
    }

    /// What is left to wait.
    pub(crate) fn wait(&self, now: &Now) -> Duration {
        let mut then = self.clone();
        then.observe(now);
        Duration::from_millis(then.wait_ms)
    }

    /// Counts an attempt as failed before it is made, so that ending the process in between, or
    /// trying in two processes at once, gains nothing. The wait if it is too early.
    pub(crate) fn attempt(&mut self, now: &Now) -> Result<(), Duration> {
        self.observe(now);
        if self.wait_ms > 0 {
            return Err(Duration::from_millis(self.wait_ms));
        }
        self.failed = self.failed.saturating_add(1);
        self.untold = self.untold.saturating_add(1);
        self.wait_ms = wait_after(self.failed);
        self.credit_ms = self.wait_ms / 2;
        Ok(())
    }

    /// The attempt was right.
    pub(crate) fn succeeded(&mut self) {
        self.untold = self.untold.saturating_sub(1);
        self.forgive();
    }

    /// Nobody has to wait any more.
    pub(crate) fn forgive(&mut self) {
        self.failed = 0;
        self.wait_ms = 0;
        self.credit_ms = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const START: u64 = 1_800_000_000_000;

    fn at(wall_s: i64, run: u64, running_s: u64) -> Now {
        Now {
            wall_ms: START.checked_add_signed(wall_s * 1000).unwrap(),
            run,
            running_ms: running_s * 1000,
        }
    }

    fn failed(times: u32) -> Throttle {
        let mut throttle = Throttle::default();
        let mut running_ms = 0;
        for _ in 0..times {
            let now = Now {
                wall_ms: START,
                run: 1,
                running_ms,
            };
            throttle.attempt(&now).unwrap();
            running_ms += wait_after(throttle.failed);
        }
        // The last wait is still whole.
        throttle.running_ms = 0;
        throttle
    }

    #[test]
    fn three_attempts_are_free_and_then_the_wait_doubles_to_a_quarter_of_an_hour() {
        let waits: Vec<u64> = (1..=15).map(|n| wait_after(n) / 1000).collect();
        assert_eq!(
            waits,
            [0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]
        );
        assert_eq!(wait_after(u32::MAX), LONGEST_WAIT_MS);
    }

    #[test]
    fn an_attempt_within_the_wait_is_refused_and_not_counted() {
        let mut throttle = failed(6);
        assert_eq!(throttle.attempt(&at(3, 1, 3)), Err(Duration::from_secs(5)));
        assert_eq!(throttle.failed, 6);
        assert_eq!(throttle.attempt(&at(8, 1, 8)), Ok(()));
        assert_eq!(throttle.failed, 7);
    }

    #[test]
    fn a_running_process_ignores_the_wall_clock() {
        let throttle = failed(10);
        for wall in [-1_000_000, 0, 1_000_000_000] {
            assert_eq!(throttle.wait(&at(wall, 1, 28)), Duration::from_secs(100));
        }
    }

    #[test]
    fn a_clock_put_back_across_a_restart_keeps_the_wait() {
        let mut throttle = failed(10);
        assert_eq!(throttle.wait(&at(-86_400, 2, 0)), Duration::from_secs(128));
        // It then counts down by the new process's own clock.
        assert!(throttle.attempt(&at(-86_400, 2, 0)).is_err());
        assert_eq!(throttle.last_seen_ms, START);
        assert_eq!(throttle.wait(&at(-86_300, 2, 100)), Duration::from_secs(28));
    }

    #[test]
    fn a_clock_put_ahead_across_restarts_takes_half_the_wait_once() {
        let mut throttle = failed(10);
        let refused = throttle.attempt(&at(1_000_000, 2, 0));
        assert_eq!(refused, Err(Duration::from_secs(64)));
        for run in 3..50 {
            let later = at(1_000_000 * i64::try_from(run).unwrap(), run, 0);
            assert_eq!(throttle.attempt(&later), Err(Duration::from_secs(64)));
        }
    }

    #[test]
    fn honest_time_between_two_runs_counts_up_to_half() {
        let throttle = failed(10);
        assert_eq!(throttle.wait(&at(40, 2, 0)), Duration::from_secs(88));
    }

    #[test]
    fn success_forgets_the_failures() {
        let mut throttle = failed(12);
        throttle.succeeded();
        for _ in 0..3 {
            throttle.attempt(&at(0, 9, 0)).unwrap();
        }
        assert_eq!(throttle.wait(&at(0, 9, 0)), Duration::ZERO);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn no_play_with_clocks_and_restarts_gets_more_than_half_a_wait_for_nothing(
            moves in proptest::collection::vec((any::<bool>(), any::<u64>(), 0u64..10), 1..40),
        ) {
            let mut throttle = failed(13);
            let (mut run, mut running, mut waited) = (1u64, 0u64, 0u64);
            for (restart, wall_ms, waits_s) in moves {
                if restart {
                    run += 1;
                    running = 0;
                }
                running += waits_s * 1000;
                waited += waits_s * 1000;
                let now = Now { wall_ms, run, running_ms: running };
                let refused = throttle.attempt(&now);
                prop_assert!(refused.is_err());
                let left = u64::try_from(refused.unwrap_err().as_millis()).unwrap();
                prop_assert!(left + waited >= LONGEST_WAIT_MS / 2);
                prop_assert!(left <= LONGEST_WAIT_MS);
            }
        }

        #[test]
        fn whatever_a_header_says_the_wait_ends_within_a_quarter_of_an_hour(
            failed in any::<u32>(),
            wait_ms in any::<u64>(),
            last_seen_ms in any::<u64>(),
            running_ms in any::<u64>(),
            run in any::<u64>(),
        ) {
            let mut throttle = Throttle {
                untold: 0,
                failed,
                wait_ms,
                credit_ms: 0,
                last_seen_ms,
                run: run / 2,
                running_ms,
            };
            let _ = throttle.attempt(&at(0, u64::MAX, 0));
            let wait = throttle.wait(&at(0, u64::MAX, 0));
            prop_assert!(wait <= Duration::from_millis(LONGEST_WAIT_MS));
            prop_assert!(throttle.wait(&at(900, u64::MAX, 900)).is_zero());
        }
    }
}
