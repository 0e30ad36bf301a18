// The reference of access.decide: @casl/ability as in peers.mjs, an ability cached per user. Checks every answer, then for each line on
// standard input decides the whole workload 100 times and prints decisions per second.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createMongoAbility } from '@casl/ability';
const w = JSON.parse(readFileSync(process.argv[2]));
const roleOf = new Map(w.roles.map(r => [r.id, r]));
const cond = s => s.kind === 'any' ? undefined : s.kind === 'exact' ? s.value : s.kind === 'list' ? { $in: s.values } : { $regex: s.value };
const rule = p => { const c = {}; const r = cond(p.rack), a = cond(p.app); if (r !== undefined) c.rack = r; if (a !== undefined) c.app = a;
  return { action: p.actions, subject: p.type, ...(Object.keys(c).length ? { conditions: c } : {}) }; };
const abilities = new Map(w.bindings.map(b => [b.user,
  createMongoAbility(b.roles.flatMap(id => roleOf.get(id).permissions.map(rule)), { detectSubjectType: o => o.type })]));
const decide = q => abilities.get(q.user).can(q.action, q.resource);
let wrong = 0;
for (const q of w.requests) if (decide(q) !== (q.expect === 'allow')) wrong++;
console.log(JSON.stringify({ requests: w.requests.length, wrong }));
const run = repeats => { for (let i = 0; i < repeats; i++) for (const q of w.requests) decide(q); };
for (const started = process.hrtime.bigint(); process.hrtime.bigint() - started < 2_000_000_000n; ) run(1);
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'end') break;
  const started = process.hrtime.bigint();
  run(100);
  console.log(w.requests.length * 100 / (Number(process.hrtime.bigint() - started) / 1e9));
}
