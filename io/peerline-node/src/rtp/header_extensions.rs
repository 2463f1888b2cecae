//! Header extension control (webrtc-extensions §5): which extensions a transceiver offers, and which were agreed to.

use super::{Connection, direction};
use crate::error::{Result, exception};
use crate::rtp::parameters::NativeHeaderExtension;
use napi_derive::napi;
use peerline_peer::{Direction, HeaderExtensionPreference, Misuse, Transceiver, TransceiverId};

#[napi]
impl Connection {
    #[napi(catch_unwind)]
    pub fn get_header_extensions_to_negotiate(&self, transceiver: u32) -> Result<Vec<NativeHeaderExtension>> {
        self.header_extensions(transceiver, |transceiver| transceiver.header_extensions_to_negotiate().to_vec())
    }

    #[napi(catch_unwind)]
    pub fn get_negotiated_header_extensions(&self, transceiver: u32) -> Result<Vec<NativeHeaderExtension>> {
        self.header_extensions(transceiver, Transceiver::negotiated_header_extensions)
    }

    #[napi(catch_unwind)]
    pub fn set_header_extensions_to_negotiate(
        &self,
        transceiver: u32,
        extensions: Vec<NativeHeaderExtension>,
    ) -> Result<()> {
        let pair = |extension: NativeHeaderExtension| {
            let wanted = extension.direction.as_deref().filter(|direction| *direction != "stopped");
            Ok((extension.uri, wanted.map(direction).transpose()?))
        };
        let pairs = extensions.into_iter().map(pair).collect::<Result<_>>()?;
        self.try_call(|core, now| core.set_header_extensions_to_negotiate(now, TransceiverId(transceiver), pairs))
    }

    fn header_extensions(
        &self,
        transceiver: u32,
        of: impl FnOnce(&Transceiver) -> Vec<HeaderExtensionPreference>,
    ) -> Result<Vec<NativeHeaderExtension>> {
        let found = self.look(|core| core.transceiver(TransceiverId(transceiver)).map(of));
        let extensions = found.ok_or_else(|| exception(Misuse::UnknownTransceiver))?;
        Ok(extensions.into_iter().map(NativeHeaderExtension::from).collect())
    }
}

impl From<HeaderExtensionPreference> for NativeHeaderExtension {
    fn from(extension: HeaderExtensionPreference) -> Self {
        let direction = extension.direction.map_or("stopped", Direction::as_str).to_owned();
        Self { uri: extension.uri, id: None, encrypted: None, direction: Some(direction) }
    }
}
