/** The words of the dashboards: Spanish, English. */
import type { WordTable } from './wordTable.ts';

/** `ranges` are named by their minutes, as `/api/dashboard` takes them. */
export const dashboardsWords = {
  dashboards: ['Tableros', 'Dashboards'],
  range: ['Periodo', 'Time range'],
  ranges: {
    15: ['últimos 15 minutos', 'last 15 minutes'],
    60: ['última hora', 'last hour'],
    1440: ['últimas 24 horas', 'last 24 hours'],
    10080: ['últimos 7 días', 'last 7 days'],
  },
  any: ['todo', 'any'],
  noData: ['Sin datos en este periodo', 'No data in this time range'],
  shownAt: ['De {0} a {1}, visto a las {2}', 'From {0} to {1}, seen at {2}'],
  every: ['cada {0}', 'every {0}'],
  most: ['máx. {0}', 'max {0}'],
  asTable: ['Como tabla', 'As a table'],
} as const satisfies WordTable;
