import type { Cluster, Node } from '../cluster.ts';
import type { ApiName, Request, Response } from '../wire/apis.ts';

/** Who asks, and which broker is asked. */
export type Asked = Readonly<{ cluster: Cluster; node: Node; clientId: string }>;

export type Handler<N extends ApiName> = (request: Request<N>, asked: Asked) => Response<N> | Promise<Response<N>>;
