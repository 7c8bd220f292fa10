//! TLS for every probe: one provider of cryptography, the system's trust store.

use super::fault;
use crate::health::Failure;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_platform_verifier::ConfigVerifierExt;
use std::sync::Arc;

/// Makes ring the process's provider. Calling it again does nothing.
pub fn install() {
    if CryptoProvider::get_default().is_none() {
        // Another thread may have been quicker; then it is installed, too.
        _ = rustls::crypto::ring::default_provider().install_default();
    }
}

/// Certificates are checked as the system's own programs check them.
pub(super) fn checked() -> Result<ClientConfig, Failure> {
    install();
    ClientConfig::with_platform_verifier()
        .map_err(|error| fault::misconfigured(format!("the system's certificates: {error}")))
}

/// Encrypted, but with whoever answers, as libpq's `prefer`: no worse than the plain connection that it replaces.
pub(super) fn unchecked() -> Result<ClientConfig, Failure> {
    install();
    let provider = CryptoProvider::get_default()
        .cloned()
        .ok_or_else(|| fault::misconfigured("no provider of cryptography"))?;
    Ok(ClientConfig::builder()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anybody(provider)))
        .with_no_client_auth())
}

/// Accepts any certificate; signatures are still checked, so that the peer holds the certificate's key.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
