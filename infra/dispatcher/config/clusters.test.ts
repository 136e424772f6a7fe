/** Which Kafka each event reads from, and how it is entered. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { systemClock } from '../../clock.ts';
import { portOf } from '../../http/portOf.ts';
import { oauthBearer } from './bearer.ts';
import { describePlan } from './describePlan.ts';
import { type Plan, type PlanOptions, planOf } from './mapping.ts';

process.env.TEST_CLUSTER_LOGIN = JSON.stringify({ username: 'ana', password: 'hush' });
const token = { clientId: 'ana', clientSecret: 'hush', tokenEndpoint: 'http://127.0.0.1:1/token' };
process.env.TEST_CLUSTER_TOKEN = JSON.stringify(token);

function plan(events: object[], dispatcher: object = {}, options: PlanOptions = {}): Plan {
  const functions = { ship: { handler: 'mapping.handler', events } };
  const secrets = {
    login: { env: 'TEST_CLUSTER_LOGIN' },
    same: { env: 'TEST_CLUSTER_LOGIN' },
    token: { env: 'TEST_CLUSTER_TOKEN' },
  };
  return planOf({ functions, custom: { dispatcher: { secrets, ...dispatcher } } }, import.meta.dirname, options);
}
const kafka = (topic: string, server: string, accessConfigurations: object = {}) => ({
  kafka: { topic, bootstrapServers: [server], accessConfigurations },
});

test('events that name different brokers read from different clusters, each entered in its own way', () => {
  const shown = plan([kafka('a', 'one:1'), kafka('b', 'two:2', { saslPlainAuth: 'login' }), kafka('c', 'one:1')]);
  const sasl = { mechanism: 'plain', username: 'ana', password: 'hush' };
  assert.deepEqual([shown.brokers, shown.access], [['one:1'], undefined]);
  assert.deepEqual(shown.clusters, { 'ship:b': { brokers: ['two:2'], access: { tls: {}, sasl } } });
  assert.match(describePlan(shown), /^brokers one:1\nbrokers two:2 by TLS, plain\nfunction /);
});

test('who runs a disabled event enters its cluster by its login, and needs none of the others', () => {
  const off = { ...kafka('a', 'one:1', { saslPlainAuth: 'login' }).kafka, enabled: false };
  const other = kafka('b', 'one:1', { saslPlainAuth: 'nobody has it' });
  const { access, mappings } = plan([{ kafka: off }, other], {}, { runs: ({ topic }) => topic === 'a' });
  assert.equal(access?.sasl?.mechanism, 'plain');
  assert.deepEqual(
    mappings.map(({ enabled }) => enabled),
    [true, false],
  );
});

test('where brokers are said for all, all read from these', () => {
  const { brokers, clusters } = plan([kafka('a', 'one:1'), kafka('b', 'two:2')], { brokers: 'three:3' });
  assert.deepEqual([brokers, clusters], [['three:3'], {}]);
});

test('brokers that are said for all are entered as is said for all, whatever the events say of AWS', () => {
  const msk = { msk: { topic: 'b', arn: 'arn:aws:kafka:us-east-1:000000000000:cluster/c/1', saslScram512: 'on AWS' } };
  const events = [kafka('a', 'one:1', { saslScram512Auth: 'same' }), msk];
  const all = { brokers: 'three:3', tls: false, accessConfigurations: { saslPlainAuth: 'login' } };
  assert.deepEqual(plan(events, all).access, { sasl: { mechanism: 'plain', username: 'ana', password: 'hush' } });
  const slip = { ...all, accessConfigurations: { saslPlainAuth: 'logn' } };
  assert.throws(() => plan(events, slip), /custom\.dispatcher\.accessConfigurations: names a secret that/);
});

test('one cluster is entered in one way, whichever secret says which', () => {
  assert.throws(
    () => plan([kafka('a', 'one:1'), kafka('b', 'one:1', { saslPlainAuth: 'login' })]),
    /events\.1\.accessConfigurations: enters the cluster otherwise than functions\.ship\.events\.0/,
  );
  const { access } = plan(['login', 'same'].map((saslPlainAuth) => kafka(saslPlainAuth, 'one:1', { saslPlainAuth })));
  assert.equal(access?.sasl?.mechanism, 'plain');
});

test('events of one cluster may tell of different networks, which mean nothing here', () => {
  const login = { saslOauthbearerAuth: 'token' };
  const events = ['a', 'b'].map((topic) => kafka(topic, 'one:1', { ...login, vpcSubnet: [`subnet-${topic}`] }));
  assert.equal(plan(events).access?.sasl?.mechanism, 'oauthbearer');
});

test('an event of MSK has no brokers of its own: it reads from the only ones, or is told to name them', () => {
  const msk = { msk: { topic: 'm', arn: 'arn:aws:kafka:eu-west-1:0:cluster/c/1' } };
  assert.deepEqual(plan([msk, kafka('a', 'one:1')]).brokers, ['one:1']);
  assert.throws(
    () => plan([msk, kafka('a', 'one:1'), kafka('b', 'two:2')]),
    /--brokers\): is needed: .*events\.0 names no/,
  );
});

test("MSK's IAM is entered by a token that AWS's own package signs for the cluster's region", async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'not to be printed' });
  const msk = { msk: { topic: 'm', arn: 'arn:aws:kafka:eu-west-1:0:cluster/c/1' } };
  const { access } = plan([msk], { brokers: 'b:9098', iam: true });
  const sasl = access?.sasl as { mechanism: string; oauthBearerProvider(): Promise<{ value: string }> };
  assert.deepEqual([access?.tls, sasl.mechanism], [{}, 'oauthbearer']);
  const url = new URL(Buffer.from((await sasl.oauthBearerProvider()).value, 'base64url').toString());
  assert.deepEqual(
    [url.host, url.searchParams.get('Action')],
    ['kafka.eu-west-1.amazonaws.com', 'kafka-cluster:Connect'],
  );
  assert.match(url.searchParams.get('X-Amz-Credential') ?? '', /^AKIATEST\//);
  assert.equal(plan([msk], { brokers: 'b:9098' }).access, undefined);
});

test('a token of an authorization server serves until shortly before it expires', async (context) => {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push(`${request.headers.authorization} ${body}`);
    response.statusCode = asked.length > 2 ? 401 : 200;
    response.end(JSON.stringify({ access_token: `t${asked.length}`, expires_in: 60 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => server.close());
  let now = 0;
  const clock = { ...systemClock, now: () => now };
  const tokenEndpoint = `http://127.0.0.1:${portOf(server)}/token`;
  const of = oauthBearer({ clientId: 'c', clientSecret: 'hush', tokenEndpoint, scope: 'kafka' }, clock);
  const token = async () => (await of.oauthBearerProvider()).value;
  assert.deepEqual([await token(), await token()], ['t1', 't1']);
  now = 40_000;
  assert.equal(await token(), 't2');
  assert.equal(asked[0], `Basic ${Buffer.from('c:hush').toString('base64')} grant_type=client_credentials&scope=kafka`);
  now = 90_000;
  await assert.rejects(
    token(),
    (error: Error) => /gives no token: .* 401/.test(error.message) && !/hush/.test(error.message),
  );
});
