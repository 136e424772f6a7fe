/**
 * kafkajs goes on with a connection that broke in the middle of an answer, and takes the next one's first bytes for the rest
 * of that answer: from then on no request is answered any more, or the process ends by a read beyond a buffer.
 */
import Connection from 'kafkajs/src/network/connection.js';

const { connect } = Connection.prototype;
const lengthField = 4;

Connection.prototype.connect = function (this: Connection): Promise<boolean> {
  if (!this.isConnected()) Object.assign(this, { chunks: [], bytesBuffered: 0, bytesNeeded: lengthField });
  return connect.call(this);
};
