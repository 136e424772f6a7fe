/** A consumer that is told to end does so, whatever its cluster does at that moment. */
import { onSimulated } from '../../infra/simulation/kafka/onSimulated.fixture.ts';

/** ms after which a consumer that reads from two brokers is told to end while the third comes back. */
const moments = Array.from({ length: 15 }, (_, index) => index * 10);

for (const after of moments) {
  onSimulated(`it ends ${after} ms after a broker has come back`, { brokers: 3 }, async (stage) => {
    const { time, kafka } = stage;
    kafka.createTopic('t', { partitions: 6, replicationFactor: 3 });
    kafka.brokers.crash(3);
    await time.pass(1000);
    const { consumer } = await stage.consumer('t', { metadataMaxAge: 20 });
    await time.pass(1000);
    kafka.brokers.start(3);
    await time.pass(after);
    await time.during(consumer.disconnect(), 30_000);
  });
}
