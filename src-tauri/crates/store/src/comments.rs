use crate::{Commenter, Reader, Session, Store, StoreError};
use paceline_model::{ActivityId, CommentId, Instant, UserId};
use sqlx::{QueryBuilder, Sqlite};
use std::sync::Arc;
use uuid::Uuid;

/// What a comment is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentOn {
    /// An activity.
    Activity(ActivityId),
    /// A local day since 1970-01-01.
    Day(i32),
}

/// Which comments of the athlete are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentQuery {
    /// Those on an activity, oldest first.
    Activity(ActivityId),
    /// Those on the days from the first to the last, oldest first.
    Days(i32, i32),
    /// At most so many of all, newest first.
    Newest(u32),
}

/// A comment as one user sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Id.
    pub id: CommentId,
    /// What it is on.
    pub on: CommentOn,
    /// Who wrote it; they may be gone.
    pub author: UserId,
    /// Their name at the time.
    pub author_name: String,
    /// As typed.
    pub text: String,
    /// When it was written.
    pub created_at: Instant,
    /// When it was last changed, if it was.
    pub edited_at: Option<Instant>,
    /// Whether the user wrote it or has read it since it was last changed.
    pub read: bool,
}

type Columns = (
    Uuid,
    Option<Uuid>,
    Option<i32>,
    Uuid,
    String,
    String,
    i64,
    Option<i64>,
    bool,
);

/// Whether user `?3` has read comment `c`.
const READ: &str = "(c.author_id = ?3 OR EXISTS (SELECT 1 FROM comment_reads AS r
     WHERE r.tenant_id = c.tenant_id AND r.comment_id = c.id AND r.user_id = ?3
     AND r.at >= coalesce(c.edited_at, c.created_at)))";

impl Reader {
    /// Comments on the athlete.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn comments(&self, query: CommentQuery) -> Result<Vec<Comment>, StoreError> {
        let (which, order, [a, b]) = match query {
            CommentQuery::Activity(_) => ("c.activity_id = ?4", "", [0, 0]),
            CommentQuery::Days(from, to) => (
                "c.day BETWEEN ?5 AND ?6",
                "",
                [i64::from(from), i64::from(to)],
            ),
            CommentQuery::Newest(limit) => ("TRUE", " DESC LIMIT ?5", [i64::from(limit), 0]),
        };
        let activity = match query {
            CommentQuery::Activity(id) => Some(id.0),
            _ => None,
        };
        let rows: Vec<Columns> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT c.id, c.activity_id, c.day, c.author_id, c.author_name, c.text, c.created_at,
             c.edited_at, {READ} FROM comments AS c LEFT JOIN activities AS a
                 ON a.tenant_id = c.tenant_id AND a.id = c.activity_id
             WHERE c.tenant_id = ?1 AND c.athlete_id = ?2 AND c.deleted = 0
             AND coalesce(a.deleted, 0) = 0 AND {which} AND ?4 IS ?4 AND ?5 = ?5 AND ?6 = ?6
             ORDER BY c.created_at{order}"
        )))
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .bind(self.session.user.0)
        .bind(activity)
        .bind(a)
        .bind(b)
        .fetch_all(&self.store.reading)
        .await?;
        rows.into_iter()
            .map(
                |(id, activity, day, author, author_name, text, created, edited, read)| {
                    let on = match (activity, day) {
                        (Some(id), _) => CommentOn::Activity(ActivityId(id)),
                        (None, Some(day)) => CommentOn::Day(day),
                        (None, None) => {
                            return Err(crate::error::damaged("a comment is on nothing"));
                        }
                    };
                    Ok(Comment {
                        id: CommentId(id),
                        on,
                        author: UserId(author),
                        author_name,
                        text,
                        created_at: Instant(created),
                        edited_at: edited.map(Instant),
                        read,
                    })
                },
            )
            .collect()
    }

    /// How many comments on the athlete the user has not read.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn unread_comments(&self) -> Result<u32, StoreError> {
        let (n,): (i64,) = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT COUNT(*) FROM comments AS c LEFT JOIN activities AS a
                 ON a.tenant_id = c.tenant_id AND a.id = c.activity_id
             WHERE c.tenant_id = ?1 AND c.athlete_id = ?2 AND c.deleted = 0
             AND coalesce(a.deleted, 0) = 0 AND NOT {READ}"
        )))
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .bind(self.session.user.0)
        .fetch_one(&self.store.reading)
        .await?;
        Ok(u32::try_from(n).unwrap_or(u32::MAX))
    }
}

impl Store {
    /// Notes that the session's user has read comments on the session's athlete. Open to everybody
    /// who sees them; ids of no such comment are passed over.
    ///
    /// # Errors
    /// `NotFound` for who is no member; those of the database.
    pub async fn mark_read(
        self: &Arc<Self>,
        session: &Session,
        ids: &[CommentId],
        now: Instant,
    ) -> Result<(), StoreError> {
        self.reader(session).await?;
        if ids.is_empty() {
            return Ok(());
        }
        let mut sql = QueryBuilder::<Sqlite>::new(
            "INSERT INTO comment_reads (tenant_id, comment_id, user_id, at) SELECT tenant_id, id, ",
        );
        sql.push_bind(session.user.0).push(", ").push_bind(now.0);
        sql.push(" FROM comments WHERE tenant_id = ")
            .push_bind(session.tenant.0);
        sql.push(" AND athlete_id = ")
            .push_bind(session.athlete.0)
            .push(" AND deleted = 0 AND id IN (");
        let mut list = sql.separated(", ");
        for id in ids {
            list.push_bind(id.0);
        }
        sql.push(
            ") ON CONFLICT (tenant_id, comment_id, user_id) DO UPDATE SET at = max(at, excluded.at)",
        );
        sql.build().execute(&self.writing).await?;
        Ok(())
    }
}

impl Commenter {
    /// Writes a comment in the user's name.
    ///
    /// # Errors
    /// `NotFound` where the activity is not the athlete's; those of the database.
    pub async fn add_comment(
        &self,
        on: CommentOn,
        text: &str,
        now: Instant,
    ) -> Result<CommentId, StoreError> {
        let id = CommentId(Uuid::now_v7());
        let (activity, day) = match on {
            CommentOn::Activity(id) => (Some(id.0), None),
            CommentOn::Day(day) => (None, Some(day)),
        };
        let done = sqlx::query(
            "INSERT INTO comments (tenant_id, id, athlete_id, activity_id, day, author_id,
             author_name, text, created_at)
             SELECT ?1, ?2, ?3, ?4, ?5, u.id, u.name, ?7, ?8 FROM users AS u
             WHERE u.id = ?6 AND (?4 IS NULL OR EXISTS (SELECT 1 FROM activities WHERE tenant_id = ?1
                 AND id = ?4 AND athlete_id = ?3 AND deleted = 0))",
        )
        .bind(self.session.tenant.0)
        .bind(id.0)
        .bind(self.session.athlete.0)
        .bind(activity)
        .bind(day)
        .bind(self.session.user.0)
        .bind(text)
        .bind(now.0)
        .execute(&self.store.writing)
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound {
                what: "The activity",
            });
        }
        Ok(id)
    }

    /// Changes a comment of the user's own; others have it unread again.
    ///
    /// # Errors
    /// `NotFound` for comments of others too.
    pub async fn edit_comment(
        &self,
        id: CommentId,
        text: &str,
        now: Instant,
    ) -> Result<(), StoreError> {
        self.change("text = ?5, edited_at = ?6", id, text, now)
            .await
    }

    /// Takes a comment of the user's own away; a tombstone without its text stays.
    ///
    /// # Errors
    /// `NotFound` for comments of others too.
    pub async fn delete_comment(&self, id: CommentId, now: Instant) -> Result<(), StoreError> {
        self.change("text = ?5, edited_at = ?6, deleted = 1", id, "", now)
            .await
    }

    async fn change(
        &self,
        what: &str,
        id: CommentId,
        text: &str,
        now: Instant,
    ) -> Result<(), StoreError> {
        let done = sqlx::query(sqlx::AssertSqlSafe(format!(
            "UPDATE comments SET {what} WHERE tenant_id = ?1 AND id = ?2 AND athlete_id = ?3
             AND author_id = ?4 AND deleted = 0"
        )))
        .bind(self.session.tenant.0)
        .bind(id.0)
        .bind(self.session.athlete.0)
        .bind(self.session.user.0)
        .bind(text)
        .bind(now.0)
        .execute(&self.store.writing)
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound {
                what: "The comment",
            });
        }
        Ok(())
    }
}
