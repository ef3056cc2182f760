//! What goes in and what comes out: the plain value, its readers and writers, and what declares a record once.
//!
//! A type that crosses to another language says so here and nowhere else. [`Read`] makes it from a plain [`Value`] of any
//! language and keeps the path of whatever is wrong; [`Write`] hands it to a [`Sink`], which makes JSON text or a language's
//! own objects of it. The macro `record!` wraps an unchanged struct and derives both, and with feature `describe` the
//! description that `tools/bindings` writes the other languages' declarations from.

#[cfg(feature = "describe")]
pub(crate) mod describe;
mod fields;
mod json;
mod record;
mod scalar;
mod sink;
mod value;

pub use fields::{ErrorBody, error_body};
pub(crate) use fields::{Fields, ReadRecord, StatedError, error_code, taken};
pub use json::{JsonSink, NumberStyle, parse_json, write_json};
pub(crate) use record::{camel_case, record};
pub use record::{Field, Record};
pub(crate) use scalar::{Digest, Read, items, list, object, string, wrong_type};
pub(crate) use sink::{IsBlank, WriteRecord, write_list};
pub use sink::{Sink, Write};
pub use value::{MAX_DEPTH, NativeKind, Value};
