/** What the process ends with: 0 fine, 1 a target failed, 2 usage or configuration, 130 interrupted. */
export const exitCode = { fine: 0, failed: 1, usage: 2, interrupted: 130 } as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
