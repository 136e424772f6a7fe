/**
 * kafkajs lets every connection look for waiting requests each millisecond, for ever, also where none can be waiting (its
 * issues 1556 and 1704): every client at rest keeps a processor awake.
 */
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

const schedule = RequestQueue.prototype.scheduleCheckPendingRequests;

// A request that is put aside, because of the broker's throttle or too many in flight, asks for a look by itself.
RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
  if (this.pending.length > 0) schedule.call(this);
};
