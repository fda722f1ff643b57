//! The program as a user of a terminal meets it: arguments in; text, JSON and
//! exit codes out; killed in the middle; fed with everything there is.

#![allow(missing_docs, clippy::unwrap_used)]

mod accounts;
mod backup;
mod commands;
mod corpus;
mod isolation;
mod kill;
mod kill_tenants;
mod paceline;
mod tenants;
