//! One core for clean-energy and carbon programs.
//!
//! `tierra` answers, the same to the last digit from Rust, Python, Node and the browser:
//!
//! | question | module |
//! |---|---|
//! | Which device is this? | [`charger`] |
//! | Has someone already claimed it? | [`overlap`], [`registration`], `ledger` |
//! | What did it emit? | [`emission`] |
//! | What did it return? | [`returns`] |
//! | Is this credit real, and counted once? | [`certificate`], to come |
//! | Is this webhook genuine, and who may ask? | [`webhook`], [`access`] |
//!
//! It is a library, not a service: no sockets, no threads of its own, no global state and no clock. Days, instants
//! and ids are handed in. Nothing in the crate panics on any input; every refusal is an [`Error`] with a stable
//! [`ErrorCode`], the path of the field and a message that names the value.
//!
//! ```
//! let identity = tierra::charger::identify("Wall Box Chargers S.L.", "S/N: wbx-0048.2913")?;
//! assert_eq!(identity.vendor_canonical(), "WALLBOX");
//! assert_eq!(identity.serial_normalized(), "WBX00482913");
//! # Ok::<(), tierra::Error>(())
//! ```
//!
//! # Features
//!
//! - `ledger`: the `ledger` module, which keeps registrations, disputes, keys and webhooks in one SQLite file.
//! - `webhook-delivery`: where webhooks may go and when they are tried again; `ledger` brings it.
//! - `reference-data`: published emission factors, fuel properties and global warming potentials, packed into the crate.
//! - `import`: [`emission::import`](crate::emission), emission factors from the authorities' own workbooks and from CSV.
//! - `json`: the JSON twin of every call ([`ffi`]), used by the bindings and for loading data in the specs' shapes.
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod base64;
#[cfg(any(feature = "import", feature = "ledger"))]
mod csv_rows;
mod error;
mod float;
mod hex;
#[cfg(feature = "json")]
mod instant;
mod mac;
mod named_values;
mod nearest;
mod order;
mod page;
mod period;
#[cfg(feature = "ledger")]
mod store;
mod text;
mod wire;

pub mod access;
pub mod certificate;
pub mod charger;
#[cfg(feature = "json")]
pub mod columns;
pub mod decimal;
pub mod emission;
#[cfg(feature = "json")]
pub mod ffi;
#[cfg(feature = "ledger")]
pub mod ledger;
pub mod overlap;
pub mod registration;
pub mod returns;
pub mod webhook;

pub use chrono::{self, NaiveDate};
pub use error::{Error, ErrorCode, Issue, IssueCode, Result};
pub use page::{Page, PageMeta, PageRequest};
pub use period::{Period, parse_date};
pub use rust_decimal::{self, Decimal};
pub use uuid;

/// The Rust snippets of the README and of `docs/`, as tests. That no page is left out, `tests/python/test_readme.py` sees.
#[cfg(all(doctest, feature = "reference-data", feature = "ledger"))]
mod snippets {
    #[doc = include_str!("../../README.md")]
    struct Readme;
    #[doc = include_str!("../../docs/CLAIMS.md")]
    struct Claims;
    #[doc = include_str!("../../docs/EMISSIONS.md")]
    struct Emissions;
    #[doc = include_str!("../../docs/LEDGER.md")]
    struct Ledger;
    #[doc = include_str!("../../docs/WEBHOOKS.md")]
    struct Webhooks;
}
