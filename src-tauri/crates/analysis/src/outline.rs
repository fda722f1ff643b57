use crate::input::Axis;
use paceline_model::Channel;

/// Points of an outline at most: what a picture of a few dozen pixels can show.
const MOST: usize = 48;
/// Points looked at; more of a long ride would not change a small picture.
const LOOKED_AT: usize = 600;
/// The side of the square an outline is drawn on.
const SIDE: f64 = 100.0;

/// The track's shape on a square of 100 by 100, north up, proportions kept: what remains of it after
/// Douglas & Peucker (1973) with a tolerance that grows until at most 48 points are left. Empty
/// without positions.
pub(crate) fn outline(axis: &Axis) -> Vec<[u8; 2]> {
    let series = axis.input.series;
    let (Some(lat), Some(lon)) = (
        series.column(&Channel::Latitude),
        series.column(&Channel::Longitude),
    ) else {
        return Vec::new();
    };
    let step = (series.len() / LOOKED_AT).max(1);
    let places: Vec<(f64, f64)> = (0..series.len())
        .step_by(step)
        .filter_map(|i| Some((lon.values.get(i)?, lat.values.get(i)?)))
        .collect();
    let Some(square) = on_square(&places) else {
        return Vec::new();
    };
    let mut tolerance = 1.0;
    loop {
        let kept = simplified(&square, tolerance);
        if kept.len() <= MOST {
            return kept
                .iter()
                .map(|p| [p.0.round() as u8, p.1.round() as u8])
                .collect();
        }
        tolerance *= 1.5;
    }
}

/// Longitudes and latitudes on the square; `None` for a track that goes nowhere.
fn on_square(places: &[(f64, f64)]) -> Option<Vec<(f64, f64)>> {
    let first = places.first()?;
    // Across the date line longitudes go on counting.
    let near = |lon: f64| lon - 360.0 * ((lon - first.0) / 360.0).round();
    let bounds = |of: &dyn Fn(&(f64, f64)) -> f64| {
        places
            .iter()
            .map(of)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| {
                (a.min(v), b.max(v))
            })
    };
    let (south, north) = bounds(&|p| p.1);
    let narrow = ((south + north) / 2.0).to_radians().cos().max(0.01);
    let (west, east) = bounds(&|p| near(p.0) * narrow);
    let extent = (north - south).max(east - west);
    // Ten metres are the wander of a receiver at rest.
    if extent < 0.0001 {
        return None;
    }
    let (dx, dy) = (
        (extent - (east - west)) / 2.0,
        (extent - (north - south)) / 2.0,
    );
    let scaled = |v: f64| (SIDE * v / extent).clamp(0.0, SIDE);
    Some(
        places
            .iter()
            .map(|p| {
                (
                    scaled(near(p.0) * narrow - west + dx),
                    scaled(north - p.1 + dy),
                )
            })
            .collect(),
    )
}

fn simplified(points: &[(f64, f64)], tolerance: f64) -> Vec<(f64, f64)> {
    let mut keep = vec![false; points.len()];
    let mut waiting = vec![(0, points.len() - 1)];
    (keep[0], keep[points.len() - 1]) = (true, true);
    while let Some((a, b)) = waiting.pop() {
        let farthest = (a + 1..b)
            .map(|i| (distance_squared(points[i], points[a], points[b]), i))
            .max_by(|x, y| x.0.total_cmp(&y.0));
        if let Some((d, i)) = farthest
            && d > tolerance * tolerance
        {
            keep[i] = true;
            waiting.extend([(a, i), (i, b)]);
        }
    }
    let kept = points.iter().zip(keep).filter(|(_, keep)| *keep);
    kept.map(|(p, _)| *p).collect()
}

/// From a point to the segment between two others, squared; a loop begins and ends at the same place.
fn distance_squared(p: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 {
        (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let (x, y) = (p.0 - a.0 - along * dx, p.1 - a.1 - along * dy);
    x * x + y * y
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ActivityInput;
    use paceline_model::{Column, Recording, Series, Values};
    use proptest::prelude::*;

    fn of(lat: Vec<f32>, lon: Vec<f32>) -> Vec<[u8; 2]> {
        let time_ms = (0..lat.len() as i32).map(|i| i * 1000).collect();
        let column = |channel, v| Column {
            channel,
            values: Values::Float(v),
        };
        let recording = Recording {
            timed: true,
            series: Series {
                time_ms,
                columns: vec![
                    column(Channel::Latitude, lat),
                    column(Channel::Longitude, lon),
                ],
            },
            ..Recording::default()
        };
        outline(&Axis::new(ActivityInput::from(&recording)))
    }

    #[test]
    fn a_square_of_roads_keeps_its_corners_north_up() {
        let side = |f: &dyn Fn(f32) -> f32| (0..100).map(|i| f(i as f32 / 100.0)).collect();
        let lat: [Vec<f32>; 4] = [
            side(&|t| 0.1 * t),
            side(&|_| 0.1),
            side(&|t| 0.1 - 0.1 * t),
            side(&|_| 0.0),
        ];
        let lon: [Vec<f32>; 4] = [
            side(&|_| 0.0),
            side(&|t| 0.1 * t),
            side(&|_| 0.1),
            side(&|t| 0.1 - 0.1 * t),
        ];
        let points = of(lat.concat(), lon.concat());
        assert!((4..=6).contains(&points.len()), "{points:?}");
        for corner in [[0, 100], [0, 0], [100, 0], [100, 100]] {
            assert!(
                points
                    .iter()
                    .any(|p| p[0].abs_diff(corner[0]) <= 2 && p[1].abs_diff(corner[1]) <= 2),
                "{corner:?} of {points:?}"
            );
        }
    }

    #[test]
    fn a_place_at_rest_and_a_ride_without_positions_have_none() {
        assert!(of(vec![47.0; 60], vec![8.0; 60]).is_empty());
        assert!(of(vec![], vec![]).is_empty());
        assert!(of(vec![f32::NAN; 5], vec![f32::NAN; 5]).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_wandering_fits_the_square_in_few_points(
            steps in proptest::collection::vec((-0.01f32..0.01, -0.01f32..0.01), 2..2000),
            from in -179.99f32..179.99,
        ) {
            let (mut lat, mut lon) = (47.0f32, from);
            let (lats, lons): (Vec<f32>, Vec<f32>) = steps
                .iter()
                .map(|(a, b)| {
                    lat = (lat + a).clamp(-89.0, 89.0);
                    lon += b;
                    (lat, if lon > 180.0 { lon - 360.0 } else { lon })
                })
                .unzip();
            let points = of(lats, lons);
            prop_assert!(points.len() <= MOST);
            prop_assert!(points.iter().flatten().all(|v| *v <= 100));
        }
    }
}
