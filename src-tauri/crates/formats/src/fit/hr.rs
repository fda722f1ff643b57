//! Beats that a chest strap stored while it was out of reach (in water) and
//! handed over afterwards, as `hr` messages, often in a chained part of their own.

use super::wire::{Message, TIMESTAMP};

/// Beats of an activity.
#[derive(Debug, Default)]
pub(super) struct Beats {
    /// FIT milliseconds and the strap's smoothed rate.
    pub beats: Vec<(i64, u8)>,
    /// Event clock in 1/1024 s, running on over its roll-overs.
    clock: Option<u64>,
    /// FIT milliseconds at which the event clock stood where.
    anchor: Option<(i64, u64)>,
}

impl Beats {
    /// Takes in an `hr` message.
    pub fn take(&mut self, m: &Message<'_>) {
        let mut rates = m.elements(6);
        let full: Vec<u64> = m
            .elements(9)
            .flatten()
            .filter_map(|v| u64::try_from(v).ok())
            .collect();
        if let (Some(t), Some(&first)) = (m.time(TIMESTAMP), full.first()) {
            let fraction = m.scaled(0, 32768.0).unwrap_or(0.0);
            let ms = i64::from(t) * 1000 + (fraction * 1000.0).round() as i64;
            self.anchor = Some((ms, first));
        }
        for event in full {
            self.clock = Some(event);
            self.beat(event, rates.next().flatten());
        }
        // Two 12-bit counts in each three bytes.
        for b in m.bytes(10).unwrap_or_default().chunks_exact(3) {
            let counts = [
                u64::from(b[0]) | (u64::from(b[1] & 0x0F) << 8),
                u64::from(b[1] >> 4) | (u64::from(b[2]) << 4),
            ];
            for count in counts {
                let Some(rate) = rates.next() else { return };
                let Some(clock) = self.clock else { return };
                let event = clock + (count.wrapping_sub(clock) & 0xFFF);
                self.clock = Some(event);
                self.beat(event, rate);
            }
        }
    }

    fn beat(&mut self, event: u64, rate: Option<i64>) {
        let Some((ms, at)) = self.anchor else { return };
        let Some(rate) = rate.and_then(|r| u8::try_from(r).ok()).filter(|&r| r > 0) else {
            return;
        };
        let since = (event as i64 - at as i64) * 1000 / 1024;
        self.beats.push((ms + since, rate));
    }
}
