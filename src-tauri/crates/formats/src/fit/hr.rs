//! Beats that a chest strap stored while it was out of reach (in water) and
//! handed over afterwards, as `hr` messages, often in a chained part of their own.

use super::part::Part;
use super::wire::{Message, NO_TIME, Shift, TIMESTAMP};
use paceline_model::{Channel, Column, Values};

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

/// Beat-to-beat intervals with the FIT milliseconds of their later beat.
pub(super) fn intervals(part: &Part, shift: Shift) -> Vec<(i64, u16)> {
    if part.rr.is_empty() {
        return part
            .beats
            .beats
            .windows(2)
            .filter_map(|w| {
                let gap = w[1].0 - w[0].0;
                // Longer ones are lost beats, shorter ones no heart's.
                let gap = u16::try_from(gap)
                    .ok()
                    .filter(|g| (200..=3000).contains(g))?;
                Some((w[1].0, gap))
            })
            .collect();
    }
    let mut clock: Option<i64> = None;
    part.rr
        .iter()
        .filter_map(|&(stamp, ms)| {
            let heard = (stamp != NO_TIME).then(|| shift.apply(stamp) * 1000);
            let run_on = clock.map(|c| c + i64::from(ms));
            // Intervals add up to the time of a beat; the record beside them corrects lost
            // ones, and time never runs back. Beats may be far ahead of a sparse record.
            let t = match (run_on, heard) {
                (Some(r), Some(h)) if h - r > 5000 => h,
                (Some(r), Some(h)) if r - h > 60_000 => h.max(r - i64::from(ms)),
                (Some(r), _) => r,
                (None, Some(h)) => h,
                (None, None) => return None,
            };
            clock = Some(t);
            Some((t, ms))
        })
        .collect()
}

/// Gives samples without a heart rate that of the strap's beats around them.
pub(super) fn merge_beats(part: &Part, axis: &[i64], columns: &mut Vec<Column>) {
    let beats = &part.beats.beats;
    if beats.is_empty() || axis.is_empty() || !beats.is_sorted_by_key(|b| b.0) {
        return;
    }
    let known = columns.iter().position(|c| c.channel == Channel::HeartRate);
    let mut raw = match known.map(|i| columns.swap_remove(i).values) {
        Some(Values::Scaled { raw, .. }) => raw,
        _ => vec![Values::MISSING; axis.len()],
    };
    let mut any = false;
    for (value, &t) in raw.iter_mut().zip(axis) {
        if *value != Values::MISSING {
            any = true;
            continue;
        }
        // The second that ends with the sample, as the strap would have sent it.
        let from = beats.partition_point(|b| b.0 <= (t - 1) * 1000);
        let to = beats.partition_point(|b| b.0 <= t * 1000);
        let within = &beats[from..to];
        if !within.is_empty() {
            let sum: i32 = within.iter().map(|b| i32::from(b.1)).sum();
            let count = within.len() as i32;
            *value = (sum + count / 2) / count;
            any = true;
        } else if let Some(before) = from.checked_sub(1).map(|i| beats[i])
            && t * 1000 - before.0 <= 3000
        {
            *value = i32::from(before.1);
            any = true;
        }
    }
    if any {
        columns.push(Column {
            channel: Channel::HeartRate,
            values: Values::Scaled {
                raw,
                scale: 1.0,
                offset: 0.0,
            },
        });
    }
}
