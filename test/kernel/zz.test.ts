import { it } from 'vitest';
import { lowered, scenarioOf, ROLE, HOLE } from '../lower/c.js';
import { explore } from '../../server/src/sim/explore.js';
import { equals } from '../../server/src/kernel/fragment.js';
it('x', () => {
  const l = lowered('int a(struct address_space *mapping)\n{\nif (!trylock_page(page)) inode_dio_begin(inode); return 0;\n}\n\nint b(struct address_space *mapping)\n{\nlock_page(page); unlock_page(page); return 0;\n}', scenarioOf([{...ROLE, name:'a', entries:['a']},{...ROLE, name:'b', entries:['b']}], {initial:{...HOLE, cached:true}}));
  for (const reduction of [true,false]) { const r = explore({...l.program, witnesses: [], properties:[{id:'q', bad: equals(l.model.dioCount,1)}]}, {memory:'sc', reduction, maxStates:1e5, deadlock:false});
  console.log(reduction, r.states, [...r.outcomes].map(([,o])=>o.kind)); }
  console.log(JSON.stringify(l.program.actors, null, 0));
});
