/** What tells of persons: masked, unless it is asked for with `personal=true`, which is kept in the trail. */
export const personalPaths = ['/api/orders', '/api/order', '/api/messages', '/api/dead'] as const;
