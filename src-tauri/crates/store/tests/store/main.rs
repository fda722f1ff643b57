//! The store over real databases.

#![allow(missing_docs, clippy::unwrap_used)]

mod accounts;
mod engine;
mod fixtures;
mod isolation;
mod list;
mod members;
mod sharing;
mod storage;
mod tenants;
