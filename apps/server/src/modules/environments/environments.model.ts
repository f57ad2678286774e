/** The stream of an environment itself has the environment's id: how it began, and how its clock moved. */
export type EnvironmentEvent =
  | {
      readonly type: 'environment.created';
      readonly organization: string;
      readonly kind: 'sandbox' | 'staging' | 'production';
      readonly name: string;
    }
  | { readonly type: 'clock.moved'; readonly mode: ClockMode; readonly at: string };

export type ClockMode = 'frozen' | 'running';

/** `moved`: how often the clock was moved. */
export type EnvironmentState = { readonly moved: number };

export const environmentFold = {
  schema: 1,
  evolve(state: EnvironmentState | null, event: EnvironmentEvent): EnvironmentState {
    const moved = state?.moved ?? 0;
    switch (event.type) {
      case 'environment.created':
        return { moved };
      case 'clock.moved':
        return { moved: moved + 1 };
      default: {
        const never: never = event;
        return never;
      }
    }
  },
} as const;
