/** CloudFormation and SQS, as far as a recording asks them; what it deploys is run by the dispatcher from the same template. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep, systemClock } from '../../../infra/clock.ts';
import { portOf } from '../../../infra/http/portOf.ts';
import { testEntry } from '../../../infra/kafkajs/testKafka.fixture.ts';
import { ownProcess } from '../../../infra/ownProcess.fixture.ts';

type Resource = { Type: string; Properties?: { Code?: { ZipFile: string } } };
type Template = { Resources: Record<string, Resource> };
export type AwsEndpoint = Readonly<{ url: string; stacks: ReadonlySet<string>; end(): Promise<void> }>;

const root = join(import.meta.dirname, '..', '..', '..');
const host = join(root, 'infra/dispatcher/host.ts');

/** A queue whose readers wait for what comes. */
class Queue {
  readonly #bodies: string[] = [];
  #arrived = Promise.withResolvers<void>();

  put(body: string): void {
    this.#bodies.push(body);
    this.#arrived.resolve();
  }

  async take(seconds: number): Promise<string[]> {
    if (this.#bodies.length === 0) await Promise.race([this.#arrived.promise, sleep(systemClock, seconds * 1000)]);
    this.#arrived = Promise.withResolvers();
    return this.#bodies.splice(0, 10);
  }
}

/** Runs the functions of a template. */
async function run(template: Template, url: string): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'stack-'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const resources = Object.entries(template.Resources).map(([name, { Properties, ...resource }]) => {
    if (!Properties?.Code) return [name, { ...resource, Properties }];
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'index.js'), Properties.Code.ZipFile);
    return [name, { ...resource, Properties: { ...Properties, Code: `./${name}` } }];
  });
  const text = JSON.stringify({ ...template, Resources: Object.fromEntries(resources) });
  writeFileSync(join(folder, 'template.json'), text.replaceAll('{"Ref":"Queue"}', JSON.stringify(`${url}/0/queue`)));
  // The template says how AWS's brokers are entered, which here are the tests'.
  writeFileSync(join(folder, 'settings.yaml'), JSON.stringify({ custom: { dispatcher: testEntry() } }));
  const credentials = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_REGION: 'us-east-1' };
  const child = ownProcess([host, '--template', 'template.json', '--settings', 'settings.yaml', '--probes', '0'], {
    cwd: folder,
    env: { ...process.env, ...credentials, AWS_ENDPOINT_URL_SQS: url },
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  let said = '';
  const ready = new Promise<void>((resolve) => {
    const hear = (chunk: Buffer) => {
      said += chunk;
      if (said.includes('dispatcher: ready')) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
  });
  await Promise.race([ready, exited.then(() => Promise.reject(new Error(said)))]);
  return async () => {
    child.kill('SIGTERM');
    await exited;
    rmSync(folder, { recursive: true });
  };
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

const xml = (action: string, content: string) =>
  `<${action}Response xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><${action}Result>${content}</${action}Result></${action}Response>`;

export async function awsEndpoint(): Promise<AwsEndpoint> {
  const queue = new Queue();
  const stacks = new Map<string, () => Promise<void>>();
  let url = '';
  const cloudFormation = async (asked: URLSearchParams): Promise<string> => {
    const [action, name] = [asked.get('Action') ?? '', asked.get('StackName') ?? ''];
    if (action === 'CreateStack') stacks.set(name, await run(JSON.parse(asked.get('TemplateBody') ?? ''), url));
    if (action === 'DeleteStack') {
      await stacks.get(name)?.();
      stacks.delete(name);
    }
    const output = `<Outputs><member><OutputKey>QueueUrl</OutputKey><OutputValue>${url}/0/queue</OutputValue></member></Outputs>`;
    const status = '<CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>';
    const stack = `<Stacks><member><StackName>${name}</StackName>${status}${output}</member></Stacks>`;
    return xml(action, action === 'DescribeStacks' ? stack : '');
  };
  const sqs = async (action: string, asked: { MessageBody: string; WaitTimeSeconds: number }): Promise<object> => {
    if (action === 'SendMessage') queue.put(asked.MessageBody);
    if (action === 'SendMessage') return { MessageId: '1', MD5OfMessageBody: md5(asked.MessageBody) };
    if (action !== 'ReceiveMessage') return { Successful: [], Failed: [] };
    const bodies = await queue.take(asked.WaitTimeSeconds);
    return {
      Messages: bodies.map((Body, index) => ({
        Body,
        MD5OfBody: md5(Body),
        MessageId: `${index}`,
        ReceiptHandle: `${index}`,
      })),
    };
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = Buffer.concat(await request.toArray()).toString();
    const [, action] = `${request.headers['x-amz-target'] ?? ''}`.split('.');
    if (action) return void response.end(JSON.stringify(await sqs(action, JSON.parse(body))));
    response.setHeader('content-type', 'text/xml');
    response.end(await cloudFormation(new URLSearchParams(body)));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.writeHead(400).end(String(error)));
  });
  // Who asks again after a while finds the connection that it knows.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${portOf(server)}`;
  return {
    url,
    get stacks() {
      return new Set(stacks.keys());
    },
    async end() {
      await Promise.all([...stacks.values()].map((stop) => stop()));
      server.close();
      server.closeAllConnections();
    },
  };
}
