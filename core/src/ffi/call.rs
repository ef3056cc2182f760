//! What declares a call once, and how a call is found by its name and answered.

use crate::wire::{JsonSink, NumberStyle, Sink, Value, parse_json};
use crate::{Error, ErrorCode, Result, text};

#[cfg(feature = "describe")]
pub use described::{ArgumentKind, ArgumentShape, CallShape, Http};

/// A call on `On`, such as a ledger: its name, and what answers it.
#[derive(Debug)]
pub struct Call<On: ?Sized + 'static> {
    /// Its name, such as `registrations.register`.
    pub name: &'static str,
    /// Reads the input, makes the call and hands the answer over.
    pub(crate) answer: fn(&On, &Value, &mut dyn Sink) -> Result<()>,
    /// What it looks like to other languages.
    #[cfg(feature = "describe")]
    pub describe: fn() -> CallShape,
}

/// The calls on `On`, room by room.
pub(crate) type Rooms<On> = &'static [&'static [Call<On>]];

/// The names of all calls, sorted.
pub(crate) fn names<On>(rooms: Rooms<On>) -> Vec<&'static str> {
    let mut names: Vec<_> = rooms.iter().flat_map(|room| room.iter().map(|call| call.name)).collect();
    names.sort_unstable();
    names
}

/// What the calls look like to other languages, in the order of their names.
#[cfg(feature = "describe")]
pub(crate) fn shapes<On>(rooms: Rooms<On>) -> Vec<CallShape> {
    let mut shapes: Vec<_> = rooms.iter().flat_map(|room| room.iter().map(|call| (call.describe)())).collect();
    shapes.sort_unstable_by_key(|call| call.name);
    shapes
}

/// The call of this name. `kind` and `example` say in an error what it was looked for among.
pub(crate) fn named<On>(rooms: Rooms<On>, (kind, example): (&str, &str), name: &str) -> Result<&'static Call<On>> {
    rooms.iter().flat_map(|room| room.iter()).find(|call| call.name == name).ok_or_else(|| {
        // Without the names, which differ by feature: the sentence is the same in every language.
        let message = format!("`{}` is no {kind}; expected {example}", text::excerpt(name));
        Error::new(ErrorCode::UnknownOp, "", message)
    })
}

/// JSON text of what `answer` hands over.
pub(crate) fn json_of(style: NumberStyle, answer: impl FnOnce(&mut JsonSink) -> Result<()>) -> Result<String> {
    let mut out = JsonSink::new(style);
    answer(&mut out)?;
    Ok(out.into_text())
}

/// The same, or of its error: `{"error": {"code", "path", "message"}}`.
pub(crate) fn json_answer(style: NumberStyle, answer: impl FnOnce(&mut JsonSink) -> Result<()>) -> String {
    json_of(style, answer).unwrap_or_else(|error| error_json(&error))
}

/// [`json_answer`] of an input that is JSON text itself.
pub(crate) fn json_to_json(
    style: NumberStyle,
    input: &str,
    answer: impl FnOnce(&Value, &mut JsonSink) -> Result<()>,
) -> String {
    json_answer(style, |out| answer(&parse_json(input)?, out))
}

/// An error as [`answer_json`](super::answer_json) writes it, for what a binding makes by a call of its own.
#[must_use]
pub fn error_json(error: &Error) -> String {
    let mut out = JsonSink::new(NumberStyle::Digits);
    out.refusal(error);
    out.into_text()
}

/// Declares the calls of a room.
///
/// `calls! { TABLE: On, "prefix", "path::of::Type"; … }` makes the table of the calls on `On`, whose names begin with the
/// prefix. A call's doc comment is that of the function or method of its name under the path, from which the other languages
/// take theirs. Of a call
///
/// ```text
/// #[call(POST "/api/v1/registrations" 201, scope RegistrationsWrite)]
/// register(caller: Caller, request @body: RegistrationRequest<'_>, now: DateTime<Utc>) -> Registered
///     => |ledger| ledger.registrations().register(&caller, &request, now)?;
/// ```
///
/// the arguments are fields of its input, each read by its type. `@body` stands at the contract's body, whose fields are not
/// said to stand under it; `@query` at one that need not be there, as if it were an empty object; `@flat` at a record whose fields stand among the arguments; `@whole` at the only argument, where the
/// input is it; `@ignored` at what may be given and is not looked at. An argument with `= EXPR` may be absent. `-> T as name`
/// is an answer that JSON wraps into an object of one field; `, where name = EXPR` holds what an answer borrows from.
///
/// In `#[call(…)]` stand the contract's method, path and status, the `scope` that a caller needs, `slow` where it may take
/// long, and `doc "path"` where the doc comment is another function's.
macro_rules! calls {
    (
        $(#[doc = $doc:literal])*
        $vis:vis $table:ident: $on:ty, $prefix:literal, $documented:literal;
        $(
            $(#[cfg($($condition:tt)+)])?
            $(#[call($($about:tt)*)])?
            $call:ident ( $($arguments:tt)* ) -> $answer:ty $(as $wrap:ident)?
                => |$self:pat_param| $body:expr $(, where $local:ident = $held:expr)?;
        )+
    ) => {
        $(#[doc = $doc])*
        $vis const $table: &[$crate::ffi::call::Call<$on>] = &[$(
            $(#[cfg($($condition)+)])?
            $crate::ffi::call::Call {
                name: concat!($prefix, stringify!($call)),
                answer: {
                    fn answer(on: &$on, input: &$crate::wire::Value, out: &mut dyn $crate::wire::Sink) -> $crate::Result<()> {
                        let $self = on;
                        $crate::ffi::call::calls!(@read input [$($arguments)*] [$($arguments)*]);
                        $(let $local = $held;)?
                        let answer: $answer = $body;
                        $crate::ffi::call::calls!(@write out answer $($wrap)?);
                        Ok(())
                    }
                    answer
                },
                #[cfg(feature = "describe")]
                describe: || {
                    let call = $crate::ffi::call::CallShape::new(
                        concat!($prefix, stringify!($call)),
                        concat!($documented, "::", stringify!($call)),
                        <$answer as $crate::wire::describe::Describe>::shape(),
                        [$(stringify!($wrap))?].first().copied(),
                    );
                    let call = $crate::ffi::call::calls!(@about call $($($about)*)?);
                    $crate::ffi::call::calls!(@arguments call $($arguments)*)
                },
            },
        )+];
    };

    // How the arguments are read.
    (@read $input:ident [$argument:ident @ whole: $type:ty] $all:tt) => {
        let $argument = <$type as $crate::wire::Read>::read($input)?;
    };
    (@read $input:ident [] $all:tt) => {
        $crate::wire::Fields::named($input, &[])?;
    };
    (@read $input:ident
        [$($(#[doc = $doc:literal])* $argument:ident $(@ $kind:ident)? : $type:ty $(= $default:expr)?),+ $(,)?] $all:tt) => {
        static ARGUMENTS: $crate::wire::Record = $crate::wire::Record {
            name: "",
            fields: &[$($crate::wire::Field {
                json: stringify!($argument),
                name: stringify!($argument),
                flattened: $crate::ffi::call::calls!(@flattened [$type] $($kind)?),
            }),+],
        };
        let mut fields = $crate::wire::Fields::of($input, &ARGUMENTS, false)?;
        $(let $argument = $crate::ffi::call::calls!(
            @take fields [$type] [stringify!($argument)] [$($kind)?] $($default)?
        );)+
        fields.finish()?;
        $($crate::ffi::call::calls!(@taken $argument [$($kind)?]);)+
    };
    (@flattened [$type:ty] flat) => { Some(<$type as $crate::wire::HasRecord>::record) };
    (@flattened [$type:ty] $($kind:ident)?) => { None };
    (@take $fields:ident [$type:ty] [$name:expr] []) => { $fields.take::<$type>($name) };
    (@take $fields:ident [$type:ty] [$name:expr] [] $default:expr) => { $fields.take_or::<$type>($name, || $default) };
    (@take $fields:ident [$type:ty] [$name:expr] [body]) => { $fields.take_body::<$type>($name) };
    (@take $fields:ident [$type:ty] [$name:expr] [query]) => { $fields.take_query::<$type>($name) };
    (@take $fields:ident [$type:ty] [$name:expr] [flat]) => { <$type as $crate::wire::ReadRecord>::take(&mut $fields) };
    (@take $fields:ident [$type:ty] [$name:expr] [ignored]) => { $fields.ignore(std::marker::PhantomData::<$type>) };

    (@taken $argument:ident [ignored]) => { let _ = $argument; };
    (@taken $argument:ident [$($kind:ident)?]) => { let $argument = $crate::wire::taken($argument)?; };

    // How the answer is written.
    (@write $out:ident $answer:ident) => { $crate::wire::Write::write(&$answer, $out) };
    (@write $out:ident $answer:ident $wrap:ident) => {
        $crate::wire::write_wrapped($out, stringify!($wrap), &$answer)
    };

    // What stands in `#[call(…)]`.
    (@about $of:ident) => { $of };
    (@about $of:ident , $($rest:tt)*) => { $crate::ffi::call::calls!(@about $of $($rest)*) };
    (@about $of:ident scope $scope:ident $($rest:tt)*) => {{
        let call = $of.needing($crate::access::Scope::$scope.as_str());
        $crate::ffi::call::calls!(@about call $($rest)*)
    }};
    (@about $of:ident slow $($rest:tt)*) => {{
        let call = $of.slow();
        $crate::ffi::call::calls!(@about call $($rest)*)
    }};
    (@about $of:ident doc $path:literal $($rest:tt)*) => {{
        let call = $of.documented_at($path);
        $crate::ffi::call::calls!(@about call $($rest)*)
    }};
    (@about $of:ident $method:ident $path:literal $status:literal $($rest:tt)*) => {{
        let call = $of.at(stringify!($method), $path, $status);
        $crate::ffi::call::calls!(@about call $($rest)*)
    }};

    // What the arguments look like.
    (@arguments $of:ident
        $($(#[doc = $doc:literal])* $argument:ident $(@ $kind:ident)? : $type:ty $(= $default:expr)?),* $(,)?) => {
        $of.taking(vec![$({
            let field = $crate::wire::describe::FieldShape::new(
                stringify!($argument),
                stringify!($argument),
                &[$($doc),*],
                <$type as $crate::wire::describe::Describe>::shape(),
            );
            $(let field = {
                let default: $type = $default;
                field.or_default(&default)
            };)?
            $crate::ffi::call::ArgumentShape::new(field, [$(stringify!($kind))?].first().copied())
        }),*])
    };
}
pub(crate) use calls;

#[cfg(feature = "describe")]
mod described {
    use crate::wire::describe::{FieldShape, Shape};

    /// What a call looks like to other languages.
    #[derive(Debug, Clone)]
    pub struct CallShape {
        /// Its name, such as `registrations.register`.
        pub name: &'static str,
        /// The path of the function whose doc comment is the call's.
        pub documented: &'static str,
        /// Its arguments, in order.
        pub arguments: Vec<ArgumentShape>,
        /// What it answers.
        pub answer: Shape,
        /// The one field of the object that JSON wraps the answer into.
        pub wrap: Option<&'static str>,
        /// Where the contract has it.
        pub http: Option<Http>,
        /// What its caller must be allowed.
        pub scope: Option<&'static str>,
        /// Whether it may take long.
        pub is_slow: bool,
    }

    /// Where a contract has a call.
    #[derive(Debug, Clone, Copy)]
    pub struct Http {
        /// `GET`, `POST`, …
        pub method: &'static str,
        /// The path, with `{name}` for what stands in it.
        pub path: &'static str,
        /// The status of a good answer.
        pub status: u16,
    }

    /// An argument of a call.
    #[derive(Debug, Clone)]
    pub struct ArgumentShape {
        /// Its name, its doc comment and what stands in it.
        pub field: FieldShape,
        /// How it stands in the input.
        pub kind: ArgumentKind,
    }

    /// How an argument stands in the input of a call.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum ArgumentKind {
        /// A field of it.
        Field,
        /// The contract's body, a field of it.
        Body,
        /// Its fields are fields of the input.
        Flat,
        /// The input is it.
        Whole,
        /// A field that is not looked at.
        Ignored,
    }

    impl ArgumentShape {
        /// An argument whose kind is as `calls!` has it.
        #[must_use]
        pub fn new(field: FieldShape, kind: Option<&str>) -> Self {
            let kind = match kind {
                Some("body" | "query") => ArgumentKind::Body,
                Some("flat") => ArgumentKind::Flat,
                Some("whole") => ArgumentKind::Whole,
                Some("ignored") => ArgumentKind::Ignored,
                _ => ArgumentKind::Field,
            };
            Self { field, kind }
        }
    }

    impl CallShape {
        /// A call of no contract, without arguments.
        #[must_use]
        pub fn new(name: &'static str, documented: &'static str, answer: Shape, wrap: Option<&'static str>) -> Self {
            Self { name, documented, arguments: Vec::new(), answer, wrap, http: None, scope: None, is_slow: false }
        }

        /// With these arguments.
        #[must_use]
        pub fn taking(self, arguments: Vec<ArgumentShape>) -> Self {
            Self { arguments, ..self }
        }

        /// Where the contract has it.
        #[must_use]
        pub fn at(self, method: &'static str, path: &'static str, status: u16) -> Self {
            Self { http: Some(Http { method, path, status }), ..self }
        }

        /// For callers with this scope.
        #[must_use]
        pub fn needing(self, scope: &'static str) -> Self {
            Self { scope: Some(scope), ..self }
        }

        /// One that may take long.
        #[must_use]
        pub fn slow(self) -> Self {
            Self { is_slow: true, ..self }
        }

        /// With the doc comment of another function.
        #[must_use]
        pub fn documented_at(self, documented: &'static str) -> Self {
            Self { documented, ..self }
        }
    }
}
