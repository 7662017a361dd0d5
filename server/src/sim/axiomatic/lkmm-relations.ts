/** The relations of linux-kernel.cat, with its names. Those of plain accesses are in plain-accesses.ts. */

import { type Candidate, INITIAL, type Skeleton } from './candidate.js';
import type { Event } from './event.js';
import { fenced, isMemory, isRead, isWrite, on } from './model.js';
import { Relation } from './relation.js';

const isRelease = (event: Event): boolean =>
  event.kind === 'write' && (event.order === 'release' || event.part === 'unlock');
const isAcquire = (event: Event): boolean =>
  event.kind === 'read' && (event.order === 'acquire' || event.part === 'lock');
const isFence =
  (fence: string) =>
  (event: Event): boolean =>
    event.kind === 'fence' && event.fence === fence;

/** The relations and sets that follow from the program alone. `[S]` of the cat file is an identity here. */
export class Fixed {
  readonly skeleton: Skeleton;
  readonly hasPlain: boolean;
  readonly M: Relation;
  readonly R: Relation;
  readonly W: Relation;
  readonly IW: Relation;
  readonly Marked: Relation;
  readonly Plain: Relation;
  readonly UL: Relation;
  readonly LKR: Relation;
  readonly AfterUnlockLock: Relation;
  readonly R4rmb: Relation;
  readonly notNoreturn: Relation;
  readonly rmbFence: Relation;
  readonly rmb: Relation;
  readonly wmb: Relation;
  readonly poRel: Relation;
  readonly acqPo: Relation;
  /** All of `mb` but smp_mb__after_unlock_lock(), which depends on where locks come from. */
  readonly mb: Relation;
  readonly hasLocks: boolean;
  /** The part of happens-before that is there whatever reads return. */
  readonly ppo: Relation;

  constructor(skeleton: Skeleton) {
    const { po } = skeleton;
    const set = (isIn: (event: Event) => boolean) => on(skeleton, isIn);
    const isPlain = (event: Event) => event.kind !== 'fence' && event.order === 'plain';
    const isNoreturn = (event: Event) => event.kind === 'read' && event.order === 'noreturn';
    this.skeleton = skeleton;
    this.hasPlain = skeleton.events.some(isPlain);
    this.hasLocks = skeleton.events.some((event) => event.kind === 'write' && event.part === 'unlock');
    this.M = set(isMemory);
    this.R = set(isRead);
    this.W = set(isWrite);
    this.IW = Relation.identity(skeleton.size, (id) => skeleton.threadOf[id] === INITIAL);
    this.Plain = set(isPlain);
    this.Marked = set((event) => !isPlain(event));
    this.UL = set((event) => event.kind === 'write' && event.part === 'unlock');
    this.LKR = set((event) => event.kind === 'read' && event.part === 'lock');
    this.AfterUnlockLock = set(isFence('after-unlock-lock'));
    this.notNoreturn = set((event) => !isNoreturn(event));
    this.R4rmb = set((event) => event.kind === 'read' && !isNoreturn(event));
    this.rmbFence = fenced(skeleton, 'rmb');
    this.rmb = this.R4rmb.then(this.rmbFence, this.R4rmb);
    this.wmb = this.W.then(fenced(skeleton, 'wmb'), this.W);
    this.poRel = this.M.then(po, set(isRelease));
    this.acqPo = set(isAcquire).then(po, this.M);
    this.mb = this.#mb();
    this.ppo = this.#ppo();
  }

  #ppo(): Relation {
    const { mb, poRel, acqPo, wmb, rmb, W, R, Marked } = this;
    const { addr, data, ctrl } = this.skeleton;
    const dependencies = addr.or(data, ctrl).then(W).or(addr.then(R));
    return Marked.then(dependencies.or(mb, poRel, acqPo, wmb, rmb), Marked);
  }

  #mb(): Relation {
    const { skeleton, M } = this;
    const upTo = skeleton.po.optional();
    const RMW = on(skeleton, (event) => event.kind !== 'fence' && event.part === 'rmw');
    const LKW = on(skeleton, (event) => event.kind === 'write' && event.part === 'lock');
    return M.then(fenced(skeleton, 'mb'), M).or(
      M.then(fenced(skeleton, 'before-atomic'), RMW, upTo, M),
      M.then(upTo, RMW, fenced(skeleton, 'after-atomic'), M),
      M.then(upTo, LKW, fenced(skeleton, 'after-spinlock'), M),
    );
  }
}

/** The relations that follow from where reads read from and from the coherence order. */
export class Derived {
  readonly strongFence: Relation;
  readonly nonrwFence: Relation;
  readonly fence: Relation;
  readonly addr: Relation;
  readonly cumulFence: Relation;
  readonly rmwSequence: Relation;
  readonly rfe: Relation;
  readonly hb: Relation;
  readonly #prop: Relation;
  readonly #fixed: Fixed;
  #pb: Relation | null = null;

  constructor(fixed: Fixed, candidate: Candidate) {
    const { skeleton, M, Marked, Plain, R, W, wmb, rmb, poRel, acqPo } = fixed;
    const { po, int, ext } = skeleton;
    const { rf, co, fr } = candidate;
    this.#fixed = fixed;
    this.rfe = rf.and(ext);
    const rfi = rf.and(int);
    const overwrite = co.or(fr);

    const poUnlockLockPo = fixed.hasLocks
      ? po.then(fixed.UL, po.or(rf), fixed.LKR, po)
      : Relation.empty(skeleton.size);
    this.strongFence = fixed.mb.or(M.then(poUnlockLockPo, fixed.AfterUnlockLock, po, M));
    this.nonrwFence = this.strongFence.or(poRel, acqPo);
    this.fence = this.nonrwFence.or(wmb, rmb);

    const carryDep = skeleton.data.then(rfi).star();
    this.addr = carryDep.then(skeleton.addr);
    const data = carryDep.then(skeleton.data);
    const ctrl = carryDep.then(skeleton.ctrl);

    const dep = this.addr.or(data);
    const rwdep = dep.or(ctrl).then(W);
    const toW = rwdep.or(overwrite.and(int), this.addr.then(Plain, wmb));
    const toR = this.addr.then(R).or(dep.then(Marked, rfi));
    const ppo = toR.or(toW, this.fence.and(int), poUnlockLockPo.and(int));

    const aCumul = (relation: Relation) => this.rfe.then(Marked).optional().then(relation);
    this.rmwSequence = rf.then(skeleton.rmw).star();
    this.cumulFence = Marked.then(
      aCumul(this.strongFence.or(poRel)).or(wmb, poUnlockLockPo),
      Marked,
      this.rmwSequence,
    );
    this.#prop = Marked.then(
      overwrite.and(ext).optional(),
      this.cumulFence.star(),
      Marked,
      this.rfe.optional(),
      Marked,
    );
    const throughProp = this.#prop.minus(Relation.identity(skeleton.size)).and(int);
    this.hb = Marked.then(ppo.or(this.rfe, throughProp), Marked);
  }

  get pb(): Relation {
    return (this.#pb ??= this.#prop.then(this.strongFence, this.hb.star(), this.#fixed.Marked));
  }

  /** The axioms happens-before and propagation. */
  get isAllowed(): boolean {
    return this.hb.isAcyclic && this.pb.isAcyclic;
  }
}
