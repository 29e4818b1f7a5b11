/** Structured events for operators. Never a token, a prompt, a body or a query string. */
export interface Log {
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  /** `details.error` may be any thrown value. */
  readonly error: LogMethod;
}

export type LogMethod = (event: string, details?: Readonly<Record<string, unknown>>) => void;

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * A log of one JSON object a line.
 * @param write takes a line without its end
 */
export function createLog(options: {
  readonly level: LogLevel;
  readonly clock: () => number;
  readonly write: (line: string) => void;
}): Log {
  const threshold = LOG_LEVELS.indexOf(options.level);
  const at = (level: Exclude<LogLevel, 'silent'>): LogMethod => {
    if (LOG_LEVELS.indexOf(level) < threshold) return () => undefined;
    return (event, details = {}) => {
      const time = new Date(options.clock()).toISOString();
      options.write(JSON.stringify({ time, level, event, ...details }, describeErrors));
    };
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function describeErrors(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  return { name: value.name, message: value.message, stack: value.stack, cause: value.cause };
}
