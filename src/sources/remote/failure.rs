//! The errors of the HTTP library to `FetchError`, and whether sending again may help.

use std::io;

use ureq::{Error, Timeout};

use super::FetchError;

/// Returns why a request got no answer.
pub(super) fn failure(error: Error) -> FetchError {
    match error {
        Error::Timeout(phase) => FetchError::TimedOut(in_words(phase).to_owned()),
        Error::Other(error) => match error.downcast::<FetchError>() {
            Ok(own) => *own,
            Err(other) => FetchError::Unreachable(other.to_string()),
        },
        Error::Io(error) => match error.kind() {
            io::ErrorKind::UnexpectedEof => {
                FetchError::Unreachable("the connection was closed without an answer".to_owned())
            }
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
                FetchError::TimedOut("the connection".to_owned())
            }
            _ => FetchError::Unreachable(error.to_string()),
        },
        Error::HostNotFound => FetchError::Unreachable("its name has no address".to_owned()),
        Error::ConnectProxyFailed(reason) => FetchError::Unreachable(format!("the proxy refuses: {reason}")),
        // The text may hold the address with all of its query.
        Error::BadUri(_) | Error::Http(_) => FetchError::BadAddress("it cannot be sent".to_owned()),
        Error::Protocol(reason) => FetchError::WrongAnswer(format!("it is no HTTP: {reason}")),
        Error::LargeResponseHeader(..) => FetchError::WrongAnswer("its headers are too large".to_owned()),
        Error::BodyExceedsLimit(bytes) => FetchError::TooLarge(bytes),
        Error::Decompress(_, reason) if reason.kind() == io::ErrorKind::UnexpectedEof => {
            FetchError::Truncated
        }
        Error::Decompress(encoding, _) => FetchError::WrongAnswer(format!("it is no valid {encoding}")),
        other => FetchError::Unreachable(other.to_string()),
    }
}

/// Returns why a body could not be read on.
pub(super) fn body_failure(error: io::Error) -> FetchError {
    let kind = error.kind();
    match error.into_inner().map(|it| it.downcast::<Error>()) {
        Some(Ok(error)) => match *error {
            Error::Io(error) => FetchError::from_io(error),
            error => failure(error),
        },
        _ => FetchError::from_io(kind.into()),
    }
}

/// Returns whether a request without answer is worth sending again: what is wrong with the address, the certificate or
/// the rules stays wrong.
pub(super) fn is_worth_another_try(error: &Error) -> bool {
    match error {
        Error::Timeout(_) | Error::HostNotFound | Error::ConnectionFailed => true,
        Error::Io(error) => !matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput),
        _ => false,
    }
}

/// Returns whether a status says that the host has a bad moment.
pub(super) fn is_bad_moment(status: u16) -> bool {
    matches!(status, 429 | 500 | 502 | 503 | 504)
}

fn in_words(phase: Timeout) -> &'static str {
    match phase {
        Timeout::Resolve => "looking up its name",
        Timeout::Connect => "the connection",
        Timeout::SendRequest | Timeout::SendBody | Timeout::PerWrite => "sending the request",
        Timeout::RecvResponse => "the first byte of the answer",
        Timeout::PerRead => "the next bytes of the answer",
        _ => "the whole answer",
    }
}
