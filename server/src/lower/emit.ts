/**
 * Fragments of primitives -> steps of an actor. Each configuration in which an actor stands before a primitive gets
 * one group of steps; what the path knows is in the step, so that the simulator's state holds only what is shared.
 */

import type { Effect, Fragment } from '../kernel/fragment.js';
import type { Model } from '../kernel/model.js';
import type { PrimitiveCall } from '../kernel/primitives.js';
import { truth, UNKNOWN, type Value } from '../kernel/value.js';
import type { OpenActor, OpenStep } from '../sim/possible-ways.js';
import type { Step, StepId } from '../sim/program.js';
import {
  choiceOf,
  draftOf,
  END,
  finished,
  type Draft,
  type Follow,
  type StepNote,
  type Target,
} from './draft.js';
import { argumentTexts, evaluate, pointee, tempName, type Scope } from './evaluate.js';
import type { Site } from './instruction.js';
import { NotModelledError } from './not-modelled.js';
import { fieldAt, placeAt, placeNamed } from './place.js';
import type { Store } from './store.js';
import {
  calleeName,
  configKey,
  copyConfig,
  scopeOf,
  storedAs,
  write,
  type Config,
  type Stop,
  type Reached,
  type Surroundings,
} from './walk.js';

export interface EmittedActor {
  readonly steps: readonly Step[];
  readonly notes: readonly (StepNote | null)[];
  readonly entry: StepId;
  /** Lines of the patch whose primitives it comes to, those that make no step included. */
  readonly reached: ReadonlySet<number>;
}

/** Beyond this an actor is not modelled: its conditions are mostly unknown. */
const MOST_STEPS = 6000;

/** Primitives without a step of their own that may follow each other; a loop that counts up and has no end has more. */
const MOST_PASSED = 500;

/** What the emitter asks of the code around it: where an actor comes to from a configuration. */
export interface EmitterSurroundings extends Surroundings {
  walk(start: Config): readonly Reached[];
}

type PrimitiveStop = Stop & { kind: 'primitive' };

/** The steps of an actor, made as they are asked for: to what no run comes is not even walked. */
export class Emitter implements OpenActor {
  readonly #drafts: (Draft | null)[] = [];
  readonly #entries = new Map<string, StepId>();
  /** Primitives whose first step nobody has asked for yet. */
  readonly #unopened = new Map<StepId, { stop: PrimitiveStop; fragment: Fragment }>();
  readonly #reached = new Set<number>();
  #entry: StepId | null = null;
  #end: StepId | null = null;

  constructor(
    readonly around: EmitterSurroundings,
    readonly model: Model,
    readonly actor: number,
    readonly start: Config,
  ) {}

  enter(): StepId {
    return (this.#entry ??= this.#single(this.#after(this.start), this.#startSite));
  }

  step(id: StepId): OpenStep {
    const unopened = this.#unopened.get(id);
    if (unopened) {
      this.#unopened.delete(id);
      const { stop, fragment } = unopened;
      this.#compile(stop, fragment, 0, () => this.#after(this.#leave(stop, UNKNOWN, [])), id);
    }
    return this.#drafts[id]!;
  }

  /** What was asked for. */
  emitted(): EmittedActor {
    return { ...finished(this.#drafts, this.enter()), entry: 0, reached: this.#reached };
  }

  /**
   * The steps that can be next once `config` runs on. Primitives that make no step are passed over; `passed` has where
   * they stood, so that a loop of them ends: it makes no event, as one of `walk()` that comes back to where it was.
   */
  #after(config: Config, passed: ReadonlySet<string> = new Set()): Target[] {
    return this.around.walk(config).flatMap(({ stop, assumptions }): Target[] => {
      if (stop.kind === 'end') return [{ step: this.#endStep(), assumptions }];
      const key = configKey(stop.config);
      if (passed.has(key)) return [];
      const known = this.#entries.get(key);
      if (known !== undefined) return [{ step: known, assumptions }];
      const fragment = this.#fragment(stop);
      const first = fragment[0];
      if (first && first.kind !== 'exit') return [{ step: this.#entryOf(stop, fragment), assumptions }];
      if (passed.size >= MOST_PASSED)
        throw new NotModelledError(`${stop.call.site.function}() runs on without an event`, stop.call.site);
      const onward = this.#leave(
        stop,
        first?.kind === 'exit' ? first.result : UNKNOWN,
        first?.kind === 'exit' ? first.effects : [],
      );
      return this.#after(onward, new Set([...passed, key])).map((target) => ({
        step: target.step,
        assumptions: [...assumptions, ...target.assumptions],
      }));
    });
  }

  #endStep(): StepId {
    return (this.#end ??= this.#reserve(END));
  }

  #reserve(draft: Draft | null = null): StepId {
    if (this.#drafts.length >= MOST_STEPS) {
      throw new NotModelledError(
        `${this.around.role.name}: more than ${MOST_STEPS} steps, too many conditions are not known`,
        this.#drafts.findLast((one) => one?.said)?.said?.site ?? this.#startSite,
      );
    }
    return this.#drafts.push(draft) - 1;
  }

  /** Before the first primitive of an actor it is the call of its entry that is gone on from. */
  get #startSite(): Site {
    return this.start.frames[0]!.code.site;
  }

  #entryOf(stop: PrimitiveStop, fragment: Fragment): StepId {
    const id = this.#reserve();
    this.#entries.set(configKey(stop.config), id);
    this.#unopened.set(id, { stop, fragment });
    return id;
  }

  #fragment(stop: PrimitiveStop): Fragment {
    const scope = scopeOf(this.around, stop.config);
    const { call, config } = stop;
    if (call.site.origin.kind === 'patch') this.#reached.add(call.site.origin.line);
    const args = call.args.map((arg) => evaluate(scope, arg));
    const request: PrimitiveCall = {
      name: calleeName(scope, call) ?? '',
      args,
      argTexts: argumentTexts(call.args),
      model: this.model,
      actor: this.actor,
      self: this.model.actors[this.actor]!,
      role: this.around.role,
      within: config.frames.map((frame) => frame.code.name),
      field: (index, name) => {
        const arg = call.args[index];
        if (!arg) return UNKNOWN;
        return evaluate(scope, { kind: 'field', of: arg, name, arrow: true });
      },
      pointee: (index) => {
        const arg = call.args[index];
        return arg ? evaluate(scope, { kind: 'deref', of: arg }) : UNKNOWN;
      },
      register: (name) =>
        config.store.get(placeNamed(`register:${config.frames.length}:${name}`)) ??
        config.store.get(placeNamed(`register:${name}`)) ??
        UNKNOWN,
      storedAs: (field) => storedAs(this.around, config, field),
      ofObject: (type, field) => config.store.get(fieldAt(placeNamed(type), field)) ?? UNKNOWN,
    };
    return stop.primitive.fragment(request);
  }

  /** Steps for `items[index...]`; the first goes to `id` when one is given. */
  #compile(
    stop: PrimitiveStop,
    items: Fragment,
    index: number,
    onward: Follow,
    id: StepId | null,
  ): readonly Target[] {
    const item = items[index];
    if (!item) return onward();
    if (item.kind === 'exit') return this.#after(this.#leave(stop, item.result, item.effects));
    if (item.kind === 'not-modelled') throw new NotModelledError(item.reason, stop.call.site);
    const step = id ?? this.#reserve();
    let rest: readonly Target[] | null = null;
    const next: Follow = () => (rest ??= this.#compile(stop, items, index + 1, onward, null));
    this.#drafts[step] = draftOf(
      item,
      saidOf(stop),
      (own) => () => this.#compile(stop, own, 0, next, null),
      (follow) => () => [{ step: this.#single(follow(), stop.call.site), assumptions: [] }],
    );
    return [{ step, assumptions: [] }];
  }

  /** One step to go to: where conditions nobody decides lead to several, a step that chooses among them. */
  #single(targets: readonly Target[], site: Site): StepId {
    if (targets.length === 0) return this.#endStep();
    return targets.length === 1 ? targets[0]!.step : this.#reserve(choiceOf(targets, site));
  }

  /** The configuration after the primitive returned. */
  #leave(stop: PrimitiveStop, result: Value, effects: readonly Effect[]): Config {
    const scope = scopeOf(this.around, stop.config);
    const depth = stop.config.frames.length;
    const { frames, store } = copyConfig(stop.config);
    for (const effect of effects) this.#apply(scope, stop, effect, store);
    if (this.around.relevance.isRelevantTemp(scope.code, stop.call.result))
      store.set(placeAt(depth, tempName(stop.call.result)), result);
    frames.at(-1)!.at++;
    return { frames, store };
  }

  #apply(scope: Scope, stop: PrimitiveStop, { target, value }: Effect, store: Store): void {
    switch (target.kind) {
      case 'everything':
        return store.clear();
      case 'object':
        return write(this.around, store, fieldAt(placeNamed(target.type), target.field), value);
      case 'register': {
        const owner = target.scope === 'actor' ? 'register' : `register:${scope.depth}`;
        return store.set(placeNamed(`${owner}:${target.name}`), truth(value) === false ? UNKNOWN : value);
      }
      case 'argument': {
        const arg = stop.call.args[target.index];
        const place = arg ? pointee(scope, arg) : null;
        if (place !== null) write(this.around, store, fieldAt(place, target.field), value);
      }
    }
  }
}

const saidOf = ({ call, config, primitive }: PrimitiveStop): Draft['said'] => ({
  site: call.site,
  calledAt: call.site.origin.kind === 'patch' ? null : callInPatch(config),
  call: call.text,
  primitive: primitive.names[0]!,
  landmark: primitive.landmark === true,
});

/** A caller stands behind its call. The outermost frame is the driver, whose calls are nobody's line. */
function callInPatch({ frames }: Config): Site | null {
  const callers = frames.slice(1, -1);
  const calls = callers.map(({ code, at }) => code.instructions[at - 1]!.site);
  return calls.findLast(({ origin }) => origin.kind === 'patch') ?? null;
}
