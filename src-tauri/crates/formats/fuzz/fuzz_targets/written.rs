//! Whatever could be read can be written in each format that holds it, and
//! what was written can be read.

use paceline_formats::{FormatError, fit, gpx, tcx};
use paceline_model::{DecodedFile, Recording};

type Encode = fn(&Recording) -> Result<Vec<u8>, FormatError>;
type Decode = fn(&[u8]) -> Result<DecodedFile, FormatError>;

const FORMATS: [(Encode, Decode); 3] = [
    (fit::encode, fit::decode),
    (gpx::encode, gpx::decode),
    (tcx::encode, tcx::decode),
];

pub fn check(file: &DecodedFile) {
    for recording in &file.recordings {
        for (encode, decode) in FORMATS {
            let Ok(bytes) = encode(recording) else {
                continue;
            };
            match decode(&bytes) {
                Ok(_) | Err(FormatError::NoActivity) => {}
                Err(e) => panic!("what was written cannot be read: {e}"),
            }
        }
    }
}
