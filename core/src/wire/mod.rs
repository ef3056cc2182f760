//! What goes in and what comes out: the plain value, its readers and writers, and what declares a record once.
//!
//! A type that crosses to another language says so here and nowhere else. [`Read`] makes it from a plain [`Value`] of any
//! language and keeps the path of whatever is wrong; [`Write`] hands it to a [`Sink`], which makes JSON text or a language's
//! own objects of it. The macro `record!` wraps an unchanged struct and derives both, and with feature `describe` the
//! description that `tools/bindings` writes the other languages' declarations from.

#[cfg(feature = "describe")]
pub mod describe;
#[cfg(feature = "json")]
mod fields;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "json")]
mod names;
mod record;
#[cfg(feature = "json")]
mod scalar;
#[cfg(feature = "json")]
mod sink;
#[cfg(feature = "json")]
mod value;

#[cfg(feature = "json")]
pub(crate) use fields::{Fields, ReadRecord, missing, taken};
#[cfg(feature = "ledger")]
pub(crate) use json::json_fault;
#[cfg(feature = "json")]
pub use json::{JsonSink, NumberStyle, parse_json, write_json};
#[cfg(feature = "json")]
pub use names::{Field, Record};
#[cfg(feature = "json")]
pub(crate) use names::{HasRecord, camel_bytes, camel_length};
#[cfg(feature = "json")]
pub(crate) use record::camel_case;
pub(crate) use record::{fields_of, record};
#[cfg(feature = "json")]
pub(crate) use scalar::{Read, items, list, object, string, wrong_type};
#[cfg(feature = "json")]
pub(crate) use sink::{IsBlank, Keyed, WriteRecord, write_keyed, write_list, write_map, write_wrapped};
#[cfg(feature = "json")]
pub use sink::{Sink, Write};
#[cfg(feature = "json")]
pub use value::{MAX_DEPTH, NativeKind, Value};
