import type { properties } from './properties.ts';

/** An event source mapping in AWS's own words. */
export type DeclaredMapping = Readonly<{
  /** Its place, for messages about it. */
  where: string;
  /** By name or by ARN, as deployed. */
  functionName: unknown;
  written: keyof typeof properties;
  properties: unknown;
}>;

/** The part of a serverless service that is read here. What comes from elsewhere, such as a template, is brought into this form. */
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
  /** CloudFormation that serverless deploys along: its mappings count, and its `extensions` of those that serverless makes. */
  resources?: unknown;
  /** Mappings that are written nowhere in serverless.yml. */
  eventSourceMappings?: readonly DeclaredMapping[];
};
