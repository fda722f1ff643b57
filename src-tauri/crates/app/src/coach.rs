//! The coach's desk: all athletes at once, comments, groups and tags.

use crate::fitness::{MODEL, iso_day, model_of, parse_day, span, today};
use crate::import::now;
use crate::settings::valid_setting;
use crate::tenants::athlete_id;
use crate::wire::{
    BulkSetting, CoachRowView, CoachView, CommentTarget, CommentView, CommentsQuery,
    ComplianceView, FitnessModel, GroupInput, GroupView, LastActivityView, iso,
};
use crate::{App, WireError};
use paceline_analysis::season::{Day, pmc};
use paceline_model::{CommentId, GroupId, Instant};
use paceline_store::{
    AthleteRow, Comment, CommentOn, CommentQuery, DayRow, PlannedLoad, Query, Reader, Session,
    StoreError, TenantRow,
};
use std::sync::Arc;

/// Fitness gained in a week above which an athlete wants looking after: coaches commonly hold 5 to 8
/// to be sustainable.
const RAMP_ALARM: f64 = 8.0;
/// Days that still count for fitness: of a load twelve time constants ago nothing is left.
const BACK: i32 = 12 * 42;

fn not_found(what: &str) -> WireError {
    WireError::NotFound {
        what: what.to_owned(),
    }
}

fn comment_id(text: &str) -> Result<CommentId, WireError> {
    text.parse().map_err(|_| not_found("The comment"))
}

fn group_id(text: &str) -> Result<GroupId, WireError> {
    text.parse().map_err(|_| not_found("The group"))
}

fn target(on: &CommentTarget) -> Result<CommentOn, WireError> {
    Ok(match on {
        CommentTarget::Activity { id } => {
            CommentOn::Activity(id.parse().map_err(|_| not_found("The activity"))?)
        }
        CommentTarget::Day { day } => CommentOn::Day(parse_day("day", day)?),
    })
}

fn text_of(field: &str, text: &str, most: usize) -> Result<String, WireError> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(WireError::validation(field, "Write something.")),
        n if n <= most => Ok(text.to_owned()),
        _ => Err(WireError::validation(
            field,
            format!("Write at most {most} characters."),
        )),
    }
}

/// What was planned for the seven days up to yesterday, and what was done on them.
fn compliance(rows: &[DayRow], plans: &[PlannedLoad]) -> Option<ComplianceView> {
    let mut all = ComplianceView {
        planned: 0.0,
        done: 0.0,
        days: 0,
        kept: 0,
    };
    for plan in plans {
        let done: f64 = rows
            .iter()
            .filter(|r| r.day() == plan.day)
            .filter_map(|r| r.load)
            .sum();
        all.planned += plan.load;
        all.done += done;
        all.days += 1;
        all.kept += u32::from((0.8 * plan.load..=1.2 * plan.load).contains(&done));
    }
    (all.days > 0).then_some(all)
}

async fn row(
    tenant: &TenantRow,
    athlete: &AthleteRow,
    reader: &Reader,
) -> Result<CoachRowView, WireError> {
    let today = today();
    // A local day begins up to fourteen hours before or twelve after that of UTC.
    let mut rows = reader
        .days(
            Instant::of_day(today - BACK - 1),
            Instant::of_day(today + 2),
        )
        .await?;
    rows.retain(|r| r.day() <= today);
    let plans = reader.planned(today - 7, today - 1).await?;
    let chosen: FitnessModel = reader.preference(MODEL).await?;
    let (groups, tags) = reader.labels().await?;
    // An empty `sum` is minus nought, which would be shown with its sign.
    let sum = |days: i32| -> f64 {
        rows.iter()
            .filter(|r| r.day() > today - days)
            .filter_map(|r| r.load)
            .fold(0.0, |all, load| all + load)
    };
    let standing = rows.first().map(DayRow::day).and_then(|first| {
        let mut loads = vec![0.0; usize::try_from(today - first + 1).ok()?];
        for row in &rows {
            let at = usize::try_from(row.day() - first).ok()?;
            *loads.get_mut(at)? += row.load.unwrap_or(0.0);
        }
        let chart = pmc(Day(first), &loads, &model_of(chosen), &[]);
        let last = loads.len() - 1;
        Some((
            *chart.ctl.get(last)?,
            *chart.atl.get(last)?,
            *chart.tsb.get(last)?,
            *chart.ramp.get(last)?,
        ))
    });
    let ramp = standing.and_then(|s| s.3);
    let newest = Query {
        descending: true,
        limit: 1,
        ..Query::default()
    };
    let last = reader.activity_page(&newest).await?.rows.into_iter().next();
    Ok(CoachRowView {
        tenant_id: tenant.id.to_string(),
        tenant: tenant.name.clone(),
        role: tenant.role,
        athlete_id: athlete.id.to_string(),
        athlete: athlete.name.clone(),
        groups,
        tags,
        last_activity: last.filter(|a| a.start.0 > 0).map(|a| LastActivityView {
            id: a.id.to_string(),
            name: a.name,
            sport: a.sport.key().to_owned(),
            start: iso(a.start),
            utc_offset_s: a.utc_offset_s,
        }),
        load_7: sum(7),
        load_28: sum(28),
        without_load: u32::try_from(
            rows.iter()
                .filter(|r| r.day() > today - 28 && r.load.is_none())
                .count(),
        )
        .unwrap_or(u32::MAX),
        ctl: standing.map(|s| s.0),
        atl: standing.map(|s| s.1),
        tsb: standing.map(|s| s.2),
        ramp,
        ramp_alarm: ramp.is_some_and(|r| r > RAMP_ALARM),
        compliance: compliance(&rows, &plans),
        unread_comments: reader.unread_comments().await?,
    })
}

fn comment_view(c: Comment, me: paceline_model::UserId) -> CommentView {
    CommentView {
        id: c.id.to_string(),
        on: match c.on {
            CommentOn::Activity(id) => CommentTarget::Activity { id: id.to_string() },
            CommentOn::Day(day) => CommentTarget::Day { day: iso_day(day) },
        },
        mine: c.author == me,
        author: c.author_name,
        text: c.text,
        created_at: iso(c.created_at),
        edited_at: c.edited_at.map(iso),
        read: c.read,
    }
}

impl App {
    /// All athletes of all tenants that the user reaches, and the names of tenants whose key does
    /// not open.
    ///
    /// # Errors
    /// `locked`; those of the store.
    pub(crate) async fn everybody(
        &self,
    ) -> Result<(Vec<(Arc<TenantRow>, AthleteRow, Session)>, Vec<String>), WireError> {
        let store = self.store()?;
        let (mut reached, mut closed) = (Vec::new(), Vec::new());
        for mut tenant in store.tenants().await? {
            let athletes = std::mem::take(&mut tenant.athletes);
            let tenant = Arc::new(tenant);
            for athlete in athletes {
                match store.session(tenant.id, Some(athlete.id)).await {
                    Ok(session) => reached.push((Arc::clone(&tenant), athlete, session)),
                    Err(StoreError::Vault(error)) => {
                        tracing::warn!(%error, "a tenant's key does not open");
                        closed.push(tenant.name.clone());
                        break;
                    }
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok((reached, closed))
    }

    /// All athletes of all tenants that the user reaches, with how they stand.
    ///
    /// # Errors
    /// `locked`; those of the store.
    pub async fn coach_overview(&self) -> Result<CoachView, WireError> {
        let store = self.store()?;
        let (reached, closed) = self.everybody().await?;
        let mut athletes = Vec::with_capacity(reached.len());
        for (tenant, athlete, session) in reached {
            let reader = store.reader(&session).await?;
            athletes.push(row(&tenant, &athlete, &reader).await?);
        }
        Ok(CoachView {
            epoch: self.epoch(),
            athletes,
            closed,
        })
    }

    /// Comments on the athlete on screen.
    ///
    /// # Errors
    /// `notFound`; `validation` of days.
    pub async fn comments(&self, query: CommentsQuery) -> Result<Vec<CommentView>, WireError> {
        let query = match query {
            CommentsQuery::Activity { id } => {
                CommentQuery::Activity(id.parse().map_err(|_| not_found("The activity"))?)
            }
            CommentsQuery::Days { from, to } => {
                let (from, to) = span(Some(&from), Some(&to), (0, 0))?;
                CommentQuery::Days(from, to)
            }
            CommentsQuery::Newest { limit } => CommentQuery::Newest(limit.min(1000)),
        };
        let me = self.session()?.user();
        let all = self.reader().await?.comments(query).await?;
        Ok(all.into_iter().map(|c| comment_view(c, me)).collect())
    }

    /// Writes a comment; gives its id.
    ///
    /// # Errors
    /// `validation` of the text; `forbidden` for viewers; `notFound`.
    pub async fn add_comment(&self, on: CommentTarget, text: &str) -> Result<String, WireError> {
        let text = text_of("text", text, 10_000)?;
        let on = target(&on)?;
        let door = self.store()?.commenter(&self.session()?).await?;
        Ok(door.add_comment(on, &text, now()).await?.to_string())
    }

    /// Changes a comment of the user's own.
    ///
    /// # Errors
    /// As [`App::add_comment`].
    pub async fn edit_comment(&self, id: &str, text: &str) -> Result<(), WireError> {
        let text = text_of("text", text, 10_000)?;
        let door = self.store()?.commenter(&self.session()?).await?;
        Ok(door.edit_comment(comment_id(id)?, &text, now()).await?)
    }

    /// Takes a comment of the user's own away.
    ///
    /// # Errors
    /// `forbidden` for viewers; `notFound`.
    pub async fn delete_comment(&self, id: &str) -> Result<(), WireError> {
        let door = self.store()?.commenter(&self.session()?).await?;
        Ok(door.delete_comment(comment_id(id)?, now()).await?)
    }

    /// Notes that the user has read comments.
    ///
    /// # Errors
    /// `notFound` for an id that is none.
    pub async fn mark_comments_read(&self, ids: Vec<String>) -> Result<(), WireError> {
        let ids = ids
            .iter()
            .map(|i| comment_id(i))
            .collect::<Result<Vec<_>, _>>()?;
        let session = self.session()?;
        Ok(self.store()?.mark_read(&session, &ids, now()).await?)
    }

    /// The groups of the tenant on screen.
    ///
    /// # Errors
    /// `forbidden` unless the user may coach.
    pub async fn groups(&self) -> Result<Vec<GroupView>, WireError> {
        let all = self.coach().await?.groups().await?;
        Ok(all
            .into_iter()
            .map(|g| GroupView {
                id: g.id.to_string(),
                name: g.name,
                athlete_ids: g.athletes.iter().map(ToString::to_string).collect(),
            })
            .collect())
    }

    /// Makes or changes a group; gives its id.
    ///
    /// # Errors
    /// `validation` of the name; `forbidden` unless the user may coach; `notFound`.
    pub async fn put_group(&self, group: GroupInput) -> Result<String, WireError> {
        let name = text_of("name", &group.name, 80)?;
        let id = group.id.as_deref().map(group_id).transpose()?;
        let athletes = group
            .athlete_ids
            .iter()
            .map(|a| athlete_id(a))
            .collect::<Result<Vec<_>, _>>()?;
        let coach = self.coach().await?;
        let id = coach.put_group(id, &name, &athletes, now()).await?;
        Ok(id.to_string())
    }

    /// Takes a group away.
    ///
    /// # Errors
    /// `forbidden` unless the user may coach; `notFound`.
    pub async fn delete_group(&self, id: &str) -> Result<(), WireError> {
        Ok(self.coach().await?.delete_group(group_id(id)?).await?)
    }

    /// Replaces the tags of an athlete.
    ///
    /// # Errors
    /// `validation` of tags; `forbidden` unless the user may coach; `notFound`.
    pub async fn set_athlete_tags(
        &self,
        athlete: &str,
        tags: Vec<String>,
    ) -> Result<(), WireError> {
        let tags = tags
            .iter()
            .map(|t| text_of("tags", t, 40))
            .collect::<Result<Vec<_>, _>>()?;
        let coach = self.coach().await?;
        Ok(coach.put_tags(athlete_id(athlete)?, &tags).await?)
    }

    /// Lets one setting hold for many athletes of the tenant on screen, all or none.
    ///
    /// # Errors
    /// `validation` of value and date; `forbidden` unless the user may coach; `notFound`.
    pub async fn save_setting_of_many(&self, bulk: BulkSetting) -> Result<(), WireError> {
        let setting = valid_setting(&bulk.setting)?;
        let athletes = bulk
            .athlete_ids
            .iter()
            .map(|a| athlete_id(a))
            .collect::<Result<Vec<_>, _>>()?;
        let coach = self.coach().await?;
        coach.put_setting_of(&athletes, &setting).await?;
        self.figures_are_stale();
        Ok(())
    }
}
