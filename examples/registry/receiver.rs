//! Just enough HTTP for a webhook to travel from one side of this program to the other.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread::JoinHandle;

use tierra::ledger::OutgoingRequest;

/// A request as it came: its headers, and its body byte for byte.
pub(crate) struct Received {
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// A server for one request, on a thread of its own.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    thread: JoinHandle<io::Result<Received>>,
}

impl Receiver {
    /// Listens on a free port of this machine, and will answer the one request with `status`.
    pub(crate) fn answering(status: u16) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let thread = std::thread::spawn(move || {
            let (stream, _) = listener.accept()?;
            let received = read_request(&stream)?;
            write!(&stream, "HTTP/1.1 {status} \r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?;
            Ok(received)
        });
        Ok(Self { address, thread })
    }

    /// What came.
    pub(crate) fn received(self) -> io::Result<Received> {
        self.thread.join().map_err(|_| io::Error::other("the receiver's thread ended"))?
    }
}

fn read_request(stream: &TcpStream) -> io::Result<Received> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut headers = Vec::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body)?;
    Ok(Received { headers, body })
}

/// Sends one request and answers its status.
///
/// The endpoint's URL is https and public; here it leads to the server above. In earnest: resolve the URL's host, pass each
/// address to `tierra::webhook::check_webhook_address`, connect to the one that passed, over TLS, and follow no redirects.
pub(crate) fn send(request: &OutgoingRequest, to: SocketAddr) -> io::Result<u16> {
    let malformed = || io::Error::new(io::ErrorKind::InvalidData, "expected `https://host/path` and a status");
    let (host, path) =
        request.url.strip_prefix("https://").and_then(|rest| rest.split_once('/')).ok_or_else(malformed)?;
    let mut head = format!("{} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n", request.method);
    for (name, value) in request.headers.iter() {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n", request.body.len()));
    let mut stream = TcpStream::connect(to)?;
    stream.write_all(head.as_bytes())?;
    stream.write_all(request.body.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(malformed)
}
