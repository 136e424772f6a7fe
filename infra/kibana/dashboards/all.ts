import type { Dashboard } from '../panels.ts';
import { emailsDashboard } from './emails.ts';
import { functions } from './functions.ts';
import { labDashboard } from './lab.ts';
import { orders } from './orders.ts';

export const dashboards: readonly Dashboard[] = [orders, functions, emailsDashboard, labDashboard];
