/** The brokers of a list with commas between them, as a person writes it: spaces around them mean nothing. */
export const brokerList = (text: string): string[] => text.split(',').map((broker) => broker.trim());
