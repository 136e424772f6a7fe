/** What `custom.aws` says: the file that `--param="aws=…"` names, like example.yml beside this. */
import { z } from 'zod';
import { readSettings } from '../../functions/settings.ts';
import { Mistake, messageOf } from '../faults.ts';

const text = (pattern: RegExp, like: string) => z.string(`is like ${like}`).regex(pattern, `is like ${like}`);
const secret = text(/^arn:[\w-]+:secretsmanager:/, 'arn:aws:secretsmanager:us-east-1:000000000000:secret:shop-aaaaaa');
const upTo = (most: number) => z.int(`is a whole number from 1 to ${most}`).min(1).max(most);

const schema = z.strictObject({
  vpc: text(/^vpc-[\da-f]+$/, 'vpc-0123456789abcdef0'),
  subnets: z
    .array(text(/^subnet-[\da-f]+$/, 'subnet-0123456789abcdef0'))
    .min(2, 'are two or more, in zones of their own'),
  kafka: z.strictObject({
    brokers: text(/^[^\s,]+:\d+(,[^\s,]+:\d+)*$/, 'broker-1.example:9096,broker-2.example:9096'),
    cluster: text(/^(arn:[\w-]+:kafka:.+)?$/, "arn:aws:kafka:…, or ''"),
    secret,
    pollers: z
      .strictObject({ minimum: upTo(200), maximum: upTo(2000) })
      .refine(({ minimum, maximum }) => maximum >= minimum, 'has a maximum below its minimum'),
  }),
  secret,
  image: text(/^[^\s]+[:@][^\s]+$/, 'a repository with a tag or digest'),
  customers: text(/^[\d.]+\/\d+$/, '10.0.0.0/8'),
  alarms: z.email('is an e-mail address'),
  settings: z.record(text(/^DESPACHO_\w+$/, 'DESPACHO_LANGUAGE'), z.string('is text: put it in quotation marks')),
});

/** Where and how the system is deployed. */
export type Parameters = Readonly<z.infer<typeof schema>>;

/** What a deployment says of each process itself. */
const taken = /^DESPACHO_(PARTS|GRPC_\w+|NAMESPACE|EMAIL)$/;

/** @throws Mistake naming the key at fault and what it should be */
export function readParameters(custom: unknown): Parameters {
  const read = schema.safeParse(custom);
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => `custom.aws.${path.join('.')}: ${message}`);
    throw new Mistake('setting', `${faults.join('; ')}. Name a file like infra/aws/example.yml by --param="aws=…".`);
  }
  const { settings } = read.data;
  const own = Object.keys(settings).find((name) => taken.test(name));
  if (own) {
    const cure = /NAMESPACE|EMAIL/.test(own) ? 'set it in the environment of the deployment' : 'leave it out';
    throw new Mistake('setting', `custom.aws.settings.${own}: is told to each part already; ${cure}`);
  }
  try {
    readSettings({ ...settings });
  } catch (error) {
    throw new Mistake('setting', `custom.aws.settings: ${messageOf(error)}`);
  }
  return read.data;
}
