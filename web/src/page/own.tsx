// The person's own picture, as in a mirror. In: their camera. Out: the picture, or a quiet word. Never: leaves the device.
import { useMemo } from 'preact/hooks';
import { Video } from './video';
import { Icon } from './icon';

export function OwnPicture({ camera, label, empty }: { camera: MediaStreamTrack | null; label: string; empty: string }) {
  const stream = useMemo(() => (camera ? new MediaStream([camera]) : null), [camera]);
  return (
    <div class="own-picture">
      {stream ? <Video stream={stream} label={label} mirrored /> : (
        <p class="own-empty"><Icon name="camera_off" />{empty}</p>
      )}
    </div>
  );
}
