/** Loaded before the published plugin, which enters by SCRAM-SHA-512 alone: kafkajs then logs in as the service beside it says. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Kafka as KafkaClient } from 'kafkajs';
import { loginFile } from '../../../infra/dispatcher/config/entry.ts';

if (existsSync(loginFile)) {
  const sasl = { mechanism: 'plain' as const, ...JSON.parse(readFileSync(loginFile, 'utf8')) };
  const kafkajs: { Kafka: typeof KafkaClient } = createRequire(import.meta.url)('kafkajs');
  const { Kafka } = kafkajs;
  Object.assign(kafkajs, {
    Kafka: class extends Kafka {
      constructor(config: ConstructorParameters<typeof Kafka>[0]) {
        super({ ...config, sasl });
      }
    },
  });
}
