//! Just enough HTTP/1.1 to talk to a WebDriver server on the loopback address.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// Sends one request on a connection of its own and returns status and body. Waits no longer than
/// `patience` for the next byte: a page that hangs must end the test.
pub fn send(
    port: u16,
    method: &str,
    path: &str,
    body: &[u8],
    patience: Duration,
) -> Result<(u16, Vec<u8>)> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
    stream.set_read_timeout(Some(patience))?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    let mut answer = vec![];
    stream.read_to_end(&mut answer)?;
    if answer.is_empty() {
        return Err(Error::new(
            ErrorKind::UnexpectedEof,
            "closed without an answer",
        ));
    }
    parse(&answer)
}

fn parse(answer: &[u8]) -> Result<(u16, Vec<u8>)> {
    let bad = |what: &str| Error::new(ErrorKind::InvalidData, what.to_owned());
    let end = find(answer, b"\r\n\r\n").ok_or_else(|| bad("no end of headers"))?;
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    let body = &answer[end + 4..];
    let status = head
        .split_whitespace()
        .nth(1)
        .and_then(|code| code.parse().ok())
        .ok_or_else(|| bad("no status"))?;
    let header = |name: &str| {
        head.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .map(str::trim)
    };
    if header("transfer-encoding") == Some("chunked") {
        return Ok((status, unchunk(body).ok_or_else(|| bad("broken chunk"))?));
    }
    let length = header("content-length").and_then(|length| length.parse().ok());
    let body = match length {
        Some(length) => body.get(..length).ok_or_else(|| bad("body cut short"))?,
        None => body,
    };
    Ok((status, body.to_vec()))
}

fn unchunk(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = vec![];
    loop {
        let line = find(body, b"\r\n")?;
        let size = std::str::from_utf8(&body[..line]).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        body = &body[line + 2..];
        if size == 0 {
            return Some(whole);
        }
        whole.extend(body.get(..size)?);
        body = body.get(size + 2..)?;
    }
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

#[test]
fn both_forms_of_a_body_are_read() {
    let sized = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbodyrest";
    assert_eq!(parse(sized).unwrap(), (200, b"body".to_vec()));
    let chunked = b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    assert_eq!(parse(chunked).unwrap(), (404, b"abcde".to_vec()));
}

#[test]
fn a_body_that_is_cut_short_is_an_error() {
    assert!(parse(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbody").is_err());
    assert!(parse(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc").is_err());
    assert!(parse(b"HTTP/1.1 200 OK").is_err());
}
