use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

id! {
    /// A person who signs in on this machine.
    UserId,
    /// A profile that owns rows: one athlete, a family, a club.
    TenantId,
    /// A person whose training is recorded.
    AthleteId,
    /// One activity, however many files describe it.
    ActivityId,
    /// One origin of data: a file import, an account, a device.
    SourceId,
    /// One run of the importer.
    ImportId,
    /// One background job.
    JobId,
    /// One entry of an activity's list of edits.
    EditId,
    /// One comment on an activity or a day.
    CommentId,
    /// A group of athletes.
    GroupId,
}
