/** By which processes requests come in, and where from. */
export {
  type AddressReader,
  addressReader,
  type Entrance,
  isReachedThroughProxy,
  OpenedLater,
  openEntrance,
  statesOf,
  workersFault,
} from './entrance.ts';
