use crate::{Reader, StoreError};
use paceline_model::{ActivityId, Instant, Sport};
use sqlx::{QueryBuilder, Row, Sqlite, sqlite::SqliteRow};
use uuid::Uuid;

/// Columns by which the list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(missing_docs)]
pub enum Sort {
    #[default]
    Start,
    Name,
    Sport,
    Distance,
    Moving,
    Ascent,
    Power,
    NormalizedPower,
    HeartRate,
    Load,
}

impl Sort {
    const fn column(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Name => "name COLLATE NOCASE",
            Self::Sport => "sport",
            Self::Distance => "distance_m",
            Self::Moving => "moving_s",
            Self::Ascent => "ascent_m",
            Self::Power => "avg_power",
            Self::NormalizedPower => "normalized_power",
            Self::HeartRate => "avg_hr",
            Self::Load => "load",
        }
    }
}

/// Which activities, in which order, which slice of them.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// All where empty.
    pub sports: Vec<Sport>,
    /// Inclusive.
    pub from: Option<Instant>,
    /// Exclusive.
    pub to: Option<Instant>,
    /// Substring of name or notes; all where empty.
    pub text: String,
    /// Column.
    pub sort: Sort,
    /// Highest first; absent values stand last either way.
    pub descending: bool,
    /// Rows to pass over.
    pub offset: u32,
    /// Rows wanted.
    pub limit: u32,
}

/// One row of the list; quantities in SI units.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct ListRow {
    pub id: ActivityId,
    pub start: Instant,
    /// Whether `start` is a true date; a route without times has none.
    pub timed: bool,
    pub utc_offset_s: Option<i32>,
    pub name: String,
    pub sport: Sport,
    pub sub_sport: Option<String>,
    pub distance_m: Option<f64>,
    pub moving_s: f64,
    pub elapsed_s: f64,
    pub ascent_m: Option<f64>,
    pub avg_power: Option<f64>,
    pub normalized_power: Option<f64>,
    pub avg_hr: Option<f64>,
    pub load: Option<f64>,
    /// Session RPE, Borg CR-10.
    pub rpe: Option<f64>,
    pub origin_count: u32,
    /// "x,y x,y …" on a square of 100 by 100, north up; empty without positions.
    pub outline: String,
    pub has_warnings: bool,
}

/// The columns of a [`ListRow`].
pub(crate) const ROW: &str = "id, start, timed, utc_offset_s, name, sport, sub_sport, distance_m, moving_s, \
     elapsed_s, ascent_m, avg_power, normalized_power, avg_hr, load, rpe, origin_count, outline, has_warnings";

impl ListRow {
    pub(crate) fn from_row(row: &SqliteRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: ActivityId(row.try_get::<Uuid, _>("id")?),
            start: Instant(row.try_get("start")?),
            timed: row.try_get("timed")?,
            utc_offset_s: row.try_get("utc_offset_s")?,
            name: row.try_get("name")?,
            sport: Sport::from_key(&row.try_get::<String, _>("sport")?),
            sub_sport: row.try_get("sub_sport")?,
            distance_m: row.try_get("distance_m")?,
            moving_s: row.try_get("moving_s")?,
            elapsed_s: row.try_get("elapsed_s")?,
            ascent_m: row.try_get("ascent_m")?,
            avg_power: row.try_get("avg_power")?,
            normalized_power: row.try_get("normalized_power")?,
            avg_hr: row.try_get("avg_hr")?,
            load: row.try_get("load")?,
            rpe: row.try_get("rpe")?,
            origin_count: row.try_get("origin_count")?,
            outline: row.try_get("outline")?,
            has_warnings: row.try_get("has_warnings")?,
        })
    }
}

/// Sums over all matches of a query.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[allow(missing_docs)]
pub struct ListTotals {
    pub moving_s: f64,
    pub distance_m: f64,
    pub ascent_m: f64,
    pub work_j: f64,
}

/// A slice of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Activities that match.
    pub total: u32,
    /// The slice.
    pub rows: Vec<ListRow>,
    /// Over all matches.
    pub totals: ListTotals,
}

/// What the list can be filtered by.
#[derive(Debug, Clone, PartialEq)]
pub struct Facets {
    /// Sports with their counts, most frequent first.
    pub sports: Vec<(Sport, u32)>,
    /// First and last start of timed activities.
    pub span: Option<(Instant, Instant)>,
}

impl Reader {
    fn matching(&self, query: &Query, builder: &mut QueryBuilder<Sqlite>) {
        builder
            .push(" FROM activities WHERE tenant_id = ")
            .push_bind(self.session.tenant.0);
        builder
            .push(" AND athlete_id = ")
            .push_bind(self.session.athlete.0);
        builder.push(" AND deleted = 0");
        if let Some(from) = query.from {
            builder.push(" AND start >= ").push_bind(from.0);
        }
        if let Some(to) = query.to {
            builder.push(" AND start < ").push_bind(to.0);
        }
        if !query.sports.is_empty() {
            builder.push(" AND sport IN (");
            let mut list = builder.separated(", ");
            for sport in &query.sports {
                list.push_bind(sport.key());
            }
            builder.push(")");
        }
        let text = query.text.trim().to_lowercase();
        if !text.is_empty() {
            // instr needs no escaping of % and _.
            builder
                .push(" AND (instr(lower(name), ")
                .push_bind(text.clone());
            builder
                .push(") > 0 OR instr(lower(notes), ")
                .push_bind(text)
                .push(") > 0)");
        }
    }

    /// A slice of the list with the count and the sums of all matches.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn activity_page(&self, query: &Query) -> Result<Page, StoreError> {
        let mut sums = QueryBuilder::<Sqlite>::new(
            "SELECT COUNT(*), TOTAL(moving_s), TOTAL(distance_m), TOTAL(ascent_m), TOTAL(work_j)",
        );
        self.matching(query, &mut sums);
        let (total, moving_s, distance_m, ascent_m, work_j): (i64, f64, f64, f64, f64) =
            sums.build_query_as().fetch_one(&self.store.reading).await?;

        let order = query.sort.column();
        let way = if query.descending { "DESC" } else { "ASC" };
        // The inner query walks the covering index; only the slice reads whole rows.
        let mut slice = QueryBuilder::<Sqlite>::new(
            "WITH slice AS MATERIALIZED (SELECT id AS slice_id, ROW_NUMBER() OVER () AS place FROM (SELECT id",
        );
        self.matching(query, &mut slice);
        slice.push(format!(
            " ORDER BY {order} {way} NULLS LAST, start DESC, id LIMIT "
        ));
        slice
            .push_bind(i64::from(query.limit))
            .push(" OFFSET ")
            .push_bind(i64::from(query.offset));
        slice.push(format!(
            ")) SELECT {ROW} FROM slice JOIN activities ON id = slice_id AND tenant_id = "
        ));
        slice
            .push_bind(self.session.tenant.0)
            .push(" ORDER BY place");
        let rows = slice.build().fetch_all(&self.store.reading).await?;
        Ok(Page {
            total: u32::try_from(total).unwrap_or(u32::MAX),
            rows: rows
                .iter()
                .map(ListRow::from_row)
                .collect::<Result<_, _>>()?,
            totals: ListTotals {
                moving_s,
                distance_m,
                ascent_m,
                work_j,
            },
        })
    }

    /// Sports with counts, and the span of time.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn facets(&self) -> Result<Facets, StoreError> {
        let sports: Vec<(String, i64)> = sqlx::query_as(
            "SELECT sport, COUNT(*) AS n FROM activities
             WHERE tenant_id = ? AND athlete_id = ? AND deleted = 0 GROUP BY sport ORDER BY n DESC, sport",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .fetch_all(&self.store.reading)
        .await?;
        let (first, last): (Option<i64>, Option<i64>) = sqlx::query_as(
            "SELECT MIN(start), MAX(start) FROM activities
             WHERE tenant_id = ? AND athlete_id = ? AND deleted = 0 AND start > 0",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .fetch_one(&self.store.reading)
        .await?;
        Ok(Facets {
            sports: sports
                .into_iter()
                .map(|(s, n)| (Sport::from_key(&s), u32::try_from(n).unwrap_or(u32::MAX)))
                .collect(),
            span: first.zip(last).map(|(a, b)| (Instant(a), Instant(b))),
        })
    }

    /// How many activities there are.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn activity_count(&self) -> Result<u32, StoreError> {
        let (n,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM activities WHERE tenant_id = ? AND athlete_id = ? AND deleted = 0",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .fetch_one(&self.store.reading)
        .await?;
        Ok(u32::try_from(n).unwrap_or(u32::MAX))
    }

    /// Ids of the activities that start at `from` or later, oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn activities_since(&self, from: Instant) -> Result<Vec<ActivityId>, StoreError> {
        let rows: Vec<(Uuid,)> = sqlx::query_as(
            "SELECT id FROM activities WHERE tenant_id = ? AND athlete_id = ? AND deleted = 0
             AND start >= ? ORDER BY start",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .bind(from.0)
        .fetch_all(&self.store.reading)
        .await?;
        Ok(rows.into_iter().map(|r| ActivityId(r.0)).collect())
    }
}
