import type { Dashboard } from '../panels.ts';
import { emailsDashboard } from './emails.ts';
import { functions } from './functions.ts';
import { labDashboard } from './lab.ts';
import { orders } from './orders.ts';

/** In the order in which the console lists them. */
export const dashboards: readonly Dashboard[] = [orders, functions, emailsDashboard, labDashboard];
