import { firstScreen } from './first-screen.ts';
import { importing } from './importing.ts';
import { intake } from './intake.ts';
import { intakeBesideReading } from './intake-beside-reading.ts';
import { intakeBesideRobot } from './intake-beside-robot.ts';
import { intakeMemory } from './intake-memory.ts';
import { type Figure, print } from './measure.ts';
import { starting } from './starting.ts';

/** `npm run bench` runs all; `npm run bench -- starting` one of them. Exit 1 when a promise is broken. */
const BENCHES = {
  starting,
  importing,
  intake,
  'intake-beside-reading': intakeBesideReading,
  'intake-beside-robot': intakeBesideRobot,
  'intake-memory': intakeMemory,
  'first-screen': firstScreen,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`There is no benchmark called ${unknown.join(', ')}. There are: ${Object.keys(BENCHES).join(', ')}.`);
  process.exit(2);
}
const figures: Figure[] = [];
for (const [name, bench] of Object.entries(BENCHES)) {
  // `intake` means everything about it.
  if (asked.length > 0 && !asked.some((one) => name === one || name.startsWith(`${one}-`))) continue;
  console.log(`${name} …`);
  const measured = await bench();
  print(measured);
  figures.push(...measured);
}
process.exit(figures.every((figure) => figure.kept) ? 0 : 1);
