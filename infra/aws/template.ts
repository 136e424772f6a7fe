/** The part of a CloudFormation template that a deployment completes. */
export type Resource = { Type: string; Properties: Record<string, unknown> };
/** By their logical ids. */
export type Resources = Record<string, Resource>;
