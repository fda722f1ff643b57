//! Faults of sensors found in the samples, and edits that mend them without touching the original.
