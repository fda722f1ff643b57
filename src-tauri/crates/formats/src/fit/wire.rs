//! What stands on the wire: base types, definitions, and one data message seen
//! through its definition. Every read is bounds-checked and may find nothing.

/// Absent timestamp.
pub(super) const NO_TIME: u32 = u32::MAX;
/// Below this a timestamp counts seconds since the device was switched on.
pub(super) const SYSTEM_TIME_BELOW: u32 = 0x1000_0000;
/// 1989-12-31T00:00:00Z in Unix seconds.
pub(super) const EPOCH_UNIX_S: i64 = 631_065_600;
/// The field number of a message's timestamp.
pub(super) const TIMESTAMP: u8 = 253;

/// Turns raw FIT seconds into absolute ones, given what system time lacks.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Shift(pub i64);

impl Shift {
    /// FIT seconds.
    pub fn apply(self, raw: u32) -> i64 {
        if raw < SYSTEM_TIME_BELOW {
            i64::from(raw) + self.0
        } else {
            i64::from(raw)
        }
    }
}

/// How the bytes of a field are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    U64,
    I64,
    F32,
    F64,
    Text,
    Bytes,
}

/// A base type with its mark of absence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    pub base: Base,
    /// Raw bits that mean "no value"; ignored for floats, text and bytes.
    pub invalid: u64,
}

impl Kind {
    /// The kind of a base type byte; unknown ones are bytes.
    pub fn from_wire(byte: u8) -> Self {
        let (base, invalid) = match byte & 0x1F {
            0 | 2 => (Base::U8, 0xFF),
            1 => (Base::I8, 0x7F),
            3 => (Base::I16, 0x7FFF),
            4 => (Base::U16, 0xFFFF),
            5 => (Base::I32, 0x7FFF_FFFF),
            6 => (Base::U32, 0xFFFF_FFFF),
            7 => (Base::Text, 0),
            8 => (Base::F32, 0),
            9 => (Base::F64, 0),
            10 => (Base::U8, 0),
            11 => (Base::U16, 0),
            12 => (Base::U32, 0),
            14 => (Base::I64, i64::MAX as u64),
            15 => (Base::U64, u64::MAX),
            16 => (Base::U64, 0),
            _ => (Base::Bytes, 0xFF),
        };
        Self { base, invalid }
    }

    /// Bytes of one element.
    pub fn size(self) -> usize {
        match self.base {
            Base::U8 | Base::I8 | Base::Text | Base::Bytes => 1,
            Base::U16 | Base::I16 => 2,
            Base::U32 | Base::I32 | Base::F32 => 4,
            Base::U64 | Base::I64 | Base::F64 => 8,
        }
    }

    /// The same kind narrowed to a field that is smaller than one element, as
    /// some recorders write counters; `None` if that gives no whole number.
    pub fn narrowed(self, size: usize) -> Option<Self> {
        if size >= self.size() {
            return Some(self);
        }
        let signed = matches!(self.base, Base::I16 | Base::I32 | Base::I64);
        if matches!(self.base, Base::F32 | Base::F64) {
            return None;
        }
        let (base, invalid) = match (size, signed) {
            (1, false) => (Base::U8, 0xFF),
            (1, true) => (Base::I8, 0x7F),
            (2..=3, false) => (Base::U16, 0xFFFF),
            (2..=3, true) => (Base::I16, 0x7FFF),
            (4..=7, false) => (Base::U32, 0xFFFF_FFFF),
            (4..=7, true) => (Base::I32, 0x7FFF_FFFF),
            _ => return None,
        };
        let invalid = if self.invalid == 0 { 0 } else { invalid };
        Some(Self { base, invalid })
    }
}

/// `N` bytes at `at`, in big-endian order if `big`.
fn bytes_at<const N: usize>(data: &[u8], at: usize, big: bool) -> Option<[u8; N]> {
    let mut b: [u8; N] = data.get(at..at.checked_add(N)?)?.try_into().ok()?;
    if big {
        b.reverse();
    }
    Some(b)
}

/// The element at `at` as a number; `None` if it is marked absent.
pub(super) fn number_at(data: &[u8], at: usize, kind: Kind, big: bool) -> Option<f64> {
    match kind.base {
        Base::F32 => {
            let v = f32::from_le_bytes(bytes_at(data, at, big)?);
            v.is_finite().then_some(f64::from(v))
        }
        Base::F64 => {
            let v = f64::from_le_bytes(bytes_at(data, at, big)?);
            v.is_finite().then_some(v)
        }
        _ => integer_at(data, at, kind, big).map(|v| v as f64),
    }
}

/// The element at `at` as a whole number; `None` if absent or no integer type.
pub(super) fn integer_at(data: &[u8], at: usize, kind: Kind, big: bool) -> Option<i64> {
    let (bits, value) = match kind.base {
        Base::U8 | Base::Bytes => {
            let v = *data.get(at)?;
            (u64::from(v), i64::from(v))
        }
        Base::I8 => {
            let v = *data.get(at)?;
            (u64::from(v), i64::from(v as i8))
        }
        Base::U16 => {
            let v = u16::from_le_bytes(bytes_at(data, at, big)?);
            (u64::from(v), i64::from(v))
        }
        Base::I16 => {
            let v = u16::from_le_bytes(bytes_at(data, at, big)?);
            (u64::from(v), i64::from(v as i16))
        }
        Base::U32 => {
            let v = u32::from_le_bytes(bytes_at(data, at, big)?);
            (u64::from(v), i64::from(v))
        }
        Base::I32 => {
            let v = u32::from_le_bytes(bytes_at(data, at, big)?);
            (u64::from(v), i64::from(v as i32))
        }
        Base::U64 => {
            let v = u64::from_le_bytes(bytes_at(data, at, big)?);
            // Counters of 64 bits that use the last one are none.
            (v, i64::try_from(v).ok()?)
        }
        Base::I64 => {
            let v = u64::from_le_bytes(bytes_at(data, at, big)?);
            (v, v as i64)
        }
        Base::F32 | Base::F64 | Base::Text => return None,
    };
    (bits != kind.invalid).then_some(value)
}

/// One field of a definition.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    pub number: u8,
    pub size: usize,
    pub at: usize,
    pub kind: Kind,
}

/// One developer field of a definition.
#[derive(Debug, Clone, Copy)]
pub(super) struct DevField {
    pub number: u8,
    pub app: u8,
    pub size: usize,
    pub at: usize,
}

/// What a definition message announces for its local number.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    pub global: u16,
    pub big: bool,
    pub fields: Vec<Field>,
    pub dev: Vec<DevField>,
    /// Bytes of a data message, its header excluded.
    pub size: usize,
}

impl Definition {
    /// Reads a definition whose header byte was `header` and whose content
    /// begins at `at`; also gives the offset behind it. `None` if cut off.
    pub fn read(data: &[u8], at: usize, header: u8) -> Option<(Self, usize)> {
        let head = data.get(at..at + 5)?;
        let big = head[1] & 1 == 1;
        let global = if big {
            u16::from_be_bytes([head[2], head[3]])
        } else {
            u16::from_le_bytes([head[2], head[3]])
        };
        let count = usize::from(head[4]);
        let mut next = at + 5;
        let mut size = 0;
        let list = data.get(next..next + 3 * count)?;
        next += 3 * count;
        let fields = list
            .chunks_exact(3)
            .map(|f| {
                let field = Field {
                    number: f[0],
                    size: usize::from(f[1]),
                    at: size,
                    kind: Kind::from_wire(f[2]),
                };
                size += field.size;
                field
            })
            .collect();
        let mut dev = Vec::new();
        if header & 0x20 != 0 {
            let count = usize::from(*data.get(next)?);
            let list = data.get(next + 1..next + 1 + 3 * count)?;
            next += 1 + 3 * count;
            dev = list
                .chunks_exact(3)
                .map(|f| {
                    let field = DevField {
                        number: f[0],
                        size: usize::from(f[1]),
                        app: f[2],
                        at: size,
                    };
                    size += field.size;
                    field
                })
                .collect();
        }
        let definition = Self {
            global,
            big,
            fields,
            dev,
            size,
        };
        Some((definition, next))
    }

    pub fn field(&self, number: u8) -> Option<&Field> {
        self.fields.iter().find(|f| f.number == number)
    }
}

/// One data message seen through its definition.
#[derive(Clone, Copy)]
pub(super) struct Message<'a> {
    pub def: &'a Definition,
    pub data: &'a [u8],
}

impl<'a> Message<'a> {
    /// The field's first element as a whole number.
    pub fn int(&self, number: u8) -> Option<i64> {
        let f = self.def.field(number)?;
        let kind = f.kind.narrowed(f.size)?;
        (f.size > 0).then(|| integer_at(self.data, f.at, kind, self.def.big))?
    }

    /// The field's first element divided by `scale`.
    pub fn scaled(&self, number: u8, scale: f64) -> Option<f64> {
        let f = self.def.field(number)?;
        let kind = f.kind.narrowed(f.size)?;
        if f.size == 0 {
            return None;
        }
        match kind.base {
            // A float already stands in the unit.
            Base::F32 | Base::F64 => number_at(self.data, f.at, kind, self.def.big),
            _ => number_at(self.data, f.at, kind, self.def.big).map(|v| v / scale),
        }
    }

    /// A small enumeration value.
    pub fn code(&self, number: u8) -> Option<u16> {
        self.int(number).and_then(|v| u16::try_from(v).ok())
    }

    /// A date-time field in FIT seconds.
    pub fn time(&self, number: u8) -> Option<u32> {
        self.int(number)
            .and_then(|v| u32::try_from(v).ok())
            .filter(|&v| v != 0 && v != NO_TIME)
    }

    /// All elements of a field, absent ones left out of the count's middle as `None`.
    pub fn elements(&self, number: u8) -> impl Iterator<Item = Option<i64>> + use<'a> {
        let def = self.def;
        let data = self.data;
        def.field(number).into_iter().flat_map(move |f| {
            let step = f.kind.size();
            (0..f.size / step).map(move |i| integer_at(data, f.at + i * step, f.kind, def.big))
        })
    }

    /// The bytes of a field.
    pub fn bytes(&self, number: u8) -> Option<&'a [u8]> {
        let f = self.def.field(number)?;
        self.data.get(f.at..f.at + f.size)
    }

    /// A text field, up to its first NUL; `None` if empty.
    pub fn text(&self, number: u8) -> Option<String> {
        text_of(self.bytes(number)?)
    }
}

/// The text of a field's bytes, up to the first NUL.
pub(super) fn text_of(bytes: &[u8]) -> Option<String> {
    let end = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len());
    let text = String::from_utf8_lossy(&bytes[..end]).trim().to_owned();
    (!text.is_empty()).then_some(text)
}
