//! `Body`: the bytes of an answer, within their bounds, with the errors of this program.

use std::io::{self, Read};

use ureq::BodyReader;

use super::FetchError;
use super::failure::body_failure;
use super::host_limit::Permit;
use super::watch::Stopwatch;

/// The body of an answer. The place at the host is free again when the body ended, failed or is dropped.
pub(super) struct Body {
    reader: BodyReader<'static>,
    permit: Option<Permit>,
    stopwatch: Option<Stopwatch>,
    failure: Option<FetchError>,
}

impl Body {
    /// Wraps a body of at most so many bytes after decompression.
    pub(super) fn new(body: ureq::Body, bytes_max: u64, permit: Permit, stopwatch: Stopwatch) -> Self {
        // What says that it is too large needs no reading.
        let failure =
            body.content_length().filter(|it| *it > bytes_max).map(|_| FetchError::TooLarge(bytes_max));
        let reader = body.into_with_config().limit(bytes_max).reader();
        let permit = Some(permit).filter(|_| failure.is_none());
        Self { reader, permit, stopwatch: Some(stopwatch), failure }
    }
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(failure) = &self.failure {
            return Err(io::Error::other(failure.clone()));
        }
        match self.reader.read(buffer) {
            Ok(0) if !buffer.is_empty() => {
                self.permit = None;
                self.stopwatch = None;
                Ok(0)
            }
            Ok(read) => {
                let bytes = u64::try_from(read).unwrap_or(u64::MAX);
                if let Some(permit) = &self.permit {
                    permit.count_bytes(bytes);
                }
                if let Some(stopwatch) = &mut self.stopwatch {
                    stopwatch.read(bytes);
                }
                Ok(read)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                self.permit = None;
                self.stopwatch = None;
                let failure = body_failure(error);
                self.failure = Some(failure.clone());
                Err(io::Error::other(failure))
            }
        }
    }
}
