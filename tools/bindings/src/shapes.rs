//! What all languages ask of a shape.

use tierra::ffi::describe::{FieldShape, RecordShape, Shape};

/// The record that a shape is.
pub fn record_of(shape: &Shape) -> Option<&RecordShape> {
    match shape {
        Shape::Record(record) => Some(record),
        Shape::Optional(inner) => record_of(inner),
        _ => None,
    }
}

/// Whether a field must be given on the way in.
pub fn must_be_given(field: &FieldShape) -> bool {
    field.default.is_none() && !field.is_left_out && !matches!(field.shape, Shape::Optional(_))
}

/// Whether a record goes in.
pub fn goes_in(record: &RecordShape) -> bool {
    record.directions.iter().any(|direction| direction.starts_with("reads"))
}

/// Whether a record comes out.
pub fn comes_out(record: &RecordShape) -> bool {
    record.directions.contains(&"writes")
}
