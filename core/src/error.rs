//! The one public error type.

use std::fmt;

use crate::wire::record;

/// What every fallible call of the crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call was refused: a stable code, the path of the field, and a sentence that names the value.
///
/// The code and the path are part of the public contract and are the same in every language; the message may be
/// reworded between versions.
///
/// ```
/// let error = tierra::charger::identify("", "ACE0123456").unwrap_err();
/// assert_eq!(error.code(), tierra::ErrorCode::Empty);
/// assert_eq!(error.path(), "vendor");
/// assert_eq!(error.to_string(), "vendor: is empty; expected the maker's name");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Error(Box<Parts>);

/// Boxed: an answer is then no larger than its value, and handing an error on is one word.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Parts {
    code: ErrorCode,
    path: String,
    message: String,
    issues: Vec<Issue>,
}

record! {
    /// One thing that is wrong with the parameters of a query (emission-factor contract, `details.issues`).
    #[wire(snake_case: reads writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct Issue {
        /// What kind of thing.
        pub code: IssueCode,
        /// What is wrong, in a sentence.
        pub message: String,
        /// The parameter.
        pub path: Vec<String>,
    }
}

#[cfg(feature = "json")]
impl Issue {
    pub(crate) fn new(code: IssueCode, path: &str, message: String) -> Self {
        Self { code, message, path: vec![path.to_owned()] }
    }
}

crate::named_values::named_values! {
    /// The kind of an [`Issue`], in the contract's vocabulary.
    IssueCode {
        /// A parameter that is missing, or of another type.
        InvalidType => "invalid_type",
        /// A text of another form, such as one that is no UUID.
        InvalidString => "invalid_string",
        /// A text that is none of the values that the parameter allows.
        InvalidEnumValue => "invalid_enum_value",
        /// A number below the least, or an empty text.
        TooSmall => "too_small",
        /// A number above the greatest, or a text that is too long.
        TooBig => "too_big",
        /// A parameter that the query does not have.
        UnrecognizedKeys => "unrecognized_keys",
    }
}

impl Error {
    /// Builds an error for the field at `path` (empty for the input as a whole).
    pub(crate) fn new(code: ErrorCode, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self::of_parts(code, path.into(), message.into())
    }

    // Out of line, with its arguments made before: errors are built in a hundred places.
    #[cold]
    #[inline(never)]
    fn of_parts(code: ErrorCode, path: String, message: String) -> Self {
        Self(Box::new(Parts { code, path, message, issues: Vec::new() }))
    }

    /// The same error with all that is wrong with a query, of which it tells the first.
    #[cfg(feature = "json")]
    pub(crate) fn with_issues(mut self, issues: Vec<Issue>) -> Self {
        self.0.issues = issues;
        self
    }

    /// Builds an error on behalf of a host or binding, for a value that never reached the core.
    ///
    /// `path` is the field's path (`registrations[3].period.start`), empty for the input as a whole; `message` is in
    /// lower case, names the value in backticks and says what was expected.
    ///
    /// ```
    /// use tierra::{Error, ErrorCode};
    /// let error = Error::from_host(ErrorCode::WrongType, "vendor", "is a number `5`; expected a string");
    /// assert_eq!(error.code().as_str(), "wrong_type");
    /// ```
    #[must_use]
    pub fn from_host(code: ErrorCode, path: &str, message: &str) -> Self {
        Self::new(code, path, message)
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// The path of the field, such as `registrations[3].period.start`; empty when the input as a whole is meant.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The sentence without the path: lower case, the value in backticks, what was expected.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// All that is wrong with the parameters of a query (emission-factor contract); empty for other errors.
    #[must_use]
    pub fn issues(&self) -> &[Issue] {
        &self.0.issues
    }

    /// The HTTP status with which a service answers this error: 400 for what is wrong with the parameters of a query
    /// (emission-factor contract), else that of its code.
    ///
    /// ```
    /// use tierra::ffi::{NumberStyle, call_json};
    /// let query = r#"{"data": {}, "call": "search", "query": {"libraryId": "not-a-uuid"}}"#;
    /// let error = call_json("factors", query, NumberStyle::Digits).unwrap_err();
    /// assert_eq!((error.http_status(), error.code().http_status()), (400, 422));
    /// # Ok::<(), tierra::Error>(())
    /// ```
    #[must_use]
    pub fn http_status(&self) -> u16 {
        if self.issues().is_empty() { self.code().http_status() } else { 400 }
    }

    /// The same error, seen from the object or list that holds the field.
    ///
    /// ```
    /// let error = tierra::charger::identify("", "X1").unwrap_err().under("chargers[2]");
    /// assert_eq!(error.path(), "chargers[2].vendor");
    /// ```
    #[must_use]
    pub fn under(mut self, parent: &str) -> Self {
        if parent.is_empty() {
            return self;
        }
        let path = &mut self.0.path;
        let joint = if path.is_empty() || path.starts_with('[') { "" } else { "." };
        *path = format!("{parent}{joint}{path}");
        self
    }

    /// The same error, seen from a part of the value to which `parent`, with the mark that parts it, leads.
    #[cfg(feature = "ledger")]
    pub(crate) fn seen_within(mut self, parent: &str) -> Self {
        if let Some(path) = self.0.path.strip_prefix(parent) {
            self.0.path = path.to_owned();
        }
        self
    }

    /// The same error, seen from a list in which the value stands at `index` (counted from 0).
    #[must_use]
    pub(crate) fn at_index(self, index: usize) -> Self {
        self.under(&format!("[{index}]"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path().is_empty() {
            return f.write_str(self.message());
        }
        write!(f, "{}: {}", self.path(), self.message())
    }
}

macro_rules! error_codes {
    ($($(#[doc = $doc:literal])+ $variant:ident => $text:literal,)+) => {
        #[cfg(feature = "describe")]
        impl crate::wire::describe::Describe for ErrorCode {
            fn shape() -> crate::wire::describe::Shape {
                use crate::wire::describe::{Described, NamesShape, Shape};
                Shape::Names(NamesShape {
                    name: "ErrorCode",
                    doc: "The stable code of an error, the same in every language.".to_owned(),
                    values: vec![$(($text, Described::lines(&[$($doc),+])),)+],
                })
            }
        }

        /// The stable code of an [`Error`]. New codes may be added; none is renamed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl ErrorCode {
            /// Every code, in alphabetical order of its text.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$variant,)+];

            /// The code as it crosses to other languages and into JSON.
            ///
            /// ```
            /// assert_eq!(tierra::ErrorCode::InvalidPeriod.as_str(), "invalid_period");
            /// ```
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(ErrorCode::$variant => $text,)+ }
            }
        }
    };
}

error_codes! {
    /// Two emission factors with different values match a query equally well.
    AmbiguousFactor => "ambiguous_factor",
    /// Another program holds the file, and went on holding it for as long as was waited.
    Busy => "busy",
    /// A ledger that was closed.
    Closed => "closed",
    /// The charger is claimed already for a day of the period, and `fail` was asked for.
    Conflict => "conflict",
    /// A file that is damaged, or whose audit log does not hold together.
    CorruptFile => "corrupt_file",
    /// No edition that is loaded has the content that was pinned.
    DigestNotFound => "digest_not_found",
    /// There is no room left on the disk; nothing of the change was kept.
    DiskFull => "disk_full",
    /// The conflict has a live dispute already.
    DisputeExists => "dispute_exists",
    /// One field stands twice in a JSON object, or one id twice in a list.
    Duplicate => "duplicate",
    /// A text, list or number that must hold something holds nothing.
    Empty => "empty",
    /// No emission factor matches an activity.
    FactorNotFound => "factor_not_found",
    /// The operating system refused a file.
    FileError => "file_error",
    /// A network address that no webhook may be sent to.
    ForbiddenAddress => "forbidden_address",
    /// No global warming potential is loaded for a gas.
    GwpNotFound => "gwp_not_found",
    /// The caller lacks a scope that the call needs.
    InsufficientScope => "insufficient_scope",
    /// A character that may not stand in the field.
    InvalidCharacter => "invalid_character",
    /// A client id and secret that belong to no live client.
    InvalidClient => "invalid_client",
    /// A text that is no calendar date or instant.
    InvalidDate => "invalid_date",
    /// A text that is not JSON.
    InvalidJson => "invalid_json",
    /// A text that is no number.
    InvalidNumber => "invalid_number",
    /// A period that starts after it ends.
    InvalidPeriod => "invalid_period",
    /// A webhook whose signature is not that of its body.
    InvalidSignature => "invalid_signature",
    /// A key or token that is unknown, expired or revoked.
    InvalidToken => "invalid_token",
    /// A change of state that the present state does not allow.
    InvalidTransition => "invalid_transition",
    /// A text that is not Unicode: a lone surrogate.
    InvalidUnicode => "invalid_unicode",
    /// A URL that no webhook may be sent to.
    InvalidUrl => "invalid_url",
    /// A text that is no UUID.
    InvalidUuid => "invalid_uuid",
    /// A file that is no workbook, is damaged or cut short, or is a workbook of another kind than asked.
    InvalidWorkbook => "invalid_workbook",
    /// A label of a publication whose meaning changed between editions, in an edition where it means something else.
    LabelChanged => "label_changed",
    /// Two lists that belong together have different lengths.
    LengthMismatch => "length_mismatch",
    /// A field that must be given is absent or null.
    MissingField => "missing_field",
    /// A file that a newer version of this library wrote.
    NewerVersion => "newer_version",
    /// A return on no capital: what was held on average is zero or less.
    NoCapital => "no_capital",
    /// Cash flows for which no rate makes the net present value zero.
    NoRoot => "no_root",
    /// A value of the holding that a return over time needs was not given.
    NoValuation => "no_valuation",
    /// A file that is no ledger.
    NotADatabase => "not_a_database",
    /// NaN or an infinity.
    NotFinite => "not_finite",
    /// An id that names nothing of the caller's.
    NotFound => "not_found",
    /// The library that is loaded holds a part of its publication, and the name is not in it.
    NotInExcerpt => "not_in_excerpt",
    /// All cash flows fall on one day, so that no rate is defined.
    OneDay => "one_day",
    /// All cash flows have one sign, so that no rate makes their present value zero.
    OneSign => "one_sign",
    /// A number, date or list beyond the limits of the field.
    OutOfRange => "out_of_range",
    /// An exchange rate that a sum over several currencies needs was not given.
    RateMissing => "rate_missing",
    /// A file or disk that cannot be written.
    ReadOnly => "read_only",
    /// A return over less than a year, whose annualising was not asked for.
    ShortPeriod => "short_period",
    /// A webhook signed too long ago, or in the future.
    TimestampOutOfTolerance => "timestamp_out_of_tolerance",
    /// A text longer than the field allows.
    TooLong => "too_long",
    /// The activity's unit cannot be converted into the unit of the factor.
    UnitMismatch => "unit_mismatch",
    /// A field that the shape does not have.
    UnknownField => "unknown_field",
    /// A call that does not exist.
    UnknownOp => "unknown_op",
    /// An id that names nothing in the data.
    UnknownReference => "unknown_reference",
    /// A text that is no known unit.
    UnknownUnit => "unknown_unit",
    /// A text that is none of the values that the field allows.
    UnknownValue => "unknown_value",
    /// A token request of another kind than client credentials.
    UnsupportedGrantType => "unsupported_grant_type",
    /// A value of another type than the field's.
    WrongType => "wrong_type",
}

#[cfg(feature = "json")]
impl<'a> crate::wire::Read<'a> for ErrorCode {
    fn read(value: &'a crate::wire::Value) -> Result<Self> {
        let text = crate::wire::string(value)?;
        Self::ALL.iter().find(|known| known.as_str() == text).copied().ok_or_else(|| {
            let shown = crate::text::excerpt(text);
            let message = format!("`{shown}` is no error code; expected one that an error has");
            Error::new(ErrorCode::UnknownValue, "", message)
        })
    }
}

#[cfg(feature = "json")]
impl crate::wire::Write for ErrorCode {
    fn write(&self, out: &mut dyn crate::wire::Sink) {
        out.text(self.as_str());
    }
}

impl ErrorCode {
    /// The HTTP status with which a service over this library answers (charger-registry contract).
    ///
    /// What the contract names is as it says: 400, 401, 404 and 409, and 422 for what is wrong with a request's fields. A
    /// missing scope is 403. What the server itself is to blame for is 500, 503 where trying again may help, 507 where the
    /// disk is full. The contract's 429 is the host's, whom [`RateLimiter`](crate::access::RateLimiter) tells.
    ///
    /// ```
    /// use tierra::ErrorCode;
    /// assert_eq!(ErrorCode::InvalidTransition.http_status(), 409);
    /// assert_eq!(ErrorCode::InvalidPeriod.http_status(), 422);
    /// ```
    #[must_use]
    pub const fn http_status(self) -> u16 {
        match self {
            Self::UnsupportedGrantType => 400,
            Self::InvalidClient | Self::InvalidToken => 401,
            Self::InsufficientScope => 403,
            Self::NotFound | Self::UnknownOp => 404,
            Self::Conflict | Self::DisputeExists | Self::InvalidTransition => 409,
            Self::CorruptFile | Self::FileError | Self::NewerVersion | Self::NotADatabase | Self::ReadOnly => 500,
            Self::Busy | Self::Closed => 503,
            Self::DiskFull => 507,
            _ => 422,
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_in_order() {
        let texts: Vec<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert!(texts.windows(2).all(|pair| pair[0] < pair[1]), "{texts:?}");
    }

    #[test]
    fn paths_join_without_doubled_marks() {
        let error =
            Error::new(ErrorCode::Empty, "start", "is empty").under("period").at_index(3).under("registrations");
        assert_eq!(error.path(), "registrations[3].period.start");
    }
}
