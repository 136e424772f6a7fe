type ClientConfig = {
  endpoint: string;
  maxAttempts: number;
  region?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
};

/**
 * For a client of the AWS SDK. It tries once: whoever calls knows when to try again. An endpoint on this machine asks
 * for no credentials, but the SDK will not send without any.
 */
export function clientConfig(endpoint: string): ClientConfig {
  const local = ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(endpoint).hostname);
  if (!local) return { endpoint, maxAttempts: 1 };
  return {
    endpoint,
    maxAttempts: 1,
    region: process.env.AWS_REGION ?? 'us-east-1',
    ...(process.env.AWS_ACCESS_KEY_ID ? {} : { credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  };
}
