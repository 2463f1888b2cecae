/** `DeviceChangeEvent` (mediacapture-streams, section 9.3.1). */
import { MediaDeviceInfo } from '../media/media_device_info';
import { constructorOf, defaulted, dictionary, DOMString, expose, interfaceType, optional, readonly, sequence } from '../webidl';
import { EventInit } from './event_init';

const DeviceChangeEventInit = dictionary(
  'DeviceChangeEventInit',
  { devices: defaulted(sequence(interfaceType('MediaDeviceInfo', () => MediaDeviceInfo)), []) },
  EventInit,
);

const construct = constructorOf('DeviceChangeEvent', DOMString, optional(DeviceChangeEventInit, {}));

/** @internal A `devicechange` event that tells of devices the user has inserted. */
export let deviceChangeEvent: (devices: MediaDeviceInfo[], inserted: MediaDeviceInfo[]) => DeviceChangeEvent;

/** The devices at the time of the event; those inserted since the last one are known to who fires it. */
export class DeviceChangeEvent extends Event {
  readonly #devices: readonly MediaDeviceInfo[];
  #userInsertedDevices: readonly MediaDeviceInfo[] = Object.freeze([]);

  constructor(type: string, eventInitDict?: globalThis.EventInit & { devices?: MediaDeviceInfo[] });
  constructor(...given: unknown[]) {
    const [type, init] = construct.convert(given);
    super(type, init);
    this.#devices = Object.freeze(init.devices);
  }

  get devices(): readonly MediaDeviceInfo[] {
    return this.#devices;
  }

  get userInsertedDevices(): readonly MediaDeviceInfo[] {
    return this.#userInsertedDevices;
  }

  static {
    expose(this, {
      brand: (value) => #devices in value,
      construct,
      members: { devices: readonly, userInsertedDevices: readonly },
    });
    deviceChangeEvent = (devices, inserted) => {
      const event = new DeviceChangeEvent('devicechange', { devices });
      event.#userInsertedDevices = Object.freeze(inserted);
      return event;
    };
  }
}
