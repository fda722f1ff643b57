//! Fields, messages and their definitions as bytes.

pub(super) const ENUM: u8 = 0x00;
pub(super) const U8: u8 = 0x02;
pub(super) const STRING: u8 = 0x07;
pub(super) const BYTE: u8 = 0x0D;
pub(super) const I8: u8 = 0x01;
pub(super) const U16: u8 = 0x84;
pub(super) const I32: u8 = 0x85;
pub(super) const U32: u8 = 0x86;
pub(super) const F32: u8 = 0x88;
pub(super) const F64: u8 = 0x89;
pub(super) const U32Z: u8 = 0x8C;

/// Fields of one message: number, base type, bytes.
#[derive(Default)]
pub(super) struct Fields(Vec<(u8, u8, Vec<u8>)>);

impl Fields {
    pub(super) fn put(&mut self, number: u8, base: u8, bytes: &[u8]) -> &mut Self {
        self.0.push((number, base, bytes.to_vec()));
        self
    }

    pub(super) fn time(&mut self, number: u8, fit_s: u32) -> &mut Self {
        self.put(number, U32, &fit_s.to_le_bytes())
    }

    pub(super) fn byte(&mut self, number: u8, base: u8, value: Option<u8>) -> &mut Self {
        if let Some(v) = value {
            self.put(number, base, &[v]);
        }
        self
    }

    /// `value × scale`, if there is a value and it fits.
    pub(super) fn scaled(
        &mut self,
        number: u8,
        base: u8,
        value: Option<f64>,
        scale: f64,
    ) -> &mut Self {
        let Some(raw) = value.map(|v| (v * scale).round()) else {
            return self;
        };
        let raw = |max: f64| (0.0..max).contains(&raw).then_some(raw);
        match base {
            U8 => raw(255.0).map(|r| self.put(number, base, &[r as u8]).len()),
            U16 => raw(65_535.0).map(|r| self.put(number, base, &(r as u16).to_le_bytes()).len()),
            _ => raw(4_294_967_295.0)
                .map(|r| self.put(number, base, &(r as u32).to_le_bytes()).len()),
        };
        self
    }

    pub(super) fn text(&mut self, number: u8, text: &str) -> &mut Self {
        let mut end = text.len().min(200);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let mut bytes = text.as_bytes()[..end].to_vec();
        bytes.push(0);
        self.put(number, STRING, &bytes)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

/// Messages as they are written; a definition only where it changed.
pub(super) struct Writer {
    pub(super) out: Vec<u8>,
    pub(super) defined: [Vec<u8>; 16],
}

impl Writer {
    pub(super) fn define(&mut self, local: u8, definition: Vec<u8>) {
        let known = &mut self.defined[usize::from(local)];
        if *known != definition {
            self.out.extend_from_slice(&definition);
            *known = definition;
        }
    }

    pub(super) fn message(&mut self, local: u8, global: u16, fields: &Fields) {
        let mut definition = vec![0x40 | local, 0, 0];
        definition.extend_from_slice(&global.to_le_bytes());
        definition.push(fields.0.len() as u8);
        for (number, base, bytes) in &fields.0 {
            definition.extend_from_slice(&[*number, bytes.len() as u8, *base]);
        }
        self.define(local, definition);
        self.out.push(local);
        for (_, _, bytes) in &fields.0 {
            self.out.extend_from_slice(bytes);
        }
    }
}
