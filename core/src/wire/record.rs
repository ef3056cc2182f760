//! What declares a record once.

/// What an object of the wire is: its name and its fields, in order.
#[derive(Debug)]
pub struct Record {
    /// The name of the type.
    pub name: &'static str,
    /// Its fields, in the order in which they are written.
    pub fields: &'static [Field],
}

/// A field of a [`Record`].
#[derive(Debug)]
pub struct Field {
    /// Its name in JSON, as the contract has it.
    pub json: &'static str,
    /// Its name in Rust and Python.
    pub name: &'static str,
    /// The record whose fields stand in its place.
    pub flattened: Option<fn() -> &'static Record>,
}

impl Record {
    /// Whether a field of this name in JSON stands in it.
    #[must_use]
    pub fn has(&self, json: &str) -> bool {
        self.fields.iter().any(|field| match field.flattened {
            Some(record) => record().has(json),
            None => field.json == json,
        })
    }

    /// The names in JSON of all its fields.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        let of_field = |field: &Field| field.flattened.map_or_else(|| vec![field.json], |record| record().names());
        self.fields.iter().flat_map(of_field).collect()
    }
}

/// How long [`camel_bytes`] makes a name.
pub(crate) const fn camel_length(name: &str) -> usize {
    let bytes = name.as_bytes();
    let (mut length, mut at) = (0, 0);
    while at < bytes.len() {
        length += (bytes[at] != b'_') as usize;
        at += 1;
    }
    length
}

/// A name in snake case in camel case: `library_id` is `libraryId`.
pub(crate) const fn camel_bytes<const LENGTH: usize>(name: &str) -> [u8; LENGTH] {
    let bytes = name.as_bytes();
    let mut camel = [0; LENGTH];
    let (mut length, mut at, mut is_start) = (0, 0, false);
    while at < bytes.len() {
        if bytes[at] == b'_' {
            is_start = true;
        } else {
            camel[length] = if is_start { bytes[at].to_ascii_uppercase() } else { bytes[at] };
            is_start = false;
            length += 1;
        }
        at += 1;
    }
    camel
}

/// A name of a field in camel case, when the crate is compiled.
macro_rules! camel_case {
    ($name:expr) => {{
        const CAMEL: [u8; $crate::wire::camel_length($name)] = $crate::wire::camel_bytes($name);
        const TEXT: &str = match std::str::from_utf8(&CAMEL) {
            Ok(text) => text,
            Err(_) => $name,
        };
        TEXT
    }};
}
pub(crate) use camel_case;

/// Declares a record: wraps a struct, which stays as it is, and derives how it is read, written and described.
///
/// Behind the doc comment stands `#[wire(CASE: DIRECTION…)]`, then the struct's other attributes. The case is that of the
/// names in JSON, `snake_case` or `camelCase`; a direction is `reads`, `reads_all` (all that is wrong is told at once, as the
/// emission-factor contract lists it) or `writes`. A field's type says how it is read and written; an `Option` may be absent
/// or null. Beside its doc comment a field may have `#[wire(…)]` with
///
/// | | |
/// |---|---|
/// | `name = "type"` | its name in JSON, where that does not follow from the field's |
/// | `python = "type"` | its name in Python, where that does not |
/// | `absent` | left out where it says nothing (`None`, `false`, an empty list) |
/// | `default`, `default = EXPR` | may be absent on the way in |
/// | `range = 1..=100` | bounds of a whole number |
/// | `check = FUNCTION` | a rule of the domain for the value that was read |
/// | `count = FUNCTION` | a rule for how many items a list has, asked before they are read |
/// | `form`, `form = "words"` | a text of a form of its own; what an issue says of another |
/// | `flatten` | the fields of another record stand in its place |
macro_rules! record {
    (
        $(#[doc = $doc:literal])*
        #[wire($case:ident: $($direction:ident)+)]
        $(#[$attribute:meta])*
        $vis:vis struct $name:ident $(<$($generic:tt),+>)? {
            $(
                $(#[doc = $field_doc:literal])*
                $(#[wire($($how:tt)*)])?
                $field_vis:vis $field:ident : $type:ty
            ),+ $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        $(#[$attribute])*
        $vis struct $name $(<$($generic),+>)? {
            $($(#[doc = $field_doc])* $field_vis $field: $type),+
        }

        #[cfg(feature = "json")]
        const _: () = {
            static RECORD: $crate::wire::Record = $crate::wire::Record {
                name: stringify!($name),
                fields: &[$($crate::wire::Field {
                    json: $crate::wire::record!(@json $case $field $($($how)*)?),
                    name: $crate::wire::record!(@python $field $($($how)*)?),
                    flattened: $crate::wire::record!(@flattened [$type] $($($how)*)?),
                }),+],
            };
            $crate::wire::record! {
                @directions [$($direction)+] $case $name [$($($generic),+)?]
                [$($doc)*]
                [$({ $field [$type] [$($field_doc)*] [$($($how)*)?] })+]
            }
        };
    };

    (@directions [] $($rest:tt)*) => {};
    (@directions [reads $($more:ident)*] $($rest:tt)*) => {
        $crate::wire::record! { @reads false $($rest)* }
        $crate::wire::record! { @directions [$($more)*] $($rest)* }
    };
    (@directions [reads_all $($more:ident)*] $($rest:tt)*) => {
        $crate::wire::record! { @reads true $($rest)* }
        $crate::wire::record! { @directions [$($more)*] $($rest)* }
    };
    (@directions [writes $($more:ident)*] $($rest:tt)*) => {
        $crate::wire::record! { @writes $($rest)* }
        $crate::wire::record! { @directions [$($more)*] $($rest)* }
    };

    (@reads $all:literal $case:ident $name:ident [] $($rest:tt)*) => {
        $crate::wire::record! { @read_impl $all $case ['wire] [$name] $($rest)* }
    };
    (@reads $all:literal $case:ident $name:ident [$life:lifetime] $($rest:tt)*) => {
        $crate::wire::record! { @read_impl $all $case [$life] [$name<$life>] $($rest)* }
    };
    (@read_impl $all:literal $case:ident [$life:lifetime] [$self:ty] [$($doc:literal)*]
        [$({ $field:ident [$type:ty] [$($field_doc:literal)*] [$($how:tt)*] })+]) => {
        impl<$life> $crate::wire::ReadRecord<$life> for $self {
            const LISTS_ISSUES: bool = $all;

            fn record() -> &'static $crate::wire::Record {
                &RECORD
            }

            fn take(fields: &mut $crate::wire::Fields<$life>) -> Option<Self> {
                $(let $field = $crate::wire::record!(
                    @take fields [$type] [$crate::wire::record!(@json $case $field $($how)*)] $($how)*
                );)+
                Some(Self { $($field: $field?),+ })
            }
        }

        impl<$life> $crate::wire::Read<$life> for $self {
            fn read(value: &$life $crate::wire::Value) -> $crate::Result<Self> {
                <Self as $crate::wire::ReadRecord>::read_record(value)
            }
        }
    };

    (@writes $case:ident $name:ident [] $($rest:tt)*) => {
        $crate::wire::record! { @write_impl [] [$name] $($rest)* }
    };
    (@writes $case:ident $name:ident [$life:lifetime] $($rest:tt)*) => {
        $crate::wire::record! { @write_impl [] [$name<'_>] $($rest)* }
    };
    (@writes $case:ident $name:ident [$generic:ident] $($rest:tt)*) => {
        $crate::wire::record! { @write_impl [$generic: $crate::wire::Write] [$name<$generic>] $($rest)* }
    };
    (@write_impl [$($bound:tt)*] [$self:ty] [$($doc:literal)*]
        [$({ $field:ident [$type:ty] [$($field_doc:literal)*] [$($how:tt)*] })+]) => {
        impl<$($bound)*> $crate::wire::WriteRecord for $self {
            fn write_fields(&self, out: &mut dyn $crate::wire::Sink) {
                let mut fields = RECORD.fields.iter();
                $(if let Some(field) = fields.next() {
                    $crate::wire::record!(@write out field [&self.$field] $($how)*);
                })+
            }
        }

        impl<$($bound)*> $crate::wire::Write for $self {
            fn write(&self, out: &mut dyn $crate::wire::Sink) {
                out.begin_record(&RECORD);
                $crate::wire::WriteRecord::write_fields(self, out);
                out.end_record();
            }
        }
    };

    // A field's name in JSON.
    (@json $case:ident $field:ident name = $json:literal $($rest:tt)*) => { $json };
    (@json $case:ident $field:ident $skipped:tt $($rest:tt)*) => { $crate::wire::record!(@json $case $field $($rest)*) };
    (@json snake_case $field:ident) => { stringify!($field) };
    (@json camelCase $field:ident) => { $crate::wire::camel_case!(stringify!($field)) };

    // Its name in Python.
    (@python $field:ident python = $name:literal $($rest:tt)*) => { $name };
    (@python $field:ident $skipped:tt $($rest:tt)*) => { $crate::wire::record!(@python $field $($rest)*) };
    (@python $field:ident) => { stringify!($field) };

    (@flattened [$type:ty] flatten $($rest:tt)*) => { Some(<$type as $crate::wire::HasRecord>::record) };
    (@flattened [$type:ty] $($rest:tt)*) => { None };

    // How it is taken.
    (@take $fields:ident [$type:ty] [$json:expr] $(name = $n:literal $(,)?)? $(python = $p:literal $(,)?)?) => {
        $fields.take::<$type>($json)
    };
    (@take $fields:ident [$type:ty] [$json:expr] name = $n:literal, $($rest:tt)+) => {
        $crate::wire::record!(@take $fields [$type] [$json] $($rest)+)
    };
    (@take $fields:ident [$type:ty] [$json:expr] flatten) => { <$type as $crate::wire::ReadRecord>::take($fields) };
    (@take $fields:ident [$type:ty] [$json:expr] absent) => { $fields.take_or::<$type>($json, Default::default) };
    (@take $fields:ident [$type:ty] [$json:expr] default) => { $fields.take_or::<$type>($json, Default::default) };
    (@take $fields:ident [$type:ty] [$json:expr] default = $default:expr) => { $fields.take_or::<$type>($json, || $default) };
    (@take $fields:ident [$type:ty] [$json:expr] range = $range:expr) => { $fields.take_in::<$type>($json, $range) };
    (@take $fields:ident [$type:ty] [$json:expr] range = $range:expr, default = $default:expr) => {
        $fields.take_in_or::<$type>($json, $range, || $default)
    };
    (@take $fields:ident [$type:ty] [$json:expr] check = $check:expr) => { $fields.take_checked::<$type>($json, $check) };
    (@take $fields:ident [$type:ty] [$json:expr] count = $check:expr) => { $fields.take_counted::<$type>($json, $check) };
    (@take $fields:ident [$type:ty] [$json:expr] form) => { $fields.take_form::<$type>($json, None) };
    (@take $fields:ident [$type:ty] [$json:expr] form = $words:literal) => { $fields.take_form::<$type>($json, Some($words)) };

    // How it is written.
    (@write $out:ident $field:ident [$value:expr] flatten) => {{
        let _ = $field;
        $crate::wire::WriteRecord::write_fields($value, $out);
    }};
    (@write $out:ident $field:ident [$value:expr] absent) => {
        if !$crate::wire::IsBlank::is_blank($value) {
            $out.field($field);
            $crate::wire::Write::write($value, $out);
        }
    };
    (@write $out:ident $field:ident [$value:expr] name = $n:literal, $($rest:tt)+) => {
        $crate::wire::record!(@write $out $field [$value] $($rest)+)
    };
    (@write $out:ident $field:ident [$value:expr] $($how:tt)*) => {{
        $out.field($field);
        $crate::wire::Write::write($value, $out);
    }};
}
pub(crate) use record;
