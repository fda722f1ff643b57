//! The container: file header, data, checksum, and several such files in a row.

use super::assemble;
use super::crc::crc16;
use super::part::{Damage, Part};
use super::profile;
use crate::FormatError;
use paceline_model::{DecodedFile, FileKind, Warning, WarningCode};

/// More files in a row than this are not a chain.
const MAX_PARTS: usize = 1000;

/// Whether the bytes begin like a FIT file: header size, then `.FIT` at byte 8.
#[must_use]
pub fn is_fit(bytes: &[u8]) -> bool {
    Header::read(bytes).is_some()
}

/// A file header.
#[derive(Debug, Clone, Copy)]
struct Header {
    size: usize,
    data_size: usize,
    /// Of a 14-byte header; 0 means not given.
    crc: Option<u16>,
}

impl Header {
    fn read(bytes: &[u8]) -> Option<Self> {
        let head = bytes.get(..12)?;
        let size = usize::from(head[0]);
        if size < 12 || &head[8..12] != b".FIT" {
            return None;
        }
        let data_size = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        let crc = (size >= 14)
            .then(|| bytes.get(12..14))
            .flatten()
            .map(|b| u16::from_le_bytes([b[0], b[1]]));
        Some(Self {
            size,
            data_size: data_size as usize,
            crc,
        })
    }
}

fn warning(code: WarningCode, message: String) -> Warning {
    Warning { code, message }
}

/// Reads a FIT file, chained ones included.
///
/// A course gives recordings too, under [`FileKind::Course`]; files of settings,
/// workouts and monitoring give none.
///
/// # Errors
/// [`FormatError::Empty`] and [`FormatError::NotRecognised`] where no header is,
/// [`FormatError::Damaged`] where nothing follows it that can be read,
/// [`FormatError::NoActivity`] where an activity file holds none.
pub fn decode(bytes: &[u8]) -> Result<DecodedFile, FormatError> {
    if bytes.is_empty() {
        return Err(FormatError::Empty);
    }
    let mut warnings = Vec::new();
    let mut parts: Vec<(Part, Vec<Warning>)> = Vec::new();
    let mut first_damage: Option<Damage> = None;
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let header = match Header::read(rest) {
            Some(h) if parts.len() < MAX_PARTS => h,
            _ if at == 0 => {
                return Err(FormatError::NotRecognised {
                    name: "file".to_owned(),
                });
            }
            _ => {
                warnings.push(warning(
                    WarningCode::Damaged,
                    format!(
                        "{} bytes from byte {at} on are no FIT file and were not read.",
                        rest.len()
                    ),
                ));
                break;
            }
        };
        let mut own = Vec::new();
        check_header(rest, header, at, &mut own);
        let available = rest.get(header.size..).unwrap_or_default();
        let open = header.data_size == 0 && available.len() > 2;
        let data = if open {
            own.push(warning(
                WarningCode::HeaderWrong,
                format!(
                    "The recording was never closed: its header at byte {at} gives no length. All that follows was read."
                ),
            ));
            available
        } else {
            &available[..header.data_size.min(available.len())]
        };
        let (part, damage) = Part::read(data);
        let data_at = at + header.size;
        let short = available.len() < header.data_size;
        if let Some(d) = &damage {
            let code = if d.cut_off && (short || open) {
                WarningCode::Truncated
            } else {
                WarningCode::Damaged
            };
            own.push(warning(
                code,
                format!(
                    "Reading stopped at byte {} of {}: {}. Everything before it was kept.",
                    data_at + d.offset,
                    bytes.len(),
                    d.reason
                ),
            ));
        } else if short {
            own.push(warning(
                WarningCode::Truncated,
                format!(
                    "The file ends {} bytes early. Everything before was kept.",
                    header.data_size - available.len()
                ),
            ));
        }
        if first_damage.is_none() {
            first_damage = damage.map(|d| Damage {
                offset: data_at + d.offset,
                ..d
            });
        }
        if open || short {
            at = bytes.len();
        } else {
            at = data_at + data.len();
            check_sum(rest, header, &mut at, &mut own);
        }
        parts.push((part, own));
    }
    finish(bytes, parts, warnings, first_damage)
}

fn check_header(rest: &[u8], header: Header, at: usize, warnings: &mut Vec<Warning>) {
    if let Some(crc) = header.crc
        && crc != 0
        && crc != crc16(&rest[..12])
    {
        warnings.push(warning(
            WarningCode::HeaderWrong,
            format!("The checksum of the header at byte {at} is wrong."),
        ));
    }
}

/// Compares the checksum behind a part and steps over it.
fn check_sum(rest: &[u8], header: Header, at: &mut usize, warnings: &mut Vec<Warning>) {
    let end = header.size + header.data_size;
    match rest.get(end..end + 2) {
        Some(sum) => {
            *at += 2;
            let stored = u16::from_le_bytes([sum[0], sum[1]]);
            let computed = crc16(&rest[..end]);
            if stored != computed {
                warnings.push(warning(
                    WarningCode::ChecksumWrong,
                    format!(
                        "The checksum is {stored:#06x} where the content gives {computed:#06x}: single values may be wrong."
                    ),
                ));
            }
        }
        None => {
            *at += rest.len() - end;
            warnings.push(warning(
                WarningCode::ChecksumMissing,
                "The file ends before its checksum: damage cannot be ruled out.".to_owned(),
            ));
        }
    }
}

fn finish(
    bytes: &[u8],
    mut parts: Vec<(Part, Vec<Warning>)>,
    mut warnings: Vec<Warning>,
    damage: Option<Damage>,
) -> Result<DecodedFile, FormatError> {
    if parts.iter().all(|(p, _)| p.messages == 0) {
        let offset = damage.as_ref().map_or(bytes.len(), |d| d.offset) as u64;
        return Err(FormatError::Damaged {
            format: "FIT".to_owned(),
            offset,
            reason: damage.map_or_else(
                || "the header is not followed by any message".to_owned(),
                |d| d.reason,
            ),
        });
    }
    // Beats in a part of their own belong to the activity before.
    let mut i = 1;
    while i < parts.len() {
        let alone = !parts[i].0.beats.beats.is_empty() && !parts[i].0.is_activity();
        if alone && parts[i - 1].0.is_activity() {
            let (part, own) = parts.remove(i);
            let (before, theirs) = &mut parts[i - 1];
            before.beats.beats.extend(part.beats.beats);
            theirs.extend(own);
        } else {
            i += 1;
        }
    }
    let kind = kind_of(&parts);
    let readable = matches!(kind, FileKind::Activity | FileKind::Course);
    let mut recordings = Vec::new();
    let mut biometrics = Vec::new();
    for (mut part, own) in parts {
        let settings = part
            .file_type
            .is_some_and(|t| profile::kind_of_file(t) == FileKind::Settings);
        let body = std::mem::take(&mut part.body);
        biometrics.extend(body.finish(part.time_created, settings));
        warnings.extend(own.iter().cloned());
        if readable {
            recordings.extend(assemble::recordings(part, &own));
        }
    }
    if kind == FileKind::Activity && recordings.is_empty() && biometrics.is_empty() {
        return match damage {
            Some(d) => Err(FormatError::Damaged {
                format: "FIT".to_owned(),
                offset: d.offset as u64,
                reason: d.reason,
            }),
            None => Err(FormatError::NoActivity),
        };
    }
    Ok(DecodedFile {
        kind,
        format: "fit",
        recordings,
        biometrics,
        warnings,
    })
}

/// What the file says it is; what it holds decides where it says nothing.
fn kind_of(parts: &[(Part, Vec<Warning>)]) -> FileKind {
    let said = parts
        .iter()
        .find_map(|(p, _)| p.file_type)
        .map(profile::kind_of_file);
    let sleep = parts.iter().any(|(p, _)| p.body.sleep);
    let activity = parts.iter().any(|(p, _)| p.is_activity());
    match said {
        Some(FileKind::Other) | None if sleep => FileKind::Sleep,
        Some(FileKind::Other) | None if activity => FileKind::Activity,
        // A chain that begins with something else but holds an activity.
        Some(_) if parts.iter().any(|(p, _)| p.file_type == Some(4)) => FileKind::Activity,
        Some(kind) => kind,
        None => FileKind::Other,
    }
}
