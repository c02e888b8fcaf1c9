//! Calls to real hosts on loopback: allowed and not, in time and not, with TLS good and bad.

use super::{Limit, Outward, OutwardError, Reply};
use axum::body::Bytes;
use bedside_config::Allow;
use hyper::HeaderMap;
use hyper::header::{HeaderValue, LOCATION};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

const PATIENT: Limit = Limit { wait: Duration::from_secs(30), bytes: 1024 };

fn outward(allow: &[&str]) -> Outward {
    believing(allow, PathBuf::new())
}

fn believing(allow: &[&str], ca_file: PathBuf) -> Outward {
    let allow = allow.iter().map(|text| Allow::parse(text).unwrap()).collect();
    Outward::new(&bedside_config::Outward { allow, ca_file }).unwrap()
}

/// A host that takes one connection, says `answer` after the request's head, and tells what it
/// was asked.
async fn host(answer: &'static str) -> (SocketAddr, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = tokio::spawn(async move {
        let (stream, _from) = listener.accept().await.unwrap();
        talk(stream, answer).await
    });
    (address, asked)
}

async fn talk(mut stream: impl AsyncRead + AsyncWrite + Unpin, answer: &str) -> String {
    let mut asked = String::new();
    while !asked.contains("\r\n\r\n") {
        let mut piece = [0; 1024];
        let length = stream.read(&mut piece).await.unwrap();
        asked.push_str(std::str::from_utf8(&piece[..length]).unwrap());
    }
    stream.write_all(answer.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    asked
}

async fn get(outward: &Outward, url: &str) -> Result<Reply, OutwardError> {
    outward.get(url, HeaderMap::new(), PATIENT).await
}

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

#[tokio::test]
async fn an_allowed_host_is_asked_and_its_answer_read() {
    let (address, asked) = host(OK).await;
    let url = format!("http://localhost:{}/in?x=1", address.port());
    let mut headers = HeaderMap::new();
    headers.insert("webhook-id", HeaderValue::from_static("msg_1"));
    let outward = outward(&["localhost"]);
    let reply = outward.post(&url, headers, Bytes::from_static(b"{}"), PATIENT).await.unwrap();
    assert_eq!((reply.status.as_u16(), &reply.body[..]), (200, &b"hello"[..]));
    let asked = asked.await.unwrap();
    assert!(asked.starts_with("POST /in?x=1 HTTP/1.1\r\n"), "{asked}");
    assert!(asked.contains(&format!("host: localhost:{}\r\n", address.port())), "{asked}");
    assert!(asked.contains("webhook-id: msg_1\r\n"), "{asked}");
}

#[tokio::test]
async fn a_name_of_a_private_address_is_not_called() {
    let (address, asked) = host(OK).await;
    let port = address.port();
    for url in [
        format!("http://localhost:{port}/"),
        format!("https://localhost:{port}/"),
        format!("https://127.0.0.1:{port}/"),
        format!("https://127.1:{port}/"),
        format!("https://2130706433:{port}/"),
        format!("https://0x7f000001:{port}/"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
        format!("https://0.0.0.0:{port}/"),
    ] {
        let outward = outward(&["other.example.org"]);
        let error = get(&outward, &url).await.unwrap_err();
        assert_eq!(error.code(), "private_address", "{url}: {error}");
        let error = outward.check(&url, PATIENT.wait).await.unwrap_err();
        assert_eq!(error.code(), "private_address", "{url}: {error}");
    }
    // The door was there all the time, and nobody has knocked.
    assert!(get(&outward(&["127.0.0.0/8"]), &format!("http://127.1:{port}/")).await.is_ok());
    assert_eq!(asked.await.unwrap().matches("HTTP/1.1").count(), 1);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let (address, _asked) = host(
        "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n",
    )
    .await;
    let reply = get(&outward(&["127.0.0.1"]), &format!("http://{address}/")).await.unwrap();
    assert_eq!(reply.status, 302);
    assert_eq!(reply.headers[LOCATION], "http://169.254.169.254/");
}

#[tokio::test]
async fn an_answer_has_its_limits() {
    let allowed = outward(&["127.0.0.1"]);
    let few = Limit { bytes: 4, ..PATIENT };
    let (address, _asked) = host(OK).await;
    let error =
        allowed.get(&format!("http://{address}/"), HeaderMap::new(), few).await.unwrap_err();
    assert_eq!(error.code(), "answer_too_long");

    let none = Limit { bytes: 0, ..PATIENT };
    let (address, _asked) = host("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\nh").await;
    let reply = allowed.get(&format!("http://{address}/"), HeaderMap::new(), none).await.unwrap();
    assert_eq!((reply.status.as_u16(), reply.body.len()), (200, 0));

    let (address, _asked) = host("SSH-2.0-OpenSSH_9.2\r\n").await;
    let error = get(&allowed, &format!("http://{address}/")).await.unwrap_err();
    assert_eq!(error.code(), "not_http");
}

#[tokio::test]
async fn a_host_that_says_nothing_is_left() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let short = Limit { wait: Duration::from_millis(50), bytes: 1024 };
    let error = outward(&["127.0.0.1"]).get(&url, HeaderMap::new(), short).await.unwrap_err();
    assert_eq!(error.code(), "timeout");
    drop(listener);
    let error = get(&outward(&["127.0.0.1"]), &url).await.unwrap_err();
    assert_eq!(error.code(), "connect_failed");
}

/// A certificate for `localhost` from an authority of its own, whose certificate is in a file.
fn certified(folder: &TempDir) -> (PathBuf, TlsAcceptor) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, authority.pem()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &authority).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    (file, TlsAcceptor::from(Arc::new(config)))
}

#[tokio::test]
async fn a_certificate_has_to_be_of_a_believed_authority_and_for_the_host() {
    let folder = TempDir::new().unwrap();
    let (file, acceptor) = certified(&folder);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let mut answered = 0;
        for _ in 0..3 {
            let (stream, _from) = listener.accept().await.unwrap();
            if let Ok(stream) = acceptor.accept(stream).await {
                talk(stream, OK).await;
                answered += 1;
            }
        }
        answered
    });
    let believing_it = believing(&["127.0.0.0/8"], file);
    let reply = get(&believing_it, &format!("https://localhost:{port}/")).await.unwrap();
    assert_eq!(&reply.body[..], b"hello");
    let error = get(&believing_it, &format!("https://127.0.0.1:{port}/")).await.unwrap_err();
    assert_eq!(error.code(), "tls_failed", "another name: {error}");
    let not_believing = outward(&["127.0.0.0/8"]);
    let error = get(&not_believing, &format!("https://localhost:{port}/")).await.unwrap_err();
    assert_eq!(error.code(), "tls_failed", "another authority: {error}");
    assert_eq!(server.await.unwrap(), 1);
}

#[test]
fn a_file_of_authorities_that_holds_none_is_a_fault() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("ca.pem");
    let open = |ca_file| Outward::new(&bedside_config::Outward { allow: Vec::new(), ca_file });
    assert!(open(file.clone()).is_err(), "it is not there");
    std::fs::write(&file, "no certificate").unwrap();
    assert!(open(file).is_err(), "it holds none");
}
