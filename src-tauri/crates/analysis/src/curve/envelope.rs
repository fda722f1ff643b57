use super::full::FullCurve;
use super::pack::{self, DamagedCurve};
use serde::{Deserialize, Serialize};

/// The best of many activities: for every whole second the highest value of any of them, whose it
/// is and where its window begins.
///
/// An envelope is the same whatever the order in which activities are added or envelopes merged,
/// and adding what is in it already changes nothing: of equal values the lower id has it, then the
/// earlier window. With ids in the order of dates a best is held by whoever set it first. So a
/// month, a season or any range is the merge of what is kept of its parts.
///
/// An id is a number of the caller's, such as the place in a list of activities; where two lists
/// come together, [`with_ids`](Self::with_ids) brings their envelopes to one numbering.
///
/// Nothing can be taken out of a maximum: to remove an activity, add the others to an empty
/// envelope, for the part it was in.
///
/// Values are as the curves have them: a longer duration may have the higher value.
/// [`monotone`](Self::monotone) enforces that none has, and nothing else does.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Envelope {
    values: Vec<f32>,
    starts: Vec<u32>,
    ids: Vec<u32>,
}

/// One duration of an [`Envelope`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EnvelopePoint {
    /// The duration in seconds.
    pub seconds: u32,
    /// The best mean, in the channel's unit.
    pub value: f64,
    /// Whose it is.
    pub id: u32,
    /// Seconds from that activity's start at which its window begins.
    pub start_s: u32,
    /// The length of that window in seconds: `seconds`, or more where a longer one stands in.
    pub window_s: u32,
}

impl Envelope {
    /// Of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The longest duration in seconds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether it is of nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The best means, one second first, in the channel's unit.
    #[must_use]
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// Whose the best means are, one second first.
    #[must_use]
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// The best of so many seconds.
    #[must_use]
    pub fn at(&self, seconds: u32) -> Option<EnvelopePoint> {
        let i = usize::try_from(seconds.checked_sub(1)?).ok()?;
        Some(EnvelopePoint {
            seconds,
            value: f64::from(*self.values.get(i)?),
            id: *self.ids.get(i)?,
            start_s: *self.starts.get(i)?,
            window_s: seconds,
        })
    }

    /// Takes in an activity.
    pub fn add(&mut self, curve: &FullCurve, id: u32) {
        let theirs = curve.values().iter().zip(curve.starts());
        self.take(theirs.map(|(v, s)| (*v, *s, id)));
    }

    /// Takes in all that another envelope is of; ids must mean the same in both.
    pub fn merge(&mut self, other: &Self) {
        let theirs = other.values.iter().zip(&other.starts).zip(&other.ids);
        self.take(theirs.map(|((v, s), id)| (*v, *s, *id)));
    }

    fn take(&mut self, theirs: impl Iterator<Item = (f32, u32, u32)>) {
        let mut theirs = theirs.fuse();
        let ours = self.values.iter_mut().zip(&mut self.starts);
        let ours = ours.zip(&mut self.ids);
        // The shorter side ends it; ours is asked first, so that none of theirs is lost.
        for (((value, start), id), (v, s, i)) in ours.zip(theirs.by_ref()) {
            if v > *value || (v == *value && (i, s) < (*id, *start)) {
                (*value, *start, *id) = (v, s, i);
            }
        }
        for (v, s, i) in theirs {
            self.values.push(v);
            self.starts.push(s);
            self.ids.push(i);
        }
    }

    /// The same with every id replaced by another.
    #[must_use]
    pub fn with_ids(mut self, new: impl Fn(u32) -> u32) -> Self {
        for id in &mut self.ids {
            *id = new(*id);
        }
        self
    }

    /// Every duration, none with a higher value than a shorter one.
    ///
    /// Where a longer duration has the higher value (efforts of a minute with rests of a
    /// minute between them have a better mean over three minutes than over two), its value,
    /// holder and window stand for the shorter one too, `window_s` telling: whoever held a mean
    /// for longer is taken to be able to hold it for as long.
    #[must_use]
    pub fn monotone(&self) -> Vec<EnvelopePoint> {
        let last = u32::try_from(self.len()).unwrap_or(u32::MAX);
        let mut best: Option<EnvelopePoint> = None;
        let mut points: Vec<EnvelopePoint> = (1..=last)
            .rev()
            .filter_map(|seconds| {
                let own = self.at(seconds)?;
                let held = match best {
                    Some(longer) if longer.value > own.value => EnvelopePoint { seconds, ..longer },
                    _ => own,
                };
                best = Some(held);
                best
            })
            .collect();
        points.reverse();
        points
    }

    /// Packed for keeping: about four bytes a second, fewer once compressed.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = pack::header(pack::ENVELOPE, self.len());
        pack::put_values(&mut out, &self.values);
        pack::put_starts(&mut out, &self.starts);
        pack::put_ids(&mut out, &self.ids);
        out
    }

    /// From what [`to_bytes`](Self::to_bytes) gave.
    ///
    /// # Errors
    /// Bytes that are no envelope, cut short or of another version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DamagedCurve> {
        let mut input = pack::Input::open(bytes, pack::ENVELOPE)?;
        let (values, starts, ids) = (input.values()?, input.starts()?, input.ids()?);
        input.finish()?;
        Ok(Self {
            values,
            starts,
            ids,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::full_curve;
    use super::*;
    use proptest::prelude::*;

    /// Few values and ids, so that activities are often equal.
    fn curve() -> impl Strategy<Value = FullCurve> {
        let samples = prop_oneof![
            proptest::collection::vec((0i32..5).prop_map(f64::from), 0..60),
            proptest::collection::vec((0i32..900).prop_map(f64::from), 0..60),
        ];
        samples.prop_map(|s| full_curve(&s))
    }

    fn members() -> impl Strategy<Value = Vec<(FullCurve, u32)>> {
        proptest::collection::vec((curve(), 0u32..6), 0..6)
    }

    fn of(members: &[(FullCurve, u32)]) -> Envelope {
        let mut envelope = Envelope::new();
        for (curve, id) in members {
            envelope.add(curve, *id);
        }
        envelope
    }

    fn merged(a: &Envelope, b: &Envelope) -> Envelope {
        let mut both = a.clone();
        both.merge(b);
        both
    }

    #[test]
    fn each_duration_names_its_holder_and_window() {
        let sprint = full_curve(&[100.0, 900.0, 100.0]);
        let steady = full_curve(&[300.0; 5]);
        let envelope = of(&[(sprint, 0), (steady, 1)]);
        assert_eq!(envelope.len(), 5);
        let at = |s| envelope.at(s).unwrap();
        assert_eq!((at(1).value, at(1).id, at(1).start_s), (900.0, 0, 1));
        assert_eq!((at(5).value, at(5).id, at(5).window_s), (300.0, 1, 5));
        assert_eq!((envelope.at(0), envelope.at(6)), (None, None));
    }

    #[test]
    fn whoever_set_it_first_holds_what_another_equalled() {
        let (early, late) = (full_curve(&[200.0; 9]), full_curve(&[200.0; 9]));
        let envelope = of(&[(late, 8), (early, 3)]);
        assert!(envelope.ids().iter().all(|id| *id == 3));
    }

    #[test]
    fn a_longer_window_stands_in_where_it_has_the_higher_mean() {
        let curve = full_curve(&[100.0, 0.0, 100.0]);
        let envelope = of(&[(curve, 4)]);
        assert_eq!(envelope.at(2).unwrap().value, 50.0);
        let two = envelope.monotone()[1];
        assert_eq!((two.seconds, two.window_s, two.id), (2, 3, 4));
        assert!((two.value - 66.666_67).abs() < 1e-4);
    }

    #[test]
    fn months_with_lists_of_their_own_come_to_one_numbering() {
        let may = of(&[(full_curve(&[300.0, 100.0]), 0)]);
        let june = of(&[(full_curve(&[200.0, 200.0, 200.0]), 0)]);
        let year = merged(&may, &june.with_ids(|id| id + 1));
        assert_eq!(year.ids(), [0, 0, 1]);
    }

    proptest! {
        #[test]
        fn it_is_no_lower_than_any_member_and_each_value_is_a_member_s(members in members()) {
            let envelope = of(&members);
            for (curve, _) in &members {
                prop_assert!(curve.len() <= envelope.len());
                for (best, own) in envelope.values().iter().zip(curve.values()) {
                    prop_assert!(best >= own);
                }
            }
            for d in 1..=envelope.len() as u32 {
                let p = envelope.at(d).unwrap();
                let theirs = members.iter().filter(|(_, id)| *id == p.id);
                let mut theirs = theirs.filter_map(|(c, _)| c.at(d));
                let found = theirs.any(|c| (c.value, c.start_s) == (p.value, p.start_s));
                prop_assert!(found);
            }
        }

        #[test]
        fn the_order_of_merging_does_not_matter(a in members(), b in members(), c in members()) {
            let all = of(&[a.clone(), b.clone(), c.clone()].concat());
            let (a, b, c) = (of(&a), of(&b), of(&c));
            prop_assert_eq!(merged(&a, &b), merged(&b, &a));
            prop_assert_eq!(merged(&merged(&a, &b), &c), merged(&a, &merged(&b, &c)));
            prop_assert_eq!(merged(&a, &a), a.clone());
            prop_assert_eq!(merged(&a, &Envelope::new()), a.clone());
            prop_assert_eq!(merged(&merged(&a, &b), &c), all);
        }

        #[test]
        fn the_monotone_view_never_rises_and_is_no_lower_than_the_envelope(members in members()) {
            let envelope = of(&members);
            let view = envelope.monotone();
            prop_assert_eq!(view.len(), envelope.len());
            for pair in view.windows(2) {
                prop_assert!(pair[0].value >= pair[1].value);
            }
            for (i, p) in view.iter().enumerate() {
                prop_assert_eq!(p.seconds as usize, i + 1);
                prop_assert!(p.value >= envelope.at(p.seconds).unwrap().value);
                let held = envelope.at(p.window_s).unwrap();
                prop_assert!(p.window_s >= p.seconds);
                prop_assert_eq!((p.value, p.id, p.start_s), (held.value, held.id, held.start_s));
            }
        }
    }
}
