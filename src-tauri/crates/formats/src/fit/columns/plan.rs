//! What to do with each record of a definition, worked out once from it.

use super::{Columns, Data};
use crate::fit::developer::Developers;
use crate::fit::profile::{self, Meaning};
use crate::fit::wire::{Base, Definition, Kind, TIMESTAMP};
use paceline_model::Channel;

/// Whole numbers that stand as the column holds them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Whole {
    U8,
    I8,
    U16Le,
    U16Be,
    I16Le,
    I16Be,
    U32Le,
    U32Be,
    I32Le,
    I32Be,
}

/// One field that is copied to its column: small, for the loop over all samples.
#[derive(Debug, Clone, Copy)]
pub(super) struct Copied {
    pub(super) at: u32,
    pub(super) invalid: u32,
    pub(super) column: u16,
    pub(super) read: Whole,
    /// Bits to the left, for a column finer than the field.
    pub(super) shift: u8,
}

/// How any other field is read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Read {
    /// Anything else, or another scale than the column's: `(raw / from_scale - from_offset)` rescaled.
    Slow {
        kind: Kind,
        big: bool,
        from_scale: f64,
        from_offset: f64,
    },
    CadenceFraction,
    Cadence256 {
        big: bool,
    },
    Balance,
    SpeedDistance {
        distance: usize,
        state: usize,
    },
    Rolling {
        kind: Kind,
        big: bool,
        bits: u8,
        state: usize,
    },
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Special {
    pub(super) at: usize,
    pub(super) column: usize,
    pub(super) read: Read,
}

/// How a field gets to its column.
enum Op {
    Copied(Copied),
    Special(Special),
}

/// What to do with each record of one definition.
#[derive(Debug, Default)]
pub(in crate::fit) struct Plan {
    pub(super) timestamp: Option<(usize, bool)>,
    pub(super) copied: Vec<Copied>,
    pub(super) special: Vec<Special>,
    /// Numbers of the fields the plan reads.
    pub known: Vec<u8>,
    /// Which of the definition's developer fields the plan reads.
    pub known_dev: Vec<usize>,
}

impl Columns {
    /// Makes the plan of a record definition; `left` bytes of the part are still to come.
    pub fn plan(&mut self, def: &Definition, developers: &Developers, left: usize) -> Plan {
        let mut plan = Plan::default();
        let mut native: Vec<Channel> = Vec::new();
        for f in &def.fields {
            let Some(kind) = f.kind.narrowed(f.size).filter(|_| f.size > 0) else {
                continue;
            };
            if f.number == TIMESTAMP {
                if kind.base == Base::U32 {
                    plan.timestamp = Some((f.at, def.big));
                    plan.known.push(f.number);
                }
                continue;
            }
            let Some(meaning) = profile::record_field(f.number) else {
                continue;
            };
            let Some(op) = self.op(f.number, f.at, kind, def.big, f.size, &meaning) else {
                continue;
            };
            let column = match op {
                Op::Copied(op) => {
                    plan.copied.push(op);
                    usize::from(op.column)
                }
                Op::Special(op) => {
                    plan.special.push(op);
                    op.column
                }
            };
            native.push(self.columns[column].channel.clone());
            plan.known.push(f.number);
        }
        // The wider form of a field comes last, so that it wins where both hold a value;
        // the fraction of a cadence is special, and finds its whole in place.
        plan.copied
            .sort_by_key(|op| matches!(op.read, Whole::U32Le | Whole::U32Be));
        for (i, f) in def.dev.iter().enumerate() {
            let Some(d) = developers.field(f.app, f.number) else {
                continue;
            };
            let Some(kind) = d.kind.narrowed(f.size).filter(|_| f.size > 0) else {
                continue;
            };
            if matches!(kind.base, Base::Text | Base::Bytes) {
                continue;
            }
            let (channel, factor) = d.channel(&native);
            let float = matches!(kind.base, Base::F32 | Base::F64);
            let column = match profile::canonical(&channel) {
                Some(_) => self.canonical(&channel),
                None => self.column(channel.clone(), d.scale, d.offset, float),
            };
            let Some(column) = column else { continue };
            native.push(channel);
            plan.special.push(Special {
                at: f.at,
                column,
                read: Read::Slow {
                    kind,
                    big: def.big,
                    from_scale: d.scale / factor,
                    from_offset: d.offset * factor,
                },
            });
            plan.known_dev.push(i);
        }
        self.reserve(&plan, left / (def.size + 1));
        plan
    }

    fn op(
        &mut self,
        number: u8,
        at: usize,
        kind: Kind,
        big: bool,
        size: usize,
        meaning: &Meaning,
    ) -> Option<Op> {
        let op = |column, read| Op::Special(Special { at, column, read });
        let copied = |column: usize, invalid, shift, read| {
            Some(Op::Copied(Copied {
                at: u32::try_from(at).ok()?,
                invalid,
                column: u16::try_from(column).ok()?,
                read,
                shift,
            }))
        };
        let byte = matches!(kind.base, Base::U8 | Base::Bytes);
        match meaning {
            Meaning::Cadence if byte => {
                let column = self.canonical(&Channel::Cadence)?;
                copied(column, 0xFF, 7, Whole::U8)
            }
            Meaning::CadenceFraction if byte => {
                let column = self.canonical(&Channel::Cadence)?;
                Some(op(column, Read::CadenceFraction))
            }
            Meaning::Cadence256 if kind.base == Base::U16 => {
                let column = self.canonical(&Channel::Cadence)?;
                Some(op(column, Read::Cadence256 { big }))
            }
            Meaning::Balance if byte => {
                let column = self.canonical(&Channel::RightBalance)?;
                Some(op(column, Read::Balance))
            }
            Meaning::SpeedDistance if byte && size >= 3 => {
                let column = self.canonical(&Channel::Speed)?;
                let distance = self.canonical(&Channel::Distance)?;
                let state = self.state(number, distance);
                Some(op(column, Read::SpeedDistance { distance, state }))
            }
            Meaning::Rolling { name, bits } => {
                let column = self.column(Channel::Other((*name).to_owned()), 1.0, 0.0, false)?;
                let state = self.state(number, column);
                let read = Read::Rolling {
                    kind,
                    big,
                    bits: *bits,
                    state,
                };
                Some(op(column, read))
            }
            Meaning::Column {
                channel,
                scale,
                offset,
            } => {
                if matches!(kind.base, Base::Text | Base::Bytes) {
                    return None;
                }
                let float = matches!(kind.base, Base::F32 | Base::F64);
                let column = match profile::canonical(channel) {
                    Some(_) => self.canonical(channel),
                    None => self.column(channel.clone(), *scale, *offset, float),
                }?;
                let c = &self.columns[column];
                let same =
                    c.scale == *scale && c.offset == *offset && matches!(c.data, Data::Raw(_));
                let whole = match (kind.base, big) {
                    (Base::U8, _) if same => Whole::U8,
                    (Base::I8, _) if same => Whole::I8,
                    (Base::U16, false) if same => Whole::U16Le,
                    (Base::U16, true) if same => Whole::U16Be,
                    (Base::I16, false) if same => Whole::I16Le,
                    (Base::I16, true) if same => Whole::I16Be,
                    (Base::U32, false) if same => Whole::U32Le,
                    (Base::U32, true) if same => Whole::U32Be,
                    (Base::I32, false) if same => Whole::I32Le,
                    (Base::I32, true) if same => Whole::I32Be,
                    _ => {
                        return Some(op(
                            column,
                            Read::Slow {
                                kind,
                                big,
                                // A float already stands in the unit.
                                from_scale: if float { 1.0 } else { *scale },
                                from_offset: if float { 0.0 } else { *offset },
                            },
                        ));
                    }
                };
                copied(column, kind.invalid as u32, 0, whole)
            }
            // A base type other than the field's own: kept among the extras.
            _ => None,
        }
    }
}
