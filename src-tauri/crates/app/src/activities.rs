//! Use-cases over stored activities: list, open, edit, delete, export.

use crate::figures::parsed;
use crate::import::settings_at;
use crate::wire::{
    self, ActivityEdit, ActivityFacets, ActivityPageView, ActivityRowView, ActivityView,
    ChannelInfoView, ExportFormat, ExtraFieldView, ExtraMessageView, LapView, LengthView,
    ListQuery, OriginView, PageTotals, SettingsInForce, SortKey, SportCount, WarningView, iso,
    parse_iso,
};
use crate::{App, WireError};
use paceline_analysis::repair::apply_to_recording;
use paceline_model::{ActivityId, Device, Edit, Recording, Series, Sport};
use paceline_store::{AuditEvent, ListRow, Query, Sort, StoredActivity};
use std::path::Path;

pub(crate) fn activity_id(text: &str) -> Result<ActivityId, WireError> {
    text.parse().map_err(|_| WireError::NotFound {
        what: "The activity".to_owned(),
    })
}

fn sport(key: &str) -> Result<Sport, WireError> {
    Sport::ALL
        .into_iter()
        .find(|s| s.key() == key)
        .ok_or_else(|| WireError::validation("sport", format!("“{key}” is not a sport.")))
}

fn row_view(r: ListRow) -> ActivityRowView {
    ActivityRowView {
        id: r.id.to_string(),
        start: iso(r.start),
        timed: r.timed,
        utc_offset_s: r.utc_offset_s,
        name: r.name,
        sport: r.sport.key().to_owned(),
        sub_sport: r.sub_sport,
        distance_m: r.distance_m,
        moving_s: r.moving_s,
        elapsed_s: r.elapsed_s,
        ascent_m: r.ascent_m,
        avg_power: r.avg_power,
        normalized_power: r.normalized_power,
        avg_hr: r.avg_hr,
        load: r.load,
        rpe: r.rpe,
        origin_count: r.origin_count,
        outline: r.outline,
        has_warnings: r.has_warnings,
    }
}

fn device_text(device: &Device) -> Option<String> {
    // What FIT calls a maker that has no number yet.
    let maker = device.manufacturer.as_deref();
    let maker = maker.filter(|m| *m != "Development" || device.product.is_none());
    let parts: Vec<&str> = [maker, device.product.as_deref()]
        .into_iter()
        .flatten()
        .collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn bound(field: &str, text: Option<&String>) -> Result<Option<paceline_model::Instant>, WireError> {
    text.filter(|t| !t.is_empty())
        .map(|t| {
            parse_iso(t)
                .ok_or_else(|| WireError::validation(field, "Write a date such as 2026-05-31."))
        })
        .transpose()
}

impl App {
    /// A slice of the list with count and sums of all matches.
    ///
    /// # Errors
    /// `validation` of sports and dates.
    pub async fn activity_page(&self, query: ListQuery) -> Result<ActivityPageView, WireError> {
        let query = Query {
            sports: query
                .sports
                .iter()
                .map(|s| sport(s))
                .collect::<Result<_, _>>()?,
            from: bound("from", query.from.as_ref())?,
            to: bound("to", query.to.as_ref())?,
            text: query.text,
            sort: match query.sort {
                SortKey::Start => Sort::Start,
                SortKey::Name => Sort::Name,
                SortKey::Sport => Sort::Sport,
                SortKey::Distance => Sort::Distance,
                SortKey::Moving => Sort::Moving,
                SortKey::Ascent => Sort::Ascent,
                SortKey::Power => Sort::Power,
                SortKey::NormalizedPower => Sort::NormalizedPower,
                SortKey::HeartRate => Sort::HeartRate,
                SortKey::Load => Sort::Load,
            },
            descending: query.descending,
            offset: query.offset,
            limit: query.limit.min(1000),
        };
        let page = self.reader().await?.activity_page(&query).await?;
        Ok(ActivityPageView {
            epoch: self.epoch(),
            total: page.total,
            rows: page.rows.into_iter().map(row_view).collect(),
            totals: PageTotals {
                moving_s: page.totals.moving_s,
                distance_m: page.totals.distance_m,
                ascent_m: page.totals.ascent_m,
                work_kj: page.totals.work_j / 1000.0,
            },
        })
    }

    /// Sports with counts, first and last start.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn activity_facets(&self) -> Result<ActivityFacets, WireError> {
        let facets = self.reader().await?.facets().await?;
        Ok(ActivityFacets {
            sports: facets
                .sports
                .into_iter()
                .map(|(s, count)| SportCount {
                    sport: s.key().to_owned(),
                    count,
                })
                .collect(),
            first_start: facets.span.map(|s| iso(s.0)),
            last_start: facets.span.map(|s| iso(s.1)),
        })
    }

    /// The id that begins with `prefix`.
    ///
    /// # Errors
    /// `notFound`; `validation` if several do.
    pub async fn resolve_activity(&self, prefix: &str) -> Result<String, WireError> {
        if let Ok(id) = prefix.parse::<ActivityId>() {
            return Ok(id.to_string());
        }
        let found = self.reader().await?.activities_by_prefix(prefix).await?;
        match found.as_slice() {
            [one] => Ok(one.to_string()),
            [] => Err(WireError::NotFound {
                what: format!("An activity {prefix}…"),
            }),
            _ => Err(WireError::validation(
                "id",
                "Several activities begin so; write more of it.",
            )),
        }
    }

    /// Everything of one activity except its samples.
    ///
    /// # Errors
    /// `notFound`.
    pub async fn activity(&self, id: &str) -> Result<ActivityView, WireError> {
        let reader = self.reader().await?;
        let a = reader.activity(activity_id(id)?).await?;
        let held = settings_at(&reader.settings().await?, a.row.start);
        let mut warnings: Vec<WarningView> = Vec::new();
        for warning in a
            .origins
            .iter()
            .flat_map(|o| &o.warnings)
            .map(WarningView::from)
        {
            if !warnings.contains(&warning) {
                warnings.push(warning);
            }
        }
        Ok(ActivityView {
            epoch: self.epoch(),
            notes: a.notes,
            summary: (&a.summary).into(),
            laps: a
                .summary
                .laps
                .iter()
                .map(|l| LapView {
                    start_ms: l.start_ms,
                    end_ms: l.end_ms,
                    label: l.label.clone(),
                    stats: (&l.stats).into(),
                })
                .collect(),
            lengths: a
                .lengths
                .iter()
                .map(|l| LengthView {
                    start_ms: l.start_ms,
                    end_ms: l.end_ms,
                    active: l.active,
                    stroke: l.stroke.clone(),
                    strokes: l.strokes.map(u32::from),
                })
                .collect(),
            origins: a
                .origins
                .iter()
                .map(|o| OriginView {
                    origin_id: o.id.to_string(),
                    source: o.source.title().to_owned(),
                    file_name: o.file_name.clone(),
                    format: o.format.clone(),
                    bytes: u32::try_from(o.bytes).unwrap_or(u32::MAX),
                    imported_at: iso(o.imported_at),
                    device: o.device.as_ref().and_then(device_text),
                    start: iso(o.start),
                    warnings: o.warnings.iter().map(WarningView::from).collect(),
                    has_original: o.has_original,
                })
                .collect(),
            warnings,
            extra: a
                .extra
                .into_iter()
                .map(|m| ExtraMessageView {
                    name: m.name,
                    count: m.count,
                    fields: m
                        .fields
                        .into_iter()
                        .map(|f| ExtraFieldView {
                            name: f.name,
                            sample: f.sample,
                        })
                        .collect(),
                })
                .collect(),
            channels: a
                .channels
                .iter()
                .map(|c| ChannelInfoView {
                    key: c.key().into_owned(),
                    unit: wire::channel_unit(c),
                    label: wire::channel_label(c),
                })
                .collect(),
            device: a.device.as_ref().and_then(device_text),
            sample_count: a.sample_count,
            leg: a.leg.map(|l| l.0),
            settings: SettingsInForce {
                ftp_w: held.ftp_w,
                threshold_hr: held.threshold_hr,
                max_hr: held.max_hr,
                weight_kg: held.weight_kg,
            },
            row: row_view(a.row),
        })
    }

    /// Changes title, sport and notes; later imports leave them alone.
    ///
    /// # Errors
    /// `validation`; `notFound`.
    pub async fn update_activity(&self, id: &str, edit: ActivityEdit) -> Result<(), WireError> {
        let id = activity_id(id)?;
        let name = edit.name.trim();
        if name.is_empty() || name.chars().count() > 200 {
            return Err(WireError::validation("name", "Write 1 to 200 characters."));
        }
        if edit.notes.chars().count() > 20_000 {
            return Err(WireError::validation(
                "notes",
                "Write at most 20,000 characters.",
            ));
        }
        let sport = sport(&edit.sport)?;
        if edit.rpe.is_some_and(|r| !(0.0..=10.0).contains(&r)) {
            return Err(WireError::validation(
                "rpe",
                "Write an exertion from 0 to 10.",
            ));
        }
        let before = self.reader().await?.activity(id).await?.row;
        let edit = paceline_store::ActivityEdit {
            name: name.to_owned(),
            sport,
            notes: edit.notes,
            rpe: edit.rpe,
        };
        self.writer().await?.update_activity(id, &edit).await?;
        if (before.sport, before.rpe) != (sport, edit.rpe) {
            // Zones, load and moving time depend on them.
            self.refresh_one(id).await?;
        }
        self.tell_changed().await
    }

    /// Deletes activities with their samples and originals, all or none.
    ///
    /// # Errors
    /// `notFound`; `conflict` while an import runs.
    pub async fn delete_activities(&self, ids: Vec<String>) -> Result<(), WireError> {
        let ids = ids
            .iter()
            .map(|id| activity_id(id))
            .collect::<Result<Vec<_>, _>>()?;
        let Ok(_busy) = self.inner.busy.try_lock() else {
            return Err(WireError::Conflict {
                reason: "An import or a recalculation is running. Delete when it is done."
                    .to_owned(),
            });
        };
        self.writer().await?.delete_activities(&ids).await?;
        self.audit(AuditEvent::Deletion {
            what: "activities".to_owned(),
            count: u32::try_from(ids.len()).unwrap_or(u32::MAX),
        })
        .await?;
        self.store()?.collect_orphans().await?;
        self.tell_changed().await
    }

    /// The activity as a file's bytes, with a name for it.
    ///
    /// # Errors
    /// `notFound`; `file` if the format cannot hold the activity.
    pub async fn export_bytes(
        &self,
        id: &str,
        format: ExportFormat,
    ) -> Result<(String, Vec<u8>), WireError> {
        let id = activity_id(id)?;
        let reader = self.reader().await?;
        let a = reader.activity(id).await?;
        let (material, ride) = self.edited(id).await?;
        let rr = reader.rr(id).await?;
        let name = file_name(&a, format);
        let edits: Vec<Edit> = parsed(&material.repairs)?;
        let recording = if edits.is_empty() {
            recording(a, ride.series, rr)
        } else {
            let original = reader.series(id, &[]).await?;
            apply_to_recording(&recording(a, original, rr), &edits)
        };
        let bytes = match format {
            ExportFormat::Fit => paceline_formats::fit::encode(&recording),
            ExportFormat::Gpx => paceline_formats::gpx::encode(&recording),
            ExportFormat::Tcx => paceline_formats::tcx::encode(&recording),
        }
        .map_err(|error| WireError::File {
            file_name: name.clone(),
            reason: error.to_string(),
        })?;
        Ok((name, bytes))
    }

    /// Writes the activity to `path`.
    ///
    /// # Errors
    /// `file` if it cannot be written.
    pub async fn export_activity(
        &self,
        id: &str,
        format: ExportFormat,
        path: &Path,
    ) -> Result<(), WireError> {
        let (_, bytes) = self.export_bytes(id, format).await?;
        write_file(path, &bytes)?;
        self.exported(id).await
    }

    /// Writes the file an activity came from to `path`, byte by byte as it was.
    ///
    /// # Errors
    /// `notFound`; `file` if it cannot be written.
    pub async fn save_original(
        &self,
        id: &str,
        origin_id: &str,
        path: &Path,
    ) -> Result<(), WireError> {
        let origin = origin_id.parse().map_err(|_| WireError::NotFound {
            what: "The original file".to_owned(),
        })?;
        let (_, bytes) = self
            .reader()
            .await?
            .original(activity_id(id)?, origin)
            .await?;
        write_file(path, &bytes)?;
        self.exported(id).await
    }

    async fn exported(&self, id: &str) -> Result<(), WireError> {
        self.audit(AuditEvent::Export {
            what: format!("activity {id}"),
        })
        .await
    }
}

fn recording(a: StoredActivity, series: Series, rr: Vec<(i32, u16)>) -> Recording {
    Recording {
        start: a.row.start,
        timed: a.row.timed,
        utc_offset_s: a.row.utc_offset_s,
        sport: a.row.sport,
        sub_sport: a.row.sub_sport,
        name: Some(a.row.name),
        notes: (!a.notes.is_empty()).then_some(a.notes),
        device: a.device,
        leg: a.leg,
        totals: a.totals,
        series,
        laps: a.laps,
        lengths: a.lengths,
        timer: a.timer,
        rr,
        extra: a.extra,
        warnings: Vec::new(),
    }
}

fn file_name(a: &StoredActivity, format: ExportFormat) -> String {
    let day = iso(a.row.start).chars().take(10).collect::<String>();
    let title: String = a
        .row
        .name
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .take(60)
        .collect();
    let title = title
        .split('-')
        .filter(|p| !p.is_empty())
        .collect::<Vec<_>>()
        .join("-");
    format!("{day}-{title}.{}", format.extension())
}

/// Beside it first, then in its place: an existing file is never left half overwritten.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> Result<(), WireError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    std::fs::write(&beside, bytes)
        .and_then(|()| std::fs::rename(&beside, path))
        .map_err(|error| {
            // The half file is of no use to anybody.
            let _ = std::fs::remove_file(&beside);
            unwritable(path, &error)
        })
}

pub(crate) fn unwritable(path: &Path, error: &std::io::Error) -> WireError {
    WireError::File {
        file_name: path.display().to_string(),
        reason: match error.kind() {
            std::io::ErrorKind::StorageFull => {
                "The disk is full. Free some space and try again.".to_owned()
            }
            std::io::ErrorKind::PermissionDenied => {
                "The folder may not be written. Choose another.".to_owned()
            }
            std::io::ErrorKind::NotFound => "The folder is not there. Choose another.".to_owned(),
            _ => format!("It could not be written: {error}."),
        },
    }
}
