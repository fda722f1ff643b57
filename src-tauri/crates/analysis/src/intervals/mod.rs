//! Work and recovery found in an activity, and repeated sessions compared.
