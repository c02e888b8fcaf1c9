// A film of recorded education, fetched once there is one to play. In: what to play. Out: the film. Never: a part of the page of whoever is shown none.
import type { FilmProps } from './film';
import { useLater } from './later';

export function Film(props: FilmProps) {
  const part = useLater(() => import('./film'));
  return part ? <part.Film {...props} /> : null;
}
