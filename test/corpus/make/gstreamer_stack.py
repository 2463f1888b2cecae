"""Runs GStreamer's webrtcbin through the scenarios that it can do and prints what it says, as JSON."""

import json

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstWebRTC", "1.0")
gi.require_version("GstSdp", "1.0")
from gi.repository import Gst, GstSdp, GstWebRTC  # noqa: E402

CAPS = {
    "opus": "application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,encoding-params=(string)2,payload=96",
    "pcmu": "application/x-rtp,media=audio,encoding-name=PCMU,clock-rate=8000,payload=0",
    "vp8": "application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000,payload=97",
    "h264": "application/x-rtp,media=video,encoding-name=H264,clock-rate=90000,payload=98,packetization-mode=(string)1,"
    "profile-level-id=(string)42e01f",
    "vp9": "application/x-rtp,media=video,encoding-name=VP9,clock-rate=90000,payload=99",
}
DIRECTIONS = {
    "sendrecv": GstWebRTC.WebRTCRTPTransceiverDirection.SENDRECV,
    "sendonly": GstWebRTC.WebRTCRTPTransceiverDirection.SENDONLY,
    "recvonly": GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY,
    "inactive": GstWebRTC.WebRTCRTPTransceiverDirection.INACTIVE,
}
BUNDLE = {
    "none": GstWebRTC.WebRTCBundlePolicy.NONE,
    "balanced": GstWebRTC.WebRTCBundlePolicy.BALANCED,
    "max_compat": GstWebRTC.WebRTCBundlePolicy.MAX_COMPAT,
    "max_bundle": GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE,
}


class Peer:
    """A webrtcbin in a playing pipeline of its own."""

    def __init__(self, bundle="none"):
        self.promises = []
        self.pipeline = Gst.Pipeline.new(None)
        self.bin = Gst.ElementFactory.make("webrtcbin", None)
        self.bin.set_property("bundle-policy", BUNDLE[bundle])
        self.pipeline.add(self.bin)
        self.pipeline.set_state(Gst.State.PLAYING)
        self.pipeline.get_state(5 * Gst.SECOND)

    def add(self, *codecs, direction="sendrecv", rtx=False, fec=False):
        for codec in codecs:
            caps = Gst.Caps.from_string(CAPS[codec])
            transceiver = self.bin.emit("add-transceiver", DIRECTIONS[direction], caps)
            if rtx:
                transceiver.set_property("do-nack", True)
            if fec:
                transceiver.set_property("fec-type", GstWebRTC.WebRTCFECType.ULP_RED)
                transceiver.set_property("fec-percentage", 50)

    def data(self):
        self.bin.emit("create-data-channel", "chat", None)

    def operate(self, signal, *arguments):
        promise = Gst.Promise.new()
        self.bin.emit(signal, *arguments, promise)
        if promise.wait() != Gst.PromiseResult.REPLIED:
            raise RuntimeError(f"{signal} got no reply")
        # The reply belongs to the promise.
        self.promises.append(promise)
        reply = promise.get_reply()
        if reply is not None and reply.has_field("error"):
            raise RuntimeError(f"{signal}: {reply.get_value('error').message}")
        return reply

    def close(self):
        self.pipeline.set_state(Gst.State.NULL)


def description(text, kind):
    _, message = GstSdp.SDPMessage.new()
    GstSdp.sdp_message_parse_buffer(text.encode(), message)
    return GstWebRTC.WebRTCSessionDescription.new(kind, message)


def exchange(records, a, b):
    offer = create(a, "offer")
    records.append({"type": "offer", "sdp": offer})
    a.operate("set-local-description", description(offer, GstWebRTC.WebRTCSDPType.OFFER))
    b.operate("set-remote-description", description(offer, GstWebRTC.WebRTCSDPType.OFFER))
    answer = create(b, "answer")
    records.append({"type": "answer", "sdp": answer})
    b.operate("set-local-description", description(answer, GstWebRTC.WebRTCSDPType.ANSWER))
    a.operate("set-remote-description", description(answer, GstWebRTC.WebRTCSDPType.ANSWER))


def create(peer, kind):
    # The reply owns the description: it must live until the text is read.
    reply = peer.operate(f"create-{kind}", None)
    return reply.get_value(kind).sdp.as_text()


def simple(prepare, answer=None, bundle="none"):
    return [prepare], answer, bundle


def directions(direction):
    return lambda peer: peer.add("opus", "vp8", direction=direction)


def media(peer):
    peer.add("opus", "vp8")


def crowd(peer):
    media(peer)
    media(peer)
    peer.data()


def everything(peer):
    media(peer)
    peer.data()


SCENARIOS = {
    "data_only": simple(Peer.data),
    "audio_only": simple(lambda peer: peer.add("opus")),
    "video_only": simple(lambda peer: peer.add("vp8")),
    "audio_video": simple(media, answer=media),
    "audio_video_data": simple(everything, answer=media),
    "recvonly": simple(directions("recvonly"), answer=media),
    "sendonly": simple(directions("sendonly")),
    "inactive": simple(directions("inactive")),
    "bundle_none": simple(crowd, bundle="none"),
    "bundle_balanced": simple(crowd, bundle="balanced"),
    "bundle_max_compat": simple(crowd, bundle="max_compat"),
    "bundle_max_bundle": simple(crowd, bundle="max_bundle"),
    "codec_preferences_h264": simple(lambda peer: peer.add("h264")),
    "codec_preferences_vp9": simple(lambda peer: peer.add("vp9")),
    "codec_preferences_pcmu": simple(lambda peer: peer.add("pcmu")),
    "codec_preferences_vp8_with_rtx": simple(lambda peer: peer.add("vp8", rtx=True)),
    "codec_preferences_with_fec": simple(lambda peer: peer.add("vp8", rtx=True, fec=True), bundle="max_bundle"),
    "data_added_later": ([media, Peer.data], None, "max_bundle"),
    "media_added_later": ([Peer.data, media], None, "max_bundle"),
}


def main():
    Gst.init(None)
    version = Gst.version()
    number = f"{version.major}.{version.minor}.{version.micro}"
    result = {"version": number, "scenarios": {}, "skipped": {}}
    for name, (rounds, answer, bundle) in SCENARIOS.items():
        records, a, b = [], Peer(bundle), Peer(bundle)
        try:
            if answer:
                answer(b)
            for prepare in rounds:
                prepare(a)
                exchange(records, a, b)
        except Exception as error:  # noqa: BLE001: whatever a stack says when it gives up is worth a line
            result["skipped"][name] = f"{type(error).__name__}: {error}"
        a.close()
        b.close()
        if records:
            result["scenarios"][name] = records
    print(json.dumps(result))


main()
