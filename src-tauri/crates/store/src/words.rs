//! What an account says of an activity, beside what was recorded: its title,
//! notes and sport, and the id it knows it by.
//!
//! Whose word counts: the user's, then that of the account that spoke first,
//! then the recorder's. An account may change its own word later.

use crate::{StoreError, Writer};
use paceline_model::{ActivityId, ExtraMessage, Sport};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// Title, notes and sport as an account has them; absent where it says nothing.
#[derive(Debug, Clone, Default, PartialEq)]
#[allow(missing_docs)]
pub struct Words {
    pub name: Option<String>,
    pub notes: Option<String>,
    pub sport: Option<Sport>,
    pub sub_sport: Option<String>,
}

/// An account's entry for an activity that is there already.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Which.
    pub activity: ActivityId,
    /// Hash and part of the origin that the entry is of, where it is a file of the account.
    pub origin: Option<([u8; 32], u32)>,
    /// The account's own id.
    pub external_id: String,
    /// What no field holds.
    pub account: Vec<ExtraMessage>,
    /// Title, notes and sport.
    pub words: Words,
}

impl Writer {
    pub(crate) async fn claim_in(
        &self,
        tx: &mut SqliteConnection,
        claim: &Claim,
        source: Option<Uuid>,
    ) -> Result<(), StoreError> {
        if let Some((hash, part)) = claim.origin {
            sqlx::query(
                "UPDATE activity_origins SET source_id = ?1, external_id = ?2, account = ?3
                 WHERE tenant_id = ?4 AND athlete_id = ?7 AND content_hash = ?5 AND part = ?6 AND deleted = 0
                 AND (source_id IS NOT ?1 OR external_id IS NOT ?2 OR account <> ?3)",
            )
            .bind(source)
            .bind(&claim.external_id)
            .bind(serde_json::to_string(&claim.account).map_err(crate::error::damaged)?)
            .bind(self.session.tenant.0)
            .bind(hash.as_slice())
            .bind(part)
            .bind(self.session.athlete.0)
            .execute(&mut *tx)
            .await?;
        }
        self.words_in(tx, claim.activity, &claim.words, source)
            .await
    }

    /// Lets the activity bear the account's words as far as nobody of more weight has spoken.
    pub(crate) async fn words_in(
        &self,
        tx: &mut SqliteConnection,
        id: ActivityId,
        words: &Words,
        source: Option<Uuid>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE activities SET words_source = ?1,
             name = CASE WHEN name_edited = 1 THEN name ELSE coalesce(?2, name) END,
             notes = CASE WHEN notes_edited = 1 THEN notes ELSE coalesce(?3, notes) END,
             sport = CASE WHEN sport_edited = 1 THEN sport ELSE coalesce(?4, sport) END,
             sub_sport = CASE WHEN sport_edited = 1 OR ?4 IS NULL THEN sub_sport
                 WHEN sport = ?4 THEN coalesce(?5, sub_sport) ELSE ?5 END
             WHERE tenant_id = ?6 AND id = ?7 AND athlete_id = ?8 AND (words_source IS NULL OR words_source = ?1)
             AND (words_source IS NULL
                 OR (name_edited = 0 AND name <> coalesce(?2, name))
                 OR (notes_edited = 0 AND notes <> coalesce(?3, notes))
                 OR (sport_edited = 0 AND sport <> coalesce(?4, sport))
                 OR (sport_edited = 0 AND ?4 IS NOT NULL AND ?5 IS NOT NULL AND sub_sport IS NOT ?5))",
        )
        .bind(source)
        .bind(&words.name)
        .bind(&words.notes)
        .bind(words.sport.map(Sport::key))
        .bind(&words.sub_sport)
        .bind(self.session.tenant.0)
        .bind(id.0)
        .bind(self.session.athlete.0)
        .execute(tx)
        .await?;
        Ok(())
    }

    /// An entry that stood in for its missing file gives way once the file is there.
    pub(crate) async fn supersede_in(
        &self,
        tx: &mut SqliteConnection,
        id: ActivityId,
        external_id: Option<&str>,
        source: Option<Uuid>,
    ) -> Result<(), StoreError> {
        if external_id.is_none() {
            return Ok(());
        }
        sqlx::query(
            "UPDATE activity_origins SET deleted = 1 WHERE tenant_id = ? AND activity_id = ?
             AND source_id = ? AND external_id = ? AND original_blob IS NULL AND deleted = 0",
        )
        .bind(self.session.tenant.0)
        .bind(id.0)
        .bind(source)
        .bind(external_id)
        .execute(tx)
        .await?;
        Ok(())
    }
}
