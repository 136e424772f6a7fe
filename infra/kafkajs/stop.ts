/**
 * kafkajs makes its fetchers anew when brokers come or go. Where a consumer is stopped in the middle of that, the new ones
 * are not: they ask for ever, and what they get without waiting keeps everything else in the process from going on.
 */
import Runner from 'kafkajs/src/consumer/runner.js';

const { fetch } = Runner.prototype;

// Its fetchers end by an error; that of a runner which has been stopped is told to nobody.
Runner.prototype.fetch = async function (this: Runner, nodeId: number): Promise<object[]> {
  if (!this.running) throw new Error('the consumer has been stopped');
  return fetch.call(this, nodeId);
};
