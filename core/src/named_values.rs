//! Enumerations whose values have a name in JSON.

/// Defines an enumeration with `ALL`, `as_str`, `Display` and `FromStr`, which refuses any other text.
macro_rules! named_values {
    // A comment's line of a list of attributes; nothing of any other.
    (@doc doc = $doc:literal) => { $doc };
    (@doc $($other:tt)*) => { "" };
    (
        $(#[$($meta:tt)+])+
        $name:ident { $($(#[$($variant_meta:tt)+])+ $variant:ident => $text:literal,)+ }
    ) => {
        $(#[$($meta)+])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$($variant_meta)+])+ $variant,)+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: [Self; [$($text),+].len()] = [$(Self::$variant),+];

            /// The value as it is written in JSON.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Error;

            fn from_str(text: &str) -> $crate::Result<Self> {
                let found = Self::ALL.into_iter().find(|value| value.as_str() == text);
                found.ok_or_else(|| $crate::text::unknown(text, &[$($text),+]))
            }
        }

        #[cfg(feature = "json")]
        impl<'a> $crate::wire::Read<'a> for $name {
            fn read(value: &'a $crate::wire::Value) -> $crate::Result<Self> {
                $crate::wire::string(value)?.parse()
            }
        }

        #[cfg(feature = "json")]
        impl $crate::wire::Write for $name {
            fn write(&self, out: &mut dyn $crate::wire::Sink) {
                out.text(self.as_str());
            }
        }

        #[cfg(feature = "describe")]
        impl $crate::wire::describe::Describe for $name {
            fn shape() -> $crate::wire::describe::Shape {
                use $crate::wire::describe::{Described, NamesShape, Shape};
                Shape::Names(NamesShape {
                    name: stringify!($name),
                    doc: Described::lines(&[$($crate::named_values::named_values!(@doc $($meta)+)),+]),
                    values: vec![$(
                        ($text, Described::lines(&[$($crate::named_values::named_values!(@doc $($variant_meta)+)),+])),
                    )+],
                })
            }
        }
    };
}
pub(crate) use named_values;
