use super::{MetricGroup, MetricInfo, Quantity};
use serde::{Deserialize, Serialize};

macro_rules! catalogue {
    ($($group:ident { $($variant:ident $key:literal $name:literal $unit:ident $definition:literal)* })*) => {
        /// One figure of an activity.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Metric {
            $($(
                #[doc = $definition]
                #[serde(rename = $key)]
                $variant,
            )*)*
        }

        impl Metric {
            /// Every figure, in the order in which they are shown.
            pub const ALL: &'static [Self] = &[$($(Self::$variant,)*)*];

            /// What it is.
            #[must_use]
            pub const fn info(self) -> MetricInfo {
                match self {
                    $($(Self::$variant => MetricInfo {
                        key: $key,
                        name: $name,
                        unit: Quantity::$unit,
                        group: MetricGroup::$group,
                        definition: $definition,
                    },)*)*
                }
            }
        }
    };
}

impl Metric {
    /// The stable name used in the database, in JSON and on the command line.
    #[must_use]
    pub const fn key(self) -> &'static str {
        self.info().key
    }

    /// The figure of a stable name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|m| m.key() == key)
    }
}

catalogue! {
General {
    MovingTime "moving_time" "Moving time" Seconds
        "Seconds in motion: recorded and faster than the sport's threshold, or with the timer running where no speed is known."
    TimerTime "timer_time" "Timer time" Seconds
        "Seconds with the recorder's timer running; pauses are left out, standing is not."
    ElapsedTime "elapsed_time" "Elapsed time" Seconds
        "Seconds from the first to the last sample, pauses included."
    StoppedTime "stopped_time" "Stopped time" Seconds
        "Elapsed less moving time."
    Distance "distance" "Distance" Metres
        "Metres as recorded, from positions where no distance was; in a pool the lengths swum."
    AverageSpeed "average_speed" "Average speed" MetresPerSecond
        "Distance by moving time."
    MaxSpeed "max_speed" "Maximum speed" MetresPerSecond
        "Highest speed; what no athlete of the sport reaches is left out as a jump of the position."
    AverageCadence "average_cadence" "Average cadence" PerMinute
        "Mean revolutions or strokes per minute; zeros and pauses are left out."
    MaxCadence "max_cadence" "Maximum cadence" PerMinute
        "Highest revolutions or strokes per minute, up to 300."
    Calories "calories" "Calories" Kcal
        "As recorded; else from work with a gross efficiency of 24 % (1 kJ of work is 1 kcal burnt, within 0.5 %); else from heart rate, by Swain and Leutholtz (1997): the share of the heart rate's reserve is that of oxygen uptake's, with a maximum by Uth (2004) of 15.3 times maximum by resting heart rate, and 4.9 kcal a litre."
    AverageTemperature "average_temperature" "Average temperature" Celsius
        "Mean of the recorder's ambient temperature; pauses are left out."
    MinTemperature "min_temperature" "Minimum temperature" Celsius
        "Lowest ambient temperature recorded."
    MaxTemperature "max_temperature" "Maximum temperature" Celsius
        "Highest ambient temperature recorded."
    AverageCoreTemperature "average_core_temperature" "Average core temperature" Celsius
        "Mean of the body's temperature by a sensor; zeros and pauses are left out."
    MaxCoreTemperature "max_core_temperature" "Maximum core temperature" Celsius
        "Highest body temperature by a sensor."
    AverageRespirationRate "average_respiration_rate" "Average respiration rate" PerMinute
        "Mean breaths per minute; zeros and pauses are left out."
    AverageMuscleOxygen "average_muscle_oxygen" "Average muscle oxygen" Percent
        "Mean SmO₂; zeros and pauses are left out."
}
Load {
    TrainingLoad "training_load" "Training load" Points
        "One number for every sport, 100 an hour at threshold: from power (TSS), else pace (rTSS, sTSS), else heart rate (hrTSS), else the athlete's rating (Friel's points per hour), else duration. A source counts if it covers half of the recorded time."
    TrainingStressScore "training_stress_score" "Training Stress Score (TSS)" Points
        "100 × hours × IF² (Allen and Coggan). Hours are those with power recorded: zeros count, pauses do not."
    BikeScore "bike_score" "BikeScore" Points
        "100 × hours × xPower/CP squared (Skiba 2006); a pause counts while xPower decays below 0.1 W, as in GoldenCheetah."
    RunningTss "running_tss" "Running TSS (rTSS)" Points
        "100 × hours × (NGP/threshold speed)² (McGregor); seconds with a speed recorded, standing included, pauses not."
    SwimTss "swim_tss" "Swim TSS (sTSS)" Points
        "100 × hours × (speed/critical swim speed)³ over the time of a pool's active lengths, in open water over timer time."
    HrTss "hr_tss" "Heart-rate TSS (hrTSS)" Points
        "100 × TRIMP by TRIMP of an hour at threshold heart rate. A threshold never given is rest + 85 % of the reserve, a maximum threshold/0.9, a resting rate 60."
    Govss "govss" "GOVSS" Points
        "Gravity Ordered Velocity Stress Score (Skiba 2006): 100 × hours × (lactate-normalized power/power at threshold speed on the level)²; power from 120 s means of speed and grade by air, gravity and Minetti's cost."
    Trimp "trimp" "TRIMP" Points
        "Banister's training impulse second by second with the constants of the athlete's sex, men's where it is not known; seconds without a heart rate add nothing."
    TrimpMen "trimp_men" "TRIMP, men's constants" Points
        "Sum over seconds of minutes × x × 0.64·e^(1.92x), x = (HR−rest)/(max−rest) (Banister 1991, Morton 1990)."
    TrimpWomen "trimp_women" "TRIMP, women's constants" Points
        "Sum over seconds of minutes × x × 0.86·e^(1.67x), x = (HR−rest)/(max−rest) (Banister 1991, Morton 1990)."
    TrimpMeanMen "trimp_mean_men" "TRIMP of mean heart rate, men's constants" Points
        "Moving minutes × x × 0.64·e^(1.92x) with x of the mean heart rate, as in GoldenCheetah; lower than second by second where effort varied."
    TrimpMeanWomen "trimp_mean_women" "TRIMP of mean heart rate, women's constants" Points
        "Moving minutes × x × 0.86·e^(1.67x) with x of the mean heart rate; lower than second by second where effort varied."
    TrimpEdwards "trimp_edwards" "TRIMP, Edwards" Points
        "Minutes in the five tenths of maximum heart rate from 50 % times 1 to 5 (Edwards 1993); below 50 % and pauses count nothing."
    TrimpLucia "trimp_lucia" "TRIMP, Lucía" Points
        "Minutes below VT1, between and above VT2 times 1, 2 and 3 (Lucía 2003). VT2 is the threshold heart rate, else 90 % of maximum; VT1 the aerobic threshold, else 89 % of VT2."
    SessionRpe "session_rpe" "Session RPE load" Points
        "Rating of perceived exertion (CR-10) × minutes of timer time (Foster 2001)."
}
Power {
    AveragePower "average_power" "Average power" Watts
        "Mean watts, zeros included; pauses and gaps are left out."
    AveragePowerNonZero "average_power_nonzero" "Average power without zeros" Watts
        "Mean watts of the seconds above 0 W."
    MaxPower "max_power" "Maximum power" Watts
        "Highest watts of one sample, up to 3,000."
    NormalizedPower "normalized_power" "Normalized Power (NP)" Watts
        "Fourth root of the mean fourth power of the 30-second rolling mean, from second 30 on (Allen and Coggan). Zeros count; pauses are cut out."
    IntensityFactor "intensity_factor" "Intensity Factor (IF)" Ratio
        "NP by FTP (Allen and Coggan)."
    VariabilityIndex "variability_index" "Variability Index (VI)" Ratio
        "NP by average power, zeros included (Allen and Coggan)."
    EfficiencyFactor "efficiency_factor" "Efficiency Factor (EF)" WattsPerBeat
        "NP by average heart rate (Friel)."
    XPower "x_power" "xPower" Watts
        "Fourth root of the mean fourth power of the exponentially weighted mean with a constant of 25 s (Skiba 2006), weight 1/26 a second, from 0 W. Zeros count; in a pause the mean decays and counts until it is below 0.1 W, as in GoldenCheetah."
    RelativeIntensity "relative_intensity" "Relative Intensity (RI)" Ratio
        "xPower by critical power, FTP where none was given (Skiba 2006)."
    SkibaVariabilityIndex "skiba_variability_index" "Skiba Variability Index" Ratio
        "xPower by average power, zeros included."
    Work "work" "Work" Kilojoules
        "Watts summed over recorded seconds."
    WorkAboveCp "work_above_cp" "Work above CP" Kilojoules
        "Watts beyond critical power (FTP where none was given) summed over recorded seconds."
    WorkPerKg "work_per_kg" "Work per kilogram" KilojoulesPerKg
        "Work by body weight on the day."
    PowerPerKg "power_per_kg" "Average power per kilogram" WattsPerKg
        "Average power, zeros included, by body weight on the day."
    NormalizedPowerPerKg "normalized_power_per_kg" "NP per kilogram" WattsPerKg
        "NP by body weight on the day."
    LeftBalance "left_balance" "Left share of power" Percent
        "Mean share of the left pedal over seconds of pedalling; 50 is even."
    LeftTorqueEffectiveness "left_torque_effectiveness" "Left torque effectiveness" Percent
        "Mean of positive less negative by positive power of the left crank as recorded, over seconds of pedalling."
    RightTorqueEffectiveness "right_torque_effectiveness" "Right torque effectiveness" Percent
        "Mean of positive less negative by positive power of the right crank as recorded, over seconds of pedalling."
    LeftPedalSmoothness "left_pedal_smoothness" "Left pedal smoothness" Percent
        "Mean of average by peak power of a left pedal stroke as recorded, over seconds of pedalling."
    RightPedalSmoothness "right_pedal_smoothness" "Right pedal smoothness" Percent
        "Mean of average by peak power of a right pedal stroke as recorded, over seconds of pedalling."
}
HeartRate {
    AverageHr "average_hr" "Average heart rate" BeatsPerMinute
        "Mean over recorded time with a heart rate; pauses are left out."
    MaxHr "max_hr" "Maximum heart rate" BeatsPerMinute
        "Highest heart rate recorded."
    MinHr "min_hr" "Minimum heart rate" BeatsPerMinute
        "Lowest heart rate above 0."
    AverageHrOfMax "average_hr_of_max" "Average share of maximum heart rate" Percent
        "Average heart rate by the athlete's maximum."
    MaxHrOfMax "max_hr_of_max" "Highest share of maximum heart rate" Percent
        "Highest heart rate by the athlete's maximum."
    AverageHrReserve "average_hr_reserve" "Average share of heart-rate reserve" Percent
        "Average heart rate above rest by maximum above rest (Karvonen 1957)."
    HrRecovery "hr_recovery" "Heart-rate recovery (HRR60)" BeatsPerMinute
        "Largest fall over 60 seconds from a heart rate of at least 85 % of the athlete's maximum, or of the activity's highest where none is known; gaps and leaps of over 10 beats a second break it."
    PowerDecoupling "power_decoupling" "Aerobic decoupling (Pw:HR)" Percent
        "Fall of NP by mean heart rate from the first to the second half (Friel), after 10 minutes of warm-up; halves by recorded seconds with both. Needs 20 minutes beyond the warm-up."
    PaceDecoupling "pace_decoupling" "Aerobic decoupling (Pa:HR)" Percent
        "Fall of NGP by mean heart rate from the first to the second half (Friel), after 10 minutes of warm-up; halves by recorded seconds with both. Needs 20 minutes beyond the warm-up."
}
Running {
    GradeAdjustedSpeed "grade_adjusted_speed" "Grade-adjusted pace (GAP)" Pace
        "Mean over moving seconds of speed × C(i)/C(0), with Minetti's (2002) energy cost C of running on grade i, within ±45 %."
    NormalizedGradedSpeed "normalized_graded_speed" "Normalized Graded Pace (NGP)" Pace
        "Fourth root of the mean fourth power of the 30-second rolling mean of grade-adjusted speed; standing counts, pauses are cut out. Without altitude the ground counts as level."
    RunningEfficiencyFactor "running_efficiency_factor" "Running Efficiency Factor" MetresPerBeat
        "NGP in metres per minute by average heart rate (Friel)."
    AverageRunningPower "average_running_power" "Average running power" Watts
        "Mean of the watts a pod or watch estimated, zeros included; pauses are left out."
    StepRate "step_rate" "Running cadence" PerMinute
        "Mean steps per minute, both feet; zeros and pauses are left out."
    MaxStepRate "max_step_rate" "Maximum running cadence" PerMinute
        "Highest steps per minute, both feet."
    StepLength "step_length" "Step length" Metres
        "Metres from one foot to the other, which recorders often call stride length: speed by steps, over moving seconds with a cadence."
    VerticalOscillation "vertical_oscillation" "Vertical oscillation" Millimetres
        "Mean up and down of the trunk in a step as recorded; zeros and pauses are left out."
    VerticalRatio "vertical_ratio" "Vertical ratio" Percent
        "Mean vertical oscillation by step length as recorded; zeros and pauses are left out."
    GroundContactTime "ground_contact_time" "Ground contact time" Milliseconds
        "Mean time of a foot on the ground as recorded; zeros and pauses are left out."
    GroundContactBalance "ground_contact_balance" "Ground contact balance, left" Percent
        "Mean share of the left foot in ground contact as recorded; zeros and pauses are left out."
    LactateNormalizedPower "lactate_normalized_power" "Lactate-normalized running power" Watts
        "Fourth-power mean of 30-second means of the running power that GOVSS estimates (Skiba 2006)."
}
Swimming {
    SwimPace "swim_pace" "Swim pace" SwimPace
        "Metres by seconds of a pool's active lengths; in open water by timer time, as positions come and go under water."
    Lengths "lengths" "Lengths" Count
        "Active lengths of the pool."
    Strokes "strokes" "Strokes" Count
        "Strokes over all lengths as the recorder counts them; most watches count the arm that wears them."
    StrokesPerLength "strokes_per_length" "Strokes per length" Count
        "Mean over the lengths with strokes counted; drills are left out."
    StrokeRate "stroke_rate" "Stroke rate" PerMinute
        "Strokes by minutes of the lengths with strokes counted."
    DistancePerStroke "distance_per_stroke" "Distance per stroke" Metres
        "Metres by strokes of the lengths with strokes counted."
    Swolf "swolf" "SWOLF" Points
        "Mean seconds plus strokes of a length, over the lengths with strokes counted."
    Swolf25 "swolf_25" "SWOLF over 25 m" Points
        "SWOLF times 25 m by the pool's length, so that pools compare."
    RestTime "rest_time" "Rest time" Seconds
        "Seconds between active lengths: rests recorded, and gaps between lengths."
}
Elevation {
    Ascent "ascent" "Elevation gain" Metres
        "Metres up between turning points; a change of direction counts beyond 3 m. The recorder's total where no altitude was recorded."
    Descent "descent" "Elevation loss" Metres
        "Metres down between turning points; a change of direction counts beyond 3 m."
    MinAltitude "min_altitude" "Minimum altitude" Metres
        "Lowest altitude recorded."
    MaxAltitude "max_altitude" "Maximum altitude" Metres
        "Highest altitude recorded."
    Vam "vam" "VAM" MetresPerHour
        "Elevation gain by hours of moving time; a climb's own stands with the climb."
    Climbs "climbs" "Climbs" Count
        "Ascents of at least 3 % whose length in metres times grade in percent reaches 3,500."
}
}
