//! The store over real databases.

#![allow(missing_docs, clippy::unwrap_used)]

mod accounts;
mod engine;
mod fixtures;
mod list;
mod sharing;
mod storage;
mod tenants;
