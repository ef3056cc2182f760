//! Is this credit real, and counted once? The room for certificates, which is still empty.
//!
//! The mapping of registry records, serial blocks and verification (DECISIONS 20–23) move in with the registry issue.
