"""Runs aiortc through the scenarios that it can do and prints what it says, as JSON."""

import asyncio
import json
from importlib.metadata import version

from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCRtpReceiver, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack

TRACKS = {"audio": AudioStreamTrack, "video": VideoStreamTrack}


def connection(bundle=RTCBundlePolicy.BALANCED):
    return RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=bundle))


def add(pc, *kinds):
    for kind in kinds:
        pc.addTrack(TRACKS[kind]())


def data(pc):
    pc.createDataChannel("chat")


async def exchange(records, a, b):
    """Offer and answer, each with the candidates that setLocalDescription gathers."""
    await a.setLocalDescription(await a.createOffer())
    records.append({"type": "offer", "sdp": a.localDescription.sdp})
    await b.setRemoteDescription(RTCSessionDescription(a.localDescription.sdp, "offer"))
    await b.setLocalDescription(await b.createAnswer())
    records.append({"type": "answer", "sdp": b.localDescription.sdp})
    await a.setRemoteDescription(RTCSessionDescription(b.localDescription.sdp, "answer"))


def simple(prepare, answer=None, bundle=RTCBundlePolicy.BALANCED):
    async def scenario(records):
        a, b = connection(bundle), connection(bundle)
        prepare(a)
        if answer:
            answer(b)
        await exchange(records, a, b)
        return a, b

    return scenario


def media(pc):
    add(pc, "audio", "video")


def everything(pc):
    media(pc)
    data(pc)


def crowd(pc):
    media(pc)
    media(pc)
    data(pc)


def directions(direction):
    def prepare(pc):
        pc.addTransceiver("audio", direction=direction)
        pc.addTransceiver("video", direction=direction)

    return prepare


def preferring(kind, *mime_types):
    def prepare(pc):
        codecs = RTCRtpReceiver.getCapabilities(kind).codecs
        wanted = [codec for name in mime_types for codec in codecs if codec.mimeType == name]
        pc.addTransceiver(kind).setCodecPreferences(wanted)

    return simple(prepare)


async def in_rounds(records, *rounds):
    a, b = connection(), connection()
    for prepare in rounds:
        prepare(a)
        await exchange(records, a, b)
    return a, b


SCENARIOS = {
    "data_only": simple(data),
    "audio_only": simple(lambda pc: add(pc, "audio")),
    "video_only": simple(lambda pc: add(pc, "video")),
    "audio_video": simple(media, answer=media),
    "audio_video_one_way": simple(media),
    "audio_video_data": simple(everything, answer=media),
    "recvonly": simple(directions("recvonly"), answer=media),
    "sendonly": simple(directions("sendonly")),
    "inactive": simple(directions("inactive")),
    "two_audio_two_video": simple(lambda pc: add(pc, "audio", "video", "audio", "video")),
    "bundle_balanced": simple(crowd, bundle=RTCBundlePolicy.BALANCED),
    "bundle_max_compat": simple(crowd, bundle=RTCBundlePolicy.MAX_COMPAT),
    "bundle_max_bundle": simple(crowd, bundle=RTCBundlePolicy.MAX_BUNDLE),
    "codec_preferences_vp8": preferring("video", "video/VP8"),
    "codec_preferences_vp8_with_rtx": preferring("video", "video/VP8", "video/rtx"),
    "codec_preferences_h264": preferring("video", "video/H264", "video/rtx"),
    "codec_preferences_opus": preferring("audio", "audio/opus"),
    "codec_preferences_pcmu": preferring("audio", "audio/PCMU"),
    "data_added_later": lambda records: in_rounds(records, media, data),
    "media_added_later": lambda records: in_rounds(
        records, data, lambda pc: add(pc, "audio"), lambda pc: add(pc, "video")
    ),
}


async def main():
    result = {"version": version("aiortc"), "scenarios": {}, "skipped": {}}
    for name, scenario in SCENARIOS.items():
        records = []
        try:
            for pc in await asyncio.wait_for(scenario(records), 20):
                await pc.close()
        except Exception as error:  # noqa: BLE001: whatever a stack says when it gives up is worth a line
            result["skipped"][name] = f"{type(error).__name__}: {error}"
        if records:
            result["scenarios"][name] = records
    print(json.dumps(result))


asyncio.run(main())
