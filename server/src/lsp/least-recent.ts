/** A map that forgets what was not used for longest. */
export class LeastRecent<K, V> {
  readonly #values = new Map<K, V>();

  constructor(readonly most: number) {}

  get(key: K): V | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    this.#values.delete(key);
    this.#values.set(key, value);
    return value;
  }

  set(key: K, value: V): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size > this.most) this.#values.delete(this.#values.keys().next().value!);
  }

  keys(): readonly K[] {
    return [...this.#values.keys()];
  }

  delete(key: K): void {
    this.#values.delete(key);
  }
}
