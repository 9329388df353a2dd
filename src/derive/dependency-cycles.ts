/**
 * Finds the features that wait for themselves. Two features are in one cycle when each can be reached from the other;
 * Tarjan's algorithm finds these groups in one walk. It keeps its own stack: a chain may be longer than the program's.
 */

export interface Cycle {
  members: readonly string[];
  /** One way round, beginning and ending with the same member. */
  path: readonly string[];
}

interface Visit {
  id: string;
  /** How many of its dependencies have been looked at. */
  next: number;
}

/** The cycles of a graph that is given as each node's dependencies. A node that needs itself is left to others. */
export function findCycles(dependencies: ReadonlyMap<string, readonly string[]>): Cycle[] {
  const walk = new Walk(dependencies);
  for (const id of dependencies.keys()) walk.visit(id);
  return walk.groups
    .filter((members) => members.length > 1)
    .map((members) => ({ members, path: findPath(members, dependencies) }));
}

class Walk {
  readonly groups: string[][] = [];
  readonly #dependencies: ReadonlyMap<string, readonly string[]>;
  readonly #order = new Map<string, number>();
  readonly #lowest = new Map<string, number>();
  readonly #open: string[] = [];
  readonly #isOpen = new Set<string>();

  constructor(dependencies: ReadonlyMap<string, readonly string[]>) {
    this.#dependencies = dependencies;
  }

  visit(start: string): void {
    if (this.#order.has(start)) return;
    const stack: Visit[] = [this.#enter(start)];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const next = this.#dependencies.get(top.id)?.[top.next++];
      if (next === undefined) {
        stack.pop();
        this.#leave(top.id, stack.at(-1)?.id);
      } else if (!this.#order.has(next) && this.#dependencies.has(next)) stack.push(this.#enter(next));
      else if (this.#isOpen.has(next)) this.#lower(top.id, this.#order.get(next) ?? 0);
    }
  }

  #enter(id: string): Visit {
    this.#lowest.set(id, this.#order.size);
    this.#order.set(id, this.#order.size);
    this.#open.push(id);
    this.#isOpen.add(id);
    return { id, next: 0 };
  }

  #leave(id: string, parent: string | undefined): void {
    const lowest = this.#lowest.get(id) ?? 0;
    if (parent !== undefined) this.#lower(parent, lowest);
    if (lowest !== this.#order.get(id)) return;
    const group = this.#open.splice(this.#open.lastIndexOf(id));
    for (const member of group) this.#isOpen.delete(member);
    this.groups.push(group);
  }

  #lower(id: string, order: number): void {
    this.#lowest.set(id, Math.min(this.#lowest.get(id) ?? order, order));
  }
}

function findPath(members: readonly string[], dependencies: ReadonlyMap<string, readonly string[]>): string[] {
  const group = new Set(members);
  const path: string[] = [];
  const seen = new Set<string>();
  let id: string | undefined = members[0];
  while (id !== undefined && !seen.has(id)) {
    seen.add(id);
    path.push(id);
    // Each member of a group has a dependency in it.
    id = dependencies.get(id)?.find((other) => group.has(other));
  }
  return id === undefined ? path : [...path.slice(path.indexOf(id)), id];
}
