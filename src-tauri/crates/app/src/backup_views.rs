//! Backups and what became of them in the shape in which they are told.

use crate::wire::{BackupReason, BackupView, SalvageReport, SalvagedTableView, VerifiedView, iso};
use paceline_store::backup::{Backup, Reason, Verified};
use paceline_store::salvage::Salvaged;
use std::path::Path;

pub(crate) fn count(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

pub(crate) fn view(backup: &Backup) -> BackupView {
    BackupView {
        name: backup.name.clone(),
        path: backup.path.display().to_string(),
        made_at: iso(backup.made_at()),
        reason: match backup.reason() {
            Reason::Manual => BackupReason::Manual,
            Reason::Scheduled => BackupReason::Scheduled,
            Reason::Migration => BackupReason::Migration,
        },
        schema: u32::try_from(backup.schema()).unwrap_or(0),
        bytes: backup.bytes() as f64,
        added_bytes: backup.added_bytes() as f64,
        blobs: count(backup.blobs()),
        missing: count(backup.missing()),
    }
}

pub(crate) fn verified_view(backup: &Backup, seen: Verified) -> VerifiedView {
    VerifiedView {
        backup: view(backup),
        activities: count(seen.activities),
        rows: seen.rows as f64,
        unsealed: count(seen.unsealed),
        without_key: count(seen.without_key),
    }
}

pub(crate) fn salvage_view(to: &Path, s: &Salvaged) -> SalvageReport {
    SalvageReport {
        folder: to.display().to_string(),
        complete: s.complete(),
        pages: count(s.pages.iter().sum()),
        bad_pages: count(s.bad_pages.iter().sum()),
        tables: s
            .tables
            .iter()
            .map(|t| SalvagedTableView {
                table: t.table.clone(),
                read: count(t.read),
                dropped: count(t.dropped),
            })
            .collect(),
        unreadable_rows: count(s.unreadable_rows),
        stand_ins: count(s.stand_ins),
        blobs: count(s.blobs),
        lost_blobs: count(s.lost_blobs),
        touched_activities: count(s.touched_activities),
        originals: count(s.originals),
    }
}
