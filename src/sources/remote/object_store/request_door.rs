//! `RequestDoor`: a request of a store to the answer of our transport, so that every rule of ours holds for it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use http_body::Body as _;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse,
    HttpResponseBody, HttpService,
};
use ureq::http;

use super::object_body::PolledBody;
use crate::sources::Secret;
use crate::sources::remote::{FetchError, HeaderValue, Method, Request, Response, Transport};

/// The headers whose values must be seen nowhere.
const SECRETS: &[&str] = &["authorization", "x-amz-security-token", "x-aws-ec2-metadata-token"];

/// The way of a store to the network.
#[derive(Clone)]
pub(super) struct RequestDoor {
    transport: Arc<dyn Transport>,
    bytes_max: u64,
}

impl std::fmt::Debug for RequestDoor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestDoor").field("bytes_max", &self.bytes_max).finish_non_exhaustive()
    }
}

impl RequestDoor {
    /// Returns a way for answers of at most so many bytes each.
    pub(super) fn new(transport: Arc<dyn Transport>, bytes_max: u64) -> Self {
        Self { transport, bytes_max }
    }

    fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, FetchError> {
        let (parts, body) = request.into_parts();
        let method = match parts.method {
            http::Method::GET => Method::Get,
            http::Method::HEAD => Method::Head,
            http::Method::POST => Method::Post,
            http::Method::PUT => Method::Put,
            other => return Err(FetchError::BadAddress(format!("{other} is not sent"))),
        };
        // A content that is stored compressed is the content; an answer that is compressed on the way has another length.
        let identity = ("accept-encoding".to_owned(), HeaderValue::Plain("identity".to_owned()));
        let mut headers = vec![identity];
        for (name, value) in &parts.headers {
            // The transport knows the host and the length.
            if matches!(name.as_str(), "accept-encoding" | "content-length" | "host") {
                continue;
            }
            let cannot = |_| FetchError::BadAddress(format!("the header `{name}` cannot be sent"));
            let text = value.to_str().map_err(cannot)?.to_owned();
            let is_secret = value.is_sensitive() || SECRETS.contains(&name.as_str());
            let value =
                if is_secret { HeaderValue::Secret(Secret::new(text)) } else { HeaderValue::Plain(text) };
            headers.push((name.as_str().to_owned(), value));
        }
        let request = Request {
            for_plugin: None,
            method,
            url: parts.uri.to_string(),
            headers,
            body: whole(body)?,
            bytes_max: self.bytes_max,
        };
        answer(self.transport.send(&request)?)
    }
}

/// Returns an answer in the form of the store. Of failures the store learns the few that mean something to it; the others
/// go past it, so that what it says in many words stays a status.
fn answer(response: Response) -> Result<HttpResponse, FetchError> {
    if !matches!(response.status, 200..300 | 304 | 404 | 409 | 412) {
        return Err(FetchError::Status(response.status));
    }
    let mut builder = http::Response::builder().status(response.status);
    for (name, value) in &response.headers {
        builder = builder.header(name, value);
    }
    let body = HttpResponseBody::new(PolledBody::new(response.body));
    builder.body(body).map_err(|_| FetchError::WrongAnswer("it has a header that is none".to_owned()))
}

/// Returns the bytes of a request, which are all there.
fn whole(mut body: HttpRequestBody) -> Result<Vec<u8>, FetchError> {
    let mut bytes = Vec::with_capacity(body.content_length());
    let mut context = Context::from_waker(Waker::noop());
    loop {
        match Pin::new(&mut body).poll_frame(&mut context) {
            Poll::Ready(None) => return Ok(bytes),
            Poll::Ready(Some(Ok(frame))) => bytes.extend(frame.into_data().unwrap_or_default()),
            Poll::Ready(Some(Err(_))) | Poll::Pending => {
                return Err(FetchError::BadAddress("it cannot be sent".to_owned()));
            }
        }
    }
}

#[async_trait]
impl HttpService for RequestDoor {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        // The transport has tried again where that helps.
        self.exchange(request).map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))
    }
}

impl HttpConnector for RequestDoor {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}
