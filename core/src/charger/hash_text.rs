//! Hashes of 32 bytes, and their text.

/// Gives a type over 32 bytes its bytes and its text: 64 lower-case hexadecimal digits, and nothing else is read.
macro_rules! hash_as_text {
    ($name:ident, $what:literal) => {
        impl $name {
            /// A hash from its 32 bytes.
            #[must_use]
            pub fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// What `take` makes of the text, which is not allocated for it.
            #[cfg(feature = "json")]
            pub fn with_text<T>(&self, take: impl FnOnce(&str) -> T) -> T {
                crate::hex::with_digits(&self.0, take)
            }

            /// The 32 bytes.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&crate::hex::digits(&self.0))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        #[cfg(feature = "json")]
        impl<'a> crate::wire::Read<'a> for $name {
            fn read(value: &'a crate::wire::Value) -> crate::Result<Self> {
                crate::wire::string(value)?.parse()
            }
        }

        #[cfg(feature = "json")]
        impl crate::wire::Write for $name {
            fn write(&self, out: &mut dyn crate::wire::Sink) {
                crate::hex::with_digits(&self.0, |digits| out.text(digits));
            }
        }

        #[cfg(feature = "describe")]
        impl crate::wire::describe::Describe for $name {
            fn shape() -> crate::wire::describe::Shape {
                crate::wire::describe::Shape::Digest
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::Error;

            /// Reads 64 lower-case hexadecimal digits.
            fn from_str(digits: &str) -> crate::Result<Self> {
                crate::hex::bytes(digits).map(Self).ok_or_else(|| {
                    let shown = crate::text::excerpt(digits);
                    let message =
                        format!(concat!("`{}` is ", $what, "; expected 64 lower-case hexadecimal digits"), shown);
                    crate::Error::new(crate::ErrorCode::UnknownValue, "", message)
                })
            }
        }
    };
}
pub(crate) use hash_as_text;
