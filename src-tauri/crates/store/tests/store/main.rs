//! The store over real databases.

#![allow(missing_docs, clippy::unwrap_used)]

mod accounts;
mod backup;
mod engine;
mod fixtures;
mod isolation;
mod list;
mod members;
mod salvage;
mod schemas;
mod sharing;
mod storage;
mod tenants;
