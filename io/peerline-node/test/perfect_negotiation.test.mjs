// The example of W3C webrtc-pc, section 10.7 ("Perfect Negotiation Example"), unchanged, at both ends of a signaling channel.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RTCPeerConnection } from '../dist/index.js';
import { once } from './support/connect.mjs';

/** One end, as in the example; `signaling` has `send` and calls `onmessage`. */
function perfectPeer(signaling, polite) {
  const pc = new RTCPeerConnection();
  const problems = [];
  // keep track of some negotiation state to prevent races and errors
  let makingOffer = false;
  let ignoreOffer = false;
  let isSettingRemoteAnswerPending = false;

  // send any ice candidates to the other peer
  pc.onicecandidate = ({ candidate }) => signaling.send({ candidate });

  // let the "negotiationneeded" event trigger offer generation
  pc.onnegotiationneeded = async () => {
    try {
      makingOffer = true;
      await pc.setLocalDescription();
      signaling.send({ description: pc.localDescription });
    } catch (err) {
      problems.push(err);
    } finally {
      makingOffer = false;
    }
  };

  signaling.onmessage = async ({ data: { description, candidate } }) => {
    try {
      if (description) {
        // An offer may come in while we are busy processing SRD(answer).
        // In this case, we will be in "stable" by the time the offer is processed
        // so it is safe to chain it on our Operations Chain now.
        const readyForOffer = !makingOffer && (pc.signalingState == 'stable' || isSettingRemoteAnswerPending);
        const offerCollision = description.type == 'offer' && !readyForOffer;

        ignoreOffer = !polite && offerCollision;
        if (ignoreOffer) {
          return;
        }
        isSettingRemoteAnswerPending = description.type == 'answer';
        await pc.setRemoteDescription(description); // SRD rolls back as needed
        isSettingRemoteAnswerPending = false;
        if (description.type == 'offer') {
          await pc.setLocalDescription();
          signaling.send({ description: pc.localDescription });
        }
      } else if (candidate) {
        try {
          await pc.addIceCandidate(candidate);
        } catch (err) {
          if (!ignoreOffer) throw err; // Suppress ignored offer's candidates
        }
      }
    } catch (err) {
      problems.push(err);
    }
  };
  return { pc, problems };
}

/** Two ends of a signaling channel that delivers what JSON leaves of a message, each in a task of its own. */
function signalingChannel() {
  const ends = [{}, {}];
  const connect = (from, to) => {
    from.send = (message) => {
      const text = JSON.stringify(message);
      setTimeout(() => to.onmessage({ data: JSON.parse(text) }), 0);
    };
  };
  connect(ends[0], ends[1]);
  connect(ends[1], ends[0]);
  return ends;
}

function perfectPair(t) {
  const [first, second] = signalingChannel();
  const polite = perfectPeer(first, true);
  const impolite = perfectPeer(second, false);
  t.after(() => {
    polite.pc.close();
    impolite.pc.close();
    assert.deepEqual([...polite.problems, ...impolite.problems], []);
  });
  return [polite.pc, impolite.pc];
}

test('one side starts', async (t) => {
  const [polite, impolite] = perfectPair(t);
  const announced = once(impolite, 'datachannel');
  const channel = polite.createDataChannel('chat');
  await once(channel, 'open');
  assert.equal((await announced).channel.label, 'chat');
});

test('both sides start at once: glare', async (t) => {
  const [polite, impolite] = perfectPair(t);
  const channels = [polite.createDataChannel('from polite'), impolite.createDataChannel('from impolite')];
  await Promise.all(channels.map((channel) => once(channel, 'open')));
});

test('both sides add transceivers, again and again', async (t) => {
  const [polite, impolite] = perfectPair(t);
  const sides = [polite, impolite];
  for (let n = 10; n > 0; n -= 1) {
    for (const pc of sides) pc.addTransceiver('video');
    await new Promise((resolve) => setTimeout(resolve, n - 1));
  }
  const isDone = () => sides.every((pc) => pc.signalingState === 'stable' && pc.getTransceivers().length === 20 && pc.getTransceivers().every(({ mid }) => mid));
  for (const deadline = Date.now() + 10_000; !isDone(); ) {
    assert.ok(Date.now() < deadline, sides.map((pc) => `${pc.signalingState} ${pc.getTransceivers().length}`).join());
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
});

test('both sides restart ICE under a channel in use', async (t) => {
  const [polite, impolite] = perfectPair(t);
  const announced = once(impolite, 'datachannel');
  const channel = polite.createDataChannel('chat');
  await once(channel, 'open');
  const { channel: other } = await announced;
  polite.restartIce();
  impolite.restartIce();
  for (let n = 0; n < 50; n += 1) {
    const arrived = once(other, 'message');
    channel.send(`${n}`);
    assert.equal((await arrived).data, `${n}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
});
