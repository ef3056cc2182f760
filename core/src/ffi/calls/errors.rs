//! How a service over this library answers an error.

use crate::ffi::call::calls;
use crate::ffi::error_body::{ErrorAnswer, StatedError, error_body};
use crate::{Error, ErrorCode, Issue};

calls! {
    /// The calls on errors, which every module of the browser has.
    pub(in crate::ffi) CALLS: (), "", "ffi";

    error_body(error @whole: StatedError<'_>) -> ErrorAnswer => |_| error_body(&error.into_error());
    #[call(doc "error::Error::http_status")]
    http_status(code: ErrorCode, issues: Vec<Issue> = Vec::new()) -> u16 as status
        => |_| Error::new(code, "", "").with_issues(issues).http_status();
}
