//! Opens a connection: the core with its backends, and the driver that feeds it. Every kind of handle begins here.

use crate::clock;
use crate::driver::Driver;
use crate::rtc_certificate::RtcCertificate;
use crate::rtc_configuration::RtcConfiguration;
use crate::rtc_error::RtcError;
use crate::shared::{Handle, Shared, TaskRunner};
use peerline_crypto::CryptoProvider;
use peerline_crypto_aws_lc::AwsLc;
use peerline_dtls::EngineProvider;
use peerline_dtls_dimpl::Dimpl;
use peerline_edge::Seed;
use peerline_peer::{Environment, PeerConnection};
use std::sync::{Arc, LazyLock};

/// The backends: one of each for the whole process, since they keep what is costly to make.
struct Backends {
    crypto: Arc<dyn CryptoProvider>,
    dtls: Arc<dyn EngineProvider>,
}

static BACKENDS: LazyLock<Backends> =
    LazyLock::new(|| Backends { crypto: Arc::new(AwsLc), dtls: Arc::new(Dimpl::new()) });

/// Makes a connection; `runtime` drives it, `task_runner` runs its tasks.
pub(crate) fn open(
    runtime: &tokio::runtime::Handle,
    configuration: RtcConfiguration,
    task_runner: TaskRunner,
) -> Result<Handle, RtcError> {
    crate::process::check_connection_limit()?;
    // A fresh certificate for each connection, so that two connections cannot be told to belong to one user (RFC 8827 §6.5).
    let certificate = match configuration.certificates.first() {
        Some(certificate) => Arc::clone(certificate.certificate()),
        None => Arc::clone(RtcCertificate::generate_default()?.certificate()),
    };
    let environment = Environment {
        crypto: Arc::clone(&BACKENDS.crypto),
        dtls: Arc::clone(&BACKENDS.dtls),
        certificate,
        unix_millis_at_epoch: clock::unix_millis_at_epoch(),
        seed: random_seed()?,
    };
    let core = PeerConnection::new(clock::now(), configuration.into(), environment)?;
    let shared = Arc::new(Shared::new(core, task_runner));
    let handle = Handle::new(&shared);
    runtime.spawn(Driver::new(shared));
    Ok(handle)
}

/// The primitives, for what needs no connection.
pub(crate) fn crypto() -> Arc<dyn CryptoProvider> {
    Arc::clone(&BACKENDS.crypto)
}

/// Entropy for one connection.
pub(crate) fn random_seed() -> Result<Seed, RtcError> {
    let mut seed = Seed::default();
    aws_lc_rs::rand::fill(&mut seed).map_err(|_| RtcError::no_entropy())?;
    Ok(seed)
}
