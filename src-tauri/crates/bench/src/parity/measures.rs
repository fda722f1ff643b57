//! Which figures are compared, to which limit, and by which habits of the peer
//! ours are computed again where they differ.

use super::activity::Activity;
use super::habits::{
    BEATS, CP, FILLED, GAPS, ITS_MOTION, NOT_A_RIDE, NOT_A_RUN, RING, RING_AND_GAPS, beats,
    best_vdot, bike_score, by_both, by_gaps, by_ring, decoupled, elsewhere, its_beats, its_govss,
    its_swolf, its_trimp, its_wbal, not_running, on_foot, powered, stress, wbal,
};
use super::layout::{Layout, mean, mean_above_zero};
use paceline_analysis::curve::{power_for_curve, speed_for_curve};
use paceline_analysis::{DecouplingRule, climb_by_steps, decoupling, x_power};
use paceline_model::{Channel, Metric};

/// How far two values of a figure may lie apart.
#[derive(Clone, Copy)]
pub enum Limit {
    /// As a share of the peer's value.
    Share(f64),
    /// In the figure's unit.
    Within(f64),
}

impl Limit {
    /// How many times the limit the two lie apart; 1 is just within.
    pub fn used(self, ours: f64, theirs: f64) -> f64 {
        let apart = (ours - theirs).abs();
        // The tables round to five decimals.
        (apart - 5e-6).max(0.0)
            / match self {
                Self::Share(share) => share * theirs.abs().max(1e-9),
                Self::Within(most) => most,
            }
    }
}

/// Why a figure differs, and ours computed so.
pub struct Habit {
    pub because: &'static str,
    pub figure: fn(&Activity) -> Option<f64>,
}

/// One figure.
pub struct Measure {
    pub name: &'static str,
    /// GoldenCheetah's symbol.
    pub symbol: &'static str,
    pub limit: Limit,
    /// In the unit of the reference.
    pub ours: fn(&Activity) -> Option<f64>,
    /// Tried in order; the first that agrees is the reason.
    pub habits: &'static [Habit],
}

const HALF_PERCENT: Limit = Limit::Share(0.005);

macro_rules! of_beats {
    ($name:literal, $symbol:literal, $limit:expr, $field:ident) => {
        Measure {
            name: $name,
            symbol: $symbol,
            limit: $limit,
            ours: |a| beats(a)?.$field,
            habits: &[Habit {
                because: BEATS,
                figure: |a| its_beats(a)?.$field,
            }],
        }
    };
}

/// Every figure but the curves and the chart of days.
pub const MEASURES: &[Measure] = &[
    Measure {
        name: "Normalized Power",
        symbol: "coggan_np",
        limit: HALF_PERCENT,
        ours: |a| a.figure(Metric::NormalizedPower),
        habits: &[
            Habit {
                because: RING,
                figure: by_ring,
            },
            Habit {
                because: GAPS,
                figure: by_gaps,
            },
            Habit {
                because: RING_AND_GAPS,
                figure: by_both,
            },
        ],
    },
    Measure {
        name: "Intensity Factor",
        symbol: "coggan_if",
        limit: HALF_PERCENT,
        ours: |a| a.figure(Metric::IntensityFactor),
        habits: &[
            Habit {
                because: NOT_A_RIDE,
                figure: |a| elsewhere(a, by_both(a).map(|w| w / CP)),
            },
            Habit {
                because: RING,
                figure: |a| by_ring(a).map(|w| w / CP),
            },
            Habit {
                because: GAPS,
                figure: |a| by_gaps(a).map(|w| w / CP),
            },
            Habit {
                because: RING_AND_GAPS,
                figure: |a| by_both(a).map(|w| w / CP),
            },
        ],
    },
    Measure {
        name: "TSS",
        symbol: "coggan_tss",
        limit: HALF_PERCENT,
        ours: |a| a.figure(Metric::TrainingStressScore),
        habits: &[
            Habit {
                because: NOT_A_RIDE,
                figure: |a| elsewhere(a, stress(by_both(a), a.theirs.seconds())),
            },
            Habit {
                because: RING,
                figure: |a| stress(by_ring(a), powered(a)),
            },
            Habit {
                because: GAPS,
                figure: |a| stress(by_gaps(a), a.theirs.seconds()),
            },
            Habit {
                because: RING_AND_GAPS,
                figure: |a| stress(by_both(a), a.theirs.seconds()),
            },
        ],
    },
    Measure {
        name: "Work",
        symbol: "total_work",
        limit: HALF_PERCENT,
        ours: |a| a.figure(Metric::Work),
        habits: &[Habit {
            because: GAPS,
            figure: |a| mean(&a.theirs.power).map(|w| w * a.theirs.seconds() / 1000.0),
        }],
    },
    Measure {
        name: "xPower",
        symbol: "skiba_xpower",
        limit: HALF_PERCENT,
        ours: |a| a.figure(Metric::XPower),
        habits: &[Habit {
            because: GAPS,
            figure: |a| Some(x_power(&a.theirs.power)?.watts),
        }],
    },
    Measure {
        name: "Relative Intensity",
        symbol: "skiba_relative_intensity",
        limit: HALF_PERCENT,
        ours: |a| a.figure(Metric::RelativeIntensity),
        habits: &[
            Habit {
                because: NOT_A_RIDE,
                figure: |a| elsewhere(a, Some(x_power(&a.theirs.power)?.watts / CP)),
            },
            Habit {
                because: GAPS,
                figure: |a| Some(x_power(&a.theirs.power)?.watts / CP),
            },
        ],
    },
    Measure {
        name: "BikeScore",
        symbol: "skiba_bike_score",
        limit: HALF_PERCENT,
        ours: |a| a.figure(Metric::BikeScore),
        habits: &[
            Habit {
                because: NOT_A_RIDE,
                figure: |a| elsewhere(a, bike_score(a)),
            },
            Habit {
                because: GAPS,
                figure: bike_score,
            },
        ],
    },
    Measure {
        name: "TRIMP of the mean",
        symbol: "trimp_points",
        limit: HALF_PERCENT,
        ours: |a| a.figure(Metric::TrimpMeanMen),
        habits: &[Habit {
            because: "Of its own time in motion and mean heart rate, which differ from ours by the reasons that stand \
                    there; the weighting makes three of each percent of heart rate.",
            figure: its_trimp,
        }],
    },
    Measure {
        name: "W'bal minimum, kJ",
        symbol: "skiba_wprime_low",
        limit: Limit::Within(0.2),
        ours: wbal,
        habits: &[Habit {
            because: "It fills gaps of up to 25 s on straight lines, cuts powers and the time constant to whole \
                numbers and leaves the last second out of both.",
            figure: its_wbal,
        }],
    },
    of_beats!("rMSSD, ms", "rMSSD", HALF_PERCENT, rmssd_ms),
    of_beats!("SDNN, ms", "SDNN", HALF_PERCENT, sdnn_ms),
    of_beats!("AVNN, ms", "AVNN", HALF_PERCENT, mean_rr_ms),
    of_beats!("pNN50, %", "pNN50", Limit::Within(0.1), pnn50),
    Measure {
        name: "Distance, km",
        symbol: "total_distance",
        limit: HALF_PERCENT,
        ours: |a| a.figure(Metric::Distance).map(|m| m / 1000.0),
        habits: &[
            Habit {
                because: "The file has no distance: it multiplies each speed by the time since the last sample, pauses \
                    included; ours adds up the way between positions, pauses left out.",
                figure: |a| {
                    let recorded = a.seconds.input.series.column(&Channel::Distance);
                    a.theirs
                        .way()
                        .filter(|_| recorded.is_none())
                        .map(|m| m / 1000.0)
                },
            },
            Habit {
                because: "It adds the way of the first second, at the first speed, to that between first and last sample.",
                figure: |a| a.theirs.way().map(|m| m / 1000.0),
            },
        ],
    },
    Measure {
        name: "Moving time, s",
        symbol: "time_riding",
        limit: HALF_PERCENT,
        ours: |a| a.figure(Metric::MovingTime),
        habits: &[Habit {
            because: ITS_MOTION,
            figure: |a| Some(a.theirs.moving()),
        }],
    },
    Measure {
        name: "Average power, W",
        symbol: "average_power",
        limit: HALF_PERCENT,
        ours: |a| a.summary.avg_power,
        habits: &[Habit {
            because: GAPS,
            figure: |a| mean(&a.theirs.power),
        }],
    },
    Measure {
        name: "Average heart rate",
        symbol: "average_hr",
        limit: HALF_PERCENT,
        ours: |a| a.summary.avg_hr,
        habits: &[Habit {
            because: FILLED,
            figure: |a| mean_above_zero(&a.theirs.heart_rate),
        }],
    },
    Measure {
        name: "Average cadence",
        symbol: "average_cad",
        limit: HALF_PERCENT,
        ours: |a| a.summary.avg_cadence,
        habits: &[
            Habit {
                because: FILLED,
                figure: |a| mean_above_zero(&a.theirs.cadence),
            },
            Habit {
                because: "Of a pool swum by the length it spreads each length's strokes over its seconds, as does our stroke \
                    rate; ours here is the recorder's own mean, or that of the samples there are.",
                figure: |a| a.figure(Metric::StrokeRate),
            },
        ],
    },
    Measure {
        name: "Elevation by steps, m",
        symbol: "elevation_gain",
        limit: HALF_PERCENT,
        ours: |a| climb_by_steps(a.seconds.altitude.iter().copied(), 3.0).map(|c| c.0),
        habits: &[Habit {
            because: "It fills gaps of up to 25 s on straight lines, begins at 0 m where the first records have no altitude \
                and keeps altitudes of TCX and GPX in single precision, by which steps of just 3 m fall.",
            figure: |a| a.theirs.climbed(),
        }],
    },
    Measure {
        name: "Elevation gain, m",
        symbol: "elevation_gain",
        limit: HALF_PERCENT,
        ours: |a| a.figure(Metric::Ascent),
        habits: &[
            Habit {
                because: "Its reference moves by steps of more than 3 m, so that each hill loses up to 3 m at either end; \
                    ours counts hills whole between turning points 3 m apart.",
                figure: |a| climb_by_steps(a.seconds.altitude.iter().copied(), 3.0).map(|c| c.0),
            },
            Habit {
                because: "So too, and by its altitudes, as under 'Elevation by steps'.",
                figure: |a| a.theirs.climbed(),
            },
        ],
    },
    Measure {
        name: "SWOLF",
        symbol: "swolf",
        limit: HALF_PERCENT,
        ours: |a| a.figure(Metric::Swolf),
        habits: &[Habit {
            because: "It makes strokes of each length's cadence, which the file cuts to a whole number; ours counts the \
                strokes recorded.",
            figure: its_swolf,
        }],
    },
    Measure {
        name: "Decoupling, %",
        symbol: "aerobic_decoupling",
        limit: Limit::Within(0.1),
        ours: |a| {
            let s = &a.seconds;
            decoupled(a, &s.power, &s.speed, &s.heart_rate)
        },
        habits: &[
            Habit {
                because: "Halves and means are of samples with gaps of up to 25 s filled on straight lines.",
                figure: |a| {
                    let t: &Layout = &a.theirs;
                    decoupled(a, &t.power, &t.speed, &t.heart_rate)
                },
            },
            Habit {
                because: "It believes heart rates beyond 250; this is ours of halved ones, which changes no ratio.",
                figure: |a| {
                    let t: &Layout = &a.theirs;
                    let halved: Vec<f64> = t.heart_rate.iter().map(|bpm| bpm / 2.0).collect();
                    decoupled(a, &t.power, &t.speed, &halved)
                },
            },
            Habit {
                because: NOT_A_RUN,
                figure: |a| {
                    let t: &Layout = &a.theirs;
                    let rule = DecouplingRule::GoldenCheetah;
                    not_running(a, decoupling(&t.speed, &t.heart_rate, rule))
                },
            },
        ],
    },
    Measure {
        name: "GOVSS",
        symbol: "govss",
        limit: HALF_PERCENT,
        ours: |a| a.figure(Metric::Govss),
        habits: &[
            Habit {
                because: NOT_A_RUN,
                figure: |a| not_running(a, its_govss(a)),
            },
            Habit {
                because: "Its grade is that of single seconds, held beyond 40 % and averaged over ten, and gaps are filled on \
                    straight lines; ours is the line fitted over 60 m, which steps of altitude or way do not bend.",
                figure: its_govss,
            },
        ],
    },
    Measure {
        name: "VDOT",
        symbol: "VDOT",
        limit: HALF_PERCENT,
        ours: |a| {
            on_foot(a)
                .then(|| speed_for_curve(&a.seconds.speed, a.sport))
                .and_then(|speed| best_vdot(&speed))
        },
        habits: &[
            Habit {
                because: NOT_A_RUN,
                figure: |a| not_running(a, best_vdot(&power_for_curve(&a.theirs.speed))),
            },
            Habit {
                because: "Best speeds over samples with gaps of up to 25 s filled on straight lines.",
                figure: |a| best_vdot(&power_for_curve(&a.theirs.speed)),
            },
        ],
    },
];
