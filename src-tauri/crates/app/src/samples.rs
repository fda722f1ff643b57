//! The samples of an activity for drawing, and the figures of a stretch of them.

use crate::activities::activity_id;
use crate::figures::History;
use crate::wire::{self, RangeStatsView};
use crate::{App, WireError};
use paceline_analysis::{
    GapModel, Seconds, derived_columns, grade, grade_adjusted_speed, range_stats,
};
use paceline_model::{AthleteSettings, Channel, Column, Sport, Values};

impl App {
    /// Samples as a binary frame, as the user's edits leave them; where `channels` is empty all of
    /// them, with distance, speed, grade, grade-adjusted speed and the balance of W′ worked out
    /// where they can be.
    ///
    /// # Errors
    /// `notFound`.
    pub async fn activity_series(
        &self,
        id: &str,
        channels: Vec<String>,
    ) -> Result<Vec<u8>, WireError> {
        let id = activity_id(id)?;
        let (material, ride) = self.edited(id).await?;
        let settings = History::read(&self.reader().await?)
            .await?
            .at(material.start);
        let epoch = self.epoch();
        let start = material.start;
        tokio::task::spawn_blocking(move || {
            let wanted: Vec<Channel> = channels.iter().map(|c| Channel::from_key(c)).collect();
            let mut more = Vec::new();
            if wanted.is_empty() {
                let input = ride.input();
                more.extend(derived_columns(&input));
                more.extend(engine_columns(&Seconds::new(input), &settings));
            }
            let mut series = ride.series;
            if !wanted.is_empty() {
                series.columns.retain(|c| wanted.contains(&c.channel));
            }
            for column in more {
                if series.column(&column.channel).is_none() {
                    series.columns.push(column);
                }
            }
            wire::encode_frame(epoch, start, &series)
        })
        .await
        .map_err(|e| WireError::internal(&e))
    }

    /// Figures of the samples from index `from` up to and including `to`.
    ///
    /// # Errors
    /// `notFound`.
    pub async fn range_stats(
        &self,
        id: &str,
        from: u32,
        to: u32,
    ) -> Result<RangeStatsView, WireError> {
        let (_, ride) = self.edited(activity_id(id)?).await?;
        Ok((&range_stats(&ride.input(), from as usize, to as usize + 1)).into())
    }
}

/// What the engine works out second by second, at each sample.
fn engine_columns(seconds: &Seconds, settings: &AthleteSettings) -> Vec<Column> {
    let times = &seconds.input.series.time_ms;
    let Some(&first) = times.first() else {
        return Vec::new();
    };
    let at_samples = |channel: Channel, values: &[f64]| Column {
        channel,
        values: Values::Float(
            times
                .iter()
                .map(|t| {
                    let second = usize::try_from((i64::from(*t) - i64::from(first)) / 1000);
                    let value = second.ok().and_then(|s| values.get(s)).copied();
                    #[allow(clippy::cast_possible_truncation)]
                    value.map_or(f32::NAN, |v| v as f32)
                })
                .collect(),
        ),
    };
    let mut columns = Vec::new();
    let slope = grade(&seconds.distance, &seconds.altitude);
    if slope.iter().any(|g| g.is_finite()) {
        let percent: Vec<f64> = slope.iter().map(|g| 100.0 * g).collect();
        columns.push(at_samples(Channel::Grade, &percent));
        if seconds.sport() == Sport::Running {
            let level = grade_adjusted_speed(&seconds.speed, &slope, GapModel::Minetti);
            columns.push(at_samples(
                Channel::Other("Grade-adjusted speed [m/s]".to_owned()),
                &level,
            ));
        }
    }
    if let Some(found) = crate::analysis::balance(seconds, settings) {
        let kilojoules: Vec<f64> = found.balance.iter().map(|j| j / 1000.0).collect();
        columns.push(at_samples(
            Channel::Other("W′ balance [kJ]".to_owned()),
            &kilojoules,
        ));
    }
    columns
}
