//! Builds FIT files message by message, independent of the crate's own writer.

/// 2022-09-26T… in FIT seconds.
pub const T0: u32 = 1_033_000_000;

#[derive(Clone)]
pub struct Def {
    global: u16,
    big: bool,
    fields: Vec<[u8; 3]>,
    dev: Vec<[u8; 3]>,
}

impl Def {
    pub fn new(global: u16) -> Self {
        Self {
            global,
            big: false,
            fields: Vec::new(),
            dev: Vec::new(),
        }
    }

    pub fn big(mut self) -> Self {
        self.big = true;
        self
    }

    pub fn field(mut self, number: u8, size: u8, base: u8) -> Self {
        self.fields.push([number, size, base]);
        self
    }

    /// A field of developer application 0.
    pub fn dev(mut self, number: u8, size: u8) -> Self {
        self.dev.push([number, size, 0]);
        self
    }
}

#[derive(Default)]
pub struct File {
    data: Vec<u8>,
}

impl File {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn raw(&mut self, bytes: &[u8]) {
        self.data.extend_from_slice(bytes);
    }

    pub fn define(&mut self, local: u8, def: &Def) {
        let dev = if def.dev.is_empty() { 0 } else { 0x20 };
        self.raw(&[0x40 | dev | local, 0, u8::from(def.big)]);
        let global = if def.big {
            def.global.to_be_bytes()
        } else {
            def.global.to_le_bytes()
        };
        self.raw(&global);
        self.raw(&[def.fields.len() as u8]);
        self.raw(def.fields.as_flattened());
        if dev != 0 {
            self.raw(&[def.dev.len() as u8]);
            self.raw(def.dev.as_flattened());
        }
    }

    pub fn data(&mut self, local: u8, parts: &[&[u8]]) {
        self.raw(&[local]);
        for p in parts {
            self.raw(p);
        }
    }

    pub fn file_id(&mut self, kind: u8) {
        let def = Def::new(0)
            .field(0, 1, 0x00)
            .field(1, 2, 0x84)
            .field(4, 4, 0x86);
        self.define(0, &def);
        self.data(0, &[&[kind][..], &[1, 0], &T0.to_le_bytes()]);
    }

    pub fn developer_field(
        &mut self,
        number: u8,
        base: u8,
        name: &str,
        unit: &str,
        native: Option<u8>,
    ) {
        let def = Def::new(206)
            .field(0, 1, 0x02)
            .field(1, 1, 0x02)
            .field(2, 1, 0x02)
            .field(3, name.len() as u8 + 1, 0x07)
            .field(8, unit.len() as u8 + 1, 0x07)
            .field(14, 2, 0x84)
            .field(15, 1, 0x02);
        self.define(15, &def);
        let message = native.map_or(0xFFFF, |_| 20u16).to_le_bytes();
        let parts = [
            &[0, number, base][..],
            name.as_bytes(),
            &[0],
            unit.as_bytes(),
            &[0],
            &message,
            &[native.unwrap_or(0xFF)],
        ];
        self.data(15, &parts);
    }

    pub fn session(&mut self, start: u32, end: u32, sport: u8) {
        let def = Def::new(18)
            .field(253, 4, 0x86)
            .field(2, 4, 0x86)
            .field(5, 1, 0x00);
        self.define(14, &def);
        self.data(
            14,
            &[&end.to_le_bytes()[..], &start.to_le_bytes(), &[sport]],
        );
    }

    pub fn close(self) -> Vec<u8> {
        let mut out = vec![14, 0x20, 0x8E, 0x08];
        out.extend_from_slice(&(self.data.len() as u32).to_le_bytes());
        out.extend_from_slice(b".FIT");
        out.extend_from_slice(&crc(&out).to_le_bytes());
        out.extend_from_slice(&self.data);
        let sum = crc(&out);
        out.extend_from_slice(&sum.to_le_bytes());
        out
    }
}

/// Bit by bit, as the reference for the table-driven one.
fn crc(bytes: &[u8]) -> u16 {
    let mut crc = 0u16;
    for &b in bytes {
        crc ^= u16::from(b);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xA001
            } else {
                crc >> 1
            };
        }
    }
    crc
}
