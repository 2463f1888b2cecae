//! The constrainable properties (mediacapture-main §4.3.8, mediacapture-extensions, screen-capture §5.4).

/// What a track carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `audio`.
    Audio,
    /// `video`.
    Video,
}

impl Kind {
    /// `kind` of a track.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Audio => "audio",
            Self::Video => "video",
        }
    }
}

macro_rules! properties {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $audio:literal, $video:literal;)*) => {
        /// A constrainable property. The order is that in which a failure is looked for: who, then how, then how much.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Property {
            $($(#[$doc])* $variant,)*
        }

        impl Property {
            /// All of them: what `getSupportedConstraints()` names.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its W3C name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Whether it is defined for tracks of this kind; constraints on others are ignored.
            #[must_use]
            pub const fn applies_to(self, kind: Kind) -> bool {
                let (audio, video) = match self { $(Self::$variant => ($audio, $video),)* };
                match kind { Kind::Audio => audio, Kind::Video => video }
            }
        }
    };
}

properties! {
    /// `deviceId`.
    DeviceId = "deviceId", true, true;
    /// `groupId`.
    GroupId = "groupId", true, true;
    /// `facingMode`.
    FacingMode = "facingMode", false, true;
    /// `displaySurface`.
    DisplaySurface = "displaySurface", false, true;
    /// `resizeMode`.
    ResizeMode = "resizeMode", false, true;
    /// `width`.
    Width = "width", false, true;
    /// `height`.
    Height = "height", false, true;
    /// `aspectRatio`.
    AspectRatio = "aspectRatio", false, true;
    /// `frameRate`.
    FrameRate = "frameRate", false, true;
    /// `sampleRate`.
    SampleRate = "sampleRate", true, false;
    /// `sampleSize`.
    SampleSize = "sampleSize", true, false;
    /// `channelCount`.
    ChannelCount = "channelCount", true, false;
    /// `latency`, in seconds.
    Latency = "latency", true, false;
    /// `echoCancellation`.
    EchoCancellation = "echoCancellation", true, false;
    /// `autoGainControl`.
    AutoGainControl = "autoGainControl", true, false;
    /// `noiseSuppression`.
    NoiseSuppression = "noiseSuppression", true, false;
    /// `voiceIsolation`.
    VoiceIsolation = "voiceIsolation", true, false;
    /// `backgroundBlur`.
    BackgroundBlur = "backgroundBlur", false, true;
    /// `backgroundSegmentationMask`.
    BackgroundSegmentationMask = "backgroundSegmentationMask", false, true;
    /// `eyeGazeCorrection`.
    EyeGazeCorrection = "eyeGazeCorrection", false, true;
    /// `faceFraming`.
    FaceFraming = "faceFraming", false, true;
}

impl Property {
    /// The property of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|property| property.name() == name)
    }

    /// Whether `getUserMedia` takes it as a required constraint (§10.3, "allowed required constraints for device selection").
    #[must_use]
    pub const fn may_select_device(self) -> bool {
        !matches!(
            self,
            Self::DisplaySurface
                | Self::VoiceIsolation
                | Self::BackgroundBlur
                | Self::BackgroundSegmentationMask
                | Self::EyeGazeCorrection
                | Self::FaceFraming
        )
    }
}
