// Choosing one of several devices. In: what there is. Out: the one chosen. Never: shown where there is no choice.
import { useEffect, useId, useState } from 'preact/hooks';
import { type DeviceList, listDevices, onDevices } from '../sdk';
import type { Words } from '../words';

type Props = {
  label: string;
  devices: MediaDeviceInfo[];
  chosen: string;
  choose: (id: string) => void;
  words: Words;
};

export function Picker({ label, devices, chosen, choose, words }: Props) {
  const id = useId();
  if (devices.length < 2) return null;
  const known = devices.some((device) => device.deviceId === chosen);
  return (
    <div class="picker">
      <label for={id}>{label}</label>
      <select id={id} value={known ? chosen : ''} onChange={(event) => choose(event.currentTarget.value)}>
        {known ? null : <option value="">{words.welcome.usual}</option>}
        {devices.map((device, index) => (
          <option key={device.deviceId} value={device.deviceId}>{device.label || words.welcome.device(index + 1)}</option>
        ))}
      </select>
    </div>
  );
}

const NONE: DeviceList = { cameras: [], microphones: [], speakers: [] };

/** The devices there are now; looked up again when one is plugged in, and when `allowed` changes, since only then their names are known. */
export function useDevices(allowed: string): DeviceList {
  const [list, setList] = useState(NONE);
  useEffect(() => {
    let live = true;
    const look = () => void listDevices().then((found) => live && setList(found));
    look();
    const unwatch = onDevices(look);
    return () => {
      live = false;
      unwatch();
    };
  }, [allowed]);
  return list;
}
