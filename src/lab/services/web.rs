//! The lab's web sites: HTTP/1.1 by hyper.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONNECTION, CONTENT_TYPE, HOST, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode, Version};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::web_page;
use crate::lab::hosts::HostService;

/// What the document counts at crisewing.com: the reply to `GET /` with its headers.
const WHOLE_REPLY: usize = 19427;
const TYPE: &str = "text/html; charset=utf-8";

/// The pages of one site, by what the reply's head says of the connection: heads differ in
/// length, the whole reply does not.
pub(crate) struct Pages {
    plain: Bytes,
    closing: Bytes,
    keeping: Bytes,
}

impl Pages {
    pub(crate) fn new(host: &str, service: HostService) -> Self {
        if service == HostService::Site {
            let of = |connection: &str| {
                Bytes::from(web_page::padded(
                    host,
                    WHOLE_REPLY - head_length(connection),
                ))
            };
            return Self {
                plain: of(""),
                closing: of("Connection: close\r\n"),
                keeping: of("Connection: keep-alive\r\n"),
            };
        }
        let page = Bytes::from(web_page::short(host));
        Self {
            plain: page.clone(),
            closing: page.clone(),
            keeping: page,
        }
    }

    fn find(&self, request: &Request<Incoming>) -> Bytes {
        let says = |token: &str| {
            let values = request.headers().get_all(CONNECTION).iter();
            values
                .filter_map(|value| value.to_str().ok())
                .flat_map(|value| value.split(','))
                .any(|word| word.trim().eq_ignore_ascii_case(token))
        };
        // What hyper will put into the head (RFC 9112, 9.3).
        match (request.version(), says("close"), says("keep-alive")) {
            (Version::HTTP_10, false, true) => self.keeping.clone(),
            (Version::HTTP_11, true, _) => self.closing.clone(),
            _ => self.plain.clone(),
        }
    }
}

/// The length of a reply's head, whose page has five digits of length.
fn head_length(connection: &str) -> usize {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {TYPE}\r\n{connection}\
         Content-Length: 19000\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n"
    )
    .len()
}

/// Answers the requests of one client until it or HTTP says that there are no more. A client may
/// shut its writing side after its request.
pub(crate) async fn serve(stream: TcpStream, pages: Arc<Pages>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let service = service_fn(move |request| {
        let reply = reply(&request, &pages);
        async move { Ok::<_, Infallible>(reply) }
    });
    http1::Builder::new()
        .half_close(true)
        .title_case_headers(true)
        // Head and page in one write: the document's loop takes a short piece for the last.
        .writev(false)
        .serve_connection(TokioIo::new(stream), service)
        .await
        .map_err(io::Error::other)
}

fn reply(request: &Request<Incoming>, pages: &Pages) -> Response<Full<Bytes>> {
    let error = |status: StatusCode, advice: &str| {
        let mut response = Response::new(Full::new(Bytes::from(web_page::error(
            status.as_str(),
            advice,
        ))));
        *response.status_mut() = status;
        response
    };
    let mut response = if request.version() == Version::HTTP_11
        && request.headers().get_all(HOST).iter().count() != 1
    {
        error(
            StatusCode::BAD_REQUEST,
            "HTTP/1.1 wants exactly one Host line in each request.",
        )
    } else if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = error(
            StatusCode::METHOD_NOT_ALLOWED,
            "This site knows GET and HEAD, nothing else.",
        );
        response
            .headers_mut()
            .insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        response
    } else if request.uri().path() == "/" {
        Response::new(Full::new(pages.find(request)))
    } else {
        error(StatusCode::NOT_FOUND, "This site has one page: ask for /.")
    };
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(TYPE));
    response
}
