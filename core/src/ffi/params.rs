//! The parameters of a query: all that is wrong with them at once, as the emission-factor contract lists it.

use std::borrow::Cow;

use super::read::{Fields, integer, list, named, object, string};
use super::value::Value;
use crate::{Error, ErrorCode, Issue, IssueCode, Result, text};

/// Parameters while they are read. What is wrong with one does not keep the others from being looked at.
pub(super) struct Params<'a> {
    fields: &'a [(Cow<'static, str>, Value)],
    issues: Vec<Issue>,
    first: Option<Error>,
}

impl<'a> Params<'a> {
    /// The parameters of an object; others than `known` are issues.
    pub(super) fn of(value: &'a Value, known: &[&str]) -> Result<Self> {
        let mut params = Self { fields: object(value)?, issues: Vec::new(), first: None };
        for (name, _) in params.fields {
            if !known.contains(&name.as_ref()) {
                let names: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
                let message = format!("`{}` is not a known field; expected {}", text::excerpt(name), names.join(", "));
                params.note(Error::new(ErrorCode::UnknownField, name.as_ref(), message), IssueCode::UnrecognizedKeys);
            }
        }
        Ok(params)
    }

    /// A parameter that must be there. Nothing where something is wrong with it.
    pub(super) fn required<T>(&mut self, name: &str, read: fn(&'a Value) -> Result<T>) -> Option<T> {
        match self.get(name) {
            Some(value) => self.taken(name, read(value)),
            None => {
                let missing = Error::new(ErrorCode::MissingField, name, "is missing; expected a value");
                self.note(missing, IssueCode::InvalidType);
                None
            }
        }
    }

    /// A parameter that may be absent or null.
    pub(super) fn optional<T>(&mut self, name: &str, read: fn(&'a Value) -> Result<T>) -> Option<T> {
        let value = self.get(name)?;
        self.taken(name, read(value))
    }

    /// A text of a form of its own, such as a digest.
    pub(super) fn of_form<T>(&mut self, name: &str, read: fn(&'a Value) -> Result<T>) -> Option<T> {
        let found = read(self.get(name)?).map_err(|error| {
            let of_type = error.code() == ErrorCode::WrongType;
            let code = if of_type { IssueCode::InvalidType } else { IssueCode::InvalidString };
            self.note(error.under(name), code);
        });
        found.ok()
    }

    /// A text of at least one character.
    pub(super) fn text(&mut self, name: &str) -> Option<&'a str> {
        self.optional(name, |value| {
            let text = string(value)?;
            crate::emission::check_name("", text)?;
            Ok(text)
        })
    }

    /// A text of at least one character, which must be there.
    pub(super) fn required_text(&mut self, name: &str) -> &'a str {
        match self.get(name) {
            Some(_) => self.text(name).unwrap_or_default(),
            None => self.required(name, string).unwrap_or_default(),
        }
    }

    /// A whole number within bounds.
    pub(super) fn number(&mut self, name: &str, least: i64, most: i64) -> Option<i64> {
        let value = self.get(name)?;
        let number = match integer::<i64>(value) {
            // Beyond 64 bits, on either side.
            Err(error) if error.code() == ErrorCode::OutOfRange && is_negative(value) => {
                self.note(error.under(name), IssueCode::TooSmall);
                return None;
            }
            read => self.taken(name, read)?,
        };
        if (least..=most).contains(&number) {
            return Some(number);
        }
        let bounds = if most == i64::MAX { format!("{least} or more") } else { format!("{least} to {most}") };
        let message = format!("`{number}` is out of range; expected {bounds}");
        let code = if number < least { IssueCode::TooSmall } else { IssueCode::TooBig };
        self.note(Error::new(ErrorCode::OutOfRange, name, message), code);
        None
    }

    /// A whole number within bounds, which must be there.
    pub(super) fn required_number(&mut self, name: &str, least: i64, most: i64) -> Option<i64> {
        if self.get(name).is_none() {
            return self.required(name, integer);
        }
        self.number(name, least, most)
    }

    /// All that is wrong, told by the first of it.
    pub(super) fn finish(self) -> Result<()> {
        match self.first {
            Some(first) => Err(first.with_issues(self.issues)),
            None => Ok(()),
        }
    }

    /// The parameter's value; null counts as absent.
    fn get(&self, name: &str) -> Option<&'a Value> {
        let found = self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value);
        found.filter(|value| **value != Value::Null)
    }

    fn taken<T>(&mut self, name: &str, read: Result<T>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(error) => {
                let code = issue_code(error.code());
                self.note(error.under(name), code);
                None
            }
        }
    }

    fn note(&mut self, error: Error, code: IssueCode) {
        // The contract's own words.
        let is_library_id = error.code() == ErrorCode::InvalidUuid && error.path() == "libraryId";
        let message = if is_library_id { "Invalid library ID" } else { error.message() };
        self.issues.push(Issue::new(code, error.path(), message.to_owned()));
        self.first.get_or_insert(error);
    }
}

fn is_negative(value: &Value) -> bool {
    matches!(value, Value::Number(digits) | Value::String(digits) if digits.starts_with('-'))
}

fn issue_code(code: ErrorCode) -> IssueCode {
    match code {
        ErrorCode::UnknownValue => IssueCode::InvalidEnumValue,
        ErrorCode::InvalidUuid | ErrorCode::InvalidCharacter | ErrorCode::InvalidUnicode => IssueCode::InvalidString,
        ErrorCode::Empty => IssueCode::TooSmall,
        ErrorCode::TooLong | ErrorCode::OutOfRange => IssueCode::TooBig,
        _ => IssueCode::InvalidType,
    }
}

/// An error as the emission-factor contract answers it: the HTTP status, and the body.
///
/// What is wrong with the parameters of a query is 400 `VALIDATION_FAILED` with the list of issues; any other error has its
/// own code in capitals and is its own only issue.
///
/// ```
/// use tierra::ffi::{NumberStyle, error_body, parse_json, read_emission_factors, FactorCall, write_json};
/// let factors = read_emission_factors(&parse_json("{}")?)?;
/// let refused = FactorCall::named("search")?.answer(&factors, &parse_json(r#"{"libraryId": "not-a-uuid"}"#)?).unwrap_err();
/// let (status, body) = error_body(&refused);
/// assert_eq!(status, 400);
/// assert_eq!(
///     write_json(&body, NumberStyle::Digits),
///     r#"{"error":"Validation error: Invalid library ID","code":"VALIDATION_FAILED","details":{"issues":[{"code":"invalid_string","message":"Invalid library ID","path":["libraryId"]}]}}"#
/// );
/// # Ok::<(), tierra::Error>(())
/// ```
#[must_use]
pub fn error_body(error: &Error) -> (u16, Value) {
    if error.issues().is_empty() {
        let code = error.code().as_str();
        let issue = Value::object(vec![
            ("code", Value::text(code)),
            ("message", Value::text(error.message())),
            ("path", Value::list(error.path().split('.').filter(|part| !part.is_empty()), Value::text)),
        ]);
        return (error.http_status(), body(error.to_string(), code.to_uppercase(), Value::Array(vec![issue])));
    }
    let messages: Vec<_> = error.issues().iter().map(|issue| issue.message.as_str()).collect();
    let sentence = format!("Validation error: {}", messages.join("; "));
    (error.http_status(), body(sentence, "VALIDATION_FAILED".to_owned(), issues_value(error)))
}

fn body(error: String, code: String, issues: Value) -> Value {
    Value::object(vec![
        ("error", Value::String(error)),
        ("code", Value::String(code)),
        ("details", Value::field("issues", issues)),
    ])
}

/// The issues of an error as a list.
pub(super) fn issues_value(error: &Error) -> Value {
    Value::list(error.issues(), |issue| {
        Value::object(vec![
            ("code", Value::text(issue.code)),
            ("message", Value::text(&issue.message)),
            ("path", Value::list(&issue.path, Value::text)),
        ])
    })
}

/// The error code that a text names.
pub(super) fn error_code(value: &Value) -> Result<ErrorCode> {
    let text = string(value)?;
    ErrorCode::ALL.iter().find(|known| known.as_str() == text).copied().ok_or_else(|| {
        let message = format!("`{}` is no error code; expected one that an error has", text::excerpt(text));
        Error::new(ErrorCode::UnknownValue, "", message)
    })
}

/// An error from its parts, as the bindings show them.
pub(super) fn read_error(value: &Value) -> Result<Error> {
    let fields = Fields::of(value, &["code", "path", "message", "issues"])?;
    let code = fields.required("code", error_code)?;
    let path = fields.required("path", string)?;
    let issues = read_issues(&fields)?;
    Ok(Error::new(code, path, fields.required("message", string)?).with_issues(issues))
}

/// The issues of an error, where it has some.
pub(super) fn read_issues(fields: &Fields<'_>) -> Result<Vec<Issue>> {
    let issues = fields.optional("issues", |value| {
        list(value, |value| {
            let fields = Fields::of(value, &["code", "message", "path"])?;
            let path = fields.required("path", |value| list(value, string))?;
            let (code, message) = (fields.required("code", named)?, fields.required("message", string)?);
            Ok(Issue { code, message: message.to_owned(), path: path.into_iter().map(str::to_owned).collect() })
        })
    })?;
    Ok(issues.unwrap_or_default())
}
