//! The commands through the library: the self-test, and files sent, interrupted and received.

mod common;

use common::{PATIENCE, server};
use peerline_server::check::{self, Progress};
use peerline_server::transfer::{self, TransferError, TransferEvent};
use peerline_server::{RunningServer, SignalingUrl};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// A directory of its own for each test, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("peerline-test-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("a directory");
        Self(path)
    }

    fn file(&self, name: &str, len: usize) -> (PathBuf, Vec<u8>) {
        let contents: Vec<u8> = (0..len).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let path = self.0.join(name);
        fs::write(&path, &contents).expect("writes");
        (path, contents)
    }

    fn directory(&self, name: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(&path).expect("a directory");
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn url(server: &RunningServer) -> SignalingUrl {
    server.url().parse().expect("a URL")
}

/// Starts sending; gives the code and the outcome to come.
async fn send(server: &RunningServer, path: &Path) -> (String, JoinHandle<Result<String, TransferError>>) {
    let (tell, code) = oneshot::channel();
    let mut tell = Some(tell);
    let (url, path) = (url(server), path.to_owned());
    let sending = tokio::spawn(async move {
        transfer::send(url, path, move |event| {
            if let (TransferEvent::Code(code), Some(tell)) = (event, tell.take()) {
                let _ = tell.send(code);
            }
        })
        .await
    });
    (timeout(PATIENCE, code).await.expect("in time").expect("a code"), sending)
}

async fn outcome<T>(task: JoinHandle<T>) -> T {
    timeout(PATIENCE, task).await.expect("in time").expect("no panic")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_connects_two_peers_and_compares_their_checksums() {
    let mut names = Vec::new();
    let mut last = 0;
    let checking = check::run(3_000_001, |progress| match progress {
        Progress::Step(step) => names.push(step.name),
        Progress::Bytes(bytes) => last = bytes,
        _ => {}
    });
    let report = timeout(PATIENCE, checking).await.expect("in time").expect("passes");
    assert_eq!((report.bytes, last), (3_000_001, 3_000_001));
    assert_eq!(report.sha256.len(), 64);
    for name in ["server started", "ICE: checks succeeded", "DTLS: handshake done, fingerprint right", "channel open"] {
        assert!(names.contains(&name), "{name} is missing in {names:?}");
    }
    assert_eq!(names.last(), Some(&"closed: the other side saw it"));
    assert!(report.steps.windows(2).all(|pair| pair[0].at_ms <= pair[1].at_ms), "{:?}", report.steps);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_from_machine_to_machine_under_its_code() {
    let server = server().await;
    let scratch = Scratch::new();
    for len in [0, 1, 65_536, 5_000_003] {
        let (path, contents) = scratch.file(&format!("file-{len}.bin"), len);
        let out = scratch.directory(&format!("out-{len}"));
        let (code, sending) = send(&server, &path).await;
        let typed = code.to_uppercase().replace('-', " ");
        let receiving = transfer::receive(url(&server), &typed, Some(out.clone()), |_| {});
        let (received, sha256) = timeout(PATIENCE, receiving).await.expect("in time").expect("receives");
        assert_eq!(received, out.join(format!("file-{len}.bin")));
        assert_eq!(fs::read(&received).expect("is there"), contents);
        assert_eq!(outcome(sending).await.expect("is confirmed"), sha256);
        assert_eq!(fs::read_dir(&out).expect("lists").count(), 1, "no partial file is left");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_was_cut_off_goes_on_where_it_stopped() {
    let server = server().await;
    let scratch = Scratch::new();
    let (path, contents) = scratch.file("long.bin", 48_000_000);
    let out = scratch.directory("out");
    let (code, sending) = send(&server, &path).await;

    let (stop, mut stopped) = mpsc::unbounded_channel();
    let first = transfer::receive(url(&server), &code, Some(out.clone()), move |event| {
        if matches!(event, TransferEvent::Bytes(bytes) if bytes > 4_000_000) {
            let _ = stop.send(());
        }
    });
    tokio::select! {
        _ = first => panic!("it was to be cut off"),
        _ = stopped.recv() => {}
    }
    let partial = || fs::metadata(out.join("long.bin.part")).map_or(0, |metadata| metadata.len());
    timeout(PATIENCE, async {
        while partial() < 3_000_000 {
            tokio::task::yield_now().await
        }
    })
    .await
    .expect("written");

    let mut offset = 0;
    let second = transfer::receive(url(&server), &code, Some(out.clone()), |event| {
        if let TransferEvent::Started { offset: from, .. } = event {
            offset = from;
        }
    });
    let (received, _) = timeout(PATIENCE * 2, second).await.expect("in time").expect("receives");
    assert!(offset >= 3_000_000, "went on from {offset}");
    assert!(fs::read(received).expect("is there") == contents);
    outcome(sending).await.expect("is confirmed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_under_way_outlives_the_server() {
    let server = server().await;
    let scratch = Scratch::new();
    let (path, contents) = scratch.file("long.bin", 40_000_000);
    let (code, sending) = send(&server, &path).await;
    let (begun, mut under_way) = mpsc::unbounded_channel();
    let (url, out) = (url(&server), scratch.directory("out"));
    let receiving = tokio::spawn(async move {
        let tell = move |event| {
            if matches!(event, TransferEvent::Bytes(_)) {
                let _ = begun.send(());
            }
        };
        transfer::receive(url, &code, Some(out), tell).await
    });
    timeout(PATIENCE, under_way.recv()).await.expect("in time").expect("begins");
    server.shutdown().await;
    let (received, _) = timeout(PATIENCE * 2, receiving).await.expect("in time").expect("no panic").expect("receives");
    assert!(fs::read(received).expect("is there") == contents);
    outcome(sending).await.expect("is confirmed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partial_file_of_something_else_is_begun_anew() {
    let server = server().await;
    let scratch = Scratch::new();
    let (path, contents) = scratch.file("data.bin", 300_000);
    let out = scratch.directory("out");
    fs::write(out.join("data.bin.part"), vec![7; 100_000]).expect("writes");
    let (code, sending) = send(&server, &path).await;
    let receiving = transfer::receive(url(&server), &code, Some(out), |_| {});
    let (received, _) = timeout(PATIENCE, receiving).await.expect("in time").expect("receives");
    assert!(fs::read(received).expect("is there") == contents);
    outcome(sending).await.expect("is confirmed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_existing_file_is_not_overwritten_and_both_sides_say_so() {
    let server = server().await;
    let scratch = Scratch::new();
    let (path, _) = scratch.file("data.bin", 1000);
    let out = scratch.directory("out");
    fs::write(out.join("data.bin"), "mine").expect("writes");
    let (code, sending) = send(&server, &path).await;
    let receiving = transfer::receive(url(&server), &code, Some(out.clone()), |_| {});
    let error = timeout(PATIENCE, receiving).await.expect("in time").expect_err("refuses");
    assert!(matches!(error, TransferError::Exists(_)), "{error}");
    let error = outcome(sending).await.expect_err("is told");
    assert!(matches!(error, TransferError::Refused(_)), "{error}");
    assert_eq!(fs::read_to_string(out.join("data.bin")).expect("is there"), "mine");
}

#[tokio::test]
async fn wrong_codes_files_and_servers_are_explained() {
    let server = server().await;
    let scratch = Scratch::new();
    let error = transfer::receive(url(&server), "2222-2222", None, |_| {}).await.expect_err("no such code");
    assert!(matches!(error, TransferError::UnknownCode), "{error}");
    let error = transfer::receive(url(&server), "hello", None, |_| {}).await.expect_err("no code");
    assert!(matches!(error, TransferError::NotACode(_)), "{error}");
    let missing = scratch.0.join("missing");
    let error = transfer::send(url(&server), missing, |_| {}).await.expect_err("no file");
    assert!(matches!(error, TransferError::File { .. }), "{error}");
    let error = transfer::send(url(&server), scratch.0.clone(), |_| {}).await.expect_err("a directory");
    assert!(matches!(error, TransferError::NotAFile(_)), "{error}");

    let nowhere = url(&server);
    server.shutdown().await;
    let (path, _) = scratch.file("data.bin", 10);
    let error = transfer::send(nowhere, path, |_| {}).await.expect_err("no server");
    assert!(error.to_string().contains("peerline serve"), "{error}");
}
