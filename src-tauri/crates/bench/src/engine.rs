//! The analysis engine against the plain way of doing the same, in one run:
//! curves against every window of every duration, figures made anew against
//! merely reading the samples, and the charts of many years.

use crate::rides;
use paceline_analysis::curve::full_curve;
use paceline_analysis::season::{Day, PmcModel, pmc};
use paceline_analysis::{ActivityInput, Seconds, analyse};
use paceline_app::wire::{
    CurveChannel, CurvesQuery, ProfileInput, SettingKind, SettingView, Units,
};
use paceline_app::{App, OpenOptions, WireError};
use paceline_model::{ActivityId, AthleteSettings, Channel};
use paceline_store::Store;
use paceline_vault::{KeyPolicy, Vault};
use std::hint::black_box;
use std::path::Path;
use std::time::Instant as Clock;

/// Rides of the store that is recomputed: each is an hour and a half of eight channels.
const RIDES: u32 = 3_000;
/// Rides that come one by one after the others.
const LATER: u32 = 5;

struct Limits(bool);

impl Limits {
    fn most(&mut self, what: &str, value: f64, most: f64) {
        self.judge(value <= most, what, value, most);
    }

    fn least(&mut self, what: &str, value: f64, least: f64) {
        self.judge(value >= least, what, value, least);
    }

    fn judge(&mut self, ok: bool, what: &str, value: f64, limit: f64) {
        self.0 &= ok;
        let word = if ok { "ok    " } else { "MISSED" };
        println!("{word} {value:.2} {what} (limit {limit})");
    }
}

/// Milliseconds of the quickest of some rounds.
fn best(rounds: usize, mut work: impl FnMut()) -> f64 {
    (0..rounds)
        .map(|_| {
            let clock = Clock::now();
            work();
            clock.elapsed().as_secs_f64() * 1e3
        })
        .fold(f64::INFINITY, f64::min)
}

/// Prints the figures; `false` if a limit is missed.
pub fn run() -> Result<bool, String> {
    let mut limits = Limits(true);
    curves(&mut limits);
    figures(&mut limits);
    years(&mut limits);
    let runtime = tokio::runtime::Runtime::new().map_err(|e| e.to_string())?;
    runtime.block_on(store(&mut limits))?;
    Ok(limits.0)
}

/// Five hours of power, as rides one after another.
fn five_hours() -> Vec<f64> {
    (0..4)
        .flat_map(|day| {
            rides::recording(day)
                .series
                .values(&Channel::Power)
                .unwrap_or_default()
        })
        .take(5 * 3600)
        .collect()
}

/// Every window of every duration, each a difference of two sums.
fn every_window(samples: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0];
    for x in samples {
        sums.push(sums[sums.len() - 1] + x);
    }
    (1..=samples.len())
        .map(|d| {
            let windows = sums[d..].iter().zip(&sums);
            let most = windows.fold(f64::NEG_INFINITY, |best, (end, start)| {
                if end - start > best {
                    end - start
                } else {
                    best
                }
            });
            most / d as f64
        })
        .collect()
}

fn curves(limits: &mut Limits) {
    let power = five_hours();
    println!(
        "mean-maximal power at every second of {} samples",
        power.len()
    );
    let plain = best(2, || {
        black_box(every_window(black_box(&power)));
    });
    let ours = best(10, || {
        black_box(full_curve(black_box(&power)));
    });
    println!("every window of every duration {plain:.1} ms, ours {ours:.2} ms");
    let (a, b) = (every_window(&power), full_curve(&power));
    let apart = a
        .iter()
        .zip(b.values())
        .map(|(a, b)| (a - f64::from(*b)).abs())
        .fold(0.0, f64::max);
    limits.most("W between the two at most", apart, 1e-3);
    limits.most("ms for five hours", ours, 30.0);
    limits.least("times as fast as every window", plain / ours, 20.0);
}

fn figures(limits: &mut Limits) {
    let mut hour = rides::recording(7);
    hour.series.time_ms.truncate(3600);
    for column in &mut hour.series.columns {
        match &mut column.values {
            paceline_model::Values::Scaled { raw, .. } => raw.truncate(3600),
            paceline_model::Values::Float(values) => values.truncate(3600),
        }
    }
    let settings = AthleteSettings {
        ftp_w: Some(250.0),
        threshold_hr: Some(165.0),
        max_hr: Some(190.0),
        resting_hr: Some(50.0),
        weight_kg: Some(75.0),
        w_prime_j: Some(20_000.0),
        ..AthleteSettings::default()
    };
    let input = ActivityInput::from(&hour);
    let (summary, metrics) = analyse(input, &settings, None, None);
    println!(
        "every figure of an hour of eight channels: {} of them",
        metrics.values.len()
    );
    let seconds = Seconds::new(input);
    let alone = best(200, || {
        black_box(paceline_analysis::compute_metrics(
            black_box(&seconds),
            &settings,
            &summary,
            None,
        ));
    });
    let again = best(200, || {
        black_box(analyse(black_box(input), &settings, None, Some(&summary)));
    });
    let whole = best(50, || {
        black_box(analyse(black_box(input), &settings, None, None));
    });
    println!("with the samples laid out anew {again:.2} ms, with curves and laps {whole:.2} ms");
    limits.most("ms for the figures of an hour", alone, 1.0);
}

fn years(limits: &mut Limits) {
    let loads: Vec<f64> = (0..20 * 365).map(|d| f64::from((d * 37) % 140)).collect();
    let took = best(50, || {
        black_box(pmc(Day(0), black_box(&loads), &PmcModel::default(), &[]));
    });
    limits.most("ms for fitness, fatigue and form of 20 years", took, 5.0);
}

fn said(error: WireError) -> String {
    error.to_string()
}

async fn open(data: &Path) -> Result<App, String> {
    let options = OpenOptions {
        data_dir: data.to_path_buf(),
        key_file_only: true,
    };
    App::open(options).await.map_err(said)
}

/// Opens and decodes the samples of every ride, as many at once as the app does; seconds.
async fn read_alone(data: &Path) -> Result<f64, String> {
    let vault = Vault::open(data, KeyPolicy::KeyFileOnly).map_err(|e| e.to_string())?;
    let store = Store::open(data, vault).await.map_err(|e| e.to_string())?;
    let session = store
        .first_session()
        .await
        .map_err(|e| e.to_string())?
        .ok_or("no athlete")?;
    let reader = store.reader(&session).await.map_err(|e| e.to_string())?;
    let states = reader.figures_states().await;
    let ids: Vec<ActivityId> = states
        .map_err(|e| e.to_string())?
        .iter()
        .map(|s| s.id)
        .collect();
    let clock = Clock::now();
    let mut waiting = ids.into_iter();
    let mut running = tokio::task::JoinSet::new();
    loop {
        while running.len() < 6
            && let Some(id) = waiting.next()
        {
            let store = store.clone();
            running.spawn(async move {
                let reader = store.reader(&session).await?;
                reader.material(id).await?;
                reader.series(id, &[]).await.map(|s| black_box(s).len())
            });
        }
        match running.join_next().await {
            Some(done) => done
                .map_err(|e| e.to_string())?
                .map_err(|e| e.to_string())?,
            None => break,
        };
    }
    let took = clock.elapsed().as_secs_f64();
    store.close().await;
    Ok(took)
}

async fn store(limits: &mut Limits) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let (files, data) = (folder.path().join("rides"), folder.path().join("data"));
    std::fs::create_dir_all(&files).map_err(|e| e.to_string())?;
    for day in 0..RIDES + LATER {
        let path = files.join(format!("{day:04}.fit"));
        std::fs::write(path, rides::fit(day)).map_err(|e| e.to_string())?;
    }
    let later: Vec<_> = (RIDES..RIDES + LATER)
        .map(|day| {
            let name = format!("{day:04}.fit");
            let aside = folder.path().join(&name);
            std::fs::rename(files.join(&name), &aside).map(|()| aside)
        })
        .collect::<Result<_, _>>()
        .map_err(|e| e.to_string())?;
    let app = open(&data).await?;
    let input = ProfileInput {
        name: "Bench".to_owned(),
        units: Units::Metric,
        sex: None,
    };
    app.create_profile(input).await.map_err(said)?;
    app.import_paths(vec![files], |_| {}).await.map_err(said)?;
    let clock = Clock::now();
    let made = app.refresh(|_, _| {}).await.map_err(said)?;
    println!(
        "{made} rides, figures for the first time: {:.1} s",
        clock.elapsed().as_secs_f64()
    );
    app.close().await;
    let read = read_alone(&data).await?;
    let app = open(&data).await?;
    let setting = SettingView {
        kind: SettingKind::Ftp,
        value: 251.0,
        valid_from: "2000-01-01".to_owned(),
    };
    app.save_setting(setting).await.map_err(said)?;
    let clock = Clock::now();
    let made = app.refresh(|_, _| {}).await.map_err(said)?;
    let anew = clock.elapsed().as_secs_f64();
    println!(
        "{made} rides after a change of FTP: {anew:.2} s; reading their samples alone: {read:.2} s"
    );
    limits.most("of the time that reading takes", anew / read, 2.0);
    limits.least("rides made anew", f64::from(made), f64::from(RIDES));
    let query = || CurvesQuery {
        sport: "cycling".to_owned(),
        channel: CurveChannel::Power,
        from: Some("1990-01-01".to_owned()),
        to: Some("2100-12-31".to_owned()),
        every_second: false,
    };
    let clock = Clock::now();
    let count = app.curve(query()).await.map_err(said)?.count;
    println!(
        "power curve of {count} rides for the first time: {:.1} s",
        clock.elapsed().as_secs_f64()
    );
    let mut cached = f64::INFINITY;
    for _ in 0..5 {
        let clock = Clock::now();
        app.curve(query()).await.map_err(said)?;
        cached = cached.min(clock.elapsed().as_secs_f64() * 1e3);
    }
    limits.most(
        "ms for the power curve of all rides once kept",
        cached,
        50.0,
    );
    let (mut added, mut more) = (f64::INFINITY, count);
    for ride in later {
        app.import_paths(vec![ride], |_| {}).await.map_err(said)?;
        let clock = Clock::now();
        more = app.curve(query()).await.map_err(said)?.count;
        added = added.min(clock.elapsed().as_secs_f64() * 1e3 - cached);
    }
    limits.least(
        "rides in the curve",
        f64::from(more),
        f64::from(count + LATER),
    );
    limits.most("ms more when a ride has come", added, 5.0);
    app.close().await;
    Ok(())
}
