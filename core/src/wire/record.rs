//! What declares a record once.

/// A name of a field in camel case, when the crate is compiled.
#[cfg(feature = "json")]
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
#[cfg(feature = "json")]
pub(crate) use camel_case;

/// Declares a record: wraps a struct, which stays as it is, and derives how it is read, written and described.
///
/// Behind the doc comment stands `#[wire(CASE: DIRECTION…)]`, then the struct's other attributes. The case is that of the
/// names in JSON, `snake_case` or `camelCase`; a direction is `reads`, `reads_all` (all that is wrong is told at once, as the
/// emission-factor contract lists it) or `writes`; with `, check = FUNCTION` a rule of the domain is asked of what was read as a
/// whole. A field's type says how it is read and written; an `Option` may be absent
/// or null. Beside its doc comment a field may have `#[wire(…)]` with
///
/// | | |
/// |---|---|
/// | `name = "type"` | its name in JSON, where that does not follow from the field's |
/// | `python = "type"` | its name in Python, where that does not |
/// | `absent` | left out where it says nothing (`None`, `false`, an empty list) |
/// | `absent, sentence` | an error, if any, which is written as the sentence that it is |
/// | `default`, `default = EXPR` | may be absent on the way in |
/// | `range = 1..=100` | bounds of a whole number |
/// | `chars = 1..=255` | how many characters a text has, which the domain sees to |
/// | `bounds = 1..=100` | bounds of a whole number, which the domain sees to |
/// | `items = 1..=100`, `items = 1..` | how many items a list has, which the domain sees to |
/// | `format = "uri"` | the form of a text by its name in JSON Schema, which the domain sees to |
/// | `only = "text"` | the one text that is taken, which the domain sees to |
/// | `check = FUNCTION` | a rule of the domain for the value that was read |
/// | `count = FUNCTION` | a rule for how many items a list has, asked before they are read |
/// | `form`, `form = "words"` | a text of a form of its own; what an issue says of another |
/// | `after` | taken where nothing before it was wrong, and by itself |
/// | `flatten` | the fields of another record stand in its place |
/// | `keyed` | a list whose items have a name each: an object of them by these names |
macro_rules! record {
    (
        $(#[doc = $doc:literal])*
        #[wire($case:ident: $($direction:ident)+ $(, check = $check:expr)?)]
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
            #[cfg(feature = "describe")]
            $crate::wire::record! {
                @describes $case [$($direction)+] [stringify!($name)] $name [$($($generic),+)?]
                [$($doc)*]
                [$({ $field [$type] [$($field_doc)*] [$($($how)*)?] })+]
            }
            $crate::wire::record! {
                @has $case [stringify!($name)] $name [$($($generic),+)?]
                [$({ $field [$type] [] [$($($how)*)?] })+]
            }
            $crate::wire::record! {
                @directions [$($direction)+] $case $name [$($($generic),+)?]
                [$($doc)*]
                [$({ $field [$type] [$($field_doc)*] [$($($how)*)?] })+]
                [$($check)?]
            }
        };
    };

    (@describes $case:ident [$($direction:ident)+] [$shown:expr] $name:ident [] $($rest:tt)*) => {
        $crate::wire::record! { @describe_impl $case [$($direction)+] [$shown] [] [$name] [None] $($rest)* }
    };
    (@describes $case:ident [$($direction:ident)+] [$shown:expr] $name:ident [$life:lifetime] $($rest:tt)*) => {
        $crate::wire::record! { @describe_impl $case [$($direction)+] [$shown] [$life] [$name<$life>] [None] $($rest)* }
    };
    (@describes $case:ident [$($direction:ident)+] [$shown:expr] $name:ident [$generic:ident] $($rest:tt)*) => {
        $crate::wire::record! {
            @describe_impl $case [$($direction)+] [$shown] [$generic: $crate::wire::describe::Describe] [$name<$generic>]
            [Some(Box::new($generic::shape()))] $($rest)*
        }
    };
    (@describe_impl $case:ident [$($direction:ident)+] [$shown:expr] [$($bound:tt)*] [$self:ty] [$argument:expr]
        [$($doc:literal)*] [$({ $field:ident [$type:ty] [$($field_doc:literal)*] [$($how:tt)*] })+]) => {
        impl<$($bound)*> $crate::wire::describe::Describe for $self {
            fn shape() -> $crate::wire::describe::Shape {
                use $crate::wire::describe::{Described, FieldShape, RecordShape, Shape};
                Shape::Record(RecordShape {
                    name: $shown,
                    doc: Described::lines(&[$($doc),*]),
                    argument: $argument,
                    directions: &[$(stringify!($direction)),+],
                    fields: vec![$({
                        let field = FieldShape::new(
                            $crate::wire::record!(@json $case $field $($how)*),
                            $crate::wire::record!(@python $field $($how)*),
                            &[$($field_doc),*],
                            <$type as $crate::wire::describe::Describe>::shape(),
                        );
                        $crate::wire::record!(@describe field [$type] $($how)*)
                    }),+],
                    in_json: None,
                })
            }
        }
    };
    // What a field's attributes say of it.
    (@describe $of:ident [$type:ty]) => { $of };
    (@describe $of:ident [$type:ty] , $($rest:tt)*) => { $crate::wire::record!(@describe $of [$type] $($rest)*) };
    (@describe $of:ident [$type:ty] name = $n:literal $($rest:tt)*) => { $crate::wire::record!(@describe $of [$type] $($rest)*) };
    (@describe $of:ident [$type:ty] python = $n:literal $($rest:tt)*) => { $crate::wire::record!(@describe $of [$type] $($rest)*) };
    (@describe $of:ident [$type:ty] absent $($rest:tt)*) => {{
        let field = $of.left_out_where_blank();
        $crate::wire::record!(@describe field [$type] $($rest)*)
    }};
    (@describe $of:ident [$type:ty] sentence) => { $of.shaped(Shape::Optional(Box::new(Shape::Text))) };
    (@describe $of:ident [$type:ty] flatten) => { $of.in_place() };
    (@describe $of:ident [$type:ty] keyed) => { $of.by_key() };
    (@describe $of:ident [$type:ty] default) => { $of.or_default(&<$type as Default>::default()) };
    (@describe $of:ident [$type:ty] default = $default:expr) => {{
        let default: $type = $default;
        $of.or_default(&default)
    }};
    (@describe $of:ident [$type:ty] range = $range:expr $(, $($rest:tt)*)?) => {{
        let field = $of.within($range);
        $crate::wire::record!(@describe field [$type] $($($rest)*)?)
    }};
    (@describe $of:ident [$type:ty] chars = $range:expr $(, $($rest:tt)*)?) => {{
        let field = $of.of_length($range);
        $crate::wire::record!(@describe field [$type] $($($rest)*)?)
    }};
    (@describe $of:ident [$type:ty] bounds = $range:expr $(, $($rest:tt)*)?) => {{
        let field = $of.within($range);
        $crate::wire::record!(@describe field [$type] $($($rest)*)?)
    }};
    (@describe $of:ident [$type:ty] items = $range:expr $(, $($rest:tt)*)?) => {{
        let field = $of.of_items($range);
        $crate::wire::record!(@describe field [$type] $($($rest)*)?)
    }};
    (@describe $of:ident [$type:ty] format = $format:literal $(, $($rest:tt)*)?) => {{
        let field = $of.of_format($format);
        $crate::wire::record!(@describe field [$type] $($($rest)*)?)
    }};
    (@describe $of:ident [$type:ty] only = $only:expr $(, $($rest:tt)*)?) => {{
        let field = $of.only($only);
        $crate::wire::record!(@describe field [$type] $($($rest)*)?)
    }};
    (@describe $of:ident [$type:ty] check = $check:expr) => { $of };
    (@describe $of:ident [$type:ty] count = $check:expr) => { $of };
    (@describe $of:ident [$type:ty] after) => { $of };
    (@describe $of:ident [$type:ty] form $(= $words:literal)?) => { $of };

    (@has $case:ident [$shown:expr] $name:ident [] $($rest:tt)*) => {
        $crate::wire::record! { @has_impl $case [$shown] [] [$name] $($rest)* }
    };
    (@has $case:ident [$shown:expr] $name:ident [$generic:tt] $($rest:tt)*) => {
        $crate::wire::record! { @has_impl $case [$shown] [$generic] [$name<$generic>] $($rest)* }
    };
    (@has_impl $case:ident [$shown:expr] [$($generic:tt)?] [$self:ty]
        [$({ $field:ident [$type:ty] [$($field_doc:literal)*] [$($how:tt)*] })+]) => {
        impl<$($generic)?> $crate::wire::HasRecord for $self {
            const RECORD: &'static $crate::wire::Record = &$crate::wire::Record {
                name: $shown,
                fields: &[$($crate::wire::Field {
                    json: $crate::wire::record!(@json $case $field $($how)*),
                    name: $crate::wire::record!(@python $field $($how)*),
                    flattened: $crate::wire::record!(@flattened [$type] $($how)*),
                }),+],
            };
        }
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
        [$({ $field:ident [$type:ty] [$($field_doc:literal)*] [$($how:tt)*] })+] [$($check:expr)?]) => {
        impl<$life> $crate::wire::ReadRecord<$life> for $self {
            const LISTS_ISSUES: bool = $all;

            fn take(fields: &mut $crate::wire::Fields<$life>) -> Option<Self> {
                $(let $field = $crate::wire::record!(
                    @take fields [$type] [$crate::wire::record!(@json $case $field $($how)*)] $($how)*
                );)+
                let read = Self { $($field: $field?),+ };
                $(fields.settle($check(&read))?;)?
                Some(read)
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
        [$({ $field:ident [$type:ty] [$($field_doc:literal)*] [$($how:tt)*] })+] [$($check:expr)?]) => {
        impl<$($bound)*> $crate::wire::WriteRecord for $self {
            fn write_fields(&self, out: &mut dyn $crate::wire::Sink) {
                let mut fields = <Self as $crate::wire::HasRecord>::RECORD.fields.iter();
                $(if let Some(field) = fields.next() {
                    $crate::wire::record!(@write out field [&self.$field] $($how)*);
                })+
            }
        }

        impl<$($bound)*> $crate::wire::Write for $self {
            fn write(&self, out: &mut dyn $crate::wire::Sink) {
                $crate::wire::WriteRecord::write_record(self, out);
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
    (@take $fields:ident [$type:ty] [$json:expr] python = $p:literal, $($rest:tt)+) => {
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
    (@take $fields:ident [$type:ty] [$json:expr] bounds = $range:expr $(, $($rest:tt)*)?) => {
        $crate::wire::record!(@take $fields [$type] [$json] $($($rest)*)?)
    };
    (@take $fields:ident [$type:ty] [$json:expr] items = $range:expr $(, $($rest:tt)*)?) => {
        $crate::wire::record!(@take $fields [$type] [$json] $($($rest)*)?)
    };
    (@take $fields:ident [$type:ty] [$json:expr] format = $format:literal $(, $($rest:tt)*)?) => {
        $crate::wire::record!(@take $fields [$type] [$json] $($($rest)*)?)
    };
    (@take $fields:ident [$type:ty] [$json:expr] only = $only:expr $(, $($rest:tt)*)?) => {
        $crate::wire::record!(@take $fields [$type] [$json] $($($rest)*)?)
    };
    (@take $fields:ident [$type:ty] [$json:expr] chars = $range:expr $(, $($rest:tt)*)?) => {
        $crate::wire::record!(@take $fields [$type] [$json] $($($rest)*)?)
    };
    (@take $fields:ident [$type:ty] [$json:expr] check = $check:expr) => { $fields.take_checked::<$type>($json, $check) };
    (@take $fields:ident [$type:ty] [$json:expr] count = $check:expr) => { $fields.take_counted::<$type>($json, $check) };
    (@take $fields:ident [$type:ty] [$json:expr] after) => { $fields.take_after::<$type>($json) };
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
    (@write $out:ident $field:ident [$value:expr] keyed) => {{
        $out.field($field);
        $crate::wire::write_keyed($out, $value);
    }};
    (@write $out:ident $field:ident [$value:expr] absent, sentence) => {
        if let Some(error) = $value {
            $out.field($field);
            $out.text(&error.to_string());
        }
    };
    (@write $out:ident $field:ident [$value:expr] name = $n:literal, $($rest:tt)+) => {
        $crate::wire::record!(@write $out $field [$value] $($rest)+)
    };
    (@write $out:ident $field:ident [$value:expr] python = $p:literal, $($rest:tt)+) => {
        $crate::wire::record!(@write $out $field [$value] $($rest)+)
    };
    (@write $out:ident $field:ident [$value:expr] $($how:tt)*) => {{
        $out.field($field);
        $crate::wire::Write::write($value, $out);
    }};
}
pub(crate) use record;

/// Declares what is written of a type whose fields are not its own: each with its type and how it follows.
///
/// Type and fields have the doc comments of the type and of its fields or methods of these names, or their own where one stands here.
/// `Type as "Name"` is a type whose record has another name. What may stand in `#[wire(…)]` is as with `record!`.
macro_rules! fields_of {
    (@shown $name:ident) => { stringify!($name) };
    (@shown $name:ident $alias:literal) => { $alias };
    (
        $(#[doc = $doc:literal])*
        $case:ident $name:ident $(<$generic:tt>)? $(as $alias:literal)? {
            $(
                $(#[doc = $field_doc:literal])*
                $(#[wire($($how:tt)*)])?
                $field:ident : $type:ty = |$self:pat_param| $value:expr
            ),+ $(,)?
        }
    ) => {
        // Without JSON nothing is written, and what is named here is used all the same.
        #[cfg(not(feature = "json"))]
        const _: () = {
            fn _written $(<$generic>)? (of: &$name $(<$generic>)?) {
                $({
                    let $self = of;
                    let _: $type = $value;
                })+
            }
        };

        #[cfg(feature = "json")]
        const _: () = {
            #[cfg(feature = "describe")]
            $crate::wire::record! {
                @describes $case [writes] [$crate::wire::fields_of!(@shown $name $($alias)?)] $name [$($generic)?]
                [$($doc)*]
                [$({ $field [$type] [$($field_doc)*] [$($($how)*)?] })+]
            }
            $crate::wire::record! {
                @has $case [$crate::wire::fields_of!(@shown $name $($alias)?)] $name [$($generic)?]
                [$({ $field [$type] [] [$($($how)*)?] })+]
            }

            impl $(<$generic>)? $crate::wire::WriteRecord for $name $(<$generic>)? {
                fn write_fields(&self, out: &mut dyn $crate::wire::Sink) {
                    let mut fields = <Self as $crate::wire::HasRecord>::RECORD.fields.iter();
                    $(if let Some(field) = fields.next() {
                        let $self = self;
                        let value: $type = $value;
                        $crate::wire::record!(@write out field [&value] $($($how)*)?);
                    })+
                }
            }

            impl $(<$generic>)? $crate::wire::Write for $name $(<$generic>)? {
                fn write(&self, out: &mut dyn $crate::wire::Sink) {
                    $crate::wire::WriteRecord::write_record(self, out);
                }
            }
        };
    };
}
pub(crate) use fields_of;
