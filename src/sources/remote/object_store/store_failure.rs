//! An error of a store to a `FetchError`.

use std::error::Error as _;

use object_store::Error;

use crate::sources::remote::FetchError;

/// The longest text of a store that is passed on, in characters; the answers of hosts may stand in it.
const TEXT_MAX: usize = 200;

/// Returns why a store did not do what it was asked for: the reason of our own transport, where that is in it.
pub(super) fn fetch_error(error: &Error) -> FetchError {
    let mut cause = error.source();
    while let Some(it) = cause {
        if let Some(own) = it.downcast_ref::<FetchError>() {
            return own.clone();
        }
        cause = it.source();
    }
    match error {
        Error::NotFound { .. } => FetchError::Status(404),
        Error::NotModified { .. } => FetchError::Status(304),
        Error::Precondition { .. } => FetchError::Status(412),
        Error::AlreadyExists { .. } => FetchError::Status(409),
        Error::PermissionDenied { .. } => FetchError::Status(403),
        Error::Unauthenticated { .. } => FetchError::Status(401),
        Error::InvalidPath { .. } => {
            FetchError::BadAddress("the key has a part that is empty or dots".to_owned())
        }
        other => FetchError::WrongAnswer(short(&other.to_string())),
    }
}

fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    line.chars().filter(|it| !it.is_control()).take(TEXT_MAX).collect()
}
