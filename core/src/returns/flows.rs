//! Cash flows as they are handed over: a list, or two columns.

use super::CashFlow;
use crate::wire::{Field, Fields, HasRecord, Read, ReadRecord, Record, Value, items};
use crate::{Error, ErrorCode, Result};

/// Cash flows among the arguments of a call: `flows`, or `dates` and `amounts` in its place.
#[derive(Debug)]
pub(crate) struct Flows(pub(crate) Vec<CashFlow>);

const FLOWS: &str = "flows";
const DATES: &str = "dates";
const AMOUNTS: &str = "amounts";

impl HasRecord for Flows {
    const RECORD: &'static Record = &Record {
        name: "Flows",
        fields: &[
            Field { json: FLOWS, name: FLOWS, flattened: None },
            Field { json: DATES, name: DATES, flattened: None },
            Field { json: AMOUNTS, name: AMOUNTS, flattened: None },
        ],
    };
}

impl<'a> ReadRecord<'a> for Flows {
    fn take(fields: &mut Fields<'a>) -> Option<Self> {
        let (dates, amounts) = (fields.get(DATES), fields.get(AMOUNTS));
        if dates.is_none() && amounts.is_none() {
            return fields.take(FLOWS).map(Self);
        }
        let columns = if fields.get(FLOWS).is_some() { Err(beside_columns()) } else { of_columns(dates, amounts) };
        fields.settle(columns).map(Self)
    }
}

fn of_columns(dates: Option<&Value>, amounts: Option<&Value>) -> Result<Vec<CashFlow>> {
    let (dates, amounts) = (column(DATES, dates)?, column(AMOUNTS, amounts)?);
    if dates.len() != amounts.len() {
        let message =
            format!("has length {}, `dates` has length {}; expected equal lengths", amounts.len(), dates.len());
        return Err(Error::new(ErrorCode::LengthMismatch, AMOUNTS, message));
    }
    let mut flows = Vec::with_capacity(dates.len());
    for (index, (date, amount)) in dates.iter().zip(amounts).enumerate() {
        let date = Read::read(date).map_err(|error| error.at_index(index).under(DATES))?;
        flows.push(CashFlow::new(date, f64::read(amount).map_err(|error| error.at_index(index).under(AMOUNTS))?));
    }
    Ok(flows)
}

fn column<'a>(name: &str, value: Option<&'a Value>) -> Result<&'a [Value]> {
    let absent = || Error::new(ErrorCode::MissingField, name, "is missing; expected `dates` and `amounts`");
    items(value.ok_or_else(absent)?).map_err(|error| error.under(name))
}

fn beside_columns() -> Error {
    Error::new(ErrorCode::UnknownField, FLOWS, "stands beside `dates` and `amounts`; expected either")
}

#[cfg(feature = "describe")]
impl crate::wire::describe::Describe for Flows {
    fn shape() -> crate::wire::describe::Shape {
        use crate::wire::describe::{FieldShape, RecordShape, Shape};
        let field = |name, doc, shape| FieldShape::new(name, name, &[doc], Shape::Optional(Box::new(shape)));
        Shape::Record(RecordShape {
            name: Self::RECORD.name,
            doc: "Cash flows: `flows`, or the two lists `dates` and `amounts` in its place.".to_owned(),
            argument: None,
            directions: &["reads"],
            fields: vec![
                field(FLOWS, "The cash flows, in any order.", Vec::<CashFlow>::shape()),
                field(DATES, "The day of each amount, in any order.", Vec::<chrono::NaiveDate>::shape()),
                field(AMOUNTS, "The amounts, negative when paid. Any one currency.", Vec::<f64>::shape()),
            ],
            in_json: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::parse_json;

    fn read(json: &str) -> Result<Vec<CashFlow>> {
        Flows::read_record(&parse_json(json).unwrap()).map(|flows| flows.0)
    }

    #[test]
    fn columns_are_the_flows_row_by_row() {
        let listed =
            read(r#"{"flows": [{"date": "2026-01-01", "amount": -1}, {"date": "2027-01-01", "amount": 1.5}]}"#);
        let columns = read(r#"{"dates": ["2026-01-01", "2027-01-01"], "amounts": [-1, "1.5"], "flows": null}"#);
        assert_eq!(listed.unwrap(), columns.unwrap());
    }

    #[test]
    fn what_is_wrong_with_columns_is_told_with_its_place() {
        for (json, code, path) in [
            ("{}", ErrorCode::MissingField, "flows"),
            (r#"{"dates": []}"#, ErrorCode::MissingField, "amounts"),
            (r#"{"amounts": []}"#, ErrorCode::MissingField, "dates"),
            (r#"{"dates": [], "amounts": [], "flows": []}"#, ErrorCode::UnknownField, "flows"),
            (r#"{"dates": "2026-01-01", "amounts": []}"#, ErrorCode::WrongType, "dates"),
            (r#"{"dates": ["2026-01-01"], "amounts": []}"#, ErrorCode::LengthMismatch, "amounts"),
            (r#"{"dates": ["2026-01-01", "x"], "amounts": [1, 2]}"#, ErrorCode::InvalidDate, "dates[1]"),
            (r#"{"dates": ["2026-01-01", "2027-01-01"], "amounts": [1, true]}"#, ErrorCode::WrongType, "amounts[1]"),
        ] {
            let error = read(json).unwrap_err();
            assert_eq!((error.code(), error.path()), (code, path), "{json}: {error}");
        }
    }
}
