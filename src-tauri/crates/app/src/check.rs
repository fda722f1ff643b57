//! Looks whether everything that is stored can be read.

use crate::wire::CheckView;
use crate::{App, WireError};
use paceline_model::{ActivityId, Instant};

impl App {
    /// Lets both databases check themselves, then opens the samples and the original files of
    /// every activity, and looks for the newest good backup. Changes nothing.
    ///
    /// # Errors
    /// Those of a store that cannot be read at all; what is damaged within is a finding.
    pub async fn check(&self) -> Result<CheckView, WireError> {
        let mut findings = self.store()?.integrity().await?;
        let mut activities = 0;
        for id in self
            .reader()
            .await?
            .activities_since(Instant(i64::MIN))
            .await?
        {
            activities += 1;
            match self.check_activity(id).await {
                // Deleted meanwhile.
                Ok(()) | Err(WireError::NotFound { .. }) => {}
                Err(error) => findings.push(format!("Activity {id}: {error}")),
            }
        }
        let (newest_backup, faults) = self.newest_backup().await?;
        findings.extend(faults);
        Ok(CheckView {
            activities,
            findings,
            newest_backup,
        })
    }

    async fn check_activity(&self, id: ActivityId) -> Result<(), WireError> {
        let reader = self.reader().await?;
        let activity = reader.activity(id).await?;
        let series = reader.series(id, &[]).await?;
        let expected = activity.sample_count as usize;
        if series.len() != expected {
            return Err(WireError::Storage {
                reason: format!("{} samples of {expected} are there.", series.len()),
            });
        }
        reader.rr(id).await?;
        for origin in activity.origins.iter().filter(|o| o.has_original) {
            reader.original(id, origin.id).await?;
        }
        Ok(())
    }
}
