//! Holds the shape of the house: who may import whom, what a crate may touch,
//! which licences come in, what the documents promise.
//!
//! Every checker is a function over text or a list, so that beside each test
//! over the real tree stands one over a bad sample: a rule that cannot be
//! broken holds nothing.

mod arrows;
mod dependencies;
mod documents;
mod frontend;
mod metadata;
mod sources;
mod spdx;
mod tree;
