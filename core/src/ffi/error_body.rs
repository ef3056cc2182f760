//! An error as a service answers it, by the emission-factor contract.

use crate::wire::record;
use crate::{Error, ErrorCode, Issue};

record! {
    /// An error from its parts, as the bindings show them.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct StatedError<'a> {
        /// The stable code.
        pub code: ErrorCode,
        /// The path of the field, empty for the input as a whole.
        pub path: &'a str,
        /// The sentence without the path.
        pub message: &'a str,
        /// All that is wrong with the parameters of a query.
        #[wire(default)]
        pub issues: Vec<Issue>,
    }
}

record! {
    /// The status and the body with which a service over this library answers an error (emission-factor contract).
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ErrorAnswer {
        /// The HTTP status: 400 for what is wrong with the parameters of a query.
        pub status: u16,
        /// The body.
        pub body: ErrorBody,
    }
}

record! {
    /// The body of an error (emission-factor contract).
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ErrorBody {
        /// What is wrong, in a sentence.
        pub error: String,
        /// `VALIDATION_FAILED` for the parameters of a query, else the error's code in capitals.
        pub code: String,
        /// All that is wrong.
        pub details: ErrorDetails,
    }
}

record! {
    /// The details of an [`ErrorBody`].
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ErrorDetails {
        /// Each thing that is wrong; an error of no query is its own only one.
        pub issues: Vec<BodyIssue>,
    }
}

record! {
    /// One thing that is wrong, in an [`ErrorBody`].
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct BodyIssue {
        /// What kind of thing: one of an [`Issue`], or the error's own code.
        pub code: String,
        /// What is wrong, in a sentence.
        pub message: String,
        /// Where, name by name.
        pub path: Vec<String>,
    }
}

impl StatedError<'_> {
    /// The error.
    #[must_use]
    pub fn into_error(self) -> Error {
        Error::new(self.code, self.path, self.message).with_issues(self.issues)
    }
}

/// An error as the emission-factor contract answers it: the HTTP status, and the body.
///
/// What is wrong with the parameters of a query is 400 `VALIDATION_FAILED` with the list of issues; any other error has its
/// own code in capitals and is its own only issue.
///
/// ```
/// use tierra::ffi::{NumberStyle, call_json, error_body, write_json};
/// let query = r#"{"data": {}, "call": "search", "query": {"libraryId": "not-a-uuid"}}"#;
/// let refused = call_json("factors", query, NumberStyle::Digits).unwrap_err();
/// let answer = error_body(&refused);
/// assert_eq!(answer.status, 400);
/// assert_eq!((answer.body.code.as_str(), answer.body.details.issues.len()), ("VALIDATION_FAILED", 1));
/// ```
#[must_use]
pub fn error_body(error: &Error) -> ErrorAnswer {
    let status = error.http_status();
    if error.issues().is_empty() {
        let code = error.code().as_str();
        let issue = BodyIssue {
            code: code.to_owned(),
            message: error.message().to_owned(),
            path: error.path().split('.').filter(|part| !part.is_empty()).map(str::to_owned).collect(),
        };
        return ErrorAnswer { status, body: body(error.to_string(), code.to_uppercase(), vec![issue]) };
    }
    let messages: Vec<_> = error.issues().iter().map(|issue| issue.message.as_str()).collect();
    let sentence = format!("Validation error: {}", messages.join("; "));
    let issue = |issue: &Issue| BodyIssue {
        code: issue.code.as_str().to_owned(),
        message: issue.message.clone(),
        path: issue.path.clone(),
    };
    let issues = error.issues().iter().map(issue).collect();
    ErrorAnswer { status, body: body(sentence, "VALIDATION_FAILED".to_owned(), issues) }
}

fn body(error: String, code: String, issues: Vec<BodyIssue>) -> ErrorBody {
    ErrorBody { error, code, details: ErrorDetails { issues } }
}
