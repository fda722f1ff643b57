//! One FIT file of a chain: walks its messages and collects what they say.

use super::biometric::Body;
use super::columns::{Columns, Plan};
use super::developer::Developers;
use super::extra::{Extras, LOOKED_AT};
use super::hr::Beats;
use super::profile::{self, message};
use super::summary::{self, Event, LapMessage, LengthMessage, SessionMessage};
use super::wire::{Definition, Message, NO_TIME, TIMESTAMP};
use paceline_model::Device;

/// Sessions beyond this are taken as damage.
const MAX_SESSIONS: usize = 1000;

/// Laps and lengths that say no time are kept up to this many: a byte could make one.
const MAX_TIMELESS: usize = 1000;

/// Where and why reading stopped.
#[derive(Debug)]
pub(super) struct Damage {
    pub offset: usize,
    pub reason: String,
    /// The data simply ended.
    pub cut_off: bool,
}

/// What one part says.
#[derive(Debug)]
pub(super) struct Part {
    pub file_type: Option<u16>,
    pub time_created: Option<u32>,
    pub device: Device,
    pub columns: Columns,
    pub sessions: Vec<SessionMessage>,
    pub laps: Vec<LapMessage>,
    pub lengths: Vec<LengthMessage>,
    pub events: Vec<Event>,
    /// Beat-to-beat intervals in ms with the FIT second they came after.
    pub rr: Vec<(u32, u16)>,
    pub beats: Beats,
    pub body: Body,
    /// `local_timestamp - timestamp`.
    pub utc_offset_s: Option<i32>,
    /// UTC minus system time, where the file gives both.
    pub system_shift: Option<i64>,
    pub workout_name: Option<String>,
    pub sport: Option<(u16, Option<u16>)>,
    pub messages: u64,
    pub extras: Extras,
    file_id_seen: bool,
    manufacturer: Option<u16>,
}

struct Local {
    def: Definition,
    plan: Plan,
    seen: u32,
    /// A developer field was described since the plan was made.
    stale: bool,
}

impl Part {
    fn new(bytes: usize) -> Self {
        Self {
            file_type: None,
            time_created: None,
            device: Device::default(),
            columns: Columns::new(bytes),
            sessions: Vec::new(),
            laps: Vec::new(),
            lengths: Vec::new(),
            events: Vec::new(),
            rr: Vec::new(),
            beats: Beats::default(),
            body: Body::default(),
            utc_offset_s: None,
            system_shift: None,
            workout_name: None,
            sport: None,
            messages: 0,
            extras: Extras::default(),
            file_id_seen: false,
            manufacturer: None,
        }
    }

    /// Reads the messages of a part; what precedes a damage is kept.
    pub fn read(data: &[u8]) -> (Self, Option<Damage>) {
        let mut part = Self::new(data.len());
        let mut locals: [Option<Local>; 16] = Default::default();
        let damage = part.walk(data, &mut locals).err();
        for local in locals.into_iter().flatten() {
            part.extras.count(local.def.global, local.seen);
        }
        (part, damage)
    }

    fn walk(&mut self, data: &[u8], locals: &mut [Option<Local>; 16]) -> Result<(), Damage> {
        let mut developers = Developers::default();
        let mut clock: Option<u32> = None;
        let mut at = 0;
        while let Some(&header) = data.get(at) {
            let start = at;
            let cut = |what: &str| Damage {
                offset: start,
                reason: format!("a {what} is cut off"),
                cut_off: true,
            };
            at += 1;
            if header & 0xC0 == 0x40 {
                let (def, next) =
                    Definition::read(data, at, header).ok_or_else(|| cut("definition"))?;
                at = next;
                let plan = if def.global == message::RECORD {
                    self.columns.plan(&def, &developers, data.len() - at)
                } else {
                    Plan::default()
                };
                let slot = &mut locals[usize::from(header & 0x0F)];
                if let Some(old) = slot.take() {
                    self.extras.count(old.def.global, old.seen);
                }
                *slot = Some(Local {
                    def,
                    plan,
                    seen: 0,
                    stale: false,
                });
                continue;
            }
            let compressed = header & 0x80 != 0;
            let number = if compressed {
                (header >> 5) & 3
            } else {
                header & 0x0F
            };
            let Some(local) = &mut locals[usize::from(number)] else {
                return Err(Damage {
                    offset: start,
                    reason: format!("local message {number} was never defined"),
                    cut_off: false,
                });
            };
            let body = data
                .get(at..at + local.def.size)
                .ok_or_else(|| cut("message"))?;
            at += local.def.size;
            if compressed {
                // Five bits of the time; they run on from the last full one, or from zero.
                let last = clock.unwrap_or(0);
                let low = u32::from(header & 0x1F);
                clock = Some(last.wrapping_add(low.wrapping_sub(last) & 0x1F));
            }
            self.messages += 1;
            local.seen = local.seen.saturating_add(1);
            if local.def.global == message::RECORD {
                if local.stale {
                    local.plan = self.columns.plan(&local.def, &developers, data.len() - at);
                    local.stale = false;
                }
                let time = if compressed { clock } else { None };
                if let Some(t) = self.columns.append(&local.plan, body, time) {
                    clock = Some(t);
                }
                if local.seen <= LOOKED_AT {
                    let plan = &local.plan;
                    self.extras
                        .look(&local.def, body, &plan.known, &plan.known_dev, &developers);
                }
                continue;
            }
            let m = Message {
                def: &local.def,
                data: body,
            };
            if let Some(t) = m.time(TIMESTAMP) {
                clock = Some(t);
            }
            let known = self.take(&m, clock, &mut developers);
            if local.seen <= LOOKED_AT {
                self.extras.look(&local.def, body, known, &[], &developers);
            }
            if m.def.global == message::FIELD_DESCRIPTION {
                for l in locals.iter_mut().flatten() {
                    l.stale |= !l.def.dev.is_empty();
                }
            }
        }
        Ok(())
    }

    /// Takes in any message but a record; gives the numbers of the fields read.
    fn take(
        &mut self,
        m: &Message<'_>,
        clock: Option<u32>,
        developers: &mut Developers,
    ) -> &'static [u8] {
        match m.def.global {
            message::HRV => {
                let at = clock.unwrap_or(NO_TIME);
                for ms in m.elements(0).flatten() {
                    if let Ok(ms) = u16::try_from(ms) {
                        self.rr.push((at, ms));
                    }
                }
                &[0]
            }
            message::EVENT => self.event(m, clock),
            message::LAP => {
                let lap = summary::lap(m);
                if lap.start.or(lap.end).is_some() || self.laps.len() < MAX_TIMELESS {
                    self.laps.push(lap);
                }
                summary::LAP_FIELDS
            }
            message::LENGTH => {
                let length = summary::length(m);
                if length.start.or(length.end).is_some() || self.lengths.len() < MAX_TIMELESS {
                    self.lengths.push(length);
                }
                summary::LENGTH_FIELDS
            }
            message::SESSION => {
                if self.sessions.len() < MAX_SESSIONS {
                    self.sessions.push(summary::session(m));
                }
                summary::SESSION_FIELDS
            }
            message::HR => {
                self.beats.take(m);
                &[253, 0, 6, 9, 10]
            }
            message::FIELD_DESCRIPTION => {
                developers.describe(m);
                &[0, 1, 2, 3, 6, 7, 8, 14, 15]
            }
            message::DEVELOPER_DATA_ID => &[0, 1, 2, 3, 4],
            message::FILE_ID => self.file_id(m),
            message::DEVICE_INFO => self.device_info(m),
            message::ACTIVITY => {
                if let (Some(utc), Some(local)) = (m.time(TIMESTAMP), m.time(5)) {
                    let offset = i64::from(local) - i64::from(utc);
                    // Zones lie within ±15 h, on quarters of an hour; clocks are read seconds apart.
                    if offset.abs() <= 15 * 3600 {
                        let quarters = (offset as f64 / 900.0).round() as i32;
                        self.utc_offset_s = Some(quarters * 900);
                    }
                }
                &[253, 0, 1, 2, 3, 4, 5]
            }
            message::TIMESTAMP_CORRELATION => {
                if let (Some(utc), Some(system)) = (m.time(TIMESTAMP), m.time(1)) {
                    self.system_shift = Some(i64::from(utc) - i64::from(system));
                }
                &[253, 0, 1, 2, 3, 4, 5]
            }
            message::WORKOUT => {
                self.workout_name = self.workout_name.take().or_else(|| m.text(8));
                &[4, 8]
            }
            message::SPORT => {
                if let Some(sport) = m.code(0) {
                    self.sport = Some((sport, m.code(1)));
                }
                &[0, 1]
            }
            _ => self.body.take(m, clock),
        }
    }

    fn event(&mut self, m: &Message<'_>, clock: Option<u32>) -> &'static [u8] {
        const FIELDS: &[u8] = &[253, 0, 1, 2, 3, 4];
        let Some(event) = m.code(0) else {
            return FIELDS;
        };
        if event != 0 {
            self.extras.event(event, || summary::event_sample(m, event));
            return FIELDS;
        }
        let running = match m.code(1) {
            Some(0) => true,
            Some(1 | 4 | 8 | 9) => false,
            _ => return FIELDS,
        };
        if let Some(at) = m.time(TIMESTAMP).or(clock) {
            self.events.push(Event { at, running });
        }
        FIELDS
    }

    fn file_id(&mut self, m: &Message<'_>) -> &'static [u8] {
        if !self.file_id_seen {
            self.file_id_seen = true;
            self.file_type = m.code(0);
            self.time_created = m.time(4);
            self.manufacturer = m.code(1);
            self.device.manufacturer = self.manufacturer.map(profile::manufacturer);
            self.device.product = m
                .text(8)
                .or_else(|| Some(profile::product(self.manufacturer, product_code(m, 2)?)));
            self.device.serial = m.int(3).filter(|&s| s != 0).map(|s| s.to_string());
        }
        &[0, 1, 2, 3, 4, 5, 8]
    }

    /// Device 0 is the recorder; it fills in what the file id leaves open.
    fn device_info(&mut self, m: &Message<'_>) -> &'static [u8] {
        if m.int(0) == Some(0) {
            let maker = m.code(2);
            if self.device.manufacturer.is_none() {
                self.manufacturer = maker;
                self.device.manufacturer = maker.map(profile::manufacturer);
            }
            if self.device.product.is_none() {
                self.device.product = m
                    .text(27)
                    .or_else(|| Some(profile::product(maker, product_code(m, 4)?)));
            }
            if self.device.serial.is_none() {
                self.device.serial = m.int(3).filter(|&s| s != 0).map(|s| s.to_string());
            }
        }
        &[253, 0, 2, 3, 4, 27]
    }

    /// Whether there is an activity in it.
    pub fn is_activity(&self) -> bool {
        !self.columns.times.is_empty()
            || !self.sessions.is_empty()
            || !self.laps.is_empty()
            || !self.lengths.is_empty()
    }
}

/// A product number; 0 says nothing.
fn product_code(m: &Message<'_>, field: u8) -> Option<u16> {
    m.code(field).filter(|&c| c != 0)
}
