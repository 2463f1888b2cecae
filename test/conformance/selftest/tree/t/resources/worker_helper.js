const answer = data => (data instanceof RTCThing ? new RTCThing(`${data.value} and back`) : data + 1);
