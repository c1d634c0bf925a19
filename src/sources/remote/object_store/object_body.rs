//! A body that is read to one that is polled, and back.

use std::io::{self, Read};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame};
use object_store::client::{HttpError, HttpErrorKind};
use tokio_stream::{Stream, StreamExt as _};

use super::runtime::Runtime;
use super::store_failure::fetch_error;
use crate::sources::remote::FetchError;

/// The most bytes that are passed on at once.
const PART_BYTES: usize = 64 * 1024;

/// An answer of our transport as the store takes it. Polling it blocks, which is meant: each future has a thread.
pub(super) struct PolledBody(Mutex<Box<dyn Read + Send>>);

impl PolledBody {
    pub(super) fn new(body: Box<dyn Read + Send>) -> Self {
        Self(Mutex::new(body))
    }
}

impl Body for PolledBody {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        let mut part = vec![0; PART_BYTES];
        let body = &mut *self.get_mut().0.get_mut().unwrap_or_else(PoisonError::into_inner);
        let read = loop {
            match body.read(&mut part) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        Poll::Ready(match read {
            Ok(0) => None,
            Ok(count) => {
                part.truncate(count);
                Some(Ok(Frame::data(part.into())))
            }
            Err(error) => Some(Err(HttpError::new(HttpErrorKind::Decode, FetchError::from_io(error)))),
        })
    }
}

type Parts = Pin<Box<dyn Stream<Item = object_store::Result<Bytes>> + Send>>;

/// The content of an object as our transport gives it.
pub(super) struct ReadBody {
    runtime: Runtime,
    parts: Parts,
    part: Bytes,
    /// How many bytes may still come.
    left: u64,
    bytes_max: u64,
}

impl ReadBody {
    /// Returns a body of at most so many bytes.
    pub(super) fn new(runtime: Runtime, parts: Parts, bytes_max: u64) -> Self {
        Self { runtime, parts, part: Bytes::new(), left: bytes_max, bytes_max }
    }
}

impl Read for ReadBody {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.part.is_empty() {
            match self.runtime.wait(self.parts.next()) {
                None => return Ok(0),
                Some(Ok(part)) => self.part = part,
                Some(Err(error)) => return Err(io::Error::other(fetch_error(&error))),
            }
            let count = self.part.len() as u64;
            self.left = self
                .left
                .checked_sub(count)
                .ok_or_else(|| io::Error::other(FetchError::TooLarge(self.bytes_max)))?;
        }
        let count = self.part.len().min(buffer.len());
        let part = self.part.split_to(count);
        for (to, from) in buffer.iter_mut().zip(part) {
            *to = from;
        }
        Ok(count)
    }
}
