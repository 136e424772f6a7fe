/** The part of a serverless service that is read here. */
export type Service = {
  service?: string | undefined;
  provider?: {
    name?: string;
    stage?: string;
    region?: string;
    runtime?: string;
    timeout?: number;
    memorySize?: number;
    environment?: Record<string, unknown>;
  };
  functions?: Record<string, unknown>;
  custom?: Record<string, unknown>;
};
