/** What people look into: Kafka's topics, and the dashboards. */
import { containersJaas } from './kafka.ts';
import { check, healthy, official, published, variable, versions } from './parts.ts';

/** Of the two Kafkas the one whose profile is on. */
const anyKafka = {
  kafka: { ...healthy, required: false },
  'kafka-zookeeper': { ...healthy, required: false },
};

/** Services by their names in the compose file. They have no profile: they come up with either Kafka. */
export const pages = {
  'kafka-ui': {
    image: `kafbat/kafka-ui:${versions.kafbat}`,
    depends_on: anyKafka,
    environment: {
      KAFKA_CLUSTERS_0_NAME: 'despacho',
      KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS: 'kafka:19092',
      KAFKA_CLUSTERS_0_PROPERTIES_SECURITY_PROTOCOL: 'SASL_PLAINTEXT',
      KAFKA_CLUSTERS_0_PROPERTIES_SASL_MECHANISM: 'PLAIN',
      KAFKA_CLUSTERS_0_PROPERTIES_SASL_JAAS_CONFIG: containersJaas,
    },
    ports: [published(variable('KAFKA_UI_PORT', 8080), 8080)],
    healthcheck: check('wget -q -O /dev/null http://localhost:8080/actuator/health', 60),
    mem_limit: '768m',
  },
  kibana: {
    image: official(`kibana:${versions.elasticsearch}`),
    depends_on: { elasticsearch: healthy },
    environment: { ELASTICSEARCH_HOSTS: 'http://elasticsearch:9200', TELEMETRY_OPTIN: 'false' },
    ports: [published(variable('KIBANA_PORT', 5601), 5601)],
    volumes: ['kibana:/usr/share/kibana/data'],
    healthcheck: check('curl -sf http://localhost:5601/api/status', 120),
    mem_limit: '1g',
  },
  /** Gives Kibana the dashboards, and ends. */
  dashboards: {
    image: official(`kibana:${versions.elasticsearch}`),
    depends_on: { kibana: healthy },
    entrypoint: ['bash', '-c'],
    command: [
      'for file in /saved/*.ndjson; do curl -sS -H "kbn-xsrf: despacho" -F "file=@$$file" ' +
        '"http://kibana:5601/api/saved_objects/_import?overwrite=true" | tee /dev/stderr | grep -q \'"success":true\' || exit 1; done',
    ],
    volumes: ['../kibana/saved:/saved:ro'],
    mem_limit: '128m',
  },
};
