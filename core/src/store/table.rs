//! Tables and their columns, each named once: from the declaration of a row come its SELECT list, its INSERT statement, what
//! reads it, and its record in the audit log.
//!
//! ```text
//! row! {
//!     /// A message of a dispute.
//!     struct MessageRow in "dispute_messages" as "m" with "JOIN organizations AS o ON o.id = m.organization_id", recorded {
//!         key id: i64,                                                // counted by the database: read, not inserted
//!         column public_id: Uuid,                                     // a column of its name
//!         hidden dispute_id: i64,                                     // a column that records do not show
//!         joined organization: OrganizationRow = "o" on "organization_id", // a row of another table, and what names it
//!         column body: String,
//!         column created_at: DateTime<Utc>,
//!     }
//! }
//! ```
//!
//! | kind | SELECT | INSERT | record |
//! |---|---|---|---|
//! | `key` | yes | no | no |
//! | `column` | yes | yes | under its field's name |
//! | `json` | yes | yes | text that is JSON, as the JSON it is |
//! | `hidden` | yes | yes | no |
//! | `seen … = "SQL"` | that SQL: a column of another table, or an expression | no | under its field's name |
//! | `joined … = "alias" on "column"` | the columns of that row | its id | its public id |
//! | `part` | several columns of this table | all of them | as the part has it |
//! | `apart` | no: a list that stands in a table of its own | no | no |
//!
//! A column whose name is not its field's has it behind the type: `column id: Uuid = "public_id"`. `row! { for Type … }`
//! does the same for a type of the domain, whose struct stands there already.

use super::driver::Row;
use super::value::{FromValue, Value, unreadable};
use crate::Result;

/// What some columns of a row say together.
pub(crate) trait Columns: Sized {
    /// Lists the columns as a SELECT does, those of the row's own table behind its alias.
    fn select(alias: &str, list: &mut Vec<String>);

    /// Reads the columns in the order of the list.
    fn read(cells: &mut Cells<'_>) -> Result<Self>;

    /// Lists the columns that an INSERT writes.
    fn names(names: &mut Vec<&'static str>);

    /// Lists what it writes there, in the same order.
    fn values<'v>(&'v self, values: &mut Vec<Value<'v>>);
}

/// A row of a table.
pub(crate) trait Table: Columns {
    const NAME: &'static str;
    /// What its columns are called by in its statements.
    const ALIAS: &'static str;
    /// The tables that its `seen` and `joined` columns are of.
    const JOINS: &'static str;

    /// The statement that inserts a row.
    fn insert_text() -> &'static str;
}

/// The values of a row, each of which is read once and in order.
pub(crate) struct Cells<'r> {
    row: &'r dyn Row,
    next: usize,
}

impl<'r> Cells<'r> {
    pub(crate) fn of(row: &'r dyn Row) -> Self {
        Self { row, next: 0 }
    }

    /// The next value, which stands in a column of this name.
    pub(crate) fn next<T: FromValue>(&mut self, column: &str) -> Result<T> {
        let value = self.row.value(self.next)?;
        self.next += 1;
        T::from_value(&value).ok_or_else(|| unreadable(column, &value.to_string()))
    }
}

/// A query for some columns of what `rest` names.
pub(crate) fn select_text<C: Columns>(alias: &str, rest: &str) -> String {
    let mut list = Vec::new();
    C::select(alias, &mut list);
    format!("SELECT {} {rest}", list.join(", "))
}

/// A query for some columns of a table's rows.
pub(crate) fn select_rows_text<C: Columns, T: Table>(rest: &str) -> String {
    select_text::<C>(T::ALIAS, &format!("FROM {} AS {} {} {rest}", T::NAME, T::ALIAS, T::JOINS))
}

pub(crate) fn insert_text<T: Table>() -> String {
    let mut names = Vec::new();
    T::names(&mut names);
    let places: Vec<_> = (1..=names.len()).map(|place| format!("?{place}")).collect();
    format!("INSERT INTO {} ({}) VALUES ({})", T::NAME, names.join(", "), places.join(", "))
}

/// The text of a query, composed once: of a table's rows, `select!(Row, "WHERE …")`; of some columns of them,
/// `select!(Part of Row, "WHERE …")`; of some columns of something else, `select!(Part as "alias", "FROM …")`.
macro_rules! select {
    ($row:ident, $($rest:tt)+) => { $crate::store::table::select!($row of $row, $($rest)+) };
    ($part:ident of $row:ident, $($rest:tt)+) => {{
        static TEXT: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
            $crate::store::table::select_rows_text::<$part, $row>(concat!($($rest)+))
        });
        TEXT.as_str()
    }};
    ($part:ident as $alias:literal, $($rest:tt)+) => {{
        static TEXT: std::sync::LazyLock<String> =
            std::sync::LazyLock::new(|| $crate::store::table::select_text::<$part>($alias, concat!($($rest)+)));
        TEXT.as_str()
    }};
}
pub(crate) use select;

/// Declares what a row is and where it stands: see the head of this file.
macro_rules! row {
    (
        $(#[$meta:meta])*
        struct $row:ident $(in $table:literal as $alias:literal $(with $joins:literal)?)? $(, $recorded:ident)? {
            $($body:tt)+
        }
    ) => {
        $crate::store::table::row!(@struct [$(#[$meta])*] $row { $($body)+ });
        $crate::store::table::row!(@all $row [$($table $alias $($joins)?)?] [$($recorded)?] { $($body)+ });
    };
    (for $row:ident { $($body:tt)+ }) => { $crate::store::table::row!(@columns $row { $($body)+ }); };
    (@all $row:ident [$($table:literal $alias:literal $($joins:literal)?)?] [$($recorded:ident)?] $body:tt) => {
        $crate::store::table::row!(@columns $row $body);
        $($crate::store::table::row!(@table $row $table $alias $($joins)?);)?
        $($crate::store::table::row!(@$recorded $row $body);)?
    };
    (@struct [$($meta:tt)*] $row:ident {
        $($(#[$about:meta])* $kind:ident $field:ident : $type:ty $(= $sql:literal $(on $link:literal)?)?),+ $(,)?
    }) => {
        $($meta)*
        #[derive(Debug, Clone)]
        pub(crate) struct $row {
            $($(#[$about])* pub(crate) $field: $type,)+
        }
    };
    (@columns $row:ident {
        $($(#[$about:meta])* $kind:ident $field:ident : $type:ty $(= $sql:literal $(on $link:literal)?)?),+ $(,)?
    }) => {
        impl $crate::store::table::Columns for $row {
            fn select(alias: &str, list: &mut Vec<String>) {
                // A row of expressions alone has no use for it; nor, below, for what INSERT writes.
                let _ = alias;
                $($crate::store::table::field!(@select $kind alias list ($type) $field $($sql)?);)+
            }

            fn read(cells: &mut $crate::store::table::Cells<'_>) -> $crate::Result<Self> {
                Ok(Self { $($field: $crate::store::table::field!(@read $kind cells ($type) $field)),+ })
            }

            fn names(names: &mut Vec<&'static str>) {
                let _ = &names;
                $($crate::store::table::field!(@names $kind names ($type) $field $($sql $(on $link)?)?);)+
            }

            fn values<'v>(&'v self, values: &mut Vec<$crate::store::value::Value<'v>>) {
                let _ = &values;
                $($crate::store::table::field!(@values $kind values (self.$field));)+
            }
        }
    };
    (@table $row:ident $table:literal $alias:literal $($joins:literal)?) => {
        impl $crate::store::table::Table for $row {
            const NAME: &'static str = $table;
            const ALIAS: &'static str = $alias;
            const JOINS: &'static str = concat!($($joins)?);

            fn insert_text() -> &'static str {
                static TEXT: std::sync::LazyLock<String> =
                    std::sync::LazyLock::new($crate::store::table::insert_text::<$row>);
                TEXT.as_str()
            }
        }
    };
    (@recorded $row:ident {
        $($(#[$about:meta])* $kind:ident $field:ident : $type:ty $(= $sql:literal $(on $link:literal)?)?),+ $(,)?
    }) => {
        impl $crate::store::record::Recorded for $row {
            fn record(&self, _: &str, to: &mut dyn $crate::wire::Sink) -> $crate::Result<()> {
                $($crate::store::table::field!(@record $kind to (self.$field) $field);)+
                Ok(())
            }
        }
    };
}
pub(crate) use row;

/// What follows from one field of a row, by its kind.
macro_rules! field {
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $sql:literal) => { $sql };

    (@select seen $alias:ident $list:ident ($type:ty) $field:ident $sql:literal) => { $list.push($sql.to_owned()) };
    (@select joined $alias:ident $list:ident ($type:ty) $field:ident $sql:literal) => {
        <$type as $crate::store::table::Columns>::select($sql, $list)
    };
    (@select part $alias:ident $list:ident ($type:ty) $field:ident) => {
        <$type as $crate::store::table::Columns>::select($alias, $list)
    };
    (@select apart $($rest:tt)*) => {};
    (@select $kind:ident $alias:ident $list:ident ($type:ty) $field:ident $($sql:literal)?) => {
        $list.push(format!("{}.{}", $alias, $crate::store::table::field!(@name $field $($sql)?)))
    };

    (@read joined $cells:ident ($type:ty) $field:ident) => { <$type as $crate::store::table::Columns>::read($cells)? };
    (@read part $cells:ident ($type:ty) $field:ident) => { <$type as $crate::store::table::Columns>::read($cells)? };
    (@read apart $cells:ident ($type:ty) $field:ident) => { <$type>::default() };
    (@read $kind:ident $cells:ident ($type:ty) $field:ident) => { $cells.next::<$type>(stringify!($field))? };

    (@names key $($rest:tt)*) => {};
    (@names seen $($rest:tt)*) => {};
    (@names apart $($rest:tt)*) => {};
    (@names joined $names:ident ($type:ty) $field:ident $sql:literal on $link:literal) => { $names.push($link) };
    (@names part $names:ident ($type:ty) $field:ident) => { <$type as $crate::store::table::Columns>::names($names) };
    (@names $kind:ident $names:ident ($type:ty) $field:ident $($sql:literal)?) => {
        $names.push($crate::store::table::field!(@name $field $($sql)?))
    };

    (@values key $($rest:tt)*) => {};
    (@values seen $($rest:tt)*) => {};
    (@values apart $($rest:tt)*) => {};
    (@values joined $values:ident ($value:expr)) => {
        $values.push($crate::store::value::ToValue::to_value(&$value.id))
    };
    (@values part $values:ident ($value:expr)) => { $crate::store::table::Columns::values(&$value, $values) };
    (@values $kind:ident $values:ident ($value:expr)) => {
        $values.push($crate::store::value::ToValue::to_value(&$value))
    };

    (@record key $($rest:tt)*) => {};
    (@record hidden $($rest:tt)*) => {};
    (@record apart $($rest:tt)*) => {};
    (@record joined $to:ident ($value:expr) $field:ident) => {
        $crate::store::record::Recorded::record(&$value.public_id, stringify!($field), $to)?
    };
    (@record json $to:ident ($value:expr) $field:ident) => {
        $crate::store::record::record_json(&$value, stringify!($field), $to)?
    };
    (@record $kind:ident $to:ident ($value:expr) $field:ident) => {
        $crate::store::record::Recorded::record(&$value, stringify!($field), $to)?
    };
}
pub(crate) use field;

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::ErrorCode;
    use crate::store::disputes::MessageRow;
    use crate::store::organizations::OrganizationRow;
    use crate::store::record::record_of;
    use crate::store::registrations::RegistrationRow;

    /// A row of a driver that keeps its values in memory.
    struct Given(Vec<Value<'static>>);

    impl Row for Given {
        fn value(&self, at: usize) -> Result<Value<'_>> {
            Ok(self.0[at].clone())
        }
    }

    fn text(text: &str) -> Value<'static> {
        Value::Text(Cow::Owned(text.to_owned()))
    }

    const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
    const OTHER_ID: &str = "01890a5d-ac96-774b-bcce-b302099a8058";

    fn message() -> Vec<Value<'static>> {
        let at = text("2026-01-31T12:00:00.000Z");
        vec![text(ID), Value::Integer(7), Value::Integer(3), text(OTHER_ID), text("Volt"), text("No."), at]
    }

    #[test]
    fn statements_follow_from_the_declaration() {
        assert_eq!(
            select!(MessageRow, "WHERE m.dispute_id = ?1"),
            "SELECT m.public_id, m.dispute_id, o.id, o.public_id, o.name, m.body, m.created_at FROM dispute_messages AS m \
             JOIN organizations AS o ON o.id = m.organization_id WHERE m.dispute_id = ?1"
        );
        assert_eq!(
            MessageRow::insert_text(),
            "INSERT INTO dispute_messages (public_id, dispute_id, organization_id, body, created_at) \
             VALUES (?1, ?2, ?3, ?4, ?5)"
        );
        // Parts are several columns, expressions none, and a column's name may be another than its field's.
        assert_eq!(
            RegistrationRow::insert_text(),
            "INSERT INTO registrations (public_id, organization_id, serial_hash, keyed_hash, vendor_canonical, serial_last4, \
             program_name, start_date, end_date, metadata, renewed_from, created_at, cancelled_at, expired_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
        );
    }

    #[test]
    fn a_row_is_read_recorded_and_written_as_it_is_declared() {
        let row = MessageRow::read(&mut Cells::of(&Given(message()))).unwrap();
        let OrganizationRow { id, name, .. } = &row.organization;
        assert_eq!((*id, name.as_str(), row.dispute_id), (3, "Volt", 7));
        let record = record_of(&row).unwrap();
        let at = "2026-01-31T12:00:00.000Z";
        let expected =
            format!(r#"{{"public_id":"{ID}","organization":"{OTHER_ID}","body":"No.","created_at":"{at}"}}"#);
        assert_eq!(record, expected);
        let mut values = Vec::new();
        row.values(&mut values);
        assert_eq!(values, [text(ID), Value::Integer(7), Value::Integer(3), text("No."), text(at)]);
    }

    #[test]
    fn what_this_library_does_not_write_is_named_with_its_column() {
        for (at, column, value, shown) in [
            (0, "public_id", text("nobody"), "nobody"),
            (1, "dispute_id", text("7"), "7"),
            (4, "name", Value::Null, "null"),
            (5, "body", Value::Blob(&[0; 4]), "4 bytes"),
            (6, "created_at", text("yesterday"), "yesterday"),
        ] {
            let mut values = message();
            values[at] = value;
            let error = MessageRow::read(&mut Cells::of(&Given(values))).unwrap_err();
            assert_eq!(error.code(), ErrorCode::CorruptFile);
            let expected =
                format!("the ledger's file holds `{shown}` in `{column}`; expected values that this library wrote");
            assert_eq!(error.message(), expected);
        }
    }
}
